/* What reaches what, as findings, and how sure each is. */
#include "detect/webshell/ws.h"

#include "base/text.h"

#include <stdlib.h>

const struct ws_rule_text ws_rules[WS_RULES] = {
#define SHELL "T1505.003"
	[R_CODE] = { "8d1f6a3e-5b0c-4d41-9a57-1c62f0b7e101", "Web shell: request data is run as code",
		     "Data of a request reaches what runs code of the page's own language.", "T1059 " SHELL, FB_LEVEL_CRITICAL },
	[R_COMMAND] = { "8d1f6a3e-5b0c-4d41-9a57-1c62f0b7e102", "Web shell: request data is run as a command",
			"Data of a request reaches what starts programs or commands of the system.", "T1059 " SHELL, FB_LEVEL_CRITICAL },
	[R_LOAD] = { "8d1f6a3e-5b0c-4d41-9a57-1c62f0b7e103", "Web shell: request data is loaded as a program",
		     "Data of a request is loaded as an assembly, a class or a library.", SHELL " T1620", FB_LEVEL_CRITICAL },
	[R_DESERIALISE] = { "8d1f6a3e-5b0c-4d41-9a57-1c62f0b7e104", "Web shell: request data is turned into objects",
			    "Data of a request reaches a deserialiser that can run code.", SHELL " T1620", FB_LEVEL_HIGH },
	[R_CALL] = { "8d1f6a3e-5b0c-4d41-9a57-1c62f0b7e105", "Web shell: a hidden or requested function gets request data",
		     "The request, or hidden text, names the function, and the request gives its argument.", "T1059 " SHELL, FB_LEVEL_CRITICAL },
	[R_INCLUDE] = { "8d1f6a3e-5b0c-4d41-9a57-1c62f0b7e106", "Web shell: the request names the file that is run",
			"A path that is request data from its first to its last character is included.", SHELL, FB_LEVEL_HIGH },
	[R_WRITE] = { "8d1f6a3e-5b0c-4d41-9a57-1c62f0b7e107", "Web shell: writes files for the request, or a web shell",
		      "Request data is written to a file that the request names, or that is a script; or a web shell is written.", "T1105 " SHELL, FB_LEVEL_HIGH },
	[R_UPLOAD] = { "8d1f6a3e-5b0c-4d41-9a57-1c62f0b7e108", "Web shell: uploads files of any name",
		       "A page that stands alone stores an uploaded file under the name that the request gives.", "T1105 " SHELL, FB_LEVEL_HIGH },
	[R_FILES] = { "8d1f6a3e-5b0c-4d41-9a57-1c62f0b7e109", "Web shell: manages files that the request names",
		      "A page that stands alone lists, reads, writes or deletes files of any path of the request.", "T1083 " SHELL, FB_LEVEL_HIGH },
	[R_TUNNEL] = { "8d1f6a3e-5b0c-4d41-9a57-1c62f0b7e10a", "Web shell: passes request data on to a host that the request names",
		       "A tunnel into the network behind the web server.", "T1090.001 " SHELL " T1572", FB_LEVEL_HIGH },
	[R_SQL] = { "8d1f6a3e-5b0c-4d41-9a57-1c62f0b7e10b", "Web shell: a database client that the request steers",
		    "The request names the database, its account and the whole statement.", "T1213 " SHELL, FB_LEVEL_HIGH },
	[R_KEYS] = { "8d1f6a3e-5b0c-4d41-9a57-1c62f0b7e10c", "Web shell: reads the machine keys",
		     "A page reads the keys that view states are signed with, and shows them.", SHELL " T1552.001", FB_LEVEL_HIGH },
	[R_XSLT] = { "8d1f6a3e-5b0c-4d41-9a57-1c62f0b7e10d", "Web shell: scripts in a style sheet of the request",
		     "A style sheet of the request is transformed with scripts allowed.", SHELL " T1220", FB_LEVEL_CRITICAL },
	[R_REMOTE] = { "8d1f6a3e-5b0c-4d41-9a57-1c62f0b7e10e", "Web shell: code of another server is run",
		       "What another server answers, or sends over a connection, reaches execution.", "T1105 " SHELL, FB_LEVEL_HIGH },
	[R_REVERSE] = { "8d1f6a3e-5b0c-4d41-9a57-1c62f0b7e10f", "Web shell: a shell of the system over a connection",
			"A page opens a connection and starts a shell of the system.", "T1059 " SHELL, FB_LEVEL_HIGH },
	[R_NATIVE] = { "8d1f6a3e-5b0c-4d41-9a57-1c62f0b7e110", "Web shell: machine code in memory",
		       "A page asks for executable memory and starts what it put there.", SHELL " T1620", FB_LEVEL_HIGH },
	[R_HOOK] = { "8d1f6a3e-5b0c-4d41-9a57-1c62f0b7e111", "Web shell: puts itself into the web server's memory",
		     "A page registers a filter, servlet, valve, listener or path provider while it runs.", "T1505.003 T1620", FB_LEVEL_HIGH },
	[R_HANDLER] = { "8d1f6a3e-5b0c-4d41-9a57-1c62f0b7e112", "Configuration makes other files scripts",
			"A web server's configuration of a folder has files run that are no scripts by their names, or code run before every page.",
			"T1505.003 T1505.004", FB_LEVEL_HIGH },
	[R_IMAGE] = { "8d1f6a3e-5b0c-4d41-9a57-1c62f0b7e113", "Script inside of a file of another kind",
		      "A picture, document or archive has code of a script language in it that reaches for execution.", "T1027 " SHELL, FB_LEVEL_HIGH },
	[R_PACKED] = { "8d1f6a3e-5b0c-4d41-9a57-1c62f0b7e11d", "Web shell: code is unpacked and run",
		       "Text of the page, of a file or of an image is decoded and run as code.", SHELL " T1027 T1140", FB_LEVEL_HIGH },
	[R_UNSET] = { "8d1f6a3e-5b0c-4d41-9a57-1c62f0b7e114", "Web shell: runs a variable that only a request can set",
		      "A page that stands alone runs a variable that nothing on it sets, as PHP once filled from requests.", "T1059 " SHELL, FB_LEVEL_HIGH },
	[R_CHECKED] = { "8d1f6a3e-5b0c-4d41-9a57-1c62f0b7e115", "Request data reaches execution behind a check",
			"It was compared with a list, bound to a form, quoted, or is a part of a longer text.", "T1059 " SHELL, FB_LEVEL_MEDIUM },
	[R_CALL_NAME] = { "8d1f6a3e-5b0c-4d41-9a57-1c62f0b7e116", "The request names the function that is called",
			  "Without giving its argument as far as could be seen.", SHELL, FB_LEVEL_HIGH },
	[R_WRITE_APP] = { "8d1f6a3e-5b0c-4d41-9a57-1c62f0b7e117", "An application's page writes a file for the request",
			  "Request data is written to a file that the request names, by a page that is part of something larger.", "T1105 " SHELL, FB_LEVEL_LOW },
	[R_INCLUDE_PART] = { "8d1f6a3e-5b0c-4d41-9a57-1c62f0b7e118", "The request is part of the path that is included",
			     "A page includes a file whose path the request has a part in.", SHELL, FB_LEVEL_LOW },
	[R_DROPPER] = { "8d1f6a3e-5b0c-4d41-9a57-1c62f0b7e119", "A page writes a hidden or fetched script",
			"Decoded text, or what another server gave, is written to a file with the name of a script.", "T1105 " SHELL, FB_LEVEL_MEDIUM },
	[R_HIDDEN] = { "8d1f6a3e-5b0c-4d41-9a57-1c62f0b7e11a", "Hidden code is run",
		       "Text that was decoded or put together is run; no request data was seen in it.", "T1027 T1140", FB_LEVEL_MEDIUM },
	[R_SETTING] = { "8d1f6a3e-5b0c-4d41-9a57-1c62f0b7e11b", "Configuration with a module or handler of a file",
			"A handler, module or prepended file that a person has to know.", "T1505.004", FB_LEVEL_MEDIUM },
	[R_ODD] = { "8d1f6a3e-5b0c-4d41-9a57-1c62f0b7e11c", "A page that is odd",
		    "It could not be followed to its end, or shows what an attacker wants to know.", SHELL, FB_LEVEL_LOW },
};

static void clean(struct fb_buf *out, struct fb_slice s, size_t most)
{
	for (size_t i = 0; i < s.n && i < most; i++)
		(void)fb_buf_putc(out, s.p[i] >= 0x20 && s.p[i] < 0x7F && s.p[i] != '`' ? s.p[i] : '?');
	if (s.n > most)
		(void)fb_buf_puts(out, "…");
}

static void put_steps(struct fb_buf *out, uint32_t steps)
{
	bool any = false;

	for (unsigned i = 0; i < ST_COUNT; i++)
		if (steps & 1u << i) {
			(void)fb_buf_puts(out, any ? ", " : ", decoded from ");
			(void)fb_buf_puts(out, ws_step_word((enum ws_step)i));
			any = true;
		}
}

/* The word that stands for the place: a function's name, else what the caller says. */
static void put_sink(struct fb_buf *out, const struct ws_node *n, const char *sink)
{
	struct fb_slice name = FB_LIT("");

	if (!sink && n->kind == X_CALL && n->a && n->a->text.n && n->a->kind != X_STR)
		name = n->a->text;
	else if (!sink && n->kind == X_NEW)
		name = n->text;
	else if (!sink)
		name = n->text;
	if (!sink && n->kind == X_CALL && n->a && n->a->kind == X_VAR) {
		(void)fb_buf_puts(out, "the function in $");
		clean(out, name, 40);
	} else if (sink) {
		(void)fb_buf_puts(out, sink);
	} else {
		clean(out, name, 40);
	}
}

static void put_value(struct fb_buf *out, const struct ws_file *w, const struct ws_value *v)
{
	if (v->bits & (V_REQUEST | V_UPLOAD | V_REMOTE | V_UNSET) && v->src) {
		(void)fb_buf_puts(out, v->src->what);
		if (v->src->name.n) {
			(void)fb_buf_puts(out, " `");
			clean(out, v->src->name, 40);
			(void)fb_buf_puts(out, "`");
		}
		if (v->src->line && !w->place_line)
			(void)fb_buf_printf(out, " (line %u)", v->src->line);
		put_steps(out, v->steps & ~(1u << ST_SUBSTR | 1u << ST_FORMAT | 1u << ST_SPLIT));
	} else if (v->bits & V_UPLOAD) {
		(void)fb_buf_puts(out, "an uploaded file");
	} else {
		(void)fb_buf_puts(out, "text of the page");
		put_steps(out, v->steps);
	}
}

static struct fb_slice reason(struct ws_file *w, enum ws_rule rule, const struct ws_node *n, const struct ws_value *v,
			      const char *sink)
{
	struct fb_buf b;
	struct fb_slice out = FB_LIT("");
	char *s;

	fb_buf_init(&b, FB_SUMMARY_MAX);
	if (v) {
		put_value(&b, w, v);
		(void)fb_buf_puts(&b, rule == R_CALL || rule == R_CALL_NAME ? ws_evil(v) && sink && strstr(sink, "the name") == sink
			? " is " : " reaches " : rule == R_UPLOAD || rule == R_WRITE || rule == R_WRITE_APP || rule == R_DROPPER
			? " is written to " : " reaches ");
		put_sink(&b, n, sink);
		(void)fb_buf_printf(&b, " in line %u", n->line);
		if (w->place_line) {
			(void)fb_buf_puts(&b, ", in code that is hidden there");
			put_steps(&b, w->place_steps);
		}
	} else {
		(void)fb_buf_puts(&b, sink ? sink : "");
	}
	s = b.code && b.code != FB_ELIMIT ? NULL : fb_arena_strn(w->arena, b.p, b.n);
	if (s)
		out = fb_slice_str(s);
	fb_buf_dispose(&b);
	return out;
}

/* In a part of an application, what went through the fields of its objects is its own
 * matter; what stands in one function is not. */
static bool far(const struct ws_file *w, const struct ws_value *v)
{
	return w->part && v->bits & V_FAR;
}

void ws_find_add(struct ws_file *w, enum ws_rule rule, const struct ws_node *n, const struct ws_value *v, const char *sink)
{
	struct ws_finding *f;

	if (w->quiet)
		return;
	for (uint32_t i = 0; i < w->nfound; i++)
		if (w->found[i].rule == rule && w->found[i].line == (n ? n->line : 0))
			return;
	if (w->nfound == FB_WEBSHELL_FINDINGS_MAX)
		return;
	f = &w->found[w->nfound];
	*f = (struct ws_finding){ .rule = rule, .line = n ? n->line : 0, .at = n ? n->at : 0,
				  .reason = reason(w, rule, n, v, sink) };
	w->nfound++;
}

void ws_cap(struct ws_file *w, enum ws_cap cap, const struct ws_node *n)
{
	unsigned i = 0;

	while (i < 19 && !((uint32_t)cap >> i & 1))
		i++;
	if (!(w->caps & (uint32_t)cap))
		w->cap_line[i] = n->line;
	w->caps |= (uint32_t)cap;
}

void ws_sink(struct ws_file *w, enum ws_rule rule, const struct ws_node *n, const struct ws_value *v, const char *sink)
{
	if (v && v->bits & V_HANDED)
		return;
	if (v && far(w, v)) {
		if (rule == R_CALL || rule == R_CALL_NAME)
			return;
		rule = R_CHECKED;
	}
	ws_find_add(w, rule, n, v, sink);
}

/* Has it been decoded from something, not only put together? */
#define DECODED (1u << ST_BASE64 | 1u << ST_HEX | 1u << ST_ROT13 | 1u << ST_INFLATE | 1u << ST_CRYPT | 1u << ST_XOR | \
		 1u << ST_REVERSE | 1u << ST_REPLACE | 1u << ST_CHARS | 1u << ST_OWN | 1u << ST_URL)

static bool words(struct fb_slice s)
{
	return s.n && memchr(s.p, '(', s.n) != NULL;
}

void ws_sink_code(struct ws_file *w, const struct ws_node *n, const struct ws_value *v, const char *sink)
{
	uint32_t before = w->nfound;

	if (v->bits & V_KNOWN && !ws_evil(v)) {
		if (v->str.n > 3 && (w->lang == WS_VB || words(v->str) || memchr(v->str.p, '$', v->str.n) || v->str.n > 40))
			ws_run_text(w, v->str, n->line, n->at, v->steps);
		if (w->nfound == before && v->steps & DECODED && v->str.n > 16)
			ws_find_add(w, v->steps & WS_PACKED ? R_PACKED : R_HIDDEN, n, v, sink);
		return;
	}
	if (ws_evil(v) || v->bits & V_UPLOAD) {
		bool weak = v->bits & V_CHECKED || far(w, v);

		if (weak && w->includes && v->bits & V_BEFORE)
			return;
		ws_find_add(w, weak ? R_CHECKED : R_CODE, n, v, sink);
	} else if (v->bits & V_REMOTE) {
		ws_find_add(w, far(w, v) ? R_CHECKED : R_REMOTE, n, v, sink);
	} else if (v->bits & V_UNSET) {
		ws_find_add(w, w->includes || w->part ? R_CHECKED : R_UNSET, n, v, sink);
	} else if (v->bits & (V_HIDDEN | V_BLOB | V_FILE) && v->steps & DECODED) {
		ws_find_add(w, v->steps & WS_PACKED ? R_PACKED : R_HIDDEN, n, v, sink);
	}
}

bool ws_shell_word(struct fb_slice s)
{
	return ws_ihas(s, "/bin/sh") || ws_ihas(s, "cmd.exe") || ws_ihas(s, "bash") || ws_ihas(s, "/bin/") ||
	       ws_ihas(s, "powershell") || fb_slice_ieq(s, FB_LIT("cmd")) || fb_slice_ieq(s, FB_LIT("sh"));
}

/* sh -c 'x', cmd /c "x": however it is quoted, it is a command. */
static bool whole_line(struct fb_slice before)
{
	static const char *const ends[] = { "sh -c", "bash -c", "cmd /c", "cmd.exe /c", "cmd /k", "-command", "-enc", "-encodedcommand", "python -c",
					    "perl -e", "php -r", "ruby -e", NULL };
	struct fb_slice s = fb_slice_trim(before);

	for (size_t i = 0; ends[i]; i++)
		if (s.n >= strlen(ends[i]) && fb_slice_ieq(fb_slice_sub(s, s.n - strlen(ends[i]), s.n), fb_slice_str(ends[i])))
			return true;
	return false;
}

void ws_sink_command(struct ws_file *w, const struct ws_node *n, const struct ws_value *v, const char *sink)
{
	if (v->bits & V_KNOWN && !ws_evil(v)) {
		if (ws_shell_word(v->str))
			ws_cap(w, CAP_SHELL, n);
		return;
	}
	if (v->array && !ws_evil(v))
		for (uint32_t i = 0; i < v->array->n && i < 8; i++)
			if (v->array->v[i].v.bits & V_KNOWN && ws_shell_word(v->array->v[i].v.str))
				ws_cap(w, CAP_SHELL, n);
	if (ws_evil(v)) {
		if (v->bits & V_QUOTED && v->bits & V_BEFORE && whole_line(v->str)) {
			ws_find_add(w, w->includes ? R_CHECKED : R_COMMAND, n, v, sink);
			return;
		}
		if (v->bits & V_QUOTED && (v->bits & V_BEFORE || w->includes))
			return;
		if (v->bits & (V_CHECKED | V_QUOTED) || far(w, v)) {
			if (!(v->bits & V_BEFORE))
				ws_find_add(w, R_CHECKED, n, v, sink);
			return;
		}
		ws_find_add(w, v->bits & V_BEFORE && w->includes ? R_CHECKED : R_COMMAND, n, v, sink);
	} else if (v->bits & V_REMOTE && !(v->bits & V_QUOTED)) {
		ws_find_add(w, far(w, v) ? R_CHECKED : R_REMOTE, n, v, sink);
	} else if (v->bits & V_UNSET && !w->includes && !w->part) {
		ws_find_add(w, R_UNSET, n, v, sink);
	} else if (v->bits & V_HIDDEN && v->steps & DECODED) {
		ws_find_add(w, R_HIDDEN, n, v, sink);
	}
}

bool ws_script_name(struct fb_slice s)
{
	static const char *const ends[] = { ".php", ".phtml", ".php5", ".php7", ".php3", ".pht", ".asp", ".aspx", ".ashx", ".asmx", ".ascx",
					    ".asa", ".cer", ".cdx", ".jsp", ".jspx", ".jspf", ".cfm", ".cfc", ".cgi", ".pl", ".war", ".java", ".class",
					    ".htaccess", ".user.ini", "web.config", NULL };

	for (size_t i = 0; ends[i]; i++) {
		size_t n = strlen(ends[i]);

		if (s.n >= n && strncasecmp((const char *)s.p + s.n - n, ends[i], n) == 0)
			return true;
	}
	return false;
}

/* A page that this page has as a text. */
static bool is_shell(struct ws_file *w, struct fb_slice page)
{
	struct ws_file *in;
	bool bad = false;

	if (w->nest >= 2 || w->quiet)
		return false;
	in = fb_arena_calloc(w->arena, 1, sizeof *in);
	if (!in)
		return false;
	in->arena = w->arena;
	in->nest = w->nest + 1;
	in->built = w->built;
	ws_analyse(in, page, w->asp ? "x.asp" : "x.jsp");
	w->built = in->built;
	w->oom = w->oom || in->oom;
	for (uint32_t i = 0; i < in->nfound; i++)
		bad = bad || ws_rules[in->found[i].rule].level >= FB_LEVEL_HIGH;
	return bad;
}

void ws_sink_write(struct ws_file *w, const struct ws_node *n, const struct ws_value *path, const struct ws_value *data,
		   const char *sink)
{
	bool script = (path->bits & V_KNOWN && ws_script_name(path->str)) || path->bits & V_SCRIPT;
	bool evil = ws_evil(path), full = ws_evil(data) || data->bits & V_UPLOAD;
	bool weak = (path->bits | data->bits) & V_CHECKED || w->includes || w->part;

	if ((path->bits | data->bits) & V_HANDED)
		return;
	if (evil && !(path->bits & V_CHECKED))
		ws_cap(w, CAP_WRITE, n);
	/* <?php … in front of it: whatever the file is called. */
	if (full && !((path->bits | data->bits) & V_CHECKED) && data->bits & V_BEFORE && ws_ihas(fb_slice_sub(data->str, 0, 64), "<?php")) {
		ws_find_add(w, R_WRITE, n, data, sink);
		return;
	}
	if (path->bits & V_KNOWN && path->str.n && (full || data->bits & V_REMOTE) && !((path->bits | data->bits) & V_CHECKED) &&
	    (!w->part || ws_own_file(path)) && w->nwritten < WS_WRITTEN)
		w->written[w->nwritten++] = (struct ws_written){ path->str, !full };
	if (evil && full) {
		if (path->bits & V_NAME || data->bits & V_UPLOAD)
			ws_find_add(w, weak ? R_WRITE_APP : R_UPLOAD, n, path, sink);
		else
			ws_find_add(w, weak ? R_WRITE_APP : R_WRITE, n, data, sink);
	} else if (script && full) {
		ws_find_add(w, weak || !(data->bits & V_FREE) ? R_WRITE_APP : R_WRITE, n, data, sink);
	} else if (data->bits & V_REMOTE && (evil || script)) {
		ws_find_add(w, (evil || w->caps & (CAP_CONNECT | CAP_READ)) && !weak ? R_WRITE : R_DROPPER, n, data, sink);
	} else if (script && data->bits & V_KNOWN && data->str.n > 8) {
		uint32_t before = w->nfound;

		if (ws_ihas(data->str, "<?") && w->lang == WS_PHP)
			ws_run_text(w, data->str, n->line, n->at, data->steps);
		else if (ws_ihas(data->str, "<%") && is_shell(w, data->str))
			ws_find_add(w, R_WRITE, n, NULL, "a script that is a web shell itself is written to a file");
		if (w->nfound == before && data->steps & DECODED && data->str.n > 16)
			ws_find_add(w, R_DROPPER, n, data, sink);
	} else if (script && data->bits & V_HIDDEN && data->steps & DECODED) {
		ws_find_add(w, R_DROPPER, n, data, sink);
	}
}

static const struct ws_written *was_written(const struct ws_file *w, struct fb_slice path)
{
	for (uint32_t i = 0; i < w->nwritten; i++)
		if (fb_slice_eq(w->written[i].path, path))
			return &w->written[i];
	return NULL;
}

static bool is_picture(struct fb_slice s)
{
	static const char *const ends[] = { ".ico", ".jpg", ".jpeg", ".png", ".gif", ".bmp", ".webp", NULL };

	for (size_t i = 0; ends[i]; i++)
		if (s.n > strlen(ends[i]) && fb_slice_ieq(fb_slice_sub(s, s.n - strlen(ends[i]), s.n), fb_slice_str(ends[i])))
			return true;
	return false;
}

void ws_sink_include(struct ws_file *w, const struct ws_node *n, const struct ws_value *v, const char *sink)
{
	if (v->bits & V_WRITTEN) {
		ws_find_add(w, v->bits & V_REMOTE ? R_REMOTE : R_CODE, n, NULL, v->bits & V_REMOTE
			? "a file that was fetched is included" : "a file that request data was written to is included");
		return;
	}
	if (v->bits & V_HANDED)
		return;
	if (v->bits & V_BEFORE && ws_ihas(v->str, "/sess_")) {
		ws_find_add(w, R_CODE, n, v, sink);
		return;
	}
	if (v->bits & V_KNOWN && !ws_evil(v)) {
		const struct ws_written *own;
		struct ws_value body;

		if (ws_ihas(fb_slice_sub(v->str, 0, 12), "php://input") || ws_ihas(fb_slice_sub(v->str, 0, 64), "resource=php://input")) {
			body = ws_request(w, n, "request body", FB_LIT(""));
			ws_find_add(w, R_CODE, n, &body, sink);
		} else if (is_picture(v->str)) {
			ws_find_add(w, R_IMAGE, n, NULL, "a picture is included, which runs what code is in it");
		} else if (v->steps & DECODED) {
			ws_find_add(w, R_HIDDEN, n, v, sink);
		} else if (ws_ihas(fb_slice_sub(v->str, 0, 8), "http://") || ws_ihas(fb_slice_sub(v->str, 0, 8), "https://")) {
			body = ws_request(w, n, "answer of another server", FB_LIT(""));
			body.bits = V_REMOTE;
			ws_find_add(w, R_REMOTE, n, &body, sink);
		} else if ((own = was_written(w, v->str)) != NULL) {
			ws_find_add(w, own->remote ? R_REMOTE : R_CODE, n, NULL,
				    own->remote ? "a file that was fetched is included" : "a file that request data was written to is included");
		}
		return;
	}
	if (ws_evil(v) && v->bits & V_BEFORE && (ws_ihas(fb_slice_sub(v->str, 0, 5), "data:") || ws_ihas(fb_slice_sub(v->str, 0, 8), "://"))) {
		ws_find_add(w, R_CODE, n, v, sink);
		return;
	}
	if (v->bits & V_UPLOAD && !(v->bits & V_NAME))
		ws_find_add(w, R_CODE, n, v, sink);
	else if (ws_evil(v) && !(v->bits & (V_BEFORE | V_CHECKED)))
		ws_find_add(w, w->includes || v->bits & V_AFTER ? R_CHECKED : R_INCLUDE, n, v, sink);
	else if (ws_evil(v) && !(v->bits & V_CHECKED))
		ws_find_add(w, R_INCLUDE_PART, n, v, sink);
	else if (v->bits & V_UNSET && !w->includes)
		ws_find_add(w, R_CHECKED, n, v, sink);
}

/* ---- the page as a whole ---- */

static void whole(struct ws_file *w, enum ws_rule rule, unsigned cap, const char *text)
{
	struct ws_node n = { .line = 1 };

	for (unsigned i = 0; i < 19; i++)
		if (cap >> i & 1) {
			n.line = w->cap_line[i] ? w->cap_line[i] : 1;
			break;
		}
	n.at = n.line <= w->nlines && n.line ? w->lines[n.line - 1] : 0;
	ws_find_add(w, rule, &n, NULL, text);
}

void ws_find_whole(struct ws_file *w)
{
	uint32_t c = w->caps;
	uint32_t files = c & (CAP_LIST | CAP_READ | CAP_DELETE | CAP_WRITE | CAP_RENAME | CAP_MODE);
	bool has[] = { c & CAP_LIST, c & CAP_READ, c & CAP_DELETE, c & CAP_WRITE, c & CAP_RENAME, c & CAP_MODE };
	unsigned n = 0;

	w->quiet = false;
	for (size_t i = 0; i < sizeof has / sizeof *has; i++)
		n += has[i];
	if (w->part)
		n = 0;
	if (n >= 3 || (n == 2 && !w->includes && c & (CAP_DELETE | CAP_WRITE)))
		whole(w, w->includes ? R_CHECKED : R_FILES, files, "files of any path in the request are listed, read, written or deleted");
	if (c & CAP_CONNECT && c & (CAP_SEND | CAP_RECEIVE))
		whole(w, R_TUNNEL, CAP_CONNECT, "a connection is made to a host that the request names, and data of the request is passed on");
	if (c & CAP_DBOPEN && c & CAP_QUERY)
		whole(w, w->includes ? R_CHECKED : R_SQL, CAP_QUERY, "the request gives the database's account and the whole statement");
	if (c & CAP_TYPED && c & CAP_SHELL)
		whole(w, R_REVERSE, CAP_SHELL, "a shell of the system is started, and a connection is opened");
	if ((c & CAP_NATIVE) == CAP_NATIVE)
		whole(w, R_NATIVE, CAP_NATIVE, "executable memory is asked for and started");
	if (c & CAP_HOOK)
		whole(w, R_HOOK, CAP_HOOK, "something is registered in the running web server");
}
