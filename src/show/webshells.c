#include "show/webshells.h"

#include "show/csv.h"
#include "show/text.h"

#include <stdio.h>

static const unsigned all[] = { FB_WITNESS_FILE, FB_WITNESS_LOG, FB_WITNESS_PROCESS };
#define NALL (sizeof all / sizeof *all)

/* ---- JSON ---- */

static void key_str(struct fb_json *j, const char *key, const char *s)
{
	fb_json_key(j, key);
	fb_json_cstr(j, *s ? s : NULL);
}

static void key_u64(struct fb_json *j, const char *key, uint64_t v)
{
	fb_json_key(j, key);
	fb_json_u64(j, v);
}

static void json_reasons(struct fb_json *j, const struct fb_webshell_row *row)
{
	fb_json_key(j, "because");
	fb_json_array(j);
	for (size_t i = 0; i < row->nreasons; i++) {
		fb_json_object(j);
		key_str(j, "witness", fb_witness_word(row->reasons[i].witness));
		key_str(j, "why", row->reasons[i].why);
		key_str(j, "detection", row->reasons[i].detection);
		fb_json_object_end(j);
	}
	fb_json_array_end(j);
}

static void json_clients(struct fb_json *j, const struct fb_webshell_row *row)
{
	fb_json_key(j, "clients");
	if (row->crowd) {
		fb_json_null(j);
		return;
	}
	fb_json_array(j);
	for (size_t i = 0; i < row->nclients; i++) {
		fb_json_object(j);
		key_str(j, "address", row->clients[i].address);
		key_u64(j, "requests", row->clients[i].requests);
		fb_json_object_end(j);
	}
	fb_json_array_end(j);
}

void fb_json_webshell(struct fb_json *j, const struct fb_webshell_row *row)
{
	fb_json_object(j);
	key_str(j, "page", row->page);
	key_str(j, "file", row->file);
	key_str(j, "host", row->host);
	key_str(j, "site", row->site);
	fb_json_key(j, "witnesses");
	fb_json_array(j);
	for (size_t i = 0; i < NALL; i++)
		if (row->witnesses & all[i])
			fb_json_cstr(j, fb_witness_word(all[i]));
	fb_json_array_end(j);
	fb_json_key(j, "first");
	fb_json_time(j, row->first, 0);
	fb_json_key(j, "last");
	fb_json_time(j, row->last, 0);
	key_u64(j, "requests", row->requests);
	key_u64(j, "posts", row->posts);
	key_u64(j, "answered", row->good);
	/* What was not logged is not zero. */
	fb_json_key(j, "bytes_sent");
	if (row->counted)
		fb_json_u64(j, row->sent);
	else
		fb_json_null(j);
	key_u64(j, "bytes_logged_of", row->counted);
	json_clients(j, row);
	json_reasons(j, row);
	fb_json_object_end(j);
}

/* ---- CSV ---- */

void fb_csv_webshell_head(struct fb_buf *out)
{
	static const char *const heads[] = {
		"page", "file", "host", "site", "witnesses", "first", "last", "requests", "posts", "answered",
		"bytes_sent", "bytes_logged_of", "clients", "because",
	};

	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
		(void)fb_csv_cell(out, fb_slice_str(heads[i]), i == 0);
	(void)fb_csv_end(out);
}

static void cell_time(struct fb_buf *out, fb_time t)
{
	char text[FB_TIME_TEXT];

	(void)fb_csv_cell(out, fb_slice_str(fb_time_text(t, 0, text)), false);
}

static void cell_number(struct fb_buf *out, uint64_t v)
{
	char text[24];

	(void)snprintf(text, sizeof text, "%llu", (unsigned long long)v);
	(void)fb_csv_cell(out, fb_slice_str(text), false);
}

void fb_csv_webshell(struct fb_buf *out, const struct fb_webshell_row *row)
{
	struct fb_buf cell;

	fb_buf_init(&cell, (size_t)1 << 20);
	(void)fb_csv_cell(out, fb_slice_str(row->page), true);
	(void)fb_csv_cell(out, fb_slice_str(row->file), false);
	(void)fb_csv_cell(out, fb_slice_str(row->host), false);
	(void)fb_csv_cell(out, fb_slice_str(row->site), false);
	fb_witnesses_text(&cell, row->witnesses);
	(void)fb_csv_cell(out, fb_buf_view(&cell), false);
	cell_time(out, row->first);
	cell_time(out, row->last);
	cell_number(out, row->requests);
	cell_number(out, row->posts);
	cell_number(out, row->good);
	if (row->counted)
		cell_number(out, row->sent);
	else
		(void)fb_csv_cell(out, fb_slice(NULL, 0), false);
	cell_number(out, row->counted);
	fb_buf_clear(&cell);
	for (size_t i = 0; i < row->nclients; i++)
		(void)fb_buf_printf(&cell, "%s%s", i ? " " : "", row->clients[i].address);
	(void)fb_csv_cell(out, fb_buf_view(&cell), false);
	fb_buf_clear(&cell);
	for (size_t i = 0; i < row->nreasons; i++)
		(void)fb_buf_printf(&cell, "%s%s: %s", i ? "; " : "",
				    fb_witness_word(row->reasons[i].witness), row->reasons[i].why);
	(void)fb_csv_cell(out, fb_buf_view(&cell), false);
	(void)fb_csv_end(out);
	if (fb_buf_code(&cell))
		out->code = fb_buf_code(&cell);
	fb_buf_dispose(&cell);
}

/* ---- text ---- */

struct view {
	struct fb_out *o;
	const struct fb_zone *zone;
	uint64_t n;
};

/* "   file      " in front of a line about it; the rest of the line is cut where it must be. */
static void put_reason(struct view *v, const struct fb_webshell_reason *w)
{
	struct fb_buf *out = &v->o->buf;
	struct fb_buf line;
	size_t used = 12;

	fb_buf_init(&line, (size_t)1 << 16);
	(void)fb_buf_printf(out, "  %-10s", fb_witness_word(w->witness));
	if (*w->detection) {
		(void)fb_buf_printf(out, "%.8s  ", w->detection);
		used += 10;
	}
	(void)fb_text_term(&line, fb_slice_str(w->why));
	if (v->o->width > used + 20)
		(void)fb_text_cut(out, fb_buf_view(&line), v->o->width - used);
	else
		(void)fb_buf_slice(out, fb_buf_view(&line));
	(void)fb_buf_putc(out, '\n');
	fb_buf_dispose(&line);
}

static void put_use(struct view *v, const struct fb_webshell_row *row)
{
	struct fb_buf *out = &v->o->buf;

	(void)fb_buf_puts(out, "  use       ");
	if (!row->requests) {
		(void)fb_buf_puts(out, "no request in the web logs that were read\n");
		return;
	}
	(void)fb_text_count(out, row->requests, "request");
	(void)fb_buf_puts(out, " from ");
	(void)fb_zone_text(out, v->zone, row->first, 0, FB_WHEN_FULL);
	(void)fb_buf_puts(out, " to ");
	(void)fb_zone_text(out, v->zone, row->last, 0, FB_WHEN_FULL);
	(void)fb_buf_printf(out, " %s, ", v->zone->name);
	(void)fb_text_number(out, row->good);
	(void)fb_buf_puts(out, " answered 2xx; ");
	if (row->counted == row->requests) {
		(void)fb_text_bytes(out, row->sent);
		(void)fb_buf_puts(out, " sent\n");
	} else if (row->counted) {
		(void)fb_text_bytes(out, row->sent);
		(void)fb_buf_puts(out, " sent by the ");
		(void)fb_text_number(out, row->counted);
		(void)fb_buf_puts(out, " whose size was logged\n");
	} else {
		(void)fb_buf_puts(out, "bytes sent: cannot be determined, the log has no sc-bytes\n");
	}
	(void)fb_buf_puts(out, "  clients   ");
	if (row->crowd)
		(void)fb_buf_puts(out, "more than eight addresses");
	for (size_t i = 0; i < row->nclients; i++) {
		if (i)
			(void)fb_buf_puts(out, ", ");
		(void)fb_text_term(out, fb_slice_str(row->clients[i].address));
		(void)fb_buf_puts(out, " (");
		(void)fb_text_number(out, row->clients[i].requests);
		(void)fb_buf_putc(out, ')');
	}
	(void)fb_buf_putc(out, '\n');
}

static int on_row(void *user, const struct fb_webshell_row *row)
{
	struct view *v = user;
	struct fb_buf *out = &v->o->buf;

	if (v->n++)
		(void)fb_buf_putc(out, '\n');
	(void)fb_text_term(out, fb_slice_str(*row->page ? row->page : row->file));
	if (*row->host) {
		(void)fb_buf_puts(out, " on ");
		(void)fb_text_term(out, fb_slice_str(row->host));
	}
	if (*row->site) {
		(void)fb_buf_puts(out, ", site ");
		(void)fb_text_term(out, fb_slice_str(row->site));
	}
	(void)fb_buf_puts(out, ": ");
	fb_witnesses_text(out, row->witnesses);
	(void)fb_buf_putc(out, '\n');
	if (*row->page && *row->file) {
		(void)fb_buf_puts(out, "  file at   ");
		(void)fb_text_term(out, fb_slice_str(row->file));
		(void)fb_buf_putc(out, '\n');
	}
	put_use(v, row);
	for (size_t i = 0; i < row->nreasons; i++)
		put_reason(v, &row->reasons[i]);
	return fb_out_check(v->o);
}

void fb_webshells_left(const struct fb_case_stats *st, struct fb_buf *out)
{
	if (st->webshells_unlisted) {
		(void)fb_text_count(out, st->webshells_unlisted, "further page");
		(void)fb_buf_puts(out, " for the log alone not listed");
	}
	if (st->pages_beyond) {
		(void)fb_buf_puts(out, st->webshells_unlisted ? "; " : "");
		(void)fb_text_number(out, st->pages_beyond);
		(void)fb_buf_puts(out, " times pages were asked for that are beyond those told apart: they are"
				  " not looked at");
	}
}

int fb_webshells_write(struct fb_out *o, struct fb_case *c, const struct fb_filter *f,
		       const struct fb_zone *zone, struct fb_err *err)
{
	struct view v = { o, zone, 0 };
	int r = fb_case_webshells(c, f, on_row, &v, err);

	if (r == 0 && v.n == 0)
		(void)fb_buf_puts(&o->buf, "No page is named by a file, a log or a process.\n");
	return r;
}
