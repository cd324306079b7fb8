#include "engine/zygote.h"

#include "engine/confine.h"
#include "engine/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_FDS (FB_READER_FILES + 1)
/* Descriptors are first moved above what they are then given in order. */
#define HIGH_FD 512

struct request {
	uint8_t kind;
	uint8_t nfds;
};

union control {
	struct cmsghdr align;
	char bytes[CMSG_SPACE(sizeof(int) * MAX_FDS)];
};

static int send_request(int sock, enum fb_worker_kind kind, const int *fds, size_t nfds)
{
	struct request req = { (uint8_t)kind, (uint8_t)nfds };
	struct iovec iov = { &req, sizeof req };
	union control control = { 0 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.bytes,
			      .msg_controllen = CMSG_SPACE(sizeof(int) * nfds) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int) * nfds);
	memcpy(CMSG_DATA(c), fds, sizeof(int) * nfds);
	while (sendmsg(sock, &msg, MSG_NOSIGNAL) < 0)
		if (errno != EINTR)
			return -1;
	return 0;
}

/* Returns the number of descriptors, 0 at the end, -1 on a broken request. */
static int receive_request(int sock, struct request *req, int fds[MAX_FDS])
{
	struct iovec iov = { req, sizeof *req };
	union control control;
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.bytes,
			      .msg_controllen = sizeof control.bytes };
	struct cmsghdr *c;
	ssize_t n;

	do
		n = recvmsg(sock, &msg, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		return 0;
	c = CMSG_FIRSTHDR(&msg);
	if (n != sizeof *req || !c || c->cmsg_type != SCM_RIGHTS || (msg.msg_flags & MSG_CTRUNC) ||
	    c->cmsg_len != CMSG_LEN(sizeof(int) * req->nfds) || req->nfds == 0)
		return -1;
	memcpy(fds, CMSG_DATA(c), sizeof(int) * req->nfds);
	return req->nfds;
}

/* fds become FB_WORKER_SOCKET, FB_WORKER_FILES …; standard input and output become
 * nothing; everything else is closed. */
static int arrange_fds(const int *fds, int nfds)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0)
		return -1;
	for (int i = 0; i < nfds; i++)
		if (fcntl(fds[i], F_DUPFD, HIGH_FD + i) != HIGH_FD + i)
			return -1;
	if (dup2(null, 0) < 0 || dup2(null, 1) < 0 || (!FB_SANITIZED && dup2(null, 2) < 0))
		return -1;
	for (int i = 0; i < nfds; i++)
		if (dup2(HIGH_FD + i, FB_WORKER_SOCKET + i) < 0)
			return -1;
	return close_range((unsigned)(FB_WORKER_SOCKET + nfds), ~0u, 0);
}

static int say_hello(int sock)
{
	struct fb_buf b;

	fb_buf_init(&b, 64);
	fb_frame_end(&b, fb_frame_begin(&b, FB_W_HELLO));
	return fb_wire_send(sock, &b);
}

_Noreturn static void worker_main(enum fb_worker_kind kind, const struct fb_tables *t,
				  const struct fb_pool *inherited, pid_t broker, const int *fds,
				  int nfds)
{
	struct fb_pool pool = *inherited;
	struct fb_matcher *m = NULL;
	struct fb_reader *r = NULL;
	int code;

	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) || getppid() != broker)
		_exit(3);
	if (kind == FB_MATCHER)
		code = fb_pool_readonly(&pool, NULL) ? -1 : fb_matcher_open(t, &pool, &m);
	else
		code = fb_reader_open(t, &pool, &r);
	if (code || arrange_fds(fds, nfds) || fb_confine(kind == FB_READER ? t->reader_memory : FB_WORKER_MEMORY, NULL) ||
	    say_hello(FB_WORKER_SOCKET))
		_exit(3);
	if (kind == FB_MATCHER)
		fb_matcher_run(m, FB_WORKER_SOCKET);
	else
		fb_reader_run(r, FB_WORKER_SOCKET);
	_exit(0);
}

_Noreturn static void zygote_main(int sock, pid_t broker, const struct fb_tables *t,
				  const struct fb_pool *pool)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) || getppid() != broker)
		_exit(3);
	/* An interrupt is for the broker, which ends the run in good order. */
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGTERM, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
	for (;;) {
		struct request req;
		int fds[MAX_FDS];
		int n = receive_request(sock, &req, fds);
		long pid;

		if (n <= 0)
			_exit(n ? 3 : 0);
		pid = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
		if (pid == 0)
			worker_main(req.kind, t, pool, broker, fds, n);
		for (int i = 0; i < n; i++)
			close(fds[i]);
		if (write(sock, &pid, sizeof pid) != sizeof pid)
			_exit(3);
	}
}

int fb_zygote_start(struct fb_zygote *z, const struct fb_tables *t, const struct fb_pool *pool,
		    struct fb_err *err)
{
	pid_t broker = getpid();
	int pair[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return fb_fail_errno(err, FB_EIO, "cannot make a socket pair");
	pid = fork();
	if (pid < 0) {
		int r = fb_fail_errno(err, FB_EIO, "cannot make a process");

		close(pair[0]);
		close(pair[1]);
		return r;
	}
	if (pid == 0) {
		close(pair[0]);
		zygote_main(pair[1], broker, t, pool);
	}
	close(pair[1]);
	*z = (struct fb_zygote){ pair[0], pid };
	return 0;
}

int fb_zygote_spawn(struct fb_zygote *z, enum fb_worker_kind kind, const int *fds, size_t nfds,
		    int *sock, pid_t *pid, struct fb_err *err)
{
	int all[MAX_FDS];
	int pair[2];
	long made = -1;

	if (nfds >= MAX_FDS)
		return fb_fail(err, FB_ELIMIT, "too many files for one reader");
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return fb_fail_errno(err, FB_EIO, "cannot make a socket pair");
	all[0] = pair[1];
	if (nfds)
		memcpy(all + 1, fds, nfds * sizeof *fds);
	if (send_request(z->fd, kind, all, nfds + 1) ||
	    read(z->fd, &made, sizeof made) != sizeof made || made <= 0) {
		close(pair[0]);
		close(pair[1]);
		return fb_fail(err, FB_ESTATE, "cannot make a worker process");
	}
	close(pair[1]);
	*sock = pair[0];
	*pid = (pid_t)made;
	return 0;
}

void fb_zygote_stop(struct fb_zygote *z)
{
	if (z->pid <= 0)
		return;
	close(z->fd);
	while (waitpid(z->pid, NULL, 0) < 0 && errno == EINTR)
		;
	*z = (struct fb_zygote){ -1, 0 };
}
