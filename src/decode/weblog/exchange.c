/* Logs of Exchange's HTTP proxy (Logging\HttpProxy): values separated by commas, under the
 * names of a #Fields line. docs/formats/exchange-httpproxy.md. */
#include "decode/formats.h"
#include "decode/weblog/row.h"

static const struct {
	const char *column;
	uint32_t sym;
} called[] = {
	{ "ClientIpAddress", FB_SYM_C_IP },     { "Method", FB_SYM_CS_METHOD },
	{ "UrlHost", FB_SYM_CS_HOST },          { "UrlStem", FB_SYM_CS_URI_STEM },
	{ "UrlQuery", FB_SYM_CS_URI_QUERY },    { "HttpStatus", FB_SYM_SC_STATUS },
	{ "AuthenticatedUser", FB_SYM_CS_USERNAME }, { "UserAgent", FB_SYM_USER_AGENT },
	{ "ServerHostName", FB_SYM_S_COMPUTER },{ "RequestBytes", FB_SYM_CS_BYTES },
	{ "ResponseBytes", FB_SYM_SC_BYTES },   { "TotalRequestTime", FB_SYM_TIME_TAKEN },
};

struct exchange {
	struct web_row row;
	struct web_state st;
	struct fb_slice mapped; /* the #Fields that the map is of */
	uint32_t ncols, when;
	struct { uint32_t sym; struct fb_slice name; } col[WEB_ROW_FIELDS];
	struct fb_slice v[WEB_ROW_FIELDS];
};

static void map_columns(struct exchange *x)
{
	struct fb_slice rest = x->st.fields, name;
	bool more = rest.n != 0;

	x->ncols = 0;
	x->when = WEB_NONE;
	x->mapped = x->st.fields;
	while (more && x->ncols < WEB_ROW_FIELDS) {
		uint32_t n = x->ncols++;

		more = web_take(&rest, ',', &name);
		name = fb_slice_trim(more ? name : rest);
		x->col[n].name = web_clean_name(x->row.sink->arena, name);
		x->col[n].sym = fb_syms_find(x->row.sink->syms, name);
		for (size_t i = 0; i < sizeof called / sizeof *called; i++)
			if (fb_slice_ieq(name, fb_slice_str(called[i].column)))
				x->col[n].sym = called[i].sym;
		if (fb_slice_ieq(name, FB_LIT("DateTime")))
			x->when = n;
	}
}

/* A value in quotes, with "" for each quote in it. */
static struct fb_slice undouble(struct exchange *x, struct fb_slice s)
{
	uint8_t *to, *out;

	if (!s.n || !memchr(s.p, '"', s.n) || !(to = web_made_room(&x->row.made, s.n)))
		return s;
	out = to;
	for (size_t i = 0; i < s.n; i++) {
		*out++ = s.p[i];
		if (s.p[i] == '"' && i + 1 < s.n && s.p[i + 1] == '"')
			i++;
	}
	return fb_slice(to, (size_t)(out - to));
}

/* The values of the line; how many there are. *open: a quote is not closed. */
static uint32_t values(struct exchange *x, struct fb_slice s, bool *open)
{
	uint32_t n = 0;

	*open = false;
	for (;;) {
		struct fb_slice v;
		bool more;

		if (s.n && s.p[0] == '"') {
			size_t end = 1;

			while (end < s.n && !(s.p[end] == '"' && (end + 1 == s.n || s.p[end + 1] != '"')))
				end += s.p[end] == '"' ? 2 : 1;
			*open = end >= s.n;
			v = undouble(x, fb_slice_sub(s, 1, (end < s.n ? end : s.n) - 1));
			s = fb_slice_sub(s, end + 1, s.n);
			more = s.n && s.p[0] == ',';
			s = fb_slice_sub(s, more, s.n);
		} else {
			more = web_take(&s, ',', &v);
			if (!more)
				v = s;
		}
		if (n < WEB_ROW_FIELDS)
			x->v[n] = v;
		n++;
		if (!more)
			return n;
	}
}

static void set_times(struct exchange *x)
{
	struct web_row *r = &x->row;
	struct fb_field taken = { .type = FB_V_NULL };

	if (x->when == WEB_NONE || !fb_time_parse(x->v[x->when], &r->time, &r->digits)) {
		r->time = FB_TIME_NONE;
		return;
	}
	for (uint32_t i = 0; i < r->n; i++)
		if (r->f[i].sym == FB_SYM_TIME_TAKEN)
			taken = r->f[i];
	r->start = web_start(r->time, &taken, FB_SECOND / 1000);
}

static int take_line(void *user, const struct web_line *l)
{
	struct exchange *x = user;
	struct web_row *r = &x->row;
	uint32_t n;
	bool open;

	if (l->text.p[0] == '#') {
		web_state_directive(&x->st, l->text);
		if (x->st.fields.p != x->mapped.p || x->st.fields.n != x->mapped.n)
			map_columns(x);
		fb_sink_decoded(r->sink, l->raw.n);
		return 0;
	}
	if (x->ncols && fb_slice_eq(l->text, x->st.fields)) {
		fb_sink_decoded(r->sink, l->raw.n); /* the names again, as a table's first line */
		return 0;
	}
	web_row_begin(r);
	n = values(x, l->text, &open);
	if (!x->ncols) {
		/* The first line of a file is the names, before #Fields says them. */
		if (fb_slice_starts(l->text, FB_LIT("DateTime,"))) {
			fb_sink_decoded(r->sink, l->raw.n);
			return 0;
		}
		fb_sink_rejected(r->sink, l->offset, l->raw.n, FB_WHY_NO_FIELDS, "no #Fields line before it");
		return 0;
	}
	if (n != x->ncols || open)
		return web_row_reject(r, l, "not the columns that #Fields names");
	for (uint32_t i = 0; i < n; i++)
		web_put(r, x->col[i].sym, x->col[i].name, x->v[i].n ? x->v[i] : fb_slice(NULL, 0));
	if (r->at.stem != WEB_NONE) {
		struct fb_field none = { .type = FB_V_NULL };

		web_put_joined(r, r->f[r->at.stem], r->at.query != WEB_NONE ? r->f[r->at.query] : none);
	}
	set_times(x);
	if (r->time == FB_TIME_NONE)
		fb_sink_remark(r->sink, l->offset, l->raw.n, FB_WHY_BAD_VALUE, "DateTime is none");
	return web_row_end(r, l);
}

static int exchange_decode(const struct fb_unit *unit, struct fb_sink *sink)
{
	struct exchange x;

	web_row_init(&x.row, sink, FB_LANE_WEB);
	web_state_load(&x.st, unit->ctx);
	map_columns(&x);
	return web_lines(unit, sink, &x.st, take_line, &x);
}

/* Its #Fields names columns of requests, with commas between them. */
static int exchange_probe(struct fb_slice head, bool whole)
{
	uint8_t room[FB_PROBE_MAX / 2 * 3];
	struct fb_slice text = web_probe_text(head, room), line;

	for (unsigned i = 0; i < 16 && web_probe_line(&text, whole, &line); i++) {
		if (!fb_slice_starts(line, FB_LIT("#Fields:")))
			continue;
		return fb_slice_find(line, FB_LIT("DateTime,")) < line.n &&
				       fb_slice_find(line, FB_LIT(",UrlStem,")) < line.n &&
				       fb_slice_find(line, FB_LIT(",HttpStatus,")) < line.n
			       ? 100 : 0;
	}
	return 0;
}

const struct fb_format fb_format_exchange = {
	.name = "exchange-httpproxy",
	.title = "Exchange HTTP proxy log",
	.lane = FB_LANE_WEB,
	.probe = exchange_probe,
	.split = web_split,
	.decode = exchange_decode,
	.render = web_render,
	.summarise = web_summarise,
	.json = web_json,
};
