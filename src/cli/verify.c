/* Is the evidence still what was investigated, and the custody record whole? Hashing
 * is done by confined readers, so the case is read and closed before they start. */
#include "case/custody.h"
#include "case/decide.h"
#include "case/stated.h"
#include "cli/cmd.h"

#include "cli/bundle.h"
#include "cli/parts.h"
#include "cli/sealed.h"
#include "cli/signed.h"
#include "cli/unpacking.h"
#include "engine/engine.h"
#include "intake/walk.h"
#include "show/json.h"
#include "show/progress.h"
#include "show/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAMES_MEMORY (1u << 30)

static const struct fb_opt own[] = {
	{ "quiet", 'q', FB_OPT_FLAG, NULL, "no progress", false },
	{ 0 },
};
static const struct fb_opt *const opts[] = { own, fb_opts_trust, fb_opts_json, fb_opts_unpack,
					     fb_opts_common, NULL };

enum state { UNSEEN = 0, SAME, CHANGED, UNREADABLE, NEVER_HASHED, MISSING, UNLISTED, MISRECORDED, STATES };
static const char *const words[] = { "unreadable", "ok", "changed", "unreadable", "never-hashed",
				     "missing", "unlisted", "misrecorded" };

struct file { /* or member */
	uint64_t id, parent;
	uint32_t index;
	const char *path, *disk;
	uint64_t size;
	uint8_t want[FB_SHA256], got[FB_SHA256];
	struct fb_hash_sums sums;     /* recorded */
	enum state state;
	const char *why;
};

struct verify {
	struct fb_cli *cli;
	struct fb_engine *engine;
	struct fb_unpacking unpacking;
	struct fb_progress progress;
	struct fb_arena arena;
	struct file *files;
	size_t n, room, at;
	struct file **by_place; /* members, by container and number */
	size_t nplaces;
	uint64_t bytes, members, count[STATES];
	unsigned hashes;         /* FB_HASH_… that the case has of some */
	bool chain_whole;
	char chain_why[1024];
	uint8_t head[FB_SHA256];
	uint64_t rows;
	struct fb_signed signatures;
	bool bundled;            /* files are those of a bundle, not of the evidence */
	struct fb_bundle bundle;
	struct fb_joined joined; /* parts of the file that was handed out last */
	struct fb_sealed sealed; /* of a bundle */
};

static int on_source(void *user, const struct fb_source_row *row)
{
	struct verify *v = user;
	struct file *f;

	if (v->n == v->room) {
		size_t more = v->room ? v->room * 2 : 256;
		struct file *grown = reallocarray(v->files, more, sizeof *grown);

		if (!grown)
			return fb_fail(&v->cli->err, FB_ENOMEM, "out of memory");
		v->files = grown;
		v->room = more;
	}
	f = &v->files[v->n];
	v->members += row->parent != 0;
	*f = (struct file){ .id = row->id, .parent = row->parent, .index = row->index,
			    .path = fb_arena_str(&v->arena, row->path), .size = row->size,
			    .sums = row->sums,
			    .disk = row->disk ? fb_arena_str(&v->arena, row->disk) : NULL };
	if (!f->path || (row->disk && !f->disk))
		return fb_fail(&v->cli->err, FB_ENOMEM, "out of memory");
	memcpy(f->want, row->sha256, sizeof f->want);
	v->hashes |= row->sums.kinds;
	if (!row->hashed || (!row->disk && !row->parent))
		f->state = NEVER_HASHED;
	else if (!row->parent)
		v->bytes += row->size;
	v->n++;
	return 0;
}

static int count_row(void *user, const struct fb_ledger_row *row)
{
	struct verify *v = user;

	fb_signed_row(&v->signatures, row);
	v->rows++;
	return 0;
}

/* What is wrong with the case is a result, not a failure. Where a bundle's case was unpacked
 * to says nothing to anybody. Returns 0. */
static int keep_why(struct verify *v)
{
	struct fb_err *err = &v->cli->err;
	size_t n = v->bundled ? strlen(v->bundle.dir) : 0;
	bool inside = n && strncmp(err->text, v->bundle.dir, n) == 0 && err->text[n] == '/';

	(void)snprintf(v->chain_why, sizeof v->chain_why, "%s", err->text + (inside ? n + 1 : 0));
	*err = (struct fb_err){ 0 };
	return 0;
}

/* The custody record, what it tells of the case, and who signed it. */
static int read_custody(struct verify *v, struct fb_case *c)
{
	struct fb_err *err = &v->cli->err;
	bool chain;
	int r = fb_case_ledger_walk(c, count_row, v, v->head, err);

	chain = !r;
	if (!r)
		r = fb_case_decisions_check(c, err);
	if (!r)
		r = fb_case_stated_check(c, err);
	if (!r)
		r = fb_case_record_check(c, err);
	v->chain_whole = !r;
	if (r == FB_EINPUT)
		r = keep_why(v);
	return r ? r : fb_signed_compare(&v->signatures, c, chain, err);
}

static int read_case(struct verify *v, const char *dir)
{
	struct fb_err *err = &v->cli->err;
	struct fb_case *c = NULL;
	struct fb_filter all;
	int r = fb_signed_trust(&v->signatures, &v->cli->args, err);

	if (!r)
		r = fb_cli_open(v->cli, dir, &c);
	if (r)
		return r;
	fb_filter_init(&all);
	r = v->bundled ? 0 : fb_case_sources(c, &all, on_source, v, err);
	if (!r)
		r = fb_signed_read(&v->signatures, dir, err);
	if (!r)
		r = read_custody(v, c);
	fb_case_close(c);
	return r;
}

/* What a bundle has stands where the files of the evidence stand. */
static int take_bundle(struct verify *v)
{
	static const enum state states[] = { [FB_BUNDLE_OK] = SAME, [FB_BUNDLE_CHANGED] = CHANGED,
					     [FB_BUNDLE_MISSING] = MISSING,
					     [FB_BUNDLE_UNLISTED] = UNLISTED };

	v->files = calloc(v->bundle.n + 1, sizeof *v->files);
	if (!v->files)
		return fb_fail(&v->cli->err, FB_ENOMEM, "out of memory");
	for (size_t i = 0; i < v->bundle.n; i++) {
		const struct fb_bundle_member *m = &v->bundle.v[i];
		struct file *f = &v->files[v->n++];

		*f = (struct file){ .path = m->name, .size = m->size, .state = states[m->state] };
		memcpy(f->want, m->want, sizeof f->want);
		memcpy(f->got, m->got, sizeof f->got);
		v->count[f->state]++;
	}
	return 0;
}

/* A case that cannot be opened is a case that was damaged: the rest is said all the same. */
static int read_bundle(struct verify *v, const char *path)
{
	struct fb_err *err = &v->cli->err;
	int r = fb_bundle_read(&v->bundle, path, err);

	if (!r)
		r = take_bundle(v);
	if (!r)
		r = fb_bundle_unpack(&v->bundle, err);
	if (r)
		return r;
	if (!v->bundle.dir[0]) {
		(void)snprintf(v->chain_why, sizeof v->chain_why, "there is no case.db");
		return fb_signed_trust(&v->signatures, &v->cli->args, err);
	}
	r = read_case(v, v->bundle.dir);
	return r == FB_EINPUT || r == FB_EVERSION ? keep_why(v) : r;
}

/* Everything in a bundle is under the signature of its manifest, the case too. */
static bool trusted(const struct verify *v)
{
	return v->bundled && v->sealed.there && v->sealed.state == FB_SIGNED_GOOD;
}

static bool is_bundle(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static int by_place(const void *a, const void *b)
{
	const struct file *x = *(struct file *const *)a, *y = *(struct file *const *)b;

	if (x->parent != y->parent)
		return x->parent < y->parent ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

static int sort_members(struct verify *v)
{
	v->by_place = calloc(v->members + 1, sizeof *v->by_place);
	if (!v->by_place)
		return fb_fail(&v->cli->err, FB_ENOMEM, "out of memory");
	for (size_t i = 0; i < v->n; i++)
		if (v->files[i].parent)
			v->by_place[v->nplaces++] = &v->files[i];
	if (v->nplaces)
		qsort(v->by_place, v->nplaces, sizeof *v->by_place, by_place);
	return 0;
}

static int op_next(void *user, struct fb_engine_file *file, bool *have)
{
	struct verify *v = user;
	int r = 0;

	*have = false;
	while (v->at < v->n && !*have) {
		struct file *f = &v->files[v->at++];
		struct fb_err why = { 0 };
		int fd;

		if (f->state == NEVER_HASHED || f->parent)
			continue;
		if (fb_open_evidence(f->disk, &fd, &why)) {
			f->state = UNREADABLE;
			f->why = fb_arena_str(&v->arena, why.text);
			continue;
		}
		*file = (struct fb_engine_file){ .source = v->at, .fd = fd, .size = f->size,
						 .hash_only = true, .members = true,
						 .only_unit = -1 };
		*have = true;
		r = fb_parts_join(&v->joined, f->disk, file, NULL, NULL, &v->cli->err);
		if (v->joined.role == FB_FOLLOWS)
			file->members = false;
		fb_parts_dispose(&v->joined);
	}
	return r;
}

static int op_source(void *user, const struct fb_source_result *r)
{
	struct verify *v = user;
	struct file *f = r->source >= 1 && r->source <= v->n ? &v->files[r->source - 1] : NULL;

	if (!f || f->state == NEVER_HASHED)
		return 0;
	memcpy(f->got, r->sha256, sizeof f->got);
	if (!r->whole)
		f->state = UNREADABLE;
	else
		f->state = memcmp(f->got, f->want, sizeof f->got) == 0 ? SAME : CHANGED;
	for (unsigned i = 0; i < FB_HASH_OLD && f->state == SAME; i++) {
		size_t n;
		const uint8_t *want = fb_sums_of(&f->sums, 1u << i, &n);

		if (f->sums.kinds & 1u << i && memcmp(want, fb_sums_of(&r->sums, 1u << i, &n), n) != 0) {
			f->state = MISRECORDED;
			f->why = fb_hash_word(1u << i);
		}
	}
	return 0;
}

/* Sources of this run are numbered as they stand in files, from 1. A member that the
 * case does not know, and what is in it, has no number. */
static int op_member(void *user, const struct fb_engine_member *m, uint64_t *source)
{
	struct verify *v = user;
	struct file key = { .index = m->index }, *want = &key, **found;

	*source = UINT64_MAX;
	if (m->parent == 0 || m->parent > v->n)
		return 0;
	key.parent = v->files[m->parent - 1].id;
	found = bsearch(&want, v->by_place, v->nplaces, sizeof *v->by_place, by_place);
	if (found)
		*source = (uint64_t)(*found - v->files) + 1;
	return 0;
}

static bool op_unit_known(void *user, uint64_t source, uint32_t seq, uint64_t offset,
			  uint64_t length)
{
	(void)user;
	(void)source;
	(void)seq;
	(void)offset;
	(void)length;
	return true;
}

static int op_unit(void *user, const struct fb_unit_result *r)
{
	(void)user;
	(void)r;
	return 0;
}

static int op_idle(void *user)
{
	struct verify *v = user;
	struct fb_engine_progress p;

	fb_engine_progress(v->engine, &p);
	fb_progress_draw(&v->progress, &(struct fb_progress_state){ .bytes = p.bytes });
	return 0;
}

static int hash_all(struct verify *v)
{
	static const struct fb_engine_ops ops = {
		.next = op_next, .member = op_member, .unit_known = op_unit_known,
		.unit = op_unit, .source = op_source, .idle = op_idle,
	};
	const struct fb_ruleset *none[] = { NULL };
	struct fb_syms *syms = fb_syms_new();
	struct fb_engine_config config = { .formats = v->cli->formats, .rules = none, .syms = syms, .hashes = v->hashes };
	int r;

	fb_unpacking_config(&v->unpacking, &config);
	r = syms ? fb_engine_start(&config, &v->engine, &v->cli->err)
		     : fb_fail(&v->cli->err, FB_ENOMEM, "out of memory");

	if (!r)
		r = sort_members(v);
	if (!r) {
		fb_progress_init(&v->progress, STDERR_FILENO, !fb_args_has(&v->cli->args, "quiet"),
				 v->bytes);
		v->progress.task = "hashing";
		r = fb_engine_run(v->engine, &ops, v, &v->cli->err);
		fb_progress_clear(&v->progress);
	}
	fb_engine_stop(v->engine);
	fb_syms_free(syms);
	free(v->by_place);
	for (size_t i = 0; i < v->n; i++)
		v->count[v->files[i].state]++;
	v->count[UNREADABLE] += v->count[UNSEEN];
	return r;
}

static void file_json(struct fb_json *j, const struct file *f)
{
	fb_json_object(j);
	fb_json_key(j, "path");
	fb_json_cstr(j, f->path);
	fb_json_key(j, "result");
	fb_json_cstr(j, words[f->state]);
	fb_json_key(j, "sha256");
	if (f->state == NEVER_HASHED || f->state == UNLISTED)
		fb_json_null(j);
	else
		fb_json_hex(j, f->want, sizeof f->want);
	fb_json_key(j, "found");
	if (f->state == SAME || f->state == CHANGED || f->state == UNLISTED || f->state == MISRECORDED)
		fb_json_hex(j, f->got, sizeof f->got);
	else
		fb_json_null(j);
	for (unsigned i = 0; i < FB_HASH_OLD; i++) {
		size_t n;
		const uint8_t *sum = fb_sums_of(&f->sums, 1u << i, &n);

		fb_json_key(j, fb_hash_word(1u << i));
		if (f->sums.kinds & 1u << i)
			fb_json_hex(j, sum, n);
		else
			fb_json_null(j);
	}
	fb_json_object_end(j);
}

static void put_bundle_json(struct fb_json *j, const struct verify *v)
{
	if (!v->bundled) {
		fb_json_null(j);
		return;
	}
	fb_json_object(j);
	fb_json_key(j, "whole");
	fb_json_bool(j, v->bundle.whole);
	fb_json_key(j, "why");
	fb_json_cstr(j, v->bundle.whole ? NULL : v->bundle.why);
	fb_json_key(j, "manifest_signature");
	fb_sealed_json(j, &v->sealed);
	fb_json_object_end(j);
}

static int put_machine(struct verify *v, enum fb_output as)
{
	struct fb_buf *out = &v->cli->out.buf;
	struct fb_json j;
	int r = 0;

	fb_json_init(&j, out);
	if (as == FB_AS_JSON) {
		fb_json_object(&j);
		fb_json_key(&j, "files");
		fb_json_array(&j);
	}
	for (size_t i = 0; i < v->n && !r; i++) {
		if (as == FB_AS_JSONL)
			fb_json_init(&j, out);
		file_json(&j, &v->files[i]);
		if (as == FB_AS_JSONL)
			(void)fb_buf_putc(out, '\n');
		r = fb_cli_row(v->cli);
	}
	if (as == FB_AS_JSON)
		fb_json_array_end(&j);
	else
		fb_json_init(&j, out);
	if (as == FB_AS_JSONL)
		fb_json_object(&j);
	fb_json_key(&j, "custody");
	fb_json_object(&j);
	fb_json_key(&j, "whole");
	fb_json_bool(&j, v->chain_whole);
	fb_json_key(&j, "rows");
	fb_json_u64(&j, v->rows);
	fb_json_key(&j, "head");
	fb_json_hex(&j, v->head, sizeof v->head);
	fb_json_key(&j, "why");
	fb_json_cstr(&j, v->chain_whole ? NULL : v->chain_why);
	fb_json_object_end(&j);
	fb_json_key(&j, "bundle");
	put_bundle_json(&j, v);
	fb_json_key(&j, "signatures");
	fb_signed_json(&j, &v->signatures);
	fb_json_object_end(&j);
	(void)fb_buf_putc(out, '\n');
	return r ? r : fb_cli_row(v->cli);
}

static void put_difference(struct fb_buf *out, const struct file *f)
{
	char sum[2 * FB_SHA256 + 1];

	(void)fb_buf_printf(out, "%-12s  ", words[f->state]);
	(void)fb_text_term(out, fb_slice_str(f->path));
	if (f->state == CHANGED) {
		fb_hex(f->want, FB_SHA256, sum);
		(void)fb_buf_printf(out, "\n              recorded sha256:%s", sum);
		fb_hex(f->got, FB_SHA256, sum);
		(void)fb_buf_printf(out, "\n              found    sha256:%s", sum);
	} else if (f->state == MISRECORDED) {
		(void)fb_buf_printf(out, "  (the SHA-256 is as recorded, the %s that the case has is not its)",
				    f->why);
	} else if (f->why) {
		(void)fb_buf_puts(out, "  (");
		(void)fb_text_term(out, fb_slice_str(f->why));
		(void)fb_buf_putc(out, ')');
	}
	(void)fb_buf_putc(out, '\n');
}

static void put_same(struct verify *v, bool members)
{
	struct fb_buf *out = &v->cli->out.buf;
	uint64_t same = 0;

	for (size_t i = 0; i < v->n; i++)
		same += v->files[i].state == SAME && (v->files[i].parent != 0) == members;
	(void)fb_text_number(out, same);
	(void)fb_buf_puts(out, " of ");
	(void)fb_text_count(out, members ? v->members : v->n - v->members,
			    members ? "member" : "file");
	(void)fb_buf_puts(out, members ? " in them" : " as recorded");
}

static int put_text(struct verify *v)
{
	struct fb_buf *out = &v->cli->out.buf;
	char sum[2 * FB_SHA256 + 1];
	int r = 0;

	if (v->bundled && !v->bundle.whole)
		(void)fb_buf_printf(out, "Bundle damaged: %s\n", v->bundle.why);

	for (size_t i = 0; i < v->n && !r; i++) {
		if (v->files[i].state != SAME) {
			put_difference(out, &v->files[i]);
			r = fb_cli_row(v->cli);
		}
	}
	put_same(v, false);
	if (v->members) {
		(void)fb_buf_puts(out, ", and ");
		put_same(v, true);
	}
	if (v->count[CHANGED])
		(void)fb_buf_printf(out, ", %llu changed", (unsigned long long)v->count[CHANGED]);
	if (v->count[MISRECORDED])
		(void)fb_buf_printf(out, ", %llu misrecorded", (unsigned long long)v->count[MISRECORDED]);
	if (v->count[UNREADABLE])
		(void)fb_buf_printf(out, ", %llu missing or unreadable",
				    (unsigned long long)v->count[UNREADABLE]);
	if (v->count[NEVER_HASHED])
		(void)fb_buf_printf(out, ", %llu never read whole",
				    (unsigned long long)v->count[NEVER_HASHED]);
	if (v->count[MISSING] || v->count[UNLISTED])
		(void)fb_buf_printf(out, ", %llu missing, %llu not in the manifest",
				    (unsigned long long)v->count[MISSING],
				    (unsigned long long)v->count[UNLISTED]);
	if (v->bundled)
		(void)fb_buf_puts(out, " (of the bundle; the evidence is not in it)");
	(void)fb_buf_putc(out, '\n');
	if (v->chain_whole) {
		fb_hex(v->head, FB_SHA256, sum);
		(void)fb_buf_puts(out, "Custody record whole: ");
		(void)fb_text_count(out, v->rows, "row");
		(void)fb_buf_printf(out, ", last sha256:%s\n", sum);
	} else {
		(void)fb_buf_puts(out, "Custody record broken: ");
		(void)fb_text_term(out, fb_slice_str(v->chain_why));
		(void)fb_buf_putc(out, '\n');
	}
	if (v->bundled)
		fb_sealed_put(out, &v->sealed);
	fb_signed_put(out, &v->signatures);
	return r ? r : fb_cli_row(v->cli);
}

static int run(struct fb_cli *cli)
{
	struct verify v = { .cli = cli };
	enum fb_output as;
	int r = fb_cli_output(cli, &as);

	fb_arena_init(&v.arena, NAMES_MEMORY);
	if (!r)
		r = fb_unpacking_read(&v.unpacking, &cli->args, &cli->err);
	v.bundled = !r && is_bundle(fb_cli_dir(cli, 0));
	if (!r)
		r = v.bundled ? read_bundle(&v, fb_cli_dir(cli, 0)) : read_case(&v, fb_cli_dir(cli, 0));
	if (!r && v.bundled)
		r = fb_sealed_check(&v.bundle, &v.signatures, &v.sealed, &cli->err);
	v.signatures.otherwise = trusted(&v);
	if (!r && !v.bundled)
		r = hash_all(&v);
	if (!r)
		r = fb_cli_out(cli);
	if (!r)
		r = fb_cli_done(cli, as == FB_AS_TEXT ? put_text(&v) : put_machine(&v, as));
	/* What was never hashed was never part of what a detection can cite. */
	if (!r && (v.count[CHANGED] || v.count[MISRECORDED] || v.count[UNREADABLE] || v.count[MISSING] || v.count[UNLISTED] ||
		   (v.bundled && !v.bundle.whole) || !v.chain_whole ||
		   !fb_signed_well(&v.signatures) || !fb_sealed_well(&v.sealed, &v.signatures)))
		cli->status = FB_EXIT_PART;
	if (v.bundled)
		fb_bundle_close(&v.bundle);
	fb_signed_dispose(&v.signatures);
	fb_unpacking_dispose(&v.unpacking);
	free(v.files);
	fb_arena_dispose(&v.arena);
	return r;
}

const struct fb_cmd fb_cmd_verify = {
	.name = "verify",
	.summary = "hash the evidence again and check the custody record",
	.usage = "[CASE | BUNDLE.tar] [OPTION…]",
	.about = "Reads every file of the case (./case when left out) again and compares its SHA-256\n"
		 "with the recorded one, and checks the hash chain of the custody record, that the case\n"
		 "has what it tells, and the signatures of the case (`firebreak sign`). Exit status\n"
		 "0: all as recorded; 1: something differs, is missing or is broken; 3: the check\n"
		 "could not be made. Archives are opened, and their members compared each by itself.\n"
		 "Of a bundle (`firebreak bundle`) the files in it are compared with its manifest, and\n"
		 "the manifest with its signature.",
	.opts = opts,
	.most = 1,
	.run = run,
};
