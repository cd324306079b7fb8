/* Second-hand evidence: what another program made of evidence that is not here. Its events
 * are its statements: what it left out is not known, and what it says may be wrong. So the
 * source, each event and each detection on one carry the mark, and coverage by them is
 * partial at best (docs/formats/import.md).
 */
#ifndef FB_EVENT_SECONDHAND_H
#define FB_EVENT_SECONDHAND_H

#include <stdbool.h>

/* The program whose output a source of this format is ("Hayabusa"), for a mapping's format
 * ("map:NAME") its NAME; NULL: a format of first-hand evidence. */
const char *fb_second_hand(const char *format);
/* Are its events what that program reported as detections? */
bool fb_second_hand_claims(const char *format);

#define FB_MAP_PREFIX "map:"

#endif
