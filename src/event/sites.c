#include "event/sites.h"

static const struct {
	const char *word, *says;
} lacks[FB_SITE_LACKS] = {
	{ "off", "logging is off" },
	{ "format", "its log is not W3C" },
	{ "no-file", "its log goes to ETW alone" },
	{ "together", "all sites write one log" },
	{ "dont-log", "dontLog" },
	{ "selective", "selectiveLogging" },
	{ "itself", "its web.config may switch the log off" },
	{ "no-module", "HttpLoggingModule is not loaded" },
	{ "protocol", "a binding other than HTTP, which has no such log" },
};

const char *fb_site_lack_word(unsigned i)
{
	return i < FB_SITE_LACKS ? lacks[i].word : "";
}

const char *fb_site_lack_says(unsigned i)
{
	return i < FB_SITE_LACKS ? lacks[i].says : "";
}

unsigned fb_site_lack_of(struct fb_slice word)
{
	for (unsigned i = 0; i < FB_SITE_LACKS; i++)
		if (fb_slice_eqs(word, lacks[i].word))
			return 1u << i;
	return 0;
}
