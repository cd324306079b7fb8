/* Every event of a period, one a line, for programs that show timelines. */
#ifndef FB_CLI_EVERYTHING_H
#define FB_CLI_EVERYTHING_H

#include "cli/pass.h"
#include "show/events.h"

/* as: "timesketch", "l2t" or "bodyfile", else FB_EUSAGE. The filters are the command's. */
int fb_everything(struct fb_cli *cli, const char *dir, const char *as);

/* A hit as a row for show/events.h; text holds its reference while the row is used. */
void fb_event_row_of(const struct fb_pass_hit *hit, struct fb_buf *text, struct fb_event_row *row);

#endif
