/* Which sites a web server has, by its configuration, and what of their requests is in no log (docs/formats/coverage.md).
 * A configuration is a state: it is proved where it was read, and back to when it was written, unless something shows
 * that it was changed between. */
#include "assess/coverage/coverage_in.h"

#include "case/collected.h"
#include "event/sites.h"

#include <strings.h>

/* A time of a zone that nobody knows is so much later, or earlier, than it says. */
#define EAST (14 * 3600 * FB_SECOND)
#define WEST (12 * 3600 * FB_SECOND)
#define NAMED 3        /* sites in one reason */
#define NAME_BYTES 60u /* of a site's name */
#define NO_FILE (FB_SITE_OFF | FB_SITE_FORMAT | FB_SITE_NO_FILE | FB_SITE_TOGETHER)
#define NOT_SAID "no configuration of the web server (applicationHost.config) is among the evidence"

const char *const cv_site_columns[] = { "c-ip", "cs-method", "cs-uri-stem", "cs-uri-query", "cs-username", "sc-status",
					"cs(User-Agent)", "cs(Referer)", NULL };

struct cv_site {
	const char *name, *directory; /* directory: "" the default */
	uint64_t id;
	unsigned lacks;               /* event/sites.h */
};

struct cv_iis {
	uint64_t source;
	bool redirection, elsewhere;  /* it is redirection.config; the configuration lies elsewhere */
	uint64_t announced;           /* sites that are to follow */
	struct cv_site *sites;
	size_t n, cap;
};

/* ---- what configurations say ---- */

static const char *keep(struct cv *v, struct fb_slice s)
{
	const char *out = fb_arena_strn(v->arena, s.n ? s.p : (const uint8_t *)"", s.n);

	v->failed = v->failed || !out;
	return out ? out : "";
}

static struct fb_slice word(struct fb_slice *s)
{
	size_t n = fb_slice_find(*s, FB_LIT(" "));
	struct fb_slice out = fb_slice_sub(*s, 0, n);

	*s = fb_slice_sub(*s, n + 1, s->n);
	return out;
}

static void one_site(struct cv *v, struct cv_iis *f, const struct fb_collected *said)
{
	struct fb_slice words = said->text, id = word(&words);
	struct cv_site *s = cv_more(v, (void **)&f->sites, &f->n, &f->cap, sizeof *s);

	if (!s)
		return;
	s->name = keep(v, said->path);
	s->directory = keep(v, said->place);
	/* What another version says of it is as if it were not logged. */
	if (!fb_slice_u64(id, &s->id))
		s->lacks |= FB_SITE_OFF;
	while (words.n) {
		unsigned lack = fb_site_lack_of(word(&words));

		s->lacks |= lack ? lack : FB_SITE_OFF;
	}
}

static int on_said(void *user, const struct fb_collected_row *row)
{
	struct cv *v = user;
	const struct fb_collected *said = &row->said;
	struct cv_iis *f = v->niis ? &v->iis[v->niis - 1] : NULL;

	if (said->what == FB_SAID_SITE && f && f->source == row->source)
		one_site(v, f, said);
	if (said->what != FB_SAID_SITES)
		return v->failed ? FB_ENOMEM : 0;
	f = cv_more(v, (void **)&v->iis, &v->niis, &v->iis_cap, sizeof *f);
	if (!f)
		return FB_ENOMEM;
	f->source = row->source;
	f->redirection = fb_slice_eqs(said->path, "redirection");
	f->elsewhere = !fb_slice_eqs(said->text, "own");
	if (!f->redirection && !fb_slice_u64(said->text, &f->announced))
		f->announced = UINT64_MAX;
	return 0;
}

int cv_sites_load(struct cv *v, struct fb_err *err)
{
	int r = fb_case_collected(v->c, on_said, v, err);

	return v->failed ? fb_fail(err, FB_ENOMEM, "out of memory") : r;
}

/* ---- whose they are, and of when ---- */

/* Does the path end so, at a folder's beginning? Slashes and letters of either kind. */
static bool ends(const char *path, const char *with)
{
	size_t n = strlen(path), m = strlen(with), at = n >= m ? n - m : 0;

	if (n < m || (at && path[at - 1] != '/' && path[at - 1] != '\\' && path[at - 1] != '!'))
		return false;
	for (size_t i = 0; i < m; i++) {
		char c[2] = { path[at + i] == '\\' ? '/' : path[at + i], 0 };
		char d[2] = { with[i], 0 };

		if (strcasecmp(c, d) != 0)
			return false;
	}
	return true;
}

void cv_sites_source(struct cv *v, struct cv_place *p, const struct fb_source_row *row)
{
	const char *path = *row->host_path ? row->host_path : row->path;
	bool host = ends(path, "applicationHost.config"), other = ends(path, "redirection.config");
	struct cv_iis_file *to;

	if (!host && !other)
		return;
	to = cv_more(v, (void **)&p->iis, &p->niis, &p->iis_cap, sizeof *to);
	if (!to)
		return;
	*to = (struct cv_iis_file){ .redirection = other, .written = FB_TIME_NONE, .most = FB_TIME_NONE, .taken = FB_TIME_NONE,
				    .hashed = row->hashed };
	memcpy(to->sha256, row->sha256, FB_SHA256);
	to->in_force = !*row->shadow && ends(path, other ? "System32/inetsrv/config/redirection.config"
							 : "System32/inetsrv/config/applicationHost.config");
	if (cv_sane(row->mtime)) {
		to->written = row->mtime - (row->mtime_local ? EAST : 0);
		to->most = row->mtime + (row->mtime_local ? WEST : 0);
	}
	/* A file's own time is no word of when it was taken. */
	if (row->acquired != row->mtime && !row->local && cv_sane(row->acquired))
		to->taken = row->acquired;
	for (size_t i = 0; i < v->niis; i++)
		if (v->iis[i].source == row->id && v->iis[i].redirection == other && (other || v->iis[i].n == v->iis[i].announced))
			to->says = &v->iis[i];
}

/* Was another applicationHost.config written while this one is said to have been in force? */
static bool replaced(const struct cv_place *p, const struct cv_iis_file *f)
{
	for (size_t i = 0; i < p->niis; i++) {
		const struct cv_iis_file *o = &p->iis[i];

		if (o == f || o->redirection != f->redirection || o->written == FB_TIME_NONE)
			continue;
		if (o->hashed && f->hashed && memcmp(o->sha256, f->sha256, FB_SHA256) == 0)
			continue;
		if (o->most >= f->written && o->written <= f->taken)
			return true;
	}
	return false;
}

/* From when to when what stands in it was in force, alone; NULL, or why that is not known. */
static const char *force(const struct cv_place *p, const struct cv_iis_file *f, fb_time *from, fb_time *to)
{
	if (!f->in_force)
		return "the web server's configuration lies not where it is read (System32\\inetsrv\\config), or in a shadow copy";
	if (!f->says)
		return "the web server's configuration is not understood";
	if (f->written == FB_TIME_NONE)
		return "when the web server's configuration was written is not known";
	if (f->taken == FB_TIME_NONE)
		return "when the web server's configuration was taken nobody says (--manifest)";
	if (f->most >= f->taken)
		return "the web server's configuration bears no time before it was taken";
	if (replaced(p, f))
		return "the web server's configuration was another one after the time that this one bears";
	*from = f->most;
	*to = f->taken;
	return NULL;
}

/* The time of both, behind the last change that IIS recorded. */
static bool common(const struct cv_place *p, fb_time *from, fb_time *to, fb_time a, fb_time b)
{
	*from = a > *from ? a : *from;
	*to = b < *to ? b : *to;
	for (size_t i = 0; i < p->iis_changes.n; i++)
		if (p->iis_changes.v[i].to >= *from && p->iis_changes.v[i].from < *to)
			*from = p->iis_changes.v[i].to + 1;
	return *from < *to;
}

/* ---- what follows ---- */

static void put(struct cv *v, struct cv_lays *l, fb_time from, fb_time to, enum fb_cover state, const char *why)
{
	struct cv_laid *x = from < to ? cv_more(v, (void **)&l->v, &l->n, &l->cap, sizeof *x) : NULL;

	if (x)
		*x = (struct cv_laid){ from, to, state, why };
}

/* "Default Web Site (id 1)", as text. */
static void put_name(struct fb_buf *out, const struct cv_site *s)
{
	size_t n = strnlen(s->name, NAME_BYTES + 1);

	/* Not within a letter of several bytes. */
	for (; n > NAME_BYTES || (n && s->name[n] && ((unsigned char)s->name[n] & 0xC0) == 0x80);)
		n--;
	for (size_t i = 0; i < n; i++)
		(void)fb_buf_putc(out, (uint8_t)((unsigned char)s->name[i] < ' ' || s->name[i] == 0x7F ? '?' : s->name[i]));
	(void)fb_buf_printf(out, "%s (id %llu)", s->name[n] ? "…" : "", (unsigned long long)s->id);
}

static const char *finish(struct cv *v, struct fb_buf *why)
{
	const char *out = why->code ? NULL : fb_arena_str(v->arena, fb_buf_cstr(why));

	v->failed = v->failed || !out;
	fb_buf_dispose(why);
	return out ? out : "";
}

/* "W3SVC2", also at the end of a path; false: it is no such name. */
static bool site_of(const char *log, uint64_t *id)
{
	const char *slash = strrchr(log, '/');
	const char *name = slash ? slash + 1 : log;

	return strncasecmp(name, "W3SVC", 5) == 0 && fb_slice_u64(fb_slice_str(name + 5), id);
}

static bool has_log(const struct cv_place *p, uint64_t site)
{
	uint64_t id;

	for (size_t i = 0; i < p->nlogs; i++)
		if (p->logs[i].web && !p->logs[i].errors && site_of(p->logs[i].name, &id) && id == site)
			return true;
	return false;
}

/* Sites that are in no log, or in none that is here. */
static void put_lacking(struct cv *v, struct cv_place *p, const struct cv_iis *f, fb_time from, fb_time to)
{
	struct fb_buf never, gone;
	size_t nnever = 0, ngone = 0;

	fb_buf_init(&never, 64u << 10);
	fb_buf_init(&gone, 64u << 10);
	for (size_t i = 0; i < f->n; i++) {
		const struct cv_site *s = &f->sites[i];
		const char *sep = ", ";

		if (s->lacks && nnever++ < NAMED) {
			(void)fb_buf_puts(&never, nnever == 1 ? "not recorded: site " : "; site ");
			put_name(&never, s);
			for (unsigned k = 0; k < FB_SITE_LACKS; k++)
				if (s->lacks >> k & 1)
					(void)fb_buf_printf(&never, "%s%s", sep, fb_site_lack_says(k));
		}
		if (s->lacks & NO_FILE || has_log(p, s->id) || ngone++ >= NAMED)
			continue;
		(void)fb_buf_puts(&gone, ngone == 1 ? FB_COVER_NO_SITE : ", ");
		put_name(&gone, s);
		(void)fb_buf_printf(&gone, ": W3SVC%llu", (unsigned long long)s->id);
	}
	if (nnever > NAMED)
		(void)fb_buf_printf(&never, "; and %zu more", nnever - NAMED);
	if (ngone > NAMED)
		(void)fb_buf_printf(&gone, ", and of %zu more", ngone - NAMED);
	if (nnever)
		put(v, &p->sites, from, to, FB_COVER_OFF, finish(v, &never));
	else
		fb_buf_dispose(&never);
	if (ngone)
		put(v, &p->siteless, from, to, FB_COVER_ABSENT, finish(v, &gone));
	else
		fb_buf_dispose(&gone);
}

static bool names(const struct cv_iis *f, uint64_t id)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->sites[i].id == id)
			return true;
	return false;
}

/* Logs of sites that the configuration does not name: it was another one. */
static void put_unnamed(struct cv *v, struct cv_place *p, const struct cv_iis *f, fb_time from, fb_time to)
{
	for (size_t i = 0; i < p->nlogs; i++) {
		const struct cv_log *log = &p->logs[i];
		struct fb_buf why;
		bool then = false;
		uint64_t id;

		if (!log->web || log->errors || !site_of(log->name, &id) || names(f, id))
			continue;
		for (size_t k = 0; k < log->life.n; k++)
			then = then || (log->life.v[k].from < to && log->life.v[k].to >= from);
		if (!then)
			continue;
		fb_buf_init(&why, 256);
		(void)fb_buf_printf(&why, "site %llu has a log, and the configuration does not name it", (unsigned long long)id);
		put(v, &p->sites, from, to, FB_COVER_PARTIAL, finish(v, &why));
	}
}

static void put_poor(struct cv *v, struct cv_place *p)
{
	for (size_t i = 0; i < p->nlogs; i++) {
		const struct cv_log *log = &p->logs[i];

		for (size_t k = 0; log->web && !log->errors && k < log->poor.n; k++)
			put(v, &p->sites, log->poor.v[k].from, log->poor.v[k].to + 1, FB_COVER_OFF,
			    "a site's log lacks what rules look at: its client, address, query, user, status, agent or referer");
	}
}

/* The redirection that leaves the configuration most time; NULL, or why none does. */
static const char *own(const struct cv_place *p, fb_time *from, fb_time *to)
{
	const char *why = "whether the web server's configuration lies elsewhere is not known: redirection.config is not among the evidence";
	fb_time begin = *from, end = *to;
	bool any = false;

	for (size_t i = 0; i < p->niis; i++) {
		const struct cv_iis_file *f = &p->iis[i];
		fb_time a, b, x = begin, y = end;
		const char *not;

		if (!f->redirection)
			continue;
		if (f->says && f->says->elsewhere)
			return "the web server's configuration is shared, and lies elsewhere (redirection.config)";
		not = force(p, f, &a, &b);
		if (not || !common(p, &x, &y, a, b)) {
			why = any ? NULL : not ? not : "redirection.config is of another time";
			continue;
		}
		if (any && y - x <= *to - *from)
			continue;
		any = true;
		why = NULL;
		*from = x;
		*to = y;
	}
	return why;
}

void cv_sites(struct cv *v, struct cv_place *p)
{
	fb_time last = FB_TIME_NONE;

	p->sites_else = NOT_SAID;
	for (size_t i = 0; i < p->niis; i++) {
		const struct cv_iis_file *f = &p->iis[i];
		fb_time from, to;
		const char *not;

		if (f->redirection)
			continue;
		/* A server with sites serves pages, whether they are logged or not. */
		p->out.web = p->out.web || (f->in_force && f->says && f->says->n);
		not = force(p, f, &from, &to);
		not = not ? not : own(p, &from, &to);
		if (!not && !common(p, &from, &to, from, to))
			not = "the web server's configuration was changed";
		if (not) {
			p->sites_else = last == FB_TIME_NONE ? not : p->sites_else;
			continue;
		}
		p->sites_else = "which sites there were before the web server's configuration was last written is not known";
		last = last == FB_TIME_NONE || to > last ? to : last;
		put(v, &p->sites, from, to, FB_COVER_RECORDED, "");
	}
	put(v, &p->sites, last, last == FB_TIME_NONE ? last : FB_ODD_AFTER, FB_COVER_AFTER, "");
	for (size_t i = 0, n = p->sites.n; i < p->niis && n; i++) {
		const struct cv_iis_file *f = &p->iis[i];
		fb_time from, to;

		if (f->redirection || force(p, f, &from, &to) || own(p, &from, &to))
			continue;
		put_lacking(v, p, f->says, from, to);
		put_unnamed(v, p, f->says, from, to);
	}
	put_poor(v, p);
}
