#include "assess/claim/content.h"

#include "base/grow.h"
#include "base/hash.h"
#include "base/text.h"
#include "base/time.h"

#include <stdlib.h>
#include <string.h>

#define COLUMNS_MAX 64

/* Columns of a table: which one it is, + 1. */
enum column { C_SUM = 0, C_PATH, C_SIZE, C_DATE, C_COUNT };
static const char *const heads[C_COUNT][10] = {
	[C_SUM] = { "sha256", "sha-256", "sha1", "sha-1", "md5", "hash" },
	[C_PATH] = { "path", "fullname", "full name", "filepath", "file path", "filename", "file name", "name" },
	[C_SIZE] = { "size", "length", "bytes", "file size", "filesize" },
	[C_DATE] = { "lastwritetimeutc", "lastwritetime", "modified", "last modified", "mtime", "date modified", "date" },
};

struct reading {
	struct fb_content_list *list;
	enum { UNKNOWN = 0, TABLE, SUMS, NOTHING } kind;
	unsigned column[C_COUNT];
	char delimiter;
};

static bool is_hex(uint8_t c, unsigned *v)
{
	if (c >= '0' && c <= '9')
		*v = c - '0';
	else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
		*v = (c | 0x20u) - 'a' + 10;
	else
		return false;
	return true;
}

static enum fb_content_sum sum_of(struct fb_slice s, uint64_t out[static 2])
{
	unsigned v;

	out[0] = out[1] = 0;
	if (s.n != 32 && s.n != 40 && s.n != 64)
		return FB_SUM_NONE;
	for (size_t i = 0; i < s.n; i++) {
		if (!is_hex(s.p[i], &v))
			return FB_SUM_NONE;
		if (i < 32)
			out[i / 16] = out[i / 16] << 4 | v;
	}
	return s.n == 32 ? FB_SUM_MD5 : s.n == 40 ? FB_SUM_SHA1 : FB_SUM_SHA256;
}

/* The content of an empty file everybody has. */
static bool is_empty(const struct fb_content_file *f)
{
	static const uint64_t empty[][2] = {
		[FB_SUM_MD5] = { 0xd41d8cd98f00b204, 0xe9800998ecf8427e },
		[FB_SUM_SHA1] = { 0xda39a3ee5e6b4b0d, 0x3255bfef95601890 },
		[FB_SUM_SHA256] = { 0xe3b0c44298fc1c14, 0x9afbf4c8996fb924 },
	};

	return (f->placed && !f->size) || (f->kind && memcmp(f->sum, empty[f->kind], sizeof f->sum) == 0);
}

static uint64_t name_of(struct fb_content_list *l, struct fb_slice path)
{
	uint8_t folded[3 * 4096];
	size_t at;

	path = fb_slice_trim(path);
	for (at = path.n; at && path.p[at - 1] != '/' && path.p[at - 1] != '\\';)
		at--;
	path = fb_slice_sub(path, at, path.n);
	if (!path.n || path.n > 4096)
		return 0;
	return fb_hash64(l->seed, fb_slice(folded, fb_utf8_fold_raw(path, folded)));
}

static int add(struct fb_content_list *l, struct fb_slice sum, struct fb_slice path, struct fb_slice size, struct fb_slice date)
{
	struct fb_content_file f = { 0 };
	fb_time t;

	if (!l->seed)
		l->seed = fb_secret();
	f.kind = (uint8_t)sum_of(fb_slice_trim(sum), f.sum);
	f.name = name_of(l, path);
	date = fb_slice_trim(date);
	f.date = date.n && fb_time_parse(date, &t, NULL) ? t / FB_SECOND : date.n ? (int64_t)fb_hash64(l->seed, date) : 0;
	f.placed = fb_slice_u64(fb_slice_trim(size), &f.size) && f.name && date.n;
	if ((!f.kind && !f.placed) || is_empty(&f))
		return 0;
	if (!fb_room(&l->v, l->n, &l->room, sizeof *l->v))
		return FB_ENOMEM;
	l->v[l->n++] = f;
	l->summed += f.kind != FB_SUM_NONE;
	return 0;
}

static bool find_columns(struct reading *r, struct fb_slice line, char delimiter)
{
	memset(r->column, 0, sizeof r->column);
	r->delimiter = delimiter;
	for (unsigned k = 0; k < COLUMNS_MAX; k++) {
		struct fb_slice f = fb_listing_field(line, k, delimiter);

		if (!f.p)
			break;
		for (unsigned c = 0; c < C_COUNT; c++)
			for (unsigned i = 0; heads[c][i]; i++)
				if (!r->column[c] && fb_slice_ieq(fb_slice_trim(f), fb_slice_str(heads[c][i])))
					r->column[c] = k + 1;
	}
	return r->column[C_SUM] || (r->column[C_PATH] && r->column[C_SIZE] && r->column[C_DATE]);
}

/* "d41d…  name", "d41d… *name" */
static bool sum_line(struct fb_slice line, struct fb_slice *sum, struct fb_slice *path)
{
	size_t n = fb_slice_find(line, FB_LIT(" "));
	uint64_t unused[2];

	*sum = fb_slice_sub(line, 0, n < line.n ? n : line.n);
	*path = fb_slice_sub(line, n + 2, line.n);
	return n + 2 < line.n && sum_of(*sum, unused) != FB_SUM_NONE;
}

static int on_line(void *user, struct fb_slice line)
{
	static const char delimiters[] = ",;\t|";
	struct reading *r = user;
	struct fb_slice sum, path, none = { 0 }, of[C_COUNT];

	if (line.n && line.p[line.n - 1] == '\r')
		line.n--;
	/* What PowerShell writes before its tables. */
	if (r->kind == UNKNOWN && fb_slice_starts(line, FB_LIT("\xef\xbb\xbf")))
		line = fb_slice_sub(line, 3, line.n);
	if (r->kind == UNKNOWN && (!fb_slice_trim(line).n || fb_slice_starts(line, FB_LIT("#TYPE"))))
		return 0;
	if (r->kind == UNKNOWN) {
		r->kind = sum_line(line, &sum, &path) ? SUMS : NOTHING;
		for (const char *d = delimiters; *d && r->kind == NOTHING; d++)
			if (find_columns(r, line, *d)) {
				r->kind = TABLE;
				return 0;
			}
	}
	if (r->kind == SUMS)
		return sum_line(line, &sum, &path) ? add(r->list, sum, path, none, none) : 0;
	if (r->kind != TABLE)
		return 0;
	for (unsigned c = 0; c < C_COUNT; c++)
		of[c] = r->column[c] ? fb_listing_field(line, r->column[c] - 1, r->delimiter) : none;
	return add(r->list, of[C_SUM], of[C_PATH], of[C_SIZE], of[C_DATE]);
}

/* By what is compared: sums of one kind together; those without one by name, size and date. */
static int by_sum(const void *pa, const void *pb)
{
	const struct fb_content_file *a = pa, *b = pb;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	for (unsigned i = 0; i < 2; i++)
		if (a->sum[i] != b->sum[i])
			return a->sum[i] < b->sum[i] ? -1 : 1;
	if (a->name != b->name)
		return a->name < b->name ? -1 : 1;
	if (a->size != b->size)
		return a->size < b->size ? -1 : 1;
	return a->date < b->date ? -1 : a->date > b->date;
}

int fb_content_list_read(const struct fb_lines *lines, const char *path, struct fb_content_list *l, struct fb_err *err)
{
	struct reading reading = { .list = l };
	int r = lines->read(path, on_line, &reading, &l->too_long, err);

	if (l->n)
		qsort(l->v, l->n, sizeof *l->v, by_sum);
	return r;
}

void fb_content_list_free(struct fb_content_list *l)
{
	free(l->v);
	l->v = NULL;
	l->n = l->room = 0;
}

/* The first that is not before it. */
static size_t first_at(const struct fb_content_list *l, const struct fb_content_file *f)
{
	size_t lo = 0, hi = l->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (by_sum(&l->v[mid], f) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static bool same_sum(const struct fb_content_file *a, const struct fb_content_file *b)
{
	return a->kind == b->kind && memcmp(a->sum, b->sum, sizeof a->sum) == 0;
}

/* Where the inventory has no sums at all: the file of that name, of that size to the byte, with that date. */
static bool same_size(const struct fb_content_list *inventory, const struct fb_content_file *f)
{
	const struct fb_content_file key = { .name = f->name, .size = f->size, .date = f->date };
	size_t at = f->placed ? first_at(inventory, &key) : inventory->n;

	return at < inventory->n && by_sum(&inventory->v[at], &key) == 0;
}

void fb_content_compare(const struct fb_content_list *a, const struct fb_content_list *b, struct fb_content_match *out)
{
	bool kinds[4] = { false };

	*out = (struct fb_content_match){ 0 };
	for (size_t i = 0; i < b->n; i++)
		kinds[b->v[i].kind] = true;
	for (size_t i = 0, to; i < a->n; i = to) {
		const struct fb_content_file *x = &a->v[i];
		const struct fb_content_file key = { .kind = x->kind, .sum = { x->sum[0], x->sum[1] }, .date = INT64_MIN };
		bool sized = false;
		size_t at, end;

		for (to = i; to < a->n && same_sum(&a->v[to], x); to++)
			sized = sized || same_size(b, &a->v[to]);
		if (!x->kind)
			continue;
		out->listed++;
		out->comparable = out->comparable || kinds[x->kind] || (kinds[FB_SUM_NONE] && x->placed);
		at = end = first_at(b, &key);
		while (end < b->n && same_sum(&b->v[end], x) && end - at < FB_LISTING_COMMON)
			end++;
		/* What lies in so many places is nobody's in particular. */
		out->by_sum += end > at && end - at < FB_LISTING_COMMON;
		out->by_size += end == at && sized;
	}
}
