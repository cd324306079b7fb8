/* What STIX and MISP are made of: the groups of the case (rule and host) and the values
 * that their detections name, each value once. Bounded by FB_EXPORT_GROUPS,
 * FB_EXPORT_VALUES and FB_EXPORT_GROUP_VALUES, whatever the number of detections; what
 * is beyond is counted in the job. */
#ifndef FB_SHOW_EXPORT_TALLY_H
#define FB_SHOW_EXPORT_TALLY_H

#include "base/arena.h"
#include "event/entity.h"
#include "show/export_in.h"

struct fb_tallied { /* a value */
	const char *type;      /* as fb_entity_word says it */
	struct fb_slice value;
	uint64_t detections;
	enum fb_level level;   /* the highest of its detections */
	fb_time first, last;
};

struct fb_export_tally_group {
	const struct fb_rule_info *rule;
	const char *host, *summary, *first_id;
	uint64_t count;
	fb_time first, last;
	uint32_t *value;       /* indices, in the order of the evidence */
	uint32_t n, cap;
	bool full;             /* it names more values */
};

struct fb_export_tally {
	struct fb_arena arena;
	struct fb_export_tally_group *group; /* highest level first, then rarest */
	uint32_t ngroups;
	struct fb_tallied *value;     /* in the order of the evidence */
	uint32_t nentities;            /* of them, those that detections name: they come first */
	uint32_t nvalues;
	uint64_t detections;           /* of the groups */
	fb_time first, last;
	const char *first_id;          /* of the first detection; "" none */
	uint32_t *group_slot, *value_slot; /* hash tables of number + 1 */
	struct fb_export_job *job;
};

/* g is disposed of by the caller, also after a failure. */
int fb_export_tally(struct fb_export_tally *g, struct fb_export_job *job);
/* Remembers what was written already: *made is true the first time for a type and a
 * value, and false when there is no more room. type must outlive g. */
int fb_export_tally_once(struct fb_export_tally *g, const char *type, struct fb_slice value, bool *made);
void fb_export_tally_dispose(struct fb_export_tally *g);

#endif
