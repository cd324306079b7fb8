/* What Sysmon chose to record: the configurations among the evidence, when each was in force by the log's own word,
 * and the records that show a class. */
#include "assess/coverage/coverage_in.h"

#include "case/collected.h"

/* "aspx-file worker-file": a bit each; of classes that another version knew none. */
static uint32_t classes_of(struct fb_slice words)
{
	uint32_t out = 0;

	while (words.n) {
		size_t n = fb_slice_find(words, FB_LIT(" "));
		const struct fb_chosen_class *c = fb_chosen_class(fb_slice_sub(words, 0, n));

		if (c)
			out |= 1u << (c - fb_chosen_classes);
		words = fb_slice_sub(words, n + 1, words.n);
	}
	return out;
}

static int on_said(void *user, const struct fb_collected_row *row)
{
	struct cv *v = user;
	struct cv_sysmon *s = v->nsysmon ? &v->sysmon[v->nsysmon - 1] : NULL;

	if (row->said.what != FB_SAID_CHOSEN)
		return 0;
	if (!s || s->source != row->source) {
		s = cv_more(v, (void **)&v->sysmon, &v->nsysmon, &v->sysmon_cap, sizeof *s);
		if (!s)
			return FB_ENOMEM;
		s->source = row->source;
	}
	if (fb_slice_eqs(row->said.path, "recorded"))
		s->records |= classes_of(row->said.text);
	else if (fb_slice_eqs(row->said.path, "filtered"))
		s->filters |= classes_of(row->said.text);
	return 0;
}

static int on_source(void *user, const struct fb_each_source *row)
{
	struct cv *v = user;

	for (size_t i = 0; i < v->nsysmon; i++)
		if (v->sysmon[i].source == row->id && row->hashed) {
			memcpy(v->sysmon[i].sha256, row->sha256, FB_SHA256);
			v->sysmon[i].hashed = true;
		}
	return 0;
}

int cv_chosen_load(struct cv *v, struct fb_err *err)
{
	int r = fb_case_collected(v->c, on_said, v, err);

	if (r == 0 && v->nsysmon)
		r = fb_case_each_source(v->c, on_source, v, err);
	return v->failed ? fb_fail(err, FB_ENOMEM, "out of memory") : r;
}

struct cv_spans *cv_shown(const struct cv_place *p, unsigned class, unsigned other)
{
	return &p->shown[(class * FB_CHOSEN_OTHERS + other) * FB_CHOSEN_HEAPS];
}

/* "aspx-file/3/0" */
static void one_shown(struct cv *v, struct cv_place *p, const struct fb_kind *k, struct fb_slice word)
{
	size_t n = fb_slice_find(word, FB_LIT("/"));
	const struct fb_chosen_class *c = fb_chosen_class(fb_slice_sub(word, 0, n));

	for (unsigned i = 0; c && i < FB_CHOSEN_OTHERS && n < word.n; i++) {
		uint64_t heap;

		word = fb_slice_sub(word, n + 1, word.n);
		n = fb_slice_find(word, FB_LIT("/"));
		if (fb_slice_u64(fb_slice_sub(word, 0, n), &heap) && heap < FB_CHOSEN_HEAPS)
			cv_span_add(v, &cv_shown(p, (unsigned)(c - fb_chosen_classes), i)[heap], k->first, k->last, k->events);
	}
}

void cv_chosen_shown(struct cv *v, struct cv_place *p, const struct fb_kind *k)
{
	struct fb_slice words = k->columns;

	while (words.n) {
		size_t n = fb_slice_find(words, FB_LIT(" "));

		one_shown(v, p, k, fb_slice_sub(words, 0, n));
		words = fb_slice_sub(words, n + 1, words.n);
	}
}

void cv_chosen_config(struct cv *v, struct cv_place *p, fb_time time, struct fb_slice text)
{
	static const struct fb_slice sum = { (const uint8_t *)"SHA256=", 7 };
	struct cv_config *to;
	uint8_t sha256[FB_SHA256];
	bool hash = text.n > sum.n && fb_slice_ieq(fb_slice_sub(text, 0, sum.n), sum) &&
		    fb_unhex(fb_slice_trim(fb_slice_sub(text, sum.n, text.n)), sha256, FB_SHA256);

	/* It starts with the configuration that it had. */
	if (fb_slice_ieq(text, FB_LIT("Started")))
		return;
	to = cv_more(v, (void **)&p->configs, &p->nconfigs, &p->configs_cap, sizeof *to);
	if (!to)
		return;
	*to = (struct cv_config){ .time = time };
	for (size_t i = 0; hash && i < v->nsysmon; i++) {
		const struct cv_sysmon *s = &v->sysmon[i];

		if (!s->hashed || memcmp(s->sha256, sha256, FB_SHA256) != 0)
			continue;
		to->known = true;
		to->records = s->records;
		to->filters = s->filters;
	}
}
