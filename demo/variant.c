#include "variant.h"

#include <stdio.h>
#include <string.h>

#define BIT(v) (1u << (v))
/* Of these there is at most one: how far the intrusion came. */
#define OUTCOME (BIT(V_REFUSED) | BIT(V_ATTEMPTED))
#define DEEPER                                                                             \
	(BIT(V_MEMORY_ONLY) | BIT(V_RENAMED_PAGE) | BIT(V_MOVING) | BIT(V_ONE_DOOR) |       \
	 BIT(V_LOGS_CLEARED))

const struct variant_info variants[VARIANTS] = {
	[V_MEMORY_ONLY] = { "memory-only", "no page is dropped, all runs inside of w3wp", true,
			    OUTCOME | BIT(V_RENAMED_PAGE) | BIT(V_ONE_DOOR) },
	[V_RENAMED_PAGE] = { "renamed-page", "the pages bear names that nobody has heard of", true,
			     OUTCOME | BIT(V_MEMORY_ONLY) },
	[V_REFUSED] = { "refused", "only attempts, all refused by request filtering", true,
			DEEPER | BIT(V_ATTEMPTED) },
	[V_ATTEMPTED] = { "attempted", "only attempts, their outcome in no record", true,
			  DEEPER | BIT(V_REFUSED) },
	[V_MOVING] = { "moving-addresses", "the intruder changes addresses, and an old one goes to somebody else",
		       true, OUTCOME },
	[V_SECOND] = { "two-attackers", "somebody else breaks into a workstation, by mail", false, 0 },
	[V_ONE_DOOR] = { "one-door", "somebody else finds the dropped page, and uses it", true,
			 OUTCOME | BIT(V_MEMORY_ONLY) },
	[V_INSIDER] = { "insider", "an employee copies what an employee may open", false, 0 },
	[V_RESPONDERS] = { "responders", "responders at work, with the tools of intruders", false, 0 },
	[V_EDITING] = { "heavy-editing", "a day of page editing, and a scanner that is thorough", false, 0 },
	[V_PROXY] = { "proxy", "the portal sits behind a proxy that names no clients", false, 0 },
	[V_AUDIT_OFF] = { "audit-off", "no 4688, no share and no file audit", false, 0 },
	[V_FEW_COLUMNS] = { "few-columns", "web logs without bytes, referrer and agent", false, 0 },
	[V_FILTERED] = { "sysmon-filtered", "Sysmon writes process starts and nothing else", false, 0 },
	[V_LOGGER_KILLED] = { "logger-killed", "the event log service of SP01 is dead for two days", false, 0 },
	[V_LOGS_CLEARED] = { "logs-cleared", "the Security logs of SP01 and FS02 are cleared at the end", true,
			     OUTCOME },
	[V_REVERTED] = { "reverted", "WS07 was set back to a snapshot: two days of it are gone", false, 0 },
	[V_SKEWED] = { "skewed", "SP02's clock is seven minutes ahead", false, 0 },
	[V_STEPPED] = { "stepped", "DC01's clock is set back two hours, and right again later", false, 0 },
	[V_RENAMED_HOST] = { "renamed-host", "SP02 bore another name before the 12th", false, 0 },
	[V_FLOWS] = { "flows", "a sensor at the perimeter counts connections", false, 0 },
	[V_DAYS_LOST] = { "days-lost", "nothing of SP01 from before the 13th", false, 0 },
	[V_HOST_ABSENT] = { "host-absent", "nothing of FS02 was collected", false, 0 },
	[V_MEMBER_MISSING] = { "member-missing", "nothing of the second front end was collected", false, 0 },
	[V_ENDS_EARLY] = { "ends-early", "all was collected on the 14th at 02:30", false, 0 },
	[V_COPIES] = { "copies", "a second collection holds the same again, in part", false, 0 },
};

bool variants_parse(const char *names, bool attack, uint32_t *set, const char **bad)
{
	static char text[96];

	while (*names) {
		size_t n = strcspn(names, ",");
		unsigned v = 0;

		while (v < VARIANTS &&
		       (strlen(variants[v].name) != n || strncmp(variants[v].name, names, n) != 0))
			v++;
		*bad = text;
		(void)snprintf(text, sizeof(text), "%.*s", (int)(n < 60 ? n : 60), names);
		if (v == VARIANTS || (variants[v].attack && !attack))
			return false;
		*set |= BIT(v);
		for (unsigned i = 0; i < VARIANTS; i++)
			if (*set & BIT(i) && variants[i].without & *set) {
				(void)snprintf(text, sizeof(text), "%s with the others",
					       variants[i].name);
				return false;
			}
		names += n + (names[n] == ',');
	}
	return true;
}
