/* What a file is, by its content. Its name is never asked: evidence is renamed by
 * those who collect it and by those who hide it. Pure; runs in confined readers.
 */
#ifndef FB_INTAKE_RECOGNISE_H
#define FB_INTAKE_RECOGNISE_H

#include "event/format.h"

/* The format whose probe is surest of head (the first FB_PROBE_MAX bytes, or all of
 * the file if whole); equally sure ones: the first of the table (NULL-terminated), but of
 * what other programs made none: which of them it was is not for us to guess.
 * NULL: none takes it. */
const struct fb_format *fb_recognise(const struct fb_format *const *formats,
				     struct fb_slice head, bool whole);

/* Does it begin as a gzip member (RFC 1952) that uses deflate, without reserved flags? */
bool fb_is_gzip(struct fb_slice head);

#endif
