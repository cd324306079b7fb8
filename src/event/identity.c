#include "event/identity.h"

#include "base/text.h"


#define TIME_DIGITS 9

/* One word: blanks, controls and "%" as %XX; "-" stands for nothing. */
static void put_word(struct fb_buf *out, struct fb_slice s)
{
	if (s.n == 0)
		(void)fb_buf_putc(out, '-');
	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = s.p[i];

		if (c <= 0x20 || c == 0x7f || c == '%' || (s.n == 1 && c == '-'))
			(void)fb_buf_printf(out, "%%%02X", c);
		else
			(void)fb_buf_putc(out, c);
	}
}

int fb_identity_text(struct fb_buf *out, const struct fb_identity *id)
{
	char time[FB_TIME_TEXT], sha[2 * FB_SHA256 + 1];
	struct fb_buf folded;

	if (!fb_identity_own(id)) {
		if (!id->sha256)
			return FB_ENOTFOUND;
		fb_hex(id->sha256, FB_SHA256, sha);
		return fb_buf_printf(out, "place %s %llu", sha, (unsigned long long)id->offset);
	}
	fb_buf_init(&folded, out->max);
	(void)fb_utf8_fold(&folded, id->host);
	(void)fb_buf_puts(out, "record ");
	put_word(out, fb_buf_view(&folded));
	(void)fb_buf_putc(out, ' ');
	put_word(out, id->channel);
	(void)fb_buf_printf(out, " %llu %s %u", (unsigned long long)id->record,
			    fb_time_text(id->time, TIME_DIGITS, time), id->event_id);
	if (id->content)
		(void)fb_buf_printf(out, " %08x", id->content);
	if (folded.code && !out->code)
		out->code = folded.code;
	fb_buf_dispose(&folded);
	return out->code;
}

static bool next_word(struct fb_slice *rest, struct fb_slice *out)
{
	size_t n = fb_slice_find(*rest, FB_LIT(" "));

	*out = fb_slice_sub(*rest, 0, n);
	*rest = fb_slice_sub(*rest, n + 1, rest->n);
	return out->n > 0;
}

/* Decimal, as it is written: no zeros in front. */
static bool number(struct fb_slice s, uint64_t max, uint64_t *out)
{
	return fb_slice_u64(s, out) && *out <= max && (s.n == 1 || s.p[0] != '0');
}

/* "%" begins two upper-case digits that stand for a character that is never written. */
static bool is_word(struct fb_slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		uint8_t c, v;

		if (s.p[i] <= 0x20 || s.p[i] == 0x7f)
			return false;
		if (s.p[i] != '%')
			continue;
		if (!fb_unhex(fb_slice_sub(s, i + 1, 2), &v, 1))
			return false;
		for (size_t k = 1; k <= 2; k++)
			if ((c = s.p[i + k]) >= 'a' && c <= 'f')
				return false;
		if (v > 0x20 && v != 0x7f && v != '%' && !(s.n == 3 && v == '-'))
			return false;
	}
	return true;
}

/* As it is written: eight digits, and never 0. */
static bool is_content(struct fb_slice s, uint32_t *out)
{
	char again[2 * sizeof(uint32_t) + 1];
	uint8_t v[sizeof(uint32_t)];

	if (!fb_unhex(s, v, sizeof v))
		return false;
	fb_hex(v, sizeof v, again);
	*out = (uint32_t)v[0] << 24 | (uint32_t)v[1] << 16 | (uint32_t)v[2] << 8 | v[3];
	return *out && fb_slice_eqs(s, again);
}

bool fb_identity_is(struct fb_slice text, struct fb_slice base, uint32_t content)
{
	uint32_t v;

	if (text.n < base.n || !fb_slice_eq(fb_slice_sub(text, 0, base.n), base))
		return false;
	if (text.n == base.n)
		return true;
	return text.p[base.n] == ' ' && is_content(fb_slice_sub(text, base.n + 1, text.n), &v) && (!content || v == content);
}

static bool parse_record(struct fb_slice rest, struct fb_identity_key *out)
{
	struct fb_slice host, channel, record, time, event;
	char text[FB_TIME_TEXT];
	uint64_t n, id;

	if (!next_word(&rest, &host) || !next_word(&rest, &channel) || !next_word(&rest, &record) ||
	    !next_word(&rest, &time) || !next_word(&rest, &event) || (rest.n && !is_content(rest, &out->content)))
		return false;
	return is_word(host) && is_word(channel) && number(record, UINT64_MAX, &n) && n &&
	       number(event, UINT32_MAX, &id) && fb_time_parse(time, &out->time, NULL) &&
	       fb_slice_eqs(time, fb_time_text(out->time, TIME_DIGITS, text));
}

static bool parse_place(struct fb_slice rest, struct fb_identity_key *out)
{
	struct fb_slice sha, offset;
	char text[2 * FB_SHA256 + 1];

	if (!next_word(&rest, &sha) || !next_word(&rest, &offset) || rest.n ||
	    !fb_unhex(sha, out->sha256, FB_SHA256) || !number(offset, UINT64_MAX, &out->offset))
		return false;
	fb_hex(out->sha256, FB_SHA256, text);
	return fb_slice_eqs(sha, text);
}

bool fb_identity_parse(struct fb_slice text, struct fb_identity_key *out)
{
	struct fb_slice kind;

	*out = (struct fb_identity_key){ .time = FB_TIME_NONE };
	if (!fb_utf8_valid(text) || text.n == 0 || text.p[text.n - 1] == ' ' ||
	    !next_word(&text, &kind))
		return false;
	out->record = fb_slice_eqs(kind, "record");
	if (out->record)
		return parse_record(text, out);
	return fb_slice_eqs(kind, "place") && parse_place(text, out);
}
