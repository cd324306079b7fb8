/* One file against all rules. */
#include "detect/yara/set.h"

#include "base/buf.h"
#include "base/limits.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_ROOM 4096

struct found {
	uint32_t number;
	const YR_RULE *rule;
	uint64_t offset, length;
	size_t text, ntext; /* in texts */
	struct fb_slice first; /* name of the first string, with its "$" */
	unsigned places;
};

struct ya_state {
	const struct ya_set *set;
	YR_SCANNER *scanner;
	struct fb_buf texts, line;
	struct found *found; /* room for every rule */
	uint32_t nfound;
	struct fb_slice data;
	const struct fb_file_sink *sink;
	int code;
	char path[PATH_ROOM];
};

static int on_message(YR_SCAN_CONTEXT *context, int message, void *data, void *user);

int ya_open(const struct fb_ruleset *set, void **state)
{
	struct ya_state *st = calloc(1, sizeof *st);

	if (!st)
		return FB_ENOMEM;
	st->set = set->compiled;
	fb_buf_init(&st->texts, 4u << 20);
	fb_buf_init(&st->line, FB_SUMMARY_MAX);
	st->found = calloc((size_t)set->nrules + 1, sizeof *st->found);
	if (!st->found || yr_scanner_create(st->set->rules, &st->scanner) != ERROR_SUCCESS) {
		ya_close(st);
		return FB_ENOMEM;
	}
	/* Its own guard would catch a fault of libyara and call it an error; here it has
	 * to end the worker. The first place of a string is enough. */
	yr_scanner_set_flags(st->scanner, SCAN_FLAGS_NO_TRYCATCH | SCAN_FLAGS_FAST_MODE |
			     SCAN_FLAGS_REPORT_RULES_MATCHING);
	yr_scanner_set_callback(st->scanner, on_message, st);
	*state = st;
	return 0;
}

void ya_close(void *state)
{
	struct ya_state *st = state;

	if (!st)
		return;
	if (st->scanner)
		yr_scanner_destroy(st->scanner);
	fb_buf_dispose(&st->texts);
	fb_buf_dispose(&st->line);
	free(st->found);
	free(st);
}

/* ---- what a rule found ---- */

/* Bytes as a person reads them: text as it is, text of two-byte characters without
 * their zeros, everything else in hexadecimal. */
static void put_bytes(struct fb_buf *out, struct fb_slice s, bool cut)
{
	bool wide = s.n >= 2 && s.n % 2 == 0, plain = s.n > 0;

	for (size_t i = 0; i < s.n; i++) {
		wide = wide && (i % 2 ? s.p[i] == 0 : s.p[i] >= 0x20 && s.p[i] < 0x7F);
		plain = plain && s.p[i] >= 0x20 && s.p[i] < 0x7F;
	}
	for (size_t i = 0; i < s.n; i += wide ? 2 : 1) {
		if (plain || wide)
			(void)fb_buf_putc(out, (char)s.p[i]);
		else
			(void)fb_buf_printf(out, i ? " %02x" : "%02x", s.p[i]);
	}
	if (cut)
		(void)fb_buf_puts(out, " …");
}

static void put_place(struct ya_state *st, struct found *f, const YR_STRING *string,
		      const YR_MATCH *m)
{
	uint64_t at = (uint64_t)m->base + (uint64_t)m->offset;
	size_t n = m->match_length > 0 ? (size_t)m->match_length : 0;
	size_t shown = n < FB_YARA_SHOWN_MAX ? n : FB_YARA_SHOWN_MAX;

	if (at > st->data.n || n > st->data.n - at)
		return;
	if (f->places == 0 || at < f->offset) {
		f->offset = at;
		f->length = n;
		f->first = fb_slice_str(string->identifier);
	}
	if (f->places++ >= FB_YARA_PLACES_MAX)
		return;
	(void)fb_buf_printf(&st->texts, "0x%llx %s ", (unsigned long long)at, string->identifier);
	put_bytes(&st->texts, fb_slice(st->data.p + at, shown), shown < n);
	(void)fb_buf_putc(&st->texts, '\n');
}

static int on_match(struct ya_state *st, YR_SCAN_CONTEXT *context, YR_RULE *rule)
{
	size_t at = (size_t)(rule - st->set->rules->rules_table);
	struct found *f;
	YR_STRING *string;

	if (at >= st->set->ntable || st->set->number[at] == YA_NONE ||
	    st->nfound == st->set->set.nrules)
		return CALLBACK_CONTINUE;
	f = &st->found[st->nfound++];
	*f = (struct found){ .number = st->set->number[at], .rule = rule, .text = st->texts.n };
	yr_rule_strings_foreach(rule, string) {
		const void *at_match = context->matches[string->idx].head;

		/* libyara packs its matches without regard to alignment. */
		while (at_match && !STRING_IS_PRIVATE(string)) {
			YR_MATCH m;

			memcpy(&m, at_match, sizeof m);
			if (!m.is_private)
				put_place(st, f, string, &m);
			at_match = m.next;
		}
	}
	f->ntext = st->texts.n - f->text;
	return CALLBACK_CONTINUE;
}

static int on_message(YR_SCAN_CONTEXT *context, int message, void *data, void *user)
{
	struct ya_state *st = user;
	char text[FB_PROBLEM_TEXT_MAX];

	switch (message) {
	case CALLBACK_MSG_RULE_MATCHING:
		return on_match(st, context, data);
	case CALLBACK_MSG_IMPORT_MODULE:
		/* Refused at the load; here it would only be a rule that got past it. */
		return ya_module_refused(((const YR_MODULE_IMPORT *)data)->module_name)
			? CALLBACK_ERROR : CALLBACK_CONTINUE;
	case CALLBACK_MSG_TOO_MANY_MATCHES:
		(void)snprintf(text, sizeof text, "YARA: %.64s matches too often; the rest of the file "
			       "was not searched for it", ((const YR_STRING *)data)->identifier);
		st->code = st->sink->problem(st->sink, text);
		return st->code ? CALLBACK_ERROR : CALLBACK_CONTINUE;
	default:
		return CALLBACK_CONTINUE;
	}
}

/* ---- names for conditions ---- */

static const char *file_type(struct fb_slice d)
{
	static const struct {
		const char *start, *word;
		size_t n;
	} types[] = {
		{ "MZ", "EXE", 2 }, { "\x7f""ELF", "ELF", 4 }, { "PK\x03\x04", "ZIP", 4 },
		{ "Rar!", "RAR", 4 }, { "%PDF", "PDF", 4 }, { "GIF8", "GIF", 4 },
		{ "\x89PNG", "PNG", 4 }, { "\xff\xd8\xff", "JPEG", 3 }, { "{\\rtf", "RTF", 5 },
		{ "\xd0\xcf\x11\xe0", "OLE", 4 }, { "regf", "REGISTRY", 4 }, { "MDMP", "MDMP", 4 },
		{ "7z\xbc\xaf", "7ZIP", 4 },
	};

	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (d.n >= types[i].n && memcmp(d.p, types[i].start, types[i].n) == 0)
			return types[i].word;
	return "";
}

/* Packs write paths as the host did: backslashes where there is a drive in it. */
static void host_path(char *path)
{
	bool windows = false;

	for (const char *p = path; *p; p++) {
		bool start = p == path || p[-1] == '/' || p[-1] == '!';
		size_t n = strcspn(p, "/");

		windows = windows || (start && isalpha((unsigned char)*p) &&
				      (n == 1 || (n == 2 && p[1] == ':') ||
				       (n == 4 && strncasecmp(p + 1, "%3A", 3) == 0)));
	}
	for (char *p = path; windows && *p; p++)
		if (*p == '/')
			*p = '\\';
}

static int define_names(struct ya_state *st, const struct fb_file *file)
{
	const char *name = strrchr(file->path, '/'), *dot;
	char extension[32] = "", base[1024];
	const char *value[YA_VARIABLES] = { [YA_OWNER] = "" };
	size_t folder;

	name = name ? name + 1 : file->path;
	folder = (size_t)(name - file->path);
	(void)snprintf(base, sizeof base, "%s", name);
	(void)snprintf(st->path, sizeof st->path, "%.*s", (int)(folder ? folder - 1 : 0), file->path);
	host_path(st->path);
	dot = strrchr(base, '.');
	if (dot && dot != base)
		(void)snprintf(extension, sizeof extension, "%s", dot);
	for (char *p = extension; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	value[YA_FILENAME] = base;
	value[YA_FILEPATH] = st->path;
	value[YA_EXTENSION] = extension;
	value[YA_FILETYPE] = file_type(file->data);
	for (unsigned i = 0; i < YA_VARIABLES; i++)
		if (yr_scanner_define_string_variable(st->scanner, ya_variable[i], value[i]) !=
		    ERROR_SUCCESS)
			return FB_ENOMEM;
	return 0;
}

/* ---- the scan ---- */

static int by_number(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	return (x->number > y->number) - (x->number < y->number);
}

static int tell(struct ya_state *st, const struct found *f)
{
	struct fb_file_hit hit = { .rule = f->number, .offset = f->offset, .length = f->length,
				   .text = fb_slice(st->texts.p + f->text, f->ntext) };

	fb_buf_clear(&st->line);
	(void)fb_buf_printf(&st->line, "%.*s", 128, f->rule->identifier);
	if (f->places)
		(void)fb_buf_printf(&st->line, ": %.*s at 0x%llx", f->first.n < 64 ? (int)f->first.n : 64,
				    (const char *)f->first.p, (unsigned long long)f->offset);
	if (f->places > 1)
		(void)fb_buf_printf(&st->line, " and %u more", f->places - 1);
	hit.summary = fb_buf_view(&st->line);
	return st->line.code ? st->line.code : st->sink->hit(st->sink, &hit);
}

int ya_scan(void *state, const struct fb_file *file, const struct fb_file_sink *sink)
{
	struct ya_state *st = state;
	static const uint8_t nothing[1];
	int r = define_names(st, file), y;

	if (r)
		return r;
	fb_buf_clear(&st->texts);
	st->nfound = 0;
	st->code = 0;
	st->sink = sink;
	st->data = file->data;
	y = yr_scanner_scan_mem(st->scanner, file->data.n ? file->data.p : nothing, file->data.n);
	if (st->code)
		return st->code;
	if (y == ERROR_INSUFFICIENT_MEMORY || st->texts.code)
		return FB_ENOMEM;
	if (y != ERROR_SUCCESS) {
		char text[FB_PROBLEM_TEXT_MAX];

		(void)snprintf(text, sizeof text, "YARA: the scan ended with error %d", y);
		r = sink->problem(sink, text);
	}
	if (st->nfound)
		qsort(st->found, st->nfound, sizeof *st->found, by_number);
	for (uint32_t i = 0; i < st->nfound && !r; i++)
		r = tell(st, &st->found[i]);
	return r;
}
