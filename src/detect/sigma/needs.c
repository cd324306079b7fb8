/* What each rule needs to be recorded (event/needs.h): its log source, event ids, and the
 * fields without which it can never match. */
#include "detect/sigma/compile.h"

#include "event/needs.h"

#define FIELDS_MAX 32 /* what is beyond is not asked for */
#define IDS_MAX 64
#define TEXT_MAX (64u << 10)

struct slots {
	uint32_t n;
	uint32_t v[FIELDS_MAX];
};

static bool has(const struct slots *s, uint32_t slot)
{
	for (uint32_t i = 0; i < s->n; i++)
		if (s->v[i] == slot)
			return true;
	return false;
}

static void add(struct slots *s, uint32_t slot)
{
	if (s->n < FIELDS_MAX && !has(s, slot))
		s->v[s->n++] = slot;
}

/* Could the value be one that is empty or not there? An expression may fit anything. */
static bool wants_something(const struct sg_val *v)
{
	switch ((enum sg_vkind)v->kind) {
	case SG_V_NULL:
	case SG_V_RE:
		return false;
	case SG_V_EXISTS:
		return v->want;
	case SG_V_EQ:
		return v->text.n > 0;
	default:
		return true;
	}
}

static bool pred_wants(const struct sg_pred *p)
{
	bool any = false, every = true;

	if (p->slot == SG_SLOT_ANY || p->slot == FB_SYM_EVENT_ID || p->slot == FB_SYM_CHANNEL ||
	    p->slot == FB_SYM_PROVIDER || p->slot == FB_SYM_COMPUTER)
		return false;
	for (uint32_t i = 0; i < p->n; i++) {
		bool wants = wants_something(&p->val[i]);

		any = any || wants;
		every = every && wants;
	}
	return p->n && (p->all ? any : every);
}

/* Slots that have a value in every event that the code at `at` matches. */
static void required(const struct sg_set *s, uint32_t at, unsigned depth, struct slots *out)
{
	const struct sg_code *c = &s->code[at];
	uint32_t kid = at + 1;

	out->n = 0;
	if (depth > FB_RULE_DEPTH)
		return;
	if (c->op == SG_OP_PRED && pred_wants(&s->preds[c->arg]))
		add(out, s->preds[c->arg].slot);
	if (c->op == SG_OP_PRED || c->op == SG_OP_NOT)
		return;
	for (uint32_t i = 0; i < c->n; i++, kid += s->code[kid].size) {
		struct slots one, both = { 0 };

		required(s, kid, depth + 1, &one);
		if (c->op == SG_OP_AND || i == 0) {
			for (uint32_t k = 0; k < one.n; k++)
				add(out, one.v[k]);
			continue;
		}
		for (uint32_t k = 0; k < one.n; k++)
			if (has(out, one.v[k]))
				add(&both, one.v[k]);
		*out = both;
	}
}

static void put_name(struct fb_buf *out, const char *name)
{
	for (; *name; name++)
		if (*name != ' ')
			(void)fb_buf_putc(out, (uint8_t)*name);
}

static void put_field(struct sg_compiler *c, struct fb_buf *out, const struct sg_binding *b,
		      uint32_t slot)
{
	uint32_t sym = slot >= SG_VIRTUAL ? c->virtuals[slot - SG_VIRTUAL].sym : slot;
	const char *name = fb_syms_name(c->syms, sym);
	const struct sg_rename *r = b && slot >= SG_VIRTUAL ? sg_rename_of(b, name) : NULL;

	if (!r) {
		put_name(out, name);
		return;
	}
	put_name(out, r->evidence[0]);
	/* Put together of two, the first is what matters. */
	for (unsigned i = 1; !r->separator && i < 3 && r->evidence[i]; i++) {
		(void)fb_buf_putc(out, '|');
		put_name(out, r->evidence[i]);
	}
}

static bool both_have(const struct sg_ids *rule, uint32_t id)
{
	for (uint32_t i = 0; i < rule->n; i++)
		if (rule->v[i] == id)
			return true;
	return rule->all;
}

/* false: the rule asks for none of these ids. */
static bool put_ids(struct fb_buf *out, const struct sg_ids *rule, const uint32_t *binding)
{
	unsigned n = 0;

	for (uint32_t i = 0; binding && binding[i]; i++)
		if (both_have(rule, binding[i]))
			(void)fb_buf_printf(out, n++ ? ",%u" : "%u", binding[i]);
	if (binding || rule->all || rule->n > IDS_MAX)
		return !binding || n;
	for (uint32_t i = 0; i < rule->n; i++)
		(void)fb_buf_printf(out, i ? ",%u" : "%u", rule->v[i]);
	return rule->n > 0;
}

static void put_line(struct sg_compiler *c, struct fb_buf *out, const struct sg_rule *rule,
		     const struct sg_binding *b, const char *channel, const struct slots *fields)
{
	size_t begun = out->n;

	(void)fb_buf_puts(out, fb_lane_word((enum fb_lane)rule->target.lane));
	(void)fb_buf_printf(out, "\t%s\t%s\t", channel, b && b->provider ? b->provider : "");
	if (rule->target.lane == FB_LANE_EVTX &&
	    !put_ids(out, &rule->ids, b ? b->event_ids : NULL)) {
		out->n = begun;
		return;
	}
	(void)fb_buf_putc(out, '\t');
	for (uint32_t i = 0; i < fields->n; i++) {
		if (i)
			(void)fb_buf_putc(out, ' ');
		put_field(c, out, b, fields->v[i]);
	}
	(void)fb_buf_putc(out, '\n');
}

static bool in_service(const struct sg_service *s, const char *channel)
{
	for (const char *const *ch = s ? s->channels : NULL; ch && *ch; ch++)
		if (fb_slice_ieq(fb_slice_str(*ch), fb_slice_str(channel)))
			return true;
	return s == NULL;
}

static void put_rule(struct sg_compiler *c, struct fb_buf *out, const struct sg_rule *rule)
{
	const struct sg_target *t = &rule->target;
	struct slots fields;

	if (rule->correlation || !t->bound)
		return;
	required(c->set, rule->entry, 0, &fields);
	if (!t->category) {
		for (const char *const *ch = t->service ? t->service->channels : NULL; ch && *ch; ch++)
			put_line(c, out, rule, NULL, *ch, &fields);
		if (!t->service)
			put_line(c, out, rule, NULL, "", &fields);
		return;
	}
	for (unsigned i = 0; i < t->category->nbindings; i++) {
		const struct sg_binding *b = &t->category->bindings[i];

		for (const char *const *ch = b->channels; ch && *ch; ch++)
			if (in_service(t->service, *ch))
				put_line(c, out, rule, b, *ch, &fields);
		/* A sensor's kinds of logs are told by a field, and recorded as channels. */
		if (!b->channels)
			put_line(c, out, rule, b, t->lane == FB_LANE_NETWORK && b->cond_field ? b->cond_values[0] : "",
				 &fields);
	}
}

int sg_needs_text(struct sg_compiler *c)
{
	const char **needs = fb_arena_calloc(&c->set->arena, c->nrules + 1u, sizeof *needs);
	struct fb_buf text;
	int r = needs ? 0 : FB_ENOMEM;

	fb_buf_init(&text, TEXT_MAX);
	for (uint32_t i = 0; i < c->nrules && !r; i++) {
		fb_buf_clear(&text);
		put_rule(c, &text, &c->rules[i]);
		/* A list too long to keep is as none that is known. */
		if (text.code == FB_ENOMEM)
			r = FB_ENOMEM;
		else if (text.code)
			needs[i] = "";
		else if ((needs[i] = fb_arena_strn(&c->set->arena, text.p, text.n)) == NULL)
			r = FB_ENOMEM;
	}
	fb_buf_dispose(&text);
	c->set->set.needs = needs;
	return r;
}
