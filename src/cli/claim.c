/* What somebody says of the case, and whether the evidence carries it. */
#include "cli/answers.h"

#include "base/grow.h"
#include "base/jsonline.h"
#include "case/stated.h"
#include "cli/decide.h"
#include "cli/lines.h"
#include "cli/own.h"
#include "show/claim.h"
#include "show/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct fb_opt own[] = {
	{ "who", 0, FB_OPT_TEXT, "NAME", "who says it: attacker, spokesperson …", false },
	{ "words", 0, FB_OPT_TEXT, "TEXT", "the words, as they were said", false },
	{ "said", 0, FB_OPT_TEXT, "TIME", "when it was said", false },
	{ "not-read", 0, FB_OPT_TEXT, "TEXT", "the reading of the words that was not chosen", false },
	{ "own", 0, FB_OPT_FILE, "FILE", "statements of one's own: they are kept in this file, and not in the case", false },
	{ "counsel", 0, FB_OPT_FLAG, NULL, "with --own: mark the file \"" FB_OWN_COUNSEL "\"", false },
	{ 0 },
};
static const struct fb_opt *const opts[] = { own, fb_opts_by, fb_opts_json, fb_opts_zone, fb_opts_common, NULL };

struct claims {
	struct fb_cli *cli;
	struct fb_cli_answers a;
	struct fb_arena arena;
	struct fb_listing listing;
	enum fb_output as;
	const char *dir;
	struct fb_own *own; /* NULL: those of others, in the case */
	struct fb_inventory inventories[64];
	struct fb_claim_material material;
	struct fb_alert *alerts;
	size_t nalerts, alerts_room;
	uint64_t n;       /* shown */
	uint64_t last;    /* the highest number of any */
	/* Results that are to be kept, as they have turned. */
	struct { const char *id; enum fb_claim_verdict verdict; } turned[256];
	size_t nturned;
};

/* ---- adding ---- */

static int on_number(void *user, const struct fb_stated_row *row)
{
	struct claims *c = user;
	uint64_t n;

	if (row->said.key[0] == (c->own ? 'o' : 'c') && fb_slice_u64(fb_slice_str(row->said.key + 1), &n) && n > c->last)
		c->last = n;
	return 0;
}

/* What was said, of those that are asked for. */
static int each(struct claims *c, struct fb_case *of, const char *kind, int (*cb)(void *user, const struct fb_stated_row *row), void *user)
{
	return c->own ? fb_own_each(c->own, kind, cb, user) : fb_case_stated(of, kind, cb, user, &c->cli->err);
}

/* Says it in the file; in the case fb_cli_state does. */
static int own_state(struct claims *c, const char *key, const char *value)
{
	struct fb_stated s = { .kind = "claim", .key = key, .value = value, .at = fb_time_now() / 1000 * 1000 };
	int r = fb_decide_author(c->cli, &s.by);

	if (r == 0)
		r = fb_own_append(c->own, &s, 1, fb_args_has(&c->cli->args, "counsel"), &c->cli->err);
	if (r == 0)
		r = fb_cli_out(c->cli);
	if (r == 0) {
		(void)fb_buf_printf(&c->cli->out.buf, "%s: claim ", *value ? "kept" : "taken back");
		(void)fb_text_term(&c->cli->out.buf, fb_slice_str(key));
		(void)fb_buf_puts(&c->cli->out.buf, ", in its own file\n");
	}
	return r;
}

static int state(struct claims *c, const char *key, const char *value)
{
	return c->own ? own_state(c, key, value) : fb_cli_state(c->cli, c->dir, "claim", key, value);
}

static int value_of(struct fb_cli *cli, struct fb_arena *arena, struct fb_buf *value)
{
	const char *who = fb_args_get(&cli->args, "who"), *words = fb_args_get(&cli->args, "words");
	const char *said = fb_args_get(&cli->args, "said"), *reading = fb_args_get(&cli->args, "not-read");
	struct fb_proposition p;
	struct fb_json j;
	int r;

	if (!who || !words)
		return fb_fail(&cli->err, FB_EUSAGE, "a claim needs --who and --words");
	if (said && !fb_time_parse(fb_slice_str(said), &(fb_time){ 0 }, NULL))
		return fb_fail(&cli->err, FB_EUSAGE, "--said %s: not a time", said);
	fb_json_init(&j, value);
	fb_json_object(&j);
	fb_json_key(&j, "who");
	fb_json_cstr(&j, who);
	fb_json_key(&j, "words");
	fb_json_cstr(&j, words);
	fb_json_key(&j, "said");
	fb_json_cstr(&j, said ? said : "");
	fb_json_key(&j, "not_read");
	fb_json_cstr(&j, reading ? reading : "");
	fb_json_key(&j, "propositions");
	fb_json_array(&j);
	for (size_t i = 2; i < cli->args.npos; i++) {
		if ((r = fb_proposition_parse(fb_slice_str(cli->args.pos[i]), arena, &p, &cli->err)))
			return r;
		fb_json_cstr(&j, p.text);
	}
	fb_json_array_end(&j);
	fb_json_object_end(&j);
	return value->code ? fb_fail(&cli->err, FB_ELIMIT, "the claim is too long") : 0;
}

static int add(struct claims *c)
{
	struct fb_cli *cli = c->cli;
	struct fb_case *kept = NULL;
	struct fb_buf value;
	char id[32];
	int r;

	if (cli->args.npos < 3)
		return fb_fail(&cli->err, FB_EUSAGE, "claim CASE add PROPOSITION…: what do the words say that can be tested?");
	fb_buf_init(&value, FB_STATED_LINE_MAX);
	r = value_of(cli, &c->arena, &value);
	if (r == 0)
		r = fb_cli_open(cli, c->dir, &kept);
	if (r == 0)
		r = each(c, kept, "claim", on_number, c);
	fb_case_close(kept);
	(void)snprintf(id, sizeof id, "%c%llu", c->own ? 'o' : 'c', (unsigned long long)c->last + 1);
	if (r == 0)
		r = state(c, id, fb_buf_cstr(&value));
	fb_buf_dispose(&value);
	return r;
}

/* ---- testing ---- */

struct before {
	const char *id;
	struct fb_arena *arena;
	const char *result;
};

static int on_before(void *user, const struct fb_stated_row *row)
{
	struct before *b = user;

	if (row->stands && strcmp(row->said.key, b->id) == 0)
		b->result = fb_stated_text(row->said.value, "result", b->arena);
	return b->result ? 0 : FB_ENOMEM;
}

static const char *text_of(const struct fb_jsonfield *f, size_t n, const char *key)
{
	for (size_t i = 0; i < n; i++)
		if (fb_slice_eqs(f[i].key, key) && f[i].n == 1 && !f[i].list)
			return (const char *)f[i].v[0].p;
	return "";
}

static int test_all(struct claims *c, const struct fb_jsonfield *f, size_t n, struct fb_claim_row *row)
{
	int r = 0;

	row->verdict = FB_CL_SUPPORTED;
	for (size_t i = 0; i < n; i++) {
		if (!fb_slice_eqs(f[i].key, "propositions"))
			continue;
		for (size_t k = 0; k < f[i].n && row->n < FB_CLAIM_PROPOSITIONS && r == 0; k++) {
			r = fb_proposition_parse(f[i].v[k], &c->arena, &row->propositions[row->n], &c->cli->err);
			if (r == 0 && fb_proposition_test(&row->propositions[row->n], c->a.answers, c->a.coverage, &c->material, &c->arena,
							  &row->tested[row->n]))
				r = fb_fail(&c->cli->err, FB_ENOMEM, "out of memory");
			if (r == 0) {
				row->verdict = fb_claim_both(row->verdict, row->tested[row->n].verdict);
				row->n++;
			}
		}
	}
	if (!row->n)
		row->verdict = FB_CL_UNTESTABLE;
	return r;
}

static int show(struct claims *c, const struct fb_claim_row *row)
{
	if (c->as == FB_AS_TEXT) {
		fb_claim_write(&c->cli->out, row, &c->cli->zone);
		return fb_cli_row(c->cli);
	}
	fb_listing_row(&c->listing);
	fb_json_claim(&c->listing.j, row);
	return fb_listing_rowed(&c->listing);
}

static int on_claim(void *user, const struct fb_stated_row *said)
{
	struct claims *c = user;
	struct fb_jsonfield f[FB_JSONLINE_KEYS];
	struct fb_claim_row row = { .before = "" };
	struct before before = { .arena = &c->arena, .result = "" };
	size_t n;
	int r;

	if (!said->stands || !*said->said.value)
		return 0;
	row.id = before.id = fb_arena_str(&c->arena, said->said.key);
	row.added_by = fb_arena_str(&c->arena, said->said.by);
	row.added_at = said->said.at;
	if (!row.id || !row.added_by)
		return fb_fail(&c->cli->err, FB_ENOMEM, "out of memory");
	if ((r = fb_jsonline(fb_slice_str(said->said.value), 64, &c->arena, f, &n, &c->cli->err)))
		return r;
	row.who = text_of(f, n, "who");
	row.words = text_of(f, n, "words");
	row.said = text_of(f, n, "said");
	row.reading = text_of(f, n, "not_read");
	if ((r = each(c, c->a.c, "claim-result", on_before, &before)) || (r = test_all(c, f, n, &row)))
		return r;
	row.before = before.result;
	if (strcmp(row.before, fb_claim_word(row.verdict)) != 0 && c->nturned == sizeof c->turned / sizeof *c->turned) {
		fb_cli_say(c->cli, "%s: more results have turned than are kept at once; check again", row.id);
		c->cli->status = FB_EXIT_PART;
	} else if (strcmp(row.before, fb_claim_word(row.verdict)) != 0) {
		c->turned[c->nturned].id = row.id;
		c->turned[c->nturned++].verdict = row.verdict;
	}
	c->n++;
	return show(c, &row);
}

static int on_inventory(void *user, const struct fb_stated_row *row)
{
	struct claims *c = user;
	struct fb_inventory *to = &c->inventories[c->material.ninventories];
	const char *as_of;

	if (!row->stands || !*row->said.value)
		return 0;
	if (c->material.ninventories == sizeof c->inventories / sizeof *c->inventories) {
		fb_cli_say(c->cli, "more than %zu lists of what lies where: that of %s is left out", c->material.ninventories, row->said.key);
		c->cli->status = FB_EXIT_PART;
		return 0;
	}
	to->place = fb_arena_str(&c->arena, row->said.key);
	to->path = fb_stated_text(row->said.value, "path", &c->arena);
	as_of = fb_stated_text(row->said.value, "as_of", &c->arena);
	if (!to->place || !to->path || !as_of)
		return fb_fail(&c->cli->err, FB_ENOMEM, "out of memory");
	if (!fb_time_parse(fb_slice_str(as_of), &to->as_of, NULL))
		to->as_of = FB_TIME_NONE;
	c->material.ninventories++;
	return 0;
}

/* What the machines' own products wrote when they found something. */
static bool is_alert(const struct fb_detection_row *d)
{
	static const struct {
		const char *channel, *provider; /* NULL: any */
		uint32_t ids[8];
	} products[] = {
		{ "Microsoft-Windows-Windows Defender/Operational", NULL, { 1006, 1007, 1015, 1116, 1117, 1118, 1119 } },
		{ "System", "Microsoft Antimalware", { 1006, 1007, 1015, 1116, 1117, 1118, 1119 } },
		{ "Application", "Symantec AntiVirus", { 51 } },
		{ "Application", "McLogEvent", { 257, 258 } },
	};

	for (size_t i = 0; i < sizeof products / sizeof *products; i++)
		for (const uint32_t *id = products[i].ids; *id; id++)
			if (*id == d->event_id && strcasecmp(d->channel, products[i].channel) == 0 &&
			    (!products[i].provider || strcasecmp(d->provider, products[i].provider) == 0))
				return true;
	return false;
}

/* The first decision of a person about it; who sets aside all of a kind need not have seen this one. */
static void seen(struct fb_alert *to, const struct fb_decided *d)
{
	for (size_t i = 0; d && i < d->n; i++) {
		const struct fb_decision *x = d->list[i]->d;

		if (x->what == FB_DECIDED_ASIDE || (to->seen_by && x->at >= to->seen_at))
			continue;
		to->seen_by = x->by;
		to->seen_at = x->at;
	}
}

static int on_alert(void *user, const struct fb_detection_row *d)
{
	struct claims *c = user;
	struct fb_alert *to;

	if (d->because_count || d->time == FB_TIME_NONE || !is_alert(d))
		return 0;
	if (!fb_room(&c->alerts, c->nalerts, &c->alerts_room, sizeof *c->alerts))
		return fb_fail(&c->cli->err, FB_ENOMEM, "out of memory");
	to = &c->alerts[c->nalerts++];
	*to = (struct fb_alert){ .at = d->time, .id = fb_arena_str(&c->arena, d->id), .what = fb_arena_str(&c->arena, d->rule->title),
				 .place = fb_arena_str(&c->arena, d->host) };
	seen(to, d->decided);
	if (to->seen_by)
		to->seen_by = fb_arena_str(&c->arena, to->seen_by);
	return to->id && to->what && to->place ? 0 : fb_fail(&c->cli->err, FB_ENOMEM, "out of memory");
}

/* What claims are held against besides the answers. */
static int gather(struct claims *c)
{
	struct fb_filter all;
	int r = fb_case_stated(c->a.c, "inventory", on_inventory, c, &c->cli->err);

	fb_filter_init(&all);
	if (r == 0)
		r = fb_case_detections(c->a.c, &all, on_alert, c, &c->cli->err);
	c->material.inventories = c->inventories;
	c->material.lines = &fb_cli_lines;
	c->material.alerts = c->alerts;
	c->material.nalerts = c->nalerts;
	return r;
}

/* Results that have turned are kept, so that the next time says what they were. */
static int keep(struct claims *c)
{
	struct fb_stated list[sizeof c->turned / sizeof *c->turned] = { 0 };
	struct fb_case *kept = NULL;
	const char *by;
	uint64_t added;
	int r = c->nturned ? fb_decide_author(c->cli, &by) : 0;

	for (size_t i = 0; i < c->nturned && r == 0; i++) {
		struct fb_buf b;

		fb_buf_init(&b, 256);
		(void)fb_buf_printf(&b, "{\"result\":\"%s\"}", fb_claim_word(c->turned[i].verdict));
		list[i] = (struct fb_stated){ .kind = "claim-result", .key = c->turned[i].id, .by = by, .at = fb_time_now() / 1000 * 1000,
					      .value = fb_arena_str(&c->arena, fb_buf_cstr(&b)) };
		fb_buf_dispose(&b);
		if (!list[i].value)
			r = fb_fail(&c->cli->err, FB_ENOMEM, "out of memory");
	}
	if (r || !c->nturned)
		return r;
	if (c->own)
		return fb_own_append(c->own, list, c->nturned, fb_args_has(&c->cli->args, "counsel"), &c->cli->err);
	if ((r = fb_case_open(c->dir, FB_CASE_DECIDE, &kept, &c->cli->err)) == 0)
		r = fb_case_state(kept, list, c->nturned, &added, &c->cli->err);
	fb_case_close(kept);
	return r;
}

static void put_rest(struct claims *c, struct fb_json *j)
{
	fb_json_put_bool(j, "followed", c->a.answers->followed);
	if (c->own)
		fb_json_put_cstr(j, "marked", fb_own_marked(c->own));
}

static int check(struct claims *c, bool keeping)
{
	struct fb_cli *cli = c->cli;
	int r = fb_cli_answers_open(cli, c->dir, true, &c->a);

	if (r == 0)
		r = fb_cli_out(cli);
	if (r == 0 && c->as != FB_AS_TEXT)
		fb_listing_begin(&c->listing, cli, c->as, "claims");
	else if (r == 0 && c->own && fb_own_marked(c->own))
		(void)fb_buf_printf(&cli->out.buf, "%s\n", fb_own_marked(c->own));
	if (r == 0)
		r = gather(c);
	if (r == 0)
		r = each(c, c->a.c, "claim", on_claim, c);
	if (r == 0 && c->as != FB_AS_TEXT) {
		if (fb_listing_listed(&c->listing))
			put_rest(c, &c->listing.j);
		fb_listing_end(&c->listing);
	} else if (r == 0 && !c->n) {
		(void)fb_buf_puts(&cli->out.buf, "No claim: firebreak claim CASE add PROPOSITION… --who NAME --words TEXT\n");
	}
	fb_cli_answers_close(&c->a);
	c->a = (struct fb_cli_answers){ 0 };
	r = fb_cli_done(cli, r);
	return r == 0 && keeping ? keep(c) : r;
}

static int run(struct fb_cli *cli)
{
	struct claims c = { .cli = cli, .dir = fb_cli_dir(cli, 0) };
	const char *what = cli->args.npos > 1 ? cli->args.pos[1] : "list", *own_file = fb_args_get(&cli->args, "own");
	int r = fb_cli_output(cli, &c.as);

	fb_arena_init(&c.arena, (size_t)64 << 20);
	if (r == 0 && fb_args_has(&cli->args, "counsel") && !own_file)
		r = fb_fail(&cli->err, FB_EUSAGE, "--counsel marks a file of one's own statements: --own FILE");
	if (r == 0 && own_file)
		r = fb_own_open(own_file, c.dir, &c.own, &cli->err);
	if (r == 0 && strcmp(what, "add") == 0)
		r = add(&c);
	else if (r == 0 && strcmp(what, "list") == 0)
		r = check(&c, false);
	else if (r == 0 && strcmp(what, "check") == 0)
		r = check(&c, true);
	else if (r == 0 && strcmp(what, "remove") == 0 && cli->args.npos == 3)
		r = state(&c, cli->args.pos[2], "");
	else if (r == 0)
		r = fb_fail(&cli->err, FB_EUSAGE, "%s: it is list, add, check or remove ID", what);
	fb_arena_dispose(&c.arena);
	free(c.alerts);
	fb_own_close(c.own);
	return r;
}

const struct fb_cmd fb_cmd_claim = {
	.name = "claim",
	.summary = "what is said about the case, and whether the evidence carries it",
	.usage = "[CASE [list|add PROPOSITION…|check|remove ID]] [OPTION…]",
	.about = "A claim has words, who says them, and propositions that can be tested: no-access GLOB,\n"
		 "not-affected PLACE, only PLACE,PLACE, separate PLACES PLACES, access-since TIME,\n"
		 "ended-at TIME, offline PLACE TIME, holds-bytes N, holds-documents N, nothing-left,\n"
		 "lists-files LISTING, holds-content LISTING (against firebreak inventory), recorded-before\n"
		 "TIME. Each\n"
		 "is supported, contradicted, not contradicted, or untestable: by absence alone nothing is\n"
		 "contradicted. check keeps the results that have turned, so that the next one says so.\n"
		 "What one says oneself is tested when --own FILE asks for it, and kept there alone.",
	.opts = opts,
	.most = 2 + FB_CLAIM_PROPOSITIONS,
	.run = run,
};
