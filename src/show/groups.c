#include "show/groups.h"

#include "show/decided.h"
#include "show/summary.h"
#include "show/table.h"
#include "show/text.h"

#include <stdio.h>

/* 3,780 rules on hundreds of hosts, each with a line of text. */
#define GROUPS_MEMORY (256u << 20)
#define WIDE 120      /* columns from which on hosts keep their domain and rows an id */
#define WHAT_WANTED 40
#define WHAT_NEEDED 30

struct group {
	struct group *next;
	const char *title, *host, *decided;
	char id[33];
	enum fb_level level;
	uint64_t count;
	fb_time first, last;
};

struct gather {
	struct fb_arena arena;
	struct group *head, **tail;
	const struct fb_groups_view *view;
	struct fb_groups_rest *rest;
	size_t shown;
	bool years; /* more than one year: dates need it */
	int64_t year;
	struct fb_buf words;
	struct fb_err *err;
};

struct fb_slice fb_host_short(const char *host, size_t width)
{
	struct fb_slice s = fb_slice_str(host);
	size_t dot = fb_slice_find(s, FB_LIT("."));
	bool address = s.n > 0 && s.p[0] >= '0' && s.p[0] <= '9';

	if (s.n == 0)
		return FB_LIT("-");
	return width == 0 || width >= WIDE || address || dot == 0 ? s : fb_slice_sub(s, 0, dot);
}

static void note_year(struct gather *g, fb_time t)
{
	int64_t year;

	if (t == FB_TIME_NONE)
		return;
	year = fb_zone_year(g->view->zone, t);
	if (g->year && g->year != year)
		g->years = true;
	g->year = year;
}

static int keep(struct gather *g, const struct fb_group_row *row)
{
	struct group *made = fb_arena_calloc(&g->arena, 1, sizeof *made);

	if (!made)
		return fb_fail(g->err, FB_ENOMEM, "out of memory: too many groups to show; use a filter");
	made->title = fb_arena_str(&g->arena, row->rule->title);
	made->host = fb_arena_str(&g->arena, row->host);
	fb_buf_clear(&g->words);
	fb_group_words(&g->words, row);
	made->decided = fb_arena_str(&g->arena, fb_buf_cstr(&g->words));
	if (!made->title || !made->host || !made->decided)
		return fb_fail(g->err, FB_ENOMEM, "out of memory: too many groups to show; use a filter");
	memcpy(made->id, row->first_id, sizeof made->id);
	made->level = row->rule->level;
	made->count = row->count;
	made->first = row->first;
	made->last = row->last;
	note_year(g, row->first);
	note_year(g, row->last);
	*g->tail = made;
	g->tail = &made->next;
	g->shown++;
	return 0;
}

void fb_groups_folded(struct fb_buf *out, const struct fb_groups_rest *rest, const char *indent,
		      const char *dir)
{
	struct fb_buf text;

	fb_buf_init(&text, 64u << 10);
	for (int is = FB_NOISE_NOISY; is < FB_NOISE_COUNT; is++) {
		const char *word = fb_noise_word((enum fb_noise)is);

		if (rest->folded_groups[is] == 0)
			continue;
		fb_buf_clear(&text);
		(void)fb_buf_puts(&text, indent);
		(void)fb_text_count(&text, rest->folded[is], "detection");
		(void)fb_buf_printf(&text, " folded as %s, ", word);
		(void)fb_text_count(&text, rest->folded_groups[is], "group");
		fb_text_command(&text, 0, ": ", "detections", dir, is == FB_NOISE_NOISY ? " --noisy" : " --excluded");
		(void)fb_buf_slice(out, fb_buf_view(&text));
	}
	fb_buf_dispose(&text);
}

static int on_group(void *user, const struct fb_group_row *row)
{
	struct gather *g = user;
	const struct fb_groups_view *v = g->view;
	enum fb_level level = row->rule->level;
	bool show = true;

	if (level >= FB_LEVEL_COUNT)
		level = FB_LEVEL_INFORMATIONAL;
	g->rest->all[level] += row->count;
	g->rest->groups++;
	if (v->fold && fb_noise_folds(row->noise, row->mark)) {
		g->rest->folded[row->noise->is] += row->count;
		g->rest->folded_groups[row->noise->is]++;
		return 0;
	}
	/* Rows come highest level first, so what is shown already decides. */
	if (v->limit) {
		if (level >= v->level)
			show = g->shown < v->limit;
		else
			show = g->shown < v->fallback && (!g->head || g->head->level < v->level);
	}
	if (show)
		return keep(g, row);
	g->rest->hidden[level] += row->count;
	g->rest->hidden_groups++;
	return 0;
}

/* How the two times are written: what leaves WHAT enough room. */
enum density { LOOSE, MIDDLE, TIGHT };

static void put_when(struct fb_buf *out, const struct gather *g, fb_time t, enum density d)
{
	enum fb_when form = d == LOOSE ? FB_WHEN_SECOND : FB_WHEN_MINUTE;

	if (g->years)
		form = d == TIGHT ? FB_WHEN_ISODAY : FB_WHEN_YEAR;
	(void)fb_zone_text(out, g->view->zone, t, 0, form);
}

/* Tight: the last time only in so far as it differs from the first. */
static void put_last(struct fb_buf *out, const struct gather *g, const struct group *r,
		     enum density d)
{
	const struct fb_zone *z = g->view->zone;
	bool same_day;

	if (d != TIGHT) {
		put_when(out, g, r->last, d);
		return;
	}
	if (r->first == r->last || r->last == FB_TIME_NONE)
		return;
	same_day = fb_zone_day(z, r->first) == fb_zone_day(z, r->last);
	/* With years the first has no time of day to go with an hour. */
	if (!g->years)
		(void)fb_zone_text(out, z, r->last, 0, same_day ? FB_WHEN_HOUR : FB_WHEN_DAY);
	else if (!same_day)
		(void)fb_zone_text(out, z, r->last, 0, FB_WHEN_ISODAY);
}

static int fill(struct fb_table *t, const struct gather *g, const struct fb_out *o, enum density d,
		bool id)
{
	for (const struct group *r = g->head; r; r = r->next) {
		(void)fb_table_level(t, r->level);
		(void)fb_table_text(t, fb_host_short(r->host, o->width));
		put_when(&t->cell, g, r->first, d);
		(void)fb_table_next(t);
		put_last(&t->cell, g, r, d);
		(void)fb_table_next(t);
		(void)fb_table_number(t, r->count);
		if (id)
			(void)fb_table_text(t, fb_slice(r->id, 10));
		if (*r->decided)
			(void)fb_buf_printf(&t->cell, "[%s] ", r->decided);
		(void)fb_table_text(t, fb_slice_str(r->title));
	}
	return t->code;
}

/* The year once, in the head, where all are of one. */
static void put_first_head(const struct gather *g, enum density d, char *out, size_t n)
{
	const char *zone = g->view->zone->name;

	if (g->years || !g->year)
		(void)snprintf(out, n, "FIRST (%s)", zone);
	else
		(void)snprintf(out, n, "%s%d%s%s%s", d == TIGHT ? "" : "FIRST (", (int)g->year,
			       d == TIGHT ? " (" : " ", zone, ")");
}

static int write_table(struct gather *g, struct fb_out *o)
{
	char first[96];
	struct fb_column columns[7] = {
		{ .head = "LEVEL", .level = true }, { .head = "HOST", .max = 15 },
		{ .head = first },		    { .head = "LAST", .optional = true },
		{ .head = "COUNT", .right = true },
	};
	static const size_t enough[] = { WHAT_WANTED, WHAT_NEEDED, 0 };
	bool id = o->width == 0 || o->width >= WIDE;
	size_t n = 5;
	int r = 0;

	if (o->width == 0 || o->width >= WIDE)
		columns[1].max = 0;
	if (id)
		columns[n++] = (struct fb_column){ .head = "FIRST ID" };
	columns[n++] = (struct fb_column){ .head = "WHAT" };
	for (enum density d = LOOSE; d <= TIGHT; d++) {
		struct fb_table t;
		bool fits;

		put_first_head(g, d, first, sizeof first);
		fb_table_init(&t, columns, n, &g->arena);
		r = fill(&t, g, o, d, id);
		fits = o->width == 0 || fb_table_room(&t, o->width, g->view->indent) >= enough[d];
		if (!r && fits)
			r = fb_table_write(&t, o, g->view->indent);
		fb_table_dispose(&t);
		if (r || fits)
			break;
	}
	return r;
}

int fb_groups_write(struct fb_out *o, struct fb_case *c, const struct fb_filter *filter,
		    const struct fb_groups_view *view, struct fb_groups_rest *rest,
		    struct fb_err *err)
{
	struct gather g = { .view = view, .rest = rest, .err = err };
	int r;

	*rest = (struct fb_groups_rest){ 0 };
	g.tail = &g.head;
	fb_buf_init(&g.words, 1024);
	fb_arena_init(&g.arena, GROUPS_MEMORY);
	r = fb_case_groups(c, filter, on_group, &g, err);
	if (!r && g.head)
		r = write_table(&g, o);
	fb_buf_dispose(&g.words);
	fb_arena_dispose(&g.arena);
	return r;
}
