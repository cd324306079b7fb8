/* The HTML report: one file, nothing loaded, readable with scripts off.
 * docs/formats/report.md says what stands in it and how it is built.
 */
#ifndef FB_SHOW_REPORT_H
#define FB_SHOW_REPORT_H

#include "case/case.h"

struct fb_answers;
struct fb_coverage;

struct fb_report_opts {
	const char *name;     /* of the case, as people call it; NULL: "case" */
	const char *case_arg; /* the case as commands name it; NULL: "CASE" */
	const char *tlp;      /* of the words of fb_export_tlp: said on the page; NULL */
	/* Of this case; NULL: none are shown, and no_answers, where it is set, says why. */
	const struct fb_answers *answers;
	const struct fb_coverage *coverage; /* what the answers were made with */
	const char *no_answers;
	bool defang;          /* summaries and entities, as of show/defang.h */
};

/* Writes the report of the case as it stands to path, whole or not at all. Same case,
 * same bytes: the clock is not asked. A broken custody record is said in the report
 * and is no failure. Memory below FB_REPORT_MEMORY, however many detections. */
int fb_report_write(struct fb_case *c, const char *path, const struct fb_report_opts *opts,
		    struct fb_err *err);

#endif
