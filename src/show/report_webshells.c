/* Pages that somebody may have planted, each with what speaks for it. */
#include "show/defang.h"
#include "show/report_in.h"
#include "show/webshells.h"

#define REASONS 4 /* of a witness; the command has all */

struct rows {
	struct rep_page *p;
	uint64_t n;
};

/* Evidence as the report is to show it; type: of an entity, or NULL for running text. */
static void evidence(struct rep_page *p, const char *type, const char *text)
{
	struct fb_slice s = fb_slice_str(text);
	struct fb_buf safe;

	fb_buf_init(&safe, (size_t)1 << 20);
	if (p->m->defang) {
		if ((type ? fb_defang_entity(&safe, type, s) : fb_defang(&safe, s)))
			p->buf.code = fb_buf_code(&safe);
		s = fb_buf_view(&safe);
	}
	fb_html_evidence(&p->h, s);
	fb_buf_dispose(&safe);
}

static void reasons(struct rep_page *p, const struct fb_webshell_row *row)
{
	struct fb_html *h = &p->h;
	unsigned of_witness = 0;
	size_t more = 0;

	fb_html_el(h, "ul");
	fb_html_attr(h, "class", "probs");
	for (size_t i = 0; i < row->nreasons; i++) {
		const struct fb_webshell_reason *w = &row->reasons[i];

		of_witness = i && w[-1].witness == w->witness ? of_witness + 1 : 0;
		if (of_witness >= REASONS) {
			more++;
			continue;
		}
		fb_html_el(h, "li");
		fb_html_textf(h, "%s: ", fb_witness_word(w->witness));
		evidence(p, NULL, w->why);
		if (*w->detection) {
			fb_html_text(h, " ");
			fb_html_leaf(h, "code", "hash", w->detection);
		}
		fb_html_end(h);
	}
	fb_html_end(h);
	if (more) {
		fb_html_textf(h, "and %zu more: ", more);
		rep_command(h, p->m, "webshells", NULL, NULL, NULL);
	}
}

static void clients(struct rep_page *p, const struct fb_webshell_row *row)
{
	struct fb_html *h = &p->h;

	if (row->crowd)
		fb_html_text(h, "more than eight");
	for (size_t i = 0; i < row->nclients; i++) {
		if (i)
			fb_html_void(h, "br");
		evidence(p, "address", row->clients[i].address);
	}
}

static void number_cell(struct fb_html *h, uint64_t v)
{
	fb_html_el(h, "td");
	fb_html_attr(h, "class", "num");
	rep_number(h, v);
	fb_html_end(h);
}

/* Bytes that were not logged are not none. */
static void sent(struct fb_html *h, const struct fb_webshell_row *row)
{
	fb_html_el(h, "td");
	fb_html_attr(h, "class", "num");
	if (row->counted) {
		rep_number(h, row->sent);
		if (row->counted < row->requests) {
			fb_html_void(h, "br");
			fb_html_textf(h, "of %llu requests", (unsigned long long)row->counted);
		}
	} else {
		fb_html_leaf(h, "span", "none", row->requests ? "not logged" : "");
	}
	fb_html_end(h);
}

static int on_row(void *user, const struct fb_webshell_row *row)
{
	struct rows *t = user;
	struct fb_html *h = &t->p->h;
	struct fb_buf text;

	if (++t->n > FB_REPORT_WEBSHELLS)
		return 0;
	fb_buf_init(&text, 256);
	fb_html_el(h, "tr");
	fb_html_el(h, "td");
	fb_html_evidence(h, fb_slice_str(*row->page ? row->page : row->file));
	if (*row->page && *row->file) {
		fb_html_el(h, "div");
		fb_html_attr(h, "class", "sub");
		fb_html_evidence(h, fb_slice_str(row->file));
		fb_html_end(h);
	}
	reasons(t->p, row);
	fb_html_end(h);
	fb_html_el(h, "td");
	rep_host_name(h, row->host);
	fb_html_el(h, "div");
	fb_html_attr(h, "class", "sub");
	fb_witnesses_text(&text, row->witnesses);
	fb_html_slice(h, fb_buf_view(&text));
	fb_html_ends(h, 2);
	fb_html_el(h, "td");
	fb_html_attr(h, "class", "when");
	if (row->first != FB_TIME_NONE) {
		rep_time(h, row->first, 0);
		fb_html_void(h, "br");
		rep_time(h, row->last, 0);
	} else {
		fb_html_leaf(h, "span", "none", "no request seen");
	}
	fb_html_end(h);
	fb_html_el(h, "td");
	clients(t->p, row);
	fb_html_end(h);
	number_cell(h, row->requests);
	number_cell(h, row->posts);
	sent(h, row);
	fb_html_end(h);
	fb_buf_dispose(&text);
	return rep_flush(t->p);
}

int rep_webshells(struct rep_page *p)
{
	static const char *const columns[] = { "Page", "Host and witnesses", "First, last use", "Clients",
					       "#Requests", "#POST", "#Bytes sent", NULL };
	struct fb_html *h = &p->h;
	struct rows t = { .p = p };
	struct fb_filter all;
	uint64_t n = p->m->webshells;
	int r;

	if (n == 0)
		return 0;
	fb_filter_init(&all);
	fb_html_el(h, "section");
	fb_html_attr(h, "id", "webshells");
	fb_html_leaf(h, "h2", NULL, "Pages that may have been planted");
	fb_html_leaf(h, "p", "lead",
		     "By three witnesses: what stands in the file, how the page was asked for, what the web "
		     "server's process did meanwhile. One witness is no proof; a log alone also names pages "
		     "of administrators and programs.");
	rep_table(h, "wide", columns);
	r = fb_case_webshells(p->m->c, &all, on_row, &t, p->err);
	rep_table_end(h);
	rep_not_listed(h, p->m, n > FB_REPORT_WEBSHELLS ? n - FB_REPORT_WEBSHELLS : 0, "page", "webshells");
	fb_html_end(h);
	return r;
}
