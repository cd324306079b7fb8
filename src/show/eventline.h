/* Events one a line in the forms that timeline programs read:
 *
 *   Timesketch   JSON lines with message, datetime, timestamp_desc (its importer's
 *                documentation), and what Firebreak knows beside
 *   l2t          log2timeline's CSV of 17 columns, as plaso's l2tcsv module writes it
 *   bodyfile     The Sleuth Kit's, version 3: MD5|name|inode|mode|UID|GID|size|atime|
 *                mtime|ctime|crtime; the time of the event is all four
 *
 * All of them need a time: events without one cannot be told. docs/formats/output.md.
 */
#ifndef FB_SHOW_EVENTLINE_H
#define FB_SHOW_EVENTLINE_H

#include "show/events.h"

void fb_eventline_timesketch(struct fb_buf *out, const struct fb_event_row *row);
void fb_eventline_l2t_head(struct fb_buf *out);
void fb_eventline_l2t(struct fb_buf *out, const struct fb_event_row *row);
void fb_eventline_body(struct fb_buf *out, const struct fb_event_row *row);

#endif
