#include "base/grow.h"

#include <stdlib.h>

#define FIRST 64

bool fb_room(void *list, size_t n, size_t *room, size_t size)
{
	void **v = list, *grown;
	size_t more = *room ? *room * 2 : FIRST;

	if (n < *room)
		return true;
	grown = more > *room ? reallocarray(*v, more, size) : NULL;
	if (!grown)
		return false;
	*v = grown;
	*room = more;
	return true;
}

bool fb_room32(void *list, uint32_t n, uint32_t *room, size_t size)
{
	size_t wide = *room;

	if (n < *room)
		return true;
	if (wide > UINT32_MAX / 2 || !fb_room(list, n, &wide, size))
		return false;
	*room = (uint32_t)wide;
	return true;
}
