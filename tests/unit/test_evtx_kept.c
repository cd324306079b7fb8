/* Plans that outlive their chunk: what they cost is charged as if they had been compiled. That they change nothing else,
 * test_evtx checks of everything that it decodes. */
#include "evtx_build.h"
#include "evtx_seen.h"

#include "decode/evtx/evtx.h"

static struct build b;

/* Definitions one behind the other, each of which goes on, over the heads of those behind it, to the same long end;
 * the last n are used. */
#define COSTLY 80
static void costly(unsigned n)
{
	enum { TOKENS = 15000, HEAD = 24, VALUE = 4, INSTANCE = 14 };
	size_t first;

	b_chunk(&b);
	b_record(&b, 7);
	b_fragment(&b);
	first = b.n + n * INSTANCE + 1;
	for (size_t i = COSTLY - n; i < COSTLY; i++) {
		b_tok(&b, 0x0C);
		b_int(&b, 1, 1);
		b_int(&b, 9, 4);
		b_int(&b, first + i * (HEAD + VALUE), 4);
		b_int(&b, 0, 4);
	}
	b_tok(&b, 0);
	for (size_t i = 0; i < COSTLY; i++) {
		size_t over = (COSTLY - 1 - i) * (HEAD + VALUE);

		b_int(&b, 0, 4);
		b_int(&b, 9, 4);
		b_int(&b, 0, 8);
		b_int(&b, 0, 4);
		b_int(&b, VALUE + over + TOKENS, 4);
		b_tok(&b, 0x05); /* a binary value: what stands between here and the end */
		b_tok(&b, 0x0E);
		b_int(&b, over, 2);
	}
	for (int i = 0; i < TOKENS; i++)
		b_tok(&b, B_START);
	b_tok(&b, 0);
	b_record_end(&b);
	b_seal(&b);
}

/* All of them cost more than a chunk may: just so when all plans were kept. */
static void test_costly_chunk(void)
{
	struct fb_keep keep = { 0 };
	struct fb_arena arena[2];
	struct seen s, kept;

	seen_init(&s, &arena[0]);
	seen_init(&kept, &arena[1]);
	s.brief = kept.brief = true;
	kept.sink.keep = &keep;
	for (unsigned n = 1; n <= COSTLY; n += n < 60 ? 59 : 1) {
		costly(n);
		CHECK_INT(decode(&s, b.b, sizeof b.b, 4096), 0);
		CHECK_INT(strstr(fb_buf_cstr(&s.trouble), "too many BinXML") != NULL, n > 69);
		decode_kept(&s, &kept, b.b, sizeof b.b);
	}
	seen_dispose(&s);
	seen_dispose(&kept);
}

/* As many names as are kept of, and one more. */
static void test_many_names(void)
{
	struct fb_keep keep = { 0 };
	struct fb_arena arena[2];
	struct seen s, kept;

	seen_init(&s, &arena[0]);
	seen_init(&kept, &arena[1]);
	s.brief = kept.brief = true;
	kept.sink.keep = &keep;
	for (unsigned n = BX_NAMES - 2; n <= BX_NAMES + 1; n++) {
		size_t at;

		b_chunk(&b);
		b_record(&b, 7);
		b_fragment(&b);
		at = b_define(&b, 5);
		(void)b_open(&b, "Event", false);
		b_tok(&b, B_START);
		for (unsigned i = 1; i < n; i++) {
			char name[16];

			(void)snprintf(name, sizeof name, "name%u", i);
			(void)b_open(&b, name, false);
			b_tok(&b, B_START);
			b_value(&b, "v");
			b_tok(&b, B_END);
		}
		b_tok(&b, B_END);
		b_define_end(&b, at);
		b_int(&b, 0, 4);
		b_tok(&b, 0);
		b_record_end(&b);
		b_seal(&b);
		CHECK_INT(decode(&s, b.b, sizeof b.b, 4096), 0);
		CHECK(strstr(fb_buf_cstr(&s.text), "name64=v") != NULL);
		decode_kept(&s, &kept, b.b, sizeof b.b);
		decode_kept(&s, &kept, b.b, sizeof b.b);
	}
	seen_dispose(&s);
	seen_dispose(&kept);
}

int main(void)
{
	syms = fb_syms_new();
	CHECK(syms != NULL);
	test_costly_chunk();
	test_many_names();
	fb_syms_free(syms);
	return check_done();
}
