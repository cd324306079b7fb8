#include "decode/formats.h"

const struct fb_format *const fb_formats[] = {
	&fb_format_evtx,
	&fb_format_w3c,
	&fb_format_access,
	NULL,
};
