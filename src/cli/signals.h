/* Signals of commands that run workers and write no case: they end between two pieces
 * of work, so that no file half written stays. */
#ifndef FB_CLI_SIGNALS_H
#define FB_CLI_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

/* Set by SIGINT, SIGTERM or SIGHUP once they are caught. */
extern volatile sig_atomic_t fb_signalled;

/* Ignored (catch false) while the workers are forked, so that this process alone
 * decides; then caught. What nohup ignores stays ignored. */
void fb_signals(bool catch);

/* While on, before any worker is forked and any case is opened: Hyperscan's compiler uses memory
 * that it did not get, and dies of it. One line says so, and the status is FB_EXIT_FAILED, instead
 * of a death without a word. Nothing with sanitizers, which catch this themselves. */
void fb_signals_compiling(bool on);

#endif
