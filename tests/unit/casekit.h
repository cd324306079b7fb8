/* Small cases for tests: rules, sources and units made from a few numbers, and what a
 * case says, as one text that can be compared. */
#ifndef FB_TESTS_CASEKIT_H
#define FB_TESTS_CASEKIT_H

#include "assess/seal.h"
#include "base/io.h"
#include "base/json.h"
#include "case/case.h"

#include <dirent.h>
#include <fcntl.h>
#include <sqlite3.h>
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

static const struct fb_ruleset *const kit_sets[] = { &kit_set, NULL };

static inline struct fb_run kit_run(void)
{
	return (struct fb_run){ .version = "0.1.0", .commandline = "firebreak investigate x",
				.confinement = "seccomp", .rules = kit_sets };
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

/* ---- folders, files, and somebody else's hand in the database ---- */

static inline bool says(const struct fb_err *err, const char *part)
{
	if (strstr(err->text, part) && !strchr(err->text, '\n'))
		return true;
	printf("message: %s\n", err->text);
	return false;
}

static inline char *path_in(const char *dir, const char *name)
{
	char *path = NULL;

	if (asprintf(&path, "%s/%s", dir, name) < 0)
		abort();
	return path;
}

static inline bool exists_in(const char *dir, const char *name)
{
	char *path = path_in(dir, name);
	bool yes = access(path, F_OK) == 0;

	free(path);
	return yes;
}

static inline void put_file(const char *dir, const char *name, struct fb_slice s)
{
	char *path = path_in(dir, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);

	CHECK(fd >= 0 && fb_write_all(fd, s, NULL) == 0);
	close(fd);
	free(path);
}

static inline void get_file(const char *dir, const char *name, struct fb_buf *out)
{
	char *path = path_in(dir, name);

	fb_buf_clear(out);
	CHECK_INT(fb_read_file(path, (size_t)64 << 20, out, NULL), 0);
	free(path);
}

/* Somebody else's hand in the database. */
static inline void sql(const char *dir, const char *text)
{
	char *path = path_in(dir, "case.db"), *why = NULL;
	sqlite3 *db = NULL;

	CHECK_INT(sqlite3_open(path, &db), SQLITE_OK);
	CHECK_INT(sqlite3_exec(db, text, NULL, NULL, &why), SQLITE_OK);
	if (why)
		printf("%s\n", why);
	sqlite3_free(why);
	sqlite3_close(db);
	free(path);
}

static inline int64_t sql_number(const char *dir, const char *text)
{
	char *path = path_in(dir, "case.db");
	sqlite3_stmt *st = NULL;
	sqlite3 *db = NULL;
	int64_t v = -1;

	if (sqlite3_open(path, &db) == SQLITE_OK &&
	    sqlite3_prepare_v2(db, text, -1, &st, NULL) == SQLITE_OK && sqlite3_step(st) == SQLITE_ROW)
		v = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	sqlite3_close(db);
	free(path);
	return v;
}

static inline int open_code(const char *dir, enum fb_case_mode mode, struct fb_err *err)
{
	struct fb_case *c = NULL;
	int r;

	*err = (struct fb_err){ 0 };
	r = fb_case_open(dir, mode, &c, err);
	fb_case_close(c);
	return r;
}

/* ---- a small case, whole or in parts ---- */

#define UNITS 6
#define PER_UNIT 5

static inline int small_unit(struct fb_case *c, uint64_t source, uint32_t u)
{
	struct fb_detection d[PER_UNIT];
	char text[64];

	(void)snprintf(text, sizeof text, "original of unit %u", u);
	for (uint32_t i = 0; i < PER_UNIT; i++) {
		d[i] = kit_record(i % 3, "SP01", u * 100 + i, u * 1000ull + i * 100);
		d[i].original = kit_s(i < 2 ? text : "");
	}
	return kit_unit(c, source, u, d, PER_UNIT, "SP01", 40);
}

/* Goes on where the case stands. */
static inline int small_fill(struct fb_case *c, unsigned *written)
{
	enum fb_source_state state;
	uint64_t s = kit_source(c, "ev/Security.evtx", 0, UNITS * 1000, &state);
	struct fb_source_result text;
	uint64_t t;
	int r = 0;

	if (!s)
		return FB_EIO;
	for (uint32_t u = 0; u < UNITS && r == 0 && state != FB_SOURCE_DONE; u++)
		if (!fb_case_unit_known(c, s, u, u * 1000ull, 1000)) {
			r = small_unit(c, s, u);
			++*written;
		}
	if (r == 0 && state != FB_SOURCE_DONE)
		r = kit_done(c, s, "evtx", UNITS * 1000, 1, UNITS);
	if (r)
		return r;
	if ((t = kit_source(c, "ev/notes.txt", 0, 99, &state)) == 0)
		return FB_EIO;
	if (state == FB_SOURCE_DONE)
		return 0;
	text = (struct fb_source_result){ .source = t, .format = "", .size = 99, .whole = true,
		.sha256 = { 5 }, .skipped = 99 };
	text.problems = &(struct fb_problem){ .length = 99, .why = FB_WHY_UNKNOWN_FORMAT,
		.skipped = true };
	text.nproblems = 1;
	return fb_case_source_done(c, &text, NULL);
}

static inline int small_case(const char *dir)
{
	struct fb_case *c = kit_begin(dir);
	unsigned written = 0;
	int r;

	if (!c)
		return FB_EIO;
	r = small_fill(c, &written);
	if (r == 0)
		r = kit_end(c, true);
	fb_case_close(c);
	return r;
}

static inline char *reference(void)
{
	char *dir = kit_dir("reference"), *text;

	CHECK_INT(small_case(dir), 0);
	text = kit_dump(dir);
	CHECK(text != NULL);
	kit_remove(dir);
	free(dir);
	return text;
}

static inline int find_ledger(void *user, const struct fb_ledger_row *row)
{
	struct fb_buf *out = user;

	(void)fb_buf_puts(out, row->what);
	(void)fb_buf_putc(out, ' ');
	(void)fb_buf_puts(out, row->detail);
	return fb_buf_putc(out, '\n');
}

static inline bool ledger_has(const char *dir, const char *part)
{
	struct fb_case *c = kit_open(dir, FB_CASE_READ);
	struct fb_err err = { 0 };
	uint8_t head[FB_SHA256];
	struct fb_buf out;
	bool has;

	fb_buf_init(&out, 1 << 20);
	CHECK_INT(kit_say("ledger", fb_case_ledger_walk(c, find_ledger, &out, head, &err), &err), 0);
	has = strstr(fb_buf_cstr(&out), part) != NULL;
	if (!has)
		printf("%s", fb_buf_cstr(&out));
	fb_buf_dispose(&out);
	fb_case_close(c);
	return has;
}

static inline int count_cb(void *user, const struct fb_detection_row *row)
{
	CHECK(row->id[0]);
	++*(unsigned *)user;
	return 0;
}

#endif
