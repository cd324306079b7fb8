#include "cli/beginnings.h"

#include "base/arena.h"
#include "base/grow.h"
#include "base/text.h"
#include "case/beginnings.h"
#include "case/collected.h"

#include <stdlib.h>

#define MEMORY ((size_t)1 << 28)

struct log {
	uint64_t source, size, length, events;
	const char *path, *format;
	uint8_t sha256[FB_SHA256];
	fb_time first, last;
	bool one;
	/* The file that it is, or is in. */
	uint64_t file, file_size;
	const char *file_path, *disk;
	size_t whole; /* + 1: the longest that begins with it */
};

struct file {
	struct fb_evidence_file f;
	uint64_t lengths[FB_BEGINNINGS_MAX];
};

/* What something was decided about: it may have become this log. */
struct sought {
	size_t log;
	uint8_t sha256[FB_SHA256];
};

struct finding {
	struct fb_case *c;
	struct fb_err *err;
	struct fb_arena arena;
	struct log *v; /* by format, first time, size: the longest first */
	size_t n, room;
	struct file **files; /* that may hold one that goes on */
	size_t nfiles, files_room;
	struct sought *sought;
	size_t nsought, sought_room;
	struct fb_evidence_file *given;
};

static int no_memory(struct finding *f)
{
	return fb_fail(f->err, FB_ENOMEM, "out of memory: too many logs");
}

static int more(struct finding *f, void *list, size_t n, size_t *room, size_t size)
{
	return fb_room(list, n, room, size) ? 0 : no_memory(f);
}

/* That a file of this log is read again, and what for. */
static int file_of(struct finding *f, const struct log *l, struct file **out)
{
	struct file *x;
	int r;

	for (size_t i = f->nfiles; i-- > 0;)
		if (f->files[i]->f.source == l->file) {
			*out = f->files[i];
			return 0;
		}
	r = more(f, &f->files, f->nfiles, &f->files_room, sizeof *f->files);
	if (r)
		return r;
	x = calloc(1, sizeof *x);
	if (!x)
		return no_memory(f);
	x->f = (struct fb_evidence_file){ .source = l->file, .size = l->file_size, .lengths = x->lengths,
					  .shown = l->file_path, .disk = l->disk };
	*out = f->files[f->nfiles++] = x;
	return 0;
}

static int on_log(void *user, const struct fb_text_log *t)
{
	struct finding *f = user;
	int r = more(f, &f->v, f->n, &f->room, sizeof *f->v);
	struct log *l;

	if (r)
		return r;
	l = &f->v[f->n];
	*l = (struct log){ .source = t->source, .size = t->size, .length = t->length, .events = t->events,
			   .first = t->first, .last = t->last, .one = t->one,
			   .path = fb_arena_str(&f->arena, t->path), .format = fb_arena_str(&f->arena, t->format),
			   .file = t->file, .file_size = t->file_size,
			   .file_path = fb_arena_str(&f->arena, t->file_path), .disk = fb_arena_str(&f->arena, t->disk) };
	memcpy(l->sha256, t->sha256, FB_SHA256);
	if (!l->path || !l->format || !l->file_path || !l->disk)
		return no_memory(f);
	f->n++;
	return 0;
}

/* As far as the case knows: they begin alike, and the one goes on behind the other's end. Most logs that do not
 * belong together differ in this already, and need not be read again. */
static bool may_begin(const struct log *whole, const struct log *l)
{
	if (l->size >= whole->size || l->first != whole->first || strcmp(l->format, whole->format) != 0)
		return false;
	if (!l->one)
		return l->length == whole->length && l->events == whole->events && l->last == whole->last;
	return l->events <= whole->events && l->last <= whole->last;
}

/* Rising, each once; beyond the limit the rest counts as logs of their own. */
static void add_length(struct file *x, uint64_t length)
{
	unsigned at = x->f.nlengths;

	while (at && x->lengths[at - 1] > length)
		at--;
	if ((at && x->lengths[at - 1] == length) || x->f.nlengths == FB_BEGINNINGS_MAX)
		return;
	memmove(x->lengths + at + 1, x->lengths + at, (x->f.nlengths - at) * sizeof *x->lengths);
	x->lengths[at] = length;
	x->f.nlengths++;
}

/* Logs of one format that begin in one moment stand together. */
static size_t group_end(const struct finding *f, size_t from)
{
	size_t to = from;

	while (to < f->n && f->v[to].first == f->v[from].first && strcmp(f->v[to].format, f->v[from].format) == 0)
		to++;
	return to;
}

static bool same(const struct log *a, const struct log *b)
{
	return memcmp(a->sha256, b->sha256, FB_SHA256) == 0;
}

static int ask(struct finding *f)
{
	for (size_t from = 0, to; from < f->n; from = to) {
		to = group_end(f, from);
		for (size_t i = from; i < to; i++)
			for (size_t k = i + 1; k < to; k++) {
				struct file *x = NULL;
				int r;

				/* Of equal logs one is asked; of a log nothing that is known of it. */
				if (!may_begin(&f->v[i], &f->v[k]) || (i > from && same(&f->v[i], &f->v[i - 1])) ||
				    (f->v[k].whole && f->v[k].whole <= i + 1))
					continue;
				if ((r = file_of(f, &f->v[i], &x)))
					return r;
				add_length(x, f->v[k].size);
			}
	}
	return 0;
}

static int on_grown(void *user, uint64_t source, const uint8_t sha256[static FB_SHA256], uint64_t size)
{
	struct finding *f = user;
	struct file *x = NULL;
	size_t at = 0;
	int r;

	while (at < f->n && f->v[at].source != source)
		at++;
	/* A log without a time is none that goes on. */
	if (at == f->n)
		return 0;
	for (size_t i = f->nsought; i-- > 0;)
		if (f->sought[i].log == at && memcmp(f->sought[i].sha256, sha256, FB_SHA256) == 0)
			return 0;
	if ((r = more(f, &f->sought, f->nsought, &f->sought_room, sizeof *f->sought)) || (r = file_of(f, &f->v[at], &x)))
		return r;
	add_length(x, size);
	f->sought[f->nsought] = (struct sought){ .log = at };
	memcpy(f->sought[f->nsought++].sha256, sha256, FB_SHA256);
	return 0;
}

static int known(void *user, const uint8_t beginning[static FB_SHA256], const uint8_t whole[static FB_SHA256])
{
	struct finding *f = user;

	for (size_t k = 0; k < f->n; k++) {
		if (memcmp(f->v[k].sha256, beginning, FB_SHA256) != 0)
			continue;
		for (size_t i = k; i-- > 0 && !f->v[k].whole;)
			if (memcmp(f->v[i].sha256, whole, FB_SHA256) == 0)
				f->v[k].whole = i + 1;
	}
	return 0;
}

/* What it was when something was decided about it. */
static int was(struct finding *f, const struct fb_source_result *r)
{
	int code = 0;

	for (size_t k = 0; k < f->nsought && code == 0; k++)
		for (size_t i = 0; i < r->nbeginnings && code == 0; i++)
			if (memcmp(f->sought[k].sha256, r->beginnings + i * FB_SHA256, FB_SHA256) == 0)
				code = fb_case_begins(f->c, r->sha256, f->sought[k].sha256, f->err);
	return code;
}

/* One was read whole: whose sums are those of its beginnings? */
static int on_begun(void *user, const struct fb_source_result *r)
{
	struct finding *f = user;
	size_t at = 0;
	int code = was(f, r);

	while (at < f->n && memcmp(f->v[at].sha256, r->sha256, FB_SHA256) != 0)
		at++;
	for (size_t k = at + 1; k < f->n && f->v[k].first == f->v[at].first && code == 0; k++)
		for (size_t i = 0; may_begin(&f->v[at], &f->v[k]) && i < r->nbeginnings && code == 0; i++)
			if (memcmp(f->v[k].sha256, r->beginnings + i * FB_SHA256, FB_SHA256) == 0 &&
			    (!f->v[k].whole || at < f->v[k].whole - 1)) {
				f->v[k].whole = at + 1;
				code = fb_case_begins(f->c, r->sha256, f->v[k].sha256, f->err);
			}
	return code;
}

static int read_again(struct finding *f, struct fb_evidence *ev)
{
	size_t n = 0;
	int r;

	f->given = calloc(f->nfiles + 1, sizeof *f->given);
	if (!f->given)
		return no_memory(f);
	for (size_t i = 0; i < f->nfiles; i++)
		if (f->files[i]->f.nlengths)
			f->given[n++] = f->files[i]->f;
	if (n == 0)
		return 0;
	fb_progress_note(&ev->progress, "looking for copies");
	r = fb_evidence_begin(ev, f->given, n, on_begun, f);
	/* Stopped: the next run does it. */
	if (r == FB_ESTOP && *ev->stop) {
		*f->err = (struct fb_err){ 0 };
		r = 0;
	}
	return r;
}

/* Remarks of collectors' lists are numbered from 0. */
#define REMARK ((uint64_t)1 << 32)

static int say(struct finding *f)
{
	struct fb_buf text;
	int r = 0;

	fb_buf_init(&text, 1u << 20);
	for (size_t i = 0; i < f->n && r == 0; i++) {
		if (!f->v[i].whole)
			continue;
		fb_buf_clear(&text);
		(void)fb_buf_printf(&text, "%s begins with all of it and goes on: what it tells counts there",
				    f->v[f->v[i].whole - 1].path);
		r = fb_buf_code(&text) ? no_memory(f)
				       : fb_case_remark(f->c, f->v[i].source, REMARK, FB_WHY_BEGINNING, fb_buf_view(&text), f->err);
	}
	fb_buf_dispose(&text);
	return r;
}

int fb_beginnings_find(struct fb_case *c, struct fb_evidence *ev, struct fb_err *err)
{
	struct finding f = { .c = c, .err = err };
	int r;

	fb_arena_init(&f.arena, MEMORY);
	r = fb_case_text_logs(c, on_log, &f, err);
	if (r == 0)
		r = fb_case_beginnings(c, known, &f, err);
	if (r == 0 && ev)
		r = ask(&f);
	if (r == 0 && ev)
		r = fb_case_grown(c, on_grown, &f, err);
	if (r == 0 && ev)
		r = read_again(&f, ev);
	if (r == 0)
		r = say(&f);
	for (size_t i = 0; i < f.nfiles; i++)
		free(f.files[i]);
	free(f.files);
	free(f.sought);
	free(f.given);
	free(f.v);
	fb_arena_dispose(&f.arena);
	return r;
}
