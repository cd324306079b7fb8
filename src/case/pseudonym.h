/* Pseudonyms for hosts, accounts and addresses: the same value has the same one wherever it
 * stands, in every bundle that is made with the same secret; who lacks the secret cannot
 * work out or try out what is behind one (HMAC-SHA-256). docs/formats/pseudonyms.md. */
#ifndef FB_CASE_PSEUDONYM_H
#define FB_CASE_PSEUDONYM_H

#include "base/buf.h"
#include "base/err.h"
#include "event/entity.h"

enum fb_pseudonym_kind {
	FB_P_HOST = 0, /* a label: host-0123456789 */
	FB_P_DOMAIN,   /* dom-0123456789, of DNS with .invalid behind it */
	FB_P_ACCOUNT,  /* user-0123456789 */
	FB_P_ADDRESS,  /* of 2001:db8::/32 */
	FB_P_NAME,     /* of a file or folder: name-0123456789 */
	FB_P_KINDS
};
const char *fb_pseudonym_word(enum fb_pseudonym_kind kind);

struct fb_pseudonyms;

/* NULL: out of memory. */
struct fb_pseudonyms *fb_pseudonyms_new(struct fb_slice secret);
void fb_pseudonyms_free(struct fb_pseudonyms *p); /* NULL is allowed */

/* Each learns what it meets and appends its pseudonym. What everybody has (SYSTEM,
 * 127.0.0.1) stays. FB_ENOMEM, FB_ELIMIT. */
int fb_pseudonym_host(struct fb_pseudonyms *p, struct fb_slice s, struct fb_buf *out);
int fb_pseudonym_account(struct fb_pseudonyms *p, struct fb_slice s, struct fb_buf *out);
int fb_pseudonym_address(struct fb_pseudonyms *p, struct fb_slice s, struct fb_buf *out);
/* A path on a host: names of users' folders, and what was learnt. */
int fb_pseudonym_path(struct fb_pseudonyms *p, struct fb_slice s, struct fb_buf *out);
/* A path of evidence: every name that is not one of Windows' own or of a log's. */
int fb_pseudonym_source(struct fb_pseudonyms *p, struct fb_slice s, struct fb_buf *out);
/* Any text: what was learnt before is replaced wherever it stands, whatever its case. */
int fb_pseudonym_text(struct fb_pseudonyms *p, struct fb_slice s, struct fb_buf *out);
/* A value that rules grouped by, of whatever kind. */
int fb_pseudonym_value(struct fb_pseudonyms *p, struct fb_slice s, struct fb_buf *out);
int fb_pseudonym_entity(struct fb_pseudonyms *p, enum fb_entity_type type, struct fb_slice s,
			struct fb_buf *out);

/* A number of 32 bits for another, never 0: the same for the same, and no other way to it than the secret. Nothing is learnt. */
int fb_pseudonym_number(const struct fb_pseudonyms *p, uint32_t number, uint32_t *out);

/* What was learnt, by kind and original. */
int fb_pseudonyms_each(struct fb_pseudonyms *p,
		       int (*cb)(void *user, enum fb_pseudonym_kind kind, struct fb_slice original,
				 const char *pseudonym), void *user);
size_t fb_pseudonyms_count(const struct fb_pseudonyms *p);

#endif
