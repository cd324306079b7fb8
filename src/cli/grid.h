/* Rows of named columns as JSON, JSON lines, CSV or a table: for commands that sum up. */
#ifndef FB_CLI_GRID_H
#define FB_CLI_GRID_H

#include "base/json.h"
#include "cli/cmd.h"
#include "show/table.h"

enum fb_grid_kind { FB_GRID_TEXT = 0, FB_GRID_COUNT, FB_GRID_TIME, FB_GRID_YES, FB_GRID_LIST,
		    FB_GRID_NUMBER }; /* a number that counts nothing */

struct fb_grid_column {
	const char *key;  /* in JSON and CSV; a promise */
	const char *head; /* of the table; NULL: not in it */
	enum fb_grid_kind kind;
	size_t max;       /* columns of the terminal; 0: no bound */
};

/* One of these, by the column's kind. Empty texts are null in JSON. A list's items are
 * joined by the byte 0xFF. */
struct fb_grid_value {
	struct fb_slice text;
	uint64_t count;
	fb_time time;
	bool yes;
	bool none; /* COUNT, NUMBER: there is none */
};

#define FB_GRID_COLUMNS 24

struct fb_grid {
	struct fb_cli *cli;
	enum fb_output as;
	const struct fb_grid_column *columns;
	size_t n;
	const char *name;
	struct fb_json j;
	struct fb_table table;
	struct fb_column shown[FB_TABLE_COLUMNS];
	char when[96]; /* the head of the first time, which says the zone */
	struct fb_arena arena;
	uint64_t rows;
};

/* name: the key under which --json has the rows. columns is borrowed. */
void fb_grid_init(struct fb_grid *g, struct fb_cli *cli, enum fb_output as, const char *name,
		  const struct fb_grid_column *columns, size_t n);
void fb_grid_dispose(struct fb_grid *g);
/* v: a value for each column. */
int fb_grid_row(struct fb_grid *g, const struct fb_grid_value *v);
/* The end of the document, or the table. */
int fb_grid_end(struct fb_grid *g);

#endif
