/* rules test: rules against events that a person wrote down. No evidence is read, so
 * nothing is confined: rules and their tests are ours, like a configuration. */
#include "cli/rules.h"

#include "base/io.h"
#include "base/json.h"
#include "detect/sigma/cases.h"
#include "event/made.h"
#include "show/text.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

struct tester {
	struct fb_cli *cli;
	enum fb_output as;
	struct fb_json j;
	struct fb_packs packs; /* rules named on the command line */
	bool loaded;
	void *state;
	/* Of a case that brings its own rule. */
	struct fb_syms *syms;
	struct fb_ruleset *set;
	void *set_state;
	struct fb_made made;
	struct fb_hits hits;
	const char *const *rules; /* folders and files of rules */
	size_t nrules;
	const char *path, *title; /* of the case, NULL: none */
	const char *about;        /* the one rule that it is about, or NULL: any */
	uint64_t events, unexpected;
};

static bool ends(const char *s, const char *suffix)
{
	size_t n = strlen(s), k = strlen(suffix);

	return n > k && strcmp(s + n - k, suffix) == 0;
}

/* --- what is said --- */

static void put_ids(struct tester *t, const struct fb_ruleset *set)
{
	struct fb_buf *out = &t->cli->out.buf;

	if (t->hits.n == 0)
		(void)fb_buf_puts(out, "no rule");
	for (uint32_t i = 0; i < t->hits.n; i++) {
		const struct fb_rule_info *rule = &set->rules[t->hits.v[i].rule];

		(void)fb_buf_puts(out, i ? ", " : "");
		(void)fb_text_term(out, fb_slice_str(rule->title));
		(void)fb_buf_puts(out, " (");
		(void)fb_text_term(out, fb_slice_str(rule->id));
		(void)fb_buf_putc(out, ')');
	}
}

static void place(struct tester *t, unsigned line)
{
	struct fb_buf *out = &t->cli->out.buf;

	(void)fb_text_term(out, fb_slice_str(t->path));
	(void)fb_buf_printf(out, ":%u: ", line);
	if (t->title) {
		(void)fb_text_term(out, fb_slice_str(t->title));
		(void)fb_buf_puts(out, ": ");
	}
}

static void json_begin(struct tester *t, unsigned line)
{
	if (t->as == FB_AS_JSONL)
		fb_json_init(&t->j, &t->cli->out.buf);
	fb_json_object(&t->j);
	fb_json_key(&t->j, "path");
	fb_json_cstr(&t->j, t->path);
	fb_json_key(&t->j, "line");
	fb_json_u64(&t->j, line);
	fb_json_key(&t->j, "case");
	fb_json_cstr(&t->j, t->title);
}

static int json_end(struct tester *t, bool good, const char *why)
{
	fb_json_key(&t->j, "ok");
	fb_json_bool(&t->j, good);
	fb_json_key(&t->j, "why");
	fb_json_cstr(&t->j, why);
	fb_json_object_end(&t->j);
	if (t->as == FB_AS_JSONL)
		(void)fb_buf_putc(&t->cli->out.buf, '\n');
	return fb_cli_row(t->cli);
}

/* expected: NULL, "a match", "no match" or what else was asked for. */
static int report(struct tester *t, unsigned line, const struct fb_ruleset *set, bool good,
		  const char *expected)
{
	struct fb_buf *out = &t->cli->out.buf;

	t->events++;
	t->unexpected += !good;
	if (t->as != FB_AS_TEXT) {
		json_begin(t, line);
		fb_json_key(&t->j, "matched");
		fb_json_array(&t->j);
		for (uint32_t i = 0; i < t->hits.n; i++)
			fb_json_cstr(&t->j, set->rules[t->hits.v[i].rule].id);
		fb_json_array_end(&t->j);
		fb_json_key(&t->j, "lost");
		fb_json_u64(&t->j, t->hits.lost);
		fb_json_key(&t->j, "expected");
		fb_json_cstr(&t->j, expected);
		return json_end(t, good, NULL);
	}
	(void)fb_buf_puts(out, good ? "" : "WRONG ");
	place(t, line);
	put_ids(t, set);
	if (t->hits.lost)
		(void)fb_buf_puts(out, "; a limit was reached, so that a rule gave no answer");
	if (!good) {
		(void)fb_buf_puts(out, "; expected: ");
		(void)fb_text_term(out, fb_slice_str(expected));
	}
	(void)fb_buf_putc(out, '\n');
	return fb_cli_row(t->cli);
}

static int wrong(struct tester *t, unsigned line, const char *why)
{
	t->events++;
	t->unexpected++;
	if (t->as != FB_AS_TEXT) {
		json_begin(t, line);
		return json_end(t, false, why);
	}
	(void)fb_buf_puts(&t->cli->out.buf, "WRONG ");
	place(t, line);
	(void)fb_text_term(&t->cli->out.buf, fb_slice_str(why));
	(void)fb_buf_putc(&t->cli->out.buf, '\n');
	return fb_cli_row(t->cli);
}

/* --- rules --- */

/* The rules named, loaded when the first event asks for them. */
static int need_rules(struct tester *t)
{
	struct fb_cli *cli = t->cli;
	int r;

	if (t->loaded)
		return 0;
	r = fb_rules_load(cli, &t->packs, t->rules, t->nrules, false, false);
	if (r)
		return r;
	t->loaded = true;
	for (uint32_t i = 0; i < t->packs.set->nproblems; i++) {
		const struct fb_rule_problem *p = &t->packs.set->problems[i];

		if (!p->error)
			continue;
		fb_cli_say(cli, "%s:%u: %s", p->path, p->line, p->why);
		cli->status = FB_EXIT_PART;
	}
	if (t->packs.set->kind->open(t->packs.set, &t->state))
		return fb_fail(&cli->err, FB_ENOMEM, "out of memory");
	return 0;
}

static bool hit(const struct tester *t, const struct fb_ruleset *set, const char *id)
{
	for (uint32_t i = 0; i < t->hits.n; i++)
		if (strcmp(set->rules[t->hits.v[i].rule].id, id) == 0)
			return true;
	return false;
}

/* --- cases --- */

static int on_case(void *user, const struct fb_sigma_case *c)
{
	struct tester *t = user;
	struct fb_sigma_pack pack = { .path = t->path, .name = "case", .text = c->rule };
	const struct fb_rule_info *found;
	int r;

	t->title = c->title;
	t->about = NULL;
	if (c->rule.n == 0) {
		r = need_rules(t);
		if (r)
			return r;
		found = fb_rules_find(t->packs.set, c->title);
		t->about = found ? found->id : NULL;
		return found ? 0 : fb_fail(&t->cli->err, FB_ENOTFOUND, "line %u: %s: no such rule "
					      "(an id, or a path below the rules without .yml)",
					      c->line, c->title);
	}
	t->syms = fb_syms_new();
	if (!t->syms)
		return fb_fail(&t->cli->err, FB_ENOMEM, "out of memory");
	r = fb_sigma_load_lists(&pack, 1, c->lists, c->nlists, t->syms, &t->set, &t->cli->err);
	if (!r && t->set->kind->open(t->set, &t->set_state))
		r = fb_fail(&t->cli->err, FB_ENOMEM, "out of memory");
	return r;
}

static int on_case_end(void *user)
{
	struct tester *t = user;

	if (t->set) {
		t->set->kind->close(t->set_state);
		t->set->kind->free(t->set);
	}
	fb_syms_free(t->syms);
	t->set = NULL;
	t->set_state = NULL;
	t->syms = NULL;
	t->title = NULL;
	return 0;
}

/* As UTF-8 and as UTF-16, the two ways in which evidence holds text. */
static int on_event(void *user, unsigned line, struct fb_slice lines, bool yes)
{
	struct tester *t = user;
	const struct fb_ruleset *set = t->set ? t->set : t->packs.set;
	void *state = t->set ? t->set_state : t->state;
	bool good = true;
	int r = 0;

	if (set->nrules == 0)
		return wrong(t, line, set->nproblems ? set->problems[0].why : "there is no rule");
	for (int utf16 = 0; utf16 < 2 && good && !r; utf16++) {
		struct fb_slice rest = lines;

		fb_made_init(&t->made, t->set ? t->syms : t->packs.syms);
		t->made.utf16 = utf16;
		while (rest.n && !r) {
			size_t n = fb_slice_find(rest, FB_LIT("\n"));

			r = fb_made_line(&t->made, fb_slice_sub(rest, 0, n));
			rest = fb_slice_sub(rest, n + 1, rest.n);
		}
		t->hits.n = t->hits.lost = 0;
		if (!r)
			r = set->kind->match(state, fb_made_event(&t->made, false), &t->hits);
		good = (t->about ? hit(t, set, t->about) : t->hits.n > 0) == yes;
		fb_made_dispose(&t->made);
	}
	if (r)
		return fb_fail(&t->cli->err, r, "out of memory");
	return report(t, line, set, good, yes ? "a match" : "no match");
}

static int on_says(void *user, unsigned line, bool error, struct fb_slice text)
{
	struct tester *t = user;
	const struct fb_ruleset *set = t->set ? t->set : t->packs.set;

	for (uint32_t i = 0; i < set->nproblems; i++) {
		struct fb_slice why = fb_slice_str(set->problems[i].why);

		if (set->problems[i].error == error && fb_slice_find(why, text) < why.n)
			return 0;
	}
	return wrong(t, line, set->nproblems ? set->problems[0].why
			      : error	     ? "the rule is not refused"
					     : "the remark is not made");
}

/* --- JSON lines --- */

static int json_line(struct tester *t, unsigned number, struct fb_slice line)
{
	const struct fb_ruleset *set = t->packs.set;
	char expected[256] = "";
	struct fb_made_note note;
	bool good = true;
	int r;

	fb_made_clear(&t->made);
	r = fb_made_json(&t->made, line, &note, &t->cli->err);
	if (r) {
		fb_err_prefix(&t->cli->err, "%s:%u", t->path, number);
		return r;
	}
	t->hits.n = t->hits.lost = 0;
	if (set->kind->match(t->state, fb_made_event(&t->made, true), &t->hits))
		return fb_fail(&t->cli->err, FB_ENOMEM, "out of memory");
	if (note.given && note.ids.n == 0) {
		good = (t->hits.n > 0) == note.yes;
		(void)snprintf(expected, sizeof expected, "%s", note.yes ? "a match" : "no match");
	}
	for (struct fb_slice rest = note.ids; rest.n;) {
		const char *id = (const char *)rest.p;

		if (good && !hit(t, set, id)) {
			good = false;
			(void)snprintf(expected, sizeof expected, "%s", id);
		}
		rest = fb_slice_sub(rest, strlen(id) + 1, rest.n);
	}
	return report(t, number, set, good, note.given ? *expected ? expected : "these" : NULL);
}

static int run_json(struct tester *t, struct fb_slice text)
{
	unsigned number = 0;
	int r = need_rules(t);

	if (r)
		return r;
	fb_made_init(&t->made, t->packs.syms);
	while (text.n && !r) {
		size_t n = fb_slice_find(text, FB_LIT("\n"));
		struct fb_slice line = fb_slice_trim(fb_slice_sub(text, 0, n));

		number++;
		text = fb_slice_sub(text, n + 1, text.n);
		if (line.n)
			r = json_line(t, number, line);
	}
	fb_made_dispose(&t->made);
	return r;
}

/* --- files --- */

static int run_file(struct tester *t, const char *path)
{
	static const struct fb_sigma_cases_ops ops = {
		.begin = on_case, .event = on_event, .says = on_says, .end = on_case_end,
	};
	struct fb_buf text;
	int r;

	t->path = path;
	fb_buf_init(&text, FB_EVENTS_FILE_MAX + 65536);
	r = fb_read_file(path, FB_EVENTS_FILE_MAX, &text, &t->cli->err);
	if (!r && ends(path, ".case")) {
		r = fb_sigma_cases(fb_buf_view(&text), &ops, t, &t->cli->err);
		if (r && r != FB_ESTOP && strncmp(t->cli->err.text, "line ", 5) == 0)
			fb_err_prefix(&t->cli->err, "%s", path);
	} else if (!r) {
		r = run_json(t, fb_buf_view(&text));
	}
	fb_buf_dispose(&text);
	return r;
}

static int is_case_name(const struct dirent *d)
{
	return d->d_name[0] != '.' && ends(d->d_name, ".case");
}

/* The cases of a folder, by name. *n: how many files. */
static int run_folder(struct tester *t, const char *folder, size_t *n)
{
	struct dirent **names = NULL;
	int found = scandir(folder, &names, is_case_name, alphasort), r = 0;

	if (found < 0)
		return fb_fail_errno(&t->cli->err, FB_ENOTFOUND, "%s", folder);
	for (int i = 0; i < found; i++) {
		char *path = NULL;

		if (!r && asprintf(&path, "%s/%s", folder, names[i]->d_name) < 0)
			r = fb_fail(&t->cli->err, FB_ENOMEM, "out of memory");
		if (!r)
			r = run_file(t, path);
		free(path);
		free(names[i]);
	}
	free(names);
	*n = (size_t)found;
	return r;
}

static bool is_events(const char *path)
{
	return ends(path, ".case") || ends(path, ".json") || ends(path, ".jsonl");
}

static int run_all(struct tester *t, const char *const *args, size_t n)
{
	size_t files = 0, found = 0;
	struct stat st;
	int r = 0;

	for (size_t i = 0; i < n && !r; i++) {
		if (!is_events(args[i]))
			continue;
		files++;
		r = run_file(t, args[i]);
	}
	for (size_t i = 0; i < t->nrules && !r && !files; i++) {
		size_t here = 0;

		if (stat(t->rules[i], &st) == 0 && S_ISDIR(st.st_mode))
			r = run_folder(t, t->rules[i], &here);
		found += here;
	}
	if (!r && !files && !found)
		r = fb_fail(&t->cli->err, FB_EUSAGE, "no events: name a file *.case or *.jsonl, or a "
			    "folder with files *.case");
	return r;
}

static void finish(struct tester *t)
{
	struct fb_buf *out = &t->cli->out.buf;

	if (t->as == FB_AS_JSON) {
		fb_json_array_end(&t->j);
		fb_json_key(&t->j, "tested");
		fb_json_u64(&t->j, t->events);
		fb_json_key(&t->j, "unexpected");
		fb_json_u64(&t->j, t->unexpected);
		fb_json_object_end(&t->j);
		(void)fb_buf_putc(out, '\n');
	} else if (t->as == FB_AS_TEXT) {
		(void)fb_text_count(out, t->events, "event");
		(void)fb_buf_puts(out, ", ");
		(void)fb_text_number(out, t->unexpected);
		(void)fb_buf_puts(out, " not as expected\n");
	}
	if (t->unexpected)
		t->cli->status = FB_EXIT_PART;
}

static int run(struct fb_cli *cli, const char *const *args, size_t n, enum fb_output as)
{
	struct tester *t = calloc(1, sizeof *t);
	const char **rules = calloc(n + 1, sizeof *rules);
	int r = t && rules ? 0 : fb_fail(&cli->err, FB_ENOMEM, "out of memory");

	if (!r && n == 0)
		r = fb_fail(&cli->err, FB_EUSAGE, "test: which rules, or which file of cases?");
	if (!r)
		r = fb_cli_out(cli);
	if (!r) {
		t->cli = cli;
		t->as = as;
		t->rules = rules;
		for (size_t i = 0; i < n; i++)
			if (!is_events(args[i]))
				rules[t->nrules++] = args[i];
		fb_json_init(&t->j, &cli->out.buf);
		if (as == FB_AS_JSON) {
			fb_json_object(&t->j);
			fb_json_key(&t->j, "events");
			fb_json_array(&t->j);
		}
		r = run_all(t, args, n);
		if (!r)
			finish(t);
		r = fb_cli_done(cli, r);
		if (t->state)
			t->packs.set->kind->close(t->state);
		fb_packs_dispose(&t->packs);
	}
	free(rules);
	free(t);
	return r;
}

const struct fb_rules_verb fb_rules_test = { "test", run };
