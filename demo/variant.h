/* What may be different about a scenario: what happened, what was recorded of it, what was
 * collected. Parameters, as many at a time as fit together. */
#ifndef FB_DEMO_VARIANT_H
#define FB_DEMO_VARIANT_H

#include <stdbool.h>
#include <stdint.h>

enum variant {
	/* what happened */
	V_MEMORY_ONLY, V_RENAMED_PAGE, V_REFUSED, V_ATTEMPTED, V_MOVING, V_SECOND, V_ONE_DOOR,
	V_INSIDER, V_RESPONDERS, V_EDITING,
	/* what was recorded */
	V_PROXY, V_AUDIT_OFF, V_FEW_COLUMNS, V_FILTERED, V_LOGGER_KILLED, V_LOGS_CLEARED,
	V_REVERTED, V_SKEWED, V_STEPPED, V_RENAMED_HOST, V_FLOWS,
	/* what was collected */
	V_DAYS_LOST, V_HOST_ABSENT, V_MEMBER_MISSING, V_ENDS_EARLY, V_COPIES,
	VARIANTS
};

struct variant_info {
	const char *name, *says;
	bool attack;      /* only where there is a break-in */
	uint32_t without; /* bits of those that it does not go with */
};

extern const struct variant_info variants[VARIANTS];

/* Names, separated by commas, into *set. Returns false and the name that is unknown, or
 * does not fit, in *bad (a static text) when one is. */
bool variants_parse(const char *names, bool attack, uint32_t *set, const char **bad);

#endif
