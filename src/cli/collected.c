#include "cli/collected.h"

#include "base/arena.h"
#include "base/grow.h"
#include "base/text.h"
#include "case/collected.h"

#include <stdlib.h>

#define MEMORY ((size_t)1 << 30)
#define KEY_MAX (1u << 20)

struct src {
	uint64_t id, parent, size;
	const char *disk; /* NULL: a member */
	bool wanted;      /* a sum of it is */
	const char *path, *collection;
	bool hashed;
	uint8_t sha256[FB_SHA256];
	fb_time taken; /* by what a collector wrote; NONE */
};

struct slot {
	uint64_t hash;
	uint32_t at; /* + 1, in src or times */
	const char *key;
	size_t n;
};

struct times { /* of a collection */
	const char *collection;
	fb_time started;
};

struct ruling {
	uint64_t source, n, target;
	enum fb_verdict verdict;
};

struct remark {
	uint64_t source, n;
	enum fb_why why;
	const char *text;
};

/* Hashes of what was copied, for what was skipped as a second copy of it. */
struct taken {
	uint8_t hash[FB_SHA256];
};

struct judging {
	struct fb_case *c;
	struct fb_err *err;
	struct fb_arena arena;
	struct fb_buf key, text, why;
	struct src *v;
	size_t n, room;
	struct slot *slots; /* open addressing, by what a source is called */
	size_t nslots, used;
	struct times *times;
	size_t ntimes, times_room;
	struct taken *taken;
	size_t ntaken, taken_room;
	struct ruling *rulings;
	size_t nrulings, rulings_room;
	struct remark *remarks;
	size_t nremarks, remarks_room;
	unsigned wanted;  /* FB_HASH_… that lists have and the case has not */
	/* The list in hand. */
	uint64_t source, here, missing;
	size_t list_remarks; /* where those of what is missing begin */
};

static int no_memory(struct judging *j)
{
	return fb_fail(j->err, FB_ENOMEM, "out of memory: too many statements of collectors");
}

static int more(struct judging *j, void *list, size_t n, size_t *room, size_t size)
{
	return fb_room(list, n, room, size) ? 0 : no_memory(j);
}

/* ---- what sources are called ---- */

/* F: the path as shown. R: below its collection, %3A decoded. H: on the host. T: the
 * collection itself. */
static struct fb_slice key_of(struct judging *j, char kind, const char *collection, struct fb_slice text)
{
	fb_buf_clear(&j->key);
	(void)fb_buf_putc(&j->key, (uint8_t)kind);
	(void)fb_buf_puts(&j->key, collection);
	(void)fb_buf_putc(&j->key, 0);
	if (kind == 'H')
		(void)fb_utf8_fold(&j->key, text);
	else
		(void)fb_buf_slice(&j->key, text);
	for (size_t i = 0; kind == 'H' && i < j->key.n; i++)
		if (j->key.p[i] == '\\')
			j->key.p[i] = '/';
	return fb_buf_view(&j->key);
}

static uint64_t fnv(struct fb_slice s)
{
	uint64_t h = 14695981039346656037u;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ s.p[i]) * 1099511628211u;
	return h ^ h >> 29;
}

static struct slot *slot_of(const struct judging *j, struct fb_slice key, uint64_t hash)
{
	size_t at = (size_t)hash & (j->nslots - 1);

	while (j->slots[at].at && (j->slots[at].hash != hash ||
				   !fb_slice_eq(fb_slice(j->slots[at].key, j->slots[at].n), key)))
		at = (at + 1) & (j->nslots - 1);
	return &j->slots[at];
}

static int grow(struct judging *j)
{
	struct slot *old = j->slots;
	size_t n = j->nslots;

	if (2 * (j->used + 1) < n)
		return 0;
	j->nslots = n ? 2 * n : 1024;
	j->slots = calloc(j->nslots, sizeof *j->slots);
	if (!j->slots) {
		j->slots = old;
		j->nslots = n;
		return no_memory(j);
	}
	for (size_t i = 0; i < n; i++)
		if (old[i].at)
			*slot_of(j, fb_slice(old[i].key, old[i].n), old[i].hash) = old[i];
	free(old);
	return 0;
}

/* The first of a name keeps it. */
static int call(struct judging *j, char kind, const char *collection, struct fb_slice text, size_t at)
{
	struct fb_slice key = key_of(j, kind, collection, text);
	uint64_t hash = fnv(key);
	struct slot *s;
	int r = fb_buf_code(&j->key) ? no_memory(j) : grow(j);

	if (r)
		return r;
	s = slot_of(j, key, hash);
	if (s->at)
		return 0;
	*s = (struct slot){ hash, (uint32_t)at + 1, fb_arena_strn(&j->arena, key.p, key.n), key.n };
	j->used++;
	if (s->key)
		return 0;
	s->at = 0;
	return no_memory(j);
}

/* 1 + its number, or 0. */
static uint32_t called(struct judging *j, char kind, const char *collection, struct fb_slice text)
{
	struct fb_slice key = key_of(j, kind, collection, text);

	return j->nslots && text.n ? slot_of(j, key, fnv(key))->at : 0;
}

static int nibble(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static struct fb_slice decoded(struct judging *j, struct fb_slice s)
{
	fb_buf_clear(&j->text);
	for (size_t i = 0; i < s.n; i++) {
		int hi = s.p[i] == '%' && s.n - i > 2 ? nibble(s.p[i + 1]) : -1;
		int lo = hi >= 0 ? nibble(s.p[i + 2]) : -1;

		if (lo >= 0)
			i += 2;
		(void)fb_buf_putc(&j->text, lo >= 0 ? (uint8_t)(hi * 16 + lo) : s.p[i] == '!' ? '/' : s.p[i]);
	}
	return fb_buf_view(&j->text);
}

static int on_source(void *user, const struct fb_each_source *row)
{
	struct judging *j = user;
	struct fb_slice path = fb_slice_str(row->path);
	size_t root = strlen(row->collection);
	struct src *s;
	int r = more(j, &j->v, j->n, &j->room, sizeof *j->v);

	if (r)
		return r;
	s = &j->v[j->n];
	*s = (struct src){ .id = row->id, .parent = row->parent, .size = row->size, .path = fb_arena_str(&j->arena, row->path), .hashed = row->hashed,
			   .collection = root ? fb_arena_str(&j->arena, row->collection) : "",
			   .taken = FB_TIME_NONE, .disk = row->disk ? fb_arena_str(&j->arena, row->disk) : NULL };
	if (!s->path || !s->collection || (row->disk && !s->disk))
		return no_memory(j);
	memcpy(s->sha256, row->sha256, FB_SHA256);
	r = call(j, 'F', "", path, j->n);
	if (r == 0 && root)
		r = call(j, 'R', s->collection, decoded(j, fb_slice_sub(path, root + 1, path.n)), j->n);
	if (r == 0 && root && *row->host_path && !*row->shadow)
		r = call(j, 'H', s->collection, fb_slice_str(row->host_path), j->n);
	j->n++;
	return r;
}

/* ---- what a statement speaks of ---- */

static struct fb_slice folder_of(struct fb_slice path)
{
	for (size_t i = path.n; i-- > 0;)
		if (path.p[i] == '/' || path.p[i] == '!')
			return fb_slice_sub(path, 0, i + 1);
	return FB_LIT("");
}

static bool is_absolute(struct fb_slice place)
{
	return place.n && (place.p[0] == '/' || (place.n > 2 && place.p[1] == ':' && place.p[2] == '/'));
}

/* A place on the collector's disk ends like the path below the collection. */
static uint32_t by_end(struct judging *j, const char *collection, struct fb_slice place)
{
	uint32_t at = 0;
	unsigned slashes = 0;

	for (size_t i = 0; i < place.n; i++)
		slashes += place.p[i] == '/';
	while (!at && slashes >= 1) {
		at = called(j, 'R', collection, place);
		place = fb_slice_sub(place, fb_slice_find(place, FB_LIT("/")) + 1, place.n);
		slashes--;
	}
	return at;
}

/* Beside the list: named from its folder on. */
static uint32_t by_folder(struct judging *j, const char *list, struct fb_slice place)
{
	fb_buf_clear(&j->text);
	(void)fb_buf_slice(&j->text, folder_of(fb_slice_str(list)));
	(void)fb_buf_slice(&j->text, place);
	return called(j, 'F', "", fb_buf_view(&j->text));
}

static uint32_t spoken_of(struct judging *j, const struct fb_collected_row *row)
{
	const struct fb_collected *s = &row->said;
	struct fb_slice base = fb_slice_sub(s->place, folder_of(s->place).n, s->place.n);
	bool known = *row->collection != 0;
	uint32_t at = 0;

	if (known && s->what == FB_SAID_COPIED && s->place.n)
		at = by_end(j, row->collection, s->place);
	if (!at && s->place.n && !is_absolute(s->place))
		at = by_folder(j, row->path, s->place);
	if (!at && known && s->what == FB_SAID_HASHED)
		at = called(j, 'R', row->collection, s->place);
	if (!at && known)
		at = called(j, 'H', row->collection, s->place);
	if (!at && known)
		at = called(j, 'H', row->collection, s->path);
	/* What was made elsewhere and lies beside its list now. */
	if (!at && is_absolute(s->place) && s->what == FB_SAID_HASHED && base.n < s->place.n)
		at = by_folder(j, row->path, base);
	return at;
}

/* ---- verdicts ---- */

static int rule(struct judging *j, const struct fb_collected_row *row, uint64_t target, enum fb_verdict verdict)
{
	int r = more(j, &j->rulings, j->nrulings, &j->rulings_room, sizeof *j->rulings);

	if (r == 0)
		j->rulings[j->nrulings++] = (struct ruling){ row->source, row->n, target, verdict };
	return r;
}

/* j->why has the text. n must be another for each of a source. */
static int remark(struct judging *j, uint64_t source, enum fb_why why)
{
	int r = more(j, &j->remarks, j->nremarks, &j->remarks_room, sizeof *j->remarks);
	const char *text;

	if (r || j->nremarks >= FB_CASE_PROBLEMS_SHOWN)
		return r;
	text = fb_arena_str(&j->arena, fb_buf_cstr(&j->why));
	if (!text)
		return no_memory(j);
	j->remarks[j->nremarks] = (struct remark){ source, j->nremarks, why, text };
	j->nremarks++;
	return 0;
}

static void put_name(struct judging *j, const struct fb_collected *s)
{
	fb_buf_clear(&j->why);
	(void)fb_buf_slice(&j->why, s->path.n ? s->path : s->place);
}

static int not_taken(struct judging *j, const struct fb_collected_row *row)
{
	const struct fb_collected *s = &row->said;

	put_name(j, s);
	if (j->why.n && s->text.n && fb_slice_find(s->text, fb_buf_view(&j->why)) < s->text.n)
		fb_buf_clear(&j->why); /* the message names it */
	else if (j->why.n && s->text.n)
		(void)fb_buf_puts(&j->why, ": ");
	(void)fb_buf_slice(&j->why, s->text);
	return remark(j, row->source, FB_WHY_NOT_COLLECTED);
}

static int by_hash(const void *a, const void *b)
{
	return memcmp(((const struct taken *)a)->hash, ((const struct taken *)b)->hash, FB_SHA256);
}

static bool was_taken(const struct judging *j, const struct fb_collected *s)
{
	struct taken key = { 0 };

	if (s->sum == FB_SUM_NONE || !j->ntaken)
		return false;
	memcpy(key.hash, s->hash, FB_SHA256);
	return bsearch(&key, j->taken, j->ntaken, sizeof key, by_hash) != NULL;
}

static int differs(struct judging *j, const struct fb_collected_row *row, const struct src *s,
		   const uint8_t *got)
{
	char listed[2 * FB_SHA256 + 1], read[2 * FB_SHA256 + 1];

	fb_hex(row->said.hash, fb_sum_size(row->said.sum), listed);
	fb_hex(got, fb_sum_size(row->said.sum), read);
	fb_buf_clear(&j->why);
	(void)fb_buf_printf(&j->why, "%s gives it the %s %s, and it has %s", row->path,
			    fb_sum_word(row->said.sum), listed, read);
	return remark(j, s->id, FB_WHY_HASH_DIFFERS);
}

/* The sum of that kind, if it is known; else it is wanted. */
static int sum_of(struct judging *j, struct src *s, enum fb_sum sum, struct fb_hash_sums *sums,
		  const uint8_t **got)
{
	unsigned kind = sum == FB_SUM_MD5 ? FB_HASH_MD5 : FB_HASH_SHA1;
	int r;

	*got = NULL;
	if (!s->hashed)
		return 0;
	*got = s->sha256;
	if (sum == FB_SUM_SHA256)
		return 0;
	r = fb_case_sums_known(j->c, s->sha256, sums, j->err);
	*got = r || !(sums->kinds & kind) ? NULL : sum == FB_SUM_MD5 ? sums->md5 : sums->sha1;
	if (!*got) {
		s->wanted = true;
		j->wanted |= kind;
	}
	return r;
}

static int found(struct judging *j, const struct fb_collected_row *row, struct src *s)
{
	enum fb_verdict verdict = FB_VERDICT_HERE;
	const uint8_t *got = s->sha256;
	struct fb_hash_sums sums;
	int r = 0;

	j->here++;
	if (row->said.what == FB_SAID_COPIED && row->said.time != FB_TIME_NONE)
		s->taken = row->said.time;
	if (row->said.sum != FB_SUM_NONE) {
		r = sum_of(j, s, row->said.sum, &sums, &got);
		verdict = !got ? FB_VERDICT_UNCHECKED
			  : memcmp(got, row->said.hash, fb_sum_size(row->said.sum)) == 0 ? FB_VERDICT_SAME
											 : FB_VERDICT_DIFFERS;
	}
	if (r == 0 && verdict == FB_VERDICT_DIFFERS)
		r = differs(j, row, s, got);
	return r ? r : rule(j, row, s->id, verdict);
}

static int not_found(struct judging *j, const struct fb_collected_row *row)
{
	/* Lists of all programs of a system name what nobody meant to collect. */
	if (row->said.what == FB_SAID_HASHED && is_absolute(row->said.place))
		return 0;
	if (row->said.what == FB_SAID_COPIED && !*row->collection)
		return 0;
	j->missing++;
	put_name(j, &row->said);
	(void)fb_buf_puts(&j->why, ": listed, and not in what was handed in");
	return remark(j, row->source, FB_WHY_NOT_HERE) ? FB_ENOMEM
						       : rule(j, row, 0, FB_VERDICT_NOT_HERE);
}

/* Where nothing of what a list names is there, one line says so. */
static int end_list(struct judging *j)
{
	uint64_t missing = j->missing;
	size_t kept = j->list_remarks;

	if (!j->source || j->here || missing < 2)
		return 0;
	for (size_t i = j->list_remarks; i < j->nremarks; i++)
		if (j->remarks[i].source != j->source || j->remarks[i].why != FB_WHY_NOT_HERE)
			j->remarks[kept++] = j->remarks[i];
	j->nremarks = kept;
	fb_buf_clear(&j->why);
	(void)fb_buf_printf(&j->why, "none of the %llu files that it lists is in what was handed in",
			    (unsigned long long)missing);
	return remark(j, j->source, FB_WHY_NOT_HERE);
}

static int keep_time(struct judging *j, const struct fb_collected_row *row)
{
	struct fb_slice collection = fb_slice_str(row->collection);
	uint32_t at;
	int r;

	if (!collection.n || row->said.time == FB_TIME_NONE)
		return 0;
	at = called(j, 'T', row->collection, FB_LIT("."));
	if (at) {
		if (row->said.time < j->times[at - 1].started)
			j->times[at - 1].started = row->said.time;
		return 0;
	}
	r = more(j, &j->times, j->ntimes, &j->times_room, sizeof *j->times);
	if (r)
		return r;
	j->times[j->ntimes] = (struct times){ fb_arena_str(&j->arena, row->collection), row->said.time };
	if (!j->times[j->ntimes].collection)
		return no_memory(j);
	return call(j, 'T', row->collection, FB_LIT("."), j->ntimes++);
}

static int on_statement(void *user, const struct fb_collected_row *row)
{
	struct judging *j = user;
	uint32_t at;
	int r;

	if (row->source != j->source) {
		r = end_list(j);
		if (r)
			return r;
		j->source = row->source;
		j->here = j->missing = 0;
		j->list_remarks = j->nremarks;
	}
	switch (row->said.what) {
	case FB_SAID_STARTED:
	case FB_SAID_ENDED: return keep_time(j, row);
	case FB_SAID_FAILED: return not_taken(j, row);
	case FB_SAID_SKIPPED:
		if (was_taken(j, &row->said))
			return rule(j, row, 0, FB_VERDICT_ELSEWHERE);
		return not_taken(j, row);
	case FB_SAID_COPIED:
	case FB_SAID_HASHED:
		at = spoken_of(j, row);
		return at ? found(j, row, &j->v[at - 1]) : not_found(j, row);
	default: return 0;
	}
}

static int on_taken(void *user, const struct fb_collected_row *row)
{
	struct judging *j = user;
	int r;

	if (row->said.what != FB_SAID_COPIED || row->said.sum == FB_SUM_NONE)
		return 0;
	r = more(j, &j->taken, j->ntaken, &j->taken_room, sizeof *j->taken);
	if (r)
		return r;
	j->taken[j->ntaken] = (struct taken){ 0 };
	memcpy(j->taken[j->ntaken++].hash, row->said.hash, FB_SHA256);
	return 0;
}

/* ---- writing it down ---- */

static int write_times(struct judging *j)
{
	char text[FB_TIME_TEXT];
	int r = 0;

	for (size_t i = 0; i < j->n && r == 0; i++) {
		const struct src *s = &j->v[i];
		uint32_t at = s->taken == FB_TIME_NONE && *s->collection
				      ? called(j, 'T', s->collection, FB_LIT(".")) : 0;
		fb_time t = at ? j->times[at - 1].started : s->taken;

		if (t == FB_TIME_NONE)
			continue;
		(void)fb_time_text(t, 0, text);
		r = fb_case_attr(j->c, s->id, "collected", fb_slice_str(text), j->err);
		if (r == 0)
			r = fb_case_tick(j->c, j->err);
	}
	return r;
}

static int write_down(struct judging *j)
{
	int r = 0;

	for (size_t i = 0; i < j->nrulings && r == 0; i++) {
		const struct ruling *u = &j->rulings[i];

		r = fb_case_collected_judge(j->c, u->source, u->n, u->target, u->verdict, j->err);
		if (r == 0)
			r = fb_case_tick(j->c, j->err);
	}
	for (size_t i = 0; i < j->nremarks && r == 0; i++) {
		const struct remark *m = &j->remarks[i];

		r = fb_case_remark(j->c, m->source, m->n, m->why, fb_slice_str(m->text), j->err);
	}
	return r ? r : write_times(j);
}

static int by_id(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* Indices of sources by their ids. */
static int order_id(const void *x, const void *y, void *user)
{
	const struct src *v = user;

	return by_id(&v[*(const size_t *)x].id, &v[*(const size_t *)y].id);
}

static size_t source_at(const struct judging *j, const size_t *order, uint64_t id)
{
	size_t lo = 0, hi = j->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (j->v[order[mid]].id < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < j->n && j->v[order[lo]].id == id ? order[lo] : j->n;
}

/* The files that hold what is wanted are read again, for these sums alone. */
static int make_sums(struct judging *j, struct fb_evidence *ev)
{
	size_t *order = calloc(j->n + 1, sizeof *order);
	bool *holds = calloc(j->n + 1, sizeof *holds);
	uint64_t *listed = calloc(j->n + 1, sizeof *listed);
	struct fb_evidence_file *files = calloc(j->n + 1, sizeof *files);
	size_t nlisted = 0, nfiles = 0;
	int r = order && holds && listed && files ? 0 : no_memory(j);

	for (size_t i = 0; i < j->n && r == 0; i++)
		order[i] = i;
	if (r == 0)
		qsort_r(order, j->n, sizeof *order, order_id, j->v);
	for (size_t i = 0; i < j->n && r == 0; i++) {
		size_t at = i;

		if (!j->v[i].wanted)
			continue;
		listed[nlisted++] = j->v[i].id;
		for (unsigned depth = 0; at < j->n && j->v[at].parent && depth <= FB_ARCHIVE_DEPTH; depth++)
			at = source_at(j, order, j->v[at].parent);
		if (at < j->n && j->v[at].disk)
			holds[at] = true;
	}
	for (size_t i = 0; i < j->n && r == 0; i++)
		if (holds[i])
			files[nfiles++] = (struct fb_evidence_file){ .source = j->v[i].id, .size = j->v[i].size,
								     .shown = j->v[i].path, .disk = j->v[i].disk };
	if (r == 0) {
		qsort(listed, nlisted, sizeof *listed, by_id);
		r = fb_evidence_hash_listed(ev, j->wanted, files, nfiles, listed, nlisted);
	}
	free(order);
	free(holds);
	free(listed);
	free(files);
	return r;
}

static void dispose(struct judging *j)
{
	fb_buf_dispose(&j->key);
	fb_buf_dispose(&j->text);
	fb_buf_dispose(&j->why);
	free(j->v);
	free(j->slots);
	free(j->times);
	free(j->taken);
	free(j->rulings);
	free(j->remarks);
	fb_arena_dispose(&j->arena);
}

static int judge(struct judging *j, struct fb_case *c, struct fb_err *err)
{
	int r;

	*j = (struct judging){ .c = c, .err = err };
	fb_arena_init(&j->arena, MEMORY);
	fb_buf_init(&j->key, KEY_MAX);
	fb_buf_init(&j->text, KEY_MAX);
	fb_buf_init(&j->why, KEY_MAX);
	r = fb_case_each_source(c, on_source, j, err);
	if (r == 0)
		r = fb_case_collected(c, on_taken, j, err);
	if (r == 0 && j->ntaken)
		qsort(j->taken, j->ntaken, sizeof *j->taken, by_hash);
	if (r == 0)
		r = fb_case_collected(c, on_statement, j, err);
	return r ? r : end_list(j);
}

int fb_collected_judge(struct fb_case *c, struct fb_evidence *ev, struct fb_err *err)
{
	struct judging j;
	uint64_t count;
	int r = fb_case_remarks_forget(c, err);

	if (r == 0)
		r = fb_case_attrs_forget(c, "collected", err);
	if (r == 0)
		r = fb_case_collected_count(c, &count, err);
	if (r || count == 0)
		return r;
	r = judge(&j, c, err);
	if (r == 0 && j.wanted && ev) {
		fb_progress_note(&ev->progress, "hashing what collectors list");
		r = make_sums(&j, ev);
		/* Stopped: the next run makes them. */
		if (r == FB_ESTOP && *ev->stop) {
			*err = (struct fb_err){ 0 };
			r = 0;
		}
		if (r == 0) {
			dispose(&j);
			r = judge(&j, c, err);
		}
	}
	if (r == 0)
		r = write_down(&j);
	dispose(&j);
	return r;
}
