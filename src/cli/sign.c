/* Signs what a case says and its custody record as they are now. */
#include "cli/decide.h"

#include "base/io.h"
#include "base/json.h"
#include "case/stated.h"
#include "cli/signature.h"
#include "show/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct fb_opt own[] = {
	{ "key", 'k', FB_OPT_FILE, "KEY.pem", "the private Ed25519 key (`firebreak key new` makes one)", false },
	{ "by", 0, FB_OPT_TEXT, "NAME", "who signs; else $FIREBREAK_BY, else the login name", false },
	{ 0 },
};
static const struct fb_opt *const opts[] = { own, fb_opts_common, NULL };

/* A signature that is gone must not be given its successor's name. */
static int on_row(void *user, const struct fb_ledger_row *row)
{
	unsigned *last = user, number;
	uint8_t sum[FB_SHA256];

	if (fb_signature_row(row, &number, sum) && number > *last)
		*last = number;
	return 0;
}

/* A broken case is not signed: the signature would say that all is well. *last: the
 * greatest number of a signature that the custody record tells of. */
static int collect(struct fb_cli *cli, const char *dir, struct fb_signature *s, unsigned *last)
{
	struct fb_case *c = NULL;
	struct fb_case_stats st;
	struct fb_err *err = &cli->err;
	uint8_t head[FB_SHA256];
	int r = fb_cli_open(cli, dir, &c);

	if (!r)
		r = fb_cli_unfinished(cli, fb_case_stats(c, &st, err));
	if (!r && !st.complete)
		r = fb_fail(err, FB_ESTATE, "%s: its investigation goes on or was stopped: let it run to its "
			    "end first", dir);
	if (!r)
		r = fb_case_ledger_walk(c, on_row, last, head, err);
	if (!r)
		r = fb_case_head(c, &s->rows, s->head, err);
	if (!r)
		r = fb_case_decisions_check(c, err);
	if (!r)
		r = fb_case_stated_check(c, err);
	if (!r)
		r = fb_case_record_check(c, err);
	for (int i = 0; i < FB_PART_COUNT && !r; i++)
		r = fb_case_part(c, (enum fb_part)i, UINT64_MAX, &s->part[i], err);
	fb_case_close(c);
	return r;
}

/* The first number behind *number and all files that are there. */
static int name_file(const char *dir, unsigned *number, struct fb_err *err)
{
	unsigned *numbers;
	size_t n;
	int fd, r = fb_signature_list(dir, &fd, &numbers, &n, err);

	if (n && numbers[n - 1] > *number)
		*number = numbers[n - 1];
	++*number;
	if (fd >= 0)
		close(fd);
	free(numbers);
	if (!r && *number > FB_SIGNATURES_MAX)
		r = fb_fail(err, FB_ELIMIT, "%s: has %d signatures, which is all that it can have", dir,
			    FB_SIGNATURES_MAX);
	return r;
}

static int row_detail(struct fb_buf *out, const struct fb_signature *s, const char *name,
		      struct fb_slice file, struct fb_err *err)
{
	char print[FB_FINGERPRINT];
	uint8_t sum[FB_SHA256];
	struct fb_json j;

	fb_sha256_of(file, sum);
	fb_key_fingerprint(s->public, print);
	fb_json_init(&j, out);
	fb_json_object(&j);
	fb_json_key(&j, "file");
	fb_json_cstr(&j, name);
	fb_json_key(&j, "sha256");
	fb_json_hex(&j, sum, sizeof sum);
	fb_json_key(&j, "key");
	fb_json_cstr(&j, print);
	fb_json_key(&j, "signer");
	fb_json_cstr(&j, s->signer);
	fb_json_object_end(&j);
	return fb_buf_code(out) ? fb_fail(err, out->code, "%s", fb_code_text(out->code)) : 0;
}

static int write_file(const char *path, struct fb_slice text, struct fb_err *err)
{
	struct fb_outfile f;
	int r = fb_outfile_open(&f, path, err);

	if (r)
		return r;
	r = fb_write_all(f.fd, text, err);
	if (!r)
		r = fb_outfile_commit(&f, err);
	fb_outfile_dispose(&f);
	return r;
}

/* The file first, then its row: a row without its file would say that it was taken away. */
static int keep(struct fb_cli *cli, const char *dir, const struct fb_signature *s, unsigned number,
		char **path)
{
	struct fb_err *err = &cli->err;
	struct fb_case *c = NULL;
	struct fb_buf file, detail;
	char name[32], *folder = NULL;
	int r;

	fb_buf_init(&file, FB_SIGNATURE_FILE);
	fb_buf_init(&detail, FB_SIGNATURE_FILE);
	(void)snprintf(name, sizeof name, FB_SIGNATURE_NAME, number);
	if (asprintf(&folder, "%s/%s", dir, FB_SIGNATURES_DIR) < 0) {
		folder = NULL;
		r = fb_fail(err, FB_ENOMEM, "out of memory");
	} else if (asprintf(path, "%s/%s", folder, name) < 0) {
		*path = NULL;
		r = fb_fail(err, FB_ENOMEM, "out of memory");
	} else if (fb_signature_text(&file, s, true)) {
		r = fb_fail(err, FB_ENOMEM, "out of memory");
	} else if ((r = row_detail(&detail, s, name, fb_buf_view(&file), err)) == 0 &&
		   (r = fb_case_open(dir, FB_CASE_DECIDE, &c, err)) == 0) {
		if (mkdir(folder, 0777) && errno != EEXIST)
			r = fb_fail_errno(err, FB_EIO, "%s", folder);
		if (!r)
			r = write_file(*path, fb_buf_view(&file), err);
		if (!r) {
			r = fb_case_ledger_after(c, s->head, "signed", fb_buf_cstr(&detail), err);
			if (r)
				(void)unlink(*path);
		}
	}
	fb_case_close(c);
	free(folder);
	fb_buf_dispose(&detail);
	fb_buf_dispose(&file);
	return r;
}

static int put(struct fb_cli *cli, const struct fb_signature *s, const char *path)
{
	struct fb_buf *out = &cli->out.buf;
	char print[FB_FINGERPRINT], hex[2 * FB_SHA256 + 1];

	fb_out_stdout(&cli->out);
	cli->out_open = true;
	fb_key_fingerprint(s->public, print);
	fb_hex(s->head, FB_SHA256, hex);
	(void)fb_buf_puts(out, "Signed by ");
	(void)fb_text_term(out, fb_slice_str(s->signer));
	(void)fb_buf_printf(out, " with the key %s: ", print);
	(void)fb_text_term(out, fb_slice_str(path));
	(void)fb_buf_printf(out, "\nCustody head: sha256:%s (row %llu), which is what was signed\n", hex,
			    (unsigned long long)s->rows);
	return fb_cli_done(cli, fb_out_check(&cli->out));
}

static int run(struct fb_cli *cli)
{
	const char *dir = fb_cli_dir(cli, 0), *file = fb_args_get(&cli->args, "key"), *by = NULL;
	struct fb_signature s = { .program = FB_VERSION, .time = fb_time_now() };
	struct fb_err *err = &cli->err;
	struct fb_key key = { 0 };
	struct fb_buf text;
	unsigned number = 0;
	char *path = NULL;
	int r = file ? fb_decide_author(cli, &by)
		     : fb_fail(err, FB_EUSAGE, "with which key? --key KEY.pem (`firebreak key new KEY.pem` "
			       "makes one)");

	fb_buf_init(&text, FB_SIGNATURE_FILE);
	if (!r)
		r = fb_signer_check(by, err);
	if (!r)
		r = fb_key_read(file, &key, err);
	if (!r) {
		s.time -= s.time % FB_SECOND;
		(void)snprintf(s.signer, sizeof s.signer, "%s", by);
		memcpy(s.public, key.public, sizeof s.public);
		r = collect(cli, dir, &s, &number);
	}
	if (!r)
		r = name_file(dir, &number, err);
	if (!r && fb_signature_text(&text, &s, false))
		r = fb_fail(err, FB_ENOMEM, "out of memory");
	if (!r)
		r = fb_sign(&key, fb_buf_view(&text), s.signature, err);
	if (!r)
		r = keep(cli, dir, &s, number, &path);
	if (!r)
		r = put(cli, &s, path);
	fb_key_forget(&key);
	fb_buf_dispose(&text);
	free(path);
	return r;
}

const struct fb_cmd fb_cmd_sign = {
	.name = "sign",
	.summary = "sign a case as it is now",
	.usage = "[CASE] --key KEY.pem [--by NAME]",
	.about = "Signs what a case (./case when left out) says and its custody record up to its last\n"
		 "row, with an Ed25519 key. The signature is a text of a dozen lines in CASE/signatures,\n"
		 "and a row of the custody record. `firebreak verify` checks it. The custody head that is\n"
		 "printed stands for all of the record: note it where nobody can change it.",
	.opts = opts,
	.most = 1,
	.run = run,
};
