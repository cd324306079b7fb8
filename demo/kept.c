#include "kept.h"

#include <string.h>

#define SKEW 420 /* seconds: more than what joins by coincidence allow for */
#define STEP 7200
#define PROXY "10.20.4.2"
#define OLD_NAME "WIN-7Q2KD81RFA.northmoor.example"

bool kept_host(const struct plan *p, enum host_id host)
{
	return !(host == FS02 && plan_with(p, V_HOST_ABSENT)) &&
	       !(host == SP02 && plan_with(p, V_MEMBER_MISSING));
}

static bool between(const struct plan *p, fb_time t, unsigned day, unsigned hour, unsigned until,
		    unsigned until_hour)
{
	return t >= plan_at(p, day, hour, 0, 0) && t < plan_at(p, until, until_hour, 0, 0);
}

static bool kept(const struct plan *p, enum host_id host, fb_time t)
{
	return kept_host(p, host) &&
	       !(host == SP01 && plan_with(p, V_DAYS_LOST) && t < plan_at(p, 13, 0, 0, 0)) &&
	       !(plan_with(p, V_ENDS_EARLY) && t > plan_at(p, 14, 2, 30, 0));
}

bool kept_event(const struct plan *p, enum host_id host, enum schema_id id, fb_time t)
{
	bool object = id == SEC_4663 || id == SEC_5140 || id == SEC_5145;

	if (!kept(p, host, t) || (plan_with(p, V_AUDIT_OFF) && (object || id == SEC_4688)))
		return false;
	/* Sysmon's configuration includes nothing of these. */
	if (plan_with(p, V_FILTERED) && id >= SM_1 && id <= SM_22 && id != SM_1)
		return false;
	if (plan_with(p, V_LOGGER_KILLED) && host == SP01 && between(p, t, 12, 2, 14, 6))
		return false;
	return !(plan_with(p, V_REVERTED) && host == WS07 && between(p, t, 12, 12, 14, 12));
}

bool kept_request(const struct plan *p, enum host_id host, fb_time t)
{
	return kept(p, host, t);
}

const char *kept_client(const struct plan *p, enum site_id site, const char *address)
{
	/* What comes from outside comes through the proxy. */
	return plan_with(p, V_PROXY) && site == SITE_PORTAL && strncmp(address, "10.", 3) != 0 ?
		       PROXY : address;
}

int64_t kept_skew(const struct plan *p, enum host_id host)
{
	return host == SP02 && plan_with(p, V_SKEWED) ? SKEW : 0;
}

fb_time kept_clock(const struct plan *p, enum host_id host, fb_time t)
{
	if (host == DC01 && plan_with(p, V_STEPPED) && between(p, t, 13, 10, 13, 16))
		t -= STEP * FB_SECOND;
	return t + kept_skew(p, host) * FB_SECOND + p->later;
}

const char *kept_name(const struct plan *p, enum host_id host, fb_time t)
{
	if (host == SP02 && plan_with(p, V_RENAMED_HOST) && t < plan_at(p, 12, 0, 0, 0))
		return OLD_NAME;
	return hosts[host].fqdn;
}
