/* Timesketch: JSON lines and CSV. Its importer demands message, datetime and
 * timestamp_desc of every line, and reads a CSV's datetime in one form for all lines;
 * a detection without a time cannot be told to it, but for hits on files. */
#include "show/csv.h"
#include "show/export_in.h"

#include <inttypes.h>
#include <stdio.h>

/* One value of a row; each goes into the column or key of the same name. */
#define CELL_MAX (64u << 10)

static const char *const entity_types[] = { "address", "account", "session", "host",
					    "process", "file",	  "hash",    "url",
					    "domain",  "agent",	  "service" };

#define NTYPES (sizeof entity_types / sizeof *entity_types)

static const char *what(const struct fb_detection_row *row)
{
	return row->because_count ? "Correlation fulfilled"
	     : fb_export_filed(row) ? "File modified (a hit on the file, not an event)" : "Event recorded";
}

/* "[high] Title: summary" */
static void message(struct fb_buf *out, const struct fb_detection_row *row)
{
	(void)fb_buf_printf(out, "[%s] ", fb_level_word(row->rule->level));
	(void)fb_buf_puts(out, row->rule->title);
	(void)fb_buf_puts(out, ": ");
	(void)fb_buf_puts(out, row->summary);
}

static void tag(struct fb_json *j, const char *prefix, struct fb_slice word)
{
	struct fb_buf text;

	fb_buf_init(&text, CELL_MAX);
	(void)fb_buf_puts(&text, prefix);
	(void)fb_buf_slice(&text, word);
	fb_json_str(j, fb_buf_view(&text));
	fb_buf_dispose(&text);
}

static void tags(struct fb_json *j, const struct fb_export_job *job,
		 const struct fb_detection_row *row)
{
	const char *list = row->rule->techniques;
	struct fb_slice word;

	fb_json_array(j);
	tag(j, "firebreak-", fb_slice_str(fb_level_word(row->rule->level)));
	while (fb_export_word(&list, &word))
		tag(j, "attack-", word);
	fb_export_tags(j, job, row);
	fb_json_array_end(j);
}

static void put_line(struct fb_json *j, const struct fb_export_job *job,
		     const struct fb_detection_row *row)
{
	char time[FB_EXPORT_TIME];
	struct fb_buf text;

	fb_buf_init(&text, CELL_MAX);
	message(&text, row);
	fb_json_object(j);
	fb_json_key(j, "message");
	fb_json_str(j, fb_buf_view(&text));
	fb_json_key(j, "datetime");
	fb_json_cstr(j, fb_export_micros(row->time, time));
	fb_json_key(j, "timestamp");
	fb_json_i64(j, fb_export_epoch(row->time));
	fb_export_text(j, "timestamp_desc", what(row));
	fb_export_text(j, "data_type", "firebreak:detection");
	fb_json_key(j, "tag");
	tags(j, job, row);
	fb_export_text(j, "detection_id", row->id);
	fb_export_text(j, "level", fb_level_word(row->rule->level));
	fb_export_text(j, "rule", row->rule->title);
	fb_export_text(j, "rule_id", row->rule->id);
	fb_export_text(j, "technique", row->rule->techniques);
	fb_export_text(j, "hostname", row->host);
	fb_export_text(j, "channel", row->channel);
	fb_export_text(j, "provider", row->provider);
	if (row->event_id)
		fb_export_u64(j, "event_identifier", row->event_id);
	fb_export_text(j, "source_path", row->place.path);
	fb_export_hex(j, "source_sha256", row->place.sha256);
	if (row->place.record)
		fb_export_u64(j, "record", row->place.record);
	if (row->place.line)
		fb_export_u64(j, "line", row->place.line);
	fb_export_u64(j, "offset", row->place.offset);
	fb_export_u64(j, "copies", row->ncopies);
	for (size_t i = 0; i < NTYPES; i++)
		fb_export_entities(j, entity_types[i], row->entities, entity_types[i]);
	fb_json_object_end(j);
	fb_buf_dispose(&text);
}

static int on_line(void *user, const struct fb_detection_row *row)
{
	struct fb_export_job *job = user;
	struct fb_detection_row dated;
	struct fb_json j;

	if (!fb_export_dated(job, row, &dated))
		return 0;
	fb_json_init(&j, &job->out->buf);
	put_line(&j, job, &dated);
	(void)fb_buf_putc(&job->out->buf, '\n');
	return fb_export_row(job);
}

static int write_lines(struct fb_export_job *job)
{
	return fb_case_detections(job->c, job->filter, on_line, job, job->err);
}

static void cell(struct fb_buf *out, const char *text)
{
	(void)fb_csv_cell(out, fb_slice_str(text), false);
}

static void cell_u64(struct fb_buf *out, uint64_t v, bool blank_zero)
{
	char text[24];

	(void)snprintf(text, sizeof text, "%" PRIu64, v);
	cell(out, v || !blank_zero ? text : "");
}

static void put_cells(struct fb_export_job *job, const struct fb_detection_row *row)
{
	struct fb_buf *out = &job->out->buf, text;
	char time[FB_EXPORT_TIME], stamp[24], sum[2 * FB_SHA256 + 1];
	struct fb_json j;

	fb_buf_init(&text, CELL_MAX);
	message(&text, row);
	(void)fb_csv_cell(out, fb_buf_view(&text), true);
	cell(out, fb_export_micros(row->time, time));
	/* Times before 1970 begin with a minus, which is no formula here. */
	(void)snprintf(stamp, sizeof stamp, ",%" PRId64, fb_export_epoch(row->time));
	(void)fb_buf_puts(out, stamp);
	cell(out, what(row));
	fb_buf_clear(&text);
	fb_json_init(&j, &text);
	tags(&j, job, row);
	(void)fb_csv_cell(out, fb_buf_view(&text), false);
	cell(out, row->id);
	cell(out, fb_level_word(row->rule->level));
	cell(out, row->rule->title);
	cell(out, row->rule->id);
	cell(out, row->rule->techniques);
	cell(out, row->host);
	cell(out, row->channel);
	cell(out, row->provider);
	cell_u64(out, row->event_id, true);
	cell(out, row->place.path);
	fb_hex(row->place.sha256, FB_SHA256, sum);
	cell(out, sum);
	cell_u64(out, row->place.record, true);
	cell_u64(out, row->place.line, true);
	cell_u64(out, row->place.offset, false);
	cell_u64(out, row->ncopies, false);
	for (size_t i = 0; i < NTYPES; i++) {
		struct fb_slice v;

		fb_buf_clear(&text);
		for (size_t k = 0; fb_export_entity(row->entities, entity_types[i], k, &v); k++) {
			(void)fb_buf_puts(&text, k ? "; " : "");
			(void)fb_buf_slice(&text, v);
		}
		(void)fb_csv_cell(out, fb_buf_view(&text), false);
	}
	(void)fb_csv_end(out);
	fb_buf_dispose(&text);
}

static int on_cells(void *user, const struct fb_detection_row *row)
{
	struct fb_export_job *job = user;
	struct fb_detection_row dated;

	if (!fb_export_dated(job, row, &dated))
		return 0;
	put_cells(job, &dated);
	return fb_export_row(job);
}

static int write_table(struct fb_export_job *job)
{
	struct fb_buf *out = &job->out->buf;

	(void)fb_buf_puts(out, "message,datetime,timestamp,timestamp_desc,tag,detection_id,level,rule,"
			       "rule_id,technique,hostname,channel,provider,event_identifier,"
			       "source_path,source_sha256,record,line,offset,copies");
	for (size_t i = 0; i < NTYPES; i++)
		(void)fb_buf_printf(out, ",%s", entity_types[i]);
	(void)fb_csv_end(out);
	return fb_case_detections(job->c, job->filter, on_cells, job, job->err);
}

const struct fb_export fb_export_timesketch = {
	.name = "timesketch",
	.about = "Timesketch, JSON lines",
	.takes = FB_EXPORT_TLP,
	.write = write_lines,
};

const struct fb_export fb_export_timesketch_csv = {
	.name = "timesketch-csv",
	.about = "Timesketch, CSV",
	.takes = FB_EXPORT_TLP,
	.write = write_table,
};
