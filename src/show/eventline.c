#include "show/eventline.h"

#include "show/csv.h"
#include "show/json.h"
#include "show/text.h"

#include <stdio.h>

/* The first entity of a type, or nothing. */
static struct fb_slice entity(const struct fb_event_row *row, const char *want)
{
	struct fb_slice list = row->entities, value;
	const char *type;

	while (fb_entity_next(&list, &type, &value))
		if (strcmp(type, want) == 0)
			return value;
	return (struct fb_slice){ 0 };
}

static void key_str(struct fb_json *j, const char *key, struct fb_slice value)
{
	if (!value.n)
		return;
	fb_json_key(j, key);
	fb_json_str(j, value);
}

static const char *data_type(const struct fb_event_row *row)
{
	return row->place.line ? "firebreak:log:line" : "firebreak:evtx:record";
}

/* Never empty: a record may have no data at all. */
static void put_message(struct fb_buf *out, const struct fb_event_row *row)
{
	if (row->event_id)
		(void)fb_buf_printf(out, "%u ", row->event_id);
	if (row->event_id || !row->summary.n)
		(void)fb_buf_slice(out, row->provider.n ? row->provider : FB_LIT("event"));
	if (row->event_id && row->summary.n)
		(void)fb_buf_puts(out, ": ");
	(void)fb_buf_slice(out, row->summary);
}

void fb_eventline_timesketch(struct fb_buf *out, const struct fb_event_row *row)
{
	char time[FB_TIME_TEXT];
	struct fb_buf text;
	struct fb_json j;

	fb_buf_init(&text, (size_t)1 << 20);
	put_message(&text, row);
	/* Its importer wants six digits. */
	fb_json_init(&j, out);
	fb_json_object(&j);
	fb_json_key(&j, "message");
	fb_json_str(&j, fb_buf_view(&text));
	fb_json_key(&j, "datetime");
	fb_json_cstr(&j, fb_time_text(row->time, 6, time));
	fb_json_key(&j, "timestamp");
	fb_json_i64(&j, row->time / 1000 - (row->time % 1000 < 0));
	fb_json_key(&j, "timestamp_desc");
	fb_json_cstr(&j, "Event Recorded");
	fb_json_key(&j, "data_type");
	fb_json_cstr(&j, data_type(row));
	key_str(&j, "hostname", row->host);
	key_str(&j, "channel", row->channel);
	key_str(&j, "source_name", row->provider);
	if (row->event_id) {
		fb_json_key(&j, "event_identifier");
		fb_json_u64(&j, row->event_id);
	}
	key_str(&j, "username", entity(row, "account"));
	key_str(&j, "source_ip", entity(row, "address"));
	key_str(&j, "display_name", fb_slice_str(row->place.path));
	fb_json_key(&j, row->place.line ? "line_number" : "record_number");
	fb_json_u64(&j, row->place.line ? row->place.line : row->place.record);
	key_str(&j, "firebreak_ref", fb_slice_str(row->reference));
	if (row->place.second_hand)
		key_str(&j, "second_hand", fb_slice_str(row->place.second_hand));
	if (row->time_flags & FB_TIME_LOCAL || row->place.second_hand) {
		fb_json_key(&j, "tag");
		fb_json_array(&j);
		if (row->time_flags & FB_TIME_LOCAL)
			fb_json_cstr(&j, "local-time");
		if (row->place.second_hand)
			fb_json_cstr(&j, "second-hand");
		fb_json_array_end(&j);
	}
	fb_json_object_end(&j);
	(void)fb_buf_putc(out, '\n');
	fb_buf_dispose(&text);
}

static void cell(struct fb_buf *out, struct fb_slice s)
{
	(void)fb_csv_cell(out, s, false);
}

/* The first 80 bytes, whole characters. */
static struct fb_slice beginning(struct fb_slice s)
{
	size_t n = s.n;

	if (n > 80)
		for (n = 80; n && (s.p[n] & 0xC0) == 0x80;)
			n--;
	return fb_slice_sub(s, 0, n);
}

void fb_eventline_l2t_head(struct fb_buf *out)
{
	(void)fb_buf_puts(out, "date,time,timezone,MACB,source,sourcetype,type,user,host,short,desc,"
			       "version,filename,inode,notes,format,extra");
	(void)fb_csv_end(out);
}

void fb_eventline_l2t(struct fb_buf *out, const struct fb_event_row *row)
{
	char time[FB_TIME_TEXT], date[16], clock[16], extra[192], number[24] = "";
	struct fb_buf text;

	(void)fb_time_text(row->time, 0, time);
	(void)snprintf(date, sizeof date, "%.2s/%.2s/%.4s", time + 5, time + 8, time);
	(void)snprintf(clock, sizeof clock, "%.8s", time + 11);
	(void)fb_csv_cell(out, fb_slice_str(date), true);
	cell(out, fb_slice_str(clock));
	cell(out, FB_LIT("UTC"));
	cell(out, FB_LIT("M..."));
	cell(out, !row->place.line ? FB_LIT("EVT") : row->place.second_hand ? FB_LIT("OTHER") : FB_LIT("WEBLOG"));
	cell(out, row->place.second_hand ? fb_slice_str(row->place.second_hand)
		  : row->place.line ? FB_LIT("Web server log") : FB_LIT("WinEVTX"));
	cell(out, FB_LIT("Event Recorded"));
	cell(out, entity(row, "account"));
	cell(out, row->host);
	fb_buf_init(&text, (size_t)1 << 20);
	put_message(&text, row);
	cell(out, beginning(fb_buf_view(&text)));
	cell(out, fb_buf_view(&text));
	fb_buf_dispose(&text);
	cell(out, FB_LIT("2"));
	cell(out, fb_slice_str(row->place.path));
	cell(out, FB_LIT("0"));
	cell(out, row->time_flags & FB_TIME_LOCAL ? FB_LIT("local time, zone unknown") : FB_LIT(""));
	cell(out, FB_LIT("firebreak"));
	if (row->event_id)
		(void)snprintf(number, sizeof number, "event_id: %u; ", row->event_id);
	(void)snprintf(extra, sizeof extra, "%sref: %s", number, row->reference);
	cell(out, fb_slice_str(extra));
	(void)fb_csv_end(out);
}

void fb_eventline_body(struct fb_buf *out, const struct fb_event_row *row)
{
	struct fb_buf text, message;
	long long second = row->time / FB_SECOND - (row->time % FB_SECOND < 0);

	/* The bar ends a field and has no escape. */
	fb_buf_init(&text, (size_t)1 << 20);
	(void)fb_buf_putc(&text, '[');
	(void)fb_text_term(&text, row->host);
	(void)fb_buf_puts(&text, "] ");
	fb_buf_init(&message, (size_t)1 << 20);
	put_message(&message, row);
	(void)fb_text_term(&text, fb_buf_view(&message));
	fb_buf_dispose(&message);
	(void)fb_buf_puts(&text, " (");
	(void)fb_text_term(&text, fb_slice_str(row->place.path));
	(void)fb_buf_printf(&text, " %s)", row->reference);
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == '|')
			text.p[i] = '!';
	(void)fb_buf_puts(out, "0|");
	(void)fb_buf_slice(out, fb_buf_view(&text));
	(void)fb_buf_printf(out, "|0|----------|0|0|%llu|%lld|%lld|%lld|%lld\n",
			    (unsigned long long)row->place.length, second, second, second, second);
	fb_buf_dispose(&text);
}
