#include "base/err.h"

#include <errno.h>
#include <stdbool.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static int fail_v(struct fb_err *err, int code, const char *fmt, va_list ap)
{
	if (err && err->code == 0) {
		err->code = code;
		(void)vsnprintf(err->text, sizeof err->text, fmt, ap);
	}
	return code;
}

int fb_fail(struct fb_err *err, int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	code = fail_v(err, code, fmt, ap);
	va_end(ap);
	return code;
}

int fb_fail_errno(struct fb_err *err, int code, const char *fmt, ...)
{
	int saved = errno;
	bool fresh = err && err->code == 0;
	va_list ap;

	if (saved == ENOSPC || saved == EDQUOT)
		code = FB_EFULL;
	else if (saved == ENOMEM)
		code = FB_ENOMEM;
	va_start(ap, fmt);
	code = fail_v(err, code, fmt, ap);
	va_end(ap);
	if (fresh) {
		size_t n = strlen(err->text);

		(void)snprintf(err->text + n, sizeof err->text - n, ": %s", strerror(saved));
	}
	return code;
}

void fb_err_prefix(struct fb_err *err, const char *fmt, ...)
{
	char was[sizeof err->text];
	va_list ap;
	size_t n;

	if (!err || err->code == 0)
		return;
	memcpy(was, err->text, sizeof was);
	va_start(ap, fmt);
	(void)vsnprintf(err->text, sizeof err->text, fmt, ap);
	va_end(ap);
	n = strlen(err->text);
	(void)snprintf(err->text + n, sizeof err->text - n, ": %.*s",
		       (int)(sizeof err->text - n - 3), was);
}

const char *fb_code_text(int code)
{
	switch (code) {
	case FB_OK: return "no error";
	case FB_ENOMEM: return "out of memory";
	case FB_EIO: return "input or output failed";
	case FB_EINPUT: return "malformed input";
	case FB_ELIMIT: return "a limit was reached";
	case FB_EUSAGE: return "used wrongly";
	case FB_ESTATE: return "not possible in this state";
	case FB_EBUSY: return "in use by another process";
	case FB_ENOTFOUND: return "not found";
	case FB_EVERSION: return "made by a newer version";
	case FB_EFULL: return "no space left on the disk";
	case FB_ESTOP: return "stopped";
	default: return "unknown error";
	}
}
