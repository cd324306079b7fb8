/* Which places there are: the roster. */
#include "cli/answers.h"

#include "case/stated.h"
#include "cli/decide.h"
#include "event/hints.h"
#include "show/text.h"

static const struct fb_opt own[] = {
	{ "role", 0, FB_OPT_TEXT, "ROLE", "what it does: front end, domain controller, file server, workstation, mailbox, database …", false },
	{ "address", 0, FB_OPT_TEXT, "A,A…", "its addresses or networks, a comma between; without them what its own records tell", false },
	{ "was", 0, FB_OPT_TEXT, "NAME,N…", "what it was called before: records by these names are of the same machine", false },
	{ "keeps", 0, FB_OPT_TEXT, "DAYS", "how long it holds its logs, where they do not tell themselves: for `collect`", false },
	{ "note", 0, FB_OPT_TEXT, "TEXT", "anything else", false },
	{ "build", 0, FB_OPT_TEXT, "BUILD", "patched: the build that was installed", false },
	{ "since", 0, FB_OPT_TIME, "TIME", "patched: … and ran, from then on (UTC)", false },
	{ "against", 0, FB_OPT_TEXT, "RULE,R…", "patched: rules, by their ids, whose attempts it closes", false },
	{ "reason", 0, FB_OPT_TEXT, "TEXT", "patched: how that is known", false },
	{ 0 },
};
static const struct fb_opt *const opts[] = { own, fb_opts_by, fb_opts_zone, fb_opts_common, NULL };

struct list {
	struct fb_cli *cli;
	const struct fb_coverage *coverage;
	size_t n;
};

static int on_asset(void *user, const struct fb_stated_row *row)
{
	struct list *l = user;
	bool examined = false;

	if (!row->stands || !*row->said.value)
		return 0;
	for (size_t i = 0; i < l->coverage->nplaces; i++)
		if (l->coverage->places[i].rostered && l->coverage->places[i].examined &&
		    fb_case_host_matches(row->said.key, fb_slice_str(l->coverage->places[i].name)))
			examined = true;
	l->n++;
	(void)fb_buf_printf(&l->cli->out.buf, "%-12s ", examined ? "examined" : "no evidence");
	(void)fb_text_term(&l->cli->out.buf, fb_slice_str(row->said.key));
	(void)fb_buf_putc(&l->cli->out.buf, ' ');
	(void)fb_text_term(&l->cli->out.buf, fb_slice_str(row->said.value));
	(void)fb_buf_putc(&l->cli->out.buf, '\n');
	return fb_cli_row(l->cli);
}

static int on_patched(void *user, const struct fb_stated_row *row)
{
	struct list *l = user;

	if (!row->stands || !*row->said.value)
		return 0;
	(void)fb_buf_printf(&l->cli->out.buf, "%-12s ", "patched");
	(void)fb_text_term(&l->cli->out.buf, fb_slice_str(row->said.key));
	(void)fb_buf_putc(&l->cli->out.buf, ' ');
	(void)fb_text_term(&l->cli->out.buf, fb_slice_str(row->said.value));
	(void)fb_buf_puts(&l->cli->out.buf, " (by ");
	(void)fb_text_term(&l->cli->out.buf, fb_slice_str(row->said.by));
	(void)fb_buf_puts(&l->cli->out.buf, ")\n");
	return fb_cli_row(l->cli);
}

static int list(struct fb_cli *cli, const char *dir)
{
	struct fb_cli_answers a = { 0 };
	struct list l = { .cli = cli };
	int r = fb_cli_answers_open(cli, dir, false, &a);

	if (!r)
		r = fb_cli_out(cli);
	l.coverage = a.coverage;
	if (!r)
		r = fb_cli_done(cli, fb_case_stated(a.c, "asset", on_asset, &l, &cli->err));
	if (!r)
		r = fb_cli_done(cli, fb_case_stated(a.c, "patched", on_patched, &l, &cli->err));
	for (size_t i = 0; !r && i < a.coverage->nplaces; i++) {
		const struct fb_cover_place *p = &a.coverage->places[i];

		if (p->rostered || !p->examined)
			continue;
		(void)fb_buf_printf(&cli->out.buf, "%-12s ", "not listed");
		(void)fb_text_term(&cli->out.buf, fb_slice_str(p->name));
		(void)fb_buf_puts(&cli->out.buf, " (found in the evidence)\n");
		r = fb_cli_done(cli, fb_cli_row(cli));
	}
	fb_cli_answers_close(&a);
	return r;
}

static int add(struct fb_cli *cli, const char *dir, const char *place)
{
	const char *role = fb_args_get(&cli->args, "role"), *note = fb_args_get(&cli->args, "note");
	const char *addresses = fb_args_get(&cli->args, "address");
	const char *keeps = fb_args_get(&cli->args, "keeps"), *was = fb_args_get(&cli->args, "was");
	struct fb_buf value;
	struct fb_json j;
	int r;

	if (keeps && !fb_coverage_days(fb_slice_str(keeps), &(fb_time){ 0 }))
		return fb_fail(&cli->err, FB_EUSAGE, "--keeps %s: no number of days", keeps);
	for (const char *at = addresses ? addresses : ""; *at; at += strcspn(at, ","), at += *at == ',')
		if (!fb_net_parse(fb_slice_trim(fb_slice(at, strcspn(at, ","))), &(struct fb_net){ .bits = 0 }))
			return fb_fail(&cli->err, FB_EUSAGE, "--address %s: neither an address nor a network", at);
	fb_buf_init(&value, 64u << 10);
	fb_json_init(&j, &value);
	fb_json_object(&j);
	fb_json_key(&j, "role");
	fb_json_cstr(&j, role ? role : "");
	if (addresses) {
		fb_json_key(&j, "addresses");
		fb_json_cstr(&j, addresses);
	}
	if (was) {
		fb_json_key(&j, "was");
		fb_json_cstr(&j, was);
	}
	if (keeps) {
		fb_json_key(&j, "keeps");
		fb_json_cstr(&j, keeps);
	}
	if (note) {
		fb_json_key(&j, "note");
		fb_json_cstr(&j, note);
	}
	fb_json_object_end(&j);
	r = value.code ? fb_fail(&cli->err, FB_ELIMIT, "%s: too long", place)
		       : fb_cli_state(cli, dir, "asset", place, fb_buf_cstr(&value));
	fb_buf_dispose(&value);
	return r;
}

/* Is each of them a rule of the case? What nobody looks for nobody can close. */
static int known(struct fb_cli *cli, const char *dir, const char *ids)
{
	const struct fb_rule_problem *problems;
	const struct fb_rule_info *rules;
	uint32_t nrules, nproblems;
	struct fb_case *c;
	int r = fb_cli_open(cli, dir, &c);

	if (!r)
		r = fb_case_rules(c, &rules, &nrules, &problems, &nproblems, &cli->err);
	for (size_t n = 0; !r && *ids; ids += n + (ids[n] == ',')) {
		struct fb_slice id;
		bool found = false;

		n = strcspn(ids, ",");
		id = fb_slice_trim(fb_slice(ids, n));
		for (uint32_t i = 0; i < nrules; i++)
			found = found || fb_slice_ieq(id, fb_slice_str(rules[i].id));
		if (!found)
			r = fb_fail(&cli->err, FB_EUSAGE, "--against %.*s: no rule of the case has that id (firebreak rules list)", (int)id.n, (const char *)id.p);
	}
	fb_case_close(c);
	return r;
}

/* A machine's build, and what it closes: BUILD@PLACE. */
static int patched(struct fb_cli *cli, const char *dir, const char *place, bool back)
{
	const char *build = fb_args_get(&cli->args, "build"), *since = fb_args_get(&cli->args, "since");
	const char *against = fb_args_get(&cli->args, "against"), *reason = fb_args_get(&cli->args, "reason");
	fb_time t = FB_TIME_NONE;
	struct fb_buf key, value;
	struct fb_json j;
	int r;

	if (!build || !*build || strchr(build, '@') || (!back && (!since || !against || !*against || !reason || !*reason)))
		return fb_fail(&cli->err, FB_EUSAGE, back ? "unpatched PLACE needs --build" : "patched PLACE needs --build, --since, --against and --reason");
	if (!back && (!fb_time_parse(fb_slice_str(since), &t, NULL) || t == FB_TIME_NONE))
		return fb_fail(&cli->err, FB_EUSAGE, "--since %s: no time", since);
	if (!back && (r = known(cli, dir, against)))
		return r;
	fb_buf_init(&key, 64u << 10);
	fb_buf_init(&value, 64u << 10);
	(void)fb_buf_printf(&key, "%s@%s", build, place);
	fb_json_init(&j, &value);
	fb_json_object(&j);
	fb_json_key(&j, "build");
	fb_json_cstr(&j, build);
	fb_json_key(&j, "since");
	fb_json_time(&j, t, 9);
	fb_json_key(&j, "against");
	fb_json_cstr(&j, against ? against : "");
	fb_json_key(&j, "reason");
	fb_json_cstr(&j, reason ? reason : "");
	fb_json_object_end(&j);
	r = value.code || key.code ? fb_fail(&cli->err, FB_ELIMIT, "%s: too long", place)
				   : fb_cli_state(cli, dir, "patched", fb_buf_cstr(&key), back ? "" : fb_buf_cstr(&value));
	fb_buf_dispose(&key);
	fb_buf_dispose(&value);
	return r;
}

static int run(struct fb_cli *cli)
{
	const char *dir = fb_cli_dir(cli, 0), *what = cli->args.npos > 1 ? cli->args.pos[1] : "list";
	const char *place = cli->args.npos > 2 ? cli->args.pos[2] : NULL;

	if (strcmp(what, "list") == 0 && !place)
		return list(cli, dir);
	if (strcmp(what, "add") == 0 && place && *place)
		return add(cli, dir, place);
	if (strcmp(what, "remove") == 0 && place && *place)
		return fb_cli_state(cli, dir, "asset", place, "");
	if ((strcmp(what, "patched") == 0 || strcmp(what, "unpatched") == 0) && place && *place)
		return patched(cli, dir, place, *what == 'u');
	return fb_fail(&cli->err, FB_EUSAGE, "%s: list, add PLACE, remove PLACE, patched PLACE or unpatched PLACE", what);
}

const struct fb_cmd fb_cmd_assets = {
	.name = "assets",
	.summary = "say which places there are",
	.usage = "[CASE [list | add PLACE [--role ROLE] | remove PLACE | patched PLACE … | unpatched PLACE --build BUILD]]",
	.about = "The roster: machines that belong to what is asked about, with their roles. Without it\n"
		 "the best negative is about the places examined; with it a place of which there is no\n"
		 "evidence counts, and what the evidence names and the roster lacks is listed. Of a place\n"
		 "with the role proxy, load balancer, WAF or CDN --address says whose X-Forwarded-For is\n"
		 "believed; without that header its requests are of a client that is not known.\n"
		 "patched PLACE: a build was installed there, and what the named rules recognise it closes. Their\n"
		 "requests from then on count as turned away, by your word, where all that could have come of\n"
		 "them was visible.",
	.opts = opts,
	.most = 3,
	.run = run,
};
