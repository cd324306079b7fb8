#include "assess/grade.h"

#include "assess/question/route.h"

#include <string.h>

const char *fb_grade_word(enum fb_grade g)
{
	static const char *const words[] = { "attempt", "weak", "strong", "direct" };

	return words[g];
}

/* Records that are the act itself, and that nobody but the system writes: a log was cleared, a service, task
 * or account was made. */
static const struct { const char *channel; uint32_t event_id; } direct[] = {
	{ "Security", 1102 }, { "System", 104 }, { "System", 7045 }, { "Security", 4697 },
	{ "Security", 4698 }, { "Security", 4720 }, { "Security", 4722 }, { "Security", 4728 },
	{ "Security", 4732 }, { "Security", 4756 }, { "Security", 5136 },
	{ "Microsoft-Windows-Sysmon/Operational", 1 }, { "Security", 4688 },
	{ "Microsoft-Windows-Sysmon/Operational", 11 }, { "Microsoft-Windows-Sysmon/Operational", 6 },
	{ "Microsoft-Windows-Sysmon/Operational", 10 }, { "Microsoft-Windows-Sysmon/Operational", 13 },
	{ "Microsoft-Windows-Sysmon/Operational", 19 }, { "Microsoft-Windows-Sysmon/Operational", 20 },
	{ "Microsoft-Windows-Sysmon/Operational", 21 },
};

/* Any user can write these. */
static const char *const writable[] = { "Application" };

static bool is_direct(const struct fb_detection_row *d)
{
	for (size_t i = 0; i < sizeof direct / sizeof *direct; i++)
		if (d->event_id == direct[i].event_id && strcmp(d->channel, direct[i].channel) == 0)
			return true;
	return false;
}

static const struct { const char *channel; uint32_t event_id; } logons[] = {
	{ "Security", 4624 }, { "Security", 4625 }, { "Security", 4648 }, { "Security", 4768 }, { "Security", 4769 },
	{ "Security", 4771 }, { "Security", 4776 }, { "Security", 4778 },
	{ "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational", 21 },
	{ "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational", 25 },
	{ "Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational", 1149 },
};

unsigned fb_record_of(const struct fb_detection_row *d)
{
	if (strcmp(d->rule_kind, "webshell") == 0 || strcmp(d->rule_kind, "yara") == 0)
		return FB_REC_FILE;
	if (!*d->channel && d->event_id == 0 && d->place.line)
		return FB_REC_WEB;
	if ((d->event_id == 4688 && strcmp(d->channel, "Security") == 0) ||
	    (d->event_id == 1 && strstr(d->channel, "Sysmon")))
		return FB_REC_PROCESS;
	if ((d->event_id == 11 || d->event_id == 15) && strstr(d->channel, "Sysmon"))
		return FB_REC_FILE;
	for (size_t i = 0; i < sizeof logons / sizeof *logons; i++)
		if (d->event_id == logons[i].event_id && strcmp(d->channel, logons[i].channel) == 0)
			return FB_REC_LOGON;
	return FB_REC_OTHER;
}

enum fb_grade fb_grade_of(const struct fb_detection_row *d)
{
	unsigned record = fb_record_of(d);

	/* Whoever sends a request writes it, and the page answers what its author likes. */
	if (record == FB_REC_WEB)
		return FB_GRADE_ATTEMPT;
	if (d->rule->level < FB_LEVEL_HIGH)
		return FB_GRADE_WEAK;
	for (size_t i = 0; i < sizeof writable / sizeof *writable; i++)
		if (strcmp(d->channel, writable[i]) == 0)
			return FB_GRADE_WEAK;
	if (d->place.second_hand)
		return FB_GRADE_WEAK;
	return is_direct(d) || record == FB_REC_FILE ? FB_GRADE_DIRECT : FB_GRADE_STRONG;
}
