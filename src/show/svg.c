/* The timeline as a picture: lanes of hosts, time across, marks by level; below, on
 * the same axis, where events are recorded at all. Positions across are in percent,
 * so that text and marks keep their size at every width. */
#include <stdio.h>

#include "show/report_in.h"
#include "show/text.h"

/* Columns that marks are gathered into: a mark is some 9 pixels wide. */
#define COLUMNS 120
#define PER_COLUMN (FB_REPORT_BINS / COLUMNS)

#define AXIS_H 26
#define LANE_LABEL 13
#define ROW_H 14
#define STRIP_H 26
#define STRIPS_TITLE 30

struct shape {
	const char *name, *path;
};

static const struct shape shapes[FB_LEVEL_COUNT] = {
	[FB_LEVEL_INFORMATIONAL] = { "informational", "M-1.5-5h3v10h-3z" },
	[FB_LEVEL_LOW] = { "low", "M0-4.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9z" },
	[FB_LEVEL_MEDIUM] = { "medium", "M-4.5-4.5h9v9h-9z" },
	[FB_LEVEL_HIGH] = { "high", "M0-6l6 11h-12z" },
	[FB_LEVEL_CRITICAL] = { "critical", "M0-7l7 7l-7 7l-7-7z" },
};

/* The row that a level's marks stand in: low and informational share one. */
static int row_of(int level)
{
	return level > FB_LEVEL_LOW ? FB_LEVEL_COUNT - 1 - level : FB_LEVEL_COUNT - 1 - FB_LEVEL_LOW;
}

/* The height of the first `rows` rows of a lane; rows without marks take none. */
static int rows_height(const struct rep_lane *lane, int rows)
{
	bool used[FB_LEVEL_COUNT] = { false };
	int n = 0;

	for (int l = 0; l < FB_LEVEL_COUNT; l++)
		if (lane->has[l])
			used[row_of(l)] = true;
	for (int i = 0; i < rows; i++)
		n += used[i];
	return LANE_LABEL + n * ROW_H;
}

static int lane_height(const struct rep_lane *lane)
{
	return rows_height(lane, FB_LEVEL_COUNT) + 8;
}

void rep_shapes(struct fb_html *h)
{
	fb_html_el(h, "svg");
	fb_html_attr(h, "class", "defs");
	fb_html_attr(h, "width", "0");
	fb_html_attr(h, "height", "0");
	fb_html_attr(h, "aria-hidden", "true");
	fb_html_el(h, "defs");
	for (int i = 0; i < FB_LEVEL_COUNT; i++) {
		fb_html_void(h, "path");
		fb_html_attrf(h, "id", "s-%s", shapes[i].name);
		fb_html_attr(h, "d", shapes[i].path);
	}
	fb_html_ends(h, 2);
}

static double share_of(const struct rep_timeline *t, fb_time at)
{
	return 100.0 * ((double)at - (double)t->from) / ((double)t->to - (double)t->from);
}

static void rect(struct fb_html *h, const char *cls, double x, int y, double w, int height)
{
	fb_html_void(h, "rect");
	fb_html_attr(h, "class", cls);
	fb_html_attrf(h, "x", "%.3f%%", x);
	fb_html_attrf(h, "y", "%d", y);
	fb_html_attrf(h, "width", "%.3f%%", w);
	fb_html_attrf(h, "height", "%d", height);
}

/* Opens <text class="cls" x="X%" y="Y">. */
static void text_at(struct fb_html *h, const char *cls, double x, int y)
{
	fb_html_el(h, "text");
	fb_html_attr(h, "class", cls);
	fb_html_attrf(h, "x", "%.3f%%", x);
	fb_html_attrf(h, "y", "%d", y);
}

/* ---- axis ---- */

/* Distances of ticks, in seconds, and where days are too fine, in months. */
static const int64_t steps[] = { 60, 120, 300, 600, 900, 1800, 3600, 3 * 3600, 6 * 3600,
				 12 * 3600, 86400, 2 * 86400, 7 * 86400, 14 * 86400 };
static const int months[] = { 1, 3, 6, 12, 24, 60, 120, 600 };
#define TICKS 7
#define MONTH 2629746 /* seconds, on average */

struct tick {
	int64_t step; /* seconds; 0: months */
	int month;
};

static struct tick tick_of(const struct rep_timeline *t)
{
	int64_t span = t->to / FB_SECOND - t->from / FB_SECOND;

	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		if (span / steps[i] <= TICKS)
			return (struct tick){ steps[i], 0 };
	for (size_t i = 0; i < sizeof months / sizeof *months; i++)
		if (span / MONTH / months[i] <= TICKS)
			return (struct tick){ 0, months[i] };
	return (struct tick){ 0, 600 };
}

/* The first tick after second s. */
static int64_t tick_after(struct tick k, int64_t s)
{
	int64_t year, m;
	unsigned month, day;

	if (k.step)
		return s - ((s % k.step) + k.step) % k.step + k.step;
	fb_civil_from_days(s / 86400 - (s % 86400 < 0), &year, &month, &day);
	m = (year * 12 + month - 1) / k.month * k.month + k.month;
	return fb_days_from_civil(m / 12, (unsigned)(m % 12) + 1, 1) * 86400;
}

static void tick_label(struct fb_html *h, struct tick k, int64_t s, bool first)
{
	char text[FB_TIME_TEXT];

	(void)fb_time_text(s * FB_SECOND, 0, text);
	if (k.month)
		fb_html_slice(h, fb_slice(text, k.month % 12 ? 7 : 4));
	else if (k.step >= 86400)
		fb_html_slice(h, fb_slice(text, 10));
	else if (s % 86400 == 0 || first)
		fb_html_textf(h, "%.2s-%.2s %.5s", text + 5, text + 8, text + 11);
	else
		fb_html_slice(h, fb_slice(text + 11, 5));
}

static void axis(struct fb_html *h, const struct rep_timeline *t, int bottom)
{
	struct tick k = tick_of(t);
	int64_t s = tick_after(k, t->from / FB_SECOND);

	for (unsigned n = 0; s < t->to / FB_SECOND; s = tick_after(k, s), n++) {
		double x = share_of(t, s * FB_SECOND);

		fb_html_void(h, "line");
		fb_html_attr(h, "class", "tick");
		fb_html_attrf(h, "x1", "%.3f%%", x);
		fb_html_attrf(h, "x2", "%.3f%%", x);
		fb_html_attrf(h, "y1", "%d", AXIS_H - 6);
		fb_html_attrf(h, "y2", "%d", bottom);
		if (x > 96 || x < 2)
			continue;
		text_at(h, n % 2 ? "tl odd" : "tl", x, 14);
		tick_label(h, k, s, n == 0);
		fb_html_end(h);
	}
}

/* ---- marks ---- */

struct mark {
	uint64_t count;
	uint32_t det, group;
	uint32_t groups; /* different groups of the cells within: at least */
	unsigned bin;
};

static struct mark gather(const struct rep_lane *lane, unsigned column, int level)
{
	struct mark k = { .det = REP_NONE, .group = REP_NONE };

	for (unsigned b = column * PER_COLUMN; b < (column + 1) * PER_COLUMN; b++) {
		const struct rep_cell *c = &lane->cell[b][level];

		if (c->count == 0)
			continue;
		if (k.count == 0)
			k.bin = b;
		k.count += c->count;
		if (k.det == REP_NONE)
			k.det = c->det;
		if (k.group == REP_NONE)
			k.group = c->group;
		else if (c->group != k.group)
			k.groups++;
	}
	return k;
}

static void mark_link(struct fb_html *h, const struct rep_model *m, const struct mark *k)
{
	if (k->det != REP_NONE && m->det[k->det].fixed)
		fb_html_attrf(h, "href", "#d-%s", m->det[k->det].id);
	else if (k->group != REP_NONE)
		fb_html_attrf(h, "href", "#g-%u", k->group);
	else
		fb_html_attr(h, "href", "#detections");
}

/* What hovering shows and a screen reader says. */
static void mark_title(struct fb_html *h, const struct rep_model *m, const struct rep_lane *lane,
		       const struct mark *k, int level)
{
	const struct rep_timeline *t = &m->tl;
	double width = ((double)t->to - (double)t->from) / FB_REPORT_BINS;
	fb_time at = t->from + (fb_time)(width * (double)k->bin);

	if (k->det != REP_NONE)
		at = m->det[k->det].time;
	fb_html_el(h, "title");
	fb_html_textf(h, "%s: ", rep_level_name((enum fb_level)level));
	if (k->count > 1) {
		rep_count(h, k->count, "detection");
		fb_html_text(h, ", first ");
	}
	if (k->group != REP_NONE) {
		fb_html_text(h, m->group[k->group].rule.title);
		if (k->groups)
			fb_html_text(h, " and others");
		if (m->group[k->group].rule.techniques[0])
			fb_html_textf(h, " (%s)", m->group[k->group].rule.techniques);
	}
	{
		char text[FB_TIME_TEXT];

		fb_html_textf(h, ", %s", fb_time_text(at, 0, text));
	}
	if (lane->host != REP_NONE && m->host[lane->host].name[0])
		fb_html_textf(h, ", %s", m->host[lane->host].name);
	fb_html_end(h);
}

/* Techniques beside the marks that matter, where there is room. */
static void mark_label(struct fb_html *h, const struct rep_model *m, const struct mark *k,
		       double x, int y, double *free_from)
{
	const char *tech = k->group != REP_NONE ? m->group[k->group].rule.techniques : "";
	size_t n = strcspn(tech, " ");
	bool left = x > 93;

	if (n == 0 || n > 12 || x < *free_from || left)
		return;
	text_at(h, "mt", x, y);
	fb_html_attr(h, "dx", "9");
	fb_html_slice(h, fb_slice(tech, n));
	fb_html_end(h);
	*free_from = x + 7.5;
}

/* Is another mark of the row near, so that a label would run into it? */
static bool next_is_near(const struct rep_lane *lane, unsigned column, int level)
{
	for (unsigned c = column + 1; c < column + 8 && c < COLUMNS; c++)
		if (gather(lane, c, level).count)
			return true;
	return false;
}

static void row_of_marks(struct fb_html *h, const struct rep_model *m,
			 const struct rep_lane *lane, int level, int y)
{
	double free_from = 0;

	for (unsigned c = 0; c < COLUMNS; c++) {
		struct mark k = gather(lane, c, level);
		double x = 100.0 * (c + 0.5) / COLUMNS;

		if (k.count == 0)
			continue;
		if (k.count == 1 && k.det != REP_NONE)
			x = share_of(&m->tl, m->det[k.det].time);
		fb_html_el(h, "a");
		fb_html_attrf(h, "class", "m l-%s%s", shapes[level].name,
			      k.count > 1 ? " many" : "");
		mark_link(h, m, &k);
		mark_title(h, m, lane, &k, level);
		fb_html_void(h, "use");
		fb_html_attrf(h, "href", "#s-%s", shapes[level].name);
		fb_html_attrf(h, "x", "%.3f%%", x);
		fb_html_attrf(h, "y", "%d", y);
		fb_html_end(h);
		if (level >= FB_LEVEL_HIGH && !next_is_near(lane, c, level))
			mark_label(h, m, &k, x, y + 4, &free_from);
	}
}

static void marks(struct fb_html *h, const struct rep_model *m, const struct rep_lane *lane,
		  int top)
{
	for (int l = 0; l < FB_LEVEL_COUNT; l++)
		if (lane->has[l])
			row_of_marks(h, m, lane, l, top + rows_height(lane, row_of(l)) + 11);
}

static void lane_label(struct fb_html *h, const struct rep_model *m, const char *cls, uint32_t host,
		       int y, const char *more)
{
	const char *name = host == REP_NONE ? more : m->host[host].name;
	uint8_t room[64];
	struct fb_buf b = { .p = room, .cap = sizeof room, .max = sizeof room };
	struct fb_buf safe;

	fb_buf_init(&safe, 64u << 10);
	(void)fb_text_term(&safe, fb_slice_str(name));
	(void)fb_text_cut(&b, fb_buf_view(&safe), 40);
	text_at(h, cls, 0, y);
	fb_html_attr(h, "dx", "6");
	fb_html_slice(h, name[0] ? fb_buf_view(&b) : FB_LIT("unknown host"));
	fb_html_end(h);
	fb_buf_dispose(&safe);
}

static void strips(struct fb_html *h, const struct rep_model *m, int top)
{
	const struct rep_timeline *t = &m->tl;

	text_at(h, "st", 0, top + 20);
	fb_html_attr(h, "dx", "6");
	fb_html_text(h, "Recorded events");
	fb_html_end(h);
	top += STRIPS_TITLE;
	for (uint32_t i = 0; i < t->nstrips; i++) {
		int y = top + (int)i * STRIP_H;
		unsigned b = 0;

		rect(h, "sb", 0, y + 15, 100, 7);
		while (b < FB_REPORT_BINS) {
			unsigned from = b;

			while (b < FB_REPORT_BINS && t->strip[i].bin[b] == t->strip[i].bin[from])
				b++;
			if (t->strip[i].bin[from])
				rect(h, "sr", 100.0 * from / FB_REPORT_BINS, y + 15,
				     100.0 * (b - from) / FB_REPORT_BINS, 7);
		}
		lane_label(h, m, "sl", t->strip[i].host, y + 11, "further hosts");
	}
}

void rep_timeline_draw(struct fb_html *h, const struct rep_model *m)
{
	const struct rep_timeline *t = &m->tl;
	int lanes_end = AXIS_H, height, y = AXIS_H;

	for (uint32_t i = 0; i < t->nlanes; i++)
		lanes_end += lane_height(&t->lane[i]);
	height = lanes_end + (t->nstrips ? STRIPS_TITLE + (int)t->nstrips * STRIP_H : 0) + 4;
	fb_html_el(h, "svg");
	fb_html_attr(h, "id", "picture");
	fb_html_attr(h, "class", "tlsvg");
	fb_html_attr(h, "width", "100%");
	fb_html_attrf(h, "height", "%d", height);
	fb_html_attr(h, "role", "group");
	fb_html_attr(h, "aria-label", "Detections by host and time");
	for (uint32_t i = 0; i < t->nlanes; y += lane_height(&t->lane[i++]))
		rect(h, i % 2 ? "lane odd" : "lane", 0, y, 100, lane_height(&t->lane[i]));
	axis(h, t, height - 4);
	y = AXIS_H;
	for (uint32_t i = 0; i < t->nlanes; y += lane_height(&t->lane[i++])) {
		lane_label(h, m, "ll", t->lane[i].host, y + LANE_LABEL, "further hosts");
		marks(h, m, &t->lane[i], y);
	}
	if (t->nstrips)
		strips(h, m, lanes_end);
	fb_html_end(h);
}
