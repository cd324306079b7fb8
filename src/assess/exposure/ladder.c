#include "assess/exposure/exposure.h"

const char *fb_ladder_word(enum fb_ladder l)
{
	static const char *const words[FB_L_COUNT] = { "reachable", "opened", "collected", "left" };

	return (unsigned)l < FB_L_COUNT ? words[l] : "";
}

const char *fb_ladder_asks(enum fb_ladder l)
{
	static const char *const asks[FB_L_COUNT] = { "What could they reach?", "What did they open?",
		"What did they gather?", "What left?" };

	return (unsigned)l < FB_L_COUNT ? asks[l] : "";
}
