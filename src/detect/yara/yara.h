/* YARA rules: compiled once from source (never from anybody's compiled form), matched
 * on whole files. Follows YARA's own language by libyara; docs/formats/yara.md says
 * which modules are there and how a rule's meta data become level, id and techniques.
 */
#ifndef FB_DETECT_YARA_YARA_H
#define FB_DETECT_YARA_YARA_H

#include "base/err.h"
#include "event/rules.h"

struct fb_yara_pack {
	const char *path; /* a folder (walked for *.yar, *.yara) or one file */
	const char *name; /* pack name for the infos */
};

/* Reads and compiles. A file with a fault becomes a problem of the set, with its line,
 * and all other files are used; FB_ENOTFOUND: a pack does not exist; FB_ENOMEM. The set
 * is freed with set->kind->free. One set at a time in a process: libyara has globals. */
int fb_yara_load(const struct fb_yara_pack *packs, size_t npacks, struct fb_ruleset **out,
		 struct fb_err *err);

extern const struct fb_rulekind fb_yara;

#endif
