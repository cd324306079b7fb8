#include "world.h"

#include <strings.h>

const struct host hosts[HOSTS] = {
	{ "SP01", "SP01.northmoor.example", "SP01$", "10.20.4.11", "2001:db8:20:4::11",
	  DOMAIN_SID "-1141", true, false, false, false, "3b1f9a01-" },
	{ "SP02", "SP02.northmoor.example", "SP02$", "10.20.4.12", "2001:db8:20:4::12",
	  DOMAIN_SID "-1142", false, true, false, false, "3b1f9a02-" },
	{ "DC01", "DC01.northmoor.example", "DC01$", "10.20.1.10", "2001:db8:20:1::10",
	  DOMAIN_SID "-1000", true, true, true, false, "3b1f9a03-" },
	{ "FS02", "FS02.northmoor.example", "FS02$", "10.20.5.22", "2001:db8:20:5::22",
	  DOMAIN_SID "-1133", true, true, true, false, "3b1f9a04-" },
	{ "WS07", "WS07.northmoor.example", "WS07$", "10.20.30.57", "2001:db8:20:30::57",
	  DOMAIN_SID "-1207", true, false, false, true, "3b1f9a05-" },
};

#define EDGE                                                                               \
	"Mozilla/5.0+(Windows+NT+10.0;+Win64;+x64)+AppleWebKit/537.36+(KHTML,+like+Gecko)"  \
	"+Chrome/138.0.0.0+Safari/537.36+Edg/138.0.0.0"
#define CHROME                                                                             \
	"Mozilla/5.0+(Windows+NT+10.0;+Win64;+x64)+AppleWebKit/537.36+(KHTML,+like+Gecko)"  \
	"+Chrome/138.0.0.0+Safari/537.36"
#define FIREFOX "Mozilla/5.0+(Windows+NT+10.0;+Win64;+x64;+rv:141.0)+Gecko/20100101+Firefox/141.0"
#define MAC                                                                                \
	"Mozilla/5.0+(Macintosh;+Intel+Mac+OS+X+10_15_7)+AppleWebKit/605.1.15+(KHTML,+like" \
	"+Gecko)+Version/18.5+Safari/605.1.15"

const struct person people[] = {
	{ "adm.okafor", 1601, "10.20.30.21", "WS01", EDGE },
	{ "adm.lindqvist", 1602, "10.20.30.22", "WS02", FIREFOX },
	{ "adm.basra", 1603, "10.20.30.23", "WS03", EDGE },
	{ "t.brennan", 1610, "10.20.30.57", "WS07", EDGE },
	{ "m.castellanos", 1611, "10.20.31.14", "WS14", EDGE },
	{ "h.oyelaran", 1612, "10.20.31.15", "WS15", CHROME },
	{ "k.villeneuve", 1613, "10.20.31.18", "WS18", EDGE },
	{ "r.sandoval", 1614, "10.20.31.22", "WS22", FIREFOX },
	{ "a.dragomir", 1615, "10.20.31.23", "WS23", EDGE },
	{ "p.thistlewood", 1616, "10.20.31.31", "WS31", EDGE },
	{ "j.marchetti", 1617, "10.20.31.32", "WS32", CHROME },
	{ "s.abernathy", 1618, "10.20.31.40", "WS40", EDGE },
	{ "l.kowalczyk", 1619, "10.20.32.11", "WS51", EDGE },
	{ "d.fitzroy", 1620, "10.20.32.12", "WS52", MAC },
	{ "e.nakamura", 1621, "10.20.32.19", "WS59", EDGE },
	{ "c.halloran", 1622, "10.20.32.25", "WS65", CHROME },
	{ "v.petrosyan", 1623, "10.20.32.26", "WS66", EDGE },
	{ "o.brandvold", 1624, "10.20.32.30", "WS70", EDGE },
	{ "n.ashworth", 1625, "198.51.100.34", "LT104", EDGE },
	{ "f.delacroix", 1626, "198.51.100.87", "LT111", MAC },
	{ "g.winterbourne", 1627, "198.51.100.141", "LT117", CHROME },
	{ "i.sorensen", 1628, "2001:db8:7a1::c4", "LT119", FIREFOX },
	{ "b.mcallister", 1629, "198.51.100.203", "LT126", EDGE },
	{ "w.tennant", 1630, "10.20.32.44", "WS84", EDGE },
};
const unsigned people_count = sizeof(people) / sizeof(people[0]);

#define SYS "C:\\Windows\\System32\\"
#define MS "Microsoft Corporation"
#define WIN "Microsoft\xC2\xAE Windows\xC2\xAE Operating System"
#define SVCHOST SYS "svchost.exe -k netsvcs -p -s Schedule"
#define FOUR "10.0.17763.1 (WinBuild.160101.0800)"

const struct program programs[] = {
	{ SYS "svchost.exe", SYS "svchost.exe -k netsvcs -p -s BITS", SYS "services.exe",
	  SYS "services.exe", FOUR, "Host Process for Windows Services", WIN, MS, "svchost.exe", false },
	{ SYS "svchost.exe", SYS "svchost.exe -k wsappx -p -s ClipSVC", SYS "services.exe",
	  SYS "services.exe", FOUR, "Host Process for Windows Services", WIN, MS, "svchost.exe", false },
	{ SYS "taskhostw.exe", "taskhostw.exe", SYS "svchost.exe", SVCHOST, FOUR,
	  "Host Process for Windows Tasks", WIN, MS, "taskhostw.exe", false },
	{ SYS "wbem\\WmiPrvSE.exe", SYS "wbem\\wmiprvse.exe -secured -Embedding",
	  SYS "svchost.exe", SYS "svchost.exe -k DcomLaunch -p", FOUR, "WMI Provider Host", WIN, MS,
	  "Wmiprvse.exe", false },
	{ SYS "dllhost.exe",
	  SYS "DllHost.exe /Processid:{AB8902B4-09CA-4BB6-B78D-A8F59079A8D5}", SYS "svchost.exe",
	  SYS "svchost.exe -k DcomLaunch -p", FOUR, "COM Surrogate", WIN, MS, "dllhost.exe", false },
	{ SYS "backgroundTaskHost.exe",
	  "\"" SYS "backgroundTaskHost.exe\" -ServerName:App.AppXmtcan0h2tfbfy7k9kn8hbxb6dmzz1zh0.mca",
	  SYS "svchost.exe", SYS "svchost.exe -k DcomLaunch -p", FOUR, "Background Task Host", WIN,
	  MS, "backgroundTaskHost.exe", false },
	{ "C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.25060.7-0\\MpCmdRun.exe",
	  "\"C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.25060.7-0\\MpCmdRun.exe\""
	  " SignatureUpdate -ScheduleJob -RestrictPrivileges",
	  SYS "svchost.exe", SVCHOST, "4.18.25060.7", "Microsoft Malware Protection Command Line Utility",
	  WIN, MS, "MpCmdRun.exe", false },
	{ SYS "conhost.exe", "\\??\\" SYS "conhost.exe 0xffffffff -ForceV1",
	  "C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.25060.7-0\\MpCmdRun.exe",
	  "\"MpCmdRun.exe\" SignatureUpdate -ScheduleJob", FOUR, "Console Window Host", WIN, MS,
	  "CONHOST.EXE", false },
	{ SYS "usoclient.exe", SYS "usoclient.exe StartScan", SYS "svchost.exe", SVCHOST, FOUR,
	  "UsoClient", WIN, MS, "UsoClient", false },
	{ "C:\\Windows\\servicing\\TrustedInstaller.exe", "C:\\Windows\\servicing\\TrustedInstaller.exe",
	  SYS "services.exe", SYS "services.exe", FOUR, "Windows Modules Installer", WIN, MS,
	  "TrustedInstaller.exe", false },
	{ SYS "SearchProtocolHost.exe",
	  "\"" SYS "SearchProtocolHost.exe\" Global\\UsGthrFltPipeMssGthrPipe12_ Global\\UsGthrCtrlFltPipeMssGthrPipe12",
	  SYS "SearchIndexer.exe", SYS "SearchIndexer.exe /Embedding", "7.0.17763.1",
	  "Microsoft Windows Search Protocol Host", "Windows\xC2\xAE Search", MS,
	  "SearchProtocolHost.exe", false },
	{ "C:\\Program Files (x86)\\Google\\Update\\GoogleUpdate.exe",
	  "\"C:\\Program Files (x86)\\Google\\Update\\GoogleUpdate.exe\" /ua /installsource scheduler",
	  SYS "svchost.exe", SVCHOST, "1.3.36.372", "Google Installer", "Google Update", "Google LLC",
	  "GoogleUpdate.exe", false },
	{ "C:\\Program Files\\Common Files\\Microsoft Shared\\Web Server Extensions\\16\\BIN\\OWSTIMER.EXE",
	  "\"C:\\Program Files\\Common Files\\Microsoft Shared\\Web Server Extensions\\16\\BIN\\OWSTIMER.EXE\"",
	  SYS "services.exe", SYS "services.exe", "16.0.10417.20018", "SharePoint Timer Service",
	  "Microsoft SharePoint", MS, "OWSTIMER.EXE", true },
	{ "C:\\Program Files\\Northmoor\\Monitor\\nmagent.exe",
	  "\"C:\\Program Files\\Northmoor\\Monitor\\nmagent.exe\" --collect --interval 60",
	  SYS "services.exe", SYS "services.exe", "3.2.0.14", "Monitoring agent",
	  "Northmoor Monitor", "Northmoor Instruments", "nmagent.exe", false },
	{ SYS "inetsrv\\w3wp.exe",
	  "c:\\windows\\system32\\inetsrv\\w3wp.exe -ap \"SharePoint - 80\" -v \"v4.0\" -l "
	  "\"webengine4.dll\" -a \\\\.\\pipe\\iisipm3e1c -h \"C:\\inetpub\\temp\\apppools\\SharePoint - 80.config\" -w \"\" -m 0",
	  SYS "svchost.exe", SYS "svchost.exe -k iissvcs", "10.0.17763.1", "IIS Worker Process",
	  "Internet Information Services", MS, "w3wp.exe", true },
	/* Below: looked up by name only; programs_count ends before them. */
	{ SYS "cmd.exe", "cmd.exe", SYS "svchost.exe", SVCHOST, FOUR, "Windows Command Processor", WIN,
	  MS, "Cmd.Exe", false },
	{ SYS "WindowsPowerShell\\v1.0\\powershell.exe", "powershell.exe", SYS "svchost.exe", SVCHOST,
	  FOUR, "Windows PowerShell", WIN, MS, "PowerShell.EXE", false },
	{ SYS "whoami.exe", "whoami", SYS "cmd.exe", "cmd.exe", FOUR,
	  "whoami - displays logged on user information", WIN, MS, "whoami.exe", false },
	{ SYS "nltest.exe", "nltest", SYS "cmd.exe", "cmd.exe", FOUR,
	  "Microsoft\xC2\xAE Logon Server Test Utility", WIN, MS, "nltestrk.exe", false },
	{ SYS "net.exe", "net", SYS "cmd.exe", "cmd.exe", FOUR, "Net Command", WIN, MS, "net.exe", false },
	{ SYS "net1.exe", "net1", SYS "net.exe", "net", FOUR, "Net Command", WIN, MS, "net1.exe", false },
	{ SYS "reg.exe", "reg", SYS "cmd.exe", "cmd.exe", FOUR, "Registry Console Tool", WIN, MS,
	  "reg.exe", false },
	{ SYS "quser.exe", "quser", SYS "cmd.exe", "cmd.exe", FOUR, "Query User Utility", WIN, MS,
	  "quser.exe", false },
	{ SYS "vssadmin.exe", "vssadmin", SYS "cmd.exe", "cmd.exe", FOUR,
	  "Command Line Interface for Microsoft\xC2\xAE Volume Shadow Copy Service", WIN, MS,
	  "VSSADMIN.EXE", false },
	{ SYS "wevtutil.exe", "wevtutil", SYS "cmd.exe", "cmd.exe", FOUR,
	  "Eventing Command Line Utility", WIN, MS, "wevtutil.exe", false },
	{ SYS "msiexec.exe", SYS "msiexec.exe /V", SYS "services.exe", SYS "services.exe",
	  "5.0.17763.1", "Windows\xC2\xAE installer", "Windows Installer - Unicode", MS, "msiexec.exe",
	  false },
	{ SYS "robocopy.exe", "robocopy", SYS "cmd.exe", "cmd.exe", FOUR,
	  "Microsoft Robocopy", WIN, MS, "RoboCopy.exe", false },
	{ "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\csc.exe", "csc.exe",
	  SYS "inetsrv\\w3wp.exe", "w3wp.exe", "4.8.4161.0", "Visual C# Command Line Compiler",
	  "Microsoft\xC2\xAE .NET Framework", MS, "csc.exe", false },
	{ "C:\\Program Files\\7-Zip\\7z.exe", "7z", SYS "cmd.exe", "cmd.exe", "24.09",
	  "7-Zip Console", "7-Zip", "Igor Pavlov", "7z.exe", false },
	{ "C:\\ProgramData\\TrendSecurity.exe", "TrendSecurity.exe", SYS "cmd.exe", "cmd.exe", "1.70.1",
	  "Rsync for cloud storage", "Rclone", "https://rclone.org", "rclone.exe", false },
	{ "C:\\Windows\\PSEXESVC.exe", "C:\\Windows\\PSEXESVC.exe", SYS "services.exe",
	  SYS "services.exe", "2.43", "PsExec Service", "Sysinternals PsExec",
	  "Sysinternals - www.sysinternals.com", "psexesvc.exe", false },
	{ "C:\\Program Files\\Common Files\\Microsoft Shared\\Web Server Extensions\\16\\BIN\\psconfigui.exe",
	  "psconfigui.exe", "C:\\Windows\\explorer.exe", "C:\\Windows\\Explorer.EXE",
	  "16.0.10417.20018", "SharePoint Products Configuration Wizard", "Microsoft SharePoint", MS,
	  "psconfigui.exe", false },
};
#define BY_NAME_ONLY 17
static const unsigned all_programs = sizeof(programs) / sizeof(programs[0]);
const unsigned programs_count = sizeof(programs) / sizeof(programs[0]) - BY_NAME_ONLY;

static const char *file_name(const char *path)
{
	const char *slash = strrchr(path, '\\');

	return slash ? slash + 1 : path;
}

const struct program *program_named(const char *image)
{
	for (unsigned i = 0; i < all_programs; i++)
		if (strcasecmp(file_name(programs[i].image), file_name(image)) == 0)
			return &programs[i];
	return NULL;
}
