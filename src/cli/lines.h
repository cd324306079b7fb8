/* Listings that people hand in (what lies where, what somebody published), line by line: files of gigabytes. */
#ifndef FB_CLI_LINES_H
#define FB_CLI_LINES_H

#include "assess/claim/listing.h"

extern const struct fb_lines fb_cli_lines;

#endif
