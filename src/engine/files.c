/* Files: opened by the caller, handed to readers in batches, their streams followed
 * until every unit is settled and the source can be reported. */
#include "engine/broker.h"

#include <stdlib.h>
#include <unistd.h>

/* ---- streams ---- */

static int report(struct fb_engine *e, struct stream *s)
{
	struct fb_source_result *r = &s->result;

	r->source = s->source;
	r->units = s->next_seq;
	r->problems = s->problems;
	r->nproblems = s->nproblems;
	r->format = s->format < e->tables.nformats ? e->tables.formats[s->format]->name
		    : s->format == FB_FORMAT_GZIP  ? "gzip"
						   : "";
	s->reported = true;
	return fb_from_ops(e, e->ops->source(e->user, r));
}

static void free_file(struct file *f)
{
	*f->all_at = f->all_next;
	if (f->all_next)
		f->all_next->all_at = f->all_at;
	if (f->given.fd >= 0)
		close(f->given.fd);
	for (unsigned i = 0; i < STREAMS_MAX; i++)
		free(f->streams[i].problems);
	fb_arena_dispose(&f->arena);
	free(f);
}

int fb_stream_settle(struct fb_engine *e, struct stream *s)
{
	struct file *f = s->file;
	int code;

	if (!s->ended || s->open_units || s->reported)
		return 0;
	/* A container is done when its members are. */
	for (unsigned i = 1; s->id == 0 && i < f->nstreams; i++)
		if (!f->streams[i].reported)
			return 0;
	code = report(e, s);
	if (code)
		return code;
	if (s->id)
		return fb_stream_settle(e, &f->streams[0]);
	if (f->ended)
		free_file(f);
	return 0;
}

static int stream_problem(struct stream *s, const struct fb_problem *p)
{
	struct fb_problem *more = realloc(s->problems, (s->nproblems + 1) * sizeof *more);

	if (!more)
		return FB_ENOMEM;
	s->problems = more;
	s->problems[s->nproblems++] = *p;
	return 0;
}

/* What lies behind the last unit of a stream whose reader died. */
static int give_up_rest(struct stream *s, uint64_t size)
{
	struct fb_problem p = { .offset = s->next_offset, .why = s->why };

	if (size < s->next_offset)
		size = s->next_offset;
	p.length = size - s->next_offset;
	s->result.size = size;
	s->result.decoded = s->result.skipped = 0;
	s->result.rejected = p.length;
	return stream_problem(s, &p);
}

static struct stream *stream_of(struct worker *w, struct fb_cur *c)
{
	struct file *f = w->at_file < w->nfiles ? w->files[w->at_file] : NULL;
	uint32_t id;

	if (!f || !fb_cur_u32(c, &id) || id >= f->nstreams || !f->streams[id].known ||
	    f->streams[id].ended)
		return NULL;
	return &f->streams[id];
}

static int on_stream(struct fb_engine *e, struct worker *w, struct fb_cur *c)
{
	struct file *f = w->at_file < w->nfiles ? w->files[w->at_file] : NULL;
	uint32_t id, format;
	struct stream *s;

	if (!f || !fb_cur_u32(c, &id) || !fb_cur_u32(c, &format) || fb_cur_left(c) ||
	    id >= STREAMS_MAX)
		return FB_EINPUT;
	if (f->rescue && id == 0)
		return 0; /* what it is was said by the reader that died */
	if (id != f->nstreams || f->rescue ||
	    (format >= e->tables.nformats && format != FB_NO_FORMAT &&
	     !(format == FB_FORMAT_GZIP && id == 0)) ||
	    (id && f->streams[0].format != FB_FORMAT_GZIP))
		return FB_EINPUT;
	s = &f->streams[f->nstreams++];
	*s = (struct stream){ .file = f, .id = id, .format = format, .known = true,
			      .source = f->given.source };
	if (id)
		return fb_from_ops(e, e->ops->member(e->user, f->given.source, id,
						     fb_slice(NULL, 0), &s->source));
	return 0;
}

static const uint8_t wanted_text[] = {
	[FB_RENDER_NONE] = 0,
	[FB_RENDER_ORIGINAL] = FB_M_ORIGINALS | FB_M_RENDER,
	[FB_RENDER_JSON] = FB_M_ORIGINALS | FB_M_RENDER | FB_M_JSON,
	[FB_RENDER_HIT] = FB_M_HIT,
	[FB_RENDER_PLACE] = FB_M_PLACE,
};

static int on_unit(struct fb_engine *e, struct worker *w, struct fb_cur *c)
{
	struct stream *s = stream_of(w, c);
	uint32_t seq, slab, at, len;
	uint64_t offset;
	struct unit *u;
	uint8_t last;
	bool only;

	if (!s || !fb_cur_u32(c, &seq) || !fb_cur_u32(c, &slab) || !fb_cur_u32(c, &at) ||
	    !fb_cur_u32(c, &len) || !fb_cur_u64(c, &offset) || !fb_cur_u8(c, &last) || last > 1 ||
	    s->format >= e->tables.nformats || s->file->rescue || slab >= e->nslabs ||
	    e->slabs[slab].state != SLAB_OPEN || e->slabs[slab].owner != w ||
	    at > FB_SLAB_SIZE || len == 0 || len > FB_SLAB_SIZE - at ||
	    fb_cur_left(c) > FB_CTX_MAX)
		return FB_EINPUT;
	only = s->file->given.only_unit >= 0;
	if (!only && (seq != s->next_seq || offset != s->next_offset))
		return FB_EINPUT;
	s->next_seq = seq + 1;
	s->next_offset = offset + len;
	if (e->ops->unit_known && e->ops->unit_known(e->user, s->source, seq, offset, len))
		return 0;
	u = calloc(1, sizeof *u);
	if (!u)
		return FB_ENOMEM;
	u->ctx = malloc(sizeof *u->ctx);
	if (!u->ctx) {
		free(u);
		return FB_ENOMEM;
	}
	u->ctx->n = (uint32_t)fb_cur_left(c);
	if (u->ctx->n)
		memcpy(u->ctx->bytes, c->p + c->at, u->ctx->n);
	u->stream = s;
	u->seq = seq;
	u->slab = slab;
	u->at = at;
	u->len = len;
	u->base = offset;
	u->flags = (uint8_t)((last ? FB_M_LAST : 0) | (only ? FB_M_ORIGINALS : 0) |
			     (s->file->given.sift ? FB_M_SIFT : 0) |
			     wanted_text[s->file->given.render]);
	s->open_units++;
	e->slabs[slab].units++;
	fb_unit_queue(e, u, false);
	return 0;
}

static int on_stream_end(struct fb_engine *e, struct worker *w, struct fb_cur *c)
{
	struct stream *s = stream_of(w, c);
	struct fb_source_result r = { 0 };
	struct fb_slice sum;
	uint8_t whole;
	uint64_t units;

	if (!s || !fb_cur_u64(c, &r.size) || !fb_cur_take(c, FB_SHA256, &sum) ||
	    !fb_cur_u8(c, &whole) || whole > 1 || !fb_cur_u64(c, &r.decoded) ||
	    !fb_cur_u64(c, &r.rejected) || !fb_cur_u64(c, &r.skipped))
		return FB_EINPUT;
	memcpy(r.sha256, sum.p, sizeof r.sha256);
	r.whole = whole;
	units = s->next_offset;
	if (s->file->rescue) {
		s->result = r;
		s->ended = true;
		return give_up_rest(s, r.size) ? FB_ENOMEM : fb_stream_settle(e, s);
	}
	if (s->file->given.only_unit < 0 &&
	    (units > r.size || r.decoded > r.size || r.rejected > r.size || r.skipped > r.size ||
	     r.decoded + r.rejected + r.skipped != r.size - units))
		return FB_EINPUT;
	while (fb_cur_left(c)) {
		struct fb_problem p;
		int code = fb_read_problem(c, &s->file->arena, &p);

		if (code == 0)
			code = stream_problem(s, &p);
		if (code)
			return code;
	}
	s->result = r;
	s->ended = true;
	return fb_stream_settle(e, s);
}

static int on_file_end(struct worker *w)
{
	struct file *f = w->at_file < w->nfiles ? w->files[w->at_file] : NULL;

	if (!f || f->nstreams == 0)
		return FB_EINPUT;
	for (unsigned i = 0; i < f->nstreams; i++)
		if (!f->streams[i].ended)
			return FB_EINPUT;
	w->files[w->at_file++] = NULL;
	f->ended = true;
	if (f->streams[0].reported)
		free_file(f);
	return 0;
}

int fb_files_frame(struct fb_engine *e, struct worker *w, struct fb_frame *f)
{
	struct file *file = w->at_file < w->nfiles ? w->files[w->at_file] : NULL;
	struct fb_cur *c = &f->body;
	uint64_t bytes;
	uint32_t slab;

	fb_worker_mark(w);
	switch (f->type) {
	case FB_R_NEED:
		w->wants_slab = true;
		return 0;
	case FB_R_SLAB_END:
		if (!fb_cur_u32(c, &slab) || slab >= e->nslabs ||
		    e->slabs[slab].state != SLAB_OPEN || e->slabs[slab].owner != w)
			return FB_EINPUT;
		e->slabs[slab].state = SLAB_CLOSED;
		e->slabs[slab].units++;
		fb_slab_release(e, slab);
		return 0;
	case FB_R_BYTES:
		if (!file || !fb_cur_u64(c, &bytes) || bytes < file->bytes)
			return FB_EINPUT;
		e->progress.bytes += bytes - file->bytes;
		file->bytes = bytes;
		return 0;
	case FB_R_STREAM: return on_stream(e, w, c);
	case FB_R_UNIT: return on_unit(e, w, c);
	case FB_R_STREAM_END: return on_stream_end(e, w, c);
	case FB_R_FILE_END:
		if (file && file->nstreams && file->streams[0].result.size > file->bytes)
			e->progress.bytes += file->streams[0].result.size - file->bytes;
		return on_file_end(w);
	default: return FB_EINPUT;
	}
}

/* ---- batches ---- */

static void put_ready(struct fb_engine *e, struct file *f, bool front)
{
	if (front) {
		f->next = e->ready;
		e->ready = f;
		if (!f->next)
			e->ready_tail = &f->next;
		return;
	}
	f->next = NULL;
	*e->ready_tail = f;
	e->ready_tail = &f->next;
}

static struct file *take_ready(struct fb_engine *e)
{
	struct file *f = e->ready;

	e->ready = f->next;
	if (!e->ready)
		e->ready_tail = &e->ready;
	f->next = NULL;
	return f;
}

/* One more opened file in the ready list, if there is one. */
static int open_next(struct fb_engine *e, struct fb_err *err)
{
	struct fb_engine_file given = { .fd = -1, .only_unit = -1 };
	bool have = false;
	struct file *f;
	int code = fb_from_ops(e, e->ops->next(e->user, &given, &have));

	if (code)
		return code;
	if (!have) {
		e->no_more_files = true;
		return 0;
	}
	f = calloc(1, sizeof *f);
	if (!f) {
		close(given.fd);
		return fb_fail(err, FB_ENOMEM, "out of memory");
	}
	f->given = given;
	fb_arena_init(&f->arena, 4 * (size_t)FB_MESSAGE_MAX);
	f->all_next = e->all;
	f->all_at = &e->all;
	if (e->all)
		e->all->all_at = &f->all_next;
	e->all = f;
	put_ready(e, f, false);
	return 0;
}

static int start_reader(struct fb_engine *e, struct fb_err *err)
{
	struct file *batch[FB_READER_FILES];
	int fds[FB_READER_FILES];
	uint64_t bytes = 0;
	unsigned n = 0;
	struct worker *w;
	size_t frame;
	bool alone = false;

	while (n < FB_READER_FILES && bytes < FB_READER_BYTES && !alone) {
		if (!e->ready && !e->no_more_files) {
			int code = open_next(e, err);

			if (code)
				return code;
		}
		if (!e->ready)
			break;
		/* A file that killed a reader gets one for itself. */
		alone = e->ready->rescue;
		if (alone && n)
			break;
		batch[n] = take_ready(e);
		fds[n] = batch[n]->given.fd;
		bytes += batch[n]->given.size;
		n++;
	}
	if (n == 0)
		return 0;
	w = fb_worker_start(e, FB_READER, fds, n, err);
	if (!w) {
		while (n)
			put_ready(e, batch[--n], true);
		return err && err->code ? err->code : FB_ESTATE;
	}
	memcpy(w->files, batch, n * sizeof *batch);
	w->nfiles = n;
	frame = fb_frame_begin(&w->conn.out, FB_R_FILES);
	for (unsigned i = 0; i < n; i++) {
		const struct fb_engine_file *g = &batch[i]->given;

		(void)fb_buf_u64(&w->conn.out, g->size);
		(void)fb_buf_putc(&w->conn.out,
				  (uint8_t)((g->hash_only || batch[i]->rescue ? FB_R_HASH_ONLY : 0) |
					    (g->unhashed ? FB_R_UNHASHED : 0)));
		(void)fb_buf_u64(&w->conn.out, (uint64_t)g->only_unit);
		(void)fb_buf_u32(&w->conn.out, g->only_stream);
		(void)fb_buf_u32(&w->conn.out,
				 wanted_text[g->render] & FB_M_RENDER ? FB_RENDER_UNIT
								      : FB_UNIT_SIZE);
	}
	fb_frame_end(&w->conn.out, frame);
	return 0;
}

int fb_files_fill(struct fb_engine *e, struct fb_err *err)
{
	unsigned readers = 0;

	for (unsigned i = 0; i < e->nworkers; i++)
		readers += e->workers[i].alive && e->workers[i].kind == FB_READER;
	while (readers < e->max_readers && (e->ready || !e->no_more_files)) {
		int code = start_reader(e, err);

		if (code)
			return code;
		readers++;
	}
	return 0;
}

/* ---- a reader died ---- */

/* The second death over a file, now over its bare bytes: nothing more of it. */
static int abandon(struct fb_engine *e, struct file *f)
{
	f->ended = true;
	f->streams[0].result = (struct fb_source_result){ .whole = false };
	f->streams[0].ended = true;
	if (give_up_rest(&f->streams[0], f->given.size))
		return FB_ENOMEM;
	return fb_stream_settle(e, &f->streams[0]);
}

static int rescue(struct fb_engine *e, struct file *f, enum fb_why why)
{
	if (f->nstreams == 0) {
		f->streams[0] = (struct stream){ .file = f, .format = FB_NO_FORMAT, .known = true,
						 .source = f->given.source };
		f->nstreams = 1;
	}
	if (f->streams[0].ended) { /* it had said everything but goodbye */
		f->ended = true;
		if (f->streams[0].reported)
			free_file(f);
		return 0;
	}
	f->streams[0].why = why;
	if (f->rescue)
		return abandon(e, f);
	f->rescue = true;
	for (unsigned i = 1; i < f->nstreams; i++) {
		struct stream *s = &f->streams[i];
		int code;

		if (s->ended)
			continue;
		s->why = why;
		s->ended = true;
		code = give_up_rest(s, s->next_offset);
		if (code == 0)
			code = fb_stream_settle(e, s);
		if (code)
			return code;
	}
	if (lseek(f->given.fd, 0, SEEK_SET) < 0)
		return abandon(e, f);
	put_ready(e, f, true);
	return 0;
}

int fb_files_crashed(struct fb_engine *e, struct worker *w, enum fb_why why)
{
	unsigned culprit = w->at_file;
	struct file *f = culprit < w->nfiles ? w->files[culprit] : NULL;

	for (unsigned i = w->nfiles; i-- > culprit + 1;)
		put_ready(e, w->files[i], true);
	w->nfiles = 0;
	for (unsigned i = 0; i < e->nslabs; i++)
		if (e->slabs[i].state == SLAB_OPEN && e->slabs[i].owner == w) {
			e->slabs[i].state = SLAB_CLOSED;
			e->slabs[i].units++;
			fb_slab_release(e, i);
		}
	return f ? rescue(e, f, why) : 0;
}

void fb_files_drop(struct fb_engine *e)
{
	while (e->all)
		free_file(e->all);
	e->ready = NULL;
	e->ready_tail = &e->ready;
}
