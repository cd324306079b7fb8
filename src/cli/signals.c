#include "cli/signals.h"

#include <stddef.h>

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
