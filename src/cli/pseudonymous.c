#include "cli/pseudonymous.h"

#include "base/io.h"
#include "case/pseudonymise.h"
#include "show/csv.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECRET_LEAST 16
#define SECRET_MOST 4096
#define PIECE (64u << 10)
#define FLUSH (1u << 20)

const char fb_pseudonymous_words[] =
	"PSEUDONYMISED. Hosts, accounts and addresses are pseudonyms, the same wherever they stand;\n"
	"names of files of evidence too, but for those of Windows and of logs. Removed are original\n"
	"records, summaries (made anew of what each detection is about), command lines, decisions and\n"
	"notes of people, custodians, texts of problems and notices, values that correlations counted,\n"
	"pages of web servers, signatures of the case, and its custody record, which begins anew. Kept\n"
	"are times, numbers and hashes, rules as they are, paths of programs and files on hosts, pages\n"
	"asked for without what follows the \"?\", names of services, user agents and domains that are not\n"
	"the hosts' own: a name that stands in one of these and nowhere else is not known to be one.\n";

int fb_pseudonymous_options(struct fb_cli *cli, bool *wanted)
{
	bool secret = fb_args_has(&cli->args, "pseudonymise"), mapping = fb_args_has(&cli->args, "mapping");

	*wanted = secret;
	if (secret == mapping)
		return 0;
	return fb_fail(&cli->err, FB_EUSAGE, secret ? "--pseudonymise: and where to write what is behind the "
		       "pseudonyms? --mapping FILE.csv, which stays with you"
		       : "--mapping: only with --pseudonymise");
}

/* ---- the secret ---- */

static int make_secret(const char *path, struct fb_buf *out, struct fb_err *err)
{
	uint8_t bytes[32];
	char hex[2 * sizeof bytes + 2];
	int fd, r;

	if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
		return fb_fail_errno(err, FB_EIO, "no random numbers");
	fb_hex(bytes, sizeof bytes, hex);
	hex[2 * sizeof bytes] = '\n';
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return fb_fail_errno(err, FB_EIO, "cannot create %s", path);
	r = fb_write_all(fd, fb_slice(hex, 2 * sizeof bytes + 1), err);
	if (!r && fsync(fd))
		r = fb_fail_errno(err, FB_EIO, "cannot write %s", path);
	(void)close(fd);
	return r ? r : fb_buf_put(out, hex, 2 * sizeof bytes);
}

static int read_secret(const char *path, struct fb_buf *out, bool *made, struct fb_err *err)
{
	struct stat st;
	int r;

	*made = false;
	if (stat(path, &st)) {
		if (errno != ENOENT)
			return fb_fail_errno(err, FB_EIO, "%s", path);
		*made = true;
		return make_secret(path, out, err);
	}
	if (!S_ISREG(st.st_mode) || st.st_mode & 077 || st.st_uid != geteuid())
		return fb_fail(err, FB_EUSAGE, "%s: the secret has to be a file of yours that nobody else may read "
			       "(chmod 600)", path);
	r = fb_read_file(path, SECRET_MOST, out, err);
	if (r)
		return r;
	while (out->n && (out->p[out->n - 1] == '\n' || out->p[out->n - 1] == '\r'))
		out->n--;
	return out->n >= SECRET_LEAST ? 0 : fb_fail(err, FB_EUSAGE, "%s: a secret has %d bytes or more; a file that "
						    "is not there is made", path, SECRET_LEAST);
}

/* ---- what is behind them ---- */

struct mapping {
	struct fb_buf buf;
	struct fb_outfile file;
	struct fb_err *err;
};

static int send(struct mapping *m, size_t least)
{
	int r;

	if (m->buf.code)
		return fb_fail(m->err, m->buf.code, "%s", fb_code_text(m->buf.code));
	if (m->buf.n < least)
		return 0;
	r = fb_write_all(m->file.fd, fb_buf_view(&m->buf), m->err);
	fb_buf_clear(&m->buf);
	return r;
}

static int on_value(void *user, enum fb_pseudonym_kind kind, struct fb_slice original, const char *pseudonym)
{
	struct mapping *m = user;

	(void)fb_csv_cell(&m->buf, fb_slice_str(fb_pseudonym_word(kind)), true);
	(void)fb_csv_cell(&m->buf, original, false);
	(void)fb_csv_cell(&m->buf, fb_slice_str(pseudonym), false);
	(void)fb_csv_end(&m->buf);
	return send(m, FLUSH);
}

static int write_mapping(const char *path, struct fb_pseudonyms *p, struct fb_err *err)
{
	struct mapping m = { .err = err };
	int r = fb_outfile_open(&m.file, path, err);

	if (r)
		return r;
	fb_buf_init(&m.buf, 2 * FLUSH);
	if (fchmod(m.file.fd, 0600))
		r = fb_fail_errno(err, FB_EIO, "%s", path);
	(void)fb_buf_puts(&m.buf, "kind,original,pseudonym");
	(void)fb_csv_end(&m.buf);
	if (!r)
		r = fb_pseudonyms_each(p, on_value, &m);
	if (r && !err->code)
		r = fb_fail(err, r, "%s", fb_code_text(r));
	if (!r)
		r = send(&m, 1);
	if (!r)
		r = fb_outfile_commit(&m.file, err);
	fb_outfile_dispose(&m.file);
	fb_buf_dispose(&m.buf);
	return r;
}

/* ---- the copy ---- */

static int copy_file(const char *from, const char *to, struct fb_err *err)
{
	int in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), out = -1, r = 0;
	uint8_t *piece = malloc(PIECE);
	ssize_t n = 1;

	if (!piece)
		r = fb_fail(err, FB_ENOMEM, "out of memory");
	else if (in < 0)
		r = fb_fail_errno(err, FB_EIO, "%s", from);
	else if ((out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) < 0)
		r = fb_fail_errno(err, FB_EIO, "cannot create %s", to);
	while (!r && n) {
		n = read(in, piece, PIECE);
		if (n < 0 && errno != EINTR)
			r = fb_fail_errno(err, FB_EIO, "%s", from);
		else if (n > 0)
			r = fb_write_all(out, fb_slice(piece, (size_t)n), err);
	}
	if (in >= 0)
		close(in);
	if (out >= 0 && close(out) && !r)
		r = fb_fail_errno(err, FB_EIO, "cannot write %s", to);
	free(piece);
	return r;
}

static int make_copy(const char *case_dir, struct fb_pseudonymous *out, struct fb_err *err)
{
	const char *tmp = getenv("TMPDIR");
	char *from = NULL, *to = NULL;
	int r;

	if (!tmp || tmp[0] != '/')
		tmp = "/tmp";
	if (asprintf(&out->dir, "%s/firebreak-XXXXXX", tmp) < 0) {
		out->dir = NULL;
		return fb_fail(err, FB_ENOMEM, "out of memory");
	}
	if (!mkdtemp(out->dir)) {
		r = fb_fail_errno(err, FB_EIO, "%s", out->dir);
		free(out->dir);
		out->dir = NULL;
		return r;
	}
	if (asprintf(&from, "%s/case.db", case_dir) < 0) {
		from = NULL;
		r = fb_fail(err, FB_ENOMEM, "out of memory");
	} else if (asprintf(&to, "%s/case.db", out->dir) < 0) {
		to = NULL;
		r = fb_fail(err, FB_ENOMEM, "out of memory");
	} else {
		r = copy_file(from, to, err);
	}
	free(from);
	free(to);
	return r;
}

int fb_pseudonymous_make(struct fb_cli *cli, const char *case_dir, struct fb_pseudonymous *out)
{
	const char *path = fb_args_get(&cli->args, "pseudonymise");
	struct fb_err *err = &cli->err;
	struct fb_pseudonyms *p = NULL;
	struct fb_buf secret;
	int r;

	*out = (struct fb_pseudonymous){ 0 };
	fb_buf_init(&secret, SECRET_MOST + 65536);
	r = read_secret(path, &secret, &out->made, err);
	if (!r && !(p = fb_pseudonyms_new(fb_buf_view(&secret))))
		r = fb_fail(err, FB_ENOMEM, "out of memory");
	if (secret.n)
		explicit_bzero(secret.p, secret.n);
	fb_buf_dispose(&secret);
	if (!r)
		r = make_copy(case_dir, out, err);
	if (!r)
		r = fb_case_pseudonymise(out->dir, p, err);
	if (!r)
		r = write_mapping(fb_args_get(&cli->args, "mapping"), p, err);
	if (!r)
		out->values = fb_pseudonyms_count(p);
	fb_pseudonyms_free(p);
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

void fb_pseudonymous_end(struct fb_pseudonymous *p)
{
	if (p->dir)
		(void)nftw(p->dir, on_leaf, 16, FTW_DEPTH | FTW_PHYS);
	free(p->dir);
	*p = (struct fb_pseudonymous){ 0 };
}
