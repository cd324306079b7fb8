/* The command line: options as tables, one parser for all commands. Names are taken
 * whole (no abbreviations); `--name value`, `--name=value`, `-n value`, `-nvalue`,
 * flags bundled (`-qv`), `--` ends options, which may stand anywhere. Values are
 * checked by their kind, so that a mistake is named before anything is done. */
#ifndef FB_CLI_ARGS_H
#define FB_CLI_ARGS_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fb_optkind {
	FB_OPT_FLAG = 0,
	FB_OPT_TEXT,
	FB_OPT_FILE,  /* completed as such */
	FB_OPT_DIR,
	FB_OPT_LEVEL, /* informational (info) … critical */
	FB_OPT_TIME,  /* RFC 3339 or its beginning */
	FB_OPT_ZONE,
	FB_OPT_COUNT, /* 1 … 1024 */
};

struct fb_opt {
	const char *name;   /* without "--"; NULL ends a table */
	char letter;        /* 0: none */
	enum fb_optkind kind;
	const char *arg;    /* what help calls the value */
	const char *help;
	bool many;          /* may be repeated; else the last counts */
};

/* Tables that several commands share. */
extern const struct fb_opt fb_opts_common[]; /* help, version: every command has them */
extern const struct fb_opt fb_opts_filter[]; /* from to host rule level source */
extern const struct fb_opt fb_opts_format[]; /* json jsonl csv output */
extern const struct fb_opt fb_opts_json[];   /* json jsonl output */
extern const struct fb_opt fb_opts_zone[];

#define FB_ARGS_MAX 512 /* options; of other words there may be any number */
#define FB_OPT_GROUPS 9

struct fb_args {
	struct {
		const struct fb_opt *opt;
		const char *value; /* "" of a flag */
	} given[FB_ARGS_MAX];
	size_t n;
	const char **pos; /* what is no option */
	size_t npos;
	bool minus_words; /* set before: "-xyz" is a word, and "-x" when no option has that letter */
};

/* argv[0] is looked at already (the command's name is not in it). groups: tables,
 * NULL-terminated. FB_EUSAGE with a message "PLACE: WHAT". */
int fb_args_parse(struct fb_args *a, const struct fb_opt *const *groups, int argc,
		  char *const *argv, struct fb_err *err);
void fb_args_dispose(struct fb_args *a);

bool fb_args_has(const struct fb_args *a, const char *name);
/* The last value given, or NULL. */
const char *fb_args_get(const struct fb_args *a, const char *name);
/* The nth value of an option that may be repeated, or NULL. */
const char *fb_args_nth(const struct fb_args *a, const char *name, size_t nth);

/* The word of the list nearest to what was typed, or NULL when none is near.
 * next(user, i) gives the ith word, NULL at the end. */
const char *fb_nearest(const char *typed, const char *(*next)(const void *user, size_t i),
		       const void *user);

#endif
