/* Values: known text, request data, arrays of them. */
#include "detect/webshell/ws.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

const char *ws_step_word(enum ws_step step)
{
	static const char *const words[ST_COUNT] = {
		[ST_BASE64] = "base64", [ST_HEX] = "hexadecimal", [ST_URL] = "URL encoding", [ST_ROT13] = "rot13",
		[ST_INFLATE] = "a compressed form", [ST_CRYPT] = "an encrypted form", [ST_XOR] = "xor",
		[ST_REVERSE] = "reversed text", [ST_REPLACE] = "text with letters replaced", [ST_SPLIT] = "pieces",
		[ST_CHARS] = "numbers of characters", [ST_SUBSTR] = "a part of a text", [ST_FORMAT] = "a format",
		[ST_SERIAL] = "a serialised form", [ST_ENCODING] = "another character encoding",
		[ST_OWN] = "a code of its own",
	};

	return words[step];
}

struct fb_slice ws_bytes(struct ws_file *w, size_t n, uint8_t **p)
{
	*p = NULL;
	if (n > FB_WEBSHELL_BUILT - w->built) {
		w->cut = true;
		w->why = "it builds too much text";
		return fb_slice("", 0);
	}
	*p = fb_arena_get(w->arena, n ? n : 1);
	if (!*p) {
		w->cut = w->oom = true;
		return fb_slice("", 0);
	}
	w->built += n;
	return fb_slice(*p, n);
}

struct ws_value ws_none(void)
{
	return (struct ws_value){ .str = { (const uint8_t *)"", 0 }, .cls = { (const uint8_t *)"", 0 } };
}

struct ws_value ws_text(struct ws_file *w, struct fb_slice s)
{
	struct ws_value v = ws_none();

	(void)w;
	v.bits = V_KNOWN | (s.n == 0 ? V_EMPTY : 0);
	v.str = s.p ? s : fb_slice("", 0);
	return v;
}

struct ws_value ws_number(struct ws_file *w, double d)
{
	char text[40];
	int n;
	uint8_t *p;

	if (isnan(d) || isinf(d))
		return ws_none();
	if (fabs(d) < 9e15 && floor(d) == d)
		n = snprintf(text, sizeof text, "%lld", (long long)d);
	else
		n = snprintf(text, sizeof text, "%.14g", d);
	(void)ws_bytes(w, (size_t)n, &p);
	if (!p)
		return ws_none();
	memcpy(p, text, (size_t)n);
	return (struct ws_value){ .bits = V_KNOWN | V_NUMBER, .str = fb_slice(p, (size_t)n), .cls = FB_LIT("") };
}

/* The number that digits of a base at the front of s make. */
double ws_digits(struct fb_slice s, unsigned base)
{
	double d = 0;

	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = s.p[i];
		unsigned v = c >= '0' && c <= '9' ? c - 48u : (c | 32) >= 'a' && (c | 32) <= 'z' ? (c | 32u) - 'a' + 10 : 99u;

		if (v >= base)
			break;
		d = d * base + v;
	}
	return d;
}

/* Decimal, 0x…, 0b…, 0…, &H…; PHP takes the number at the front of a text. */
bool ws_as_number(const struct ws_value *v, double *out)
{
	char text[48], *end;
	size_t n = v->str.n < sizeof text - 1 ? v->str.n : sizeof text - 1, at = 0;

	if (!(v->bits & V_KNOWN))
		return false;
	*out = 0;
	for (size_t i = 0; i < n; i++)
		if (v->str.p[i] != '_')
			text[at++] = (char)v->str.p[i];
	text[at] = 0;
	if (at > 2 && text[0] == '0' && (text[1] | 32) == 'b') {
		*out = ws_digits(fb_slice(text + 2, at - 2), 2);
		return true;
	}
	if (at > 2 && text[0] == '&') {
		*out = ws_digits(fb_slice(text + 2, at - 2), (text[1] | 32) == 'h' ? 16 : 8);
		return true;
	}
	if (at > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '7' && strspn(text, "01234567") == at) {
		*out = ws_digits(fb_slice(text, at), 8);
		return true;
	}
	*out = strtod(text, &end);
	if (isnan(*out) || isinf(*out))
		*out = 0;
	return end != text;
}

bool ws_known(const struct ws_value *v)
{
	return v->bits & V_KNOWN;
}

bool ws_is(const struct ws_value *v, const char *s)
{
	return (v->bits & V_KNOWN) && fb_slice_ieq(v->str, fb_slice_str(s));
}

struct ws_value ws_request(struct ws_file *w, const struct ws_node *n, const char *what, struct fb_slice name)
{
	struct ws_value v = ws_none();
	struct ws_source *src = fb_arena_calloc(w->arena, 1, sizeof *src);

	if (!src) {
		w->cut = w->oom = true;
		return v;
	}
	src->what = what;
	src->name = name;
	src->line = n ? n->line : 0;
	src->at = n ? n->at : 0;
	v.bits = V_REQUEST | V_FREE;
	v.src = src;
	return v;
}

/* What is there whichever part it came from. */
#define TAINTS (V_REQUEST | V_UPLOAD | V_REMOTE | V_HIDDEN | V_UNSET | V_NAME | V_FILE | V_PATH | V_SCRIPT | V_SOCKET | V_WEBPATH | V_FAR | V_INT | V_HANDED | V_SHELL)

struct ws_value ws_either(const struct ws_value *a, const struct ws_value *b)
{
	struct ws_value v = *a;
	uint32_t both = a->bits & b->bits;

	if (a->bits & V_EMPTY && a->bits & V_KNOWN && !(b->bits & V_KNOWN && b->bits & V_EMPTY)) {
		v = *b; /* it had nothing in it */
		return v;
	}
	if (b->bits & V_EMPTY && b->bits & V_KNOWN)
		return v;
	v.bits = (a->bits | b->bits) & (TAINTS | V_ALL | V_WRITTEN | V_URL);
	v.steps = a->steps | b->steps;
	if (both & V_KNOWN && fb_slice_eq(a->str, b->str))
		v.bits |= V_KNOWN | (both & V_EMPTY);
	else if (both & V_KNOWN && (ws_runs(a->str) || ws_shell_word(a->str))) /* one of several functions, or shells */
		return *a;
	else if (both & V_KNOWN && (ws_runs(b->str) || ws_shell_word(b->str)))
		return *b;
	/* The dangerous one decides what stands around it. */
	if (ws_evil(b) && (!ws_evil(a) || (!(b->bits & (V_CHECKED | V_QUOTED | V_BEFORE)) &&
					   a->bits & (V_CHECKED | V_QUOTED | V_BEFORE)))) {
		v.src = b->src;
		v.bits |= b->bits & (V_BEFORE | V_AFTER | V_CHECKED | V_QUOTED | V_FREE);
		v.steps = b->steps;
	} else {
		v.bits |= a->bits & (V_BEFORE | V_AFTER | V_CHECKED | V_QUOTED | V_FREE);
		if (!v.src)
			v.src = b->src;
	}
	if (!v.cls.n)
		v.cls = b->cls;
	if (!v.array)
		v.array = b->array;
	if (!v.fn) {
		v.fn = b->fn;
		v.env = b->env;
	}
	return v;
}

struct ws_value ws_mixed(const struct ws_value *v, uint32_t n)
{
	struct ws_value out = ws_none();
	uint32_t shaped = 0;

	for (uint32_t i = 0; i < n; i++) {
		const struct ws_value *x = &v[i];

		if (x->bits & (V_REQUEST | V_REMOTE) && !(out.bits & V_REQUEST)) {
			out.src = x->src;
			shaped = x->bits & (V_CHECKED | V_QUOTED);
			out.steps |= x->steps;
		} else if (ws_evil(x)) {
			shaped &= x->bits & (V_CHECKED | V_QUOTED);
			out.steps |= x->steps;
		}
		out.bits |= x->bits & TAINTS;
		if (x->bits & V_HIDDEN)
			out.steps |= x->steps;
		if (!out.src || (x->bits & V_INT && !(out.bits & V_REQUEST)))
			out.src = x->src ? x->src : out.src;
	}
	out.bits |= shaped;
	return out;
}

struct ws_value ws_concat(struct ws_file *w, const struct ws_value *a, const struct ws_value *b)
{
	struct ws_value both[2] = { *a, *b }, out;
	uint8_t *p;

	if (a->bits & b->bits & V_KNOWN) {
		if (a->str.n > FB_WEBSHELL_TEXT_MAX - (b->str.n < FB_WEBSHELL_TEXT_MAX ? b->str.n : FB_WEBSHELL_TEXT_MAX)) {
			out = ws_none();
			out.bits = (a->bits | b->bits) & TAINTS;
			return out;
		}
		out = *a;
		out.array = NULL;
		out.bits = (a->bits | b->bits) & (TAINTS | V_KNOWN | V_BLOB);
		out.steps = a->steps | b->steps;
		if (!b->str.n) {
			out.str = a->str;
		} else if (!a->str.n) {
			out.str = b->str;
		} else if (a->str.p + a->str.n == w->lastend && w->lastroom >= b->str.n) {
			/* The text that grew last grows on in its place. */
			memcpy((uint8_t *)(uintptr_t)w->lastend, b->str.p, b->str.n);
			w->lastend += b->str.n;
			w->lastroom -= b->str.n;
			out.str = fb_slice(a->str.p, a->str.n + b->str.n);
		} else {
			size_t n = a->str.n + b->str.n, room = n < 4096 ? n : n * 2;

			(void)ws_bytes(w, room, &p);
			if (!p)
				return ws_none();
			memcpy(p, a->str.p, a->str.n);
			memcpy(p + a->str.n, b->str.p, b->str.n);
			out.str = fb_slice(p, n);
			w->lastend = p + n;
			w->lastroom = room - n;
		}
		if (!out.str.n)
			out.bits |= V_EMPTY;
		return out;
	}
	out = ws_mixed(both, 2);
	if (b->bits & V_KNOWN && b->str.n > 3 && ws_script_name(b->str))
		out.bits |= V_SCRIPT;
	if (a->bits & V_URL || (a->bits & V_KNOWN && (ws_ihas(fb_slice_sub(a->str, 0, 8), "http://") || ws_ihas(fb_slice_sub(a->str, 0, 8), "https://"))))
		out.bits |= V_URL;
	if (ws_evil(a)) {
		out.bits |= a->bits & (V_BEFORE | V_AFTER | V_FREE);
		if (b->bits & V_KNOWN && b->str.n)
			out.bits |= V_AFTER;
		out.str = a->bits & V_BEFORE ? a->str : out.str;
	} else if (ws_evil(b)) {
		out.bits |= b->bits & (V_BEFORE | V_AFTER | V_FREE);
		/* Known or not: something of the page's own stands in front. */
		if (!(a->bits & V_KNOWN && !a->str.n))
			out.bits |= V_BEFORE;
		if (a->bits & V_KNOWN)
			out.str = a->str; /* how it begins */
		else if (b->bits & V_BEFORE)
			out.str = FB_LIT("");
	}
	out.bits &= ~(uint32_t)(V_UNSET & (ws_evil(&out) ? V_UNSET : 0));
	return out;
}

struct ws_value ws_step(struct ws_file *w, const struct ws_value *v, enum ws_step step)
{
	struct ws_value out = ws_mixed(v, 1);
	struct fb_slice s;

	out.steps = v->steps | 1u << step;
	if (v->bits & V_KNOWN && ws_decode(w, step, v->str, &s)) {
		out.bits |= V_KNOWN | (s.n ? 0 : V_EMPTY);
		out.str = s;
		out.bits |= V_HIDDEN;
		return out;
	}
	if (v->bits & V_KNOWN || v->bits & V_BLOB)
		out.bits |= V_HIDDEN;
	out.bits |= v->bits & (V_FREE | V_BLOB);
	return out;
}

/* A number made of it. */
struct ws_value ws_int(const struct ws_value *v)
{
	struct ws_value out = ws_none();

	if (v->bits & (V_REQUEST | V_INT)) {
		out.bits = V_INT;
		out.src = v->src;
		out.steps = v->steps;
	} else if (v->bits & (V_HIDDEN | V_KNOWN | V_BLOB)) {
		out.bits = V_HIDDEN;
		out.steps = v->steps;
	}
	return out;
}

/* The character of a number. */
struct ws_value ws_char(const struct ws_value *v)
{
	struct ws_value out = *v;

	if (v->bits & V_INT) {
		out.bits = (out.bits & ~(uint32_t)V_INT) | V_REQUEST;
		out.steps |= 1u << ST_CHARS;
	}
	return out;
}

/* ---- arrays ---- */

struct ws_array *ws_array(struct ws_file *w)
{
	struct ws_array *a = fb_arena_calloc(w->arena, 1, sizeof *a);

	if (!a)
		w->cut = w->oom = true;
	return a;
}

/* A number as a key is its digits. */
static struct fb_slice key_of(struct ws_file *w, const struct ws_value *key)
{
	double d;

	if (key->bits & V_NUMBER && ws_as_number(key, &d) && d >= 0 && d < 1e9)
		return ws_number(w, floor(d)).str;
	return key->str;
}

static struct ws_item *item_at(const struct ws_array *a, struct fb_slice key)
{
	uint64_t at;

	/* Lists mostly lie in order. */
	if (fb_slice_u64(key, &at) && at < a->n && fb_slice_eq(a->v[at].key, key))
		return &a->v[at];
	for (uint32_t i = 0; i < a->n && i < FB_WEBSHELL_KEYS_LOOKED; i++)
		if (fb_slice_eq(a->v[i].key, key))
			return &a->v[i];
	return NULL;
}

struct ws_value ws_item(struct ws_file *w, const struct ws_value *v, const struct ws_value *key)
{
	struct ws_value out;
	double d;

	if (v->array && key->bits & V_KNOWN) {
		struct ws_item *it = item_at(v->array, key_of(w, key));

		if (it)
			return it->v;
	} else if (v->array) {
		out = ws_none();
		for (uint32_t i = 0; i < v->array->n && i < 256; i++)
			out = i ? ws_either(&out, &v->array->v[i].v) : v->array->v[i].v;
		out.bits |= v->bits & TAINTS;
		return out;
	}
	if (v->bits & V_KNOWN && key->bits & V_KNOWN && ws_as_number(key, &d)) {
		double at = d < 0 ? d + (double)v->str.n : d;

		if (at >= 0 && at < (double)v->str.n) {
			out = ws_text(w, fb_slice(v->str.p + (size_t)at, 1));
			out.bits |= V_HIDDEN;
			out.steps = v->steps | 1u << ST_CHARS;
			return out;
		}
		return ws_none();
	}
	out = ws_mixed(v, 1);
	out.bits |= v->bits & (V_CHECKED | V_QUOTED | V_FREE);
	/* One of several lists of the page's own, of which this one lacks it. */
	if (v->array && v->array->n && !(v->bits & V_ALL))
		out.bits |= V_CHECKED;
	out.steps = v->steps;
	if (v->bits & V_KNOWN) {
		out.bits |= V_HIDDEN;
		out.steps |= 1u << ST_CHARS;
	}
	if (v->bits & V_ALL && key->bits & V_KNOWN && v->src) {
		struct ws_source *src = fb_arena_get(w->arena, sizeof *src);

		if (src) {
			*src = *v->src;
			src->name = key->str;
			out.src = src;
		}
	}
	return out;
}

void ws_item_set(struct ws_file *w, struct ws_value *v, const struct ws_value *key, const struct ws_value *item)
{
	struct ws_item *it;
	struct ws_array *a = v->array;
	struct fb_slice k;

	if (key && ws_evil(key)) {
		v->bits |= V_REQUEST;
		v->src = key->src;
	}

	v->bits |= item->bits & TAINTS;
	if (item->src && (!v->src || ws_evil(item)))
		v->src = item->src;
	if (key && !(key->bits & V_KNOWN))
		return;
	if (!a) {
		if (v->bits & V_KNOWN && v->str.n)
			return;
		a = v->array = ws_array(w);
	}
	if (!a)
		return;
	v->bits &= ~(uint32_t)(V_KNOWN | V_EMPTY);
	k = key ? key_of(w, key) : ws_number(w, (double)a->next).str;
	it = key ? item_at(a, k) : NULL;
	if (it) {
		it->v = *item;
		return;
	}
	if (a->n >= FB_WEBSHELL_ITEMS_MAX)
		return;
	if (a->n == a->cap) {
		uint32_t cap = a->cap ? a->cap * 2 : 8;
		struct ws_item *grown = fb_arena_get(w->arena, cap * sizeof *grown);

		if (!grown) {
			w->cut = w->oom = true;
			return;
		}
		if (a->n)
			memcpy(grown, a->v, a->n * sizeof *grown);
		a->v = grown;
		a->cap = cap;
	}
	a->v[a->n++] = (struct ws_item){ k, *item };
	if (!key) {
		a->next++;
	} else {
		uint64_t number;

		if (fb_slice_u64(k, &number) && number >= a->next && number < 1000000000)
			a->next = number + 1;
	}
}
