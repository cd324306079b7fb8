#include "assess/claim/listing.h"

#include "assess/container.h"
#include "base/grow.h"
#include "base/hash.h"
#include "base/text.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- paths ---- */

static bool is_slash(uint8_t c)
{
	return c == '/' || c == '\\';
}

/* "12345", "12,345", "12.345": in bytes; anything else is no size. */
static int add_size(struct fb_file_list *l, struct fb_slice s)
{
	uint64_t v = 0;

	s = fb_slice_trim(s);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] >= '0' && s.p[i] <= '9' && v < UINT64_MAX / 16)
			v = v * 10 + (uint64_t)(s.p[i] - '0');
		else if ((s.p[i] != ',' && s.p[i] != '.') || s.n - i <= 3)
			s.n = 0;
	}
	if (!s.n) {
		l->unsized++;
		return 0;
	}
	if (!fb_room(&l->sizes, l->nsizes, &l->sizes_room, sizeof *l->sizes))
		return FB_ENOMEM;
	l->sizes[l->nsizes++] = v;
	return 0;
}

/* Without case; the last two parts of a path. */
bool fb_listing_file(struct fb_file_list *l, struct fb_slice path, struct fb_listing_file *out)
{
	uint8_t folded[3 * 4096];
	struct fb_slice name, folder;
	size_t end, at;
	uint64_t n;

	path = fb_slice_trim(path);
	while (path.n && is_slash(path.p[path.n - 1]))
		path.n--;
	if (!path.n || path.n > 4096)
		return false;
	path = fb_slice(folded, fb_utf8_fold_raw(path, folded));
	for (at = path.n; at && !is_slash(path.p[at - 1]);)
		at--;
	name = fb_slice_sub(path, at, path.n);
	for (end = at; end && is_slash(path.p[end - 1]);)
		end--;
	for (at = end; at && !is_slash(path.p[at - 1]);)
		at--;
	folder = fb_slice_sub(path, at, end - at);
	if (!name.n)
		return false;
	if (!l->seed)
		l->seed = fb_secret();
	n = folder.n ? fb_hash64(l->seed, folder) : 0;
	*out = (struct fb_listing_file){ .name = fb_hash64(l->seed, name), .folder = folder.n ? (uint32_t)(n ^ n >> 32) | 1 : 0 };
	return true;
}

static int add(struct fb_file_list *l, struct fb_slice path, struct fb_slice size)
{
	struct fb_listing_file f;

	path = fb_slice_trim(path);
	l->skipped += path.n > 4096;
	l->files += path.n != 0;
	if (!fb_listing_file(l, path, &f))
		return 0;
	if (!fb_room(&l->v, l->n, &l->room, sizeof *l->v))
		return FB_ENOMEM;
	l->v[l->n++] = f;
	return l->want_sizes ? add_size(l, size) : 0;
}

/* How many documents a file is: one, or what lies in it, as somebody counted. */
static int add_contents(struct fb_file_list *l, struct fb_slice path, struct fb_slice contents)
{
	char name[4097];
	uint64_t n = 1;
	bool told;

	path = fb_slice_trim(path);
	if (!path.n || path.n >= sizeof name)
		return 0;
	memcpy(name, path.p, path.n);
	name[path.n] = '\0';
	told = fb_slice_u64(fb_slice_trim(contents), &n);
	if (__builtin_add_overflow(l->documents, n, &l->documents))
		l->documents = UINT64_MAX;
	if (told && n != 1)
		return fb_buf_printf(&l->holders, "%llu\t%s\n", (unsigned long long)n, name);
	if (!told && !*l->untold && fb_is_container(name))
		(void)snprintf(l->untold, sizeof l->untold, "%.255s", name);
	return 0;
}

/* ---- lines ---- */

struct fb_slice fb_listing_field(struct fb_slice s, unsigned k, char delimiter)
{
	for (size_t at = 0;; at++) {
		size_t from = at;
		bool quoted = at < s.n && s.p[at] == '"';

		for (at += quoted; at < s.n && (quoted ? s.p[at] != '"' : s.p[at] != (uint8_t)delimiter);)
			at++;
		if (k-- == 0)
			return fb_slice_sub(s, from + quoted, at - from - quoted);
		while (at < s.n && s.p[at] != (uint8_t)delimiter)
			at++;
		if (at >= s.n)
			return (struct fb_slice){ 0 };
	}
}

/* The first column that is named so; UINT_MAX: none. */
static unsigned column_of(struct fb_slice line, char delimiter, const char *const *names)
{
	for (unsigned k = 0; k < 64; k++) {
		struct fb_slice f = fb_listing_field(line, k, delimiter);

		if (!f.p)
			break;
		for (const char *const *n = names; *n; n++)
			if (fb_slice_ieq(fb_slice_trim(f), fb_slice_str(*n)))
				return k;
	}
	return UINT_MAX;
}

static const char *const sizes[] = { "size", "length", "filesize", "file size", "bytes", "size (bytes)", NULL };
static const char *const contents[] = { "documents", "contains", NULL };
static const char *const guards[] = { "protected", "protection", NULL };
static const char *const keys[] = { "key", "key location", NULL };

/* Is it the head of a table, with a column of paths? */
static bool is_head(struct fb_listing_reader *r, struct fb_slice line)
{
	static const char *const names[] = { "path", "fullname", "full name", "filename", "file name", "filepath", "file path", "name", "url" };
	static const char delimiters[] = ",;\t|";

	for (size_t n = 0; n < sizeof names / sizeof *names; n++)
		for (const char *d = delimiters; *d; d++) {
			if (fb_slice_find(line, fb_slice(d, 1)) >= line.n)
				continue;
			for (unsigned k = 0; k < 64; k++) {
				struct fb_slice f = fb_listing_field(line, k, *d);

				if (!f.p)
					break;
				if (fb_slice_ieq(fb_slice_trim(f), fb_slice_str(names[n]))) {
					r->column = k;
					r->delimiter = *d;
					r->size = column_of(line, *d, sizes);
					r->contents = column_of(line, *d, contents);
					r->guarded = column_of(line, *d, guards);
					r->key = column_of(line, *d, keys);
					return true;
				}
			}
		}
	return false;
}

static struct fb_slice blank_field(struct fb_slice *s)
{
	size_t at = 0, from;

	while (at < s->n && s->p[at] == ' ')
		at++;
	for (from = at; at < s->n && s->p[at] != ' ';)
		at++;
	from = at - from;
	*s = fb_slice_sub(*s, at, s->n);
	return fb_slice(s->p - from, from);
}

/* inode blocks rights links owner group size month day time PATH */
static bool of_find(struct fb_slice line, struct fb_slice *path, struct fb_slice *size)
{
	struct fb_slice rights = { 0 };

	for (unsigned i = 0; i < 10; i++) {
		struct fb_slice f = blank_field(&line);

		if (!f.n)
			return false;
		if (i == 2)
			rights = f;
		if (i == 6)
			*size = f;
		if ((i < 2 || i == 3 || i == 6) && (f.p[0] < '0' || f.p[0] > '9'))
			return false;
	}
	*path = rights.n >= 10 && rights.p[0] == '-' ? fb_slice_sub(line, 1, line.n) : (struct fb_slice){ 0 };
	return rights.n >= 10 && line.n > 1;
}

/* " Directory of D:\X", whatever the language; "08/12/2025  02:11 PM    12,345 name" */
static void of_dir(struct fb_listing_reader *r, struct fb_slice line, struct fb_slice *name, struct fb_slice *size)
{
	size_t colon = fb_slice_find(line, FB_LIT(":\\")), at = 0;

	*name = (struct fb_slice){ 0 };
	if (line.n && line.p[0] == ' ' && colon && colon < line.n && line.n < sizeof r->folder) {
		memcpy(r->folder, line.p + colon - 1, line.n - colon + 1);
		r->folder[line.n - colon + 1] = '\0';
		return;
	}
	if (line.n < 30 || line.p[0] < '0' || line.p[0] > '9' || memchr(line.p, '<', 30))
		return;
	/* Date, time, perhaps AM or PM, size, one blank, name. */
	while (at < line.n && at < 20)
		at++;
	while (at < line.n && (line.p[at] == ' ' || line.p[at] == 'M' || line.p[at] == 'A' || line.p[at] == 'P'))
		at++;
	*size = fb_slice_sub(line, at, line.n);
	while (at < line.n && line.p[at] != ' ')
		at++;
	size->n = (size_t)(line.p + at - size->p);
	*name = fb_slice_sub(line, at + 1, line.n);
	return;
}

static void recognise(struct fb_listing_reader *r, struct fb_slice line)
{
	struct fb_slice path, size;

	if (is_head(r, line))
		r->kind = FB_LIST_CSV;
	else if (fb_slice_starts(line, FB_LIT(" Volume ")) || fb_slice_starts(line, FB_LIT(" Directory of ")) ||
		 fb_slice_starts(line, FB_LIT(" Verzeichnis von ")) || fb_slice_starts(line, FB_LIT(" Datentr")))
		r->kind = FB_LIST_DIR;
	else if (of_find(line, &path, &size))
		r->kind = FB_LIST_FIND;
	else
		r->kind = FB_LIST_PATHS;
}

static int add_dir(struct fb_file_list *l, const struct fb_listing_reader *r, struct fb_slice name, struct fb_slice size)
{
	struct fb_buf b;
	int code;

	fb_buf_init(&b, 2 * sizeof r->folder);
	(void)fb_buf_printf(&b, "%s\\", r->folder);
	(void)fb_buf_slice(&b, name);
	code = b.code ? 0 : add(l, fb_buf_view(&b), size);
	if (code == 0 && !b.code && l->want_contents)
		code = add_contents(l, fb_buf_view(&b), (struct fb_slice){ 0 });
	fb_buf_dispose(&b);
	return code;
}

/* A path, with what else its line tells. */
static int add_file(struct fb_file_list *l, struct fb_slice path, struct fb_slice size, struct fb_slice held)
{
	int r = add(l, path, size);

	return r == 0 && l->want_contents ? add_contents(l, path, held) : r;
}

/* Field k of a row; UINT_MAX: none. */
static struct fb_slice field(const struct fb_listing_reader *r, struct fb_slice line, unsigned k)
{
	return k == UINT_MAX ? (struct fb_slice){ 0 } : fb_slice_trim(fb_listing_field(line, k, r->delimiter));
}

/* Where a key lies, as a number; what is beyond is not known. */
static uint8_t key_of(struct fb_file_list *l, struct fb_slice key)
{
	uint8_t k = 0;

	if (!key.n || key.n >= sizeof l->keys[0])
		return 0;
	while (k < l->nkeys && !fb_slice_ieq(fb_slice_str(l->keys[k]), key))
		k++;
	if (k == FB_LISTING_KEYS)
		return 0;
	if (k == l->nkeys) {
		memcpy(l->keys[k], key.p, key.n);
		l->keys[l->nkeys++][key.n] = '\0';
	}
	return (uint8_t)(k + 1);
}

static int add_row(struct fb_file_list *l, const struct fb_listing_reader *r, struct fb_slice line)
{
	struct fb_slice guard = field(r, line, r->guarded);
	size_t before = l->n;
	int code = add_file(l, fb_listing_field(line, r->column, r->delimiter), field(r, line, r->size), field(r, line, r->contents));

	/* What protects a disk or a database protects from nobody who reads on the machine that runs. */
	if (code == 0 && l->n > before && (fb_slice_ieq(guard, FB_LIT("per object")) || fb_slice_ieq(guard, FB_LIT("per-object")))) {
		l->guarded++;
		l->v[l->n - 1].guarded = 1;
		l->v[l->n - 1].key = key_of(l, field(r, line, r->key));
	}
	return code;
}

int fb_listing_line(struct fb_file_list *l, struct fb_listing_reader *r, struct fb_slice line)
{
	struct fb_slice path, size = { 0 }, none = { 0 };
	size_t tab, from;

	if (line.n && line.p[line.n - 1] == '\r')
		line.n--;
	l->lines++;
	if (r->kind == FB_LIST_UNKNOWN && fb_slice_trim(line).n) {
		recognise(r, line);
		if (r->kind == FB_LIST_CSV)
			return 0;
	}
	switch (r->kind) {
	case FB_LIST_CSV:
		return add_row(l, r, line);
	case FB_LIST_DIR:
		of_dir(r, line, &path, &size);
		return path.n ? add_dir(l, r, path, size) : 0;
	case FB_LIST_FIND:
		return of_find(line, &path, &size) && path.n ? add_file(l, path, size, none) : 0;
	case FB_LIST_PATHS:
		/* robocopy: what it did, the size, the path, set off by tabs. */
		for (tab = line.n; tab && line.p[tab - 1] != '\t';)
			tab--;
		for (from = tab ? tab - 1 : 0; from && line.p[from - 1] != '\t';)
			from--;
		if (tab)
			size = fb_slice_sub(line, from, tab - 1 - from);
		return add_file(l, fb_slice_sub(line, tab, line.n), size, none);
	default:
		return 0;
	}
}

/* ---- a list ---- */

static int by_name(const void *pa, const void *pb)
{
	const struct fb_listing_file *a = pa, *b = pb;

	if (a->name != b->name)
		return a->name < b->name ? -1 : 1;
	return a->folder < b->folder ? -1 : a->folder > b->folder;
}

void fb_file_list_end(struct fb_file_list *l)
{
	size_t n = 0;

	if (l->n)
		qsort(l->v, l->n, sizeof *l->v, by_name);
	for (size_t i = 0; i < l->n; i++) {
		if (i == 0 || by_name(&l->v[i], &l->v[n - 1]) != 0) {
			l->v[n++] = l->v[i];
			continue;
		}
		/* Of two that cannot be told apart nothing is protected that is not so in both. */
		l->v[n - 1].guarded &= l->v[i].guarded;
		if (!l->v[n - 1].key)
			l->v[n - 1].key = l->v[i].key;
	}
	l->n = n;
}

const struct fb_listing_file *fb_listing_find(const struct fb_file_list *l, const struct fb_listing_file *f)
{
	return l->n ? bsearch(f, l->v, l->n, sizeof *l->v, by_name) : NULL;
}

void fb_file_list_free(struct fb_file_list *l)
{
	free(l->v);
	free(l->sizes);
	fb_buf_dispose(&l->holders);
	l->v = NULL;
	l->n = l->room = 0;
}

struct reading {
	struct fb_file_list *list;
	struct fb_listing_reader reader;
};

static int on_line(void *user, struct fb_slice line)
{
	struct reading *r = user;

	return fb_listing_line(r->list, &r->reader, line);
}

int fb_file_list_read(const struct fb_lines *lines, const char *path, struct fb_file_list *l, struct fb_err *err)
{
	struct reading reading = { .list = l };
	int r = lines->read(path, on_line, &reading, &l->skipped, err);

	fb_file_list_end(l);
	return r;
}

/* ---- two of them ---- */

static int by_folder(const void *pa, const void *pb)
{
	const uint32_t *a = pa, *b = pb;

	return *a < *b ? -1 : *a > *b;
}

/* How many files of the listing lie in that folder. */
static size_t in_folder(const uint32_t *folders, size_t n, uint32_t folder)
{
	size_t lo = 0, hi = n, from;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (folders[mid] < folder)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (from = lo, hi = n; lo < hi;) {
		size_t mid = lo + (hi - lo) / 2;

		if (folders[mid] <= folder)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo - from;
}

int fb_listing_compare(const struct fb_file_list *a, const struct fb_file_list *b, struct fb_listing_match *out)
{
	uint32_t *folders = calloc(a->n + 1, sizeof *folders);
	size_t n = 0, k = 0;

	*out = (struct fb_listing_match){ 0 };
	if (!folders)
		return FB_ENOMEM;
	for (size_t i = 0; i < a->n; i++)
		if (a->v[i].folder)
			folders[n++] = a->v[i].folder;
	out->nameless = a->n - n;
	out->listed = n;
	if (n)
		qsort(folders, n, sizeof *folders, by_folder);
	for (size_t i = 0; i < a->n; i++) {
		const struct fb_listing_file *x = &a->v[i];
		size_t to;

		if (!x->folder)
			continue;
		while (k < b->n && b->v[k].name < x->name)
			k++;
		for (to = k; to < b->n && b->v[to].name == x->name && to - k < FB_LISTING_COMMON;)
			to++;
		if (to - k >= FB_LISTING_COMMON) {
			out->common++;
			continue;
		}
		/* Each folder in which the name lies is as likely to be dealt to it as the listing has files there. */
		for (size_t f = k; f < to; f++) {
			out->matched += b->v[f].folder == x->folder;
			out->chance += (double)in_folder(folders, n, b->v[f].folder) / (double)n;
		}
	}
	free(folders);
	return 0;
}
