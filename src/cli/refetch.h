/* Original records read again from the evidence, by confined workers, when the case
 * kept none. No case may be open meanwhile: the workers would inherit it. */
#ifndef FB_CLI_REFETCH_H
#define FB_CLI_REFETCH_H

#include "base/limits.h"
#include "case/forks.h"
#include "cli/cmd.h"
#include "event/result.h"

struct fb_wanted {
	const char *disk;     /* of the file, also when the record is in a member */
	const char *format;   /* of the file; NULL: not known */
	unsigned depth;       /* of the member: its number in the file, in that one … */
	uint32_t number[FB_ARCHIVE_DEPTH];
	uint32_t unit_seq;
	uint64_t cuts[FB_CUTS_MAX]; /* where its source was cut into units (case/overlaps.h) */
	unsigned ncuts;
	uint64_t offset;      /* of the record in its source */
	uint8_t sha256[FB_SHA256]; /* of the source, as recorded */
	uint64_t source;      /* its id in the case, and where the case tells contents apart; NULL: it does not matter */
	const struct fb_branches *branches;
	/* What came of it. */
	struct fb_buf text;   /* the record; init by the caller */
	struct fb_buf event;  /* its identity (event/identity.h), when max is not 0 */
	/* NULL, or told of the record itself, which dies when it returns. */
	void (*seen)(void *user, size_t number, const struct fb_detection *d);
	void *user;
	size_t which;         /* told with it */
	bool found;           /* the text is the record's, and the source is unchanged */
	char why[1024];        /* else: why not */
};

/* syms: names that the formats look up, or NULL when nothing asks for fields. */
int fb_refetch(struct fb_cli *cli, const struct fb_format *const *formats,
	       const struct fb_syms *syms, struct fb_wanted *wanted, size_t n);

#endif
