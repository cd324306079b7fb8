/* The first page: head, the numbers in one sentence, what matters first, what could
 * not be read, and the picture. */
#include "show/report_in.h"
#include "show/text.h"
#include "show/tlp.h"



static void fact_begin(struct fb_html *h, const char *name)
{
	fb_html_el(h, "div");
	fb_html_leaf(h, "dt", NULL, name);
	fb_html_el(h, "dd");
}

static void facts(struct fb_html *h, const struct rep_model *m)
{
	const struct fb_case_stats *s = &m->stats;
	uint32_t shown = 0;

	fb_html_el(h, "dl");
	fb_html_attr(h, "class", "facts");
	fact_begin(h, "Period (UTC)");
	rep_span(h, s->first, s->last);
	fb_html_ends(h, 2);
	fact_begin(h, "Hosts examined");
	if (m->nhosts == 0)
		fb_html_leaf(h, "span", "none", "none");
	for (uint32_t i = 0; i < m->nhosts && shown < 8; i++) {
		if (!m->host[i].name[0])
			continue;
		if (shown++)
			fb_html_text(h, ", ");
		rep_host_name(h, m->host[i].name);
	}
	if (s->hosts > shown && shown) {
		fb_html_text(h, " and ");
		rep_number(h, s->hosts - shown);
		fb_html_text(h, " more");
	} else if (m->nhosts && !shown)
		fb_html_leaf(h, "span", "none", "no record names one");
	fb_html_ends(h, 2);
	fact_begin(h, "Evidence as of");
	rep_time(h, m->acquired_last, 0);
	fb_html_ends(h, 2);
	fact_begin(h, "Program");
	fb_html_textf(h, "firebreak %s", s->version ? s->version : "");
	fb_html_ends(h, 2);
	fact_begin(h, "Rules");
	fb_html_leaf(h, "code", "hash", s->rules_hash);
	fb_html_ends(h, 2);
	fact_begin(h, "Custody record");
	fb_html_el(h, "span");
	fb_html_flag(h, "data-run");
	rep_sha256(h, m->head);
	fb_html_ends(h, 3);
	fb_html_end(h);
}

static void levels_sentence(struct fb_html *h, const struct fb_case_stats *s)
{
	bool any = false;

	for (int l = FB_LEVEL_COUNT - 1; l >= 0; l--) {
		if (s->by_level[l] == 0)
			continue;
		fb_html_text(h, any ? ", " : ": ");
		rep_number(h, s->by_level[l]);
		fb_html_textf(h, " %s", rep_level_name((enum fb_level)l));
		any = true;
	}
}

static void numbers(struct fb_html *h, const struct rep_model *m)
{
	const struct fb_case_stats *s = &m->stats;

	fb_html_el(h, "p");
	fb_html_attr(h, "class", "numbers");
	rep_count(h, s->events, "event");
	fb_html_text(h, " in ");
	rep_count(h, s->files, "file");
	if (s->members) {
		fb_html_text(h, " (and ");
		rep_count(h, s->members, "file");
		fb_html_text(h, " inside them)");
	}
	fb_html_text(h, ", ");
	rep_bytes(h, s->bytes);
	fb_html_text(h, ", were tried against ");
	rep_count(h, s->rules_loaded, "rule");
	fb_html_text(h, "; ");
	if (s->detections == 0)
		fb_html_text(h, "none of them recognised anything.");
	else {
		fb_html_el(h, "strong");
		rep_count(h, s->detections, "detection");
		fb_html_end(h);
		levels_sentence(h, s);
		fb_html_text(h, ".");
	}
	fb_html_end(h);
	rep_decided_numbers(h, m);
	if (!s->complete) {
		fb_html_el(h, "p");
		fb_html_attr(h, "class", "notice");
		fb_html_leaf(h, "strong", NULL, "The last run did not reach its end.");
		fb_html_text(h, " What stands here is what had been read until then; run the same "
				"command again to go on.");
		fb_html_end(h);
	}
	if (!m->ledger_ok) {
		fb_html_el(h, "p");
		fb_html_attr(h, "class", "notice");
		fb_html_leaf(h, "strong", NULL, "The custody record does not fit together: ");
		fb_html_text(h, m->ledger_err.text);
		fb_html_end(h);
	}
}

/* Above all else, and at the end of the page (report.c). */
void rep_marking(struct fb_html *h, const struct rep_model *m)
{
	struct fb_buf label;

	if (!m->tlp)
		return;
	fb_buf_init(&label, 64);
	(void)fb_tlp_label(&label, m->tlp);
	fb_html_el(h, "p");
	fb_html_attrf(h, "class", "tlp tlp-%s", strcmp(m->tlp, "amber+strict") == 0 ? "amber" : m->tlp);
	fb_html_leaf(h, "strong", NULL, fb_buf_cstr(&label));
	fb_html_textf(h, " %s", fb_tlp_words(m->tlp));
	fb_html_end(h);
	fb_buf_dispose(&label);
}

static void head(struct fb_html *h, const struct rep_model *m)
{
	rep_marking(h, m);
	fb_html_el(h, "header");
	fb_html_el(h, "p");
	fb_html_attr(h, "class", "kind");
	fb_html_text(h, "Firebreak incident report");
	fb_html_leaf(h, "span", "review", rep_answers_reviewed(m)
		     ? "Machine result; some of the answers are reviewed by a person"
		     : m->decided.decisions ? "Machine result; people have decided about parts of it"
					    : "Machine result, not reviewed by a person");
	fb_html_end(h);
	fb_html_el(h, "h1");
	fb_html_evidence(h, fb_slice_str(m->name));
	fb_html_end(h);
	numbers(h, m);
	facts(h, m);
	fb_html_end(h);
}

static void nav(struct fb_html *h, const struct rep_model *m)
{
	static const char *const part[][2] = {
		{ "#answers", "Answers" }, { "#story", "Who acted" }, { "#first", "What matters first" },
		{ "#timeline", "Timeline" }, { "#fetch", "To fetch" }, { "#webshells", "Planted pages" },
		{ "#detections", "Detections" },    { "#decisions", "Decisions" },
		{ "#sources", "Sources" },
		{ "#rules", "Rules" },		    { "#custody", "Custody" },
		{ "#method", "Method and limits" },
	};

	fb_html_el(h, "nav");
	fb_html_attr(h, "aria-label", "Parts of the report");
	for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
		if (!m->answers && !m->no_answers && strcmp(part[i][0], "#answers") == 0)
			continue;
		if (!rep_followed(m) && strcmp(part[i][0], "#story") == 0)
			continue;
		if (!m->coverage && strcmp(part[i][0], "#fetch") == 0)
			continue;
		if (m->decisions == 0 && strcmp(part[i][0], "#decisions") == 0)
			continue;
		if (m->webshells == 0 && strcmp(part[i][0], "#webshells") == 0)
			continue;
		fb_html_el(h, "a");
		fb_html_attr(h, "href", part[i][0]);
		fb_html_text(h, part[i][1]);
		fb_html_end(h);
	}
	fb_html_end(h);
}

/* ---- what matters first ---- */

static void first_group(struct rep_page *p, const struct rep_group *g)
{
	struct fb_html *h = &p->h;
	const struct rep_model *m = p->m;
	uint32_t n = 0;

	fb_html_el(h, "details");
	fb_html_attrf(h, "class", "g l-%s", rep_level_name(g->rule.level));
	rep_group_head(h, m, g);
	fb_html_el(h, "div");
	fb_html_attr(h, "class", "body");
	fb_html_el(h, "ol");
	fb_html_attr(h, "class", "ds");
	for (uint32_t i = g->head; i != REP_NONE && n < 3; i = m->det[i].next, n++)
		rep_detection(h, m, &m->det[i], false);
	fb_html_end(h);
	fb_html_el(h, "p");
	fb_html_attr(h, "class", "more");
	if (g->count > n) {
		fb_html_el(h, "a");
		fb_html_attrf(h, "href", "#g-%u", (unsigned)(g - m->group));
		fb_html_text(h, "All ");
		rep_count(h, g->count, "detection");
		fb_html_text(h, " of this rule on this host");
		fb_html_end(h);
	} else {
		fb_html_el(h, "a");
		fb_html_attrf(h, "href", "#g-%u", (unsigned)(g - m->group));
		fb_html_text(h, "In the list of detections");
		fb_html_end(h);
	}
	fb_html_ends(h, 3);
}

/* Wholly set aside: a person has said that it needs no attention. It is counted here and
 * stands in the list of detections. */
static bool put_aside(const struct rep_group *g)
{
	return g->count && g->aside == g->count;
}

static void aside_line(struct fb_html *h, uint32_t n)
{
	if (n == 0)
		return;
	fb_html_el(h, "p");
	fb_html_attr(h, "class", "more");
	rep_count(h, n, "further group");
	fb_html_text(h, n == 1 ? " is set aside by a decision and stands in the list below: "
			       : " are set aside by decisions and stand in the list below: ");
	fb_html_el(h, "a");
	fb_html_attr(h, "href", "#decisions");
	fb_html_text(h, "who decided that, and why");
	fb_html_ends(h, 2);
}

static void dull_line(struct fb_html *h, uint32_t n)
{
	if (n == 0)
		return;
	fb_html_el(h, "p");
	fb_html_attr(h, "class", "more");
	rep_count(h, n, "further group");
	fb_html_text(h, n == 1 ? " is dull by a noise list and stands, with the reason, at the "
			       : " are dull by noise lists and stand, with the reasons, at the ");
	fb_html_el(h, "a");
	fb_html_attr(h, "href", "#detections");
	fb_html_text(h, "end of the list below");
	fb_html_ends(h, 2);
}

static void what_matters(struct rep_page *p)
{
	struct fb_html *h = &p->h;
	const struct rep_model *m = p->m;
	uint32_t serious = 0, shown = 0, aside = 0, dull = 0, at = 0, max = FB_REPORT_FIRST;

	fb_html_el(h, "div");
	fb_html_attr(h, "class", "matters");
	fb_html_leaf(h, "h2", NULL, "What matters first");
	while (serious < m->ngroups && m->group[serious].rule.level >= FB_LEVEL_HIGH)
		serious++;
	if (m->ngroups == 0) {
		fb_html_leaf(h, "p", NULL,
			     "No rule recognised anything in what could be read. This does not say "
			     "that nothing happened: it says that these rules found nothing in these "
			     "sources. What was read, and what was not, stands beside this and under "
			     "Sources.");
		fb_html_end(h);
		return;
	}
	if (serious == 0) {
		fb_html_leaf(h, "p", NULL,
			     "No detection at level critical or high. The highest that there are:");
		max = 5;
	}
	for (; at < m->ngroups && shown < max && (serious == 0 || at < serious); at++) {
		if (put_aside(&m->group[at])) {
			aside++;
			continue;
		}
		if (rep_folds(&m->group[at])) {
			dull++;
			continue;
		}
		first_group(p, &m->group[at]);
		shown++;
	}
	aside_line(h, aside);
	dull_line(h, dull);
	shown += aside + dull;
	if (m->all_groups > shown) {
		fb_html_el(h, "p");
		fb_html_attr(h, "class", "more");
		fb_html_el(h, "a");
		fb_html_attr(h, "href", "#detections");
		rep_number(h, m->all_groups - shown);
		fb_html_text(h, " more below");
		fb_html_end(h);
		fb_html_text(h, serious > shown ? ", also at critical or high" : ", at lower levels");
		fb_html_end(h);
	}
	fb_html_end(h);
}

static void unread_number(struct fb_html *h, uint64_t v, const char *noun, const char *what)
{
	if (v == 0)
		return;
	fb_html_el(h, "li");
	fb_html_el(h, "strong");
	rep_count(h, v, noun);
	fb_html_end(h);
	fb_html_textf(h, " %s", what);
	fb_html_end(h);
}

static void could_not_be_read(struct rep_page *p)
{
	struct fb_html *h = &p->h;
	const struct rep_model *m = p->m;
	const struct fb_case_stats *s = &m->stats;

	fb_html_el(h, "aside");
	fb_html_attr(h, "aria-labelledby", "unread");
	fb_html_el(h, "h2");
	fb_html_attr(h, "id", "unread");
	fb_html_text(h, "What could not be read");
	fb_html_end(h);
	if (!s->undecoded_files && !s->unread_files && !s->unscanned_files && !s->bytes_rejected && !s->lost &&
	    !s->rules_failed && !m->all_unread) {
		fb_html_leaf(h, "p", NULL,
			     "All files were read to their end and decoded whole, and all rules loaded.");
		fb_html_end(h);
		return;
	}
	fb_html_el(h, "ul");
	fb_html_attr(h, "class", "unread");
	unread_number(h, s->unread_files, "file", "not opened or not read to the end");
	unread_number(h, s->undecoded_files, "file", "of a kind that no decoder takes");
	unread_number(h, s->unscanned_files, "file", "not scanned to the end by rules of bytes (YARA)");
	unread_number(h, s->bytes_rejected, "byte", "rejected: they should have held events");
	unread_number(h, s->lost, "detection", "lost to a limit or a crashed unit");
	unread_number(h, s->rules_failed, "rule", "could not be used");
	fb_html_end(h);
	if (m->nunread) {
		fb_html_el(h, "ul");
		fb_html_attr(h, "class", "files");
		for (uint32_t i = 0; i < m->nunread; i++) {
			const struct rep_unread *u = &m->unread[i];

			fb_html_el(h, "li");
			fb_html_evidence(h, fb_slice_str(u->path));
			fb_html_el(h, "span");
			fb_html_attr(h, "class", "why");
			fb_html_textf(h, "%s, ", u->why);
			rep_bytes(h, u->bytes);
			fb_html_ends(h, 2);
		}
		fb_html_end(h);
	}
	fb_html_el(h, "p");
	fb_html_attr(h, "class", "more");
	if (m->all_unread > m->nunread) {
		rep_number(h, m->all_unread - m->nunread);
		fb_html_text(h, " more: ");
	} else {
		fb_html_text(h, "All of it: ");
	}
	rep_command(h, m, "sources", "--problems", NULL, NULL);
	fb_html_ends(h, 2);
}

/* ---- the picture ---- */

static void caption(struct fb_html *h, const struct rep_model *m)
{
	const struct rep_timeline *t = &m->tl;

	fb_html_el(h, "p");
	fb_html_attr(h, "class", "caption");
	for (int l = FB_LEVEL_COUNT - 1; l >= 0; l--)
		rep_level(h, (enum fb_level)l);
	fb_html_end(h);
	fb_html_el(h, "p");
	fb_html_attr(h, "class", "caption");
	if (t->events_only)
		fb_html_text(h, "No detection has a time; the picture covers the recorded events. ");
	else
		fb_html_textf(h, "All times are UTC. The picture covers the time of the %s detections. ",
			      t->level == FB_LEVEL_HIGH ? "critical and high" :
			      t->level == FB_LEVEL_MEDIUM ? "medium" : "low and informational");
	if (t->outside) {
		rep_count(h, t->outside, "detection");
		fb_html_text(h, t->outside == 1 ? " lies" : " lie");
		fb_html_text(h, " outside of it. ");
	}
	if (t->untimed) {
		rep_count(h, t->untimed, "detection");
		fb_html_text(h, t->untimed == 1 ? " has" : " have");
		fb_html_text(h, " no time. ");
	}
	fb_html_text(h, "A larger mark stands for several detections. Recorded events: from the first to "
			"the last event of each source of the host; a gap within a source does not show, "
			"and what was not logged at all cannot.");
	fb_html_end(h);
}

static void picture(struct rep_page *p)
{
	struct fb_html *h = &p->h;

	fb_html_el(h, "section");
	fb_html_attr(h, "id", "timeline");
	fb_html_leaf(h, "h2", NULL, "Timeline");
	if (p->m->tl.from == FB_TIME_NONE) {
		fb_html_leaf(h, "p", NULL, "No detection and no event has a time.");
	} else {
		fb_html_el(h, "a");
		fb_html_attr(h, "class", "skip");
		fb_html_attr(h, "href", "#detections");
		fb_html_text(h, "Past the picture");
		fb_html_end(h);
		fb_html_el(h, "div");
		fb_html_attr(h, "id", "tl");
		rep_timeline_draw(h, p->m);
		fb_html_end(h);
		caption(h, p->m);
	}
	fb_html_end(h);
}

void rep_first(struct rep_page *p)
{
	struct fb_html *h = &p->h;

	head(h, p->m);
	nav(h, p->m);
	rep_answers(p);
	fb_html_el(h, "section");
	fb_html_attr(h, "id", "first");
	fb_html_attr(h, "class", "two");
	what_matters(p);
	could_not_be_read(p);
	fb_html_end(h);
	picture(p);
	rep_fetch(p);
}
