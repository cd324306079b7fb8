/* One rule document: what people need to know of it, its log source, its detection
 * with the filters that name it. */
#include "detect/sigma/compile.h"

#include "base/limits.h"

#include <stdio.h>
#include <stdlib.h>

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

static int metadata(struct sg_compiler *c, const struct sg_ydoc *doc, struct sg_rule *rule)
{
	const struct sg_ynode *root = doc->root;
	struct fb_rule_info *info = &rule->info;
	struct fb_slice level = fb_slice_trim(sg_ytext(root, "level"));
	struct fb_slice id = fb_slice_trim(sg_ytext(root, "id"));
	struct fb_slice title = fb_slice_trim(sg_ytext(root, "title"));
	struct fb_slice taxonomy;

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
	rule->name = keep(c, fb_slice_trim(sg_ytext(root, "name")));
	info->path = c->path;
	info->pack = c->pack;
	if (!info->id || !info->title || !rule->name || !info->description || !info->status)
		return FB_ENOMEM;
	info->level = FB_LEVEL_MEDIUM;
	if (level.n && !fb_level_parse(level, &info->level)) {
		info->level = FB_LEVEL_MEDIUM;
		if (sg_problem(c, c->path, sg_yget(root, "level")->line, false,
			       "unknown level \"%.40s\": taken as medium", (const char *)level.p))
			return FB_ENOMEM;
	}
	taxonomy = fb_slice_trim(sg_ytext(root, "taxonomy"));
	if (taxonomy.n && !fb_slice_ieq(taxonomy, FB_LIT("sigma")) &&
	    sg_problem(c, c->path, sg_yget(root, "taxonomy")->line, false,
		       "taxonomy \"%.60s\" is not known: names are taken as Sigma's own",
		       (const char *)taxonomy.p))
		return FB_ENOMEM;
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
	unsigned n = 0;

	for (struct sg_filter *f = c->filters; f; f = f->next) {
		struct sg_tree *both, *no, *out;
		int r;

		if (!filter_names(f, root) ||
		    !same_source(sg_yget(f->root, "logsource"), sg_yget(root, "logsource")))
			continue;
		/* Each is a level of the tree. */
		if (++n > FB_RULE_FILTERS_MAX)
			return sg_bad(c, root->line, FB_ELIMIT, "more than %u filters name the rule",
				      FB_RULE_FILTERS_MAX);
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

int sg_rule(struct sg_compiler *c, const struct sg_ydoc *doc, struct sg_rule *rule)
{
	const struct sg_ynode *source = sg_yget(doc->root, "logsource");
	const struct sg_ynode *detection = sg_yget(doc->root, "detection");
	struct sg_tree *tree;
	int r = metadata(c, doc, rule);

	if (r)
		return r;
	if (sg_yget(doc->root, "correlation"))
		return sg_correlation_parse(c, doc->root, &rule->correlation);
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
		r = sg_problem(c, c->path, source->line, false,
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
