/* Loading: files to documents, documents to rules, rules in their order, the set. */
#include "detect/sigma/compile.h"

#include "base/io.h"
#include "base/limits.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

/* Bumped when the same rules would match differently. */
#define SEMANTICS "firebreak-sigma-1"
#define ARENA_MAX ((size_t)1 << 30)

const struct fb_rulekind fb_sigma = {
	.name = "sigma",
	.open = sg_open,
	.match = sg_match,
	.close = sg_close,
	.free = sg_free,
};

struct file {
	char *path;
	uint32_t pack;
};

struct loader {
	struct sg_compiler c;
	const struct fb_sigma_pack *packs;
	struct file *files;
	size_t nfiles, files_cap;
	/* of the file being read */
	const struct file *file;
	unsigned position;
	bool filters_only;
	struct sg_ynode *global; /* "action: global" */
	struct fb_err *err;
};

int sg_bad(struct sg_compiler *c, unsigned line, int code, const char *fmt, ...)
{
	va_list ap;

	if (c->err.code)
		return code;
	va_start(ap, fmt);
	(void)vsnprintf(c->err.text, sizeof c->err.text, fmt, ap);
	va_end(ap);
	c->err.code = code;
	c->err_line = line;
	return code;
}

int sg_problem(struct sg_compiler *c, const char *path, unsigned line, bool error,
	       const char *fmt, ...)
{
	struct fb_rule_problem p = { .line = line, .error = error };
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (c->nproblems == c->problems_cap) {
		uint32_t cap = c->problems_cap ? c->problems_cap * 2 : 256;
		struct fb_rule_problem *more = realloc(c->problems, cap * sizeof *more);

		if (!more)
			return FB_ENOMEM;
		c->problems = more;
		c->problems_cap = cap;
	}
	p.path = fb_arena_str(&c->set->arena, path);
	p.why = fb_arena_str(&c->set->arena, text);
	if (!p.path || !p.why)
		return FB_ENOMEM;
	c->problems[c->nproblems++] = p;
	return 0;
}

/* Edits (a neighbouring pair exchanged counts once) between short words; large for
 * long ones. */
static unsigned distance(struct fb_slice a, struct fb_slice b)
{
	unsigned row[34], above[34] = { 0 }, older[34] = { 0 };

	if (a.n > 32 || b.n > 32)
		return 99;
	for (unsigned k = 0; k <= b.n; k++)
		row[k] = k;
	for (size_t i = 1; i <= a.n; i++) {
		memcpy(older, above, sizeof older);
		memcpy(above, row, sizeof above);
		row[0] = (unsigned)i;
		for (size_t k = 1; k <= b.n; k++) {
			unsigned d = above[k - 1] + ((a.p[i - 1] | 0x20) != (b.p[k - 1] | 0x20));

			d = above[k] + 1 < d ? above[k] + 1 : d;
			d = row[k - 1] + 1 < d ? row[k - 1] + 1 : d;
			if (i > 1 && k > 1 && a.p[i - 1] == b.p[k - 2] && a.p[i - 2] == b.p[k - 1] &&
			    older[k - 2] + 1 < d)
				d = older[k - 2] + 1;
			row[k] = d;
		}
	}
	return row[b.n];
}

const char *sg_nearest(struct fb_slice word, const char *const *names, size_t n)
{
	const char *best = NULL;
	unsigned least = 3;

	for (size_t i = 0; i < n; i++) {
		unsigned d = distance(word, fb_slice_str(names[i]));

		if (d < least && d < word.n) {
			least = d;
			best = names[i];
		}
	}
	return best;
}

/* --- which files --- */

static int add_file(struct loader *l, const char *path, uint32_t pack)
{
	if (l->nfiles == FB_RULES_MAX)
		return fb_fail(l->err, FB_ELIMIT, "more than %u rule files", FB_RULES_MAX);
	if (l->nfiles == l->files_cap) {
		size_t cap = l->files_cap ? l->files_cap * 2 : 1024;
		struct file *more = realloc(l->files, cap * sizeof *more);

		if (!more)
			return fb_fail(l->err, FB_ENOMEM, "out of memory");
		l->files = more;
		l->files_cap = cap;
	}
	l->files[l->nfiles].path = fb_arena_str(&l->c.set->arena, path);
	l->files[l->nfiles].pack = pack;
	if (!l->files[l->nfiles++].path)
		return fb_fail(l->err, FB_ENOMEM, "out of memory");
	return 0;
}

static bool rule_name(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && dot != name && (strcasecmp(dot, ".yml") == 0 || strcasecmp(dot, ".yaml") == 0);
}

static int walk(struct loader *l, const char *folder, uint32_t pack, unsigned depth)
{
	struct dirent **names = NULL;
	int n, r = 0;

	if (depth > FB_WALK_DEPTH)
		return sg_problem(&l->c, folder, 0, true, "folders nested too deep");
	n = scandir(folder, &names, NULL, NULL);
	if (n < 0)
		return depth ? sg_problem(&l->c, folder, 0, true, "the folder cannot be read")
			     : fb_fail_errno(l->err, FB_EIO, "%s", folder);
	for (int i = 0; i < n; i++) {
		char path[FB_PATH_MAX];
		struct stat st;

		if (r || names[i]->d_name[0] == '.')
			continue;
		if (snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name) >=
		    (int)sizeof path)
			r = sg_problem(&l->c, folder, 0, true, "a path is too long");
		else if (stat(path, &st))
			r = sg_problem(&l->c, path, 0, true, "cannot be read");
		else if (S_ISDIR(st.st_mode))
			r = walk(l, path, pack, depth + 1);
		else if (rule_name(names[i]->d_name))
			r = add_file(l, path, pack);
	}
	for (int i = 0; i < n; i++)
		free(names[i]);
	free(names);
	return r;
}

static int by_path(const void *a, const void *b)
{
	const struct file *x = a, *y = b;
	int d = strcmp(x->path, y->path);

	return d ? d : x->pack < y->pack ? -1 : x->pack > y->pack;
}

static int find_files(struct loader *l, size_t npacks)
{
	for (size_t i = 0; i < npacks; i++) {
		const char *path = l->packs[i].path;
		struct stat st;
		int r;

		if (l->packs[i].text.p) {
			r = add_file(l, path, (uint32_t)i);
			if (r)
				return r;
			continue;
		}
		if (stat(path, &st))
			return fb_fail_errno(l->err, FB_ENOTFOUND, "%s", path);
		r = S_ISDIR(st.st_mode) ? walk(l, path, (uint32_t)i, 0)
					: add_file(l, path, (uint32_t)i);
		if (r)
			return fb_fail(l->err, r, "out of memory");
	}
	if (l->nfiles)
		qsort(l->files, l->nfiles, sizeof *l->files, by_path);
	return 0;
}

/* --- one document --- */

static char *keep(struct sg_compiler *c, struct fb_slice s)
{
	return fb_arena_strn(&c->set->arena, s.p, s.n);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* "attack.t1505.003" -> "T1505.003"; false: another tag. */
static bool technique(struct fb_slice tag, char out[static 16])
{
	size_t n;

	if (tag.n < 12 || tag.n > 16 || !fb_slice_ieq(fb_slice_sub(tag, 0, 8), FB_LIT("attack.t")))
		return false;
	tag = fb_slice_sub(tag, 7, tag.n);
	for (n = 0; n < tag.n; n++) {
		uint8_t ch = tag.p[n];

		if (n > 0 && !(ch >= '0' && ch <= '9') && !(n == 5 && ch == '.'))
			return false;
		out[n] = (char)(n == 0 ? 'T' : ch);
	}
	out[n] = 0;
	return n == 5 || n == 9;
}

static int techniques(struct sg_compiler *c, const struct sg_ynode *tags, const char **out)
{
	char text[64][16];
	const char *sorted[64];
	char joined[64 * 17];
	size_t n = 0, at = 0;

	joined[0] = 0;
	if (tags && tags->kind == SG_Y_SEQ) {
		for (uint32_t i = 0; i < tags->n && n < 64; i++) {
			if (tags->item[i]->kind == SG_Y_SCALAR &&
			    technique(tags->item[i]->text, text[n])) {
				sorted[n] = text[n];
				n++;
			}
		}
	}
	qsort(sorted, n, sizeof(const char *), by_text);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || strcmp(sorted[i], sorted[i - 1]) != 0)
			at += (size_t)snprintf(joined + at, sizeof joined - at, "%s%s",
					       at ? " " : "", sorted[i]);
	*out = fb_arena_str(&c->set->arena, joined);
	return *out ? 0 : FB_ENOMEM;
}

static int metadata(struct loader *l, const struct sg_ydoc *doc, struct sg_rule *rule)
{
	struct sg_compiler *c = &l->c;
	const struct sg_ynode *root = doc->root;
	struct fb_rule_info *info = &rule->info;
	struct fb_slice level = fb_slice_trim(sg_ytext(root, "level"));
	struct fb_slice id = fb_slice_trim(sg_ytext(root, "id"));
	struct fb_slice title = fb_slice_trim(sg_ytext(root, "title"));

	fb_sha256_of(doc->bytes, info->hash);
	if (id.n == 0) {
		char hex[2 * 16 + 1];

		fb_hex(info->hash, 16, hex);
		info->id = fb_arena_str(&c->set->arena, hex);
	} else {
		info->id = keep(c, id);
	}
	if (title.n == 0)
		return sg_bad(c, doc->line, FB_EINPUT, "the rule has no title");
	info->title = keep(c, title);
	info->description = keep(c, fb_slice_trim(sg_ytext(root, "description")));
	info->status = keep(c, fb_slice_trim(sg_ytext(root, "status")));
	info->path = l->file->path;
	info->pack = fb_arena_str(&c->set->arena, l->packs[l->file->pack].name
							  ? l->packs[l->file->pack].name
							  : l->packs[l->file->pack].path);
	if (!info->id || !info->title || !info->description || !info->status || !info->pack)
		return FB_ENOMEM;
	info->level = FB_LEVEL_MEDIUM;
	if (level.n && !fb_level_parse(level, &info->level)) {
		info->level = FB_LEVEL_MEDIUM;
		if (sg_problem(c, l->file->path, sg_yget(root, "level")->line, false,
			       "unknown level \"%.40s\": taken as medium", (const char *)level.p))
			return FB_ENOMEM;
	}
	return techniques(c, sg_yget(root, "tags"), &info->techniques);
}

/* Parts of a filter's log source that are given must be the rule's. */
static bool same_source(const struct sg_ynode *filter, const struct sg_ynode *rule)
{
	static const char *const part[] = { "product", "category", "service" };

	for (size_t i = 0; i < 3; i++) {
		struct fb_slice want = sg_ytext(filter, part[i]);

		if (want.n && !fb_slice_ieq(want, sg_ytext(rule, part[i])))
			return false;
	}
	return true;
}

static bool filter_names(const struct sg_filter *f, const struct sg_ynode *rule)
{
	const struct sg_ynode *names = sg_yget(sg_yget(f->root, "filter"), "rules");
	struct fb_slice id = fb_slice_trim(sg_ytext(rule, "id"));
	struct fb_slice name = fb_slice_trim(sg_ytext(rule, "name"));

	if (!names)
		return false;
	if (names->kind == SG_Y_SCALAR)
		return fb_slice_ieq(names->text, FB_LIT("any"));
	for (uint32_t i = 0; names->kind == SG_Y_SEQ && i < names->n; i++) {
		struct fb_slice s = names->item[i]->text;

		if (s.n && ((id.n && fb_slice_ieq(s, id)) || (name.n && fb_slice_eq(s, name))))
			return true;
	}
	return false;
}

/* Rule and not what the filters say. A filter's condition may be written as what is
 * filtered out ("selection") or as what stays ("not selection"): both exclude what
 * the selection finds. */
static int apply_filters(struct sg_compiler *c, const struct sg_ynode *root, struct sg_tree **t)
{
	for (struct sg_filter *f = c->filters; f; f = f->next) {
		struct sg_tree *both, *no, *out;
		int r;

		if (!filter_names(f, root) ||
		    !same_source(sg_yget(f->root, "logsource"), sg_yget(root, "logsource")))
			continue;
		r = sg_detection(c, sg_yget(f->root, "filter"), "filter", &out);
		if (r) {
			/* The filter is wrong, not the rule: said once, at the filter. */
			if (r == FB_ENOMEM)
				return r;
			if (!f->used && sg_problem(c, f->path, c->err_line, true, "filter: %s",
						   c->err.text))
				return FB_ENOMEM;
			f->used = true;
			c->err = (struct fb_err){ 0 };
			continue;
		}
		f->used = true;
		both = sg_tree_new(c, SG_OP_AND, 0, 2);
		no = sg_tree_new(c, SG_OP_NOT, 0, 1);
		if (!both || !no)
			return FB_ENOMEM;
		no->kid[0] = out;
		both->kid[0] = *t;
		both->kid[1] = out->op == SG_OP_NOT ? out : no;
		*t = both;
	}
	return 0;
}

/* Scratch results that outlive the file. */
static int keep_results(struct sg_compiler *c, struct sg_rule *rule)
{
	struct sg_need *v = fb_arena_calloc(&c->keep, rule->needs.n + 1u, sizeof *v);
	uint32_t *ids = fb_arena_calloc(&c->keep, rule->ids.n + 1u, sizeof *ids);

	if (!v || !ids)
		return FB_ENOMEM;
	for (uint32_t i = 0; i < rule->needs.n; i++) {
		struct fb_slice s = rule->needs.v[i].text;

		v[i] = rule->needs.v[i];
		v[i].text.p = (const uint8_t *)fb_arena_strn(&c->keep, s.p, s.n);
		if (!v[i].text.p)
			return FB_ENOMEM;
	}
	if (rule->ids.n)
		memcpy(ids, rule->ids.v, rule->ids.n * sizeof *ids);
	rule->needs.v = v;
	rule->ids.v = ids;
	return 0;
}

static int compile_rule(struct loader *l, const struct sg_ydoc *doc, struct sg_rule *rule)
{
	struct sg_compiler *c = &l->c;
	const struct sg_ynode *source = sg_yget(doc->root, "logsource");
	const struct sg_ynode *detection = sg_yget(doc->root, "detection");
	struct sg_tree *tree;
	int r = metadata(l, doc, rule);

	if (r)
		return r;
	if (!source || source->kind != SG_Y_MAP)
		return sg_bad(c, source ? source->line : doc->line, FB_EINPUT,
			      "the rule has no logsource");
	if (!detection)
		return sg_bad(c, doc->line, FB_EINPUT, "the rule has no detection");
	sg_logsource(fb_slice_trim(sg_ytext(source, "product")),
		     fb_slice_trim(sg_ytext(source, "category")),
		     fb_slice_trim(sg_ytext(source, "service")), &rule->target);
	c->class_id = rule->target.class_id;
	c->lane = rule->target.lane;
	r = sg_detection(c, detection, "detection", &tree);
	if (!r)
		r = apply_filters(c, doc->root, &tree);
	if (!r)
		r = sg_emit(c, tree, &rule->entry);
	if (!r)
		r = sg_needs_of(c, tree, &rule->needs);
	if (!r)
		r = sg_ids_of(c, tree, &rule->ids);
	if (!r)
		r = keep_results(c, rule);
	if (!r && !rule->target.bound)
		r = sg_problem(c, l->file->path, source->line, false,
			       "log source %s%.60s%s%.60s%s%.60s is not read by this version: "
			       "the rule never binds",
			       "product=", sg_ytext(source, "product").n
					? (const char *)sg_ytext(source, "product").p : "-",
			       " category=", sg_ytext(source, "category").n
					? (const char *)sg_ytext(source, "category").p : "-",
			       " service=", sg_ytext(source, "service").n
					? (const char *)sg_ytext(source, "service").p : "-");
	return r;
}

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
	c->values = c->steps = 0;
	c->path = l->file->path;
	r = compile_rule(l, doc, &rule);
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
	if (sg_yget(d.root, "correlation"))
		return sg_problem(c, l->file->path, doc->line, true,
				  "correlation rules are not evaluated yet");
	return add_rule(l, &d);
}

static int read_docs(struct loader *l, const struct file *f, struct fb_slice text)
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

static int read_files(struct loader *l, bool filters)
{
	struct fb_buf text;
	int r = 0;

	fb_buf_init(&text, FB_RULE_FILE_MAX + 65536);
	l->filters_only = filters;
	for (size_t i = 0; i < l->nfiles && r == 0; i++) {
		struct fb_slice given = l->packs[l->files[i].pack].text;
		struct fb_err err = { 0 };

		fb_buf_clear(&text);
		if (given.p)
			r = given.n > FB_RULE_FILE_MAX ? FB_ELIMIT : fb_buf_slice(&text, given);
		else
			r = fb_read_file(l->files[i].path, FB_RULE_FILE_MAX, &text, &err);
		if (r == FB_ENOMEM)
			break;
		if (r) {
			r = filters ? 0
				    : sg_problem(&l->c, l->files[i].path, 0, true, "%s",
						 err.code ? err.text : "the file is too large");
			continue;
		}
		if (!filters || has_filter(fb_buf_view(&text)))
			r = read_docs(l, &l->files[i], fb_buf_view(&text));
	}
	fb_buf_dispose(&text);
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
		fb_sha256_add(h, fb_slice_str(c->lists[i].name));
		for (size_t v = 0; v < c->lists[i].n; v++) {
			fb_sha256_add(h, fb_slice("", 1));
			fb_sha256_add(h, fb_slice_str(c->lists[i].values[v]));
		}
	}
	fb_sha256_end(h, c->set->set.hash);
	fb_sha256_free(h);
	free(sums);
	return 0;
}

static int finish(struct loader *l)
{
	struct sg_compiler *c = &l->c;
	struct sg_set *s = c->set;
	struct fb_rule_info *infos;
	struct fb_rule_problem *problems;
	int r = sort_rules(c);

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
	if (r)
		return r;
	if (c->nproblems)
		qsort(c->problems, c->nproblems, sizeof *c->problems, by_problem);
	problems = fb_arena_calloc(&s->arena, c->nproblems + 1u, sizeof *problems);
	if (!problems)
		return FB_ENOMEM;
	if (c->nproblems)
		memcpy(problems, c->problems, c->nproblems * sizeof *problems);
	s->set.kind = &fb_sigma;
	s->set.compiled = s;
	s->set.rules = infos;
	s->set.nrules = c->nrules;
	s->set.problems = problems;
	s->set.nproblems = c->nproblems;
	s->set.nfiles = (uint32_t)l->nfiles;
	return 0;
}

int fb_sigma_load_lists(const struct fb_sigma_pack *packs, size_t npacks,
			const struct fb_sigma_list *lists, size_t nlists, struct fb_syms *syms,
			struct fb_ruleset **out, struct fb_err *err)
{
	struct fb_err mine = { 0 };
	struct loader l = { .packs = packs, .err = &mine };
	struct sg_set *s = calloc(1, sizeof *s);
	int r;

	if (!s)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	fb_arena_init(&s->arena, ARENA_MAX);
	s->syms = syms;
	l.c.set = s;
	l.c.syms = syms;
	l.c.lists = lists;
	l.c.nlists = nlists;
	fb_arena_init(&l.c.scratch, ARENA_MAX);
	fb_arena_init(&l.c.keep, ARENA_MAX);
	r = find_files(&l, npacks);
	if (!r)
		r = read_files(&l, true);
	if (!r)
		r = read_files(&l, false);
	if (!r)
		r = finish(&l);
	if (r)
		sg_free(&s->set);
	else
		*out = &s->set;
	fb_arena_dispose(&l.c.scratch);
	fb_arena_dispose(&l.c.keep);
	free(l.c.rules);
	free(l.c.problems);
	free(l.c.keys);
	free(l.c.virtuals);
	free(l.files);
	if (r)
		return fb_fail(err, r, "%s", mine.code ? mine.text : "out of memory");
	return 0;
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
	free(s->preds);
	free(s->code);
	free(s->plans);
	fb_arena_dispose(&s->arena);
	free(s);
}
