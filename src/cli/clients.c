/* Who asked the web servers: addresses, their programs, what they fetched and sent. */
#include "cli/grid.h"
#include "cli/survey.h"
#include "cli/tally.h"
#include "cli/unpacking.h"

static const struct fb_opt *const opts[] = { fb_opts_survey, fb_opts_format, fb_opts_zone, fb_opts_unpack,
					     fb_opts_common, NULL };

#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })

enum { V_ADDRESS, V_METHOD, V_PAGE, V_STATUS, V_AGENT, V_USER, V_SENT, V_RECEIVED };

static const enum fb_lane web = FB_LANE_WEB;
static const struct fb_query queries[] = {
	{ .lane = &web, .fields = LIST("c-ip", "cs-method", "cs-uri-stem", "sc-status", "cs-user-agent",
				       "cs-username", "sc-bytes", "cs-bytes") },
};

/* Counters of a row; sent and received: from the server's side, as logs have it. */
enum { N_POSTS, N_GOOD, N_REFUSED, N_BROKEN, N_AGENTS, N_PAGES, N_SENT, N_RECEIVED };
/* Flags of a row: what was logged at all. */
enum { HAS_SENT = 1, HAS_RECEIVED = 2 };

struct clients {
	struct fb_survey survey;
	struct fb_tally rows;  /* by host and address */
	struct fb_tally pairs; /* these with an agent or a page */
	struct fb_buf key, text;
};

static void put_part(struct fb_buf *key, struct fb_slice s)
{
	(void)fb_buf_slice(key, s);
	(void)fb_buf_putc(key, 0xFF);
}

/* Is it the first of this client? */
static int is_new(struct clients *c, char kind, struct fb_slice value, bool *fresh)
{
	size_t n = c->key.n;
	struct fb_tally_row *row;
	int r;

	(void)fb_buf_putc(&c->key, (uint8_t)kind);
	(void)fb_buf_slice(&c->key, value);
	r = fb_tally_at(&c->pairs, fb_buf_view(&c->key), FB_TIME_NONE, &row);
	*fresh = row && row->count == 1;
	c->key.n = n;
	return r;
}

static void add_bytes(struct fb_tally_row *row, const struct fb_pass_hit *hit)
{
	uint64_t v;

	if (fb_slice_u64(fb_survey_value(hit, V_SENT), &v)) {
		row->n[N_SENT] += v;
		row->flags |= HAS_SENT;
	}
	if (fb_slice_u64(fb_survey_value(hit, V_RECEIVED), &v)) {
		row->n[N_RECEIVED] += v;
		row->flags |= HAS_RECEIVED;
	}
}

static void add_status(struct fb_tally_row *row, struct fb_slice status)
{
	uint8_t c = status.n == 3 ? status.p[0] : 0;

	row->n[N_GOOD] += c == '2' || c == '3';
	row->n[N_REFUSED] += c == '4';
	row->n[N_BROKEN] += c == '5';
}

static int on_hit(void *user, const struct fb_pass_hit *hit)
{
	struct clients *c = user;
	struct fb_slice agent = fb_survey_value(hit, V_AGENT), page = fb_survey_value(hit, V_PAGE);
	struct fb_slice name = fb_survey_value(hit, V_USER);
	struct fb_tally_row *row;
	bool fresh;
	int r;

	fb_buf_clear(&c->key);
	put_part(&c->key, hit->host);
	put_part(&c->key, fb_survey_value(hit, V_ADDRESS));
	r = fb_tally_at(&c->rows, fb_buf_view(&c->key), hit->d->time, &row);
	if (r || !row)
		return r ? fb_fail(&c->survey.cli->err, r, "out of memory") : 0;
	row->n[N_POSTS] += fb_slice_ieq(fb_survey_value(hit, V_METHOD), FB_LIT("POST"));
	add_status(row, fb_survey_value(hit, V_STATUS));
	add_bytes(row, hit);
	r = is_new(c, 'a', agent, &fresh);
	if (!r && fresh && agent.n && ++row->n[N_AGENTS] == 1) {
		bool cut;

		r = fb_tally_note(&c->rows, row, fb_survey_short(agent, &cut));
	}
	if (!r)
		r = is_new(c, 'p', page, &fresh);
	if (!r && fresh)
		row->n[N_PAGES]++;
	if (!r && name.n) {
		r = is_new(c, 'u', name, &fresh);
		row->extra += fresh;
	}
	return r ? fb_fail(&c->survey.cli->err, r, "out of memory") : 0;
}

static const struct fb_grid_column columns[] = {
	{ "client", "CLIENT", FB_GRID_TEXT, 40 },
	{ "host", "HOST", FB_GRID_TEXT, 20 },
	{ "requests", "REQUESTS", FB_GRID_COUNT, 0 },
	{ "posts", "POSTS", FB_GRID_COUNT, 0 },
	{ "answered", NULL, FB_GRID_COUNT, 0 },
	{ "refused", "4XX", FB_GRID_COUNT, 0 },
	{ "failed", "5XX", FB_GRID_COUNT, 0 },
	{ "pages", "PAGES", FB_GRID_COUNT, 0 },
	{ "users", NULL, FB_GRID_COUNT, 0 },
	{ "agents", NULL, FB_GRID_COUNT, 0 },
	{ "bytes_sent", "SENT", FB_GRID_COUNT, 0 },
	{ "bytes_received", NULL, FB_GRID_COUNT, 0 },
	{ "first", "FIRST", FB_GRID_TIME, 0 },
	{ "last", "LAST", FB_GRID_TIME, 0 },
	{ "agent", NULL, FB_GRID_TEXT, 0 },
};
#define NCOLUMNS (sizeof columns / sizeof *columns)

static int put_row(struct fb_grid *g, const struct fb_tally_row *row)
{
	size_t n = fb_slice_find(row->key, FB_LIT("\xFF"));
	struct fb_slice host = fb_slice_sub(row->key, 0, n);
	struct fb_slice client = fb_slice_sub(row->key, n + 1, row->key.n - n - 2);
	const struct fb_grid_value v[NCOLUMNS] = {
		{ .text = client }, { .text = host }, { .count = row->count },
		{ .count = row->n[N_POSTS] }, { .count = row->n[N_GOOD] },
		{ .count = row->n[N_REFUSED] }, { .count = row->n[N_BROKEN] },
		{ .count = row->n[N_PAGES] }, { .count = row->extra },
		{ .count = row->n[N_AGENTS] },
		{ .count = row->n[N_SENT], .none = !(row->flags & HAS_SENT) },
		{ .count = row->n[N_RECEIVED], .none = !(row->flags & HAS_RECEIVED) },
		{ .time = row->first }, { .time = row->last }, { .text = row->note },
	};

	return fb_grid_row(g, v);
}

static int put_all(struct clients *c)
{
	struct fb_cli *cli = c->survey.cli;
	struct fb_tally_row **rows = fb_tally_sorted(&c->rows, FB_TALLY_BY_COUNT);
	size_t n = c->rows.n;
	struct fb_grid g;
	int r = 0;

	if (c->survey.limit && c->survey.limit < n)
		n = (size_t)c->survey.limit;
	fb_grid_init(&g, cli, c->survey.as, "clients", columns, NCOLUMNS);
	for (size_t i = 0; i < n && !r; i++)
		r = put_row(&g, rows[i]);
	if (!r)
		r = fb_grid_end(&g);
	if (!r && n == 0 && c->survey.as == FB_AS_TEXT)
		(void)fb_buf_puts(&cli->out.buf, "No request to a web server in what was read.\n");
	fb_grid_dispose(&g);
	if (!r && c->pairs.beyond) {
		fb_cli_say(cli, "more pages and agents than are told apart: their numbers are lower "
			   "bounds (--from, --to and --host choose)");
		cli->status = FB_EXIT_PART;
	}
	return r ? r : fb_tally_say(cli, &c->rows);
}

static int run(struct fb_cli *cli)
{
	struct clients c = {
		.survey = { .cli = cli, .queries = queries, .n = 1, .bring = FB_RENDER_PLACE,
			    .hit = on_hit, .user = &c },
	};
	int r;

	fb_tally_init(&c.rows);
	fb_tally_init(&c.pairs);
	fb_buf_init(&c.key, (size_t)1 << 20);
	fb_buf_init(&c.text, (size_t)1 << 20);
	r = fb_survey_run(&c.survey);
	if (!r)
		r = put_all(&c);
	fb_tally_dispose(&c.rows);
	fb_tally_dispose(&c.pairs);
	fb_buf_dispose(&c.key);
	fb_buf_dispose(&c.text);
	return fb_cli_done(cli, r);
}

const struct fb_cmd fb_cmd_clients = {
	.name = "clients",
	.summary = "who asked the web servers, how often, for what",
	.usage = "[CASE] [OPTION…]",
	.about = "Reads the web logs of the evidence and sums them up by client address and server:\n"
		 "requests, answers, pages, users, programs, bytes, first and last. Most requests\n"
		 "first. Where a log has no byte counts, there is no number. An address may be that of\n"
		 "a proxy.",
	.opts = opts,
	.most = 1,
	.run = run,
};
