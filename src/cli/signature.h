/* The text that a signature of a case is, and its file (docs/formats/custody.md). */
#ifndef FB_CLI_SIGNATURE_H
#define FB_CLI_SIGNATURE_H

#include "base/limits.h"
#include "base/sign.h"
#include "case/custody.h"

/* The folder beside case.db, and how its files are named: 1.sig, 2.sig … */
#define FB_SIGNATURES_DIR "signatures"
#define FB_SIGNATURE_NAME "%u.sig"

struct fb_signature {
	char program[33];             /* version */
	char signer[FB_SIGNER_MAX + 1];
	fb_time time;                 /* whole seconds */
	uint64_t rows;                /* of the custody record */
	uint8_t head[FB_SHA256];
	struct fb_part_sum part[FB_PART_COUNT];
	uint8_t public[FB_PUBLIC_KEY];
	uint8_t signature[FB_SIGNATURE];
};

/* Name of a signer: UTF-8 in one line without control characters. FB_EUSAGE. */
int fb_signer_check(const char *name, struct fb_err *err);

/* What is signed; whole: with the signature behind it, as the file has it. */
int fb_signature_text(struct fb_buf *out, const struct fb_signature *s, bool whole);
/* A whole file. false: not in the one form that the call above writes. */
bool fb_signature_parse(struct fb_slice file, struct fb_signature *out);

/* "N.sig" */
bool fb_signature_number(const char *name, unsigned *out);

/* All of a plain file of at most FB_SIGNATURE_FILE bytes in a folder that may come from
 * anybody: no links, no devices. FB_ENOTFOUND, FB_EIO, FB_EINPUT. */
int fb_signature_read(int dir, const char *name, struct fb_buf *out, struct fb_err *err);
/* The numbers in the names of CASE/signatures, rising; none when there is no such folder.
 * *dir: the folder, or -1. The caller frees and closes. */
int fb_signature_list(const char *case_dir, int *dir, unsigned **numbers, size_t *n,
		      struct fb_err *err);

/* A row of the custody record that tells of a signature's file; false: another row. */
bool fb_signature_row(const struct fb_ledger_row *row, unsigned *number,
		      uint8_t sha256[static FB_SHA256]);

#endif
