/* CFML: tags become calls, cfscript is read as code. */
#include "detect/webshell/parse.h"

#include <ctype.h>

struct cfm {
	struct ws_file *w;
	struct wp_list out;
	size_t outputs;    /* of the cfoutput that is open; 0: none */
	size_t output_end; /* of the cfoutput that ends next; looked for once where none does */
};

/* The expression in a piece of the page. */
static struct ws_node *code(struct cfm *c, size_t from, size_t to, bool statements)
{
	struct ws_tokens t = { .lang = WS_CFML };
	struct parser p = { .w = c->w, .t = &t };

	if (to <= from)
		return NULL;
	ws_lex(c->w, &t, c->w->text, from, to, true);
	if (!t.n)
		return NULL;
	return statements ? ws_parse(c->w, &t) : wp_expr(&p);
}

/* "text #expression# text" */
static struct ws_node *text(struct cfm *c, struct fb_slice s)
{
	size_t base = (size_t)(s.p - c->w->text.p), i = 0;
	struct ws_token at = { .line = ws_line_of(c->w, base), .at = (uint32_t)base };
	struct ws_node *n = ws_node(c->w, X_CAT, &at);
	struct wp_list l = { 0 };

	n->text = FB_LIT("");
	while (i < s.n && !c->w->cut) {
		size_t hash = i, end;
		struct ws_node *lit;

		while (hash < s.n && s.p[hash] != '#')
			hash++;
		if (hash > i) {
			lit = ws_node(c->w, X_STR, &at);
			lit->text = fb_slice_sub(s, i, hash - i);
			wp_append(&l, lit);
		}
		for (end = hash + 1; end < s.n && s.p[end] != '#';)
			end++;
		if (hash < s.n && end < s.n)
			wp_append(&l, code(c, base + hash + 1, base + end, false));
		i = end + 1;
	}
	n->a = l.first;
	return ws_built(c->w, n);
}

static void call(struct cfm *c, const char *name, size_t at, struct ws_node *a, struct ws_node *b)
{
	struct ws_token t = { .line = ws_line_of(c->w, at), .at = (uint32_t)at };
	struct ws_node *n = ws_node(c->w, X_CALL, &t), *f = ws_node(c->w, X_NAME, &t);
	struct wp_list l = { 0 };

	f->text = fb_slice_str(name);
	n->text = f->text;
	wp_append(&l, a);
	wp_append(&l, b);
	n->a = f;
	n->b = l.first;
	wp_append(&c->out, ws_built(c->w, n));
}

static void assign(struct cfm *c, size_t at, const char *to, const char *from)
{
	struct ws_token t = { .line = ws_line_of(c->w, at), .at = (uint32_t)at };
	struct ws_node *as = ws_node(c->w, X_ASSIGN, &t), *a = ws_node(c->w, X_VAR, &t), *b = ws_node(c->w, X_VAR, &t);

	a->text = fb_slice_str(to);
	b->text = fb_slice_str(from);
	as->op = OP1('=');
	as->a = a;
	as->b = b;
	wp_append(&c->out, ws_built(c->w, as));
}

static void file_tag(struct cfm *c, struct fb_slice tag, size_t at)
{
	struct fb_slice action = ws_attr(tag, "action");

	struct fb_slice allowed = ws_attr(tag, "allowedExtensions");

	if (!allowed.n)
		allowed = ws_attr(tag, "accept");
	if (fb_slice_ieq(action, FB_LIT("upload")) || fb_slice_ieq(action, FB_LIT("uploadall")))
		/* The list of what it takes, unless that is everything. */
		call(c, "cfupload", at, text(c, ws_attr(tag, "destination")),
		     allowed.n && !memchr(allowed.p, '*', allowed.n) ? text(c, allowed) : NULL);
	else if (fb_slice_ieq(action, FB_LIT("write")) || fb_slice_ieq(action, FB_LIT("append")))
		call(c, "cfwrite", at, text(c, ws_attr(tag, "file")), text(c, ws_attr(tag, "output")));
	else if (fb_slice_ieq(action, FB_LIT("delete")))
		call(c, "deletefile", at, text(c, ws_attr(tag, "file")), NULL);
	else if (fb_slice_ieq(action, FB_LIT("rename")) || fb_slice_ieq(action, FB_LIT("move")) || fb_slice_ieq(action, FB_LIT("copy")))
		call(c, "movefile", at, text(c, ws_attr(tag, "source")), text(c, ws_attr(tag, "destination")));
	else
		call(c, "readalltext", at, text(c, ws_attr(tag, "file")), NULL);
}

static bool is(struct fb_slice name, const char *s)
{
	return fb_slice_ieq(name, fb_slice_str(s));
}

/* A tag of CFML; where it ends, or behind its body. */
static size_t one(struct cfm *c, size_t at, struct fb_slice tag, size_t end)
{
	size_t n = 1, close;
	struct fb_slice name;

	while (n < tag.n && isalnum(tag.p[n]))
		n++;
	name = fb_slice_sub(tag, 1, n - 1);
	if (is(name, "cfset") || is(name, "cfif") || is(name, "cfelseif") || is(name, "cfreturn")) {
		size_t to = end;

		if (to > at && c->w->text.p[to - 1] == '/')
			to--;
		wp_append(&c->out, code(c, at + n, to, false));
	} else if (is(name, "cfscript")) {
		close = ws_ifind(c->w->text, end, "</cfscript");
		wp_append(&c->out, code(c, end + 1, close, true));
		return close;
	} else if (is(name, "cfexecute") && ws_attr(tag, "attributeCollection").n) {
		call(c, "shell", at, text(c, ws_attr(tag, "attributeCollection")), NULL);
	} else if (is(name, "cffunction") && is(ws_attr(tag, "access"), "remote")) {
		assign(c, at, "arguments", "url");
	} else if (is(name, "cfhttp")) {
		struct ws_node *a = text(c, ws_attr(tag, "url"));

		call(c, "cfhttpget", at, a, ws_attr(tag, "file").n ? text(c, ws_attr(tag, "file")) : NULL);
	} else if (is(name, "cfexecute")) {
		struct ws_node *a = text(c, ws_attr(tag, "name")), *b = text(c, ws_attr(tag, "arguments"));
		struct ws_token t = { .line = a->line, .at = a->at };

		call(c, "shell", at, ws_join(c->w, OP1('.'), a, b, &t), NULL);
	} else if (is(name, "cffile")) {
		file_tag(c, tag, at);
	} else if (is(name, "cfdirectory")) {
		call(c, is(ws_attr(tag, "action"), "delete") ? "deletefile" : "listfiles", at, text(c, ws_attr(tag, "directory")), NULL);
	} else if (is(name, "cfquery")) {
		close = ws_ifind(c->w->text, end, "</cfquery");
		call(c, "getconnection", at, text(c, ws_attr(tag, "datasource")), NULL);
		call(c, "executequery", at, text(c, fb_slice_trim(fb_slice_sub(c->w->text, end + 1, close - end - 1))), NULL);
		return close;
	} else if (is(name, "cfinclude") || is(name, "cfmodule")) {
		call(c, "cfinclude", at, text(c, ws_attr(tag, "template")), NULL);
	} else if (is(name, "cfobject")) {
		struct ws_token t = { .line = ws_line_of(c->w, at), .at = (uint32_t)at };
		struct ws_node *as = ws_node(c->w, X_ASSIGN, &t), *var = ws_node(c->w, X_VAR, &t), *f = ws_node(c->w, X_CALL, &t),
			       *fname = ws_node(c->w, X_NAME, &t);

		var->text = ws_attr(tag, "name");
		fname->text = FB_LIT("createobject");
		f->a = fname;
		f->b = text(c, ws_attr(tag, "class"));
		as->op = OP1('=');
		as->a = var;
		as->b = ws_built(c->w, f);
		wp_append(&c->out, ws_built(c->w, as));
	} else if (is(name, "cfregistry")) {
		call(c, "readalltext", at, text(c, ws_attr(tag, "branch")), NULL);
	} else if (is(name, "cfoutput")) {
		if (c->output_end < end)
			c->output_end = ws_ifind(c->w->text, end, "</cfoutput");
		close = c->output_end;
		c->outputs = close < c->w->text.n ? close : 0;
		if (close < c->w->text.n && close - end < 65536 && ws_ifind(fb_slice_sub(c->w->text, end, close - end), 0, "<cf") == close - end)
			wp_append(&c->out, text(c, fb_slice_sub(c->w->text, end + 1, close - end - 1)));
	}
	return end;
}

/* Where the tag at `at` ends: not within quotes. */
static size_t tag_end(const struct ws_file *w, size_t at)
{
	uint8_t quote = 0;

	for (; at < w->text.n; at++) {
		uint8_t ch = w->text.p[at];

		if (quote)
			quote = ch == quote ? 0 : quote;
		else if (ch == '"' || ch == '\'')
			quote = ch;
		else if (ch == '>')
			return at;
	}
	return w->text.n;
}

/* The text of a cfoutput between its tags. */
static void between(struct cfm *c, size_t at)
{
	struct fb_slice rest = fb_slice_sub(c->w->text, at, c->outputs - at), s;

	s = fb_slice_sub(rest, 0, ws_ifind(rest, 0, "<"));
	if (s.n < 65536 && memchr(s.p, '#', s.n))
		wp_append(&c->out, text(c, s));
}

struct ws_node *ws_parse_cfm(struct ws_file *w)
{
	struct cfm c = { .w = w };
	struct ws_node *n;
	size_t at = 0;

	/* A component in script alone. */
	if (ws_ifind(w->text, 0, "<cf") == w->text.n) {
		struct ws_node *all = code(&c, 0, w->text.n, true);

		wp_append(&c.out, all);
	}
	while ((at = ws_ifind(w->text, at, "<")) < w->text.n && !w->cut) {
		size_t end;

		if (fb_slice_starts(fb_slice_sub(w->text, at, 5), FB_LIT("<!---"))) {
			at = ws_ifind(w->text, at, "--->");
			continue;
		}
		if (w->text.n - at < 4 || (w->text.p[at + 1] | 32) != 'c' || (w->text.p[at + 2] | 32) != 'f') {
			at++;
			continue;
		}
		end = tag_end(w, at);
		if (end == w->text.n) { /* a quote was left open */
			end = ws_ifind(w->text, at, ">");
			if (end == w->text.n)
				break;
		}
		at = one(&c, at, fb_slice_sub(w->text, at, end - at), end);
		at = at > end ? at : end + 1;
		if (at < c.outputs)
			between(&c, at);
	}
	n = ws_node(w, S_BLOCK, NULL);
	n->a = c.out.first;
	return ws_built(w, n);
}
