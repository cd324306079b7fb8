/* Innocent acts that share traits with the attack. Each differs from it in a field that
 * can be seen: a user name, a referrer, a status, a parent, a folder. */
#include "plan.h"

#define L(k) ((struct label){ (k), NULL, ACT_INNOCENT, CONTEXT })
#define S32 "C:\\Windows\\System32\\"
#define LAYOUTS                                                                            \
	"C:\\Program Files\\Common Files\\Microsoft Shared\\Web Server Extensions\\16\\"    \
	"TEMPLATE\\LAYOUTS\\"
#define SCANNER "10.20.9.5"
#define SCANNER_AGENT "Mozilla/5.0+(compatible;+NorthmoorVulnScan/7.2)"

static const struct who OKAFOR = { DOMAIN_SID "-1601", "adm.okafor", DOMAIN, "0x3a90c1", "High",
				   "S-1-16-12288" };
static const struct who LINDQVIST = { DOMAIN_SID "-1602", "adm.lindqvist", DOMAIN, "0x4410fe",
				      "High", "S-1-16-12288" };
static const struct who BACKUP = { DOMAIN_SID "-1152", "svc-backup", DOMAIN, "0x1d02ab", "High",
				   "S-1-16-12288" };
static const struct who POOL = { DOMAIN_SID "-1151", "svc-sppool", DOMAIN, "0x2c91d4", "High",
				 "S-1-16-12288" };

/* Web parts edited by people: the tool pane, with a user and the edited page as referrer. */
static void edits(struct plan *p)
{
	static const char *const pages[] = { "/sites/sales/SitePages/Home.aspx",
					     "/sites/hr/SitePages/Policies.aspx",
					     "/sites/it/Pages/Service-Status.aspx" };
	struct rng *r = &p->rng;

	for (unsigned i = 0; i < 14; i++) {
		const struct person *who = &people[3 + rng_below(r, people_count - 3)];
		const char *at = pages[i % 3];
		struct web_line l = { "POST", "/_layouts/15/ToolPane.aspx",
				      "DisplayMode=Edit&PageView=Shared",
				      plan_fmt(p, "0#.w|northmoor\\%s", who->name), who->address,
				      who->agent,
				      plan_fmt(p, PORTAL "%s?PageView=Shared&DisplayMode=Edit", at),
				      200, 0, 0, 180 + rng_below(r, 900), 21000 + rng_below(r, 9000),
				      4000 + rng_below(r, 9000) };
		fb_time t = plan_at(p, 11 + i % 5, 8 + (i * 3) % 4, rng_below(r, 60),
				    rng_below(r, 60));

		if (i % 3 == 0) {
			/* NTLM on a new connection: the same request, twice refused, without a name. */
			struct web_line first = l;

			first.user = "-";
			first.status = 401;
			first.substatus = 2;
			first.win32 = 5;
			first.taken = 1;
			plan_web(p, t - FB_SECOND, i % 2 ? SP01 : SP02, SITE_PORTAL,
				 L("toolpane-edit-handshake"), first);
			first.substatus = 1;
			first.win32 = 2148074254u;
			plan_web(p, t - FB_SECOND / 2, i % 2 ? SP01 : SP02, SITE_PORTAL,
				 L("toolpane-edit-handshake"), first);
		}
		plan_web(p, t, i % 2 ? SP01 : SP02, SITE_PORTAL, L("toolpane-edit"), l);
		l.stem = at;
		l.query = "PageView=Shared&DisplayMode=Edit";
		l.referer = plan_fmt(p, PORTAL "%s", at);
		plan_web(p, t + 4 * FB_SECOND, i % 2 ? SP01 : SP02, SITE_PORTAL, L("webpart-save"), l);
	}
}

/* The company's own scanner: everything refused or not there. */
static void scanner(struct plan *p)
{
	static const struct {
		const char *method, *stem;
		unsigned status, sub, win32;
	} probes[] = {
		{ "GET", "/_layouts/15/ToolPane.aspx", 401, 2, 5 },
		{ "GET", "/_layouts/15/spinstall0.aspx", 404, 0, 2 },
		{ "GET", "/_layouts/15/spinstall1.aspx", 404, 0, 2 },
		{ "GET", "/_layouts/15/debug_dev.js", 404, 0, 2 },
		{ "GET", "/_vti_bin/client.svc", 401, 2, 5 },
		{ "GET", "/_vti_pvt/service.cnf", 404, 0, 2 },
		{ "GET", "/.env", 404, 0, 2 },
		{ "GET", "/wp-login.php", 404, 0, 2 },
		{ "GET", "/web.config", 404, 8, 0 },
		{ "GET", "/owa/auth/logon.aspx", 404, 0, 2 },
		{ "OPTIONS", "/", 200, 0, 0 },
		{ "GET", "/_layouts/15/viewlsts.aspx", 401, 2, 5 },
		{ "GET", "/..;/manager/html", 404, 0, 2 },
		{ "TRACE", "/", 405, 0, 1 },
	};

	for (unsigned day = 0; day < 2; day++)
		for (size_t i = 0; i < sizeof(probes) / sizeof(probes[0]); i++)
			plan_web(p, plan_at(p, 11 + 3 * day, 5, 30, 2.0 * (double)i),
				 day ? SP02 : SP01, SITE_PORTAL, L("vulnerability-scan"),
				 (struct web_line){ probes[i].method, probes[i].stem, "-", "-", SCANNER,
						    SCANNER_AGENT, "-", probes[i].status,
						    probes[i].sub, probes[i].win32, 3, 1293, 211 });
}

/* 13 August, 20:00 to 21:40: the July patch, by the administrators. */
static void patch_window(struct plan *p)
{
	static const char *const files[] = { "ToolPane.aspx", "SignOut.aspx", "start.aspx",
					     "settings.aspx", "viewlsts.aspx", "1033\\core.js",
					     "sp.runtime.js", "closeconnection.aspx" };
	struct proc services = plan_proc(p, SP01, S32 "services.exe", S32 "services.exe",
					 "NT AUTHORITY\\SYSTEM");
	struct proc explorer = plan_proc(p, SP01, "C:\\Windows\\explorer.exe",
					 "C:\\Windows\\Explorer.EXE", "NORTHMOOR\\adm.okafor");
	struct proc msi, config;

	msi = plan_spawn(p, plan_at(p, 13, 20, 4, 2), SP01, &SYSTEM_ACCOUNT, &services,
			 S32 "msiexec.exe", S32 "msiexec.exe /V", L("patch-msiexec"));
	for (unsigned i = 0; i < 8; i++)
		plan_file(p, plan_at(p, 13, 20, 11 + i, 7.5), SP01, &msi,
			  plan_fmt(p, LAYOUTS "%s", files[i]), L("patch-layouts-write"));
	plan_event(p, plan_at(p, 13, 20, 40, 0), SP01, APP_MSI_11707, L("patch-installed"), "Data",
		   "Product: Security Update for Microsoft SharePoint Server 2019 (KB5002754) 64-Bit "
		   "Edition -- Installation completed successfully.\1(NULL)\1(NULL)\1(NULL)\1(NULL)\1"
		   "(NULL)\1",
		   NULL)->sid = OKAFOR.sid;
	config = plan_spawn(p, plan_at(p, 13, 20, 55, 0), SP01, &OKAFOR, &explorer,
			    "C:\\Program Files\\Common Files\\Microsoft Shared\\Web Server Extensions\\16\\"
			    "BIN\\psconfigui.exe",
			    "\"C:\\Program Files\\Common Files\\Microsoft Shared\\Web Server Extensions\\16\\"
			    "BIN\\psconfigui.exe\"",
			    L("patch-psconfig"));
	for (unsigned i = 0; i < 4; i++)
		plan_file(p, plan_at(p, 13, 21, 2 + i, 0.5), SP01, &config,
			  plan_fmt(p, LAYOUTS "%s", files[i]), L("patch-layouts-write"));
	/* Pages that browsers had open carry states of before: a burst of wrong signatures. */
	for (unsigned i = 0; i < 4; i++) {
		const struct person *who = &people[4 + i];

		plan_event(p, plan_at(p, 14, 7, 31 + 2 * i, 15.5), SP01, APP_ASP_1316,
			   L("stale-viewstate"), "Data",
			   plan_fmt(p,
				    "4009\1Viewstate verification failed. Reason: The viewstate supplied "
				    "failed integrity check.\1" "8/14/2025 7:%02u:15 AM\1"
				    "8/14/2025 7:%02u:15 AM\1%08x77aa4f6b9c0d1e5a7b3c2d4e\1%u\1%u\1" "50203\1"
				    "/LM/W3SVC/1652431893/ROOT-1-133996212347712345\1Full\1/\1"
				    "C:\\inetpub\\wwwroot\\wss\\VirtualDirectories\\80\\\1SP01\1\1"
				    "7316\1w3wp.exe\1NORTHMOOR\\svc-sppool\1" PORTAL
				    "/sites/sales/SitePages/Home.aspx\1/sites/sales/SitePages/Home.aspx\1%s\1"
				    "0#.w|northmoor\\%s\1True\1Federation\1NORTHMOOR\\svc-sppool\1"
				    "Invalid viewstate. \r\n\tClient IP: %s\r\n\tPort: %u\r\n\tReferer: "
				    PORTAL "/sites/sales/SitePages/Home.aspx\r\n\tPath: "
				    "/sites/sales/SitePages/Home.aspx\r\n\tUser-Agent: Mozilla/5.0 (Windows NT "
				    "10.0; Win64; x64)\r\n\tViewState: /wEPDwUKLTIzNTA%u==\1",
				    31 + 2 * i, 31 + 2 * i, 0x11d20000 + i, 430 + i, 9 + i, who->address,
				    who->name, who->address, 50110 + i, 7700 + i),
			   NULL);
		plan_web(p, plan_at(p, 14, 7, 31 + 2 * i, 15), SP01, SITE_PORTAL,
			 L("stale-viewstate"),
			 (struct web_line){ "POST", "/sites/sales/SitePages/Home.aspx", "-",
					    plan_fmt(p, "0#.w|northmoor\\%s", who->name), who->address,
					    who->agent, PORTAL "/sites/sales/SitePages/Home.aspx", 500, 0,
					    0, 61, 3300, 9411 });
	}
}

/* ASP.NET compiles its own pages after a restart. */
static void compilation(struct plan *p)
{
	struct proc w3wp = plan_proc(p, SP01, S32 "inetsrv\\w3wp.exe",
				     "c:\\windows\\system32\\inetsrv\\w3wp.exe -ap \"SharePoint - 80\"",
				     "NORTHMOOR\\svc-sppool");
	struct proc csc;

	for (unsigned i = 0; i < 3; i++) {
		csc = plan_spawn(p, plan_at(p, 13, 21, 45 + i, 3), SP01, &POOL, &w3wp,
				 "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\csc.exe",
				 plan_fmt(p,
					  "\"C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\csc.exe\" /noconfig "
					  "/fullpaths @\"C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\"
					  "Temporary ASP.NET Files\\root\\8c1f6a3e\\5a90d1b7\\q%u2mxz1p.cmdline\"",
					  i),
				 L("aspnet-compile"));
		plan_file(p, plan_at(p, 13, 21, 45 + i, 4.1), SP01, &csc,
			  plan_fmt(p,
				   "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\Temporary ASP.NET "
				   "Files\\root\\8c1f6a3e\\5a90d1b7\\App_Web_q%u2mxz1p.dll",
				   i),
			  L("aspnet-compile"));
	}
}

/* Administrators at work: PowerShell, 7z, remote desktop, services, accounts. */
static void administration(struct plan *p)
{
	static const char *const scripts[] = {
		"Get-SPFarm | Select-Object BuildVersion, Servers",
		"Get-Service W3SVC,SPTimerV4,WAS | Format-Table Status,Name -AutoSize",
		"Get-ChildItem D:\\Shares -Recurse -File | Measure-Object -Property Length -Sum",
		"Get-ADUser -Filter * -SearchBase 'OU=Staff,DC=northmoor,DC=example' -Properties LastLogonDate",
		"Test-NetConnection FS02 -Port 445",
	};
	static const enum host_id at[] = { SP01, SP02, FS02, DC01, SP01 };

	for (unsigned i = 0; i < 10; i++) {
		enum host_id h = at[i % 5];
		struct proc explorer = plan_proc(p, h, "C:\\Windows\\explorer.exe",
						 "C:\\Windows\\Explorer.EXE", "NORTHMOOR\\adm.okafor");
		fb_time t = plan_at(p, 11 + i % 4, 9 + i / 2, 12 + i, 4.4);
		char *id = plan_fmt(p, "4f1c2a%02u-9d1e-4c77-a0b1-5566778899aa", i);

		plan_event(p, t - 40 * FB_SECOND, h, SEC_4624, L("admin-remote-desktop"),
			   "SubjectUserSid", SYSTEM_ACCOUNT.sid, "SubjectUserName", hosts[h].account,
			   "SubjectDomainName", DOMAIN, "SubjectLogonId", "0x3e7", "TargetUserSid",
			   OKAFOR.sid, "TargetUserName", OKAFOR.name, "TargetDomainName", DOMAIN,
			   "TargetLogonId", OKAFOR.logon, "LogonType", "10", "LogonProcessName",
			   "User32 ", "AuthenticationPackageName", "Negotiate", "WorkstationName",
			   hosts[h].name, "ProcessName", S32 "svchost.exe", "IpAddress", "10.20.30.21",
			   "IpPort", "0", "ImpersonationLevel", "%%1833", "VirtualAccount", "%%1843",
			   "ElevatedToken", "%%1842", NULL);
		(void)plan_spawn(p, t, h, &OKAFOR, &explorer,
				 S32 "WindowsPowerShell\\v1.0\\powershell.exe",
				 "\"" S32 "WindowsPowerShell\\v1.0\\powershell.exe\" ",
				 L("admin-powershell"));
		plan_event(p, t + 9 * FB_SECOND, h, PS_4104, L("admin-powershell"), "MessageNumber",
			   "1", "MessageTotal", "1", "ScriptBlockText", scripts[i % 5], "ScriptBlockId",
			   id, "Path", "", NULL)->sid = OKAFOR.sid;
	}
}

static void jobs(struct plan *p)
{
	for (unsigned day = 11; day < 16; day++) {
		struct proc svc = plan_proc(p, FS02, S32 "svchost.exe",
					    S32 "svchost.exe -k netsvcs -p -s Schedule",
					    "NT AUTHORITY\\SYSTEM"), cmd;
		fb_time t = plan_at(p, day, 1, 0, 0.4);

		cmd = plan_spawn(p, t, FS02, &BACKUP, &svc, S32 "cmd.exe",
				 "cmd.exe /c \"C:\\Program Files\\Northmoor\\Jobs\\nightly.cmd\"",
				 L("backup-job"));
		(void)plan_spawn(p, t + FB_SECOND, FS02, &BACKUP, &cmd, S32 "robocopy.exe",
				 "robocopy  D:\\Shares \\\\BK01\\nightly\\FS02 /MIR /COPYALL /R:1 /W:1 "
				 "/LOG:D:\\Admin\\logs\\nightly.log",
				 L("robocopy"));
		(void)plan_spawn(p, t + 5400 * FB_SECOND, FS02, &BACKUP, &cmd, S32 "vssadmin.exe",
				 "vssadmin  list shadows", L("backup-vss-list"));
		(void)plan_spawn(p, t + 5460 * FB_SECOND, FS02, &BACKUP, &cmd,
				 "C:\\Program Files\\7-Zip\\7z.exe",
				 plan_fmt(p, "7z  a D:\\Admin\\logs\\nightly-202508%02u.7z "
					     "D:\\Admin\\logs\\nightly.log", day),
				 L("admin-7z"));
	}
	plan_event(p, plan_at(p, 12, 10, 20, 3.3), FS02, SYS_7045, L("backup-service-install"),
		   "ServiceName", "Northmoor Backup Agent", "ImagePath",
		   "\"C:\\Program Files\\Northmoor\\Backup\\nmbackup.exe\" --service", "ServiceType",
		   "user mode service", "StartType", "auto start", "AccountName",
		   "NORTHMOOR\\svc-backup", NULL)->sid = LINDQVIST.sid;
	plan_event(p, plan_at(p, 12, 10, 20, 3.28), FS02, SEC_4697, L("backup-service-install"),
		   "SubjectUserSid", LINDQVIST.sid, "SubjectUserName", LINDQVIST.name,
		   "SubjectDomainName", DOMAIN, "SubjectLogonId", LINDQVIST.logon, "ServiceName",
		   "Northmoor Backup Agent", "ServiceFileName",
		   "\"C:\\Program Files\\Northmoor\\Backup\\nmbackup.exe\" --service", "ServiceType",
		   "0x10", "ServiceStartType", "2", "ServiceAccount", "NORTHMOOR\\svc-backup", NULL);
	plan_event(p, plan_at(p, 12, 10, 22, 8.1), FS02, SEC_4698, L("backup-task"),
		   "SubjectUserSid", LINDQVIST.sid, "SubjectUserName", LINDQVIST.name,
		   "SubjectDomainName", DOMAIN, "SubjectLogonId", LINDQVIST.logon, "TaskName",
		   "\\Northmoor\\Nightly", "TaskContent",
		   "<?xml version=\"1.0\" encoding=\"UTF-16\"?>\r\n<Task version=\"1.2\" "
		   "xmlns=\"http://schemas.microsoft.com/windows/2004/02/mit/task\">\r\n  <Actions>\r\n"
		   "    <Exec>\r\n      <Command>C:\\Program Files\\Northmoor\\Jobs\\nightly.cmd</Command>"
		   "\r\n    </Exec>\r\n  </Actions>\r\n</Task>", NULL);
}

/* The directory: a new employee, a policy edited, mistyped passwords. */
static void directory(struct plan *p)
{
	const char *sid = DOMAIN_SID "-1643";
	const struct who *by = &LINDQVIST;

	plan_event(p, plan_at(p, 11, 9, 14, 7.1), DC01, SEC_4720, L("new-employee"), "TargetUserName",
		   "y.achterberg", "TargetDomainName", DOMAIN, "TargetSid", sid, "SubjectUserSid",
		   by->sid, "SubjectUserName", by->name, "SubjectDomainName", DOMAIN,
		   "SubjectLogonId", by->logon, "SamAccountName", "y.achterberg", "DisplayName",
		   "Yael Achterberg", "UserPrincipalName", "y.achterberg@northmoor.example",
		   "PrimaryGroupId", "513", "OldUacValue", "0x0", "NewUacValue", "0x15",
		   "UserAccountControl", "\r\n\t\t%%2080\r\n\t\t%%2082\r\n\t\t%%2084", "LogonHours",
		   "%%1797", NULL);
	plan_event(p, plan_at(p, 11, 9, 14, 7.4), DC01, SEC_4722, L("new-employee"), "TargetUserName",
		   "y.achterberg", "TargetDomainName", DOMAIN, "TargetSid", sid, "SubjectUserSid",
		   by->sid, "SubjectUserName", by->name, "SubjectDomainName", DOMAIN,
		   "SubjectLogonId", by->logon, NULL);
	plan_event(p, plan_at(p, 11, 9, 15, 1.4), DC01, SEC_4728, L("new-employee"), "MemberName",
		   "CN=Yael Achterberg,OU=Staff,DC=northmoor,DC=example", "MemberSid", sid,
		   "TargetUserName", "Sales", "TargetDomainName", DOMAIN, "TargetSid",
		   DOMAIN_SID "-1309", "SubjectUserSid", by->sid, "SubjectUserName", by->name,
		   "SubjectDomainName", DOMAIN, "SubjectLogonId", by->logon, NULL);
	plan_event(p, plan_at(p, 13, 14, 2, 30.5), DC01, SEC_5136, L("policy-edit"), "OpCorrelationID",
		   "0aa41c55-5b3c-4e6d-8f11-223344556677", "SubjectUserSid", by->sid,
		   "SubjectUserName", by->name, "SubjectDomainName", DOMAIN, "SubjectLogonId",
		   by->logon, "DSName", "northmoor.example", "DSType", "%%14676", "ObjectDN",
		   "CN={7D1F0A33-91C2-4B5E-8A44-0F2E6B9C1D00},CN=Policies,CN=System,DC=northmoor,"
		   "DC=example",
		   "ObjectGUID", "c1a2b3d4-0002-4aaa-9bbb-112233445566", "ObjectClass",
		   "groupPolicyContainer", "AttributeLDAPDisplayName", "versionNumber",
		   "AttributeSyntaxOID", "2.5.5.9", "AttributeValue", "65542", "OperationType",
		   "%%14674", NULL);
	for (unsigned i = 0; i < 18; i++) {
		const struct person *who = &people[3 + (i * 5) % (people_count - 3)];
		enum host_id h = i % 3 == 0 ? FS02 : i % 3 == 1 ? SP01 : DC01;

		for (unsigned k = 0; k < 1 + i % 3; k++)
			plan_event(p, plan_at(p, 11 + i % 5, 7 + i % 4, 3 * i, 5.0 * k + 0.2), h,
				   SEC_4625, L("mistyped-password"), "SubjectUserSid", "S-1-0-0",
				   "TargetUserSid", "S-1-0-0", "TargetUserName", who->name,
				   "TargetDomainName", DOMAIN, "Status", "0xc000006d",
				   "FailureReason", "%%2313", "SubStatus", "0xc000006a", "LogonType",
				   "3", "LogonProcessName", "NtLmSsp ",
				   "AuthenticationPackageName", "NTLM", "WorkstationName",
				   who->station, "ProcessName", "-", "IpAddress", who->address,
				   "IpPort", plan_fmt(p, "%u", 51000 + 7 * i + k), NULL);
	}
}

/* Programs that look into LSASS by trade, with the rights they ask for. */
static void security_software(struct plan *p)
{
	struct proc lsass = plan_proc(p, SP01, S32 "lsass.exe", S32 "lsass.exe",
				      "NT AUTHORITY\\SYSTEM");
	struct proc av = plan_proc(p, SP01,
				   "C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\"
				   "4.18.25060.7-0\\MsMpEng.exe",
				   "MsMpEng.exe", "NT AUTHORITY\\SYSTEM");

	for (unsigned i = 0; i < 6; i++)
		plan_event(p, plan_at(p, 11 + i % 4, 6 + 3 * i % 16, 7, 0.7), SP01, SM_10,
			   L("antivirus-lsass"), "SourceProcessGUID", av.guid, "SourceProcessId",
			   plan_fmt(p, "%u", av.pid), "SourceThreadId", "4412", "SourceImage",
			   av.image, "TargetProcessGUID", lsass.guid, "TargetProcessId",
			   plan_fmt(p, "%u", lsass.pid), "TargetImage", lsass.image, "GrantedAccess",
			   "0x1000", "CallTrace",
			   "C:\\Windows\\SYSTEM32\\ntdll.dll+9f6e4|C:\\Windows\\System32\\KERNELBASE.dll+2726e",
			   "SourceUser", "NT AUTHORITY\\SYSTEM", "TargetUser", "NT AUTHORITY\\SYSTEM",
			   NULL);
	for (unsigned i = 0; i < 3; i++)
		plan_event(p, plan_at(p, 11 + i, 12, 30 + i, 2), SP01, DEF_5007,
			   L("antivirus-setting"), "Product Name", "Microsoft Defender Antivirus",
			   "Product Version", "4.18.25060.7", "Old Value",
			   plan_fmt(p, "HKLM\\SOFTWARE\\Microsoft\\Windows Defender\\Signature Updates\\"
				       "EngineVersion = 1.1.25060.%u", 5 + i),
			   "New Value",
			   plan_fmt(p, "HKLM\\SOFTWARE\\Microsoft\\Windows Defender\\Signature Updates\\"
				       "EngineVersion = 1.1.25060.%u", 6 + i), NULL);
}

/* Archives that people fetch, with a name, from a library. */
static void downloads(struct plan *p)
{
	for (unsigned i = 0; i < 8; i++) {
		const struct person *who = &people[4 + 2 * i];

		plan_web(p, plan_at(p, 11 + i % 5, 10 + i % 2, 5 * i, 21), i % 2 ? SP02 : SP01,
			 SITE_PORTAL, L("library-download"),
			 (struct web_line){ "GET",
					    plan_fmt(p, "/sites/projects/Shared+Documents/drawings-%u.zip",
						     2200 + i),
					    "-", plan_fmt(p, "0#.w|northmoor\\%s", who->name),
					    who->address, who->agent,
					    PORTAL "/sites/projects/Shared+Documents/Forms/AllItems.aspx",
					    200, 0, 0, 4000 + 3000 * i, 21000000 + 900000 * i, 803 });
	}
}

void plan_lookalikes(struct plan *p)
{
	edits(p);
	scanner(p);
	patch_window(p);
	compilation(p);
	administration(p);
	jobs(p);
	directory(p);
	security_software(p);
	downloads(p);
}
