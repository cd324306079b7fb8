/* Logs that lie in several files: a current log and what was archived of it, the same log
 * collected twice. Their record numbers taken together, and what no file has. */
#ifndef FB_CASE_CHAINS_H
#define FB_CASE_CHAINS_H

#include "case/case.h"

struct fb_chain_file {
	const char *path;
	uint64_t first, last; /* record numbers */
	fb_time first_time, last_time;
};
struct fb_chain_gap {
	uint64_t first, last;  /* numbers that no file has */
	fb_time after, before; /* times of the records around them */
	const char *after_path, *before_path;
};
struct fb_chain_row {
	const char *host, *channel;
	const struct fb_chain_file *files; /* by first number */
	size_t nfiles;                     /* at least 2; equal ones count once */
	const struct fb_chain_gap *gaps;   /* by number; at most FB_SOURCE_GAPS_MAX */
	size_t ngaps;
	uint64_t first, last, missing;     /* missing: exact */
};
/* By host and channel. After the seal. f: host is looked at. What *row points to dies
 * when cb returns. */
int fb_case_chains(struct fb_case *c, const struct fb_filter *f,
		   int (*cb)(void *user, const struct fb_chain_row *row), void *user, struct fb_err *err);

#endif
