/* Markings of the Traffic Light Protocol, version 2.0 (FIRST). The words are those of
 * fb_export_tlp: clear, green, amber, amber+strict, red. */
#ifndef FB_SHOW_TLP_H
#define FB_SHOW_TLP_H

#include "base/buf.h"

/* "TLP:AMBER+STRICT", appended. */
int fb_tlp_label(struct fb_buf *out, const char *word);
/* In a sentence, who may have it. */
const char *fb_tlp_words(const char *word);

#endif
