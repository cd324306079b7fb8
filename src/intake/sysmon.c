#include "intake/sysmon.h"

#include "base/limits.h"

enum tri { NO, MAYBE, YES };

static enum tri not_of(enum tri a)
{
	return a == NO ? YES : a == YES ? NO : MAYBE;
}

/* ---- XML: elements, attributes, text; nothing that could stand for something else ---- */

enum token { END, OPEN, CLOSE, BAD };

struct tag {
	struct fb_slice name;
	struct fb_slice onmatch, relation, condition;
	bool conditioned;
	bool empty; /* <x/> */
};

struct xml {
	struct fb_slice s;
	struct fb_slice text; /* before the token */
	bool broken;          /* … which a comment breaks */
};

static void move(struct xml *x, size_t n)
{
	x->s = fb_slice_sub(x->s, n, x->s.n);
}

static bool blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void blanks(struct xml *x)
{
	while (x->s.n && blank(x->s.p[0]))
		move(x, 1);
}

static struct fb_slice take_name(struct xml *x)
{
	struct fb_slice out;
	size_t n = 0;

	while (n < x->s.n && ((x->s.p[n] >= 'a' && x->s.p[n] <= 'z') || (x->s.p[n] >= 'A' && x->s.p[n] <= 'Z') ||
			      (x->s.p[n] >= '0' && x->s.p[n] <= '9') || x->s.p[n] == '_' || x->s.p[n] == '-' ||
			      x->s.p[n] == '.' || x->s.p[n] == ':'))
		n++;
	out = fb_slice_sub(x->s, 0, n);
	move(x, n);
	return out;
}

static bool take_tag(struct xml *x, struct tag *t)
{
	*t = (struct tag){ .name = take_name(x) };
	if (!t->name.n)
		return false;
	for (;;) {
		struct fb_slice name, value;
		const uint8_t *end;

		blanks(x);
		name = take_name(x);
		if (!name.n)
			break;
		blanks(x);
		if (!x->s.n || x->s.p[0] != '=')
			return false;
		move(x, 1);
		blanks(x);
		if (x->s.n < 2 || (x->s.p[0] != '"' && x->s.p[0] != '\''))
			return false;
		end = memchr(x->s.p + 1, x->s.p[0], x->s.n - 1);
		if (!end)
			return false;
		value = fb_slice(x->s.p + 1, (size_t)(end - x->s.p) - 1);
		move(x, value.n + 2);
		if (fb_slice_eqs(name, "onmatch"))
			t->onmatch = value;
		else if (fb_slice_eqs(name, "groupRelation"))
			t->relation = value;
		else if (fb_slice_eqs(name, "condition"))
			t->condition = value;
		t->conditioned = t->conditioned || fb_slice_eqs(name, "condition");
	}
	t->empty = x->s.n && x->s.p[0] == '/';
	move(x, t->empty);
	if (!x->s.n || x->s.p[0] != '>')
		return false;
	move(x, 1);
	return true;
}

/* What stands at the front up to `end`, which it must have; false: it has not. */
static bool pass(struct xml *x, struct fb_slice end)
{
	size_t n = fb_slice_find(x->s, end);

	if (n == x->s.n)
		return false;
	move(x, n + end.n);
	return true;
}

static enum token next(struct xml *x, struct tag *t)
{
	x->broken = false;
	for (bool first = true;; first = false) {
		size_t n = fb_slice_find(x->s, FB_LIT("<"));
		struct fb_slice text = fb_slice_sub(x->s, 0, n);

		if (first)
			x->text = text;
		x->broken = x->broken || (!first && fb_slice_trim(text).n);
		move(x, n);
		if (!x->s.n)
			return END;
		if (fb_slice_starts(x->s, FB_LIT("<!--")) || fb_slice_starts(x->s, FB_LIT("<?"))) {
			if (!pass(x, x->s.p[1] == '?' ? FB_LIT("?>") : FB_LIT("-->")))
				return BAD;
			continue;
		}
		move(x, 1);
		if (!x->s.n || x->s.p[0] != '/')
			return take_tag(x, t) ? OPEN : BAD;
		move(x, 1);
		*t = (struct tag){ .name = take_name(x) };
		blanks(x);
		if (!x->s.n || x->s.p[0] != '>')
			return BAD;
		move(x, 1);
		return CLOSE;
	}
}

/* ---- a filter against what is known of a field ---- */

static bool begins(struct fb_slice s, struct fb_slice with)
{
	return s.n >= with.n && fb_slice_ieq(fb_slice_sub(s, 0, with.n), with);
}

static bool ends(struct fb_slice s, struct fb_slice with)
{
	return s.n >= with.n && fb_slice_ieq(fb_slice_sub(s, s.n - with.n, with.n), with);
}

static bool holds(struct fb_slice s, struct fb_slice what)
{
	for (size_t i = 0; i + what.n <= s.n; i++)
		if (fb_slice_ieq(fb_slice_sub(s, i, what.n), what))
			return true;
	return false;
}

/* Behind the last backslash; all of it where there is none. */
static struct fb_slice file_name(struct fb_slice path)
{
	size_t i = path.n;

	while (i && path.p[i - 1] != '\\')
		i--;
	return fb_slice_sub(path, i, path.n);
}

/* The whole value; where upper and lower case differ it is open whether that matters. */
static enum tri is(const struct fb_chosen_field *f, struct fb_slice v)
{
	struct fb_slice begin = fb_slice_str(f->begin), end = fb_slice_str(f->end);

	if (f->whole)
		return fb_slice_eq(begin, v) ? YES : fb_slice_ieq(begin, v) ? MAYBE : NO;
	return begins(v, begin) && ends(v, end) ? MAYBE : NO;
}

static enum tri contains(const struct fb_chosen_field *f, struct fb_slice v)
{
	if (holds(fb_slice_str(f->begin), v) || holds(fb_slice_str(f->end), v))
		return YES;
	return f->whole ? NO : MAYBE;
}

static enum tri begin_with(const struct fb_chosen_field *f, struct fb_slice v)
{
	struct fb_slice begin = fb_slice_str(f->begin);

	return begins(begin, v) ? YES : !f->whole && begins(v, begin) ? MAYBE : NO;
}

static enum tri end_with(const struct fb_chosen_field *f, struct fb_slice v)
{
	struct fb_slice end = fb_slice_str(f->end);

	return ends(end, v) ? YES : !f->whole && ends(v, end) ? MAYBE : NO;
}

/* The full path, or the file's name alone. */
static enum tri image(const struct fb_chosen_field *f, struct fb_slice v)
{
	struct fb_slice end = fb_slice_str(f->end), name = file_name(end);

	if (file_name(v).n < v.n)
		return is(f, v);
	if (f->whole || name.n < end.n)
		return fb_slice_ieq(name, v) ? YES : NO;
	return ends(v, end) ? MAYBE : NO;
}

enum many { ONE, SOME, ALL };

static const struct {
	const char *word;
	enum tri (*test)(const struct fb_chosen_field *f, struct fb_slice v);
	enum many many; /* values with ";" between */
	bool inverted;
} conditions[] = {
	{ "is", is, ONE, false }, { "is not", is, ONE, true }, { "is any", is, SOME, false },
	{ "contains", contains, ONE, false }, { "contains any", contains, SOME, false },
	{ "contains all", contains, ALL, false }, { "excludes", contains, ONE, true },
	{ "begin with", begin_with, ONE, false }, { "not begin with", begin_with, ONE, true },
	{ "end with", end_with, ONE, false }, { "not end with", end_with, ONE, true },
	{ "image", image, ONE, false },
};

/* Blanks around a value, and what stands for another character, are left open. */
static bool plain(struct fb_slice v)
{
	return v.n && fb_slice_trim(v).n == v.n && !memchr(v.p, '&', v.n);
}

static enum tri filter(const struct fb_chosen_class *c, const struct tag *t, struct fb_slice value)
{
	struct fb_slice condition = t->conditioned ? t->condition : FB_LIT("is");
	const struct fb_chosen_field *f = NULL;
	unsigned k = 0;
	enum tri out;

	for (unsigned i = 0; i < FB_CHOSEN_FIELDS && c->fields[i].name; i++)
		if (fb_slice_eqs(t->name, c->fields[i].name))
			f = &c->fields[i];
	while (k < sizeof conditions / sizeof *conditions && !fb_slice_ieq(condition, fb_slice_str(conditions[k].word)))
		k++;
	if (!f || k == sizeof conditions / sizeof *conditions)
		return MAYBE;
	out = conditions[k].many == ALL ? YES : NO;
	for (bool more = true; more;) {
		size_t n = conditions[k].many == ONE ? value.n : fb_slice_find(value, FB_LIT(";"));
		struct fb_slice v = fb_slice_sub(value, 0, n);
		enum tri one = plain(v) ? conditions[k].test(f, v) : MAYBE;

		if (conditions[k].many == ALL ? one < out : one > out)
			out = one;
		more = n < value.n;
		value = fb_slice_sub(value, n + 1, value.n);
	}
	return conditions[k].inverted ? not_of(out) : out;
}

/* ---- filters taken together ---- */

enum relation { UNSAID, OR, AND };

static enum relation relation_of(struct fb_slice word)
{
	return fb_slice_ieq(word, FB_LIT("or")) ? OR : fb_slice_ieq(word, FB_LIT("and")) ? AND : UNSAID;
}

struct field_of { /* filters on one field */
	struct fb_slice name;
	bool all_no;
};
/* A set of filters as it comes, against one class. */
struct group {
	size_t n;
	bool any_yes, all_yes, all_no;
	struct field_of fields[FB_SYSMON_FIELDS_MAX];
	size_t nfields;
	bool more_fields; /* than are told apart, or rules among them */
};

static void add(struct group *g, struct fb_slice field, enum tri one)
{
	size_t i = 0;

	g->all_yes = (g->all_yes || g->n == 0) && one == YES;
	g->all_no = (g->all_no || g->n == 0) && one == NO;
	g->any_yes = g->any_yes || one == YES;
	g->n++;
	while (field.n && i < g->nfields && !fb_slice_eq(g->fields[i].name, field))
		i++;
	if (!field.n || i == FB_SYSMON_FIELDS_MAX) {
		g->more_fields = true;
		return;
	}
	if (i == g->nfields)
		g->fields[g->nfields++] = (struct field_of){ field, true };
	g->fields[i].all_no = g->fields[i].all_no && one == NO;
}

/* Does the set match? One without filters matches nothing. */
static enum tri matches(const struct group *g, enum relation relation)
{
	if (!g->n || g->all_no)
		return NO;
	if (g->all_yes)
		return YES;
	/* Of one field alone it was always any of them. */
	if (g->any_yes && (relation == OR || (relation == UNSAID && g->nfields == 1 && !g->more_fields)))
		return YES;
	for (size_t i = 0; relation == AND && i < g->nfields; i++)
		if (g->fields[i].all_no)
			return NO;
	return MAYBE;
}

/* The sets of an event type, against one class. */
struct sets {
	size_t n;
	bool all_yes, all_no;
};

struct verdict {
	struct sets include, exclude;
	bool odd; /* a set that does neither */
};

struct reading {
	struct xml x;
	struct verdict *of; /* one for each class */
	struct group *groups, *rules; /* one for each class */
};

static void set_add(struct sets *s, enum tri one)
{
	s->all_yes = (s->all_yes || s->n == 0) && one == YES;
	s->all_no = (s->all_no || s->n == 0) && one == NO;
	s->n++;
}

/* Of two sets of one kind a version may load the first alone: what both say holds. */
static enum tri set_says(const struct sets *s)
{
	return s->all_yes ? YES : s->all_no ? NO : MAYBE;
}

static enum fb_chosen verdict_of(const struct verdict *v)
{
	enum tri in = v->include.n ? set_says(&v->include) : v->exclude.n ? YES : MAYBE;
	enum tri out = v->exclude.n ? set_says(&v->exclude) : NO;

	if (v->odd)
		return FB_CHOSEN_OPEN;
	return in == NO || out == YES ? FB_CHOSEN_FILTERED : in == YES && out == NO ? FB_CHOSEN_RECORDED : FB_CHOSEN_OPEN;
}

/* ---- the document ---- */

static bool closes(const struct tag *t, struct fb_slice name)
{
	return fb_slice_eq(t->name, name);
}

/* An element that says nothing here. */
static bool skip(struct xml *x, const struct tag *t)
{
	unsigned depth = t->empty ? 0 : 1;
	struct tag in;

	while (depth) {
		switch (next(x, &in)) {
		case OPEN: depth += !in.empty; break;
		case CLOSE: depth--; break;
		default: return false;
		}
		if (depth > FB_SYSMON_DEPTH)
			return false;
	}
	return true;
}

/* <Image condition="end with">…</Image> */
static bool one_filter(struct reading *r, const struct tag *t, struct fb_slice element, struct group *into)
{
	struct fb_slice value = { 0 };
	bool broken = false;
	struct tag end;

	if (!t->empty) {
		if (next(&r->x, &end) != CLOSE || !closes(&end, t->name))
			return false;
		value = r->x.text;
		broken = r->x.broken;
	}
	for (unsigned i = 0; i < fb_nchosen_classes; i++)
		if (fb_slice_eqs(element, fb_chosen_classes[i].element))
			add(&into[i], t->name, broken ? MAYBE : filter(&fb_chosen_classes[i], t, value));
	return true;
}

static bool one_rule(struct reading *r, const struct tag *t, struct fb_slice element)
{
	struct tag in;
	enum token k = CLOSE;

	memset(r->rules, 0, fb_nchosen_classes * sizeof *r->rules);
	while (!t->empty && (k = next(&r->x, &in)) == OPEN)
		if (!one_filter(r, &in, element, r->rules))
			return false;
	if (!t->empty && (k != CLOSE || !closes(&in, t->name)))
		return false;
	for (unsigned i = 0; i < fb_nchosen_classes; i++)
		if (fb_slice_eqs(element, fb_chosen_classes[i].element))
			add(&r->groups[i], fb_slice(NULL, 0), r->rules[i].n ? matches(&r->rules[i], relation_of(t->relation)) : MAYBE);
	return true;
}

/* <ProcessCreate onmatch="include"> … */
static bool one_set(struct reading *r, const struct tag *t, enum relation relation)
{
	bool include = fb_slice_eqs(t->onmatch, "include"), exclude = fb_slice_eqs(t->onmatch, "exclude");
	struct tag in;
	enum token k = CLOSE;

	memset(r->groups, 0, fb_nchosen_classes * sizeof *r->groups);
	while (!t->empty && (k = next(&r->x, &in)) == OPEN)
		if (!(fb_slice_eqs(in.name, "Rule") ? one_rule(r, &in, t->name) : one_filter(r, &in, t->name, r->groups)))
			return false;
	if (!t->empty && (k != CLOSE || !closes(&in, t->name)))
		return false;
	for (unsigned i = 0; i < fb_nchosen_classes; i++) {
		struct verdict *v = &r->of[i];

		if (!fb_slice_eqs(t->name, fb_chosen_classes[i].element))
			continue;
		v->odd = v->odd || (!include && !exclude);
		set_add(include ? &v->include : &v->exclude, matches(&r->groups[i], relation));
	}
	return true;
}

static bool filtering(struct reading *r, const struct tag *t)
{
	enum relation relation = UNSAID;
	struct fb_slice group = { 0 };
	struct tag in;

	for (; !t->empty;) {
		enum token k = next(&r->x, &in);

		if (k == CLOSE && group.n && closes(&in, group)) {
			group = fb_slice(NULL, 0);
			relation = UNSAID;
		} else if (k == CLOSE) {
			return !group.n && closes(&in, t->name);
		} else if (k != OPEN) {
			return false;
		} else if (fb_slice_eqs(in.name, "RuleGroup")) {
			if (group.n)
				return false;
			group = in.empty ? group : in.name;
			relation = in.empty ? UNSAID : relation_of(in.relation);
		} else if (!one_set(r, &in, relation)) {
			return false;
		}
	}
	return true;
}

static bool document(struct reading *r)
{
	struct tag root, in;

	if (next(&r->x, &root) != OPEN || !fb_slice_eqs(root.name, "Sysmon") || fb_slice_trim(r->x.text).n || root.empty)
		return false;
	for (;;) {
		enum token k = next(&r->x, &in);

		if (k == CLOSE)
			break;
		if (k != OPEN || !(fb_slice_eqs(in.name, "EventFiltering") ? filtering(r, &in) : skip(&r->x, &in)))
			return false;
	}
	return closes(&in, root.name) && next(&r->x, &in) == END && !fb_slice_trim(r->x.text).n && !r->x.broken;
}

bool fb_sysmon_looks(struct fb_slice head)
{
	struct xml x = { .s = head };
	struct tag t;

	return next(&x, &t) == OPEN && fb_slice_eqs(t.name, "Sysmon") && !fb_slice_trim(x.text).n;
}

bool fb_sysmon_read(struct fb_slice text, enum fb_chosen *out)
{
	struct verdict of[FB_CHOSEN_CLASSES_MAX] = { 0 };
	struct group groups[FB_CHOSEN_CLASSES_MAX], rules[FB_CHOSEN_CLASSES_MAX];
	struct reading r = { .x.s = text, .of = of, .groups = groups, .rules = rules };

	if (!document(&r))
		return false;
	for (unsigned i = 0; i < fb_nchosen_classes; i++)
		out[i] = verdict_of(&of[i]);
	return true;
}
