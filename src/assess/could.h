/* Could a rule have matched anything on a host, in an interval? Joined from what the rule
 * needs (event/needs.h) and what was recorded (event/recorded.h). A rule whose source was
 * never recorded has not said no.
 */
#ifndef FB_ASSESS_COULD_H
#define FB_ASSESS_COULD_H

#include "case/case.h"

enum fb_could {
	FB_COULD_NEVER = 0, /* nothing of its log source was recorded */
	FB_COULD_PARTIAL,   /* the log is there; the event ids, fields or columns are not */
	FB_COULD_SEEN,      /* records of the kinds that it needs are there */
	FB_COULD_COUNT
};
/* "never", "partial", "seen" */
const char *fb_could_word(enum fb_could state);

struct fb_could_host {
	const char *host; /* "" : records whose host nobody knows */
	enum fb_could state;
	/* SEEN: the records that it could have matched; in an interval at least `events`,
	 * at most `most`. PARTIAL: those of its log. */
	uint64_t events, most;
	fb_time first, last;
	const char *why;  /* PARTIAL: what is missing */
};

struct fb_could_rule {
	const struct fb_rule_info *rule;
	uint32_t number;   /* of the rule in the case */
	const char *needs; /* as kept; "" for a correlation */
	bool known;        /* false: not a rule about records; no hosts */
	bool unread;       /* its log source is none that this program reads */
	const struct fb_could_host *hosts; /* all of the case that f leaves, by name */
	size_t nhosts;
};

/* The rules in their order; f: host, source, from and to are looked at. Of a
 * correlation the state is that of its rules: the worst where it needs all (temporal),
 * else the best. */
int fb_assess_could(struct fb_case *c, const struct fb_filter *f,
		    int (*cb)(void *user, const struct fb_could_rule *row), void *user,
		    struct fb_err *err);

#endif
