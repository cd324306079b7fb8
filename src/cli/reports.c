#include "cli/reports.h"

#include "show/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The last name in a path: what people call the case. */
static char *last_name(const char *dir)
{
	char *real = realpath(dir, NULL);
	const char *slash = real ? strrchr(real, '/') : NULL;
	char *name = strdup(slash && slash[1] ? slash + 1 : "case");

	free(real);
	return name;
}

int fb_report_make(struct fb_case *c, const char *dir, const char *path, bool defang, char **made,
		   struct fb_err *err)
{
	char *name = last_name(dir), *file = NULL;
	struct fb_report_opts opts = { .name = name, .case_arg = dir, .defang = defang };
	int r;

	if (path)
		file = strdup(path);
	else if (asprintf(&file, "%s/report.html", dir) < 0)
		file = NULL;
	if (!name || !file) {
		r = fb_fail(err, FB_ENOMEM, "out of memory");
		goto out;
	}
	r = fb_report_write(c, file, &opts, err);
	if (r)
		goto out;
	*made = file;
	file = NULL;
out:
	free(file);
	free(name);
	return r;
}
