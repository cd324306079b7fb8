/* Hands a case over: one archive with what it is, and how anybody can check it. */
#include "cli/cmd.h"

#include "base/build.h"
#include "base/io.h"
#include "cli/bundle.h"
#include "cli/decide.h"
#include "cli/reports.h"
#include "cli/sealed.h"
#include "show/text.h"
#include "show/tlp.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE (64u << 10)
/* A line for each exhibit: a hundred thousand of them with long names. */
#define SHEET_MAX (64u << 20)

static const struct fb_opt own[] = {
	{ "output", 'o', FB_OPT_FILE, "FILE.tar", "the archive; it appears when it is whole", false },
	{ "sign", 0, FB_OPT_FILE, "KEY.pem", "sign its manifest, and so all that is in it, with this Ed25519 key", false },
	{ "by", 0, FB_OPT_TEXT, "NAME", "who signs; else $FIREBREAK_BY, else the login name", false },
	{ "tlp", 0, FB_OPT_TEXT, "MARK", "mark it and the report in it: clear, green, amber, amber+strict, red", false },
	{ 0 },
};
static const struct fb_opt *const opts[] = { own, fb_opts_common, NULL };

struct bundling {
	struct fb_cli *cli;
	struct fb_case *c;
	const char *dir;
	struct fb_outfile out;
	struct fb_sha256 *whole;   /* over all that was written */
	struct fb_buf manifest, sheet;
	uint64_t mtime, files;
	uint8_t head[FB_SHA256];
	uint64_t rows;
	const char *tlp;           /* NULL: not marked */
	bool sign;
	struct fb_key key;
	struct fb_seal seal;
	char print[FB_FINGERPRINT];
};

/* ---- the archive ---- */

static int put(struct bundling *b, struct fb_slice s)
{
	fb_sha256_add(b->whole, s);
	return fb_write_all(b->out.fd, s, &b->cli->err);
}

static int begin_member(struct bundling *b, const char *name, uint64_t size)
{
	uint8_t block[FB_TAR_BLOCK];

	if (size > FB_TAR_MAX)
		return fb_fail(&b->cli->err, FB_ELIMIT, "%s: larger than the 8 GB that the archive's format "
			       "can say", name);
	fb_tar_header(block, name, size, b->mtime);
	return put(b, fb_slice(block, sizeof block));
}

static int end_member(struct bundling *b, const char *name, uint64_t size, struct fb_sha256 *h)
{
	static const uint8_t none[FB_TAR_BLOCK];
	char hex[2 * FB_SHA256 + 1];
	uint8_t sum[FB_SHA256];

	fb_sha256_end(h, sum);
	fb_hex(sum, sizeof sum, hex);
	if (strcmp(name, FB_BUNDLE_MANIFEST) == 0)
		memcpy(b->seal.manifest, sum, sizeof sum);
	else if (strcmp(name, FB_BUNDLE_SEAL) != 0)
		(void)fb_buf_printf(&b->manifest, "%s  %s\n", hex, name);
	b->files++;
	return put(b, fb_slice(none, fb_tar_padding(size)));
}

static int add_bytes(struct bundling *b, const char *name, struct fb_slice s)
{
	struct fb_sha256 *h = fb_sha256_new();
	int r;

	if (!h)
		return fb_fail(&b->cli->err, FB_ENOMEM, "out of memory");
	fb_sha256_add(h, s);
	r = begin_member(b, name, s.n);
	if (!r)
		r = put(b, s);
	if (!r)
		r = end_member(b, name, s.n, h);
	fb_sha256_free(h);
	return r;
}

/* As many bytes as it had when it was opened, no more and no less. */
static int copy(struct bundling *b, int fd, const char *name, uint64_t size, struct fb_sha256 *h)
{
	uint8_t *piece = malloc(PIECE);
	int r = piece ? 0 : fb_fail(&b->cli->err, FB_ENOMEM, "out of memory");

	while (size && !r) {
		ssize_t n = read(fd, piece, size < PIECE ? (size_t)size : PIECE);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			r = fb_fail_errno(&b->cli->err, FB_EIO, "%s/%s", b->dir, name);
		} else if (n == 0) {
			r = fb_fail(&b->cli->err, FB_EIO, "%s/%s: changed while it was read", b->dir, name);
		} else {
			fb_sha256_add(h, fb_slice(piece, (size_t)n));
			r = put(b, fb_slice(piece, (size_t)n));
			size -= (uint64_t)n;
		}
	}
	free(piece);
	return r;
}

/* FB_ENOTFOUND (without a message): no such file. */
static int add_path(struct bundling *b, const char *name, const char *path)
{
	struct fb_sha256 *h = NULL;
	struct stat st;
	int fd, r;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW);
	if (fd < 0) {
		r = errno == ENOENT ? FB_ENOTFOUND : fb_fail_errno(&b->cli->err, FB_EIO, "%s", path);
	} else if (fstat(fd, &st)) {
		r = fb_fail_errno(&b->cli->err, FB_EIO, "%s", path);
	} else if (!S_ISREG(st.st_mode)) {
		r = fb_fail(&b->cli->err, FB_EINPUT, "%s: no plain file", path);
	} else if (!(h = fb_sha256_new())) {
		r = fb_fail(&b->cli->err, FB_ENOMEM, "out of memory");
	} else {
		r = begin_member(b, name, (uint64_t)st.st_size);
		if (!r)
			r = copy(b, fd, name, (uint64_t)st.st_size, h);
		if (!r)
			r = end_member(b, name, (uint64_t)st.st_size, h);
	}
	fb_sha256_free(h);
	if (fd >= 0)
		close(fd);
	return r;
}

static int add_file(struct bundling *b, const char *name)
{
	char *path;
	int r;

	if (asprintf(&path, "%s/%s", b->dir, name) < 0)
		return fb_fail(&b->cli->err, FB_ENOMEM, "out of memory");
	r = add_path(b, name, path);
	free(path);
	return r;
}

static int add_signatures(struct bundling *b)
{
	unsigned *numbers;
	size_t n;
	int dir, r = fb_signature_list(b->dir, &dir, &numbers, &n, &b->cli->err);

	for (size_t i = 0; i < n && !r; i++) {
		char name[32], path[64];
		struct fb_buf file;

		fb_buf_init(&file, FB_SIGNATURE_FILE + 2048);
		(void)snprintf(name, sizeof name, FB_SIGNATURE_NAME, numbers[i]);
		(void)snprintf(path, sizeof path, FB_SIGNATURES_DIR "/%s", name);
		r = fb_signature_read(dir, name, &file, &b->cli->err);
		if (r)
			fb_err_prefix(&b->cli->err, "%s/%s", b->dir, path);
		else
			r = add_bytes(b, path, fb_buf_view(&file));
		fb_buf_dispose(&file);
	}
	if (dir >= 0)
		close(dir);
	free(numbers);
	return r;
}

/* ---- the sheet ---- */

static const char *const said[] = { "run-begun", "rematch", "run-ended", "disk-full", "signed" };

static int on_row(void *user, const struct fb_ledger_row *row)
{
	struct bundling *b = user;
	char time[FB_TIME_TEXT];

	for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
		if (strcmp(row->what, said[i]) != 0)
			continue;
		(void)fb_buf_printf(&b->sheet, "%s  row %llu  %s  ", fb_time_text(row->time, 0, time),
				    (unsigned long long)row->n, said[i]);
		(void)fb_text_term(&b->sheet, fb_slice_str(row->detail));
		(void)fb_buf_putc(&b->sheet, '\n');
	}
	return 0;
}

static void put_word(struct fb_buf *out, const char *key, const char *value)
{
	if (!*value)
		return;
	(void)fb_buf_printf(out, "  %s ", key);
	(void)fb_text_term(out, fb_slice_str(value));
}

static int on_source(void *user, const struct fb_source_row *row)
{
	struct bundling *b = user;
	char hex[2 * FB_SHA256 + 1] = "not read to its end, so without a hash";

	if (row->hashed)
		fb_hex(row->sha256, FB_SHA256, hex);
	(void)fb_buf_printf(&b->sheet, "%s  %llu  ", hex, (unsigned long long)row->size);
	(void)fb_text_term(&b->sheet, fb_slice_str(row->path));
	for (unsigned i = 0; i < FB_HASH_OLD; i++) {
		size_t n;
		const uint8_t *sum = fb_sums_of(&row->sums, 1u << i, &n);

		if (!(row->sums.kinds & 1u << i))
			continue;
		fb_hex(sum, n, hex);
		(void)fb_buf_printf(&b->sheet, "  %s:%s", fb_hash_word(1u << i), hex);
	}
	put_word(&b->sheet, "exhibit", row->exhibit);
	put_word(&b->sheet, "custodian", row->custodian);
	(void)fb_buf_putc(&b->sheet, '\n');
	return fb_buf_code(&b->sheet);
}

static void put_head(struct bundling *b, const struct fb_case_stats *st)
{
	char time[FB_TIME_TEXT], hex[2 * FB_SHA256 + 1];
	struct fb_buf *out = &b->sheet;
	struct fb_slice id = fb_build_id();

	(void)fb_buf_puts(out, "FIREBREAK BUNDLE\n\n");
	if (b->tlp) {
		(void)fb_tlp_label(out, b->tlp);
		(void)fb_buf_printf(out, "\n%s\n\n", fb_tlp_words(b->tlp));
	}
	(void)fb_buf_printf(out, "Made: %s by Firebreak " FB_VERSION, fb_time_text(fb_time_now(), 0, time));
	if (id.n && id.n <= FB_SHA256) {
		fb_hex(id.p, id.n, hex);
		(void)fb_buf_printf(out, ", build %s", hex);
	}
	if (b->sign) {
		(void)fb_buf_printf(out, "\n" FB_SEAL_SAID "%s by ", b->print);
		(void)fb_text_term(out, fb_slice_str(b->seal.signer));
	}
	fb_hex(b->head, FB_SHA256, hex);
	(void)fb_buf_printf(out, "\nCustody head: sha256:%s (row %llu)\n", hex, (unsigned long long)b->rows);
	(void)fb_buf_puts(out, "Last run: Firebreak ");
	(void)fb_text_term(out, fb_slice_str(st->version));
	(void)fb_buf_printf(out, ", %u rules, sha256:%s; %u could not be used\n", st->rules_loaded,
			    st->rules_hash, st->rules_failed);
	(void)fb_buf_printf(out, "Read: %llu files and %llu members in them, %llu bytes, %llu events, %llu "
			    "detections\n", (unsigned long long)st->files, (unsigned long long)st->members,
			    (unsigned long long)st->bytes, (unsigned long long)st->events,
			    (unsigned long long)st->detections);
	(void)fb_buf_printf(out, "Not read: %llu files not to their end, %llu not decoded; %llu bytes rejected, "
			    "%llu skipped; %llu detections lost to a limit\n",
			    (unsigned long long)st->unread_files, (unsigned long long)st->undecoded_files,
			    (unsigned long long)st->bytes_rejected, (unsigned long long)st->bytes_skipped,
			    (unsigned long long)st->lost);
	(void)fb_buf_puts(out, "Times: UTC\n\n"
		"This archive has the case (case.db, an SQLite database), its report if there is one, its\n"
		"signatures, and manifest.txt with the SHA-256 of each. It has no evidence. To check it:\n"
		"  firebreak verify FILE.tar --trust KEY     the key's fingerprint comes by another way\n"
		"  sha256sum -c manifest.txt                 unpacked, without Firebreak\n"
		"The manifest finds out damage. Who changes a file can change the manifest with it: only\n"
		"signatures (signatures/ of the case, manifest.sig of every file here), or the custody head\n"
		"noted elsewhere, stand against that.\n"
		"No detection does not mean that nothing happened: see what was not read, and the README.\n");
}

static int make_sheet(struct bundling *b)
{
	struct fb_err *err = &b->cli->err;
	struct fb_case_stats st;
	uint8_t head[FB_SHA256];
	struct fb_filter all;
	int r = fb_cli_unfinished(b->cli, fb_case_stats(b->c, &st, err));

	if (!r && !st.complete)
		r = fb_fail(err, FB_ESTATE, "%s: its investigation goes on or was stopped: let it run to its "
			    "end first", b->dir);
	if (!r)
		r = fb_case_head(b->c, &b->rows, b->head, err);
	if (r)
		return r;
	put_head(b, &st);
	(void)fb_buf_puts(&b->sheet, "\nRUNS (command lines, confinement, hashes of rules and limits) AND "
			  "SIGNATURES\n\n");
	r = fb_case_ledger_walk(b->c, on_row, b, head, err);
	fb_filter_init(&all);
	(void)fb_buf_puts(&b->sheet, "\nEXHIBITS (SHA-256, bytes, path)\n\n");
	if (!r)
		r = fb_case_sources(b->c, &all, on_source, b, err);
	if (b->sheet.code)
		r = fb_fail(err, b->sheet.code, "sheet.txt: %s", fb_code_text(b->sheet.code));
	return r;
}

/* ---- all of it ---- */

/* With a log beside it case.db alone is not the case. */
static int one_file(struct bundling *b)
{
	struct stat st;
	char *path;
	int there;

	if (asprintf(&path, "%s/case.db-wal", b->dir) < 0)
		return fb_fail(&b->cli->err, FB_ENOMEM, "out of memory");
	there = lstat(path, &st) == 0;
	free(path);
	return there ? fb_fail(&b->cli->err, FB_EBUSY, "%s: is being written; try again when the run has ended",
			       b->dir) : 0;
}

/* A report that says who may see it, in place of that which lies in the case. */
static int add_marked(struct bundling *b)
{
	struct fb_report_want want = { .tlp = b->tlp };
	char *path = NULL, *made = NULL;
	int r = fb_temporary(&path, &b->cli->err);

	if (!r)
		r = fb_report_make(b->c, b->dir, path, &want, &made, &b->cli->err);
	if (!r)
		r = add_path(b, "report.html", path);
	if (path)
		(void)unlink(path);
	free(made);
	free(path);
	return r;
}

static int add_seal(struct bundling *b)
{
	struct fb_err *err = &b->cli->err;
	struct fb_buf text;
	int r;

	if (!b->sign)
		return 0;
	fb_buf_init(&text, FB_SIGNATURE_FILE);
	r = fb_seal_text(&text, &b->seal, false);
	r = r ? fb_fail(err, r, "%s", fb_code_text(r))
	      : fb_sign(&b->key, fb_buf_view(&text), b->seal.signature, err);
	fb_buf_clear(&text);
	if (!r && (r = fb_seal_text(&text, &b->seal, true)) != 0)
		r = fb_fail(err, r, "%s", fb_code_text(r));
	if (!r)
		r = add_bytes(b, FB_BUNDLE_SEAL, fb_buf_view(&text));
	fb_buf_dispose(&text);
	return r;
}

static int write_all(struct bundling *b, bool *report)
{
	static const uint8_t end[2 * FB_TAR_BLOCK];
	struct fb_err *err = &b->cli->err;
	int r = add_file(b, FB_BUNDLE_CASE);

	if (r == FB_ENOTFOUND)
		r = fb_fail(err, r, "%s/case.db: gone", b->dir);
	if (!r) {
		r = b->tlp ? add_marked(b) : add_file(b, "report.html");
		*report = !r;
		r = r == FB_ENOTFOUND ? 0 : r;
	}
	if (!r)
		r = add_signatures(b);
	if (!r)
		r = add_bytes(b, "sheet.txt", fb_buf_view(&b->sheet));
	if (!r && b->manifest.code)
		r = fb_fail(err, b->manifest.code, "%s", fb_code_text(b->manifest.code));
	if (!r)
		r = add_bytes(b, FB_BUNDLE_MANIFEST, fb_buf_view(&b->manifest));
	if (!r)
		r = add_seal(b);
	return r ? r : put(b, fb_slice(end, sizeof end));
}

static int tell(struct bundling *b, const char *path, bool report)
{
	struct fb_buf *out = &b->cli->out.buf;
	char hex[2 * FB_SHA256 + 1];
	uint8_t sum[FB_SHA256];

	fb_out_stdout(&b->cli->out);
	b->cli->out_open = true;
	fb_sha256_end(b->whole, sum);
	fb_hex(sum, sizeof sum, hex);
	(void)fb_buf_puts(out, "Bundle: ");
	(void)fb_text_term(out, fb_slice_str(path));
	(void)fb_buf_puts(out, ", ");
	(void)fb_text_count(out, b->files, "file");
	(void)fb_buf_printf(out, ", sha256:%s\n", hex);
	if (!report)
		(void)fb_buf_puts(out, "Without a report: the case has no report.html\n");
	if (b->sign) {
		(void)fb_buf_puts(out, "Manifest signed by ");
		(void)fb_text_term(out, fb_slice_str(b->seal.signer));
		(void)fb_buf_printf(out, " with the key %s\n", b->print);
	}
	if (b->tlp) {
		(void)fb_buf_puts(out, "Marked ");
		(void)fb_tlp_label(out, b->tlp);
		(void)fb_buf_puts(out, ": sheet and report\n");
	}
	fb_hex(b->head, FB_SHA256, hex);
	(void)fb_buf_printf(out, "Custody head: sha256:%s (row %llu)\n", hex, (unsigned long long)b->rows);
	return fb_cli_done(b->cli, fb_out_check(&b->cli->out));
}

/* Before anything is written: is the key one, the marking known? */
static int read_options(struct bundling *b)
{
	const struct fb_args *a = &b->cli->args;
	const char *key = fb_args_get(a, "sign"), *by = NULL;
	struct fb_err *err = &b->cli->err;
	int r = fb_cli_tlp(b->cli, &b->tlp);

	if (r || !key)
		return r || !fb_args_has(a, "by") ? r
		     : fb_fail(err, FB_EUSAGE, "--by: who signs, so only with --sign");
	r = fb_decide_author(b->cli, &by);
	if (!r)
		r = fb_signer_check(by, err);
	if (!r)
		r = fb_key_read(key, &b->key, err);
	if (r)
		return r;
	b->sign = true;
	b->seal.time = fb_time_now();
	b->seal.time -= b->seal.time % FB_SECOND;
	(void)snprintf(b->seal.program, sizeof b->seal.program, "%s", FB_VERSION);
	(void)snprintf(b->seal.signer, sizeof b->seal.signer, "%s", by);
	(void)snprintf(b->seal.tlp, sizeof b->seal.tlp, "%s", b->tlp ? b->tlp : "-");
	memcpy(b->seal.public, b->key.public, sizeof b->seal.public);
	fb_key_fingerprint(b->key.public, b->print);
	return 0;
}

static int run(struct fb_cli *cli)
{
	struct bundling b = { .cli = cli, .dir = fb_cli_dir(cli, 0), .out = { .fd = -1 } };
	const char *path = fb_args_get(&cli->args, "output");
	bool report = false;
	int r = path ? 0 : fb_fail(&cli->err, FB_EUSAGE, "where to? -o FILE.tar");

	fb_buf_init(&b.manifest, FB_BUNDLE_MANIFEST_MAX);
	fb_buf_init(&b.sheet, SHEET_MAX);
	b.mtime = (uint64_t)(fb_time_now() / FB_SECOND);
	b.whole = fb_sha256_new();
	if (!r)
		r = read_options(&b);
	if (!r && !b.whole)
		r = fb_fail(&cli->err, FB_ENOMEM, "out of memory");
	if (!r)
		r = fb_cli_open(cli, b.dir, &b.c);
	if (!r)
		r = make_sheet(&b);
	if (!r)
		r = one_file(&b);
	if (!r)
		r = fb_outfile_open(&b.out, path, &cli->err);
	/* Open for reading meanwhile, so that nobody writes to it. */
	if (!r)
		r = write_all(&b, &report);
	if (!r)
		r = fb_outfile_commit(&b.out, &cli->err);
	if (!r)
		r = tell(&b, path, report);
	fb_key_forget(&b.key);
	fb_outfile_dispose(&b.out);
	fb_case_close(b.c);
	fb_sha256_free(b.whole);
	fb_buf_dispose(&b.manifest);
	fb_buf_dispose(&b.sheet);
	return r;
}

const struct fb_cmd fb_cmd_bundle = {
	.name = "bundle",
	.summary = "make an archive of a case to hand over",
	.usage = "[CASE] -o FILE.tar",
	.about = "Writes a tar archive with a case (./case when left out): case.db, the report, the\n"
		 "signatures, a sheet with versions, command lines, hashes and exhibits, a manifest\n"
		 "with the SHA-256 of each, and with --sign a signature over the manifest. `firebreak\n"
		 "verify FILE.tar` checks it elsewhere. The evidence is not in it. Nothing is left out or\n"
		 "made unrecognisable: who gets it gets the case.",
	.opts = opts,
	.most = 1,
	.run = run,
};
