/* Error codes, and the one message that tells a person what went wrong.
 *
 * Calls return 0 or a negative code. The message is set once, where the cause is
 * known, in the struct fb_err that the caller handed in (it may be NULL), and is
 * not rewritten on the way up; callers may put a place in front (fb_err_prefix).
 */
#ifndef FB_BASE_ERR_H
#define FB_BASE_ERR_H

enum fb_code {
	FB_OK = 0,
	FB_ENOMEM = -1,   /* memory ran out */
	FB_EIO = -2,      /* the system refused to read or write */
	FB_EINPUT = -3,   /* the bytes are not what they should be */
	FB_ELIMIT = -4,   /* a limit of limits.h was reached */
	FB_EUSAGE = -5,   /* used wrongly */
	FB_ESTATE = -6,   /* the case or a worker is in a state that forbids it */
	FB_EBUSY = -7,    /* another process holds it */
	FB_ENOTFOUND = -8,
	FB_EVERSION = -9, /* made by a newer program */
	FB_EFULL = -10,   /* the disk is full */
	FB_ESTOP = -11,   /* a callback asked to stop */
};

struct fb_err {
	int code;
	char text[1024];
};

/* Set code and message (printf rules) unless one is set already. Returns code. */
int fb_fail(struct fb_err *err, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The same, with ": " and the text of the current errno behind it; ENOSPC and
 * EDQUOT become FB_EFULL, ENOMEM FB_ENOMEM, whatever code says. */
int fb_fail_errno(struct fb_err *err, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Put "place: " in front of the message. */
void fb_err_prefix(struct fb_err *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* A word for a code, for messages that have nothing better. */
const char *fb_code_text(int code);

#endif
