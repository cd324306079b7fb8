/* Files: opened by the caller, handed to readers in batches, their streams followed
 * until every unit is settled and the source can be reported. */
#include "engine/broker.h"
#include "engine/reader.h"

#include "base/text.h"
#include "intake/layout.h"

#include <stdlib.h>
#include <unistd.h>

/* ---- streams ---- */

static bool is_container(uint32_t format)
{
	return format > FB_FORMAT_CONTAINER && format < FB_FORMAT_CONTAINER + FB_CONTAINER_COUNT;
}

static const struct fb_known *known_of(uint32_t format)
{
	return format >= FB_FORMAT_KNOWN && format < FB_FORMAT_CONTAINER
		       ? fb_known_at(format - FB_FORMAT_KNOWN) : NULL;
}

static enum fb_collected_kind collected_of(uint32_t format)
{
	return format > FB_FORMAT_COLLECTED && format < FB_FORMAT_COLLECTED + FB_COLLECTED_COUNT
		       ? (enum fb_collected_kind)(format - FB_FORMAT_COLLECTED) : FB_COLLECTED_NONE;
}

static struct stream *new_stream(struct file *f, struct stream *parent)
{
	struct stream *s = calloc(1, sizeof *s);

	if (!s)
		return NULL;
	s->file = f;
	s->parent = parent;
	s->id = f->nstreams++;
	s->depth = parent ? parent->depth + 1 : 0;
	s->source = f->given.source;
	fb_arena_init(&s->arena, 4 * (size_t)FB_MESSAGE_MAX);
	s->next = f->streams;
	s->at = &f->streams;
	if (s->next)
		s->next->at = &s->next;
	f->streams = s;
	if (parent)
		parent->open_members++;
	else
		f->root = s;
	return s;
}

static void free_stream(struct stream *s)
{
	*s->at = s->next;
	if (s->next)
		s->next->at = s->at;
	if (s->file->root == s)
		s->file->root = NULL;
	fb_scanned_free(s);
	free(s->problems);
	fb_arena_dispose(&s->arena);
	free(s);
}

static int report(struct fb_engine *e, struct stream *s)
{
	struct fb_source_result *r = &s->result;

	if (s->file->given.scan)
		return 0; /* what it is was said when it was read */
	r->source = s->source;
	r->units = s->next_seq;
	r->problems = s->problems;
	r->nproblems = s->nproblems;
	r->container = is_container(s->format);
	r->format = s->format < e->tables.nformats ? e->tables.formats[s->format]->name
		    : r->container ? fb_container_name(
					     (enum fb_container)(s->format - FB_FORMAT_CONTAINER))
		    : known_of(s->format) ? known_of(s->format)->name
				   : fb_collected_name(collected_of(s->format));
	return fb_from_ops(e, e->ops->source(e->user, r));
}

static void free_file(struct file *f)
{
	*f->all_at = f->all_next;
	if (f->all_next)
		f->all_next->all_at = f->all_at;
	if (f->given.fd >= 0)
		close(f->given.fd);
	for (unsigned i = 0; i < f->given.nparts; i++)
		close(f->parts[i].fd);
	free(f->parts);
	while (f->streams)
		free_stream(f->streams);
	free(f);
}

int fb_stream_settle(struct fb_engine *e, struct stream *s)
{
	struct file *f = s->file;

	/* A container is done when its members are. */
	while (s && s->ended && !s->open_units && !s->open_members) {
		struct stream *parent = s->parent;
		int code = report(e, s);

		if (code)
			return code;
		if (parent)
			parent->open_members--;
		free_stream(s);
		s = parent;
	}
	if (f->ended && !f->root)
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

/* What lies behind the last unit of a stream whose reader died, or of a container behind
 * what had been read of it. */
static int give_up_rest(struct stream *s, uint64_t size)
{
	uint64_t had = is_container(s->format) && !s->parent ? s->file->bytes : s->next_offset;
	struct fb_problem p = { .why = s->why };

	if (size < s->next_offset)
		size = s->next_offset;
	if (had > size)
		had = size;
	p.offset = had;
	p.length = size - had;
	s->result.size = size;
	s->result.decoded = had - s->next_offset;
	s->result.skipped = 0;
	s->result.rejected = p.length;
	return stream_problem(s, &p);
}

/* The stream that a frame is about: the one that the reader has open. */
static struct stream *stream_of(struct worker *w, struct fb_cur *c)
{
	struct file *f = w->at_file < w->nfiles ? w->files[w->at_file] : NULL;
	uint32_t id;

	if (!f || !fb_cur_u32(c, &id) || !f->top || f->top->id != id)
		return NULL;
	return f->top;
}

static int new_member(struct fb_engine *e, struct stream *s, uint32_t index, int64_t mtime,
		      uint8_t flags, struct fb_slice name, struct fb_slice host)
{
	struct fb_engine_member m = { .parent = s->parent->source, .index = index,
				      .depth = s->depth, .name = name, .mtime = mtime,
				      .single = flags & FB_S_SINGLE, .local = flags & FB_S_LOCAL, .host = host };

	s->parent->members = index;
	return fb_from_ops(e, e->ops->member(e->user, &m, &s->source));
}

static int on_stream(struct fb_engine *e, struct worker *w, struct fb_cur *c)
{
	struct file *f = w->at_file < w->nfiles ? w->files[w->at_file] : NULL;
	uint32_t id, parent, index, format;
	struct fb_slice name, host;
	struct stream *s;
	uint64_t mtime;
	uint8_t flags;

	if (!f || !fb_cur_u32(c, &id) || !fb_cur_u32(c, &parent) || !fb_cur_u32(c, &index) ||
	    !fb_cur_u32(c, &format) || !fb_cur_u64(c, &mtime) || !fb_cur_u8(c, &flags) ||
	    !fb_get_bytes(c, FB_LAYOUT_HOST_MAX, &host) ||
	    !fb_cur_take(c, fb_cur_left(c), &name))
		return FB_EINPUT;
	if (f->rescue && id == 0)
		return 0; /* what it is was said by the reader that died */
	if (id != f->nstreams || f->rescue || (id == 0 && f->begun) ||
	    (format >= e->tables.nformats && format != FB_NO_FORMAT && !is_container(format) &&
	     !known_of(format) && !collected_of(format)))
		return FB_EINPUT;
	if (id && (!f->top || f->top->id != parent || !is_container(f->top->format) ||
		   index <= f->top->members || f->top->depth >= FB_ARCHIVE_DEPTH ||
		   id > FB_MEMBERS_MAX || name.n > 2 * FB_MEMBER_NAME_MAX ||
		   (name.n == 0 && !(flags & FB_S_SINGLE)) || !fb_utf8_valid(name) ||
		   (host.n && !fb_layout_is_host(host))))
		return FB_EINPUT;
	s = new_stream(f, id ? f->top : NULL);
	if (!s)
		return FB_ENOMEM;
	f->begun = true;
	f->top = s;
	s->format = format;
	return id ? new_member(e, s, index, (int64_t)mtime, flags, name, host) : 0;
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
	if (!only && s->depth && e->slabs_fd >= 0 && e->ops->bytes) {
		int code = fb_from_ops(e, e->ops->bytes(e->user, s->source, offset, e->slabs_fd,
							(uint64_t)slab * FB_SLAB_SIZE + at, len));

		if (code)
			return code;
	}
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

static int on_collected(struct fb_engine *e, struct stream *s, struct fb_cur *c)
{
	struct fb_collected said = { 0 };
	struct fb_slice hash;
	uint64_t time;
	uint8_t what, sum;

	if (!s || !collected_of(s->format) || s->statements >= FB_STATEMENTS_MAX || !fb_cur_u8(c, &what) ||
	    what == FB_SAID_NONE || what >= FB_SAID_COUNT || !fb_cur_u64(c, &time) ||
	    !fb_cur_u64(c, &said.size) || !fb_cur_u8(c, &sum) || sum >= FB_SUM_COUNT ||
	    !fb_cur_take(c, fb_sum_size((enum fb_sum)sum), &hash) ||
	    !fb_get_bytes(c, 3 * FB_STATEMENT_TEXT_MAX, &said.path) ||
	    !fb_get_bytes(c, 3 * FB_STATEMENT_TEXT_MAX, &said.place) ||
	    !fb_get_bytes(c, 3 * FB_STATEMENT_TEXT_MAX, &said.text) || fb_cur_left(c) ||
	    !fb_utf8_valid(said.path) || !fb_utf8_valid(said.place) || !fb_utf8_valid(said.text) ||
	    (what == FB_SAID_HOST && !fb_layout_is_host(said.text)))
		return FB_EINPUT;
	said.what = (enum fb_statement)what;
	said.time = (int64_t)time;
	said.sum = (enum fb_sum)sum;
	if (hash.n)
		memcpy(said.hash, hash.p, hash.n);
	return e->ops->collected ? fb_from_ops(e, e->ops->collected(e->user, s->source, s->statements++, &said))
				 : 0;
}

/* No more of them than were asked for, and of lengths that it has. */
static int get_beginnings(struct stream *s, struct fb_cur *c, struct fb_source_result *r)
{
	const struct fb_engine_file *g = &s->file->given;
	struct fb_slice sums;
	uint16_t n;

	if (!fb_cur_u16(c, &n) || n > g->nbeginnings || (n && g->beginnings[n - 1] > r->size) ||
	    !fb_cur_take(c, n * (size_t)FB_SHA256, &sums))
		return FB_EINPUT;
	if (n == 0)
		return 0;
	r->beginnings = (const uint8_t *)fb_arena_strn(&s->arena, sums.p, sums.n);
	r->nbeginnings = n;
	return r->beginnings ? 0 : FB_ENOMEM;
}

static int on_stream_end(struct fb_engine *e, struct worker *w, struct fb_cur *c)
{
	struct stream *s = stream_of(w, c);
	struct fb_source_result r = { 0 };
	struct fb_slice sum, md5, sha1;
	uint8_t flags, have;
	uint64_t units;
	int code;

	if (!s || !fb_cur_u64(c, &r.size) || !fb_cur_take(c, FB_SHA256, &sum) ||
	    !fb_cur_u8(c, &have) || !fb_cur_take(c, FB_MD5, &md5) || !fb_cur_take(c, FB_SHA1, &sha1) ||
	    !fb_cur_u8(c, &flags) || !fb_cur_u64(c, &r.decoded) ||
	    !fb_cur_u64(c, &r.rejected) || !fb_cur_u64(c, &r.skipped) ||
	    (have & ~(e->tables.hashes | s->file->given.hashes)))
		return FB_EINPUT;
	memcpy(r.sha256, sum.p, sizeof r.sha256);
	r.sums.kinds = have;
	memcpy(r.sums.md5, md5.p, sizeof r.sums.md5);
	memcpy(r.sums.sha1, sha1.p, sizeof r.sums.sha1);
	r.whole = flags & FB_S_WHOLE;
	r.again = flags & FB_S_AGAIN;
	if ((code = get_beginnings(s, c, &r)) != 0 ||
	    (s->file->given.ask && (code = fb_lines_get(c, s->file->given.ask, &s->arena, &r)) != 0))
		return code;
	units = s->next_offset;
	if (s->file->rescue) {
		s->result = r;
		s->ended = true;
		s->file->top = NULL;
		return give_up_rest(s, r.size) ? FB_ENOMEM : fb_stream_settle(e, s);
	}
	if (s->file->given.only_unit < 0 &&
	    (units > r.size || r.decoded > r.size || r.rejected > r.size || r.skipped > r.size ||
	     r.decoded + r.rejected + r.skipped != r.size - units))
		return FB_EINPUT;
	while (fb_cur_left(c)) {
		struct fb_problem p;

		code = fb_read_problem(c, &s->arena, &p);
		if (code == 0)
			code = stream_problem(s, &p);
		if (code)
			return code;
	}
	s->result = r;
	code = fb_scanned_end(e, s);
	if (code)
		return code;
	s->ended = true;
	s->file->top = s->parent;
	return fb_stream_settle(e, s);
}

static int on_file_end(struct worker *w)
{
	struct file *f = w->at_file < w->nfiles ? w->files[w->at_file] : NULL;

	if (!f || !f->begun || f->top)
		return FB_EINPUT;
	w->files[w->at_file++] = NULL;
	f->ended = true;
	if (!f->root)
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
	case FB_R_COLLECTED: return on_collected(e, stream_of(w, c), c);
	case FB_R_STREAM_END: return on_stream_end(e, w, c);
	case FB_R_SCAN: return fb_scanned_begin(stream_of(w, c), c);
	case FB_R_HIT: return fb_scanned_hit(e, stream_of(w, c), c);
	case FB_R_UNSCANNED: return fb_scanned_problem(stream_of(w, c), c);
	case FB_R_FILE_END:
		if (file && file->given.size > file->bytes)
			e->progress.bytes += file->given.size - file->bytes;
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
	if (f && given.nparts)
		f->parts = malloc(given.nparts * sizeof *f->parts);
	if (!f || (given.nparts && !f->parts)) {
		close(given.fd);
		for (unsigned i = 0; i < given.nparts; i++)
			close(given.parts[i].fd);
		free(f);
		return fb_fail(err, FB_ENOMEM, "out of memory");
	}
	f->given = given;
	if (given.nparts)
		memcpy(f->parts, given.parts, given.nparts * sizeof *f->parts);
	f->all_next = e->all;
	f->all_at = &e->all;
	if (e->all)
		e->all->all_at = &f->all_next;
	e->all = f;
	put_ready(e, f, false);
	return 0;
}

/* The number of the format with that name. */
static uint32_t format_of(const struct fb_engine *e, const char *name)
{
	for (uint32_t i = 0; name && i < e->tables.nformats; i++)
		if (strcmp(e->tables.formats[i]->name, name) == 0)
			return i;
	return FB_NO_FORMAT;
}

static uint8_t flags_of(const struct fb_engine *e, const struct file *f)
{
	const struct fb_engine_file *g = &f->given;

	return (uint8_t)((g->hash_only || f->rescue ? FB_R_HASH_ONLY : 0) |
			 (g->members && !f->rescue ? FB_R_MEMBERS : 0) |
			 (g->unhashed ? FB_R_UNHASHED : 0) |
			 (g->scan ? FB_R_SCANNED : 0) |
			 (e->ops->collected && !g->scan ? FB_R_COLLECTORS : 0));
}

static void put_scan(struct fb_buf *out, const struct file *f)
{
	struct fb_slice path = f->given.path ? fb_slice_str(f->given.path) : FB_LIT("");

	if (path.n >= FB_SCAN_PATH_MAX)
		path = fb_slice_sub(path, path.n - FB_SCAN_PATH_MAX + 1, path.n);
	(void)fb_buf_putc(out, f->given.scan_all);
	fb_put_bytes(out, path);
	(void)fb_buf_u32(out, f->nskip);
	for (unsigned i = 0; i < f->nskip; i++)
		(void)fb_buf_u32(out, f->skip[i]);
}

/* Of one that killed a reader only its own bytes are hashed. */
static unsigned parts_of(const struct file *f)
{
	return f->rescue ? 0 : f->given.nparts;
}

static void put_file(struct fb_engine *e, struct fb_buf *out, const struct file *f)
{
	const struct fb_engine_file *g = &f->given;

	(void)fb_buf_u64(out, g->size);
	(void)fb_buf_putc(out, flags_of(e, f));
	(void)fb_buf_u64(out, (uint64_t)g->only_unit);
	(void)fb_buf_putc(out, (uint8_t)g->only_depth);
	for (unsigned k = 0; k < g->only_depth; k++)
		(void)fb_buf_u32(out, g->only[k]);
	(void)fb_buf_u32(out, format_of(e, g->format));
	(void)fb_buf_u32(out, wanted_text[g->render] & FB_M_RENDER ? FB_RENDER_UNIT : FB_UNIT_SIZE);
	(void)fb_buf_putc(out, g->collected);
	(void)fb_buf_putc(out, g->hashes);
	(void)fb_buf_u16(out, (uint16_t)parts_of(f));
	for (unsigned k = 0; k < parts_of(f); k++)
		(void)fb_buf_u64(out, f->parts[k].size);
	(void)fb_buf_u16(out, (uint16_t)g->nbeginnings);
	for (unsigned k = 0; k < g->nbeginnings; k++)
		(void)fb_buf_u64(out, g->beginnings[k]);
	fb_lines_put_asked(out, g->ask);
	if (g->scan)
		put_scan(out, f);
}

static int start_reader(struct fb_engine *e, struct fb_err *err)
{
	struct file *batch[FB_READER_FILES];
	int fds[FB_READER_FILES];
	uint64_t bytes = 0;
	unsigned n = 0, nfds = 0;
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
		alone = e->ready->rescue || e->ready->nskip;
		if ((alone && n) || nfds + 1 + parts_of(e->ready) > FB_READER_FILES)
			break;
		batch[n] = take_ready(e);
		fds[nfds++] = batch[n]->given.fd;
		for (unsigned i = 0; i < parts_of(batch[n]); i++)
			fds[nfds++] = batch[n]->parts[i].fd;
		bytes += batch[n]->given.size;
		n++;
	}
	if (n == 0)
		return 0;
	w = fb_worker_start(e, FB_READER, fds, nfds, err);
	if (!w) {
		while (n)
			put_ready(e, batch[--n], true);
		return err && err->code ? err->code : FB_ESTATE;
	}
	memcpy(w->files, batch, n * sizeof *batch);
	w->nfiles = n;
	frame = fb_frame_begin(&w->conn.out, FB_R_FILES);
	for (unsigned i = 0; i < n; i++)
		put_file(e, &w->conn.out, batch[i]);
	fb_frame_end(&w->conn.out, frame);
	return 0;
}

/* Where nothing is decoded the matchers have nothing to do. */
static unsigned readers_for(const struct fb_engine *e, const struct fb_engine_file *next)
{
	return next->hash_only || next->scan ? e->max_matchers : e->max_readers;
}

int fb_files_fill(struct fb_engine *e, struct fb_err *err)
{
	unsigned readers = 0;
	int code;

	for (unsigned i = 0; i < e->nworkers; i++)
		readers += e->workers[i].alive && e->workers[i].kind == FB_READER;
	for (;;) {
		if (!e->ready && !e->no_more_files && (code = open_next(e, err)) != 0)
			return code;
		if (!e->ready || readers >= readers_for(e, &e->ready->given))
			return 0;
		if ((code = start_reader(e, err)) != 0)
			return code;
		readers++;
	}
}

/* ---- a reader died ---- */

/* The second death over a file, now over its bare bytes: nothing more of it. */
static int abandon(struct fb_engine *e, struct file *f)
{
	f->ended = true;
	f->top = NULL;
	f->root->result = (struct fb_source_result){ .whole = false };
	f->root->ended = true;
	if (give_up_rest(f->root, f->given.size))
		return FB_ENOMEM;
	return fb_stream_settle(e, f->root);
}

/* What the dead reader had open in it, from the inside out. */
static int end_members(struct fb_engine *e, struct file *f, enum fb_why why)
{
	int code = 0;

	while (f->top && f->top->parent && code == 0) {
		struct stream *s = f->top;

		f->top = s->parent;
		s->why = why;
		s->ended = true;
		code = give_up_rest(s, s->next_offset);
		if (code == 0)
			code = fb_stream_settle(e, s);
	}
	return code;
}

static int rescue(struct fb_engine *e, struct file *f, enum fb_why why)
{
	int code;

	if (!f->begun) {
		f->top = new_stream(f, NULL);
		if (!f->top)
			return FB_ENOMEM;
		f->begun = true;
		f->top->format = FB_NO_FORMAT;
	}
	if (!f->top) { /* it had said everything but goodbye */
		f->ended = true;
		if (!f->root)
			free_file(f);
		return 0;
	}
	if (f->rescue) {
		f->root->why = why;
		return abandon(e, f);
	}
	f->rescue = true;
	code = end_members(e, f, why);
	if (code)
		return code;
	f->root->why = why;
	if (lseek(f->given.fd, 0, SEEK_SET) < 0)
		return abandon(e, f);
	put_ready(e, f, true);
	return 0;
}

unsigned fb_files_scan_limit(const struct worker *w, unsigned otherwise)
{
	const struct file *f = w->at_file < w->nfiles ? w->files[w->at_file] : NULL;

	if (!f || !f->given.scan)
		return otherwise;
	return f->given.scan_seconds ? f->given.scan_seconds : FB_SCAN_CPU_SECONDS;
}

/* Nothing of it was reported yet, or it is reported again. */
static int scan_crashed(struct fb_engine *e, struct file *f, enum fb_why why)
{
	bool again;
	int code = fb_scanned_crashed(e, f, why, &again);

	if (code)
		return code;
	if (!again) {
		free_file(f);
		return 0;
	}
	while (f->streams)
		free_stream(f->streams);
	f->top = NULL;
	f->nstreams = 0;
	f->begun = false;
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
	if (f && f->given.scan)
		return scan_crashed(e, f, why);
	return f ? rescue(e, f, why) : 0;
}

void fb_files_drop(struct fb_engine *e)
{
	while (e->all)
		free_file(e->all);
	e->ready = NULL;
	e->ready_tail = &e->ready;
}
