#include "check.h"

#include "base/limits.h"
#include "event/syms.h"

int main(void)
{
	struct fb_syms *s = fb_syms_new();
	uint32_t a;

	CHECK(s != NULL);
	if (!s)
		return check_done();
	CHECK_INT(fb_syms_find(s, FB_LIT("eventid")), FB_SYM_EVENT_ID);
	CHECK_INT(fb_syms_find(s, FB_LIT("ThreatName")), 0);
	a = fb_syms_intern(s, FB_LIT("ThreatName"));
	CHECK(a >= FB_SYM_FIXED_COUNT);
	CHECK_INT(fb_syms_find(s, FB_LIT("Threat Name")), a);
	CHECK_INT(fb_syms_intern(s, FB_LIT("threat name")), a);
	CHECK_STR(fb_syms_name(s, a), "ThreatName");
	CHECK_STR(fb_syms_name(s, 999999), "");
	CHECK_INT(fb_syms_find(s, FB_LIT("")), 0);
	for (unsigned i = 0; i < FB_SYMS_MAX + 10; i++) {
		char name[32];

		(void)snprintf(name, sizeof name, "field%u", i);
		(void)fb_syms_intern(s, fb_slice_str(name));
	}
	CHECK_INT(fb_syms_count(s), FB_SYMS_MAX);
	CHECK_INT(fb_syms_intern(s, FB_LIT("one more")), 0);
	fb_syms_free(s);
	return check_done();
}
