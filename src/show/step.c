#include "show/step.h"

#include <string.h>

struct fb_slice fb_step_host(const struct fb_step *step)
{
	struct fb_slice s = fb_slice_str(step->host);
	size_t n = fb_slice_find(s, FB_LIT("."));

	return s.n && (s.p[0] < '0' || s.p[0] > '9') && n < s.n ? fb_slice_sub(s, 0, n) : s;
}

bool fb_step_is_twin(const struct fb_steps *s, size_t i)
{
	const struct fb_step *x = &s->v[i];

	for (size_t k = i; k-- > 0 && i - k < 8;)
		if (s->v[k].entity == x->entity && s->v[k].activity == x->activity && strcmp(s->v[k].does, x->does) == 0 &&
		    strcmp(s->v[k].log, x->log) != 0 && strcmp(x->does, "process") == 0)
			return true;
	return false;
}

bool fb_steps_edge(const struct fb_steps *s, uint32_t activity)
{
	for (size_t i = 0; i < s->nedges; i++)
		if (s->edges[i].a == activity || s->edges[i].b == activity)
			return true;
	return false;
}
