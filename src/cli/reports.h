/* The report's place and name, for investigate and report. */
#ifndef FB_CLI_REPORTS_H
#define FB_CLI_REPORTS_H

#include "case/case.h"

struct fb_report_want {
	bool defang;
	const char *tlp; /* a marking, or NULL */
};
/* Writes path (NULL: DIR/report.html), whose name goes to *made (the caller frees). want:
 * NULL for nothing of it. */
int fb_report_make(struct fb_case *c, const char *dir, const char *path,
		   const struct fb_report_want *want, char **made, struct fb_err *err);
/* A name for a file of ours alone below $TMPDIR, which is there, empty, when this returns;
 * the caller unlinks and frees. */
int fb_temporary(char **path, struct fb_err *err);

#endif
