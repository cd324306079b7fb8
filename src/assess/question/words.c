/* How answers are called. */
#include "assess/question/question.h"

static const char *const assessments[FB_A_COUNT] = { "cannot determine", "not observed", "possible", "indicated",
						     "confirmed" };

const char *fb_assessment_word(enum fb_assessment a)
{
	return (unsigned)a < FB_A_COUNT ? assessments[a] : "";
}

const char *fb_confidence_word(enum fb_confidence c)
{
	static const char *const text[] = { "low", "moderate", "high" };

	return (unsigned)c < 3 ? text[c] : "";
}
