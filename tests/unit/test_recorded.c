/* What was recorded: counted in the matcher, checked in the broker, kept by unit,
 * joined at the seal. */
#include "check.h"

#include "casekit.h"

#include "engine/gather.h"
#include "engine/telemetry.h"
#include "event/needs.h"

#define T0 KIT_T0
#define AUDITING "Microsoft-Windows-Security-Auditing"

/* ---- events ---- */

static struct fb_field text_field(const char *name, const char *value)
{
	return (struct fb_field){ .type = *value ? FB_V_UTF8 : FB_V_NULL,
		.name = fb_slice_str(name), .v = fb_slice_str(value) };
}

struct made {
	struct fb_event ev;
	struct fb_field f[4];
};

/* A record of an event log; command NULL: without such a field. */
static void make(struct made *m, const char *host, const char *provider, uint32_t id,
		 uint64_t record, fb_time time, const char *command)
{
	*m = (struct made){ .f = { text_field("Channel", "Security"),
				   text_field("Provider_Name", provider),
				   text_field("Computer", host),
				   text_field("CommandLine", command ? command : "") } };
	m->ev = (struct fb_event){ .lane = FB_LANE_EVTX, .time = time, .record = record,
		.frame = record, .event_id = id, .channel = &m->f[0], .provider = &m->f[1],
		.computer = &m->f[2], .fields = m->f, .nfields = command ? 4 : 3 };
}

static void tell(struct fb_telemetry *t, const char *host, const char *provider, uint32_t id,
		 uint64_t record, fb_time time, const char *command)
{
	struct made m;

	make(&m, host, provider, id, record, time, command);
	fb_telemetry_event(t, &m.ev);
}

/* All frames of it, through the broker's checks. */
static void gather(struct fb_telemetry *t, struct fb_gather *g)
{
	struct fb_buf b;

	fb_buf_init(&b, 4u << 20);
	fb_gather_reset(g);
	fb_gather_begin(g, 0, 1000000);
	while (fb_telemetry_put(t, &b)) {
		struct fb_cur c = fb_cur(fb_slice(b.p + 5, b.n - 5));
		int r = b.p[4] == FB_M_KINDS  ? fb_gather_kinds(g, &c)
		      : b.p[4] == FB_M_SERIES ? fb_gather_series(g, &c)
					      : fb_gather_notices(g, &c);

		CHECK_INT(r, 0);
		CHECK(fb_le32(b.p) + 5 == b.n);
		fb_buf_clear(&b);
	}
	fb_buf_dispose(&b);
}

static void test_counts(void)
{
	struct fb_telemetry *t = fb_telemetry_new();
	struct fb_gather g;

	fb_gather_init(&g);
	for (uint64_t i = 1; i <= 10; i++)
		tell(t, "SP01", AUDITING, i % 2 ? 4688 : 4624, i, T0 + (fb_time)i * FB_SECOND,
		     i == 3 ? "whoami" : "");
	tell(t, "SP02", AUDITING, 4688, 11, FB_TIME_NONE, NULL);
	gather(t, &g);
	/* Of 4688 one row without what the policy fills, and one with it. */
	CHECK_INT(g.nkinds, 4);
	CHECK(fb_slice_eqs(g.kinds[0].host, "SP01") && fb_slice_eqs(g.kinds[0].provider, AUDITING) &&
	      fb_slice_eqs(g.kinds[0].channel, "Security") && g.kinds[0].event_id == 4688);
	CHECK_INT(g.kinds[0].events, 4);
	CHECK_INT(g.kinds[0].filled, 0);
	CHECK(g.kinds[2].event_id == 4688 && g.kinds[2].events == 1 && g.kinds[2].filled == 1 &&
	      g.kinds[2].first == T0 + 3 * FB_SECOND && g.kinds[2].last == T0 + 3 * FB_SECOND);
	CHECK_INT(g.kinds[0].first, T0 + FB_SECOND);
	CHECK_INT(g.kinds[0].last, T0 + 9 * FB_SECOND);
	CHECK_INT(g.kinds[1].events, 5);
	CHECK_INT(g.kinds[1].filled, 0);
	CHECK(g.kinds[3].first == FB_TIME_NONE && g.kinds[3].last == FB_TIME_NONE);
	/* Another host, another log: two runs. */
	CHECK_INT(g.nseries, 2);
	CHECK(g.series[0].first == 1 && g.series[0].last == 10 && g.series[1].first == 11);
	CHECK_INT(g.nnotices, 0);
	/* A unit begins with nothing. */
	fb_telemetry_begin(t);
	gather(t, &g);
	CHECK(g.nkinds == 0 && g.nseries == 0);
	fb_gather_dispose(&g);
	fb_telemetry_free(t);
}

/* A pause begins another run, though no number is missing. */
static void test_pause(void)
{
	struct fb_telemetry *t = fb_telemetry_new();
	struct fb_gather g;

	fb_gather_init(&g);
	tell(t, "SP01", AUDITING, 4624, 1, T0, NULL);
	tell(t, "SP01", AUDITING, 4624, 2, T0 + FB_PAUSE_SECONDS * FB_SECOND - 1, NULL);
	tell(t, "SP01", AUDITING, 4624, 3, T0 + 2 * FB_PAUSE_SECONDS * FB_SECOND, NULL);
	gather(t, &g);
	CHECK_INT(g.nseries, 2);
	CHECK(g.series[0].first == 1 && g.series[0].last == 2 && g.series[1].first == 3 && g.series[1].last == 3);
	CHECK_INT(g.nkinds, 2);
	CHECK(g.kinds[0].events == 2 && g.kinds[1].events == 1);
	fb_gather_dispose(&g);
	fb_telemetry_free(t);
}

static void test_series(void)
{
	struct fb_telemetry *t = fb_telemetry_new();
	struct fb_gather g;
	struct made m;

	fb_gather_init(&g);
	/* A ring: the newest records stand first. */
	for (uint64_t i = 50; i < 60; i++)
		tell(t, "SP01", AUDITING, 4624, i, T0 + (fb_time)i * FB_SECOND, NULL);
	for (uint64_t i = 40; i < 45; i++)
		tell(t, "SP01", AUDITING, 4624, i, T0 + (fb_time)i * FB_SECOND, NULL);
	/* Recovered from free space: counted, and no part of the numbering. */
	make(&m, "SP01", AUDITING, 4624, 7, T0, NULL);
	m.ev.flags = FB_EVENT_RECOVERED;
	fb_telemetry_event(t, &m.ev);
	tell(t, "SP01", AUDITING, 4624, 45, T0 - 3600 * FB_SECOND, NULL);
	gather(t, &g);
	/* What is an hour off has a row of its own. */
	CHECK_INT(g.nkinds, 2);
	CHECK_INT(g.kinds[0].events, 16);
	CHECK_INT(g.kinds[1].events, 1);
	CHECK_INT(g.nseries, 2);
	CHECK(g.series[0].first == 50 && g.series[0].last == 59);
	CHECK(g.series[1].first == 40 && g.series[1].last == 45 && !g.series[1].renumbered);
	/* An hour back between 44 and 45. */
	CHECK_INT(g.nnotices, 1);
	CHECK(g.notices[0].what == FB_NOTICE_CLOCK_BACK && g.notices[0].record == 45 &&
	      g.notices[0].other == T0 + 44 * FB_SECOND);
	/* Numbered otherwise in the file. */
	fb_telemetry_begin(t);
	make(&m, "SP01", AUDITING, 4624, 100, T0, NULL);
	m.ev.frame = 1;
	fb_telemetry_event(t, &m.ev);
	gather(t, &g);
	CHECK(g.nseries == 1 && g.series[0].renumbered && g.series[0].sums.n == 0);
	fb_gather_dispose(&g);
	fb_telemetry_free(t);
}

/* The sums of a block by the records of a part of it. */
static struct fb_block_sum sum_of(const char *command, uint64_t changed, uint8_t flags, fb_time later, uint64_t block)
{
	struct fb_telemetry *t = fb_telemetry_new();
	struct fb_block_sum out = { 1, 1, 1 };
	struct fb_gather g;
	struct made m;

	fb_gather_init(&g);
	for (uint64_t i = 10; i < 40; i++) {
		make(&m, "SP01", AUDITING, 4688, i, T0 + (fb_time)i * FB_SECOND, i == changed ? command : "cmd.exe /c whoami");
		if (i == changed) {
			m.ev.flags = flags;
			m.ev.time += later;
		}
		fb_telemetry_event(t, &m.ev);
	}
	gather(t, &g);
	CHECK_INT(g.nseries, 1);
	CHECK_INT(g.series[0].sums.n, 3 * FB_BLOCK_SUM_SIZE);
	CHECK(fb_block_sum_get(g.series[0].sums, block, &out));
	CHECK(!fb_block_sum_get(g.series[0].sums, 3, &(struct fb_block_sum){ 0 }));
	fb_gather_dispose(&g);
	fb_telemetry_free(t);
	return out;
}

/* What sixteen records are, in short. */
static void test_sums(void)
{
	struct fb_block_sum a = sum_of(NULL, 0, 0, 0, 1), b;

	CHECK_INT(a.last, T0 + 31 * FB_SECOND);
	b = sum_of("cmd.exe /c whoamI", 20, 0, 0, 1);
	CHECK(b.identity == a.identity && b.content != a.content && b.last == a.last);
	/* The least that a time can differ by. */
	b = sum_of("cmd.exe /c whoami", 20, 0, 100, 1);
	CHECK(b.identity != a.identity && b.content == a.content);
	/* Of another block. */
	b = sum_of("cmd.exe /c whoamI", 35, 0, 0, 1);
	CHECK(b.identity == a.identity && b.content == a.content);
	/* What is damaged cannot be compared, whatever follows it. */
	b = sum_of("cmd.exe /c whoami", 20, FB_EVENT_DAMAGED, 0, 1);
	CHECK_INT(b.last, FB_TIME_NONE);
	b = sum_of("cmd.exe /c whoami", 20, FB_EVENT_CUT, 0, 1);
	CHECK_INT(b.last, FB_TIME_NONE);
	b = sum_of("cmd.exe /c whoami", 20, FB_EVENT_DAMAGED, 0, 2);
	CHECK_INT(b.last, T0 + 39 * FB_SECOND);
}

static void test_notices(void)
{
	struct fb_telemetry *t = fb_telemetry_new();
	struct fb_note note = { 0, 4419, FB_HEADER_DIRTY };
	struct fb_gather g;
	struct made m;

	fb_gather_init(&g);
	fb_telemetry_note(t, &note);
	tell(t, "SP01", "Microsoft-Windows-Eventlog", 1102, 5, T0, NULL);
	tell(t, "SP01", AUDITING, 1102, 6, T0, NULL); /* of another provider: nothing */
	make(&m, "SP01", AUDITING, 4616, 7, T0, "");
	m.f[3] = text_field("PreviousTime", "2025-07-01T00:00:00Z");
	fb_telemetry_event(t, &m.ev);
	/* Half a second is how a clock is kept. */
	make(&m, "SP01", AUDITING, 4616, 8, T0, "");
	m.f[3] = (struct fb_field){ .type = FB_V_UTF8, .name = FB_LIT("PreviousTime"),
				    .v = FB_LIT("2025-07-18T09:14:02.5Z") };
	fb_telemetry_event(t, &m.ev);
	gather(t, &g);
	CHECK_INT(g.nnotices, 3);
	CHECK(g.notices[0].what == FB_NOTICE_HEADER && g.notices[0].record == 4419 &&
	      g.notices[0].flags == FB_HEADER_DIRTY);
	CHECK(g.notices[1].what == FB_NOTICE_CLEARED && g.notices[1].record == 5 &&
	      fb_slice_eqs(g.notices[1].text, "Security") && fb_slice_eqs(g.notices[1].host, "SP01"));
	CHECK(g.notices[2].what == FB_NOTICE_CLOCK_SET && g.notices[2].record == 7 && g.notices[2].time == T0);
	fb_gather_dispose(&g);
	fb_telemetry_free(t);
}

/* Sysmon's records are told apart by their classes; what it says of its configuration is kept. */
static void test_classes(void)
{
	static const struct { uint32_t id; const char *a, *a_is, *b, *b_is, *want; } cases[] = {
		{ 11, "Image", "c:\\windows\\W3WP.exe", "TargetFilename", "C:\\x\\a.aspx", "worker-file// aspx-file//" },
		{ 11, "Image", "C:\\xw3wp.exe", "TargetFilename", "C:\\x\\a.aspx", "aspx-file//" },
		{ 11, "Image", "C:\\x\\w3wp.exe", "TargetFilename", "C:\\x\\a.dll", "worker-file//" },
		{ 11, "Image", "C:\\x.exe", "TargetFilename", "C:\\x\\a.dll", "" },
		/* Whose other field is not there. */
		{ 11, "User", "C:\\x.exe", "TargetFilename", "C:\\x\\a.aspx", "" },
		{ 10, "TargetImage", "C:\\WINDOWS\\system32\\lsass.exe", "GrantedAccess", "0x1410", "lsass-access//" },
		{ 10, "TargetImage", "C:\\WINDOWS\\system32\\lsass.exe", "GrantedAccess", "0x1400", "" },
		{ 10, "TargetImage", "D:\\lsass.exe", "GrantedAccess", "0x1410", "" },
		{ 7, "Image", "C:\\x\\w3wp.exe", "TargetFilename", "C:\\x\\a.aspx", "" },
	};
	struct fb_telemetry *t = fb_telemetry_new();
	struct fb_gather g;
	struct made m;

	fb_gather_init(&g);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char got[128] = "";
		size_t n = 0;

		fb_telemetry_begin(t);
		make(&m, "SP01", "Microsoft-Windows-Sysmon", cases[i].id, 1, T0, "");
		m.f[0] = text_field(cases[i].a, cases[i].a_is);
		m.f[3] = text_field(cases[i].b, cases[i].b_is);
		if (cases[i].id == 10) {
			m.f[2] = text_field("SourceImage", "C:\\av.exe");
			m.ev.computer = NULL;
		}
		fb_telemetry_event(t, &m.ev);
		/* The next of the same sort is of the same row. */
		m.ev.record = m.ev.frame = 2;
		fb_telemetry_event(t, &m.ev);
		gather(t, &g);
		CHECK_INT(g.nkinds, 1);
		CHECK_INT(g.kinds[0].events, 2);
		/* Without the heaps. */
		for (size_t k = 0; k < g.kinds[0].columns.n; k++)
			if (g.kinds[0].columns.p[k] < '0' || g.kinds[0].columns.p[k] > '9')
				got[n++] = (char)g.kinds[0].columns.p[k];
		CHECK_STR(got, cases[i].want);
	}
	/* Of the same class by another: another row. Another program's word, another provider's number 11, and what was found in free
	 * space are of no class. */
	fb_telemetry_begin(t);
	for (unsigned i = 0; i < 5; i++) {
		make(&m, "SP01", i == 2 ? AUDITING : "Microsoft-Windows-Sysmon", 11, i + 1, T0, "");
		m.f[2] = text_field("Image", i == 1 ? "C:\\a.exe" : "C:\\b.exe");
		m.f[3] = text_field("TargetFilename", "C:\\x\\a.aspx");
		m.ev.computer = NULL;
		m.ev.flags = i == 3 ? FB_EVENT_SECOND_HAND : i == 4 ? FB_EVENT_RECOVERED : 0;
		fb_telemetry_event(t, &m.ev);
	}
	gather(t, &g);
	CHECK_INT(g.nkinds, 4);
	CHECK(g.kinds[0].columns.n && g.kinds[1].columns.n && !fb_slice_eq(g.kinds[0].columns, g.kinds[1].columns));
	CHECK(g.kinds[2].columns.n == 0 && g.kinds[3].columns.n == 0 && g.kinds[3].events == 2);
	/* A pause begins another row, though Sysmon's other kinds have one. */
	fb_telemetry_begin(t);
	for (unsigned i = 0; i < 4; i++) {
		make(&m, "SP01", "Microsoft-Windows-Sysmon", 11, i + 1, T0 + i / 2 * 3600 * FB_SECOND, "");
		m.f[2] = text_field("Image", "C:\\b.exe");
		m.f[3] = text_field("TargetFilename", i % 2 ? "C:\\x\\a.aspx" : "C:\\x\\a.txt");
		m.ev.computer = NULL;
		fb_telemetry_event(t, &m.ev);
	}
	gather(t, &g);
	CHECK_INT(g.nkinds, 3);
	fb_telemetry_begin(t);
	for (unsigned i = 0; i < 3; i++) {
		make(&m, "SP01", i == 2 ? AUDITING : "Microsoft-Windows-Sysmon", i ? 4 : 16, i + 1, T0, "");
		m.f[3] = text_field(i ? "State" : "ConfigurationFileHash", i ? "Stopped" : "SHA256=00");
		fb_telemetry_event(t, &m.ev);
	}
	gather(t, &g);
	CHECK_INT(g.nnotices, 2);
	CHECK(g.notices[0].what == FB_NOTICE_POLICY && fb_slice_eqs(g.notices[0].text, "SHA256=00"));
	CHECK(g.notices[1].what == FB_NOTICE_POLICY && fb_slice_eqs(g.notices[1].text, "Stopped"));
	fb_gather_dispose(&g);
	fb_telemetry_free(t);
}

static void test_limits(void)
{
	struct fb_telemetry *t = fb_telemetry_new();
	char text[FB_PROBLEM_TEXT_MAX], host[32];
	struct fb_gather g;

	fb_gather_init(&g);
	fb_telemetry_excess(t, text);
	CHECK_STR(text, "");
	for (uint32_t i = 0; i < FB_UNIT_KINDS_MAX + 5; i++)
		tell(t, "SP01", AUDITING, i, i + 1, T0, NULL);
	tell(t, "SP01", AUDITING, 3, FB_UNIT_KINDS_MAX + 6, T0, NULL);
	fb_telemetry_excess(t, text);
	CHECK(strstr(text, ": 5 events of further kinds, 0 runs") != NULL);
	gather(t, &g);
	CHECK_INT(g.nkinds, FB_UNIT_KINDS_MAX);
	CHECK_INT(g.kinds[3].events, 2);
	/* Every second record missing, from as many hosts as anybody likes. */
	fb_telemetry_begin(t);
	for (uint32_t i = 0; i < FB_UNIT_SERIES_MAX + 9; i++)
		tell(t, "SP01", AUDITING, 1, 2 * i + 1, T0, NULL);
	for (uint32_t i = 0; i < FB_UNIT_LOGS_MAX + 3; i++) {
		(void)snprintf(host, sizeof host, "H%u", i);
		tell(t, host, AUDITING, 1, 1, T0, NULL);
	}
	gather(t, &g);
	CHECK_INT(g.nseries, FB_UNIT_SERIES_MAX);
	CHECK_INT(g.nkinds, FB_UNIT_LOGS_MAX + 4);
	fb_telemetry_excess(t, text);
	/* 9 of the first, 255 hosts whose log had no room for a run, 4 without a log. */
	CHECK(strstr(text, " 268 runs of record numbers") != NULL);
	fb_gather_dispose(&g);
	fb_telemetry_free(t);
}

static void test_web(void)
{
	static const char *const fields[] = { "date time c-ip", "date time c-ip sc-bytes" };
	struct fb_telemetry *t = fb_telemetry_new();
	struct fb_field site = { .sym = FB_SYM_S_SITENAME, .type = FB_V_UTF8,
				 .name = FB_LIT("s-sitename"), .v = FB_LIT("W3SVC3") };
	struct fb_gather g;

	fb_gather_init(&g);
	for (unsigned i = 0; i < 6; i++) {
		struct fb_event ev = { .lane = FB_LANE_WEB, .time = T0, .line = i + 1,
			.fields = &site, .nfields = i < 2 ? 0 : 1,
			.columns = fb_slice_str(fields[i % 2]) };

		fb_telemetry_event(t, &ev);
	}
	gather(t, &g);
	CHECK_INT(g.nkinds, 4);
	CHECK(fb_slice_eqs(g.kinds[1].columns, "date time c-ip sc-bytes") &&
	      g.kinds[1].channel.n == 0);
	CHECK(fb_slice_eqs(g.kinds[2].columns, "date time c-ip") &&
	      fb_slice_eqs(g.kinds[2].channel, "W3SVC3") && g.kinds[2].events == 2);
	CHECK_INT(g.nseries, 0);
	fb_gather_dispose(&g);
	fb_telemetry_free(t);
}

/* Words that no honest matcher says. */
static void test_lies(void)
{
	struct fb_telemetry *t = fb_telemetry_new();
	struct fb_gather g;
	struct fb_buf b;
	struct fb_cur c;

	fb_gather_init(&g);
	fb_gather_begin(&g, 0, 50);
	fb_buf_init(&b, 1u << 20);
	tell(t, "SP01", AUDITING, 4688, 5, T0, "x");
	CHECK(fb_telemetry_put(t, &b));
	for (size_t n = 6; n < b.n; n++) { /* cut anywhere */
		c = fb_cur(fb_slice(b.p + 5, n - 5));
		CHECK_INT(fb_gather_kinds(&g, &c), FB_EINPUT);
	}
	b.p[5] = FB_LANE_COUNT;
	c = fb_cur(fb_slice(b.p + 5, b.n - 5));
	CHECK_INT(fb_gather_kinds(&g, &c), FB_EINPUT);
	b.p[5] = FB_LANE_EVTX;
	b.p[14] = 0xff; /* in the host's name */
	c = fb_cur(fb_slice(b.p + 5, b.n - 5));
	CHECK_INT(fb_gather_kinds(&g, &c), FB_EINPUT);
	/* More events of kinds than events. */
	b.p[14] = 'S';
	c = fb_cur(fb_slice(b.p + 5, b.n - 5));
	CHECK_INT(fb_gather_kinds(&g, &c), 0);
	fb_buf_clear(&b);
	for (int i = 0; i < 7; i++)
		(void)fb_buf_u64(&b, i == 3 ? 50 : 0);
	c = fb_cur(fb_buf_view(&b));
	CHECK_INT(fb_gather_end(&g, &c), FB_EINPUT);
	/* A run of more records than the piece has bytes. */
	fb_buf_clear(&b);
	(void)fb_buf_u32(&b, 0);
	(void)fb_buf_u32(&b, 0);
	(void)fb_buf_u64(&b, 1);
	(void)fb_buf_u64(&b, 100);
	(void)fb_buf_u64(&b, 0);
	(void)fb_buf_u64(&b, 0);
	(void)fb_buf_putc(&b, 0);
	c = fb_cur(fb_buf_view(&b));
	CHECK_INT(fb_gather_series(&g, &c), FB_EINPUT);
	fb_buf_dispose(&b);
	fb_gather_dispose(&g);
	fb_telemetry_free(t);
}

/* ---- in the case ---- */

static const struct fb_kind case_kind = { .lane = FB_LANE_EVTX, .event_id = 4688,
	.host = { (const uint8_t *)"SP01", 4 }, .channel = { (const uint8_t *)"Security", 8 },
	.provider = { (const uint8_t *)AUDITING, sizeof AUDITING - 1 }, .events = 10, .filled = 4,
	.first = T0, .last = T0 + FB_SECOND };

static int unit(struct fb_case *c, uint64_t source, uint32_t seq, uint64_t first, uint64_t last,
		fb_time time, uint64_t rejected)
{
	struct fb_series s = { FB_LIT("SP01"), FB_LIT("Security"), first, last, time,
			       time + FB_SECOND, false, { 0 } };
	struct fb_unit_result u = { .source = source, .seq = seq, .offset = seq * 1000ull,
		.length = 1000, .events = 10, .first = T0, .last = T0 + FB_SECOND,
		.decoded = 1000 - rejected, .rejected = rejected,
		.recorded = { &case_kind, 1, &s, 1, NULL, 0 } };
	struct fb_err err = { 0 };

	return kit_say("unit", fb_case_unit(c, &u, &err), &err);
}

static int put_records(void *user, const struct fb_source_records *r)
{
	struct fb_buf *out = user;

	for (size_t i = 0; i < r->nkinds; i++)
		(void)fb_buf_printf(out, "kind %s %u %llu/%llu\n", r->kinds[i].host,
				    r->kinds[i].kind.event_id,
				    (unsigned long long)r->kinds[i].kind.events,
				    (unsigned long long)r->kinds[i].kind.filled);
	for (size_t i = 0; i < r->nlogs; i++)
		(void)fb_buf_printf(out, "log %s %llu-%llu %llu/%llu\n", r->logs[i].channel,
				    (unsigned long long)r->logs[i].first,
				    (unsigned long long)r->logs[i].last,
				    (unsigned long long)r->logs[i].gaps,
				    (unsigned long long)r->logs[i].missing);
	for (size_t i = 0; i < r->ngaps; i++)
		(void)fb_buf_printf(out, "gap %llu-%llu%s\n", (unsigned long long)r->gaps[i].first,
				    (unsigned long long)r->gaps[i].last,
				    r->gaps[i].unread ? " unread" : "");
	for (size_t i = 0; i < r->nnotices; i++)
		(void)fb_buf_printf(out, "%s %llu\n", fb_notice_word(r->notices[i].what),
				    (unsigned long long)r->notices[i].record);
	return out->code;
}

static int put_kind(void *user, const struct fb_kind_row *k)
{
	return fb_buf_printf(user, "%s %u %llu/%llu %s\n", k->host, k->kind.event_id,
			     (unsigned long long)k->kind.events,
			     (unsigned long long)k->kind.filled, k->setting ? k->setting->field : "");
}

static void records_are(struct fb_case *c, uint64_t source, const char *want)
{
	struct fb_err err = { 0 };
	struct fb_buf out;

	fb_buf_init(&out, 1u << 20);
	CHECK_INT(kit_say("records", fb_case_source_records(c, source, put_records, &out, &err),
			  &err), 0);
	CHECK_STR(fb_buf_cstr(&out), want);
	fb_buf_dispose(&out);
}

static void test_case(void)
{
	char *dir = kit_dir("recorded");
	struct fb_case *c = kit_begin(dir);
	uint64_t a = kit_source(c, "ev/Security.evtx", 0, 4000, NULL);
	uint64_t b = kit_source(c, "ev2/Security.evtx", 0, 1000, NULL);
	uint64_t copy = kit_source(c, "ev3/Security.evtx", 0, 1000, NULL);
	struct fb_err err = { 0 };
	struct fb_buf out;

	/* The ring was written anew from its beginning: unit 0 is the newest. */
	CHECK_INT(unit(c, a, 0, 300, 399, T0 + 500 * FB_SECOND, 0), 0);
	CHECK_INT(unit(c, a, 1, 100, 150, T0, 0), 0);
	CHECK_INT(unit(c, a, 2, 201, 299, T0 + 400 * FB_SECOND, 7), 0);
	CHECK_INT(unit(c, a, 3, 160, 200, T0 + 900 * FB_SECOND, 0), 0);
	CHECK_INT(unit(c, a, 3, 161, 200, T0 + 900 * FB_SECOND, 0), 0); /* once more */
	CHECK_INT(kit_done(c, a, "evtx", 4000, 1, 4), 0);
	CHECK_INT(unit(c, b, 0, 1, 10, T0, 0), 0);
	CHECK_INT(kit_done(c, b, "evtx", 1000, 2, 1), 0);
	CHECK_INT(unit(c, copy, 0, 1, 10, T0, 0), 0);
	CHECK_INT(kit_done(c, copy, "evtx", 1000, 2, 1), 0);
	CHECK_INT(kit_end(c, true), 0);
	/* 201 is earlier than 200, in another unit; what is missing lies around unit 2. */
	records_are(c, a, "kind SP01 4688 40/16\nlog Security 100-399 1/10\ngap 151-160 unread\n"
			  "clock-back 201\n");
	records_are(c, b, "kind SP01 4688 10/4\nlog Security 1-10 0/0\n");
	fb_buf_init(&out, 1u << 16);
	CHECK_INT(fb_case_kinds(c, NULL, put_kind, &out, &err), 0);
	CHECK_STR(fb_buf_cstr(&out), "SP01 4688 50/20 CommandLine\n");
	fb_buf_dispose(&out);
	fb_case_close(c);
	CHECK_INT(sql_number(dir, "SELECT count(*) FROM unit_series"), 6);
	kit_remove(dir);
	free(dir);
}

static void test_needs(void)
{
	struct fb_slice list = FB_LIT("evtx\tSecurity\t\t4688,4689\tCommandLine a|b\nweb\t\t\t\t\n"
				      "mail\t\t\t\t\n");
	const struct fb_slice columns = FB_LIT("date cs-uri-stem cs(Referer) cs(X-Forwarded-For) cs-uri");
	struct fb_need need;

	CHECK(fb_need_next(&list, &need) && need.lane == FB_LANE_EVTX &&
	      fb_slice_eqs(need.channel, "Security") && fb_slice_eqs(need.fields, "CommandLine a|b"));
	CHECK(fb_need_id(need.ids, 4689) && !fb_need_id(need.ids, 468) && fb_need_id(FB_LIT(""), 7));
	CHECK(fb_need_next(&list, &need) && need.lane == FB_LANE_WEB && !need.fields.n);
	CHECK(!fb_need_next(&list, &need)); /* no lane that is known */
	CHECK(!fb_need_next(&list, &need));
	CHECK(fb_need_column(columns, FB_LIT("cs-referer")));
	CHECK(fb_need_column(columns, FB_LIT("X-Forwarded-For")));
	CHECK(fb_need_column(columns, FB_LIT("c-uri")));
	CHECK(!fb_need_column(columns, FB_LIT("Referer2")) && !fb_need_column(columns, FB_LIT("cs-uri-query")));
}

int main(void)
{
	test_needs();
	test_counts();
	test_pause();
	test_series();
	test_sums();
	test_notices();
	test_classes();
	test_limits();
	test_web();
	test_lies();
	test_case();
	return check_done();
}
