#include "check.h"

#include "base/arena.h"
#include "base/text.h"
#include "decode/foreign/foreign.h"
#include "decode/formats.h"
#include "event/secondhand.h"
#include "event/value.h"
#include "intake/recognise.h"

#include <stdlib.h>

/* ---- a sink that writes down what it is given ---- */

struct log {
	struct fb_sink sink;
	struct fb_buf out;   /* a line an event: "offset line time name=value …" */
	struct fb_buf noted; /* a line a problem */
	const struct fb_format *format;
	struct fb_slice data; /* of the whole source */
	uint64_t events, problems;
	bool terse;
};

static int on_event(struct fb_sink *s, const struct fb_event *ev)
{
	struct log *l = (struct log *)(void *)s;
	char t[FB_TIME_TEXT];
	struct fb_buf text;

	l->events++;
	CHECK(ev->flags & FB_EVENT_SECOND_HAND);
	CHECK(ev->raw.n == ev->length);
	CHECK(fb_slice_eq(ev->raw, fb_slice_sub(l->data, ev->offset, ev->length)));
	(void)fb_buf_printf(&l->out, "@%llu %s%llu %s%s %u", (unsigned long long)ev->offset,
			    ev->record ? "R" : "L",
			    (unsigned long long)(ev->record ? ev->record : ev->line),
			    fb_time_text(ev->time, ev->time_digits, t),
			    ev->time_flags & FB_TIME_LOCAL ? "?" : "", ev->event_id);
	if (ev->lane == FB_LANE_OTHER)
		(void)fb_buf_puts(&l->out, " other");
	if (ev->as_channel)
		(void)fb_buf_printf(&l->out, " as %u", ev->as_event_id);
	if (ev->flags & FB_EVENT_RECOVERED)
		(void)fb_buf_puts(&l->out, " recovered");
	for (size_t i = 0; i < ev->nfields; i++) {
		const struct fb_field *f = &ev->fields[i];

		if (l->terse && fb_value_is_null(f))
			continue;
		(void)fb_buf_putc(&l->out, '|');
		(void)fb_buf_slice(&l->out, f->name);
		if (fb_value_is_null(f))
			continue;
		(void)fb_buf_putc(&l->out, '=');
		(void)fb_value_text(f, &l->out);
	}
	(void)fb_buf_putc(&l->out, '\n');

	fb_buf_init(&text, 1 << 20);
	CHECK_INT(l->format->summarise(ev, &text), 0);
	CHECK(text.n > 0 && text.n <= FB_SUMMARY_MAX && fb_utf8_valid(fb_buf_view(&text)));
	CHECK(text.n == 0 || (!memchr(text.p, '\n', text.n) && !memchr(text.p, 27, text.n)));
	fb_buf_clear(&text);
	CHECK_INT(l->format->render(ev, &text), 0);
	CHECK(fb_utf8_valid(fb_buf_view(&text)));
	CHECK(text.n > 0 && text.p[text.n - 1] != '\n');
	fb_buf_dispose(&text);
	return 0;
}

static void on_problem(struct fb_sink *s, uint64_t offset, uint64_t length, enum fb_why why,
		       const char *text)
{
	struct log *l = (struct log *)(void *)s;

	l->problems++;
	(void)fb_buf_printf(&l->noted, "@%llu+%llu %s%s%s\n", (unsigned long long)offset,
			    (unsigned long long)length, fb_why_word(why), text ? ": " : "",
			    text ? text : "");
}

static void on_skip(struct fb_sink *s, uint64_t offset, uint64_t length, enum fb_why why)
{
	struct log *l = (struct log *)(void *)s;

	(void)fb_buf_printf(&l->noted, "@%llu+%llu skipped %s\n", (unsigned long long)offset,
			    (unsigned long long)length, fb_why_word(why));
}

static struct fb_syms *syms;

static void log_init(struct log *l, const struct fb_format *f, struct fb_slice data)
{
	*l = (struct log){ .format = f, .data = data };
	l->sink = (struct fb_sink){ .syms = syms, .event = on_event, .problem = on_problem,
				    .skip = on_skip };
	fb_buf_init(&l->out, (size_t)64 << 20);
	fb_buf_init(&l->noted, (size_t)64 << 20);
	l->terse = true;
}

static void log_dispose(struct log *l)
{
	fb_buf_dispose(&l->out);
	fb_buf_dispose(&l->noted);
}

/* A unit in memory of its own size, so that reading beyond it is seen. */
static void decode_unit(struct log *l, size_t at, size_t n, bool last, const struct fb_ctx *ctx)
{
	struct fb_arena arena;
	uint8_t *own = malloc(n);
	uint64_t sum = l->sink.decoded + l->sink.rejected + l->sink.skipped;
	struct fb_unit u = { .base = at, .last = last, .ctx = ctx };

	CHECK(own != NULL);
	if (!own)
		return;
	memcpy(own, l->data.p + at, n);
	u.data = fb_slice(own, n);
	fb_arena_init(&arena, (size_t)64 << 20);
	l->sink.arena = &arena;
	CHECK_INT(l->format->decode(&u, &l->sink), 0);
	CHECK_INT(l->sink.decoded + l->sink.rejected + l->sink.skipped - sum, n);
	fb_arena_dispose(&arena);
	free(own);
}

static void decode_all(struct log *l)
{
	struct fb_ctx *ctx = calloc(1, sizeof *ctx);

	if (l->data.n)
		decode_unit(l, 0, l->data.n, true, ctx);
	free(ctx);
}

/* In units of about `want` bytes, of which split sees `window` at a time. Returns units. */
static size_t decode_split(struct log *l, size_t want, size_t window)
{
	struct fb_ctx *before = calloc(1, sizeof *before), *ctx = calloc(1, sizeof *ctx);
	size_t at = 0, units = 0, sees = window;

	while (at < l->data.n) {
		struct fb_slice s = fb_slice_sub(l->data, at, sees);
		bool final = at + s.n == l->data.n;
		size_t n;

		*before = *ctx;
		n = l->format->split(s, final, want, ctx);
		CHECK(n <= s.n);
		if (n == 0) {
			CHECK(!final && s.n < FB_SLAB_SIZE);
			CHECK(before->n == ctx->n && memcmp(before->bytes, ctx->bytes, ctx->n) == 0);
			if (final)
				break;
			sees += window;
			continue;
		}
		decode_unit(l, at, n, at + n == l->data.n, before);
		at += n;
		units++;
		sees = window;
	}
	free(before);
	free(ctx);
	return units;
}

/* The whole at once gives these events and problems; cut in any way it gives the same. */
static void expect(const struct fb_format *f, struct fb_slice data, const char *events,
		   const char *noted)
{
	static const size_t wants[] = { 1, 7, 40, 200, 5000 };
	struct log l;

	CHECK(fb_second_hand(f->name) != NULL);
	log_init(&l, f, data);
	decode_all(&l);
	CHECK_STR(fb_buf_cstr(&l.out), events);
	CHECK_STR(fb_buf_cstr(&l.noted), noted);
	log_dispose(&l);
	for (size_t i = 0; i < sizeof wants / sizeof *wants; i++) {
		log_init(&l, f, data);
		(void)decode_split(&l, wants[i], wants[i] * 3 + 1);
		CHECK_STR(fb_buf_cstr(&l.out), events);
		CHECK_STR(fb_buf_cstr(&l.noted), noted);
		log_dispose(&l);
	}
}

#define EXPECT(f, text, events, noted) expect(&fb_format_##f, FB_LIT(text), events, noted)

static const char *told(const char *text)
{
	const struct fb_format *f = fb_recognise(fb_formats, fb_slice_str(text), true);

	return f ? f->name : "";
}

/* The same as UTF-16LE with its mark. */
static struct fb_slice wide(struct fb_slice s, uint8_t *room)
{
	size_t n = 0;

	room[n++] = 0xFF;
	room[n++] = 0xFE;
	while (s.n) {
		uint32_t cp;
		int len = fb_utf8_next(s, &cp);

		room[n++] = (uint8_t)cp;
		room[n++] = (uint8_t)(cp >> 8);
		s = fb_slice_sub(s, len < 0 ? 1 : (size_t)len, s.n);
	}
	return fb_slice(room, n);
}

/* ---- CSV ---- */

#define HB "Timestamp,RuleTitle,Level,Computer,Channel,EventID,RecordID,Details\n"

static void test_csv(void)
{
	EXPECT(hayabusa, "\xEF\xBB\xBF" HB
	       "2021-12-12 16:16:04.237 +09:00,\"A \"\"b\"\", c\",high,H1,Sec,4624,7,\"TgtUser: x\ny\"\r\n"
	       "\r\n"
	       "2021-12-12T07:16:05Z,T,low,H1,Sys,7045,8,Svc: s \xC2\xA6 Path: C:\\a.exe\n",
	       "@71 R7 2021-12-12T07:16:04.237Z 4624|Channel=Security|EventID=4624|EventRecordID=7"
	       "|Computer=H1|RuleTitle=A \"b\", c|RuleLevel=high|TargetUserName=x\ny\n"
	       "@152 R8 2021-12-12T07:16:05Z 7045|Channel=System|EventID=7045|EventRecordID=8"
	       "|Computer=H1|RuleTitle=T|RuleLevel=low|ServiceName=s|ImagePath=C:\\a.exe\n", "");
	/* Quotes that do not begin a value are part of it; text may follow those that end. */
	EXPECT(hayabusa, HB "2021-12-12T07:16:05Z,5\" x,\"q\"w,H,Sec,1,2,\n",
	       "@68 R2 2021-12-12T07:16:05Z 1|Channel=Security|EventID=1|EventRecordID=2|Computer=H"
	       "|RuleTitle=5\" x|RuleLevel=qw\n", "");
	/* A bad line costs the line; quotes that never end cost theirs. */
	EXPECT(hayabusa, HB "2021-12-12T07:16:05Z,T,low\n"
	       "2021-12-12T07:16:05Z,\"T,low,H,Sec,1,2,x\n"
	       "2021-12-12T07:16:05Z,T,low,H,Sec,1,3,x",
	       "@135 R3 2021-12-12T07:16:05Z 1|Channel=Security|EventID=1|EventRecordID=3|Computer=H"
	       "|RuleTitle=T|RuleLevel=low|Details=x\n",
	       "@68+26 bad-line: 3 values where the header names 8\n"
	       "@95+40 bad-line: quotes or brackets that are never closed\n");
	/* The header again, where files were put together; other delimiters. */
	EXPECT(hayabusa, "Timestamp;RuleTitle;Computer\n2021-12-12T07:16:05Z;a,b;H\n"
	       "Timestamp;RuleTitle;Computer\n2021-12-12 07:16:06;c;H\n",
	       "@29 L2 2021-12-12T07:16:05Z 0 other|Channel=hayabusa|Computer=H|RuleTitle=a,b\n"
	       "@85 L4 2021-12-12T07:16:06Z? 0 other|Channel=hayabusa|Computer=H|RuleTitle=c\n", "");
	/* No time is guessed. */
	EXPECT(hayabusa, "Timestamp,RuleTitle,Computer\n02-22-2022 10:00:00.123 PM -06:00,a,H\n",
	       "@29 L2  0 other|Channel=hayabusa|Computer=H|RuleTitle=a\n",
	       "@29+37 bad-value: its time is none that is read here\n");
}

static void test_wide(void)
{
	static const char text[] = HB "2021-12-12T07:16:05Z,\xC3\xA4\n\"\n";
	static const char ok[] = HB "2021-12-12T07:16:05Z,\"\xC3\xA4\nb\",low,H,Sec,1,2,\r\n";
	uint8_t room[1024];

	expect(&fb_format_hayabusa, wide(FB_LIT(ok), room),
	       "@138 R2 2021-12-12T07:16:05Z 1|Channel=Security|EventID=1|EventRecordID=2|Computer=H"
	       "|RuleTitle=\xC3\xA4\nb|RuleLevel=low\n", "");
	CHECK(fb_format_hayabusa.probe(wide(FB_LIT(ok), room), true) >= 90);
	expect(&fb_format_hayabusa, wide(FB_LIT(text), room), "",
	       "@138+44 bad-line: 2 values where the header names 8\n"
	       "@184+4 bad-line: quotes or brackets that are never closed\n");
	/* Half a character at the end. */
	expect(&fb_format_hayabusa, fb_slice_sub(wide(FB_LIT(HB "x"), room), 0, 2 * sizeof HB + 1), "",
	       "@138+1 truncated: half a character\n");
}

/* A record that is more than is held costs itself, whatever is around it. */
static void test_huge(void)
{
	struct fb_buf b;
	struct log l;

	fb_buf_init(&b, (size_t)16 << 20);
	(void)fb_buf_puts(&b, HB "2021-12-12T07:16:05Z,a,low,H,Sec,1,1,\n2021-12-12T07:16:05Z,\"");
	for (size_t i = 0; i < 3 * FB_FOREIGN_RECORD_MAX; i++)
		(void)fb_buf_putc(&b, 'x');
	(void)fb_buf_puts(&b, "\",low,H,Sec,1,2,\n2021-12-12T07:16:05Z,b,low,H,Sec,1,3,\n");
	for (size_t want = FB_UNIT_MIN; want < 8u << 20; want *= 4) {
		log_init(&l, &fb_format_hayabusa, fb_buf_view(&b));
		(void)decode_split(&l, want, (size_t)1 << 20);
		CHECK_INT(l.events, 2);
		CHECK_INT(l.sink.rejected, 3 * FB_FOREIGN_RECORD_MAX + 39);
		log_dispose(&l);
	}
	/* Values just below the limit are whole. */
	fb_buf_clear(&b);
	(void)fb_buf_puts(&b, HB "2021-12-12T07:16:05Z,\"");
	for (size_t i = 0; i < FB_FOREIGN_RECORD_MAX - 100; i++)
		(void)fb_buf_putc(&b, i % 70 ? 'x' : '\n');
	(void)fb_buf_puts(&b, "\",low,H,Sec,1,2,\n");
	log_init(&l, &fb_format_hayabusa, fb_buf_view(&b));
	(void)decode_split(&l, FB_UNIT_MIN, 100000);
	CHECK_INT(l.events, 1);
	CHECK_INT(l.sink.rejected, 0);
	log_dispose(&l);
	fb_buf_dispose(&b);
}

/* To look for ends that are not there takes no longer than the file is long. */
static void test_never_closed(void)
{
	struct fb_buf b;
	struct log l;

	fb_buf_init(&b, (size_t)16 << 20);
	while (b.n < 8u << 20)
		(void)fb_buf_puts(&b, "{\n");
	log_init(&l, &fb_format_hayabusa, fb_buf_view(&b));
	(void)decode_split(&l, FB_UNIT_SIZE, FB_UNIT_SIZE);
	CHECK_INT(l.events, 0);
	CHECK(l.problems >= FB_FOREIGN_OPENS && l.problems < 1000);
	log_dispose(&l);
	fb_buf_dispose(&b);
}

/* ---- JSON ---- */

#define EV(n, id) "{\"Event\":{\"System\":{\"Provider\":{\"#attributes\":{\"Name\":\"P\"}}," \
	"\"EventID\":" id ",\"TimeCreated\":{\"#attributes\":{\"SystemTime\":\"2020-01-02T03:04:05.678901Z\"}}," \
	"\"EventRecordID\":" n ",\"Correlation\":null,\"Channel\":\"Security\",\"Computer\":\"H\"}," \
	"\"EventData\":{\"TargetUserName\":\"a\\\\b \\u00e4\\ud83d\\ude00\",\"Data\":{\"#text\":[\"x\",\"y\"]},\"None\":null}}}"
#define SAID(n, id) "R" n " 2020-01-02T03:04:05.678901Z " id \
	"|TimeCreated_SystemTime=2020-01-02T03:04:05.678901Z" \
	"|TargetUserName=a\\b \xC3\xA4\xF0\x9F\x98\x80|Data=x, y|Channel=Security|Provider_Name=P|EventID=" id \
	"|EventRecordID=" n "|Computer=H\n"

static void test_json(void)
{
	/* One a line, one after the other, in a list. */
	EXPECT(evtx_json, EV("7", "4624") "\r\n\n" EV("8", "1") "\n",
	       "@0 " SAID("7", "4624") "@324 " SAID("8", "1"), "");
	EXPECT(evtx_json, "[" EV("7", "4624") ",\n" EV("8", "1") "]\n",
	       "@1 " SAID("7", "4624") "@324 " SAID("8", "1"), "");
	EXPECT(evtx_json, "{\n \"Event\": {\"System\": {\"EventID\":\n{\"#text\":5,\"#attributes\":"
	       "{\"Qualifiers\":3}}, \"Computer\": \"}\\\"{\"}}}\n{\n\"Event\":{}}\n",
	       "@0 L1  5|EventID_Qualifiers=3|EventID=5|Computer=}\"{\n",
	       "@101+13 bad-line: no event id in it\n");
	/* Attributes the other way. */
	EXPECT(evtx_json, "{\"Event\":{\"System\":{\"EventID\":1,\"Provider_attributes\":{\"Name\":\"P\"}},"
	       "\"UserData\":{\"LogFileCleared\":{\"#attributes\":{\"xmlns\":\"u\"},\"SubjectUserName\":\"s\"}}}}\n",
	       "@0 L1  1|SubjectUserName=s|Provider_Name=P|EventID=1\n", "");
	/* A GUID has braces, as Windows writes it. */
	EXPECT(evtx_json, "{\"Event\":{\"System\":{\"EventID\":1},\"EventData\":{\"a\":\"365ABB72-3D4A-5CEB-0000-0010FA93FD00\","
	       "\"b\":\"365abb72-3d4a-5ceb-0000-0010fa93fd00\"}}}\n",
	       "@0 L1  1|a={365ABB72-3D4A-5CEB-0000-0010FA93FD00}|b=365abb72-3d4a-5ceb-0000-0010fa93fd00|EventID=1\n", "");
}

static void test_bad_json(void)
{
	EXPECT(evtx_json, EV("7", "1") "\n{\"Event\":{\"System\":{\"EventID\":1}\nx\n{} {}\n[1]\n{\"a\":tru}\n"
	       "{\"a\":\"\\q\"}\n{\"a\":1,}\n{\"a\" 1}\n{\"a\":\"\x01\"}\n" EV("8", "1") "\n{\"Event\":{\"Sys",
	       "@0 " SAID("7", "1") "@412 " SAID("8", "1"),
	       "@319+32 bad-line: it ends within an object\n@352+1 bad-line: not a JSON object\n"
	       "@354+5 bad-line: more than one object on a line\n@360+3 bad-line: not a JSON object\n"
	       "@364+9 bad-line: a value is none\n@374+10 bad-line: an escape that is none\n"
	       "@385+8 bad-line: a name is missing\n@394+7 bad-line: a colon is missing\n"
	       "@402+9 bad-line: a control character in a text\n"
	       "@731+14 truncated: it ends within a text\n");
}

static void test_deep_json(void)
{
	struct fb_buf b;
	struct log l;

	fb_buf_init(&b, 1 << 20);
	for (int i = 0; i < 200; i++)
		(void)fb_buf_puts(&b, "{\"a\":");
	(void)fb_buf_putc(&b, '1');
	for (int i = 0; i < 200; i++)
		(void)fb_buf_putc(&b, '}');
	log_init(&l, &fb_format_evtx_json, fb_buf_view(&b));
	decode_all(&l);
	CHECK_STR(fb_buf_cstr(&l.noted),
		  "@0+1201 truncated: objects within one another beyond 32\n");
	log_dispose(&l);
	/* More names than fields: the rest is missing, and it is said. */
	fb_buf_clear(&b);
	(void)fb_buf_puts(&b, "{\"Event\":{\"System\":{\"EventID\":1},\"EventData\":{");
	for (int i = 0; i < 3000; i++)
		(void)fb_buf_printf(&b, "%s\"f%d\":1", i ? "," : "", i);
	(void)fb_buf_puts(&b, "}}}\n");
	log_init(&l, &fb_format_evtx_json, fb_buf_view(&b));
	decode_all(&l);
	CHECK_INT(l.events, 1);
	CHECK(fb_slice_find(fb_buf_view(&l.out), FB_LIT("f1000=1")) < l.out.n);
	CHECK(fb_slice_find(fb_buf_view(&l.out), FB_LIT("f2000=1")) == l.out.n);
	log_dispose(&l);
	fb_buf_dispose(&b);
}

/* ---- programs ---- */

static void test_hayabusa(void)
{
	EXPECT(hayabusa, "{\n\"Timestamp\": \"2021-12-12 16:16:04.237 +09:00\",\n\"RuleTitle\": \"T\",\n"
	       "\"Computer\": \"h\",\n\"Channel\": \"Sec\",\n\"EventID\": 4624,\n\"Level\": \"info\",\n"
	       "\"RecordID\": 11,\n\"Details\": {\n\"Type\": \"3 - NETWORK\", \"TgtUser\": \"u\", \"LID\": \"0x1\"\n},\n"
	       "\"AllFieldInfo\": {\"TargetUserName\": \"u\", \"IpPort\": 5}\n}\n",
	       "@0 R11 2021-12-12T07:16:04.237Z 4624|Channel=Security|EventID=4624|EventRecordID=11"
	       "|Computer=h|RuleTitle=T|RuleLevel=info|LogonType=3|TargetUserName=u|TargetLogonId=0x1"
	       "|IpPort=5\n", "");
	/* Names that mean nothing certain stay as they are. */
	EXPECT(hayabusa, HB "2021-12-12T07:16:05Z,T,low,H,Microsoft-Windows-X/Y,3,2,Proc: p\n",
	       "@68 R2 2021-12-12T07:16:05Z 3|Channel=Microsoft-Windows-X/Y|EventID=3|EventRecordID=2"
	       "|Computer=H|RuleTitle=T|RuleLevel=low|Proc=p\n", "");
	CHECK(fb_second_hand_claims("hayabusa") && !fb_second_hand_claims("evtxecmd"));
}

static void test_chainsaw(void)
{
	EXPECT(chainsaw, "[{\"group\":\"Sigma\",\"kind\":\"individual\",\"document\":{\"kind\":\"evtx\",\"path\":\"/e/s.evtx\","
	       "\"data\":{\"Event\":{\"System\":{\"EventID\":4698,\"EventRecordID\":9,\"Channel\":\"Security\","
	       "\"TimeCreated_attributes\":{\"SystemTime\":\"2019-03-19T00:02:04.3199450Z\"}},"
	       "\"EventData\":{\"TaskName\":\"t\"}}}},\"name\":\"N\",\"timestamp\":\"2019-03-19T00:02:04.319945+00:00\","
	       "\"authors\":[\"a\",\"b\"],\"level\":\"medium\",\"id\":\"i\",\"source\":\"sigma\"}]",
	       "@1 R9 2019-03-19T00:02:04.3199450Z 4698|TimeCreated_SystemTime=2019-03-19T00:02:04.3199450Z"
	       "|TaskName=t|Channel=Security|EventID=4698|EventRecordID=9|RuleTitle=N|RuleLevel=medium"
	       "|RuleID=i|RuleGroup=Sigma|RuleAuthor=a, b|RuleSource=sigma|EvtxFile=/e/s.evtx\n", "");
	EXPECT(chainsaw, "{\"group\":\"S\",\"kind\":\"aggregate\",\"documents\":[{\"kind\":\"evtx\",\"data\":{\"Event\":"
	       "{\"System\":{\"EventID\":1}}}},{\"kind\":\"evtx\",\"data\":{\"Event\":{\"System\":{\"EventID\":2}}}}],"
	       "\"name\":\"N\",\"timestamp\":\"2019-03-19T00:02:04Z\"}\n{\"group\":1}\n",
	       "@0 L1 2019-03-19T00:02:04Z 1|EventID=1|RuleTitle=N|RuleGroup=S\n"
	       "@0 L1 2019-03-19T00:02:04Z 2|EventID=2|RuleTitle=N|RuleGroup=S\n",
	       "@209+11 bad-line: no document in it\n");
}

#define EVTXECMD "RecordNumber,EventRecordId,TimeCreated,EventId,Level,Provider,Channel,ProcessId," \
	"Computer,MapDescription,UserName,HiddenRecord,Keywords,Payload\n"

static void test_evtxecmd(void)
{
	EXPECT(evtxecmd, "\xEF\xBB\xBF" EVTXECMD
	       "1,7989,2026-08-22 05:26:47.0428511,4625,Info,P,Security,5,h,Failed logon,d\\u,True,Audit failure,"
	       "\"{\"\"EventData\"\":{\"\"Data\"\":[{\"\"@Name\"\":\"\"LogonType\"\",\"\"#text\"\":\"\"3\"\"},{\"\"@Name\"\":\"\"Empty\"\"},"
	       "{\"\"@Name\"\":\"\"User\"\",\"\"#text\"\":\"\"a\"\"}]}}\"\r\n",
	       "@146 R7989 2026-08-22T05:26:47.0428511Z 4625 recovered|Channel=Security|Provider_Name=P"
	       "|EventID=4625|EventRecordID=7989|Computer=h|Level=4|Keywords=0x8010000000000000"
	       "|LogonType=3|User=a|Execution_ProcessID=5|MapDescription=Failed logon"
	       "|Map_UserName=d\\u\n", "");
	EXPECT(evtxecmd, EVTXECMD "1,2,2026-08-22 05:26:47,1102,Info,P,Security,5,h,,,False,,"
	       "\"{\"\"UserData\"\":{\"\"LogFileCleared\"\":{\"\"@xmlns\"\":\"\"u\"\",\"\"SubjectUserName\"\":\"\"s\"\"}}}\"\n"
	       "1,3,2026-08-22 05:26:47,1,Info,P,Application,5,h,,,False,,\"{\"\"EventData\"\":{\"\"Data\"\":\"\"x, y\"\"}}\"\n",
	       "@143 R2 2026-08-22T05:26:47Z 1102|Channel=Security|Provider_Name=P|EventID=1102"
	       "|EventRecordID=2|Computer=h|Level=4|SubjectUserName=s|Execution_ProcessID=5\n"
	       "@284 R3 2026-08-22T05:26:47Z 1|Channel=Application|Provider_Name=P|EventID=1"
	       "|EventRecordID=3|Computer=h|Level=4|Data=x, y|Execution_ProcessID=5\n", "");
}

static void test_plaso(void)
{
	/* A record of an event log: from its XML. */
	EXPECT(plaso, "{\"__container_type__\": \"event\", \"data_type\": \"windows:evtx:record\", \"timestamp\": 5, "
	       "\"timestamp_desc\": \"Creation Time\", \"recovered\": false, \"xml_string\": \"<Event xmlns=\\\"u\\\">\\n"
	       "  <System><Provider Name=\\\"P\\\" Guid='{g}'/><EventID Qualifiers=\\\"16384\\\">7045</EventID>"
	       "<TimeCreated SystemTime=\\\"2019-01-02T03:04:05.1234567Z\\\"/><EventRecordID>9</EventRecordID>"
	       "<Correlation/><Channel>System</Channel><Computer>h</Computer></System>\\n<EventData>"
	       "<Data Name=\\\"ServiceName\\\">a &amp; b &#x41;</Data><Data Name=\\\"None\\\"></Data><Data Name=\\\"Empty\\\"/>"
	       "<Data>x</Data></EventData></Event>\"}\n",
	       "@0 R9 2019-01-02T03:04:05.1234567Z 7045|Provider_Guid={g}|EventID_Qualifiers=16384"
	       "|TimeCreated_SystemTime=2019-01-02T03:04:05.1234567Z|ServiceName=a & b A|Data=x"
	       "|Channel=System|Provider_Name=P|EventID=7045|EventRecordID=9|Computer=h\n", "");
	/* Without it, and all else: in its own terms. */
	EXPECT(plaso, "{\"data_type\": \"windows:evtx:record\", \"timestamp\": 1416633231843062, \"timestamp_desc\": \"W\", "
	       "\"computer_name\": \"c\", \"hostname\": \"-\", \"event_identifier\": 7, \"xml_string\": \"<Event><System\"}\n"
	       "{\"data_type\": \"fs:stat\", \"parser\": \"mft\", \"timestamp\": 1645754648649459, \"timestamp_desc\": \"C\", "
	       "\"date_time\": {\"__class_name__\": \"Filetime\", \"timestamp\": 132902282486494590}, \"hostname\": \"h\", "
	       "\"pathspec\": {\"location\": \"/x\"}, \"filename\": \"\\\\a\"}\n"
	       "{\"data_type\": \"x\", \"timestamp\": 0, \"timestamp_desc\": \"Not a time\"}\n{\"timestamp\": 1}\n"
	       "{\"data_type\": \"x\", \"timestamp\": \"soon\"}\n",
	       "@0 L1 2014-11-22T05:13:51.843062Z 0 other|data_type=windows:evtx:record|hostname=c"
	       "|timestamp_desc=W|computer_name=c|event_identifier=7\n"
	       "@185 L2 2022-02-25T02:04:08.6494590Z 0 other|data_type=fs:stat|hostname=h|parser=mft"
	       "|timestamp_desc=C|filename=\\a\n"
	       "@427 L3  0 other|data_type=x|timestamp_desc=Not a time\n"
	       "@511 L5  0 other|data_type=x\n",
	       "@494+16 bad-line: no data_type in it\n"
	       "@511+39 bad-value: its time is none that is read here\n");
	CHECK_STR(told("{\"data_type\": \"fs:stat\", \"timestamp\": 5, \"timestamp_desc\": \"C\"}\n"), "plaso");
}

#define MFT "EntryNumber,SequenceNumber,ParentPath,FileName,IsDirectory,IsAds,SI<FN,Created0x10," \
	"Created0x30,LastModified0x10\n"

static void test_eztools(void)
{
	EXPECT(mftecmd_mft, MFT ",,.\\inetpub\\wwwroot,a.aspx,False,False,True,2025-07-18 09:14:02.1234567,,2025-07-18 09:14:03\n"
	       "5,5,.,Users,True,False,False,2025-07-18 09:14:02,,2025-07-18 09:14:02\n"
	       "6,1,.\\x,b:s,False,True,False,,,\n",
	       "@112 L2 2025-07-18T09:14:02.1234567Z 0 other as 11|data_type=fs:mft|tool=MFTECmd"
	       "|timestamp_desc=Created0x10|TargetFilename=\\inetpub\\wwwroot\\a.aspx|ParentPath=.\\inetpub\\wwwroot"
	       "|FileName=a.aspx|IsDirectory=False|IsAds=False|SI<FN=True|Created0x10=2025-07-18 09:14:02.1234567"
	       "|LastModified0x10=2025-07-18 09:14:03\n"
	       "@112 L2 2025-07-18T09:14:03Z 0 other|data_type=fs:mft|tool=MFTECmd"
	       "|timestamp_desc=LastModified0x10|TargetFilename=\\inetpub\\wwwroot\\a.aspx|ParentPath=.\\inetpub\\wwwroot"
	       "|FileName=a.aspx|IsDirectory=False|IsAds=False|SI<FN=True|Created0x10=2025-07-18 09:14:02.1234567"
	       "|LastModified0x10=2025-07-18 09:14:03\n"
	       "@205 L3 2025-07-18T09:14:02Z 0 other|data_type=fs:mft|tool=MFTECmd|timestamp_desc=Created0x10"
	       "|EntryNumber=5|SequenceNumber=5|ParentPath=.|FileName=Users|IsDirectory=True|IsAds=False"
	       "|SI<FN=False|Created0x10=2025-07-18 09:14:02|LastModified0x10=2025-07-18 09:14:02\n"
	       "@275 L4  0 other|data_type=fs:mft|tool=MFTECmd|EntryNumber=6|SequenceNumber=1|ParentPath=.\\x"
	       "|FileName=b:s|IsDirectory=False|IsAds=True|SI<FN=False\n", "");
	EXPECT(mftecmd_j, "Name,EntryNumber,ParentPath,UpdateSequenceNumber,UpdateTimestamp,UpdateReasons,FileAttributes\n"
	       "a.pf,1,.\\Windows,5,2025-08-20 10:07:08.1744759,DataExtend|FileCreate,Archive\n"
	       "a.pf,1,.\\Windows,6,2025-08-20 10:07:09,FileDelete|Close,Archive\n"
	       "b,1,,7,2025-08-20 10:07:09,FileCreate,Archive\n",
	       "@94 L2 2025-08-20T10:07:08.1744759Z 0 other as 11|data_type=fs:usnjrnl|tool=MFTECmd"
	       "|timestamp_desc=UpdateTimestamp|TargetFilename=\\Windows\\a.pf|Name=a.pf|EntryNumber=1"
	       "|ParentPath=.\\Windows|UpdateSequenceNumber=5|UpdateTimestamp=2025-08-20 10:07:08.1744759"
	       "|UpdateReasons=DataExtend|FileCreate|FileAttributes=Archive\n"
	       "@171 L3 2025-08-20T10:07:09Z 0 other as 23|data_type=fs:usnjrnl|tool=MFTECmd"
	       "|timestamp_desc=UpdateTimestamp|TargetFilename=\\Windows\\a.pf|Name=a.pf|EntryNumber=1"
	       "|ParentPath=.\\Windows|UpdateSequenceNumber=6|UpdateTimestamp=2025-08-20 10:07:09"
	       "|UpdateReasons=FileDelete|Close|FileAttributes=Archive\n"
	       "@235 L4 2025-08-20T10:07:09Z 0 other|data_type=fs:usnjrnl|tool=MFTECmd"
	       "|timestamp_desc=UpdateTimestamp|Name=b|EntryNumber=1"
	       "|UpdateSequenceNumber=7|UpdateTimestamp=2025-08-20 10:07:09"
	       "|UpdateReasons=FileCreate|FileAttributes=Archive\n", "");
	EXPECT(pecmd, "SourceFilename,ExecutableName,RunCount,LastRun,PreviousRun0,PreviousRun1\n"
	       "s,CMD.EXE,2,2025-07-18 09:14:02,2025-07-18 09:13:02,\n",
	       "@73 L2 2025-07-18T09:14:02Z 0 other|data_type=prefetch|tool=PECmd|timestamp_desc=LastRun"
	       "|SourceFilename=s|ExecutableName=CMD.EXE|RunCount=2|LastRun=2025-07-18 09:14:02|PreviousRun0=2025-07-18 09:13:02\n"
	       "@73 L2 2025-07-18T09:13:02Z 0 other|data_type=prefetch|tool=PECmd|timestamp_desc=PreviousRun0"
	       "|SourceFilename=s|ExecutableName=CMD.EXE|RunCount=2|LastRun=2025-07-18 09:14:02|PreviousRun0=2025-07-18 09:13:02\n",
	       "");
	/* Headers as the tools write them. */
	CHECK_STR(told(MFT), "mftecmd-mft");
	CHECK_STR(told("Name,Extension,EntryNumber,SequenceNumber,ParentEntryNumber,ParentSequenceNumber,ParentPath,"
		       "UpdateSequenceNumber,UpdateTimestamp,UpdateReasons,FileAttributes,OffsetToData,SourceFile\r\n"),
		  "mftecmd-j");
	CHECK_STR(told("HivePath,HiveType,Description,Category,KeyPath,ValueName,ValueType,ValueData,ValueData2,"
		       "ValueData3,Comment,Recursive,Deleted,LastWriteTimestamp,PluginDetailFile\r\n"), "recmd");
	CHECK_STR(told("Id,Timestamp,ExeInfo,ExeInfoDescription,ExeTimestamp,SidType,Sid,UserName,UserId,AppId,"
		       "BytesReceived,BytesSent,InterfaceLuid,InterfaceType,L2ProfileFlags,L2ProfileId,ProfileName\n"),
		  "srumecmd");
	CHECK_STR(told("ApplicationName,ProgramId,FileKeyLastWriteTimestamp,SHA1,IsOsComponent,FullPath,Name,"
		       "FileExtension,LinkDate,ProductName,Size,Version\n"), "amcacheparser");
	CHECK_STR(told("KeyName,KeyLastWriteTimestamp,DriverTimeStamp,DriverLastWriteTime,DriverName\n"),
		  "amcacheparser");
	CHECK_STR(told("Note,SourceFilename,SourceCreated,SourceModified,SourceAccessed,ExecutableName,Hash,Size,"
		       "Version,RunCount,LastRun,PreviousRun0\n"), "pecmd");
	CHECK_STR(told("RunTime,ExecutableName\n"), "pecmd");
}

static void test_winlogbeat(void)
{
	static const char say[] = "R5 2025-07-18T09:14:02.123Z 4625|Channel=Security|Provider_Name=P|EventID=4625"
		"|EventRecordID=5|Computer=h|Level=4|Keywords=0x8010000000000000|TargetUserName=u|agent.version=8.1\n";
	char want[400];

	(void)snprintf(want, sizeof want, "@0 %s", say);
#define WLB "{\"@timestamp\":\"2025-07-18T09:14:02.123Z\",\"winlog\":{\"channel\":\"Security\",\"record_id\":5," \
	"\"event_id\":\"4625\",\"provider_name\":\"P\",\"computer_name\":\"h\",\"keywords\":[\"Audit Failure\"]," \
	"\"event_data\":{\"TargetUserName\":\"u\"}},\"log\":{\"level\":\"information\"},\"agent\":{\"version\":\"8.1\"}}"
	EXPECT(winlogbeat, WLB "\n{\"@timestamp\":\"2025-07-18T09:14:02.123Z\"}\n", want,
	       "@267+41 bad-line: neither event id nor channel in it\n");
	EXPECT(winlogbeat, "{\"_index\":\"i\",\"_source\":" WLB "}\n", want, "");
	CHECK_STR(told(WLB), "winlogbeat");
	CHECK_STR(told("{\"@timestamp\":\"2025-07-18T09:14:02.123Z\",\"winlog.channel\":\"Security\"}"), "winlogbeat");
	CHECK_STR(told("{\"@timestamp\":\"2025-07-18T09:14:02.123Z\",\"message\":\"x\"}"), "");
}

/* ---- recognising ---- */

static void test_told(void)
{
	CHECK_STR(told(HB), "hayabusa");
	CHECK_STR(told("\xEF\xBB\xBF" EVTXECMD), "evtxecmd");
	CHECK_STR(told(EV("1", "2")), "evtx-json");
	CHECK_STR(told("a,b,c\n1,2,3\n"), "");
	CHECK_STR(told("{\"RuleTitle\":1}"), "");
	CHECK_STR(told("[]"), "");
	CHECK_STR(told("RuleTitle\nTimestamp\nChannel\n"), "");
}

static void test_when(void)
{
	static const struct { const char *text, *time; } good[] = {
		{ "2021-04-23 00:17:10.450 +09:00", "2021-04-22T15:17:10.450000000Z" },
		{ "2021-04-23T00:17:10Z", "2021-04-23T00:17:10.000000000Z" },
		{ "2021-04-23T00:17:10.123456789012+0530", "2021-04-22T18:47:10.123456789Z" },
		{ "2021-04-23 00:17:10 UTC", "2021-04-23T00:17:10.000000000Z" },
		{ " 2021-04-23 00:17 ", "2021-04-23T00:17:00.000000000Z" },
	};
	static const char *const bad[] = { "", "2021-04-23", "2021-04-23 25:00:00", "23.04.2021 10:00",
		"2021-04-23 00:17:10 PM", "2021-04-23 00:17:10 +9", "2021-04-23 00:17:10.", "x" };
	struct fgn_when w;
	char t[FB_TIME_TEXT];

	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		CHECK(fgn_when(fb_slice_str(good[i].text), &w));
		CHECK_STR(fb_time_text(w.time, 9, t), good[i].time);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK(!fgn_when(fb_slice_str(bad[i]), &w));
	CHECK(fgn_when(FB_LIT("2021-04-23 00:17:10"), &w) && !w.zoned);
	CHECK(fgn_when_epoch(FB_LIT("1600000000"), 0, &w) && w.time == 1600000000 * FB_SECOND && !w.digits);
	CHECK(fgn_when_epoch(FB_LIT("1600000000.25"), 0, &w) && w.digits == 2 &&
	      w.time == 1600000000 * FB_SECOND + FB_SECOND / 4);
	CHECK(fgn_when_epoch(FB_LIT("1600000000123"), 3, &w) && w.digits == 3 &&
	      w.time == 1600000000 * FB_SECOND + 123000000);
	CHECK(fgn_when_epoch(FB_LIT("-1"), 3, &w) && w.time == -1000000);
	CHECK(!fgn_when_epoch(FB_LIT("1e9"), 0, &w) && !fgn_when_epoch(FB_LIT(""), 0, &w) &&
	      !fgn_when_epoch(FB_LIT("9223372036854775807"), 0, &w));
	CHECK(fgn_when_filetime(FB_LIT("132902282486494590"), &w) &&
	      strcmp(fb_time_text(w.time, 7, t), "2022-02-25T02:04:08.6494590Z") == 0);
	CHECK(!fgn_when_filetime(FB_LIT("0"), &w) && !fgn_when_filetime(FB_LIT("-5"), &w));
}

int main(void)
{
	syms = fb_syms_new();
	test_csv();
	test_wide();
	test_huge();
	test_never_closed();
	test_json();
	test_bad_json();
	test_deep_json();
	test_hayabusa();
	test_chainsaw();
	test_evtxecmd();
	test_plaso();
	test_eztools();
	test_winlogbeat();
	test_told();
	test_when();
	fb_syms_free(syms);
	return check_done();
}
