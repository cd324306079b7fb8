/* Elastic Common Schema, JSON lines: one alert for each detection. ECS demands
 * @timestamp, so that a detection without a time cannot be told, but for hits on files. Fields that hold one
 * value get the first entity of their kind; `related` has all of them. */
#include "show/export_in.h"

#include <inttypes.h>
#include <stdio.h>

#define ECS_VERSION "8.17.0"
#define TEXT_MAX (64u << 10)

static void open_key(struct fb_json *j, const char *key)
{
	fb_json_key(j, key);
	fb_json_object(j);
}

/* SIEMs sort by numbers: 1 to 99, in the steps that Elastic's own alerts use. */
static unsigned severity(enum fb_level level)
{
	static const uint8_t of[FB_LEVEL_COUNT] = {
		[FB_LEVEL_INFORMATIONAL] = 1, [FB_LEVEL_LOW] = 21,	[FB_LEVEL_MEDIUM] = 47,
		[FB_LEVEL_HIGH] = 73,	      [FB_LEVEL_CRITICAL] = 99,
	};

	return of[level];
}

static void event(struct fb_json *j, const struct fb_detection_row *row)
{
	char code[16];

	open_key(j, "event");
	fb_export_text(j, "kind", "alert");
	fb_export_text(j, "module", "firebreak");
	fb_export_text(j, "dataset", "firebreak.detection");
	fb_export_text(j, "id", row->id);
	fb_export_u64(j, "severity", severity(row->rule->level));
	if (row->event_id) {
		(void)snprintf(code, sizeof code, "%" PRIu32, row->event_id);
		fb_export_text(j, "code", code);
	}
	fb_export_text(j, "provider", row->provider);
	if (row->place.record)
		fb_export_u64(j, "sequence", row->place.record);
	if (row->because_count && row->since != FB_TIME_NONE) {
		fb_json_key(j, "start");
		fb_json_time(j, row->since, fb_json_digits(row->since));
		fb_json_key(j, "end");
		fb_json_time(j, row->until, fb_json_digits(row->until));
	}
	fb_json_object_end(j);
}

static void rule(struct fb_json *j, const struct fb_rule_info *info)
{
	open_key(j, "rule");
	fb_export_text(j, "id", info->id);
	fb_export_text(j, "name", info->title);
	fb_export_text(j, "description", info->description);
	fb_export_text(j, "ruleset", info->pack);
	fb_json_object_end(j);
}

/* Techniques without the sub-techniques, each once: the list is sorted. */
static void technique_ids(struct fb_json *j, const char *list)
{
	struct fb_slice word, last = { 0 };

	fb_json_key(j, "id");
	fb_json_array(j);
	while (fb_export_word(&list, &word)) {
		struct fb_slice parent = fb_slice_sub(word, 0, 5);

		if (fb_export_technique(word) && !fb_slice_eq(parent, last))
			fb_json_str(j, parent);
		last = parent;
	}
	fb_json_array_end(j);
}

static void threat(struct fb_json *j, const char *techniques)
{
	const char *list = techniques;
	struct fb_slice word;
	bool any = false, sub = false;

	while (fb_export_word(&list, &word)) {
		any = any || fb_export_technique(word);
		sub = sub || (fb_export_technique(word) && word.n > 5);
	}
	if (!any)
		return;
	open_key(j, "threat");
	fb_export_text(j, "framework", "MITRE ATT&CK");
	open_key(j, "technique");
	technique_ids(j, techniques);
	if (sub) {
		open_key(j, "subtechnique");
		fb_json_key(j, "id");
		fb_json_array(j);
		for (list = techniques; fb_export_word(&list, &word);) {
			if (fb_export_technique(word) && word.n > 5)
				fb_json_str(j, word);
		}
		fb_json_array_end(j);
		fb_json_object_end(j);
	}
	fb_json_object_end(j);
	fb_json_object_end(j);
}

/* Records whose address is the client's: lines of web logs, and the events of the
 * Security log that name only that one. */
static bool names_client(const struct fb_detection_row *row)
{
	static const uint16_t ids[] = { 4624, 4625, 4768, 4769, 4770, 4771, 4778, 4779, 5140, 5145 };

	if (row->place.line)
		return true;
	if (strcmp(row->channel, "Security") != 0)
		return false;
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		if (row->event_id == ids[i])
			return true;
	}
	return false;
}

/* The start of a process: its image comes first, then its parent's. */
static bool starts_process(const struct fb_detection_row *row)
{
	return (row->event_id == 4688 && strcmp(row->channel, "Security") == 0) ||
	       (row->event_id == 1 && strcmp(row->provider, "Microsoft-Windows-Sysmon") == 0);
}

static void process(struct fb_json *j, const struct fb_detection_row *row)
{
	struct fb_slice v;

	if (!fb_export_entity(row->entities, "process", 0, &v))
		return;
	open_key(j, "process");
	fb_export_slice(j, "executable", v);
	fb_export_slice(j, "name", fb_export_basename(v));
	if (starts_process(row) && fb_export_entity(row->entities, "process", 1, &v)) {
		open_key(j, "parent");
		fb_export_slice(j, "executable", v);
		fb_export_slice(j, "name", fb_export_basename(v));
		fb_json_object_end(j);
	}
	fb_json_object_end(j);
}

static void user(struct fb_json *j, struct fb_slice entities)
{
	struct fb_slice v, domain, name;

	if (!fb_export_entity(entities, "account", 0, &v))
		return;
	fb_export_account(v, &domain, &name);
	open_key(j, "user");
	fb_export_slice(j, "name", name);
	fb_export_slice(j, "domain", domain);
	fb_json_object_end(j);
}

/* An object with one key, of the first entity of the type. */
static void first(struct fb_json *j, const char *object, const char *key, struct fb_slice entities,
		  const char *type)
{
	struct fb_slice v;

	if (!fb_export_entity(entities, type, 0, &v))
		return;
	open_key(j, object);
	fb_export_slice(j, key, v);
	fb_json_object_end(j);
}

static void file(struct fb_json *j, const struct fb_detection_row *row)
{
	struct fb_slice v;

	if (!fb_export_entity(row->entities, "file", 0, &v))
		return;
	open_key(j, "file");
	fb_export_slice(j, "path", v);
	fb_export_slice(j, "name", fb_export_basename(v));
	if (fb_export_filed(row)) {
		fb_json_key(j, "mtime");
		fb_json_time(j, row->time, row->time_digits);
	}
	fb_json_object_end(j);
}

/* "SHA256=…" as the digits alone; hosts are the record's own and those it names. */
static void related(struct fb_json *j, const struct fb_detection_row *row)
{
	struct fb_slice v;
	bool host = *row->host || fb_export_entity(row->entities, "host", 0, &v) ||
		    fb_export_entity(row->entities, "domain", 0, &v);

	open_key(j, "related");
	fb_export_entities(j, "ip", row->entities, "address");
	fb_export_entities(j, "user", row->entities, "account");
	if (host) {
		fb_json_key(j, "hosts");
		fb_json_array(j);
		if (*row->host)
			fb_json_cstr(j, row->host);
		for (size_t i = 0; fb_export_entity(row->entities, "host", i, &v); i++)
			fb_json_str(j, v);
		for (size_t i = 0; fb_export_entity(row->entities, "domain", i, &v); i++)
			fb_json_str(j, v);
		fb_json_array_end(j);
	}
	if (fb_export_entity(row->entities, "hash", 0, &v)) {
		fb_json_key(j, "hash");
		fb_json_array(j);
		for (size_t i = 0; fb_export_entity(row->entities, "hash", i, &v); i++) {
			size_t eq = fb_slice_find(v, FB_LIT("="));

			fb_json_str(j, eq < v.n ? fb_slice_sub(v, eq + 1, v.n) : v);
		}
		fb_json_array_end(j);
	}
	fb_json_object_end(j);
}

/* Where the record stands: labels hold text only. */
static void labels(struct fb_json *j, const struct fb_detection_row *row)
{
	char text[24];

	open_key(j, "labels");
	fb_export_hex(j, "source_sha256", row->place.sha256);
	if (row->place.line) {
		(void)snprintf(text, sizeof text, "%" PRIu64, row->place.line);
		fb_export_text(j, "source_line", text);
	}
	(void)snprintf(text, sizeof text, "%" PRIu64, row->place.offset);
	fb_export_text(j, "source_offset", text);
	fb_export_text(j, "channel", row->channel);
	fb_export_text(j, "host_why", row->host_why);
	if (fb_export_filed(row))
		fb_export_text(j, "timestamp", "file modified");
	fb_json_object_end(j);
}

static void tags(struct fb_json *j, const struct fb_export_job *job,
		 const struct fb_detection_row *row)
{
	fb_json_key(j, "tags");
	fb_json_array(j);
	fb_json_cstr(j, fb_level_word(row->rule->level));
	fb_export_tags(j, job, row);
	fb_json_array_end(j);
}

static void message(struct fb_json *j, const struct fb_detection_row *row)
{
	struct fb_buf text;

	fb_buf_init(&text, TEXT_MAX);
	(void)fb_buf_puts(&text, row->rule->title);
	(void)fb_buf_puts(&text, ": ");
	(void)fb_buf_puts(&text, row->summary);
	fb_export_slice(j, "message", fb_buf_view(&text));
	fb_buf_dispose(&text);
}

static void alert(struct fb_json *j, const struct fb_export_job *job,
		  const struct fb_detection_row *row)
{
	fb_json_object(j);
	fb_json_key(j, "@timestamp");
	fb_json_time(j, row->time, row->time_digits);
	open_key(j, "ecs");
	fb_export_text(j, "version", ECS_VERSION);
	fb_json_object_end(j);
	message(j, row);
	event(j, row);
	rule(j, row->rule);
	threat(j, row->rule->techniques);
	if (*row->host) {
		open_key(j, "host");
		fb_export_text(j, "name", row->host);
		fb_json_object_end(j);
	}
	if (names_client(row))
		first(j, "source", "ip", row->entities, "address");
	user(j, row->entities);
	process(j, row);
	file(j, row);
	first(j, "url", "original", row->entities, "url");
	first(j, "user_agent", "original", row->entities, "agent");
	first(j, "service", "name", row->entities, "service");
	related(j, row);
	open_key(j, "log");
	open_key(j, "file");
	fb_export_text(j, "path", row->place.path);
	fb_json_object_end(j);
	fb_json_object_end(j);
	open_key(j, "observer");
	fb_export_text(j, "vendor", "Firebreak");
	fb_export_text(j, "product", "Firebreak");
	fb_export_text(j, "version", FB_VERSION);
	fb_json_object_end(j);
	labels(j, row);
	tags(j, job, row);
	fb_json_object_end(j);
}

static int on_row(void *user_data, const struct fb_detection_row *row)
{
	struct fb_export_job *job = user_data;
	struct fb_detection_row dated;
	struct fb_json j;

	if (!fb_export_dated(job, row, &dated))
		return 0;
	fb_json_init(&j, &job->out->buf);
	alert(&j, job, &dated);
	(void)fb_buf_putc(&job->out->buf, '\n');
	return fb_export_row(job);
}

static int write_ecs(struct fb_export_job *job)
{
	return fb_case_detections(job->c, job->filter, on_row, job, job->err);
}

const struct fb_export fb_export_ecs = {
	.name = "ecs",
	.about = "Elastic Common Schema, JSON lines: an alert for each detection",
	.takes = FB_EXPORT_TLP,
	.write = write_ecs,
};
