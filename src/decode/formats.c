#include "decode/formats.h"

const struct fb_format *const fb_formats[] = {
	&fb_format_evtx,
	&fb_format_w3c,
	&fb_format_proxy,
	&fb_format_iis,
	&fb_format_custom,
	&fb_format_access,
	&fb_format_errorlog,
	&fb_format_haproxy,
	&fb_format_jsonlog,
	&fb_format_uls,
	&fb_format_exchange,
	NULL,
};
