/* Where rules come from: the pack that ships with the program, and folders given. */
#ifndef FB_CLI_PACKS_H
#define FB_CLI_PACKS_H

#include "base/err.h"
#include "cli/args.h"
#include "cli/noise.h"
#include "event/rules.h"

extern const struct fb_opt fb_opts_rules[]; /* --rules, --expand, --noise … */
extern const struct fb_opt fb_opts_kinds[]; /* --yara, --yara-all, --iocs, --no-webshell */

struct fb_sigma_lists;

struct fb_packs {
	struct fb_syms *syms;
	struct fb_ruleset *set; /* Sigma's */
	struct fb_ruleset *yara, *iocs; /* NULL: none were named */
	struct fb_ruleset *webshell; /* NULL: left out */
	const struct fb_ruleset *sets[FB_RULESETS_MAX + 1]; /* all, as engine and case take them */
	char *own;      /* folder of our own pack; NULL: not used */
	struct fb_sigma_lists *lists; /* for placeholders; NULL: none were given */
	struct fb_noise_reader noise; /* fb_packs_noise */
	char *note;     /* about the cache of compiled rules, to be said; NULL: nothing */
};

struct fb_packs_want {
	bool own;       /* with our own pack */
	bool facts;     /* keep what detect/sigma/explain.h tells */
	const struct fb_args *args; /* whose --expand counts; NULL: none */
};

/* The folder of our own pack: $FIREBREAK_RULES, beside the installed program, or of
 * the build tree. FB_ENOTFOUND says where it was looked for. The caller frees. */
int fb_packs_own(char **out, struct fb_err *err);

/* Loads these folders and files, and what else is wanted. */
int fb_packs_load(struct fb_packs *p, const char *const *dirs, size_t ndirs,
		  const struct fb_packs_want *want, struct fb_err *err);
/* Loads what the options name and, but for --no-own-rules, our own pack. */
int fb_packs_from_args(struct fb_packs *p, const struct fb_args *args, bool facts,
		       struct fb_err *err);
/* Adds rules of other kinds that the options name, behind Sigma's. */
int fb_packs_kinds(struct fb_packs *p, const struct fb_args *args, struct fb_err *err);
/* When all rules are there: which noise lists are about them. noise.lists may be used from
 * then on, noise.problems is to be said. */
int fb_packs_noise(struct fb_packs *p, struct fb_err *err);
void fb_packs_dispose(struct fb_packs *p);

/* Problems that keep a rule from being used. */
uint32_t fb_packs_errors(const struct fb_packs *p);

#endif
