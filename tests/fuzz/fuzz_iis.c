/* Fuzzes the reader of IIS's configuration. What must hold for any bytes: no crash, sites of names and numbers that
 * stand in the text, each number once, the same again from the same bytes. */
#include "intake/iis.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int within(struct fb_slice s, const uint8_t *data, size_t size)
{
	return !s.n || (s.p >= data && s.n <= size && (size_t)(s.p - data) <= size - s.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fb_slice s = fb_slice(data, size);
	const struct fb_iis_site *a, *b;
	struct fb_iis *f, *g;
	size_t n, m;
	bool elsewhere, good = fb_iis_read(s, &f) == 0;

	if (fb_iis_redirection(s, &elsewhere) && (good || !fb_iis_looks(s)))
		abort();
	if (good != (fb_iis_read(s, &g) == 0) || (good && !fb_iis_looks(s)))
		abort();
	if (!good)
		return 0;
	a = fb_iis_sites(f, &n);
	b = fb_iis_sites(g, &m);
	if (n != m)
		abort();
	for (size_t i = 0; i < n; i++) {
		if (a[i].id != b[i].id || a[i].lacks != b[i].lacks || a[i].lacks >> FB_SITE_LACKS || !a[i].name.n || !a[i].id ||
		    !within(a[i].name, data, size) || !within(a[i].directory, data, size))
			abort();
		for (size_t k = 0; k < i; k++)
			if (a[k].id == a[i].id)
				abort();
	}
	fb_iis_free(f);
	fb_iis_free(g);
	return 0;
}
