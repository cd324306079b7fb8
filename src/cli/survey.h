/* A summary of the evidence before any verdict: one pass with queries of the program's
 * own, whose hits are counted up by the command. */
#ifndef FB_CLI_SURVEY_H
#define FB_CLI_SURVEY_H

#include "cli/pass.h"
#include "detect/query/query.h"

/* with from to host source limit quiet */
extern const struct fb_opt fb_opts_survey[];

#define FB_SURVEY_QUERIES 32

struct fb_survey {
	struct fb_cli *cli;
	const struct fb_query *queries; /* d->rule of a hit is their number */
	size_t n;
	enum fb_render bring;
	int (*hit)(void *user, const struct fb_pass_hit *hit);
	void *user;
	/* What came of it. */
	enum fb_output as;
	uint64_t limit; /* rows; 0: all */
	struct fb_pass pass;
};

/* --json and so on, the filters, --limit; fb_survey_run does it, too. */
int fb_survey_options(struct fb_survey *s);
/* The case is the command's first word, or ./case. The output is open afterwards. */
int fb_survey_run(struct fb_survey *s);

/* "DOMAIN\user" of two captured values, appended; "" and "-" are none. */
void fb_survey_account(struct fb_buf *out, struct fb_slice domain, struct fb_slice user);
/* A captured value, or nothing where it says nothing ("-"). */
struct fb_slice fb_survey_value(const struct fb_pass_hit *hit, size_t i);
/* A value that was too long ends in "#" and its sum: without that, for people. */
struct fb_slice fb_survey_short(struct fb_slice s, bool *cut);

#endif
