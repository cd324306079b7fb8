/* STIX 2.1: a bundle of what was seen where. For each group (rule and host) an
 * observed-data object over the observables that its detections name, and a sighting
 * of each technique of its rule on that host; a rule without a technique is an attack
 * pattern of its own.
 *
 * Identifiers are derived (UUIDv5), times are those of the evidence: the same case
 * gives the same bytes. Of an object that belongs to no case (a technique, the
 * producer) the creation time is a constant. */
#include "show/export_sco.h"

#include "base/uuid.h"

#include <stdio.h>

#define SPACE "63fd8acb-481d-4475-964c-9e13dc7eb4dd"
#define CONSTANT "2025-01-01T00:00:00.000Z"
/* What the format's counts may be. */
#define COUNT_MAX 999999999u

struct bundle {
	struct fb_export_job *job;
	struct fb_export_tally g;
	struct fb_json j;
	char producer[FB_STIX_ID];
	const char *marking;
};

static const struct { const char *word, *name, *id; } markings[] = {
	{ "clear", "TLP:CLEAR", "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487" },
	{ "green", "TLP:GREEN", "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb" },
	{ "amber", "TLP:AMBER", "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421" },
	{ "amber+strict", "TLP:AMBER+STRICT",
	  "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003" },
	{ "red", "TLP:RED", "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1" },
};
#define TLP_EXTENSION "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"

/* "TYPE--UUID" of the parts, which are kept apart. */
static int derive(char id[static FB_STIX_ID], const char *type, const char *const *parts)
{
	char uuid[FB_UUID_TEXT];
	struct fb_buf b;
	int r;

	fb_buf_init(&b, 1u << 20);
	(void)fb_buf_puts(&b, type);
	for (; *parts; parts++) {
		(void)fb_buf_putc(&b, 0);
		(void)fb_buf_puts(&b, *parts);
	}
	r = fb_buf_code(&b);
	if (!r && !fb_uuid5(SPACE, fb_buf_view(&b), uuid))
		r = FB_ENOMEM;
	if (!r)
		(void)snprintf(id, FB_STIX_ID, "%s--%s", type, uuid);
	fb_buf_dispose(&b);
	return r;
}
#define DERIVE(id, type, ...) derive(id, type, (const char *const[]){ __VA_ARGS__, NULL })

static void key_time(struct fb_json *j, const char *key, fb_time t, unsigned digits)
{
	if (t == FB_TIME_NONE)
		return;
	fb_json_key(j, key);
	fb_json_time(j, t, digits);
}

/* Type, id, and what every object has; of the case: marked, its times given. */
static void open_object(struct bundle *b, const char *type, const char *id, bool ours, fb_time from,
			fb_time to)
{
	struct fb_json *j = &b->j;

	fb_json_object(j);
	fb_export_text(j, "type", type);
	fb_export_text(j, "spec_version", "2.1");
	fb_export_text(j, "id", id);
	if (strcmp(id, b->producer) != 0)
		fb_export_text(j, "created_by_ref", b->producer);
	if (from == FB_TIME_NONE) {
		fb_export_text(j, "created", CONSTANT);
		fb_export_text(j, "modified", CONSTANT);
	} else {
		key_time(j, "created", from, 3);
		key_time(j, "modified", to, 3);
	}
	if (ours && b->marking) {
		fb_json_key(j, "object_marking_refs");
		fb_json_array(j);
		fb_json_cstr(j, b->marking);
		fb_json_array_end(j);
	}
}

static int close_object(struct bundle *b)
{
	fb_json_object_end(&b->j);
	return fb_export_row(b->job);
}

static void reference(struct fb_json *j, const char *source, const char *id, const char *url)
{
	fb_json_key(j, "external_references");
	fb_json_array(j);
	fb_json_object(j);
	fb_export_text(j, "source_name", source);
	fb_export_text(j, "external_id", id);
	fb_export_text(j, "url", url);
	fb_json_object_end(j);
	fb_json_array_end(j);
}

static int producer(struct bundle *b)
{
	open_object(b, "identity", b->producer, false, FB_TIME_NONE, FB_TIME_NONE);
	fb_export_text(&b->j, "name", "Firebreak");
	fb_export_text(&b->j, "identity_class", "system");
	return close_object(b);
}

static int marking(struct bundle *b)
{
	struct fb_json *j = &b->j;

	for (size_t i = 0; b->job->tlp && i < sizeof markings / sizeof *markings; i++) {
		if (strcmp(markings[i].word, b->job->tlp) != 0)
			continue;
		b->marking = markings[i].id;
		fb_json_object(j);
		fb_export_text(j, "type", "marking-definition");
		fb_export_text(j, "spec_version", "2.1");
		fb_export_text(j, "id", markings[i].id);
		fb_export_text(j, "created", "2022-10-01T00:00:00.000Z");
		fb_export_text(j, "name", markings[i].name);
		fb_json_key(j, "extensions");
		fb_json_object(j);
		fb_json_key(j, TLP_EXTENSION);
		fb_json_object(j);
		fb_export_text(j, "extension_type", "property-extension");
		fb_export_text(j, "tlp_2_0", markings[i].word);
		fb_json_object_end(j);
		fb_json_object_end(j);
		fb_json_object_end(j);
	}
	return 0;
}

/* ---- observables ---- */

static int observable(struct bundle *b, const struct fb_sco *o)
{
	bool made;
	int r = fb_export_tally_once(&b->g, "stix", fb_slice_str(o->id), &made);

	if (r || !made)
		return r;
	fb_sco_write(&b->j, o, b->marking);
	return fb_export_row(b->job);
}

static int observables(struct bundle *b)
{
	struct fb_sco o, dir;
	int r = 0;

	for (uint32_t i = 0; i < b->g.nentities && !r; i++) {
		r = fb_sco_of(&o, b->g.value[i].type, b->g.value[i].value);
		if (r || o.kind == FB_SCO_NONE)
			continue;
		if (o.directory.n && !(r = fb_sco_directory(&dir, o.directory)))
			r = observable(b, &dir);
		if (!r)
			r = observable(b, &o);
	}
	return r;
}

/* ---- techniques ---- */

static int technique_id(char id[static FB_STIX_ID], struct fb_slice word)
{
	char text[16];

	(void)snprintf(text, sizeof text, "%.*s", (int)word.n, (const char *)word.p);
	return DERIVE(id, "attack-pattern", "technique", text);
}

static int technique(struct bundle *b, struct fb_slice word)
{
	char id[FB_STIX_ID], name[16], url[64];
	bool made;
	int r = technique_id(id, word);

	if (!r)
		r = fb_export_tally_once(&b->g, "stix", fb_slice_str(id), &made);
	if (r || !made)
		return r;
	(void)snprintf(name, sizeof name, "%.*s", (int)word.n, (const char *)word.p);
	(void)snprintf(url, sizeof url, "https://attack.mitre.org/techniques/%.5s%s%s/", name,
		       word.n > 5 ? "/" : "", word.n > 5 ? name + 6 : "");
	open_object(b, "attack-pattern", id, false, FB_TIME_NONE, FB_TIME_NONE);
	fb_export_text(&b->j, "name", name);
	reference(&b->j, "mitre-attack", name, url);
	return close_object(b);
}

static int rule_pattern(struct bundle *b, const struct fb_rule_info *rule)
{
	char id[FB_STIX_ID];
	bool made;
	int r = DERIVE(id, "attack-pattern", "rule", rule->id);

	if (!r)
		r = fb_export_tally_once(&b->g, "stix", fb_slice_str(id), &made);
	if (r || !made)
		return r;
	open_object(b, "attack-pattern", id, true, FB_TIME_NONE, FB_TIME_NONE);
	fb_export_text(&b->j, "name", *rule->title ? rule->title : rule->id);
	fb_export_text(&b->j, "description", rule->description);
	reference(&b->j, "rule", rule->id, "");
	return close_object(b);
}

static int patterns(struct bundle *b, const struct fb_export_tally_group *it)
{
	const char *list = it->rule->techniques;
	struct fb_slice word;
	bool any = false;
	int r = 0;

	while (!r && fb_export_word(&list, &word)) {
		if (!fb_export_technique(word))
			continue;
		any = true;
		r = technique(b, word);
	}
	return r || any ? r : rule_pattern(b, it->rule);
}

/* ---- groups ---- */

static int host_id(const struct bundle *b, char id[static FB_STIX_ID], const char *host)
{
	return DERIVE(id, "identity", "host", host, b->g.first_id);
}

static int host(struct bundle *b, const char *name)
{
	char id[FB_STIX_ID];
	bool made = false;
	int r = *name ? host_id(b, id, name) : 0;

	if (!r && *name)
		r = fb_export_tally_once(&b->g, "stix", fb_slice_str(id), &made);
	if (r || !made)
		return r;
	open_object(b, "identity", id, true, FB_TIME_NONE, FB_TIME_NONE);
	fb_export_text(&b->j, "name", name);
	fb_export_text(&b->j, "identity_class", "system");
	return close_object(b);
}

static void ref_list(struct fb_json *j, const char *key, const char *id)
{
	fb_json_key(j, key);
	fb_json_array(j);
	fb_json_cstr(j, id);
	fb_json_array_end(j);
}

/* The ids of the group's observables, each once. 0 ids: *any stays false, and nothing
 * is written. */
static int refs(struct bundle *b, const struct fb_export_tally_group *it, bool write, bool *any)
{
	char had[FB_EXPORT_GROUP_VALUES][FB_STIX_ID];
	uint32_t n = 0;
	int r = 0;

	for (uint32_t i = 0; i < it->n && !r; i++) {
		const struct fb_tallied *v = &b->g.value[it->value[i]];
		struct fb_sco o;
		uint32_t k = 0;

		r = fb_sco_of(&o, v->type, v->value);
		if (r || o.kind == FB_SCO_NONE)
			continue;
		*any = true;
		while (k < n && strcmp(had[k], o.id) != 0)
			k++;
		if (!write || k < n)
			continue;
		memcpy(had[n++], o.id, sizeof o.id);
		fb_json_cstr(&b->j, o.id);
	}
	return r;
}

static int observed(struct bundle *b, const struct fb_export_tally_group *it, char id[static FB_STIX_ID],
		    bool *made)
{
	struct fb_json *j = &b->j;
	int r = refs(b, it, false, made);

	/* It must have times and observables. */
	*made = *made && it->first != FB_TIME_NONE;
	if (r || !*made)
		return r;
	r = DERIVE(id, "observed-data", it->rule->id, it->host, it->first_id);
	if (r)
		return r;
	open_object(b, "observed-data", id, true, it->first, it->last);
	key_time(j, "first_observed", it->first, 6);
	key_time(j, "last_observed", it->last, 6);
	fb_export_u64(j, "number_observed", it->count < COUNT_MAX ? it->count : COUNT_MAX);
	fb_json_key(j, "object_refs");
	fb_json_array(j);
	r = refs(b, it, true, made);
	fb_json_array_end(j);
	reference(j, "rule", it->rule->id, "");
	return r ? r : close_object(b);
}

static void describe(struct bundle *b, const struct fb_export_tally_group *it)
{
	struct fb_buf text;

	fb_buf_init(&text, 1u << 20);
	(void)fb_buf_printf(&text, "[%s] ", fb_level_word(it->rule->level));
	(void)fb_buf_puts(&text, it->rule->title);
	(void)fb_buf_printf(&text, ". First of %llu, detection ", (unsigned long long)it->count);
	(void)fb_buf_puts(&text, it->first_id);
	(void)fb_buf_puts(&text, ": ");
	(void)fb_buf_puts(&text, it->summary);
	if (it->full)
		(void)fb_buf_printf(&text, " (only the first %u values are listed)",
				    (unsigned)FB_EXPORT_GROUP_VALUES);
	fb_export_slice(&b->j, "description", fb_buf_view(&text));
	fb_buf_dispose(&text);
}

static int sighting(struct bundle *b, const struct fb_export_tally_group *it, const char *of,
		    const char *data)
{
	char id[FB_STIX_ID], where[FB_STIX_ID] = "";
	struct fb_json *j = &b->j;
	int r = DERIVE(id, "sighting", it->rule->id, it->host, it->first_id, of);

	if (!r && *it->host)
		r = host_id(b, where, it->host);
	if (r)
		return r;
	open_object(b, "sighting", id, true, it->first, it->last);
	describe(b, it);
	key_time(j, "first_seen", it->first, 6);
	key_time(j, "last_seen", it->last, 6);
	fb_export_u64(j, "count", it->count < COUNT_MAX ? it->count : COUNT_MAX);
	fb_export_text(j, "sighting_of_ref", of);
	if (*data)
		ref_list(j, "observed_data_refs", data);
	if (*where)
		ref_list(j, "where_sighted_refs", where);
	reference(j, "rule", it->rule->id, "");
	return close_object(b);
}

static int group(struct bundle *b, const struct fb_export_tally_group *it)
{
	const char *list = it->rule->techniques;
	char of[FB_STIX_ID], data[FB_STIX_ID] = "";
	struct fb_slice word;
	bool any = false, made = false;
	int r;

	if ((r = host(b, it->host)) || (r = patterns(b, it)) || (r = observed(b, it, data, &made)))
		return r;
	while (!r && fb_export_word(&list, &word)) {
		if (!fb_export_technique(word))
			continue;
		any = true;
		r = technique_id(of, word);
		if (!r)
			r = sighting(b, it, of, data);
	}
	if (r || any)
		return r;
	r = DERIVE(of, "attack-pattern", "rule", it->rule->id);
	return r ? r : sighting(b, it, of, data);
}

static int write_stix(struct fb_export_job *job)
{
	struct bundle b = { .job = job };
	char id[FB_STIX_ID];
	int r = fb_export_tally(&b.g, job);

	if (r)
		goto out;
	if ((r = DERIVE(b.producer, "identity", "producer")) ||
	    (r = DERIVE(id, "bundle", b.g.first_id, job->tlp ? job->tlp : "")))
		goto out;
	fb_json_init(&b.j, &job->out->buf);
	fb_json_object(&b.j);
	fb_export_text(&b.j, "type", "bundle");
	fb_export_text(&b.j, "id", id);
	fb_json_key(&b.j, "objects");
	fb_json_array(&b.j);
	if ((r = producer(&b)) || (r = marking(&b)) || (r = observables(&b)))
		goto out;
	for (uint32_t i = 0; i < b.g.ngroups && !r; i++)
		r = group(&b, &b.g.group[i]);
	fb_json_array_end(&b.j);
	fb_json_object_end(&b.j);
	(void)fb_buf_putc(&job->out->buf, '\n');
out:
	if (r == FB_ENOMEM)
		(void)fb_fail(job->err, r, "out of memory");
	fb_export_tally_dispose(&b.g);
	return r;
}

const struct fb_export fb_export_stix = {
	.name = "stix",
	.about = "a STIX 2.1 bundle: what was seen where, by rule and host",
	.takes = FB_EXPORT_TLP,
	.write = write_stix,
};
