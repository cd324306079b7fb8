#include "schemas.h"

#include <stdio.h>
#include <stdlib.h>

#define SECURITY "54849625-5478-4994-a5ba-3e3b0328c30d"
#define EVENTLOG "fc65ddd8-d6ef-4962-83d5-6e5cfe9ce148"
#define SYSMON "5770385f-c22a-43e0-bf4c-06f5698ffbd9"
#define POWERSHELL "a0c1853b-5c40-4b15-8766-3cf1c58f985a"
#define DEFENDER "11cd958a-c507-4ef3-b3f2-5fd9dfbd2c78"
#define UPDATE "945a8954-c147-4acd-923f-40c45405a658"
#define SUCCESS 0x8020000000000000ull
#define FAILURE 0x8010000000000000ull
#define CLASSIC 0x0080000000000000ull
#define ADMIN 0x8000000000000000ull

/* Fields of the tables below: names with "|" between them, the first character says the
 * type where it is not a string. */
#define SUBJECT "@SubjectUserSid|SubjectUserName|SubjectDomainName|$SubjectLogonId"
#define TARGET "TargetUserName|TargetDomainName|@TargetSid"
#define ACCOUNT                                                                            \
	"SamAccountName|DisplayName|UserPrincipalName|HomeDirectory|HomePath|ScriptPath|"   \
	"ProfilePath|UserWorkstations|PasswordLastSet|AccountExpires|PrimaryGroupId|"       \
	"AllowedToDelegateTo|OldUacValue|NewUacValue|UserAccountControl|UserParameters|"    \
	"SidHistory|LogonHours"
#define THREAT                                                                             \
	"Product Name|Product Version|Detection ID|Detection Time|Unused|Unused2|Threat ID|" \
	"Threat Name|Severity ID|Severity Name|Category ID|Category Name|FWLink|"           \
	"Status Code|Status Description|State|Source ID|Source Name|Process Name|"          \
	"Detection User|Unused3|Path|Origin ID|Origin Name|Execution ID|Execution Name|"    \
	"Type ID|Type Name|Pre Execution Status|Action ID|Action Name|Unused4|Error Code|"  \
	"Error Description|Unused5|Post Clean Status|Additional Actions ID|"                \
	"Additional Actions String|Remediation User|Unused6|Security intelligence Version|" \
	"Engine Version"
#define SCAN                                                                               \
	"Product Name|Product Version|Scan ID|Scan Type Index|Scan Type|"                   \
	"Scan Parameters Index|Scan Parameters|Domain|User|SID"
#define WHO "RuleName|UtcTime|&ProcessGuid|#ProcessId|Image"

#define S(i, v, lvl, t, kw, f)                                                             \
	[SEC_##i] = { { "Security", "Microsoft-Windows-Security-Auditing", SECURITY, NULL, i, \
			0, t, v, lvl, 0, EW_MANIFEST, kw, NULL, NULL, NULL, 0 }, f }
#define LOGCLEAR(chan, i, kw, f)                                                           \
	{ { chan, "Microsoft-Windows-Eventlog", EVENTLOG, NULL, i, 0, 104, 0, 4, 0,         \
	    EW_USERDATA, kw, "LogFileCleared",                                              \
	    "http://manifests.microsoft.com/win/2004/08/windows/eventlog", NULL, 0 }, f }
#define SCM(i, f)                                                                          \
	[SYS_##i] = { { "System", "Service Control Manager",                                \
			"555908d1-a6d7-4695-8e1e-26931d2012f4", "Service Control Manager", i, \
			16384, 0, 0, 4, 0, EW_LEGACY, 0x8080000000000000ull, NULL, NULL,     \
			NULL, 0 }, f }
#define MAN(chan, prov, g, i, v, lvl, t, op, kw, f)                                        \
	{ { chan, prov, g, NULL, i, 0, t, v, lvl, op, EW_MANIFEST, kw, NULL, NULL, NULL, 0 }, f }
#define OLD(chan, prov, i, q, lvl, t)                                                      \
	{ { chan, prov, NULL, NULL, i, q, t, 0, lvl, 0, EW_CLASSIC, CLASSIC, NULL, NULL,    \
	    NULL, 0 }, "=Data|*Binary" }
#define SYSMONEV(i, v, f)                                                                  \
	[SM_##i] = MAN("Microsoft-Windows-Sysmon/Operational", "Microsoft-Windows-Sysmon",  \
		       SYSMON, i, v, 4, i, 0, ADMIN, f)
#define PSEV(i, lvl, t, op, f)                                                             \
	[PS_##i] = MAN("Microsoft-Windows-PowerShell/Operational",                          \
		       "Microsoft-Windows-PowerShell", POWERSHELL, i, 1, lvl, t, op, 0, f)
#define DEFEV(i, lvl, f)                                                                   \
	[DEF_##i] = MAN("Microsoft-Windows-Windows Defender/Operational",                   \
			"Microsoft-Windows-Windows Defender", DEFENDER, i, 0, lvl, 0, 0,     \
			ADMIN, f)

static const struct {
	struct ew_schema schema;
	const char *fields;
} defined[SCHEMAS] = {
	[SEC_1102] = LOGCLEAR("Security", 1102, 0x4020000000000000ull, SUBJECT),
	S(4608, 0, 0, 12288, SUCCESS, ""),
	S(4616, 1, 0, 12288, SUCCESS, SUBJECT "|~PreviousTime|~NewTime|!ProcessId|ProcessName"),
	S(4624, 2, 0, 12544, SUCCESS,
	  SUBJECT "|@TargetUserSid|TargetUserName|TargetDomainName|$TargetLogonId|#LogonType|"
	  "LogonProcessName|AuthenticationPackageName|WorkstationName|&LogonGuid|"
	  "TransmittedServices|LmPackageName|#KeyLength|!ProcessId|ProcessName|IpAddress|IpPort|"
	  "ImpersonationLevel|RestrictedAdminMode|TargetOutboundUserName|"
	  "TargetOutboundDomainName|VirtualAccount|$TargetLinkedLogonId|ElevatedToken"),
	S(4625, 0, 0, 12544, FAILURE,
	  SUBJECT "|@TargetUserSid|TargetUserName|TargetDomainName|%Status|FailureReason|"
	  "%SubStatus|#LogonType|LogonProcessName|AuthenticationPackageName|WorkstationName|"
	  "TransmittedServices|LmPackageName|#KeyLength|!ProcessId|ProcessName|IpAddress|IpPort"),
	S(4634, 0, 0, 12545, SUCCESS,
	  "@TargetUserSid|TargetUserName|TargetDomainName|$TargetLogonId|#LogonType"),
	S(4648, 0, 0, 12544, SUCCESS,
	  SUBJECT "|&LogonGuid|TargetUserName|TargetDomainName|&TargetLogonGuid|"
	  "TargetServerName|TargetInfo|!ProcessId|ProcessName|IpAddress|IpPort"),
	S(4656, 1, 0, 12802, SUCCESS,
	  SUBJECT "|ObjectServer|ObjectType|ObjectName|!HandleId|&TransactionId|AccessList|"
	  "AccessReason|%AccessMask|PrivilegeList|#RestrictedSidCount|!ProcessId|ProcessName|"
	  "ResourceAttributes"),
	S(4663, 1, 0, 12800, SUCCESS,
	  SUBJECT "|ObjectServer|ObjectType|ObjectName|!HandleId|AccessList|%AccessMask|"
	  "!ProcessId|ProcessName|ResourceAttributes"),
	S(4672, 0, 0, 12548, SUCCESS, SUBJECT "|PrivilegeList"),
	S(4688, 2, 0, 13312, SUCCESS,
	  SUBJECT "|!NewProcessId|NewProcessName|TokenElevationType|!ProcessId|CommandLine|"
	  "@TargetUserSid|TargetUserName|TargetDomainName|$TargetLogonId|ParentProcessName|"
	  "@MandatoryLabel"),
	S(4697, 0, 0, 12289, SUCCESS,
	  SUBJECT "|ServiceName|ServiceFileName|%ServiceType|#ServiceStartType|ServiceAccount"),
	S(4698, 0, 0, 12804, SUCCESS, SUBJECT "|TaskName|TaskContent"),
	S(4719, 0, 0, 13568, SUCCESS,
	  SUBJECT "|CategoryId|SubcategoryId|&SubcategoryGuid|AuditPolicyChanges"),
	S(4720, 0, 0, 13824, SUCCESS, TARGET "|" SUBJECT "|PrivilegeList|" ACCOUNT),
	S(4722, 0, 0, 13824, SUCCESS, TARGET "|" SUBJECT),
	S(4724, 0, 0, 13824, SUCCESS, TARGET "|" SUBJECT),
	S(4728, 0, 0, 13826, SUCCESS, "MemberName|@MemberSid|" TARGET "|" SUBJECT "|PrivilegeList"),
	S(4732, 0, 0, 13826, SUCCESS, "MemberName|@MemberSid|" TARGET "|" SUBJECT "|PrivilegeList"),
	S(4738, 0, 0, 13824, SUCCESS, "Dummy|" TARGET "|" SUBJECT "|PrivilegeList|" ACCOUNT),
	S(4768, 0, 0, 14339, SUCCESS,
	  TARGET "|ServiceName|@ServiceSid|%TicketOptions|%Status|%TicketEncryptionType|"
	  "PreAuthType|IpAddress|IpPort|CertIssuerName|CertSerialNumber|CertThumbprint"),
	S(4769, 0, 0, 14337, SUCCESS,
	  "TargetUserName|TargetDomainName|ServiceName|@ServiceSid|%TicketOptions|"
	  "%TicketEncryptionType|IpAddress|IpPort|%Status|&LogonGuid|TransmittedServices"),
	S(4776, 0, 0, 14336, SUCCESS, "PackageName|TargetUserName|Workstation|%Status"),
	S(4799, 0, 0, 13826, SUCCESS, TARGET "|" SUBJECT "|!CallerProcessId|CallerProcessName"),
	S(5136, 0, 0, 14081, SUCCESS,
	  "&OpCorrelationID|AppCorrelationID|" SUBJECT "|DSName|DSType|ObjectDN|&ObjectGUID|"
	  "ObjectClass|AttributeLDAPDisplayName|AttributeSyntaxOID|AttributeValue|OperationType"),
	S(5140, 1, 0, 12808, SUCCESS,
	  SUBJECT "|ObjectType|IpAddress|IpPort|ShareName|ShareLocalPath|%AccessMask|AccessList"),
	S(5145, 0, 0, 12811, SUCCESS,
	  SUBJECT "|ObjectType|IpAddress|IpPort|ShareName|ShareLocalPath|RelativeTargetName|"
	  "%AccessMask|AccessList|AccessReason"),

	[SYS_104] = LOGCLEAR("System", 104, ADMIN,
			     "SubjectUserName|SubjectDomainName|Channel|BackupPath"),
	[SYS_19] = MAN("System", "Microsoft-Windows-WindowsUpdateClient", UPDATE, 19, 1, 4, 1, 13,
		       0x8000000000000018ull,
		       "updateTitle|&updateGuid|#updateRevisionNumber|&serviceGuid"),
	[SYS_37] = MAN("System", "Microsoft-Windows-Time-Service",
		       "06edcfeb-0fd0-4e53-acca-a6f8bbf81bcb", 37, 0, 4, 0, 0, ADMIN, "TimeSource"),
	[SYS_43] = MAN("System", "Microsoft-Windows-WindowsUpdateClient", UPDATE, 43, 1, 4, 1, 13,
		       0x8000000000002008ull, "updateTitle|&updateGuid|#updateRevisionNumber"),
	[SYS_1014] = MAN("System", "Microsoft-Windows-DNS-Client",
			 "1c95126e-7eea-49a9-a3fe-a378b03ddb4d", 1014, 0, 3, 1014, 0,
			 0x4000000010000000ull, "QueryName|#AddressLength|*Address"),
	[SYS_6005] = OLD("System", "EventLog", 6005, 32768, 4, 0),
	[SYS_6006] = OLD("System", "EventLog", 6006, 32768, 4, 0),
	[SYS_6013] = OLD("System", "EventLog", 6013, 32768, 4, 0),
	SCM(7036, "param1|param2|*Binary"),
	SCM(7040, "param1|param2|param3|param4"),
	SCM(7045, "ServiceName|ImagePath|ServiceType|StartType|AccountName"),
	[SYS_10016] = { { "System", "Microsoft-Windows-DistributedCOM",
			  "1b562e86-b7aa-4131-badc-b6f3a001407e", "DCOM", 10016, 0, 0, 0, 3, 0,
			  EW_LEGACY, 0x8080000000000000ull, NULL, NULL, NULL, 0 },
			"param1|param2|param3|param4|param5|param6|param7|param8|param9|"
			"param10|param11" },

	[APP_ERROR_1000] = OLD("Application", "Application Error", 1000, 0, 2, 100),
	[APP_ASP_1309] = OLD("Application", "ASP.NET 4.0.30319.0", 1309, 32768, 3, 3),
	[APP_ASP_1316] = OLD("Application", "ASP.NET 4.0.30319.0", 1316, 16384, 4, 4),
	[APP_MSI_1033] = OLD("Application", "MsiInstaller", 1033, 0, 4, 0),
	[APP_MSI_1040] = OLD("Application", "MsiInstaller", 1040, 0, 4, 0),
	[APP_MSI_1042] = OLD("Application", "MsiInstaller", 1042, 0, 4, 0),
	[APP_MSI_11707] = OLD("Application", "MsiInstaller", 11707, 0, 4, 0),
	[APP_VSS_8224] = OLD("Application", "VSS", 8224, 0, 4, 0),
	[APP_SPP_16384] = OLD("Application", "Software Protection Platform Service", 16384, 16384,
			      4, 0),

	SYSMONEV(1, 5,
		 WHO "|FileVersion|Description|Product|Company|OriginalFileName|CommandLine|"
		 "CurrentDirectory|User|&LogonGuid|$LogonId|#TerminalSessionId|IntegrityLevel|"
		 "Hashes|&ParentProcessGuid|#ParentProcessId|ParentImage|ParentCommandLine|"
		 "ParentUser"),
	SYSMONEV(2, 5, WHO "|TargetFilename|CreationUtcTime|PreviousCreationUtcTime|User"),
	SYSMONEV(3, 5,
		 WHO "|User|Protocol|?Initiated|?SourceIsIpv6|SourceIp|SourceHostname|"
		 "^SourcePort|SourcePortName|?DestinationIsIpv6|DestinationIp|"
		 "DestinationHostname|^DestinationPort|DestinationPortName"),
	SYSMONEV(4, 3, "UtcTime|State|Version|SchemaVersion"),
	SYSMONEV(5, 3, WHO "|User"),
	SYSMONEV(6, 4, "RuleName|UtcTime|ImageLoaded|Hashes|Signed|Signature|SignatureStatus"),
	SYSMONEV(7, 3,
		 WHO "|ImageLoaded|FileVersion|Description|Product|Company|OriginalFileName|"
		 "Hashes|Signed|Signature|SignatureStatus|User"),
	SYSMONEV(10, 3,
		 "RuleName|UtcTime|&SourceProcessGUID|#SourceProcessId|#SourceThreadId|"
		 "SourceImage|&TargetProcessGUID|#TargetProcessId|TargetImage|%GrantedAccess|"
		 "CallTrace|SourceUser|TargetUser"),
	SYSMONEV(11, 2, WHO "|TargetFilename|CreationUtcTime|User"),
	SYSMONEV(12, 2, "RuleName|EventType|UtcTime|&ProcessGuid|#ProcessId|Image|TargetObject|User"),
	SYSMONEV(13, 2,
		 "RuleName|EventType|UtcTime|&ProcessGuid|#ProcessId|Image|TargetObject|"
		 "Details|User"),
	SYSMONEV(16, 3, "UtcTime|Configuration|ConfigurationFileHash"),
	SYSMONEV(22, 5,
		 "RuleName|UtcTime|&ProcessGuid|#ProcessId|QueryName|QueryStatus|QueryResults|"
		 "Image|User"),

	PSEV(4103, 4, 106, 20, "ContextInfo|UserData|Payload"),
	PSEV(4104, 5, 2, 15, "+MessageNumber|+MessageTotal|ScriptBlockText|ScriptBlockId|Path"),
	PSEV(40961, 4, 4, 1, ""),
	PSEV(40962, 4, 4, 2, ""),
	PSEV(53504, 4, 111, 10, "param1|param2"),

	DEFEV(1000, 4, SCAN "|Scan Resources"),
	DEFEV(1001, 4, SCAN "|Scan Time Hours|Scan Time Minutes|Scan Time Seconds"),
	DEFEV(1116, 3, THREAT),
	DEFEV(1117, 4, THREAT),
	DEFEV(1150, 4,
	      "Product Name|Platform version|Unused|Engine version|Security intelligence version"),
	DEFEV(2000, 4,
	      "Product Name|Product Version|Current security intelligence Version|"
	      "Previous security intelligence Version|Unused|Unused2|Unused3|Domain|User|SID|"
	      "Security intelligence Type Index|Security intelligence Type|Update Type Index|"
	      "Update Type|Current Engine Version|Previous Engine Version"),
	DEFEV(5001, 4, "Product Name|Product Version"),
	DEFEV(5007, 4, "Product Name|Product Version|Old Value|New Value"),
};

struct ew_schema schemas[SCHEMAS];
static struct ew_field fields[SCHEMAS][SCHEMA_FIELDS_MAX];
static char names[SCHEMAS][1024];

static uint8_t type_of(char c)
{
	static const struct {
		char c;
		uint8_t type;
	} marks[] = { { '@', EW_SID }, { '#', EW_U32 }, { '^', EW_U16 }, { '%', EW_HEX32 },
		      { '$', EW_HEX64 }, { '&', EW_GUID }, { '!', EW_SIZE }, { '~', EW_FILETIME },
		      { '?', EW_BOOL }, { '+', EW_I32 }, { '*', EW_BIN },
		      { '=', EW_STR | EW_ARRAY } };

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (marks[i].c == c)
			return marks[i].type;
	return EW_STR;
}

static void wrong(const char *what, const char *name)
{
	fprintf(stderr, "firebreak-demo: %s: %s\n", what, name);
	abort();
}

void schemas_init(void)
{
	for (size_t i = 0; i < SCHEMAS; i++) {
		char *p = names[i];
		size_t n = 0;

		if (strlen(defined[i].fields) >= sizeof(names[i]))
			wrong("too many names", defined[i].fields);
		memcpy(p, defined[i].fields, strlen(defined[i].fields) + 1);
		schemas[i] = defined[i].schema;
		while (*p) {
			char *end = strchr(p, '|');

			if (n == SCHEMA_FIELDS_MAX)
				wrong("too many fields", schemas[i].provider);
			fields[i][n].type = type_of(*p);
			if (fields[i][n].type != EW_STR)
				p++;
			fields[i][n++].name = p;
			if (!end)
				break;
			*end = 0;
			p = end + 1;
		}
		schemas[i].fields = fields[i];
		schemas[i].nfields = n;
	}
}

static const uint8_t nobody[12] = { 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
static const uint8_t no_guid[16];

void evb_start(struct evb *e, enum schema_id id, fb_time t, const char *computer)
{
	const struct ew_schema *s = &schemas[id];

	e->ev = (struct ew_event){ .schema = s, .time = t, .computer = computer, .values = e->v };
	e->hint = 0;
	for (size_t i = 0; i < s->nfields; i++) {
		struct ew_value *v = &e->v[i];

		*v = (struct ew_value){ s->fields[i].type, 0, { NULL, 0 } };
		if (v->type == EW_STR)
			v->s = FB_LIT("-");
		else if (v->type == EW_SID)
			v->s = fb_slice(nobody, sizeof(nobody));
		else if (v->type == EW_GUID)
			v->s = fb_slice(no_guid, sizeof(no_guid));
	}
}

static struct ew_value *field(struct evb *e, const char *name)
{
	const struct ew_schema *s = e->ev.schema;

	for (size_t i = 0; i < s->nfields; i++) {
		size_t at = (e->hint + i) % s->nfields;

		if (strcmp(s->fields[at].name, name) == 0) {
			e->hint = at + 1;
			return &e->v[at];
		}
	}
	wrong(s->provider, name);
	return NULL;
}

void evb_strn(struct evb *e, const char *name, struct fb_slice s)
{
	field(e, name)->s = s;
}

void evb_str(struct evb *e, const char *name, const char *s)
{
	field(e, name)->s = fb_slice_str(s);
}

void evb_num(struct evb *e, const char *name, uint64_t v)
{
	field(e, name)->u = v;
}

void evb_bytes(struct evb *e, const char *name, struct fb_slice s)
{
	field(e, name)->s = s;
}

static uint64_t parse_number(const char *name, const char *text)
{
	uint64_t v = 0;

	if (strcmp(text, "true") == 0)
		return 1;
	if (strcmp(text, "false") == 0)
		return 0;
	if (text[0] == '0' && text[1] == 'x') {
		for (text += 2; *text; text++) {
			char c = *text;
			unsigned d = c >= 'a' ? (unsigned)(c - 'a') + 10 :
				     c >= 'A' ? (unsigned)(c - 'A') + 10 : (unsigned)(c - '0');

			v = v << 4 | (d & 15);
		}
		return v;
	}
	if (!fb_slice_u64(fb_slice_str(text), &v))
		wrong(name, text);
	return v;
}

void evb_text(struct evb *e, const char *name, const char *text, uint8_t room[static 68])
{
	struct ew_value *v = field(e, name);
	size_t n;

	switch (v->type) {
	case EW_STR: case EW_STR | EW_ARRAY: case EW_BIN:
		v->s = fb_slice_str(text);
		break;
	case EW_SID:
		n = ew_sid(text, room);
		if (!n)
			wrong(name, text);
		v->s = fb_slice(room, n);
		break;
	case EW_GUID:
		if (!ew_guid(text, room))
			wrong(name, text);
		v->s = fb_slice(room, 16);
		break;
	default:
		v->u = parse_number(name, text);
	}
}
