/* The scan: which rules have one of their necessary literals in the event. */
#include "detect/sigma/recall.h"

#include "base/limits.h"
#include "base/text.h"

#include <string.h>

/* Candidates of one value that are remembered; of a value with more none are. */
#define KEEP_MAX 256
/* So many fields of a line to scan, and the line is folded as a whole. */
#define LINE_FROM 4

static void take_hit(struct sg_state *st, const struct sg_lit *lit, struct sg_piece *piece,
		     uint64_t to)
{
	const struct sg_plan *plan = st->plan;

	if (to - lit->length < piece->from)
		return;
	for (uint32_t k = 0; k < lit->n; k++) {
		const struct sg_lit_ref *ref = &plan->refs[lit->first + k];

		if (ref->sym != piece->sym && ref->sym != SG_SLOT_ANY)
			continue;
		if ((ref->anchors & SG_REF_END) && to != piece->to)
			continue;
		if ((ref->anchors & SG_REF_START) && to - lit->length != piece->from)
			continue;
		piece->keyword |= ref->sym == SG_SLOT_ANY;
		for (uint32_t r = 0; r < ref->n; r++) {
			uint32_t rule = plan->lit_rules[ref->first + r];

			st->candidates[rule / 64] |= 1ull << rule % 64;
			if (st->nfound < SG_FOUND_MAX)
				st->found[st->nfound] = (struct sg_found){ piece->field, rule };
			st->nfound++;
		}
	}
}

static int on_hit(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
		  void *user)
{
	struct sg_state *st = user;
	const struct sg_lit *lit = &st->plan->lits[id];

	(void)from;
	(void)flags;
	if (id >= st->plan->nlits)
		return 0; /* of a damaged image */
	for (uint32_t i = 0; i < st->nwithin; i++)
		if (to > st->within[i].from && to <= st->within[i].to)
			take_hit(st, lit, &st->within[i], to);
	/* Hits come in the order of their ends; go back if they ever do not. */
	if (st->hint == st->npieces || to <= st->piece[st->hint].from)
		st->hint = 0;
	while (st->hint < st->npieces && to > st->piece[st->hint].to)
		st->hint++;
	if (st->hint < st->npieces && to > st->piece[st->hint].from)
		take_hit(st, lit, &st->piece[st->hint], to);
	return 0;
}

static bool wanted(const struct sg_plan *plan, uint32_t sym)
{
	return sym < SG_SYMS_ALL && (plan->wanted[sym / 8] >> sym % 8 & 1);
}

/* Numbers, times, GUIDs, SIDs and the like: made of the characters of database.c's
 * numeric() alone, and of what is folded to these. */
bool sg_like_number(const struct fb_field *f)
{
	static const bool in[256] = {
		[' '] = true, ['+'] = true, [','] = true, ['-'] = true, ['.'] = true, [':'] = true,
		['0'] = true, ['1'] = true, ['2'] = true, ['3'] = true, ['4'] = true, ['5'] = true,
		['6'] = true, ['7'] = true, ['8'] = true, ['9'] = true, ['{'] = true, ['}'] = true,
		['a'] = true, ['b'] = true, ['c'] = true, ['d'] = true, ['e'] = true, ['f'] = true,
		['s'] = true, ['t'] = true, ['x'] = true, ['z'] = true, ['A'] = true, ['B'] = true,
		['C'] = true, ['D'] = true, ['E'] = true, ['F'] = true, ['S'] = true, ['T'] = true,
		['X'] = true, ['Z'] = true,
	};
	size_t step = f->type == FB_V_UTF16 ? 2 : 1;

	if ((f->type >= FB_V_I8 && f->type <= FB_V_U64) ||
	    (f->type >= FB_V_BINARY && f->type <= FB_V_HEX64))
		return true;
	if ((f->type != FB_V_UTF8 && f->type != FB_V_UTF16) || f->v.n % step)
		return false;
	for (size_t i = 0; i < f->v.n; i += step)
		if (!in[f->v.p[i]] || (step == 2 && f->v.p[i + 1]))
			return false;
	return true;
}

static bool to_scan(const struct sg_plan *plan, const struct fb_field *f)
{
	/* What is text with blanks for '+' was looked through with '+' (database.c). */
	if (f->type == FB_V_NULL || f->type == FB_V_PLUS)
		return false;
	if (wanted(plan, f->sym))
		/* An array's items are scanned instead of it. */
		return plan->scan_all || !sg_has_items(f);
	return plan->scan_all && (plan->scan_numbers || !sg_like_number(f));
}

/* A line of ASCII is folded as it stands, its fields are parts of that: the blanks
 * between them separate as well as anything, since a literal that reaches over one
 * only makes a candidate, which is then tried. Where an address was made of two
 * neighbours ("/a b" is "/a?b") it is made here, too. */
static void fold_line(struct sg_state *st)
{
	const struct fb_event *ev = st->ev;
	uintptr_t line = (uintptr_t)ev->raw.p;

	if (!fb_lane_is_text(ev->lane) || ev->raw.n == 0 || ev->raw.n > FB_VALUE_MAX ||
	    fb_buf_reserve(&st->folded, ev->raw.n) || !fb_ascii_fold_raw(ev->raw, st->folded.p))
		return;
	st->folded.n = ev->raw.n;
	for (uint32_t i = 0; i < ev->nfields; i++) {
		const struct fb_field *f = &ev->fields[i];
		uintptr_t at = (uintptr_t)f->v.p - line;
		size_t n = f->v.n;

		if ((f->type != FB_V_UTF8 && f->type != FB_V_URI) || n == 0 || at >= ev->raw.n ||
		    n > ev->raw.n - at)
			continue;
		if (f->type == FB_V_URI && f->v2.n) {
			if (f->v2.p != f->v.p + n + 1 || f->v2.n > ev->raw.n - at - n - 1)
				continue;
			st->folded.p[at + n] = '?';
			n += 1 + f->v2.n;
		}
		st->have[i] |= 1;
		st->folded_at[i] = (struct sg_text){ (uint32_t)at, (uint32_t)n };
	}
}

static void add_piece(struct sg_state *st, uint32_t i, uint32_t sym)
{
	uint32_t from = st->folded_at[i].at;
	struct sg_piece piece = { from, from + st->folded_at[i].n, sym, (uint16_t)i, false };

	if (st->npieces && from < st->piece[st->npieces - 1].to)
		st->within[st->nwithin++] = piece;
	else
		st->piece[st->npieces++] = piece;
}

/* The last text that was folded by itself, its bytes one by one. */
struct made {
	struct fb_slice v;
	uint32_t at;
};

/* A field whose text is a part of it (a query of its address) is not folded, nor looked
 * through, again. */
static bool share_made(struct sg_state *st, uint32_t i, struct made *made)
{
	const struct fb_field *f = sg_field(st, i);
	uintptr_t at = (uintptr_t)f->v.p - (uintptr_t)made->v.p;

	if (f->type != FB_V_UTF8 || !f->v.n || st->have[i] & 1)
		return false;
	if (made->v.n && at < made->v.n && f->v.n <= made->v.n - at) {
		st->have[i] |= 1;
		st->folded_at[i] = (struct sg_text){ made->at + (uint32_t)at, (uint32_t)f->v.n };
		return true;
	}
	made->v = fb_slice(NULL, 0);
	if (st->ev->lane == FB_LANE_EVTX || f->v.n > FB_VALUE_MAX / 3 ||
	    fb_buf_reserve(&st->folded, f->v.n) ||
	    !fb_ascii_fold_raw(f->v, st->folded.p + st->folded.n))
		return false;
	made->v = f->v;
	made->at = (uint32_t)st->folded.n;
	st->have[i] |= 1;
	st->folded_at[i] = (struct sg_text){ made->at, (uint32_t)f->v.n };
	st->folded.n += f->v.n;
	return false;
}

/* What was found in a piece stands for its value, wherever that comes again. */
static void keep_piece(struct sg_state *st, const struct sg_piece *piece)
{
	uint32_t rules[KEEP_MAX], n = 0;

	for (uint32_t i = 0; i < st->nfound; i++) {
		uint32_t k = 0;

		if (st->found[i].field != piece->field)
			continue;
		while (k < n && rules[k] != st->found[i].rule)
			k++;
		if (k == KEEP_MAX)
			return;
		rules[k] = st->found[i].rule;
		n += k == n;
	}
	sg_recall_keep_value(st, sg_field(st, piece->field), rules, n, piece->keyword);
}

static void keep_pieces(struct sg_state *st)
{
	if (st->nfound > SG_FOUND_MAX || st->cut)
		return;
	for (uint32_t i = 0; i < st->npieces; i++)
		keep_piece(st, &st->piece[i]);
	for (uint32_t i = 0; i < st->nwithin; i++)
		keep_piece(st, &st->within[i]);
}

/* The fields with values that were not scanned before. */
static uint32_t unknown(struct sg_state *st, uint32_t *fields)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < st->nfields; i++) {
		const struct fb_field *f = sg_field(st, i);

		if (to_scan(st->plan, f) && !sg_recall_value(st, f))
			fields[n++] = i;
	}
	return n;
}

void sg_scan(struct sg_state *st)
{
	const struct sg_plan *plan = st->plan;
	uint32_t *fields = st->unknown, n = unknown(st, fields);
	struct made made = { 0 };

	st->npieces = st->nwithin = st->hint = st->nfound = 0;
	if (n == 0)
		return;
	if (n > LINE_FROM)
		fold_line(st);
	for (uint32_t k = 0; k < n; k++) {
		uint32_t i = fields[k];
		bool there = st->have[i] & 1 || share_made(st, i, &made);
		struct fb_slice text = sg_folded(st, i);

		if (text.n && !there && fb_buf_putc(&st->folded, 0xFF))
			continue;
		add_piece(st, i, sg_field(st, i)->sym);
	}
	if (fb_buf_code(&st->folded))
		sg_text_failed(st, &st->folded);
	if (hs_scan(plan->db, (const char *)st->folded.p, (unsigned)st->folded.n, 0, st->scratch,
		    on_hit, st) == HS_SUCCESS)
		keep_pieces(st);
	else
		memset(st->candidates, 0xFF, plan->nwords * sizeof *st->candidates);
}
