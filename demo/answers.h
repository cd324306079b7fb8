/* answers.json: what is true of the evidence. */
#ifndef FB_DEMO_ANSWERS_H
#define FB_DEMO_ANSWERS_H

#include "plan.h"

void answers_write(struct plan *p);

#endif
