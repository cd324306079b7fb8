/* A MISP event (the core format): an attribute for each value that detections name, and
 * one of text for each group (rule and host). Nothing is published and nothing is for
 * detection systems but what cannot be the victim's own: public addresses, hashes,
 * domains and whole URLs of detections at high or above. */
#include "show/export_tally.h"

#include "base/uuid.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>

#define SPACE "2b79a732-6d63-464a-94b3-2ed25ab0f3e1"
#define TEXT_MAX (64u << 10)

struct event {
	struct fb_export_job *job;
	struct fb_export_tally g;
	struct fb_json j;
	char uuid[FB_UUID_TEXT];
};

struct kind {
	const char *type;     /* of the entity */
	const char *misp, *category;
	bool indicator;       /* may be one: else it is context */
};

static const struct kind kinds[] = {
	{ "address", "ip-src", "Network activity", true },
	{ "account", "target-user", "Targeting data", false },
	{ "host", "target-machine", "Targeting data", false },
	{ "process", "filename", "External analysis", false },
	{ "file", "filename", "External analysis", false },
	{ "url", "uri", "Network activity", false },
	{ "domain", "domain", "Network activity", true },
	{ "agent", "user-agent", "Network activity", false },
	{ "service", "windows-service-name", "Artifacts dropped", false },
	{ "hash", "other", "Payload delivery", true },
};
/* Sessions tie records of one host together and mean nothing elsewhere. */

static int derive(char uuid[static FB_UUID_TEXT], const char *space, const char *a, struct fb_slice v)
{
	struct fb_buf b;
	int r;

	fb_buf_init(&b, 1u << 20);
	(void)fb_buf_puts(&b, a);
	(void)fb_buf_putc(&b, 0);
	(void)fb_buf_slice(&b, v);
	r = fb_buf_code(&b);
	if (!r && !fb_uuid5(space, fb_buf_view(&b), uuid))
		r = FB_ENOMEM;
	fb_buf_dispose(&b);
	return r;
}

static const struct kind *kind_of(const char *type)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (strcmp(kinds[i].type, type) == 0)
			return &kinds[i];
	}
	return NULL;
}

/* Of no private, local or multicast range: one that others may know. */
static bool public_address(struct fb_slice s)
{
	static const struct { uint32_t net; unsigned bits; } own[] = {
		{ 0x0A000000, 8 },  { 0xAC100000, 12 }, { 0xC0A80000, 16 }, { 0x7F000000, 8 },
		{ 0xA9FE0000, 16 }, { 0x64400000, 10 }, { 0x00000000, 8 },  { 0xE0000000, 3 },
	};
	char text[INET6_ADDRSTRLEN];
	struct in6_addr six;
	struct in_addr four;
	uint32_t v;

	if (s.n >= sizeof text)
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = 0;
	if (inet_pton(AF_INET6, text, &six) == 1)
		return (six.s6_addr[0] & 0xE0) == 0x20; /* 2000::/3 */
	if (inet_pton(AF_INET, text, &four) != 1)
		return false;
	v = ntohl(four.s_addr);
	for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
		if ((v ^ own[i].net) >> (32 - own[i].bits) == 0)
			return false;
	}
	return true;
}

static void key_text(struct fb_json *j, const char *key, const char *text)
{
	fb_json_key(j, key);
	fb_json_cstr(j, text);
}

static void seen(struct fb_json *j, fb_time first, fb_time last)
{
	char text[FB_EXPORT_TIME];

	if (first == FB_TIME_NONE)
		return;
	fb_export_text(j, "first_seen", fb_export_micros(first, text));
	fb_export_text(j, "last_seen", fb_export_micros(last, text));
}

/* Seconds as text, of the evidence: the clock is not asked. */
static void timestamp(struct fb_json *j, fb_time t)
{
	char text[24];

	(void)snprintf(text, sizeof text, "%" PRId64,
		       t == FB_TIME_NONE || t < 0 ? (int64_t)0 : (int64_t)(t / FB_SECOND));
	key_text(j, "timestamp", text);
}

static void tag(struct fb_json *j, const char *prefix, struct fb_slice word)
{
	struct fb_buf text;

	fb_buf_init(&text, TEXT_MAX);
	(void)fb_buf_puts(&text, prefix);
	(void)fb_buf_slice(&text, word);
	fb_json_object(j);
	fb_export_slice(j, "name", fb_buf_view(&text));
	fb_json_object_end(j);
	fb_buf_dispose(&text);
}

struct attribute {
	const char *type, *category;
	struct fb_slice value;
	bool to_ids;
	const char *comment;
	fb_time first, last;
};

/* Left open for what else it has; *made: false when the event has it already. */
static int open_attribute(struct event *e, const struct attribute *a, bool *made)
{
	struct fb_json *j = &e->j;
	char uuid[FB_UUID_TEXT];
	int r = derive(uuid, e->uuid, a->type, a->value);

	if (!r)
		r = fb_export_tally_once(&e->g, "misp", fb_slice_str(uuid), made);
	if (r || !*made)
		return r;
	fb_json_object(j);
	key_text(j, "uuid", uuid);
	key_text(j, "type", a->type);
	key_text(j, "category", a->category);
	fb_json_key(j, "value");
	fb_json_str(j, a->value);
	fb_json_key(j, "to_ids");
	fb_json_bool(j, a->to_ids);
	key_text(j, "distribution", "5"); /* as the event */
	key_text(j, "comment", a->comment);
	seen(j, a->first, a->last);
	timestamp(j, a->last);
	return 0;
}

/* "SHA256=…": the type that MISP has for it; the digits alone. */
static bool hash_type(struct attribute *a, uint8_t lower[static 128])
{
	static const struct { struct fb_slice word; const char *type; size_t n; } known[] = {
		{ FB_LIT("MD5"), "md5", 32 },
		{ FB_LIT("SHA1"), "sha1", 40 },
		{ FB_LIT("SHA256"), "sha256", 64 },
		{ FB_LIT("IMPHASH"), "imphash", 32 },
	};
	size_t eq = fb_slice_find(a->value, FB_LIT("="));
	struct fb_slice word = eq < a->value.n ? fb_slice_sub(a->value, 0, eq) : FB_LIT("");
	struct fb_slice hex = eq < a->value.n ? fb_slice_sub(a->value, eq + 1, a->value.n) : a->value;

	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (hex.n != known[i].n || (word.n && !fb_slice_ieq(word, known[i].word)))
			continue;
		for (size_t k = 0; k < hex.n; k++) {
			uint8_t c = hex.p[k] >= 'A' && hex.p[k] <= 'Z' ? hex.p[k] | 0x20 : hex.p[k];

			if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f'))
				return false;
			lower[k] = c;
		}
		a->type = known[i].type;
		a->value = fb_slice(lower, hex.n);
		return true;
	}
	return false;
}

static int value(struct event *e, const struct fb_tallied *v)
{
	const struct kind *k = kind_of(v->type);
	struct attribute a = { .value = fb_slice_trim(v->value), .first = v->first, .last = v->last };
	char comment[96], n[32];
	uint8_t lower[128];
	bool made = false;
	int r;

	if (!k || a.value.n == 0)
		return 0;
	(void)snprintf(n, sizeof n, "%" PRIu64, v->detections);
	(void)snprintf(comment, sizeof comment, "%s detection%s, the highest %s", n,
		       v->detections == 1 ? "" : "s", fb_level_word(v->level));
	a.type = k->misp;
	a.category = k->category;
	a.comment = comment;
	a.to_ids = k->indicator && v->level >= FB_LEVEL_HIGH;
	if (strcmp(v->type, "hash") == 0 && !hash_type(&a, lower))
		return 0;
	if (strcmp(v->type, "address") == 0)
		a.to_ids = a.to_ids && public_address(a.value);
	if (strcmp(v->type, "url") == 0 && fb_slice_find(a.value, FB_LIT("://")) < a.value.n) {
		a.type = "url";
		a.to_ids = v->level >= FB_LEVEL_HIGH;
	}
	r = open_attribute(e, &a, &made);
	if (r || !made)
		return r;
	fb_json_object_end(&e->j);
	return fb_export_row(e->job);
}

static int group(struct event *e, const struct fb_export_tally_group *it)
{
	const char *list = it->rule->techniques;
	struct attribute a = { .type = "text", .category = "Other", .first = it->first,
			       .last = it->last, .comment = "detections by rule and host" };
	struct fb_buf text;
	struct fb_slice word;
	bool made = false;
	int r;

	fb_buf_init(&text, 1u << 20);
	(void)fb_buf_printf(&text, "[%s] ", fb_level_word(it->rule->level));
	(void)fb_buf_puts(&text, it->rule->title);
	(void)fb_buf_puts(&text, *it->host ? " on " : "");
	(void)fb_buf_puts(&text, it->host);
	(void)fb_buf_printf(&text, ". First of %" PRIu64 ", detection ", it->count);
	(void)fb_buf_puts(&text, it->first_id);
	(void)fb_buf_puts(&text, ": ");
	(void)fb_buf_puts(&text, it->summary);
	a.value = fb_buf_view(&text);
	r = fb_buf_code(&text);
	if (!r)
		r = open_attribute(e, &a, &made);
	if (!r && made) {
		fb_json_key(&e->j, "Tag");
		fb_json_array(&e->j);
		tag(&e->j, "level:", fb_slice_str(fb_level_word(it->rule->level)));
		while (fb_export_word(&list, &word))
			tag(&e->j, "attack:", word);
		fb_json_array_end(&e->j);
		fb_json_object_end(&e->j);
		r = fb_export_row(e->job);
	}
	fb_buf_dispose(&text);
	return r;
}

/* MISP counts the other way: 1 is high, 4 undefined. */
static const char *threat(const struct event *e)
{
	enum fb_level level = e->g.ngroups ? e->g.group[0].rule->level : FB_LEVEL_INFORMATIONAL;

	return level >= FB_LEVEL_HIGH ? "1" : level == FB_LEVEL_MEDIUM ? "2"
	       : level == FB_LEVEL_LOW ? "3" : "4";
}

static void info(struct event *e)
{
	struct fb_buf text;

	fb_buf_init(&text, TEXT_MAX);
	if (e->job->title)
		(void)fb_buf_puts(&text, e->job->title);
	else
		(void)fb_buf_printf(&text, "Firebreak: %" PRIu64 " detection%s", e->g.detections,
				    e->g.detections == 1 ? "" : "s");
	fb_json_key(&e->j, "info");
	fb_json_str(&e->j, fb_buf_view(&text));
	fb_buf_dispose(&text);
}

static int tags(struct event *e)
{
	struct fb_json *j = &e->j;
	int r = 0;

	fb_json_key(j, "Tag");
	fb_json_array(j);
	if (e->job->tlp)
		tag(j, "tlp:", fb_slice_str(e->job->tlp));
	for (uint32_t i = 0; i < e->g.ngroups && !r; i++) {
		const char *list = e->g.group[i].rule->techniques;
		struct fb_slice word;
		bool made;

		while (!r && fb_export_word(&list, &word)) {
			r = fb_export_tally_once(&e->g, "misp-tag", word, &made);
			if (!r && made && fb_export_technique(word))
				tag(j, "attack:", word);
		}
	}
	fb_json_array_end(j);
	return r;
}

static int head(struct event *e)
{
	struct fb_json *j = &e->j;
	char date[FB_TIME_TEXT];
	fb_time day = e->g.first == FB_TIME_NONE ? 0 : e->g.first;
	int r = derive(e->uuid, SPACE, "event", fb_slice_str(e->g.first_id));

	if (r)
		return r;
	fb_json_init(j, &e->job->out->buf);
	fb_json_object(j);
	fb_json_key(j, "Event");
	fb_json_object(j);
	key_text(j, "uuid", e->uuid);
	info(e);
	(void)fb_time_text(day, 0, date);
	date[10] = 0;
	key_text(j, "date", date);
	key_text(j, "threat_level_id", threat(e));
	key_text(j, "analysis", "1");     /* going on */
	key_text(j, "distribution", "0"); /* your organisation only */
	fb_json_key(j, "published");
	fb_json_bool(j, false);
	timestamp(j, e->g.last);
	return tags(e);
}

static int write_misp(struct fb_export_job *job)
{
	struct event e = { .job = job };
	int r = fb_export_tally(&e.g, job);

	if (!r)
		r = head(&e);
	if (r)
		goto out;
	fb_json_key(&e.j, "Attribute");
	fb_json_array(&e.j);
	for (uint32_t i = 0; i < e.g.ngroups && !r; i++)
		r = group(&e, &e.g.group[i]);
	for (uint32_t i = 0; i < e.g.nentities && !r; i++)
		r = value(&e, &e.g.value[i]);
	fb_json_array_end(&e.j);
	fb_json_object_end(&e.j);
	fb_json_object_end(&e.j);
	(void)fb_buf_putc(&job->out->buf, '\n');
out:
	if (r == FB_ENOMEM)
		(void)fb_fail(job->err, r, "out of memory");
	fb_export_tally_dispose(&e.g);
	return r;
}

const struct fb_export fb_export_misp = {
	.name = "misp",
	.about = "a MISP event: the values that detections name, and the detections by rule and host",
	.takes = FB_EXPORT_TITLE | FB_EXPORT_TLP,
	.write = write_misp,
};
