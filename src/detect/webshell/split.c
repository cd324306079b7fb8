/* What language a page is in, by its content first and its name second, and where in it
 * the code stands. */
#include "detect/webshell/ws.h"

#include "base/text.h"

#include <ctype.h>

const char *ws_lang_word(enum ws_lang lang)
{
	static const char *const words[WS_LANGS] = {
		[WS_NONE] = "", [WS_PHP] = "PHP", [WS_CSHARP] = "C#", [WS_JSCRIPT] = "JScript", [WS_JAVA] = "JSP",
		[WS_VB] = "Visual Basic", [WS_CFML] = "CFML", [WS_CONFIG] = "configuration",
	};

	return words[lang];
}

size_t ws_ifind(struct fb_slice s, size_t from, const char *word)
{
	size_t n = strlen(word);
	int lower = tolower((uint8_t)word[0]), upper = toupper((uint8_t)word[0]);

	for (size_t i = from; n && i + n <= s.n; i++)
		if ((s.p[i] == lower || s.p[i] == upper) && strncasecmp((const char *)s.p + i, word, n) == 0)
			return i;
	return s.n;
}

bool ws_ihas(struct fb_slice s, const char *word)
{
	return ws_ifind(s, 0, word) < s.n;
}

struct fb_slice ws_attr(struct fb_slice tag, const char *attr)
{
	size_t n = strlen(attr), i = 0;

	while ((i = ws_ifind(tag, i, attr)) < tag.n) {
		size_t j = i + n, from;
		uint8_t quote;

		if (i && (isalnum(tag.p[i - 1]) || tag.p[i - 1] == '-' || tag.p[i - 1] == '_')) {
			i = j;
			continue;
		}
		while (j < tag.n && isspace(tag.p[j]))
			j++;
		if (j >= tag.n || tag.p[j] != '=') {
			i = j;
			continue;
		}
		for (j++; j < tag.n && isspace(tag.p[j]); j++)
			;
		quote = j < tag.n && (tag.p[j] == '"' || tag.p[j] == '\'') ? tag.p[j++] : 0;
		from = j;
		/* A quote that is doubled stands for one, in CFML. */
		while (j < tag.n && (quote ? tag.p[j] != quote || (j > from && j + 1 < tag.n && tag.p[j + 1] == quote)
					   : !isspace(tag.p[j]) && tag.p[j] != '>'))
			j += quote && tag.p[j] == quote ? 2 : 1;
		j = j > tag.n ? tag.n : j;
		return fb_slice_sub(tag, from, j - from);
	}
	return fb_slice("", 0);
}

/* ---- text ---- */

/* UTF-16 with or without its mark becomes UTF-8. */
static struct fb_slice as_text(struct ws_file *w, struct fb_slice b)
{
	bool le = b.n > 1 && b.p[0] == 0xFF && b.p[1] == 0xFE, be = b.n > 1 && b.p[0] == 0xFE && b.p[1] == 0xFF;
	uint8_t *p, *swapped;
	size_t n = b.n & ~(size_t)1;

	if (!le && !be && n >= 8) {
		size_t even = 0, odd = 0, most = n < 512 ? n : 512;

		for (size_t i = 0; i < most; i += 2) {
			even += b.p[i] == 0;
			odd += b.p[i + 1] == 0;
		}
		le = odd * 10 > most * 4 && even == 0;
		be = even * 10 > most * 4 && odd == 0;
	}
	if (!le && !be) {
		if (b.n >= 3 && memcmp(b.p, "\xEF\xBB\xBF", 3) == 0)
			return fb_slice(b.p + 3, b.n - 3);
		return b;
	}
	if (be) {
		(void)ws_bytes(w, n, &swapped);
		for (size_t i = 0; swapped && i < n; i += 2) {
			swapped[i] = b.p[i + 1];
			swapped[i + 1] = b.p[i];
		}
		b = fb_slice(swapped, swapped ? n : 0);
	}
	(void)ws_bytes(w, n / 2 * 3 + 4, &p);
	return fb_slice(p, p ? fb_utf16_to_utf8_raw(fb_slice(b.p, b.n & ~(size_t)1), p) : 0);
}

static void find_lines(struct ws_file *w)
{
	size_t n = 1, at = 1;

	for (size_t i = 0; i < w->text.n; i++)
		n += w->text.p[i] == '\n';
	w->lines = fb_arena_get(w->arena, n * sizeof *w->lines);
	w->nlines = 0;
	if (!w->lines) {
		w->oom = w->cut = true;
		return;
	}
	w->lines[0] = 0;
	for (size_t i = 0; i < w->text.n && at < n; i++)
		if (w->text.p[i] == '\n')
			w->lines[at++] = (uint32_t)(i + 1);
	w->nlines = (uint32_t)at;
}

/* ---- <% … %> ---- */

static enum ws_lang by_word(struct fb_slice s)
{
	static const struct {
		const char *word;
		enum ws_lang lang;
	} words[] = {
		{ "c#", WS_CSHARP }, { "cs", WS_CSHARP }, { "csharp", WS_CSHARP }, { "vb", WS_VB }, { "vbscript", WS_VB },
		{ "visualbasic", WS_VB }, { "vb.net", WS_VB }, { "vbs", WS_VB }, { "jscript", WS_JSCRIPT }, { "js", WS_JSCRIPT },
		{ "javascript", WS_JSCRIPT }, { "jscript.net", WS_JSCRIPT }, { "java", WS_JAVA }, { "jscript.encode", WS_JSCRIPT },
		{ "vbscript.encode", WS_VB },
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (fb_slice_ieq(s, fb_slice_str(words[i].word)))
			return words[i].lang;
	return WS_NONE;
}

static bool is_java(const struct ws_file *w)
{
	static const char *const words[] = { "java.", "javax.", "<jsp:", "pageContext", "<%!", "request.getParameter",
					     "import=", "out.print", "String ", "jakarta.", NULL };
	unsigned n = 0;

	for (size_t i = 0; words[i]; i++)
		n += ws_ihas(w->text, words[i]);
	return n >= 2 || (n == 1 && (ws_ihas(w->text, "request.get") || ws_ihas(w->text, "<jsp:")));
}

/* The language of a page with <% … %>, where nothing in it says so. */
static enum ws_lang guess(const struct ws_file *w)
{
	static const struct {
		const char *ext;
		enum ws_lang lang;
	} exts[] = {
		{ "jsp", WS_JAVA }, { "jspx", WS_JAVA }, { "jspf", WS_JAVA }, { "jspa", WS_JAVA }, { "jsw", WS_JAVA },
		{ "jsv", WS_JAVA }, { "jtml", WS_JAVA }, { "tag", WS_JAVA }, { "asp", WS_VB }, { "asa", WS_VB }, { "cer", WS_VB },
		{ "cdx", WS_VB }, { "inc", WS_VB }, { "htr", WS_VB }, { "stm", WS_VB },
	};
	bool net = ws_ihas(w->text, "<%@ page") || ws_ihas(w->text, "<%@page") || ws_ihas(w->text, "runat=\"server\"");

	for (size_t i = 0; i < sizeof exts / sizeof *exts; i++)
		if (fb_slice_ieq(w->ext, fb_slice_str(exts[i].ext)) && (exts[i].lang == WS_JAVA || !is_java(w)))
			return exts[i].lang;
	if (is_java(w))
		return WS_JAVA;
	if (w->ext.n >= 3 && w->ext.p[0] == 'a' && w->ext.p[1] == 's')
		return ws_ihas(w->text, "using ") || ws_ihas(w->text, ";\n") || ws_ihas(w->text, ";\r") ||
			       ws_ihas(w->text, "; ") || ws_ihas(w->text, ";%>") ? WS_CSHARP : WS_VB;
	if (net && (ws_ihas(w->text, "void ") || ws_ihas(w->text, ";\n")))
		return WS_CSHARP;
	if (ws_ihas(w->text, "request(") || ws_ihas(w->text, "Server.CreateObject"))
		return WS_VB;
	return WS_NONE;
}

/* What the page says: <%@ … Language="…" %>, else what it looks like. */
static enum ws_lang declared(struct ws_file *w)
{
	size_t at = 0;

	while ((at = ws_ifind(w->text, at, "<%@")) < w->text.n) {
		size_t end = ws_ifind(w->text, at, "%>");
		struct fb_slice tag = fb_slice_sub(w->text, at, end - at);
		struct fb_slice said = ws_attr(tag, "language");
		enum ws_lang lang = by_word(said);

		if (lang == WS_JSCRIPT && ws_ihas(tag, "page ") && is_java(w) && !ws_ihas(w->text, "Request.Item"))
			lang = WS_JAVA; /* language="javascript" in a JSP is a slip */
		if (lang != WS_NONE)
			return lang;
		at = end;
	}
	return guess(w);
}

/* \u0061 in Java and C# is the letter itself, wherever it stands. */
static struct fb_slice unicode(struct ws_file *w, struct fb_slice s)
{
	uint8_t *p;
	size_t n = 0;

	if (fb_slice_find(s, FB_LIT("\\u")) == s.n)
		return s;
	(void)ws_bytes(w, s.n, &p);
	if (!p)
		return s;
	for (size_t i = 0; i < s.n;) {
		size_t j = i + 1;
		uint32_t value = 0;
		size_t digits = 0;

		while (s.p[i] == '\\' && j < s.n && s.p[j] == 'u')
			j++;
		while (j > i + 1 && digits < 4 && j + digits < s.n && isxdigit(s.p[j + digits])) {
			uint8_t c = s.p[j + digits++];

			value = value << 4 | (uint32_t)(isdigit(c) ? c - '0' : (c | 32) - 'a' + 10);
		}
		if (digits == 4 && value < 0x80) {
			p[n++] = (uint8_t)value;
			i = j + 4;
		} else {
			p[n++] = s.p[i++];
		}
	}
	return fb_slice(p, n);
}

static struct fb_slice entities(struct ws_file *w, struct fb_slice s)
{
	static const struct {
		const char *name;
		char c;
	} names[] = { { "&lt;", '<' }, { "&gt;", '>' }, { "&amp;", '&' }, { "&quot;", '"' }, { "&apos;", '\'' } };
	uint8_t *p;
	size_t n = 0;

	if (!s.n || !memchr(s.p, '&', s.n))
		return s;
	(void)ws_bytes(w, s.n, &p);
	if (!p)
		return s;
	for (size_t i = 0; i < s.n;) {
		size_t used = 0;

		for (size_t k = 0; s.p[i] == '&' && k < 5 && !used; k++)
			if (fb_slice_starts(fb_slice(s.p + i, s.n - i), fb_slice_str(names[k].name))) {
				p[n++] = (uint8_t)names[k].c;
				used = strlen(names[k].name);
			}
		if (!used && s.p[i] == '&' && i + 2 < s.n && s.p[i + 1] == '#') {
			bool hex = (s.p[i + 2] | 32) == 'x';
			size_t j = i + 2 + hex;
			uint32_t v = 0;

			while (j < s.n && j < i + 10 && (hex ? isxdigit(s.p[j]) : isdigit(s.p[j]))) {
				v = v * (hex ? 16 : 10) + (uint32_t)(isdigit(s.p[j]) ? s.p[j] - '0' : (s.p[j] | 32) - 'a' + 10);
				j++;
			}
			if (j < s.n && s.p[j] == ';' && v < 0x80) {
				p[n++] = (uint8_t)v;
				used = j + 1 - i;
			}
		}
		if (!used)
			p[n++] = s.p[i];
		i += used ? used : 1;
	}
	return fb_slice(p, n);
}

/* A piece of code of the page; xml: its entities count. */
static void add_code(struct ws_file *w, enum ws_lang lang, size_t from, size_t to, bool echo, bool xml)
{
	struct ws_tokens *out = &w->streams[lang];
	struct fb_slice s = fb_slice_sub(w->text, from, to > from ? to - from : 0), plain = s;
	uint32_t n = out->n;

	if (!s.n || lang == WS_NONE)
		return;
	out->lang = lang;
	if (lang == WS_JAVA || lang == WS_CSHARP)
		plain = unicode(w, xml ? entities(w, s) : s);
	else if (xml)
		plain = entities(w, s);
	if (echo)
		ws_push(w, out, TK_NAME, 0, from, FB_LIT("echo"));
	if (plain.p == s.p) {
		ws_lex(w, out, w->text, from, to, true);
	} else {
		ws_lex(w, out, plain, 0, plain.n, true);
		for (uint32_t i = n + echo; i <= out->n && out->v; i++) { /* places as in the page, about */
			size_t at = from + out->v[i].at;

			out->v[i].at = (uint32_t)(at < to ? at : to);
			out->v[i].line = ws_line_of(w, out->v[i].at);
		}
	}
	if (lang == WS_VB)
		ws_push(w, out, TK_HTML, 0, to, FB_LIT("\n"));
	else if (echo)
		ws_push(w, out, TK_OP, OP1(';'), to, FB_LIT(";"));
}

static void add_control(struct ws_file *w, struct fb_slice tag)
{
	struct fb_slice id = ws_attr(tag, "id"), cls;
	size_t n = 1;

	if (!id.n || w->ncontrols >= FB_WEBSHELL_CONTROLS_MAX || !fb_slice_ieq(ws_attr(tag, "runat"), FB_LIT("server")))
		return;
	if (!w->controls)
		w->controls = fb_arena_calloc(w->arena, FB_WEBSHELL_CONTROLS_MAX, sizeof *w->controls);
	if (!w->controls)
		return;
	while (n < tag.n && (isalnum(tag.p[n]) || tag.p[n] == ':' || tag.p[n] == '_'))
		n++;
	cls = fb_slice_sub(tag, 1, n - 1);
	if (fb_slice_ieq(cls, FB_LIT("object"))) {
		cls = ws_attr(tag, "progid");
		if (!cls.n && ws_ihas(ws_attr(tag, "classid"), "72C24DD5-D70A"))
			cls = FB_LIT("WScript.Shell");
		if (!cls.n && ws_ihas(ws_attr(tag, "classid"), "13709620-C279"))
			cls = FB_LIT("Shell.Application");
	} else {
		cls = FB_LIT("control");
	}
	w->controls[w->ncontrols++] = (struct ws_control){ id, cls };
}

/* Where the tag at `at` ends; 0: it is none. Another one begins outside of its quotes, so
 * however many are begun, each byte is looked at a few times. */
static size_t tag_end(struct fb_slice s, size_t at)
{
	size_t first = 0; /* '>' within quotes, for a quote that is not closed in the tag */
	uint8_t quote = 0;

	for (size_t i = at + 1; i < s.n; i++) {
		uint8_t c = s.p[i];

		if (c == '>' && !first)
			first = i;
		if (quote)
			quote = c == quote ? 0 : quote;
		else if (c == '"' || c == '\'')
			quote = c;
		else if (c == '>')
			return i;
		else if (c == '<' && (i + 1 == s.n || s.p[i + 1] != '%'))
			return first;
	}
	return quote ? first : 0;
}

/* A tag with its end, or 0 when it is none that matters. */
static size_t server_tag(struct ws_file *w, size_t at, enum ws_lang page)
{
	size_t end = tag_end(w->text, at);
	struct fb_slice tag, src;
	enum ws_lang lang;
	size_t close;

	if (!end)
		return 0;
	tag = fb_slice_sub(w->text, at, end - at);
	if (tag.n < 8 || !ws_ihas(tag, "runat"))
		return 0;
	add_control(w, tag);
	if (strncasecmp((const char *)tag.p, "<script", 7) != 0 || !fb_slice_ieq(ws_attr(tag, "runat"), FB_LIT("server")))
		return 0;
	lang = by_word(ws_attr(tag, "language"));
	src = ws_attr(tag, "src");
	close = ws_ifind(w->text, end, "</script");
	if (!src.n)
		add_code(w, lang ? lang : page, end + 1, close, false, false);
	return close;
}

static size_t jsp_tag(struct ws_file *w, size_t at)
{
	static const char *const names[] = { "<jsp:scriptlet", "<jsp:declaration", "<jsp:expression" };

	for (size_t i = 0; i < 3; i++) {
		size_t n = strlen(names[i]), from, to;

		if (w->text.n - at <= n || strncasecmp((const char *)w->text.p + at, names[i], n) != 0)
			continue;
		for (from = at; from < w->text.n && w->text.p[from] != '>'; from++)
			;
		if (from == w->text.n)
			return from; /* it never ends, and no other does */
		from++;
		to = ws_ifind(w->text, from, "</jsp:");
		while (from < to && isspace(w->text.p[from]))
			from++;
		if (to - from > 12 && memcmp(w->text.p + from, "<![CDATA[", 9) == 0) {
			size_t end = ws_ifind(w->text, from, "]]>");

			add_code(w, WS_JAVA, from + 9, end < to ? end : to, i == 2, false);
		} else {
			add_code(w, WS_JAVA, from, to, i == 2, true);
		}
		return to;
	}
	return 0;
}

static size_t percent(struct ws_file *w, size_t at, enum ws_lang page)
{
	size_t from = at + 2, to;
	bool echo = false;

	if (fb_slice_starts(fb_slice_sub(w->text, from, 2), FB_LIT("--"))) {
		to = ws_ifind(w->text, from, "--%>");
		return to < w->text.n ? to + 4 : to;
	}
	to = ws_ifind(w->text, from, "%>");
	if (from < to && w->text.p[from] == '@')
		return to;
	if (from < to && (w->text.p[from] == '=' || w->text.p[from] == ':' || w->text.p[from] == '#')) {
		echo = true;
		from++;
	} else if (from < to && (w->text.p[from] == '!' || w->text.p[from] == '$')) {
		from++;
	}
	add_code(w, page, from, to, echo, false);
	return to;
}

static void asp_page(struct ws_file *w, enum ws_lang page)
{
	size_t at = 0;

	while (at < w->text.n && !w->cut) {
		const uint8_t *hit = memchr(w->text.p + at, '<', w->text.n - at);
		size_t next;

		if (!hit)
			break;
		at = (size_t)(hit - w->text.p);
		if (at + 1 < w->text.n && w->text.p[at + 1] == '%')
			next = percent(w, at, page);
		else
			next = page == WS_JAVA ? jsp_tag(w, at) : server_tag(w, at, page);
		at = next > at ? next : at + 1;
	}
}

/* .ashx, .asmx and code beside pages: a directive at most, the rest is code. */
static bool plain_code(struct ws_file *w, enum ws_lang lang)
{
	size_t at = ws_ifind(w->text, 0, "<%@"), end;
	struct fb_slice tag;

	if (at == w->text.n || at > 512)
		return false;
	end = ws_ifind(w->text, at, "%>");
	tag = fb_slice_sub(w->text, at, end - at);
	if (!ws_ihas(tag, "webhandler") && !ws_ihas(tag, "webservice"))
		return false;
	add_code(w, lang, end + 2, w->text.n, false, false);
	return true;
}

static bool php_in(struct fb_slice s)
{
	size_t at = 0;

	while (at + 5 < s.n) {
		const uint8_t *hit = memchr(s.p + at, '<', s.n - at - 4);

		if (!hit)
			return false;
		at = (size_t)(hit - s.p);
		if ((strncasecmp((const char *)hit, "<?php", 5) == 0 || memcmp(hit, "<?=", 3) == 0) && ws_php_opens(s, at))
			return true;
		at++;
	}
	return ws_ihas(s, "<script language=\"php\"") || ws_ihas(s, "<script language='php'") ||
	       ws_ihas(s, "<script language=php");
}

/* <? … with nothing behind it, as short tags have it: something of PHP follows. */
static bool short_php(struct fb_slice s)
{
	size_t at = fb_slice_find(s, FB_LIT("<?"));

	return at + 8 < s.n && !ws_ihas(fb_slice_sub(s, at, 5), "<?xml") && fb_slice_find(s, FB_LIT("$")) < s.n &&
	       memchr(s.p + at, '(', s.n - at);
}

static bool ext_is(const struct ws_file *w, const char *const *list)
{
	for (; *list; list++)
		if (fb_slice_ieq(w->ext, fb_slice_str(*list)))
			return true;
	return false;
}

static bool config_name(const struct ws_file *w)
{
	static const char *const names[] = { "web.config", "applicationhost.config", ".htaccess", ".user.ini", "httpd.conf",
					     "php.ini", "machine.config", NULL };

	for (size_t i = 0; names[i]; i++)
		if (fb_slice_ieq(w->name, fb_slice_str(names[i])))
			return true;
	return fb_slice_ieq(w->ext, FB_LIT("config")) || fb_slice_ieq(w->ext, FB_LIT("htaccess"));
}

bool ws_split(struct ws_file *w, struct fb_slice bytes)
{
	static const char *const php[] = { "php", "php3", "php4", "php5", "php7", "php8", "phtml", "pht", "phps", "inc", "phar",
					   "module", "ctp", NULL };
	static const char *const cfm[] = { "cfm", "cfc", "cfml", "cfr", NULL };
	static const char *const data[] = { "txt", "md", "html", "htm", "rst", "xml", "json", "po", "xhtml", NULL };
	bool text;
	enum ws_lang lang;

	w->text = ws_unencoded(w, as_text(w, bytes));
	find_lines(w);
	if (w->cut)
		return false;
	if (config_name(w))
		w->streams[WS_CONFIG].lang = WS_CONFIG;
	text = ext_is(w, data);
	if (php_in(w->text) || (ext_is(w, php) && short_php(w->text))) {
		w->streams[WS_PHP].lang = WS_PHP;
		ws_lex(w, &w->streams[WS_PHP], w->text, 0, w->text.n, false);
	}
	if (!w->streams[WS_PHP].n || ext_is(w, cfm))
		if (ext_is(w, cfm) || (!text && ws_ihas(w->text, "<cfset")) || ws_ihas(w->text, "<cfexecute"))
			w->streams[WS_CFML].lang = WS_CFML;
	if (w->streams[WS_CFML].lang)
		return true;
	if (fb_slice_find(w->text, FB_LIT("<%")) < w->text.n || ws_ihas(w->text, "<jsp:") ||
	    (ws_ihas(w->text, "<script") && ws_ihas(w->text, "runat"))) {
		lang = declared(w);
		w->asp = lang != WS_JAVA;
		if (w->streams[WS_PHP].n && lang == WS_NONE)
			return true;
		if (!plain_code(w, lang))
			asp_page(w, lang);
	}
	for (unsigned i = 1; i < WS_LANGS; i++)
		if (w->streams[i].n || w->streams[i].lang == WS_CONFIG)
			return true;
	return false;
}
