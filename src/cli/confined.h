/* The confinement in a word or two, for the record of a run and for doctor. */
#ifndef FB_CLI_CONFINED_H
#define FB_CLI_CONFINED_H

#include "base/buf.h"
#include "engine/engine.h"

/* "seccomp rlimits landlock:7" */
void fb_confinement_text(struct fb_buf *out, const struct fb_confinement *c);

#endif
