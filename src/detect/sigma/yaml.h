/* YAML documents as trees of nodes with line numbers, made by libyaml's parser.
 * Bounded: depth FB_RULE_DEPTH, nodes FB_RULE_NODES_MAX. An alias points to the
 * node that it names (finished before it, so a tree never contains itself); who
 * walks a tree counts its steps. */
#ifndef FB_DETECT_SIGMA_YAML_H
#define FB_DETECT_SIGMA_YAML_H

#include "base/arena.h"
#include "base/err.h"
#include "base/slice.h"

enum sg_ykind { SG_Y_SCALAR, SG_Y_SEQ, SG_Y_MAP };

struct sg_ynode {
	uint8_t kind;  /* enum sg_ykind */
	bool plain;    /* a scalar without quotes */
	unsigned line; /* from 1 */
	uint32_t n;    /* items of a sequence, pairs of a map */
	struct fb_slice text;   /* scalar; NUL behind it */
	struct sg_ynode **item; /* a map has key and value in turn */
};

struct sg_ydoc {
	struct sg_ynode *root;
	struct fb_slice bytes; /* the document's own, in the text */
	unsigned line;
};

/* Calls doc for each document that is not empty, in order. Returns 0, doc's
 * non-zero return, or a code with err and *line set: then the documents before the
 * mistake have been given. Nodes live in the arena. */
int sg_yaml_parse(struct fb_slice text, struct fb_arena *arena,
		  int (*doc)(void *user, const struct sg_ydoc *doc), void *user, unsigned *line,
		  struct fb_err *err);

/* The value of a map's key, or NULL; NULL and other kinds have none. */
const struct sg_ynode *sg_yget(const struct sg_ynode *map, const char *key);
/* The scalar under the key, or an empty slice. */
struct fb_slice sg_ytext(const struct sg_ynode *map, const char *key);
/* A plain null of YAML's core schema. */
bool sg_ynull(const struct sg_ynode *n);

#endif
