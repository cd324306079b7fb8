/* Decisions: one line each, what holds of several, and where they belong. */
#include "check.h"

#include "casekit.h"

#include "base/jsonline.h"
#include "case/decide.h"
#include "case/schema.h"

static struct fb_arena arena;

/* ---- lines of JSON ---- */

static void test_jsonline(void)
{
	static const struct { const char *line; int code; const char *says; } cases[] = {
		{ "{}", 0, NULL },
		{ " { \"a\" : \"b\" , \"c\" : [ ] } ", 0, NULL },
		{ "{\"a\":[\"b\",\"c\"]}", 0, NULL },
		{ "{\"a\":[\"b\",\"c\",\"d\"]}", FB_ELIMIT, "more than 2 items" },
		{ "", FB_EINPUT, "at byte 1: an object is expected" },
		{ "[]", FB_EINPUT, "an object is expected" },
		{ "{\"a\":1}", FB_EINPUT, "at byte 6: text in quotes" },
		{ "{\"a\":null}", FB_EINPUT, "text in quotes" },
		{ "{\"a\":{}}", FB_EINPUT, "text in quotes" },
		{ "{\"a\":[[\"b\"]]}", FB_EINPUT, "text in quotes" },
		{ "{\"a\":\"b\",}", FB_EINPUT, "text in quotes" },
		{ "{\"a\":\"b\"", FB_EINPUT, "\",\" or \"}\" is expected" },
		{ "{\"a\":\"b", FB_EINPUT, "no end" },
		{ "{\"a\":\"b\\", FB_EINPUT, "no such escape" },
		{ "{\"a\":\"b\\x\"}", FB_EINPUT, "no such escape" },
		{ "{\"a\":\"\t\"}", FB_EINPUT, "control character" },
		{ "{\"a\":\"\\u0000\"}", FB_EINPUT, "NUL" },
		{ "{\"a\":\"\\ud800\"}", FB_EINPUT, "surrogate" },
		{ "{\"a\":\"\\ud800\\u0041\"}", FB_EINPUT, "surrogate" },
		{ "{\"a\":\"\\udc00\"}", FB_EINPUT, "surrogate" },
		{ "{\"a\":\"\\u12\"}", FB_EINPUT, "four hexadecimal" },
		{ "{\"a\":\"\xff\"}", FB_EINPUT, "UTF-8" },
		{ "{\"a\":\"b\",\"a\":\"c\"}", FB_EINPUT, "there before" },
		{ "{\"a\":\"b\"} x", FB_EINPUT, "something follows" },
		{ "{\"a\":\"b\"}{}", FB_EINPUT, "something follows" },
		{ "<<<<<<< HEAD", FB_EINPUT, "an object is expected" },
	};
	struct fb_jsonfield f[FB_JSONLINE_KEYS];
	struct fb_err err;
	size_t n;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		err = (struct fb_err){ 0 };
		CHECK_INT(fb_jsonline(kit_s(cases[i].line), 2, &arena, f, &n, &err), cases[i].code);
		CHECK(!cases[i].says || says(&err, cases[i].says));
	}
	CHECK_INT(fb_jsonline(kit_s("{\"k\":\"\\ud83d\\ude00\\n\\u00e9\\\"\",\"l\":[\"x\",\"\"]}"), 2, &arena,
			      f, &n, NULL), 0);
	CHECK(n == 2 && fb_slice_eqs(f[0].v[0], "\xF0\x9F\x98\x80\n\xC3\xA9\"") && !f[0].list);
	CHECK(f[1].list && f[1].n == 2 && fb_slice_eqs(f[1].v[0], "x") && f[1].v[1].n == 0);
}

/* ---- which event ---- */

static const uint8_t sha[FB_SHA256] = { 0xab, 1 };
#define SHA "ab01000000000000000000000000000000000000000000000000000000000000"

/* text: of content beef. */
static void test_is(struct fb_slice text)
{
	struct fb_slice base = fb_slice_sub(text, 0, text.n - 9);

	CHECK(fb_identity_is(text, base, 0xBEEF) && !fb_identity_is(text, base, 0xBEEE));
	CHECK(fb_identity_is(text, base, 0)); /* of which the content is not known */
	CHECK(fb_identity_is(base, base, 0xBEEF) && fb_identity_is(base, base, 0));
	/* Of event 60, and of 600 with something else behind it. */
	CHECK(!fb_identity_is(text, fb_slice_sub(base, 0, base.n - 1), 0xBEEF));
	CHECK(!fb_identity_is(base, fb_slice_sub(base, 0, base.n - 1), 0));
	CHECK(!fb_identity_is(fb_slice_sub(text, 0, text.n - 1), base, 0));
	CHECK(!fb_identity_is(fb_slice_sub(base, 0, base.n - 1), base, 0));
}

static void test_identity(void)
{
	struct fb_identity id = { .host = FB_LIT("SP01.Corp"), .channel = FB_LIT("Windows PowerShell"),
		.record = 7, .time = KIT_T0, .event_id = 600, .sha256 = sha, .offset = 42 };
	struct fb_identity_key key;
	struct fb_buf b;
	static const char *const bad[] = { "", "record", "place " SHA, "place " SHA " 042",
		"place " SHA " 42 ", "place " SHA " -1", "place AB" SHA " 1", "event " SHA " 1",
		"record a b 7 2025-07-18T09:14:02Z 600", "record a b 07 2025-07-18T09:14:02.000000000Z 600",
		"record a b 0 2025-07-18T09:14:02.000000000Z 600",
		"record a  7 2025-07-18T09:14:02.000000000Z 600",
		"record a b%2f 7 2025-07-18T09:14:02.000000000Z 600",
		"record a b%41 7 2025-07-18T09:14:02.000000000Z 600",
		"record a b% 7 2025-07-18T09:14:02.000000000Z 600",
		"record a b 7 2025-07-18T09:14:02.000000000Z 4294967296",
		"record a b 7 2025-07-18T09:14:02.000000000Z 600 x",
		"record a b 7 2025-07-18T09:14:02.000000000Z 600 00000000",
		"record a b 7 2025-07-18T09:14:02.000000000Z 600 0000000A",
		"record a b 7 2025-07-18T09:14:02.000000000Z 600 000000a",
		"record a b 7 2025-07-18T09:14:02.000000000Z 600 0000000a1",
		"record a b 7 2025-07-18T09:14:02.000000000Z 600 0000000a ",
		"record a b 7 2025-07-18T09:14:02.000000000Z 600 0000000a x",
		"place " SHA " 42 0000000a",
		"record a b 7 2025-07-18T11:14:02.000000000+02:00 600" };

	fb_buf_init(&b, 4096);
	CHECK_INT(fb_identity_text(&b, &id), 0);
	CHECK_STR(fb_buf_cstr(&b), "record sp01.corp Windows%20PowerShell 7 2025-07-18T09:14:02.000000000Z 600");
	CHECK(fb_identity_parse(fb_buf_view(&b), &key) && key.record && key.time == KIT_T0);
	CHECK_INT(key.content, 0);
	id.content = 0xBEEF;
	fb_buf_clear(&b);
	CHECK_INT(fb_identity_text(&b, &id), 0);
	CHECK_STR(fb_buf_cstr(&b), "record sp01.corp Windows%20PowerShell 7 2025-07-18T09:14:02.000000000Z 600 0000beef");
	CHECK(fb_identity_parse(fb_buf_view(&b), &key) && key.content == 0xBEEF && key.time == KIT_T0);
	test_is(fb_buf_view(&b));
	id.content = 0;
	id.host = FB_LIT("-");
	id.channel = FB_LIT("a%\x01/b");
	fb_buf_clear(&b);
	CHECK_INT(fb_identity_text(&b, &id), 0);
	CHECK_STR(fb_buf_cstr(&b), "record %2D a%25%01/b 7 2025-07-18T09:14:02.000000000Z 600");
	CHECK(fb_identity_parse(fb_buf_view(&b), &key));
	/* Each that an own identity needs. */
	for (int i = 0; i < 4; i++) {
		struct fb_identity less = id;

		if (i == 0)
			less.host = FB_LIT("");
		else if (i == 1)
			less.record = 0;
		else if (i == 2)
			less.time = FB_TIME_NONE;
		else
			less.line = 3;
		fb_buf_clear(&b);
		CHECK_INT(fb_identity_text(&b, &less), 0);
		CHECK_STR(fb_buf_cstr(&b), "place " SHA " 42");
		CHECK(fb_identity_parse(fb_buf_view(&b), &key) && !key.record && key.offset == 42 &&
		      memcmp(key.sha256, sha, sizeof sha) == 0);
		less.sha256 = NULL;
		CHECK_INT(fb_identity_text(&b, &less), FB_ENOTFOUND);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (fb_identity_parse(kit_s(bad[i]), &key))
			CHECK_STR(bad[i], "refused");
	fb_buf_dispose(&b);
}

/* ---- one line ---- */

#define EVENT "place " SHA " 42"
#define WHEN "\"at\":\"2026-01-02T03:04:05.5Z\",\"by\":\"alice\""

static void test_lines(void)
{
	/* Each reads, and is written as the same bytes. */
	static const char *const good[] = {
		"{\"event\":\"" EVENT "\",\"rule\":\"aaaa-1\",\"group\":\"User=x\",\"what\":\"mark\",\"mark\":\"benign\","
		"\"text\":\"a \\u003cb\\u003e\\nc\"," WHEN ",\"replaces\":[\"00112233445566778899aabbccddeeff\"]}",
		"{\"event\":\"" EVENT "\",\"what\":\"tag\",\"tag\":\"x\"," WHEN "}",
		"{\"event\":\"" EVENT "\",\"what\":\"untag\",\"tag\":\"x\"," WHEN "}",
		"{\"event\":\"" EVENT "\",\"what\":\"note\",\"text\":\"t\"," WHEN "}",
		"{\"event\":\"" EVENT "\",\"size\":\"4097\",\"rule\":\"r\",\"what\":\"mark\",\"mark\":\"benign\"," WHEN "}",
		"{\"rule\":\"r*\",\"host\":\"h\",\"entity\":\"address=::1\",\"source\":\"*/x\",\"from\":\"2025-01-01T00:00:00Z\","
		"\"to\":\"2025-01-01T00:00:00.000000001Z\",\"what\":\"set-aside\",\"text\":\"t\","
		"\"until\":\"2027-01-01T00:00:00Z\"," WHEN "}",
		"{\"rule\":\"r*\",\"host\":\"h\",\"from\":\"2025-01-01T00:00:00Z\",\"to\":\"2025-01-02T00:00:00Z\",\"what\":\"set-aside\","
		"\"text\":\"t\",\"ours\":\"scanner\",\"named\":\"CHG-1\"," WHEN "}",
		"{\"what\":\"withdraw\"," WHEN ",\"replaces\":[\"00112233445566778899aabbccddeeff\"]}",
	};
	static const struct { const char *line, *says; } bad[] = {
		{ "{" WHEN "}", "no such kind" },
		{ "{\"what\":\"shout\"," WHEN "}", "no such kind" },
		{ "{\"what\":\"mark\",\"mark\":\"benign\"," WHEN "}", "an event is missing" },
		{ "{\"event\":\"x\",\"what\":\"mark\",\"mark\":\"benign\"," WHEN "}", "not the identity" },
		{ "{\"event\":\"" EVENT "\",\"what\":\"mark\"," WHEN "}", "malicious, benign, unknown" },
		{ "{\"event\":\"" EVENT "\",\"what\":\"mark\",\"mark\":\"conflict\"," WHEN "}", "malicious, benign" },
		{ "{\"event\":\"" EVENT "\",\"what\":\"note\"," WHEN "}", "without text" },
		{ "{\"event\":\"" EVENT "\",\"what\":\"tag\",\"tag\":\"a b\"," WHEN "}", "one word" },
		{ "{\"event\":\"" EVENT "\",\"what\":\"tag\",\"tag\":\"-a\"," WHEN "}", "one word" },
		{ "{\"event\":\"" EVENT "\",\"what\":\"tag\"," WHEN "}", "one word" },
		{ "{\"event\":\"" EVENT "\",\"group\":\"g\",\"what\":\"tag\",\"tag\":\"a\"," WHEN "}", "without a rule" },
		{ "{\"event\":\"" EVENT "\",\"what\":\"tag\",\"tag\":\"a\",\"host\":\"h\"," WHEN "}", "no place" },
		{ "{\"what\":\"set-aside\",\"text\":\"t\"," WHEN "}", "without a scope" },
		{ "{\"what\":\"set-aside\",\"host\":\"h\"," WHEN "}", "without a reason" },
		{ "{\"what\":\"set-aside\",\"host\":\"h\",\"text\":\"t\",\"event\":\"" EVENT "\"," WHEN "}", "no place" },
		{ "{\"what\":\"set-aside\",\"entity\":\"h\",\"text\":\"t\"," WHEN "}", "type=value" },
		{ "{\"what\":\"set-aside\",\"from\":\"2025-01-02\",\"to\":\"2025-01-01\",\"text\":\"t\"," WHEN "}", "not after" },
		{ "{\"event\":\"" EVENT "\",\"what\":\"note\",\"text\":\"t\",\"ours\":\"us\"," WHEN "}", "only of a set-aside" },
		{ "{\"what\":\"set-aside\",\"host\":\"h\",\"text\":\"t\",\"named\":\"CHG-1\"," WHEN "}", "whose record" },
		{ "{\"what\":\"set-aside\",\"host\":\"h\",\"rule\":\"r\",\"text\":\"t\",\"ours\":\"us\",\"named\":\"CHG-1\"," WHEN "}",
		  "from and to" },
		{ "{\"host\":\"h\",\"from\":\"2025-01-01\",\"to\":\"2025-01-02\",\"what\":\"set-aside\",\"text\":\"t\",\"ours\":\"us\",\"named\":\"x\"," WHEN "}",
		  "a rule or an entity" },
		{ "{\"event\":\"" EVENT "\",\"size\":\"047\",\"what\":\"note\",\"text\":\"t\"," WHEN "}", "size" },
		{ "{\"event\":\"" EVENT "\",\"size\":\"4 KB\",\"what\":\"note\",\"text\":\"t\"," WHEN "}", "size" },
		{ "{\"event\":\"record h c 7 2025-07-18T09:14:02.000000000Z 600\",\"size\":\"47\",\"what\":\"note\",\"text\":\"t\"," WHEN "}",
		  "size" },
		{ "{\"what\":\"set-aside\",\"size\":\"47\",\"host\":\"h\",\"text\":\"t\"," WHEN "}", "size" },
		{ "{\"what\":\"withdraw\"," WHEN "}", "of nothing" },
		{ "{\"what\":\"withdraw\"," WHEN ",\"replaces\":[\"0011\"]}", "not the id" },
		{ "{\"what\":\"withdraw\"," WHEN ",\"replaces\":\"00112233445566778899aabbccddeeff\"}", "a list is expected" },
		{ "{\"event\":\"" EVENT "\",\"what\":\"note\",\"text\":[\"t\"]," WHEN "}", "no place here" },
		{ "{\"event\":\"" EVENT "\",\"what\":\"note\",\"text\":\"t\",\"by\":\"a\"}", "without a time" },
		{ "{\"event\":\"" EVENT "\",\"what\":\"note\",\"text\":\"t\",\"at\":\"2026-01-01\"}", "without an author" },
		{ "{\"event\":\"" EVENT "\",\"what\":\"note\",\"text\":\"t\",\"by\":\"a\\nb\",\"at\":\"2026-01-01\"}", "control" },
		{ "{\"event\":\"" EVENT "\",\"what\":\"note\",\"text\":\"t\",\"by\":\"a\",\"at\":\"yesterday\"}", "not a time" },
		{ "{\"event\":\"" EVENT "\",\"what\":\"note\",\"text\":\"t\",\"n\":\"1\"," WHEN "}", "no such key" },
		{ "{\"event\":\"" EVENT "\",\"what\":\"note\",\"text\":\"\"," WHEN "}", "empty" },
	};
	struct fb_decision d;
	struct fb_buf b;

	fb_buf_init(&b, 1 << 20);
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		struct fb_err err = { 0 };

		fb_buf_clear(&b);
		CHECK_INT(kit_say(good[i], fb_decision_parse(kit_s(good[i]), &arena, &d, &err), &err), 0);
		CHECK_INT(fb_decision_line(&b, &d), 0);
		CHECK_STR(fb_buf_cstr(&b), good[i]);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct fb_err err = { 0 };

		CHECK_INT(fb_decision_parse(kit_s(bad[i].line), &arena, &d, &err), FB_EINPUT);
		CHECK(says(&err, bad[i].says));
	}
	/* A note that is too long is refused, and so is a line. */
	fb_buf_clear(&b);
	(void)fb_buf_puts(&b, "{\"event\":\"" EVENT "\",\"what\":\"note\"," WHEN ",\"text\":\"");
	for (int i = 0; i < FB_DECISION_TEXT_MAX + 1; i++)
		(void)fb_buf_putc(&b, 'a');
	(void)fb_buf_puts(&b, "\"}");
	CHECK_INT(fb_decision_parse(fb_buf_view(&b), &arena, &d, NULL), FB_ELIMIT);
	while (b.n <= FB_DECISION_LINE_MAX)
		(void)fb_buf_putc(&b, ' ');
	CHECK_INT(fb_decision_parse(fb_buf_view(&b), &arena, &d, NULL), FB_ELIMIT);
	fb_buf_dispose(&b);
}

/* ---- what holds ---- */

static struct fb_decision made(enum fb_decision_what what, const char *by, int at)
{
	struct fb_decision d;

	fb_decision_init(&d);
	d.what = what;
	d.by = by;
	d.at = KIT_T0 + at * FB_SECOND;
	return d;
}

/* "mark[aside]{tags}" of each detection, in order. */
static int ask(void *user, const struct fb_detection_row *row)
{
	struct fb_buf *out = user;
	const struct fb_decided *x = row->decided;

	(void)fb_buf_printf(out, "%s%s", out->n ? " " : "", x ? fb_mark_word(x->mark) : ".");
	for (size_t i = 0; x && i < x->n; i++)
		if (x->list[i]->d->what == FB_DECIDED_TAG)
			(void)fb_buf_printf(out, "#%s", x->list[i]->d->tag);
	if (x && x->aside)
		(void)fb_buf_puts(out, "!");
	return out->code;
}

static const char *decided(const char *dir, const struct fb_filter *f)
{
	static struct fb_buf out;
	struct fb_case *c = kit_open(dir, FB_CASE_READ);
	struct fb_err err = { 0 };

	fb_buf_dispose(&out);
	fb_buf_init(&out, 1 << 20);
	CHECK_INT(kit_say("seal", fb_assess_seal(c, &err), &err), 0);
	CHECK_INT(kit_say("read", fb_case_detections(c, f, ask, &out, &err), &err), 0);
	fb_case_close(c);
	return fb_buf_cstr(&out);
}

static int decide(const char *dir, struct fb_decision d, uint64_t *added)
{
	struct fb_case *c = kit_open(dir, FB_CASE_DECIDE);
	struct fb_err err = { 0 };
	uint64_t last;
	int r;

	if (!c)
		return FB_EIO;
	r = kit_say("decide", fb_case_decide(c, &d, 1, NULL, added, &last, &err), &err);
	fb_case_close(c);
	return r;
}

/* Takes the place of what it can see. */
static void decide_seen(const char *dir, struct fb_decision d)
{
	struct fb_case *r = kit_open(dir, FB_CASE_READ), *c;
	struct fb_err err = { 0 };
	uint64_t added, last;

	uint8_t ids[8][FB_DECISION_ID];

	CHECK_INT(fb_case_decision_heads(r, &d, &err), 0);
	CHECK(d.nreplaces <= 8);
	if (d.nreplaces)
		memcpy(ids, d.replaces, d.nreplaces * FB_DECISION_ID);
	d.replaces = (const uint8_t (*)[FB_DECISION_ID])ids;
	fb_case_close(r);
	c = kit_open(dir, FB_CASE_DECIDE);
	CHECK_INT(kit_say("decide", fb_case_decide(c, &d, 1, NULL, &added, &last, &err), &err), 0);
	CHECK_INT((long long)added, 1);
	fb_case_close(c);
}

/* Two records, one of them known by two rules, and two lines. */
static void fill(const char *dir, uint32_t from)
{
	struct fb_case *c = kit_begin(dir);
	struct fb_detection d[3] = { kit_record(from, "SP01", 1, 0), kit_record(from, "sp01", 2, 100),
				     kit_record(1, "SP01", 2, 100) };
	struct fb_detection l[2] = { kit_line(from, 5, 10), kit_line(from, 6, 90) };
	uint64_t s;

	s = kit_source(c, "b/x.evtx", 0, 1000, NULL);
	CHECK_INT(kit_unit(c, s, 0, d, 3, "SP01", 9), 0);
	CHECK_INT(kit_done(c, s, "evtx", 1000, 1, 1), 0);
	s = kit_source(c, "w/u.log", 0, 1000, NULL);
	CHECK_INT(kit_unit(c, s, 0, l, 2, NULL, 9), 0);
	CHECK_INT(kit_done(c, s, "iis-w3c", 1000, 2, 1), 0);
	CHECK_INT(kit_end(c, true), 0);
	fb_case_close(c);
}

#define REC(n, t) "record sp01 Security " n " 2025-07-18T09:14:0" t ".000000000Z 4688"

static void test_holds(void)
{
	char *dir = kit_dir("holds");
	struct fb_decision d = made(FB_DECIDED_MARK, "alice", 1);
	struct fb_filter f;
	uint64_t added;

	fill(dir, 0);
	CHECK_STR(decided(dir, NULL), ". . . . .");
	d.event = REC("1", "3");
	d.rule = "aaaa-1";
	d.mark = FB_MARK_MALICIOUS;
	CHECK_INT(decide(dir, d, &added), 0);
	CHECK_INT((long long)added, 1);
	CHECK_INT(decide(dir, d, &added), 0); /* the same again */
	CHECK_INT((long long)added, 0);
	CHECK_STR(decided(dir, NULL), "malicious . . . .");
	/* Somebody who had not seen it. */
	d.by = "bob";
	d.mark = FB_MARK_BENIGN;
	CHECK_INT(decide(dir, d, &added), 0);
	CHECK_STR(decided(dir, NULL), "conflict . . . .");
	/* The same value is no conflict; a later one of bob counts instead of his first. */
	d.at += FB_SECOND;
	d.mark = FB_MARK_MALICIOUS;
	CHECK_INT(decide(dir, d, &added), 0);
	CHECK_STR(decided(dir, NULL), "malicious . . . .");
	/* carol sees them. */
	d.by = "carol";
	d.mark = FB_MARK_UNKNOWN;
	decide_seen(dir, d);
	CHECK_STR(decided(dir, NULL), "unknown . . . .");
	/* Of the event; what is said of a detection goes before it. */
	d.event = REC("2", "4");
	d.rule = "";
	CHECK_INT(decide(dir, d, &added), 0);
	CHECK_STR(decided(dir, NULL), "unknown unknown unknown . .");
	d.rule = "bbbb-2";
	d.mark = FB_MARK_BENIGN;
	CHECK_INT(decide(dir, d, &added), 0);
	CHECK_STR(decided(dir, NULL), "unknown unknown benign . .");
	/* A line: the content of its source and the place. */
	d = made(FB_DECIDED_TAG, "alice", 9);
	d.event = "place 0207000000000000000000000000000000000000000000000000000000000000 90";
	d.tag = "x";
	CHECK_INT(decide(dir, d, &added), 0);
	CHECK_STR(decided(dir, NULL), "unknown unknown benign . none#x");
	/* Filters. */
	fb_filter_init(&f);
	f.tag = "x";
	CHECK_STR(decided(dir, &f), "none#x");
	f.tag = NULL;
	f.marks = 1u << FB_MARK_BENIGN;
	CHECK_STR(decided(dir, &f), "benign");
	f.marks = 1u << FB_MARK_NONE;
	CHECK_STR(decided(dir, &f), ". none#x");
	f.marks |= 1u << FB_MARK_BENIGN;
	CHECK_STR(decided(dir, &f), "benign . none#x");
	/* Of another group of a correlation: not of this detection. */
	d = made(FB_DECIDED_MARK, "dave", 10);
	d.event = REC("1", "3");
	d.rule = "aaaa-1";
	d.group = "User=x";
	d.mark = FB_MARK_BENIGN;
	CHECK_INT(decide(dir, d, &added), 0);
	CHECK_STR(decided(dir, NULL), "unknown unknown benign . none#x");
	/* Who names marks of something else replaces nothing. */
	{
		static uint8_t ids[1][FB_DECISION_ID];

		CHECK_INT(fb_decision_id(&d, ids[0]), 0);
		d.group = "";
		d.event = "place 0207000000000000000000000000000000000000000000000000000000000000 10";
		CHECK_INT(decide(dir, d, &added), 0);
		CHECK_INT(fb_decision_id(&d, ids[0]), 0);
		d.event = "place 0207000000000000000000000000000000000000000000000000000000000000 90";
		d.replaces = (const uint8_t (*)[FB_DECISION_ID])ids;
		d.nreplaces = 1;
		CHECK_INT(decide(dir, d, &added), 0);
		CHECK_STR(decided(dir, NULL), "unknown unknown benign benign benign#x");
	}
	d = made(FB_DECIDED_TAG, "alice", 9);
	d.event = "place 0207000000000000000000000000000000000000000000000000000000000000 90";
	d.tag = "x";
	/* Taken off again, by whoever sees it. */
	d.what = FB_DECIDED_UNTAG;
	decide_seen(dir, d);
	CHECK_STR(decided(dir, NULL), "unknown unknown benign benign benign");
	kit_remove(dir);
	free(dir);
}

static void test_aside(void)
{
	static const struct {
		const char *rule, *host, *entity, *source;
		int from, to, until;
		const char *want;
	} cases[] = {
		{ "aaaa-1", "", "", "", 0, 0, 0, "none! none! . none! none!" },
		{ "Shell*", "", "", "", 0, 0, 0, ". . none! . ." },
		{ "", "sp01", "", "", 0, 0, 0, "none! none! none! . ." },
		{ "aaaa-1", "SP*", "", "", 0, 0, 0, "none! none! . . ." },
		{ "", "", "account=BOB", "", 0, 0, 0, "none! none! none! . ." },
		{ "", "", "address=bob", "", 0, 0, 0, ". . . . ." },
		{ "", "", "", "*.log", 0, 0, 0, ". . . none! none!" },
		{ "", "", "", "", 2, 6, 0, ". none! none! none! ." },
		{ "", "", "", "", 2, 6, 1, ". none! none! none! ." },
		{ "", "sp01", "", "*.log", 0, 0, 0, ". . . . ." },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fb_decision d = made(FB_DECIDED_ASIDE, "alice", 0), later;
		char *dir = kit_dir("aside");
		uint64_t added;
		struct fb_filter f;

		fill(dir, 0);
		d.at = fb_time_now();
		d.text = "why";
		d.rule = cases[i].rule;
		d.host = cases[i].host;
		d.entity = cases[i].entity;
		d.source = cases[i].source;
		if (cases[i].to) {
			d.from = KIT_T0 + cases[i].from * FB_SECOND;
			d.to = KIT_T0 + cases[i].to * FB_SECOND;
		}
		if (cases[i].until)
			d.until = d.at + 10 * FB_SECOND;
		CHECK_INT(decide(dir, d, &added), 0);
		CHECK_STR(decided(dir, NULL), cases[i].want);
		fb_filter_init(&f);
		f.aside = FB_ASIDE_WITHOUT;
		CHECK(!strchr(decided(dir, &f), '!'));
		f.aside = FB_ASIDE_ONLY;
		CHECK(!strchr(decided(dir, &f), '.'));
		/* Its end: as soon as the case knows of a later moment. */
		later = made(FB_DECIDED_NOTE, "alice", 0);
		later.event = REC("1", "3");
		later.text = "x";
		later.at = d.at + 9 * FB_SECOND;
		CHECK_INT(decide(dir, later, &added), 0);
		CHECK((strchr(decided(dir, NULL), '!') != NULL) == (strchr(cases[i].want, '!') != NULL));
		later.at = d.at + 10 * FB_SECOND;
		CHECK_INT(decide(dir, later, &added), 0);
		CHECK((strchr(decided(dir, NULL), '!') != NULL) ==
		      (strchr(cases[i].want, '!') != NULL && !cases[i].until));
		kit_remove(dir);
		free(dir);
	}
}

static int last_row(void *user, const struct fb_decision_row *row)
{
	*(struct fb_decision_row *)user = *row;
	return 0;
}

static void test_withdraw(void)
{
	struct fb_decision d = made(FB_DECIDED_MARK, "alice", 1), w;
	char *dir = kit_dir("withdraw");
	uint8_t ids[1][FB_DECISION_ID];
	uint64_t added;

	fill(dir, 0);
	d.event = REC("1", "3");
	d.mark = FB_MARK_MALICIOUS;
	CHECK_INT(decide(dir, d, &added), 0);
	d.at += FB_SECOND;
	d.mark = FB_MARK_BENIGN;
	decide_seen(dir, d);
	CHECK_STR(decided(dir, NULL), "benign . . . .");
	/* Withdrawn, what it had replaced holds again. */
	{
		struct fb_case *c = kit_open(dir, FB_CASE_READ);
		struct fb_decision_row row = { 0 };
		const struct fb_decision_row *found;
		struct fb_err err = { 0 };

		CHECK_INT(fb_assess_seal(c, &err), 0);
		CHECK_INT(fb_case_decisions(c, last_row, &row, &err), 0);
		CHECK(row.n == 2 && row.detections == 1 && !row.replaced);
		memcpy(ids[0], row.id, sizeof ids[0]);
		CHECK_INT(fb_case_decision(c, "2", &found, &err), 0);
		CHECK(memcmp(found->id, row.id, sizeof row.id) == 0);
		CHECK_INT(fb_case_decision(c, "3", &found, &err), FB_ENOTFOUND);
		fb_case_close(c);
	}
	w = made(FB_DECIDED_WITHDRAW, "bob", 5);
	w.replaces = (const uint8_t (*)[FB_DECISION_ID])ids;
	w.nreplaces = 1;
	CHECK_INT(decide(dir, w, &added), 0);
	CHECK_STR(decided(dir, NULL), "malicious . . . .");
	kit_remove(dir);
	free(dir);
}

/* New rules forget everything that was found, and nothing that was decided; a copy in
 * a place that comes first, and another folder, change nothing. */
static void test_survives(void)
{
	struct fb_decision d = made(FB_DECIDED_MARK, "alice", 1);
	char *dir = kit_dir("survives");
	struct fb_detection r[2];
	struct fb_run run = kit_run();
	struct fb_err err = { 0 };
	struct fb_case *c;
	bool rematch;
	uint64_t added, s;

	fill(dir, 0);
	d.event = REC("1", "3");
	d.rule = "aaaa-1";
	d.mark = FB_MARK_MALICIOUS;
	CHECK_INT(decide(dir, d, &added), 0);
	d.event = "place 0207000000000000000000000000000000000000000000000000000000000000 90";
	CHECK_INT(decide(dir, d, &added), 0);
	CHECK_STR(decided(dir, NULL), "malicious . . . malicious");
	run.version = "0.2.0";
	c = kit_open(dir, FB_CASE_WRITE);
	CHECK_INT(fb_case_begin(c, &run, &rematch, &err), 0);
	CHECK(rematch);
	r[0] = kit_record(1, "sp01", 1, 300);
	r[1] = kit_record(0, "sp01", 1, 300);
	s = kit_source(c, "a/shadow.evtx", 0, 1000, NULL);
	CHECK_INT(kit_unit(c, s, 0, r, 2, "SP01", 9), 0);
	CHECK_INT(kit_done(c, s, "evtx", 1000, 5, 1), 0);
	r[0] = kit_line(0, 6, 90);
	s = kit_source(c, "0/elsewhere.log", 0, 1000, NULL);
	CHECK_INT(kit_unit(c, s, 0, r, 1, NULL, 9), 0);
	CHECK_INT(kit_done(c, s, "iis-w3c", 1000, 2, 1), 0);
	CHECK_INT(kit_end(c, true), 0);
	fb_case_close(c);
	/* aaaa-1 and bbbb-2 in the record, aaaa-1 in the line. */
	CHECK_STR(decided(dir, NULL), "malicious . malicious");
	kit_remove(dir);
	free(dir);
}

/* A case of the version before is read as it is, and gets the table when somebody
 * decides. */
static void test_version(void)
{
	struct fb_decision d = made(FB_DECIDED_NOTE, "alice", 1);
	char *dir = kit_dir("version");
	struct fb_err err;
	uint64_t added;

	fill(dir, 0);
	sql(dir, "DROP TABLE decisions; DROP TABLE collected; DROP TABLE stated; DROP TABLE steps; DROP TABLE step_edges; DROP TABLE step_objects; DROP TABLE unit_flows; DROP TABLE unit_sums; DROP TABLE unit_pages; DROP TABLE webshells;"
	    " DROP TABLE webshell_clients; DROP TABLE webshell_reasons; PRAGMA user_version = 1");
	CHECK_STR(decided(dir, NULL), ". . . . .");
	CHECK_INT(sql_number(dir, "PRAGMA user_version"), 1);
	d.event = REC("1", "3");
	d.text = "n";
	CHECK_INT(decide(dir, d, &added), 0);
	CHECK_INT(sql_number(dir, "PRAGMA user_version"), FB_CASE_VERSION);
	CHECK_STR(decided(dir, NULL), "none . . . .");
	CHECK_INT(open_code(dir, FB_CASE_READ, &err), 0);
	kit_remove(dir);
	free(dir);
}

static int check_code(const char *dir, struct fb_err *err)
{
	struct fb_case *c = kit_open(dir, FB_CASE_READ);
	int r;

	*err = (struct fb_err){ 0 };
	r = fb_case_decisions_check(c, err);
	fb_case_close(c);
	return r;
}

static void test_custody(void)
{
	static const struct { const char *sql, *says; } hands[] = {
		{ "UPDATE decisions SET line = replace(line, 'alice', 'mallory') WHERE n = 1", "damaged: decision 1" },
		{ "DELETE FROM decisions WHERE n = 1", "is missing" },
		{ "DELETE FROM decisions", "is missing" },
		{ "UPDATE ledger SET detail = replace(detail, 'alice', 'mallory') WHERE what = 'decision'",
		  "decision 1 is not what the custody record has" },
		{ "DELETE FROM ledger WHERE what = 'decision'", "decision 1 is not what" },
	};
	struct fb_decision d = made(FB_DECIDED_NOTE, "alice", 1);
	struct fb_err err;
	uint64_t added;

	for (size_t i = 0; i < sizeof hands / sizeof *hands; i++) {
		char *dir = kit_dir("custody");

		fill(dir, 0);
		d.event = REC("1", "3");
		d.text = "n";
		CHECK_INT(decide(dir, d, &added), 0);
		d.text = "m";
		CHECK_INT(decide(dir, d, &added), 0);
		CHECK(ledger_has(dir, "decision {\"event\":\"" REC("1", "3") "\",\"what\":\"note\",\"text\":\"m\""));
		CHECK_INT(check_code(dir, &err), 0);
		sql(dir, hands[i].sql);
		CHECK_INT(check_code(dir, &err), FB_EINPUT);
		CHECK(says(&err, hands[i].says));
		kit_remove(dir);
		free(dir);
	}
}

/* One who decides and those who read or decide beside it. */
static void test_beside(void)
{
	struct fb_decision d = made(FB_DECIDED_NOTE, "alice", 1);
	char *dir = kit_dir("beside");
	struct fb_case *one, *two, *c;
	struct fb_err err = { 0 };
	uint64_t added, last;

	fill(dir, 0);
	d.event = REC("1", "3");
	d.text = "n";
	one = kit_open(dir, FB_CASE_READ);
	two = kit_open(dir, FB_CASE_READ);
	CHECK(one && two);
	/* They look at one state, so nothing can be written while they do. */
	c = kit_open(dir, FB_CASE_DECIDE);
	CHECK_INT(fb_case_decide(c, &d, 1, NULL, &added, &last, &err), FB_EBUSY);
	CHECK(says(&err, "being read by another process"));
	fb_case_close(c);
	fb_case_close(one);
	fb_case_close(two);
	CHECK_STR(decided(dir, NULL), ". . . . .");
	CHECK_INT(decide(dir, d, &added), 0);
	CHECK_STR(decided(dir, NULL), "none . . . .");
	/* A run holds the case for long. */
	c = kit_begin(dir);
	CHECK_INT(open_code(dir, FB_CASE_DECIDE, &err), FB_EBUSY);
	CHECK(says(&err, "is in use by process"));
	fb_case_close(c);
	CHECK_INT(open_code("/nowhere", FB_CASE_DECIDE, &err), FB_ENOTFOUND);
	kit_remove(dir);
	free(dir);
}

int main(void)
{
	fb_arena_init(&arena, (size_t)64 << 20);
	test_jsonline();
	test_identity();
	test_lines();
	test_holds();
	test_aside();
	test_withdraw();
	test_survives();
	test_version();
	test_custody();
	test_beside();
	fb_arena_dispose(&arena);
	return check_done();
}
