/* gzip (RFC 1952), streamed: compressed bytes in, plain bytes out, by zlib. No I/O:
 * the reader feeds it and accounts for both sides. Members that follow one another
 * are one stream, as gzip itself takes them.
 */
#ifndef FB_INTAKE_GUNZIP_H
#define FB_INTAKE_GUNZIP_H

#include "base/err.h"
#include "base/slice.h"

enum fb_gunzip_state {
	FB_GUNZIP_MORE = 0, /* inside a member; at the end of the file: truncated */
	FB_GUNZIP_END,      /* a member ended here; another may follow */
	FB_GUNZIP_TRAILING, /* what follows the last member is not gzip */
	FB_GUNZIP_BAD,      /* damaged: what came out before is all there is */
	FB_GUNZIP_LIMIT,    /* more would come out than allowed */
};

struct fb_gunzip;

/* max_out: the most that may come out (FB_UNPACK_MAX). NULL: out of memory. */
struct fb_gunzip *fb_gunzip_new(uint64_t max_out);
void fb_gunzip_free(struct fb_gunzip *g);

/* Takes *in_used bytes of in and makes *out_made bytes (at most room). Call again
 * with the rest until it takes nothing and makes nothing: then it needs more
 * input, or its state is TRAILING, BAD or LIMIT and it takes no more. An empty
 * `in` draws what is still inside. Returns 0 or FB_ENOMEM. */
int fb_gunzip_push(struct fb_gunzip *g, struct fb_slice in, uint8_t *out, size_t room,
		   size_t *in_used, size_t *out_made);

/* As if the input ended here: a single byte 0x1f behind a member is TRAILING until
 * the byte that makes it another member is pushed. */
enum fb_gunzip_state fb_gunzip_state(const struct fb_gunzip *g);
/* One line on a state that is not MORE or END ("wrong checksum"); "" otherwise. */
const char *fb_gunzip_why(const struct fb_gunzip *g);
/* Compressed bytes that belong to members; what was taken or follows beyond them
 * is trailing or damaged. In state BAD: up to the end of the last good member. */
uint64_t fb_gunzip_in(const struct fb_gunzip *g);
/* Plain bytes made. */
uint64_t fb_gunzip_out(const struct fb_gunzip *g);
/* Members that ended well. */
uint64_t fb_gunzip_members(const struct fb_gunzip *g);

#endif
