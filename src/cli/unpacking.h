/* What people allow and know when archives are opened: --password-file and --memory, of
 * every command that reads evidence. */
#ifndef FB_CLI_UNPACKING_H
#define FB_CLI_UNPACKING_H

#include "base/buf.h"
#include "cli/args.h"
#include "engine/engine.h"

extern const struct fb_opt fb_opts_unpack[];

struct fb_unpacking {
	const char **passwords; /* NULL-terminated; the field's usual one is the last */
	uint64_t memory;        /* of a reader; 0: as limits.h says */
	struct fb_buf text;
};

/* 20G and the like, in bytes; false: not a size, or not in least..most. */
bool fb_size_parse(const char *text, uint64_t least, uint64_t most, uint64_t *out);
/* FB_EUSAGE names the option. */
int fb_unpacking_read(struct fb_unpacking *u, const struct fb_args *args, struct fb_err *err);
void fb_unpacking_config(const struct fb_unpacking *u, struct fb_engine_config *config);
void fb_unpacking_dispose(struct fb_unpacking *u);

#endif
