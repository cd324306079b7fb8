#include "cli/list.h"

#include "show/csv.h"
#include "show/defang.h"
#include "show/json.h"
#include "show/text.h"
#include "show/timeline.h"

int fb_list_defang(struct fb_cli *cli, enum fb_output as)
{
	if (fb_args_has(&cli->args, "defang") && (as == FB_AS_JSON || as == FB_AS_JSONL))
		return fb_fail(&cli->err, FB_EUSAGE, "--defang: not of JSON, which programs read");
	return 0;
}

struct machine {
	struct fb_cli *cli;
	enum fb_output as;
	struct fb_json j;
};

static int on_detection(void *user, const struct fb_detection_row *row)
{
	struct machine *m = user;
	struct fb_buf *out = &m->cli->out.buf;

	if (m->as == FB_AS_CSV && fb_args_has(&m->cli->args, "defang")) {
		fb_csv_detection_defanged(out, row);
	} else if (m->as == FB_AS_CSV) {
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

struct lines {
	struct fb_timeline t;
	bool defang;
	struct fb_buf safe;
};

static int on_line(void *user, const struct fb_detection_row *row)
{
	struct lines *l = user;
	struct fb_detection_row copy;

	if (!l->defang)
		return fb_timeline_row(&l->t, row);
	copy = *row;
	fb_buf_clear(&l->safe);
	(void)fb_defang(&l->safe, fb_slice_str(row->summary));
	copy.summary = fb_buf_cstr(&l->safe);
	return fb_timeline_row(&l->t, &copy);
}

int fb_list_timeline(struct fb_cli *cli, struct fb_case *c, const struct fb_filter *f, bool heads,
		     bool fold, uint64_t *rows)
{
	struct lines l = { .defang = fb_args_has(&cli->args, "defang") };
	int r;

	fb_buf_init(&l.safe, 1u << 20);
	fb_timeline_init(&l.t, &cli->out, &cli->zone, heads, fold);
	r = fb_case_detections(c, f, on_line, &l, &cli->err);
	if (!r)
		r = fb_timeline_end(&l.t);
	if (!r && l.t.times_local)
		(void)fb_buf_puts(&cli->out.buf, "\n? after a time: the record does not say of which "
						 "zone; taken as UTC\n");
	*rows = l.t.rows;
	fb_timeline_dispose(&l.t);
	fb_buf_dispose(&l.safe);
	return r;
}
