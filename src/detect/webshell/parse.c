/* Tokens of PHP, C#, Java and JScript to the tree. Tolerant: what it does not understand
 * it steps over, a token at a time, so that it always ends and no page escapes by one
 * strange line. Depth is counted; a function that could call itself asks enter(). */
#include "detect/webshell/parse.h"

#include <stdlib.h>

const struct ws_token *wp_at(const struct parser *p)
{
	return &p->t->v[p->i < p->t->n ? p->i : p->t->n];
}

const struct ws_token *wp_ahead(const struct parser *p, uint32_t n)
{
	return &p->t->v[n < p->t->n - p->i ? p->i + n : p->t->n];
}

void wp_step(struct parser *p)
{
	if (p->i < p->t->n)
		p->i++;
}

bool wp_op(const struct parser *p, uint32_t op)
{
	return wp_at(p)->kind == TK_OP && wp_at(p)->op == op;
}

bool wp_take(struct parser *p, uint32_t op)
{
	if (!wp_op(p, op))
		return false;
	wp_step(p);
	return true;
}

bool wp_word_at(const struct parser *p, uint32_t ahead, const char *word)
{
	const struct ws_token *t = wp_ahead(p, ahead);

	return t->kind == TK_NAME && fb_slice_ieq(t->text, fb_slice_str(word));
}

bool wp_word(const struct parser *p, const char *word)
{
	return wp_word_at(p, 0, word);
}

bool wp_takew(struct parser *p, const char *word)
{
	if (!wp_word(p, word))
		return false;
	wp_step(p);
	return true;
}

bool wp_enter(struct parser *p)
{
	if (p->depth >= FB_WEBSHELL_DEPTH) {
		p->w->cut = true;
		p->w->why = "it is nested too deeply";
		/* Whatever is inside is given up: to the end, or this would never be linear. */
		p->i = p->t->n;
		return false;
	}
	p->depth++;
	return true;
}

void wp_leave(struct parser *p)
{
	p->depth--;
}

bool wp_end(const struct parser *p)
{
	return p->i >= p->t->n || wp_at(p)->kind == TK_END || p->w->cut;
}

static bool php(const struct parser *p)
{
	return p->t->lang == WS_PHP;
}

void wp_append(struct wp_list *l, struct ws_node *n)
{
	if (!n || n->kind == X_NONE)
		return;
	if (l->last)
		l->last->next = n;
	else
		l->first = n;
	l->last = n;
}

struct ws_node *wp_string(struct parser *p, struct fb_slice s, const struct ws_token *at)
{
	struct ws_node *n = ws_node(p->w, X_STR, at);

	n->text = s;
	return n;
}

/* ---- texts with expressions in them ---- */

static size_t var_end(struct fb_slice s, size_t i)
{
	while (i < s.n && ((s.p[i] | 32) >= 'a' && (s.p[i] | 32) <= 'z' ? true : s.p[i] == '_' || s.p[i] >= 0x80 ||
			   (s.p[i] >= '0' && s.p[i] <= '9')))
		i++;
	return i;
}

/* The expression in s, which stands in braces in a text. */
static struct ws_node *inner(struct parser *p, struct fb_slice s, const struct ws_token *at)
{
	struct ws_tokens t = { .lang = p->t->lang };
	struct parser sub = { .w = p->w, .t = &t, .depth = p->depth };
	uint32_t line = p->w->place_line;
	struct ws_node *n = NULL;

	p->w->place_line = at->line;
	ws_lex(p->w, &t, s, 0, s.n, true);
	p->w->place_line = line;
	if (!t.n)
		return NULL;
	for (uint32_t i = 0; i <= t.n; i++)
		t.v[i].at = at->at;
	if (wp_enter(&sub)) {
		n = wp_expr(&sub);
		wp_leave(&sub);
	}
	return n;
}

static size_t brace_end(struct fb_slice s, size_t i)
{
	unsigned depth = 0;

	for (; i < s.n; i++) {
		if (s.p[i] == '{')
			depth++;
		else if (s.p[i] == '}' && --depth == 0)
			return i;
	}
	return s.n;
}

static void add_text(struct parser *p, struct wp_list *l, struct fb_slice s, const struct ws_token *at)
{
	struct ws_tokens t = { .lang = WS_PHP };
	uint8_t *q;
	size_t n;

	if (!s.n)
		return;
	/* Its escapes are those of a text without expressions. */
	if (php(p) && memchr(s.p, '\\', s.n)) {
		n = s.n + 2;
		(void)ws_bytes(p->w, n, &q);
		if (q) {
			q[0] = q[n - 1] = '"';
			memcpy(q + 1, s.p, s.n);
			ws_lex(p->w, &t, fb_slice(q, n), 0, n, true);
			if (t.n == 1 && t.v[0].kind == TK_STR)
				s = t.v[0].text;
		}
	}
	wp_append(l, wp_string(p, s, at));
}

/* "$name", "$name[key]", "$name->property": the part at i, which is set behind it. */
static struct ws_node *simple(struct parser *p, struct fb_slice s, size_t *i, const struct ws_token *at)
{
	struct ws_node *n = ws_node(p->w, X_VAR, at), *m;
	size_t end = var_end(s, *i + 1);

	n->text = fb_slice_sub(s, *i + 1, end - *i - 1);
	*i = end;
	if (end + 1 < s.n && s.p[end] == '[') {
		size_t close = end + 1;

		while (close < s.n && s.p[close] != ']')
			close++;
		m = ws_node(p->w, X_INDEX, at);
		m->a = n;
		m->b = wp_string(p, fb_slice_sub(s, end + 1, close - end - 1), at);
		if (m->b->text.n > 2 && (m->b->text.p[0] == '\'' || m->b->text.p[0] == '"'))
			m->b->text = fb_slice_sub(m->b->text, 1, m->b->text.n - 2);
		*i = close < s.n ? close + 1 : close;
		return ws_built(p->w, m);
	}
	if (end + 2 < s.n && s.p[end] == '-' && s.p[end + 1] == '>' && var_end(s, end + 2) > end + 2) {
		m = ws_node(p->w, X_MEMBER, at);
		m->a = n;
		m->text = fb_slice_sub(s, end + 2, var_end(s, end + 2) - end - 2);
		*i = var_end(s, end + 2);
		return ws_built(p->w, m);
	}
	return n;
}

static struct ws_node *parts(struct parser *p, const struct ws_token *at, enum ws_kind kind)
{
	struct fb_slice s = at->text;
	struct wp_list l = { 0 };
	struct ws_node *n;
	size_t from = 0, i = 0;

	while (i < s.n && !p->w->cut) {
		size_t open = s.n;

		if (s.p[i] == '\\') {
			i += 2;
			continue;
		}
		if (php(p) ? i + 1 < s.n && ((s.p[i] == '{' && s.p[i + 1] == '$') || (s.p[i] == '$' && s.p[i + 1] == '{'))
			   : s.p[i] == '{')
			open = i;
		if (open < s.n) {
			size_t brace = s.p[i] == '$' ? i + 1 : i, end = brace_end(s, brace);
			struct ws_node *e = inner(p, fb_slice_sub(s, brace + 1, end - brace - 1), at), *v = e;

			if (e && s.p[i] == '$' && e->kind == X_NAME) {
				e->kind = X_VAR;
			} else if (e && s.p[i] == '$') {
				v = ws_node(p->w, X_VARVAR, at);
				v->a = e;
				ws_built(p->w, v);
			}
			add_text(p, &l, fb_slice_sub(s, from, i - from), at);
			wp_append(&l, v);
			i = from = end < s.n ? end + 1 : end;
		} else if (php(p) && s.p[i] == '$' && i + 1 < s.n && var_end(s, i + 1) > i + 1) {
			add_text(p, &l, fb_slice_sub(s, from, i - from), at);
			wp_append(&l, simple(p, s, &i, at));
			from = i;
		} else {
			i++;
		}
	}
	if (from < s.n)
		add_text(p, &l, fb_slice_sub(s, from, s.n - from), at);
	n = ws_node(p->w, kind, at);
	n->a = l.first;
	return ws_built(p->w, n);
}

/* "text #expression# text" of CFML */
static struct ws_node *hashes(struct parser *p, const struct ws_token *at)
{
	struct ws_node *n = ws_node(p->w, X_CAT, at);
	struct wp_list l = { 0 };
	struct fb_slice s = at->text;
	size_t i = 0;

	while (i < s.n && !p->w->cut) {
		size_t hash = i, end;

		while (hash < s.n && s.p[hash] != '#')
			hash++;
		if (hash > i)
			wp_append(&l, wp_string(p, fb_slice_sub(s, i, hash - i), at));
		for (end = hash + 1; end < s.n && s.p[end] != '#';)
			end++;
		if (hash < s.n && end < s.n)
			wp_append(&l, inner(p, fb_slice_sub(s, hash + 1, end - hash - 1), at));
		i = end + 1;
	}
	n->a = l.first;
	return ws_built(p->w, n);
}

/* ---- pieces ---- */

/* A list in brackets whose opening one was taken, to past the closing one. */
struct ws_node *wp_args(struct parser *p, uint32_t close)
{
	struct wp_list l = { 0 };

	while (!wp_end(p) && !wp_take(p, close)) {
		uint32_t was = p->i;
		struct ws_node *n;
		bool spread;

		if (wp_take(p, OP1(',')))
			continue;
		if (wp_op(p, OP1(')')) || wp_op(p, OP1(']')) || wp_op(p, OP1('}')) || wp_op(p, OP1(';'))) {
			if (wp_op(p, OP1(';')) && close != OP1(')'))
				wp_step(p);
			else if (wp_op(p, OP1(';')))
				break; /* a bracket is missing */
			else
				wp_step(p);
			continue;
		}
		/* Names of arguments: x: value */
		if (wp_at(p)->kind == TK_NAME && wp_ahead(p, 1)->kind == TK_OP && wp_ahead(p, 1)->op == OP1(':') &&
		    close == OP1(')'))
			p->i += 2;
		if (wp_word(p, "ref") || wp_word(p, "out") || wp_word(p, "params"))
			wp_step(p);
		spread = wp_take(p, OP3('.', '.', '.'));
		if (spread && wp_op(p, OP1(')'))) { /* f(...): the function itself */
			n = ws_node(p->w, X_NAME, wp_at(p));
			n->text = FB_LIT("...");
			n->flags |= WN_SPREAD;
			wp_append(&l, n);
			continue;
		}
		(void)wp_take(p, OP1('&'));
		n = wp_expr(p);
		if (n && spread)
			n->flags |= WN_SPREAD;
		if (n && (wp_op(p, OP2('=', '>')) || (wp_op(p, OP1(':')) && close != OP1(')')))) {
			struct ws_node *pair = ws_node(p->w, X_PAIR, wp_at(p));

			wp_step(p);
			(void)wp_take(p, OP1('&'));
			if (n->kind == X_NAME)
				n->kind = X_STR;
			pair->a = n;
			pair->b = wp_expr(p);
			n = ws_built(p->w, pair);
		}
		wp_append(&l, n);
		if (p->i == was)
			wp_step(p);
	}
	return l.first;
}

/* Past a balanced bracket that stands here. */
void wp_skip(struct parser *p)
{
	uint32_t depth = 0;

	/* Where a limit was reached nothing more is read: who skips in a loop must see that. */
	if (wp_end(p))
		p->i = p->t->n;
	while (!wp_end(p)) {
		const struct ws_token *t = wp_at(p);

		wp_step(p);
		if (t->kind != TK_OP)
			continue;
		if (t->op == OP1('(') || t->op == OP1('[') || t->op == OP1('{'))
			depth++;
		else if (t->op == OP1(')') || t->op == OP1(']') || t->op == OP1('}'))
			if (depth <= 1 || --depth == 0)
				return;
	}
}

/* How many tokens from `from` on are a type: Name(.Name)*(<…>)?(?|[])*; 0: none. Looks no
 * further than a type can be. */
uint32_t wp_type(const struct parser *p, uint32_t from)
{
	uint32_t n = from;

	if (wp_ahead(p, n)->kind != TK_NAME)
		return 0;
	n++;
	while (wp_ahead(p, n)->kind == TK_OP && wp_ahead(p, n)->op == OP1('.') && wp_ahead(p, n + 1)->kind == TK_NAME &&
	       n < from + 24)
		n += 2;
	if (wp_ahead(p, n)->kind == TK_OP && wp_ahead(p, n)->op == OP1('<')) {
		uint32_t depth = 0, i = n;

		for (; i < from + 48; i++) {
			const struct ws_token *t = wp_ahead(p, i);

			if (t->kind == TK_OP && t->op == OP1('<'))
				depth++;
			else if (t->kind == TK_OP && t->op == OP1('>')) {
				if (--depth == 0)
					break;
			} else if (t->kind != TK_NAME && !(t->kind == TK_OP && (t->op == OP1(',') || t->op == OP1('.') ||
									       t->op == OP1('?') || t->op == OP1('[') ||
									       t->op == OP1(']') || t->op == OP1('&'))))
				return n - from; /* a comparison */
		}
		if (i < from + 48)
			n = i + 1;
	}
	while (wp_ahead(p, n)->kind == TK_OP && n < from + 64) {
		if (wp_ahead(p, n)->op == OP1('[') && wp_ahead(p, n + 1)->kind == TK_OP &&
		    wp_ahead(p, n + 1)->op == OP1(']'))
			n += 2;
		else if ((wp_ahead(p, n)->op == OP1('?') || wp_ahead(p, n)->op == OP1('*')) &&
			 wp_ahead(p, n + 1)->kind == TK_NAME)
			n++;
		else if (wp_ahead(p, n)->op == OP3('.', '.', '.'))
			n++;
		else
			break;
	}
	return n - from;
}

/* The last name of a type of n tokens from here on. */
struct fb_slice wp_type_name(const struct parser *p, uint32_t n)
{
	struct fb_slice name = FB_LIT("");

	for (uint32_t i = 0; i < n; i++) {
		if (wp_ahead(p, i)->kind == TK_OP && wp_ahead(p, i)->op == OP1('<'))
			break;
		if (wp_ahead(p, i)->kind == TK_NAME)
			name = wp_ahead(p, i)->text;
	}
	return name;
}

/* ---- functions ---- */

/* Parameters behind "(", to past ")". */
struct ws_node *wp_params(struct parser *p)
{
	struct wp_list l = { 0 };

	while (!wp_end(p) && !wp_take(p, OP1(')'))) {
		struct ws_node *n = NULL, *type = NULL;
		const struct ws_token *last = NULL, *typed = NULL;
		struct fb_slice tname = FB_LIT("");
		bool ref = false, field = false;

		while (!wp_end(p) && !wp_op(p, OP1(',')) && !wp_op(p, OP1(')')) && !wp_op(p, OP1('='))) {
			const struct ws_token *t = wp_at(p);

			ref = ref || (t->kind == TK_OP && t->op == OP1('&')) || wp_word(p, "ref") || wp_word(p, "out");
			field = field || (p->t->lang == WS_PHP && (wp_word(p, "public") || wp_word(p, "private") || wp_word(p, "protected") || wp_word(p, "readonly")));
			if (t->kind == TK_OP && t->op == OP1(':') && p->t->lang == WS_JSCRIPT && last)
				typed = last; /* "name : Type" */
			if (t->kind == TK_NAME || t->kind == TK_VAR) {
				if (last && last->kind == TK_NAME)
					tname = last->text;
				last = t;
			}
			if (wp_op(p, OP1('[')) || wp_op(p, OP1('(')) || wp_op(p, OP1('{')))
				wp_skip(p);
			else
				wp_step(p);
		}
		if (typed) {
			tname = last->text;
			last = typed;
		}
		if (last) {
			n = ws_node(p->w, X_VAR, last);
			n->flags = (ref ? WN_REF : 0) | (field ? WN_FIELD : 0);
			if (tname.n) {
				type = ws_node(p->w, X_NAME, last);
				type->text = tname;
				n->b = type;
			}
		}
		if (wp_take(p, OP1('='))) {
			struct ws_node *v = wp_expr(p);

			if (n)
				n->a = v;
		}
		if (n)
			wp_append(&l, ws_built(p->w, n));
		if (!wp_take(p, OP1(',')) && !wp_op(p, OP1(')')))
			wp_step(p);
	}
	return l.first;
}

/* From "(" of its parameters on, or from "{" of one without; to past its body. */
struct ws_node *wp_function(struct parser *p, struct fb_slice name, const struct ws_token *at)
{
	struct ws_node *n = ws_node(p->w, X_FUNC, at);

	n->text = name;
	if (wp_take(p, OP1('(')))
		n->a = wp_params(p);
	if (wp_word(p, "use") && wp_ahead(p, 1)->kind == TK_OP) {
		wp_step(p);
		wp_skip(p);
	}
	/* Types of what it returns or throws, and what a constructor calls. */
	while (!wp_end(p) && !wp_op(p, OP1('{')) && !wp_op(p, OP1(';')) && !wp_op(p, OP2('=', '>')) &&
	       !wp_op(p, OP1('}')) && !wp_op(p, OP1(')'))) {
		if (wp_op(p, OP1('(')))
			wp_skip(p);
		else
			wp_step(p);
	}
	if (wp_take(p, OP2('=', '>'))) {
		n->flags |= WN_SHORT;
		n->b = wp_op(p, OP1('{')) ? wp_statement(p) : wp_expr(p);
	} else if (wp_op(p, OP1('{'))) {
		n->b = wp_statement(p);
	}
	return ws_built(p->w, n);
}

/* x -> …, (a, b) => …, async too: behind the arrow. */
static struct ws_node *arrow(struct parser *p, struct ws_node *params, const struct ws_token *at)
{
	struct ws_node *n = ws_node(p->w, X_FUNC, at);

	n->text = FB_LIT("");
	n->a = params;
	if (wp_op(p, OP1('{'))) {
		n->b = wp_statement(p);
	} else {
		n->flags |= WN_SHORT;
		n->b = wp_expr(p);
	}
	return ws_built(p->w, n);
}

static bool arrow_op(const struct parser *p, uint32_t ahead)
{
	const struct ws_token *t = wp_ahead(p, ahead);

	if (t->kind != TK_OP || php(p))
		return false;
	return t->op == OP2('=', '>') || (t->op == OP2('-', '>') && p->t->lang == WS_JAVA);
}

/* Is the bracket that stands here the parameters of an arrow function? */
static bool arrow_ahead(const struct parser *p)
{
	uint32_t n = 1;

	if (php(p))
		return false;
	while (n < 40 && (wp_ahead(p, n)->kind == TK_NAME || (wp_ahead(p, n)->kind == TK_OP && wp_ahead(p, n)->op == OP1(','))))
		n++;
	return wp_ahead(p, n)->kind == TK_OP && wp_ahead(p, n)->op == OP1(')') && arrow_op(p, n + 1);
}

/* ---- primaries ---- */

static const char *const cast_words[] = { "int", "integer", "bool", "boolean", "float", "double", "real", "string", "binary",
					  "array", "object", "unset", "byte", "char", "long", "short", NULL };

bool wp_one_of(struct fb_slice s, const char *const *list)
{
	for (; *list; list++)
		if (fb_slice_ieq(s, fb_slice_str(*list)))
			return true;
	return false;
}

/* A cast stands here: tokens of its type, else 0. */
static uint32_t cast_ahead(const struct parser *p)
{
	uint32_t n = wp_type(p, 1);
	const struct ws_token *t;

	if (!n || wp_ahead(p, n + 1)->kind != TK_OP || wp_ahead(p, n + 1)->op != OP1(')'))
		return 0;
	if (php(p))
		return n == 1 && wp_one_of(wp_ahead(p, 1)->text, cast_words) ? 1 : 0;
	t = wp_ahead(p, n + 2);
	if (t->kind == TK_OP)
		return t->op == OP1('(') || t->op == OP1('!') || t->op == OP1('~') ||
		       (n > 0 && wp_one_of(wp_ahead(p, 1)->text, cast_words)) ? n : 0;
	if (t->kind == TK_NAME)
		return fb_slice_eqs(t->text, "instanceof") || fb_slice_eqs(t->text, "is") ||
		       fb_slice_eqs(t->text, "as") ? 0 : n;
	return t->kind == TK_STR || t->kind == TK_NUM || t->kind == TK_VAR || t->kind == TK_PARTS ? n : 0;
}

static struct ws_node *bracketed(struct parser *p)
{
	const struct ws_token *at = wp_at(p);
	uint32_t n = cast_ahead(p);
	struct ws_node *e;

	if (arrow_ahead(p)) {
		wp_step(p);
		e = wp_params(p);
		wp_step(p);
		return arrow(p, e, at);
	}
	if (n) {
		wp_step(p);
		e = ws_node(p->w, X_CAST, at);
		e->text = wp_type_name(p, n);
		if (n > 2 && wp_ahead(p, n - 1)->op == OP1(']'))
			e->text = FB_LIT("[]");
		p->i += n + 1;
		e->a = wp_unary(p);
		return ws_built(p->w, e);
	}
	wp_step(p);
	e = wp_expr(p);
	while (wp_take(p, OP1(','))) /* JScript's comma: the last counts */
		e = wp_expr(p);
	if (!wp_take(p, OP1(')')))
		while (!wp_end(p) && !wp_op(p, OP1(';')) && !wp_op(p, OP1('{')) && !wp_op(p, OP1('}')) && !wp_take(p, OP1(')')))
			wp_step(p);
	return e;
}

static struct ws_node *new_array(struct parser *p, const struct ws_token *at)
{
	struct ws_node *n = ws_node(p->w, X_ARRAY, at);

	while (wp_op(p, OP1('[')))
		wp_skip(p);
	if (wp_take(p, OP1('{')))
		n->a = wp_args(p, OP1('}'));
	return ws_built(p->w, n);
}

/* Behind "new". */
static struct ws_node *new_object(struct parser *p, const struct ws_token *at)
{
	struct ws_node *n = ws_node(p->w, X_NEW, at);
	uint32_t type = wp_type(p, 0);

	n->text = FB_LIT("");
	if (wp_word(p, "class") && php(p)) {
		wp_step(p);
		type = 0;
		if (wp_take(p, OP1('(')))
			n->b = wp_args(p, OP1(')'));
		while (!wp_end(p) && !wp_op(p, OP1('{')) && !wp_op(p, OP1(';')))
			wp_step(p);
	} else if (type) {
		/* Of "new A[3]" the brackets are not the type's. */
		n->text = wp_type_name(p, type);
		p->i += type;
		if (wp_op(p, OP1('[')) || (wp_op(p, OP1('{')) && p->i && p->t->v[p->i - 1].op == OP1(']') &&
					   p->t->v[p->i - 1].kind == TK_OP))
			return new_array(p, at);
		if (type > 1 && p->t->v[p->i - 1].kind == TK_OP && p->t->v[p->i - 1].op == OP1(']'))
			return new_array(p, at);
	} else if (wp_op(p, OP1('['))) {
		return new_array(p, at);
	} else if (wp_op(p, OP1('(')) && php(p)) {
		n->a = bracketed(p);
	} else if (!wp_op(p, OP1('{'))) {
		n->a = wp_primary(p);
		/* $x->y, $x['y'] and the like before the arguments */
		while (n->a && (wp_op(p, OP1('[')) || wp_op(p, OP2('-', '>')) || wp_op(p, OP2(':', ':'))))
			n->a = wp_postfix_one(p, n->a);
	}
	if (wp_take(p, OP1('(')))
		n->b = wp_args(p, OP1(')'));
	if (wp_op(p, OP1('{')) && !p->no_body) {
		if (p->t->lang == WS_CSHARP) { /* initialisers */
			struct ws_node *o = ws_node(p->w, X_LIST, wp_at(p));

			wp_step(p);
			o->a = wp_args(p, OP1('}'));
			n->c = ws_built(p->w, o);
		} else {
			n->c = wp_class_body(p);
		}
	}
	return ws_built(p->w, n);
}

static struct ws_node *php_word(struct parser *p, const struct ws_token *at)
{
	struct ws_node *n;

	if (wp_word(p, "function") || wp_word(p, "fn")) {
		wp_step(p);
		(void)wp_take(p, OP1('&'));
		if (wp_at(p)->kind == TK_NAME) /* a declared one, in an expression's place */
			wp_step(p);
		return wp_function(p, FB_LIT(""), at);
	}
	if (wp_word(p, "include") || wp_word(p, "include_once") || wp_word(p, "require") || wp_word(p, "require_once")) {
		n = ws_node(p->w, X_INCLUDE, at);
		wp_step(p);
		n->a = wp_expr(p);
		return ws_built(p->w, n);
	}
	if ((wp_word(p, "array") || wp_word(p, "list")) && wp_ahead(p, 1)->kind == TK_OP && wp_ahead(p, 1)->op == OP1('(')) {
		n = ws_node(p->w, wp_word(p, "array") ? X_ARRAY : X_LIST, at);
		p->i += 2;
		n->a = wp_args(p, OP1(')'));
		return ws_built(p->w, n);
	}
	if (p->w->lang == WS_PHP && wp_word(p, "yield")) {
		n = ws_node(p->w, X_UN, at);
		n->op = OP_YIELD;
		wp_step(p);
		n->a = wp_expr(p);
		return ws_built(p->w, n);
	}
	if (wp_word(p, "print") || wp_word(p, "yield") || wp_word(p, "throw") || wp_word(p, "clone")) {
		wp_step(p);
		return wp_expr(p);
	}
	if (wp_word(p, "match") && wp_ahead(p, 1)->kind == TK_OP && wp_ahead(p, 1)->op == OP1('(')) {
		wp_step(p);
		wp_skip(p);
		n = ws_node(p->w, X_ARRAY, at);
		if (wp_take(p, OP1('{')))
			n->a = wp_args(p, OP1('}'));
		return ws_built(p->w, n);
	}
	return NULL;
}

static struct ws_node *name_word(struct parser *p)
{
	const struct ws_token *at = wp_at(p);
	struct ws_node *n = php(p) ? php_word(p, at) : NULL;

	if (n)
		return n;
	if (wp_takew(p, "new"))
		return new_object(p, at);
	if (wp_word(p, "static") && php(p) && (wp_word_at(p, 1, "function") || wp_word_at(p, 1, "fn"))) {
		wp_step(p);
		return wp_primary(p);
	}
	if (!php(p) && (wp_word(p, "function") || wp_word(p, "delegate"))) {
		struct fb_slice name = FB_LIT("");

		wp_step(p);
		if (wp_at(p)->kind == TK_NAME) {
			name = wp_at(p)->text;
			wp_step(p);
		}
		return wp_function(p, name, at);
	}
	if (!php(p) && (wp_word(p, "await") || wp_word(p, "typeof") || wp_word(p, "throw") || wp_word(p, "delete") ||
			wp_word(p, "void") || wp_word(p, "checked") || wp_word(p, "unchecked")) &&
	    (wp_ahead(p, 1)->kind != TK_OP || wp_ahead(p, 1)->op == OP1('('))) {
		bool type = wp_word(p, "typeof");

		wp_step(p);
		n = wp_unary(p);
		if (n && type && n->kind == X_VAR)
			n->kind = X_NAME;
		return n;
	}
	wp_step(p);
	if (arrow_op(p, 0)) {
		struct ws_node *v = ws_node(p->w, X_VAR, at);

		wp_step(p);
		return arrow(p, v, at);
	}
	n = ws_node(p->w, X_NAME, at);
	/* Without name spaces. */
	for (size_t i = n->text.n; php(p) && i-- > 0;)
		if (n->text.p[i] == '\\') {
			n->text = fb_slice_sub(n->text, i + 1, n->text.n);
			break;
		}
	return n;
}

static struct ws_node *dollar(struct parser *p)
{
	struct ws_node *n = ws_node(p->w, X_VARVAR, wp_at(p));

	wp_step(p);
	if (wp_take(p, OP1('{'))) {
		n->a = wp_expr(p);
		(void)wp_take(p, OP1('}'));
	} else {
		n->a = wp_primary(p);
	}
	return ws_built(p->w, n);
}

struct ws_node *wp_primary(struct parser *p)
{
	const struct ws_token *at = wp_at(p);
	struct ws_node *n = NULL;

	if (!wp_enter(p))
		return NULL;
	switch (at->kind) {
	case TK_STR:
		if (p->t->lang == WS_CFML && at->text.n && memchr(at->text.p, '#', at->text.n)) {
			wp_step(p);
			n = hashes(p, at);
			break;
		} /* fallthrough */
	case TK_NUM:
	case TK_VAR:
		n = ws_node(p->w, at->kind == TK_STR ? X_STR : at->kind == TK_NUM ? X_NUM : X_VAR, at);
		wp_step(p);
		break;
	case TK_PARTS:
	case TK_SHELL:
		wp_step(p);
		n = parts(p, at, at->kind == TK_SHELL ? X_SHELL : X_CAT);
		break;
	case TK_NAME:
		n = name_word(p);
		break;
	case TK_OP:
		if (at->op == OP1('(')) {
			n = bracketed(p);
		} else if (at->op == OP1('[') || (at->op == OP1('{') && !php(p))) {
			wp_step(p);
			n = ws_node(p->w, X_ARRAY, at);
			n->a = wp_args(p, at->op == OP1('[') ? OP1(']') : OP1('}'));
			n = ws_built(p->w, n);
		} else if (at->op == OP1('$') && php(p)) {
			n = dollar(p);
		}
		break;
	default:
		break;
	}
	wp_leave(p);
	return n;
}

/* ---- behind a primary ---- */

static struct ws_node *member(struct parser *p, struct ws_node *a, enum ws_kind kind)
{
	struct ws_node *n = ws_node(p->w, kind, wp_at(p));

	n->text = FB_LIT("");
	n->a = a;
	wp_step(p);
	if (wp_take(p, OP1('{'))) {
		n->b = wp_expr(p);
		(void)wp_take(p, OP1('}'));
	} else if (wp_at(p)->kind == TK_NAME) {
		n->text = wp_at(p)->text;
		wp_step(p);
	} else if (wp_at(p)->kind == TK_VAR && kind == X_STATIC) {
		n->text = wp_at(p)->text;
		n->flags |= WN_REF; /* a static variable, not a constant or function */
		wp_step(p);
	} else if (wp_at(p)->kind == TK_VAR || wp_op(p, OP1('$'))) {
		n->b = wp_primary(p);
	} else if (wp_op(p, OP1('<')) && !php(p)) { /* obj.<Type>call() */
		uint32_t guard = 0;

		while (!wp_end(p) && !wp_take(p, OP1('>')) && guard++ < 16)
			wp_step(p);
		n->text = wp_at(p)->text;
		wp_step(p);
	}
	return ws_built(p->w, n);
}

/* Generic arguments of a call: Name<A, B>( ; their tokens, or 0. */
static uint32_t generic_call(const struct parser *p)
{
	uint32_t n = 1;

	if (php(p) || p->t->lang == WS_JSCRIPT || !wp_op(p, OP1('<')))
		return 0;
	while (n < 24 && (wp_ahead(p, n)->kind == TK_NAME ||
			  (wp_ahead(p, n)->kind == TK_OP && (wp_ahead(p, n)->op == OP1(',') || wp_ahead(p, n)->op == OP1('.')))))
		n++;
	return wp_ahead(p, n)->kind == TK_OP && wp_ahead(p, n)->op == OP1('>') && wp_ahead(p, n + 1)->kind == TK_OP &&
		       wp_ahead(p, n + 1)->op == OP1('(') ? n + 1 : 0;
}

/* One more of [..], (..), ->x, .x, ++ behind a; NULL: nothing of the kind follows. */
struct ws_node *wp_postfix_one(struct parser *p, struct ws_node *a)
{
	const struct ws_token *at = wp_at(p);
	struct ws_node *n;

	p->i += generic_call(p);
	at = wp_at(p);
	if (at->kind != TK_OP)
		return NULL;
	switch (at->op) {
	case OP1('['):
		n = ws_node(p->w, X_INDEX, at);
		n->a = a;
		wp_step(p);
		n->b = wp_args(p, OP1(']'));
		return ws_built(p->w, n);
	case OP1('{'):
		/* PHP's old way of taking a character */
		if (!php(p) || (a->kind != X_VAR && a->kind != X_INDEX) || p->no_body || at != wp_ahead(p, 0) ||
		    wp_ahead(p, 2)->kind != TK_OP || wp_ahead(p, 2)->op != OP1('}') ||
		    (wp_ahead(p, 1)->kind != TK_NUM && wp_ahead(p, 1)->kind != TK_VAR))
			return NULL;
		n = ws_node(p->w, X_INDEX, at);
		n->a = a;
		wp_step(p);
		n->b = wp_args(p, OP1('}'));
		return ws_built(p->w, n);
	case OP1('('):
		n = ws_node(p->w, X_CALL, at);
		n->line = a->line;
		n->at = a->at;
		n->a = a;
		wp_step(p);
		n->b = wp_args(p, OP1(')'));
		return ws_built(p->w, n);
	case OP2('-', '>'):
	case OP3('?', '-', '>'):
		return php(p) || p->t->lang != WS_JAVA ? member(p, a, X_MEMBER) : NULL;
	case OP1('.'):
	case OP2('?', '.'):
		return php(p) ? NULL : member(p, a, X_MEMBER);
	case OP2(':', ':'):
		return member(p, a, X_STATIC);
	case OP2('+', '+'):
	case OP2('-', '-'):
		n = ws_node(p->w, X_ASSIGN, at);
		n->op = at->op;
		n->a = a;
		wp_step(p);
		return ws_built(p->w, n);
	case OP1('!'): /* C#'s "not null": a value's end, not its beginning */
		if (p->t->lang == WS_CSHARP && wp_ahead(p, 1)->kind == TK_OP && wp_ahead(p, 1)->op == OP1('.')) {
			wp_step(p);
			return a;
		}
		return NULL;
	default:
		return NULL;
	}
}

static struct ws_node *postfix(struct parser *p)
{
	struct ws_node *a = wp_primary(p);

	while (a && !wp_end(p)) {
		struct ws_node *n = wp_postfix_one(p, a);

		if (!n)
			break;
		a = n;
	}
	return a;
}

struct ws_node *wp_unary(struct parser *p)
{
	const struct ws_token *at = wp_at(p);
	struct ws_node *n, *a;

	if (at->kind != TK_OP)
		return postfix(p);
	switch (at->op) {
	case OP1('!'):
	case OP1('~'):
	case OP1('-'):
	case OP1('+'):
	case OP1('@'):
	case OP1('&'):
	case OP1('*'):
	case OP2('+', '+'):
	case OP2('-', '-'):
		break;
	default:
		return postfix(p);
	}
	if (!wp_enter(p))
		return NULL;
	wp_step(p);
	a = wp_unary(p);
	wp_leave(p);
	/* "!$x = f()" assigns */
	if (a && at->op == OP1('!') && wp_op(p, OP1('='))) {
		n = ws_node(p->w, X_ASSIGN, wp_at(p));
		n->op = OP1('=');
		wp_step(p);
		n->a = a;
		n->b = wp_expr(p);
		a = ws_built(p->w, n);
	}
	if (!a || at->op == OP1('@') || at->op == OP1('&') || at->op == OP1('+') || at->op == OP1('*')) {
		if (a && at->op == OP1('@'))
			a->flags |= WN_QUIET;
		return a;
	}
	n = ws_node(p->w, at->op == OP2('+', '+') || at->op == OP2('-', '-') ? X_ASSIGN : X_UN, at);
	n->op = at->op;
	n->a = a;
	return ws_built(p->w, n);
}

/* ---- between ---- */

/* How tightly an operator binds; 0: it is none. */
static unsigned binds(const struct parser *p, const struct ws_token *t)
{
	if (t->kind == TK_NAME) {
		static const char *const compares[] = { "instanceof", "is", "as", "in", NULL };

		if (php(p) && (fb_slice_ieq(t->text, FB_LIT("and")) || fb_slice_ieq(t->text, FB_LIT("or")) ||
			       fb_slice_ieq(t->text, FB_LIT("xor"))))
			return 1;
		if (t->text.n == 2 && (t->text.p[0] | 32) == 'i' && (t->text.p[1] | 32) == 'n')
			return p->t->lang == WS_JSCRIPT ? 9 : 0;
		return wp_one_of(t->text, compares) && !(t->text.n == 2 && p->t->lang != WS_CSHARP) ? 9 : 0;
	}
	if (t->kind != TK_OP)
		return 0;
	switch (t->op) {
	case OP2('?', '?'): return 2;
	case OP2('|', '|'): return 3;
	case OP2('&', '&'): return 4;
	case OP1('|'): return 5;
	case OP1('^'): return 6;
	case OP1('&'): return p->t->lang == WS_CFML ? 11 : 7;
	case OP2('=', '='):
	case OP2('!', '='):
	case OP2('<', '>'):
	case OP3('=', '=', '='):
	case OP3('!', '=', '='): return 8;
	case OP1('<'):
	case OP1('>'):
	case OP2('<', '='):
	case OP2('>', '='):
	case OP3('<', '=', '>'): return 9;
	case OP2('<', '<'):
	case OP2('>', '>'):
	case OP3('>', '>', '>'): return 10;
	case OP1('.'): return php(p) ? 11 : 0;
	case OP1('+'):
	case OP1('-'): return 11;
	case OP1('*'):
	case OP1('/'):
	case OP1('%'): return 12;
	case OP2('*', '*'): return 13;
	default: return 0;
	}
}

static struct ws_node *binary(struct parser *p, unsigned least)
{
	struct ws_node *a;

	if (!wp_enter(p))
		return NULL;
	a = wp_unary(p);
	while (a && !wp_end(p)) {
		const struct ws_token *at = wp_at(p);
		unsigned b = binds(p, at);
		struct ws_node *c;

		if (b < least || b == 0)
			break;
		wp_step(p);
		if (at->kind == TK_NAME && b == 9) { /* a type follows, and perhaps a name for it */
			c = binary(p, b + 1);
			if (c && fb_slice_ieq(at->text, FB_LIT("as"))) {
				struct ws_node *cast = ws_node(p->w, X_CAST, at);

				cast->text = c->text;
				cast->a = a;
				a = ws_built(p->w, cast);
			}
			continue;
		}
		c = binary(p, b + 1);
		/* "a && $b = c" */
		if (c && wp_op(p, OP1('=')) && b <= 8) {
			struct ws_node *as = ws_node(p->w, X_ASSIGN, wp_at(p));

			wp_step(p);
			as->op = OP1('=');
			as->a = c;
			as->b = wp_expr(p);
			c = ws_built(p->w, as);
		}
		if (c)
			a = ws_join(p->w, at->kind != TK_OP ? OP2('|', '|') : at->op == OP1('&') && p->t->lang == WS_CFML
				? OP1('.') : at->op, a, c, at);
	}
	wp_leave(p);
	return a;
}

static bool assigns(uint32_t op)
{
	switch (op) {
	case OP1('='):
	case OP2('+', '='):
	case OP2('-', '='):
	case OP2('*', '='):
	case OP2('/', '='):
	case OP2('.', '='):
	case OP2('%', '='):
	case OP2('&', '='):
	case OP2('|', '='):
	case OP2('^', '='):
	case OP3('<', '<', '='):
	case OP3('>', '>', '='):
	case OP3('*', '*', '='):
	case OP3('?', '?', '='):
		return true;
	default:
		return false;
	}
}

struct ws_node *wp_expr(struct parser *p)
{
	const struct ws_token *at;
	struct ws_node *a, *n;

	if (!wp_enter(p))
		return NULL;
	a = binary(p, 1);
	at = wp_at(p);
	if (a && at->kind == TK_OP && assigns(at->op)) {
		n = ws_node(p->w, X_ASSIGN, at);
		n->op = at->op;
		wp_step(p);
		(void)wp_take(p, OP1('&'));
		n->a = a;
		if (a->kind == X_ARRAY && at->op == OP1('='))
			a->kind = X_LIST;
		n->b = wp_expr(p);
		a = ws_built(p->w, n);
	} else if (a && at->kind == TK_OP && at->op == OP1('?')) {
		do {
			n = ws_node(p->w, X_COND, wp_at(p));
			wp_step(p);
			n->a = a;
			n->b = wp_op(p, OP1(':')) ? NULL : wp_expr(p);
			if (wp_take(p, OP1(':')))
				n->c = wp_expr(p);
			a = ws_built(p->w, n);
		} while (wp_op(p, OP1('?')) && !wp_end(p));
	}
	wp_leave(p);
	return a;
}
