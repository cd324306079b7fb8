/* The condition: or < and < not < "x of" < ( ). */
#include "detect/sigma/compile.h"

#include "base/limits.h"

struct parser {
	struct sg_compiler *c;
	unsigned line;
	struct fb_slice rest;
	struct fb_slice token; /* n == 0: the end */
	const struct sg_ident *ident;
	size_t nident;
};

static bool word_byte(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-' || c == '.' || c == '*' || c == '?' || c == '$' || c >= 0x80;
}

static int advance(struct parser *p)
{
	size_t n = 0;

	p->rest = fb_slice_trim(p->rest);
	if (p->rest.n == 0) {
		p->token = p->rest;
		return 0;
	}
	while (n < p->rest.n && word_byte(p->rest.p[n]))
		n++;
	if (n == 0) {
		uint8_t b = p->rest.p[0];

		if (b == '|')
			return sg_bad(p->c, p->line, FB_EINPUT,
				      "condition: aggregation behind \"|\" is the old syntax; "
				      "Sigma 2 uses correlation rules for it");
		if (b != '(' && b != ')')
			return sg_bad(p->c, p->line, FB_EINPUT,
				      "condition: unexpected character \"%c\"",
				      b > 31 && b < 127 ? b : '?');
		n = 1;
	}
	p->token = fb_slice_sub(p->rest, 0, n);
	p->rest = fb_slice_sub(p->rest, n, p->rest.n);
	return 0;
}

static bool at(const struct parser *p, const char *word)
{
	return p->token.n && fb_slice_ieq(p->token, fb_slice_str(word));
}

static int bad(struct parser *p, const char *what)
{
	if (p->token.n == 0)
		return sg_bad(p->c, p->line, FB_EINPUT, "condition: %s expected, but it ends", what);
	return sg_bad(p->c, p->line, FB_EINPUT, "condition: %s expected at \"%.*s\"", what,
		      (int)(p->token.n > 60 ? 60 : p->token.n), (const char *)p->token.p);
}

/* Does name match the pattern, whose * stand for any number of characters? */
static bool fits(struct fb_slice pattern, struct fb_slice name)
{
	size_t i = 0, k = 0, star = SIZE_MAX, mark = 0;

	while (k < name.n) {
		if (i < pattern.n && pattern.p[i] == '*') {
			star = i++;
			mark = k;
		} else if (i < pattern.n && pattern.p[i] == name.p[k]) {
			i++;
			k++;
		} else if (star != SIZE_MAX) {
			i = star + 1;
			k = ++mark;
		} else {
			return false;
		}
	}
	while (i < pattern.n && pattern.p[i] == '*')
		i++;
	return i == pattern.n;
}

static int unknown(struct parser *p, struct fb_slice name)
{
	const char *names[64];
	size_t n = 0;
	const char *near;

	for (; n < p->nident && n < 64; n++)
		names[n] = (const char *)p->ident[n].name.p;
	near = sg_nearest(name, names, n);
	return sg_bad(p->c, p->line, FB_EINPUT, "condition: there is no \"%.*s\"%s%s%s",
		      (int)(name.n > 60 ? 60 : name.n), (const char *)name.p,
		      near ? " (did you mean \"" : "", near ? near : "", near ? "\"?)" : "");
}

/* Behind "x of": a pattern or "them". need == 0: all. */
static int parse_of(struct parser *p, uint32_t need, struct sg_tree **out)
{
	bool them, hidden;
	struct sg_tree *t;
	int r = advance(p);

	if (r)
		return r;
	if (p->token.n == 0 || at(p, "(") || at(p, ")"))
		return bad(p, "a name, a pattern or \"them\"");
	them = at(p, "them");
	/* Names with an underscore in front are left out unless asked for. */
	hidden = !them && p->token.p[0] == '_';
	t = sg_tree_new(p->c, SG_OP_AND, 0, (uint32_t)p->nident);
	if (!t)
		return FB_ENOMEM;
	t->n = 0;
	for (size_t i = 0; i < p->nident; i++) {
		struct fb_slice name = p->ident[i].name;

		if (name.n && name.p[0] == '_' && !hidden)
			continue;
		if (them || fits(p->token, name))
			t->kid[t->n++] = p->ident[i].tree;
	}
	if (t->n == 0)
		return unknown(p, p->token);
	/* The same searches over and over: each time they are as many nodes. */
	p->c->steps += t->n;
	if (p->c->steps > FB_RULE_NODES_MAX)
		return sg_bad(p->c, p->line, FB_ELIMIT, "condition: more than %u nodes",
			      FB_RULE_NODES_MAX);
	if (need == 1) {
		t->op = SG_OP_OR;
	} else if (need > 1) {
		t->op = SG_OP_ATLEAST;
		t->arg = need;
	}
	*out = t;
	return advance(p);
}

static int parse_or(struct parser *p, unsigned depth, struct sg_tree **out);

static int parse_word(struct parser *p, struct sg_tree **out)
{
	struct fb_slice name = p->token;
	struct fb_slice before = p->rest;
	uint64_t need = 0;
	int r = advance(p);

	if (r)
		return r;
	if (at(p, "of")) {
		if (fb_slice_ieq(name, FB_LIT("all")))
			return parse_of(p, 0, out);
		if (fb_slice_ieq(name, FB_LIT("any")))
			return parse_of(p, 1, out);
		if (fb_slice_u64(name, &need) && need >= 1 && need <= FB_RULE_NODES_MAX)
			return parse_of(p, (uint32_t)need, out);
		p->token = name;
		p->rest = before;
		return bad(p, "\"1 of\" or \"all of\"");
	}
	for (size_t i = 0; i < p->nident; i++) {
		if (fb_slice_eq(p->ident[i].name, name)) {
			*out = p->ident[i].tree;
			return 0;
		}
	}
	return unknown(p, name);
}

static int parse_not(struct parser *p, unsigned depth, struct sg_tree **out)
{
	int r;

	if (depth > FB_RULE_DEPTH)
		return sg_bad(p->c, p->line, FB_ELIMIT, "condition: nested too deep");
	if (at(p, "not")) {
		struct sg_tree *t = sg_tree_new(p->c, SG_OP_NOT, 0, 1);

		if (!t)
			return FB_ENOMEM;
		r = advance(p);
		if (!r)
			r = parse_not(p, depth + 1, &t->kid[0]);
		if (!r)
			*out = t;
		return r;
	}
	if (at(p, "(")) {
		r = advance(p);
		if (!r)
			r = parse_or(p, depth + 1, out);
		if (r)
			return r;
		if (!at(p, ")"))
			return bad(p, "\")\"");
		return advance(p);
	}
	if (p->token.n == 0 || at(p, ")") || at(p, "and") || at(p, "or") || at(p, "of") ||
	    at(p, "them"))
		return bad(p, "the name of a search");
	return parse_word(p, out);
}

/* A chain of the same operator, as one node with many children. */
static int parse_chain(struct parser *p, unsigned depth, enum sg_op op, const char *word,
		       int (*next)(struct parser *, unsigned, struct sg_tree **),
		       struct sg_tree **out)
{
	struct sg_tree *t = NULL;
	uint32_t cap = 0;

	for (;;) {
		struct sg_tree *kid;
		int r = next(p, depth, &kid);

		if (r)
			return r;
		if (!t && !at(p, word)) {
			*out = kid;
			return 0;
		}
		if (!t || t->n == cap) {
			struct sg_tree *more = sg_tree_new(p->c, op, 0, cap ? cap * 2 : 8);

			if (!more)
				return FB_ENOMEM;
			if (t)
				memcpy(more->kid, t->kid, t->n * sizeof(struct sg_tree *));
			cap = more->n;
			more->n = t ? t->n : 0;
			t = more;
		}
		t->kid[t->n++] = kid;
		if (!at(p, word)) {
			*out = t;
			return 0;
		}
		r = advance(p);
		if (r)
			return r;
	}
}

static int parse_and(struct parser *p, unsigned depth, struct sg_tree **out)
{
	return parse_chain(p, depth, SG_OP_AND, "and", parse_not, out);
}

static int parse_or(struct parser *p, unsigned depth, struct sg_tree **out)
{
	return parse_chain(p, depth, SG_OP_OR, "or", parse_and, out);
}

int sg_condition(struct sg_compiler *c, unsigned line, struct fb_slice text,
		 const struct sg_ident *ident, size_t nident, struct sg_tree **out)
{
	struct parser p = { .c = c, .line = line, .rest = text, .ident = ident, .nident = nident };
	int r = advance(&p);

	if (!r)
		r = parse_or(&p, 0, out);
	if (!r && p.token.n)
		r = bad(&p, "\"and\", \"or\" or the end");
	return r;
}
