/* Statements of one's own, and what the evidence carries of them: in a file of their own, never in the case. Lines of
 * JSON, each with the SHA-256 of the one before it; rows are only ever appended (docs/formats/claims.md).
 */
#ifndef FB_CLI_OWN_H
#define FB_CLI_OWN_H

#include "case/stated.h"

#define FB_OWN_COUNSEL "prepared at the direction of counsel"

struct fb_own;
/* Reads what there is; no file is none. FB_EUSAGE: it would lie in the folder of the case, which is handed over; FB_EINPUT: a line is
 * missing, was altered, or is none. *out to be closed. */
int fb_own_open(const char *path, const char *dir, struct fb_own **out, struct fb_err *err);
void fb_own_close(struct fb_own *o);
/* As fb_case_stated. */
int fb_own_each(struct fb_own *o, const char *kind, int (*cb)(void *user, const struct fb_stated_row *row), void *user);
/* "prepared at the direction of counsel"; NULL: nobody asked for that. It stays. */
const char *fb_own_marked(const struct fb_own *o);
/* Appends all or, when the file cannot take them, none; counsel: with the mark, if it has none yet. FB_EUSAGE: nothing of that kind and key
 * to take back; FB_ESTATE: somebody else wrote to it meanwhile. */
int fb_own_append(struct fb_own *o, const struct fb_stated *list, size_t n, bool counsel, struct fb_err *err);

#endif
