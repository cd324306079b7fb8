/* One run of the engine into a case: what `investigate` and `import` do. Options of the run
 * (rules, workers, report …) are taken from the command line where it has them. */
#ifndef FB_CLI_INVESTIGATE_H
#define FB_CLI_INVESTIGATE_H

#include "cli/cmd.h"

struct fb_investigation {
	const char *dir;          /* of the case */
	const char *const *roots; /* files and folders */
	size_t n;
	bool import;              /* says what is not another program's */
	const char *as;           /* NULL, or the one of their formats that is looked for */
	const char *host;         /* NULL, or whose what names no host is */
};

int fb_investigate(struct fb_cli *cli, const struct fb_investigation *what);

#endif
