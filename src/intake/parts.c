#include "intake/parts.h"

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool ends(struct fb_slice s, struct fb_slice end)
{
	return s.n > end.n && fb_slice_ieq(fb_slice_sub(s, s.n - end.n, end.n), end);
}

/* How many digits the name ends with, up to most; their number. */
static unsigned number_at_end(struct fb_slice s, unsigned most, unsigned *number)
{
	unsigned n = 0, unit = 1;

	*number = 0;
	while (n < most && n < s.n && is_digit(s.p[s.n - 1 - n])) {
		*number += unit * (unsigned)(s.p[s.n - 1 - n] - '0');
		unit *= 10;
		n++;
	}
	return n;
}

static bool numbered(struct fb_slice name, struct fb_part *out)
{
	static const char *const before[] = { ".7z.", ".zip.", ".rar.", ".tar.", ".gz.", ".tgz.", ".xz.",
					      ".bz2.", ".zst." };
	unsigned number, width = number_at_end(name, 5, &number);
	struct fb_slice stem = fb_slice_sub(name, 0, name.n - width);

	if (width < 3 || number == 0)
		return false;
	for (size_t i = 0; i < sizeof before / sizeof *before; i++)
		if (ends(stem, fb_slice_str(before[i]))) {
			*out = (struct fb_part){ FB_PARTS_NUMBERED, stem, FB_LIT(""), width, number - 1 };
			return true;
		}
	return false;
}

static bool rar(struct fb_slice name, struct fb_part *out)
{
	struct fb_slice stem = fb_slice_sub(name, 0, name.n < 4 ? 0 : name.n - 4);
	unsigned number, width = number_at_end(stem, 5, &number);

	if (!ends(name, FB_LIT(".rar")) || width == 0 || number == 0 ||
	    !ends(fb_slice_sub(stem, 0, stem.n - width), FB_LIT(".part")))
		return false;
	*out = (struct fb_part){ FB_PARTS_RAR, fb_slice_sub(stem, 0, stem.n - width),
				 fb_slice_sub(name, name.n - 4, 4), width, number - 1 };
	return true;
}

/* x.z01, x.r00, x.s17 */
static bool lettered(struct fb_slice name, struct fb_part *out)
{
	unsigned number, width = number_at_end(name, 2, &number);
	uint8_t c = name.n > 4 && width == 2 && name.p[name.n - 4] == '.' ? name.p[name.n - 3] | 0x20 : 0;

	*out = (struct fb_part){ FB_PARTS_ZIP, fb_slice_sub(name, 0, name.n - (name.n < 3 ? name.n : 3)),
				 FB_LIT(""), 2, number - 1 };
	if (c == 'z')
		return number > 0;
	if (c != 'r' && c != 's')
		return false;
	out->style = FB_PARTS_OLD_RAR;
	out->n = 1 + number + (c == 's' ? 100 : 0);
	return true;
}

bool fb_part_of(struct fb_slice name, struct fb_part *out, bool *maybe)
{
	*maybe = false;
	if (numbered(name, out) || rar(name, out) || lettered(name, out))
		return true;
	*maybe = ends(name, FB_LIT(".zip")) || ends(name, FB_LIT(".rar"));
	*out = (struct fb_part){ ends(name, FB_LIT(".zip")) ? FB_PARTS_ZIP : FB_PARTS_OLD_RAR,
				 fb_slice_sub(name, 0, name.n < 3 ? 0 : name.n - 3), FB_LIT(""), 2, 0 };
	if (out->style == FB_PARTS_ZIP)
		out->n = FB_PART_LAST;
	return *maybe;
}

int fb_part_name(const struct fb_part *p, unsigned n, struct fb_buf *out)
{
	(void)fb_buf_slice(out, p->stem);
	switch (p->style) {
	case FB_PARTS_ZIP:
		return n == FB_PART_LAST ? fb_buf_puts(out, "zip") : fb_buf_printf(out, "z%02u", n + 1);
	case FB_PARTS_OLD_RAR:
		return n == 0 ? fb_buf_puts(out, "rar")
			      : fb_buf_printf(out, "%c%02u", n > 100 ? 's' : 'r', (n - 1) % 100);
	case FB_PARTS_RAR:
	case FB_PARTS_NUMBERED:
		(void)fb_buf_printf(out, "%0*u", (int)p->width, n + 1);
		return fb_buf_slice(out, p->end);
	case FB_PARTS_NONE: break;
	}
	return fb_buf_code(out);
}
