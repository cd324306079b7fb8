/* The zygote: forked after rules are compiled and before anything of a case is
 * opened, it makes workers on request. A worker is the broker's child (not the
 * zygote's), so that the broker sees how it ended; it has its socket, for a reader
 * the evidence handed to it, and nothing else.
 */
#ifndef FB_ENGINE_ZYGOTE_H
#define FB_ENGINE_ZYGOTE_H

#include "engine/engine.h"
#include "engine/pool.h"

#include <sys/types.h>

enum fb_worker_kind { FB_READER = 1, FB_MATCHER };

/* Descriptors in a worker. */
enum { FB_WORKER_SOCKET = 3, FB_WORKER_FILES = 4 };

/* What a worker is made with; borrowed, must outlive the zygote's fork. */
struct fb_tables {
	const struct fb_format *const *formats;
	unsigned nformats;
	const struct fb_ruleset *const *rules;
	unsigned nrulesets;
	const struct fb_syms *syms;
	const char *const *passwords; /* NULL-terminated, or NULL */
	uint64_t reader_memory;
	unsigned hashes;
	bool hash_decoded; /* also of what a decoder takes */
};

struct fb_zygote {
	int fd;
	pid_t pid;
};

int fb_zygote_start(struct fb_zygote *z, const struct fb_tables *t, const struct fb_pool *pool,
		    struct fb_err *err);
/* A new worker, with copies of fds (the caller keeps its own). *sock: our end. */
int fb_zygote_spawn(struct fb_zygote *z, enum fb_worker_kind kind, const int *fds, size_t nfds,
		    int *sock, pid_t *pid, struct fb_err *err);
void fb_zygote_stop(struct fb_zygote *z);

/* The bodies of the workers (reader.c, matcher.c); they return when the broker has
 * closed the socket. Called confined, except for matcher_open. */
struct fb_matcher;
int fb_matcher_open(const struct fb_tables *t, const struct fb_pool *pool, struct fb_matcher **out);
void fb_matcher_run(struct fb_matcher *m, int sock);
struct fb_reader;
int fb_reader_open(const struct fb_tables *t, const struct fb_pool *pool, struct fb_reader **out);
void fb_reader_run(struct fb_reader *r, int sock);

#endif
