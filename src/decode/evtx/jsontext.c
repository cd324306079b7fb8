/* The tree of a record written as JSON, in the shape that other programs for these logs
 * write too: docs/formats/output.md, "Records". */
#include "decode/evtx/json.h"

#include "base/json.h"
#include "decode/evtx/evtx.h"
#include "event/value.h"

#include <stdio.h>

#define ATTRIBUTES "#attributes"
#define TEXT "#text"
/* Elements within one another: below the deepest stand its attributes and a list. */
#define ELEMENTS_DEPTH (FB_JSON_DEPTH - 4)

/* A key that an object has, so that no other value gets the same. */
struct key {
	const void *object;
	struct fb_slice name;
	uint32_t hash, next; /* next: number to try behind the name */
};

struct writer {
	struct fb_json j;
	struct fb_arena *arena;
	struct fb_buf *scratch;
	struct key *keys; /* a table with open addressing */
	uint32_t mask, used;
	uint8_t flags; /* enum fb_event_flags: what this had to do */
	int code;
};

/* ---- keys ---- */

static uint32_t hash_key(const void *object, struct fb_slice name)
{
	uint32_t h = (uint32_t)((uintptr_t)object >> 4) * 0x9E3779B1u;

	for (size_t i = 0; i < name.n; i++)
		h = (h ^ name.p[i]) * 16777619u;
	return h ^ h >> 15;
}

/* A table with room for as many more keys again. */
static int grow_keys(struct writer *w)
{
	uint32_t size = w->keys ? 2 * (w->mask + 1) : 128, mask = size - 1;
	struct key *keys = fb_arena_calloc(w->arena, size, sizeof *keys);

	if (!keys)
		return FB_ENOMEM;
	for (uint32_t i = 0; w->keys && i <= w->mask; i++) {
		uint32_t at = w->keys[i].hash & mask;

		if (!w->keys[i].object)
			continue;
		while (keys[at].object)
			at = (at + 1) & mask;
		keys[at] = w->keys[i];
	}
	w->keys = keys;
	w->mask = mask;
	return 0;
}

/* The entry of that key; *made: it was not there. The table is never full. */
static struct key *find_key(struct writer *w, const void *object, struct fb_slice name, bool *made)
{
	uint32_t hash = hash_key(object, name), i = hash & w->mask;

	while (w->keys[i].object) {
		struct key *k = &w->keys[i];

		if (k->hash == hash && k->object == object && fb_slice_eq(k->name, name)) {
			*made = false;
			return k;
		}
		i = (i + 1) & w->mask;
	}
	w->keys[i] = (struct key){ object, name, hash, 1 };
	w->used++;
	*made = true;
	return &w->keys[i];
}

static bool reserved(struct fb_slice name)
{
	return fb_slice_eq(name, FB_LIT(ATTRIBUTES)) || fb_slice_eq(name, FB_LIT(TEXT));
}

/* The second of a name is name_1, the third name_2. */
static void put_key(struct writer *w, const void *object, struct fb_slice name)
{
	bool made;
	struct key *k;

	/* This takes two entries at most. */
	if ((!w->keys || w->used + 2 > w->mask / 2) && grow_keys(w)) {
		w->code = FB_ENOMEM;
		return;
	}
	k = find_key(w, object, name, &made);
	while (!made || reserved(name)) {
		char number[16];
		size_t n = (size_t)snprintf(number, sizeof number, "_%u", k->next++);
		char *p = fb_arena_get(w->arena, k->name.n + n);

		if (!p) {
			w->code = FB_ENOMEM;
			break;
		}
		memcpy(p, k->name.p, k->name.n);
		memcpy(p + k->name.n, number, n);
		name = fb_slice(p, k->name.n + n);
		(void)find_key(w, object, name, &made);
	}
	fb_json_key_slice(&w->j, name);
}

/* ---- values ---- */

/* What fb_value_text makes of it. */
static struct fb_slice text_of(struct writer *w, const struct fb_field *f)
{
	fb_buf_clear(w->scratch);
	if (fb_value_text(f, w->scratch))
		w->code = w->scratch->code;
	return fb_buf_view(w->scratch);
}

static bool is_number(struct fb_slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!strchr("0123456789+-.e", s.p[i] ? s.p[i] : ' '))
			return false; /* inf, nan, bytes of another length as hexadecimal */
	return s.n > 0;
}

static void put_scalar(struct writer *w, const struct fb_field *f)
{
	struct fb_slice s;
	uint64_t v;
	bool neg;

	switch (f->type) {
	case FB_V_NULL:
		fb_json_null(&w->j);
		return;
	case FB_V_U8: case FB_V_U16: case FB_V_U32: case FB_V_U64:
	case FB_V_I8: case FB_V_I16: case FB_V_I32: case FB_V_I64:
		if (!fb_value_int(f, &v, &neg))
			break;
		if (neg)
			fb_json_i64(&w->j, (int64_t)(0 - v));
		else
			fb_json_u64(&w->j, v);
		return;
	case FB_V_BOOL:
		if (!fb_value_int(f, &v, &neg))
			break;
		fb_json_bool(&w->j, v);
		return;
	case FB_V_F32: case FB_V_F64:
		s = text_of(w, f);
		if (f->v.n == (f->type == FB_V_F32 ? 4 : 8) && is_number(s))
			fb_json_raw(&w->j, s);
		else
			fb_json_str(&w->j, s);
		return;
	case FB_V_GUID:
		s = text_of(w, f);
		if (s.n && s.p[0] == '{')
			s = fb_slice_sub(s, 1, s.n - 2);
		fb_json_str(&w->j, s);
		return;
	default:
		break;
	}
	fb_json_str(&w->j, text_of(w, f));
}

/* Values of one text: how many, and each. An array has as many as it has items. */
static size_t count_values(const struct evtx_piece *p)
{
	struct fb_field rest;
	size_t n = 0;

	if (!p || p->next || p->f.type != FB_V_ARRAY)
		return 1;
	rest = p->f;
	for (; rest.v.n; n++)
		(void)fb_value_item(&rest);
	return n;
}

static void put_values(struct writer *w, const struct evtx_piece *p)
{
	struct fb_field f;

	if (!p) {
		fb_json_cstr(&w->j, "");
	} else if (p->next) {
		fb_buf_clear(w->scratch);
		for (; p; p = p->next)
			(void)fb_value_text(&p->f, w->scratch);
		if (w->scratch->code)
			w->code = w->scratch->code;
		fb_json_str(&w->j, fb_buf_view(w->scratch));
	} else if (p->f.type == FB_V_ARRAY) {
		f = p->f;
		while (f.v.n && !w->code && !w->j.out->code) {
			struct fb_field item = { .type = f.subtype };

			item.v = fb_value_item(&f);
			put_scalar(w, &item);
		}
	} else {
		put_scalar(w, &p->f);
	}
}

static void put_text(struct writer *w, const struct evtx_piece *p)
{
	size_t n = count_values(p);

	if (n != 1)
		fb_json_array(&w->j);
	put_values(w, p);
	if (n != 1)
		fb_json_array_end(&w->j);
}

/* ---- elements ---- */

/* The Name of a <Data Name="…">, or NULL. */
static const struct evtx_node *data_name(const struct evtx_node *n)
{
	if (!fb_slice_eq(n->name, FB_LIT("Data")))
		return NULL;
	for (const struct evtx_node *a = n->attr; a; a = a->next)
		if (a->text && fb_slice_eq(a->name, FB_LIT("Name")))
			return a;
	return NULL;
}

/* Attributes with a value: those without are not written. */
static bool has_attrs(const struct evtx_node *n, const struct evtx_node *but)
{
	for (const struct evtx_node *a = n->attr; a; a = a->next)
		if (a->text && a != but)
			return true;
	return false;
}

static bool plain_data(const struct evtx_node *n)
{
	return fb_slice_eq(n->name, FB_LIT("Data")) && !n->child && !has_attrs(n, NULL);
}

/* All <Data> of one element that have neither name nor anything but text. */
static void put_plain_data(struct writer *w, const struct evtx_node *first)
{
	size_t n = 0;

	for (const struct evtx_node *d = first; d; d = d->next)
		n += plain_data(d) ? count_values(d->text) : 0;
	fb_json_object(&w->j);
	fb_json_key(&w->j, TEXT);
	if (n != 1)
		fb_json_array(&w->j);
	for (const struct evtx_node *d = first; d; d = d->next)
		if (plain_data(d))
			put_values(w, d->text);
	if (n != 1)
		fb_json_array_end(&w->j);
	fb_json_object_end(&w->j);
}

static void put_attrs(struct writer *w, const struct evtx_node *n, const struct evtx_node *but)
{
	fb_json_key(&w->j, ATTRIBUTES);
	fb_json_object(&w->j);
	for (const struct evtx_node *a = n->attr; a; a = a->next)
		if (a->text && a != but) {
			put_key(w, &n->attr, a->name);
			put_text(w, a->text);
		}
	fb_json_object_end(&w->j);
}

/* Blanks between elements are how somebody laid them out. */
static bool layout(const struct evtx_piece *p)
{
	for (; p; p = p->next) {
		if (p->f.type != FB_V_UTF16)
			return false;
		for (size_t i = 0; i + 1 < p->f.v.n; i += 2)
			if (p->f.v.p[i + 1] || p->f.v.p[i] == 0 || !strchr(" \t\r\n", p->f.v.p[i]))
				return false;
	}
	return true;
}

static void put_children(struct writer *w, const struct evtx_node *parent, unsigned depth);

static void put_element(struct writer *w, const struct evtx_node *n, const struct evtx_node *name,
			unsigned depth)
{
	bool attrs = has_attrs(n, name);

	if (!attrs && !n->child) {
		if (n->text)
			put_text(w, n->text);
		else
			fb_json_null(&w->j);
		return;
	}
	fb_json_object(&w->j);
	if (attrs)
		put_attrs(w, n, name);
	if (n->text && !(n->child && layout(n->text))) {
		fb_json_key(&w->j, TEXT);
		put_text(w, n->text);
	}
	put_children(w, n, depth + 1);
	fb_json_object_end(&w->j);
}

/* The key of one element: what a <Data> is named, else the element's name. Returns the
 * attribute that became the key, or NULL. */
static const struct evtx_node *put_element_key(struct writer *w, const struct evtx_node *parent,
					       const struct evtx_node *n)
{
	const struct evtx_node *name = data_name(n);
	struct fb_slice key;
	char *copy;

	if (name && !name->text->next) {
		key = text_of(w, &name->text->f);
		copy = key.n ? fb_arena_strn(w->arena, key.p, key.n) : NULL;
		if (copy) {
			put_key(w, parent, fb_slice(copy, key.n));
			return name;
		}
	}
	put_key(w, parent, n->name);
	return NULL;
}

/* The items of an array stand in an element each, as in Windows' XML. */
static void put_items(struct writer *w, const struct evtx_node *parent, const struct evtx_node *n,
		      unsigned depth)
{
	struct fb_field rest = n->text->f;

	while (rest.v.n && !w->code && !w->j.out->code) {
		struct evtx_piece item = { .f = { .type = rest.subtype } };
		struct evtx_node one = *n;

		item.f.v = fb_value_item(&rest);
		one.text = &item;
		put_element(w, &one, put_element_key(w, parent, n), depth);
	}
}

static void put_children(struct writer *w, const struct evtx_node *parent, unsigned depth)
{
	bool data = false;

	if (depth == ELEMENTS_DEPTH) {
		w->flags |= parent->child ? FB_EVENT_CUT : 0;
		return;
	}
	for (const struct evtx_node *n = parent->child; n && !w->code && !w->j.out->code; n = n->next) {
		if (plain_data(n)) {
			if (!data) {
				put_key(w, parent, n->name);
				put_plain_data(w, n);
			}
			data = true;
			continue;
		}
		if (n->text && !n->text->next && n->text->f.type == FB_V_ARRAY && !n->child)
			put_items(w, parent, n, depth);
		else
			put_element(w, n, put_element_key(w, parent, n), depth);
	}
}

static void put_notes(struct writer *w, uint8_t flags)
{
	static const struct { uint8_t flag; const char *word; } words[] = {
		{ FB_EVENT_RECOVERED, "recovered" }, { FB_EVENT_DAMAGED, "damaged" },
		{ FB_EVENT_CUT, "cut" },
	};

	if (!flags)
		return;
	fb_json_key(&w->j, "notes");
	fb_json_array(&w->j);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (flags & words[i].flag)
			fb_json_cstr(&w->j, words[i].word);
	fb_json_array_end(&w->j);
}

int evtx_json_write(const struct evtx_node *top, uint8_t flags, struct fb_arena *arena,
		    struct fb_buf *scratch, struct fb_buf *out)
{
	struct writer w = { .arena = arena, .scratch = scratch };

	fb_json_init(&w.j, out);
	fb_json_object(&w.j);
	put_children(&w, top, 0);
	if (!top->child) {
		fb_json_key(&w.j, "Event");
		fb_json_null(&w.j);
	}
	put_notes(&w, (uint8_t)(flags | w.flags));
	fb_json_object_end(&w.j);
	return w.code ? w.code : out->code;
}
