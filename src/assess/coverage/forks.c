/* What two files of a log tell otherwise of the same numbers (case/forks.h) is lost in all logs of the machine. */
#include "assess/coverage/coverage_in.h"

#include "case/forks.h"

static fb_time least(fb_time a, fb_time b)
{
	return a < b ? a : b;
}

static fb_time most(fb_time a, fb_time b)
{
	return a > b ? a : b;
}

/* From where they were one to where the later begins; of two at one time, all of both. */
static int on_fork(void *user, const struct fb_fork *x)
{
	struct cv *v = user;
	fb_time to = most(x->since[0], x->since[1]);
	struct cv_place *p = cv_place(v, x->host);
	struct cv_span *f;

	if (least(x->until[0], x->until[1]) >= to)
		to = most(x->until[0], x->until[1]);
	f = p ? cv_more(v, (void **)&p->forks, &p->nforks, &p->forks_cap, sizeof *f) : NULL;
	if (f)
		*f = (struct cv_span){ x->common != FB_TIME_NONE ? least(x->common, to) : least(x->since[0], x->since[1]), to, 1 };
	return 0;
}

int cv_forks(struct cv *v, struct fb_err *err)
{
	return fb_case_forks(v->c, on_fork, v, err);
}
