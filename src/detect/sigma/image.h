/* A compiled rule set as one run of bytes, and back, for the user's cache.
 *
 * The bytes are the set's own structs, array after array in the order of one walk, with
 * a mark where each pointer was: they mean something only to the very program that wrote
 * them, on a processor with the same features. sg_image_key says which; whoever keeps
 * the bytes has to know that nobody else could write them (Hyperscan's databases are
 * in there), and sees to damage with a sum of his own. What is read is checked all the
 * same: every array against the end of the bytes, every number against what it counts.
 *
 * Tables in image.c name the pointers of each struct; numbers go along by themselves. A
 * struct that grows does not compile until its line there was looked at.
 */
#ifndef FB_DETECT_SIGMA_IMAGE_H
#define FB_DETECT_SIGMA_IMAGE_H

#include "detect/sigma/files.h"

/* Of everything that decides the result: this program and its libraries, the processor,
 * packs, files, lists. false: there can be no image of these. */
bool sg_image_key(const struct sg_compiler *c, const struct sg_files *files,
		  const struct fb_sigma_pack *packs, size_t npacks,
		  uint8_t out[static FB_SHA256]);

/* The set and the names of its syms, appended. FB_ENOMEM or FB_ELIMIT. */
int sg_image_write(const struct sg_set *s, struct fb_buf *out);

/* From bytes that malloc gave, which are taken over in any case. syms is as
 * fb_syms_new made it and gets the names of the image. FB_EINPUT: not what
 * sg_image_write wrote; FB_ENOMEM. */
int sg_image_read(void *bytes, size_t n, struct fb_syms *syms, struct sg_set **out);

/* image_check.c: do all numbers of the set mean something? nsyms: of its symbols. */
bool sg_image_sound(const struct sg_set *s, uint32_t nsyms);

#endif
