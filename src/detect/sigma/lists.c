#include "detect/sigma/lists.h"

#include "base/arena.h"
#include "base/io.h"
#include "base/limits.h"
#include "base/text.h"
#include "detect/sigma/yaml.h"

#include <stdlib.h>

/* A value with the name of its list; lists are made of them when all is read. */
struct entry {
	const char *name, *value;
};

struct fb_sigma_lists {
	struct fb_arena arena;
	struct entry *v;
	size_t n, cap;
	struct fb_sigma_list *lists;
	const char **values;
};

#define ARENA_MAX ((size_t)256 << 20)

struct fb_sigma_lists *fb_sigma_lists_new(void)
{
	struct fb_sigma_lists *l = calloc(1, sizeof *l);

	if (l)
		fb_arena_init(&l->arena, ARENA_MAX);
	return l;
}

void fb_sigma_lists_free(struct fb_sigma_lists *l)
{
	if (!l)
		return;
	fb_arena_dispose(&l->arena);
	free(l->v);
	free(l->lists);
	free(l->values);
	free(l);
}

/* --- one file --- */

struct file {
	struct fb_sigma_lists *l;
	const char *path;
	struct fb_err *err;
};

static int bad(const struct file *f, unsigned line, int code, const char *why)
{
	return line ? fb_fail(f->err, code, "%s:%u: %s", f->path, line, why)
		    : fb_fail(f->err, code, "%s: %s", f->path, why);
}

/* Names that mod_expand.c finds between two percent signs. */
static bool is_name(struct fb_slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      c == '_' || c == '-' || c == '.'))
			return false;
	}
	return s.n >= 1 && s.n <= 64;
}

static int add(const struct file *f, unsigned line, const char *name, struct fb_slice value)
{
	struct fb_sigma_lists *l = f->l;

	if (memchr(value.p, 0, value.n) || !fb_utf8_valid(value))
		return bad(f, line, FB_EINPUT, "the value is not UTF-8 text");
	if (l->n == FB_LIST_VALUES_MAX)
		return bad(f, line, FB_ELIMIT, "the lists have too many values");
	if (l->n == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 256;
		struct entry *more = realloc(l->v, cap * sizeof *more);

		if (!more)
			return fb_fail(f->err, FB_ENOMEM, "out of memory");
		l->v = more;
		l->cap = cap;
	}
	l->v[l->n].name = name;
	l->v[l->n].value = fb_arena_strn(&l->arena, value.p, value.n);
	if (!l->v[l->n++].value)
		return fb_fail(f->err, FB_ENOMEM, "out of memory");
	return 0;
}

static int keep_name(const struct file *f, unsigned line, struct fb_slice name, const char **out)
{
	if (!is_name(name))
		return bad(f, line, FB_EINPUT, "not the name of a placeholder (letters, digits, "
					       "\"_\", \"-\", \".\")");
	*out = fb_arena_strn(&f->l->arena, name.p, name.n);
	return *out ? 0 : fb_fail(f->err, FB_ENOMEM, "out of memory");
}

static int add_node(const struct file *f, const char *name, const struct sg_ynode *n)
{
	if (n->kind != SG_Y_SCALAR || sg_ynull(n))
		return bad(f, n->line, FB_EINPUT, "a value has to be text or a number");
	return add(f, n->line, name, n->text);
}

static int on_doc(void *user, const struct sg_ydoc *doc)
{
	const struct file *f = user;
	const struct sg_ynode *root = doc->root;

	if (root->kind != SG_Y_MAP)
		return bad(f, root->line, FB_EINPUT, "a map of names to lists is expected");
	for (uint32_t i = 0; i < root->n; i++) {
		const struct sg_ynode *key = root->item[i * 2], *value = root->item[i * 2 + 1];
		const char *name;
		int r = keep_name(f, key->line, key->text, &name);

		if (!r && value->kind != SG_Y_SEQ)
			r = add_node(f, name, value);
		else if (!r && value->n == 0)
			r = bad(f, value->line, FB_EINPUT, "the list is empty");
		for (uint32_t k = 0; !r && value->kind == SG_Y_SEQ && k < value->n; k++)
			r = add_node(f, name, value->item[k]);
		if (r)
			return r;
	}
	return 0;
}

static int read_yaml(struct file *f, struct fb_slice text)
{
	struct fb_arena scratch;
	struct fb_err why = { 0 };
	unsigned line = 0;
	int r;

	fb_arena_init(&scratch, ARENA_MAX);
	r = sg_yaml_parse(text, &scratch, on_doc, f, &line, &why);
	fb_arena_dispose(&scratch);
	if (r && !f->err->code)
		r = bad(f, line, r, why.code ? why.text : "out of memory");
	return r;
}

/* The file's name without folder and a suffix that says no more than "text". */
static struct fb_slice name_of(const char *path)
{
	static const char *const suffix[] = { ".txt", ".list" };
	const char *slash = strrchr(path, '/');
	struct fb_slice s = fb_slice_str(slash ? slash + 1 : path);

	for (size_t i = 0; i < sizeof suffix / sizeof *suffix; i++) {
		size_t n = strlen(suffix[i]);

		if (s.n > n && fb_slice_ieq(fb_slice_sub(s, s.n - n, n), fb_slice_str(suffix[i])))
			return fb_slice_sub(s, 0, s.n - n);
	}
	return s;
}

static int read_plain(struct file *f, struct fb_slice text)
{
	const char *name;
	unsigned line = 0;
	size_t before = f->l->n;
	int r = keep_name(f, 0, name_of(f->path), &name);

	if (fb_slice_starts(text, FB_LIT("\xEF\xBB\xBF")))
		text = fb_slice_sub(text, 3, text.n);
	while (text.n && !r) {
		size_t n = fb_slice_find(text, FB_LIT("\n"));
		struct fb_slice value = fb_slice_trim(fb_slice_sub(text, 0, n));

		line++;
		text = fb_slice_sub(text, n + 1, text.n);
		if (value.n && value.p[0] != '#')
			r = add(f, line, name, value);
	}
	if (!r && f->l->n == before)
		r = bad(f, 0, FB_EINPUT, "the list is empty");
	return r;
}

static bool is_yaml(const char *path)
{
	const char *dot = strrchr(path, '.');

	return dot && (strcasecmp(dot, ".yml") == 0 || strcasecmp(dot, ".yaml") == 0);
}

int fb_sigma_lists_read(struct fb_sigma_lists *l, const char *path, struct fb_err *err)
{
	struct file f = { l, path, err };
	struct fb_buf text;
	int r;

	fb_buf_init(&text, FB_LIST_FILE_MAX + 65536);
	r = fb_read_file(path, FB_LIST_FILE_MAX, &text, err);
	if (!r)
		r = is_yaml(path) ? read_yaml(&f, fb_buf_view(&text))
				  : read_plain(&f, fb_buf_view(&text));
	fb_buf_dispose(&text);
	return r;
}

/* --- all of them --- */

static int by_entry(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int d = strcasecmp(x->name, y->name);

	return d ? d : strcmp(x->value, y->value);
}

int fb_sigma_lists_done(struct fb_sigma_lists *l, const struct fb_sigma_list **out, size_t *n,
			struct fb_err *err)
{
	struct fb_sigma_list *last = NULL;
	size_t k = 0;

	free(l->lists);
	free(l->values);
	l->lists = calloc(l->n + 1, sizeof *l->lists);
	l->values = calloc(l->n + 1, sizeof *l->values);
	if (!l->lists || !l->values)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	if (l->n)
		qsort(l->v, l->n, sizeof *l->v, by_entry);
	for (size_t i = 0; i < l->n; i++) {
		if (!last || strcasecmp(last->name, l->v[i].name) != 0) {
			last = last ? last + 1 : l->lists;
			last->name = l->v[i].name;
			last->values = &l->values[k];
		} else if (strcmp(l->values[k - 1], l->v[i].value) == 0) {
			continue;
		}
		l->values[k++] = l->v[i].value;
		last->n++;
	}
	*out = l->lists;
	*n = last ? (size_t)(last - l->lists) + 1 : 0;
	return 0;
}
