/* expand: %name% in a value is replaced by each value of the list of that name. A
 * percent sign behind a backslash is one. Without the list the rule is refused, as
 * the specification asks. */
#include "detect/sigma/item.h"

struct out {
	struct sg_cvalue *v;
	uint32_t n, cap;
};

static const struct fb_sigma_list *find(struct sg_compiler *c, struct fb_slice name)
{
	for (size_t i = 0; i < c->nlists; i++)
		if (fb_slice_ieq(fb_slice_str(c->lists[i].name), name))
			return &c->lists[i];
	return NULL;
}

static bool name_cell(uint16_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-' || c == '.';
}

/* The next placeholder from cell `from`: [*at, *at + *len) with its signs. Escaped
 * signs lose their backslash on the way. */
static bool next_placeholder(struct sg_cvalue *v, uint32_t from, uint32_t *at, uint32_t *len)
{
	for (uint32_t i = from; i < v->n; i++) {
		uint32_t k = i + 1;

		if (v->cell[i] == '\\' && k < v->n && v->cell[k] == '%') {
			memmove(v->cell + i, v->cell + k, (v->n - k) * sizeof *v->cell);
			v->n--;
			continue; /* now at the sign: passed over */
		}
		if (v->cell[i] != '%')
			continue;
		while (k < v->n && name_cell(v->cell[k]))
			k++;
		if (k < v->n && v->cell[k] == '%' && k > i + 1) {
			*at = i;
			*len = k + 1 - i;
			return true;
		}
	}
	return false;
}

static int put(struct sg_item *it, struct out *o, const struct sg_cvalue *v)
{
	if (o->n == FB_RULE_VALUES_MAX)
		return sg_item_bad(it, "expands to too many values");
	if (o->n == o->cap) {
		uint32_t cap = o->cap ? o->cap * 2 : 16;
		struct sg_cvalue *p = fb_arena_get(&it->c->scratch, cap * sizeof *p);

		if (!p)
			return FB_ENOMEM;
		if (o->n)
			memcpy(p, o->v, o->n * sizeof *p);
		o->v = p;
		o->cap = cap;
	}
	o->v[o->n++] = *v;
	return 0;
}

/* Replaces from cell `from` on; depth counts placeholders of one value. */
static int expand_value(struct sg_item *it, struct sg_cvalue v, uint32_t from, unsigned depth,
			struct out *o)
{
	const struct fb_sigma_list *list;
	uint32_t at, len;
	uint8_t name[64];

	if (!next_placeholder(&v, from, &at, &len))
		return put(it, o, &v);
	if (depth == 8)
		return sg_item_bad(it, "more than 8 placeholders in one value");
	if (len - 2 > sizeof name)
		return sg_item_bad(it, "a placeholder's name is too long");
	for (uint32_t i = 0; i < len - 2; i++)
		name[i] = (uint8_t)v.cell[at + 1 + i];
	list = find(it->c, fb_slice(name, len - 2));
	if (!list)
		return sg_item_bad(it, "no list was given for the placeholder %%%.*s%%",
				   (int)(len - 2), (const char *)name);
	for (size_t i = 0; i < list->n; i++) {
		struct sg_cvalue w = v;
		uint16_t *in;
		uint32_t n;
		int r = sg_cells(it->c, fb_slice_str(list->values[i]), &in, &n);

		if (r)
			return r;
		w.cell = sg_cells_new(it, v.n - len + n);
		if (!w.cell)
			return FB_ENOMEM;
		memcpy(w.cell, v.cell, at * sizeof *in);
		if (n)
			memcpy(w.cell + at, in, n * sizeof *in);
		memcpy(w.cell + at + n, v.cell + at + len, (v.n - at - len) * sizeof *in);
		w.n = v.n - len + n;
		r = expand_value(it, w, at + n, depth + 1, o);
		if (r)
			return r;
	}
	return 0;
}

static int apply(struct sg_item *it)
{
	struct out o = { 0 };

	if (it->type != SG_T_TEXT)
		return sg_item_bad(it, "expand is about text");
	for (uint32_t i = 0; i < it->n; i++) {
		int r;

		if (it->v[i].kind != SG_C_TEXT)
			r = put(it, &o, &it->v[i]);
		else
			r = expand_value(it, it->v[i], 0, 0, &o);
		if (r)
			return r;
	}
	if (o.n == 0)
		return sg_item_bad(it, "the list of the placeholder is empty");
	it->v = o.v;
	it->n = o.n;
	return 0;
}

const struct sg_mod sg_mod_expand = { "expand", apply };
