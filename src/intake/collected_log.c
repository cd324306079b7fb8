/* What collectors write as lines for people: a time, a level, a message. */
#include "intake/collected_in.h"

#include "intake/layout.h"

/* 2000 and 2100: a number of seconds outside of them is none. */
#define EARLIEST 946684800u
#define LATEST 4102444800u

/* The levels, as each collector abbreviates them. */
enum level { NO_LEVEL = 0, FINE, WARN, BAD };
static const struct {
	const char *word;
	enum level level;
} levels[] = {
	{ "ERR", BAD }, { "ERROR", BAD }, { "CRITICAL", BAD }, { "FATAL", BAD }, { "FTL", BAD },
	{ "WRN", WARN }, { "WARN", WARN }, { "WARNING", WARN },
	{ "INF", FINE }, { "INFO", FINE }, { "CMD", FINE }, { "DBG", FINE }, { "DEBUG", FINE },
	{ "TRACE", FINE }, { "VRB", FINE },
};

/* What a warning, or a line without a level, says when something was not taken. */
static const char *const lost[] = { "not found", "denied", "failed", "failure", "unable to", "cannot ",
	"can't ", "could not", "skipping", "skipped", "error copying", "error:", "no such file",
	"not permitted", "timed out", "in use" };

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '[' || c == ']' || c == '|' || c == '-' || c == ':';
}

static struct fb_slice month_name(struct fb_slice s, unsigned *month)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	*month = 0;
	for (unsigned i = 0; i < 12; i++)
		if (s.n >= 3 && memcmp(s.p, names + 3 * i, 3) == 0)
			*month = i + 1;
	return fb_slice_sub(s, 3, s.n);
}

static struct fb_slice word(struct fb_slice *s)
{
	struct fb_slice out;
	size_t n = 0;

	*s = fb_slice_trim(*s);
	while (n < s->n && s->p[n] != ' ')
		n++;
	out = fb_slice_sub(*s, 0, n);
	*s = fb_slice_sub(*s, n, s->n);
	return out;
}

/* "Wed Mar  2 12:00:00 2022 -0300", "Wed Mar  2 12:00:00 -03 2022", "… UTC 2022" */
static fb_time by_name(struct fb_slice s)
{
	struct fb_slice clock, day, year = { 0 }, zone = { 0 };
	uint64_t d, y;
	unsigned month, digits;
	char text[64];
	struct fb_buf b;
	fb_time t;

	(void)word(&s);
	(void)month_name(word(&s), &month);
	day = word(&s);
	clock = word(&s);
	for (int i = 0; i < 2; i++) {
		struct fb_slice w = word(&s);

		if (w.n == 4 && w.p[0] >= '1' && w.p[0] <= '2')
			year = w;
		else if (w.n && (w.p[0] == '+' || w.p[0] == '-'))
			zone = w;
	}
	if (!month || clock.n != 8 || !fb_slice_u64(day, &d) || !fb_slice_u64(year, &y) || d > 31 || y > 9999)
		return FB_TIME_NONE;
	fb_buf_init(&b, sizeof text);
	(void)fb_buf_printf(&b, "%04u-%02u-%02uT", (unsigned)y, month, (unsigned)d);
	(void)fb_buf_slice(&b, clock);
	(void)fb_buf_slice(&b, zone);
	if (!fb_time_parse(fb_buf_view(&b), &t, &digits))
		t = FB_TIME_NONE;
	fb_buf_dispose(&b);
	return t;
}

static fb_time by_number(struct fb_slice s)
{
	uint64_t v;

	s = fb_slice_sub(s, 0, fb_slice_find(s, FB_LIT(".")));
	if (!fb_slice_u64(s, &v) || s.n < 9)
		return FB_TIME_NONE;
	if (s.n == 14 && s.p[0] == '2') /* 20220302120000 */
		return fb_time_from_parts((int64_t)(v / 10000000000), (unsigned)(v / 100000000 % 100),
					  (unsigned)(v / 1000000 % 100), (unsigned)(v / 10000 % 100),
					  (unsigned)(v / 100 % 100), (unsigned)(v % 100), 0);
	/* Seconds since 1970, or thousandths of them, of these: by how large it is. */
	while (v > LATEST)
		v /= 1000;
	return v < EARLIEST ? FB_TIME_NONE : (fb_time)v * FB_SECOND;
}

fb_time fb_collected_time(struct fb_slice s)
{
	char text[48];
	unsigned digits;
	size_t n = 0;
	fb_time t;

	s = fb_slice_trim(s);
	t = by_number(s);
	if (t != FB_TIME_NONE)
		return t;
	if (s.n && s.p[0] >= 'A' && s.p[0] <= 'Z')
		return by_name(s);
	/* "2022-03-02 12:00:00.5 +0000 UTC" */
	s = fb_slice_sub(s, 0, fb_slice_find(s, FB_LIT(" UTC")));
	for (size_t i = 0; i < s.n && n < sizeof text; i++)
		if (i < 11 || s.p[i] != ' ')
			text[n++] = (char)s.p[i];
	return fb_time_parse(fb_slice(text, n), &t, &digits) ? t : FB_TIME_NONE;
}

/* The longest beginning of the line that is a time. */
static fb_time line_time(struct fb_slice *line)
{
	static const size_t tries[] = { 34, 33, 32, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 20, 19, 14 };
	struct fb_slice s = *line;

	while (s.n && is_blank(s.p[0]))
		s = fb_slice_sub(s, 1, s.n);
	if (s.n < 14 || s.p[0] < '0' || s.p[0] > '9')
		return FB_TIME_NONE;
	for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
		fb_time t;

		if (tries[i] > s.n || (tries[i] < s.n && !is_blank(s.p[tries[i]])))
			continue;
		t = fb_collected_time(fb_slice_sub(s, 0, tries[i]));
		if (t == FB_TIME_NONE)
			continue;
		*line = fb_slice_sub(s, tries[i], s.n);
		return t;
	}
	return FB_TIME_NONE;
}

/* The level among the first words, taken off the line with what stands before it. */
static enum level line_level(struct fb_slice *line)
{
	struct fb_slice s = *line;

	for (int words = 0; words < 5 && s.n; words++) {
		size_t n = 0;

		while (s.n && is_blank(s.p[0]))
			s = fb_slice_sub(s, 1, s.n);
		while (n < s.n && !is_blank(s.p[n]))
			n++;
		for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
			if (fb_slice_ieq(fb_slice_sub(s, 0, n), fb_slice_str(levels[i].word))) {
				*line = fb_slice_sub(s, n, s.n);
				return levels[i].level;
			}
		s = fb_slice_sub(s, n, s.n);
	}
	return NO_LEVEL;
}

static bool holds(struct fb_slice s, const char *text)
{
	struct fb_slice t = fb_slice_str(text);

	for (size_t i = 0; i + t.n <= s.n; i++)
		if (fb_slice_ieq(fb_slice_sub(s, i, t.n), t))
			return true;
	return false;
}

/* What stands behind a label such as "Machine name:", up to `end` or the line's end. */
static bool labelled(struct fb_slice s, const char *label, const char *end, struct fb_slice *out)
{
	struct fb_slice l = fb_slice_str(label);

	for (size_t i = 0; i + l.n <= s.n; i++) {
		if (!fb_slice_ieq(fb_slice_sub(s, i, l.n), l))
			continue;
		s = fb_slice_sub(s, i + l.n, s.n);
		if (*end)
			s = fb_slice_sub(s, 0, fb_slice_find(s, fb_slice_str(end)));
		*out = fb_slice_trim(s);
		return out->n > 0;
	}
	return false;
}

/* In quotes, or from a drive's letter or a slash on to the blank behind it. */
static struct fb_slice path_in(struct fb_slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = s.p[i];
		struct fb_slice rest = fb_slice_sub(s, i + 1, s.n);
		bool drive = rest.n > 1 && rest.p[0] == ':' && rest.p[1] == '\\' &&
			     ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') && (i == 0 || is_blank(s.p[i - 1]));

		if (c == '\'' || c == '"') {
			size_t n = fb_slice_find(rest, fb_slice(&s.p[i], 1));

			rest = fb_slice_sub(rest, 0, n);
			if (rest.n > 2 && (rest.p[1] == ':' || rest.p[0] == '/' || rest.p[0] == '\\'))
				return rest;
		} else if (drive || (c == '/' && rest.n > 1 && (i == 0 || is_blank(s.p[i - 1])))) {
			size_t n = 1;

			rest = fb_slice_sub(s, i, s.n);
			/* Windows' paths have blanks in them: up to what cannot be part of one. */
			while (n < rest.n && rest.p[n] != '\'' && rest.p[n] != '"' && rest.p[n] != '\t' &&
			       !(n > 1 && rest.p[n] == ':') && !(!drive && rest.p[n] == ' '))
				n++;
			return fb_slice_trim(fb_slice_sub(rest, 0, n));
		}
	}
	return FB_LIT("");
}

static int say(struct fb_collected_parser *p, enum fb_statement what, struct fb_slice path,
	       struct fb_slice text, fb_time time)
{
	struct fb_collected c;

	fb_collected_init(&c, what);
	c.path = path;
	c.text = text;
	c.time = time;
	return fb_collected_say(p, &c);
}

static void seen(struct fb_collected_parser *p, fb_time t)
{
	if (t == FB_TIME_NONE)
		return;
	if (p->earliest == FB_TIME_NONE || t < p->earliest)
		p->earliest = t;
	if (p->latest == FB_TIME_NONE || t > p->latest)
		p->latest = t;
}

/* "File: x.tar.gz", then "MD5 hash: …" of it. */
static int summary_line(struct fb_collected_parser *p, struct fb_slice s)
{
	static const char *const hashes[] = { "MD5 hash:", "MD5:", "SHA1 hash:", "SHA1:", "SHA-1 hash:",
					      "SHA256 hash:", "SHA256:", "SHA-256 hash:" };
	struct fb_slice v;
	struct fb_collected c;

	if (labelled(s, "started at:", "", &v) || labelled(s, "finished at:", "", &v)) {
		seen(p, fb_collected_time(v));
		return 0;
	}
	if (fb_slice_starts(s, FB_LIT("File:")) || fb_slice_starts(s, FB_LIT("Output file:"))) {
		(void)labelled(s, "file:", "", &v);
		(void)fb_collected_place(&p->b, v);
		return 0;
	}
	for (size_t i = 0; i < sizeof hashes / sizeof *hashes && p->b.n; i++)
		if (fb_slice_starts(s, fb_slice_str(hashes[i]))) {
			fb_collected_init(&c, FB_SAID_HASHED);
			c.place = fb_buf_view(&p->b);
			return labelled(s, hashes[i], "", &v) && fb_collected_hash(&c, v)
				       ? fb_collected_say(p, &c) : 0;
		}
	return 0;
}

bool fb_collected_log(struct fb_collected_parser *p, struct fb_slice line, int *code)
{
	struct fb_slice s = fb_slice_trim(line), v;
	fb_time t = line_time(&s);
	enum level level = t == FB_TIME_NONE ? NO_LEVEL : line_level(&s);
	bool bad = level == BAD;

	while (s.n && is_blank(s.p[0]))
		s = fb_slice_sub(s, 1, s.n);
	seen(p, t);
	if (labelled(s, "machine name:", ",", &v) || labelled(s, "hostname:", "", &v) ||
	    labelled(s, "host name:", "", &v))
		if (fb_layout_is_host(v))
			*code = say(p, FB_SAID_HOST, FB_LIT(""), v, FB_TIME_NONE);
	if (*code == 0 && labelled(s, "command line:", "", &v))
		*code = say(p, FB_SAID_ASKED, FB_LIT(""), v, t);
	if (*code == 0 && p->kind == FB_COLLECTED_UAC_SUMMARY)
		*code = summary_line(p, s);
	for (size_t i = 0; !bad && level != FINE && i < sizeof lost / sizeof *lost; i++)
		bad = (level == WARN || p->kind == FB_COLLECTED_KAPE_CONSOLE) && holds(s, lost[i]);
	if (*code == 0 && bad && s.n)
		*code = say(p, FB_SAID_FAILED, path_in(s), s, t);
	return true;
}
