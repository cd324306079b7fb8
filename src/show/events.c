#include "show/events.h"

#include "show/csv.h"
#include "show/decided.h"
#include "show/groups.h"
#include "show/json.h"
#include "show/text.h"

#include <stdio.h>

#define LINE_BYTES (64u << 10)
#define HOST_COLUMNS 12
#define TIME_COLUMNS 23
/* Entities of one row. */
#define LIST_MAX (256u << 10)

/* ---- JSON ---- */

static void key_str(struct fb_json *j, const char *key, struct fb_slice value)
{
	fb_json_key(j, key);
	if (value.n)
		fb_json_str(j, value);
	else
		fb_json_null(j);
}

static void put_entities(struct fb_json *j, struct fb_slice list)
{
	struct fb_slice value;
	const char *type;

	fb_json_key(j, "entities");
	fb_json_array(j);
	while (fb_entity_next(&list, &type, &value)) {
		fb_json_object(j);
		key_str(j, "type", fb_slice_str(type));
		fb_json_key(j, "value");
		fb_json_str(j, value);
		fb_json_object_end(j);
	}
	fb_json_array_end(j);
}

static void put_notes(struct fb_json *j, const struct fb_event_row *row)
{
	fb_json_key(j, "notes");
	fb_json_array(j);
	if (row->time_flags & FB_TIME_LOCAL)
		fb_json_cstr(j, "local-time");
	if (row->flags & FB_EVENT_RECOVERED)
		fb_json_cstr(j, "recovered");
	if (row->flags & FB_EVENT_DAMAGED)
		fb_json_cstr(j, "damaged");
	if (row->flags & FB_EVENT_CUT)
		fb_json_cstr(j, "cut");
	if (row->flags & FB_EVENT_SECOND_HAND)
		fb_json_cstr(j, "second-hand");
	if (row->around)
		fb_json_cstr(j, "around");
	fb_json_array_end(j);
}

static void event_keys(struct fb_json *j, const struct fb_event_row *row)
{
	key_str(j, "ref", fb_slice_str(row->reference));
	fb_json_key(j, "time");
	fb_json_time(j, row->time, row->time_digits);
	key_str(j, "host", row->host);
	key_str(j, "host_why", fb_slice_str(row->host_why));
	key_str(j, "channel", row->channel);
	key_str(j, "provider", row->provider);
	fb_json_key(j, "event_id");
	if (row->event_id)
		fb_json_u64(j, row->event_id);
	else
		fb_json_null(j);
	fb_json_key(j, "source");
	fb_json_place(j, &row->place);
	put_entities(j, row->entities);
	key_str(j, "summary", row->summary);
	put_notes(j, row);
	fb_json_key(j, "decision");
	fb_json_decided(j, row->decided);
}

void fb_json_event(struct fb_json *j, const struct fb_event_row *row)
{
	fb_json_object(j);
	event_keys(j, row);
	fb_json_object_end(j);
}

void fb_json_event_full(struct fb_json *j, const struct fb_event_row *row, struct fb_slice original)
{
	fb_json_object(j);
	event_keys(j, row);
	key_str(j, "original", original);
	fb_json_object_end(j);
}

/* ---- CSV ---- */

static void cell(struct fb_buf *out, struct fb_slice s)
{
	(void)fb_csv_cell(out, s, false);
}

static void cell_u64(struct fb_buf *out, uint64_t v, bool blank_zero)
{
	char text[24];

	(void)snprintf(text, sizeof text, "%llu", (unsigned long long)v);
	cell(out, fb_slice_str(v || !blank_zero ? text : ""));
}

void fb_csv_event_head(struct fb_buf *out)
{
	(void)fb_buf_puts(out, "time,host,summary,channel,provider,event_id,path,sha256,record,line,"
			       "offset,entities,ref,mark,tags,set_aside,notes,second_hand");
	(void)fb_csv_end(out);
}

void fb_csv_event(struct fb_buf *out, const struct fb_event_row *row)
{
	struct fb_slice list = row->entities, value;
	char time[FB_TIME_TEXT], sum[2 * FB_SHA256 + 1];
	struct fb_buf joined;
	const char *type;

	fb_buf_init(&joined, LIST_MAX);
	(void)fb_csv_cell(out, fb_slice_str(fb_time_text(row->time, row->time_digits, time)), true);
	cell(out, row->host);
	cell(out, row->summary);
	cell(out, row->channel);
	cell(out, row->provider);
	cell_u64(out, row->event_id, true);
	cell(out, fb_slice_str(row->place.path));
	fb_hex(row->place.sha256, FB_SHA256, sum);
	cell(out, fb_slice_str(sum));
	cell_u64(out, row->place.record, true);
	cell_u64(out, row->place.line, true);
	cell_u64(out, row->place.offset, false);
	while (fb_entity_next(&list, &type, &value)) {
		(void)fb_buf_printf(&joined, "%s%s:", joined.n ? "; " : "", type);
		(void)fb_buf_slice(&joined, value);
	}
	cell(out, fb_buf_view(&joined));
	cell(out, fb_slice_str(row->reference));
	fb_csv_decided(out, row->decided);
	cell(out, fb_slice_str(row->place.second_hand));
	(void)fb_csv_end(out);
	fb_buf_dispose(&joined);
}

/* ---- for people ---- */

void fb_events_init(struct fb_events_view *v, struct fb_out *out, const struct fb_zone *zone)
{
	*v = (struct fb_events_view){ .out = out, .zone = zone };
	fb_buf_init(&v->line, LINE_BYTES);
	fb_buf_init(&v->path, LINE_BYTES);
}

void fb_events_dispose(struct fb_events_view *v)
{
	fb_buf_dispose(&v->line);
	fb_buf_dispose(&v->path);
}

static void pad_to(struct fb_buf *out, size_t used, size_t columns)
{
	for (; used < columns; used++)
		(void)fb_buf_putc(out, ' ');
}

static void put_head(struct fb_events_view *v, const struct fb_event_row *row)
{
	struct fb_buf *out = &v->out->buf;
	struct fb_slice path = fb_slice_str(row->place.path);

	if (v->rows && fb_slice_eq(fb_buf_view(&v->path), path))
		return;
	fb_buf_clear(&v->path);
	(void)fb_buf_slice(&v->path, path);
	if (v->rows)
		(void)fb_buf_putc(out, '\n');
	(void)fb_text_term(out, path);
	(void)fb_buf_putc(out, '\n');
}

static size_t put_time(struct fb_events_view *v, const struct fb_event_row *row)
{
	size_t n;

	fb_buf_clear(&v->line);
	(void)fb_zone_text(&v->line, v->zone, row->time, row->time_digits < 3 ? row->time_digits : 3,
			   FB_WHEN_FULL);
	if (row->time == FB_TIME_NONE)
		(void)fb_buf_puts(&v->line, "no time");
	if (row->time_flags & FB_TIME_LOCAL) {
		(void)fb_buf_putc(&v->line, '?');
		v->times_local++;
	}
	n = v->line.n;
	(void)fb_buf_slice(&v->out->buf, fb_buf_view(&v->line));
	pad_to(&v->out->buf, n, TIME_COLUMNS);
	return n > TIME_COLUMNS ? n : TIME_COLUMNS;
}

/* A cell; on no terminal it is never cut. */
static size_t put_cell(struct fb_events_view *v, struct fb_slice s, size_t columns)
{
	struct fb_buf *out = &v->out->buf;
	size_t used;

	fb_buf_clear(&v->line);
	(void)fb_text_term(&v->line, s);
	(void)fb_buf_puts(out, "  ");
	used = fb_text_cut(out, fb_buf_view(&v->line), v->out->width ? columns : SIZE_MAX);
	pad_to(out, used, columns);
	return (used > columns ? used : columns) + 2;
}

int fb_events_row(struct fb_events_view *v, const struct fb_event_row *row)
{
	struct fb_buf *out = &v->out->buf;
	char host[256];
	size_t used, width = v->out->width;

	put_head(v, row);
	v->rows++;
	(void)fb_buf_puts(out, row->around ? "  - " : "  ");
	used = 2 + 2 * row->around + put_time(v, row);
	(void)snprintf(host, sizeof host, "%.*s", (int)row->host.n, (const char *)row->host.p);
	used += put_cell(v, fb_host_short(host, width), HOST_COLUMNS);
	used += put_cell(v, fb_slice_str(row->reference), strlen(row->reference));
	fb_buf_clear(&v->line);
	(void)fb_buf_puts(&v->line, "  ");
	if (row->decided) {
		(void)fb_buf_putc(&v->line, '[');
		fb_decided_words(&v->line, row->decided);
		(void)fb_buf_puts(&v->line, "] ");
	}
	if (row->event_id)
		(void)fb_buf_printf(&v->line, "%u ", row->event_id);
	(void)fb_text_term(&v->line, row->summary);
	(void)fb_text_cut(out, fb_buf_view(&v->line),
			  width == 0 ? SIZE_MAX : width > used ? width - used : 1);
	(void)fb_buf_putc(out, '\n');
	return fb_out_check(v->out);
}
