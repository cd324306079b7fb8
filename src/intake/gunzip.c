#include "intake/gunzip.h"

#include <limits.h>
#include <stdlib.h>
#define ZLIB_CONST /* its input is ours, and const */
#include <zlib.h>

#define GZIP_WINDOW (15 + 16) /* 32 KB, gzip header and trailer by zlib */

static const char behind[] = "bytes behind the last member";

struct fb_gunzip {
	z_stream z;
	enum fb_gunzip_state state;
	bool held;      /* a byte 0x1f after a member: the magic's first, or garbage */
	uint64_t max;
	uint64_t taken; /* of this member */
	uint64_t in;    /* of members that ended */
	uint64_t out;
	uint64_t members;
	const char *why;
};

struct fb_gunzip *fb_gunzip_new(uint64_t max_out)
{
	struct fb_gunzip *g = calloc(1, sizeof *g);

	if (!g)
		return NULL;
	g->max = max_out;
	g->why = "";
	if (inflateInit2(&g->z, GZIP_WINDOW) != Z_OK) {
		free(g);
		return NULL;
	}
	return g;
}

void fb_gunzip_free(struct fb_gunzip *g)
{
	if (!g)
		return;
	(void)inflateEnd(&g->z);
	free(g);
}

static void stop(struct fb_gunzip *g, enum fb_gunzip_state state, const char *why)
{
	g->state = state;
	g->why = why;
}

/* zlib's words are for programmers. */
static const char *reason(const char *msg)
{
	static const char *const words[][2] = {
		{ "incorrect header check", "not a gzip header" },
		{ "incorrect data check", "wrong checksum" },
		{ "incorrect length check", "wrong length in the trailer" },
		{ "header crc mismatch", "wrong header checksum" },
		{ "unknown compression method", "unknown compression method" },
	};

	for (size_t i = 0; msg && i < sizeof words / sizeof *words; i++)
		if (strcmp(msg, words[i][0]) == 0)
			return words[i][1];
	return "damaged compressed data";
}

/* Inflate src, as far as room and the limit go. Returns bytes of src taken, and adds
 * to *made. */
static size_t inflate_some(struct fb_gunzip *g, struct fb_slice src, uint8_t *out, size_t room,
			   size_t *made, int *code)
{
	uint64_t left = g->max - g->out;
	uint8_t over; /* one byte more than allowed shows that there is more */
	bool at_limit = left == 0;
	size_t used, n;
	int rc;

	if (src.n > UINT_MAX)
		src.n = UINT_MAX;
	if (room > UINT_MAX)
		room = UINT_MAX;
	if (!at_limit && room > left)
		room = (size_t)left;
	g->z.next_in = src.p;
	g->z.avail_in = (uInt)src.n;
	g->z.next_out = at_limit ? &over : out;
	g->z.avail_out = at_limit ? 1 : (uInt)room;
	rc = inflate(&g->z, Z_NO_FLUSH);
	used = src.n - g->z.avail_in;
	n = (at_limit ? 1 : room) - g->z.avail_out;
	g->taken += used;
	g->z.next_in = NULL;
	g->z.next_out = NULL;
	if (at_limit && n) {
		stop(g, FB_GUNZIP_LIMIT, "unpacks to more than allowed");
		return used;
	}
	if (!at_limit) {
		g->out += n;
		*made += n;
	}
	switch (rc) {
	case Z_STREAM_END:
		g->in += g->taken;
		g->taken = 0;
		g->members++;
		g->state = FB_GUNZIP_END;
		break;
	case Z_OK:
	case Z_BUF_ERROR: /* no progress: needs input or room */
		break;
	case Z_MEM_ERROR:
		*code = FB_ENOMEM;
		break;
	default:
		stop(g, FB_GUNZIP_BAD, reason(g->z.msg));
		break;
	}
	return used;
}

/* Behind a member: the magic of another, or the end of gzip. Returns bytes taken. */
static size_t next_member(struct fb_gunzip *g, struct fb_slice in, int *code)
{
	static const uint8_t magic[1] = { 0x1f };
	size_t none = 0;
	uint8_t nothing;

	if (!g->held) {
		if (in.p[0] != 0x1f) {
			stop(g, FB_GUNZIP_TRAILING, behind);
			return 0;
		}
		g->held = true;
		return 1;
	}
	if (in.p[0] != 0x8b) {
		stop(g, FB_GUNZIP_TRAILING, behind);
		return 0;
	}
	if (inflateReset(&g->z) != Z_OK) {
		stop(g, FB_GUNZIP_BAD, "damaged compressed data");
		return 0;
	}
	g->held = false;
	g->state = FB_GUNZIP_MORE;
	(void)inflate_some(g, fb_slice(magic, 1), &nothing, 1, &none, code);
	return 0;
}

int fb_gunzip_push(struct fb_gunzip *g, struct fb_slice in, uint8_t *out, size_t room,
		   size_t *in_used, size_t *out_made)
{
	size_t used = 0, made = 0;
	int code = 0;

	while (!code) {
		struct fb_slice rest = fb_slice_sub(in, used, in.n);
		size_t u, m = 0;

		if (g->state == FB_GUNZIP_END) {
			if (rest.n == 0)
				break;
			used += next_member(g, rest, &code);
			continue;
		}
		if (g->state != FB_GUNZIP_MORE || made == room)
			break;
		u = inflate_some(g, rest, out + made, room - made, &m, &code);
		used += u;
		made += m;
		if (u == 0 && m == 0 && g->state == FB_GUNZIP_MORE)
			break;
	}
	*in_used = used;
	*out_made = made;
	return code;
}

enum fb_gunzip_state fb_gunzip_state(const struct fb_gunzip *g)
{
	return g->held ? FB_GUNZIP_TRAILING : g->state;
}

const char *fb_gunzip_why(const struct fb_gunzip *g)
{
	return g->held ? behind : g->why;
}

uint64_t fb_gunzip_in(const struct fb_gunzip *g)
{
	if (g->state == FB_GUNZIP_MORE || g->state == FB_GUNZIP_LIMIT)
		return g->in + g->taken;
	return g->in;
}

uint64_t fb_gunzip_out(const struct fb_gunzip *g)
{
	return g->out;
}

uint64_t fb_gunzip_members(const struct fb_gunzip *g)
{
	return g->members;
}
