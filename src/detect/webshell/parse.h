/* Between parse.c (expressions), stmt.c (statements) and vb.c. */
#ifndef FB_DETECT_WEBSHELL_PARSE_H
#define FB_DETECT_WEBSHELL_PARSE_H

#include "detect/webshell/ws.h"

struct parser {
	struct ws_file *w;
	const struct ws_tokens *t;
	uint32_t i;
	unsigned depth;
	bool no_body; /* a { here is not an expression's */
};

struct wp_list {
	struct ws_node *first, *last;
};

const struct ws_token *wp_at(const struct parser *p);
const struct ws_token *wp_ahead(const struct parser *p, uint32_t n);
void wp_step(struct parser *p);
bool wp_op(const struct parser *p, uint32_t op);
bool wp_take(struct parser *p, uint32_t op);
bool wp_word_at(const struct parser *p, uint32_t ahead, const char *word);
bool wp_word(const struct parser *p, const char *word);
bool wp_takew(struct parser *p, const char *word);
/* false: too deep, and everything is passed over. */
bool wp_enter(struct parser *p);
void wp_leave(struct parser *p);
bool wp_end(const struct parser *p);
void wp_append(struct wp_list *l, struct ws_node *n);
struct ws_node *wp_string(struct parser *p, struct fb_slice s, const struct ws_token *at);
struct ws_node *wp_args(struct parser *p, uint32_t close);
void wp_skip(struct parser *p);
uint32_t wp_type(const struct parser *p, uint32_t from);
struct fb_slice wp_type_name(const struct parser *p, uint32_t n);
bool wp_one_of(struct fb_slice s, const char *const *list);
struct ws_node *wp_params(struct parser *p);
struct ws_node *wp_function(struct parser *p, struct fb_slice name, const struct ws_token *at);
struct ws_node *wp_primary(struct parser *p);
struct ws_node *wp_postfix_one(struct parser *p, struct ws_node *a);
struct ws_node *wp_unary(struct parser *p);
struct ws_node *wp_expr(struct parser *p);
/* stmt.c */
struct ws_node *wp_statement(struct parser *p);
struct ws_node *wp_class_body(struct parser *p);

#endif
