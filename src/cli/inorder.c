#include "cli/inorder.h"

#include "base/buf.h"
#include "base/io.h"
#include "base/limits.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Hits of one unit, as bytes. */
struct parcel {
	bool here;      /* the unit came */
	uint8_t *bytes; /* or NULL: in the file */
	size_t n;
	uint64_t at;
};

struct line { /* a source */
	struct parcel *units;
	uint32_t room;
	uint32_t total; /* UINT32_MAX: not known yet */
	uint32_t next;  /* unit to leave */
};

struct fb_inorder {
	int (*out)(void *user, size_t source, const struct fb_detection *d, size_t n);
	void *user;
	struct line *lines;
	size_t n, at; /* at: the source to leave */
	size_t held;  /* bytes in memory */
	int fd;       /* -1: no file yet */
	uint64_t end; /* of it */
	struct fb_buf packed;
};

int fb_inorder_new(size_t n, int (*out)(void *user, size_t source, const struct fb_detection *d, size_t n),
		   void *user, struct fb_inorder **in, struct fb_err *err)
{
	struct fb_inorder *o = calloc(1, sizeof *o);

	if (!o || !(o->lines = calloc(n + 1, sizeof *o->lines))) {
		free(o);
		return fb_fail(err, FB_ENOMEM, "out of memory");
	}
	for (size_t i = 0; i < n; i++)
		o->lines[i].total = UINT32_MAX;
	o->out = out;
	o->user = user;
	o->n = n;
	o->fd = -1;
	fb_buf_init(&o->packed, SIZE_MAX / 2);
	*in = o;
	return 0;
}

void fb_inorder_free(struct fb_inorder *in)
{
	if (!in)
		return;
	for (size_t i = 0; i < in->n; i++) {
		for (uint32_t k = 0; k < in->lines[i].room; k++)
			free(in->lines[i].units[k].bytes);
		free(in->lines[i].units);
	}
	free(in->lines);
	if (in->fd >= 0)
		close(in->fd);
	fb_buf_dispose(&in->packed);
	free(in);
}

/* ---- hits as bytes: the struct, then what its slices point to ---- */

#define SLICES 7

static void slices_of(struct fb_detection *d, struct fb_slice *out[static SLICES])
{
	out[0] = &d->host;
	out[1] = &d->channel;
	out[2] = &d->provider;
	out[3] = &d->summary;
	out[4] = &d->entities;
	out[5] = &d->original;
	out[6] = &d->values;
}

static void pack(struct fb_buf *b, const struct fb_detection *hit)
{
	struct fb_detection d = *hit;
	struct fb_slice *s[SLICES];

	slices_of(&d, s);
	(void)fb_buf_put(b, &d, sizeof d);
	for (unsigned i = 0; i < SLICES; i++)
		(void)fb_buf_slice(b, *s[i]);
}

static int unpack(struct fb_inorder *in, const uint8_t *p, size_t n)
{
	struct fb_detection batch[FB_INORDER_BATCH];
	size_t k = 0;
	int r = 0;

	for (size_t at = 0; at < n && !r;) {
		struct fb_detection *d = &batch[k++];
		struct fb_slice *s[SLICES];

		memcpy(d, p + at, sizeof *d);
		at += sizeof *d;
		slices_of(d, s);
		for (unsigned i = 0; i < SLICES; i++) {
			s[i]->p = p + at;
			at += s[i]->n;
		}
		if (k < FB_INORDER_BATCH && at < n)
			continue;
		r = in->out(in->user, in->at, batch, k);
		k = 0;
	}
	return r;
}

/* ---- the file ---- */

static int open_file(struct fb_inorder *in, struct fb_err *err)
{
	const char *dir = getenv("TMPDIR");
	char path[4096];

	if (!dir || !*dir)
		dir = "/tmp";
	in->fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (in->fd >= 0)
		return 0;
	/* A file system without files that have no name. */
	if (snprintf(path, sizeof path, "%s/firebreak-XXXXXX", dir) >= (int)sizeof path)
		return fb_fail(err, FB_EUSAGE, "TMPDIR: too long");
	in->fd = mkostemp(path, O_CLOEXEC);
	if (in->fd < 0)
		return fb_fail_errno(err, FB_EIO, "%s", dir);
	(void)unlink(path);
	return 0;
}

static int to_file(struct fb_inorder *in, struct parcel *p, struct fb_err *err)
{
	int r = in->fd < 0 ? open_file(in, err) : 0;

	if (!r && lseek(in->fd, (off_t)in->end, SEEK_SET) < 0)
		r = fb_fail_errno(err, FB_EIO, "a temporary file");
	if (!r)
		r = fb_write_all(in->fd, fb_buf_view(&in->packed), err);
	p->at = in->end;
	in->end += in->packed.n;
	return r;
}

static int from_file(struct fb_inorder *in, const struct parcel *p, struct fb_err *err)
{
	fb_buf_clear(&in->packed);
	if (fb_buf_reserve(&in->packed, p->n))
		return fb_fail(err, FB_ENOMEM, "out of memory");
	while (in->packed.n < p->n) {
		ssize_t got = pread(in->fd, in->packed.p + in->packed.n, p->n - in->packed.n,
				    (off_t)(p->at + in->packed.n));

		if (got <= 0)
			return fb_fail_errno(err, FB_EIO, "a temporary file");
		in->packed.n += (size_t)got;
	}
	return 0;
}

/* ---- leaving ---- */

static int leave(struct fb_inorder *in, struct parcel *p, struct fb_err *err)
{
	int r = 0;

	if (p->n == 0)
		return 0;
	if (p->bytes) {
		r = unpack(in, p->bytes, p->n);
		free(p->bytes);
		p->bytes = NULL;
		in->held -= p->n;
		return r;
	}
	r = from_file(in, p, err);
	return r ? r : unpack(in, in->packed.p, p->n);
}

static int advance(struct fb_inorder *in, struct fb_err *err)
{
	int r = 0;

	while (in->at < in->n && !r) {
		struct line *l = &in->lines[in->at];

		if (l->next < l->room && l->units[l->next].here)
			r = leave(in, &l->units[l->next++], err);
		else if (l->next >= l->total)
			in->at++;
		else
			break;
	}
	return r;
}

static int make_room(struct line *l, uint32_t seq, struct fb_err *err)
{
	size_t room = l->room ? l->room : 16;
	struct parcel *more;

	if (seq < l->room)
		return 0;
	while (room <= seq)
		room *= 2;
	more = reallocarray(l->units, room, sizeof *more);
	if (!more)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	memset(more + l->room, 0, (room - l->room) * sizeof *more);
	l->units = more;
	l->room = (uint32_t)room;
	return 0;
}

static int keep(struct fb_inorder *in, struct parcel *p, const struct fb_detection *hits, size_t n,
		struct fb_err *err)
{
	fb_buf_clear(&in->packed);
	for (size_t i = 0; i < n; i++)
		pack(&in->packed, &hits[i]);
	if (fb_buf_code(&in->packed))
		return fb_fail(err, FB_ENOMEM, "out of memory");
	p->n = in->packed.n;
	if (in->held + p->n > FB_PASS_MEMORY)
		return to_file(in, p, err);
	p->bytes = malloc(p->n);
	if (!p->bytes)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	memcpy(p->bytes, in->packed.p, p->n);
	in->held += p->n;
	return 0;
}

int fb_inorder_unit(struct fb_inorder *in, size_t source, uint32_t seq,
		    const struct fb_detection *hits, size_t n, struct fb_err *err)
{
	struct line *l = &in->lines[source];
	int r = make_room(l, seq, err);

	if (r)
		return r;
	l->units[seq].here = true;
	if (source == in->at && seq == l->next) {
		for (size_t i = 0; i < n && !r; i += FB_INORDER_BATCH)
			r = in->out(in->user, source, hits + i, n - i < FB_INORDER_BATCH ? n - i : FB_INORDER_BATCH);
		l->next++;
	} else if (n) {
		r = keep(in, &l->units[seq], hits, n, err);
	}
	return r ? r : advance(in, err);
}

int fb_inorder_end(struct fb_inorder *in, size_t source, uint32_t units, struct fb_err *err)
{
	struct line *l = &in->lines[source];

	if (l->total == UINT32_MAX)
		l->total = units;
	return advance(in, err);
}
