/* Which build of the program runs. */
#ifndef FB_BASE_BUILD_H
#define FB_BASE_BUILD_H

#include "base/slice.h"

/* The id that the linker made of everything it put into the running program (ELF note
 * NT_GNU_BUILD_ID): another one for whatever was changed. n == 0: it has none. */
struct fb_slice fb_build_id(void);

#endif
