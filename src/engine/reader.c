/* The reader: reads a file once, from its beginning, hashes the bytes, recognises
 * them, and cuts them into units that lie in slabs of shared memory. It decodes
 * nothing; formats are a table to it. What it reads into is what matchers decode,
 * so the bytes hashed are the bytes decoded.
 */
#include "engine/reader.h"

#include "intake/layout.h"
#include "intake/recognise.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Statements are small: many go out at once. */
#define SEND_AT (64u << 10)

int fb_reader_open(const struct fb_tables *t, const struct fb_pool *pool, struct fb_reader **out)
{
	struct fb_reader *r = calloc(1, sizeof *r);

	if (!r)
		return FB_ENOMEM;
	r->t = t;
	r->pool = *pool;
	r->slab = NO_SLAB;
	r->tail = malloc(FB_SLAB_SIZE);
	if (!r->tail)
		return FB_ENOMEM; /* the process ends; nothing to give back */
	fb_buf_init(&r->out, 4 * (size_t)FB_MESSAGE_MAX);
	fb_buf_init(&r->scratch, FB_MESSAGE_MAX);
	*out = r;
	return fb_scanner_open(t, &r->scanner);
}

int fb_reader_send(struct fb_reader *r)
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
	code = fb_reader_send(r);
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

struct fb_slice fb_stream_gathered(const struct fb_reader *r)
{
	if (r->fill == r->start)
		return FB_LIT("");
	return fb_slice(fb_pool_slab(&r->pool, r->slab) + r->start, r->fill - r->start);
}

void fb_stream_drop(struct fb_reader *r)
{
	r->fill = r->start;
}

/* ---- streams ---- */

struct rstream *fb_stream_begin(struct fb_reader *r, unsigned depth)
{
	struct rstream *s = r->at[depth];

	if (!s) {
		s = calloc(1, sizeof *s);
		if (!s)
			return NULL;
		s->sha = fb_sha256_new();
		if (!s->sha) {
			free(s);
			return NULL;
		}
		fb_buf_init(&s->problems, FB_MESSAGE_MAX / 2);
		fb_buf_init(&s->name, 8 * FB_MEMBER_NAME_MAX);
		fb_buf_init(&s->host, FB_LAYOUT_HOST_MAX);
		r->at[depth] = s;
	}
	if (s->more_kinds != r->hashes) {
		fb_hashes_free(s->more);
		s->more_kinds = r->hashes;
		s->more = r->hashes ? fb_hashes_new(r->hashes) : NULL;
		if (r->hashes && !s->more)
			return NULL;
	}
	s->id = r->next_id++;
	s->parent = s->index = 0;
	s->depth = depth;
	s->single = s->local = s->probed = s->again = s->scan = s->over = false;
	s->mtime = 0;
	s->container = FB_CONTAINER_NONE;
	s->format = NULL;
	s->known = NULL;
	s->collected_kind = FB_COLLECTED_NONE;
	fb_collected_close(s->collected);
	s->collected = NULL;
	s->format_index = FB_NO_FORMAT;
	fb_sha256_reset(s->sha);
	if (s->more)
		fb_hashes_reset(s->more);
	s->ctx.n = 0;
	if (r->nbeginnings && !s->beginnings) {
		s->beginnings = calloc(FB_BEGINNINGS_MAX, sizeof *s->beginnings);
		if (!s->beginnings)
			return NULL;
	}
	if (fb_lines_any(&r->asked) && fb_lines_begin(&s->lines))
		return NULL;
	s->size = s->unit = s->rejected = s->hashed = 0;
	s->nbeginnings = 0;
	s->seq = 0;
	fb_buf_clear(&s->name);
	fb_buf_clear(&s->host);
	fb_buf_clear(&s->problems);
	return s;
}

void fb_stream_problem(struct rstream *s, uint64_t offset, uint64_t length, enum fb_why why,
		       bool skipped, const char *text)
{
	(void)fb_buf_u64(&s->problems, offset);
	(void)fb_buf_u64(&s->problems, length);
	(void)fb_buf_putc(&s->problems, (uint8_t)why);
	(void)fb_buf_putc(&s->problems, skipped);
	fb_put_bytes(&s->problems, fb_slice_str(text));
}

void fb_stream_announce(struct fb_reader *r, struct rstream *s)
{
	size_t frame = fb_frame_begin(&r->out, FB_R_STREAM);

	(void)fb_buf_u32(&r->out, s->id);
	(void)fb_buf_u32(&r->out, s->parent);
	(void)fb_buf_u32(&r->out, s->index);
	(void)fb_buf_u32(&r->out, s->format_index);
	(void)fb_buf_u64(&r->out, (uint64_t)s->mtime);
	(void)fb_buf_putc(&r->out, (uint8_t)((s->single ? FB_S_SINGLE : 0) |
					     (s->local ? FB_S_LOCAL : 0)));
	fb_put_bytes(&r->out, fb_buf_view(&s->host));
	(void)fb_buf_slice(&r->out, fb_buf_view(&s->name));
	fb_frame_end(&r->out, frame);
}

/* ---- what collectors wrote ---- */

static int on_statement(void *user, const struct fb_collected *c)
{
	struct fb_reader *r = user;
	size_t frame = fb_frame_begin(&r->out, FB_R_COLLECTED);

	(void)fb_buf_u32(&r->out, r->saying->id);
	(void)fb_buf_putc(&r->out, (uint8_t)c->what);
	(void)fb_buf_u64(&r->out, (uint64_t)c->time);
	(void)fb_buf_u64(&r->out, c->size);
	(void)fb_buf_putc(&r->out, (uint8_t)c->sum);
	(void)fb_buf_put(&r->out, c->hash, fb_sum_size(c->sum));
	fb_put_bytes(&r->out, c->path);
	fb_put_bytes(&r->out, c->place);
	fb_put_bytes(&r->out, c->text);
	fb_frame_end(&r->out, frame);
	return r->out.n < SEND_AT ? 0 : fb_reader_send(r);
}

/* By its name and its first bytes; no format took it. */
static int probe_collected(struct fb_reader *r, struct rstream *s, struct fb_slice head)
{
	enum fb_collected_kind kind = s->depth ? fb_collected_of(fb_buf_view(&s->name)) : r->collected_kind;

	if (kind == FB_COLLECTED_NONE || !(r->flags & FB_R_COLLECTORS) || r->only_unit >= 0 || s->size == 0 ||
	    !fb_collected_looks(kind, head))
		return 0;
	s->collected = fb_collected_open(kind, on_statement, r);
	s->collected_kind = kind;
	s->format_index = FB_FORMAT_COLLECTED + (uint32_t)kind;
	return s->collected ? 0 : FB_ENOMEM;
}

static int collected_bytes(struct fb_reader *r, struct rstream *s, struct fb_slice bytes)
{
	r->saying = s;
	return fb_collected_bytes(s->collected, bytes);
}

static int collected_end(struct fb_reader *r, struct rstream *s)
{
	uint64_t bad = 0, first = 0;
	int code;

	r->saying = s;
	code = fb_collected_end(s->collected, &bad, &first);
	s->rejected = bad < s->size ? bad : s->size;
	if (bad)
		fb_stream_problem(s, first, s->rejected, FB_WHY_BAD_LINE, false,
				  "lines that are not what its collector writes");
	return code;
}

/* What the gathered bytes are. */
static int probe(struct fb_reader *r, struct rstream *s, bool whole)
{
	struct fb_slice head = fb_slice_sub(fb_stream_gathered(r), 0, FB_PROBE_MAX);
	int code = 0;

	s->probed = true;
	(void)fb_layout_told(fb_buf_view(&s->name), head, &s->host);
	if (!(r->flags & FB_R_HASH_ONLY) || (r->flags & FB_R_MEMBERS))
		s->container = fb_container_of(head);
	if (s->container) {
		s->format_index = FB_FORMAT_CONTAINER + (uint32_t)s->container;
	} else if (!(r->flags & FB_R_HASH_ONLY)) {
		if (s->depth == 0 && r->known_format < r->t->nformats)
			s->format = r->t->formats[r->known_format];
		else
			s->format = fb_recognise(r->t->formats, head, whole);
		for (unsigned i = 0; s->format && i < r->t->nformats; i++)
			if (r->t->formats[i] == s->format)
				s->format_index = i;
		s->known = s->format ? NULL : fb_known_of(head);
		if (s->known)
			s->format_index = FB_FORMAT_KNOWN + fb_known_index(s->known);
		else if (!s->format)
			code = probe_collected(r, s, head);
	}
	if (s->depth == 0 && !s->container)
		r->nparts = 0; /* it is no archive: what follows is not its own */
	s->scan = r->flags & FB_R_SCANNED && !s->container && fb_scanner_wants(r->scanner, s);
	fb_stream_announce(r, s);
	return code;
}

/* Bytes that no decoder gets. */
static int let_go(struct fb_reader *r, struct rstream *s)
{
	int code = 0;

	if (s->scan)
		fb_scanner_bytes(r->scanner, s, fb_stream_gathered(r));
	if (s->collected)
		code = collected_bytes(r, s, fb_stream_gathered(r));
	fb_stream_drop(r);
	return code;
}

static int send_unit(struct fb_reader *r, struct rstream *s, size_t n, bool last,
		     const struct fb_ctx *ctx)
{
	/* Where one unit is wanted, only streams on the way to it come here. */
	bool wanted = r->only_unit < 0 ||
		      (s->depth == r->only_depth && s->seq == (uint64_t)r->only_unit);
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
	r->start += n;
	return fb_reader_send(r);
}

/* Cuts what is gathered. Always the same cuts for the same bytes: a unit is looked
 * for when unit_size bytes (or all, or all up to where it is to be cut) are there, wherever they lie. */
static int cut(struct fb_reader *r, struct rstream *s, bool final)
{
	for (;;) {
		uint64_t left = r->asked.ncuts ? fb_lines_cut(&r->asked, s->index, s->unit) - s->unit : UINT64_MAX;
		struct fb_slice data = fb_stream_gathered(r);
		bool all = final, short_of = data.n < r->unit_size && data.n < left;
		size_t n;
		int code;

		if (data.n == 0 || (!final && short_of))
			return 0;
		if (left < data.n) {
			data.n = (size_t)left;
			all = false;
		}
		r->before = s->ctx;
		n = s->format->split(data, final || data.n == left, r->unit_size, &s->ctx);
		if (n == 0 && !final && data.n < FB_SLAB_SIZE)
			return 0;
		if (n == 0 || n > data.n)
			return FB_EINPUT; /* a format that breaks its contract */
		code = send_unit(r, s, n, all && n == data.n, &r->before);
		if (code)
			return code;
	}
	return 0;
}

/* How much may be taken at once: not beyond what is looked at to recognise it. */
static size_t most(const struct fb_reader *r, const struct rstream *s, size_t n)
{
	size_t gathered = r->fill - r->start;

	if (s->probed || gathered >= FB_PROBE_MAX)
		return n;
	return n < FB_PROBE_MAX - gathered ? n : FB_PROBE_MAX - gathered;
}

/* Before the format is known they are made of everything. */
static bool more_wanted(const struct fb_reader *r, const struct rstream *s)
{
	return s->more && (!s->format || r->t->hash_decoded);
}

/* The sum, and on the way those of the beginnings that end in these bytes. */
static void hash_bytes(const struct fb_reader *r, struct rstream *s, struct fb_slice bytes)
{
	while (s->nbeginnings < r->nbeginnings && r->beginnings[s->nbeginnings] - s->hashed <= bytes.n) {
		size_t n = (size_t)(r->beginnings[s->nbeginnings] - s->hashed);

		fb_sha256_add(s->sha, fb_slice_sub(bytes, 0, n));
		if (fb_sha256_so_far(s->sha, s->beginnings[s->nbeginnings]))
			s->problems.code = FB_ENOMEM; /* looked at when the stream ends */
		bytes = fb_slice_sub(bytes, n, bytes.n);
		s->hashed += n;
		s->nbeginnings++;
	}
	fb_sha256_add(s->sha, bytes);
	s->hashed += bytes.n;
}

void fb_stream_hash(struct fb_reader *r, struct rstream *s, struct fb_slice bytes)
{
	if (r->nparts && s->depth == 0) {
		uint64_t left = r->given_size - r->own_hashed;

		bytes = fb_slice_sub(bytes, 0, left < bytes.n ? (size_t)left : bytes.n);
		r->own_hashed += bytes.n;
	}
	if (fb_lines_any(&r->asked) && !s->container && fb_lines_bytes(s->lines, &r->asked, s->index, bytes))
		s->problems.code = FB_ENOMEM;
	if (r->flags & FB_R_UNHASHED)
		return;
	hash_bytes(r, s, bytes);
	if (more_wanted(r, s))
		fb_hashes_add(s->more, bytes);
}

/* n bytes stand at the fill position: hash, recognise, cut. */
static int take(struct fb_reader *r, struct rstream *s, size_t n)
{
	int code;

	fb_stream_hash(r, s, fb_slice(fb_pool_slab(&r->pool, r->slab) + r->fill, n));
	s->size += n;
	r->fill += n;
	if (!s->probed) {
		if (r->fill - r->start < FB_PROBE_MAX)
			return 0;
		code = probe(r, s, false);
		if (code)
			return code;
	}
	if (s->container)
		return 0;
	if (!s->format || (r->flags & FB_R_SCANNED))
		return let_go(r, s);
	return cut(r, s, false);
}

int fb_stream_bytes(struct fb_reader *r, struct rstream *s, struct fb_slice data, size_t *used)
{
	*used = 0;
	while (*used < data.n && !(s->probed && s->container)) {
		struct fb_slice rest = fb_slice_sub(data, *used, data.n);
		uint8_t *p;
		size_t n;
		int code;

		if (s->probed && (!s->format || r->flags & FB_R_SCANNED)) {
			fb_stream_hash(r, s, rest);
			s->size += rest.n;
			if (s->scan)
				fb_scanner_bytes(r->scanner, s, rest);
			*used = data.n;
			return s->collected ? collected_bytes(r, s, rest) : 0;
		}
		code = room(r, &p, &n);
		if (code)
			return code;
		n = most(r, s, n < rest.n ? n : rest.n);
		memcpy(p, rest.p, n);
		code = take(r, s, n);
		if (code)
			return code;
		*used += n;
	}
	return 0;
}

int fb_stream_end(struct fb_reader *r, struct rstream *s, bool whole, uint64_t decoded,
		  uint64_t skipped)
{
	uint8_t sum[FB_SHA256] = { 0 };
	struct fb_hash_sums sums = { 0 };
	size_t frame;
	int code;

	if (!(r->flags & FB_R_UNHASHED))
		fb_sha256_end(s->sha, sum);
	if (more_wanted(r, s) && !(r->flags & FB_R_UNHASHED))
		fb_hashes_end(s->more, &sums);
	if (s->scan && whole && (code = fb_scanner_end(r, s, sum)) != 0)
		return code;
	frame = fb_frame_begin(&r->out, FB_R_STREAM_END);
	(void)fb_buf_u32(&r->out, s->id);
	(void)fb_buf_u64(&r->out, s->size);
	(void)fb_buf_put(&r->out, sum, sizeof sum);
	(void)fb_buf_putc(&r->out, (uint8_t)sums.kinds);
	(void)fb_buf_put(&r->out, sums.md5, sizeof sums.md5);
	(void)fb_buf_put(&r->out, sums.sha1, sizeof sums.sha1);
	(void)fb_buf_putc(&r->out, (uint8_t)((whole ? FB_S_WHOLE : 0) | (s->again ? FB_S_AGAIN : 0)));
	(void)fb_buf_u64(&r->out, decoded);
	(void)fb_buf_u64(&r->out, s->rejected);
	(void)fb_buf_u64(&r->out, skipped);
	(void)fb_buf_u16(&r->out, (uint16_t)s->nbeginnings);
	if (s->nbeginnings)
		(void)fb_buf_put(&r->out, s->beginnings, s->nbeginnings * sizeof *s->beginnings);
	if (fb_lines_any(&r->asked) && fb_lines_put(s->lines, &r->asked, s->size, &r->out))
		return FB_ENOMEM;
	(void)fb_buf_slice(&r->out, fb_buf_view(&s->problems));
	fb_frame_end(&r->out, frame);
	fb_stream_drop(r);
	if (s->problems.code == FB_ENOMEM)
		return FB_ENOMEM;
	return fb_reader_send(r);
}

/* All of it is skipped: said why, and of evidence what it would have told. */
static void not_read(struct rstream *s)
{
	char text[FB_PROBLEM_TEXT_MAX];

	const char *silent = fb_collected_silent(s->collected_kind);

	if (!s->known || !s->known->answers) {
		fb_stream_problem(s, 0, s->size, FB_WHY_UNKNOWN_FORMAT, true,
				  s->known ? s->known->what : silent ? silent : "");
		return;
	}
	(void)snprintf(text, sizeof text, "%s; would tell: %s; meanwhile: %s", s->known->what,
		       s->known->answers, s->known->meanwhile);
	fb_stream_problem(s, 0, s->size, FB_WHY_NOT_DECODED, true, text);
}

int fb_stream_finish(struct fb_reader *r, struct rstream *s, bool whole, bool *container)
{
	uint64_t skipped = 0, decoded = 0;
	int code = 0;

	if (!s->probed)
		code = probe(r, s, true);
	if (code)
		return code;
	*container = s->container != FB_CONTAINER_NONE;
	if (*container)
		return 0;
	if (r->flags & FB_R_SCANNED) {
		code = let_go(r, s);
		skipped = s->size;
	} else if (s->collected && !fb_collected_silent(s->collected_kind)) {
		code = let_go(r, s);
		if (code == 0)
			code = collected_end(r, s);
		decoded = s->size - s->rejected;
	} else if (s->format) {
		code = cut(r, s, true);
	} else if (s->size) {
		skipped = s->size;
		not_read(s);
	}
	return code ? code : fb_stream_end(r, s, whole, decoded, skipped);
}

/* ---- files ---- */

int fb_reader_progress(struct fb_reader *r)
{
	size_t frame = fb_frame_begin(&r->out, FB_R_BYTES);

	(void)fb_buf_u64(&r->out, r->told);
	fb_frame_end(&r->out, frame);
	return fb_reader_send(r);
}

static ssize_t pread_some(int fd, uint8_t *p, size_t n, uint64_t at)
{
	ssize_t got;

	do
		got = pread(fd, p, n, (off_t)at);
	while (got < 0 && errno == EINTR);
	return got;
}

ssize_t fb_reader_at(const struct fb_reader *r, uint64_t at, uint8_t *p, size_t n)
{
	uint64_t size = r->given_size;

	if (r->nparts == 0)
		return pread_some(r->fd, p, n, at);
	for (unsigned i = 0;; i++) {
		if (at < size)
			return pread_some(r->fd + (int)i, p, size - at < n ? (size_t)(size - at) : n, at);
		if (i == r->nparts)
			return 0;
		at -= size;
		size = r->part_size[i];
	}
}

static int read_file(struct fb_reader *r)
{
	struct rstream *s = fb_stream_begin(r, 0);
	bool whole = true, container;
	int code;

	if (!s)
		return FB_ENOMEM;
	while (!s->container) {
		ssize_t got;
		uint8_t *p;
		size_t n;

		code = room(r, &p, &n);
		if (code)
			return code;
		n = most(r, s, n);
		/* What a set is, its first part says. */
		if (r->nparts && n > r->given_size - s->size)
			n = (size_t)(r->given_size - s->size);
		got = n ? fb_reader_at(r, s->size, p, n) : 0;
		if (got < 0) {
			fb_stream_problem(s, s->size, 0, FB_WHY_READ_ERROR, false,
					  "the file could not be read further");
			whole = false;
		}
		if (got <= 0)
			break;
		code = take(r, s, (size_t)got);
		if (code)
			return code;
		/* Where no more was asked of it, the rest of the file need not be read. */
		if (s->probed && !s->container && fb_lines_enough(s->lines, &r->asked)) {
			whole = false;
			break;
		}
		if (s->size - r->told >= 8 * READ_BLOCK) {
			r->told = s->size;
			code = fb_reader_progress(r);
			if (code)
				return code;
		}
	}
	container = s->container != FB_CONTAINER_NONE;
	code = container ? 0 : fb_stream_finish(r, s, whole, &container);
	return code || !container ? code : fb_container_file(r, whole);
}

static int get_parts(struct fb_reader *r, struct fb_cur *list)
{
	uint16_t n;

	if (!fb_cur_u16(list, &n) || n > FB_PARTS_MAX)
		return FB_EINPUT;
	for (unsigned i = 0; i < n; i++)
		if (!fb_cur_u64(list, &r->part_size[i]))
			return FB_EINPUT;
	r->nparts = n;
	r->own_hashed = 0;
	return 0;
}

/* Rising: those that end in what is read are the next ones. */
static int get_beginnings(struct fb_reader *r, struct fb_cur *list)
{
	uint16_t n;

	if (!fb_cur_u16(list, &n) || n > FB_BEGINNINGS_MAX)
		return FB_EINPUT;
	for (unsigned i = 0; i < n; i++)
		if (!fb_cur_u64(list, &r->beginnings[i]) || (i && r->beginnings[i] <= r->beginnings[i - 1]))
			return FB_EINPUT;
	r->nbeginnings = n;
	return 0;
}

/* *index: of its descriptor; then of the next file's. */
static int run_file(struct fb_reader *r, struct fb_cur *list, int *index)
{
	uint8_t depth, kind, hashes;
	uint64_t only;
	int code;

	if (!fb_cur_u64(list, &r->given_size) || !fb_cur_u8(list, &r->flags) ||
	    !fb_cur_u64(list, &only) || !fb_cur_u8(list, &depth) || depth > FB_ARCHIVE_DEPTH)
		return FB_EINPUT;
	for (unsigned i = 0; i < depth; i++)
		if (!fb_cur_u32(list, &r->only[i]))
			return FB_EINPUT;
	if (!fb_cur_u32(list, &r->known_format) || !fb_cur_u32(list, &r->unit_size) ||
	    !fb_cur_u8(list, &kind) || !fb_cur_u8(list, &hashes) || get_parts(r, list) ||
	    get_beginnings(r, list) || fb_lines_get_asked(list, &r->asked) ||
	    ((r->flags & FB_R_SCANNED) && (!r->scanner || fb_scanner_file(r->scanner, list))))
		return FB_EINPUT;
	r->hashes = r->t->hashes | fb_hashes_can(hashes & (FB_HASH_MD5 | FB_HASH_SHA1));
	r->fd = FB_WORKER_FILES + *index;
	*index += 1 + (int)r->nparts;
	r->collected_kind = (enum fb_collected_kind)kind;
	r->only_unit = (int64_t)only;
	r->only_depth = depth;
	r->next_id = r->entries = 0;
	r->told = r->unpacked = r->unpacked_told = r->nested_memory = 0;
	r->stop = false;
	/* A file that does not fit behind the last one begins in a slab of its own. */
	if (r->slab != NO_SLAB && FB_SLAB_SIZE - r->fill < r->given_size + 1)
		end_slab(r);
	r->start = r->fill;
	code = read_file(r);
	if (code)
		return code;
	put_empty(r, FB_R_FILE_END);
	return fb_reader_send(r);
}

void fb_reader_run(struct fb_reader *r, int sock)
{
	struct fb_buf names;
	struct fb_frame f;

	fb_buf_init(&names, FB_MESSAGE_MAX);
	r->sock = sock;
	if (fb_wire_recv(sock, &names, &f) || f.type != FB_R_FILES)
		return;
	for (int i = 0; fb_cur_left(&f.body);) {
		int code = run_file(r, &f.body, &i);

		if (code == FB_ESTOP)
			return;
		if (code)
			_exit(4);
	}
}
