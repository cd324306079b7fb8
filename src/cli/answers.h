/* What the commands that show answers have in common: the case opened, coverage and answers
 * worked out. */
#ifndef FB_CLI_ANSWERS_H
#define FB_CLI_ANSWERS_H

#include "assess/coverage/coverage.h"
#include "assess/question/question.h"
#include "base/json.h"
#include "cli/cmd.h"

struct fb_cli_answers {
	struct fb_case *c;
	struct fb_coverage *coverage;
	struct fb_answers *answers;
};
/* Of the case of folder dir; answers too when asked for. To be closed, also after a failure. */
int fb_cli_answers_open(struct fb_cli *cli, const char *dir, bool answers, struct fb_cli_answers *out);
void fb_cli_answers_close(struct fb_cli_answers *a);

/* Rows for machines: a document {"KEY":[…]} or an object a line. */
struct fb_listing {
	struct fb_cli *cli;
	enum fb_output as;
	struct fb_json j; /* where the next row goes, and behind them what else the document has */
};
void fb_listing_begin(struct fb_listing *l, struct fb_cli *cli, enum fb_output as, const char *key);
void fb_listing_row(struct fb_listing *l); /* before each row */
int fb_listing_rowed(struct fb_listing *l); /* behind each; as fb_cli_row */
/* The list ends; of a document true, and its other keys may follow. */
bool fb_listing_listed(struct fb_listing *l);
void fb_listing_end(struct fb_listing *l);

/* Keeps what a person says (case/stated.h) and says so: "kept: KIND KEY". value "" takes it back. */
int fb_cli_state(struct fb_cli *cli, const char *dir, const char *kind, const char *key, const char *value);

#endif
