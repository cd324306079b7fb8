#include "show/answer.h"

#include "assess/exposure/exposure.h"
#include "show/text.h"

const char *fb_answer_mark(enum fb_assessment a)
{
	static const char marks[FB_A_COUNT][2] = { "?", "-", "o", "+", "#" };

	return marks[a];
}

static void put_count(struct fb_buf *out, uint64_t n, const char *noun, const char *rest)
{
	if (!n)
		return;
	(void)fb_buf_putc(out, ' ');
	(void)fb_text_count(out, n, noun);
	(void)fb_buf_puts(out, rest);
}

void fb_answers_scope(struct fb_buf *out, const struct fb_answers *a)
{
	if (!a->rostered)
		(void)fb_buf_puts(out, " Nobody has said which places there are (firebreak assets): the best that can be said is of those examined.");
	put_count(out, a->rostered ? a->nunrostered : 0, "place", " of the evidence not in the roster.");
	put_count(out, a->nunexamined, "place", " of the roster not examined.");
	if (!a->followed)
		(void)fb_buf_puts(out, " What those who acted did besides was not looked for (firebreak activity): nothing is confirmed without a person.");
	else if (!a->followed_whole)
		(void)fb_buf_puts(out, " Not all that those who acted did could be followed (firebreak activity says what not).");
	put_count(out, a->elsewhere, "detection", " for none of these questions (firebreak detections).");
	put_count(out, a->patterns_failed, "rule", " could not be used, and looked for nothing.");
	put_count(out, a->odd_times, "run", " of records before 1990 or after 2100 left out here.");
}

void fb_exposure_says(struct fb_buf *out, const struct fb_exposure *x)
{
	(void)fb_buf_puts(out, "at least ");
	if (x->ladder == FB_L_LEFT)
		(void)fb_text_bytes(out, x->least_bytes);
	else
		(void)fb_text_count(out, x->least_objects, x->ladder == FB_L_COLLECTED ? "container" : "file");
	(void)fb_buf_puts(out, ", at most ");
	if (x->unbounded)
		(void)fb_buf_puts(out, "unbounded");
	else if (x->ladder == FB_L_LEFT)
		(void)fb_text_bytes(out, x->most_bytes);
	else
		(void)fb_text_number(out, x->most_objects);
}
