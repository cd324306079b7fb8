/* Pages that somebody may have planted (case/webshells.h), for people and machines. */
#ifndef FB_SHOW_WEBSHELLS_H
#define FB_SHOW_WEBSHELLS_H

#include "base/json.h"
#include "case/webshells.h"
#include "show/term.h"
#include "show/zone.h"

/* One object: docs/formats/webshells.md. */
void fb_json_webshell(struct fb_json *j, const struct fb_webshell_row *row);
void fb_csv_webshell_head(struct fb_buf *out);
void fb_csv_webshell(struct fb_buf *out, const struct fb_webshell_row *row);

/* A paragraph for each: page, witnesses, use, then every reason. */
int fb_webshells_write(struct fb_out *o, struct fb_case *c, const struct fb_filter *f,
		       const struct fb_zone *zone, struct fb_err *err);
/* What is not in the list, as a sentence; "" when all is. */
void fb_webshells_left(const struct fb_case_stats *st, struct fb_buf *out);
/* "file, log" of the bits. */
void fb_witnesses_text(struct fb_buf *out, unsigned witnesses);

#endif
