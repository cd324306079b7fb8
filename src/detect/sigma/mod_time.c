/* minute, hour, day, week, month, year: a part of the field's date, as a number. It
 * may be compared further with lt, lte, gt, gte. */
#include "detect/sigma/item.h"

static int part(struct sg_item *it, enum sg_part p, const char *name)
{
	struct sg_number number;

	if (!it->field.n)
		return sg_item_bad(it, "%s needs a field", name);
	for (uint32_t i = 0; i < it->n; i++)
		if (!sg_number(it->v[i].raw, &number) || number.real)
			return sg_item_bad(it, "%s needs a whole number", name);
	if (it->part != SG_P_NONE)
		return sg_item_bad(it, "one part of a date at a time");
	it->part = (uint8_t)p;
	if (it->type == SG_T_CMP)
		return 0;
	return sg_item_type(it, SG_T_CMP, name);
}

static int minute(struct sg_item *it)
{
	return part(it, SG_P_MINUTE, "minute");
}

static int hour(struct sg_item *it)
{
	return part(it, SG_P_HOUR, "hour");
}

static int day(struct sg_item *it)
{
	return part(it, SG_P_DAY, "day");
}

static int week(struct sg_item *it)
{
	return part(it, SG_P_WEEK, "week");
}

static int month(struct sg_item *it)
{
	return part(it, SG_P_MONTH, "month");
}

static int year(struct sg_item *it)
{
	return part(it, SG_P_YEAR, "year");
}

const struct sg_mod sg_mod_minute = { "minute", minute };
const struct sg_mod sg_mod_hour = { "hour", hour };
const struct sg_mod sg_mod_day = { "day", day };
const struct sg_mod sg_mod_week = { "week", week };
const struct sg_mod sg_mod_month = { "month", month };
const struct sg_mod sg_mod_year = { "year", year };
