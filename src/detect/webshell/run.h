/* Between run.c (statements) and eval.c (expressions). */
#ifndef FB_DETECT_WEBSHELL_RUN_H
#define FB_DETECT_WEBSHELL_RUN_H

#include "detect/webshell/ws.h"

/* Counts a step; false: no further ones. */
bool wr_busy(struct ws_file *w);
void wr_exec(struct ws_file *w, const struct ws_node *n);
/* 0, 1, or -1: not known. */
int wr_truth(const struct ws_value *v);
void wr_closure(struct ws_file *w, const struct ws_node *n);
/* Notes what a condition checks. */
void wr_checks(struct ws_file *w, const struct ws_node *n);

#endif
