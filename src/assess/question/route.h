/* What an investigation must answer, and the routes of each question: groups of ATT&CK
 * techniques, which observations speak for them, and what would have shown them. Data, one
 * table.
 */
#ifndef FB_ASSESS_ROUTE_H
#define FB_ASSESS_ROUTE_H

#include "base/slice.h"

#include <stdint.h>

enum fb_question {
	FB_Q_INITIAL_ACCESS = 0,
	FB_Q_EXECUTION,
	FB_Q_PERSISTENCE,
	FB_Q_PRIVILEGE,
	FB_Q_CREDENTIALS,
	FB_Q_DISCOVERY,
	FB_Q_MOVEMENT,
	FB_Q_CONTROL,
	FB_Q_COLLECTION,
	FB_Q_EXFILTRATION,
	FB_Q_IMPACT,
	FB_Q_INTEGRITY,
	FB_Q_LOGS,
	FB_Q_ACTIVE,
	FB_Q_COUNT,
};
/* "initial access" … */
const char *fb_question_word(enum fb_question q);
/* What it asks, as people say it: "Did somebody get in?" */
const char *fb_question_asks(enum fb_question q);
/* false: it is none. */
bool fb_question_parse(struct fb_slice word, enum fb_question *out);

/* What a place is, as far as its routes differ. Bits; a place may be several. */
#define FB_ROLE_ANY 0u       /* of a route: every place */
#define FB_ROLE_WEB 1u       /* serves web pages */
#define FB_ROLE_DC 2u        /* keeps the domain's accounts */
#define FB_ROLE_FILES 4u     /* shares files */
#define FB_ROLE_DESK 8u      /* somebody works and reads mail there */
/* Places that are no machines: of these only the routes that name them. */
#define FB_ROLE_MAIL 16u     /* a mailbox, a site or a tenant of somebody's cloud */
#define FB_ROLE_DATABASE 32u
#define FB_ROLE_SEGMENT 64u  /* a part of the network */
#define FB_ROLE_NO_MACHINE (FB_ROLE_MAIL | FB_ROLE_DATABASE | FB_ROLE_SEGMENT)
/* Of a word that people write: "front end", "domain controller", "file server", "workstation" …; 0: none known. */
unsigned fb_role_of(struct fb_slice word);

/* Kinds of records that an observation may rest on. Bits. */
#define FB_REC_WEB 1u        /* a request in a web server's log */
#define FB_REC_PROCESS 2u    /* a process was started */
#define FB_REC_FILE 4u       /* a file was written, or lies there */
#define FB_REC_OTHER 8u      /* any other record */
#define FB_REC_LOGON 16u     /* somebody logged on, tried to, or was given a ticket */
#define FB_REC_ANY 31u
#define FB_REC_NONE 0u       /* none that is read here: of places that are no machines */

struct fb_route {
	enum fb_question question;
	const char *word;        /* stable: in keys and outputs */
	const char *techniques;  /* "T1059 T1505.003": these and what is below them */
	unsigned records;        /* … where the record is one of these kinds */
	unsigned roles;          /* places to which it applies */
	/* Telemetries of assess/coverage: "a|b c": a or b, and c, are needed to see all of it.
	 * "": nothing that is read here would show it. */
	const char *telemetries;
};
extern const struct fb_route fb_routes[];
extern const unsigned fb_nroutes;

/* The questions that records of a kind bear on, as a bit each: those with a route that needs it. */
unsigned fb_questions_of(const char *telemetry);
/* Does it apply to a place with these roles (0: nobody has said any)? */
bool fb_route_applies(const struct fb_route *r, unsigned roles);
/* Is there a route that applies to such a place and needs records of that kind, or is it of no route? */
bool fb_role_needs(unsigned roles, const char *telemetry);
/* Is one of the techniques the route's? */
bool fb_route_names(const struct fb_route *r, const char *techniques);
/* The routes that a detection speaks for, as a bit each: by the first of its techniques
 * that a route of a question names; of one question at most one route. techniques: as in
 * struct fb_rule_info; records: one of FB_REC_…. */
uint64_t fb_routes_of(const char *techniques, unsigned record);
/* All that one of its techniques names: where it may have been another of the ways that the rule looks for, and
 * where "not observed" would be too much. */
uint64_t fb_routes_named(const char *techniques, unsigned record);

#endif
