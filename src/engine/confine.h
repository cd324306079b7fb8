/* The locks of a worker, and the proof that they hold.
 *
 *   seccomp    a list of allowed system calls; anything else kills the process
 *   rlimits    no descriptor can be opened, no process made, no core dumped
 *   dumpable   off, and no new privileges
 *   Landlock   where the kernel has it: every right taken away; a kernel that has
 *              it and refuses is an error
 * A build with sanitizers has a wider list, because their runtime asks for more
 * (docs/architecture.md); it is compiled into such builds only.
 */
#ifndef FB_ENGINE_CONFINE_H
#define FB_ENGINE_CONFINE_H

#include "engine/engine.h"

/* Lock this process, for good. memory: bytes it may still take (optimised build). */
int fb_confine(uint64_t memory, struct fb_err *err);

/* The Landlock ABI of the kernel, 0 without. */
int fb_landlock_abi(void);

#endif
