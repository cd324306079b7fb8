/* How long a log holds what it records, before it writes over it: as long as what it held when it was taken, if it had
 * written over its beginning by then. Expected, not known: a busier hour takes less. */
#include "assess/coverage/coverage_in.h"

#include <strings.h>

void cv_keeps_add(struct cv *v, struct cv_log *log, const struct fb_log_stretch *s)
{
	struct cv_file *f = NULL;

	for (size_t i = log->nfiles; i-- > 0 && !f;)
		if (strcmp(log->files[i].path, s->path) == 0)
			f = &log->files[i];
	if (!f) {
		f = cv_more(v, (void **)&log->files, &log->nfiles, &log->files_cap, sizeof *f);
		if (!f)
			return;
		*f = (struct cv_file){ fb_arena_str(v->arena, s->path), s->first, s->last, s->from, s->to };
		v->failed = v->failed || !f->path;
		return;
	}
	if (s->first < f->first) {
		f->first = s->first;
		f->from = s->from;
	}
	if (s->last > f->last) {
		f->last = s->last;
		f->to = s->to;
	}
}

/* Windows' own name of a log that was full, and put away: then nothing is written over. */
static bool archived(const char *path)
{
	const char *end = path + strlen(path);

	while (end > path && end[-1] != '/' && end[-1] != '!')
		end--;
	return strncasecmp(end, "Archive-", 8) == 0;
}

/* It does not begin late because somebody emptied it. */
static bool cleared_since(const struct cv_place *p, const struct cv_log *log, fb_time from)
{
	for (size_t i = 0; i < p->nnotices; i++) {
		const struct cv_notice *n = &p->notices[i];

		if (n->what == FB_NOTICE_CLEARED && n->time >= from - PAUSE && (!*n->log || strcmp(n->log, log->name) == 0))
			return true;
	}
	return false;
}

/* Its oldest records may be among the bytes that could not be read. */
static bool read_from_its_beginning(const struct cv_place *p, const struct cv_file *f)
{
	for (size_t i = 0; i < p->nunread; i++)
		if (strcmp(p->unread[i].path, f->path) == 0 && (!cv_sane(p->unread[i].after) || p->unread[i].after <= f->from))
			return false;
	return true;
}

fb_time cv_keeps(const struct cv_place *p, const struct cv_log *log)
{
	const struct cv_file *f = NULL;

	for (size_t i = 0; log && i < log->nfiles; i++) {
		const struct cv_file *x = &log->files[i];

		if (archived(x->path))
			return 0;
		if (!f || x->last > f->last || (x->last == f->last && x->first < f->first))
			f = x;
	}
	if (!f || f->first <= 1 || !cv_sane(f->from) || !cv_sane(f->to) || f->to <= f->from || p->nforks ||
	    cleared_since(p, log, f->from) || !read_from_its_beginning(p, f))
		return 0;
	return f->to - f->from;
}
