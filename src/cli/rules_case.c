/* `rules list CASE`: the rules of a case, what each found, and whether what was recorded
 * could have made it match at all. */
#include "cli/rules.h"

#include "show/could.h"
#include "show/json.h"
#include "show/table.h"

#include <stdlib.h>

#define TABLE_MEMORY (256u << 20)

struct listing {
	struct fb_cli *cli;
	enum fb_output as;
	const uint64_t *found; /* by rule */
	struct fb_json j;
	struct fb_could_view *view;
	struct fb_table table;
	const struct fb_noise_entry *noise;
	uint32_t nnoise;
};

/* On how many hosts of how many. */
static void put_hosts(struct fb_table *t, const struct fb_could_rule *row)
{
	size_t seen = 0;

	for (size_t i = 0; i < row->nhosts; i++)
		seen += row->hosts[i].state == FB_COULD_SEEN;
	if (row->known && !row->unread)
		(void)fb_buf_printf(&t->cell, "%zu/%zu", seen, row->nhosts);
	else
		(void)fb_buf_puts(&t->cell, "-");
	(void)fb_table_next(t);
}

static void put_row(struct listing *l, const struct fb_could_rule *row)
{
	struct fb_table *t = &l->table;

	(void)fb_table_level(t, row->rule->level);
	(void)fb_table_number(t, l->found[row->number]);
	put_hosts(t, row);
	(void)fb_table_text(t, fb_slice_str(row->rule->id));
	fb_rules_noise(&t->cell, l->noise, l->nnoise, row->rule->id);
	(void)fb_table_text(t, fb_slice_str(row->rule->title));
}

static int on_rule(void *user, const struct fb_could_rule *row)
{
	struct listing *l = user;
	struct fb_buf *out = &l->cli->out.buf;

	if (!fb_rules_wanted(l->cli, row->rule))
		return 0;
	if (fb_could_view_add(l->view, row))
		return fb_fail(&l->cli->err, FB_ENOMEM, "out of memory");
	if (l->as == FB_AS_TEXT) {
		put_row(l, row);
		return 0;
	}
	if (l->as == FB_AS_CSV) {
		fb_csv_could(out, row);
		return fb_cli_row(l->cli);
	}
	if (l->as == FB_AS_JSONL)
		fb_json_init(&l->j, out);
	fb_json_rule(&l->j, row->rule, &l->found[row->number], row, l->noise, l->nnoise);
	if (l->as == FB_AS_JSONL)
		(void)fb_buf_putc(out, '\n');
	return fb_cli_row(l->cli);
}

int fb_rules_case(struct fb_cli *cli, struct fb_case *c, const uint64_t *found, enum fb_output as,
		  struct fb_json *j)
{
	static const struct fb_column columns[] = {
		{ .head = "LEVEL", .level = true }, { .head = "DETECTIONS", .right = true },
		{ .head = "HOSTS", .right = true }, { .head = "ID", .max = 36 }, { .head = "TITLE" },
	};
	struct listing l = { .cli = cli, .as = as, .found = found, .j = *j };
	struct fb_arena arena;
	struct fb_filter f;
	int r = fb_cli_filter(cli, &f);

	if (!r)
		r = fb_case_noise(c, &l.noise, &l.nnoise, &cli->err);
	if (r)
		return r;
	fb_arena_init(&arena, TABLE_MEMORY);
	fb_table_init(&l.table, columns, sizeof columns / sizeof *columns, &arena);
	l.view = fb_could_view_new();
	if (!l.view) {
		r = fb_fail(&cli->err, FB_ENOMEM, "out of memory");
		goto out;
	}
	if (as == FB_AS_CSV)
		fb_csv_could_head(&cli->out.buf);
	r = fb_assess_could(c, &f, on_rule, &l, &cli->err);
	*j = l.j;
	if (!r && as == FB_AS_JSON) {
		fb_json_array_end(j);
		fb_could_view_json(l.view, j);
	}
	if (!r && as == FB_AS_TEXT && (r = fb_could_view_write(l.view, &cli->out, &cli->err)) == 0)
		r = fb_table_write(&l.table, &cli->out, 0);
out:
	fb_could_view_free(l.view);
	fb_table_dispose(&l.table);
	fb_arena_dispose(&arena);
	return r;
}
