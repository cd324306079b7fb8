/* What people say of the logs that they hand in (event/hints.h): --log-zone, --log-format
 * and --trusted-proxy. A case keeps it, and later commands take it from there. */
#ifndef FB_CLI_LOGS_H
#define FB_CLI_LOGS_H

#include "case/case.h"
#include "cli/args.h"

extern const struct fb_opt fb_opts_logs[];

/* From the options, or where none of them is given from the case in dir (NULL, or no case
 * there: nothing is known). For good: before workers are forked. FB_EUSAGE names the
 * option. */
int fb_logs_said(const struct fb_args *args, const char *dir, struct fb_err *err);
/* From a case that is open; not where anything is known already. */
int fb_logs_of_case(struct fb_case *c, struct fb_err *err);
/* The same as text, a line each, as the case keeps it; "" when nothing was said. */
const char *fb_logs_text(void);

#endif
