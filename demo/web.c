#include "web.h"

#include "flows.h"
#include "kept.h"
#include "out.h"

#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#define IDLE (900 * FB_SECOND) /* HTTP.sys closes the file and heads it anew */

enum columns { DEFAULT_COLUMNS, WITH_BYTES, WITH_FORWARDED, FEW_COLUMNS };

struct site {
	struct plan *plan;
	enum host_id host;
	enum site_id id;
	const char *folder;
	unsigned port;
	struct rng rng;
	struct pace pace;
	struct out out;
	bool open;
	const char *path;
	int64_t day;
	enum columns columns;
	fb_time last, more_columns, restart;
	uint64_t written; /* in files that are closed */
	uint64_t dropped; /* what was not collected, about */
	size_t cursor;
	struct fb_buf line;
};

static const char *const column_text[] = {
	[DEFAULT_COLUMNS] = "",
	[WITH_BYTES] = "sc-bytes cs-bytes ",
	[WITH_FORWARDED] = "",
	[FEW_COLUMNS] = "",
};

static void header(struct site *s, fb_time t)
{
	char date[FB_TIME_TEXT], text[512];

	(void)fb_time_text(t, 0, date);
	date[10] = ' ';
	date[19] = 0;
	(void)snprintf(text, sizeof(text),
		       "#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n"
		       "#Date: %s\r\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port "
		       "cs-username c-ip %ssc-status sc-substatus sc-win32-status %stime-taken%s\r\n",
		       date, s->columns == FEW_COLUMNS ? "" : "cs(User-Agent) cs(Referer) ",
		       column_text[s->columns],
		       s->columns == WITH_FORWARDED ? " X-Forwarded-For" : "");
	out_text(&s->out, fb_slice_str(text));
}

static void close_file(struct site *s)
{
	if (!s->open)
		return;
	s->written += s->out.bytes;
	out_close(&s->out);
	s->open = false;
}

static void open_file(struct site *s, fb_time t)
{
	int64_t year;
	unsigned month, day;

	close_file(s);
	s->day = t / FB_SECOND / 86400;
	fb_civil_from_days(s->day, &year, &month, &day);
	s->path = plan_fmt(s->plan, "%s/inetpub/logs/LogFiles/%s/u_ex%02u%02u%02u%s.log",
			   hosts[s->host].name, s->folder, (unsigned)(year % 100), month, day,
			   s->columns == WITH_FORWARDED ? "_x" : "");
	out_open(&s->out, s->path);
	s->open = true;
	header(s, t);
}

/* The file and the columns that hold at t; at: the same moment in the plan. */
static void position(struct site *s, fb_time at, fb_time t)
{
	bool more = s->more_columns != FB_TIME_NONE && at >= s->more_columns;
	enum columns want = plan_with(s->plan, V_FEW_COLUMNS) ? FEW_COLUMNS :
			    !more ? DEFAULT_COLUMNS :
			    s->id == SITE_HELPDESK ? WITH_FORWARDED : WITH_BYTES;
	bool changed = want != s->columns;
	bool restarted = s->restart != FB_TIME_NONE && at >= s->restart;

	s->columns = want;
	if (!s->open || t / FB_SECOND / 86400 != s->day || (changed && want == WITH_FORWARDED))
		open_file(s, t);
	else if (changed || restarted || t - s->last > IDLE)
		header(s, t);
	if (restarted)
		s->restart = FB_TIME_NONE;
	s->last = t;
}

static void put(struct site *s, const char *text)
{
	(void)fb_buf_puts(&s->line, text);
	(void)fb_buf_putc(&s->line, ' ');
}

static void put_number(struct site *s, uint64_t v)
{
	char text[24];
	size_t n = sizeof(text);

	text[--n] = ' ';
	do {
		text[--n] = (char)('0' + v % 10);
		v /= 10;
	} while (v);
	(void)fb_buf_put(&s->line, text + n, sizeof(text) - n);
}

#define LINE_BYTES 300 /* about */

/* One request; returns the number of its line; 0 when it is not in the evidence. */
static uint64_t request_by(struct site *s, fb_time t, const struct web_line *w, bool intruder)
{
	const char *client = kept_client(s->plan, s->id, w->address);
	char date[FB_TIME_TEXT];

	flows_add(s->plan, t, s->host, true, w->address, w->sent, w->received,
		  w->taken, intruder);
	if (!kept_request(s->plan, s->host, t)) {
		s->dropped += LINE_BYTES;
		return 0;
	}
	position(s, t, kept_clock(s->plan, s->host, t));
	t = kept_clock(s->plan, s->host, t);
	(void)fb_time_text(t, 0, date);
	date[10] = ' ';
	date[19] = 0;
	fb_buf_clear(&s->line);
	put(s, date);
	put(s, strchr(w->address, ':') ? hosts[s->host].address6 : hosts[s->host].address);
	put(s, w->method);
	put(s, w->stem);
	put(s, w->query);
	put_number(s, s->port);
	put(s, w->user);
	put(s, client);
	if (s->columns != FEW_COLUMNS) {
		put(s, w->agent);
		put(s, w->referer);
	}
	put_number(s, w->status);
	put_number(s, w->substatus);
	put_number(s, w->win32);
	if (s->columns == WITH_BYTES) {
		put_number(s, w->sent);
		put_number(s, w->received);
	}
	put_number(s, w->taken);
	if (s->columns == WITH_FORWARDED)
		put(s, client);
	s->line.p[s->line.n - 1] = '\r';
	(void)fb_buf_putc(&s->line, '\n');
	out_text(&s->out, fb_buf_view(&s->line));
	return s->out.lines;
}

static uint64_t request(struct site *s, fb_time t, const struct web_line *w)
{
	return request_by(s, t, w, false);
}

static void planned(struct site *s, fb_time until)
{
	struct planned *e;

	while ((e = plan_next_web(s->plan, s->host, s->id, &s->cursor, until))) {
		e->place = request_by(s, e->time, &e->web, e->act == ACT_ACTOR);
		e->bytes_logged = s->columns == WITH_BYTES;
		e->file = s->path;
		e->where = "line";
	}
}

/* ---- ordinary traffic ---- */

static const char *const pages[] = {
	"/sites/sales/SitePages/Home.aspx", "/sites/hr/SitePages/Home.aspx",
	"/sites/it/Pages/Service-Status.aspx", "/sites/projects/SitePages/Home.aspx",
	"/sites/projects/Shared+Documents/Forms/AllItems.aspx", "/SitePages/Home.aspx",
	"/sites/hr/SitePages/Policies.aspx", "/sites/sales/Lists/Orders/AllItems.aspx",
	"/sites/it/Lists/Assets/AllItems.aspx", "/_layouts/15/viewlsts.aspx",
	"/sites/projects/Shared+Documents/Forms/DispForm.aspx", "/_layouts/15/osssearchresults.aspx",
	"/sites/quality/SitePages/Calibration.aspx", "/sites/quality/Shared+Documents/Forms/AllItems.aspx",
};
static const char *const resources[] = {
	"/_layouts/15/init.js", "/_layouts/15/core.js", "/_layouts/15/sp.runtime.js",
	"/_layouts/15/sp.js", "/_layouts/15/1033/styles/Themable/corev15.css",
	"/_layouts/15/images/spcommon.png", "/_layouts/15/1033/initstrings.js",
	"/_layouts/15/ScriptResx.ashx", "/_layouts/15/blank.js", "/_layouts/15/menu.js",
	"/_layouts/15/images/favicon.ico", "/_layouts/15/1033/strings.js",
	"/_layouts/15/images/siteicon.png", "/_layouts/15/clientforms.js", "/_layouts/15/mquery.js",
	"/Style+Library/northmoor.css", "/SiteAssets/logo.png", "/_layouts/15/followingcommon.js",
};
#define PICK(r, a) ((a)[rng_below(r, sizeof(a) / sizeof((a)[0]))])

static char user_text[64], text_a[256], text_b[256];

static const char *claims_user(const struct person *who)
{
	(void)snprintf(user_text, sizeof(user_text), "0#.w|northmoor\\%s", who->name);
	return user_text;
}

/* The two refusals with which NTLM begins, then the request with a name. */
static fb_time handshake(struct site *s, fb_time t, struct web_line *l, const char *user)
{
	struct rng *r = &s->rng;
	struct web_line first = *l;

	first.user = "-";
	first.status = 401;
	first.substatus = 2;
	first.win32 = 5;
	first.taken = rng_below(r, 3);
	first.sent = 1293;
	(void)request(s, t, &first);
	t += rng_range(r, 8, 60) * 1000000ll;
	first.substatus = 1;
	first.win32 = 2148074254u;
	first.sent = 1447;
	(void)request(s, t, &first);
	t += rng_range(r, 10, 90) * 1000000ll;
	l->user = user;
	return t;
}

static fb_time page_view(struct site *s, fb_time t)
{
	struct rng *r = &s->rng;
	const struct person *who = &people[rng_below(r, people_count)];
	const char *at = PICK(r, pages), *user = claims_user(who);
	struct web_line l = { "GET", at, "-", "-", who->address, who->agent, "-", 200, 0, 0,
			      60 + rng_below(r, 700), 18000 + rng_below(r, 60000),
			      600 + rng_below(r, 900) };
	unsigned n = 2 + rng_below(r, 7);

	(void)snprintf(text_a, sizeof(text_a), PORTAL "%s", PICK(r, pages));
	(void)snprintf(text_b, sizeof(text_b), PORTAL "%s", at);
	if (!rng_one_in(r, 3))
		l.referer = text_a;
	if (rng_one_in(r, 2))
		t = handshake(s, t, &l, user);
	l.user = user;
	(void)request(s, t, &l);
	l.referer = text_b;
	for (unsigned i = 0; i < n; i++) {
		t += rng_range(r, 5, 160) * 1000000ll;
		l.stem = PICK(r, resources);
		l.query = rng_one_in(r, 3) ? "rev=wEW%2Bp7xY0uKbd4wTQW8Z2A%3D%3D" : "-";
		l.status = rng_one_in(r, 4) ? 200 : 304;
		l.taken = rng_below(r, 40);
		l.sent = l.status == 304 ? 318 : 2000 + rng_below(r, 90000);
		(void)request(s, t, &l);
	}
	return t;
}

static fb_time service_call(struct site *s, fb_time t)
{
	static const char *const calls[] = { "/_vti_bin/client.svc/ProcessQuery",
					     "/_vti_bin/lists.asmx", "/_vti_bin/cellstorage.svc/CellStorageService",
					     "/sites/projects/_api/contextinfo", "/_vti_bin/webs.asmx" };
	struct rng *r = &s->rng;
	const struct person *who = &people[rng_below(r, people_count)];
	const char *user = claims_user(who);
	struct web_line l = { "POST", PICK(r, calls), "-", user, who->address,
			      "Microsoft+Office/16.0+(Windows+NT+10.0;+Microsoft+Excel+16.0.18925;+Pro)",
			      "-", 200, 0, 0, 20 + rng_below(r, 300), 2000 + rng_below(r, 9000),
			      900 + rng_below(r, 20000) };

	if (rng_one_in(r, 4))
		t = handshake(s, t, &l, user);
	(void)request(s, t, &l);
	return t;
}

static fb_time upload(struct site *s, fb_time t)
{
	struct rng *r = &s->rng;
	const struct person *who = &people[rng_below(r, people_count)];
	const char *user = claims_user(who);
	struct web_line l = { "PUT", text_a, "-", user, who->address, who->agent, "-", 201, 0, 0,
			      200 + rng_below(r, 4000), 512, 30000 + rng_below(r, 4000000) };

	(void)snprintf(text_a, sizeof(text_a), "/sites/projects/Shared+Documents/NM-%05u.%s",
		       rng_below(r, 99999), rng_one_in(r, 3) ? "xlsx" : "docx");
	if (rng_one_in(r, 2)) {
		l.method = "POST";
		l.stem = "/sites/projects/_layouts/15/Upload.aspx";
		l.query = "List={5C1B9E44-0D22-4E38-9C5A-1B0E7F6A2D13}";
		(void)snprintf(text_b, sizeof(text_b),
			       PORTAL "/sites/projects/_layouts/15/Upload.aspx?List={5C1B9E44-0D22-4E38-9C5A-1B0E7F6A2D13}");
		l.referer = text_b;
		l.status = 302;
	}
	(void)request(s, t, &l);
	return t;
}

/* A form posted back to its page, with a user and the page as referrer. */
static fb_time post_back(struct site *s, fb_time t)
{
	struct rng *r = &s->rng;
	const struct person *who = &people[rng_below(r, people_count)];
	const char *at = PICK(r, pages);
	struct web_line l = { "POST", at, "-", claims_user(who), who->address, who->agent, text_b,
			      200, 0, 0, 90 + rng_below(r, 900), 20000 + rng_below(r, 30000),
			      9000 + rng_below(r, 20000) };

	(void)snprintf(text_b, sizeof(text_b), PORTAL "%s", at);
	(void)request(s, t, &l);
	return t;
}

static fb_time probe(struct site *s, fb_time t)
{
	struct web_line l = { "GET", "/health.aspx", "-", "-", "10.20.4.2",
			      "NorthmoorLB-Health/2.1", "-", 200, 0, 0, rng_below(&s->rng, 9), 412, 96 };

	(void)request(s, t, &l);
	return t;
}

static fb_time crawler(struct site *s, fb_time t)
{
	struct rng *r = &s->rng;
	struct web_line l = { "GET", PICK(r, pages), "-", "0#.w|northmoor\\svc-spcrawl",
			      hosts[s->host].address,
			      "Mozilla/4.0+(compatible;+MSIE+4.01;+Windows+NT;+MS+Search+6.0+Robot)",
			      "-", 200, 0, 0, 30 + rng_below(r, 200), 15000 + rng_below(r, 20000), 402 };

	if (rng_one_in(r, 4)) {
		/* One of the search engines, which gets no further than the door. */
		l.stem = rng_one_in(r, 2) ? "/robots.txt" : "/";
		l.user = "-";
		l.address = rng_one_in(r, 2) ? "192.0.2.61" : "2001:db8:c0de::61";
		l.agent = "Mozilla/5.0+(compatible;+ExampleBot/2.1;++http://bot.example/about)";
		l.status = l.stem[1] ? 404 : 401;
		l.substatus = l.stem[1] ? 0 : 2;
		l.win32 = l.stem[1] ? 2 : 5;
	}
	(void)request(s, t, &l);
	return t;
}

/* What every public address gets. */
static fb_time background(struct site *s, fb_time t)
{
	static const char *const stems[] = { "/phpmyadmin/index.php", "/.git/config", "/boaform/admin/formLogin",
					     "/cgi-bin/luci", "/actuator/health", "/favicon.ico",
					     "/vendor/phpunit/phpunit/Util/PHP/eval-stdin.php" };
	struct rng *r = &s->rng;
	struct web_line l = { "GET", PICK(r, stems), "-", "-", text_a,
			      rng_one_in(r, 2) ? "-" : "Mozilla/5.0+zgrab/0.x", "-", 404, 0, 2,
			      rng_below(r, 30), 1245, 180 };

	(void)snprintf(text_a, sizeof(text_a), "192.0.2.%u", 100 + rng_below(r, 90));
	(void)request(s, t, &l);
	return t;
}

static fb_time helpdesk(struct site *s, fb_time t)
{
	static const char *const stems[] = { "/", "/tickets", "/tickets/new", "/kb/printing",
					     "/kb/vpn", "/assets/app.css", "/assets/app.js",
					     "/api/v1/queue", "/assets/logo.svg" };
	struct rng *r = &s->rng;
	const struct person *who = &people[rng_below(r, people_count)];
	struct web_line l = { "GET", PICK(r, stems), "-", "-", who->address, who->agent,
			      "http://support.northmoor.example:8080/", 200, 0, 0, rng_below(r, 90),
			      900 + rng_below(r, 20000), 420 + rng_below(r, 400) };

	if (rng_one_in(r, 9)) {
		l.method = "POST";
		l.stem = rng_one_in(r, 2) ? "/session" : "/tickets/create";
		l.status = 302;
	} else if (rng_one_in(r, 6)) {
		l.status = 304;
	}
	(void)request(s, t, &l);
	return t;
}

static fb_time scene(struct site *s, fb_time t)
{
	static const struct {
		unsigned until;
		fb_time (*f)(struct site *s, fb_time t);
	} mix[] = { { 48, page_view }, { 66, service_call }, { 78, probe }, { 86, post_back },
		    { 91, crawler }, { 95, upload }, { 100, background } };
	unsigned pick = rng_below(&s->rng, 100);

	if (s->id == SITE_HELPDESK)
		return helpdesk(s, t);
	for (size_t i = 0;; i++)
		if (pick < mix[i].until)
			return mix[i].f(s, t);
}

void web_site(struct plan *p, enum host_id host, enum site_id site, uint64_t bytes)
{
	struct site s = { .plan = p, .host = host, .id = site, .more_columns = FB_TIME_NONE,
			  .restart = FB_TIME_NONE };
	char name[32];
	fb_time t;

	(void)snprintf(name, sizeof(name), "web %s %u", hosts[host].name, site);
	rng_init(&s.rng, p->seed, name);
	pace_init(&s.pace, p->from, p->to, bytes, true);
	fb_buf_init(&s.line, 1u << 16);
	s.folder = site == SITE_PORTAL ? "W3SVC1652431893" : "W3SVC2";
	s.port = site == SITE_PORTAL ? 443 : 8080;
	s.last = p->from;
	if (site == SITE_HELPDESK)
		s.more_columns = plan_at(p, 13, 7, 12, 0);
	else if (host == SP02)
		s.more_columns = plan_at(p, 12, 9, 0, 0);
	if (site == SITE_PORTAL)
		s.restart = plan_at(p, 13, 21, 40, 0);
	while ((t = pace_next(&s.pace, s.written + s.dropped + (s.open ? s.out.bytes : 0),
			      &s.rng)) != FB_TIME_NONE) {
		planned(&s, t);
		t = scene(&s, t);
		if (t > s.pace.last)
			s.pace.last = t < p->to ? t : p->to - 100;
	}
	planned(&s, INT64_MAX);
	close_file(&s);
	fb_buf_dispose(&s.line);
}

void web_errors(struct plan *p, enum host_id host)
{
	static const char *const reasons[] = { "Timer_ConnectionIdle", "Timer_ConnectionIdle",
					       "Timer_ConnectionIdle", "Client_Reset", "BadRequest",
					       "Timer_HeaderWait", "Connection_Dropped" };
	struct rng r;
	struct out o;
	char text[320], date[FB_TIME_TEXT];
	fb_time t = p->from;

	(void)snprintf(text, sizeof(text), "httperr %s", hosts[host].name);
	rng_init(&r, p->seed, text);
	out_open(&o, plan_fmt(p, "%s/Windows/System32/LogFiles/HTTPERR/httperr1.log",
			      hosts[host].name));
	(void)fb_time_text(t, 0, date);
	date[10] = ' ';
	date[19] = 0;
	(void)snprintf(text, sizeof(text),
		       "#Software: Microsoft HTTP API 2.0\r\n#Version: 1.0\r\n#Date: %s\r\n#Fields: date "
		       "time c-ip c-port s-ip s-port cs-version cs-method cs-uri streamid sc-status "
		       "s-siteid s-reason s-queuename\r\n",
		       date);
	out_text(&o, fb_slice_str(text));
	while ((t += FB_SECOND * rng_range(&r, 60, 1500)) < p->to) {
		const char *why = reasons[rng_below(&r, 7)];
		bool bad = strcmp(why, "BadRequest") == 0;

		if (!kept_request(p, host, t))
			continue;
		(void)fb_time_text(kept_clock(p, host, t), 0, date);
		date[10] = ' ';
		date[19] = 0;
		(void)snprintf(text, sizeof(text), "%s %s %u %s 443 %s %s %s - %s %s %s %s\r\n", date,
			       bad ? "192.0.2.144" : people[rng_below(&r, people_count)].address,
			       rng_range(&r, 49200, 65000), hosts[host].address, bad ? "HTTP/1.0" : "-",
			       bad ? "GET" : "-", bad ? "/cgi-bin/.%2e/.%2e/etc/hosts" : "-",
			       bad ? "400" : "-", bad ? "-" : "1652431893", bad ? "URL" : why,
			       bad ? "-" : "SharePoint+-+80");
		out_text(&o, fb_slice_str(text));
	}
	out_close(&o);
}

/* A log of the given day (of the epoch), for the folder of old things. Returns the name
 * that IIS gave it; it is not written. */
static const char *old_log(struct plan *p, enum host_id host, int64_t day, struct fb_buf *old)
{
	struct site s = { .plan = p, .host = host, .id = SITE_PORTAL, .folder = "W3SVC1652431893",
			  .port = 443, .more_columns = FB_TIME_NONE, .restart = FB_TIME_NONE };
	fb_time t = (day * 86400 + 7 * 3600) * FB_SECOND;

	rng_init(&s.rng, p->seed, hosts[host].sid);
	fb_buf_init(&s.line, 1u << 16);
	s.last = t;
	open_file(&s, t);
	while (s.out.bytes < 90000) {
		t += FB_SECOND * rng_range(&s.rng, 1, 9);
		(void)scene(&s, t);
	}
	/* Not yet flushed: less than one block. */
	(void)fb_buf_slice(old, fb_buf_view(&s.out.b));
	fb_buf_clear(&s.out.b);
	close_file(&s);
	fb_buf_dispose(&s.line);
	return s.path;
}

void web_leftovers(struct plan *p)
{
	int64_t day = p->from / FB_SECOND / 86400 - 40;
	struct fb_err err = { 0 };
	struct fb_buf old;
	const char *path;
	char *gz;
	uint8_t *packed;
	z_stream z = { 0 };

	fb_buf_init(&old, 4u << 20);
	path = old_log(p, SP01, day, &old);
	gz = plan_fmt(p, "%s.gz", path);
	out_rename(path, gz);
	packed = malloc(old.n + 4096);
	if (!packed || deflateInit2(&z, 9, Z_DEFLATED, 31, 9, Z_DEFAULT_STRATEGY) != Z_OK) {
		(void)fb_fail(&err, FB_ENOMEM, "out of memory");
		out_die(&err);
	}
	z.next_in = old.p;
	z.avail_in = (uInt)old.n;
	z.next_out = packed;
	z.avail_out = (uInt)old.n + 4096;
	(void)deflate(&z, Z_FINISH);
	out_file(gz, fb_slice(packed, z.total_out));
	(void)deflateEnd(&z);
	free(packed);
	/* And one that a full disk cut short, in the middle of a line. */
	fb_buf_clear(&old);
	path = old_log(p, SP02, day + 1, &old);
	out_file(path, fb_slice_sub(fb_buf_view(&old), 0, 20011));
	fb_buf_dispose(&old);
}
