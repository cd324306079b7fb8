/* One file: what it is, what it does, what is said of it. */
#include "detect/webshell/ws.h"

#include <ctype.h>
#include <stdlib.h>

static bool one_of(struct fb_slice s, const char *const *list)
{
	for (; *list; list++)
		if (fb_slice_ieq(s, fb_slice_str(*list)))
			return true;
	return false;
}

static void take_name(struct ws_file *w, const char *path)
{
	const char *name = path, *dot;
	uint8_t *p;
	size_t n;

	for (const char *c = path; *c; c++)
		if (*c == '/' || *c == '\\' || *c == '!')
			name = c + 1;
	w->name = fb_slice_str(name);
	dot = strrchr(name, '.');
	w->ext = FB_LIT("");
	if (!dot)
		return;
	n = strlen(dot + 1);
	(void)ws_bytes(w, n, &p);
	for (size_t i = 0; p && i < n; i++)
		p[i] = (uint8_t)tolower((uint8_t)dot[1 + i]);
	w->ext = fb_slice(p ? p : (const uint8_t *)"", p ? n : 0);
}

/* Two words that no page needs together. */
static const struct told {
	const char *a, *b;
	bool java;
	enum ws_rule rule;
	const char *why;
} told[] = {
	{ "s_autogen", "HttpRuntime", false, R_KEYS, "the keys that view states are signed with are read from the running application" },
	{ "RegisterVirtualPathProvider", "VirtualPathProvider", false, R_HOOK, "a provider of pages is registered in the running web server" },
	{ "RouteTable.Routes", ": RouteBase", false, R_HOOK, "a route is registered in the running web server" },
	{ "WSASocket", "CreateProcess", false, R_REVERSE, "a program of the system is started on a connection" },
	{ "TemplatesImpl", "_bytecodes", true, R_LOAD, "bytes are loaded as a class, by TemplatesImpl" },
	{ "getSystemJavaCompiler", "ClassLoader", true, R_LOAD, "source is compiled and loaded" },
	{ "forkAndExec", "invoke", true, R_COMMAND, "a program is started by the system's own method for it" },
};

/* A page whose text alone tells: what no value flows through. */
static void by_text(struct ws_file *w)
{
	struct ws_node n = { .line = 1 };

	if (w->asp && ws_ihas(w->text, "MachineKeySection") && ws_ihas(w->text, "ValidationKey")) {
		n.at = (uint32_t)ws_ifind(w->text, 0, "MachineKeySection");
		n.line = ws_line_of(w, n.at);
		ws_find_add(w, R_KEYS, &n, NULL, "the keys that view states are signed with are read from the running application");
	}
	for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
		const struct told *t = &told[i];

		if ((t->java ? w->lang != WS_JAVA : !w->asp) || !ws_ihas(w->text, t->a) || !ws_ihas(w->text, t->b))
			continue;
		n.at = (uint32_t)ws_ifind(w->text, 0, t->a);
		n.line = ws_line_of(w, n.at);
		ws_find_add(w, t->rule, &n, NULL, t->why);
	}
	/* PHP has these names in lists of words, but for what calls them. */
	if (ws_ihas(w->text, "VirtualAlloc") && (w->lang != WS_PHP || ws_ihas(w->text, "FFI::")) && (ws_ihas(w->text, "CreateThread") || ws_ihas(w->text, "GetDelegateForFunctionPointer"))) {
		n.at = (uint32_t)ws_ifind(w->text, 0, "VirtualAlloc");
		n.line = ws_line_of(w, n.at);
		ws_find_add(w, R_NATIVE, &n, NULL, "executable memory is asked for and started");
	}
}

#define EL_MAX 4096 /* bytes; longer ones are none */

/* Expressions in a JSP outside of its code: ${ … }. */
static void el(struct ws_file *w)
{
	static const char *const words[] = { "getRuntime", "forName(", "ScriptEngine", "getEngineByName", "ProcessBuilder", NULL };
	const uint8_t *end = NULL;
	size_t at = 0;

	while ((at = ws_ifind(w->text, at, "${")) < w->text.n) {
		struct fb_slice s;

		/* Each brace is looked for once, each expression looked at once: what stands in one
		 * is a part of it. */
		if (!end || end < w->text.p + at)
			end = memchr(w->text.p + at, '}', w->text.n - at);
		if (!end)
			return;
		s = fb_slice(w->text.p + at, (size_t)(end - w->text.p) - at);
		if (s.n >= EL_MAX) {
			at += 2;
			continue;
		}
		for (size_t i = 0; words[i]; i++)
			if (ws_ihas(s, words[i])) {
				struct ws_node n = { .line = ws_line_of(w, at), .at = (uint32_t)at };

				ws_find_add(w, ws_ihas(s, "param") ? R_COMMAND : R_HIDDEN, &n, NULL,
					    "an expression of the page starts programs or scripts");
			}
		at += s.n;
	}
}

static int by_weight(const void *a, const void *b)
{
	const struct ws_finding *x = a, *y = b;

	if (ws_rules[x->rule].level != ws_rules[y->rule].level)
		return ws_rules[x->rule].level > ws_rules[y->rule].level ? -1 : 1;
	if (x->rule != y->rule)
		return x->rule < y->rule ? -1 : 1;
	return x->line < y->line ? -1 : x->line > y->line;
}

static void run_language(struct ws_file *w, enum ws_lang lang)
{
	struct ws_node *program = NULL;
	struct ws_tokens *t = &w->streams[lang];

	w->lang = lang;
	w->nodes = 0;
	w->cut = false;
	if (lang == WS_CFML)
		program = ws_parse_cfm(w);
	else if (lang == WS_VB)
		program = ws_parse_vb(w, t);
	else
		program = ws_parse(w, t);
	if (program && !w->oom)
		ws_run(w, program);
}

void ws_analyse(struct ws_file *w, struct fb_slice bytes, const char *path)
{
	static const char *const pictures[] = { "gif", "jpg", "jpeg", "png", "ico", "bmp", "webp", "svg", "pdf", "doc", "docx", "zip",
						"css", "mp3", "ttf", "woff", NULL };
	bool any = false;

	take_name(w, path);
	w->quiet = true;
	if (!ws_split(w, bytes)) {
		w->quiet = false;
		if (ws_ihas(w->ext, "jsp") && !w->cut)
			el(w);
		return;
	}
	for (unsigned i = 1; i < WS_LANGS && !w->oom; i++) {
		if (i == WS_CONFIG) {
			w->quiet = false;
			if (w->streams[i].lang == WS_CONFIG)
				ws_config(w);
		} else if (w->streams[i].n || (i == WS_CFML && w->streams[i].lang)) {
			run_language(w, (enum ws_lang)i);
		}
	}
	w->quiet = false;
	ws_find_whole(w);
	by_text(w);
	if (w->streams[WS_JAVA].lang || ws_ihas(w->ext, "jsp"))
		el(w);
	for (uint32_t i = 0; i < w->nfound; i++)
		any = any || ws_rules[w->found[i].rule].level >= FB_LEVEL_MEDIUM;
	if (any && (one_of(w->ext, pictures) || (bytes.n > 4 && (memcmp(bytes.p, "GIF8", 4) == 0 || memcmp(bytes.p, "\x89PNG", 4) == 0 ||
								    memcmp(bytes.p, "\xFF\xD8\xFF", 3) == 0 || memcmp(bytes.p, "%PDF", 4) == 0)))) {
		struct ws_node n = { .line = w->found[0].line, .at = w->found[0].at };

		ws_find_add(w, R_IMAGE, &n, NULL, "code of a script language stands in a file that is, or is named like, another kind");
	}
	if (w->nfound)
		qsort(w->found, w->nfound, sizeof *w->found, by_weight);
}
