/* What Sysmon's configuration chooses to record, as classes: things that a question asks for and that a
 * configuration may take or leave ("processes started by the web server's worker"). Data, one table. A
 * configuration is held against the shape of a class (intake/sysmon.h), a record of the class shows that it was
 * recorded at that time (engine/telemetry.h); docs/formats/coverage.md has what follows.
 */
#ifndef FB_EVENT_CHOSEN_H
#define FB_EVENT_CHOSEN_H

#include "base/slice.h"

#include <stdint.h>

#define FB_SYSMON_PROVIDER "Microsoft-Windows-Sysmon"
#define FB_SYSMON_CHANNEL "Microsoft-Windows-Sysmon/Operational"

/* What is known of a field in every record of a class: how it begins and ends ("": that is not known), both with
 * whole: all of it. Fields that are not named may hold anything. */
struct fb_chosen_field {
	const char *name; /* NULL: no more */
	const char *begin, *end;
	bool whole;       /* it is `begin` */
};
#define FB_CHOSEN_FIELDS 2

/* Another field by which configurations choose such records; of a path its folder or its extension, since names of
 * files are new each time. */
struct fb_chosen_other {
	const char *name; /* NULL: no more */
	enum { FB_CHOSEN_WHOLE = 0, FB_CHOSEN_FOLDER, FB_CHOSEN_EXTENSION } part;
};
#define FB_CHOSEN_OTHERS 2

struct fb_chosen_class {
	const char *id;      /* stable: in the case; [a-z-] */
	const char *element; /* of a configuration */
	uint32_t event_id;   /* the first that the element is about */
	struct fb_chosen_field fields[FB_CHOSEN_FIELDS];
	/* None: records prove nothing of the class. What has one value of such a field alone may stand in the
	 * configuration by that value. */
	struct fb_chosen_other others[FB_CHOSEN_OTHERS];
	uint32_t bits;       /* a record of the class has all of these set in `bits_of`; 0: none are asked */
	const char *bits_of;
};
#define FB_CHOSEN_CLASSES_MAX 32
extern const struct fb_chosen_class fb_chosen_classes[];
extern const unsigned fb_nchosen_classes;

/* The class of that id; NULL: none. */
const struct fb_chosen_class *fb_chosen_class(struct fb_slice id);
/* Has Sysmon's event any class that records can show? */
bool fb_chosen_shown(uint32_t event_id);

/* Records of a class are told apart by each of its other fields, in so many heaps: two heaps are two values. */
#define FB_CHOSEN_HEAPS 16u
unsigned fb_chosen_heap(const struct fb_chosen_other *o, struct fb_slice value);

#endif
