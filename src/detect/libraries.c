#include "detect/libraries.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <hs.h>
#include <jansson.h>
#include <pcre2.h>
#include <yaml.h>
#include <yara.h>

void fb_detect_libraries(struct fb_buf *out)
{
	char pcre[64] = "unknown";

	(void)fb_buf_printf(out, "libyaml %s\n", yaml_get_version_string());
	(void)pcre2_config(PCRE2_CONFIG_VERSION, pcre);
	(void)fb_buf_printf(out, "PCRE2 %s\n", pcre);
	(void)fb_buf_printf(out, "Hyperscan %s\n", hs_version());
	(void)fb_buf_printf(out, "YARA %s\n", YR_VERSION);
	(void)fb_buf_printf(out, "Jansson %s\n", JANSSON_VERSION);
}
