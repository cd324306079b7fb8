/* What people decided: words beside detections, and a section of its own. */
#include "show/decided.h"
#include "show/report_in.h"

static int no_memory(struct fb_err *err)
{
	return fb_fail(err, FB_ENOMEM, "report: out of memory");
}

/* ---- collected ---- */

static int on_decision(void *user, const struct fb_decision_row *row)
{
	struct rep_model *m = user;

	m->decisions++;
	if (row->n >= m->ndecided)
		m->ndecided = row->n + 1;
	if (!row->withdrawn && !row->replaced)
		(void)rep_map_put(&m->people_map, fb_slice_str(row->d->by));
	return 0;
}

int rep_decided_collect(struct rep_model *m, struct fb_err *err)
{
	int r;

	m->people_map = (struct rep_map){ .arena = &m->arena, .max = FB_REPORT_HOSTS };
	if ((r = fb_case_decided_counts(m->c, &m->decided, err)) ||
	    (r = fb_case_decisions(m->c, on_decision, m, err)))
		return r;
	m->people = m->people_map.n;
	if (m->ndecided > FB_DECISIONS_MAX)
		m->ndecided = FB_DECISIONS_MAX;
	m->first_det = fb_arena_calloc(&m->arena, m->ndecided + 1, sizeof *m->first_det);
	if (!m->first_det)
		return no_memory(err);
	for (uint64_t i = 0; i < m->ndecided; i++)
		m->first_det[i] = REP_NONE;
	return 0;
}

bool rep_decided_keep(struct rep_model *m, const struct fb_decided *d, uint32_t at,
		      const struct fb_decided **out)
{
	const struct fb_decision_row **list;
	struct fb_decided *copy;

	*out = NULL;
	if (!d)
		return true;
	copy = fb_arena_calloc(&m->arena, 1, sizeof *copy);
	list = fb_arena_calloc(&m->arena, d->n + 1, sizeof *list);
	if (!copy || !list)
		return false;
	*copy = *d;
	for (size_t i = 0; i < d->n; i++) {
		list[i] = d->list[i];
		if (list[i]->n < m->ndecided && m->first_det[list[i]->n] == REP_NONE)
			m->first_det[list[i]->n] = at;
	}
	copy->list = list;
	*out = copy;
	return true;
}

/* ---- beside a detection ---- */

static void mark_flag(struct fb_html *h, const char *word)
{
	fb_html_el(h, "span");
	fb_html_attrf(h, "class", "dm k-%s", word);
	fb_html_text(h, word);
	fb_html_end(h);
}

static bool has_expired(const struct fb_decided *d)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->list[i]->expired)
			return true;
	return false;
}

/* Each word once: two people may have put the same on. */
static bool seen_tag(const struct fb_decided *d, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (d->list[i]->d->what == FB_DECIDED_TAG &&
		    strcmp(d->list[i]->d->tag, d->list[at]->d->tag) == 0)
			return true;
	return false;
}

void rep_decided_flags(struct fb_html *h, const struct fb_decided *d)
{
	if (!d)
		return;
	if (d->mark)
		mark_flag(h, fb_mark_word(d->mark));
	if (d->aside)
		fb_html_leaf(h, "span", "dm k-aside", "set aside");
	else if (has_expired(d))
		fb_html_leaf(h, "span", "dm k-aside", "set-aside expired");
	for (size_t i = 0; i < d->n; i++) {
		if (d->list[i]->d->what != FB_DECIDED_TAG || seen_tag(d, i))
			continue;
		fb_html_el(h, "span");
		fb_html_attr(h, "class", "dm k-tag");
		fb_html_evidence(h, fb_slice_str(d->list[i]->d->tag));
		fb_html_end(h);
	}
}

static void by_when(struct fb_html *h, const struct fb_decision *d)
{
	fb_html_el(h, "span");
	fb_html_attr(h, "class", "who");
	fb_html_slice(h, fb_slice_str(d->by));
	fb_html_text(h, ", ");
	rep_time(h, d->at, 0);
	fb_html_end(h);
}

static void line(struct fb_html *h, const struct fb_decision_row *row)
{
	const struct fb_decision *d = row->d;

	fb_html_el(h, "div");
	fb_html_attr(h, "class", "dec");
	if (d->what == FB_DECIDED_MARK)
		fb_html_text(h, fb_mark_word(d->mark));
	else if (d->what == FB_DECIDED_ASIDE)
		fb_html_text(h, row->expired ? "set aside, expired" : "set aside");
	else
		fb_html_text(h, fb_decision_word(d->what));
	if (*d->text) {
		fb_html_text(h, ": ");
		rep_lines(h, d->text);
	}
	fb_html_text(h, " ");
	by_when(h, d);
	fb_html_end(h);
}

void rep_decided_lines(struct fb_html *h, const struct fb_decided *d)
{
	for (size_t i = 0; d && i < d->n; i++)
		if (d->list[i]->d->what != FB_DECIDED_TAG)
			line(h, d->list[i]);
}

void rep_group_decided(struct fb_html *h, const struct rep_group *g)
{
	for (int k = FB_MARK_MALICIOUS; k <= FB_MARK_COUNT; k++) {
		bool aside = k == FB_MARK_COUNT;
		uint64_t n = aside ? g->aside : g->mark[k];
		const char *word = aside ? "set aside" : fb_mark_word((enum fb_mark)k);

		if (n == 0)
			continue;
		fb_html_el(h, "span");
		fb_html_attrf(h, "class", "dm k-%s", aside ? "aside" : word);
		if (n != g->count) {
			rep_number(h, n);
			fb_html_text(h, " ");
		}
		fb_html_text(h, word);
		fb_html_end(h);
	}
}

/* For the script: [mark, set aside (1) or expired (2), [tags], [[text, by, when]]] or null. */
void rep_decided_json(struct fb_json *j, const struct fb_decided *d)
{
	if (!d) {
		fb_json_null(j);
		return;
	}
	fb_json_array(j);
	fb_json_cstr(j, d->mark ? fb_mark_word(d->mark) : "");
	fb_json_u64(j, d->aside ? 1 : has_expired(d) ? 2 : 0);
	fb_json_array(j);
	for (size_t i = 0; i < d->n; i++)
		if (d->list[i]->d->what == FB_DECIDED_TAG && !seen_tag(d, i))
			fb_json_cstr(j, d->list[i]->d->tag);
	fb_json_array_end(j);
	fb_json_array(j);
	for (size_t i = 0; i < d->n; i++) {
		const struct fb_decision *x = d->list[i]->d;

		if (x->what == FB_DECIDED_TAG)
			continue;
		fb_json_array(j);
		fb_json_cstr(j, x->what == FB_DECIDED_MARK ? fb_mark_word(x->mark)
				: x->what == FB_DECIDED_NOTE ? "note"
				: d->list[i]->expired ? "set aside, expired" : "set aside");
		fb_json_cstr(j, x->text);
		fb_json_cstr(j, x->by);
		fb_json_time(j, x->at, 0);
		fb_json_array_end(j);
	}
	fb_json_array_end(j);
	fb_json_array_end(j);
}

/* ---- the first page ---- */

void rep_decided_numbers(struct fb_html *h, const struct rep_model *m)
{
	struct fb_buf b;

	if (m->decided.decisions == 0)
		return;
	fb_html_el(h, "p");
	fb_html_attr(h, "class", "numbers");
	fb_html_text(h, "People decided: ");
	fb_buf_init(&b, 1024);
	fb_counts_words(&b, &m->decided);
	if (b.n) {
		fb_html_slice(h, fb_buf_view(&b));
		fb_html_text(h, "; ");
	}
	fb_buf_dispose(&b);
	fb_html_el(h, "a");
	fb_html_attr(h, "href", "#decisions");
	rep_count(h, m->decided.decisions, "decision");
	fb_html_text(h, " by ");
	if (m->people == 1)
		fb_html_text(h, "one person");
	else {
		rep_number(h, m->people);
		fb_html_text(h, " people");
	}
	fb_html_end(h);
	fb_html_text(h, ".");
	fb_html_end(h);
}

/* ---- the section ---- */

struct rows {
	struct rep_page *p;
	uint64_t n;
	struct fb_zone zone;
};

/* Which decisions are taken back: those that this case has by their numbers. */
static void withdrawn(struct fb_html *h, const struct rep_model *m, const struct fb_decision *d)
{
	const struct fb_decision_row *of;
	char id[2 * FB_DECISION_ID + 1];
	bool any = false;

	for (size_t i = 0; i < d->nreplaces; i++) {
		fb_hex(d->replaces[i], FB_DECISION_ID, id);
		if (fb_case_decision(m->c, id, &of, NULL))
			continue;
		fb_html_text(h, any ? ", " : "decision ");
		rep_number(h, of->n);
		any = true;
	}
	if (!any)
		fb_html_leaf(h, "span", "none", "a decision that this case does not have");
}

/* The event in words that fit a cell: what leads to it is its link. */
static void subject(struct fb_html *h, const struct rep_model *m, const struct fb_decision_row *row,
		    const struct fb_zone *zone)
{
	const struct fb_decision *d = row->d;
	uint32_t det = row->n < m->ndecided ? m->first_det[row->n] : REP_NONE;
	struct fb_buf b;

	if (d->what == FB_DECIDED_WITHDRAW) {
		withdrawn(h, m, d);
		return;
	}
	if (det != REP_NONE) {
		fb_html_el(h, "a");
		if (m->det[det].fixed)
			fb_html_attrf(h, "href", "#d-%s", m->det[det].id);
		else
			fb_html_attrf(h, "href", "#g-%u", m->det[det].group);
		fb_html_slice(h, fb_slice_str(m->group[m->det[det].group].rule.title));
		fb_html_end(h);
	}
	fb_html_el(h, "div");
	fb_html_attr(h, "class", "sub");
	if (d->what == FB_DECIDED_ASIDE) {
		fb_buf_init(&b, 64u << 10);
		fb_scope_words(&b, d, zone);
		fb_html_slice(h, fb_buf_view(&b));
		fb_buf_dispose(&b);
	} else {
		fb_html_evidence(h, fb_slice_str(d->event));
		if (*d->group) {
			fb_html_text(h, ", ");
			fb_html_evidence(h, fb_slice_str(d->group));
		}
	}
	fb_html_end(h);
}

static void what(struct fb_html *h, const struct fb_decision_row *row)
{
	const struct fb_decision *d = row->d;

	switch (d->what) {
	case FB_DECIDED_MARK:
		mark_flag(h, fb_mark_word(d->mark));
		break;
	case FB_DECIDED_TAG:
	case FB_DECIDED_UNTAG:
		fb_html_text(h, d->what == FB_DECIDED_TAG ? "tag " : "no longer tag ");
		fb_html_evidence(h, fb_slice_str(d->tag));
		break;
	case FB_DECIDED_ASIDE:
		fb_html_leaf(h, "span", "dm k-aside", "set aside");
		break;
	case FB_DECIDED_NOTE:
	case FB_DECIDED_WITHDRAW:
	case FB_DECIDED_NOTHING:
	case FB_DECIDED_COUNT:
		fb_html_text(h, fb_decision_word(d->what));
		break;
	}
	if (*d->text) {
		fb_html_el(h, "div");
		fb_html_attr(h, "class", "say");
		rep_lines(h, d->text);
		fb_html_end(h);
	}
	if (*d->ours) {
		fb_html_el(h, "div");
		fb_html_attr(h, "class", "sub");
		fb_html_text(h, "the work of ");
		fb_html_evidence(h, fb_slice_str(d->ours));
		fb_html_text(h, *d->named ? ", whose own record names it: " : "");
		fb_html_evidence(h, fb_slice_str(d->named));
		fb_html_end(h);
	}
	if (d->until != FB_TIME_NONE) {
		fb_html_el(h, "div");
		fb_html_attr(h, "class", "sub");
		fb_html_text(h, row->expired ? "ended " : "until ");
		rep_time(h, d->until, 0);
		fb_html_end(h);
	}
}

static int on_row(void *user, const struct fb_decision_row *row)
{
	struct rows *t = user;
	struct fb_html *h = &t->p->h;
	bool holds = !row->withdrawn && !row->replaced && row->d->what != FB_DECIDED_WITHDRAW &&
		     row->d->what != FB_DECIDED_UNTAG;

	if (++t->n > FB_REPORT_DECISIONS)
		return 0;
	fb_html_el(h, "tr");
	if (row->withdrawn || row->replaced)
		fb_html_attr(h, "class", "gone");
	fb_html_el(h, "td");
	fb_html_attr(h, "class", "num");
	rep_number(h, row->n);
	fb_html_end(h);
	fb_html_el(h, "td");
	fb_html_attr(h, "class", "when");
	rep_time(h, row->d->at, 0);
	fb_html_end(h);
	fb_html_el(h, "td");
	fb_html_slice(h, fb_slice_str(row->d->by));
	fb_html_end(h);
	fb_html_el(h, "td");
	what(h, row);
	fb_html_end(h);
	fb_html_el(h, "td");
	subject(h, t->p->m, row, &t->zone);
	fb_html_end(h);
	fb_html_el(h, "td");
	if (!holds)
		fb_html_text(h, row->withdrawn ? "withdrawn" : row->replaced ? "replaced" : "");
	else if (row->detections)
		rep_count(h, row->detections, "detection");
	else
		fb_html_leaf(h, "span", "none", "no detection of this case");
	fb_html_ends(h, 2);
	return rep_flush(t->p);
}

static int on_conflict(void *user, const struct fb_decided *marks)
{
	struct rows *t = user;
	struct fb_html *h = &t->p->h;

	if (++t->n > FB_REPORT_DECISIONS)
		return 0;
	fb_html_el(h, "div");
	fb_html_attr(h, "class", "notice");
	fb_html_leaf(h, "strong", NULL, "Conflict. ");
	for (size_t i = 0; i < marks->n; i++) {
		fb_html_text(h, i ? ", " : "");
		fb_html_slice(h, fb_slice_str(marks->list[i]->d->by));
		fb_html_textf(h, " marks %s", fb_mark_word(marks->list[i]->d->mark));
	}
	fb_html_text(h, ": ");
	subject(h, t->p->m, marks->list[0], &t->zone);
	fb_html_end(h);
	return rep_flush(t->p);
}

static void table_head(struct fb_html *h)
{
	static const char *const columns[] = { "Number", "When (UTC)", "Who", "What", "About", "State" };

	fb_html_el(h, "div");
	fb_html_attr(h, "class", "scroll");
	fb_html_el(h, "table");
	fb_html_attr(h, "class", "plain decided");
	fb_html_el(h, "thead");
	fb_html_el(h, "tr");
	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
		fb_html_el(h, "th");
		fb_html_attr(h, "scope", "col");
		if (i == 0)
			fb_html_attr(h, "class", "num");
		fb_html_text(h, columns[i]);
		fb_html_end(h);
	}
	fb_html_ends(h, 2);
	fb_html_el(h, "tbody");
}

int rep_decisions(struct rep_page *p)
{
	struct fb_html *h = &p->h;
	struct rows t = { .p = p };
	int r;

	if (p->m->decisions == 0)
		return 0;
	fb_zone_utc(&t.zone);
	fb_html_el(h, "section");
	fb_html_attr(h, "id", "decisions");
	fb_html_leaf(h, "h2", NULL, "Decisions");
	fb_html_el(h, "p");
	fb_html_attr(h, "class", "lead");
	fb_html_text(h, "What people decided, by time. Decisions are theirs, under the names that they gave; nothing "
			"that is set aside is left out of this page. All of it: ");
	rep_command(h, p->m, "decisions", "--all", NULL, NULL);
	fb_html_end(h);
	r = fb_case_conflicts(p->m->c, on_conflict, &t, p->err);
	t.n = 0;
	table_head(h);
	if (r == 0)
		r = fb_case_decisions(p->m->c, on_row, &t, p->err);
	fb_html_ends(h, 3);
	if (t.n > FB_REPORT_DECISIONS) {
		fb_html_el(h, "p");
		fb_html_attr(h, "class", "notice");
		rep_count(h, t.n - FB_REPORT_DECISIONS, "further decision");
		fb_html_text(h, " not listed here: ");
		rep_command(h, p->m, "decisions", "--all", NULL, NULL);
		fb_html_end(h);
	}
	fb_html_end(h);
	return r ? r : rep_flush(p);
}
