#include "cli/csv.h"

#include "base/buf.h"
#include "base/limits.h"

bool fb_csv_row(struct fb_arena *arena, struct fb_slice *rest, unsigned *line, struct fb_slice out[static FB_CSV_CELLS],
		size_t *n, bool *bad)
{
	*n = 0;
	*bad = false;
	if (rest->n == 0)
		return false;
	++*line;
	for (;;) {
		struct fb_buf cell;
		bool quoted = rest->n && rest->p[0] == '"';
		size_t i = quoted;
		char *copy;

		fb_buf_init(&cell, FB_PATH_MAX * 4);
		for (; i < rest->n; i++) {
			uint8_t c = rest->p[i];

			if (quoted && c == '"') {
				if (i + 1 >= rest->n || rest->p[i + 1] != '"')
					break;
				i++;
			} else if (!quoted && (c == ',' || c == '\n')) {
				break;
			}
			*line += c == '\n';
			(void)fb_buf_putc(&cell, c);
		}
		i += quoted && i < rest->n;
		*rest = fb_slice_sub(*rest, i, rest->n);
		copy = fb_arena_strn(arena, cell.p, cell.n);
		*bad = cell.code || !copy || *n == FB_CSV_CELLS ||
		       (rest->n && rest->p[0] != ',' && rest->p[0] != '\n' && rest->p[0] != '\r');
		if (!*bad)
			out[(*n)++] = fb_slice_trim(fb_slice_str(copy));
		fb_buf_dispose(&cell);
		if (*bad)
			return false;
		if (rest->n && rest->p[0] == '\r')
			*rest = fb_slice_sub(*rest, 1, rest->n);
		if (rest->n == 0 || rest->p[0] == '\n') {
			*rest = fb_slice_sub(*rest, 1, rest->n);
			return true;
		}
		*rest = fb_slice_sub(*rest, 1, rest->n);
	}
}
