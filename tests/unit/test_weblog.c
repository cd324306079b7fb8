#include "check.h"

#include "base/arena.h"
#include "base/text.h"
#include "decode/formats.h"
#include "event/value.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>

/* ---- a sink that writes down what it is given ---- */

struct log {
	struct fb_sink sink;
	struct fb_buf out;   /* a line an event: "offset line time name=value …" */
	struct fb_buf noted; /* a line a problem */
	const struct fb_format *format;
	struct fb_slice data; /* of the whole source */
	uint64_t events, problems;
	uint8_t flags;
	bool terse;
};

static int on_event(struct fb_sink *s, const struct fb_event *ev)
{
	struct log *l = (struct log *)(void *)s;
	char t[FB_TIME_TEXT];
	struct fb_buf text;

	l->events++;
	l->flags = ev->flags;
	CHECK_INT(ev->lane, l->format->lane);
	CHECK(ev->raw.n == ev->length);
	CHECK(fb_slice_eq(ev->raw, fb_slice_sub(l->data, ev->offset, ev->length)));
	(void)fb_buf_printf(&l->out, "@%llu L%llu %s", (unsigned long long)ev->offset,
			    (unsigned long long)ev->line,
			    fb_time_text(ev->time, ev->time_digits, t));
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

/* NUL as "\\0", so that C strings can say it. */
static void show_zeros(struct fb_buf *b)
{
	struct fb_buf with;

	fb_buf_init(&with, b->max);
	for (size_t i = 0; i < b->n; i++)
		(void)(b->p[i] ? fb_buf_putc(&with, b->p[i]) : fb_buf_puts(&with, "\\0"));
	fb_buf_dispose(b);
	*b = with;
}

/* The whole at once gives these events and problems. */
static void expect(const struct fb_format *f, struct fb_slice data, const char *events,
		   const char *noted)
{
	struct log l;

	log_init(&l, f, data);
	decode_all(&l);
	show_zeros(&l.out);
	CHECK_STR(fb_buf_cstr(&l.out), events);
	CHECK_STR(fb_buf_cstr(&l.noted), noted);
	log_dispose(&l);
}

#define W3C(text, events, noted) expect(&fb_format_w3c, FB_LIT(text), events, noted)
#define ACCESS(text, events, noted) expect(&fb_format_access, FB_LIT(text), events, noted)

/* ---- W3C ---- */

#define F4 "#Fields: date time cs-method cs-uri-stem\r\n"

static void test_w3c_lines(void)
{
	W3C(F4 "2025-07-18 09:14:02 GET /a\r\n",
	    "@42 L2 2025-07-18T09:14:02Z|date=2025-07-18|time=09:14:02|cs-method=GET|cs-uri-stem=/a|c-uri=/a\n", "");
	/* The columns move within one file, the times keep their order or not. */
	W3C(F4 "2025-07-18 09:14:02 GET /a\r\n"
	    "#Software: x\r\n#Date: 2025-07-18 09:30:00\r\n"
	    "#Fields: time cs-uri-stem cs-uri-query date\r\n"
	    "09:29:59 /b c=d%20e+f 2025-07-18\r\n",
	    "@42 L2 2025-07-18T09:14:02Z|date=2025-07-18|time=09:14:02|cs-method=GET|cs-uri-stem=/a|c-uri=/a\n"
	    "@157 L6 2025-07-18T09:29:59Z|time=09:29:59|cs-uri-stem=/b|cs-uri-query=c=d%20e+f|date=2025-07-18|c-uri=/b?c=d%20e+f\n",
	    "");
	/* "-" is no value, and no query. */
	W3C("#Fields: date time cs-uri-stem cs-uri-query cs-username\n"
	    "2025-07-18 09:14:02 /a - -\n",
	    "@56 L2 2025-07-18T09:14:02Z|date=2025-07-18|time=09:14:02|cs-uri-stem=/a|c-uri=/a\n", "");
	W3C("#Fields: cs-uri-stem cs-uri-query\n- q\n-- -\n",
	    "@34 L2 |cs-uri-query=q\n@38 L3 |cs-uri-stem=--|c-uri=--\n", "");
	/* Date of the #Date line; a fraction of the second. */
	W3C("#Date: 2013-07-30 00:00:00\n#Fields: time c-ip\n00:00:03.250 fe80::1%4\n",
	    "@46 L3 2013-07-30T00:00:03.250Z|time=00:00:03.250|c-ip=fe80::1%4\n", "");
	W3C("#Fields: time c-ip\n00:00:03 ::1\n", "@19 L2 |time=00:00:03|c-ip=::1\n", "");
	/* A time that is none costs the time alone. */
	W3C(F4 "2025-13-18 09:14:02 GET /a\r\n2025-07-18 24:00:00 GET /a\r\n",
	    "@42 L2 |date=2025-13-18|time=09:14:02|cs-method=GET|cs-uri-stem=/a|c-uri=/a\n"
	    "@70 L3 |date=2025-07-18|time=24:00:00|cs-method=GET|cs-uri-stem=/a|c-uri=/a\n",
	    "@42+28 bad-value: date and time are not one\n@70+28 bad-value: date and time are not one\n");
	/* … and not the times of others. */
	W3C("#Fields: date time\n2025-07-18 09:14:02\n2025-7-18 09:14:03\n2025-07-18 09:14:04\n",
	    "@19 L2 2025-07-18T09:14:02Z|date=2025-07-18|time=09:14:02\n"
	    "@39 L3 |date=2025-7-18|time=09:14:03\n"
	    "@58 L4 2025-07-18T09:14:04Z|date=2025-07-18|time=09:14:04\n",
	    "@39+19 bad-value: date and time are not one\n");
	/* Claims user, custom columns, cs(…) of any header. */
	W3C("#Fields: cs-username cs(User-Agent) X-Forwarded-For s-computername\n"
	    "0#.w|contoso\\jdoe Mozilla/5.0+(X) 192.0.2.1,+10.0.0.1 WFE01\n",
	    "@67 L2 |cs-username=0#.w|contoso\\jdoe|cs(User-Agent)=Mozilla/5.0+(X)|X-Forwarded-For=192.0.2.1,+10.0.0.1|s-computername=WFE01\n", "");
}

static void test_w3c_bad_lines(void)
{
	/* Too few, too many: that line alone. */
	W3C(F4 "2025-07-18 09:14:02 GET\r\n2025-07-18 09:14:02 GET /a b c\r\n2025-07-18 09:14:03 GET /a\r\n",
	    "@99 L4 2025-07-18T09:14:03Z|date=2025-07-18|time=09:14:03|cs-method=GET|cs-uri-stem=/a|c-uri=/a\n",
	    "@42+25 bad-line: 3 columns where #Fields names 4\n@67+32 bad-line: 6 columns where #Fields names 4\n");
	/* The last line without its end: taken if it has all columns. */
	W3C(F4 "2025-07-18 09:14:02 GET /a",
	    "@42 L2 2025-07-18T09:14:02Z|date=2025-07-18|time=09:14:02|cs-method=GET|cs-uri-stem=/a|c-uri=/a\n", "");
	W3C(F4 "2025-07-18 09:14:02 G", "", "@42+21 truncated: the log ends within a line\n");
	/* Before any #Fields. */
	W3C("2025-07-18 09:14:02 GET /a\n" F4, "", "@0+27 no-fields: no #Fields line before it\n");
	/* Bytes of no encoding, NULs within, an empty line. */
	expect(&fb_format_w3c, FB_LIT("#Fields: cs-uri-stem c-ip\n/\xe9\xff 1\n\r\n\n/\0x 2\n"),
	       "@26 L2 |cs-uri-stem=/\xc3\xa9\xc3\xbf|c-ip=1|c-uri=/\xc3\xa9\xc3\xbf\n"
	       "@35 L5 |cs-uri-stem=/\\0x|c-ip=2|c-uri=/\\0x\n", "");
	/* Zeros where the file was made longer in advance. */
	expect(&fb_format_w3c,
	       FB_LIT("#Fields: a c-ip\nx 1\n\0\0\0\0#Fields: c-ip\n7\n\0\0\0x\n\0\0\0\0"),
	       "@16 L2 |a=x|c-ip=1\n@38 L4 |c-ip=7\n@43 L5 |c-ip=x\n",
	       "@20+4 skipped empty\n@40+3 skipped empty\n@45+4 skipped empty\n");
	/* A #Fields that cannot be one makes the columns unknown. */
	W3C("#Fields: a c-ip\nx 1\n#Fields:\nx 1\n#Fields: a,b,c\n1,2,3\n",
	    "@16 L2 |a=x|c-ip=1\n",
	    "@20+9 bad-header: #Fields names no columns\n@29+4 no-fields: no #Fields line before it\n"
	    "@33+15 bad-header: #Fields is not separated by blanks\n@48+6 no-fields: no #Fields line before it\n");
	/* Others than IIS: tabs, quotes, a blank before a name. */
	W3C("#Fields: a b c\n1\t2 2\t3\n1 \"2 2\" 3\n1  2 3 \n1 2 3\n",
	    "@15 L2 |a=1|b=2 2|c=3\n@23 L3 |a=1|b=2 2|c=3\n@33 L4 |a=1|b=2|c=3\n@41 L5 |a=1|b=2|c=3\n", "");
	/* HTTP.sys's error log. */
	W3C("#Software: Microsoft HTTP API 2.0\n"
	    "#Fields: date time c-ip c-port s-ip s-port cs-version cs-method cs-uri sc-status s-siteid s-reason s-queuename\n"
	    "2025-07-18 09:14:05 192.0.2.9 51000 10.0.0.2 443 HTTP/1.1 POST /x?y=1 - 1 Connection_Abandoned_By_AppPool SharePoint\n",
	    "@145 L3 2025-07-18T09:14:05Z|date=2025-07-18|time=09:14:05|c-ip=192.0.2.9|c-port=51000|s-ip=10.0.0.2|s-port=443|cs-version=HTTP/1.1|cs-method=POST|cs-uri=/x?y=1|s-siteid=1|s-reason=Connection_Abandoned_By_AppPool|s-queuename=SharePoint|cs-uri-stem=/x|cs-uri-query=y=1\n",
	    "");
}

#define DEFAULT_LINE "2025-07-18 09:14:02 10.0.0.2 GET /a - 443 - 192.0.2.9 Moz /r 200 0 0 15\n"

static void test_w3c_default_columns(void)
{
	W3C(DEFAULT_LINE "x 09:14:02 10.0.0.2 GET /a - 443 - 192.0.2.9 Moz /r 200 0 0 15\n" DEFAULT_LINE
	    "#Fields: c-ip\n" DEFAULT_LINE "1\n",
	    "@0 L1 2025-07-18T09:14:02Z|date=2025-07-18|time=09:14:02|s-ip=10.0.0.2|cs-method=GET|cs-uri-stem=/a|s-port=443|c-ip=192.0.2.9|cs(User-Agent)=Moz|cs(Referer)=/r|sc-status=200|sc-substatus=0|sc-win32-status=0|time-taken=15|c-uri=/a\n"
	    "@135 L3 2025-07-18T09:14:02Z|date=2025-07-18|time=09:14:02|s-ip=10.0.0.2|cs-method=GET|cs-uri-stem=/a|s-port=443|c-ip=192.0.2.9|cs(User-Agent)=Moz|cs(Referer)=/r|sc-status=200|sc-substatus=0|sc-win32-status=0|time-taken=15|c-uri=/a\n"
	    "@293 L6 |c-ip=1\n",
	    "@0+72 no-fields: no #Fields before this line and those after it: read as the default columns of IIS\n"
	    "@72+63 no-fields: no #Fields line before it\n"
	    "@221+72 bad-line: 15 columns where #Fields names 1\n");
}

/* The same text in UTF-16LE, with a mark or without. */
static struct fb_slice widen(struct fb_slice s, bool mark, uint8_t *out)
{
	size_t n = 0;

	if (mark) {
		out[n++] = 0xFF;
		out[n++] = 0xFE;
	}
	for (size_t i = 0; i < s.n; i++) {
		out[n++] = s.p[i];
		out[n++] = 0;
	}
	return fb_slice(out, n);
}

static void test_encodings(void)
{
	uint8_t wide[2000];

	W3C("\xEF\xBB\xBF" F4 "2025-07-18 09:14:02 GET /a\r\n",
	    "@45 L2 2025-07-18T09:14:02Z|date=2025-07-18|time=09:14:02|cs-method=GET|cs-uri-stem=/a|c-uri=/a\n", "");
	expect(&fb_format_w3c, widen(FB_LIT(F4 "2025-07-18 09:14:02 GET /a\r\nbad\r\n"), true, wide),
	       "@86 L2 2025-07-18T09:14:02Z|date=2025-07-18|time=09:14:02|cs-method=GET|cs-uri-stem=/a|c-uri=/a\n",
	       "@142+10 bad-line: 1 columns where #Fields names 4\n");
	expect(&fb_format_w3c, widen(FB_LIT(F4 "2025-07-18 09:14:02 GET /a\r\n"), false, wide),
	       "@84 L2 2025-07-18T09:14:02Z|date=2025-07-18|time=09:14:02|cs-method=GET|cs-uri-stem=/a|c-uri=/a\n", "");
}

/* ---- access logs ---- */

static void test_access_lines(void)
{
	ACCESS("192.0.2.1 - - [17/May/2015:10:05:14 +0200] \"GET /a?b=c&d HTTP/1.1\" 200 512\n",
	       "@0 L1 2015-05-17T08:05:14Z|c-ip=192.0.2.1|cs-method=GET|c-uri=/a?b=c&d|cs-uri-stem=/a|cs-uri-query=b=c&d|cs-version=HTTP/1.1|sc-status=200|sc-bytes=512\n", "");
	ACCESS("2001:db8::1 - jdoe [31/Dec/2015:20:00:00 -0700] \"POST / HTTP/2.0\" 304 - \"-\" \"Moz (X)\"\r\n",
	       "@0 L1 2016-01-01T03:00:00Z|c-ip=2001:db8::1|cs-username=jdoe|cs-method=POST|c-uri=/|cs-uri-stem=/|cs-version=HTTP/2.0|sc-status=304|cs-user-agent=Moz (X)\n", "");
	/* The virtual host in front, with a port and without. */
	ACCESS("www.example:443 192.0.2.1 - - [17/May/2015:10:05:14 +0000] \"GET /a HTTP/1.1\" 200 5 \"http://r/\" \"M\"\n"
	       "www.example 192.0.2.1 - a b [17/May/2015:10:05:14 +0000] \"GET /a HTTP/1.1\" 200 5\n",
	       "@0 L1 2015-05-17T10:05:14Z|cs-host=www.example|s-port=443|c-ip=192.0.2.1|cs-method=GET|c-uri=/a|cs-uri-stem=/a|cs-version=HTTP/1.1|sc-status=200|sc-bytes=5|cs-referer=http://r/|cs-user-agent=M\n"
	       "@99 L2 2015-05-17T10:05:14Z|cs-host=www.example|c-ip=192.0.2.1|cs-username=a b|cs-method=GET|c-uri=/a|cs-uri-stem=/a|cs-version=HTTP/1.1|sc-status=200|sc-bytes=5\n", "");
	/* A host name as client, and a user name with a blank: no virtual host. */
	ACCESS("host.example - jane doe [17/May/2015:10:05:14 +0000] \"GET /a HTTP/1.1\" 200 5\n",
	       "@0 L1 2015-05-17T10:05:14Z|c-ip=host.example|cs-username=jane doe|cs-method=GET|c-uri=/a|cs-uri-stem=/a|cs-version=HTTP/1.1|sc-status=200|sc-bytes=5\n", "");
	/* What the server escaped comes back; further columns have numbers. */
	ACCESS("192.0.2.1 - CORP\\\\tom [17/May/2015:10:05:14 +0000] \"GET /a?q=\\\"x\\x41\\n HTTP/1.1\" 200 5 \"-\" \"a \\\"b\\\" \\xe9\" \"10.1.1.1, 10.2.2.2\" 0.012 -\n",
	       "@0 L1 2015-05-17T10:05:14Z|c-ip=192.0.2.1|cs-username=CORP\\tom|cs-method=GET|c-uri=/a?q=\"xA\n|cs-uri-stem=/a|cs-uri-query=q=\"xA\n|cs-version=HTTP/1.1|sc-status=200|sc-bytes=5|cs-user-agent=a \"b\" \xc3\xa9|extra1=10.1.1.1, 10.2.2.2|extra2=0.012\n", "");
	/* A quote that an old server did not escape. */
	ACCESS("1.2.3.4 - - [25/Apr/2021:06:15:33 +0000] \"GET /a?b=<x>alert(\"t\")</x> HTTP/1.0\" 404 1164\n",
	       "@0 L1 2021-04-25T06:15:33Z|c-ip=1.2.3.4|cs-method=GET|c-uri=/a?b=<x>alert(\"t\")</x>|cs-uri-stem=/a|cs-uri-query=b=<x>alert(\"t\")</x>|cs-version=HTTP/1.0|sc-status=404|sc-bytes=1164\n", "");
	/* A name cannot write a line of its own: its quotes are escaped. */
	ACCESS("192.0.2.1 - x [01/Jan/2020:00:00:00 +0000] \\\"GET /f HTTP/1.1\\\" 200 5 [17/May/2015:10:05:14 +0000] \"GET /a HTTP/1.1\" 401 5\n",
	       "@0 L1 2015-05-17T10:05:14Z|c-ip=192.0.2.1|cs-username=x [01/Jan/2020:00:00:00 +0000] \"GET /f HTTP/1.1\" 200 5|cs-method=GET|c-uri=/a|cs-uri-stem=/a|cs-version=HTTP/1.1|sc-status=401|sc-bytes=5\n", "");
	/* Times with a fraction, and ISO 8601. */
	ACCESS("192.0.2.1 - - [17/May/2015:10:05:14.123 +0000] \"GET /a HTTP/1.1\" 200 5\n"
	       "192.0.2.1 - - [2015-05-17T12:05:14+02:00] \"GET /a HTTP/1.1\" 200 5\n",
	       "@0 L1 2015-05-17T10:05:14.123Z|c-ip=192.0.2.1|cs-method=GET|c-uri=/a|cs-uri-stem=/a|cs-version=HTTP/1.1|sc-status=200|sc-bytes=5\n"
	       "@71 L2 2015-05-17T10:05:14Z|c-ip=192.0.2.1|cs-method=GET|c-uri=/a|cs-uri-stem=/a|cs-version=HTTP/1.1|sc-status=200|sc-bytes=5\n", "");
}

static void test_access_requests(void)
{
#define FRONT "192.0.2.1 - - [17/May/2015:10:05:14 +0000] \""
#define SHOWN "@0 L1 2015-05-17T10:05:14Z|c-ip=192.0.2.1"
	ACCESS(FRONT "-\" 408 - \"-\" \"-\"\n", SHOWN "|sc-status=408\n", "");
	ACCESS(FRONT "\" 400 0\n", SHOWN "|c-uri=|sc-status=400|sc-bytes=0\n", "");
	ACCESS(FRONT "HELP\" 400 157\n", SHOWN "|c-uri=HELP|sc-status=400|sc-bytes=157\n", "");
	ACCESS(FRONT "\\x16\\x03\\x01\\x00 \\xC5\" 400 157 \"-\" \"-\"\n",
	       SHOWN "|c-uri=\\x16\\x03\\x01\\x00 \\xC5|sc-status=400|sc-bytes=157\n", "");
	ACCESS(FRONT "GET /a\" 200 5\n",
	       SHOWN "|cs-method=GET|c-uri=/a|cs-uri-stem=/a|sc-status=200|sc-bytes=5\n", "");
	ACCESS(FRONT "GET /a b c HTTP/1.1\" 400 5\n",
	       SHOWN "|cs-method=GET|c-uri=/a b c|cs-uri-stem=/a b c|cs-version=HTTP/1.1|sc-status=400|sc-bytes=5\n", "");
	ACCESS(FRONT "CONNECT a.example:443 HTTP/1.1\" 405 5\n",
	       SHOWN "|cs-method=CONNECT|c-uri=a.example:443|cs-uri-stem=a.example:443|cs-version=HTTP/1.1|sc-status=405|sc-bytes=5\n", "");
	ACCESS(FRONT "GET http://a.example/?x HTTP/1.1\" 405 5\n",
	       SHOWN "|cs-method=GET|c-uri=http://a.example/?x|cs-uri-stem=http://a.example/|cs-uri-query=x|cs-version=HTTP/1.1|sc-status=405|sc-bytes=5\n", "");
	ACCESS(FRONT "good morning\" 400 5\n", SHOWN "|c-uri=good morning|sc-status=400|sc-bytes=5\n", "");
}

static void test_access_bad_lines(void)
{
	struct log l;

	ACCESS("\n[Thu Oct 13 12:24:49.880562 2022] [x:error] [pid 1] y\n" FRONT "GET /a HTTP/1.1\" 2000 5\n"
	       FRONT "GET /a HTTP/1.1\" 200 x\n192.0.2.1 - - [32/May/2015:10:05:14 +0000] \"GET /a HTTP/1.1\" 200 5\n"
	       FRONT "GET /a HT",
	       "",
	       "@1+54 bad-line: not a line of an access log\n@55+68 bad-line: not a line of an access log\n"
	       "@123+67 bad-line: not a line of an access log\n@190+67 bad-line: not a line of an access log\n"
	       "@257+53 truncated: the log ends within a line\n");
	/* Cut within the agent: what is there is taken, and said to be damaged. */
	log_init(&l, &fb_format_access, FB_LIT(FRONT "GET / HTTP/1.1\" 200 5 \"-\" \"Moz"));
	decode_all(&l);
	CHECK_INT(l.events, 1);
	CHECK_INT(l.flags, FB_EVENT_DAMAGED);
	CHECK(strstr(fb_buf_cstr(&l.out), "|cs-user-agent=Moz\n") != NULL);
	log_dispose(&l);
}

/* ---- summaries ---- */

static struct fb_buf summary;

static int keep_summary(struct fb_sink *s, const struct fb_event *ev)
{
	fb_buf_clear(&summary);
	return ((struct log *)(void *)s)->format->summarise(ev, &summary);
}

static const char *summary_of(const struct fb_format *f, const char *text)
{
	struct log l;

	log_init(&l, f, fb_slice_str(text));
	l.sink.event = keep_summary;
	fb_buf_clear(&summary);
	decode_all(&l);
	log_dispose(&l);
	return fb_buf_cstr(&summary);
}

static void test_summaries(void)
{
	char *line = malloc(5000);

	CHECK(line != NULL);
	if (!line)
		return;
	fb_buf_init(&summary, 4096);
	CHECK_STR(summary_of(&fb_format_w3c,
			     "#Fields: c-ip cs-method cs-uri-stem cs-uri-query cs(Referer) sc-status cs-username\n"
			     "10.0.0.5 POST /_layouts/15/ToolPane.aspx DisplayMode=Edit /_layouts/SignOut.aspx 200 -\n"),
		  "10.0.0.5 POST /_layouts/15/ToolPane.aspx?DisplayMode=Edit -> 200 (referer /_layouts/SignOut.aspx)");
	CHECK_STR(summary_of(&fb_format_access, "10.0.0.5 - jdoe [17/May/2015:10:05:14 +0000] \"GET /\\x1b[31m\\xe2\\x80\\xae HTTP/1.1\" 200 5\n"),
		  "10.0.0.5 (jdoe) GET /\xef\xbf\xbd[31m\xef\xbf\xbd -> 200");
	CHECK_STR(summary_of(&fb_format_w3c, "#Fields: x\nabc\x1b\n"), "abc\xef\xbf\xbd");
	(void)snprintf(line, 5000, "10.0.0.5 - %0900d [17/May/2015:10:05:14 +0000] \"GET /%0900d HTTP/1.1\" 200 5 \"%0900d\" \"\"\n", 1, 2, 3);
	CHECK(strlen(summary_of(&fb_format_access, line)) <= FB_SUMMARY_MAX);
	CHECK(strstr(fb_buf_cstr(&summary), "\xe2\x80\xa6 -> 200") != NULL);
	fb_buf_dispose(&summary);
	free(line);
}

/* ---- cutting ---- */

/* Everything that can go wrong with a cut, in one file. */
static struct fb_slice nasty_w3c(void)
{
	static const char t[] =
		"\xEF\xBB\xBF#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n"
		"#Date: 2025-07-18 09:14:02\r\n#Fields: date time c-ip cs-uri-stem cs-uri-query\r\n"
		"2025-07-18 09:14:02 10.0.0.1 /a x=1\r\n2025-07-18 09:14:03 10.0.0.1 /b -\r\n\r\nshort\r\n"
		"#Fields: time c-ip s-computername\r\n09:15:00 10.0.0.2 WFE01\r\n"
		"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0#Date: 2025-07-19 00:00:00\r\n#Fields: c-ip time\n"
		"10.0.0.3 00:00:01\n\n\n10.0.0.3 00:00:02\n\0\0\0" "10.0.0.3 00:00:03\n#\n#Fields:\n10.0.0.4 00:00:04\n"
		"#Fields: c-ip\n1\n2\n3\n\xff\xfe\n4";

	return fb_slice(t, sizeof t - 1);
}

/* Any cutting gives the same events as the whole. Problems too, but for runs of zeros,
 * which may be cut. */
static void same_however_cut(const struct fb_format *f, struct fb_slice data, size_t window)
{
	struct log whole;

	log_init(&whole, f, data);
	decode_all(&whole);
	CHECK(whole.events > 0);
	for (size_t want = 1; want <= data.n + 1; want += data.n > 1200 ? 7 : 1) {
		struct log l;
		size_t units;

		log_init(&l, f, data);
		units = decode_split(&l, want, window);
		if (!fb_slice_eq(fb_buf_view(&l.out), fb_buf_view(&whole.out))) {
			CHECK_STR(fb_buf_cstr(&l.out), fb_buf_cstr(&whole.out));
			printf("  cut to %zu, seen %zu\n", want, window);
		}
		CHECK(want < data.n ? units > 1 || window >= data.n : units == 1 || window < data.n);
		CHECK_INT(l.sink.decoded, whole.sink.decoded);
		CHECK_INT(l.sink.rejected, whole.sink.rejected);
		CHECK_INT(l.sink.skipped, whole.sink.skipped);
		CHECK_INT(l.problems, whole.problems);
		log_dispose(&l);
	}
	log_dispose(&whole);
}

static void test_cuts(void)
{
	static const char access[] =
		FRONT "GET /a HTTP/1.1\" 200 5\n\nrubbish\n" FRONT "GET /b HTTP/1.1\" 200 5 \"-\" \"Moz\"\r\n"
		FRONT "GET /c HTTP/1.1\" 200 5\n" FRONT "GET /d HTTP/1.1\" 200 5";
	static const char marked[] = "\xEF\xBB\xBF#Fields: a c-ip\n1 2\n3 4\n";
	uint8_t wide[4000];
	struct fb_slice nasty = nasty_w3c(), w;

	same_however_cut(&fb_format_w3c, FB_LIT(marked), 4096);
	same_however_cut(&fb_format_w3c, widen(fb_slice_sub(FB_LIT(marked), 3, 100), true, wide), 10);
	same_however_cut(&fb_format_w3c, nasty, 4096);
	same_however_cut(&fb_format_w3c, nasty, 1);
	same_however_cut(&fb_format_w3c, nasty, 64);
	w = widen(fb_slice_sub(nasty, 3, nasty.n), true, wide);
	same_however_cut(&fb_format_w3c, w, 4096);
	same_however_cut(&fb_format_w3c, w, 63);
	wide[w.n] = 'x'; /* half a character at the end */
	same_however_cut(&fb_format_w3c, fb_slice(wide, w.n + 1), 64);
	same_however_cut(&fb_format_access, FB_LIT(access), 4096);
	same_however_cut(&fb_format_access, FB_LIT(access), 7);
}

static void test_long_lines(void)
{
	const size_t n = (9u << 20);
	uint8_t *big = malloc(n);
	struct log l;
	size_t at;

	CHECK(big != NULL);
	if (!big)
		return;
	/* A line of 6 MB among others: itself alone is lost, whatever the cuts. */
	memset(big, 'x', n);
	at = (size_t)snprintf((char *)big, 100, "#Fields: a c-ip\n1 1\n");
	big[at] = 'x';
	(void)snprintf((char *)big + at + (6u << 20), 100, "\n2 2\n#Fields: c-ip\n3\n");
	for (size_t want = 1u << 16; want <= (8u << 20); want *= 2) {
		log_init(&l, &fb_format_w3c, fb_slice(big, at + (6u << 20) + 21));
		(void)decode_split(&l, want, 1u << 20);
		CHECK_INT(l.events, 3);
		CHECK_INT(l.sink.rejected, (6u << 20) + 1);
		CHECK(strstr(fb_buf_cstr(&l.out), "|a=1|c-ip=1\n") != NULL);
		CHECK(strstr(fb_buf_cstr(&l.out), " L4 |a=2|c-ip=2\n") != NULL);
		CHECK(strstr(fb_buf_cstr(&l.out), " L6 |c-ip=3\n") != NULL);
		CHECK(strstr(fb_buf_cstr(&l.noted), "line-too-long") != NULL);
		log_dispose(&l);
	}
	/* Exactly as long as allowed, and one byte more. */
	for (size_t extra = 0; extra < 2; extra++) {
		memset(big, 'x', n);
		at = (size_t)snprintf((char *)big, 100, "#Fields: c-ip\n");
		big[at] = 'x';
		big[at + FB_LINE_MAX + extra] = '\n';
		log_init(&l, &fb_format_w3c, fb_slice(big, at + FB_LINE_MAX + extra + 1));
		l.sink.event = keep_summary;
		decode_all(&l);
		CHECK_INT(l.sink.rejected, extra ? FB_LINE_MAX + 2 : 0);
		log_dispose(&l);
	}
	/* Zeros without end are never written, not a long line. */
	memset(big, 0, n);
	at = (size_t)snprintf((char *)big, 100, "#Fields: c-ip\n1\n");
	big[at] = 0;
	log_init(&l, &fb_format_w3c, fb_slice(big, n));
	(void)decode_split(&l, 1u << 20, 1u << 20);
	CHECK_INT(l.sink.skipped, n - at);
	CHECK_INT(l.sink.rejected, 0);
	log_dispose(&l);
	/* A #Fields too long to be kept makes the columns unknown, in any cut. */
	memset(big, 'c', n);
	memcpy(big, "#Fields: c-ip\n1\n#Fields: ", 25);
	memcpy(big + 25 + FB_W3C_FIELDS_MAX, "\n1\n", 3);
	for (size_t want = 1; want < 100000; want = want * 3 + 1) {
		log_init(&l, &fb_format_w3c, fb_slice(big, 25 + FB_W3C_FIELDS_MAX + 3));
		(void)decode_split(&l, want, 1u << 20);
		CHECK_INT(l.events, 1);
		CHECK_INT(l.sink.rejected, 2);
		log_dispose(&l);
	}
	free(big);
}

/* ---- damage ---- */

static uint64_t seed = 88172645463325252u;

static uint64_t rnd(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static void test_damage(void)
{
	struct fb_slice from[3] = { nasty_w3c(), { NULL, 0 },
				    FB_LIT("h:1 192.0.2.1 - a\\\"b [17/May/2015:10:05:14 +0000] \"GET /a?\\x41 HTTP/1.1\" 200 5 \"-\" \"M\\\"\" 7 \"x\"\n"
					   "1.1.1.1 - - [17/May/2015:10:05:14 +0000] \"-\" 408 -\n") };
	uint8_t wide[4000], copy[4000];

	from[1] = widen(fb_slice_sub(from[0], 3, from[0].n), false, wide);
	for (size_t k = 0; k < 3; k++) {
		const struct fb_format *f = k == 2 ? &fb_format_access : &fb_format_w3c;

		for (size_t n = 1; n <= from[k].n; n++) { /* the file ends anywhere */
			struct log l;

			log_init(&l, f, fb_slice_sub(from[k], 0, n));
			decode_all(&l);
			log_dispose(&l);
		}
		for (size_t i = 0; i < 1500; i++) {
			struct log whole, l;
			size_t n = from[k].n;

			memcpy(copy, from[k].p, n);
			for (uint64_t m = rnd() % 8 + 1; m; m--) {
				static const uint8_t odd[] = " \n\r#\"\\[]-\t\0\xff\x80:xF";

				copy[rnd() % n] = rnd() % 2 ? odd[rnd() % (sizeof odd - 1)] : (uint8_t)rnd();
			}
			log_init(&whole, f, fb_slice(copy, n));
			log_init(&l, f, fb_slice(copy, n));
			decode_all(&whole);
			(void)decode_split(&l, rnd() % n + 1, rnd() % n + 1);
			CHECK(fb_slice_eq(fb_buf_view(&l.out), fb_buf_view(&whole.out)));
			log_dispose(&whole);
			log_dispose(&l);
		}
	}
}

/* A context that no split wrote. */
static void test_foreign_context(void)
{
	struct fb_ctx *ctx = calloc(1, sizeof *ctx);
	struct log l;

	CHECK(ctx != NULL);
	for (size_t i = 0; ctx && i < 2000; i++) {
		ctx->n = (uint32_t)(rnd() % 200);
		for (size_t k = 0; k < ctx->n; k++)
			ctx->bytes[k] = (uint8_t)rnd();
		ctx->bytes[0] = 1;
		log_init(&l, &fb_format_w3c, FB_LIT("1 2\n#Fields: a c-ip\n1 2\n"));
		decode_unit(&l, 0, l.data.n, true, ctx);
		log_dispose(&l);
	}
	free(ctx);
}

/* ---- recognition ---- */

static int probe(const struct fb_format *f, struct fb_slice s)
{
	uint8_t *own = malloc(s.n ? s.n : 1);
	int sure;

	if (!own)
		return -1;
	if (s.n)
		memcpy(own, s.p, s.n);
	sure = f->probe(fb_slice(own, s.n), true);
	free(own);
	return sure;
}

static void test_probes(void)
{
	static const struct {
		const char *text;
		int w3c, access;
	} t[] = {
		{ "", 0, 0 },
		{ "#Software: Microsoft Internet Information Services 10.0\r\n", 100, 0 },
		{ "#Software: Microsoft HTTP API 2.0\r\n#Version: 1.0\r\n", 100, 0 },
		{ "#Date: 2021-04-01 00:00:21\n#Fields: date time s-ip cs-method\n", 100, 0 },
		{ "#Version: 1.5\r\n#Software: Microsoft Windows Firewall\r\n#Time Format: Local\r\n#Fields: date time action protocol\r\n", 0, 0 },
		{ "#Software: Microsoft Exchange Server\r\n#Version: 15.0\r\n#Log-type: x\r\n#Fields: date-time,client-ip,sc-x\r\n", 0, 0 },
		{ "#Fields: date-time,client-ip,session\r\n", 0, 0 },
		{ "#!/bin/sh\n#Fields: cs-method\n", 0, 0 },
		{ "# Fields\n", 0, 0 },
		{ DEFAULT_LINE DEFAULT_LINE, 60, 0 },
		{ DEFAULT_LINE "2025-07-18 something else\n", 0, 0 },
		{ "2025-07-18 09:14:02 GET /a\n#Software: x\n#Fields: date time cs-method\n", 70, 0 },
		{ "An example:\n#Fields: date time cs-method\n", 0, 0 },
		{ FRONT "GET / HTTP/1.1\" 200 5\n", 0, 80 },
		{ "\n\n" FRONT "GET / HTTP/1.1\" 200 5\nan error\n", 0, 80 },
		{ "an error\nan error\n" FRONT "GET / HTTP/1.1\" 200 5\n", 0, 0 },
		{ "Jul  1 10:00:00 host nginx: " FRONT "GET / HTTP/1.1\" 200 5\n", 0, 0 },
		{ "2023-01-01T00:00:00.5Z host nginx: " FRONT "GET / HTTP/1.1\" 200 5\n", 0, 0 },
		{ "2023-01-01T00:00:00.5Z stdout F " FRONT "GET / HTTP/1.1\" 200 5\n", 0, 0 },
		{ "{\"a\": \"192.0.2.1 - - [17/May/2015:10:05:14 +0000] \\\"GET / HTTP/1.1\\\" 200 5\"}\n", 0, 0 },
		{ "a,b,c\n1,2,3\n", 0, 0 },
		{ "int main(void) { return a[1] \"x\" 200 5; }\n", 0, 0 },
	};
	uint8_t wide[1000], noise[FB_PROBE_MAX];

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		printf("probe %zu\n", i);
		CHECK_INT(probe(&fb_format_w3c, fb_slice_str(t[i].text)), t[i].w3c);
		CHECK_INT(probe(&fb_format_access, fb_slice_str(t[i].text)), t[i].access);
	}
	CHECK_INT(probe(&fb_format_w3c, widen(FB_LIT(F4), true, wide)), 100);
	CHECK_INT(probe(&fb_format_w3c, widen(FB_LIT(F4), false, wide)), 100);
	CHECK_INT(probe(&fb_format_w3c, FB_LIT("\xEF\xBB\xBF" F4)), 100);
	CHECK_INT(probe(&fb_format_access, widen(FB_LIT(FRONT "GET / HTTP/1.1\" 200 5\n"), true, wide)), 80);
	for (size_t k = 0; k < 50; k++) {
		for (size_t i = 0; i < sizeof noise; i++)
			noise[i] = (uint8_t)rnd();
		CHECK_INT(probe(&fb_format_w3c, fb_slice(noise, sizeof noise)), 0);
		CHECK_INT(probe(&fb_format_access, fb_slice(noise, sizeof noise)), 0);
	}
	/* Cut within its first line: not whole, nothing to say. */
	CHECK_INT(fb_format_access.probe(FB_LIT(FRONT "GET / HTTP/1.1\" 200 5"), false), 0);
}

/* ---- real logs ---- */

static bool read_corpus(const char *name, struct fb_buf *out)
{
	const char *root = getenv("FIREBREAK_CORPORA");
	char path[4096];
	FILE *f;
	uint8_t block[4096];
	size_t n;

	(void)snprintf(path, sizeof path, "%s/%s", root ? root : FB_SOURCE_ROOT "/../shared/corpora", name);
	f = fopen(path, "rb");
	if (!f)
		return false;
	fb_buf_clear(out);
	while ((n = fread(block, 1, sizeof block, f)) > 0)
		(void)fb_buf_put(out, block, n);
	(void)fclose(f);
	return out->code == 0;
}

static void test_corpora(void)
{
	static const struct {
		const char *name;
		uint64_t events, problems;
		const char *first;
	} t[] = {
		{ "logs/plaso/iis/iis6.log", 12, 0, "2013-07-30T00:00:00Z" },
		{ "logs/plaso/iis/iis7_owa.log", 3, 0, "2015-12-31T00:19:48Z" },
		{ "logs/plaso/iis/iis7_sqli.log", 2, 0, "2015-10-16T13:01:02Z" },
		{ "logs/plaso/iis/iis10.log", 1, 0, "2021-04-01T00:00:21Z" },
		{ "logs/plaso/iis/iis10_cookies.log", 3, 0, "2021-04-01T00:00:21Z" },
		{ "logs/plaso/iis/iis10_edge_cases.log", 15, 0, "2022-01-01T00:01:24Z" },
		{ "logs/plaso/iis/iis_without_date.log", 11, 0, "2013-07-30T00:00:00Z" },
		{ "logs/sharepoint/u_ex130609.log", 17, 0, "2013-06-09T17:49:17Z" },
		{ "logs/plaso/apache_access.log", 15, 0, "2016-01-13T19:31:16Z" },
		{ "logs/sharepoint/ULS.log", 1219, 0, "2011-03-18T16:39:39.99Z" },
	};
	struct fb_buf data;

	fb_buf_init(&data, (size_t)16 << 20);
	if (!read_corpus(t[0].name, &data)) {
		printf("SKIP: no corpora\n");
		fb_buf_dispose(&data);
		return;
	}
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		bool access = strstr(t[i].name, "access") != NULL, uls = strstr(t[i].name, "ULS") != NULL;
		struct log l;

		CHECK(read_corpus(t[i].name, &data));
		printf("%s\n", t[i].name);
		log_init(&l, uls ? &fb_format_uls : access ? &fb_format_access : &fb_format_w3c,
			 fb_buf_view(&data));
		CHECK_INT(probe(&fb_format_w3c, l.data), access || uls ? 0 : 100);
		CHECK_INT(probe(&fb_format_uls, l.data), uls ? 90 : 0);
		CHECK_INT(probe(&fb_format_access, l.data), access ? 80 : 0);
		decode_all(&l);
		CHECK_INT(l.events, t[i].events);
		CHECK_STR(fb_buf_cstr(&l.noted), "");
		CHECK(strstr(fb_buf_cstr(&l.out), t[i].first) != NULL);
		log_dispose(&l);
		if (!uls) /* messages are put together within a unit */
			same_however_cut(access ? &fb_format_access : &fb_format_w3c, fb_buf_view(&data),
					 1 << 16);
	}
	fb_buf_dispose(&data);
}

int main(void)
{
	syms = fb_syms_new();
	CHECK(syms != NULL);
	if (!syms)
		return check_done();
	test_w3c_lines();
	test_w3c_bad_lines();
	test_w3c_default_columns();
	test_encodings();
	test_access_lines();
	test_access_requests();
	test_access_bad_lines();
	test_summaries();
	test_cuts();
	test_long_lines();
	test_damage();
	test_foreign_context();
	test_probes();
	test_corpora();
	fb_syms_free(syms);
	return check_done();
}
