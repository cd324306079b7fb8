/* A person signs an answer: it is theirs from then on, for as long as it says the same. */
#include "cli/answers.h"

#include "base/hash.h"
#include "cli/decide.h"

static const struct fb_opt own[] = {
	{ "place", 0, FB_OPT_TEXT, "PLACE", "of this place, as `status` names it; without it, of the case", false },
	{ "route", 0, FB_OPT_TEXT, "ROUTE", "of this route", false },
	{ "note", 0, FB_OPT_TEXT, "TEXT", "what was looked at", false },
	{ "withdraw", 0, FB_OPT_FLAG, NULL, "the review is taken back", false },
	{ 0 },
};
static const struct fb_opt *const opts[] = { own, fb_opts_by, fb_opts_common, NULL };

static const struct fb_answer *find(const struct fb_answers *a, enum fb_question q, const char *place, const char *route)
{
	for (size_t i = 0; i < a->n; i++) {
		const struct fb_answer *x = &a->v[i];

		if (x->question != q || (route ? !x->route || strcmp(x->route->word, route) != 0 : x->route != NULL))
			continue;
		if (place ? *x->place && fb_case_host_matches(place, fb_slice_str(x->place)) : !*x->place)
			return x;
	}
	return NULL;
}

static int value_of(const struct fb_answer *a, const char *note, struct fb_buf *out)
{
	char sum[2 * FB_SHA256 + 1];
	struct fb_json j;

	fb_hex(a->sum, FB_SHA256, sum);
	fb_json_init(&j, out);
	fb_json_object(&j);
	fb_json_key(&j, "assessment");
	fb_json_cstr(&j, fb_assessment_word(a->assessment));
	fb_json_key(&j, "says");
	fb_json_cstr(&j, a->says);
	fb_json_key(&j, "sum");
	fb_json_cstr(&j, sum);
	if (note) {
		fb_json_key(&j, "note");
		fb_json_cstr(&j, note);
	}
	fb_json_object_end(&j);
	return out->code;
}

static int run(struct fb_cli *cli)
{
	const char *dir = fb_cli_dir(cli, 0), *place = fb_args_get(&cli->args, "place");
	const char *route = fb_args_get(&cli->args, "route");
	struct fb_cli_answers a = { 0 };
	const struct fb_answer *x = NULL;
	struct fb_buf key, value;
	enum fb_question q;
	int r = 0;

	fb_buf_init(&key, 4096);
	fb_buf_init(&value, 128u << 10);
	if (!fb_question_parse(fb_slice_str(cli->args.pos[1]), &q))
		r = fb_fail(&cli->err, FB_EUSAGE, "%s: no question (`firebreak status` lists them)", cli->args.pos[1]);
	if (!r)
		r = fb_cli_answers_open(cli, dir, true, &a);
	if (!r && !(x = find(a.answers, q, place, route)))
		r = fb_fail(&cli->err, FB_ENOTFOUND, "no answer of that question, place and route");
	if (!r) {
		fb_answer_key(x, &key);
		if (!fb_args_has(&cli->args, "withdraw") && value_of(x, fb_args_get(&cli->args, "note"), &value))
			r = fb_fail(&cli->err, FB_ENOMEM, "out of memory");
	}
	/* The case cannot be read by one who holds it open while it is written. */
	fb_cli_answers_close(&a);
	if (!r)
		r = fb_cli_state(cli, dir, "review", fb_buf_cstr(&key), fb_buf_cstr(&value));
	fb_buf_dispose(&key);
	fb_buf_dispose(&value);
	return r;
}

const struct fb_cmd fb_cmd_review = {
	.name = "review",
	.summary = "sign an answer as looked at by a person",
	.usage = "CASE QUESTION [--place PLACE] [--route ROUTE] [OPTION…]",
	.about = "Records that a person has looked at an answer of `firebreak status` and stands by it.\n"
		 "It holds as long as the answer says the same and rests on the same records; once it\n"
		 "turns, the answer is unreviewed again.",
	.opts = opts,
	.least = 2,
	.most = 2,
	.run = run,
};
