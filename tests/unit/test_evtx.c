/* The EVTX decoder over records written here, right and wrong. Comparisons over real
 * files are in tests/oracle. */
#include "evtx_build.h"
#include "evtx_seen.h"

#include "base/io.h"
#include "decode/evtx/evtx.h"

static void expect(const char *what, const uint8_t *p, size_t n, const char *text, const char *xml,
		   const char *trouble)
{
	struct fb_arena arena;
	struct seen s;

	seen_init(&s, &arena);
	CHECK_INT(decode(&s, p, n, 4096), 0);
	if (text && strcmp(fb_buf_cstr(&s.text), text) != 0)
		(void)printf("in %s:\n", what);
	if (text)
		CHECK_STR(fb_buf_cstr(&s.text), text);
	if (xml)
		CHECK_STR(fb_buf_cstr(&s.xml), xml);
	if (trouble)
		CHECK_STR(fb_buf_cstr(&s.trouble), trouble);
	decode_twice(&s, p, n);
	seen_dispose(&s);
}

/* ---- records ---- */


/* <Event><System>…</System>%6</Event> */
static size_t system_template(struct build *b, uint32_t id)
{
	size_t at = b_define(b, id);

	(void)b_open(b, "Event", true);
	b_attr(b, "xmlns");
	b_value(b, "http://example/ns");
	b_tok(b, B_START);
	(void)b_open(b, "System", false);
	b_tok(b, B_START);
	(void)b_open(b, "Provider", true);
	b_attr(b, "Name");
	b_value(b, "Test-Provider");
	b_attr_subst(b, "Guid", 0, 0x0F);
	b_tok(b, B_EMPTY);
	(void)b_open(b, "EventID", true);
	b_attr_subst(b, "Qualifiers", 1, 0x06);
	b_tok(b, B_START);
	b_subst(b, 2, 0x06, false);
	b_tok(b, B_END);
	(void)b_open(b, "TimeCreated", true);
	b_attr_subst(b, "SystemTime", 3, 0x11);
	b_tok(b, B_EMPTY);
	b_leaf(b, "EventRecordID", 4, 0x0A);
	(void)b_open(b, "Channel", false);
	b_tok(b, B_START);
	b_value(b, "Test/Channel");
	b_tok(b, B_END);
	b_leaf(b, "Computer", 5, 0x01);
	b_tok(b, B_END);
	b_subst(b, 6, 0x21, true);
	b_tok(b, B_END);
	b_define_end(b, at);
	return at;
}

static void system_values(struct build *b, uint64_t record, uint16_t event_id, const void *data,
			  size_t ndata)
{
	uint8_t id[2] = { (uint8_t)event_id, (uint8_t)(event_id >> 8) };
	uint8_t time[8], number[8];
	struct b_val v[] = {
		{ 0, 0, NULL },	  { 0, 0, NULL },     { 0x06, 2, id }, { 0x11, 8, time },
		{ 0x0A, 8, number }, { 0x01, 4, "H\0" "1" }, { ndata ? 0x21 : 0, (uint16_t)ndata, data },
	};

	for (int i = 0; i < 8; i++) {
		time[i] = (uint8_t)(0x01DBF7C44D5E3F87ull >> (8 * i));
		number[i] = (uint8_t)(record >> (8 * i));
	}
	b_values(b, v, sizeof v / sizeof *v);
}

/* Nested BinXML must lie where its offsets say; so the values of a record with data
 * are written in place: the descriptor of the last value is patched afterwards. */
static size_t system_values_open(struct build *b, uint64_t record, uint16_t event_id)
{
	size_t at = b->n;

	system_values(b, record, event_id, NULL, 0);
	b_set(b, at + 4 + 6 * 4 + 2, 0x21, 1);
	return at;
}

static void system_values_close(struct build *b, size_t at)
{
	/* 2 + 8 + 8 + 4 bytes of values before the nested ones */
	b_set(b, at + 4 + 6 * 4, b->n - (at + 4 + 7 * 4 + 22), 2);
}

#define SYSTEM(n, id) "|Provider_Name=Test-Provider|EventID=" id \
	"|TimeCreated_SystemTime=2025-07-18T09:14:02.1234567Z|EventRecordID=" n \
	"|Channel=Test/Channel|Computer=H1"
#define SYSTEM_XML(n, id) "<Event xmlns='http://example/ns'><System><Provider Name='Test-Provider'/>" \
	"<EventID>" id "</EventID><TimeCreated SystemTime='2025-07-18T09:14:02.1234567Z'/>" \
	"<EventRecordID>" n "</EventRecordID><Channel>Test/Channel</Channel><Computer>H1</Computer></System>"

static void simple_chunk(struct build *b, unsigned records)
{
	size_t at = 0;

	b_chunk(b);
	for (unsigned i = 0; i < records; i++) {
		b_record(b, 7 + i);
		b_fragment(b);
		if (i == 0)
			at = system_template(b, 77);
		else
			b_again(b, 77, at);
		system_values(b, 7 + i, 4624, NULL, 0);
		b_tok(b, 0);
		b_record_end(b);
	}
	b_seal(b);
}

static struct build b; /* 64 KB: too much for the stack of every test */

static void test_template(void)
{
	struct fb_arena arena;
	struct seen s;

	simple_chunk(&b, 2);
	expect("template", b.b, sizeof b.b, "7|4624|0" SYSTEM("7", "4624") "\n8|4624|0" SYSTEM("8", "4624") "\n",
	       SYSTEM_XML("7", "4624") "</Event>" SYSTEM_XML("8", "4624") "</Event>", NULL);
	seen_init(&s, &arena);
	CHECK_INT(decode(&s, b.b, sizeof b.b, 4096), 0);
	CHECK_INT(s.digits, 7);
	CHECK_INT(s.time, 1752830042123456700ll);
	CHECK_INT(s.offset, 4096 + b.last_record);
	CHECK_INT(s.length, b.n - b.last_record);
	CHECK_INT(s.sink.decoded, b.n);
	CHECK_INT(s.sink.rejected, 0);
	CHECK_INT(s.sink.skipped, sizeof b.b - b.n);
	s.answer = FB_ESTOP;
	CHECK_INT(decode(&s, b.b, sizeof b.b, 4096), FB_ESTOP);
	CHECK_INT(s.events, 3);
	seen_dispose(&s);
}

/* A record whose data is written by `fill` in a value of type 0x21. */
static void nested(void (*fill)(struct build *), bool dependency)
{
	size_t at;

	b_chunk(&b);
	b_record(&b, 7);
	b_fragment(&b);
	(void)system_template(&b, 77);
	at = system_values_open(&b, 7, 1);
	b.dependency = dependency;
	fill(&b);
	b.dependency = true;
	system_values_close(&b, at);
	b_tok(&b, 0);
	b_record_end(&b);
	b_seal(&b);
}

static void fill_all_types(struct build *x)
{
	static const struct b_val v[] = {
		{ 0x00, 0, "" },
		{ 0x01, 6, "a\0<\0\0" },
		{ 0x02, 4, "\xE4" "b\0\0" },
		{ 0x03, 1, "\xFF" }, { 0x04, 1, "\xFF" }, { 0x05, 2, "\xFE\xFF" }, { 0x06, 2, "\xFE\xFF" },
		{ 0x07, 4, "\xFD\xFF\xFF\xFF" }, { 0x08, 4, "\1\0\0\0" },
		{ 0x09, 8, "\xFC\xFF\xFF\xFF\xFF\xFF\xFF\xFF" }, { 0x0A, 8, "\2\0\0\0\0\0\0\0" },
		{ 0x0B, 4, "\0\0\x80\x3E" }, { 0x0C, 8, "\0\0\0\0\0\0\xE0\x3F" },
		{ 0x0D, 4, "\1\0\0\0" }, { 0x0D, 1, "\0" }, { 0x0E, 3, "\1\2\xAB" },
		{ 0x0F, 16, "\x5F\x38\x70\x57\x2A\xC2\xE0\x43\xBF\x4C\x06\xF5\x69\x8F\xFB\xD9" },
		{ 0x10, 4, "\x10\0\0\0" }, { 0x10, 8, "\x20\0\0\0\0\0\0\0" },
		{ 0x11, 8, "\0\0\0\0\0\0\0\0" },
		{ 0x12, 16, "\xE9\7\7\0\5\0\x12\0\x09\0\x0E\0\2\0\x7B\0" },
		{ 0x13, 12, "\1\1\0\0\0\0\0\5\x12\0\0\0" },
		{ 0x14, 4, "\x1F\0\0\0" }, { 0x15, 8, "\xFF\0\0\0\0\0\0\0" },
		{ 0x20, 8, "\3\0\0\0\0\0\0\0" },
		{ 0x81, 10, "x\0\0\0y\0z\0\0\0" }, { 0x88, 8, "\1\0\0\0\2\0\0\0" },
		{ 0x95, 8, "\1\0\0\0\0\0\0\0" }, { 0x01, 0, "" }, { 0x7E, 2, "\1\2" },
	};
	size_t n = sizeof v / sizeof *v, at;

	b_fragment(x);
	x->dependency = true;
	at = b_define(x, 88);
	(void)b_open(x, "EventData", false);
	b_tok(x, B_START);
	for (size_t i = 0; i < n; i++) {
		char name[8];

		(void)snprintf(name, sizeof name, "v%zu", i);
		b_data(x, name, (uint16_t)i, v[i].type);
	}
	b_tok(x, B_END);
	b_define_end(x, at);
	b_values(x, v, n);
	b_tok(x, 0);
}

static void test_types(void)
{
	nested(fill_all_types, true);
	expect("types", b.b, sizeof b.b,
	       "7|1|0" SYSTEM("7", "1")
	       "|v0=(null)|v1=a<|v2=\xC3\xA4" "b|v3=-1|v4=255|v5=-2|v6=65534|v7=-3|v8=1|v9=-4|v10=2|v11=0.25|v12=0.5"
	       "|v13=true|v14=false|v15=0102AB|v16={5770385F-C22A-43E0-BF4C-06F5698FFBD9}|v17=0x10|v18=0x20"
	       "|v19=1601-01-01T00:00:00.0000000Z|v20=2025-07-18T09:14:02.123Z|v21=S-1-5-18|v22=0x1f|v23=0xff"
	       "|v24=0x3|v25=x, yz|v26=1, 2|v27=0x1|v28=|v29=0102\n",
	       NULL, NULL);
}

/* Values as real logs have them that no description foresees (tests/oracle/evtx_odd.py). */
static void fill_odd_values(struct build *x)
{
	static const struct {
		uint8_t declared; /* in the template */
		struct b_val v;
	} odd[] = {
		{ 0x0D, { 0x0D, 4, "\x10\0\0\0" } }, /* truths */
		{ 0x0D, { 0x0D, 4, "\0\0\1\0" } },
		{ 0x06, { 0x00, 2, "\1\0" } }, /* bytes behind no value */
		{ 0x0F, { 0x00, 16, "\xFE\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xE0\xE7\x2F\x7C\xE4\0\0\0" } },
		{ 0x01, { 0x01, 4, "a\0\0\0" } }, /* the NUL is no part of it, blanks are */
		{ 0x01, { 0x01, 6, "b\0 \0 \0" } },
		{ 0x10, { 0x15, 8, "\x0C\6\0\0\0\0\0\0" } }, /* size_t */
		{ 0x0C, { 0x0C, 8, "\x87\x16\xD9\xCE\x77\xFE\xA8\x40" } },
		{ 0x81, { 0x81, 10, "\0\0\0\0" "1\0" "3\0\0" } }, /* empty texts in arrays */
		{ 0x81, { 0x81, 6, "x\0\0\0\0" } },
		{ 0x81, { 0x81, 0, "" } },
	};
	size_t n = sizeof odd / sizeof *odd, at;
	struct b_val v[sizeof odd / sizeof *odd];

	b_fragment(x);
	x->dependency = true;
	at = b_define(x, 89);
	(void)b_open(x, "EventData", false);
	b_tok(x, B_START);
	for (size_t i = 0; i < n; i++) {
		char name[8];

		(void)snprintf(name, sizeof name, "v%zu", i);
		b_data(x, name, (uint16_t)i, odd[i].declared);
		v[i] = odd[i].v;
	}
	b_tok(x, B_END);
	b_define_end(x, at);
	b_values(x, v, n);
	b_tok(x, 0);
}

static void test_odd_values(void)
{
	nested(fill_odd_values, true);
	expect("odd values", b.b, sizeof b.b,
	       "7|1|0" SYSTEM("7", "1")
	       "|v0=true|v1=true|v2=(null)|v3=(null)|v4=a|v5=b  |v6=0x60c|v7=3199.2339999999999|v8=, , 13|v9=x, |v10=(null)\n",
	       NULL, NULL);
}

static void fill_bare(struct build *x)
{
	/* XML in a value, without a template and without dependency identifiers. */
	b_fragment(x);
	(void)b_open(x, "EventData", false);
	b_tok(x, B_START);
	(void)b_open(x, "Data", false);
	b_tok(x, B_START);
	b_value(x, "one & <two>");
	b_tok(x, B_END);
	(void)b_open(x, "Data", true);
	b_attr(x, "Name");
	b_value(x, "Named");
	b_tok(x, B_START);
	b_value(x, "x");
	b_tok(x, 0x08); /* &#65; */
	b_int(x, 'A', 2);
	b_tok(x, 0x09); /* &amp; */
	b_name(x, "amp");
	b_tok(x, 0x09);
	b_name(x, "unknown");
	b_tok(x, 0x07); /* CDATA */
	b_int(x, 3, 2);
	(void)b_text(x, "<!>");
	b_tok(x, B_END);
	(void)b_open(x, "Data", true); /* a name, no value */
	b_attr(x, "Name");
	b_value(x, "Empty");
	b_tok(x, B_EMPTY);
	(void)b_open(x, "Binary", false);
	b_tok(x, B_START);
	b_tok(x, 0x05); /* a value with its type, not a string */
	b_tok(x, 0x0E);
	b_int(x, 2, 2);
	b_bytes(x, "\xCA\xFE", 2);
	b_tok(x, B_END);
	b_tok(x, 0x0A); /* <?pi data?> */
	b_name(x, "pi");
	b_tok(x, 0x0B);
	b_int(x, 4, 2);
	(void)b_text(x, "d?>a");
	b_tok(x, B_END);
	b_tok(x, 0);
}

static void test_bare(void)
{
	static const char *const text =
		"7|1|0" SYSTEM("7", "1") "|Data=one & <two>|Named=xA&unknown<!>|Empty=(null)|Binary=CAFE\n";
	static const char *const xml = SYSTEM_XML("7", "1")
		"<EventData><Data>one &amp; &lt;two&gt;</Data>"
		"<Data Name='Named'>xA&amp;&amp;unknown;&lt;!&gt;</Data><Data Name='Empty'/>"
		"<Binary>CAFE</Binary><?pi d?&gt;a?></EventData></Event>";

	nested(fill_bare, false);
	expect("bare", b.b, sizeof b.b, text, xml, NULL);
	/* The same written with dependency identifiers is understood too. */
	nested(fill_bare, true);
	expect("bare with dependencies", b.b, sizeof b.b, text, xml, NULL);
}

static void fill_odd_places(struct build *x)
{
	static const struct b_val v[] = { { 0x08, 4, "\x2A\0\0\0" }, { 0x01, 8, "W\0h\0o\0?\0" },
					  { 0x00, 0, "" } };
	size_t at;

	b_fragment(x);
	x->dependency = true;
	at = b_define(x, 99);
	(void)b_open(x, "UserData", false);
	b_tok(x, B_START);
	(void)b_open(x, "ns:Policy", true);
	b_attr(x, "xmlns:ns");
	b_value(x, "urn:x");
	b_attr_subst(x, "Id", 0, 0x08);
	b_attr_subst(x, "Absent", 2, 0x01);
	b_tok(x, B_START);
	(void)b_open(x, "PolicyName", false);
	b_tok(x, B_START);
	b_value(x, "no. ");
	b_subst(x, 0, 0x08, false);
	b_value(x, "!");
	b_tok(x, B_END);
	(void)b_open(x, "Data", true); /* its name is a value */
	b_attr_subst(x, "Name", 1, 0x01);
	b_tok(x, B_START);
	b_subst(x, 0, 0x08, false);
	b_tok(x, B_END);
	b_value(x, " \n");
	b_leaf(x, "Missing", 9, 0x01); /* no such value */
	b_tok(x, B_END);
	b_tok(x, B_END);
	b_define_end(x, at);
	b_values(x, v, 3);
	b_tok(x, 0);
}

static void test_odd_places(void)
{
	nested(fill_odd_places, true);
	expect("odd places", b.b, sizeof b.b,
	       "7|1|2" SYSTEM("7", "1") "|Policy_Id=42|PolicyName=no. 42!|Who?=42|Missing=(null)\n",
	       SYSTEM_XML("7", "1") "<UserData><ns:Policy xmlns:ns='urn:x' Id='42'>"
	       "<PolicyName>no. 42!</PolicyName><Data Name='Who?'>42</Data> \n<Missing></Missing>"
	       "</ns:Policy></UserData></Event>",
	       NULL);
}

static const char *forwarded_message = "said";

static void fill_forwarded(struct build *x)
{
	b_fragment(x);
	(void)b_open(x, "RenderingInfo", true);
	b_attr(x, "Culture");
	b_value(x, "en-US");
	b_tok(x, B_START);
	(void)b_open(x, "Message", false);
	b_tok(x, B_START);
	b_value(x, forwarded_message);
	b_tok(x, B_END);
	(void)b_open(x, "Level", false);
	b_tok(x, B_START);
	b_value(x, "Information");
	b_tok(x, B_END);
	(void)b_open(x, "Opcode", false);
	b_tok(x, B_EMPTY);
	b_tok(x, B_END);
	b_tok(x, 0);
}

static void test_forwarded(void)
{
	nested(fill_forwarded, false);
	expect("forwarded", b.b, sizeof b.b,
	       "7|1|0" SYSTEM("7", "1")
	       "|RenderingInfo_Culture=en-US|Message=said|RenderingInfo_Level=Information|RenderingInfo_Opcode=(null)\n",
	       NULL, NULL);
}

/* The message comes first, without what repeats the data; a field of that name that no
 * RenderingInfo holds is one like others. */
static void test_message(void)
{
	struct fb_field f[] = {
		{ .name = FB_LIT("EventID"), .type = FB_V_UTF8, .v = FB_LIT("4624") },
		{ .name = FB_LIT("Message"), .type = FB_V_UTF8, .v = FB_LIT("of the data") },
		{ .name = FB_LIT("User"), .type = FB_V_UTF8, .v = FB_LIT("eve") },
		{ .name = FB_LIT("RenderingInfo_Culture"), .type = FB_V_UTF8, .v = FB_LIT("en-US") },
		{ .name = FB_LIT("Message"), .type = FB_V_UTF8, .v = FB_LIT("One\x1b[31m\r\nTwo") },
		{ .name = FB_LIT("RenderingInfo_Level"), .type = FB_V_UTF8, .v = FB_LIT("Error") },
	};
	struct fb_event ev = { .lane = FB_LANE_EVTX, .event_id = 1, .fields = f, .nfields = 6 };
	struct fb_arena arena;
	struct fb_buf out;
	struct seen s;

	fb_buf_init(&out, 4096);
	CHECK_INT(fb_format_evtx.summarise(&ev, &out), 0);
	CHECK_STR(fb_buf_cstr(&out), "One\xEF\xBF\xBD[31m Message=of the data User=eve");
	fb_buf_clear(&out);
	ev.nfields = 3;
	CHECK_INT(fb_format_evtx.summarise(&ev, &out), 0);
	CHECK_STR(fb_buf_cstr(&out), "Message=of the data User=eve");
	fb_buf_dispose(&out);
	forwarded_message = "Somebody logged on.\r\n\tSubject: x";
	nested(fill_forwarded, false);
	seen_init(&s, &arena);
	CHECK_INT(decode(&s, b.b, sizeof b.b, 4096), 0);
	CHECK_STR(fb_buf_cstr(&s.line), "Somebody logged on.\n");
	seen_dispose(&s);
}

/* A record without any template; times and numbers are text. */
static void test_no_template(void)
{
	b_chunk(&b);
	b_record(&b, 9);
	b_fragment(&b);
	(void)b_open(&b, "Event", false);
	b_tok(&b, B_START);
	(void)b_open(&b, "System", false);
	b_tok(&b, B_START);
	(void)b_open(&b, "Provider", true);
	b_attr(&b, "Name");
	b_value(&b, "P");
	b_tok(&b, B_EMPTY);
	(void)b_open(&b, "EventID", false);
	b_tok(&b, B_START);
	b_value(&b, "4104");
	b_tok(&b, B_END);
	(void)b_open(&b, "TimeCreated", true);
	b_attr(&b, "SystemTime");
	b_value(&b, "2021-11-19T16:52:33.5Z");
	b_tok(&b, B_EMPTY);
	b_tok(&b, B_END);
	b_tok(&b, B_END);
	b_tok(&b, 0);
	b_record_end(&b);
	b_seal(&b);
	expect("no template", b.b, sizeof b.b,
	       "9|4104|0|Provider_Name=P|EventID=4104|TimeCreated_SystemTime=2021-11-19T16:52:33.5Z\n", NULL, NULL);
}

/* Names by their offset in the chunk, and where the offset leads to none. */
static void test_names(void)
{
	size_t event = 0, system = 0, id = 0, wrong, after;

	b_chunk(&b);
	for (int i = 0; i < 2; i++) {
		b_record(&b, 7 + (uint64_t)i);
		b_fragment(&b);
		if (i == 0) {
			event = b_open(&b, "Event", false) + 8;
			b_tok(&b, B_START);
			system = b_open(&b, "System", false) + 8;
			b_tok(&b, B_START);
			id = b_open(&b, "EventID", false) + 8;
		} else {
			b_open_at(&b, event);
			b_tok(&b, B_START);
			b_open_at(&b, system);
			b_tok(&b, B_START);
			b_open_at(&b, id);
		}
		b_tok(&b, B_START);
		b_value(&b, "5");
		b_tok(&b, B_END);
		b_tok(&b, B_END);
		b_tok(&b, B_END);
		b_tok(&b, 0);
		b_record_end(&b);
	}
	wrong = b.n;
	b_seal(&b);
	expect("names by offset", b.b, sizeof b.b, "7|5|0|EventID=5\n8|5|0|EventID=5\n", NULL, NULL);
	/* The name's hash is wrong: used in its place, not from elsewhere. */
	b.b[id + 4] ^= 1;
	expect("unsound name", b.b, sizeof b.b, "7|5|0|EventID=5\n", NULL, NULL);
	b.b[id + 4] ^= 1;
	/* The offset leads astray, but the name stands right behind it. */
	b.n = wrong;
	b_record(&b, 9);
	b_fragment(&b);
	b_open_at(&b, event);
	b_tok(&b, B_START);
	b_open_at(&b, system);
	b_tok(&b, B_START);
	after = b_open(&b, "EventID", false) + 4;
	b_set(&b, after, 100, 4);
	b_tok(&b, B_START);
	b_value(&b, "6");
	b_tok(&b, B_END);
	b_tok(&b, B_END);
	b_tok(&b, B_END);
	b_tok(&b, 0);
	b_record_end(&b);
	b_seal(&b);
	expect("name behind a wrong offset", b.b, sizeof b.b,
	       "7|5|0|EventID=5\n8|5|0|EventID=5\n9|6|0|EventID=6\n", NULL, NULL);
}

/* What is shown to people: controls, brackets and quotes of the evidence. */
static void fill_hostile(struct build *x)
{
	b_fragment(x);
	(void)b_open(x, "E vil<x>", true);
	b_attr(x, "o'n");
	b_value(x, "'>\x1b[2J\n\"&");
	b_tok(x, B_START);
	b_value(x, "\x1b]0;x\x07\x7f\r<script>");
	b_tok(x, B_END);
	b_tok(x, 0);
}

static void test_hostile(void)
{
	struct fb_arena arena;
	struct seen s;

	nested(fill_hostile, false);
	seen_init(&s, &arena);
	CHECK_INT(decode(&s, b.b, sizeof b.b, 4096), 0);
	CHECK_STR(fb_buf_cstr(&s.xml), SYSTEM_XML("7", "1")
		  "<E_vil_x_ o_n='&apos;&gt;\xEF\xBF\xBD[2J&#xA;\"&amp;'>"
		  "\xEF\xBF\xBD]0;x\xEF\xBF\xBD&#x7F;&#xD;&lt;script&gt;</E_vil_x_></Event>");
	CHECK_STR(fb_buf_cstr(&s.line), "E vil<x>_o'n='>\xEF\xBF\xBD[2J \"& "
		  "E vil<x>=\xEF\xBF\xBD]0;x\xEF\xBF\xBD\xEF\xBF\xBD <script>\n");
	seen_dispose(&s);
}

/* ---- limits ---- */

/* The definition holds an instance of itself, twice: without limits it never ends. */
static void test_self_reference(void)
{
	struct fb_arena arena;
	struct seen s;
	size_t at;

	b_chunk(&b);
	b_record(&b, 7);
	b_fragment(&b);
	at = b_define(&b, 5);
	(void)b_open(&b, "Event", false);
	b_tok(&b, B_START);
	(void)b_open(&b, "System", false);
	b_tok(&b, B_START);
	(void)b_open(&b, "EventID", false);
	b_tok(&b, B_START);
	b_value(&b, "1");
	b_tok(&b, B_END);
	b_tok(&b, B_END);
	for (int i = 0; i < 2; i++) {
		b_again(&b, 5, at);
		b_int(&b, 0, 4);
	}
	b_tok(&b, B_END);
	b_define_end(&b, at);
	b_int(&b, 0, 4);
	b_tok(&b, 0);
	b_record_end(&b);
	b_seal(&b);
	seen_init(&s, &arena);
	CHECK_INT(decode(&s, b.b, sizeof b.b, 4096), 0);
	CHECK_INT(s.events, 1);
	CHECK(strstr(fb_buf_cstr(&s.trouble), "templates nest too deep") != NULL);
	CHECK(strncmp(fb_buf_cstr(&s.text), "7|1|2|EventID=1|EventID=1", 25) == 0);
	seen_dispose(&s);
}

static void fill_deep(struct build *x)
{
	b_fragment(x);
	for (unsigned i = 0; i < FB_BINXML_DEPTH + 8; i++) {
		(void)b_open(x, "d", false);
		b_tok(x, B_START);
	}
}

static void fill_wide(struct build *x)
{
	b_fragment(x);
	(void)b_open(x, "EventData", false);
	b_tok(x, B_START);
	for (unsigned i = 0; i < FB_FIELDS_MAX + 100; i++) {
		(void)b_open(x, "d", false);
		b_tok(x, B_START);
		b_value(x, "v");
		b_tok(x, B_END);
	}
	b_tok(x, B_END);
	b_tok(x, 0);
}

static void test_deep_and_wide(void)
{
	struct fb_arena arena;
	struct seen s;

	seen_init(&s, &arena);
	nested(fill_deep, false);
	CHECK_INT(decode(&s, b.b, sizeof b.b, 4096), 0);
	CHECK_INT(s.events, 1);
	CHECK(strstr(fb_buf_cstr(&s.trouble), "elements nest too deep") != NULL);
	fb_buf_clear(&s.trouble);
	fb_buf_clear(&s.text);
	nested(fill_wide, false);
	CHECK_INT(decode(&s, b.b, sizeof b.b, 4096), 0);
	CHECK_INT(s.events, 2);
	CHECK(strstr(fb_buf_cstr(&s.trouble), "more fields than are kept") != NULL);
	CHECK(strncmp(fb_buf_cstr(&s.text), "7|1|4|", 6) == 0);
	seen_dispose(&s);
}

/* ---- damage ---- */

static void test_checksums(void)
{
	char want[200];

	simple_chunk(&b, 2);
	b.b[600] ^= 0; /* untouched: nothing to say */
	(void)snprintf(want, sizeof want, "%zu+%zu skipped %d\n", 4096 + b.n, sizeof b.b - b.n, FB_WHY_EMPTY);
	expect("sound", b.b, sizeof b.b, NULL, NULL, want);
	b.b[130] ^= 1;
	(void)snprintf(want, sizeof want, "4096+512 %d header of the chunk\n%zu+%zu skipped %d\n",
		       FB_WHY_BAD_CHECKSUM, 4096 + b.n, sizeof b.b - b.n, FB_WHY_EMPTY);
	expect("header", b.b, sizeof b.b, "7|4624|0" SYSTEM("7", "4624") "\n8|4624|0" SYSTEM("8", "4624") "\n", NULL, want);
	simple_chunk(&b, 2);
	b.b[b.last_record + 16] ^= 1;
	(void)snprintf(want, sizeof want, "4608+%zu %d records of the chunk\n%zu+%zu skipped %d\n", b.n - 512,
		       FB_WHY_BAD_CHECKSUM, 4096 + b.n, sizeof b.b - b.n, FB_WHY_EMPTY);
	expect("records", b.b, sizeof b.b, NULL, NULL, want);
	b_set(&b, 120, 4, 4); /* the writer says that there are none */
	(void)snprintf(want, sizeof want, "%zu+%zu skipped %d\n", 4096 + b.n, sizeof b.b - b.n, FB_WHY_EMPTY);
	expect("none", b.b, sizeof b.b, NULL, NULL, want);
}

static void test_broken_record(void)
{
	size_t second;
	char want[400];

	/* The second of three has no magic: it is rejected, the third is read. */
	simple_chunk(&b, 3);
	second = 512 + (size_t)b.b[516] + ((size_t)b.b[517] << 8);
	b.b[second] = 0;
	b_seal(&b);
	(void)snprintf(want, sizeof want, "%zu+%zu %d no record where one should be\n%zu+%zu skipped %d\n",
		       4096 + second, b.last_record - second, FB_WHY_BAD_RECORD, 4096 + b.n,
		       sizeof b.b - b.n, FB_WHY_EMPTY);
	expect("no magic", b.b, sizeof b.b, "7|4624|0" SYSTEM("7", "4624") "\n9|4624|0" SYSTEM("9", "4624") "\n", NULL, want);
	/* Its size is lost: it is read all the same, and marked. */
	simple_chunk(&b, 3);
	b_set(&b, second + 4, 0, 4);
	b_seal(&b);
	expect("size zero", b.b, sizeof b.b,
	       "7|4624|0" SYSTEM("7", "4624") "\n8|4624|2" SYSTEM("8", "4624") "\n9|4624|0" SYSTEM("9", "4624") "\n",
	       NULL, NULL);
	/* Its size is not repeated at its end. */
	simple_chunk(&b, 3);
	b_set(&b, b.last_record - 4, 1, 4);
	b_seal(&b);
	expect("frayed", b.b, sizeof b.b,
	       "7|4624|0" SYSTEM("7", "4624") "\n8|4624|2" SYSTEM("8", "4624") "\n9|4624|0" SYSTEM("9", "4624") "\n",
	       NULL, NULL);
	/* Its BinXML is nonsense: it is rejected with its bytes. */
	simple_chunk(&b, 3);
	b.b[second + 24] = 0x3F;
	b_seal(&b);
	(void)snprintf(want, sizeof want, "%zu+%zu %d record 8: unknown token\n%zu+%zu skipped %d\n",
		       4096 + second, b.last_record - second, FB_WHY_BAD_RECORD, 4096 + b.n,
		       sizeof b.b - b.n, FB_WHY_EMPTY);
	expect("nonsense", b.b, sizeof b.b, NULL, NULL, want);
	/* The template that it names is not the one that lies there. */
	simple_chunk(&b, 3);
	b.b[second + 24 + 6] ^= 0xFF;
	b_seal(&b);
	(void)snprintf(want, sizeof want,
		       "%zu+%zu %d record 8: template definition was overwritten\n%zu+%zu skipped %d\n",
		       4096 + second, b.last_record - second, FB_WHY_BAD_RECORD, 4096 + b.n,
		       sizeof b.b - b.n, FB_WHY_EMPTY);
	expect("other template", b.b, sizeof b.b, NULL, NULL, want);
	/* Its offset is wrong, but the template is still in the chunk: said, not damaged. */
	simple_chunk(&b, 3);
	b.b[second + 24 + 10] ^= 0x08;
	b_seal(&b);
	(void)snprintf(want, sizeof want,
		       "%zu+%zu %d record 8: template definition was overwritten, the same found elsewhere\n"
		       "%zu+%zu skipped %d\n", 4096 + second, b.last_record - second, FB_WHY_BAD_VALUE,
		       4096 + b.n, sizeof b.b - b.n, FB_WHY_EMPTY);
	expect("template elsewhere", b.b, sizeof b.b,
	       "7|4624|0" SYSTEM("7", "4624") "\n8|4624|0" SYSTEM("8", "4624") "\n9|4624|0" SYSTEM("9", "4624") "\n",
	       NULL, want);
}

/* Old records in free space that are live in a chunk before are copies, however the
 * units were cut; a new file begins anew. */
static void test_copies(void)
{
	static uint8_t file[4096 + 3 * 65536];
	struct fb_ctx ctx = { 0 };
	struct fb_arena arena;
	struct seen s;

	memcpy(file + 4096 + 65536, b.b, sizeof b.b);
	b_set(&b, 48, b.last_record, 4); /* anything: the range of records is what counts */
	b_set(&b, 24, 3, 8);
	b_set(&b, 32, 3, 8);
	b_set(&b, 512 + 8, 3, 8);
	memcpy(file + 4096, b.b, sizeof b.b);
	memcpy(file, "ElfFile", 8);
	memcpy(file + 4096 + 2 * 65536, "ElfFile", 8);
	seen_init(&s, &arena);
	for (size_t want = 65536; want <= 4 * 65536; want += 3 * 65536) {
		size_t at = 0;

		memset(&ctx, 0, sizeof ctx);
		fb_buf_clear(&s.text);
		while (at < 4096 + 2 * 65536) {
			struct fb_slice rest = fb_slice(file + at, 4096 + 2 * 65536 - at);
			struct fb_ctx before = ctx;
			size_t n = fb_format_evtx.split(rest, true, want, &ctx);
			struct fb_unit unit = { fb_slice(rest.p, n), at, false, &before };

			CHECK_INT(fb_format_evtx.decode(&unit, &s.sink), 0);
			fb_arena_reset(&arena);
			at += n;
		}
		CHECK(strstr(fb_buf_cstr(&s.text), "\n3|1|1|") == NULL);
		CHECK(strstr(fb_buf_cstr(&s.text), "\n8|4624|0|") != NULL);
	}
	CHECK_INT(ctx.n, 32);
	CHECK_INT(fb_format_evtx.split(fb_slice(file + 4096 + 2 * 65536, 65536), true, 4096, &ctx), 4096);
	CHECK_INT(ctx.n, 0);
	seen_dispose(&s);
}

static void test_free_space(void)
{
	size_t two;

	/* The header was not written again after the last two records: they are live. */
	simple_chunk(&b, 3);
	two = 512 + (size_t)b.b[516] + ((size_t)b.b[517] << 8);
	b_set(&b, 48, two, 4);
	b_set(&b, 32, 7, 8);
	expect("dirty", b.b, sizeof b.b,
	       "7|4624|0" SYSTEM("7", "4624") "\n8|4624|0" SYSTEM("8", "4624") "\n9|4624|0" SYSTEM("9", "4624") "\n",
	       NULL, NULL);
	/* Old records in free space: recovered once, copies of live ones never. */
	simple_chunk(&b, 2);
	b_record(&b, 3);
	b_fragment(&b);
	b_again(&b, 77, 512 + 24 + 4 + 10);
	system_values(&b, 3, 1, NULL, 0);
	b_record_end(&b);
	b_record(&b, 8); /* repeats a live one */
	b_fragment(&b);
	b_again(&b, 77, 512 + 24 + 4 + 10);
	system_values(&b, 8, 1, NULL, 0);
	b_record_end(&b);
	b_record(&b, 6); /* its data is lost: not whole */
	b_fragment(&b);
	b_again(&b, 77, 512 + 24 + 4 + 10);
	{
		size_t at = system_values_open(&b, 6, 1);

		b_tok(&b, 0x3F);
		system_values_close(&b, at);
	}
	b_record_end(&b);
	b_record(&b, 4); /* says 5 itself: not believed */
	b_fragment(&b);
	b_again(&b, 77, 512 + 24 + 4 + 10);
	system_values(&b, 5, 1, NULL, 0);
	b_record_end(&b);
	for (unsigned i = 0; i < 2; i++) { /* newer bytes lie over its computer's name */
		b_record(&b, 1 + i);
		b_fragment(&b);
		b_again(&b, 77, 512 + 24 + 4 + 10);
		system_values(&b, 1 + i, 1, NULL, 0);
		b_set(&b, b.n - 4, i ? 0xD8FE : 0x0003, 2);
		b_record_end(&b);
	}
	b_set(&b, 48, two + (b.b[two + 4] | b.b[two + 5] << 8), 4);
	expect("slack", b.b, sizeof b.b,
	       "7|4624|0" SYSTEM("7", "4624") "\n8|4624|0" SYSTEM("8", "4624") "\n3|1|1" SYSTEM("3", "1") "\n",
	       NULL, NULL);
	test_copies();
	/* The magic of the chunk is gone: what can be confirmed is recovered. */
	simple_chunk(&b, 2);
	b.b[0] = 'X';
	expect("no chunk", b.b, sizeof b.b,
	       "7|4624|1" SYSTEM("7", "4624") "\n8|4624|1" SYSTEM("8", "4624") "\n", NULL, NULL);
	memset(b.b, 0, sizeof b.b);
	expect("zeroes", b.b, sizeof b.b, "", NULL, "4096+65536 skipped 3\n");
}

/* Every prefix of a file: no overrun (the sanitizer sees), the account is exact, and
 * more bytes never give fewer records. */
static void test_truncated(void)
{
	static uint8_t file[4096 + 65536];
	struct fb_arena arena;
	struct seen s;
	unsigned before = 0;
	size_t end;

	nested(fill_bare, false);
	memset(file, 0, sizeof file);
	memcpy(file, "ElfFile", 8);
	memcpy(file + 4096, b.b, sizeof b.b);
	end = 4096 + b.n;
	seen_init(&s, &arena);
	s.brief = true;
	for (size_t n = 1; n <= end + 16; n++) {
		if (n == 16)
			n = 4080;
		s.events = 0;
		CHECK_INT(decode(&s, file, n, 0), 0);
		CHECK(s.events >= before);
		before = s.events;
	}
	CHECK_INT(before, 1);
	seen_dispose(&s);
}

static void test_mutated(void)
{
	struct fb_arena arena;
	struct seen s;

	seen_init(&s, &arena);
	s.brief = true;
	nested(fill_all_types, true);
	mutate(&s, b.b, b.n, 1500, 0x9E3779B97F4A7C15ull);
	nested(fill_bare, false);
	mutate(&s, b.b, b.n, 1500, 0x2545F4914F6CDD1Dull);
	nested(fill_odd_places, true);
	mutate(&s, b.b, b.n, 1500, 0xD1342543DE82EF95ull);
	CHECK(s.events > 1000);
	seen_dispose(&s);
}

static void test_mutated_corpora(void)
{
	static const char *const names[] = {
		"new-user-security.evtx", "issue_201.evtx", "Application_no_crc32.evtx",
		"Microsoft-Windows-LanguagePackSetup%4Operational.evtx", "sysmon.evtx",
	};
	const char *corpora = getenv("FIREBREAK_CORPORA");
	struct fb_arena arena;
	struct seen s;
	unsigned found = 0;

	seen_init(&s, &arena);
	s.brief = true;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct fb_err err = { 0 };
		struct fb_buf in;
		char path[512];

		(void)snprintf(path, sizeof path, "%s/evtx/decode/%s",
			       corpora ? corpora : FB_SOURCE_ROOT "/../shared/corpora", names[i]);
		fb_buf_init(&in, 16 << 20);
		if (fb_read_file(path, 16 << 20, &in, &err) == 0 && in.n >= 4096 + 65536) {
			found++;
			mutate(&s, in.p + 4096, 65536, 150, 0xA5A5A5A5u + i);
		}
		fb_buf_dispose(&in);
	}
	if (!found)
		(void)printf("skipped: mutations of real files (no corpora)\n");
	seen_dispose(&s);
}

/* Checksums: against zlib, for lengths and places that end anywhere. */
static void test_crc(void)
{
	static uint8_t bytes[3000];
	uint64_t seed = 88172645463325252ull;

	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)(xorshift(&seed) >> 11);
	for (size_t n = 0; n <= 700; n++) {
		const uint8_t *p = bytes + n % 17;

		CHECK(evtx_crc(0, fb_slice(p, n)) == crc32(0, p, (uInt)n));
		CHECK(evtx_crc(0xDEADBEEF, fb_slice(p, n)) == crc32(0xDEADBEEF, p, (uInt)n));
	}
	CHECK(evtx_crc(7, fb_slice(bytes, sizeof bytes)) == crc32(7, bytes, sizeof bytes));
}

/* ---- probe and split ---- */

static void test_probe(void)
{
	CHECK_INT(fb_format_evtx.probe(fb_slice("ElfFile\0xxxx", 12), true), 100);
	CHECK(fb_format_evtx.probe(fb_slice("ElfChnk\0xxxx", 12), true) > 50);
	CHECK_INT(fb_format_evtx.probe(fb_slice("ElfFile", 7), true), 0);
	CHECK_INT(fb_format_evtx.probe(fb_slice("ElfFileX", 8), true), 0);
	CHECK_INT(fb_format_evtx.probe(fb_slice("", 0), true), 0);
}

static void test_split(void)
{
	enum { CHUNK = 65536, HEAD = 4096 };
	size_t n = HEAD + 5 * CHUNK + 100;
	uint8_t *file = calloc(1, n);
	struct fb_ctx ctx = { 0 };
	struct fb_slice all = { file, n };

	if (!file)
		abort();
	memcpy(file, "ElfFile", 8);
	for (int i = 0; i < 5; i++)
		memcpy(file + HEAD + i * CHUNK, "ElfChnk", 8);
	CHECK_INT(fb_format_evtx.split(all, true, FB_UNIT_SIZE, &ctx), n);
	CHECK_INT(fb_format_evtx.split(all, false, FB_UNIT_SIZE, &ctx), n - 100);
	CHECK_INT(fb_format_evtx.split(all, false, CHUNK, &ctx), HEAD);
	CHECK_INT(fb_format_evtx.split(all, false, HEAD + 2 * CHUNK, &ctx), HEAD + 2 * CHUNK);
	CHECK_INT(fb_format_evtx.split(all, false, HEAD + 3 * CHUNK - 1, &ctx), HEAD + 2 * CHUNK);
	all = fb_slice_sub(all, HEAD, n);
	CHECK_INT(fb_format_evtx.split(all, false, CHUNK, &ctx), CHUNK);
	CHECK_INT(fb_format_evtx.split(all, false, CHUNK + 5, &ctx), CHUNK);
	CHECK_INT(fb_format_evtx.split(all, false, 5, &ctx), CHUNK);
	CHECK_INT(fb_format_evtx.split(fb_slice_sub(all, 0, 100), false, CHUNK, &ctx), 0);
	CHECK_INT(fb_format_evtx.split(fb_slice_sub(all, 0, 100), true, CHUNK, &ctx), 100);
	CHECK_INT(fb_format_evtx.split(fb_slice("ElfF", 4), true, CHUNK, &ctx), 4);
	/* Two files, one behind the other. */
	memcpy(file + HEAD + CHUNK, "ElfFile", 8);
	memcpy(file + HEAD + CHUNK + HEAD, "ElfChnk", 8);
	all = fb_slice(file, HEAD + CHUNK + HEAD + CHUNK);
	CHECK_INT(fb_format_evtx.split(all, true, FB_UNIT_SIZE, &ctx), all.n);
	CHECK_INT(fb_format_evtx.split(all, true, HEAD + CHUNK + HEAD + 1, &ctx), HEAD + CHUNK + HEAD);
	free(file);
}

/* The chunks of these tests as files: the first corpus of tests/fuzz. */
static int write_corpus(const char *dir)
{
	static const struct {
		const char *name;
		void (*fill)(struct build *);
		bool dependency;
	} kinds[] = {
		{ "types", fill_all_types, true },  { "bare", fill_bare, false },
		{ "bare-dep", fill_bare, true },    { "odd", fill_odd_places, true },
		{ "forwarded", fill_forwarded, false }, { "hostile", fill_hostile, false },
		{ "deep", fill_deep, false },
	};
	struct fb_err err = { 0 };

	for (size_t i = 0; i <= sizeof kinds / sizeof *kinds; i++) {
		struct fb_outfile f;
		char path[512];
		int r;

		if (i < sizeof kinds / sizeof *kinds)
			nested(kinds[i].fill, kinds[i].dependency);
		else
			simple_chunk(&b, 3);
		(void)snprintf(path, sizeof path, "%s/%s.evtx", dir,
			       i < sizeof kinds / sizeof *kinds ? kinds[i].name : "template");
		r = fb_outfile_open(&f, path, &err);
		if (!r)
			r = fb_write_all(f.fd, fb_slice(b.b, b.n), &err);
		if (!r)
			r = fb_outfile_commit(&f, &err);
		fb_outfile_dispose(&f);
		if (r) {
			(void)fprintf(stderr, "%s\n", err.text);
			return 1;
		}
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "--write-corpus") == 0)
		return write_corpus(argv[2]);
	syms = fb_syms_new();
	if (!syms)
		return 1;
	test_crc();
	test_probe();
	test_split();
	test_template();
	test_types();
	test_odd_values();
	test_bare();
	test_odd_places();
	test_forwarded();
	test_message();
	test_no_template();
	test_names();
	test_hostile();
	test_self_reference();
	test_deep_and_wide();
	test_checksums();
	test_broken_record();
	test_free_space();
	test_truncated();
	test_mutated();
	test_mutated_corpora();
	fb_syms_free(syms);
	return check_done();
}
