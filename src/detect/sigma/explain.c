#include "detect/sigma/explain.h"

#include "base/limits.h"
#include "detect/sigma/compile.h"
#include "detect/sigma/state.h"

/* Values of one predicate that are told; those that match always are. */
#define VALUES_TOLD 40
/* Bytes of a text that are told. */
#define TEXT_TOLD 400
#define FIELDS_TOLD 16
/* Long enough for what grows exponentially and with the fourth power; what grows with
 * the square is dear, but no monster. */
#define SLOW_TEXT 120
#define LINE_MAX_BYTES (1u << 20)

const char *fb_sigma_part_word(enum fb_sigma_part part)
{
	static const char *const words[] = { "log-source", "rename", "event-ids", "pre-filter",
					     "condition",  "value",  "seen",	  "result" };

	return words[part];
}

struct teller {
	const struct sg_set *s;
	const struct sg_rule *rule;
	struct sg_state *st; /* NULL: no event */
	fb_sigma_tell *tell;
	void *user;
	struct fb_buf line;
	bool whole; /* nothing is left out */
	int code;
};

static enum fb_sigma_answer answer_of(enum sg_answer a)
{
	return a == SG_YES ? FB_SIGMA_YES : a == SG_NO ? FB_SIGMA_NO : FB_SIGMA_LOST;
}

/* The composed line, at this depth. */
static void flush(struct teller *t, enum fb_sigma_part part, enum fb_sigma_answer answer,
		  unsigned depth)
{
	struct fb_sigma_line line = { part, answer, depth, fb_buf_view(&t->line) };

	if (!t->code)
		t->code = fb_buf_code(&t->line);
	if (!t->code)
		t->code = t->tell(t->user, &line);
	fb_buf_clear(&t->line);
}

static void put(struct teller *t, const char *text)
{
	(void)fb_buf_puts(&t->line, text);
}

static void put_quoted(struct teller *t, struct fb_slice s)
{
	size_t n = s.n;

	/* Cut between characters. */
	if (n > TEXT_TOLD && !t->whole)
		for (n = TEXT_TOLD; n && (s.p[n] & 0xC0) == 0x80; n--)
			;
	put(t, "\"");
	(void)fb_buf_slice(&t->line, fb_slice_sub(s, 0, n));
	put(t, "\"");
	if (n < s.n)
		(void)fb_buf_printf(&t->line, " and %zu bytes more", s.n - n);
}

/* --- words --- */

/* The name as rules write it. */
static const char *slot_name(const struct teller *t, uint32_t slot)
{
	const struct fb_syms *syms = t->s->syms;

	if (slot == SG_SLOT_ANY)
		return "any value";
	if (slot >= SG_VIRTUAL)
		return fb_syms_name(syms, t->s->virtuals[slot - SG_VIRTUAL].sym);
	return fb_syms_name(syms, slot);
}

static void put_glob(struct teller *t, const struct sg_val *v)
{
	put(t, "fits \"");
	for (uint32_t i = 0; i < v->glob.n; i++) {
		const struct sg_segment *g = &v->glob.segment[i];

		if (i || v->glob.open_start)
			put(t, "*");
		for (uint32_t k = 0; k < g->n && (t->whole || k < TEXT_TOLD); k++) {
			uint16_t c = g->cell[k];

			/* A star that is meant as one is told from those that are not. */
			if (c == '*' || c == '?')
				put(t, "\\");
			(void)fb_buf_putc(&t->line, c == SG_ANYCHAR ? '?' : c == SG_DASH ? '-' : (uint8_t)c);
		}
	}
	put(t, v->glob.open_end ? "*\"" : "\"");
	for (uint32_t i = 0; i < v->glob.n; i++)
		for (uint32_t k = 0; k < v->glob.segment[i].n; k++)
			if (v->glob.segment[i].cell[k] == SG_DASH) {
				put(t, ", each dash any of - / \xE2\x80\x93 \xE2\x80\x94 \xE2\x80\x95");
				return;
			}
}

static void put_number(struct teller *t, const struct sg_val *v)
{
	static const char *const cmp[] = { "is", "is below", "is at most", "is above",
					   "is at least" };
	static const char *const part[] = { "",	   "minute ", "hour ", "day ",
					    "week ", "month ",  "year " };

	put(t, part[v->part]);
	put(t, cmp[v->cmp]);
	if (v->number.real)
		(void)fb_buf_printf(&t->line, " %.17g", v->number.real_value);
	else
		(void)fb_buf_printf(&t->line, " %s%llu", v->number.negative ? "-" : "",
				    (unsigned long long)v->number.magnitude);
}

static void put_network(struct teller *t, const struct sg_val *v)
{
	put(t, "lies in ");
	for (unsigned i = 0; i < (v->cidr.v4 ? 4u : 16u); i++) {
		if (v->cidr.v4)
			(void)fb_buf_printf(&t->line, "%s%u", i ? "." : "", v->cidr.address[i]);
		else
			(void)fb_buf_printf(&t->line, "%s%02x", i && i % 2 == 0 ? ":" : "",
					    v->cidr.address[i]);
	}
	(void)fb_buf_printf(&t->line, "/%u", v->cidr.bits);
}

static void put_regex(struct teller *t, const struct sg_val *v)
{
	put(t, "fits the expression ");
	put_quoted(t, v->text);
	if (v->flags & PCRE2_CASELESS)
		put(t, ", without case");
	if (v->flags & PCRE2_MULTILINE)
		put(t, ", line by line");
	if (v->flags & PCRE2_DOTALL)
		put(t, ", a dot also a line end");
}

static void put_val(struct teller *t, const struct sg_val *v)
{
	static const char *const how[] = { "is the same as ", "begins with ", "ends with ",
					   "contains " };

	switch ((enum sg_vkind)v->kind) {
	case SG_V_EQ:
		put(t, "is ");
		put_quoted(t, v->text);
		break;
	case SG_V_PREFIX:
	case SG_V_SUFFIX:
	case SG_V_CONTAINS:
		put(t, v->kind == SG_V_PREFIX	? how[SG_HOW_STARTS]
		       : v->kind == SG_V_SUFFIX ? how[SG_HOW_ENDS]
						: how[SG_HOW_CONTAINS]);
		put_quoted(t, v->text);
		break;
	case SG_V_ANY:
		put(t, "has a value");
		break;
	case SG_V_GLOB:
		put_glob(t, v);
		break;
	case SG_V_RE:
		put_regex(t, v);
		break;
	case SG_V_NUM:
		put_number(t, v);
		break;
	case SG_V_CIDR:
		put_network(t, v);
		break;
	case SG_V_NULL:
		put(t, "is absent or has no value");
		break;
	case SG_V_EXISTS:
		put(t, v->want ? "is there" : "is not there");
		break;
	case SG_V_REF:
		put(t, how[v->how]);
		put(t, slot_name(t, v->ref));
		break;
	}
	if (v->cased)
		put(t, ", with case");
}

/* --- the rule --- */

static void rename_line(struct teller *t, const struct sg_rename *r)
{
	put(t, r->sigma);
	put(t, " is ");
	if (r->part) {
		put(t, "what stands behind ");
		put(t, r->part);
		put(t, " in ");
	}
	for (unsigned k = 0; k < 3 && r->evidence[k]; k++) {
		if (k && r->separator)
			(void)fb_buf_printf(&t->line, " \"%s\" ", r->separator);
		else if (k)
			put(t, " or ");
		put(t, r->evidence[k]);
	}
	for (const char *const *m = r->map; m && *m; m += 2)
		(void)fb_buf_printf(&t->line, "%s %s for %s", m == r->map ? ", with" : ",", m[1], m[0]);
	flush(t, FB_SIGMA_RENAME, FB_SIGMA_UNASKED, 1);
}

static bool has_channel(const struct sg_service *s, const char *channel)
{
	for (const char *const *c = s->channels; *c; c++)
		if (fb_slice_ieq(fb_slice_str(*c), fb_slice_str(channel)))
			return true;
	return false;
}

/* Is the field with this name (as rules write it) asked for below this code? */
static bool asks(const struct teller *t, const char *name)
{
	uint32_t at = t->rule->entry, end = at + t->s->code[at].size;

	for (; at < end; at++) {
		const struct sg_pred *p = &t->s->preds[t->s->code[at].arg];

		if (t->s->code[at].op != SG_OP_PRED)
			continue;
		if (fb_slice_ieq(fb_slice_str(slot_name(t, p->slot)), fb_slice_str(name)))
			return true;
		for (uint32_t i = 0; i < p->n; i++)
			if (p->val[i].kind == SG_V_REF &&
			    fb_slice_ieq(fb_slice_str(slot_name(t, p->val[i].ref)),
					 fb_slice_str(name)))
				return true;
	}
	return false;
}

static void binding_line(struct teller *t, const struct sg_binding *b)
{
	const struct sg_target *target = &t->rule->target;
	const char *sep = "";

	if (target->lane == FB_LANE_WEB) {
		put(t, "requests logged by a web server");
	} else if (target->lane == FB_LANE_PROXY) {
		put(t, "requests logged by a proxy");
	} else if (target->lane == FB_LANE_NETWORK) {
		(void)fb_buf_printf(&t->line, "what Zeek logged%s%s", b->cond_field ? ", its log " : "",
				    b->cond_field ? b->cond_values[0] : "");
	} else {
		put(t, "Windows event logs, ");
		if (b->provider)
			(void)fb_buf_printf(&t->line, "provider %s", b->provider);
		for (const char *const *c = b->channels; c && *c; c++) {
			if (target->service && !has_channel(target->service, *c))
				continue;
			(void)fb_buf_printf(&t->line, "%s%s", *sep ? sep : "channel ", *c);
			sep = " or ";
		}
		if (!b->provider && !*sep)
			return; /* none that the service has */
		for (uint32_t i = 0; b->event_ids && b->event_ids[i]; i++)
			(void)fb_buf_printf(&t->line, "%s%u", i ? ", " : ", event id ",
					    b->event_ids[i]);
		for (unsigned i = 0; b->cond_field && b->cond_values[i]; i++) {
			if (i == 0)
				(void)fb_buf_printf(&t->line, ", where %s is ", b->cond_field);
			(void)fb_buf_printf(&t->line, "%s%s", i ? " or " : "", b->cond_values[i]);
		}
	}
	flush(t, FB_SIGMA_SOURCE, FB_SIGMA_UNASKED, 0);
	for (const struct sg_rename *r = b->renames; r && r->sigma; r++)
		if (asks(t, r->sigma))
			rename_line(t, r);
}

static void source_lines(struct teller *t)
{
	const struct sg_target *target = &t->rule->target;

	if (!target->bound) {
		put(t, "nothing that this version reads: the rule never matches");
		flush(t, FB_SIGMA_SOURCE, FB_SIGMA_UNASKED, 0);
	} else if (target->category) {
		for (unsigned i = 0; i < target->category->nbindings; i++) {
			binding_line(t, &target->category->bindings[i]);
			fb_buf_clear(&t->line);
		}
	} else {
		put(t, "Windows event logs, ");
		if (!target->service)
			put(t, "every channel");
		for (const char *const *c = target->service ? target->service->channels : NULL;
		     c && *c; c++)
			(void)fb_buf_printf(&t->line, "%s%s",
					    c == target->service->channels ? "channel " : " or ", *c);
		flush(t, FB_SIGMA_SOURCE, FB_SIGMA_UNASKED, 0);
	}
}

static void id_line(struct teller *t)
{
	const struct sg_ids *ids = &t->rule->ids;

	if (t->rule->target.lane != FB_LANE_EVTX || !t->rule->target.bound)
		return;
	if (ids->all)
		put(t, "any that its log source has");
	for (uint32_t i = 0; !ids->all && i < ids->n; i++)
		(void)fb_buf_printf(&t->line, "%s%u", i ? ", " : "", ids->v[i]);
	if (!ids->all && ids->n == 0)
		put(t, "none: the rule can never match");
	flush(t, FB_SIGMA_IDS, FB_SIGMA_UNASKED, 0);
}

static void need_lines(struct teller *t)
{
	const struct sg_needs *needs = &t->rule->needs;

	if (needs->n == 0)
		put(t, "none: tried on every record of its log source");
	else if (needs->n > 1)
		(void)fb_buf_printf(&t->line, "one of %u texts, looked for in all records at once",
				    needs->n);
	else
		put(t, "a text, looked for in all records at once");
	flush(t, FB_SIGMA_FILTER, FB_SIGMA_UNASKED, 0);
	for (uint32_t i = 0; i < needs->n && (t->whole || i < VALUES_TOLD); i++) {
		const struct sg_need *need = &needs->v[i];
		uint8_t both = SG_REF_START | SG_REF_END;

		put_quoted(t, need->text);
		put(t, need->anchors == both		? " as the whole of "
		       : need->anchors & SG_REF_START ? " at the beginning of "
		       : need->anchors & SG_REF_END   ? " at the end of "
						      : " in ");
		put(t, slot_name(t, need->slot));
		flush(t, FB_SIGMA_FILTER, FB_SIGMA_UNASKED, 1);
	}
	if (needs->n > VALUES_TOLD && !t->whole) {
		(void)fb_buf_printf(&t->line, "and %u more", needs->n - VALUES_TOLD);
		flush(t, FB_SIGMA_FILTER, FB_SIGMA_UNASKED, 1);
	}
}

/* --- the condition --- */

static void seen_lines(struct teller *t, uint32_t slot, unsigned depth)
{
	uint32_t field[FIELDS_TOLD], n;

	if (!t->st || slot == SG_SLOT_ANY)
		return;
	n = sg_fields_of(t->st, slot, field, FIELDS_TOLD);
	if (n == 0) {
		put(t, "the record has no such field");
		flush(t, FB_SIGMA_SEEN, FB_SIGMA_UNASKED, depth);
	}
	for (uint32_t i = 0; i < n && i < FIELDS_TOLD; i++) {
		const struct fb_field *f = sg_field(t->st, field[i]);

		if (f->name.n)
			(void)fb_buf_slice(&t->line, fb_slice_sub(f->name, 0, TEXT_TOLD));
		else
			put(t, "put together");
		if (fb_value_is_null(f)) {
			put(t, " without a value");
		} else {
			put(t, " = ");
			put_quoted(t, sg_raw(t->st, field[i]));
		}
		flush(t, FB_SIGMA_SEEN, FB_SIGMA_UNASKED, depth);
	}
	if (n > FIELDS_TOLD) {
		(void)fb_buf_printf(&t->line, "and %u more of this name", n - FIELDS_TOLD);
		flush(t, FB_SIGMA_SEEN, FB_SIGMA_UNASKED, depth);
	}
}

static void value_lines(struct teller *t, const struct sg_pred *p, bool found, unsigned depth)
{
	uint32_t told = 0, left = 0;

	for (uint32_t i = 0; i < p->n && !t->code; i++) {
		enum fb_sigma_answer answer = FB_SIGMA_UNASKED;

		if (t->st)
			answer = answer_of(sg_ask_value(t->st, p, &p->val[i]));
		/* One is enough: then those that are not there say nothing. */
		if (found && answer == FB_SIGMA_NO) {
			left++;
			continue;
		}
		/* Those that decided are told in any case. */
		if (!t->whole && told >= VALUES_TOLD && (answer == FB_SIGMA_UNASKED ||
					    answer == (p->all ? FB_SIGMA_YES : FB_SIGMA_NO) ||
					    told >= 2 * VALUES_TOLD)) {
			left++;
			continue;
		}
		told++;
		put_val(t, &p->val[i]);
		flush(t, FB_SIGMA_VALUE, answer, depth);
	}
	if (left) {
		(void)fb_buf_printf(&t->line, found ? "and %u that do not hold" : "and %u more", left);
		flush(t, FB_SIGMA_VALUE, FB_SIGMA_UNASKED, depth);
	}
}

static void pred_lines(struct teller *t, uint32_t pred, unsigned depth)
{
	const struct sg_pred *p = &t->s->preds[pred];
	enum fb_sigma_answer answer = FB_SIGMA_UNASKED;

	if (t->st)
		answer = answer_of(sg_ask(t->st, pred));
	put(t, slot_name(t, p->slot));
	put(t, " ");
	if (p->n == 1)
		put_val(t, &p->val[0]);
	else
		(void)fb_buf_printf(&t->line, "%s %u:", p->all ? "each of" : "one of", p->n);
	flush(t, FB_SIGMA_CONDITION, answer, depth);
	seen_lines(t, p->slot, depth + 1);
	for (uint32_t i = 0; i < p->n && i < FIELDS_TOLD; i++)
		if (p->val[i].kind == SG_V_REF)
			seen_lines(t, p->val[i].ref, depth + 1);
	if (p->n > 1)
		value_lines(t, p, answer == FB_SIGMA_YES && !p->all, depth + 1);
}

static void code_lines(struct teller *t, uint32_t at, unsigned depth)
{
	const struct sg_code *c = &t->s->code[at];
	enum fb_sigma_answer answer = FB_SIGMA_UNASKED;
	uint32_t kid = at + 1;

	if (t->code)
		return;
	if (c->op == SG_OP_PRED) {
		pred_lines(t, c->arg, depth);
		return;
	}
	if (t->st)
		answer = answer_of(sg_eval(t->st, at));
	if (c->op == SG_OP_ATLEAST)
		(void)fb_buf_printf(&t->line, "at least %u of", c->arg);
	else
		put(t, c->op == SG_OP_AND ? "all of" : c->op == SG_OP_OR ? "one of" : "not");
	flush(t, FB_SIGMA_CONDITION, answer, depth);
	for (uint32_t i = 0; i < c->n; i++, kid += t->s->code[kid].size)
		code_lines(t, kid, depth + 1);
}

/* A correlation looks at what its rules found, not at records; whether it is the same
 * is told by its document. */
static void correlation_line(struct teller *t)
{
	char sum[2 * FB_SHA256 + 1];

	put(t, "a correlation: of what other rules find, when all evidence was read");
	if (t->whole) {
		fb_hex(t->rule->info.hash, FB_SHA256, sum);
		(void)fb_buf_printf(&t->line, " (%s)", sum);
	}
	flush(t, FB_SIGMA_SOURCE, FB_SIGMA_UNASKED, 0);
}

static int explain(const struct fb_ruleset *set, uint32_t rule, bool whole, fb_sigma_tell *tell,
		   void *user)
{
	const struct sg_set *s = set->compiled;
	struct teller t = { .s = s, .rule = &s->facts[rule], .tell = tell, .user = user,
			    .whole = whole };

	fb_buf_init(&t.line, LINE_MAX_BYTES);
	if (t.rule->correlation) {
		correlation_line(&t);
	} else {
		source_lines(&t);
		id_line(&t);
		need_lines(&t);
		code_lines(&t, s->entry[rule], 0);
	}
	fb_buf_dispose(&t.line);
	return t.code;
}

int fb_sigma_explain(const struct fb_ruleset *set, uint32_t rule, fb_sigma_tell *tell, void *user)
{
	return explain(set, rule, false, tell, user);
}

int fb_sigma_explain_all(const struct fb_ruleset *set, uint32_t rule, fb_sigma_tell *tell,
			 void *user)
{
	return explain(set, rule, true, tell, user);
}

/* --- an event --- */

static void put_place(struct teller *t, const struct fb_event *ev)
{
	if (ev->lane == FB_LANE_OTHER) {
		put(t, ev->as_channel ? "what another program told, taken as if from "
				      : "what another program told, in terms of its own");
		if (ev->as_channel)
			(void)fb_value_text(ev->as_channel, &t->line);
		return;
	}
	if (ev->lane != FB_LANE_EVTX) {
		put(t, ev->lane == FB_LANE_NETWORK ? "what a sensor logged" : "requests logged by a web server");
		return;
	}
	put(t, "Windows event logs, ");
	put(t, ev->channel ? "channel " : "no channel");
	if (ev->channel)
		(void)fb_value_text(ev->channel, &t->line);
	if (ev->provider) {
		put(t, ", provider ");
		(void)fb_value_text(ev->provider, &t->line);
	}
	(void)fb_buf_printf(&t->line, ", event id %u", ev->event_id);
}

static bool candidate(const struct sg_state *st, uint32_t i)
{
	return st->candidates[i / 64] >> i % 64 & 1;
}

/* The rule in one plan of the event. */
static enum sg_answer plan_lines(struct teller *t, const struct sg_plan *plan, uint32_t i)
{
	const struct sg_plan_rule *r = &plan->rules[i];
	enum sg_answer answer = SG_YES;

	sg_prepare(t->st, plan);
	if (t->rule->needs.n) {
		put(t, candidate(t->st, i) ? "found in the record" : "in none of the record's fields");
		flush(t, FB_SIGMA_FILTER, candidate(t->st, i) ? FB_SIGMA_YES : FB_SIGMA_NO, 0);
	}
	if (r->cond != SG_NONE) {
		put(t, "the log source asks:");
		answer = sg_ask(t->st, r->cond);
		flush(t, FB_SIGMA_SOURCE, answer_of(answer), 0);
		pred_lines(t, r->cond, 1);
	}
	code_lines(t, t->s->entry[r->rule], 0);
	return answer == SG_YES ? sg_eval(t->st, t->s->entry[r->rule]) : answer;
}

static void result_line(struct teller *t, enum sg_answer answer)
{
	put(t, answer == SG_YES	 ? "the rule matches"
	       : answer == SG_NO ? "the rule does not match"
				 : "no answer: a limit was reached");
	flush(t, FB_SIGMA_RESULT, answer_of(answer), 0);
}

int fb_sigma_explain_event(const struct fb_ruleset *set, void *state, uint32_t rule,
			   const struct fb_event *ev, fb_sigma_tell *tell, void *user)
{
	const struct sg_set *s = set->compiled;
	const struct sg_plan *plans[SG_PLANS_MAX];
	struct sg_state *st = state;
	struct teller t = { .s = s, .rule = &s->facts[rule], .st = st, .tell = tell, .user = user };
	struct fb_event clipped = *ev;
	bool correlation = t.rule->correlation != NULL;
	enum sg_answer best = SG_NO;
	bool here = false;
	uint32_t n;

	if (clipped.nfields > FB_FIELDS_MAX)
		clipped.nfields = FB_FIELDS_MAX;
	fb_buf_init(&t.line, LINE_MAX_BYTES);
	st->ev = &clipped;
	st->code = 0;
	st->cut = false;
	n = correlation ? 0 : sg_plans_of(st, &clipped, plans);
	for (uint32_t p = 0; p < n; p++)
		for (uint32_t i = 0; i < plans[p]->nrules; i++)
			here |= plans[p]->rules[i].rule == rule;
	put_place(&t, ev);
	flush(&t, FB_SIGMA_SOURCE, here ? FB_SIGMA_YES : FB_SIGMA_NO, 0);
	for (uint32_t p = 0; p < n && !t.code; p++) {
		for (uint32_t i = 0; i < plans[p]->nrules && !t.code; i++) {
			enum sg_answer one;

			if (plans[p]->rules[i].rule != rule)
				continue;
			one = plan_lines(&t, plans[p], i);
			best = one == SG_YES || best == SG_NO ? one : best;
		}
	}
	result_line(&t, best);
	fb_buf_dispose(&t.line);
	return t.code ? t.code : st->code;
}

/* --- what it costs --- */

/* Text on which expressions that repeat what repeats try every way of cutting it: many
 * of one character, then one that fits nothing. Counts decide, not the clock. */
static bool is_slow(const struct sg_val *v)
{
	uint8_t text[SLOW_TEXT + 1], seen[256] = { 0 };
	pcre2_match_data *data = pcre2_match_data_create(1, NULL);
	pcre2_match_context *context = pcre2_match_context_create(NULL);
	bool slow = false;

	if (context)
		(void)pcre2_set_match_limit(context, FB_REGEX_MATCH_LIMIT);
	for (size_t i = 0; i < v->text.n + 3 && data && context && !slow; i++) {
		uint8_t c = i < v->text.n ? v->text.p[i] : (uint8_t)"a0 "[i - v->text.n];

		if (c >= 0x80 || seen[c]++)
			continue;
		memset(text, c, SLOW_TEXT);
		text[SLOW_TEXT] = 1;
		slow = pcre2_match(v->re, text, sizeof text, 0, 0, data, context) ==
		       PCRE2_ERROR_MATCHLIMIT;
	}
	pcre2_match_data_free(data);
	pcre2_match_context_free(context);
	return slow;
}

void fb_sigma_cost_of(const struct fb_ruleset *set, uint32_t rule, struct fb_sigma_cost *out)
{
	const struct sg_set *s = set->compiled;
	const struct sg_rule *fact = &s->facts[rule];
	const struct sg_target *target = &fact->target;
	uint32_t at = s->entry[rule], end = fact->correlation ? at : at + s->code[at].size;

	*out = (struct fb_sigma_cost){ .literals = fact->needs.n };
	if (fact->correlation)
		return;
	for (; at < end; at++) {
		const struct sg_pred *p = &s->preds[s->code[at].arg];

		if (s->code[at].op != SG_OP_PRED)
			continue;
		out->predicates++;
		out->values += p->n;
		for (uint32_t i = 0; i < p->n; i++)
			if (p->val[i].kind == SG_V_RE) {
				out->regexes++;
				out->slow = out->slow || is_slow(&p->val[i]);
			}
	}
	if (!target->bound)
		return;
	out->lane[target->lane] = true;
	out->places = target->category ? target->category->nbindings : 1;
	out->every_channel = target->any_channel;
	out->every_id = target->any_channel && fact->ids.all;
}
