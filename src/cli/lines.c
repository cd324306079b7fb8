#include "cli/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE_MAX_BYTES 32768
#define BLOCK (1u << 20)

static int lines_of(int fd, char *block, int (*line)(void *user, struct fb_slice line), void *user, uint64_t *too_long)
{
	size_t have = 0;
	int r = 0;

	for (bool more = true; more && r == 0;) {
		ssize_t got = read(fd, block + have, BLOCK - have);
		size_t from = 0;

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return FB_EIO;
		more = got > 0;
		have += (size_t)got;
		if (memchr(block, 0, have))
			return FB_EINPUT;
		for (size_t at; from < have && r == 0; from = at + 1) {
			const char *end = memchr(block + from, '\n', have - from);

			if (!end && more && have - from < BLOCK)
				break;
			at = end ? (size_t)(end - block) : have;
			if (at - from > LINE_MAX_BYTES)
				++*too_long;
			else
				r = line(user, fb_slice(block + from, at - from));
		}
		from = from < have ? from : have;
		memmove(block, block + from, have - from);
		have -= from;
	}
	return r;
}

static int read_lines(const char *path, int (*line)(void *user, struct fb_slice line), void *user, uint64_t *too_long, struct fb_err *err)
{
	char *block;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), r;
	struct stat st;

	if (fd < 0)
		return fb_fail(err, errno == ENOENT ? FB_ENOTFOUND : FB_EIO, "%s: %s", path, strerror(errno));
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		(void)close(fd);
		return fb_fail(err, FB_EINPUT, "%s: not a file", path);
	}
	block = malloc(BLOCK);
	r = block ? lines_of(fd, block, line, user, too_long) : FB_ENOMEM;
	free(block);
	(void)close(fd);
	if (r == 0)
		return 0;
	return fb_fail(err, r, "%s: %s", path, r == FB_EINPUT ? "not a text, or one in UTF-16 (it has to be in UTF-8)" : fb_code_text(r));
}

const struct fb_lines fb_cli_lines = { read_lines };
