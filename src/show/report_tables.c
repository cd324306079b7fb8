/* Sources with their accounting, rules, the custody record, method and limits. */
#include "show/report_in.h"

#include "event/secondhand.h"
#include "show/text.h"

struct rows {
	struct rep_page *p;
	uint64_t n;
};

void rep_table(struct fb_html *h, const char *cls, const char *const *columns)
{
	fb_html_el(h, "div");
	fb_html_attr(h, "class", "scroll");
	fb_html_attr(h, "tabindex", "0");
	fb_html_attr(h, "role", "region");
	fb_html_attrf(h, "aria-label", "Table: %s", columns[0] + (columns[0][0] == '#'));
	fb_html_el(h, "table");
	fb_html_attr(h, "class", cls);
	fb_html_el(h, "thead");
	fb_html_el(h, "tr");
	for (; *columns; columns++) {
		fb_html_el(h, "th");
		fb_html_attr(h, "scope", "col");
		if ((*columns)[0] == '#')
			fb_html_attr(h, "class", "num");
		fb_html_text(h, *columns + ((*columns)[0] == '#'));
		fb_html_end(h);
	}
	fb_html_ends(h, 2);
	fb_html_el(h, "tbody");
}

void rep_table_end(struct fb_html *h)
{
	fb_html_ends(h, 3);
}

void rep_not_listed(struct fb_html *h, const struct rep_model *m, uint64_t n, const char *noun,
		    const char *verb)
{
	if (n == 0)
		return;
	fb_html_el(h, "p");
	fb_html_attr(h, "class", "more");
	rep_count(h, n, noun);
	fb_html_text(h, " not listed here: ");
	rep_command(h, m, verb, NULL, NULL, NULL);
	fb_html_end(h);
}

static void number_cell(struct fb_html *h, uint64_t v, const char *cls)
{
	fb_html_el(h, "td");
	fb_html_attr(h, "class", v && cls ? cls : "num");
	if (v)
		rep_number(h, v);
	else
		fb_html_leaf(h, "span", "none", "0");
	fb_html_end(h);
}

/* ---- sources ---- */

static void problems(struct fb_html *h, const struct fb_source_row *row)
{
	size_t n = row->nproblems < FB_REPORT_PROBLEMS ? row->nproblems : FB_REPORT_PROBLEMS;

	if (n == 0)
		return;
	fb_html_el(h, "ul");
	fb_html_attr(h, "class", "probs");
	for (size_t i = 0; i < n; i++) {
		const struct fb_problem_row *q = &row->problems[i];

		fb_html_el(h, "li");
		fb_html_textf(h, "%s: ", fb_why_word(q->why));
		if (q->length) {
			/* Those that were decoded all the same are among them. */
			rep_count(h, q->length, "byte");
			if (q->skipped) /* a total */
				fb_html_text(h, " skipped");
			else
				fb_html_textf(h, " at offset %llu", (unsigned long long)q->offset);
		} else {
			fb_html_textf(h, "at offset %llu", (unsigned long long)q->offset);
		}
		if (q->text && q->text[0]) {
			fb_html_text(h, ": ");
			fb_html_evidence(h, fb_slice_str(q->text));
		}
		fb_html_end(h);
	}
	fb_html_end(h);
	if (row->nproblems > n)
		fb_html_textf(h, "and %zu more", row->nproblems - n);
}

static void source_state(struct fb_html *h, const struct fb_source_row *row)
{
	if (row->state == FB_SOURCE_MISSING)
		fb_html_leaf(h, "span", "flag", "missing or unreadable");
	else if (row->state == FB_SOURCE_NEW)
		fb_html_leaf(h, "span", "flag", "not read to its end");
}

static int on_source(void *user, const struct fb_source_row *row)
{
	struct rows *t = user;
	struct fb_html *h = &t->p->h;

	if (++t->n > FB_REPORT_SOURCES)
		return 0;
	fb_html_el(h, "tr");
	fb_html_el(h, "td");
	fb_html_evidence(h, fb_slice_str(row->path));
	source_state(h, row);
	fb_html_el(h, "div");
	fb_html_attr(h, "class", "sub");
	if (row->hashed) {
		fb_html_text(h, "sha256:");
		rep_sha256(h, row->sha256);
	} else {
		fb_html_leaf(h, "span", "none", "not hashed");
	}
	for (unsigned i = 0; i < FB_HASH_OLD; i++) {
		char text[2 * FB_SHA256 + 1];
		size_t n;
		const uint8_t *sum = fb_sums_of(&row->sums, 1u << i, &n);

		if (!(row->sums.kinds & 1u << i))
			continue;
		fb_hex(sum, n, text);
		fb_html_void(h, "br");
		fb_html_textf(h, "%s:", fb_hash_word(1u << i));
		fb_html_leaf(h, "code", "hash", text);
	}
	fb_html_end(h);
	problems(h, row);
	fb_html_end(h);
	fb_html_el(h, "td");
	fb_html_leaf(h, "div", row->format[0] ? NULL : "none", row->format[0] ? row->format : "not decoded");
	if (fb_second_hand(row->format)) {
		fb_html_el(h, "div");
		fb_html_attr(h, "class", "sub");
		fb_html_textf(h, "second-hand: %s told of it%s", fb_second_hand(row->format),
			      fb_second_hand_claims(row->format) ? ", as what it detected" : "");
		fb_html_end(h);
	}
	if (row->host[0])
		fb_html_evidence(h, fb_slice_str(row->host));
	else if (row->events)
		fb_html_leaf(h, "span", "none", "unknown host");
	if (row->host_why[0]) {
		fb_html_el(h, "div");
		fb_html_attr(h, "class", "sub");
		fb_html_evidence(h, fb_slice_str(row->host_why));
		fb_html_end(h);
	}
	fb_html_end(h);
	fb_html_el(h, "td");
	fb_html_attr(h, "class", "when");
	if (row->first != FB_TIME_NONE) {
		rep_time(h, row->first, 0);
		fb_html_void(h, "br");
		rep_time(h, row->last, 0);
	}
	fb_html_end(h);
	number_cell(h, row->events, NULL);
	number_cell(h, row->detections, NULL);
	number_cell(h, row->size, NULL);
	number_cell(h, row->decoded, NULL);
	number_cell(h, row->rejected, "num bad");
	number_cell(h, row->skipped, NULL);
	fb_html_end(h);
	return rep_flush(t->p);
}

static int sources(struct rep_page *p)
{
	static const char *const columns[] = { "Source", "Format and host", "First, last event",
					       "#Events", "#Detections", "#Bytes", "#Decoded",
					       "#Rejected", "#Skipped", NULL };
	struct fb_html *h = &p->h;
	struct rows t = { .p = p };
	struct fb_filter all;
	int r;

	fb_filter_init(&all);
	fb_html_el(h, "section");
	fb_html_attr(h, "id", "sources");
	fb_html_leaf(h, "h2", NULL, "Sources");
	fb_html_leaf(h, "p", "lead",
		     "Every byte is accounted for: decoded, rejected (should have held events and could "
		     "not be decoded) or skipped (holds none, or no decoder takes it); the three come to "
		     "the size of the source.");
	rep_table(h, "wide", columns);
	r = fb_case_sources(p->m->c, &all, on_source, &t, p->err);
	rep_table_end(h);
	rep_not_listed(h, p->m, t.n > FB_REPORT_SOURCES ? t.n - FB_REPORT_SOURCES : 0, "source", "sources");
	fb_html_end(h);
	return r;
}

/* ---- rules ---- */

static void failed_rules(struct fb_html *h, const struct fb_rule_problem *q, uint32_t n)
{
	static const char *const columns[] = { "Rule file", "Line", "Why", "", NULL };
	uint32_t shown = n < FB_REPORT_RULES ? n : FB_REPORT_RULES;

	if (n == 0)
		return;
	fb_html_leaf(h, "h3", NULL, "Rules with a problem");
	rep_table(h, "plain", columns);
	for (uint32_t i = 0; i < shown; i++) {
		fb_html_el(h, "tr");
		fb_html_el(h, "td");
		fb_html_evidence(h, fb_slice_str(q[i].path));
		fb_html_end(h);
		fb_html_el(h, "td");
		fb_html_attr(h, "class", "num");
		if (q[i].line)
			fb_html_textf(h, "%u", q[i].line);
		fb_html_end(h);
		fb_html_el(h, "td");
		fb_html_evidence(h, fb_slice_str(q[i].why));
		fb_html_end(h);
		fb_html_leaf(h, "td", NULL, q[i].error ? "not used" : "used; remark");
		fb_html_end(h);
	}
	rep_table_end(h);
}

static void loaded_rules(struct fb_html *h, const struct fb_rule_info *const info, uint32_t n)
{
	static const char *const columns[] = { "Level", "Title", "Id", "Pack", "Techniques", NULL };

	fb_html_el(h, "details");
	fb_html_attr(h, "class", "fold");
	fb_html_el(h, "summary");
	rep_count(h, n, "rule");
	fb_html_text(h, " loaded");
	fb_html_end(h);
	rep_table(h, "plain", columns);
	for (uint32_t i = 0; i < n && i < FB_REPORT_RULES; i++) {
		fb_html_el(h, "tr");
		fb_html_leaf(h, "td", NULL, rep_level_name(info[i].level));
		fb_html_el(h, "td");
		fb_html_evidence(h, fb_slice_str(info[i].title));
		fb_html_end(h);
		fb_html_el(h, "td");
		fb_html_evidence(h, fb_slice_str(info[i].id));
		fb_html_end(h);
		fb_html_el(h, "td");
		fb_html_evidence(h, fb_slice_str(info[i].pack));
		fb_html_end(h);
		fb_html_leaf(h, "td", NULL, info[i].techniques);
		fb_html_end(h);
	}
	rep_table_end(h);
	fb_html_end(h);
}

static int rules(struct rep_page *p)
{
	const struct fb_rule_info *info = NULL;
	const struct fb_rule_problem *q = NULL;
	uint32_t n = 0, nq = 0;
	struct fb_html *h = &p->h;
	int r = fb_case_rules(p->m->c, &info, &n, &q, &nq, p->err);

	if (r)
		return r;
	fb_html_el(h, "section");
	fb_html_attr(h, "id", "rules");
	fb_html_leaf(h, "h2", NULL, "Rules");
	fb_html_el(h, "p");
	fb_html_attr(h, "class", "lead");
	rep_count(h, p->m->stats.rules_loaded, "rule");
	fb_html_text(h, " loaded, ");
	rep_number(h, p->m->stats.rules_failed);
	fb_html_text(h, " could not be used. SHA-256 of the rule set: ");
	fb_html_leaf(h, "code", "hash", p->m->stats.rules_hash);
	fb_html_end(h);
	failed_rules(h, q, nq);
	loaded_rules(h, info, n);
	rep_not_listed(h, p->m, n > FB_REPORT_RULES ? n - FB_REPORT_RULES : 0, "rule", "rules list");
	fb_html_end(h);
	return rep_flush(p);
}

/* ---- custody ---- */

static int on_ledger(void *user, const struct fb_ledger_row *row)
{
	struct rows *t = user;
	struct fb_html *h = &t->p->h;

	if (++t->n > FB_REPORT_LEDGER)
		return 0;
	fb_html_el(h, "tr");
	fb_html_el(h, "td");
	fb_html_attr(h, "class", "num");
	rep_number(h, row->n);
	fb_html_end(h);
	fb_html_el(h, "td");
	fb_html_attr(h, "class", "when");
	rep_time(h, row->time, 0);
	fb_html_end(h);
	fb_html_leaf(h, "td", NULL, row->what);
	fb_html_el(h, "td");
	fb_html_evidence(h, fb_slice_str(row->detail));
	fb_html_el(h, "div");
	fb_html_attr(h, "class", "sub");
	rep_sha256(h, row->hash);
	fb_html_ends(h, 3);
	return rep_flush(t->p);
}

static int custody(struct rep_page *p)
{
	static const char *const columns[] = { "#Row", "Time (UTC)", "What", "Detail and hash", NULL };
	struct fb_html *h = &p->h;
	struct rows t = { .p = p };
	struct fb_err said = { 0 };
	uint8_t head[FB_SHA256];
	int r;

	fb_html_el(h, "section");
	fb_html_attr(h, "id", "custody");
	fb_html_flag(h, "data-run");
	fb_html_leaf(h, "h2", NULL, "Custody record");
	fb_html_el(h, "p");
	fb_html_attr(h, "class", "lead");
	if (p->m->stats.run_started != FB_TIME_NONE) {
		fb_html_text(h, "The last run: ");
		rep_span(h, p->m->stats.run_started, p->m->stats.run_ended);
		fb_html_text(h, ". ");
	}
	fb_html_text(h, "Each row carries the SHA-256 of itself and the row before; the evidence can be "
			"hashed again and the chain checked with ");
	rep_command(h, p->m, "verify", NULL, NULL, NULL);
	fb_html_end(h);
	if (!p->m->ledger_ok)
		fb_html_leaf(h, "p", "notice", p->m->ledger_err.text);
	rep_table(h, "plain", columns);
	r = fb_case_ledger_walk(p->m->c, on_ledger, &t, head, &said);
	rep_table_end(h);
	rep_not_listed(h, p->m, t.n > FB_REPORT_LEDGER ? t.n - FB_REPORT_LEDGER : 0, "row", "verify");
	fb_html_end(h);
	if (r && r != FB_EINPUT)
		return fb_fail(p->err, r, "%s", said.text);
	return 0;
}

/* ---- method ---- */

static void method(struct fb_html *h)
{
	static const char *const does[] = {
		"Evidence is opened for reading only, and hashed from the same bytes that are decoded. "
		"Decoding happens in confined processes without access to files, network or the case.",
		"Every record that could be decoded was tried against every rule whose log source it "
		"belongs to. A detection says that a rule's condition holds for a record. It does not say "
		"that an attack took place: rules also match administration and security tests.",
		"A detection leads back to its record: the SHA-256 of the source, and the record number, "
		"line or offset in it. The same event in several copies of a log counts once.",
		"Times are those that the records carry, shown in UTC. Clocks that ran wrong are not "
		"corrected.",
	};
	static const char *const not[] = {
		"A rule that did not match has not said that nothing happened. What was not logged, was "
		"logged elsewhere, was deleted before it was collected, or could not be decoded, no rule "
		"could see.",
		"Nobody has reviewed this result, but for what stands under decisions. It joins no detections "
		"into an attack, weighs no alternatives and draws no conclusion about what was taken.",
		"Formats without a decoder were hashed and counted, not searched.",
	};

	fb_html_el(h, "section");
	fb_html_attr(h, "id", "method");
	fb_html_leaf(h, "h2", NULL, "Method and limits");
	fb_html_leaf(h, "h3", NULL, "What was done");
	fb_html_el(h, "ul");
	for (size_t i = 0; i < sizeof does / sizeof *does; i++)
		fb_html_leaf(h, "li", NULL, does[i]);
	fb_html_end(h);
	fb_html_leaf(h, "h3", NULL, "What this report cannot say");
	fb_html_el(h, "ul");
	for (size_t i = 0; i < sizeof not / sizeof *not; i++)
		fb_html_leaf(h, "li", NULL, not[i]);
	fb_html_ends(h, 2);
}

int rep_tables(struct rep_page *p)
{
	int r;

	if ((r = rep_decisions(p)) != 0 || (r = sources(p)) != 0 || (r = rules(p)) != 0 || (r = custody(p)) != 0)
		return r;
	method(&p->h);
	return rep_flush(p);
}
