/* What the meta data of a rule say of it. */
#include "detect/yara/set.h"

#include "base/buf.h"
#include "base/text.h"

#include <string.h>
#include <strings.h>

/* A pack that says nothing means what its authors mean by default. */
#define DEFAULT_SCORE 75

static const struct {
	int64_t at_least;
	enum fb_level level;
} scores[] = {
	{ 90, FB_LEVEL_CRITICAL },
	{ 70, FB_LEVEL_HIGH },
	{ 50, FB_LEVEL_MEDIUM },
	{ 40, FB_LEVEL_LOW },
	{ INT64_MIN, FB_LEVEL_INFORMATIONAL },
};

static enum fb_level by_score(int64_t score)
{
	size_t i = 0;

	while (score < scores[i].at_least)
		i++;
	return scores[i].level;
}

static const YR_META *meta_of(const YR_RULE *rule, const char *const *names)
{
	for (; *names; names++) {
		const YR_META *m;

		yr_rule_metas_foreach(rule, m)
			if (strcasecmp(m->identifier, *names) == 0)
				return m;
	}
	return NULL;
}

static struct fb_slice text_of(const YR_RULE *rule, const char *const *names)
{
	const YR_META *m = meta_of(rule, names);

	return m && m->type == META_TYPE_STRING ? fb_slice_str(m->string) : FB_LIT("");
}

static enum fb_level level_of(const YR_RULE *rule)
{
	static const char *const words[] = { "level", "severity", NULL }, *const score[] = { "score", NULL };
	const YR_META *m = meta_of(rule, score);
	enum fb_level level;

	if (m && m->type == META_TYPE_INTEGER)
		return by_score(m->integer);
	return fb_level_parse(text_of(rule, words), &level) ? level : by_score(DEFAULT_SCORE);
}

/* Rules are text that others wrote: what is no UTF-8 or no printable line is replaced. */
static const char *clean(struct fb_arena *a, struct fb_slice s)
{
	struct fb_buf b;
	const char *out;

	fb_buf_init(&b, 4 * s.n + 16);
	(void)fb_utf8_clean(&b, s);
	out = b.code ? NULL : fb_arena_strn(a, b.p, b.n);
	fb_buf_dispose(&b);
	return out;
}

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

/* "T1505.003" at the start of s: its length, or 0. */
static size_t technique(struct fb_slice s)
{
	size_t n = 5;

	if (s.n < 5 || (s.p[0] != 'T' && s.p[0] != 't'))
		return 0;
	for (size_t i = 1; i < 5; i++)
		if (!is_digit(s.p[i]))
			return 0;
	if (s.n >= 9 && (s.p[5] == '.' || s.p[5] == '_') && is_digit(s.p[6]) && is_digit(s.p[7]) &&
	    is_digit(s.p[8]))
		n = 9;
	return n < s.n && (is_digit(s.p[n]) || s.p[n] == '_') ? 0 : n;
}

#define TECHNIQUES_MAX 16

struct techniques {
	char v[TECHNIQUES_MAX][10];
	size_t n;
};

static void find_techniques(struct techniques *t, struct fb_slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		size_t n = i && (s.p[i - 1] == '_' || is_digit(s.p[i - 1])) ? 0
			: technique(fb_slice(s.p + i, s.n - i));
		char word[10] = "T";
		size_t at;

		if (n == 0)
			continue;
		memcpy(word + 1, s.p + i + 1, n - 1);
		if (n == 9)
			word[5] = '.';
		for (at = 0; at < t->n && strcmp(t->v[at], word) < 0; at++)
			;
		if ((at < t->n && strcmp(t->v[at], word) == 0) || t->n == TECHNIQUES_MAX)
			continue;
		memmove(t->v[at + 1], t->v[at], (t->n - at) * sizeof *t->v);
		memcpy(t->v[at], word, sizeof word);
		t->n++;
		i += n - 1;
	}
}

static const char *techniques_of(struct fb_arena *a, const YR_RULE *rule)
{
	static const char *const names[] = { "mitre", "mitre_attack", "mitre_att", "attack",
					     "technique", "techniques", NULL };
	char line[TECHNIQUES_MAX * 10 + 1] = "";
	struct techniques t = { .n = 0 };
	const char *tag;
	size_t at = 0;

	for (size_t i = 0; names[i]; i++) {
		const char *const one[] = { names[i], NULL };

		find_techniques(&t, text_of(rule, one));
	}
	yr_rule_tags_foreach(rule, tag)
		find_techniques(&t, fb_slice_str(tag));
	for (size_t i = 0; i < t.n; i++) {
		size_t n = strlen(t.v[i]);

		if (i)
			line[at++] = ' ';
		memcpy(line + at, t.v[i], n);
		at += n;
	}
	return fb_arena_strn(a, line, at);
}

/* Its own id, or one that its file's name space and its own name make. */
static const char *id_of(struct fb_arena *a, const YR_RULE *rule, const uint8_t hash[static FB_SHA256])
{
	static const char *const names[] = { "id", "uuid", "rule_id", NULL };
	struct fb_slice given = text_of(rule, names);
	char hex[2 * FB_SHA256 + 1];

	if (given.n)
		return clean(a, given);
	fb_hex(hash, FB_SHA256, hex);
	return fb_arena_strn(a, hex, 32);
}

int ya_info(struct fb_arena *arena, const YR_RULE *rule, const char *path, const char *pack,
	    const uint8_t file[static FB_SHA256], struct fb_rule_info *out)
{
	static const char *const describes[] = { "description", "desc", NULL };
	struct fb_sha256 *h = fb_sha256_new();

	if (!h)
		return FB_ENOMEM;
	fb_sha256_add(h, fb_slice(file, FB_SHA256));
	fb_sha256_add(h, fb_slice_str(rule->identifier));
	*out = (struct fb_rule_info){ .path = path, .pack = pack, .status = "" };
	fb_sha256_end(h, out->hash);
	fb_sha256_free(h);
	out->id = id_of(arena, rule, out->hash);
	out->title = fb_arena_str(arena, rule->identifier);
	out->description = clean(arena, text_of(rule, describes));
	out->techniques = techniques_of(arena, rule);
	out->level = level_of(rule);
	return out->id && out->title && out->description && out->techniques ? 0 : FB_ENOMEM;
}
