/* Fuzzes the reader of Sysmon's configurations. What must hold for any bytes: no crash, a verdict of each class that
 * is one, the same again from the same bytes. */
#include "intake/sysmon.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum fb_chosen a[FB_CHOSEN_CLASSES_MAX], b[FB_CHOSEN_CLASSES_MAX];
	struct fb_slice s = fb_slice(data, size);
	bool good = fb_sysmon_read(s, a);

	if (good != fb_sysmon_read(s, b) || (good && !fb_sysmon_looks(s)))
		abort();
	for (unsigned i = 0; good && i < fb_nchosen_classes; i++)
		if (a[i] != b[i] || (unsigned)a[i] > FB_CHOSEN_FILTERED)
			abort();
	return 0;
}
