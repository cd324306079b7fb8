/* What they could reach, what they opened, collected and carried off: bounds, each end with what it
 * rests on (docs/formats/exposure.md). Four ladders that are never printed as one another.
 */
#ifndef FB_ASSESS_EXPOSURE_H
#define FB_ASSESS_EXPOSURE_H

#include "assess/container.h"
#include "assess/coverage/coverage.h"
#include "case/steps.h"
#include "event/flow.h"

enum fb_ladder { FB_L_REACHABLE = 0, FB_L_OPENED, FB_L_COLLECTED, FB_L_LEFT, FB_L_COUNT };
/* "reachable" … */
const char *fb_ladder_word(enum fb_ladder l);
/* What it asks, as people say it. */
const char *fb_ladder_asks(enum fb_ladder l);

#define FB_EXPOSURE_REASONS 8
#define FB_EXPOSURE_FLOWS 4

/* Connections that an upper end counts: which, and how many bytes of them. */
struct fb_exposure_flow {
	const struct fb_cover_flow *flow;
	uint64_t bytes;
	bool by_resp;          /* sent by the machine that was connected to */
};

struct fb_exposure {
	enum fb_ladder ladder;
	const char *place;     /* "" : of the case */
	const char *to;        /* of what left: where to; of what was opened: over which share; "" */
	fb_time first, last;   /* of the acts; FB_TIME_NONE: there are none */
	/* At least, by records that belong to an activity for sure. */
	uint64_t least_objects, least_bytes;
	bool bytes_known;      /* of some of it the log counts bytes */
	/* Of the same records and of those that belong to it perhaps: what was asked for, handed over or not.
	 * It is no upper bound. */
	uint64_t named_objects, named_bytes;
	bool unbounded;        /* at most: without bound … */
	const char *why;       /* … because */
	uint64_t most_bytes, most_objects;
	bool objects_bounded;  /* most_objects is one; bytes may have an upper end without it */
	const char *by;        /* of objects: what that upper end counts, in words; "" */
	fb_time as_of;         /* … when the list was made that it rests on; FB_TIME_NONE: on records */
	/* Documents are more than files where a file holds others. */
	bool documents_bounded;
	uint64_t most_documents;
	const char *documents_why; /* else why there is no upper end of them; "" where there is none of files either */
	/* Of what left: the largest flows that most_bytes counts; connections that had not ended (what they carried later is
	 * not counted), that have no count; bytes that went to machines inside, which are not counted. */
	struct fb_exposure_flow flows[FB_EXPOSURE_FLOWS];
	size_t nflows;
	bool other_way;        /* somebody outside was answered, and no sensor saw it */
	uint64_t more_flows, open, uncounted, inside_bytes;
	uint32_t steps[FB_EXPOSURE_REASONS]; /* the first steps that it rests on */
	size_t nsteps;
	uint64_t more_steps;
};
struct fb_exposures {
	struct fb_arena arena;
	const struct fb_exposure *v; /* by ladder; of each the case first, then by place and destination */
	size_t n;
	fb_time from;          /* the earliest possible control: the window's beginning, if stated, else the first step; FB_TIME_NONE */
	fb_time to;            /* until when what left is counted */
	const char *const *hosts; /* the machines whose egress counts: acted on, or not shown that nobody did */
	size_t nhosts;
};

/* A list of what lies at a place, that somebody says is whole (firebreak inventory). */
struct fb_listed {
	const char *place;
	fb_time as_of;
	const char *whole;     /* for what lies below this folder or share; "*": for the place; "": for nothing */
	uint64_t files;        /* in it */
	uint64_t documents;    /* in these, as far as is told */
	const char *untold;    /* a file that holds others, and nobody tells how many; "" */
	const char *holders;   /* lines "N\tPATH": files that hold others, and how many */
};
/* What else is known. */
struct fb_may {
	/* Could somebody have acted at a place, as far as is shown? */
	bool (*act)(void *user, const char *place);
	/* From when on what a machine recorded may have been altered; FB_TIME_NONE: never. */
	fb_time (*altered)(void *user, const char *place);
	void *user;
	bool whole;            /* all evidence was followed, and nothing was left out */
	const struct fb_listed *listed;
	size_t nlisted;
};
/* *out to be freed; what it is made from has to live as long. may NULL: anybody, anywhere, and no lists. FB_ENOMEM. */
int fb_exposures_make(const struct fb_steps *steps, const struct fb_coverage *cov, const struct fb_may *may,
		      struct fb_exposures **out, struct fb_err *err);
void fb_exposures_free(struct fb_exposures *e);
/* Of the case. */
const struct fb_exposure *fb_exposure_of(const struct fb_exposures *e, enum fb_ladder l);

#endif
