/* What people say of a case, as far as it is not about one event (that is a decision,
 * decide.h): the machines that there are, the time that is asked about, what is ours, joins and cuts,
 * inventories, claims and how they were read, signatures of answers. Rows are only ever
 * appended, each with its row of the custody record (docs/formats/stated.md); of one
 * kind and key the last counts.
 */
#ifndef FB_CASE_STATED_H
#define FB_CASE_STATED_H

#include "base/arena.h"
#include "case/case.h"

struct fb_stated {
	const char *kind;  /* "asset", "window", "claim" …: a word of its owner's */
	const char *key;   /* which of them; "" where there can be only one */
	const char *value; /* JSON, an object; "" in what is handed over: it is taken back */
	const char *by;    /* who says so */
	fb_time at;        /* when it was said here */
};
struct fb_stated_row {
	struct fb_stated said;
	uint64_t n;        /* in the order of their coming, from 1 */
	bool stands;       /* nothing later of the same kind and key */
};

/* Those of a kind (NULL: all) by number, what was replaced or taken back among them; what
 * it is handed dies when cb returns. A non-zero return of cb stops and is returned. A
 * case of an older version has none. */
int fb_case_stated(struct fb_case *c, const char *kind,
		   int (*cb)(void *user, const struct fb_stated_row *row), void *user,
		   struct fb_err *err);
/* A text of the value, in the arena; "" where it has none, or is no object of texts. NULL: no memory. */
const char *fb_stated_text(const char *value, const char *key, struct fb_arena *arena);
/* Appends all or none; what stands with the same value already is left out. Opened by FB_CASE_DECIDE or
 * FB_CASE_WRITE. FB_EUSAGE: nothing of that kind and key to take back; FB_ELIMIT. */
int fb_case_state(struct fb_case *c, const struct fb_stated *list, size_t n, uint64_t *added,
		  struct fb_err *err);
/* Whether each row is as the custody record has it: FB_EINPUT says which is not. */
int fb_case_stated_check(struct fb_case *c, struct fb_err *err);

#endif
