#include "detect/sigma/item.h"

#include "base/limits.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>

int sg_item_bad(struct sg_item *it, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	return sg_bad(it->c, it->line, FB_EINPUT, "\"%.*s\": %s",
		      (int)(it->key.n > 100 ? 100 : it->key.n), (const char *)it->key.p, text);
}

int sg_item_type(struct sg_item *it, enum sg_type type, const char *mod)
{
	if (it->type != SG_T_TEXT)
		return sg_item_bad(it, "%s cannot be combined with the modifiers before it", mod);
	it->type = (uint8_t)type;
	return 0;
}

uint16_t *sg_cells_new(struct sg_item *it, uint32_t n)
{
	if (n > FB_PATTERN_MAX) {
		(void)sg_bad(it->c, it->line, FB_ELIMIT, "a value is longer than %d",
			     FB_PATTERN_MAX);
		return NULL;
	}
	return fb_arena_calloc(&it->c->scratch, n + 1u, sizeof(uint16_t));
}

bool sg_plain(const struct sg_cvalue *v)
{
	for (uint32_t i = 0; i < v->n; i++)
		if (v->cell[i] > 255)
			return false;
	return true;
}

int sg_cells(struct sg_compiler *c, struct fb_slice text, uint16_t **cell, uint32_t *n)
{
	uint16_t *out;
	uint32_t k = 0;

	if (text.n > FB_PATTERN_MAX)
		return sg_bad(c, 0, FB_ELIMIT, "a value is longer than %d", FB_PATTERN_MAX);
	out = fb_arena_calloc(&c->scratch, text.n + 1, sizeof *out);
	if (!out)
		return FB_ENOMEM;
	for (size_t i = 0; i < text.n; i++) {
		uint8_t b = text.p[i];
		uint8_t next = i + 1 < text.n ? text.p[i + 1] : 0;

		if (b == '\\' && (next == '*' || next == '?' || next == '\\')) {
			out[k++] = next;
			i++;
		} else if (b == '*') {
			if (k == 0 || out[k - 1] != SG_STAR)
				out[k++] = SG_STAR;
		} else if (b == '?') {
			out[k++] = SG_ANYCHAR;
		} else {
			out[k++] = b;
		}
	}
	*cell = out;
	*n = k;
	return 0;
}

/* YAML's scalar as a value of the item. */
static int take_value(struct sg_item *it, const struct sg_ynode *n, uint32_t group)
{
	struct sg_cvalue *v = &it->v[it->n];
	struct sg_number number;

	if (n->kind != SG_Y_SCALAR) {
		it->line = n->line;
		return sg_item_bad(it, "a value has to be text, a number, true, false or null");
	}
	if (++it->c->values > FB_RULE_VALUES_MAX)
		return sg_item_bad(it, "the rule has more than %u values", FB_RULE_VALUES_MAX);
	v->group = group;
	v->raw = n->text;
	v->kind = SG_C_TEXT;
	if (sg_ynull(n))
		v->kind = SG_C_NULL;
	else if (n->plain && sg_number(n->text, &number) && !number.real)
		v->kind = SG_C_NUMBER;
	else if (n->plain && (fb_slice_ieq(n->text, FB_LIT("true")) ||
			      fb_slice_ieq(n->text, FB_LIT("false"))))
		v->kind = SG_C_BOOL;
	it->n++;
	return sg_cells(it->c, n->text, &v->cell, &v->n);
}

static int take_values(struct sg_item *it, const struct sg_ynode *n)
{
	uint32_t count = n->kind == SG_Y_SEQ ? n->n : 1;

	if (n->kind == SG_Y_MAP)
		return sg_item_bad(it, "a map cannot be a value");
	if (count == 0)
		return sg_item_bad(it, "the list of values is empty");
	it->v = fb_arena_calloc(&it->c->scratch, count, sizeof *it->v);
	if (!it->v)
		return FB_ENOMEM;
	for (uint32_t i = 0; i < count; i++) {
		int r = take_value(it, n->kind == SG_Y_SEQ ? n->item[i] : n, i);

		if (r)
			return r;
	}
	it->ngroups = count;
	return 0;
}

static int apply_mod(struct sg_item *it, struct fb_slice name)
{
	const char *names[64];
	const char *near;
	size_t n = 0;

	for (; sg_mods[n] && n < 64; n++) {
		if (fb_slice_eqs(name, sg_mods[n]->name))
			return sg_mods[n]->apply(it);
		names[n] = sg_mods[n]->name;
	}
	near = sg_nearest(name, names, n);
	if (near)
		return sg_bad(it->c, it->line, FB_EINPUT,
			      "unknown modifier \"%.*s\" (did you mean \"%s\"?)",
			      (int)(name.n > 64 ? 64 : name.n), (const char *)name.p, near);
	return sg_bad(it->c, it->line, FB_EINPUT, "unknown modifier \"%.*s\"",
		      (int)(name.n > 64 ? 64 : name.n), (const char *)name.p);
}

/* Cells [from, to) without specials as bytes, folded unless cased. */
static int literal(struct sg_item *it, const uint16_t *cell, uint32_t n, struct fb_slice *out)
{
	uint8_t *bytes = fb_arena_get(&it->c->scratch, n + 1u);
	uint8_t *folded;

	if (!bytes)
		return FB_ENOMEM;
	for (uint32_t i = 0; i < n; i++)
		bytes[i] = (uint8_t)cell[i];
	*out = fb_slice(bytes, n);
	if (it->cased)
		return 0;
	folded = fb_arena_get(&it->c->scratch, n * 3u + 4u);
	if (!folded)
		return FB_ENOMEM;
	*out = fb_slice(folded, fb_utf8_fold_raw(fb_slice(bytes, n), folded));
	return 0;
}

/* One run between stars. */
static int segment(struct sg_item *it, const uint16_t *cell, uint32_t n, struct sg_segment *out)
{
	uint16_t *to = fb_arena_calloc(&it->c->scratch, n * 3u + 1u, sizeof *to);
	bool special = false;
	uint32_t k = 0;

	if (!to)
		return FB_ENOMEM;
	for (uint32_t i = 0; i < n;) {
		struct fb_slice s;
		uint32_t from = i;
		int r;

		if (cell[i] > 255) {
			to[k++] = cell[i++];
			special = true;
			continue;
		}
		while (i < n && cell[i] < 256)
			i++;
		r = literal(it, cell + from, i - from, &s);
		if (r)
			return r;
		for (size_t b = 0; b < s.n; b++)
			to[k++] = s.p[b];
		if (!special && i == n && from == 0)
			out->literal = s;
	}
	out->cell = to;
	out->n = k;
	return 0;
}

static int make_glob(struct sg_item *it, const struct sg_cvalue *v, struct sg_val *out)
{
	uint32_t count = 0, i = 0;

	out->kind = SG_V_GLOB;
	out->glob.open_start = v->cell[0] == SG_STAR;
	out->glob.open_end = v->cell[v->n - 1] == SG_STAR;
	for (uint32_t k = 0; k < v->n; k++)
		count += v->cell[k] == SG_STAR;
	out->glob.segment = fb_arena_calloc(&it->c->scratch, count + 1u, sizeof *out->glob.segment);
	if (!out->glob.segment)
		return FB_ENOMEM;
	out->glob.n = 0;
	while (i < v->n) {
		uint32_t from = i;
		int r;

		if (v->cell[i] == SG_STAR) {
			i++;
			continue;
		}
		while (i < v->n && v->cell[i] != SG_STAR)
			i++;
		r = segment(it, v->cell + from, i - from, &out->glob.segment[out->glob.n++]);
		if (r)
			return r;
	}
	return 0;
}

/* Text with wildcards: the simplest kind that says the same. */
static int make_text(struct sg_item *it, const struct sg_cvalue *v, struct sg_val *out)
{
	uint32_t from = 0, to = v->n;
	bool before = false, behind = false;

	while (from < to && v->cell[from] == SG_STAR) {
		before = true;
		from++;
	}
	while (to > from && v->cell[to - 1] == SG_STAR) {
		behind = true;
		to--;
	}
	if (from == to && (before || behind)) {
		out->kind = SG_V_ANY;
		return 0;
	}
	for (uint32_t i = from; i < to; i++)
		if (v->cell[i] > 255)
			return make_glob(it, v, out);
	out->kind = before && behind ? SG_V_CONTAINS : before ? SG_V_SUFFIX
		    : behind	     ? SG_V_PREFIX
				     : SG_V_EQ;
	return literal(it, v->cell + from, to - from, &out->text);
}

static int make_cidr(struct sg_item *it, const struct sg_cvalue *v, struct sg_val *out)
{
	char text[64];
	const uint8_t *slash = memchr(v->raw.p, '/', v->raw.n);
	size_t n = slash ? (size_t)(slash - v->raw.p) : v->raw.n;
	uint64_t bits = 0;

	if (v->kind == SG_C_NULL || n >= sizeof text)
		return sg_item_bad(it, "not a network: a.b.c.d/n or IPv6/n is expected");
	memcpy(text, v->raw.p, n);
	text[n] = 0;
	out->kind = SG_V_CIDR;
	if (inet_pton(AF_INET, text, out->cidr.address) == 1)
		out->cidr.v4 = true;
	else if (inet_pton(AF_INET6, text, out->cidr.address) != 1)
		return sg_item_bad(it, "not a network: \"%s\"", text);
	bits = out->cidr.v4 ? 32 : 128;
	if (slash) {
		uint64_t max = bits;

		if (!fb_slice_u64(fb_slice_sub(v->raw, n + 1, v->raw.n), &bits) || bits > max)
			return sg_item_bad(it, "the prefix length of the network is wrong");
	}
	out->cidr.bits = (uint8_t)bits;
	return 0;
}

static int make_value(struct sg_item *it, const struct sg_cvalue *v, struct sg_val *out)
{
	out->cased = it->cased;
	switch ((enum sg_type)it->type) {
	case SG_T_RE:
		out->kind = SG_V_RE;
		out->text = v->raw;
		out->flags = it->flags;
		out->cased = false;
		return 0;
	case SG_T_CIDR:
		out->cased = false;
		return make_cidr(it, v, out);
	case SG_T_CMP:
		out->kind = SG_V_NUM;
		out->cmp = it->cmp;
		out->part = it->part;
		out->cased = false;
		if (v->kind == SG_C_NULL || !sg_number(v->raw, &out->number))
			return sg_item_bad(it, "a number is expected");
		return 0;
	case SG_T_EXISTS:
		out->kind = SG_V_EXISTS;
		out->want = fb_slice_ieq(v->raw, FB_LIT("true"));
		out->cased = false;
		return 0;
	case SG_T_REF:
		out->kind = SG_V_REF;
		out->ref = sg_slot(it->c, v->raw);
		out->how = it->floating		? SG_HOW_CONTAINS
			   : it->anchored_start ? SG_HOW_STARTS
			   : it->anchored_end	? SG_HOW_ENDS
						: SG_HOW_EQ;
		return out->ref ? 0 : sg_item_bad(it, "too many field names");
	case SG_T_TEXT:
		break;
	}
	if (v->kind == SG_C_NULL) {
		if (!it->field.n)
			return sg_item_bad(it, "null cannot be a keyword");
		out->kind = SG_V_NULL;
		out->cased = false;
		return 0;
	}
	if (v->kind == SG_C_NUMBER && it->field.n) {
		out->kind = SG_V_NUM;
		out->cmp = SG_EQ;
		out->cased = false;
		(void)sg_number(v->raw, &out->number);
		return 0;
	}
	return make_text(it, v, out);
}

/* Values [from, to) as one predicate. */
static int make_pred(struct sg_item *it, uint32_t from, uint32_t to, bool all,
		     struct sg_tree **out)
{
	struct sg_pred p = { .all = all && to - from > 1, .n = to - from };
	uint32_t pred;
	int r;

	p.slot = it->field.n ? sg_slot(it->c, it->field) : SG_SLOT_ANY;
	if (p.slot == 0)
		return sg_item_bad(it, "the name of the field is empty, too long, or one too many");
	p.val = fb_arena_calloc(&it->c->scratch, p.n, sizeof *p.val);
	if (!p.val)
		return FB_ENOMEM;
	for (uint32_t i = from; i < to; i++) {
		r = make_value(it, &it->v[i], &p.val[i - from]);
		if (r)
			return r;
	}
	r = sg_pred_intern(it->c, it->line, &p, &pred);
	if (r)
		return r;
	*out = sg_tree_new(it->c, SG_OP_PRED, pred, 0);
	return *out ? 0 : FB_ENOMEM;
}

static int make_tree(struct sg_item *it, struct sg_tree **out)
{
	struct sg_tree *t;
	uint32_t k = 0;
	int r = 0;

	if (!it->all || it->n == it->ngroups) {
		r = make_pred(it, 0, it->n, it->all, &t);
	} else {
		/* Values that became several: those of one are alternatives. */
		t = sg_tree_new(it->c, SG_OP_AND, 0, it->ngroups);
		if (!t)
			return FB_ENOMEM;
		t->n = 0;
		for (uint32_t i = 0; i < it->n && r == 0; i = k) {
			for (k = i; k < it->n && it->v[k].group == it->v[i].group; k++)
				;
			r = make_pred(it, i, k, false, &t->kid[t->n++]);
		}
	}
	if (r)
		return r;
	if (it->neq) {
		struct sg_tree *no = sg_tree_new(it->c, SG_OP_NOT, 0, 1);

		if (!no)
			return FB_ENOMEM;
		no->kid[0] = t;
		t = no;
	}
	*out = t;
	return 0;
}

int sg_item(struct sg_compiler *c, unsigned line, struct fb_slice key,
	    const struct sg_ynode *values, struct sg_tree **out)
{
	struct sg_item it = { .c = c, .line = line, .key = key };
	size_t bar = fb_slice_find(key, FB_LIT("|"));
	int r;

	it.field = fb_slice_sub(key, 0, bar);
	r = take_values(&it, values);
	while (r == 0 && bar < key.n) {
		struct fb_slice rest = fb_slice_sub(key, bar + 1, key.n);
		size_t n = fb_slice_find(rest, FB_LIT("|"));

		r = apply_mod(&it, fb_slice_sub(rest, 0, n));
		bar += 1 + n;
	}
	/* Not allowed by the specification; harmless, and found in the wild. */
	if (r == 0 && it.all && it.ngroups == 1)
		r = sg_problem(c, c->path, line, false, "%.*s: \"all\" with a single value changes "
			       "nothing", (int)(key.n > 60 ? 60 : key.n), (const char *)key.p);
	if (r)
		return r;
	if (!it.field.n && it.type == SG_T_TEXT) {
		/* A keyword stands anywhere in a value. */
		bool anchored = it.floating || it.anchored_start || it.anchored_end;

		if (!anchored)
			r = sg_mod_contains.apply(&it);
		if (r)
			return r;
	}
	return make_tree(&it, out);
}
