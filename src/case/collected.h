/* What collectors wrote about their work (event/collected.h), and what came of holding it
 * against what was read: each statement has a verdict. */
#ifndef FB_CASE_COLLECTED_H
#define FB_CASE_COLLECTED_H

#include "case/case.h"
#include "event/collected.h"

enum fb_verdict {
	FB_VERDICT_NONE = 0,  /* there is nothing to be judged */
	FB_VERDICT_HERE,      /* the file is here; no hash was given */
	FB_VERDICT_SAME,      /* and has the hash that was given */
	FB_VERDICT_DIFFERS,   /* … another one */
	FB_VERDICT_NOT_HERE,  /* was taken, and is not in what was handed in */
	FB_VERDICT_ELSEWHERE, /* skipped, since another file of the same hash was taken */
	FB_VERDICT_UNCHECKED, /* MD5 or SHA-1, and the file could not be read again */
	FB_VERDICT_COUNT
};
/* The stable word ("same"). */
const char *fb_verdict_word(enum fb_verdict v);

/* Writing, in a run. n == 0 forgets what the source said before. */
int fb_case_collected_add(struct fb_case *c, uint64_t source, uint64_t n, const struct fb_collected *said,
			  struct fb_err *err);
/* target: the source that it speaks of, or 0. */
int fb_case_collected_judge(struct fb_case *c, uint64_t source, uint64_t n, uint64_t target,
			    enum fb_verdict verdict, struct fb_err *err);
/* A remark of a source beside those of its reading; n tells those of one source apart. */
int fb_case_remark(struct fb_case *c, uint64_t source, uint64_t n, enum fb_why why, struct fb_slice text,
		   struct fb_err *err);
/* All of them are forgotten. */
int fb_case_remarks_forget(struct fb_case *c, struct fb_err *err);

struct fb_collected_row {
	uint64_t source, n;
	const char *path;       /* of the source that says it */
	const char *collection; /* that it is in: a path; "" none */
	const char *collector, *format;
	struct fb_collected said;
	const char *target;     /* path; "" none */
	uint64_t target_id;
	enum fb_verdict verdict;
};
/* Every statement, by the path of its source, then in its order. Before and after the
 * seal. What *row points to dies when cb returns. */
int fb_case_collected(struct fb_case *c, int (*cb)(void *user, const struct fb_collected_row *row),
		      void *user, struct fb_err *err);

struct fb_each_source {
	uint64_t id, parent;
	uint32_t index;
	const char *path, *disk, *collection, *host_path, *shadow; /* "" none; disk NULL */
	uint64_t size;
	fb_time mtime;
	bool hashed;
	uint8_t sha256[FB_SHA256];
};
/* Every source, by path; the same. */
int fb_case_each_source(struct fb_case *c, int (*cb)(void *user, const struct fb_each_source *row), void *user,
		 struct fb_err *err);
/* How many statements there are. */
int fb_case_collected_count(struct fb_case *c, uint64_t *out, struct fb_err *err);

#endif
