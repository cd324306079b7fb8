#include "cli/reports.h"

#include "assess/coverage/coverage.h"
#include "assess/question/question.h"
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

/* A case that cannot be asked (one of an older version, mostly) has a report all the same, which says why. */
static int answer(struct fb_case *c, struct fb_report_opts *opts, struct fb_coverage **coverage,
		  struct fb_answers **answers, struct fb_err *why)
{
	int r = fb_coverage_make(c, coverage, why);

	if (!r)
		r = fb_answers_make(c, *coverage, answers, why);
	opts->answers = *answers;
	opts->coverage = *answers ? *coverage : NULL;
	opts->no_answers = r == FB_ESTATE ? why->text : NULL;
	return r == FB_ESTATE ? 0 : r;
}

int fb_report_make(struct fb_case *c, const char *dir, const char *path,
		   const struct fb_report_want *want, char **made, struct fb_err *err)
{
	char *name = last_name(dir), *file = NULL;
	struct fb_report_opts opts = { .name = name, .case_arg = dir };
	struct fb_coverage *coverage = NULL;
	struct fb_answers *answers = NULL;
	struct fb_err why = { 0 };
	int r;

	if (want) {
		opts.defang = want->defang;
		opts.tlp = want->tlp;
		opts.name = want->name ? want->name : opts.name;
		opts.case_arg = want->case_arg ? want->case_arg : opts.case_arg;
	}
	if (path)
		file = strdup(path);
	else if (asprintf(&file, "%s/report.html", dir) < 0)
		file = NULL;
	if (!name || !file) {
		r = fb_fail(err, FB_ENOMEM, "out of memory");
		goto out;
	}
	if ((r = answer(c, &opts, &coverage, &answers, &why)) != 0) {
		*err = why;
		goto out;
	}
	r = fb_report_write(c, file, &opts, err);
	if (r)
		goto out;
	*made = file;
	file = NULL;
out:
	fb_answers_free(answers);
	fb_coverage_free(coverage);
	free(file);
	free(name);
	return r;
}
