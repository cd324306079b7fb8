/* Original records inside the page: a JSON array of texts per group, deflated (zlib
 * format), masked and in base64, so that neither a virus scanner nor a mail gateway
 * takes evidence of an attack for an attack. The script unpacks one on demand. */
#include <stdlib.h>
#include <zlib.h>

#include "base/text.h"
#include "show/report_in.h"

/* Not a secret: it only keeps deflate's stored blocks from being plain text. */
#define MASK 0x5A

int rep_base64(struct fb_buf *out, struct fb_slice s)
{
	static const char digit[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < s.n; i += 3) {
		uint32_t v = (uint32_t)s.p[i] << 16;

		if (s.n - i > 1)
			v |= (uint32_t)s.p[i + 1] << 8;
		if (s.n - i > 2)
			v |= s.p[i + 2];
		(void)fb_buf_putc(out, (uint8_t)digit[v >> 18]);
		(void)fb_buf_putc(out, (uint8_t)digit[v >> 12 & 63]);
		(void)fb_buf_putc(out, s.n - i > 1 ? (uint8_t)digit[v >> 6 & 63] : '=');
		(void)fb_buf_putc(out, s.n - i > 2 ? (uint8_t)digit[v & 63] : '=');
	}
	return fb_buf_code(out);
}

/* s cut before max, not within a character. */
static struct fb_slice cut(struct fb_slice s, size_t max)
{
	if (s.n <= max)
		return s;
	while (max && (s.p[max] & 0xC0) == 0x80)
		max--;
	return fb_slice_sub(s, 0, max);
}

static int pack(struct rep_model *m, struct rep_group *g, struct fb_err *err)
{
	uLongf n;
	uint8_t *p;
	Bytef *tmp = NULL;
	int r;

	m->raw_bytes -= g->originals.n;
	(void)fb_buf_putc(&g->originals, ']');
	r = fb_buf_code(&g->originals);
	if (r) {
		(void)fb_fail(err, r, "%s", fb_code_text(r));
		goto out;
	}
	n = compressBound(g->originals.n);
	tmp = malloc(n);
	if (!tmp || compress2(tmp, &n, g->originals.p, g->originals.n, 9) != Z_OK) {
		r = fb_fail(err, FB_ENOMEM, "out of memory");
		goto out;
	}
	if (n > FB_REPORT_ORIGINALS_BYTES - m->packed_bytes)
		goto out; /* shown by command only */
	p = fb_arena_get(&m->arena, n);
	if (!p) {
		r = fb_fail(err, FB_ENOMEM, "out of memory");
		goto out;
	}
	for (uLongf i = 0; i < n; i++)
		p[i] = tmp[i] ^ MASK;
	g->packed = fb_slice(p, n);
	m->packed_bytes += n;
out:
	fb_buf_dispose(&g->originals);
	free(tmp);
	return r;
}

/* text as {"text":…}, with its whole length when it is cut. */
static void put_original(struct fb_buf *out, struct fb_slice text)
{
	struct fb_slice s = cut(text, FB_REPORT_ORIGINAL_MAX);
	struct fb_json j;

	fb_json_init(&j, out);
	fb_json_object(&j);
	fb_json_key(&j, "text");
	fb_json_str(&j, s);
	if (s.n < text.n) {
		fb_json_key(&j, "of");
		fb_json_u64(&j, text.n);
	}
	fb_json_object_end(&j);
}

int rep_pack_add(struct rep_model *m, struct rep_group *g, const struct fb_detection_row *row,
		 uint32_t *index, struct fb_err *err)
{
	struct fb_err unkept = { 0 };
	struct fb_buf text;
	size_t before;
	int r;

	if (!row->has_original || g->noriginals == FB_REPORT_ORIGINALS ||
	    m->raw_bytes > FB_REPORT_RAW)
		return 0;
	fb_buf_init(&text, FB_ORIGINAL_MAX + 4096);
	r = fb_case_original(m->c, row, &text, &unkept);
	if (r) {
		r = r == FB_ENOTFOUND ? 0 : fb_fail(err, r, "%s", unkept.text);
		goto out;
	}
	if (g->noriginals == 0)
		fb_buf_init(&g->originals, FB_REPORT_RAW);
	before = g->originals.n;
	(void)fb_buf_putc(&g->originals, g->noriginals ? ',' : '[');
	put_original(&g->originals, fb_buf_view(&text));
	*index = g->noriginals++;
	m->raw_bytes += g->originals.n - before;
	if (g->noriginals == FB_REPORT_ORIGINALS)
		r = pack(m, g, err);
out:
	fb_buf_dispose(&text);
	return r;
}

int rep_pack_end(struct rep_model *m, struct fb_err *err)
{
	for (uint32_t i = 0; i < m->ngroups; i++) {
		struct rep_group *g = &m->group[i];
		int r = g->originals.n ? pack(m, g, err) : 0;

		if (r)
			return r;
	}
	return 0;
}
