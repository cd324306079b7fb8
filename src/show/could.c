#include "show/could.h"

#include "event/needs.h"
#include "show/csv.h"
#include "show/json.h"
#include "show/table.h"
#include "show/text.h"

#include <stdlib.h>

#define MEMORY (64u << 20)
#define NAME_BYTES 512 /* of a log source's name */

/* ---- machine ---- */

static void key_time(struct fb_json *j, const char *key, fb_time t)
{
	fb_json_key(j, key);
	fb_json_time(j, t, fb_json_digits(t));
}

static void one_host(struct fb_json *j, const struct fb_could_host *h)
{
	fb_json_object(j);
	fb_json_key(j, "host");
	fb_json_cstr(j, *h->host ? h->host : NULL);
	fb_json_key(j, "state");
	fb_json_cstr(j, fb_could_word(h->state));
	fb_json_key(j, "events");
	fb_json_u64(j, h->events);
	fb_json_key(j, "events_at_most");
	fb_json_u64(j, h->most);
	key_time(j, "first", h->first);
	key_time(j, "last", h->last);
	fb_json_key(j, "why");
	fb_json_cstr(j, *h->why ? h->why : NULL);
	fb_json_object_end(j);
}

void fb_json_could(struct fb_json *j, const struct fb_could_rule *row)
{
	fb_json_key(j, "read");
	if (row->known)
		fb_json_bool(j, !row->unread);
	else
		fb_json_null(j);
	fb_json_key(j, "hosts");
	if (!row->known) {
		fb_json_null(j);
		return;
	}
	fb_json_array(j);
	for (size_t i = 0; i < row->nhosts; i++)
		one_host(j, &row->hosts[i]);
	fb_json_array_end(j);
}

static void cell(struct fb_buf *out, const char *s)
{
	(void)fb_csv_cell(out, fb_slice_str(s), false);
}

static void cell_u64(struct fb_buf *out, uint64_t v)
{
	(void)fb_buf_printf(out, ",%llu", (unsigned long long)v);
}

void fb_csv_could_head(struct fb_buf *out)
{
	(void)fb_buf_puts(out, "rule_id,rule_title,level,pack,host,state,events,events_at_most,first,last,why");
	(void)fb_csv_end(out);
}

void fb_csv_could(struct fb_buf *out, const struct fb_could_rule *row)
{
	for (size_t i = 0; i < row->nhosts; i++) {
		const struct fb_could_host *h = &row->hosts[i];
		char time[FB_TIME_TEXT];

		(void)fb_csv_cell(out, fb_slice_str(row->rule->id), true);
		cell(out, row->rule->title);
		cell(out, fb_level_word(row->rule->level));
		cell(out, row->rule->pack);
		cell(out, h->host);
		cell(out, fb_could_word(h->state));
		cell_u64(out, h->events);
		cell_u64(out, h->most);
		cell(out, fb_time_text(h->first, fb_json_digits(h->first), time));
		cell(out, fb_time_text(h->last, fb_json_digits(h->last), time));
		cell(out, h->why);
		(void)fb_csv_end(out);
	}
}

/* ---- counts ---- */

struct count {
	const char *name; /* of the host, of the log source */
	uint64_t rules[FB_COULD_COUNT];
};

struct counts {
	struct count *v;
	size_t n, cap;
};

struct fb_could_view {
	struct fb_arena arena;
	struct counts hosts, sources;
	uint64_t rules, unread, unknown, best[FB_COULD_COUNT];
};

struct fb_could_view *fb_could_view_new(void)
{
	struct fb_could_view *v = calloc(1, sizeof *v);

	if (v)
		fb_arena_init(&v->arena, MEMORY);
	return v;
}

void fb_could_view_free(struct fb_could_view *v)
{
	if (!v)
		return;
	free(v->hosts.v);
	free(v->sources.v);
	fb_arena_dispose(&v->arena);
	free(v);
}

/* hint: where it probably is. */
static struct count *count_of(struct fb_could_view *v, struct counts *c, const char *name,
			      size_t hint)
{
	if (hint < c->n && strcmp(c->v[hint].name, name) == 0)
		return &c->v[hint];
	for (size_t i = 0; i < c->n; i++)
		if (strcmp(c->v[i].name, name) == 0)
			return &c->v[i];
	if (c->n == c->cap) {
		size_t cap = c->cap ? c->cap * 2 : 64;
		struct count *p = reallocarray(c->v, cap, sizeof *p);

		if (!p)
			return NULL;
		c->v = p;
		c->cap = cap;
	}
	c->v[c->n] = (struct count){ .name = fb_arena_str(&v->arena, name) };
	return c->v[c->n].name ? &c->v[c->n++] : NULL;
}

static bool has_line(struct fb_slice text, struct fb_slice line)
{
	struct fb_slice one;

	while (fb_need_part(&text, ',', &one))
		if (fb_slice_eq(fb_slice_trim(one), line))
			return true;
	return false;
}

/* "Microsoft-Windows-Sysmon/Operational, Security": the places where it looks. */
static void name_source(const char *needs, struct fb_buf *out)
{
	struct fb_slice list = fb_slice_str(needs);
	struct fb_need need;

	while (fb_need_next(&list, &need) && out->n < NAME_BYTES / 2) {
		struct fb_slice name = need.channel.n ? need.channel : need.provider;

		if (!name.n)
			name = need.lane == FB_LANE_NETWORK ? FB_LIT("Zeek's logs")
			       : need.lane == FB_LANE_WEB ? FB_LIT("web server logs")
							: FB_LIT("any event log of Windows");
		if (has_line(fb_buf_view(out), name))
			continue;
		if (out->n)
			(void)fb_buf_puts(out, ", ");
		(void)fb_buf_slice(out, name);
	}
	if (!*needs)
		(void)fb_buf_puts(out, "correlations");
}

int fb_could_view_add(struct fb_could_view *v, const struct fb_could_rule *row)
{
	enum fb_could best = FB_COULD_NEVER;
	struct fb_buf name;
	struct count *c;

	v->rules++;
	v->unknown += !row->known;
	v->unread += row->unread;
	if (!row->known || row->unread)
		return 0;
	for (size_t i = 0; i < row->nhosts; i++) {
		c = count_of(v, &v->hosts, row->hosts[i].host, i);
		if (!c)
			return FB_ENOMEM;
		c->rules[row->hosts[i].state]++;
		if (row->hosts[i].state > best)
			best = row->hosts[i].state;
	}
	v->best[best]++;
	fb_buf_init(&name, NAME_BYTES * 4);
	name_source(row->needs, &name);
	c = count_of(v, &v->sources, fb_buf_cstr(&name), SIZE_MAX);
	fb_buf_dispose(&name);
	if (!c)
		return FB_ENOMEM;
	c->rules[best]++;
	return 0;
}

void fb_could_view_json(const struct fb_could_view *v, struct fb_json *j)
{
	fb_json_key(j, "hosts");
	fb_json_array(j);
	for (size_t i = 0; i < v->hosts.n; i++) {
		fb_json_object(j);
		fb_json_key(j, "host");
		fb_json_cstr(j, *v->hosts.v[i].name ? v->hosts.v[i].name : NULL);
		for (int s = FB_COULD_COUNT - 1; s >= 0; s--) {
			fb_json_key(j, fb_could_word((enum fb_could)s));
			fb_json_u64(j, v->hosts.v[i].rules[s]);
		}
		fb_json_object_end(j);
	}
	fb_json_array_end(j);
}

/* Most rules first. */
static int order_sources(const void *x, const void *y)
{
	const struct count *l = x, *r = y;
	uint64_t a = 0, b = 0;

	for (int s = 0; s < FB_COULD_COUNT; s++) {
		a += l->rules[s];
		b += r->rules[s];
	}
	return a != b ? (a > b ? -1 : 1) : strcmp(l->name, r->name);
}

static int put_counts(struct fb_could_view *v, const struct counts *c, const char *head,
		      struct fb_out *o)
{
	const struct fb_column columns[] = {
		{ .head = "COULD", .right = true }, { .head = "IN PART", .right = true },
		{ .head = "NEVER", .right = true }, { .head = head },
	};
	struct fb_table t;
	int r;

	fb_table_init(&t, columns, sizeof columns / sizeof *columns, &v->arena);
	for (size_t i = 0; i < c->n; i++) {
		for (int s = FB_COULD_COUNT - 1; s >= 0; s--)
			(void)fb_table_number(&t, c->v[i].rules[s]);
		(void)fb_table_text(&t, fb_slice_str(*c->v[i].name ? c->v[i].name : "(no host known)"));
	}
	r = fb_table_write(&t, o, 0);
	fb_table_dispose(&t);
	return r;
}

int fb_could_view_write(struct fb_could_view *v, struct fb_out *o, struct fb_err *err)
{
	struct fb_buf *out = &o->buf;
	int r;

	if (v->sources.n)
		qsort(v->sources.v, v->sources.n, sizeof *v->sources.v, order_sources);
	(void)fb_buf_puts(out, "Of ");
	(void)fb_text_count(out, v->rules, "rule");
	(void)fb_buf_puts(out, ", ");
	(void)fb_text_number(out, v->best[FB_COULD_SEEN]);
	(void)fb_buf_puts(out, " could have matched what was recorded on some host, ");
	(void)fb_text_number(out, v->best[FB_COULD_PARTIAL]);
	(void)fb_buf_puts(out, " in part (event ids or fields are missing, or only another program told of it), ");
	(void)fb_text_number(out, v->best[FB_COULD_NEVER]);
	(void)fb_buf_puts(out, " never (no such log was recorded).\n");
	if (v->unread || v->unknown) {
		(void)fb_text_number(out, v->unread + v->unknown);
		(void)fb_buf_puts(out, " more ask for something else than the records that are read here.\n");
	}
	(void)fb_buf_puts(out, "A rule whose source was never recorded has not said no.\n\n");
	r = put_counts(v, &v->hosts, "HOST", o);
	(void)fb_buf_putc(out, '\n');
	if (!r)
		r = put_counts(v, &v->sources, "LOG SOURCE (on the host where it comes nearest)", o);
	(void)fb_buf_putc(out, '\n');
	return r ? fb_fail(err, r, "%s", fb_code_text(r)) : 0;
}
