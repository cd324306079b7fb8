/* Which rule files there are, and what they say. Each is read once, so that what is
 * compiled is what the key of the cache (image.h) was made of. */
#ifndef FB_DETECT_SIGMA_FILES_H
#define FB_DETECT_SIGMA_FILES_H

#include "base/buf.h"
#include "detect/sigma/compile.h"

struct sg_file {
	const char *path; /* lives in the set's arena */
	uint32_t pack;
	size_t at, n;     /* in text */
};

struct sg_files {
	struct sg_file *v; /* by path, then pack */
	size_t n, cap;
	struct fb_buf text; /* of all files, one after the other */
	/* All of it was read. Else (a file cannot be read, is too large, all are more than
	 * FB_RULES_KEPT) nothing is kept, and each is read when its turn comes. */
	bool kept;
};

/* What cannot be walked becomes a problem of the compiler's; FB_ENOTFOUND: a pack
 * does not exist; FB_EIO, FB_ELIMIT, FB_ENOMEM. Dispose in any case. */
int sg_files_find(struct sg_files *f, struct sg_compiler *c, const struct fb_sigma_pack *packs,
		  size_t npacks, struct fb_err *err);
void sg_files_dispose(struct sg_files *f);

static inline struct fb_slice sg_file_text(const struct sg_files *f, const struct sg_file *file)
{
	return fb_slice_sub(fb_buf_view(&f->text), file->at, file->n);
}

#endif
