/* Detections: groups by rule and host, each opening in place. */
#include "show/report_in.h"
#include "show/text.h"

void rep_group_head(struct fb_html *h, const struct rep_model *m, const struct rep_group *g)
{
	fb_html_el(h, "summary");
	rep_level(h, g->rule.level);
	fb_html_el(h, "span");
	fb_html_attr(h, "class", "t");
	fb_html_evidence(h, fb_slice_str(g->rule.title));
	fb_html_end(h);
	fb_html_el(h, "span");
	fb_html_attr(h, "class", "n");
	rep_number(h, g->count);
	fb_html_leaf(h, "span", "x", "\xC3\x97");
	fb_html_end(h);
	fb_html_el(h, "span");
	fb_html_attr(h, "class", "where");
	rep_host_name(h, m->host[g->host].name);
	fb_html_text(h, " ");
	fb_html_el(h, "span");
	fb_html_attr(h, "class", "when");
	rep_span(h, g->first, g->last);
	fb_html_ends(h, 1);
	fb_html_text(h, " ");
	rep_techniques(h, g->rule.techniques);
	rep_group_decided(h, g);
	fb_html_end(h);
	fb_html_el(h, "span");
	fb_html_attr(h, "class", "s");
	fb_html_evidence(h, fb_slice_str(g->summary));
	fb_html_ends(h, 2);
}

static bool is_zero(const uint8_t sum[static FB_SHA256])
{
	static const uint8_t zero[FB_SHA256];

	return memcmp(sum, zero, FB_SHA256) == 0;
}

/* source sha256:… record 4711 */
static void citation(struct fb_html *h, const struct rep_model *m, const struct rep_det *d)
{
	const struct rep_source *s = &m->source[d->source];
	char hex[2 * FB_SHA256 + 1];

	fb_hex(s->sha256, FB_SHA256, hex);
	fb_html_el(h, "code");
	fb_html_attr(h, "class", "cite");
	if (is_zero(s->sha256))
		fb_html_text(h, "source not hashed");
	else
		fb_html_textf(h, "source sha256:%s", hex);
	if (d->record)
		fb_html_textf(h, " record %llu", (unsigned long long)d->record);
	else if (d->line)
		fb_html_textf(h, " line %llu", (unsigned long long)d->line);
	else
		fb_html_textf(h, " offset %llu", (unsigned long long)d->offset);
	fb_html_end(h);
}

void rep_detection(struct fb_html *h, const struct rep_model *m, const struct rep_det *d,
		   bool anchor)
{
	fb_html_el(h, "li");
	if (anchor)
		fb_html_attrf(h, "id", "d-%s", d->id);
	fb_html_attr(h, "class", "d");
	fb_html_attr(h, "data-d", d->id);
	rep_time(h, d->time, d->digits);
	if (d->time_flags & FB_TIME_LOCAL)
		fb_html_leaf(h, "span", "flag", "local time, zone not recorded");
	if (d->flags & FB_EVENT_RECOVERED)
		fb_html_leaf(h, "span", "flag", "recovered record");
	if (d->flags & FB_EVENT_DAMAGED)
		fb_html_leaf(h, "span", "flag", "damaged record");
	if (d->flags & FB_EVENT_SECOND_HAND)
		fb_html_leaf(h, "span", "flag", "second-hand: another program told of it");
	rep_decided_flags(h, d->decided);
	fb_html_el(h, "div");
	fb_html_attr(h, "class", "sum");
	fb_html_evidence(h, fb_slice_str(d->summary));
	fb_html_end(h);
	rep_decided_lines(h, d->decided);
	fb_html_el(h, "div");
	fb_html_attr(h, "class", "from");
	citation(h, m, d);
	fb_html_text(h, " ");
	fb_html_evidence(h, fb_slice_str(m->source[d->source].path));
	if (d->copies)
		fb_html_textf(h, " and in %u more %s", d->copies, d->copies == 1 ? "copy" : "copies");
	if (d->host_why[0]) {
		fb_html_text(h, " host: ");
		fb_html_evidence(h, fb_slice_str(d->host_why));
	}
	fb_html_end(h);
	fb_html_el(h, "div");
	fb_html_attr(h, "class", "open");
	fb_html_text(h, "Original record: ");
	fb_html_el(h, "code");
	fb_html_attr(h, "class", "cmd");
	{
		struct fb_buf b;

		fb_buf_init(&b, 16384);
		if (!rep_shell_word(&b, fb_slice_str(m->case_arg)))
			fb_buf_clear(&b);
		fb_html_textf(h, "firebreak show %s %.12s", b.n ? fb_buf_cstr(&b) : "CASE", d->id);
		fb_buf_dispose(&b);
	}
	fb_html_ends(h, 3);
}

bool rep_folds(const struct rep_group *g)
{
	return fb_noise_folds(g->noise, g->mark);
}

static void group(struct rep_page *p, uint32_t at)
{
	struct fb_html *h = &p->h;
	const struct rep_model *m = p->m;
	const struct rep_group *g = &m->group[at];
	uint32_t n = 0;

	fb_html_el(h, "details");
	fb_html_attrf(h, "class", "g l-%s", rep_level_name(g->rule.level));
	fb_html_attrf(h, "id", "g-%u", at);
	rep_group_head(h, m, g);
	fb_html_el(h, "div");
	fb_html_attr(h, "class", "body");
	fb_html_el(h, "div");
	fb_html_attr(h, "class", "about");
	if (g->rule.description[0]) {
		rep_paragraphs(h, "what", g->rule.description);
	}
	fb_html_text(h, "Rule ");
	fb_html_evidence(h, fb_slice_str(g->rule.id));
	if (g->rule.kind[0])
		fb_html_textf(h, " (%s)", g->rule.kind);
	for (int is = FB_NOISE_NOISY; is < FB_NOISE_COUNT; is++) {
		if (g->dull[is] == 0 || rep_folds(g))
			continue;
		fb_html_text(h, "; ");
		rep_number(h, g->dull[is]);
		fb_html_textf(h, " of them %s %s by a noise list", g->dull[is] == 1 ? "is" : "are",
			      fb_noise_word((enum fb_noise)is));
	}
	fb_html_end(h);
	fb_html_el(h, "ol");
	fb_html_attr(h, "class", "ds");
	for (uint32_t i = g->head; i != REP_NONE && n < g->fixed; i = m->det[i].next, n++)
		rep_detection(h, m, &m->det[i], true);
	fb_html_end(h);
	fb_html_el(h, "p");
	fb_html_attr(h, "class", "more rest");
	if (g->count > n) {
		rep_number(h, g->count - n);
		fb_html_text(h, " more: ");
		rep_command(h, m, "detections", NULL, g->rule.id, m->host[g->host].name);
	}
	fb_html_ends(h, 3);
}

/* The entries of folded groups, each once, with its reason. */
static void reasons(struct fb_html *h, const struct rep_model *m, enum fb_noise is)
{
	fb_html_el(h, "ul");
	fb_html_attr(h, "class", "why");
	for (uint32_t i = 0; i < m->ngroups; i++) {
		const struct rep_group *g = &m->group[i];
		bool said = !rep_folds(g) || g->noise->is != is;

		for (uint32_t k = 0; k < i && !said; k++)
			said = m->group[k].noise == g->noise && rep_folds(&m->group[k]);
		if (said)
			continue;
		fb_html_el(h, "li");
		fb_html_el(h, "strong");
		fb_html_evidence(h, fb_slice_str(g->rule.title));
		fb_html_end(h);
		fb_html_text(h, ": ");
		fb_html_evidence(h, fb_slice_str(g->noise->reason));
		fb_html_text(h, " (");
		if (*g->noise->host) {
			fb_html_text(h, "host ");
			fb_html_evidence(h, fb_slice_str(g->noise->host));
			fb_html_text(h, ", ");
		}
		if (g->noise->until != FB_TIME_NONE) {
			fb_html_text(h, "until ");
			rep_time(h, g->noise->until, 0);
			fb_html_text(h, ", ");
		}
		fb_html_evidence(h, fb_slice_str(g->noise->list));
		fb_html_textf(h, ":%u)", g->noise->line);
		fb_html_end(h);
	}
	fb_html_end(h);
}

/* What noise lists fold stands behind all else, closed, counted, with the reasons. */
static int folded(struct rep_page *p, enum fb_noise is)
{
	struct fb_html *h = &p->h;
	const struct rep_model *m = p->m;
	uint64_t detections = 0, groups = 0;
	int r = 0;

	for (uint32_t i = 0; i < m->ngroups; i++) {
		if (!rep_folds(&m->group[i]) || m->group[i].noise->is != is)
			continue;
		detections += m->group[i].count;
		groups++;
	}
	if (groups == 0)
		return 0;
	fb_html_el(h, "details");
	fb_html_attr(h, "class", "fold dull");
	fb_html_attrf(h, "id", "dull-%s", fb_noise_word(is));
	fb_html_el(h, "summary");
	rep_count(h, detections, "detection");
	fb_html_text(h, " in ");
	rep_count(h, groups, "group");
	fb_html_text(h, is == FB_NOISE_NOISY ? ", noisy: noise lists say that they are dull here"
					     : ", excluded: noise lists say that they tell nothing by themselves");
	fb_html_end(h);
	reasons(h, m, is);
	for (uint32_t i = 0; i < m->ngroups && r == 0; i++) {
		if (!rep_folds(&m->group[i]) || m->group[i].noise->is != is)
			continue;
		group(p, i);
		r = rep_flush(p);
	}
	fb_html_end(h);
	return r;
}

int rep_list(struct rep_page *p)
{
	struct fb_html *h = &p->h;
	const struct rep_model *m = p->m;
	int r = 0;

	fb_html_el(h, "section");
	fb_html_attr(h, "id", "detections");
	fb_html_leaf(h, "h2", NULL, "Detections");
	fb_html_el(h, "p");
	fb_html_attr(h, "class", "lead");
	fb_html_text(h, "By rule and host, highest level first, then rarest first.");
	if (m->defang)
		fb_html_text(h, " Indicators are written so that nothing makes links of them (hxxp, "
				"[.]); original records are as they were.");
	if (m->stats.detections > m->ndets) {
		fb_html_text(h, " This page carries ");
		rep_number(h, m->ndets);
		fb_html_text(h, " of ");
		rep_count(h, m->stats.detections, "detection");
		fb_html_text(h, ", the first of each group; all of them: ");
		rep_command(h, m, "detections", NULL, NULL, NULL);
	}
	fb_html_end(h);
	fb_html_el(h, "div");
	fb_html_attr(h, "id", "tools");
	fb_html_end(h);
	fb_html_el(h, "div");
	fb_html_attr(h, "id", "list");
	if (m->ngroups == 0)
		fb_html_leaf(h, "p", "none", "No detections.");
	for (uint32_t i = 0; i < m->ngroups && r == 0; i++) {
		if (rep_folds(&m->group[i]))
			continue;
		group(p, i);
		r = rep_flush(p);
	}
	for (int is = FB_NOISE_NOISY; is < FB_NOISE_COUNT && r == 0; is++)
		r = folded(p, (enum fb_noise)is);
	fb_html_end(h);
	if (m->all_groups > m->ngroups) {
		fb_html_el(h, "p");
		fb_html_attr(h, "class", "notice");
		rep_count(h, m->all_groups - m->ngroups, "further group");
		fb_html_text(h, " not listed here: ");
		rep_command(h, m, "detections", NULL, NULL, NULL);
		fb_html_end(h);
	}
	fb_html_end(h);
	return r;
}
