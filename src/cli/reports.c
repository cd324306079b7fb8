#include "cli/reports.h"

#include "show/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The last name in a path: what people call the case. */
static char *last_name(const char *dir)
{
	char *real = realpath(dir, NULL);
	const char *slash = real ? strrchr(real, '/') : NULL;
	char *name = strdup(slash && slash[1] ? slash + 1 : "case");

	free(real);
	return name;
}

int fb_temporary(char **path, struct fb_err *err)
{
	const char *tmp = getenv("TMPDIR");
	int fd;

	if (!tmp || tmp[0] != '/')
		tmp = "/tmp";
	if (asprintf(path, "%s/firebreak-XXXXXX", tmp) < 0) {
		*path = NULL;
		return fb_fail(err, FB_ENOMEM, "out of memory");
	}
	fd = mkstemp(*path);
	if (fd < 0) {
		int r = fb_fail_errno(err, FB_EIO, "%s", *path);

		free(*path);
		*path = NULL;
		return r;
	}
	close(fd);
	return 0;
}

int fb_report_make(struct fb_case *c, const char *dir, const char *path,
		   const struct fb_report_want *want, char **made, struct fb_err *err)
{
	char *name = last_name(dir), *file = NULL;
	struct fb_report_opts opts = { .name = name, .case_arg = dir };
	int r;

	if (want) {
		opts.defang = want->defang;
		opts.tlp = want->tlp;
	}
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
