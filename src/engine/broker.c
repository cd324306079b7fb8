/* The broker: the one process that knows everything and reads no evidence. It waits
 * for its workers, hands out work, and watches over them. */
#include "engine/broker.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TICK_MS 250

int fb_from_ops(struct fb_engine *e, int code)
{
	if (code == 0)
		return 0;
	e->ops_code = code;
	return FB_ESTOP;
}

/* ---- workers ---- */

static uint64_t cpu_time(pid_t pid)
{
	struct timespec ts;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &ts))
		return 0;
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

void fb_worker_mark(struct worker *w)
{
	w->cpu_mark = 0; /* read at the next tick: marking must cost nothing */
}

struct worker *fb_worker_start(struct fb_engine *e, enum fb_worker_kind kind, const int *fds,
			       size_t nfds, struct fb_err *err)
{
	struct worker *w = NULL;
	int sock;

	for (unsigned i = 0; i < e->nworkers && !w; i++)
		if (!e->workers[i].alive)
			w = &e->workers[i];
	if (!w) {
		(void)fb_fail(err, FB_ESTATE, "no room for a worker");
		return NULL;
	}
	if (fb_zygote_spawn(&e->zygote, kind, fds, nfds, &sock, &w->pid, err))
		return NULL;
	w->kind = kind;
	w->alive = true;
	w->hello = w->overdue = w->wants_slab = w->piece = false;
	w->nfiles = w->at_file = w->nqueue = 0;
	w->cpu_mark = 0;
	fb_conn_init(&w->conn, sock);
	fb_gather_reset(&w->gather);
	return w;
}

/* The largest resident memory that the kernel saw of it. */
static void note_memory(struct fb_engine *e, pid_t pid)
{
	char path[64], line[128];
	uint64_t kb[2] = { 0, 0 };
	FILE *f;

	(void)snprintf(path, sizeof path, "/proc/%ld/status", (long)pid);
	f = fopen(path, "re");
	if (!f)
		return;
	while (fgets(line, sizeof line, f)) {
		static const char *const key[2] = { "RssAnon:", "RssShmem:" };

		for (int k = 0; k < 2; k++)
			if (strncmp(line, key[k], strlen(key[k])) == 0)
				for (const char *p = line; *p && *p != 'k'; p++)
					if (*p >= '0' && *p <= '9')
						kb[k] = kb[k] * 10 + (uint64_t)(*p - '0');
	}
	(void)fclose(f);
	if (kb[0] > e->progress.peak_anon_kb)
		e->progress.peak_anon_kb = kb[0];
	if (kb[1] > e->progress.peak_shared_kb)
		e->progress.peak_shared_kb = kb[1];
}

/* Its socket is closed or it lied: see how it ended and settle what it held. */
static int bury(struct fb_engine *e, struct worker *w, bool lied, struct fb_err *err)
{
	bool clean, idle;
	enum fb_why why;
	int status = 0, code;

	if (lied || w->overdue)
		(void)kill(w->pid, SIGKILL);
	fb_conn_dispose(&w->conn);
	while (waitpid(w->pid, &status, 0) < 0 && errno == EINTR)
		;
	w->alive = false;
	if (!w->hello)
		return fb_fail(err, FB_ESTATE, "a worker could not be confined (firebreak doctor tells more)");
	idle = w->kind == FB_MATCHER ? w->nqueue == 0 : w->at_file == w->nfiles;
	clean = idle && !lied && WIFEXITED(status) && WEXITSTATUS(status) == 0;
	if (!clean)
		e->progress.crashed++;
	why = lied ? FB_WHY_LIES : w->overdue ? FB_WHY_CPU : FB_WHY_CRASH;
	code = w->kind == FB_MATCHER ? fb_units_crashed(e, w, why) : fb_files_crashed(e, w, why);
	free(w->piece_ctx);
	w->piece_ctx = NULL;
	return code;
}

static int frame(struct fb_engine *e, struct worker *w, struct fb_frame *f)
{
	if (!w->hello) {
		if (f->type != FB_W_HELLO)
			return FB_EINPUT;
		w->hello = true;
		return 0;
	}
	return w->kind == FB_MATCHER ? fb_units_frame(e, w, f) : fb_files_frame(e, w, f);
}

/* Everything the worker has said so far. */
static int listen_to(struct fb_engine *e, struct worker *w, struct fb_err *err)
{
	bool closed = false;
	struct fb_frame f;
	int code = fb_conn_pump(&w->conn, &closed);

	while (code == 0) {
		int have = fb_conn_next(&w->conn, &f);

		if (have <= 0) {
			code = have;
			break;
		}
		code = frame(e, w, &f);
	}
	if (code == FB_EINPUT || code == FB_ELIMIT)
		return bury(e, w, true, err);
	if (code)
		return code == FB_ENOMEM ? fb_fail(err, code, "out of memory") : code;
	return closed ? bury(e, w, false, err) : 0;
}

/* ---- slabs ---- */

void fb_slab_release(struct fb_engine *e, uint32_t slab)
{
	struct slab *s = &e->slabs[slab];

	if (s->units)
		s->units--;
	if (s->units == 0 && s->state == SLAB_CLOSED)
		*s = (struct slab){ 0 };
}

static void grant_slabs(struct fb_engine *e)
{
	for (unsigned i = 0; i < e->nworkers; i++) {
		struct worker *w = &e->workers[i];
		uint32_t slab = 0;
		size_t at;

		if (!w->alive || !w->wants_slab)
			continue;
		while (slab < e->nslabs && e->slabs[slab].state != SLAB_FREE)
			slab++;
		if (slab == e->nslabs)
			return;
		e->slabs[slab] = (struct slab){ .state = SLAB_OPEN, .owner = w };
		w->wants_slab = false;
		fb_worker_mark(w);
		at = fb_frame_begin(&w->conn.out, FB_R_SLAB);
		(void)fb_buf_u32(&w->conn.out, slab);
		fb_frame_end(&w->conn.out, at);
	}
}

/* ---- the loop ---- */

void fb_unit_queue(struct fb_engine *e, struct unit *u, bool front)
{
	if (front) {
		u->next = e->pending;
		e->pending = u;
		if (!u->next)
			e->pending_tail = &u->next;
		return;
	}
	u->next = NULL;
	*e->pending_tail = u;
	e->pending_tail = &u->next;
}

static int need_matchers(struct fb_engine *e, struct fb_err *err)
{
	unsigned have = 0, waiting = 0;

	for (unsigned i = 0; i < e->nworkers; i++)
		have += e->workers[i].alive && e->workers[i].kind == FB_MATCHER;
	for (const struct unit *u = e->pending; u && waiting < e->max_matchers; u = u->next)
		waiting++;
	while (have < e->max_matchers && waiting) {
		if (!fb_worker_start(e, FB_MATCHER, NULL, 0, err))
			return err && err->code ? err->code : FB_ESTATE;
		have++;
		waiting--;
	}
	return 0;
}

static bool finished(const struct fb_engine *e)
{
	return e->no_more_files && !e->ready && !e->pending && !e->all;
}

/* Seconds that its task may take. */
static unsigned cpu_limit(const struct fb_engine *e, const struct worker *w)
{
	if (!w->hello)
		return e->cpu_seconds_minimal;
	if (w->kind == FB_MATCHER)
		return w->queue[0] && (w->queue[0]->flags & FB_M_MINIMAL) ? e->cpu_seconds_minimal
									  : e->cpu_seconds;
	return fb_files_scan_limit(w, e->cpu_seconds);
}

/* Seldom: deadlines, memory, the caller's turn. */
static int tick(struct fb_engine *e)
{
	for (unsigned i = 0; i < e->nworkers; i++) {
		struct worker *w = &e->workers[i];
		bool busy;
		uint64_t now, limit;

		if (!w->alive)
			continue;
		note_memory(e, w->pid);
		busy = !w->hello || (w->kind == FB_MATCHER ? w->nqueue > 0 : !w->wants_slab);
		if (!busy || w->overdue)
			continue;
		now = cpu_time(w->pid);
		if (w->cpu_mark == 0) {
			w->cpu_mark = now ? now : 1;
			continue;
		}
		limit = cpu_limit(e, w) * 1000000000ull;
		if (now > w->cpu_mark && now - w->cpu_mark > limit) {
			w->overdue = true;
			(void)kill(w->pid, SIGKILL);
		}
	}
	return e->ops->idle ? fb_from_ops(e, e->ops->idle(e->user)) : 0;
}

static int64_t now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* The only matcher to listen to, when results that are not whole take too much
 * memory: the one that holds most. NULL: all of them. */
static const struct worker *preferred(const struct fb_engine *e)
{
	const struct worker *most = NULL;
	size_t total = 0;

	for (unsigned i = 0; i < e->nworkers; i++) {
		const struct worker *w = &e->workers[i];

		if (!w->alive || w->kind != FB_MATCHER || w->nqueue == 0)
			continue;
		total += fb_gather_size(&w->gather);
		if (!most || fb_gather_size(&w->gather) > fb_gather_size(&most->gather))
			most = w;
	}
	return total > FB_GATHERED_MAX ? most : NULL;
}

static int wait_and_listen(struct fb_engine *e, struct pollfd *fds, struct worker **who,
			   struct fb_err *err)
{
	const struct worker *only = preferred(e);
	unsigned n = 0;
	int code;

	for (unsigned i = 0; i < e->nworkers; i++) {
		struct worker *w = &e->workers[i];

		if (!w->alive)
			continue;
		code = fb_conn_flush(&w->conn);
		if (code == FB_EIO) {
			/* It is gone. What it said before counts, its hello too: read on. */
			fb_buf_clear(&w->conn.out);
			w->conn.out_at = 0;
		} else if (code) {
			code = bury(e, w, true, err);
			if (code)
				return code;
			continue;
		}
		fds[n] = (struct pollfd){ .fd = w->conn.fd };
		if (!only || w == only || w->kind != FB_MATCHER)
			fds[n].events = POLLIN;
		if (fb_conn_pending(&w->conn))
			fds[n].events |= POLLOUT;
		who[n++] = w;
	}
	if (poll(fds, n, TICK_MS) < 0)
		return errno == EINTR ? 0 : fb_fail_errno(err, FB_EIO, "poll");
	for (unsigned i = 0; i < n; i++) {
		if (!(fds[i].revents & (POLLIN | POLLHUP | POLLERR)))
			continue;
		code = listen_to(e, who[i], err);
		if (code)
			return code;
	}
	return 0;
}

static int loop(struct fb_engine *e, struct pollfd *fds, struct worker **who, struct fb_err *err)
{
	int64_t ticked = now_ms();
	int code = 0;

	while (code == 0) {
		code = fb_files_fill(e, err);
		if (code || finished(e))
			break;
		code = need_matchers(e, err);
		if (code)
			break;
		fb_units_dispatch(e);
		grant_slabs(e);
		code = wait_and_listen(e, fds, who, err);
		if (code == 0 && now_ms() - ticked >= TICK_MS) {
			ticked = now_ms();
			code = tick(e);
		}
	}
	return code;
}

int fb_engine_run(struct fb_engine *e, const struct fb_engine_ops *ops, void *user,
		  struct fb_err *err)
{
	struct pollfd *fds = calloc(e->nworkers, sizeof *fds);
	struct worker **who = calloc(e->nworkers, sizeof *who);
	int code;

	e->ops = ops;
	e->user = user;
	e->ops_code = 0;
	e->no_more_files = false;
	e->progress = (struct fb_engine_progress){ 0 };
	code = fds && who ? loop(e, fds, who, err) : fb_fail(err, FB_ENOMEM, "out of memory");
	free(fds);
	free(who);
	return e->ops_code ? e->ops_code : code;
}

void fb_engine_progress(const struct fb_engine *e, struct fb_engine_progress *out)
{
	*out = e->progress;
}

/* ---- start and stop ---- */

static unsigned cores(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > FB_WORKERS_MAX ? FB_WORKERS_MAX : (unsigned)n;
}

static int prepare(struct fb_engine *e, const struct fb_engine_config *config, struct fb_err *err)
{
	unsigned n = config->workers ? config->workers : cores();

	while (config->formats[e->tables.nformats])
		e->tables.nformats++;
	while (config->rules[e->tables.nrulesets])
		e->nrules += config->rules[e->tables.nrulesets++]->nrules;
	e->tables.formats = config->formats;
	e->tables.rules = config->rules;
	e->tables.syms = config->syms;
	e->tables.passwords = config->passwords;
	e->tables.hashes = config->hashes;
	e->tables.hash_decoded = config->hashes != 0;
	for (unsigned i = 0; i < e->tables.nrulesets; i++)
		e->tables.hashes |= fb_hashes_can(config->rules[i]->hashes);
	e->tables.reader_memory = config->reader_memory > FB_WORKER_MEMORY ? config->reader_memory
									   : FB_WORKER_MEMORY;
	e->max_matchers = n > FB_WORKERS_MAX ? FB_WORKERS_MAX : n;
	e->max_readers = n >= 16 ? 8 : n >= 2 ? (n + 1) / 2 : 1;
	e->nworkers = 2 * e->max_matchers; /* as many readers where nothing is decoded */
	e->nslabs = 2 * e->max_matchers + 2 * e->max_readers + 2;
	if (e->nslabs > FB_SLABS_MAX)
		e->nslabs = FB_SLABS_MAX;
	e->cpu_seconds = config->cpu_seconds ? config->cpu_seconds : FB_UNIT_CPU_SECONDS;
	e->cpu_seconds_minimal = config->cpu_seconds_minimal ? config->cpu_seconds_minimal
							      : FB_UNIT_MIN_CPU_SECONDS;
	e->workers = calloc(e->nworkers, sizeof *e->workers);
	e->slabs = calloc(e->nslabs, sizeof *e->slabs);
	if (!e->workers || !e->slabs)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	for (unsigned i = 0; i < e->nworkers; i++) {
		fb_gather_init(&e->workers[i].gather);
		e->workers[i].conn.fd = -1;
	}
	return 0;
}

/* The batches of readers need descriptors; take what the system grants. */
static void raise_descriptor_limit(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) == 0 && r.rlim_cur < r.rlim_max) {
		r.rlim_cur = r.rlim_max > 8192 ? 8192 : r.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &r);
	}
}

int fb_engine_start(const struct fb_engine_config *config, struct fb_engine **out,
		    struct fb_err *err)
{
	struct fb_engine *e = calloc(1, sizeof *e);
	int code;

	if (!e)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	e->ready_tail = &e->ready;
	e->pending_tail = &e->pending;
	e->pool.fd = e->zygote.fd = e->slabs_fd = -1;
	raise_descriptor_limit();
	code = prepare(e, config, err);
	if (code == 0 && !config->proved) {
		struct fb_confinement proof;

		code = fb_engine_prove(&proof, err);
	}
	if (code == 0 && fb_hash_prepare())
		code = fb_fail(err, FB_ENOMEM, "SHA-256 is not available");
	if (code == 0)
		code = fb_pool_init(&e->pool, e->nslabs, err);
	if (code == 0)
		code = fb_zygote_start(&e->zygote, &e->tables, &e->pool, err);
	if (code == 0 && config->bytes) {
		e->slabs_fd = fb_pool_reading(&e->pool);
		if (e->slabs_fd < 0)
			code = fb_fail_errno(err, FB_EIO, "shared memory cannot be kept for reading");
	}
	/* The broker holds no evidence: the slabs are the workers' alone. */
	fb_pool_dispose(&e->pool);
	if (code) {
		fb_engine_stop(e);
		return code;
	}
	*out = e;
	return 0;
}

static void stop_worker(struct fb_engine *e, struct worker *w)
{
	if (w->alive) {
		(void)kill(w->pid, SIGKILL);
		while (waitpid(w->pid, NULL, 0) < 0 && errno == EINTR)
			;
		fb_conn_dispose(&w->conn);
		for (unsigned k = 0; k < w->nqueue; k++)
			if (w->queue[k])
				fb_unit_queue(e, w->queue[k], true);
	}
	fb_conn_dispose(&w->conn);
	fb_gather_dispose(&w->gather);
	free(w->piece_ctx);
}

void fb_engine_stop(struct fb_engine *e)
{
	if (!e)
		return;
	for (unsigned i = 0; e->workers && i < e->nworkers; i++)
		stop_worker(e, &e->workers[i]);
	fb_zygote_stop(&e->zygote);
	if (e->slabs_fd >= 0)
		close(e->slabs_fd);
	while (e->pending) {
		struct unit *u = e->pending;

		e->pending = u->next;
		fb_unit_free(u);
	}
	fb_files_drop(e);
	free(e->workers);
	free(e->slabs);
	free(e);
}
