/* IIS's configuration (System32\inetsrv\config): which sites there are, where each logs, and why requests to it may
 * be in no log (event/sites.h). By Microsoft's reference of configuration
 * (https://learn.microsoft.com/iis/configuration/system.applicationhost/sites/):
 *   - what a site's logFile does not say, siteDefaults says, else the schema's default (on, W3C, to a file)
 *   - httpLogging holds for all sites, or in a <location> for one or a part of it
 *   - a section that is not locked (overrideModeDefault, overrideMode of a location) a site's web.config may change
 * What is not understood makes the file none that is. Pure.
 */
#ifndef FB_INTAKE_IIS_H
#define FB_INTAKE_IIS_H

#include "base/err.h"
#include "base/limits.h"
#include "event/sites.h"

#include <stdint.h>

struct fb_iis_site {
	uint32_t id;
	struct fb_slice name, directory; /* as they are written: of the text; directory: empty: the default */
	unsigned lacks;                  /* enum fb_site_lack */
};

/* Is it one of IIS's files, by its first element? head: the beginning of a file, in UTF-8. */
bool fb_iis_looks(struct fb_slice head);

struct fb_iis;
/* applicationHost.config, all of it, in UTF-8, which must outlive *out. FB_EINPUT: it is none that is understood;
 * FB_ENOMEM; *out is then NULL. */
int fb_iis_read(struct fb_slice text, struct fb_iis **out);
const struct fb_iis_site *fb_iis_sites(const struct fb_iis *f, size_t *n);
void fb_iis_free(struct fb_iis *f);

/* redirection.config: does the configuration lie elsewhere? false: it is none that is understood. */
bool fb_iis_redirection(struct fb_slice text, bool *elsewhere);

#endif
