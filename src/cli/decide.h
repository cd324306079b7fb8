/* What the commands by which people decide have in common. */
#ifndef FB_CLI_DECIDE_H
#define FB_CLI_DECIDE_H

#include "case/decide.h"
#include "cli/cmd.h"

extern const struct fb_opt fb_opts_by[]; /* by */

/* Six digits or more of a detection's id and no folder of that name, or an event
 * reference. */
bool fb_decide_is_id(const char *s);
/* Who decides: --by, else $FIREBREAK_BY, else the login name. FB_EUSAGE: nobody. */
int fb_decide_author(struct fb_cli *cli, const char **by);
/* The same, with the message elsewhere than in cli->err. */
int fb_decide_author_of(const struct fb_cli *cli, const char **by, struct fb_err *err);
/* Begins a decision: kind, author, and the time, which is now. */
int fb_decide_begin(struct fb_cli *cli, enum fb_decision_what what, struct fb_decision *d);

/* Each of the n decisions about each of what ids name (detections, events) is kept in
 * the case of folder dir, and said on standard output. */
int fb_decide_about(struct fb_cli *cli, const char *dir, const char *const *ids, size_t nids,
		    const struct fb_decision *list, size_t n);
/* The same of decisions that need no event. *last: the number of the last of them. */
int fb_decide_keep(struct fb_cli *cli, const char *dir, const struct fb_decision *list, size_t n,
		   const char *from, uint64_t *added, uint64_t *last);

#endif
