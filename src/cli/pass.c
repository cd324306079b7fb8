#include "cli/pass.h"

#include "base/cursor.h"
#include "base/text.h"
#include "case/beginnings.h"
#include "case/forks.h"
#include "case/overlaps.h"
#include "cli/inorder.h"
#include "cli/logs.h"
#include "cli/maps.h"
#include "cli/parts.h"
#include "cli/signals.h"
#include "cli/spool.h"
#include "cli/unpacking.h"
#include "event/correlation.h"
#include "event/secondhand.h"
#include "intake/walk.h"
#include "show/progress.h"
#include "show/text.h"

#include <stdlib.h>
#include <unistd.h>

/* Names of a million sources. */
#define NAMES_MEMORY (1u << 30)
/* Problems that are said one by one; the rest is counted. */
#define SAID_MAX 10
#define REFERENCE_DIGITS 16
#define SEEN_BYTES 16

struct span {
	uint64_t from, to;
};

struct source {
	struct fb_pass_source shown;
	const char *disk;
	uint64_t id, parent, size;
	uint32_t index;
	fb_time mtime;
	bool hashed, selected; /* by --source */
	size_t begins;   /* + 1: the one that has all of it */
	bool wanted;     /* something of it is to be read */
	bool needed;     /* a file of which something is */
	bool spooled;    /* a member that is read from the spool */
	bool hashing;    /* what it was may have changed: it is hashed again */
	struct span *copied; /* that one which is read has as well, in order */
	size_t ncopied;
	struct span *quiet; /* that need not be decoded, in order */
	size_t nquiet;
	size_t next_child;  /* + 1, of its container */
	size_t first_child; /* + 1 */
	size_t up;          /* + 1, its container */
};

struct pass {
	struct fb_pass *p;
	struct fb_engine *engine;
	struct fb_case *c;
	struct fb_arena arena;
	struct fb_progress progress;
	struct fb_inorder *order;
	struct source *v; /* by path, second-hand ones last: the order in which hits leave */
	size_t *members;  /* the same by container and number in it */
	size_t n, room, at;
	size_t nspans;
	uint8_t *seen;    /* a table with open addressing */
	size_t nseen, seen_room;
	struct fb_buf identity; /* scratch of it */
	struct fb_branches branches; /* of the case */
	bool seen_full;
	bool told;        /* there is second-hand evidence */
	unsigned said;
	struct fb_spool spool;   /* of the case; dir -1: none */
	struct fb_joined joined; /* parts of the file that was handed out last */
	int code;         /* of hits that left where nothing can be returned */
};

static int no_memory(struct pass *q)
{
	return fb_fail(&q->p->cli->err, FB_ENOMEM, "out of memory");
}

/* ---- the sources of the case ---- */

static int on_source(void *user, const struct fb_source_row *row)
{
	struct pass *q = user;
	struct source *s;

	if (q->n == q->room) {
		size_t more = q->room ? q->room * 2 : 256;
		struct source *grown = reallocarray(q->v, more, sizeof *grown);

		if (!grown)
			return no_memory(q);
		q->v = grown;
		q->room = more;
	}
	s = &q->v[q->n];
	*s = (struct source){
		.shown = { .path = fb_arena_str(&q->arena, row->path),
			   .format = fb_arena_str(&q->arena, row->format),
			   .host = fb_arena_str(&q->arena, row->host),
			   .host_why = fb_arena_str(&q->arena, row->host_why) },
		.disk = row->disk ? fb_arena_str(&q->arena, row->disk) : NULL,
		.id = row->id, .parent = row->parent, .size = row->size, .index = row->index,
		.mtime = row->mtime, .hashed = row->hashed,
	};
	if (!s->shown.path || !s->shown.format || !s->shown.host || !s->shown.host_why ||
	    (row->disk && !s->disk))
		return no_memory(q);
	memcpy(s->shown.sha256, row->sha256, FB_SHA256);
	q->n++;
	return 0;
}

static int by_id(const void *a, const void *b, void *user)
{
	const struct source *v = user;
	uint64_t x = v[*(const size_t *)a].id, y = v[*(const size_t *)b].id;

	return x < y ? -1 : x > y;
}

static int by_sum(const void *a, const void *b, void *user)
{
	const struct source *v = user;
	size_t x = *(const size_t *)a, y = *(const size_t *)b;
	int d = memcmp(v[x].shown.sha256, v[y].shown.sha256, FB_SHA256);

	return d ? d : x < y ? -1 : x > y;
}

static int place_cmp(const struct source *s, uint64_t parent, uint32_t index)
{
	if (s->parent != parent)
		return s->parent < parent ? -1 : 1;
	return (s->index > index) - (s->index < index);
}

static int by_place(const void *a, const void *b, void *user)
{
	const struct source *v = user, *y = &v[*(const size_t *)b];

	return place_cmp(&v[*(const size_t *)a], y->parent, y->index);
}

struct choosing {
	struct pass *q;
	size_t *by_id;
};

static struct source *find(struct choosing *ch, uint64_t id)
{
	size_t lo = 0, hi = ch->q->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		struct source *s = &ch->q->v[ch->by_id[mid]];

		if (s->id == id)
			return s;
		if (s->id < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

static int on_selected(void *user, const struct fb_source_row *row)
{
	struct choosing *ch = user;
	struct source *s = find(ch, row->id);

	if (s)
		s->selected = true;
	return 0;
}

static bool is_decoded(const struct pass *q, const struct source *s)
{
	for (const struct fb_format *const *f = q->p->cli->formats; *f; f++)
		if (strcmp((*f)->name, s->shown.format) == 0)
			return !q->p->lanes || (*f)->lane == FB_LANE_OTHER ||
			       q->p->lanes >> (*f)->lane & 1;
	return false;
}

static size_t common_digits(const uint8_t *a, const uint8_t *b)
{
	size_t n = 0;

	while (n < FB_SHA256 && a[n] == b[n])
		n++;
	return n == FB_SHA256 ? 2 * n : 2 * n + (a[n] >> 4 == b[n] >> 4);
}

struct beginning {
	struct pass *q;
	const size_t *order; /* by sum */
};

static size_t first_of(const struct beginning *b, const uint8_t *sum)
{
	size_t lo = 0, hi = b->q->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (memcmp(b->q->v[b->order[mid]].shown.sha256, sum, FB_SHA256) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static bool has_sum(const struct source *s, const uint8_t *sum)
{
	return s->hashed && memcmp(s->shown.sha256, sum, FB_SHA256) == 0;
}

/* As assess/beginnings.c has it: of two hosts none is the other's beginning. */
static bool may_be_one(const struct source *s, const struct source *t)
{
	return !*s->shown.host || !*t->shown.host || fb_case_host_matches(s->shown.host, fb_slice_str(t->shown.host)) ||
	       fb_case_host_matches(t->shown.host, fb_slice_str(s->shown.host));
}

/* One that is read begins with all of it. */
static int on_beginning(void *user, const uint8_t beginning[static FB_SHA256], const uint8_t whole[static FB_SHA256])
{
	struct beginning *b = user;
	struct pass *q = b->q;
	size_t from = first_of(b, whole);

	for (size_t i = first_of(b, beginning); i < q->n && has_sum(&q->v[b->order[i]], beginning); i++)
		for (size_t k = from; k < q->n && has_sum(&q->v[b->order[k]], whole); k++) {
			struct source *s = &q->v[b->order[i]], *t = &q->v[b->order[k]];

			if (s->wanted && (t->wanted || t->begins) && may_be_one(s, t)) {
				s->wanted = false;
				s->begins = b->order[k] + 1;
				q->p->counts.copied++;
			}
		}
	return 0;
}

/* Is it read, or one of the same content? */
static bool is_read(const struct beginning *b, uint32_t i)
{
	const struct pass *q = b->q;

	for (size_t k = first_of(b, q->v[i].shown.sha256); k < q->n && has_sum(&q->v[b->order[k]], q->v[i].shown.sha256); k++)
		if (q->v[b->order[k]].wanted)
			return true;
	return false;
}

/* Parts that stand in one that is read. */
static int leave_parts_of(struct beginning *b, const struct fb_copies *copies, uint32_t i)
{
	struct pass *q = b->q;
	struct source *s = &q->v[i];
	uint32_t n;
	const struct fb_copied *v = fb_copies_of(copies, i, &n);
	bool all = fb_copies_cover(copies, i, 0, s->size);

	if (!n || !s->wanted)
		return 0;
	s->copied = calloc(n, sizeof *s->copied);
	if (!s->copied)
		return no_memory(q);
	for (uint32_t k = 0; k < n; k++) {
		if (v[k].of == i || !is_read(b, v[k].of))
			all = false;
		else if (s->ncopied && s->copied[s->ncopied - 1].to >= v[k].covers)
			s->copied[s->ncopied - 1].to = v[k].to;
		else
			s->copied[s->ncopied++] = (struct span){ v[k].covers, v[k].to };
	}
	if (all) {
		s->wanted = false;
		q->p->counts.copied++;
	}
	return 0;
}

static int leave_parts(struct beginning *b)
{
	struct pass *q = b->q;
	struct fb_copies_source *v = calloc(q->n + 1, sizeof *v);
	struct fb_copies *copies = NULL;
	int r;

	if (!v)
		return no_memory(q);
	for (size_t i = 0; i < q->n; i++) {
		const struct source *s = &q->v[i];

		v[i] = (struct fb_copies_source){ .path = fb_slice_str(s->shown.path), .host = fb_slice_str(s->shown.host),
						  .sha256 = s->shown.sha256, .size = s->size, .hashed = s->hashed,
						  .begins = (uint32_t)s->begins };
	}
	r = fb_case_copies(q->c, v, (uint32_t)q->n, &copies, &q->p->cli->err);
	for (uint32_t i = 0; i < q->n && copies && r == 0; i++)
		r = leave_parts_of(b, copies, i);
	fb_copies_free(copies);
	free(v);
	return r;
}

/* Sources of equal content: the first is read; of one that begins with another only the longer. And how many digits of a sum tell its
 * source from the others. */
static int leave_copies(struct pass *q)
{
	size_t *order = calloc(q->n + 1, sizeof *order);
	struct source *before = NULL;
	int r = 0;

	if (!order)
		return no_memory(q);
	for (size_t i = 0; i < q->n; i++)
		order[i] = i;
	qsort_r(order, q->n, sizeof *order, by_sum, q->v);
	for (size_t i = 0; i < q->n; i++) {
		struct source *s = &q->v[order[i]];
		size_t same;

		if (!s->hashed)
			continue;
		s->shown.digits = REFERENCE_DIGITS;
		same = before ? common_digits(before->shown.sha256, s->shown.sha256) : 0;
		if (same == 2 * FB_SHA256) {
			s->shown.digits = before->shown.digits;
			if (s->wanted && before->wanted && !q->p->places) {
				s->wanted = false;
				q->p->counts.copied++;
			}
			if (!before->wanted)
				before = s;
			continue;
		}
		if (same >= REFERENCE_DIGITS) {
			s->shown.digits = (unsigned)same + 1;
			if (before->shown.digits < s->shown.digits)
				before->shown.digits = s->shown.digits;
		}
		before = s;
	}
	if (!q->p->places) {
		struct beginning b = { q, order };

		r = fb_case_beginnings(q->c, on_beginning, &b, &q->p->cli->err);
		if (r == 0)
			r = leave_parts(&b);
	}
	free(order);
	return r;
}

static int on_quiet(void *user, uint64_t offset, uint64_t length)
{
	struct pass *q = user;
	struct source *s = &q->v[q->at];
	struct span *last = s->nquiet ? &s->quiet[s->nquiet - 1] : NULL;

	if (last && last->to == offset) {
		last->to = offset + length;
		return 0;
	}
	if (q->nspans == FB_PASS_SPANS)
		return 0; /* the rest is decoded, and told apart event by event */
	if ((s->nquiet & (s->nquiet - 1)) == 0) {
		struct span *more = reallocarray(s->quiet, s->nquiet ? 2 * s->nquiet : 1,
						 sizeof *more);

		if (!more)
			return no_memory(q);
		s->quiet = more;
	}
	s->quiet[s->nquiet++] = (struct span){ offset, offset + length };
	q->nspans++;
	return 0;
}

static int find_quiet(struct pass *q)
{
	const struct fb_filter *f = &q->p->filter;
	int r = 0;

	if (f->from == FB_TIME_NONE && f->to == FB_TIME_NONE)
		return 0;
	for (q->at = 0; q->at < q->n && !r; q->at++) {
		struct source *s = &q->v[q->at];

		if (!s->wanted)
			continue;
		r = fb_case_quiet(q->c, s->id, f->from, f->to, on_quiet, q, &q->p->cli->err);
		if (!r && s->nquiet == 1 && s->quiet[0].from == 0 && s->quiet[0].to >= s->size)
			s->wanted = false;
	}
	q->at = 0;
	return r;
}

static void link_members(struct choosing *ch)
{
	struct pass *q = ch->q;

	for (size_t i = q->n; i-- > 0;) {
		struct source *s = &q->v[i], *up = s->parent ? find(ch, s->parent) : NULL;

		if (up) {
			s->up = (size_t)(up - q->v) + 1;
			s->next_child = up->first_child;
			up->first_child = i + 1;
		}
		/* What holds it has to be read. */
		for (unsigned depth = 0; s->wanted && up && depth < 64; depth++) {
			if (!up->parent)
				up->needed = true;
			up = up->parent ? find(ch, up->parent) : NULL;
		}
		if (s->wanted && !s->parent)
			s->needed = true;
	}
}

/* What others told comes behind all else: of an event that is known both ways the record
 * itself is handed on. */
static int told_last(struct pass *q)
{
	struct source *told = calloc(q->n + 1, sizeof *told);
	size_t n = 0, kept = 0;

	if (!told)
		return no_memory(q);
	for (size_t i = 0; i < q->n; i++) {
		if (fb_second_hand(q->v[i].shown.format))
			told[n++] = q->v[i];
		else
			q->v[kept++] = q->v[i];
	}
	memcpy(q->v + kept, told, n * sizeof *told);
	q->told = n != 0;
	free(told);
	return 0;
}

/* The index of the file that it is in. */
static size_t root_of(const struct pass *q, size_t i)
{
	for (unsigned depth = 0; q->v[i].up && depth < 64; depth++)
		i = q->v[i].up - 1;
	return i;
}

/* Of which all that is wanted lies in the spool, that file need not be unpacked. */
static int use_spool(struct pass *q)
{
	bool *unpack;
	struct fb_buf path;
	int r;

	fb_buf_init(&path, 2 * FB_PATH_MAX);
	r = fb_case_attr_of(q->c, 0, "spool", &path, &q->p->cli->err);
	/* One that is gone, or that others could write to, is as good as none. */
	if (r == 0 && path.n)
		(void)fb_spool_open(&q->spool, fb_buf_cstr(&path), false, 0, NULL);
	fb_buf_dispose(&path);
	if (r || q->spool.dir < 0)
		return r;
	unpack = calloc(q->n + 1, sizeof *unpack);
	if (!unpack)
		return no_memory(q);
	for (size_t i = 0; i < q->n; i++)
		if (q->v[i].wanted && q->v[i].parent && (!q->v[i].hashed ||
		    !fb_spool_get(&q->spool, q->v[i].shown.sha256, q->v[i].size, NULL)))
			unpack[root_of(q, i)] = true;
	for (size_t i = 0; i < q->n; i++) {
		struct source *s = &q->v[i];

		if (!s->wanted || !s->parent || unpack[root_of(q, i)])
			continue;
		s->spooled = true;
		q->v[root_of(q, i)].needed = q->v[root_of(q, i)].wanted;
	}
	free(unpack);
	return 0;
}

static int choose(struct pass *q)
{
	struct choosing ch = { .q = q };
	struct fb_filter f;
	int r;

	fb_filter_init(&f);
	r = fb_case_sources(q->c, &f, on_source, q, &q->p->cli->err);
	if (!r)
		r = told_last(q);
	if (r)
		return r;
	ch.by_id = calloc(q->n + 1, sizeof *ch.by_id);
	q->members = calloc(q->n + 1, sizeof *q->members);
	if (!ch.by_id || !q->members) {
		free(ch.by_id);
		return no_memory(q);
	}
	for (size_t i = 0; i < q->n; i++)
		ch.by_id[i] = q->members[i] = i;
	qsort_r(q->members, q->n, sizeof *q->members, by_place, q->v);
	qsort_r(ch.by_id, q->n, sizeof *ch.by_id, by_id, q->v);
	f.source = q->p->filter.source;
	r = fb_case_sources(q->c, &f, on_selected, &ch, &q->p->cli->err);
	for (size_t i = 0; i < q->n; i++)
		q->v[i].wanted = q->v[i].selected && is_decoded(q, &q->v[i]) &&
				 (!q->p->nearly ||
				  q->p->nearly(q->p->near_user, q->v[i].shown.path));
	if (!r)
		r = leave_copies(q);
	if (!r)
		r = find_quiet(q);
	if (!r)
		link_members(&ch);
	if (!r)
		r = use_spool(q);
	for (size_t i = 0; i < q->n; i++)
		q->progress.total += q->v[i].needed || q->v[i].spooled ? q->v[i].size : 0;
	free(ch.by_id);
	return r;
}

/* ---- saying what is wrong ---- */

static void say(struct pass *q, const struct source *s, const char *why)
{
	struct fb_buf path;

	q->p->cli->status = FB_EXIT_PART;
	if (q->said++ >= SAID_MAX)
		return;
	fb_progress_clear(&q->progress);
	fb_buf_init(&path, 4 * FB_PATH_MAX);
	(void)fb_text_term(&path, fb_slice_str(s->shown.path));
	fb_cli_say(q->p->cli, "%s: %s", fb_buf_cstr(&path), why);
	fb_buf_dispose(&path);
}

/* ---- what the engine asks and tells; ids of sources are 1 + their number ---- */

static struct source *source_of(struct pass *q, uint64_t id)
{
	return id >= 1 && id <= q->n ? &q->v[id - 1] : NULL;
}

/* It cannot be opened: nothing of it and its members comes. */
static int give_up(struct pass *q, size_t i, const char *why)
{
	struct source *s = &q->v[i];
	int r = 0;

	if (why) {
		q->p->counts.unread++;
		say(q, s, why);
	}
	for (size_t k = s->first_child; k && !r; k = q->v[k - 1].next_child)
		r = give_up(q, k - 1, NULL);
	return r ? r : fb_inorder_end(q->order, i, 0, &q->p->cli->err);
}

/* It is hashed on its way: its name says what it must be. */
static int next_spooled(struct pass *q, struct source *s, struct fb_engine_file *file, bool *have)
{
	int fd;

	if (!fb_spool_get(&q->spool, s->shown.sha256, s->size, &fd))
		return give_up(q, q->at, "it is not in the spool any more: run the command again");
	*file = (struct fb_engine_file){ .source = q->at + 1, .fd = fd, .size = s->size, .only_unit = -1,
					 .render = q->p->bring, .sift = true };
	*have = true;
	return 0;
}

static int op_next(void *user, struct fb_engine_file *file, bool *have)
{
	struct pass *q = user;

	*have = false;
	for (; q->at < q->n && !*have; q->at++) {
		struct source *s = &q->v[q->at];
		struct fb_walk_file now = { 0 };
		struct fb_err why = { 0 };
		int fd, r;

		if (s->spooled) {
			r = next_spooled(q, s, file, have);
			if (r)
				return r;
			continue;
		}
		if (!s->needed || s->parent)
			continue;
		if (!s->disk || fb_open_evidence(s->disk, &fd, &why)) {
			r = give_up(q, q->at, s->disk ? why.text : "the case does not know where it "
								   "lies");
			if (r)
				return r;
			continue;
		}
		s->hashing = s->hashed && (!fb_walk_again(s->disk, &now) || now.size != s->size ||
					   now.mtime != s->mtime);
		*file = (struct fb_engine_file){
			.source = q->at + 1, .fd = fd, .size = s->size, .only_unit = -1,
			.format = s->shown.format,
			.render = q->p->bring, .sift = true, .unhashed = !s->hashing,
		};
		q->p->counts.files++;
		*have = true;
		r = fb_parts_join(&q->joined, s->disk, file, NULL, NULL, &q->p->cli->err);
		fb_parts_dispose(&q->joined);
		if (r)
			return r;
	}
	return 0;
}

static int op_member(void *user, const struct fb_engine_member *m, uint64_t *source)
{
	struct pass *q = user;
	const struct source *up = source_of(q, m->parent);
	size_t lo = 0, hi = up ? q->n : 0;

	*source = UINT64_MAX;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2, i = q->members[mid];
		int d = place_cmp(&q->v[i], up->id, m->index);

		if (d == 0) {
			*source = i + 1;
			break;
		}
		if (d < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return 0;
}

static bool is_in(const struct span *v, size_t n, uint64_t offset, uint64_t length)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (v[mid].to <= offset)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < n && v[lo].from <= offset && v[lo].to - offset >= length;
}

static bool is_quiet(const struct source *s, uint64_t offset, uint64_t length)
{
	return is_in(s->quiet, s->nquiet, offset, length) || is_in(s->copied, s->ncopied, offset, length);
}

static bool op_unit_known(void *user, uint64_t source, uint32_t seq, uint64_t offset,
			  uint64_t length)
{
	struct pass *q = user;
	struct source *s = source_of(q, source);

	if (s && s->wanted && !is_quiet(s, offset, length) &&
	    (!q->p->near || q->p->near(q->p->near_user, s->shown.path, offset, length)))
		return false;
	if (s && !q->code)
		q->code = fb_inorder_unit(q->order, (size_t)(s - q->v), seq, NULL, 0,
					  &q->p->cli->err);
	return true;
}

static int op_unit(void *user, const struct fb_unit_result *u)
{
	struct pass *q = user;
	struct source *s = source_of(q, u->source);

	if (q->code || !s)
		return q->code;
	if (u->lost) {
		q->p->counts.lost += u->lost;
		say(q, s, "there is more in it than is kept at once");
	}
	for (size_t i = 0; i < u->nproblems; i++)
		if (!u->problems[i].skipped && (u->problems[i].why == FB_WHY_CRASH ||
						u->problems[i].why == FB_WHY_CPU ||
						u->problems[i].why == FB_WHY_LIES))
			say(q, s, "a part of it could not be decoded this time");
	return fb_inorder_unit(q->order, (size_t)(s - q->v), u->seq, u->detections, u->ndetections,
			       &q->p->cli->err);
}

static int op_source(void *user, const struct fb_source_result *r)
{
	struct pass *q = user;
	struct source *s = source_of(q, r->source);
	struct source *up = s;

	if (q->code || !s)
		return q->code;
	while (up->up && !s->spooled)
		up = &q->v[up->up - 1];
	q->p->counts.bytes += s->parent ? 0 : r->size;
	if (s->spooled && r->whole && memcmp(r->sha256, s->shown.sha256, FB_SHA256) != 0) {
		fb_spool_drop(&q->spool, s->shown.sha256);
		q->p->counts.changed++;
		say(q, s, "its copy in the spool was damaged and has been removed: run the command again");
	} else if (!r->whole) {
		q->p->counts.unread++;
		say(q, s, "could not be read to its end");
	} else if (up->hashing && s->hashed &&
		   memcmp(r->sha256, s->shown.sha256, FB_SHA256) != 0) {
		q->p->counts.changed++;
		say(q, s, "it has changed since it was investigated: its SHA-256 is another");
	}
	return fb_inorder_end(q->order, (size_t)(s - q->v), r->units, &q->p->cli->err);
}

static int op_idle(void *user)
{
	struct pass *q = user;
	struct fb_engine_progress p;

	if (fb_signalled)
		return fb_fail(&q->p->cli->err, FB_ESTOP, "stopped before the end");
	fb_engine_progress(q->engine, &p);
	fb_progress_draw(&q->progress, &(struct fb_progress_state){ .bytes = p.bytes,
								    .events = p.events });
	return 0;
}

/* ---- hits, now in order ---- */

/* The identity of a record, as assess/identity.c has it; a line's is its place, and
 * sources of equal content are read once. coarse: the time is taken to the second, which
 * is what the coarsest of the programs that tell of records have. */
static bool identity(const struct fb_detection *d, bool coarse, struct fb_buf *b, uint8_t out[static FB_SHA256])
{
	fb_time time = coarse ? d->time - (d->time % FB_SECOND + FB_SECOND) % FB_SECOND : d->time;

	if (!d->record || d->line || !d->host.n || d->time == FB_TIME_NONE)
		return false;
	fb_buf_clear(b);
	(void)fb_utf8_fold(b, d->host);
	(void)fb_buf_putc(b, 0xFF);
	(void)fb_buf_slice(b, d->channel);
	(void)fb_buf_putc(b, 0xFF);
	(void)fb_buf_u64(b, d->record);
	(void)fb_buf_u64(b, (uint64_t)time);
	(void)fb_buf_u32(b, d->event_id);
	(void)fb_buf_u32(b, d->rule);
	fb_sha256_of(fb_buf_view(b), out);
	return true;
}

static size_t first_slot(const struct pass *q, const uint8_t *key)
{
	uint64_t h;

	memcpy(&h, key, sizeof h);
	return (size_t)h & (q->seen_room - 1);
}

static uint8_t *slot(const struct pass *q, const uint8_t *key)
{
	static const uint8_t none[SEEN_BYTES];
	size_t mask = q->seen_room - 1, at;

	for (at = first_slot(q, key);; at = (at + 1) & mask) {
		uint8_t *p = q->seen + at * SEEN_BYTES;

		if (memcmp(p, none, SEEN_BYTES) == 0 || memcmp(p, key, SEEN_BYTES) == 0)
			return p;
	}
}

static int grow_seen(struct pass *q)
{
	size_t before = q->seen_room;
	uint8_t *old = q->seen;

	q->seen_room = before ? 2 * before : 4096;
	q->seen = calloc(q->seen_room, SEEN_BYTES);
	if (!q->seen) {
		q->seen = old;
		q->seen_room = before;
		return no_memory(q);
	}
	for (size_t i = 0; i < before; i++) {
		static const uint8_t none[SEEN_BYTES];
		const uint8_t *p = old + i * SEEN_BYTES;

		if (memcmp(p, none, SEEN_BYTES) != 0)
			memcpy(slot(q, p), p, SEEN_BYTES);
	}
	free(old);
	return 0;
}

/* sum: its identity; NULL: it has none. */
static int was_seen(struct pass *q, const uint8_t *sum, bool *seen)
{
	uint8_t *p;

	*seen = false;
	if (!sum)
		return 0;
	if (2 * q->nseen >= q->seen_room && !q->seen_full) {
		if (q->nseen >= FB_PASS_SEEN)
			q->seen_full = true;
		else if (grow_seen(q))
			return FB_ENOMEM;
	}
	p = slot(q, sum);
	*seen = memcmp(p, sum, SEEN_BYTES) == 0;
	if (!*seen && !q->seen_full) {
		memcpy(p, sum, SEEN_BYTES);
		q->nseen++;
	}
	return 0;
}

/* Of that identity the record that is so; content 0: any that can be compared. */
static const uint8_t *key_of(const uint8_t *sum, uint32_t content, uint8_t key[static FB_SHA256])
{
	uint8_t bytes[FB_SHA256 + sizeof content];

	memcpy(bytes, sum, FB_SHA256);
	memcpy(bytes + FB_SHA256, &content, sizeof content);
	fb_sha256_of(fb_slice(bytes, sizeof bytes), key);
	return key;
}

/* What tells the record from another of its number; 0: nothing has to, or can. */
static uint32_t content_of(const struct pass *q, const struct source *s, const struct fb_detection *d)
{
	return q->branches.n && d->content &&
	       fb_branches_tell(&q->branches, s->id, s->hashed ? s->shown.sha256 : NULL, d->host, d->channel, d->record) ? d->content : 0;
}

/* Of one identity, by which they are copies. What cannot be compared is one of the first record that was met; what was met
 * before all that can be is that one's. */
static int was_met(struct pass *q, const uint8_t *sum, uint32_t content, bool *met)
{
	uint8_t key[FB_SHA256];
	bool any, comparable;
	int r;

	if (!sum || !content)
		return was_seen(q, sum, met);
	if ((r = was_seen(q, sum, &any)) || (r = was_seen(q, key_of(sum, 0, key), &comparable)) ||
	    (r = was_seen(q, key_of(sum, content, key), met)))
		return r;
	*met = *met || (any && !comparable);
	return 0;
}

static int find_decided(struct pass *q, const struct source *s, struct fb_pass_hit *hit)
{
	const struct fb_detection *d = hit->d;
	const struct fb_identity id = { .content = d->content, .host = d->host, .channel = d->channel, .record = d->record,
		.line = d->line, .time = d->time, .event_id = d->event_id,
		.sha256 = s->shown.digits ? s->shown.sha256 : NULL, .offset = d->offset };

	return fb_case_event_decided(q->c, &id, &hit->decided, &q->p->cli->err);
}

static int on_hit(struct pass *q, size_t source, const struct fb_detection *d, const uint8_t *sum)
{
	struct fb_pass *p = q->p;
	const struct source *s = &q->v[source];
	struct fb_pass_hit hit = { .source = &s->shown, .d = d, .host = d->host, .host_why = "" };
	bool seen;
	int r;

	if (!hit.host.n) {
		hit.host = fb_slice_str(s->shown.host);
		hit.host_why = s->shown.host_why;
	}
	if (p->filter.host && !fb_case_host_matches(p->filter.host, hit.host))
		return 0;
	r = was_met(q, sum, content_of(q, s, d), &seen);
	if (r)
		return r;
	seen = seen || (!d->record && is_in(s->copied, s->ncopied, d->offset, 1));
	if (seen) {
		p->counts.copies++;
		return 0;
	}
	p->counts.hits++;
	r = find_decided(q, s, &hit);
	if (r)
		return r;
	r = p->hit(p->user, &hit);
	p->stopped = p->stopped || r == FB_ESTOP;
	return r;
}

/* The table of what was seen is large, and where to look in it is chance: of several hits at once memory
 * is asked for what all of them need before the first has to wait. */
static int on_hits(void *user, size_t source, const struct fb_detection *d, size_t n)
{
	uint8_t sums[FB_INORDER_BATCH][FB_SHA256];
	bool has[FB_INORDER_BATCH];
	struct pass *q = user;
	int r = 0;

	for (size_t i = 0; i < n; i++) {
		has[i] = !q->p->places && identity(&d[i], q->told, &q->identity, sums[i]);
		if (has[i] && q->seen)
			__builtin_prefetch(q->seen + first_slot(q, sums[i]) * SEEN_BYTES, 1);
	}
	for (size_t i = 0; i < n && !r; i++)
		r = on_hit(q, source, &d[i], has[i] ? sums[i] : NULL);
	return r;
}

/* ---- the pass ---- */

static int read_all(struct pass *q)
{
	static const struct fb_engine_ops ops = {
		.next = op_next, .member = op_member, .unit_known = op_unit_known,
		.unit = op_unit, .source = op_source, .idle = op_idle,
	};
	struct fb_err *err = &q->p->cli->err;
	int r = 0;

	/* What is not read has no hits. */
	for (size_t i = 0; i < q->n && !r; i++) {
		const struct source *s = &q->v[i];

		if (!s->wanted && !s->needed)
			r = fb_inorder_end(q->order, i, 0, err);
	}
	if (!r)
		r = fb_engine_run(q->engine, &ops, q, err);
	/* Members that did not come this time hold nothing up. */
	for (size_t i = 0; i < q->n && !r; i++)
		r = fb_inorder_end(q->order, i, 0, err);
	fb_progress_clear(&q->progress);
	if (q->p->stopped && r == FB_ESTOP) {
		*err = (struct fb_err){ 0 };
		r = 0;
	}
	return r;
}

static void say_end(struct pass *q)
{
	const struct fb_pass_counts *n = &q->p->counts;
	struct fb_cli *cli = q->p->cli;

	if (q->said > SAID_MAX)
		fb_cli_say(cli, "%u more problems", q->said - SAID_MAX);
	if (n->copied && !fb_args_has(&cli->args, "quiet"))
		fb_cli_say(cli, "%llu source%s left out: another has the same content, or has it in it",
			   (unsigned long long)n->copied, n->copied == 1 ? "" : "s");
	if (q->seen_full) {
		fb_cli_say(cli, "so many records were found that copies of later ones could not be "
				"told apart");
		cli->status = FB_EXIT_PART;
	}
}

int fb_pass_run(struct fb_pass *p, const char *dir)
{
	const struct fb_ruleset *const sets[] = { p->set, NULL };
	struct fb_cli *cli = p->cli;
	struct fb_engine_config config = { .formats = cli->formats, .rules = sets,
					   .syms = p->syms };
	struct pass q = { .p = p, .spool = { .dir = -1 } };
	struct fb_unpacking unpacking;
	int r = fb_unpacking_read(&unpacking, &cli->args, &cli->err);

	/* The workers have to know them, and are forked before the case is opened for good. */
	if (!r)
		r = fb_maps_dir(cli, dir);
	config.formats = cli->formats;
	fb_unpacking_config(&unpacking, &config);
	fb_arena_init(&q.arena, NAMES_MEMORY);
	fb_buf_init(&q.identity, 8192);
	if (!r)
		r = fb_logs_said(&cli->args, dir, &cli->err);
	fb_signals(false);
	if (p->aside)
		p->aside(p->user, true);
	if (!r)
		r = fb_engine_start(&config, &q.engine, &cli->err);
	if (p->aside)
		p->aside(p->user, false);
	fb_signals(true);
	if (!r)
		r = fb_cli_open(cli, dir, &q.c);
	if (!r) {
		fb_progress_init(&q.progress, 2, !fb_args_has(&cli->args, "quiet") &&
				 !(cli->out_open && cli->out.tty), 0);
		r = choose(&q);
	}
	if (!r)
		r = fb_case_branches_own(q.c, &q.branches, &cli->err);
	if (!r)
		r = fb_inorder_new(q.n, on_hits, &q, &q.order, &cli->err);
	if (!r)
		r = read_all(&q);
	if (!r)
		say_end(&q);
	fb_engine_stop(q.engine);
	fb_inorder_free(q.order);
	fb_case_close(q.c);
	for (size_t i = 0; i < q.n; i++) {
		free(q.v[i].quiet);
		free(q.v[i].copied);
	}
	free(q.v);
	free(q.members);
	fb_unpacking_dispose(&unpacking);
	free(q.seen);
	fb_buf_dispose(&q.identity);
	fb_branches_dispose(&q.branches);
	fb_spool_close(&q.spool);
	fb_arena_dispose(&q.arena);
	return r;
}

int fb_pass_reference(struct fb_buf *out, const struct fb_pass_hit *hit)
{
	char hex[2 * FB_SHA256 + 1];

	if (!hit->source->digits)
		return 0;
	fb_hex(hit->source->sha256, FB_SHA256, hex);
	(void)fb_buf_put(out, hex, hit->source->digits);
	return fb_buf_printf(out, ":%llu", (unsigned long long)hit->d->offset);
}

bool fb_pass_value(const struct fb_pass_hit *hit, size_t i, struct fb_slice *out)
{
	struct fb_cur c = fb_cur(hit->d->values);
	uint16_t n;

	while (fb_cur_u16(&c, &n)) {
		if (n != FB_CAPTURE_NONE && !fb_cur_take(&c, n, out))
			return false;
		if (i-- == 0)
			return n != FB_CAPTURE_NONE;
	}
	return false;
}
