#include "event/event.h"

const struct fb_field *fb_event_get(const struct fb_event *ev, uint32_t sym)
{
	if (sym == FB_SYM_NONE)
		return NULL;
	for (size_t i = 0; i < ev->nfields; i++)
		if (ev->fields[i].sym == sym)
			return &ev->fields[i];
	return NULL;
}
