/* SARIF 2.1.0: one run, a result for each detection. Rules come first and are those
 * that have results; results are streamed. Times of runs stay out of it. */
#include "show/export_in.h"

#include "case/decide.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define NONE UINT32_MAX

struct log {
	struct fb_export_job *job;
	struct fb_json j;
	const struct fb_rule_info *rules;
	uint32_t nrules;
	uint32_t *index; /* of a rule among those of the log */
};

/* SARIF has three words. */
static const char *level(enum fb_level l)
{
	return l >= FB_LEVEL_HIGH ? "error" : l == FB_LEVEL_MEDIUM ? "warning" : "note";
}

static void message(struct fb_json *j, const char *key, const char *text, const char *fallback)
{
	fb_json_key(j, key);
	fb_json_object(j);
	fb_json_key(j, "text");
	fb_json_cstr(j, text && *text ? text : fallback);
	fb_json_object_end(j);
}

static int on_group(void *user, const struct fb_group_row *row)
{
	struct log *l = user;

	l->index[row->rule - l->rules] = 0;
	return 0;
}

static void tags(struct fb_json *j, const struct fb_rule_info *info)
{
	const char *list = info->techniques;
	struct fb_slice word;

	fb_json_key(j, "tags");
	fb_json_array(j);
	while (fb_export_word(&list, &word))
		fb_json_str(j, word);
	fb_json_array_end(j);
}

static void rule(struct fb_json *j, const struct fb_rule_info *info)
{
	fb_json_object(j);
	fb_json_key(j, "id");
	fb_json_cstr(j, info->id);
	message(j, "shortDescription", info->title, info->id);
	if (*info->description)
		message(j, "fullDescription", info->description, "");
	fb_json_key(j, "defaultConfiguration");
	fb_json_object(j);
	fb_export_text(j, "level", level(info->level));
	fb_json_object_end(j);
	fb_json_key(j, "properties");
	fb_json_object(j);
	tags(j, info);
	fb_export_text(j, "level", fb_level_word(info->level));
	fb_export_text(j, "status", info->status);
	fb_export_text(j, "pack", info->pack);
	fb_export_hex(j, "sha256", info->hash);
	fb_json_object_end(j);
	fb_json_object_end(j);
}

/* A path as a relative URI: what is not plainly allowed is escaped, ':' too, which
 * would make a scheme of what stands before it. */
static void uri(struct fb_json *j, const char *path)
{
	struct fb_buf text;

	fb_buf_init(&text, 8 * (size_t)FB_PATH_MAX);
	for (const uint8_t *p = (const uint8_t *)path; *p; p++) {
		if ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
		    (*p >= '0' && *p <= '9') || strchr("/-._~!", *p))
			(void)fb_buf_putc(&text, *p);
		else
			(void)fb_buf_printf(&text, "%%%02X", *p);
	}
	fb_json_key(j, "uri");
	fb_json_str(j, fb_buf_view(&text));
	fb_buf_dispose(&text);
}

static void place(struct fb_json *j, const struct fb_place *p, const char *note)
{
	fb_json_object(j);
	fb_json_key(j, "physicalLocation");
	fb_json_object(j);
	fb_json_key(j, "artifactLocation");
	fb_json_object(j);
	uri(j, p->path);
	fb_json_object_end(j);
	fb_json_key(j, "region");
	fb_json_object(j);
	if (p->line) {
		fb_export_u64(j, "startLine", p->line);
	} else {
		fb_export_u64(j, "byteOffset", p->offset);
		fb_export_u64(j, "byteLength", p->length);
	}
	fb_json_object_end(j);
	fb_json_object_end(j);
	if (note)
		message(j, "message", note, note);
	fb_json_key(j, "properties");
	fb_json_object(j);
	fb_export_hex(j, "sha256", p->sha256);
	if (p->record)
		fb_export_u64(j, "record", p->record);
	fb_json_object_end(j);
	fb_json_object_end(j);
}

static void related(struct fb_json *j, const struct fb_detection_row *row)
{
	if (row->ncopies == 0 && row->nbecause == 0)
		return;
	fb_json_key(j, "relatedLocations");
	fb_json_array(j);
	for (size_t i = 0; i < row->ncopies; i++)
		place(j, &row->copies[i], "a copy of the same event");
	for (size_t i = 0; i < row->nbecause; i++)
		place(j, &row->because[i].place, row->because[i].summary);
	fb_json_array_end(j);
}

static void properties(struct fb_json *j, const struct fb_export_job *job,
		       const struct fb_detection_row *row)
{
	struct fb_slice list = row->entities, value;
	const char *type;

	fb_json_key(j, "properties");
	fb_json_object(j);
	fb_json_key(j, "time");
	fb_json_time(j, row->time, row->time_digits);
	fb_export_text(j, "level", fb_level_word(row->rule->level));
	fb_export_text(j, "host", row->host);
	fb_export_text(j, "channel", row->channel);
	if (row->event_id)
		fb_export_u64(j, "eventId", row->event_id);
	fb_json_key(j, "tags");
	fb_json_array(j);
	fb_export_tags(j, job, row);
	fb_json_array_end(j);
	fb_json_key(j, "entities");
	fb_json_array(j);
	while (fb_entity_next(&list, &type, &value)) {
		fb_json_object(j);
		fb_export_text(j, "type", type);
		fb_export_slice(j, "value", value);
		fb_json_object_end(j);
	}
	fb_json_array_end(j);
	fb_json_object_end(j);
}

/* What is set aside is suppressed, with the reason that somebody gave. */
static void suppressions(struct fb_json *j, const struct fb_decided *d)
{
	if (!d || !d->aside)
		return;
	fb_json_key(j, "suppressions");
	fb_json_array(j);
	for (size_t i = 0; i < d->n; i++) {
		if (d->list[i]->d->what != FB_DECIDED_ASIDE || d->list[i]->expired)
			continue;
		fb_json_object(j);
		fb_export_text(j, "kind", "external");
		fb_export_text(j, "justification", d->list[i]->d->text);
		fb_json_object_end(j);
	}
	fb_json_array_end(j);
}

static int on_row(void *user, const struct fb_detection_row *row)
{
	struct log *l = user;
	struct fb_json *j = &l->j;

	fb_json_object(j);
	fb_json_key(j, "ruleId");
	fb_json_cstr(j, row->rule->id);
	fb_export_u64(j, "ruleIndex", l->index[row->rule - l->rules]);
	fb_export_text(j, "level", level(row->rule->level));
	message(j, "message", row->summary, row->rule->title);
	fb_json_key(j, "locations");
	fb_json_array(j);
	place(j, &row->place, NULL);
	fb_json_array_end(j);
	related(j, row);
	fb_json_key(j, "partialFingerprints");
	fb_json_object(j);
	fb_export_text(j, "firebreakDetection/v1", row->id);
	fb_json_object_end(j);
	suppressions(j, row->decided);
	properties(j, l->job, row);
	fb_json_object_end(j);
	return fb_export_row(l->job);
}

static void head(struct log *l, const struct fb_case_stats *stats)
{
	struct fb_json *j = &l->j;
	uint32_t n = 0;

	fb_json_object(j);
	fb_export_text(j, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
	fb_export_text(j, "version", "2.1.0");
	fb_json_key(j, "runs");
	fb_json_array(j);
	fb_json_object(j);
	fb_json_key(j, "tool");
	fb_json_object(j);
	fb_json_key(j, "driver");
	fb_json_object(j);
	fb_export_text(j, "name", "Firebreak");
	fb_export_text(j, "version", FB_VERSION);
	fb_json_key(j, "rules");
	fb_json_array(j);
	for (uint32_t i = 0; i < l->nrules; i++) {
		if (l->index[i] == NONE)
			continue;
		l->index[i] = n++;
		rule(j, &l->rules[i]);
	}
	fb_json_array_end(j);
	fb_json_object_end(j);
	fb_json_object_end(j);
	fb_json_key(j, "invocations");
	fb_json_array(j);
	fb_json_object(j);
	fb_json_key(j, "executionSuccessful");
	fb_json_bool(j, stats->complete);
	fb_json_object_end(j);
	fb_json_array_end(j);
	fb_json_key(j, "properties");
	fb_json_object(j);
	fb_json_key(j, "tags");
	fb_json_array(j);
	if (l->job->tlp) {
		char text[32];

		(void)snprintf(text, sizeof text, "tlp:%s", l->job->tlp);
		fb_json_cstr(j, text);
	}
	fb_json_array_end(j);
	fb_export_text(j, "rulesHash", stats->rules_hash);
	fb_json_object_end(j);
}

static int write_sarif(struct fb_export_job *job)
{
	const struct fb_rule_problem *problems;
	struct log l = { .job = job };
	struct fb_case_stats stats;
	uint32_t nproblems;
	int r;

	if ((r = fb_case_stats(job->c, &stats, job->err)) ||
	    (r = fb_case_rules(job->c, &l.rules, &l.nrules, &problems, &nproblems, job->err)))
		return r;
	l.index = malloc(((size_t)l.nrules + 1) * sizeof *l.index);
	if (!l.index)
		return fb_fail(job->err, FB_ENOMEM, "out of memory");
	for (uint32_t i = 0; i < l.nrules; i++)
		l.index[i] = NONE;
	r = fb_case_groups(job->c, job->filter, on_group, &l, job->err);
	if (!r) {
		fb_json_init(&l.j, &job->out->buf);
		head(&l, &stats);
		fb_json_key(&l.j, "results");
		fb_json_array(&l.j);
		r = fb_case_detections(job->c, job->filter, on_row, &l, job->err);
		fb_json_array_end(&l.j);
		fb_json_object_end(&l.j);
		fb_json_array_end(&l.j);
		fb_json_object_end(&l.j);
		(void)fb_buf_putc(&job->out->buf, '\n');
	}
	free(l.index);
	return r;
}

const struct fb_export fb_export_sarif = {
	.name = "sarif",
	.about = "SARIF 2.1.0: a result for each detection",
	.takes = FB_EXPORT_TLP,
	.write = write_sarif,
};
