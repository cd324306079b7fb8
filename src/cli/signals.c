#include "cli/signals.h"

#include "cli/cli.h"

#include <stddef.h>
#include <unistd.h>

volatile sig_atomic_t fb_signalled;

static void on_signal(int number)
{
	(void)number;
	fb_signalled = 1;
}

void fb_signals(bool catch)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
	static struct sigaction before[3];
	struct sigaction sa = { .sa_handler = catch ? on_signal : SIG_IGN,
				.sa_flags = (int)SA_RESETHAND };

	(void)sigemptyset(&sa.sa_mask);
	for (size_t i = 0; i < 3; i++) {
		if (!catch)
			(void)sigaction(numbers[i], &sa, &before[i]);
		else if (before[i].sa_handler != SIG_IGN)
			(void)sigaction(numbers[i], &sa, NULL);
	}
}

static void on_fault(int number)
{
	static const char text[] = "firebreak: the rules could not be compiled: the library that does it broke, "
				   "as it does when memory runs out\n";
	ssize_t n = write(STDERR_FILENO, text, sizeof text - 1);

	(void)n;
	(void)number;
	_exit(FB_EXIT_FAILED);
}

void fb_signals_compiling(bool on)
{
	struct sigaction sa = { .sa_handler = on ? on_fault : SIG_DFL };

	if (FB_SANITIZED)
		return;
	(void)sigemptyset(&sa.sa_mask);
	(void)sigaction(SIGSEGV, &sa, NULL);
	(void)sigaction(SIGBUS, &sa, NULL);
}
