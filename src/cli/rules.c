#include "cli/rules.h"

#include "show/json.h"
#include "show/table.h"
#include "show/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define TABLE_MEMORY (256u << 20)

static const struct fb_opt own[] = {
	{ "problems", 'p', FB_OPT_FLAG, NULL, "only what could not be used, and why", false },
	{ "remarks", 0, FB_OPT_FLAG, NULL, "also rules that load and can never match here, and why", false },
	{ "cost", 0, FB_OPT_FLAG, NULL, "check: also what each rule costs, the dearest first", false },
	{ "event", 0, FB_OPT_TEXT, "FIELD=VALUE", "explain: a field of the event to explain", true },
	{ 0 },
};
static const struct fb_opt *const opts[] = { own, fb_opts_rules, fb_opts_filter, fb_opts_format,
					     fb_opts_common, NULL };

/* A rule set, out of a case or compiled from folders, and what it found. */
struct listed {
	struct fb_cli *cli;
	const struct fb_rule_info *rules;
	const struct fb_rule_problem *problems;
	uint32_t nrules, nproblems;
	uint64_t *found; /* per rule; NULL: of no case */
	const struct fb_noise_entry *noise;
	uint32_t nnoise;
	struct fb_packs packs;
	struct fb_case *c;
};

static int compare_ids(const void *a, const void *b)
{
	const struct fb_rule_info *x = a, *y = b;

	return strcmp(x->id, y->id);
}

static int on_group(void *user, const struct fb_group_row *row)
{
	struct listed *l = user;
	const struct fb_rule_info *hit = bsearch(row->rule, l->rules, l->nrules,
						 sizeof *l->rules, compare_ids);
	size_t i = hit ? (size_t)(hit - l->rules) : 0;

	if (!hit)
		return 0;
	/* Rules are sorted by id; two may share one: the document's hash tells. */
	while (i && strcmp(l->rules[i - 1].id, hit->id) == 0)
		i--;
	for (; i < l->nrules && strcmp(l->rules[i].id, hit->id) == 0; i++) {
		if (memcmp(l->rules[i].hash, row->rule->hash, FB_SHA256) == 0) {
			l->found[i] += row->count;
			break;
		}
	}
	return 0;
}

static int of_case(struct listed *l, const char *dir)
{
	struct fb_filter filter; /* what is counted is what is asked for: a host's are a host's */
	int r = fb_cli_filter(l->cli, &filter);

	if (!r)
		r = fb_cli_open(l->cli, dir, &l->c);

	if (!r)
		r = fb_case_rules(l->c, &l->rules, &l->nrules, &l->problems, &l->nproblems,
				  &l->cli->err);
	if (!r)
		r = fb_case_noise(l->c, &l->noise, &l->nnoise, &l->cli->err);
	if (r)
		return r;
	l->found = calloc(l->nrules + 1, sizeof *l->found);
	if (!l->found)
		return fb_fail(&l->cli->err, FB_ENOMEM, "out of memory");
	return fb_case_groups(l->c, &filter, on_group, l, &l->cli->err);
}

int fb_rules_load(struct fb_cli *cli, struct fb_packs *packs, const char *const *args, size_t n,
		  bool own_too, bool facts)
{
	struct fb_packs_want want = { .facts = facts, .args = &cli->args };
	const char **dirs = calloc(n + cli->args.n + 1, sizeof *dirs);
	const char *dir;
	size_t k = n;
	int r;

	if (!dirs)
		return fb_fail(&cli->err, FB_ENOMEM, "out of memory");
	if (n)
		memcpy(dirs, args, n * sizeof *dirs);
	while ((dir = fb_args_nth(&cli->args, "rules", k - n)) != NULL)
		dirs[k++] = dir;
	want.own = (own_too || k == 0) && !fb_args_has(&cli->args, "no-own-rules");
	if (k == 0 && !want.own)
		r = fb_fail(&cli->err, FB_EUSAGE, "--no-own-rules: and no other rules are named");
	else
		r = fb_packs_load(packs, dirs, k, &want, &cli->err);
	if (!r)
		r = fb_packs_noise(packs, &cli->err);
	if (!r && packs->note)
		fb_cli_say(cli, "%s", packs->note);
	free(dirs);
	return r;
}

const struct fb_rule_info *fb_rules_find(const struct fb_ruleset *set, const char *name)
{
	size_t k = strlen(name);

	for (uint32_t i = 0; i < set->nrules; i++) {
		const char *path = set->rules[i].path, *dot = strrchr(path, '.');
		size_t n = dot ? (size_t)(dot - path) : strlen(path);

		if (strcmp(set->rules[i].id, name) == 0)
			return &set->rules[i];
		if (k && n >= k && memcmp(path + n - k, name, k) == 0 &&
		    (n == k || path[n - k - 1] == '/'))
			return &set->rules[i];
	}
	return NULL;
}

static void take_set(struct listed *l)
{
	l->rules = l->packs.set->rules;
	l->nrules = l->packs.set->nrules;
	l->problems = l->packs.set->problems;
	l->nproblems = l->packs.set->nproblems;
	l->noise = l->packs.noise.lists.v;
	l->nnoise = l->packs.noise.lists.n;
}

static int of_dirs(struct listed *l, const char *const *dirs, size_t n)
{
	int r = fb_rules_load(l->cli, &l->packs, dirs, n, false, false);

	if (!r)
		take_set(l);
	return r;
}

bool fb_rules_wanted(const struct fb_cli *cli, const struct fb_rule_info *rule)
{
	const char *pattern = fb_args_get(&cli->args, "rule");
	const char *level = fb_args_get(&cli->args, "level");

	if (level && rule->level < fb_cli_level(level))
		return false;
	return !pattern || strcmp(pattern, rule->id) == 0 ||
	       fb_text_glob(pattern, fb_slice_str(rule->title));
}

void fb_rules_noise(struct fb_buf *out, const struct fb_noise_entry *v, uint32_t n, const char *rule)
{
	enum fb_noise is = FB_NOISE_NONE;
	const struct fb_noise_entry *e;
	bool part = true;

	for (uint32_t at = 0; (e = fb_noise_next(v, n, rule, &at)) != NULL;) {
		is = is == FB_NOISE_NONE ? e->is : is;
		part = part && (*e->host || e->until != FB_TIME_NONE);
	}
	if (is)
		(void)fb_buf_printf(out, "[%s%s] ", fb_noise_word(is), part ? " in part" : "");
}

static void put_problem(struct fb_buf *out, const struct fb_rule_problem *p)
{
	(void)fb_text_term(out, fb_slice_str(p->path));
	if (p->line)
		(void)fb_buf_printf(out, ":%u", p->line);
	(void)fb_buf_puts(out, p->error ? ": " : ": remark: ");
	(void)fb_text_term(out, fb_slice_str(p->why));
	(void)fb_buf_putc(out, '\n');
}

static uint32_t errors_of(const struct listed *l)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < l->nproblems; i++)
		n += l->problems[i].error;
	for (uint32_t i = 0; i < l->packs.noise.nproblems; i++)
		n += l->packs.noise.problems[i].error;
	return n;
}

static void put_totals(const struct listed *l, uint32_t files)
{
	struct fb_buf *out = &l->cli->out.buf;
	uint32_t errors = errors_of(l);

	(void)fb_text_count(out, l->nrules, "rule");
	(void)fb_buf_puts(out, " can be used");
	if (files) {
		(void)fb_buf_puts(out, " of ");
		(void)fb_text_count(out, files, "file");
	}
	(void)fb_buf_puts(out, ", ");
	(void)fb_text_number(out, errors);
	(void)fb_buf_puts(out, " cannot");
	if (l->nproblems + l->packs.noise.nproblems > errors) {
		(void)fb_buf_puts(out, ", ");
		(void)fb_text_count(out, l->nproblems + l->packs.noise.nproblems - errors, "remark");
		if (!fb_args_has(&l->cli->args, "remarks"))
			(void)fb_buf_puts(out, " (--remarks lists them)");
	}
	(void)fb_buf_putc(out, '\n');
}

static int put_problems(const struct listed *l)
{
	bool remarks = fb_args_has(&l->cli->args, "remarks");
	int r = 0;

	for (uint32_t i = 0; i < l->nproblems && !r; i++) {
		if (!l->problems[i].error && !remarks)
			continue;
		put_problem(&l->cli->out.buf, &l->problems[i]);
		r = fb_cli_row(l->cli);
	}
	for (uint32_t i = 0; i < l->packs.noise.nproblems && !r; i++) {
		put_problem(&l->cli->out.buf, &l->packs.noise.problems[i]);
		r = fb_cli_row(l->cli);
	}
	return r;
}

static int put_table(const struct listed *l)
{
	static const struct fb_column columns[] = {
		{ .head = "LEVEL", .level = true }, { .head = "ID", .max = 36 }, { .head = "TITLE" },
	};
	struct fb_arena arena;
	struct fb_table t;
	int r;

	fb_arena_init(&arena, TABLE_MEMORY);
	fb_table_init(&t, columns, sizeof columns / sizeof *columns, &arena);
	for (uint32_t i = 0; i < l->nrules; i++) {
		if (!fb_rules_wanted(l->cli, &l->rules[i]))
			continue;
		(void)fb_table_level(&t, l->rules[i].level);
		(void)fb_table_text(&t, fb_slice_str(l->rules[i].id));
		fb_rules_noise(&t.cell, l->noise, l->nnoise, l->rules[i].id);
		(void)fb_table_text(&t, fb_slice_str(l->rules[i].title));
	}
	r = fb_table_write(&t, &l->cli->out, 0);
	fb_table_dispose(&t);
	fb_arena_dispose(&arena);
	return r;
}

static int put_json(const struct listed *l, enum fb_output as, bool rules, bool problems)
{
	struct fb_buf *out = &l->cli->out.buf;
	struct fb_json j;
	int r = 0;

	fb_json_init(&j, out);
	if (as == FB_AS_JSON) {
		fb_json_object(&j);
		fb_json_key(&j, "rules");
		fb_json_array(&j);
	}
	if (rules && l->c)
		r = fb_rules_case(l->cli, l->c, l->found, as, &j);
	for (uint32_t i = 0; rules && !l->c && i < l->nrules && !r; i++) {
		if (!fb_rules_wanted(l->cli, &l->rules[i]))
			continue;
		if (as == FB_AS_JSONL)
			fb_json_init(&j, out);
		fb_json_rule(&j, &l->rules[i], NULL, NULL, l->noise, l->nnoise);
		if (as == FB_AS_JSONL)
			(void)fb_buf_putc(out, '\n');
		r = fb_cli_row(l->cli);
	}
	if (r)
		return r;
	if (as == FB_AS_JSON) {
		if (!rules || !l->c)
			fb_json_array_end(&j);
		fb_json_key(&j, "problems");
		fb_json_array(&j);
	}
	for (uint32_t i = 0; problems && i < l->nproblems && !r; i++) {
		if (as == FB_AS_JSONL)
			fb_json_init(&j, out);
		fb_json_rule_problem(&j, &l->problems[i]);
		if (as == FB_AS_JSONL)
			(void)fb_buf_putc(out, '\n');
		r = fb_cli_row(l->cli);
	}
	for (uint32_t i = 0; problems && i < l->packs.noise.nproblems && !r; i++) {
		if (as == FB_AS_JSONL)
			fb_json_init(&j, out);
		fb_json_rule_problem(&j, &l->packs.noise.problems[i]);
		if (as == FB_AS_JSONL)
			(void)fb_buf_putc(out, '\n');
		r = fb_cli_row(l->cli);
	}
	if (as == FB_AS_JSON) {
		fb_json_array_end(&j);
		fb_json_object_end(&j);
		(void)fb_buf_putc(out, '\n');
	}
	return r;
}

/* What asks about evidence means nothing without a case. */
static int case_only(struct listed *l)
{
	static const char *const names[] = { "from", "to", "host", "source" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (fb_args_has(&l->cli->args, names[i]))
			return fb_fail(&l->cli->err, FB_EUSAGE, "--%s: of the rules of a case only",
				       names[i]);
	return 0;
}

static int list_rules(struct listed *l, const char *const *args, size_t n, enum fb_output as)
{
	bool problems = fb_args_has(&l->cli->args, "problems");
	struct stat st;
	char *db = NULL;
	bool is_case = n == 0 && !fb_args_has(&l->cli->args, "rules");
	int r;

	/* One folder with a case in it is a case; anything else is rules. */
	if (n == 1) {
		if (asprintf(&db, "%s/case.db", args[0]) < 0)
			return fb_fail(&l->cli->err, FB_ENOMEM, "out of memory");
		is_case = stat(db, &st) == 0;
		free(db);
	}
	if (is_case && fb_args_has(&l->cli->args, "expand"))
		return fb_fail(&l->cli->err, FB_EUSAGE, "--expand: the rules of a case are compiled "
			       "already");
	r = is_case ? 0 : case_only(l);
	if (!r)
		r = is_case ? of_case(l, n ? args[0] : "case") : of_dirs(l, args, n);
	if (!r)
		r = fb_cli_out(l->cli);
	if (r)
		return r;
	if (as == FB_AS_CSV && (!is_case || problems))
		return fb_fail(&l->cli->err, FB_EUSAGE, "--csv: of the rules of a case only");
	if (as == FB_AS_CSV)
		return fb_rules_case(l->cli, l->c, l->found, as, &(struct fb_json){ 0 });
	if (as != FB_AS_TEXT)
		return put_json(l, as, !problems, true);
	if (problems)
		r = put_problems(l);
	else if (is_case)
		r = fb_rules_case(l->cli, l->c, l->found, as, &(struct fb_json){ 0 });
	else
		r = put_table(l);
	if (!r && !problems)
		(void)fb_buf_putc(&l->cli->out.buf, '\n');
	if (!r)
		put_totals(l, 0);
	return r;
}

static int check_rules(struct listed *l, const char *const *dirs, size_t n, enum fb_output as)
{
	bool cost = fb_args_has(&l->cli->args, "cost");
	int r = case_only(l);

	if (!r)
		r = fb_rules_load(l->cli, &l->packs, dirs, n, false, cost);

	if (!r)
		r = fb_cli_out(l->cli);
	if (r)
		return r;
	take_set(l);
	if (cost && as != FB_AS_TEXT) {
		r = fb_rules_cost(l->cli, l->packs.set, as);
	} else if (as != FB_AS_TEXT) {
		r = put_json(l, as, false, true);
	} else {
		r = put_problems(l);
		if (!r && cost)
			r = fb_rules_cost(l->cli, l->packs.set, as);
		if (!r)
			put_totals(l, l->packs.set->nfiles);
	}
	if (errors_of(l))
		l->cli->status = FB_EXIT_PART;
	return r;
}

static int with_list(struct fb_cli *cli, const char *const *args, size_t n, enum fb_output as,
		     int (*what)(struct listed *, const char *const *, size_t, enum fb_output))
{
	struct listed l = { .cli = cli };
	int r = fb_cli_done(cli, what(&l, args, n, as));

	free(l.found);
	fb_packs_dispose(&l.packs);
	fb_case_close(l.c);
	return r;
}

static int list(struct fb_cli *cli, const char *const *args, size_t n, enum fb_output as)
{
	return with_list(cli, args, n, as, list_rules);
}

static int check(struct fb_cli *cli, const char *const *args, size_t n, enum fb_output as)
{
	return with_list(cli, args, n, as, check_rules);
}

static const struct fb_rules_verb list_verb = { "list", list }, check_verb = { "check", check };
static const struct fb_rules_verb *const verbs[] = {
	&list_verb, &check_verb, &fb_rules_test, &fb_rules_explain,
	&fb_rules_diff,
};
#define VERBS (sizeof verbs / sizeof *verbs)

static const char *nth_verb(const void *user, size_t i)
{
	(void)user;
	return i < VERBS ? verbs[i]->name : NULL;
}

static int run(struct fb_cli *cli)
{
	const char *verb = cli->args.pos[0], *near;
	enum fb_output as;
	int r = fb_cli_output(cli, &as);

	if (r)
		return r;
	if (as == FB_AS_CSV && strcmp(verb, "list") != 0)
		return fb_fail(&cli->err, FB_EUSAGE, "--csv: list has it, %s has not", verb);
	for (size_t i = 0; i < VERBS; i++)
		if (strcmp(verb, verbs[i]->name) == 0)
			return verbs[i]->run(cli, cli->args.pos + 1, cli->args.npos - 1, as);
	near = fb_nearest(verb, nth_verb, NULL);
	return fb_fail(&cli->err, FB_EUSAGE, "%s: not one of list, check, test, explain, diff%s%s%s", verb,
		       near ? " (did you mean \"" : "", near ? near : "", near ? "\"?)" : "");
}

const struct fb_cmd fb_cmd_rules = {
	.name = "rules",
	.summary = "list, check and test rules",
	.usage = "VERB …\n\n"
		 "  list [CASE | DIR…]        rules of a case, or of folders and files\n"
		 "  check [DIR…]              what cannot be used, and why\n"
		 "  test RULES… EVENTS…       rules against events written down\n"
		 "  explain RULE [CASE ID]    what a rule became; why it matches, or does not\n"
		 "  diff OLD NEW              what an update of a pack changes",
	.about = "list: the rules of a case (./case when left out) with how much each recognised and on\n"
		 "which hosts anything was recorded that it could have recognised; or those of folders\n"
		 "or files. check: compiles rules and says for each that cannot be\n"
		 "used its file, line and reason; without a folder, our own. Exit status of check is\n"
		 "1 when a rule cannot be used. test: files *.case hold rules with events that must\n"
		 "and must not match, files *.jsonl an event a line; 1 when one is not as expected.\n"
		 "explain: where the rule (an id, or the end of its path) looks and what it asks; with\n"
		 "a detection of a case, or an event given with --event, each part of it with yes or\n"
		 "no and the value seen. The record is read again from the evidence.",
	.opts = opts,
	.least = 1,
	.most = SIZE_MAX,
	.run = run,
};
