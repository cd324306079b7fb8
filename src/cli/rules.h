/* What `firebreak rules VERB` does: one file for each verb that is more than a list. */
#ifndef FB_CLI_RULES_H
#define FB_CLI_RULES_H

#include "base/json.h"
#include "cli/cmd.h"
#include "cli/packs.h"

struct fb_rules_verb {
	const char *name;
	/* args: the words behind the verb. */
	int (*run)(struct fb_cli *cli, const char *const *args, size_t n, enum fb_output as);
};

extern const struct fb_rules_verb fb_rules_test, fb_rules_explain, fb_rules_diff;

/* A rule by its id, or by the end of its path without suffix ("web/name"); or NULL. */
const struct fb_rule_info *fb_rules_find(const struct fb_ruleset *set, const char *name);

/* Loads the folders of args and of --rules; our own pack when none is named (and always
 * with own, but for --no-own-rules). */
int fb_rules_load(struct fb_cli *cli, struct fb_packs *packs, const char *const *args, size_t n,
		  bool own, bool facts);

/* Do --rule and --level leave it? */
bool fb_rules_wanted(const struct fb_cli *cli, const struct fb_rule_info *rule);

/* "[noisy] ", "[excluded in part] ", or nothing. */
void fb_rules_noise(struct fb_buf *out, const struct fb_noise_entry *v, uint32_t n, const char *rule);

/* list CASE: with where each rule could have matched. found: detections by rule. j: where
 * the array of rules is open; it is closed here, and the counts by host follow. */
int fb_rules_case(struct fb_cli *cli, struct fb_case *c, const uint64_t *found, enum fb_output as,
		  struct fb_json *j);

/* check --cost: a line or an object for each rule of a set loaded with facts. */
int fb_rules_cost(struct fb_cli *cli, const struct fb_ruleset *set, enum fb_output as);

#endif
