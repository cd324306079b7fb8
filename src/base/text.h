/* Characters: UTF-16LE and UTF-8, validity, and the one case folding.
 *
 * Folding is Unicode's simple case folding (statuses C and S of CaseFolding.txt):
 * one character to one character, the same on the rule's side and the evidence's,
 * independent of the locale. docs/formats/sigma.md says so to users.
 */
#ifndef FB_BASE_TEXT_H
#define FB_BASE_TEXT_H

#include "base/buf.h"
#include "base/slice.h"

#define FB_REPLACEMENT 0xFFFDu

/* The character at the front of s (s.n > 0) and its length in bytes; an invalid
 * sequence is one byte long and *cp is FB_REPLACEMENT with the return negative:
 * returns length, or -1 for an invalid byte. */
int fb_utf8_next(struct fb_slice s, uint32_t *cp);
/* Writes 1 to 4 bytes; surrogates and beyond U+10FFFF write U+FFFD. */
size_t fb_utf8_put(uint32_t cp, uint8_t out[static 4]);
bool fb_utf8_valid(struct fb_slice s);
/* Append s with each invalid byte as U+FFFD. */
int fb_utf8_clean(struct fb_buf *out, struct fb_slice s);

/* UTF-16LE (an odd last byte is ignored) appended as UTF-8; lone surrogates
 * become U+FFFD. */
int fb_utf16_to_utf8(struct fb_buf *out, struct fb_slice utf16);
/* The same into room for 3 bytes per code unit; returns the bytes written. */
size_t fb_utf16_to_utf8_raw(struct fb_slice utf16, uint8_t *out);
/* The same, folded. */
size_t fb_utf16_fold_raw(struct fb_slice utf16, uint8_t *out);

uint32_t fb_fold_char(uint32_t cp);
/* UTF-8 folded into room for 3 * s.n bytes (folding and U+FFFD may lengthen);
 * invalid bytes become U+FFFD. Returns the bytes written. */
size_t fb_utf8_fold_raw(struct fb_slice s, uint8_t *out);
int fb_utf8_fold(struct fb_buf *out, struct fb_slice s);
/* s, when all of it is ASCII, folded into room for s.n bytes; false: it is not, and
 * what was written means nothing. */
bool fb_ascii_fold_raw(struct fb_slice s, uint8_t *out);

#endif
