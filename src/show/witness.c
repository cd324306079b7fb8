#include "show/webshells.h"

static const unsigned all[] = { FB_WITNESS_FILE, FB_WITNESS_LOG, FB_WITNESS_PROCESS };

void fb_witnesses_text(struct fb_buf *out, unsigned witnesses)
{
	const char *before = "";

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (witnesses & all[i]) {
			(void)fb_buf_printf(out, "%s%s", before, fb_witness_word(all[i]));
			before = ", ";
		}
}
