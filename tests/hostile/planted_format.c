/* A format whose decoder does what evidence might one day make a decoder do. A file of it begins with the line PLANTED; each further
 * line is an event of the web lane with the line as c-uri, except lines that name a
 * deed, which is then done. Nothing in it is aimed at anything but this process.
 */
#include "planted_format.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define BROKER 3 /* the worker's socket */

static void do_crash(void)
{
	abort();
}

static void do_segv(void)
{
	static volatile uintptr_t nowhere = 8; /* so that the compiler does not know */

	*(volatile int *)nowhere = 1;
}

static void do_spin(void)
{
	for (volatile unsigned long n = 0;; n++)
		;
}

static void do_open(void)
{
	if (open("/etc/passwd", O_RDONLY) >= 0)
		_exit(0); /* a clean end that the broker did not ask for */
	abort();
}

static void do_socket(void)
{
	if (socket(AF_INET, SOCK_STREAM, 0) >= 0)
		_exit(0);
	abort();
}

static void do_map(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p != MAP_FAILED)
		_exit(0);
	abort();
}

static void do_exec(void)
{
	char *argv[] = { NULL };

	(void)execve("/bin/true", argv, argv);
	abort();
}

static void do_memory(void)
{
	for (;;) {
		char *p = malloc(64u << 20);

		if (!p)
			abort();
		for (size_t i = 0; i < 64u << 20; i += 4096)
			p[i] = 1;
	}
}

static void do_leave(void)
{
	_exit(0);
}

static void say(const void *p, size_t n)
{
	if (write(BROKER, p, n) < 0)
		abort();
}

/* A frame longer than any may be. */
static void do_lie_long(void)
{
	say("\xFF\xFF\xFF\x7F\x0A", 5);
	pause();
}

/* A frame of a type that a matcher has no business with. */
static void do_lie_type(void)
{
	say("\x04\0\0\0\x02\0\0\0\0", 9);
}

/* A detection by a rule that does not exist. */
static void do_lie_rule(void)
{
	uint8_t f[5 + 4 + 9] = { 13, 0, 0, 0, 10, 1, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0x7F };

	say(f, sizeof f);
}

/* The end of a unit that covers other bytes than it has. */
static void do_lie_account(void)
{
	uint8_t f[5 + 60] = { 60, 0, 0, 0, 13 };

	f[5 + 24] = 99;
	say(f, sizeof f);
}

static const struct {
	const char *word;
	void (*deed)(void);
} deeds[] = {
	{ "DO-CRASH", do_crash },       { "DO-SEGV", do_segv },
	{ "DO-SPIN", do_spin },         { "DO-OPEN", do_open },
	{ "DO-SOCKET", do_socket },     { "DO-MAP", do_map },
	{ "DO-EXEC", do_exec },         { "DO-MEMORY", do_memory },
	{ "DO-LEAVE", do_leave },       { "DO-LIE-LONG", do_lie_long },
	{ "DO-LIE-TYPE", do_lie_type }, { "DO-LIE-RULE", do_lie_rule },
	{ "DO-LIE-ACCOUNT", do_lie_account },
};

static int planted_probe(struct fb_slice head, bool whole)
{
	(void)whole;
	if (fb_slice_starts(head, FB_LIT("PLANTED-PROBE-CRASH\n")))
		abort();
	return fb_slice_starts(head, FB_LIT("PLANTED\n")) ? 100 : 0;
}

static size_t planted_split(struct fb_slice data, bool final, size_t want, struct fb_ctx *ctx)
{
	size_t n = data.n < want ? data.n : want;

	(void)ctx;
	if (final && n == data.n)
		return n;
	while (n && data.p[n - 1] != '\n')
		n--;
	return n;
}

static void act(struct fb_slice line)
{
	for (size_t i = 0; i < sizeof deeds / sizeof *deeds; i++)
		if (fb_slice_eqs(line, deeds[i].word))
			deeds[i].deed();
}

static int planted_decode(const struct fb_unit *unit, struct fb_sink *sink)
{
	size_t at = 0;

	while (at < unit->data.n) {
		struct fb_slice rest = fb_slice_sub(unit->data, at, unit->data.n);
		size_t n = fb_slice_find(rest, FB_LIT("\n"));
		struct fb_field f = { .sym = FB_SYM_C_URI, .type = FB_V_UTF8,
				      .name = FB_LIT("c-uri"), .v = fb_slice_sub(rest, 0, n) };
		struct fb_event ev = { .lane = FB_LANE_WEB, .time = 1752000000ll * FB_SECOND,
				       .offset = unit->base + at, .length = n, .line = 1,
				       .fields = &f, .nfields = 1, .raw = f.v };
		int r;

		act(f.v);
		r = sink->event(sink, &ev);
		if (r)
			return r;
		n += n < rest.n;
		fb_sink_decoded(sink, n);
		at += n;
	}
	return 0;
}

static int planted_text(const struct fb_event *ev, struct fb_buf *out)
{
	return fb_buf_slice(out, ev->raw);
}

const struct fb_format fb_format_planted = {
	.name = "planted", .title = "planted by the tests", .lane = FB_LANE_WEB,
	.probe = planted_probe, .split = planted_split, .decode = planted_decode,
	.render = planted_text, .summarise = planted_text,
};
