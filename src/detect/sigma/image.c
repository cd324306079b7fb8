#include "detect/sigma/image.h"

#include "base/build.h"
#include "base/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <yaml.h>

/* What stands at the beginning: the set, and what it needs beside. */
struct image {
	struct sg_set set;
	const char **names; /* of symbols behind the fixed ones */
	uint32_t nnames;
	uint32_t ndbs;
	struct fb_slice *db; /* serialized; last, see release_databases */
};

/* --- where pointers are --- */

enum kind {
	TEXT,  /* characters with a NUL behind them; mark: length + 1 */
	MAYBE, /* the same, may be NULL */
	BYTES, /* struct fb_slice, or what looks like one */
	LIST,  /* of texts, NULL behind them; may be NULL; mark: number + 1 */
	ARRAY, /* of n things; may be NULL */
	INNER, /* n structs that stand in this one */
	PLAN,  /* one of the set's plans; mark: number + 1 */
	DB,    /* one of the set's databases; mark: number + 1 */
	DROP,  /* means nothing in an image */
};

struct type;
struct field {
	uint8_t kind;
	uint8_t only; /* 0, or 1 + the first byte of structs that have the field */
	uint16_t at;
	uint16_t n_at; /* u32 in the same struct that counts; 0: n is the number */
	uint16_t n;    /* more than that */
	uint16_t root_n_at; /* the same, in the set */
	const struct type *of;
};

struct type {
	size_t size, align;
	const struct field *field;
	size_t nfields;
};

#define AT(s, member) .at = offsetof(struct s, member)
#define COUNT(s, member) .n_at = offsetof(struct s, member)
#define TYPE(c_type, fields) { sizeof(c_type), _Alignof(c_type), fields, \
			       sizeof(fields) / sizeof *(fields) }
#define PLAIN(c_type) { sizeof(c_type), _Alignof(c_type), NULL, 0 }
/* Whoever changes a struct looks whether it has a new pointer, then sets the size. Only
 * where pointers have 64 bits; the tables hold for all. */
#define SIZE(c_type, size) \
	_Static_assert(sizeof(void *) != 8 || sizeof(c_type) == (size), \
		       "look for pointers of " #c_type " that the image does not know")

static const struct type bits8 = PLAIN(uint8_t), cells = PLAIN(uint16_t),
			 numbers = PLAIN(uint32_t), bits64 = PLAIN(uint64_t);
static const struct field text_ptr_fields[] = { { .kind = TEXT } };
static const struct type texts = TYPE(const char *, text_ptr_fields);
static const struct field bytes_fields[] = { { .kind = BYTES } };
static const struct type slices = TYPE(struct fb_slice, bytes_fields);

static const struct field info_fields[] = {
	{ TEXT, AT(fb_rule_info, id) },		 { TEXT, AT(fb_rule_info, title) },
	{ TEXT, AT(fb_rule_info, description) }, { TEXT, AT(fb_rule_info, path) },
	{ TEXT, AT(fb_rule_info, pack) },	 { TEXT, AT(fb_rule_info, techniques) },
	{ TEXT, AT(fb_rule_info, status) },
};
static const struct type infos = TYPE(struct fb_rule_info, info_fields);
SIZE(struct fb_rule_info, 96);

static const struct field problem_fields[] = {
	{ TEXT, AT(fb_rule_problem, path) }, { TEXT, AT(fb_rule_problem, why) },
};
static const struct type problems = TYPE(struct fb_rule_problem, problem_fields);
SIZE(struct fb_rule_problem, 32);

static const struct field alias_fields[] = {
	{ TEXT, AT(fb_correlation_alias, alias) }, { TEXT, AT(fb_correlation_alias, field) },
};
static const struct type aliases = TYPE(struct fb_correlation_alias, alias_fields);
SIZE(struct fb_correlation_alias, 24);

static const struct field correlation_fields[] = {
	{ ARRAY, AT(fb_correlation, rules), COUNT(fb_correlation, nrules), .of = &numbers },
	{ ARRAY, AT(fb_correlation, keys), COUNT(fb_correlation, nkeys), .of = &texts },
	{ ARRAY, AT(fb_correlation, fields), COUNT(fb_correlation, nfields), .of = &texts },
	{ ARRAY, AT(fb_correlation, aliases), COUNT(fb_correlation, naliases), .of = &aliases },
};
static const struct type correlation = TYPE(struct fb_correlation, correlation_fields);
SIZE(struct fb_correlation, 184);

static const struct field kept_fields[] = {
	{ ARRAY, AT(fb_capture, fields), COUNT(fb_capture, nfields), .of = &texts },
};
static const struct type kept = TYPE(struct fb_capture, kept_fields);
SIZE(struct fb_capture, 24);

static const struct field correlations_fields[] = {
	{ ARRAY, AT(fb_correlations, v), COUNT(fb_correlations, n), .of = &correlation },
	{ ARRAY, AT(fb_correlations, captures), COUNT(fb_correlations, ncaptures), .of = &kept },
	{ ARRAY, AT(fb_correlations, hidden), COUNT(fb_correlations, nhidden), .of = &numbers },
};
static const struct type correlations = TYPE(struct fb_correlations, correlations_fields);
SIZE(struct fb_correlations, 48);

static const struct field segment_fields[] = {
	{ ARRAY, AT(sg_segment, cell), COUNT(sg_segment, n), .of = &cells },
	{ BYTES, AT(sg_segment, literal) },
};
static const struct type segments = TYPE(struct sg_segment, segment_fields);
SIZE(struct sg_segment, 32);

static const struct field val_fields[] = {
	{ BYTES, AT(sg_val, text) },
	{ ARRAY, AT(sg_val, glob.segment), COUNT(sg_val, glob.n), .of = &segments,
	  .only = 1 + SG_V_GLOB },
	{ DROP, AT(sg_val, re), .only = 1 + SG_V_RE }, /* compiled again */
};
static const struct type vals = TYPE(struct sg_val, val_fields);
SIZE(struct sg_val, 56);

static const struct field pred_fields[] = {
	{ ARRAY, AT(sg_pred, val), COUNT(sg_pred, n), .of = &vals },
};
static const struct type preds = TYPE(struct sg_pred, pred_fields);
SIZE(struct sg_pred, 24);

static const struct type codes = PLAIN(struct sg_code);
SIZE(struct sg_code, 16);

static const struct type captures = PLAIN(struct sg_capture);
static const struct field capture_ptr_fields[] = { { ARRAY, .n = 1, .of = &captures } };
static const struct type capture_ptrs = TYPE(struct sg_capture *, capture_ptr_fields);
SIZE(struct sg_capture, 164);

static const struct field synth_fields[] = {
	{ MAYBE, AT(sg_synth, separator) }, { LIST, AT(sg_synth, map) },
};
static const struct type synths = TYPE(struct sg_synth, synth_fields);
SIZE(struct sg_synth, 32);

static const struct type plan_rules = PLAIN(struct sg_plan_rule),
			 sources = PLAIN(struct sg_sources), lits = PLAIN(struct sg_lit),
			 lit_refs = PLAIN(struct sg_lit_ref);
SIZE(struct sg_plan_rule, 8);
SIZE(struct sg_sources, 24);
SIZE(struct sg_lit, 12);
SIZE(struct sg_lit_ref, 16);

static const struct field plan_fields[] = {
	{ ARRAY, AT(sg_plan, rules), COUNT(sg_plan, nrules), .of = &plan_rules },
	{ DROP, AT(sg_plan, key) }, /* only to find equal plans */
	{ ARRAY, AT(sg_plan, always), COUNT(sg_plan, nwords), .of = &bits64 },
	{ ARRAY, AT(sg_plan, virtuals), .root_n_at = offsetof(struct sg_set, nvirtuals),
	  .of = &sources },
	{ ARRAY, AT(sg_plan, wanted), .n = SG_SYMS_ALL / 8 + 1, .of = &bits8 },
	{ DB, AT(sg_plan, db) },
	{ ARRAY, AT(sg_plan, lits), COUNT(sg_plan, nlits), .of = &lits },
	{ ARRAY, AT(sg_plan, refs), COUNT(sg_plan, nrefs), .of = &lit_refs },
	{ ARRAY, AT(sg_plan, lit_rules), COUNT(sg_plan, nlit_rules), .of = &numbers },
};
static const struct type plans = TYPE(struct sg_plan, plan_fields);
SIZE(struct sg_plan, 384);

static const struct field plan_own_fields[] = { { ARRAY, .n = 1, .of = &plans } };
static const struct type plan_ptrs = TYPE(struct sg_plan *, plan_own_fields);
static const struct field plan_ref_fields[] = { { .kind = PLAN } };
static const struct type plan_refs = TYPE(struct sg_plan *, plan_ref_fields);

static const struct field route_fields[] = { { PLAN, AT(sg_route, plan) } };
static const struct type routes = TYPE(struct sg_route, route_fields);
SIZE(struct sg_route, 16);

static const struct type names = TYPE(struct sg_name, bytes_fields);
SIZE(struct sg_name, 16);

#define SET(member) .at = offsetof(struct image, set.member)
#define SET_COUNT(member) .n_at = offsetof(struct image, set.member)
static const struct field image_fields[] = {
	{ ARRAY, AT(image, names), COUNT(image, nnames), .of = &texts },
	{ DROP, SET(set.kind) },
	{ DROP, SET(set.compiled) },
	{ ARRAY, SET(set.rules), SET_COUNT(set.nrules), .of = &infos },
	{ ARRAY, SET(set.problems), SET_COUNT(set.nproblems), .of = &problems },
	{ ARRAY, SET(set.correlations), .n = 1, .of = &correlations },
	{ ARRAY, SET(set.needs), SET_COUNT(set.nrules), .of = &texts },
	{ DROP, SET(arena.head) },
	{ DROP, SET(image) },
	{ DROP, SET(syms) },
	{ ARRAY, SET(preds), SET_COUNT(npreds), .of = &preds },
	{ ARRAY, SET(code), SET_COUNT(ncode), .of = &codes },
	{ ARRAY, SET(entry), SET_COUNT(set.nrules), .of = &numbers },
	{ ARRAY, SET(captures), SET_COUNT(set.nrules), .of = &capture_ptrs },
	{ INNER, SET(synths), .n = SG_SYNTHS_MAX, .of = &synths },
	{ ARRAY, SET(plans), SET_COUNT(nplans), .of = &plan_ptrs }, /* before what names them */
	{ DROP, SET(dbs) },
	{ ARRAY, SET(channels), SET_COUNT(nchannels), .of = &names },
	{ ARRAY, SET(channel_plan), SET_COUNT(nchannels), .n = 1, .of = &plan_refs },
	{ ARRAY, SET(routes), SET_COUNT(nroutes), .of = &routes },
	{ ARRAY, SET(providers), SET_COUNT(nproviders), .of = &names },
	{ ARRAY, SET(provider_plan), SET_COUNT(nproviders), .of = &plan_refs },
	{ INNER, SET(lane_plan), .n = FB_LANE_COUNT, .of = &plan_refs },
	{ DROP, SET(scratch) },
	{ DROP, SET(facts) },
	{ DROP, SET(virtuals) },
	{ DROP, SET(regexes) },
	{ ARRAY, AT(image, db), COUNT(image, ndbs), .of = &slices },
};
static const struct type image_type = TYPE(struct image, image_fields);
SIZE(struct fb_ruleset, 96);
SIZE(struct sg_set, 2448);

static bool has_field(const struct field *f, const uint8_t *object)
{
	return !f->only || object[0] == f->only - 1;
}

static uint32_t number_at(const uint8_t *p)
{
	uint32_t n;

	memcpy(&n, p, sizeof n);
	return n;
}

/* How many things an array has. */
static size_t count_of(const struct field *f, const uint8_t *object, const struct image *root)
{
	size_t n = f->n;

	if (f->n_at)
		n += number_at(object + f->n_at);
	if (f->root_n_at)
		n += number_at((const uint8_t *)root + f->root_n_at);
	return n;
}

/* --- writing --- */

struct writer {
	const struct image *root;
	struct fb_buf *out;
	size_t base; /* where the image begins in out */
};

static void align_to(struct writer *w, size_t align)
{
	while ((w->out->n - w->base) % align && !fb_buf_code(w->out))
		(void)fb_buf_putc(w->out, 0);
}

/* The pointer at `at` becomes a mark. */
static void put_mark(struct writer *w, size_t at, uintptr_t mark)
{
	if (!fb_buf_code(w->out))
		memcpy(w->out->p + at, &mark, sizeof mark);
}

static uintptr_t plan_number(const struct sg_set *s, const void *plan)
{
	for (uint32_t i = 0; i < s->nplans; i++)
		if (s->plans[i] == plan)
			return i + 1;
	return 0;
}

static uintptr_t db_number(const struct sg_set *s, const void *db)
{
	for (uint32_t i = 0; i < s->ndbs; i++)
		if (s->dbs[i] == db)
			return i + 1;
	return 0;
}

static void put_list(struct writer *w, const char *const *list, size_t at)
{
	uintptr_t n = 0;

	while (list && list[n])
		n++;
	put_mark(w, at, list ? n + 1 : 0);
	for (uintptr_t i = 0; i < n; i++)
		(void)fb_buf_put(w->out, list[i], strlen(list[i]) + 1);
}

static void put_all(struct writer *w, const struct type *t, const uint8_t *object, size_t n,
		    size_t at);

static void put_field(struct writer *w, const struct field *f, const uint8_t *object, size_t at)
{
	const void *p;
	struct fb_slice s;
	size_t n;

	if (f->kind == INNER) {
		put_all(w, f->of, object + f->at, f->n, at + f->at);
		return;
	}
	at += f->at;
	memcpy(&p, object + f->at, sizeof p);
	switch ((enum kind)f->kind) {
	case TEXT:
	case MAYBE:
		n = p ? strlen(p) + 1 : 0;
		put_mark(w, at, n);
		(void)fb_buf_put(w->out, p, n);
		break;
	case BYTES:
		memcpy(&s, object + f->at, sizeof s);
		put_mark(w, at, p ? 1 : 0);
		if (p) {
			(void)fb_buf_slice(w->out, s);
			(void)fb_buf_putc(w->out, 0);
		}
		break;
	case LIST:
		put_list(w, p, at);
		break;
	case ARRAY:
		put_mark(w, at, p ? 1 : 0);
		if (!p)
			break;
		n = count_of(f, object, w->root);
		align_to(w, f->of->align);
		at = w->out->n;
		(void)fb_buf_put(w->out, p, n * f->of->size);
		put_all(w, f->of, p, n, at);
		break;
	case PLAN:
		put_mark(w, at, plan_number(&w->root->set, p));
		break;
	case DB:
		put_mark(w, at, db_number(&w->root->set, p));
		break;
	default:
		put_mark(w, at, 0);
	}
}

/* n structs whose copies stand in the image at `at`: their pointers, and behind them
 * all what those point to. */
static void put_all(struct writer *w, const struct type *t, const uint8_t *object, size_t n,
		    size_t at)
{
	for (size_t i = 0; i < n && t->nfields && !fb_buf_code(w->out); i++)
		for (size_t k = 0; k < t->nfields; k++)
			if (has_field(&t->field[k], object + i * t->size))
				put_field(w, &t->field[k], object + i * t->size,
					  at + i * t->size);
}

int sg_image_write(const struct sg_set *s, struct fb_buf *out)
{
	struct image root = { .set = *s, .ndbs = s->ndbs };
	struct writer w = { &root, out, out->n };
	uint32_t n = fb_syms_count(s->syms);
	int r = FB_ENOMEM;

	/* What only memory knows, so that equal sets have equal images. */
	root.set.arena = (struct fb_arena){ 0 };
	root.set.preds_cap = root.set.code_cap = root.set.plans_cap = root.set.regexes_cap = 0;
	root.set.nregexes = 0;
	root.db = calloc(s->ndbs + 1u, sizeof *root.db);
	root.names = calloc(n, sizeof(char *));
	if (!root.db || !root.names)
		goto out;
	for (uint32_t i = FB_SYM_FIXED_COUNT; i < n; i++)
		root.names[root.nnames++] = fb_syms_name(s->syms, i);
	for (uint32_t i = 0; i < s->ndbs; i++) {
		char *bytes;

		if (hs_serialize_database(s->dbs[i], &bytes, &root.db[i].n) != HS_SUCCESS)
			goto out;
		root.db[i].p = (uint8_t *)bytes;
	}
	(void)fb_buf_put(out, &root, sizeof root);
	put_all(&w, &image_type, (const uint8_t *)&root, 1, w.base);
	r = fb_buf_code(out);
out:
	for (uint32_t i = 0; root.db && i < s->ndbs; i++)
		free((void *)(uintptr_t)root.db[i].p);
	free(root.db);
	free(root.names);
	return r;
}

/* --- reading --- */

struct reader {
	struct image *root;
	uint8_t *p;
	size_t n, at;
};

/* The next n bytes, aligned. */
static uint8_t *take(struct reader *r, size_t n, size_t align)
{
	size_t pad = (align - r->at % align) % align;
	uint8_t *p;

	if (pad > r->n - r->at || n > r->n - r->at - pad)
		return NULL;
	p = r->p + r->at + pad;
	r->at += pad + n;
	return p;
}

/* n bytes and the NUL behind them. */
static uint8_t *take_text(struct reader *r, size_t n)
{
	uint8_t *p;

	if (n > r->n - r->at)
		return NULL;
	p = take(r, n + 1, 1);
	return p && p[n] == 0 ? p : NULL;
}

/* As many pointers as the list has, in memory of the set's own: they have no room here. */
static bool get_list(struct reader *r, uintptr_t mark, void **out)
{
	const char **list;

	if (mark == 0)
		return true;
	if (mark > r->n - r->at + 1)
		return false;
	list = fb_arena_calloc(&r->root->set.arena, mark, sizeof *list);
	for (uintptr_t i = 0; list && i + 1 < mark; i++) {
		uint8_t *p = r->p + r->at, *end = memchr(p, 0, r->n - r->at);

		if (!end)
			return false;
		list[i] = (const char *)p;
		r->at += (size_t)(end - p) + 1;
	}
	*out = list;
	return list != NULL;
}

static bool get_all(struct reader *r, const struct type *t, uint8_t *object, size_t n);

static bool get_array(struct reader *r, const struct field *f, const uint8_t *object, void **out)
{
	size_t n = count_of(f, object, r->root), bytes;

	if (__builtin_mul_overflow(n, f->of->size, &bytes))
		return false;
	*out = take(r, bytes, f->of->align);
	return *out && get_all(r, f->of, *out, n);
}

static bool get_field(struct reader *r, const struct field *f, uint8_t *object)
{
	struct sg_set *s = &r->root->set;
	uintptr_t mark;
	struct fb_slice bytes;
	void *p = NULL;
	bool well = true;

	if (f->kind == INNER)
		return get_all(r, f->of, object + f->at, f->n);
	memcpy(&mark, object + f->at, sizeof mark);
	switch ((enum kind)f->kind) {
	case TEXT:
	case MAYBE:
		p = mark ? take_text(r, mark - 1) : NULL;
		well = p || (mark == 0 && f->kind == MAYBE);
		break;
	case BYTES:
		memcpy(&bytes, object + f->at, sizeof bytes);
		p = mark ? take_text(r, bytes.n) : NULL;
		well = p || (mark == 0 && bytes.n == 0);
		break;
	case LIST:
		well = get_list(r, mark, &p);
		break;
	case ARRAY:
		well = mark == 0 || get_array(r, f, object, &p);
		break;
	case PLAN:
		well = mark <= s->nplans && (mark == 0 || s->plans);
		p = well && mark ? s->plans[mark - 1] : NULL;
		break;
	case DB:
		/* The number stays until there are databases. */
		return mark <= r->root->ndbs;
	default:
		break;
	}
	memcpy(object + f->at, &p, sizeof p);
	return well;
}

static bool get_all(struct reader *r, const struct type *t, uint8_t *object, size_t n)
{
	for (size_t i = 0; i < n && t->nfields; i++)
		for (size_t k = 0; k < t->nfields; k++)
			if (has_field(&t->field[k], object + i * t->size) &&
			    !get_field(r, &t->field[k], object + i * t->size))
				return false;
	return true;
}

static int get_databases(const struct image *root, struct sg_set *s)
{
	s->dbs = calloc(root->ndbs + 1u, sizeof(hs_database_t *));
	if (!s->dbs)
		return FB_ENOMEM;
	for (; s->ndbs < root->ndbs; s->ndbs++) {
		struct fb_slice from = root->db[s->ndbs];
		hs_error_t e = hs_deserialize_database((const char *)from.p, from.n,
						       &s->dbs[s->ndbs]);

		if (e == HS_SUCCESS) {
			e = hs_alloc_scratch(s->dbs[s->ndbs], &s->scratch);
			if (e != HS_SUCCESS)
				hs_free_database(s->dbs[s->ndbs]);
		}
		if (e != HS_SUCCESS)
			return e == HS_NOMEM ? FB_ENOMEM : FB_EINPUT;
	}
	for (uint32_t i = 0; i < s->nplans; i++) {
		uintptr_t mark;

		memcpy(&mark, &s->plans[i]->db, sizeof mark);
		s->plans[i]->db = mark ? s->dbs[mark - 1] : NULL;
	}
	return 0;
}

static int get_regexes(struct sg_set *s)
{
	for (uint32_t i = 0; i < s->npreds; i++)
		for (uint32_t k = 0; k < s->preds[i].n; k++) {
			struct sg_val *v = &s->preds[i].val[k];
			int r = v->kind == SG_V_RE ? sg_regex_again(s, v) : 0;

			if (r)
				return r;
		}
	return 0;
}

static int get_names(const struct image *root, struct fb_syms *syms)
{
	for (uint32_t i = 0; i < root->nnames; i++)
		if (fb_syms_intern(syms, fb_slice_str(root->names[i])) != FB_SYM_FIXED_COUNT + i)
			return FB_EINPUT;
	return 0;
}

/* The pointers of a set in its place, the set copied out; else false. */
static bool get_set(struct reader *r, const struct fb_syms *syms, struct sg_set *s)
{
	struct image *root = (struct image *)(void *)take(r, sizeof *root, _Alignof(struct image));

	if (!root)
		return false;
	r->root = root;
	fb_arena_init(&root->set.arena, SG_ARENA_MAX);
	if (!get_all(r, &image_type, (uint8_t *)root, 1) || r->at != r->n ||
	    fb_syms_count(syms) != FB_SYM_FIXED_COUNT || root->nnames > FB_SYMS_MAX ||
	    root->ndbs > root->set.nplans || (root->ndbs && !root->db) ||
	    (root->nnames && !root->names)) {
		fb_arena_dispose(&root->set.arena);
		return false;
	}
	*s = root->set;
	s->ndbs = s->nregexes = s->regexes_cap = 0;
	return true;
}

int sg_image_read(void *bytes, size_t n, struct fb_syms *syms, struct sg_set **out)
{
	struct reader r = { .p = bytes, .n = n };
	struct sg_set *s = calloc(1, sizeof *s);
	int code = 0;

	if (!s) {
		free(bytes);
		return FB_ENOMEM;
	}
	if (!get_set(&r, syms, s))
		code = FB_EINPUT;
	s->image = bytes;
	if (!code && !sg_image_sound(s, FB_SYM_FIXED_COUNT + r.root->nnames))
		code = FB_EINPUT;
	if (!code)
		code = get_databases(r.root, s);
	if (!code)
		code = get_regexes(s);
	if (!code)
		code = get_names(r.root, syms);
	if (code) {
		sg_free(&s->set);
		return code;
	}
	s->syms = syms;
	s->set.kind = &fb_sigma;
	s->set.compiled = s;
	*out = s;
	return 0;
}

/* --- the key --- */

static void add_text(struct fb_sha256 *h, const char *s)
{
	fb_sha256_add(h, fb_slice(s, strlen(s) + 1));
}

static void add_number(struct fb_sha256 *h, uint64_t n)
{
	fb_sha256_add(h, fb_slice(&n, sizeof n));
}

static void add_lists(struct fb_sha256 *h, const struct sg_compiler *c)
{
	add_number(h, c->nlists);
	for (size_t i = 0; i < c->nlists; i++) {
		add_text(h, c->lists[i].name);
		add_number(h, c->lists[i].n);
		for (size_t k = 0; k < c->lists[i].n; k++)
			add_text(h, c->lists[i].values[k]);
	}
}

bool sg_image_key(const struct sg_compiler *c, const struct sg_files *files,
		  const struct fb_sigma_pack *packs, size_t npacks, uint8_t out[static FB_SHA256])
{
	struct fb_slice build = fb_build_id();
	hs_platform_info_t cpu = { 0 };
	char pcre2[64] = "";
	struct fb_sha256 *h;

	if (!files->kept || c->nproblems || build.n == 0 ||
	    fb_syms_count(c->syms) != FB_SYM_FIXED_COUNT || hs_valid_platform() != HS_SUCCESS ||
	    hs_populate_platform(&cpu) != HS_SUCCESS ||
	    pcre2_config(PCRE2_CONFIG_VERSION, NULL) > (int)sizeof pcre2 ||
	    pcre2_config(PCRE2_CONFIG_VERSION, pcre2) < 0)
		return false;
	for (size_t i = 0; i < npacks; i++)
		if (packs[i].text.p)
			return false;
	h = fb_sha256_new();
	if (!h)
		return false;
	add_number(h, build.n);
	fb_sha256_add(h, build);
	add_text(h, hs_version());
	add_number(h, cpu.tune);
	add_number(h, cpu.cpu_features);
	add_text(h, pcre2);
	add_text(h, yaml_get_version_string());
	add_number(h, npacks);
	for (size_t i = 0; i < npacks; i++) {
		add_text(h, packs[i].path);
		add_text(h, packs[i].name ? packs[i].name : packs[i].path);
	}
	add_number(h, files->n);
	for (size_t i = 0; i < files->n; i++) {
		add_text(h, files->v[i].path);
		add_number(h, files->v[i].pack);
		add_number(h, files->v[i].n);
		fb_sha256_add(h, sg_file_text(files, &files->v[i]));
	}
	add_lists(h, c);
	fb_sha256_end(h, out);
	fb_sha256_free(h);
	return true;
}
