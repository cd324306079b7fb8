/* The second pass: the evidence of a case is read again for what those who acted did, and the
 * case keeps what came of it (case/steps.h). */
#ifndef FB_CLI_FOLLOW_H
#define FB_CLI_FOLLOW_H

#include "cli/cmd.h"

/* dir: of the case, which nobody has open. What is wrong with the evidence is said, and sets the status. */
int fb_follow(struct fb_cli *cli, const char *dir);

#endif
