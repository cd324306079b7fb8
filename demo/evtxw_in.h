/* Shared by the two halves of the event log writer only. */
#ifndef FB_DEMO_EVTXW_IN_H
#define FB_DEMO_EVTXW_IN_H

#include "evtxw.h"

#define EW_CHUNK 65536u
#define EW_NAMES 128u     /* 64 heads of name chains */
#define EW_TEMPLATES 384u /* 32 heads of template chains */
#define EW_RECORDS 512u
/* Definitions of one chunk; it has no room for as many. */
#define EW_TEMPLATES_MAX 256

struct ew_made {
	const void *key;                 /* the schema; of an outer template the provider */
	const char *channel, *computer; /* of an outer template, else NULL */
	uint8_t form;
	uint32_t offset, id;
};

struct evtxw {
	int fd;
	struct ew_options o;
	uint64_t next; /* number of the next record */
	uint32_t chunks;
	uint32_t at;
	uint32_t in_chunk;
	uint32_t last_offset;
	bool full; /* the record being written does not fit */
	size_t ntemplates;
	struct ew_made templates[EW_TEMPLATES_MAX];
	uint8_t c[EW_CHUNK];
};

/* All writes go through these; beyond the chunk they only set full. */
static inline uint8_t *ew_room(struct evtxw *w, uint32_t n)
{
	uint8_t *p = w->c + w->at;

	if (w->full || n > EW_CHUNK - w->at) {
		w->full = true;
		return NULL;
	}
	w->at += n;
	return p;
}

static inline void ew_put8(struct evtxw *w, uint8_t v)
{
	uint8_t *p = ew_room(w, 1);

	if (p)
		*p = v;
}

static inline void ew_poke32(struct evtxw *w, uint32_t at, uint32_t v)
{
	if (w->full)
		return;
	for (unsigned i = 0; i < 4; i++)
		w->c[at + i] = (uint8_t)(v >> 8 * i);
}

static inline void ew_put_le(struct evtxw *w, uint64_t v, uint32_t n)
{
	uint8_t *p = ew_room(w, n);

	for (uint32_t i = 0; p && i < n; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

static inline void ew_put16(struct evtxw *w, uint16_t v)
{
	ew_put_le(w, v, 2);
}

static inline void ew_put32(struct evtxw *w, uint32_t v)
{
	ew_put_le(w, v, 4);
}

static inline void ew_put64(struct evtxw *w, uint64_t v)
{
	ew_put_le(w, v, 8);
}

void ew_event_template(struct evtxw *w, const struct ew_event *ev);
void ew_event_plain(struct evtxw *w, const struct ew_event *ev);

#endif
