#include "show/claim.h"

#include "show/json.h"
#include "show/text.h"

#include <string.h>

/* ---- machines ---- */

static void put_tested(struct fb_json *j, const struct fb_proposition *p, const struct fb_tested *t)
{
	fb_json_object(j);
	fb_json_put_cstr(j, "proposition", p->text);
	fb_json_put_cstr(j, "result", fb_claim_word(t->verdict));
	fb_json_put_cstr(j, "says", t->says);
	fb_json_key(j, "because");
	fb_json_array(j);
	for (size_t i = 0; i < t->nreasons; i++) {
		const struct fb_claim_reason *r = &t->reasons[i];

		fb_json_object(j);
		fb_json_put_u64(j, "step", r->step);
		fb_json_put_cstr(j, "ref", r->ref);
		fb_json_put_cstr(j, "what", r->what);
		fb_json_put_cstr(j, "place", r->place);
		fb_json_put_time(j, "at", r->at);
		fb_json_object_end(j);
	}
	fb_json_array_end(j);
	fb_json_put_u64(j, "because_more", t->more);
	if (t->least)
		fb_json_put_u64(j, "at_least_objects", t->least);
	fb_json_object_end(j);
}

void fb_json_claim(struct fb_json *j, const struct fb_claim_row *c)
{
	fb_json_object(j);
	fb_json_put_cstr(j, "id", c->id);
	fb_json_put_cstr(j, "who", c->who);
	fb_json_put_cstr(j, "words", c->words);
	fb_json_put_cstr(j, "said", *c->said ? c->said : NULL);
	fb_json_put_cstr(j, "reading_not_chosen", *c->reading ? c->reading : NULL);
	fb_json_put_cstr(j, "mapped_by", c->added_by);
	fb_json_put_time(j, "mapped_at", c->added_at);
	fb_json_put_cstr(j, "result", fb_claim_word(c->verdict));
	fb_json_put_cstr(j, "before", *c->before ? c->before : NULL);
	fb_json_key(j, "propositions");
	fb_json_array(j);
	for (size_t i = 0; i < c->n; i++)
		put_tested(j, &c->propositions[i], &c->tested[i]);
	fb_json_array_end(j);
	fb_json_object_end(j);
}

void fb_json_lint(struct fb_json *j, const struct fb_lint *l)
{
	fb_json_object(j);
	fb_json_put_u64(j, "line", l->line);
	fb_json_key(j, "sentence");
	fb_json_str(j, l->sentence);
	fb_json_put_cstr(j, "kind", l->kind);
	fb_json_put_cstr(j, "result", fb_claim_word(l->verdict));
	fb_json_put_cstr(j, "why", l->why);
	fb_json_put_cstr(j, "instead", *l->instead ? l->instead : NULL);
	fb_json_object_end(j);
}

/* ---- people ---- */

static void put_wrapped(struct fb_out *o, const char *before, const char *text, size_t indent)
{
	struct fb_buf b;

	fb_buf_init(&b, 64u << 10);
	(void)fb_buf_printf(&b, "%s%s", before, text);
	fb_text_wrapped(&o->buf, fb_buf_cstr(&b), indent);
	fb_buf_dispose(&b);
}

void fb_claim_write(struct fb_out *o, const struct fb_claim_row *c, const struct fb_zone *zone)
{
	struct fb_buf b;

	fb_buf_init(&b, 64u << 10);
	(void)fb_buf_printf(&b, "%s  %s", c->id, fb_claim_word(c->verdict));
	if (*c->before && strcmp(c->before, fb_claim_word(c->verdict)) != 0)
		(void)fb_buf_printf(&b, " (it was %s)", c->before);
	(void)fb_buf_putc(&o->buf, '\n');
	(void)fb_text_term(&o->buf, fb_buf_view(&b));
	(void)fb_buf_putc(&o->buf, '\n');
	fb_buf_clear(&b);
	(void)fb_buf_printf(&b, "%s", c->who);
	if (*c->said)
		(void)fb_buf_printf(&b, ", %s", c->said);
	(void)fb_buf_printf(&b, ": \"%s\"", c->words);
	put_wrapped(o, "", fb_buf_cstr(&b), 4);
	for (size_t i = 0; i < c->n; i++) {
		const struct fb_tested *t = &c->tested[i];

		fb_buf_clear(&b);
		(void)fb_buf_printf(&b, "%s: %s. %s", c->propositions[i].text, fb_claim_word(t->verdict), t->says);
		put_wrapped(o, "- ", fb_buf_cstr(&b), 4);
		for (size_t k = 0; k < t->nreasons; k++) {
			const struct fb_claim_reason *r = &t->reasons[k];

			fb_buf_clear(&b);
			(void)fb_zone_text(&b, zone, r->at, 0, FB_WHEN_FULL);
			(void)fb_buf_printf(&b, "  %s  %s  (", r->place, r->what);
			if (r->step)
				(void)fb_buf_printf(&b, "step %u, ", (unsigned)r->step);
			(void)fb_buf_printf(&b, "%s)", r->ref);
			put_wrapped(o, "", fb_buf_cstr(&b), 8);
		}
		if (t->more)
			(void)fb_buf_printf(&o->buf, "        and %llu more\n", (unsigned long long)t->more);
	}
	if (*c->reading)
		put_wrapped(o, "Not read as: ", c->reading, 4);
	fb_buf_dispose(&b);
}

void fb_lint_write(struct fb_out *o, const struct fb_lint *l)
{
	bool bad = l->verdict != FB_CL_SUPPORTED && l->verdict != FB_CL_NOT_CONTRADICTED;
	struct fb_buf b;

	fb_buf_init(&b, 64u << 10);
	(void)fb_buf_printf(&o->buf, "\n%s line %u: %s\n", bad ? "!" : " ", l->line, fb_claim_word(l->verdict));
	(void)fb_buf_putc(&b, '"');
	for (size_t i = 0; i < l->sentence.n; i++)
		(void)fb_buf_putc(&b, l->sentence.p[i] == '\n' || l->sentence.p[i] == '\r' ? ' ' : l->sentence.p[i]);
	(void)fb_buf_putc(&b, '"');
	fb_text_wrapped(&o->buf, fb_buf_cstr(&b), 4);
	put_wrapped(o, bad ? "It may not be said: " : "", l->why, 4);
	if (bad && *l->instead)
		put_wrapped(o, "What the case carries: ", l->instead, 4);
	fb_buf_dispose(&b);
}
