/* What the evidence consists of: kinds of events, how many, from when to when. */
#include "cli/grid.h"
#include "cli/survey.h"
#include "cli/tally.h"
#include "cli/unpacking.h"

static const struct fb_opt own[] = {
	{ "exact", 0, FB_OPT_FLAG, NULL, "read the evidence: an event with several places counts once", false },
	{ 0 },
};
static const struct fb_opt *const opts[] = { own, fb_opts_survey, fb_opts_format, fb_opts_zone, fb_opts_unpack,
					     fb_opts_common, NULL };

static const struct fb_query queries[] = { { .id = "event" } };

enum { P_HOST, P_CHANNEL, P_PROVIDER, PARTS };

struct stats {
	struct fb_survey survey;
	struct fb_tally rows;
	struct fb_buf key;
};

static void put_part(struct fb_buf *key, struct fb_slice s)
{
	(void)fb_buf_slice(key, s);
	(void)fb_buf_putc(key, 0xFF);
}

static void make_key(struct stats *s, struct fb_slice host, struct fb_slice channel,
		     struct fb_slice provider, uint32_t event_id)
{
	fb_buf_clear(&s->key);
	put_part(&s->key, host);
	put_part(&s->key, channel);
	put_part(&s->key, provider);
	/* The highest byte first: keys are sorted by them. */
	for (int shift = 24; shift >= 0; shift -= 8)
		(void)fb_buf_putc(&s->key, (uint8_t)(event_id >> shift));
}

static int on_hit(void *user, const struct fb_pass_hit *hit)
{
	struct stats *s = user;
	const struct fb_detection *d = hit->d;
	struct fb_tally_row *row;
	int r;

	make_key(s, hit->host, d->line ? FB_LIT("web log") : d->channel, d->provider, d->event_id);
	r = fb_tally_at(&s->rows, fb_buf_view(&s->key), d->time, &row);
	if (row)
		row->n[0] = d->event_id;
	return r ? fb_fail(&s->survey.cli->err, r, "out of memory") : 0;
}

static const struct fb_grid_column columns[] = {
	{ "host", "HOST", FB_GRID_TEXT, 24 },
	{ "channel", "CHANNEL", FB_GRID_TEXT, 44 },
	{ "provider", NULL, FB_GRID_TEXT, 0 },
	{ "event_id", "EVENT", FB_GRID_NUMBER, 0 },
	{ "count", "COUNT", FB_GRID_COUNT, 0 },
	{ "first", "FIRST", FB_GRID_TIME, 0 },
	{ "last", "LAST", FB_GRID_TIME, 0 },
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
			{ .text = part[P_HOST] }, { .text = part[P_CHANNEL] },
			{ .text = part[P_PROVIDER] },
			{ .count = row->n[0], .none = row->n[0] == 0 }, { .count = row->count },
			{ .time = row->first }, { .time = row->last },
		};

		return fb_grid_row(g, v);
	}
}

static int put_all(struct stats *s)
{
	struct fb_cli *cli = s->survey.cli;
	struct fb_tally_row **rows = fb_tally_sorted(&s->rows, FB_TALLY_BY_KEY);
	size_t n = s->rows.n;
	struct fb_grid g;
	int r = 0;

	if (s->survey.limit && s->survey.limit < n)
		n = (size_t)s->survey.limit;
	fb_grid_init(&g, cli, s->survey.as, "stats", columns, NCOLUMNS);
	for (size_t i = 0; i < n && !r; i++)
		r = put_row(&g, rows[i]);
	if (!r)
		r = fb_grid_end(&g);
	if (!r && n == 0 && s->survey.as == FB_AS_TEXT)
		(void)fb_buf_puts(&cli->out.buf, "No event in what was read.\n");
	fb_grid_dispose(&g);
	return r ? r : fb_tally_say(cli, &s->rows);
}

/* ---- what the case knows already ---- */

static struct fb_slice channel_of(const struct fb_kind *k)
{
	static const char *const words[FB_LANE_COUNT] = {
		[FB_LANE_WEB] = "web log", [FB_LANE_PROXY] = "proxy log", [FB_LANE_SERVER] = "server log",
	};

	return words[k->lane] ? fb_slice_str(words[k->lane]) : k->channel;
}

static int on_kind(void *user, const struct fb_kind_row *row)
{
	struct stats *s = user;
	const struct fb_kind *k = &row->kind;
	struct fb_tally_row *at;
	int r;

	make_key(s, fb_slice_str(row->host), channel_of(k),
		 k->provider, k->event_id);
	r = fb_tally_row_of(&s->rows, fb_buf_view(&s->key), &at);
	if (at) {
		at->n[0] = k->event_id;
		fb_tally_count(at, k->first);
		fb_tally_count(at, k->last);
		at->count += k->events - 2;
	}
	return r ? fb_fail(&s->survey.cli->err, r, "out of memory") : 0;
}

static int from_case(struct stats *s)
{
	struct fb_cli *cli = s->survey.cli;
	struct fb_case *c = NULL;
	struct fb_filter f;
	int r = fb_survey_options(&s->survey);

	fb_filter_init(&f);
	f.host = s->survey.pass.filter.host;
	f.source = s->survey.pass.filter.source;
	if (!r)
		r = fb_cli_open(cli, fb_cli_dir(cli, 0), &c);
	if (!r)
		r = fb_cli_out(cli);
	if (!r)
		r = fb_cli_unfinished(cli, fb_case_kinds(c, &f, on_kind, s, &cli->err));
	fb_case_close(c);
	return r;
}

/* Only reading tells which events have something, lie in a period, or are copies. */
static bool has_to_read(const struct fb_cli *cli)
{
	return fb_args_has(&cli->args, "exact") || fb_args_has(&cli->args, "with") ||
	       fb_args_has(&cli->args, "from") || fb_args_has(&cli->args, "to");
}

static int run(struct fb_cli *cli)
{
	struct stats s = {
		.survey = { .cli = cli, .queries = queries, .n = 1, .bring = FB_RENDER_PLACE,
			    .hit = on_hit, .user = &s },
	};
	int r;

	fb_tally_init(&s.rows);
	fb_buf_init(&s.key, (size_t)1 << 20);
	r = has_to_read(cli) ? fb_survey_run(&s.survey) : from_case(&s);
	if (!r)
		r = put_all(&s);
	fb_tally_dispose(&s.rows);
	fb_buf_dispose(&s.key);
	return fb_cli_done(cli, r);
}

const struct fb_cmd fb_cmd_stats = {
	.name = "stats",
	.summary = "which kinds of events there are, how many, from when to when",
	.usage = "[CASE] [OPTION…]",
	.about = "Counts all events of the evidence by host, channel, provider and number, from what the\n"
		 "case knows: sources of equal content count once. With --exact, --with, --from or --to\n"
		 "the evidence is read again, and each event counts once however many copies of it\n"
		 "there are.",
	.opts = opts,
	.most = 1,
	.run = run,
};
