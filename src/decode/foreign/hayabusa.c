/* Timelines of Hayabusa, CSV and JSON, whatever profile: a line for each detection. Facts:
 * its documentation, and the lists of abbreviations of its rules. */
#include "decode/foreign/foreign.h"
#include "decode/formats.h"

static const struct {
	const char *shown, *channel;
} channels[] = {
	{ "App", "Application" },
	{ "BitsCli", "Microsoft-Windows-Bits-Client/Operational" },
	{ "CodeInteg", "Microsoft-Windows-CodeIntegrity/Operational" },
	{ "DHCP-Svr", "Microsoft-Windows-DHCP-Server/Operational" },
	{ "DNS-Svr", "DNS Server" },
	{ "Defender", "Microsoft-Windows-Windows Defender/Operational" },
	{ "DvrFmwk", "Microsoft-Windows-DriverFrameworks-UserMode/Operational" },
	{ "Exchange", "MSExchange Management" },
	{ "Firewall", "Microsoft-Windows-Windows Firewall With Advanced Security/Firewall" },
	{ "GroupPolicy", "Microsoft-Windows-GroupPolicy/Operational" },
	{ "KeyMgtSvc", "Key Management Service" },
	{ "LDAP-Cli", "Microsoft-Windows-LDAP-Client/Debug" },
	{ "NTLM", "Microsoft-Windows-NTLM/Operational" },
	{ "OpenSSH", "OpenSSH/Operational" },
	{ "PrintAdm", "Microsoft-Windows-PrintService/Admin" },
	{ "PrintOp", "Microsoft-Windows-PrintService/Operational" },
	{ "PwSh", "Microsoft-Windows-PowerShell/Operational" },
	{ "PwShClassic", "Windows PowerShell" },
	{ "PwShCore", "PowerShellCore/Operational" },
	{ "RDP-Cli", "Microsoft-Windows-TerminalServices-RDPClient/Operational" },
	{ "RDP-CoreTS", "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS/Operational" },
	{ "RDS-GTW", "Microsoft-Windows-TerminalServices-Gateway/Operational" },
	{ "RDS-LSM", "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational" },
	{ "RDS-RCM", "Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational" },
	{ "Sec", "Security" },
	{ "SmbCliSec", "Microsoft-Windows-SmbClient/Security" },
	{ "SvcBusCli", "Microsoft-ServiceBus-Client" },
	{ "Sys", "System" },
	{ "Sysmon", "Microsoft-Windows-Sysmon/Operational" },
	{ "TaskSch", "Microsoft-Windows-TaskScheduler/Operational" },
	{ "WMI", "Microsoft-Windows-WMI-Activity/Operational" },
	{ "WinRM", "Microsoft-Windows-WinRM/Operational" },
};

static struct fb_slice channel_of(struct fb_slice s)
{
	for (size_t i = 0; i < sizeof channels / sizeof *channels; i++)
		if (fb_slice_eqs(s, channels[i].shown))
			return fb_slice_str(channels[i].channel);
	return s;
}

/* What its short names stand for, where that is one field of the record. */
#define SYSMON "Microsoft-Windows-Sysmon/Operational"
#define IDS(...) ((const uint32_t[]){ __VA_ARGS__, 0 })
static const struct {
	const char *channel;
	const uint32_t *ids; /* NULL: all */
	const char *shown, *field;
} names[] = {
	{ SYSMON, NULL, "Cmdline", "CommandLine" },
	{ SYSMON, NULL, "Cmd", "CommandLine" },
	{ SYSMON, NULL, "ParentCmdline", "ParentCommandLine" },
	{ SYSMON, NULL, "ParentCmd", "ParentCommandLine" },
	{ SYSMON, NULL, "Proc", "Image" },
	{ SYSMON, NULL, "LID", "LogonId" },
	{ SYSMON, NULL, "LGUID", "LogonGuid" },
	{ SYSMON, NULL, "PID", "ProcessId" },
	{ SYSMON, NULL, "PGUID", "ProcessGuid" },
	{ SYSMON, NULL, "ParentPID", "ParentProcessId" },
	{ SYSMON, NULL, "ParentPGUID", "ParentProcessGuid" },
	{ SYSMON, IDS(3), "Proto", "Protocol" },
	{ SYSMON, IDS(3), "SrcIP", "SourceIp" },
	{ SYSMON, IDS(3), "SrcPort", "SourcePort" },
	{ SYSMON, IDS(3), "SrcHost", "SourceHostname" },
	{ SYSMON, IDS(3), "TgtIP", "DestinationIp" },
	{ SYSMON, IDS(3), "TgtPort", "DestinationPort" },
	{ SYSMON, IDS(3), "TgtHost", "DestinationHostname" },
	{ SYSMON, IDS(2, 11, 15, 23, 26), "Path", "TargetFilename" },
	{ SYSMON, IDS(6), "Path", "ImageLoaded" },
	{ SYSMON, IDS(7), "Image", "ImageLoaded" },
	{ SYSMON, IDS(7), "Hash", "Hashes" },
	{ SYSMON, IDS(12), "TgtObj", "TargetObject" },
	{ SYSMON, IDS(8, 10), "SrcProc", "SourceImage" },
	{ SYSMON, IDS(8, 10), "TgtProc", "TargetImage" },
	{ SYSMON, IDS(8, 10), "SrcPID", "SourceProcessId" },
	{ SYSMON, IDS(8, 10), "TgtPID", "TargetProcessId" },
	{ SYSMON, IDS(10), "Access", "GrantedAccess" },
	{ SYSMON, IDS(17, 18), "Pipe", "PipeName" },
	{ SYSMON, IDS(22), "Query", "QueryName" },
	{ SYSMON, IDS(22), "Result", "QueryResults" },
	{ "Security", IDS(4688), "Cmdline", "CommandLine" },
	{ "Security", IDS(4688), "CmdLine", "CommandLine" },
	{ "Security", IDS(4688), "Proc", "NewProcessName" },
	{ "Security", IDS(4688), "Path", "NewProcessName" },
	{ "Security", IDS(4688), "PID", "NewProcessId" },
	{ "Security", IDS(4624, 4625, 4648, 4768, 4769, 4776), "TgtUser", "TargetUserName" },
	{ "Security", IDS(4624, 4625, 4648, 4768, 4769, 5140, 5145), "SrcIP", "IpAddress" },
	{ "Security", IDS(4624, 4625), "Type", "LogonType" },
	{ "Security", IDS(4624, 4625), "SrcComp", "WorkstationName" },
	{ "Security", IDS(4625), "AuthPkg", "AuthenticationPackageName" },
	{ "Security", IDS(4624), "LID", "TargetLogonId" },
	{ "Security", IDS(4625, 4648, 4673, 4656, 4661, 4663), "Proc", "ProcessName" },
	{ "Security", IDS(4648, 5140, 5145), "SrcUser", "SubjectUserName" },
	{ "Security", IDS(4672, 4673, 4674, 4688, 4697, 4698, 4699, 4702, 5140, 5145), "LID",
	  "SubjectLogonId" },
	{ "Security", IDS(4673, 4674, 4688, 4697, 4698, 4699, 4702, 1102), "User", "SubjectUserName" },
	{ "Security", IDS(4698, 4699, 4702), "Name", "TaskName" },
	{ "Security", IDS(4698), "Content", "TaskContent" },
	{ "Security", IDS(4697, 4768, 4769), "Svc", "ServiceName" },
	{ "Security", IDS(4697), "Path", "ServiceFileName" },
	{ "Security", IDS(4720, 4726, 4738), "TgtUser", "TargetUserName" },
	{ "Security", IDS(4720, 4726, 4738), "TgtSID", "TargetSid" },
	{ "Security", IDS(4728, 4732, 4756), "TgtGrp", "TargetUserName" },
	{ "Security", IDS(4728, 4732, 4756), "SrcSID", "MemberSid" },
	{ "Security", IDS(5145), "Path", "RelativeTargetName" },
	{ "System", IDS(7045), "Svc", "ServiceName" },
	{ "System", IDS(7045), "Path", "ImagePath" },
	{ "System", IDS(7045), "Acct", "AccountName" },
	{ "Microsoft-Windows-PowerShell/Operational", IDS(4104), "ScriptBlock", "ScriptBlockText" },
	{ "PowerShellCore/Operational", IDS(4104), "ScriptBlock", "ScriptBlockText" },
	{ "Microsoft-Windows-Windows Defender/Operational", IDS(1116, 1117), "Threat", "Threat Name" },
};

static struct fb_slice field_of(struct fb_slice channel, uint32_t id, struct fb_slice shown)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		bool ours = !names[i].ids;

		if (!fb_slice_eqs(shown, names[i].shown) || !fb_slice_eqs(channel, names[i].channel))
			continue;
		for (size_t k = 0; !ours && names[i].ids[k]; k++)
			ours = names[i].ids[k] == id;
		if (ours)
			return fb_slice_str(names[i].field);
	}
	return shown;
}

/* "3 - NETWORK" is the number, which it shows with its meaning. */
static void add(struct fgn *x, struct fb_slice channel, struct fb_slice shown, struct fgn_pair p)
{
	struct fb_slice name = field_of(channel, x->ev.event_id, shown);
	size_t at;

	if (fb_slice_eqs(name, "LogonType") && p.type == FGN_TEXT &&
	    (at = fb_slice_find(p.value, FB_LIT(" - "))) < p.value.n)
		p.value.n = at;
	p.value = fgn_guid(x, p.value);
	for (size_t i = 0; i < x->ev.nfields; i++)
		if (fb_slice_eq(x->fields[i].name, name) && fb_slice_eq(x->fields[i].v, p.value))
			return; /* AllFieldInfo says again what Details do */
	(void)fgn_add(x, name, &p);
}

/* "Cmdline: … ¦ Proc: …", or texts of any other kind. */
static void add_list(struct fgn *x, struct fb_slice channel, const struct fgn_pair *p)
{
	static const struct fb_slice bar = { (const uint8_t *)" \xC2\xA6 ", 4 };
	struct fb_slice s = p->value;

	if (fb_slice_eqs(s, "-"))
		return;
	while (s.n) {
		size_t n = fb_slice_find(s, bar), colon;
		struct fb_slice one = fb_slice_sub(s, 0, n);

		s = fb_slice_sub(s, n + bar.n, s.n);
		colon = fb_slice_find(one, FB_LIT(": "));
		if (colon == one.n && one.n && one.p[one.n - 1] == ':')
			continue; /* without a value */
		if (colon == one.n || colon > 64)
			(void)fgn_add_text(x, p->key, one);
		else
			add(x, channel, fb_slice_sub(one, 0, colon),
			    (struct fgn_pair){ .value = fb_slice_sub(one, colon + 2, one.n) });
	}
}

static struct fb_slice told(struct fb_slice s)
{
	return fb_slice_eqs(s, "-") || fb_slice_eqs(s, "n/a") ? (struct fb_slice){ 0 } : s;
}

/* Its own of the record, whose names are not to be taken for the record's. */
static bool add_own(struct fgn *x, const struct fgn_pair *p)
{
	static const struct { const char *shown, *name; } own[] = {
		{ "RuleTitle", NULL }, { "RuleID", NULL }, { "RuleFile", NULL }, { "RuleAuthor", NULL },
		{ "RuleCreationDate", NULL }, { "RuleModifiedDate", NULL }, { "EvtxFile", NULL },
		{ "MitreTactics", NULL }, { "MitreTags", NULL }, { "OtherTags", NULL },
		{ "Level", "RuleLevel" }, { "Status", "RuleStatus" },
	};
	static const char *const taken[] = { "Timestamp", "Computer", "Channel", "Provider",
					     "EventID", "RecordID" };

	for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
		if (fb_slice_eqs(p->key, taken[i]))
			return true;
	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		if (fb_slice_eqs(p->key, own[i].shown)) {
			(void)fgn_add(x, own[i].name ? fb_slice_str(own[i].name) : p->key, p);
			return true;
		}
	return false;
}

static const char *take(struct fgn *x, const struct fgn_pairs *p, int *code)
{
	struct fb_slice channel = channel_of(told(fgn_text(p, "Channel"))),
			id = told(fgn_text(p, "EventID"));
	static const char *const below[] = { "Details.", "ExtraFieldInfo.", "AllFieldInfo." };
	uint64_t n;

	if (fgn_text(p, "RuleTitle").n == 0)
		return "no RuleTitle in it";
	/* Correlations name no record. */
	fgn_event(x, channel.n && fb_slice_u64(id, &n) ? FB_LANE_EVTX : FB_LANE_OTHER);
	fgn_winlog_head(x, channel.n ? channel : FB_LIT("hayabusa"), told(fgn_text(p, "Provider")), id,
			told(fgn_text(p, "RecordID")), told(fgn_text(p, "Computer")));
	fgn_time_text(x, fgn_text(p, "Timestamp"), false);
	for (size_t i = 0; i < p->n; i++) {
		struct fb_slice name = { 0 };

		if (add_own(x, &p->v[i]))
			continue;
		for (size_t k = 0; k < 3 && !name.n; k++)
			name = fgn_below(&p->v[i], below[k]);
		if (name.n)
			add(x, channel, name, p->v[i]);
		else if (p->v[i].type == FGN_TEXT && (fb_slice_eqs(p->v[i].key, "Details") ||
			 fb_slice_eqs(p->v[i].key, "ExtraFieldInfo") ||
			 fb_slice_eqs(p->v[i].key, "AllFieldInfo")))
			add_list(x, channel, &p->v[i]);
		else
			(void)fgn_add_pair(x, &p->v[i]);
	}
	*code = fgn_emit(x);
	return NULL;
}

static const struct fgn_kind kind = {
	.name = "hayabusa",
	.columns = FGN_LIST_OF("RuleTitle", "Timestamp", "Channel|EventID|Computer"),
	.keys = FGN_LIST_OF("RuleTitle", "Timestamp", "Channel|EventID|Computer"),
	.take = take,
};
FGN_FORMAT(hayabusa, kind, "timeline of Hayabusa");
