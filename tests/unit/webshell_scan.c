/* The analysis of web shells on files by name: for measuring (bench/webshell) and for
 * looking at one page. Paths come as arguments, or one a line on stdin.
 *
 *   webshell_scan [-v] [PATH]…    a line each: level, milliseconds, rules, path */
#include "base/buf.h"
#include "base/io.h"
#include "detect/webshell/webshell.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct seen {
	const struct fb_ruleset *set;
	int level;
	bool verbose;
	struct fb_buf words, text;
};

static int on_hit(const struct fb_file_sink *sink, const struct fb_file_hit *hit)
{
	struct seen *s = sink->user;
	const struct fb_rule_info *rule = &s->set->rules[hit->rule];

	if ((int)rule->level > s->level)
		s->level = (int)rule->level;
	(void)fb_buf_printf(&s->words, " %s", rule->id + strlen(rule->id) - 3);
	if (s->verbose)
		(void)fb_buf_printf(&s->text, "    %s: %.*s\n", fb_level_word(rule->level), (int)hit->summary.n,
				    (const char *)hit->summary.p);
	return 0;
}

static int on_problem(const struct fb_file_sink *sink, const char *text)
{
	struct seen *s = sink->user;

	(void)fb_buf_puts(&s->words, " cut");
	if (s->verbose)
		(void)fb_buf_printf(&s->text, "    %s\n", text);
	return 0;
}

static double now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void one(struct seen *s, void *state, const char *path)
{
	struct fb_file_sink sink = { .hit = on_hit, .problem = on_problem, .user = s };
	struct fb_file file = { .path = path, .format = "" };
	struct fb_buf b;
	double from;

	fb_buf_init(&b, 256u << 20);
	if (fb_read_file(path, 256u << 20, &b, NULL) == 0) {
		file.data = fb_buf_view(&b);
		file.size = b.n;
		s->level = -1;
		fb_buf_clear(&s->words);
		fb_buf_clear(&s->text);
		from = now();
		if (s->set->kind->scan(state, &file, &sink))
			(void)fb_buf_puts(&s->words, " failed");
		printf("%s\t%.2f\t%s\t%s\n%s", s->level < 0 ? "-" : fb_level_word((enum fb_level)s->level), now() - from,
		       fb_buf_cstr(&s->words), path, fb_buf_cstr(&s->text));
	}
	fb_buf_dispose(&b);
}

int main(int argc, char **argv)
{
	struct fb_ruleset *set;
	struct seen s = { 0 };
	struct fb_err err = { 0 };
	char line[8192];
	void *state;
	int first = 1;

	if (fb_webshell_new(NULL, &set, &err) || set->kind->open(set, &state))
		return 1;
	s.set = set;
	fb_buf_init(&s.words, 1u << 20);
	fb_buf_init(&s.text, 1u << 20);
	if (argc > 1 && strcmp(argv[1], "-v") == 0) {
		s.verbose = true;
		first++;
	}
	for (int i = first; i < argc; i++)
		one(&s, state, argv[i]);
	while (first >= argc && fgets(line, sizeof line, stdin)) {
		line[strcspn(line, "\n")] = 0;
		one(&s, state, line);
	}
	set->kind->close(state);
	set->kind->free(set);
	fb_buf_dispose(&s.words);
	fb_buf_dispose(&s.text);
	return 0;
}
