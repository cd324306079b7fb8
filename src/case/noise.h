/* What packs of rules and users say is dull: noise lists (docs/formats/noise.md). A list
 * never changes what matches or is kept: it is laid over the detections when they are
 * read, so that views can fold and count. */
#ifndef FB_CASE_NOISE_H
#define FB_CASE_NOISE_H

#include "base/hash.h"
#include "base/time.h"
#include "case/decision.h"

#include <stddef.h>

enum fb_noise {
	FB_NOISE_NONE = 0,
	FB_NOISE_NOISY,    /* mostly dull; counts for --fail-on */
	FB_NOISE_EXCLUDED, /* says nothing by itself; does not */
	FB_NOISE_COUNT,
};
const char *fb_noise_word(enum fb_noise is); /* "none", "noisy", "excluded" */

/* Texts are never NULL. */
struct fb_noise_entry {
	enum fb_noise is;
	const char *rule;   /* id */
	const char *reason;
	const char *host;   /* glob, as --host; "" every host */
	fb_time until;      /* events before it; FB_TIME_NONE: all */
	const char *list;   /* path of the file, as given */
	unsigned line;
};

struct fb_noise_list {
	const char *path;
	uint8_t sha256[FB_SHA256];
	uint32_t noisy, excluded; /* entries about rules of this run */
};

/* For a run: entries about its rules, excluded ones first, then as they were given; where
 * several are about a detection the first counts. */
struct fb_noise_lists {
	const struct fb_noise_entry *v;
	uint32_t n;
	const struct fb_noise_list *list;
	uint32_t nlists;
};

struct fb_noise_counts {
	uint64_t of[FB_NOISE_COUNT];  /* detections; of none: all others */
	const uint64_t *by_entry;     /* as fb_case_noise gives entries; lives with the case */
};

/* The next entry from *at on that is about this rule, or NULL. */
const struct fb_noise_entry *fb_noise_next(const struct fb_noise_entry *v, uint32_t n,
					   const char *rule, uint32_t *at);

/* Is a group of this entry (or NULL) folded where views fold? mark: how many of its
 * detections people marked so. */
bool fb_noise_folds(const struct fb_noise_entry *e, const uint64_t mark[static FB_MARK_COUNT]);

struct fb_case;
struct fb_err;
/* The entries that the case keeps; *v lives as long as the case is open. */
int fb_case_noise(struct fb_case *c, const struct fb_noise_entry **v, uint32_t *n,
		  struct fb_err *err);
/* How many detections each is about. */
int fb_case_noise_counts(struct fb_case *c, struct fb_noise_counts *out, struct fb_err *err);

#endif
