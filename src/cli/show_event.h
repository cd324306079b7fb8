/* Events by reference, whole: what `firebreak show` does for what no rule recognised. */
#ifndef FB_CLI_SHOW_EVENT_H
#define FB_CLI_SHOW_EVENT_H

#include "cli/cmd.h"

/* refs: event references all of them, else FB_EUSAGE. */
int fb_show_events(struct fb_cli *cli, const char *dir, const char *const *refs, size_t n,
		   enum fb_output as);

#endif
