/* Records of one number of one log that are two: a machine that was set back to a snapshot wrote its numbers once more, or
 * somebody changed what was written. Where the times at the ends of what was recorded tell it, load.c sees it; here what
 * the records are is held against one another, in blocks of numbers.
 *
 * Two files of one log may hold its records in other bytes (an export, a program that wrote them anew), and then none of
 * their sums agree. So they are only believed to differ where they agree elsewhere: branches have their beginning in
 * common, and what was changed in one place was not in all others. */
#include "assess/coverage/coverage_in.h"

#include "base/grow.h"

#include <stdlib.h>

struct block {
	uint64_t number;
	uint32_t file; /* of those of the log */
	uint32_t records;
	struct fb_block_sum sum;
};

struct forks {
	struct cv *v;
	struct fb_err *err;
	const char *host, *channel; /* of the log in hand, in the arena */
	uint64_t source;
	uint32_t files;
	struct block *b;
	size_t n, room;
};

/* Of two files of a log, as their blocks are walked. */
struct walk {
	bool agree;      /* in some block */
	bool open;       /* the blocks in hand differ */
	fb_time common;  /* of the last that was the same; FB_TIME_NONE */
	fb_time since[2], until[2]; /* of what differs, in either file */
};

static int order_block(const void *x, const void *y)
{
	const struct block *a = x, *b = y;

	if (a->file != b->file)
		return a->file < b->file ? -1 : 1;
	return a->number < b->number ? -1 : a->number > b->number;
}

static bool comparable(const struct block *b)
{
	return b->records == FB_BLOCK_RECORDS && cv_sane(b->sum.last);
}

/* Pieces of a block, of several series of one file, are one. A piece that cannot be compared leaves all of it so. */
static size_t join(struct block *b, size_t n)
{
	size_t to = 0;

	for (size_t i = 0; i < n; i++) {
		struct block *was = to ? &b[to - 1] : NULL;

		if (!was || was->file != b[i].file || was->number != b[i].number) {
			b[to++] = b[i];
			continue;
		}
		was->records += b[i].records;
		was->sum.identity += b[i].sum.identity;
		was->sum.content += b[i].sum.content;
		if (was->sum.last == FB_TIME_NONE || b[i].sum.last == FB_TIME_NONE)
			was->sum.last = FB_TIME_NONE;
		else if (b[i].sum.last > was->sum.last)
			was->sum.last = b[i].sum.last;
	}
	return to;
}

static fb_time least(fb_time a, fb_time b)
{
	return a < b ? a : b;
}

static fb_time most(fb_time a, fb_time b)
{
	return a > b ? a : b;
}

/* What both have differs up to here: from where they were one to where the later begins; of two at one time, all of both. */
static void close_run(struct cv *v, struct cv_place *p, struct walk *w)
{
	fb_time to = most(w->since[0], w->since[1]);
	struct cv_span *f;

	if (!w->open)
		return;
	w->open = false;
	if (least(w->until[0], w->until[1]) >= to)
		to = most(w->until[0], w->until[1]);
	f = cv_more(v, (void **)&p->forks, &p->nforks, &p->forks_cap, sizeof *f);
	if (f)
		*f = (struct cv_span){ w->common != FB_TIME_NONE ? least(w->common, to) : least(w->since[0], w->since[1]), to, 1 };
}

static void differs(struct walk *w, const struct block *a, const struct block *b)
{
	const fb_time t[2] = { a->sum.last, b->sum.last };

	for (unsigned i = 0; i < 2; i++) {
		w->since[i] = w->open ? w->since[i] : t[i];
		w->until[i] = w->open ? most(w->until[i], t[i]) : t[i];
	}
	w->open = true;
}

static void meet(struct cv *v, struct cv_place *p, struct walk *w, const struct block *a, const struct block *b)
{
	if (!comparable(a) || !comparable(b)) {
		/* The end of the shorter one, or what is damaged: between what differs it does so, too. */
		if (w->open && cv_sane(a->sum.last) && cv_sane(b->sum.last))
			differs(w, a, b);
	} else if (a->sum.identity == b->sum.identity && a->sum.content == b->sum.content) {
		close_run(v, p, w);
		w->agree = true;
		w->common = most(a->sum.last, b->sum.last);
	} else {
		differs(w, a, b);
	}
}

static void hold(struct cv *v, struct cv_place *p, const struct block *a, const struct block *a_end, const struct block *b,
		 const struct block *b_end)
{
	struct walk w = { .common = FB_TIME_NONE };
	size_t before = p->nforks;

	while (a < a_end && b < b_end) {
		if (a->number < b->number) {
			a++;
		} else if (b->number < a->number) {
			b++;
		} else {
			meet(v, p, &w, a++, b++);
		}
	}
	close_run(v, p, &w);
	if (!w.agree)
		p->nforks = before;
}

static const struct block *end_of(const struct forks *f, const struct block *b)
{
	const struct block *end = b;

	while (end < f->b + f->n && end->file == b->file)
		end++;
	return end;
}

/* All files of the log are here. */
static void hold_all(struct forks *f)
{
	struct cv_place *p;

	if (f->files > 1 && (p = cv_place(f->v, f->host)) != NULL) {
		qsort(f->b, f->n, sizeof *f->b, order_block);
		f->n = join(f->b, f->n);
		for (const struct block *a = f->b, *a_end; a < f->b + f->n; a = a_end) {
			a_end = end_of(f, a);
			for (const struct block *b = a_end, *b_end; b < f->b + f->n; b = b_end) {
				b_end = end_of(f, b);
				if (a->number <= b_end[-1].number && b->number <= a_end[-1].number)
					hold(f->v, p, a, a_end, b, b_end);
			}
		}
	}
	f->n = 0;
	f->files = 0;
}

static int on_sums(void *user, const struct fb_sum_stretch *s)
{
	struct forks *f = user;
	uint64_t block = s->first / FB_BLOCK_RECORDS;
	struct fb_block_sum sum;

	if (!f->host || strcmp(f->host, s->host) != 0 || strcmp(f->channel, s->channel) != 0) {
		hold_all(f);
		f->host = fb_arena_str(f->v->arena, s->host);
		f->channel = fb_arena_str(f->v->arena, s->channel);
		if (!f->host || !f->channel)
			return fb_fail(f->err, FB_ENOMEM, "out of memory");
	}
	f->files += !f->files || f->source != s->source;
	f->source = s->source;
	for (uint64_t i = 0; fb_block_sum_get(s->sums, i, &sum); i++, block++) {
		uint64_t from = block * FB_BLOCK_RECORDS, to = from + FB_BLOCK_RECORDS - 1;

		if (!fb_room(&f->b, f->n, &f->room, sizeof *f->b))
			return fb_fail(f->err, FB_ENOMEM, "out of memory");
		from = from < s->first ? s->first : from;
		to = to > s->last ? s->last : to;
		f->b[f->n++] = (struct block){ block, f->files, (uint32_t)(to - from + 1), sum };
	}
	return 0;
}

int cv_forks(struct cv *v, struct fb_err *err)
{
	struct forks f = { .v = v, .err = err };
	int r = fb_case_sum_stretches(v->c, on_sums, &f, err);

	if (r == 0)
		hold_all(&f);
	free(f.b);
	return r;
}
