/* Tables that people hand in (CSV, RFC 4180). */
#ifndef FB_CLI_CSV_H
#define FB_CLI_CSV_H

#include "base/arena.h"
#include "base/slice.h"

#define FB_CSV_CELLS 32

/* The next row's cells, trimmed, in the arena; *line is the line of the file at its end. false: the end, or (*bad) it is no row. */
bool fb_csv_row(struct fb_arena *arena, struct fb_slice *rest, unsigned *line, struct fb_slice out[static FB_CSV_CELLS],
		size_t *n, bool *bad);

#endif
