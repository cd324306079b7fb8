/* Text of evidence made safe and fitting for a terminal, and numbers as people
 * read them.
 *
 * Everything that did not come out of this program's own source passes through
 * fb_text_term before it reaches a terminal. Controls (C0, DEL, C1), bidirectional
 * and invisible formatting characters and invalid bytes become visible escapes:
 * `\x1b`, `\u{202e}`, `\n`, `\t`, `\r`. A backslash stays one backslash, because
 * Windows paths must stay readable: who needs exactness takes --json.
 */
#ifndef FB_SHOW_TEXT_H
#define FB_SHOW_TEXT_H

#include "base/buf.h"
#include "base/slice.h"

/* Append s, safe, as part of one line. Returns out's code. */
int fb_text_term(struct fb_buf *out, struct fb_slice s);
/* The same, but line feeds stay (CR LF becomes LF) and tabs become blanks: for
 * original records, which have lines of their own. */
int fb_text_term_lines(struct fb_buf *out, struct fb_slice s);

/* Columns that safe text takes on a terminal: 0 for combining marks, 2 for wide
 * East Asian characters and pictographs, 1 for all else. */
size_t fb_text_width(struct fb_slice s);
/* Append safe text cut to at most `columns`, with an ellipsis as its last column
 * when something was cut. Returns the columns used. */
size_t fb_text_cut(struct fb_buf *out, struct fb_slice s, size_t columns);
/* The same, but the end is kept and the beginning goes: for paths. */
size_t fb_text_cut_left(struct fb_buf *out, struct fb_slice s, size_t columns);

/* 9,141,022 */
int fb_text_number(struct fb_buf *out, uint64_t v);
/* "212 bytes", "4.2 KB", "875 MB", "6.2 GB": powers of 1,000, as disks are sold. */
int fb_text_bytes(struct fb_buf *out, uint64_t v);
/* "0.4 s", "8.4 s", "3 min 12 s", "2 h 05 min" of nanoseconds. */
int fb_text_duration(struct fb_buf *out, int64_t ns);
/* "1 file", "1,412 files": the number and the noun, with s when it is not one. */
int fb_text_count(struct fb_buf *out, uint64_t v, const char *noun);

/* Does the glob (* any run, ? one character) match all of s, without ASCII case? */
bool fb_text_glob(const char *glob, struct fb_slice s);

/* The words of s in lines of at most 80 columns (a longer word has its own), each behind `indent`
 * blanks, with a line's end; text of evidence made safe. */
void fb_text_wrapped(struct fb_buf *out, const char *s, size_t indent);

#endif
