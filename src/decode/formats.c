#include "decode/formats.h"

const struct fb_format *const fb_formats[] = {
	&fb_format_evtx,
	&fb_format_w3c,
	&fb_format_access,
	&fb_format_hayabusa,
	&fb_format_chainsaw,
	&fb_format_evtx_json,
	&fb_format_evtxecmd,
	&fb_format_plaso,
	&fb_format_mftecmd_mft,
	&fb_format_mftecmd_j,
	&fb_format_recmd,
	&fb_format_srumecmd,
	&fb_format_amcacheparser,
	&fb_format_pecmd,
	&fb_format_winlogbeat,
	NULL,
};
