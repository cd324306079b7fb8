/* What a unit recorded, counted by the matcher beside the rules: kinds of records, runs
 * of record numbers, notices (event/recorded.h). It sees every event, so an event of the
 * kind before costs three comparisons.
 */
#ifndef FB_ENGINE_TELEMETRY_H
#define FB_ENGINE_TELEMETRY_H

#include "base/buf.h"
#include "event/format.h"
#include "event/recorded.h"

/* Texts of a kind in the matcher's frame, bytes of UTF-8. */
#define FB_KIND_TEXT_MAX 512
#define FB_KIND_COLUMNS_MAX 2048

struct fb_telemetry;

/* A matcher's is made before the confinement and ends with the process. NULL: no memory. */
struct fb_telemetry *fb_telemetry_new(void);
void fb_telemetry_free(struct fb_telemetry *t);
/* A unit, or a piece of one, begins. */
void fb_telemetry_begin(struct fb_telemetry *t);
void fb_telemetry_event(struct fb_telemetry *t, const struct fb_event *ev);
/* What the values of a record of an event log are, in short: as the sums of blocks have it (event/recorded.h), of one
 * record. 0: of what is damaged, recovered, second-hand or no such record nothing can be compared. */
uint32_t fb_telemetry_content(const struct fb_event *ev);
/* What the format tells of the file. */
void fb_telemetry_note(struct fb_telemetry *t, const struct fb_note *note);
/* What did not fit into the limits, as a sentence; "" when all did. */
void fb_telemetry_excess(const struct fb_telemetry *t, char text[static FB_PROBLEM_TEXT_MAX]);
/* Appends the next frame; false: there is none. */
bool fb_telemetry_put(struct fb_telemetry *t, struct fb_buf *out);

#endif
