#include "show/tlp.h"

int fb_tlp_label(struct fb_buf *out, const char *word)
{
	(void)fb_buf_puts(out, "TLP:");
	for (; *word; word++)
		(void)fb_buf_putc(out, (uint8_t)(*word >= 'a' && *word <= 'z' ? *word - 32 : *word));
	return fb_buf_code(out);
}

const char *fb_tlp_words(const char *word)
{
	static const struct { const char *word, *says; } table[] = {
		{ "clear", "It may be passed on to anybody." },
		{ "green", "For the community of who received it, and not for the public." },
		{ "amber", "For the organisation that received it and its clients: whoever there needs it." },
		{ "amber+strict", "For the organisation that received it alone: whoever there needs it." },
		{ "red", "For the persons who received it, and nobody else." },
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (strcmp(table[i].word, word) == 0)
			return table[i].says;
	return "";
}
