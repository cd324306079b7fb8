/* Why a step is part of an activity: what it came by, back to what stood out. */
#include "cli/answers.h"

#include "case/steps.h"
#include "show/activity.h"

#include <string.h>

static const struct fb_opt *const opts[] = { fb_opts_json, fb_opts_zone, fb_opts_common, NULL };

/* A step by its number, or by the reference of its record or of one of its things. NULL: there is none. */
static const struct fb_step *find(const struct fb_steps *s, const char *word)
{
	uint64_t n;

	if (fb_slice_u64(fb_slice_str(word), &n))
		return n >= 1 && n <= s->n ? &s->v[n - 1] : NULL;
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->v[i].ref, word) == 0)
			return &s->v[i];
	for (size_t i = 0; i < s->nobjects; i++)
		if (strcmp(s->objects[i].ref, word) == 0)
			return &s->v[s->objects[i].step - 1];
	return NULL;
}

/* From a step to what stood out, each the cause of the one before; a chain that comes back to itself ends. */
static size_t chain(const struct fb_steps *s, const struct fb_step *from, const struct fb_step *out[static FB_WHY_MAX])
{
	size_t n = 0;

	for (const struct fb_step *at = from; at && n < FB_WHY_MAX; at = at->cause && at->cause <= s->n ? &s->v[at->cause - 1] : NULL) {
		for (size_t i = 0; i < n; i++)
			if (out[i] == at)
				return n;
		out[n++] = at;
	}
	return n;
}

static int show(struct fb_cli *cli, const struct fb_steps *s, const struct fb_step *step, enum fb_output as)
{
	const struct fb_step *v[FB_WHY_MAX];
	size_t n = chain(s, step, v);
	struct fb_listing l;
	int r = 0;

	if (as == FB_AS_TEXT)
		return fb_why_write(&cli->out, s, v, n, &cli->zone);
	fb_listing_begin(&l, cli, as, "steps");
	for (size_t i = 0; i < n && r == 0; i++) {
		fb_listing_row(&l);
		fb_json_step(&l.j, v[i]);
		r = fb_listing_rowed(&l);
	}
	if (fb_listing_listed(&l))
		fb_json_things(&l.j, s, step);
	fb_listing_end(&l);
	return r;
}

static int run(struct fb_cli *cli)
{
	const char *word = cli->args.pos[cli->args.npos - 1], *dir = cli->args.npos > 1 ? cli->args.pos[0] : "case";
	const struct fb_step *step = NULL;
	struct fb_followed state = { 0 };
	struct fb_steps steps = { 0 };
	struct fb_case *c = NULL;
	struct fb_arena arena;
	enum fb_output as;
	int r = fb_cli_output(cli, &as);

	fb_arena_init(&arena, FB_STEPS_MEMORY);
	if (r == 0)
		r = fb_cli_open(cli, dir, &c);
	if (r == 0)
		r = fb_cli_unfinished(cli, fb_case_steps(c, &arena, &steps, &state, &cli->err));
	fb_case_close(c);
	if (r == 0 && !state.fresh)
		r = fb_fail(&cli->err, FB_ESTATE, "%s: nobody was followed since the case changed (firebreak activity)", dir);
	if (r == 0 && !(step = find(&steps, word)))
		r = fb_fail(&cli->err, FB_EUSAGE, "%s: no step, by its number or the reference of a record (firebreak activity --json)", word);
	if (r == 0)
		r = fb_cli_out(cli);
	if (r == 0)
		r = fb_cli_done(cli, show(cli, &steps, step, as));
	fb_arena_dispose(&arena);
	return r;
}

const struct fb_cmd fb_cmd_why = {
	.name = "why",
	.summary = "why a step is part of an activity, back to what stood out",
	.usage = "[CASE] STEP|REF [OPTION…]",
	.about = "A step of an activity (firebreak activity), by its number or by the reference of a record: what\n"
		 "it came by, step by step, back to an observation, with the records that show it, and the\n"
		 "things that it was done on.",
	.opts = opts,
	.least = 1,
	.most = 2,
	.run = run,
};
