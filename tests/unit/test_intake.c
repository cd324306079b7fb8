#include "check.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/time.h"
#include "event/format.h"
#include "intake/gunzip.h"
#include "intake/recognise.h"
#include "intake/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <zlib.h>

/* ---- walking ---- */

static char top[256];
static struct fb_buf seen;
static int stop_at = -1;

static int on_file(void *user, const struct fb_walk_file *f)
{
	int *n = user;

	(void)fb_buf_printf(&seen, "%s %llu\n", f->shown, (unsigned long long)f->size);
	CHECK(f->disk[0] == '/');
	CHECK(access(f->disk, F_OK) == 0);
	CHECK(f->mtime > 0);
	return n && ++*n == stop_at ? 99 : 0;
}

static int on_walk_problem(void *user, const char *shown, const char *disk, const char *why)
{
	(void)user;
	CHECK(disk[0] == '/');
	(void)fb_buf_printf(&seen, "! %s: %s\n", shown, why);
	return 0;
}

static const struct fb_walk_ops ops = { .file = on_file, .problem = on_walk_problem };

static const char *path_of(const char *name)
{
	static char path[8][4200];
	static unsigned turn;
	char *p = path[turn++ % 8];

	(void)snprintf(p, sizeof path[0], "%s/%s", top, name);
	return p;
}

static void make_file(const char *name, const char *text)
{
	int fd = open(path_of(name), O_WRONLY | O_CREAT | O_EXCL, 0600);

	CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	if (fd >= 0)
		(void)close(fd);
}

static void make_folder(const char *name)
{
	CHECK(mkdir(path_of(name), 0700) == 0);
}

static const char *walk(const char *const *roots, size_t n)
{
	struct fb_err err = { 0 };
	int rc;

	fb_buf_clear(&seen);
	rc = fb_walk(roots, n, &ops, NULL, &err);
	if (rc)
		(void)fb_buf_printf(&seen, "= %d %s\n", rc, err.text);
	return fb_buf_cstr(&seen);
}

static const char *walk_one(const char *root)
{
	return walk(&root, 1);
}

static void make_tree(void)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int s = socket(AF_UNIX, SOCK_STREAM, 0);

	make_folder("evidence");
	make_file("evidence/b.log", "12345");
	make_file("evidence/B.log", "1");
	make_file("evidence/a b", "");
	make_file("evidence/\xc3\xa9t\xc3\xa9", "1");
	make_file("evidence/bad\xff\xfe", "1");
	make_file("evidence/esc\x1b[31m\n", "1");
	make_file("evidence/bad\\xFF", "1");
	make_file("evidence/back\\slash", "1");
	make_file("evidence/.hidden", "1");
	make_folder("evidence/b");
	make_file("evidence/b/x", "1");
	make_folder("evidence/empty");
	make_folder("outside");
	make_file("outside/secret", "1");
	CHECK(symlink("../outside", path_of("evidence/link")) == 0);
	CHECK(symlink("../outside/secret", path_of("evidence/linkfile")) == 0);
	CHECK(symlink(".", path_of("evidence/loop")) == 0);
	CHECK(mkfifo(path_of("evidence/fifo"), 0600) == 0);
	CHECK(chdir(top) == 0); /* the name of a socket has 107 bytes */
	(void)snprintf(addr.sun_path, sizeof addr.sun_path, "evidence/sock");
	CHECK(s >= 0 && bind(s, (struct sockaddr *)&addr, sizeof addr) == 0);
	if (s >= 0)
		(void)close(s);
}

static const char tree[] =
	"evidence/.hidden 1\n"
	"evidence/B.log 1\n"
	"evidence/a b 0\n"
	"evidence/b/x 1\n"
	"evidence/b.log 5\n"
	"evidence/back\\slash 1\n"
	"evidence/bad\\x5CxFF 1\n"
	"evidence/bad\\xFF\\xFE 1\n"
	"evidence/esc\\x1B[31m\\x0A 1\n"
	"! evidence/fifo: a pipe: not read\n"
	"! evidence/link: a symbolic link: not followed\n"
	"! evidence/linkfile: a symbolic link: not followed\n"
	"! evidence/loop: a symbolic link: not followed\n"
	"! evidence/sock: a socket: not read\n"
	"evidence/\xc3\xa9t\xc3\xa9 1\n";

static void test_walk(void)
{
	char given[600];
	char first[400], second[400], whole[400];
	const char *pair[3] = { first, second, given }, *one = whole;
	int n = 0;
	struct fb_err err = { 0 };

	make_tree();
	/* However the root is spelled, the same is shown. */
	CHECK_STR(walk_one(path_of("evidence")), tree);
	CHECK_STR(walk_one(path_of("evidence/")), tree);
	CHECK_STR(walk_one(path_of("evidence//.")), tree);
	CHECK_STR(walk_one(path_of("evidence/b/..")), tree);
	CHECK(chdir(top) == 0);
	CHECK_STR(walk_one("evidence"), tree);
	CHECK_STR(walk_one("./evidence/"), tree);
	CHECK(chdir("evidence") == 0);
	CHECK_STR(walk_one("."), tree);
	CHECK_STR(walk_one("../evidence"), tree);
	CHECK_STR(walk_one("b.log"), "b.log 5\n");
	CHECK_STR(walk_one(path_of("evidence/b.log")), "b.log 5\n");
	CHECK(chdir("/") == 0);
	/* A link that is named is not followed either; a link on the way to it is. */
	CHECK_STR(walk_one(path_of("evidence/link")), "! link: a symbolic link: not followed\n");
	CHECK_STR(walk_one(path_of("evidence/link/")), "! link: a symbolic link: not followed\n");
	CHECK_STR(walk_one(path_of("evidence/link/secret")), "secret 1\n");
	CHECK_STR(walk_one(path_of("evidence/fifo")), "! fifo: a pipe: not read\n");
	/* Two of the same name; one twice. */
	make_folder("other");
	make_folder("other/b");
	make_file("other/b/y", "1");
	(void)snprintf(whole, sizeof whole, "%s/evidence", top);
	(void)snprintf(first, sizeof first, "%s/evidence/b", top);
	(void)snprintf(second, sizeof second, "%s/other/b", top);
	(void)snprintf(given, sizeof given, "%s/../b/", first);
	CHECK_STR(walk(pair, 3), "b/x 1\nb~2/y 1\n! b: given twice: read once\n");
	/* Nothing there; a callback that stops. */
	CHECK(strncmp(walk_one(path_of("missing")), "= -8 ", 5) == 0);
	CHECK(strncmp(walk_one(""), "= -5 ", 5) == 0);
	stop_at = 3;
	fb_buf_clear(&seen);
	CHECK_INT(fb_walk(&one, 1, &ops, &n, &err), 99);
	CHECK_STR(fb_buf_cstr(&seen), "evidence/.hidden 1\nevidence/B.log 1\nevidence/a b 0\n");
	stop_at = -1;
	if (getuid() != 0) {
		CHECK(chmod(path_of("evidence/b"), 0) == 0);
		CHECK(strstr(walk_one(one), "! evidence/b: cannot be opened") != NULL);
		CHECK(chmod(path_of("evidence/b"), 0700) == 0);
	}
}

static void test_deep(void)
{
	const char *out;
	int back = open(".", O_RDONLY | O_DIRECTORY);
	unsigned files = 0;

	/* Folders within folders: to the limit, and said there. */
	make_folder("deep");
	CHECK(chdir(path_of("deep")) == 0);
	for (unsigned i = 0; i < FB_WALK_DEPTH + 5; i++) {
		int fd = open("f", O_WRONLY | O_CREAT, 0600);

		CHECK(fd >= 0);
		(void)close(fd);
		CHECK(mkdir("d", 0700) == 0 && chdir("d") == 0);
	}
	out = walk_one(path_of("deep"));
	CHECK(strstr(out, "too many folders within one another") != NULL);
	for (const char *p = out; (p = strstr(p, "/f 0\n")); p++)
		files++;
	CHECK_INT(files, FB_WALK_DEPTH);
	/* Names that together are too long. */
	make_folder("long");
	CHECK(chdir(path_of("long")) == 0);
	for (unsigned i = 0; i < 40; i++) {
		char wide[201];

		memset(wide, 'n', 200);
		wide[200] = 0;
		CHECK(mkdir(wide, 0700) == 0 && chdir(wide) == 0);
	}
	CHECK(strstr(walk_one(path_of("long")), "the path is too long") != NULL);
	CHECK(fchdir(back) == 0);
	(void)close(back);
}

static void test_open(void)
{
	struct fb_err err = { 0 };
	int fd = -7;
	char c;

	CHECK_INT(fb_open_evidence(path_of("evidence/b.log"), &fd, &err), 0);
	CHECK(fd >= 0 && read(fd, &c, 1) == 1 && c == '1');
	CHECK(write(fd, "x", 1) < 0);
	CHECK(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	(void)close(fd);
	fd = -7;
	CHECK_INT(fb_open_evidence(path_of("evidence/linkfile"), &fd, &err), FB_EIO);
	CHECK(strstr(err.text, "symbolic link") != NULL);
	err = (struct fb_err){ 0 };
	CHECK_INT(fb_open_evidence(path_of("evidence/fifo"), &fd, &err), FB_EIO);
	err = (struct fb_err){ 0 };
	CHECK_INT(fb_open_evidence(path_of("evidence"), &fd, &err), FB_EIO);
	CHECK(strstr(err.text, "not a regular file") != NULL);
	err = (struct fb_err){ 0 };
	CHECK_INT(fb_open_evidence(path_of("evidence/none"), &fd, &err), FB_ENOTFOUND);
	CHECK_INT(fd, -7);
}

/* ---- recognising ---- */

static int probe_a(struct fb_slice head, bool whole)
{
	return head.n && head.p[0] == 'a' ? 50 : whole ? 1 : 0;
}

static int probe_b(struct fb_slice head, bool whole)
{
	(void)whole;
	return head.n > 1 && head.p[1] == 'b' ? 60 : head.n && head.p[0] == 'a' ? 50 : 0;
}

static int probe_size(struct fb_slice head, bool whole)
{
	return head.n == FB_PROBE_MAX && !whole ? 100 : 0;
}

static void test_recognise(void)
{
	static const struct fb_format a = { .name = "a", .probe = probe_a },
				      b = { .name = "b", .probe = probe_b },
				      c = { .name = "c", .probe = probe_size };
	const struct fb_format *const formats[] = { &a, &b, &c, NULL };
	const struct fb_format *const none[] = { NULL };
	uint8_t *big = calloc(1, FB_PROBE_MAX + 1);

	CHECK(fb_recognise(formats, FB_LIT("ax"), false) == &a); /* the first of equals */
	CHECK(fb_recognise(formats, FB_LIT("ab"), false) == &b); /* the surest */
	CHECK(fb_recognise(formats, FB_LIT("xx"), false) == NULL);
	CHECK(fb_recognise(formats, FB_LIT("xx"), true) == &a);
	CHECK(fb_recognise(none, FB_LIT("ab"), true) == NULL);
	CHECK(big && fb_recognise(formats, fb_slice(big, FB_PROBE_MAX + 1), true) == &c);
	free(big);
	CHECK(fb_is_gzip(FB_LIT("\x1f\x8b\x08\x00")));
	CHECK(fb_is_gzip(FB_LIT("\x1f\x8b\x08\x08name")));
	CHECK(!fb_is_gzip(FB_LIT("\x1f\x8b\x08")));
	CHECK(!fb_is_gzip(FB_LIT("\x1f\x8b\x07\x00")));
	CHECK(!fb_is_gzip(FB_LIT("\x1f\x8b\x08\xff")));
	CHECK(!fb_is_gzip(FB_LIT("PK\x03\x04")));
	CHECK(!fb_is_gzip(FB_LIT("")));
}

/* ---- gzip ---- */

/* A member as gzip writes it. */
static struct fb_slice pack(struct fb_slice plain, uint8_t *out, size_t room)
{
	z_stream z = { 0 };
	int rc;

	CHECK(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
	z.next_in = (Bytef *)(uintptr_t)plain.p;
	z.avail_in = (uInt)plain.n;
	z.next_out = out;
	z.avail_out = (uInt)room;
	rc = deflate(&z, Z_FINISH);
	CHECK(rc == Z_STREAM_END);
	(void)deflateEnd(&z);
	return fb_slice(out, room - z.avail_out);
}

struct unpacked {
	struct fb_buf out;
	enum fb_gunzip_state state;
	uint64_t in, made, members;
	char why[100];
};

/* In pieces of `step` bytes into rooms of `room`. */
static void unpack(struct fb_slice in, size_t step, size_t room, uint64_t max, struct unpacked *u)
{
	struct fb_gunzip *g = fb_gunzip_new(max);
	uint8_t *out = malloc(room);
	size_t at = 0;

	fb_buf_init(&u->out, (size_t)64 << 20);
	CHECK(g != NULL && out != NULL);
	while (g && out && at < in.n) {
		struct fb_slice piece = fb_slice_sub(in, at, step);
		uint8_t *own = malloc(piece.n);
		size_t taken = 0;

		if (!own)
			break;
		memcpy(own, piece.p, piece.n);
		for (;;) {
			size_t used = 9999, made = 9999;

			CHECK_INT(fb_gunzip_push(g, fb_slice(own + taken, piece.n - taken), out,
						 room, &used, &made), 0);
			CHECK(used <= piece.n - taken && made <= room);
			(void)fb_buf_put(&u->out, out, made);
			taken += used;
			if (used == 0 && made == 0)
				break;
		}
		free(own);
		at += piece.n;
	}
	u->state = fb_gunzip_state(g);
	u->in = fb_gunzip_in(g);
	u->made = fb_gunzip_out(g);
	u->members = fb_gunzip_members(g);
	(void)snprintf(u->why, sizeof u->why, "%s", fb_gunzip_why(g));
	CHECK_INT(u->made, u->out.n);
	fb_gunzip_free(g);
	free(out);
}

static void check_unpack(struct fb_slice in, size_t step, size_t room, enum fb_gunzip_state state,
			 struct fb_slice plain, uint64_t used, const char *why)
{
	struct unpacked u;

	unpack(in, step, room, FB_UNPACK_MAX, &u);
	CHECK_INT(u.state, state);
	CHECK(fb_slice_eq(fb_buf_view(&u.out), plain));
	CHECK_INT(u.in, used);
	CHECK_STR(u.why, why);
	fb_buf_dispose(&u.out);
}

#define BEHIND "bytes behind the last member"

static void test_gunzip(void)
{
	static uint8_t plain[200000], packed[300000], copy[300000];
	struct fb_slice all = { plain, sizeof plain }, a, b, both;
	struct unpacked u;

	for (size_t i = 0; i < sizeof plain; i++)
		plain[i] = (uint8_t)(i % 251 ^ (i >> 9));
	a = pack(fb_slice_sub(all, 0, 1000), packed, sizeof packed);
	for (size_t step = 1; step <= a.n; step++)
		check_unpack(a, step, step % 97 + 1, FB_GUNZIP_END, fb_slice_sub(all, 0, 1000), a.n, "");
	/* Truncated anywhere: MORE, and the rest came out. */
	for (size_t n = 1; n < a.n; n++) {
		unpack(fb_slice_sub(a, 0, n), 64, 4096, FB_UNPACK_MAX, &u);
		CHECK_INT(u.state, FB_GUNZIP_MORE);
		CHECK_INT(u.in, n);
		CHECK(fb_slice_eq(fb_buf_view(&u.out), fb_slice_sub(all, 0, u.out.n)));
		fb_buf_dispose(&u.out);
	}
	/* Members, one after the other. */
	b = pack(fb_slice_sub(all, 1000, sizeof plain), packed + a.n, sizeof packed - a.n - 10);
	both = fb_slice(packed, a.n + b.n);
	check_unpack(both, 1, 1, FB_GUNZIP_END, all, both.n, "");
	check_unpack(both, 1000, 777, FB_GUNZIP_END, all, both.n, "");
	check_unpack(both, both.n, sizeof plain, FB_GUNZIP_END, all, both.n, "");
	/* Bytes behind: zeros, text, half a magic, a magic. */
	memset(packed + both.n, 0, 10);
	check_unpack(fb_slice(packed, both.n + 10), 999, 999, FB_GUNZIP_TRAILING, all, both.n, BEHIND);
	packed[both.n] = 0x1f;
	check_unpack(fb_slice(packed, both.n + 1), 999, 999, FB_GUNZIP_TRAILING, all, both.n, BEHIND);
	check_unpack(fb_slice(packed, both.n + 5), 1, 999, FB_GUNZIP_TRAILING, all, both.n, BEHIND);
	packed[both.n + 1] = 0x8b;
	check_unpack(fb_slice(packed, both.n + 2), 999, 999, FB_GUNZIP_MORE, all, both.n + 2, "");
	check_unpack(fb_slice(packed, both.n + 5), 999, 999, FB_GUNZIP_BAD, all, both.n,
		     "unknown compression method");
	/* Damage: in the trailer, in the length, in the middle; no gzip at all. */
	memcpy(copy, a.p, a.n);
	copy[a.n - 8] ^= 1;
	check_unpack(fb_slice(copy, a.n), 10, 4096, FB_GUNZIP_BAD, fb_slice_sub(all, 0, 1000), 0,
		     "wrong checksum");
	copy[a.n - 8] ^= 1;
	copy[a.n - 1] ^= 1;
	check_unpack(fb_slice(copy, a.n), 10, 4096, FB_GUNZIP_BAD, fb_slice_sub(all, 0, 1000), 0,
		     "wrong length in the trailer");
	check_unpack(FB_LIT("hello"), 2, 10, FB_GUNZIP_BAD, fb_slice(NULL, 0), 0, "not a gzip header");
	for (size_t i = 10; i < a.n; i++) {
		memcpy(copy, a.p, a.n);
		copy[i] ^= 0x10;
		unpack(fb_slice(copy, a.n), a.n, 4096, FB_UNPACK_MAX, &u);
		/* Bits that mean nothing stand behind the last block. */
		CHECK(u.state == FB_GUNZIP_BAD || u.state == FB_GUNZIP_MORE ||
		      (i == a.n - 9 && fb_slice_eq(fb_buf_view(&u.out), fb_slice_sub(all, 0, 1000))));
		fb_buf_dispose(&u.out);
	}
}

static void test_bomb(void)
{
	static uint8_t plain[1 << 20], packed[1 << 16];
	struct fb_slice p = pack(fb_slice(plain, sizeof plain), packed, sizeof packed);
	struct unpacked u;

	CHECK(p.n < sizeof plain / 500);
	for (uint64_t max = sizeof plain - 1; max <= sizeof plain + 1; max++) {
		unpack(p, 100, 5000, max, &u);
		CHECK_INT(u.state, max < sizeof plain ? FB_GUNZIP_LIMIT : FB_GUNZIP_END);
		CHECK_INT(u.out.n, max < sizeof plain ? max : sizeof plain);
		fb_buf_dispose(&u.out);
	}
	unpack(p, 100, 5000, 9999, &u); /* the last room has one byte too many */
	CHECK_INT(u.state, FB_GUNZIP_LIMIT);
	CHECK_INT(u.out.n, 9999);
	fb_buf_dispose(&u.out);
	unpack(p, 7, 5000, 0, &u);
	CHECK_INT(u.state, FB_GUNZIP_LIMIT);
	CHECK_INT(u.out.n, 0);
	fb_buf_dispose(&u.out);
}

/* What the gzip program writes, if it is here. */
static void test_gzip_program(void)
{
	char command[600];
	struct fb_buf in;
	struct unpacked u;
	FILE *f;
	uint8_t block[4096];
	size_t n;

	(void)snprintf(command, sizeof command,
		       "cd '%s' && printf one > m && gzip -9 m && printf two > n && gzip -1 n && cat m.gz n.gz 2>/dev/null", top);
	f = popen(command, "r");
	fb_buf_init(&in, 1 << 20);
	while (f && (n = fread(block, 1, sizeof block, f)) > 0)
		(void)fb_buf_put(&in, block, n);
	if (!f || pclose(f) != 0 || in.n == 0) {
		printf("SKIP: no gzip program\n");
		fb_buf_dispose(&in);
		return;
	}
	CHECK(fb_is_gzip(fb_buf_view(&in)));
	unpack(fb_buf_view(&in), 3, 2, FB_UNPACK_MAX, &u);
	CHECK_INT(u.state, FB_GUNZIP_END);
	CHECK_INT(u.members, 2);
	CHECK_STR(fb_buf_cstr(&u.out), "onetwo");
	fb_buf_dispose(&u.out);
	fb_buf_dispose(&in);
}

int main(void)
{
	const char *tmp = getenv("TMPDIR");
	char command[400];

	fb_buf_init(&seen, 1 << 20);
	(void)snprintf(top, sizeof top, "%s/fb-intake-XXXXXX", tmp ? tmp : "/tmp");
	CHECK(mkdtemp(top) != NULL);
	test_walk();
	test_deep();
	test_open();
	test_recognise();
	test_gunzip();
	test_bomb();
	test_gzip_program();
	(void)snprintf(command, sizeof command, "rm -rf '%s'", top);
	CHECK(system(command) == 0);
	fb_buf_dispose(&seen);
	return check_done();
}
