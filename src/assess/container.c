#include "assess/container.h"

#include <string.h>
#include <strings.h>

static bool ends_in(const char *name, const char *end)
{
	size_t n = strlen(name), e = strlen(end);

	return n >= e && strcasecmp(name + n - e, end) == 0;
}

bool fb_is_container(const char *name)
{
	static const char *const ends[] = { ".7z", ".zip", ".rar", ".gz", ".tgz", ".tar", ".cab", ".bz2", ".xz", ".zst",
		".iso", ".wim", ".ova",
		".vhd", ".vhdx", ".vmdk", ".vdi", ".bak", ".vbk", ".vib", ".pst", ".ost", ".nst", ".mdf", ".ndf", ".ldf", ".edb", ".dit" };
	size_t n = strlen(name), digits = n;
	char whole[512];

	while (digits && name[digits - 1] >= '0' && name[digits - 1] <= '9')
		digits--;
	if (digits < n && digits && name[digits - 1] == '.' && digits - 1 < sizeof whole) {
		memcpy(whole, name, digits - 1);
		whole[digits - 1] = '\0';
		name = whole;
	}
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (ends_in(name, ends[i]))
			return true;
	return false;
}
