/* Memory that runs out at the Nth request, for tests of the whole program: a library for
 * LD_PRELOAD.
 *
 *   FB_NOMEM_AT=N      the request, counted from 1; without it requests are only counted
 *   FB_NOMEM_WHERE=W   broker: the first process that loads the library, and no child
 *                      workers: all its children together
 *   FB_NOMEM_ON=1      every later request there fails too
 *   FB_NOMEM_COUNT=F   at the first process's exit "BROKER WORKERS", the numbers of
 *                      requests, are written to F
 *
 * Counted are malloc, calloc, realloc, aligned_alloc, posix_memalign and anonymous mmap.
 * Children are told by memory that a fork wipes and count in memory that is shared,
 * so that confined ones make no system call for it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The C library's own, which cannot be replaced. */
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

enum { BROKER, WORKERS, PLACES };

struct shared {
	atomic_ulong calls[PLACES];
};

static struct shared *shared;
static atomic_int *first; /* 1 in the first process, wiped in its children */
static unsigned long at[PLACES];
static bool on;

static unsigned long number_of(const char *digits)
{
	unsigned long n = 0;

	for (; digits && *digits >= '0' && *digits <= '9' && n < 1000000000; digits++)
		n = n * 10 + (unsigned long)(*digits - '0');
	return n;
}

static void *pages(int flags)
{
	void *p = (void *)syscall(SYS_mmap, NULL, 4096, PROT_READ | PROT_WRITE,
				  flags | MAP_ANONYMOUS, -1, 0L);

	if (p == MAP_FAILED)
		abort();
	return p;
}

__attribute__((constructor)) static void start(void)
{
	const char *owner = getenv("FB_NOMEM_OWNER"), *where = getenv("FB_NOMEM_WHERE");
	char pid[32];

	/* A program that the first one starts inherits the environment. */
	(void)snprintf(pid, sizeof pid, "%ld", (long)getpid());
	if (owner && strcmp(owner, pid) != 0)
		return;
	(void)setenv("FB_NOMEM_OWNER", pid, 1);
	at[where && strcmp(where, "workers") == 0] = number_of(getenv("FB_NOMEM_AT"));
	on = number_of(getenv("FB_NOMEM_ON")) != 0;
	first = pages(MAP_PRIVATE);
	if (madvise(first, 4096, MADV_WIPEONFORK))
		abort();
	atomic_store(first, 1);
	shared = pages(MAP_SHARED);
}

__attribute__((destructor)) static void stop(void)
{
	const char *path = getenv("FB_NOMEM_COUNT");
	char text[64];
	int fd, n;

	if (!path || !shared || !atomic_load(first))
		return;
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0)
		return;
	n = snprintf(text, sizeof text, "%lu %lu\n", atomic_load(&shared->calls[BROKER]),
		     atomic_load(&shared->calls[WORKERS]));
	if (write(fd, text, (size_t)n) != n)
		_exit(99);
	close(fd);
}

/* Does this request fail? */
static bool fails(void)
{
	int place;
	unsigned long n;

	if (!shared)
		return false;
	place = atomic_load(first) ? BROKER : WORKERS;
	n = atomic_fetch_add(&shared->calls[place], 1) + 1;
	if (!at[place] || n < at[place] || (n > at[place] && !on))
		return false;
	errno = ENOMEM;
	return true;
}

void *malloc(size_t n)
{
	return fails() ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
	return fails() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t n)
{
	return fails() ? NULL : __libc_realloc(p, n);
}

void *aligned_alloc(size_t to, size_t n)
{
	return fails() ? NULL : __libc_memalign(to, n);
}

int posix_memalign(void **out, size_t to, size_t n)
{
	void *p = fails() ? NULL : __libc_memalign(to, n);

	if (!p)
		return ENOMEM;
	*out = p;
	return 0;
}

void *mmap64(void *where, size_t n, int prot, int flags, int fd, __off64_t from)
{
	if ((flags & MAP_ANONYMOUS) && fails())
		return MAP_FAILED;
	return (void *)syscall(SYS_mmap, where, n, prot, flags, fd, (long)from);
}

/* The plain name, for whoever was built with it. */
void *nomem_mmap(void *where, size_t n, int prot, int flags, int fd, __off64_t from)
	__asm__("mmap");
void *nomem_mmap(void *where, size_t n, int prot, int flags, int fd, __off64_t from)
{
	return mmap64(where, n, prot, flags, fd, from);
}
