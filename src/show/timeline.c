#include "show/timeline.h"

#include "show/decided.h"
#include "show/groups.h"
#include "show/text.h"

#include <stdio.h>

#define LINE_BYTES (64u << 10)
#define HOST_COLUMNS 12
#define LEVEL_COLUMNS 8
#define ID_DIGITS 10
#define ID_FROM 100 /* columns from which on a timeline has room for ids */

void fb_timeline_init(struct fb_timeline *t, struct fb_out *out, const struct fb_zone *zone,
		      bool heads, bool fold)
{
	*t = (struct fb_timeline){ .out = out, .zone = zone, .heads = heads, .fold = fold };
	fb_buf_init(&t->line, LINE_BYTES);
}

void fb_timeline_dispose(struct fb_timeline *t)
{
	fb_buf_dispose(&t->line);
}

static void pad_to(struct fb_buf *out, size_t used, size_t columns)
{
	for (; used < columns; used++)
		(void)fb_buf_putc(out, ' ');
}

static void put_head(struct fb_timeline *t, const struct fb_detection_row *row)
{
	struct fb_buf *out = &t->out->buf;
	int64_t day;

	if (row->time == FB_TIME_NONE) {
		if (!t->undated)
			(void)fb_buf_printf(out, "%sWithout a time\n", t->dated ? "\n" : "");
		t->undated = true;
		return;
	}
	day = fb_zone_day(t->zone, row->time);
	if (t->dated && day == t->day)
		return;
	if (t->dated)
		(void)fb_buf_putc(out, '\n');
	(void)fb_zone_text(out, t->zone, row->time, 0, FB_WHEN_DATE);
	(void)fb_buf_printf(out, " (%s)\n", t->zone->name);
	t->dated = true;
	t->day = day;
}

/* A cell of fixed width; on no terminal it is padded and never cut. */
static size_t put_cell(struct fb_timeline *t, struct fb_slice s, size_t columns)
{
	struct fb_buf *out = &t->out->buf;
	size_t used;

	fb_buf_clear(&t->line);
	(void)fb_text_term(&t->line, s);
	used = fb_text_cut(out, fb_buf_view(&t->line), t->out->width ? columns : SIZE_MAX);
	pad_to(out, used, columns);
	(void)fb_buf_puts(out, "  ");
	return (used > columns ? used : columns) + 2;
}

static size_t put_time(struct fb_timeline *t, const struct fb_detection_row *row)
{
	struct fb_buf *out = &t->out->buf;
	size_t columns = t->heads ? 12 : 23, before;

	fb_buf_clear(&t->line);
	(void)fb_zone_text(&t->line, t->zone, row->time, row->time_digits < 3 ? row->time_digits : 3,
			   t->heads ? FB_WHEN_CLOCK : FB_WHEN_FULL);
	/* Marks a time that the record gives without saying of which zone. */
	if (row->time_flags & FB_TIME_LOCAL) {
		(void)fb_buf_putc(&t->line, '?');
		t->times_local++;
	}
	before = t->line.n;
	(void)fb_buf_slice(out, fb_buf_view(&t->line));
	pad_to(out, before, columns);
	(void)fb_buf_puts(out, "  ");
	return (before > columns ? before : columns) + 2;
}

static void put_row(struct fb_timeline *t, const struct fb_detection_row *row)
{
	struct fb_out *o = t->out;
	size_t used = 0;

	if (t->heads)
		used += 2;
	pad_to(&o->buf, 0, used);
	used += put_time(t, row);
	fb_out_level_on(o, row->rule->level);
	(void)fb_buf_puts(&o->buf, fb_level_short(row->rule->level));
	fb_out_level_off(o, row->rule->level);
	pad_to(&o->buf, strlen(fb_level_short(row->rule->level)), LEVEL_COLUMNS + 2);
	used += LEVEL_COLUMNS + 2;
	used += put_cell(t, fb_host_short(row->host, o->width), HOST_COLUMNS);
	if (!t->heads || o->width == 0 || o->width >= ID_FROM)
		used += put_cell(t, fb_slice(row->id, ID_DIGITS), ID_DIGITS);
	fb_buf_clear(&t->line);
	if (row->decided || row->noise) {
		(void)fb_buf_putc(&t->line, '[');
		fb_decided_words(&t->line, row->decided);
		if (row->noise)
			(void)fb_buf_printf(&t->line, "%s%s", row->decided ? ", " : "",
					    fb_noise_word(row->noise->is));
		(void)fb_buf_puts(&t->line, "] ");
	}
	(void)fb_text_term(&t->line, fb_slice_str(row->rule->title));
	if (row->summary && *row->summary) {
		(void)fb_buf_puts(&t->line, ": ");
		(void)fb_text_term(&t->line, fb_slice_str(row->summary));
	}
	(void)fb_text_cut(&o->buf, fb_buf_view(&t->line),
			  o->width == 0 ? SIZE_MAX : o->width > used ? o->width - used : 1);
	(void)fb_buf_putc(&o->buf, '\n');
}

static void end_run(struct fb_timeline *t)
{
	struct fb_buf *out = &t->out->buf;

	if (t->more == 0)
		return;
	pad_to(out, 0, t->heads ? 16 : 25);
	(void)fb_buf_puts(out, "… ");
	(void)fb_text_number(out, t->more);
	(void)fb_buf_puts(out, " more of this rule on this host");
	if (t->until != FB_TIME_NONE) {
		(void)fb_buf_puts(out, " until ");
		(void)fb_zone_text(out, t->zone, t->until, 0,
				   t->dated && fb_zone_day(t->zone, t->until) != t->day
					   ? FB_WHEN_SECOND
					   : FB_WHEN_CLOCK);
	}
	(void)fb_buf_putc(out, '\n');
	t->more = 0;
}

int fb_timeline_row(struct fb_timeline *t, const struct fb_detection_row *row)
{
	t->rows++;
	/* What a person has decided about has a line of its own. */
	if (t->fold && t->rows > 1 && !row->decided && strcmp(t->rule, row->rule->id) == 0 &&
	    strcmp(t->host, row->host) == 0) {
		t->more++;
		t->until = row->time;
		return 0;
	}
	end_run(t);
	if (t->heads)
		put_head(t, row);
	put_row(t, row);
	(void)snprintf(t->rule, sizeof t->rule, "%s", row->rule->id);
	(void)snprintf(t->host, sizeof t->host, "%s", row->host);
	return fb_out_check(t->out);
}

int fb_timeline_end(struct fb_timeline *t)
{
	end_run(t);
	return fb_out_check(t->out);
}
