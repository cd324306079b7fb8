/* A pass: the evidence of a case is read once more by confined workers, for something
 * other than the case's own rules. What is found comes back in the order of the
 * evidence, whatever the workers do: by path of the source (second-hand ones last), then as it stands there.
 *
 * Evidence is not hashed again where its size and time are as they were; where they
 * are not it is, and what changed is said. Sources of equal content are read once, one that is the beginning of another, or stands in it, with that one, and
 * an event that stands in several sources (or twice in one) is handed on once: the
 * first of its places; with second-hand sources times are compared to the second. Units that the case knows to lie outside of --from and --to are
 * not decoded.
 *
 * The workers are forked before the case is opened, so that none of them ever has it.
 */
#ifndef FB_CLI_PASS_H
#define FB_CLI_PASS_H

#include "case/decide.h"
#include "cli/cmd.h"
#include "engine/engine.h"

struct fb_pass_source {
	const char *path;
	uint8_t sha256[FB_SHA256];
	const char *format;
	const char *host, *host_why; /* as attributed; "" unknown */
	unsigned digits;  /* of its sum that tell it from the others, at least 16; 0: it was
			   * never read to its end */
};

struct fb_pass_hit {
	const struct fb_pass_source *source;
	/* Its slices die when the callback returns. host is never empty when anything is
	 * known; why: "" when the record names it, else why it is taken for it. */
	const struct fb_detection *d;
	struct fb_slice host;
	const char *host_why;
	const struct fb_decided *decided; /* what people decided about the event, or NULL */
};

struct fb_pass_counts {
	uint64_t files, bytes;   /* read */
	uint64_t copied;         /* sources left out: another has the same content, or has it in it */
	uint64_t hits, copies;   /* handed on; left out: the event was handed on before */
	uint64_t changed, unread, lost;
};

struct fb_pass {
	struct fb_cli *cli;
	struct fb_filter filter;      /* from, to, host, source are looked at */
	const struct fb_ruleset *set; /* it has to heed from and to itself */
	const struct fb_syms *syms;
	unsigned lanes;               /* a bit for each that is read; 0: all */
	enum fb_render bring;         /* FB_RENDER_HIT, FB_RENDER_PLACE or a text */
	bool places;                  /* copies are handed on too */
	/* NULL, or: is that part of a source, or anything of it, wanted? */
	bool (*near)(void *user, const char *path, uint64_t offset, uint64_t length);
	bool (*nearly)(void *user, const char *path);
	void *near_user;
	/* NULL, or: called right before (true) and after the workers are made, who get no copy
	 * of what was put aside meanwhile (fb_unshared). */
	void (*aside)(void *user, bool away);
	/* Non-zero ends the pass; FB_ESTOP: as if it had come to its end. */
	int (*hit)(void *user, const struct fb_pass_hit *hit);
	void *user;
	struct fb_pass_counts counts; /* what came of it */
	bool stopped;                 /* by FB_ESTOP */
};

/* dir: of the case. What is wrong with the evidence is said, and sets the status. */
int fb_pass_run(struct fb_pass *p, const char *dir);

/* "9f86d081884c7d65:4096", appended: docs/formats/output.md, "Event reference".
 * Nothing where the source has no sum. */
int fb_pass_reference(struct fb_buf *out, const struct fb_pass_hit *hit);
/* Value i of what the hit brought (struct fb_capture); false: the event has none. */
bool fb_pass_value(const struct fb_pass_hit *hit, size_t i, struct fb_slice *out);

#endif
