/* Looking for something in all events of the evidence, whether a rule knows it or not. */
#include "base/limits.h"
#include "cli/context.h"
#include "cli/everything.h"
#include "cli/tally.h"
#include "cli/unpacking.h"
#include "detect/query/query.h"
#include "show/csv.h"
#include "show/events.h"
#include "show/text.h"

#include <stdio.h>
#include <string.h>

static const struct fb_opt own[] = {
	{ "any", 0, FB_OPT_FLAG, NULL, "one of the terms is enough", false },
	{ "cased", 0, FB_OPT_FLAG, NULL, "letters of the other case are others", false },
	{ "text", 0, FB_OPT_FLAG, NULL, "terms are text as it stands: a=b and /x/ too", false },
	{ "context", 'C', FB_OPT_TEXT, "N", "with N events before and after each in its source", false },
	{ "copies", 0, FB_OPT_FLAG, NULL, "an event once for each place where it stands", false },
	{ "count", 0, FB_OPT_TEXT, "BY", "count by host, source, event, day, hour or field=NAME", false },
	{ "limit", 0, FB_OPT_TEXT, "N", "stop after N events", false },
	{ "from", 0, FB_OPT_TIME, "TIME", "at this time (UTC) or later: 2025-07-18, 2025-07-18T09:14", false },
	{ "to", 0, FB_OPT_TIME, "TIME", "before this time (UTC)", false },
	{ "host", 0, FB_OPT_TEXT, "HOST", "on this host; * and ? stand for anything", false },
	{ "source", 0, FB_OPT_TEXT, "PATH", "in this source; * and ? stand for anything", false },
	{ "quiet", 'q', FB_OPT_FLAG, NULL, "no progress", false },
	{ 0 },
};
static const struct fb_opt *const opts[] = { own, fb_opts_format, fb_opts_zone, fb_opts_unpack,
					     fb_opts_common, NULL };

enum by { BY_NOTHING = 0, BY_HOST, BY_SOURCE, BY_EVENT, BY_DAY, BY_HOUR, BY_FIELD };
static const char *const by_words[] = { "", "host", "source", "event", "day", "hour" };

struct search {
	struct fb_cli *cli;
	enum fb_output as;
	enum by by;
	const char *field;
	uint64_t limit, shown, around;
	struct fb_context context;
	struct fb_json j;
	struct fb_events_view view;
	struct fb_tally tally;
	struct fb_buf text;
};

/* ---- hits ---- */

static int put_row(void *user, const struct fb_pass_hit *hit, bool around)
{
	struct search *s = user;
	struct fb_buf *out = &s->cli->out.buf;
	struct fb_event_row row;

	fb_event_row_of(hit, &s->text, &row);
	row.around = around;
	if (s->as == FB_AS_TEXT) {
		(void)fb_events_row(&s->view, &row);
	} else if (s->as == FB_AS_CSV) {
		fb_csv_event(out, &row);
	} else {
		if (s->as == FB_AS_JSONL)
			fb_json_init(&s->j, out);
		fb_json_event(&s->j, &row);
		if (s->as == FB_AS_JSONL)
			(void)fb_buf_putc(out, '\n');
	}
	return fb_cli_row(s->cli);
}

static int on_hit(void *user, const struct fb_pass_hit *hit)
{
	struct search *s = user;
	int r = s->around ? fb_context_add(&s->context, hit) : put_row(s, hit, false);

	s->shown++;
	if (r == FB_ELIMIT)
		return fb_fail(&s->cli->err, r, "more than %d events for --context (--limit, --from "
			       "and --to choose)", FB_CONTEXT_HITS);
	if (r == FB_ENOMEM)
		return fb_fail(&s->cli->err, r, "out of memory");
	return r ? r : s->limit && s->shown >= s->limit ? FB_ESTOP : 0;
}

/* ---- counts ---- */

/* The beginning of the day or hour. */
static struct fb_slice bucket(struct search *s, fb_time t)
{
	char text[FB_TIME_TEXT];

	if (t == FB_TIME_NONE)
		return FB_LIT("");
	(void)fb_time_text(t, 0, text);
	(void)fb_buf_put(&s->text, text, s->by == BY_DAY ? 10 : 13);
	return fb_buf_view(&s->text);
}

static int on_counted(void *user, const struct fb_pass_hit *hit)
{
	struct search *s = user;
	const struct fb_detection *d = hit->d;
	struct fb_slice key = { 0 };

	fb_buf_clear(&s->text);
	switch (s->by) {
	case BY_HOST:
		key = hit->host;
		break;
	case BY_SOURCE:
		key = fb_slice_str(hit->source->path);
		break;
	case BY_EVENT:
		if (d->event_id) {
			(void)fb_buf_slice(&s->text, d->channel);
			(void)fb_buf_printf(&s->text, " %u", d->event_id);
			key = fb_buf_view(&s->text);
		}
		break;
	case BY_DAY:
	case BY_HOUR:
		key = bucket(s, d->time);
		break;
	default:
		(void)fb_pass_value(hit, 0, &key);
		break;
	}
	if (fb_tally_add(&s->tally, key, d->time))
		return fb_fail(&s->cli->err, FB_ENOMEM, "out of memory");
	return 0;
}

static void put_count(struct search *s, const struct fb_tally_row *row)
{
	struct fb_buf *out = &s->cli->out.buf;
	char first[FB_TIME_TEXT], last[FB_TIME_TEXT], number[24];

	if (s->as == FB_AS_CSV) {
		(void)fb_csv_cell(out, row->key, true);
		(void)snprintf(number, sizeof number, "%llu", (unsigned long long)row->count);
		(void)fb_csv_cell(out, fb_slice_str(number), false);
		(void)fb_csv_cell(out, fb_slice_str(fb_time_text(row->first, 3, first)), false);
		(void)fb_csv_cell(out, fb_slice_str(fb_time_text(row->last, 3, last)), false);
		(void)fb_csv_end(out);
		return;
	}
	if (s->as == FB_AS_TEXT) {
		(void)fb_buf_printf(out, "%12llu  ", (unsigned long long)row->count);
		if (s->by != BY_DAY && s->by != BY_HOUR) {
			(void)fb_zone_text(out, &s->cli->zone, row->first, 0, FB_WHEN_FULL);
			(void)fb_buf_puts(out, "  ");
			(void)fb_zone_text(out, &s->cli->zone, row->last, 0, FB_WHEN_FULL);
			(void)fb_buf_puts(out, "  ");
		}
		if (row->key.n)
			(void)fb_text_term(out, row->key);
		else
			(void)fb_buf_putc(out, '-');
		(void)fb_buf_putc(out, '\n');
		return;
	}
	if (s->as == FB_AS_JSONL)
		fb_json_init(&s->j, out);
	fb_json_object(&s->j);
	fb_json_key(&s->j, "value");
	if (row->key.n)
		fb_json_str(&s->j, row->key);
	else
		fb_json_null(&s->j);
	fb_json_key(&s->j, "count");
	fb_json_u64(&s->j, row->count);
	fb_json_key(&s->j, "first");
	fb_json_time(&s->j, row->first, 9);
	fb_json_key(&s->j, "last");
	fb_json_time(&s->j, row->last, 9);
	fb_json_object_end(&s->j);
	if (s->as == FB_AS_JSONL)
		(void)fb_buf_putc(out, '\n');
}

static int put_counts(struct search *s)
{
	struct fb_tally_row **rows =
		fb_tally_sorted(&s->tally, s->by == BY_DAY || s->by == BY_HOUR ? FB_TALLY_BY_KEY
									     : FB_TALLY_BY_COUNT);
	int r = 0;

	for (size_t i = 0; i < s->tally.n && !r && (!s->limit || i < s->limit); i++) {
		put_count(s, rows[i]);
		r = fb_cli_row(s->cli);
	}
	return r ? r : fb_tally_say(s->cli, &s->tally);
}

/* ---- the command ---- */

static int read_count(struct search *s)
{
	const char *by = fb_args_get(&s->cli->args, "count");

	if (!by)
		return 0;
	if (strncmp(by, "field=", 6) == 0 && by[6]) {
		s->by = BY_FIELD;
		s->field = by + 6;
		return 0;
	}
	for (size_t i = 1; i < sizeof by_words / sizeof *by_words; i++)
		if (strcmp(by, by_words[i]) == 0)
			s->by = (enum by)i;
	return s->by ? 0 : fb_fail(&s->cli->err, FB_EUSAGE, "--count %s: neither host, source, event, "
				   "day, hour nor field=NAME", by);
}

static int read_context(struct search *s)
{
	const char *n = fb_args_get(&s->cli->args, "context");

	if (!n)
		return 0;
	if (!fb_slice_u64(fb_slice_str(n), &s->around) || !s->around ||
	    s->around > FB_CONTEXT_EVENTS)
		return fb_fail(&s->cli->err, FB_EUSAGE, "--context %s: not a number from 1 to %d", n,
			       FB_CONTEXT_EVENTS);
	return s->by ? fb_fail(&s->cli->err, FB_EUSAGE, "--context: not together with --count") : 0;
}

static int read_options(struct search *s, struct fb_query_options *o, struct fb_filter *f)
{
	struct fb_cli *cli = s->cli;
	const char *limit = fb_args_get(&cli->args, "limit");
	int r = fb_cli_output(cli, &s->as);

	if (!r)
		r = fb_cli_filter(cli, f);
	if (!r)
		r = read_count(s);
	if (!r && limit && (!fb_slice_u64(fb_slice_str(limit), &s->limit) || !s->limit))
		r = fb_fail(&cli->err, FB_EUSAGE, "--limit %s: not a number from 1 on", limit);
	if (!r)
		r = read_context(s);
	*o = (struct fb_query_options){ .from = f->from, .to = f->to,
					.any = fb_args_has(&cli->args, "any"),
					.cased = fb_args_has(&cli->args, "cased"),
					.literal = fb_args_has(&cli->args, "text") };
	return r;
}

static void put_head(struct search *s)
{
	struct fb_buf *out = &s->cli->out.buf;

	fb_json_init(&s->j, out);
	if (s->as == FB_AS_CSV && s->by) {
		(void)fb_buf_puts(out, "value,count,first,last");
		(void)fb_csv_end(out);
	} else if (s->as == FB_AS_CSV) {
		fb_csv_event_head(out);
	} else if (s->as == FB_AS_JSON) {
		fb_json_object(&s->j);
		fb_json_key(&s->j, s->by ? "counts" : "events");
		fb_json_array(&s->j);
	}
}

/* "12 events hold the text "x" (3 copies left out)" */
static void put_total(struct search *s, const struct fb_pass *p, const char *const *terms, size_t n,
		      const struct fb_query_options *o)
{
	struct fb_buf *out = &s->cli->out.buf;

	if (s->shown || s->tally.n)
		(void)fb_buf_putc(out, '\n');
	fb_buf_clear(&s->text);
	for (size_t i = 0; i < n; i++) {
		if (i)
			(void)fb_buf_puts(&s->text, o->any ? ", or " : ", and ");
		(void)fb_query_say(terms[i], o, &s->text);
	}
	if (p->counts.hits == 0)
		(void)fb_buf_puts(out, "No event with ");
	else
		(void)fb_text_count(out, p->counts.hits, "event");
	if (p->counts.hits)
		(void)fb_buf_puts(out, p->stopped ? " (there may be more) with " : " with ");
	(void)fb_text_term(out, fb_buf_view(&s->text));
	if (p->counts.copies) {
		(void)fb_buf_puts(out, "; ");
		(void)fb_text_number(out, p->counts.copies);
		(void)fb_buf_puts(out, " more places of these");
	}
	(void)fb_buf_putc(out, '\n');
	/* A text may look like a field or an expression, and there be none of that name. */
	for (size_t i = 0; i < n && p->counts.hits == 0 && !o->literal; i++)
		if (strchr(terms[i], '=') || terms[i][0] == '/') {
			(void)fb_buf_puts(out, "To look for these words as they stand: --text\n");
			break;
		}
	if (s->view.times_local)
		(void)fb_buf_puts(out, "? after a time: the record does not say of which zone; taken as "
				       "UTC\n");
}

static int search(struct search *s, const char *dir, const char *const *terms, size_t n)
{
	struct fb_cli *cli = s->cli;
	struct fb_query_options o;
	struct fb_query query = { .terms = terms, .nterms = n };
	struct fb_syms *syms = fb_syms_new();
	struct fb_ruleset *set = NULL;
	struct fb_pass p = { .cli = cli, .syms = syms, .hit = on_hit, .user = s,
			     .bring = FB_RENDER_HIT };
	int r = syms ? read_options(s, &o, &p.filter) : fb_fail(&cli->err, FB_ENOMEM, "out of memory");
	const char *const captured[] = { s->field, NULL };

	query.fields = s->field ? captured : NULL;
	p.places = fb_args_has(&cli->args, "copies");
	if (s->by) {
		p.hit = on_counted;
		p.bring = FB_RENDER_PLACE;
	}
	if (!r)
		r = fb_query_compile(&query, 1, &o, syms, &set, &cli->err);
	p.set = set;
	if (!r)
		r = fb_cli_out(cli);
	if (!r) {
		fb_events_init(&s->view, &cli->out, &cli->zone);
		put_head(s);
		r = fb_pass_run(&p, dir);
	}
	if (!r && s->around)
		r = fb_context_run(&s->context, &p, dir, (size_t)s->around, put_row, s);
	if (!r && s->by)
		r = put_counts(s);
	if (!r && s->as == FB_AS_TEXT)
		put_total(s, &p, terms, n, &o);
	if (!r && s->as == FB_AS_JSON) {
		fb_json_array_end(&s->j);
		fb_json_object_end(&s->j);
		(void)fb_buf_putc(&cli->out.buf, '\n');
	}
	fb_events_dispose(&s->view);
	if (set)
		set->kind->free(set);
	fb_syms_free(syms);
	return fb_cli_done(cli, r);
}

static int run(struct fb_cli *cli)
{
	struct search s = { .cli = cli };
	bool named = cli->args.npos > 1;
	int r;

	fb_buf_init(&s.text, (size_t)1 << 20);
	fb_tally_init(&s.tally);
	fb_context_init(&s.context);
	r = search(&s, named ? cli->args.pos[0] : "case", cli->args.pos + named,
		   cli->args.npos - named);
	fb_tally_dispose(&s.tally);
	fb_context_dispose(&s.context);
	fb_buf_dispose(&s.text);
	return r;
}

const struct fb_cmd fb_cmd_search = {
	.name = "search",
	.summary = "events of the evidence by text, field or expression",
	.usage = "[CASE] TEXT|FIELD=VALUE|/RE/… [OPTION…]",
	.about = "Reads the evidence of a case again (./case when there is one word only) and shows every\n"
		 "event that has what is looked for, whether a rule recognised it or not. Of several\n"
		 "terms all must be met. TEXT is looked for in every name and value of an event and in\n"
		 "the line of a log; FIELD=VALUE compares one field, by the names that rules use, with\n"
		 "* and ? as wildcards; /RE/ is a Perl expression. The case of letters is not heeded.\n"
		 "Each event is shown once, however many copies of it there are.",
	.opts = opts,
	.least = 1,
	.most = SIZE_MAX,
	.run = run,
};
