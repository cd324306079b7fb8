/* When what may still be had goes. */
#include "assess/coverage/coverage_in.h"

#include "base/limits.h"

#include <string.h>

#define DAYS_MOST 36500u
#define DAY (INT64_C(86400) * FB_SECOND)

static bool sane(fb_time t)
{
	return t >= FB_ODD_BEFORE && t < FB_ODD_AFTER;
}

bool fb_coverage_days(struct fb_slice s, fb_time *out)
{
	uint64_t n;

	if (!fb_slice_u64(s, &n) || n == 0 || n > DAYS_MOST)
		return false;
	*out = (fb_time)n * DAY;
	return true;
}

/* Of what the log itself goes on to hold it is known; what it does not hold any more is in no log. */
static bool held(const struct fb_cell *cell)
{
	return cell->state == FB_COVER_AFTER || cell->state == FB_COVER_UNREAD;
}

/* Nobody has it of whom it is known that he looked, or that it begins later. */
static bool may_be_held(const struct fb_cell *cell)
{
	return held(cell) || (cell->state == FB_COVER_ABSENT && cell->reason != FB_ABSENCE_NOT_THERE &&
			      cell->reason != FB_ABSENCE_EXPIRED && strcmp(cell->why, FB_COVER_LATER) != 0);
}

/* Is what is to be fetched the log that has such records? Connections are fetched from the border, whatever the machine's
 * own log would show of them. */
static bool is_own_log(const struct fb_telemetry_kind *k)
{
	return k->lane != FB_LANE_EVTX || strstr(k->fetch, ".evtx");
}

struct fb_expiry fb_coverage_expiry(const struct fb_cover_place *p, const struct fb_track *t, const struct fb_cell *cell)
{
	bool is_log = t->kind && (t->kind->lane == FB_LANE_EVTX || t->kind->lane == FB_LANE_WEB) &&
		      t->kind->proof != FB_PROOF_FILES && t->kind->proof != FB_PROOF_SENSOR && t->kind->proof != FB_PROOF_NEVER;
	struct fb_expiry e = { FB_TIME_NONE, FB_TIME_NONE, 0, false };

	if (t->kind && !is_own_log(t->kind))
		return e;
	if (t->keeps && held(cell)) {
		e.keeps = t->keeps;
	} else if (p->keeps && is_log && may_be_held(cell)) {
		e.keeps = p->keeps;
		e.stated = true;
	}
	if (!e.keeps || !sane(cell->from) || !sane(cell->to))
		return e;
	e.from = cell->from + e.keeps;
	e.to = cell->to + e.keeps;
	return e;
}
