/* Bounds: what they could reach, what they opened, gathered and carried off. */
#include "cli/answers.h"

#include "case/stated.h"
#include "cli/lines.h"
#include "show/exposure.h"

#include <stdlib.h>
#include <strings.h>

static const struct fb_opt *const opts[] = { fb_opts_json, fb_opts_zone, fb_opts_common, NULL };

static int machine(struct fb_cli *cli, const struct fb_exposures *e, const struct fb_exposure_view *v, enum fb_output as)
{
	struct fb_listing l;
	int r = 0;

	fb_listing_begin(&l, cli, as, "exposure");
	for (size_t i = 0; i < e->n && r == 0; i++) {
		fb_listing_row(&l);
		fb_json_exposure(&l.j, &e->v[i], v);
		r = fb_listing_rowed(&l);
	}
	if (fb_listing_listed(&l))
		fb_json_put_bool(&l.j, "followed", v->state->fresh);
	fb_listing_end(&l);
	return r;
}

struct guarding {
	struct fb_cli *cli;
	const struct fb_steps *steps;
	struct fb_arena *arena;
	struct fb_guarded *v;
	size_t n;
};

/* Lists that tell of files that are protected one by one are read again: of these it is asked which were opened. */
static int on_inventory(void *user, const struct fb_stated_row *row)
{
	struct guarding *g = user;
	struct fb_err *err = &g->cli->err, why = { 0 };
	const char *place, *path, *guarded, *as_of;
	struct fb_file_list l = { 0 };
	struct fb_guarded *v;
	int r;

	if (!row->stands || !*row->said.value)
		return 0;
	place = fb_arena_str(g->arena, row->said.key);
	path = fb_stated_text(row->said.value, "path", g->arena);
	guarded = fb_stated_text(row->said.value, "protected", g->arena);
	as_of = fb_stated_text(row->said.value, "as_of", g->arena);
	v = reallocarray(g->v, g->n + 1, sizeof *v);
	if (v)
		g->v = v;
	if (!v || !place || !path || !guarded || !as_of)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	if (!*guarded)
		return 0;
	r = fb_file_list_read(&fb_cli_lines, path, &l, &why);
	if (r && r != FB_ENOMEM) {
		fb_cli_say(g->cli, "which files of %s were protected one by one is not told: %s", place, why.text);
		g->cli->status = FB_EXIT_PART;
		fb_file_list_free(&l);
		return 0;
	}
	if (r == 0)
		r = fb_guarded_count(g->steps, place, &l, &g->v[g->n]);
	fb_file_list_free(&l);
	if (r)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	if (!fb_time_parse(fb_slice_str(as_of), &g->v[g->n++].as_of, NULL))
		g->v[g->n - 1].as_of = FB_TIME_NONE;
	return 0;
}

/* Until when the evidence of the machines speaks on which somebody acted; without any, of all. */
static fb_time as_of(const struct fb_coverage *cov, const struct fb_steps *steps)
{
	fb_time out = FB_TIME_NONE;

	for (size_t i = 0; i < cov->nplaces; i++)
		for (size_t k = 0; k < steps->n; k++)
			if (strcasecmp(cov->places[i].name, steps->v[k].host) == 0 && cov->places[i].as_of != FB_TIME_NONE &&
			    (out == FB_TIME_NONE || cov->places[i].as_of < out))
				out = cov->places[i].as_of;
	return out == FB_TIME_NONE ? cov->as_of : out;
}

static int run(struct fb_cli *cli)
{
	struct fb_followed state = { 0 };
	struct fb_exposure_view v = { .zone = &cli->zone, .state = &state };
	const struct fb_exposures *e = NULL;
	struct fb_cli_answers a = { 0 };
	struct fb_steps steps = { 0 };
	struct fb_arena arena;
	struct guarding g = { .cli = cli, .steps = &steps, .arena = &arena };
	enum fb_output as;
	int r = fb_cli_output(cli, &as);

	fb_arena_init(&arena, FB_STEPS_MEMORY);
	if (r == 0)
		r = fb_cli_answers_open(cli, fb_cli_dir(cli, 0), true, &a);
	if (r == 0)
		r = fb_case_steps(a.c, &arena, &steps, &state, &cli->err);
	if (r == 0)
		e = a.answers->exposures;
	if (r == 0 && state.fresh)
		r = fb_case_stated(a.c, "inventory", on_inventory, &g, &cli->err);
	v.guarded = g.v;
	v.nguarded = g.n;
	v.as_of = a.coverage ? as_of(a.coverage, &steps) : FB_TIME_NONE;
	if (r == 0)
		r = fb_cli_out(cli);
	if (r == 0)
		r = fb_cli_done(cli, as == FB_AS_TEXT ? fb_exposure_write(&cli->out, e, &v) : machine(cli, e, &v, as));
	free(g.v);
	fb_arena_dispose(&arena);
	fb_cli_answers_close(&a);
	return r;
}

const struct fb_cmd fb_cmd_exposure = {
	.name = "exposure",
	.summary = "what they could reach, opened, gathered and carried off: bounds",
	.usage = "[CASE] [OPTION…]",
	.about = "Of what those who acted could reach, opened, gathered and carried off: at least, by records\n"
		 "that are theirs for sure, and at most, or why there is no upper end. By place, and of what\n"
		 "left by destination. The activities have to be worked out before (firebreak activity).",
	.opts = opts,
	.most = 1,
	.run = run,
};
