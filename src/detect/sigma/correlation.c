/* Correlation documents: parsed with their file, tied to the rules that they name when
 * all are loaded. */
#include "detect/sigma/compile.h"

#include "detect/sigma/number.h"

#include <stdlib.h>

/* As written. Strings live with the set. */
struct sg_ref {
	const char *text;
	unsigned line;
	uint32_t rule;
};
struct sg_alias {
	const char *alias, *field;
	struct sg_ref rule;
};
struct sg_correlation {
	struct fb_correlation c; /* rules and aliases still by name */
	struct sg_ref *refs;
	uint32_t nrefs;
	struct sg_alias *aliases;
	uint32_t naliases;
	bool settled;
	uint32_t ways; /* to rules about events */
};

/* ---- parsing ---- */

static int text_of(struct sg_compiler *c, const struct sg_ynode *n, const char *what,
		   const char **out)
{
	if (n->kind != SG_Y_SCALAR || n->text.n == 0 || n->text.n > FB_CORRELATION_NAME_MAX ||
	    memchr(n->text.p, 0, n->text.n))
		return sg_bad(c, n->line, FB_EINPUT, "correlation: %s has to be text of at most %d"
			      " bytes", what, FB_CORRELATION_NAME_MAX);
	*out = fb_arena_strn(&c->set->arena, n->text.p, n->text.n);
	return *out ? 0 : FB_ENOMEM;
}

/* One text or a list of them. */
static int texts_of(struct sg_compiler *c, const struct sg_ynode *n, const char *what,
		    const char *const **out, uint32_t *count)
{
	uint32_t items = n->kind == SG_Y_SEQ ? n->n : 1;
	const char **v;

	if (items > FB_CORRELATION_FIELDS_MAX)
		return sg_bad(c, n->line, FB_ELIMIT, "correlation: more than %d fields in %s",
			      FB_CORRELATION_FIELDS_MAX, what);
	v = fb_arena_calloc(&c->set->arena, items + 1u, sizeof *v);
	if (!v)
		return FB_ENOMEM;
	for (uint32_t i = 0; i < items; i++) {
		int r = text_of(c, n->kind == SG_Y_SEQ ? n->item[i] : n, what, &v[i]);

		if (r)
			return r;
	}
	*out = v;
	*count = items;
	return 0;
}

static int parse_refs(struct sg_compiler *c, const struct sg_ynode *n, struct sg_correlation *k)
{
	uint32_t items = n->kind == SG_Y_SEQ ? n->n : 1;
	uint32_t max = k->c.type == FB_C_TEMPORAL_ORDERED ? FB_CORRELATION_ORDERED_MAX
							  : FB_CORRELATION_RULES_MAX;

	if (items == 0 || items > max)
		return sg_bad(c, n->line, items ? FB_ELIMIT : FB_EINPUT,
			      "correlation: \"rules\" needs 1 to %u rules", max);
	k->refs = fb_arena_calloc(&c->keep, items, sizeof *k->refs);
	if (!k->refs)
		return FB_ENOMEM;
	for (uint32_t i = 0; i < items; i++) {
		const struct sg_ynode *item = n->kind == SG_Y_SEQ ? n->item[i] : n;
		int r = text_of(c, item, "a rule", &k->refs[i].text);

		if (r)
			return r;
		k->refs[i].line = item->line;
		for (uint32_t e = 0; e < i; e++)
			if (strcmp(k->refs[e].text, k->refs[i].text) == 0)
				return sg_bad(c, item->line, FB_EINPUT,
					      "correlation: the rule \"%s\" is named twice",
					      k->refs[i].text);
	}
	k->nrefs = items;
	return 0;
}

static int parse_aliases(struct sg_compiler *c, const struct sg_ynode *n, struct sg_correlation *k)
{
	uint32_t total = 0;

	for (uint32_t i = 0; n->kind == SG_Y_MAP && i < n->n; i++)
		total += n->item[i * 2 + 1]->kind == SG_Y_MAP ? n->item[i * 2 + 1]->n : 0;
	if (total == 0 || total > FB_CORRELATION_ALIASES_MAX)
		return sg_bad(c, n->line, total ? FB_ELIMIT : FB_EINPUT,
			      "correlation: \"aliases\" has to be a map from alias to rule to field");
	k->aliases = fb_arena_calloc(&c->keep, total, sizeof *k->aliases);
	if (!k->aliases)
		return FB_ENOMEM;
	for (uint32_t i = 0; i < n->n; i++) {
		const struct sg_ynode *map = n->item[i * 2 + 1];

		for (uint32_t e = 0; map->kind == SG_Y_MAP && e < map->n; e++) {
			struct sg_alias *a = &k->aliases[k->naliases++];
			int r = text_of(c, n->item[i * 2], "an alias", &a->alias);

			if (!r)
				r = text_of(c, map->item[e * 2], "a rule", &a->rule.text);
			if (!r)
				r = text_of(c, map->item[e * 2 + 1], "a field", &a->field);
			if (r)
				return r;
			a->rule.line = map->item[e * 2]->line;
		}
	}
	return 0;
}

static int parse_span(struct sg_compiler *c, const struct sg_ynode *n, int64_t *out)
{
	static const struct { char unit; int64_t seconds; } units[] = {
		{ 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 }, { 'w', 7 * 86400 },
		{ 'M', 30 * 86400 }, { 'y', 365 * 86400 },
	};
	struct fb_slice s = fb_slice_trim(n->text);
	uint64_t count;

	for (size_t i = 0; n->kind == SG_Y_SCALAR && s.n > 1 && i < sizeof units / sizeof units[0]; i++)
		if (s.p[s.n - 1] == units[i].unit && fb_slice_u64(fb_slice_sub(s, 0, s.n - 1), &count) &&
		    count > 0 && count <= (uint64_t)(INT64_MAX / 2 / FB_SECOND / units[i].seconds)) {
			*out = (int64_t)count * units[i].seconds * FB_SECOND;
			return 0;
		}
	return sg_bad(c, n->line, FB_EINPUT, "correlation: a timespan is a number and one of s m h d"
		      " w M y, not \"%.40s\"", n->kind == SG_Y_SCALAR ? (const char *)s.p : "");
}

static int parse_test(struct sg_compiler *c, const struct sg_ynode *n, enum fb_correlation_op op,
		      struct sg_correlation *k)
{
	struct fb_correlation_test *t = &k->c.tests[k->c.ntests];
	struct sg_number v;

	if (k->c.ntests == FB_C_OPS || n->kind != SG_Y_SCALAR ||
	    !sg_number(fb_slice_trim(n->text), &v))
		return sg_bad(c, n->line, FB_EINPUT, "correlation: a condition compares with a number");
	t->op = (uint8_t)op;
	t->value = v.real ? v.real_value : v.negative ? -(double)v.magnitude : (double)v.magnitude;
	k->c.ntests++;
	return 0;
}

static int parse_condition(struct sg_compiler *c, const struct sg_ynode *n,
			   struct sg_correlation *k)
{
	if (n->kind == SG_Y_SCALAR)
		return parse_test(c, n, FB_C_GTE, k);
	for (uint32_t i = 0; n->kind == SG_Y_MAP && i < n->n; i++) {
		const struct sg_ynode *key = n->item[i * 2], *value = n->item[i * 2 + 1];
		enum fb_correlation_op op;
		int r;

		if (fb_slice_eqs(key->text, "field"))
			r = texts_of(c, value, "field", &k->c.fields, &k->c.nfields);
		else if (fb_correlation_op_parse(key->text, &op))
			r = parse_test(c, value, op, k);
		else
			r = sg_bad(c, key->line, FB_EINPUT, "correlation: a condition knows gt, gte,"
				   " lt, lte, eq, neq and field, not \"%.40s\"",
				   (const char *)key->text.p);
		if (r)
			return r;
	}
	return 0;
}

/* Is everything there that its type needs? */
static int check_parts(struct sg_compiler *c, unsigned line, const struct fb_correlation *k)
{
	bool temporal = k->type == FB_C_TEMPORAL || k->type == FB_C_TEMPORAL_ORDERED;
	bool fields = !temporal && k->type != FB_C_EVENT_COUNT;
	const char *type = fb_correlation_type_word(k->type);

	if (k->ntests == 0 && !temporal)
		return sg_bad(c, line, FB_EINPUT, "correlation: %s needs a condition", type);
	if (fields && k->nfields == 0)
		return sg_bad(c, line, FB_EINPUT, "correlation: the condition of %s needs a field", type);
	if (!fields && k->nfields)
		return sg_bad(c, line, FB_EINPUT, "correlation: the condition of %s has no field", type);
	if (k->nfields > 1 && k->type != FB_C_VALUE_COUNT)
		return sg_bad(c, line, FB_EINPUT, "correlation: %s takes one field", type);
	return 0;
}

static bool known_key(struct fb_slice key)
{
	static const char *const keys[] = { "type", "rules", "aliases", "group-by", "timespan",
		"condition", "generate" };

	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		if (fb_slice_eqs(key, keys[i]))
			return true;
	return false;
}

static bool yes(struct fb_slice s)
{
	return fb_slice_ieq(s, FB_LIT("true")) || fb_slice_ieq(s, FB_LIT("yes"));
}

static int parse_parts(struct sg_compiler *c, const struct sg_ynode *n, const struct sg_ynode *root,
		       struct sg_correlation *k)
{
	const struct sg_ynode *rules = sg_yget(n, "rules"), *span = sg_yget(n, "timespan");
	const struct sg_ynode *keys = sg_yget(n, "group-by"), *aliases = sg_yget(n, "aliases");
	const struct sg_ynode *condition = sg_yget(n, "condition");
	struct fb_slice type = fb_slice_trim(sg_ytext(n, "type"));
	enum fb_correlation_type t;
	int r = 0;

	if (!fb_correlation_type_parse(type, &t))
		return sg_bad(c, n->line, FB_EINPUT, "correlation: unknown type \"%.40s\"",
			      type.n ? (const char *)type.p : "");
	k->c.type = (uint8_t)t;
	k->c.generate = yes(sg_ytext(root, "generate")) || yes(sg_ytext(n, "generate"));
	if (!rules || !span)
		return sg_bad(c, n->line, FB_EINPUT, "correlation: \"%s\" is missing",
			      rules ? "timespan" : "rules");
	if ((r = parse_refs(c, rules, k)) || (r = parse_span(c, span, &k->c.span)))
		return r;
	if (keys && !sg_ynull(keys))
		r = texts_of(c, keys, "group-by", &k->c.keys, &k->c.nkeys);
	if (r == 0 && aliases && !sg_ynull(aliases))
		r = parse_aliases(c, aliases, k);
	if (r == 0 && condition)
		r = parse_condition(c, condition, k);
	return r ? r : check_parts(c, n->line, &k->c);
}

int sg_correlation_parse(struct sg_compiler *c, const struct sg_ynode *root,
			 struct sg_correlation **out)
{
	const struct sg_ynode *n = sg_yget(root, "correlation");
	struct sg_correlation *k = fb_arena_calloc(&c->keep, 1, sizeof *k);
	int r;

	if (!k)
		return FB_ENOMEM;
	if (n->kind != SG_Y_MAP)
		return sg_bad(c, n->line, FB_EINPUT, "correlation is not a map");
	for (uint32_t i = 0; i < n->n; i++)
		if (!known_key(n->item[i * 2]->text))
			return sg_bad(c, n->item[i * 2]->line, FB_EINPUT,
				      "correlation: unknown \"%.40s\"",
				      (const char *)n->item[i * 2]->text.p);
	if ((r = parse_parts(c, n, root, k)))
		return r;
	*out = k;
	return 0;
}

/* ---- names to rules ---- */

static int refuse(struct sg_compiler *c, struct sg_rule *rule, unsigned line, const char *what,
		  const char *name)
{
	rule->refused = true;
	return sg_problem(c, rule->info.path, line, true, "correlation: %s \"%s\"", what, name);
}

/* By id; by name in the same file; by a name that is unique. SG_NONE: no rule. */
static uint32_t find_rule(const struct sg_compiler *c, const struct sg_rule *from,
			  const char *text, bool *ambiguous)
{
	uint32_t here = SG_NONE, anywhere = SG_NONE, nhere = 0, nanywhere = 0;

	*ambiguous = false;
	for (uint32_t i = 0; i < c->nrules; i++) {
		const struct sg_rule *r = &c->rules[i];

		if (fb_slice_ieq(fb_slice_str(r->info.id), fb_slice_str(text)))
			return i;
		if (strcmp(r->name, text) != 0)
			continue;
		anywhere = i;
		nanywhere++;
		if (strcmp(r->info.path, from->info.path) == 0) {
			here = i;
			nhere++;
		}
	}
	*ambiguous = nhere > 1 || (nhere == 0 && nanywhere > 1);
	return *ambiguous ? SG_NONE : nhere ? here : anywhere;
}

static int resolve_refs(struct sg_compiler *c, struct sg_rule *rule)
{
	struct sg_correlation *k = rule->correlation;
	uint32_t *rules = fb_arena_calloc(&c->set->arena, k->nrefs, sizeof *rules);
	bool ambiguous;

	if (!rules)
		return FB_ENOMEM;
	for (uint32_t i = 0; i < k->nrefs; i++) {
		rules[i] = find_rule(c, rule, k->refs[i].text, &ambiguous);
		if (rules[i] == SG_NONE)
			return refuse(c, rule, k->refs[i].line,
				      ambiguous ? "several rules have the name"
						: "no rule that was loaded is", k->refs[i].text);
		for (uint32_t e = 0; e < i; e++)
			if (rules[e] == rules[i])
				return refuse(c, rule, k->refs[i].line, "named twice: the rule",
					      k->refs[i].text);
	}
	k->c.rules = rules;
	k->c.nrules = k->nrefs;
	for (uint32_t i = 0; i < k->naliases; i++) {
		struct sg_ref *ref = &k->aliases[i].rule;
		bool member = false;

		ref->rule = find_rule(c, rule, ref->text, &ambiguous);
		for (uint32_t m = 0; m < k->c.nrules; m++)
			member = member || rules[m] == ref->rule;
		if (!member)
			return refuse(c, rule, ref->line, "an alias is for a rule that is not under"
				      " \"rules\":", ref->text);
	}
	return 0;
}

/* How many ways lead to rules about events; too many are refused. */
static int count_ways(struct sg_compiler *c, struct sg_rule *rule, bool *ready)
{
	struct sg_correlation *k = rule->correlation;

	k->ways = 0;
	for (uint32_t m = 0; m < k->c.nrules; m++) {
		const struct sg_correlation *inner = c->rules[k->c.rules[m]].correlation;

		k->ways += inner ? inner->ways : 1;
	}
	*ready = k->ways <= FB_CORRELATION_RULES_MAX;
	return *ready ? 0 : refuse(c, rule, rule->line, "too many rules, those of inner ones counted,"
				   " in", rule->info.title);
}

/* A correlation of one that was refused is refused; so are those in a circle or too
 * deep, which never settle. *order: inner before outer. */
static int settle(struct sg_compiler *c, uint32_t *order, uint32_t *n, bool *changed)
{
	*n = 0;
	*changed = false;
	for (unsigned round = 0; round < FB_CORRELATION_DEPTH; round++) {
		uint32_t before = *n;

		for (uint32_t i = 0; i < c->nrules; i++) {
			struct sg_rule *rule = &c->rules[i];
			struct sg_correlation *k = rule->correlation;
			bool ready = k && !rule->refused && !k->settled;

			for (uint32_t m = 0; ready && m < k->c.nrules; m++) {
				const struct sg_rule *member = &c->rules[k->c.rules[m]];

				ready = !member->refused &&
					(!member->correlation || member->correlation->settled);
			}
			if (ready) {
				int r = count_ways(c, rule, &ready);

				if (r)
					return r;
			}
			if (ready)
				order[(*n)++] = i;
		}
		for (uint32_t i = before; i < *n; i++)
			c->rules[order[i]].correlation->settled = true;
	}
	for (uint32_t i = 0; i < c->nrules; i++) {
		struct sg_rule *rule = &c->rules[i];
		struct sg_correlation *k = rule->correlation;
		int r = 0;

		if (!k || rule->refused || k->settled)
			continue;
		*changed = true;
		for (uint32_t m = 0; m < k->c.nrules && !rule->refused && !r; m++)
			if (c->rules[k->c.rules[m]].refused)
				r = refuse(c, rule, k->refs[m].line, "it needs one that cannot be used:",
					   k->refs[m].text);
		if (!rule->refused && !r)
			r = refuse(c, rule, rule->line, "in a circle, or too many within one another:",
				   rule->info.title);
		if (r)
			return r;
	}
	return 0;
}

/* Refused ones leave the set; numbers change. */
static int drop_refused(struct sg_compiler *c, uint32_t *order, uint32_t norder)
{
	uint32_t *now = calloc(c->nrules + 1u, sizeof *now), n = 0;

	if (!now)
		return FB_ENOMEM;
	for (uint32_t i = 0; i < c->nrules; i++) {
		now[i] = n;
		if (!c->rules[i].refused)
			c->rules[n++] = c->rules[i];
	}
	c->nrules = n;
	for (uint32_t i = 0; i < norder; i++)
		order[i] = now[order[i]];
	for (uint32_t i = 0; i < n; i++) {
		struct sg_correlation *k = c->rules[i].correlation;
		struct fb_correlation_alias *aliases;
		uint32_t *rules;

		if (!k)
			continue;
		rules = fb_arena_calloc(&c->set->arena, k->c.nrules, sizeof *rules);
		aliases = fb_arena_calloc(&c->set->arena, k->naliases + 1u, sizeof *aliases);
		if (!rules || !aliases) {
			free(now);
			return FB_ENOMEM;
		}
		for (uint32_t m = 0; m < k->c.nrules; m++)
			rules[m] = now[k->c.rules[m]];
		for (uint32_t a = 0; a < k->naliases; a++)
			aliases[a] = (struct fb_correlation_alias){ k->aliases[a].alias,
				now[k->aliases[a].rule.rule], k->aliases[a].field };
		k->c.rule = i;
		k->c.rules = rules;
		k->c.aliases = aliases;
		k->c.naliases = k->naliases;
	}
	free(now);
	return 0;
}

/* ---- what is kept of hits ---- */

struct capture_list {
	const char *field[FB_CAPTURES_MAX];
	uint32_t n;
};

static int want_field(struct sg_compiler *c, struct capture_list **lists, struct sg_rule *from,
		      uint32_t base, const char *field)
{
	struct capture_list *l = lists[base];

	if (!l && !(l = lists[base] = fb_arena_calloc(&c->keep, 1, sizeof *l)))
		return FB_ENOMEM;
	if (!field)
		return 0;
	for (uint32_t i = 0; i < l->n; i++)
		if (strcmp(l->field[i], field) == 0)
			return 0;
	if (l->n == FB_CAPTURES_MAX)
		return refuse(c, from, from->line, "too many fields are wanted of the rule",
			      c->rules[base].info.title);
	l->field[l->n++] = field;
	return 0;
}

/* All fields that k wants of the base rules behind `at`, which is or stands behind one
 * of its members. */
static int want_below(struct sg_compiler *c, const struct fb_correlations *set,
		      struct capture_list **lists, const struct fb_correlation *k, uint32_t member,
		      uint32_t at, unsigned depth)
{
	const struct fb_correlation *inner = fb_correlation_of(set, at);
	int r = 0;

	if (depth > FB_CORRELATION_DEPTH)
		return 0;
	for (uint32_t m = 0; inner && m < inner->nrules && r == 0; m++)
		r = want_below(c, set, lists, k, member, inner->rules[m], depth + 1);
	if (inner)
		return r;
	r = want_field(c, lists, &c->rules[k->rule], at, NULL);
	for (uint32_t i = 0; i < k->nkeys + k->nfields && r == 0; i++)
		r = want_field(c, lists, &c->rules[k->rule], at, fb_correlation_field(set, k,
			i < k->nkeys ? k->keys[i] : k->fields[i - k->nkeys], member, at));
	return r;
}

/* For the matcher: slots of the fields. */
static int add_capture(struct sg_compiler *c, uint32_t base, const struct capture_list *l)
{
	struct sg_set *s = c->set;
	struct sg_capture *cap = fb_arena_calloc(&s->arena, 1, sizeof *cap);
	bool own;

	if (!cap)
		return FB_ENOMEM;
	c->class_id = c->rules[base].target.class_id;
	c->lane = c->rules[base].target.lane;
	cap->n = l->n;
	for (uint32_t i = 0; i < l->n; i++) {
		cap->slot[i] = sg_slot(c, fb_slice_str(l->field[i]));
		cap->host[i] = fb_correlation_is_host(l->field[i], &own) && own;
	}
	s->captures[base] = cap;
	s->ncaptures++;
	return 0;
}

static int make_captures(struct sg_compiler *c, struct fb_correlations *set)
{
	struct sg_set *s = c->set;
	struct capture_list **lists = calloc(c->nrules + 1u, sizeof *lists);
	struct fb_capture *out = fb_arena_calloc(&s->arena, c->nrules + 1u, sizeof *out);
	int r = lists && out ? 0 : FB_ENOMEM;

	s->captures = fb_arena_calloc(&s->arena, c->nrules + 1u, sizeof *s->captures);
	if (!s->captures)
		r = FB_ENOMEM;
	for (uint32_t i = 0; i < set->n && r == 0; i++)
		for (uint32_t m = 0; m < set->v[i].nrules && r == 0; m++)
			r = want_below(c, set, lists, &set->v[i], set->v[i].rules[m],
				       set->v[i].rules[m], 0);
	for (uint32_t i = 0; i < c->nrules && r == 0; i++) {
		const char **fields;

		if (!lists[i])
			continue;
		fields = fb_arena_calloc(&s->arena, lists[i]->n + 1u, sizeof *fields);
		if (!fields) {
			r = FB_ENOMEM;
			break;
		}
		memcpy(fields, lists[i]->field, lists[i]->n * sizeof *fields);
		out[set->ncaptures++] = (struct fb_capture){ i, fields, lists[i]->n };
		r = add_capture(c, i, lists[i]);
	}
	set->captures = out;
	free(lists);
	return r;
}

static int make_hidden(struct sg_compiler *c, struct fb_correlations *set)
{
	uint32_t *hidden = fb_arena_calloc(&c->set->arena, c->nrules + 1u, sizeof *hidden);

	if (!hidden)
		return FB_ENOMEM;
	for (uint32_t rule = 0; rule < c->nrules; rule++) {
		bool named = false, generate = false;

		for (uint32_t i = 0; i < set->n; i++)
			for (uint32_t m = 0; m < set->v[i].nrules; m++)
				if (set->v[i].rules[m] == rule) {
					named = true;
					generate = generate || set->v[i].generate;
				}
		if (named && !generate)
			hidden[set->nhidden++] = rule;
	}
	set->hidden = hidden;
	return 0;
}

static int make_set(struct sg_compiler *c, const uint32_t *order, uint32_t n)
{
	struct fb_correlations *set = fb_arena_calloc(&c->set->arena, 1, sizeof *set);
	struct fb_correlation *v = fb_arena_calloc(&c->set->arena, n + 1u, sizeof *v);
	int r;

	if (!set || !v)
		return FB_ENOMEM;
	for (uint32_t i = 0; i < n; i++)
		v[i] = c->rules[order[i]].correlation->c;
	set->v = v;
	set->n = n;
	if ((r = make_captures(c, set)) || (r = make_hidden(c, set)))
		return r;
	c->set->set.correlations = set;
	return 0;
}

/* One pass; *again: some had to be refused, begin anew without them. */
static int tie(struct sg_compiler *c, uint32_t *order, bool *again)
{
	uint32_t n = 0, refused = 0;
	int r = 0;

	*again = false;
	for (uint32_t i = 0; i < c->nrules && r == 0; i++)
		if (c->rules[i].correlation && !c->rules[i].refused) {
			c->rules[i].correlation->settled = false;
			r = resolve_refs(c, &c->rules[i]);
		}
	while (r == 0) {
		bool changed;

		for (uint32_t i = 0; i < c->nrules; i++)
			if (c->rules[i].correlation)
				c->rules[i].correlation->settled = false;
		if ((r = settle(c, order, &n, &changed)) || !changed)
			break;
	}
	if (r || (r = drop_refused(c, order, n)) || n == 0)
		return r;
	r = make_set(c, order, n);
	for (uint32_t i = 0; i < c->nrules; i++)
		refused += c->rules[i].refused;
	if (r == 0 && refused) {
		c->set->set.correlations = NULL;
		c->set->captures = NULL;
		c->set->ncaptures = 0;
		*again = true;
		r = drop_refused(c, order, 0);
	}
	return r;
}

int sg_correlations(struct sg_compiler *c)
{
	uint32_t *order, n = 0;
	bool again = true;
	int r = 0;

	for (uint32_t i = 0; i < c->nrules && r == 0; i++) {
		struct sg_rule *rule = &c->rules[i];

		if (rule->correlation && ++n > FB_CORRELATIONS_MAX)
			r = refuse(c, rule, rule->line, "more than the limit of correlations; left out:",
				   rule->info.title);
	}
	if (n == 0 || r)
		return r;
	order = calloc(n, sizeof *order);
	if (!order)
		return FB_ENOMEM;
	while (again && r == 0)
		r = tie(c, order, &again);
	free(order);
	return r;
}
