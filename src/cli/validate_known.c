/* The known data: an archive with two event logs, two web logs and a text, and six rules,
 * carried by the program (scripts/make-known.py). What is expected of it was worked out
 * from its bytes, and does not follow the program. */
#include "cli/validated.h"

#include "assess/seal.h"
#include "base/io.h"
#include "case/custody.h"
#include "cli/known_data.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROOM (64u << 10)
#define CASE_MAX (8u << 20)

static const struct {
	const char *path, *expected; /* format, size, sums, events; bytes decoded, rejected, skipped */
} sources[] = {
	{ "known.zip",
	  "zip, 12416 bytes, sha256:29357283bd1aabe51ec38e29a07664691f298d7f4a72ffd15a0f25b82eb196a0 "
	  "md5:53c91f9eca915d12fa5d64a5199c48ca sha1:94bc0e3c4907cc989f9b70c87be7fd3192dfdb4b, 0 events, "
	  "12416/0/0" },
	{ "known.zip!host/Damaged.evtx",
	  "evtx, 69632 bytes, sha256:1cf53456335e83f87b530fb519547bb196255a1f57dacd50ba60b871df14cbaf "
	  "md5:b90d85b999f5daaee2f7ceb76ac96d90 sha1:aa21846b2a9a7741d05670fa9397c6cdeedfdc3d, 102 events, "
	  "43928/1944/23760" },
	{ "known.zip!host/System.evtx",
	  "evtx, 69632 bytes, sha256:3bbc53f3cf356cfa05372fd5b962fbf48435648aba66651682cc939beffe834c "
	  "md5:aa30043513c2ffe850010727da731da9 sha1:c16b9f4520c66b39204ab058a166704fb7c59761, 103 events, "
	  "45872/0/23760" },
	{ "known.zip!notes.txt",
	  "unknown, 16 bytes, sha256:8862b0629ff210aacadf881333590c9f964eec05fe23463d06aed58dbc84c82e "
	  "md5:689ee08463b3364dcc82933793b2b677 sha1:1753926b63f5b77aa5483611b3e286e90d0d0b42, 0 events, "
	  "0/0/16" },
	{ "known.zip!web/access.log.gz",
	  "gzip, 147 bytes, sha256:ccd7a1db90318bdb7fdc729096854b6d259aa8b91b6db8cf0a2618af1f03335c "
	  "md5:d8888d0ff69dbdc2010e1b78026907e0 sha1:77c9204441e0dac594443b6fbe4f6696bcde0269, 0 events, "
	  "147/0/0" },
	{ "known.zip!web/access.log.gz!access.log",
	  "access-log, 465 bytes, sha256:d4f6d3c41efa2956340214c05b94bcfc40fbc1b5ae9e95409a4878ec68fa8412 "
	  "md5:f31ad1ebca2267ce25214bec3b897406 sha1:0036a024d9dd8d9a1980de3e2a244515cab9a710, 5 events, "
	  "465/0/0" },
	{ "known.zip!web/u_ex250718.log",
	  "iis-w3c, 854 bytes, sha256:23a7cfd5162ff9a48d3bdc15f542aad5869f332d42e063985199d838f1745c7e "
	  "md5:995bc9327b7971685ffdf909a4407595 sha1:66de3e7a8a5454bd2b9eafee41ce4f51d05d3b55, 7 events, "
	  "854/0/0" },
};
#define NSOURCES (sizeof sources / sizeof *sources)

#define RULE(n) "f1b0a001-0000-4000-8000-00000000000" #n
static const struct {
	const char *rule, *what, *expected; /* a line for each detection */
} found[] = {
	{ RULE(1), "a text in a field",
	  "2025-07-18T09:14:02Z line 6 offset 307; 2025-07-18T09:14:03Z line 7 offset 408" },
	{ RULE(2), "a regular expression", "2025-07-18T09:14:10Z line 8 offset 526" },
	{ RULE(3), "a network, asked for by a correlation only", "nothing" },
	{ RULE(4), "a correlation: two of these in a minute, not the third",
	  "2025-07-18T09:14:30Z line 10 offset 704 of 2 events" },
	{ RULE(5), "a record, once for its two copies",
	  "2025-08-15T08:09:36.7777778Z record 88461 offset 27448 and 1 copy" },
	{ RULE(6), "what is not there", "nothing" },
};
#define NFOUND (sizeof found / sizeof *found)

/* Of the record and of the line that these find. */
static const char record[] = "879 bytes, sha256:25146c8ebf7add0afce79ff99dfaf5d3b4feacf6ea417efd9f48f0aae8f34d36";
static const char line[] = "2025-07-18 09:14:10 192.0.2.5 GET /search.aspx q=known+value+4711 443 - "
			   "198.51.100.7 Known/1.0 200 15";

struct knowing {
	struct fb_validated *t;
	const struct fb_format *const *formats;
	struct fb_case *c;
	char *dir, *archive, *rules, *case_dir, *said;
	struct fb_buf sources[NSOURCES], found[NFOUND], record, line;
	size_t others; /* sources and detections that are not expected */
};

/* ---- running what people run ---- */

/* In a child, which is all that this program is: what it says goes to a file. */
static int run(struct knowing *k, int argc, const char *const *argv, char *got, size_t room)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		int fd = open(k->said, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

		if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0 || dup2(fd, STDERR_FILENO) < 0)
			_exit(FB_EXIT_FAILED);
		_exit(fb_main(argc, (char **)(uintptr_t)argv, k->formats));
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		(void)snprintf(got, room, "could not be started");
	else if (WIFEXITED(status))
		(void)snprintf(got, room, "exit status %d", WEXITSTATUS(status));
	else
		(void)snprintf(got, room, "killed by signal %d", WTERMSIG(status));
	return pid > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void investigate(struct knowing *k)
{
	const char *argv[] = { "firebreak", "investigate", k->archive, "-o", k->case_dir,
			       "--no-own-rules", "--rules", k->rules, "--hashes", "md5,sha1",
			       "--no-rule-cache", "--no-report", "--quiet", NULL };
	char got[64];

	/* 1, since a text and a damaged record could not be decoded. */
	(void)run(k, (int)(sizeof argv / sizeof *argv) - 1, argv, got, sizeof got);
	fb_validated_add(k->t, "investigation", "it is read, in confined processes", "exit status 1", got);
}

static void verify(struct knowing *k, const char *what, const char *expected)
{
	const char *argv[] = { "firebreak", "verify", k->case_dir, "--quiet", NULL };
	char got[64];

	(void)run(k, (int)(sizeof argv / sizeof *argv) - 1, argv, got, sizeof got);
	fb_validated_add(k->t, "custody", what, expected, got);
}

/* ---- what the case says ---- */

static int on_source(void *user, const struct fb_source_row *row)
{
	struct knowing *k = user;
	char sha256[2 * FB_SHA256 + 1], md5[2 * FB_MD5 + 1], sha1[2 * FB_SHA1 + 1];
	size_t i = 0;

	while (i < NSOURCES && strcmp(sources[i].path, row->path) != 0)
		i++;
	if (i == NSOURCES) {
		k->others++;
		return 0;
	}
	fb_hex(row->sha256, FB_SHA256, sha256);
	fb_hex(row->sums.md5, FB_MD5, md5);
	fb_hex(row->sums.sha1, FB_SHA1, sha1);
	return fb_buf_printf(&k->sources[i], "%s, %llu bytes, sha256:%s md5:%s sha1:%s, %llu events, "
			     "%llu/%llu/%llu", *row->format ? row->format : "unknown",
			     (unsigned long long)row->size, sha256, md5, sha1,
			     (unsigned long long)row->events, (unsigned long long)row->decoded,
			     (unsigned long long)row->rejected, (unsigned long long)row->skipped);
}

static void put_original(struct knowing *k, const struct fb_detection_row *row)
{
	struct fb_buf text;
	struct fb_err err = { 0 };
	uint8_t sum[FB_SHA256];
	char hex[2 * FB_SHA256 + 1];

	fb_buf_init(&text, ROOM);
	if (fb_case_original(k->c, row, &text, &err)) {
		(void)fb_buf_puts(row->place.record ? &k->record : &k->line, err.text);
	} else if (row->place.record) {
		fb_sha256_of(fb_buf_view(&text), sum);
		fb_hex(sum, sizeof sum, hex);
		(void)fb_buf_printf(&k->record, "%zu bytes, sha256:%s", text.n, hex);
	} else {
		(void)fb_buf_slice(&k->line, fb_buf_view(&text));
	}
	fb_buf_dispose(&text);
}

static int on_detection(void *user, const struct fb_detection_row *row)
{
	struct knowing *k = user;
	char time[FB_TIME_TEXT];
	struct fb_buf *out;
	size_t i = 0;

	while (i < NFOUND && strcmp(found[i].rule, row->rule->id) != 0)
		i++;
	if (i == NFOUND) {
		k->others++;
		return 0;
	}
	out = &k->found[i];
	(void)fb_buf_printf(out, "%s%s %s %llu offset %llu", out->n ? "; " : "",
			    fb_time_text(row->time, row->time_digits, time),
			    row->place.record ? "record" : "line",
			    (unsigned long long)(row->place.record ? row->place.record : row->place.line),
			    (unsigned long long)row->place.offset);
	if (row->because_count)
		(void)fb_buf_printf(out, " of %llu events", (unsigned long long)row->because_count);
	if (row->ncopies)
		(void)fb_buf_printf(out, " and %zu cop%s", row->ncopies, row->ncopies == 1 ? "y" : "ies");
	if (i == 1 || i == 4)
		put_original(k, row);
	return fb_buf_code(out);
}

static int on_row(void *user, const struct fb_ledger_row *row)
{
	(void)user;
	(void)row;
	return 0;
}

static int read_case(struct knowing *k, struct fb_err *err)
{
	uint8_t head[FB_SHA256];
	struct fb_filter all;
	int r = fb_case_open(k->case_dir, FB_CASE_READ, &k->c, err);

	fb_filter_init(&all);
	if (!r)
		r = fb_assess_seal(k->c, err);
	if (!r)
		r = fb_case_sources(k->c, &all, on_source, k, err);
	if (!r)
		r = fb_case_detections(k->c, &all, on_detection, k, err);
	if (!r)
		r = fb_case_ledger_walk(k->c, on_row, k, head, err);
	if (!r)
		r = fb_case_record_check(k->c, err);
	fb_case_close(k->c);
	k->c = NULL;
	return r;
}

static const char *or_nothing(struct fb_buf *b)
{
	return b->n ? fb_buf_cstr(b) : "nothing";
}

static void compare(struct knowing *k)
{
	struct fb_err err = { 0 };
	char others[32];
	int r = read_case(k, &err);

	fb_validated_add(k->t, "store", "the case is read back, its custody record whole", "whole",
			 r ? err.text : "whole");
	for (size_t i = 0; i < NSOURCES; i++)
		fb_validated_add(k->t, strchr(sources[i].path, '!') ? "decoders and archives" : "hashing",
				 sources[i].path, sources[i].expected, or_nothing(&k->sources[i]));
	for (size_t i = 0; i < NFOUND; i++)
		fb_validated_add(k->t, "rules", found[i].what, found[i].expected, or_nothing(&k->found[i]));
	fb_validated_add(k->t, "decoders and archives", "the record as XML", record, or_nothing(&k->record));
	fb_validated_add(k->t, "decoders and archives", "the line as it is", line, or_nothing(&k->line));
	(void)snprintf(others, sizeof others, "%zu", k->others);
	fb_validated_add(k->t, "rules", "sources and detections beside these", "0", others);
}

/* ---- tampering ---- */

/* The byte `at` of the file, or the first of `where`, becomes another. */
static bool tamper(const char *path, const char *where)
{
	struct fb_buf all;
	size_t at = 0, n = strlen(where);
	bool done = false;
	int fd;

	fb_buf_init(&all, CASE_MAX);
	if (fb_read_file(path, CASE_MAX - 1, &all, NULL) == 0) {
		at = n ? fb_slice_find(fb_buf_view(&all), fb_slice(where, n)) : all.n / 2;
		fd = at < all.n ? open(path, O_WRONLY | O_CLOEXEC) : -1;
		if (fd >= 0) {
			uint8_t other = (uint8_t)(all.p[at] ^ 1);

			done = pwrite(fd, &other, 1, (off_t)at) == 1;
			(void)close(fd);
		}
	}
	fb_buf_dispose(&all);
	return done;
}

static void tamper_with(struct knowing *k)
{
	char *db = NULL;

	verify(k, "nothing was changed", "exit status 0");
	if (!tamper(k->archive, "") || asprintf(&db, "%s/case.db", k->case_dir) < 0)
		db = NULL;
	verify(k, "one bit of the evidence was changed", "exit status 1");
	/* As it was; then the case. */
	(void)tamper(k->archive, "");
	verify(k, "it is as it was", "exit status 0");
	if (db)
		(void)tamper(db, "29357283bd1aabe5");
	verify(k, "one digit of the custody record was changed", "exit status 1");
	free(db);
}

/* ---- all of it ---- */

static int write_file(const char *path, struct fb_slice bytes, struct fb_err *err)
{
	struct fb_outfile f;
	int r = fb_outfile_open(&f, path, err);

	if (r)
		return r;
	r = fb_write_all(f.fd, bytes, err);
	if (!r)
		r = fb_outfile_commit(&f, err);
	fb_outfile_dispose(&f);
	return r;
}

static int on_leaf(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	(void)remove(path);
	return 0;
}

static int prepare(struct knowing *k, struct fb_err *err)
{
	const char *tmp = getenv("TMPDIR");
	int r;

	if (!tmp || tmp[0] != '/')
		tmp = "/tmp";
	if (asprintf(&k->dir, "%s/firebreak-validate-XXXXXX", tmp) < 0) {
		k->dir = NULL;
		return fb_fail(err, FB_ENOMEM, "out of memory");
	}
	if (!mkdtemp(k->dir)) {
		r = fb_fail_errno(err, FB_EIO, "%s", k->dir);
		free(k->dir);
		k->dir = NULL;
		return r;
	}
	if (asprintf(&k->archive, "%s/known.zip", k->dir) < 0 || asprintf(&k->rules, "%s/rules.yml", k->dir) < 0 ||
	    asprintf(&k->case_dir, "%s/case", k->dir) < 0 || asprintf(&k->said, "%s/said", k->dir) < 0)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	r = write_file(k->archive, fb_known_archive, err);
	return r ? r : write_file(k->rules, fb_known_rules, err);
}

void fb_validate_known(struct fb_validated *t, const struct fb_format *const *formats)
{
	struct knowing *k = calloc(1, sizeof *k);
	struct fb_err err = { 0 };
	int r = k ? 0 : fb_fail(&err, FB_ENOMEM, "out of memory");

	if (k) {
		k->t = t;
		k->formats = formats;
		for (size_t i = 0; i < NSOURCES; i++)
			fb_buf_init(&k->sources[i], ROOM);
		for (size_t i = 0; i < NFOUND; i++)
			fb_buf_init(&k->found[i], ROOM);
		fb_buf_init(&k->record, ROOM);
		fb_buf_init(&k->line, ROOM);
		r = prepare(k, &err);
	}
	fb_validated_add(t, "known data", "a folder for it below $TMPDIR", "made", r ? err.text : "made");
	if (!r) {
		investigate(k);
		compare(k);
		tamper_with(k);
	}
	if (k && k->dir)
		(void)nftw(k->dir, on_leaf, 16, FTW_DEPTH | FTW_PHYS);
	if (k) {
		for (size_t i = 0; i < NSOURCES; i++)
			fb_buf_dispose(&k->sources[i]);
		for (size_t i = 0; i < NFOUND; i++)
			fb_buf_dispose(&k->found[i]);
		fb_buf_dispose(&k->record);
		fb_buf_dispose(&k->line);
		free(k->dir);
		free(k->archive);
		free(k->rules);
		free(k->case_dir);
		free(k->said);
	}
	free(k);
}
