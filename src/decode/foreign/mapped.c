/* What a mapping makes of JSON lines and CSV. */
#include "decode/foreign/foreign.h"
#include "decode/map.h"

#define WEB "webserver"

bool fb_map_category(const char *category)
{
	struct fgn x = { 0 };

	return strcmp(category, WEB) == 0 || fgn_as(&x, fb_slice_str(category));
}

/* ---- times by a pattern ---- */

enum token { T_YEAR, T_MONTH, T_MON, T_M, T_DAY, T_D, T_HOUR, T_H, T_MINUTE, T_SECOND, T_FRACTION,
	     T_AM, T_ZONE };

static const struct { const char *text; enum token token; } tokens[] = {
	{ "YYYY", T_YEAR }, { "Mon", T_MON }, { "MM", T_MONTH }, { "M", T_M }, { "DD", T_DAY },
	{ "D", T_D }, { "hh", T_HOUR }, { "h", T_H }, { "mm", T_MINUTE }, { "ss", T_SECOND },
	{ "f", T_FRACTION }, { "AM", T_AM }, { "Z", T_ZONE },
};
#define NTOKENS (sizeof tokens / sizeof *tokens)

static bool is_letter(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The token at the front of the pattern, which moves behind it; false: a character. */
static bool next_token(const char **pattern, enum token *out)
{
	for (size_t i = 0; i < NTOKENS; i++) {
		size_t n = strlen(tokens[i].text);

		if (strncmp(*pattern, tokens[i].text, n) == 0) {
			*pattern += n;
			*out = tokens[i].token;
			return true;
		}
	}
	return false;
}

static bool is_named(const char *format)
{
	static const char *const named[] = { "iso", "epoch-s", "epoch-ms", "epoch-us", "epoch-ns",
					     "filetime" };

	for (size_t i = 0; i < sizeof named / sizeof *named; i++)
		if (strcmp(format, named[i]) == 0)
			return true;
	return false;
}

const char *fb_map_time_wrong(const char *format)
{
	unsigned has = 0;
	enum token t;

	if (is_named(format))
		return NULL;
	while (*format) {
		if (next_token(&format, &t)) {
			if (has & 1u << t)
				return "a part of the time stands twice";
			has |= 1u << t;
		} else if (*format == 'T' && has & 1u << T_DAY) {
			format++;
		} else if (is_letter((uint8_t)*format)) {
			return "it is none of iso, epoch-s, epoch-ms, epoch-us, epoch-ns, filetime, and no pattern "
			       "of YYYY MM M Mon DD D hh h mm ss f AM Z";
		} else {
			format++;
		}
	}
	if (!(has & 1u << T_YEAR) || !(has & (1u << T_MONTH | 1u << T_M | 1u << T_MON)) ||
	    !(has & (1u << T_DAY | 1u << T_D)) || !(has & (1u << T_HOUR | 1u << T_H)) ||
	    !(has & 1u << T_MINUTE))
		return "the pattern has not all of year, month, day, hour and minute";
	return NULL;
}

static bool number(struct fb_slice *s, size_t least, size_t most, unsigned *out)
{
	size_t n = 0;

	for (*out = 0; n < most && n < s->n && s->p[n] >= '0' && s->p[n] <= '9'; n++)
		*out = *out * 10 + (unsigned)(s->p[n] - '0');
	*s = fb_slice_sub(*s, n, s->n);
	return n >= least;
}

static bool month_name(struct fb_slice *s, unsigned *out)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (*out = 1; *out <= 12; ++*out)
		if (fb_slice_ieq(fb_slice_sub(*s, 0, 3), fb_slice(names + 3 * (*out - 1), 3))) {
			*s = fb_slice_sub(*s, 3, s->n);
			return true;
		}
	return false;
}

struct parts {
	unsigned year, month, day, hour, minute, second;
	uint32_t ns;
	unsigned digits;
	int half; /* 0: none was named, 1 AM, 2 PM */
	bool zoned;
	int64_t east;
};

static bool take_zone(struct fb_slice *s, struct parts *p)
{
	bool west;
	unsigned h, m;

	p->zoned = true;
	if (s->n && s->p[0] == 'Z') {
		*s = fb_slice_sub(*s, 1, s->n);
		return true;
	}
	if (fb_slice_starts(*s, FB_LIT("UTC")) || fb_slice_starts(*s, FB_LIT("GMT"))) {
		*s = fb_slice_sub(*s, 3, s->n);
		return true;
	}
	west = s->n && s->p[0] == '-';
	if (s->n == 0 || (s->p[0] != '+' && s->p[0] != '-'))
		return false;
	*s = fb_slice_sub(*s, 1, s->n);
	if (!number(s, 2, 2, &h))
		return false;
	if (s->n && s->p[0] == ':')
		*s = fb_slice_sub(*s, 1, s->n);
	if (!number(s, 2, 2, &m) || h > 18 || m > 59)
		return false;
	p->east = (int64_t)(h * 60 + m) * 60 * (west ? -1 : 1);
	return true;
}

static bool take_token(struct fb_slice *s, enum token t, struct parts *p)
{
	uint32_t unit = 100000000;

	switch (t) {
	case T_YEAR: return number(s, 4, 4, &p->year);
	case T_MONTH: return number(s, 2, 2, &p->month);
	case T_M: return number(s, 1, 2, &p->month);
	case T_MON: return month_name(s, &p->month);
	case T_DAY: return number(s, 2, 2, &p->day);
	case T_D: return number(s, 1, 2, &p->day);
	case T_HOUR: return number(s, 2, 2, &p->hour);
	case T_H: return number(s, 1, 2, &p->hour);
	case T_MINUTE: return number(s, 2, 2, &p->minute);
	case T_SECOND: return number(s, 2, 2, &p->second);
	case T_ZONE: return take_zone(s, p);
	case T_AM:
		p->half = fb_slice_ieq(fb_slice_sub(*s, 0, 2), FB_LIT("AM"))   ? 1
			  : fb_slice_ieq(fb_slice_sub(*s, 0, 2), FB_LIT("PM")) ? 2 : 0;
		*s = fb_slice_sub(*s, 2, s->n);
		return p->half && p->hour >= 1 && p->hour <= 12;
	case T_FRACTION:
		for (p->digits = 0; s->n && s->p[0] >= '0' && s->p[0] <= '9'; unit /= 10) {
			p->ns += (uint32_t)(s->p[0] - '0') * unit;
			p->digits += p->digits < 9;
			*s = fb_slice_sub(*s, 1, s->n);
		}
		return p->digits != 0;
	}
	return false;
}

static bool by_pattern(const char *pattern, struct fb_slice s, struct fgn_when *out)
{
	struct parts p = { 0 };
	enum token t;
	fb_time time;

	s = fb_slice_trim(s);
	while (*pattern) {
		if (next_token(&pattern, &t)) {
			if (!take_token(&s, t, &p))
				return false;
		} else {
			if (s.n == 0 || s.p[0] != (uint8_t)*pattern++)
				return false;
			s = fb_slice_sub(s, 1, s.n);
		}
	}
	if (p.half)
		p.hour = p.hour % 12 + (p.half == 2 ? 12 : 0);
	time = fb_time_from_parts(p.year, p.month, p.day, p.hour, p.minute, p.second, p.ns);
	if (s.n || time == FB_TIME_NONE || __builtin_sub_overflow(time, p.east * FB_SECOND, &time))
		return false;
	*out = (struct fgn_when){ .time = time, .digits = (uint8_t)p.digits, .zoned = p.zoned };
	return true;
}

static void take_time(struct fgn *x, const struct fb_map *map, struct fb_slice s)
{
	static const struct { const char *name; unsigned digits; } epochs[] = {
		{ "epoch-s", 0 }, { "epoch-ms", 3 }, { "epoch-us", 6 }, { "epoch-ns", 9 },
	};
	struct fgn_when w = { 0 };
	bool ok = false, known = false;

	if (s.n == 0)
		return;
	for (size_t i = 0; i < sizeof epochs / sizeof *epochs && !known; i++)
		if ((known = strcmp(map->format, epochs[i].name) == 0))
			ok = fgn_when_epoch(s, epochs[i].digits, &w);
	if (!known && strcmp(map->format, "filetime") == 0)
		ok = fgn_when_filetime(s, &w);
	else if (!known)
		ok = strcmp(map->format, "iso") == 0 ? fgn_when(s, &w) : by_pattern(map->format, s, &w);
	if (ok && !w.zoned && map->zone == FB_MAP_ZONE_GIVEN)
		ok = !__builtin_sub_overflow(w.time, map->east * FB_SECOND, &w.time);
	if (!ok) {
		x->remark = "its time is not in the format that the mapping says";
		return;
	}
	x->ev.time = w.time;
	x->ev.time_digits = w.digits;
	x->ev.time_flags = w.zoned || map->zone == FB_MAP_ZONE_GIVEN ? 0 : FB_TIME_LOCAL;
}

/* ---- values ---- */

/* The pair, marked as used; one of several keys joined: a pair of its own. */
static bool get(struct fgn *x, const struct fgn_pairs *p, const struct fb_map_from *from,
		struct fgn_pair *out)
{
	const struct fgn_pair *hit;
	size_t n = 0, i;
	uint8_t *to;

	*out = (struct fgn_pair){ 0 };
	if (from->value) {
		out->value = fb_slice_str(from->value);
		return true;
	}
	if (!from->keys || !from->keys[0])
		return false;
	if (!from->keys[1]) {
		hit = fgn_get(p, from->keys[0]);
		if (hit)
			*out = *hit;
		return hit != NULL;
	}
	for (i = 0; from->keys[i]; i++)
		n += fgn_text(p, from->keys[i]).n + 1;
	to = fb_arena_get(&x->scratch, n);
	for (i = n = 0; to && from->keys[i]; i++) {
		struct fb_slice s = fgn_text(p, from->keys[i]);

		if (s.n == 0)
			continue;
		if (n)
			to[n++] = '\\';
		memcpy(to + n, s.p, s.n);
		n += s.n;
	}
	out->value = fb_slice(to, n);
	return n != 0;
}

static struct fb_slice text_of(struct fgn *x, const struct fgn_pairs *p,
			       const struct fb_map_from *from)
{
	struct fgn_pair v;

	return get(x, p, from, &v) && v.type <= FGN_BARE ? v.value : (struct fb_slice){ 0 };
}

static bool holds(const struct fgn_pairs *p, const struct fb_map_event *e)
{
	for (size_t i = 0; i < e->nwhen; i++) {
		struct fb_slice s = fgn_text(p, e->when[i].key);
		bool any = false;

		for (size_t k = 0; e->when[i].values[k] && !any; k++)
			any = fb_slice_ieq(s, fb_slice_str(e->when[i].values[k]));
		if (!any)
			return false;
	}
	return true;
}

static bool uses(const struct fb_map_from *from, struct fb_slice key)
{
	for (size_t i = 0; from->keys && from->keys[i]; i++)
		if (fb_slice_eqs(key, from->keys[i]))
			return true;
	return false;
}

static bool is_used(const struct fb_map *map, const struct fb_map_event *e, struct fb_slice key)
{
	if ((map->time && fb_slice_eqs(key, map->time)) || uses(&map->host, key))
		return true;
	if (!e)
		return false;
	for (size_t i = 0; i < e->nfields; i++)
		if (uses(&e->fields[i].from, key))
			return true;
	return uses(&e->channel, key) || uses(&e->provider, key) || uses(&e->event_id, key) ||
	       uses(&e->record, key);
}

static void head(struct fgn *x, const struct fgn_pairs *p, const struct fb_map *map,
		 const struct fb_map_event *e)
{
	struct fb_slice channel = e ? text_of(x, p, &e->channel) : (struct fb_slice){ 0 };
	bool web = e && strcmp(e->category, WEB) == 0;

	fgn_event(x, web ? FB_LANE_WEB : channel.n ? FB_LANE_EVTX : FB_LANE_OTHER);
	if (web)
		x->ev.columns = fb_slice_str(e->columns);
	if (!channel.n && e && *e->category)
		channel = fb_slice_str(e->category);
	if (!channel.n)
		channel = fb_slice_str(map->name + sizeof "map:" - 1);
	if (web)
		x->computer = fgn_add_text(x, FB_LIT("Computer"), text_of(x, p, &map->host));
	else
		fgn_winlog_head(x, channel, e ? text_of(x, p, &e->provider) : (struct fb_slice){ 0 },
				e ? text_of(x, p, &e->event_id) : (struct fb_slice){ 0 },
				e ? text_of(x, p, &e->record) : (struct fb_slice){ 0 },
				text_of(x, p, &map->host));
	if (x->ev.lane == FB_LANE_OTHER && e && *e->category)
		(void)fgn_as(x, fb_slice_str(e->category));
}

static const char *take(struct fgn *x, const struct fgn_pairs *p, int *code)
{
	const struct fb_map *map = x->kind->own;
	const struct fb_map_event *e = NULL;

	for (size_t i = 0; i < map->nevents && !e; i++)
		if (holds(p, &map->events[i]))
			e = &map->events[i];
	head(x, p, map, e);
	if (map->time)
		take_time(x, map, fgn_text(p, map->time));
	for (size_t i = 0; e && i < e->nfields; i++) {
		struct fgn_pair v;

		if (get(x, p, &e->fields[i].from, &v))
			(void)fgn_add(x, fb_slice_str(e->fields[i].name), &v);
	}
	for (size_t i = 0; map->rest && i < p->n; i++)
		if (!is_used(map, e, p->v[i].key))
			(void)fgn_add_pair(x, &p->v[i]);
	*code = fgn_emit(x);
	return NULL;
}

/* ---- the format ---- */

static struct fgn_kind kind_of(const struct fb_map *map)
{
	return (struct fgn_kind){ .name = map->name, .columns = map->match, .keys = map->match,
				  .sure = 95, .take = take, .own = map };
}

static int map_probe(const void *own, struct fb_slice head_of, bool whole)
{
	struct fgn_kind kind = kind_of(own);

	return fgn_probe(&kind, head_of, whole);
}

static int map_decode(const void *own, const struct fb_unit *unit, struct fb_sink *sink)
{
	struct fgn_kind kind = kind_of(own);

	return fgn_decode(&kind, unit, sink);
}

void fb_map_format(const struct fb_map *map, struct fb_format *out)
{
	*out = (struct fb_format){
		.name = map->name, .title = map->name + sizeof "map:" - 1, .lane = FB_LANE_OTHER,
		.split = fgn_split, .render = fgn_render, .summarise = fgn_summarise,
		.json = fgn_event_json, .own = map, .own_probe = map_probe,
		.own_decode = map_decode,
	};
}
