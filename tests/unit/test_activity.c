/* Activities from records made for the purpose: what joins, what must not, and what nobody may be charged with.
 * Letters and numbers name the counterexamples of docs/answers.md. */
#include "check.h"

#include "assess/activity/activity.h"

#include <stdio.h>
#include <string.h>

#define T0 (INT64_C(1755000000) * FB_SECOND)
#define SYSMON "Microsoft-Windows-Sysmon/Operational"

static uint64_t place; /* of the record that comes next */
static bool second_hand;

/* The number of the kind of records that is told of under a channel and id; requests have neither. */
static unsigned kind(const char *channel, uint32_t id)
{
	for (unsigned i = 0; i < fb_nact_records; i++) {
		const struct fb_act_record *r = &fb_act_records[i];

		if (!channel && !r->channel)
			return i;
		for (const uint32_t *v = r->event_ids; channel && r->channel && strcmp(r->channel, channel) == 0 && v && *v; v++)
			if (*v == id)
				return i;
	}
	return UINT32_MAX;
}

struct slots {
	const char *v[FB_SLOT_COUNT];
};

/* A record, told of; whether a rule of level high recognised it. Returns its place. */
static uint64_t tell(struct fb_activity *a, const char *channel, uint32_t id, const char *host, double at, bool strong, struct slots s)
{
	struct fb_fact f = { .record = kind(channel, id), .host = fb_slice_str(host), .log = fb_slice_str(channel ? channel : "web log"),
			     .name = FB_LIT("0123456789abcdef"), .time = T0 + (fb_time)(at * (double)FB_SECOND), .source = 1,
			     .offset = ++place, .second_hand = second_hand };

	for (unsigned i = 0; i < FB_SLOT_COUNT; i++)
		f.v[i] = s.v[i] ? fb_slice_str(s.v[i]) : (struct fb_slice){ 0 };
	if (strong) {
		char id_text[33];

		(void)snprintf(id_text, sizeof id_text, "%032llu", (unsigned long long)place);
		CHECK_INT(fb_activity_observe(a, &(struct fb_observation){ .source = 1, .offset = place, .id = id_text, .title = "rule",
									  .techniques = "T1059", .rule = 7, .strong = true }), 0);
	}
	CHECK_INT(fb_activity_fact(a, &f), 0);
	return place;
}

#define SLOTS(...) ((struct slots){ { __VA_ARGS__ } })

static void start(struct fb_activity *a, const char *host, double at, const char *parent_pid, const char *pid, const char *parent,
		  const char *image, const char *session, bool strong)
{
	(void)tell(a, "Security", 4688, host, at, strong,
		   SLOTS([FB_SLOT_PID] = parent_pid, [FB_SLOT_BORN_PID] = pid, [FB_SLOT_PARENT_IMAGE] = parent, [FB_SLOT_IMAGE] = image,
			 [FB_SLOT_OBJECT] = image, [FB_SLOT_SESSION] = session, [FB_SLOT_ACCOUNT] = "owner"));
}

static void logon(struct fb_activity *a, const char *host, double at, const char *session, const char *account, const char *type,
		  const char *address, const char *port)
{
	(void)tell(a, "Security", 4624, host, at, false,
		   SLOTS([FB_SLOT_BORN_SESSION] = session, [FB_SLOT_ACCOUNT] = account, [FB_SLOT_TYPE] = type, [FB_SLOT_ADDRESS] = address,
			 [FB_SLOT_PORT] = port));
}

static void request(struct fb_activity *a, const char *host, double at, const char *client, const char *method, const char *stem,
		    const char *status, const char *win32, const char *bytes, const char *agent, const char *user)
{
	(void)tell(a, NULL, 0, host, at, false,
		   SLOTS([FB_SLOT_ADDRESS] = client, [FB_SLOT_TYPE] = method, [FB_SLOT_OBJECT] = stem, [FB_SLOT_STATUS] = status,
			 [FB_SLOT_WIN32] = win32, [FB_SLOT_BYTES] = bytes, [FB_SLOT_AGENT] = agent, [FB_SLOT_ACCOUNT] = user));
}

static struct fb_activity *begin(void)
{
	struct fb_activity *a = NULL;

	CHECK_INT(fb_activity_new(&a), 0);
	place = 0;
	return a;
}

static const struct fb_steps *follow(struct fb_activity *a)
{
	CHECK_INT(fb_activity_follow(a), 0);
	return fb_activity_steps(a);
}

/* The activity of the first step on a thing: 0: none has it. *sure. */
static uint32_t where(const struct fb_steps *s, const char *what, bool *sure)
{
	for (size_t i = 0; i < s->n; i++)
		if (strstr(s->v[i].what, what)) {
			if (sure)
				*sure = s->v[i].sure;
			return s->v[i].activity;
		}
	return 0;
}

static bool has_edge(const struct fb_steps *s, const char *kind_of)
{
	for (size_t i = 0; i < s->nedges; i++)
		if (strcmp(s->edges[i].kind, kind_of) == 0)
			return true;
	return false;
}

/* ---- processes ---- */

/* A tree is followed down, and up through shells; a server's other children, and the desktop's, are nobody's. */
static void test_tree(void)
{
	struct fb_activity *a = begin();
	const struct fb_steps *s;

	start(a, "sp01", 0, "0x10", "0x20", "C:\\w3wp.exe", "C:\\cmd.exe", "0x3e7", false);
	start(a, "sp01", 1, "0x20", "0x30", "C:\\cmd.exe", "C:\\powershell.exe", "0x3e7", true);
	start(a, "sp01", 2, "0x30", "0x40", "C:\\powershell.exe", "C:\\whoami.exe", "0x3e7", false);
	start(a, "sp01", 3, "0x10", "0x50", "C:\\w3wp.exe", "C:\\csc.exe", "0x3e7", false);
	start(a, "sp01", 4, "0x30", "0x70", "C:\\powershell.exe", "C:\\Windows\\explorer.exe", "0x3e7", false);
	start(a, "sp01", 5, "0x70", "0x80", "C:\\Windows\\explorer.exe", "C:\\winword.exe", "0x3e7", false);
	start(a, "sp02", 3, "0x30", "0x60", "C:\\powershell.exe", "C:\\elsewhere.exe", "0x3e7", false);
	s = follow(a);
	CHECK_INT(where(s, "whoami", NULL), 1);
	CHECK_INT(where(s, "cmd.exe", NULL), 1);
	CHECK_INT(where(s, "csc.exe", NULL), 0);
	CHECK_INT(where(s, "explorer.exe", NULL), 1);
	CHECK_INT(where(s, "winword.exe", NULL), 0);
	CHECK_INT(where(s, "elsewhere", NULL), 0);
	fb_activity_free(a);
}

/* C1: a process's number is given again, and nothing tells that the first one ended. */
static void test_pid_again(void)
{
	struct fb_activity *a = begin();
	const struct fb_steps *s;

	start(a, "h", 0, "0x1", "0x20", "C:\\w3wp.exe", "C:\\cmd.exe", NULL, true);
	start(a, "h", 10, "0x20", "0x30", "C:\\cmd.exe", "C:\\whoami.exe", NULL, false);
	start(a, "h", 5000, "0x1", "0x20", "C:\\services.exe", "C:\\backup.exe", NULL, false);
	start(a, "h", 5001, "0x20", "0x40", "C:\\backup.exe", "C:\\helper.exe", NULL, false);
	s = follow(a);
	CHECK_INT(where(s, "whoami", NULL), 1);
	CHECK_INT(where(s, "backup", NULL), 0);
	CHECK_INT(where(s, "helper", NULL), 0);
	fb_activity_free(a);
}

/* Two records of one start are one process; the later ones go by either name. */
static void test_twins(void)
{
	struct fb_activity *a = begin();
	const struct fb_steps *s;

	start(a, "h", 0, "0x1", "0x20", "C:\\w3wp.exe", "C:\\cmd.exe", NULL, true);
	(void)tell(a, SYSMON, 1, "h", 0.01, false,
		   SLOTS([FB_SLOT_GUID] = "{P}", [FB_SLOT_PID] = "1", [FB_SLOT_BORN_GUID] = "{C}", [FB_SLOT_BORN_PID] = "32",
			 [FB_SLOT_IMAGE] = "C:\\cmd.exe", [FB_SLOT_PARENT_IMAGE] = "C:\\w3wp.exe", [FB_SLOT_OBJECT] = "cmd /c x"));
	(void)tell(a, SYSMON, 3, "h", 5, false,
		   SLOTS([FB_SLOT_GUID] = "{C}", [FB_SLOT_PID] = "32", [FB_SLOT_IMAGE] = "C:\\cmd.exe", [FB_SLOT_ADDRESS] = "203.0.113.5",
			 [FB_SLOT_PORT] = "443"));
	s = follow(a);
	CHECK_INT(s->n, 3);
	CHECK_INT(where(s, "203.0.113.5:443", NULL), 1);
	CHECK_INT(s->v[0].entity, s->v[1].entity);
	fb_activity_free(a);
}

/* ---- sessions ---- */

/* C3: owner and intruder use one account in the same hour: the session joins, the account does not. B6: neither do
 * machine accounts, nor the system's own sessions. */
static void test_shared_account(void)
{
	struct fb_activity *a = begin();
	const struct fb_steps *s;

	logon(a, "fs", 0, "0x100", "owner", "10", "198.51.100.7", NULL);
	logon(a, "fs", 5, "0x200", "owner", "3", "10.0.0.5", NULL);
	logon(a, "fs", 6, "0x300", "FS$", "3", "10.0.0.6", NULL);
	start(a, "fs", 10, "0x1", "0x20", "C:\\explorer.exe", "C:\\evil.exe", "0x100", true);
	(void)tell(a, "Security", 5145, "fs", 11, false,
		   SLOTS([FB_SLOT_SESSION] = "0x100", [FB_SLOT_ACCOUNT] = "owner", [FB_SLOT_OBJECT] = "\\\\*\\HR", [FB_SLOT_OBJECT2] = "theirs.docx"));
	(void)tell(a, "Security", 5145, "fs", 12, false,
		   SLOTS([FB_SLOT_SESSION] = "0x200", [FB_SLOT_ACCOUNT] = "owner", [FB_SLOT_OBJECT] = "\\\\*\\HR", [FB_SLOT_OBJECT2] = "own.docx"));
	(void)tell(a, "Security", 5145, "fs", 13, false,
		   SLOTS([FB_SLOT_SESSION] = "0x300", [FB_SLOT_ACCOUNT] = "FS$", [FB_SLOT_OBJECT] = "\\\\*\\HR", [FB_SLOT_OBJECT2] = "policy.ini"));
	s = follow(a);
	CHECK_INT(where(s, "theirs.docx", NULL), 1);
	CHECK_INT(where(s, "own.docx", NULL), 0);
	CHECK_INT(where(s, "policy.ini", NULL), 0);
	fb_activity_free(a);
}

/* Two records were one start; a third with the same number and program, right after, is the next one's. */
static void test_no_third(void)
{
	struct fb_activity *a = begin();
	const struct fb_steps *s;

	start(a, "h", 0, "0x1", "0x20", "C:\\w3wp.exe", "C:\\cmd.exe", NULL, true);
	(void)tell(a, SYSMON, 1, "h", 0.01, false,
		   SLOTS([FB_SLOT_GUID] = "{P}", [FB_SLOT_PID] = "1", [FB_SLOT_BORN_GUID] = "{C}", [FB_SLOT_BORN_PID] = "32",
			 [FB_SLOT_IMAGE] = "C:\\cmd.exe", [FB_SLOT_PARENT_IMAGE] = "C:\\w3wp.exe", [FB_SLOT_OBJECT] = "cmd /c x"));
	(void)tell(a, SYSMON, 1, "h", 1.5, false,
		   SLOTS([FB_SLOT_GUID] = "{S}", [FB_SLOT_PID] = "9", [FB_SLOT_BORN_GUID] = "{D}", [FB_SLOT_BORN_PID] = "32",
			 [FB_SLOT_IMAGE] = "C:\\cmd.exe", [FB_SLOT_PARENT_IMAGE] = "C:\\services.exe", [FB_SLOT_OBJECT] = "cmd /c nightly"));
	(void)tell(a, SYSMON, 1, "h", 1.6, false,
		   SLOTS([FB_SLOT_GUID] = "{D}", [FB_SLOT_PID] = "32", [FB_SLOT_BORN_GUID] = "{E}", [FB_SLOT_BORN_PID] = "48",
			 [FB_SLOT_IMAGE] = "C:\\robocopy.exe", [FB_SLOT_PARENT_IMAGE] = "C:\\cmd.exe", [FB_SLOT_OBJECT] = "robocopy"));
	s = follow(a);
	CHECK(where(s, "cmd.exe", NULL) > 0);
	CHECK_INT(where(s, "robocopy", NULL), 0);
	fb_activity_free(a);
}

/* C1: a session's number is given again after a boot. A session at the keyboard is its owner's, whoever works in it. */
static void test_session_again(void)
{
	struct fb_activity *a = begin();
	const struct fb_steps *s;

	logon(a, "fs", 0, "0x100", "owner", "3", "10.0.0.5", NULL);
	(void)tell(a, "Security", 4697, "fs", 1, true,
		   SLOTS([FB_SLOT_SESSION] = "0x100", [FB_SLOT_ACCOUNT] = "owner", [FB_SLOT_OBJECT] = "evil", [FB_SLOT_IMAGE] = "evil.exe"));
	logon(a, "fs", 90000, "0x100", "other", "3", "10.0.0.9", NULL);
	(void)tell(a, "Security", 5140, "fs", 90001, false,
		   SLOTS([FB_SLOT_SESSION] = "0x100", [FB_SLOT_ACCOUNT] = "other", [FB_SLOT_OBJECT] = "\\\\*\\Later"));
	logon(a, "ws", 0, "0x500", "owner", "2", "127.0.0.1", NULL);
	start(a, "ws", 5, "0x1", "0x20", "C:\\explorer.exe", "C:\\evil2.exe", "0x500", true);
	start(a, "ws", 6, "0x1", "0x30", "C:\\explorer.exe", "C:\\winword.exe", "0x500", false);
	s = follow(a);
	CHECK(where(s, "evil (evil.exe)", NULL) > 0);
	CHECK_INT(where(s, "Later", NULL), 0);
	CHECK(where(s, "evil2", NULL) > 0);
	CHECK_INT(where(s, "winword", NULL), 0);
	fb_activity_free(a);
}

/* From machine to machine: by credentials that were presented, by a connection's address and port; not by the account alone,
 * and not when it was too long ago. */
static void test_machines(void)
{
	struct fb_activity *a = begin();
	const struct fb_steps *s;
	bool sure = false;

	start(a, "sp01.example", 0, "0x1", "0x20", "C:\\w3wp.exe", "C:\\cmd.exe", NULL, true);
	(void)tell(a, "Security", 4648, "sp01.example", 10, false,
		   SLOTS([FB_SLOT_PID] = "0x20", [FB_SLOT_IMAGE] = "C:\\cmd.exe", [FB_SLOT_ACCOUNT] = "Admin", [FB_SLOT_SERVER] = "FS02.example"));
	logon(a, "fs02.example", 11, "0x100", "admin", "3", "10.0.0.1", "50000");
	(void)tell(a, "Security", 5140, "fs02.example", 12, false,
		   SLOTS([FB_SLOT_SESSION] = "0x100", [FB_SLOT_ACCOUNT] = "admin", [FB_SLOT_OBJECT] = "\\\\*\\ByCredentials"));
	logon(a, "fs02.example", 100, "0x200", "admin", "3", "10.0.0.1", "50001");
	(void)tell(a, "Security", 5140, "fs02.example", 101, false,
		   SLOTS([FB_SLOT_SESSION] = "0x200", [FB_SLOT_ACCOUNT] = "admin", [FB_SLOT_OBJECT] = "\\\\*\\TooLate"));
	(void)tell(a, SYSMON, 3, "sp01.example", 200, false,
		   SLOTS([FB_SLOT_PID] = "32", [FB_SLOT_IMAGE] = "C:\\cmd.exe", [FB_SLOT_ADDRESS] = "10.0.0.3", [FB_SLOT_PORT] = "445",
			 [FB_SLOT_OWN_ADDRESS] = "10.0.0.1", [FB_SLOT_OWN_PORT] = "50002"));
	logon(a, "dc01.example", 201, "0x300", "other", "3", "10.0.0.1", "50002");
	(void)tell(a, "Security", 5140, "dc01.example", 202, false,
		   SLOTS([FB_SLOT_SESSION] = "0x300", [FB_SLOT_ACCOUNT] = "other", [FB_SLOT_OBJECT] = "\\\\*\\ByPort"));
	s = follow(a);
	CHECK_INT(where(s, "ByCredentials", &sure), 1);
	CHECK(sure);
	CHECK_INT(where(s, "TooLate", NULL), 0);
	CHECK_INT(where(s, "ByPort", &sure), 1);
	CHECK(sure);
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->v[i].does, "logon") == 0 && strcmp(s->v[i].host, "fs02.example") == 0)
			CHECK(s->v[i].origin && strcmp(s->v[s->v[i].origin - 1].host, "sp01.example") == 0);
	fb_activity_free(a);
}

/* C4: an address is another machine's the next day: neither those who come from it then, nor a session with the same
 * address and port, are joined by it. */
static void test_addresses_move(void)
{
	struct fb_activity *a = begin();
	const struct fb_steps *s;

	logon(a, "fs", 0, "0x100", "owner", "3", "10.0.0.5", "50000");
	(void)tell(a, "Security", 4697, "fs", 1, true,
		   SLOTS([FB_SLOT_SESSION] = "0x100", [FB_SLOT_ACCOUNT] = "owner", [FB_SLOT_OBJECT] = "evil", [FB_SLOT_IMAGE] = "evil.exe"));
	logon(a, "fs", 86400, "0x200", "other", "3", "10.0.0.5", "50000");
	(void)tell(a, "Security", 5140, "fs", 86401, false,
		   SLOTS([FB_SLOT_SESSION] = "0x200", [FB_SLOT_ACCOUNT] = "other", [FB_SLOT_OBJECT] = "\\\\*\\NextDay"));
	start(a, "ws", 0, "0x1", "0x20", "C:\\w3wp.exe", "C:\\cmd.exe", NULL, true);
	(void)tell(a, SYSMON, 3, "ws", 10, false,
		   SLOTS([FB_SLOT_PID] = "32", [FB_SLOT_IMAGE] = "C:\\cmd.exe", [FB_SLOT_ADDRESS] = "10.0.0.3", [FB_SLOT_PORT] = "445",
			 [FB_SLOT_OWN_ADDRESS] = "10.0.0.7", [FB_SLOT_OWN_PORT] = "50007"));
	logon(a, "dc", 11, "0x300", "admin", "3", "10.0.0.7", "50007");
	logon(a, "dc", 7200, "0x400", "other", "3", "10.0.0.7", "50007");
	s = follow(a);
	CHECK_INT(where(s, "NextDay", NULL), 0);
	CHECK_INT(where(s, "other from", NULL), 0);
	CHECK(where(s, "admin from", NULL) > 0);
	fb_activity_free(a);
}

/* An account that was made: whoever uses it soon is perhaps who made it, and never for sure. */
static void test_made_account(void)
{
	struct fb_activity *a = begin();
	const struct fb_steps *s;
	bool sure = true;

	start(a, "dc", 0, "0x1", "0x20", "C:\\w3wp.exe", "C:\\net.exe user newone /add", NULL, true);
	(void)tell(a, "Security", 4720, "dc", 1, false,
		   SLOTS([FB_SLOT_SESSION] = "0x3e7", [FB_SLOT_ACCOUNT] = "SYSTEM", [FB_SLOT_OBJECT] = "newone"));
	logon(a, "fs", 3600, "0x100", "NewOne", "10", "10.0.0.9", NULL);
	logon(a, "fs", 30.0 * 24 * 3600, "0x200", "newone", "10", "10.0.0.9", NULL);
	s = follow(a);
	CHECK_INT(where(s, "newone", NULL), 1);
	CHECK_INT(where(s, "NewOne from", &sure), 1);
	CHECK(!sure);
	CHECK_INT(where(s, "newone from", NULL), 0);
	fb_activity_free(a);
}

/* ---- files and services ---- */

/* A file joins from its writing on; a program that ran there before and is written anew only perhaps: it may be an update. */
static void test_files(void)
{
	struct fb_activity *a = begin();
	const struct fb_steps *s;
	bool sure = false;

	start(a, "h", -100, "0x1", "0x10", "C:\\explorer.exe", "C:\\Temp\\tool.exe", NULL, false);
	start(a, "h", 0, "0x1", "0x20", "C:\\w3wp.exe", "C:\\cmd.exe", NULL, true);
	(void)tell(a, SYSMON, 11, "h", 1, false,
		   SLOTS([FB_SLOT_PID] = "32", [FB_SLOT_IMAGE] = "C:\\cmd.exe", [FB_SLOT_OBJECT] = "C:\\Temp\\tool.exe"));
	(void)tell(a, SYSMON, 11, "h", 2, false,
		   SLOTS([FB_SLOT_PID] = "32", [FB_SLOT_IMAGE] = "C:\\cmd.exe", [FB_SLOT_OBJECT] = "C:\\Temp\\fresh.exe"));
	start(a, "h", 50, "0x1", "0x30", "C:\\services.exe", "C:\\temp\\TOOL.exe", NULL, false);
	start(a, "h", 60, "0x1", "0x40", "C:\\services.exe", "C:\\temp\\FRESH.exe", NULL, false);
	start(a, "h", 70, "0x1", "0x50", "C:\\services.exe", "C:\\temp\\FRESH.exe", NULL, false);
	s = follow(a);
	CHECK_INT(where(s, "TOOL.exe", &sure), 1);
	CHECK(!sure);
	CHECK_INT(where(s, "FRESH.exe", &sure), 1);
	CHECK(sure);
	for (size_t i = 0; i < s->n; i++)
		CHECK(s->v[i].first >= T0);
	fb_activity_free(a);
}

/* What an administrator's PsExec writes in six records hangs together; cut off, it is nobody's. */
static void tool(struct fb_activity *a)
{
	logon(a, "fs", 0, "0x100", "admin", "3", "10.0.0.5", NULL);
	(void)tell(a, "Security", 5145, "fs", 0.1, false,
		   SLOTS([FB_SLOT_SESSION] = "0x100", [FB_SLOT_ACCOUNT] = "admin", [FB_SLOT_OBJECT] = "\\\\*\\ADMIN$",
			 [FB_SLOT_OBJECT2] = "PSEXESVC.exe", [FB_SLOT_TYPE] = "0x2"));
	(void)tell(a, "System", 7045, "fs", 0.2, true, SLOTS([FB_SLOT_OBJECT] = "PSEXESVC", [FB_SLOT_IMAGE] = "%SystemRoot%\\PSEXESVC.exe"));
	start(a, "fs", 0.3, "0x1", "0x20", "C:\\Windows\\services.exe", "C:\\Windows\\PSEXESVC.exe", "0x3e7", false);
	start(a, "fs", 0.4, "0x20", "0x30", "C:\\Windows\\PSEXESVC.exe", "C:\\Windows\\cmd.exe", "0x3e7", false);
}

static void test_tool(void)
{
	struct fb_activity *a = begin();
	const struct fb_steps *s;

	tool(a);
	s = follow(a);
	CHECK_INT(s->activities, 1);
	CHECK_INT(s->n, 5);
	for (size_t i = 0; i < s->n; i++)
		CHECK(s->v[i].sure);
	fb_activity_free(a);
	a = begin();
	CHECK_INT(fb_activity_cut(a, 1, 1), 0); /* the logon */
	tool(a);
	s = follow(a);
	CHECK_INT(where(s, "admin from", NULL), 0);
	CHECK_INT(where(s, "PSEXESVC", NULL), 1);
	fb_activity_free(a);
}

/* ---- web ---- */

static void planted(struct fb_activity *a)
{
	start(a, "web", 0, "0x1", "0x20", "C:\\w3wp.exe", "C:\\cmd.exe", NULL, true);
	(void)tell(a, SYSMON, 11, "web", 1, false,
		   SLOTS([FB_SLOT_PID] = "32", [FB_SLOT_IMAGE] = "C:\\cmd.exe", [FB_SLOT_OBJECT] = "C:\\inetpub\\shell.aspx"));
}

/* A page is the file from its writing on; its only client is who uses it, and the rest of what that asked for theirs too. D5: an
 * answer that the other end did not wait for was not handed over. */
static void test_page(void)
{
	struct fb_activity *a = begin();
	const struct fb_steps *s;
	uint64_t least = 0, most = 0;

	planted(a);
	request(a, "web", 20, "203.0.113.9", "POST", "/shell.aspx", "200", "0", "1000", "curl", NULL);
	request(a, "web", 30, "203.0.113.9", "GET", "/loot.zip", "200", "0", "5000", "curl", NULL);
	request(a, "web", 31, "203.0.113.9", "GET", "/more.zip", "200", "64", "7000", "curl", NULL);
	request(a, "web", 32, "198.51.100.1", "GET", "/index.aspx", "200", "0", "9000", "Mozilla", NULL);
	request(a, "web", 33, "198.51.100.2", "GET", "/shell.aspx", "404", "0", "10", "Mozilla", NULL);
	s = follow(a);
	CHECK_INT(where(s, "/loot.zip", NULL), 1);
	CHECK_INT(where(s, "/index.aspx", NULL), 0);
	for (size_t i = 0; i < s->n; i++) {
		least += s->v[i].sure ? s->v[i].bytes : 0;
		most += s->v[i].bytes_most;
	}
	CHECK_INT(least, 6000);
	CHECK_INT(most, 13010); /* he who was refused perhaps belongs to it */
	fb_activity_free(a);
}

/* A page of that name that was asked for before the file was written is not it. */
static void test_page_before(void)
{
	struct fb_activity *a = begin();
	const struct fb_steps *s;

	planted(a);
	request(a, "web", -500, "203.0.113.9", "GET", "/shell.aspx", "200", "0", "1000", "curl", NULL);
	s = follow(a);
	CHECK_INT(where(s, "/shell.aspx", NULL), 0);
	fb_activity_free(a);
}

/* C2: behind one address a crowd: what it asked for besides is not the intruder's, and nothing of it counts. */
static void test_proxy(void)
{
	static const char *const agents[] = { "curl", "Mozilla", "Chrome", "Safari", "Edge" };
	struct fb_activity *a = begin();
	const struct fb_steps *s;
	uint64_t least = 0;

	planted(a);
	request(a, "web", 20, "10.9.9.9", "POST", "/shell.aspx", "200", "0", "1000", "curl", NULL);
	for (unsigned i = 0; i < 5; i++)
		request(a, "web", 30 + i, "10.9.9.9", "GET", "/big.zip", "200", "0", "1000000", agents[i], NULL);
	s = follow(a);
	CHECK_INT(where(s, "/big.zip", NULL), 0);
	for (size_t i = 0; i < s->n; i++)
		least += s->v[i].sure ? s->v[i].bytes : 0;
	CHECK_INT(least, 0);
	fb_activity_free(a);
	/* The same with names of users, who are two. */
	a = begin();
	planted(a);
	request(a, "web", 20, "10.9.9.9", "POST", "/shell.aspx", "200", "0", "1000", "curl", "anna");
	request(a, "web", 30, "10.9.9.9", "GET", "/big.zip", "200", "0", "1000000", "curl", "bert");
	s = follow(a);
	CHECK_INT(where(s, "/big.zip", NULL), 0);
	fb_activity_free(a);
}

/* C2: who asks for others, by a header that it sends, is no client, and whom the header names nobody vouches for. */
static void test_forwarded(void)
{
	struct fb_activity *a = begin();
	const struct fb_steps *s;
	uint64_t least = 0;
	bool sure = true;

	planted(a);
	for (unsigned i = 0; i < 2; i++)
		(void)tell(a, NULL, 0, "web", 20 + i, false,
			   SLOTS([FB_SLOT_ADDRESS] = "10.9.9.9", [FB_SLOT_TYPE] = "GET", [FB_SLOT_OBJECT] = i ? "/big.zip" : "/shell.aspx",
				 [FB_SLOT_STATUS] = "200", [FB_SLOT_BYTES] = "1000", [FB_SLOT_WIN32] = "0", [FB_SLOT_AGENT] = "curl",
				 [FB_SLOT_FORWARDED] = i ? "198.51.100.1" : "203.0.113.9"));
	s = follow(a);
	CHECK_INT(where(s, "/shell.aspx", &sure), 1);
	CHECK(!sure);
	CHECK_INT(where(s, "/big.zip", NULL), 0);
	for (size_t i = 0; i < s->n; i++)
		least += s->v[i].sure ? s->v[i].bytes : 0;
	CHECK_INT(least, 0);
	fb_activity_free(a);
	/* Behind one that is trusted, who was named is the client. */
	a = begin();
	planted(a);
	for (unsigned i = 0; i < 3; i++)
		(void)tell(a, NULL, 0, "web", 20 + i, false,
			   SLOTS([FB_SLOT_ADDRESS] = i == 2 ? "198.51.100.1" : "203.0.113.9", [FB_SLOT_TYPE] = "GET",
				 [FB_SLOT_OBJECT] = i == 2 ? "/other.zip" : i ? "/big.zip" : "/shell.aspx",
				 [FB_SLOT_STATUS] = "200", [FB_SLOT_FORWARDED] = "203.0.113.9", [FB_SLOT_PEER] = "10.9.9.9"));
	s = follow(a);
	CHECK_INT(where(s, "/big.zip", &sure), 1);
	CHECK(sure);
	CHECK_INT(where(s, "/other.zip", NULL), 0);
	fb_activity_free(a);
	/* What stands out of itself is told, whoever asked; the rest of what its proxy asked for is not. */
	a = begin();
	for (unsigned i = 0; i < 2; i++)
		(void)tell(a, NULL, 0, "web", 20 + i, i == 0,
			   SLOTS([FB_SLOT_ADDRESS] = "10.9.9.9", [FB_SLOT_TYPE] = "GET", [FB_SLOT_OBJECT] = i ? "/big.zip" : "/exploit",
				 [FB_SLOT_FORWARDED] = "203.0.113.9"));
	s = follow(a);
	CHECK_INT(where(s, "/exploit", NULL), 1);
	CHECK_INT(where(s, "/big.zip", NULL), 0);
	fb_activity_free(a);
}

/* C5: two use one door. They are not made one, and neither is charged with what the other did. */
static void test_two_clients(void)
{
	struct fb_activity *a = begin();
	const struct fb_steps *s;
	bool sure = true;

	planted(a);
	request(a, "web", 20, "203.0.113.9", "POST", "/shell.aspx", "200", "0", "1000", "curl", NULL);
	request(a, "web", 25, "192.0.2.8", "POST", "/shell.aspx", "200", "0", "1000", "python", NULL);
	request(a, "web", 30, "203.0.113.9", "GET", "/loot.zip", "200", "0", "5000", "curl", NULL);
	s = follow(a);
	CHECK_INT(where(s, "/shell.aspx", &sure), 1);
	CHECK(!sure);
	CHECK_INT(where(s, "/loot.zip", NULL), 0);
	fb_activity_free(a);
}

/* Two who have nothing in common but an hour and a server stay two; a server's process that both used is an edge. */
static void test_two_actors(void)
{
	struct fb_activity *a = begin();
	const struct fb_steps *s;

	start(a, "web", 0, "0x1", "0x20", "C:\\w3wp.exe", "C:\\cmd.exe", NULL, true);
	start(a, "web", 60, "0x1", "0x30", "C:\\w3wp.exe", "C:\\powershell.exe", NULL, true);
	s = follow(a);
	CHECK_INT(s->activities, 2);
	CHECK(has_edge(s, "server"));
	fb_activity_free(a);
}

/* Chance and cause: processes that a server started while a client's requests were served. */
static void moments(struct fb_activity *a, unsigned others)
{
	static const char *const pids[] = { "0x20", "0x21", "0x22", "0x23" };

	for (unsigned i = 0; i < 4; i++) {
		start(a, "web", 100 * i, "0x1", pids[i], "C:\\w3wp.exe", "C:\\cmd.exe", NULL, true);
		request(a, "web", 100 * i + 0.5, "203.0.113.9", "POST", "/start.aspx", "200", "0", "1000", "curl", NULL);
		request(a, "web", 100 * i + 0.6, "198.51.100.1", "POST", "/other.aspx", "200", "0", "1000", "Mozilla", NULL);
	}
	for (unsigned i = 0; i < others; i++)
		request(a, "web", 1000 + i, "198.51.100.1", "POST", "/other.aspx", "200", "0", "1000", "Mozilla", NULL);
}

static int nothing(void *user, struct fb_slice s)
{
	(void)user;
	(void)s;
	return 0;
}

static int no_time(void *user, fb_time t)
{
	(void)user;
	(void)t;
	return 0;
}

static void test_moments(void)
{
	static const struct fb_activity_wants wants = { nothing, nothing, no_time };
	struct fb_activity *a = begin();
	const struct fb_steps *s;
	bool sure = false;

	moments(a, 50);
	(void)follow(a);
	CHECK_INT(fb_activity_wants(a, &wants, NULL), 0);
	s = follow(a);
	CHECK(where(s, "/start.aspx", &sure) > 0);
	CHECK(sure);
	CHECK_INT(where(s, "/other.aspx", NULL), 0); /* it asks all the time */
	fb_activity_free(a);
}

/* What another program tells joins perhaps, never for sure. */
static void test_second_hand(void)
{
	struct fb_activity *a = begin();
	const struct fb_steps *s;
	bool sure = true;

	start(a, "h", 0, "0x1", "0x20", "C:\\w3wp.exe", "C:\\cmd.exe", NULL, true);
	second_hand = true;
	start(a, "h", 1, "0x20", "0x30", "C:\\cmd.exe", "C:\\told.exe", NULL, false);
	second_hand = false;
	s = follow(a);
	CHECK_INT(where(s, "told.exe", &sure), 1);
	CHECK(!sure);
	fb_activity_free(a);
}

/* A person joins what no record does. */
static void test_said(void)
{
	struct fb_activity *a = begin();
	const struct fb_steps *s;
	bool sure = false;

	CHECK_INT(fb_activity_join(a, 1, 1, 1, 2), 0);
	CHECK_INT(fb_activity_join(a, 1, 77, 1, 2), 0); /* there is no such record */
	start(a, "h", 0, "0x1", "0x20", "C:\\w3wp.exe", "C:\\cmd.exe", NULL, true);
	start(a, "other", 90000, "0x1", "0x20", "C:\\services.exe", "C:\\late.exe", NULL, false);
	s = follow(a);
	CHECK_INT(where(s, "late.exe", &sure), 1);
	CHECK(sure);
	fb_activity_free(a);
}

/* ---- clocks ---- */

/* A connection on one machine and the session that it made on another, whose clock is ahead. */
static void exchange(struct fb_activity *a, double at, const char *port, double ahead)
{
	(void)tell(a, SYSMON, 3, "sp01", at, false,
		   SLOTS([FB_SLOT_PID] = "999", [FB_SLOT_IMAGE] = "C:\\backup.exe", [FB_SLOT_ADDRESS] = "10.0.0.2", [FB_SLOT_PORT] = "445",
			 [FB_SLOT_OWN_ADDRESS] = "10.0.0.1", [FB_SLOT_OWN_PORT] = port));
	logon(a, "fs02", at + 0.3 + ahead, port, "backup", "3", "10.0.0.1", port);
}

static const char *const ports[] = { "50001", "50002", "50003", "50004", "50005", "50006", "50007", "50008", "50009", "50010" };

static void exchanges(struct fb_activity *a, unsigned n, double from, double ahead)
{
	for (unsigned i = 0; i < n; i++)
		exchange(a, from + 100 * i, ports[i], ahead);
}

/* From a shell on the one to a share on the other, by credentials. */
static void across(struct fb_activity *a, double at, const char *session, double ahead, const char *share)
{
	(void)tell(a, "Security", 4648, "sp01", at, false,
		   SLOTS([FB_SLOT_PID] = "0x20", [FB_SLOT_IMAGE] = "C:\\cmd.exe", [FB_SLOT_ACCOUNT] = "Admin", [FB_SLOT_SERVER] = "FS02"));
	logon(a, "fs02", at + 0.5 + ahead, session, "admin", "3", "10.0.0.1", NULL);
	(void)tell(a, "Security", 5140, "fs02", at + 1 + ahead, false,
		   SLOTS([FB_SLOT_SESSION] = session, [FB_SLOT_ACCOUNT] = "admin", [FB_SLOT_OBJECT] = share));
}

static const struct fb_steps *skewed(struct fb_activity *a, unsigned n, double ahead)
{
	start(a, "sp01", 0, "0x1", "0x20", "C:\\w3wp.exe", "C:\\cmd.exe", NULL, true);
	exchanges(a, n, 1000, ahead);
	across(a, 5000, "0x700", ahead, "\\\\*\\Theirs");
	return follow(a);
}

/* C6, law 4: a clock that is seven minutes ahead changes nothing, as long as five exchanges tell how far. */
static void test_skew(void)
{
	struct fb_activity *a = begin(), *b;
	const struct fb_steps *s = skewed(a, 5, 0), *t;
	bool sure = false;

	CHECK_INT(where(s, "Theirs", &sure), 1);
	CHECK(sure);
	b = begin();
	t = skewed(b, 5, 420);
	CHECK_INT(s->n, t->n);
	for (size_t i = 0; i < s->n && i < t->n; i++) {
		CHECK_STR(s->v[i].what, t->v[i].what);
		CHECK_STR(s->v[i].join, t->v[i].join);
		CHECK_INT(s->v[i].activity, t->v[i].activity);
		CHECK_INT(s->v[i].sure, t->v[i].sure);
		CHECK_INT(s->v[i].origin, t->v[i].origin);
		/* What was recorded stays. */
		CHECK_INT(t->v[i].first - s->v[i].first, strcmp(t->v[i].host, "fs02") ? 0 : 420 * FB_SECOND);
	}
	CHECK_INT(t->nskews, 1);
	CHECK(t->skews[0].known);
	CHECK_STR(t->skews[0].a, "fs02");
	CHECK_INT(t->skews[0].exchanges, 6);
	CHECK_INT(t->skews[0].apart / (FB_SECOND / 10), -4203);
	CHECK_INT(t->skews[0].spread, FB_SECOND);
	fb_activity_free(a);
	fb_activity_free(b);
	/* Four tell nothing: the clocks are not known, and fifteen seconds are allowed. */
	a = begin();
	start(a, "sp01", 0, "0x1", "0x20", "C:\\w3wp.exe", "C:\\cmd.exe", NULL, true);
	exchanges(a, 3, 1000, 420);
	across(a, 5000, "0x700", 420, "\\\\*\\Theirs");
	s = follow(a);
	CHECK_INT(where(s, "Theirs", NULL), 0);
	fb_activity_free(a);
	a = begin();
	start(a, "sp01", 0, "0x1", "0x20", "C:\\w3wp.exe", "C:\\cmd.exe", NULL, true);
	exchanges(a, 3, 1000, 0);
	across(a, 5000, "0x700", 9, "\\\\*\\Theirs");
	s = follow(a);
	CHECK_INT(where(s, "Theirs", NULL), 1);
	CHECK_INT(s->nskews, 1);
	CHECK(!s->skews[0].known);
	CHECK_INT(s->skews[0].apart, 0);
	fb_activity_free(a);
}

/* Which machine was read first, and which began, changes no number. */
static void test_skew_order(void)
{
	struct fb_activity *a[2] = { begin(), begin() };
	const struct fb_steps *s[2];

	for (unsigned k = 0; k < 2; k++) {
		start(a[k], k ? "fs02" : "sp01", 0, "0x1", "0x90", "C:\\w3wp.exe", "C:\\cmd.exe", NULL, true);
		start(a[k], k ? "sp01" : "fs02", 0, "0x1", "0x90", "C:\\w3wp.exe", "C:\\cmd.exe", NULL, true);
		for (unsigned i = 0; i < 6; i++)
			exchange(a[k], 1000 + 100 * i, ports[i], 60 + i * i * 0.1);
		s[k] = follow(a[k]);
		CHECK_INT(s[k]->nskews, 1);
	}
	CHECK_STR(s[0]->skews[0].a, s[1]->skews[0].a);
	CHECK_INT(s[0]->skews[0].apart, s[1]->skews[0].apart);
	CHECK_INT(s[0]->skews[0].apart / 1000000, -60950); /* 60.3 s, and between 0.4 and 0.9 */
	CHECK_INT(s[0]->skews[0].spread, s[1]->skews[0].spread);
	fb_activity_free(a[0]);
	fb_activity_free(a[1]);
}

/* Where it is known, the same reading of both clocks is another moment. */
static void test_skew_narrows(void)
{
	struct fb_activity *a = begin();
	const struct fb_steps *s;

	start(a, "sp01", 0, "0x1", "0x20", "C:\\w3wp.exe", "C:\\cmd.exe", NULL, true);
	exchanges(a, 6, 1000, 420);
	across(a, 5000, "0x700", 5, "\\\\*\\Other");
	s = follow(a);
	CHECK_INT(where(s, "Other", NULL), 0);
	fb_activity_free(a);
}

/* What comes round every five minutes says as much for one distance as for the next; and five sessions of one
 * connection are one exchange. */
static void test_skew_round(void)
{
	struct fb_activity *a = begin();
	const struct fb_steps *s;

	start(a, "sp01", 0, "0x1", "0x20", "C:\\w3wp.exe", "C:\\cmd.exe", NULL, true);
	for (unsigned i = 0; i < 10; i++)
		across(a, 1000 + 300 * i, ports[i], 300, "\\\\*\\Round");
	s = follow(a);
	for (size_t i = 0; i < s->nskews; i++)
		CHECK(!s->skews[i].known);
	fb_activity_free(a);
	a = begin();
	start(a, "sp01", 0, "0x1", "0x20", "C:\\w3wp.exe", "C:\\cmd.exe", NULL, true);
	exchange(a, 1000, ports[0], 420);
	for (unsigned i = 1; i < 8; i++)
		logon(a, "fs02", 1000 + 0.5 * i + 420, ports[i], "backup", "3", "10.0.0.1", ports[0]);
	across(a, 5000, "0x700", 0, "\\\\*\\Theirs");
	s = follow(a);
	CHECK_INT(where(s, "Theirs", NULL), 1);
	for (size_t i = 0; i < s->nskews; i++)
		CHECK(!s->skews[i].known);
	fb_activity_free(a);
}

/* A clock that was set is two: before and after. */
static void test_skew_segments(void)
{
	struct fb_activity *a = begin();
	const struct fb_steps *s;
	bool sure = false;

	start(a, "sp01", 0, "0x1", "0x20", "C:\\w3wp.exe", "C:\\cmd.exe", NULL, true);
	exchanges(a, 5, 1000, 0);
	across(a, 2000, "0x700", 0, "\\\\*\\Before");
	/* T0 + 3000 s, seven minutes on */
	(void)tell(a, "Security", 4616, "fs02", 3420, false, SLOTS([FB_SLOT_OBJECT] = "2025-08-12T12:50:00Z", [FB_SLOT_OBJECT2] = "2025-08-12T12:57:00Z"));
	for (unsigned i = 5; i < 10; i++)
		exchange(a, 4000 + 100 * i, ports[i], 420);
	across(a, 8000, "0x701", 420, "\\\\*\\After");
	s = follow(a);
	CHECK_INT(where(s, "Before", &sure), 1);
	CHECK(sure);
	CHECK_INT(where(s, "After", &sure), 1);
	CHECK(sure);
	CHECK_INT(s->nskews, 2);
	CHECK(s->skews[0].known && s->skews[1].known);
	fb_activity_free(a);
}

/* A log of requests has the moment at which they ended: a download of forty minutes is no clock that is forty minutes off. */
static void downloads(struct fb_activity *a, double took, const char *taken)
{
	start(a, "sp01", 0, "0x1", "0x20", "C:\\w3wp.exe", "C:\\cmd.exe", NULL, true);
	start(a, "web", 0, "0x1", "0x20", "C:\\w3wp.exe", "C:\\cmd.exe", NULL, true);
	for (unsigned i = 0; i < 6; i++) {
		(void)tell(a, SYSMON, 3, "sp01", 1000 * i * i, false,
			   SLOTS([FB_SLOT_PID] = "999", [FB_SLOT_IMAGE] = "C:\\curl.exe", [FB_SLOT_ADDRESS] = "10.0.0.9", [FB_SLOT_PORT] = "443",
				 [FB_SLOT_OWN_ADDRESS] = "10.0.0.1", [FB_SLOT_OWN_PORT] = ports[i]));
		(void)tell(a, NULL, 0, "web", 1000 * i * i + took, false,
			   SLOTS([FB_SLOT_ADDRESS] = "10.0.0.1", [FB_SLOT_TYPE] = "GET", [FB_SLOT_OBJECT] = "/big.zip", [FB_SLOT_STATUS] = "200",
				 [FB_SLOT_TAKEN] = taken));
	}
}

static void test_skew_requests(void)
{
	struct fb_activity *a = begin();
	const struct fb_steps *s;

	downloads(a, 8, "7500");
	s = follow(a);
	CHECK_INT(s->nskews, 1);
	CHECK(s->skews[0].known);
	CHECK_INT(s->skews[0].apart, FB_SECOND / 2); /* not eight */
	fb_activity_free(a);
	a = begin();
	downloads(a, 2400, "2400000");
	s = follow(a);
	CHECK_INT(s->nskews, 0);
	fb_activity_free(a);
	a = begin();
	downloads(a, 2400, NULL);
	s = follow(a);
	CHECK_INT(s->nskews, 0);
	fb_activity_free(a);
}

/* ---- the rest ---- */

static void test_nothing(void)
{
	struct fb_activity *a = begin();
	const struct fb_steps *s = follow(a);

	CHECK_INT(s->n, 0);
	start(a, "h", 0, "0x1", "0x20", "C:\\w3wp.exe", "C:\\cmd.exe", NULL, false);
	fb_activity_free(a);
	a = begin();
	start(a, "h", 0, "0x1", "0x20", "C:\\w3wp.exe", "C:\\cmd.exe", NULL, false);
	s = follow(a);
	CHECK_INT(s->n, 0); /* nobody said that anything of it stands out */
	fb_activity_free(a);
}

/* The order in which records are told of changes nothing. */
static void test_order(void)
{
	struct fb_activity *a = begin(), *b;
	const struct fb_steps *s, *t;

	start(a, "h", 0, "0x1", "0x20", "C:\\w3wp.exe", "C:\\cmd.exe", NULL, false);
	start(a, "h", 1, "0x20", "0x30", "C:\\cmd.exe", "C:\\whoami.exe", NULL, true);
	s = follow(a);
	b = begin();
	start(b, "h", 1, "0x20", "0x30", "C:\\cmd.exe", "C:\\whoami.exe", NULL, true);
	start(b, "h", 0, "0x1", "0x20", "C:\\w3wp.exe", "C:\\cmd.exe", NULL, false);
	t = follow(b);
	CHECK_INT(s->n, t->n);
	for (size_t i = 0; i < s->n && i < t->n; i++) {
		CHECK_STR(s->v[i].what, t->v[i].what);
		CHECK_STR(s->v[i].join, t->v[i].join);
	}
	fb_activity_free(a);
	fb_activity_free(b);
}

/* ---- what anybody opened ---- */

static void audit(struct fb_activity *a, double at, const char *session, const char *share, const char *name, const char *rights)
{
	(void)tell(a, "Security", share ? 5145 : 4663, "fs02", at, false,
		   share ? SLOTS([FB_SLOT_SESSION] = session, [FB_SLOT_OBJECT] = share, [FB_SLOT_OBJECT2] = name, [FB_SLOT_TYPE] = rights)
			 : SLOTS([FB_SLOT_SESSION] = session, [FB_SLOT_OBJECT] = name, [FB_SLOT_TYPE] = rights));
}

/* Whoever it was, each name once; what was done an hour and more before the first step is told apart. */
static void test_openings(void)
{
	struct fb_activity *a = begin();
	const struct fb_step_opening *o;
	const struct fb_steps *s;
	char name[500];

	memset(name, 'x', sizeof name);
	name[sizeof name - 1] = 0;
	start(a, "sp01", 0, "0x20", "0x30", "C:\\cmd.exe", "C:\\powershell.exe", "0x3e7", true);
	audit(a, -7200, "0x91", "\\\\*\\HR", "Old\\a.docx", "0x1");
	audit(a, 10, "0x91", "\\\\*\\HR", "b.docx", "0x120089");
	audit(a, 2000, "0x92", "\\\\*\\hr", "B.DOCX", "0x1");
	audit(a, 20, "0x92", "\\\\*\\HR", "run.exe", "0x20");
	audit(a, 20, "0x92", "\\\\*\\HR", "mail.pst", "%%4416");
	audit(a, 30, "0x92", "\\\\*\\HR", "times only", "0x80");
	audit(a, 30, "0x92", "\\\\*\\HR", "written.txt", "0x6");
	audit(a, 30, "0x92", "\\\\*\\Long", name, "0x1");
	audit(a, 40, "0x93", NULL, "D:\\HR\\b.docx", "0x1");
	s = follow(a);
	CHECK(s->opened_kept && s->openings_left_out == 0);
	CHECK_INT(s->nopenings, 3);
	o = s->openings;
	CHECK_STR(o[0].share, "");
	CHECK_INT(o[0].since, 1);
	CHECK_STR(o[1].share, "\\\\*\\HR");
	CHECK_INT(o[1].ever, 4);
	CHECK_INT(o[1].since, 3);
	CHECK_INT(o[1].nholders, 1);
	CHECK_STR(o[1].holders[0], "mail.pst");
	CHECK(!o[1].untold && o[2].untold);
	fb_activity_free(a);
}

int main(void)
{
	test_openings();
	test_tree();
	test_pid_again();
	test_twins();
	test_no_third();
	test_shared_account();
	test_session_again();
	test_machines();
	test_addresses_move();
	test_made_account();
	test_files();
	test_tool();
	test_page();
	test_page_before();
	test_proxy();
	test_forwarded();
	test_two_clients();
	test_two_actors();
	test_moments();
	test_second_hand();
	test_said();
	test_skew();
	test_skew_order();
	test_skew_narrows();
	test_skew_round();
	test_skew_segments();
	test_skew_requests();
	test_nothing();
	test_order();
	return check_done();
}
