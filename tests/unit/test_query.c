/* Queries: wildcards; which events are hit; and the sieve, which must never say of bytes
 * that they hold nothing when an event made of them is hit. */
#include "base/text.h"
#include "check.h"
#include "decode/formats.h"
#include "detect/query/set.h"
#include "event/value.h"

#include <stdlib.h>

static bool glob(const char *pattern, const char *text)
{
	return qu_glob(fb_slice_str(pattern), fb_slice_str(text));
}

static void test_glob(void)
{
	CHECK(glob("", "") && !glob("", "a") && !glob("a", ""));
	CHECK(glob("*", "") && glob("*", "abc") && glob("a*", "abc") && glob("*c", "abc"));
	CHECK(glob("a*c", "abc") && glob("a*b*c", "aXbYbZc") && !glob("a*b", "abc"));
	CHECK(glob("a?c", "abc") && !glob("a?c", "ac") && glob("?", "\xC3\xBC") && !glob("?", "ab"));
	CHECK(glob("\\*", "*") && !glob("\\*", "a") && glob("\\?", "?") && !glob("\\?", "x"));
	CHECK(glob("c:\\*", "c:*") && glob("c:\\\\*", "c:\\windows") && !glob("c:\\\\*", "c:x"));
	CHECK(glob("c:\\windows\\*.exe", "c:\\windows*.exe"));
	CHECK(glob("*\\cmd.exe", "c:\\windows\\cmd.exe") && !glob("*\\cmd.exe", "xcmd.exe"));
	CHECK(glob("*aab", "aaaaaab") && !glob("*aab", "aaaaaba"));
}

/* ---- one event, made by hand ---- */

static struct fb_ruleset *compile(struct fb_syms *syms, const char *const *terms, size_t n,
				  const struct fb_query_options *o)
{
	const struct fb_query q = { .terms = terms, .nterms = n };
	struct fb_ruleset *set = NULL;
	struct fb_err err = { 0 };

	CHECK_INT(fb_query_compile(&q, 1, o, syms, &set, &err), 0);
	return set;
}

static bool hits(struct fb_syms *syms, const struct fb_event *ev, const char *term, bool cased,
		 struct fb_slice bytes)
{
	const struct fb_query_options o = { .from = FB_TIME_NONE, .to = FB_TIME_NONE, .cased = cased };
	struct fb_ruleset *set = compile(syms, &term, 1, &o);
	static struct fb_hits found;
	void *state = NULL;
	bool may, plain, sifted;

	if (!set)
		return false;
	CHECK_INT(set->kind->open(set, &state), 0);
	found.n = found.lost = 0;
	CHECK_INT(set->kind->match(state, ev, &found), 0);
	plain = found.n != 0;
	/* With what the sieve says of the bytes the answer is the same. */
	may = set->kind->may(state, ev->lane, false, bytes);
	found.n = found.lost = 0;
	CHECK_INT(set->kind->match(state, ev, &found), 0);
	sifted = may && found.n;
	if (plain != sifted)
		printf("term %s: %d without the sieve, %d with it\n", term, plain, sifted);
	CHECK(plain == sifted);
	set->kind->close(state);
	set->kind->free(set);
	return plain;
}

static size_t widen(const char *text, uint8_t *out)
{
	struct fb_slice s = fb_slice_str(text);
	size_t n = 0;

	while (s.n) {
		uint32_t c;
		int len = fb_utf8_next(s, &c);

		out[n++] = (uint8_t)c;
		out[n++] = (uint8_t)(c >> 8);
		s = fb_slice_sub(s, (size_t)len, s.n);
	}
	return n;
}

#define FIELD(NAME, TYPE, P, N) \
	{ .name = FB_LIT(NAME), .type = (TYPE), .v = { (const uint8_t *)(P), (N) }, \
	  .sym = fb_syms_intern(syms, FB_LIT(NAME)) }

static void test_record(void)
{
	static const uint8_t guid[16] = { 0x5F, 0x38, 0x70, 0x57, 0x2A, 0xC2, 0xE0, 0x43,
					  0xBF, 0x4C, 6, 0xF5, 0x69, 0x8F, 0xFB, 0xD9 };
	static const uint8_t sid[12] = { 1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0 };
	static const uint8_t number[4] = { 0x67, 0x12, 0, 0 };
	static const uint8_t filetime[8] = { 0x00, 0x80, 0x3E, 0xD5, 0xDE, 0xB1, 0x9D, 0x01 };
	struct fb_syms *syms = fb_syms_new();
	uint8_t raw[1024], *p = raw;
	size_t path = widen("C:\\Windows\\Syst\u00e9m32\\\u212aernel & Co", p), tail, list;
	const uint8_t *tail_at, *list_at, *ansi_at;
	struct fb_field part[2], fields[9];
	struct fb_parts parts = { 2, part };
	struct fb_event ev = { .lane = FB_LANE_EVTX, .time = 1000, .fields = fields, .nfields = 9 };

	tail_at = p + path;
	tail = widen("beginning", p + path);
	list_at = tail_at + tail;
	list = widen("first", p + path + tail);
	raw[path + tail + list] = raw[path + tail + list + 1] = 0;
	list += 2;
	list += widen("second", p + path + tail + list);
	ansi_at = list_at + list;
	memcpy(p + path + tail + list, "Ansi \xE9t\xE9", 8);
	part[0] = (struct fb_field){ .type = FB_V_UTF16, .v = { tail_at, tail } };
	part[1] = (struct fb_field){ .type = FB_V_UTF8, .v = FB_LIT("&end") };
	{
		const struct fb_field all[] = {
			FIELD("Image", FB_V_UTF16, raw, path), FIELD("ProviderGuid", FB_V_GUID, guid, 16),
			FIELD("UserSid", FB_V_SID, sid, 12), FIELD("ProcessId", FB_V_U32, number, 4),
			FIELD("UtcTime", FB_V_FILETIME, filetime, 8),
			FIELD("Mixed", FB_V_PARTS, &parts, sizeof parts),
			FIELD("Ansi", FB_V_ANSI, ansi_at, 8), FIELD("List", FB_V_ARRAY, list_at, list),
			FIELD("Flags", FB_V_HEX32, number, 4),
		};

		memcpy(fields, all, sizeof all);
	}
	fields[7].subtype = FB_V_UTF16;
	static const struct { const char *term; bool hit, cased; } table[] = {
		{ "windows\\SYST\u00c9M32", true, false }, { "kernel & co", true, true },
		{ "Windows\\Syst\u00e9m32", true, true }, { "WINDOWS", true, false },
		{ "5770385F-C22A-43E0-BF4C-06F5698FFBD9", true, true }, { "43e0-bf4c", true, false },
		{ "S-1-5-18", true, true }, { "4711", true, true }, { "0x1267", true, true },
		{ "S-1-5-19", false, false }, { "4712", false, false }, { "ginning&e", true, true },
		{ "beginning&END", true, false }, { "&end", true, true }, { "ansi \u00c9T\u00c9", true, false },
		{ "first, second", true, true }, { "t, s", true, true }, { "second", true, true },
		{ "firstsecond", false, false }, { "ProcessId", true, true }, { "nothing", false, false },
		{ "Image=*\\kernel*", true, false }, { "Image=*nothing*", false, false },
		{ "ProcessId=4711", true, true }, { "ProcessId=0*", false, false },
		{ "ProviderGuid=5770385f-*", true, false }, { "List=second", true, true },
		{ "Mixed=beginning*end", true, true }, { "Mixed=end", false, false },
		{ "Ansi=*\u00e9t\u00e9", true, true }, { "Flags=0x1267", true, true },
		{ "/Win.ows/", true, true }, { "/^beginning&e/", true, true }, { "/47\\d\\d/", true, true },
		{ "/x{5}/", false, false }, { "/kernel & co$/", true, true },
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		bool insensitive = hits(syms, &ev, table[i].term, false, fb_slice(raw, sizeof raw));

		if (insensitive != table[i].hit)
			printf("term %s\n", table[i].term);
		CHECK(insensitive == table[i].hit);
		if (strcmp(table[i].term, "kernel & co") == 0 || strcmp(table[i].term, "/kernel & co$/") == 0)
			continue; /* the sign of degrees Kelvin is no small k */
		CHECK(!hits(syms, &ev, table[i].term, true, fb_slice(raw, sizeof raw)) ||
		      table[i].hit);
		if (table[i].cased)
			CHECK(hits(syms, &ev, table[i].term, true, fb_slice(raw, sizeof raw)));
	}
	fb_syms_free(syms);
}

/* A number in the name of a field, wherever it stands, and in one of two accounts whose identifiers end alike. */
static void test_numbers(void)
{
	static const char *const names[] = { "n4711", "4711Field", "FieldOfSome4711", "Some4711FieldOfMany", "AndSomeOtherFieldWith4711" };
	static const uint8_t one[28] = { 1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 80, 4, 0, 0 };
	uint8_t other[28], raw[8] = { 0 };
	struct fb_syms *syms = fb_syms_new();

	memcpy(other, one, sizeof other);
	other[20] = 0x67; /* 4711 */
	other[21] = 0x12;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct fb_field f = { .name = fb_slice_str(names[i]), .type = FB_V_U32, .v = { one, 4 } };
		struct fb_event ev = { .lane = FB_LANE_EVTX, .time = 1000, .fields = &f, .nfields = 1 };

		CHECK(hits(syms, &ev, "4711", false, fb_slice(raw, sizeof raw)));
		CHECK(!hits(syms, &ev, "4712", false, fb_slice(raw, sizeof raw)));
	}
	for (unsigned i = 0; i < 2; i++) {
		struct fb_field f[2] = { FIELD("A", FB_V_SID, one, 28), FIELD("B", FB_V_SID, i ? other : one, 28) };
		struct fb_event ev = { .lane = FB_LANE_EVTX, .time = 1000, .fields = f, .nfields = 2 };

		CHECK_INT(hits(syms, &ev, "4711", false, fb_slice(raw, sizeof raw)), i);
	}
	fb_syms_free(syms);
}

/* ---- lines ---- */

struct lines {
	struct fb_sink sink;
	const char *term;
	struct fb_syms *syms;
	unsigned hit;
	struct fb_slice bytes;
};

static int on_line(struct fb_sink *sink, const struct fb_event *ev)
{
	struct lines *l = (struct lines *)(void *)sink;

	l->hit += hits(l->syms, ev, l->term, false, l->bytes);
	return 0;
}

static void on_problem(struct fb_sink *s, uint64_t at, uint64_t n, enum fb_why why, const char *text)
{
	(void)s; (void)at; (void)n; (void)why; (void)text;
}

static void on_skip(struct fb_sink *s, uint64_t at, uint64_t n, enum fb_why why)
{
	(void)s; (void)at; (void)n; (void)why;
}

static unsigned lines_with(const char *term, struct fb_slice bytes)
{
	const struct fb_format *w3c = NULL;
	struct fb_arena arena;
	struct fb_ctx ctx = { 0 };
	const struct fb_unit unit = { bytes, 0, true, &ctx };
	struct lines l = { .sink = { .arena = &arena, .event = on_line, .problem = on_problem,
				     .skip = on_skip }, .term = term, .bytes = bytes };

	for (const struct fb_format *const *f = fb_formats; *f; f++)
		if (strcmp((*f)->name, "iis-w3c") == 0)
			w3c = *f;
	fb_arena_init(&arena, 64u << 20);
	l.syms = fb_syms_new();
	l.sink.syms = l.syms;
	CHECK_INT(w3c->decode(&unit, &l.sink), 0);
	fb_syms_free(l.syms);
	fb_arena_dispose(&arena);
	return l.hit;
}

static void test_lines(void)
{
	static const char log[] = "#Fields: date time c-ip cs-method cs-uri-stem sc-status\n"
				  "2025-07-18 09:14:02 10.0.0.1 GET /Stra\u00dfe/\u212a.aspx 200\n"
				  "2025-07-18 09:14:03 10.0.0.2 POST /x.aspx 404\n";
	static const struct { const char *term; unsigned hit; } table[] = {
		{ "k.aspx", 1 }, { "STRA\u00dfE", 1 }, { ".ASPX 200", 1 }, { "10.0.0.2 post", 1 },
		{ "aspx", 2 }, { "none", 0 }, { "/0\\.2 POST/", 1 }, { "sc-status=404", 1 },
		{ "cs-uri-stem=*x.aspx", 1 }, { "2025-07-18", 2 },
	};
	uint8_t wide[1024];
	size_t n = widen(log, wide);

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		CHECK_INT(lines_with(table[i].term, fb_slice_str(log)), table[i].hit);
		CHECK_INT(lines_with(table[i].term, fb_slice(wide, n)), table[i].hit);
	}
}

/* ---- lines that nobody wants ---- */

struct sifted {
	struct fb_sink sink;
	const struct fb_ruleset *set;
	void *state;
	unsigned hit, events;
};

static int on_sifted(struct fb_sink *sink, const struct fb_event *ev)
{
	struct sifted *l = (struct sifted *)(void *)sink;
	static struct fb_hits found;

	found.n = found.lost = 0;
	CHECK_INT(l->set->kind->match(l->state, ev, &found), 0);
	l->hit += found.n;
	l->events++;
	return 0;
}

static bool wants(struct fb_sink *sink, struct fb_slice line)
{
	struct sifted *l = (struct sifted *)(void *)sink;

	return l->set->kind->may_line(l->state, line);
}

/* How many lines are hit; *events: how many were decoded for it. by_line: only those that may be. */
static unsigned sift(const char *const *terms, size_t n, bool any, struct fb_slice bytes, bool by_line, unsigned *events)
{
	const struct fb_query_options o = { .from = FB_TIME_NONE, .to = FB_TIME_NONE, .any = any };
	struct sifted l = { .sink = { .event = on_sifted, .problem = on_problem, .skip = on_skip } };
	struct fb_syms *syms = fb_syms_new();
	struct fb_ruleset *set = compile(syms, terms, n, &o);
	struct fb_arena arena;
	struct fb_ctx ctx = { 0 };
	const struct fb_unit unit = { bytes, 0, true, &ctx };
	const struct fb_format *w3c = NULL;

	for (const struct fb_format *const *f = fb_formats; *f; f++)
		if (strcmp((*f)->name, "iis-w3c") == 0)
			w3c = *f;
	fb_arena_init(&arena, 64u << 20);
	l.sink.arena = &arena;
	l.sink.syms = syms;
	l.set = set;
	CHECK(w3c->as_written);
	CHECK_INT(set->kind->open(set, &l.state), 0);
	if (by_line && !set->kind->may(l.state, w3c->lane, true, bytes)) {
		*events = 0;
	} else {
		if (by_line)
			l.sink.wants = wants;
		CHECK_INT(w3c->decode(&unit, &l.sink), 0);
		CHECK_INT(l.sink.decoded + l.sink.rejected + l.sink.skipped, bytes.n);
		*events = l.events;
	}
	set->kind->close(l.state);
	set->kind->free(set);
	fb_syms_free(syms);
	fb_arena_dispose(&arena);
	return l.hit;
}

static void check_sift(const char *const *terms, size_t n, bool any, struct fb_slice bytes, unsigned hit, unsigned decoded)
{
	unsigned all, some;

	CHECK_INT(sift(terms, n, any, bytes, false, &all), hit);
	CHECK_INT(sift(terms, n, any, bytes, true, &some), hit);
	CHECK_INT(some, decoded);
}

static void test_sifted(void)
{
	static const char log[] = "#Fields: date time c-ip cs-method cs-uri-stem sc-status cs(User-Agent)\n"
				  "2025-07-18 09:14:02 10.0.0.1 GET /Stra\u00dfe/\u212a.aspx 200 a+b\n"
				  "2025-07-18 09:14:03 10.0.0.2 POST /x.aspx 404 a+b\n"
				  "\n2025-07-18 09:14:04 10.0.0.3 GET /%61.htm 0200 10.0.0.1\n"
				  "#Fields: date time cs-uri c-ip\n"
				  "2025-07-18 09:14:05 /x.aspx?y=1 10.0.0.1\n";
	uint8_t wide[2048];
	const struct fb_slice both[2] = { fb_slice_str(log), { wide, widen(log, wide) } };

	for (unsigned i = 0; i < 2; i++) {
		const struct fb_slice s = both[i];

		/* Another field's value is no reason to hit, but one to look. */
		check_sift((const char *const[]){ "c-ip=10.0.0.1" }, 1, true, s, 2, 3);
		check_sift((const char *const[]){ "c-ip=10.0.0.1", "cs-uri-stem=*/x.ASPX" }, 2, true, s, 3, 4);
		check_sift((const char *const[]){ "c-ip=10.0.0.*", "cs-uri-stem=*/x.aspx" }, 2, false, s, 2, 2);
		check_sift((const char *const[]){ "cs-method=POST", "nothing" }, 2, true, s, 1, 1);
		check_sift((const char *const[]){ "cs-method=POST", "nothing" }, 2, false, s, 0, 0);
		check_sift((const char *const[]){ "cs-uri-stem=/stra\u00dfe/K.*" }, 1, true, s, 1, 1);
		check_sift((const char *const[]){ "htm" }, 1, true, s, 1, 1);
		/* A name is not in the line. */
		check_sift((const char *const[]){ "cs-uri-stem=*/x.a", "sc-status", "cs(User-Agent)" }, 3, true, s, 0, 2);
		check_sift((const char *const[]){ "cs-uri-stem=*.aspx*x", "sc-status" }, 2, true, s, 0, 3);
		/* What is made of a line, and numbers, may be anywhere. */
		check_sift((const char *const[]){ "sc-status=200" }, 1, true, s, 2, 4);
		check_sift((const char *const[]){ "cs-uri-stem-decoded=/a.htm" }, 1, true, s, 0, 4);
		check_sift((const char *const[]){ "c-uri=/x.aspx?y=1" }, 1, true, s, 1, 4);
		check_sift((const char *const[]){ "sc-status=200", "cs-method=POST" }, 2, true, s, 3, 4);
	}
}

/* More places than are told: all lines are looked at. */
static void test_many(void)
{
	size_t n = 80000;
	unsigned all, some;
	struct fb_buf log;

	fb_buf_init(&log, (size_t)1 << 20);
	(void)fb_buf_puts(&log, "#Fields: c-ip x\n");
	for (size_t i = 0; i < n; i++)
		(void)fb_buf_printf(&log, "10.0.0.%u -\n", (unsigned)(i % 10));
	CHECK_INT(fb_buf_code(&log), 0);
	for (unsigned k = 0; k < 2; k++) {
		const char *const terms[] = { k ? "c-ip=10.0.0.7" : "c-ip=10.0.0*" };
		unsigned hit = sift(terms, 1, true, fb_buf_view(&log), false, &all);

		CHECK_INT(hit, k ? n / 10 : n);
		CHECK_INT(sift(terms, 1, true, fb_buf_view(&log), true, &some), hit);
		CHECK_INT(some, k ? n / 10 : n);
	}
	fb_buf_dispose(&log);
}

static void test_refused(void)
{
	const struct fb_query_options o = { .from = FB_TIME_NONE, .to = FB_TIME_NONE };
	static const char *const terms[] = { "", "/(/", "a\xFF", "x=\xFF" };
	struct fb_syms *syms = fb_syms_new();

	for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
		const struct fb_query q = { .terms = &terms[i], .nterms = 1 };
		struct fb_ruleset *set = NULL;
		struct fb_err err = { 0 };

		CHECK_INT(fb_query_compile(&q, 1, &o, syms, &set, &err), FB_EUSAGE);
	}
	fb_syms_free(syms);
}

int main(void)
{
	(void)fb_hash_prepare();
	test_glob();
	test_record();
	test_numbers();
	test_lines();
	test_sifted();
	test_many();
	test_refused();
	return check_done();
}
