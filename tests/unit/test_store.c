/* The user's own files: what comes back, and what is not trusted. */
#include "check.h"

#include "base/io.h"
#include "base/limits.h"
#include "base/store.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[] = "/tmp/fb-store-XXXXXX";
static char folder[256], file[512];

static int open_at(struct fb_store *s, const char *path, bool make)
{
	struct fb_err err = { 0 };
	int r = fb_store_open(s, path, make, &err);

	CHECK((r != 0) == (err.text[0] != 0));
	return r;
}

/* -1: not there or not to be used; else is it "hello"? */
static int get_code(const char *name)
{
	struct fb_store s;
	struct fb_err err = { 0 };
	void *bytes = NULL;
	size_t n = 0;
	int r = open_at(&s, folder, false);

	if (r)
		return r;
	r = fb_store_get(&s, name, &bytes, &n, &err);
	if (r == 0)
		CHECK(n == 5 && memcmp(bytes, "hello", 5) == 0);
	else
		CHECK(err.text[0] != 0 && !bytes);
	free(bytes);
	fb_store_close(&s);
	return r;
}

static void put(const char *name, const char *text)
{
	struct fb_store s;
	struct fb_err err = { 0 };

	CHECK_INT(open_at(&s, folder, true), 0);
	CHECK_INT(fb_store_put(&s, name, fb_slice_str(text), &err), 0);
	fb_store_close(&s);
}

static void test_there_and_back(void)
{
	struct fb_store s;
	struct stat st;

	CHECK_INT(open_at(&s, folder, false), FB_ENOTFOUND);
	put("a", "hello");
	CHECK_INT(stat(folder, &st), 0);
	CHECK_INT(st.st_mode & 0777, 0700);
	CHECK_INT(stat(file, &st), 0);
	CHECK_INT(st.st_mode & 0777, 0600);
	CHECK_INT(get_code("a"), 0);
	CHECK_INT(get_code("b"), FB_ENOTFOUND);
	put("a", "other");
	put("a", "hello");
	CHECK_INT(get_code("a"), 0);
}

static void test_damage(void)
{
	struct fb_buf whole;
	int fd;

	fb_buf_init(&whole, 65536);
	CHECK_INT(fb_read_file(file, 4096, &whole, NULL), 0);
	CHECK(whole.n > 5);
	for (size_t i = 0; i < whole.n; i++) {
		uint8_t flipped = whole.p[i] ^ 0x10;

		fd = open(file, O_WRONLY);
		CHECK(fd >= 0 && pwrite(fd, &flipped, 1, (off_t)i) == 1);
		CHECK_INT(get_code("a"), FB_EINPUT);
		CHECK(pwrite(fd, &whole.p[i], 1, (off_t)i) == 1);
		close(fd);
	}
	CHECK_INT(get_code("a"), 0);
	for (size_t n = 0; n < whole.n; n++) {
		CHECK_INT(truncate(file, (off_t)n), 0);
		CHECK_INT(get_code("a"), FB_EINPUT);
		put("a", "hello");
	}
	CHECK_INT(truncate(file, (off_t)whole.n + 1), 0);
	CHECK_INT(get_code("a"), FB_EINPUT);
	put("a", "hello");
	fb_buf_dispose(&whole);
}

static void test_names(void)
{
	char other[512];

	/* One is not taken for another. */
	(void)snprintf(other, sizeof other, "%s/b", folder);
	CHECK_INT(rename(file, other), 0);
	CHECK_INT(get_code("b"), FB_EINPUT);
	/* A link, also a hard one, could have been made elsewhere. */
	put("a", "hello");
	CHECK_INT(unlink(other), 0);
	CHECK_INT(symlink("a", other), 0);
	CHECK_INT(get_code("b"), FB_ESTATE);
	CHECK_INT(unlink(other), 0);
	CHECK_INT(link(file, other), 0);
	CHECK_INT(get_code("a"), FB_ESTATE);
	CHECK_INT(unlink(other), 0);
	CHECK_INT(get_code("a"), 0);
	CHECK_INT(mkdir(other, 0700), 0);
	CHECK_INT(get_code("b"), FB_ESTATE);
	CHECK_INT(rmdir(other), 0);
	/* Nobody writes into it, and it does not hang. */
	CHECK_INT(mkfifo(other, 0600), 0);
	CHECK_INT(get_code("b"), FB_ESTATE);
	CHECK_INT(unlink(other), 0);
}

static void test_rights(void)
{
	static const mode_t file_modes[] = { 0640, 0620, 0604, 0602, 0666 };
	static const mode_t folder_modes[] = { 0750, 0770, 0705, 0707, 0710, 01777 };

	for (size_t i = 0; i < sizeof file_modes / sizeof *file_modes; i++) {
		CHECK_INT(chmod(file, file_modes[i]), 0);
		CHECK_INT(get_code("a"), FB_ESTATE);
	}
	CHECK_INT(chmod(file, 0600), 0);
	for (size_t i = 0; i < sizeof folder_modes / sizeof *folder_modes; i++) {
		CHECK_INT(chmod(folder, folder_modes[i]), 0);
		CHECK_INT(get_code("a"), FB_ESTATE);
	}
	CHECK_INT(chmod(folder, 0700), 0);
	CHECK_INT(get_code("a"), 0);
	if (geteuid() == 0) {
		CHECK_INT(chown(file, 12345, 12345), 0);
		CHECK_INT(get_code("a"), FB_ESTATE);
		CHECK_INT(chown(file, 0, 0), 0);
		CHECK_INT(chown(folder, 12345, 12345), 0);
		CHECK_INT(get_code("a"), FB_ESTATE);
		CHECK_INT(chown(folder, 0, 0), 0);
		CHECK_INT(get_code("a"), 0);
	}
}

static void test_folder(void)
{
	char path[512], below[600];
	struct fb_store s;

	(void)snprintf(path, sizeof path, "%s/link", root);
	CHECK_INT(symlink(folder, path), 0);
	CHECK_INT(open_at(&s, path, true), FB_ESTATE);
	CHECK_INT(open_at(&s, file, true), FB_ESTATE);
	(void)snprintf(below, sizeof below, "%s/above/store", root);
	CHECK_INT(open_at(&s, below, true), 0);
	fb_store_close(&s);
	/* Root leaves nothing among the folders of others. */
	if (geteuid() == 0) {
		(void)snprintf(path, sizeof path, "%s/theirs", root);
		CHECK_INT(mkdir(path, 0777), 0);
		CHECK_INT(chown(path, 12345, 12345), 0);
		(void)snprintf(below, sizeof below, "%s/theirs/store", root);
		CHECK_INT(open_at(&s, below, true), FB_ESTATE);
		CHECK(access(below, F_OK) != 0);
		(void)snprintf(below, sizeof below, "%s/theirs/x/store", root);
		CHECK_INT(open_at(&s, below, true), FB_ESTATE);
	}
}

static void test_room(void)
{
	char name[32], path[600];
	struct fb_store s;
	size_t files;
	uint64_t bytes;

	for (unsigned i = 0; i < FB_STORE_FILES + 4; i++) {
		(void)snprintf(name, sizeof name, "n%u", i);
		put(name, "hello");
		CHECK_INT(get_code("n0"), 0); /* in use: stays */
	}
	CHECK_INT(get_code("n1"), FB_ENOTFOUND);
	CHECK_INT(get_code(name), 0);
	CHECK_INT(open_at(&s, folder, false), 0);
	fb_store_count(&s, &files, &bytes);
	CHECK_INT(files, FB_STORE_FILES);
	CHECK(bytes > 5 * FB_STORE_FILES);
	fb_store_close(&s);
	/* What a run that died left, once it is old. */
	(void)snprintf(path, sizeof path, "%s/x.new-1", folder);
	close(open(path, O_WRONLY | O_CREAT, 0600));
	put("a", "hello");
	CHECK_INT(access(path, F_OK), 0);
	CHECK_INT(utimensat(AT_FDCWD, path, (struct timespec[2]){ { 1, 0 }, { 1, 0 } }, 0), 0);
	put("a", "hello");
	CHECK(access(path, F_OK) != 0);
}

int main(void)
{
	const char *argv[] = { "rm", "-rf", root, NULL };

	CHECK(mkdtemp(root) != NULL);
	(void)snprintf(folder, sizeof folder, "%s/store", root);
	(void)snprintf(file, sizeof file, "%s/a", folder);
	test_there_and_back();
	test_damage();
	test_names();
	test_rights();
	test_folder();
	test_room();
	check_done();
	(void)fflush(stdout);
	if (check_failed == 0)
		execvp(argv[0], (char *const *)(uintptr_t)argv);
	return 1;
}
