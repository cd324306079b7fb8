#include "engine/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the work needs, and no more: read and write on descriptors that are open
 * already, and memory that cannot be executed. */
static const int allowed[] = {
	SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(pread64), SCMP_SYS(munmap), SCMP_SYS(mremap),
	SCMP_SYS(madvise), SCMP_SYS(brk), SCMP_SYS(exit_group),
	/* libyara reads the clock, which is a system call where the kernel's own clock
	 * page has none (some virtual machines). */
	SCMP_SYS(clock_gettime),
};

#if FB_SANITIZED
/* What the sanitizers' runtime calls, in a clean run and to print a report. */
static const int allowed_sanitized[] = {
	SCMP_SYS(sigaltstack), SCMP_SYS(sched_yield), SCMP_SYS(gettid), SCMP_SYS(getpid),
	SCMP_SYS(prctl), SCMP_SYS(readlink), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigreturn), SCMP_SYS(ioctl), SCMP_SYS(pipe2), SCMP_SYS(pipe),
	SCMP_SYS(futex), SCMP_SYS(close), SCMP_SYS(newfstatat),
	SCMP_SYS(fstat), SCMP_SYS(getrlimit), SCMP_SYS(prlimit64), SCMP_SYS(writev),
	SCMP_SYS(lseek), SCMP_SYS(sched_getaffinity), SCMP_SYS(exit), SCMP_SYS(tgkill),
};
#endif

static int lock_seccomp(struct fb_err *err)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int r = ctx ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < sizeof allowed / sizeof *allowed; i++)
		r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, allowed[i], 0);
	/* Anonymous memory only, never executable. */
	if (r == 0)
		r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
				     SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
				     SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS));
#if FB_SANITIZED
	for (size_t i = 0; r == 0 && i < sizeof allowed_sanitized / sizeof *allowed_sanitized; i++)
		r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, allowed_sanitized[i], 0);
	if (r == 0)
		r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
				     SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	if (r == 0)
		r = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(open), 0);
	if (r == 0)
		r = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(openat), 0);
#endif
	if (r == 0)
		r = seccomp_load(ctx);
	seccomp_release(ctx);
	if (r) {
		errno = -r;
		return fb_fail_errno(err, FB_ESTATE, "seccomp");
	}
	return 0;
}

int fb_landlock_abi(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

	return abi > 0 ? (int)abi : 0;
}

static int lock_landlock(struct fb_err *err)
{
	/* The rights of ABI 1; later kernels know more, seccomp denies them anyway. */
	struct landlock_ruleset_attr attr = {
		.handled_access_fs = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE |
				     LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR |
				     LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
				     LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |
				     LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |
				     LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
				     LANDLOCK_ACCESS_FS_MAKE_SYM,
	};
	long fd, r;

	if (fb_landlock_abi() == 0)
		return 0;
	fd = syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
	if (fd < 0)
		return fb_fail_errno(err, FB_ESTATE, "Landlock");
	r = syscall(SYS_landlock_restrict_self, fd, 0);
	close((int)fd);
	return r ? fb_fail_errno(err, FB_ESTATE, "Landlock") : 0;
}

static int set_limit(int what, rlim_t to, struct fb_err *err)
{
	struct rlimit r = { to, to };

	return setrlimit((__rlimit_resource_t)what, &r) ? fb_fail_errno(err, FB_ESTATE, "rlimit") : 0;
}

#if !FB_SANITIZED
/* Address space in use, from /proc/self/statm; 0 when that cannot be read. */
static uint64_t address_space(void)
{
	char text[128];
	uint64_t pages = 0;
	int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return 0;
	n = read(fd, text, sizeof text);
	close(fd);
	for (ssize_t i = 0; i < n && text[i] >= '0' && text[i] <= '9'; i++)
		pages = pages * 10 + (uint64_t)(text[i] - '0');
	return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}
#endif

int fb_confine(uint64_t memory, struct fb_err *err)
{
	int r = 0;

#if FB_SANITIZED
	(void)memory; /* the sanitizer's shadow is terabytes of address space */
#else
	uint64_t now = address_space();

	if (now)
		r = set_limit(RLIMIT_AS, now + memory, err);
#endif
	if (r == 0)
		r = set_limit(RLIMIT_CORE, 0, err);
	if (r == 0)
		r = set_limit(RLIMIT_NPROC, 0, err);
	if (r == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))
		r = fb_fail_errno(err, FB_ESTATE, "prctl");
	if (r == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		r = fb_fail_errno(err, FB_ESTATE, "prctl");
	if (r == 0)
		r = lock_landlock(err);
	if (r == 0)
		r = set_limit(RLIMIT_NOFILE, 0, err);
	if (r == 0)
		r = lock_seccomp(err);
	return r;
}

/* ---- the proof: children that try what must not work ---- */

enum { SURVIVED = 40, REFUSED = 41, NOT_CONFINED = 42 };
/* It needs a few milliseconds. libseccomp may spin when memory runs out in it. */
#define PROBE_CPU_SECONDS 2

static int try_open(void)
{
	return open("/etc/passwd", O_RDONLY | O_CLOEXEC) < 0 ? REFUSED : SURVIVED;
}

static int try_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) < 0 ? REFUSED : SURVIVED;
}

static int try_exec(void)
{
	char *argv[] = { NULL };

	(void)execve("/bin/true", argv, argv);
	return REFUSED;
}

static int try_fork(void)
{
	return syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0) < 0 ? REFUSED : SURVIVED;
}

static int try_map_exec(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? REFUSED : SURVIVED;
}

static int try_map_file(void)
{
	void *p = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 0, 0);

	return p == MAP_FAILED ? REFUSED : SURVIVED;
}

static int try_ptrace(void)
{
	return syscall(SYS_ptrace, 0, 0, 0, 0) < 0 ? REFUSED : SURVIVED;
}

static int try_kill(void)
{
	return kill(1, 0) < 0 ? REFUSED : SURVIVED;
}

static const struct {
	const char *what;
	int (*attempt)(void);
	bool may_refuse; /* the sanitized filter refuses instead of killing */
} probes[] = {
	{ "open a file", try_open, FB_SANITIZED },
	{ "open a socket", try_socket, false },
	{ "run a program", try_exec, false },
	{ "make a process", try_fork, false },
	{ "map executable memory", try_map_exec, false },
	{ "map a file", try_map_file, false },
	{ "trace a process", try_ptrace, false },
	{ "signal a process", try_kill, false },
};

/* Did a confined child that attempts it die of SIGSYS? */
static int probe(size_t i, bool *stopped, struct fb_err *err)
{
	pid_t pid = fork();
	int status;

	if (pid < 0)
		return fb_fail_errno(err, FB_ESTATE, "cannot make a process");
	if (pid == 0) {
		if (set_limit(RLIMIT_CPU, PROBE_CPU_SECONDS, NULL) ||
		    fb_confine(FB_WORKER_MEMORY, NULL))
			_exit(NOT_CONFINED);
		_exit(probes[i].attempt());
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return fb_fail_errno(err, FB_ESTATE, "cannot wait for a process");
	if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_CONFINED)
		return fb_fail(err, FB_ESTATE,
			       "this machine cannot confine a process: seccomp or resource limits are refused");
	if (WIFSIGNALED(status) && (WTERMSIG(status) == SIGKILL || WTERMSIG(status) == SIGXCPU))
		return fb_fail(err, FB_ESTATE, "a process was stopped before it was confined");
	*stopped = (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS) ||
		   (probes[i].may_refuse && WIFEXITED(status) && WEXITSTATUS(status) == REFUSED);
	return 0;
}

void fb_engine_library(char *out, size_t n)
{
	const struct scmp_version *v = seccomp_version();

	(void)snprintf(out, n, "%u.%u.%u", v ? v->major : 0, v ? v->minor : 0, v ? v->micro : 0);
}

int fb_engine_prove(struct fb_confinement *out, struct fb_err *err)
{
	struct fb_confinement c = {
		.landlock_abi = fb_landlock_abi(),
		.sanitized = FB_SANITIZED,
		.proved = true,
	};

	_Static_assert(sizeof probes / sizeof *probes <= sizeof c.probe / sizeof *c.probe,
		       "room for every probe");
	(void)fflush(NULL);
	for (size_t i = 0; i < sizeof probes / sizeof *probes; i++) {
		int r = probe(i, &c.probe[i].stopped, err);

		if (r)
			return r;
		c.probe[i].what = probes[i].what;
		c.nprobes++;
		if (!c.probe[i].stopped)
			c.proved = false;
	}
	c.seccomp = c.no_new_privs = c.rlimits = c.proved;
	*out = c;
	return c.proved ? 0 : fb_fail(err, FB_ESTATE, "a confined process could do what it must not");
}
