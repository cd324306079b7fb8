/* A configuration of Sysmon, held against the classes of event/chosen.h: what it records for sure, what never, and
 * what it leaves open. How Sysmon filters (docs/formats/coverage.md cites whom):
 *   - an event type may have one set of filters that includes and one that excludes; what is excluded is not recorded
 *     though it is included; an empty set matches nothing
 *   - filters on one field: any of them; on different fields all of them or any, by `groupRelation`; where that is
 *     not said it has differed between versions
 *   - of an event type that the configuration does not name the default holds, which has differed, too
 * Whatever is not understood, or was not the same in all versions, leaves it open. Pure.
 */
#ifndef FB_INTAKE_SYSMON_H
#define FB_INTAKE_SYSMON_H

#include "event/chosen.h"

enum fb_chosen { FB_CHOSEN_OPEN = 0, FB_CHOSEN_RECORDED, FB_CHOSEN_FILTERED };

/* Is its first element Sysmon's? head: the beginning of a file, in UTF-8. */
bool fb_sysmon_looks(struct fb_slice head);
/* A whole file in UTF-8; out has fb_nchosen_classes entries. false: it is no such XML. */
bool fb_sysmon_read(struct fb_slice text, enum fb_chosen *out);

#endif
