/* The program but for its main(): the tests link the same objects with a main of
 * their own, which hands in a table of formats with planted faults. */
#ifndef FB_CLI_CLI_H
#define FB_CLI_CLI_H

#include "event/format.h"

/* Exit status; documented in the man page. */
enum fb_exit {
	FB_EXIT_OK = 0,
	FB_EXIT_PART = 1,   /* done, but something could not be read or was lost */
	FB_EXIT_USAGE = 2,
	FB_EXIT_FAILED = 3,
	FB_EXIT_LEVEL = 10, /* --fail-on was reached */
};

/* formats: NULL-terminated. Returns the exit status. */
int fb_main(int argc, char **argv, const struct fb_format *const *formats);

#endif
