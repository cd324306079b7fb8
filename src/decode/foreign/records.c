/* Where records begin and end. Cutting and decoding ask the same function, so that they
 * cannot disagree on where a record is. */
#include "decode/foreign/foreign.h"

#include "base/cursor.h"

enum { CTX_VERSION = 1, CTX_WIDE = 1, CTX_MIDLINE = 2 };
#define CTX_HEAD 13 /* version, flags, shape, delimiter, opens, lines */

void fgn_state_load(struct fgn_state *st, const struct fb_ctx *ctx)
{
	struct fb_cur c = fb_cur(fb_slice(ctx->bytes, ctx->n <= FB_CTX_MAX ? ctx->n : 0));
	uint8_t version, flags, shape, delimiter, opens;
	struct fb_slice header;
	uint64_t lines;

	*st = (struct fgn_state){ .delimiter = ',' };
	if (!fb_cur_u8(&c, &version) || version != CTX_VERSION || !fb_cur_u8(&c, &flags) ||
	    !fb_cur_u8(&c, &shape) || shape > FGN_STREAM || !fb_cur_u8(&c, &delimiter) ||
	    !fb_cur_u8(&c, &opens) || !fb_cur_u64(&c, &lines) || !fb_cur_take(&c, fb_cur_left(&c), &header))
		return;
	st->begun = true;
	st->wide = flags & CTX_WIDE;
	st->midline = flags & CTX_MIDLINE;
	st->shape = (enum fgn_shape)shape;
	st->delimiter = delimiter;
	st->opens = opens;
	st->lines = lines;
	st->header = header;
}

void fgn_state_store(const struct fgn_state *st, struct fb_ctx *ctx)
{
	size_t n = st->header.n <= FB_FOREIGN_HEADER_MAX ? st->header.n : 0;

	_Static_assert(CTX_HEAD + FB_FOREIGN_HEADER_MAX <= FB_CTX_MAX, "the state fits");
	if (n)
		memmove(ctx->bytes + CTX_HEAD, st->header.p, n);
	ctx->bytes[0] = CTX_VERSION;
	ctx->bytes[1] = (uint8_t)((st->wide ? CTX_WIDE : 0) | (st->midline ? CTX_MIDLINE : 0));
	ctx->bytes[2] = (uint8_t)st->shape;
	ctx->bytes[3] = st->delimiter;
	ctx->bytes[4] = st->opens;
	for (int i = 0; i < 8; i++)
		ctx->bytes[5 + i] = (uint8_t)(st->lines >> (8 * i));
	ctx->n = (uint32_t)(CTX_HEAD + n);
}

/* ---- characters: w bytes each ---- */

/* 0xFFFF: none of ASCII's. */
static unsigned at(const uint8_t *p, size_t w)
{
	return w == 1 ? p[0] : p[1] == 0 ? p[0] : 0xFFFF;
}

static size_t width(const struct fgn_state *st)
{
	return st->wide ? 2 : 1;
}

static size_t find_newline(struct fb_slice s, size_t from, size_t w)
{
	const uint8_t *hit;

	if (from >= s.n)
		return s.n;
	if (w == 1) {
		hit = memchr(s.p + from, '\n', s.n - from);
		return hit ? (size_t)(hit - s.p) : s.n;
	}
	for (size_t i = from; s.n - i >= 2; i += 2)
		if (at(s.p + i, 2) == '\n')
			return i;
	return s.n;
}

static uint64_t newlines(const struct fgn_state *st, struct fb_slice s)
{
	size_t w = width(st), i = 0;
	uint64_t n = 0;

	while ((i = find_newline(s, i, w)) < s.n) {
		n++;
		i += w;
	}
	return n;
}

static bool blank(unsigned c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* ---- one record ---- */

#define NEVER SIZE_MAX

struct found {
	size_t n, end; /* of the record, of its end */
	bool open;     /* within quotes or brackets where s ends */
	bool junk;
	bool ended;
};

/* Behind the quoted value that begins at i. */
static size_t after_quoted(struct fb_slice s, size_t i, size_t w)
{
	for (i += w; s.n - i >= w; i += w) {
		if (w == 1) {
			const uint8_t *hit = memchr(s.p + i, '"', s.n - i);

			if (!hit)
				return NEVER;
			i = (size_t)(hit - s.p);
		} else if (at(s.p + i, w) != '"') {
			continue;
		}
		if (s.n - i < 2 * w || at(s.p + i + w, w) != '"')
			return i + w;
		i += w;
	}
	return NEVER;
}

/* nl: where the newline is that ends it, or s.n. */
static void end_at(struct fb_slice s, size_t nl, size_t w, struct found *f)
{
	f->ended = nl < s.n;
	f->n = nl;
	f->end = f->ended ? w : 0;
	if (f->ended && nl >= w && at(s.p + nl - w, w) == '\r') {
		f->n -= w;
		f->end += w;
	}
}

static void find_csv(struct fb_slice s, size_t w, uint8_t delimiter, struct found *f)
{
	bool start = true; /* of a value */
	size_t i = 0;

	while (s.n - i >= w) {
		unsigned c = at(s.p + i, w);

		if (start && c == '"') {
			i = after_quoted(s, i, w);
			if (i == NEVER) {
				f->open = true;
				return;
			}
			start = false;
			continue;
		}
		if (c == '\n') {
			end_at(s, i, w, f);
			return;
		}
		start = c == delimiter;
		i += w;
	}
	end_at(s, s.n, w, f);
}

/* Behind the object that begins at i. *line: no newline stands in it. */
static size_t after_object(struct fb_slice s, size_t i, size_t w, bool *line)
{
	bool text = false;
	size_t depth = 0;

	*line = true;
	for (; s.n - i >= w; i += w) {
		unsigned c = at(s.p + i, w);

		if (c == '\n')
			*line = false;
		if (text) {
			if (c == '\\' && s.n - i >= 2 * w)
				i += w;
			else if (c == '"')
				text = false;
		} else if (c == '"') {
			text = true;
		} else if (c == '{' || c == '[') {
			depth++;
		} else if ((c == '}' || c == ']') && --depth == 0) {
			return i + w;
		}
	}
	return NEVER;
}

static void find_object(struct fb_slice s, size_t w, struct found *f)
{
	size_t end;
	bool line;

	if (at(s.p, w) != '{') {
		f->junk = true;
		end_at(s, find_newline(s, 0, w), w, f);
		return;
	}
	end = after_object(s, 0, w, &line);
	f->open = end == NEVER;
	f->ended = !f->open;
	f->n = f->open ? s.n : end;
}

/* A CSV's blanks are a value. */
static bool separates(const struct fgn_state *st, unsigned c)
{
	if (st->shape == FGN_CSV)
		return c == '\n' || c == '\r';
	return blank(c) || (st->shape == FGN_STREAM && (c == ',' || c == '[' || c == ']'));
}

/* It costs its first line, and as much of that as is looked at; where there are many, more:
 * to look for an end that is not there takes long. */
static void give_up(const struct fgn_state *st, struct fgn_step *out, struct fb_slice s,
		    enum fb_why why, const char *text)
{
	size_t w = width(st), nl;

	s = fb_slice_sub(s, out->at, FB_FOREIGN_RECORD_MAX);
	nl = find_newline(s, st->opens == FB_FOREIGN_OPENS ? FB_FOREIGN_OPEN_COSTS : 0, w);
	out->kind = FGN_REJECT;
	out->midline = nl >= s.n;
	out->n = nl < s.n ? nl + w : s.n;
	out->take = out->at + out->n;
	out->why = out->midline && s.n == FB_FOREIGN_RECORD_MAX ? FB_WHY_LINE_TOO_LONG : why;
	out->text = text;
}

static void take_found(const struct fgn_state *st, const struct found *f, bool more,
		       struct fb_slice s, struct fgn_step *out)
{
	bool longest = s.n - out->at >= FB_FOREIGN_RECORD_MAX;

	if (!f->ended && more && !longest)
		return; /* FGN_NEED */
	if (f->open || (!f->ended && longest)) {
		out->open = true;
		give_up(st, out, s, longest ? FB_WHY_LINE_TOO_LONG : FB_WHY_BAD_LINE,
			longest ? "a record of more than a megabyte, or without an end"
				: "quotes or brackets that are never closed");
		return;
	}
	out->kind = f->junk ? FGN_REJECT : FGN_REC;
	out->n = f->n;
	out->take = out->at + f->n + f->end;
	out->why = FB_WHY_BAD_LINE;
	out->text = "between two objects";
}

void fgn_step(const struct fgn_state *st, struct fb_slice s, bool more, struct fgn_step *out)
{
	size_t w = width(st), lead = 0;
	struct found f = { 0 };
	struct fb_slice rest;

	*out = (struct fgn_step){ .kind = FGN_NEED };
	if (st->midline) {
		give_up(st, out, s, FB_WHY_LINE_TOO_LONG, "the rest of a line");
		out->why = FB_WHY_LINE_TOO_LONG;
		return;
	}
	while (s.n - lead >= w && separates(st, at(s.p + lead, w)))
		lead += w;
	if (s.n - lead < w) {
		if (lead) {
			out->kind = FGN_BLANK;
			out->take = out->at = lead;
		} else if (!more) {
			out->kind = FGN_REJECT;
			out->take = out->n = s.n;
			out->why = FB_WHY_TRUNCATED;
			out->text = "half a character";
		}
		return;
	}
	out->at = lead;
	rest = fb_slice_sub(s, lead, FB_FOREIGN_RECORD_MAX);
	if (st->shape == FGN_CSV)
		find_csv(rest, w, st->delimiter, &f);
	else if (st->shape == FGN_LINES)
		end_at(rest, find_newline(rest, 0, w), w, &f);
	else
		find_object(rest, w, &f);
	take_found(st, &f, more, s, out);
}

void fgn_behind(struct fgn_state *st, struct fb_slice s, const struct fgn_step *step)
{
	st->lines += newlines(st, fb_slice_sub(s, 0, step->take));
	st->midline = step->midline;
	if (step->open && st->opens < FB_FOREIGN_OPENS)
		st->opens++;
}

/* ---- the beginning ---- */

/* Which of , ; and tab separates the names: the one that there are most of, outside of
 * quotes. */
static uint8_t delimiter_of(struct fb_slice s, size_t w)
{
	static const uint8_t known[] = { ',', ';', '\t' };
	size_t count[3] = { 0 }, best = 0;
	bool quoted = false;

	for (size_t i = 0; s.n - i >= w; i += w) {
		unsigned c = at(s.p + i, w);

		if (c == '"')
			quoted = !quoted;
		if (c == '\n' && !quoted)
			break;
		for (size_t k = 0; k < 3 && !quoted; k++)
			count[k] += c == known[k];
	}
	for (size_t k = 1; k < 3; k++)
		if (count[k] > count[best])
			best = k;
	return known[best];
}

/* One object a line? Told by the first: it ends on its line, and nothing follows there. */
static enum fgn_shape shape_of(struct fb_slice s, size_t w)
{
	size_t end;
	bool line;

	s = fb_slice_sub(s, 0, FB_PROBE_MAX);
	if (s.n < w || at(s.p, w) != '{')
		return FGN_STREAM;
	end = after_object(s, 0, w, &line);
	if (end == NEVER || !line)
		return line ? FGN_LINES : FGN_STREAM;
	for (; s.n - end >= w; end += w) {
		unsigned c = at(s.p + end, w);

		if (c == '\n')
			return FGN_LINES;
		if (!blank(c))
			return FGN_STREAM;
	}
	return FGN_LINES;
}

size_t fgn_state_begin(struct fgn_state *st, struct fb_slice data)
{
	struct fb_slice rest;
	size_t mark = 0, w, i;
	struct fgn_step r;
	unsigned c;

	if (st->begun)
		return 0;
	st->begun = true;
	if (fb_slice_starts(data, FB_LIT("\xEF\xBB\xBF"))) {
		mark = 3;
	} else if (fb_slice_starts(data, FB_LIT("\xFF\xFE"))) {
		st->wide = true;
		mark = 2;
	} else if (data.n >= 4 && data.p[0] && !data.p[1] && data.p[2] && !data.p[3]) {
		st->wide = true;
	}
	w = width(st);
	for (i = mark; data.n - i >= w && blank(at(data.p + i, w)); i += w)
		;
	rest = fb_slice_sub(data, i, data.n);
	c = rest.n >= w ? at(rest.p, w) : 0;
	if (c == '{' || c == '[') {
		st->shape = shape_of(rest, w);
		return mark;
	}
	st->shape = FGN_CSV;
	st->delimiter = delimiter_of(rest, w);
	if (rest.n == 0)
		return mark;
	fgn_step(st, rest, false, &r);
	if (r.kind != FGN_REC || r.n > FB_FOREIGN_HEADER_MAX)
		return mark; /* no names: nothing of it can be read */
	st->header = fb_slice_sub(rest, r.at, r.n);
	i += r.take;
	st->lines += newlines(st, fb_slice_sub(data, 0, i));
	return i;
}

/* ---- cutting ---- */

size_t fgn_split(struct fb_slice data, bool final, size_t want, struct fb_ctx *ctx)
{
	struct fgn_state st;
	size_t n;
	uint8_t header[FB_FOREIGN_HEADER_MAX];

	fgn_state_load(&st, ctx);
	if (!st.begun && !final && data.n < FB_PROBE_MAX)
		return 0;
	n = fgn_state_begin(&st, data);
	/* It lies in the context, which is written, or in the bytes. */
	if (st.header.n) {
		memcpy(header, st.header.p, st.header.n);
		st.header.p = header;
	}
	while (n < data.n) {
		struct fb_slice rest = fb_slice_sub(data, n, data.n);
		struct fgn_step step;

		fgn_step(&st, rest, !final, &step);
		if (step.kind == FGN_NEED || (n && n + step.take > want))
			break;
		fgn_behind(&st, rest, &step);
		n += step.take;
	}
	if (n)
		fgn_state_store(&st, ctx);
	return n;
}
