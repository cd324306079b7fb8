/* Coverage: each state from the smallest evidence that makes it. */
#include "check.h"

#include "logkit.h"

#include "assess/coverage/coverage.h"
#include "case/collected.h"

/* "recorded 0-60, lost 60-65" of a kind at a place, and the case is gone. */
static const char *cells(const char *place, const char *id, bool last)
{
	static char text[4096];
	const struct fb_telemetry_kind *t = fb_telemetry_kind(kit_s(id));
	struct fb_coverage *v = NULL;
	struct fb_err err = { 0 };
	size_t n = 0;

	if (c) {
		CHECK_INT(kit_end(c, true), 0);
		fb_case_close(c);
		c = NULL;
	}
	*text = 0;
	c = kit_open(dir, FB_CASE_READ);
	CHECK_INT(kit_say("coverage", fb_coverage_make(c, &v, &err), &err), 0);
	for (size_t i = 0; t && v && i < v->nplaces; i++) {
		const struct fb_track *k = &v->places[i].tracks[t - fb_telemetry_kinds];

		if (strcmp(v->places[i].name, place) != 0)
			continue;
		for (size_t m = 0; m < k->n; m++)
			n += (size_t)snprintf(text + n, sizeof text - n, "%s%s %lld-%lld", n ? ", " : "",
					      fb_cover_word(k->cells[m].state), (k->cells[m].from - DAY0) / MIN,
					      (k->cells[m].to - DAY0) / MIN);
	}
	fb_coverage_free(v);
	fb_case_close(c);
	c = NULL;
	if (last) {
		kit_remove(dir);
		free(dir);
	}
	return text;
}

/* "AFTER 60-120 goes 160-220" of what is missing of the kind at the place and has an end. */
static const char *goes(const char *place, const char *id)
{
	static char text[1024];
	struct fb_coverage *v = NULL;
	struct fb_err err = { 0 };
	size_t n = 0;

	CHECK_INT(kit_end(c, true), 0);
	fb_case_close(c);
	*text = 0;
	c = kit_open(dir, FB_CASE_READ);
	CHECK_INT(kit_say("coverage", fb_coverage_make(c, &v, &err), &err), 0);
	for (size_t i = 0; v && i < v->nplaces; i++) {
		const struct fb_track *k = &v->places[i].tracks[fb_telemetry_kind(kit_s(id)) - fb_telemetry_kinds];

		for (size_t m = 0; strcmp(v->places[i].name, place) == 0 && m < k->n; m++) {
			struct fb_expiry e = fb_coverage_expiry(&v->places[i], k, &k->cells[m]);

			if (e.from != FB_TIME_NONE)
				n += (size_t)snprintf(text + n, sizeof text - n, "%s%s %lld-%lld goes %lld-%lld%s", n ? ", " : "",
						      fb_cover_word(k->cells[m].state), (k->cells[m].from - DAY0) / MIN,
						      (k->cells[m].to - DAY0) / MIN, (e.from - DAY0) / MIN, (e.to - DAY0) / MIN,
						      e.stated ? " as said" : "");
		}
	}
	fb_coverage_free(v);
	fb_case_close(c);
	c = NULL;
	kit_remove(dir);
	free(dir);
	return text;
}

#define SECURITY "log-cleared"    /* what the log's own life decides */
#define SYSTEM "service-install-7045"

static void test_pauses(void)
{
	struct log s, o;

	/* Rare records, and another log goes on for half of the pause: that half is quiet. Of twenty
	 * hours without any, by the two others there should have been some. */
	begin();
	s = log_of("Security");
	run(&s, 1, 1, 0, 0);
	run(&s, 2, 2, 1200, 1200);
	run(&s, 3, 3, 1320, 1320);
	put(&s);
	o = log_of("System");
	run(&o, 1, 500, 0, 1260);
	put(&o);
	CHECK_STR(cells("SP01", SECURITY, true), "recorded 0-0, silent 0-1200, recorded 1200-1200, quiet 1200-1260,"
		  " silent 1260-1320, recorded 1320-1320");
	/* Usually a hundred a minute. */
	begin();
	s = log_of("Security");
	run(&s, 1, 6000, 0, 60);
	run(&s, 6001, 12000, 120, 180);
	put(&s);
	o = log_of("System");
	run(&o, 1, 500, 0, 180);
	put(&o);
	CHECK_STR(cells("SP01", SECURITY, true), "recorded 0-60, silent 60-120, recorded 120-180");
	/* Nobody else. */
	begin();
	s = log_of("Security");
	run(&s, 1, 1, 0, 0);
	run(&s, 2, 2, 120, 120);
	put(&s);
	CHECK_STR(cells("SP01", SECURITY, true), "recorded 0-0, silent 0-120, recorded 120-120");
}

static void test_missing(void)
{
	struct log s;

	/* Numbers are missing within minutes: no pause hides it. */
	begin();
	s = log_of("Security");
	run(&s, 1, 100, 0, 60);
	run(&s, 151, 200, 65, 90);
	put(&s);
	CHECK_STR(cells("SP01", SECURITY, true), "recorded 0-60, lost 60-65, recorded 65-90");
	/* The log begins late in its numbers; the other file of it has what is missing. */
	begin();
	s = log_of("Security");
	run(&s, 101, 200, 60, 90);
	put(&s);
	s = log_of("System");
	run(&s, 1, 10, 0, 90);
	put(&s);
	CHECK_STR(cells("SP01", SECURITY, false), "lost 0-60, recorded 60-90");
	c = kit_begin(dir);
	s = log_of("Security");
	s.path = "Archive-Security";
	run(&s, 1, 100, 0, 60);
	put(&s);
	CHECK_STR(cells("SP01", SECURITY, true), "recorded 0-90");
	/* Cleared: what was before is gone, what is after is not. */
	begin();
	s = log_of("Security");
	run(&s, 101, 200, 60, 90);
	notice(&s, FB_NOTICE_CLEARED, 60, -1);
	put(&s);
	s = log_of("System");
	run(&s, 1, 10, 0, 90);
	put(&s);
	CHECK_STR(cells("SP01", SECURITY, true), "cleared 0-60, recorded 60-90");
	/* Bytes that could not be read. */
	begin();
	s = log_of("Security");
	run(&s, 1, 100, 0, 60);
	s.rejected = 100;
	put(&s);
	CHECK_STR(cells("SP01", SECURITY, true), "recorded 0-10, unread 10-20, recorded 20-60");
}

/* A machine that was set back to a snapshot. */
static void test_reverted(void)
{
	struct log s, o;

	/* An earlier collection has the numbers with other times: nothing of either is thrown away, and what lies between is lost. */
	for (int other = 0; other < 2; other++) {
		begin();
		s = log_of("Security");
		run(&s, 1, 200, 0, 100);
		put(&s);
		s = log_of("Security");
		s.path = "later";
		run(&s, 1, 100, 0, 50);
		run(&s, other ? 101 : 201, 300, 300, 350);
		put(&s);
		/* Another log of the machine is set back with it. */
		o = log_of("System");
		run(&o, 1, 7000, 0, 350);
		put(&o);
		CHECK_STR(cells("SP01", SECURITY, false), other ? "recorded 0-100, lost 100-300, recorded 300-350"
							    : "recorded 0-100, silent 100-300, recorded 300-350");
		CHECK_STR(cells("SP01", SYSTEM, true), other ? "recorded 0-100, lost 100-300, recorded 300-350" : "recorded 0-350");
	}
	/* A copy of a part of it is no fork. */
	begin();
	s = log_of("Security");
	run(&s, 1, 200, 0, 100);
	put(&s);
	s = log_of("Security");
	s.path = "copy";
	run(&s, 50, 200, 25, 100);
	put(&s);
	CHECK_STR(cells("SP01", SECURITY, true), "recorded 0-100");
	/* All logs jump, the numbers run on: with a start the machine was off. */
	for (int started = 0; started < 2; started++) {
		begin();
		s = log_of("Security");
		run(&s, 1, 6000, 0, 60);
		run(&s, 6001, 12000, 180, 240);
		put(&s);
		o = log_of("System");
		run(&o, 1, 600, 0, 60);
		run(&o, 601, 1200, 180, 240);
		if (started)
			notice(&o, FB_NOTICE_BOOT, 180, -1);
		put(&o);
		CHECK_STR(cells("SP01", SECURITY, true), started ? "recorded 0-60, silent 60-180, recorded 180-240"
							     : "recorded 0-60, lost 60-180, recorded 180-240");
	}
}

/* Two files of one log, of the same times and numbers: the later one's blocks from `changed` to `until` tell otherwise. */
static const char *two_files(uint64_t last, uint64_t changed, uint64_t until, unsigned identity, unsigned values, bool both)
{
	static uint8_t rooms[3][FB_BLOCK_SUM_SIZE * 64];
	struct log s, o;

	begin();
	s = log_of("Security");
	run(&s, 1, 160, 0, 160);
	sums(&s, rooms[0], 0, 0, 0, 0);
	put(&s);
	s = log_of("Security");
	s.path = "later";
	run(&s, 1, last, 0, (int)last);
	sums(&s, rooms[1], changed, until, identity, values);
	put(&s);
	o = log_of("System");
	run(&o, 1, 7000, 0, 160);
	put(&o);
	if (both) {
		o = log_of("System");
		o.path = "earlier System";
		run(&o, 1, 3000, 0, 80);
		put(&o);
	}
	return cells("SP01", SYSTEM, true);
}

/* Records of one number and time with other content: in blocks, for no record has a sum of its own. */
static void test_other_content(void)
{
	CHECK_STR(two_files(160, 0, 0, 0, 0, false), "recorded 0-160");
	/* Blocks of sixteen minutes; the last whole one is the ninth. From what was one up to the end of both. */
	CHECK_STR(two_files(160, 4, 99, 0, 1, false), "recorded 0-63, lost 63-160");
	CHECK_STR(two_files(160, 4, 99, 1, 0, true), "recorded 0-63, lost 63-160");
	/* One of them, as somebody writes who changes what was written. */
	CHECK_STR(two_files(160, 4, 5, 0, 1, false), "recorded 0-63, lost 63-79, recorded 79-160");
	/* The other ends; of the block that it ends in all is lost. */
	CHECK_STR(two_files(96, 3, 99, 0, 1, false), "recorded 0-47, lost 47-111, recorded 111-160");
	/* Written anew by another program, nothing is the same; nothing shows then that records are two. */
	CHECK_STR(two_files(160, 0, 99, 0, 1, false), "recorded 0-160");
	CHECK_STR(two_files(160, 0, 99, 1, 1, false), "recorded 0-160");
	/* Of blocks that are not whole in both. */
	CHECK_STR(two_files(70, 4, 99, 0, 1, false), "recorded 0-160");
}

/* How long a log holds what it records shows by how long it did, where it had written over its beginning. */
static void test_expiry(void)
{
	static const struct {
		uint64_t first;
		const char *path;
		int cleared;
		const char *want;
	} cases[] = {
		/* The machine's last record is at 100, something else's at 160. */
		{ 5000, "Security.evtx", -1, "after-acquisition 100-160 goes 200-260" },
		{ 1, "Security.evtx", -1, "" },                        /* not full yet */
		{ 5000, "Archive-Security-2025-07-18.evtx", -1, "" },  /* put away, not written over */
		{ 5000, "Security.evtx", 0, "" },                      /* emptied */
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct log s, o;

		begin();
		s = log_of("Security");
		s.path = cases[i].path;
		run(&s, cases[i].first, cases[i].first + 999, 0, 100);
		if (cases[i].cleared >= 0)
			notice(&s, FB_NOTICE_CLEARED, cases[i].cleared, -1);
		put(&s);
		o = log_of("System");
		o.host = "SP02";
		run(&o, 1, 7000, 0, 160);
		put(&o);
		CHECK_STR(goes("SP01", SECURITY), cases[i].want);
	}
	/* Forwarded: nobody knows how long the machine itself holds it. */
	{
		struct log s, o;

		begin();
		s = log_of("Security");
		run(&s, 5000, 5999, 0, 100);
		s.series[0].renumbered = true;
		put(&s);
		o = log_of("System");
		o.host = "SP02";
		run(&o, 1, 7000, 0, 160);
		put(&o);
		CHECK_STR(goes("SP01", SECURITY), "");
	}
}

static void test_stops(void)
{
	struct log s, o;

	/* The service was stopped for four minutes, with records right before and behind. */
	begin();
	s = log_of("Security");
	run(&s, 1, 100, 0, 60);
	notice(&s, FB_NOTICE_LOGGING_STOPPED, 30, -1);
	notice(&s, FB_NOTICE_LOGGING_STARTED, 34, -1);
	put(&s);
	CHECK_STR(cells("SP01", SECURITY, true), "recorded 0-30, stopped 30-34, recorded 34-60");
	/* A restart, by the system's own word; then one that another log contradicts. */
	for (int contradicted = 0; contradicted < 2; contradicted++) {
		begin();
		s = log_of("System");
		run(&s, 1, 100, 0, 60);
		run(&s, 101, 200, 120, 180);
		notice(&s, FB_NOTICE_SHUTDOWN, 60, -1);
		notice(&s, FB_NOTICE_BOOT, 120, -1);
		put(&s);
		o = log_of("Security");
		run(&o, 1, 100, 0, contradicted ? 90 : 60);
		run(&o, 101, 200, 120, 180);
		put(&o);
		CHECK_STR(cells("SP01", SYSTEM, true), contradicted ? "recorded 0-60, stopped 60-60, silent 60-90, silent 90-120, recorded 120-180"
								    : "recorded 0-60, down 60-120, recorded 120-180");
	}
	/* Dropped records, a clock that was set. */
	begin();
	s = log_of("Security");
	run(&s, 1, 100, 0, 120);
	notice(&s, FB_NOTICE_EVENTS_DROPPED, 30, -1);
	notice(&s, FB_NOTICE_CLOCK_SET, 90, 80);
	put(&s);
	CHECK_STR(cells("SP01", SECURITY, true), "recorded 0-15, lost 15-45, recorded 45-80, clock 80-90, recorded 90-120");
}

static void test_settings(void)
{
	struct log s;

	/* Not one record of the kind: nothing proves that it was written. */
	begin();
	s = log_of("Security");
	run(&s, 1, 100, 0, 60);
	put(&s);
	CHECK_STR(cells("SP01", "process-creation-4688", true), "off 0-60");
	/* Between two stretches of it, no further apart than is usual, it is in force; with command
	 * lines only where there are some. */
	begin();
	s = log_of("Security");
	run(&s, 1, 1000, 0, 120);
	kind(&s, 4688, 50, 0, 10, 30);
	kind(&s, 4688, 50, 50, 40, 60);
	kind(&s, 4688, 1, 1, 100, 100);
	put(&s);
	CHECK_STR(cells("SP01", "process-creation-4688", false), "off 0-10, recorded 10-60, off 60-100, recorded 100-100, off 100-120");
	CHECK_STR(cells("SP01", "process-creation-4688-cmdline", true), "off 0-40, recorded 40-100, off 100-120");
	/* What is written at the boot is, whatever the policy says. */
	begin();
	s = log_of("Security");
	run(&s, 1, 100, 0, 60);
	kind(&s, 4608, 1, 0, 5, 5);
	kind(&s, 4688, 20, 0, 5, 6);
	put(&s);
	CHECK_STR(cells("SP01", "process-creation-4688", true), "off 0-60");
	/* Sysmon writes what it is told to. */
	begin();
	s = log_of("Microsoft-Windows-Sysmon/Operational");
	run(&s, 1, 100, 0, 60);
	kind(&s, 3, 100, 0, 0, 60);
	put(&s);
	CHECK_STR(cells("SP01", "network-sysmon-3", true), "filtered 0-60");
}

static void test_changes(void)
{
	struct log s;

	/* What is recorded was changed: between proofs on its two sides nothing is in force, and within a stretch of them not near it. */
	begin();
	s = log_of("Security");
	run(&s, 1, 1000, 0, 200);
	kind(&s, 4688, 50, 50, 10, 60);
	kind(&s, 4688, 50, 50, 100, 120);
	kind(&s, 4688, 50, 50, 160, 200);
	notice(&s, FB_NOTICE_POLICY, 30, -1);
	notice(&s, FB_NOTICE_POLICY, 80, -1);
	put(&s);
	CHECK_STR(cells("SP01", "process-creation-4688-cmdline", true), "off 0-10, recorded 10-15, off 15-45, recorded 45-60, off 60-100,"
		  " recorded 100-200");
	/* … by that log: Sysmon's says nothing of what is audited. */
	begin();
	s = log_of("Security");
	run(&s, 1, 1000, 0, 120);
	kind(&s, 4688, 50, 50, 10, 60);
	kind(&s, 4688, 50, 50, 100, 120);
	put(&s);
	s = log_of("Microsoft-Windows-Sysmon/Operational");
	run(&s, 1, 100, 0, 120);
	notice(&s, FB_NOTICE_POLICY, 80, -1);
	put(&s);
	CHECK_STR(cells("SP01", "process-creation-4688", true), "off 0-10, recorded 10-120");
	/* The policy of one user: what that one does proves nothing, whatever others prove. */
	begin();
	s = log_of("Security");
	run(&s, 1, 1000, 0, 120);
	kind(&s, 4688, 500, 0, 10, 120);
	notice(&s, FB_NOTICE_USER_POLICY, 50, -1);
	put(&s);
	CHECK_STR(cells("SP01", "process-creation-4688", false), "off 0-10, recorded 10-50, partial 50-120");
	CHECK_STR(cells("SP01", SECURITY, true), "recorded 0-120");
}

static void test_forwarded(void)
{
	struct log s;

	/* Forwarded: what was left out is not known. */
	begin();
	s = log_of("Security");
	run(&s, 1, 100, 0, 60);
	s.series[0].renumbered = true;
	put(&s);
	CHECK_STR(cells("SP01", SECURITY, true), "partial 0-60");
	/* Their numbers prove nothing: holes are the subscription's, the same number twice is no fork, and none are no life. */
	begin();
	s = log_of("Security");
	run(&s, 1, 100, 0, 60);
	run(&s, 151, 200, 65, 120);
	s.series[0].renumbered = s.series[1].renumbered = true;
	put(&s);
	s = log_of("Security");
	s.path = "collector/ForwardedEvents";
	run(&s, 1, 60, 100, 180);
	s.series[0].renumbered = true;
	put(&s);
	CHECK_STR(cells("SP01", SECURITY, true), "partial 0-180");
	/* The machine's own log is judged by itself. What was cleared in it and forwarded before is there in part. */
	begin();
	s = log_of("Security");
	run(&s, 101, 200, 60, 90);
	run(&s, 201, 210, 200, 240);
	notice(&s, FB_NOTICE_CLEARED, 60, -1);
	put(&s);
	s = log_of("Security");
	s.path = "collector/ForwardedEvents";
	run(&s, 1, 60, 30, 80);
	run(&s, 61, 70, 120, 130);
	s.series[0].renumbered = s.series[1].renumbered = true;
	put(&s);
	s = log_of("System");
	run(&s, 1, 400, 0, 240);
	put(&s);
	CHECK_STR(cells("SP01", SECURITY, true), "cleared 0-30, partial 30-60, recorded 60-90, silent 90-120, partial 120-130,"
		  " silent 130-200, recorded 200-240");
	/* What was forwarded and is not in it stands in the way of "quiet". */
	for (int forwarded = 0; forwarded < 2; forwarded++) {
		begin();
		s = log_of("Security");
		run(&s, 1, 1, 0, 0);
		run(&s, 2, 2, 1200, 1200);
		run(&s, 3, 3, 1230, 1230);
		put(&s);
		s = log_of("System");
		run(&s, 1, 500, 0, 1230);
		put(&s);
		if (forwarded) {
			s = log_of("Security");
			s.path = "collector/ForwardedEvents";
			run(&s, 7, 7, 1210, 1210);
			s.series[0].renumbered = true;
			put(&s);
		}
		CHECK_STR(cells("SP01", SECURITY, true), forwarded
			  ? "recorded 0-0, silent 0-1200, recorded 1200-1200, silent 1200-1210, partial 1210-1210, silent 1210-1230, recorded 1230-1230"
			  : "recorded 0-0, silent 0-1200, recorded 1200-1200, quiet 1200-1230, recorded 1230-1230");
	}
}

#define SYSMON "Microsoft-Windows-Sysmon/Operational"

/* A file that is a configuration, of the hash 2a07000…; what it records, and what never. */
static void config(const char *records, const char *filters)
{
	uint64_t source = kit_source(c, "sysmonconfig.xml", 0, 1000, NULL);
	struct fb_collected said = { .what = FB_SAID_CHOSEN, .path = FB_LIT("recorded"), .text = kit_s(records),
				     .time = FB_TIME_NONE, .size = UINT64_MAX };
	struct fb_err err = { 0 };

	CHECK_INT(kit_say("said", fb_case_collected_add(c, source, 0, &said, &err), &err), 0);
	said.path = FB_LIT("filtered");
	said.text = kit_s(filters);
	CHECK_INT(kit_say("said", fb_case_collected_add(c, source, 1, &said, &err), &err), 0);
	CHECK_INT(kit_done(c, source, "sysmon-config", 1000, 42, 0), 0);
}
#define OTHER "SHA256=2A08000000000000000000000000000000000000000000000000000000000000"
#define HASH "SHA256=2A07000000000000000000000000000000000000000000000000000000000000"

static void told(struct log *l, int minute, const char *text)
{
	notice(l, FB_NOTICE_POLICY, minute, -1);
	l->notices[l->nnotices - 1].text = kit_s(text);
}

/* Sysmon's configuration, from the record on that says its hash. */
static void test_configured(void)
{
	static const struct { const char *first, *then, *lsass, *worker; } cases[] = {
		{ HASH, NULL, "filtered 0-20, recorded 20-120", "filtered 0-20, filtered 20-120" },
		/* Another one, one that nobody knows, none any more. */
		{ HASH, OTHER, "filtered 0-20, recorded 20-60, filtered 60-120", "filtered 0-20, filtered 20-60, filtered 60-120" },
		{ HASH, "Stopped", "filtered 0-20, recorded 20-60, filtered 60-120", "filtered 0-20, filtered 20-60, filtered 60-120" },
		{ HASH, "", "filtered 0-20, recorded 20-60, filtered 60-120", "filtered 0-20, filtered 20-60, filtered 60-120" },
		{ HASH, "Started", "filtered 0-20, recorded 20-120", "filtered 0-20, filtered 20-120" },
		{ OTHER, HASH, "filtered 0-60, recorded 60-120", "filtered 0-60, filtered 60-120" },
		/* Without such a record it was in force at no time. */
		{ "Started", NULL, "filtered 0-120", "filtered 0-120" },
		{ "MD5=2A070000000000000000000000000000", NULL, "filtered 0-120", "filtered 0-120" },
	};
	struct log s;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		begin();
		config("lsass-access any-driver no-such", "worker-file");
		s = log_of(SYSMON);
		run(&s, 1, 1000, 0, 120);
		told(&s, 20, cases[i].first);
		if (cases[i].then)
			told(&s, 60, cases[i].then);
		put(&s);
		CHECK_STR(cells("SP01", "lsass-access-sysmon", false), cases[i].lsass);
		CHECK_STR(cells("SP01", "worker-file-sysmon", true), cases[i].worker);
	}
	/* Records are missing, among which it may have been changed; and it is said again. A pause loses nothing. */
	begin();
	config("lsass-access", "");
	s = log_of(SYSMON);
	run(&s, 1, 1000, 0, 60);
	run(&s, 1001, 1900, 90, 100);
	run(&s, 2001, 3000, 101, 180);
	told(&s, 20, HASH);
	told(&s, 150, HASH);
	put(&s);
	CHECK_STR(cells("SP01", "lsass-access-sysmon", true), "filtered 0-20, recorded 20-60, silent 60-90, recorded 90-100,"
		  " lost 100-101, filtered 101-150, recorded 150-180");
	/* Of another machine nothing is said by it. */
	begin();
	config("lsass-access", "");
	s = log_of(SYSMON);
	run(&s, 1, 1000, 0, 60);
	told(&s, 0, HASH);
	put(&s);
	s = log_of(SYSMON);
	s.path = "other";
	s.host = "SP02";
	run(&s, 1, 1000, 0, 60);
	put(&s);
	CHECK_STR(cells("SP02", "lsass-access-sysmon", false), "filtered 0-60");
	CHECK_STR(cells("SP01", "lsass-access-sysmon", true), "recorded 0-60");
}

static void shown(struct log *l, const char *classes, uint64_t events, int from, int to)
{
	kind(l, 11, events, 0, from, to);
	l->kinds[l->nkinds - 1].columns = kit_s(classes);
}

/* Records of a class, by two that are not the same. */
static void test_controls(void)
{
	struct log s;

	for (int i = 0; i < 6; i++) {
		begin();
		config("", "aspx-file");
		s = log_of(SYSMON);
		run(&s, 1, 1000, 0, 120);
		shown(&s, "aspx-file/1/0", 300, 10, 60);
		shown(&s, i == 1 ? "aspx-file/1/4" : i == 2 ? "worker-file/2/4" : i == 5 ? "aspx-file/2/0" : "worker-file/3/4 aspx-file/2/4", 30, 20, 80);
		/* Behind the usual spacing. */
		shown(&s, "aspx-file/1/0", 1, 110, 110);
		/* Another configuration between them: a quarter of an hour is no control's, and no spacing goes over it. */
		if (i == 3)
			told(&s, 40, "SHA256=00");
		if (i == 4)
			told(&s, 30, HASH);
		put(&s);
		CHECK_STR(cells("SP01", "aspx-file-sysmon", false),
			  i == 0 ? "filtered 0-20, recorded 20-60, filtered 60-120"
			  : i == 3 ? "filtered 0-20, recorded 20-25, filtered 25-55, recorded 55-60, filtered 60-120"
			  : i == 4 ? "filtered 0-30, filtered 30-120" : "filtered 0-120");
		/* A control proves its class alone. */
		CHECK_STR(cells("SP01", "file-create-sysmon", false), i == 4 ? "filtered 0-30, filtered 30-120" : "filtered 0-120");
		CHECK_STR(cells("SP01", "worker-file-sysmon", true), i == 4 ? "filtered 0-30, filtered 30-120" : "filtered 0-120");
	}
	/* Half an hour is usual: then it goes over a pause of that length, unless it was configured anew. */
	for (int i = 0; i < 2; i++) {
		begin();
		s = log_of(SYSMON);
		run(&s, 1, 1000, 0, 120);
		for (int k = 0; k < 2; k++) {
			shown(&s, k ? "aspx-file/1/0" : "aspx-file/2/4", 50, 0, 10);
			shown(&s, k ? "aspx-file/1/0" : "aspx-file/2/4", 1, 40, 40);
			shown(&s, k ? "aspx-file/1/0" : "aspx-file/2/4", 1, 70, 70);
		}
		if (i)
			told(&s, 41, "SHA256=00");
		put(&s);
		CHECK_STR(cells("SP01", "aspx-file-sysmon", true), i ? "recorded 0-26, filtered 26-70, recorded 70-70, filtered 70-120"
			  : "recorded 0-70, filtered 70-120");
	}
}

/* "absent: collection failed" of the first cell of a kind at SP01. */
static const char *reason(const char *id)
{
	static char text[512];
	const struct fb_telemetry_kind *t = fb_telemetry_kind(kit_s(id));
	struct fb_coverage *v = NULL;
	struct fb_err err = { 0 };

	*text = 0;
	c = kit_open(dir, FB_CASE_READ);
	CHECK_INT(kit_say("coverage", fb_coverage_make(c, &v, &err), &err), 0);
	for (size_t i = 0; t && v && i < v->nplaces; i++) {
		const struct fb_cell *cell = v->places[i].tracks[t - fb_telemetry_kinds].cells;

		if (strcmp(v->places[i].name, "SP01") == 0)
			(void)snprintf(text, sizeof text, "%s: %s", fb_cover_word(cell->state),
				       cell->reason ? fb_absence_word(cell->reason) : "?");
	}
	fb_coverage_free(v);
	fb_case_close(c);
	c = NULL;
	return text;
}

/* What is absent has the reason that a collector wrote of that very log. */
static void test_absent(void)
{
	static const char sysmon[] = "C:\\Windows\\System32\\winevt\\Logs\\Microsoft-Windows-Sysmon%4Operational.evtx",
		here[] = "C:\\Windows\\system32\\winevt\\logs\\Security.evtx";
	static const struct { enum fb_statement what; const char *path, *text, *want; } cases[] = {
		{ FB_SAID_FAILED, sysmon, "in use by another process", "absent: collection failed" },
		{ FB_SAID_FAILED, "", "Error copying 'c:/windows/system32/winevt/logs/microsoft-windows-sysmon%4operational.evtx': denied", "absent: collection failed" },
		{ FB_SAID_SKIPPED, sysmon, "larger than allowed", "absent: not collected" },
		{ FB_SAID_SKIPPED, sysmon, "File not found", "absent: looked for, not there" },
		{ FB_SAID_FAILED, sysmon, "The file is encrypted by EFS", "absent: encrypted" },
		{ FB_SAID_FAILED, sysmon, "beyond its retention", "absent: expired" },
		{ FB_SAID_HASHED, sysmon, "", "absent: not collected" },
		/* Of another log, of its shadow copy, of what only ends so. */
		{ FB_SAID_FAILED, here, "in use", "absent: not collected" },
		{ FB_SAID_FAILED, "\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy1\\Windows\\Microsoft-Windows-Sysmon%4Operational.evtx", "denied",
		  "absent: not collected" },
		{ FB_SAID_FAILED, "C:\\xMicrosoft-Windows-Sysmon%4Operational.evtx", "denied", "absent: not collected" },
		{ FB_SAID_FAILED, "C:\\Microsoft-Windows-Sysmon%4Operational.evtxx", "denied", "absent: not collected" },
	};
	struct log s;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fb_collected said = { .what = cases[i].what, .path = kit_s(cases[i].path), .text = kit_s(cases[i].text),
					     .time = FB_TIME_NONE, .size = UINT64_MAX };
		struct fb_err err = { 0 };
		uint64_t source;

		begin();
		s = log_of("Security");
		run(&s, 1, 1000, 0, 60);
		put(&s);
		source = kit_source(c, "kape/SkipLog.csv", 0, 1000, NULL);
		CHECK_INT(kit_say("said", fb_case_collected_add(c, source, 0, &said, &err), &err), 0);
		CHECK_INT(kit_done(c, source, "kape-skiplog", 1000, 43, 0), 0);
		CHECK_INT(kit_say("host", fb_case_attr(c, source, "host", FB_LIT("SP01"), &err), &err), 0);
		CHECK_INT(kit_end(c, true), 0);
		fb_case_close(c);
		c = NULL;
		CHECK_STR(reason("network-sysmon-3"), cases[i].want);
		/* A log that is there has none. */
		CHECK_STR(reason(SECURITY), "recorded: ?");
		CHECK_STR(reason("registry-hive"), "absent: ?");
		kit_remove(dir);
		free(dir);
	}
}

static void web(const char *path, const char *columns, int from, int to)
{
	struct log s = { .path = path, .channel = "", .host = "SP01", .lane = FB_LANE_WEB };

	kind(&s, 0, 1000, 0, from, to);
	s.kinds[0].provider = s.kinds[0].channel = FB_LIT("");
	s.kinds[0].columns = kit_s(columns);
	put(&s);
}

static void test_web(void)
{
	/* Of two sites the worse counts; five minutes may not have been written yet. */
	begin();
	web("W3SVC1/a.log", "date time cs-uri-stem sc-bytes", 0, 120);
	web("W3SVC2/b.log", "date time cs-uri-stem", 60, 120);
	CHECK_STR(cells("SP01", "web-requests", false), "absent 0-60, recorded 60-115, after-acquisition 115-120");
	CHECK_STR(cells("SP01", "web-requests-bytes", false), "absent 0-60, off 60-115, after-acquisition 115-120");
	CHECK_STR(cells("SP01", "httperr", true), "absent 0-120");
	/* Local time of a zone that nobody said: which time it speaks of is not known. */
	begin();
	web("W3SVC1/a.log", "c-ip sc-bytes", 0, 60);
	web("W3SVC1/b.log", "c-ip " FB_COLUMN_LOCAL, 60, 120);
	CHECK_STR(cells("SP01", "web-requests", true), "clock 0-115, after-acquisition 115-120");
	/* An hour that the zone had twice is one of two hours. */
	begin();
	web("W3SVC1/a.log", "c-ip", 0, 100);
	web("W3SVC1/b.log", "c-ip " FB_COLUMN_TWICE, 100, 150);
	web("W3SVC1/c.log", "c-ip", 220, 400);
	CHECK_STR(cells("SP01", "web-requests", true), "recorded 0-100, clock 100-150, silent 150-220, recorded 220-395, after-acquisition 395-400");
}

/* ---- which sites there are ---- */

#define INETSRV "SP01/C/Windows/System32/inetsrv/config/"
#define FULL "date time s-sitename c-ip cs-method cs-uri-stem cs-uri-query cs-username sc-status sc-bytes cs(User-Agent) cs(Referer)"

/* A file of IIS's, written and taken at these minutes (taken < 0: nobody says); sites: "1<One>|2 dont-log<Two>"; NULL: it is not understood. */
static uint64_t iis(const char *path, int written, int taken, uint8_t sum, const char *what, const char *text, const char *sites)
{
	struct fb_source_id id = { .path = path, .disk = path, .size = 1000, .mtime = at(written) };
	struct fb_collected said = { .what = FB_SAID_SITES, .path = kit_s(what), .text = kit_s(text), .time = FB_TIME_NONE, .size = UINT64_MAX };
	enum fb_source_state state;
	struct fb_err err = { 0 };
	char time[FB_TIME_TEXT];
	uint64_t source = 0;

	CHECK_INT(kit_say("source", fb_case_source(c, &id, &source, &state, &err), &err), 0);
	CHECK_INT(kit_say("host", fb_case_attr(c, source, "host", FB_LIT("SP01"), &err), &err), 0);
	if (taken >= 0)
		CHECK_INT(kit_say("taken", fb_case_attr(c, source, "acquired", kit_s(fb_time_text(at(taken), 0, time)), &err), &err), 0);
	if (sites)
		CHECK_INT(kit_say("said", fb_case_collected_add(c, source, 0, &said, &err), &err), 0);
	for (uint64_t n = 1; sites && *sites; n++) {
		size_t len = strcspn(sites, "|");
		size_t name = strcspn(sites, "<");

		said = (struct fb_collected){ .what = FB_SAID_SITE, .path = fb_slice(sites + name + 1, len - name - 2), .text = fb_slice(sites, name),
					      .time = FB_TIME_NONE, .size = UINT64_MAX };
		CHECK_INT(kit_say("said", fb_case_collected_add(c, source, n, &said, &err), &err), 0);
		sites += len + (sites[len] == '|');
	}
	CHECK_INT(kit_done(c, source, "iis-config", 1000, sum, 0), 0);
	return source;
}

static uint64_t host_config(int written, int taken, const char *count, const char *sites)
{
	return iis(INETSRV "applicationHost.config", written, taken, 101, "application-host", count, sites);
}

static void redirected(const char *text)
{
	iis(INETSRV "redirection.config", -9000, 200, 102, "redirection", text, "");
}

/* The last cell before the evidence was taken: "off: not recorded …". */
static const char *why_of(const char *id)
{
	static char text[1024];
	const struct fb_telemetry_kind *t = fb_telemetry_kind(kit_s(id));
	struct fb_coverage *v = NULL;
	struct fb_err err = { 0 };

	*text = 0;
	c = kit_open(dir, FB_CASE_READ);
	CHECK_INT(kit_say("coverage", fb_coverage_make(c, &v, &err), &err), 0);
	for (size_t i = 0; v && i < v->nplaces; i++)
		for (size_t m = 0; m < v->places[i].tracks[t - fb_telemetry_kinds].n; m++) {
			const struct fb_cell *x = &v->places[i].tracks[t - fb_telemetry_kinds].cells[m];

			if (x->state != FB_COVER_AFTER)
				(void)snprintf(text, sizeof text, "%s: %s", fb_cover_word(x->state), x->why);
		}
	fb_coverage_free(v);
	fb_case_close(c);
	c = NULL;
	return text;
}

static void gone(void)
{
	kit_remove(dir);
	free(dir);
}

/* Two hours of the log of one site, and a configuration taken an hour later. */
static void test_sites(void)
{
	static const struct { const char *count, *sites, *states, *why, *logs; } cases[] = {
		{ "1", "1<One>", "recorded 0-200", "recorded: ", "recorded: " },
		/* Of the second nothing is here. */
		{ "2", "1<One>|22<Portal>", "recorded 0-200", "recorded: ", "absent: no log of site Portal (id 22): W3SVC22" },
		{ "2", "1<One>|22 protocol<Portal>", "off 0-200",
		  "off: not recorded: site Portal (id 22), a binding other than HTTP, which has no such log",
		  "absent: no log of site Portal (id 22): W3SVC22" },
		/* What logs nothing has no log to be missed. */
		{ "2", "1<One>|22 off<Portal>", "off 0-200", "off: not recorded: site Portal (id 22), logging is off", "recorded: " },
		{ "1", "1 dont-log<One>", "off 0-200", "off: not recorded: site One (id 1), dontLog", "recorded: " },
		{ "1", "1 hereafter<One>", "off 0-200", "off: not recorded: site One (id 1), logging is off", "recorded: " },
		{ "4", "2 selective<A>|3 itself<B>|4 format<C>|5 no-module together<D>", "off 0-200",
		  "off: not recorded: site A (id 2), selectiveLogging; site B (id 3), its web.config may switch the log off; "
		  "site C (id 4), its log is not W3C; and 1 more", NULL },
		/* A log of a site that it does not name. */
		{ "1", "7<Other>", "partial 0-200", "partial: site 1 has a log, and the configuration does not name it", NULL },
		/* Not all that it said is known. */
		{ "2", "1<One>", "absent 0-200", "absent: the web server's configuration is not understood", "recorded: " },
		{ "1", NULL, "absent 0-200", "absent: the web server's configuration is not understood", "recorded: " },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		begin();
		web("SP01/LogFiles/W3SVC1/a.log", FULL, 0, 199);
		host_config(-600, 200, cases[i].count, cases[i].sites);
		redirected("own");
		CHECK_STR(cells("SP01", "iis-sites", false), cases[i].states);
		CHECK_STR(why_of("iis-sites"), cases[i].why);
		if (cases[i].logs)
			CHECK_STR(why_of("web-requests"), cases[i].logs);
		gone();
	}
}

static void test_sites_when(void)
{
	/* Written within the time that is asked about; nobody says when it was taken. */
	for (int said = 0; said < 2; said++) {
		begin();
		web("W3SVC1/a.log", FULL, 0, 199);
		host_config(50, said ? 150 : -1, "1", "1<One>");
		redirected("own");
		CHECK_STR(cells("SP01", "iis-sites", false), said ? "absent 0-50, recorded 50-150, after-acquisition 150-200" : "absent 0-200");
		CHECK_STR(why_of("iis-sites"), said ? "recorded: " : "absent: when the web server's configuration was taken nobody says (--manifest)");
		gone();
	}
	/* Where the configuration lies is not known, or elsewhere. */
	begin();
	web("W3SVC1/a.log", FULL, 0, 199);
	host_config(-600, 200, "1", "1<One>");
	CHECK_STR(cells("SP01", "iis-sites", true), "absent 0-200");
	begin();
	web("W3SVC1/a.log", FULL, 0, 199);
	host_config(-600, 200, "1", "1<One>");
	redirected("elsewhere");
	CHECK_STR(cells("SP01", "iis-sites", false), "absent 0-200");
	CHECK_STR(why_of("iis-sites"), "absent: the web server's configuration is shared, and lies elsewhere (redirection.config)");
	gone();
	/* Not where it is read; history holds another one of before, or of since. */
	for (int since = 0; since < 3; since++) {
		begin();
		web("W3SVC1/a.log", FULL, 0, 199);
		iis(since == 2 ? "SP01/applicationHost.config" : INETSRV "applicationHost.config", -600, 200, 101, "application-host", "1", "1<One>");
		iis("SP01/C/inetpub/history/CFGHISTORY_0000000001/applicationHost.config", since == 1 ? -300 : -700, 200, 103, "application-host", "0", "");
		redirected("own");
		CHECK_STR(cells("SP01", "iis-sites", true), since ? "absent 0-200" : "recorded 0-200");
	}
	/* The same again, later: nothing was changed. */
	begin();
	web("W3SVC1/a.log", FULL, 0, 199);
	host_config(-600, 200, "1", "1<One>");
	iis("SP01/C/inetpub/history/CFGHISTORY_0000000001/applicationHost.config", -300, 200, 101, "application-host", "1", "1<One>");
	redirected("own");
	CHECK_STR(cells("SP01", "iis-sites", true), "recorded 0-200");
}

/* What is known of a file's own time, and of its place. */
static void test_sites_attrs(void)
{
	static const struct { const char *attr, *value; int written; const char *want; } cases[] = {
		/* A time of some zone: twelve hours later at most. */
		{ "local", "1", -721, "recorded 0-200" },
		{ "local", "1", -700, "absent 0-20, recorded 20-200" },
		{ "shadow", "vss001", -700, "absent 0-200" },
		{ "host_path", "C:\\WINDOWS\\system32\\inetsrv\\Config\\ApplicationHost.config", -700, "recorded 0-200" },
		{ "host_path", "C:\\Windows\\SysWOW64\\inetsrv\\Config\\applicationHost.config", -700, "absent 0-200" },
		{ "host_path", "C:\\WindowsSystem32\\inetsrv\\config\\applicationHost.config", -700, "absent 0-200" },
	};
	struct fb_collected said = { .what = FB_SAID_FAILED, .path = FB_LIT("C:\\inetpub\\logs\\LogFiles\\W3SVC9\\u_ex250718.log"), .text = FB_LIT("in use"),
				     .time = FB_TIME_NONE, .size = UINT64_MAX };
	struct fb_err err = { 0 };
	uint64_t source;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		begin();
		web("W3SVC1/a.log", FULL, 0, 199);
		source = host_config(cases[i].written, 200, "1", "1<One>");
		CHECK_INT(kit_say("attr", fb_case_attr(c, source, cases[i].attr, kit_s(cases[i].value), &err), &err), 0);
		redirected("own");
		CHECK_STR(cells("SP01", "iis-sites", true), cases[i].want);
	}
	/* What a collector says of one log is no word about another. */
	begin();
	web("W3SVC1/a.log", FULL, 0, 199);
	host_config(-600, 200, "2", "1<One>|22<Portal>");
	redirected("own");
	source = kit_source(c, "kape/ConsoleLog.txt", 0, 1000, NULL);
	CHECK_INT(kit_say("said", fb_case_collected_add(c, source, 0, &said, &err), &err), 0);
	CHECK_INT(kit_say("host", fb_case_attr(c, source, "host", FB_LIT("SP01"), &err), &err), 0);
	CHECK_INT(kit_done(c, source, "kape-consolelog", 1000, 43, 0), 0);
	CHECK_STR(cells("SP01", "web-requests", false), "absent 0-195, after-acquisition 195-200");
	CHECK_STR(why_of("web-requests"), "absent: no log of site Portal (id 22): W3SVC22");
	CHECK_STR(reason("web-requests"), "absent: not collected");
	gone();
}

static void test_sites_changed(void)
{
	/* IIS recorded a change: only behind it; of before, nothing follows from a change that is older than the file. */
	for (int then = 0; then < 2; then++) {
		struct log s = log_of("Microsoft-IIS-Configuration/Operational");

		begin();
		web("W3SVC1/a.log", FULL, 0, 199);
		run(&s, 1, 2, then ? 60 : 0, then ? 60 : 0);
		kind(&s, then ? 50 : 29, 1, 0, then ? 60 : 0, then ? 60 : 0);
		put(&s);
		host_config(then ? -600 : 30, 200, "1", "1<One>");
		redirected("own");
		CHECK_STR(cells("SP01", "iis-sites", true), then ? "absent 0-60, recorded 60-200" : "absent 0-30, recorded 30-200");
	}
	/* Lines without what rules look at, for an hour. */
	begin();
	web("W3SVC1/a.log", FULL, 0, 60);
	web("W3SVC1/b.log", "date time c-ip cs-method cs-uri-stem cs-username sc-status cs(User-Agent) cs(Referer)", 60, 120);
	web("W3SVC1/c.log", FULL, 121, 199);
	host_config(-600, 200, "1", "1<One>");
	redirected("own");
	CHECK_STR(cells("SP01", "iis-sites", true), "recorded 0-60, off 60-120, recorded 120-200");
}

static void test_places(void)
{
	struct fb_coverage *v = NULL;
	struct fb_err err = { 0 };
	struct log s;

	/* Of an unknown machine nothing is visible, and nothing is left out. */
	begin();
	s = log_of("Security");
	s.host = "";
	run(&s, 1, 100, 0, 60);
	put(&s);
	CHECK_STR(cells(FB_PLACE_UNKNOWN, SECURITY, true), "absent 0-60");
	/* A forged time does not stretch the case over centuries. */
	begin();
	s = log_of("Security");
	run(&s, 1, 100, 0, 60);
	kind(&s, 2, 1, 0, 0, 0);
	s.kinds[0].first = s.kinds[0].last = INT64_MAX - 5;
	kind(&s, 3, 1, 0, 0, 0);
	s.kinds[1].first = s.kinds[1].last = INT64_MIN + 5;
	put(&s);
	CHECK_STR(cells("SP01", SECURITY, true), "recorded 0-60");
	/* Read by a program that kept no stretches: better nothing than too much. */
	begin();
	s = log_of("Security");
	run(&s, 1, 100, 0, 60);
	put(&s);
	CHECK_INT(kit_end(c, true), 0);
	fb_case_close(c);
	sql(dir, "DELETE FROM meta WHERE key = 'source:0:stretches'");
	c = kit_open(dir, FB_CASE_READ);
	CHECK_INT(fb_coverage_make(c, &v, &err), FB_ESTATE);
	CHECK(strstr(err.text, "investigate") != NULL);
	fb_case_close(c);
	c = NULL;
	kit_remove(dir);
	free(dir);
}

int main(void)
{
	test_pauses();
	test_missing();
	test_reverted();
	test_other_content();
	test_expiry();
	test_stops();
	test_settings();
	test_changes();
	test_forwarded();
	test_configured();
	test_controls();
	test_absent();
	test_web();
	test_sites();
	test_sites_when();
	test_sites_attrs();
	test_sites_changed();
	test_places();
	return check_done();
}
