/* Makes of a copy of a case one that may leave the room (docs/formats/pseudonyms.md). */
#ifndef FB_CASE_PSEUDONYMISE_H
#define FB_CASE_PSEUDONYMISE_H

#include "base/hash.h"
#include "case/pseudonym.h"

/* dir: the folder of a copy that nobody else has open, of a case that was sealed. It is
 * changed in place: hosts, accounts, addresses, names of files become pseudonyms, free text
 * of evidence and of people goes, the custody record begins anew with what it was made of. No
 * page of the file keeps what it held before. A table or a column that this does not know is
 * emptied or refused (FB_ESTATE), never let through. On failure the copy is worth nothing. */
int fb_case_pseudonymise(const char *dir, struct fb_pseudonyms *p, struct fb_err *err);

#endif
