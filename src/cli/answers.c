#include "cli/answers.h"

#include "case/stated.h"
#include "cli/decide.h"
#include "show/text.h"

#include <time.h>

int fb_cli_answers_open(struct fb_cli *cli, const char *dir, bool answers, struct fb_cli_answers *out)
{
	struct fb_case_stats st;
	int r;

	*out = (struct fb_cli_answers){ 0 };
	if ((r = fb_cli_open(cli, dir, &out->c)) ||
	    (r = fb_cli_unfinished(cli, fb_case_stats(out->c, &st, &cli->err))) ||
	    (r = fb_coverage_make(out->c, &out->coverage, &cli->err)))
		return r;
	/* What a stopped run did not read may hold anything. */
	if (!st.complete) {
		fb_cli_say(cli, "%s: its investigation was stopped before its end: answers are about what was read", dir);
		cli->status = FB_EXIT_PART;
	}
	return answers ? fb_answers_make(out->c, out->coverage, &out->answers, &cli->err) : 0;
}

void fb_cli_answers_close(struct fb_cli_answers *a)
{
	fb_answers_free(a->answers);
	fb_coverage_free(a->coverage);
	fb_case_close(a->c);
}

void fb_listing_begin(struct fb_listing *l, struct fb_cli *cli, enum fb_output as, const char *key)
{
	*l = (struct fb_listing){ .cli = cli, .as = as };
	fb_json_init(&l->j, &cli->out.buf);
	if (as != FB_AS_JSON)
		return;
	fb_json_object(&l->j);
	fb_json_key(&l->j, key);
	fb_json_array(&l->j);
}

void fb_listing_row(struct fb_listing *l)
{
	if (l->as == FB_AS_JSONL)
		fb_json_init(&l->j, &l->cli->out.buf);
}

int fb_listing_rowed(struct fb_listing *l)
{
	if (l->as == FB_AS_JSONL)
		(void)fb_buf_putc(&l->cli->out.buf, '\n');
	return fb_cli_row(l->cli);
}

bool fb_listing_listed(struct fb_listing *l)
{
	if (l->as == FB_AS_JSON)
		fb_json_array_end(&l->j);
	return l->as == FB_AS_JSON;
}

void fb_listing_end(struct fb_listing *l)
{
	if (l->as != FB_AS_JSON)
		return;
	fb_json_object_end(&l->j);
	(void)fb_buf_putc(&l->cli->out.buf, '\n');
}

int fb_cli_state(struct fb_cli *cli, const char *dir, const char *kind, const char *key, const char *value)
{
	struct fb_stated s = { .kind = kind, .key = key, .value = value };
	struct fb_case *c = NULL;
	struct timespec now;
	uint64_t added;
	int r = fb_decide_author(cli, &s.by);

	if (r)
		return r;
	(void)clock_gettime(CLOCK_REALTIME, &now);
	s.at = (fb_time)now.tv_sec * FB_SECOND + now.tv_nsec / 1000 * 1000;
	if ((r = fb_case_open(dir, FB_CASE_DECIDE, &c, &cli->err)) == 0)
		r = fb_case_state(c, &s, 1, &added, &cli->err);
	fb_case_close(c);
	if (r || (r = fb_cli_out(cli)))
		return r;
	(void)fb_buf_printf(&cli->out.buf, "%s: %s", !added ? "stood already" : *value ? "kept" : "taken back", kind);
	if (*key) {
		(void)fb_buf_putc(&cli->out.buf, ' ');
		(void)fb_text_term(&cli->out.buf, fb_slice_str(key));
	}
	(void)fb_buf_putc(&cli->out.buf, '\n');
	return 0;
}
