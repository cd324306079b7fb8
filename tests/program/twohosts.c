/* Evidence of two machines, of which one's clock may be ahead: a shell below the web server of SP01 logs on to FS02 and
 * installs a service there; besides, a backup program connects from the one to the other, as often as asked for.
 *
 *     twohosts DIR SECONDS_AHEAD EXCHANGES
 */
#include "schemas.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define T0 (INT64_C(1755000000) * FB_SECOND)
#define S32 "C:\\Windows\\System32\\"
#define SID "S-1-5-21-1-2-3-1104"

static const char *const names[2] = { "SP01.example.test", "FS02.example.test" };

struct log {
	struct evtxw *w;
	int fd, host;
	fb_time ahead;
	struct evb e;
	uint8_t room[16][68];
	unsigned used;
};

static void die(const char *what)
{
	(void)fprintf(stderr, "twohosts: %s\n", what);
	exit(1);
}

static void begin(struct log *l, const char *dir, int host, const char *file, fb_time ahead)
{
	const struct ew_options o = evtxw_defaults();
	struct fb_err err = { 0 };
	char path[4096];

	(void)snprintf(path, sizeof path, "%s/%.4s", dir, names[host]);
	(void)mkdir(path, 0700);
	(void)snprintf(path, sizeof path, "%s/%.4s/%s.evtx", dir, names[host], file);
	*l = (struct log){ .host = host, .ahead = ahead, .fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600) };
	l->w = l->fd < 0 ? NULL : evtxw_new(l->fd, &o, &err);
	if (!l->w)
		die(path);
}

/* Names and values, NULL behind the last. */
static void put(struct log *l, enum schema_id id, double at, const char *const *pairs)
{
	struct fb_err err = { 0 };

	evb_start(&l->e, id, T0 + (fb_time)(at * (double)FB_SECOND) + l->ahead, names[l->host]);
	l->e.ev.pid = 640;
	l->e.ev.tid = 700;
	l->used = 0;
	for (; *pairs; pairs += 2)
		evb_text(&l->e, pairs[0], pairs[1], l->room[l->used++]);
	if (evtxw_record(l->w, &l->e.ev, &err))
		die(err.text);
}
#define PUT(log, id, at, ...) put(log, id, at, (const char *const[]){ __VA_ARGS__, NULL })

static void end(struct log *l)
{
	struct fb_err err = { 0 };

	if (evtxw_finish(l->w, &err) || close(l->fd))
		die(err.text);
	evtxw_free(l->w);
}

#define GUID(n) "{9d3a4c10-0000-0000-0000-00000000000" n "}"

static void of_sp01(const char *dir, unsigned n)
{
	struct log security, sysmon;
	char port[16];

	begin(&security, dir, 0, "Security", 0);
	begin(&sysmon, dir, 0, "Microsoft-Windows-Sysmon%4Operational", 0);
	PUT(&sysmon, SM_1, 0, "ProcessGuid", GUID("2"), "ProcessId", "4000", "Image", S32 "cmd.exe", "CommandLine", "cmd.exe /c whoami",
	    "User", "EXAMPLE\\pool", "LogonId", "0x3e7", "ParentProcessGuid", GUID("1"), "ParentProcessId", "3000",
	    "ParentImage", S32 "inetsrv\\w3wp.exe", "ParentCommandLine", "w3wp.exe");
	for (unsigned i = 0; i < n; i++) {
		(void)snprintf(port, sizeof port, "%u", 50000 + i);
		PUT(&sysmon, SM_3, 600 + 60 * i, "ProcessGuid", GUID("3"), "ProcessId", "2000", "Image", "C:\\Backup\\backup.exe", "User",
		    "EXAMPLE\\backup", "Protocol", "tcp", "SourceIp", "10.0.0.1", "SourcePort", port, "DestinationIp", "10.0.0.2",
		    "DestinationPort", "445");
	}
	PUT(&security, SEC_4648, 7200, "SubjectUserSid", "S-1-5-18", "SubjectUserName", "SP01$", "SubjectDomainName", "EXAMPLE", "SubjectLogonId",
	    "0x3e7", "TargetUserName", "adm", "TargetDomainName", "EXAMPLE", "TargetServerName", names[1], "TargetInfo", names[1], "ProcessId",
	    "0xfa0", "ProcessName", S32 "cmd.exe");
	end(&security);
	end(&sysmon);
}

static void logon(struct log *l, double at, const char *who, const char *id, const char *port)
{
	PUT(l, SEC_4624, at, "SubjectUserSid", "S-1-0-0", "TargetUserSid", SID, "TargetUserName", who, "TargetDomainName", "EXAMPLE",
	    "TargetLogonId", id, "LogonType", "3", "LogonProcessName", "NtLmSsp ", "AuthenticationPackageName", "NTLM", "WorkstationName", "SP01",
	    "IpAddress", "10.0.0.1", "IpPort", port);
}

static void of_fs02(const char *dir, fb_time ahead, unsigned n)
{
	struct log security, system;
	char port[16], id[16];

	begin(&security, dir, 1, "Security", ahead);
	begin(&system, dir, 1, "System", ahead);
	for (unsigned i = 0; i < n; i++) {
		(void)snprintf(port, sizeof port, "%u", 50000 + i);
		(void)snprintf(id, sizeof id, "0x%x", 0x1000 + i);
		logon(&security, 600.2 + 60 * i, "backup", id, port);
	}
	logon(&security, 7200.4, "adm", "0x9000", "51000");
	PUT(&security, SEC_5145, 7200.8, "SubjectUserSid", SID, "SubjectUserName", "adm", "SubjectDomainName", "EXAMPLE", "SubjectLogonId",
	    "0x9000", "ObjectType", "File", "IpAddress", "10.0.0.1", "IpPort", "51000", "ShareName", "\\\\*\\ADMIN$", "RelativeTargetName",
	    "PSEXESVC.exe", "AccessMask", "0x2");
	PUT(&system, SYS_7045, 7201, "ServiceName", "PSEXESVC", "ImagePath", "%SystemRoot%\\PSEXESVC.exe", "ServiceType", "user mode service",
	    "StartType", "demand start", "AccountName", "LocalSystem");
	PUT(&security, SEC_4688, 7201.5, "SubjectUserSid", "S-1-5-18", "SubjectUserName", "FS02$", "SubjectDomainName", "EXAMPLE",
	    "SubjectLogonId", "0x3e7", "NewProcessId", "0x700", "NewProcessName", "C:\\Windows\\PSEXESVC.exe", "ProcessId", "0x300",
	    "CommandLine", "C:\\Windows\\PSEXESVC.exe", "ParentProcessName", S32 "services.exe");
	end(&security);
	end(&system);
}

int main(int argc, char **argv)
{
	if (argc != 4)
		die("DIR SECONDS EXCHANGES");
	schemas_init();
	(void)mkdir(argv[1], 0700);
	of_sp01(argv[1], (unsigned)atoi(argv[3]));
	of_fs02(argv[1], (fb_time)atoi(argv[2]) * FB_SECOND, (unsigned)atoi(argv[3]));
	return 0;
}
