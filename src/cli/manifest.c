#include "cli/manifest.h"

#include "base/io.h"
#include "base/limits.h"
#include "base/text.h"
#include "base/time.h"
#include "cli/csv.h"
#include "intake/layout.h"

#include <stdlib.h>

const char *const fb_manifest_columns[FB_MANIFEST_COLUMNS] = { "host", "role", "zone", "acquired",
							      "exhibit", "custodian" };
#define ACQUIRED 3

struct line {
	struct fb_slice path;
	const char *value[FB_MANIFEST_COLUMNS];
	unsigned number;
	bool used;
};

struct fb_manifest {
	struct fb_buf text;
	struct fb_arena arena;
	struct line *lines;
	size_t n, room;
	unsigned at; /* line of the file that is read */
	int column[FB_CSV_CELLS]; /* -2 not used, -1 path, else of fb_manifest_columns */
	size_t ncolumns;
};

static int read_head(struct fb_manifest *m, const struct fb_slice *cells, size_t n, const char *path,
		     struct fb_err *err)
{
	bool have = false;

	for (size_t i = 0; i < n; i++) {
		m->column[i] = fb_slice_ieq(cells[i], FB_LIT("path")) ? -1 : -2;
		have = have || m->column[i] == -1;
		for (int k = 0; k < FB_MANIFEST_COLUMNS; k++)
			if (fb_slice_ieq(cells[i], fb_slice_str(fb_manifest_columns[k])))
				m->column[i] = k;
		if (m->column[i] == -2)
			return fb_fail(err, FB_EUSAGE, "%s: no column is called \"%.*s\"", path,
				       (int)cells[i].n, (const char *)cells[i].p);
	}
	m->ncolumns = n;
	return have ? 0 : fb_fail(err, FB_EUSAGE, "%s: its first line names no column \"path\"", path);
}

static int add_line(struct fb_manifest *m, const struct fb_slice *cells, size_t n, const char *path,
		    struct fb_err *err)
{
	struct line l = { .number = m->at };
	fb_time time;
	unsigned digits;

	if (n == 1 && cells[0].n == 0)
		return 0; /* an empty line */
	if (n != m->ncolumns)
		return fb_fail(err, FB_EUSAGE, "%s:%u: %zu cells, and not %zu as in its first line", path,
			       m->at, n, m->ncolumns);
	for (size_t i = 0; i < n; i++) {
		if (m->column[i] < 0)
			l.path = cells[i];
		else if (cells[i].n)
			l.value[m->column[i]] = fb_arena_strn(&m->arena, cells[i].p, cells[i].n);
	}
	if (l.path.n == 0)
		return fb_fail(err, FB_EUSAGE, "%s:%u: no path", path, m->at);
	if (l.value[ACQUIRED] && !fb_time_parse(fb_slice_str(l.value[ACQUIRED]), &time, &digits))
		return fb_fail(err, FB_EUSAGE, "%s:%u: %s: not a time (2025-07-18T09:14:00Z)", path, m->at,
			       l.value[ACQUIRED]);
	if (m->n == m->room) {
		size_t room = m->room ? m->room * 2 : 64;
		struct line *v = reallocarray(m->lines, room, sizeof *v);

		if (!v)
			return fb_fail(err, FB_ENOMEM, "out of memory");
		m->lines = v;
		m->room = room;
	}
	m->lines[m->n++] = l;
	return 0;
}

int fb_manifest_read(const char *path, struct fb_manifest **out, struct fb_err *err)
{
	struct fb_manifest *m = calloc(1, sizeof *m);
	struct fb_slice cells[FB_CSV_CELLS], rest;
	bool bad = false, first = true;
	size_t n;
	int r;

	if (!m)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	fb_buf_init(&m->text, FB_MANIFEST_MAX);
	fb_arena_init(&m->arena, 4 * (size_t)FB_MANIFEST_MAX);
	r = fb_read_file(path, FB_MANIFEST_MAX, &m->text, err);
	rest = fb_buf_view(&m->text);
	if (r == 0 && !fb_utf8_valid(rest))
		r = fb_fail(err, FB_EUSAGE, "%s: not UTF-8", path);
	if (fb_slice_starts(rest, FB_LIT("\xEF\xBB\xBF")))
		rest = fb_slice_sub(rest, 3, rest.n);
	while (r == 0 && fb_csv_row(&m->arena, &rest, &m->at, cells, &n, &bad)) {
		r = first ? read_head(m, cells, n, path, err) : add_line(m, cells, n, path, err);
		first = false;
	}
	if (r == 0 && (bad || first))
		r = fb_fail(err, FB_EUSAGE, "%s:%u: not CSV", path, m->at);
	if (r) {
		fb_manifest_free(m);
		return r;
	}
	*out = m;
	return 0;
}

void fb_manifest_free(struct fb_manifest *m)
{
	if (!m)
		return;
	fb_buf_dispose(&m->text);
	fb_arena_dispose(&m->arena);
	free(m->lines);
	free(m);
}

/* A line that names a file or folder means what is in it too. */
static bool matches(struct fb_slice pattern, struct fb_slice path)
{
	if (fb_layout_glob(pattern, path))
		return true;
	for (size_t i = 0; i < path.n; i++)
		if ((path.p[i] == '/' || path.p[i] == '!') &&
		    fb_layout_glob(pattern, fb_slice_sub(path, 0, i)))
			return true;
	return false;
}

const char *fb_manifest_of(struct fb_manifest *m, struct fb_slice path, unsigned column)
{
	const char *value = NULL;

	for (size_t i = 0; i < m->n; i++) {
		struct line *l = &m->lines[i];

		if ((!l->value[column] && l->used) || !matches(l->path, path))
			continue;
		l->used = true;
		if (l->value[column])
			value = l->value[column];
	}
	return value;
}

unsigned fb_manifest_unused(const struct fb_manifest *m)
{
	for (size_t i = 0; i < m->n; i++)
		if (!m->lines[i].used)
			return m->lines[i].number;
	return 0;
}
