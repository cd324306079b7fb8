#include "assess/activity/records.h"

#include <string.h>

static const struct {
	const char *word, *says;
} words[FB_DOES_COUNT] = {
	[FB_DOES_START] = { "process", "started" },
	[FB_DOES_LOGON] = { "logon", "logged on" },
	[FB_DOES_END] = { "end", "ended" },
	[FB_DOES_CLOCK] = { "clock", "set the clock" },
	[FB_DOES_CREDENTIALS] = { "credentials", "presented credentials to" },
	[FB_DOES_SERVICE] = { "service", "installed the service" },
	[FB_DOES_TASK] = { "task", "set up the task" },
	[FB_DOES_ACCOUNT] = { "account", "changed the account" },
	[FB_DOES_DIRECTORY] = { "directory", "changed in the directory" },
	[FB_DOES_POLICY] = { "audit policy", "changed the audit policy" },
	[FB_DOES_CLEAR] = { "log cleared", "cleared the log" },
	[FB_DOES_SHARE] = { "share", "opened the share" },
	[FB_DOES_SHARE_FILE] = { "share file", "opened on the share" },
	[FB_DOES_OBJECT] = { "object", "opened" },
	[FB_DOES_FILE] = { "file", "wrote" },
	[FB_DOES_REGISTRY] = { "registry", "set" },
	[FB_DOES_CONNECT] = { "connection", "connected to" },
	[FB_DOES_DNS] = { "dns", "asked for the name" },
	[FB_DOES_ACCESS] = { "process access", "opened the process" },
	[FB_DOES_DRIVER] = { "driver", "loaded the driver" },
	[FB_DOES_SCRIPT] = { "script", "ran the script" },
	[FB_DOES_ALERT] = { "alert", "was reported by the virus scanner as" },
	[FB_DOES_REQUEST] = { "request", "asked for" },
};

const char *fb_does_word(enum fb_does does)
{
	return (unsigned)does < FB_DOES_COUNT ? words[does].word : "";
}

const char *fb_does_says(const char *word)
{
	for (size_t i = 0; i < FB_DOES_COUNT; i++)
		if (strcmp(words[i].word, word) == 0)
			return words[i].says;
	return "";
}

#define SECURITY FB_LANE_EVTX, "Security"
#define SYSMON FB_LANE_EVTX, "Microsoft-Windows-Sysmon/Operational"
#define IDS(...) (const uint32_t[]){ __VA_ARGS__, 0 }
#define ACTOR_SYSMON [FB_SLOT_GUID] = "ProcessGuid", [FB_SLOT_PID] = "ProcessId", [FB_SLOT_IMAGE] = "Image"
#define ACTOR_SUBJECT \
	[FB_SLOT_SESSION] = "SubjectLogonId", [FB_SLOT_ACCOUNT] = "SubjectUserName", [FB_SLOT_DOMAIN] = "SubjectDomainName"

const struct fb_act_record fb_act_records[] = {
	{ FB_DOES_START, SYSMON, IDS(1), "T1059",
	  { [FB_SLOT_GUID] = "ParentProcessGuid", [FB_SLOT_PID] = "ParentProcessId", [FB_SLOT_SESSION] = "LogonId",
	    [FB_SLOT_BORN_GUID] = "ProcessGuid", [FB_SLOT_BORN_PID] = "ProcessId", [FB_SLOT_OBJECT] = "CommandLine",
	    [FB_SLOT_ACCOUNT] = "User", [FB_SLOT_IMAGE] = "Image", [FB_SLOT_PARENT_IMAGE] = "ParentImage" } },
	{ FB_DOES_START, SECURITY, IDS(4688), "T1059",
	  { [FB_SLOT_PID] = "ProcessId", [FB_SLOT_SESSION] = "SubjectLogonId", [FB_SLOT_BORN_PID] = "NewProcessId",
	    [FB_SLOT_OBJECT] = "CommandLine", [FB_SLOT_ACCOUNT] = "SubjectUserName",
	    [FB_SLOT_DOMAIN] = "SubjectDomainName", [FB_SLOT_IMAGE] = "NewProcessName",
	    [FB_SLOT_PARENT_IMAGE] = "ParentProcessName" } },
	{ FB_DOES_END, SYSMON, IDS(5), "", { ACTOR_SYSMON } },
	{ FB_DOES_END, SECURITY, IDS(4689), "", { [FB_SLOT_PID] = "ProcessId" } },
	{ FB_DOES_LOGON, SECURITY, IDS(4624), "T1078",
	  { [FB_SLOT_BORN_SESSION] = "TargetLogonId", [FB_SLOT_ACCOUNT] = "TargetUserName",
	    [FB_SLOT_DOMAIN] = "TargetDomainName", [FB_SLOT_ADDRESS] = "IpAddress", [FB_SLOT_PORT] = "IpPort",
	    [FB_SLOT_SERVER] = "WorkstationName", [FB_SLOT_TYPE] = "LogonType" } },
	{ FB_DOES_CLOCK, SECURITY, IDS(4616), "", { [FB_SLOT_OBJECT] = "PreviousTime", [FB_SLOT_OBJECT2] = "NewTime" } },
	{ FB_DOES_CLOCK, FB_LANE_EVTX, "System", IDS(1), "", { [FB_SLOT_OBJECT] = "OldTime", [FB_SLOT_OBJECT2] = "NewTime" } },
	{ FB_DOES_CREDENTIALS, SECURITY, IDS(4648), "T1078",
	  { [FB_SLOT_SESSION] = "SubjectLogonId", [FB_SLOT_PID] = "ProcessId", [FB_SLOT_ACCOUNT] = "TargetUserName",
	    [FB_SLOT_DOMAIN] = "TargetDomainName", [FB_SLOT_SERVER] = "TargetServerName",
	    [FB_SLOT_IMAGE] = "ProcessName", [FB_SLOT_OBJECT] = "TargetServerName" } },
	{ FB_DOES_SERVICE, FB_LANE_EVTX, "System", IDS(7045), "T1543.003",
	  { [FB_SLOT_OBJECT] = "ServiceName", [FB_SLOT_IMAGE] = "ImagePath" } },
	{ FB_DOES_SERVICE, SECURITY, IDS(4697), "T1543.003",
	  { ACTOR_SUBJECT, [FB_SLOT_OBJECT] = "ServiceName", [FB_SLOT_IMAGE] = "ServiceFileName" } },
	{ FB_DOES_TASK, SECURITY, IDS(4698, 4702), "T1053.005", { ACTOR_SUBJECT, [FB_SLOT_OBJECT] = "TaskName" } },
	{ FB_DOES_ACCOUNT, SECURITY, IDS(4720), "T1136", { ACTOR_SUBJECT, [FB_SLOT_OBJECT] = "TargetUserName" } },
	{ FB_DOES_ACCOUNT, SECURITY, IDS(4722, 4724, 4726, 4728, 4732, 4738, 4756), "T1098",
	  { ACTOR_SUBJECT, [FB_SLOT_OBJECT] = "TargetUserName", [FB_SLOT_OBJECT2] = "MemberName" } },
	{ FB_DOES_DIRECTORY, SECURITY, IDS(5136), "T1484.001", { ACTOR_SUBJECT, [FB_SLOT_OBJECT] = "ObjectDN" } },
	{ FB_DOES_POLICY, SECURITY, IDS(4719), "T1562.002", { ACTOR_SUBJECT, [FB_SLOT_OBJECT] = "SubcategoryGuid" } },
	{ FB_DOES_CLEAR, SECURITY, IDS(1102), "T1070.001", { ACTOR_SUBJECT } },
	{ FB_DOES_SHARE, SECURITY, IDS(5140), "T1021.002",
	  { ACTOR_SUBJECT, [FB_SLOT_OBJECT] = "ShareName", [FB_SLOT_ADDRESS] = "IpAddress" } },
	{ FB_DOES_SHARE_FILE, SECURITY, IDS(5145), "T1039",
	  { ACTOR_SUBJECT, [FB_SLOT_OBJECT] = "ShareName", [FB_SLOT_OBJECT2] = "RelativeTargetName",
	    [FB_SLOT_ADDRESS] = "IpAddress", [FB_SLOT_TYPE] = "AccessMask" } },
	{ FB_DOES_OBJECT, SECURITY, IDS(4663), "T1005",
	  { ACTOR_SUBJECT, [FB_SLOT_PID] = "ProcessId", [FB_SLOT_IMAGE] = "ProcessName", [FB_SLOT_OBJECT] = "ObjectName",
	    [FB_SLOT_TYPE] = "AccessMask" } },
	{ FB_DOES_FILE, SYSMON, IDS(11), "T1105", { ACTOR_SYSMON, [FB_SLOT_OBJECT] = "TargetFilename" } },
	{ FB_DOES_REGISTRY, SYSMON, IDS(13), "T1112", { ACTOR_SYSMON, [FB_SLOT_OBJECT] = "TargetObject" } },
	{ FB_DOES_CONNECT, SYSMON, IDS(3), "T1071",
	  { ACTOR_SYSMON, [FB_SLOT_OBJECT] = "DestinationIp", [FB_SLOT_ADDRESS] = "DestinationIp",
	    [FB_SLOT_PORT] = "DestinationPort", [FB_SLOT_OWN_ADDRESS] = "SourceIp", [FB_SLOT_OWN_PORT] = "SourcePort",
	    [FB_SLOT_SERVER] = "DestinationHostname" } },
	{ FB_DOES_DNS, SYSMON, IDS(22), "T1071.004", { ACTOR_SYSMON, [FB_SLOT_OBJECT] = "QueryName" } },
	{ FB_DOES_ACCESS, SYSMON, IDS(10), "T1057",
	  { [FB_SLOT_GUID] = "SourceProcessGUID", [FB_SLOT_PID] = "SourceProcessId", [FB_SLOT_IMAGE] = "SourceImage",
	    [FB_SLOT_OBJECT] = "TargetImage" } },
	{ FB_DOES_DRIVER, SYSMON, IDS(6), "T1068", { [FB_SLOT_OBJECT] = "ImageLoaded" } },
	{ FB_DOES_SCRIPT, FB_LANE_EVTX, "Microsoft-Windows-PowerShell/Operational", IDS(4104), "T1059.001",
	  { [FB_SLOT_PID] = "Execution_ProcessID", [FB_SLOT_OBJECT] = "ScriptBlockText" } },
	{ FB_DOES_ALERT, FB_LANE_EVTX, "Microsoft-Windows-Windows Defender/Operational", IDS(1116, 1117), "",
	  { [FB_SLOT_OBJECT] = "Threat Name", [FB_SLOT_REPORTED] = "Path" } },
	{ FB_DOES_REQUEST, FB_LANE_WEB, NULL, NULL, "T1190",
	  { [FB_SLOT_ADDRESS] = "c-ip", [FB_SLOT_OBJECT] = "cs-uri-stem", [FB_SLOT_ACCOUNT] = "cs-username",
	    [FB_SLOT_TYPE] = "cs-method", [FB_SLOT_BYTES] = "sc-bytes", [FB_SLOT_STATUS] = "sc-status",
	    [FB_SLOT_WIN32] = "sc-win32-status", [FB_SLOT_TAKEN] = "time-taken", [FB_SLOT_AGENT] = "cs-user-agent",
	    [FB_SLOT_FORWARDED] = "X-Forwarded-For", [FB_SLOT_PEER] = "peer-ip" } },
};
const unsigned fb_nact_records = sizeof fb_act_records / sizeof fb_act_records[0];

struct fb_slice fb_base_name(struct fb_slice path)
{
	size_t at = path.n;

	while (at && path.p[at - 1] != '\\' && path.p[at - 1] != '/')
		at--;
	return fb_slice_sub(path, at, path.n);
}

static const char *const web_servers[] = { "w3wp.exe", "httpd.exe", "nginx.exe", "php-cgi.exe", "tomcat.exe",
	"tomcat8.exe", "tomcat9.exe", "java.exe", "node.exe", "umworkerprocess.exe", NULL };
static const char *const shared[] = { "system", "services.exe", "svchost.exe", "lsass.exe", "wininit.exe",
	"winlogon.exe", "csrss.exe", "smss.exe", "explorer.exe", "userinit.exe", "wmiprvse.exe", "taskeng.exe",
	"taskhost.exe", "taskhostw.exe", "dllhost.exe", "spoolsv.exe", "sqlservr.exe", "msmpeng.exe", "sysmon.exe",
	"sysmon64.exe", "runtimebroker.exe", "sihost.exe", "trustedinstaller.exe", "searchindexer.exe",
	"sppsvc.exe", "wsmprovhost.exe", "iissvcs.exe", "inetinfo.exe", NULL };
static const char *const hands[] = { "cmd.exe", "powershell.exe", "powershell_ise.exe", "pwsh.exe", "wscript.exe",
	"cscript.exe", "mshta.exe", "rundll32.exe", "regsvr32.exe", "bash.exe", "wsl.exe", "python.exe", "perl.exe",
	"psexesvc.exe", "wmic.exe", "msbuild.exe", "installutil.exe", "forfiles.exe", "hh.exe", "conhost.exe", NULL };

static bool listed(const char *const *list, struct fb_slice image)
{
	struct fb_slice name = fb_base_name(image);

	for (; *list; list++)
		if (fb_slice_ieq(name, fb_slice_str(*list)))
			return true;
	return false;
}

bool fb_is_web_server(struct fb_slice image)
{
	return listed(web_servers, image);
}

bool fb_is_shared_program(struct fb_slice image)
{
	return listed(shared, image) || listed(web_servers, image);
}

bool fb_is_hand(struct fb_slice image)
{
	return listed(hands, image);
}
