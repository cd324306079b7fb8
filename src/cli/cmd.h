/* What a command is: one file, one const struct, a line in cmds.c. */
#ifndef FB_CLI_CMD_H
#define FB_CLI_CMD_H

#include "case/case.h"
#include "cli/args.h"
#include "cli/cli.h"
#include "show/term.h"
#include "show/zone.h"

enum fb_output { FB_AS_TEXT, FB_AS_JSON, FB_AS_JSONL, FB_AS_CSV };

struct fb_cli {
	const struct fb_format *const *formats;
	struct fb_maps *maps; /* maps.h; NULL: formats are the program's */
	const struct fb_cmd *cmd;
	struct fb_args args;
	struct fb_out out;
	bool out_open;
	struct fb_zone zone;
	int argc;             /* the whole command line, for the record */
	char **argv;
	struct fb_err err;    /* of what failed; run returns the code */
	int status;           /* enum fb_exit, when run returns 0 */
};

struct fb_cmd {
	const char *name;
	const char *summary;  /* one line, for `firebreak help` */
	const char *usage;    /* what follows the name */
	const char *about;    /* a paragraph or two for --help */
	const struct fb_opt *const *opts; /* NULL-terminated; fb_opts_common is in it */
	size_t least, most;   /* words that are no options; most 0: none */
	bool hidden;
	bool minus_words;     /* "-WORD" is a word, not letters of options */
	/* 0 and cli->status, or a code with cli->err set. */
	int (*run)(struct fb_cli *cli);
};

/* NULL-terminated, in the order of help. */
extern const struct fb_cmd *const fb_cmds[];
const struct fb_cmd *fb_cmd_find(const char *name);
/* "(did you mean …?)" or "". */
const char *fb_cmd_near(const char *name);

/* Writes `firebreak: COMMAND: …` and a line end to stderr, safe for a terminal. */
void fb_cli_say(const struct fb_cli *cli, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The folder of the case: argument `at`, else ./case. */
const char *fb_cli_dir(const struct fb_cli *cli, size_t at);
/* Opened for reading; the message names the folder and what to do. */
int fb_cli_open(struct fb_cli *cli, const char *dir, struct fb_case **out);
/* The output that -o names, else standard output, into cli->out. */
int fb_cli_out(struct fb_cli *cli);
/* What the filter options say; strings belong to the command line. */
int fb_cli_filter(struct fb_cli *cli, struct fb_filter *f);
/* --json, --jsonl, --csv: at most one. */
int fb_cli_output(struct fb_cli *cli, enum fb_output *out);
/* A row's end: 0, FB_ESTOP when nobody reads on, or a failure (in cli->err). */
int fb_cli_row(struct fb_cli *cli);
/* FB_ESTOP of a reader who went away is no failure. */
int fb_cli_done(struct fb_cli *cli, int code);
/* FB_ESTATE: the case was not sealed; the message says what to do. Returns code. */
int fb_cli_unfinished(struct fb_cli *cli, int code);
/* --fail-on LEVEL: the status becomes FB_EXIT_LEVEL if the case has such a detection that
 * no noise list excludes. */
int fb_cli_fail_on(struct fb_cli *cli, struct fb_case *c);
/* --tlp MARK, checked; NULL when not given. */
int fb_cli_tlp(struct fb_cli *cli, const char **out);
enum fb_level fb_cli_level(const char *word);

extern const struct fb_opt fb_opts_fail_on[];
extern const struct fb_opt fb_opts_decided[]; /* mark tag set-aside noisy excluded … */

/* help.c */
int fb_help_all(struct fb_out *o);
int fb_help_cmd(struct fb_out *o, const struct fb_cmd *cmd);

/* cmds.c has their order. */
extern const struct fb_cmd fb_cmd_investigate;
extern const struct fb_cmd fb_cmd_detections;
extern const struct fb_cmd fb_cmd_collect;
extern const struct fb_cmd fb_cmd_coverage;
extern const struct fb_cmd fb_cmd_assets;
extern const struct fb_cmd fb_cmd_window;
extern const struct fb_cmd fb_cmd_review;
extern const struct fb_cmd fb_cmd_status;
extern const struct fb_cmd fb_cmd_activity;
extern const struct fb_cmd fb_cmd_exposure;
extern const struct fb_cmd fb_cmd_inventory;
extern const struct fb_cmd fb_cmd_changes;
extern const struct fb_cmd fb_cmd_why;
extern const struct fb_cmd fb_cmd_claim;
extern const struct fb_cmd fb_cmd_lint;
extern const struct fb_cmd fb_cmd_timeline;
extern const struct fb_cmd fb_cmd_sources;
extern const struct fb_cmd fb_cmd_show;
extern const struct fb_cmd fb_cmd_dump;
extern const struct fb_cmd fb_cmd_verify;
extern const struct fb_cmd fb_cmd_report;
extern const struct fb_cmd fb_cmd_rules;
extern const struct fb_cmd fb_cmd_doctor;
extern const struct fb_cmd fb_cmd_mark;
extern const struct fb_cmd fb_cmd_tag;
extern const struct fb_cmd fb_cmd_note;
extern const struct fb_cmd fb_cmd_set_aside;
extern const struct fb_cmd fb_cmd_decisions;
extern const struct fb_cmd fb_cmd_export;
extern const struct fb_cmd fb_cmd_help;
extern const struct fb_cmd fb_cmd_version;
extern const struct fb_cmd fb_cmd_completion;
extern const struct fb_cmd fb_cmd_webshells;
extern const struct fb_cmd fb_cmd_search;
extern const struct fb_cmd fb_cmd_logons;
extern const struct fb_cmd fb_cmd_clients;
extern const struct fb_cmd fb_cmd_stats;
extern const struct fb_cmd fb_cmd_lists;
extern const struct fb_cmd fb_cmd_persistence;
extern const struct fb_cmd fb_cmd_processes;
extern const struct fb_cmd fb_cmd_import;
extern const struct fb_cmd fb_cmd_sign;
extern const struct fb_cmd fb_cmd_key;
extern const struct fb_cmd fb_cmd_bundle;
extern const struct fb_cmd fb_cmd_validate;

#endif
