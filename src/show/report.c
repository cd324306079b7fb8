#include "show/report.h"

#include "show/report_in.h"
#include "show/web_report.h"

/* What gathers before it is written: one row is far below it. */
#define FLUSH (1u << 20)
#define PAGE_MAX (64u << 20)

int rep_flush(struct rep_page *p)
{
	int r;

	if (p->buf.code)
		return fb_fail(p->err, p->buf.code, "report: %s", fb_code_text(p->buf.code));
	if (p->buf.n < FLUSH)
		return 0;
	r = fb_write_all(p->out.fd, fb_buf_view(&p->buf), p->err);
	fb_buf_clear(&p->buf);
	/* Kept for the writers that do not look: they write to no effect. */
	p->buf.code = r;
	return r;
}

/* 'sha256-…' of what stands between the tags, as Content-Security-Policy wants it. */
static void source_hash(struct fb_buf *out, struct fb_slice s)
{
	uint8_t sum[FB_SHA256];

	fb_sha256_of(s, sum);
	(void)fb_buf_puts(out, "'sha256-");
	(void)rep_base64(out, fb_slice(sum, sizeof sum));
	(void)fb_buf_puts(out, "'");
}

static void policy(struct fb_html *h)
{
	struct fb_buf b;

	fb_buf_init(&b, 1024);
	(void)fb_buf_puts(&b, "default-src 'none'; script-src ");
	source_hash(&b, fb_web_report_script);
	(void)fb_buf_puts(&b, "; style-src ");
	source_hash(&b, fb_web_report_style);
	(void)fb_buf_puts(&b, "; base-uri 'none'; form-action 'none'; "
			      "require-trusted-types-for 'script'; trusted-types 'none'");
	fb_html_void(h, "meta");
	fb_html_attr(h, "http-equiv", "Content-Security-Policy");
	fb_html_attr_slice(h, "content", fb_buf_view(&b));
	fb_buf_dispose(&b);
}

static void meta(struct fb_html *h, const char *name, const char *content)
{
	fb_html_void(h, "meta");
	fb_html_attr(h, "name", name);
	fb_html_attr(h, "content", content);
}

static void document_head(struct fb_html *h, const struct rep_model *m)
{
	fb_html_el(h, "head");
	fb_html_void(h, "meta");
	fb_html_attr(h, "charset", "utf-8");
	policy(h);
	meta(h, "viewport", "width=device-width, initial-scale=1");
	meta(h, "color-scheme", "light dark");
	meta(h, "referrer", "no-referrer");
	meta(h, "robots", "noindex, nofollow");
	meta(h, "generator", "firebreak " FB_VERSION);
	if (m->tlp)
		meta(h, "tlp", m->tlp);
	fb_html_el(h, "title");
	fb_html_textf(h, "%s: Firebreak report", m->name);
	fb_html_end(h);
	fb_html_el(h, "style");
	fb_html_own(h, fb_web_report_style);
	fb_html_ends(h, 2);
}

static int write_page(struct rep_page *p)
{
	struct fb_html *h = &p->h;
	int r;

	fb_html_begin(h);
	fb_html_el(h, "html");
	fb_html_attr(h, "lang", "en");
	document_head(h, p->m);
	fb_html_el(h, "body");
	rep_shapes(h);
	fb_html_el(h, "main");
	rep_first(p);
	if ((r = rep_flush(p)) != 0 || (r = rep_webshells(p)) != 0 || (r = rep_list(p)) != 0 || (r = rep_tables(p)) != 0)
		return r;
	rep_marking(h, p->m);
	fb_html_end(h);
	r = rep_data(p);
	if (r)
		return r;
	fb_html_el(h, "script");
	fb_html_own(h, fb_web_report_script);
	fb_html_ends(h, 3);
	(void)fb_buf_putc(&p->buf, '\n');
	r = rep_flush(p);
	return r ? r : fb_write_all(p->out.fd, fb_buf_view(&p->buf), p->err);
}

int fb_report_write(struct fb_case *c, const char *path, const struct fb_report_opts *opts,
		    struct fb_err *err)
{
	struct rep_model m = { .c = c, .name = "case", .case_arg = "CASE" };
	struct rep_page p = { .m = &m, .err = err, .out = { .fd = -1 } };
	int r;

	if (opts && opts->name)
		m.name = opts->name;
	if (opts && opts->case_arg)
		m.case_arg = opts->case_arg;
	m.tlp = opts ? opts->tlp : NULL;
	m.answers = opts ? opts->answers : NULL;
	m.coverage = opts ? opts->coverage : NULL;
	m.no_answers = opts ? opts->no_answers : NULL;
	m.defang = opts && opts->defang;
	fb_buf_init(&p.buf, PAGE_MAX);
	fb_html_init(&p.h, &p.buf);
	r = rep_model_collect(&m, err);
	if (r)
		goto out;
	r = fb_outfile_open(&p.out, path, err);
	if (r)
		goto out;
	r = write_page(&p);
	if (r == 0)
		r = fb_outfile_commit(&p.out, err);
out:
	fb_outfile_dispose(&p.out);
	fb_buf_dispose(&p.buf);
	rep_model_dispose(&m);
	return r;
}
