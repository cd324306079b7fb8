/* The inside of the EVTX decoder: what its files share.
 *
 *   format.c   probe, split, decode: the pieces of a file and their account
 *   chunk.c    the records of one chunk
 *   compile.c  BinXML to a plan: a template is compiled once per chunk into a list
 *              of leaves
 *   kept.c     plans that outlive their chunk
 *   plan.c     a plan and a record's values to fields
 *   binxml.c   tokens
 *   crc.c      checksums
 *   render.c   a record as XML
 *   json.c     a record as JSON: its tree
 *   jsontext.c and how that is written
 *   summary.c  a record as one line
 */
#ifndef FB_DECODE_EVTX_EVTX_H
#define FB_DECODE_EVTX_EVTX_H

#include "base/arena.h"
#include "decode/evtx/binxml.h"
#include "event/format.h"

#define EVTX_HEADER_SIZE 4096u
#define EVTX_CHUNK_SIZE 65536u
#define EVTX_CHUNK_HEADER 512u
#define EVTX_RECORD_HEAD 24u /* magic, size, identifier, time */
#define EVTX_RECORD_MIN 28u  /* and the size again at its end */
#define EVTX_IDS_MAX (EVTX_CHUNK_SIZE / EVTX_RECORD_MIN)

struct evtx_slot;
struct evtx_kept;

struct evtx_val {
	const uint8_t *p;
	uint16_t n;
	uint8_t type;
};

/* Fields of System that the event itself points to. */
enum evtx_role {
	EVTX_ROLE_NONE = 0,
	EVTX_ROLE_EVENT_ID,
	EVTX_ROLE_TIME,
	EVTX_ROLE_CHANNEL,
	EVTX_ROLE_PROVIDER,
	EVTX_ROLE_COMPUTER,
	EVTX_ROLE_RECORD_ID,
	EVTX_ROLES
};

#define EVTX_PLAN_SLOTS 256
#define EVTX_SOUGHT 16

/* What decoding works in. */
struct evtx_room {
	struct fb_arena arena;   /* of what stands below */
	struct fb_arena plans;   /* lives as long as the chunk */
	struct fb_arena scratch; /* as the record */
	struct evtx_val *vals;   /* FB_BINXML_VALUES_MAX, used as a stack */
	struct fb_field *fields; /* FB_FIELDS_MAX */
	uint64_t *ids;           /* of the chunk's records: EVTX_IDS_MAX, chunk.c's */
};
/* 0 or FB_ENOMEM; in any case to be disposed of. */
int evtx_room_init(struct evtx_room *r);
void evtx_room_dispose(struct evtx_room *r);

struct evtx {
	struct fb_sink *sink;
	uint64_t base;           /* of the chunk in the source */
	struct fb_slice chunk;
	struct evtx_room *room;
	size_t plan_room;        /* bytes that plans of this chunk may still take */
	struct evtx_kept *kept;  /* NULL: no plan is kept */
	struct evtx_slot *slots[EVTX_PLAN_SLOTS]; /* by offset of the definition */
	uint32_t chunk_steps;    /* left */
	struct fb_ctx before;    /* see evtx_before_add */
	/* Definitions that were looked for because theirs was overwritten: identifier
	 * and where the same stands, 0: nowhere. */
	struct {
		uint32_t id, at;
	} sought[EVTX_SOUGHT];
	uint32_t nsought;        /* ever; the last EVTX_SOUGHT are kept */
	bool nomem;
	/* The record at hand. */
	uint32_t steps;          /* left */
	uint8_t flags;           /* enum fb_event_flags */
	bool limit;              /* a limit was reached */
	bool borrowed;           /* a template's definition was found elsewhere */
	const char *why;         /* the first thing that was wrong */
	struct evtx_val *vals;   /* the room's */
	uint32_t nvals;
	struct fb_field *fields; /* the room's */
	uint32_t nfields;
	uint32_t role[EVTX_ROLES]; /* field + 1 */
};

/* What the event's priv points to. */
struct evtx_view {
	struct fb_slice chunk;
	struct fb_slice body; /* the record's BinXML */
};

/* The memory of one decode; evtx_dispose in any case. 0 or FB_ENOMEM. */
int evtx_init(struct evtx *x, struct fb_sink *sink);
void evtx_dispose(struct evtx *x);

/* The fields of one record's BinXML into x->fields. What could not be read is
 * said by x->flags and x->why; x->nomem after memory ran out. */
void evtx_fields(struct evtx *x, struct fb_slice body);
/* Forgets the plans of the chunk before. */
void evtx_new_chunk(struct evtx *x, struct fb_slice chunk, uint64_t base);

/* Decode `bytes`, one chunk (the last may be shorter), at base in the source, and
 * account for each byte of it. Returns what fb_format.decode returns. */
int evtx_chunk(struct evtx *x, struct fb_slice bytes, uint64_t base);

/* What the context carries: which records the chunks before had, as their headers
 * say, oldest first. Windows makes a new chunk in the memory of the one before, so
 * that its free space repeats records that live there. */
#define EVTX_BEFORE 16
#define EVTX_RANGE 16u /* bytes: first and last identifier */
void evtx_before_add(struct fb_ctx *ctx, struct fb_slice chunk);
bool evtx_before_has(const struct fb_ctx *ctx, uint64_t id);

/* zlib's crc32, faster. */
uint32_t evtx_crc(uint32_t sum, struct fb_slice s);

int evtx_render(const struct fb_event *ev, struct fb_buf *out);
int evtx_json(const struct fb_event *ev, struct fb_buf *out);
int evtx_summarise(const struct fb_event *ev, struct fb_buf *out);

#endif
