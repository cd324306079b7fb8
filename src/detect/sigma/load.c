/* Loading: files to documents, documents to rules, rules in their order, the set. */
#include "detect/sigma/image.h"

#include "base/io.h"
#include "base/limits.h"

#include <stdlib.h>

/* Bumped when the same rules would match differently. */
#define SEMANTICS "firebreak-sigma-2"

const struct fb_rulekind fb_sigma = {
	.name = "sigma",
	.open = sg_open,
	.match = sg_match,
	.close = sg_close,
	.free = sg_free,
	.values = sg_values,
};

struct loader {
	struct sg_compiler c;
	const struct fb_sigma_pack *packs;
	const char **names; /* of packs, in the set's arena */
	struct sg_files files;
	/* of the file being read */
	const struct sg_file *file;
	unsigned position;
	bool filters_only;
	struct sg_ynode *global; /* "action: global" */
	struct fb_err *err;
	bool facts;
};

static int name_packs(struct loader *l, size_t npacks)
{
	l->names = fb_arena_calloc(&l->c.keep, npacks + 1, sizeof(char *));
	if (!l->names)
		return fb_fail(l->err, FB_ENOMEM, "out of memory");
	for (size_t i = 0; i < npacks; i++) {
		l->names[i] = fb_arena_str(&l->c.set->arena, l->packs[i].name ? l->packs[i].name
									      : l->packs[i].path);
		if (!l->names[i])
			return fb_fail(l->err, FB_ENOMEM, "out of memory");
	}
	return 0;
}

/* --- documents --- */

static int add_rule(struct loader *l, const struct sg_ydoc *doc)
{
	struct sg_compiler *c = &l->c;
	struct sg_rule rule = { .line = doc->line, .pack = l->file->pack,
				.position = l->position };
	int r;

	if (c->nrules == FB_RULES_MAX)
		return fb_fail(l->err, FB_ELIMIT, "more than %u rules", FB_RULES_MAX);
	c->err = (struct fb_err){ 0 };
	c->err_line = 0;
	c->values = c->steps = c->regexes = 0;
	c->regex_bytes = 0;
	c->path = l->file->path;
	c->pack = l->names[l->file->pack];
	r = sg_rule(c, doc, &rule);
	if (r == FB_ENOMEM)
		return r;
	if (r)
		return sg_problem(c, l->file->path, c->err_line ? c->err_line : doc->line, true,
				  "%s", c->err.text[0] ? c->err.text : "cannot be used");
	if (c->nrules == c->rules_cap) {
		uint32_t cap = c->rules_cap ? c->rules_cap * 2 : 4096;
		struct sg_rule *more = realloc(c->rules, cap * sizeof *more);

		if (!more)
			return FB_ENOMEM;
		c->rules = more;
		c->rules_cap = cap;
	}
	c->rules[c->nrules++] = rule;
	return 0;
}

static int add_filter(struct loader *l, const struct sg_ydoc *doc)
{
	struct sg_compiler *c = &l->c;
	const struct sg_ynode *filter = sg_yget(doc->root, "filter");
	struct sg_filter *f;

	if (!sg_yget(filter, "rules") || !sg_yget(filter, "condition"))
		return sg_problem(c, l->file->path, doc->line, true,
				  "a filter needs \"rules\" and \"condition\"");
	f = fb_arena_calloc(&c->keep, 1, sizeof *f);
	if (!f)
		return FB_ENOMEM;
	f->root = doc->root;
	f->path = l->file->path;
	f->line = doc->line;
	fb_sha256_of(doc->bytes, f->hash);
	f->next = c->filters;
	c->filters = f;
	return 0;
}

/* "action: global": its keys stand in every later document of the file that does not
 * have them; maps are merged. */
static int merge(struct fb_arena *a, const struct sg_ynode *base, const struct sg_ynode *over,
		 unsigned depth, struct sg_ynode **out)
{
	struct sg_ynode *n = fb_arena_calloc(a, 1, sizeof *n);

	if (!n)
		return FB_ENOMEM;
	*n = *over;
	n->item = fb_arena_calloc(a, ((size_t)base->n + over->n) * 2 + 1, sizeof *n->item);
	if (!n->item)
		return FB_ENOMEM;
	n->n = 0;
	for (uint32_t i = 0; i < base->n; i++) {
		struct sg_ynode *value = base->item[i * 2 + 1];
		const struct sg_ynode *mine =
			sg_yget(over, (const char *)base->item[i * 2]->text.p);

		if (mine && mine->kind == SG_Y_MAP && value->kind == SG_Y_MAP && depth < 4) {
			if (merge(a, value, mine, depth + 1, &value))
				return FB_ENOMEM;
		} else if (mine || fb_slice_eqs(base->item[i * 2]->text, "action")) {
			continue;
		}
		n->item[n->n * 2] = base->item[i * 2];
		n->item[n->n++ * 2 + 1] = value;
	}
	for (uint32_t i = 0; i < over->n; i++) {
		if (sg_yget(n, (const char *)over->item[i * 2]->text.p))
			continue;
		n->item[n->n * 2] = over->item[i * 2];
		n->item[n->n++ * 2 + 1] = over->item[i * 2 + 1];
	}
	*out = n;
	return 0;
}

static int on_doc(void *user, const struct sg_ydoc *doc)
{
	struct loader *l = user;
	struct sg_compiler *c = &l->c;
	struct sg_ydoc d = *doc;
	struct fb_slice action = sg_ytext(doc->root, "action");
	bool filter = sg_yget(doc->root, "filter") && !sg_yget(doc->root, "detection");

	l->position++;
	if (filter != l->filters_only)
		return 0;
	if (filter)
		return add_filter(l, doc);
	if (doc->root->kind != SG_Y_MAP)
		return sg_problem(c, l->file->path, doc->line, true, "not a rule: not a map");
	if (fb_slice_eqs(action, "global")) {
		l->global = d.root;
		return 0;
	}
	if (fb_slice_eqs(action, "reset")) {
		l->global = NULL;
		return 0;
	}
	if (l->global && merge(&c->scratch, l->global, doc->root, 0, &d.root))
		return FB_ENOMEM;
	return add_rule(l, &d);
}

static int read_docs(struct loader *l, const struct sg_file *f, struct fb_slice text)
{
	struct fb_err err = { 0 };
	unsigned line = 0;
	int r;

	l->file = f;
	l->position = 0;
	l->global = NULL;
	r = sg_yaml_parse(text, l->filters_only ? &l->c.keep : &l->c.scratch, on_doc, l, &line,
			  &err);
	fb_arena_reset(&l->c.scratch);
	if (r == FB_ENOMEM || l->err->code)
		return fb_fail(l->err, r, "out of memory");
	if (r && !l->filters_only)
		return sg_problem(&l->c, f->path, line, true, "%s", err.text);
	return 0;
}

/* Does a line begin with "filter:"? Such files are read first. */
static bool has_filter(struct fb_slice text)
{
	while (text.n) {
		size_t n = fb_slice_find(text, FB_LIT("\n"));

		if (fb_slice_starts(text, FB_LIT("filter:")))
			return true;
		text = fb_slice_sub(text, n + 1, text.n);
	}
	return false;
}

/* The text of a file: kept, given by the caller, or read now into *room. */
static int text_of(struct loader *l, const struct sg_file *f, struct fb_buf *room,
		   struct fb_slice *out, struct fb_err *err)
{
	int r;

	*out = l->packs[f->pack].text;
	if (out->p)
		return out->n > FB_RULE_FILE_MAX ? FB_ELIMIT : 0;
	if (l->files.kept) {
		*out = sg_file_text(&l->files, f);
		return 0;
	}
	fb_buf_clear(room);
	r = fb_read_file(f->path, FB_RULE_FILE_MAX, room, err);
	*out = fb_buf_view(room);
	return r;
}

static int read_files(struct loader *l, bool filters)
{
	struct fb_buf room;
	int r = 0;

	fb_buf_init(&room, FB_RULE_FILE_MAX + 65536);
	l->filters_only = filters;
	for (size_t i = 0; i < l->files.n && r == 0; i++) {
		const struct sg_file *f = &l->files.v[i];
		struct fb_err err = { 0 };
		struct fb_slice text;

		r = text_of(l, f, &room, &text, &err);
		if (r == FB_ENOMEM)
			break;
		if (r) {
			r = filters ? 0
				    : sg_problem(&l->c, f->path, 0, true, "%s",
						 err.code ? err.text : "the file is too large");
			continue;
		}
		if (!filters || has_filter(text))
			r = read_docs(l, f, text);
	}
	fb_buf_dispose(&room);
	return r;
}

/* --- the set --- */

static int by_id(const void *a, const void *b)
{
	const struct sg_rule *x = a, *y = b;
	int d = strcmp(x->info.id, y->info.id);

	/* Copies of a rule: the pack given first comes first. */
	if (d == 0)
		d = x->pack < y->pack ? -1 : x->pack > y->pack;
	if (d == 0)
		d = strcmp(x->info.path, y->info.path);
	if (d == 0)
		d = x->position < y->position ? -1 : x->position > y->position;
	return d;
}

/* One rule an id: a detection is named after it. */
static int sort_rules(struct sg_compiler *c)
{
	uint32_t n = 0;

	if (c->nrules)
		qsort(c->rules, c->nrules, sizeof *c->rules, by_id);
	for (uint32_t i = 0; i < c->nrules; i++) {
		const struct sg_rule *r = &c->rules[i], *first = n ? &c->rules[n - 1] : NULL;
		bool same;

		if (!first || strcmp(first->info.id, r->info.id) != 0) {
			c->rules[n++] = *r;
			continue;
		}
		same = memcmp(first->info.hash, r->info.hash, FB_SHA256) == 0;
		if (sg_problem(c, r->info.path, r->line, !same,
			       same ? "the same rule as in %s"
				    : "another rule has this id, %s: this one is left out",
			       first->info.path))
			return FB_ENOMEM;
	}
	c->nrules = n;
	return 0;
}

static int by_problem(const void *a, const void *b)
{
	const struct fb_rule_problem *x = a, *y = b;
	int d = strcmp(x->path, y->path);

	if (d == 0)
		d = x->line < y->line ? -1 : x->line > y->line;
	return d ? d : strcmp(x->why, y->why);
}

static int by_hash(const void *a, const void *b)
{
	return memcmp(a, b, FB_SHA256);
}

/* Independent of the order and the places of files: what they say counts. */
static int hash_set(struct loader *l)
{
	struct sg_compiler *c = &l->c;
	size_t n = c->nrules, k = 0;
	struct fb_sha256 *h = fb_sha256_new();
	uint8_t (*sums)[FB_SHA256];

	for (const struct sg_filter *f = c->filters; f; f = f->next)
		n++;
	sums = calloc(n + 1, sizeof *sums);
	if (!h || !sums) {
		fb_sha256_free(h);
		free(sums);
		return FB_ENOMEM;
	}
	for (uint32_t i = 0; i < c->nrules; i++) {
		fb_sha256_reset(h);
		fb_sha256_add(h, fb_slice(c->rules[i].info.hash, FB_SHA256));
		fb_sha256_add(h, fb_slice_str(c->rules[i].info.pack));
		fb_sha256_end(h, sums[k++]);
	}
	for (const struct sg_filter *f = c->filters; f; f = f->next)
		memcpy(sums[k++], f->hash, FB_SHA256);
	qsort(sums, k, sizeof *sums, by_hash);
	fb_sha256_reset(h);
	fb_sha256_add(h, FB_LIT(SEMANTICS));
	fb_sha256_add(h, fb_slice(sums, k * sizeof *sums));
	for (size_t i = 0; i < c->nlists; i++) {
		/* No text has a NUL in it, and a list has a value: nothing runs together. */
		fb_sha256_add(h, fb_slice("", 1));
		fb_sha256_add(h, fb_slice(c->lists[i].name, strlen(c->lists[i].name) + 1));
		for (size_t v = 0; v < c->lists[i].n; v++)
			fb_sha256_add(h, fb_slice(c->lists[i].values[v],
						  strlen(c->lists[i].values[v]) + 1));
	}
	fb_sha256_end(h, c->set->set.hash);
	fb_sha256_free(h);
	free(sums);
	return 0;
}

/* Rules that filters name and nobody has. */
static int check_filters(struct sg_compiler *c)
{
	for (const struct sg_filter *f = c->filters; f; f = f->next) {
		const struct sg_ynode *names = sg_yget(sg_yget(f->root, "filter"), "rules");

		for (uint32_t i = 0; names->kind == SG_Y_SEQ && i < names->n; i++) {
			struct fb_slice s = names->item[i]->text;
			bool found = false;

			for (uint32_t k = 0; k < c->nrules && !found; k++)
				found = fb_slice_ieq(s, fb_slice_str(c->rules[k].info.id)) ||
					(s.n && fb_slice_eqs(s, c->rules[k].name));
			if (!found && sg_problem(c, f->path, names->item[i]->line, true, "filter: no"
						 " rule that was loaded is \"%.80s\"",
						 s.n ? (const char *)s.p : ""))
				return FB_ENOMEM;
		}
	}
	return 0;
}

static int finish(struct loader *l)
{
	struct sg_compiler *c = &l->c;
	struct sg_set *s = c->set;
	struct fb_rule_info *infos;
	struct fb_rule_problem *problems;
	int r = sort_rules(c);

	if (!r)
		r = check_filters(c);
	if (!r)
		r = sg_correlations(c);
	for (const struct sg_filter *f = c->filters; f && !r; f = f->next)
		if (!f->used)
			r = sg_problem(c, f->path, f->line, false,
				       "the filter applies to no rule that was loaded");
	infos = fb_arena_calloc(&s->arena, c->nrules + 1u, sizeof *infos);
	s->entry = fb_arena_calloc(&s->arena, c->nrules + 1u, sizeof *s->entry);
	if (r || !infos || !s->entry)
		return FB_ENOMEM;
	for (uint32_t i = 0; i < c->nrules; i++) {
		infos[i] = c->rules[i].info;
		s->entry[i] = c->rules[i].entry;
	}
	r = hash_set(l);
	if (!r)
		r = sg_plans(c, l->err);
	if (!r)
		r = sg_needs_text(c);
	if (!r && l->facts)
		r = sg_facts(c);
	if (r)
		return r;
	if (c->nproblems)
		qsort(c->problems, c->nproblems, sizeof *c->problems, by_problem);
	problems = fb_arena_calloc(&s->arena, c->nproblems + 1u, sizeof *problems);
	if (!problems)
		return FB_ENOMEM;
	/* Member by member: no rubbish between them, so that equal sets have equal images. */
	for (uint32_t i = 0; i < c->nproblems; i++) {
		problems[i].path = c->problems[i].path;
		problems[i].line = c->problems[i].line;
		problems[i].why = c->problems[i].why;
		problems[i].error = c->problems[i].error;
	}
	s->set.kind = &fb_sigma;
	s->set.compiled = s;
	s->set.rules = infos;
	s->set.nrules = c->nrules;
	s->set.problems = problems;
	s->set.nproblems = c->nproblems;
	s->set.nfiles = (uint32_t)l->files.n;
	return 0;
}

static int compile(struct loader *l)
{
	int r = read_files(l, true);

	if (!r)
		r = read_files(l, false);
	return r ? r : finish(l);
}

/* From the cache if it has them; else compiled, and put there. */
static int load(struct loader *l, size_t npacks, const struct fb_sigma_cache *cache,
		struct sg_set **out)
{
	uint8_t key[FB_SHA256];
	bool known = cache && sg_image_key(&l->c, &l->files, l->packs, npacks, key);
	bool damaged = false;
	struct fb_buf image;
	void *bytes;
	size_t n;
	int r;

	if (known && cache->get(cache->user, key, &bytes, &n) == 0) {
		r = sg_image_read(bytes, n, l->c.syms, out);
		if (r != FB_EINPUT)
			return r;
		damaged = true;
	}
	r = compile(l);
	if (r || !known)
		return r;
	fb_buf_init(&image, FB_RULE_IMAGE_MAX);
	/* Whatever goes wrong here costs the next run some time, and nothing else. */
	if (sg_image_write(l->c.set, &image) == 0)
		cache->put(cache->user, key, fb_buf_view(&image), damaged);
	fb_buf_dispose(&image);
	return 0;
}

int fb_sigma_load_with(const struct fb_sigma_pack *packs, size_t npacks,
		       const struct fb_sigma_options *options, struct fb_syms *syms,
		       struct fb_ruleset **out, struct fb_err *err)
{
	struct fb_err mine = { 0 };
	struct loader l = { .packs = packs, .err = &mine, .facts = options->facts };
	struct sg_set *s = calloc(1, sizeof *s), *kept = NULL;
	int r;

	if (!s)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	fb_arena_init(&s->arena, SG_ARENA_MAX);
	s->syms = syms;
	l.c.set = s;
	l.c.syms = syms;
	l.c.lists = options->lists;
	l.c.nlists = options->nlists;
	fb_arena_init(&l.c.scratch, SG_ARENA_MAX);
	fb_arena_init(&l.c.keep, SG_ARENA_MAX);
	r = name_packs(&l, npacks);
	if (!r)
		r = sg_files_find(&l.files, &l.c, packs, npacks, &mine);
	if (!r)
		r = load(&l, npacks, options->facts ? NULL : options->cache, &kept);
	if (r || kept)
		sg_free(&s->set);
	if (!r)
		*out = kept ? &kept->set : &s->set;
	sg_files_dispose(&l.files);
	fb_arena_dispose(&l.c.scratch);
	fb_arena_dispose(&l.c.keep);
	free(l.c.rules);
	free(l.c.problems);
	free(l.c.keys);
	free(l.c.virtuals);
	if (r)
		return fb_fail(err, r, "%s", mine.code ? mine.text : "out of memory");
	return 0;
}

int fb_sigma_load_lists(const struct fb_sigma_pack *packs, size_t npacks,
			const struct fb_sigma_list *lists, size_t nlists, struct fb_syms *syms,
			struct fb_ruleset **out, struct fb_err *err)
{
	struct fb_sigma_options options = { .lists = lists, .nlists = nlists };

	return fb_sigma_load_with(packs, npacks, &options, syms, out, err);
}

int fb_sigma_load(const struct fb_sigma_pack *packs, size_t npacks, struct fb_syms *syms,
		  struct fb_ruleset **out, struct fb_err *err)
{
	return fb_sigma_load_lists(packs, npacks, NULL, 0, syms, out, err);
}

void sg_free(struct fb_ruleset *set)
{
	struct sg_set *s;

	if (!set)
		return;
	/* The set stands first in its struct. */
	s = (struct sg_set *)set;
	for (uint32_t i = 0; i < s->ndbs; i++)
		hs_free_database(s->dbs[i]);
	free(s->dbs);
	if (s->scratch)
		hs_free_scratch(s->scratch);
	for (uint32_t i = 0; i < s->nregexes; i++)
		pcre2_code_free(s->regexes[i]);
	free(s->regexes);
	if (!s->image) {
		free(s->preds);
		free(s->code);
		free(s->plans);
	}
	free(s->image);
	fb_arena_dispose(&s->arena);
	free(s);
}
