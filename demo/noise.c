/* What machines write all day: logons, processes, shares, services, updates. */
#include "evlog.h"

#include <stdarg.h>
#include <stdio.h>

#define S32 "C:\\Windows\\System32\\"

static const char *fmt(struct evlog *l, unsigned i, const char *f, ...)
	__attribute__((format(printf, 3, 4)));

static const char *fmt(struct evlog *l, unsigned i, const char *f, ...)
{
	va_list ap;

	va_start(ap, f);
	(void)vsnprintf(l->text[i], sizeof(l->text[i]), f, ap);
	va_end(ap);
	return l->text[i];
}

static void sid(struct evb *e, const char *name, const uint8_t *p, size_t n)
{
	evb_bytes(e, name, fb_slice(p, n));
}

static void guid(struct evlog *l, struct evb *e, const char *name, unsigned i)
{
	uint8_t *g = l->guid[i];
	uint64_t r = rng_next(&l->rng);
	uint32_t s = (uint32_t)(e->ev.time / FB_SECOND);

	/* Sysmon's: the machine, the start, the token and process. */
	g[0] = (uint8_t)(l->host + 1), g[1] = 0x9A, g[2] = 0x1F, g[3] = 0x3B;
	for (unsigned k = 0; k < 4; k++)
		g[4 + k] = (uint8_t)(s >> 8 * (k ^ 2));
	for (unsigned k = 0; k < 8; k++)
		g[8 + k] = k < 6 ? (uint8_t)(r >> 8 * k) : 0;
	evb_bytes(e, name, fb_slice(g, 16));
}

static void subject_system(struct evlog *l, struct evb *e)
{
	sid(e, "SubjectUserSid", evlog_system_sid, 12);
	evb_str(e, "SubjectUserName", hosts[l->host].account);
	evb_str(e, "SubjectDomainName", DOMAIN);
	evb_num(e, "SubjectLogonId", 0x3E7);
}

/* ---- Security ---- */

static void privileges(struct evlog *l, fb_time t, const uint8_t *who, size_t n, const char *name,
		       const char *domain, uint64_t id)
{
	struct evb *e = evlog_start(l, SEC_4672, t);

	sid(e, "SubjectUserSid", who, n);
	evb_str(e, "SubjectUserName", name);
	evb_str(e, "SubjectDomainName", domain);
	evb_num(e, "SubjectLogonId", id);
	evb_str(e, "PrivilegeList",
		"SeSecurityPrivilege\r\n\t\t\tSeBackupPrivilege\r\n\t\t\tSeRestorePrivilege\r\n\t\t\t"
		"SeDebugPrivilege\r\n\t\t\tSeSystemEnvironmentPrivilege\r\n\t\t\tSeImpersonatePrivilege");
	evlog_put(l);
}

static void remember(struct evlog *l, fb_time t, const uint8_t *who, const char *name, uint64_t id,
		     unsigned type)
{
	if (l->nlogons < OPEN_LOGONS)
		l->logons[l->nlogons++] =
			(struct logon){ t + FB_SECOND * (1 + rng_below(&l->rng, 900)), who, id, name,
					type };
}

/* A logon over the network by Kerberos: a person, or another machine. */
static fb_time network_logon(struct evlog *l, fb_time t)
{
	struct rng *r = &l->rng;
	unsigned i = rng_below(r, people_count);
	enum host_id from = (enum host_id)rng_below(r, HOSTS);
	bool machine = rng_one_in(r, 3);
	const uint8_t *who = machine ? evlog_host_sid(from) : evlog_person_sid(i);
	const char *name = machine ? hosts[from].account : people[i].name;
	uint64_t id = 0x100000 + (rng_next(r) & 0xFFFFFFF);
	struct evb *e = evlog_start(l, SEC_4624, t);

	evb_num(e, "SubjectLogonId", 0);
	sid(e, "TargetUserSid", who, 28);
	evb_str(e, "TargetUserName", name);
	evb_str(e, "TargetDomainName", machine ? REALM : DOMAIN);
	evb_num(e, "TargetLogonId", id);
	evb_num(e, "LogonType", 3);
	evb_str(e, "LogonProcessName", "Kerberos");
	evb_str(e, "AuthenticationPackageName", "Kerberos");
	guid(l, e, "LogonGuid", 0);
	evb_str(e, "IpAddress", machine ? hosts[from].address : people[i].address);
	evb_str(e, "IpPort", fmt(l, 0, "%u", rng_range(r, 49200, 65000)));
	evb_str(e, "ImpersonationLevel", "%%1833");
	evb_str(e, "VirtualAccount", "%%1843");
	evb_str(e, "ElevatedToken", i < ADMINS || machine ? "%%1842" : "%%1843");
	evlog_put(l);
	if (machine || i < ADMINS)
		privileges(l, t + 100, who, 28, name, DOMAIN, id);
	remember(l, t, who, name, id, 3);
	return t;
}

static fb_time service_logon(struct evlog *l, fb_time t)
{
	struct evb *e = evlog_start(l, SEC_4624, t);

	subject_system(l, e);
	sid(e, "TargetUserSid", evlog_system_sid, 12);
	evb_str(e, "TargetUserName", "SYSTEM");
	evb_str(e, "TargetDomainName", "NT AUTHORITY");
	evb_num(e, "TargetLogonId", 0x3E7);
	evb_num(e, "LogonType", 5);
	evb_str(e, "LogonProcessName", "Advapi  ");
	evb_str(e, "AuthenticationPackageName", "Negotiate");
	evb_num(e, "ProcessId", 620);
	evb_str(e, "ProcessName", S32 "services.exe");
	evb_str(e, "ImpersonationLevel", "%%1833");
	evb_str(e, "VirtualAccount", "%%1843");
	evb_str(e, "ElevatedToken", "%%1842");
	evlog_put(l);
	privileges(l, t + 100, evlog_system_sid, 12, "SYSTEM", "NT AUTHORITY", 0x3E7);
	return t;
}

static bool logoff(struct evlog *l, fb_time t)
{
	for (unsigned i = 0; i < l->nlogons; i++) {
		struct logon o = l->logons[i];
		struct evb *e;

		if (o.ends > t)
			continue;
		l->logons[i] = l->logons[--l->nlogons];
		e = evlog_start(l, SEC_4634, t);
		sid(e, "TargetUserSid", o.sid, 28);
		evb_str(e, "TargetUserName", o.name);
		evb_str(e, "TargetDomainName", DOMAIN);
		evb_num(e, "TargetLogonId", o.id);
		evb_num(e, "LogonType", o.type);
		evlog_put(l);
		return true;
	}
	return false;
}

static const struct program *some_program(struct evlog *l)
{
	for (;;) {
		const struct program *p = &programs[rng_below(&l->rng, programs_count)];

		if (!p->server_only || l->host == SP01 || l->host == SP02)
			return p;
	}
}

static fb_time process(struct evlog *l, fb_time t)
{
	const struct program *p = some_program(l);
	struct evb *e = evlog_start(l, SEC_4688, t);
	static const uint8_t label[12] = { 1, 1, 0, 0, 0, 0, 0, 16, 0, 64, 0, 0 };

	subject_system(l, e);
	evb_num(e, "NewProcessId", 4 * rng_range(&l->rng, 300, 3000));
	evb_str(e, "NewProcessName", p->image);
	evb_str(e, "TokenElevationType", "%%1936");
	evb_num(e, "ProcessId", 4 * rng_range(&l->rng, 150, 900));
	evb_str(e, "CommandLine", hosts[l->host].command_line ? p->command : "");
	evb_str(e, "ParentProcessName", p->parent);
	sid(e, "MandatoryLabel", label, sizeof(label));
	evlog_put(l);
	return t;
}

static fb_time ticket(struct evlog *l, fb_time t)
{
	struct rng *r = &l->rng;
	unsigned i = rng_below(r, people_count);
	enum host_id h = (enum host_id)rng_below(r, HOSTS);
	bool first = rng_one_in(r, 4);
	struct evb *e = evlog_start(l, first ? SEC_4768 : SEC_4769, t);
	static uint8_t krbtgt[68];

	if (!krbtgt[0])
		(void)ew_sid(DOMAIN_SID "-502", krbtgt);
	evb_str(e, "TargetUserName", first ? people[i].name : fmt(l, 0, "%s@" REALM, people[i].name));
	evb_str(e, "TargetDomainName", first ? DOMAIN : REALM);
	if (first)
		sid(e, "TargetSid", evlog_person_sid(i), 28);
	evb_str(e, "ServiceName", first ? "krbtgt" : hosts[h].account);
	sid(e, "ServiceSid", first ? krbtgt : evlog_host_sid(h), 28);
	evb_num(e, "TicketOptions", first ? 0x40810010 : 0x40810000);
	evb_num(e, "TicketEncryptionType", 0x12);
	evb_str(e, "IpAddress", fmt(l, 1, "::ffff:%s", hosts[h].address));
	evb_str(e, "IpPort", fmt(l, 2, "%u", rng_range(r, 49200, 65000)));
	if (first)
		evb_str(e, "PreAuthType", "2");
	else
		guid(l, e, "LogonGuid", 0);
	evlog_put(l);
	return t;
}

static fb_time validation(struct evlog *l, fb_time t)
{
	const struct person *p = &people[rng_below(&l->rng, people_count)];
	struct evb *e = evlog_start(l, SEC_4776, t);

	evb_str(e, "PackageName", "MICROSOFT_AUTHENTICATION_PACKAGE_V1_0");
	evb_str(e, "TargetUserName", p->name);
	evb_str(e, "Workstation", p->station);
	evlog_put(l);
	return t;
}

/* Files read and written on the shares; on the controller, policies fetched. */
static fb_time share_use(struct evlog *l, fb_time t)
{
	static const char *const shares[][2] = {
		{ "\\\\*\\Projects", "\\??\\D:\\Shares\\Projects" },
		{ "\\\\*\\Customers", "\\??\\D:\\Shares\\Customers" },
		{ "\\\\*\\Sales", "\\??\\D:\\Shares\\Sales" },
		{ "\\\\*\\IPC$", "" },
	};
	struct rng *r = &l->rng;
	unsigned i = rng_below(r, people_count), k = rng_below(r, 4);
	bool policy = l->host == DC01, open = rng_one_in(r, 7);
	struct evb *e = evlog_start(l, open ? SEC_5140 : SEC_5145, t);
	bool write = !policy && k < 3 && rng_one_in(r, 5);

	sid(e, "SubjectUserSid", evlog_person_sid(i), 28);
	evb_str(e, "SubjectUserName", people[i].name);
	evb_str(e, "SubjectDomainName", DOMAIN);
	evb_num(e, "SubjectLogonId", 0x100000 + (rng_next(r) & 0xFFFFFFF));
	evb_str(e, "ObjectType", "File");
	evb_str(e, "IpAddress", people[i].address);
	evb_str(e, "IpPort", fmt(l, 0, "%u", rng_range(r, 49200, 65000)));
	evb_str(e, "ShareName", policy ? "\\\\*\\SYSVOL" : shares[k][0]);
	evb_str(e, "ShareLocalPath", policy ? "\\??\\C:\\Windows\\SYSVOL\\sysvol" : shares[k][1]);
	if (!open && policy)
		evb_str(e, "RelativeTargetName",
			"northmoor.example\\Policies\\{31B2F340-016D-11D2-945F-00C04FB984F9}\\gpt.ini");
	else if (!open)
		evb_str(e, "RelativeTargetName",
			k == 3 ? "srvsvc" : fmt(l, 1, "2025\\NM-%05u.docx", rng_below(r, 99999)));
	evb_num(e, "AccessMask", open ? 1 : write ? 0x12019F : 0x120089);
	evb_str(e, "AccessList",
		open ? "%%4416\r\n\t\t\t\t" :
		write ? "%%1538\r\n\t\t\t\t%%4416\r\n\t\t\t\t%%4417\r\n\t\t\t\t%%4418\r\n\t\t\t\t" :
			"%%1538\r\n\t\t\t\t%%1541\r\n\t\t\t\t%%4416\r\n\t\t\t\t%%4423\r\n\t\t\t\t");
	evlog_put(l);
	return t;
}

static fb_time groups_listed(struct evlog *l, fb_time t)
{
	static const uint8_t admins[16] = { 1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0 };
	struct evb *e = evlog_start(l, SEC_4799, t);

	evb_str(e, "TargetUserName", "Administrators");
	evb_str(e, "TargetDomainName", "Builtin");
	sid(e, "TargetSid", admins, sizeof(admins));
	subject_system(l, e);
	evb_num(e, "CallerProcessId", 4 * rng_range(&l->rng, 300, 900));
	evb_str(e, "CallerProcessName", S32 "svchost.exe");
	evlog_put(l);
	return t;
}

static fb_time security(struct evlog *l, fb_time t)
{
	unsigned pick = rng_below(&l->rng, 100);
	bool shares = hosts[l->host].share_audit;

	if (logoff(l, t) || l->host == DC01) {
		if (l->host == DC01 && pick < 45)
			return pick < 8 ? validation(l, t) : ticket(l, t);
	}
	if (pick < 30)
		return shares ? share_use(l, t) : network_logon(l, t);
	if (pick < 60)
		return process(l, t);
	if (pick < 84)
		return network_logon(l, t);
	return pick < 94 ? service_logon(l, t) : groups_listed(l, t);
}

/* ---- System and Application ---- */

static fb_time system_log(struct evlog *l, fb_time t)
{
	static const char *const services[] = { "Windows Update", "Background Intelligent Transfer Service",
						"Windows Modules Installer", "WMI Performance Adapter",
						"Software Protection", "Volume Shadow Copy",
						"Microsoft Software Shadow Copy Provider",
						"Windows Error Reporting Service" };
	struct rng *r = &l->rng;
	unsigned pick = rng_below(r, 100);
	struct evb *e;

	if (pick < 60) {
		e = evlog_start(l, SYS_7036, t);
		evb_str(e, "param1", services[rng_below(r, 8)]);
		evb_str(e, "param2", rng_one_in(r, 2) ? "running" : "stopped");
		evb_bytes(e, "Binary", FB_LIT("w\0u\0a\0u\0s\0e\0r\0v\0/\0" "4\0\0\0"));
	} else if (pick < 72) {
		e = evlog_start(l, SYS_7040, t);
		evb_str(e, "param1", "Background Intelligent Transfer Service");
		evb_str(e, "param2", pick & 1 ? "auto start" : "demand start");
		evb_str(e, "param3", pick & 1 ? "demand start" : "auto start");
		evb_str(e, "param4", "BITS");
		e->ev.user = fb_slice(evlog_system_sid, 12);
	} else if (pick < 84) {
		e = evlog_start(l, SYS_10016, t);
		evb_str(e, "param1", "application-specific");
		evb_str(e, "param2", "Local");
		evb_str(e, "param3", "Activation");
		evb_str(e, "param4", "{2593F8B9-4EAF-457C-B68A-50F6B8EA6B54}");
		evb_str(e, "param5", "{15C20B67-12E7-4BB6-92BB-7AFF07997402}");
		evb_str(e, "param6", "NT AUTHORITY");
		evb_str(e, "param7", "SYSTEM");
		evb_str(e, "param8", "S-1-5-18");
		evb_str(e, "param9", "LocalHost (Using LRPC)");
		evb_str(e, "param10", "Unavailable");
		evb_str(e, "param11", "Unavailable");
		e->ev.user = fb_slice(evlog_system_sid, 12);
	} else if (pick < 90) {
		e = evlog_start(l, SYS_37, t);
		evb_str(e, "TimeSource", "DC01.northmoor.example (ntp.d|0x0|0.0.0.0:123->10.20.1.10:123)");
		e->ev.user = fb_slice(evlog_system_sid, 12);
	} else if (pick < 96) {
		e = evlog_start(l, pick & 1 ? SYS_19 : SYS_43, t);
		evb_str(e, "updateTitle",
			"Security Intelligence Update for Microsoft Defender Antivirus - KB2267602");
		evb_num(e, "updateRevisionNumber", 200);
		e->ev.user = fb_slice(evlog_system_sid, 12);
	} else if (pick < 98) {
		e = evlog_start(l, SYS_6013, t);
		evb_strn(e, "Data", fb_slice_str(fmt(l, 0, "%u", (unsigned)(t / FB_SECOND % 8000000))));
	} else {
		e = evlog_start(l, SYS_1014, t);
		evb_str(e, "QueryName", "wpad.northmoor.example");
		evb_num(e, "AddressLength", 128);
		e->ev.user = fb_slice(evlog_system_sid, 12);
	}
	evlog_put(l);
	return t;
}

static fb_time application(struct evlog *l, fb_time t)
{
	struct rng *r = &l->rng;
	unsigned pick = rng_below(r, 10);
	enum schema_id id = pick < 4 ? APP_SPP_16384 : pick < 6 ? APP_VSS_8224 :
			    pick < 8 ? APP_MSI_1040 : APP_MSI_1042;
	struct evb *e;

	if (pick == 9 && (l->host == SP01 || l->host == SP02)) {
		e = evlog_start(l, APP_ASP_1309, t);
		evb_strn(e, "Data",
			 FB_LIT("3005\0An unhandled exception has occurred.\0" "8/12/2025 9:12:44 AM\0"
				"8/12/2025 9:12:44 AM\0" "5c1a77e0aa31465fb0e6a2a1b3f5d100\0" "12\0" "3\0"
				"0\0/LM/W3SVC/1652431893/ROOT-1-133996212347712345\0Full\0/\0"
				"C:\\inetpub\\wwwroot\\wss\\VirtualDirectories\\80\\\0SP01\0\0" "7316\0w3wp.exe\0"
				"NORTHMOOR\\svc-sppool\0HttpException\0A potentially dangerous Request.Path "
				"value was detected from the client (:)."));
		evlog_put(l);
		return t;
	}
	e = evlog_start(l, id, t);
	if (pick < 4)
		evb_strn(e, "Data", FB_LIT("2025-08-18T03:12:10Z\0RulesEngine"));
	else if (pick < 6)
		evb_strn(e, "Data", FB_LIT("\0"));
	else
		evb_strn(e, "Data",
			 FB_LIT("C:\\Windows\\Installer\\6f2a11.msi\0" "4120\0(NULL)\0(NULL)\0(NULL)\0(NULL)\0"));
	if (pick >= 6)
		e->ev.user = fb_slice(evlog_system_sid, 12);
	evlog_put(l);
	return t;
}

/* ---- Sysmon ---- */

static struct evb *sysmon_start(struct evlog *l, enum schema_id id, fb_time t)
{
	struct evb *e = evlog_start(l, id, t);
	char *text = l->text[7];

	(void)fb_time_text(e->ev.time, 3, text);
	text[10] = ' ';
	text[23] = 0;
	evb_str(e, "UtcTime", text);
	e->ev.user = fb_slice(evlog_system_sid, 12);
	return e;
}

static void hashes(struct evlog *l, struct evb *e, const char *image)
{
	struct rng r;
	unsigned long long a, b, c, d;

	rng_init(&r, 1, image);
	a = rng_next(&r), b = rng_next(&r), c = rng_next(&r), d = rng_next(&r);
	evb_str(e, "Hashes", fmt(l, 6, "MD5=%016llX%016llX,SHA256=%016llX%016llX%016llX%016llX", a, b,
				 a, c, d, b));
}

static fb_time sysmon_process(struct evlog *l, fb_time t)
{
	struct rng *r = &l->rng;
	const struct program *p = some_program(l);
	struct evb *e = sysmon_start(l, SM_1, t);

	guid(l, e, "ProcessGuid", 0);
	evb_num(e, "ProcessId", 4 * rng_range(r, 300, 3000));
	evb_str(e, "Image", p->image);
	evb_str(e, "FileVersion", p->version);
	evb_str(e, "Description", p->description);
	evb_str(e, "Product", p->product);
	evb_str(e, "Company", p->company);
	evb_str(e, "OriginalFileName", p->original);
	evb_str(e, "CommandLine", p->command);
	evb_str(e, "CurrentDirectory", "C:\\Windows\\system32\\");
	evb_str(e, "User", "NT AUTHORITY\\SYSTEM");
	guid(l, e, "LogonGuid", 1);
	evb_num(e, "LogonId", 0x3E7);
	evb_str(e, "IntegrityLevel", "System");
	hashes(l, e, p->image);
	guid(l, e, "ParentProcessGuid", 2);
	evb_num(e, "ParentProcessId", 4 * rng_range(r, 150, 900));
	evb_str(e, "ParentImage", p->parent);
	evb_str(e, "ParentCommandLine", p->parent_command);
	evb_str(e, "ParentUser", "NT AUTHORITY\\SYSTEM");
	evlog_put(l);
	return t;
}

static void sysmon_who(struct evlog *l, struct evb *e, const char *image)
{
	guid(l, e, "ProcessGuid", 0);
	evb_num(e, "ProcessId", 4 * rng_range(&l->rng, 300, 3000));
	evb_str(e, "Image", image);
}

static fb_time sysmon_network(struct evlog *l, fb_time t)
{
	struct rng *r = &l->rng;
	struct evb *e = sysmon_start(l, SM_3, t);

	sysmon_who(l, e, rng_one_in(r, 2) ? S32 "svchost.exe" :
					    "C:\\Program Files\\Northmoor\\Monitor\\nmagent.exe");
	evb_str(e, "User", "NT AUTHORITY\\NETWORK SERVICE");
	evb_str(e, "Protocol", "tcp");
	evb_num(e, "Initiated", 1);
	evb_str(e, "SourceIp", hosts[l->host].address);
	evb_str(e, "SourceHostname", hosts[l->host].fqdn);
	evb_num(e, "SourcePort", rng_range(r, 49200, 65000));
	evb_str(e, "DestinationIp", "10.20.1.10");
	evb_str(e, "DestinationHostname", "DC01.northmoor.example");
	evb_num(e, "DestinationPort", rng_one_in(r, 2) ? 389 : 88);
	evlog_put(l);
	return t;
}

static fb_time sysmon_small(struct evlog *l, fb_time t)
{
	static const char *const names[] = { "dc01.northmoor.example", "time.northmoor.example",
					     "update.vendor.example", "sp02.northmoor.example",
					     "telemetry.vendor.example", "fs02.northmoor.example" };
	struct rng *r = &l->rng;
	unsigned pick = rng_below(r, 10);
	struct evb *e;

	if (pick < 3) {
		e = sysmon_start(l, SM_22, t);
		guid(l, e, "ProcessGuid", 0);
		evb_num(e, "ProcessId", 4 * rng_range(r, 300, 3000));
		evb_str(e, "QueryName", names[rng_below(r, 6)]);
		evb_str(e, "QueryStatus", "0");
		evb_str(e, "QueryResults", "::ffff:10.20.1.10;");
		evb_str(e, "Image", S32 "svchost.exe");
		evb_str(e, "User", "NT AUTHORITY\\NETWORK SERVICE");
	} else if (pick < 6) {
		e = sysmon_start(l, SM_13, t);
		evb_str(e, "EventType", "SetValue");
		sysmon_who(l, e, S32 "svchost.exe");
		evb_str(e, "TargetObject",
			"HKLM\\System\\CurrentControlSet\\Services\\bam\\State\\UserSettings\\S-1-5-18\\"
			"\\Device\\HarddiskVolume2\\Windows\\System32\\svchost.exe");
		evb_str(e, "Details", "Binary Data");
		evb_str(e, "User", "NT AUTHORITY\\SYSTEM");
	} else if (pick < 9) {
		e = sysmon_start(l, SM_11, t);
		sysmon_who(l, e, S32 "svchost.exe");
		evb_str(e, "TargetFilename",
			fmt(l, 0, "C:\\Windows\\Prefetch\\NMAGENT.EXE-%08X.pf", rng_below(r, 0x7FFFFFFF)));
		evb_str(e, "CreationUtcTime", l->text[7]);
		evb_str(e, "User", "NT AUTHORITY\\SYSTEM");
	} else {
		e = sysmon_start(l, SM_7, t);
		sysmon_who(l, e, S32 "wbem\\WmiPrvSE.exe");
		evb_str(e, "ImageLoaded", S32 "wbem\\cimwin32.dll");
		evb_str(e, "FileVersion", "10.0.17763.1 (WinBuild.160101.0800)");
		evb_str(e, "Description", "WMI Win32 Provider");
		evb_str(e, "Company", "Microsoft Corporation");
		evb_str(e, "OriginalFileName", "cimwin32.dll");
		hashes(l, e, "cimwin32.dll");
		evb_str(e, "Signed", "true");
		evb_str(e, "Signature", "Microsoft Windows");
		evb_str(e, "SignatureStatus", "Valid");
		evb_str(e, "User", "NT AUTHORITY\\NETWORK SERVICE");
	}
	evlog_put(l);
	return t;
}

static fb_time sysmon(struct evlog *l, fb_time t)
{
	unsigned pick = rng_below(&l->rng, 100);
	struct evb *e;

	if (pick < 35)
		return sysmon_process(l, t);
	if (pick < 55) {
		e = sysmon_start(l, SM_5, t);
		sysmon_who(l, e, some_program(l)->image);
		evb_str(e, "User", "NT AUTHORITY\\SYSTEM");
		evlog_put(l);
		return t;
	}
	return pick < 70 ? sysmon_network(l, t) : sysmon_small(l, t);
}

/* ---- PowerShell and Defender ---- */

static fb_time powershell(struct evlog *l, fb_time t)
{
	static const char *const blocks[] = {
		"# Northmoor.Inventory module\r\nfunction Get-NmDisk {\r\n    [CmdletBinding()]\r\n    param([string]"
		"$ComputerName = $env:COMPUTERNAME)\r\n    Get-CimInstance -ClassName Win32_LogicalDisk "
		"-ComputerName $ComputerName -Filter 'DriveType=3' |\r\n        Select-Object DeviceID, "
		"@{n='SizeGB';e={[math]::Round($_.Size/1GB,1)}}, @{n='FreeGB';e={[math]::Round($_.FreeSpace/1GB,1)}}"
		"\r\n}\r\n",
		"function Write-NmLog {\r\n    param([string]$Text)\r\n    $line = '{0:u} {1}' -f (Get-Date), "
		"$Text\r\n    Add-Content -Path 'C:\\ProgramData\\Northmoor\\Logs\\inventory.log' -Value $line\r\n}\r\n",
		"prompt",
		"Import-Module Northmoor.Inventory; Get-NmDisk | Export-Csv -NoTypeInformation -Path "
		"C:\\ProgramData\\Northmoor\\inventory.csv",
	};
	struct rng *r = &l->rng;
	unsigned pick = rng_below(r, 10);
	struct evb *e;

	if (pick < 7) {
		e = evlog_start(l, PS_4104, t);
		evb_num(e, "MessageNumber", 1);
		evb_num(e, "MessageTotal", 1);
		evb_str(e, "ScriptBlockText", blocks[rng_below(r, 4)]);
		evb_str(e, "ScriptBlockId",
			fmt(l, 0, "%08x-%04x-4%03x-a%03x-%012x", (unsigned)rng_next(r), rng_below(r, 65536),
			    rng_below(r, 4096), rng_below(r, 4096), (unsigned)rng_next(r)));
		evb_str(e, "Path", pick < 4 ? "C:\\Program Files\\WindowsPowerShell\\Modules\\"
					      "Northmoor.Inventory\\Northmoor.Inventory.psm1" : "");
	} else if (pick < 9) {
		e = evlog_start(l, pick == 7 ? PS_40961 : PS_40962, t);
	} else {
		e = evlog_start(l, PS_53504, t);
		evb_str(e, "param1", fmt(l, 0, "%u", 4 * rng_range(r, 300, 3000)));
		evb_str(e, "param2", "DefaultAppDomain");
	}
	e->ev.user = fb_slice(evlog_system_sid, 12);
	evlog_put(l);
	return t;
}

static fb_time defender(struct evlog *l, fb_time t)
{
	struct rng *r = &l->rng;
	unsigned pick = rng_below(r, 10), v = (unsigned)(t / FB_SECOND / 14400 % 900);
	struct evb *e;

	if (pick < 5) {
		e = evlog_start(l, DEF_1150, t);
		evb_str(e, "Product Name", "Microsoft Defender Antivirus");
		evb_str(e, "Platform version", "4.18.25060.7");
		evb_str(e, "Engine version", "1.1.25060.6");
		evb_str(e, "Security intelligence version", fmt(l, 0, "1.435.%u.0", v));
	} else if (pick < 7) {
		e = evlog_start(l, DEF_2000, t);
		evb_str(e, "Product Name", "Microsoft Defender Antivirus");
		evb_str(e, "Product Version", "4.18.25060.7");
		evb_str(e, "Current security intelligence Version", fmt(l, 0, "1.435.%u.0", v));
		evb_str(e, "Previous security intelligence Version", fmt(l, 1, "1.435.%u.0", v - 1));
		evb_str(e, "Domain", "NT AUTHORITY");
		evb_str(e, "User", "SYSTEM");
		evb_str(e, "SID", "S-1-5-18");
		evb_str(e, "Security intelligence Type Index", "1");
		evb_str(e, "Security intelligence Type", "AntiVirus");
		evb_str(e, "Update Type Index", "2");
		evb_str(e, "Update Type", "Delta");
		evb_str(e, "Current Engine Version", "1.1.25060.6");
		evb_str(e, "Previous Engine Version", "1.1.25060.6");
	} else {
		e = evlog_start(l, pick < 9 ? DEF_1000 : DEF_1001, t);
		evb_str(e, "Product Name", "Microsoft Defender Antivirus");
		evb_str(e, "Product Version", "4.18.25060.7");
		evb_str(e, "Scan ID", fmt(l, 0, "{%08X-5A11-4C02-9D3E-0123456789AB}", (unsigned)rng_next(r)));
		evb_str(e, "Scan Type Index", "1");
		evb_str(e, "Scan Type", "Antimalware");
		evb_str(e, "Scan Parameters Index", "1");
		evb_str(e, "Scan Parameters", "Quick Scan");
		evb_str(e, "Domain", "NT AUTHORITY");
		evb_str(e, "User", "SYSTEM");
		evb_str(e, "SID", "S-1-5-18");
	}
	e->ev.user = fb_slice(evlog_system_sid, 12);
	evlog_put(l);
	return t;
}

void noise(struct evlog *l, fb_time t)
{
	static fb_time (*const scenes[CHANNELS])(struct evlog *l, fb_time t) = {
		security, system_log, application, sysmon, powershell, defender,
	};

	(void)scenes[l->channel](l, t);
}
