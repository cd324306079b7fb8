/* A draft statement: which of its sentences the case does not carry. */
#include "cli/answers.h"

#include "base/io.h"
#include "base/text.h"
#include "show/claim.h"

#include <stdlib.h>

#define DRAFT_MAX (1u << 20)

static const struct fb_opt *const opts[] = { fb_opts_json, fb_opts_common, NULL };

struct linting {
	struct fb_cli *cli;
	struct fb_listing listing;
	enum fb_output as;
	uint64_t n, bad;
};

static int on_sentence(void *user, const struct fb_lint *s)
{
	struct linting *l = user;

	l->n++;
	l->bad += s->verdict == FB_CL_UNTESTABLE || s->verdict == FB_CL_CONTRADICTED;
	if (l->as == FB_AS_TEXT) {
		fb_lint_write(&l->cli->out, s);
		return fb_cli_row(l->cli);
	}
	fb_listing_row(&l->listing);
	fb_json_lint(&l->listing.j, s);
	return fb_listing_rowed(&l->listing);
}

static int all(struct linting *l, struct fb_slice draft, struct fb_cli_answers *a)
{
	struct fb_cli *cli = l->cli;
	struct fb_arena arena;
	int r;

	fb_arena_init(&arena, (size_t)64 << 20);
	if (l->as != FB_AS_TEXT)
		fb_listing_begin(&l->listing, cli, l->as, "sentences");
	r = fb_lint_draft(draft, a->answers, a->coverage, &arena, on_sentence, l);
	if (r == FB_ENOMEM)
		r = fb_fail(&cli->err, r, "out of memory");
	if (r == 0 && l->as != FB_AS_TEXT) {
		(void)fb_listing_listed(&l->listing);
		fb_listing_end(&l->listing);
	} else if (r == 0) {
		(void)fb_buf_printf(&cli->out.buf, "%s%llu sentence%s that can be tested, %llu that may not be said. What is not recognised here is "
				    "not judged.\n", l->n ? "\n" : "", (unsigned long long)l->n, l->n == 1 ? "" : "s",
				    (unsigned long long)l->bad);
	}
	fb_arena_dispose(&arena);
	return r;
}

static int run(struct fb_cli *cli)
{
	struct linting l = { .cli = cli };
	const char *path = cli->args.npos > 1 ? cli->args.pos[1] : cli->args.pos[0];
	const char *dir = cli->args.npos > 1 ? cli->args.pos[0] : "case";
	struct fb_cli_answers a = { 0 };
	struct fb_buf draft;
	int r = fb_cli_output(cli, &l.as);

	fb_buf_init(&draft, DRAFT_MAX);
	if (r == 0)
		r = fb_read_file(path, DRAFT_MAX, &draft, &cli->err);
	if (r == 0 && !fb_utf8_valid(fb_buf_view(&draft)))
		r = fb_fail(&cli->err, FB_EINPUT, "%s: not a text in UTF-8", path);
	if (r == 0)
		r = fb_cli_answers_open(cli, dir, true, &a);
	if (r == 0)
		r = fb_cli_out(cli);
	if (r == 0)
		r = fb_cli_done(cli, all(&l, fb_buf_view(&draft), &a));
	fb_cli_answers_close(&a);
	fb_buf_dispose(&draft);
	if (r == 0 && l.bad)
		cli->status = FB_EXIT_PART;
	return r;
}

const struct fb_cmd fb_cmd_lint = {
	.name = "lint",
	.summary = "which sentences of a draft statement the case does not carry",
	.usage = "[CASE] FILE [OPTION…]",
	.about = "Reads a draft statement and says of each sentence that it knows how to test whether the\n"
		 "case carries it, why not, and what would be true instead. Ends with 1 when there is one\n"
		 "that may not be said. Sentences that it does not recognise are not judged.",
	.opts = opts,
	.least = 1,
	.most = 2,
	.run = run,
};
