/* The program, with the planted format among its own. */
#include "planted_format.h"

#include "cli/cli.h"
#include "decode/formats.h"

#include <stdlib.h>

/* FB_DEAF: a decoder that loses one record, and accounts for its bytes all the same. */
static int (*heard)(struct fb_sink *sink, const struct fb_event *ev);

static int deaf_event(struct fb_sink *sink, const struct fb_event *ev)
{
	return ev->event_id == 7045 ? 0 : heard(sink, ev);
}

static int deaf_decode(const struct fb_unit *unit, struct fb_sink *sink)
{
	int r;

	heard = sink->event;
	sink->event = deaf_event;
	r = fb_format_evtx.decode(unit, sink);
	sink->event = heard;
	return r;
}

int main(int argc, char **argv)
{
	const struct fb_format *formats[16] = { &fb_format_planted };
	struct fb_format deaf;
	size_t n = 1;

	while (n < 15 && fb_formats[n - 1]) {
		formats[n] = fb_formats[n - 1];
		n++;
	}
	formats[n] = NULL;
	deaf = fb_format_evtx;
	deaf.decode = deaf_decode;
	for (size_t i = 0; i < n && getenv("FB_DEAF"); i++)
		if (formats[i] == &fb_format_evtx)
			formats[i] = &deaf;
	return fb_main(argc, argv, formats);
}
