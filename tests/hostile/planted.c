/* The program, with the planted format among its own. */
#include "planted_format.h"

#include "cli/cli.h"
#include "decode/formats.h"

int main(int argc, char **argv)
{
	const struct fb_format *formats[16] = { &fb_format_planted };
	size_t n = 1;

	while (n < 15 && fb_formats[n - 1]) {
		formats[n] = fb_formats[n - 1];
		n++;
	}
	formats[n] = NULL;
	return fb_main(argc, argv, formats);
}
