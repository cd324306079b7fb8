/* One "field|modifier|modifier: values" of a rule while its modifiers are applied,
 * in the order in which they stand; then its values become a predicate. */
#ifndef FB_DETECT_SIGMA_ITEM_H
#define FB_DETECT_SIGMA_ITEM_H

#include "detect/sigma/compile.h"
#include "detect/sigma/number.h"

enum sg_ckind { SG_C_TEXT, SG_C_NUMBER, SG_C_BOOL, SG_C_NULL };

/* A value. Numbers and booleans keep their spelling in raw and cells, so that
 * `contains: 10` is about text. */
struct sg_cvalue {
	uint8_t kind;        /* enum sg_ckind */
	struct fb_slice raw; /* as written: what re, cidr, fieldref take */
	uint16_t *cell;
	uint32_t n;
	uint32_t group; /* values of one group were one: or-linked even under all */
};

enum sg_type { SG_T_TEXT, SG_T_RE, SG_T_CIDR, SG_T_CMP, SG_T_EXISTS, SG_T_REF };

struct sg_item {
	struct sg_compiler *c;
	unsigned line;
	struct fb_slice field; /* n == 0: keywords */
	struct fb_slice key;   /* whole, for messages */
	struct sg_cvalue *v;
	uint32_t n;
	uint32_t ngroups;
	uint8_t type; /* enum sg_type */
	uint8_t cmp, part;
	bool anchored_start, anchored_end; /* startswith, endswith */
	bool floating;                     /* contains */
	bool all, neq, cased;
	uint32_t flags; /* PCRE2 */
};

struct sg_mod {
	const char *name;
	int (*apply)(struct sg_item *it);
};
/* NULL-terminated. */
extern const struct sg_mod *const sg_mods[];

extern const struct sg_mod sg_mod_all, sg_mod_base64, sg_mod_base64offset, sg_mod_cased,
	sg_mod_cidr, sg_mod_contains, sg_mod_startswith, sg_mod_endswith, sg_mod_exists,
	sg_mod_expand, sg_mod_fieldref, sg_mod_neq, sg_mod_re, sg_mod_i, sg_mod_m, sg_mod_s,
	sg_mod_lt, sg_mod_lte, sg_mod_gt, sg_mod_gte, sg_mod_minute, sg_mod_hour, sg_mod_day,
	sg_mod_week, sg_mod_month, sg_mod_year, sg_mod_utf16, sg_mod_utf16le, sg_mod_utf16be,
	sg_mod_wide, sg_mod_windash;

/* A mistake of the item: "Field|mods: why". Returns FB_EINPUT. */
int sg_item_bad(struct sg_item *it, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The item's kind becomes type; a mistake when it already is another than text. */
int sg_item_type(struct sg_item *it, enum sg_type type, const char *mod);

/* Text with Sigma's escapes and wildcards as cells, in the scratch arena. */
int sg_cells(struct sg_compiler *c, struct fb_slice text, uint16_t **cell, uint32_t *n);
/* New cells of the value: room for n. */
uint16_t *sg_cells_new(struct sg_item *it, uint32_t n);
/* Does the value consist of bytes only? */
bool sg_plain(const struct sg_cvalue *v);

/* key: "Field|mod|mod" or "|all"; values: scalar or sequence. */
int sg_item(struct sg_compiler *c, unsigned line, struct fb_slice key,
	    const struct sg_ynode *values, struct sg_tree **out);

#endif
