/* Loading: lists to indicators, indicators to rules and tables. */
#include "detect/ioc/ioc.h"

#include "base/grow.h"
#include "base/io.h"
#include "base/limits.h"
#include "base/text.h"
#include "detect/files.h"
#include "detect/problems.h"
#include "detect/ioc/set.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bumped when the same lists would match differently. */
#define SEMANTICS "firebreak-ioc-2"
#define ARENA_MAX ((size_t)1 << 30)

const struct fb_rulekind fb_ioc = {
	.name = "ioc",
	.open = ic_open,
	.match = ic_match,
	.note = ic_note,
	.known = ic_known,
	.close = ic_close,
	.free = ic_free,
};

/* Why values of a list were left out: each reason once, with the first place. */
#define REASONS_MAX 32

struct ic_loader {
	struct ic_set *s;
	struct fb_err *err;
	struct fb_rule_files files;
	struct ic_scratch scratch;
	uint32_t cap;
	struct fb_rule_problems problems;
	struct fb_rule_info *infos; /* rules in the making: by list, type and level */
	uint32_t ninfos, infos_cap;
	/* the list in work */
	const char *path;
	uint8_t hash[FB_SHA256];
	uint32_t rule_of[IC_TYPES][FB_LEVEL_COUNT]; /* rule + 1 */
	struct reason {
		const char *why;
		bool error;
		unsigned line;
		uint64_t n;
	} reasons[REASONS_MAX];
	unsigned nreasons;
};

static int problem(struct ic_loader *l, const char *path, unsigned line, bool error, const char *why)
{
	return fb_rule_problems_add(&l->problems, path, line, error, why);
}

static int files_problem(void *user, const char *path, const char *why)
{
	return problem(user, path, 0, true, why);
}

int ic_left_out(struct ic_loader *l, unsigned line, const char *why, bool error)
{
	for (unsigned i = 0; i < l->nreasons; i++) {
		if (strcmp(l->reasons[i].why, why) == 0 && l->reasons[i].error == error) {
			l->reasons[i].n++;
			return 0;
		}
	}
	if (l->nreasons < REASONS_MAX)
		l->reasons[l->nreasons++] = (struct reason){ why, error, line, 1 };
	return 0;
}

static int tell_reasons(struct ic_loader *l)
{
	int r = 0;

	for (unsigned i = 0; i < l->nreasons && !r; i++) {
		const struct reason *w = &l->reasons[i];
		char why[256];

		if (w->n == 1)
			(void)snprintf(why, sizeof why, "not used: %s", w->why);
		else
			(void)snprintf(why, sizeof why, "%llu not used, this one first: %s",
				       (unsigned long long)w->n, w->why);
		r = problem(l, l->path, w->line, w->error, why);
	}
	return r;
}

/* ---- rules ---- */

static enum fb_level level_of(unsigned confidence)
{
	return confidence == 0 || confidence >= 70 ? FB_LEVEL_HIGH
	     : confidence >= 40 ? FB_LEVEL_MEDIUM : FB_LEVEL_LOW;
}

static int rule_for(struct ic_loader *l, enum ic_type type, enum fb_level level, uint32_t *out)
{
	const char *base = strrchr(l->path, '/');
	struct fb_rule_info *ri;
	char text[512], hex[2 * FB_SHA256 + 1];
	uint8_t digest[FB_SHA256];

	if (l->rule_of[type][level]) {
		*out = l->rule_of[type][level] - 1;
		return 0;
	}
	if (!fb_room32(&l->infos, l->ninfos, &l->infos_cap, sizeof *l->infos))
		return FB_ENOMEM;
	base = base ? base + 1 : l->path;
	ri = &l->infos[l->ninfos];
	/* The list's name and not its place: a list that moved is the same list. */
	(void)snprintf(text, sizeof text, "ioc\n%s\n%d\n%d", base, (int)type, (int)level);
	fb_sha256_of(fb_slice_str(text), digest);
	fb_hex(digest, FB_SHA256, hex);
	*ri = (struct fb_rule_info){ .id = fb_arena_strn(&l->s->arena, hex, 32), .path = l->path,
				     .pack = l->path, .techniques = "", .status = "", .level = level };
	(void)snprintf(text, sizeof text, "Indicator: %s (%s)", ic_type_word[type], base);
	ri->title = fb_arena_str(&l->s->arena, text);
	(void)snprintf(text, sizeof text, "A value of the type \"%s\" of the list %s%s.", ic_type_word[type],
		       base, level == FB_LEVEL_HIGH ? "" : level == FB_LEVEL_MEDIUM ?
		       ", of medium confidence" : ", of low confidence");
	ri->description = fb_arena_str(&l->s->arena, text);
	memcpy(ri->hash, l->hash, FB_SHA256);
	if (!ri->id || !ri->title || !ri->description)
		return FB_ENOMEM;
	*out = l->ninfos;
	l->rule_of[type][level] = ++l->ninfos;
	return 0;
}

/* One line of valid UTF-8, as it may stand in a summary. */
static int keep_note(struct ic_loader *l, struct fb_slice note, struct ic_item *it)
{
	struct fb_buf b;

	it->note = "";
	if (note.n == 0)
		return 0;
	if (note.n > FB_INDICATOR_NOTE_MAX)
		note.n = FB_INDICATOR_NOTE_MAX;
	while (note.n && (note.p[note.n - 1] & 0xC0) == 0x80)
		note.n--;
	if (note.n && note.p[note.n - 1] >= 0xC0)
		note.n--;
	fb_buf_init(&b, 4 * FB_INDICATOR_NOTE_MAX);
	(void)fb_utf8_clean(&b, note);
	for (size_t i = 0; i < b.n; i++)
		if (b.p[i] < ' ')
			b.p[i] = ' ';
	it->note = b.code ? NULL : fb_arena_strn(&l->s->arena, b.p, b.n);
	fb_buf_dispose(&b);
	return it->note ? 0 : FB_ENOMEM;
}

int ic_add(struct ic_loader *l, unsigned line, struct fb_slice text, enum ic_type type,
	   struct fb_slice note, unsigned confidence, fb_time until)
{
	struct ic_set *s = l->s;
	struct ic_item it = { .until = until, .confidence = (uint8_t)confidence };
	struct fb_slice form;
	const char *why;

	if (!ic_value(text, type, &l->scratch, &it, &form, &why))
		return why ? ic_left_out(l, line, why, true) : FB_ENOMEM;
	if (s->nitems == FB_INDICATORS_MAX)
		return ic_left_out(l, line, "there are more indicators than the limit", true);
	if (!fb_room32(&s->items, s->nitems, &l->cap, sizeof *s->items))
		return FB_ENOMEM;
	it.text = fb_arena_strn(&s->arena, form.p, form.n);
	it.length = (uint32_t)form.n;
	if (!it.text || keep_note(l, note, &it) || rule_for(l, (enum ic_type)it.type, level_of(confidence), &it.rule))
		return FB_ENOMEM;
	s->items[s->nitems++] = it;
	return 0;
}

/* ---- lists ---- */

static int read_list(struct ic_loader *l, const char *path, struct fb_buf *text)
{
	struct fb_err why = { 0 };
	struct fb_slice s;
	int r;

	l->path = path;
	l->nreasons = 0;
	memset(l->rule_of, 0, sizeof l->rule_of);
	fb_buf_clear(text);
	if (fb_read_file(path, FB_INDICATOR_FILE_MAX, text, &why))
		return why.code == FB_ENOMEM ? FB_ENOMEM : problem(l, path, 0, true, why.text);
	fb_sha256_of(fb_buf_view(text), l->hash);
	s = fb_slice_trim(fb_buf_view(text));
	if (s.n && memchr(s.p, 0, s.n))
		r = ic_left_out(l, 0, "not text: it has a NUL byte", true);
	else if (s.n && (s.p[0] == '{' || (s.p[0] == '[' && s.n > 1 && strchr("{[ \r\n\t", s.p[1]))))
		r = ic_read_json(l, s);
	else
		r = ic_read_text(l, fb_buf_view(text));
	return r ? r : tell_reasons(l);
}

/* The kinds of sums that files have to be compared by. A library that must not make one
 * (it has to keep to what some authority allows) is a matter for the user. */
static int kinds_of_hashes(struct ic_loader *l)
{
	struct ic_set *s = l->s;
	unsigned want = 0, can;

	for (uint32_t i = 0; i < s->nitems; i++)
		if (s->items[i].type == IC_HASH)
			want |= s->items[i].length == 2 * FB_MD5 ? FB_HASH_MD5
			      : s->items[i].length == 2 * FB_SHA1 ? FB_HASH_SHA1 : 0;
	can = fb_hashes_can(want);
	s->set.hashes = can;
	return can == want ? 0 : problem(l, "", 0, true, "this OpenSSL makes no MD5 or SHA-1: files are "
					 "not compared with such hashes");
}

struct order {
	struct fb_rule_info info;
	uint32_t was;
};

static int by_id(const void *a, const void *b)
{
	const struct order *x = a, *y = b;
	int d = strcmp(x->info.id, y->info.id);

	d = d ? d : strcmp(x->info.path, y->info.path);
	return d ? d : x->was < y->was ? -1 : x->was > y->was;
}

static int sort_rules(struct ic_loader *l)
{
	struct order *order = calloc((size_t)l->ninfos + 1, sizeof *order);
	uint32_t *now = calloc((size_t)l->ninfos + 1, sizeof *now);
	struct fb_rule_info *info = fb_arena_calloc(&l->s->arena, (size_t)l->ninfos + 1, sizeof *info);
	int r = order && now && info ? 0 : FB_ENOMEM;

	for (uint32_t i = 0; i < l->ninfos && !r; i++)
		order[i] = (struct order){ l->infos[i], i };
	if (!r && l->ninfos)
		qsort(order, l->ninfos, sizeof *order, by_id);
	for (uint32_t i = 0; i < l->ninfos && !r; i++) {
		info[i] = order[i].info;
		now[order[i].was] = i;
	}
	for (uint32_t i = 0; i < l->s->nitems && !r; i++)
		l->s->items[i].rule = now[l->s->items[i].rule];
	if (!r) {
		l->s->set.rules = info;
		l->s->set.nrules = l->ninfos;
	}
	free(order);
	free(now);
	return r;
}

static int finish(struct ic_loader *l)
{
	struct ic_set *s = l->s;
	struct fb_sha256 *h = fb_sha256_new();
	int r = h ? sort_rules(l) : FB_ENOMEM;

	if (!r) {
		r = ic_tables(s);
		if (!r)
			r = kinds_of_hashes(l);
	}
	if (!r)
		r = fb_rule_problems_keep(&l->problems, &s->set);
	if (r) {
		fb_sha256_free(h);
		return r;
	}
	s->set.nfiles = (uint32_t)l->files.n;
	fb_sha256_add(h, FB_LIT(SEMANTICS));
	for (uint32_t i = 0; i < s->set.nrules; i++) {
		fb_sha256_add(h, fb_slice_str(s->set.rules[i].id));
		fb_sha256_add(h, fb_slice(s->set.rules[i].hash, FB_SHA256));
	}
	fb_sha256_end(h, s->set.hash);
	fb_sha256_free(h);
	return 0;
}

int fb_ioc_load(const char *const *paths, size_t n, struct fb_ruleset **out, struct fb_err *err)
{
	static const char *const endings[] = { ".txt", ".csv", ".json", ".stix", ".ioc", NULL };
	struct ic_loader l = { .err = err };
	struct fb_buf text;
	int r = 0;

	l.s = calloc(1, sizeof *l.s);
	if (!l.s)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	fb_arena_init(&l.s->arena, ARENA_MAX);
	l.s->set.kind = &fb_ioc;
	l.s->set.compiled = l.s;
	l.problems.arena = &l.s->arena;
	l.files = (struct fb_rule_files){ .arena = &l.s->arena, .endings = endings,
					  .problem = files_problem, .user = &l };
	for (size_t i = 0; i < n && !r; i++)
		r = fb_rule_files_add(&l.files, paths[i], (uint32_t)i, err);
	fb_rule_files_sort(&l.files);
	fb_buf_init(&text, FB_INDICATOR_FILE_MAX);
	ic_scratch_init(&l.scratch);
	for (size_t i = 0; i < l.files.n && !r; i++)
		r = read_list(&l, l.files.v[i].path, &text);
	fb_buf_dispose(&text);
	ic_scratch_dispose(&l.scratch);
	if (!r)
		r = finish(&l);
	fb_rule_problems_dispose(&l.problems);
	free(l.infos);
	fb_rule_files_dispose(&l.files);
	if (r) {
		ic_free(&l.s->set);
		return fb_fail(err, r, "%s", r == FB_ENOMEM ? "out of memory" : fb_code_text(r));
	}
	*out = &l.s->set;
	return 0;
}

void ic_free(struct fb_ruleset *set)
{
	struct ic_set *s;

	if (!set)
		return;
	s = (struct ic_set *)(uintptr_t)set->compiled;
	free(s->items);
	fb_arena_dispose(&s->arena);
	free(s);
}
