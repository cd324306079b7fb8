#include "assess/coverage/coverage.h"

#include "event/chosen.h"

static const char *const words[FB_COVER_COUNT] = {
	[FB_COVER_RECORDED] = "recorded", [FB_COVER_QUIET] = "quiet", [FB_COVER_DOWN] = "down",
	[FB_COVER_PARTIAL] = "partial", [FB_COVER_FILTERED] = "filtered", [FB_COVER_SILENT] = "silent",
	[FB_COVER_OFF] = "off", [FB_COVER_CLEARED] = "cleared", [FB_COVER_STOPPED] = "stopped",
	[FB_COVER_LOST] = "lost", [FB_COVER_CLOCK] = "clock", [FB_COVER_UNREAD] = "unread",
	[FB_COVER_AFTER] = "after-acquisition", [FB_COVER_ABSENT] = "absent",
};

const char *fb_cover_word(enum fb_cover state)
{
	return (unsigned)state < FB_COVER_COUNT ? words[state] : "";
}

bool fb_cover_visible(enum fb_cover state)
{
	return state <= FB_COVER_DOWN;
}

static const struct {
	const char *word, *advice;
} absences[FB_ABSENCE_COUNT] = {
	[FB_ABSENCE_NONE] = { NULL, "" },
	[FB_ABSENCE_NOT_COLLECTED] = { "not collected", "" },
	[FB_ABSENCE_NOT_THERE] = { "looked for, not there",
		"It was not there when it was collected: an archive, a backup or a collector of forwarded events may have it." },
	[FB_ABSENCE_EXPIRED] = { "expired", "It had expired: it cannot be had, unless a copy was kept." },
	[FB_ABSENCE_FAILED] = { "collection failed", "Its collection failed: fetch it again now." },
	[FB_ABSENCE_ENCRYPTED] = { "encrypted", "It is encrypted where it lay: fetch it from a backup." },
};

const char *fb_absence_word(enum fb_absence a)
{
	return (unsigned)a < FB_ABSENCE_COUNT ? absences[a].word : NULL;
}

const char *fb_absence_advice(enum fb_absence a)
{
	return (unsigned)a < FB_ABSENCE_COUNT ? absences[a].advice : "";
}

#define IDS(name, ...) static const uint32_t name[] = { __VA_ARGS__, 0 }
IDS(i1, 1); IDS(i3, 3); IDS(i6, 6); IDS(i10, 10); IDS(i11, 11); IDS(i13, 12, 13, 14); IDS(i19, 19, 20, 21);
IDS(i22, 22); IDS(i4688, 4688); IDS(i4624, 4624); IDS(i4625, 4625, 4771, 4776); IDS(i4663, 4663);
IDS(i5145, 5140, 5145); IDS(i4697, 4697); IDS(i4698, 4698, 4699, 4700, 4701, 4702); IDS(i106, 106, 140, 200);
IDS(i4720, 4720, 4722, 4724, 4726, 4738); IDS(i4732, 4728, 4729, 4732, 4733, 4756, 4757); IDS(i4104, 4104); IDS(i7045, 7045);
IDS(i4662, 4662); IDS(i5136, 5136, 5137); IDS(i5156, 5156); IDS(i1102, 1102); IDS(i21, 21, 22, 23, 24, 25);
IDS(i29, 29); IDS(i1116, 1116, 1117); IDS(i5861, 5857, 5858, 5859, 5860, 5861); IDS(i6006, 6005, 6006, 1100);

#define EVTX(id_, name_, comp, chan, ids_, proof_, fetch_) \
	{ .id = id_, .name = name_, .component = comp, .lane = FB_LANE_EVTX, .channel = chan, .ids = ids_, \
	  .proof = proof_, .fetch = fetch_ }
#define SYSMON(id_, name_, comp, ids_, class_) \
	{ .id = id_, .name = name_, .component = comp, .lane = FB_LANE_EVTX, .channel = FB_SYSMON_CHANNEL, .ids = ids_, \
	  .proof = FB_PROOF_CHOSEN, .chosen = class_, .fetch = SYSMON_FILE }
#define WEB(id_, name_, comp, chan, proof_, column_, fetch_, file_) \
	{ .id = id_, .name = name_, .component = comp, .lane = FB_LANE_WEB, .channel = chan, .proof = proof_, \
	  .column = column_, .fetch = fetch_, .file = file_ }
#define NONE(id_, name_, comp, fetch_, file_) \
	{ .id = id_, .name = name_, .component = comp, .lane = FB_LANE_OTHER, .proof = FB_PROOF_NEVER, .fetch = fetch_, \
	  .file = file_ }

#define SECURITY "Security.evtx, with its archives and what was forwarded"
#define SYSMON_FILE "Sysmon's log (Microsoft-Windows-Sysmon%4Operational.evtx) and its configuration"

const struct fb_telemetry_kind fb_telemetry_kinds[] = {
	WEB("web-requests", "requests to web sites (W3C, access logs)", "Network Traffic Content",
	    NULL, FB_PROOF_LOG, NULL, "the logs of every web site", "LogFiles/W3SVC*"),
	WEB("web-requests-bytes", "requests with the bytes of their answers", "Network Traffic Flow", NULL,
	    FB_PROOF_COLUMN, "sc-bytes", "the logs of every web site and of the proxy before it, with sc-bytes",
	    "LogFiles/W3SVC*"),
	WEB("httperr", "requests that no site logged (HTTPERR)", "Network Traffic Content", "HTTPERR",
	    FB_PROOF_LOG, NULL, "System32\\LogFiles\\HTTPERR", "LogFiles/HTTPERR*"),
	SYSMON("process-creation-sysmon", "process creation by Sysmon", "Process Creation", i1, "any-process"),
	SYSMON("worker-child-sysmon", "processes started by the web server's worker, by Sysmon", "Process Creation", i1,
	       "worker-child"),
	EVTX("process-creation-4688", "process creation by Windows", "Process Creation", "Security", i4688,
	     FB_PROOF_RECORDS, SECURITY),
	EVTX("process-creation-4688-cmdline", "process creation by Windows, with command lines", "Process Creation",
	     "Security", i4688, FB_PROOF_FILLED, SECURITY),
	EVTX("script-block-4104", "PowerShell's scripts", "Script Execution", "Microsoft-Windows-PowerShell/Operational",
	     i4104, FB_PROOF_FILLED, "Microsoft-Windows-PowerShell%4Operational.evtx"),
	SYSMON("file-create-sysmon", "files written, by Sysmon", "File Creation", i11, "any-file"),
	SYSMON("worker-file-sysmon", "files written by the web server's worker, by Sysmon", "File Creation", i11, "worker-file"),
	SYSMON("aspx-file-sysmon", ".aspx pages written, by Sysmon", "File Creation", i11, "aspx-file"),
	SYSMON("process-access-sysmon-10", "processes opened by others, by Sysmon", "Process Access", i10, "any-access"),
	SYSMON("lsass-access-sysmon", "LSASS opened for reading, by Sysmon", "Process Access", i10, "lsass-access"),
	SYSMON("network-sysmon-3", "connections, by Sysmon", "Network Connection Creation", i3, "any-connection"),
	SYSMON("worker-connection-sysmon", "connections made by the web server's worker, by Sysmon",
	       "Network Connection Creation", i3, "worker-connection"),
	SYSMON("dns-sysmon-22", "names asked for, by Sysmon", "Active DNS", i22, "any-name"),
	SYSMON("driver-load-sysmon", "drivers loaded, by Sysmon", "Driver Load", i6, "any-driver"),
	SYSMON("registry-sysmon-13", "registry values set, by Sysmon", "Windows Registry Key Modification", i13, "any-registry"),
	EVTX("wmi", "WMI subscriptions", "WMI Creation", "Microsoft-Windows-WMI-Activity/Operational", i5861, FB_PROOF_LOG,
	     "Microsoft-Windows-WMI-Activity%4Operational.evtx"),
	SYSMON("wmi-sysmon", "WMI subscriptions, by Sysmon", "WMI Creation", i19, "any-wmi"),
	EVTX("service-install-7045", "new services", "Service Creation", "System", i7045, FB_PROOF_LOG, "System.evtx"),
	EVTX("service-install-4697", "new services, audited", "Service Creation", "Security", i4697, FB_PROOF_RECORDS, SECURITY),
	EVTX("task-4698", "scheduled tasks, audited", "Scheduled Job Creation", "Security", i4698, FB_PROOF_RECORDS, SECURITY),
	EVTX("task-scheduler", "scheduled tasks", "Scheduled Job Creation", "Microsoft-Windows-TaskScheduler/Operational",
	     i106, FB_PROOF_LOG, "Microsoft-Windows-TaskScheduler%4Operational.evtx"),
	EVTX("account-4720", "accounts made and changed", "User Account Creation", "Security", i4720, FB_PROOF_RECORDS,
	     SECURITY),
	EVTX("group-4732", "members of groups", "Group Modification", "Security", i4732, FB_PROOF_RECORDS, SECURITY),
	EVTX("logon-4624", "logons", "Logon Session Creation", "Security", i4624, FB_PROOF_RECORDS, SECURITY),
	EVTX("logon-failed-4625", "logons that failed", "User Account Authentication", "Security", i4625, FB_PROOF_RECORDS,
	     SECURITY),
	EVTX("rdp-sessions", "remote desktop sessions", "Logon Session Creation",
	     "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational", i21, FB_PROOF_LOG,
	     "Microsoft-Windows-TerminalServices-LocalSessionManager%4Operational.evtx"),
	EVTX("share-5145", "files on shares, audited", "Network Share Access", "Security", i5145, FB_PROOF_RECORDS, SECURITY),
	EVTX("object-4663", "files opened, audited", "File Access", "Security", i4663, FB_PROOF_CHOSEN, SECURITY),
	EVTX("directory-4662", "objects of the directory, audited", "Active Directory Object Access", "Security", i4662,
	     FB_PROOF_RECORDS, SECURITY),
	EVTX("directory-5136", "changes of the directory, audited", "Active Directory Object Modification", "Security",
	     i5136, FB_PROOF_RECORDS, SECURITY),
	EVTX("iis-configuration", "changes of IIS's configuration", "Application Log Content",
	     "Microsoft-IIS-Configuration/Operational", i29, FB_PROOF_LOG, "Microsoft-IIS-Configuration%4Operational.evtx, "
	     "applicationHost.config and its history"),
	EVTX("defender", "what Defender found", "Host Status", "Microsoft-Windows-Windows Defender/Operational", i1116,
	     FB_PROOF_LOG, "Microsoft-Windows-Windows Defender%4Operational.evtx"),
	EVTX("log-cleared", "clears of the security log", "Host Status", "Security", i1102, FB_PROOF_LOG, SECURITY),
	EVTX("log-service", "start and stop of logging", "Service Metadata", "System", i6006, FB_PROOF_LOG, "System.evtx"),
	EVTX("flow", "connections of the host, by the filtering platform", "Network Traffic Flow", "Security", i5156,
	     FB_PROOF_RECORDS, "flow or connection logs of the network's border"),
	{ .id = "flow-sensor", .name = "connections with their bytes, by a sensor on the network (Zeek)",
	  .component = "Network Traffic Flow", .lane = FB_LANE_NETWORK, .channel = "conn", .proof = FB_PROOF_SENSOR,
	  .fetch = "flow or connection logs of the network's border (Zeek's conn.log), and each machine's addresses (firebreak assets add --address)" },
	NONE("proxy", "requests through a proxy", "Network Traffic Content", "the logs of the proxy", NULL),
	{ .id = "iis-sites", .name = "which sites there are, and that each logs", .component = "Service Metadata",
	  .lane = FB_LANE_OTHER, .proof = FB_PROOF_SITES, .file = "inetsrv/config/applicationHost.config",
	  .fetch = "applicationHost.config and redirection.config of System32\\inetsrv\\config, with their times, and when they were taken (--manifest): "
		   "a site that logs elsewhere, or not at all, is seen nowhere else" },
	NONE("sign-ins", "sign-ins to a service", "Logon Session Creation",
	     "the sign-in logs of the tenant or service, also those that are not interactive", NULL),
	NONE("audit-of-service", "what was read and changed in it, by its own audit", "Application Log Content",
	     "its audit (of a tenant: the unified audit log, and which mailboxes and operations it covers; of a database: its audit or trace)", NULL),
	NONE("flow-of-segment", "what left the segment, at its border", "Network Traffic Flow", "flow or firewall logs of the segment's border", NULL),
	NONE("dns-server", "names asked for, at the server", "Active DNS", "the DNS servers' analytic or debug logs", NULL),
	{ .id = "web-root", .name = "the files of the web sites as of a moment", .component = "File Metadata",
	  .lane = FB_LANE_OTHER, .proof = FB_PROOF_FILES, .file = "inetpub/wwwroot*",
	  .fetch = "the folders of every site, with times, and the compiler's temporary files" },
	NONE("iis-modules-config", "the modules of the web server as of a moment", "Service Metadata",
	     "applicationHost.config, every web.config, and the DLLs that they name", "applicationHost.config"),
	NONE("registry-hive", "the registry as of a moment", "Windows Registry Key Modification", "the hives, with their logs",
	     "System32/config/*"),
	NONE("inventory", "a list of files as of a moment", "File Metadata", "a listing of the shares, and one from a backup before", NULL),
};
const unsigned fb_ntelemetry_kinds = sizeof fb_telemetry_kinds / sizeof fb_telemetry_kinds[0];

const struct fb_telemetry_kind *fb_telemetry_kind(struct fb_slice id)
{
	for (unsigned i = 0; i < fb_ntelemetry_kinds; i++)
		if (fb_slice_eqs(id, fb_telemetry_kinds[i].id))
			return &fb_telemetry_kinds[i];
	return NULL;
}
