/* Between source.c and method.c. */
#ifndef FB_DETECT_WEBSHELL_CALL_H
#define FB_DETECT_WEBSHELL_CALL_H

#include "detect/webshell/ws.h"

bool wc_is_request(const struct ws_value *v);
bool wc_request_method(struct ws_file *w, const struct ws_node *n, struct fb_slice name, const struct ws_value *args,
		       uint32_t nargs, struct ws_value *out);

#endif
