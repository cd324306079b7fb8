#include "cli/confined.h"

void fb_confinement_text(struct fb_buf *out, const struct fb_confinement *c)
{
	const char *sep = "";

	if (c->seccomp) {
		(void)fb_buf_puts(out, c->sanitized ? "seccomp:sanitized" : "seccomp");
		sep = " ";
	}
	if (c->no_new_privs) {
		(void)fb_buf_printf(out, "%sno-new-privs", sep);
		sep = " ";
	}
	if (c->rlimits) {
		(void)fb_buf_printf(out, "%srlimits", sep);
		sep = " ";
	}
	if (c->landlock_abi > 0)
		(void)fb_buf_printf(out, "%slandlock:%d", sep, c->landlock_abi);
	else
		(void)fb_buf_printf(out, "%slandlock:absent", sep);
}
