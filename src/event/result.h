/* What a worker found in a unit, and what a reader found of a source, as data: made
 * by the engine, kept by the case. All text in it was validated by the broker:
 * UTF-8, within its limits. Memory belongs to the caller of the function that is
 * handed one, and dies when that returns.
 */
#ifndef FB_EVENT_RESULT_H
#define FB_EVENT_RESULT_H

#include "event/format.h"
#include "event/recorded.h"
#include "event/rules.h"

/* A rule that recognised an event. */
struct fb_detection {
	uint32_t rule; /* index into the run's ruleset */
	uint32_t sub;
	fb_time time;
	uint8_t time_digits, time_flags, flags; /* as in struct fb_event */
	uint64_t offset, length; /* of the record in the source */
	uint64_t record, line;
	uint32_t event_id;
	uint32_t content; /* of a record: its values in short, to tell it from another of its number; 0: not to be compared */
	struct fb_slice host;     /* as recorded; empty: the record names none */
	struct fb_slice channel;
	struct fb_slice provider;
	struct fb_slice summary;
	/* Entities, each: type (1 byte), length (u16 LE), value. */
	struct fb_slice entities;
	/* The original record as text; empty when not kept here (limits.h). */
	struct fb_slice original;
	/* What correlations want to know (struct fb_capture); mostly empty. */
	struct fb_slice values;
};

struct fb_problem {
	uint64_t offset, length;
	enum fb_why why;
	bool skipped;          /* bytes without events: a total, offset is the first */
	struct fb_slice text;  /* may be empty */
};

struct fb_host_count {
	struct fb_slice host;
	uint64_t events;
};

/* The number of the unit that has what rules of bytes found in a source as a whole. */
#define FB_SEQ_SCAN 0x7FFFFFFFu
/* And of the one that has what lists say of its name and hash; units that a source was
 * cut into have smaller numbers. */
#define FB_SEQ_KNOWN 0x7FFFFFFEu

struct fb_unit_result {
	uint64_t source;   /* the id that the case gave */
	uint32_t seq;      /* of the unit in its source, from 0 */
	uint64_t offset;
	uint64_t length;
	const struct fb_ctx *ctx; /* before the unit */
	uint64_t events;
	fb_time first, last;      /* of valid event times; FB_TIME_NONE without */
	uint64_t decoded, rejected, skipped; /* sum: length */
	uint64_t lost;            /* detections not kept: a limit */
	const struct fb_detection *detections; /* in the order of the evidence */
	size_t ndetections;
	const struct fb_problem *problems;
	size_t nproblems;
	const struct fb_host_count *hosts; /* Computer names seen, at most 16 */
	size_t nhosts;
	struct fb_recorded recorded;
	struct fb_slice flows; /* what passed between machines, each as event/flow.h puts it */
	struct fb_slice pages; /* what was asked of pages, each as event/page.h puts it */
};

/* Where a text has its first line, directives (#) in front left out, where its anchor begins, which are the FB_ANCHOR_LINES
 * whole lines behind that one (it may lack its beginning), what stands for them, and what for the directives that say how
 * they are to be read. */
struct fb_text_head {
	bool known; /* it was asked for, is that long, and of characters of a byte */
	uint64_t first, anchor, sum, directives;
};

/* Where an anchor stands: which of those that were asked for; before: where the line in front of it begins. */
struct fb_text_place {
	unsigned anchor;
	uint64_t offset, before, directives;
};

/* The sum of a range: which of those that were asked for. */
struct fb_range_sum {
	unsigned range;
	uint8_t sha256[FB_SHA256];
};

struct fb_source_result {
	uint64_t source;
	const char *format;     /* fb_format.name, a container's, that of
				 * what is known and not read, or "" for unknown */
	bool container;         /* its members are sources of their own */
	bool again;             /* an option could have had more of it: not done */
	uint64_t size;          /* bytes read */
	uint8_t sha256[FB_SHA256];
	struct fb_hash_sums sums;    /* those that were asked for */
	/* Of its first so many bytes, FB_SHA256 each: for the lengths that were asked for, as many as it has bytes for. */
	const uint8_t *beginnings;
	size_t nbeginnings;
	/* Of a text, what was asked of it (struct fb_text_ask). */
	struct fb_text_head head;
	const struct fb_text_place *places; /* in the order of offsets */
	size_t nplaces;
	const struct fb_range_sum *ranges;
	size_t nranges;
	bool whole;             /* read to its end; else sha256 means nothing */
	uint32_t units;
	/* Bytes outside of units: unknown format, container, read errors. */
	uint64_t decoded, rejected, skipped;
	const struct fb_problem *problems;
	size_t nproblems;
};

#endif
