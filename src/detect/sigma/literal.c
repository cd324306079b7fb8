/* What every match of a rule must contain: a set of literals of which one occurs,
 * and the event ids. Chosen so that few events without a match have them. */
#include "detect/sigma/compile.h"

#include "base/text.h"

#include <stdlib.h>

#define LITERAL_MIN 3  /* shorter ones are in nearly every event */
#define LITERAL_MAX 48 /* longer ones are cut: enough to be rare */
#define NEEDS_MAX 4000

/* Text that stands in much of what Windows and web servers log on a dull day; a
 * literal that is part of it says little. In one piece, to be looked through at once;
 * no literal has the byte between. */
#define W(text) text "\xff"
static const char common[] =
	W("c:\\windows\\system32\\") W("\\device\\harddiskvolume") W("\\windows\\syswow64\\")
	W("c:\\program files (x86)\\") W("c:\\program files\\") W("\\appdata\\local\\temp\\")
	W("\\appdata\\roaming\\") W("c:\\users\\") W("c:\\programdata\\microsoft\\windows")
	W("hklm\\system\\currentcontrolset\\services\\")
	W("hklm\\system\\currentcontrolset\\control\\")
	W("hklm\\software\\microsoft\\windows nt\\currentversion\\") W("hkcu\\software\\")
	W("\\software\\microsoft\\windows\\currentversion\\")
	W("hku\\.default\\software\\classes\\") W("\\software\\wow6432node\\")
	W("microsoft corporation") W("microsoft-windows-") W("\\svchost.exe") W("\\services.exe")
	W("\\explorer.exe") W("\\lsass.exe") W("\\csrss.exe") W("\\powershell.exe") W("\\cmd.exe")
	W("\\conhost.exe") W("\\rundll32.exe") W("\\msiexec.exe") W("nt authority\\system")
	W("\\winlogon.exe") W("\\dllhost.exe") W("s-1-5-18") W("s-1-16-16384") W("http://")
	W("https://") W("mozilla/5.0") W("/index.php") W(".aspx") W(".exe") W(".dll") W("true")
	W("false") W("success") W("information") W("system") W("user32") W("kernel32.dll")
	W("ntdll.dll+") W("kernelbase.dll+") W("unknown") W("-command ") W("dword") W("%%1936")
	W("%%1833") W("get") W("post") W("head") W("options") W("/_layouts/15/") W("/_layouts/16/")
	W("/_vti_bin/") W("/_api/") W("/sitepages/") W("/index.html") W("http/1.1")
	W("applewebkit") W("gecko) chrome/") W("&source=") W("ntlmssp ") W("negotiate")
	W("kerberos") W("advapi") W("anonymous logon") W("network service");
#undef W

/* Long enough to be rare: three bytes, or two that Windows does not write on a dull
 * day (beyond ASCII, obfuscation). */
static bool enough(struct fb_slice s)
{
	if (s.n != 2)
		return s.n >= LITERAL_MIN;
	return s.p[0] >= 0x80 || (strchr("^`~|;,", s.p[0]) && s.p[0] && s.p[1] == s.p[0]);
}

static int weight(struct fb_slice s, uint8_t anchors)
{
	int w = s.n > 14 ? 14 : (int)s.n;

	if (!memchr(s.p, 0xFF, s.n) && memmem(common, sizeof common - 1, s.p, s.n))
		return anchors ? 3 : 2;
	return w * 2 + (anchors ? 3 : 0) + (s.p[0] >= 0x80 ? 4 : 0);
}

static int add(struct sg_compiler *c, struct sg_needs *n, struct fb_slice text, uint32_t slot,
	       uint8_t anchors)
{
	int w;

	if (n->n == n->cap) {
		uint32_t cap = n->cap ? n->cap * 2 : 8;
		struct sg_need *v = fb_arena_get(&c->scratch, cap * sizeof *v);

		if (!v)
			return FB_ENOMEM;
		if (n->n)
			memcpy(v, n->v, n->n * sizeof *v);
		n->v = v;
		n->cap = cap;
	}
	if (text.n > LITERAL_MAX) {
		if (anchors & SG_REF_START) {
			text = fb_slice_sub(text, 0, LITERAL_MAX);
			anchors = SG_REF_START;
		} else {
			text = fb_slice_sub(text, text.n - LITERAL_MAX, LITERAL_MAX);
			anchors &= SG_REF_END;
		}
	}
	w = weight(text, anchors);
	n->score = n->n == 0 || w < n->score ? w : n->score;
	n->v[n->n++] = (struct sg_need){ text, slot, anchors };
	return 0;
}

/* The longest run of bytes of a pattern's segment. */
static struct fb_slice longest_run(struct sg_compiler *c, const struct sg_segment *g)
{
	uint32_t best = 0, n = 0, i = 0;
	uint8_t *out;

	while (i < g->n) {
		uint32_t from = i;

		while (i < g->n && g->cell[i] < 256)
			i++;
		if (i - from > n) {
			n = i - from;
			best = from;
		}
		i++;
	}
	out = fb_arena_get(&c->scratch, n + 1u);
	if (!out)
		return (struct fb_slice){ 0 };
	for (uint32_t k = 0; k < n; k++)
		out[k] = (uint8_t)g->cell[best + k];
	return fb_slice(out, n);
}

/* " -enc": one dash and what is around it, in all its spellings. */
static int add_dashes(struct sg_compiler *c, const struct sg_val *v, uint32_t slot,
		      struct sg_needs *out)
{
	static const char *const dash[] = { "-", "/", "\xE2\x80\x93", "\xE2\x80\x94",
					    "\xE2\x80\x95" };
	const struct sg_segment *g = &v->glob.segment[0];
	uint32_t best = 0, from = 0, to = 0;

	for (uint32_t i = 0; i < g->n; i++) {
		uint32_t a = i, b = i + 1;

		if (g->cell[i] != SG_DASH)
			continue;
		while (a > 0 && g->cell[a - 1] < 256)
			a--;
		while (b < g->n && g->cell[b] < 256)
			b++;
		if (b - a > best) {
			best = b - a;
			from = a;
			to = b;
		}
	}
	if (best < LITERAL_MIN)
		return 0;
	for (size_t d = 0; d < sizeof dash / sizeof *dash; d++) {
		uint8_t *text = fb_arena_get(&c->scratch, best + 4u);
		uint32_t n = 0;
		int r;

		if (!text)
			return FB_ENOMEM;
		for (uint32_t i = from; i < to; i++) {
			if (g->cell[i] < 256) {
				text[n++] = (uint8_t)g->cell[i];
				continue;
			}
			for (const char *p = dash[d]; *p; p++)
				text[n++] = (uint8_t)*p;
		}
		r = add(c, out, fb_slice(text, n), slot, 0);
		if (r)
			return r;
	}
	return 0;
}

static int glob_needs(struct sg_compiler *c, const struct sg_val *v, uint32_t slot,
		      struct sg_needs *out)
{
	struct fb_slice best = { 0 };

	for (uint32_t i = 0; i < v->glob.n; i++) {
		struct fb_slice run = longest_run(c, &v->glob.segment[i]);

		if (run.n > best.n)
			best = run;
	}
	if (best.n < 6 && v->glob.n == 1) {
		int r = add_dashes(c, v, slot, out);

		if (r || out->n)
			return r;
	}
	return enough(best) ? add(c, out, best, slot, 0) : 0;
}

/* The literals of one value; none when it has nothing that must occur. */
static int val_needs(struct sg_compiler *c, const struct sg_val *v, uint32_t slot,
		     struct sg_needs *out)
{
	struct fb_slice text = v->text;

	switch ((enum sg_vkind)v->kind) {
	case SG_V_EQ:
	case SG_V_PREFIX:
	case SG_V_SUFFIX:
	case SG_V_CONTAINS:
		if (v->cased) {
			uint8_t *folded = fb_arena_get(&c->scratch, text.n * 3 + 4);

			if (!folded)
				return FB_ENOMEM;
			text = fb_slice(folded, fb_utf8_fold_raw(text, folded));
		}
		if (!enough(text) || memchr(text.p, 0xFF, text.n))
			return 0;
		return add(c, out, text, slot,
			   v->kind == SG_V_EQ	    ? SG_REF_START | SG_REF_END
			   : v->kind == SG_V_PREFIX ? SG_REF_START
			   : v->kind == SG_V_SUFFIX ? SG_REF_END
						    : 0);
	case SG_V_GLOB:
		return v->cased ? 0 : glob_needs(c, v, slot, out);
	case SG_V_RE: {
		int r = sg_regex_literal(&c->scratch, v->text, &text);

		return r || !enough(text) ? r : add(c, out, text, slot, 0);
	}
	default:
		return 0;
	}
}

static int merge(struct sg_compiler *c, struct sg_needs *to, const struct sg_needs *from)
{
	for (uint32_t i = 0; i < from->n; i++) {
		int r = add(c, to, from->v[i].text, from->v[i].slot, from->v[i].anchors);

		if (r)
			return r;
	}
	return 0;
}

static int pred_needs(struct sg_compiler *c, const struct sg_pred *p, struct sg_needs *out)
{
	struct sg_needs sum = { 0 };

	for (uint32_t i = 0; i < p->n; i++) {
		struct sg_needs one = { 0 };
		int r = val_needs(c, &p->val[i], p->slot, &one);

		if (r)
			return r;
		if (p->all || p->n == 1) {
			if (one.n && (out->n == 0 || one.score > out->score))
				*out = one;
			continue;
		}
		if (one.n == 0 || sum.n + one.n > NEEDS_MAX)
			return 0;
		r = merge(c, &sum, &one);
		if (r)
			return r;
	}
	if (!p->all && p->n > 1)
		*out = sum;
	return 0;
}

int sg_needs_of(struct sg_compiler *c, const struct sg_tree *t, struct sg_needs *out)
{
	struct sg_needs sum = { 0 };

	*out = sum;
	if (t->op == SG_OP_PRED)
		return pred_needs(c, &c->set->preds[t->arg], out);
	if (t->op != SG_OP_AND && t->op != SG_OP_OR && t->op != SG_OP_ATLEAST)
		return 0;
	for (uint32_t i = 0; i < t->n; i++) {
		struct sg_needs one;
		int r = sg_needs_of(c, t->kid[i], &one);

		if (r)
			return r;
		if (t->op == SG_OP_AND) {
			if (one.n && (out->n == 0 || one.score > out->score ||
				      (one.score == out->score && one.n < out->n)))
				*out = one;
			continue;
		}
		if (one.n == 0 || sum.n + one.n > NEEDS_MAX)
			return 0;
		r = merge(c, &sum, &one);
		if (r)
			return r;
	}
	if (t->op != SG_OP_AND)
		*out = sum;
	return 0;
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* One of the sets (join) or both. */
static int combine(struct sg_compiler *c, struct sg_ids *to, const struct sg_ids *from, bool join)
{
	uint32_t n = 0;
	uint32_t *v;

	if (from->all || to->all) {
		if (join)
			to->all = true;
		else if (to->all)
			*to = *from;
		return 0;
	}
	v = fb_arena_calloc(&c->scratch, to->n + from->n + 1u, sizeof *v);
	if (!v)
		return FB_ENOMEM;
	if (join) {
		if (to->n)
			memcpy(v, to->v, to->n * sizeof *v);
		if (from->n)
			memcpy(v + to->n, from->v, from->n * sizeof *v);
		n = to->n + from->n;
	} else {
		for (uint32_t i = 0; i < to->n; i++)
			if (bsearch(&to->v[i], from->v, from->n, sizeof *v, by_number))
				v[n++] = to->v[i];
	}
	qsort(v, n, sizeof *v, by_number);
	to->n = 0;
	for (uint32_t i = 0; i < n; i++)
		if (i == 0 || v[i] != v[i - 1])
			v[to->n++] = v[i];
	to->v = v;
	return 0;
}

static int pred_ids(struct sg_compiler *c, const struct sg_pred *p, struct sg_ids *out)
{
	if (p->slot != FB_SYM_EVENT_ID || (p->all && p->n > 1))
		return 0;
	out->v = fb_arena_calloc(&c->scratch, p->n, sizeof *out->v);
	if (!out->v)
		return FB_ENOMEM;
	for (uint32_t i = 0; i < p->n; i++) {
		const struct sg_val *v = &p->val[i];
		uint64_t id;

		if (v->kind == SG_V_NUM && v->cmp == SG_EQ && v->part == SG_P_NONE &&
		    !v->number.real && !v->number.negative)
			id = v->number.magnitude;
		else if (v->kind != SG_V_EQ || !fb_slice_u64(v->text, &id))
			return 0;
		if (id < UINT32_MAX)
			out->v[out->n++] = (uint32_t)id;
	}
	out->all = false;
	qsort(out->v, out->n, sizeof *out->v, by_number);
	return 0;
}

int sg_ids_of(struct sg_compiler *c, const struct sg_tree *t, struct sg_ids *out)
{
	*out = (struct sg_ids){ .all = true };
	if (t->op == SG_OP_PRED)
		return pred_ids(c, &c->set->preds[t->arg], out);
	if (t->op != SG_OP_AND && t->op != SG_OP_OR && t->op != SG_OP_ATLEAST)
		return 0;
	for (uint32_t i = 0; i < t->n; i++) {
		struct sg_ids one;
		int r = sg_ids_of(c, t->kid[i], &one);

		if (!r && t->op != SG_OP_AND && i == 0) {
			*out = one;
			continue;
		}
		if (!r)
			r = combine(c, out, &one, t->op != SG_OP_AND);
		if (r)
			return r;
	}
	return 0;
}
