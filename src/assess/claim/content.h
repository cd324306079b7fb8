/* Lists of files with their sums, or sizes and dates, and what content two of them have in common: of samples that
 * somebody published against what lies there.
 */
#ifndef FB_ASSESS_CONTENT_H
#define FB_ASSESS_CONTENT_H

#include "assess/claim/listing.h"

enum fb_content_sum { FB_SUM_NONE = 0, FB_SUM_MD5, FB_SUM_SHA1, FB_SUM_SHA256 };
struct fb_content_file {
	uint64_t sum[2];     /* its first 16 bytes */
	uint64_t name, size; /* the last part of its path, without case */
	int64_t date;        /* seconds, or a number for a date that is written in no way known here */
	uint8_t kind;
	bool placed;         /* has name, size and date */
};
struct fb_content_list {
	struct fb_content_file *v; /* after reading by kind and sum */
	size_t n, room;
	uint64_t seed;       /* the same for lists that are compared; 0: not chosen yet */
	uint64_t summed;     /* of them with a sum; empty files are none */
	uint64_t too_long;
};
/* A table (CSV) with columns of sums, or of paths, sizes and dates; or what md5sum, sha1sum and sha256sum write. What has neither is left
 * out. Returns what lines does. */
int fb_content_list_read(const struct fb_lines *lines, const char *path, struct fb_content_list *l, struct fb_err *err);
void fb_content_list_free(struct fb_content_list *l);

struct fb_content_match {
	uint64_t listed;   /* different contents of the listing, by their sums */
	uint64_t by_sum;   /* of them in the inventory, at fewer than FB_LISTING_COMMON places */
	uint64_t by_size;  /* of the others under the same name, with size and date, where no sum of that kind is known */
	bool comparable;   /* the two have anything that can be compared */
};
void fb_content_compare(const struct fb_content_list *listing, const struct fb_content_list *inventory, struct fb_content_match *out);

#endif
