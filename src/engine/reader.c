/* The reader: reads a file once, from its beginning, hashes the bytes, recognises
 * them, and cuts them into units that lie in slabs of shared memory. It decodes
 * nothing; formats are a table to it. What it reads into is what matchers decode,
 * so the bytes hashed are the bytes decoded.
 */
#include "engine/wire.h"
#include "engine/zygote.h"

#include "base/hash.h"
#include "intake/gunzip.h"
#include "intake/recognise.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/* Small enough to be in the cache when it is hashed. */
#define READ_BLOCK (256u << 10)
#define NO_SLAB 0xFFFFFFFFu

/* What is read: a file, or a member of one. */
struct stream {
	uint32_t id; /* 0 the file, 1.. its members */
	const struct fb_format *format;
	uint32_t format_index;
	struct fb_sha256 *sha;
	struct fb_ctx ctx;
	uint64_t size;   /* bytes taken so far */
	uint64_t unit;   /* offset of the unit that is being gathered */
	uint32_t seq;
	bool probed;
	uint64_t units_bytes; /* given to units */
	uint64_t rejected;
	struct fb_buf problems;
};

struct fb_reader {
	const struct fb_tables *t;
	struct fb_pool pool;
	int sock;
	struct fb_buf out, scratch;
	struct fb_ctx before; /* of the unit that is being cut */
	struct stream file, member;
	struct fb_gunzip *gunzip;
	uint8_t *block; /* compressed bytes */
	uint8_t *tail;  /* bytes on their way to the next slab */

	uint32_t slab;  /* being filled, or NO_SLAB */
	size_t start;   /* of the unit that is being gathered, in the slab */
	size_t fill;    /* behind the last byte taken */

	/* the file in work */
	int fd;
	uint8_t flags; /* enum fb_r_flags */
	int64_t only_unit;
	uint32_t only_stream;
	uint32_t unit_size;
};

int fb_reader_open(const struct fb_tables *t, const struct fb_pool *pool, struct fb_reader **out)
{
	struct fb_reader *r = calloc(1, sizeof *r);

	if (!r)
		return FB_ENOMEM;
	r->t = t;
	r->pool = *pool;
	r->slab = NO_SLAB;
	r->file.sha = fb_sha256_new();
	r->member.sha = fb_sha256_new();
	r->block = malloc(READ_BLOCK);
	r->tail = malloc(FB_SLAB_SIZE);
	if (!r->file.sha || !r->member.sha || !r->block || !r->tail)
		return FB_ENOMEM; /* the process ends; nothing to give back */
	fb_buf_init(&r->out, 4 * (size_t)FB_MESSAGE_MAX);
	fb_buf_init(&r->scratch, FB_MESSAGE_MAX);
	fb_buf_init(&r->file.problems, FB_MESSAGE_MAX / 2);
	fb_buf_init(&r->member.problems, FB_MESSAGE_MAX / 2);
	*out = r;
	return 0;
}

static int send(struct fb_reader *r)
{
	return fb_wire_send(r->sock, &r->out);
}

static void put_empty(struct fb_reader *r, enum fb_frame_type type)
{
	fb_frame_end(&r->out, fb_frame_begin(&r->out, type));
}

/* ---- slabs ---- */

static int get_slab(struct fb_reader *r)
{
	struct fb_frame f;
	uint32_t slab;
	int code;

	put_empty(r, FB_R_NEED);
	code = send(r);
	if (code == 0)
		code = fb_wire_recv(r->sock, &r->scratch, &f);
	if (code)
		return code;
	if (f.type != FB_R_SLAB || !fb_cur_u32(&f.body, &slab) || slab >= r->pool.nslabs)
		return FB_EINPUT;
	r->slab = slab;
	r->start = r->fill = 0;
	return 0;
}

static void end_slab(struct fb_reader *r)
{
	size_t frame;

	if (r->slab == NO_SLAB)
		return;
	frame = fb_frame_begin(&r->out, FB_R_SLAB_END);
	(void)fb_buf_u32(&r->out, r->slab);
	fb_frame_end(&r->out, frame);
	r->slab = NO_SLAB;
	r->start = r->fill = 0;
}

/* The bytes that belong to no unit yet move to the front of a fresh slab. */
static int next_slab(struct fb_reader *r)
{
	size_t n = r->fill - r->start;
	int code;

	if (r->slab == NO_SLAB)
		return get_slab(r);
	if (n)
		memcpy(r->tail, fb_pool_slab(&r->pool, r->slab) + r->start, n);
	end_slab(r);
	code = get_slab(r);
	if (code)
		return code;
	if (n)
		memcpy(fb_pool_slab(&r->pool, r->slab), r->tail, n);
	r->fill = n;
	return 0;
}

/* Room for at least one byte more. */
static int room(struct fb_reader *r, uint8_t **p, size_t *n)
{
	if (r->slab == NO_SLAB || r->fill == FB_SLAB_SIZE) {
		int code = next_slab(r);

		if (code)
			return code;
	}
	*p = fb_pool_slab(&r->pool, r->slab) + r->fill;
	*n = FB_SLAB_SIZE - r->fill;
	if (*n > READ_BLOCK)
		*n = READ_BLOCK;
	return 0;
}

/* What is taken and belongs to no unit yet. */
static struct fb_slice gathered(const struct fb_reader *r)
{
	if (r->fill == r->start)
		return FB_LIT("");
	return fb_slice(fb_pool_slab(&r->pool, r->slab) + r->start, r->fill - r->start);
}

/* ---- streams ---- */

static void begin_stream(struct stream *s, uint32_t id)
{
	s->id = id;
	s->format = NULL;
	s->format_index = FB_NO_FORMAT;
	fb_sha256_reset(s->sha);
	s->ctx.n = 0;
	s->size = s->unit = s->units_bytes = s->rejected = 0;
	s->seq = 0;
	s->probed = false;
	fb_buf_clear(&s->problems);
}

static void add_problem(struct stream *s, uint64_t offset, uint64_t length, enum fb_why why,
			bool skipped, const char *text)
{
	(void)fb_buf_u64(&s->problems, offset);
	(void)fb_buf_u64(&s->problems, length);
	(void)fb_buf_putc(&s->problems, (uint8_t)why);
	(void)fb_buf_putc(&s->problems, skipped);
	fb_put_bytes(&s->problems, fb_slice_str(text));
}

static void announce(struct fb_reader *r, struct stream *s)
{
	size_t frame = fb_frame_begin(&r->out, FB_R_STREAM);

	(void)fb_buf_u32(&r->out, s->id);
	(void)fb_buf_u32(&r->out, s->format_index);
	fb_frame_end(&r->out, frame);
}

/* What the gathered bytes are. gzip only for the file itself: a member that is
 * compressed again is listed as not decoded. */
static void probe(struct fb_reader *r, struct stream *s, bool whole)
{
	struct fb_slice head = fb_slice_sub(gathered(r), 0, FB_PROBE_MAX);

	s->probed = true;
	if (r->flags & FB_R_HASH_ONLY) {
		s->format_index = FB_NO_FORMAT;
	} else if (s->id == 0 && fb_is_gzip(head)) {
		s->format_index = FB_FORMAT_GZIP;
	} else {
		s->format = fb_recognise(r->t->formats, head, whole);
		for (unsigned i = 0; s->format && i < r->t->nformats; i++)
			if (r->t->formats[i] == s->format)
				s->format_index = i;
	}
	announce(r, s);
}

static int send_unit(struct fb_reader *r, struct stream *s, size_t n, bool last,
		     const struct fb_ctx *ctx)
{
	bool wanted = r->only_unit < 0 ||
		      (s->id == r->only_stream && s->seq == (uint64_t)r->only_unit);
	size_t frame;

	if (wanted) {
		frame = fb_frame_begin(&r->out, FB_R_UNIT);
		(void)fb_buf_u32(&r->out, s->id);
		(void)fb_buf_u32(&r->out, s->seq);
		(void)fb_buf_u32(&r->out, r->slab);
		(void)fb_buf_u32(&r->out, (uint32_t)r->start);
		(void)fb_buf_u32(&r->out, (uint32_t)n);
		(void)fb_buf_u64(&r->out, s->unit);
		(void)fb_buf_putc(&r->out, last);
		(void)fb_buf_put(&r->out, ctx->bytes, ctx->n);
		fb_frame_end(&r->out, frame);
	}
	s->seq++;
	s->unit += n;
	s->units_bytes += n;
	r->start += n;
	return send(r);
}

/* Cuts what is gathered. Always the same cuts for the same bytes: a unit is looked
 * for when unit_size bytes (or all) are there, wherever they lie. */
static int cut(struct fb_reader *r, struct stream *s, bool final)
{
	while (r->fill > r->start && (final || r->fill - r->start >= r->unit_size)) {
		struct fb_slice data = gathered(r);
		size_t n;
		int code;

		r->before = s->ctx;
		n = s->format->split(data, final, r->unit_size, &s->ctx);
		if (n == 0 && !final && data.n < FB_SLAB_SIZE)
			return 0;
		if (n == 0 || n > data.n)
			return FB_EINPUT; /* a format that breaks its contract */
		code = send_unit(r, s, n, final && n == data.n, &r->before);
		if (code)
			return code;
	}
	return 0;
}

static void hash(struct fb_reader *r, struct stream *s, struct fb_slice bytes)
{
	if (!(r->flags & FB_R_UNHASHED))
		fb_sha256_add(s->sha, bytes);
}

/* n bytes stand at the fill position: hash, recognise, cut. */
static int take(struct fb_reader *r, struct stream *s, size_t n)
{
	hash(r, s, fb_slice(fb_pool_slab(&r->pool, r->slab) + r->fill, n));
	s->size += n;
	r->fill += n;
	if (!s->probed) {
		if (r->fill - r->start < FB_PROBE_MAX)
			return 0;
		probe(r, s, false);
	}
	if (!s->format) {
		if (s->format_index != FB_FORMAT_GZIP)
			r->fill = r->start; /* hashed, not kept */
		return 0;
	}
	return cut(r, s, false);
}

static int end_stream(struct fb_reader *r, struct stream *s, bool whole, uint64_t skipped,
		      uint64_t decoded)
{
	uint8_t sum[FB_SHA256] = { 0 };
	size_t frame;

	if (!(r->flags & FB_R_UNHASHED))
		fb_sha256_end(s->sha, sum);
	frame = fb_frame_begin(&r->out, FB_R_STREAM_END);
	(void)fb_buf_u32(&r->out, s->id);
	(void)fb_buf_u64(&r->out, s->size);
	(void)fb_buf_put(&r->out, sum, sizeof sum);
	(void)fb_buf_putc(&r->out, whole);
	(void)fb_buf_u64(&r->out, decoded);
	(void)fb_buf_u64(&r->out, s->rejected);
	(void)fb_buf_u64(&r->out, skipped);
	(void)fb_buf_slice(&r->out, fb_buf_view(&s->problems));
	fb_frame_end(&r->out, frame);
	r->fill = r->start;
	if (s->problems.code == FB_ENOMEM)
		return FB_ENOMEM;
	return send(r);
}

/* The stream ended: what is gathered is probed if it was not, and cut to its end. */
static int finish(struct fb_reader *r, struct stream *s, bool whole)
{
	uint64_t skipped = 0;
	int code = 0;

	if (!s->probed)
		probe(r, s, true);
	if (s->format) {
		code = cut(r, s, true);
	} else if (s->size) {
		skipped = s->size;
		add_problem(s, 0, s->size, FB_WHY_UNKNOWN_FORMAT, true, "");
	}
	return code ? code : end_stream(r, s, whole, skipped, 0);
}

/* ---- gzip ---- */

/* in goes through the unpacker into the member's stream. */
static int unpack(struct fb_reader *r, struct fb_slice in)
{
	for (;;) {
		size_t used, made, n;
		uint8_t *p;
		int code = room(r, &p, &n);

		if (code == 0)
			code = fb_gunzip_push(r->gunzip, in, p, n, &used, &made);
		if (code)
			return code;
		if (made)
			code = take(r, &r->member, made);
		if (code || (used == 0 && made == 0))
			return code;
		in = fb_slice_sub(in, used, in.n);
	}
}

/* The account of the container: what was unpacked is decoded, the rest rejected. */
static int end_gzip(struct fb_reader *r, bool whole)
{
	enum fb_gunzip_state state = fb_gunzip_state(r->gunzip);
	uint64_t used = fb_gunzip_in(r->gunzip);
	struct stream *s = &r->file;
	int code;

	if (used > s->size)
		used = s->size;
	/* The member is what came out; what is wrong with that is said of the container. */
	code = finish(r, &r->member, whole);
	if (code)
		return code;
	s->rejected = s->size - used;
	if (state == FB_GUNZIP_MORE)
		add_problem(s, used, s->size - used, FB_WHY_TRUNCATED, false,
			    "the compressed data end before their end");
	else if (state != FB_GUNZIP_END)
		add_problem(s, used, s->size - used,
			    state == FB_GUNZIP_LIMIT ? FB_WHY_BOMB : FB_WHY_BAD_CONTAINER, false,
			    fb_gunzip_why(r->gunzip));
	return end_stream(r, s, whole, 0, used);
}

static ssize_t read_some(int fd, uint8_t *p, size_t n)
{
	ssize_t got;

	do
		got = read(fd, p, n);
	while (got < 0 && errno == EINTR);
	return got;
}

static int report_bytes(struct fb_reader *r)
{
	size_t frame = fb_frame_begin(&r->out, FB_R_BYTES);

	(void)fb_buf_u64(&r->out, r->file.size);
	fb_frame_end(&r->out, frame);
	return send(r);
}

/* The rest of a gzip file whose first bytes are gathered in the slab. */
static int read_gzip(struct fb_reader *r, bool *whole)
{
	struct fb_slice head = gathered(r);
	int code;

	if (head.n > READ_BLOCK)
		return FB_EINPUT; /* a probe happens before that much is gathered */
	memcpy(r->block, head.p, head.n);
	r->fill = r->start;
	begin_stream(&r->member, 1);
	fb_gunzip_free(r->gunzip);
	r->gunzip = fb_gunzip_new(FB_UNPACK_MAX);
	if (!r->gunzip)
		return FB_ENOMEM;
	code = unpack(r, fb_slice(r->block, head.n));
	while (code == 0 && *whole) {
		ssize_t got = read_some(r->fd, r->block, READ_BLOCK);

		if (got < 0) {
			add_problem(&r->file, r->file.size, 0, FB_WHY_READ_ERROR, false, "");
			*whole = false;
		}
		if (got <= 0)
			break;
		hash(r, &r->file, fb_slice(r->block, (size_t)got));
		r->file.size += (uint64_t)got;
		code = unpack(r, fb_slice(r->block, (size_t)got));
		if (code == 0)
			code = report_bytes(r);
	}
	return code ? code : end_gzip(r, *whole);
}

/* ---- files ---- */

static int read_file(struct fb_reader *r)
{
	struct stream *s = &r->file;
	uint64_t told = 0;
	bool whole = true;

	begin_stream(s, 0);
	for (;;) {
		ssize_t got;
		uint8_t *p;
		size_t n;
		int code = room(r, &p, &n);

		if (code)
			return code;
		got = read_some(r->fd, p, s->probed ? n : n < FB_PROBE_MAX ? n : FB_PROBE_MAX);
		if (got < 0) {
			add_problem(s, s->size, 0, FB_WHY_READ_ERROR, false,
				    "the file could not be read further");
			whole = false;
		}
		if (got <= 0)
			break;
		code = take(r, s, (size_t)got);
		if (code)
			return code;
		if (s->format_index == FB_FORMAT_GZIP)
			return read_gzip(r, &whole);
		if (s->size - told >= 8 * READ_BLOCK) {
			told = s->size;
			code = report_bytes(r);
			if (code)
				return code;
		}
	}
	if (!s->probed)
		probe(r, s, true);
	if (s->format_index == FB_FORMAT_GZIP)
		return read_gzip(r, &whole);
	return finish(r, s, whole);
}

static int run_file(struct fb_reader *r, struct fb_cur *list, int index)
{
	uint64_t size, only;
	int code;

	if (!fb_cur_u64(list, &size) || !fb_cur_u8(list, &r->flags) ||
	    !fb_cur_u64(list, &only) || !fb_cur_u32(list, &r->only_stream) ||
	    !fb_cur_u32(list, &r->unit_size))
		return FB_EINPUT;
	r->fd = FB_WORKER_FILES + index;
	r->only_unit = (int64_t)only;
	/* A file that does not fit behind the last one begins in a slab of its own. */
	if (r->slab != NO_SLAB && FB_SLAB_SIZE - r->fill < size + 1)
		end_slab(r);
	r->start = r->fill;
	code = read_file(r);
	if (code)
		return code;
	put_empty(r, FB_R_FILE_END);
	return send(r);
}

void fb_reader_run(struct fb_reader *r, int sock)
{
	struct fb_buf names;
	struct fb_frame f;

	fb_buf_init(&names, FB_MESSAGE_MAX);
	r->sock = sock;
	if (fb_wire_recv(sock, &names, &f) || f.type != FB_R_FILES)
		return;
	for (int i = 0; fb_cur_left(&f.body); i++) {
		int code = run_file(r, &f.body, i);

		if (code == FB_ESTOP)
			return;
		if (code)
			_exit(4);
	}
}
