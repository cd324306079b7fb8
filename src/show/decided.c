#include "show/decided.h"

#include "show/text.h"

static void sep(struct fb_buf *out, size_t from, const char *between)
{
	if (out->n > from)
		(void)fb_buf_puts(out, between);
}

void fb_decided_words(struct fb_buf *out, const struct fb_decided *d)
{
	size_t from = out->n;
	bool expired = false;

	if (!d)
		return;
	if (d->mark)
		(void)fb_buf_puts(out, fb_mark_word(d->mark));
	if (d->aside) {
		sep(out, from, ", ");
		(void)fb_buf_puts(out, "set aside");
	}
	for (size_t i = 0; i < d->n; i++) {
		const struct fb_decision *x = d->list[i]->d;

		expired = expired || (x->what == FB_DECIDED_ASIDE && d->list[i]->expired);
		if (x->what != FB_DECIDED_TAG)
			continue;
		sep(out, from, ", ");
		(void)fb_buf_putc(out, '#');
		(void)fb_text_term(out, fb_slice_str(x->tag));
	}
	if (expired && !d->aside) {
		sep(out, from, ", ");
		(void)fb_buf_puts(out, "set-aside expired");
	}
	for (size_t i = 0; i < d->n; i++)
		if (d->list[i]->d->what == FB_DECIDED_NOTE) {
			sep(out, from, ", ");
			(void)fb_buf_puts(out, "note");
			break;
		}
}

void fb_group_words(struct fb_buf *out, const struct fb_group_row *row)
{
	size_t from = out->n;

	for (int m = FB_MARK_MALICIOUS; m < FB_MARK_COUNT; m++) {
		if (row->mark[m] == 0)
			continue;
		sep(out, from, ", ");
		if (row->mark[m] != row->count)
			(void)fb_buf_printf(out, "%llu ", (unsigned long long)row->mark[m]);
		(void)fb_buf_puts(out, fb_mark_word((enum fb_mark)m));
	}
	if (row->aside) {
		sep(out, from, ", ");
		if (row->aside != row->count)
			(void)fb_buf_printf(out, "%llu ", (unsigned long long)row->aside);
		(void)fb_buf_puts(out, "set aside");
	}
	if (row->noise) {
		sep(out, from, ", ");
		(void)fb_buf_puts(out, fb_noise_word(row->noise->is));
	}
}

void fb_noise_words(struct fb_buf *out, const struct fb_noise_entry *e, const struct fb_zone *zone)
{
	(void)fb_buf_printf(out, "%s: ", fb_noise_word(e->is));
	(void)fb_text_term(out, fb_slice_str(e->reason));
	(void)fb_buf_puts(out, " (");
	if (*e->host) {
		(void)fb_buf_puts(out, "host ");
		(void)fb_text_term(out, fb_slice_str(e->host));
		(void)fb_buf_puts(out, ", ");
	}
	if (e->until != FB_TIME_NONE) {
		(void)fb_buf_puts(out, "until ");
		(void)fb_zone_text(out, zone, e->until, 0, FB_WHEN_FULL);
		(void)fb_buf_printf(out, " %s, ", zone->name);
	}
	(void)fb_text_term(out, fb_slice_str(e->list));
	(void)fb_buf_printf(out, ":%u)", e->line);
}

void fb_scope_words(struct fb_buf *out, const struct fb_decision *d, const struct fb_zone *zone)
{
	const struct { const char *name, *value; } parts[] = {
		{ "rule", d->rule }, { "host", d->host }, { "entity", d->entity },
		{ "source", d->source },
	};
	size_t from = out->n;

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		if (!*parts[i].value)
			continue;
		sep(out, from, ", ");
		(void)fb_buf_printf(out, "%s ", parts[i].name);
		(void)fb_text_term(out, fb_slice_str(parts[i].value));
	}
	for (int end = 0; end < 2; end++) {
		fb_time t = end ? d->to : d->from;

		if (t == FB_TIME_NONE)
			continue;
		sep(out, from, ", ");
		(void)fb_buf_puts(out, end ? "to " : "from ");
		(void)fb_zone_text(out, zone, t, 0, FB_WHEN_FULL);
	}
}

void fb_ours_words(struct fb_buf *out, const struct fb_decision *d)
{
	if (*d->ours) {
		(void)fb_buf_puts(out, ", the work of ");
		(void)fb_text_term(out, fb_slice_str(d->ours));
	}
	if (*d->named) {
		(void)fb_buf_puts(out, ", whose own record names it: ");
		(void)fb_text_term(out, fb_slice_str(d->named));
	}
}

void fb_decision_words(struct fb_buf *out, const struct fb_decision *d, const struct fb_zone *zone)
{
	switch (d->what) {
	case FB_DECIDED_MARK:
		(void)fb_buf_puts(out, fb_mark_word(d->mark));
		break;
	case FB_DECIDED_TAG:
	case FB_DECIDED_UNTAG:
		(void)fb_buf_puts(out, d->what == FB_DECIDED_TAG ? "tag " : "no longer tag ");
		(void)fb_text_term(out, fb_slice_str(d->tag));
		break;
	case FB_DECIDED_ASIDE:
		(void)fb_buf_puts(out, "set aside: ");
		fb_scope_words(out, d, zone);
		fb_ours_words(out, d);
		if (d->until != FB_TIME_NONE) {
			(void)fb_buf_puts(out, ", until ");
			(void)fb_zone_text(out, zone, d->until, 0, FB_WHEN_FULL);
		}
		break;
	case FB_DECIDED_WITHDRAW:
		(void)fb_buf_puts(out, "withdrawal");
		break;
	case FB_DECIDED_NOTE:
	case FB_DECIDED_NOTHING:
	case FB_DECIDED_COUNT:
		(void)fb_buf_puts(out, fb_decision_word(d->what));
		break;
	}
	if (*d->text) {
		(void)fb_buf_puts(out, ": ");
		(void)fb_text_term(out, fb_slice_str(d->text));
	}
}

void fb_counts_words(struct fb_buf *out, const struct fb_decided_counts *counts)
{
	size_t from = out->n;

	for (int m = FB_MARK_MALICIOUS; m < FB_MARK_COUNT; m++) {
		if (counts->mark[m] == 0)
			continue;
		sep(out, from, ", ");
		(void)fb_text_number(out, counts->mark[m]);
		(void)fb_buf_printf(out, m == FB_MARK_CONFLICT ? " in conflict" : " %s",
				    fb_mark_word((enum fb_mark)m));
	}
	if (counts->aside) {
		sep(out, from, ", ");
		(void)fb_text_number(out, counts->aside);
		(void)fb_buf_puts(out, " set aside");
	}
	if (counts->expired) {
		sep(out, from, ", ");
		(void)fb_text_number(out, counts->expired);
		(void)fb_buf_puts(out, " whose set-aside has expired");
	}
}
