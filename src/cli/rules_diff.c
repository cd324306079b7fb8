/* rules diff: what an update of a pack changes, by the ids of its rules. Two rules ask
 * the same when they became the same, whatever their files look like. */
#include "cli/rules.h"

#include "base/hash.h"
#include "detect/sigma/explain.h"
#include "show/json.h"
#include "show/text.h"

#include <stdlib.h>

enum change { ADDED, REMOVED, CONDITION, LEVEL, METADATA, CHANGES };
static const char *const words[] = { "added", "removed", "condition", "level", "metadata" };

struct diff {
	struct fb_cli *cli;
	struct fb_packs old, new;
	enum fb_output as;
	struct fb_json j;
	uint64_t count[CHANGES], same;
};

static int add_line(void *user, const struct fb_sigma_line *l)
{
	struct fb_sha256 *h = user;
	uint8_t head[10] = { (uint8_t)l->part, (uint8_t)l->depth };

	for (unsigned i = 0; i < 8; i++)
		head[2 + i] = (uint8_t)((uint64_t)l->text.n >> 8 * i);
	fb_sha256_add(h, fb_slice(head, sizeof head));
	fb_sha256_add(h, l->text);
	return 0;
}

static int digest(const struct fb_ruleset *set, uint32_t rule, uint8_t out[static FB_SHA256])
{
	struct fb_sha256 *h = fb_sha256_new();
	int r = h ? fb_sigma_explain_all(set, rule, add_line, h) : FB_ENOMEM;

	if (!r)
		fb_sha256_end(h, out);
	fb_sha256_free(h);
	return r;
}

static int report(struct diff *d, enum change what, const struct fb_rule_info *was,
		  const struct fb_rule_info *is)
{
	const struct fb_rule_info *rule = is ? is : was;
	struct fb_buf *out = &d->cli->out.buf;

	d->count[what]++;
	if (d->as == FB_AS_TEXT) {
		(void)fb_buf_printf(out, "%-10s", words[what]);
		(void)fb_text_term(out, fb_slice_str(rule->id));
		(void)fb_buf_puts(out, "  ");
		if (was && is && was->level != is->level)
			(void)fb_buf_printf(out, "%s -> ", fb_level_word(was->level));
		(void)fb_buf_printf(out, "%s  ", fb_level_word(rule->level));
		(void)fb_text_term(out, fb_slice_str(rule->title));
		(void)fb_buf_putc(out, '\n');
		return fb_cli_row(d->cli);
	}
	if (d->as == FB_AS_JSONL)
		fb_json_init(&d->j, out);
	fb_json_object(&d->j);
	fb_json_key(&d->j, "change");
	fb_json_cstr(&d->j, words[what]);
	fb_json_key(&d->j, "id");
	fb_json_cstr(&d->j, rule->id);
	fb_json_key(&d->j, "title");
	fb_json_cstr(&d->j, rule->title);
	fb_json_key(&d->j, "old_level");
	fb_json_cstr(&d->j, was ? fb_level_word(was->level) : NULL);
	fb_json_key(&d->j, "new_level");
	fb_json_cstr(&d->j, is ? fb_level_word(is->level) : NULL);
	fb_json_key(&d->j, "old_path");
	fb_json_cstr(&d->j, was ? was->path : NULL);
	fb_json_key(&d->j, "new_path");
	fb_json_cstr(&d->j, is ? is->path : NULL);
	fb_json_object_end(&d->j);
	if (d->as == FB_AS_JSONL)
		(void)fb_buf_putc(out, '\n');
	return fb_cli_row(d->cli);
}

static int compare(struct diff *d, uint32_t i, uint32_t k)
{
	const struct fb_rule_info *was = &d->old.set->rules[i], *is = &d->new.set->rules[k];
	uint8_t a[FB_SHA256], b[FB_SHA256];
	int r = digest(d->old.set, i, a);

	if (!r)
		r = digest(d->new.set, k, b);
	if (r)
		return fb_fail(&d->cli->err, r, "out of memory");
	if (memcmp(a, b, sizeof a) != 0)
		return report(d, CONDITION, was, is);
	if (was->level != is->level)
		return report(d, LEVEL, was, is);
	if (memcmp(was->hash, is->hash, FB_SHA256) != 0)
		return report(d, METADATA, was, is);
	d->same++;
	return 0;
}

/* Both sets are sorted by id. */
static int walk(struct diff *d)
{
	const struct fb_ruleset *old = d->old.set, *new = d->new.set;
	uint32_t i = 0, k = 0;
	int r = 0;

	while (!r && (i < old->nrules || k < new->nrules)) {
		int order = i == old->nrules   ? 1
			    : k == new->nrules ? -1
					       : strcmp(old->rules[i].id, new->rules[k].id);

		if (order < 0) {
			r = report(d, REMOVED, &old->rules[i++], NULL);
		} else if (order > 0) {
			r = report(d, ADDED, NULL, &new->rules[k++]);
		} else {
			r = compare(d, i++, k++);
		}
	}
	return r;
}

static void finish(struct diff *d)
{
	struct fb_buf *out = &d->cli->out.buf;

	if (d->as == FB_AS_JSON) {
		fb_json_array_end(&d->j);
		for (int c = 0; c < CHANGES; c++) {
			fb_json_key(&d->j, words[c]);
			fb_json_u64(&d->j, d->count[c]);
		}
		fb_json_key(&d->j, "same");
		fb_json_u64(&d->j, d->same);
		fb_json_object_end(&d->j);
		(void)fb_buf_putc(out, '\n');
	} else if (d->as == FB_AS_TEXT) {
		(void)fb_buf_printf(out, "%s%llu added, %llu removed, changed: %llu condition, %llu level, "
				    "%llu metadata; %llu the same\n", d->count[0] + d->count[1] +
				    d->count[2] + d->count[3] + d->count[4] ? "\n" : "",
				    (unsigned long long)d->count[ADDED],
				    (unsigned long long)d->count[REMOVED],
				    (unsigned long long)d->count[CONDITION],
				    (unsigned long long)d->count[LEVEL],
				    (unsigned long long)d->count[METADATA], (unsigned long long)d->same);
	}
}

static int run(struct fb_cli *cli, const char *const *args, size_t n, enum fb_output as)
{
	struct fb_packs_want want = { .facts = true, .args = &cli->args };
	struct diff d = { .cli = cli, .as = as };
	int r;

	if (n != 2)
		return fb_fail(&cli->err, FB_EUSAGE, "diff: OLD and NEW, two folders or files of rules");
	r = fb_packs_load(&d.old, args, 1, &want, &cli->err);
	if (!r)
		r = fb_packs_load(&d.new, args + 1, 1, &want, &cli->err);
	if (!r)
		r = fb_cli_out(cli);
	if (!r) {
		/* A rule that cannot be used is missing from its side: said, not guessed at. */
		if (fb_packs_errors(&d.old) || fb_packs_errors(&d.new)) {
			fb_cli_say(cli, "%u rules of the old and %u of the new side cannot be used and "
				   "count as missing there", fb_packs_errors(&d.old),
				   fb_packs_errors(&d.new));
			cli->status = FB_EXIT_PART;
		}
		fb_json_init(&d.j, &cli->out.buf);
		if (as == FB_AS_JSON) {
			fb_json_object(&d.j);
			fb_json_key(&d.j, "changes");
			fb_json_array(&d.j);
		}
		r = walk(&d);
		if (!r)
			finish(&d);
		r = fb_cli_done(cli, r);
	}
	fb_packs_dispose(&d.old);
	fb_packs_dispose(&d.new);
	return r;
}

const struct fb_rules_verb fb_rules_diff = { "diff", run };
