/* A record as XML, written the way Event Viewer does.
 *
 * Whatever the evidence says, the output is well-formed UTF-8 that steers no
 * terminal: characters that XML forbids become U+FFFD, other controls and the
 * bidirectional ones become references, names are cut down to name characters.
 */
#include "base/text.h"
#include "decode/evtx/evtx.h"
#include "event/value.h"

#define CUT_MARK "<!-- cut -->"

struct values {
	const struct evtx_val *v;
	uint32_t n;
};

/* An element that is open. */
struct element {
	struct fb_slice name; /* UTF-16 */
	size_t tag_at, tag_n; /* its start tag in the output */
};

struct render {
	struct fb_slice chunk;
	struct fb_buf *out;
	struct fb_buf text; /* of one value */
	struct fb_arena arena;
	uint32_t steps;
	uint32_t searches; /* for template definitions, left */
	int code; /* FB_ENOMEM */
};

struct fragment {
	struct values vals;
	struct element stack[FB_BINXML_DEPTH];
	unsigned depth;
	bool in_tag;    /* between "<name" and ">" */
	bool in_attr;
	bool in_pi;     /* behind "<?name " */
	bool attr_null; /* all that the attribute had so far was no value */
	size_t attr_at; /* where it begins in the output */
};

static bool forbidden(uint32_t c)
{
	return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0xFFFE || c == 0xFFFF ||
	       (c >= 0xD800 && c < 0xE000);
}

static bool steering(uint32_t c)
{
	return c == '\r' || (c >= 0x7F && c < 0xA0) || c == 0x61C || c == 0x200E || c == 0x200F ||
	       (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

static void put_char(struct fb_buf *out, uint32_t c, bool attr)
{
	uint8_t four[4];

	if (c == '&')
		(void)fb_buf_puts(out, "&amp;");
	else if (c == '<')
		(void)fb_buf_puts(out, "&lt;");
	else if (c == '>')
		(void)fb_buf_puts(out, "&gt;");
	else if (attr && c == '\'')
		(void)fb_buf_puts(out, "&apos;");
	else if (steering(c) || (attr && (c == '\n' || c == '\t')))
		(void)fb_buf_printf(out, "&#x%X;", c);
	else
		(void)fb_buf_put(out, four, fb_utf8_put(forbidden(c) ? FB_REPLACEMENT : c, four));
}

static bool plain(uint8_t c)
{
	return c >= 0x20 && c < 0x7F && c != '&' && c != '<' && c != '>' && c != '\'';
}

/* UTF-8 with all that could be taken for something else made harmless. */
static void put_escaped(struct fb_buf *out, struct fb_slice s, bool attr)
{
	while (s.n) {
		size_t run = 0;
		uint32_t c;
		int n;

		while (run < s.n && plain(s.p[run]))
			run++;
		if (run) {
			(void)fb_buf_put(out, s.p, run);
			s = fb_slice_sub(s, run, s.n - run);
			continue;
		}
		n = fb_utf8_next(s, &c);
		put_char(out, c, attr);
		s = fb_slice_sub(s, n < 0 ? 1 : (size_t)n, s.n);
	}
}

/* Letters that every parser takes in a name: which others are allowed depends on the
 * edition of XML that it follows. */
static bool name_char(uint32_t c, bool first)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' ||
	       (c >= 0xC0 && c <= 0xFF && c != 0xD7 && c != 0xF7) ||
	       (!first && ((c >= '0' && c <= '9') || c == '-' || c == '.'));
}

static void put_name(struct render *r, struct fb_slice utf16)
{
	for (size_t i = 0; i + 1 < utf16.n; i += 2) {
		uint32_t c = fb_le16(utf16.p + i);
		uint8_t four[4];

		if (!name_char(c, i == 0))
			c = '_';
		(void)fb_buf_put(r->out, four, fb_utf8_put(c, four));
	}
}

static void put_field(struct render *r, const struct fb_field *f, bool attr)
{
	fb_buf_clear(&r->text);
	if (fb_value_text(f, &r->text) == FB_ENOMEM)
		r->code = FB_ENOMEM;
	put_escaped(r->out, fb_buf_view(&r->text), attr);
}

static void end_tag(struct render *r, struct fragment *f)
{
	if (f->in_attr && f->attr_null)
		r->out->n = f->attr_at < r->out->n ? f->attr_at : r->out->n;
	else if (f->in_attr)
		(void)fb_buf_putc(r->out, '\'');
	f->in_attr = false;
}

static struct element *top(struct fragment *f)
{
	return f->depth ? &f->stack[f->depth - 1] : NULL;
}

static void close_start(struct render *r, struct fragment *f)
{
	struct element *e = top(f);

	if (!f->in_tag)
		return;
	end_tag(r, f);
	(void)fb_buf_putc(r->out, '>');
	f->in_tag = false;
	if (e)
		e->tag_n = r->out->n - e->tag_at;
}

static void put_end(struct render *r, const struct element *e)
{
	(void)fb_buf_puts(r->out, "</");
	put_name(r, e->name);
	(void)fb_buf_putc(r->out, '>');
}

static bool open_element(struct render *r, struct fragment *f, struct fb_slice name)
{
	struct element *e;

	if (f->depth == FB_BINXML_DEPTH)
		return false;
	close_start(r, f);
	e = &f->stack[f->depth++];
	*e = (struct element){ .name = name, .tag_at = r->out->n };
	(void)fb_buf_putc(r->out, '<');
	put_name(r, name);
	f->in_tag = true;
	return true;
}

static void close_element(struct render *r, struct fragment *f)
{
	close_start(r, f);
	if (f->depth)
		put_end(r, &f->stack[--f->depth]);
}

static void close_empty(struct render *r, struct fragment *f)
{
	if (!f->in_tag) { /* its start tag is closed already: not what the token is for */
		close_element(r, f);
		return;
	}
	end_tag(r, f);
	(void)fb_buf_puts(r->out, "/>");
	f->in_tag = false;
	if (f->depth)
		f->depth--;
}

static void open_attr(struct render *r, struct fragment *f, struct fb_slice name)
{
	end_tag(r, f);
	f->attr_at = r->out->n;
	(void)fb_buf_putc(r->out, ' ');
	put_name(r, name);
	(void)fb_buf_puts(r->out, "='");
	f->in_attr = true;
	f->attr_null = true;
}

/* The items of an array stand in an element each, as Windows writes them. */
static void put_items(struct render *r, struct fragment *f, const struct fb_field *array)
{
	struct element *e = top(f);
	struct fb_field rest = *array;

	while (rest.v.n && !r->out->code) {
		struct fb_field item = { .type = array->subtype };

		item.v = fb_value_item(&rest);
		put_field(r, &item, false);
		if (!rest.v.n || !e)
			break;
		put_end(r, e);
		/* The start tag again, out of the output itself. */
		if (fb_buf_reserve(r->out, e->tag_n))
			return;
		(void)fb_buf_put(r->out, r->out->p + e->tag_at, e->tag_n);
	}
}

static void fragment(struct render *r, struct fb_slice bytes, bool dependency, struct values vals,
		     unsigned depth);

static void put_value(struct render *r, struct fragment *f, uint8_t type, struct fb_slice v,
		      unsigned depth)
{
	struct fb_field field = { 0 };

	if (type == BX_BINXML && !f->in_attr) {
		close_start(r, f);
		if (v.n)
			fragment(r, v, false, (struct values){ 0 }, depth + 1);
		return;
	}
	field.v = v;
	field.type = bx_value(type, &field.v, &field.subtype);
	if (f->in_attr) {
		f->attr_null = f->attr_null && field.type == FB_V_NULL;
		put_field(r, &field, true);
		return;
	}
	close_start(r, f);
	if (field.type == FB_V_ARRAY)
		put_items(r, f, &field);
	else
		put_field(r, &field, false);
}

static void put_subst(struct render *r, struct fragment *f, const struct bx_token *t,
		      unsigned depth)
{
	if (t->number < f->vals.n) {
		const struct evtx_val *v = &f->vals.v[t->number];

		put_value(r, f, v->type, fb_slice(v->p, v->n), depth);
	}
}

static void put_reference(struct render *r, struct fragment *f, uint32_t c, struct fb_slice name)
{
	if (f->in_attr)
		f->attr_null = false;
	else
		close_start(r, f);
	if (c) {
		put_char(r->out, c, f->in_attr);
	} else { /* an entity that nobody defined: as text, or the XML would be broken */
		(void)fb_buf_puts(r->out, "&amp;");
		put_name(r, name);
		(void)fb_buf_putc(r->out, ';');
	}
}

static void instance(struct render *r, const struct bx_instance *in, unsigned depth)
{
	struct fb_cur sizes = fb_cur(in->sizes), values = fb_cur(in->values);
	struct evtx_val *v = fb_arena_calloc(&r->arena, (size_t)in->count + 1, sizeof *v);
	struct bx_instance found = *in;
	struct fb_slice d, bytes;
	uint32_t n = 0;

	if (!v) {
		r->code = FB_ENOMEM;
		return;
	}
	while (n < in->count && fb_cur_take(&sizes, 4, &d) &&
	       fb_cur_take(&values, fb_le16(d.p), &bytes))
		v[n++] = (struct evtx_val){ bytes.p, (uint16_t)bytes.n, d.p[2] };
	r->steps -= n < r->steps ? n : r->steps;
	if (found.astray && (r->searches == 0 || !bx_find_definition(r->chunk, &found))) {
		(void)fb_buf_puts(r->out, "<!-- template lost -->");
		return;
	}
	r->searches -= in->astray;
	fragment(r, found.body, true, (struct values){ v, n }, depth + 1);
}

static void open_pi(struct render *r, struct fragment *f, struct fb_slice name)
{
	close_start(r, f);
	(void)fb_buf_puts(r->out, "<?");
	/* A name that XML keeps for itself. */
	if (name.n == 6 && (fb_le16(name.p) | 0x20) == 'x' && (fb_le16(name.p + 2) | 0x20) == 'm' &&
	    (fb_le16(name.p + 4) | 0x20) == 'l')
		(void)fb_buf_putc(r->out, '_');
	put_name(r, name);
	(void)fb_buf_putc(r->out, ' ');
	f->in_pi = true;
}

static void close_pi(struct render *r, struct fragment *f)
{
	if (f->in_pi)
		(void)fb_buf_puts(r->out, "?>");
	f->in_pi = false;
}

/* false: nothing more can be written of this fragment. */
static bool put_token(struct render *r, struct fragment *f, const struct bx_token *t,
		      unsigned depth)
{
	if (t->kind != BX_PI_DATA)
		close_pi(r, f);
	switch (t->kind) {
	case BX_END:
		return false;
	case BX_HEADER:
		break;
	case BX_OPEN:
		return open_element(r, f, t->name);
	case BX_CLOSE_START:
		close_start(r, f);
		break;
	case BX_CLOSE_EMPTY:
		close_empty(r, f);
		break;
	case BX_CLOSE:
		close_element(r, f);
		break;
	case BX_ATTR:
		if (!f->in_tag)
			return false;
		open_attr(r, f, t->name);
		break;
	case BX_TEXT:
		put_value(r, f, t->type, t->text, depth);
		break;
	case BX_CDATA:
		put_value(r, f, BX_STRING, t->text, depth);
		break;
	case BX_CHAR:
		put_reference(r, f, t->number ? t->number : FB_REPLACEMENT, t->name);
		break;
	case BX_ENTITY:
		put_reference(r, f, bx_entity(t->name), t->name);
		break;
	case BX_PI_TARGET:
		open_pi(r, f, t->name);
		break;
	case BX_PI_DATA:
		put_value(r, f, BX_STRING, t->text, depth);
		close_pi(r, f);
		break;
	case BX_INSTANCE:
		close_start(r, f);
		instance(r, &t->inst, depth);
		break;
	case BX_SUBST:
		put_subst(r, f, t, depth);
		break;
	}
	return true;
}

static void fragment(struct render *r, struct fb_slice bytes, bool dependency, struct values vals,
		     unsigned depth)
{
	struct fragment f = { .vals = vals };
	struct bx_reader reader;
	struct bx_token t = { 0 };

	bx_reader_init(&reader, r->chunk, bytes, dependency);
	while (depth <= FB_BINXML_DEPTH && !r->code && !r->out->code && r->steps) {
		r->steps--;
		if (!bx_next(&reader, &t)) {
			close_pi(r, &f);
			close_start(r, &f);
			(void)fb_buf_puts(r->out, "<!-- damaged -->");
			break;
		}
		if (!put_token(r, &f, &t, depth))
			break;
	}
	close_pi(r, &f);
	while (f.depth)
		close_element(r, &f);
}

/* The output was full: what fits stays, with a mark. */
static void cut(struct fb_buf *out)
{
	size_t mark = sizeof CUT_MARK - 1;
	size_t end = out->max > mark ? out->max - mark : 0;

	out->code = 0;
	if (end > out->n)
		end = out->n;
	while (end && end < out->n && (out->p[end] & 0xC0) == 0x80)
		end--;
	out->n = end;
	(void)fb_buf_puts(out, CUT_MARK);
}

int evtx_render(const struct fb_event *ev, struct fb_buf *out)
{
	const struct evtx_view *view = ev->priv;
	struct render r = { .chunk = view->chunk, .out = out, .steps = FB_BINXML_STEPS,
			    .searches = FB_BINXML_DEPTH };

	if (out->code)
		return out->code;
	fb_buf_init(&r.text, FB_VALUE_MAX * 2);
	fb_arena_init(&r.arena, FB_EVTX_MEMORY);
	fragment(&r, view->body, true, (struct values){ 0 }, 0);
	if (r.code && !out->code)
		out->code = r.code;
	else if (out->code == FB_ELIMIT)
		cut(out);
	fb_arena_dispose(&r.arena);
	fb_buf_dispose(&r.text);
	return out->code;
}
