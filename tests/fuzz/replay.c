/* Replays inputs through a fuzz harness, for compilers without libFuzzer and for
 * `make check`: every file given, and every file in the folders given. */
#include "base/io.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define INPUT_MAX ((size_t)64 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int one(const char *path)
{
	struct fb_err err = { 0 };
	struct fb_buf in;
	uint8_t *copy;

	fb_buf_init(&in, INPUT_MAX);
	if (fb_read_file(path, INPUT_MAX, &in, &err)) {
		(void)fprintf(stderr, "%s\n", err.text);
		fb_buf_dispose(&in);
		return 1;
	}
	/* Exactly as long as the input, so that the sanitizer sees overruns. */
	copy = malloc(in.n ? in.n : 1);
	if (!copy)
		return 1;
	if (in.n)
		memcpy(copy, in.p, in.n);
	(void)LLVMFuzzerTestOneInput(copy, in.n);
	free(copy);
	fb_buf_dispose(&in);
	return 0;
}

static int by_name(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

int main(int argc, char **argv)
{
	unsigned n = 0;

	for (int i = 1; i < argc; i++) {
		struct dirent **names = NULL;
		struct stat st;
		int count;

		if (stat(argv[i], &st) == 0 && S_ISREG(st.st_mode)) {
			if (one(argv[i]))
				return 1;
			n++;
			continue;
		}
		count = scandir(argv[i], &names, by_name, alphasort);
		if (count < 0) {
			perror(argv[i]);
			return 1;
		}
		for (int k = 0; k < count; k++) {
			char path[4096];

			(void)snprintf(path, sizeof path, "%s/%s", argv[i], names[k]->d_name);
			if (one(path))
				return 1;
			n++;
			free(names[k]);
		}
		free(names);
	}
	(void)printf("%u inputs replayed\n", n);
	return n == 0;
}
