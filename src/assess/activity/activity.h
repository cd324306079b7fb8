/* Activities: what those who acted did, grown from observations that are strong or direct, along
 * what joins records for sure (a process and what it started, a session, a file from its birth, a client
 * of a page) and, kept apart, along what joins them perhaps. docs/formats/activities.md.
 *
 * In order: observations, then facts (records of the evidence, in any order), then follow; web requests
 * are told of afterwards, because who asked matters only when it is known which pages, addresses and
 * moments are in question: fb_activity_wants tells, more facts come, and follow works all out anew,
 * until it wants nothing new.
 */
#ifndef FB_ASSESS_ACTIVITY_H
#define FB_ASSESS_ACTIVITY_H

#include "assess/activity/records.h"
#include "base/arena.h"
#include "base/err.h"
#include "case/steps.h"

struct fb_activity;

/* FB_ENOMEM. */
int fb_activity_new(struct fb_activity **out);
void fb_activity_free(struct fb_activity *a);

/* An observation: a record that a rule recognised. From those that are strong, or that a person judged
 * malicious, activities grow; the others are told where they turn out to belong. */
struct fb_observation {
	uint64_t source;     /* the first 8 bytes of its source's sum */
	uint64_t offset;
	const char *id;      /* of the detection */
	const char *title;
	const char *techniques;
	uint32_t rule;       /* number in the case */
	bool strong;
};
int fb_activity_observe(struct fb_activity *a, const struct fb_observation *o);
/* A page that more than one witness calls a web shell, or what stands in it. */
int fb_activity_page(struct fb_activity *a, struct fb_slice host, struct fb_slice stem, const char *why);
/* A decision of a person: what began with the record (a process, a session …) joins nothing, and nothing
 * is joined by it. */
int fb_activity_cut(struct fb_activity *a, uint64_t source, uint64_t offset);

/* Another one: what began with the one record and what began with the other belong together. */
int fb_activity_join(struct fb_activity *a, uint64_t source, uint64_t offset, uint64_t other_source, uint64_t other_offset);

struct fb_fact {
	unsigned record;     /* index into fb_act_records */
	struct fb_slice host, log;
	struct fb_slice name; /* of the source in event references: what stands before ":offset" */
	fb_time time;
	uint64_t source, offset;
	struct fb_slice v[FB_SLOT_COUNT]; /* empty: it has none */
	bool second_hand;    /* another program tells of it: it joins perhaps, never for sure */
	bool proxied;        /* of a request: its client is a proxy, which does not say for whom it asked */
};
/* Copies what it keeps. FB_ENOMEM. What is beyond FB_FACTS_MAX is counted. */
int fb_activity_fact(struct fb_activity *a, const struct fb_fact *f);

/* Works all out from what was told of so far. */
int fb_activity_follow(struct fb_activity *a);

/* What web logs have to be asked for, and were not yet: requests of pages, of clients, and those that
 * were served at certain moments. A non-zero return of a callback ends, and what it was about is
 * still wanted. */
struct fb_activity_wants {
	int (*page)(void *user, struct fb_slice stem); /* * stands for anything */
	int (*client)(void *user, struct fb_slice address);
	int (*moment)(void *user, fb_time at);
};
int fb_activity_wants(struct fb_activity *a, const struct fb_activity_wants *w, void *user);
/* Was a server at work on the request at one of its moments? FB_ENOMEM. */
int fb_activity_at(struct fb_activity *a, const struct fb_fact *f, bool *at);

/* Keeps what was gathered out of processes that are made from now on (true), or no more. None of these may
 * touch it. */
void fb_activity_aside(const struct fb_activity *a, bool away);

/* The result: activities' steps in order, and the edges between them; theirs until the next call.
 * NULL: no memory. */
const struct fb_steps *fb_activity_steps(struct fb_activity *a);
uint64_t fb_activity_beyond(const struct fb_activity *a);

#endif
