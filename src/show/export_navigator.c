/* A layer of the ATT&CK Navigator, layer format 4.5. Counts by rule are gathered from
 * the groups of the case (memory: by rule, not by detection) and told by technique.
 *
 * The version of ATT&CK is left out, which the format allows: rules name techniques of
 * several versions, and a Navigator asks about every version but its own. */
#include "show/export_in.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* Rules named in the comment of a technique. */
#define RULES_NAMED 8
/* Of the gradient: its end is at least this. */
#define LEAST_MAX 10

struct tally { /* of a rule, by its number in the case */
	uint64_t count, hosts;
	fb_time first, last;
};

struct claim { /* a rule that names a technique */
	struct fb_slice technique;
	uint32_t rule;
};

struct layer {
	uint64_t noise[FB_NOISE_COUNT];
	struct fb_export_job *job;
	struct fb_json j;
	const struct fb_rule_info *rules;
	uint32_t nrules;
	struct tally *tally;
	struct claim *claims;
	size_t n;
};

static int on_group(void *user, const struct fb_group_row *row)
{
	struct layer *l = user;
	struct tally *t = &l->tally[row->rule - l->rules];

	if (row->first != FB_TIME_NONE && (t->first == FB_TIME_NONE || row->first < t->first))
		t->first = row->first;
	if (row->last != FB_TIME_NONE && (t->last == FB_TIME_NONE || row->last > t->last))
		t->last = row->last;
	t->count += row->count;
	t->hosts++;
	if (row->noise)
		l->noise[row->noise->is] += row->count;
	return 0;
}

/* By technique; in it the rule with the most detections first. */
static int claim_cmp(const void *a, const void *b, void *user)
{
	const struct claim *x = a, *y = b;
	const struct layer *l = user;
	uint64_t n = l->tally[x->rule].count, m = l->tally[y->rule].count;
	int c = fb_slice_cmp(x->technique, y->technique);

	if (c)
		return c;
	if (n != m)
		return n > m ? -1 : 1;
	return x->rule < y->rule ? -1 : x->rule > y->rule;
}

static int collect(struct layer *l)
{
	size_t cap = 0;

	for (uint32_t i = 0; i < l->nrules; i++) {
		const char *list = l->rules[i].techniques;
		struct fb_slice word;
		size_t had = l->n;

		while (l->tally[i].count && fb_export_word(&list, &word)) {
			if (!fb_export_technique(word))
				continue;
			if (l->n == cap) {
				struct claim *more;

				cap = cap ? 2 * cap : 256;
				more = reallocarray(l->claims, cap, sizeof *more);
				if (!more)
					return fb_fail(l->job->err, FB_ENOMEM, "out of memory");
				l->claims = more;
			}
			l->claims[l->n++] = (struct claim){ word, i };
		}
		if (l->n == had)
			l->job->untold += l->tally[i].count;
	}
	if (l->n)
		qsort_r(l->claims, l->n, sizeof *l->claims, claim_cmp, l);
	return 0;
}

static void metadata(struct fb_json *j, const char *name, const char *value)
{
	fb_json_object(j);
	fb_json_key(j, "name");
	fb_json_cstr(j, name);
	fb_json_key(j, "value");
	fb_json_cstr(j, value);
	fb_json_object_end(j);
}

static void metadata_u64(struct fb_json *j, const char *name, uint64_t v)
{
	char text[24];

	(void)snprintf(text, sizeof text, "%" PRIu64, v);
	metadata(j, name, text);
}

static void metadata_time(struct fb_json *j, const char *name, fb_time t)
{
	char text[FB_TIME_TEXT];

	if (t != FB_TIME_NONE)
		metadata(j, name, fb_time_text(t, 0, text));
}

static void comment(struct layer *l, const struct claim *claims, size_t n)
{
	struct fb_buf text;

	fb_buf_init(&text, 1u << 20);
	for (size_t i = 0; i < n && i < RULES_NAMED; i++) {
		(void)fb_buf_puts(&text, i ? "; " : "");
		(void)fb_buf_puts(&text, l->rules[claims[i].rule].title);
		(void)fb_buf_printf(&text, " (%" PRIu64 ")", l->tally[claims[i].rule].count);
	}
	if (n > RULES_NAMED)
		(void)fb_buf_printf(&text, "; and %zu more rules", n - RULES_NAMED);
	fb_json_key(&l->j, "comment");
	fb_json_str(&l->j, fb_buf_view(&text));
	fb_buf_dispose(&text);
}

static uint64_t score(const struct layer *l, const struct claim *claims, size_t n)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += l->tally[claims[i].rule].count;
	return sum;
}

static void technique(struct layer *l, const struct claim *claims, size_t n)
{
	struct tally all = { .first = FB_TIME_NONE, .last = FB_TIME_NONE };
	enum fb_level level = FB_LEVEL_INFORMATIONAL;
	struct fb_json *j = &l->j;

	for (size_t i = 0; i < n; i++) {
		const struct tally *t = &l->tally[claims[i].rule];

		if (l->rules[claims[i].rule].level > level)
			level = l->rules[claims[i].rule].level;
		if (t->first != FB_TIME_NONE && (all.first == FB_TIME_NONE || t->first < all.first))
			all.first = t->first;
		if (t->last != FB_TIME_NONE && (all.last == FB_TIME_NONE || t->last > all.last))
			all.last = t->last;
	}
	fb_json_object(j);
	fb_export_slice(j, "techniqueID", claims[0].technique);
	fb_export_u64(j, "score", score(l, claims, n));
	comment(l, claims, n);
	fb_json_key(j, "enabled");
	fb_json_bool(j, true);
	fb_json_key(j, "metadata");
	fb_json_array(j);
	metadata(j, "highest level", fb_level_word(level));
	metadata_u64(j, "rules", n);
	metadata_time(j, "first", all.first);
	metadata_time(j, "last", all.last);
	fb_json_array_end(j);
	fb_json_object_end(j);
}

/* How many claims from the first on are of its technique. */
static size_t run_of(const struct layer *l, size_t at)
{
	size_t n = 1;

	while (at + n < l->n && fb_slice_eq(l->claims[at + n].technique, l->claims[at].technique))
		n++;
	return n;
}

static void gradient(struct fb_json *j, uint64_t most)
{
	fb_json_key(j, "gradient");
	fb_json_object(j);
	fb_json_key(j, "colors");
	fb_json_array(j);
	fb_json_cstr(j, "#fff3c4");
	fb_json_cstr(j, "#f08c00");
	fb_json_cstr(j, "#c92a2a");
	fb_json_array_end(j);
	fb_export_u64(j, "minValue", 0);
	/* MITRE's own library fails on a range that is shorter than the list of colours. */
	fb_export_u64(j, "maxValue", most > LEAST_MAX ? most : LEAST_MAX);
	fb_json_object_end(j);
	fb_json_key(j, "legendItems");
	fb_json_array(j);
	fb_json_object(j);
	fb_export_text(j, "label", "few detections");
	fb_export_text(j, "color", "#fff3c4");
	fb_json_object_end(j);
	fb_json_object(j);
	fb_export_text(j, "label", "most detections");
	fb_export_text(j, "color", "#c92a2a");
	fb_json_object_end(j);
	fb_json_array_end(j);
}

static void head(struct layer *l)
{
	struct fb_json *j = &l->j;
	const char *title = l->job->title;

	fb_json_object(j);
	fb_export_text(j, "name", title ? title : "Firebreak detections");
	fb_json_key(j, "versions");
	fb_json_object(j);
	fb_export_text(j, "navigator", "5.1.0");
	fb_export_text(j, "layer", "4.5");
	fb_json_object_end(j);
	fb_export_text(j, "domain", "enterprise-attack");
	fb_export_text(j, "description", "Techniques that the rules name which recognised something. "
		       "A score is a number of detections; a technique without a score was not "
		       "recognised, which does not mean that it was not used.");
	fb_export_u64(j, "sorting", 3);
	fb_json_key(j, "layout");
	fb_json_object(j);
	fb_export_text(j, "layout", "side");
	fb_export_text(j, "expandedSubtechniques", "annotated");
	fb_json_object_end(j);
	fb_json_key(j, "hideDisabled");
	fb_json_bool(j, false);
}

static void tail(struct layer *l, uint64_t most)
{
	struct fb_json *j = &l->j;
	uint64_t all = 0;

	for (uint32_t i = 0; i < l->nrules; i++)
		all += l->tally[i].count;
	gradient(j, most);
	fb_json_key(j, "metadata");
	fb_json_array(j);
	metadata(j, "program", "Firebreak " FB_VERSION);
	metadata_u64(j, "detections", all);
	metadata_u64(j, "of rules without a technique", l->job->untold);
	metadata_u64(j, "of these noisy by noise lists", l->noise[FB_NOISE_NOISY]);
	metadata_u64(j, "of these excluded by noise lists", l->noise[FB_NOISE_EXCLUDED]);
	if (l->job->tlp)
		metadata(j, "tlp", l->job->tlp);
	fb_json_array_end(j);
	fb_json_object_end(j);
	(void)fb_buf_putc(&l->job->out->buf, '\n');
}

static int write_layer(struct fb_export_job *job)
{
	const struct fb_rule_problem *problems;
	struct layer l = { .job = job };
	uint32_t nproblems;
	uint64_t most = 0;
	int r = fb_case_rules(job->c, &l.rules, &l.nrules, &problems, &nproblems, job->err);

	if (r)
		return r;
	l.tally = calloc((size_t)l.nrules + 1, sizeof *l.tally);
	if (!l.tally)
		return fb_fail(job->err, FB_ENOMEM, "out of memory");
	for (uint32_t i = 0; i < l.nrules; i++)
		l.tally[i].first = l.tally[i].last = FB_TIME_NONE;
	r = fb_case_groups(job->c, job->filter, on_group, &l, job->err);
	if (!r)
		r = collect(&l);
	if (r)
		goto out;
	fb_json_init(&l.j, &job->out->buf);
	head(&l);
	fb_json_key(&l.j, "techniques");
	fb_json_array(&l.j);
	for (size_t i = 0, n; i < l.n && !r; i += n) {
		uint64_t sum;

		n = run_of(&l, i);
		sum = score(&l, &l.claims[i], n);
		if (sum > most)
			most = sum;
		technique(&l, &l.claims[i], n);
		r = fb_export_row(job);
	}
	fb_json_array_end(&l.j);
	tail(&l, most);
out:
	free(l.claims);
	free(l.tally);
	return r;
}

const struct fb_export fb_export_navigator = {
	.name = "navigator",
	.about = "a layer of the ATT&CK Navigator, format 4.5: detections by technique",
	.takes = FB_EXPORT_TITLE | FB_EXPORT_TLP,
	.write = write_layer,
};
