/* Logs of text of which a part stands in another one: two windows of one log (the head of the one was cut, or it was
 * rotated between two collections). That a range of one content is that of another is kept as a row of meta,
 * "hash:within:SHA256:SHA256" (the copy's, and of which it is a copy) -> "FROM LENGTH AT", and " all" where nothing in front of
 * FROM is an event. It stays true whatever becomes of the sources. The copy is the one that ends first, and the range goes to
 * its end (a last line that was cut off there stands whole in the other); where both end at one place, the one that begins
 * later.
 */
#ifndef FB_CASE_OVERLAPS_H
#define FB_CASE_OVERLAPS_H

#include "base/hash.h"
#include "case/case.h"

struct fb_db;

struct fb_overlap {
	uint8_t copy[FB_SHA256], of[FB_SHA256];
	uint64_t from, length, at; /* [from, from + length) of the copy stands at `at` of the other */
	bool all;
};
int fb_case_overlap(struct fb_case *c, const struct fb_overlap *o, struct fb_err *err);
/* All that is known, by their sums. */
int fb_case_overlaps(struct fb_case *c, int (*cb)(void *user, const struct fb_overlap *o), void *user, struct fb_err *err);

/* Where a source is cut into units, so that what it has alone is counted by itself: rising. made: only where a unit of
 * it begins, as it was read. */
int fb_case_cuts(struct fb_case *c, uint64_t source, bool made, uint64_t out[static FB_CUTS_MAX], unsigned *n, struct fb_err *err);
/* It is being cut: units replace others, and it is not read to its end. And then it is; units behind the last are gone.
 * Of other content than the case knows, it stays as it is. */
int fb_case_cutting(struct fb_case *c, uint64_t source, struct fb_err *err);
int fb_case_cut(struct fb_case *c, const struct fb_source_result *r, struct fb_err *err);

/* Are they known to be of two hosts, or by their folders (W3SVC1) of two sites? Their equal lines are then two requests.
 * Empty: not known. */
bool fb_overlap_apart(struct fb_slice host, struct fb_slice path, struct fb_slice other_host, struct fb_slice other_path);

/* Where a line of one content, known by its place, stands in another: both are set, and *moved. Not where the case has both
 * contents, and of two hosts or sites. */
int fb_case_overlap_now(struct fb_case *c, uint8_t sha256[static FB_SHA256], uint64_t *offset, bool *moved, struct fb_err *err);

/* ---- what it means for the sources of a case ---- */

struct fb_copies_source {
	struct fb_slice path, host; /* "" unknown; host: taken from the other where only that is known */
	const uint8_t *sha256;
	uint64_t size;
	bool hashed;
	uint32_t begins;   /* index + 1 of a source that begins with all of it, or 0 */
	uint32_t host_of;  /* out: index + 1 of the source that gave it its host, or 0 */
};

/* [from, to) of a source stands at `at` of source `of`, where it is nobody's copy. */
struct fb_copied {
	uint64_t covers; /* from here on nothing else is an event of its own; at most from */
	uint64_t from, to, at;
	uint32_t of;
};

struct fb_copies;
/* Sources in the order of their paths; those of equal content count as one another's. *out: NULL where no overlap is known;
 * to be freed, also when it fails. A row that does not fit the contents: FB_EINPUT. */
int fb_case_copies(struct fb_case *c, struct fb_copies_source *sources, uint32_t n, struct fb_copies **out, struct fb_err *err);
int fb_copies_new(struct fb_db *db, struct fb_copies_source *sources, uint32_t n, struct fb_copies **out, struct fb_err *err);
void fb_copies_free(struct fb_copies *c);
/* Of a case with what the seal made: temp.copied_units(unit), those that have no event of their own. */
int fb_case_copied_units(struct fb_case *c, struct fb_err *err);
/* NULL: it is an event of its own. c may be NULL. */
const struct fb_copied *fb_copies_at(const struct fb_copies *c, uint32_t source, uint64_t offset);
/* Is there no event of its own in this part of it? */
bool fb_copies_cover(const struct fb_copies *c, uint32_t source, uint64_t offset, uint64_t length);
/* All of one, by from; they do not meet one another. */
const struct fb_copied *fb_copies_of(const struct fb_copies *c, uint32_t source, uint32_t *n);

#endif
