#include "show/term.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define OUT_CHUNK (64u << 10)
/* One row may hold an original record several times escaped. */
#define OUT_MAX (64u << 20)

/* Values narrower than this are a terminal that lies, not one that is used. */
#define NARROWEST 40

size_t fb_term_width(int fd)
{
	struct winsize ws;

	if (!isatty(fd))
		return 0;
	if (ioctl(fd, TIOCGWINSZ, &ws) || ws.ws_col == 0)
		return 80;
	return ws.ws_col < NARROWEST ? NARROWEST : ws.ws_col;
}

static bool colour_wanted(void)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return !(no && *no) && term && *term && strcmp(term, "dumb") != 0;
}

void fb_out_stdout(struct fb_out *o)
{
	*o = (struct fb_out){ .fd = STDOUT_FILENO, .file.fd = -1 };
	fb_buf_init(&o->buf, OUT_MAX);
	o->width = fb_term_width(o->fd);
	o->tty = o->width > 0;
	o->colour = o->tty && colour_wanted();
}

int fb_out_file(struct fb_out *o, const char *path, struct fb_err *err)
{
	struct fb_outfile file;
	int r = fb_outfile_open(&file, path, err);

	if (r)
		return r;
	*o = (struct fb_out){ .fd = file.fd, .file = file, .to_file = true };
	fb_buf_init(&o->buf, OUT_MAX);
	return 0;
}

int fb_out_flush(struct fb_out *o)
{
	if (!o->code && fb_buf_code(&o->buf))
		o->code = fb_fail(&o->err, o->buf.code, "%s", fb_code_text(o->buf.code));
	if (!o->code && o->buf.n) {
		errno = 0;
		o->code = fb_write_all(o->fd, fb_buf_view(&o->buf), &o->err);
		if (o->code && errno == EPIPE) {
			o->closed = true;
			o->code = FB_ESTOP;
		}
	}
	fb_buf_clear(&o->buf);
	return o->code;
}

int fb_out_check(struct fb_out *o)
{
	if (o->code)
		return o->code;
	return o->buf.n >= OUT_CHUNK || fb_buf_code(&o->buf) ? fb_out_flush(o) : 0;
}

int fb_out_end(struct fb_out *o, struct fb_err *err)
{
	if (fb_out_flush(o)) {
		if (o->closed)
			return 0;
		return fb_fail(err, o->code, "%s: %s",
			       o->to_file ? o->file.path : "standard output", o->err.text);
	}
	if (o->to_file)
		return fb_outfile_commit(&o->file, err);
	return 0;
}

void fb_out_dispose(struct fb_out *o)
{
	fb_buf_dispose(&o->buf);
	if (o->to_file)
		fb_outfile_dispose(&o->file);
}

/* The word always stands there too, so these only help the eye. */
static const char *const level_sgr[FB_LEVEL_COUNT] = {
	[FB_LEVEL_INFORMATIONAL] = "2", [FB_LEVEL_LOW] = "36",	  [FB_LEVEL_MEDIUM] = "33",
	[FB_LEVEL_HIGH] = "31",		[FB_LEVEL_CRITICAL] = "1;31",
};

void fb_out_level_on(struct fb_out *o, enum fb_level level)
{
	if (o->colour && level < FB_LEVEL_COUNT)
		(void)fb_buf_printf(&o->buf, "\x1b[%sm", level_sgr[level]);
}

void fb_out_level_off(struct fb_out *o, enum fb_level level)
{
	if (o->colour && level < FB_LEVEL_COUNT)
		(void)fb_buf_puts(&o->buf, "\x1b[0m");
}

const char *fb_level_short(enum fb_level level)
{
	return level == FB_LEVEL_INFORMATIONAL ? "info" : fb_level_word(level);
}
