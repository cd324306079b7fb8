/* Detections in the formats of other programs. A format is one file export_NAME.c that
 * exports one struct fb_export, and a line in export.c; what each writes stands in
 * docs/formats/export.md.
 *
 * All of them: valid UTF-8; no time of a run and no clock, so that the same case gives
 * the same bytes; what a format cannot hold is counted in the job, never dropped in
 * silence. */
#ifndef FB_SHOW_EXPORT_H
#define FB_SHOW_EXPORT_H

#include "case/case.h"
#include "show/term.h"

struct fb_export_job {
	struct fb_case *c;
	const struct fb_filter *filter;
	struct fb_out *out;
	const char *title; /* what people call it; NULL: the format's own words */
	const char *tlp;   /* a word of fb_export_tlp, or NULL: unmarked */
	bool defang;
	struct fb_err *err;
	/* Set by the format. */
	uint64_t undated;  /* detections left out because they have no time */
	uint64_t filed;    /* detections on files, given with the time that the file was modified */
	uint64_t beyond;   /* detections left out by a limit … */
	uint64_t values;   /* … and values (entities) */
	uint64_t untold;   /* detections of rules that name nothing the format can show */
};

enum { /* options that a format takes */
	FB_EXPORT_TITLE = 1,
	FB_EXPORT_TLP = 2,
	FB_EXPORT_DEFANG = 4,
};

struct fb_export {
	const char *name;  /* as on the command line */
	const char *about; /* one line */
	unsigned takes;
	int (*write)(struct fb_export_job *job);
};

extern const struct fb_export *const fb_exports[]; /* NULL-terminated */
const struct fb_export *fb_export_find(const char *name);
/* The words of TLP 2.0, in lower case; NULL-terminated. */
extern const char *const fb_export_tlp[];

#endif
