/* Making the tree. */
#include "detect/webshell/ws.h"

struct ws_node *ws_node(struct ws_file *w, enum ws_kind kind, const struct ws_token *at)
{
	static struct ws_node nothing; /* what is left when there is no memory: kind X_NONE */
	struct ws_node *n;

	if (w->nodes >= FB_WEBSHELL_NODES) {
		w->cut = true;
		w->why = "it has too many expressions";
		nothing = (struct ws_node){ .kind = X_NONE };
		return &nothing;
	}
	n = fb_arena_calloc(w->arena, 1, sizeof *n);
	if (!n) {
		w->cut = w->oom = true;
		nothing = (struct ws_node){ .kind = X_NONE };
		return &nothing;
	}
	w->nodes++;
	n->kind = kind;
	n->depth = 1;
	if (at) {
		n->line = at->line;
		n->at = at->at;
		n->text = at->text;
	}
	return n;
}

static uint16_t deepest(const struct ws_node *list)
{
	uint16_t d = 0;

	for (; list; list = list->next)
		if (list->depth > d)
			d = list->depth;
	return d;
}

struct ws_node *ws_built(struct ws_file *w, struct ws_node *n)
{
	uint16_t a = deepest(n->a), b = deepest(n->b), c = deepest(n->c), d = a > b ? a : b;

	d = d > c ? d : c;
	if (d >= FB_WEBSHELL_DEPTH) {
		w->cut = true;
		w->why = "it is nested too deeply";
		n->kind = X_NONE;
		n->a = n->b = n->c = NULL;
		d = 0;
	}
	n->depth = (uint16_t)(d + 1);
	return n;
}

/* Chains of one operator are one node with a list, so that they do not become deep. */
struct ws_node *ws_join(struct ws_file *w, uint32_t op, struct ws_node *a, struct ws_node *b,
			const struct ws_token *at)
{
	struct ws_node *n;

	if ((a->kind == X_BIN || a->kind == X_CAT) && a->op == op && a->c) {
		a->c->next = b; /* c: the last of the list a */
		a->c = b;
		if (b->depth + 1 > a->depth)
			a->depth = (uint16_t)(b->depth + 1);
		return a;
	}
	n = ws_node(w, op == OP1('.') ? X_CAT : X_BIN, at);
	if (n->kind == X_NONE)
		return n;
	n->op = op;
	a->next = b;
	n->a = a;
	ws_built(w, n);
	n->c = n->kind == X_NONE ? NULL : b;
	return n;
}
