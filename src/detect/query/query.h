/* Queries: what an analyst looks for in all events of the evidence, as a kind of rules.
 * docs/formats/search.md says what is compared with what.
 *
 * A set holds one or more queries; each asks for a lane, channels, event ids and terms
 * (nothing of these: every event), and says which fields of a hit are to be brought
 * back (struct fb_capture; as they stand, not folded).
 */
#ifndef FB_DETECT_QUERY_QUERY_H
#define FB_DETECT_QUERY_QUERY_H

#include "event/rules.h"

struct fb_query {
	const char *id;                 /* for the infos; NULL: "query" */
	const enum fb_lane *lane;       /* NULL: any */
	const char *const *channels;    /* NULL-terminated, without ASCII case; NULL: any */
	const uint32_t *event_ids;      /* 0 ends; NULL: any */
	const char *const *terms;       /* TEXT, FIELD=VALUE, /RE/ */
	size_t nterms;
	/* NULL-terminated, at most FB_CAPTURES_MAX; NULL: none. "NAME/RE/": what the first
	 * group of the expression matches in the field's value. */
	const char *const *fields;
};

struct fb_query_options {
	fb_time from, to; /* from <= time < to; FB_TIME_NONE: no bound */
	bool any;         /* one term is enough, else all must match */
	bool cased;       /* letters of the other case are others */
	bool literal;     /* terms are TEXT, whatever they look like */
};

/* Field names are interned into syms, which must outlive the set. What the queries
 * point to may go. FB_EUSAGE names the term that cannot be used. */
int fb_query_compile(const struct fb_query *queries, size_t n, const struct fb_query_options *o,
		     struct fb_syms *syms, struct fb_ruleset **out, struct fb_err *err);

/* How a term is understood, for people: `the text "x"`, `field Image is "x"`, `what
 * matches x`. */
int fb_query_say(const char *term, const struct fb_query_options *o, struct fb_buf *out);

extern const struct fb_rulekind fb_query_kind;

#endif
