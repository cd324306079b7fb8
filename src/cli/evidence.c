#include "cli/evidence.h"

#include "case/collected.h"
#include "case/overlaps.h"
#include "intake/collected.h"
#include "intake/container.h"
#include "intake/parts.h"
#include "intake/walk.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file's path and the names of members within one another below it. */
#define PATH_ROOM (8 * FB_PATH_MAX + 2 * FB_ARCHIVE_DEPTH * FB_MEMBER_NAME_MAX)
/* Names of a million files of 200 bytes each, twice, and room to spare. */
#define NAMES_MEMORY (1u << 30)
#define FB_FORMAT_PART "archive-part"

struct fb_evidence_item {
	uint64_t source, size;
	const char *shown, *disk;
	const uint64_t *lengths; /* of beginnings whose sums are wanted */
	unsigned nlengths;
	const struct fb_text_ask *ask;
};

/* A part of a split archive. */
struct fb_evidence_set {
	uint64_t source;
	bool first;
	char *missing; /* "" none */
};

static bool inside(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	return strncmp(path, dir, n) == 0 && (path[n] == '/' || path[n] == 0);
}

static int check_root(const char *root, const char *case_real, struct fb_err *err)
{
	struct stat st;
	char *real;
	int r = 0;

	if (lstat(root, &st))
		return fb_fail_errno(err, errno == ENOENT || errno == ENOTDIR ? FB_ENOTFOUND : FB_EUSAGE,
				     "%s", root);
	if (S_ISLNK(st.st_mode))
		return fb_fail(err, FB_EUSAGE, "%s: a symbolic link; name the folder or file itself",
			       root);
	if (!S_ISDIR(st.st_mode) && !S_ISREG(st.st_mode))
		return fb_fail(err, FB_EUSAGE, "%s: neither a file nor a folder", root);
	if (access(root, S_ISDIR(st.st_mode) ? R_OK | X_OK : R_OK))
		return fb_fail_errno(err, FB_EUSAGE, "%s", root);
	real = realpath(root, NULL);
	if (!real)
		return fb_fail_errno(err, FB_EUSAGE, "%s", root);
	if (case_real && inside(real, case_real))
		r = fb_fail(err, FB_EUSAGE, "%s: lies in the folder of the case (choose another with -o)",
			    root);
	free(real);
	return r;
}

int fb_evidence_check(const char *const *roots, size_t n, const char *case_dir, struct fb_err *err)
{
	char *real = realpath(case_dir, NULL); /* NULL: there is no case yet */
	int r = 0;

	for (size_t i = 0; i < n && !r; i++)
		r = check_root(roots[i], real, err);
	free(real);
	return r;
}

void fb_evidence_init(struct fb_evidence *ev, struct fb_case *c, struct fb_err *err)
{
	*ev = (struct fb_evidence){ .c = c, .err = err };
	fb_arena_init(&ev->names, NAMES_MEMORY);
	fb_buf_init(&ev->path, PATH_ROOM);
}

void fb_evidence_dispose(struct fb_evidence *ev)
{
	fb_arena_dispose(&ev->names);
	free(ev->items);
	free(ev->sets); /* their texts lie among the names */
	fb_buf_dispose(&ev->path);
	free(ev->case_dir);
}

static int add(struct fb_evidence *ev, struct fb_evidence_item **list, size_t *n, size_t *room,
	       const struct fb_evidence_item *item)
{
	struct fb_evidence_item copy = *item;

	if (*n == *room) {
		size_t more = *room ? *room * 2 : 256;
		struct fb_evidence_item *grown = reallocarray(*list, more, sizeof *grown);

		if (!grown)
			return fb_fail(ev->err, FB_ENOMEM, "out of memory: too many files");
		*list = grown;
		*room = more;
	}
	copy.shown = fb_arena_str(&ev->names, item->shown);
	copy.disk = item->disk ? fb_arena_str(&ev->names, item->disk) : NULL;
	if (!copy.shown || (item->disk && !copy.disk))
		return fb_fail(ev->err, FB_ENOMEM, "out of memory: too many files");
	(*list)[(*n)++] = copy;
	return 0;
}

static int on_file(void *user, const struct fb_walk_file *file)
{
	struct fb_evidence *ev = user;
	struct fb_source_id id = { .path = file->shown, .disk = file->disk, .size = file->size,
				   .mtime = file->mtime };
	struct fb_evidence_item item = { .shown = file->shown, .disk = file->disk,
					 .size = file->size };
	enum fb_source_state state;
	int r;

	if (*ev->stop)
		return FB_ESTOP;
	if (inside(file->disk, ev->case_dir)) {
		ev->in_case++;
		return 0;
	}
	r = fb_case_source(ev->c, &id, &item.source, &state, ev->err);
	if (r)
		return r;
	if (state == FB_SOURCE_DONE) {
		ev->done++;
		return 0;
	}
	ev->bytes += file->size;
	return add(ev, &ev->items, &ev->nitems, &ev->room, &item);
}

static int on_problem(void *user, const char *shown, const char *disk, const char *why)
{
	struct fb_evidence *ev = user;
	struct fb_source_id id = { .path = shown, .disk = disk };
	enum fb_source_state state;
	uint64_t source;
	int r;

	if (disk && inside(disk, ev->case_dir))
		return 0;
	r = fb_case_source(ev->c, &id, &source, &state, ev->err);
	if (r)
		return r;
	ev->unreadable++;
	return fb_case_unreadable(ev->c, source, why, ev->err);
}

static int on_root(void *user, const char *disk, const char *base, struct fb_buf *name)
{
	struct fb_evidence *ev = user;

	return fb_case_root(ev->c, disk, base, name, ev->err);
}

/* ---- evidence of earlier runs that is still to be read ---- */

struct pending {
	struct fb_evidence *ev;
	struct fb_evidence_item *items;
	size_t n, room;
};

static int by_source(const void *a, const void *b)
{
	const struct fb_evidence_item *x = a, *y = b;

	return (x->source > y->source) - (x->source < y->source);
}

static int on_pending(void *user, uint64_t source, const struct fb_source_id *id)
{
	struct pending *p = user;
	struct fb_evidence_item item = { .source = source, .shown = id->path, .disk = id->disk };

	if (*p->ev->stop)
		return FB_ESTOP;
	return add(p->ev, &p->items, &p->n, &p->room, &item);
}

/* As the walk would have met it; gone or no file any more: said. */
static int take_pending(struct fb_evidence *ev, const struct fb_evidence_item *item)
{
	struct fb_walk_file file = { .shown = item->shown };

	if (!fb_walk_again(item->disk, &file)) {
		ev->unreadable++;
		return fb_case_unreadable(ev->c, item->source,
					  "given to an earlier run, and not there any more", ev->err);
	}
	return on_file(ev, &file);
}

static int add_pending(struct fb_evidence *ev)
{
	struct pending p = { .ev = ev };
	struct fb_evidence_item *seen = NULL;
	size_t nseen = ev->nitems;
	int r = fb_case_pending(ev->c, on_pending, &p, ev->err);

	if (r == 0 && nseen) {
		seen = malloc(nseen * sizeof *seen);
		if (!seen) {
			r = fb_fail(ev->err, FB_ENOMEM, "out of memory: too many files");
		} else {
			memcpy(seen, ev->items, nseen * sizeof *seen);
			qsort(seen, nseen, sizeof *seen, by_source);
		}
	}
	for (size_t i = 0; i < p.n && r == 0; i++)
		if (!seen || !bsearch(&p.items[i], seen, nseen, sizeof *seen, by_source))
			r = take_pending(ev, &p.items[i]);
	free(seen);
	free(p.items);
	return r;
}

int fb_evidence_walk(struct fb_evidence *ev, const char *const *roots, size_t n,
		     const char *case_dir)
{
	static const struct fb_walk_ops ops = { .file = on_file, .problem = on_problem,
						 .root = on_root };
	int r;

	ev->case_dir = realpath(case_dir, NULL);
	if (!ev->case_dir)
		return fb_fail_errno(ev->err, FB_EIO, "%s", case_dir);
	r = fb_walk(roots, n, &ops, ev, ev->err);
	return r ? r : add_pending(ev);
}

/* ---- split archives ---- */

static bool is_evidence(void *user, const char *disk)
{
	struct fb_evidence *ev = user;
	bool have = false;

	return fb_case_has_file(ev->c, disk, &have, NULL) == 0 && have;
}

static int remember_set(struct fb_evidence *ev, uint64_t source)
{
	struct fb_evidence_set *s;

	if (ev->nsets == ev->sets_room) {
		size_t room = ev->sets_room ? ev->sets_room * 2 : 16;

		s = reallocarray(ev->sets, room, sizeof *s);
		if (!s)
			return fb_fail(ev->err, FB_ENOMEM, "out of memory");
		ev->sets = s;
		ev->sets_room = room;
	}
	s = &ev->sets[ev->nsets];
	*s = (struct fb_evidence_set){ source, ev->joined.role == FB_FIRST,
				       fb_arena_str(&ev->names, fb_buf_cstr(&ev->joined.missing)) };
	if (!s->missing)
		return fb_fail(ev->err, FB_ENOMEM, "out of memory");
	ev->nsets++;
	return 0;
}

static const struct fb_evidence_set *set_of(const struct fb_evidence *ev, uint64_t source)
{
	for (size_t i = 0; i < ev->nsets; i++)
		if (ev->sets[i].source == source)
			return &ev->sets[i];
	return NULL;
}

/* The parts behind the first are read with it; by themselves they are hashed only. */
static int join(struct fb_evidence *ev, const char *disk, struct fb_engine_file *file)
{
	int r = fb_parts_join(&ev->joined, disk, file, is_evidence, ev, ev->err);

	if (r == 0 && ev->joined.role != FB_ALONE)
		r = remember_set(ev, file->source);
	if (ev->joined.role == FB_FOLLOWS)
		file->hash_only = true;
	fb_parts_dispose(&ev->joined);
	return r;
}

/* Where heads of texts stand is a hint; what follows from it is made sure of by sums. */
static bool hint(const struct fb_evidence_item *item)
{
	return item->ask && item->ask->nranges == 0 && item->nlengths == 0;
}

static int op_next(void *user, struct fb_engine_file *file, bool *have)
{
	struct fb_evidence *ev = user;

	while (ev->at < ev->nitems) {
		const struct fb_evidence_item *item = &ev->items[ev->at++];
		struct fb_err why = { 0 };
		int fd, r;

		r = fb_open_evidence(item->disk, &fd, &why);
		if (r == 0) {
			*file = (struct fb_engine_file){ .source = item->source, .fd = fd,
							 .size = item->size, .only_unit = -1,
							 .scan = ev->scan, .scan_all = ev->scan_all,
							 .scan_seconds = ev->scan_seconds,
							 .hash_only = ev->hashing || ev->begun,
							 .hashes = (uint8_t)ev->hashing,
							 .members = ev->hashing || ev->begun,
							 .unhashed = ev->begun && hint(item),
							 .beginnings = item->lengths,
							 .nbeginnings = item->nlengths,
							 .ask = item->ask,
							 .path = item->shown,
							 .collected = (uint8_t)fb_collected_of(
								 fb_slice_str(item->shown)) };
			*have = true;
			return join(ev, item->disk, file);
		}
		/* It was there a moment ago; the others are read all the same. */
		ev->unreadable++;
		r = fb_case_unreadable(ev->c, item->source, why.text, ev->err);
		if (r)
			return r;
	}
	*have = false;
	return 0;
}

/* "access.log.gz" holds "access.log". */
static void single_name(struct fb_buf *out, struct fb_slice container)
{
	struct fb_slice base = container, stem;
	bool tar;

	for (size_t i = container.n; i-- > 0;)
		if (container.p[i] == '/' || container.p[i] == '!') {
			base = fb_slice_sub(container, i + 1, container.n);
			break;
		}
	stem = fb_container_stem(base, &tar);
	if (stem.n == 0)
		stem = FB_LIT("member-1");
	(void)fb_buf_slice(out, stem);
	if (tar)
		(void)fb_buf_puts(out, ".tar");
}

void fb_member_path(struct fb_buf *path, const struct fb_engine_member *m)
{
	size_t n = path->n;
	struct fb_buf name;

	fb_buf_init(&name, PATH_ROOM);
	if (m->single)
		single_name(&name, fb_slice_sub(fb_buf_view(path), 0, n));
	else
		(void)fb_buf_slice(&name, m->name);
	(void)fb_buf_putc(path, '!');
	(void)fb_buf_slice(path, fb_buf_view(&name));
	if (name.code && !path->code)
		path->code = name.code;
	fb_buf_dispose(&name);
}

/* Members of one name get their number behind it, as often as that is taken too: so
 * every member has a path of its own, the same in each run. */
static int op_member(void *user, const struct fb_engine_member *m, uint64_t *source)
{
	struct fb_evidence *ev = user;
	struct fb_source_id id = { .parent = m->parent, .index = m->index, .mtime = m->mtime };
	enum fb_source_state state = FB_SOURCE_TAKEN;
	int r;

	fb_buf_clear(&ev->path);
	r = fb_case_path(ev->c, m->parent, &ev->path, ev->err);
	if (r)
		return r;
	fb_member_path(&ev->path, m);
	while (r == 0 && state == FB_SOURCE_TAKEN) {
		if (fb_buf_code(&ev->path))
			return fb_fail(ev->err, ev->path.code, "a member's name is too long");
		id.path = fb_buf_cstr(&ev->path);
		r = fb_case_source(ev->c, &id, source, &state, ev->err);
		if (state == FB_SOURCE_TAKEN)
			(void)fb_buf_printf(&ev->path, "~%u", m->index);
	}
	if (r == 0 && m->host.n)
		r = fb_case_attr(ev->c, *source, "told_host", m->host, ev->err);
	if (r == 0 && m->local)
		r = fb_case_attr(ev->c, *source, "local", FB_LIT("1"), ev->err);
	return r;
}

static bool op_unit_known(void *user, uint64_t source, uint32_t seq, uint64_t offset,
			  uint64_t length)
{
	struct fb_evidence *ev = user;

	return fb_case_unit_known(ev->c, source, seq, offset, length);
}

static int op_unit(void *user, const struct fb_unit_result *result)
{
	struct fb_evidence *ev = user;

	return fb_case_unit(ev->c, result, ev->err);
}

/* With one more problem. */
static int done_with(struct fb_evidence *ev, const struct fb_source_result *result, const char *text)
{
	struct fb_source_result said = *result;
	struct fb_problem *list = calloc(result->nproblems + 1, sizeof *list);
	int r;

	if (!list)
		return fb_fail(ev->err, FB_ENOMEM, "out of memory");
	if (result->nproblems)
		memcpy(list, result->problems, result->nproblems * sizeof *list);
	list[said.nproblems++] = (struct fb_problem){ .why = FB_WHY_BAD_CONTAINER,
						      .text = fb_slice_str(text) };
	said.problems = list;
	said.again = true; /* status 1, and looked at again */
	r = fb_case_source_done(ev->c, &said, ev->err);
	free(list);
	return r;
}

/* A part behind the first: hashed, and read there. */
static int done_part(struct fb_evidence *ev, const struct fb_source_result *result, const char *missing)
{
	struct fb_source_result said = *result;

	said.format = FB_FORMAT_PART;
	if (!result->whole)
		return fb_case_source_done(ev->c, result, ev->err);
	if (*missing)
		return done_with(ev, &said, missing);
	said.decoded = said.size;
	said.skipped = said.rejected = 0;
	said.nproblems = 0;
	return fb_case_source_done(ev->c, &said, ev->err);
}

static bool named_as_part(struct fb_slice path)
{
	struct fb_part part;
	bool maybe;

	for (size_t i = path.n; i-- > 0;)
		if (path.p[i] == '/' || path.p[i] == '!') {
			path = fb_slice_sub(path, i + 1, path.n);
			break;
		}
	return fb_part_of(path, &part, &maybe) && !maybe;
}

/* Parts are what is not readable alone: what is wrong with a set may be that one is missing. */
static int source_done(struct fb_evidence *ev, const struct fb_source_result *result)
{
	const struct fb_evidence_set *set = set_of(ev, result->source);

	if (set && !set->first)
		return done_part(ev, result, set->missing);
	if (set && *set->missing)
		return done_with(ev, result, set->missing);
	if (!set && result->units == 0 && result->whole && named_as_part(fb_buf_view(&ev->path)) &&
	    (!result->container || result->nproblems))
		return done_with(ev, result, "by its name a part of a split archive, which are joined where they are "
					     "files of their own: unpack what they lie in");
	return fb_case_source_done(ev->c, result, ev->err);
}

static int op_source(void *user, const struct fb_source_result *result)
{
	struct fb_evidence *ev = user;
	struct fb_source_result kept = *result;
	int r;

	/* Others were made for lists of indicators alone. */
	kept.sums.kinds &= ev->keep;
	fb_buf_clear(&ev->path);
	r = fb_case_path(ev->c, result->source, &ev->path, ev->err);
	if (r)
		return r;
	if (ev->told) {
		fb_progress_clear(&ev->progress);
		ev->told(ev->told_user, fb_buf_cstr(&ev->path), result);
	}
	if (ev->spool)
		fb_spool_done(ev->spool, result);
	r = source_done(ev, &kept);
	if (!r && ev->known)
		r = fb_known_files_ask(ev->known, ev->c, result, fb_buf_cstr(&ev->path), ev->err);
	return r;
}

static int op_bytes(void *user, uint64_t source, uint64_t offset, int from, uint64_t at, size_t n)
{
	struct fb_evidence *ev = user;

	if (ev->spool)
		fb_spool_bytes(ev->spool, source, offset, from, at, n);
	return 0;
}

static int op_collected(void *user, uint64_t source, uint64_t n, const struct fb_collected *c)
{
	struct fb_evidence *ev = user;
	int r = fb_case_collected_add(ev->c, source, n, c, ev->err);

	if (r == 0 && c->what == FB_SAID_HOST)
		r = fb_case_attr(ev->c, source, "told_host", c->text, ev->err);
	return r;
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static int op_source_hash(void *user, const struct fb_source_result *result)
{
	struct fb_evidence *ev = user;
	struct fb_hash_sums kept = result->sums;
	int r;

	kept.kinds &= ev->hashing;
	if (!result->whole || kept.kinds == 0 ||
	    (ev->listed && !bsearch(&result->source, ev->listed, ev->nlisted, sizeof *ev->listed, by_number)))
		return 0;
	r = fb_case_sums(ev->c, result->source, result->sha256, &kept, ev->err);
	if (r != FB_EINPUT)
		return r;
	ev->unsummed++;
	*ev->err = (struct fb_err){ 0 };
	return 0;
}

static bool is_listed(const struct fb_evidence *ev, uint64_t source)
{
	return bsearch(&source, ev->listed, ev->nlisted, sizeof *ev->listed, by_number) != NULL;
}

static bool op_unit_uncut(void *user, uint64_t source, uint32_t seq, uint64_t offset, uint64_t length)
{
	struct fb_evidence *ev = user;

	return !is_listed(ev, source) || fb_case_unit_known(ev->c, source, seq, offset, length);
}

static int op_unit_cut(void *user, const struct fb_unit_result *result)
{
	struct fb_evidence *ev = user;
	int r = fb_case_cutting(ev->c, result->source, ev->err);

	return r ? r : fb_case_unit(ev->c, result, ev->err);
}

static int op_source_cut(void *user, const struct fb_source_result *result)
{
	struct fb_evidence *ev = user;

	return is_listed(ev, result->source) ? fb_case_cut(ev->c, result, ev->err) : 0;
}

static int op_source_begun(void *user, const struct fb_source_result *result)
{
	struct fb_evidence *ev = user;

	if (result->head.known || (result->whole && (result->nbeginnings || result->nplaces || result->nranges)))
		return ev->begun(ev->begun_user, result);
	return 0;
}

static int op_idle(void *user)
{
	struct fb_evidence *ev = user;
	struct fb_engine_progress p;

	if (*ev->stop)
		return FB_ESTOP;
	fb_engine_progress(ev->engine, &p);
	fb_progress_draw(&ev->progress, &(struct fb_progress_state){ .bytes = p.bytes,
								     .events = p.events,
								     .detections = p.detections });
	return fb_case_tick(ev->c, ev->err);
}

int fb_evidence_run(struct fb_evidence *ev, struct fb_engine *engine)
{
	static const struct fb_engine_ops ops = {
		.next = op_next, .member = op_member, .unit_known = op_unit_known,
		.unit = op_unit, .source = op_source, .idle = op_idle, .collected = op_collected,
		.bytes = op_bytes,
	};
	static const struct fb_engine_ops hash_ops = {
		.next = op_next, .member = op_member, .unit_known = op_unit_known,
		.unit = op_unit, .source = op_source_hash, .idle = op_idle,
	};
	static const struct fb_engine_ops begun_ops = {
		.next = op_next, .member = op_member, .unit_known = op_unit_known,
		.unit = op_unit, .source = op_source_begun, .idle = op_idle,
	};
	static const struct fb_engine_ops cut_ops = {
		.next = op_next, .member = op_member, .unit_known = op_unit_uncut,
		.unit = op_unit_cut, .source = op_source_cut, .idle = op_idle,
	};
	int r;

	ev->engine = engine;
	r = fb_engine_run(engine, ev->begun ? &begun_ops : ev->cutting ? &cut_ops : ev->hashing ? &hash_ops : &ops, ev, ev->err);
	fb_progress_clear(&ev->progress);
	return r;
}

static int on_unscanned(void *user, uint64_t source, const struct fb_source_id *id)
{
	struct fb_evidence *ev = user;
	struct fb_evidence_item item = { .source = source, .shown = id->path, .disk = id->disk,
					 .size = id->size };

	if (*ev->stop)
		return FB_ESTOP;
	ev->bytes += id->size;
	return add(ev, &ev->items, &ev->nitems, &ev->room, &item);
}

int fb_evidence_scan(struct fb_evidence *ev, struct fb_engine *engine, bool all)
{
	int r;

	ev->nitems = ev->at = 0;
	ev->bytes = 0;
	r = fb_case_unscanned(ev->c, all, on_unscanned, ev, ev->err);
	if (r || ev->nitems == 0)
		return r;
	ev->scan = true;
	ev->scan_all = all;
	return fb_evidence_run(ev, engine);
}

int fb_evidence_hash(struct fb_evidence *ev, struct fb_engine *engine, unsigned which)
{
	int r;

	ev->nitems = ev->at = 0;
	ev->bytes = 0;
	r = fb_case_unsummed(ev->c, which, on_unscanned, ev, ev->err);
	if (r || ev->nitems == 0)
		return r;
	ev->scan = ev->scan_all = false;
	ev->hashing = which;
	r = fb_evidence_run(ev, engine);
	ev->hashing = 0;
	return r;
}

int fb_evidence_hash_listed(struct fb_evidence *ev, unsigned which, const struct fb_evidence_file *files,
			    size_t nfiles, const uint64_t *listed, size_t nlisted)
{
	int r = 0;

	ev->nitems = ev->at = 0;
	ev->bytes = 0;
	for (size_t i = 0; i < nfiles && r == 0; i++) {
		const struct fb_evidence_item item = { .source = files[i].source, .size = files[i].size,
						       .shown = files[i].shown, .disk = files[i].disk };

		ev->bytes += item.size;
		r = add(ev, &ev->items, &ev->nitems, &ev->room, &item);
	}
	if (r || nfiles == 0)
		return r;
	ev->scan = ev->scan_all = false;
	ev->hashing = which;
	ev->listed = listed;
	ev->nlisted = nlisted;
	r = fb_evidence_run(ev, ev->engine);
	ev->hashing = 0;
	ev->listed = NULL;
	return r;
}

static int give_out(struct fb_evidence *ev, const struct fb_evidence_file *files, size_t nfiles)
{
	int r = 0;

	ev->nitems = ev->at = 0;
	ev->bytes = 0;
	for (size_t i = 0; i < nfiles && r == 0; i++) {
		const struct fb_evidence_item item = { .source = files[i].source, .size = files[i].size,
						       .shown = files[i].shown, .disk = files[i].disk,
						       .lengths = files[i].lengths, .nlengths = files[i].nlengths,
						       .ask = files[i].ask };

		ev->bytes += item.size;
		r = add(ev, &ev->items, &ev->nitems, &ev->room, &item);
	}
	ev->scan = ev->scan_all = false;
	return r;
}

int fb_evidence_begin(struct fb_evidence *ev, const struct fb_evidence_file *files, size_t nfiles,
		      int (*begun)(void *user, const struct fb_source_result *r), void *user)
{
	int r = give_out(ev, files, nfiles);

	if (r || nfiles == 0)
		return r;
	ev->begun = begun;
	ev->begun_user = user;
	r = fb_evidence_run(ev, ev->engine);
	ev->begun = NULL;
	return r;
}

int fb_evidence_cut(struct fb_evidence *ev, const struct fb_evidence_file *files, size_t nfiles, uint64_t *listed, size_t nlisted)
{
	int r = give_out(ev, files, nfiles);

	if (r || nfiles == 0)
		return r;
	qsort(listed, nlisted, sizeof *listed, by_number);
	ev->listed = listed;
	ev->nlisted = nlisted;
	ev->cutting = true;
	r = fb_evidence_run(ev, ev->engine);
	ev->cutting = false;
	ev->listed = NULL;
	return r;
}
