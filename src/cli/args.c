#include "cli/args.h"

#include "base/time.h"
#include "event/rules.h"
#include "show/zone.h"

#include <stdlib.h>
#include <string.h>

/* Names longer than this are not compared for a suggestion. */
#define NAME_MAX_TYPED 40

const struct fb_opt fb_opts_common[] = {
	{ "help", 'h', FB_OPT_FLAG, NULL, "say how the command is used", false },
	{ "version", 0, FB_OPT_FLAG, NULL, "say which version this is", false },
	{ 0 },
};

const struct fb_opt fb_opts_filter[] = {
	{ "from", 0, FB_OPT_TIME, "TIME", "at this time (UTC) or later: 2025-07-18, 2025-07-18T09:14", false },
	{ "to", 0, FB_OPT_TIME, "TIME", "before this time (UTC)", false },
	{ "host", 0, FB_OPT_TEXT, "HOST", "on this host; * and ? stand for anything", false },
	{ "rule", 0, FB_OPT_TEXT, "RULE", "by this rule: its id, or its title with * and ?", false },
	{ "level", 0, FB_OPT_LEVEL, "LEVEL", "at this level or above: info, low, medium, high, critical", false },
	{ "source", 0, FB_OPT_TEXT, "PATH", "in this source; * and ? stand for anything", false },
	{ 0 },
};

const struct fb_opt fb_opts_format[] = {
	{ "json", 0, FB_OPT_FLAG, NULL, "write one JSON document", false },
	{ "jsonl", 0, FB_OPT_FLAG, NULL, "write JSON, one object a line", false },
	{ "csv", 0, FB_OPT_FLAG, NULL, "write CSV", false },
	{ "output", 'o', FB_OPT_FILE, "FILE", "write to FILE, whole or not at all", false },
	{ 0 },
};

const struct fb_opt fb_opts_json[] = {
	{ "json", 0, FB_OPT_FLAG, NULL, "write one JSON document", false },
	{ "jsonl", 0, FB_OPT_FLAG, NULL, "write JSON, one object a line", false },
	{ "output", 'o', FB_OPT_FILE, "FILE", "write to FILE, whole or not at all", false },
	{ 0 },
};

const struct fb_opt fb_opts_zone[] = {
	{ "zone", 0, FB_OPT_ZONE, "ZONE", "show times in this zone: UTC, +02:00, Europe/Berlin", false },
	{ 0 },
};

/* Edits between two short words, swaps of neighbours counted once. */
static size_t distance(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b);
	size_t row[3][NAME_MAX_TYPED + 1];

	if (n > NAME_MAX_TYPED || m > NAME_MAX_TYPED)
		return SIZE_MAX;
	for (size_t j = 0; j <= m; j++)
		row[0][j] = j;
	for (size_t i = 1; i <= n; i++) {
		size_t *now = row[i % 3], *before = row[(i + 2) % 3], *older = row[(i + 1) % 3];

		now[0] = i;
		for (size_t j = 1; j <= m; j++) {
			size_t best = before[j - 1] + (a[i - 1] != b[j - 1]);

			if (before[j] + 1 < best)
				best = before[j] + 1;
			if (now[j - 1] + 1 < best)
				best = now[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    older[j - 2] + 1 < best)
				best = older[j - 2] + 1;
			now[j] = best;
		}
	}
	return row[n % 3][m];
}

const char *fb_nearest(const char *typed, const char *(*next)(const void *user, size_t i),
		       const void *user)
{
	const char *best = NULL, *word;
	size_t n = strlen(typed), least = n <= 3 ? 2 : n <= 6 ? 3 : 4; /* one more than allowed */

	for (size_t i = 0; (word = next(user, i)) != NULL; i++) {
		size_t d = distance(typed, word);

		/* A beginning of the word is what people type who hope for abbreviations. */
		if (n >= 2 && strncmp(typed, word, n) == 0)
			d = 1;
		if (d < least) {
			least = d;
			best = word;
		}
	}
	return best;
}

static const char *nth_name(const void *user, size_t i)
{
	const struct fb_opt *const *groups = user;

	for (; *groups; groups++) {
		for (const struct fb_opt *o = *groups; o->name; o++) {
			if (i-- == 0)
				return o->name;
		}
	}
	return NULL;
}

static const struct fb_opt *find_name(const struct fb_opt *const *groups, const char *name,
				      size_t n)
{
	for (; *groups; groups++) {
		for (const struct fb_opt *o = *groups; o->name; o++) {
			if (strlen(o->name) == n && memcmp(o->name, name, n) == 0)
				return o;
		}
	}
	return NULL;
}

static const struct fb_opt *find_letter(const struct fb_opt *const *groups, char letter)
{
	for (; *groups; groups++) {
		for (const struct fb_opt *o = *groups; o->name; o++) {
			if (o->letter == letter)
				return o;
		}
	}
	return NULL;
}

static int check_value(const struct fb_opt *o, const char *value, struct fb_err *err)
{
	struct fb_zone *zone;
	enum fb_level level;
	uint64_t count;
	fb_time t;
	int r = 0;

	switch (o->kind) {
	case FB_OPT_LEVEL:
		if (strcmp(value, "info") != 0 && !fb_level_parse(fb_slice_str(value), &level))
			r = fb_fail(err, FB_EUSAGE, "--%s %s: no such level (informational, low, "
				    "medium, high, critical)", o->name, value);
		break;
	case FB_OPT_TIME:
		if (!fb_time_parse(fb_slice_str(value), &t, NULL))
			r = fb_fail(err, FB_EUSAGE, "--%s %s: not a time (2025-07-18, "
				    "2025-07-18T09:14, 2025-07-18T09:14:02+02:00)", o->name, value);
		break;
	case FB_OPT_ZONE:
		zone = calloc(1, sizeof *zone);
		if (!zone)
			return fb_fail(err, FB_ENOMEM, "out of memory");
		r = fb_zone_parse(zone, value, err);
		if (r)
			fb_err_prefix(err, "--%s %s", o->name, value);
		free(zone);
		break;
	case FB_OPT_COUNT:
		if (!fb_slice_u64(fb_slice_str(value), &count) || count < 1 || count > 1024)
			r = fb_fail(err, FB_EUSAGE, "--%s %s: not a number from 1 to 1024", o->name,
				    value);
		break;
	case FB_OPT_TEXT:
	case FB_OPT_FILE:
	case FB_OPT_DIR:
		if (!*value)
			r = fb_fail(err, FB_EUSAGE, "--%s: its %s is empty", o->name, o->arg);
		break;
	case FB_OPT_FLAG:
		break;
	}
	return r;
}

static int take(struct fb_args *a, const struct fb_opt *o, const char *value, struct fb_err *err)
{
	int r = check_value(o, value, err);

	if (r)
		return r;
	if (a->n == FB_ARGS_MAX)
		return fb_fail(err, FB_EUSAGE, "--%s: too many options", o->name);
	a->given[a->n].opt = o;
	a->given[a->n++].value = value;
	return 0;
}

/* *i is moved past the value when it is a word of its own. */
static int parse_long(struct fb_args *a, const struct fb_opt *const *groups, int argc,
		      char *const *argv, int *i, struct fb_err *err)
{
	const char *name = argv[*i] + 2, *eq = strchr(name, '=');
	size_t n = eq ? (size_t)(eq - name) : strlen(name);
	const struct fb_opt *o = find_name(groups, name, n);
	char typed[NAME_MAX_TYPED + 1] = "";
	const char *near;

	if (!o) {
		if (n < sizeof typed)
			memcpy(typed, name, n);
		near = *typed ? fb_nearest(typed, nth_name, groups) : NULL;
		return fb_fail(err, FB_EUSAGE, "--%.*s: unknown option%s%s%s",
			       n > 100 ? 100 : (int)n, name, near ? " (did you mean \"--" : "",
			       near ? near : "", near ? "\"?)" : "");
	}
	if (o->kind == FB_OPT_FLAG) {
		if (eq)
			return fb_fail(err, FB_EUSAGE, "--%s: takes no value", o->name);
		return take(a, o, "", err);
	}
	if (eq)
		return take(a, o, eq + 1, err);
	if (*i + 1 >= argc || (argv[*i + 1][0] == '-' && argv[*i + 1][1] == '-'))
		return fb_fail(err, FB_EUSAGE, "--%s: its %s is missing", o->name, o->arg);
	return take(a, o, argv[++*i], err);
}

static int parse_letters(struct fb_args *a, const struct fb_opt *const *groups, int argc,
			 char *const *argv, int *i, struct fb_err *err)
{
	const char *word = argv[*i] + 1;

	/* "-rules DIR" would otherwise name the folder "ules". */
	if (word[1] && find_name(groups, word, strlen(word)))
		return fb_fail(err, FB_EUSAGE, "-%s: unknown option (did you mean \"--%s\"?)", word,
			       word);
	for (const char *p = word; *p; p++) {
		const struct fb_opt *o = find_letter(groups, *p);
		int r;

		if (!o)
			return fb_fail(err, FB_EUSAGE, "-%c: unknown option", *p);
		if (o->kind == FB_OPT_FLAG) {
			r = take(a, o, "", err);
			if (r)
				return r;
			continue;
		}
		if (p[1])
			return take(a, o, p + 1, err);
		if (*i + 1 >= argc || (argv[*i + 1][0] == '-' && argv[*i + 1][1] == '-'))
			return fb_fail(err, FB_EUSAGE, "-%c: its %s is missing", *p, o->arg);
		return take(a, o, argv[++*i], err);
	}
	return 0;
}

int fb_args_parse(struct fb_args *a, const struct fb_opt *const *groups, int argc,
		  char *const *argv, struct fb_err *err)
{
	bool options = true;
	int r = 0;

	a->n = 0;
	a->npos = 0;
	a->pos = calloc((size_t)argc + 1, sizeof *a->pos);
	if (!a->pos)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	for (int i = 0; i < argc && !r; i++) {
		const char *s = argv[i];

		if (options && strcmp(s, "--") == 0) {
			options = false;
		} else if (options && s[0] == '-' && s[1] == '-') {
			r = parse_long(a, groups, argc, argv, &i, err);
		} else if (options && s[0] == '-' && s[1] && !(a->minus_words && (s[2] || !find_letter(groups, s[1])))) {
			r = parse_letters(a, groups, argc, argv, &i, err);
		} else {
			a->pos[a->npos++] = s;
		}
	}
	return r;
}

void fb_args_dispose(struct fb_args *a)
{
	free(a->pos);
	a->pos = NULL;
}

bool fb_args_has(const struct fb_args *a, const char *name)
{
	return fb_args_nth(a, name, 0) != NULL;
}

const char *fb_args_get(const struct fb_args *a, const char *name)
{
	const char *value = NULL;

	for (size_t i = 0; i < a->n; i++) {
		if (strcmp(a->given[i].opt->name, name) == 0)
			value = a->given[i].value;
	}
	return value;
}

const char *fb_args_nth(const struct fb_args *a, const char *name, size_t nth)
{
	for (size_t i = 0; i < a->n; i++) {
		if (strcmp(a->given[i].opt->name, name) == 0 && nth-- == 0)
			return a->given[i].value;
	}
	return NULL;
}
