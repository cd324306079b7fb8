/* Terms to what can be matched. */
#include "detect/query/set.h"

#include "base/limits.h"
#include "base/text.h"
#include "detect/sigma/compile.h"

#include <stdlib.h>

static int no_memory(struct fb_err *err)
{
	return fb_fail(err, FB_ENOMEM, "out of memory");
}

/* ---- what a term is ---- */

static bool name_char(char c, bool first)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	       (!first && ((c >= '0' && c <= '9') || c == '-' || c == '.' || c == '(' || c == ')'));
}

/* The length of NAME in NAME=VALUE; 0: it is none. */
static size_t field_name(const char *term)
{
	size_t n = 0;

	while (name_char(term[n], n == 0))
		n++;
	return term[n] == '=' ? n : 0;
}

static bool is_expression(const char *term)
{
	size_t n = strlen(term);

	return n > 2 && term[0] == '/' && term[n - 1] == '/';
}

static enum qu_kind kind_of(const char *term, const struct fb_query_options *o)
{
	if (o->literal)
		return QU_TEXT;
	if (is_expression(term))
		return QU_RE;
	return field_name(term) ? QU_FIELD : QU_TEXT;
}

int fb_query_say(const char *term, const struct fb_query_options *o, struct fb_buf *out)
{
	size_t n = strlen(term), name = field_name(term);

	switch (kind_of(term, o)) {
	case QU_RE:
		(void)fb_buf_puts(out, "what matches ");
		return fb_buf_slice(out, fb_slice(term + 1, n - 2));
	case QU_FIELD:
		(void)fb_buf_puts(out, "the field ");
		(void)fb_buf_put(out, term, name);
		(void)fb_buf_puts(out, " like \"");
		(void)fb_buf_puts(out, term + name + 1);
		return fb_buf_puts(out, "\"");
	default:
		(void)fb_buf_puts(out, "the text \"");
		(void)fb_buf_puts(out, term);
		return fb_buf_puts(out, "\"");
	}
}

static int fold(struct qu_set *s, struct fb_slice text, struct fb_slice *out)
{
	uint8_t *p = fb_arena_get(&s->arena, text.n * 3 + 1);

	if (!p)
		return FB_ENOMEM;
	if (s->options.cased) {
		memcpy(p, text.p, text.n);
		*out = fb_slice(p, text.n);
	} else {
		*out = fb_slice(p, fb_utf8_fold_raw(text, p));
	}
	return 0;
}

/* ---- names of fields ---- */

static int add_alias(struct qu_set *s, struct qu_names *n, const struct sg_category *cat,
		     const struct sg_binding *b, const char *name, struct fb_syms *syms)
{
	struct qu_alias *more = fb_arena_calloc(&s->arena, n->nalias + 1u, sizeof *more);
	uint32_t sym = fb_syms_intern(syms, fb_slice_str(name));

	if (!more || !sym)
		return FB_ENOMEM;
	if (n->nalias)
		memcpy(more, n->alias, n->nalias * sizeof *more);
	more[n->nalias++] = (struct qu_alias){ .sym = sym, .lane = (enum fb_lane)cat->lane,
					       .channels = b->channels,
					       .event_ids = b->event_ids };
	n->alias = more;
	return 0;
}

/* The field's own name, and those that it has in the log sources of rules. Fields that
 * rules put together or translate are taken under their own names only. */
static int find_names(struct qu_set *s, struct fb_slice field, struct fb_syms *syms,
		      struct qu_names *out)
{
	char *name = fb_arena_strn(&s->arena, field.p, field.n);
	int r = 0;

	*out = (struct qu_names){ 0 };
	if (!name || !(out->sym = fb_syms_intern(syms, field)))
		return FB_ENOMEM;
	for (unsigned i = 0; i < sg_ncategories; i++)
		for (unsigned k = 0; k < sg_categories[i].nbindings; k++) {
			const struct sg_binding *b = &sg_categories[i].bindings[k];
			const struct sg_rename *re = sg_rename_of(b, name);

			if (!re || re->separator || re->map || re->part)
				continue;
			for (unsigned m = 0; m < 3 && re->evidence[m] && !r; m++)
				r = add_alias(s, out, &sg_categories[i], b, re->evidence[m], syms);
			if (r)
				return r;
		}
	return 0;
}

/* ---- terms ---- */

/* Could it stand in a number, time, GUID, SID, hexadecimal bytes or truth value? (Text
 * is compared wherever it is; these have to be written out first.) */
static bool is_loose(struct fb_slice text, struct fb_slice folded)
{
	static const char *const words[] = { "true", "false", "inf", "nan", "-nan" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (fb_slice_find(fb_slice_str(words[i]), folded) < strlen(words[i]))
			return true;
	for (size_t i = 0; i < text.n; i++)
		if (!text.p[i] || !strchr("0123456789abcdefABCDEFxXsStTzZ{}:.,-+ ", text.p[i]))
			return false;
	return true;
}

/* The longest part without what a list of values or a name is put together with, and
 * (FIELD) without wildcards. Short ones are everywhere. */
static struct fb_slice run_of(struct fb_slice text, bool wildcards)
{
	struct fb_slice best = { 0 };
	size_t from = 0;

	for (size_t i = 0; i <= text.n; i++) {
		struct fb_slice run;

		if (i < text.n && !strchr("_, ", text.p[i] ? text.p[i] : '.') &&
		    !(wildcards && strchr("*?\\", text.p[i] ? text.p[i] : '.')))
			continue;
		run = fb_slice_sub(text, from, i - from);
		if (run.n > best.n)
			best = run;
		from = i + 1;
	}
	if (best.n < 3)
		best.n = 0;
	return best;
}

static int compile_text(struct qu_set *s, struct qu_term *t, const char *term, struct fb_err *err)
{
	struct fb_slice text = fb_slice_str(term), folded;
	uint8_t *p;

	if (!text.n)
		return fb_fail(err, FB_EUSAGE, "an empty text: what is looked for?");
	if (text.n > FB_PATTERN_MAX)
		return fb_fail(err, FB_EUSAGE, "a text of more than %u bytes", FB_PATTERN_MAX);
	if (!fb_utf8_valid(text))
		return fb_fail(err, FB_EUSAGE, "%s: not UTF-8", term);
	p = fb_arena_get(&s->arena, text.n * 3 + 1);
	if (!p || fold(s, text, &t->text))
		return no_memory(err);
	folded = fb_slice(p, fb_utf8_fold_raw(text, p));
	t->loose = is_loose(text, folded);
	fb_sought_init(&t->sought, text);
	t->run = run_of(t->text, false);
	return 0;
}

static int compile_field(struct qu_set *s, struct qu_term *t, const char *term,
			 struct fb_syms *syms, struct fb_err *err)
{
	size_t n = field_name(term);
	struct fb_slice value = fb_slice_str(term + n + 1);
	struct fb_slice digits = value;

	if (value.n > FB_PATTERN_MAX)
		return fb_fail(err, FB_EUSAGE, "a value of more than %u bytes", FB_PATTERN_MAX);
	if (!fb_utf8_valid(value))
		return fb_fail(err, FB_EUSAGE, "%s: not UTF-8", term);
	t->minus = digits.n > 1 && digits.p[0] == '-';
	if (t->minus)
		digits = fb_slice_sub(digits, 1, digits.n);
	t->number = fb_slice_u64(digits, &t->magnitude);
	if (fold(s, value, &t->text) || find_names(s, fb_slice(term, n), syms, &t->names))
		return no_memory(err);
	t->run = run_of(t->text, true);
	return 0;
}

static int make_re(const struct qu_set *s, struct fb_slice text, pcre2_code **out, struct fb_err *err)
{
	PCRE2_SIZE at = 0;
	int code = 0;

	if (text.n > FB_REGEX_PATTERN_MAX)
		return fb_fail(err, FB_EUSAGE, "an expression of more than %d bytes",
			       FB_REGEX_PATTERN_MAX);
	*out = pcre2_compile(text.p, text.n,
			     PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C |
				     (s->options.cased ? 0 : PCRE2_CASELESS),
			     &code, &at, NULL);
	if (!*out) {
		char why[200] = "";

		(void)pcre2_get_error_message(code, (PCRE2_UCHAR *)why, sizeof why);
		return fb_fail(err, FB_EUSAGE, "/%.*s/: at character %zu: %s (--text looks for it as it "
			       "stands)", (int)text.n, (const char *)text.p, at, why);
	}
	(void)pcre2_jit_compile(*out, PCRE2_JIT_COMPLETE);
	return 0;
}

static int compile_re(struct qu_set *s, struct qu_term *t, const char *term, struct fb_err *err)
{
	struct fb_slice text = fb_slice(term + 1, strlen(term) - 2);
	int r = make_re(s, text, &t->re, err);

	if (r)
		return r;
	if (sg_regex_literal(&s->arena, text, &t->need))
		return no_memory(err);
	t->loose = is_loose(t->need, t->need);
	fb_sought_init(&t->sought, t->need);
	t->run = run_of(t->need, false);
	return 0;
}

static int compile_term(struct qu_set *s, struct qu_term *t, const char *term,
			struct fb_syms *syms, struct fb_err *err)
{
	t->kind = (uint8_t)kind_of(term, &s->options);
	switch (t->kind) {
	case QU_FIELD: return compile_field(s, t, term, syms, err);
	case QU_RE: return compile_re(s, t, term, err);
	default: return compile_text(s, t, term, err);
	}
}

/* ---- queries ---- */

static int copy_channels(struct qu_set *s, const char *const *from, const char ***out)
{
	size_t n = 0;

	while (from[n])
		n++;
	*out = fb_arena_calloc(&s->arena, n + 1, sizeof(char *));
	for (size_t i = 0; *out && i < n; i++)
		if (!((*out)[i] = fb_arena_str(&s->arena, from[i])))
			return FB_ENOMEM;
	return *out ? 0 : FB_ENOMEM;
}

static int copy_ids(struct qu_set *s, const uint32_t *from, uint32_t **out)
{
	size_t n = 0;

	while (from[n])
		n++;
	*out = fb_arena_calloc(&s->arena, n + 1, sizeof **out);
	if (*out)
		memcpy(*out, from, n * sizeof **out);
	return *out ? 0 : FB_ENOMEM;
}

/* NAME or NAME/RE/ */
static int compile_capture(struct qu_set *s, struct qu_query *q, const char *text,
			   struct fb_syms *syms, struct fb_err *err)
{
	struct fb_slice all = fb_slice_str(text);
	size_t name = fb_slice_find(all, FB_LIT("/"));

	if (find_names(s, fb_slice_sub(all, 0, name), syms, &q->fields[q->nfields]))
		return no_memory(err);
	if (name == all.n)
		return 0;
	return make_re(s, fb_slice_sub(all, name + 1, all.n - name - 2), &q->parts[q->nfields], err);
}

/* Which of the fields that are to be brought back a symbol may be: most are none. */
static int index_fields(struct qu_set *s, struct qu_query *q, const struct fb_syms *syms)
{
	q->nsyms = fb_syms_count(syms);
	q->may_be = fb_arena_calloc(&s->arena, q->nsyms + 1u, sizeof *q->may_be);
	if (!q->may_be)
		return FB_ENOMEM;
	for (uint32_t k = 0; k < q->nfields; k++) {
		q->may_be[q->fields[k].sym] |= 1u << k;
		for (uint32_t i = 0; i < q->fields[k].nalias; i++)
			q->may_be[q->fields[k].alias[i].sym] |= 1u << k;
	}
	return 0;
}

static int compile_query(struct qu_set *s, struct qu_query *q, const struct fb_query *from,
			 struct fb_syms *syms, struct fb_err *err)
{
	uint32_t n = 0;
	int r = 0;

	q->any_lane = !from->lane;
	q->lane = from->lane ? *from->lane : FB_LANE_EVTX;
	if ((from->channels && copy_channels(s, from->channels, &q->channels)) ||
	    (from->event_ids && copy_ids(s, from->event_ids, &q->event_ids)))
		return no_memory(err);
	if (from->nterms > QU_TERMS_MAX)
		return fb_fail(err, FB_EUSAGE, "more than %d terms", QU_TERMS_MAX);
	while (from->fields && from->fields[n])
		n++;
	q->terms = fb_arena_calloc(&s->arena, from->nterms + 1, sizeof *q->terms);
	q->fields = fb_arena_calloc(&s->arena, n + 1u, sizeof *q->fields);
	q->parts = fb_arena_calloc(&s->arena, n + 1u, sizeof(pcre2_code *));
	if (!q->terms || !q->fields || !q->parts || n > FB_CAPTURES_MAX)
		return no_memory(err);
	for (; q->nterms < from->nterms && !r; q->nterms++)
		r = compile_term(s, &q->terms[q->nterms], from->terms[q->nterms], syms, err);
	for (; q->nfields < n && !r; q->nfields++)
		r = compile_capture(s, q, from->fields[q->nfields], syms, err);
	return r || !index_fields(s, q, syms) ? r : no_memory(err);
}

static void name_rules(struct qu_set *s, const struct fb_query *queries, struct fb_rule_info *infos)
{
	for (uint32_t i = 0; i < s->nqueries; i++) {
		const char *id = fb_arena_str(&s->arena, queries[i].id ? queries[i].id : "query");

		infos[i] = (struct fb_rule_info){ .id = id ? id : "query", .title = "",
						  .description = "", .path = "", .pack = "",
						  .techniques = "", .status = "" };
	}
	s->set.rules = infos;
	s->set.nrules = s->nqueries;
}

int fb_query_compile(const struct fb_query *queries, size_t n, const struct fb_query_options *o,
		     struct fb_syms *syms, struct fb_ruleset **out, struct fb_err *err)
{
	struct qu_set *s = calloc(1, sizeof *s);
	struct fb_rule_info *infos;
	int r = 0;

	if (!s)
		return no_memory(err);
	fb_arena_init(&s->arena, (size_t)64 << 20);
	s->set.kind = &fb_query_kind;
	s->set.compiled = s;
	s->options = *o;
	infos = fb_arena_calloc(&s->arena, n + 1, sizeof *infos);
	s->queries = fb_arena_calloc(&s->arena, n + 1, sizeof *s->queries);
	if (!infos || !s->queries)
		r = no_memory(err);
	for (; s->nqueries < n && !r; s->nqueries++)
		r = compile_query(s, &s->queries[s->nqueries], &queries[s->nqueries], syms, err);
	if (!r && qu_sieves(s))
		r = no_memory(err);
	if (r) {
		qu_free(&s->set);
		return r;
	}
	name_rules(s, queries, infos);
	*out = &s->set;
	return 0;
}

void qu_free(struct fb_ruleset *set)
{
	struct qu_set *s = (struct qu_set *)(uintptr_t)(set ? set->compiled : NULL);

	if (!s)
		return;
	for (uint32_t i = 0; i < s->nqueries; i++) {
		const struct qu_query *q = &s->queries[i];

		for (uint32_t k = 0; k < q->nterms; k++)
			pcre2_code_free(q->terms[k].re);
		for (uint32_t k = 0; k < q->nfields; k++)
			pcre2_code_free(q->parts[k]);
	}
	if (s->scratch)
		hs_free_scratch(s->scratch);
	for (unsigned i = 0; i < FB_LANE_COUNT; i++) {
		hs_free_database(s->sieve[i].db);
		hs_free_database(s->lines[i].db);
	}
	fb_arena_dispose(&s->arena);
	free(s);
}

const struct fb_rulekind fb_query_kind = {
	.name = "query", .open = qu_open, .match = qu_match, .close = qu_close, .free = qu_free,
	.values = qu_values, .always = true, .may = qu_may,
	.may_line = qu_may_line,
};
