#include "cli/attribute.h"

#include "cli/beginnings.h"
#include "cli/overlaps.h"
#include "cli/collected.h"
#include "intake/layout.h"

#include <stdlib.h>

#define MEMORY (1u << 30)

struct item {
	uint64_t source;
	struct fb_slice path;
	const char *told; /* the host that it names, or "" */
};

/* A collection: everything below this path. */
struct root {
	struct fb_slice path;
	const char *collector;
	const char *host; /* NULL: neither its name nor its own files tell one */
	bool told;        /* by a file of its own */
};

struct pass {
	struct fb_case *c;
	struct fb_err *err;
	struct fb_arena arena;
	struct item *items;
	size_t n, room;
	struct root *roots; /* in the order of paths, the outer before what is in it */
	size_t nroots, roots_room;
};

static int no_memory(struct pass *p)
{
	return fb_fail(p->err, FB_ENOMEM, "out of memory: too many sources");
}

static int on_path(void *user, uint64_t source, const char *path, const char *told)
{
	struct pass *p = user;
	char *copy = fb_arena_str(&p->arena, path), *host = fb_arena_str(&p->arena, told);

	if (p->n == p->room) {
		size_t room = p->room ? p->room * 2 : 1024;
		struct item *v = reallocarray(p->items, room, sizeof *v);

		if (!v)
			return no_memory(p);
		p->items = v;
		p->room = room;
	}
	if (!copy || !host)
		return no_memory(p);
	p->items[p->n++] = (struct item){ source, fb_slice_str(copy), host };
	return 0;
}

static int add_root(struct pass *p, const struct fb_layout *l, const struct item *it)
{
	struct root r = { fb_slice_sub(it->path, 0, l->root), l->collector,
			  *it->told ? it->told : NULL, *it->told != 0 };

	for (size_t i = p->nroots; i-- > 0;)
		if (fb_slice_eq(p->roots[i].path, r.path)) {
			if (!p->roots[i].collector)
				p->roots[i].collector = r.collector;
			if (!p->roots[i].told) {
				p->roots[i].host = r.host;
				p->roots[i].told = r.told;
			}
			return 0;
		} else if (p->nroots - i > 16) {
			break; /* roots come nearly in order; a repeated one does no harm */
		}
	if (p->nroots == p->roots_room) {
		size_t room = p->roots_room ? p->roots_room * 2 : 64;
		struct root *v = reallocarray(p->roots, room, sizeof *v);

		if (!v)
			return no_memory(p);
		p->roots = v;
		p->roots_room = room;
	}
	p->roots[p->nroots++] = r;
	return 0;
}

static int by_path(const void *a, const void *b)
{
	const struct root *x = a, *y = b;
	int d = fb_slice_cmp(x->path, y->path);

	/* Among equals the one that knows most is the first. */
	if (d == 0)
		d = (x->collector == NULL) - (y->collector == NULL);
	return d ? d : y->told - x->told;
}

static int find_roots(struct pass *p)
{
	struct fb_buf host;
	int r = 0;

	fb_buf_init(&host, 8 * FB_PATH_MAX + 2 * FB_ARCHIVE_DEPTH * FB_MEMBER_NAME_MAX);
	for (size_t i = 0; i < p->n && r == 0; i++) {
		struct fb_layout l;

		fb_buf_clear(&host);
		if (fb_layout_marker(p->items[i].path, &l) ||
		    fb_layout_place(p->items[i].path, &host, &l))
			r = add_root(p, &l, &p->items[i]);
	}
	if (r == 0 && p->nroots)
		qsort(p->roots, p->nroots, sizeof *p->roots, by_path);
	for (size_t i = 0; i < p->nroots && r == 0; i++) {
		struct root *root = &p->roots[i];

		fb_buf_clear(&host);
		if (!root->told && fb_layout_host(root->collector, root->path, &host)) {
			root->host = fb_arena_str(&p->arena, fb_buf_cstr(&host));
			r = root->host ? 0 : no_memory(p);
		}
	}
	fb_buf_dispose(&host);
	return r;
}

/* The innermost collection that the path is in and whose collector is known. */
static const struct root *root_of(const struct pass *p, struct fb_slice path)
{
	struct root key = { .path = path };
	const struct root *best = NULL; /* what was exported lies in what was collected */

	for (size_t n = 1; n <= path.n; n++) {
		size_t lo = 0, hi = p->nroots;

		if (n < path.n && path.p[n] != '/' && path.p[n] != '!')
			continue;
		key.path.n = n;
		while (lo < hi) {
			size_t mid = lo + (hi - lo) / 2;

			if (fb_slice_cmp(p->roots[mid].path, key.path) < 0)
				lo = mid + 1;
			else
				hi = mid;
		}
		if (lo < p->nroots && fb_slice_eq(p->roots[lo].path, key.path) &&
		    p->roots[lo].collector &&
		    (!best || strcmp(p->roots[lo].collector, FB_LAYOUT_EXPORT) != 0))
			best = &p->roots[lo];
	}
	return best;
}

static int set(struct pass *p, uint64_t source, const char *what, struct fb_slice value)
{
	return value.n ? fb_case_attr(p->c, source, what, value, p->err) : 0;
}

static int place(struct pass *p, const struct item *it, struct fb_buf *host)
{
	const struct root *root = p->nroots ? root_of(p, it->path) : NULL;
	struct fb_layout l = { 0 };
	int r = 0;

	fb_buf_clear(host);
	if (fb_layout_place(it->path, host, &l)) {
		r = set(p, it->source, "host_path", fb_buf_view(host));
		if (r == 0 && l.shadow)
			r = set(p, it->source, "shadow", fb_slice(l.shadow, l.shadow_n));
	}
	if (r == 0 && root)
		r = set(p, it->source, "collector", fb_slice_str(root->collector));
	if (r == 0 && root)
		r = set(p, it->source, "collection", root->path);
	if (r == 0 && root && root->host)
		r = set(p, it->source, root->told ? "collector_told" : "collector_host",
			fb_slice_str(root->host));
	return r;
}

static int apply_manifest(struct pass *p, struct fb_manifest *m, const struct item *it)
{
	int r = 0;

	for (unsigned k = 0; k < FB_MANIFEST_COLUMNS && r == 0; k++) {
		const char *value = fb_manifest_of(m, it->path, k);

		if (value)
			r = set(p, it->source, fb_manifest_columns[k], fb_slice_str(value));
	}
	return r;
}

static int forget(struct pass *p, bool manifest)
{
	static const char *const ours[] = { "host_path", "shadow", "collector", "collection", "collector_host",
					   "collector_told" };
	int r = 0;

	for (size_t i = 0; i < sizeof ours / sizeof *ours && r == 0; i++)
		r = fb_case_attrs_forget(p->c, ours[i], p->err);
	for (size_t i = 0; manifest && i < FB_MANIFEST_COLUMNS && r == 0; i++)
		r = fb_case_attrs_forget(p->c, fb_manifest_columns[i], p->err);
	return r;
}

int fb_attribute(struct fb_case *c, struct fb_manifest *manifest, struct fb_evidence *ev, struct fb_err *err)
{
	struct pass p = { .c = c, .err = err };
	struct fb_buf host;
	int r;

	fb_arena_init(&p.arena, MEMORY);
	fb_buf_init(&host, 8 * FB_PATH_MAX + 2 * FB_ARCHIVE_DEPTH * FB_MEMBER_NAME_MAX);
	r = fb_case_paths(c, on_path, &p, err);
	if (r == 0)
		r = find_roots(&p);
	if (r == 0)
		r = forget(&p, manifest != NULL);
	for (size_t i = 0; i < p.n && r == 0; i++) {
		r = place(&p, &p.items[i], &host);
		if (r == 0 && manifest)
			r = apply_manifest(&p, manifest, &p.items[i]);
		if (r == 0)
			r = fb_case_tick(c, err);
	}
	if (r == 0)
		r = fb_collected_judge(c, ev, err);
	if (r == 0)
		r = fb_beginnings_find(c, ev, err);
	if (r == 0)
		r = fb_overlaps_find(c, ev, err);
	fb_buf_dispose(&host);
	free(p.items);
	free(p.roots);
	fb_arena_dispose(&p.arena);
	return r;
}
