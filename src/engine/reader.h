/* Inside of the reader: reader.c has slabs, streams and plain files; members.c what is
 * in containers. Nothing here is seen outside of src/engine.
 *
 * A stream is a file or a member, at whatever depth. All bytes of one, wherever they
 * come from, pass through fb_stream_bytes: hashed, recognised, cut into units or let go. */
#ifndef FB_ENGINE_READER_H
#define FB_ENGINE_READER_H

#include "engine/lines.h"
#include "engine/wire.h"
#include "engine/zygote.h"

#include "base/hash.h"
#include "intake/collected.h"
#include "intake/container.h"
#include "intake/known.h"

/* Small enough to be in the cache when it is hashed. */
#define READ_BLOCK (256u << 10)
#define NO_SLAB 0xFFFFFFFFu

struct rstream {
	uint32_t id;     /* of this file: 0 the file, 1.. its members as they come */
	uint32_t parent; /* id */
	uint32_t index;  /* in the parent, from 1 */
	unsigned depth;  /* 0 the file */
	bool single;     /* has no name of its own */
	bool local;      /* mtime's zone is unknown */
	int64_t mtime;
	struct fb_buf name;
	struct fb_buf host; /* that a collector wrote into it */
	enum fb_container container;
	const struct fb_format *format;
	const struct fb_known *known; /* recognised, and not read here */
	enum fb_collected_kind collected_kind;
	struct fb_collected_parser *collected; /* NULL: it is none of a collector's files */
	uint32_t format_index;
	struct fb_sha256 *sha;
	struct fb_hashes *more; /* NULL: no other sums are asked for */
	unsigned more_kinds;
	struct fb_ctx ctx;
	uint64_t size;   /* bytes taken so far */
	uint64_t unit;   /* offset of the unit that is being gathered */
	uint32_t seq;
	bool probed;
	bool again;      /* an option could have had more of it */
	bool scan;       /* its bytes are kept for rules that look at them */
	bool over;       /* there are too many of them */
	uint64_t rejected;
	struct fb_buf problems;
	uint64_t hashed; /* bytes in sha */
	unsigned nbeginnings; /* whose sums are made */
	uint8_t (*beginnings)[FB_SHA256]; /* NULL: none was asked for yet */
	struct fb_lines *lines; /* NULL: nothing was asked of a text yet */
};

struct fb_reader {
	const struct fb_tables *t;
	struct fb_pool pool;
	int sock;
	struct fb_buf out, scratch;
	struct fb_ctx before; /* of the unit that is being cut */
	struct rstream *at[FB_ARCHIVE_DEPTH + 1]; /* made when first needed */
	uint8_t *tail;  /* bytes on their way to the next slab */

	uint32_t slab;  /* being filled, or NO_SLAB */
	size_t start;   /* of the unit that is being gathered, in the slab */
	size_t fill;    /* behind the last byte taken */

	/* the file in work */
	int fd;
	uint64_t given_size; /* as the file system says */
	uint8_t flags; /* enum fb_r_flags */
	int64_t only_unit;
	unsigned only_depth;
	uint32_t only[FB_ARCHIVE_DEPTH];
	uint32_t known_format; /* index, or FB_NO_FORMAT */
	uint32_t unit_size;
	enum fb_collected_kind collected_kind; /* by its name */
	unsigned hashes;       /* FB_HASH_…, besides SHA-256 */
	unsigned nbeginnings;
	uint64_t beginnings[FB_BEGINNINGS_MAX]; /* lengths, rising */
	struct fb_lines_asked asked; /* of texts */
	unsigned nparts;       /* that follow the file's own bytes; descriptors behind its own */
	uint64_t part_size[FB_PARTS_MAX];
	uint64_t own_hashed;   /* of its own bytes */
	uint32_t next_id, entries;
	uint64_t told;         /* bytes of the file that were reported */
	uint64_t unpacked, unpack_max, unpacked_told;
	uint64_t nested_memory; /* of containers held in memory */
	bool stop;             /* nothing more is wanted of this file */

	struct rstream *saying; /* whose statements come now */

	/* scan.c */
	struct fb_scanner *scanner; /* NULL: no rules of bytes */
};

/* scan.c: rules of bytes, on files of FB_R_SCANNED. */
int fb_scanner_open(const struct fb_tables *t, struct fb_scanner **out);
/* What the broker says of a file that is to be scanned. */
int fb_scanner_file(struct fb_scanner *sc, struct fb_cur *list);
/* Is the stream one to be scanned? Then its bytes are handed over, and at its end … */
bool fb_scanner_wants(const struct fb_scanner *sc, const struct rstream *s);
void fb_scanner_bytes(struct fb_scanner *sc, struct rstream *s, struct fb_slice data);
/* … the rules look at them, and what they find is told. sum: of all its bytes. */
int fb_scanner_end(struct fb_reader *r, const struct rstream *s, const uint8_t sum[static FB_SHA256]);

/* reader.c */
/* Bytes of the file and its parts, as pread. */
ssize_t fb_reader_at(const struct fb_reader *r, uint64_t at, uint8_t *p, size_t n);
int fb_reader_send(struct fb_reader *r);
int fb_reader_progress(struct fb_reader *r);
/* The stream at that depth, empty; NULL: out of memory. */
struct rstream *fb_stream_begin(struct fb_reader *r, unsigned depth);
void fb_stream_problem(struct rstream *s, uint64_t offset, uint64_t length, enum fb_why why,
		       bool skipped, const char *text);
/* Says what the stream is. Once, before its units and its end. */
void fb_stream_announce(struct fb_reader *r, struct rstream *s);
void fb_stream_hash(struct fb_reader *r, struct rstream *s, struct fb_slice bytes);
/* Hash, recognise, cut. *used < data.n: it is a container whose head lies gathered. */
int fb_stream_bytes(struct fb_reader *r, struct rstream *s, struct fb_slice data, size_t *used);
/* What is gathered and belongs to no unit yet; and let go of it. */
struct fb_slice fb_stream_gathered(const struct fb_reader *r);
void fb_stream_drop(struct fb_reader *r);
/* All bytes came: recognised if it was not (then, and only then, it may turn out to be a
 * container: *container, and it is not finished), cut to its end, reported. */
int fb_stream_finish(struct fb_reader *r, struct rstream *s, bool whole, bool *container);
int fb_stream_end(struct fb_reader *r, struct rstream *s, bool whole, uint64_t decoded,
		  uint64_t skipped);

/* members.c: the members of a file whose first bytes lie gathered and are those of a
 * container; to its end. whole: false when it could not be read so far. */
int fb_container_file(struct fb_reader *r, bool whole);

#endif
