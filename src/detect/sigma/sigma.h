/* Sigma rules: loaded from folders, compiled once, matched on events.
 * Follows the Sigma specification 2.1; docs/formats/sigma.md says what is decided
 * where it leaves a choice, and what is not done. */
#ifndef FB_DETECT_SIGMA_SIGMA_H
#define FB_DETECT_SIGMA_SIGMA_H

#include "event/rules.h"

struct fb_sigma_pack {
	const char *path; /* a folder (walked for *.yml, *.yaml) or one file */
	const char *name; /* pack name for the infos */
	struct fb_slice text; /* p != NULL: these bytes are the file, path names it */
};

/* Reads and compiles. Broken rules become problems of the set and do not fail the
 * call; FB_ENOTFOUND: a pack does not exist; FB_ENOMEM. Field names are interned
 * into syms. The set is freed with set->kind->free. */
int fb_sigma_load(const struct fb_sigma_pack *packs, size_t npacks, struct fb_syms *syms,
		  struct fb_ruleset **out, struct fb_err *err);

/* Values for a placeholder (|expand: '%Servers%'); names compare without case. */
struct fb_sigma_list {
	const char *name; /* without the percent signs */
	const char *const *values; /* Sigma text: wildcards count */
	size_t n;
};
/* Compiled rules, kept by the caller from one run to the next; docs/engine.md has who
 * may have written them. */
struct fb_sigma_cache {
	/* What was put under this key, in memory of malloc's that the callee hands over;
	 * anything but 0: there is nothing that may be used. */
	int (*get)(void *user, const uint8_t key[static FB_SHA256], void **bytes, size_t *n);
	/* These rules were compiled: what get may give next time. damaged: what it gave this
	 * time was not it. */
	void (*put)(void *user, const uint8_t key[static FB_SHA256], struct fb_slice bytes,
		    bool damaged);
	void *user;
};

/* What a load may be told. */
struct fb_sigma_options {
	const struct fb_sigma_list *lists; /* sorted by name; their values count for the hash */
	size_t nlists;
	bool facts; /* keep what detect/sigma/explain.h tells of rules: always compiled */
	const struct fb_sigma_cache *cache; /* NULL: none */
};
int fb_sigma_load_with(const struct fb_sigma_pack *packs, size_t npacks,
		       const struct fb_sigma_options *options, struct fb_syms *syms,
		       struct fb_ruleset **out, struct fb_err *err);
/* The same, with lists for placeholders; rules that need another are refused. */
int fb_sigma_load_lists(const struct fb_sigma_pack *packs, size_t npacks,
			const struct fb_sigma_list *lists, size_t nlists, struct fb_syms *syms,
			struct fb_ruleset **out, struct fb_err *err);

extern const struct fb_rulekind fb_sigma;

#endif
