/* Log sources: what a rule's product, category and service mean in the evidence
 * that this program decodes. The facts are data, in logsource_table.c. */
#ifndef FB_DETECT_SIGMA_LOGSOURCE_H
#define FB_DETECT_SIGMA_LOGSOURCE_H

#include "base/slice.h"
#include "event/event.h"

struct sg_compiler;

/* What a Sigma field is called there; up to three names, any of them counts. */
struct sg_rename {
	const char *sigma;
	const char *evidence[3];
	/* Or put together: first, separator, second (map: replaced beginnings); or
	 * first mapped from one value to another; or what stands behind the key
	 * `part` in first's list "KEY=value,KEY=value". */
	const char *separator;
	const char *const *map;
	const char *part;
	/* The same once decoded, where it was percent-encoded: rules see both. */
	const char *decoded[2];
};

/* One place in the evidence where a category is found. */
struct sg_binding {
	const char *const *channels; /* NULL: by provider, or the lane has none */
	const char *provider;
	const uint32_t *event_ids; /* 0 ends; NULL: all */
	const char *cond_field;    /* and this field has one of these values */
	const char *const *cond_values;
	const struct sg_rename *renames; /* sigma == NULL ends */
};

struct sg_category {
	const char *product; /* NULL: none needs to be given */
	const char *category;
	const char *service; /* NULL: any */
	uint8_t lane;
	const struct sg_binding *bindings; /* channels and provider NULL ends (EVTX) */
	unsigned nbindings;
};

struct sg_service {
	const char *product;
	const char *service;
	const char *const *channels;
};

extern const struct sg_category sg_categories[];
extern const unsigned sg_ncategories;
extern const struct sg_service sg_services[];
extern const unsigned sg_nservices;

/* Where a rule looks. */
struct sg_target {
	bool bound;        /* false: nothing that this program reads */
	uint8_t lane;
	uint32_t class_id; /* 1 + index of the category, 0: names as they are */
	const struct sg_category *category;
	const struct sg_service *service; /* narrows the category, or stands alone */
	bool any_channel;
};

/* Finds the target of a log source. Empty slices: not given. */
void sg_logsource(struct fb_slice product, struct fb_slice category, struct fb_slice service,
		  struct sg_target *out);

/* The rename of a field in a binding, or NULL. */
const struct sg_rename *sg_rename_of(const struct sg_binding *b, const char *sigma);
/* Is a field renamed anywhere in this category? */
bool sg_category_renames(const struct sg_category *cat, const char *sigma);

#endif
