#include "detect/sigma/logsource.h"

static bool given(struct fb_slice s)
{
	return s.n != 0;
}

static bool is(struct fb_slice s, const char *word)
{
	return fb_slice_ieq(s, fb_slice_str(word));
}

static bool category_fits(const struct sg_category *c, struct fb_slice product,
			  struct fb_slice category, struct fb_slice service)
{
	if (c->category ? !is(category, c->category) : given(category))
		return false;
	/* A rule that names no product means every product with that category. */
	if (given(product) && (!c->product || !is(product, c->product)) &&
	    !(fb_lane_is_text((enum fb_lane)c->lane) && c->category))
		return false;
	if (!given(product) && !c->category)
		return false;
	return !c->service || is(service, c->service);
}

static const struct sg_service *find_service(struct fb_slice product, struct fb_slice service)
{
	for (unsigned i = 0; i < sg_nservices; i++) {
		const struct sg_service *s = &sg_services[i];

		if (is(service, s->service) && (!given(product) || is(product, s->product)))
			return s;
	}
	return NULL;
}

void sg_logsource(struct fb_slice product, struct fb_slice category, struct fb_slice service,
		  struct sg_target *out)
{
	*out = (struct sg_target){ 0 };
	for (unsigned i = 0; i < sg_ncategories; i++) {
		const struct sg_category *c = &sg_categories[i];

		if (!category_fits(c, product, category, service))
			continue;
		if (given(service) && !c->service && c->lane == FB_LANE_EVTX) {
			out->service = find_service(product, service);
			if (!out->service)
				return;
		}
		/* A kind of log that is not in the table says nothing of all the others. */
		if (given(service) && !c->service && c->lane == FB_LANE_NETWORK)
			return;
		out->bound = true;
		out->lane = c->lane;
		out->category = c;
		out->class_id = i + 1;
		return;
	}
	/* Services of Windows are known by their product: "system" or "application"
	 * alone says nothing. */
	if (given(category) || !is(product, "windows"))
		return;
	out->lane = FB_LANE_EVTX;
	if (given(service)) {
		out->service = find_service(product, service);
		out->bound = out->service != NULL;
		return;
	}
	out->bound = true;
	out->any_channel = true;
}

const struct sg_rename *sg_rename_of(const struct sg_binding *b, const char *sigma)
{
	struct fb_slice name = fb_slice_str(sigma);

	for (const struct sg_rename *r = b->renames; r && r->sigma; r++)
		if (is(name, r->sigma))
			return r;
	return NULL;
}

bool sg_category_renames(const struct sg_category *cat, const char *sigma)
{
	for (unsigned i = 0; i < cat->nbindings; i++)
		if (sg_rename_of(&cat->bindings[i], sigma))
			return true;
	return false;
}
