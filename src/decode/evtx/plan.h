/* Plans: what compile.c makes of BinXML and plan.c runs.
 *
 * A fragment (a template's definition, or BinXML that stands in a record without
 * one) is compiled into a flat list of leaves in document order, each with its
 * name, its symbol and what its value is made of.
 */
#ifndef FB_DECODE_EVTX_PLAN_H
#define FB_DECODE_EVTX_PLAN_H

#include "decode/evtx/evtx.h"

enum leaf_kind { LEAF_FIXED, LEAF_SUBST, LEAF_PARTS, LEAF_INSTANCE };

struct piece {
	bool subst;
	uint8_t declared; /* type of a substitution, as the definition has it */
	uint16_t index;
	struct fb_field fixed;
};

struct leaf {
	uint8_t kind;
	uint8_t role;
	bool quiet;   /* no field when there is no value */
	uint16_t index;
	uint32_t sym;
	struct fb_slice name; /* empty: of whatever the fragment stands in */
	union {
		struct fb_field fixed;
		struct {
			const struct piece *v;
			uint32_t n;
		} parts;
		const struct bx_instance *inst;
	} u;
	/* <Data Name="%1">: the name is put together for each record. */
	const struct piece *named_by;
	uint32_t nnamed_by;
};

struct evtx_plan {
	uint32_t nleaves;
	uint32_t steps; /* what compiling it cost of the chunk's */
	size_t bytes;   /* … and of its memory */
	const struct leaf *leaves;
	const char *why; /* it ends early: what is wrong behind it */
	bool limit;
};

/* Where a template's definition stands in the chunk, and its plan. */
struct evtx_slot {
	struct evtx_slot *next;
	uint32_t at;
	const struct evtx_plan *plan;
};

/* The plan of what is left of r, in the arena. What cannot be read ends it early
 * and stands in its why. NULL: memory, see evtx_take. */
struct evtx_plan *evtx_compile(struct evtx *x, struct fb_arena *arena, struct bx_reader *r);

/* n bytes; NULL sets x->nomem, or reports the limit of the arena as damage. */
void *evtx_take(struct evtx *x, struct fb_arena *a, size_t n);
/* Says once for the record what is wrong with it; limit stops it. */
void evtx_damaged(struct evtx *x, const char *why, bool limit);
uint32_t evtx_symbol(const struct evtx *x, struct fb_slice name);

/* ---- kept.c ---- */

/* What this process kept of chunks before; NULL: nothing can be kept. */
struct evtx_kept *evtx_kept(const struct fb_sink *sink);
struct evtx_room *evtx_kept_room(struct evtx_kept *k);
/* A chunk begins: none of the kept plans is in use. k may be NULL. */
void evtx_kept_begin(struct evtx_kept *k);
/* The plan that compiling the definition would make; NULL: it has to be compiled. Good for this chunk. */
const struct evtx_plan *evtx_kept_find(const struct evtx_kept *k, struct fb_slice chunk, const struct bx_instance *inst);
/* Keeps a plan just made; names: as its reader met them. */
void evtx_kept_add(struct evtx_kept *k, struct fb_slice chunk, const struct bx_instance *inst, const struct evtx_plan *plan,
		   const struct bx_names *names);

#endif
