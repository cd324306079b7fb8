#include "check.h"

#include "casekit.h"

#include <sqlite3.h>

/* Which step of filling a case comes when; the case must read the same in any order. */
struct step {
	const char *path;
	const char *format;
	uint8_t content;
	const char *host;
	uint32_t seq;
	struct fb_detection d[3];
	size_t n;
	uint64_t events;
};

static struct step steps[16];
static size_t nsteps;

static void add_step(struct step s)
{
	for (s.n = 0; s.n < 3 && s.d[s.n].length; s.n++)
		;
	steps[nsteps++] = s;
}

static void make_steps(void)
{
	struct fb_detection recovered = kit_record(1, "sp01.Corp.example", 7, 5000);
	struct fb_detection timeless = kit_line(2, 9, 900);
	struct fb_detection twice = kit_record(3, "SP01.corp.example", 8, 600);

	recovered.flags = FB_EVENT_RECOVERED;
	timeless.time = FB_TIME_NONE;
	twice.sub = 1;
	nsteps = 0;
	add_step((struct step){ .path = "ev/SP01/logs/Security.evtx", .format = "evtx", .content = 1,
		.host = "SP01.corp.example", .events = 50, .seq = 0,
		.d = { kit_record(0, "SP01.corp.example", 3, 100),
		       kit_record(1, "SP01.corp.example", 7, 500),
		       kit_record(3, "SP01.corp.example", 8, 600) } });
	add_step((struct step){ .path = "ev/SP01/logs/Security.evtx", .format = "evtx", .content = 1,
		.host = "sp01.Corp.example", .events = 20, .seq = 1, .d = { twice, recovered } });
	/* The same file once more, and an export that holds one of its records. */
	add_step((struct step){ .path = "ev/SP01/copy.evtx", .format = "evtx", .content = 1,
		.host = "SP01.corp.example", .events = 50, .seq = 0,
		.d = { kit_record(0, "SP01.corp.example", 3, 100),
		       kit_record(1, "SP01.corp.example", 7, 500) } });
	add_step((struct step){ .path = "ev/export.evtx", .format = "evtx", .content = 2,
		.host = "sp01.corp.EXAMPLE", .events = 1, .seq = 0,
		.d = { kit_record(1, "sp01.corp.EXAMPLE", 7, 4096) } });
	/* A web log without hosts beside SP01's logs, twice, and one that has none near. */
	add_step((struct step){ .path = "ev/SP01/inetpub/u_ex.log", .format = "iis-w3c", .content = 3,
		.events = 10, .d = { kit_line(0, 3, 300), kit_line(0, 4, 400), timeless } });
	add_step((struct step){ .path = "ev/SP01/backup/u_ex.log", .format = "iis-w3c", .content = 3,
		.events = 10, .d = { kit_line(0, 3, 300), kit_line(0, 4, 400), timeless } });
	add_step((struct step){ .path = "other/access.log", .format = "access-log", .content = 4,
		.events = 10, .d = { kit_line(2, 1, 0) } });
	/* Two machines in one folder: a log between them is neither's. */
	add_step((struct step){ .path = "ev/FS02/Security.evtx", .format = "evtx", .content = 5,
		.host = "FS02", .events = 5, .d = { kit_record(2, "FS02", 3, 100) } });
	add_step((struct step){ .path = "ev/proxy.log", .format = "access-log", .content = 6,
		.events = 5, .d = { kit_line(2, 2, 50) } });
}

static void fill(const char *dir, const size_t *order)
{
	struct fb_case *c = kit_begin(dir);

	if (!c)
		return;
	for (size_t i = 0; i < nsteps; i++) {
		const struct step *s = &steps[order[i]];
		uint64_t source = kit_source(c, s->path, 0, 2000, NULL);
		uint32_t units = 0;

		CHECK_INT(kit_unit(c, source, s->seq, s->d, s->n, s->host, s->events), 0);
		for (size_t k = 0; k < nsteps; k++)
			units += strcmp(steps[k].path, s->path) == 0;
		CHECK_INT(kit_done(c, source, s->format, 1000 * units, s->content, units), 0);
	}
	CHECK_INT(kit_end(c, true), 0);
	fb_case_close(c);
}

/* What the seal made of the rows in memory, and what it makes when it has to read them. */
static void check_read_again(const char *dir, const char *want)
{
	char path[512], *text;
	sqlite3 *db = NULL;

	(void)snprintf(path, sizeof path, "%s/case.db", dir);
	CHECK(sqlite3_open(path, &db) == SQLITE_OK);
	CHECK(sqlite3_exec(db, "UPDATE meta SET value = 0 WHERE key = 'sealed'", NULL, NULL, NULL) ==
	      SQLITE_OK);
	sqlite3_close(db);
	text = kit_dump(dir);
	CHECK_STR(text ? text : "", want);
	free(text);
}

static void test_order(void)
{
	size_t order[16];
	char *first = NULL, *dir = kit_dir("order");
	unsigned seed = 1;

	for (size_t i = 0; i < nsteps; i++)
		order[i] = i;
	for (unsigned round = 0; round < 12; round++) {
		char *text;

		fill(dir, order);
		text = kit_dump(dir);
		CHECK(text != NULL);
		if (!first) {
			first = text;
		} else {
			CHECK_STR(text ? text : "", first);
			free(text);
		}
		check_read_again(dir, first);
		kit_remove(dir);
		for (size_t i = nsteps - 1; i > 0; i--) {
			size_t k = (seed = seed * 1103515245u + 12345u) / 65536u % (i + 1);
			size_t t = order[i];

			order[i] = order[k];
			order[k] = t;
		}
	}
	free(first);
	free(dir);
}

struct want {
	const char *rule, *path;
	uint64_t offset;
	size_t copies;
	const char *host, *why;
};

static const struct want wanted[] = {
	{ "cccc-3", "other/access.log", 0, 0, "", "" },
	{ "cccc-3", "ev/proxy.log", 50, 0, "", "" },
	{ "cccc-3", "ev/FS02/Security.evtx", 100, 0, "FS02", "" },
	{ "aaaa-1", "ev/SP01/backup/u_ex.log", 300, 1, "SP01.corp.example",
	  "its folder ev/SP01 holds SP01.corp.example's event logs" },
	{ "aaaa-1", "ev/SP01/copy.evtx", 100, 1, "SP01.corp.example", "" },
	{ "aaaa-1", "ev/SP01/backup/u_ex.log", 400, 1, "SP01.corp.example",
	  "its folder ev/SP01 holds SP01.corp.example's event logs" },
	{ "bbbb-2", "ev/SP01/copy.evtx", 500, 3, "SP01.corp.example", "" },
	{ "dddd-4", "ev/SP01/logs/Security.evtx", 600, 0, "SP01.corp.example", "" },
	{ "dddd-4", "ev/SP01/logs/Security.evtx", 600, 0, "SP01.corp.example", "" },
	{ "cccc-3", "ev/SP01/backup/u_ex.log", 900, 1, "SP01.corp.example",
	  "its folder ev/SP01 holds SP01.corp.example's event logs" },
};

static int check_want(void *user, const struct fb_detection_row *d)
{
	size_t *n = user;
	const struct want *w = &wanted[*n];

	CHECK(*n < sizeof wanted / sizeof wanted[0]);
	if (*n >= sizeof wanted / sizeof wanted[0])
		return FB_ESTOP;
	CHECK_STR(d->rule->id, w->rule);
	CHECK_STR(d->place.path, w->path);
	CHECK_INT(d->place.offset, w->offset);
	CHECK_INT(d->ncopies, w->copies);
	CHECK_STR(d->host, w->host);
	CHECK_STR(d->host_why, w->why);
	if (*n == 6 && d->ncopies == 3) {
		/* By path, the recovered one behind the live ones. */
		CHECK_STR(d->copies[0].path, "ev/SP01/logs/Security.evtx");
		CHECK_INT(d->copies[0].offset, 500);
		CHECK_STR(d->copies[1].path, "ev/export.evtx");
		CHECK_STR(d->copies[2].path, "ev/SP01/logs/Security.evtx");
		CHECK_INT(d->copies[2].offset, 5000);
	}
	++*n;
	return 0;
}

/* The id, by hand: docs/formats/detections.md. */
static int check_id(void *user, const struct fb_detection_row *d)
{
	uint8_t b[128] = { 3, 7 }, sum[FB_SHA256];
	const char *rule = "aaaa-1";
	size_t n = 32;
	char hex[33];

	(void)user;
	b[n] = 300 & 0xff;
	b[n + 1] = 300 >> 8;
	n += 8;
	b[n] = 3;
	n += 8;
	memcpy(b + n, rule, strlen(rule) + 1);
	n += strlen(rule) + 1 + 4;
	fb_sha256_of(fb_slice(b, n), sum);
	fb_hex(sum, 16, hex);
	CHECK_STR(d->id, hex);
	return FB_ESTOP;
}

static void test_meaning(void)
{
	size_t order[16], n = 0;
	char *dir = kit_dir("meaning");
	struct fb_err err = { 0 };
	struct fb_filter f;
	struct fb_case_stats st;
	struct fb_case *c;
	struct fb_buf out;
	unsigned count = 0;

	for (size_t i = 0; i < nsteps; i++)
		order[i] = i;
	fill(dir, order);
	c = kit_open(dir, FB_CASE_READ);
	CHECK(c != NULL);
	if (!c)
		return;
	CHECK_INT(fb_assess_seal(c, &err), 0);
	CHECK_INT(fb_case_detections(c, NULL, check_want, &n, &err), 0);
	CHECK_INT(n, sizeof wanted / sizeof wanted[0]);
	CHECK_INT(fb_case_stats(c, &st, &err), 0);
	CHECK_INT(st.detections, 10);
	CHECK_INT(st.records_detected, 9);
	CHECK_INT(st.hosts, 2);
	CHECK_INT(st.by_level[FB_LEVEL_CRITICAL], 3);
	CHECK_INT(st.by_level[FB_LEVEL_HIGH], 1);
	CHECK_INT(st.by_level[FB_LEVEL_MEDIUM], 2);
	CHECK_INT(st.by_level[FB_LEVEL_LOW], 4);
	/* Of its five raw detections one is the slack's, and repeats a live one. */
	fb_buf_init(&out, 1 << 20);
	CHECK_INT(fb_case_sources(c, NULL, kit_source_row, &out, &err), 0);
	CHECK(strstr(fb_buf_cstr(&out), "source ev/SP01/logs/Security.evtx size 2000 state 1 format evtx"
	      " host SP01.corp.example () events 70 detections 4 "));
	CHECK(strstr(fb_buf_cstr(&out), "source ev/SP01/copy.evtx size 1000 state 1 format evtx"
	      " host SP01.corp.example () events 50 detections 2 "));
	fb_buf_dispose(&out);
	fb_filter_init(&f);
	f.source = "*/backup/*";
	f.level = FB_LEVEL_CRITICAL;
	CHECK_INT(fb_case_detections(c, &f, check_id, NULL, &err), FB_ESTOP);
	fb_filter_init(&f);
	f.source = "ev/export.evtx"; /* a copy stands there */
	CHECK_INT(fb_case_detections(c, &f, count_cb, &count, &err), 0);
	CHECK_INT(count, 1);
	fb_case_close(c);
	kit_remove(dir);
	free(dir);
}

/* A case that was never sealed, or is being filled, reads as a sealed one would. */
static void test_unsealed(void)
{
	char *dir = kit_dir("unsealed"), *during = NULL, *after = NULL;
	struct fb_case *c = kit_begin(dir);
	struct fb_err err = { 0 };
	uint64_t s;

	CHECK(c != NULL);
	if (!c)
		return;
	s = kit_source(c, steps[0].path, 0, 1000, NULL);
	CHECK_INT(kit_unit(c, s, 0, steps[0].d, steps[0].n, steps[0].host, 50), 0);
	CHECK_INT(kit_done(c, s, "evtx", 1000, 1, 1), 0);
	/* Committed by the clock; here at once. */
	usleep(300 * 1000);
	CHECK_INT(fb_case_tick(c, &err), 0);
	during = kit_dump(dir);
	CHECK(during && strstr(during, "\"host\":\"SP01.corp.example\""));
	CHECK_INT(kit_end(c, false), 0);
	fb_case_close(c);
	after = kit_dump(dir);
	CHECK_STR(during ? during : "", after ? after : "-");
	free(during);
	free(after);
	kit_remove(dir);
	free(dir);
}

/* More evidence after the seal: everything is derived anew. */
static void test_more(void)
{
	char *dir = kit_dir("more"), *whole = kit_dir("whole"), *a, *b;
	size_t order[16], k = 0, all = nsteps;

	for (size_t i = 0; i < all; i++)
		order[i] = i;
	nsteps = 5;
	fill(dir, order);
	a = kit_dump(dir);
	CHECK(a && !strstr(a, "proxy.log"));
	free(a);
	nsteps = all;
	for (size_t i = 0; i < all; i++)
		order[k++] = i;
	fill(dir, order);
	fill(whole, order);
	a = kit_dump(dir);
	b = kit_dump(whole);
	CHECK_STR(a ? a : "", b ? b : "-");
	free(a);
	free(b);
	kit_remove(dir);
	kit_remove(whole);
	free(dir);
	free(whole);
}

/* ---- renamed machines ---- */

struct bearing {
	const char *host;
	unsigned from, to; /* seconds */
	uint64_t events;
};

/* A log whose records bear these names. */
static void add_log(struct fb_case *c, const char *path, uint8_t content, const struct bearing *v, size_t n, bool renumbered)
{
	uint64_t source = kit_source(c, path, 0, 1000, NULL);
	struct fb_host_count hosts[4];
	struct fb_kind kinds[4];
	struct fb_series series = { .host = kit_s(v[0].host), .channel = FB_LIT("System"), .first = 1, .last = 9,
				    .first_time = KIT_T0, .last_time = KIT_T0, .renumbered = renumbered };
	struct fb_unit_result u = { .source = source, .length = 1000, .decoded = 1000, .first = KIT_T0, .last = KIT_T0,
				    .hosts = hosts, .nhosts = n,
				    .recorded = { .kinds = kinds, .nkinds = n, .series = &series, .nseries = 1 } };
	struct fb_err err = { 0 };

	for (size_t i = 0; i < n; i++) {
		hosts[i] = (struct fb_host_count){ kit_s(v[i].host), v[i].events };
		kinds[i] = (struct fb_kind){ .lane = FB_LANE_EVTX, .event_id = 6005, .host = kit_s(v[i].host),
					     .channel = FB_LIT("System"), .provider = FB_LIT("EventLog"), .events = v[i].events,
					     .first = KIT_T0 + v[i].from * FB_SECOND, .last = KIT_T0 + v[i].to * FB_SECOND };
		u.events += v[i].events;
	}
	CHECK_INT(kit_say("unit", fb_case_unit(c, &u, &err), &err), 0);
	CHECK_INT(kit_done(c, source, "evtx", 1000, content, 1), 0);
}

/* Whose is the web log beside an old log and one that goes over the change? */
static void check_renamed(const char *what, const struct bearing *over, size_t n, bool renumbered, const char *want)
{
	static const struct bearing old[] = { { "WIN-0A1B2C", 0, 90, 500 } }, new[] = { { "SP02.corp.example", 150, 400, 20 } };
	char *dir = kit_dir("renamed"), *text;
	struct fb_case *c = kit_begin(dir);
	uint64_t web;

	CHECK(c != NULL);
	if (!c)
		return;
	add_log(c, "ev/Application.evtx", 1, old, 1, false);
	add_log(c, "ev/Setup.evtx", 2, new, 1, false);
	add_log(c, "ev/System.evtx", 3, over, n, renumbered);
	web = kit_source(c, "ev/u_ex.log", 0, 1000, NULL);
	CHECK_INT(kit_unit(c, web, 0, (struct fb_detection[]){ kit_line(0, 1, 10) }, 1, NULL, 1), 0);
	CHECK_INT(kit_done(c, web, "iis-w3c", 1000, 4, 1), 0);
	CHECK_INT(kit_end(c, true), 0);
	fb_case_close(c);
	text = kit_dump(dir);
	(void)printf("renamed: %s\n", what);
	CHECK(text && (*want ? strstr(text, want) != NULL : !strstr(text, "holds")));
	free(text);
	kit_remove(dir);
	free(dir);
}

static void test_renamed(void)
{
	static const struct bearing after[] = { { "WIN-0A1B2C", 0, 100, 900 }, { "SP02.corp.example", 100, 400, 30 } },
				    twice[] = { { "MINWINPC", 0, 9, 10 }, { "WIN-0A1B2C", 10, 100, 900 }, { "SP02", 101, 400, 3 } },
				    beside[] = { { "WIN-0A1B2C", 0, 300, 900 }, { "SP02.corp.example", 100, 400, 30 } };

	check_renamed("the later name", after, 2, false, "its folder ev holds SP02.corp.example's event logs");
	check_renamed("renamed twice", twice, 3, false, "its folder ev holds SP02.corp.example's event logs");
	check_renamed("two machines side by side", beside, 2, false, "");
	check_renamed("forwarded", after, 2, true, "");
}

#define CROWD 70000

static int check_crowd(void *user, const struct fb_detection_row *row)
{
	unsigned *n = user;

	/* By offset, then rule, whatever the order in which they came. */
	if (row->place.offset != *n / 2 * 10 || strcmp(row->rule->id, *n % 2 ? "cccc-3" : "aaaa-1") ||
	    row->ncopies != 1 || strcmp(row->copies[0].path, "ev/b.log") != 0 ||
	    row->copies[0].offset != row->place.offset)
		return FB_ESTOP;
	++*n;
	return 0;
}

/* A unit that is handed in twice replaces itself, also for the seal. */
static void test_twice(void)
{
	struct fb_detection d[2] = { kit_line(2, 1, 0), kit_line(2, 2, 50) };
	char *dir = kit_dir("twice"), *text;
	struct fb_case *c = kit_begin(dir);
	uint64_t s = kit_source(c, "ev/a.log", 0, 1000, NULL);

	CHECK_INT(kit_unit(c, s, 0, d, 2, NULL, 5), 0);
	CHECK_INT(kit_unit(c, s, 0, d, 1, NULL, 5), 0);
	CHECK_INT(kit_done(c, s, "access-log", 1000, 4, 1), 0);
	CHECK_INT(kit_end(c, true), 0);
	fb_case_close(c);
	text = kit_dump(dir);
	CHECK(text && strstr(text, " 1 detections"));
	check_read_again(dir, text ? text : "");
	free(text);
	/* And what an earlier run wrote counts. */
	c = kit_begin(dir);
	s = kit_source(c, "ev/b.log", 0, 1000, NULL);
	CHECK_INT(kit_unit(c, s, 0, d, 2, NULL, 5), 0);
	CHECK_INT(kit_done(c, s, "access-log", 1000, 5, 1), 0);
	CHECK_INT(kit_end(c, true), 0);
	fb_case_close(c);
	text = kit_dump(dir);
	CHECK(text && strstr(text, " 3 detections"));
	check_read_again(dir, text ? text : "");
	free(text);
	kit_remove(dir);
	free(dir);
}

/* More detections of one moment than are held in memory. */
static void test_crowd(void)
{
	char *dir = kit_dir("crowd");
	struct fb_detection *d = calloc(CROWD, sizeof *d);
	struct fb_case *c = kit_begin(dir);
	struct fb_err err = { 0 };
	unsigned n = 0;
	uint64_t s;

	for (unsigned i = 0; d && i < CROWD; i++) {
		unsigned k = CROWD - 1 - i;

		d[i] = kit_line(k % 2 ? 2 : 0, k / 2 + 1, k / 2 * 10);
		d[i].time = KIT_T0;
	}
	for (unsigned i = 0; d && i < 2; i++) {
		s = kit_source(c, i ? "ev/a.log" : "ev/b.log", 0, 1000, NULL);
		CHECK_INT(kit_unit(c, s, 0, d, CROWD, NULL, CROWD), 0);
		CHECK_INT(kit_done(c, s, "access-log", 1000, 4, 1), 0);
	}
	CHECK_INT(kit_end(c, true), 0);
	CHECK_INT(fb_case_detections(c, NULL, check_crowd, &n, &err), 0);
	CHECK_INT(n, CROWD);
	fb_case_close(c);
	n = 0;
	c = kit_open(dir, FB_CASE_READ);
	CHECK(c && fb_case_detections(c, NULL, check_crowd, &n, &err) == 0);
	CHECK_INT(n, CROWD);
	fb_case_close(c);
	free(d);
	kit_remove(dir);
	free(dir);
}

/* ---- what others told ---- */

static struct fb_detection told(uint64_t record, unsigned digits, fb_time ns, uint8_t flags)
{
	struct fb_detection d = kit_record(0, "H", record, record * 10);

	d.time = KIT_T0 + ns;
	d.time_digits = (uint8_t)digits;
	d.flags = flags;
	return d;
}

static int on_told(void *user, const struct fb_detection_row *d)
{
	struct fb_buf *out = user;

	(void)fb_buf_printf(out, "%llu %s%s", (unsigned long long)d->place.record, d->place.path,
			    d->place.second_hand ? " by " : "");
	(void)fb_buf_puts(out, d->place.second_hand ? d->place.second_hand : "");
	for (size_t i = 0; i < d->ncopies; i++)
		(void)fb_buf_printf(out, ", %s%s%s", d->copies[i].path,
				    d->copies[i].second_hand ? " by " : "",
				    d->copies[i].second_hand ? d->copies[i].second_hand : "");
	return fb_buf_putc(out, '\n');
}

/* A record and what is told of it are one event, however many digits were told; the record
 * leads, then the one recovered, then what was told most exactly. */
static void test_told(void)
{
	const uint8_t SECOND = FB_EVENT_SECOND_HAND;
	const struct fb_detection a[] = {
		told(5, 3, 123000000, SECOND), told(6, 3, 500000000, SECOND), told(7, 3, 700000000, SECOND),
		told(8, 3, 801000000, SECOND), told(9, 0, 0, SECOND),
	};
	const struct fb_detection b[] = {
		told(5, 7, 123456700, 0), told(7, 7, 700000100, FB_EVENT_RECOVERED), told(8, 7, 802000000, 0),
		told(9, 7, 999999900, 0),
	};
	const struct fb_detection c6[] = {
		told(5, 6, 123456000, SECOND), told(6, 6, 500000000, SECOND),
	};
	char *dir = kit_dir("told");
	struct fb_case *c = kit_begin(dir);
	struct fb_err err = { 0 };
	struct fb_buf out;
	uint64_t s;

	fb_buf_init(&out, 1 << 16);
	s = kit_source(c, "ev/a.csv", 0, 1000, NULL);
	CHECK_INT(kit_unit(c, s, 0, a, 5, "H", 5), 0);
	CHECK_INT(kit_done(c, s, "hayabusa", 1000, 1, 1), 0);
	s = kit_source(c, "ev/b.evtx", 0, 1000, NULL);
	CHECK_INT(kit_unit(c, s, 0, b, 4, "h", 4), 0); /* spelled otherwise */
	CHECK_INT(kit_done(c, s, "evtx", 1000, 2, 1), 0);
	s = kit_source(c, "ev/c.json", 0, 1000, NULL);
	CHECK_INT(kit_unit(c, s, 0, c6, 2, "H", 2), 0);
	CHECK_INT(kit_done(c, s, "map:EDR", 1000, 3, 1), 0);
	CHECK_INT(kit_end(c, true), 0);
	CHECK_INT(fb_case_detections(c, NULL, on_told, &out, &err), 0);
	CHECK_STR(fb_buf_cstr(&out),
		  "5 ev/b.evtx, ev/c.json by EDR, ev/a.csv by Hayabusa\n"
		  "6 ev/c.json by EDR, ev/a.csv by Hayabusa\n"
		  "7 ev/b.evtx, ev/a.csv by Hayabusa\n"
		  "8 ev/a.csv by Hayabusa\n"
		  "8 ev/b.evtx\n"
		  "9 ev/b.evtx, ev/a.csv by Hayabusa\n");
	fb_case_close(c);
	fb_buf_dispose(&out);
	kit_remove(dir);
	free(dir);
}

int main(void)
{
	make_steps();
	test_told();
	test_crowd();
	test_meaning();
	test_order();
	test_twice();
	test_unsealed();
	test_more();
	test_renamed();
	return check_done();
}
