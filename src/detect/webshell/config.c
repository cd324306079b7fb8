/* Configuration that lies beside pages: web.config and applicationHost.config, .htaccess,
 * .user.ini and php.ini. What makes other files scripts, or has code run before pages. */
#include "detect/webshell/ws.h"

#include <ctype.h>

static void add(struct ws_file *w, enum ws_rule rule, size_t at, const char *text)
{
	struct ws_node n = { .line = ws_line_of(w, at), .at = (uint32_t)at };

	ws_find_add(w, rule, &n, NULL, text);
}

/* The line at i, without comments of its kind; its end. */
static struct fb_slice line_of(const struct ws_file *w, size_t i, size_t *end)
{
	size_t to = i;

	while (to < w->text.n && w->text.p[to] != '\n')
		to++;
	*end = to + 1;
	return fb_slice_trim(fb_slice_sub(w->text, i, to - i));
}

static bool script_ext(struct fb_slice s)
{
	return ws_ihas(s, ".php") || ws_ihas(s, ".phtml") || ws_ihas(s, ".phar") || ws_ihas(s, ".pht");
}

/* AddType application/x-httpd-php .jpg and the like: an ending that is no script's. */
static bool other_ending(struct fb_slice s)
{
	static const char *const ends[] = { ".jpg", ".jpeg", ".png", ".gif", ".txt", ".html", ".htm", ".ico", ".bmp", ".css", ".js",
					    ".xml", ".log", ".pdf", ".svg", ".dat", ".tmp", ".htaccess", NULL };

	for (size_t i = 0; ends[i]; i++)
		if (ws_ihas(s, ends[i]))
			return true;
	return !script_ext(s) && memchr(s.p, '.', s.n) != NULL;
}

static void apache_line(struct ws_file *w, struct fb_slice s, size_t at)
{
	bool php = ws_ihas(s, "httpd-php") || ws_ihas(s, "php-script") || ws_ihas(s, "php5-script") || ws_ihas(s, "x-httpd-cgi") ||
		   ws_ihas(s, "cgi-script") || ws_ihas(s, "php-cgi") || ws_ihas(s, "proxy:");

	if (ws_ihas(s, "auto_prepend_file") || ws_ihas(s, "auto_append_file")) {
		bool none = ws_ihas(s, "none");

		if (!none)
			add(w, script_ext(s) && !ws_ihas(s, "://") && !other_ending(s) ? R_SETTING : R_HANDLER, at,
			    ws_ihas(s, "php://input") ? "the body of every request is run as code before the page" :
			    "a file is run before or behind every page (auto_prepend_file, auto_append_file)");
		return;
	}
	if ((ws_ihas(s, "addtype") || ws_ihas(s, "addhandler")) && php && other_ending(s))
		add(w, R_HANDLER, at, "files whose names are no script's are run as scripts (AddType, AddHandler)");
	else if ((ws_ihas(s, "sethandler") || ws_ihas(s, "forcetype")) && php)
		add(w, w->place_steps ? R_HANDLER : R_SETTING, at, "a handler for scripts is set for files by name or folder (SetHandler)");
	else if (ws_ihas(s, "php_value") && (ws_ihas(s, "allow_url_include") || ws_ihas(s, "disable_functions")))
		add(w, R_SETTING, at, "a lock of PHP is opened");
}

/* <Files "x.jpg"> … SetHandler: place_steps tells that such a part is open. */
static void apache(struct ws_file *w)
{
	size_t at = 0, next;

	w->place_steps = 0;
	while (at < w->text.n) {
		struct fb_slice s = line_of(w, at, &next);

		if (s.n && s.p[0] != '#' && s.p[0] != ';') {
			if (ws_ihas(s, "<files"))
				w->place_steps = other_ending(s) && !script_ext(s);
			else if (ws_ihas(s, "</files"))
				w->place_steps = 0;
			apache_line(w, s, at);
		}
		at = next;
	}
	w->place_steps = 0;
	/* A configuration that is itself a script. */
	if (ws_ihas(w->text, "<?php") && ws_ihas(w->text, "addtype") && ws_ihas(w->text, ".htaccess"))
		add(w, R_HANDLER, 0, "the configuration itself is run as a script");
}

static void handler_tag(struct ws_file *w, struct fb_slice tag, size_t at)
{
	struct fb_slice path = ws_attr(tag, "path"), processor = ws_attr(tag, "scriptProcessor"), type = ws_attr(tag, "type");
	bool odd = path.n && !ws_script_name(path) && !fb_slice_eqs(path, "*") && memchr(path.p, '.', path.n);

	if (processor.n && (ws_ihas(processor, "asp.dll") || ws_ihas(processor, "php-cgi") || ws_ihas(processor, "aspnet_isapi") ||
			    ws_ihas(processor, "cmd.exe") || ws_ihas(processor, "powershell"))) {
		if (ws_ihas(processor, "cmd.exe") || ws_ihas(processor, "powershell") || ws_ihas(path, ".config") ||
		    (odd && (ws_ihas(path, ".jpg") || ws_ihas(path, ".png") || ws_ihas(path, ".gif") || ws_ihas(path, ".txt") ||
			     ws_ihas(path, ".htm") || ws_ihas(path, ".css") || ws_ihas(path, ".js") || ws_ihas(path, ".ico"))))
			add(w, R_HANDLER, at, "files whose names are no script's are run as scripts (scriptProcessor)");
		else if (odd)
			add(w, R_SETTING, at, "a handler for a name of its own (scriptProcessor)");
	} else if (type.n && ws_ihas(type, "PageHandlerFactory") && odd) {
		add(w, R_HANDLER, at, "files whose names are no page's are compiled as pages (PageHandlerFactory)");
	}
}

static void build_provider(struct ws_file *w, struct fb_slice tag, size_t at)
{
	struct fb_slice extension = ws_attr(tag, "extension");

	/* The framework's own web.config: ".master" by MasterPageBuildProvider. */
	if (ws_ihas(tag, "MasterPageBuildProvider") && fb_slice_ieq(extension, FB_LIT(".master")))
		return;
	if (ws_ihas(tag, "PageBuildProvider") && !ws_script_name(extension))
		add(w, R_HANDLER, at, "files whose names are no page's are compiled as pages (buildProvider)");
}

static void iis(struct ws_file *w)
{
	size_t at = 0, close = 0, script = 0;

	while ((at = ws_ifind(w->text, at, "<")) < w->text.n) {
		struct fb_slice tag, head;
		size_t end;

		if (fb_slice_starts(fb_slice_sub(w->text, at, 4), FB_LIT("<!--"))) {
			/* Both are looked for once, however many comments are begun. */
			close = close < at || !close ? ws_ifind(w->text, at, "-->") : close;
			script = script < at || !script ? ws_ifind(w->text, at, "<%") : script;
			/* In web.config comments hold the script that the handler runs. */
			at = script < close ? at + 4 : close;
			continue;
		}
		/* No value holds a "<". */
		end = at + 1;
		while (end < w->text.n && w->text.p[end] != '>' && w->text.p[end] != '<')
			end++;
		tag = fb_slice_sub(w->text, at, end - at);
		head = fb_slice_sub(tag, 0, 16);
		if (ws_ifind(head, 0, "<add") == 0 && tag.n < 4096) {
			handler_tag(w, tag, at);
			if (ws_ihas(tag, "extension=") && ws_ihas(tag, "type="))
				build_provider(w, tag, at);
			if (ws_ihas(tag, "image=") && ws_ihas(tag, ".dll") && !ws_ihas(tag, "%windir%") && !ws_ihas(tag, "system32") &&
			    !ws_ihas(tag, "%ProgramFiles%") && !ws_ihas(tag, "Program Files"))
				add(w, R_SETTING, at, "a module of the web server from an unusual folder (globalModules)");
		}
		if (ws_ihas(head, "allowunsafe") || (tag.n < 4096 && ws_ihas(tag, "enableViewStateMac=\"false\"")))
			add(w, R_SETTING, at, "view states are taken without their signature");
		at = end > at ? end : at + 1;
	}
}

void ws_config(struct ws_file *w)
{
	if (ws_ihas(fb_slice_sub(w->text, 0, 4096), "<configuration") || ws_ihas(w->ext, "config"))
		iis(w);
	else
		apache(w);
}
