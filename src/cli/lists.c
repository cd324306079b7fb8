/* Whole lists: of kinds of records that are few, all of a place and the window, to be read and accepted by a person. */
#include "cli/answers.h"

#include "assess/activity/records.h"
#include "assess/question/lists.h"
#include "base/hash.h"
#include "case/custody.h"
#include "case/stated.h"
#include "cli/decide.h"
#include "cli/survey.h"
#include "cli/tally.h"
#include "cli/unpacking.h"
#include "event/flow.h"
#include "event/hints.h"
#include "show/json.h"
#include "show/text.h"

#include <stdio.h>
#include <string.h>

/* More than that nobody reads as a whole. */
#define ENTRIES_MAX 500

static const struct fb_opt own[] = {
	{ "accept", 0, FB_OPT_TEXT, "ID", "say that you read that list as a whole, and nothing in it is theirs", false },
	{ "reason", 0, FB_OPT_TEXT, "TEXT", "… why not", false },
	{ "withdraw", 0, FB_OPT_TEXT, "ID", "take it back", false },
	{ "quiet", 'q', FB_OPT_FLAG, NULL, "no progress", false },
	{ 0 },
};
static const struct fb_opt *const opts[] = { own, fb_opts_by, fb_opts_json, fb_opts_zone, fb_opts_unpack, fb_opts_common, NULL };

#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define IDS(...) ((const uint32_t[]){ __VA_ARGS__, 0 })
#define SYSMON LIST("Microsoft-Windows-Sysmon/Operational")

/* All that a task does, whatever stands before it. */
#define ACTIONS "/(?s)<Actions[^>]*>(.*)<.Actions>/"

/* Of each: what, its content, by whom; of processes the parent too, of connections which way they go. */
static const struct {
	enum fb_list kind;
	struct fb_query query;
} asked[] = {
	{ FB_LIST_SERVICE, { .channels = LIST("System"), .event_ids = IDS(7045), .fields = LIST("ServiceName", "ImagePath", "AccountName") } },
	{ FB_LIST_SERVICE, { .channels = LIST("Security"), .event_ids = IDS(4697), .fields = LIST("ServiceName", "ServiceFileName", "SubjectUserName") } },
	{ FB_LIST_TASK, { .channels = LIST("Security"), .event_ids = IDS(4698), .fields = LIST("TaskName", "TaskContent" ACTIONS, "SubjectUserName", "TaskContent") } },
	{ FB_LIST_TASK, { .channels = LIST("Security"), .event_ids = IDS(4702), .fields = LIST("TaskName", "TaskContentNew" ACTIONS, "SubjectUserName", "TaskContentNew") } },
	{ FB_LIST_TASK, { .channels = LIST("Microsoft-Windows-TaskScheduler/Operational"), .event_ids = IDS(106), .fields = LIST("TaskName", "NoContent", "UserContext") } },
	{ FB_LIST_TASK, { .channels = LIST("Microsoft-Windows-TaskScheduler/Operational"), .event_ids = IDS(140), .fields = LIST("TaskName", "NoContent", "UserName") } },
	{ FB_LIST_WEB_CHILD, { .channels = SYSMON, .event_ids = IDS(1), .fields = LIST("Image", "CommandLine", "User", "ParentImage") } },
	{ FB_LIST_WEB_CHILD, { .channels = LIST("Security"), .event_ids = IDS(4688), .fields = LIST("NewProcessName", "CommandLine", "SubjectUserName", "ParentProcessName") } },
	{ FB_LIST_DESTINATION, { .channels = SYSMON, .event_ids = IDS(3), .fields = LIST("DestinationIp", "DestinationPort", "Image", "Initiated") } },
	{ FB_LIST_DESTINATION, { .channels = LIST("Security"), .event_ids = IDS(5156), .fields = LIST("DestAddress", "DestPort", "Application", "Direction") } },
};
#define NASKED (sizeof asked / sizeof *asked)

struct lists {
	struct fb_cli *cli;
	fb_time from, to;        /* the window */
	char evidence[2 * FB_SHA256 + 1];
	struct fb_tally rows;    /* KIND \xFF PLACE \xFF WHAT \xFF CONTENT \xFF BY */
	struct fb_tally before;  /* PLACE \xFF ADDRESS: seen before the window */
	struct fb_tally unnamed; /* PLACE: processes whose parent nobody names */
	struct fb_buf key, text;
	bool part;               /* something was not read */
	bool homeless;           /* records of which nobody knows the machine */
};

static int no_memory(struct lists *l)
{
	return fb_fail(&l->cli->err, FB_ENOMEM, "out of memory");
}

/* ---- reading ---- */

/* What is longer was cut, with its sum behind it: two that differ stay two. */
static void put_part(struct fb_buf *key, struct fb_slice s)
{
	(void)fb_buf_slice(key, s);
	(void)fb_buf_putc(key, 0xFF);
}

static int note_before(struct lists *l, const struct fb_pass_hit *hit)
{
	fb_buf_clear(&l->key);
	put_part(&l->key, hit->host);
	put_part(&l->key, fb_survey_value(hit, 0));
	return fb_tally_add(&l->before, fb_buf_view(&l->key), hit->d->time) ? no_memory(l) : 0;
}

/* Is it of the kind? What cannot be told is. */
static bool belongs(const struct fb_pass_hit *hit, enum fb_list kind)
{
	struct fb_slice which = fb_survey_value(hit, 3);
	uint8_t a[16];

	if (kind == FB_LIST_WEB_CHILD)
		return fb_is_web_server(which);
	if (kind != FB_LIST_DESTINATION)
		return true;
	/* 14592: inbound */
	if (fb_slice_ieq(which, FB_LIT("false")) || fb_slice_eqs(which, "%%14592"))
		return false;
	return !fb_net_address(fb_survey_value(hit, 0), a) || !fb_flow_inside(a);
}

static int on_hit(void *user, const struct fb_pass_hit *hit)
{
	struct lists *l = user;
	enum fb_list kind = asked[hit->d->rule].kind;
	fb_time t = hit->d->time, before;
	struct fb_tally_row *row;

	if (kind == FB_LIST_DESTINATION && t != FB_TIME_NONE && t < l->from)
		return note_before(l, hit);
	if (t != FB_TIME_NONE && (t < l->from || t >= l->to))
		return 0;
	if (kind == FB_LIST_WEB_CHILD && !fb_survey_value(hit, 3).n)
		return fb_tally_add(&l->unnamed, hit->host, t) ? no_memory(l) : 0;
	if (!belongs(hit, kind))
		return 0;
	l->homeless = l->homeless || !hit->host.n;
	fb_buf_clear(&l->key);
	put_part(&l->key, fb_slice_str(fb_list_kinds[kind].word));
	put_part(&l->key, hit->host);
	for (size_t i = 0; i < 3; i++)
		put_part(&l->key, fb_survey_value(hit, i == 1 && kind == FB_LIST_TASK && !fb_survey_value(hit, 1).n ? 3 : i));
	if (fb_tally_row_of(&l->rows, fb_buf_view(&l->key), &row))
		return no_memory(l);
	if (!row)
		return 0;
	before = row->first;
	fb_tally_count(row, t);
	if (row->note.n && row->first == before)
		return 0;
	fb_buf_clear(&l->text);
	(void)fb_pass_reference(&l->text, hit);
	return fb_tally_note(&l->rows, row, fb_buf_view(&l->text)) ? no_memory(l) : 0;
}

static int read_evidence(struct lists *l, const char *dir)
{
	struct fb_query queries[NASKED];
	struct fb_syms *syms = fb_syms_new();
	struct fb_pass pass = { .cli = l->cli, .syms = syms, .bring = FB_RENDER_PLACE, .hit = on_hit, .lanes = 1u << FB_LANE_EVTX, .user = l };
	const struct fb_query_options o = { .from = FB_TIME_NONE, .to = FB_TIME_NONE };
	struct fb_ruleset *set = NULL;
	int r = syms ? 0 : no_memory(l);

	for (size_t i = 0; i < NASKED; i++)
		queries[i] = asked[i].query;
	fb_filter_init(&pass.filter);
	if (r == 0)
		r = fb_query_compile(queries, NASKED, &o, syms, &set, &l->cli->err);
	pass.set = set;
	if (r == 0)
		r = fb_pass_run(&pass, dir);
	l->part = pass.counts.changed || pass.counts.unread || pass.counts.lost || l->rows.beyond || l->before.beyond || l->unnamed.beyond;
	if (set)
		set->kind->free(set);
	fb_syms_free(syms);
	return r;
}

/* ---- one list ---- */

struct list {
	enum fb_list kind;
	const char *place;
	char id[300];
	struct fb_tally_row *const *rows; /* by key: what, content, by */
	size_t n;
	char sum[2 * FB_SHA256 + 1];
	const char *short_of; /* why it is not whole; NULL: it is */
	const char *by, *reason; /* who accepted it; NULL */
	enum { OPEN = 0, ACCEPTED, AGAIN, CHANGED } state;
};

static struct fb_slice part_of(struct fb_slice key, unsigned i)
{
	size_t end;

	while (i--)
		key = fb_slice_sub(key, fb_slice_find(key, FB_LIT("\xFF")) + 1, key.n);
	end = fb_slice_find(key, FB_LIT("\xFF"));
	return fb_slice_sub(key, 0, end);
}

static void add_u64(struct fb_sha256 *h, uint64_t v)
{
	char text[32];

	(void)snprintf(text, sizeof text, "%llu\n", (unsigned long long)v);
	fb_sha256_add(h, fb_slice_str(text));
}

static int sum_up(struct list *x)
{
	struct fb_sha256 *h = fb_sha256_new();
	uint8_t sum[FB_SHA256];

	if (!h)
		return FB_ENOMEM;
	for (size_t i = 0; i < x->n; i++) {
		fb_sha256_add(h, x->rows[i]->key);
		add_u64(h, x->rows[i]->count);
		add_u64(h, (uint64_t)x->rows[i]->first);
	}
	fb_sha256_end(h, sum);
	fb_sha256_free(h);
	fb_hex(sum, sizeof sum, x->sum);
	return 0;
}

struct standing {
	struct lists *l;
	struct list *x;
	struct fb_arena *arena;
};

static int on_accepted(void *user, const struct fb_stated_row *row)
{
	struct standing *s = user;
	struct list *x = s->x;
	const char *sum, *evidence;

	if (!row->stands || !*row->said.value || strcmp(row->said.key, x->id) != 0)
		return 0;
	sum = fb_stated_text(row->said.value, "sum", s->arena);
	evidence = fb_stated_text(row->said.value, "evidence", s->arena);
	x->reason = fb_stated_text(row->said.value, "reason", s->arena);
	x->by = fb_arena_str(s->arena, row->said.by);
	if (!sum || !evidence || !x->reason || !x->by)
		return no_memory(s->l);
	x->state = strcmp(sum, x->sum) != 0 ? CHANGED : strcmp(evidence, s->l->evidence) != 0 ? AGAIN : ACCEPTED;
	return 0;
}

static const char *state_word(const struct list *x)
{
	static const char *const words[] = { [OPEN] = "open", [ACCEPTED] = "accepted", [AGAIN] = "accepted before other evidence came", [CHANGED] = "changed since accepted" };

	return words[x->state];
}

/* ---- showing ---- */

static void put_text(struct lists *l, const struct list *x, const struct fb_answers *a)
{
	struct fb_buf *out = &l->cli->out.buf;

	(void)fb_text_term(out, fb_slice_str(x->id));
	(void)fb_buf_printf(out, ": %s, %zu entr%s (%s%s%s)\n", fb_list_kinds[x->kind].says, x->n, x->n == 1 ? "y" : "ies", state_word(x), x->by ? ", " : "", x->by ? x->by : "");
	for (size_t i = 0; i < x->n; i++) {
		(void)fb_buf_puts(out, "  ");
		(void)fb_zone_text(out, &l->cli->zone, x->rows[i]->first, 0, FB_WHEN_FULL);
		for (unsigned k = 2; k < 5; k++) {
			bool cut;

			(void)fb_buf_puts(out, "  ");
			(void)fb_text_term(out, fb_survey_short(part_of(x->rows[i]->key, k), &cut));
			(void)fb_buf_puts(out, cut ? "…" : "");
		}
		(void)fb_buf_printf(out, "  (%llu, %.*s)\n", (unsigned long long)x->rows[i]->count, (int)x->rows[i]->note.n, (const char *)x->rows[i]->note.p);
	}
	if (x->short_of)
		(void)fb_buf_printf(out, "  It cannot be accepted: %s.\n", x->short_of);
	for (size_t i = 0; i < a->n; i++)
		if (a->v[i].route && strcmp(a->v[i].place, x->place) == 0 && fb_list_bears(x->kind, &a->v[i]))
			fb_text_wrapped(out, a->v[i].says, 4);
	(void)fb_buf_putc(out, '\n');
}

static void put_json(struct lists *l, struct fb_listing *to, const struct list *x)
{
	static const char *const keys[] = { "what", "content", "by" };
	struct fb_json *j = &to->j;

	(void)l;
	fb_json_object(j);
	fb_json_put_cstr(j, "id", x->id);
	fb_json_put_cstr(j, "kind", fb_list_kinds[x->kind].word);
	fb_json_put_cstr(j, "place", x->place);
	fb_json_put_cstr(j, "state", state_word(x));
	fb_json_put_cstr(j, "accepted_by", x->by);
	fb_json_put_cstr(j, "reason", x->reason);
	fb_json_put_cstr(j, "not_whole", x->short_of);
	fb_json_put_cstr(j, "sum", x->sum);
	fb_json_key(j, "entries");
	fb_json_array(j);
	for (size_t i = 0; i < x->n; i++) {
		fb_json_object(j);
		for (unsigned k = 0; k < 3; k++) {
			fb_json_key(j, keys[k]);
			fb_json_str(j, part_of(x->rows[i]->key, k + 2));
		}
		fb_json_put_u64(j, "count", x->rows[i]->count);
		fb_json_put_time(j, "first", x->rows[i]->first);
		fb_json_put_time(j, "last", x->rows[i]->last);
		fb_json_key(j, "ref");
		fb_json_str(j, x->rows[i]->note);
		fb_json_object_end(j);
	}
	fb_json_array_end(j);
	fb_json_object_end(j);
}

/* ---- all ---- */

static int value_of(const struct lists *l, const struct list *x, const char *reason, struct fb_buf *out)
{
	struct fb_json j;
	char n[32];

	(void)snprintf(n, sizeof n, "%zu", x->n);
	fb_json_init(&j, out);
	fb_json_object(&j);
	fb_json_put_cstr(&j, "sum", x->sum);
	fb_json_put_cstr(&j, "entries", n);
	fb_json_put_cstr(&j, "evidence", l->evidence);
	fb_json_key(&j, "from");
	fb_json_time(&j, l->from, 9);
	fb_json_key(&j, "to");
	fb_json_time(&j, l->to, 9);
	fb_json_put_cstr(&j, "reason", reason);
	fb_json_object_end(&j);
	return out->code;
}

struct showing {
	struct lists *l;
	struct fb_cli_answers a;
	struct fb_listing to;
	enum fb_output as;
	const char *accept;
	struct fb_buf value; /* what is to be kept of it */
	bool found;
	uint64_t shown;
};

static int one_list(struct showing *s, struct list *x, struct fb_arena *arena)
{
	struct standing st = { s->l, x, arena };
	int r = sum_up(x) ? no_memory(s->l) : fb_case_stated(s->a.c, "list", on_accepted, &st, &s->l->cli->err);

	if (r)
		return r;
	s->shown++;
	if (s->accept) {
		if (strcmp(s->accept, x->id) != 0)
			return 0;
		s->found = true;
		if (x->short_of)
			return fb_fail(&s->l->cli->err, FB_EINPUT, "%s: it cannot be accepted: %s", x->id, x->short_of);
		return value_of(s->l, x, fb_args_get(&s->l->cli->args, "reason"), &s->value) ? no_memory(s->l) : 0;
	}
	if (s->as == FB_AS_TEXT) {
		put_text(s->l, x, s->a.answers);
		return fb_cli_row(s->l->cli);
	}
	fb_listing_row(&s->to);
	put_json(s->l, &s->to, x);
	return fb_listing_rowed(&s->to);
}

static bool is_first_seen(struct lists *l, const struct fb_tally_row *row)
{
	fb_buf_clear(&l->key);
	put_part(&l->key, part_of(row->key, 1));
	put_part(&l->key, part_of(row->key, 2));
	return !fb_tally_get(&l->before, fb_buf_view(&l->key));
}

static int at_place(struct showing *s, enum fb_list kind, const char *place, struct fb_tally_row **rows, size_t nrows, struct fb_arena *arena)
{
	struct list x = { .kind = kind, .place = place };
	struct fb_tally_row **v = fb_arena_calloc(arena, nrows + 1, sizeof *v);

	if (!v)
		return no_memory(s->l);
	for (size_t i = 0; i < nrows; i++)
		if (rows[i]->flags && fb_slice_eqs(part_of(rows[i]->key, 0), fb_list_kinds[kind].word) && fb_slice_ieq(part_of(rows[i]->key, 1), fb_slice_str(place)))
			v[x.n++] = rows[i];
	if (!x.n)
		return 0;
	x.rows = v;
	(void)snprintf(x.id, sizeof x.id, "%s@%.250s", fb_list_kinds[kind].word, place);
	if (s->l->part)
		x.short_of = "not all evidence could be read";
	else if (s->l->homeless)
		x.short_of = "of some records nobody knows the machine";
	else if (x.n > ENTRIES_MAX)
		x.short_of = "it is too long to be read as a whole";
	else if (kind == FB_LIST_WEB_CHILD && fb_tally_get(&s->l->unnamed, fb_slice_str(place)))
		x.short_of = "records of processes do not name the parent";
	return one_list(s, &x, arena);
}

static int show_all(struct showing *s, struct fb_arena *arena)
{
	struct lists *l = s->l;
	struct fb_tally_row **rows;
	int r = 0;

	/* Looked up before they are put in order. */
	rows = fb_tally_sorted(&l->rows, FB_TALLY_BY_KEY);
	for (size_t i = 0; i < l->rows.n; i++)
		rows[i]->flags = !fb_slice_eqs(part_of(rows[i]->key, 0), fb_list_kinds[FB_LIST_DESTINATION].word) || is_first_seen(l, rows[i]);
	for (size_t p = 0; p < s->a.coverage->nplaces && r == 0; p++)
		for (int k = 0; k < FB_LISTS && r == 0; k++)
			r = at_place(s, (enum fb_list)k, s->a.coverage->places[p].name, rows, l->rows.n, arena);
	return r;
}

/* The window and what evidence there is; the case is closed again before the workers are made. */
static int look(struct lists *l, const char *dir)
{
	struct fb_cli_answers a = { 0 };
	int r = fb_cli_answers_open(l->cli, dir, false, &a);

	if (r == 0) {
		l->from = a.coverage->from;
		l->to = a.coverage->to;
		r = fb_case_evidence_sum(a.c, l->evidence, &l->cli->err);
	}
	fb_cli_answers_close(&a);
	return r;
}

static int show(struct lists *l, const char *dir)
{
	struct showing s = { .l = l, .accept = fb_args_get(&l->cli->args, "accept") };
	struct fb_cli *cli = l->cli;
	struct fb_arena arena;
	int r = fb_cli_output(cli, &s.as);

	fb_arena_init(&arena, (size_t)256 << 20);
	fb_buf_init(&s.value, 128u << 10);
	if (r == 0)
		r = look(l, dir);
	if (r == 0)
		r = read_evidence(l, dir);
	if (r == 0)
		r = fb_cli_answers_open(cli, dir, true, &s.a);
	if (r == 0 && !s.accept)
		r = fb_cli_out(cli);
	if (r == 0 && !s.accept && s.as != FB_AS_TEXT)
		fb_listing_begin(&s.to, cli, s.as, "lists");
	if (r == 0)
		r = show_all(&s, &arena);
	if (r == 0 && !s.accept && s.as != FB_AS_TEXT) {
		(void)fb_listing_listed(&s.to);
		fb_listing_end(&s.to);
	}
	if (r == 0 && s.accept && !s.found)
		r = fb_fail(&cli->err, FB_ENOTFOUND, "%s: no list of that id (`firebreak lists` has them)", s.accept);
	if (r == 0 && !s.shown && s.as == FB_AS_TEXT)
		(void)fb_buf_puts(&cli->out.buf, "Nothing of these kinds was recorded in the window.\n");
	fb_cli_answers_close(&s.a);
	if (r == 0 && s.accept)
		r = fb_cli_state(cli, dir, "list", s.accept, fb_buf_cstr(&s.value));
	fb_buf_dispose(&s.value);
	fb_arena_dispose(&arena);
	return fb_cli_done(cli, r);
}

static int run(struct fb_cli *cli)
{
	struct lists l = { .cli = cli };
	const char *dir = fb_cli_dir(cli, 0), *back = fb_args_get(&cli->args, "withdraw"), *reason = fb_args_get(&cli->args, "reason");
	bool accept = fb_args_has(&cli->args, "accept");
	int r;

	if (back && !accept && !reason)
		return fb_cli_state(cli, dir, "list", back, "");
	if (back || accept != (reason && *reason))
		return fb_fail(&cli->err, FB_EUSAGE, "it is --accept ID --reason TEXT, or --withdraw ID");
	fb_tally_init(&l.rows);
	fb_tally_init(&l.before);
	fb_tally_init(&l.unnamed);
	fb_buf_init(&l.key, (size_t)1 << 20);
	fb_buf_init(&l.text, (size_t)1 << 20);
	r = show(&l, dir);
	fb_tally_dispose(&l.rows);
	fb_tally_dispose(&l.before);
	fb_tally_dispose(&l.unnamed);
	fb_buf_dispose(&l.key);
	fb_buf_dispose(&l.text);
	return r;
}

const struct fb_cmd fb_cmd_lists = {
	.name = "lists",
	.summary = "whole lists of what is few, to be read and accepted",
	.usage = "[CASE] [--accept ID --reason TEXT | --withdraw ID] [OPTION…]",
	.about = "That no rule matched is not that nothing happened. Of kinds of records that are few, this\n"
		 "lists all of each place in the window: children of the web server's process, new\n"
		 "services, scheduled tasks, destinations outside that were not seen before. Who has read a\n"
		 "list and finds nothing of an intruder's in it accepts it; \"not observed\" then names it,\n"
		 "as long as neither the evidence nor the window changes. No answer turns by it.",
	.opts = opts,
	.most = 1,
	.run = run,
};
