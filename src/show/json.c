#include "show/json.h"

#include "base/cursor.h"
#include "case/decide.h"
#include "event/entity.h"
#include "event/secondhand.h"
#include "show/could.h"
#include "show/recorded.h"

#include <stdlib.h>

unsigned fb_json_digits(fb_time t)
{
	int64_t ns = t == FB_TIME_NONE ? 0 : t % FB_SECOND;
	unsigned digits = 9;

	while (digits && ns % 10 == 0) {
		ns /= 10;
		digits--;
	}
	return digits;
}

bool fb_entity_next(struct fb_slice *list, const char **type, struct fb_slice *value)
{
	struct fb_cur c = fb_cur(*list);
	uint16_t n;
	uint8_t t;

	if (!fb_cur_u8(&c, &t) || !fb_cur_u16(&c, &n) || !fb_cur_take(&c, n, value))
		return false;
	*type = t > 0 && t < FB_ENTITY_TYPES ? fb_entity_word((enum fb_entity_type)t) : "other";
	*list = fb_slice_sub(*list, c.at, list->n);
	return true;
}

int fb_place_text(struct fb_buf *out, const struct fb_place *p)
{
	if (p->record)
		return fb_buf_printf(out, "record %llu", (unsigned long long)p->record);
	if (p->line)
		return fb_buf_printf(out, "line %llu", (unsigned long long)p->line);
	return fb_buf_printf(out, "offset %llu", (unsigned long long)p->offset);
}

const char *fb_source_state_word(enum fb_source_state state)
{
	switch (state) {
	case FB_SOURCE_DONE: return "done";
	case FB_SOURCE_TAKEN: /* never of a row */
	case FB_SOURCE_MISSING: return "missing";
	case FB_SOURCE_NEW: break;
	}
	return "new";
}

static void key_str(struct fb_json *j, const char *key, const char *value)
{
	fb_json_key(j, key);
	fb_json_cstr(j, value && *value ? value : NULL);
}

void fb_json_put_time(struct fb_json *j, const char *key, fb_time t)
{
	fb_json_key(j, key);
	fb_json_time(j, t, fb_json_digits(t));
}

/* "T1190 T1505.003" as an array. */
static void techniques(struct fb_json *j, const char *list)
{
	fb_json_key(j, "techniques");
	fb_json_array(j);
	while (list && *list) {
		size_t n = strcspn(list, " ");

		if (n)
			fb_json_str(j, fb_slice(list, n));
		list += n + (list[n] == ' ');
	}
	fb_json_array_end(j);
}

static void rule_ref(struct fb_json *j, const struct fb_rule_info *rule, const char *kind)
{
	fb_json_key(j, "rule");
	fb_json_object(j);
	key_str(j, "id", rule->id);
	key_str(j, "title", rule->title);
	key_str(j, "kind", kind);
	techniques(j, rule->techniques);
	fb_json_object_end(j);
}

void fb_json_place(struct fb_json *j, const struct fb_place *p)
{
	fb_json_object(j);
	key_str(j, "path", p->path);
	fb_json_key(j, "sha256");
	fb_json_hex(j, p->sha256, sizeof p->sha256);
	if (p->record)
		fb_json_put_u64(j, "record", p->record);
	if (p->line)
		fb_json_put_u64(j, "line", p->line);
	fb_json_put_u64(j, "offset", p->offset);
	fb_json_put_u64(j, "length", p->length);
	if (p->second_hand)
		key_str(j, "second_hand", p->second_hand);
	fb_json_object_end(j);
}

static void notes(struct fb_json *j, const struct fb_detection_row *row)
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
	fb_json_array_end(j);
}

/* What a correlation counted; null for other rules. */
static void correlation(struct fb_json *j, const struct fb_detection_row *row)
{
	fb_json_key(j, "correlation");
	if (row->because_count == 0) {
		fb_json_null(j);
		return;
	}
	fb_json_object(j);
	fb_json_put_u64(j, "events", row->because_count);
	fb_json_put_time(j, "since", row->since);
	fb_json_put_time(j, "until", row->until);
	key_str(j, "group", row->grouped);
	fb_json_key(j, "because");
	fb_json_array(j);
	for (size_t i = 0; i < row->nbecause; i++) {
		const struct fb_cause *it = &row->because[i];

		fb_json_object(j);
		fb_json_key(j, "time");
		fb_json_time(j, it->time, it->time_digits);
		key_str(j, "rule", it->rule->id);
		fb_json_key(j, "source");
		fb_json_place(j, &it->place);
		key_str(j, "summary", it->summary);
		fb_json_object_end(j);
	}
	fb_json_array_end(j);
	fb_json_object_end(j);
}

static void who_when(struct fb_json *j, const struct fb_decision *d)
{
	key_str(j, "by", d->by);
	fb_json_put_time(j, "at", d->at);
}

static void decided_marks(struct fb_json *j, const struct fb_decided *x)
{
	fb_json_key(j, "marks");
	fb_json_array(j);
	for (size_t i = 0; i < x->n; i++) {
		if (x->list[i]->d->what != FB_DECIDED_MARK)
			continue;
		fb_json_object(j);
		key_str(j, "mark", fb_mark_word(x->list[i]->d->mark));
		who_when(j, x->list[i]->d);
		fb_json_object_end(j);
	}
	fb_json_array_end(j);
}

static int order_words(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

/* Each once, in byte order. */
static void decided_tags(struct fb_json *j, const struct fb_decided *x)
{
	const char **tags = calloc(x->n + 1, sizeof *tags);
	size_t n = 0;

	for (size_t i = 0; tags && i < x->n; i++)
		if (x->list[i]->d->what == FB_DECIDED_TAG)
			tags[n++] = x->list[i]->d->tag;
	if (!tags)
		j->out->code = FB_ENOMEM;
	else
		qsort(tags, n, sizeof *tags, order_words);
	fb_json_key(j, "tags");
	fb_json_array(j);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || strcmp(tags[i], tags[i - 1]) != 0)
			fb_json_cstr(j, tags[i]);
	fb_json_array_end(j);
	free(tags);
}

/* What was written to a mark stands among the notes too. */
static void decided_notes(struct fb_json *j, const struct fb_decided *x)
{
	fb_json_key(j, "notes");
	fb_json_array(j);
	for (size_t i = 0; i < x->n; i++) {
		const struct fb_decision *d = x->list[i]->d;

		if ((d->what != FB_DECIDED_NOTE && d->what != FB_DECIDED_MARK) || !*d->text)
			continue;
		fb_json_object(j);
		key_str(j, "text", d->text);
		who_when(j, d);
		fb_json_object_end(j);
	}
	fb_json_array_end(j);
}

static void decided_aside(struct fb_json *j, const char *key, const struct fb_decided *x,
			  bool expired)
{
	fb_json_key(j, key);
	fb_json_array(j);
	for (size_t i = 0; i < x->n; i++) {
		const struct fb_decision *d = x->list[i]->d;

		if (d->what != FB_DECIDED_ASIDE || x->list[i]->expired != expired)
			continue;
		fb_json_object(j);
		key_str(j, "reason", d->text);
		key_str(j, "ours", d->ours);
		key_str(j, "named", d->named);
		who_when(j, d);
		fb_json_put_time(j, "until", d->until);
		fb_json_object_end(j);
	}
	fb_json_array_end(j);
}

void fb_json_decided(struct fb_json *j, const struct fb_decided *x)
{
	if (!x) {
		fb_json_null(j);
		return;
	}
	fb_json_object(j);
	key_str(j, "mark", x->mark ? fb_mark_word(x->mark) : NULL);
	decided_marks(j, x);
	decided_tags(j, x);
	decided_notes(j, x);
	decided_aside(j, "set_aside", x, false);
	decided_aside(j, "expired", x, true);
	key_str(j, "by", x->by);
	fb_json_put_time(j, "at", x->at);
	fb_json_object_end(j);
}

void fb_json_decision(struct fb_json *j, const struct fb_decision_row *row)
{
	const struct fb_decision *d = row->d;

	fb_json_object(j);
	fb_json_put_u64(j, "n", row->n);
	fb_json_key(j, "id");
	fb_json_hex(j, row->id, sizeof row->id);
	key_str(j, "what", fb_decision_word(d->what));
	who_when(j, d);
	key_str(j, "event", d->event);
	key_str(j, "rule", d->rule);
	key_str(j, "group", d->group);
	key_str(j, "mark", d->mark ? fb_mark_word(d->mark) : NULL);
	key_str(j, "tag", d->tag);
	key_str(j, "text", d->text);
	key_str(j, "ours", d->ours);
	key_str(j, "named", d->named);
	key_str(j, "host", d->host);
	key_str(j, "entity", d->entity);
	key_str(j, "source", d->source);
	fb_json_put_time(j, "from", d->from);
	fb_json_put_time(j, "to", d->to);
	fb_json_put_time(j, "until", d->until);
	fb_json_key(j, "replaces");
	fb_json_array(j);
	for (size_t i = 0; i < d->nreplaces; i++)
		fb_json_hex(j, d->replaces[i], FB_DECISION_ID);
	fb_json_array_end(j);
	key_str(j, "state", fb_decision_state(row));
	fb_json_put_u64(j, "detections", row->detections);
	fb_json_object_end(j);
}

void fb_json_decided_counts(struct fb_json *j, const struct fb_decided_counts *counts)
{
	fb_json_object(j);
	for (int m = FB_MARK_MALICIOUS; m < FB_MARK_COUNT; m++)
		fb_json_put_u64(j, fb_mark_word((enum fb_mark)m), counts->mark[m]);
	fb_json_put_u64(j, "set_aside", counts->aside);
	fb_json_put_u64(j, "expired", counts->expired);
	fb_json_put_u64(j, "decisions", counts->decisions);
	fb_json_put_u64(j, "about_nothing", counts->about_nothing);
	fb_json_object_end(j);
}

const char *fb_decision_state(const struct fb_decision_row *row)
{
	return row->withdrawn ? "withdrawn" : row->replaced ? "replaced"
	     : row->expired ? "expired" : "holds";
}

void fb_json_noise(struct fb_json *j, const struct fb_noise_entry *e)
{
	if (!e) {
		fb_json_null(j);
		return;
	}
	fb_json_object(j);
	key_str(j, "is", fb_noise_word(e->is));
	key_str(j, "reason", e->reason);
	key_str(j, "host", e->host);
	fb_json_put_time(j, "until", e->until);
	key_str(j, "list", e->list);
	fb_json_put_u64(j, "line", e->line);
	fb_json_object_end(j);
}

void fb_json_noise_counts(struct fb_json *j, const struct fb_noise_counts *counts)
{
	fb_json_object(j);
	fb_json_put_u64(j, "noisy", counts->of[FB_NOISE_NOISY]);
	fb_json_put_u64(j, "excluded", counts->of[FB_NOISE_EXCLUDED]);
	fb_json_object_end(j);
}

static void detection_keys(struct fb_json *j, const struct fb_detection_row *row)
{
	struct fb_slice list = row->entities, value;
	const char *type;

	key_str(j, "id", row->id);
	fb_json_key(j, "time");
	fb_json_time(j, row->time, row->time_digits);
	key_str(j, "level", fb_level_word(row->rule->level));
	rule_ref(j, row->rule, row->rule_kind);
	key_str(j, "host", row->host);
	key_str(j, "host_why", row->host_why);
	key_str(j, "channel", row->channel);
	key_str(j, "provider", row->provider);
	fb_json_key(j, "event_id");
	if (row->event_id)
		fb_json_u64(j, row->event_id);
	else
		fb_json_null(j);
	fb_json_key(j, "source");
	fb_json_place(j, &row->place);
	fb_json_key(j, "copies");
	fb_json_array(j);
	for (size_t i = 0; i < row->ncopies; i++)
		fb_json_place(j, &row->copies[i]);
	fb_json_array_end(j);
	correlation(j, row);
	fb_json_key(j, "entities");
	fb_json_array(j);
	while (fb_entity_next(&list, &type, &value)) {
		fb_json_object(j);
		key_str(j, "type", type);
		fb_json_key(j, "value");
		fb_json_str(j, value);
		fb_json_object_end(j);
	}
	fb_json_array_end(j);
	key_str(j, "summary", row->summary);
	notes(j, row);
	fb_json_key(j, "decision");
	fb_json_decided(j, row->decided);
	fb_json_key(j, "noise");
	fb_json_noise(j, row->noise);
}

void fb_json_detection(struct fb_json *j, const struct fb_detection_row *row)
{
	fb_json_object(j);
	detection_keys(j, row);
	fb_json_object_end(j);
}

void fb_json_detection_full(struct fb_json *j, const struct fb_detection_row *row,
			    const struct fb_slice *original, const char *why_not)
{
	fb_json_object(j);
	detection_keys(j, row);
	key_str(j, "description", row->rule->description);
	fb_json_key(j, "original");
	if (original)
		fb_json_str(j, *original);
	else
		fb_json_null(j);
	key_str(j, "original_missing", original ? NULL : why_not);
	fb_json_object_end(j);
}

void fb_json_group(struct fb_json *j, const struct fb_group_row *row)
{
	fb_json_object(j);
	key_str(j, "level", fb_level_word(row->rule->level));
	rule_ref(j, row->rule, NULL);
	key_str(j, "host", row->host);
	fb_json_put_u64(j, "count", row->count);
	fb_json_key(j, "first");
	fb_json_time(j, row->first, row->time_digits);
	fb_json_key(j, "last");
	fb_json_time(j, row->last, row->time_digits);
	key_str(j, "first_id", row->first_id);
	key_str(j, "summary", row->summary);
	fb_json_key(j, "decided");
	fb_json_object(j);
	for (int m = FB_MARK_MALICIOUS; m < FB_MARK_COUNT; m++)
		fb_json_put_u64(j, fb_mark_word((enum fb_mark)m), row->mark[m]);
	fb_json_put_u64(j, "set_aside", row->aside);
	fb_json_object_end(j);
	fb_json_key(j, "noise");
	fb_json_noise(j, row->noise);
	fb_json_object_end(j);
}

static void problem(struct fb_json *j, const struct fb_problem_row *p)
{
	fb_json_object(j);
	fb_json_put_u64(j, "offset", p->offset);
	fb_json_put_u64(j, "length", p->length);
	key_str(j, "why", fb_why_word(p->why));
	fb_json_key(j, "skipped");
	fb_json_bool(j, p->skipped);
	key_str(j, "text", p->text);
	fb_json_object_end(j);
}

void fb_json_source(struct fb_json *j, const struct fb_source_row *row,
		    const struct fb_source_records *records)
{
	fb_json_object(j);
	key_str(j, "path", row->path);
	fb_json_key(j, "sha256");
	if (row->hashed)
		fb_json_hex(j, row->sha256, sizeof row->sha256);
	else
		fb_json_null(j);
	for (unsigned i = 0; i < FB_HASH_OLD; i++) {
		size_t n;
		const uint8_t *sum = fb_sums_of(&row->sums, 1u << i, &n);

		fb_json_key(j, fb_hash_word(1u << i));
		if (row->sums.kinds & 1u << i)
			fb_json_hex(j, sum, n);
		else
			fb_json_null(j);
	}
	fb_json_put_u64(j, "size", row->size);
	key_str(j, "format", row->format);
	key_str(j, "second_hand", fb_second_hand(row->format));
	key_str(j, "state", fb_source_state_word(row->state));
	key_str(j, "host", row->host);
	key_str(j, "host_why", row->host_why);
	fb_json_put_time(j, "acquired", row->acquired);
	fb_json_key(j, "acquired_local");
	fb_json_bool(j, row->local);
	key_str(j, "host_path", row->host_path);
	key_str(j, "shadow", row->shadow);
	key_str(j, "collector", row->collector);
	key_str(j, "role", row->role);
	key_str(j, "zone", row->manifest_zone);
	key_str(j, "exhibit", row->exhibit);
	key_str(j, "custodian", row->custodian);
	fb_json_put_time(j, "first", row->first);
	fb_json_put_time(j, "last", row->last);
	fb_json_put_u64(j, "events", row->events);
	fb_json_put_u64(j, "detections", row->detections);
	fb_json_key(j, "bytes");
	fb_json_object(j);
	fb_json_put_u64(j, "decoded", row->decoded);
	fb_json_put_u64(j, "rejected", row->rejected);
	fb_json_put_u64(j, "skipped", row->skipped);
	fb_json_object_end(j);
	fb_json_key(j, "problems");
	fb_json_array(j);
	for (size_t i = 0; i < row->nproblems; i++)
		problem(j, &row->problems[i]);
	fb_json_array_end(j);
	fb_json_records(j, records);
	fb_json_object_end(j);
}

void fb_json_rule(struct fb_json *j, const struct fb_rule_info *rule, const uint64_t *detections,
		  const struct fb_could_rule *could, const struct fb_noise_entry *noise, uint32_t n)
{
	const struct fb_noise_entry *e;

	fb_json_object(j);
	key_str(j, "id", rule->id);
	key_str(j, "title", rule->title);
	key_str(j, "level", fb_level_word(rule->level));
	key_str(j, "status", rule->status);
	key_str(j, "pack", rule->pack);
	key_str(j, "path", rule->path);
	techniques(j, rule->techniques);
	key_str(j, "description", rule->description);
	fb_json_key(j, "sha256");
	fb_json_hex(j, rule->hash, sizeof rule->hash);
	if (detections)
		fb_json_put_u64(j, "detections", *detections);
	fb_json_key(j, "noise");
	fb_json_array(j);
	for (uint32_t at = 0; (e = fb_noise_next(noise, n, rule->id, &at)) != NULL;)
		fb_json_noise(j, e);
	fb_json_array_end(j);
	if (could)
		fb_json_could(j, could);
	fb_json_object_end(j);
}

void fb_json_rule_problem(struct fb_json *j, const struct fb_rule_problem *p)
{
	fb_json_object(j);
	key_str(j, "path", p->path);
	fb_json_put_u64(j, "line", p->line);
	key_str(j, "why", p->why);
	fb_json_key(j, "error");
	fb_json_bool(j, p->error);
	fb_json_object_end(j);
}

void fb_json_stats(struct fb_json *j, const struct fb_case_stats *s)
{
	fb_json_object(j);
	fb_json_put_u64(j, "files", s->files);
	fb_json_put_u64(j, "members", s->members);
	fb_json_put_u64(j, "bytes", s->bytes);
	fb_json_put_u64(j, "events", s->events);
	fb_json_put_u64(j, "events_second_hand", s->told);
	fb_json_put_u64(j, "events_claimed", s->claims);
	fb_json_put_u64(j, "detections", s->detections);
	fb_json_key(j, "by_level");
	fb_json_object(j);
	for (int l = FB_LEVEL_COUNT - 1; l >= 0; l--)
		fb_json_put_u64(j, fb_level_word((enum fb_level)l), s->by_level[l]);
	fb_json_object_end(j);
	fb_json_put_u64(j, "hosts", s->hosts);
	fb_json_put_time(j, "first", s->first);
	fb_json_put_time(j, "last", s->last);
	fb_json_put_u64(j, "files_not_decoded", s->undecoded_files);
	fb_json_put_u64(j, "files_not_read", s->unread_files);
	fb_json_put_u64(j, "hashes_differ", s->hashes_differ);
	fb_json_put_u64(j, "files_not_scanned", s->unscanned_files);
	fb_json_put_u64(j, "bytes_rejected", s->bytes_rejected);
	fb_json_put_u64(j, "bytes_skipped", s->bytes_skipped);
	fb_json_put_u64(j, "problems", s->problems);
	fb_json_put_u64(j, "lost", s->lost);
	fb_json_put_u64(j, "hits_untimed", s->hits_untimed);
	fb_json_put_u64(j, "hits_ungrouped", s->hits_ungrouped);
	fb_json_put_u64(j, "rules_loaded", s->rules_loaded);
	fb_json_put_u64(j, "rules_failed", s->rules_failed);
	key_str(j, "rules_hash", s->rules_hash);
	fb_json_key(j, "complete");
	fb_json_bool(j, s->complete);
	key_str(j, "version", s->version);
	fb_json_object_end(j);
}
