#include "detect/sigma/yaml.h"

#include "base/limits.h"

#include <yaml.h>

#define ANCHORS_MAX 64

struct anchor {
	const char *name;
	struct sg_ynode *node;
};

struct reader {
	yaml_parser_t parser;
	struct fb_arena *arena;
	struct fb_err *err;
	unsigned *line;
	uint32_t nodes;
	struct anchor anchors[ANCHORS_MAX];
	unsigned nanchors;
};

struct child {
	struct child *next;
	struct sg_ynode *node;
};

static int read_node(struct reader *r, yaml_event_t *ev, unsigned depth, struct sg_ynode **out);

static int next_event(struct reader *r, yaml_event_t *ev)
{
	if (yaml_parser_parse(&r->parser, ev))
		return 0;
	if (r->parser.error == YAML_MEMORY_ERROR)
		return fb_fail(r->err, FB_ENOMEM, "out of memory");
	*r->line = (unsigned)r->parser.problem_mark.line + 1;
	return fb_fail(r->err, FB_EINPUT, "not valid YAML: %s",
		       r->parser.problem ? r->parser.problem : "unreadable");
}

static int fail_at(struct reader *r, const yaml_event_t *ev, int code, const char *why)
{
	*r->line = (unsigned)ev->start_mark.line + 1;
	return fb_fail(r->err, code, "%s", why);
}

static int keep_anchor(struct reader *r, const yaml_event_t *ev, const yaml_char_t *name,
		       struct sg_ynode *n)
{
	if (!name)
		return 0;
	if (r->nanchors == ANCHORS_MAX)
		return fail_at(r, ev, FB_ELIMIT, "more than 64 YAML anchors");
	r->anchors[r->nanchors].name = fb_arena_str(r->arena, (const char *)name);
	r->anchors[r->nanchors].node = n;
	if (!r->anchors[r->nanchors++].name)
		return fb_fail(r->err, FB_ENOMEM, "out of memory");
	return 0;
}

static int find_alias(struct reader *r, const yaml_event_t *ev, struct sg_ynode **out)
{
	/* The last anchor of a name counts. */
	for (unsigned i = r->nanchors; i-- > 0;) {
		if (strcmp(r->anchors[i].name, (const char *)ev->data.alias.anchor) == 0) {
			*out = r->anchors[i].node;
			return 0;
		}
	}
	return fail_at(r, ev, FB_EINPUT, "YAML alias without an anchor before it");
}

/* The children of a sequence or map up to its end event. */
static int read_children(struct reader *r, struct sg_ynode *n, yaml_event_type_t end,
			 unsigned depth)
{
	struct child *first = NULL, **last = &first;
	uint32_t count = 0;

	for (;;) {
		yaml_event_t ev;
		struct child *c;
		int ret = next_event(r, &ev);

		if (ret)
			return ret;
		if (ev.type == end) {
			yaml_event_delete(&ev);
			break;
		}
		c = fb_arena_get(r->arena, sizeof *c);
		if (!c) {
			yaml_event_delete(&ev);
			return fb_fail(r->err, FB_ENOMEM, "out of memory");
		}
		ret = read_node(r, &ev, depth + 1, &c->node);
		yaml_event_delete(&ev);
		if (ret)
			return ret;
		c->next = NULL;
		*last = c;
		last = &c->next;
		count++;
	}
	n->n = n->kind == SG_Y_MAP ? count / 2 : count;
	n->item = fb_arena_calloc(r->arena, count + 1, sizeof *n->item);
	if (!n->item)
		return fb_fail(r->err, FB_ENOMEM, "out of memory");
	count = 0;
	for (struct child *c = first; c; c = c->next)
		n->item[count++] = c->node;
	return 0;
}

static int check_keys(struct reader *r, const struct sg_ynode *map)
{
	/* Quadratic, and maps of rules are small; the cap keeps it bounded. */
	if (map->n > 2048) {
		*r->line = map->line;
		return fb_fail(r->err, FB_ELIMIT, "a map with more than 2048 keys");
	}
	for (uint32_t i = 0; i < map->n; i++) {
		const struct sg_ynode *k = map->item[i * 2];

		if (k->kind != SG_Y_SCALAR) {
			*r->line = k->line;
			return fb_fail(r->err, FB_EINPUT, "a key that is not text");
		}
		for (uint32_t j = 0; j < i; j++) {
			if (fb_slice_eq(k->text, map->item[j * 2]->text)) {
				*r->line = k->line;
				return fb_fail(r->err, FB_EINPUT, "key \"%s\" is given twice",
					       (const char *)k->text.p);
			}
		}
	}
	return 0;
}

static int read_node(struct reader *r, yaml_event_t *ev, unsigned depth, struct sg_ynode **out)
{
	struct sg_ynode *n;
	int ret = 0;

	if (ev->type == YAML_ALIAS_EVENT)
		return find_alias(r, ev, out);
	if (depth > FB_RULE_DEPTH)
		return fail_at(r, ev, FB_ELIMIT, "YAML nested too deep");
	if (++r->nodes > FB_RULE_NODES_MAX)
		return fail_at(r, ev, FB_ELIMIT, "too many YAML nodes");
	n = fb_arena_calloc(r->arena, 1, sizeof *n);
	if (!n)
		return fb_fail(r->err, FB_ENOMEM, "out of memory");
	n->line = (unsigned)ev->start_mark.line + 1;
	switch (ev->type) {
	case YAML_SCALAR_EVENT:
		n->kind = SG_Y_SCALAR;
		n->plain = ev->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
		n->text.n = ev->data.scalar.length;
		n->text.p = (const uint8_t *)fb_arena_strn(r->arena, ev->data.scalar.value,
							   ev->data.scalar.length);
		if (!n->text.p)
			return fb_fail(r->err, FB_ENOMEM, "out of memory");
		ret = keep_anchor(r, ev, ev->data.scalar.anchor, n);
		break;
	case YAML_SEQUENCE_START_EVENT:
		n->kind = SG_Y_SEQ;
		ret = read_children(r, n, YAML_SEQUENCE_END_EVENT, depth);
		if (!ret)
			ret = keep_anchor(r, ev, ev->data.sequence_start.anchor, n);
		break;
	case YAML_MAPPING_START_EVENT:
		n->kind = SG_Y_MAP;
		ret = read_children(r, n, YAML_MAPPING_END_EVENT, depth);
		if (!ret)
			ret = check_keys(r, n);
		if (!ret)
			ret = keep_anchor(r, ev, ev->data.mapping_start.anchor, n);
		break;
	default:
		return fail_at(r, ev, FB_EINPUT, "not valid YAML");
	}
	*out = n;
	return ret;
}

/* A document's content, from behind its start event to its end event. */
static int read_doc(struct reader *r, struct fb_slice text, size_t from, struct sg_ydoc *doc)
{
	yaml_event_t ev;
	size_t to;
	int ret = next_event(r, &ev);

	if (ret)
		return ret;
	r->nanchors = 0;
	doc->line = (unsigned)ev.start_mark.line + 1;
	ret = read_node(r, &ev, 0, &doc->root);
	yaml_event_delete(&ev);
	if (ret)
		return ret;
	ret = next_event(r, &ev);
	if (ret)
		return ret;
	to = ev.start_mark.index;
	yaml_event_delete(&ev);
	/* libyaml's index counts characters; a text without others is cut exactly,
	 * any other is found again by its length in characters. */
	doc->bytes = fb_slice_sub(text, from, to > from ? to - from : 0);
	return 0;
}

/* A place in UTF-8, which only goes forward: a file of many documents is walked once. */
struct place {
	size_t chars, bytes;
};

static size_t byte_at(struct fb_slice text, struct place *at, size_t chars)
{
	size_t i = at->bytes;

	if (at->chars == 0 && text.n >= 3 && memcmp(text.p, "\xEF\xBB\xBF", 3) == 0)
		i = 3;
	for (; i < text.n && at->chars < chars; at->chars++) {
		i++;
		while (i < text.n && (text.p[i] & 0xC0) == 0x80)
			i++;
	}
	return at->bytes = i;
}

static int read_docs(struct reader *r, struct fb_slice text,
		     int (*doc)(void *user, const struct sg_ydoc *doc), void *user)
{
	struct place at = { 0 };

	for (;;) {
		struct sg_ydoc d = { 0 };
		yaml_event_t ev;
		yaml_event_type_t type;
		size_t from;
		int ret = next_event(r, &ev);

		if (ret)
			return ret;
		type = ev.type;
		from = ev.start_mark.index;
		yaml_event_delete(&ev);
		if (type == YAML_STREAM_END_EVENT)
			return 0;
		if (type != YAML_DOCUMENT_START_EVENT)
			continue;
		ret = read_doc(r, text, from, &d);
		if (ret)
			return ret;
		{
			size_t a = byte_at(text, &at, from), b = byte_at(text, &at, from + d.bytes.n);

			d.bytes = fb_slice_sub(text, a, b > a ? b - a : 0);
		}
		if (sg_ynull(d.root))
			continue;
		ret = doc(user, &d);
		if (ret)
			return ret;
	}
}

int sg_yaml_parse(struct fb_slice text, struct fb_arena *arena,
		  int (*doc)(void *user, const struct sg_ydoc *doc), void *user, unsigned *line,
		  struct fb_err *err)
{
	struct reader r = { .arena = arena, .err = err, .line = line };
	int ret;

	*line = 0;
	if (!yaml_parser_initialize(&r.parser))
		return fb_fail(err, FB_ENOMEM, "out of memory");
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r.parser, text.p ? text.p : (const uint8_t *)"", text.n);
	ret = read_docs(&r, text, doc, user);
	yaml_parser_delete(&r.parser);
	return ret;
}

const struct sg_ynode *sg_yget(const struct sg_ynode *map, const char *key)
{
	if (!map || map->kind != SG_Y_MAP)
		return NULL;
	for (uint32_t i = 0; i < map->n; i++)
		if (fb_slice_eqs(map->item[i * 2]->text, key))
			return map->item[i * 2 + 1];
	return NULL;
}

struct fb_slice sg_ytext(const struct sg_ynode *map, const char *key)
{
	const struct sg_ynode *n = sg_yget(map, key);

	if (!n || n->kind != SG_Y_SCALAR || sg_ynull(n))
		return (struct fb_slice){ (const uint8_t *)"", 0 };
	return n->text;
}

bool sg_ynull(const struct sg_ynode *n)
{
	return n->kind == SG_Y_SCALAR && n->plain &&
	       (n->text.n == 0 || fb_slice_eqs(n->text, "null") || fb_slice_eqs(n->text, "~") ||
		fb_slice_eqs(n->text, "Null") || fb_slice_eqs(n->text, "NULL"));
}
