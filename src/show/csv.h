/* CSV for spreadsheets and scripts: RFC 4180, CR LF line ends, UTF-8, a head line.
 *
 * A cell whose text begins with = + - @ (or their full-width forms), a tab or a line
 * end gets an apostrophe in front, so that no spreadsheet takes what an attacker
 * wrote for a formula. Control characters and line ends inside a cell become the
 * visible escapes of show/text.h, so that a line of the file is a row. */
#ifndef FB_SHOW_CSV_H
#define FB_SHOW_CSV_H

#include "case/case.h"

/* One cell; first: it begins its row. */
int fb_csv_cell(struct fb_buf *out, struct fb_slice s, bool first);
int fb_csv_end(struct fb_buf *out);

/* The cells mark, tags, set_aside, notes; empty for NULL. */
void fb_csv_decided(struct fb_buf *out, const struct fb_decided *d);
void fb_csv_detection_head(struct fb_buf *out);
void fb_csv_detection(struct fb_buf *out, const struct fb_detection_row *row);
/* Summary and entities as of show/defang.h. */
void fb_csv_detection_defanged(struct fb_buf *out, const struct fb_detection_row *row);
void fb_csv_group_head(struct fb_buf *out);
void fb_csv_group(struct fb_buf *out, const struct fb_group_row *row);
void fb_csv_source_head(struct fb_buf *out);
void fb_csv_source(struct fb_buf *out, const struct fb_source_row *row);
/* A row for each problem of the source. */
void fb_csv_problem_head(struct fb_buf *out);
void fb_csv_problems(struct fb_buf *out, const struct fb_source_row *row);

#endif
