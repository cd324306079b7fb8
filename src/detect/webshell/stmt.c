/* Statements of PHP, C#, Java and JScript. */
#include "detect/webshell/parse.h"

static bool php(const struct parser *p)
{
	return p->t->lang == WS_PHP;
}

static struct ws_node *block_until(struct parser *p, const char *const *words)
{
	struct ws_node *n = ws_node(p->w, S_BLOCK, wp_at(p));
	struct wp_list l = { 0 };

	while (!wp_end(p)) {
		uint32_t was = p->i;

		if (words ? wp_at(p)->kind == TK_NAME && wp_one_of(wp_at(p)->text, words) : wp_op(p, OP1('}')))
			break;
		wp_append(&l, wp_statement(p));
		if (p->i == was)
			wp_step(p);
	}
	n->a = l.first;
	return ws_built(p->w, n);
}

/* A statement, or ": … endX;". */
static struct ws_node *body(struct parser *p, const char *const *ends)
{
	struct ws_node *n;

	if (php(p) && wp_take(p, OP1(':'))) {
		n = block_until(p, ends);
		return n;
	}
	return wp_statement(p);
}

/* "( … )" as an expression. */
static struct ws_node *condition(struct parser *p)
{
	struct ws_node *n;
	bool was = p->no_body;

	if (!wp_take(p, OP1('(')))
		return NULL;
	p->no_body = false;
	n = wp_expr(p);
	while (wp_take(p, OP1(','))) {
		struct ws_node *m = wp_expr(p);

		if (n && m)
			n = ws_join(p->w, OP2('&', '&'), n, m, wp_at(p));
	}
	p->no_body = was;
	while (!wp_end(p) && !wp_take(p, OP1(')'))) {
		if (wp_op(p, OP1('{')) || wp_op(p, OP1(';')))
			break;
		if (wp_op(p, OP1('(')) || wp_op(p, OP1('[')))
			wp_skip(p);
		else
			wp_step(p);
	}
	return n;
}

/* The chain of else ifs is one list of statements: what a branch changes does not depend
 * on the others here, and a long chain must not become deep. */
static struct ws_node *if_statement(struct parser *p)
{
	static const char *const ends[] = { "elseif", "else", "endif", NULL };
	struct ws_node *n = ws_node(p->w, S_BLOCK, wp_at(p)), *last = NULL;
	struct wp_list l = { 0 };

	for (;;) {
		struct ws_node *one = ws_node(p->w, S_IF, wp_at(p));
		bool alt;

		wp_step(p);
		one->a = condition(p);
		alt = php(p) && wp_op(p, OP1(':'));
		one->b = body(p, ends);
		if (alt && !wp_word(p, "else") && !wp_word(p, "elseif")) {
			(void)wp_takew(p, "endif");
			(void)wp_take(p, OP1(';'));
		}
		wp_append(&l, ws_built(p->w, one));
		last = one;
		if (wp_word(p, "elseif"))
			continue;
		if (wp_word(p, "else") && wp_word_at(p, 1, "if")) {
			wp_step(p);
			continue;
		}
		if (wp_takew(p, "else")) {
			alt = php(p) && wp_op(p, OP1(':'));
			last->c = body(p, ends);
			ws_built(p->w, last);
			if (alt) {
				(void)wp_takew(p, "endif");
				(void)wp_take(p, OP1(';'));
			}
		}
		break;
	}
	if (l.first == l.last && l.first)
		return l.first;
	n->a = l.first;
	return ws_built(p->w, n);
}

static struct ws_node *with_step(struct parser *p, struct ws_node *b, struct ws_node *step)
{
	struct ws_node *n;
	struct wp_list l = { 0 };

	if (!step)
		return b;
	n = ws_node(p->w, S_BLOCK, NULL);
	wp_append(&l, b);
	for (struct ws_node *s = step; s; s = s->next)
		s->flags |= WN_STEP;
	if (l.last)
		l.last->next = step;
	else
		l.first = step;
	n->a = l.first;
	return ws_built(p->w, n);
}

/* for (a; b; c) and for (Type x : y), behind "for". */
static struct ws_node *for_statement(struct parser *p, const struct ws_token *at)
{
	static const char *const ends[] = { "endfor", NULL };
	struct ws_node *n = ws_node(p->w, S_LOOP, at), *step;
	uint32_t type;
	bool alt;

	if (!wp_take(p, OP1('(')))
		return n;
	type = wp_type(p, 0);
	if (wp_word(p, "var") || wp_word(p, "let") || wp_word(p, "final"))
		type = wp_type(p, 0);
	if (!php(p) && type && wp_ahead(p, type)->kind == TK_NAME && wp_ahead(p, type + 1)->kind == TK_OP &&
	    wp_ahead(p, type + 1)->op == OP1(':')) {
		struct ws_node *e = ws_node(p->w, S_EACH, at);

		p->i += type;
		e->b = ws_node(p->w, X_VAR, wp_at(p));
		p->i += 2;
		e->a = wp_expr(p);
		(void)wp_take(p, OP1(')'));
		e->c = wp_statement(p);
		return ws_built(p->w, e);
	}
	if (p->t->lang == WS_JSCRIPT && wp_word_at(p, type ? type + 1 : 1, "in")) {
		struct ws_node *e = ws_node(p->w, S_EACH, at);

		p->i += type;
		e->b = ws_node(p->w, X_VAR, wp_at(p));
		p->i += 2;
		e->a = wp_expr(p);
		(void)wp_take(p, OP1(')'));
		e->c = wp_statement(p);
		return ws_built(p->w, e);
	}
	if (!wp_op(p, OP1(';'))) {
		struct wp_list l = { 0 };
		struct ws_node *b = ws_node(p->w, S_BLOCK, at);

		do {
			wp_append(&l, php(p) ? wp_expr(p) : wp_statement(p));
		} while (php(p) && wp_take(p, OP1(',')));
		b->a = l.first;
		n->a = ws_built(p->w, b);
	}
	if (php(p) || wp_op(p, OP1(';')))
		(void)wp_take(p, OP1(';'));
	if (!wp_op(p, OP1(';')))
		n->b = wp_expr(p);
	while (wp_take(p, OP1(',')))
		n->b = wp_expr(p);
	(void)wp_take(p, OP1(';'));
	step = wp_args(p, OP1(')'));
	alt = php(p) && wp_op(p, OP1(':'));
	n->c = with_step(p, body(p, ends), step);
	if (alt)
		(void)wp_takew(p, "endfor");
	return ws_built(p->w, n);
}

static struct ws_node *each_statement(struct parser *p, const struct ws_token *at)
{
	static const char *const ends[] = { "endforeach", NULL };
	struct ws_node *n = ws_node(p->w, S_EACH, at);
	uint32_t type;
	bool alt;

	if (!wp_take(p, OP1('(')))
		return n;
	if (!php(p)) {
		type = wp_type(p, 0);
		p->i += type;
		n->b = ws_node(p->w, X_VAR, wp_at(p));
		wp_step(p);
		(void)wp_takew(p, "in");
		n->a = wp_expr(p);
		(void)wp_take(p, OP1(')'));
		n->c = wp_statement(p);
		return ws_built(p->w, n);
	}
	n->a = wp_expr(p);
	if (wp_takew(p, "as")) {
		n->b = wp_expr(p);
		if (wp_take(p, OP2('=', '>')) && n->b) {
			struct ws_node *key = n->b;

			n->b = wp_expr(p);
			if (n->b)
				n->b->next = key;
		}
	}
	while (!wp_end(p) && !wp_take(p, OP1(')')) && !wp_op(p, OP1('{')))
		wp_step(p);
	alt = wp_op(p, OP1(':'));
	n->c = body(p, ends);
	if (alt)
		(void)wp_takew(p, "endforeach");
	return ws_built(p->w, n);
}

static struct ws_node *while_statement(struct parser *p, const struct ws_token *at)
{
	static const char *const ends[] = { "endwhile", NULL };
	struct ws_node *n = ws_node(p->w, S_LOOP, at);
	bool alt;

	n->b = condition(p);
	alt = php(p) && wp_op(p, OP1(':'));
	n->c = body(p, ends);
	if (alt)
		(void)wp_takew(p, "endwhile");
	return ws_built(p->w, n);
}

static struct ws_node *do_statement(struct parser *p, const struct ws_token *at)
{
	struct ws_node *n = ws_node(p->w, S_LOOP, at);

	n->flags |= WN_TIGHT;
	n->c = wp_statement(p);
	if (wp_takew(p, "while"))
		n->b = condition(p);
	return ws_built(p->w, n);
}

/* Each case is a branch that may be taken. */
static struct ws_node *switch_statement(struct parser *p, const struct ws_token *at)
{
	static const char *const ends[] = { "case", "default", "endswitch", NULL };
	struct ws_node *n = ws_node(p->w, S_BLOCK, at);
	struct wp_list l = { 0 };
	bool alt;

	wp_append(&l, condition(p));
	alt = php(p) && wp_take(p, OP1(':'));
	if (!alt && !wp_take(p, OP1('{')))
		return ws_built(p->w, n);
	while (!wp_end(p) && !wp_op(p, OP1('}')) && !wp_word(p, "endswitch")) {
		struct ws_node *one = ws_node(p->w, S_IF, wp_at(p)), *b;
		struct wp_list in = { 0 };
		uint32_t was = p->i;

		if (wp_takew(p, "case")) {
			(void)wp_expr(p);
		} else {
			(void)wp_takew(p, "default");
		}
		(void)(wp_take(p, OP1(':')) || wp_take(p, OP1(';')) || wp_take(p, OP2('-', '>')) || wp_take(p, OP2('=', '>')));
		b = ws_node(p->w, S_BLOCK, wp_at(p));
		while (!wp_end(p) && !wp_op(p, OP1('}')) &&
		       !(wp_at(p)->kind == TK_NAME && wp_one_of(wp_at(p)->text, ends))) {
			uint32_t at2 = p->i;

			wp_append(&in, wp_statement(p));
			if (p->i == at2)
				wp_step(p);
		}
		b->a = in.first;
		one->b = ws_built(p->w, b);
		wp_append(&l, ws_built(p->w, one));
		if (p->i == was)
			wp_step(p);
	}
	if (alt)
		(void)wp_takew(p, "endswitch");
	else
		(void)wp_take(p, OP1('}'));
	n->a = l.first;
	return ws_built(p->w, n);
}

/* try { } catch (T x) { } finally { } : one behind the other. */
static struct ws_node *try_statement(struct parser *p, const struct ws_token *at)
{
	struct ws_node *n = ws_node(p->w, S_BLOCK, at);
	struct wp_list l = { 0 };

	if (wp_op(p, OP1('(')) && !php(p)) { /* resources */
		wp_step(p);
		while (!wp_end(p) && !wp_take(p, OP1(')'))) {
			uint32_t was = p->i;

			wp_append(&l, wp_statement(p));
			if (p->i == was)
				wp_step(p);
		}
	}
	wp_append(&l, wp_statement(p));
	while (wp_word(p, "catch") || wp_word(p, "finally")) {
		struct ws_node *one = ws_node(p->w, S_IF, wp_at(p));

		wp_step(p);
		if (wp_op(p, OP1('(')))
			wp_skip(p);
		if (wp_takew(p, "when") && wp_op(p, OP1('(')))
			wp_skip(p);
		one->b = wp_statement(p);
		wp_append(&l, ws_built(p->w, one));
	}
	n->a = l.first;
	return ws_built(p->w, n);
}

/* ---- classes ---- */

struct ws_node *wp_class_body(struct parser *p)
{
	struct ws_node *n;

	if (!wp_take(p, OP1('{')))
		return NULL;
	if (!wp_enter(p))
		return NULL;
	n = block_until(p, NULL);
	(void)wp_take(p, OP1('}'));
	wp_leave(p);
	return n;
}

/* Behind "class". */
static struct ws_node *class_statement(struct parser *p, const struct ws_token *at)
{
	struct ws_node *n = ws_node(p->w, S_CLASS, at);

	n->text = wp_at(p)->kind == TK_NAME ? wp_at(p)->text : FB_LIT("");
	wp_step(p);
	while (!wp_end(p) && !wp_op(p, OP1('{')) && !wp_op(p, OP1(';'))) {
		if (wp_at(p)->kind == TK_NAME && !wp_word(p, "extends") && !wp_word(p, "implements") && !n->a) {
			n->a = ws_node(p->w, X_NAME, wp_at(p));
		}
		wp_step(p);
	}
	p->w->part = p->w->part || (php(p) && n->a && !p->w->nest);
	n->b = wp_class_body(p);
	return ws_built(p->w, n);
}

static const char *const modifiers[] = {
	"public", "private", "protected", "internal", "static", "final", "abstract", "override", "virtual", "async", "unsafe",
	"extern", "readonly", "sealed", "partial", "synchronized", "native", "transient", "volatile", "const", "strictfp",
	"default", "fixed", "expando", "hide", "let", "var", NULL
};

/* [Attribute] and @Annotation(…); true with *web: it makes a method callable from outside. */
static bool attribute(struct parser *p, bool *web)
{
	if (p->t->lang == WS_CSHARP && wp_op(p, OP1('[')) &&
	    (wp_ahead(p, 1)->kind == TK_NAME)) {
		for (uint32_t i = 1; i < 12; i++)
			*web = *web || wp_word_at(p, i, "WebMethod") || wp_word_at(p, i, "WebMethodAttribute") ||
			       wp_word_at(p, i, "OperationContract");
		wp_skip(p);
		return true;
	}
	if (p->t->lang == WS_JAVA && wp_op(p, OP1('@')) && !wp_word_at(p, 1, "interface")) {
		wp_step(p);
		p->i += wp_type(p, 0);
		if (wp_op(p, OP1('(')))
			wp_skip(p);
		return true;
	}
	if (php(p) && wp_op(p, OP1('#')) && wp_ahead(p, 1)->op == OP1('[')) {
		wp_step(p);
		wp_skip(p);
		return true;
	}
	return false;
}

/* Behind a type of which `type` tokens stand here, a name follows: a method, a property,
 * or variables. */
static struct ws_node *declaration(struct parser *p, uint32_t type, bool web)
{
	struct wp_list l = { 0 };
	struct ws_node *n = ws_node(p->w, S_BLOCK, wp_at(p)), *tn = ws_node(p->w, X_NAME, wp_at(p));

	tn->text = wp_type_name(p, type);
	p->i += type;
	if (wp_ahead(p, 1)->kind == TK_OP && (wp_ahead(p, 1)->op == OP1('(') || wp_ahead(p, 1)->op == OP1('{'))) {
		const struct ws_token *at = wp_at(p);
		struct ws_node *f;

		wp_step(p);
		f = wp_function(p, at->text, at);
		f->flags |= web ? WN_WEB : 0;
		(void)wp_take(p, OP1(';'));
		return f;
	}
	do {
		struct ws_node *d = ws_node(p->w, S_DECL, wp_at(p));

		if (wp_at(p)->kind != TK_NAME)
			break;
		d->b = ws_node(p->w, X_NAME, NULL);
		d->b->text = tn->text;
		wp_step(p);
		while (wp_op(p, OP1('[')) && wp_ahead(p, 1)->op == OP1(']'))
			p->i += 2;
		if (wp_take(p, OP1('=')))
			d->a = wp_expr(p);
		wp_append(&l, ws_built(p->w, d));
	} while (wp_take(p, OP1(',')));
	n->a = l.first;
	return l.first == l.last && l.first ? l.first : ws_built(p->w, n);
}

/* var x : Type = value, x = …  of JScript */
static struct ws_node *js_vars(struct parser *p)
{
	struct wp_list l = { 0 };
	struct ws_node *n = ws_node(p->w, S_BLOCK, wp_at(p));

	do {
		struct ws_node *d = ws_node(p->w, S_DECL, wp_at(p));

		if (wp_at(p)->kind != TK_NAME)
			break;
		wp_step(p);
		if (wp_take(p, OP1(':'))) {
			uint32_t type = wp_type(p, 0);

			d->b = ws_node(p->w, X_NAME, wp_at(p));
			d->b->text = wp_type_name(p, type);
			p->i += type;
		}
		if (wp_take(p, OP1('=')))
			d->a = wp_expr(p);
		wp_append(&l, ws_built(p->w, d));
	} while (wp_take(p, OP1(',')));
	n->a = l.first;
	return ws_built(p->w, n);
}

/* ---- statements by language ---- */

static void to_semicolon(struct parser *p)
{
	while (!wp_end(p) && !wp_op(p, OP1(';')) && !wp_op(p, OP1('}')) && wp_at(p)->kind != TK_HTML)
		if (wp_op(p, OP1('(')) || wp_op(p, OP1('[')) || wp_op(p, OP1('{')))
			wp_skip(p);
		else
			wp_step(p);
	(void)wp_take(p, OP1(';'));
}

static struct ws_node *simple_list(struct parser *p, enum ws_kind kind, const struct ws_token *at)
{
	struct ws_node *n = ws_node(p->w, kind, at);
	struct wp_list l = { 0 };

	do {
		wp_append(&l, wp_expr(p));
	} while (wp_take(p, OP1(',')));
	n->a = l.first;
	return ws_built(p->w, n);
}

/* What starts with a word in PHP; NULL: an expression, or no statement of its own. */
static struct ws_node *php_statement(struct parser *p, const struct ws_token *at)
{
	struct ws_node *n;

	if (wp_word(p, "function") && (wp_ahead(p, 1)->kind == TK_NAME ||
				       (wp_ahead(p, 1)->op == OP1('&') && wp_ahead(p, 2)->kind == TK_NAME))) {
		wp_step(p);
		(void)wp_take(p, OP1('&'));
		at = wp_at(p);
		wp_step(p);
		return wp_function(p, at->text, at);
	}
	if ((wp_word(p, "class") || wp_word(p, "trait") || wp_word(p, "interface") || wp_word(p, "enum")) &&
	    wp_ahead(p, 1)->kind == TK_NAME) {
		wp_step(p);
		return class_statement(p, at);
	}
	if (wp_word(p, "global") || ((wp_word(p, "static") || wp_word(p, "var") || wp_word(p, "public") || wp_word(p, "private") ||
				      wp_word(p, "protected")) && wp_ahead(p, 1)->kind == TK_VAR)) {
		bool global = wp_word(p, "global");

		wp_step(p);
		n = simple_list(p, global ? S_GLOBAL : S_BLOCK, at);
		(void)wp_take(p, OP1(';'));
		return n;
	}
	if ((wp_word(p, "public") || wp_word(p, "private") || wp_word(p, "protected") || wp_word(p, "final") || wp_word(p, "abstract") ||
	     wp_word(p, "readonly") || wp_word(p, "static")) && wp_ahead(p, 1)->kind != TK_OP) {
		/* a type before the variable */
		wp_step(p);
		if (wp_at(p)->kind == TK_NAME && wp_ahead(p, 1)->kind == TK_VAR)
			wp_step(p);
		return wp_statement(p);
	}
	if (wp_word(p, "const") && wp_ahead(p, 1)->kind == TK_NAME) {
		wp_step(p);
		n = simple_list(p, S_BLOCK, at);
		for (struct ws_node *c = n->a; c; c = c->next)
			if (c->kind == X_ASSIGN && c->a)
				c->a->flags |= WN_CONST;
		(void)wp_take(p, OP1(';'));
		return n;
	}
	if (wp_word(p, "namespace") && wp_ahead(p, 1)->kind == TK_NAME && !p->w->nest)
		p->w->part = true;
	if (wp_word(p, "namespace") || wp_word(p, "use") || wp_word(p, "goto") || wp_word(p, "declare")) {
		wp_step(p);
		while (!wp_end(p) && !wp_op(p, OP1(';')) && !wp_op(p, OP1('{')))
			wp_step(p);
		if (!wp_take(p, OP1(';')) && wp_op(p, OP1('{')))
			return wp_statement(p);
		return NULL;
	}
	if (wp_word(p, "endif") || wp_word(p, "endwhile") || wp_word(p, "endfor") || wp_word(p, "endforeach") ||
	    wp_word(p, "endswitch")) {
		wp_step(p);
		(void)wp_take(p, OP1(';'));
		return NULL;
	}
	return NULL;
}

/* "Class" is a type of Java's. */
static bool class_word(const struct parser *p)
{
	static const char *const words[] = { "class", "interface", "struct", "enum", "record", "namespace" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (wp_at(p)->kind == TK_NAME && fb_slice_eqs(wp_at(p)->text, words[i]))
			return true;
	return false;
}

static struct ws_node *other_statement(struct parser *p, const struct ws_token *at, bool *done)
{
	bool web = false, any = false;
	uint32_t type;

	*done = true;
	while (attribute(p, &web))
		;
	if ((wp_word(p, "WebMethodAttribute") || wp_word(p, "WebMethod")) && wp_ahead(p, 1)->kind == TK_NAME) {
		web = true;
		wp_step(p);
	}
	if (wp_word(p, "import") || wp_word(p, "package") ||
	    (wp_word(p, "using") && (wp_ahead(p, 1)->kind == TK_NAME))) {
		to_semicolon(p);
		return NULL;
	}
	if (wp_word(p, "using") || wp_word(p, "lock") || wp_word(p, "synchronized") || wp_word(p, "fixed")) {
		if (wp_ahead(p, 1)->kind == TK_OP && wp_ahead(p, 1)->op == OP1('(')) {
			struct ws_node *n = ws_node(p->w, S_BLOCK, at);
			struct wp_list l = { 0 };

			p->i += 2;
			wp_append(&l, wp_statement(p));
			(void)wp_take(p, OP1(')'));
			wp_append(&l, wp_statement(p));
			n->a = l.first;
			return ws_built(p->w, n);
		}
	}
	if (p->t->lang == WS_JSCRIPT && (wp_word(p, "var") || wp_word(p, "let") || wp_word(p, "const"))) {
		struct ws_node *n;

		wp_step(p);
		n = js_vars(p);
		(void)wp_take(p, OP1(';'));
		return n;
	}
	while (wp_at(p)->kind == TK_NAME && wp_one_of(wp_at(p)->text, modifiers) && wp_ahead(p, 1)->kind == TK_NAME) {
		wp_step(p);
		any = true;
	}
	while (attribute(p, &web))
		;
	if (class_word(p) && wp_ahead(p, 1)->kind == TK_NAME) {
		wp_step(p);
		return class_statement(p, at);
	}
	if (wp_word(p, "function") && wp_ahead(p, 1)->kind == TK_NAME) {
		wp_step(p);
		struct ws_node *f;

		at = wp_at(p);
		wp_step(p);
		f = wp_function(p, at->text, at);
		f->flags |= web ? WN_WEB : 0;
		return f;
	}
	if (wp_op(p, OP1('<')) && any) /* <T> T name( */
		while (!wp_end(p) && !wp_take(p, OP1('>')))
			wp_step(p);
	type = wp_type(p, 0);
	if (type && wp_ahead(p, type)->kind == TK_NAME && !wp_word(p, "return") && !wp_word(p, "throw") && !wp_word(p, "new") &&
	    !wp_word(p, "echo") && !wp_word(p, "else") && !wp_word(p, "case") && !wp_word(p, "await") && !wp_word(p, "yield") &&
	    !wp_word(p, "goto") && !wp_word(p, "typeof") && !wp_word(p, "delete") && (p->t->lang == WS_JAVA || (!wp_word_at(p, type, "in") &&
	    !wp_word_at(p, type, "is") && !wp_word_at(p, type, "as"))) && !wp_word_at(p, type, "instanceof"))
		return declaration(p, type, web);
	/* A constructor, or the static part of a class. */
	if (any && type && wp_ahead(p, type)->kind == TK_OP && wp_ahead(p, type)->op == OP1('(')) {
		p->i += type;
		return wp_function(p, FB_LIT("__construct"), at);
	}
	*done = false;
	return NULL;
}

static struct ws_node *labelled(struct parser *p, const struct ws_token *at)
{
	if (wp_takew(p, "if")) {
		p->i--;
		return if_statement(p);
	}
	wp_step(p);
	if (fb_slice_ieq(at->text, FB_LIT("for")))
		return for_statement(p, at);
	if (fb_slice_ieq(at->text, FB_LIT("foreach")))
		return each_statement(p, at);
	if (fb_slice_ieq(at->text, FB_LIT("while")))
		return while_statement(p, at);
	if (fb_slice_ieq(at->text, FB_LIT("do")))
		return do_statement(p, at);
	if (fb_slice_ieq(at->text, FB_LIT("switch")))
		return switch_statement(p, at);
	return try_statement(p, at);
}

static struct ws_node *word_statement(struct parser *p, const struct ws_token *at, bool *done)
{
	static const char *const control[] = { "if", "for", "foreach", "while", "do", "switch", "try", NULL };
	struct ws_node *n = NULL;
	uint32_t was = p->i;

	*done = true;
	if (wp_one_of(at->text, control) && (wp_ahead(p, 1)->kind != TK_OP || wp_ahead(p, 1)->op == OP1('(') ||
					     wp_ahead(p, 1)->op == OP1('{')))
		return labelled(p, at);
	if (wp_takew(p, "echo")) {
		n = simple_list(p, S_ECHO, at);
	} else if (wp_takew(p, "return")) {
		n = ws_node(p->w, S_RETURN, at);
		if (!wp_op(p, OP1(';')))
			n->a = wp_expr(p);
		n = ws_built(p->w, n);
	} else if (wp_word(p, "break") || wp_word(p, "continue")) {
		n = ws_node(p->w, S_JUMP, at);
		n->op = wp_word(p, "break");
		to_semicolon(p);
		return n;
	} else if (wp_word(p, "else")) {
		wp_step(p);
		return wp_statement(p);
	} else if (php(p)) {
		n = php_statement(p, at);
		*done = n || p->i != was;
		return n;
	} else {
		return other_statement(p, at, done);
	}
	if (!wp_take(p, OP1(';')) && !wp_op(p, OP1('}')) && wp_at(p)->kind != TK_HTML && !wp_op(p, OP1(')')))
		to_semicolon(p);
	return n;
}

static struct ws_node *one(struct parser *p)
{
	const struct ws_token *at = wp_at(p);
	struct ws_node *n = NULL;
	bool done = false, web = false;

	if (at->kind == TK_HTML) {
		wp_step(p);
		return NULL;
	}
	if (wp_take(p, OP1(';')))
		return NULL;
	if (wp_op(p, OP1('{'))) {
		wp_step(p);
		n = block_until(p, NULL);
		(void)wp_take(p, OP1('}'));
		return n;
	}
	if (wp_op(p, OP1('[')) || wp_op(p, OP1('@')) || wp_op(p, OP1('#'))) {
		if (p->t->lang == WS_CSHARP && wp_op(p, OP1('['))) {
			n = other_statement(p, at, &done);
			if (done)
				return n;
		} else {
			while (attribute(p, &web))
				;
		}
		at = wp_at(p);
	}
	if (at->kind == TK_NAME) {
		n = word_statement(p, at, &done);
		if (done)
			return n;
		/* a label */
		if (wp_ahead(p, 1)->kind == TK_OP && wp_ahead(p, 1)->op == OP1(':') && wp_at(p)->kind == TK_NAME) {
			p->i += 2;
			return NULL;
		}
	}
	n = wp_expr(p);
	while (wp_take(p, OP1(','))) {
		struct ws_node *m = wp_expr(p);

		if (n && m)
			n = ws_join(p->w, OP1(','), n, m, at);
	}
	/* What the expression left of its line is looked at as expressions too, never
	 * passed over: a mistake here must not hide a call. */
	(void)wp_take(p, OP1(';'));
	return n;
}

struct ws_node *wp_statement(struct parser *p)
{
	struct ws_node *n;
	uint32_t was = p->i;

	if (!wp_enter(p))
		return NULL;
	n = one(p);
	wp_leave(p);
	if (p->i == was && !wp_end(p) && !wp_op(p, OP1('}')) && !wp_op(p, OP1(')')))
		wp_step(p);
	return n;
}

struct ws_node *ws_parse(struct ws_file *w, const struct ws_tokens *t)
{
	struct parser p = { .w = w, .t = t };
	struct wp_list l = { 0 };
	struct ws_node *n;

	if (!t->n)
		return NULL;
	while (!wp_end(&p)) {
		uint32_t was = p.i;

		wp_append(&l, wp_statement(&p));
		if (p.i == was)
			wp_step(&p);
	}
	n = ws_node(w, S_BLOCK, NULL);
	n->a = l.first;
	return ws_built(w, n);
}
