/* Pages that somebody planted, by three witnesses: the file, the log, the process
 * (docs/formats/webshells.md). None of them is a conclusion; what they say is kept as
 * sentences with the findings behind them. */
#include "assess/pages.h"

#include "base/limits.h"
#include "base/text.h"
#include "case/webshells.h"
#include "event/entity.h"

#include <stdio.h>
#include <stdlib.h>

#define DAY (86400 * FB_SECOND)
#define SLACK (2 * FB_SECOND) /* a process starts while its request is answered, or just after */
#define REASONS 24            /* of a witness that are kept of one page */
#define STEPS 4096            /* requests looked at for one act */
/* A page that is asked for in more than one of so many moments (a check of the balancer's) is asked for when anything
 * starts: it takes so many moments, one for so many requests, and so many times as many as by chance. */
#define RARE 1000
#define MOMENTS_LEAST 3
#define REQUESTS_MOST 100
#define TIMES_CHANCE 4

struct reason {
	struct reason *next;
	unsigned witness; /* FB_WITNESS_… */
	int64_t ord;      /* of the finding; 0: none */
	const char *why;
};

/* A page or a file that something speaks against; page, file: one may be none. */
struct suspect {
	struct assess_page *page;
	struct fb_slice file; /* path of the source */
	int64_t att;
	struct fb_slice host;
	unsigned witnesses, score;
	unsigned nreasons[3];
	struct reason *reasons, *end;
	/* Of a page that is asked for all the time: acts in whose moment it was, as long as that may be chance. */
	struct reason *held, *held_end;
	unsigned moments;
	fb_time moment; /* the last of them */
};

struct spell { /* a request to a page that few ask for */
	uint32_t host, page;
	fb_time from, to;
};

struct shells {
	struct assess *a;
	struct assess_pages pages;
	uint32_t *by_name; /* of pages, by the last part of the stem */
	struct spell *spells; /* by host and end */
	size_t nspells;
	fb_time longest; /* of them */
	struct suspect *v;
	uint32_t n, cap;
	uint32_t files; /* the first so many are by file */
	uint64_t unlisted; /* by log alone, beyond the limit */
	struct fb_buf text;
};

static int no_memory(struct fb_err *err)
{
	return fb_fail(err, FB_ENOMEM, "out of memory");
}

static int new_suspect(struct shells *s, struct suspect **out, struct fb_err *err)
{
	if (s->n == s->cap) {
		uint32_t cap = s->cap ? s->cap * 2 : 64;
		struct suspect *v = reallocarray(s->v, cap, sizeof *v);

		if (!v)
			return no_memory(err);
		s->v = v;
		s->cap = cap;
	}
	*out = &s->v[s->n++];
	**out = (struct suspect){ 0 };
	return 0;
}

static void append(struct reason **first, struct reason **end, struct reason *r)
{
	if (*end)
		(*end)->next = r;
	else
		*first = r;
	*end = r;
}

/* Takes what stands in s->text. */
static int new_reason(struct shells *s, unsigned witness, int64_t ord, struct reason **out, struct fb_err *err)
{
	struct reason *r = fb_arena_calloc(&s->a->arena, 1, sizeof *r);

	if (!r || fb_buf_code(&s->text) || !(r->why = fb_arena_strn(&s->a->arena, s->text.p, s->text.n)))
		return no_memory(err);
	r->witness = witness;
	r->ord = ord;
	fb_buf_clear(&s->text);
	*out = r;
	return 0;
}

static int add_reason(struct shells *s, struct suspect *x, unsigned witness, int64_t ord, struct fb_err *err)
{
	unsigned which = witness == FB_WITNESS_FILE ? 0 : witness == FB_WITNESS_LOG ? 1 : 2;
	struct reason *r = NULL;
	int code;

	x->witnesses |= witness;
	if (x->nreasons[which]++ >= REASONS) {
		fb_buf_clear(&s->text);
		return 0;
	}
	code = new_reason(s, witness, ord, &r, err);
	if (code == 0)
		append(&x->reasons, &x->end, r);
	return code;
}

static struct fb_slice last_part(struct fb_slice path)
{
	for (size_t i = path.n; i-- > 0;)
		if (path.p[i] == '/' || path.p[i] == '\\' || path.p[i] == '!')
			return fb_slice_sub(path, i + 1, path.n);
	return path;
}

static bool keep(struct shells *s, struct fb_slice v, struct fb_slice *out)
{
	char *p = fb_arena_strn(&s->a->arena, v.p ? v.p : (const uint8_t *)"", v.n);

	*out = fb_slice(p, v.n);
	return p != NULL;
}

/* ---- the file ---- */

static int file_finding(struct shells *s, sqlite3_stmt *st, struct fb_err *err)
{
	struct fb_slice path = fb_col_slice(st, 1), name = last_part(path);
	struct suspect *x = NULL;
	size_t n;
	int r;

	/* Other kinds of files have their own findings; these are what a server runs. */
	if (!fb_page_runs(name, &n))
		return 0;
	if (s->n && fb_slice_eq(s->v[s->n - 1].file, path))
		x = &s->v[s->n - 1];
	if (!x) {
		if ((r = new_suspect(s, &x, err)))
			return r;
		x->att = fb_col_i64(st, 2);
		if (!keep(s, path, &x->file) || !keep(s, fb_col_slice(st, 3), &x->host))
			return no_memory(err);
	}
	if ((unsigned)fb_col_i64(st, 5) > x->score)
		x->score = (unsigned)fb_col_i64(st, 5);
	(void)fb_buf_printf(&s->text, "%s", fb_col_str(st, 4));
	if (fb_col_slice(st, 6).n)
		(void)fb_buf_printf(&s->text, ": %s", fb_col_str(st, 6));
	return add_reason(s, x, FB_WITNESS_FILE, fb_col_i64(st, 0), err);
}

/* Rules of bytes that found something in a file as a whole. */
static int by_file(struct shells *s, struct fb_err *err)
{
	static const char sql[] =
		"SELECT f.ord, s.path, f.att, a.host, r.title, r.level, d.summary"
		/* One look at each finding, and no index of all of them. */
		" FROM findings f CROSS JOIN rules r ON r.idx = f.rule CROSS JOIN units u ON u.id = f.unit"
		" CROSS JOIN sources s ON s.id = u.source CROSS JOIN attributions a ON a.id = f.att"
		" CROSS JOIN detections d ON d.unit = f.unit AND d.seq = f.seq"
		" WHERE f.rule IN (SELECT idx FROM rules WHERE kind IN ('webshell', 'yara') AND level >= 2)"
		" AND u.seq >= 2147483646"
		" ORDER BY s.path, r.level DESC, f.ord";
	struct fb_bind b = { 0 };
	int64_t any;
	bool row;
	int r = fb_db_i64(s->a->db, "SELECT count(*) FROM rules WHERE kind IN ('webshell', 'yara')", &any, err);

	if (r || !any)
		return r;
	r = fb_db_prepare(s->a->db, sql, &b.st, err);
	while (r == 0 && (r = fb_db_step(s->a->db, &b, &row, err)) == 0 && row)
		r = file_finding(s, b.st, err);
	sqlite3_finalize(b.st);
	s->files = s->n;
	return r;
}

/* How many parts of the page's path are the last parts of the file's; both end alike. */
static unsigned common_parts(struct fb_slice stem, struct fb_slice file)
{
	unsigned n = 0;

	for (;;) {
		struct fb_slice a = last_part(stem), b = last_part(file);

		if (!a.n || !fb_slice_ieq(a, b))
			return n;
		n++;
		if (a.n == stem.n || b.n == file.n)
			return n;
		stem.n -= a.n + 1;
		file.n -= b.n + 1;
	}
}

static unsigned parts_of(struct fb_slice stem)
{
	unsigned n = 0;

	for (size_t i = 0; i < stem.n; i++)
		n += stem.p[i] == '/';
	return n;
}

/* SharePoint and others show a folder under other names: only the page's name is left. */
static bool is_mapped(struct fb_slice stem)
{
	return fb_slice_find(stem, FB_LIT("/_")) < stem.n;
}

static int order_name(const void *x, const void *y, void *user)
{
	const struct shells *s = user;
	uint32_t l = *(const uint32_t *)x, r = *(const uint32_t *)y;
	int d = fb_slice_cmp(last_part(s->pages.v[l].stem), last_part(s->pages.v[r].stem));

	return d ? d : l < r ? -1 : l > r;
}

static int order_spell(const void *x, const void *y)
{
	const struct spell *l = x, *r = y;

	if (l->host != r->host)
		return l->host < r->host ? -1 : 1;
	if (l->to != r->to)
		return l->to < r->to ? -1 : 1;
	return l->page < r->page ? -1 : l->page > r->page;
}

static int index_pages(struct shells *s, struct fb_err *err)
{
	size_t n = 0;

	for (uint32_t i = 0; i < s->pages.n; i++)
		for (const struct assess_times *x = s->pages.v[i].times; x; x = x->next)
			n += x->n;
	s->by_name = calloc((size_t)s->pages.n + 1, sizeof *s->by_name);
	s->spells = calloc(n + 1, sizeof *s->spells);
	if (!s->by_name || !s->spells)
		return no_memory(err);
	for (uint32_t i = 0; i < s->pages.n; i++) {
		const struct assess_page *g = &s->pages.v[i];

		s->by_name[i] = i;
		for (const struct assess_times *x = g->times; x; x = x->next)
			for (unsigned k = 0; k < x->n; k++) {
				fb_time took = x->v[k].to - x->v[k].from;

				s->spells[s->nspells++] =
					(struct spell){ g->host, i, x->v[k].from, x->v[k].to };
				s->longest = took > s->longest ? took : s->longest;
			}
	}
	qsort_r(s->by_name, s->pages.n, sizeof *s->by_name, order_name, s);
	qsort(s->spells, s->nspells, sizeof *s->spells, order_spell);
	return 0;
}

/* The first page with that name, folded, in by_name. */
static uint32_t first_named(const struct shells *s, struct fb_slice name)
{
	uint32_t lo = 0, hi = s->pages.n;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (fb_slice_cmp(last_part(s->pages.v[s->by_name[mid]].stem), name) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* The page that a file may be: of its host (where both are known), the name alike, the path
 * as far as it goes. */
static struct assess_page *page_of_file(struct shells *s, struct fb_slice file, struct fb_slice of)
{
	struct assess_page *best = NULL;
	struct fb_slice name;
	unsigned most = 0;

	fb_buf_clear(&s->text);
	(void)fb_utf8_fold(&s->text, last_part(file));
	name = fb_buf_view(&s->text);
	for (uint32_t i = first_named(s, name); i < s->pages.n; i++) {
		struct assess_page *g = &s->pages.v[s->by_name[i]];
		struct fb_slice host = g->p.host;
		unsigned n;

		if (!fb_slice_eq(last_part(g->stem), name))
			break;
		if (!g->p.requests || (host.n && of.n && !fb_slice_eq(host, of)))
			continue;
		n = common_parts(g->stem, file);
		if (n == 0 || (n < parts_of(g->stem) && !is_mapped(g->stem)))
			continue;
		if (n > most || (n == most && best && g->p.requests > best->p.requests)) {
			best = g;
			most = n;
		}
	}
	fb_buf_clear(&s->text);
	return best;
}

static void match_files(struct shells *s)
{
	for (uint32_t i = 0; i < s->files; i++) {
		struct assess_page *g = page_of_file(s, s->v[i].file, s->v[i].host);

		/* Two files may be one page's; it goes with the worse of them, which is first. */
		if (g && !g->suspect) {
			s->v[i].page = g;
			g->suspect = i + 1;
		}
	}
}

/* ---- the log ---- */

static void say_time(struct fb_buf *out, fb_time t)
{
	char text[FB_TIME_TEXT];

	(void)fb_buf_puts(out, fb_time_text(t, 0, text));
}

/* What of its requests is unlike those of a page that belongs there. */
static unsigned count_signs(const struct assess_page *g, const struct assess_web_host *h, bool *fresh)
{
	*fresh = g->p.first != FB_TIME_NONE && h->first != FB_TIME_NONE && g->p.first - h->first >= DAY;
	if (g->p.crowd || g->p.nclients > 2 || !g->p.good || g->p.referred)
		return 0;
	return 1u + (g->p.nclients == 1) + (unsigned)*fresh + (g->p.posts > 0) +
	       (g->p.bare == g->p.requests);
}

static int say_log(struct shells *s, struct suspect *x, bool fresh, struct fb_err *err)
{
	const struct fb_page *p = &x->page->p;
	const struct assess_web_host *h = &s->pages.hosts[x->page->host];
	struct fb_buf *t = &s->text;
	int r;

	(void)fb_buf_printf(t, "asked for by %s, and nothing was fetched from it",
			    p->nclients == 1 ? "one address" : "two addresses");
	if ((r = add_reason(s, x, FB_WITNESS_LOG, 0, err)))
		return r;
	if (fresh) {
		(void)fb_buf_puts(t, "first asked for at ");
		say_time(t, p->first);
		(void)fb_buf_puts(t, ", though the log begins at ");
		say_time(t, h->first);
		if ((r = add_reason(s, x, FB_WITNESS_LOG, 0, err)))
			return r;
	}
	if (p->posts) {
		(void)fb_buf_printf(t, "%llu of %llu requests are POST", (unsigned long long)p->posts,
				    (unsigned long long)p->requests);
		if ((r = add_reason(s, x, FB_WITNESS_LOG, 0, err)))
			return r;
	}
	if (p->bare == p->requests) {
		(void)fb_buf_puts(t, "no request came with a referrer");
		if ((r = add_reason(s, x, FB_WITNESS_LOG, 0, err)))
			return r;
	}
	return 0;
}

static struct suspect *of_page(struct shells *s, const struct assess_page *g)
{
	return g->suspect ? &s->v[g->suspect - 1] : NULL;
}

static int suspect_page(struct shells *s, struct assess_page *g, struct suspect **out, struct fb_err *err)
{
	int r;

	*out = of_page(s, g);
	if (*out)
		return 0;
	if ((r = new_suspect(s, out, err)))
		return r;
	(*out)->page = g;
	g->suspect = s->n;
	(*out)->att = s->pages.hosts[g->host].att;
	(*out)->host = g->p.host;
	return 0;
}

static int by_log(struct shells *s, struct fb_err *err)
{
	uint32_t listed = 0;
	int r = 0;

	for (unsigned least = 5; least >= 4 && r == 0; least--)
		for (uint32_t i = 0; i < s->pages.n && r == 0; i++) {
			struct assess_page *g = &s->pages.v[i];
			struct suspect *x = of_page(s, g);
			bool fresh;
			unsigned n = count_signs(g, &s->pages.hosts[g->host], &fresh);

			/* A file or process that speaks of it needs less. */
			if (n < (x ? 3 : least) || (x && (x->witnesses & FB_WITNESS_LOG)))
				continue;
			if (!x && listed == FB_WEBSHELLS_BY_LOG) {
				s->unlisted += least == 5 || n == 4;
				continue;
			}
			listed += !x;
			if ((r = suspect_page(s, g, &x, err)) == 0) {
				g->score = n;
				r = say_log(s, x, fresh, err);
			}
		}
	return r;
}

/* ---- the process ---- */

/* What runs the pages of a server. */
static const char *const servers[] = {
	"w3wp.exe", "httpd.exe", "nginx.exe", "php-cgi.exe", "php.exe", "tomcat.exe", "tomcat7.exe", "tomcat8.exe",
	"tomcat9.exe", "tomcat10.exe", "java.exe", "coldfusion.exe", "iisexpress.exe",
};

static bool is_server(struct fb_slice image)
{
	struct fb_slice name = last_part(image);

	for (size_t i = 0; i < sizeof servers / sizeof *servers; i++)
		if (fb_slice_ieq(name, fb_slice_str(servers[i])))
			return true;
	return false;
}

struct act { /* a finding about what a server's process did */
	int64_t ord, att;
	fb_time time;
	struct fb_slice host, file; /* a page that it wrote, or empty */
	const char *title, *summary;
};

/* Does the event name a server's process? file: a page that it names. */
static bool server_act(struct fb_slice entities, struct fb_slice *file)
{
	struct fb_cur c = fb_cur(entities);
	bool any = false;

	*file = fb_slice(NULL, 0);
	while (fb_cur_left(&c)) {
		struct fb_slice value;
		uint8_t type;
		uint16_t len;
		size_t n;

		if (!fb_cur_u8(&c, &type) || !fb_cur_u16(&c, &len) || !fb_cur_take(&c, len, &value))
			return false;
		any = any || (type == FB_ENTITY_PROCESS && is_server(value));
		if (type == FB_ENTITY_FILE && fb_page_runs(last_part(value), &n))
			*file = value;
	}
	return any;
}

/* In how many of the moments of its log it is asked for, each as long as the slack on both sides. */
static double chance_of(const struct shells *s, const struct assess_page *g)
{
	const struct assess_web_host *h = &s->pages.hosts[g->host];
	double all = h->first == FB_TIME_NONE || h->last <= h->first ? 0 : (double)(h->last - h->first);
	double chance = all > 0 ? (double)g->p.requests * (double)(2 * SLACK) / all : 0;

	return chance < 1 ? chance : 1;
}

static bool asked_always(const struct shells *s, const struct assess_page *g)
{
	return chance_of(s, g) > 1.0 / RARE;
}

/* The page that was being asked for at that moment: a suspect before others, the one with
 * more signs before the rest, and before those that are asked for all the time. */
static struct assess_page *page_at(struct shells *s, const struct act *act)
{
	struct assess_page *best = NULL;
	uint32_t host = 0;
	size_t lo = 0, hi = s->nspells;
	unsigned most = 0, steps = 0;

	while (host < s->pages.nhosts && !fb_slice_eq(s->pages.hosts[host].name, act->host))
		host++;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct spell *x = &s->spells[mid];

		if (x->host < host || (x->host == host && x->to < act->time - SLACK))
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < s->nspells && steps < STEPS; lo++, steps++) {
		const struct spell *x = &s->spells[lo];
		struct assess_page *g = &s->pages.v[x->page];
		unsigned n;
		bool fresh;

		if (x->host != host || x->to - s->longest > act->time + SLACK)
			break;
		if (x->from > act->time + SLACK)
			continue;
		n = asked_always(s, g) ? 1 : 2 + count_signs(g, &s->pages.hosts[g->host], &fresh) + (of_page(s, g) ? 8u : 0);
		if (n > most) {
			best = g;
			most = n;
		}
	}
	return best;
}

/* Kept, and told in the end if it is no chance. */
static int hold(struct shells *s, struct suspect *x, const struct act *act, struct fb_err *err)
{
	struct reason *r = NULL;
	int code = new_reason(s, FB_WITNESS_PROCESS, act->ord, &r, err);

	if (code)
		return code;
	append(&x->held, &x->held_end, r);
	/* They come in the order of time. */
	x->moments += x->moments == 0 || act->time - x->moment > 2 * SLACK;
	x->moment = act->time;
	return 0;
}

static void tell_held(struct shells *s, struct suspect *x)
{
	double chance = x->page ? chance_of(s, x->page) * s->pages.hosts[x->page->host].moments : 0;
	struct reason *next;

	if (x->moments < MOMENTS_LEAST || x->moments < TIMES_CHANCE * chance ||
	    x->page->p.requests > (uint64_t)REQUESTS_MOST * x->moments)
		return;
	x->witnesses |= FB_WITNESS_PROCESS;
	for (struct reason *r = x->held; r; r = next) {
		next = r->next;
		r->next = NULL;
		if (x->nreasons[2]++ < REASONS)
			append(&x->reasons, &x->end, r);
	}
}

static void count_moment(struct shells *s, const struct act *act)
{
	for (uint32_t i = 0; i < s->pages.nhosts; i++) {
		struct assess_web_host *h = &s->pages.hosts[i];

		if (!fb_slice_eq(h->name, act->host))
			continue;
		h->moments += h->moments == 0 || act->time - h->moment > 2 * SLACK;
		h->moment = act->time;
	}
}

static int join_act(struct shells *s, const struct act *act, struct fb_err *err)
{
	struct suspect *x = NULL;
	struct assess_page *g;
	int r;

	/* A page that the server's own process wrote. */
	if (act->file.n) {
		for (uint32_t i = 0; i < s->files && !x; i++)
			if (fb_slice_ieq(last_part(s->v[i].file), last_part(act->file)) &&
			    (!s->v[i].host.n || fb_slice_eq(s->v[i].host, act->host)))
				x = &s->v[i];
		if (!x && (g = page_of_file(s, act->file, act->host)) && (r = suspect_page(s, g, &x, err)))
			return r;
		if (!x)
			return 0;
		(void)fb_buf_printf(&s->text, "%s: %s", act->title, act->summary);
		return add_reason(s, x, FB_WITNESS_PROCESS, act->ord, err);
	}
	count_moment(s, act);
	g = page_at(s, act);
	if (!g)
		return 0;
	if ((r = suspect_page(s, g, &x, err)))
		return r;
	(void)fb_buf_puts(&s->text, "while it was asked for, at ");
	say_time(&s->text, act->time);
	(void)fb_buf_printf(&s->text, ": %s: %s", act->title, act->summary);
	return asked_always(s, g) ? hold(s, x, act, err) : add_reason(s, x, FB_WITNESS_PROCESS, act->ord, err);
}

/* Of program starts, files written, connections and look-ups that rules found. */
static int by_process(struct shells *s, struct fb_err *err)
{
	static const char sql[] =
		"SELECT f.ord, f.att, f.time, a.host, r.title, d.summary, d.entities"
		/* Rules before detections: most findings are not looked up at all. */
		" FROM findings f CROSS JOIN rules r ON r.idx = f.rule"
		" CROSS JOIN detections d ON d.unit = f.unit AND d.seq = f.seq"
		" CROSS JOIN attributions a ON a.id = f.att"
		" WHERE d.event_id IN (1, 3, 11, 22, 4663, 4688) AND f.time IS NOT NULL"
		" AND r.level >= 1 ORDER BY f.ord";
	struct fb_bind b = { 0 };
	bool row;
	int r;

	if (!s->pages.n && !s->files)
		return 0;
	r = fb_db_prepare(s->a->db, sql, &b.st, err);
	while (r == 0 && (r = fb_db_step(s->a->db, &b, &row, err)) == 0 && row) {
		struct act act = { .ord = fb_col_i64(b.st, 0), .att = fb_col_i64(b.st, 1),
				   .time = fb_col_time(b.st, 2), .host = fb_col_slice(b.st, 3),
				   .title = fb_col_str(b.st, 4), .summary = fb_col_str(b.st, 5) };

		if (server_act(fb_col_slice(b.st, 6), &act.file))
			r = join_act(s, &act, err);
	}
	sqlite3_finalize(b.st);
	for (uint32_t i = 0; i < s->n; i++)
		tell_held(s, &s->v[i]);
	return r;
}

/* ---- writing ---- */

static int order_suspect(const void *x, const void *y)
{
	const struct suspect *l = x, *r = y;
	int a = __builtin_popcount(l->witnesses), b = __builtin_popcount(r->witnesses), d;

	if (a != b)
		return a > b ? -1 : 1;
	if (l->witnesses != r->witnesses)
		return l->witnesses < r->witnesses ? -1 : 1;
	a = (int)(l->score + (l->page ? l->page->score : 0));
	b = (int)(r->score + (r->page ? r->page->score : 0));
	if (a != b)
		return a > b ? -1 : 1;
	if ((d = fb_slice_cmp(l->host, r->host)) || (d = fb_slice_cmp(l->file, r->file)))
		return d;
	if (!l->page || !r->page)
		return (l->page != NULL) - (r->page != NULL);
	return l->page < r->page ? -1 : l->page > r->page;
}

static int write_clients(struct fb_db *db, sqlite3_stmt *st, int64_t n, const struct fb_page *p,
			 struct fb_err *err)
{
	int r = 0;

	for (unsigned i = 0; i < p->nclients && r == 0; i++) {
		struct fb_bind b = fb_bind(st);

		fb_bind_i64(&b, n);
		fb_bind_i64(&b, i);
		fb_bind_text(&b, p->clients[i].address);
		fb_bind_u64(&b, p->clients[i].requests);
		r = fb_db_run(db, &b, err);
	}
	return r;
}

static int write_reason(struct fb_db *db, sqlite3_stmt *st, int64_t n, int64_t i, const struct reason *w,
			struct fb_err *err)
{
	struct fb_bind b = fb_bind(st);

	fb_bind_i64(&b, n);
	fb_bind_i64(&b, i);
	fb_bind_i64(&b, w->witness);
	fb_bind_cstr(&b, w->why);
	if (w->ord)
		fb_bind_i64(&b, w->ord);
	else
		fb_bind_null(&b);
	return fb_db_run(db, &b, err);
}

static int write_reasons(struct fb_db *db, sqlite3_stmt *st, int64_t n, const struct suspect *x,
			 struct fb_err *err)
{
	int64_t i = 0;
	int r = 0;

	for (const struct reason *w = x->reasons; w && r == 0; w = w->next)
		r = write_reason(db, st, n, i++, w, err);
	for (unsigned k = 0; k < 3 && r == 0; k++) {
		char text[64];

		if (x->nreasons[k] <= REASONS)
			continue;
		(void)snprintf(text, sizeof text, "and %u more that are not listed", x->nreasons[k] - REASONS);
		r = write_reason(db, st, n, i++, &(struct reason){ .witness = 1u << k, .why = text }, err);
	}
	return r;
}

static int write_one(struct fb_db *db, sqlite3_stmt *st, int64_t n, const struct suspect *x, struct fb_err *err)
{
	static const struct fb_page none = { .first = FB_TIME_NONE, .last = FB_TIME_NONE };
	const struct fb_page *p = x->page ? &x->page->p : &none;
	struct fb_bind b = fb_bind(st);

	fb_bind_i64(&b, n);
	fb_bind_i64(&b, x->att);
	fb_bind_text(&b, p->site);
	fb_bind_text(&b, p->stem);
	fb_bind_text(&b, x->file);
	fb_bind_i64(&b, x->witnesses);
	fb_bind_i64(&b, x->score + (x->page ? x->page->score : 0));
	fb_bind_u64(&b, p->requests);
	fb_bind_u64(&b, p->posts);
	fb_bind_u64(&b, p->good);
	fb_bind_u64(&b, p->sent);
	fb_bind_u64(&b, p->counted);
	fb_bind_time(&b, p->first);
	fb_bind_time(&b, p->last);
	fb_bind_i64(&b, p->crowd);
	return fb_db_run(db, &b, err);
}

static int write_all(struct shells *s, struct fb_err *err)
{
	struct fb_db *db = s->a->db;
	sqlite3_stmt *one = NULL, *client = NULL, *reason = NULL;
	int r;

	if (s->n)
		qsort(s->v, s->n, sizeof *s->v, order_suspect);
	if ((r = fb_db_prepare(db, "INSERT INTO webshells VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", &one,
			       err)) == 0 &&
	    (r = fb_db_prepare(db, "INSERT INTO webshell_clients VALUES(?,?,?,?)", &client, err)) == 0)
		r = fb_db_prepare(db, "INSERT INTO webshell_reasons VALUES(?,?,?,?,?)", &reason, err);
	/* Against those without a witness speaks no more than chance; they are the last. */
	for (uint32_t i = 0; i < s->n && s->v[i].witnesses && r == 0; i++)
		if ((r = write_one(db, one, i + 1, &s->v[i], err)) == 0 &&
		    (!s->v[i].page ||
		     (r = write_clients(db, client, i + 1, &s->v[i].page->p, err)) == 0))
			r = write_reasons(db, reason, i + 1, &s->v[i], err);
	sqlite3_finalize(one);
	sqlite3_finalize(client);
	sqlite3_finalize(reason);
	return r;
}

/* What is not listed must be said by whoever lists. */
static int write_left(struct shells *s, struct fb_err *err)
{
	const struct { const char *name; uint64_t n; } left[] = {
		{ "webshells_unlisted", s->unlisted }, { "pages_beyond", s->pages.beyond },
	};
	struct fb_bind b = { 0 };
	int r = fb_db_prepare(s->a->db, "INSERT INTO totals VALUES(?,?)", &b.st, err);

	for (size_t i = 0; i < sizeof left / sizeof *left && r == 0; i++) {
		if (!left[i].n)
			continue;
		b = fb_bind(b.st);
		fb_bind_cstr(&b, left[i].name);
		fb_bind_u64(&b, left[i].n);
		r = fb_db_run(s->a->db, &b, err);
	}
	sqlite3_finalize(b.st);
	return r;
}

int assess_webshells(struct assess *a, struct fb_err *err)
{
	struct shells s = { .a = a };
	int r;

	fb_buf_init(&s.text, 4096 + FB_SUMMARY_MAX);
	if ((r = assess_pages_load(a, &s.pages, err)) == 0 && (r = index_pages(&s, err)) == 0 &&
	    (r = by_file(&s, err)) == 0) {
		match_files(&s);
		if ((r = by_process(&s, err)) == 0 && (r = by_log(&s, err)) == 0 &&
		    (r = write_all(&s, err)) == 0)
			r = write_left(&s, err);
	}
	free(s.v);
	free(s.pages.v);
	free(s.by_name);
	free(s.spells);
	fb_buf_dispose(&s.text);
	return r;
}
