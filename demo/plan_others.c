/* Others than the intruder of the main story: a second one who has nothing to do with it,
 * one who finds the door open, an insider, responders, a day of much editing. */
#include "plan.h"

#define L(k, t) ((struct label){ (k), (t), ACT_SECOND, TELL })
#define LC(k, t) ((struct label){ (k), (t), ACT_SECOND, CONTEXT })
#define LI(k) ((struct label){ (k), NULL, ACT_INNOCENT, CONTEXT })
#define S32 "C:\\Windows\\System32\\"
#define POWERSHELL S32 "WindowsPowerShell\\v1.0\\powershell.exe"
#define PROFILE "C:\\Users\\t.brennan\\"
#define ENCODED                                                                            \
	"VwByAGkAdABlAC0ATwB1AHQAcAB1AHQAIAAnAGkAbgBlAHIAdAAgAGQAZQBtAG8AbgBzAHQAcgBh"      \
	"AHQAaQBvAG4AJwA="
#define MAIL_C2 "192.0.2.250"
#define FINDER "192.0.2.77" /* who finds the page */
#define FINDER_AGENT "python-requests/2.31.0"

static const struct who BRENNAN = { DOMAIN_SID "-1610", "t.brennan", DOMAIN, "0x51c02e", "Medium",
				    "S-1-16-8192" };
static const struct who POOL = { DOMAIN_SID "-1151", "svc-sppool", DOMAIN, "0x2c91d4", "High",
				 "S-1-16-12288" };
static const struct who OYELARAN = { DOMAIN_SID "-1612", "h.oyelaran", DOMAIN, "0x84c1d7",
				     "Medium", "S-1-16-8192" };
static const struct who BASRA = { DOMAIN_SID "-1603", "adm.basra", DOMAIN, "0x90a1e5", "High",
				  "S-1-16-12288" };

static void connection(struct plan *p, fb_time t, enum host_id host, const struct proc *by,
		       const char *to, const char *port, struct label l)
{
	plan_event(p, t, host, SM_3, l, "ProcessGuid", by->guid, "ProcessId",
		   plan_fmt(p, "%u", by->pid), "Image", by->image, "User", by->user, "Protocol",
		   "tcp", "Initiated", "true", "SourceIp", hosts[host].address, "SourceHostname",
		   hosts[host].fqdn, "SourcePort", plan_fmt(p, "%u", 50000 + rng_below(&p->rng, 9000)),
		   "DestinationIp", to, "DestinationPort", port, "DestinationPortName", "-", NULL);
}

/* A document by mail, on a workstation, on the 12th; commands the day after. */
static void by_mail(struct plan *p)
{
	static const char *const look[][3] = {
		{ S32 "whoami.exe", "whoami  /all", "discovery-whoami" },
		{ S32 "nltest.exe", "nltest  /domain_trusts", "discovery-nltest" },
		{ S32 "net.exe", "net  group \"domain admins\" /domain", "discovery-net-group" },
	};
	struct proc outlook = plan_proc(p, WS07, "C:\\Program Files\\Microsoft Office\\root\\Office16\\OUTLOOK.EXE",
					"\"C:\\Program Files\\Microsoft Office\\root\\Office16\\OUTLOOK.EXE\"",
					"NORTHMOOR\\t.brennan");
	struct proc word, ps, tray, cmd;
	fb_time t = plan_at(p, 12, 9, 41, 12.2);

	word = plan_spawn(p, t, WS07, &BRENNAN, &outlook,
			  "C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE",
			  "\"C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE\" /n \""
			  PROFILE "AppData\\Local\\Temp\\delivery-note.docm\"",
			  LC("document-opened", "T1566.001"));
	ps = plan_spawn(p, t + 9 * FB_SECOND, WS07, &BRENNAN, &word, POWERSHELL,
			"powershell -nop -w hidden -enc " ENCODED, L("office-shell", "T1059.001"));
	connection(p, t + 11 * FB_SECOND, WS07, &ps, MAIL_C2, "443",
		   LC("tool-fetched", "T1105"));
	plan_file(p, t + 12 * FB_SECOND, WS07, &ps, PROFILE "AppData\\Roaming\\nvtray\\nvtray.exe",
		  LC("tool-fetched", "T1105"));
	plan_event(p, t + 14 * FB_SECOND, WS07, SM_13, LC("run-key", "T1547.001"), "EventType",
		   "SetValue", "ProcessGuid", ps.guid, "ProcessId", plan_fmt(p, "%u", ps.pid),
		   "Image", POWERSHELL, "TargetObject",
		   "HKU\\" DOMAIN_SID "-1610\\Software\\Microsoft\\Windows\\CurrentVersion\\Run\\nvtray",
		   "Details", PROFILE "AppData\\Roaming\\nvtray\\nvtray.exe", "User",
		   "NORTHMOOR\\t.brennan", NULL);
	tray = plan_spawn(p, t + 20 * FB_SECOND, WS07, &BRENNAN, &ps,
			  PROFILE "AppData\\Roaming\\nvtray\\nvtray.exe",
			  "\"" PROFILE "AppData\\Roaming\\nvtray\\nvtray.exe\"",
			  LC("tool-started", "T1204.002"));
	connection(p, t + 22 * FB_SECOND, WS07, &tray, MAIL_C2, "443",
		   LC("beacon", "T1071.001"));
	for (unsigned i = 0; i < 3; i++) {
		t = plan_at(p, 13, 10, 5 + i, 7.7);
		cmd = plan_spawn(p, t, WS07, &BRENNAN, &tray, S32 "cmd.exe",
				 plan_fmt(p, "cmd.exe /c %s", look[i][1]),
				 LC("tool-shell", "T1059.003"));
		(void)plan_spawn(p, t + FB_SECOND / 10, WS07, &BRENNAN, &cmd, look[i][0], look[i][1],
				 LC(look[i][2], "T1087.002"));
	}
	connection(p, plan_at(p, 13, 10, 9, 0.4), WS07, &tray, MAIL_C2, "443",
		   LC("beacon", "T1071.001"));
}

/* Somebody who searches for such pages finds this one, and asks what it is. */
static void finder(struct plan *p)
{
	static const char *const asked[][2] = {
		{ S32 "ipconfig.exe", "ipconfig  /all" }, { S32 "tasklist.exe", "tasklist  /svc" },
		{ S32 "net.exe", "net  user /domain" },
	};
	const char *stem = plan_fmt(p, "/_layouts/15/%s", plan_leaf(p, LEAF_SHELL));
	struct proc w3wp = plan_proc(p, SP01, S32 "inetsrv\\w3wp.exe",
				     "c:\\windows\\system32\\inetsrv\\w3wp.exe -ap \"SharePoint - 80\" -v \"v4.0\"",
				     "NORTHMOOR\\svc-sppool"), cmd;
	struct web_line l = { "GET", stem, "-", "-", FINDER, FINDER_AGENT, "-", 200, 0, 0, 31, 1187,
			      201 };

	plan_web(p, plan_at(p, 12, 15, 10, 2), SP01, SITE_PORTAL, L("webshell-page-get", "T1505.003"),
		 l);
	l.method = "POST";
	for (unsigned i = 0; i < 3; i++) {
		fb_time t = plan_at(p, 12, 15, 11 + 2 * i, 5);

		l.taken = 410 + 20 * i;
		plan_web(p, t + FB_SECOND / 2, SP01, SITE_PORTAL, L("webshell-page-post", "T1505.003"),
			 l);
		cmd = plan_spawn(p, t, SP01, &POOL, &w3wp, S32 "cmd.exe",
				 plan_fmt(p, "\"cmd.exe\" /c %s", asked[i][1]),
				 L("w3wp-shell", "T1059.003"));
		(void)plan_spawn(p, t + FB_SECOND / 20, SP01, &POOL, &cmd, asked[i][0], asked[i][1],
				 LC("discovery-net-group", "T1087.002"));
	}
}

/* A folder of the personnel department, read by one of it, file by file, at night. */
static void insider(struct plan *p)
{
	struct label l = { "insider-read", "T1039", ACT_INSIDER, CONTEXT };

	plan_event(p, plan_at(p, 13, 21, 2, 0.5), FS02, SEC_4624, l, "TargetUserSid", OYELARAN.sid,
		   "TargetUserName", OYELARAN.name, "TargetDomainName", DOMAIN, "TargetLogonId",
		   OYELARAN.logon, "LogonType", "3", "LogonProcessName", "Kerberos",
		   "AuthenticationPackageName", "Kerberos", "IpAddress", "10.20.31.15", "IpPort",
		   "50991", "ImpersonationLevel", "%%1833", "VirtualAccount", "%%1843",
		   "ElevatedToken", "%%1843", NULL);
	for (unsigned i = 0; i < 120; i++) {
		const char *file = plan_fmt(p, "Payroll\\NM-%05u.xlsx", 40000 + 7 * i);
		fb_time t = plan_at(p, 13, 21, 3 + i / 6, 9.0 * (i % 6) + 0.4);

		plan_event(p, t, FS02, SEC_5145, l, "SubjectUserSid", OYELARAN.sid, "SubjectUserName",
			   OYELARAN.name, "SubjectDomainName", DOMAIN, "SubjectLogonId",
			   OYELARAN.logon, "ObjectType", "File", "IpAddress", "10.20.31.15", "IpPort",
			   "50991", "ShareName", "\\\\*\\HR", "ShareLocalPath",
			   "\\??\\D:\\Shares\\HR", "RelativeTargetName", file, "AccessMask",
			   "0x120089", "AccessList", "%%4416\r\n\t\t\t\t%%4423\r\n\t\t\t\t", NULL);
		plan_event(p, t + FB_SECOND / 8, FS02, SEC_4663, l, "SubjectUserSid", OYELARAN.sid,
			   "SubjectUserName", OYELARAN.name, "SubjectDomainName", DOMAIN,
			   "SubjectLogonId", OYELARAN.logon, "ObjectServer", "Security",
			   "ObjectType", "File", "ObjectName",
			   plan_fmt(p, "D:\\Shares\\HR\\%s", file), "HandleId", "0x1f08",
			   "AccessList", "%%4416\r\n\t\t\t\t", "AccessMask", "0x1", "ProcessId", "0x4",
			   "ProcessName", "", "ResourceAttributes", "S:AI", NULL);
	}
}

/* 15 August, from 08:00: a collector as a service, a look at LSASS's memory, logs exported. */
static void responders(struct plan *p)
{
	static const enum host_id at[] = { SP01, SP02, FS02, DC01 };

	for (unsigned i = 0; i < 4; i++) {
		enum host_id h = at[i];
		struct proc services = plan_proc(p, h, S32 "services.exe", S32 "services.exe",
						 "NT AUTHORITY\\SYSTEM"), tool, cmd;
		fb_time t = plan_at(p, 15, 8, 5 + 4 * i, 3.1);

		plan_event(p, t - 2 * FB_SECOND, h, SEC_4624, LI("responder-logon"), "TargetUserSid",
			   BASRA.sid, "TargetUserName", BASRA.name, "TargetDomainName", DOMAIN,
			   "TargetLogonId", BASRA.logon, "LogonType", "3", "LogonProcessName",
			   "Kerberos", "AuthenticationPackageName", "Kerberos", "IpAddress",
			   "10.20.30.23", "IpPort", "50111", "ImpersonationLevel", "%%1833",
			   "VirtualAccount", "%%1843", "ElevatedToken", "%%1842", NULL);
		plan_event(p, t, h, SYS_7045, LI("responder-service"), "ServiceName", "Velociraptor",
			   "ImagePath",
			   "\"C:\\Program Files\\Velociraptor\\Velociraptor.exe\" --config "
			   "\"C:\\Program Files\\Velociraptor\\client.config.yaml\" service run",
			   "ServiceType", "user mode service", "StartType", "auto start", "AccountName",
			   "LocalSystem", NULL)->sid = BASRA.sid;
		tool = plan_spawn(p, t + FB_SECOND, h, &SYSTEM_ACCOUNT, &services,
				  "C:\\Program Files\\Velociraptor\\Velociraptor.exe",
				  "\"C:\\Program Files\\Velociraptor\\Velociraptor.exe\" --config "
				  "\"C:\\Program Files\\Velociraptor\\client.config.yaml\" service run",
				  LI("responder-collector"));
		cmd = plan_spawn(p, t + 60 * FB_SECOND, h, &SYSTEM_ACCOUNT, &tool, S32 "cmd.exe",
				 "cmd.exe /c wevtutil epl Security C:\\ir\\Security.evtx",
				 LI("responder-export"));
		(void)plan_spawn(p, t + 60 * FB_SECOND + FB_SECOND / 9, h, &SYSTEM_ACCOUNT, &cmd,
				 S32 "wevtutil.exe", "wevtutil  epl Security C:\\ir\\Security.evtx",
				 LI("responder-export"));
		(void)plan_spawn(p, t + 90 * FB_SECOND, h, &SYSTEM_ACCOUNT, &tool, S32 "whoami.exe",
				 "whoami  /all", LI("responder-whoami"));
	}
}

/* Sixty edits in a day, and a scanner that asks for all that it knows. */
static void editing(struct plan *p)
{
	static const char *const pages[] = { "/sites/sales/SitePages/Home.aspx",
					     "/sites/hr/SitePages/Policies.aspx" };
	struct rng r;

	rng_init(&r, p->seed, "editing");
	for (unsigned i = 0; i < 60; i++) {
		const struct person *who = &people[3 + rng_below(&r, people_count - 3)];

		plan_web(p, plan_at(p, 12, 7 + i / 8, 7 * (i % 8), rng_below(&r, 60)),
			 i % 2 ? SP01 : SP02, SITE_PORTAL, LI("toolpane-edit"),
			 (struct web_line){ "POST", "/_layouts/15/ToolPane.aspx",
					    "DisplayMode=Edit&PageView=Shared",
					    plan_fmt(p, "0#.w|northmoor\\%s", who->name), who->address,
					    who->agent,
					    plan_fmt(p, PORTAL "%s?PageView=Shared&DisplayMode=Edit",
						     pages[i % 2]),
					    200, 0, 0, 160 + i, 21000 + 31 * i, 4200 });
	}
	for (unsigned i = 0; i < 120; i++)
		plan_web(p, plan_at(p, 13, 4, 10 + i / 12, 5.0 * (i % 12)), i % 2 ? SP01 : SP02,
			 SITE_PORTAL, LI("vulnerability-scan"),
			 (struct web_line){ i % 3 ? "GET" : "POST",
					    i % 5 ? plan_fmt(p, "/_layouts/15/%c%u.aspx", 'a' + i % 26, i) :
						    "/_layouts/15/ToolPane.aspx",
					    "-", "-", "10.20.9.5",
					    "Mozilla/5.0+(compatible;+NorthmoorVulnScan/7.2)", "-",
					    i % 5 ? 404 : 401, i % 5 ? 0 : 2, i % 5 ? 2 : 5, 4, 1293, 240 });
}

/* The address that the intruder left, given to a customer afterwards. */
static void heir(struct plan *p)
{
	for (unsigned i = 0; i < 12; i++)
		plan_web(p, plan_at(p, 13, 9, 4 * i, 11), i % 2 ? SP01 : SP02, SITE_PORTAL,
			 LI("address-inherited"),
			 (struct web_line){ "GET", i % 3 ? "/sites/sales/SitePages/Home.aspx" :
							    "/sites/quality/SitePages/Calibration.aspx",
					    "-", "0#.w|northmoor\\n.ashworth", "203.0.113.77",
					    people[18].agent, "-", 200, 0, 0, 140 + i, 31000 + 77 * i,
					    720 });
}

static void clock_set(struct plan *p, fb_time from, fb_time to, fb_time t)
{
	plan_event(p, t, DC01, SEC_4616, LI("clock-set"), "SubjectUserSid", "S-1-5-19",
		   "SubjectUserName", "LOCAL SERVICE", "SubjectDomainName", "NT AUTHORITY",
		   "SubjectLogonId", "0x3e5", "PreviousTime",
		   plan_fmt(p, "%llu", (unsigned long long)(from / 100 + 116444736000000000ll)),
		   "NewTime", plan_fmt(p, "%llu", (unsigned long long)(to / 100 + 116444736000000000ll)),
		   "ProcessId", "0x3d8", "ProcessName", S32 "svchost.exe", NULL);
}

void plan_others(struct plan *p)
{
	fb_time back = plan_at(p, 13, 10, 0, 0), right = plan_at(p, 13, 16, 0, 0);

	if (plan_with(p, V_SECOND))
		by_mail(p);
	if (plan_with(p, V_ONE_DOOR))
		finder(p);
	if (plan_with(p, V_INSIDER))
		insider(p);
	if (plan_with(p, V_RESPONDERS))
		responders(p);
	if (plan_with(p, V_EDITING))
		editing(p);
	if (plan_with(p, V_MOVING))
		heir(p);
	if (plan_with(p, V_STEPPED)) {
		clock_set(p, back, back - 7200 * FB_SECOND, back + 1000);
		clock_set(p, right - 7200 * FB_SECOND, right, right + 1000);
	}
}
