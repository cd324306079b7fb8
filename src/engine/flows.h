/* What passed between machines, and which addresses they had, as a unit tells it; counted by the matcher beside
 * the rules (event/flow.h).
 */
#ifndef FB_ENGINE_FLOWS_H
#define FB_ENGINE_FLOWS_H

#include "base/buf.h"
#include "event/flow.h"

struct fb_flows;

/* A matcher's is made before the confinement and ends with the process. NULL: no memory. */
struct fb_flows *fb_flows_new(void);
void fb_flows_free(struct fb_flows *f);
/* A unit, or a piece of one, begins. */
void fb_flows_begin(struct fb_flows *f);
void fb_flows_event(struct fb_flows *f, const struct fb_event *ev);
/* Appends the next frame; false: there is none. */
bool fb_flows_put(struct fb_flows *f, struct fb_buf *out);

#endif
