#include "intake/sysmon.h"

#include "base/limits.h"
#include "intake/xml.h"

enum tri { NO, MAYBE, YES };

static enum tri not_of(enum tri a)
{
	return a == NO ? YES : a == YES ? NO : MAYBE;
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

static enum tri filter(const struct fb_chosen_class *c, const struct fb_xml_tag *t, struct fb_slice value)
{
	const struct fb_chosen_field *f = NULL;
	struct fb_slice condition;
	unsigned k = 0;
	enum tri out;

	if (!fb_xml_attr(t, "condition", &condition))
		condition = FB_LIT("is");
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

static enum relation relation_of(const struct fb_xml_tag *t)
{
	struct fb_slice word;

	(void)fb_xml_attr(t, "groupRelation", &word);
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
	struct fb_xml x;
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

static bool closes(const struct fb_xml_tag *t, struct fb_slice name)
{
	return fb_slice_eq(t->name, name);
}

/* An element that says nothing here. */
static bool skip(struct fb_xml *x, const struct fb_xml_tag *t)
{
	unsigned depth = t->empty ? 0 : 1;
	struct fb_xml_tag in;

	while (depth) {
		switch (fb_xml_next(x, &in)) {
		case FB_XML_OPEN: depth += !in.empty; break;
		case FB_XML_CLOSE: depth--; break;
		default: return false;
		}
		if (depth > FB_SYSMON_DEPTH)
			return false;
	}
	return true;
}

/* <Image condition="end with">…</Image> */
static bool one_filter(struct reading *r, const struct fb_xml_tag *t, struct fb_slice element, struct group *into)
{
	struct fb_slice value = { 0 };
	bool broken = false;
	struct fb_xml_tag end;

	if (!t->empty) {
		if (fb_xml_next(&r->x, &end) != FB_XML_CLOSE || !closes(&end, t->name))
			return false;
		value = r->x.text;
		broken = r->x.broken;
	}
	for (unsigned i = 0; i < fb_nchosen_classes; i++)
		if (fb_slice_eqs(element, fb_chosen_classes[i].element))
			add(&into[i], t->name, broken ? MAYBE : filter(&fb_chosen_classes[i], t, value));
	return true;
}

static bool one_rule(struct reading *r, const struct fb_xml_tag *t, struct fb_slice element)
{
	struct fb_xml_tag in;
	enum fb_xml_token k = FB_XML_CLOSE;

	memset(r->rules, 0, fb_nchosen_classes * sizeof *r->rules);
	while (!t->empty && (k = fb_xml_next(&r->x, &in)) == FB_XML_OPEN)
		if (!one_filter(r, &in, element, r->rules))
			return false;
	if (!t->empty && (k != FB_XML_CLOSE || !closes(&in, t->name)))
		return false;
	for (unsigned i = 0; i < fb_nchosen_classes; i++)
		if (fb_slice_eqs(element, fb_chosen_classes[i].element))
			add(&r->groups[i], fb_slice(NULL, 0), r->rules[i].n ? matches(&r->rules[i], relation_of(t)) : MAYBE);
	return true;
}

/* <ProcessCreate onmatch="include"> … */
static bool one_set(struct reading *r, const struct fb_xml_tag *t, enum relation relation)
{
	struct fb_slice onmatch;
	struct fb_xml_tag in;
	enum fb_xml_token k = FB_XML_CLOSE;
	bool include, exclude;

	(void)fb_xml_attr(t, "onmatch", &onmatch);
	include = fb_slice_eqs(onmatch, "include");
	exclude = fb_slice_eqs(onmatch, "exclude");
	memset(r->groups, 0, fb_nchosen_classes * sizeof *r->groups);
	while (!t->empty && (k = fb_xml_next(&r->x, &in)) == FB_XML_OPEN)
		if (!(fb_slice_eqs(in.name, "Rule") ? one_rule(r, &in, t->name) : one_filter(r, &in, t->name, r->groups)))
			return false;
	if (!t->empty && (k != FB_XML_CLOSE || !closes(&in, t->name)))
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

static bool filtering(struct reading *r, const struct fb_xml_tag *t)
{
	enum relation relation = UNSAID;
	struct fb_slice group = { 0 };
	struct fb_xml_tag in;

	for (; !t->empty;) {
		enum fb_xml_token k = fb_xml_next(&r->x, &in);

		if (k == FB_XML_CLOSE && group.n && closes(&in, group)) {
			group = fb_slice(NULL, 0);
			relation = UNSAID;
		} else if (k == FB_XML_CLOSE) {
			return !group.n && closes(&in, t->name);
		} else if (k != FB_XML_OPEN) {
			return false;
		} else if (fb_slice_eqs(in.name, "RuleGroup")) {
			if (group.n)
				return false;
			group = in.empty ? group : in.name;
			relation = in.empty ? UNSAID : relation_of(&in);
		} else if (!one_set(r, &in, relation)) {
			return false;
		}
	}
	return true;
}

static bool document(struct reading *r)
{
	struct fb_xml_tag root, in;

	if (fb_xml_next(&r->x, &root) != FB_XML_OPEN || !fb_slice_eqs(root.name, "Sysmon") || fb_slice_trim(r->x.text).n || root.empty)
		return false;
	for (;;) {
		enum fb_xml_token k = fb_xml_next(&r->x, &in);

		if (k == FB_XML_CLOSE)
			break;
		if (k != FB_XML_OPEN || !(fb_slice_eqs(in.name, "EventFiltering") ? filtering(r, &in) : skip(&r->x, &in)))
			return false;
	}
	return closes(&in, root.name) && fb_xml_next(&r->x, &in) == FB_XML_END && !fb_slice_trim(r->x.text).n && !r->x.broken;
}

bool fb_sysmon_looks(struct fb_slice head)
{
	return fb_xml_begins(head, "Sysmon");
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
