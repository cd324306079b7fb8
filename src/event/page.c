#include "event/page.h"

#include "base/text.h"

#define LONGEST 6

/* What ASP.NET, PHP, Java, ColdFusion, CGI and classic ASP run, by the end of a name. NUL
 * fills them up to words that are compared as such: every request is asked. */
static const char runs[][8] = {
	"aspx", "ashx", "asmx", "ascx", "asp", "asa", "cer", "cdx", "svc", "axd", "cshtml", "vbhtml", "soap", "rem",
	"php", "php3", "php4", "php5", "php7", "php8", "phtml", "pht", "phar", "phps", "inc",
	"jsp", "jspx", "jspf", "jsw", "jsv", "jhtml", "do", "action",
	"cfm", "cfml", "cfc", "cgi", "pl", "py", "rb", "sh", "exe", "dll", "bat", "cmd",
};

static bool is_run(struct fb_slice end)
{
	char name[8] = { 0 };
	uint64_t want, have;
	bool any = false;

	if (end.n < 2 || end.n > LONGEST)
		return false;
	for (size_t i = 0; i < end.n; i++) {
		if (!end.p[i])
			return false;
		name[i] = (char)(end.p[i] >= 'A' && end.p[i] <= 'Z' ? end.p[i] | 0x20 : end.p[i]);
	}
	memcpy(&want, name, sizeof want);
	for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
		memcpy(&have, runs[i], sizeof have);
		any |= have == want;
	}
	return any;
}

bool fb_page_runs(struct fb_slice stem, size_t *n)
{
	for (size_t i = stem.n; i-- > 0;) {
		size_t end = i + 1;

		if (stem.p[i] != '.')
			continue;
		while (end < stem.n && end - i <= LONGEST + 1 && stem.p[end] != '/' &&
		       stem.p[end] != ';' && stem.p[end] != '.' && stem.p[end] != ':')
			end++;
		/* The part behind a page's name ("x.aspx/y.css") is the page's own. */
		if (is_run(fb_slice(stem.p + i + 1, end - i - 1)) &&
		    (end == stem.n || stem.p[end] != '.')) {
			*n = end;
			return true;
		}
	}
	return false;
}

static void put_text(struct fb_buf *out, struct fb_slice s)
{
	(void)fb_buf_u16(out, (uint16_t)s.n);
	(void)fb_buf_slice(out, s);
}

void fb_page_put(struct fb_buf *out, const struct fb_page *p)
{
	const uint64_t counts[] = { p->requests, p->posts, p->bare, p->referred, p->good, p->refused,
				    p->failed, p->named, p->sent, p->counted };

	put_text(out, p->host);
	put_text(out, p->site);
	put_text(out, p->stem);
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		(void)fb_buf_number(out, counts[i]);
	(void)fb_buf_u64(out, (uint64_t)p->first);
	(void)fb_buf_u64(out, (uint64_t)p->last);
	(void)fb_buf_putc(out, p->crowd);
	(void)fb_buf_putc(out, (uint8_t)p->nclients);
	for (unsigned i = 0; i < p->nclients; i++) {
		put_text(out, p->clients[i].address);
		(void)fb_buf_number(out, p->clients[i].requests);
	}
	(void)fb_buf_putc(out, (uint8_t)p->ntimes);
	for (unsigned i = 0; i < p->ntimes; i++) {
		(void)fb_buf_u64(out, (uint64_t)p->times[i].from);
		(void)fb_buf_u64(out, (uint64_t)p->times[i].to);
	}
}

static bool get_text(struct fb_cur *c, size_t max, struct fb_slice *out)
{
	uint16_t n;

	return fb_cur_u16(c, &n) && n <= max && fb_cur_take(c, n, out) && fb_utf8_valid(*out);
}

static bool get_time(struct fb_cur *c, fb_time *out)
{
	uint64_t v;

	if (!fb_cur_u64(c, &v))
		return false;
	*out = (fb_time)v;
	return true;
}

static bool get_lists(struct fb_cur *c, struct fb_page *p)
{
	uint8_t crowd, n;
	uint64_t sum = 0;

	if (!fb_cur_u8(c, &crowd) || crowd > 1 || !fb_cur_u8(c, &n) || n > FB_PAGE_CLIENTS)
		return false;
	p->crowd = crowd;
	p->nclients = n;
	for (unsigned i = 0; i < n; i++) {
		struct fb_page_client *k = &p->clients[i];

		if (!get_text(c, FB_PAGE_CLIENT_MAX, &k->address) || !fb_cur_number(c, &k->requests) ||
		    k->requests > p->requests - sum)
			return false;
		sum += k->requests;
	}
	if (!fb_cur_u8(c, &n) || n > FB_PAGE_TIMES || n > p->requests)
		return false;
	p->ntimes = n;
	for (unsigned i = 0; i < n; i++)
		if (!get_time(c, &p->times[i].from) || !get_time(c, &p->times[i].to) ||
		    p->times[i].from > p->times[i].to)
			return false;
	return true;
}

bool fb_page_get(struct fb_cur *c, struct fb_page *out)
{
	struct fb_page p = { 0 };
	uint64_t *const counts[] = { &p.requests, &p.posts, &p.bare, &p.referred, &p.good, &p.refused,
				     &p.failed, &p.named, &p.sent, &p.counted };

	if (!get_text(c, FB_PAGE_PLACE_MAX, &p.host) || !get_text(c, FB_PAGE_PLACE_MAX, &p.site) ||
	    !get_text(c, FB_PAGE_STEM_MAX, &p.stem) || p.stem.n == 0)
		return false;
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		if (!fb_cur_number(c, counts[i]))
			return false;
	if (p.posts > p.requests || p.bare > p.requests || p.named > p.requests ||
	    p.counted > p.requests || p.good > p.requests || p.refused > p.requests - p.good ||
	    p.failed > p.requests - p.good - p.refused || (!p.counted && p.sent) ||
	    !get_time(c, &p.first) || !get_time(c, &p.last) ||
	    (p.first == FB_TIME_NONE) != (p.last == FB_TIME_NONE) || p.first > p.last ||
	    !get_lists(c, &p))
		return false;
	*out = p;
	return true;
}
