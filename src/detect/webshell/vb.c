/* VBScript and Visual Basic .NET to the tree. Line by line, tolerant as parse.c is. */
#include "detect/webshell/parse.h"

struct vb {
	struct parser p;
	struct ws_node *with; /* object of the innermost With */
};

static struct ws_node *expr(struct vb *v);
static struct ws_node *statement(struct vb *v);
static struct ws_node *block(struct vb *v, const char *const *ends);

static bool word(const struct vb *v, const char *w)
{
	return wp_word(&v->p, w);
}

static bool takew(struct vb *v, const char *w)
{
	return wp_takew(&v->p, w);
}

static bool line_end(const struct vb *v)
{
	return wp_end(&v->p) || wp_at(&v->p)->kind == TK_LINE || wp_at(&v->p)->kind == TK_HTML;
}

static void to_line_end(struct vb *v)
{
	while (!line_end(v))
		wp_step(&v->p);
}

/* ---- expressions ---- */

static struct ws_node *arguments(struct vb *v, uint32_t close)
{
	struct wp_list l = { 0 };

	while (!wp_end(&v->p) && !wp_take(&v->p, close)) {
		uint32_t was = v->p.i;

		if (wp_take(&v->p, OP1(',')))
			continue;
		if (wp_at(&v->p)->kind == TK_HTML)
			break;
		if (wp_at(&v->p)->kind == TK_LINE) {
			/* VB.NET goes on behind a bracket or a comma; VBScript's bracket is missing. */
			if (was && v->p.t->v[was - 1].kind == TK_OP) {
				wp_step(&v->p);
				continue;
			}
			if (wp_ahead(&v->p, 1)->kind == TK_OP) {
				wp_step(&v->p);
				continue;
			}
			break;
		}
		(void)(takew(v, "byval") || takew(v, "byref") || takew(v, "of"));
		if (wp_at(&v->p)->kind == TK_NAME && wp_ahead(&v->p, 1)->kind == TK_OP && wp_ahead(&v->p, 1)->op == OP2(':', '='))
			v->p.i += 2;
		wp_append(&l, expr(v));
		if (takew(v, "to"))
			(void)expr(v);
		if (v->p.i == was)
			wp_step(&v->p);
	}
	return l.first;
}

static struct ws_node *new_object(struct vb *v)
{
	struct ws_node *n = ws_node(v->p.w, X_NEW, wp_at(&v->p));

	n->text = FB_LIT("");
	while (wp_at(&v->p)->kind == TK_NAME) {
		n->text = wp_at(&v->p)->text;
		wp_step(&v->p);
		if (!wp_take(&v->p, OP1('.')))
			break;
	}
	if (wp_op(&v->p, OP1('(')) && wp_word_at(&v->p, 1, "of"))
		wp_skip(&v->p);
	if (wp_take(&v->p, OP1('(')))
		n->b = arguments(v, OP1(')'));
	if (wp_op(&v->p, OP1('{'))) {
		n->kind = X_ARRAY;
		wp_step(&v->p);
		n->a = arguments(v, OP1('}'));
		n->b = NULL;
	}
	if (takew(v, "with") && wp_op(&v->p, OP1('{')))
		wp_skip(&v->p);
	return ws_built(v->p.w, n);
}

static struct ws_node *lambda(struct vb *v, const struct ws_token *at)
{
	static const char *const ends[] = { "end", NULL };
	struct ws_node *n = ws_node(v->p.w, X_FUNC, at);

	n->text = FB_LIT("");
	if (wp_take(&v->p, OP1('(')))
		n->a = wp_params(&v->p);
	if (line_end(v)) {
		n->b = block(v, ends);
		(void)takew(v, "end");
		wp_step(&v->p);
	} else {
		n->flags |= WN_SHORT;
		n->b = expr(v);
	}
	return ws_built(v->p.w, n);
}

/* CType(x, T), DirectCast(x, T), TryCast(x, T) */
static struct ws_node *convert(struct vb *v, const struct ws_token *at)
{
	struct ws_node *n = ws_node(v->p.w, X_CAST, at);

	n->text = FB_LIT("object");
	n->a = expr(v);
	if (wp_take(&v->p, OP1(',')))
		while (!wp_end(&v->p) && !wp_op(&v->p, OP1(')'))) {
			if (wp_at(&v->p)->kind == TK_NAME)
				n->text = wp_at(&v->p)->text;
			wp_step(&v->p);
		}
	(void)wp_take(&v->p, OP1(')'));
	return ws_built(v->p.w, n);
}

static struct ws_node *name(struct vb *v)
{
	static const char *const casts[] = { "ctype", "directcast", "trycast", NULL };
	const struct ws_token *at = wp_at(&v->p);
	bool call = wp_ahead(&v->p, 1)->kind == TK_OP && wp_ahead(&v->p, 1)->op == OP1('(');

	wp_step(&v->p);
	if (fb_slice_ieq(at->text, FB_LIT("new")))
		return new_object(v);
	if (fb_slice_ieq(at->text, FB_LIT("addressof")) || fb_slice_ieq(at->text, FB_LIT("await")))
		return expr(v);
	if ((fb_slice_ieq(at->text, FB_LIT("function")) || fb_slice_ieq(at->text, FB_LIT("sub"))) && call)
		return lambda(v, at);
	if (call && wp_one_of(at->text, casts)) {
		wp_step(&v->p);
		return convert(v, at);
	}
	return ws_node(v->p.w, X_NAME, at);
}

static struct ws_node *primary(struct vb *v)
{
	const struct ws_token *at = wp_at(&v->p);
	struct ws_node *n = NULL;

	if (!wp_enter(&v->p))
		return NULL;
	switch (at->kind) {
	case TK_STR:
	case TK_NUM:
		n = ws_node(v->p.w, at->kind == TK_STR ? X_STR : X_NUM, at);
		wp_step(&v->p);
		break;
	case TK_NAME: n = name(v); break;
	case TK_OP:
		if (at->op == OP1('(')) {
			wp_step(&v->p);
			n = expr(v);
			(void)wp_take(&v->p, OP1(')'));
		} else if (at->op == OP1('{')) {
			wp_step(&v->p);
			n = ws_node(v->p.w, X_ARRAY, at);
			n->a = arguments(v, OP1('}'));
			n = ws_built(v->p.w, n);
		} else if (at->op == OP1('.') && v->with && wp_ahead(&v->p, 1)->kind == TK_NAME) {
			/* A node of its own: one that stands in two lists would make a ring of them. */
			n = ws_node(v->p.w, X_NAME, at);
			n->text = v->with->text;
		}
		break;
	default: break;
	}
	wp_leave(&v->p);
	return n;
}

static struct ws_node *postfix(struct vb *v)
{
	struct ws_node *a = primary(v), *n;

	while (a && !wp_end(&v->p) && wp_at(&v->p)->kind == TK_OP) {
		const struct ws_token *at = wp_at(&v->p);

		if ((at->op == OP1('.') || at->op == OP2('?', '.') || at->op == OP1('!')) && wp_ahead(&v->p, 1)->kind == TK_NAME) {
			n = ws_node(v->p.w, X_MEMBER, at);
			wp_step(&v->p);
			n->text = wp_at(&v->p)->text;
			wp_step(&v->p);
			n->a = a;
		} else if (at->op == OP1('(')) {
			n = ws_node(v->p.w, X_CALL, at);
			n->line = a->line;
			n->at = a->at;
			wp_step(&v->p);
			n->a = a;
			n->b = arguments(v, OP1(')'));
		} else {
			break;
		}
		a = ws_built(v->p.w, n);
	}
	return a;
}

static struct ws_node *unary(struct vb *v)
{
	const struct ws_token *at = wp_at(&v->p);
	struct ws_node *n;

	if (at->kind == TK_OP && (at->op == OP1('-') || at->op == OP1('+') || at->op == OP1('='))) {
		if (!wp_enter(&v->p))
			return NULL;
		wp_step(&v->p);
		n = unary(v);
		wp_leave(&v->p);
		if (n && at->op == OP1('-')) {
			struct ws_node *u = ws_node(v->p.w, X_UN, at);

			u->op = OP1('-');
			u->a = n;
			return ws_built(v->p.w, u);
		}
		return n;
	}
	return postfix(v);
}

static unsigned binds(const struct ws_token *t, uint32_t *op)
{
	static const struct {
		const char *word;
		unsigned binds;
		uint32_t op;
	} words[] = {
		{ "and", 3, OP2('&', '&') }, { "andalso", 3, OP2('&', '&') }, { "or", 2, OP2('|', '|') }, { "orelse", 2, OP2('|', '|') },
		{ "xor", 2, OP1('^') }, { "eqv", 1, OP2('|', '|') }, { "imp", 1, OP2('|', '|') }, { "is", 5, OP2('=', '=') },
		{ "isnot", 5, OP2('=', '=') }, { "like", 5, OP2('=', '=') }, { "mod", 8, OP1('%') },
	};

	if (t->kind == TK_NAME) {
		for (size_t i = 0; i < sizeof words / sizeof *words; i++)
			if (fb_slice_ieq(t->text, fb_slice_str(words[i].word))) {
				*op = words[i].op;
				return words[i].binds;
			}
		return 0;
	}
	if (t->kind != TK_OP)
		return 0;
	*op = t->op;
	switch (t->op) {
	case OP1('='): *op = OP2('=', '='); return 5;
	case OP2('<', '>'): *op = OP2('!', '='); return 5;
	case OP1('<'):
	case OP1('>'):
	case OP2('<', '='):
	case OP2('>', '='): return 5;
	case OP1('&'): *op = OP1('.'); return 6;
	case OP1('+'):
	case OP1('-'): return 7;
	case OP1('\\'): return 9;
	case OP1('*'):
	case OP1('/'): return 10;
	case OP1('^'): *op = OP2('*', '*'); return 11;
	default: return 0;
	}
}

static struct ws_node *binary(struct vb *v, unsigned least)
{
	struct ws_node *a, *b;
	uint32_t op = 0;

	if (!wp_enter(&v->p))
		return NULL;
	if (least <= 4 && takew(v, "not")) {
		struct ws_node *n = ws_node(v->p.w, X_UN, wp_at(&v->p));

		n->op = OP1('!');
		n->a = binary(v, 5);
		a = ws_built(v->p.w, n);
	} else {
		a = unary(v);
	}
	while (a && !wp_end(&v->p)) {
		const struct ws_token *at = wp_at(&v->p);
		unsigned how = binds(at, &op);

		if (how < least || how == 0)
			break;
		wp_step(&v->p);
		/* VB.NET's lines go on behind an operator. */
		while (wp_at(&v->p)->kind == TK_LINE && !wp_end(&v->p) && at->kind == TK_OP && at->op == OP1('&'))
			wp_step(&v->p);
		b = binary(v, how + 1);
		if (b)
			a = ws_join(v->p.w, op, a, b, at);
	}
	wp_leave(&v->p);
	return a;
}

static struct ws_node *expr(struct vb *v)
{
	return binary(v, 1);
}

/* ---- statements ---- */

static const char *const modifiers[] = { "public", "private", "protected", "friend", "shared", "overrides", "overridable", "shadows",
					 "mustoverride", "notoverridable", "partial", "readonly", "default", "withevents", "static",
					 "async", "overloads", NULL };

static struct ws_node *dim(struct vb *v, const struct ws_token *at)
{
	struct ws_node *n = ws_node(v->p.w, S_BLOCK, at);
	struct wp_list l = { 0 };

	do {
		struct ws_node *d = ws_node(v->p.w, S_DECL, wp_at(&v->p));

		if (wp_at(&v->p)->kind != TK_NAME)
			break;
		wp_step(&v->p);
		if (wp_op(&v->p, OP1('(')))
			wp_skip(&v->p);
		if (takew(v, "as")) {
			if (takew(v, "new")) {
				d->a = new_object(v);
			} else {
				while (wp_at(&v->p)->kind == TK_NAME) {
					d->b = ws_node(v->p.w, X_NAME, wp_at(&v->p));
					wp_step(&v->p);
					if (!wp_take(&v->p, OP1('.')))
						break;
				}
				if (wp_op(&v->p, OP1('(')))
					wp_skip(&v->p);
			}
		}
		if (wp_take(&v->p, OP1('=')))
			d->a = expr(v);
		wp_append(&l, ws_built(v->p.w, d));
	} while (wp_take(&v->p, OP1(',')));
	n->a = l.first;
	return ws_built(v->p.w, n);
}

/* To "End X", past it. */
static void end_of(struct vb *v, const char *what)
{
	if (word(v, "end") && wp_word_at(&v->p, 1, what))
		v->p.i += 2;
}

static struct ws_node *procedure(struct vb *v, bool web)
{
	static const char *const ends[] = { "end", NULL };
	const struct ws_token *at;
	struct ws_node *n;
	bool prop = word(v, "property");

	wp_step(&v->p);
	if (prop && (word(v, "get") || word(v, "let") || word(v, "set")))
		wp_step(&v->p);
	at = wp_at(&v->p);
	n = ws_node(v->p.w, X_FUNC, at);
	if (fb_slice_ieq(at->text, FB_LIT("new")))
		n->text = FB_LIT("__construct");
	n->flags |= web ? WN_WEB : 0;
	wp_step(&v->p);
	if (wp_take(&v->p, OP1('('))) {
		struct wp_list l = { 0 };

		while (!wp_end(&v->p) && !wp_take(&v->p, OP1(')'))) {
			struct ws_node *a;

			while (word(v, "byval") || word(v, "byref") || word(v, "optional") || word(v, "paramarray"))
				wp_step(&v->p);
			if (wp_at(&v->p)->kind != TK_NAME) {
				wp_step(&v->p);
				continue;
			}
			a = ws_node(v->p.w, X_VAR, wp_at(&v->p));
			wp_step(&v->p);
			while (!wp_end(&v->p) && !wp_op(&v->p, OP1(',')) && !wp_op(&v->p, OP1(')'))) {
				if (wp_at(&v->p)->kind == TK_NAME && !word(v, "as")) {
					a->b = ws_node(v->p.w, X_NAME, wp_at(&v->p));
					ws_built(v->p.w, a);
				}
				if (wp_op(&v->p, OP1('(')))
					wp_skip(&v->p);
				else
					wp_step(&v->p);
			}
			wp_append(&l, a);
		}
		n->a = l.first;
	}
	to_line_end(v);
	n->b = block(v, ends);
	(void)takew(v, "end");
	(void)(takew(v, "sub") || takew(v, "function") || takew(v, "property"));
	return ws_built(v->p.w, n);
}

static struct ws_node *if_statement(struct vb *v)
{
	static const char *const ends[] = { "end", "else", "elseif", NULL };
	struct ws_node *list = ws_node(v->p.w, S_BLOCK, wp_at(&v->p)), *n = NULL;
	struct wp_list l = { 0 };

	do {
		n = ws_node(v->p.w, S_IF, wp_at(&v->p));
		wp_step(&v->p);
		n->a = expr(v);
		(void)takew(v, "then");
		if (!line_end(v)) { /* on one line */
			struct ws_node *b = ws_node(v->p.w, S_BLOCK, wp_at(&v->p));
			struct wp_list in = { 0 };

			while (!wp_end(&v->p) && !word(v, "else") && !word(v, "end")) {
				uint32_t was = v->p.i;

				wp_append(&in, statement(v));
				if (wp_at(&v->p)->kind == TK_LINE && wp_at(&v->p)->text.n && v->p.w->text.n > wp_at(&v->p)->at &&
				    v->p.w->text.p[wp_at(&v->p)->at] == ':')
					wp_step(&v->p);
				else if (wp_at(&v->p)->kind == TK_LINE)
					break;
				if (v->p.i == was)
					wp_step(&v->p);
			}
			b->a = in.first;
			n->b = ws_built(v->p.w, b);
			if (takew(v, "else"))
				n->c = statement(v);
			else if (word(v, "end") && wp_word_at(&v->p, 1, "if"))
				v->p.i += 2;
			wp_append(&l, ws_built(v->p.w, n));
			list->a = l.first;
			return ws_built(v->p.w, list);
		}
		n->b = block(v, ends);
		wp_append(&l, ws_built(v->p.w, n));
	} while (word(v, "elseif") || (word(v, "else") && wp_word_at(&v->p, 1, "if") && (wp_step(&v->p), true)));
	if (takew(v, "else")) {
		n->c = block(v, ends);
		ws_built(v->p.w, n);
	}
	end_of(v, "if");
	list->a = l.first;
	return ws_built(v->p.w, list);
}

static struct ws_node *for_statement(struct vb *v, const struct ws_token *at)
{
	static const char *const ends[] = { "next", NULL };
	struct ws_node *n, *to;

	wp_step(&v->p);
	if (takew(v, "each")) {
		n = ws_node(v->p.w, S_EACH, at);
		n->b = ws_node(v->p.w, X_VAR, wp_at(&v->p));
		wp_step(&v->p);
		if (takew(v, "as")) {
			wp_step(&v->p);
			while (wp_take(&v->p, OP1('.')))
				wp_step(&v->p);
		}
		(void)takew(v, "in");
		n->a = expr(v);
		n->c = block(v, ends);
	} else {
		struct ws_node *set = ws_node(v->p.w, X_ASSIGN, at), *name1, *name2, *step = NULL, *cond, *add;
		struct ws_node *body;

		n = ws_node(v->p.w, S_LOOP, at);
		name1 = ws_node(v->p.w, X_NAME, wp_at(&v->p));
		name2 = ws_node(v->p.w, X_NAME, wp_at(&v->p));
		set->op = OP1('=');
		set->a = name1;
		wp_step(&v->p);
		if (takew(v, "as"))
			wp_step(&v->p);
		(void)wp_take(&v->p, OP1('='));
		set->b = expr(v);
		n->a = ws_built(v->p.w, set);
		(void)takew(v, "to");
		to = expr(v);
		if (takew(v, "step"))
			step = expr(v);
		if (to) {
			bool down = step && step->kind == X_UN;

			cond = ws_join(v->p.w, down ? OP2('>', '=') : OP2('<', '='), name2, to, at);
			n->b = cond;
		}
		body = block(v, ends);
		add = ws_node(v->p.w, X_ASSIGN, at);
		add->op = OP2('+', '=');
		add->a = ws_node(v->p.w, X_NAME, NULL);
		add->a->text = name1->text;
		add->b = step ? step : ws_node(v->p.w, X_NUM, NULL);
		if (!step)
			add->b->text = FB_LIT("1");
		add->flags |= WN_STEP;
		ws_built(v->p.w, add);
		if (body->kind == S_BLOCK) {
			struct ws_node **last = &body->a;

			while (*last)
				last = &(*last)->next;
			*last = add;
			ws_built(v->p.w, body);
		}
		n->c = body;
	}
	if (takew(v, "next"))
		to_line_end(v);
	return ws_built(v->p.w, n);
}

static struct ws_node *do_statement(struct vb *v, const struct ws_token *at)
{
	static const char *const loops[] = { "loop", NULL }, *const wends[] = { "wend", "end", NULL };
	struct ws_node *n = ws_node(v->p.w, S_LOOP, at);
	bool is_do = word(v, "do");

	wp_step(&v->p);
	if (is_do && (word(v, "while") || word(v, "until"))) {
		bool until = word(v, "until");

		wp_step(&v->p);
		n->b = expr(v);
		if (until && n->b) {
			struct ws_node *u = ws_node(v->p.w, X_UN, at);

			u->op = OP1('!');
			u->a = n->b;
			n->b = ws_built(v->p.w, u);
		}
	} else if (!is_do) {
		n->b = expr(v);
	}
	n->c = block(v, is_do ? loops : wends);
	if (is_do && takew(v, "loop")) {
		if (takew(v, "while") || takew(v, "until"))
			(void)expr(v);
	} else if (!takew(v, "wend")) {
		end_of(v, "while");
	}
	return ws_built(v->p.w, n);
}

static struct ws_node *select_statement(struct vb *v, const struct ws_token *at)
{
	static const char *const ends[] = { "case", "end", NULL };
	struct ws_node *n = ws_node(v->p.w, S_BLOCK, at);
	struct wp_list l = { 0 };

	wp_step(&v->p);
	(void)takew(v, "case");
	wp_append(&l, expr(v));
	to_line_end(v);
	while (!wp_end(&v->p) && !word(v, "end")) {
		uint32_t was = v->p.i;

		if (takew(v, "case")) {
			struct ws_node *one = ws_node(v->p.w, S_IF, at);

			while (!line_end(v))
				wp_step(&v->p);
			one->b = block(v, ends);
			wp_append(&l, ws_built(v->p.w, one));
		}
		if (v->p.i == was)
			wp_step(&v->p);
	}
	end_of(v, "select");
	n->a = l.first;
	return ws_built(v->p.w, n);
}

static struct ws_node *with_statement(struct vb *v, const struct ws_token *at)
{
	static const char *const ends[] = { "end", NULL };
	struct ws_node *n = ws_node(v->p.w, S_BLOCK, at), *was = v->with;
	struct wp_list l = { 0 };
	bool with = word(v, "with");

	wp_step(&v->p);
	if (with) {
		v->with = expr(v);
		if (v->with && v->with->kind != X_NAME) {
			/* What is made here is made once. */
			struct ws_node *d = ws_node(v->p.w, X_ASSIGN, at), *name1 = ws_node(v->p.w, X_NAME, at),
				       *name2 = ws_node(v->p.w, X_NAME, at);

			name1->text = name2->text = FB_LIT("\1with");
			d->op = OP1('=');
			d->a = name1;
			d->b = v->with;
			wp_append(&l, ws_built(v->p.w, d));
			v->with = name2;
		}
	} else {
		wp_append(&l, dim(v, at));
	}
	to_line_end(v);
	wp_append(&l, block(v, ends));
	end_of(v, with ? "with" : "using");
	v->with = was;
	n->a = l.first;
	return ws_built(v->p.w, n);
}

static struct ws_node *try_statement(struct vb *v, const struct ws_token *at)
{
	static const char *const ends[] = { "catch", "finally", "end", NULL };
	struct ws_node *n = ws_node(v->p.w, S_BLOCK, at);
	struct wp_list l = { 0 };

	wp_step(&v->p);
	wp_append(&l, block(v, ends));
	while (word(v, "catch") || word(v, "finally")) {
		struct ws_node *one = ws_node(v->p.w, S_IF, at);

		to_line_end(v);
		one->b = block(v, ends);
		wp_append(&l, ws_built(v->p.w, one));
	}
	end_of(v, "try");
	n->a = l.first;
	return ws_built(v->p.w, n);
}

static struct ws_node *class_statement(struct vb *v, const struct ws_token *at)
{
	static const char *const ends[] = { "end", NULL };
	struct ws_node *n = ws_node(v->p.w, S_CLASS, at);
	const struct ws_token *kind = wp_at(&v->p);

	wp_step(&v->p);
	n->text = wp_at(&v->p)->text;
	to_line_end(v);
	n->b = block(v, ends);
	if (word(v, "end") && wp_ahead(&v->p, 1)->kind == TK_NAME && fb_slice_ieq(wp_ahead(&v->p, 1)->text, kind->text))
		v->p.i += 2;
	return ws_built(v->p.w, n);
}

/* x = y, x y, z, x(y) */
static struct ws_node *plain(struct vb *v, const struct ws_token *at)
{
	struct ws_node *a = postfix(v), *n;
	struct wp_list l = { 0 };
	uint32_t op = wp_at(&v->p)->kind == TK_OP ? wp_at(&v->p)->op : 0;

	if (!a)
		return NULL;
	if (op == OP1('=') || op == OP2('+', '=') || op == OP2('&', '=') || op == OP2('-', '=') || op == OP2('*', '=') ||
	    (op == OP1('&') && wp_ahead(&v->p, 1)->kind == TK_OP && wp_ahead(&v->p, 1)->op == OP1('='))) {
		n = ws_node(v->p.w, X_ASSIGN, at);
		n->op = op == OP2('&', '=') || op == OP1('&') ? OP2('.', '=') : op;
		wp_step(&v->p);
		if (op == OP1('&'))
			wp_step(&v->p);
		n->a = a;
		n->b = expr(v);
		return ws_built(v->p.w, n);
	}
	if (line_end(v) || (wp_at(&v->p)->kind == TK_NAME && (word(v, "else") || word(v, "end"))))
		return a;
	/* f (x) & y : all of it is the argument */
	if (wp_at(&v->p)->kind == TK_OP && a->kind == X_CALL && a->b && !a->b->next && op != OP1(',')) {
		uint32_t how = 0;
		struct ws_node *rest;

		if (binds(wp_at(&v->p), &how)) {
			wp_step(&v->p);
			rest = expr(v);
			if (rest)
				a->b = ws_join(v->p.w, how, a->b, rest, at);
			return ws_built(v->p.w, a);
		}
	}
	n = ws_node(v->p.w, X_CALL, at);
	n->line = a->line;
	n->at = a->at;
	n->a = a;
	while (!line_end(v)) {
		uint32_t was = v->p.i;

		if (wp_take(&v->p, OP1(',')))
			continue;
		if (word(v, "else") || word(v, "end"))
			break;
		wp_append(&l, expr(v));
		if (v->p.i == was)
			wp_step(&v->p);
	}
	n->b = l.first;
	return ws_built(v->p.w, n);
}

static struct ws_node *given(struct vb *v, enum ws_kind kind, const struct ws_token *at)
{
	struct ws_node *n = ws_node(v->p.w, kind, at);

	wp_step(&v->p);
	if (!line_end(v))
		n->a = expr(v);
	return ws_built(v->p.w, n);
}

static struct ws_node *worded(struct vb *v, const struct ws_token *at, bool web)
{
	static const char *const passed[] = { "option", "on", "exit", "imports", "inherits", "implements", "goto", "erase", "resume",
					      "redim", "raiseevent", "addhandler", "continue", "end", "loop", "next", "wend", NULL };

	if (word(v, "dim") || word(v, "const")) {
		wp_step(&v->p);
		return dim(v, at);
	}
	if (word(v, "sub") || word(v, "function") || word(v, "property"))
		return procedure(v, web);
	if (word(v, "if"))
		return if_statement(v);
	if (word(v, "for"))
		return for_statement(v, at);
	if (word(v, "do") || word(v, "while"))
		return do_statement(v, at);
	if (word(v, "select"))
		return select_statement(v, at);
	if (word(v, "with") || word(v, "using"))
		return with_statement(v, at);
	if (word(v, "try"))
		return try_statement(v, at);
	if (word(v, "class") || word(v, "module") || word(v, "namespace") || word(v, "structure"))
		return class_statement(v, at);
	if (word(v, "set") || word(v, "let") || word(v, "call")) {
		wp_step(&v->p);
		return plain(v, wp_at(&v->p));
	}
	if (word(v, "echo"))
		return given(v, S_ECHO, at);
	if (word(v, "return"))
		return given(v, S_RETURN, at);
	if (word(v, "throw"))
		return given(v, S_ECHO, at);
	if (wp_one_of(at->text, passed)) {
		to_line_end(v);
		return NULL;
	}
	return plain(v, at);
}

static struct ws_node *statement(struct vb *v)
{
	const struct ws_token *at;
	struct ws_node *n = NULL;
	bool web = false;

	if (!wp_enter(&v->p))
		return NULL;
	while (wp_op(&v->p, OP1('<')) && !wp_end(&v->p)) { /* <WebMethod()> */
		while (!line_end(v) && !wp_op(&v->p, OP1('>'))) {
			web = web || word(v, "webmethod");
			wp_step(&v->p);
		}
		wp_step(&v->p);
	}
	while (wp_at(&v->p)->kind == TK_NAME && wp_one_of(wp_at(&v->p)->text, modifiers) && wp_ahead(&v->p, 1)->kind == TK_NAME) {
		bool field = !wp_word_at(&v->p, 1, "sub") && !wp_word_at(&v->p, 1, "function") && !wp_word_at(&v->p, 1, "class") &&
			     !wp_word_at(&v->p, 1, "property") && !wp_word_at(&v->p, 1, "const") && !wp_word_at(&v->p, 1, "module") &&
			     !wp_word_at(&v->p, 1, "dim") && !wp_word_at(&v->p, 1, "structure") && !wp_word_at(&v->p, 1, "event") &&
			     !wp_one_of(wp_ahead(&v->p, 1)->text, modifiers);

		wp_step(&v->p);
		if (field) {
			n = dim(v, wp_at(&v->p));
			wp_leave(&v->p);
			return n;
		}
	}
	at = wp_at(&v->p);
	if (at->kind == TK_NAME)
		n = worded(v, at, web);
	else if (at->kind == TK_OP && at->op == OP1('.'))
		n = plain(v, at);
	else if (at->kind != TK_LINE)
		n = expr(v);
	wp_leave(&v->p);
	return n;
}

static struct ws_node *block(struct vb *v, const char *const *ends)
{
	struct ws_node *n = ws_node(v->p.w, S_BLOCK, wp_at(&v->p));
	struct wp_list l = { 0 };

	while (!wp_end(&v->p)) {
		uint32_t was = v->p.i;

		if (wp_at(&v->p)->kind == TK_LINE || wp_at(&v->p)->kind == TK_HTML) {
			wp_step(&v->p);
			continue;
		}
		if (ends && wp_at(&v->p)->kind == TK_NAME && wp_one_of(wp_at(&v->p)->text, ends) &&
		    (!word(v, "end") || wp_ahead(&v->p, 1)->kind == TK_NAME))
			break;
		wp_append(&l, statement(v));
		if (v->p.i == was)
			wp_step(&v->p);
	}
	n->a = l.first;
	return ws_built(v->p.w, n);
}

struct ws_node *ws_parse_vb(struct ws_file *w, const struct ws_tokens *t)
{
	struct vb v = { .p = { .w = w, .t = t } };

	return t->n ? block(&v, NULL) : NULL;
}
