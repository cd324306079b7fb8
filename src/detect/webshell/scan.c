/* The analysis as a kind of rules. */
#include "detect/webshell/webshell.h"
#include "detect/webshell/set.h"
#include "detect/webshell/ws.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>

/* Changes when what is found changes, so that cases see other rules. */
#define SEMANTICS "webshell 3"

struct state {
	const struct wk_set *set;
	struct fb_arena arena;
	struct ws_file file;
	struct fb_buf text, line;
	struct fb_hashes *md5; /* NULL: not needed */
};

static void dispose(void *state)
{
	struct state *st = state;

	if (!st)
		return;
	fb_arena_dispose(&st->arena);
	fb_buf_dispose(&st->text);
	fb_buf_dispose(&st->line);
	fb_hashes_free(st->md5);
	free(st);
}

static int prepare(const struct fb_ruleset *set, void **state)
{
	struct state *st = calloc(1, sizeof *st);

	if (!st)
		return FB_ENOMEM;
	st->set = set->compiled;
	fb_arena_init(&st->arena, FB_WEBSHELL_MEMORY);
	fb_buf_init(&st->text, FB_ORIGINAL_MAX);
	fb_buf_init(&st->line, FB_SUMMARY_MAX + 256);
	if (st->set->md5 && !(st->md5 = fb_hashes_new(FB_HASH_MD5))) {
		dispose(st);
		return FB_ENOMEM;
	}
	*state = st;
	return 0;
}

/* ---- what is said ---- */

static struct fb_slice line_at(const struct ws_file *w, size_t at)
{
	size_t from, to;

	if (!w->text.n)
		return FB_LIT("");
	from = at < w->text.n ? at : w->text.n - 1;
	while (from > 0 && w->text.p[from - 1] != '\n')
		from--;
	/* Of a long line what stands around the place. */
	if (at - from > FB_WEBSHELL_SHOWN_MAX / 2)
		from = at - FB_WEBSHELL_SHOWN_MAX / 2;
	to = from;
	while (to < w->text.n && w->text.p[to] != '\n' && to - from < FB_WEBSHELL_SHOWN_MAX)
		to++;
	return fb_slice_trim(fb_slice_sub(w->text, from, to - from));
}

/* One line of printable UTF-8. */
static void put_plain(struct fb_buf *out, struct fb_slice s)
{
	for (size_t i = 0; i < s.n;) {
		uint32_t cp;
		int n = fb_utf8_next(fb_slice_sub(s, i, s.n), &cp);

		if (n > 0 && cp >= 0x20 && cp != 0x7F && !(cp >= 0x80 && cp < 0xA0))
			(void)fb_buf_put(out, s.p + i, (size_t)n);
		else
			(void)fb_buf_puts(out, cp == '\t' ? " " : "\xEF\xBF\xBD");
		i += n > 0 ? (size_t)n : 1;
	}
}

/* Where it lies, when that says something. */
static const char *place(const char *path)
{
	static const struct {
		const char *part, *words;
	} places[] = {
		{ "/layouts/", "in SharePoint's LAYOUTS" }, { "/upload", "in a folder for uploads" }, { "/images/", "in a folder for pictures" },
		{ "/cache/", "in a folder for caches" },
		{ "/aspnet_client/", "in aspnet_client" }, { "/owa/auth/", "in Exchange's folder for signing in" },
		{ "/ecp/auth/", "in Exchange's folder for signing in" }, { "/wp-content/uploads/", "in a folder for uploads" },
		{ "/wwwroot/", "in a web root" }, { "/inetpub/", "in a web root" }, { "/htdocs/", "in a web root" },
		{ "/var/www/", "in a web root" }, { "/public_html/", "in a web root" }, { "/webapps/", "in a web root" },
		{ "/virtualdirectories/", "in a web root" }, { "/frontend/httpproxy/", "in a web root of Exchange" },
	};

	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		for (const char *p = path; *p; p++) {
			size_t n = strlen(places[i].part), k = 0;

			while (k < n && p[k] && (p[k] == places[i].part[k] || (p[k] | 32) == places[i].part[k] ||
						 (places[i].part[k] == '/' && (p[k] == '\\' || p[k] == '!'))))
				k++;
			if (k == n)
				return places[i].words;
		}
	return NULL;
}

static void facts(struct state *st, const struct fb_file *file)
{
	const struct ws_file *w = &st->file;
	const char *where = place(file->path);
	enum ws_lang lang = WS_NONE;

	for (unsigned i = 1; i < WS_LANGS && !lang; i++)
		if (w->streams[i].n || w->streams[i].lang)
			lang = (enum ws_lang)i;
	(void)fb_buf_printf(&st->text, "%s, %llu bytes, %u lines", ws_lang_word(lang), (unsigned long long)file->size, w->nlines);
	if (where)
		(void)fb_buf_printf(&st->text, ", %s", where);
	(void)fb_buf_putc(&st->text, '\n');
}

static int tell(struct state *st, const struct fb_file *file, const struct fb_file_sink *sink, uint32_t first)
{
	const struct ws_file *w = &st->file;
	const struct ws_finding *f = &w->found[first];
	const char *where = place(file->path);
	struct fb_file_hit hit = { .rule = f->rule, .offset = f->at < file->data.n ? f->at : 0 };
	unsigned more = 0;

	fb_buf_clear(&st->text);
	fb_buf_clear(&st->line);
	facts(st, file);
	for (uint32_t i = first; i < w->nfound && w->found[i].rule == f->rule; i++) {
		(void)fb_buf_printf(&st->text, "%u: ", w->found[i].line);
		(void)fb_buf_slice(&st->text, w->found[i].reason);
		(void)fb_buf_puts(&st->text, "\n    ");
		put_plain(&st->text, line_at(w, w->found[i].at));
		(void)fb_buf_putc(&st->text, '\n');
		more += i > first;
	}
	put_plain(&st->line, fb_slice_sub(w->name, w->name.n > 80 ? w->name.n - 80 : 0, 80));
	(void)fb_buf_puts(&st->line, ": ");
	(void)fb_buf_slice(&st->line, f->reason);
	if (more)
		(void)fb_buf_printf(&st->line, " (and %u more)", more);
	if (where)
		(void)fb_buf_printf(&st->line, "; %s", where);
	hit.length = line_at(w, f->at).n;
	if (hit.length > file->data.n - hit.offset)
		hit.length = file->data.n - hit.offset;
	hit.summary = fb_buf_view(&st->line);
	hit.text = fb_buf_view(&st->text);
	if (st->line.code == FB_ENOMEM || st->text.code == FB_ENOMEM)
		return FB_ENOMEM;
	return sink->hit(sink, &hit);
}

static int by_rule(const void *a, const void *b)
{
	const struct ws_finding *x = a, *y = b;

	if (x->rule != y->rule)
		return x->rule < y->rule ? -1 : 1;
	return x->line < y->line ? -1 : x->line > y->line;
}

static int scan(void *state, const struct fb_file *file, const struct fb_file_sink *sink)
{
	struct state *st = state;
	struct ws_file *w = &st->file;
	int r = 0;

	if (file->data.n > FB_WEBSHELL_FILE_MAX || file->data.n == 0 || wk_known(st->set, st->md5, file))
		return 0;
	fb_arena_reset(&st->arena);
	*w = (struct ws_file){ .arena = &st->arena };
	ws_analyse(w, file->data, file->path);
	if (w->oom || w->cut) {
		char text[FB_PROBLEM_TEXT_MAX];

		(void)snprintf(text, sizeof text, "web shells: the page was not followed to its end: %s",
			       w->oom ? "it needs too much memory" : w->why ? w->why : "a limit was reached");
		r = sink->problem(sink, text);
	}
	if (w->nfound)
		qsort(w->found, w->nfound, sizeof *w->found, by_rule);
	for (uint32_t i = 0; i < w->nfound && !r; i++)
		if (i == 0 || w->found[i - 1].rule != w->found[i].rule)
			r = tell(st, file, sink, i);
	return r;
}

static void discard(struct fb_ruleset *set)
{
	struct wk_set *s = set ? (struct wk_set *)(uintptr_t)set->compiled : NULL;

	if (!s)
		return;
	free(s->sums);
	free(s);
}

const struct fb_rulekind fb_webshell = {
	.name = "webshell", .open = prepare, .scan = scan, .close = dispose, .free = discard, .scan_max = FB_WEBSHELL_FILE_MAX,
};

static void describe(struct wk_set *s)
{
	struct fb_sha256 *h = fb_sha256_new();

	for (unsigned i = 0; i < WS_RULES; i++) {
		const struct ws_rule_text *t = &ws_rules[i];

		s->rules[i] = (struct fb_rule_info){ .id = t->id, .title = t->title, .description = t->description, .path = "webshell",
						     .pack = "firebreak", .techniques = t->techniques, .status = "", .level = t->level };
		fb_sha256_of(fb_slice_str(t->id), s->rules[i].hash);
	}
	if (!h)
		return;
	fb_sha256_add(h, FB_LIT(SEMANTICS));
	for (unsigned i = 0; i < WS_RULES; i++) {
		fb_sha256_add(h, fb_slice_str(ws_rules[i].id));
		fb_sha256_add(h, fb_slice(&ws_rules[i].level, sizeof ws_rules[i].level));
	}
	fb_sha256_add(h, fb_slice(s->sums, s->nsums * sizeof *s->sums));
	fb_sha256_end(h, s->set.hash);
	fb_sha256_free(h);
}

int fb_webshell_new(const struct fb_webshell_options *options, struct fb_ruleset **out, struct fb_err *err)
{
	struct wk_set *s = calloc(1, sizeof *s);
	int r = 0;

	if (!s)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	s->set = (struct fb_ruleset){ .kind = &fb_webshell, .compiled = s, .rules = s->rules, .nrules = WS_RULES };
	for (size_t i = 0; options && i < options->nknown_good && !r; i++)
		r = wk_read(s, options->known_good[i], err);
	if (!r)
		r = wk_sort(s, err);
	if (r) {
		discard(&s->set);
		return r;
	}
	describe(s);
	*out = &s->set;
	return 0;
}
