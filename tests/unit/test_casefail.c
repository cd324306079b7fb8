/* A case whose writer dies or fails at any moment. */
#include "check.h"

#include "casekit.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

/* Whole units only, the database sound, and the rest can be done. */
static void check_after(const char *dir, const char *want, const char *what)
{
	struct fb_case *c;
	unsigned written = 0;
	char *got;
	int64_t torn;

	if (!exists_in(dir, "case.db"))
		return;
	c = kit_begin(dir);
	CHECK(c != NULL);
	if (!c) {
		printf("after %s\n", what);
		return;
	}
	CHECK_INT(small_fill(c, &written), 0);
	CHECK_INT(kit_end(c, true), 0);
	fb_case_close(c);
	torn = sql_number(dir, "SELECT count(*) FROM (SELECT unit FROM detections GROUP BY unit"
			       " HAVING count(*) <> 5)");
	CHECK_INT(torn, 0);
	CHECK_INT(sql_number(dir, "SELECT integrity_check = 'ok' FROM pragma_integrity_check"), 1);
	got = kit_dump(dir);
	CHECK_STR(got ? got : "", want);
	if (got && strcmp(got, want) != 0)
		printf("after %s\n", what);
	free(got);
	CHECK(ledger_has(dir, "run-ended"));
}

static unsigned long calls, fail_at;
static int fail_with; /* 0: SIGKILL */
static bool full;     /* the disk … */
static char *reserve; /* … until this is removed */

/* 0: go on. */
static int turn(bool grows)
{
	if (++calls == fail_at) {
		if (fail_with == 0)
			(void)kill(getpid(), SIGKILL);
		full = fail_with == ENOSPC;
		if (!full)
			return fail_with;
	}
	if (full && reserve && access(reserve, F_OK))
		full = false;
	return full && grows ? ENOSPC : 0;
}

static ssize_t my_pwrite(int fd, const void *p, size_t n, off_t at)
{
	int e = turn(true);

	if (e) {
		errno = e;
		return -1;
	}
	return pwrite(fd, p, n, at);
}

static ssize_t my_write(int fd, const void *p, size_t n)
{
	int e = turn(true);

	if (e) {
		errno = e;
		return -1;
	}
	return write(fd, p, n);
}

static int my_ftruncate(int fd, off_t n)
{
	int e = turn(false);

	if (e) {
		errno = e;
		return -1;
	}
	return ftruncate(fd, n);
}

static int my_unlink(const char *path)
{
	int e = turn(false);

	if (e) {
		errno = e;
		return -1;
	}
	return unlink(path);
}

static void set_call(const char *name, sqlite3_syscall_ptr fn)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);

	if (vfs->xSetSystemCall(vfs, name, fn) != SQLITE_OK)
		abort();
}

/* The child: a small case with a failure in it. Its status: 0 all was well, 3 it was
 * told. Its exit does nothing that the failure would not have let happen. */
static int failing_child(const char *dir)
{
	struct fb_err err = { 0 };
	struct fb_case *c = NULL;
	struct fb_run run = kit_run();
	unsigned written = 0;
	bool rematch;
	int r;

	set_call("pwrite64", (sqlite3_syscall_ptr)(void (*)(void))my_pwrite);
	set_call("pwrite", (sqlite3_syscall_ptr)(void (*)(void))my_pwrite);
	set_call("write", (sqlite3_syscall_ptr)(void (*)(void))my_write);
	set_call("ftruncate", (sqlite3_syscall_ptr)(void (*)(void))my_ftruncate);
	set_call("unlink", (sqlite3_syscall_ptr)(void (*)(void))my_unlink);
	if (!freopen("/dev/null", "w", stdout))
		return 9;
	r = fb_case_open(dir, FB_CASE_WRITE, &c, &err);
	if (r == 0 && (r = fb_case_begin(c, &run, &rematch, &err)) == 0 &&
	    (r = small_fill(c, &written)) == 0 && (r = fb_assess_seal(c, &err)) == 0)
		r = fb_case_end(c, true, &err);
	fb_case_close(c);
	if (r)
		return err.code && strchr(err.text, '\n') ? 9 : 3;
	return 0;
}

static void run_failing(const char *dir, int *status)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(failing_child(dir));
	(void)waitpid(pid, status, 0);
}

static void test_failures(void)
{
	static const int modes[] = { 0, EIO, ENOSPC };
	char *want = reference(), what[64];
	unsigned long total = 0;

	for (size_t m = 0; m < sizeof modes / sizeof modes[0]; m++) {
		unsigned told = 0, rounds = 0;

		for (fail_at = 1;; fail_at += (m + 1) * (FB_SANITIZED ? 2 : 1)) {
			char *dir = kit_dir("failing");
			int status = 0;

			fail_with = modes[m];
			run_failing(dir, &status);
			(void)snprintf(what, sizeof what, "failure %d at call %lu", fail_with, fail_at);
			if (fail_with)
				CHECK(WIFEXITED(status) && (WEXITSTATUS(status) == 0 ||
							    WEXITSTATUS(status) == 3));
			told += WIFSIGNALED(status) || WEXITSTATUS(status) == 3;
			check_after(dir, want, what);
			kit_remove(dir);
			free(dir);
			rounds++;
			/* The first call that nobody makes any more. */
			if (fail_with == 0 && !WIFSIGNALED(status)) {
				total = fail_at - 1;
				break;
			}
			if (fail_with && fail_at > total)
				break;
		}
		CHECK(rounds > 8);
		CHECK(told > rounds / 2);
	}
	free(want);
}

/* Killed by the clock, in the midst of it. */
static void test_killed(void)
{
	char *want = reference();
	unsigned killed = 0;

	for (unsigned i = 0; i < 12; i++) {
		char *dir = kit_dir("killed");
		int status;
		pid_t pid;

		fflush(stdout);
		pid = fork();
		if (pid == 0) {
			for (;;) {
				kit_remove(dir);
				if (small_case(dir))
					_exit(1);
			}
		}
		usleep(2000 + i * 7919 % 60 * 1000);
		(void)kill(pid, SIGKILL);
		(void)waitpid(pid, &status, 0);
		killed += WIFSIGNALED(status);
		check_after(dir, want, "SIGKILL");
		kit_remove(dir);
		free(dir);
	}
	CHECK_INT(killed, 12);
	free(want);
}

/* The reserve makes room for the record of it, and what was whole stays. */
static void test_full(void)
{
	char *dir = kit_dir("full"), *want = reference();
	int status;
	pid_t pid;

	reserve = path_in(dir, "reserve");
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		struct fb_err err = { 0 };
		struct fb_case *c;
		uint64_t s;
		int r = 0;

		set_call("pwrite64", (sqlite3_syscall_ptr)(void (*)(void))my_pwrite);
		c = kit_begin(dir);
		s = kit_source(c, "ev/Security.evtx", 0, UNITS * 1000, NULL);
		r = small_unit(c, s, 0);
		usleep(300 * 1000);
		if (r || fb_case_tick(c, NULL) || small_unit(c, s, 1))
			_exit(1);
		usleep(300 * 1000);
		full = true;
		r = fb_case_tick(c, &err);
		if (r != FB_EFULL || !strstr(err.text, "no space left"))
			_exit(2);
		if (access(reserve, F_OK) == 0 || full)
			_exit(3);
		if (!fb_case_unit_known(c, s, 0, 0, 1000))
			_exit(4);
		fb_case_close(c);
		_exit(0);
	}
	(void)waitpid(pid, &status, 0);
	CHECK(WIFEXITED(status));
	CHECK_INT(WEXITSTATUS(status), 0);
	free(reserve);
	reserve = NULL;
	CHECK(ledger_has(dir, "disk-full"));
	check_after(dir, want, "a full disk");
	kit_remove(dir);
	free(want);
	free(dir);
}

int main(void)
{
	test_full();
	test_killed();
	test_failures();
	return check_done();
}
