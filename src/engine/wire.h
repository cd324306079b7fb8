/* Frames between the broker and its workers: length (u32), type (u8), body; over a
 * stream socket, little-endian. The broker reads what workers send as it would read
 * evidence: with a bounded cursor, and a frame that does not fit ends the worker.
 */
#ifndef FB_ENGINE_WIRE_H
#define FB_ENGINE_WIRE_H

#include "base/buf.h"
#include "base/cursor.h"
#include "base/limits.h"

enum fb_frame_type {
	/* broker to reader */
	FB_R_FILES = 1,  /* for each descriptor: u64 size, u8 enum fb_r_flags, i64 only_unit, u8 depth,
			    u32 number in its container for each, u32 format
			    that it is known to have or FB_NO_FORMAT, u32 unit_size, u8 enum
			    fb_collected_kind of its name, u8 FB_HASH_…, u16 further parts (a descriptor
			    behind its own, and u64 size, for each), and
			    u16 and u64 length for each beginning whose sum is wanted,
			    u8 heads, u16 and u64 sum for each anchor, u16 and u32 index, u64 from, to for each range,
			    u16 and u32 index, u64 offset for each cut,
			    with FB_R_SCANNED u8 all, path, u32 n, u32 stream
			    not to be scanned for each; the reader reads them all
			    and ends */
	FB_R_SLAB,       /* u32 slab */
	/* reader to broker */
	FB_R_NEED,       /* - : one slab more */
	FB_R_STREAM,     /* u32 stream, u32 container's stream, u32 number in it, u32 format
			    (or FB_NO_FORMAT …), i64 mtime, u8 FB_S_…, host that a
			    collector wrote into it (u32 length, bytes), name */
	FB_R_UNIT,       /* u32 stream, seq, slab, at, len; u64 offset; u8 last; ctx */
	FB_R_SLAB_END,   /* u32 slab: nothing more will be written to it */
	FB_R_BYTES,      /* u64 read so far of the file */
	FB_R_STREAM_END, /* u32 stream, u64 size, sha256, u8 FB_HASH_…, md5, sha1, u8 FB_S_…, u64 decoded rejected
			    skipped, u16 and sha256 for each beginning, where a text was asked u8 known, u64 first, anchor, sum, directives
			    of its head, u16 and u16, u64 offset, before, directives for each place, u16 and u16, sha256 for each range; problems */
	FB_R_FILE_END,   /* - */
	FB_R_SCAN,       /* u32 stream, u64 size: rules of bytes look at it now */
	FB_R_HIT,        /* u32 stream, then as FB_M_EVENT */
	FB_R_UNSCANNED,  /* u32 stream, then as FB_M_PROBLEM */
	FB_R_COLLECTED,  /* u32 stream, u8 what, i64 time, u64 size, u8 sum, hash, path,
			    place, text: what a collector wrote (event/collected.h) */
	/* broker to matcher */
	FB_M_UNIT,       /* u32 format, slab, at, len; u64 base; u8 flags; ctx */
	/* matcher to broker */
	FB_M_EVENT,      /* a detected event and the rules that hit it */
	FB_M_PROBLEM,    /* u64 offset, length; u8 why, skipped; text */
	FB_M_PIECE,      /* u32 at, u32 len: a minimal unit begins; ctx behind it */
	FB_M_KINDS,      /* what was recorded (telemetry.h), before the end */
	FB_M_SERIES,
	FB_M_NOTICES,
	FB_M_PAGES,      /* what was asked of pages (pages.h): each as fb_page_put has it */
	FB_M_FLOWS,      /* what passed between machines (flows.h): each as fb_flow_put has it */
	FB_M_END,        /* account of the unit or piece */
	/* both */
	FB_W_HELLO,      /* - : confined and ready */
};

#define FB_NO_FORMAT 0xFFFFFFFFu
/* And of these on, one for each enum fb_container. */
#define FB_FORMAT_CONTAINER 0xFFFFFF00u
/* And of these, one for each fb_known_at(). */
#define FB_FORMAT_KNOWN 0xFFFFFE00u
/* And of these, one for each enum fb_collected_kind. */
#define FB_FORMAT_COLLECTED 0xFFFFFD00u

enum fb_s_flags {
	FB_S_SINGLE = 1, /* the one stream in its container, without a name */
	FB_S_LOCAL = 2,  /* its time is local, in a zone that is not known */
	FB_S_WHOLE = 1,  /* at its end: read to it */
	FB_S_AGAIN = 2,  /* at its end: an option could have had more of it */
};

enum fb_m_flags {
	FB_M_LAST = 1,      /* the source ends with this unit */
	FB_M_MINIMAL = 2,   /* decode in minimal units, announce each */
	FB_M_ORIGINALS = 4, /* the original of every detection */
	FB_M_RENDER = 8,    /* and only that, up to FB_RENDERED_MAX */
	FB_M_JSON = 16,     /* with FB_M_RENDER: as JSON */
	FB_M_HIT = 32,      /* no originals */
	FB_M_PLACE = 64,    /* neither these nor summary and entities */
	FB_M_SIFT = 128,    /* pieces in which nothing can be hit are not decoded */
};

enum fb_r_flags {
	FB_R_HASH_ONLY = 1, /* nothing is decoded */
	FB_R_UNHASHED = 2,  /* nothing is hashed */
	FB_R_MEMBERS = 4,   /* with FB_R_HASH_ONLY: archives are opened all the same */
	FB_R_SCANNED = 8,   /* nothing is decoded; rules of bytes see what no format takes */
	FB_R_COLLECTORS = 16, /* what collectors wrote about their work is read */
};

struct fb_frame {
	uint8_t type;
	struct fb_cur body;
};

/* Append a frame to b: begin, put the body into b, end. */
size_t fb_frame_begin(struct fb_buf *b, enum fb_frame_type type);
void fb_frame_end(struct fb_buf *b, size_t begun);
/* Length (u32) and bytes. */
void fb_put_bytes(struct fb_buf *b, struct fb_slice s);
/* At most max bytes. */
bool fb_get_bytes(struct fb_cur *c, size_t max, struct fb_slice *out);

/* Worker side, blocking, by read and write alone. */
int fb_wire_send(int fd, struct fb_buf *b); /* all of b, which is cleared */
/* The next frame; its body lives in scratch. FB_ESTOP: the broker is gone. */
int fb_wire_recv(int fd, struct fb_buf *scratch, struct fb_frame *out);

/* Broker side: never blocks. */
struct fb_conn {
	int fd;
	struct fb_buf in, out;
	size_t in_at, out_at;
};
void fb_conn_init(struct fb_conn *c, int fd);
void fb_conn_dispose(struct fb_conn *c);
/* What the socket holds, into c->in. *closed: the worker has closed. FB_EINPUT: no
 * sane peer. Frames are taken until there is none, before the next pump. */
int fb_conn_pump(struct fb_conn *c, bool *closed);
/* 1: a frame, alive until the next pump; 0: none whole; negative: a lie. */
int fb_conn_next(struct fb_conn *c, struct fb_frame *out);
/* As much of c->out as the socket takes; FB_EIO when it is broken. */
int fb_conn_flush(struct fb_conn *c);
static inline bool fb_conn_pending(const struct fb_conn *c)
{
	return c->out_at < c->out.n;
}

#endif
