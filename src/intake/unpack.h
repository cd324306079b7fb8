/* Archives, by libarchive: what is in them, one member after the other, pulled out of
 * bytes that are pulled in. No I/O of its own and no names of files: the reader hands it
 * the bytes and takes what comes out. Only formats and filters that are named here are
 * ever asked for, and none that would run a program.
 *
 * The process must have the character type locale C.UTF-8 and the time zone UTC0, set
 * before it is confined: names and times of archives go through the C library.
 */
#ifndef FB_INTAKE_UNPACK_H
#define FB_INTAKE_UNPACK_H

#include "base/err.h"
#include "base/slice.h"
#include "base/time.h"
#include "intake/container.h"

/* Where the archive's bytes come from. */
struct fb_pull {
	void *user;
	/* The next bytes; they live until the next call. Empty: the end. Non-zero: stop. */
	int (*next)(void *user, struct fb_slice *out);
	/* The next call of `next` gives what stands at `at`; NULL: they come once. */
	int (*seek)(void *user, uint64_t at);
	uint64_t size; /* with seek only */
};

enum fb_trouble {
	FB_TROUBLE_NONE = 0,
	FB_TROUBLE_CHECKSUM,    /* all bytes came out, and are not those that went in */
	FB_TROUBLE_DAMAGED,
	FB_TROUBLE_TRUNCATED,
	FB_TROUBLE_MEMORY,      /* more than the process may take */
	FB_TROUBLE_ENCRYPTED,   /* no password opens it, or none could */
	FB_TROUBLE_UNSUPPORTED, /* a method that is not known here */
};

enum fb_member_kind {
	FB_MEMBER_FILE = 0,
	FB_MEMBER_FOLDER,
	FB_MEMBER_LINK,  /* symbolic: target says where to */
	FB_MEMBER_HARD,  /* another name of the member `target`, without bytes of its own */
	FB_MEMBER_OTHER, /* devices, sockets */
};

struct fb_member {
	enum fb_member_kind kind;
	struct fb_slice name;   /* as stored; p NULL: none, or none that could be read */
	struct fb_slice target;
	bool size_known, encrypted;
	uint64_t size;          /* as it claims */
	fb_time mtime;          /* FB_TIME_NONE: none */
	bool local;             /* mtime is the clock on the wall, its zone unknown */
};

struct fb_unpack;

/* passwords: NULL-terminated, borrowed; may be NULL. streamed: as if there were no
 * seek. NULL: out of memory. */
struct fb_unpack *fb_unpack_new(enum fb_container kind, const struct fb_pull *pull, bool streamed,
				const char *const *passwords);
void fb_unpack_free(struct fb_unpack *u);

/* The next member; what it points to lives until the next call. 1; 0: the end, or no
 * further (then fb_unpack_trouble says why); negative: what pull answered. */
int fb_unpack_next(struct fb_unpack *u, struct fb_member *out);
/* Its next bytes, with `hole` zeroes before them. 1; 0: its end (trouble: which may be
 * before its end); negative as above. Members may be left unread. */
int fb_unpack_data(struct fb_unpack *u, uint64_t *hole, struct fb_slice *out);

/* Of the last call that returned 0. */
enum fb_trouble fb_unpack_trouble(const struct fb_unpack *u);
/* One line about it, as libarchive says it; may hold bytes of the evidence. */
const char *fb_unpack_why(const struct fb_unpack *u);
/* Nothing more can come out. */
bool fb_unpack_broken(const struct fb_unpack *u);
/* How far into its bytes it has come. */
uint64_t fb_unpack_at(const struct fb_unpack *u);
/* The password that opened a member, or NULL. */
const char *fb_unpack_password(const struct fb_unpack *u);

/* "libarchive 3.6.2 zlib/1.2.13 …" */
const char *fb_unpack_library(void);
/* Is every filter a library's, so that none would run a program? For doctor and tests. */
bool fb_unpack_safe(void);

#endif
