/* SharePoint's trace log (ULS): docs/formats/sharepoint-uls.md. A message of more than 800
 * characters goes on in further lines, which may stand anywhere behind it. */
#include "decode/formats.h"
#include "decode/weblog/row.h"

#include <stdlib.h>

#define COLUMNS 9
#define THREADS 4096 /* slots for what threads wrote last; more at once only cost stitching */

static const struct fb_slice names[COLUMNS] = {
	{ (const uint8_t *)"timestamp", 9 }, { (const uint8_t *)"process", 7 },
	{ (const uint8_t *)"tid", 3 },       { (const uint8_t *)"area", 4 },
	{ (const uint8_t *)"category", 8 },  { (const uint8_t *)"event-id", 8 },
	{ (const uint8_t *)"level", 5 },     { (const uint8_t *)"message", 7 },
	{ (const uint8_t *)"correlation", 11 },
};
enum { STAMP, PROCESS, TID, AREA, CATEGORY, EVENT, LEVEL, MESSAGE, CORRELATION };

struct entry {
	struct fb_slice v[COLUMNS];
	fb_time time;
	unsigned digits;
	bool more; /* goes on with what an earlier line began */
};

/* A line that goes on. */
struct piece {
	uint64_t head, offset; /* of the line that began it */
	struct fb_slice text;
};

struct uls {
	struct web_row row;
	struct { uint64_t hash, offset; } *last; /* by thread: the line that began last */
	struct piece *pieces;
	size_t n, room, at;
	uint8_t *whole; /* a message put together */
	bool failed;
};

/* "03/18/2011 16:39:39.99", "*" behind it. */
static bool stamp(struct fb_slice s, struct entry *e)
{
	unsigned mon, day, year, h, m, sec, frac, n = 0;
	uint32_t ns = 0;

	e->more = s.n && s.p[s.n - 1] == '*';
	s.n -= e->more;
	if (s.n < 19 || s.p[2] != '/' || s.p[5] != '/' || s.p[10] != ' ' || s.p[13] != ':' ||
	    s.p[16] != ':' || !web_number(s, 0, 2, &mon) || !web_number(s, 3, 2, &day) ||
	    !web_number(s, 6, 4, &year) || !web_number(s, 11, 2, &h) || !web_number(s, 14, 2, &m) ||
	    !web_number(s, 17, 2, &sec))
		return false;
	if (s.n > 19) {
		for (; n < 9 && web_number(s, 20 + n, 1, &frac); n++)
			ns = ns * 10 + frac;
		if (s.p[19] != '.' || n + 20 != s.n)
			return false;
		for (unsigned i = n; i < 9; i++)
			ns *= 10;
	}
	e->digits = n;
	e->time = fb_time_from_parts(year, mon, day, h, m, sec, ns);
	return e->time != FB_TIME_NONE;
}

static bool parse(struct fb_slice s, struct entry *e)
{
	for (unsigned i = 0; i < COLUMNS; i++) {
		if (i == CORRELATION || !web_take(&s, '\t', &e->v[i])) {
			e->v[i] = s; /* some leave the last tab out */
			s = fb_slice(NULL, 0);
			if (i < MESSAGE)
				return false;
		}
		e->v[i] = fb_slice_trim(e->v[i]);
	}
	return stamp(e->v[STAMP], e);
}

/* "Timestamp   \tProcess …": the head of each file. */
static bool is_head(struct fb_slice s)
{
	struct fb_slice first, second;

	return web_take(&s, '\t', &first) && web_take(&s, '\t', &second) &&
	       fb_slice_eqs(fb_slice_trim(first), "Timestamp") &&
	       fb_slice_eqs(fb_slice_trim(second), "Process");
}

static uint64_t thread_of(const struct entry *e)
{
	uint64_t h = 14695981039346656037ull;

	for (unsigned c = PROCESS; c <= TID; c++) {
		for (size_t i = 0; i < e->v[c].n; i++)
			h = (h ^ e->v[c].p[i]) * 1099511628211ull;
		h = (h ^ '\t') * 1099511628211ull;
	}
	return h ? h : 1;
}

static const struct fb_slice dots = { (const uint8_t *)"...", 3 };

static bool ends_open(struct fb_slice s)
{
	return s.n >= 3 && fb_slice_eq(fb_slice_sub(s, s.n - 3, 3), dots);
}

/* ---- the first look: which lines go on with which ---- */

static int keep_piece(struct uls *u, uint64_t head, uint64_t offset, struct fb_slice text)
{
	struct fb_arena *a = u->row.sink->arena;
	uint8_t *copy = fb_arena_get(a, text.n + 1);

	if (u->n == u->room) {
		size_t room = u->room ? u->room * 2 : 64;
		struct piece *more = fb_arena_calloc(a, room, sizeof *more);

		if (!more)
			return FB_ENOMEM;
		if (u->n)
			memcpy(more, u->pieces, u->n * sizeof *more);
		u->pieces = more;
		u->room = room;
	}
	if (!copy)
		return FB_ENOMEM;
	if (text.n)
		memcpy(copy, text.p, text.n);
	u->pieces[u->n++] = (struct piece){ head, offset, fb_slice(copy, text.n) };
	return 0;
}

static int look(void *user, const struct web_line *l)
{
	struct uls *u = user;
	struct entry e;
	uint64_t thread;
	size_t slot;

	if (!parse(l->text, &e))
		return 0;
	thread = thread_of(&e);
	slot = thread % THREADS;
	if (!e.more) {
		u->last[slot].hash = ends_open(e.v[MESSAGE]) ? thread : 0;
		u->last[slot].offset = l->offset;
		return 0;
	}
	if (u->last[slot].hash != thread)
		return 0; /* it began in another unit */
	return keep_piece(u, u->last[slot].offset, l->offset, e.v[MESSAGE]);
}

static void no_problem(struct fb_sink *s, uint64_t offset, uint64_t length, enum fb_why why,
		       const char *text)
{
	(void)s, (void)offset, (void)length, (void)why, (void)text;
}

static void no_skip(struct fb_sink *s, uint64_t offset, uint64_t length, enum fb_why why)
{
	(void)s, (void)offset, (void)length, (void)why;
}

static int by_head(const void *a, const void *b)
{
	const struct piece *x = a, *y = b;

	if (x->head != y->head)
		return x->head < y->head ? -1 : 1;
	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static int by_offset(const void *key, const void *b)
{
	uint64_t x = *(const uint64_t *)key, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* ---- the second ---- */

/* The message with what goes on from it. */
static struct fb_slice stitched(struct uls *u, struct fb_slice first, uint64_t offset)
{
	size_t n = 0;

	while (u->at < u->n && u->pieces[u->at].head < offset)
		u->at++;
	if (u->at == u->n || u->pieces[u->at].head != offset)
		return first;
	if (!u->whole)
		u->whole = fb_arena_get(u->row.sink->arena, FB_VALUE_MAX);
	if (!u->whole)
		return first;
	for (bool more = true; more;) {
		struct fb_slice s = n ? u->pieces[u->at++].text : first;

		if (n && fb_slice_starts(s, dots))
			s = fb_slice_sub(s, 3, s.n);
		more = u->at < u->n && u->pieces[u->at].head == offset;
		if (more && ends_open(s))
			s.n -= 3;
		if (s.n > FB_VALUE_MAX - 1 - n) {
			s.n = FB_VALUE_MAX - 1 - n;
			u->row.flags |= FB_EVENT_CUT;
		}
		if (s.n)
			memcpy(u->whole + n, s.p, s.n);
		n += s.n;
		if (n == 0)
			u->whole[n++] = ' '; /* so that the next is not the first */
	}
	return fb_slice(u->whole, n);
}

/* "w3wp.exe (0x5338)" */
static void put_process(struct web_row *r, struct fb_slice s)
{
	struct fb_slice name = s, pid = s;

	if (s.n > 3 && s.p[s.n - 1] == ')' && web_take(&pid, '(', &name)) {
		pid.n--;
		web_put_text(r, names[PROCESS], fb_slice_trim(name));
		web_put_text(r, FB_LIT("pid"), pid);
		return;
	}
	web_put_text(r, names[PROCESS], s);
}

/* "Name=Request (GET:https://host:443/path?query)", also within "Entering monitored scope
 * (Request (…))". */
static void put_request(struct web_row *r, struct fb_slice s)
{
	size_t at = fb_slice_find(s, FB_LIT("Request ("));
	struct fb_slice method, url = fb_slice_sub(s, at + 9, s.n);

	if (at == s.n || !web_take(&url, ':', &method) || method.n == 0 || method.n > 16 ||
	    fb_slice_find(url, FB_LIT("://")) > 8)
		return;
	for (size_t i = 0; i < method.n; i++)
		if (method.p[i] < 'A' || method.p[i] > 'Z')
			return;
	while (url.n && url.p[url.n - 1] == ')')
		url.n--;
	WEB_PUT(r, FB_SYM_CS_METHOD, "cs-method", method);
	web_put_uri(r, url);
}

static int take_entry(struct uls *u, const struct web_line *l, struct entry *e)
{
	struct web_row *r = &u->row;

	web_row_begin(r);
	if (!e->more)
		e->v[MESSAGE] = stitched(u, e->v[MESSAGE], l->offset);
	else
		r->flags |= FB_EVENT_CUT;
	r->time = e->time;
	r->digits = e->digits;
	r->local = true;
	for (unsigned i = PROCESS; i < COLUMNS; i++) {
		if (i == PROCESS)
			put_process(r, e->v[i]);
		else
			web_put_text(r, names[i], e->v[i].n ? e->v[i] : fb_slice(NULL, 0));
	}
	put_request(r, e->v[MESSAGE]);
	return web_row_end(r, l);
}

static int take_line(void *user, const struct web_line *l)
{
	struct uls *u = user;
	struct entry e;

	if (!parse(l->text, &e)) {
		if (!is_head(l->text))
			return web_row_reject(&u->row, l, "not a line of a trace log");
		fb_sink_decoded(u->row.sink, l->raw.n);
		return 0;
	}
	/* Pieces are by head: in the order of a copy of their places. */
	if (e.more && u->n && bsearch(&l->offset, u->pieces + u->n, u->n, sizeof(uint64_t), by_offset)) {
		fb_sink_decoded(u->row.sink, l->raw.n);
		return 0;
	}
	return take_entry(u, l, &e);
}

/* Sorts the pieces by head; the places of all follow behind them, in order. */
static int sort_pieces(struct uls *u)
{
	struct fb_arena *a = u->row.sink->arena;
	struct piece *sorted;
	uint64_t *places;

	if (!u->n)
		return 0;
	sorted = fb_arena_get(a, u->n * (sizeof *sorted + sizeof *places));
	if (!sorted)
		return FB_ENOMEM;
	memcpy(sorted, u->pieces, u->n * sizeof *sorted);
	places = (uint64_t *)(void *)(sorted + u->n);
	for (size_t i = 0; i < u->n; i++)
		places[i] = sorted[i].offset; /* as they were met */
	qsort(sorted, u->n, sizeof *sorted, by_head);
	u->pieces = sorted;
	return 0;
}

static int uls_decode(const struct fb_unit *unit, struct fb_sink *sink)
{
	struct fb_sink quiet = { .arena = sink->arena, .problem = no_problem, .skip = no_skip };
	struct web_state st;
	struct uls u;
	int r;

	u.last = fb_arena_calloc(sink->arena, THREADS, sizeof *u.last);
	u.pieces = NULL;
	u.whole = NULL;
	u.n = u.room = u.at = 0;
	if (!u.last)
		return FB_ENOMEM;
	web_row_init(&u.row, sink, FB_LANE_SERVER);
	web_state_load(&st, unit->ctx);
	r = web_lines(unit, &quiet, &st, look, &u);
	if (!r)
		r = sort_pieces(&u);
	if (r)
		return r;
	web_state_load(&st, unit->ctx);
	return web_lines(unit, sink, &st, take_line, &u);
}

static bool is_line(struct fb_slice line, void *user)
{
	struct entry e;

	(void)user;
	return parse(line, &e) || is_head(line);
}

static int uls_probe(struct fb_slice head, bool whole)
{
	return web_probe_most(head, whole, 90, is_line, NULL);
}

const struct fb_format fb_format_uls = {
	.name = "sharepoint-uls",
	.title = "SharePoint trace log (ULS)",
	.lane = FB_LANE_SERVER,
	.local = true,
	.probe = uls_probe,
	.split = web_split,
	.decode = uls_decode,
	.render = web_render,
	.summarise = web_say_message,
	.json = web_json,
};
