/* What passed between machines, and which addresses they had, read back (event/flow.h). After the seal; copies of a
 * source are left out. What is handed over dies when the callback returns.
 */
#ifndef FB_CASE_FLOWS_H
#define FB_CASE_FLOWS_H

#include "case/case.h"
#include "event/flow.h"

struct fb_flow_row {
	const char *path;   /* of the source */
	const char *ref;    /* event reference of the first record */
	const char *host;   /* FB_FLOW_ADDRESS: whose it is, as attributed; "" nobody knows */
	struct fb_flow f;
};
/* By path and place in it. A case that was read by a program that did not keep them has none. */
int fb_case_flows(struct fb_case *c, int (*cb)(void *user, const struct fb_flow_row *row), void *user, struct fb_err *err);

#endif
