/* Web shells by what a file does: request data is followed through the page to what runs
 * code, commands and files. No rule files; the analysis is the program's own, and so are
 * its rules' names and levels. docs/formats/webshell.md says which languages, sources and
 * sinks it knows, and what each level means.
 */
#ifndef FB_DETECT_WEBSHELL_WEBSHELL_H
#define FB_DETECT_WEBSHELL_WEBSHELL_H

#include "base/err.h"
#include "event/rules.h"

struct fb_webshell_options {
	/* Lists of files that are known to be good: Debian's md5sums, sha256sum's output, CSV
	 * with a column of hashes. */
	const char *const *known_good;
	size_t nknown_good;
};

/* options may be NULL. FB_ENOTFOUND, FB_EINPUT: a list cannot be read, or has no hash in
 * it; FB_ENOMEM. Freed with set->kind->free. */
int fb_webshell_new(const struct fb_webshell_options *options, struct fb_ruleset **out, struct fb_err *err);

extern const struct fb_rulekind fb_webshell;

#endif
