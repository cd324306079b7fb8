/* A record's BinXML as a tree of elements, for its JSON. */
#include "decode/evtx/json.h"

#include "base/text.h"
#include "decode/evtx/evtx.h"

struct values {
	const struct evtx_val *v;
	uint32_t n;
};

struct tree {
	struct fb_slice chunk;
	struct fb_arena arena;
	uint32_t steps;
	uint32_t searches; /* for template definitions, left */
	uint8_t flags; /* enum fb_event_flags: what could not be told */
	int code;
};

struct fragment {
	struct values vals;
	struct evtx_node *stack[FB_BINXML_DEPTH + 1]; /* [0]: the element around it */
	unsigned depth;
	struct evtx_node *attr; /* whose value follows */
	bool in_tag;
};

static struct evtx_node *new_node(struct tree *t)
{
	struct evtx_node *n = fb_arena_calloc(&t->arena, 1, sizeof *n);

	if (!n) {
		t->code = FB_ENOMEM;
		return NULL;
	}
	n->child_end = &n->child;
	n->attr_end = &n->attr;
	n->text_end = &n->text;
	return n;
}

static struct fb_slice utf8_name(struct tree *t, struct fb_slice utf16, const char *before)
{
	size_t lead = strlen(before);
	uint8_t *p = fb_arena_get(&t->arena, lead + utf16.n / 2 * 3 + 1);

	if (!p) {
		t->code = FB_ENOMEM;
		return FB_LIT("");
	}
	memcpy(p, before, lead);
	return fb_slice(p, lead + fb_utf16_to_utf8_raw(utf16, p + lead));
}

static struct evtx_node *named_node(struct tree *t, struct fb_slice name, const char *before)
{
	struct evtx_node *n = new_node(t);

	if (n)
		n->name = utf8_name(t, name, before);
	return n;
}

static struct evtx_node *top(struct fragment *f)
{
	return f->stack[f->depth];
}

static void add_child(struct evtx_node *parent, struct evtx_node *n)
{
	*parent->child_end = n;
	parent->child_end = &n->next;
}

static void add_text(struct tree *t, struct fragment *f, const struct fb_field *field)
{
	struct evtx_node *to = f->attr ? f->attr : top(f);
	struct evtx_piece *p = fb_arena_get(&t->arena, sizeof *p);

	if (!p) {
		t->code = FB_ENOMEM;
		return;
	}
	*p = (struct evtx_piece){ .f = *field };
	*to->text_end = p;
	to->text_end = &p->next;
}

static void add_utf8(struct tree *t, struct fragment *f, const void *text, size_t n)
{
	struct fb_field field = { .type = FB_V_UTF8 };
	char *copy = fb_arena_strn(&t->arena, text, n);

	if (!copy)
		t->code = FB_ENOMEM;
	field.v = fb_slice(copy, copy ? n : 0);
	add_text(t, f, &field);
}

static void fragment(struct tree *t, struct fb_slice bytes, bool dependency, struct values vals,
		     struct evtx_node *around, unsigned depth);

static void add_value(struct tree *t, struct fragment *f, uint8_t type, struct fb_slice v,
		      unsigned depth)
{
	struct fb_field field = { .v = v };

	if (type == BX_BINXML && !f->attr) {
		if (v.n)
			fragment(t, v, false, (struct values){ 0 }, top(f), depth + 1);
		return;
	}
	field.type = bx_value(type, &field.v, &field.subtype);
	if (field.type != FB_V_NULL)
		add_text(t, f, &field);
}

static void add_subst(struct tree *t, struct fragment *f, const struct bx_token *token,
		      unsigned depth)
{
	if (token->number < f->vals.n) {
		const struct evtx_val *v = &f->vals.v[token->number];

		add_value(t, f, v->type, fb_slice(v->p, v->n), depth);
	}
}

static void add_char(struct tree *t, struct fragment *f, uint32_t c)
{
	uint8_t four[4];

	add_utf8(t, f, four, fb_utf8_put(c ? c : FB_REPLACEMENT, four));
}

static void add_entity(struct tree *t, struct fragment *f, struct fb_slice name)
{
	uint32_t c = bx_entity(name);
	struct fb_slice text;

	if (c) {
		add_char(t, f, c);
		return;
	}
	text = utf8_name(t, name, "&"); /* that nobody defined */
	add_utf8(t, f, text.p, text.n);
	add_utf8(t, f, ";", 1);
}

static void instance(struct tree *t, struct fragment *f, const struct bx_instance *in,
		     unsigned depth)
{
	struct fb_cur sizes = fb_cur(in->sizes), values = fb_cur(in->values);
	struct evtx_val *v = fb_arena_calloc(&t->arena, (size_t)in->count + 1, sizeof *v);
	struct bx_instance found = *in;
	struct fb_slice d, bytes;
	uint32_t n = 0;

	if (!v) {
		t->code = FB_ENOMEM;
		return;
	}
	while (n < in->count && fb_cur_take(&sizes, 4, &d) &&
	       fb_cur_take(&values, fb_le16(d.p), &bytes))
		v[n++] = (struct evtx_val){ bytes.p, (uint16_t)bytes.n, d.p[2] };
	t->steps -= n < t->steps ? n : t->steps;
	if (found.astray && (t->searches == 0 || !bx_find_definition(t->chunk, &found))) {
		t->flags |= FB_EVENT_DAMAGED;
		return;
	}
	t->searches -= in->astray;
	fragment(t, found.body, true, (struct values){ v, n }, top(f), depth + 1);
}

static bool open_element(struct tree *t, struct fragment *f, struct fb_slice name)
{
	struct evtx_node *n;

	if (f->depth == FB_BINXML_DEPTH) {
		t->flags |= FB_EVENT_CUT;
		return false;
	}
	n = named_node(t, name, "");
	if (!n)
		return false;
	add_child(top(f), n);
	f->stack[++f->depth] = n;
	f->attr = NULL;
	f->in_tag = true;
	return true;
}

static bool open_attr(struct tree *t, struct fragment *f, struct fb_slice name)
{
	struct evtx_node *n;

	if (!f->in_tag)
		return false;
	n = named_node(t, name, "");
	if (!n)
		return false;
	*top(f)->attr_end = n;
	top(f)->attr_end = &n->next;
	f->attr = n;
	return true;
}

/* A processing instruction stands as an element named "?target". */
static bool open_instruction(struct tree *t, struct fragment *f, struct fb_slice name)
{
	struct evtx_node *n = named_node(t, name, "?");

	if (n)
		add_child(top(f), n);
	return n != NULL;
}

static void instruction_data(struct tree *t, struct fragment *f, struct fb_slice text)
{
	struct evtx_node *n = top(f)->child;

	while (n && n->next)
		n = n->next;
	if (!n || !fb_slice_starts(n->name, FB_LIT("?"))) {
		t->flags |= FB_EVENT_DAMAGED;
		return;
	}
	f->attr = n; /* text goes there */
	add_value(t, f, BX_STRING, text, 0);
	f->attr = NULL;
}

static void close_start(struct fragment *f)
{
	f->attr = NULL;
	f->in_tag = false;
}

static void close_element(struct fragment *f)
{
	close_start(f);
	if (f->depth)
		f->depth--;
}

/* false: nothing more can be told of this fragment. */
static bool put_token(struct tree *t, struct fragment *f, const struct bx_token *token,
		      unsigned depth)
{
	switch (token->kind) {
	case BX_END:
		return false;
	case BX_HEADER:
		break;
	case BX_OPEN:
		return open_element(t, f, token->name);
	case BX_CLOSE_START:
		close_start(f);
		break;
	case BX_CLOSE_EMPTY:
	case BX_CLOSE:
		close_element(f);
		break;
	case BX_ATTR:
		return open_attr(t, f, token->name);
	case BX_TEXT:
		add_value(t, f, token->type, token->text, depth);
		break;
	case BX_CDATA:
		add_value(t, f, BX_STRING, token->text, depth);
		break;
	case BX_CHAR:
		add_char(t, f, token->number);
		break;
	case BX_ENTITY:
		add_entity(t, f, token->name);
		break;
	case BX_PI_TARGET:
		return open_instruction(t, f, token->name);
	case BX_PI_DATA:
		instruction_data(t, f, token->text);
		break;
	case BX_INSTANCE:
		instance(t, f, &token->inst, depth);
		break;
	case BX_SUBST:
		add_subst(t, f, token, depth);
		break;
	}
	return true;
}

static void fragment(struct tree *t, struct fb_slice bytes, bool dependency, struct values vals,
		     struct evtx_node *around, unsigned depth)
{
	struct fragment f = { .vals = vals, .stack = { around } };
	struct bx_reader reader;
	struct bx_token token = { 0 };

	if (depth > FB_BINXML_DEPTH) {
		t->flags |= FB_EVENT_CUT;
		return;
	}
	bx_reader_init(&reader, t->chunk, bytes, dependency);
	while (!t->code) {
		if (t->steps == 0) {
			t->flags |= FB_EVENT_CUT;
			break;
		}
		t->steps--;
		if (!bx_next(&reader, &token)) {
			t->flags |= FB_EVENT_DAMAGED;
			break;
		}
		if (!put_token(t, &f, &token, depth))
			break;
	}
}

int evtx_json(const struct fb_event *ev, struct fb_buf *out)
{
	const struct evtx_view *view = ev->priv;
	struct tree t = { .chunk = view->chunk, .steps = FB_BINXML_STEPS,
			  .searches = FB_BINXML_DEPTH };
	struct fb_buf scratch;
	struct evtx_node *all;
	int r;

	fb_buf_init(&scratch, FB_VALUE_MAX * 2);
	fb_arena_init(&t.arena, FB_EVTX_MEMORY);
	all = new_node(&t);
	if (all)
		fragment(&t, view->body, true, (struct values){ 0 }, all, 0);
	r = t.code;
	if (!r)
		r = evtx_json_write(all, ev->flags | t.flags, &t.arena, &scratch, out);
	fb_arena_dispose(&t.arena);
	fb_buf_dispose(&scratch);
	return r;
}
