/* What zeek.c and zeekkind.c share. Private to this folder. */
#ifndef FB_DECODE_WEBLOG_ZEEK_H
#define FB_DECODE_WEBLOG_ZEEK_H

#include "base/slice.h"

#include <stddef.h>

/* Which log a record in JSON is of when it does not say so itself (Zeek's own JSON does not: the name of the
 * file does). By the fields that only records of that log have. */
struct zeek_kind {
	const char *path;
	const char *has[4]; /* all of them, NULL-terminated */
};
extern const struct zeek_kind zeek_kinds[];
extern const size_t zeek_nkinds;
/* All of has of all kinds fit into the bits of this: one a name, by its place among all names. */
#define ZEEK_NAMES_MAX 128

#endif
