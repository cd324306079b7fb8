/* The signatures of a case, checked for `verify`. */
#ifndef FB_CLI_SIGNED_H
#define FB_CLI_SIGNED_H

#include "base/json.h"
#include "cli/cmd.h"
#include "cli/signature.h"

extern const struct fb_opt fb_opts_trust[]; /* trust */

enum fb_signed_state {
	FB_SIGNED_GOOD,     /* by a key that is trusted, and all is as it was signed */
	FB_SIGNED_UNKNOWN,  /* the same, by a key that nobody named */
	FB_SIGNED_ADDED,    /* fits what it is about; the case has more since, as its record tells */
	FB_SIGNED_UNFIT,    /* the case was changed */
	FB_SIGNED_DAMAGED,  /* the signature is not what was made */
	FB_SIGNED_MISSING,  /* the custody record tells of it, and it is gone */
	FB_SIGNED_COUNT
};
const char *fb_signed_word(enum fb_signed_state state);

struct fb_signed_one {
	unsigned number;
	enum fb_signed_state state;
	bool whole, known;   /* well made; by a key that is trusted */
	struct fb_signature s; /* when whole */
	uint8_t sha256[FB_SHA256]; /* of the file */
	char print[FB_FINGERPRINT];
	bool told;           /* the custody record has its row */
	bool reached, fits;  /* the row that was signed was seen, with the hash that was signed */
	uint64_t decisions, runs, others; /* rows since, but for signatures */
	char why[512];       /* "" when good */
};
struct fb_signed {
	struct fb_signed_one *v;
	size_t n;
	char (*trust)[FB_FINGERPRINT];
	size_t ntrust;
	bool current;        /* one that is good or unknown covers the case as it is */
	bool trusted;        /* and one of these is good */
	bool otherwise;      /* the case is under another signature by a key that is trusted */
};

/* What --trust names, each a file with a public key or a fingerprint. */
int fb_signed_trust(struct fb_signed *g, const struct fb_args *args, struct fb_err *err);
/* Reads the signatures of a case and checks each by itself. */
int fb_signed_read(struct fb_signed *g, const char *case_dir, struct fb_err *err);
/* Each row of the custody record that fits. */
void fb_signed_row(struct fb_signed *g, const struct fb_ledger_row *row);
/* After all rows (whole: to the last): compares with what the case says now. */
int fb_signed_compare(struct fb_signed *g, struct fb_case *c, bool whole, struct fb_err *err);
/* Nothing that was signed or asked for is amiss. */
bool fb_signed_well(const struct fb_signed *g);
void fb_signed_dispose(struct fb_signed *g);

void fb_signed_put(struct fb_buf *out, const struct fb_signed *g);
void fb_signed_json(struct fb_json *j, const struct fb_signed *g); /* an array */

#endif
