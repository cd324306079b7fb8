/* Raw detections as the seal wants them, kept in memory while a run writes them: reading
 * them again takes as long as writing. A convenience only: where not all of them are
 * here (a run that goes on, too many, a unit that was written twice) there are none.
 */
#ifndef FB_CASE_ROWS_H
#define FB_CASE_ROWS_H

#include "event/result.h"

enum { FB_ROW_RECOVERED = 1, FB_ROW_RECORD = 2 /* has a record number and no line */ };

/* In the column `flags` of raw detections what the values of a record are, in short, stands above its flags. */
#define FB_ROW_CONTENT_SHIFT 8

struct fb_row {
	fb_time time;
	uint64_t off, number; /* number: of the record, or the line */
	uint32_t rule, sub, seq, event_id;
	uint32_t host, channel; /* of the texts in the case */
	uint32_t unit;          /* index into units */
	uint32_t flags;
};

struct fb_rows {
	bool whole;
	struct fb_row *v;
	size_t n, cap;
	struct fb_row_unit {
		int64_t id;
		uint64_t source;
	} *units;
	size_t nunits, units_cap;
};

/* Empty, and whole. */
void fb_rows_begin(struct fb_rows *r);
/* They do not tell all: memory is given back. */
void fb_rows_drop(struct fb_rows *r);
/* Detections that follow are of this unit. */
void fb_rows_unit(struct fb_rows *r, int64_t id, uint64_t source);
void fb_rows_add(struct fb_rows *r, size_t seq, const struct fb_detection *d, int64_t host,
		 int64_t channel);

#endif
