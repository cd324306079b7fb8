/* Who acted, and what they did, as a story in order. */
#include "cli/answers.h"
#include "cli/decide.h"
#include "cli/follow.h"

#include "case/steps.h"
#include "cli/unpacking.h"
#include "show/activity.h"

#include <stdio.h>
#include <string.h>

static const struct fb_opt own[] = {
	{ "again", 0, FB_OPT_FLAG, NULL, "read the evidence again, even when nothing has changed", false },
	{ "activity", 0, FB_OPT_TEXT, "N", "of this activity alone", false },
	{ "place", 0, FB_OPT_TEXT, "PLACE", "of this place; * and ? stand for anything", false },
	{ "cut", 0, FB_OPT_TEXT, "REF", "say that what began with this record is not theirs", false },
	{ "join", 0, FB_OPT_TEXT, "REF", "say that what began with this record …", false },
	{ "to", 0, FB_OPT_TEXT, "REF", "… belongs to what began with this one", false },
	{ "withdraw", 0, FB_OPT_FLAG, NULL, "take such a --cut or --join back", false },
	{ "quiet", 'q', FB_OPT_FLAG, NULL, "no progress", false },
	{ 0 },
};
static const struct fb_opt *const opts[] = { own, fb_opts_by, fb_opts_json, fb_opts_zone, fb_opts_unpack, fb_opts_common, NULL };

static int machine(struct fb_cli *cli, const struct fb_steps *s, const struct fb_followed *state,
		   const struct fb_activity_view *v, enum fb_output as)
{
	struct fb_listing l;
	int r = 0;

	fb_listing_begin(&l, cli, as, "steps");
	for (size_t i = 0; i < s->n && r == 0; i++) {
		if (!fb_activity_wanted(&s->v[i], v))
			continue;
		fb_listing_row(&l);
		fb_json_step(&l.j, &s->v[i]);
		r = fb_listing_rowed(&l);
	}
	if (fb_listing_listed(&l))
		fb_json_followed(&l.j, s, state);
	fb_listing_end(&l);
	return r;
}

static int load(struct fb_cli *cli, const char *dir, struct fb_arena *arena, struct fb_steps *s, struct fb_followed *state)
{
	struct fb_case *c = NULL;
	int r = fb_cli_open(cli, dir, &c);

	if (r == 0)
		r = fb_cli_unfinished(cli, fb_case_steps(c, arena, s, state, &cli->err));
	fb_case_close(c);
	return r;
}

static int show(struct fb_cli *cli, const char *dir, enum fb_output as)
{
	struct fb_activity_view v = { .dir = dir, .zone = &cli->zone, .place = fb_args_get(&cli->args, "place") };
	const char *n = fb_args_get(&cli->args, "activity");
	struct fb_followed state;
	struct fb_steps steps;
	struct fb_arena arena;
	int r = 0;

	fb_arena_init(&arena, FB_STEPS_MEMORY);
	if (n && (!fb_slice_u64(fb_slice_str(n), &v.activity) || !v.activity))
		r = fb_fail(&cli->err, FB_EUSAGE, "--activity %s: not a number from 1 on", n);
	if (r == 0)
		r = load(cli, dir, &arena, &steps, &state);
	if (r == 0 && (!state.fresh || fb_args_has(&cli->args, "again"))) {
		fb_arena_reset(&arena);
		if ((r = fb_follow(cli, dir)) == 0)
			r = load(cli, dir, &arena, &steps, &state);
	}
	if (r == 0 && v.activity > steps.activities)
		r = fb_fail(&cli->err, FB_EUSAGE, "--activity %s: there are %u", n, (unsigned)steps.activities);
	if (r == 0)
		r = fb_cli_out(cli);
	if (r == 0)
		r = fb_cli_done(cli, as == FB_AS_TEXT ? fb_activity_write(&cli->out, &steps, &state, &v)
						      : machine(cli, &steps, &state, &v, as));
	fb_arena_dispose(&arena);
	return r;
}

/* "9f86d081884c7d65:4096" */
static bool is_reference(const char *s)
{
	size_t n = strspn(s, "0123456789abcdef");

	return n >= 16 && s[n] == ':' && s[n + 1] && s[n + 1 + strspn(s + n + 1, "0123456789")] == '\0';
}

/* What a person says of joins, if anything. *said: it was said. */
static int say(struct fb_cli *cli, const char *dir, bool *said)
{
	const char *cut = fb_args_get(&cli->args, "cut"), *join = fb_args_get(&cli->args, "join"), *to = fb_args_get(&cli->args, "to");
	bool withdraw = fb_args_has(&cli->args, "withdraw");
	char key[256];

	*said = cut || join || to || withdraw;
	if (!*said)
		return 0;
	if (!cut == !join || !join != !to)
		return fb_fail(&cli->err, FB_EUSAGE, "it is --cut REF, or --join REF --to REF");
	for (int i = 0; i < 3; i++) {
		const char *ref = i == 0 ? cut : i == 1 ? join : to;

		if (ref && (!is_reference(ref) || strlen(ref) > 100))
			return fb_fail(&cli->err, FB_EUSAGE, "%s: not an event reference (activity --json has them)", ref);
	}
	(void)snprintf(key, sizeof key, "%s%s%s", cut ? cut : to, cut ? "" : " ", cut ? "" : join);
	return fb_cli_state(cli, dir, cut ? "cut" : "join", key, withdraw ? "" : cut ? "{\"join\":\"cut\"}" : "{\"join\":\"made\"}");
}

static int run(struct fb_cli *cli)
{
	const char *dir = fb_cli_dir(cli, 0);
	enum fb_output as;
	bool said = false;
	int r = fb_cli_output(cli, &as);

	if (r == 0)
		r = say(cli, dir, &said);
	return r || said ? r : show(cli, dir, as);
}

const struct fb_cmd fb_cmd_activity = {
	.name = "activity",
	.summary = "who acted, and what they did, in order",
	.usage = "[CASE] [OPTION…]",
	.about = "From what stands out, the evidence is read once more for all that the same processes,\n"
		 "sessions, files and clients did, also where no rule looked. What belongs together for\n"
		 "sure (a process and what it started, a session, a file from its birth) is one activity;\n"
		 "what belongs to it perhaps is marked with ?. Edges say what two activities have in\n"
		 "common. The case keeps the result; it is worked out anew when detections or decisions\n"
		 "have changed.",
	.opts = opts,
	.most = 1,
	.run = run,
};
