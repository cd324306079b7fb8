#include "cli/grid.h"

#include "show/csv.h"
#include "show/json.h"
#include "show/text.h"

#include <stdio.h>

/* Cells of a table; more rows than that are for --jsonl. */
#define TABLE_MEMORY (128u << 20)
#define ITEM_END 0xFFu

static void put_head(struct fb_grid *g)
{
	struct fb_buf *out = &g->cli->out.buf;

	fb_json_init(&g->j, out);
	if (g->as == FB_AS_JSON) {
		fb_json_object(&g->j);
		fb_json_key(&g->j, g->name);
		fb_json_array(&g->j);
	}
	if (g->as != FB_AS_CSV)
		return;
	for (size_t i = 0; i < g->n; i++)
		(void)fb_csv_cell(out, fb_slice_str(g->columns[i].key), i == 0);
	(void)fb_csv_end(out);
}

void fb_grid_init(struct fb_grid *g, struct fb_cli *cli, enum fb_output as, const char *name,
		  const struct fb_grid_column *columns, size_t n)
{
	size_t shown = 0;

	*g = (struct fb_grid){ .cli = cli, .as = as, .columns = columns, .n = n, .name = name };
	fb_arena_init(&g->arena, TABLE_MEMORY);
	for (size_t i = 0; i < n && shown < FB_TABLE_COLUMNS; i++) {
		bool number = columns[i].kind == FB_GRID_COUNT || columns[i].kind == FB_GRID_NUMBER;
		const char *head = columns[i].head;

		if (head && columns[i].kind == FB_GRID_TIME && !g->when[0]) {
			(void)snprintf(g->when, sizeof g->when, "%s (%s)", head, cli->zone.name);
			head = g->when;
		}
		if (head)
			g->shown[shown++] = (struct fb_column){ .head = head,
								.max = columns[i].max,
								.right = number, .optional = true };
	}
	fb_table_init(&g->table, g->shown, shown, &g->arena);
	put_head(g);
}

void fb_grid_dispose(struct fb_grid *g)
{
	fb_table_dispose(&g->table);
	fb_arena_dispose(&g->arena);
}

/* The next item of a list, which *rest passes over. */
static struct fb_slice next_item(struct fb_slice *rest)
{
	const uint8_t *end = rest->n ? memchr(rest->p, ITEM_END, rest->n) : NULL;
	struct fb_slice item = fb_slice_sub(*rest, 0, end ? (size_t)(end - rest->p) : rest->n);

	*rest = fb_slice_sub(*rest, item.n + 1, rest->n);
	return item;
}

static void put_json(struct fb_grid *g, const struct fb_grid_column *c, const struct fb_grid_value *v)
{
	struct fb_slice rest = v->text;

	fb_json_key(&g->j, c->key);
	switch (c->kind) {
	case FB_GRID_COUNT:
	case FB_GRID_NUMBER:
		if (v->none)
			fb_json_null(&g->j);
		else
			fb_json_u64(&g->j, v->count);
		break;
	case FB_GRID_TIME:
		fb_json_time(&g->j, v->time, fb_json_digits(v->time));
		break;
	case FB_GRID_YES:
		fb_json_bool(&g->j, v->yes);
		break;
	case FB_GRID_LIST:
		fb_json_array(&g->j);
		while (rest.n)
			fb_json_str(&g->j, next_item(&rest));
		fb_json_array_end(&g->j);
		break;
	default:
		if (v->text.n)
			fb_json_str(&g->j, v->text);
		else
			fb_json_null(&g->j);
		break;
	}
}

static void put_list(struct fb_buf *out, struct fb_slice rest)
{
	for (bool first = true; rest.n; first = false) {
		if (!first)
			(void)fb_buf_puts(out, "; ");
		(void)fb_buf_slice(out, next_item(&rest));
	}
}

static void put_csv(struct fb_grid *g, const struct fb_grid_column *c, const struct fb_grid_value *v,
		    bool first)
{
	struct fb_buf *out = &g->cli->out.buf, list;
	char text[FB_TIME_TEXT];

	fb_buf_init(&list, SIZE_MAX / 2);
	switch (c->kind) {
	case FB_GRID_COUNT:
	case FB_GRID_NUMBER:
		(void)snprintf(text, sizeof text, "%llu", (unsigned long long)v->count);
		(void)fb_csv_cell(out, fb_slice_str(v->none ? "" : text), first);
		break;
	case FB_GRID_TIME:
		(void)fb_csv_cell(out, fb_slice_str(fb_time_text(v->time, fb_json_digits(v->time),
								 text)), first);
		break;
	case FB_GRID_YES:
		(void)fb_csv_cell(out, fb_slice_str(v->yes ? "true" : "false"), first);
		break;
	case FB_GRID_LIST:
		put_list(&list, v->text);
		(void)fb_csv_cell(out, fb_buf_view(&list), first);
		break;
	default:
		(void)fb_csv_cell(out, v->text, first);
		break;
	}
	fb_buf_dispose(&list);
}

static int put_cell(struct fb_grid *g, const struct fb_grid_column *c, const struct fb_grid_value *v)
{
	struct fb_table *t = &g->table;
	struct fb_buf list;

	switch (c->kind) {
	case FB_GRID_COUNT:
		if (v->count)
			(void)fb_text_number(&t->cell, v->count);
		return fb_table_next(t);
	case FB_GRID_NUMBER:
		if (!v->none)
			(void)fb_buf_printf(&t->cell, "%llu", (unsigned long long)v->count);
		return fb_table_next(t);
	case FB_GRID_TIME:
		(void)fb_zone_text(&t->cell, &g->cli->zone, v->time, 0, FB_WHEN_FULL);
		return fb_table_next(t);
	case FB_GRID_YES:
		(void)fb_buf_puts(&t->cell, v->yes ? "yes" : "");
		return fb_table_next(t);
	case FB_GRID_LIST:
		fb_buf_init(&list, SIZE_MAX / 2);
		put_list(&list, v->text);
		(void)fb_text_term(&t->cell, fb_buf_view(&list));
		fb_buf_dispose(&list);
		return fb_table_next(t);
	default:
		return fb_table_text(t, v->text);
	}
}

int fb_grid_row(struct fb_grid *g, const struct fb_grid_value *v)
{
	struct fb_buf *out = &g->cli->out.buf;
	int r = 0;

	g->rows++;
	if (g->as == FB_AS_TEXT) {
		for (size_t i = 0; i < g->n && !r; i++)
			if (g->columns[i].head)
				r = put_cell(g, &g->columns[i], &v[i]);
		return r ? fb_fail(&g->cli->err, r, "more rows than a table holds (--jsonl has no "
				   "bound)") : 0;
	}
	if (g->as == FB_AS_CSV) {
		for (size_t i = 0; i < g->n; i++)
			put_csv(g, &g->columns[i], &v[i], i == 0);
		(void)fb_csv_end(out);
		return fb_cli_row(g->cli);
	}
	if (g->as == FB_AS_JSONL)
		fb_json_init(&g->j, out);
	fb_json_object(&g->j);
	for (size_t i = 0; i < g->n; i++)
		put_json(g, &g->columns[i], &v[i]);
	fb_json_object_end(&g->j);
	if (g->as == FB_AS_JSONL)
		(void)fb_buf_putc(out, '\n');
	return fb_cli_row(g->cli);
}

int fb_grid_end(struct fb_grid *g)
{
	if (g->as == FB_AS_JSON) {
		fb_json_array_end(&g->j);
		fb_json_object_end(&g->j);
		(void)fb_buf_putc(&g->cli->out.buf, '\n');
	}
	return g->as == FB_AS_TEXT && g->rows ? fb_table_write(&g->table, &g->cli->out, 0) : 0;
}
