#include "detect/sigma/item.h"

/* Every modifier: one file, one line here. */
const struct sg_mod *const sg_mods[] = {
	&sg_mod_all,      &sg_mod_base64,  &sg_mod_base64offset, &sg_mod_cased,
	&sg_mod_cidr,     &sg_mod_contains, &sg_mod_startswith,  &sg_mod_endswith,
	&sg_mod_exists,   &sg_mod_expand,  &sg_mod_fieldref,     &sg_mod_neq,
	&sg_mod_re,       &sg_mod_i,       &sg_mod_m,            &sg_mod_s,
	&sg_mod_lt,       &sg_mod_lte,     &sg_mod_gt,           &sg_mod_gte,
	&sg_mod_minute,   &sg_mod_hour,    &sg_mod_day,          &sg_mod_week,
	&sg_mod_month,    &sg_mod_year,    &sg_mod_utf16,        &sg_mod_utf16le,
	&sg_mod_utf16be,  &sg_mod_wide,    &sg_mod_windash,      NULL,
};
