/* Detections in the machine formats, for the commands that list them. */
#ifndef FB_CLI_LIST_H
#define FB_CLI_LIST_H

#include "cli/cmd.h"

/* An entry of the options of detections and timeline. */
#define FB_LIST_DEFANG \
	{ "defang", 0, FB_OPT_FLAG, NULL, "write indicators so that nothing makes links of them (text, CSV)", \
	  false }
/* FB_EUSAGE when it is asked of what machines read. */
int fb_list_defang(struct fb_cli *cli, enum fb_output as);

/* The detections of the filter as JSON, JSONL or CSV to cli->out. */
int fb_list_detections(struct fb_cli *cli, struct fb_case *c, const struct fb_filter *f,
		       enum fb_output as);
/* One by one for people; heads and fold as in show/timeline.h. *rows: how many. */
int fb_list_timeline(struct fb_cli *cli, struct fb_case *c, const struct fb_filter *f, bool heads,
		     bool fold, uint64_t *rows);

#endif
