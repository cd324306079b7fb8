#include "show/table.h"

#include "show/text.h"

#define GAP 2
#define PIPE_COLUMN 40
#define CELL_MAX (64u << 10)

struct fb_table_row {
	struct fb_table_row *next;
	enum fb_level level;
	struct fb_slice cell[FB_TABLE_COLUMNS];
};

void fb_table_init(struct fb_table *t, const struct fb_column *columns, size_t ncolumns,
		   struct fb_arena *arena)
{
	*t = (struct fb_table){ .columns = columns,
				.ncolumns = ncolumns < FB_TABLE_COLUMNS ? ncolumns
									: FB_TABLE_COLUMNS,
				.arena = arena };
	t->last = &t->first;
	fb_buf_init(&t->cell, CELL_MAX);
}

void fb_table_dispose(struct fb_table *t)
{
	fb_buf_dispose(&t->cell);
}

/* The row that cells go to; a new one when the last is full. */
static struct fb_table_row *current(struct fb_table *t)
{
	if (t->at == 0) {
		struct fb_table_row *row = fb_arena_calloc(t->arena, 1, sizeof *row);

		if (!row) {
			t->code = FB_ENOMEM;
			return NULL;
		}
		*t->last = row;
		return row;
	}
	return *t->last;
}

int fb_table_next(struct fb_table *t)
{
	struct fb_table_row *row;
	char *copy;

	if (t->code)
		return t->code;
	row = current(t);
	if (!row)
		return t->code;
	copy = fb_arena_strn(t->arena, t->cell.p, t->cell.n);
	if (!copy || fb_buf_code(&t->cell))
		return t->code = fb_buf_code(&t->cell) ? t->cell.code : FB_ENOMEM;
	row->cell[t->at] = fb_slice(copy, t->cell.n);
	fb_buf_clear(&t->cell);
	if (++t->at == t->ncolumns) {
		t->at = 0;
		t->last = &row->next;
	}
	return 0;
}

int fb_table_text(struct fb_table *t, struct fb_slice s)
{
	(void)fb_text_term(&t->cell, s);
	return fb_table_next(t);
}

int fb_table_number(struct fb_table *t, uint64_t v)
{
	(void)fb_text_number(&t->cell, v);
	return fb_table_next(t);
}

int fb_table_level(struct fb_table *t, enum fb_level level)
{
	struct fb_table_row *row;
	size_t at = t->at;
	int r;

	(void)fb_buf_puts(&t->cell, fb_level_short(level));
	r = fb_table_next(t);
	if (r)
		return r;
	/* When this was the last column, t->last already points past the row. */
	if (at + 1 < t->ncolumns) {
		row = *t->last;
		row->level = level;
	}
	return 0;
}

/* 0: the column is left out. In a pipe, where nothing is cut, a column with a maximum is as wide as
 * its cells are, and only those that are much longer stick out. */
static void measure(const struct fb_table *t, bool pipe, size_t *width)
{
	bool used[FB_TABLE_COLUMNS] = { false };

	for (size_t c = 0; c < t->ncolumns; c++)
		width[c] = fb_text_width(fb_slice_str(t->columns[c].head));
	for (const struct fb_table_row *row = t->first; row; row = row->next) {
		for (size_t c = 0; c < t->ncolumns; c++) {
			size_t w = fb_text_width(row->cell[c]), max = t->columns[c].max;

			if (max && pipe && max < PIPE_COLUMN)
				max = PIPE_COLUMN;
			used[c] = used[c] || w > 0;
			if (max && w > max)
				w = max;
			if (w > width[c])
				width[c] = w;
		}
	}
	for (size_t c = 0; c + 1 < t->ncolumns; c++) {
		if (t->columns[c].optional && !used[c])
			width[c] = 0;
	}
}

size_t fb_table_room(const struct fb_table *t, size_t width, size_t indent)
{
	size_t w[FB_TABLE_COLUMNS], used = indent;

	measure(t, false, w);
	for (size_t c = 0; c + 1 < t->ncolumns; c++)
		used += w[c] ? w[c] + GAP : 0;
	return used < width ? width - used : 0;
}

static void pad(struct fb_buf *out, size_t n)
{
	while (n--)
		(void)fb_buf_putc(out, ' ');
}

static void put_cell(const struct fb_table *t, struct fb_out *o, size_t c, struct fb_slice text,
		     size_t width, const struct fb_table_row *row)
{
	const struct fb_column *col = &t->columns[c];
	bool last = c + 1 == t->ncolumns;
	size_t w = fb_text_width(text);

	if (width == 0 && !last)
		return;
	if (o->width == 0 && w > width)
		width = w; /* nothing is cut in a pipe */
	if (w > width)
		w = width;
	if (col->right)
		pad(&o->buf, width - w);
	if (col->level && row)
		fb_out_level_on(o, row->level);
	(void)(col->tail ? fb_text_cut_left : fb_text_cut)(&o->buf, text, width);
	if (col->level && row)
		fb_out_level_off(o, row->level);
	if (!last)
		pad(&o->buf, (col->right ? 0 : width - w) + GAP);
}

/* Without the blanks that empty last cells leave. */
static void end_line(struct fb_out *o)
{
	struct fb_buf *b = &o->buf;

	while (b->n && b->p[b->n - 1] == ' ')
		b->n--;
	(void)fb_buf_putc(b, '\n');
}

int fb_table_write(const struct fb_table *t, struct fb_out *o, size_t indent)
{
	size_t w[FB_TABLE_COLUMNS];
	size_t room;
	int r = t->code;

	if (r || t->ncolumns == 0)
		return r;
	measure(t, o->width == 0, w);
	room = fb_table_room(t, o->width, indent);
	if (o->width && w[t->ncolumns - 1] > room)
		w[t->ncolumns - 1] = room;
	pad(&o->buf, indent);
	for (size_t c = 0; c < t->ncolumns; c++)
		put_cell(t, o, c, fb_slice_str(t->columns[c].head), w[c], NULL);
	(void)fb_buf_putc(&o->buf, '\n');
	for (const struct fb_table_row *row = t->first; row && !r; row = row->next) {
		pad(&o->buf, indent);
		for (size_t c = 0; c < t->ncolumns; c++)
			put_cell(t, o, c, row->cell[c], w[c], row);
		end_line(o);
		r = fb_out_check(o);
	}
	return r;
}
