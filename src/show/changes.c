#include "show/changes.h"

#include "show/json.h"
#include "show/text.h"

#include <string.h>

/* Is the reference a line of the text? */
static bool rested_on(const struct fb_change_side *was, const char *ref)
{
	size_t n = strlen(ref);

	for (const char *p = was ? was->refs : ""; *p; p += strcspn(p, "\n"), p += *p == '\n')
		if (strcspn(p, "\n") == n && memcmp(p, ref, n) == 0)
			return true;
	return false;
}

static bool rests_on(const struct fb_answer *a, struct fb_slice ref)
{
	for (size_t i = 0; i < a->nbecause; i++)
		if (fb_slice_eqs(ref, a->because[i].ref))
			return true;
	return false;
}

void fb_json_change(struct fb_json *j, const struct fb_answer *a, const struct fb_change_side *was)
{
	fb_json_object(j);
	fb_json_put_cstr(j, "question", fb_question_word(a->question));
	fb_json_put_cstr(j, "place", a->place);
	fb_json_put_cstr(j, "route", a->route ? a->route->word : NULL);
	fb_json_put_cstr(j, "was", was ? was->assessment : NULL);
	fb_json_put_cstr(j, "is", fb_assessment_word(a->assessment));
	fb_json_put_cstr(j, "says", a->says);
	fb_json_key(j, "came");
	fb_json_array(j);
	for (size_t i = 0; i < a->nbecause; i++)
		if (!rested_on(was, a->because[i].ref))
			fb_json_cstr(j, a->because[i].ref);
	fb_json_array_end(j);
	fb_json_key(j, "went");
	fb_json_array(j);
	for (const char *p = was ? was->refs : ""; *p; p += strcspn(p, "\n"), p += *p == '\n')
		if (!rests_on(a, fb_slice(p, strcspn(p, "\n"))))
			fb_json_str(j, fb_slice(p, strcspn(p, "\n")));
	fb_json_array_end(j);
	fb_json_object_end(j);
}

void fb_change_write(struct fb_out *o, const struct fb_answer *a, const struct fb_change_side *was)
{
	(void)fb_buf_puts(&o->buf, "  ");
	(void)fb_text_term(&o->buf, fb_slice_str(a->place));
	(void)fb_buf_printf(&o->buf, ", %s%s%s: %s, was ", fb_question_word(a->question), a->route ? ", " : "",
			    a->route ? a->route->word : "", fb_assessment_word(a->assessment));
	(void)fb_text_term(&o->buf, fb_slice_str(was ? was->assessment : "not asked"));
	(void)fb_buf_putc(&o->buf, '\n');
	for (size_t i = 0; i < a->nbecause; i++) {
		if (rested_on(was, a->because[i].ref))
			continue;
		(void)fb_buf_puts(&o->buf, "    came  ");
		(void)fb_text_term(&o->buf, fb_slice_str(a->because[i].ref));
		(void)fb_buf_puts(&o->buf, "  ");
		(void)fb_text_term(&o->buf, fb_slice_str(a->because[i].what));
		(void)fb_buf_putc(&o->buf, '\n');
	}
	for (const char *p = was ? was->refs : ""; *p; p += strcspn(p, "\n"), p += *p == '\n')
		if (!rests_on(a, fb_slice(p, strcspn(p, "\n")))) {
			(void)fb_buf_puts(&o->buf, "    went  ");
			(void)fb_text_term(&o->buf, fb_slice(p, strcspn(p, "\n")));
			(void)fb_buf_putc(&o->buf, '\n');
		}
}
