#include "cli/list.h"

#include "show/csv.h"
#include "show/json.h"
#include "show/text.h"
#include "show/timeline.h"

struct machine {
	struct fb_cli *cli;
	enum fb_output as;
	struct fb_json j;
};

static int on_detection(void *user, const struct fb_detection_row *row)
{
	struct machine *m = user;
	struct fb_buf *out = &m->cli->out.buf;

	if (m->as == FB_AS_CSV) {
		fb_csv_detection(out, row);
	} else {
		if (m->as == FB_AS_JSONL)
			fb_json_init(&m->j, out);
		fb_json_detection(&m->j, row);
		if (m->as == FB_AS_JSONL)
			(void)fb_buf_putc(out, '\n');
	}
	return fb_cli_row(m->cli);
}

int fb_list_detections(struct fb_cli *cli, struct fb_case *c, const struct fb_filter *f,
		       enum fb_output as)
{
	struct machine m = { .cli = cli, .as = as };
	struct fb_buf *out = &cli->out.buf;
	int r;

	fb_json_init(&m.j, out);
	if (as == FB_AS_CSV)
		fb_csv_detection_head(out);
	if (as == FB_AS_JSON) {
		fb_json_object(&m.j);
		fb_json_key(&m.j, "detections");
		fb_json_array(&m.j);
	}
	r = fb_case_detections(c, f, on_detection, &m, &cli->err);
	if (!r && as == FB_AS_JSON) {
		fb_json_array_end(&m.j);
		fb_json_object_end(&m.j);
		(void)fb_buf_putc(out, '\n');
	}
	return r;
}

static int on_line(void *user, const struct fb_detection_row *row)
{
	return fb_timeline_row(user, row);
}

int fb_list_timeline(struct fb_cli *cli, struct fb_case *c, const struct fb_filter *f, bool heads,
		     bool fold, uint64_t *rows)
{
	struct fb_timeline t;
	int r;

	fb_timeline_init(&t, &cli->out, &cli->zone, heads, fold);
	r = fb_case_detections(c, f, on_line, &t, &cli->err);
	if (!r)
		r = fb_timeline_end(&t);
	if (!r && t.times_local)
		(void)fb_buf_puts(&cli->out.buf, "\n? after a time: the record does not say of which "
						 "zone; taken as UTC\n");
	*rows = t.rows;
	fb_timeline_dispose(&t);
	return r;
}
