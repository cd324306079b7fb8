/* Indicators in events and files. An event's text is folded field by field (a web
 * server's line word by word) and looked at; which field it was is only asked when
 * something was found. */
#include "detect/ioc/look.h"

#include "base/text.h"
#include "event/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX (4u * FB_VALUE_MAX)

/* Values come over and over: agents, paths, host names. Of those in which nothing was found
 * the last are kept, as they stood in the evidence, each at a place that its hash says. */
#define SEEN_SLOTS 1024u
#define SEEN_MIN 12u
#define SEEN_MAX 252u
struct ic_seen {
	uint8_t type, n, n2; /* n == 0: none */
	uint8_t bytes[SEEN_MAX];
};

int ic_open(const struct fb_ruleset *set, void **state)
{
	struct ic_state *st = calloc(1, sizeof *st);

	if (!st)
		return FB_ENOMEM;
	st->seen = calloc(SEEN_SLOTS, sizeof *st->seen);
	if (!st->seen) {
		free(st);
		return FB_ENOMEM;
	}
	ic_look_prepare();
	st->s = set->compiled;
	st->addresses = st->s->count[IC_ADDRESS] || st->s->count[IC_NETWORK];
	fb_buf_init(&st->text, TEXT_MAX);
	fb_buf_init(&st->note, FB_SUMMARY_MAX);
	*state = st;
	return 0;
}

void ic_close(void *state)
{
	struct ic_state *st = state;

	if (!st)
		return;
	fb_buf_dispose(&st->text);
	fb_buf_dispose(&st->note);
	free(st->seen);
	free(st);
}

/* ---- what was looked at before ---- */

/* The place for a value of this type and these bytes; *same: it was there, and holds
 * nothing. NULL: too short to be worth it, or too long. */
static struct ic_seen *seen_at(struct ic_state *st, uint8_t type, struct fb_slice v, struct fb_slice v2, bool *same)
{
	struct ic_seen *at;

	*same = false;
	if (v.n < SEEN_MIN || v2.n > SEEN_MAX || v.n > SEEN_MAX - v2.n)
		return NULL;
	at = &st->seen[ic_hash(IC_TYPES, v) & (SEEN_SLOTS - 1)];
	*same = at->n == v.n && at->n2 == v2.n && at->type == type && memcmp(at->bytes, v.p, v.n) == 0 &&
		(v2.n == 0 || memcmp(at->bytes + v.n, v2.p, v2.n) == 0);
	return at;
}

static void keep_seen(struct ic_seen *at, uint8_t type, struct fb_slice v, struct fb_slice v2)
{
	at->type = type;
	at->n = (uint8_t)v.n;
	at->n2 = (uint8_t)v2.n;
	memcpy(at->bytes, v.p, v.n);
	if (v2.n)
		memcpy(at->bytes + v.n, v2.p, v2.n);
}

/* ---- events ---- */

static bool is_text(const struct fb_field *f)
{
	return f->type == FB_V_UTF8 || f->type == FB_V_UTF16 || f->type == FB_V_ANSI ||
	       f->type == FB_V_URI || f->type == FB_V_PARTS || f->type == FB_V_ARRAY;
}

static int scan_value(struct ic_state *st, const struct fb_field *f)
{
	struct fb_slice v;

	fb_buf_clear(&st->text);
	if (fb_value_fold(f, &st->text))
		return FB_ENOMEM;
	v = fb_buf_view(&st->text);
	st->field = f->name;
	/* Names of files may hold blanks: a value that is a path counts as a whole too. */
	if (st->s->count[IC_FILE] && v.n <= FB_PATH_MAX && (memchr(v.p, '\\', v.n) || memchr(v.p, '/', v.n)))
		ic_look_file(st, v);
	ic_look_text(st, v);
	return 0;
}

static int scan_field(struct ic_state *st, const struct fb_field *f)
{
	struct ic_seen *seen = NULL;
	bool same = false;
	int r;

	if (!is_text(f) || (f->type != FB_V_PARTS && f->v.n + f->v2.n < 3))
		return 0;
	/* The bytes of these are all that their text is made of. */
	if (f->type == FB_V_UTF8 || f->type == FB_V_UTF16 || f->type == FB_V_ANSI || f->type == FB_V_URI)
		seen = seen_at(st, f->type, f->v, f->v2, &same);
	if (same)
		return 0;
	st->any = false;
	r = scan_value(st, f);
	if (!r && seen && !st->any)
		keep_seen(seen, f->type, f->v, f->v2);
	return r;
}

static int by_item(const void *a, const void *b)
{
	const struct ic_found *x = a, *y = b;

	int d = x->item->type - y->item->type;

	d = d ? d : fb_slice_cmp(ic_key(x->item), ic_key(y->item));
	return d ? d : (x->item->rule > y->item->rule) - (x->item->rule < y->item->rule);
}

/* A line's words one by one: nothing that is looked for in a line reaches over a blank. */
static int scan_line(struct ic_state *st, const struct fb_event *ev)
{
	struct fb_slice line = fb_slice_sub(ev->raw, 0, FB_LINE_MAX), none = { NULL, 0 };

	st->field = none;
	while (line.n) {
		const uint8_t *blank = memchr(line.p, ' ', line.n);
		struct fb_slice word = fb_slice(line.p, blank ? (size_t)(blank - line.p) : line.n);
		struct ic_seen *seen;
		bool same;

		line = fb_slice_sub(line, word.n + 1, line.n);
		if (word.n < 3)
			continue;
		seen = seen_at(st, FB_V_COUNT, word, none, &same);
		if (same)
			continue;
		fb_buf_clear(&st->text);
		if (fb_utf8_fold(&st->text, word))
			return FB_ENOMEM;
		st->any = false;
		ic_look_text(st, fb_buf_view(&st->text));
		if (seen && !st->any)
			keep_seen(seen, FB_V_COUNT, word, none);
	}
	return 0;
}

int ic_match(void *state, const struct fb_event *ev, struct fb_hits *hits)
{
	struct ic_state *st = state;
	int r = 0;

	st->nfound = st->lost = 0;
	st->time = ev->time;
	if (st->s->nitems == 0)
		return 0;
	/* The line first: it mostly says that no field need be looked at. */
	if (ev->lane == FB_LANE_WEB) {
		r = scan_line(st, ev);
		if (r || st->nfound == 0)
			return r;
		st->nfound = 0;
	}
	for (size_t i = 0; i < ev->nfields && !r; i++)
		r = scan_field(st, &ev->fields[i]);
	if (r)
		return r;
	if (st->nfound > 1)
		qsort(st->found, st->nfound, sizeof *st->found, by_item);
	for (uint32_t i = 0; i < st->nfound; i++) {
		if (hits->n == FB_HITS_MAX) {
			hits->lost += st->nfound - i;
			break;
		}
		hits->v[hits->n++] = (struct fb_hit){ st->found[i].item->rule, st->found[i].sub };
	}
	hits->lost += st->lost;
	return 0;
}

/* At most max bytes, cut between characters. */
static void put_cut(struct fb_buf *out, struct fb_slice s, size_t max)
{
	if (s.n > max) {
		while (max && (s.p[max] & 0xC0) == 0x80)
			max--;
		s.n = max;
	}
	(void)fb_utf8_clean(out, s);
}

static void describe(struct ic_state *st, const struct ic_found *f)
{
	const struct ic_item *it = f->item;
	char time[FB_TIME_TEXT];

	fb_buf_clear(&st->note);
	put_cut(&st->note, fb_slice_str(it->text), 120);
	if (f->field.n) {
		(void)fb_buf_puts(&st->note, " in ");
		put_cut(&st->note, f->field, 40);
	}
	if (it->note[0]) {
		(void)fb_buf_puts(&st->note, " (");
		put_cut(&st->note, fb_slice_str(it->note), 80);
		(void)fb_buf_putc(&st->note, ')');
	}
	if (it->confidence)
		(void)fb_buf_printf(&st->note, ", confidence %u", it->confidence);
	if (it->until != FB_TIME_NONE && st->time != FB_TIME_NONE && st->time > it->until)
		(void)fb_buf_printf(&st->note, ", expired %.10s", fb_time_text(it->until, 0, time));
}

struct fb_slice ic_note(void *state, uint32_t rule, uint32_t sub)
{
	struct ic_state *st = state;

	for (uint32_t i = 0; i < st->nfound; i++) {
		if (st->found[i].item->rule != rule || st->found[i].sub != sub)
			continue;
		describe(st, &st->found[i]);
		return fb_buf_view(&st->note);
	}
	return fb_slice(NULL, 0);
}

/* ---- files ---- */

static void look_sum(struct ic_state *st, const uint8_t *sum, size_t n, struct fb_slice what)
{
	char hex[2 * FB_SHA256 + 1];

	fb_hex(sum, n, hex);
	st->field = what;
	(void)ic_look(st, IC_HASH, fb_slice(hex, 2 * n));
}

int ic_known(void *state, const struct fb_file *file, const struct fb_file_sink *sink)
{
	struct ic_state *st = state;
	int r = 0;

	st->nfound = st->lost = 0;
	st->time = FB_TIME_NONE;
	look_sum(st, file->sha256, FB_SHA256, FB_LIT("the file's SHA-256"));
	if (file->more.kinds & FB_HASH_SHA1)
		look_sum(st, file->more.sha1, FB_SHA1, FB_LIT("the file's SHA-1"));
	if (file->more.kinds & FB_HASH_MD5)
		look_sum(st, file->more.md5, FB_MD5, FB_LIT("the file's MD5"));
	fb_buf_clear(&st->text);
	if (fb_utf8_fold(&st->text, fb_slice_str(file->path)))
		return FB_ENOMEM;
	/* A member's path begins behind its archive's. */
	for (size_t i = 0; i < st->text.n; i++)
		if (st->text.p[i] == '!')
			st->text.p[i] = '/';
	st->field = FB_LIT("the file's name");
	ic_look_file(st, fb_buf_view(&st->text));
	if (st->nfound > 1)
		qsort(st->found, st->nfound, sizeof *st->found, by_item);
	for (uint32_t i = 0; i < st->nfound && !r; i++) {
		struct fb_file_hit hit = { .rule = st->found[i].item->rule, .sub = st->found[i].sub };

		describe(st, &st->found[i]);
		hit.summary = fb_buf_view(&st->note);
		r = sink->hit(sink, &hit);
	}
	if (sink->lost)
		*sink->lost += st->lost;
	return r;
}
