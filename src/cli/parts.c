#include "cli/parts.h"

#include "intake/parts.h"
#include "intake/walk.h"

#include <sys/stat.h>
#include <unistd.h>

/* Numbers behind a hole that are looked for, to tell a hole from the end. */
#define LOOK_AHEAD 20

struct joining {
	struct fb_joined *j;
	struct fb_slice folder; /* of the path, with its slash */
	struct fb_part part;
	struct fb_buf path;
	bool (*known)(void *user, const char *disk);
	void *user;
};

static const char *path_of(struct joining *g, unsigned n)
{
	fb_buf_clear(&g->path);
	(void)fb_buf_slice(&g->path, g->folder);
	(void)fb_part_name(&g->part, n, &g->path);
	return fb_buf_cstr(&g->path);
}

static bool there(struct joining *g, unsigned n, uint64_t *size)
{
	struct fb_walk_file f = { 0 };

	if (!fb_walk_again(path_of(g, n), &f))
		return false;
	*size = f.size;
	return true;
}

static void miss(struct joining *g, unsigned n, const char *how)
{
	struct fb_buf *out = &g->j->missing;

	(void)fb_buf_puts(out, out->n ? ", " : "parts of it are missing: ");
	(void)fb_part_name(&g->part, n, out);
	(void)fb_buf_puts(out, how);
}

/* The next part, opened; false: there is none, or none that may be read. */
static int take(struct joining *g, unsigned n, bool *taken, struct fb_err *err)
{
	struct fb_engine_part *p = &g->j->parts[g->j->n];
	struct fb_err why = { 0 };
	uint64_t size;

	*taken = false;
	if (!there(g, n, &size))
		return 0;
	if (g->known && !g->known(g->user, path_of(g, n))) {
		miss(g, n, " (it lies beside it and was not handed in)");
		return 0;
	}
	if (g->j->n == FB_PARTS_MAX) {
		miss(g, n, " (more parts than are joined)");
		return 0;
	}
	if (fb_open_evidence(path_of(g, n), &p->fd, &why)) {
		miss(g, n, " (it cannot be opened)");
		return why.code == FB_ENOMEM ? fb_fail(err, FB_ENOMEM, "out of memory") : 0;
	}
	p->size = size;
	g->j->n++;
	*taken = true;
	return 0;
}

static int take_all(struct joining *g, struct fb_err *err)
{
	unsigned last = 0;
	bool taken = true;
	uint64_t size;
	int r = 0;

	for (unsigned n = 1; taken && r == 0; n++) {
		last = n;
		r = take(g, n, &taken, err);
	}
	if (r || g->j->missing.n)
		return r;
	for (unsigned n = last; n <= last + LOOK_AHEAD; n++)
		if (there(g, n, &size)) {
			/* What lies behind a hole is of no use. */
			for (unsigned k = last; k < n; k++)
				miss(g, k, "");
			return 0;
		}
	if (g->part.style == FB_PARTS_ZIP) {
		r = take(g, FB_PART_LAST, &taken, err);
		if (r == 0 && !taken && !g->j->missing.n)
			miss(g, FB_PART_LAST, "");
	}
	return r;
}

/* Its first part is said if it is not there. */
static void look_back(struct joining *g)
{
	uint64_t size;

	g->j->role = FB_FOLLOWS;
	if (!there(g, 0, &size))
		miss(g, 0, "");
	else if (g->known && !g->known(g->user, path_of(g, 0)))
		miss(g, 0, " (it lies beside it and was not handed in)");
}

int fb_parts_join(struct fb_joined *j, const char *disk, struct fb_engine_file *file,
		  bool (*known)(void *user, const char *disk), void *user, struct fb_err *err)
{
	struct fb_slice path = fb_slice_str(disk);
	struct joining g = { .j = j, .known = known, .user = user };
	size_t slash = path.n;
	uint64_t size;
	bool maybe;
	int r = 0;

	*j = (struct fb_joined){ .n = 0 };
	fb_buf_init(&j->missing, 64u << 10);
	while (slash && path.p[slash - 1] != '/')
		slash--;
	g.folder = fb_slice_sub(path, 0, slash);
	if (!fb_part_of(fb_slice_sub(path, slash, path.n), &g.part, &maybe))
		return 0;
	fb_buf_init(&g.path, 2 * FB_PATH_MAX);
	if (maybe && g.part.style == FB_PARTS_ZIP) {
		/* x.zip: the last of several, if there is any. */
		if (there(&g, 0, &size) || there(&g, 1, &size))
			look_back(&g);
	} else if (maybe && !there(&g, 1, &size) && !there(&g, 2, &size)) {
		j->role = FB_ALONE;
	} else if (g.part.n) {
		look_back(&g);
	} else {
		j->role = FB_FIRST;
		r = take_all(&g, err);
	}
	file->parts = j->parts;
	file->nparts = j->n;
	fb_buf_dispose(&g.path);
	return r;
}

void fb_parts_dispose(struct fb_joined *j)
{
	fb_buf_dispose(&j->missing);
}
