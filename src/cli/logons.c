/* Who logged on where, from where and how, and who tried. */
#include "cli/grid.h"
#include "cli/survey.h"
#include "cli/tally.h"
#include "cli/unpacking.h"

#include "base/limits.h"

static const struct fb_opt own[] = {
	{ "web", 0, FB_OPT_FLAG, NULL, "also users of web logs (reads all of them)", false },
	{ "all", 'a', FB_OPT_FLAG, NULL, "in the table also services and the machines themselves", false },
	{ 0 },
};
static const struct fb_opt *const opts[] = { own, fb_opts_survey, fb_opts_format, fb_opts_zone, fb_opts_unpack,
					     fb_opts_common, NULL };

#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define IDS(...) ((const uint32_t[]){ __VA_ARGS__, 0 })
#define SECURITY LIST("Security")
#define SESSIONS LIST("Microsoft-Windows-TerminalServices-LocalSessionManager/Operational")
#define CONNECTIONS LIST("Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational")

enum query { LOGON, FAILED, EXPLICIT, LOGOFF, PRIVILEGED, NTLM, TICKET, PREAUTH, SESSION, REMOTE, WEB };

static const enum fb_lane web_lane = FB_LANE_WEB;

/* The fields of each: account's domain and name, where from, and else by place. */
static const struct fb_query queries[] = {
	[LOGON] = { .channels = SECURITY, .event_ids = IDS(4624),
		    .fields = LIST("TargetDomainName", "TargetUserName", "IpAddress",
				   "WorkstationName", "LogonType") },
	[FAILED] = { .channels = SECURITY, .event_ids = IDS(4625),
		     .fields = LIST("TargetDomainName", "TargetUserName", "IpAddress",
				    "WorkstationName", "LogonType") },
	[EXPLICIT] = { .channels = SECURITY, .event_ids = IDS(4648),
		       .fields = LIST("TargetDomainName", "TargetUserName", "IpAddress",
				      "TargetServerName", "SubjectUserName") },
	[LOGOFF] = { .channels = SECURITY, .event_ids = IDS(4634, 4647),
		     .fields = LIST("TargetDomainName", "TargetUserName") },
	[PRIVILEGED] = { .channels = SECURITY, .event_ids = IDS(4672),
			 .fields = LIST("SubjectDomainName", "SubjectUserName") },
	[NTLM] = { .channels = SECURITY, .event_ids = IDS(4776),
		   .fields = LIST("NoDomain", "TargetUserName", "Workstation", "NoSecond", "Status") },
	[TICKET] = { .channels = SECURITY, .event_ids = IDS(4768),
		     .fields = LIST("TargetDomainName", "TargetUserName", "IpAddress", "NoSecond",
				    "Status") },
	[PREAUTH] = { .channels = SECURITY, .event_ids = IDS(4771),
		      .fields = LIST("TargetDomainName", "TargetUserName", "IpAddress", "NoSecond",
				     "Status") },
	[SESSION] = { .channels = SESSIONS, .event_ids = IDS(21, 24, 25),
		      .fields = LIST("NoDomain", "User", "Address") },
	[REMOTE] = { .channels = CONNECTIONS, .event_ids = IDS(1149),
		     .fields = LIST("Param2", "Param1", "Param3") },
	[WEB] = { .lane = &web_lane, .terms = LIST("cs-username=?*"), .nterms = 1,
		  .fields = LIST("NoDomain", "cs-username", "c-ip", "NoSecond", "sc-status") },
};

static const char *const hows[] = {
	[LOGON] = "logon", [FAILED] = "logon", [EXPLICIT] = "explicit", [NTLM] = "ntlm",
	[TICKET] = "kerberos", [PREAUTH] = "kerberos", [SESSION] = "rdp-session",
	[REMOTE] = "rdp-connection", [WEB] = "web",
};

/* Parts of a row's key. */
enum { P_HOST, P_ACCOUNT, P_FROM, P_HOW, P_TYPE, PARTS };
/* Counters and times of a row. */
enum { N_OK, N_FAILED };
enum { T_OK_FIRST, T_OK_LAST, T_FAILED_FIRST, T_FAILED_LAST };

struct logons {
	struct fb_survey survey;
	struct fb_tally rows;
	struct fb_tally pairs;   /* by host, account, from: what all kinds say together */
	struct fb_tally accounts; /* by host, account: logoffs, privileges */
	struct fb_buf key, account;
	uint64_t left_out;
};

static void put_part(struct fb_buf *key, struct fb_slice s)
{
	(void)fb_buf_slice(key, s);
	(void)fb_buf_putc(key, 0xFF);
}

static bool succeeded(enum query q, const struct fb_pass_hit *hit)
{
	struct fb_slice status = fb_survey_value(hit, 4);

	switch (q) {
	case FAILED:
	case PREAUTH:
		return false;
	case NTLM:
	case TICKET:
		return fb_slice_eqs(status, "0x0");
	case WEB:
		return !fb_slice_eqs(status, "401") && !fb_slice_eqs(status, "403");
	default:
		return true;
	}
}

static void note(struct fb_tally_row *row, bool ok, fb_time t)
{
	fb_time *first = &row->at[ok ? T_OK_FIRST : T_FAILED_FIRST];
	fb_time *last = &row->at[ok ? T_OK_LAST : T_FAILED_LAST];

	row->n[ok ? N_OK : N_FAILED]++;
	if (t == FB_TIME_NONE)
		return;
	if (*first == FB_TIME_NONE || t < *first)
		*first = t;
	if (*last == FB_TIME_NONE || t > *last)
		*last = t;
}

static int on_hit(void *user, const struct fb_pass_hit *hit)
{
	struct logons *l = user;
	enum query q = (enum query)hit->d->rule;
	struct fb_slice from = fb_survey_value(hit, 2), second = fb_survey_value(hit, 3);
	struct fb_tally_row *row, *pair;
	bool ok = succeeded(q, hit);
	int r;

	fb_buf_clear(&l->account);
	fb_survey_account(&l->account, fb_survey_value(hit, 0), fb_survey_value(hit, 1));
	fb_buf_clear(&l->key);
	put_part(&l->key, hit->host);
	put_part(&l->key, fb_buf_view(&l->account));
	if (q == LOGOFF || q == PRIVILEGED) {
		r = fb_tally_at(&l->accounts, fb_buf_view(&l->key), hit->d->time, &row);
		if (!r && row)
			row->n[q == PRIVILEGED]++;
		return r ? fb_fail(&l->survey.cli->err, r, "out of memory") : 0;
	}
	put_part(&l->key, from.n ? from : second);
	r = fb_tally_at(&l->pairs, fb_buf_view(&l->key), hit->d->time, &pair);
	if (!r && pair)
		note(pair, ok, hit->d->time);
	put_part(&l->key, fb_slice_str(hows[q]));
	put_part(&l->key, q == LOGON || q == FAILED ? fb_survey_value(hit, 4)
						    : (struct fb_slice){ 0 });
	if (!r)
		r = fb_tally_at(&l->rows, fb_buf_view(&l->key), hit->d->time, &row);
	if (!r && row)
		note(row, ok, hit->d->time);
	return r ? fb_fail(&l->survey.cli->err, r, "out of memory") : 0;
}

/* ---- output ---- */

static const struct fb_grid_column columns[] = {
	{ "account", "ACCOUNT", FB_GRID_TEXT, 32 },
	{ "host", "HOST", FB_GRID_TEXT, 24 },
	{ "from", "FROM", FB_GRID_TEXT, 24 },
	{ "how", NULL, FB_GRID_TEXT, 0 },
	{ "type", NULL, FB_GRID_TEXT, 0 },
	{ "kind", "HOW", FB_GRID_TEXT, 24 },
	{ "succeeded", "OK", FB_GRID_COUNT, 0 },
	{ "failed", "FAILED", FB_GRID_COUNT, 0 },
	{ "failed_then_succeeded", "THEN OK", FB_GRID_YES, 0 },
	{ "privileged", "PRIV", FB_GRID_YES, 0 },
	{ "first", "FIRST", FB_GRID_TIME, 0 },
	{ "last", "LAST", FB_GRID_TIME, 0 },
	{ "succeeded_first", NULL, FB_GRID_TIME, 0 },
	{ "succeeded_last", NULL, FB_GRID_TIME, 0 },
	{ "failed_first", NULL, FB_GRID_TIME, 0 },
	{ "failed_last", NULL, FB_GRID_TIME, 0 },
	{ "logoffs", NULL, FB_GRID_COUNT, 0 },
};
#define NCOLUMNS (sizeof columns / sizeof *columns)

static const char *type_word(struct fb_slice how, struct fb_slice type)
{
	static const struct { const char *type, *word; } words[] = {
		{ "0", "system" }, { "2", "interactive" }, { "3", "network" }, { "4", "batch" },
		{ "5", "service" }, { "7", "unlock" }, { "8", "network, clear text" },
		{ "9", "new credentials" }, { "10", "remote desktop" },
		{ "11", "interactive, cached" }, { "12", "remote desktop, cached" },
		{ "13", "unlock, cached" },
	};
	static const struct { const char *how, *word; } kinds[] = {
		{ "logon", "logon" }, { "explicit", "other credentials used" }, { "ntlm", "NTLM" },
		{ "kerberos", "Kerberos" }, { "rdp-session", "remote desktop session" },
		{ "rdp-connection", "remote desktop connection" }, { "web", "web request" },
	};

	for (size_t i = 0; i < sizeof words / sizeof *words && type.n; i++)
		if (fb_slice_eqs(type, words[i].type))
			return words[i].word;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (fb_slice_eqs(how, kinds[i].how))
			return kinds[i].word;
	return "";
}

static void split(struct fb_slice key, struct fb_slice part[static PARTS])
{
	for (unsigned i = 0; i < PARTS; i++) {
		size_t n = fb_slice_find(key, FB_LIT("\xFF"));

		part[i] = fb_slice_sub(key, 0, n);
		key = fb_slice_sub(key, n + 1, key.n);
	}
}

/* What services and machines do all day. */
static bool is_daily(const struct fb_slice part[static PARTS])
{
	static const char *const domains[] = { "NT AUTHORITY\\", "Window Manager\\",
					       "Font Driver Host\\", "NT Service\\" };
	struct fb_slice a = part[P_ACCOUNT];

	if (fb_slice_eqs(part[P_TYPE], "5") || fb_slice_eqs(part[P_TYPE], "0") ||
	    (a.n && a.p[a.n - 1] == '$'))
		return true;
	for (size_t i = 0; i < sizeof domains / sizeof *domains; i++)
		if (fb_slice_ieq(fb_slice_sub(a, 0, strlen(domains[i])), fb_slice_str(domains[i])))
			return true;
	return false;
}

static bool is_guessed(struct logons *l, const struct fb_tally_row *row, const struct fb_slice *part)
{
	size_t n = part[P_HOST].n + part[P_ACCOUNT].n + part[P_FROM].n + 3;
	const struct fb_tally_row *pair = fb_tally_get(&l->pairs, fb_slice_sub(row->key, 0, n));

	return pair && pair->n[N_FAILED] && pair->n[N_OK] && pair->at[T_FAILED_FIRST] != FB_TIME_NONE &&
	       pair->at[T_OK_LAST] > pair->at[T_FAILED_FIRST];
}

static int put_row(struct logons *l, struct fb_grid *g, const struct fb_tally_row *row)
{
	struct fb_slice part[PARTS];
	const struct fb_tally_row *account;
	bool all = fb_args_has(&l->survey.cli->args, "all") || l->survey.as != FB_AS_TEXT;

	split(row->key, part);
	if (!all && is_daily(part) && row->n[N_FAILED] == 0) {
		l->left_out++;
		return 0;
	}
	account = fb_tally_get(&l->accounts, fb_slice_sub(row->key, 0, part[P_HOST].n +
								       part[P_ACCOUNT].n + 2));
	{
		const struct fb_grid_value v[NCOLUMNS] = {
			{ .text = part[P_ACCOUNT] }, { .text = part[P_HOST] },
			{ .text = part[P_FROM] }, { .text = part[P_HOW] }, { .text = part[P_TYPE] },
			{ .text = fb_slice_str(type_word(part[P_HOW], part[P_TYPE])) },
			{ .count = row->n[N_OK] }, { .count = row->n[N_FAILED] },
			{ .yes = is_guessed(l, row, part) },
			{ .yes = account && account->n[1] }, { .time = row->first },
			{ .time = row->last }, { .time = row->at[T_OK_FIRST] },
			{ .time = row->at[T_OK_LAST] }, { .time = row->at[T_FAILED_FIRST] },
			{ .time = row->at[T_FAILED_LAST] }, { .count = account ? account->n[0] : 0 },
		};

		return fb_grid_row(g, v);
	}
}

static int put_all(struct logons *l)
{
	struct fb_cli *cli = l->survey.cli;
	struct fb_buf *out = &cli->out.buf;
	struct fb_tally_row **rows;
	size_t n = l->rows.n;
	struct fb_grid g;
	int r = 0;

	fb_grid_init(&g, cli, l->survey.as, "logons", columns, NCOLUMNS);
	rows = fb_tally_sorted(&l->rows, FB_TALLY_BY_TIME);
	for (size_t i = 0; i < n && !r && (!l->survey.limit || g.rows < l->survey.limit); i++)
		r = put_row(l, &g, rows[i]);
	if (!r)
		r = fb_grid_end(&g);
	if (!r && l->survey.as == FB_AS_TEXT) {
		if (g.rows == 0)
			(void)fb_buf_puts(out, "No logon to show.\n");
		if (l->left_out)
			(void)fb_buf_printf(out, "\nLeft out: %llu of services and of the machines "
					    "themselves (--all shows them)\n",
					    (unsigned long long)l->left_out);
	}
	fb_grid_dispose(&g);
	return r ? r : fb_tally_say(cli, &l->rows);
}

static int run(struct fb_cli *cli)
{
	struct logons l = {
		.survey = { .cli = cli, .queries = queries, .bring = FB_RENDER_PLACE, .hit = on_hit,
			    .n = fb_args_has(&cli->args, "web") ? WEB + 1 : WEB },
	};
	int r;

	l.survey.user = &l;
	fb_tally_init(&l.rows);
	fb_tally_init(&l.pairs);
	fb_tally_init(&l.accounts);
	fb_buf_init(&l.key, (size_t)1 << 20);
	fb_buf_init(&l.account, (size_t)1 << 20);
	r = fb_survey_run(&l.survey);
	if (!r)
		r = put_all(&l);
	fb_tally_dispose(&l.rows);
	fb_tally_dispose(&l.pairs);
	fb_tally_dispose(&l.accounts);
	fb_buf_dispose(&l.key);
	fb_buf_dispose(&l.account);
	return fb_cli_done(cli, r);
}

const struct fb_cmd fb_cmd_logons = {
	.name = "logons",
	.summary = "who logged on where and from where, and who tried",
	.usage = "[CASE] [OPTION…]",
	.about = "Reads the logon events of the evidence (Security 4624, 4625, 4648, 4776, 4768, 4771,\n"
		 "remote desktop sessions; with --web the users of web logs) and sums them up by\n"
		 "account, host, origin and kind, in the order in which they were first seen. THEN OK:\n"
		 "failures, and later a success, of this account from there. PRIV: it got special\n"
		 "privileges on that host (4672). Each event counts once, however many copies it has.",
	.opts = opts,
	.most = 1,
	.run = run,
};
