#include "show/collections.h"

#include "base/arena.h"
#include "case/collected.h"
#include "show/csv.h"
#include "show/json.h"
#include "show/text.h"

#include <stdlib.h>

#define MEMORY ((size_t)512 << 20)
/* Of each kind, for people; JSON, CSV and `sources --problems` have all. */
#define SHOWN 20

enum section { ASKED, FAILED, SKIPPED, DIFFERS, NOT_HERE, SECTIONS };

struct line {
	struct line *next;
	struct fb_slice name, why;
	fb_time time;
};

struct section_of {
	struct line *first, **last;
	uint64_t n;
};

struct collection {
	const char *path, *collector, *host;
	fb_time started, ended;
	uint64_t copied, hashed, verdicts[FB_VERDICT_COUNT];
	struct section_of sections[SECTIONS];
};

struct view {
	struct fb_arena arena;
	struct collection **v;
	size_t n, room;
	const char *glob;
	struct fb_out *out;
	struct fb_err *err;
};

static int no_memory(struct view *w)
{
	return fb_fail(w->err, FB_ENOMEM, "out of memory");
}

/* Of a list that lies in none: its folder. */
static struct fb_slice root_of(const struct fb_collected_row *row)
{
	struct fb_slice path = fb_slice_str(*row->collection ? row->collection : row->path);

	for (size_t i = path.n; !*row->collection && i-- > 0;)
		if (path.p[i] == '/' || path.p[i] == '!')
			return fb_slice_sub(path, 0, i);
	return path;
}

static struct collection *collection_of(struct view *w, const struct fb_collected_row *row)
{
	struct fb_slice root = root_of(row);
	struct collection *c;

	for (size_t i = w->n; i-- > 0;)
		if (fb_slice_eq(fb_slice_str(w->v[i]->path), root))
			return w->v[i];
	if (w->n == w->room) {
		size_t room = w->room ? w->room * 2 : 16;
		struct collection **v = reallocarray(w->v, room, sizeof *v);

		if (!v)
			return NULL;
		w->v = v;
		w->room = room;
	}
	c = fb_arena_calloc(&w->arena, 1, sizeof *c);
	if (!c)
		return NULL;
	c->path = fb_arena_strn(&w->arena, root.p, root.n);
	c->collector = fb_arena_str(&w->arena, row->collector);
	c->host = "";
	c->started = c->ended = FB_TIME_NONE;
	for (int i = 0; i < SECTIONS; i++)
		c->sections[i].last = &c->sections[i].first;
	w->v[w->n++] = c;
	return c->path && c->collector ? c : NULL;
}

static int add(struct view *w, struct collection *c, enum section which, struct fb_slice name,
	       struct fb_slice why, fb_time time)
{
	struct section_of *s = &c->sections[which];
	struct line *l = fb_arena_get(&w->arena, sizeof *l);
	char *a = fb_arena_strn(&w->arena, name.p, name.n), *b = fb_arena_strn(&w->arena, why.p, why.n);

	if (!l || !a || !b)
		return no_memory(w);
	*l = (struct line){ NULL, fb_slice(a, name.n), fb_slice(b, why.n), time };
	*s->last = l;
	s->last = &l->next;
	s->n++;
	return 0;
}

/* The same artifact stands in several files. */
static bool asked_before(const struct collection *c, struct fb_slice text)
{
	for (const struct line *l = c->sections[ASKED].first; l; l = l->next)
		if (fb_slice_eq(l->name, text))
			return true;
	return false;
}

static int take(struct view *w, struct collection *c, const struct fb_collected_row *row)
{
	const struct fb_collected *s = &row->said;
	struct fb_slice name = s->path.n ? s->path : s->place;

	c->verdicts[row->verdict]++;
	switch (s->what) {
	case FB_SAID_HOST:
		c->host = fb_arena_strn(&w->arena, s->text.p, s->text.n);
		return c->host ? 0 : no_memory(w);
	case FB_SAID_STARTED:
		if (c->started == FB_TIME_NONE || s->time < c->started)
			c->started = s->time;
		return 0;
	case FB_SAID_ENDED:
		if (c->ended == FB_TIME_NONE || s->time > c->ended)
			c->ended = s->time;
		return 0;
	case FB_SAID_ASKED:
		/* What a report says item by item is only counted for people. */
		return c->sections[ASKED].n < 1000 && asked_before(c, s->text)
			       ? 0 : add(w, c, ASKED, s->text, FB_LIT(""), s->time);
	case FB_SAID_FAILED: return add(w, c, FAILED, name, s->text, s->time);
	case FB_SAID_SKIPPED:
		return row->verdict == FB_VERDICT_ELSEWHERE ? 0 : add(w, c, SKIPPED, name, s->text, s->time);
	case FB_SAID_COPIED: c->copied++; break;
	case FB_SAID_HASHED: c->hashed++; break;
	default: return 0;
	}
	if (row->verdict == FB_VERDICT_DIFFERS)
		return add(w, c, DIFFERS, fb_slice_str(row->target), fb_slice_str(fb_sum_word(s->sum)), s->time);
	if (row->verdict == FB_VERDICT_NOT_HERE)
		return add(w, c, NOT_HERE, name, FB_LIT(""), s->time);
	return 0;
}

static int on_row(void *user, const struct fb_collected_row *row)
{
	struct view *w = user;
	bool configured = row->said.what == FB_SAID_CHOSEN || row->said.what == FB_SAID_SITES || row->said.what == FB_SAID_SITE;
	struct collection *c;

	/* What was to be recorded is nothing of a collector's. */
	if (configured || (w->glob && !fb_text_glob(w->glob, fb_slice_str(row->path))))
		return 0;
	c = collection_of(w, row);
	return c ? take(w, c, row) : no_memory(w);
}

static int load(struct view *w, struct fb_case *c, const char *glob, struct fb_err *err)
{
	w->glob = glob;
	w->err = err;
	fb_arena_init(&w->arena, MEMORY);
	return fb_case_collected(c, on_row, w, err);
}

static void unload(struct view *w)
{
	free(w->v);
	fb_arena_dispose(&w->arena);
}

/* ---- for people ---- */

static void put_lines(struct fb_buf *out, const char *title, const struct section_of *s)
{
	size_t n = 0;

	if (!s->n)
		return;
	(void)fb_buf_puts(out, "    ");
	(void)fb_buf_puts(out, title);
	(void)fb_buf_puts(out, " (");
	(void)fb_text_number(out, s->n);
	(void)fb_buf_puts(out, "):\n");
	for (const struct line *l = s->first; l && n < SHOWN; l = l->next, n++) {
		(void)fb_buf_puts(out, "      ");
		(void)fb_text_term(out, l->name);
		if (l->name.n && l->why.n)
			(void)fb_buf_puts(out, ": ");
		(void)fb_text_term(out, l->why);
		(void)fb_buf_putc(out, '\n');
	}
	if (s->n > SHOWN) {
		(void)fb_buf_puts(out, "      … and ");
		(void)fb_text_number(out, s->n - SHOWN);
		(void)fb_buf_puts(out, " more (--csv has all)\n");
	}
}

static void put_counts(struct fb_buf *out, const struct collection *c)
{
	const uint64_t *v = c->verdicts;

	if (!c->copied && !c->hashed)
		return;
	(void)fb_buf_puts(out, "    ");
	(void)fb_text_count(out, c->copied, "file");
	(void)fb_buf_puts(out, " taken by its account, ");
	(void)fb_text_number(out, c->hashed);
	(void)fb_buf_puts(out, c->hashed == 1 ? " hash" : " hashes");
	(void)fb_buf_puts(out, " listed: ");
	(void)fb_text_number(out, v[FB_VERDICT_SAME]);
	(void)fb_buf_puts(out, " with the same hash here, ");
	(void)fb_text_number(out, v[FB_VERDICT_DIFFERS]);
	(void)fb_buf_puts(out, " with another, ");
	(void)fb_text_number(out, v[FB_VERDICT_HERE] + v[FB_VERDICT_UNCHECKED]);
	(void)fb_buf_puts(out, " here without a hash that was checked, ");
	(void)fb_text_number(out, v[FB_VERDICT_NOT_HERE]);
	(void)fb_buf_puts(out, " not here\n");
}

static void put_collection(struct fb_buf *out, const struct collection *c, const struct fb_zone *zone)
{
	(void)fb_text_term(out, fb_slice_str(c->path));
	(void)fb_buf_putc(out, '\n');
	(void)fb_buf_puts(out, "    by ");
	(void)fb_buf_puts(out, *c->collector ? c->collector : "an unknown collector");
	if (*c->host) {
		(void)fb_buf_puts(out, ", on ");
		(void)fb_text_term(out, fb_slice_str(c->host));
	}
	if (c->started != FB_TIME_NONE) {
		(void)fb_buf_puts(out, ", ");
		(void)fb_zone_text(out, zone, c->started, 0, FB_WHEN_FULL);
	}
	if (c->ended != FB_TIME_NONE && c->ended != c->started) {
		(void)fb_buf_puts(out, " to ");
		(void)fb_zone_text(out, zone, c->ended, 0, FB_WHEN_FULL);
	}
	(void)fb_buf_putc(out, '\n');
	put_lines(out, "asked for", &c->sections[ASKED]);
	put_counts(out, c);
	put_lines(out, "not taken: it failed", &c->sections[FAILED]);
	put_lines(out, "not taken: left out", &c->sections[SKIPPED]);
	put_lines(out, "has another hash now", &c->sections[DIFFERS]);
	put_lines(out, "listed, and not here", &c->sections[NOT_HERE]);
}

int fb_collections_write(struct fb_out *o, struct fb_case *c, const char *glob, const struct fb_zone *zone,
			 struct fb_err *err)
{
	struct view w = { .out = o };
	int r = load(&w, c, glob, err);

	for (size_t i = 0; i < w.n && r == 0; i++) {
		put_collection(&o->buf, w.v[i], zone);
		r = fb_out_check(o);
	}
	if (r == 0 && w.n == 0)
		(void)fb_buf_puts(&o->buf, "No collector wrote down what it did.\n");
	unload(&w);
	return r;
}

/* ---- JSON ---- */

static void text_or_null(struct fb_json *j, const char *key, struct fb_slice s)
{
	fb_json_key(j, key);
	if (s.n)
		fb_json_str(j, s);
	else
		fb_json_null(j);
}

static void time_of(struct fb_json *j, const char *key, fb_time t)
{
	fb_json_key(j, key);
	fb_json_time(j, t, fb_json_digits(t));
}

static void lines_json(struct fb_json *j, const char *key, const struct section_of *s)
{
	fb_json_key(j, key);
	fb_json_array(j);
	for (const struct line *l = s->first; l; l = l->next) {
		fb_json_object(j);
		text_or_null(j, "path", l->name);
		text_or_null(j, "why", l->why);
		time_of(j, "time", l->time);
		fb_json_object_end(j);
	}
	fb_json_array_end(j);
}

static void collection_json(struct fb_json *j, const struct collection *c)
{
	fb_json_object(j);
	text_or_null(j, "collection", fb_slice_str(c->path));
	text_or_null(j, "collector", fb_slice_str(c->collector));
	text_or_null(j, "host", fb_slice_str(c->host));
	time_of(j, "started", c->started);
	time_of(j, "ended", c->ended);
	fb_json_key(j, "asked");
	fb_json_array(j);
	for (const struct line *l = c->sections[ASKED].first; l; l = l->next)
		fb_json_str(j, l->name);
	fb_json_array_end(j);
	fb_json_key(j, "copied");
	fb_json_u64(j, c->copied);
	fb_json_key(j, "listed");
	fb_json_u64(j, c->hashed);
	fb_json_key(j, "verdicts");
	fb_json_object(j);
	for (int v = FB_VERDICT_NONE + 1; v < FB_VERDICT_COUNT; v++) {
		fb_json_key(j, fb_verdict_word((enum fb_verdict)v));
		fb_json_u64(j, c->verdicts[v]);
	}
	fb_json_object_end(j);
	lines_json(j, "failed", &c->sections[FAILED]);
	lines_json(j, "skipped", &c->sections[SKIPPED]);
	lines_json(j, "differs", &c->sections[DIFFERS]);
	lines_json(j, "not_here", &c->sections[NOT_HERE]);
	fb_json_object_end(j);
}

int fb_collections_json(struct fb_out *o, struct fb_case *c, const char *glob, bool lines,
			struct fb_err *err)
{
	struct view w = { .out = o };
	struct fb_json j;
	int r = load(&w, c, glob, err);

	fb_json_init(&j, &o->buf);
	if (r == 0 && !lines) {
		fb_json_object(&j);
		fb_json_key(&j, "collections");
		fb_json_array(&j);
	}
	for (size_t i = 0; i < w.n && r == 0; i++) {
		if (lines)
			fb_json_init(&j, &o->buf);
		collection_json(&j, w.v[i]);
		if (lines)
			(void)fb_buf_putc(&o->buf, '\n');
		r = fb_out_check(o);
	}
	if (r == 0 && !lines) {
		fb_json_array_end(&j);
		fb_json_object_end(&j);
		(void)fb_buf_putc(&o->buf, '\n');
	}
	unload(&w);
	return r;
}

/* ---- CSV ---- */

static int on_csv(void *user, const struct fb_collected_row *row)
{
	struct view *w = user;
	struct fb_buf *out = &w->out->buf;
	const struct fb_collected *s = &row->said;
	char hash[2 * FB_SHA256 + 1], time[FB_TIME_TEXT];

	if (w->glob && !fb_text_glob(w->glob, fb_slice_str(row->path)))
		return 0;
	fb_hex(s->hash, fb_sum_size(s->sum), hash);
	(void)fb_csv_cell(out, root_of(row), true);
	(void)fb_csv_cell(out, fb_slice_str(row->collector), false);
	(void)fb_csv_cell(out, fb_slice_str(row->path), false);
	(void)fb_csv_cell(out, fb_slice_str(fb_statement_word(s->what)), false);
	(void)fb_csv_cell(out, s->path, false);
	(void)fb_csv_cell(out, s->place, false);
	(void)fb_csv_cell(out, s->text, false);
	(void)fb_csv_cell(out, fb_slice_str(fb_time_text(s->time, fb_json_digits(s->time), time)), false);
	(void)fb_csv_cell(out, fb_slice_str(fb_sum_word(s->sum)), false);
	(void)fb_csv_cell(out, fb_slice_str(hash), false);
	(void)fb_csv_cell(out, fb_slice_str(fb_verdict_word(row->verdict)), false);
	(void)fb_csv_cell(out, fb_slice_str(row->target), false);
	(void)fb_csv_end(out);
	return fb_out_check(w->out);
}

int fb_collections_csv(struct fb_out *o, struct fb_case *c, const char *glob, struct fb_err *err)
{
	struct view w = { .out = o, .glob = glob, .err = err };

	(void)fb_buf_puts(&o->buf, "collection,collector,source,what,path,place,text,time,sum,hash,verdict,"
			  "target\r\n");
	return fb_case_collected(c, on_csv, &w, err);
}
