#include "assess/question/route.h"

#include <string.h>
#include <strings.h>

static const struct {
	const char *word, *asks;
} questions[FB_Q_COUNT] = {
	[FB_Q_INITIAL_ACCESS] = { "initial access", "Did somebody get in, and how?" },
	[FB_Q_EXECUTION] = { "execution", "Did they run anything?" },
	[FB_Q_PERSISTENCE] = { "persistence", "Did they leave a way back in?" },
	[FB_Q_PRIVILEGE] = { "privilege escalation", "Did they gain more rights?" },
	[FB_Q_CREDENTIALS] = { "credential access", "Did they take passwords or keys?" },
	[FB_Q_DISCOVERY] = { "discovery", "Did they look around?" },
	[FB_Q_MOVEMENT] = { "lateral movement", "Did they go on to other machines?" },
	[FB_Q_CONTROL] = { "command and control", "Did machines take orders from outside?" },
	[FB_Q_COLLECTION] = { "collection", "Did they gather data?" },
	[FB_Q_EXFILTRATION] = { "exfiltration", "Did data leave?" },
	[FB_Q_IMPACT] = { "impact", "Did they destroy or encrypt anything?" },
	[FB_Q_INTEGRITY] = { "integrity of data", "Did they change data?" },
	[FB_Q_LOGS] = { "log destruction", "Did they destroy records?" },
	[FB_Q_ACTIVE] = { "still active", "Are they still there?" },
};

const char *fb_question_word(enum fb_question q)
{
	return (unsigned)q < FB_Q_COUNT ? questions[q].word : "";
}

const char *fb_question_asks(enum fb_question q)
{
	return (unsigned)q < FB_Q_COUNT ? questions[q].asks : "";
}

bool fb_question_parse(struct fb_slice word, enum fb_question *out)
{
	for (int i = 0; i < FB_Q_COUNT; i++)
		if (fb_slice_eqs(word, questions[i].word)) {
			*out = (enum fb_question)i;
			return true;
		}
	return false;
}

static const struct {
	const char *part; /* of the word, without case */
	unsigned role;
} role_words[] = {
	{ "front end", FB_ROLE_WEB }, { "frontend", FB_ROLE_WEB }, { "web", FB_ROLE_WEB },
	{ "sharepoint", FB_ROLE_WEB }, { "portal", FB_ROLE_WEB }, { "exchange", FB_ROLE_WEB },
	{ "domain controller", FB_ROLE_DC }, { "file", FB_ROLE_FILES }, { "share", FB_ROLE_FILES },
	{ "workstation", FB_ROLE_DESK }, { "client", FB_ROLE_DESK }, { "laptop", FB_ROLE_DESK },
	{ "desktop", FB_ROLE_DESK },
	{ "mailbox", FB_ROLE_MAIL }, { "tenant", FB_ROLE_MAIL }, { "cloud", FB_ROLE_MAIL },
	{ "database", FB_ROLE_DATABASE }, { "segment", FB_ROLE_SEGMENT }, { "subnet", FB_ROLE_SEGMENT },
};

static bool holds(struct fb_slice word, const char *part)
{
	size_t n = strlen(part);

	for (size_t at = 0; at + n <= word.n; at++)
		if (strncasecmp((const char *)word.p + at, part, n) == 0)
			return true;
	return false;
}

static bool is_server(struct fb_slice word)
{
	static const char *const words[] = { "server", "host", "machine", "proxy", "gateway", "balancer" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (holds(word, words[i]))
			return true;
	return false;
}

unsigned fb_role_of(struct fb_slice word)
{
	unsigned out = word.n == 2 && strncasecmp((const char *)word.p, "dc", 2) == 0 ? FB_ROLE_DC : 0;

	for (size_t i = 0; i < sizeof role_words / sizeof *role_words; i++)
		if (holds(word, role_words[i].part))
			out |= role_words[i].role;
	/* "Shared mailbox" */
	if (out & FB_ROLE_MAIL && !is_server(word))
		out &= ~FB_ROLE_FILES;
	/* "Database server", "cloud proxy": a machine, whatever runs on it. */
	if (out & FB_ROLE_NO_MACHINE && (out & ~FB_ROLE_NO_MACHINE || is_server(word)))
		out &= ~FB_ROLE_NO_MACHINE;
	/* What it shares are pages. */
	return out & FB_ROLE_WEB ? out & ~FB_ROLE_FILES : out;
}

/* The narrower route of a question stands first: a record is of the first that fits it. */
const struct fb_route fb_routes[] = {
	{ FB_Q_INITIAL_ACCESS, "exploit public-facing application", "T1190 T1595", FB_REC_ANY, FB_ROLE_WEB,
	  "web-requests httperr iis-sites" },
	{ FB_Q_INITIAL_ACCESS, "logon from outside", "T1133 T1078 T1110", FB_REC_LOGON, FB_ROLE_ANY, "logon-4624" },
	{ FB_Q_INITIAL_ACCESS, "mail or file brought in", "T1566 T1091 T1195", FB_REC_ANY, FB_ROLE_DESK, "" },
	{ FB_Q_INITIAL_ACCESS, "account used from outside", "T1078.004 T1110", FB_REC_NONE, FB_ROLE_MAIL, "sign-ins" },
	{ FB_Q_EXECUTION, "child process of the web server", "T1505.003 T1505.004", FB_REC_PROCESS, FB_ROLE_WEB,
	  "process-creation-sysmon|process-creation-4688" },
	{ FB_Q_EXECUTION, "service", "T1569.002 T1543.003", FB_REC_ANY, FB_ROLE_ANY,
	  "service-install-7045|service-install-4697" },
	{ FB_Q_EXECUTION, "scheduled task", "T1053", FB_REC_ANY, FB_ROLE_ANY, "task-4698|task-scheduler" },
	{ FB_Q_EXECUTION, "WMI", "T1047", FB_REC_ANY, FB_ROLE_ANY, "process-creation-sysmon|process-creation-4688" },
	{ FB_Q_EXECUTION, "PowerShell", "T1059.001", FB_REC_ANY, FB_ROLE_ANY,
	  "script-block-4104|process-creation-sysmon|process-creation-4688-cmdline" },
	{ FB_Q_EXECUTION, "commands and programs", "T1059 T1204 T1218 T1127 T1106 T1203 T1129 T1202 T1216",
	  FB_REC_PROCESS | FB_REC_OTHER, FB_ROLE_ANY, "process-creation-sysmon|process-creation-4688-cmdline" },
	{ FB_Q_PERSISTENCE, "web shell", "T1505.003", FB_REC_WEB | FB_REC_FILE | FB_REC_OTHER, FB_ROLE_WEB,
	  "web-requests web-root" },
	{ FB_Q_PERSISTENCE, "web server module", "T1505.004", FB_REC_ANY, FB_ROLE_WEB,
	  "iis-modules-config|iis-configuration" },
	{ FB_Q_PERSISTENCE, "account", "T1136 T1098 T1078.001", FB_REC_ANY, FB_ROLE_ANY, "account-4720 group-4732" },
	{ FB_Q_PERSISTENCE, "service", "T1543.003", FB_REC_ANY, FB_ROLE_ANY,
	  "service-install-7045|service-install-4697" },
	{ FB_Q_PERSISTENCE, "scheduled task", "T1053", FB_REC_ANY, FB_ROLE_ANY, "task-4698|task-scheduler" },
	{ FB_Q_PERSISTENCE, "registry",
	  "T1547 T1546.001 T1546.008 T1546.009 T1546.010 T1546.011 T1546.012 T1546.015", FB_REC_ANY, FB_ROLE_ANY,
	  "registry-sysmon-13|registry-hive" },
	{ FB_Q_PERSISTENCE, "WMI subscription", "T1546.003", FB_REC_ANY, FB_ROLE_ANY, "wmi" },
	{ FB_Q_PERSISTENCE, "rules and consents", "T1098 T1137 T1564.008 T1528", FB_REC_NONE, FB_ROLE_MAIL, "audit-of-service" },
	{ FB_Q_PRIVILEGE, "driver", "T1068", FB_REC_ANY, FB_ROLE_ANY, "driver-load-sysmon|service-install-7045" },
	{ FB_Q_PRIVILEGE, "token or bypass", "T1134 T1548 T1055", FB_REC_ANY, FB_ROLE_ANY,
	  "process-creation-sysmon|process-creation-4688-cmdline" },
	{ FB_Q_CREDENTIALS, "LSASS memory", "T1003.001", FB_REC_ANY, FB_ROLE_ANY,
	  "lsass-access-sysmon|process-access-sysmon-10" },
	{ FB_Q_CREDENTIALS, "registry hives", "T1003.002 T1003.004 T1003.005", FB_REC_ANY, FB_ROLE_ANY,
	  "process-creation-sysmon|process-creation-4688-cmdline" },
	{ FB_Q_CREDENTIALS, "domain database", "T1003.003 T1003.006", FB_REC_ANY, FB_ROLE_DC,
	  "process-creation-sysmon|process-creation-4688-cmdline directory-4662" },
	{ FB_Q_CREDENTIALS, "machine keys", "T1552.001 T1552.004", FB_REC_ANY, FB_ROLE_WEB,
	  "process-creation-sysmon|process-creation-4688-cmdline object-4663" },
	{ FB_Q_CREDENTIALS, "guessing and tickets", "T1110 T1558 T1550 T1557", FB_REC_ANY, FB_ROLE_ANY,
	  "logon-failed-4625 logon-4624" },
	{ FB_Q_CREDENTIALS, "other stores", "T1003 T1552 T1555 T1556 T1539", FB_REC_ANY, FB_ROLE_ANY,
	  "process-creation-sysmon|process-creation-4688-cmdline" },
	{ FB_Q_DISCOVERY, "commands",
	  "T1007 T1012 T1016 T1018 T1033 T1046 T1049 T1057 T1069 T1082 T1083 T1087 T1124 T1135"
	  " T1201 T1482 T1518 T1595", FB_REC_PROCESS | FB_REC_OTHER, FB_ROLE_ANY,
	  "process-creation-sysmon|process-creation-4688-cmdline" },
	{ FB_Q_MOVEMENT, "remote service", "T1569.002 T1021.002 T1570", FB_REC_ANY, FB_ROLE_ANY,
	  "service-install-7045|service-install-4697" },
	{ FB_Q_MOVEMENT, "remote desktop", "T1021.001", FB_REC_ANY, FB_ROLE_ANY, "logon-4624|rdp-sessions" },
	{ FB_Q_MOVEMENT, "remote management", "T1021.006 T1021.003 T1047", FB_REC_ANY, FB_ROLE_ANY, "logon-4624" },
	{ FB_Q_MOVEMENT, "group policy", "T1484.001 T1072", FB_REC_ANY, FB_ROLE_DC, "directory-5136" },
	{ FB_Q_MOVEMENT, "other logons", "T1021 T1550 T1210", FB_REC_ANY, FB_ROLE_ANY, "logon-4624" },
	{ FB_Q_CONTROL, "DNS", "T1071.004 T1568 T1132", FB_REC_ANY, FB_ROLE_ANY,
	  /* Sysmon sees what asks through Windows alone. */
	  "dns-server" },
	{ FB_Q_CONTROL, "remote support program", "T1219", FB_REC_ANY, FB_ROLE_ANY,
	  "service-install-7045|process-creation-sysmon|process-creation-4688" },
	{ FB_Q_CONTROL, "web", "T1071 T1105 T1090 T1572 T1573 T1095 T1102 T1571", FB_REC_ANY, FB_ROLE_ANY,
	  "network-sysmon-3|flow|proxy" },
	{ FB_Q_COLLECTION, "shares", "T1039 T1005 T1213", FB_REC_ANY, FB_ROLE_FILES, "share-5145|object-4663" },
	{ FB_Q_COLLECTION, "archives", "T1560 T1074 T1119", FB_REC_ANY, FB_ROLE_ANY,
	  "process-creation-sysmon|process-creation-4688-cmdline file-create-sysmon" },
	{ FB_Q_COLLECTION, "mail and screens", "T1114 T1113 T1115 T1056 T1123 T1125", FB_REC_ANY, FB_ROLE_DESK,
	  "process-creation-sysmon|process-creation-4688-cmdline" },
	{ FB_Q_COLLECTION, "what it holds", "T1114 T1213", FB_REC_NONE, FB_ROLE_MAIL | FB_ROLE_DATABASE, "audit-of-service" },
	{ FB_Q_EXFILTRATION, "cloud storage", "T1567 T1537", FB_REC_ANY, FB_ROLE_ANY, "network-sysmon-3|flow|proxy" },
	{ FB_Q_EXFILTRATION, "web", "T1041 T1048", FB_REC_WEB, FB_ROLE_WEB, "web-requests-bytes iis-sites" },
	{ FB_Q_EXFILTRATION, "network", "T1048 T1041 T1020 T1030 T1029 T1052", FB_REC_ANY, FB_ROLE_ANY,
	  "flow|network-sysmon-3" },
	{ FB_Q_EXFILTRATION, "from its machines", "T1048 T1041", FB_REC_NONE, FB_ROLE_SEGMENT, "flow-of-segment" },
	{ FB_Q_IMPACT, "encryption", "T1486 T1657", FB_REC_ANY, FB_ROLE_ANY,
	  /* Files that are there already are written over without one of Sysmon's records. */
	  "object-4663" },
	{ FB_Q_IMPACT, "backups deleted", "T1490", FB_REC_ANY, FB_ROLE_ANY,
	  "process-creation-sysmon|process-creation-4688-cmdline" },
	{ FB_Q_IMPACT, "other destruction", "T1485 T1489 T1491 T1529 T1561 T1496 T1498 T1499 T1531", FB_REC_ANY,
	  FB_ROLE_ANY, "process-creation-sysmon|process-creation-4688-cmdline" },
	{ FB_Q_INTEGRITY, "documents altered", "T1565", FB_REC_ANY, FB_ROLE_ANY, "object-4663 inventory" },
	{ FB_Q_INTEGRITY, "records altered", "T1565", FB_REC_NONE, FB_ROLE_DATABASE, "audit-of-service" },
	{ FB_Q_LOGS, "log cleared", "T1070.001 T1070.002", FB_REC_ANY, FB_ROLE_ANY, "log-cleared" },
	{ FB_Q_LOGS, "logging switched off", "T1562.002 T1562.006 T1562.008", FB_REC_ANY, FB_ROLE_ANY, "log-service" },
	{ FB_Q_ACTIVE, "all", "", 0, FB_ROLE_ANY, "" },
};
const unsigned fb_nroutes = sizeof fb_routes / sizeof fb_routes[0];
_Static_assert(sizeof fb_routes / sizeof fb_routes[0] <= 64, "a bit each");

bool fb_route_applies(const struct fb_route *r, unsigned roles)
{
	/* On a mailbox runs no service, and what a service recorded is of no mailbox. */
	if (roles && !(roles & ~FB_ROLE_NO_MACHINE))
		return r->roles & roles;
	if (r->roles && !(r->roles & ~FB_ROLE_NO_MACHINE))
		return false;
	return !r->roles || !roles || r->roles & roles;
}

/* The next word of s, which goes behind it; n == 0: no more. */
static struct fb_slice word(const char **s)
{
	const char *from = *s + strspn(*s, " ");
	size_t n = strcspn(from, " ");

	*s = from + n;
	return fb_slice(from, n);
}

/* Is it the technique, or below it? */
static bool below(struct fb_slice technique, struct fb_slice of)
{
	return technique.n >= of.n && memcmp(technique.p, of.p, of.n) == 0 &&
	       (technique.n == of.n || technique.p[of.n] == '.');
}

static bool names(const char *list, struct fb_slice technique)
{
	for (struct fb_slice w = word(&list); w.n; w = word(&list))
		if (below(technique, w))
			return true;
	return false;
}

bool fb_route_names(const struct fb_route *r, const char *techniques)
{
	for (struct fb_slice t = word(&techniques); t.n; t = word(&techniques))
		if (names(r->techniques, t))
			return true;
	return false;
}

uint64_t fb_routes_of(const char *techniques, unsigned record)
{
	uint64_t out = 0;
	unsigned told = 0; /* questions that have their route */

	for (unsigned i = 0; i < fb_nroutes; i++) {
		const struct fb_route *r = &fb_routes[i];

		if (!(r->records & record) || told & 1u << r->question || !fb_route_names(r, techniques))
			continue;
		out |= UINT64_C(1) << i;
		told |= 1u << r->question;
	}
	return out;
}

uint64_t fb_routes_named(const char *techniques, unsigned record)
{
	uint64_t out = 0;

	for (unsigned i = 0; i < fb_nroutes; i++)
		if (fb_routes[i].records & record && fb_route_names(&fb_routes[i], techniques))
			out |= UINT64_C(1) << i;
	return out;
}

/* "a|b c": names between bars and blanks. */
static bool needs(const char *telemetries, const char *one)
{
	size_t n = strlen(one);

	for (const char *p = telemetries; *p; p += strspn(p, "| ")) {
		size_t word = strcspn(p, "| ");

		if (word == n && memcmp(p, one, n) == 0)
			return true;
		p += word;
	}
	return false;
}

bool fb_role_needs(unsigned roles, const char *telemetry)
{
	bool any = false;

	for (unsigned i = 0; i < fb_nroutes; i++) {
		if (!needs(fb_routes[i].telemetries, telemetry))
			continue;
		if (fb_route_applies(&fb_routes[i], roles))
			return true;
		any = true;
	}
	/* What no route needs shows things all the same, on a machine. */
	return !any && !(roles && !(roles & ~FB_ROLE_NO_MACHINE));
}

unsigned fb_questions_of(const char *telemetry)
{
	unsigned out = 0;

	for (unsigned i = 0; i < fb_nroutes; i++)
		if (needs(fb_routes[i].telemetries, telemetry))
			out |= 1u << fb_routes[i].question;
	return out;
}
