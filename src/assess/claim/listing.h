/* Listings of files, and what two of them have in common: what somebody published against what lies there. Millions
 * of lines; kept of each are a number for its name and one for the folder that it lies in.
 */
#ifndef FB_ASSESS_LISTING_H
#define FB_ASSESS_LISTING_H

#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"

/* Who hands in a file line by line, without their ends: files are opened elsewhere. too_long counts the lines that are
 * left out because they are longer than any path. A non-zero return of line ends and is returned; FB_EIO, FB_ENOTFOUND,
 * FB_ENOMEM, FB_EINPUT: it is no text. */
struct fb_lines {
	int (*read)(const char *path, int (*line)(void *user, struct fb_slice line), void *user, uint64_t *too_long, struct fb_err *err);
};

struct fb_listing_file {
	uint64_t name;
	uint32_t folder; /* 0: none is given */
	uint8_t guarded; /* protected by itself: who has a copy needs a key */
	uint8_t key;     /* where that lies: of keys, + 1; 0: nobody says */
};
#define FB_LISTING_KEYS 32
struct fb_file_list {
	struct fb_listing_file *v; /* after fb_file_list_end by name and folder, each once */
	size_t n, room;
	uint64_t seed;             /* the same for lists that are compared; 0: not chosen yet */
	uint64_t lines;            /* read */
	uint64_t skipped;          /* of them longer than any path */
	uint64_t files;            /* named, those that are too long and those named twice with them */
	/* Where want_contents was set: how many documents lie in them, files that hold others told by their column; of each of
	 * these a line "N\tPATH"; the first whose contents nobody tells. */
	bool want_contents;        /* holders was begun by who wants it */
	uint64_t documents;
	struct fb_buf holders;
	char untold[256];          /* "" : there is none */
	uint64_t guarded;          /* lines of files that are protected one by one */
	char keys[FB_LISTING_KEYS][128]; /* where the keys of these lie: a machine, or a file */
	uint8_t nkeys;
	/* Of each file its size, in the order of lines, where want_sizes was set; files of which none is given are counted. */
	bool want_sizes;
	uint64_t *sizes;
	size_t nsizes, sizes_room;
	uint64_t unsized;
};

/* What the lines of a file are is told from the first of them. */
struct fb_listing_reader {
	enum { FB_LIST_UNKNOWN = 0, FB_LIST_PATHS, FB_LIST_CSV, FB_LIST_DIR, FB_LIST_FIND } kind;
	unsigned column, size, contents, guarded, key; /* of paths, sizes, numbers of documents in them, how they are protected, where
							 * the key lies; UINT_MAX: none */
	char delimiter;
	char folder[4096]; /* of `dir /s`: the one whose files come */
};
/* One line without its end: a path, a row of a CSV with a column of paths, a line of `dir /s`, `find -ls` or robocopy. FB_ENOMEM. */
int fb_listing_line(struct fb_file_list *l, struct fb_listing_reader *r, struct fb_slice line);
/* Field k of a row of a table, without the quotes around it; p NULL: it has no such field. */
struct fb_slice fb_listing_field(struct fb_slice row, unsigned k, char delimiter);
/* How a path is known in that list; false: it has no name. */
bool fb_listing_file(struct fb_file_list *l, struct fb_slice path, struct fb_listing_file *out);
/* After fb_file_list_end: the file of that name and folder; NULL: it is not in it. */
const struct fb_listing_file *fb_listing_find(const struct fb_file_list *l, const struct fb_listing_file *f);
void fb_file_list_end(struct fb_file_list *l);
void fb_file_list_free(struct fb_file_list *l);
/* A whole file; what lines returns. */
int fb_file_list_read(const struct fb_lines *lines, const char *path, struct fb_file_list *l, struct fb_err *err);

struct fb_listing_match {
	uint64_t listed;   /* different files of the listing that have a folder */
	uint64_t nameless; /* of them without one: not compared */
	uint64_t matched;  /* that lie in a folder of that name in the inventory, under names that few have */
	uint64_t common;   /* left out: names that lie in FB_LISTING_COMMON folders or more */
	double chance;     /* as many of them would match if its names were dealt out to its folders anew */
};
#define FB_LISTING_COMMON 20
/* FB_ENOMEM. */
int fb_listing_compare(const struct fb_file_list *listing, const struct fb_file_list *inventory, struct fb_listing_match *out);

#endif
