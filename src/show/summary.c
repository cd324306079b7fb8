#include "show/summary.h"

#include "case/custody.h"
#include "show/decided.h"
#include "show/groups.h"
#include "show/text.h"
#include "show/webshells.h"

#define GROUPS_SHOWN 12
#define GROUPS_FALLBACK 5
#define SEPARATOR " · "

int fb_shell_word(struct fb_buf *out, const char *s)
{
	bool plain = *s != 0;

	for (const char *p = s; *p; p++) {
		bool ok = (*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z') ||
			  (*p >= '0' && *p <= '9') || strchr("/._-+:,@%", *p) ||
			  (unsigned char)*p >= 0x80;

		if (!ok)
			plain = false;
	}
	if (plain)
		return fb_text_term(out, fb_slice_str(s));
	(void)fb_buf_putc(out, '\'');
	for (; *s; s++) {
		if (*s == '\'')
			(void)fb_buf_puts(out, "'\\''");
		else
			(void)fb_text_term(out, fb_slice(s, 1));
	}
	return fb_buf_putc(out, '\'');
}

#define COLUMNS_MAX 80
#define PLANTED_SHOWN 5

void fb_text_command(struct fb_buf *out, size_t line, const char *before, const char *name,
		     const char *dir, const char *options)
{
	struct fb_buf text;

	fb_buf_init(&text, 64u << 10);
	(void)fb_buf_printf(&text, "`firebreak %s ", name);
	(void)fb_shell_word(&text, dir);
	(void)fb_buf_printf(&text, "%s`", options);
	if (out->n > line && fb_text_width(fb_slice(out->p + line, out->n - line)) +
				     fb_text_width(fb_slice_str(before)) +
				     fb_text_width(fb_buf_view(&text)) > COLUMNS_MAX)
		(void)fb_buf_puts(out, ":\n    ");
	else
		(void)fb_buf_puts(out, before);
	(void)fb_buf_slice(out, fb_buf_view(&text));
	(void)fb_buf_putc(out, '\n');
	fb_buf_dispose(&text);
}

/* "12 Jul to 15 Aug 2025 UTC" */
static void put_period(struct fb_buf *out, const struct fb_zone *z, fb_time first, fb_time last)
{
	if (first == FB_TIME_NONE || last == FB_TIME_NONE) {
		(void)fb_buf_puts(out, "no event with a time");
		return;
	}
	if (fb_zone_day(z, first) != fb_zone_day(z, last)) {
		(void)fb_zone_text(out, z, first, 0,
				   fb_zone_year(z, first) == fb_zone_year(z, last) ? FB_WHEN_DAY
										   : FB_WHEN_DAYYEAR);
		(void)fb_buf_puts(out, " to ");
	}
	(void)fb_zone_text(out, z, last, 0, FB_WHEN_DAYYEAR);
	(void)fb_buf_printf(out, " %s", z->name);
}

static void put_head(struct fb_buf *out, const struct fb_summary *s, const struct fb_case_stats *st)
{
	(void)fb_buf_puts(out, "Case ");
	(void)fb_text_term(out, fb_slice_str(s->dir));
	(void)fb_buf_puts(out, SEPARATOR);
	(void)fb_text_count(out, st->hosts, "host");
	(void)fb_buf_puts(out, SEPARATOR);
	put_period(out, s->zone, st->first, st->last);
	(void)fb_buf_putc(out, '\n');

	(void)fb_text_count(out, st->files, "file");
	if (st->members) {
		(void)fb_buf_puts(out, " with ");
		(void)fb_text_count(out, st->members, "member");
	}
	(void)fb_buf_puts(out, ", ");
	(void)fb_text_bytes(out, st->bytes);
	(void)fb_buf_puts(out, ", ");
	(void)fb_text_count(out, st->events, "event");
	if (s->run_bytes == 0) {
		(void)fb_buf_puts(out, SEPARATOR "nothing new to read\n");
		return;
	}
	/* The rate is this run's; a case that went on holds more than the run read. */
	(void)fb_buf_puts(out, s->run_bytes < st->bytes ? SEPARATOR "this run " : " in ");
	if (s->run_bytes < st->bytes) {
		(void)fb_text_bytes(out, s->run_bytes);
		(void)fb_buf_puts(out, " in ");
	}
	(void)fb_text_duration(out, s->elapsed);
	if (s->elapsed > FB_SECOND / 10) {
		(void)fb_buf_puts(out, " (");
		(void)fb_text_bytes(out, (uint64_t)((double)s->run_bytes * (double)FB_SECOND /
						    (double)s->elapsed));
		(void)fb_buf_puts(out, "/s)");
	}
	(void)fb_buf_putc(out, '\n');
}

/* What others told, and what they call detections. */
static void put_told(struct fb_buf *out, const struct fb_case_stats *st)
{
	if (!st->told)
		return;
	(void)fb_text_count(out, st->told, "event");
	(void)fb_buf_puts(out, " second-hand");
	if (st->claims) {
		(void)fb_buf_puts(out, ", ");
		(void)fb_text_number(out, st->claims);
		(void)fb_buf_puts(out, " of them detections of other programs, not of this one");
	}
	(void)fb_buf_putc(out, '\n');
}

/* What could not be read stands beside what was found. */
static void put_losses(struct fb_buf *out, const struct fb_summary *s,
		       const struct fb_case_stats *st)
{
	size_t before = out->n;
	const char *sep = "";

	if (st->undecoded_files) {
		(void)fb_text_count(out, st->undecoded_files, "file");
		(void)fb_buf_puts(out, " not decoded");
		sep = ", ";
	}
	if (st->unread_files) {
		(void)fb_buf_puts(out, sep);
		(void)fb_text_count(out, st->unread_files, "file");
		(void)fb_buf_puts(out, st->complete ? " not read" : " not read yet");
		sep = ", ";
	}
	if (st->unscanned_files) {
		(void)fb_buf_puts(out, sep);
		(void)fb_text_count(out, st->unscanned_files, "file");
		(void)fb_buf_puts(out, " not scanned to the end");
		sep = ", ";
	}
	if (st->bytes_rejected) {
		(void)fb_buf_puts(out, sep);
		(void)fb_text_bytes(out, st->bytes_rejected);
		(void)fb_buf_puts(out, " rejected");
		sep = ", ";
	}
	if (st->lost) {
		(void)fb_buf_puts(out, sep);
		(void)fb_text_count(out, st->lost, "detection");
		(void)fb_buf_puts(out, " lost to a limit");
		sep = ", ";
	}
	if (s->crashed) {
		(void)fb_buf_puts(out, sep);
		(void)fb_text_number(out, s->crashed);
		(void)fb_buf_puts(out, s->crashed == 1 ? " decoder crash" : " decoder crashes");
	}
	if (out->n == before) {
		(void)fb_buf_puts(out, "Everything given was read and decoded\n");
		return;
	}
	fb_text_command(out, before, SEPARATOR, "sources", s->dir, " --problems");
}

static void put_rules(struct fb_buf *out, const struct fb_summary *s,
		      const struct fb_case_stats *st)
{
	size_t line = out->n;

	(void)fb_text_count(out, st->rules_loaded, "rule");
	(void)fb_buf_puts(out, " loaded");
	if (st->rules_failed) {
		(void)fb_buf_puts(out, ", ");
		(void)fb_text_number(out, st->rules_failed);
		(void)fb_buf_puts(out, " could not be used");
		fb_text_command(out, line, SEPARATOR, "rules list", s->dir, " --problems");
	} else {
		(void)fb_buf_putc(out, '\n');
	}
	if (s->rules_changed)
		(void)fb_buf_puts(out, "The rules, or what was said of the logs, differ from those of the run before: all evidence "
				       "was matched again\n");
}

/* "… 12 more at medium, 3,204 at low and below: `firebreak detections CASE`" */
static void put_rest(struct fb_buf *out, const struct fb_summary *s,
		     const struct fb_groups_rest *rest)
{
	uint64_t below = rest->hidden[FB_LEVEL_LOW] + rest->hidden[FB_LEVEL_INFORMATIONAL];
	enum fb_level lowest = FB_LEVEL_COUNT;
	const char *sep = "  … ", *more = " more";
	size_t line = out->n;

	for (int l = FB_LEVEL_CRITICAL; l >= FB_LEVEL_MEDIUM; l--) {
		if (rest->hidden[l] == 0)
			continue;
		(void)fb_buf_puts(out, sep);
		(void)fb_text_number(out, rest->hidden[l]);
		(void)fb_buf_printf(out, "%s at %s", more, fb_level_word((enum fb_level)l));
		sep = ", ";
		more = "";
		lowest = (enum fb_level)l;
	}
	if (below) {
		(void)fb_buf_puts(out, sep);
		(void)fb_text_number(out, below);
		(void)fb_buf_puts(out, " at low and below");
	} else if (lowest == FB_LEVEL_COUNT) {
		return;
	}
	fb_text_command(out, line, ": ", "detections", s->dir, "");
}

/* What people decided is counted beside what was found. */
static int put_decided(struct fb_buf *out, struct fb_case *c, const struct fb_summary *s,
		       struct fb_err *err)
{
	struct fb_decided_counts counts;
	size_t line = out->n;
	int r = fb_case_decided_counts(c, &counts, err);

	if (r || counts.decisions == 0)
		return r;
	(void)fb_buf_puts(out, "Decided: ");
	fb_counts_words(out, &counts);
	if (out->n == line + strlen("Decided: "))
		(void)fb_text_count(out, counts.decisions, "decision");
	if (counts.about_nothing) {
		(void)fb_buf_puts(out, "; ");
		(void)fb_text_count(out, counts.about_nothing, "decision");
		(void)fb_buf_puts(out, " about no detection of this case");
	}
	fb_text_command(out, line, SEPARATOR, "decisions", s->dir, "");
	return 0;
}

struct planted {
	struct fb_buf *out;
	uint64_t n; /* by more than one witness */
};

static int on_webshell(void *user, const struct fb_webshell_row *row)
{
	struct planted *p = user;

	if (__builtin_popcount(row->witnesses) < 2)
		return FB_ESTOP; /* those with most come first */
	if (p->n++ >= PLANTED_SHOWN)
		return 0;
	if (p->n == 1)
		(void)fb_buf_puts(p->out, "Pages that may have been planted, and who says so:\n");
	(void)fb_buf_puts(p->out, "  ");
	(void)fb_text_term(p->out, fb_slice_str(*row->page ? row->page : row->file));
	if (*row->host) {
		(void)fb_buf_puts(p->out, " on ");
		(void)fb_text_term(p->out, fb_slice_str(row->host));
	}
	(void)fb_buf_puts(p->out, " (");
	fb_witnesses_text(p->out, row->witnesses);
	(void)fb_buf_puts(p->out, ")\n");
	return 0;
}

static int put_webshells(struct fb_buf *out, struct fb_case *c, const struct fb_summary *s,
			 struct fb_err *err)
{
	struct planted p = { .out = out };
	struct fb_filter all;
	int r;

	fb_filter_init(&all);
	r = fb_case_webshells(c, &all, on_webshell, &p, err);
	if (r && r != FB_ESTOP)
		return r;
	err->code = 0;
	if (p.n) {
		size_t line = out->n;

		(void)fb_buf_puts(out, "  ");
		if (p.n > PLANTED_SHOWN)
			(void)fb_buf_printf(out, "… %llu more: ", (unsigned long long)(p.n - PLANTED_SHOWN));
		fb_text_command(out, line, "", "webshells", s->dir, "");
		(void)fb_buf_putc(out, '\n');
	}
	return 0;
}

static void put_pages_left(struct fb_buf *out, const struct fb_case_stats *st)
{
	if (!st->pages_beyond)
		return;
	(void)fb_buf_puts(out, "Planted pages: ");
	fb_webshells_left(st, out);
	(void)fb_buf_puts(out, ".\n");
}

static int put_found(struct fb_out *o, struct fb_case *c, const struct fb_summary *s,
		     const struct fb_case_stats *st, struct fb_err *err)
{
	struct fb_groups_view view = { .zone = s->zone,
				       .indent = 2,
				       .limit = GROUPS_SHOWN,
				       .level = FB_LEVEL_MEDIUM,
				       .fallback = GROUPS_FALLBACK,
				       .fold = true };
	struct fb_groups_rest rest;
	struct fb_filter all;
	int r;

	fb_filter_init(&all);
	(void)fb_buf_putc(&o->buf, '\n');
	r = fb_groups_write(o, c, &all, &view, &rest, err);
	if (r)
		return r;
	if (rest.groups == 0)
		(void)fb_buf_puts(&o->buf, "  No rule matched. That is no proof of absence: see what "
					   "was read and what was not.\n");
	put_rest(&o->buf, s, &rest);
	fb_groups_folded(&o->buf, &rest, "  … ", s->dir);
	(void)fb_buf_putc(&o->buf, '\n');
	if ((r = put_webshells(&o->buf, c, s, err)))
		return r;
	put_pages_left(&o->buf, st);
	return put_decided(&o->buf, c, s, err);
}

/* To be noted elsewhere: it stands for all of the custody record. */
static int put_head_hash(struct fb_buf *out, struct fb_case *c, struct fb_err *err)
{
	char hex[2 * FB_SHA256 + 1];
	uint8_t head[FB_SHA256];
	uint64_t n;
	int r = fb_case_head(c, &n, head, err);

	if (r || n == 0)
		return r;
	fb_hex(head, sizeof head, hex);
	(void)fb_buf_printf(out, "Custody head: sha256:%s (row %llu)\n", hex, (unsigned long long)n);
	return 0;
}

int fb_summary_write(struct fb_out *o, struct fb_case *c, const struct fb_summary *s,
		     struct fb_err *err)
{
	struct fb_buf *out = &o->buf;
	struct fb_case_stats st;
	int r = fb_case_stats(c, &st, err);

	if (r)
		return r;
	put_head(out, s, &st);
	put_told(out, &st);
	put_losses(out, s, &st);
	put_rules(out, s, &st);
	r = put_found(o, c, s, &st, err);
	if (r)
		return r;
	if (s->resume) {
		(void)fb_buf_puts(out, "Stopped before the end. What was done is kept; go on with:\n  ");
		(void)fb_buf_puts(out, s->resume);
		(void)fb_buf_putc(out, '\n');
	}
	if (s->note) {
		(void)fb_buf_puts(out, s->note);
		(void)fb_buf_putc(out, '\n');
	}
	r = put_head_hash(out, c, err);
	if (r)
		return r;
	if (s->report) {
		(void)fb_buf_puts(out, "Report: ");
		(void)fb_text_term(out, fb_slice_str(s->report));
		(void)fb_buf_puts(out, "   ");
	}
	fb_text_command(out, out->n, "Next: ", st.detections ? "activity" : "sources", s->dir, "");
	return fb_out_check(o);
}
