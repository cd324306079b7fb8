#include "cli/noise.h"

#include "base/io.h"
#include "base/limits.h"
#include "base/text.h"
#include "detect/sigma/yaml.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define ARENA_MAX ((size_t)64 << 20)
#define RULE_ID_MAX 200
#define GLOB_MAX 255

void fb_noise_init(struct fb_noise_reader *n)
{
	*n = (struct fb_noise_reader){ 0 };
	fb_arena_init(&n->arena, ARENA_MAX);
}

void fb_noise_dispose(struct fb_noise_reader *n)
{
	fb_arena_dispose(&n->arena);
	free(n->v);
	free(n->elsewhere);
	free(n->of);
	free(n->list);
	free(n->kept);
	free(n->problems);
	*n = (struct fb_noise_reader){ 0 };
}

static int no_memory(struct fb_err *err)
{
	return fb_fail(err, FB_ENOMEM, "out of memory");
}

/* ---- one file ---- */

struct file {
	struct fb_noise_reader *n;
	const char *path;
	const char *kept_path;
	bool elsewhere, seen;
	uint32_t first; /* its first entry */
	struct fb_err *err;
};

static int bad(const struct file *f, unsigned line, const char *why)
{
	return fb_fail(f->err, FB_EINPUT, "%s:%u: %s", f->path, line, why);
}

static int grow(struct fb_noise_reader *n, struct fb_err *err)
{
	uint32_t cap = n->cap ? n->cap * 2 : 64;
	struct fb_noise_entry *v = reallocarray(n->v, cap, sizeof *v);
	bool *elsewhere = v ? reallocarray(n->elsewhere, cap, sizeof *elsewhere) : NULL;
	uint32_t *of = elsewhere ? reallocarray(n->of, cap, sizeof *of) : NULL;

	n->v = v ? v : n->v;
	n->elsewhere = elsewhere ? elsewhere : n->elsewhere;
	n->of = of ? of : n->of;
	if (!of)
		return no_memory(err);
	n->cap = cap;
	return 0;
}

static int take_text(const struct file *f, const struct sg_ynode *node, size_t max, const char **out)
{
	char why[96];

	if (node->kind != SG_Y_SCALAR || sg_ynull(node) || fb_slice_trim(node->text).n == 0)
		return bad(f, node->line, "text is expected here");
	if (node->text.n > max) {
		(void)snprintf(why, sizeof why, "longer than %zu bytes", max);
		return bad(f, node->line, why);
	}
	if (memchr(node->text.p, 0, node->text.n) || !fb_utf8_valid(node->text))
		return bad(f, node->line, "not UTF-8 text");
	*out = fb_arena_strn(&f->n->arena, fb_slice_trim(node->text).p, fb_slice_trim(node->text).n);
	return *out ? 0 : no_memory(f->err);
}

static int entry_key(const struct file *f, struct fb_noise_entry *e, const struct sg_ynode *key,
		     const struct sg_ynode *value)
{
	char why[128];

	if (fb_slice_eqs(key->text, "rule"))
		return take_text(f, value, RULE_ID_MAX, &e->rule);
	if (fb_slice_eqs(key->text, "reason"))
		return take_text(f, value, FB_NOISE_REASON_MAX, &e->reason);
	if (fb_slice_eqs(key->text, "host"))
		return take_text(f, value, GLOB_MAX, &e->host);
	if (fb_slice_eqs(key->text, "until"))
		return value->kind == SG_Y_SCALAR && fb_time_parse(value->text, &e->until, NULL)
		     ? 0 : bad(f, value->line, "until: a time is expected (2025-07-18, 2025-07-18T09:00:00Z)");
	(void)snprintf(why, sizeof why, "\"%.40s\": not one of rule, reason, host, until",
		       (const char *)key->text.p);
	return bad(f, key->line, why);
}

static bool same(const struct fb_noise_entry *a, const struct fb_noise_entry *b)
{
	return strcasecmp(a->rule, b->rule) == 0 && strcasecmp(a->host, b->host) == 0;
}

static int add_entry(struct file *f, enum fb_noise is, const struct sg_ynode *node)
{
	struct fb_noise_entry e = { .is = is, .rule = "", .reason = "", .host = "", .list = f->kept_path,
				    .until = FB_TIME_NONE, .line = node->line };
	struct fb_noise_reader *n = f->n;
	char why[192];
	int r = 0;

	if (node->kind != SG_Y_MAP)
		return bad(f, node->line, "an entry has a rule and a reason: \"- rule: ID\", \"reason: TEXT\"");
	for (uint32_t i = 0; i < node->n && r == 0; i++)
		r = entry_key(f, &e, node->item[i * 2], node->item[i * 2 + 1]);
	if (r)
		return r;
	if (!*e.rule)
		return bad(f, node->line, "an entry without a rule");
	if (!*e.reason)
		return bad(f, node->line, "an entry without a reason: say why it is dull");
	for (uint32_t i = f->first; i < n->n; i++)
		if (same(&n->v[i], &e)) {
			(void)snprintf(why, sizeof why, "rule %.60s%s%.60s is in the list already (line %u)",
				       e.rule, *e.host ? " for " : "", e.host, n->v[i].line);
			return bad(f, node->line, why);
		}
	if (n->n == FB_NOISE_MAX)
		return fb_fail(f->err, FB_ELIMIT, "%s:%u: more than %u entries", f->path, node->line,
			       FB_NOISE_MAX);
	if (n->n == n->cap && (r = grow(n, f->err)))
		return r;
	n->v[n->n] = e;
	n->elsewhere[n->n] = false;
	n->of[n->n++] = n->nlists;
	return 0;
}

static int add_entries(struct file *f, enum fb_noise is, const struct sg_ynode *list)
{
	int r = 0;

	if (list->kind == SG_Y_SCALAR && sg_ynull(list))
		return 0;
	if (list->kind != SG_Y_SEQ)
		return bad(f, list->line, "a list of entries is expected");
	for (uint32_t i = 0; i < list->n && r == 0; i++)
		r = add_entry(f, is, list->item[i]);
	return r;
}

static int on_doc(void *user, const struct sg_ydoc *doc)
{
	struct file *f = user;
	const struct sg_ynode *root = doc->root;
	char why[128];
	int r = 0;

	if (f->seen)
		return bad(f, doc->line, "a second document: a noise list is one");
	f->seen = true;
	if (root->kind != SG_Y_MAP)
		return bad(f, root->line, "a map with noisy and excluded is expected");
	for (uint32_t i = 0; i < root->n && r == 0; i++) {
		const struct sg_ynode *key = root->item[i * 2], *value = root->item[i * 2 + 1];

		if (fb_slice_eqs(key->text, "noisy")) {
			r = add_entries(f, FB_NOISE_NOISY, value);
		} else if (fb_slice_eqs(key->text, "excluded")) {
			r = add_entries(f, FB_NOISE_EXCLUDED, value);
		} else if (fb_slice_eqs(key->text, "elsewhere")) {
			f->elsewhere = value->kind == SG_Y_SCALAR && fb_slice_eqs(value->text, "true");
			if (!f->elsewhere && !(value->kind == SG_Y_SCALAR && fb_slice_eqs(value->text, "false")))
				r = bad(f, value->line, "elsewhere: true or false");
		} else if (!fb_slice_eqs(key->text, "about")) {
			(void)snprintf(why, sizeof why, "\"%.40s\": not one of noisy, excluded, about, elsewhere",
				       (const char *)key->text.p);
			r = bad(f, key->line, why);
		}
	}
	return r;
}

static int add_list(struct file *f, struct fb_slice text)
{
	struct fb_noise_reader *n = f->n;

	if (n->nlists == n->lists_cap) {
		uint32_t cap = n->lists_cap ? n->lists_cap * 2 : 8;
		struct fb_noise_list *more = reallocarray(n->list, cap, sizeof *more);

		if (!more)
			return no_memory(f->err);
		n->list = more;
		n->lists_cap = cap;
	}
	n->list[n->nlists] = (struct fb_noise_list){ .path = f->kept_path };
	fb_sha256_of(text, n->list[n->nlists++].sha256);
	return 0;
}

static int read_list(struct fb_noise_reader *n, const char *path, const char *shown,
		     struct fb_err *err)
{
	struct file f = { .n = n, .path = shown, .first = n->n, .err = err };
	struct fb_err why = { 0 };
	struct fb_arena scratch;
	struct fb_buf text;
	unsigned line = 0;
	int r;

	f.kept_path = fb_arena_str(&n->arena, shown);
	if (!f.kept_path)
		return no_memory(err);
	fb_arena_init(&scratch, ARENA_MAX);
	fb_buf_init(&text, FB_NOISE_FILE_MAX + 65536);
	r = fb_read_file(path, FB_NOISE_FILE_MAX, &text, err);
	if (!r) {
		r = sg_yaml_parse(fb_buf_view(&text), &scratch, on_doc, &f, &line, &why);
		if (r && !err->code)
			r = fb_fail(err, r, "%s:%u: %s", shown, line ? line : 1,
				    why.code ? why.text : "out of memory");
	}
	if (!r && !f.seen)
		r = bad(&f, 1, "an empty list: noisy, excluded");
	if (!r)
		r = add_list(&f, fb_buf_view(&text));
	for (uint32_t i = f.first; i < n->n && !r; i++)
		n->elsewhere[i] = f.elsewhere;
	if (r)
		n->n = f.first;
	fb_buf_dispose(&text);
	fb_arena_dispose(&scratch);
	return r;
}

int fb_noise_read(struct fb_noise_reader *n, const char *path, struct fb_err *err)
{
	return read_list(n, path, path, err);
}

/* ---- problems ---- */

static int problem(struct fb_noise_reader *n, const char *path, unsigned line, const char *why, bool error,
		   struct fb_err *err)
{
	struct fb_rule_problem *p;

	if (n->nproblems == n->problems_cap) {
		uint32_t cap = n->problems_cap ? n->problems_cap * 2 : 8;

		p = reallocarray(n->problems, cap, sizeof *p);
		if (!p)
			return no_memory(err);
		n->problems = p;
		n->problems_cap = cap;
	}
	p = &n->problems[n->nproblems++];
	*p = (struct fb_rule_problem){ .path = path, .line = line, .error = error,
				       .why = fb_arena_str(&n->arena, why) };
	return p->why ? 0 : no_memory(err);
}

/* text: "PATH:LINE: what", as fb_noise_read says it. */
static int broken(struct fb_noise_reader *n, const char *path, const char *text, struct fb_err *err)
{
	const char *kept = fb_arena_str(&n->arena, path);
	size_t at = strlen(path);
	uint64_t line = 0;

	if (!kept)
		return no_memory(err);
	if (strncmp(text, path, at) == 0 && text[at] == ':') {
		size_t digits = strspn(text + at + 1, "0123456789");

		(void)fb_slice_u64(fb_slice(text + at + 1, digits), &line);
		text += at + 1 + digits;
		text += strspn(text, ": ");
	}
	return problem(n, kept, (unsigned)line, text, true, err);
}

int fb_noise_read_pack(struct fb_noise_reader *n, const char *folder, const char *name,
		       struct fb_err *err)
{
	struct fb_err why = { 0 };
	char *path = NULL, *shown = NULL;
	struct stat st;
	int r = 0;

	if (asprintf(&path, "%s/" FB_NOISE_FILE, folder) < 0)
		return no_memory(err);
	if (asprintf(&shown, "%s/" FB_NOISE_FILE, name) < 0) {
		free(path);
		return no_memory(err);
	}
	if (stat(folder, &st) == 0 && S_ISDIR(st.st_mode) && stat(path, &st) == 0) {
		r = read_list(n, path, shown, &why);
		if (r == FB_ENOMEM)
			r = no_memory(err);
		else if (r)
			r = broken(n, shown, why.text, err);
	}
	free(path);
	free(shown);
	return r;
}

/* ---- of this run ---- */

static bool is_rule(const struct fb_ruleset *const *sets, const char *id)
{
	for (; *sets; sets++)
		for (uint32_t i = 0; i < (*sets)->nrules; i++)
			if (strcasecmp((*sets)->rules[i].id, id) == 0)
				return true;
	return false;
}

/* One line for each list: how many of its entries are about nothing here, the first named. */
static int say_unknown(struct fb_noise_reader *n, uint32_t list, const struct fb_noise_entry *first,
		       uint32_t unknown, struct fb_err *err)
{
	char why[384];

	(void)snprintf(why, sizeof why, "no rule of this run has the id %.200s", first->rule);
	if (unknown > 1)
		(void)snprintf(why + strlen(why), sizeof why - strlen(why), " (nor %u more ids of this list one)",
			       unknown - 1);
	return problem(n, n->list[list].path, first->line, why, false, err);
}

static void keep(struct fb_noise_reader *n, enum fb_noise is, const bool *known)
{
	for (uint32_t i = 0; i < n->n; i++) {
		struct fb_noise_list *l = &n->list[n->of[i]];

		if (!known[i] || n->v[i].is != is)
			continue;
		n->kept[n->lists.n++] = n->v[i];
		*(is == FB_NOISE_NOISY ? &l->noisy : &l->excluded) += 1;
	}
}

int fb_noise_done(struct fb_noise_reader *n, const struct fb_ruleset *const *sets, struct fb_err *err)
{
	bool *known = calloc((size_t)n->n + 1, sizeof *known);
	int r = 0;

	free(n->kept);
	n->kept = calloc((size_t)n->n + 1, sizeof *n->kept);
	if (!known || !n->kept) {
		free(known);
		return no_memory(err);
	}
	for (uint32_t i = 0; i < n->n; i++)
		known[i] = is_rule(sets, n->v[i].rule);
	for (uint32_t l = 0; l < n->nlists && r == 0; l++) {
		const struct fb_noise_entry *first = NULL;
		uint32_t unknown = 0;

		n->list[l].noisy = n->list[l].excluded = 0;
		for (uint32_t i = 0; i < n->n; i++) {
			if (n->of[i] != l || known[i] || n->elsewhere[i])
				continue;
			first = first ? first : &n->v[i];
			unknown++;
		}
		if (unknown)
			r = say_unknown(n, l, first, unknown, err);
	}
	n->lists.n = 0;
	keep(n, FB_NOISE_EXCLUDED, known);
	keep(n, FB_NOISE_NOISY, known);
	n->lists.v = n->kept;
	n->lists.list = n->list;
	n->lists.nlists = n->nlists;
	free(known);
	return r;
}
