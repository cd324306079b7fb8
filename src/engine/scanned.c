/* In the broker: what rules of bytes found in a stream, and what is done when a file
 * kills the reader that scans it. */
#include "engine/broker.h"

#include <stdlib.h>
#include <unistd.h>

static int unit_of(struct fb_engine *e, struct stream *s)
{
	static const struct fb_ctx none;
	const struct fb_gather *g = s->scan;
	struct fb_unit_result r = {
		.source = s->source, .seq = FB_SEQ_SCAN, .ctx = &none,
		.first = FB_TIME_NONE, .last = FB_TIME_NONE, .lost = g->lost,
		.detections = g->detections, .ndetections = g->ndetections,
		.problems = g->problems, .nproblems = g->nproblems,
	};

	e->progress.detections += g->ndetections;
	return fb_from_ops(e, e->ops->unit(e->user, &r));
}

void fb_scanned_free(struct stream *s)
{
	if (!s->scan)
		return;
	fb_gather_dispose(s->scan);
	free(s->scan);
	s->scan = NULL;
}

int fb_scanned_begin(struct stream *s, struct fb_cur *c)
{
	uint64_t size;

	if (!s || !s->file->given.scan || s->scan || !fb_cur_u64(c, &size) || fb_cur_left(c))
		return FB_EINPUT;
	s->scan = malloc(sizeof *s->scan);
	if (!s->scan)
		return FB_ENOMEM;
	fb_gather_init(s->scan);
	fb_gather_begin(s->scan, 0, size);
	return 0;
}

int fb_scanned_hit(struct fb_engine *e, struct stream *s, struct fb_cur *c)
{
	return s && s->scan ? fb_gather_event(s->scan, c, e->nrules) : FB_EINPUT;
}

int fb_scanned_problem(struct stream *s, struct fb_cur *c)
{
	return s && s->scan ? fb_gather_problem(s->scan, c) : FB_EINPUT;
}

int fb_scanned_end(struct fb_engine *e, struct stream *s)
{
	int code;

	if (!s->scan)
		return 0;
	if (s->scan->end != s->result.size)
		return FB_EINPUT;
	code = unit_of(e, s);
	fb_scanned_free(s);
	return code;
}

/* Nothing that the dead reader found of this stream is kept. */
static int unscanned(struct fb_engine *e, struct stream *s, enum fb_why why)
{
	struct fb_problem p = { .why = FB_WHY_NOT_SCANNED,
				.text = why == FB_WHY_CPU ? FB_LIT("stopped: too much processor time")
							  : FB_LIT("the scan crashed") };
	struct fb_gather g;
	int code;

	fb_gather_init(&g);
	fb_scanned_free(s);
	s->scan = &g;
	g.problems = &p;
	g.nproblems = 1;
	code = unit_of(e, s);
	g.problems = NULL;
	g.nproblems = 0;
	fb_gather_dispose(&g);
	s->scan = NULL;
	return code;
}

int fb_scanned_crashed(struct fb_engine *e, struct file *f, enum fb_why why, bool *again)
{
	struct stream *s = f->top;
	int code = 0;

	*again = false;
	if (s && s->scan && f->nskip < FB_SCAN_RETRIES) {
		f->skip[f->nskip++] = s->id;
		code = unscanned(e, s, why);
		*again = code == 0 && lseek(f->given.fd, 0, SEEK_SET) == 0;
	} else if (f->root) {
		code = unscanned(e, f->root, why);
	}
	return code;
}
