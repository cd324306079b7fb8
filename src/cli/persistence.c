/* What was set up to stay: services, tasks, accounts, members of groups, programs that
 * start by themselves, files and modules of web servers. */
#include "cli/grid.h"
#include "cli/survey.h"
#include "cli/tally.h"
#include "cli/unpacking.h"

#include "base/limits.h"

static const struct fb_opt *const opts[] = { fb_opts_survey, fb_opts_format, fb_opts_zone, fb_opts_unpack,
					     fb_opts_common, NULL };

#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define IDS(...) ((const uint32_t[]){ __VA_ARGS__, 0 })
#define SECURITY LIST("Security")
#define SYSTEM LIST("System")
#define SYSMON LIST("Microsoft-Windows-Sysmon/Operational")
#define TASKS LIST("Microsoft-Windows-TaskScheduler/Operational")
#define WMI LIST("Microsoft-Windows-WMI-Activity/Operational")
#define IIS LIST("Microsoft-IIS-Configuration/Operational")

#define TASK_COMMAND "/<Command>([^<]*)/"

static const char autostart[] =
	"/\\\\(CurrentVersion\\\\(Run|RunOnce|RunServices|Policies\\\\Explorer\\\\Run)\\\\"
	"|Winlogon\\\\(Shell|Userinit|Notify)|Image File Execution Options\\\\.*\\\\Debugger"
	"|SilentProcessExit\\\\.*\\\\MonitorProcess|Windows\\\\(AppInit_DLLs|Load)$"
	"|Control\\\\Lsa\\\\(Security|Notification|Authentication) Packages|Active Setup\\\\)/";
static const char web_file[] =
	"/\\\\(inetpub|wwwroot|LAYOUTS|Web Server Extensions|htdocs|webapps|OWA|ClientAccess)\\\\"
	".*\\.(aspx?|ashx|asmx|ascx|asax|cshtml|svc|php|jspx?|war)$/";

/* Of each: what, its content, by whom; NAME/RE/: what the group matches. */
static const struct {
	const char *kind;
	struct fb_query query;
} asked[] = {
	{ "service", { .channels = SYSTEM, .event_ids = IDS(7045),
		       .fields = LIST("ServiceName", "ImagePath", "AccountName") } },
	{ "service", { .channels = SECURITY, .event_ids = IDS(4697),
		       .fields = LIST("ServiceName", "ServiceFileName", "SubjectUserName") } },
	{ "task", { .channels = SECURITY, .event_ids = IDS(4698),
		    .fields = LIST("TaskName", "TaskContent" TASK_COMMAND, "SubjectUserName") } },
	{ "task changed", { .channels = SECURITY, .event_ids = IDS(4702),
			    .fields = LIST("TaskName", "TaskContentNew" TASK_COMMAND,
					   "SubjectUserName") } },
	{ "task", { .channels = TASKS, .event_ids = IDS(106),
		    .fields = LIST("TaskName", "NoContent", "UserContext") } },
	{ "task changed", { .channels = TASKS, .event_ids = IDS(140),
			    .fields = LIST("TaskName", "NoContent", "UserName") } },
	{ "account", { .channels = SECURITY, .event_ids = IDS(4720),
		       .fields = LIST("TargetUserName", "TargetDomainName", "SubjectUserName") } },
	{ "account enabled", { .channels = SECURITY, .event_ids = IDS(4722),
			       .fields = LIST("TargetUserName", "TargetDomainName",
					      "SubjectUserName") } },
	{ "password reset", { .channels = SECURITY, .event_ids = IDS(4724),
			      .fields = LIST("TargetUserName", "TargetDomainName",
					     "SubjectUserName") } },
	{ "group member", { .channels = SECURITY, .event_ids = IDS(4728, 4732, 4756),
			    .fields = LIST("TargetUserName", "MemberName", "SubjectUserName",
					   "MemberSid") } },
	{ "autostart", { .channels = SYSMON, .event_ids = IDS(12, 13, 14), .terms = LIST(autostart),
			 .nterms = 1, .fields = LIST("TargetObject", "Details", "Image") } },
	{ "autostart", { .channels = SECURITY, .event_ids = IDS(4657), .terms = LIST(autostart),
			 .nterms = 1, .fields = LIST("ObjectName", "NewValue", "ProcessName") } },
	{ "autostart", { .channels = SYSMON, .event_ids = IDS(11),
			 .terms = LIST("TargetFilename=*\\Start Menu\\Programs\\Startup\\*"),
			 .nterms = 1, .fields = LIST("TargetFilename", "NoContent", "Image") } },
	{ "web file", { .channels = SYSMON, .event_ids = IDS(11), .terms = LIST(web_file),
			.nterms = 1, .fields = LIST("TargetFilename", "NoContent", "Image") } },
	{ "wmi filter", { .channels = SYSMON, .event_ids = IDS(19),
			  .fields = LIST("Name", "Query", "User") } },
	{ "wmi consumer", { .channels = SYSMON, .event_ids = IDS(20),
			    .fields = LIST("Name", "Destination", "User") } },
	{ "wmi binding", { .channels = SYSMON, .event_ids = IDS(21),
			   .fields = LIST("Consumer", "Filter", "User") } },
	{ "wmi binding", { .channels = WMI, .event_ids = IDS(5861),
			   .fields = LIST("CONSUMER", "ESS", "Namespace") } },
	{ "web module", { .channels = IIS, .event_ids = IDS(29, 50),
			  .terms = LIST("/(globalModules|modules|handlers|isapiFilters)\\b/"),
			  .nterms = 1, .fields = LIST("Configuration", "NewValue", "UserName") } },
};
#define NASKED (sizeof asked / sizeof *asked)

enum { P_HOST, P_KIND, P_WHAT, P_CONTENT, P_BY, PARTS };

struct persistence {
	struct fb_survey survey;
	struct fb_tally rows;
	struct fb_buf key, text;
};

static void put_part(struct fb_buf *key, struct fb_slice s)
{
	bool cut;

	s = fb_survey_short(s, &cut);
	(void)fb_buf_slice(key, s);
	if (cut)
		(void)fb_buf_puts(key, "…");
	(void)fb_buf_putc(key, 0xFF);
}

static int on_hit(void *user, const struct fb_pass_hit *hit)
{
	struct persistence *p = user;
	struct fb_slice content = fb_survey_value(hit, 1);
	struct fb_tally_row *row;
	fb_time before;
	int r;

	if (!content.n)
		content = fb_survey_value(hit, 3);
	fb_buf_clear(&p->key);
	put_part(&p->key, hit->host);
	put_part(&p->key, fb_slice_str(asked[hit->d->rule].kind));
	put_part(&p->key, fb_survey_value(hit, 0));
	put_part(&p->key, content);
	put_part(&p->key, fb_survey_value(hit, 2));
	r = fb_tally_row_of(&p->rows, fb_buf_view(&p->key), &row);
	if (!r && row) {
		before = row->first;
		fb_tally_count(row, hit->d->time);
		if (!row->note.n || row->first != before) {
			fb_buf_clear(&p->text);
			(void)fb_pass_reference(&p->text, hit);
			r = fb_tally_note(&p->rows, row, fb_buf_view(&p->text));
		}
	}
	return r ? fb_fail(&p->survey.cli->err, r, "out of memory") : 0;
}

static const struct fb_grid_column columns[] = {
	{ "first", "FIRST", FB_GRID_TIME, 0 },
	{ "last", NULL, FB_GRID_TIME, 0 },
	{ "count", "TIMES", FB_GRID_COUNT, 0 },
	{ "host", "HOST", FB_GRID_TEXT, 20 },
	{ "kind", "KIND", FB_GRID_TEXT, 16 },
	{ "by", "BY", FB_GRID_TEXT, 24 },
	{ "ref", "REF", FB_GRID_TEXT, 0 },
	{ "what", "WHAT", FB_GRID_TEXT, 48 },
	{ "content", "CONTENT", FB_GRID_TEXT, 0 },
};
#define NCOLUMNS (sizeof columns / sizeof *columns)

static int put_row(struct fb_grid *g, const struct fb_tally_row *row)
{
	struct fb_slice part[PARTS], key = row->key;

	for (unsigned i = 0; i < PARTS; i++) {
		size_t n = fb_slice_find(key, FB_LIT("\xFF"));

		part[i] = fb_slice_sub(key, 0, n);
		key = fb_slice_sub(key, n + 1, key.n);
	}
	{
		const struct fb_grid_value v[NCOLUMNS] = {
			{ .time = row->first }, { .time = row->last }, { .count = row->count },
			{ .text = part[P_HOST] }, { .text = part[P_KIND] }, { .text = part[P_BY] },
			{ .text = row->note }, { .text = part[P_WHAT] },
			{ .text = part[P_CONTENT] },
		};

		return fb_grid_row(g, v);
	}
}

static int put_all(struct persistence *p)
{
	struct fb_cli *cli = p->survey.cli;
	struct fb_tally_row **rows = fb_tally_sorted(&p->rows, FB_TALLY_BY_TIME);
	size_t n = p->rows.n;
	struct fb_grid g;
	int r = 0;

	if (p->survey.limit && p->survey.limit < n)
		n = (size_t)p->survey.limit;
	fb_grid_init(&g, cli, p->survey.as, "persistence", columns, NCOLUMNS);
	for (size_t i = 0; i < n && !r; i++)
		r = put_row(&g, rows[i]);
	if (!r)
		r = fb_grid_end(&g);
	if (!r && n == 0 && p->survey.as == FB_AS_TEXT)
		(void)fb_buf_puts(&cli->out.buf, "Nothing of the kind was recorded in what was read.\n");
	fb_grid_dispose(&g);
	return r ? r : fb_tally_say(cli, &p->rows);
}

static int run(struct fb_cli *cli)
{
	struct fb_query queries[NASKED];
	struct persistence p = {
		.survey = { .cli = cli, .queries = queries, .n = NASKED, .bring = FB_RENDER_PLACE,
			    .hit = on_hit, .user = &p },
	};
	int r;

	for (size_t i = 0; i < NASKED; i++)
		queries[i] = asked[i].query;
	fb_tally_init(&p.rows);
	fb_buf_init(&p.key, (size_t)1 << 20);
	fb_buf_init(&p.text, (size_t)1 << 20);
	r = fb_survey_run(&p.survey);
	if (!r)
		r = put_all(&p);
	fb_tally_dispose(&p.rows);
	fb_buf_dispose(&p.key);
	fb_buf_dispose(&p.text);
	return fb_cli_done(cli, r);
}

const struct fb_cmd fb_cmd_persistence = {
	.name = "persistence",
	.summary = "new services, tasks, accounts, autostarts, web modules",
	.usage = "[CASE] [OPTION…]",
	.about = "Lists what the evidence records of things that were set up to stay, in the order in\n"
		 "which they were first seen: services (7045, 4697), tasks (4698, 4702, 106, 140),\n"
		 "accounts and members of groups (4720, 4722, 4724, 4728, 4732, 4756), programs that\n"
		 "start by themselves, WMI subscriptions, files and modules of web servers. Most of it\n"
		 "is daily work: no verdict is given. What was not audited is not here.",
	.opts = opts,
	.most = 1,
	.run = run,
};
