/* Indicator lists: addresses and networks, domains with their subdomains, URLs, hashes,
 * file names, e-mail addresses; from plain text, CSV, MISP events and STIX 2.1 bundles,
 * looked for in every event and every file. docs/formats/indicators.md says what each
 * form may hold and what matches what. */
#ifndef FB_DETECT_IOC_IOC_H
#define FB_DETECT_IOC_IOC_H

#include "base/err.h"
#include "event/rules.h"

/* Reads lists (a folder is walked for *.txt, *.csv, *.json, *.stix; a file is taken
 * whatever its name). What cannot be used is a problem of the set, with its line, and
 * does not fail the call; FB_ENOTFOUND: no such path; FB_ENOMEM. Each list makes one
 * rule for each type and level that it has. Freed with set->kind->free. */
int fb_ioc_load(const char *const *paths, size_t n, struct fb_ruleset **out, struct fb_err *err);

extern const struct fb_rulekind fb_ioc;

#endif
