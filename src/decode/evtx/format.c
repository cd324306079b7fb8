/* Windows event logs (.evtx): a header of 4,096 bytes, then chunks of 65,536.
 * Chunks stand for themselves, so a file may also begin with one (carved out of a
 * disk), and files may follow one another. */
#include "decode/evtx/evtx.h"
#include "decode/formats.h"

static const struct fb_slice file_magic = { (const uint8_t *)"ElfFile", 8 };
static const struct fb_slice chunk_magic = { (const uint8_t *)"ElfChnk", 8 };

static int probe(struct fb_slice head, bool whole)
{
	(void)whole;
	if (fb_slice_starts(head, file_magic))
		return 100;
	return fb_slice_starts(head, chunk_magic) ? 95 : 0;
}

/* Length of the piece that begins data, as far as data goes: a file header or a
 * chunk. */
static size_t piece(struct fb_slice data)
{
	size_t n = fb_slice_starts(data, file_magic) ? EVTX_HEADER_SIZE : EVTX_CHUNK_SIZE;

	return n < data.n ? n : data.n;
}

static bool is_whole(struct fb_slice data, size_t n)
{
	return n == (fb_slice_starts(data, file_magic) ? EVTX_HEADER_SIZE : EVTX_CHUNK_SIZE);
}

/* The context behind a piece. */
static void pass(struct fb_ctx *ctx, struct fb_slice bytes)
{
	if (fb_slice_starts(bytes, file_magic))
		ctx->n = 0;
	else
		evtx_before_add(ctx, bytes);
}

static size_t split(struct fb_slice data, bool final, size_t want, struct fb_ctx *ctx)
{
	size_t at = 0;

	while (at < data.n) {
		struct fb_slice rest = fb_slice_sub(data, at, data.n - at);
		size_t n = piece(rest);

		if (!final && !is_whole(rest, n))
			break;
		if (at && n > want - at)
			break;
		pass(ctx, fb_slice_sub(rest, 0, n));
		at += n;
		if (at >= want)
			break;
	}
	return at;
}

/* What the header says of the file; the flags are those of FB_HEADER_…. */
static void note_header(struct fb_slice bytes, uint64_t offset, struct fb_sink *sink)
{
	struct fb_note note = { .offset = offset };
	struct fb_cur c = fb_cur(bytes);

	if (sink->note && fb_cur_seek(&c, 24) && fb_cur_u64(&c, &note.next_record) &&
	    fb_cur_seek(&c, 120) && fb_cur_u32(&c, &note.flags))
		sink->note(sink, &note);
}

static void file_header(const struct fb_unit *unit, size_t at, struct fb_slice bytes,
			struct fb_sink *sink)
{
	struct fb_cur c = fb_cur(bytes);
	uint32_t sum;

	if (bytes.n < EVTX_HEADER_SIZE) {
		fb_sink_rejected(sink, unit->base + at, bytes.n, FB_WHY_TRUNCATED,
				 "the file ends within its header");
		return;
	}
	if (fb_cur_seek(&c, 124) && fb_cur_u32(&c, &sum) && sum != evtx_crc(0, fb_slice_sub(bytes, 0, 120)))
		fb_sink_remark(sink, unit->base + at, 128, FB_WHY_BAD_CHECKSUM,
			       "header of the file");
	note_header(bytes, unit->base + at, sink);
	fb_sink_decoded(sink, bytes.n);
}

static int decode(const struct fb_unit *unit, struct fb_sink *sink)
{
	struct evtx *x = fb_arena_get(sink->arena, sizeof *x);
	size_t at = 0;
	int r;

	if (!x)
		return FB_ENOMEM;
	r = evtx_init(x, sink);
	x->before.n = unit->ctx->n < sizeof x->before.bytes ? unit->ctx->n : 0;
	memcpy(x->before.bytes, unit->ctx->bytes, x->before.n);
	while (!r && at < unit->data.n) {
		struct fb_slice rest = fb_slice_sub(unit->data, at, unit->data.n - at);
		size_t n = piece(rest);

		if (fb_slice_starts(rest, file_magic))
			file_header(unit, at, fb_slice_sub(rest, 0, n), sink);
		else
			r = evtx_chunk(x, fb_slice_sub(rest, 0, n), unit->base + at);
		pass(&x->before, fb_slice_sub(rest, 0, n));
		at += n;
	}
	evtx_dispose(x);
	return r;
}

const struct fb_format fb_format_evtx = {
	.name = "evtx",
	.title = "Windows event log",
	.lane = FB_LANE_EVTX,
	.probe = probe,
	.split = split,
	.decode = decode,
	.render = evtx_render,
	.summarise = evtx_summarise,
	.json = evtx_json,
};
