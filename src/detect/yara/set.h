/* A compiled set of YARA rules, as workers see it: read-only after the load. */
#ifndef FB_DETECT_YARA_SET_H
#define FB_DETECT_YARA_SET_H

#include "base/arena.h"
#include "event/rules.h"

#include <yara.h>

#define YA_NONE UINT32_MAX

struct ya_set {
	struct fb_ruleset set; /* what the program sees; set.compiled is this */
	struct fb_arena arena;
	YR_RULES *rules;
	uint32_t *number; /* by position in libyara's table; YA_NONE: never reported */
	uint32_t ntable;
};

/* Names that the conditions of packs may use; each a text, known when a file is. */
enum ya_variable { YA_FILENAME, YA_FILEPATH, YA_EXTENSION, YA_FILETYPE, YA_OWNER, YA_VARIABLES };
extern const char *const ya_variable[YA_VARIABLES];

/* Modules that open files, ask the clock or write to the screen: rules that import one
 * of them are refused. */
bool ya_module_refused(const char *name);

/* meta.c: id, title, level and the rest from the rule's meta data and tags; strings go
 * to the arena. FB_ENOMEM. */
int ya_info(struct fb_arena *arena, const YR_RULE *rule, const char *path, const char *pack,
	    const uint8_t file[static FB_SHA256], struct fb_rule_info *out);

/* scan.c */
int ya_open(const struct fb_ruleset *set, void **state);
int ya_scan(void *state, const struct fb_file *file, const struct fb_file_sink *sink);
void ya_close(void *state);
/* load.c */
void ya_free(struct fb_ruleset *set);

#endif
