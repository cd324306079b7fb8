/* A text that is looked for in values that are no text: whether a number, time, GUID, SID
 * holds it is mostly known without writing the value out. The answers are those of a
 * search in what event/value.h writes. */
#ifndef FB_EVENT_SOUGHT_H
#define FB_EVENT_SOUGHT_H

#include "event/event.h"

#define FB_SOUGHT_DIGITS 16

struct fb_sought {
	uint32_t types;      /* a bit for each enum fb_vtype that can be written so */
	/* Decimal digits alone, at most FB_SOUGHT_DIGITS: how many, as a number, read as a
	 * hexadecimal one, and both in bytes. 0: not so. */
	unsigned digits;
	uint64_t number, hex;
	uint8_t text[FB_SOUGHT_DIGITS], wide[2 * FB_SOUGHT_DIGITS];
};

/* text: folded or not, the letters of both cases are taken as one. */
void fb_sought_init(struct fb_sought *s, struct fb_slice text);

enum fb_holds { FB_HOLDS_NOT, FB_HOLDS, FB_HOLDS_UNKNOWN };
/* Does the value, as fb_value_text writes it, hold the text? UNKNOWN: write it to know.
 * For text values this is answered for digits alone. */
enum fb_holds fb_sought_in(const struct fb_sought *s, const struct fb_field *f);
/* Do the bytes of a line hold the digits, in UTF-8 or UTF-16LE? Only with digits. */
bool fb_sought_in_bytes(const struct fb_sought *s, struct fb_slice bytes);

#endif
