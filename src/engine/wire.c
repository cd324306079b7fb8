#include "engine/wire.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEAD 5
#define READ_STEP (256u << 10)

size_t fb_frame_begin(struct fb_buf *b, enum fb_frame_type type)
{
	size_t at = b->n;

	(void)fb_buf_u32(b, 0);
	(void)fb_buf_putc(b, (uint8_t)type);
	return at;
}

void fb_frame_end(struct fb_buf *b, size_t begun)
{
	size_t n = b->n - begun - HEAD;

	if (b->code)
		return;
	for (int i = 0; i < 4; i++)
		b->p[begun + (size_t)i] = (uint8_t)(n >> (8 * i));
}

void fb_put_bytes(struct fb_buf *b, struct fb_slice s)
{
	(void)fb_buf_u32(b, (uint32_t)s.n);
	(void)fb_buf_slice(b, s);
}

bool fb_get_bytes(struct fb_cur *c, size_t max, struct fb_slice *out)
{
	uint32_t n;

	return fb_cur_u32(c, &n) && n <= max && fb_cur_take(c, n, out);
}

int fb_wire_send(int fd, struct fb_buf *b)
{
	struct fb_slice s = fb_buf_view(b);
	int r = b->code;

	while (r == 0 && s.n) {
		ssize_t n = write(fd, s.p, s.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			r = FB_ESTOP;
		else
			s = fb_slice_sub(s, (size_t)n, s.n);
	}
	fb_buf_clear(b);
	return r;
}

static int read_all(int fd, uint8_t *p, size_t n)
{
	while (n) {
		ssize_t got = read(fd, p, n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return FB_ESTOP;
		p += got;
		n -= (size_t)got;
	}
	return 0;
}

int fb_wire_recv(int fd, struct fb_buf *scratch, struct fb_frame *out)
{
	uint8_t head[HEAD];
	uint32_t n;
	int r = read_all(fd, head, HEAD);

	if (r)
		return r;
	n = fb_le32(head);
	fb_buf_clear(scratch);
	if (n > FB_MESSAGE_MAX || fb_buf_reserve(scratch, n))
		return FB_ELIMIT;
	r = read_all(fd, scratch->p, n);
	if (r)
		return r;
	scratch->n = n;
	out->type = head[4];
	out->body = fb_cur(fb_buf_view(scratch));
	return 0;
}

void fb_conn_init(struct fb_conn *c, int fd)
{
	*c = (struct fb_conn){ .fd = fd };
	fb_buf_init(&c->in, 2 * (size_t)FB_MESSAGE_MAX + READ_STEP);
	fb_buf_init(&c->out, 4 * (size_t)FB_MESSAGE_MAX);
}

void fb_conn_dispose(struct fb_conn *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	fb_buf_dispose(&c->in);
	fb_buf_dispose(&c->out);
}

int fb_conn_pump(struct fb_conn *c, bool *closed)
{
	ssize_t n;

	*closed = false;
	if (c->in_at) {
		memmove(c->in.p, c->in.p + c->in_at, c->in.n - c->in_at);
		c->in.n -= c->in_at;
		c->in_at = 0;
	}
	if (fb_buf_reserve(&c->in, READ_STEP))
		return c->in.code == FB_ENOMEM ? FB_ENOMEM : FB_EINPUT;
	n = recv(c->fd, c->in.p + c->in.n, READ_STEP, MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n <= 0) {
		*closed = true;
		return 0;
	}
	c->in.n += (size_t)n;
	return 0;
}

int fb_conn_next(struct fb_conn *c, struct fb_frame *out)
{
	size_t left = c->in.n - c->in_at;
	const uint8_t *p = c->in.p + c->in_at;
	uint32_t n;

	if (left < HEAD)
		return 0;
	n = fb_le32(p);
	if (n > FB_MESSAGE_MAX)
		return FB_EINPUT;
	if (left - HEAD < n)
		return 0;
	out->type = p[4];
	out->body = fb_cur(fb_slice(p + HEAD, n));
	c->in_at += HEAD + (size_t)n;
	return 1;
}

int fb_conn_flush(struct fb_conn *c)
{
	if (c->out.code)
		return c->out.code;
	while (c->out_at < c->out.n) {
		ssize_t n = send(c->fd, c->out.p + c->out_at, c->out.n - c->out_at,
				 MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return 0;
		if (n < 0)
			return FB_EIO;
		c->out_at += (size_t)n;
	}
	fb_buf_clear(&c->out);
	c->out_at = 0;
	return 0;
}
