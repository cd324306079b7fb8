/* Loading: which files, each compiled for itself when one has a fault, all together
 * when they have none. */
#include "detect/yara/yara.h"

#include "base/io.h"
#include "base/limits.h"
#include "detect/files.h"
#include "detect/problems.h"
#include "detect/yara/set.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bumped when the same rules would match differently. */
#define SEMANTICS "firebreak-yara-1 " YR_VERSION
#define ARENA_MAX ((size_t)256 << 20)

const struct fb_rulekind fb_yara = {
	.name = "yara",
	.open = ya_open,
	.scan = ya_scan,
	.close = ya_close,
	.free = ya_free,
};

const char *const ya_variable[YA_VARIABLES] = { "filename", "filepath", "extension", "filetype",
						"owner" };

bool ya_module_refused(const char *name)
{
	static const char *const refused[] = { "console", "cuckoo", "magic", "time" };

	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		if (strcmp(name, refused[i]) == 0)
			return true;
	return false;
}

struct source {
	const struct fb_rule_file *file;
	struct fb_slice text; /* in the loader's arena, NUL behind it */
	uint8_t hash[FB_SHA256];
	bool bad;
};

struct loader {
	struct ya_set *s;
	const struct fb_yara_pack *packs;
	const char **names; /* of packs, in the set's arena */
	struct fb_rule_files files;
	struct source *source;
	struct fb_arena scratch; /* texts of rules */
	struct fb_rule_problems problems;
	struct fb_err *err;
	/* of the compilation under way */
	const char *compiling;
	unsigned errors;
	bool no_memory;
};

static int problem(struct loader *l, const char *path, unsigned line, const char *why)
{
	return fb_rule_problems_add(&l->problems, path, line, true, why);
}

static int files_problem(void *user, const char *path, const char *why)
{
	return problem(user, path, 0, why);
}

/* ---- one compilation ---- */

static void on_message(int level, const char *file, int line, const YR_RULE *rule,
		       const char *message, void *user)
{
	struct loader *l = user;
	char why[512];

	(void)file;
	if (level != YARA_ERROR_LEVEL_ERROR)
		return;
	/* What follows a first fault is mostly its echo. */
	if (l->errors++)
		return;
	(void)snprintf(why, sizeof why, "%s%s%s%s", rule ? "rule " : "", rule ? rule->identifier : "",
		       rule ? ": " : "", message);
	if (l->compiling && problem(l, l->compiling, line > 0 ? (unsigned)line : 0, why))
		l->no_memory = true;
}

/* Rules must not read what nobody named. */
static const char *no_include(const char *name, const char *file, const char *space, void *user)
{
	(void)name;
	(void)file;
	(void)space;
	(void)user;
	return NULL;
}

static void include_free(const char *text, void *user)
{
	(void)text;
	(void)user;
}

static YR_COMPILER *compiler(struct loader *l)
{
	YR_COMPILER *c = NULL;

	if (yr_compiler_create(&c) != ERROR_SUCCESS)
		return NULL;
	yr_compiler_set_callback(c, on_message, l);
	yr_compiler_set_include_callback(c, no_include, include_free, NULL);
	for (unsigned i = 0; i < YA_VARIABLES; i++) {
		if (yr_compiler_define_string_variable(c, ya_variable[i], "") != ERROR_SUCCESS) {
			yr_compiler_destroy(c);
			return NULL;
		}
	}
	return c;
}

/* The number of the source is the name space: file names may hold anything. */
static bool add(struct loader *l, YR_COMPILER *c, size_t i)
{
	char space[24];

	(void)snprintf(space, sizeof space, "%zu", i);
	l->compiling = l->source[i].file->path;
	l->errors = 0;
	return yr_compiler_add_string(c, (const char *)l->source[i].text.p, space) == 0 &&
	       l->errors == 0;
}

/* A rule that imports a module is only found out when it is run. */
struct imports {
	const char *refused;
};

static int on_import(YR_SCAN_CONTEXT *context, int message, void *data, void *user)
{
	struct imports *im = user;
	const YR_MODULE_IMPORT *mi = data;

	(void)context;
	if (message == CALLBACK_MSG_IMPORT_MODULE && ya_module_refused(mi->module_name)) {
		im->refused = mi->module_name;
		return CALLBACK_ERROR;
	}
	return CALLBACK_CONTINUE;
}

/* Does this file, compiled alone, import what is refused? */
static const char *refused_import(YR_RULES *rules)
{
	struct imports im = { 0 };
	static const uint8_t nothing[1];

	(void)yr_rules_scan_mem(rules, nothing, 0, SCAN_FLAGS_NO_TRYCATCH, on_import, &im, 0);
	return im.refused;
}

static int try_alone(struct loader *l, size_t i)
{
	YR_COMPILER *c = compiler(l);
	YR_RULES *rules = NULL;
	const char *module;
	char why[128];
	int r = 0;

	if (!c)
		return FB_ENOMEM;
	if (!add(l, c, i)) {
		l->source[i].bad = true;
		if (l->errors == 0)
			r = problem(l, l->source[i].file->path, 0, "cannot be compiled");
	} else if (yr_compiler_get_rules(c, &rules) != ERROR_SUCCESS) {
		r = FB_ENOMEM;
	} else if ((module = refused_import(rules)) != NULL) {
		l->source[i].bad = true;
		(void)snprintf(why, sizeof why, "imports \"%s\", a module that is not used here", module);
		r = problem(l, l->source[i].file->path, 0, why);
	}
	if (rules)
		yr_rules_destroy(rules);
	yr_compiler_destroy(c);
	return l->no_memory ? FB_ENOMEM : r;
}

/* All files that have no fault, in one. *clean: none turned out to have one. */
static int try_all(struct loader *l, bool *clean)
{
	YR_COMPILER *c = compiler(l);
	YR_RULES *rules = NULL;
	uint32_t before = l->problems.n;

	*clean = true;
	if (!c)
		return FB_ENOMEM;
	for (size_t i = 0; i < l->files.n && *clean; i++)
		if (!l->source[i].bad)
			*clean = add(l, c, i);
	if (*clean && yr_compiler_get_rules(c, &rules) != ERROR_SUCCESS) {
		yr_compiler_destroy(c);
		return FB_ENOMEM;
	}
	yr_compiler_destroy(c);
	if (rules && refused_import(rules)) {
		yr_rules_destroy(rules);
		rules = NULL;
		*clean = false;
	}
	if (!*clean)
		l->problems.n = before; /* said again, and better, when tried alone */
	l->s->rules = rules;
	return l->no_memory ? FB_ENOMEM : 0;
}

static int compile(struct loader *l)
{
	bool clean;
	int r = try_all(l, &clean);

	if (r || clean)
		return r;
	for (size_t i = 0; i < l->files.n && !r; i++)
		if (!l->source[i].bad)
			r = try_alone(l, i);
	if (!r)
		r = try_all(l, &clean);
	return r || clean ? r : fb_fail(l->err, FB_EINPUT, "YARA rules: files that compile alone do "
					"not compile together");
}

struct compiling {
	struct loader *l;
	int r;
};

static void *compile_there(void *job)
{
	struct compiling *c = job;

	c->r = compile(c->l);
	return NULL;
}

/* In a thread that is waited for: malloc gives it memory apart. What a compiler leaves of the
 * heap, holes of all sizes, would otherwise be where each scan puts its thousands of small
 * things, everywhere and cold: that made scanning a third slower. */
static int compile_apart(struct loader *l)
{
	struct compiling c = { .l = l };
	pthread_t thread;

	if (pthread_create(&thread, NULL, compile_there, &c))
		return compile(l);
	(void)pthread_join(thread, NULL);
	return c.r;
}

/* ---- files ---- */

static int read_source(struct loader *l, size_t i, struct fb_buf *text)
{
	struct source *s = &l->source[i];
	struct fb_err why = { 0 };

	s->file = &l->files.v[i];
	fb_buf_clear(text);
	if (fb_read_file(s->file->path, FB_YARA_RULE_FILE_MAX, text, &why)) {
		s->bad = true;
		return problem(l, s->file->path, 0, why.text);
	}
	fb_sha256_of(fb_buf_view(text), s->hash);
	if (memchr(text->p, 0, text->n)) {
		s->bad = true;
		return problem(l, s->file->path, 0, "not text: it has a NUL byte (compiled rules are not "
			       "taken, only their source)");
	}
	s->text = fb_slice(fb_arena_strn(&l->scratch, text->p, text->n), text->n);
	return s->text.p ? 0 : FB_ENOMEM;
}

static int read_sources(struct loader *l, size_t npacks)
{
	static const char *const endings[] = { ".yar", ".yara", NULL };
	struct fb_buf text;
	int r = 0;

	l->files = (struct fb_rule_files){ .arena = &l->s->arena, .endings = endings,
					   .problem = files_problem, .user = l };
	l->names = fb_arena_calloc(&l->scratch, npacks + 1, sizeof *l->names);
	if (!l->names)
		return FB_ENOMEM;
	for (size_t i = 0; i < npacks && !r; i++) {
		const char *name = l->packs[i].name ? l->packs[i].name : l->packs[i].path;

		l->names[i] = fb_arena_str(&l->s->arena, name);
		r = l->names[i] ? fb_rule_files_add(&l->files, l->packs[i].path, (uint32_t)i, l->err)
				: FB_ENOMEM;
	}
	if (r)
		return r;
	fb_rule_files_sort(&l->files);
	l->source = calloc(l->files.n + 1, sizeof *l->source);
	if (!l->source)
		return FB_ENOMEM;
	fb_buf_init(&text, FB_YARA_RULE_FILE_MAX);
	for (size_t i = 0; i < l->files.n && !r; i++)
		r = read_source(l, i, &text);
	fb_buf_dispose(&text);
	return r;
}

/* ---- the set ---- */

struct entry {
	struct fb_rule_info info;
	uint32_t at; /* in libyara's table */
};

static int by_id(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int d = strcmp(x->info.id, y->info.id);

	d = d ? d : strcmp(x->info.path, y->info.path);
	return d ? d : x->at < y->at ? -1 : x->at > y->at;
}

static int describe(struct loader *l, struct entry *e, const YR_RULE *rule)
{
	const struct source *s;
	uint64_t i;

	if (!fb_slice_u64(fb_slice_str(rule->ns->name), &i) || i >= l->files.n)
		return FB_ESTATE;
	s = &l->source[i];
	return ya_info(&l->s->arena, rule, s->file->path, l->names[s->file->pack], s->hash, &e->info);
}

/* Packs give one id to several rules; detections are named after it, so all but the first
 * (by path and place) get their name behind it. */
static int part_ids(struct loader *l, struct entry *entry, uint32_t n)
{
	const char *first = n ? entry[0].info.id : NULL;

	for (uint32_t i = 1; i < n; i++) {
		char id[512];

		if (strcmp(entry[i].info.id, first) != 0) {
			first = entry[i].info.id;
			continue;
		}
		(void)snprintf(id, sizeof id, "%.250s/%.250s", first, entry[i].info.title);
		entry[i].info.id = fb_arena_str(&l->s->arena, id);
		if (!entry[i].info.id)
			return FB_ENOMEM;
	}
	if (n)
		qsort(entry, n, sizeof *entry, by_id);
	return 0;
}

static int infos(struct loader *l)
{
	struct ya_set *s = l->s;
	struct fb_rule_info *info;
	struct entry *entry;
	const YR_RULE *rule;
	uint32_t n = 0, at = 0;
	int r = 0;

	yr_rules_foreach(s->rules, rule)
		s->ntable++;
	if (s->ntable > FB_RULES_MAX)
		return fb_fail(l->err, FB_ELIMIT, "more than %u YARA rules", FB_RULES_MAX);
	entry = calloc((size_t)s->ntable + 1, sizeof *entry);
	info = fb_arena_calloc(&s->arena, (size_t)s->ntable + 1, sizeof *info);
	s->number = fb_arena_calloc(&s->arena, (size_t)s->ntable + 1, sizeof *s->number);
	if (!entry || !info || !s->number)
		r = FB_ENOMEM;
	if (!r) {
		yr_rules_foreach(s->rules, rule) {
			s->number[at] = YA_NONE;
			entry[n].at = at++;
			if (!RULE_IS_PRIVATE(rule) && (r = describe(l, &entry[n++], rule)) != 0)
				break;
		}
	}
	if (!r && n)
		qsort(entry, n, sizeof *entry, by_id);
	if (!r)
		r = part_ids(l, entry, n);
	if (!r) {
		for (uint32_t i = 0; i < n; i++) {
			info[i] = entry[i].info;
			s->number[entry[i].at] = i;
		}
		s->set.rules = info;
		s->set.nrules = n;
	}
	free(entry);
	return r;
}

static int finish(struct loader *l)
{
	struct ya_set *s = l->s;
	struct fb_sha256 *h = fb_sha256_new();

	if (!h || fb_rule_problems_keep(&l->problems, &s->set)) {
		fb_sha256_free(h);
		return FB_ENOMEM;
	}
	s->set.nfiles = (uint32_t)l->files.n;
	fb_sha256_add(h, FB_LIT(SEMANTICS));
	for (uint32_t i = 0; i < s->set.nrules; i++) {
		fb_sha256_add(h, fb_slice_str(s->set.rules[i].id));
		fb_sha256_add(h, fb_slice(s->set.rules[i].hash, FB_SHA256));
	}
	fb_sha256_end(h, s->set.hash);
	fb_sha256_free(h);
	return 0;
}

int fb_yara_load(const struct fb_yara_pack *packs, size_t npacks, struct fb_ruleset **out,
		 struct fb_err *err)
{
	struct loader l = { .packs = packs, .err = err };
	int r;

	if (yr_initialize() != ERROR_SUCCESS)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	l.s = calloc(1, sizeof *l.s);
	if (!l.s) {
		(void)yr_finalize();
		return fb_fail(err, FB_ENOMEM, "out of memory");
	}
	fb_arena_init(&l.s->arena, ARENA_MAX);
	fb_arena_init(&l.scratch, ARENA_MAX);
	l.s->set.kind = &fb_yara;
	l.s->set.compiled = l.s;
	l.problems.arena = &l.s->arena;
	r = read_sources(&l, npacks);
	if (!r)
		r = compile_apart(&l);
	if (!r)
		r = infos(&l);
	if (!r)
		r = finish(&l);
	fb_rule_problems_dispose(&l.problems);
	free(l.source);
	fb_rule_files_dispose(&l.files);
	fb_arena_dispose(&l.scratch);
	if (r) {
		ya_free(&l.s->set);
		return fb_fail(err, r, "%s", r == FB_ENOMEM ? "out of memory" : fb_code_text(r));
	}
	*out = &l.s->set;
	return 0;
}

void ya_free(struct fb_ruleset *set)
{
	struct ya_set *s;

	if (!set)
		return;
	s = (struct ya_set *)(uintptr_t)set->compiled;
	if (s->rules)
		yr_rules_destroy(s->rules);
	fb_arena_dispose(&s->arena);
	free(s);
	(void)yr_finalize();
}
