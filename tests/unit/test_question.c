/* Answers: what may be called "not observed", of a place and of the case, and what forbids it. */
#include "check.h"

#include "logkit.h"

#include "assess/coverage/coverage.h"
#include "assess/question/question.h"
#include "assess/seal.h"
#include "case/custody.h"
#include "case/decide.h"
#include "case/stated.h"
#include "case/steps.h"

/* Both ways of destroying records are visible on SP01 for an hour, and rules look for both. */
static void quiet_case(void)
{
	struct log s = log_of("Security"), o = log_of("System");

	begin();
	run(&s, 1, 100, 0, 60);
	put(&s);
	run(&o, 1, 100, 0, 60);
	put(&o);
}

static void detect(uint32_t rule, const char *host)
{
	struct fb_detection d = kit_record(rule, host, 5, 100);
	uint64_t s = kit_source(c, "more.evtx", 0, 1000, NULL);

	d.time = at(30);
	CHECK_INT(kit_unit(c, s, 0, &d, 1, *host ? host : NULL, 1), 0);
	CHECK_INT(kit_done(c, s, "evtx", 1000, 99, 1), 0);
}

/* At minutes 30 and 50. */
static void twice(uint32_t rule, uint32_t other, const char *host)
{
	struct fb_detection d[2] = { kit_record(rule, host, 5, 100), kit_record(other, host, 6, 300) };
	uint64_t s = kit_source(c, "more.evtx", 0, 1000, NULL);

	d[0].time = at(30);
	d[1].time = at(50);
	CHECK_INT(kit_unit(c, s, 0, d, 2, host, 1), 0);
	CHECK_INT(kit_done(c, s, "evtx", 1000, 99, 1), 0);
}

static void say(const char *kind_, const char *key, const char *value)
{
	struct fb_stated s = { kind_, key, value, "alice", KIT_T0 };
	struct fb_err err = { 0 };
	uint64_t added;

	c = kit_open(dir, FB_CASE_DECIDE);
	CHECK_INT(fb_case_state(c, &s, 1, &added, &err), 0);
	fb_case_close(c);
	c = NULL;
}

static void end(bool complete)
{
	CHECK_INT(kit_end(c, complete), 0);
	fb_case_close(c);
	c = NULL;
}

/* "PLACE: ASSESSMENT" of a question as a whole, the case first; *says: of the last. */
static const char *answers(enum fb_question q, char says[static 2048])
{
	static char text[4096];
	struct fb_coverage *v = NULL;
	struct fb_answers *a = NULL;
	struct fb_err err = { 0 };
	size_t n = 0;

	*text = *says = 0;
	c = kit_open(dir, FB_CASE_READ);
	CHECK_INT(kit_say("coverage", fb_coverage_make(c, &v, &err), &err), 0);
	CHECK_INT(kit_say("answers", fb_answers_make(c, v, &a, &err), &err), 0);
	for (size_t i = 0; a && i < a->n; i++) {
		if (a->v[i].question != q || a->v[i].route)
			continue;
		n += (size_t)snprintf(text + n, sizeof text - n, "%s%s: %s", n ? ", " : "",
				      *a->v[i].place ? a->v[i].place : "case", fb_assessment_word(a->v[i].assessment));
		(void)snprintf(says, 2048, "%s", a->v[i].says);
	}
	fb_answers_free(a);
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

/* How many rules, and the beginning of their sum. */
static bool rules_named(const char *says)
{
	const char *at = strstr(says, "none fits (of the ");
	unsigned n = 0;
	char sum[16] = "";

	return at && sscanf(at, "none fits (of the %u rules %12[0-9a-f])", &n, sum) == 2 && n > 0 && strlen(sum) == 12;
}

static void test_roster(void)
{
	char says[2048];

	quiet_case();
	end(true);
	CHECK_STR(answers(FB_Q_LOGS, says), "case: cannot determine, SP01: not observed");
	CHECK(strstr(says, "did not observe log destruction on SP01") && strstr(says, "2 patterns"));
	/* B5: of which rules; no match is no event. */
	CHECK(rules_named(says));
	say("asset", "SP01", "{\"role\":\"file server\"}");
	CHECK_STR(answers(FB_Q_LOGS, says), "case: not observed, SP01: not observed");
	say("asset", "SP02", "{\"role\":\"front end\"}");
	CHECK_STR(answers(FB_Q_LOGS, says), "case: cannot determine, SP01: not observed");
	/* Outside of the evidence nothing is visible. */
	say("window", "", "{\"from\":\"2025-07-17T00:00:00Z\",\"to\":\"2025-07-18T01:00:00Z\",\"reason\":\"r\"}");
	CHECK_STR(answers(FB_Q_LOGS, says), "case: cannot determine, SP01: cannot determine");
	gone();
}

/* What is said of a route at SP01. */
static bool route_says(enum fb_question q, const char *route, const char *what)
{
	struct fb_coverage *v = NULL;
	struct fb_answers *a = NULL;
	struct fb_err err = { 0 };
	bool found = false;

	c = kit_open(dir, FB_CASE_READ);
	CHECK_INT(kit_say("coverage", fb_coverage_make(c, &v, &err), &err), 0);
	CHECK_INT(kit_say("answers", fb_answers_make(c, v, &a, &err), &err), 0);
	for (size_t i = 0; a && i < a->n; i++)
		if (a->v[i].question == q && a->v[i].route && strcmp(a->v[i].route->word, route) == 0 && strcmp(a->v[i].place, "SP01") == 0)
			found = found || (a->v[i].assessment == FB_A_NOT_OBSERVED && strstr(a->v[i].says, what));
	fb_answers_free(a);
	fb_coverage_free(v);
	fb_case_close(c);
	c = NULL;
	return found;
}

/* Somebody accepts a list, of the evidence and the window as they are, or as they were. */
static void accept_list(const char *id, bool evidence, fb_time later)
{
	char sum[2 * FB_SHA256 + 1], value[1024], from[FB_TIME_TEXT], to[FB_TIME_TEXT];
	struct fb_coverage *v = NULL;
	struct fb_err err = { 0 };

	c = kit_open(dir, FB_CASE_READ);
	CHECK_INT(kit_say("coverage", fb_coverage_make(c, &v, &err), &err), 0);
	CHECK_INT(kit_say("sum", fb_case_evidence_sum(c, sum, &err), &err), 0);
	if (!evidence)
		sum[0] = sum[0] == '0' ? '1' : '0';
	(void)snprintf(value, sizeof value, "{\"sum\":\"5\",\"entries\":\"14\",\"evidence\":\"%s\",\"from\":\"%s\",\"to\":\"%s\",\"reason\":\"r\"}", sum,
		       fb_time_text(v->from, 9, from), fb_time_text(v->to + later, 9, to));
	fb_coverage_free(v);
	fb_case_close(c);
	c = NULL;
	say("list", id, value);
}

/* B5: who read a list as a whole is named where nothing was observed, and it changes nothing else. */
static void test_lists(void)
{
	static const char read[] = "And a person (alice) read the whole list of new services (14 entries) and accepted it.";

	kit_rules[2].techniques = "T1543.003";
	quiet_case();
	end(true);
	say("asset", "SP01", "{\"role\":\"file server\"}");
	say("asset", "SP02", "{\"role\":\"file server\"}");
	CHECK(route_says(FB_Q_PERSISTENCE, "service", "did not observe") && !route_says(FB_Q_PERSISTENCE, "service", "And a person"));
	accept_list("service@SP01", true, 0);
	CHECK(route_says(FB_Q_PERSISTENCE, "service", read));
	CHECK(!route_says(FB_Q_PERSISTENCE, "scheduled task", "") && !route_says(FB_Q_LOGS, "log cleared", read));
	/* Of another place, of other evidence, of another window. */
	accept_list("service@SP01", false, 0);
	CHECK(!route_says(FB_Q_PERSISTENCE, "service", "And a person"));
	accept_list("service@SP01", true, FB_SECOND);
	CHECK(!route_says(FB_Q_PERSISTENCE, "service", "And a person"));
	accept_list("service@SP02", true, 0);
	accept_list("task@SP01", true, 0);
	accept_list("services@SP01", true, 0);
	CHECK(route_says(FB_Q_PERSISTENCE, "service", "did not observe") && !route_says(FB_Q_PERSISTENCE, "service", "And a person"));
	accept_list("service@SP01", true, 0);
	CHECK(route_says(FB_Q_PERSISTENCE, "service", read));
	say("list", "service@SP01", "");
	CHECK(!route_says(FB_Q_PERSISTENCE, "service", "And a person"));
	gone();
	kit_rules[2].techniques = "T1070.001 T1562.002";
}

static void test_objections(void)
{
	static const struct { uint32_t rule; const char *host, *want, *says; bool complete; } cases[] = {
		/* Something stands out, elsewhere, and nobody followed it. */
		{ 0, "", "case: cannot determine, (no known host): cannot determine, SP01: cannot determine", "whom nobody has followed", true },
		{ 3, "SP01", "case: cannot determine, SP01: cannot determine", "name no technique", true },
		{ 2, "SP01", "case: possible, SP01: possible", "Possible, not shown", true },
		{ UINT32_MAX, "", "case: cannot determine, SP01: cannot determine", "stopped before its end", false },
	};
	char says[2048];

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		quiet_case();
		if (cases[i].rule != UINT32_MAX)
			detect(cases[i].rule, cases[i].host);
		end(cases[i].complete);
		CHECK_STR(answers(FB_Q_LOGS, says), cases[i].want);
		CHECK(strstr(says, cases[i].says) != NULL);
		if (!strstr(says, cases[i].says))
			printf("%s\n", says);
		gone();
	}
	/* A rule that does not look for it is none. */
	kit_rules[2].techniques = "";
	quiet_case();
	end(true);
	CHECK_STR(answers(FB_Q_LOGS, says), "case: cannot determine, SP01: cannot determine");
	CHECK(strstr(says, "no rule was loaded") != NULL);
	gone();
	kit_rules[2].techniques = "T1070.001 T1562.002";
}

/* A person sets aside what the rule found on SP01 between two minutes. */
static void set_aside(const char *rule, const char *ours, const char *named, int from, int to)
{
	struct fb_err err = { 0 };
	struct fb_decision d;
	uint64_t added, last;

	fb_decision_init(&d);
	d.what = FB_DECIDED_ASIDE;
	d.at = KIT_T0;
	d.by = "alice";
	d.text = "r";
	d.rule = rule;
	d.host = "SP01";
	d.from = at(from);
	d.to = at(to);
	d.ours = ours;
	d.named = named;
	c = kit_open(dir, FB_CASE_DECIDE);
	CHECK_INT(kit_say("decide", fb_case_decide(c, &d, 1, NULL, &added, &last, &err), &err), 0);
	fb_case_close(c);
	c = NULL;
}

/* B4: what is set aside stays in sight and blocks "not observed", unless a record of those whose work it was names it, all of it. */
static void test_aside(void)
{
	static const struct { const char *ours, *named; int to; const char *want, *says; } cases[] = {
		{ "", "", 60, "case: cannot determine, SP01: cannot determine", "1 further detection was set aside as innocent." },
		{ "the scanner", "", 60, "case: cannot determine, SP01: cannot determine", "the work of the scanner; no record of their own" },
		{ "the scanner", "CHG-7", 60, "case: cannot determine, SP01: not observed",
		  "1 further detection was set aside as innocent, the work of the scanner, whose own record names all of it (CHG-7)." },
		{ "the scanner", "CHG-7", 30, "case: indicated, SP01: indicated", "" }, /* it came at 30 */
	};
	char says[2048];

	kit_rules[1].techniques = "T1070.001";
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		quiet_case();
		detect(1, "SP01");
		end(true);
		set_aside("*", cases[i].ours, cases[i].named, 20, cases[i].to);
		CHECK_STR(answers(FB_Q_LOGS, says), cases[i].want);
		CHECK(strstr(says, cases[i].says) != NULL);
		if (!strstr(says, cases[i].says))
			printf("%s\n", says);
		gone();
	}
	/* Of two a record names one. */
	quiet_case();
	twice(1, 1, "SP01");
	end(true);
	set_aside("*", "", "", 20, 60);
	set_aside("*", "the scanner", "CHG-7", 20, 40);
	CHECK_STR(answers(FB_Q_LOGS, says), "case: cannot determine, SP01: cannot determine");
	CHECK(strstr(says, "2 further detections were set aside as innocent, the work of the scanner; no record") != NULL);
	set_aside("*", "the scanner", "CHG-8", 40, 60);
	CHECK_STR(answers(FB_Q_LOGS, says), "case: cannot determine, SP01: not observed");
	gone();
	/* Of two rules one. */
	quiet_case();
	twice(1, 2, "SP01");
	end(true);
	set_aside("*", "", "", 20, 60);
	set_aside(kit_rules[1].id, "the scanner", "CHG-7", 20, 60);
	CHECK_STR(answers(FB_Q_LOGS, says), "case: cannot determine, SP01: cannot determine");
	CHECK(strstr(says, "the work of the scanner and others; 1 of them a record of their own names.") != NULL);
	gone();
}

static struct fb_step step_of(uint32_t n, const char *rule, const char *log, fb_time first, bool sure)
{
	return (struct fb_step){ .n = n, .activity = 1, .sure = sure, .does = "process", .host = "SP01", .first = first, .last = first,
		.count = 1, .actor = "", .what = "x", .technique = "", .join = "", .ref = "0123456789abcdef:1", .log = log, .entity = n,
		.detections = "", .rules = rule, .title = *rule == '1' ? "Shell by web server" : "Forged request", .strong = true, .objects = 1 };
}

/* With these steps, kept or from before the case was another, of an activity of two. */
static void follow(struct fb_step one, struct fb_step two)
{
	const struct fb_step v[2] = { one, two };
	const struct fb_steps s = { .v = v, .n = 2, .activities = 1 };
	const struct fb_followed state = { .made = true, .at = KIT_T0, .whole = true };
	struct fb_err err = { 0 };

	c = kit_open(dir, FB_CASE_DECIDE);
	CHECK_INT(kit_say("seal", fb_assess_seal(c, &err), &err), 0);
	CHECK_INT(kit_say("steps", fb_case_steps_keep(c, &s, &state, &err), &err), 0);
	fb_case_close(c);
	c = NULL;
}

/* What confirms: another rule's record of another act, in another log, joined for sure. */
static void test_joined(void)
{
	static const struct { const char *rule, *log; int minutes; bool sure; const char *want; } cases[] = {
		{ "0", "System", 10, true, "case: confirmed, SP01: confirmed" },
		{ "0", "System", 0, true, "case: indicated, SP01: indicated" },   /* six records of one act */
		{ "0", "Security", 10, true, "case: indicated, SP01: indicated" }, /* the same log */
		{ "0", "System", 10, false, "case: indicated, SP01: indicated" }, /* perhaps */
		{ "1", "System", 10, true, "case: indicated, SP01: indicated" },  /* the same rule */
	};
	char says[2048];

	kit_rules[1].techniques = "T1070.001";
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		quiet_case();
		detect(1, "SP01");
		end(true);
		CHECK_STR(answers(FB_Q_LOGS, says), "case: indicated, SP01: indicated");
		follow(step_of(1, "1", "Security", at(30), true),
		       step_of(2, cases[i].rule, cases[i].log, at(30 + cases[i].minutes) + FB_SECOND, cases[i].sure));
		CHECK_STR(answers(FB_Q_LOGS, says), cases[i].want);
		CHECK((strstr(says, "joined to it for sure") != NULL) == (i == 0));
		gone();
	}
}

/* Steps that were worked out on other detections say nothing. */
static void test_stale(void)
{
	char says[2048];

	quiet_case();
	detect(1, "SP01");
	end(true);
	follow(step_of(1, "1", "Security", at(30), true), step_of(2, "0", "System", at(40), true));
	CHECK_STR(answers(FB_Q_LOGS, says), "case: confirmed, SP01: confirmed");
	say("cut", "0123456789abcdef:1", "{\"join\":\"cut\"}");
	CHECK_STR(answers(FB_Q_LOGS, says), "case: indicated, SP01: indicated");
	gone();
}

/* All that would show what comes of a request: processes by Windows. What Sysmon writes is chosen where it is written. */
static void effects_case(void)
{
	struct log s = log_of("Security"), y = log_of("Microsoft-Windows-Sysmon/Operational");

	begin();
	run(&s, 1, 100, 0, 60);
	kind(&s, 4688, 50, 50, 0, 60);
	put(&s);
	run(&y, 1, 100, 0, 60);
	kind(&y, 1, 50, 50, 0, 60);
	kind(&y, 3, 50, 50, 0, 60);
	kind(&y, 11, 50, 50, 0, 60);
	put(&y);
}

/* Two requests at minute 30 that rule 2 recognises; each was turned away in front of the site, or was not. */
static void requests(uint8_t one, uint8_t other)
{
	struct fb_detection d[2] = { kit_line(2, 5, 100), kit_line(2, 6, 200) };
	uint64_t s = kit_source(c, "u_ex.log", 0, 1000, NULL);

	d[0].time = at(30);
	d[1].time = at(30) + FB_SECOND;
	d[0].flags = one;
	d[1].flags = other;
	d[0].host = d[1].host = FB_LIT("SP01");
	CHECK_INT(kit_unit(c, s, 0, d, 2, "SP01", 2), 0);
	CHECK_INT(kit_done(c, s, "iis-w3c", 1000, 99, 1), 0);
}

/* As if a configuration said that Sysmon writes all files and connections, from that minute on. */
static void configured(struct fb_coverage *v, const char *telemetry, int from)
{
	struct fb_track *t = NULL;

	for (size_t i = 0; i < v->nplaces; i++)
		for (unsigned k = 0; k < fb_ntelemetry_kinds; k++)
			if (strcmp(v->places[i].name, "SP01") == 0 && strcmp(fb_telemetry_kinds[k].id, telemetry) == 0)
				t = (struct fb_track *)(uintptr_t)&v->places[i].tracks[k];
	for (size_t i = 0; t && i < t->n; i++) {
		struct fb_cell *cell = (struct fb_cell *)(uintptr_t)&t->cells[i];

		if (cell->state == FB_COVER_FILTERED && cell->from >= at(from))
			cell->state = FB_COVER_RECORDED;
	}
	CHECK(t != NULL);
}

/* The answers of the case; all: its machine's Sysmon took every file, connection and process. */
static void ask(bool all, struct fb_coverage **v, struct fb_answers **a)
{
	struct fb_err err = { 0 };

	c = kit_open(dir, FB_CASE_READ);
	CHECK_INT(kit_say("coverage", fb_coverage_make(c, v, &err), &err), 0);
	if (all) {
		configured(*v, "file-create-sysmon", 0);
		configured(*v, "network-sysmon-3", 0);
		configured(*v, "process-creation-sysmon", 0);
	}
	CHECK_INT(kit_say("answers", fb_answers_make(c, *v, a, &err), &err), 0);
}

/* B1: what refuses is what stands in front of the site, and only where it would have been seen what came of it. */
static void test_refused(void)
{
	static const struct { uint8_t one, other; bool configured; const char *want, *says; bool more; } cases[] = {
		{ 0, 0, true, "possible", "attempted, outcome not shown", false },
		{ FB_EVENT_REFUSED, 0, true, "possible", "attempted, outcome not shown", false }, /* one came through */
		{ FB_EVENT_REFUSED, FB_EVENT_REFUSED, false, "possible", "whether nothing came of it could not be seen", false },
		{ FB_EVENT_REFUSED, FB_EVENT_REFUSED, true, "cannot determine", "2 attempts were turned away in front of the site", false },
		/* A rule found what may have come of it. */
		{ FB_EVENT_REFUSED, FB_EVENT_REFUSED, true, "possible", "something else was found there since", true },
	};

	kit_rules[2].techniques = "T1190";
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fb_coverage *v = NULL;
		struct fb_answers *a = NULL;
		const struct fb_answer *got = NULL;

		effects_case();
		requests(cases[i].one, cases[i].other);
		if (cases[i].more)
			detect(1, "SP01");
		end(true);
		ask(cases[i].configured, &v, &a);
		for (size_t k = 0; a && k < a->n; k++)
			if (a->v[k].question == FB_Q_INITIAL_ACCESS && a->v[k].route && strcmp(a->v[k].place, "SP01") == 0 &&
			    strcmp(a->v[k].route->word, "exploit public-facing application") == 0)
				got = &a->v[k];
		CHECK(got != NULL);
		if (got) {
			CHECK_STR(fb_assessment_word(got->assessment), cases[i].want);
			CHECK(strstr(got->says, cases[i].says) != NULL);
			/* It is shown, whatever it is called. */
			CHECK(got->nbecause == 1 && got->because[0].count == 2);
			CHECK_STR(got->because[0].grade, got->assessment == FB_A_CANNOT ? "refused" : "attempt");
			if (!strstr(got->says, cases[i].says))
				printf("%s\n", got->says);
		}
		fb_answers_free(a);
		fb_coverage_free(v);
		fb_case_close(c);
		c = NULL;
		gone();
	}
	kit_rules[2].techniques = "T1070.001 T1562.002";
}

/* B1: by somebody's word the build closes what rule 2 recognises; only of that rule, that machine, from then on, and only where it would
 * have been seen what came of it. */
static void test_patched(void)
{
#define RULE2 "cccc-3"
#define BY_WORD(key, since, rules) key, "{\"build\":\"16.0.1\",\"since\":\"2025-07-18T" since "Z\",\"against\":\"" rules "\",\"reason\":\"KB\"}"
	static const struct { const char *key, *value; bool configured; const char *techniques, *want, *says; bool more; } cases[] = {
		{ BY_WORD("16.0.1@SP01", "00:10:00", RULE2), true, "T1190", "cannot determine",
		  "2 attempts met a build that closes what was tried, by the word of alice (16.0.1, installed since ", false },
		{ BY_WORD("16.0.1@SP01", "00:31:00", RULE2), true, "T1190", "possible", "that it had any effect is not shown", false },
		{ BY_WORD("16.0.1@SP02", "00:10:00", RULE2), true, "T1190", "possible", "that it had any effect is not shown", false },
		{ BY_WORD("16.0.1@SP01", "00:10:00", "another," RULE2 "0"), true, "T1190", "possible", "that it had any effect is not shown", false },
		{ BY_WORD("16.0.1@SP01", "00:10:00", RULE2), false, "T1190", "possible", "but whether nothing came of it could not be seen", false },
		{ BY_WORD("16.0.1@SP01", "00:10:00", "another, " RULE2), true, "T1190", "possible", "something else was found there since", true },
		/* A page that was put there before is no hole that a build closes. */
		{ BY_WORD("16.0.1@SP01", "00:10:00", RULE2), true, "T1505.003", "possible", "that it had any effect is not shown", false },
		/* Taken back; and of no form. */
		{ "16.0.1@SP01", "", true, "T1190", "possible", "that it had any effect is not shown", false },
		{ BY_WORD("SP01", "00:10:00", RULE2), true, "T1190", "possible", "that it had any effect is not shown", false },
		{ BY_WORD("16.0.1@SP01", "", RULE2), true, "T1190", "possible", "that it had any effect is not shown", false },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		enum fb_question q = strcmp(cases[i].techniques, "T1190") == 0 ? FB_Q_INITIAL_ACCESS : FB_Q_PERSISTENCE;
		struct fb_coverage *v = NULL;
		struct fb_answers *a = NULL;
		const struct fb_answer *got = NULL;

		kit_rules[2].techniques = cases[i].techniques;
		effects_case();
		requests(0, 0);
		if (cases[i].more)
			detect(1, "SP01");
		end(true);
		if (!*cases[i].value)
			say("patched", BY_WORD("16.0.1@SP01", "00:10:00", RULE2));
		say("patched", cases[i].key, cases[i].value);
		ask(cases[i].configured, &v, &a);
		for (size_t k = 0; a && k < a->n; k++)
			if (a->v[k].question == q && a->v[k].route && strcmp(a->v[k].place, "SP01") == 0 && a->v[k].nbecause)
				got = &a->v[k];
		CHECK(got != NULL);
		if (got) {
			CHECK_STR(fb_assessment_word(got->assessment), cases[i].want);
			if (!strstr(got->says, cases[i].says))
				CHECK_STR(got->says, cases[i].says);
		}
		fb_answers_free(a);
		fb_coverage_free(v);
		fb_case_close(c);
		c = NULL;
		gone();
	}
	kit_rules[2].techniques = "T1070.001 T1562.002";
}

/* A10: a request may be in no W3C log at all; A14: that a file is not there says nothing of before. However whole the
 * logs of one site are, none of these questions is answered by them, nor by what lies in its folder. */
static void test_web_alone(void)
{
	static const struct { enum fb_question q; const char *route; const char *lacks[2]; } cases[] = {
		{ FB_Q_INITIAL_ACCESS, "exploit public-facing application", { "httperr", "iis-sites" } },
		{ FB_Q_PERSISTENCE, "web shell", { "web-root", "web-root" } },
		{ FB_Q_EXFILTRATION, "web", { "iis-sites", "iis-sites" } },
	};
	struct log w = { .path = "u_ex.log", .channel = "", .host = "SP01", .lane = FB_LANE_WEB };
	struct log e = { .path = "httperr1.log", .channel = "", .host = "SP01", .lane = FB_LANE_WEB };
	struct fb_coverage *v = NULL;
	struct fb_answers *a = NULL;
	struct fb_err err = { 0 };
	unsigned met = 0;

	kit_rules[2].techniques = "T1190 T1505.003 T1041";
	begin();
	kind(&w, 0, 1000, 0, 0, 60);
	w.kinds[0].provider = w.kinds[0].channel = FB_LIT("");
	w.kinds[0].columns = FB_LIT("date time c-ip cs-method cs-uri-stem sc-status sc-bytes");
	put(&w);
	kind(&e, 0, 1000, 0, 0, 60);
	e.kinds[0].provider = e.kinds[0].channel = FB_LIT("");
	e.kinds[0].columns = FB_LIT("date time c-ip c-port s-ip s-port cs-version cs-method cs-uri sc-status s-siteid s-reason s-queuename");
	put(&e);
	end(true);
	c = kit_open(dir, FB_CASE_READ);
	CHECK_INT(kit_say("coverage", fb_coverage_make(c, &v, &err), &err), 0);
	CHECK_INT(kit_say("answers", fb_answers_make(c, v, &a, &err), &err), 0);
	for (size_t i = 0; a && i < a->n; i++)
		for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
			const struct fb_answer *x = &a->v[i];

			if (x->question != cases[k].q || !x->route || strcmp(x->route->word, cases[k].route) != 0)
				continue;
			met++;
			CHECK_STR(fb_assessment_word(x->assessment), "cannot determine");
			CHECK(x->visible == 0 && x->nmissing > 0);
			for (size_t n = 0; n < 2; n++)
				CHECK(strstr(x->route->telemetries, cases[k].lacks[n]) != NULL);
		}
	CHECK_INT(met, 3);
	fb_answers_free(a);
	fb_coverage_free(v);
	fb_case_close(c);
	c = NULL;
	gone();
	kit_rules[2].techniques = "T1070.001 T1562.002";
}

/* Of a machine of which nobody has said what it does every route may be one. */
static void test_roles(void)
{
	char says[2048];

	CHECK_INT(fb_role_of(kit_s("SharePoint front end")), FB_ROLE_WEB);
	CHECK_INT(fb_role_of(kit_s("DC")), FB_ROLE_DC);
	CHECK_INT(fb_role_of(kit_s("File server")), FB_ROLE_FILES);
	CHECK_INT(fb_role_of(kit_s("thing")), 0);
	CHECK_INT(fb_role_of(kit_s("shared mailbox")), FB_ROLE_MAIL);
	CHECK_INT(fb_role_of(kit_s("M365 tenant")), FB_ROLE_MAIL);
	CHECK_INT(fb_role_of(kit_s("Database")), FB_ROLE_DATABASE);
	CHECK_INT(fb_role_of(kit_s("database server")), 0); /* a machine, whatever runs on it */
	CHECK_INT(fb_role_of(kit_s("cloud web proxy")), FB_ROLE_WEB);
	CHECK_INT((int)fb_routes_of("T1059 T1505.003", FB_REC_WEB), (int)fb_routes_of("T1505.003", FB_REC_FILE));
	CHECK(fb_routes_of("T1059.001", FB_REC_PROCESS) && !fb_routes_of("T9999", FB_REC_ANY) && !fb_routes_of("T105", FB_REC_ANY));
	quiet_case();
	end(true);
	CHECK_STR(answers(FB_Q_INITIAL_ACCESS, says), "case: cannot determine, SP01: cannot determine");
	CHECK(strstr(says, "exploit public-facing application") != NULL);
	gone();
}

/* A mailbox, a database, a segment of the network is a place, with routes of its own, which nothing that is read here shows: what it
 * may hold is not denied, and what runs on machines is not asked of it. */
static void test_no_machines(void)
{
	struct fb_coverage *v = NULL;
	struct fb_err err = { 0 };
	char says[2048];

	quiet_case();
	end(true);
	say("asset", "SP01", "{\"role\":\"file server\"}");
	CHECK_STR(answers(FB_Q_LOGS, says), "case: not observed, SP01: not observed");
	say("asset", "finance@corp.example", "{\"role\":\"mailbox\"}");
	/* No log of a machine is destroyed in a mailbox … */
	CHECK_STR(answers(FB_Q_LOGS, says), "case: not observed, SP01: not observed");
	/* … and a machine of which there is no evidence may have lost one. */
	say("asset", "SP02", "{\"role\":\"database server\"}");
	CHECK_STR(answers(FB_Q_LOGS, says), "case: cannot determine, SP01: not observed");
	c = kit_open(dir, FB_CASE_READ);
	CHECK_INT(kit_say("coverage", fb_coverage_make(c, &v, &err), &err), 0);
	for (size_t i = 0; v && i < v->nplaces; i++) {
		bool mail = strcmp(v->places[i].name, "finance@corp.example") == 0;

		if (strcmp(v->places[i].name, "SP01") == 0 || mail) {
			unsigned roles = fb_role_of(kit_s(v->places[i].role));

			CHECK(fb_role_needs(roles, "audit-of-service") == mail && fb_role_needs(roles, "sign-ins") == mail);
			CHECK(fb_role_needs(roles, "service-install-7045") != mail && fb_role_needs(roles, "web-requests") == false);
		}
	}
	CHECK(fb_role_needs(0, "web-requests") && !fb_role_needs(0, "sign-ins") && fb_role_needs(FB_ROLE_SEGMENT, "flow-of-segment"));
	fb_coverage_free(v);
	fb_case_close(c);
	c = NULL;
	gone();
}

int main(void)
{
	kit_rules[2].techniques = "T1070.001 T1562.002";
	kit_rules[3].techniques = "";
	test_roster();
	test_lists();
	test_objections();
	test_aside();
	test_joined();
	test_stale();
	test_roles();
	test_no_machines();
	test_refused();
	test_patched();
	test_web_alone();
	return check_done();
}
