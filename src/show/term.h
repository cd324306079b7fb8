/* Where output goes: standard output or a file that appears whole or not at all,
 * what it can do (width, colour), and errors of writing, which stick. */
#ifndef FB_SHOW_TERM_H
#define FB_SHOW_TERM_H

#include "base/io.h"
#include "event/rules.h"

struct fb_out {
	int fd;
	bool tty;
	bool colour;          /* a terminal, NO_COLOR unset or empty, TERM not dumb */
	size_t width;         /* columns of the terminal; 0: do not cut */
	bool closed;          /* the reader went away (EPIPE): nothing more is written */
	int code;             /* the first failure; further writing does nothing */
	struct fb_err err;
	struct fb_buf buf;    /* written to directly; fb_out_check sends it on */
	struct fb_outfile file;
	bool to_file;
};

/* Standard output, whatever it is. */
void fb_out_stdout(struct fb_out *o);
/* A file: nothing under its name until fb_out_end. */
int fb_out_file(struct fb_out *o, const char *path, struct fb_err *err);
/* Sends on what has gathered, when it is much. Returns 0, FB_ESTOP when the reader
 * went away, or why writing failed. Call it once a row. */
int fb_out_check(struct fb_out *o);
int fb_out_flush(struct fb_out *o);
/* The last: all is written, the file has its name. FB_ESTOP is not returned. */
int fb_out_end(struct fb_out *o, struct fb_err *err);
void fb_out_dispose(struct fb_out *o);

/* Colour of a level on and off around its word; nothing where o has no colour. */
void fb_out_level_on(struct fb_out *o, enum fb_level level);
void fb_out_level_off(struct fb_out *o, enum fb_level level);
/* "info" for informational: what tables have room for. */
const char *fb_level_short(enum fb_level level);

/* Columns of the terminal at fd, 80 when it does not say; 0: not a terminal. */
size_t fb_term_width(int fd);

#endif
