/* One writer a case, and the file that is kept for the day the disk is full. */
#ifndef FB_CASE_LOCK_H
#define FB_CASE_LOCK_H

#include "base/err.h"

/* Holds DIR/lock (shown: the folder as given, for messages). FB_EBUSY names the
 * process that holds it. The system lets go of it when the holder dies, however. */
int fb_lock_take(const char *dir, const char *shown, int *out, struct fb_err *err);
void fb_lock_give(const char *dir, int lock);

/* Makes DIR/reserve of FB_CASE_RESERVE bytes, if it is not there. */
int fb_reserve_take(const char *dir, struct fb_err *err);
void fb_reserve_give(const char *dir);

#endif
