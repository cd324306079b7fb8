/* Text to tokens, for all languages that are written like C, and for Visual Basic. */
#include "detect/webshell/ws.h"

#include <ctype.h>

struct lexer {
	struct ws_file *w;
	struct ws_tokens *out;
	struct fb_slice s;
	size_t at, end;
	enum ws_lang lang;
	bool html;
};

uint32_t ws_line_of(const struct ws_file *w, size_t at)
{
	uint32_t lo = 0, hi = w->nlines;

	if (w->place_line)
		return w->place_line;
	while (hi - lo > 1) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (w->lines[mid] <= at)
			lo = mid;
		else
			hi = mid;
	}
	return lo + 1;
}

void ws_push(struct ws_file *w, struct ws_tokens *out, enum ws_tok kind, uint32_t op, size_t at,
	     struct fb_slice text)
{
	if (out->n + 1 >= out->cap) {
		uint32_t cap = out->cap ? out->cap * 2 : 1024;
		struct ws_token *v;

		if (cap > 2 * FB_WEBSHELL_TOKENS) {
			w->cut = true;
			w->why = "it has too many words";
			return;
		}
		v = fb_arena_get(w->arena, cap * sizeof *v);
		if (!v) {
			w->oom = w->cut = true;
			return;
		}
		if (out->n)
			memcpy(v, out->v, out->n * sizeof *v);
		out->v = v;
		out->cap = cap;
	}
	out->v[out->n++] = (struct ws_token){ kind, op, ws_line_of(w, at), (uint32_t)at, text };
	out->v[out->n] = (struct ws_token){ .kind = TK_END, .line = ws_line_of(w, at), .at = (uint32_t)at };
}

static bool is_word(uint8_t c)
{
	return isalnum(c) || c == '_' || c >= 0x80;
}

static uint8_t peek(const struct lexer *l, size_t ahead)
{
	return ahead < l->end - l->at ? l->s.p[l->at + ahead] : 0;
}

static bool here(const struct lexer *l, const char *word)
{
	size_t n = strlen(word);

	return n <= l->end - l->at && strncasecmp((const char *)l->s.p + l->at, word, n) == 0;
}

static void push(struct lexer *l, enum ws_tok kind, uint32_t op, size_t at, struct fb_slice text)
{
	ws_push(l->w, l->out, kind, op, at, text);
}

static void push_range(struct lexer *l, enum ws_tok kind, size_t from, size_t to)
{
	push(l, kind, 0, from, fb_slice_sub(l->s, from, to - from));
}

/* ---- strings ---- */

static int hex_digit(uint8_t c)
{
	return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

static size_t put_char(uint8_t *out, uint32_t c, bool bytes)
{
	if (c < 0x80 || (bytes && c < 0x100)) {
		out[0] = (uint8_t)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (uint8_t)(0xC0 | c >> 6);
		out[1] = (uint8_t)(0x80 | (c & 63));
		return 2;
	}
	out[0] = (uint8_t)(0xE0 | (c >> 12 & 15));
	out[1] = (uint8_t)(0x80 | (c >> 6 & 63));
	out[2] = (uint8_t)(0x80 | (c & 63));
	return 3;
}

/* \xHH, \OOO, \u: the value, and how many bytes of s it takes behind the backslash; 0: none. */
static size_t escape_number(struct fb_slice s, uint32_t *value)
{
	size_t n = 1, digits = 0, max = s.p[0] == 'x' ? 2 : 4;
	bool brace;

	*value = 0;
	if (s.p[0] >= '0' && s.p[0] <= '7') {
		for (n = 0; n < s.n && n < 3 && s.p[n] >= '0' && s.p[n] <= '7'; n++)
			*value = *value * 8 + (s.p[n] - '0');
		*value &= 0xFF;
		return n;
	}
	if (s.p[0] != 'x' && s.p[0] != 'u' && s.p[0] != 'U')
		return 0;
	brace = s.n > 1 && s.p[1] == '{';
	n += brace;
	max = brace ? 8 : max;
	while (n < s.n && digits < max && hex_digit(s.p[n]) >= 0) {
		*value = (*value << 4 | (uint32_t)hex_digit(s.p[n++])) & 0x1FFFFF;
		digits++;
	}
	if (brace && n < s.n && s.p[n] == '}')
		n++;
	return digits ? n : 0;
}

/* Without its escapes; php: its rules (unknown ones stay as they are). */
static struct fb_slice unescape(struct ws_file *w, struct fb_slice s, bool php)
{
	static const char from[] = "nrtvfeab0", to[] = "\n\r\t\v\f\x1b\a\b";
	uint8_t *p;
	size_t n = 0;

	if (!s.n || !memchr(s.p, '\\', s.n))
		return s;
	(void)ws_bytes(w, s.n * 2, &p);
	if (!p)
		return s;
	for (size_t i = 0; i < s.n; i++) {
		uint32_t value;
		size_t used;
		const char *known;

		if (s.p[i] != '\\' || i + 1 == s.n) {
			p[n++] = s.p[i];
			continue;
		}
		used = escape_number(fb_slice(s.p + i + 1, s.n - i - 1), &value);
		known = s.p[i + 1] ? strchr(from, s.p[i + 1]) : NULL;
		if (used) {
			n += put_char(p + n, value, s.p[i + 1] != 'u' && s.p[i + 1] != 'U');
			i += used;
		} else if (known && *known != '0') {
			p[n++] = (uint8_t)to[known - from];
			i++;
		} else {
			if (php && s.p[i + 1] != '\\' && s.p[i + 1] != '"' && s.p[i + 1] != '$')
				p[n++] = '\\';
			p[n++] = s.p[++i];
		}
	}
	return fb_slice(p, n);
}

/* Only \\ and \' of PHP's plain strings. */
static struct fb_slice unescape_plain(struct ws_file *w, struct fb_slice s)
{
	uint8_t *p;
	size_t n = 0;

	if (!s.n || !memchr(s.p, '\\', s.n))
		return s;
	(void)ws_bytes(w, s.n, &p);
	if (!p)
		return s;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\\' && i + 1 < s.n && (s.p[i + 1] == '\\' || s.p[i + 1] == '\''))
			i++;
		p[n++] = s.p[i];
	}
	return fb_slice(p, n);
}

/* "" of Visual Basic and of C#'s @"…" is one quote. */
static struct fb_slice undouble(struct ws_file *w, struct fb_slice s)
{
	uint8_t *p;
	size_t n = 0;

	if (!s.n || !memchr(s.p, '"', s.n))
		return s;
	(void)ws_bytes(w, s.n, &p);
	if (!p)
		return s;
	for (size_t i = 0; i < s.n; i++) {
		p[n++] = s.p[i];
		if (s.p[i] == '"' && i + 1 < s.n && s.p[i + 1] == '"')
			i++;
	}
	return fb_slice(p, n);
}

/* Behind the closing quote of a string that starts at from; doubled: "" stands for one. */
static size_t string_end(const struct lexer *l, size_t from, uint8_t quote, bool doubled, bool escapes)
{
	size_t i = from;

	while (i < l->end) {
		if (escapes && l->s.p[i] == '\\') {
			i += 2;
			continue;
		}
		if (l->s.p[i] == quote) {
			if (!doubled || i + 1 >= l->end || l->s.p[i + 1] != quote)
				return i;
			i++;
		}
		i++;
	}
	return l->end;
}

static bool has_var(struct fb_slice s)
{
	for (size_t i = 0; i + 1 < s.n; i++) {
		if (s.p[i] == '\\')
			i++;
		else if ((s.p[i] == '$' && (is_word(s.p[i + 1]) || s.p[i + 1] == '{')) ||
			 (s.p[i] == '{' && s.p[i + 1] == '$'))
			return true;
	}
	return false;
}

static void quoted(struct lexer *l, uint8_t quote)
{
	bool php = l->lang == WS_PHP;
	size_t from = l->at + 1, to = string_end(l, from, quote, false, true);
	struct fb_slice s = fb_slice_sub(l->s, from, to > from ? to - from : 0);

	if (php && quote == '`')
		push(l, TK_SHELL, 0, l->at, s);
	else if (php && quote == '"' && has_var(s))
		push(l, TK_PARTS, 0, l->at, s);
	else if (php && quote == '\'')
		push(l, TK_STR, 0, l->at, unescape_plain(l->w, s));
	else
		push(l, TK_STR, 0, l->at, unescape(l->w, s, php));
	l->at = to + 1;
}

/* @"…", $"…", $@"…", """…""" */
static bool special_string(struct lexer *l)
{
	size_t q = 0, from, to;
	bool plain = false, parts = false;

	while (q <= 2 && (peek(l, q) == '@' || peek(l, q) == '$')) {
		plain = plain || peek(l, q) == '@';
		parts = parts || peek(l, q) == '$';
		q++;
	}
	if (!q || q > 2 || peek(l, q) != '"')
		return false;
	from = l->at + q + 1;
	to = string_end(l, from, '"', plain, !plain);
	if (to < from)
		to = from;
	if (parts)
		push_range(l, TK_PARTS, from, to);
	else
		push(l, TK_STR, 0, l->at, undouble(l->w, fb_slice_sub(l->s, from, to - from)));
	l->at = to + 1;
	return true;
}

/* <<<WORD … WORD */
static bool heredoc(struct lexer *l)
{
	size_t i = l->at + 3, from, word, n, at;
	bool plain = false;
	struct fb_slice s;

	while (i < l->end && (l->s.p[i] == ' ' || l->s.p[i] == '\t'))
		i++;
	if (i < l->end && (l->s.p[i] == '\'' || l->s.p[i] == '"'))
		plain = l->s.p[i++] == '\'';
	word = i;
	while (i < l->end && is_word(l->s.p[i]))
		i++;
	n = i - word;
	if (n == 0 || n > 128)
		return false;
	while (i < l->end && l->s.p[i] != '\n')
		i++;
	from = i < l->end ? i + 1 : i;
	/* The end: the word first on a line, blanks before it allowed. */
	for (at = from; at < l->end;) {
		size_t b = at;

		while (b < l->end && (l->s.p[b] == ' ' || l->s.p[b] == '\t'))
			b++;
		if (n <= l->end - b && memcmp(l->s.p + b, l->s.p + word, n) == 0 &&
		    (b + n == l->end || !is_word(l->s.p[b + n]))) {
			i = b + n;
			break;
		}
		while (at < l->end && l->s.p[at] != '\n')
			at++;
		at += at < l->end;
		i = at;
	}
	s = fb_slice_sub(l->s, from, at > from ? at - from : 0);
	if (s.n && s.p[s.n - 1] == '\n')
		s.n--;
	if (plain)
		push(l, TK_STR, 0, l->at, s);
	else if (has_var(s))
		push(l, TK_PARTS, 0, l->at, s);
	else
		push(l, TK_STR, 0, l->at, unescape(l->w, s, true));
	l->at = i;
	return true;
}

/* ---- blanks and comments ---- */

static void to_line_end(struct lexer *l, bool php)
{
	while (l->at < l->end && l->s.p[l->at] != '\n' && l->s.p[l->at] != '\r') {
		if (php && peek(l, 0) == '?' && peek(l, 1) == '>')
			return;
		l->at++;
	}
}

static bool blank(struct lexer *l)
{
	uint8_t c = peek(l, 0);

	if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v' || c == 0) {
		l->at++;
		return true;
	}
	if (c == '/' && peek(l, 1) == '/') {
		to_line_end(l, l->lang == WS_PHP);
		return true;
	}
	if (c == '#' && peek(l, 1) != '[' && (l->lang == WS_PHP || l->lang == WS_CSHARP)) {
		to_line_end(l, l->lang == WS_PHP);
		return true;
	}
	if (c == '/' && peek(l, 1) == '*') {
		size_t rest = fb_slice_find(fb_slice_sub(l->s, l->at + 2, l->end - l->at - 2), FB_LIT("*/"));

		l->at = rest < l->end - l->at - 2 ? l->at + 2 + rest + 2 : l->end;
		return true;
	}
	if (c == '<' && here(l, "<!--") && l->lang == WS_JSCRIPT) {
		to_line_end(l, false);
		return true;
	}
	return false;
}

/* ---- words ---- */

static void word(struct lexer *l)
{
	size_t from = l->at;

	while (l->at < l->end && (is_word(l->s.p[l->at]) ||
				  (l->s.p[l->at] == '$' && l->lang != WS_PHP) ||
				  (l->s.p[l->at] == '\\' && l->lang == WS_PHP)))
		l->at++;
	push_range(l, TK_NAME, from, l->at);
}

static void number(struct lexer *l)
{
	size_t from = l->at;

	while (l->at < l->end) {
		uint8_t c = l->s.p[l->at];

		if (c == '.' && !isdigit(peek(l, 1)))
			break;
		if (!isalnum(c) && c != '.' && c != '_')
			break;
		l->at++;
	}
	push_range(l, TK_NUM, from, l->at);
}

/* The longest operator that starts here. */
static void operator(struct lexer *l)
{
	static const char *const ops[] = {
		">>>=", "===", "!==", "**=", "<<=", ">>=", "...", "<=>", "\?\?=", "?->", ">>>",
		"==", "!=", "<>", "<=", ">=", "&&", "||", "\?\?", "++", "--", "+=", "-=", "*=", "/=", ".=",
		"%=", "&=", "|=", "^=", "->", "=>", "::", "<<", ">>", "**", "?.", NULL
	};
	uint32_t op = 0;
	size_t n = 1;

	for (size_t i = 0; ops[i]; i++)
		if (here(l, ops[i])) {
			n = strlen(ops[i]);
			/* "a?.5:b", and generics' ends in other languages */
			if (n == 2 && ops[i][0] == '?' && ops[i][1] == '.' && isdigit(peek(l, 2)))
				n = 1;
			if (ops[i][0] == '>' && ops[i][1] == '>' && l->lang != WS_PHP && l->lang != WS_JSCRIPT)
				n = 1;
			break;
		}
	for (size_t i = n; i-- > 0;)
		op = op << 8 | l->s.p[l->at + i];
	push(l, TK_OP, op, l->at, fb_slice_sub(l->s, l->at, n));
	l->at += n;
}

/* Does a / start a regular expression? Where no value stands before it. */
static bool regex_place(const struct lexer *l)
{
	const struct ws_token *t = l->out->n ? &l->out->v[l->out->n - 1] : NULL;

	if (!t)
		return true;
	return t->kind == TK_OP && t->op != OP1(')') && t->op != OP1(']') && t->op != OP1('}');
}

static bool regex(struct lexer *l)
{
	size_t i = l->at + 1;
	bool set = false;

	while (i < l->end && l->s.p[i] != '\n' && (l->s.p[i] != '/' || set)) {
		if (l->s.p[i] == '\\')
			i++;
		else if (l->s.p[i] == '[')
			set = true;
		else if (l->s.p[i] == ']')
			set = false;
		i++;
	}
	if (i >= l->end || l->s.p[i] != '/')
		return false;
	i++;
	while (i < l->end && isalpha(l->s.p[i]))
		i++;
	push_range(l, TK_STR, l->at, i);
	l->at = i;
	return true;
}

/* ---- PHP's borders ---- */

/* Is what stands at i the beginning of PHP's code? In pictures "<?" and "<?=" stand by
 * chance too; text has to follow. */
bool ws_php_opens(struct fb_slice s, size_t i)
{
	size_t n;
	bool text = memchr(s.p, 0, s.n < 512 ? s.n : 512) == NULL;

	if (s.n - i < 3 || s.p[i] != '<' || s.p[i + 1] != '?')
		return false;
	if (s.n - i >= 5 && strncasecmp((const char *)s.p + i + 2, "php", 3) == 0)
		return s.n - i == 5 || isspace(s.p[i + 5]) || s.p[i + 5] == '/';
	if (s.p[i + 2] != '=' && !isspace(s.p[i + 2]) && s.p[i + 2] != '@' && s.p[i + 2] != '$' && s.p[i + 2] != '/')
		return s.p[i + 2] != 'x' && isalpha(s.p[i + 2]) && text;
	for (n = i + 3; n < s.n && n < i + 24; n++)
		if ((s.p[n] < 0x20 && !isspace(s.p[n])) || s.p[n] == 0x7F || (s.p[n] >= 0x80 && !text))
			return false;
	return true;
}

static void html(struct lexer *l)
{
	size_t from = l->at;

	while (l->at < l->end) {
		const uint8_t *hit = memchr(l->s.p + l->at, '<', l->end - l->at);

		l->at = hit ? (size_t)(hit - l->s.p) : l->end;
		if (!hit || ws_php_opens(l->s, l->at) || here(l, "<script language=\"php\"") ||
		    here(l, "<script language='php'") || here(l, "<script language=php"))
			break;
		l->at++;
	}
	push_range(l, TK_HTML, from, l->at);
	if (l->at == l->end)
		return;
	l->html = false;
	if (here(l, "<?php")) {
		l->at += 5;
	} else if (here(l, "<?=")) {
		push(l, TK_NAME, 0, l->at, FB_LIT("echo"));
		l->at += 3;
	} else if (here(l, "<?")) {
		l->at += 2;
	} else {
		while (l->at < l->end && l->s.p[l->at] != '>')
			l->at++;
		l->at += l->at < l->end;
	}
}

static void one_php(struct lexer *l)
{
	uint8_t c = peek(l, 0);

	if (c == '?' && peek(l, 1) == '>') {
		push(l, TK_OP, OP1(';'), l->at, FB_LIT("?>"));
		l->at += 2;
		l->html = true;
	} else if (here(l, "</script") && c == '<') {
		push(l, TK_OP, OP1(';'), l->at, FB_LIT("</"));
		l->html = true;
	} else if (c == '$' && is_word(peek(l, 1)) && !isdigit(peek(l, 1))) {
		size_t from = ++l->at;

		while (l->at < l->end && is_word(l->s.p[l->at]))
			l->at++;
		push_range(l, TK_VAR, from, l->at);
	} else if (c == '"' || c == '\'' || c == '`') {
		quoted(l, c);
	} else if (isdigit(c) || (c == '.' && isdigit(peek(l, 1)))) {
		number(l);
	} else if (is_word(c) || (c == '\\' && is_word(peek(l, 1)))) {
		word(l);
	} else if (!here(l, "<<<") || !heredoc(l)) {
		operator(l);
	}
}

static void one(struct lexer *l)
{
	uint8_t c = peek(l, 0);

	if (l->lang == WS_PHP) {
		one_php(l);
	} else if (l->lang == WS_CSHARP && (c == '@' || c == '$') && special_string(l)) {
		;
	} else if (c == '@' && l->lang == WS_CSHARP && is_word(peek(l, 1))) {
		l->at++;
		word(l);
	} else if (c == '"' || c == '\'' || (c == '`' && l->lang == WS_JSCRIPT)) {
		quoted(l, c);
	} else if (isdigit(c) || (c == '.' && isdigit(peek(l, 1)))) {
		number(l);
	} else if (is_word(c) || c == '$') {
		word(l);
	} else if (c != '/' || l->lang != WS_JSCRIPT || !regex_place(l) || !regex(l)) {
		operator(l);
	}
}

/* ---- Visual Basic ---- */

static void one_vb(struct lexer *l)
{
	uint8_t c = peek(l, 0);

	if (c == '\n' || c == '\r' || c == ':') {
		if (c == ':' && peek(l, 1) == '=') {
			push(l, TK_OP, OP2(':', '='), l->at, FB_LIT(":="));
			l->at += 2;
			return;
		}
		push(l, TK_LINE, 0, l->at, FB_LIT("\n"));
		l->at++;
	} else if (c == ' ' || c == '\t' || c == 0) {
		l->at++;
	} else if (c == '_' && !is_word(peek(l, 1))) {
		size_t i = l->at + 1;

		while (i < l->end && (l->s.p[i] == ' ' || l->s.p[i] == '\t'))
			i++;
		if (i < l->end && l->s.p[i] == '\r')
			i++;
		l->at = i < l->end && l->s.p[i] == '\n' ? i + 1 : l->at + 1;
	} else if (c == '\'') {
		to_line_end(l, false);
	} else if (c == '"') {
		size_t from = l->at + 1, to = string_end(l, from, '"', true, false);

		push(l, TK_STR, 0, l->at, undouble(l->w, fb_slice_sub(l->s, from, to > from ? to - from : 0)));
		l->at = to + 1;
	} else if (isdigit(c) || (c == '.' && isdigit(peek(l, 1)))) {
		number(l);
	} else if (c == '&' && ((peek(l, 1) | 32) == 'h' || (peek(l, 1) | 32) == 'o') && hex_digit(peek(l, 2)) >= 0) {
		size_t from = l->at;

		l->at += 2;
		while (l->at < l->end && hex_digit(l->s.p[l->at]) >= 0)
			l->at++;
		push_range(l, TK_NUM, from, l->at);
		l->at += l->at < l->end && l->s.p[l->at] == '&' && !is_word(peek(l, 1));
	} else if (is_word(c)) {
		size_t from = l->at;

		while (l->at < l->end && is_word(l->s.p[l->at]))
			l->at++;
		if (l->at - from == 3 && strncasecmp((const char *)l->s.p + from, "rem", 3) == 0)
			to_line_end(l, false);
		else
			push_range(l, TK_NAME, from, l->at);
	} else if (c == '[') { /* a name that is a word of the language */
		size_t from = ++l->at;

		while (l->at < l->end && l->s.p[l->at] != ']' && l->s.p[l->at] != '\n')
			l->at++;
		push_range(l, TK_NAME, from, l->at);
		l->at += l->at < l->end;
	} else {
		operator(l);
	}
}

void ws_lex(struct ws_file *w, struct ws_tokens *out, struct fb_slice text, size_t from, size_t to,
	    bool code)
{
	struct lexer l = { .w = w, .out = out, .s = text, .at = from, .end = to, .lang = out->lang,
			   .html = out->lang == WS_PHP && !code };

	while (l.at < l.end && !w->cut) {
		if (l.html)
			html(&l);
		else if (l.lang == WS_VB)
			one_vb(&l);
		else if (!blank(&l))
			one(&l);
		if (l.at > l.end)
			l.at = l.end;
	}
}
