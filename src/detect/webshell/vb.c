#include "detect/webshell/parse.h"

struct ws_node *ws_parse_vb(struct ws_file *w, const struct ws_tokens *t)
{
	(void)w; (void)t; return NULL;
}
struct ws_node *ws_parse_cfm(struct ws_file *w) { (void)w; return NULL; }
void ws_config(struct ws_file *w) { (void)w; }
