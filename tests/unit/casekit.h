/* Small cases for tests: rules, sources and units made from a few numbers, and what a
 * case says, as one text that can be compared. */
#ifndef FB_TESTS_CASEKIT_H
#define FB_TESTS_CASEKIT_H

#include "assess/seal.h"
#include "base/json.h"
#include "case/case.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define KIT_RULES 4
#define KIT_T0 1752830042000000000ll

static struct fb_rule_info kit_rules[KIT_RULES] = {
	{ "aaaa-1", "Forged request", "d", "r/a.yml", "firebreak", "T1190", "stable",
	  FB_LEVEL_CRITICAL, { 1 } },
	{ "bbbb-2", "Shell by web server", "d", "r/b.yml", "firebreak", "T1505.003", "test",
	  FB_LEVEL_HIGH, { 2 } },
	{ "cccc-3", "Logon", "", "r/c.yml", "other", "", "", FB_LEVEL_LOW, { 3 } },
	{ "dddd-4", "Same name", "", "r/d.yml", "other", "", "", FB_LEVEL_MEDIUM, { 4 } },
};
static const struct fb_rule_problem kit_problems[] = {
	{ "r/broken.yml", 3, "not YAML", true },
	{ "r/zeek.yml", 0, "binds nothing", false },
};
static const struct fb_rulekind kit_kind = { .name = "sigma" };
static struct fb_ruleset kit_set = { .kind = &kit_kind, .rules = kit_rules, .nrules = KIT_RULES,
	.problems = kit_problems, .nproblems = 2, .nfiles = 6, .hash = { 9 } };

static inline struct fb_run kit_run(void)
{
	return (struct fb_run){ "0.1.0", "firebreak investigate x", "seccomp", &kit_set };
}

static inline struct fb_slice kit_s(const char *s)
{
	return fb_slice_str(s);
}

/* A folder that did not exist; free it. */
static inline char *kit_dir(const char *name)
{
	static unsigned n;
	char *dir = NULL;

	if (asprintf(&dir, "/tmp/fb-test-%ld-%u-%s", (long)getpid(), n++, name) < 0)
		abort();
	return dir;
}

static inline void kit_remove(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	if (!d)
		return;
	(void)chmod(dir, 0777);
	while ((e = readdir(d))) {
		char path[4096];

		(void)snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
		(void)unlink(path);
	}
	closedir(d);
	(void)rmdir(dir);
}

static inline struct fb_case *kit_open(const char *dir, enum fb_case_mode mode)
{
	struct fb_err err = { 0 };
	struct fb_case *c = NULL;

	if (fb_case_open(dir, mode, &c, &err))
		printf("open %s: %s\n", dir, err.text);
	return c;
}

static inline int kit_say(const char *what, int r, const struct fb_err *err)
{
	if (r)
		printf("%s: %d %s\n", what, r, err->text);
	return r;
}

static inline struct fb_case *kit_begin(const char *dir)
{
	struct fb_case *c = kit_open(dir, FB_CASE_WRITE);
	struct fb_run run = kit_run();
	struct fb_err err = { 0 };
	bool rematch;

	if (c && kit_say("begin", fb_case_begin(c, &run, &rematch, &err), &err)) {
		fb_case_close(c);
		c = NULL;
	}
	return c;
}

static inline uint64_t kit_source(struct fb_case *c, const char *path, uint64_t parent,
				  uint64_t size, enum fb_source_state *state)
{
	struct fb_source_id id = { .path = path, .disk = parent ? NULL : path, .parent = parent,
		.index = parent ? 1 : 0, .size = size, .mtime = 1700000000000000000ll };
	enum fb_source_state s;
	struct fb_err err = { 0 };
	uint64_t source = 0;

	(void)kit_say("source", fb_case_source(c, &id, &source, state ? state : &s, &err), &err);
	return source;
}

static inline int kit_done(struct fb_case *c, uint64_t source, const char *format, uint64_t size,
			   uint8_t content, uint32_t units)
{
	struct fb_source_result res = { .source = source, .format = format, .size = size,
		.sha256 = { content, 7 }, .whole = true, .units = units };
	struct fb_err err = { 0 };

	return kit_say("done", fb_case_source_done(c, &res, &err), &err);
}

/* A record of an event log. */
static inline struct fb_detection kit_record(uint32_t rule, const char *host, uint64_t record,
					     uint64_t offset)
{
	return (struct fb_detection){ .rule = rule, .time = KIT_T0 + (int64_t)record * FB_SECOND,
		.time_digits = 7, .offset = offset, .length = 100, .record = record,
		.event_id = 4688, .host = kit_s(host), .channel = FB_LIT("Security"),
		.provider = FB_LIT("Auditing"), .summary = FB_LIT("a summary"),
		.entities = FB_LIT("\x02\x03\x00""bob") };
}

/* A line of a web log. */
static inline struct fb_detection kit_line(uint32_t rule, uint64_t line, uint64_t offset)
{
	return (struct fb_detection){ .rule = rule, .time = KIT_T0 + (int64_t)line * FB_SECOND,
		.offset = offset, .length = 80, .line = line, .summary = FB_LIT("GET /x 200") };
}

static inline int kit_unit(struct fb_case *c, uint64_t source, uint32_t seq,
			   const struct fb_detection *d, size_t n, const char *host,
			   uint64_t events)
{
	struct fb_host_count h = { kit_s(host ? host : ""), events };
	struct fb_unit_result u = { .source = source, .seq = seq, .offset = seq * 1000ull,
		.length = 1000, .events = events, .first = KIT_T0, .last = KIT_T0 + FB_SECOND,
		.decoded = 1000, .detections = d, .ndetections = n, .hosts = &h,
		.nhosts = host ? 1 : 0 };
	struct fb_err err = { 0 };

	return kit_say("unit", fb_case_unit(c, &u, &err), &err);
}

static inline int kit_end(struct fb_case *c, bool complete)
{
	struct fb_err err = { 0 };
	int r = kit_say("seal", fb_assess_seal(c, &err), &err);

	return r ? r : kit_say("end", fb_case_end(c, complete, &err), &err);
}

/* ---- what a case says, as lines of JSON; nothing in it that may differ ---- */

static inline void kit_place(struct fb_json *j, const struct fb_place *p)
{
	fb_json_object(j);
	fb_json_key(j, "path");
	fb_json_cstr(j, p->path);
	fb_json_key(j, "sha256");
	fb_json_hex(j, p->sha256, FB_SHA256);
	fb_json_key(j, "record");
	fb_json_u64(j, p->record);
	fb_json_key(j, "line");
	fb_json_u64(j, p->line);
	fb_json_key(j, "offset");
	fb_json_u64(j, p->offset);
	fb_json_object_end(j);
}

static inline int kit_detection(void *user, const struct fb_detection_row *d)
{
	struct fb_buf *out = user;
	struct fb_json j;

	fb_json_init(&j, out);
	fb_json_object(&j);
	fb_json_key(&j, "id");
	fb_json_cstr(&j, d->id);
	fb_json_key(&j, "time");
	fb_json_time(&j, d->time, d->time_digits);
	fb_json_key(&j, "rule");
	fb_json_cstr(&j, d->rule->id);
	fb_json_key(&j, "kind");
	fb_json_cstr(&j, d->rule_kind);
	fb_json_key(&j, "host");
	fb_json_cstr(&j, d->host);
	fb_json_key(&j, "why");
	fb_json_cstr(&j, d->host_why);
	fb_json_key(&j, "channel");
	fb_json_cstr(&j, d->channel);
	fb_json_key(&j, "flags");
	fb_json_u64(&j, d->flags);
	fb_json_key(&j, "summary");
	fb_json_cstr(&j, d->summary);
	fb_json_key(&j, "entities");
	fb_json_hex(&j, d->entities.p, d->entities.n);
	fb_json_key(&j, "original");
	fb_json_bool(&j, d->has_original);
	fb_json_key(&j, "place");
	kit_place(&j, &d->place);
	fb_json_key(&j, "copies");
	fb_json_array(&j);
	for (size_t i = 0; i < d->ncopies; i++)
		kit_place(&j, &d->copies[i]);
	fb_json_array_end(&j);
	fb_json_object_end(&j);
	return fb_buf_putc(out, '\n');
}

static inline int kit_group(void *user, const struct fb_group_row *g)
{
	struct fb_buf *out = user;

	return fb_buf_printf(out, "group %s %s %llu %lld %lld %s %s\n", g->rule->id, g->host,
			     (unsigned long long)g->count, (long long)g->first,
			     (long long)g->last, g->summary, g->first_id);
}

static inline int kit_source_row(void *user, const struct fb_source_row *s)
{
	struct fb_buf *out = user;

	(void)fb_buf_printf(out, "source %s size %llu state %d format %s host %s (%s) events %llu"
			    " detections %llu bytes %llu %llu %llu\n", s->path,
			    (unsigned long long)s->size, s->state, s->format, s->host, s->host_why,
			    (unsigned long long)s->events, (unsigned long long)s->detections,
			    (unsigned long long)s->decoded, (unsigned long long)s->rejected,
			    (unsigned long long)s->skipped);
	for (size_t i = 0; i < s->nproblems; i++)
		(void)fb_buf_printf(out, " problem %llu+%llu %s%s %s\n",
				    (unsigned long long)s->problems[i].offset,
				    (unsigned long long)s->problems[i].length,
				    s->problems[i].skipped ? "skipped " : "",
				    fb_why_word(s->problems[i].why), s->problems[i].text);
	return out->code;
}

static inline int kit_dump_open(struct fb_case *c, struct fb_buf *out)
{
	struct fb_case_stats st;
	struct fb_err err = { 0 };
	int r;

	if ((r = fb_assess_seal(c, &err)) ||
	    (r = fb_case_detections(c, NULL, kit_detection, out, &err)) ||
	    (r = fb_case_groups(c, NULL, kit_group, out, &err)) ||
	    (r = fb_case_sources(c, NULL, kit_source_row, out, &err)) ||
	    (r = fb_case_stats(c, &st, &err)))
		return kit_say("dump", r, &err);
	return fb_buf_printf(out, "stats %llu files %llu members %llu bytes %llu events %llu"
		" detections %llu records %llu hosts, levels %llu %llu %llu %llu %llu,"
		" undecoded %llu unread %llu rejected %llu skipped %llu problems %llu lost %llu"
		" rules %u %u complete %d\n",
		(unsigned long long)st.files, (unsigned long long)st.members,
		(unsigned long long)st.bytes, (unsigned long long)st.events,
		(unsigned long long)st.detections, (unsigned long long)st.records_detected,
		(unsigned long long)st.hosts, (unsigned long long)st.by_level[0],
		(unsigned long long)st.by_level[1], (unsigned long long)st.by_level[2],
		(unsigned long long)st.by_level[3], (unsigned long long)st.by_level[4],
		(unsigned long long)st.undecoded_files, (unsigned long long)st.unread_files,
		(unsigned long long)st.bytes_rejected, (unsigned long long)st.bytes_skipped,
		(unsigned long long)st.problems, (unsigned long long)st.lost, st.rules_loaded,
		st.rules_failed, st.complete);
}

/* The whole text; free it. NULL: could not be read. */
static inline char *kit_dump(const char *dir)
{
	struct fb_case *c = kit_open(dir, FB_CASE_READ);
	struct fb_buf out;
	char *text = NULL;

	fb_buf_init(&out, (size_t)64 << 20);
	if (c && kit_dump_open(c, &out) == 0)
		text = strdup(fb_buf_cstr(&out));
	fb_case_close(c);
	fb_buf_dispose(&out);
	return text;
}

#endif
