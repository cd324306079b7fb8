/* Records of one number of one log that are two: a machine that was set back to a snapshot wrote its numbers once more, or
 * somebody changed what was written. Where the times at the ends of what was recorded tell it, load.c sees it; here what
 * the records are is held against one another, in blocks of numbers.
 *
 * Two files of one log may hold its records in other bytes (an export, a program that wrote them anew), and then none of
 * their sums agree. So they are only believed to differ where they agree elsewhere: branches have their beginning in
 * common, and what was changed in one place was not in all others. */
#include "case/forks.h"

#include "base/grow.h"
#include "base/limits.h"
#include "case/internal.h"

#include <stdlib.h>

#define STRING(column) "coalesce((SELECT s FROM strings WHERE id = " column "), '')"

struct block {
	uint64_t number;
	uint32_t file; /* of those of the log */
	uint32_t records;
	struct fb_block_sum sum;
};

/* Of two files, numbers between blocks in which they agree. */
struct stretch {
	uint32_t file[2];
	uint32_t kin; /* the files that agree with them, or with one that does, … */
	uint64_t first, last;
	struct fb_fork fork;
};

/* A log in a file as one spelling of the host's name has it. */
struct spelling {
	uint32_t file;
	uint64_t source;
	int64_t host, channel;
};

struct forks {
	struct fb_db *db;
	struct fb_err *err;
	int (*cb)(void *user, const struct fb_fork *fork); /* NULL: they are wanted as branches */
	void *user;
	struct fb_branches *out;
	struct fb_arena arena;
	const char *host, *channel; /* of the log in hand, in the arena */
	uint64_t source;
	uint32_t files;
	struct block *b;
	size_t n, room;
	struct spelling *spellings;
	size_t nspellings, spellings_room;
	struct stretch *stretches;
	size_t nstretches, stretches_room;
	uint32_t *kin;   /* of each file: one that it agrees with, or itself */
	size_t nkin, kin_room;
	bool nomem;
};

/* Of two files of a log, as their blocks are walked. */
struct walk {
	bool agree;      /* in some block */
	bool open;       /* the blocks in hand differ */
	fb_time common;  /* of the last that was the same; FB_TIME_NONE */
	uint64_t from;   /* the number behind it */
	fb_time since[2], until[2]; /* of what differs, in either file */
};

static bool sane(fb_time t)
{
	return t != FB_TIME_NONE && t >= FB_ODD_BEFORE && t < FB_ODD_AFTER;
}

static int order_block(const void *x, const void *y)
{
	const struct block *a = x, *b = y;

	if (a->file != b->file)
		return a->file < b->file ? -1 : 1;
	return a->number < b->number ? -1 : a->number > b->number;
}

static bool comparable(const struct block *b)
{
	return b->records == FB_BLOCK_RECORDS && sane(b->sum.last);
}

/* Pieces of a block, of several series of one file, are one. A piece that cannot be compared leaves all of it so. */
static size_t join(struct block *b, size_t n)
{
	size_t to = 0;

	for (size_t i = 0; i < n; i++) {
		struct block *was = to ? &b[to - 1] : NULL;

		if (!was || was->file != b[i].file || was->number != b[i].number) {
			b[to++] = b[i];
			continue;
		}
		was->records += b[i].records;
		was->sum.identity += b[i].sum.identity;
		was->sum.content += b[i].sum.content;
		if (was->sum.last == FB_TIME_NONE || b[i].sum.last == FB_TIME_NONE)
			was->sum.last = FB_TIME_NONE;
		else if (b[i].sum.last > was->sum.last)
			was->sum.last = b[i].sum.last;
	}
	return to;
}

static fb_time most(fb_time a, fb_time b)
{
	return a > b ? a : b;
}

static uint32_t kin_of(struct forks *f, uint32_t file)
{
	while (f->kin[file] != file)
		file = f->kin[file] = f->kin[f->kin[file]];
	return file;
}

/* What both have differs from where they were one to here. */
static void close_run(struct forks *f, const struct block *a, const struct block *b, struct walk *w, uint64_t last)
{
	struct stretch *s;

	if (!w->open)
		return;
	w->open = false;
	if (!fb_room(&f->stretches, f->nstretches, &f->stretches_room, sizeof *s)) {
		f->nomem = true;
		return;
	}
	s = &f->stretches[f->nstretches++];
	*s = (struct stretch){ .file = { a->file, b->file }, .first = w->from, .last = last,
			       .fork = { .host = f->host, .channel = f->channel, .common = w->common } };
	memcpy(s->fork.since, w->since, sizeof w->since);
	memcpy(s->fork.until, w->until, sizeof w->until);
}

static void differs(struct walk *w, const struct block *a, const struct block *b)
{
	const fb_time t[2] = { a->sum.last, b->sum.last };

	for (unsigned i = 0; i < 2; i++) {
		w->since[i] = w->open ? w->since[i] : t[i];
		w->until[i] = w->open ? most(w->until[i], t[i]) : t[i];
	}
	w->open = true;
}

static void meet(struct forks *f, struct walk *w, const struct block *a, const struct block *b)
{
	if (!comparable(a) || !comparable(b)) {
		/* The end of the shorter one, or what is damaged: between what differs it does so, too. */
		if (w->open && sane(a->sum.last) && sane(b->sum.last))
			differs(w, a, b);
	} else if (a->sum.identity == b->sum.identity && a->sum.content == b->sum.content) {
		close_run(f, a, b, w, a->number * FB_BLOCK_RECORDS - 1);
		w->agree = true;
		w->common = most(a->sum.last, b->sum.last);
		w->from = (a->number + 1) * FB_BLOCK_RECORDS;
	} else {
		differs(w, a, b);
	}
}

static void hold(struct forks *f, const struct block *a, const struct block *a_end, const struct block *b, const struct block *b_end)
{
	struct walk w = { .common = FB_TIME_NONE };
	const struct block *one = a, *other = b;
	size_t before = f->nstretches;

	while (a < a_end && b < b_end) {
		if (a->number < b->number) {
			a++;
		} else if (b->number < a->number) {
			b++;
		} else {
			meet(f, &w, a++, b++);
		}
	}
	close_run(f, one, other, &w, INT64_MAX);
	if (w.agree)
		f->kin[kin_of(f, other->file)] = kin_of(f, one->file);
	else
		f->nstretches = before;
}

static const struct block *end_of(const struct forks *f, const struct block *b)
{
	const struct block *end = b;

	while (end < f->b + f->n && end->file == b->file)
		end++;
	return end;
}

/* ---- of what the files of a log are told apart in ---- */

static int order_stretch(const void *x, const void *y)
{
	const struct stretch *a = x, *b = y;

	if (a->kin != b->kin)
		return a->kin < b->kin ? -1 : 1;
	return a->first < b->first ? -1 : a->first > b->first;
}

static void add_branch(struct forks *f, const struct spelling *of, const struct stretch *s)
{
	struct fb_branch *b;

	if (!fb_room(&f->out->v, f->out->n, &f->out->room, sizeof *b)) {
		f->nomem = true;
		return;
	}
	b = &f->out->v[f->out->n++];
	*b = (struct fb_branch){ .source = of->source, .host_id = of->host, .channel_id = of->channel, .first = s->first, .last = s->last };
}

/* Stretches of files that are written alike, each number once; for each of these files. */
static void add_branches(struct forks *f)
{
	size_t to = 0;

	for (size_t i = 0; i < f->nstretches; i++)
		f->stretches[i].kin = kin_of(f, f->stretches[i].file[0]);
	qsort(f->stretches, f->nstretches, sizeof *f->stretches, order_stretch);
	for (size_t i = 0; i < f->nstretches; i++) {
		struct stretch *was = to ? &f->stretches[to - 1] : NULL, s = f->stretches[i];

		if (was && was->kin == s.kin && s.first <= was->last)
			was->last = s.last > was->last ? s.last : was->last;
		else
			f->stretches[to++] = s;
	}
	for (size_t i = 0; i < to; i++)
		for (size_t k = 0; k < f->nspellings; k++)
			if (kin_of(f, f->spellings[k].file) == f->stretches[i].kin)
				add_branch(f, &f->spellings[k], &f->stretches[i]);
}

static int hand_over(struct forks *f)
{
	int r = 0;

	if (f->cb)
		for (size_t i = 0; i < f->nstretches && r == 0; i++)
			r = f->cb(f->user, &f->stretches[i].fork);
	else if (f->nstretches)
		add_branches(f);
	return r;
}

/* ---- log by log ---- */

static int no_memory(struct forks *f)
{
	return fb_fail(f->err, FB_ENOMEM, "out of memory");
}

/* All files of the log are here. */
static int hold_all(struct forks *f)
{
	int r = 0;

	if (f->files > 1) {
		f->nkin = 0;
		for (uint32_t i = 0; i <= f->files; i++) {
			if (!fb_room(&f->kin, f->nkin, &f->kin_room, sizeof *f->kin))
				return no_memory(f);
			f->kin[f->nkin++] = i;
		}
		qsort(f->b, f->n, sizeof *f->b, order_block);
		f->n = join(f->b, f->n);
		for (const struct block *a = f->b, *a_end; a < f->b + f->n; a = a_end) {
			a_end = end_of(f, a);
			for (const struct block *b = a_end, *b_end; b < f->b + f->n; b = b_end) {
				b_end = end_of(f, b);
				if (a->number <= b_end[-1].number && b->number <= a_end[-1].number)
					hold(f, a, a_end, b, b_end);
			}
		}
		r = hand_over(f);
	}
	f->n = f->nspellings = f->nstretches = 0;
	f->files = 0;
	return r ? r : f->nomem ? no_memory(f) : 0;
}

static int add_spelling(struct forks *f, int64_t host, int64_t channel)
{
	for (size_t i = f->nspellings; i-- > 0 && f->spellings[i].file == f->files;)
		if (f->spellings[i].host == host)
			return 0;
	if (!fb_room(&f->spellings, f->nspellings, &f->spellings_room, sizeof *f->spellings))
		return no_memory(f);
	f->spellings[f->nspellings++] = (struct spelling){ f->files, f->source, host, channel };
	return 0;
}

/* By host, channel, source, number. */
static const char stretches_sql[] =
	"WITH s AS MATERIALIZED (SELECT h.name AS h, r.channel AS ch, h.source AS src, r.first, r.last, r.unit, r.n, r.host AS hid"
	" FROM kind_hosts h CROSS JOIN units u ON u.source = h.source"
	" CROSS JOIN unit_series r ON r.unit = u.id AND r.host = h.host WHERE NOT r.renumbered),"
	" twice AS MATERIALIZED (SELECT h, ch FROM s GROUP BY h, ch HAVING min(src) < max(src))"
	" SELECT s.h, " STRING("s.ch") ", s.src, s.first, s.last, m.sums, s.hid, s.ch FROM twice JOIN s ON s.h = twice.h AND s.ch = twice.ch"
	" JOIN main.unit_sums m ON m.unit = s.unit AND m.n = s.n ORDER BY s.h, s.ch, s.src, s.first, s.unit, s.n";

static int on_sums(struct forks *f, sqlite3_stmt *st)
{
	const char *host = fb_col_str(st, 0), *channel = fb_col_str(st, 1);
	uint64_t source = fb_col_u64(st, 2), first = fb_col_u64(st, 3), last = fb_col_u64(st, 4), block = first / FB_BLOCK_RECORDS;
	struct fb_slice sums = fb_col_slice(st, 5);
	struct fb_block_sum sum;
	int r;

	if (!first || last < first || sums.n % FB_BLOCK_SUM_SIZE || sums.n / FB_BLOCK_SUM_SIZE != fb_block_sums_of(first, last))
		return fb_db_damaged(f->db, "sums of records that are none", f->err);
	if (!f->host || strcmp(f->host, host) != 0 || strcmp(f->channel, channel) != 0) {
		if ((r = hold_all(f)))
			return r;
		fb_arena_reset(&f->arena);
		f->host = fb_arena_str(&f->arena, host);
		f->channel = fb_arena_str(&f->arena, channel);
		if (!f->host || !f->channel)
			return no_memory(f);
	}
	f->files += !f->files || f->source != source;
	f->source = source;
	if ((r = add_spelling(f, fb_col_i64(st, 6), fb_col_i64(st, 7))))
		return r;
	for (uint64_t i = 0; fb_block_sum_get(sums, i, &sum); i++, block++) {
		uint64_t from = block * FB_BLOCK_RECORDS, to = from + FB_BLOCK_RECORDS - 1;

		if (!fb_room(&f->b, f->n, &f->room, sizeof *f->b))
			return no_memory(f);
		from = from < first ? first : from;
		to = to > last ? last : to;
		f->b[f->n++] = (struct block){ block, f->files, (uint32_t)(to - from + 1), sum };
	}
	return 0;
}

static int find(struct forks *f)
{
	struct fb_bind b = { 0 };
	int64_t kept;
	bool row;
	int r = fb_db_i64(f->db, "SELECT count(*) FROM main.sqlite_schema WHERE name = 'unit_sums'", &kept, f->err);

	if (r || !kept)
		return r;
	fb_arena_init(&f->arena, 1u << 20);
	r = fb_db_prepare(f->db, stretches_sql, &b.st, f->err);
	while (r == 0 && (r = fb_db_step(f->db, &b, &row, f->err)) == 0 && row)
		r = on_sums(f, b.st);
	if (r == 0)
		r = hold_all(f);
	sqlite3_finalize(b.st);
	fb_arena_dispose(&f->arena);
	free(f->b);
	free(f->spellings);
	free(f->stretches);
	free(f->kin);
	return r;
}

int fb_case_forks(struct fb_case *c, int (*cb)(void *user, const struct fb_fork *fork), void *user, struct fb_err *err)
{
	struct forks f = { .db = &c->db, .err = err, .cb = cb, .user = user };
	int r = fb_case_need_derived(c, err);

	return r ? r : find(&f);
}

/* ---- branches ---- */

static int describe(struct fb_db *db, struct fb_branches *out, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	bool row = true;
	int r = fb_db_prepare(db, "SELECT s.sha256, " STRING("?2") ", " STRING("?3") " FROM sources s WHERE s.id = ?1", &b.st, err);

	for (size_t i = 0; i < out->n && r == 0; i++) {
		struct fb_branch *to = &out->v[i];
		struct fb_slice sha;

		b = fb_bind(b.st);
		fb_bind_u64(&b, to->source);
		fb_bind_i64(&b, to->host_id);
		fb_bind_i64(&b, to->channel_id);
		if ((r = fb_db_step(db, &b, &row, err)) || !row)
			break;
		sha = fb_col_slice(b.st, 0);
		to->hashed = sha.n == FB_SHA256;
		if (to->hashed)
			memcpy(to->sha256, sha.p, FB_SHA256);
		to->host = fb_slice_str(fb_arena_str(&out->arena, fb_col_str(b.st, 1)));
		to->channel = fb_slice_str(fb_arena_str(&out->arena, fb_col_str(b.st, 2)));
		if (!to->host.p || !to->channel.p)
			r = fb_fail(err, FB_ENOMEM, "out of memory");
		(void)sqlite3_reset(b.st);
	}
	sqlite3_finalize(b.st);
	return r ? r : row ? 0 : fb_db_damaged(db, "records without their source", err);
}

int fb_branches_find(struct fb_db *db, struct fb_branches *out, struct fb_err *err)
{
	struct forks f = { .db = db, .err = err, .out = out };
	int r;

	*out = (struct fb_branches){ 0 };
	fb_arena_init(&out->arena, (size_t)64 << 20);
	r = find(&f);
	return r || out->n == 0 ? r : describe(db, out, err);
}

void fb_branches_dispose(struct fb_branches *b)
{
	free(b->v);
	fb_arena_dispose(&b->arena);
	*b = (struct fb_branches){ 0 };
}

void fb_case_branches_forget(struct fb_case *c)
{
	if (c->branches)
		fb_branches_dispose(c->branches);
	free(c->branches);
	c->branches = NULL;
}

int fb_case_branches_own(struct fb_case *c, struct fb_branches *out, struct fb_err *err)
{
	int r;

	*out = (struct fb_branches){ 0 };
	r = fb_case_need_derived(c, err);
	return r ? r : fb_branches_find(&c->db, out, err);
}

int fb_case_branches(struct fb_case *c, const struct fb_branches **out, struct fb_err *err)
{
	int r = 0;

	if (!c->branches) {
		if ((r = fb_case_need_derived(c, err)))
			return r;
		c->branches = calloc(1, sizeof *c->branches);
		if (!c->branches)
			return fb_fail(err, FB_ENOMEM, "out of memory");
		r = fb_branches_find(&c->db, c->branches, err);
	}
	*out = c->branches;
	return r;
}

bool fb_branches_tell(const struct fb_branches *b, uint64_t source, const uint8_t *sha256, struct fb_slice host,
		      struct fb_slice channel, uint64_t number)
{
	for (size_t i = 0; i < b->n; i++) {
		const struct fb_branch *x = &b->v[i];

		if (number >= x->first && number <= x->last &&
		    (x->source == source || (sha256 && x->hashed && memcmp(x->sha256, sha256, FB_SHA256) == 0)) &&
		    fb_slice_ieq(x->host, host) && fb_slice_eq(x->channel, channel))
			return true;
	}
	return false;
}
