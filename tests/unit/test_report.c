/* The HTML report over a case that this file makes up: it stands in for case/, so that
 * any number of detections costs nothing to make.
 *
 *   test_report                     the tests
 *   test_report KIND FILE           writes the report of a made-up case, to look at:
 *                                   none, one, story, hostile, 10000, 1000000
 */
#include "case/webshells.h"
#include "show/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "base/io.h"
#include "base/text.h"
#include "case/decide.h"
#include "check.h"

/* ---- a made-up case ---- */

struct series { /* detections of one rule on one host */
	uint32_t rule;
	const char *host;
	const char *first; /* RFC 3339 */
	int64_t seconds;   /* from first to last */
	uint32_t count;
	uint32_t source;
	const char *summary;
	const char *entity;
};

struct det {
	fb_time time;
	uint32_t series, n;
};

struct fb_case {
	const struct fb_rule_info *rules;
	uint32_t nrules;
	const struct series *series;
	uint32_t nseries;
	const struct fb_source_row *sources;
	uint32_t nsources;
	const char *original;
	struct det *det;
	uint64_t ndet;
	const char *host_why;
	bool broken_ledger;
	int fail_after; /* detections; 0: never */
	const char *says; /* people decided, in these words, about every detection */
	bool fail_rules; /* asked for when half of the page is written */
};

#define RULE(n, lvl, name, tech)                                                         \
	{ .id = "5f7c2d1e-0000-4000-8000-0000000000" #n, .title = name,                  \
	  .description = "Made up for the test of the report: " name ".",                \
	  .path = "rules/r" #n ".yml", .pack = "firebreak", .techniques = tech,          \
	  .status = "test", .level = lvl, .hash = { n + 0 } }

static const struct fb_rule_info story_rules[] = {
	RULE(10, FB_LEVEL_CRITICAL, "Forged SignOut referrer to ToolPane.aspx, answered 200", "T1190"),
	RULE(11, FB_LEVEL_CRITICAL, "Web server process starts a shell", "T1059.003 T1505.003"),
	RULE(12, FB_LEVEL_CRITICAL, "Volume shadow copies deleted", "T1490"),
	RULE(13, FB_LEVEL_HIGH, "Page that is not of the product requested in LAYOUTS", "T1505.003"),
	RULE(14, FB_LEVEL_HIGH, "Encoded PowerShell command line", "T1027 T1059.001"),
	RULE(15, FB_LEVEL_HIGH, "Member added to Administrators", "T1098"),
	RULE(16, FB_LEVEL_HIGH, "Remote service installed through the service manager", "T1569.002"),
	RULE(17, FB_LEVEL_HIGH, "Security log cleared", "T1070.001"),
	RULE(18, FB_LEVEL_MEDIUM, "Network logon with explicit credentials", "T1021.002 T1078"),
	RULE(19, FB_LEVEL_MEDIUM, "Archiver run with a password", "T1560.001"),
	RULE(20, FB_LEVEL_MEDIUM, "View state failed its integrity check", "T1190"),
	RULE(21, FB_LEVEL_LOW, "Scanner user agent", "T1595"),
	RULE(22, FB_LEVEL_LOW, "Domain trusts listed", "T1482"),
	RULE(23, FB_LEVEL_INFORMATIONAL, "Scheduled task created", "T1053.005"),
};

#define NL "\n"
static const char story_original[] =
	"<Event xmlns=\"http://schemas.microsoft.com/win/2004/08/events/event\">" NL
	"  <System>" NL
	"    <Provider Name=\"Microsoft-Windows-Sysmon\"/>" NL
	"    <EventID>1</EventID>" NL
	"    <TimeCreated SystemTime=\"2025-07-18T09:14:09.1234567Z\"/>" NL
	"    <Computer>SP01.corp.example</Computer>" NL
	"  </System>" NL
	"  <EventData>" NL
	"    <Data Name=\"ParentImage\">C:\\Windows\\System32\\inetsrv\\w3wp.exe</Data>" NL
	"    <Data Name=\"Image\">C:\\Windows\\System32\\cmd.exe</Data>" NL
	"    <Data Name=\"CommandLine\">cmd.exe /c whoami</Data>" NL
	"  </EventData>" NL
	"</Event>";

static const struct series story[] = {
	{ 0, "SP01.corp.example", "2025-07-18T09:14:02Z", 0, 1, 0,
	  "POST /_layouts/15/ToolPane.aspx 200 from 203.0.113.77, referrer /_layouts/SignOut.aspx",
	  "203.0.113.77" },
	{ 1, "SP01.corp.example", "2025-07-18T09:14:09Z", 2313692, 48, 1,
	  "w3wp.exe started cmd.exe /c whoami as CORP\\svc-sharepoint", "CORP\\svc-sharepoint" },
	{ 2, "FS02.corp.example", "2025-08-14T03:41:10Z", 30, 2, 3,
	  "vssadmin.exe delete shadows /all /quiet, by CORP\\setup-adm", "CORP\\setup-adm" },
	{ 3, "SP01.corp.example", "2025-07-18T09:16:44Z", 2300000, 23, 0,
	  "GET /_layouts/15/debug_dev.js 200 from 203.0.113.77", "203.0.113.77" },
	{ 4, "SP01.corp.example", "2025-07-18T09:20:00Z", 2200000, 9, 1,
	  "powershell.exe -nop -w hidden -enc SQBFAFgAIAAoAE4AZQB3AC0ATwBiAGoAZQBjAHQA", "CORP\\svc-sharepoint" },
	{ 5, "DC01.corp.example", "2025-07-23T22:03:17Z", 0, 1, 2,
	  "CORP\\Guest added to Administrators by CORP\\svc-sharepoint", "CORP\\Guest" },
	{ 6, "FS02.corp.example", "2025-08-02T01:09:55Z", 600, 3, 3,
	  "Service PSEXESVC installed, %SystemRoot%\\PSEXESVC.exe", "CORP\\setup-adm" },
	{ 6, "DC01.corp.example", "2025-07-24T00:12:30Z", 0, 1, 2,
	  "Service PSEXESVC installed, %SystemRoot%\\PSEXESVC.exe", "CORP\\setup-adm" },
	{ 7, "FS02.corp.example", "2025-08-11T02:10:00Z", 0, 1, 3, "The audit log was cleared by CORP\\setup-adm",
	  "CORP\\setup-adm" },
	{ 8, "FS02.corp.example", "2025-08-02T01:08:00Z", 900000, 64, 3,
	  "CORP\\setup-adm logged on from 10.20.0.15, type 3", "10.20.0.15" },
	{ 9, "FS02.corp.example", "2025-08-02T01:40:00Z", 500000, 5, 3,
	  "7z.exe a -p C:\\Users\\Public\\hr.7z \\\\FS02\\HR", "CORP\\setup-adm" },
	{ 10, "SP01.corp.example", "2025-07-17T14:02:11Z", 2500000, 31, 4,
	  "ASP.NET event 4009: view state invalid, client 203.0.113.77", "203.0.113.77" },
	{ 11, "", "2025-07-16T00:00:00Z", 2600000, 260, 5, "GET /robots.txt 404 zgrab/0.x from 198.51.100.9",
	  "198.51.100.9" },
	{ 12, "DC01.corp.example", "2025-07-18T10:02:00Z", 86400, 4, 2, "nltest.exe /domain_trusts", "CORP\\svc-sharepoint" },
	{ 13, "WS17.corp.example", "2025-07-14T08:00:00Z", 2700000, 90, 6, "Task \\GoogleUpdateTaskMachineUA registered",
	  "NT AUTHORITY\\SYSTEM" },
};

static const struct fb_problem_row story_problems[] = {
	{ 812, 212, FB_WHY_BAD_LINE, false, "19 columns where #Fields names 15" },
	{ 69632, 65536, FB_WHY_BAD_CHECKSUM, false, "" },
};

#define TIME(y, mo, d) (fb_time_from_parts(y, mo, d, 6, 30, 0, 0))
static struct fb_source_row story_sources[8];

static void make_sources(void)
{
	static const struct {
		const char *path, *format, *host;
		unsigned first, last;
		uint64_t events, size, detections;
	} s[8] = {
		{ "evidence/SP01/iis/u_ex2507.log", "iis-w3c", "SP01.corp.example", 12, 31, 3811200, 912680550, 24 },
		{ "evidence/SP01/Sysmon.evtx", "evtx", "SP01.corp.example", 17, 45, 402118, 671088640, 57 },
		{ "evidence/DC01/Security.evtx", "evtx", "DC01.corp.example", 10, 44, 2211871, 2147483648, 6 },
		{ "evidence/FS02/Security.evtx", "evtx", "FS02.corp.example", 42, 45, 18220, 20975616, 75 },
		{ "evidence/SP01/Application.evtx", "evtx", "SP01.corp.example", 5, 45, 18220, 20975616, 31 },
		{ "evidence/edge/access.log.gz", "access-log", "", 14, 45, 2680018, 500100200, 260 },
		{ "evidence/WS17/Security.evtx", "evtx", "WS17.corp.example", 8, 38, 90001, 71303168, 90 },
		{ "evidence/notes/memory.dmp", "", "", 0, 0, 0, 1700200300, 0 },
	};

	for (int i = 0; i < 8; i++) {
		struct fb_source_row *r = &story_sources[i];

		*r = (struct fb_source_row){
			.id = (uint64_t)i + 1, .path = s[i].path, .size = s[i].size, .hashed = true,
			.format = s[i].format, .host = s[i].host, .host_why = i == 0 ? "named so in its folder" : "",
			.acquired = TIME(2025, 8, 15), .first = FB_TIME_NONE, .last = FB_TIME_NONE,
			.events = s[i].events, .detections = s[i].detections, .decoded = s[i].size,
			.state = FB_SOURCE_DONE };
		for (int k = 0; k < FB_SHA256; k++)
			r->sha256[k] = (uint8_t)(i * 37 + k * 11 + 3);
		if (s[i].events) {
			r->first = TIME(2025, 7, 1) + (int64_t)s[i].first * 86400 * FB_SECOND;
			r->last = TIME(2025, 7, 1) + (int64_t)s[i].last * 86400 * FB_SECOND;
		}
		if (i == 0) {
			r->problems = story_problems;
			r->nproblems = 2;
			r->rejected = 212;
			r->decoded -= 212;
		}
		if (!r->format[0]) {
			static const struct fb_problem_row unknown = { 0, 1700200300, FB_WHY_UNKNOWN_FORMAT,
								       true, "" };
			r->problems = &unknown;
			r->nproblems = 1;
			r->decoded = 0;
			r->skipped = r->size;
		}
	}
}

static int by_time(const void *a, const void *b)
{
	const struct det *x = a, *y = b;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	if (x->series != y->series)
		return x->series < y->series ? -1 : 1;
	return x->n < y->n ? -1 : x->n > y->n;
}

static void spread(struct fb_case *c)
{
	uint64_t at = 0;

	for (uint32_t i = 0; i < c->nseries; i++)
		c->ndet += c->series[i].count;
	c->det = calloc(c->ndet + 1, sizeof *c->det);
	if (!c->det)
		exit(3);
	for (uint32_t i = 0; i < c->nseries; i++) {
		const struct series *s = &c->series[i];
		fb_time first = FB_TIME_NONE;

		(void)fb_time_parse(fb_slice_str(s->first), &first, NULL);
		for (uint32_t n = 0; n < s->count; n++) {
			/* Clustered, as people work. */
			double f = s->count > 1 ? (double)n / (s->count - 1) : 0;

			f = f < 1 ? f - 0.09 * (f * 11 - (int)(f * 11)) * f : 1;
			c->det[at++] = (struct det){
				first == FB_TIME_NONE ? first
						      : first + (fb_time)(f * (double)s->seconds) * FB_SECOND,
				i, n };
		}
	}
	qsort(c->det, c->ndet, sizeof *c->det, by_time);
}

static struct fb_case story_case(void)
{
	struct fb_case c = { .rules = story_rules, .nrules = sizeof story_rules / sizeof *story_rules,
			     .series = story, .nseries = sizeof story / sizeof *story,
			     .sources = story_sources, .nsources = 8, .original = story_original,
			     .host_why = "" };

	make_sources();
	return c;
}

/* ---- what case/ would answer ---- */

#define DECISIONS 7

/* Two marks that differ, a tag, a set-aside, a note, all in the same words; two withdrawals,
 * one of the first. */
static const struct fb_decided *decided_of(const struct fb_case *c, struct fb_decision_row **rows)
{
	static struct fb_decision d[DECISIONS];
	static struct fb_decision_row row[DECISIONS];
	static const struct fb_decision_row *list[DECISIONS];
	static const enum fb_decision_what what[DECISIONS] = { FB_DECIDED_MARK, FB_DECIDED_MARK,
		FB_DECIDED_TAG, FB_DECIDED_ASIDE, FB_DECIDED_NOTE, FB_DECIDED_WITHDRAW,
		FB_DECIDED_WITHDRAW };
	static const uint8_t ids[2][FB_DECISION_ID] = { { 1, 1 }, { 2 } };
	static struct fb_decided out;

	*rows = row;
	if (!c->says)
		return NULL;
	for (size_t i = 0; i < DECISIONS; i++) {
		fb_decision_init(&d[i]);
		d[i].what = what[i];
		d[i].at = TIME(2026, 1, 3) + (fb_time)i * FB_SECOND;
		d[i].by = d[i].text = d[i].tag = d[i].event = d[i].group = d[i].rule = d[i].host = c->says;
		d[i].replaces = i >= 5 ? &ids[i - 5] : NULL;
		d[i].nreplaces = i >= 5;
		d[i].mark = i == 0 ? FB_MARK_MALICIOUS : i == 1 ? FB_MARK_BENIGN : FB_MARK_NONE;
		row[i] = (struct fb_decision_row){ .d = &d[i], .n = i + 1, .detections = c->ndet };
		list[i] = &row[i];
	}
	out = (struct fb_decided){ .mark = FB_MARK_CONFLICT, .aside = true, .by = c->says,
				   .at = d[0].at, .list = list, .n = 5 };
	return &out;
}

int fb_case_decisions(struct fb_case *c,
		      int (*cb)(void *user, const struct fb_decision_row *row), void *user,
		      struct fb_err *err)
{
	struct fb_decision_row *rows;
	int r = 0;

	(void)err;
	for (size_t i = 0; decided_of(c, &rows) && i < DECISIONS && !r; i++)
		r = cb(user, &rows[i]);
	return r;
}

int fb_case_decision(struct fb_case *c, const char *name, const struct fb_decision_row **out,
		     struct fb_err *err)
{
	struct fb_decision_row *rows;

	if (!decided_of(c, &rows) || strncmp(name, "0101", 4) != 0)
		return fb_fail(err, FB_ENOTFOUND, "none");
	*out = &rows[0];
	return 0;
}

int fb_case_conflicts(struct fb_case *c,
		      int (*cb)(void *user, const struct fb_decided *marks), void *user,
		      struct fb_err *err)
{
	struct fb_decision_row *rows;
	const struct fb_decided *d = decided_of(c, &rows);
	struct fb_decided two;

	(void)err;
	if (!d)
		return 0;
	two = *d;
	two.n = 2;
	return cb(user, &two);
}

int fb_case_decided_counts(struct fb_case *c, struct fb_decided_counts *out, struct fb_err *err)
{
	(void)err;
	*out = (struct fb_decided_counts){ .mark = { [FB_MARK_NONE] = c->says ? 0 : c->ndet } };
	if (!c->says)
		return 0;
	out->mark[FB_MARK_CONFLICT] = out->aside = c->ndet;
	out->decisions = DECISIONS;
	out->conflicts = 1;
	return 0;
}

bool fb_case_host_matches(const char *glob, struct fb_slice host)
{
	return fb_slice_ieq(fb_slice_str(glob), host);
}

void fb_filter_init(struct fb_filter *f)
{
	*f = (struct fb_filter){ .from = FB_TIME_NONE, .to = FB_TIME_NONE };
}

static void row_of(const struct fb_case *c, const struct det *d, struct fb_detection_row *row)
{
	static uint8_t ents[600];
	const struct series *s = &c->series[d->series];
	size_t n = strlen(s->entity);

	ents[0] = s->entity[0] >= '0' && s->entity[0] <= '9' ? 1 : 2;
	ents[1] = (uint8_t)n;
	ents[2] = (uint8_t)(n >> 8);
	memcpy(ents + 3, s->entity, n);
	*row = (struct fb_detection_row){
		.time = d->time, .time_digits = 7, .rule = &c->rules[s->rule], .rule_kind = "sigma",
		.host = s->host, .host_why = c->host_why, .channel = "Security", .provider = "", .event_id = 4624,
		.place = { .path = c->sources[s->source].path, .record = 4711 + d->n,
			   .offset = 4096 + 600ull * d->n, .length = 600 },
		.entities = { ents, n + 3 }, .summary = s->summary, .has_original = c->original != NULL,
		.source = s->source + 1 };
	row->decided = decided_of(c, &(struct fb_decision_row *){ NULL });
	(void)snprintf(row->id, sizeof row->id, "%08x%08x%016x", d->series * 2654435761u, d->n * 40503u + 7,
		       d->n);
	memcpy(row->place.sha256, c->sources[s->source].sha256, FB_SHA256);
}

int fb_case_detections(struct fb_case *c, const struct fb_filter *f,
		       int (*cb)(void *user, const struct fb_detection_row *row), void *user,
		       struct fb_err *err)
{
	(void)f;
	for (uint64_t i = 0; i < c->ndet; i++) {
		struct fb_detection_row row;
		int r;

		if (c->fail_after && i == (uint64_t)c->fail_after)
			return fb_fail(err, FB_EIO, "planted: the case cannot be read");
		row_of(c, &c->det[i], &row);
		r = cb(user, &row);
		if (r)
			return r;
	}
	return 0;
}

int fb_case_glance(struct fb_case *c,
		   int (*pick)(void *user, const struct fb_glance *g, bool *whole),
		   int (*cb)(void *user, const struct fb_detection_row *row), void *user,
		   struct fb_err *err)
{
	for (uint64_t i = 0; i < c->ndet; i++) {
		struct fb_detection_row row;
		struct fb_glance g = { 0 };
		bool whole = false;
		int r;

		if (c->fail_after && i == (uint64_t)c->fail_after)
			return fb_fail(err, FB_EIO, "planted: the case cannot be read");
		row_of(c, &c->det[i], &row);
		g.rule = row.rule;
		g.rule_index = (uint32_t)(row.rule - c->rules);
		g.time = row.time;
		g.host = row.host;
		for (const char *p = row.host; *p; p++)
			g.att = (int64_t)((uint64_t)g.att * 31 + (uint8_t)*p);
		if ((r = pick(user, &g, &whole)) || (whole && (r = cb(user, &row))))
			return r;
	}
	return 0;
}

int fb_case_original(struct fb_case *c, const struct fb_detection_row *row, struct fb_buf *out,
		     struct fb_err *err)
{
	if (row->place.record % 5 == 4)
		return fb_fail(err, FB_ENOTFOUND, "not kept");
	return fb_buf_puts(out, c->original);
}

static const struct fb_case *sorting;

static int by_rank(const void *a, const void *b)
{
	const struct series *x = &sorting->series[*(const uint32_t *)a];
	const struct series *y = &sorting->series[*(const uint32_t *)b];
	enum fb_level lx = sorting->rules[x->rule].level, ly = sorting->rules[y->rule].level;

	if (lx != ly)
		return lx > ly ? -1 : 1;
	if (x->count != y->count)
		return x->count < y->count ? -1 : 1;
	return x < y ? -1 : 1;
}

int fb_case_groups(struct fb_case *c, const struct fb_filter *f,
		   int (*cb)(void *user, const struct fb_group_row *row), void *user,
		   struct fb_err *err)
{
	uint32_t *order = calloc(c->nseries + 1, sizeof *order);
	int r = 0;

	(void)f;
	(void)err;
	for (uint32_t i = 0; i < c->nseries; i++)
		order[i] = i;
	sorting = c;
	qsort(order, c->nseries, sizeof *order, by_rank);
	for (uint32_t i = 0; i < c->nseries && !r; i++) {
		const struct series *s = &c->series[order[i]];
		struct fb_group_row row = { .rule = &c->rules[s->rule], .host = s->host, .count = s->count,
					    .first = FB_TIME_NONE, .last = FB_TIME_NONE, .time_digits = 7,
					    .summary = s->summary };

		if (c->says)
			row.aside = row.mark[FB_MARK_CONFLICT] = s->count;
		if (fb_time_parse(fb_slice_str(s->first), &row.first, NULL))
			row.last = row.first + s->seconds * FB_SECOND;
		r = cb(user, &row);
	}
	free(order);
	return r;
}

int fb_case_sources(struct fb_case *c, const struct fb_filter *f,
		    int (*cb)(void *user, const struct fb_source_row *row), void *user,
		    struct fb_err *err)
{
	(void)f;
	(void)err;
	for (uint32_t i = 0; i < c->nsources; i++) {
		int r = cb(user, &c->sources[i]);

		if (r)
			return r;
	}
	return 0;
}

int fb_case_stats(struct fb_case *c, struct fb_case_stats *out, struct fb_err *err)
{
	(void)err;
	*out = (struct fb_case_stats){ .files = c->nsources, .detections = c->ndet,
				       .records_detected = c->ndet, .hosts = 4, .first = FB_TIME_NONE,
				       .last = FB_TIME_NONE, .rules_loaded = c->nrules, .rules_failed = 1,
				       .complete = true, .version = "0.1.0",
				       .run_started = TIME(2026, 1, 2), .run_ended = TIME(2026, 1, 2) };
	for (uint32_t i = 0; i < c->nsources; i++) {
		const struct fb_source_row *s = &c->sources[i];

		out->bytes += s->size;
		out->events += s->events;
		out->bytes_rejected += s->rejected;
		out->bytes_skipped += s->skipped;
		out->undecoded_files += !s->format[0];
		if (s->first != FB_TIME_NONE && (out->first == FB_TIME_NONE || s->first < out->first))
			out->first = s->first;
		if (s->last != FB_TIME_NONE && (out->last == FB_TIME_NONE || s->last > out->last))
			out->last = s->last;
	}
	for (uint32_t i = 0; i < c->nseries; i++)
		out->by_level[c->rules[c->series[i].rule].level] += c->series[i].count;
	memset(out->rules_hash, 'a', 64);
	return 0;
}

int fb_case_rules(struct fb_case *c, const struct fb_rule_info **rules, uint32_t *nrules,
		  const struct fb_rule_problem **problems, uint32_t *nproblems, struct fb_err *err)
{
	static const struct fb_rule_problem problem = { "rules/extra/broken.yml", 14,
							"unknown modifier \"contian\"", true };

	if (c->fail_rules)
		return fb_fail(err, FB_EIO, "planted: no rules");
	*rules = c->rules;
	*nrules = c->nrules;
	*problems = &problem;
	*nproblems = 1;
	return 0;
}

const char *fb_witness_word(unsigned witness)
{
	return witness == FB_WITNESS_FILE ? "file" : witness == FB_WITNESS_LOG ? "log" : "process";
}

/* One whose bytes were logged in part, and one that nobody asked for. */
int fb_case_webshells(struct fb_case *c, const struct fb_filter *f,
		      int (*cb)(void *user, const struct fb_webshell_row *row), void *user,
		      struct fb_err *err)
{
	static const struct fb_webshell_client client = { "203.0.113.7<b>", 3 };
	static const struct fb_webshell_reason reason[] = {
		{ FB_WITNESS_FILE, "request <script> reaches eval", "00112233445566778899aabbccddeeff" },
		{ FB_WITNESS_LOG, "asked for by one address, and nothing was fetched from it", "" },
	};
	const struct fb_webshell_row row[] = {
		{ .host = "SP01", .site = "", .page = "/x<img>.aspx", .file = "ev/x.aspx",
		  .witnesses = FB_WITNESS_FILE | FB_WITNESS_LOG, .requests = 3, .posts = 2, .good = 3,
		  .sent = 512, .counted = 2, .first = TIME(2025, 7, 18), .last = TIME(2025, 7, 19),
		  .clients = &client, .nclients = 1, .reasons = reason, .nreasons = 2 },
		{ .host = "", .site = "", .page = "", .file = "ev/only.php", .witnesses = FB_WITNESS_FILE,
		  .first = FB_TIME_NONE, .last = FB_TIME_NONE, .reasons = reason, .nreasons = 1 },
	};
	int r = 0;

	(void)f;
	(void)err;
	for (size_t i = 0; i < 2 && c->ndet && !r; i++)
		r = cb(user, &row[i]);
	return r;
}

int fb_case_ledger_walk(struct fb_case *c, int (*cb)(void *user, const struct fb_ledger_row *row),
			void *user, uint8_t head[FB_SHA256], struct fb_err *err)
{
	static const char *const what[] = { "case made", "run begun", "evidence given", "run ended" };
	int r = 0;

	memset(head, 0xAB, FB_SHA256);
	for (uint64_t i = 0; i < 4 && !r; i++) {
		struct fb_ledger_row row = { .n = i + 1, .time = TIME(2026, 1, 2), .what = what[i],
					     .detail = "{\"version\":\"0.1.0\"}" };

		memset(row.hash, (int)(0xA8 + i), FB_SHA256);
		r = cb(user, &row);
	}
	return r || !c->broken_ledger ? r : fb_fail(err, FB_EINPUT, "row 4 does not fit to row 3");
}

/* ---- reading the page ---- */

struct page {
	char path[64];
	struct fb_buf b;
	struct fb_slice s;
	int code;
	double seconds;
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct page write_page(struct fb_case *c, const char *name)
{
	struct page p = { .path = "/tmp/test_report.XXXXXX" };
	struct fb_report_opts opts = { .name = name, .case_arg = "./case" };
	struct fb_err err = { 0 };
	double at = now();
	int fd = mkstemp(p.path);

	close(fd);
	p.code = fb_report_write(c, p.path, &opts, &err);
	p.seconds = now() - at;
	if (p.code)
		printf("report: %s\n", err.text);
	fb_buf_init(&p.b, 128u << 20);
	if (fb_read_file(p.path, 128u << 20, &p.b, &err))
		printf("read: %s\n", err.text);
	unlink(p.path);
	p.s = fb_buf_view(&p.b);
	return p;
}

static bool has(const struct page *p, const char *text)
{
	return fb_slice_find(p->s, fb_slice_str(text)) != p->s.n;
}

static size_t times(struct fb_slice s, const char *text)
{
	struct fb_slice needle = fb_slice_str(text);
	size_t n = 0;

	for (;;) {
		size_t at = fb_slice_find(s, needle);

		if (at == s.n)
			return n;
		s = fb_slice_sub(s, at + needle.n, s.n);
		n++;
	}
}

/* What stands between from and the next to. */
static struct fb_slice between(struct fb_slice s, const char *from, const char *to)
{
	size_t at = fb_slice_find(s, fb_slice_str(from));

	s = fb_slice_sub(s, at + strlen(from), s.n);
	return fb_slice_sub(s, 0, fb_slice_find(s, fb_slice_str(to)));
}

/* ---- is it well-formed, and does it keep to the policy? ---- */

struct scan {
	struct fb_slice s;
	size_t at;
	char stack[64][16];
	unsigned depth;
	const char *wrong;
};

static bool is_void(const char *name)
{
	static const char *const v[] = { "meta", "br", "use", "path", "rect", "line", "input" };

	for (size_t i = 0; i < sizeof v / sizeof *v; i++)
		if (strcmp(v[i], name) == 0)
			return true;
	return false;
}

static bool scan_attribute(struct scan *k)
{
	struct fb_slice name, value = { 0 };
	size_t from = k->at;

	while (k->at < k->s.n && strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-",
					k->s.p[k->at]))
		k->at++;
	name = fb_slice_sub(k->s, from, k->at - from);
	if (name.n == 0)
		return k->wrong = "attribute without a name", false;
	if (k->at < k->s.n && k->s.p[k->at] == '=') {
		if (k->s.p[++k->at] != '"')
			return k->wrong = "attribute without quotes", false;
		from = ++k->at;
		while (k->at < k->s.n && k->s.p[k->at] != '"')
			k->at++;
		value = fb_slice_sub(k->s, from, k->at++ - from);
	}
	if (fb_slice_starts(name, FB_LIT("on")) || fb_slice_eqs(name, "style") || fb_slice_eqs(name, "src"))
		return k->wrong = "attribute that acts", false;
	if (fb_slice_eqs(name, "href") && (value.n < 2 || value.p[0] != '#'))
		return k->wrong = "address that leads out", false;
	return true;
}

static bool scan_tag(struct scan *k)
{
	char name[16] = "";
	size_t n = 0;
	bool end = k->s.p[k->at + 1] == '/';

	for (k->at += end ? 2 : 1; k->at < k->s.n && !strchr(" >", k->s.p[k->at]) && n < 15; k->at++)
		name[n++] = (char)k->s.p[k->at];
	name[n] = '\0';
	while (k->at < k->s.n && k->s.p[k->at] == ' ') {
		k->at++;
		if (!scan_attribute(k))
			return false;
	}
	if (k->at >= k->s.n || k->s.p[k->at++] != '>')
		return k->wrong = "tag without end", false;
	if (end) {
		if (k->depth == 0 || strcmp(k->stack[--k->depth], name) != 0)
			return k->wrong = "end tag without start", false;
		return true;
	}
	if (is_void(name))
		return true;
	if (k->depth == 64)
		return k->wrong = "too deep", false;
	memcpy(k->stack[k->depth++], name, sizeof name);
	if (strcmp(name, "script") == 0 || strcmp(name, "style") == 0) {
		size_t left = fb_slice_find(fb_slice_sub(k->s, k->at, k->s.n), FB_LIT("</"));

		k->at += left;
	}
	return true;
}

static const char *malformed(struct fb_slice s)
{
	struct scan k = { .s = s, .at = sizeof "<!doctype html>" - 1 };

	if (!fb_slice_starts(s, FB_LIT("<!doctype html>")))
		return "no doctype";
	while (k.at < k.s.n && !k.wrong) {
		if (k.s.p[k.at] == '<')
			(void)scan_tag(&k);
		else if (k.s.p[k.at] == '>')
			k.wrong = "stray >";
		else
			k.at++;
	}
	if (!k.wrong && k.depth)
		k.wrong = "element left open";
	if (k.wrong)
		printf("at %zu: %.60s\n", k.at, (const char *)k.s.p + (k.at > 30 ? k.at - 30 : 0));
	return k.wrong;
}

/* Control, bidirectional and invalid characters anywhere in the file. */
static bool is_clean(struct fb_slice s)
{
	while (s.n) {
		uint32_t cp;
		int n = fb_utf8_next(s, &cp);

		if (n < 0 || (cp < 0x20 && cp != '\n') || (cp >= 0x7F && cp < 0xA0) ||
		    (cp >= 0x202A && cp <= 0x202E) || (cp >= 0x2066 && cp <= 0x2069) || cp == 0x200F) {
			printf("U+%04X: %.40s\n", cp, (const char *)s.p);
			return false;
		}
		s = fb_slice_sub(s, (size_t)n, s.n);
	}
	return true;
}

static bool policy_names(const struct page *p, struct fb_slice content)
{
	static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	struct fb_slice policy = between(p->s, "Content-Security-Policy\" content=\"", "\">");
	uint8_t sum[33] = { 0 };
	char want[80] = "&#39;sha256-";
	size_t n = strlen(want);

	fb_sha256_of(content, sum);
	for (int i = 0; i < 33; i += 3) {
		uint32_t v = (uint32_t)sum[i] << 16 | (uint32_t)sum[i + 1] << 8 | sum[i + 2];

		for (int k = 18; k >= 0; k -= 6)
			want[n++] = digit[v >> k & 63];
	}
	want[n - 1] = '=';
	memcpy(want + n, "&#39;", 6);
	return fb_slice_find(policy, fb_slice_str(want)) != policy.n;
}

static void check_page(const struct page *p)
{
	struct fb_slice script = between(p->s, "<script>", "</script>");
	struct fb_slice style = between(p->s, "<style>", "</style>");
	const char *wrong = malformed(p->s);

	CHECK_INT(p->code, 0);
	CHECK(!wrong);
	if (wrong)
		printf("malformed: %s\n", wrong);
	/* The script is the program's own. */
	CHECK(is_clean(fb_slice_sub(p->s, 0, fb_slice_find(p->s, FB_LIT("<script>")))));
	CHECK(script.n > 5000 && style.n > 2000);
	CHECK(policy_names(p, script));
	CHECK(policy_names(p, style));
	CHECK(has(p, "default-src &#39;none&#39;"));
	CHECK_INT(times(p->s, "<script"), 2);
	CHECK_INT(times(style, "url("), 0);
	CHECK_INT(times(style, "@import"), 0);
	CHECK_INT(times(script, "fetch("), 0);
	CHECK_INT(times(script, "XMLHttpRequest"), 0);
	CHECK_INT(times(script, "innerHTML"), 0);
	CHECK_INT(times(script, "//"), 1); /* the name of SVG's namespace */
	CHECK(has(p, "Machine result"));
	CHECK(has(p, "data-run"));
}

/* ---- tests ---- */

static void test_story(void)
{
	struct fb_case c = story_case();
	struct page p, q;

	spread(&c);
	p = write_page(&c, "SharePoint");
	check_page(&p);
	CHECK(has(&p, "<strong>543 detections</strong>: 51 critical, 38 high, 100 medium, 264 low, "
		      "90 informational"));
	CHECK(has(&p, "source sha256:030e19242f3a45505b66717c87929da8b3bec9d4dfeaf5000b16212c37424d58 record 4711"));
	CHECK_INT(times(p.s, "<li id=\"d-"), 543);
	CHECK(has(&p, "bad-line: 212 bytes at offset 812"));
	CHECK(has(&p, "Pages that may have been planted"));
	CHECK(has(&p, "/x&lt;img&gt;.aspx"));
	CHECK(has(&p, "request &lt;script&gt; reaches eval"));
	CHECK(has(&p, "203.0.113.7&lt;b&gt;"));
	CHECK(has(&p, "512<br>of 2 requests"));
	CHECK(has(&p, "no request seen"));
	CHECK(has(&p, "firebreak sources ./case <span class=\"w\">--problems</span>"));
	CHECK(has(&p, "firebreak verify ./case"));
	CHECK(has(&p, "unknown modifier &quot;contian&quot;"));
	/* Originals are there, but not for scanners to read. */
	CHECK_INT(times(p.s, "\"originals\":\""), 15);
	CHECK(!has(&p, "inetsrv"));
	q = write_page(&c, "SharePoint");
	CHECK(fb_slice_eq(p.s, q.s));
	fb_buf_dispose(&p.b);
	fb_buf_dispose(&q.b);
	c.broken_ledger = true;
	p = write_page(&c, "SharePoint");
	check_page(&p);
	CHECK(has(&p, "row 4 does not fit to row 3"));
	fb_buf_dispose(&p.b);
	free(c.det);
}

static size_t unbase64(struct fb_slice s, uint8_t *out)
{
	uint32_t v = 0;
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = s.p[i];
		unsigned d = c >= 'A' && c <= 'Z' ? c - 65u : c >= 'a' && c <= 'z' ? c - 71u :
			     c >= '0' && c <= '9' ? c + 4u : c == '+' ? 62u : c == '/' ? 63u : 0u;

		v = v << 6 | d;
		if (i % 4 != 3)
			continue;
		out[n++] = (uint8_t)(v >> 16);
		out[n++] = (uint8_t)(v >> 8);
		out[n++] = (uint8_t)v;
	}
	return n;
}

static void test_original(void)
{
	struct series one = story[0];
	struct fb_case c = story_case();
	struct page p;
	struct fb_slice packed;
	static uint8_t raw[65536], text[65536];
	uLongf n = sizeof text - 1;
	size_t rawn;

	c.series = &one;
	c.nseries = 1;
	spread(&c);
	p = write_page(&c, "one");
	check_page(&p);
	packed = between(p.s, "\"originals\":\"", "\"");
	CHECK(packed.n > 100 && packed.n < sizeof raw);
	rawn = packed.n < sizeof raw ? unbase64(packed, raw) : 0;
	for (size_t i = 0; i < rawn; i++)
		raw[i] ^= 0x5A;
	CHECK_INT(uncompress(text, &n, raw, rawn), Z_OK);
	CHECK(fb_slice_starts(fb_slice(text, n), FB_LIT("[{\"text\":\"\\u003cEvent xmlns=")));
	fb_buf_dispose(&p.b);
	free(c.det);
}

static void test_none(void)
{
	struct fb_case c = story_case();
	struct page p;

	c.nseries = 0;
	spread(&c);
	p = write_page(&c, "quiet");
	check_page(&p);
	CHECK(has(&p, "This does not say that nothing happened"));
	CHECK(has(&p, "What could not be read"));
	fb_buf_dispose(&p.b);
	c.nsources = 0;
	p = write_page(&c, "empty");
	check_page(&p);
	CHECK(has(&p, "No detection and no event has a time."));
	fb_buf_dispose(&p.b);
	free(c.det);
}

#define EVIL                                                                             \
	"</script><script>alert(1)</script> \"onx=' onload=x <!-- & \x1b[31m \x07 \xff\xfe " \
	"\xe2\x80\xae" "gnp.exe \xc2\x9b" "2J ]]> {{7*7}} \n\r\t\xe2\x80\x8b"

static struct fb_case hostile_case(struct series *s, struct fb_rule_info *rule,
				   struct fb_source_row *source)
{
	static const struct fb_problem_row problem = { 5, 9, FB_WHY_BAD_LINE, false, EVIL };
	struct fb_case c = story_case();

	*rule = (struct fb_rule_info){ .id = EVIL, .title = EVIL, .description = EVIL, .path = EVIL,
				       .pack = EVIL, .techniques = EVIL, .status = EVIL,
				       .level = FB_LEVEL_CRITICAL };
	*s = (struct series){ 0, EVIL, "2025-07-18T09:14:02Z", 60, 1200, 0, EVIL, EVIL };
	*source = story_sources[0];
	source->path = source->host = source->host_why = source->format = EVIL;
	source->problems = &problem;
	source->nproblems = 1;
	c.rules = rule;
	c.nrules = 1;
	c.series = s;
	c.nseries = 1;
	c.sources = source;
	c.nsources = 1;
	c.original = EVIL;
	c.host_why = EVIL;
	spread(&c);
	return c;
}

static void test_hostile(void)
{
	struct series s;
	struct fb_rule_info rule;
	struct fb_source_row source;
	struct fb_case c = hostile_case(&s, &rule, &source);
	struct page p = write_page(&c, EVIL);

	check_page(&p);
	CHECK(!has(&p, "<script>alert"));
	CHECK(!has(&p, "<!--"));
	CHECK_INT(times(p.s, "\"onx"), times(p.s, "\\\"onx")); /* in the data only, escaped */
	CHECK(has(&p, "&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt; &quot;onx=&#39;"));
	CHECK(has(&p, "<span class=\"cc\">\\x1b</span>[31m"));
	CHECK(has(&p, "<span class=\"cc\">\\xff</span>"));
	CHECK(has(&p, "<span class=\"cc\">\\u{202e}</span>gnp.exe"));
	CHECK(has(&p, "\\u003c/script\\u003e")); /* in the data */
	/* What cannot be pasted into a shell is left out of commands. */
	CHECK(has(&p, "firebreak detections ./case"));
	CHECK(!has(&p, "--host"));
	fb_buf_dispose(&p.b);
	free(c.det);
}

/* What people decided: words beside the detection, a section, a count; and text that a
 * person wrote is text as well. */
static void test_decided(void)
{
	struct fb_case c = story_case();
	struct page p;

	spread(&c);
	p = write_page(&c, "decided");
	CHECK(has(&p, "Machine result, not reviewed by a person"));
	CHECK(!has(&p, "id=\"decisions\"") && !has(&p, "#decisions") && !has(&p, "class=\"dm"));
	fb_buf_dispose(&p.b);
	c.says = EVIL;
	p = write_page(&c, "decided");
	check_page(&p);
	CHECK(!has(&p, "Machine result, not reviewed by a person"));
	CHECK(has(&p, "<section id=\"decisions\">") && has(&p, "href=\"#decisions\""));
	CHECK(has(&p, "<span class=\"dm k-conflict\">conflict</span>"));
	CHECK(has(&p, "<span class=\"dm k-aside\">set aside</span>"));
	CHECK(has(&p, "<strong>Conflict. </strong>"));
	CHECK(has(&p, " in conflict, ") && has(&p, " set aside; "));
	/* Nothing is hidden: the list has all groups; what is wholly set aside is counted above. */
	CHECK(has(&p, "are set aside by decisions and stand in the list below"));
	CHECK(has(&p, "id=\"g-0\""));
	CHECK(!has(&p, "<script>alert"));
	CHECK_INT(times(p.s, "\"onx"), times(p.s, "\\\"onx"));
	CHECK(has(&p, "<div class=\"dec\">note: "));
	CHECK(has(&p, "<td>decision 1</td>") && has(&p, "a decision that this case does not have"));
	CHECK(has(&p, "<br>")); /* its line ends are line ends */
	CHECK(has(&p, "<span class=\"dm k-malicious\">malicious</span>"));
	fb_buf_dispose(&p.b);
	free(c.det);
}

static void test_no_time(void)
{
	static const struct series s[] = { { 0, "SP01", "", 0, 3, 0, "a record without a time", "x" } };
	struct fb_case c = story_case();
	struct page p;

	c.series = s;
	c.nseries = 1;
	spread(&c);
	p = write_page(&c, "untimed");
	check_page(&p);
	CHECK(has(&p, "3 detections have no time."));
	CHECK(has(&p, "No detection has a time; the picture covers the recorded events."));
	fb_buf_dispose(&p.b);
	free(c.det);
}

/* n detections over all rules and some hosts, most of them dull. */
static struct fb_case many(uint64_t n, struct series *s, uint32_t groups)
{
	static const char *const hosts[] = { "SP01", "DC01", "FS02", "WS17", "WS18", "WS19", "", "MAIL1" };
	struct fb_case c = story_case();
	uint64_t left = n;

	for (uint32_t i = 0; i < groups; i++) {
		uint32_t rule = i % 14;
		uint64_t k = i + 1 == groups ? left : rule < 8 ? 1 + i % 7 : n / groups;

		s[i] = (struct series){ rule, hosts[i / 14 % 8], "2025-07-12T00:00:00Z", 86400 * 30,
					(uint32_t)(k < left ? k : left), i % 7,
					"CORP\\user logged on from 10.20.0.15, type 3", "10.20.0.15" };
		left -= s[i].count;
	}
	c.series = s;
	c.nseries = groups;
	spread(&c);
	return c;
}

static void test_many(uint64_t n, size_t max_bytes, double max_seconds)
{
	static struct series s[112];
	struct fb_case c = many(n, s, 112);
	struct page p = write_page(&c, "many");
	struct rusage use;

	check_page(&p);
	getrusage(RUSAGE_SELF, &use);
	printf("%llu detections: %zu bytes, %.2f s, peak of the test %ld MB\n", (unsigned long long)n, p.s.n,
	       p.seconds, use.ru_maxrss / 1024);
	CHECK_INT(c.ndet, n);
	CHECK(p.s.n < max_bytes);
	CHECK(p.seconds < max_seconds * (FB_SANITIZED ? 10 : 1));
	CHECK(times(p.s, "<li id=\"d-") <= FB_REPORT_STATIC);
	if (n > FB_REPORT_DETECTIONS) {
		CHECK(has(&p, "of 1,000,000 detections, the first of each group; all of them: "));
		CHECK(has(&p, " <span class=\"w\">--rule</span> 5f7c2d1e-"));
	}
	fb_buf_dispose(&p.b);
	free(c.det);
}

/* A flood early on does not push out what comes after it. */
static void test_fair(void)
{
	static const struct series s[] = {
		{ 8, "FS02", "2025-07-12T00:00:00Z", 3600, 50000, 3, "flood", "x" },
		{ 9, "FS02", "2025-08-01T00:00:00Z", 3600, 10, 3, "late comer", "x" },
	};
	struct fb_case c = story_case();
	struct page p;

	c.series = s;
	c.nseries = 2;
	spread(&c);
	p = write_page(&c, "flood");
	check_page(&p);
	/* In the list, and three and the heading on the first page, and the heading. */
	CHECK_INT(times(p.s, ">late comer<"), 10 + 3 + 2);
	CHECK_INT(times(p.s, "\"late comer\""), 10);
	CHECK_INT(times(p.s, "\"flood\""), 9990);
	fb_buf_dispose(&p.b);
	free(c.det);
}

static void test_failure(void)
{
	struct fb_case c = story_case();
	struct fb_err err = { 0 };
	char dir[] = "/tmp/test_report_dir.XXXXXX", path[80];
	struct stat st;

	CHECK(mkdtemp(dir) != NULL);
	(void)snprintf(path, sizeof path, "%s/report.html", dir);
	spread(&c);
	c.fail_after = 100;
	CHECK_INT(fb_report_write(&c, path, NULL, &err), FB_EIO);
	CHECK_STR(err.text, "planted: the case cannot be read");
	CHECK(stat(path, &st) != 0);
	err = (struct fb_err){ 0 };
	c.fail_after = 0;
	c.fail_rules = true;
	CHECK_INT(fb_report_write(&c, path, NULL, &err), FB_EIO);
	CHECK_STR(err.text, "planted: no rules");
	CHECK(stat(path, &st) != 0);
	CHECK_INT(rmdir(dir), 0); /* nothing is left beside it either */
	err = (struct fb_err){ 0 };
	c.fail_rules = false;
	CHECK_INT(fb_report_write(&c, path, NULL, &err), FB_EIO);
	CHECK(err.text[0]);
	free(c.det);
}

static int write_for_eyes(const char *kind, const char *path)
{
	static struct series many_series[112];
	struct series s;
	struct fb_rule_info rule;
	struct fb_source_row source;
	struct fb_case c = story_case();
	struct fb_report_opts opts = { .name = "SharePoint case", .case_arg = "./case" };
	struct fb_err err = { 0 };
	int r;

	if (strcmp(kind, "hostile") == 0) {
		c = hostile_case(&s, &rule, &source);
		opts.name = EVIL;
	} else if (kind[0] >= '0' && kind[0] <= '9') {
		uint64_t n = 0;

		(void)fb_slice_u64(fb_slice_str(kind), &n);
		c = many(n, many_series, 112);
	} else {
		if (strcmp(kind, "none") == 0)
			c.nseries = 0;
		else if (strcmp(kind, "one") == 0)
			c.nseries = 1;
		spread(&c);
	}
	r = fb_report_write(&c, path, &opts, &err);
	if (r)
		fprintf(stderr, "test_report: %s\n", err.text);
	free(c.det);
	return r != 0;
}

int main(int argc, char **argv)
{
	if (argc == 3)
		return write_for_eyes(argv[1], argv[2]);
	test_story();
	test_original();
	test_none();
	test_hostile();
	test_decided();
	test_no_time();
	test_many(10000, 12u << 20, 2);
	test_many(1000000, 12u << 20, 8);
	test_fair();
	test_failure();
	return check_done();
}
