/* PHP's functions. */
#include "detect/webshell/ws.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>

enum kind {
	F_CLEAN, F_PASS, F_CODE, F_COMMAND, F_CREATE, F_STEP, F_TEXT, F_BACK, F_READ, F_WRITE, F_OPEN, F_HANDLE, F_SEND,
	F_CONNECT, F_LIST, F_DELETE, F_RENAME, F_MODE, F_DB, F_QUERY, F_HEADERS, F_UNSERIAL, F_REPLACE, F_QUOTE, F_REMOTE,
	F_EXTRACT, F_MATCH, F_SETTING, F_LOAD, F_UPLOAD, F_FILTER, F_COPY, F_ARRAYS
};

struct function {
	const char *name;
	uint8_t kind, a, b; /* which arguments, or what */
};

#define OWN_FILE "(a file of its own)" /* the name that the system makes */
#define LATER 30 /* with what nobody knows yet */
#define ALL 31 /* all arguments, or none in particular */

static const struct function functions[] = {
#include "detect/webshell/php_table.h"
};

bool ws_own_file(const struct ws_value *path)
{
	return path->bits & V_KNOWN && fb_slice_eqs(path->str, OWN_FILE);
}

static int by_function(const void *a, const void *b)
{
	const struct function *f = b;
	const struct fb_slice *name = a;
	size_t n = strlen(f->name);
	int d = strncasecmp((const char *)name->p, f->name, name->n < n ? name->n : n);

	return d ? d : name->n < n ? -1 : name->n > n;
}

bool ws_runs(struct fb_slice name)
{
	const struct function *f = name.n && name.n < 32 ? bsearch(&name, functions, sizeof functions / sizeof *functions, sizeof *functions, by_function) : NULL;

	return f && (f->kind == F_COMMAND || f->kind == F_CODE);
}

struct call {
	struct ws_file *w;
	const struct ws_node *n;
	const struct function *f;
	struct ws_value *args;
	uint32_t nargs;
	struct fb_slice name;
};

static struct ws_value arg(const struct call *c, uint32_t i)
{
	return i < c->nargs ? c->args[i] : ws_none();
}

static const struct ws_node *arg_node(const struct call *c, uint32_t i)
{
	const struct ws_node *a = c->n->kind == X_CALL ? c->n->b : NULL;

	while (a && i--)
		a = a->next;
	return a;
}

static bool is(const struct call *c, const char *name)
{
	return fb_slice_ieq(c->name, fb_slice_str(name));
}

static bool starts(const struct ws_value *v, const char *s)
{
	size_t n = strlen(s);

	return v->bits & V_KNOWN && v->str.n >= n && strncasecmp((const char *)v->str.p, s, n) == 0;
}

static bool all_known(const struct call *c)
{
	for (uint32_t i = 0; i < c->nargs; i++)
		if (!(c->args[i].bits & V_KNOWN))
			return false;
	return c->nargs > 0;
}

static struct ws_value passed(const struct call *c)
{
	struct ws_value v = ws_mixed(c->args, c->nargs);

	for (uint32_t i = 0; i < c->nargs; i++)
		if (ws_evil(&c->args[i]))
			v.bits |= c->args[i].bits & (V_BEFORE | V_AFTER | V_FREE);
	return v;
}

/* ---- texts ---- */

static struct ws_value made(const struct call *c, struct fb_slice s, enum ws_step step)
{
	struct ws_value v = ws_text(c->w, s), m = ws_mixed(c->args, c->nargs);

	v.bits |= V_HIDDEN;
	v.steps = m.steps | 1u << step;
	return v;
}

static struct ws_value character(const struct call *c)
{
	struct ws_value v = arg(c, 0);
	double d;
	uint8_t *p;

	if (!ws_as_number(&v, &d)) {
		v = passed(c);
		v = ws_char(&v);
		v.bits |= ws_evil(&v) ? 0 : V_HIDDEN;
		v.steps |= 1u << ST_CHARS;
		return v;
	}
	(void)ws_bytes(c->w, 1, &p);
	if (!p)
		return ws_none();
	p[0] = (uint8_t)((int64_t)d & 0xFF);
	return made(c, fb_slice(p, 1), ST_CHARS);
}

static struct ws_value changed_case(const struct call *c, bool up)
{
	struct ws_value v = arg(c, 0);
	uint8_t *p;
	size_t n = v.str.n;

	if (!(v.bits & V_KNOWN))
		return passed(c);
	(void)ws_bytes(c->w, n, &p);
	for (size_t i = 0; p && i < n; i++) {
		bool first = !is(c, "ucfirst") && !is(c, "lcfirst");

		p[i] = (uint8_t)(first || i == 0 ? up ? toupper(v.str.p[i]) : tolower(v.str.p[i]) : v.str.p[i]);
	}
	v.str = fb_slice(p ? p : v.str.p, n);
	return v;
}

static struct ws_value trimmed(const struct call *c)
{
	struct ws_value v = arg(c, 0), set = arg(c, 1);
	struct fb_slice s = v.str, chars = c->nargs > 1 ? set.str : fb_slice(" \t\n\r\0\v", 6);
	bool left = !is(c, "rtrim") && !is(c, "chop"), right = !is(c, "ltrim");

	if (!(v.bits & V_KNOWN) || (c->nargs > 1 && !(set.bits & V_KNOWN)))
		return passed(c);
	while (left && s.n && chars.n && memchr(chars.p, s.p[0], chars.n))
		s = fb_slice_sub(s, 1, s.n);
	while (right && s.n && chars.n && memchr(chars.p, s.p[s.n - 1], chars.n))
		s.n--;
	v.str = s;
	return v;
}

static struct ws_value part(const struct call *c)
{
	struct ws_value v = arg(c, 0), from = arg(c, 1), count = arg(c, 2);
	double at, n = (double)v.str.n, size = n;

	if (!(v.bits & V_KNOWN) || !ws_as_number(&from, &at) || (c->nargs > 2 && !ws_as_number(&count, &size))) {
		v = passed(c);
		if (arg(c, 0).bits & V_KNOWN && v.bits & V_KNOWN)
			v.bits |= V_HIDDEN;
		if (arg(c, 0).bits & V_KNOWN && !ws_evil(&v))
			v.bits |= V_HIDDEN;
		v.steps |= 1u << ST_SUBSTR;
		return v;
	}
	at = at < 0 ? at + n : at;
	at = at < 0 ? 0 : at > n ? n : at;
	if (c->nargs < 3)
		size = n - at;
	else if (size < 0)
		size = n - at + size;
	size = size < 0 ? 0 : size > n - at ? n - at : size;
	v.str = fb_slice_sub(v.str, (size_t)at, (size_t)size);
	v.bits |= V_HIDDEN | (v.str.n ? 0 : V_EMPTY);
	v.steps |= 1u << ST_SUBSTR;
	v.array = NULL;
	return v;
}

static struct fb_slice replaced(struct ws_file *w, struct fb_slice s, struct fb_slice from, struct fb_slice to, bool fold)
{
	size_t n = 0, count = 0;
	uint8_t *p;

	if (!from.n || from.n > s.n)
		return s;
	for (size_t i = 0; i + from.n <= s.n;) {
		bool hit = fold ? strncasecmp((const char *)s.p + i, (const char *)from.p, from.n) == 0
				: memcmp(s.p + i, from.p, from.n) == 0;

		count += hit;
		i += hit ? from.n : 1;
	}
	if (!count)
		return s;
	if (to.n > FB_WEBSHELL_TEXT_MAX / count)
		return s;
	(void)ws_bytes(w, s.n + count * to.n, &p);
	if (!p)
		return s;
	for (size_t i = 0; i < s.n;) {
		bool hit = i + from.n <= s.n && (fold ? strncasecmp((const char *)s.p + i, (const char *)from.p, from.n) == 0
						      : memcmp(s.p + i, from.p, from.n) == 0);

		if (hit) {
			memcpy(p + n, to.p, to.n);
			n += to.n;
			i += from.n;
		} else {
			p[n++] = s.p[i++];
		}
	}
	return fb_slice(p, n);
}

static struct ws_value str_replace(const struct call *c)
{
	struct ws_value from = arg(c, 0), to = arg(c, 1), v = arg(c, 2);
	bool fold = is(c, "str_ireplace");

	if (!(v.bits & V_KNOWN) || v.array) {
		struct ws_value out = passed(c);

		out.bits |= v.bits & V_KNOWN && !ws_evil(&out) ? V_HIDDEN : 0;
		out.array = v.array;
		return out;
	}
	if (from.array && (to.array || to.bits & V_KNOWN)) {
		struct fb_slice s = v.str;

		for (uint32_t i = 0; i < from.array->n && i < 256 && !c->w->cut; i++) {
			const struct ws_value *f = &from.array->v[i].v;
			const struct ws_value *t = to.array ? i < to.array->n ? &to.array->v[i].v : NULL : &to;

			if (f->bits & V_KNOWN && (!t || t->bits & V_KNOWN))
				s = replaced(c->w, s, f->str, t ? t->str : FB_LIT(""), fold);
		}
		return made(c, s, ST_REPLACE);
	}
	if (from.bits & to.bits & V_KNOWN)
		return made(c, replaced(c->w, v.str, from.str, to.str, fold), ST_REPLACE);
	v = passed(c);
	v.bits |= V_HIDDEN;
	return v;
}

static struct ws_value str_translate(const struct call *c)
{
	struct ws_value v = arg(c, 0), from = arg(c, 1), to = arg(c, 2);
	uint8_t *p;

	if (v.bits & V_KNOWN && c->nargs == 2 && from.array) {
		struct fb_slice s = v.str;

		for (uint32_t i = 0; i < from.array->n && i < 256 && !c->w->cut; i++)
			if (from.array->v[i].v.bits & V_KNOWN)
				s = replaced(c->w, s, from.array->v[i].key, from.array->v[i].v.str, false);
		return made(c, s, ST_REPLACE);
	}
	if (!(v.bits & from.bits & to.bits & V_KNOWN)) {
		v = passed(c);
		v.bits |= ws_evil(&v) ? 0 : V_HIDDEN;
		return v;
	}
	(void)ws_bytes(c->w, v.str.n, &p);
	if (!p)
		return ws_none();
	for (size_t i = 0; i < v.str.n; i++) {
		p[i] = v.str.p[i];
		for (size_t k = 0; k < from.str.n && k < to.str.n && k < 256; k++)
			if (from.str.p[k] == v.str.p[i])
				p[i] = to.str.p[k];
	}
	return made(c, fb_slice(p, v.str.n), ST_REPLACE);
}

static struct ws_value joined(const struct call *c)
{
	struct ws_value glue = arg(c, 0), list = arg(c, 1), out = ws_text(c->w, FB_LIT(""));

	if (c->nargs == 1 || (glue.array && !list.array)) {
		struct ws_value was = glue;

		glue = c->nargs == 1 ? out : list;
		list = was;
	}
	if (!list.array || list.bits & V_ALL) {
		out = ws_mixed(c->args, c->nargs);
		out.bits |= V_FREE & list.bits;
		return out;
	}
	for (uint32_t i = 0; i < list.array->n && !c->w->cut; i++) {
		if (i)
			out = ws_concat(c->w, &out, &glue);
		out = ws_concat(c->w, &out, &list.array->v[i].v);
	}
	out.bits |= V_HIDDEN;
	out.steps |= 1u << ST_SPLIT;
	return out;
}

static struct ws_value split(const struct call *c)
{
	bool pieces = is(c, "str_split");
	struct ws_value sep = arg(c, 0), v = arg(c, pieces ? 0 : 1), out = ws_none(), size = arg(c, 1), item;
	double each = 1;

	if (!(v.bits & V_KNOWN) || (!pieces && (!(sep.bits & V_KNOWN) || !sep.str.n))) {
		out = passed(c);
		out.steps |= 1u << ST_SPLIT;
		return out;
	}
	if (pieces && c->nargs > 1 && (!ws_as_number(&size, &each) || each < 1))
		return ws_none();
	out.array = ws_array(c->w);
	for (size_t at = 0; at <= v.str.n && out.array && out.array->n < FB_WEBSHELL_ITEMS_MAX && !c->w->cut;) {
		struct fb_slice rest = fb_slice_sub(v.str, at, v.str.n);
		size_t n = pieces ? (size_t)(each < (double)rest.n ? each : (double)rest.n) : fb_slice_find(rest, sep.str);

		if (pieces && !n)
			break;
		item = ws_text(c->w, fb_slice_sub(rest, 0, n));
		ws_item_set(c->w, &out, NULL, &item);
		at += n + (pieces ? 0 : sep.str.n);
	}
	return out;
}

static struct ws_value formatted(const struct call *c)
{
	struct ws_value f = arg(c, 0), out = ws_text(c->w, FB_LIT("")), piece;
	uint32_t next = 1;
	size_t from = 0;

	if (!(f.bits & V_KNOWN) || is(c, "vsprintf"))
		return passed(c);
	for (size_t i = 0; i < f.str.n && !c->w->cut; i++) {
		size_t j = i + 1, digits = 0;
		uint32_t which = 0;
		struct ws_value v;
		double d;

		if (f.str.p[i] != '%')
			continue;
		piece = ws_text(c->w, fb_slice_sub(f.str, from, i - from));
		out = ws_concat(c->w, &out, &piece);
		while (j + digits < f.str.n && isdigit(f.str.p[j + digits]) && digits < 4)
			which = which * 10 + (uint32_t)(f.str.p[j + digits++] - '0');
		if (digits && j + digits < f.str.n && f.str.p[j + digits] == '$')
			j += digits + 1;
		else
			which = 0;
		while (j < f.str.n && strchr("0123456789.+-' ", f.str.p[j]))
			j++;
		if (j >= f.str.n)
			break;
		if (f.str.p[j] == '%') {
			piece = ws_text(c->w, FB_LIT("%"));
		} else {
			v = arg(c, which ? which : next++);
			piece = v;
			if (f.str.p[j] == 'c' && ws_as_number(&v, &d)) {
				struct call one = { c->w, c->n, c->f, &v, 1, c->name };

				piece = character(&one);
			} else if (strchr("duxXfFeEb", f.str.p[j])) {
				piece = v.bits & V_KNOWN ? v : ws_none();
			}
		}
		out = ws_concat(c->w, &out, &piece);
		i = j;
		from = j + 1;
	}
	piece = ws_text(c->w, fb_slice_sub(f.str, from, f.str.n));
	out = ws_concat(c->w, &out, &piece);
	out.steps |= out.bits & V_KNOWN ? 1u << ST_FORMAT : 0;
	return out;
}

static struct ws_value repeated(const struct call *c)
{
	struct ws_value v = arg(c, 0), n = arg(c, 1);
	uint8_t *p;
	double d;

	if (!(v.bits & V_KNOWN) || !ws_as_number(&n, &d) || d < 0 || d * (double)v.str.n > 65536)
		return passed(c);
	(void)ws_bytes(c->w, (size_t)d * v.str.n, &p);
	for (size_t i = 0; p && i < (size_t)d; i++)
		memcpy(p + i * v.str.n, v.str.p, v.str.n);
	return ws_text(c->w, fb_slice(p, p ? (size_t)d * v.str.n : 0));
}

static struct ws_value packed(const struct call *c)
{
	struct ws_value f = arg(c, 0), v = arg(c, 1);
	uint8_t *p;

	if (c->nargs == 2 && starts(&f, "H"))
		return ws_step(c->w, &v, ST_HEX);
	if (starts(&f, "C") || starts(&f, "c")) {
		(void)ws_bytes(c->w, c->nargs, &p);
		for (uint32_t i = 1; p && i < c->nargs; i++) {
			double d;

			if (!ws_as_number(&c->args[i], &d))
				return passed(c);
			p[i - 1] = (uint8_t)((int64_t)d & 0xFF);
		}
		return made(c, fb_slice(p, p && c->nargs ? c->nargs - 1 : 0), ST_CHARS);
	}
	return passed(c);
}

static struct ws_value ranged(const struct call *c)
{
	struct ws_value a = arg(c, 0), b = arg(c, 1), out = ws_none(), item;
	double x, y;
	bool letters = a.bits & b.bits & V_KNOWN && a.str.n == 1 && b.str.n == 1 && !isdigit(a.str.p[0]);
	uint8_t *p;

	if (letters) {
		x = a.str.p[0];
		y = b.str.p[0];
	} else if (!ws_as_number(&a, &x) || !ws_as_number(&b, &y)) {
		return ws_none();
	}
	out.array = ws_array(c->w);
	for (double d = x; (x <= y ? d <= y : d >= y) && out.array && out.array->n < 1024; d += x <= y ? 1 : -1) {
		if (letters) {
			(void)ws_bytes(c->w, 1, &p);
			if (!p)
				break;
			*p = (uint8_t)d;
			item = ws_text(c->w, fb_slice(p, 1));
		} else {
			item = ws_number(c->w, d);
		}
		ws_item_set(c->w, &out, NULL, &item);
	}
	return out;
}

static struct ws_value number_of(const struct call *c, unsigned base)
{
	struct ws_value v = arg(c, 0);

	return v.bits & V_KNOWN ? ws_number(c->w, ws_digits(v.str, base)) : ws_int(&v);
}

/* Functions whose result is known when their arguments are. */
static struct ws_value text_function(const struct call *c)
{
	struct ws_value v = arg(c, 0), w2;
	double d;

	switch (c->f->a) {
	case 0: return character(c);
	case 1:
		return v.bits & V_KNOWN && v.str.n ? ws_number(c->w, v.str.p[0]) : ws_int(&v);
	case 2: return changed_case(c, false);
	case 3: return changed_case(c, true);
	case 4: return trimmed(c);
	case 5: return part(c);
	case 6: return str_replace(c);
	case 7: return str_translate(c);
	case 8: return joined(c);
	case 9: return split(c);
	case 10: return formatted(c);
	case 11: return repeated(c);
	case 12: return packed(c);
	case 13: return ranged(c);
	case 14:
		return v.array ? ws_number(c->w, v.array->n) : v.bits & V_KNOWN ? ws_number(c->w, (double)v.str.n) : ws_none();
	case 15: return number_of(c, 16);
	case 16: return number_of(c, 2);
	case 17: return number_of(c, 8);
	case 18: /* intval, floor, round … */
		return ws_as_number(&v, &d) ? ws_number(c->w, is(c, "ceil") ? ceil(d) : is(c, "round") ? round(d) : floor(d)) : ws_int(&v);
	case 19: /* strpos */
		w2 = arg(c, 1);
		if (all_known(c) && fb_slice_find(v.str, w2.str) < v.str.n)
			return ws_number(c->w, (double)fb_slice_find(v.str, w2.str));
		return all_known(c) ? ws_text(c->w, FB_LIT("")) : ws_none();
	case 20: /* strval */
		return v;
	default: return passed(c);
	}
}

/* ---- arrays ---- */

static struct ws_value array_function(const struct call *c)
{
	struct ws_value v = arg(c, 0), out = ws_none(), key;
	struct ws_array *a = v.array;

	if (!a || v.bits & WS_EVIL) {
		out = passed(c);
		out.bits |= v.bits & V_ALL;
		out.array = a;
		return out;
	}
	switch (c->f->a) {
	case 0: /* end, array_pop */
		return a->n ? a->v[a->n - 1].v : out;
	case 1: /* reset, current, array_shift */
		return a->n ? a->v[0].v : out;
	case 2: /* array_reverse */
		out.array = ws_array(c->w);
		for (uint32_t i = a->n; i-- > 0;)
			ws_item_set(c->w, &out, NULL, &a->v[i].v);
		return out;
	case 3: /* array_merge, array_values */
		out.array = ws_array(c->w);
		for (uint32_t k = 0; k < c->nargs; k++)
			for (uint32_t i = 0; c->args[k].array && i < c->args[k].array->n; i++) {
				key = ws_text(c->w, c->args[k].array->v[i].key);
				ws_item_set(c->w, &out, key.str.n && isdigit(key.str.p[0]) ? NULL : &key, &c->args[k].array->v[i].v);
			}
		return out;
	case 4: /* array_keys */
		out.array = ws_array(c->w);
		for (uint32_t i = 0; i < a->n; i++) {
			key = ws_text(c->w, a->v[i].key);
			ws_item_set(c->w, &out, NULL, &key);
		}
		return out;
	case 5: /* array_flip */
		out.array = ws_array(c->w);
		for (uint32_t i = 0; i < a->n; i++) {
			key = ws_text(c->w, a->v[i].key);
			ws_item_set(c->w, &out, &a->v[i].v, &key);
		}
		return out;
	case 6: /* array_push */
		for (uint32_t i = 1; i < c->nargs; i++)
			ws_item_set(c->w, &v, NULL, &c->args[i]);
		return out;
	default:
		out = passed(c);
		return out;
	}
}

/* ---- files and connections ---- */

static bool writes(const struct call *c)
{
	struct ws_value mode = arg(c, 1);

	return mode.bits & V_KNOWN && (memchr(mode.str.p, 'w', mode.str.n) || memchr(mode.str.p, 'a', mode.str.n) ||
				       memchr(mode.str.p, '+', mode.str.n) || memchr(mode.str.p, 'x', mode.str.n) ||
				       memchr(mode.str.p, 'c', mode.str.n));
}

static bool whole_path(const struct ws_value *v)
{
	return ws_evil(v) && !(v->bits & (V_CHECKED | V_QUOTED | V_HANDED));
}

static struct ws_value read_from(const struct call *c, const struct ws_value *path)
{
	struct ws_value v = ws_none();

	if (starts(path, "php://input"))
		return ws_request(c->w, c->n, "request body", FB_LIT(""));
	if (starts(path, "http://") || starts(path, "https://") || starts(path, "ftp://") || (path->bits & V_URL && !ws_evil(path))) {
		v = ws_request(c->w, c->n, "answer of another server", FB_LIT(""));
		v.bits = V_REMOTE;
		return v;
	}
	if (starts(path, "data:") || starts(path, "php://filter")) {
		v = *path;
		v.bits = (v.bits & ~(uint32_t)V_KNOWN) | V_HIDDEN;
		return v;
	}
	v.bits = V_FILE;
	if (ws_evil(path) && ws_ihas(fb_slice_sub(path->str, 0, 9), "expect://"))
		ws_sink_command(c->w, c->n, path, "expect://");
	if (path->bits & V_UPLOAD) {
		v = *path;
		v.bits &= ~(uint32_t)V_NAME;
		return v;
	}
	if (ws_evil(path)) {
		if (whole_path(path))
			ws_cap(c->w, CAP_READ, c->n);
		v.src = path->src;
		if (!(path->bits & V_BEFORE))
			v.bits |= V_REMOTE;
	}
	return v;
}

static struct ws_value open_file(const struct call *c)
{
	struct ws_value path = arg(c, 0), v = read_from(c, &path);

	if (ws_own_file(&path) && writes(c))
		return path;
	v.bits &= ~(uint32_t)V_KNOWN;
	if (writes(c)) {
		if (ws_evil(&path)) {
			v = path;
			v.bits = V_PATH | (path.bits & (V_CHECKED | V_BEFORE | V_NAME));
		}
		if (ws_script_name(path.str) && path.bits & V_KNOWN)
			v.bits |= V_SCRIPT;
	}
	return v;
}

/* fread and the like of what was opened: php://input, a connection, a file. */
static struct ws_value read_handle(const struct call *c)
{
	struct ws_value h = arg(c, 0), v = ws_none();

	if (h.bits & V_SOCKET) {
		v = ws_request(c->w, c->n, "data from a connection", FB_LIT(""));
		v.bits = V_REMOTE;
		ws_cap(c->w, CAP_RECEIVE, c->n);
		return v;
	}
	if (ws_is(&h, "STDIN"))
		return v;
	v = h;
	v.bits &= ~(uint32_t)(V_PATH | V_SCRIPT);
	return v;
}

static struct ws_value send(const struct call *c)
{
	struct ws_value h = arg(c, c->f->a), data = arg(c, c->f->b), path = h;

	if (h.bits & V_SOCKET && ws_evil(&data))
		ws_cap(c->w, CAP_SEND, c->n);
	if (h.bits & V_SHELL && ws_evil(&data))
		ws_sink_command(c->w, c->n, &data, "the shell that is started");
	if (ws_own_file(&h)) {
		ws_sink_write(c->w, c->n, &h, &data, "a file");
	} else if (h.bits & (V_PATH | V_SCRIPT)) {
		path.bits = (h.bits & (V_CHECKED | V_BEFORE | V_NAME | V_SCRIPT)) | (h.bits & V_PATH ? V_REQUEST : 0);
		ws_sink_write(c->w, c->n, &path, &data, "a file");
	}
	return ws_none();
}

static struct ws_value connect_to(const struct call *c)
{
	struct ws_value host = arg(c, c->f->a), v = ws_none();

	v.bits = V_SOCKET;
	if (ws_evil(&host) && !(host.bits & (V_CHECKED | V_HANDED)))
		ws_cap(c->w, CAP_CONNECT, c->n);
	ws_cap(c->w, CAP_TYPED, c->n); /* it opens a connection at all */
	return v;
}

static struct ws_value copied(const struct call *c)
{
	struct ws_value from = arg(c, 0), to = arg(c, 1), data;

	if (is(c, "rename") && !(from.bits & V_UPLOAD)) {
		if (whole_path(&from) || whole_path(&to))
			ws_cap(c->w, CAP_RENAME, c->n);
		return ws_none();
	}
	data = read_from(c, &from);
	if (from.bits & V_UPLOAD || is(c, "move_uploaded_file")) {
		if (!(data.bits & V_UPLOAD))
			return ws_none();
	}
	ws_sink_write(c->w, c->n, &to, &data, is(c, "move_uploaded_file") ? "move_uploaded_file" : "copy");
	return ws_none();
}

static struct ws_value file_act(const struct call *c, enum ws_cap cap)
{
	struct ws_value path = arg(c, 0);

	if (whole_path(&path))
		ws_cap(c->w, cap, c->n);
	return cap == CAP_LIST && ws_evil(&path) ? path : ws_none();
}

/* ---- what is run ---- */

static struct ws_value replace_code(const struct call *c)
{
	struct ws_value pattern = arg(c, 0), with = arg(c, 1), subject = arg(c, 2);
	bool code = false;

	if (pattern.bits & V_KNOWN && pattern.str.n > 2) {
		uint8_t end = pattern.str.p[0];
		size_t i = pattern.str.n;

		end = end == '(' ? ')' : end == '{' ? '}' : end == '[' ? ']' : end == '<' ? '>' : end;
		for (; i > 1 && pattern.str.p[i - 1] != end; i--)
			code = code || pattern.str.p[i - 1] == 'e';
		code = code && i > 1 && !isalnum(end) && is(c, "preg_replace");
	}
	if (is(c, "mb_ereg_replace") || is(c, "mb_eregi_replace")) {
		struct ws_value o = arg(c, 3);

		code = o.bits & V_KNOWN && memchr(o.str.p, 'e', o.str.n);
	}
	/* The modifiers stand at its end. */
	if (ws_evil(&pattern) && ws_evil(&with) && !(pattern.bits & V_AFTER) && (!(pattern.bits & V_BEFORE) || pattern.str.n))
		code = true;
	if (code) {
		if (ws_evil(&subject) && with.bits & V_KNOWN && with.str.n <= 6)
			ws_sink_code(c->w, c->n, &subject, "preg_replace with its modifier e");
		else
			ws_sink_code(c->w, c->n, &with, "preg_replace with its modifier e");
	}
	if (pattern.bits & with.bits & subject.bits & V_KNOWN) {
		struct ws_value v = ws_none();

		v.bits = V_HIDDEN;
		v.steps = 1u << ST_REPLACE;
		return v;
	}
	return passed(c);
}

static struct ws_value create(const struct call *c)
{
	struct ws_value code = arg(c, 1), v = ws_none(), params = arg(c, 0);

	if (code.bits & V_KNOWN && params.bits & V_KNOWN) {
		if (code.steps & WS_PACKED)
			ws_sink_code(c->w, c->n, &code, "create_function");
		return ws_function_of(c->w, c->n, params.str, code.str);
	}
	ws_sink_code(c->w, c->n, ws_evil(&code) || !ws_evil(&params) ? &code : &params, "create_function");
	v.bits = V_HIDDEN;
	return v;
}

/* Called later, with what the page prints or what went wrong: no page has the request name that, and none runs it. */
static struct ws_value handler(const struct call *c, const struct ws_value *f)
{
	struct ws_value given = ws_request(c->w, c->n, "what the page makes of the request", FB_LIT("")), args[3];

	if (ws_evil(f) && !(f->bits & (V_BEFORE | V_CHECKED))) {
		ws_sink(c->w, R_CALL, c->n, f, "the name of the function that is called");
		return ws_none();
	}
	if (f->bits & V_KNOWN && ws_runs(f->str)) {
		ws_sink(c->w, R_CALL, c->n, &given, "a function that runs it");
		return ws_none();
	}
	given.bits |= V_HANDED;
	args[0] = args[1] = args[2] = given;
	if (f->fn || (f->bits & V_KNOWN && ws_func_of(c->w, f->str, NULL)))
		(void)ws_dyn_call(c->w, c->n, f, args, 3);
	return ws_none();
}

static struct ws_value callback(const struct call *c)
{
	struct ws_value f = arg(c, c->f->a), data, v;

	if (c->f->a == ALL) /* the last one */
		f = c->nargs ? c->args[c->nargs - 1] : ws_none();
	if (c->f->b == ALL) { /* all behind it are the arguments */
		uint32_t from = (uint32_t)c->f->a + 1;

		return ws_dyn_call(c->w, c->n, &f, c->args + (from < c->nargs ? from : c->nargs), c->nargs > from ? c->nargs - from : 0);
	}
	data = arg(c, c->f->b);
	if (c->f->b == LATER)
		return handler(c, &f);
	if (is(c, "preg_replace_callback_array") && f.array) { /* pattern => function */
		struct ws_value any = ws_none();

		f = ws_item(c->w, &f, &any);
		return ws_callback(c->w, c->n, &f, &data);
	}
	if (is(c, "call_user_func_array") || is(c, "forward_static_call_array")) {
		struct ws_value list[16];
		uint32_t n = 0;

		if (data.array && !(data.bits & V_ALL)) {
			for (; n < data.array->n && n < 16; n++)
				list[n] = data.array->v[n].v;
			return ws_dyn_call(c->w, c->n, &f, list, n);
		}
		return ws_dyn_call(c->w, c->n, &f, &data, 1);
	}
	if (is(c, "array_map") && data.array && !(data.bits & WS_EVIL) && data.array->n <= 4096) {
		struct ws_value out = ws_none();

		out.array = ws_array(c->w);
		for (uint32_t i = 0; i < data.array->n && !c->w->cut; i++) {
			struct ws_value one = data.array->v[i].v, key = ws_text(c->w, data.array->v[i].key);

			v = ws_dyn_call(c->w, c->n, &f, &one, 1);
			ws_item_set(c->w, &out, &key, &v);
		}
		return out;
	}
	v = ws_callback(c->w, c->n, &f, c->f->b < c->nargs ? &data : NULL);
	return v;
}

/* filter_var($x, FILTER_CALLBACK, array('options' => f)) */
static struct ws_value filtered(const struct call *c)
{
	struct ws_value v = arg(c, 0), how = arg(c, 1), o = arg(c, 2), key = ws_text(c->w, FB_LIT("options"));

	if (is(c, "filter_input") || is(c, "filter_input_array")) {
		struct ws_value name = arg(c, 1);

		how = arg(c, 2);
		v = starts(&v, "INPUT_SERVER") || starts(&v, "INPUT_ENV") ? ws_none() :
			ws_request(c->w, c->n, starts(&v, "INPUT_COOKIE") ? "cookie" : "request parameter",
				   name.bits & V_KNOWN ? name.str : FB_LIT(""));
		o = arg(c, 3);
		if (is(c, "filter_input_array"))
			v.bits |= V_ALL;
	}
	if (o.array) {
		struct ws_value f = ws_item(c->w, &o, &key);

		if (f.bits & V_KNOWN || ws_evil(&f) || f.fn)
			(void)ws_callback(c->w, c->n, &f, &v);
	}
	if (how.bits & V_KNOWN && (ws_ihas(how.str, "VALIDATE") || ws_ihas(how.str, "NUMBER")))
		v.bits |= V_CHECKED;
	return v;
}

/* Variables that hold nothing yet, or the name of a function: what the request says they are. */
static void overwritten(const struct call *c, const struct ws_value *by)
{
	const struct ws_scope *scope = c->w->scope;

	c->w->steps += scope->cap;
	for (uint32_t i = 0; i < scope->cap; i++) {
		struct ws_slot *s = scope->table[i];

		if (!s || !s->set || !(s->v.bits & V_KNOWN) || !(s->v.bits & V_EMPTY ||
		    bsearch(&s->v.str, functions, sizeof functions / sizeof *functions, sizeof *functions, by_function)))
			continue;
		ws_set(c->w, s, ws_request(c->w, c->n, by->src ? by->src->what : "request parameter", s->name));
	}
}

static struct ws_value extracted(const struct call *c)
{
	struct ws_value v = arg(c, 0);

	if (ws_evil(&v) || (is(c, "import_request_variables"))) {
		if (is(c, "parse_str") && c->nargs > 1) {
			struct ws_value all = ws_request(c->w, c->n, "request parameter", FB_LIT(""));

			all.bits |= V_ALL;
			ws_assign(c->w, arg_node(c, 1), all);
		} else {
			c->w->scope->open = true;
			c->w->scope->opened = v.src;
			overwritten(c, &v);
		}
	} else if (v.array && is(c, "extract")) {
		for (uint32_t i = 0; i < v.array->n && i < 256; i++) {
			struct ws_slot *s = ws_slot(c->w, c->w->scope, v.array->v[i].key, true);

			if (s)
				ws_set(c->w, s, v.array->v[i].v);
		}
	}
	return ws_none();
}

/* preg_match writes what it found into its third argument. */
static struct ws_value matched(const struct call *c)
{
	uint32_t from = c->f->a, to = c->f->b;
	struct ws_value v = arg(c, from), pattern = arg(c, 0);

	if (arg_node(c, to)) {
		v.bits &= ~(uint32_t)(V_KNOWN | V_ALL);
		if (pattern.bits & V_KNOWN && pattern.str.n > 3 && fb_slice_find(pattern.str, FB_LIT(".*")) == pattern.str.n &&
		    fb_slice_find(pattern.str, FB_LIT(".+")) == pattern.str.n && ws_evil(&v))
			v.bits |= V_CHECKED;
		v.array = NULL;
		v.cls = FB_LIT("");
		ws_assign(c->w, arg_node(c, to), v);
	}
	return ws_none();
}

static struct ws_value other(const struct call *c)
{
	struct ws_value a = arg(c, 0), b = arg(c, 1), v = ws_none();
	struct ws_slot *s;

	if (is(c, "define") && a.bits & V_KNOWN) {
		s = ws_slot(c->w, c->w->consts, a.str, true);
		if (s)
			ws_set(c->w, s, b);
	} else if (is(c, "constant") && a.bits & V_KNOWN) {
		s = ws_slot(c->w, c->w->consts, a.str, false);
		return s && s->set ? s->v : v;
	} else if (is(c, "func_get_args") || is(c, "func_get_arg")) {
		s = ws_slot(c->w, c->w->scope, FB_LIT("\1args"), false);
		if (s)
			return is(c, "func_get_arg") ? ws_item(c->w, &s->v, &a) : s->v;
	} else if (is(c, "get_defined_functions") || is(c, "get_defined_constants") || is(c, "get_class_methods")) {
		v.bits = V_HIDDEN;
		v.steps = 1u << ST_CHARS;
	} else if (is(c, "get_defined_vars")) {
		v = ws_request(c->w, c->n, "request parameter", FB_LIT(""));
		v.bits |= V_ALL;
	} else if (is(c, "getenv") || is(c, "apache_getenv")) {
		if (a.bits & V_KNOWN && (starts(&a, "HTTP_") || starts(&a, "QUERY_STRING")))
			return ws_request(c->w, c->n, "request header", a.str);
	} else if (is(c, "tempnam") || is(c, "tmpfile")) {
		return ws_text(c->w, FB_LIT(OWN_FILE));
	} else if (is(c, "stream_get_meta_data")) {
		struct ws_value key = ws_text(c->w, FB_LIT("uri"));

		v.array = ws_array(c->w);
		ws_item_set(c->w, &v, &key, &a);
	} else if (is(c, "putenv")) {
		if (ws_evil(&a) && ws_ihas(fb_slice_sub(a.str, 0, 11), "LD_PRELOAD="))
			ws_sink(c->w, R_LOAD, c->n, &a, "LD_PRELOAD");
	} else if (is(c, "imap_open")) {
		if (ws_evil(&a) && ws_has(c->w, W_PROXYCOMMAND))
			ws_sink_command(c->w, c->n, &a, "imap_open, which starts a program");
	} else if (is(c, "error_log")) {
		struct ws_value to = arg(c, 2);

		if (ws_is(&b, "3"))
			ws_sink_write(c->w, c->n, &to, &a, "a file");
	} else if (is(c, "stream_copy_to_stream")) {
		if (b.bits & (V_PATH | V_SCRIPT)) {
			b.bits = (b.bits & (V_CHECKED | V_BEFORE | V_NAME | V_SCRIPT)) | (b.bits & V_PATH ? V_REQUEST : 0);
			ws_sink_write(c->w, c->n, &b, &a, "a file");
		}
	} else if (is(c, "register_rest_route")) {
		struct ws_value list = arg(c, 2), key = ws_text(c->w, FB_LIT("callback"));

		list = ws_item(c->w, &list, &key);
		return handler(c, &list);
	} else if (is(c, "get_option") || is(c, "get_site_option") || is(c, "get_transient") || is(c, "apcu_fetch") || is(c, "apc_fetch") ||
		   is(c, "shmop_read") || is(c, "exif_read_data")) {
		v.bits = V_FILE;
	} else if (is(c, "session_id")) {
		return ws_request(c->w, c->n, "name of the session", FB_LIT(""));
	}
	return v;
}

static struct ws_value database(const struct call *c)
{
	struct ws_value v = ws_mixed(c->args, c->nargs), q = arg(c, 0);

	if (c->f->kind == F_DB) {
		if (ws_evil(&v) && !(v.bits & V_CHECKED))
			ws_cap(c->w, CAP_DBOPEN, c->n);
		return ws_none();
	}
	for (uint32_t i = 0; i < c->nargs && i < 2; i++) {
		q = arg(c, i);
		if (ws_evil(&q) && !(q.bits & (V_BEFORE | V_CHECKED | V_HANDED)))
			ws_cap(c->w, CAP_QUERY, c->n);
		if (ws_evil(&q) && !(q.bits & (V_CHECKED | V_HANDED)) && ws_sql_writes(c->w))
			ws_sink(c->w, R_WRITE, c->n, &q, "a file, by the data base");
	}
	ws_cap(c->w, CAP_DBQUERY, c->n);
	return ws_none();
}

static bool shell_name(struct fb_slice s)
{
	static const char *const names[] = { "sh", "bash", "cmd", "cmd.exe", "powershell", "powershell.exe", NULL };
	struct fb_slice program = fb_slice_sub(s, 0, fb_slice_find(s, FB_LIT(" ")));

	for (size_t i = program.n; i-- > 0;)
		if (program.p[i] == '/' || program.p[i] == '\\') {
			program = fb_slice_sub(program, i + 1, program.n);
			break;
		}
	for (size_t i = 0; names[i]; i++)
		if (fb_slice_ieq(program, fb_slice_str(names[i])))
			return true;
	return false;
}

static struct ws_value command(const struct call *c)
{
	struct ws_value v = arg(c, c->f->a), second, both[2];

	if (is(c, "pcntl_exec") || is(c, "mail")) {
		both[0] = is(c, "mail") ? arg(c, 4) : v;
		both[1] = is(c, "mail") ? ws_none() : arg(c, 1);
		if (!ws_evil(&both[0]) && ws_evil(&both[1]))
			v = both[1];
		else
			v = both[0];
		if (is(c, "mail") && !ws_evil(&v))
			return ws_none();
		if (is(c, "mail")) {
			ws_sink(c->w, v.bits & V_BEFORE && (ws_ihas(v.str, "-X") || ws_ihas(v.str, "-OQueue")) ? R_WRITE : R_CHECKED,
				c->n, &v, "the options of mail()");
			return ws_none();
		}
	}
	second = v;
	ws_sink_command(c->w, c->n, &second, NULL);
	v = ws_none();
	/* What is written to its pipe is run. */
	if (second.bits & V_KNOWN && shell_name(second.str)) {
		v.bits = V_SHELL;
		if (is(c, "proc_open") && arg_node(c, 2))
			ws_assign(c->w, arg_node(c, 2), v);
		if (!is(c, "popen"))
			v = ws_none();
	}
	return v;
}

/* $f: whatever it is called, it is what was written when it is included. */
static void written(const struct call *c, const struct ws_value *data)
{
	const struct ws_node *n = arg_node(c, 0);
	struct ws_value path = arg(c, 0);
	struct ws_slot *s = n && n->kind == X_VAR ? ws_find(c->w, n->text) : NULL;
	struct ws_value v;

	if (fb_slice_eqs(path.cls, WS_THIS_FILE) && ws_evil(data) && !(data->bits & (V_CHECKED | V_HANDED)))
		ws_sink(c->w, R_WRITE, c->n, data, WS_THIS_FILE);
	if (!s || data->bits & V_CHECKED || (!ws_evil(data) && !(data->bits & V_REMOTE)))
		return;
	v = s->v;
	v.bits |= V_WRITTEN | (ws_evil(data) ? 0 : V_REMOTE);
	ws_set(c->w, s, v);
}

/* Objects of the page's own classes, with what the request puts into their fields. */
static void revived(const struct call *c)
{
	static const char *const names[] = { "__wakeup", "__destruct", "__toString", "__unserialize", NULL };
	struct ws_file *w = c->w;

	w->steps += w->nfuncs;
	for (uint32_t i = 0; i < w->nfuncs && !w->cut; i++)
		for (size_t k = 0; names[k] && w->funcs[i].cls.n; k++) {
			if (!fb_slice_ieq(w->funcs[i].name, fb_slice_str(names[k])))
				continue;
			w->revived = true;
			(void)ws_call_func(w, &w->funcs[i], NULL, 0);
			ws_call_done(w);
			w->revived = false;
		}
}

static struct ws_value run_function(const struct call *c)
{
	struct ws_value a = arg(c, 0), v;

	switch (c->f->kind) {
	case F_CLEAN: return ws_none();
	case F_PASS: return passed(c);
	case F_CODE:
		ws_sink_code(c->w, c->n, &a, NULL);
		return passed(c);
	case F_COMMAND: return command(c);
	case F_CREATE: return create(c);
	case F_STEP: return ws_step(c->w, &a, (enum ws_step)c->f->a);
	case F_TEXT: return text_function(c);
	case F_ARRAYS: return array_function(c);
	case F_BACK: return callback(c);
	case F_READ: return read_from(c, &a);
	case F_OPEN: return open_file(c);
	case F_HANDLE: return read_handle(c);
	case F_WRITE:
		v = arg(c, 1);
		ws_sink_write(c->w, c->n, &a, &v, "a file");
		written(c, &v);
		return ws_none();
	case F_SEND: return send(c);
	case F_CONNECT: return connect_to(c);
	case F_COPY: return copied(c);
	case F_LIST: return file_act(c, CAP_LIST);
	case F_DELETE: return file_act(c, CAP_DELETE);
	case F_RENAME: return file_act(c, CAP_RENAME);
	case F_MODE: return file_act(c, CAP_MODE);
	case F_DB:
	case F_QUERY: return database(c);
	case F_HEADERS:
		v = ws_request(c->w, c->n, "request header", FB_LIT(""));
		v.bits |= V_ALL;
		return v;
	case F_UNSERIAL:
		if (ws_evil(&a) && !(a.bits & V_CHECKED))
			revived(c);
		return ws_step(c->w, &a, ST_SERIAL);
	case F_REPLACE: return replace_code(c);
	case F_QUOTE:
		v = passed(c);
		/* Without a command of the page's own in front of it, it still names the program. */
		if (!is(c, "escapeshellcmd") || !(v.bits & V_FREE) || v.bits & V_BEFORE)
			v.bits |= V_QUOTED;
		return v;
	case F_REMOTE:
		v = ws_request(c->w, c->n, "answer of another server", FB_LIT(""));
		v.bits = V_REMOTE;
		if (ws_evil(&a))
			v.src = a.src;
		return v;
	case F_EXTRACT: return extracted(c);
	case F_MATCH: return matched(c);
	case F_LOAD:
		if (ws_evil(&a) && !(a.bits & V_CHECKED))
			ws_sink(c->w, R_LOAD, c->n, &a, "dl, which loads a program");
		return ws_none();
	case F_FILTER: return filtered(c);
	default: return other(c);
	}
}

struct ws_value ws_php_call(struct ws_file *w, const struct ws_node *n, struct fb_slice name, struct ws_value *args,
			    uint32_t nargs)
{
	static const char *const prefixes[] = { "str", "array_", "mb_", "iconv", "html", "url", "sub", "preg_", "utf8", "gz", "bz",
						"ctype", "convert_", "mcrypt", "openssl_", "sodium", "wordwrap", "chunk", "quoted", NULL };
	struct call c = { .w = w, .n = n, .args = args, .nargs = nargs, .name = name };
	struct ws_value v;

	c.f = name.n ? bsearch(&name, functions, sizeof functions / sizeof *functions, sizeof *functions, by_function) : NULL;
	if (c.f)
		return run_function(&c);
	v = passed(&c);
	if (ws_evil(&v)) {
		for (size_t i = 0; prefixes[i]; i++)
			if (name.n >= strlen(prefixes[i]) && strncasecmp((const char *)name.p, prefixes[i], strlen(prefixes[i])) == 0)
				return v;
		/* A function of another file: what it made of it is its application's matter. */
		v.bits |= V_CHECKED;
	}
	return v;
}
