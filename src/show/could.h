/* Which rules could have matched anything in this case, for people, as JSON and CSV. */
#ifndef FB_SHOW_COULD_H
#define FB_SHOW_COULD_H

#include "assess/could.h"
#include "base/json.h"
#include "show/term.h"

/* The keys `read` and `hosts` into the object of a rule. */
void fb_json_could(struct fb_json *j, const struct fb_could_rule *row);
/* A row for each host of the rule. */
void fb_csv_could_head(struct fb_buf *out);
void fb_csv_could(struct fb_buf *out, const struct fb_could_rule *row);

/* Counts of rules, by host and by log source, gathered rule by rule. */
struct fb_could_view;
struct fb_could_view *fb_could_view_new(void);
void fb_could_view_free(struct fb_could_view *v);
/* 0 or FB_ENOMEM. */
int fb_could_view_add(struct fb_could_view *v, const struct fb_could_rule *row);
int fb_could_view_write(struct fb_could_view *v, struct fb_out *o, struct fb_err *err);
/* The key `hosts` of the document: host, seen, partial, never. */
void fb_could_view_json(const struct fb_could_view *v, struct fb_json *j);

#endif
