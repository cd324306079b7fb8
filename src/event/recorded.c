#include "event/recorded.h"

#include "base/cursor.h"

#define AUDITING "Microsoft-Windows-Security-Auditing"
#define EVENTLOG "Microsoft-Windows-Eventlog"
#define KERNEL "Microsoft-Windows-Kernel-General"
#define POWER "Microsoft-Windows-Kernel-Power"
#define SYSMON "Microsoft-Windows-Sysmon"

static const struct fb_setting settings[] = {
	/* Without the policy "include command line" the field is there, and empty. */
	{ 4688, AUDITING, "CommandLine", 0 },
	/* Script blocks that look bad are logged as warnings whatever the policy says; at
	 * level 5 only with script block logging on. */
	{ 4104, "Microsoft-Windows-PowerShell", "Level", 5 },
};

static const struct {
	uint32_t event_id;
	const char *provider;
	enum fb_notice_what what;
} marking[] = {
	{ 1102, EVENTLOG, FB_NOTICE_CLEARED },
	{ 104, EVENTLOG, FB_NOTICE_CLEARED },
	{ 6005, "EventLog", FB_NOTICE_LOGGING_STARTED },
	{ 6006, "EventLog", FB_NOTICE_LOGGING_STOPPED },
	{ 1100, EVENTLOG, FB_NOTICE_LOGGING_STOPPED },
	{ 1101, EVENTLOG, FB_NOTICE_EVENTS_DROPPED },
	{ 1104, EVENTLOG, FB_NOTICE_LOG_FULL },
	{ 1108, EVENTLOG, FB_NOTICE_LOGGING_ERROR },
	{ 255, SYSMON, FB_NOTICE_LOGGING_ERROR },
	{ 4616, AUDITING, FB_NOTICE_CLOCK_SET },
	{ 1, KERNEL, FB_NOTICE_CLOCK_SET },
	{ 12, KERNEL, FB_NOTICE_BOOT },
	{ 13, KERNEL, FB_NOTICE_SHUTDOWN },
	{ 6008, "EventLog", FB_NOTICE_DIED },
	{ 41, POWER, FB_NOTICE_DIED },
	{ 42, POWER, FB_NOTICE_SLEEP },
	{ 107, POWER, FB_NOTICE_RESUME },
	{ 4719, AUDITING, FB_NOTICE_POLICY },
	{ 4912, AUDITING, FB_NOTICE_USER_POLICY },
	{ 16, SYSMON, FB_NOTICE_POLICY },
	{ 4, SYSMON, FB_NOTICE_POLICY },
};

static const char *const words[FB_NOTICE_COUNT] = {
	[FB_NOTICE_HEADER] = "header",
	[FB_NOTICE_CLEARED] = "cleared",
	[FB_NOTICE_LOGGING_STARTED] = "logging-started",
	[FB_NOTICE_LOGGING_STOPPED] = "logging-stopped",
	[FB_NOTICE_EVENTS_DROPPED] = "events-dropped",
	[FB_NOTICE_LOG_FULL] = "log-full",
	[FB_NOTICE_LOGGING_ERROR] = "logging-error",
	[FB_NOTICE_CLOCK_SET] = "clock-set",
	[FB_NOTICE_CLOCK_BACK] = "clock-back",
	[FB_NOTICE_BOOT] = "boot",
	[FB_NOTICE_SHUTDOWN] = "shutdown",
	[FB_NOTICE_DIED] = "died",
	[FB_NOTICE_SLEEP] = "sleep",
	[FB_NOTICE_RESUME] = "resume",
	[FB_NOTICE_POLICY] = "policy",
	[FB_NOTICE_USER_POLICY] = "user-policy",
};

const struct fb_setting *fb_setting_of(struct fb_slice provider, uint32_t event_id)
{
	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
		if (settings[i].event_id == event_id &&
		    fb_slice_ieq(provider, fb_slice_str(settings[i].provider)))
			return &settings[i];
	return NULL;
}

bool fb_kind_paces(enum fb_lane lane, struct fb_slice provider, uint32_t event_id)
{
	return fb_lane_is_text(lane) || fb_slice_ieq(provider, fb_slice_str(AUDITING)) ||
	       fb_setting_of(provider, event_id);
}

const char *fb_notice_word(enum fb_notice_what what)
{
	return words[what < FB_NOTICE_COUNT ? what : 0];
}

bool fb_notice_parse(struct fb_slice word, enum fb_notice_what *out)
{
	for (int i = 0; i < FB_NOTICE_COUNT; i++)
		if (fb_slice_eqs(word, words[i])) {
			*out = (enum fb_notice_what)i;
			return true;
		}
	return false;
}

bool fb_notice_of(struct fb_slice provider, uint32_t event_id, enum fb_notice_what *out)
{
	for (size_t i = 0; i < sizeof marking / sizeof *marking; i++)
		if (marking[i].event_id == event_id &&
		    fb_slice_ieq(provider, fb_slice_str(marking[i].provider))) {
			*out = marking[i].what;
			return true;
		}
	return false;
}

bool fb_block_sum_get(struct fb_slice sums, uint64_t i, struct fb_block_sum *out)
{
	const uint8_t *p;

	if (i >= sums.n / FB_BLOCK_SUM_SIZE)
		return false;
	p = sums.p + i * FB_BLOCK_SUM_SIZE;
	*out = (struct fb_block_sum){ fb_le32(p), fb_le32(p + 4), (fb_time)fb_le64(p + 8) };
	return true;
}
