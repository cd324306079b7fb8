/* What assess/ needs of a case to derive what the raw rows mean. Only assess/
 * includes this.
 *
 * The raw tables (sources, units, detections, unit_hosts, strings, rules) are read,
 * the derived ones (attributions, findings, copies, source_facts, totals) are filled,
 * by their plain names: when the case may not be written, or a run goes on beside
 * it, they are tables of this connection alone that hide the stored ones.
 */
#ifndef FB_CASE_SEAL_H
#define FB_CASE_SEAL_H

#include "case/case.h"
#include "case/db.h"
#include "case/rows.h"

/* *needed = false: what is derived fits, nothing to do. Else the derived tables are
 * there and empty; fill them and call fb_seal_end. */
int fb_seal_begin(struct fb_case *c, bool *needed, struct fb_db **db, struct fb_err *err);
/* r: what filling returned. Not 0: nothing of it stays. Returns r or its own code.
 * sum: SHA-256 over the ids of the findings, in their order. temp.tally(rule, att, n,
 * first, last, ord) says what there is of each rule and attribution, several rows of
 * one pair adding up; it saves whoever lists groups from reading all findings. */
int fb_seal_end(struct fb_case *c, int r, const uint8_t sum[static FB_SHA256], uint64_t findings,
		struct fb_err *err);

/* All raw detections, where this run wrote all of them and they are still in memory; else
 * NULL, and they are to be read. */
const struct fb_rows *fb_seal_rows(const struct fb_case *c);

#endif
