/* The report's place and name, for investigate and report. */
#ifndef FB_CLI_REPORTS_H
#define FB_CLI_REPORTS_H

#include "case/case.h"

/* Writes path (NULL: DIR/report.html), whose name goes to *made (the caller frees). */
int fb_report_make(struct fb_case *c, const char *dir, const char *path, bool defang, char **made,
		   struct fb_err *err);

#endif
