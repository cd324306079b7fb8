/* Compiled rules kept for the user: where, and what is said about it. The folder is
 * $FIREBREAK_RULE_CACHE ("off": none), else $XDG_CACHE_HOME/firebreak, else
 * ~/.cache/firebreak; base/store.h has when it is trusted. */
#ifndef FB_CLI_RULE_CACHE_H
#define FB_CLI_RULE_CACHE_H

#include "base/store.h"
#include "detect/sigma/sigma.h"

struct fb_rule_cache {
	struct fb_sigma_cache sigma; /* for the load; its user is this */
	struct fb_store store;
	bool open;
	/* What a person should know, "" nothing. Not more than one line. */
	char said[1200];
	bool plain; /* no more than that the rules were not there yet */
};

/* The folder, or NULL with *why set: it was turned off ("" then) or cannot be known.
 * The caller frees. */
char *fb_rule_cache_path(const char **why);
/* Ready for a load; should it not work, why is in said, and there is no cache. */
void fb_rule_cache_open(struct fb_rule_cache *c);
void fb_rule_cache_close(struct fb_rule_cache *c);

#endif
