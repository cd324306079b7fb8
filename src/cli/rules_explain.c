/* rules explain: what a rule became, and why it does or does not match an event. The
 * record of a detection is read and decoded by a confined worker, which answers with its
 * fields; they come back as data and are taken apart as strictly as any other input. */
#include "cli/rules.h"

#include "cli/origin.h"
#include "detect/sigma/explain.h"
#include "event/made.h"
#include "event/needs.h"
#include "event/value.h"
#include "show/decided.h"
#include "show/json.h"
#include "show/text.h"

#include <stdio.h>
#include <stdlib.h>

#define FORMATS_MAX (FB_MAPS_MAX + 64)
#define LABEL_COLUMN 12

struct explaining {
	struct fb_cli *cli;
	struct fb_packs packs;
	const struct fb_rule_info *rule;
	uint32_t index;
	enum fb_output as;
	struct fb_json j;
	struct fb_made made;
	bool made_open, has_event;
	/* Of a detection. */
	struct fb_wanted wanted;
	uint64_t source;
	bool changed; /* the rule, since the case was made */
	char id[65];
	/* While lines are written. */
	const char *head; /* of the section */
	bool skip_condition, marks;
	enum fb_sigma_answer answer;
};

/* ---- in the worker: an event's fields as one line of JSON ---- */

/* Set before the workers are forked. */
static const struct fb_syms *names;

static void put_value(struct fb_json *j, const struct fb_field *f, struct fb_buf *text)
{
	bool negative;
	uint64_t n;

	if (fb_value_is_null(f)) {
		fb_json_null(j);
	} else if (f->type == FB_V_BOOL && fb_value_int(f, &n, &negative)) {
		fb_json_bool(j, n != 0);
	} else if (f->type >= FB_V_I8 && f->type <= FB_V_U64 && fb_value_int(f, &n, &negative)) {
		if (negative)
			fb_json_i64(j, (int64_t)(0 - n));
		else
			fb_json_u64(j, n);
	} else {
		fb_buf_clear(text);
		(void)fb_value_text(f, text);
		fb_json_str(j, fb_buf_view(text));
	}
}

static void put_field(struct fb_json *j, const struct fb_field *f, struct fb_buf *text)
{
	struct fb_field rest = *f;
	char name[256];

	if (f->sym)
		(void)snprintf(name, sizeof name, "%s", fb_syms_name(names, f->sym));
	else
		(void)snprintf(name, sizeof name, "%.*s", f->name.n > 200 ? 200 : (int)f->name.n,
			       (const char *)f->name.p);
	fb_json_key(j, name);
	if (f->type != FB_V_ARRAY || (f->subtype != FB_V_UTF16 && f->subtype != FB_V_ANSI)) {
		put_value(j, f, text);
		return;
	}
	fb_json_array(j);
	while (rest.v.n) {
		struct fb_field item = { .type = f->subtype };

		item.v = fb_value_item(&rest);
		put_value(j, &item, text);
	}
	fb_json_array_end(j);
}

static int render_fields(const struct fb_event *ev, struct fb_buf *out)
{
	struct fb_buf text;
	struct fb_json j;

	fb_buf_init(&text, FB_VALUE_MAX * 3u);
	fb_json_init(&j, out);
	fb_json_object(&j);
	for (size_t i = 0; i < ev->nfields && !fb_buf_code(out); i++)
		if (!ev->as_channel || &ev->fields[i] != ev->channel)
			put_field(&j, &ev->fields[i], &text);
	/* Told in Sigma's terms: from where rules take it to be. */
	if (ev->as_channel) {
		fb_json_key(&j, "Channel");
		put_value(&j, ev->as_channel, &text);
		fb_json_key(&j, "EventID");
		fb_json_u64(&j, ev->as_event_id);
	} else if (ev->event_id && !fb_event_get(ev, FB_SYM_EVENT_ID)) {
		fb_json_key(&j, "EventID");
		fb_json_u64(&j, ev->event_id);
	}
	/* Behind whatever the record holds under that name. */
	fb_json_key(&j, "_lane");
	fb_json_cstr(&j, ev->lane == FB_LANE_EVTX || ev->as_channel ? "windows" : fb_lane_word(ev->lane));
	fb_json_object_end(&j);
	fb_buf_dispose(&text);
	return fb_buf_code(out);
}

/* ---- the event ---- */

static int read_record(struct explaining *x)
{
	struct fb_format copies[FORMATS_MAX];
	const struct fb_format *list[FORMATS_MAX + 1];
	const struct fb_format *const *f = x->cli->formats;
	struct fb_made_note note;
	size_t n = 0;
	int r;

	if (!x->wanted.disk) {
		(void)snprintf(x->wanted.why, sizeof x->wanted.why,
			       "the case does not know where its evidence lies");
		return 0;
	}
	for (; f[n] && n < FORMATS_MAX; n++) {
		copies[n] = *f[n];
		copies[n].render = render_fields;
		list[n] = &copies[n];
	}
	list[n] = NULL;
	names = x->packs.syms;
	r = fb_refetch(x->cli, list, x->packs.syms, &x->wanted, 1);
	if (r || !x->wanted.found)
		return r;
	r = fb_made_json(&x->made, fb_buf_view(&x->wanted.text), &note, &x->cli->err);
	if (r)
		fb_err_prefix(&x->cli->err, "the record as it came back from its reader");
	x->has_event = !r;
	return r;
}

static int on_detection(void *user, const struct fb_detection_row *row)
{
	struct explaining *x = user;

	x->source = row->source;
	x->wanted.unit_seq = row->unit_seq;
	x->wanted.offset = row->place.offset;
	memcpy(x->wanted.sha256, row->place.sha256, FB_SHA256);
	x->changed = strcmp(row->rule->id, x->rule->id) == 0 &&
		     memcmp(row->rule->hash, x->rule->hash, FB_SHA256) != 0;
	(void)snprintf(x->id, sizeof x->id, "%s", row->id);
	return 0;
}

static int of_detection(struct explaining *x, const char *dir, const char *id)
{
	struct fb_case *c = NULL;
	struct fb_arena arena;
	int r = fb_cli_open(x->cli, dir, &c);

	fb_arena_init(&arena, 1u << 20);
	fb_buf_init(&x->wanted.text, FB_ORIGINAL_MAX + 4096);
	if (!r)
		r = fb_case_detection(c, id, on_detection, x, &x->cli->err);
	if (!r)
		r = fb_origins(c, &x->source, &x->wanted, 1, &arena, &x->cli->err);
	r = fb_cli_unfinished(x->cli, r);
	/* Workers are forked only when no case is open. */
	fb_case_close(c);
	if (!r)
		r = read_record(x);
	x->wanted.disk = NULL;
	fb_arena_dispose(&arena);
	return r;
}

static int of_options(struct explaining *x)
{
	const char *given;
	int r = 0;

	for (size_t i = 0; !r && (given = fb_args_nth(&x->cli->args, "event", i)) != NULL; i++) {
		struct fb_slice s = fb_slice_str(given);
		size_t eq = fb_slice_find(s, FB_LIT("="));

		if (eq == 0 || eq == s.n)
			return fb_fail(&x->cli->err, FB_EUSAGE, "--event %s: FIELD=VALUE is expected",
				       given);
		r = fb_made_value(&x->made, fb_slice_sub(s, 0, eq), fb_slice_sub(s, eq + 1, s.n));
		x->has_event = true;
	}
	return r ? fb_fail(&x->cli->err, r, "out of memory") : 0;
}

/* ---- what is said ---- */

static const char *const answer_words[] = { NULL, "no", "yes", "lost" };

static const char *head_of(enum fb_sigma_part part)
{
	switch (part) {
	case FB_SIGMA_SOURCE:
	case FB_SIGMA_RENAME: return "Log source";
	case FB_SIGMA_IDS: return "Event ids";
	case FB_SIGMA_FILTER: return "Pre-filter";
	case FB_SIGMA_CONDITION:
	case FB_SIGMA_VALUE:
	case FB_SIGMA_SEEN: return "Condition";
	case FB_SIGMA_RESULT: break;
	}
	return "Result";
}

static void put_label(struct fb_buf *out, const char *label)
{
	(void)fb_buf_printf(out, "%-*s", LABEL_COLUMN, label);
}

static int text_line(void *user, const struct fb_sigma_line *l)
{
	struct explaining *x = user;
	struct fb_buf *out = &x->cli->out.buf;
	const char *head = head_of(l->part);

	if (l->part == FB_SIGMA_RESULT)
		x->answer = l->answer;
	if (x->skip_condition && head_of(FB_SIGMA_CONDITION) == head)
		return 0;
	put_label(out, head == x->head ? "" : head);
	x->head = head;
	if (x->marks)
		(void)fb_buf_printf(out, "%-5s", l->answer == FB_SIGMA_LOST ? "?"
						 : l->answer ? answer_words[l->answer] : "");
	for (unsigned i = 0; i < l->depth; i++)
		(void)fb_buf_puts(out, "  ");
	if (l->part == FB_SIGMA_SEEN)
		(void)fb_buf_puts(out, "seen: ");
	(void)fb_text_term(out, l->text);
	(void)fb_buf_putc(out, '\n');
	return fb_cli_row(x->cli);
}

static int json_line(void *user, const struct fb_sigma_line *l)
{
	struct explaining *x = user;

	if (l->part == FB_SIGMA_RESULT)
		x->answer = l->answer;
	fb_json_object(&x->j);
	fb_json_key(&x->j, "part");
	fb_json_cstr(&x->j, fb_sigma_part_word(l->part));
	fb_json_key(&x->j, "depth");
	fb_json_u64(&x->j, l->depth);
	fb_json_key(&x->j, "answer");
	fb_json_cstr(&x->j, answer_words[l->answer]);
	fb_json_key(&x->j, "text");
	fb_json_str(&x->j, l->text);
	fb_json_object_end(&x->j);
	return fb_cli_row(x->cli);
}

static int tell_event(struct explaining *x, fb_sigma_tell *tell)
{
	const struct fb_ruleset *set = x->packs.set;
	void *state = NULL;
	int r;

	if (set->kind->open(set, &state))
		return fb_fail(&x->cli->err, FB_ENOMEM, "out of memory");
	r = fb_sigma_explain_event(set, state, x->index, fb_made_event(&x->made, true), tell, x);
	set->kind->close(state);
	return r == FB_ENOMEM ? fb_fail(&x->cli->err, r, "out of memory") : r;
}

static int put_text(struct explaining *x)
{
	struct fb_buf *out = &x->cli->out.buf;
	const struct fb_noise_entry *e;
	int r;

	put_label(out, "Rule");
	(void)fb_text_term(out, fb_slice_str(x->rule->title));
	(void)fb_buf_putc(out, '\n');
	put_label(out, "");
	(void)fb_text_term(out, fb_slice_str(x->rule->id));
	(void)fb_buf_printf(out, ", %s, ", fb_level_word(x->rule->level));
	(void)fb_text_term(out, fb_slice_str(x->rule->path));
	(void)fb_buf_putc(out, '\n');
	for (uint32_t at = 0; (e = fb_noise_next(x->packs.noise.lists.v, x->packs.noise.lists.n,
						 x->rule->id, &at)) != NULL;) {
		put_label(out, "Noise");
		fb_noise_words(out, e, &x->cli->zone);
		(void)fb_buf_putc(out, '\n');
	}
	x->skip_condition = x->has_event;
	r = fb_sigma_explain(x->packs.set, x->index, text_line, x);
	if (r)
		return r;
	if (x->changed)
		(void)fb_buf_puts(out, "\nThe rule has changed since the case was made.\n");
	if (*x->wanted.why) {
		(void)fb_buf_puts(out, "\nThe record is not there to explain: ");
		(void)fb_text_term(out, fb_slice_str(x->wanted.why));
		(void)fb_buf_putc(out, '\n');
	}
	if (!x->has_event)
		return 0;
	(void)fb_buf_printf(out, "\n%s%s\n\n", *x->id ? "The record of detection " : "The event given",
			    x->id);
	x->skip_condition = false;
	x->marks = true;
	x->head = NULL;
	return tell_event(x, text_line);
}

static int put_json(struct explaining *x)
{
	struct fb_buf *out = &x->cli->out.buf;
	struct fb_json *j = &x->j;
	int r;

	fb_json_init(j, out);
	fb_json_object(j);
	fb_json_key(j, "rule");
	fb_json_rule(j, x->rule, NULL, NULL, x->packs.noise.lists.v, x->packs.noise.lists.n);
	fb_json_key(j, "became");
	fb_json_array(j);
	r = fb_sigma_explain(x->packs.set, x->index, json_line, x);
	fb_json_array_end(j);
	fb_json_key(j, "detection");
	fb_json_cstr(j, *x->id ? x->id : NULL);
	fb_json_key(j, "rule_changed");
	fb_json_bool(j, x->changed);
	fb_json_key(j, "record_missing");
	fb_json_cstr(j, *x->wanted.why ? x->wanted.why : NULL);
	fb_json_key(j, "event");
	if (x->has_event && !r) {
		fb_json_array(j);
		r = tell_event(x, json_line);
		fb_json_array_end(j);
	} else {
		fb_json_null(j);
	}
	fb_json_key(j, "matches");
	fb_json_cstr(j, answer_words[x->answer]);
	fb_json_object_end(j);
	(void)fb_buf_putc(out, '\n');
	return r;
}

static int load(struct explaining *x, const char *name)
{
	struct fb_err *err = &x->cli->err;
	uint32_t errors;
	int r = fb_rules_load(x->cli, &x->packs, NULL, 0, true, true);

	if (r)
		return r;
	x->rule = fb_rules_find(x->packs.set, name);
	errors = fb_packs_errors(&x->packs);
	if (!x->rule && errors)
		return fb_fail(err, FB_ENOTFOUND, "%s: no such rule; %u cannot be used (`firebreak "
			       "rules check` names them)", name, errors);
	if (!x->rule)
		return fb_fail(err, FB_ENOTFOUND, "%s: no such rule among %u of Sigma's: an id, or the end of a "
			       "path without .yml (--rules names further folders); what other rules found says `firebreak show`", name,
			       x->packs.set->nrules);
	x->index = (uint32_t)(x->rule - x->packs.set->rules);
	fb_made_init(&x->made, x->packs.syms);
	x->made_open = true;
	return 0;
}

static int run(struct fb_cli *cli, const char *const *args, size_t n, enum fb_output as)
{
	struct explaining *x;
	bool event = fb_args_has(&cli->args, "event");
	int r;

	if (n == 0 || n > 3)
		return fb_fail(&cli->err, FB_EUSAGE, "explain: RULE, RULE ID, or RULE CASE ID");
	if (n > 1 && event)
		return fb_fail(&cli->err, FB_EUSAGE, "--event: not together with a detection");
	x = calloc(1, sizeof *x);
	if (!x)
		return fb_fail(&cli->err, FB_ENOMEM, "out of memory");
	x->cli = cli;
	x->as = as;
	r = load(x, args[0]);
	if (!r && event)
		r = of_options(x);
	if (!r && n > 1)
		r = of_detection(x, n == 3 ? args[1] : "case", args[n - 1]);
	if (!r)
		r = fb_cli_out(cli);
	if (!r)
		r = fb_cli_done(cli, as == FB_AS_TEXT ? put_text(x) : put_json(x));
	if (!r && *x->wanted.why)
		cli->status = FB_EXIT_PART;
	if (x->made_open)
		fb_made_dispose(&x->made);
	fb_buf_dispose(&x->wanted.text);
	fb_packs_dispose(&x->packs);
	free(x);
	return r;
}

const struct fb_rules_verb fb_rules_explain = { "explain", run };
