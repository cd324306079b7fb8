/* A record as JSON, and as XML where tokens stand in places that they are not for. */
#include "check.h"
#include "evtx_build.h"

#include "base/text.h"
#include "decode/formats.h"

static struct build b;
static struct fb_syms *syms;

struct seen {
	struct fb_sink sink;
	struct fb_buf json, xml;
	int code;
};

static int on_event(struct fb_sink *sink, const struct fb_event *ev)
{
	struct seen *s = (struct seen *)(void *)sink;

	s->code = fb_format_evtx.json(ev, &s->json);
	CHECK_INT(fb_format_evtx.render(ev, &s->xml), 0);
	return 0;
}

static void on_problem(struct fb_sink *sink, uint64_t offset, uint64_t length, enum fb_why why,
		       const char *text)
{
	(void)sink;
	(void)offset;
	(void)length;
	(void)why;
	(void)text;
}

static void on_skip(struct fb_sink *sink, uint64_t offset, uint64_t length, enum fb_why why)
{
	on_problem(sink, offset, length, why, NULL);
}

/* One record: fill writes what is behind its fragment header. json NULL: it must fail
 * with code. */
static void expect(void (*fill)(struct build *b), size_t max, const char *json, const char *xml,
		   int code)
{
	struct seen s = { .sink = { .syms = syms, .event = on_event, .problem = on_problem,
				    .skip = on_skip } };
	struct fb_ctx ctx = { 0 };
	struct fb_arena arena;
	struct fb_unit unit;

	b_chunk(&b);
	b_record(&b, 7);
	b_fragment(&b);
	fill(&b);
	b_tok(&b, 0);
	b_record_end(&b);
	b_seal(&b);
	fb_arena_init(&arena, 64 << 20);
	fb_buf_init(&s.json, max);
	fb_buf_init(&s.xml, 1 << 24);
	s.sink.arena = &arena;
	unit = (struct fb_unit){ fb_slice(b.b, sizeof b.b), 4096, true, &ctx };
	CHECK_INT(fb_format_evtx.decode(&unit, &s.sink), 0);
	CHECK_INT(s.code, code);
	if (json)
		CHECK_STR(fb_buf_cstr(&s.json), json);
	if (xml)
		CHECK_STR(fb_buf_cstr(&s.xml), xml);
	fb_buf_dispose(&s.json);
	fb_buf_dispose(&s.xml);
	fb_arena_dispose(&arena);
}

static void leaf_text(struct build *x, const char *name, const char *text)
{
	(void)b_open(x, name, false);
	b_tok(x, B_START);
	if (text)
		b_value(x, text);
	b_tok(x, B_END);
}

static void data_text(struct build *x, const char *name, const char *text)
{
	(void)b_open(x, "Data", true);
	b_attr(x, "Name");
	b_value(x, name);
	b_tok(x, B_START);
	b_value(x, text);
	b_tok(x, B_END);
}

/* ---- values ---- */

static const struct b_val typed[] = {
	{ 0x03, 1, "\xFE" },				   /* i8 */
	{ 0x0A, 8, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF" },   /* u64 */
	{ 0x09, 8, "\0\0\0\0\0\0\0\x80" },		   /* i64 */
	{ 0x0D, 4, "\1\0\0\0" },			   /* bool */
	{ 0x0C, 8, "\0\0\0\0\0\0\xF8\x3F" },		   /* 1.5 */
	{ 0x0C, 8, "\0\0\0\0\0\0\xF0\x7F" },		   /* infinite */
	{ 0x0F, 16, "\x5F\x38\x70\x57\x2A\xC2\xE0\x43\xBF\x4C\x06\xF5\x69\x8F\xFB\xD9" },
	{ 0x15, 8, "\x1F\0\0\0\0\0\0\0" },		   /* hex */
	{ 0x11, 8, "\x87\x3F\x5E\x4D\xC4\xF7\xDB\x01" },   /* time */
	{ 0x0E, 2, "\xCA\xFE" },			   /* binary */
	{ 0x00, 0, "" },				   /* null */
	{ 0x01, 0, "" },				   /* empty text */
	{ 0x06, 1, "\7" },				   /* a number cut short */
	{ 0x81, 12, "a\0\0\0b\0\0\0\"\0\0\0" },		   /* three texts */
	{ 0x86, 4, "\1\0\2\0" },			   /* two numbers */
};

static void fill_values(struct build *x)
{
	static const char *const names[] = { "i8", "u64", "i64", "bool", "f64", "inf", "guid", "hex",
					     "time", "bin", "null", "empty", "short" };
	size_t at = b_define(x, 1);

	(void)b_open(x, "Event", true);
	b_attr_subst(x, "gone", 10, 0x01);
	b_attr_subst(x, "Id", 1, 0x0A);
	b_tok(x, B_START);
	for (uint16_t i = 0; i < 13; i++)
		b_data(x, names[i], i, typed[i].type);
	b_leaf(x, "Data", 13, 0x81);
	b_leaf(x, "Item", 14, 0x86);
	b_tok(x, B_END);
	b_define_end(x, at);
	b_values(x, typed, sizeof typed / sizeof *typed);
}

static void test_values(void)
{
	expect(fill_values, 1 << 20,
	       "{\"Event\":{\"#attributes\":{\"Id\":18446744073709551615},\"i8\":-2,"
	       "\"u64\":18446744073709551615,\"i64\":-9223372036854775808,\"bool\":true,\"f64\":1.5,"
	       "\"inf\":\"inf\",\"guid\":\"5770385F-C22A-43E0-BF4C-06F5698FFBD9\",\"hex\":\"0x1f\","
	       "\"time\":\"2025-07-18T09:14:02.1234567Z\",\"bin\":\"CAFE\",\"null\":null,\"empty\":\"\","
	       "\"short\":\"07\",\"Data\":{\"#text\":[\"a\",\"b\",\"\\\"\"]},\"Item\":1,\"Item_1\":2}}",
	       NULL, 0);
	/* What does not fit is said, whatever part of it there is. */
	expect(fill_values, 100, NULL, NULL, FB_ELIMIT);
}

/* ---- names ---- */

static void fill_names(struct build *x)
{
	(void)b_open(x, "Event", false);
	b_tok(x, B_START);
	b_value(x, " \n ");
	leaf_text(x, "A", "1");
	leaf_text(x, "A", "2");
	leaf_text(x, "A_1", "3");
	leaf_text(x, "A", NULL);
	data_text(x, "#text", "4");
	data_text(x, "", "5");
	leaf_text(x, "Data", "6");
	leaf_text(x, "Data", NULL);
	leaf_text(x, "#attributes", "\"<\x1b");
	(void)b_open(x, "B", true);
	b_attr(x, "same");
	b_value(x, "7");
	b_attr(x, "same");
	b_value(x, "8");
	b_tok(x, B_START);
	b_value(x, "9");
	b_value(x, "10");
	b_tok(x, B_END);
	b_tok(x, B_END);
}

static void test_names(void)
{
	expect(fill_names, 1 << 20,
	       "{\"Event\":{\"A\":\"1\",\"A_1\":\"2\",\"A_1_1\":\"3\",\"A_2\":null,\"#text_1\":\"4\","
	       "\"Data\":{\"#attributes\":{\"Name\":\"\"},\"#text\":\"5\"},"
	       "\"Data_1\":{\"#text\":[\"6\",\"\"]},"
	       "\"#attributes_1\":\"\\\"\\u003c\\u001b\","
	       "\"B\":{\"#attributes\":{\"same\":\"7\",\"same_1\":\"8\"},\"#text\":\"910\"}}}",
	       NULL, 0);
}

/* ---- tokens in wrong places ---- */

static void fill_wrong(struct build *x)
{
	(void)b_open(x, "Event", false);
	b_tok(x, B_START);
	(void)b_open(x, "A", false);
	b_tok(x, B_START);
	b_value(x, "1");
	b_tok(x, B_EMPTY); /* behind its start tag */
	b_tok(x, 0x0A);    /* <?pi without its data */
	b_name(x, "pi");
	(void)b_open(x, "L\xFE", false);
	b_tok(x, B_EMPTY);
	b_tok(x, 0x0A);
	b_name(x, "XmL");
	b_tok(x, 0x0B);
	b_int(x, 1, 2);
	(void)b_text(x, "d");
	b_tok(x, B_END);
}

static void test_wrong(void)
{
	expect(fill_wrong, 1 << 20,
	       "{\"Event\":{\"A\":\"1\",\"?pi\":null,\"L\xC3\xBE\":null,\"?XmL\":\"d\"}}",
	       "<Event><A>1</A><?pi ?><L\xC3\xBE/><?_XmL d?></Event>", 0);
}

static void fill_deep(struct build *x)
{
	leaf_text(x, "A", "1");
	for (int i = 0; i < 31; i++) {
		(void)b_open(x, "E", false);
		b_tok(x, B_START);
	}
	for (int i = 0; i < 31; i++)
		b_tok(x, B_END);
}

/* Nothing of a thousand items gets the name of another, and all are there. */
static void fill_many(struct build *x)
{
	(void)b_open(x, "Event", false);
	b_tok(x, B_START);
	for (int i = 0; i < 1000; i++) {
		(void)b_open(x, i % 2 ? "A" : "A_1", false);
		b_tok(x, B_EMPTY);
	}
	b_tok(x, B_END);
}

static void test_bounds(void)
{
	static struct fb_buf want;

	fb_buf_init(&want, 1 << 20);
	(void)fb_buf_puts(&want, "{\"A\":\"1\"");
	for (int i = 0; i < 28; i++)
		(void)fb_buf_puts(&want, i ? "{\"E\":" : ",\"E\":");
	(void)fb_buf_puts(&want, "{");
	for (int i = 0; i < 28; i++)
		(void)fb_buf_puts(&want, "}");
	(void)fb_buf_puts(&want, ",\"notes\":[\"cut\"]}");
	expect(fill_deep, 1 << 20, fb_buf_cstr(&want), NULL, 0);
	fb_buf_clear(&want);
	(void)fb_buf_puts(&want, "{\"Event\":{\"A_1\":null,\"A\":null,\"A_1_1\":null,\"A_2\":null");
	for (int i = 2; i < 500; i++)
		(void)fb_buf_printf(&want, ",\"A_1_%d\":null,\"A_%d\":null", i, i + 1);
	(void)fb_buf_puts(&want, "}}");
	expect(fill_many, 1 << 20, fb_buf_cstr(&want), NULL, 0);
	fb_buf_dispose(&want);
}

int main(void)
{
	syms = fb_syms_new();
	if (!syms)
		return 1;
	test_values();
	test_names();
	test_wrong();
	test_bounds();
	fb_syms_free(syms);
	return check_done();
}
