/* What the raw rows of a case mean: which detections are one event seen in several
 * places, what a detection is called, which computer it happened on, in which order
 * they stand (docs/formats/detections.md). Always worked out anew from everything, so
 * that the order in which evidence arrived leaves no trace.
 */
#ifndef FB_ASSESS_SEAL_H
#define FB_ASSESS_SEAL_H

#include "case/case.h"

/* Brings what is derived up to date; at once when nothing has changed since. Needed
 *   writing: before fb_case_end, which stores it with the case;
 *   reading: after fb_case_open, before fb_case_detections, _groups, _sources,
 *            _stats; a case whose run goes on or was killed is then read as it is. */
int fb_assess_seal(struct fb_case *c, struct fb_err *err);

#endif
