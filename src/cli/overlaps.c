#include "cli/overlaps.h"

#include "base/arena.h"
#include "base/grow.h"
#include "base/text.h"
#include "case/beginnings.h"
#include "case/collected.h"
#include "case/overlaps.h"
#include "event/secondhand.h"

#include <stdlib.h>

#define MEMORY ((size_t)1 << 28)
/* Remarks of beginnings are numbered from 1 << 32. */
#define REMARK ((uint64_t)1 << 33)

struct log {
	uint64_t source, size;
	const char *path, *format, *host;
	uint8_t sha256[FB_SHA256];
	fb_time first, end;
	uint32_t index;
	uint64_t file, file_size;
	const char *file_path, *disk;
	bool begins; /* another one with all of it */
	bool twin;   /* another one has the same content */
	bool cut;    /* that was tried */
	struct fb_text_head head;
};

/* The head of the one may stand in the other. */
struct pair {
	uint32_t head, in; /* logs */
	bool asked, found;
};

/* Such a place, and from where on both are compared. */
struct attempt {
	uint32_t pair;
	uint64_t from, at, length; /* of the head's log, of the other */
	bool asked, summed[2];
	uint8_t sums[2][FB_SHA256];
	unsigned range[2]; /* numbers of what was asked */
	bool all; /* nothing in front is an event of the head's log */
};

struct file {
	uint64_t source;
	struct fb_text_ask ask;
	uint64_t anchors[FB_ANCHORS_MAX];
	struct fb_text_range ranges[FB_RANGES_MAX];
	struct fb_text_cut cuts[FB_RANGES_MAX];
};

struct finding {
	struct fb_case *c;
	struct fb_evidence *ev;
	struct fb_err *err;
	struct fb_arena arena;
	struct log *v; /* by format, first time */
	size_t n, room;
	struct pair *pairs;
	size_t npairs, pairs_room;
	struct attempt *attempts;
	size_t nattempts, attempts_room;
	struct file **files; /* that are read this time */
	struct fb_evidence_file *given;
	size_t nfiles, files_room, given_room;
	uint64_t said;
	bool stopped;
};

static int no_memory(struct finding *f)
{
	return fb_fail(f->err, FB_ENOMEM, "out of memory: too many logs");
}

static int more(struct finding *f, void *list, size_t n, size_t *room, size_t size)
{
	return fb_room(list, n, room, size) ? 0 : no_memory(f);
}

static int on_log(void *user, const struct fb_text_log *t)
{
	struct finding *f = user;
	int r = more(f, &f->v, f->n, &f->room, sizeof *f->v);
	struct log *l;

	if (r)
		return r;
	l = &f->v[f->n];
	*l = (struct log){ .source = t->source, .size = t->size, .first = t->first, .end = t->end, .index = t->index,
			   .path = fb_arena_str(&f->arena, t->path), .format = fb_arena_str(&f->arena, t->format),
			   .host = fb_arena_str(&f->arena, t->host), .file = t->file, .file_size = t->file_size,
			   .file_path = fb_arena_str(&f->arena, t->file_path), .disk = fb_arena_str(&f->arena, t->disk) };
	memcpy(l->sha256, t->sha256, FB_SHA256);
	if (!l->path || !l->format || !l->host || !l->file_path || !l->disk)
		return no_memory(f);
	f->n++;
	return 0;
}

static int on_beginning(void *user, const uint8_t beginning[static FB_SHA256], const uint8_t whole[static FB_SHA256])
{
	struct finding *f = user;

	(void)whole;
	for (size_t i = 0; i < f->n; i++)
		if (memcmp(f->v[i].sha256, beginning, FB_SHA256) == 0)
			f->v[i].begins = true;
	return 0;
}

/* ---- which may ---- */

static bool same(const struct log *a, const struct log *b)
{
	return memcmp(a->sha256, b->sha256, FB_SHA256) == 0;
}

/* They stand together, but for others of their size. */
static void find_twins(struct finding *f)
{
	for (size_t i = 0; i < f->n; i++)
		for (size_t k = i + 1; k < f->n && f->v[k].first == f->v[i].first && f->v[k].size == f->v[i].size; k++)
			if (same(&f->v[i], &f->v[k]))
				f->v[i].twin = f->v[k].twin = true;
}

/* Of equal pairs of contents one is asked. */
static bool have(const struct finding *f, const struct log *head, const struct log *in)
{
	if (!head->twin && !in->twin)
		return false;
	for (size_t i = 0; i < f->npairs; i++)
		if (same(&f->v[f->pairs[i].head], head) && same(&f->v[f->pairs[i].in], in))
			return true;
	return false;
}

static int add_pair(struct finding *f, size_t head, size_t in)
{
	int r;

	if (f->npairs == FB_OVERLAP_PAIRS || have(f, &f->v[head], &f->v[in]))
		return 0;
	if ((r = more(f, &f->pairs, f->npairs, &f->pairs_room, sizeof *f->pairs)))
		return r;
	f->pairs[f->npairs++] = (struct pair){ .head = (uint32_t)head, .in = (uint32_t)in };
	return 0;
}

/* b begins when a does, or later. */
static bool may_overlap(const struct log *a, const struct log *b)
{
	fb_time end = a->end < b->end ? a->end : b->end, both;

	if (same(a, b) || a->begins || b->begins || __builtin_sub_overflow(end, b->first, &both) ||
	    both < FB_OVERLAP_SECONDS * FB_SECOND)
		return false;
	return !fb_overlap_apart(fb_slice_str(a->host), fb_slice_str(a->path), fb_slice_str(b->host), fb_slice_str(b->path));
}

static int find_pairs(struct finding *f)
{
	int r = 0;

	find_twins(f);
	for (size_t i = 0; i < f->n; i++)
		/* What others told of records is known by the records. */
		for (size_t k = i + 1; k < f->n && !fb_second_hand(f->v[i].format) && strcmp(f->v[k].format, f->v[i].format) == 0 && f->v[k].first <= f->v[i].end; k++) {
			if (!may_overlap(&f->v[i], &f->v[k]))
				continue;
			r = add_pair(f, k, i);
			if (r == 0 && f->v[i].first == f->v[k].first)
				r = add_pair(f, i, k);
			if (r)
				return r;
		}
	return 0;
}

static int on_known(void *user, const struct fb_overlap *o)
{
	struct finding *f = user;

	for (size_t i = 0; i < f->npairs; i++) {
		const struct log *a = &f->v[f->pairs[i].head], *b = &f->v[f->pairs[i].in];

		if ((memcmp(a->sha256, o->copy, FB_SHA256) == 0 && memcmp(b->sha256, o->of, FB_SHA256) == 0) ||
		    (memcmp(b->sha256, o->copy, FB_SHA256) == 0 && memcmp(a->sha256, o->of, FB_SHA256) == 0))
			f->pairs[i].found = true;
	}
	return 0;
}

/* ---- reading ---- */

static int file_of(struct finding *f, const struct log *l, struct file **out)
{
	struct file *x;
	int r;

	for (size_t i = f->nfiles; i-- > 0;)
		if (f->files[i]->source == l->file) {
			*out = f->files[i];
			return 0;
		}
	if ((r = more(f, &f->files, f->nfiles, &f->files_room, sizeof *f->files)) ||
	    (r = more(f, &f->given, f->nfiles, &f->given_room, sizeof *f->given)))
		return r;
	x = calloc(1, sizeof *x);
	if (!x)
		return no_memory(f);
	x->source = l->file;
	x->ask.anchors = x->anchors;
	x->ask.ranges = x->ranges;
	x->ask.cuts = x->cuts;
	f->given[f->nfiles] = (struct fb_evidence_file){ .source = l->file, .size = l->file_size, .shown = l->file_path,
							 .disk = l->disk, .ask = &x->ask };
	*out = f->files[f->nfiles++] = x;
	return 0;
}

static void forget_files(struct finding *f)
{
	for (size_t i = 0; i < f->nfiles; i++)
		free(f->files[i]);
	f->nfiles = 0;
}

/* Stopped: the next run does it. */
static int stopped(struct finding *f, int r)
{
	if (r != FB_ESTOP || !*f->ev->stop)
		return r;
	*f->err = (struct fb_err){ 0 };
	f->stopped = true;
	return 0;
}

static int read_files(struct finding *f, int (*on)(void *user, const struct fb_source_result *r))
{
	if (f->nfiles == 0 || f->stopped)
		return 0;
	fb_progress_note(&f->ev->progress, "looking for copies");
	return stopped(f, fb_evidence_begin(f->ev, f->given, f->nfiles, on, f));
}

static struct log *log_of(struct finding *f, uint64_t source)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].source == source)
			return &f->v[i];
	return NULL;
}

static int on_head(void *user, const struct fb_source_result *r)
{
	struct log *l = log_of(user, r->source);

	if (l)
		l->head = r->head;
	return 0;
}

static int read_heads(struct finding *f)
{
	int r = 0;

	for (size_t i = 0; i < f->npairs && r == 0; i++) {
		struct file *x = NULL;

		if (f->pairs[i].found)
			continue;
		r = file_of(f, &f->v[f->pairs[i].head], &x);
		if (r == 0)
			x->ask.heads = true;
	}
	if (r == 0)
		r = read_files(f, on_head);
	forget_files(f);
	return r;
}

/* ---- where heads stand ---- */

/* How long both would be alike from there on: to the end of one of them. */
static uint64_t most(const struct finding *f, uint32_t pair, uint64_t from, uint64_t at)
{
	uint64_t x = f->v[f->pairs[pair].head].size - from, y = f->v[f->pairs[pair].in].size - at;

	return x < y ? x : y;
}

static int try_at(struct finding *f, uint32_t pair, uint64_t from, uint64_t at)
{
	const struct log *head = &f->v[f->pairs[pair].head];
	int r = more(f, &f->attempts, f->nattempts, &f->attempts_room, sizeof *f->attempts);

	if (r == 0)
		f->attempts[f->nattempts++] = (struct attempt){ .pair = pair, .from = from, .at = at, .length = most(f, pair, from, at),
								.all = from == head->head.first };
	return r;
}

/* The first line may be the rest of one, of which the anchor is sure to be free; what one log has alone ends with a line. */
static int on_place(struct finding *f, uint32_t pair, const struct fb_text_place *p)
{
	const struct log *head = &f->v[f->pairs[pair].head], *in = &f->v[f->pairs[pair].in];
	uint64_t first = head->head.first, line = head->head.anchor - first, at = p->offset - line;
	int r = 0;

	if (head->head.anchor >= head->size || p->offset >= in->size || p->directives != head->head.directives)
		return 0;
	if (p->offset >= line && (at == p->before || first + most(f, pair, first, at) == head->size))
		r = try_at(f, pair, first, at);
	return r ? r : try_at(f, pair, head->head.anchor, p->offset);
}

static int on_places(void *user, const struct fb_source_result *r)
{
	struct finding *f = user;
	const struct log *in = log_of(f, r->source);
	const struct file *x = NULL;
	int code = 0;

	for (size_t i = 0; i < f->nfiles && in; i++)
		if (f->files[i]->source == in->file)
			x = f->files[i];

	for (size_t i = 0; i < r->nplaces && x && code == 0; i++)
		for (uint32_t k = 0; k < f->npairs && code == 0; k++)
			if (&f->v[f->pairs[k].in] == in && !f->pairs[k].found && f->pairs[k].asked &&
			    f->v[f->pairs[k].head].head.sum == x->anchors[r->places[i].anchor])
				code = on_place(f, k, &r->places[i]);
	return code;
}

static bool add_anchor(struct file *x, uint64_t sum)
{
	for (unsigned i = 0; i < x->ask.nanchors; i++)
		if (x->anchors[i] == sum)
			return true;
	if (x->ask.nanchors == FB_ANCHORS_MAX)
		return false;
	x->anchors[x->ask.nanchors++] = sum;
	return true;
}

/* As many as fit; *left: there are more. */
static int ask_places(struct finding *f, bool *left)
{
	*left = false;
	for (size_t i = 0; i < f->npairs; i++) {
		struct pair *p = &f->pairs[i];
		const struct fb_text_head *h = &f->v[p->head].head;
		struct file *x = NULL;
		int r;

		if (p->found || p->asked || !h->known)
			continue;
		if ((r = file_of(f, &f->v[p->in], &x)))
			return r;
		p->asked = add_anchor(x, h->sum);
		*left = *left || !p->asked;
	}
	return 0;
}

static int find_places(struct finding *f)
{
	bool left = true;
	int r = 0;

	while (left && r == 0 && !f->stopped) {
		r = ask_places(f, &left);
		if (r == 0)
			r = read_files(f, on_places);
		forget_files(f);
	}
	return r;
}

/* ---- whether it is so ---- */

static unsigned add_range(struct file *x, uint32_t index, uint64_t from, uint64_t length)
{
	x->ranges[x->ask.nranges] = (struct fb_text_range){ index, from, from + length };
	return x->ask.nranges++;
}

static bool fits(const struct file *x, unsigned n)
{
	return x->ask.nranges + n <= FB_RANGES_MAX;
}

static int ask_sums(struct finding *f, bool *left)
{
	*left = false;
	for (size_t i = 0; i < f->nattempts; i++) {
		struct attempt *a = &f->attempts[i];
		const struct log *head = &f->v[f->pairs[a->pair].head], *in = &f->v[f->pairs[a->pair].in];
		struct file *x = NULL, *y = NULL;
		int r;

		if (a->asked || f->pairs[a->pair].found)
			continue;
		if ((r = file_of(f, head, &x)) || (r = file_of(f, in, &y)))
			return r;
		if (!fits(x, x == y ? 2 : 1) || !fits(y, 1)) {
			*left = true;
			continue;
		}
		a->asked = true;
		a->range[0] = add_range(x, head->index, a->from, a->length);
		a->range[1] = add_range(y, in->index, a->at, a->length);
	}
	return 0;
}

static int keep(struct finding *f, const struct attempt *a)
{
	const struct log *head = &f->v[f->pairs[a->pair].head], *in = &f->v[f->pairs[a->pair].in];
	struct fb_overlap o = { .length = a->length };

	if (a->from + a->length == head->size) {
		memcpy(o.copy, head->sha256, FB_SHA256);
		memcpy(o.of, in->sha256, FB_SHA256);
		o.from = a->from;
		o.at = a->at;
		o.all = a->all;
	} else {
		memcpy(o.copy, in->sha256, FB_SHA256);
		memcpy(o.of, head->sha256, FB_SHA256);
		o.from = a->at;
		o.at = a->from;
		o.all = in->head.known && a->at <= in->head.first;
	}
	return fb_case_overlap(f->c, &o, f->err);
}

static void found(struct finding *f, uint32_t pair)
{
	const struct pair *p = &f->pairs[pair];

	for (size_t i = 0; i < f->npairs; i++)
		if (&f->pairs[i] == p || (f->pairs[i].head == p->in && f->pairs[i].in == p->head))
			f->pairs[i].found = true;
}

/* It is still what the case knows, and so are the ranges. */
static int on_sums(void *user, const struct fb_source_result *r)
{
	struct finding *f = user;
	const struct log *l = log_of(f, r->source);

	if (!l || memcmp(r->sha256, l->sha256, FB_SHA256) != 0)
		return 0;
	for (size_t i = 0; i < f->nattempts; i++) {
		struct attempt *a = &f->attempts[i];
		const struct log *of[2] = { &f->v[f->pairs[a->pair].head], &f->v[f->pairs[a->pair].in] };

		for (size_t k = 0; k < r->nranges; k++)
			for (unsigned w = 0; w < 2; w++)
				if (of[w] == l && a->asked && !a->summed[w] && a->range[w] == r->ranges[k].range) {
					memcpy(a->sums[w], r->ranges[k].sha256, FB_SHA256);
					a->summed[w] = true;
				}
	}
	return 0;
}

/* Of several places the first counts, and of that the longer range. */
static int judge(struct finding *f)
{
	int r = 0;

	for (size_t i = 0; i < f->nattempts && r == 0; i++) {
		struct attempt *a = &f->attempts[i];

		if (f->pairs[a->pair].found || !a->summed[0] || !a->summed[1] || memcmp(a->sums[0], a->sums[1], FB_SHA256) != 0)
			continue;
		found(f, a->pair);
		r = keep(f, a);
	}
	return r;
}

static int compare(struct finding *f)
{
	bool left = true;
	int r = 0;

	while (left && r == 0 && !f->stopped) {
		r = ask_sums(f, &left);
		if (r == 0)
			r = read_files(f, on_sums);
		forget_files(f);
		if (r == 0)
			r = judge(f);
	}
	return r;
}

/* ---- what one has alone ---- */

/* What was counted of a unit cannot be told apart any more: a log is decoded once more, cut where its part begins. */
static int ask_cuts(struct finding *f, uint64_t *listed, size_t *n, bool *left)
{
	*left = false;
	for (size_t i = 0; i < f->n; i++) {
		struct log *l = &f->v[i];
		uint64_t want[FB_CUTS_MAX], have_it[FB_CUTS_MAX];
		unsigned nwant = 0, nhave = 0;
		struct file *x = NULL;
		int r;

		if (l->cut)
			continue;
		if ((r = fb_case_cuts(f->c, l->source, false, want, &nwant, f->err)) ||
		    (r = fb_case_cuts(f->c, l->source, true, have_it, &nhave, f->err)))
			return r;
		if (nwant == nhave) {
			l->cut = true;
			continue;
		}
		if ((r = file_of(f, l, &x)))
			return r;
		if (x->ask.ncuts + nwant > FB_RANGES_MAX) {
			*left = true;
			continue;
		}
		for (unsigned k = 0; k < nwant; k++)
			x->cuts[x->ask.ncuts++] = (struct fb_text_cut){ l->index, want[k] };
		l->cut = true;
		listed[(*n)++] = l->source;
	}
	return 0;
}

static int cut_copies(struct finding *f)
{
	uint64_t *listed = calloc(f->n + 1, sizeof *listed);
	bool left = true;
	int r = listed ? 0 : no_memory(f);

	while (left && r == 0 && !f->stopped) {
		size_t n = 0;

		r = ask_cuts(f, listed, &n, &left);
		if (r == 0 && n) {
			fb_progress_note(&f->ev->progress, "cutting copies");
			r = stopped(f, fb_evidence_cut(f->ev, f->given, f->nfiles, listed, n));
		}
		forget_files(f);
	}
	free(listed);
	return r;
}

/* ---- saying ---- */

static int on_said(void *user, const struct fb_overlap *o)
{
	struct finding *f = user;
	const struct log *of = NULL;
	struct fb_buf text;
	int r = 0;

	fb_buf_init(&text, 1u << 20);
	for (size_t i = 0; i < f->n && r == 0; i++) {
		const struct log *l = &f->v[i];

		if (memcmp(l->sha256, o->copy, FB_SHA256) != 0)
			continue;
		of = NULL;
		for (size_t k = 0; k < f->n && !of; k++)
			if (memcmp(f->v[k].sha256, o->of, FB_SHA256) == 0 &&
			    !fb_overlap_apart(fb_slice_str(l->host), fb_slice_str(l->path), fb_slice_str(f->v[k].host),
					      fb_slice_str(f->v[k].path)))
				of = &f->v[k];
		if (!of)
			continue;
		fb_buf_clear(&text);
		(void)fb_buf_printf(&text, "%llu of its bytes, from %llu on, stand in %s as well, at %llu: what they tell counts there",
				    (unsigned long long)o->length, (unsigned long long)o->from, of->path, (unsigned long long)o->at);
		r = fb_buf_code(&text) ? no_memory(f)
				       : fb_case_remark(f->c, l->source, REMARK + f->said++, FB_WHY_OVERLAP, fb_buf_view(&text), f->err);
	}
	fb_buf_dispose(&text);
	return r;
}

int fb_overlaps_find(struct fb_case *c, struct fb_evidence *ev, struct fb_err *err)
{
	struct finding f = { .c = c, .ev = ev, .err = err };
	int r;

	fb_arena_init(&f.arena, MEMORY);
	r = fb_case_text_logs(c, on_log, &f, err);
	if (r == 0)
		r = fb_case_beginnings(c, on_beginning, &f, err);
	if (r == 0 && ev)
		r = find_pairs(&f);
	if (r == 0 && f.npairs)
		r = fb_case_overlaps(c, on_known, &f, err);
	if (r == 0 && f.npairs && (r = read_heads(&f)) == 0 && (r = find_places(&f)) == 0)
		r = compare(&f);
	if (r == 0 && ev)
		r = cut_copies(&f);
	if (r == 0)
		r = fb_case_overlaps(c, on_said, &f, err);
	forget_files(&f);
	free(f.files);
	free(f.given);
	free(f.attempts);
	free(f.pairs);
	free(f.v);
	fb_arena_dispose(&f.arena);
	return r;
}
