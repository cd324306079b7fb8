/* Failure at the Nth call that changes a file, for tests of the whole program: a
 * library for LD_PRELOAD.
 *
 *   FB_INJECT_AT=N      the call, counted from 1; without it calls are only counted
 *   FB_INJECT_MODE=M    kill: the process dies by SIGKILL in front of the call;
 *                       eio, enospc: the call fails with this error, once
 *                       enospc+: this call fails and every later one that makes a
 *                       file longer, until a file was removed (a full disk)
 *   FB_INJECT_COUNT=F   at exit the number of calls is written to F
 *
 * Counted are write, pwrite, pwritev, fsync, fdatasync, rename, ftruncate, fallocate
 * and unlink in the first process that loads the library. Its children neither count
 * nor fail: what marks the process is memory that a fork wipes, so that confined
 * children make no system call for it.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum mode { MODE_NONE, MODE_KILL, MODE_EIO, MODE_ENOSPC, MODE_FULL };

struct state {
	atomic_int active; /* 0 in every child */
	atomic_ulong calls;
	atomic_int full;
	unsigned long at;
	enum mode mode;
};

static struct state *state;

static int (*real_rename)(const char *, const char *);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_pwritev)(int, const struct iovec *, int, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_ftruncate)(int, off_t);
static int (*real_fallocate)(int, off_t, off_t);
static int (*real_unlink)(const char *);

/* dlsym gives functions as void *; the union is the way without a cast. */
#define FIND(to, name)                                                      \
	do {                                                                \
		union { void *p; __typeof__(to) f; } u_;                    \
		u_.p = dlsym(RTLD_NEXT, name);                              \
		if (!u_.p)                                                  \
			abort();                                            \
		(to) = u_.f;                                                \
	} while (0)

static enum mode mode_of(const char *word)
{
	static const struct { const char *word; enum mode mode; } modes[] = {
		{ "kill", MODE_KILL }, { "eio", MODE_EIO }, { "enospc", MODE_ENOSPC },
		{ "enospc+", MODE_FULL },
	};

	for (size_t i = 0; word && i < sizeof modes / sizeof modes[0]; i++)
		if (strcmp(word, modes[i].word) == 0)
			return modes[i].mode;
	return MODE_NONE;
}

static unsigned long number_of(const char *digits)
{
	unsigned long n = 0;

	for (; digits && *digits >= '0' && *digits <= '9' && n < 1000000000; digits++)
		n = n * 10 + (unsigned long)(*digits - '0');
	return n;
}

__attribute__((constructor)) static void start(void)
{
	const char *at = getenv("FB_INJECT_AT"), *owner = getenv("FB_INJECT_OWNER");
	char pid[32];

	FIND(real_write, "write");
	FIND(real_pwrite, "pwrite64");
	FIND(real_pwritev, "pwritev64");
	FIND(real_fsync, "fsync");
	FIND(real_fdatasync, "fdatasync");
	FIND(real_rename, "rename");
	FIND(real_ftruncate, "ftruncate64");
	FIND(real_fallocate, "posix_fallocate64");
	FIND(real_unlink, "unlink");
	/* A program that the first one starts inherits the environment. */
	(void)snprintf(pid, sizeof pid, "%ld", (long)getpid());
	if (owner && strcmp(owner, pid) != 0)
		return;
	(void)setenv("FB_INJECT_OWNER", pid, 1);
	state = mmap(NULL, sizeof *state, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (state == MAP_FAILED || madvise(state, sizeof *state, MADV_WIPEONFORK)) {
		state = NULL;
		return;
	}
	state->at = number_of(at);
	state->mode = mode_of(getenv("FB_INJECT_MODE"));
	atomic_store(&state->active, 1);
}

__attribute__((destructor)) static void stop(void)
{
	const char *path = getenv("FB_INJECT_COUNT");
	char text[32];
	int fd, n;

	if (!path || !state || !atomic_load(&state->active))
		return;
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0)
		return;
	n = snprintf(text, sizeof text, "%lu\n", atomic_load(&state->calls));
	if (real_write(fd, text, (size_t)n) != n)
		_exit(99);
	close(fd);
}

enum kind { GROWS, OTHER, REMOVES };

/* 0: go on; else the error to fail with. */
static int turn(enum kind kind)
{
	unsigned long n;

	if (!state || !atomic_load(&state->active))
		return 0;
	n = atomic_fetch_add(&state->calls, 1) + 1;
	if (n == state->at)
		switch (state->mode) {
		case MODE_KILL:
			(void)kill(getpid(), SIGKILL);
			return EIO;
		case MODE_EIO:
			return EIO;
		case MODE_ENOSPC:
			return kind == GROWS ? ENOSPC : EIO;
		case MODE_FULL:
			atomic_store(&state->full, 1);
			break;
		case MODE_NONE:
			break;
		}
	if (kind == REMOVES)
		atomic_store(&state->full, 0);
	return kind == GROWS && atomic_load(&state->full) ? ENOSPC : 0;
}

#define FAIL_OR(kind, call)                                                 \
	do {                                                                \
		int error_ = turn(kind);                                    \
		if (error_) {                                               \
			errno = error_;                                     \
			return -1;                                          \
		}                                                           \
		return call;                                                \
	} while (0)

ssize_t write(int fd, const void *p, size_t n)
{
	FAIL_OR(GROWS, real_write(fd, p, n));
}

ssize_t pwrite64(int fd, const void *p, size_t n, __off64_t at)
{
	FAIL_OR(GROWS, real_pwrite(fd, p, n, at));
}

ssize_t pwritev64(int fd, const struct iovec *v, int n, __off64_t at)
{
	FAIL_OR(GROWS, real_pwritev(fd, v, n, at));
}

int fsync(int fd)
{
	FAIL_OR(OTHER, real_fsync(fd));
}

int fdatasync(int fd)
{
	FAIL_OR(OTHER, real_fdatasync(fd));
}

int rename(const char *from, const char *to)
{
	FAIL_OR(OTHER, real_rename(from, to));
}

int ftruncate64(int fd, __off64_t n)
{
	FAIL_OR(OTHER, real_ftruncate(fd, n));
}

int posix_fallocate64(int fd, __off64_t at, __off64_t n)
{
	int error = turn(GROWS);

	return error ? error : real_fallocate(fd, at, n);
}

int unlink(const char *path)
{
	FAIL_OR(REMOVES, real_unlink(path));
}

/* The plain names, for whoever was built with them. */
ssize_t inject_pwrite(int fd, const void *p, size_t n, __off64_t at) __asm__("pwrite");
ssize_t inject_pwrite(int fd, const void *p, size_t n, __off64_t at)
{
	return pwrite64(fd, p, n, at);
}

int inject_ftruncate(int fd, __off64_t n) __asm__("ftruncate");
int inject_ftruncate(int fd, __off64_t n)
{
	return ftruncate64(fd, n);
}

int inject_fallocate(int fd, __off64_t at, __off64_t n) __asm__("posix_fallocate");
int inject_fallocate(int fd, __off64_t at, __off64_t n)
{
	return posix_fallocate64(fd, at, n);
}
