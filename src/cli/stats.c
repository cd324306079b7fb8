/* What the evidence consists of: kinds of events, how many, from when to when. */
#include "cli/grid.h"
#include "cli/survey.h"
#include "cli/tally.h"

static const struct fb_opt *const opts[] = { fb_opts_survey, fb_opts_format, fb_opts_zone,
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

static int on_hit(void *user, const struct fb_pass_hit *hit)
{
	struct stats *s = user;
	const struct fb_detection *d = hit->d;
	struct fb_tally_row *row;
	int r;

	fb_buf_clear(&s->key);
	put_part(&s->key, hit->host);
	put_part(&s->key, d->channel.n ? d->channel : fb_slice_str(hit->source->format));
	put_part(&s->key, d->provider);
	/* Its bytes the other way round: keys are sorted by them. */
	for (int shift = 24; shift >= 0; shift -= 8)
		(void)fb_buf_putc(&s->key, (uint8_t)(d->event_id >> shift));
	r = fb_tally_at(&s->rows, fb_buf_view(&s->key), d->time, &row);
	if (row)
		row->n[0] = d->event_id;
	return r ? fb_fail(&s->survey.cli->err, r, "out of memory") : 0;
}

static const struct fb_grid_column columns[] = {
	{ "host", "HOST", FB_GRID_TEXT, 24 },
	{ "channel", "CHANNEL", FB_GRID_TEXT, 44 },
	{ "provider", NULL, FB_GRID_TEXT, 0 },
	{ "event_id", "EVENT", FB_GRID_COUNT, 0 },
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

static int run(struct fb_cli *cli)
{
	struct stats s = {
		.survey = { .cli = cli, .queries = queries, .n = 1, .bring = FB_RENDER_PLACE,
			    .hit = on_hit, .user = &s },
	};
	int r;

	fb_tally_init(&s.rows);
	fb_buf_init(&s.key, (size_t)1 << 20);
	r = fb_survey_run(&s.survey);
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
	.about = "Counts all events of the evidence by host, channel, provider and number (web logs: by\n"
		 "their format), each event once however many copies of it there are.",
	.opts = opts,
	.most = 1,
	.run = run,
};
