#include "event/secondhand.h"

#include <stddef.h>
#include <string.h>

static const struct {
	const char *format, *tool;
	bool claims;
} tools[] = {
	{ "hayabusa", "Hayabusa", true },
	{ "chainsaw", "Chainsaw", true },
	{ "evtx-json", "evtx_dump", false },
	{ "evtxecmd", "EvtxECmd", false },
	{ "plaso", "plaso", false },
	{ "mftecmd-mft", "MFTECmd", false },
	{ "mftecmd-j", "MFTECmd", false },
	{ "recmd", "RECmd", false },
	{ "srumecmd", "SrumECmd", false },
	{ "amcacheparser", "AmcacheParser", false },
	{ "pecmd", "PECmd", false },
	{ "winlogbeat", "Winlogbeat", false },
};

const char *fb_second_hand(const char *format)
{
	if (!format)
		return NULL;
	if (strncmp(format, FB_MAP_PREFIX, sizeof FB_MAP_PREFIX - 1) == 0)
		return format + sizeof FB_MAP_PREFIX - 1;
	for (size_t i = 0; i < sizeof tools / sizeof *tools; i++)
		if (strcmp(tools[i].format, format) == 0)
			return tools[i].tool;
	return NULL;
}

bool fb_second_hand_claims(const char *format)
{
	for (size_t i = 0; format && i < sizeof tools / sizeof *tools; i++)
		if (strcmp(tools[i].format, format) == 0)
			return tools[i].claims;
	return false;
}
