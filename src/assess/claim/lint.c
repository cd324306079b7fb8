/* A draft statement, sentence by sentence: what it says, and whether the case carries that. What is recognised is
 * data, one table; a sentence that is not recognised is not judged. */
#include "assess/claim/claim.h"

#include "assess/coverage/coverage.h"
#include "base/buf.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define GROUPS 3
#define WORDS 16

/* All groups have to be met, of each one word is enough; in a sentence without case. */
static const struct said {
	const char *kind;
	const char *groups[GROUPS][WORDS];
	enum fb_proposition_kind is;
	enum fb_question question; /* whose answer is what would be true; FB_Q_COUNT: none */
} table[] = {
	{ "nothing was taken", { { "no evidence", "no indication", "no sign", "not found any", "did not find", "no data", "no files", "no customer", "no personal",
				   "no sensitive", "no employee", "none of", "was not", "were not", "not been" },
				 { "taken", "stolen", "exfiltrat", "left our", "copied", "leaked", "removed from", "compromised", "data loss", "breach of" },
				 { "data", "file", "document", "record", "information" } },
	  FB_P_NOTHING_LEFT, FB_Q_EXFILTRATION },
	{ "nothing was accessed", { { "no evidence", "no indication", "no sign", "did not find", "not found any", "was not", "were not", "not been", "no unauthor", "no improper",
				      "no customer", "no personal", "no sensitive", "no employee" },
				    { "access", "viewed", "opened", "read by" }, { "data", "file", "document", "record", "information" } },
	  FB_P_NO_ACCESS, FB_Q_COLLECTION },
	{ "separate", { { "separate", "isolated from", "not connected", "segregated", "no connection" },
			{ "network", "system", "server", "environment", "infrastructure", "platform" }, { NULL } },
	  FB_P_SEPARATE, FB_Q_MOVEMENT },
	{ "contained", { { "contained", "eradicated", "evicted", "no longer", "has ended", "is over", "under control", "remediated", "resolved" },
			 { "incident", "attack", "breach", "situation", "threat", "intrusion", "issue", "activity", "access" }, { NULL } },
	  FB_P_ENDED_AT, FB_Q_ACTIVE },
	{ "only these", { { "only", "limited to", "confined to", "restricted to", "isolated to" },
			  { "server", "system", "account", "machine", "host", "portal" },
			  { "affected", "impact", "compromis", "involved", "reached", "access" } },
	  FB_P_ONLY, FB_Q_MOVEMENT },
	{ "not affected", { { "not affected", "unaffected", "not impacted", "not compromised", "not involved", "remain secure", "remains secure" }, { NULL }, { NULL } },
	  FB_P_NOT_AFFECTED, FB_Q_EXECUTION },
	{ "taken offline", { { "took", "taken", "brought", "shut", "switched" }, { "offline", "shut down", "down", "off" },
			     { "server", "system", "portal", "site", "service", "platform" } },
	  FB_P_OFFLINE, FB_Q_COUNT },
};

struct linting {
	const struct fb_answers *a;
	const struct fb_coverage *cov;
	struct fb_arena *arena;
	struct fb_buf folded;
};

static bool has(struct fb_slice folded, const char *const words[WORDS])
{
	if (!words[0])
		return true;
	for (size_t i = 0; i < WORDS && words[i]; i++)
		if (fb_slice_find(folded, fb_slice_str(words[i])) < folded.n)
			return true;
	return false;
}

static bool says(const struct said *s, struct fb_slice folded)
{
	for (size_t g = 0; g < GROUPS; g++)
		if (!has(folded, s->groups[g]))
			return false;
	return true;
}

/* Places that the sentence names, by their short names, "SP01,SP02"; in the arena. "" : none. */
static const char *named(struct linting *l, struct fb_slice folded)
{
	struct fb_buf b;
	const char *out;

	fb_buf_init(&b, 4096);
	for (size_t i = 0; i < l->cov->nplaces; i++) {
		struct fb_slice name = fb_slice_str(l->cov->places[i].name);
		size_t dot = fb_slice_find(name, FB_LIT("."));
		struct fb_buf low;

		name = fb_slice_sub(name, 0, dot < name.n ? dot : name.n);
		fb_buf_init(&low, 4096);
		(void)fb_utf8_fold(&low, name);
		if (low.n > 2 && fb_slice_find(folded, fb_buf_view(&low)) < folded.n) {
			(void)fb_buf_puts(&b, b.n ? "," : "");
			(void)fb_buf_slice(&b, name);
		}
		fb_buf_dispose(&low);
	}
	out = b.code ? NULL : fb_arena_strn(l->arena, b.n ? b.p : (const uint8_t *)"", b.n);
	fb_buf_dispose(&b);
	return out;
}

/* Of the places named, or of all: what says most. */
static const struct fb_answer *answer_of(const struct fb_answers *a, enum fb_question q, const char *places)
{
	const struct fb_answer *best = NULL;

	for (size_t i = 0; i < a->n; i++) {
		const struct fb_answer *x = &a->v[i];

		if (x->route || !*x->place || (*places ? !fb_claim_among(places, x->place) : x->question != q))
			continue;
		if (!best || x->assessment > best->assessment)
			best = x;
	}
	return best;
}

/* What a sentence of that kind says, as a proposition that can be tested. false: it names nothing to test. */
static bool proposition(const struct said *s, const char *places, struct fb_proposition *p)
{
	*p = (struct fb_proposition){ .kind = s->is, .text = s->kind, .a = places, .b = "", .from = FB_TIME_NONE, .to = FB_TIME_NONE };
	switch (p->kind) {
	case FB_P_NOTHING_LEFT:
		return true;
	case FB_P_NO_ACCESS:
		p->a = "*";
		return true;
	case FB_P_ONLY:
	case FB_P_NOT_AFFECTED:
		return *places != '\0';
	default:
		return false;
	}
}

static int judge(struct linting *l, const struct said *s, struct fb_slice folded, struct fb_lint *out)
{
	const char *places = named(l, folded);
	const struct fb_answer *answer;
	struct fb_proposition p;
	struct fb_tested t;

	if (!places)
		return FB_ENOMEM;
	/* Of what is true only these the rest is what matters. */
	answer = s->question == FB_Q_COUNT ? NULL : answer_of(l->a, s->question, s->is == FB_P_NOT_AFFECTED ? places : "");
	out->kind = s->kind;
	out->instead = answer ? answer->says : "";
	if (!proposition(s, places, &p)) {
		out->verdict = FB_CL_UNTESTABLE;
		out->why = s->is == FB_P_ENDED_AT ? "no record shows that every way back in was closed"
			   : s->is == FB_P_OFFLINE ? "which machine, and when, has to be said to be tested (firebreak claim: offline PLACE TIME)"
			   : s->is == FB_P_SEPARATE ? "which machines has to be said to be tested (firebreak claim: separate A B); no record shows that nobody could"
			   : "which machines has to be said by their names to be tested";
		return 0;
	}
	if (fb_proposition_test(&p, l->a, l->cov, NULL, l->arena, &t))
		return FB_ENOMEM;
	out->verdict = t.verdict;
	out->why = t.says;
	return 0;
}

static bool ends_sentence(struct fb_slice s, size_t i)
{
	if (s.p[i] == '\n' && i + 1 < s.n && s.p[i + 1] == '\n')
		return true;
	return (s.p[i] == '.' || s.p[i] == '!' || s.p[i] == '?') && (i + 1 == s.n || s.p[i + 1] == ' ' || s.p[i + 1] == '\n' || s.p[i + 1] == '\r');
}

/* Without case, in one line. */
static void fold(struct fb_buf *out, struct fb_slice sentence)
{
	fb_buf_clear(out);
	(void)fb_utf8_fold(out, sentence);
	for (size_t i = 0; i < out->n; i++)
		if (out->p[i] == '\n' || out->p[i] == '\r')
			out->p[i] = ' ';
}

int fb_lint_draft(struct fb_slice text, const struct fb_answers *a, const struct fb_coverage *cov, struct fb_arena *arena,
		  int (*cb)(void *user, const struct fb_lint *l), void *user)
{
	struct linting l = { .a = a, .cov = cov, .arena = arena };
	size_t from = 0, counted = 0;
	unsigned line = 1;
	int r = 0;

	fb_buf_init(&l.folded, text.n * 3 + 64);
	for (size_t i = 0; i < text.n && r == 0; i++) {
		struct fb_lint out = { 0 };

		if (!ends_sentence(text, i) && i + 1 < text.n)
			continue;
		out.sentence = fb_slice_trim(fb_slice_sub(text, from, i + 1 - from));
		from = i + 1;
		if (!out.sentence.n)
			continue;
		for (; text.p + counted < out.sentence.p; counted++)
			line += text.p[counted] == '\n';
		out.line = line;
		fold(&l.folded, out.sentence);
		/* One may say several things. */
		for (size_t k = 0; k < sizeof table / sizeof *table && r == 0; k++) {
			if (!says(&table[k], fb_buf_view(&l.folded)))
				continue;
			r = judge(&l, &table[k], fb_buf_view(&l.folded), &out);
			if (r == 0)
				r = cb(user, &out);
		}
	}
	fb_buf_dispose(&l.folded);
	return r;
}
