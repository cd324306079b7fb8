/* rules check --cost: what each rule costs, by what it asks and how often it has to. */
#include "cli/rules.h"

#include "detect/sigma/explain.h"
#include "show/json.h"
#include "show/table.h"
#include "show/text.h"

#include <stdio.h>
#include <stdlib.h>

#define TABLE_MEMORY (256u << 20)

struct costed {
	const struct fb_rule_info *rule;
	struct fb_sigma_cost cost;
	uint32_t at;
};

/* On which records the rule is tried, the dearest last. */
enum often { NEVER, LITERAL, SOURCE, WINDOWS };

static enum often often_of(const struct fb_sigma_cost *c)
{
	return c->places == 0 ? NEVER : c->literals ? LITERAL : c->every_id ? WINDOWS : SOURCE;
}

static int dearest(const void *a, const void *b)
{
	const struct costed *x = a, *y = b;
	enum often p = often_of(&x->cost), q = often_of(&y->cost);

	if (x->cost.slow != y->cost.slow)
		return x->cost.slow ? -1 : 1;
	if (p != q)
		return p > q ? -1 : 1;
	if (x->cost.regexes != y->cost.regexes)
		return x->cost.regexes > y->cost.regexes ? -1 : 1;
	if (x->cost.values != y->cost.values)
		return x->cost.values > y->cost.values ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

static const char *const often_words[] = { "never", "text found", "log source", "all of Windows" };

static const char *lane_word(const struct fb_sigma_cost *c)
{
	return c->lane[FB_LANE_EVTX] ? "windows" : c->lane[FB_LANE_WEB] ? "web" : c->lane[FB_LANE_PROXY] ? "proxy" : NULL;
}

static int put_table(struct fb_cli *cli, const struct costed *v, uint32_t n)
{
	static const struct fb_column columns[] = {
		{ .head = "TRIED ON" }, { .head = "TEXTS", .right = true },
		{ .head = "ASKS", .right = true }, { .head = "VALUES", .right = true },
		{ .head = "REGEX", .right = true }, { .head = "PLACES", .right = true },
		{ .head = "ID", .max = 36 }, { .head = "TITLE" },
	};
	struct fb_arena arena;
	struct fb_table t;
	uint64_t slow = 0, count[4] = { 0 };
	int r;

	fb_arena_init(&arena, TABLE_MEMORY);
	fb_table_init(&t, columns, sizeof columns / sizeof *columns, &arena);
	for (uint32_t i = 0; i < n; i++) {
		const struct fb_sigma_cost *c = &v[i].cost;
		char tried[64];

		(void)snprintf(tried, sizeof tried, "%s%s", often_words[often_of(c)],
			       c->slow ? ", SLOW" : "");
		(void)fb_table_text(&t, fb_slice_str(tried));
		(void)fb_table_number(&t, c->literals);
		(void)fb_table_number(&t, c->predicates);
		(void)fb_table_number(&t, c->values);
		(void)fb_table_number(&t, c->regexes);
		(void)fb_table_number(&t, c->places);
		(void)fb_table_text(&t, fb_slice_str(v[i].rule->id));
		(void)fb_table_text(&t, fb_slice_str(v[i].rule->title));
		count[often_of(c)]++;
		slow += c->slow;
	}
	r = fb_table_write(&t, &cli->out, 0);
	fb_table_dispose(&t);
	fb_arena_dispose(&arena);
	if (r)
		return r;
	(void)fb_buf_putc(&cli->out.buf, '\n');
	(void)fb_text_count(&cli->out.buf, count[LITERAL], "rule");
	(void)fb_buf_puts(&cli->out.buf, " tried where one of its texts was found, ");
	(void)fb_text_number(&cli->out.buf, count[SOURCE] + count[WINDOWS]);
	(void)fb_buf_puts(&cli->out.buf, " on every record of the log source, ");
	(void)fb_text_number(&cli->out.buf, count[NEVER]);
	(void)fb_buf_puts(&cli->out.buf, " never\n");
	if (slow) {
		(void)fb_text_count(&cli->out.buf, slow, "rule");
		(void)fb_buf_puts(&cli->out.buf, " SLOW: an expression reaches its limit of steps on text "
				  "made for it; records like that count as lost for the rule\n");
	}
	return 0;
}

static int put_json(struct fb_cli *cli, const struct fb_ruleset *set, const struct costed *v,
		    uint32_t n, enum fb_output as)
{
	struct fb_json j;
	int r = 0;

	fb_json_init(&j, &cli->out.buf);
	if (as == FB_AS_JSON) {
		fb_json_object(&j);
		fb_json_key(&j, "costs");
		fb_json_array(&j);
	}
	for (uint32_t i = 0; i < n && !r; i++) {
		const struct fb_sigma_cost *c = &v[i].cost;
		const struct { const char *key; uint64_t value; } numbers[] = {
			{ "literals", c->literals }, { "predicates", c->predicates },
			{ "values", c->values },     { "regexes", c->regexes },
			{ "places", c->places },
		};

		if (as == FB_AS_JSONL)
			fb_json_init(&j, &cli->out.buf);
		fb_json_object(&j);
		fb_json_key(&j, "id");
		fb_json_cstr(&j, v[i].rule->id);
		fb_json_key(&j, "title");
		fb_json_cstr(&j, v[i].rule->title);
		fb_json_key(&j, "path");
		fb_json_cstr(&j, v[i].rule->path);
		fb_json_key(&j, "tried");
		fb_json_cstr(&j, often_words[often_of(c)]);
		fb_json_key(&j, "lane");
		fb_json_cstr(&j, lane_word(c));
		for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) {
			fb_json_key(&j, numbers[k].key);
			fb_json_u64(&j, numbers[k].value);
		}
		fb_json_key(&j, "slow");
		fb_json_bool(&j, c->slow);
		fb_json_object_end(&j);
		if (as == FB_AS_JSONL)
			(void)fb_buf_putc(&cli->out.buf, '\n');
		r = fb_cli_row(cli);
	}
	if (as == FB_AS_JSON) {
		fb_json_array_end(&j);
		fb_json_key(&j, "problems");
		fb_json_array(&j);
	}
	for (uint32_t i = 0; i < set->nproblems && !r; i++) {
		if (as == FB_AS_JSONL)
			fb_json_init(&j, &cli->out.buf);
		fb_json_rule_problem(&j, &set->problems[i]);
		if (as == FB_AS_JSONL)
			(void)fb_buf_putc(&cli->out.buf, '\n');
		r = fb_cli_row(cli);
	}
	if (as == FB_AS_JSON) {
		fb_json_array_end(&j);
		fb_json_object_end(&j);
		(void)fb_buf_putc(&cli->out.buf, '\n');
	}
	return r;
}

int fb_rules_cost(struct fb_cli *cli, const struct fb_ruleset *set, enum fb_output as)
{
	struct costed *v = calloc(set->nrules + 1u, sizeof *v);
	int r;

	if (!v)
		return fb_fail(&cli->err, FB_ENOMEM, "out of memory");
	for (uint32_t i = 0; i < set->nrules; i++) {
		v[i].rule = &set->rules[i];
		v[i].at = i;
		fb_sigma_cost_of(set, i, &v[i].cost);
	}
	qsort(v, set->nrules, sizeof *v, dearest);
	r = as == FB_AS_TEXT ? put_table(cli, v, set->nrules) : put_json(cli, set, v, set->nrules, as);
	free(v);
	return r;
}
