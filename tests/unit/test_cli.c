#include "check.h"

#include "cli/args.h"

#include <stdlib.h>

static const struct fb_opt own[] = {
	{ "all", 'a', FB_OPT_FLAG, NULL, "", false },
	{ "quiet", 'q', FB_OPT_FLAG, NULL, "", false },
	{ "output", 'o', FB_OPT_FILE, "FILE", "", false },
	{ "rules", 'r', FB_OPT_DIR, "DIR", "", true },
	{ "workers", 'w', FB_OPT_COUNT, "N", "", false },
	{ 0 },
};
static const struct fb_opt *const groups[] = { own, fb_opts_filter, fb_opts_zone, fb_opts_common,
					       NULL };

#define MOST 12

static struct fb_args args;
static struct fb_err err;

/* The words of a line, blank between. */
static int parse(const char *line)
{
	static char copy[512];
	char *argv[MOST + 1];
	int argc = 0;

	fb_args_dispose(&args);
	err = (struct fb_err){ 0 };
	(void)snprintf(copy, sizeof copy, "%s", line);
	for (char *p = copy; *p && argc < MOST;) {
		argv[argc++] = p;
		p += strcspn(p, " ");
		if (*p)
			*p++ = 0;
	}
	argv[argc] = NULL;
	return fb_args_parse(&args, groups, argc, argv, &err);
}

static void test_accepted(void)
{
	CHECK_INT(parse("case --from 2025-07-18 --level=high -o out.json"), 0);
	CHECK_INT(args.npos, 1);
	CHECK_STR(args.pos[0], "case");
	CHECK_STR(fb_args_get(&args, "from"), "2025-07-18");
	CHECK_STR(fb_args_get(&args, "level"), "high");
	CHECK_STR(fb_args_get(&args, "output"), "out.json");
	CHECK(!fb_args_has(&args, "all") && !fb_args_get(&args, "to"));

	/* Options may stand anywhere; flags may be bundled; a value may be joined. */
	CHECK_INT(parse("-aq a -oout -r one b --rules two --level info"), 0);
	CHECK(fb_args_has(&args, "all") && fb_args_has(&args, "quiet"));
	CHECK_INT(args.npos, 2);
	CHECK_STR(args.pos[1], "b");
	CHECK_STR(fb_args_get(&args, "output"), "out");
	CHECK_STR(fb_args_nth(&args, "rules", 0), "one");
	CHECK_STR(fb_args_nth(&args, "rules", 1), "two");
	CHECK(!fb_args_nth(&args, "rules", 2));

	CHECK_INT(parse("-- --all -o"), 0);
	CHECK_INT(args.npos, 2);
	CHECK(!fb_args_has(&args, "all"));
	CHECK_INT(parse("-aqo out -"), 0);
	CHECK_STR(args.pos[0], "-");
	CHECK_INT(parse("--output=--all"), 0);
	CHECK_STR(fb_args_get(&args, "output"), "--all");
	CHECK_INT(parse("-o one -o two"), 0);
	CHECK_STR(fb_args_get(&args, "output"), "two");
	CHECK_INT(parse("--workers 4 --zone +02:00"), 0);
	CHECK_INT(parse(""), 0);
	CHECK_INT(args.npos, 0);
}

static void test_refused(void)
{
	static const struct { const char *line, *want; } cases[] = {
		{ "--lvel high", "--lvel: unknown option (did you mean \"--level\"?)" },
		{ "--lev high", "--lev: unknown option (did you mean \"--level\"?)" },
		{ "--xyzzy", "--xyzzy: unknown option" },
		{ "--lvel=high", "--lvel: unknown option (did you mean \"--level\"?)" },
		{ "-all", "-all: unknown option (did you mean \"--all\"?)" },
		{ "-al", "-l: unknown option" },
		{ "-rules x", "-rules: unknown option (did you mean \"--rules\"?)" },
		{ "-rule5 x", NULL }, /* -r with the value "ule5" */
		{ "-from 2025", "-from: unknown option (did you mean \"--from\"?)" },
		{ "-z", "-z: unknown option" },
		{ "--output", "--output: its FILE is missing" },
		{ "-o", "-o: its FILE is missing" },
		{ "--output --all", "--output: its FILE is missing" },
		{ "--output=", "--output: its FILE is empty" },
		{ "--all=yes", "--all: takes no value" },
		{ "--level loud", "--level loud: no such level (informational, low, medium, high, critical)" },
		{ "--from yesterday", "--from yesterday: not a time (2025-07-18, 2025-07-18T09:14, "
				      "2025-07-18T09:14:02+02:00)" },
		{ "--from 2025-02-30", "--from 2025-02-30: not a time (2025-07-18, 2025-07-18T09:14, "
				       "2025-07-18T09:14:02+02:00)" },
		{ "--workers 0", "--workers 0: not a number from 1 to 1024" },
		{ "--workers 4x", "--workers 4x: not a number from 1 to 1024" },
		{ "--workers 99999999999999999999", "--workers 99999999999999999999: not a number from 1 to "
						    "1024" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int r = parse(cases[i].line);

		if (!cases[i].want) {
			CHECK_INT(r, 0);
			continue;
		}
		CHECK_INT(r, FB_EUSAGE);
		CHECK_STR(err.text, cases[i].want);
	}
	CHECK_INT(parse("--zone Nowhere/City"), FB_EUSAGE);
	CHECK(strncmp(err.text, "--zone Nowhere/City: no time zone", 33) == 0);
}

/* Long words, many options: nothing is written past its end. */
static void test_extremes(void)
{
	static char line[3 * 1024 + 8];
	char *one[] = { line };
	char **many = calloc(FB_ARGS_MAX + 1, sizeof *many);
	static char flag[] = "-a";

	memset(line, 'x', sizeof line - 1);
	line[0] = line[1] = '-';
	fb_args_dispose(&args);
	err = (struct fb_err){ 0 };
	CHECK_INT(fb_args_parse(&args, groups, 1, one, &err), FB_EUSAGE);
	CHECK(strstr(err.text, "unknown option") != NULL);

	for (int i = 0; many && i <= FB_ARGS_MAX; i++)
		many[i] = flag;
	fb_args_dispose(&args);
	err = (struct fb_err){ 0 };
	CHECK_INT(fb_args_parse(&args, groups, FB_ARGS_MAX, many, &err), 0);
	fb_args_dispose(&args);
	CHECK_INT(fb_args_parse(&args, groups, FB_ARGS_MAX + 1, many, &err), FB_EUSAGE);
	free(many);
}

static const char *nth(const void *user, size_t i)
{
	const char *const *list = user;

	return list[i];
}

static void test_nearest(void)
{
	static const char *const words[] = { "investigate", "detections", "timeline", "show", "verify",
					     NULL };
	static const struct { const char *typed, *want; } cases[] = {
		{ "detection", "detections" }, { "detectoins", "detections" }, { "det", "detections" },
		{ "sohw", "show" },	       { "verfy", "verify" },	       { "investigat", "investigate" },
		{ "timline", "timeline" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		CHECK_STR(fb_nearest(cases[i].typed, nth, words), cases[i].want);
	CHECK(!fb_nearest("x", nth, words) && !fb_nearest("banana", nth, words));
}

int main(void)
{
	test_accepted();
	test_refused();
	test_extremes();
	test_nearest();
	fb_args_dispose(&args);
	return check_done();
}
