/* Units: handed to matchers, their results collected, and tried again in pieces
 * when a matcher dies over one. */
#include "engine/broker.h"

#include <stdlib.h>

void fb_unit_free(struct unit *u)
{
	if (!u)
		return;
	if (u->gather) {
		fb_gather_dispose(u->gather);
		free(u->gather);
	}
	free(u->ctx);
	free(u->resume);
	free(u);
}

static void send_unit(struct worker *w, const struct unit *u)
{
	const struct fb_ctx *ctx = u->resume ? u->resume : u->ctx;
	struct fb_buf *out = &w->conn.out;
	size_t frame = fb_frame_begin(out, FB_M_UNIT);

	(void)fb_buf_u32(out, u->stream->format);
	(void)fb_buf_u32(out, u->slab);
	(void)fb_buf_u32(out, u->at + u->done);
	(void)fb_buf_u32(out, u->len - u->done);
	(void)fb_buf_u64(out, u->base + u->done);
	(void)fb_buf_putc(out, u->flags);
	(void)fb_buf_put(out, ctx->bytes, ctx->n);
	fb_frame_end(out, frame);
}

/* The first unit of the queue is what the matcher works on now. */
static void begin_first(struct worker *w)
{
	struct unit *u = w->queue[0];

	fb_worker_mark(w);
	w->piece = false;
	if (u->flags & FB_M_MINIMAL)
		return;
	fb_gather_reset(&w->gather);
	if (u->flags & FB_M_RENDER)
		fb_gather_rendered(&w->gather);
	fb_gather_begin(&w->gather, u->base, u->base + u->len);
}

static struct worker *idlest(struct fb_engine *e)
{
	struct worker *best = NULL;

	for (unsigned i = 0; i < e->nworkers; i++) {
		struct worker *w = &e->workers[i];

		if (!w->alive || w->kind != FB_MATCHER || w->nqueue == QUEUE_MAX ||
		    fb_conn_pending(&w->conn))
			continue;
		if (!best || w->nqueue < best->nqueue)
			best = w;
	}
	return best;
}

void fb_units_dispatch(struct fb_engine *e)
{
	while (e->pending) {
		struct worker *w = idlest(e);
		struct unit *u = e->pending;

		if (!w)
			return;
		e->pending = u->next;
		if (!e->pending)
			e->pending_tail = &e->pending;
		u->next = NULL;
		w->queue[w->nqueue++] = u;
		send_unit(w, u);
		if (w->nqueue == 1)
			begin_first(w);
	}
}

/* The unit is whole: hand it over, let go of its slab. */
static int finish(struct fb_engine *e, struct unit *u, const struct fb_gather *g)
{
	struct stream *s = u->stream;
	struct fb_unit_result r = {
		.source = s->source, .seq = u->seq, .offset = u->base, .length = u->len,
		.ctx = u->ctx, .events = g->events, .first = g->first, .last = g->last,
		.decoded = g->decoded, .rejected = g->rejected, .skipped = g->skipped,
		.lost = g->lost, .detections = g->detections, .ndetections = g->ndetections,
		.problems = g->problems, .nproblems = g->nproblems,
		.hosts = g->hosts, .nhosts = g->nhosts,
		.recorded = { g->kinds, g->nkinds, g->series, g->nseries, g->notices, g->nnotices },
		.pages = fb_buf_view(&g->pages),
		.flows = fb_buf_view(&g->flows),
	};
	int code = fb_from_ops(e, e->ops->unit(e->user, &r));

	e->progress.units++;
	e->progress.events += g->events;
	e->progress.detections += g->ndetections;
	fb_slab_release(e, u->slab);
	s->open_units--;
	fb_unit_free(u);
	return code ? code : fb_stream_settle(e, s);
}

/* The first of the queue is done; the next one begins. */
static struct unit *shift(struct worker *w)
{
	struct unit *u = w->queue[0];

	w->nqueue--;
	for (unsigned i = 0; i < w->nqueue; i++)
		w->queue[i] = w->queue[i + 1];
	if (w->nqueue)
		begin_first(w);
	return u;
}

static int on_piece(struct worker *w, struct unit *u, struct fb_cur *c)
{
	uint32_t at, len;

	/* `at` counts from where this matcher began: from u->done on, without a gap. */
	if (!(u->flags & FB_M_MINIMAL) || w->piece || !fb_cur_u32(c, &at) ||
	    !fb_cur_u32(c, &len) || len == 0 || len > u->len - u->done ||
	    fb_cur_left(c) > FB_CTX_MAX)
		return FB_EINPUT;
	if (!w->piece_ctx)
		w->piece_ctx = malloc(sizeof *w->piece_ctx);
	if (!w->piece_ctx)
		return FB_ENOMEM;
	w->piece_ctx->n = (uint32_t)fb_cur_left(c);
	if (w->piece_ctx->n)
		memcpy(w->piece_ctx->bytes, c->p + c->at, w->piece_ctx->n);
	w->piece = true;
	w->piece_len = len;
	fb_worker_mark(w);
	fb_gather_begin(u->gather, u->base + u->done, u->base + u->done + len);
	return 0;
}

/* The piece in work is settled, well or badly: go on behind it. */
static int settle_piece(struct worker *w, struct unit *u)
{
	if (!u->resume)
		u->resume = malloc(sizeof *u->resume);
	if (!u->resume)
		return FB_ENOMEM;
	*u->resume = *w->piece_ctx;
	u->done += w->piece_len;
	w->piece = false;
	return 0;
}

static int on_end(struct fb_engine *e, struct worker *w, struct unit *u, struct fb_cur *c)
{
	bool minimal = u->flags & FB_M_MINIMAL;
	struct fb_gather *g = minimal ? u->gather : &w->gather;
	int code;

	if (minimal && !w->piece)
		return FB_EINPUT;
	code = fb_gather_end(g, c);
	if (code)
		return code;
	if (!minimal) {
		/* shift() would reset the gather that finish() reads: hand over first. */
		w->queue[0] = NULL;
		code = finish(e, u, g);
		(void)shift(w);
		return code;
	}
	code = settle_piece(w, u);
	if (code || u->done < u->len)
		return code;
	(void)shift(w);
	return finish(e, u, g);
}

int fb_units_frame(struct fb_engine *e, struct worker *w, struct fb_frame *f)
{
	struct unit *u = w->nqueue ? w->queue[0] : NULL;
	struct fb_gather *g;

	if (!u)
		return FB_EINPUT;
	g = u->flags & FB_M_MINIMAL ? u->gather : &w->gather;
	if ((u->flags & FB_M_MINIMAL) && !w->piece && f->type != FB_M_PIECE)
		return FB_EINPUT;
	switch (f->type) {
	case FB_M_EVENT: return fb_gather_event(g, &f->body, e->nrules);
	case FB_M_PROBLEM: return fb_gather_problem(g, &f->body);
	case FB_M_KINDS: return fb_gather_kinds(g, &f->body);
	case FB_M_SERIES: return fb_gather_series(g, &f->body);
	case FB_M_NOTICES: return fb_gather_notices(g, &f->body);
	case FB_M_PAGES: return fb_gather_pages(g, &f->body);
	case FB_M_FLOWS: return fb_gather_flows(g, &f->body);
	case FB_M_PIECE: return on_piece(w, u, &f->body);
	case FB_M_END: return on_end(e, w, u, &f->body);
	default: return FB_EINPUT;
	}
}

/* First death over this unit: from now on in pieces. */
static int make_minimal(struct unit *u)
{
	u->gather = malloc(sizeof *u->gather);
	if (!u->gather)
		return FB_ENOMEM;
	fb_gather_init(u->gather);
	if (u->flags & FB_M_RENDER)
		fb_gather_rendered(u->gather);
	u->flags |= FB_M_MINIMAL;
	return 0;
}

int fb_units_crashed(struct fb_engine *e, struct worker *w, enum fb_why why)
{
	struct unit *u;
	int code = 0;

	while (w->nqueue > 1)
		fb_unit_queue(e, w->queue[--w->nqueue], true);
	if (w->nqueue == 0)
		return 0;
	u = w->queue[0];
	w->nqueue = 0;
	if (!u)
		return 0;
	if (!(u->flags & FB_M_MINIMAL)) {
		code = make_minimal(u);
	} else if (w->piece) {
		code = fb_gather_lost(u->gather, why);
		if (code == 0)
			code = settle_piece(w, u);
	} else {
		/* It died without naming a piece: cutting itself is what kills. The
		 * rest of the unit is lost. */
		fb_gather_begin(u->gather, u->base + u->done, u->base + u->len);
		code = fb_gather_lost(u->gather, why);
		u->done = u->len;
	}
	if (code) {
		fb_unit_free(u);
		return code;
	}
	if ((u->flags & FB_M_MINIMAL) && u->done == u->len)
		return finish(e, u, u->gather);
	fb_unit_queue(e, u, true);
	return 0;
}
