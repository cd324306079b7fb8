#include "show/progress.h"

#include "base/io.h"
#include "base/time.h"
#include "show/term.h"
#include "show/text.h"

#include <time.h>

#define REDRAW (FB_SECOND / 5)
#define LINE_MAX_BYTES 4096

static int64_t now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * FB_SECOND + ts.tv_nsec;
}

void fb_progress_init(struct fb_progress *p, int fd, bool wanted, uint64_t total)
{
	*p = (struct fb_progress){ .fd = fd, .total = total, .started = now() };
	if (wanted)
		p->width = fb_term_width(fd);
}

int64_t fb_progress_elapsed(const struct fb_progress *p)
{
	return now() - p->started;
}

int fb_progress_text(struct fb_buf *out, const struct fb_progress_state *s, uint64_t total,
		     int64_t elapsed)
{
	uint64_t bytes = total && s->bytes > total ? total : s->bytes;
	double seconds = (double)elapsed / (double)FB_SECOND;
	double rate = seconds > 0 ? (double)bytes / seconds : 0;

	if (total)
		(void)fb_buf_printf(out, "%3d %%  ", (int)((double)bytes * 100.0 / (double)total));
	(void)fb_text_bytes(out, bytes);
	if (total) {
		(void)fb_buf_puts(out, " of ");
		(void)fb_text_bytes(out, total);
	}
	(void)fb_buf_puts(out, "  ");
	(void)fb_text_bytes(out, (uint64_t)rate);
	(void)fb_buf_puts(out, "/s");
	/* An estimate from the first moments jumps about: better none. */
	if (total && bytes < total && seconds > 1 && rate > 0) {
		uint64_t left = (uint64_t)((double)(total - bytes) / rate) + 1;

		(void)fb_buf_puts(out, "  ");
		if (left < 60)
			(void)fb_buf_printf(out, "%d s", (int)left);
		else
			(void)fb_text_duration(out, (int64_t)(left < 1u << 30 ? left : 1u << 30) *
							    FB_SECOND);
		(void)fb_buf_puts(out, " left");
	}
	if (s->events) {
		(void)fb_buf_puts(out, "  ");
		(void)fb_text_count(out, s->events, "event");
		(void)fb_buf_puts(out, "  ");
		(void)fb_text_count(out, s->detections, "detection");
	}
	return fb_buf_code(out);
}

static void put_line(struct fb_progress *p, struct fb_slice text)
{
	struct fb_buf line;

	fb_buf_init(&line, LINE_MAX_BYTES);
	(void)fb_buf_putc(&line, '\r');
	(void)fb_text_cut(&line, text, p->width - 1);
	(void)fb_buf_puts(&line, "\x1b[K");
	/* A terminal that went away is no reason to stop an investigation. */
	if (fb_write_all(p->fd, fb_buf_view(&line), NULL))
		p->width = 0;
	p->visible = true;
	fb_buf_dispose(&line);
}

void fb_progress_note(struct fb_progress *p, const char *text)
{
	if (p->width)
		put_line(p, fb_slice_str(text));
}

void fb_progress_draw(struct fb_progress *p, const struct fb_progress_state *s)
{
	struct fb_buf text;
	int64_t t;

	if (p->width == 0)
		return;
	t = now();
	if (p->visible && t - p->drawn < REDRAW)
		return;
	p->drawn = t;
	fb_buf_init(&text, LINE_MAX_BYTES);
	if (p->task)
		(void)fb_buf_printf(&text, "%s  ", p->task);
	(void)fb_progress_text(&text, s, p->total, t - p->started);
	put_line(p, fb_buf_view(&text));
	fb_buf_dispose(&text);
}

void fb_progress_clear(struct fb_progress *p)
{
	if (p->visible && fb_write_all(p->fd, FB_LIT("\r\x1b[K"), NULL))
		p->width = 0;
	p->visible = false;
}
