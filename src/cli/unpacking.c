#include "cli/unpacking.h"

#include "base/io.h"
#include "base/text.h"

#include <stdlib.h>

const struct fb_opt fb_opts_unpack[] = {
	{ "password-file", 0, FB_OPT_FILE, "FILE",
	  "passwords for encrypted archives, one a line; `infected` is always tried", false },
	{ "memory", 0, FB_OPT_TEXT, "SIZE",
	  "let unpacking an archive take that much memory: 512M, 4G (192M when left out)", false },
	{ 0 },
};

bool fb_size_parse(const char *text, uint64_t least, uint64_t most, uint64_t *out)
{
	static const struct { char letter; unsigned shift; } units[] = { { 'K', 10 }, { 'M', 20 },
									 { 'G', 30 }, { 'T', 40 } };
	struct fb_slice s = fb_slice_str(text);
	unsigned shift = 0;
	uint64_t n;

	for (size_t i = 0; s.n && i < sizeof units / sizeof *units; i++)
		if ((s.p[s.n - 1] & ~0x20) == units[i].letter) {
			shift = units[i].shift;
			s.n--;
			break;
		}
	if (!fb_slice_u64(s, &n) || n > most >> shift || n << shift < least)
		return false;
	*out = n << shift;
	return true;
}

static int read_memory(const char *text, uint64_t *out, struct fb_err *err)
{
	return fb_size_parse(text, FB_WORKER_MEMORY, FB_MEMORY_MAX, out)
		       ? 0 : fb_fail(err, FB_EUSAGE, "--memory %s: not a size from 192M to 64G", text);
}

/* Lines of the file; each is a password as it stands, without its line end. */
static int split(struct fb_unpacking *u, const char *path, struct fb_err *err)
{
	char *at = (char *)u->text.p;
	size_t n = 0;

	for (char *end = at ? at + u->text.n : at; at && at < end;) {
		char *stop = memchr(at, '\n', (size_t)(end - at));

		if (!stop)
			break;
		*stop = 0;
		if (stop > at && stop[-1] == '\r')
			stop[-1] = 0;
		if (*at && n == FB_PASSWORDS_MAX)
			return fb_fail(err, FB_EUSAGE, "%s: more than %d passwords", path, FB_PASSWORDS_MAX);
		if (*at)
			u->passwords[n++] = at;
		at = stop + 1;
	}
	u->passwords[n] = "infected";
	return 0;
}

int fb_unpacking_read(struct fb_unpacking *u, const struct fb_args *args, struct fb_err *err)
{
	const char *path = fb_args_get(args, "password-file"), *memory = fb_args_get(args, "memory");
	int r = 0;

	*u = (struct fb_unpacking){ 0 };
	fb_buf_init(&u->text, FB_PASSWORD_FILE_MAX + 2);
	u->passwords = calloc(FB_PASSWORDS_MAX + 2, sizeof *u->passwords);
	if (!u->passwords)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	if (memory)
		r = read_memory(memory, &u->memory, err);
	if (!r && path)
		r = fb_read_file(path, FB_PASSWORD_FILE_MAX, &u->text, err);
	if (!r && fb_buf_putc(&u->text, '\n'))
		r = fb_fail(err, u->text.code, "%s: %s", path, fb_code_text(u->text.code));
	return r ? r : split(u, path, err);
}

void fb_unpacking_config(const struct fb_unpacking *u, struct fb_engine_config *config)
{
	config->passwords = u->passwords;
	config->reader_memory = u->memory;
}

void fb_unpacking_dispose(struct fb_unpacking *u)
{
	fb_buf_dispose(&u->text);
	free(u->passwords);
}
