/* XML as configurations are written in it, token by token: elements, attributes, comments and text, and nothing that
 * could stand for something else (DTDs, CDATA: no token). Entities stay as they are written. Whether elements are
 * closed by their names is the caller's to check. Pure; all slices are of the text.
 */
#ifndef FB_INTAKE_XML_H
#define FB_INTAKE_XML_H

#include "base/slice.h"

enum fb_xml_token { FB_XML_END, FB_XML_OPEN, FB_XML_CLOSE, FB_XML_BAD };

struct fb_xml_tag {
	struct fb_slice name;
	struct fb_slice attrs; /* as they are written */
	bool empty;            /* <x/>: no CLOSE follows */
};

struct fb_xml {
	struct fb_slice s;    /* what follows; all of it at the beginning, in UTF-8 without a mark */
	struct fb_slice text; /* before the token */
	bool broken;          /* … which a comment breaks */
};

/* The next token; of OPEN and CLOSE its tag. After END and BAD nothing is to be asked. */
enum fb_xml_token fb_xml_next(struct fb_xml *x, struct fb_xml_tag *t);
/* The attribute's value; of several the last. false: it has none, *value is empty. */
bool fb_xml_attr(const struct fb_xml_tag *t, const char *name, struct fb_slice *value);
/* Is the first element of that name, with nothing but comments before it? head: the beginning of a file, in UTF-8. */
bool fb_xml_begins(struct fb_slice head, const char *name);

#endif
