#include "intake/iis.h"

#include "base/grow.h"
#include "intake/xml.h"

#include <stdlib.h>

#define LOGGER "HttpLoggingModule"

/* Protocols that have no W3C log; the first four reach only what an application enables for them. */
static const char *const protocols[] = { "net.tcp", "net.pipe", "net.msmq", "msmq.formatname" };
#define ENABLED_ONLY ((1u << sizeof protocols / sizeof *protocols) - 1)
#define ANY_OTHER (ENABLED_ONLY + 1)

struct log_file { /* as it is written; empty: not said */
	struct fb_slice enabled, format, target, directory;
};

struct site {
	struct log_file log;
	unsigned bound, enabled; /* protocols: a bit each */
};

/* What is said of a path of the server: "" all of it. */
struct place {
	struct fb_slice path;
	unsigned lacks;
};

struct fb_iis {
	struct fb_xml x;
	struct fb_slice above[FB_IIS_DEPTH]; /* the elements around */
	size_t depth;
	struct fb_iis_site *out; /* and what the file itself says of it */
	struct site *sites;
	size_t n, cap;
	struct site defaults;
	struct place *places;
	size_t nplaces, places_cap;
	struct fb_slice location;
	bool unlocked;           /* … which its web.config may change */
	bool host, sections_locked, logger, runs, locked, central, sites_seen;
	bool failed;             /* memory ran out */
};

/* ---- where we are ---- */

/* Are these the elements around? "configuration/location/system.webServer" */
static bool at(const struct fb_iis *f, const char *path)
{
	for (size_t i = 0; i < f->depth; i++) {
		size_t n = strcspn(path, "/");

		if (!fb_slice_eq(f->above[i], fb_slice(path, n)))
			return false;
		path += n + (path[n] == '/');
	}
	return !*path;
}

#define HOST "configuration/system.applicationHost"
#define SITES HOST "/sites"

static bool is_word(const struct fb_xml_tag *t, const char *attr, const char *word)
{
	struct fb_slice v;

	return fb_xml_attr(t, attr, &v) && fb_slice_ieq(v, fb_slice_str(word));
}

/* Is it said, and something else? */
static bool is_other(const struct fb_xml_tag *t, const char *attr, const char *word)
{
	struct fb_slice v;

	return fb_xml_attr(t, attr, &v) && !fb_slice_ieq(v, fb_slice_str(word));
}

/* ---- sites ---- */

static bool grow(struct fb_iis *f, void *list, size_t *cap, size_t n, size_t size)
{
	if (n >= FB_IIS_SITES_MAX)
		return false;
	f->failed = !fb_room(list, n, cap, size) || f->failed;
	return !f->failed;
}

static bool one_site(struct fb_iis *f, const struct fb_xml_tag *t)
{
	struct fb_slice id;
	size_t cap = f->cap;
	uint64_t n;

	if (!grow(f, &f->out, &cap, f->n, sizeof *f->out) || !grow(f, &f->sites, &f->cap, f->n, sizeof *f->sites))
		return false;
	f->out[f->n] = (struct fb_iis_site){ 0 };
	f->sites[f->n] = (struct site){ 0 };
	if (!fb_xml_attr(t, "name", &f->out[f->n].name) || !f->out[f->n].name.n || !fb_xml_attr(t, "id", &id) ||
	    !fb_slice_u64(id, &n) || !n || n > UINT32_MAX)
		return false;
	f->out[f->n].id = (uint32_t)n;
	for (size_t i = 0; i < f->n; i++)
		if (f->out[i].id == n)
			return false;
	f->n++;
	return true;
}

static void take_log(struct log_file *l, const struct fb_xml_tag *t)
{
	(void)fb_xml_attr(t, "enabled", &l->enabled);
	(void)fb_xml_attr(t, "logFormat", &l->format);
	(void)fb_xml_attr(t, "logTargetW3C", &l->target);
	(void)fb_xml_attr(t, "directory", &l->directory);
}

static unsigned protocol(struct fb_slice word)
{
	if (fb_slice_ieq(word, FB_LIT("http")) || fb_slice_ieq(word, FB_LIT("https")))
		return 0;
	for (unsigned i = 0; i < sizeof protocols / sizeof *protocols; i++)
		if (fb_slice_ieq(word, fb_slice_str(protocols[i])))
			return 1u << i;
	return ANY_OTHER;
}

/* "http,net.tcp" */
static unsigned enabled(const struct fb_xml_tag *t)
{
	struct fb_slice list;
	unsigned out = 0;

	if (!fb_xml_attr(t, "enabledProtocols", &list))
		return 0;
	while (list.n) {
		size_t n = fb_slice_find(list, FB_LIT(","));

		out |= protocol(fb_slice_trim(fb_slice_sub(list, 0, n)));
		list = fb_slice_sub(list, n + 1, list.n);
	}
	return out;
}

static bool holds(struct fb_slice list, struct fb_slice word)
{
	while (list.n) {
		size_t n = fb_slice_find(list, FB_LIT(","));

		if (fb_slice_ieq(fb_slice_trim(fb_slice_sub(list, 0, n)), word))
			return true;
		list = fb_slice_sub(list, n + 1, list.n);
	}
	return false;
}

/* What stands below <sites>; false: something that is not known there. */
static bool of_sites(struct fb_iis *f, const struct fb_xml_tag *t)
{
	bool own = f->depth > 3 && fb_slice_eqs(f->above[3], "site");
	struct site *s = own && f->n ? &f->sites[f->n - 1] : &f->defaults;
	struct fb_slice v;

	if (at(f, SITES))
		return fb_slice_eqs(t->name, "site") ? one_site(f, t)
		       : fb_slice_eqs(t->name, "applicationDefaults") ? (f->defaults.enabled |= enabled(t), true)
		       : fb_slice_eqs(t->name, "siteDefaults") || fb_slice_eqs(t->name, "virtualDirectoryDefaults");
	if (at(f, SITES "/site") || at(f, SITES "/siteDefaults")) {
		if (fb_slice_eqs(t->name, "logFile"))
			take_log(&s->log, t);
		else if (fb_slice_eqs(t->name, "application") || fb_slice_eqs(t->name, "applicationDefaults"))
			s->enabled |= enabled(t);
	} else if ((at(f, SITES "/site/bindings") || at(f, SITES "/siteDefaults/bindings")) && fb_slice_eqs(t->name, "binding")) {
		(void)fb_xml_attr(t, "protocol", &v);
		s->bound |= protocol(v);
	}
	return true;
}

/* ---- what holds for paths ---- */

static bool say(struct fb_iis *f, unsigned lacks)
{
	if (!lacks)
		return true;
	if (!grow(f, &f->places, &f->places_cap, f->nplaces, sizeof *f->places))
		return false;
	f->places[f->nplaces++] = (struct place){ f->location, lacks };
	return true;
}

static bool everywhere(struct fb_slice path)
{
	return !path.n || fb_slice_eqs(path, ".");
}

static bool modules(struct fb_iis *f, const struct fb_xml_tag *t)
{
	struct fb_slice name;

	if (fb_slice_eqs(t->name, "clear"))
		return say(f, FB_SITE_MODULE);
	(void)fb_xml_attr(t, "name", &name);
	if (!fb_slice_ieq(name, FB_LIT(LOGGER)))
		return true;
	if (!fb_slice_eqs(t->name, "add"))
		return say(f, FB_SITE_MODULE);
	if (everywhere(f->location)) {
		f->runs = true;
		f->locked = is_word(t, "lockItem", "true");
	}
	return true;
}

static bool of_server(struct fb_iis *f, const struct fb_xml_tag *t, bool located)
{
	unsigned lacks = 0;

	if (at(f, located ? "configuration/location/system.webServer" : "configuration/system.webServer") &&
	    fb_slice_eqs(t->name, "httpLogging")) {
		lacks |= is_other(t, "dontLog", "false") ? FB_SITE_DONT_LOG : 0u;
		lacks |= is_other(t, "selectiveLogging", "LogAll") ? FB_SITE_SELECTIVE : 0u;
		return say(f, lacks | (f->unlocked ? FB_SITE_ITSELF : 0u));
	}
	if (at(f, located ? "configuration/location/system.webServer/modules" : "configuration/system.webServer/modules"))
		return modules(f, t);
	if (at(f, located ? "configuration/location/system.webServer/globalModules" : "configuration/system.webServer/globalModules") &&
	    fb_slice_eqs(t->name, "add") && is_word(t, "name", LOGGER))
		f->logger = true;
	return true;
}

/* ---- the document ---- */

static bool element(struct fb_iis *f, const struct fb_xml_tag *t)
{
	bool located = f->depth > 1 && fb_slice_eqs(f->above[1], "location");
	struct fb_slice v;

	/* What stands in another file is not read with it. */
	if (fb_xml_attr(t, "configSource", &v))
		return false;
	if (at(f, "configuration") && fb_slice_eqs(t->name, "location")) {
		(void)fb_xml_attr(t, "path", &f->location);
		f->unlocked = is_word(t, "overrideMode", "Allow") || is_word(t, "allowOverride", "true");
		return true;
	}
	if (located && fb_slice_eqs(t->name, "system.applicationHost"))
		return false;
	if (f->depth > 1 && fb_slice_eqs(f->above[1], "configSections") && fb_slice_eqs(t->name, "section") &&
	    is_word(t, "name", "httpLogging"))
		f->sections_locked = is_word(t, "overrideModeDefault", "Deny");
	if (at(f, "configuration"))
		f->host = f->host || fb_slice_eqs(t->name, "system.applicationHost");
	if (at(f, HOST) && fb_slice_eqs(t->name, "log"))
		f->central = is_other(t, "centralLogFileMode", "Site");
	if (at(f, HOST) && fb_slice_eqs(t->name, "sites")) {
		if (f->sites_seen)
			return false;
		f->sites_seen = true;
	}
	if (f->depth > 2 && fb_slice_eqs(f->above[1], "system.applicationHost") && fb_slice_eqs(f->above[2], "sites"))
		return of_sites(f, t);
	return of_server(f, t, located);
}

/* Behind a <location>. */
static void left(struct fb_iis *f)
{
	if (f->depth == 1) {
		f->location = fb_slice(NULL, 0);
		f->unlocked = false;
	}
}

static bool document(struct fb_iis *f, bool (*on)(struct fb_iis *f, const struct fb_xml_tag *t))
{
	struct fb_xml_tag t;

	for (bool begun = false;; begun = true) {
		enum fb_xml_token k = fb_xml_next(&f->x, &t);

		if (k == FB_XML_BAD || (!f->depth && fb_slice_trim(f->x.text).n))
			return false;
		if (k == FB_XML_END)
			return begun && !f->depth && !f->x.broken;
		if (k == FB_XML_CLOSE) {
			if (!f->depth || !fb_slice_eq(f->above[--f->depth], t.name))
				return false;
			left(f);
			continue;
		}
		if ((!f->depth && (begun || !fb_slice_eqs(t.name, "configuration"))) || f->depth == FB_IIS_DEPTH || !on(f, &t))
			return false;
		if (!t.empty)
			f->above[f->depth++] = t.name;
		else
			left(f);
	}
}

static struct fb_slice said(struct fb_slice own, struct fb_slice defaults, struct fb_slice schema)
{
	return own.n ? own : defaults.n ? defaults : schema;
}

/* Is the path "Site" or below it? */
static bool below(struct fb_slice path, struct fb_slice site)
{
	return path.n >= site.n && fb_slice_ieq(fb_slice_sub(path, 0, site.n), site) &&
	       (path.n == site.n || path.p[site.n] == '/');
}

static void judge(struct fb_iis *f, struct fb_iis_site *out, const struct site *s)
{
	const struct log_file *d = &f->defaults.log;
	unsigned bound = s->bound | f->defaults.bound, on = s->enabled | f->defaults.enabled;

	if (!fb_slice_ieq(said(s->log.enabled, d->enabled, FB_LIT("true")), FB_LIT("true")))
		out->lacks |= FB_SITE_OFF;
	if (!fb_slice_ieq(said(s->log.format, d->format, FB_LIT("W3C")), FB_LIT("W3C")))
		out->lacks |= FB_SITE_FORMAT;
	if (!holds(said(s->log.target, d->target, FB_LIT("File")), FB_LIT("File")))
		out->lacks |= FB_SITE_NO_FILE;
	if (f->central)
		out->lacks |= FB_SITE_TOGETHER;
	if (!f->sections_locked || !f->locked)
		out->lacks |= FB_SITE_ITSELF;
	if (!f->logger || !f->runs)
		out->lacks |= FB_SITE_MODULE;
	if (bound & ANY_OTHER || (bound & on & ENABLED_ONLY))
		out->lacks |= FB_SITE_PROTOCOL;
	out->directory = said(s->log.directory, d->directory, fb_slice(NULL, 0));
}

/* What is said of a path that is no site's may be one's by another spelling. */
static void spread(struct fb_iis *f, const struct place *p)
{
	bool found = false;

	for (int all = everywhere(p->path); all < 2 && !found; all++)
		for (size_t i = 0; i < f->n; i++)
			if (all || below(p->path, f->out[i].name)) {
				f->out[i].lacks |= p->lacks;
				found = true;
			}
}

bool fb_iis_looks(struct fb_slice head)
{
	return fb_xml_begins(head, "configuration");
}

int fb_iis_read(struct fb_slice text, struct fb_iis **out)
{
	struct fb_iis *f = calloc(1, sizeof *f);
	int r = FB_ENOMEM;

	*out = NULL;
	if (!f)
		return r;
	f->x.s = text;
	if (document(f, element) && f->host && f->sites_seen)
		r = 0;
	else if (!f->failed)
		r = FB_EINPUT;
	for (size_t i = 0; r == 0 && i < f->n; i++)
		judge(f, &f->out[i], &f->sites[i]);
	for (size_t i = 0; r == 0 && i < f->nplaces; i++)
		spread(f, &f->places[i]);
	if (r)
		fb_iis_free(f);
	else
		*out = f;
	return r;
}

const struct fb_iis_site *fb_iis_sites(const struct fb_iis *f, size_t *n)
{
	*n = f->n;
	return f->out;
}

void fb_iis_free(struct fb_iis *f)
{
	if (!f)
		return;
	free(f->out);
	free(f->sites);
	free(f->places);
	free(f);
}

/* ---- redirection.config ---- */

static bool redirection(struct fb_iis *f, const struct fb_xml_tag *t)
{
	struct fb_slice v;

	if (fb_xml_attr(t, "configSource", &v))
		return false;
	f->host = f->host || fb_slice_eqs(t->name, "system.applicationHost");
	if (fb_slice_eqs(t->name, "configurationRedirection")) {
		if (!at(f, "configuration"))
			return false;
		f->sites_seen = true;
		f->central = f->central || is_other(t, "enabled", "false");
	}
	return true;
}

bool fb_iis_redirection(struct fb_slice text, bool *elsewhere)
{
	struct fb_iis f = { .x.s = text };
	bool good = document(&f, redirection) && f.sites_seen && !f.host;

	*elsewhere = f.central;
	return good;
}
