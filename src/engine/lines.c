#include "engine/lines.h"

#include "base/hash.h"

#include <stdlib.h>
#include <string.h>

#define BASIS 0xcbf29ce484222325u
#define PRIME 0x9e3779b97f4a7c15u

enum phase {
	IN_FRONT, /* directives */
	BEHIND,   /* the first line, and directives behind it */
	COUNTING, /* lines of the anchor */
	KNOWN,
};

struct line {
	uint64_t at, before, sum, directives; /* before: where the one in front of it begins */
};

/* A line of names of fields has some hundred bytes. */
#define TEXT_MAX 2048

struct fb_lines {
	uint64_t at; /* bytes seen */
	/* The line in hand. */
	struct line line;
	uint64_t word; /* its last bytes, fewer than eight, the first lowest */
	unsigned nword;
	bool directive;
	uint8_t text[TEXT_MAX]; /* of a directive */
	size_t ntext;
	/* What the last ones stand for, and whether lines name their day themselves. */
	uint64_t fields, path, day;
	bool dated, wide;
	struct line last[FB_ANCHOR_LINES]; /* whole ones, as a ring */
	uint64_t nlines;
	enum phase phase;
	unsigned counted;
	struct fb_text_head head;
	struct fb_text_place places[FB_PLACES_MAX];
	unsigned nplaces;
	unsigned of[FB_ANCHORS_MAX]; /* places of each */
	struct fb_sha256 *sums[FB_RANGES_MAX]; /* made when first needed */
	bool summed[FB_RANGES_MAX];
};

/* ---- what is asked ---- */

void fb_lines_put_asked(struct fb_buf *out, const struct fb_text_ask *ask)
{
	static const struct fb_text_ask none;

	if (!ask)
		ask = &none;
	(void)fb_buf_putc(out, ask->heads);
	(void)fb_buf_u16(out, (uint16_t)ask->nanchors);
	for (unsigned i = 0; i < ask->nanchors; i++)
		(void)fb_buf_u64(out, ask->anchors[i]);
	(void)fb_buf_u16(out, (uint16_t)ask->nranges);
	for (unsigned i = 0; i < ask->nranges; i++) {
		(void)fb_buf_u32(out, ask->ranges[i].index);
		(void)fb_buf_u64(out, ask->ranges[i].from);
		(void)fb_buf_u64(out, ask->ranges[i].to);
	}
	(void)fb_buf_u16(out, (uint16_t)ask->ncuts);
	for (unsigned i = 0; i < ask->ncuts; i++) {
		(void)fb_buf_u32(out, ask->cuts[i].index);
		(void)fb_buf_u64(out, ask->cuts[i].at);
	}
}

int fb_lines_get_asked(struct fb_cur *c, struct fb_lines_asked *out)
{
	uint16_t nanchors, nranges, ncuts;
	uint8_t heads;

	if (!fb_cur_u8(c, &heads) || !fb_cur_u16(c, &nanchors) || nanchors > FB_ANCHORS_MAX)
		return FB_EINPUT;
	for (unsigned i = 0; i < nanchors; i++)
		if (!fb_cur_u64(c, &out->anchors[i]))
			return FB_EINPUT;
	if (!fb_cur_u16(c, &nranges) || nranges > FB_RANGES_MAX)
		return FB_EINPUT;
	for (unsigned i = 0; i < nranges; i++) {
		struct fb_text_range *x = &out->ranges[i];

		if (!fb_cur_u32(c, &x->index) || !fb_cur_u64(c, &x->from) || !fb_cur_u64(c, &x->to) || x->from >= x->to)
			return FB_EINPUT;
	}
	if (!fb_cur_u16(c, &ncuts) || ncuts > FB_RANGES_MAX)
		return FB_EINPUT;
	for (unsigned i = 0; i < ncuts; i++)
		if (!fb_cur_u32(c, &out->cuts[i].index) || !fb_cur_u64(c, &out->cuts[i].at))
			return FB_EINPUT;
	out->ncuts = ncuts;
	out->heads = heads;
	out->nanchors = nanchors;
	out->nranges = nranges;
	return 0;
}

uint64_t fb_lines_cut(const struct fb_lines_asked *a, uint32_t index, uint64_t offset)
{
	uint64_t next = UINT64_MAX;

	for (unsigned i = 0; i < a->ncuts; i++)
		if (a->cuts[i].index == index && a->cuts[i].at > offset && a->cuts[i].at < next)
			next = a->cuts[i].at;
	return next;
}

/* ---- a text ---- */

int fb_lines_begin(struct fb_lines **out)
{
	struct fb_lines *l = *out;

	if (!l && !(l = *out = calloc(1, sizeof *l)))
		return FB_ENOMEM;
	l->at = l->nlines = 0;
	l->line = (struct line){ .sum = BASIS };
	l->word = l->nword = 0;
	l->directive = l->dated = l->wide = false;
	l->ntext = 0;
	l->fields = l->path = l->day = 0;
	l->phase = IN_FRONT;
	l->counted = 0;
	l->head = (struct fb_text_head){ 0 };
	l->nplaces = 0;
	memset(l->of, 0, sizeof l->of);
	memset(l->summed, 0, sizeof l->summed);
	return 0;
}

/* Of the last lines, in their order. */
static uint64_t anchor(const struct fb_lines *l)
{
	uint64_t sum = BASIS;

	for (unsigned i = 0; i < FB_ANCHOR_LINES; i++)
		sum = (sum ^ l->last[(l->nlines + i) % FB_ANCHOR_LINES].sum) * PRIME;
	return sum;
}

/* ---- directives: one line is two records when other names stand in front of it ---- */

static bool named(struct fb_slice line, const char *name)
{
	return fb_slice_ieq(fb_slice_sub(line, 0, strlen(name)), fb_slice_str(name));
}

/* Is there a field "date"? */
static bool has_date(struct fb_slice line)
{
	for (size_t i = 1; i + 4 <= line.n; i++) {
		uint8_t next = i + 4 < line.n ? line.p[i + 4] : '\r';

		if ((line.p[i - 1] == ' ' || line.p[i - 1] == '\t') && fb_slice_ieq(fb_slice_sub(line, i, 4), FB_LIT("date")) &&
		    (next == ' ' || next == '\t' || next == '\r'))
			return true;
	}
	return false;
}

static void on_directive(struct fb_lines *l)
{
	struct fb_slice text = fb_slice(l->text, l->ntext);

	if (named(text, "#fields")) {
		l->fields = l->line.sum;
		l->dated = has_date(text);
	} else if (named(text, "#date")) {
		l->day = l->line.sum;
	} else if (named(text, "#path") || named(text, "#separator")) {
		l->path = (l->path ^ l->line.sum) * PRIME;
	}
}

static uint64_t directives(const struct fb_lines *l)
{
	uint64_t sum = ((BASIS ^ l->fields) * PRIME ^ l->path) * PRIME;

	return l->dated ? sum : (sum ^ l->day) * PRIME;
}

static void look_up(struct fb_lines *l, const struct fb_lines_asked *a)
{
	const struct line *first = &l->last[l->nlines % FB_ANCHOR_LINES];
	uint64_t sum = anchor(l);

	for (unsigned i = 0; i < a->nanchors; i++)
		if (a->anchors[i] == sum && l->of[i] < FB_ANCHOR_PLACES && l->nplaces < FB_PLACES_MAX) {
			l->of[i]++;
			l->places[l->nplaces++] = (struct fb_text_place){ i, first->at, first->before, first->directives };
		}
}

static void head_line(struct fb_lines *l)
{
	switch (l->phase) {
	case IN_FRONT:
		if (l->directive)
			return;
		l->head.first = l->line.at;
		l->phase = BEHIND;
		return;
	case BEHIND:
		if (l->directive)
			return;
		l->head.anchor = l->line.at;
		l->head.directives = l->line.directives;
		l->phase = COUNTING;
		l->counted = 0;
		break;
	case COUNTING:
		break;
	case KNOWN:
		return;
	}
	if (++l->counted == FB_ANCHOR_LINES) {
		l->head.sum = anchor(l);
		l->head.known = !l->wide;
		l->phase = KNOWN;
	}
}

static void end_line(struct fb_lines *l, const struct fb_lines_asked *a, uint64_t next)
{
	l->line.directives = directives(l);
	l->last[l->nlines++ % FB_ANCHOR_LINES] = l->line;
	if (a->heads)
		head_line(l);
	if (a->nanchors && l->nlines >= FB_ANCHOR_LINES && !l->wide)
		look_up(l, a);
	if (l->directive)
		on_directive(l);
	l->line = (struct line){ .at = next, .before = l->line.at, .sum = BASIS };
	l->directive = false;
	l->ntext = 0;
}

static uint64_t mixed(uint64_t sum, uint64_t word)
{
	sum = (sum ^ word) * PRIME;
	return sum ^ sum >> 29;
}

static void add_byte(struct fb_lines *l, uint8_t c)
{
	l->word |= (uint64_t)c << 8 * l->nword;
	if (++l->nword < 8)
		return;
	l->line.sum = mixed(l->line.sum, l->word);
	l->word = l->nword = 0;
}

/* By words, counted from where the line begins: however it is cut, the sum is the same. */
static void add_text(struct fb_lines *l, struct fb_slice s)
{
	uint64_t sum, word;
	size_t i = 0;

	while (l->nword && i < s.n)
		add_byte(l, s.p[i++]);
	for (sum = l->line.sum; s.n - i >= sizeof word; i += sizeof word) {
		memcpy(&word, s.p + i, sizeof word);
		sum = mixed(sum, word);
	}
	l->line.sum = sum;
	while (i < s.n)
		add_byte(l, s.p[i++]);
}

/* What fills no word counts with its length. */
static void close_sum(struct fb_lines *l)
{
	l->line.sum = mixed(l->line.sum, l->word << 8 | l->nword);
	l->word = l->nword = 0;
}

static void keep_directive(struct fb_lines *l, struct fb_slice s)
{
	s = fb_slice_sub(s, 0, TEXT_MAX - l->ntext);
	memcpy(l->text + l->ntext, s.p, s.n);
	l->ntext += s.n;
}

static void lines(struct fb_lines *l, const struct fb_lines_asked *a, struct fb_slice b)
{
	size_t at = 0;

	l->wide = l->wide || memchr(b.p, 0, b.n);
	while (at < b.n) {
		const uint8_t *end = memchr(b.p + at, '\n', b.n - at);
		struct fb_slice part = fb_slice(b.p + at, (end ? (size_t)(end - b.p) : b.n) - at);

		if (l->line.at == l->at + at)
			l->directive = b.p[at] == '#';
		if (l->directive)
			keep_directive(l, part);
		add_text(l, part);
		at += part.n;
		if (!end)
			return;
		close_sum(l);
		end_line(l, a, l->at + ++at);
	}
}

static int add_range(struct fb_lines *l, unsigned i, const struct fb_text_range *x, struct fb_slice b)
{
	uint64_t from = x->from > l->at ? x->from : l->at, to = x->to < l->at + b.n ? x->to : l->at + b.n;

	if (from >= to)
		return 0;
	if (!l->sums[i] && !(l->sums[i] = fb_sha256_new()))
		return FB_ENOMEM;
	if (!l->summed[i])
		fb_sha256_reset(l->sums[i]);
	l->summed[i] = true;
	fb_sha256_add(l->sums[i], fb_slice_sub(b, (size_t)(from - l->at), (size_t)(to - from)));
	return 0;
}

int fb_lines_bytes(struct fb_lines *l, const struct fb_lines_asked *a, uint32_t index, struct fb_slice bytes)
{
	int r = 0;

	if (bytes.n && ((a->heads && l->phase != KNOWN) || a->nanchors))
		lines(l, a, bytes);
	for (unsigned i = 0; i < a->nranges && r == 0; i++)
		if (a->ranges[i].index == index)
			r = add_range(l, i, &a->ranges[i], bytes);
	l->at += bytes.n;
	return r;
}

bool fb_lines_enough(const struct fb_lines *l, const struct fb_lines_asked *a)
{
	return a->heads && !a->nanchors && !a->nranges && l->phase == KNOWN;
}

/* ---- the answers ---- */

int fb_lines_put(struct fb_lines *l, const struct fb_lines_asked *a, uint64_t size, struct fb_buf *out)
{
	uint8_t sum[FB_SHA256];
	unsigned n = 0;

	(void)fb_buf_putc(out, l->head.known);
	(void)fb_buf_u64(out, l->head.first);
	(void)fb_buf_u64(out, l->head.anchor);
	(void)fb_buf_u64(out, l->head.sum);
	(void)fb_buf_u64(out, l->head.directives);
	(void)fb_buf_u16(out, (uint16_t)l->nplaces);
	for (unsigned i = 0; i < l->nplaces; i++) {
		(void)fb_buf_u16(out, (uint16_t)l->places[i].anchor);
		(void)fb_buf_u64(out, l->places[i].offset);
		(void)fb_buf_u64(out, l->places[i].before);
		(void)fb_buf_u64(out, l->places[i].directives);
	}
	for (unsigned i = 0; i < a->nranges; i++)
		n += l->summed[i] && a->ranges[i].to <= size;
	(void)fb_buf_u16(out, (uint16_t)n);
	for (unsigned i = 0; i < a->nranges; i++) {
		if (!l->summed[i] || a->ranges[i].to > size)
			continue;
		fb_sha256_end(l->sums[i], sum);
		(void)fb_buf_u16(out, (uint16_t)i);
		(void)fb_buf_put(out, sum, sizeof sum);
	}
	return fb_buf_code(out);
}

static int get_places(struct fb_cur *c, const struct fb_text_ask *ask, struct fb_arena *arena, struct fb_source_result *r)
{
	struct fb_text_place *v;
	uint16_t n, which;

	if (!fb_cur_u16(c, &n) || n > FB_PLACES_MAX)
		return FB_EINPUT;
	if (n == 0)
		return 0;
	if (!(v = fb_arena_calloc(arena, n, sizeof *v)))
		return FB_ENOMEM;
	for (unsigned i = 0; i < n; i++) {
		if (!fb_cur_u16(c, &which) || which >= ask->nanchors || !fb_cur_u64(c, &v[i].offset) || v[i].offset >= r->size ||
		    !fb_cur_u64(c, &v[i].before) || v[i].before > v[i].offset ||
		    !fb_cur_u64(c, &v[i].directives))
			return FB_EINPUT;
		v[i].anchor = which;
	}
	r->places = v;
	r->nplaces = n;
	return 0;
}

static int get_ranges(struct fb_cur *c, const struct fb_text_ask *ask, struct fb_arena *arena, struct fb_source_result *r)
{
	struct fb_range_sum *v;
	struct fb_slice sum;
	uint16_t n, which;

	if (!fb_cur_u16(c, &n) || n > ask->nranges)
		return FB_EINPUT;
	if (n == 0)
		return 0;
	if (!(v = fb_arena_calloc(arena, n, sizeof *v)))
		return FB_ENOMEM;
	for (unsigned i = 0; i < n; i++) {
		if (!fb_cur_u16(c, &which) || which >= ask->nranges || ask->ranges[which].to > r->size ||
		    !fb_cur_take(c, FB_SHA256, &sum))
			return FB_EINPUT;
		v[i].range = which;
		memcpy(v[i].sha256, sum.p, FB_SHA256);
	}
	r->ranges = v;
	r->nranges = n;
	return 0;
}

int fb_lines_get(struct fb_cur *c, const struct fb_text_ask *ask, struct fb_arena *arena, struct fb_source_result *r)
{
	uint8_t known;
	int code;

	if (!ask->heads && !ask->nanchors && !ask->nranges)
		return 0;
	if (!fb_cur_u8(c, &known) || !fb_cur_u64(c, &r->head.first) || !fb_cur_u64(c, &r->head.anchor) ||
	    !fb_cur_u64(c, &r->head.sum) || !fb_cur_u64(c, &r->head.directives))
		return FB_EINPUT;
	r->head.known = known && ask->heads;
	if (r->head.known && (r->head.first >= r->head.anchor || r->head.anchor >= r->size))
		return FB_EINPUT;
	code = get_places(c, ask, arena, r);
	return code ? code : get_ranges(c, ask, arena, r);
}
