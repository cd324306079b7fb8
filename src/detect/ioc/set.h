/* Indicators as workers see them: read-only after the load. */
#ifndef FB_DETECT_IOC_SET_H
#define FB_DETECT_IOC_SET_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/cursor.h"
#include "base/err.h"
#include "base/time.h"
#include "event/rules.h"

enum ic_type {
	IC_ADDRESS = 0, IC_NETWORK, IC_DOMAIN, IC_URL, IC_HASH, IC_FILE, IC_EMAIL, IC_TYPES,
	/* In the filter alone: how some domain ends (two labels), and some file's path (the
	 * name). Where these are not, nothing longer need be looked up. */
	IC_DOMAIN_END = IC_TYPES, IC_FILE_END,
};
extern const char *const ic_type_word[IC_TYPES];

/* One indicator; text is the form that is looked for: folded, refanged, an address in
 * its shortest form, a URL without scheme and fragment, a path with "/". */
struct ic_item {
	const char *text;
	const char *note;   /* what the list says of it; "" */
	fb_time until;      /* valid until; FB_TIME_NONE: no end is known */
	uint32_t rule;
	uint32_t length;    /* of text */
	uint32_t next;      /* another with the same key: item + 1; 0: none */
	uint8_t type;       /* enum ic_type */
	uint8_t confidence; /* 1..100; 0: unknown */
	/* IC_ADDRESS, IC_NETWORK; v4 as ::ffff:a.b.c.d. Behind it of a network the number of
	 * its bits, of the 128; those beyond are zero. */
	uint8_t address[17];
};

/* Keys of all items, by hash; and a filter in front that fits a cache. */
struct ic_slot {
	uint32_t hash, item; /* item + 1; 0: empty */
};

struct ic_set {
	struct fb_ruleset set; /* what the program sees; set.compiled is this */
	struct fb_arena arena;
	struct ic_item *items; /* as they stand in the lists */
	uint32_t nitems;
	uint32_t count[IC_TYPES];
	struct ic_slot *slots;
	uint32_t nslots; /* power of two */
	uint64_t *filter;
	uint32_t nfilter; /* words; power of two */
	uint8_t network_bits[129]; /* that occur, longest first */
	unsigned nnetwork_bits;
	/* By the first 16 bits of an IPv4 address: is a network of 96 bits and more there? */
	uint64_t v4_first[1024];
};

/* ---- values (value.c) ---- */

/* What is used for one value after the other. */
struct ic_scratch {
	struct fb_buf plain, folded;
};
void ic_scratch_init(struct ic_scratch *b);
void ic_scratch_dispose(struct ic_scratch *b);

/* What an indicator is, from its text (defanged forms are understood) and, when known,
 * its type (IC_TYPES: unknown): type and address of *out, and *form, the text to look
 * for, in b. False: nothing that can be looked for; *why says why, NULL: no memory. */
bool ic_value(struct fb_slice text, enum ic_type type, struct ic_scratch *b, struct ic_item *out,
	      struct fb_slice *form, const char **why);
/* The address in s; v4 is mapped. */
bool ic_address(struct fb_slice s, uint8_t out[static 16]);
/* A URL without scheme, user, fragment and the port that goes without saying; folded.
 * Returns the bytes written, at most s.n. */
size_t ic_url(struct fb_slice s, uint8_t *out);

/* ---- lists ---- */

struct ic_loader;
/* Adds one indicator of the list in work, found at that line. FB_ENOMEM or 0. */
int ic_add(struct ic_loader *l, unsigned line, struct fb_slice text, enum ic_type type,
	   struct fb_slice note, unsigned confidence, fb_time until);
/* Something of the list in work that is not used; counted by why, the first of each
 * named with its line. error: it should have been usable. */
int ic_left_out(struct ic_loader *l, unsigned line, const char *why, bool error);
/* The type that lists call by this name, or IC_TYPES. */
enum ic_type ic_type_named(struct fb_slice name);
/* list.c, json.c: a whole list. FB_ENOMEM or 0. */
int ic_read_text(struct ic_loader *l, struct fb_slice text);
int ic_read_json(struct ic_loader *l, struct fb_slice text);

/* ---- looking up (table.c) ---- */

uint64_t ic_hash(enum ic_type type, struct fb_slice key);
/* What an item is found by: its text, of an address its 16 bytes, of a network 17. */
struct fb_slice ic_key(const struct ic_item *item);
/* Unites what stands in a list twice, and makes all that looking up needs. FB_ENOMEM or 0. */
int ic_tables(struct ic_set *s);
/* False: nothing with this key is there. True is right nearly always. */
bool ic_maybe(const struct ic_set *s, enum ic_type type, struct fb_slice key);
/* All items with this key, one after the other: the first, or NULL. */
const struct ic_item *ic_find(const struct ic_set *s, enum ic_type type, struct fb_slice key);
const struct ic_item *ic_next(const struct ic_set *s, const struct ic_item *item);
/* The last two labels of a domain, the last step of a path. */
struct fb_slice ic_domain_end(struct fb_slice domain);
struct fb_slice ic_file_end(struct fb_slice path);
/* Calls found with each network that the address is in. */
void ic_networks(const struct ic_set *s, const uint8_t address[static 16],
		 void (*found)(void *user, const struct ic_item *item), void *user);

/* ---- matching (match.c) ---- */

int ic_open(const struct fb_ruleset *set, void **state);
int ic_match(void *state, const struct fb_event *ev, struct fb_hits *hits);
struct fb_slice ic_note(void *state, uint32_t rule, uint32_t sub);
int ic_known(void *state, const struct fb_file *file, const struct fb_file_sink *sink);
void ic_close(void *state);
void ic_free(struct fb_ruleset *set); /* load.c */

#endif
