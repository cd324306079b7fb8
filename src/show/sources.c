#include "show/sources.h"

#include "event/secondhand.h"
#include "show/table.h"
#include "show/text.h"

#define SOURCES_MEMORY (512u << 20)

struct view {
	struct fb_arena arena;
	struct fb_table table;
	struct fb_out *out;
	struct fb_buf line;
	uint64_t told, claims; /* events that others told of; those that are what they detected */
	uint64_t files, members, events, size, member_size, decoded, rejected, skipped, problems;
	struct fb_err *err;
};

static int on_source(void *user, const struct fb_source_row *row)
{
	struct view *v = user;
	struct fb_table *t = &v->table;

	if (row->parent) {
		v->members++;
		v->member_size += row->size;
	} else {
		v->files++;
		v->size += row->size;
	}
	v->events += row->events;
	v->told += fb_second_hand(row->format) ? row->events : 0;
	v->claims += fb_second_hand_claims(row->format) ? row->events : 0;
	v->decoded += row->decoded;
	v->rejected += row->rejected;
	v->skipped += row->skipped;
	(void)fb_table_number(t, row->events);
	(void)fb_text_bytes(&t->cell, row->size);
	(void)fb_table_next(t);
	(void)fb_text_bytes(&t->cell, row->decoded);
	(void)fb_table_next(t);
	(void)fb_text_bytes(&t->cell, row->rejected);
	(void)fb_table_next(t);
	(void)fb_text_bytes(&t->cell, row->skipped);
	(void)fb_table_next(t);
	(void)fb_text_term(&t->cell, fb_slice_str(row->state == FB_SOURCE_MISSING ? "not read"
						  : row->state == FB_SOURCE_NEW	  ? "unfinished"
						  : *row->format		  ? row->format
										  : "unknown"));
	if (row->state == FB_SOURCE_DONE && fb_second_hand(row->format))
		(void)fb_buf_puts(&t->cell, " (second-hand)");
	(void)fb_table_next(t);
	(void)fb_text_term(&t->cell, fb_slice_str(row->path));
	if (row->host_path && *row->host_path) {
		(void)fb_buf_puts(&t->cell, "  (");
		(void)fb_text_term(&t->cell, fb_slice_str(row->host_path));
		if (row->shadow && *row->shadow) {
			(void)fb_buf_puts(&t->cell, ", ");
			(void)fb_text_term(&t->cell, fb_slice_str(row->shadow));
		}
		(void)fb_buf_putc(&t->cell, ')');
	}
	if (fb_table_next(t))
		return fb_fail(v->err, t->code, "%s", fb_code_text(t->code));
	return 0;
}

static void total(struct view *v)
{
	struct fb_buf *out = &v->out->buf;

	(void)fb_buf_putc(out, '\n');
	(void)fb_text_count(out, v->files, "file");
	(void)fb_buf_puts(out, " of ");
	(void)fb_text_bytes(out, v->size);
	if (v->members) {
		(void)fb_buf_puts(out, " and in them ");
		(void)fb_text_count(out, v->members, "member");
		(void)fb_buf_puts(out, " of ");
		(void)fb_text_bytes(out, v->member_size);
	}
	(void)fb_buf_puts(out, ", ");
	(void)fb_text_count(out, v->events, "event");
	(void)fb_buf_puts(out, ": ");
	(void)fb_text_bytes(out, v->decoded);
	(void)fb_buf_puts(out, " decoded, ");
	(void)fb_text_bytes(out, v->rejected);
	(void)fb_buf_puts(out, " rejected, ");
	(void)fb_text_bytes(out, v->skipped);
	(void)fb_buf_puts(out, " skipped\n");
	if (!v->told)
		return;
	(void)fb_text_count(out, v->told, "event");
	(void)fb_buf_puts(out, " second-hand: other programs told of them");
	if (v->claims) {
		(void)fb_buf_puts(out, "; ");
		(void)fb_text_number(out, v->claims);
		(void)fb_buf_puts(out, " as what they detected, which is no detection of this program");
	}
	(void)fb_buf_putc(out, '\n');
}

int fb_sources_write(struct fb_out *o, struct fb_case *c, const struct fb_filter *filter,
		     struct fb_err *err)
{
	static const struct fb_column columns[] = {
		{ .head = "EVENTS", .right = true },   { .head = "SIZE", .right = true },
		{ .head = "DECODED", .right = true },  { .head = "REJECTED", .right = true },
		{ .head = "SKIPPED", .right = true },  { .head = "FORMAT" },
		{ .head = "PATH", .tail = true },
	};
	struct view v = { .out = o, .err = err };
	int r;

	fb_arena_init(&v.arena, SOURCES_MEMORY);
	fb_table_init(&v.table, columns, sizeof columns / sizeof *columns, &v.arena);
	r = fb_case_sources(c, filter, on_source, &v, err);
	if (!r && v.files + v.members) {
		r = fb_table_write(&v.table, o, 0);
		total(&v);
	} else if (!r) {
		(void)fb_buf_puts(&o->buf, "No sources.\n");
	}
	fb_table_dispose(&v.table);
	fb_arena_dispose(&v.arena);
	return r;
}

static void put_safe(struct view *v, const char *s)
{
	fb_buf_clear(&v->line);
	(void)fb_text_term(&v->line, fb_slice_str(s));
	(void)fb_buf_slice(&v->out->buf, fb_buf_view(&v->line));
}

/* Space that no event was ever in, or is in no longer: counted, but no trouble. */
static bool is_unused(const struct fb_problem_row *p)
{
	return p->skipped && (p->why == FB_WHY_SLACK || p->why == FB_WHY_EMPTY);
}

bool fb_source_troubled(const struct fb_source_row *row)
{
	if (row->state != FB_SOURCE_DONE)
		return true;
	for (size_t i = 0; i < row->nproblems; i++) {
		if (!is_unused(&row->problems[i]))
			return true;
	}
	return false;
}

static void put_problem(struct view *v, const struct fb_problem_row *p)
{
	struct fb_buf *out = &v->out->buf;

	(void)fb_buf_puts(out, "    ");
	if (p->length || p->offset) {
		(void)fb_text_bytes(out, p->length);
		(void)fb_buf_puts(out, p->skipped ? " from offset " : " at offset ");
		(void)fb_text_number(out, p->offset);
		(void)fb_buf_puts(out, ": ");
	}
	(void)fb_buf_puts(out, fb_why_word(p->why));
	if (p->text && *p->text) {
		(void)fb_buf_puts(out, ", ");
		put_safe(v, p->text);
	}
	(void)fb_buf_putc(out, '\n');
}

static int on_problems(void *user, const struct fb_source_row *row)
{
	struct view *v = user;
	struct fb_buf *out = &v->out->buf;

	if (!fb_source_troubled(row)) {
		v->skipped += row->skipped;
		v->members++;
		return 0;
	}
	v->files++;
	put_safe(v, row->path);
	(void)fb_buf_puts(out, "\n    ");
	(void)fb_text_bytes(out, row->size);
	if (row->state != FB_SOURCE_MISSING) {
		(void)fb_buf_puts(out, ": ");
		(void)fb_text_bytes(out, row->decoded);
		(void)fb_buf_puts(out, " decoded, ");
		(void)fb_text_bytes(out, row->rejected);
		(void)fb_buf_puts(out, " rejected, ");
		(void)fb_text_bytes(out, row->skipped);
		(void)fb_buf_puts(out, " skipped");
	}
	(void)fb_buf_puts(out, row->state == FB_SOURCE_NEW ? " (not read to its end yet)\n" : "\n");
	for (size_t i = 0; i < row->nproblems; i++) {
		if (!is_unused(&row->problems[i]))
			put_problem(v, &row->problems[i]);
	}
	return fb_out_check(v->out);
}

static void problems_total(struct view *v)
{
	struct fb_buf *out = &v->out->buf;

	if (v->files)
		(void)fb_buf_putc(out, '\n');
	(void)fb_text_count(out, v->files, "source");
	(void)fb_buf_puts(out, " not decoded in whole or in part, ");
	(void)fb_text_count(out, v->members, "source");
	(void)fb_buf_puts(out, " decoded");
	if (v->skipped) {
		(void)fb_buf_puts(out, " (but for ");
		(void)fb_text_bytes(out, v->skipped);
		(void)fb_buf_puts(out, " of unused space in them)");
	}
	(void)fb_buf_putc(out, '\n');
}

int fb_sources_problems(struct fb_out *o, struct fb_case *c, const struct fb_filter *filter,
			struct fb_err *err)
{
	struct view v = { .out = o, .err = err };
	int r;

	fb_buf_init(&v.line, 64u << 10);
	r = fb_case_sources(c, filter, on_problems, &v, err);
	if (!r)
		problems_total(&v);
	fb_buf_dispose(&v.line);
	return r;
}
