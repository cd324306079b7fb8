/* The hits of one correlation, in the order of (group, time, member, place): slides a
 * window over each group and tells of bursts. docs/formats/correlation.md. */
#ifndef FB_ASSESS_WINDOW_H
#define FB_ASSESS_WINDOW_H

#include "base/buf.h"
#include "base/limits.h"
#include "event/correlation.h"

struct assess_hit {
	fb_time time;
	uint32_t member;        /* position in the correlation's rules */
	int64_t rule;           /* that one's number */
	int64_t event;          /* equal: one event */
	int64_t rank, off;      /* place */
	int64_t unit, seq, base, number, host;
	uint64_t value[2];      /* stands for the value counted */
	int64_t amount;         /* the value as a number */
};

struct assess_burst {
	uint64_t n;             /* number of the burst, from 1 */
	struct assess_hit place; /* of the detection */
	fb_time since, until;
	uint64_t events;        /* different ones */
	struct assess_hit because[FB_BECAUSE_MAX];
	size_t nbecause;
};

struct assess_window;

struct assess_window_ops {
	/* The condition holds now; last: the last hit of the window, burst: whose. */
	int (*point)(void *user, const struct assess_hit *last, uint64_t burst);
	/* It does not any more, or the group is over. */
	int (*burst)(void *user, struct fb_slice group, const struct assess_burst *b);
};

/* c lives as long as the window. NULL: out of memory. */
struct assess_window *assess_window_new(const struct fb_correlation *c,
					const struct assess_window_ops *ops, void *user);
void assess_window_free(struct assess_window *w);
/* 0, a code of ops, or FB_ENOMEM. */
int assess_window_add(struct assess_window *w, struct fb_slice group, const struct assess_hit *hit);
int assess_window_end(struct assess_window *w);
/* Hits that a full window had to let go. */
uint64_t assess_window_lost(const struct assess_window *w);

#endif
