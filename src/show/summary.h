/* The end of `investigate`: what was read, what was found, what was not visible,
 * and the command that opens each. */
#ifndef FB_SHOW_SUMMARY_H
#define FB_SHOW_SUMMARY_H

#include "case/case.h"
#include "show/term.h"
#include "show/zone.h"

struct fb_summary {
	const char *dir;          /* the case's folder, as the user may type it */
	const char *report;       /* NULL: none was written */
	const char *resume;       /* command line that goes on, when the run is not complete */
	const struct fb_zone *zone;
	int64_t elapsed;          /* ns of this run */
	uint64_t run_bytes, run_events; /* read by this run */
	uint64_t crashed;         /* workers lost */
	bool rules_changed;       /* everything was matched again for it */
	const char *note;         /* one more line, or NULL */
};

int fb_summary_write(struct fb_out *o, struct fb_case *c, const struct fb_summary *s,
		     struct fb_err *err);

/* Behind what the line, begun at `line` of out, says: the command that opens it, on a line
 * of its own where eighty columns do not hold both. */
void fb_text_command(struct fb_buf *out, size_t line, const char *before, const char *name,
		     const char *dir, const char *options);

/* A word as a shell takes it: quoted only where it must be. */
int fb_shell_word(struct fb_buf *out, const char *s);

#endif
