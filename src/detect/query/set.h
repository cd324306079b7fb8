/* A compiled query, as matchers see it: read-only, shared by fork. */
#ifndef FB_DETECT_QUERY_SET_H
#define FB_DETECT_QUERY_SET_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include "base/arena.h"
#include "detect/query/query.h"
#include "event/sought.h"

#include <hs.h>
#include <pcre2.h>

#define QU_TERMS_MAX 64 /* a bit each */
_Static_assert(FB_CAPTURES_MAX <= 32, "a bit each does not suffice");

enum qu_kind { QU_TEXT, QU_FIELD, QU_RE };

/* Another name of a field, in events of these channels and ids. */
struct qu_alias {
	uint32_t sym;
	enum fb_lane lane;
	const char *const *channels; /* NULL: any */
	const uint32_t *event_ids;   /* 0 ends; NULL: any */
};

/* One name of the field, as a query or capture asks for it. */
struct qu_names {
	uint32_t sym;
	struct qu_alias *alias;
	uint32_t nalias;
};

struct qu_term {
	uint8_t kind;          /* enum qu_kind */
	bool loose;            /* text or need could stand in a value that is no text */
	struct fb_sought sought; /* … and in which */
	struct fb_slice text;  /* TEXT, FIELD's value, RE: folded unless cased */
	struct fb_slice need;  /* RE: text of every match, folded; n == 0: none is known */
	/* A run of characters that stands in one piece wherever a record of an event log
	 * has the text in a value that is text and one piece; n == 0: there is none. */
	struct fb_slice run;
	struct qu_names names; /* FIELD */
	bool number, minus;    /* FIELD's value is this number */
	uint64_t magnitude;
	pcre2_code *re;
};

struct qu_query {
	bool any_lane;
	enum fb_lane lane;
	const char **channels;
	uint32_t *event_ids;
	struct qu_term *terms;
	uint32_t nterms;
	struct qu_names *fields;
	pcre2_code **parts;    /* of each field: NULL, the whole value */
	uint32_t nfields;
	/* By symbol, a bit for each of fields that it may be; NULL: none was made. */
	uint32_t *may_be;
	uint32_t nsyms;
};

struct qu_set {
	struct fb_ruleset set; /* what the program sees; set.compiled is this */
	struct fb_arena arena;
	struct fb_query_options options;
	struct qu_query *queries;
	uint32_t nqueries;
	/* For the bytes of each lane: which texts are there at all? Bit i of a scan is
	 * term i of the only query; NULL: not known. */
	struct qu_sieve {
		hs_database_t *db;
		uint64_t terms; /* those that it knows */
	} sieve[FB_LANE_COUNT];
	/* The same for lines whose fields are as they were written: every place is told, so
	 * that each line by itself is known to have a term's text or not. */
	struct qu_sieve lines[FB_LANE_COUNT];
	hs_scratch_t *scratch;
};

/* compile.c */
void qu_free(struct fb_ruleset *set);
/* sieve.c: set->sieve and set->lines from the terms, where there are any. FB_ENOMEM. */
int qu_sieves(struct qu_set *s);
/* match.c */
int qu_open(const struct fb_ruleset *set, void **state);
int qu_match(void *state, const struct fb_event *ev, struct fb_hits *hits);
struct fb_slice qu_values(void *state, uint32_t rule);
bool qu_may(void *state, enum fb_lane lane, bool as_written, struct fb_slice bytes);
bool qu_may_line(void *state, struct fb_slice line);
void qu_close(void *state);
/* glob.c: do all of text and the pattern with * and ? agree? */
bool qu_glob(struct fb_slice pattern, struct fb_slice text);

#endif
