/* A table of text in columns that fit the terminal: cells are gathered, widths
 * worked out, rows written. One column may be the last and flexible: it takes what
 * is left and is cut; the others are cut to their maximum. Without a width nothing
 * is cut. */
#ifndef FB_SHOW_TABLE_H
#define FB_SHOW_TABLE_H

#include "base/arena.h"
#include "show/term.h"

#define FB_TABLE_COLUMNS 10

struct fb_column {
	const char *head;
	size_t max;     /* columns at most; 0: no bound */
	bool right;     /* numbers */
	bool level;     /* a level's word: coloured where colour is */
	bool tail;      /* cut at its beginning: paths */
	bool optional;  /* left out where no row has anything in it */
};

struct fb_table {
	const struct fb_column *columns;
	size_t ncolumns;
	struct fb_arena *arena; /* of the cells */
	struct fb_table_row *first, **last;
	struct fb_buf cell;     /* the cell being made: put safe text here */
	size_t at;              /* its column */
	int code;
};

/* columns is borrowed. */
void fb_table_init(struct fb_table *t, const struct fb_column *columns, size_t ncolumns,
		   struct fb_arena *arena);
void fb_table_dispose(struct fb_table *t);

/* Ends the cell whose text was put into t->cell (already safe for a terminal). */
int fb_table_next(struct fb_table *t);
/* The same for evidence's text, a number, a level. */
int fb_table_text(struct fb_table *t, struct fb_slice s);
int fb_table_number(struct fb_table *t, uint64_t v);
int fb_table_level(struct fb_table *t, enum fb_level level);

/* Room that the last column would have at that width with what is gathered. */
size_t fb_table_room(const struct fb_table *t, size_t width, size_t indent);
/* Writes head and rows, each line `indent` blanks in. */
int fb_table_write(const struct fb_table *t, struct fb_out *o, size_t indent);

#endif
