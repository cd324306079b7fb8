#include "cli/own.h"

#include "base/buf.h"
#include "base/grow.h"
#include "base/hash.h"
#include "base/io.h"
#include "base/json.h"
#include "base/jsonline.h"
#include "base/limits.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MARK "mark"
#define HEX (2 * FB_SHA256 + 1)

struct fb_own {
	const char *path;
	struct fb_arena arena;
	struct fb_stated_row *v;
	size_t n, room;
	uint64_t bytes;      /* of the file, as it was read */
	char last[HEX];      /* sum of its last line; "" */
	bool marked;
};

static void sum_of(struct fb_slice line, char out[static HEX])
{
	uint8_t sum[FB_SHA256];

	fb_sha256_of(line, sum);
	fb_hex(sum, FB_SHA256, out);
}

static const char *text_of(const struct fb_jsonfield *f, size_t n, const char *key)
{
	for (size_t i = 0; i < n; i++)
		if (fb_slice_eqs(f[i].key, key) && f[i].n == 1 && !f[i].list)
			return (const char *)f[i].v[0].p;
	return NULL;
}

static int add_line(struct fb_own *o, struct fb_slice line, struct fb_err *err)
{
	struct fb_jsonfield f[FB_JSONLINE_KEYS];
	struct fb_err inside = { 0 };
	struct fb_stated_row row = { .n = o->n + 1, .stands = true };
	const char *before, *at;
	size_t n = 0;
	int r = fb_jsonline(line, 1, &o->arena, f, &n, &inside);

	if (r == FB_ENOMEM)
		return fb_fail(err, r, "out of memory");
	before = text_of(f, n, "before");
	at = text_of(f, n, "at");
	row.said = (struct fb_stated){ .kind = text_of(f, n, "kind"), .key = text_of(f, n, "key"), .value = text_of(f, n, "value"),
				       .by = text_of(f, n, "by") };
	if (r || !before || !at || !row.said.kind || !row.said.key || !row.said.value || !row.said.by ||
	    !fb_time_parse(fb_slice_str(at), &row.said.at, NULL))
		return fb_fail(err, FB_EINPUT, "%s: line %zu is no statement", o->path, o->n + 1);
	if (strcmp(before, o->last) != 0)
		return fb_fail(err, FB_EINPUT, "%s: what stood before line %zu is not as it was written", o->path, o->n + 1);
	if (!fb_room(&o->v, o->n, &o->room, sizeof *o->v))
		return fb_fail(err, FB_ENOMEM, "out of memory");
	for (size_t i = 0; i < o->n; i++)
		if (strcmp(o->v[i].said.kind, row.said.kind) == 0 && strcmp(o->v[i].said.key, row.said.key) == 0)
			o->v[i].stands = false;
	o->marked = o->marked || strcmp(row.said.kind, MARK) == 0;
	o->v[o->n++] = row;
	sum_of(line, o->last);
	return 0;
}

static int read_all(struct fb_own *o, struct fb_err *err)
{
	struct fb_buf b;
	struct fb_slice rest;
	int r;

	fb_buf_init(&b, FB_STATED_BYTES);
	if ((r = fb_read_file(o->path, FB_STATED_BYTES, &b, err)) == 0) {
		o->bytes = b.n;
		rest = fb_buf_view(&b);
		while (rest.n && r == 0) {
			size_t n = fb_slice_find(rest, FB_LIT("\n"));

			if (n == rest.n)
				r = fb_fail(err, FB_EINPUT, "%s: its last line is not whole", o->path);
			else
				r = add_line(o, fb_slice_sub(rest, 0, n), err);
			rest = fb_slice_sub(rest, n + 1, rest.n);
		}
	}
	fb_buf_dispose(&b);
	return r;
}

/* Does the file lie, or would it lie, in the folder? */
static bool is_inside(const char *path, const char *dir)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup("."), *file, *of;
	size_t n;
	bool inside;

	file = folder ? realpath(folder, NULL) : NULL;
	of = realpath(dir, NULL);
	n = of ? strlen(of) : 0;
	inside = file && of && strncmp(file, of, n) == 0 && (file[n] == '\0' || file[n] == '/');
	free(folder);
	free(file);
	free(of);
	return inside;
}

int fb_own_open(const char *path, const char *dir, struct fb_own **out, struct fb_err *err)
{
	struct fb_own *o;
	struct stat st;
	int r = 0;

	*out = NULL;
	if (is_inside(path, dir))
		return fb_fail(err, FB_EUSAGE, "%s: it lies in the case, and would be handed over with it", path);
	o = calloc(1, sizeof *o);
	if (!o)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	fb_arena_init(&o->arena, (size_t)4 * FB_STATED_BYTES);
	o->path = path;
	if (stat(path, &st) == 0 || errno != ENOENT)
		r = read_all(o, err);
	if (r) {
		fb_own_close(o);
		return r;
	}
	*out = o;
	return 0;
}

void fb_own_close(struct fb_own *o)
{
	if (!o)
		return;
	fb_arena_dispose(&o->arena);
	free(o->v);
	free(o);
}

int fb_own_each(struct fb_own *o, const char *kind, int (*cb)(void *user, const struct fb_stated_row *row), void *user)
{
	int r = 0;

	for (size_t i = 0; i < o->n && r == 0; i++)
		if (strcmp(o->v[i].said.kind, kind) == 0)
			r = cb(user, &o->v[i]);
	return r;
}

const char *fb_own_marked(const struct fb_own *o)
{
	return o->marked ? FB_OWN_COUNSEL : NULL;
}

static void put(struct fb_buf *b, const struct fb_stated *s, char last[static HEX])
{
	size_t from = b->n;
	struct fb_json j;

	fb_json_init(&j, b);
	fb_json_object(&j);
	fb_json_put_cstr(&j, "before", last);
	fb_json_put_cstr(&j, "kind", s->kind);
	fb_json_put_cstr(&j, "key", s->key);
	fb_json_put_cstr(&j, "value", s->value);
	fb_json_put_cstr(&j, "by", s->by);
	fb_json_key(&j, "at");
	fb_json_time(&j, s->at, 6);
	fb_json_object_end(&j);
	if (!b->code)
		sum_of(fb_slice_sub(fb_buf_view(b), from, b->n), last);
	(void)fb_buf_putc(b, '\n');
}

static int write_to(struct fb_own *o, struct fb_slice lines, struct fb_err *err)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int fd = open(o->path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600), r = 0;
	struct stat st;

	if (fd < 0)
		return fb_fail(err, FB_EIO, "%s: %s", o->path, strerror(errno));
	if (fcntl(fd, F_OFD_SETLK, &whole) || fstat(fd, &st))
		r = fb_fail(err, errno == EAGAIN || errno == EACCES ? FB_ESTATE : FB_EIO, "%s: %s", o->path, strerror(errno));
	else if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size != o->bytes)
		r = fb_fail(err, FB_ESTATE, "%s: somebody else writes to it; again", o->path);
	if (r == 0 && (r = fb_write_all(fd, lines, err)) != 0)
		(void)!ftruncate(fd, st.st_size); /* half a row is none */
	if (r == 0 && fsync(fd))
		r = fb_fail(err, FB_EIO, "%s: %s", o->path, strerror(errno));
	(void)close(fd);
	return r;
}

static bool stands(const struct fb_own *o, const struct fb_stated *s)
{
	for (size_t i = 0; i < o->n; i++)
		if (o->v[i].stands && *o->v[i].said.value && strcmp(o->v[i].said.kind, s->kind) == 0 &&
		    strcmp(o->v[i].said.key, s->key) == 0)
			return true;
	return false;
}

int fb_own_append(struct fb_own *o, const struct fb_stated *list, size_t n, bool counsel, struct fb_err *err)
{
	char last[HEX];
	struct fb_buf b;
	int r = 0;

	for (size_t i = 0; i < n; i++)
		if (!*list[i].value && !stands(o, &list[i]))
			return fb_fail(err, FB_EUSAGE, "no %s %s", list[i].kind, list[i].key);
	memcpy(last, o->last, sizeof last);
	fb_buf_init(&b, FB_STATED_BYTES);
	if (counsel && !o->marked && n) {
		struct fb_stated mark = { .kind = MARK, .key = "", .value = "{\"text\":\"" FB_OWN_COUNSEL "\"}", .by = list[0].by, .at = list[0].at };

		put(&b, &mark, last);
	}
	for (size_t i = 0; i < n; i++)
		put(&b, &list[i], last);
	if (b.code)
		r = fb_fail(err, b.code, "%s: more than fits", o->path);
	if (r == 0)
		r = write_to(o, fb_buf_view(&b), err);
	fb_buf_dispose(&b);
	return r;
}
