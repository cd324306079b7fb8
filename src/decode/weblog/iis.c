/* The IIS log format: columns are fixed, nothing names them, times are of the server's
 * zone. docs/formats/iis-native.md. */
#include "decode/formats.h"
#include "decode/weblog/row.h"

#define FRONT 13 /* columns before target and parameters, which may hold commas */

struct native {
	struct fb_slice v[FRONT], target, params;
	fb_time time;
};

/* "3/20/01", "03/20/2001": month first, as IIS writes it whatever the locale. */
static bool date_of(struct fb_slice s, int64_t *year, unsigned *month, unsigned *day)
{
	struct fb_slice m, d;
	uint64_t v[3];

	if (!web_take(&s, '/', &m) || !web_take(&s, '/', &d) || !fb_slice_u64(m, &v[0]) ||
	    !fb_slice_u64(d, &v[1]) || !fb_slice_u64(s, &v[2]) || m.n > 2 || d.n > 2 ||
	    (s.n != 2 && s.n != 4))
		return false;
	*month = (unsigned)v[0];
	*day = (unsigned)v[1];
	*year = (int64_t)v[2] + (s.n == 4 ? 0 : v[2] < 70 ? 2000 : 1900);
	return true;
}

static bool clock_of(struct fb_slice s, unsigned part[static 3])
{
	struct fb_slice h, m;
	uint64_t v[3];

	if (!web_take(&s, ':', &h) || !web_take(&s, ':', &m) || !fb_slice_u64(h, &v[0]) ||
	    !fb_slice_u64(m, &v[1]) || !fb_slice_u64(s, &v[2]) || h.n > 2 || m.n != 2 || s.n != 2)
		return false;
	for (int i = 0; i < 3; i++)
		part[i] = (unsigned)v[i];
	return true;
}

/* ", " ends a column; the last one ends with "," alone. */
static bool take_column(struct fb_slice *s, struct fb_slice *out)
{
	if (!web_take(s, ',', out))
		return false;
	if (s->n && s->p[0] == ' ')
		*s = fb_slice_sub(*s, 1, s->n);
	return true;
}

static bool number(struct fb_slice s)
{
	uint64_t v;

	return fb_slice_u64(s, &v);
}

static bool parse(struct fb_slice s, struct native *n)
{
	unsigned month, day, clock[3];
	int64_t year;
	size_t at;

	for (unsigned i = 0; i < FRONT; i++)
		if (!take_column(&s, &n->v[i]))
			return false;
	if (!web_is_address(n->v[0]) || !date_of(n->v[2], &year, &month, &day) ||
	    !clock_of(n->v[3], clock) || !number(n->v[7]) || !number(n->v[8]) || !number(n->v[9]) ||
	    !number(n->v[10]) || !number(n->v[11]) || s.n < 2 || s.p[s.n - 1] != ',')
		return false;
	s.n--;
	n->target = s;
	n->params = fb_slice(NULL, 0);
	for (at = s.n; at >= 2 && !(s.p[at - 1] == ' ' && s.p[at - 2] == ','); at--)
		;
	if (at >= 2) {
		n->target.n = at - 2;
		n->params = fb_slice_sub(s, at, s.n);
	}
	n->time = fb_time_from_parts(year, month, day, clock[0], clock[1], clock[2], 0);
	return n->time != FB_TIME_NONE;
}

static int take_line(void *user, const struct web_line *l)
{
	struct web_row *r = user;
	struct native n;
	struct fb_field taken;

	if (!parse(l->text, &n))
		return web_row_reject(r, l, "not the 15 columns of IIS's own format");
	web_row_begin(r);
	r->at.stem_decoded = true;
	WEB_PUT(r, FB_SYM_C_IP, "c-ip", n.v[0]);
	WEB_PUT(r, FB_SYM_CS_USERNAME, "cs-username", n.v[1]);
	web_put_text(r, FB_LIT("date"), n.v[2]);
	web_put_text(r, FB_LIT("time"), n.v[3]);
	WEB_PUT(r, FB_SYM_S_SITENAME, "s-sitename", n.v[4]);
	WEB_PUT(r, FB_SYM_S_COMPUTER, "s-computername", n.v[5]);
	WEB_PUT(r, FB_SYM_S_IP, "s-ip", n.v[6]);
	WEB_PUT(r, FB_SYM_TIME_TAKEN, "time-taken", n.v[7]);
	WEB_PUT(r, FB_SYM_CS_BYTES, "cs-bytes", n.v[8]);
	WEB_PUT(r, FB_SYM_SC_BYTES, "sc-bytes", n.v[9]);
	WEB_PUT(r, FB_SYM_SC_STATUS, "sc-status", n.v[10]);
	WEB_PUT(r, FB_SYM_SC_WIN32, "sc-win32-status", n.v[11]);
	WEB_PUT(r, FB_SYM_CS_METHOD, "cs-method", n.v[12]);
	WEB_PUT(r, FB_SYM_CS_URI_STEM, "cs-uri-stem", n.target);
	WEB_PUT(r, FB_SYM_CS_URI_QUERY, "cs-uri-query", n.params);
	web_put_joined(r, r->f[r->n - 2], r->f[r->n - 1]);
	r->time = n.time;
	r->local = true;
	taken = (struct fb_field){ .type = FB_V_UTF8, .v = n.v[7] };
	r->start = web_start(n.time, &taken, FB_SECOND / 1000);
	return web_row_end(r, l);
}

static int iis_decode(const struct fb_unit *unit, struct fb_sink *sink)
{
	struct web_state st;
	struct web_row r;

	web_row_init(&r, sink, FB_LANE_WEB);
	web_state_load(&st, unit->ctx);
	return web_lines(unit, sink, &st, take_line, &r);
}

static bool is_line(struct fb_slice line, void *user)
{
	struct native n;

	(void)user;
	return parse(line, &n);
}

static int iis_probe(struct fb_slice head, bool whole)
{
	return web_probe_most(head, whole, 85, is_line, NULL);
}

const struct fb_format fb_format_iis = {
	.name = "iis-native",
	.title = "web server log (IIS format)",
	.lane = FB_LANE_WEB,
	.local = true,
	.probe = iis_probe,
	.split = web_split,
	.decode = iis_decode,
	.render = web_render,
	.summarise = web_summarise,
	.json = web_json,
};
