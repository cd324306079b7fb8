/* Lists that grow: room for one more, at least doubled each time, so that a million appended are copied twice. */
#ifndef FB_BASE_GROW_H
#define FB_BASE_GROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* list: the address of the pointer to the first of n elements of a size; *room: for how many there is room. false: no memory, and
 * all is as it was. */
bool fb_room(void *list, size_t n, size_t *room, size_t size);
/* Of lists that are counted in 32 bits. */
bool fb_room32(void *list, uint32_t n, uint32_t *room, size_t size);

#endif
