#include "show/recorded.h"

#include "case/chains.h"
#include "show/json.h"
#include "show/table.h"
#include "show/text.h"

#include <stdio.h>

#define TABLE_MEMORY (256u << 20)

/* ---- JSON ---- */

static void key_slice(struct fb_json *j, const char *key, struct fb_slice s)
{
	fb_json_key(j, key);
	if (s.n)
		fb_json_str(j, s);
	else
		fb_json_null(j);
}

static void key_u64(struct fb_json *j, const char *key, uint64_t v)
{
	fb_json_key(j, key);
	fb_json_u64(j, v);
}

static void key_bool(struct fb_json *j, const char *key, bool v)
{
	fb_json_key(j, key);
	fb_json_bool(j, v);
}

static void key_time(struct fb_json *j, const char *key, fb_time t)
{
	fb_json_key(j, key);
	fb_json_time(j, t, fb_json_digits(t));
}

static void header(struct fb_json *j, const struct fb_source_records *r)
{
	fb_json_key(j, "header");
	if (r->nnotices == 0 || r->notices[0].what != FB_NOTICE_HEADER) {
		fb_json_null(j);
		return;
	}
	fb_json_object(j);
	key_u64(j, "next_record", r->notices[0].record);
	key_bool(j, "dirty", r->notices[0].flags & FB_HEADER_DIRTY);
	key_bool(j, "full", r->notices[0].flags & FB_HEADER_FULL);
	fb_json_object_end(j);
}

static void log_of(struct fb_json *j, const struct fb_log_row *l)
{
	fb_json_object(j);
	key_slice(j, "channel", fb_slice_str(l->channel));
	key_u64(j, "first_record", l->first);
	key_u64(j, "last_record", l->last);
	key_time(j, "first", l->first_time);
	key_time(j, "last", l->last_time);
	key_bool(j, "renumbered", l->renumbered);
	key_u64(j, "gaps", l->gaps);
	key_u64(j, "missing", l->missing);
	fb_json_object_end(j);
}

static void gap(struct fb_json *j, const struct fb_gap_row *g)
{
	fb_json_object(j);
	key_slice(j, "channel", fb_slice_str(g->channel));
	key_u64(j, "from", g->first);
	key_u64(j, "to", g->last);
	key_time(j, "after", g->after);
	key_time(j, "before", g->before);
	key_bool(j, "unread", g->unread);
	fb_json_object_end(j);
}

static void notice(struct fb_json *j, const struct fb_notice *m)
{
	fb_json_object(j);
	fb_json_key(j, "what");
	fb_json_cstr(j, fb_notice_word(m->what));
	key_u64(j, "record", m->record);
	key_time(j, "time", m->time);
	key_time(j, "other_time", m->other);
	key_slice(j, "host", m->host);
	key_slice(j, "text", m->text);
	fb_json_object_end(j);
}

static void kind(struct fb_json *j, const struct fb_kind_row *k)
{
	bool web = fb_lane_is_text(k->kind.lane);

	fb_json_object(j);
	key_slice(j, "host", k->kind.host);
	key_slice(j, web && k->kind.lane != FB_LANE_NETWORK ? "site" : "channel", k->kind.channel);
	if (web) {
		key_slice(j, "columns", k->kind.columns);
	} else {
		key_slice(j, "provider", k->kind.provider);
		key_u64(j, "event_id", k->kind.event_id);
		if (k->kind.lane == FB_LANE_EVTX && k->kind.columns.n)
			key_slice(j, "classes", k->kind.columns);
	}
	key_u64(j, "events", k->kind.events);
	key_time(j, "first", k->kind.first);
	key_time(j, "last", k->kind.last);
	if (k->setting) {
		fb_json_key(j, "with");
		fb_json_object(j);
		key_slice(j, "field", fb_slice_str(k->setting->field));
		key_u64(j, "events", k->kind.filled);
		fb_json_object_end(j);
	}
	fb_json_object_end(j);
}

void fb_json_records(struct fb_json *j, const struct fb_source_records *r)
{
	header(j, r);
	fb_json_key(j, "logs");
	fb_json_array(j);
	for (size_t i = 0; i < r->nlogs; i++)
		log_of(j, &r->logs[i]);
	fb_json_array_end(j);
	fb_json_key(j, "gaps");
	fb_json_array(j);
	for (size_t i = 0; i < r->ngaps; i++)
		gap(j, &r->gaps[i]);
	fb_json_array_end(j);
	fb_json_key(j, "notices");
	fb_json_array(j);
	for (size_t i = 0; i < r->nnotices; i++)
		if (r->notices[i].what != FB_NOTICE_HEADER)
			notice(j, &r->notices[i]);
	fb_json_array_end(j);
	fb_json_key(j, "kinds");
	fb_json_array(j);
	for (size_t i = 0; i < r->nkinds; i++)
		kind(j, &r->kinds[i]);
	fb_json_array_end(j);
}

static void numbers(struct fb_json *j, uint64_t first, uint64_t last)
{
	key_u64(j, "from", first);
	key_u64(j, "to", last);
}

static int chain_json(void *user, const struct fb_chain_row *row)
{
	struct fb_json *j = user;

	fb_json_object(j);
	key_slice(j, "host", fb_slice_str(row->host));
	key_slice(j, "channel", fb_slice_str(row->channel));
	numbers(j, row->first, row->last);
	key_u64(j, "missing", row->missing);
	fb_json_key(j, "files");
	fb_json_array(j);
	for (size_t i = 0; i < row->nfiles; i++) {
		fb_json_object(j);
		key_slice(j, "path", fb_slice_str(row->files[i].path));
		numbers(j, row->files[i].first, row->files[i].last);
		key_time(j, "first", row->files[i].first_time);
		key_time(j, "last", row->files[i].last_time);
		fb_json_object_end(j);
	}
	fb_json_array_end(j);
	fb_json_key(j, "gaps");
	fb_json_array(j);
	for (size_t i = 0; i < row->ngaps; i++) {
		const struct fb_chain_gap *g = &row->gaps[i];

		fb_json_object(j);
		numbers(j, g->first, g->last);
		key_time(j, "after", g->after);
		key_slice(j, "after_path", fb_slice_str(g->after_path));
		key_time(j, "before", g->before);
		key_slice(j, "before_path", fb_slice_str(g->before_path));
		fb_json_object_end(j);
	}
	fb_json_array_end(j);
	fb_json_object_end(j);
	return 0;
}

int fb_json_chains(struct fb_json *j, struct fb_case *c, const struct fb_filter *filter,
		   struct fb_err *err)
{
	int r;

	fb_json_key(j, "chains");
	fb_json_array(j);
	r = fb_case_chains(c, filter, chain_json, j, err);
	fb_json_array_end(j);
	return r;
}

/* ---- for people ---- */

struct view {
	struct fb_out *out;
	struct fb_case *c;
	const struct fb_zone *zone;
	struct fb_err *err;
	struct fb_buf safe;
	struct fb_arena arena;
	uint64_t sources;
};

static void put_safe(struct view *v, struct fb_slice s)
{
	fb_buf_clear(&v->safe);
	(void)fb_text_term(&v->safe, s);
	(void)fb_buf_slice(&v->out->buf, fb_buf_view(&v->safe));
}

static void put_when(struct fb_buf *out, const struct fb_zone *zone, fb_time t)
{
	if (t == FB_TIME_NONE)
		(void)fb_buf_puts(out, "no time");
	else
		(void)fb_zone_text(out, zone, t, 0, FB_WHEN_FULL);
}

/* "record 4711 is", "record numbers 4711 to 5000 are" */
static void put_numbers(struct fb_buf *out, uint64_t first, uint64_t last)
{
	if (first == last)
		(void)fb_buf_printf(out, "record number %llu is", (unsigned long long)first);
	else
		(void)fb_buf_printf(out, "record numbers %llu to %llu are", (unsigned long long)first,
				    (unsigned long long)last);
}

static void put_log(struct view *v, const struct fb_log_row *l)
{
	struct fb_buf *out = &v->out->buf;

	(void)fb_buf_puts(out, "    ");
	put_safe(v, fb_slice_str(*l->channel ? l->channel : "no channel"));
	(void)fb_buf_printf(out, ": records %llu to %llu, ", (unsigned long long)l->first,
			    (unsigned long long)l->last);
	put_when(out, v->zone, l->first_time);
	(void)fb_buf_puts(out, " to ");
	put_when(out, v->zone, l->last_time);
	if (l->renumbered)
		(void)fb_buf_puts(out, "; exported or forwarded: what its numbers leave out says nothing");
	else if (l->missing) {
		(void)fb_buf_puts(out, "; ");
		(void)fb_text_number(out, l->missing);
		(void)fb_buf_puts(out, " missing in ");
		(void)fb_text_count(out, l->gaps, "gap");
	}
	(void)fb_buf_putc(out, '\n');
}

static void put_gap(struct view *v, const struct fb_gap_row *g)
{
	struct fb_buf *out = &v->out->buf;

	(void)fb_buf_puts(out, "      ");
	put_numbers(out, g->first, g->last);
	(void)fb_buf_puts(out, " missing, between ");
	put_when(out, v->zone, g->after);
	(void)fb_buf_puts(out, " and ");
	put_when(out, v->zone, g->before);
	if (g->unread)
		(void)fb_buf_puts(out, " (bytes thereabouts could not be read)");
	(void)fb_buf_putc(out, '\n');
}

static void put_notice(struct view *v, const struct fb_notice *m)
{
	struct fb_buf *out = &v->out->buf;

	(void)fb_buf_puts(out, "      ");
	if (m->what == FB_NOTICE_HEADER) {
		(void)fb_buf_printf(out, "header: next record %llu%s%s\n",
				    (unsigned long long)m->record,
				    m->flags & FB_HEADER_DIRTY ? ", dirty (not closed)" : "",
				    m->flags & FB_HEADER_FULL ? ", full" : "");
		return;
	}
	put_when(out, v->zone, m->time);
	(void)fb_buf_printf(out, "  %s", fb_notice_word(m->what));
	if (m->text.n) {
		(void)fb_buf_putc(out, ' ');
		put_safe(v, m->text);
	}
	if (m->other != FB_TIME_NONE) {
		(void)fb_buf_puts(out, m->what == FB_NOTICE_CLOCK_BACK ? ", the record before it says "
								     : ", from ");
		put_when(out, v->zone, m->other);
	}
	(void)fb_buf_printf(out, " (record %llu)\n", (unsigned long long)m->record);
}

static int put_kinds(struct view *v, const struct fb_source_records *r)
{
	char first[96];
	struct fb_column columns[6] = {
		{ .head = "  EVENTS", .right = true }, { .head = first }, { .head = "LAST" },
		{ .head = "ID", .right = true }, { .head = "HOST" },
	};
	bool several = false;
	size_t n = 4;
	struct fb_table t;
	int code;

	for (size_t i = 1; i < r->nkinds; i++)
		several |= !fb_slice_eq(r->kinds[i].kind.host, r->kinds[0].kind.host);
	n += several;
	columns[n++] = (struct fb_column){ .head = "PROVIDER OR COLUMNS" };
	(void)snprintf(first, sizeof first, "FIRST (%s)", v->zone->name);
	fb_arena_reset(&v->arena);
	fb_table_init(&t, columns, n, &v->arena);
	for (size_t i = 0; i < r->nkinds; i++) {
		const struct fb_kind *k = &r->kinds[i].kind;

		(void)fb_table_number(&t, k->events);
		put_when(&t.cell, v->zone, k->first);
		(void)fb_table_next(&t);
		put_when(&t.cell, v->zone, k->last);
		(void)fb_table_next(&t);
		if (k->lane == FB_LANE_EVTX)
			(void)fb_buf_printf(&t.cell, "%u", k->event_id);
		(void)fb_table_next(&t);
		if (several)
			(void)fb_table_text(&t, k->host);
		(void)fb_table_text(&t, k->lane == FB_LANE_EVTX ? k->provider : k->columns);
	}
	code = fb_table_write(&t, v->out, 0);
	fb_table_dispose(&t);
	return code ? fb_fail(v->err, code, "%s", fb_code_text(code)) : 0;
}

static int on_records(void *user, const struct fb_source_records *r)
{
	struct view *v = user;

	for (size_t i = 0; i < r->nlogs; i++) {
		put_log(v, &r->logs[i]);
		for (size_t k = 0; k < r->ngaps; k++)
			if (strcmp(r->gaps[k].channel, r->logs[i].channel) == 0)
				put_gap(v, &r->gaps[k]);
	}
	for (size_t i = 0; i < r->nnotices; i++)
		put_notice(v, &r->notices[i]);
	return put_kinds(v, r);
}

static int on_source(void *user, const struct fb_source_row *row)
{
	struct view *v = user;
	struct fb_buf *out = &v->out->buf;
	int r;

	if (row->events == 0)
		return 0;
	if (v->sources++)
		(void)fb_buf_putc(out, '\n');
	put_safe(v, fb_slice_str(row->path));
	if (*row->host) {
		(void)fb_buf_puts(out, " (");
		put_safe(v, fb_slice_str(row->host));
		(void)fb_buf_putc(out, ')');
	}
	(void)fb_buf_putc(out, '\n');
	r = fb_case_source_records(v->c, row->id, on_records, v, v->err);
	return r ? r : fb_out_check(v->out);
}

static int put_chain(void *user, const struct fb_chain_row *row)
{
	struct view *v = user;
	struct fb_buf *out = &v->out->buf;

	(void)fb_buf_puts(out, "\nIn several files: ");
	put_safe(v, fb_slice_str(row->channel));
	(void)fb_buf_puts(out, " of ");
	put_safe(v, fb_slice_str(row->host));
	(void)fb_buf_printf(out, ", records %llu to %llu", (unsigned long long)row->first,
			    (unsigned long long)row->last);
	if (row->missing) {
		(void)fb_buf_puts(out, "; ");
		(void)fb_text_number(out, row->missing);
		(void)fb_buf_puts(out, " are in none of them");
	}
	(void)fb_buf_putc(out, '\n');
	for (size_t i = 0; i < row->nfiles; i++) {
		const struct fb_chain_file *f = &row->files[i];

		(void)fb_buf_printf(out, "    %llu to %llu, ", (unsigned long long)f->first,
				    (unsigned long long)f->last);
		put_when(out, v->zone, f->first_time);
		(void)fb_buf_puts(out, " to ");
		put_when(out, v->zone, f->last_time);
		(void)fb_buf_puts(out, "  ");
		put_safe(v, fb_slice_str(f->path));
		(void)fb_buf_putc(out, '\n');
	}
	for (size_t i = 0; i < row->ngaps; i++) {
		const struct fb_chain_gap *g = &row->gaps[i];

		put_gap(v, &(struct fb_gap_row){ .channel = row->channel, .first = g->first, .last = g->last,
						 .after = g->after, .before = g->before });
	}
	return fb_out_check(v->out);
}

int fb_records_write(struct fb_out *o, struct fb_case *c, const struct fb_filter *filter,
		     const struct fb_zone *zone, struct fb_err *err)
{
	struct view v = { .out = o, .c = c, .zone = zone, .err = err };
	int r;

	fb_buf_init(&v.safe, 64u << 10);
	fb_arena_init(&v.arena, TABLE_MEMORY);
	r = fb_case_sources(c, filter, on_source, &v, err);
	if (!r && v.sources == 0)
		(void)fb_buf_puts(&o->buf, "No source holds events.\n");
	if (!r && !filter->source)
		r = fb_case_chains(c, filter, put_chain, &v, err);
	fb_buf_dispose(&v.safe);
	fb_arena_dispose(&v.arena);
	return r;
}
