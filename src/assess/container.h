/* Files that hold other files: archives and their parts, disks, mailboxes, backups, databases. */
#ifndef FB_ASSESS_CONTAINER_H
#define FB_ASSESS_CONTAINER_H

#include <stdbool.h>

/* By its name. Parts of split ones end in numbers. */
bool fb_is_container(const char *name);

#endif
