/* bundle --pseudonymise: a copy of the case that may leave the room, the sender's secret, and
 * the list of what is behind each pseudonym, which stays with the sender. */
#ifndef FB_CLI_PSEUDONYMOUS_H
#define FB_CLI_PSEUDONYMOUS_H

#include "cli/cmd.h"

/* Names of a file in such a bundle, in words for the sheet. */
extern const char fb_pseudonymous_words[];

struct fb_pseudonymous {
	char *dir;       /* the copy's folder, below $TMPDIR; NULL: none */
	bool made;       /* the secret's file was not there, and is now */
	uint64_t values; /* that have a pseudonym */
};

/* --pseudonymise FILE and --mapping FILE: both or none (*wanted). FB_EUSAGE. */
int fb_pseudonymous_options(struct fb_cli *cli, bool *wanted);
/* case_dir: one file, and nobody writes to it. */
int fb_pseudonymous_make(struct fb_cli *cli, const char *case_dir, struct fb_pseudonymous *out);
/* The copy is removed. */
void fb_pseudonymous_end(struct fb_pseudonymous *p);

#endif
