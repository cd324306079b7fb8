#include "event/flow.h"

#include "base/text.h"
#include "event/hints.h"
#include "event/value.h"

#include <arpa/inet.h>
#include <stdlib.h>

/* ---- fields ---- */

static const struct fb_field *named(const struct fb_event *ev, const char *name)
{
	for (size_t i = ev->nfields; i-- > 0;)
		if (fb_slice_eqs(ev->fields[i].name, name))
			return fb_value_is_null(&ev->fields[i]) ? NULL : &ev->fields[i];
	return NULL;
}

static bool address_in(const struct fb_field *f, uint8_t out[static 16])
{
	char text[128];
	struct fb_buf b;
	bool ok;

	if (!f)
		return false;
	if (f->type == FB_V_UTF8)
		return fb_net_address(f->v, out);
	if (f->v.n > sizeof text)
		return false;
	fb_buf_init(&b, 512);
	ok = fb_value_text(f, &b) == 0 && fb_net_address(fb_buf_view(&b), out);
	fb_buf_dispose(&b);
	return ok;
}

static bool is(const struct fb_field *f, const char *word)
{
	struct fb_buf b;
	bool same;

	if (!f || f->v.n > 64)
		return false;
	fb_buf_init(&b, 512);
	same = fb_value_text(f, &b) == 0 && fb_slice_ieq(fb_buf_view(&b), fb_slice_str(word));
	fb_buf_dispose(&b);
	return same;
}

static bool number_in(const struct fb_event *ev, const char *name, uint64_t *out)
{
	const struct fb_field *f = named(ev, name);
	bool neg;

	/* No connection moves so much: what says so lies, and sums must not run over. */
	if (f && fb_value_int(f, out, &neg) && !neg && *out < (uint64_t)1 << 56)
		return true;
	*out = 0;
	return false;
}

/* "1.500000" seconds; none is 0. */
static fb_time span_in(const struct fb_event *ev, const char *name)
{
	const struct fb_field *f = named(ev, name);
	char text[40], *end;
	double v;

	if (!f || f->type != FB_V_UTF8 || f->v.n == 0 || f->v.n >= sizeof text)
		return 0;
	memcpy(text, f->v.p, f->v.n);
	text[f->v.n] = '\0';
	v = strtod(text, &end);
	return *end || !(v > 0) || v > 1e9 ? 0 : (fb_time)(v * (double)FB_SECOND);
}

static uint64_t mix(struct fb_slice s)
{
	uint64_t h = 14695981039346656037ull;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ s.p[i]) * 1099511628211ull;
	return h ^ h >> 29;
}

/* ---- Zeek's ---- */

static uint64_t most_of(const struct fb_event *ev, const char *payload, const char *packets, bool *counted)
{
	uint64_t a = 0, b = 0;
	bool have_a = number_in(ev, payload, &a), have_b = number_in(ev, packets, &b);

	*counted = *counted && (have_a || have_b);
	return a > b ? a : b;
}

static bool connection(const struct fb_event *ev, struct fb_flow *f)
{
	static const char *const open[] = { "S1", "S2", "S3" }; /* begun, and not ended by both */
	const struct fb_field *uid = named(ev, "uid"), *state = named(ev, "conn_state");
	bool counted = !(ev->flags & (FB_EVENT_DAMAGED | FB_EVENT_CUT));

	if (!address_in(named(ev, "id.orig_h"), f->orig) || !address_in(named(ev, "id.resp_h"), f->resp))
		return false;
	f->kind = FB_FLOW_BYTES;
	f->out = most_of(ev, "orig_bytes", "orig_ip_bytes", &counted);
	f->in = most_of(ev, "resp_bytes", "resp_ip_bytes", &counted);
	if (!number_in(ev, "missed_bytes", &f->missed))
		f->missed = 0;
	f->uncounted = !counted;
	if (__builtin_add_overflow(ev->time, span_in(ev, "duration"), &f->end))
		f->end = ev->time;
	for (size_t i = 0; i < sizeof open / sizeof *open; i++)
		f->open |= is(state, open[i]);
	f->id = mix(uid ? uid->v : ev->raw);
	return true;
}

/* A capture loss record is of the time before it. */
static bool loss(const struct fb_event *ev, struct fb_flow *f)
{
	const struct fb_field *lost = named(ev, "percent_lost");
	char text[40], *end;
	double v;

	if (!lost || lost->type != FB_V_UTF8 || lost->v.n == 0 || lost->v.n >= sizeof text)
		return false;
	memcpy(text, lost->v.p, lost->v.n);
	text[lost->v.n] = '\0';
	v = strtod(text, &end);
	if (*end || !(v > 0))
		return false;
	f->kind = FB_FLOW_LOSS;
	f->out = (uint64_t)((v > 100 ? 100 : v) * 1000);
	if (!__builtin_sub_overflow(ev->time, span_in(ev, "ts_delta"), &f->first) && f->first > ev->time)
		f->first = ev->time;
	return true;
}

/* ---- whose address it is ---- */

static bool own(const struct fb_event *ev, const char *name, struct fb_flow *f)
{
	static const uint8_t none[16] = { 0 }, none4[16] = { [10] = 0xFF, 0xFF };

	if (!address_in(named(ev, name), f->orig) || memcmp(f->orig, none, 16) == 0 || memcmp(f->orig, none4, 16) == 0 ||
	    (f->orig[10] == 0xFF && f->orig[12] == 127) || (f->orig[0] == 0xFE && (f->orig[1] & 0xC0) == 0x80))
		return false;
	for (int i = 0; i < 15; i++)
		if (f->orig[i]) { /* ::1 is no machine's */
			f->kind = FB_FLOW_ADDRESS;
			return true;
		}
	return false;
}

static bool ends_with(const struct fb_field *f, const char *word)
{
	struct fb_buf b;
	bool yes;

	if (!f || f->v.n > 256)
		return false;
	fb_buf_init(&b, 2048);
	yes = fb_value_text(f, &b) == 0 && b.n >= strlen(word) &&
	      fb_slice_eqs(fb_slice_sub(fb_buf_view(&b), b.n - strlen(word), b.n), word);
	fb_buf_dispose(&b);
	return yes;
}

/* Connections that a machine's own log tells of: which end is itself. */
static bool by_connection(const struct fb_event *ev, struct fb_flow *f)
{
	if (ev->event_id == 3 && ends_with(ev->channel, "Sysmon/Operational"))
		return own(ev, is(named(ev, "Initiated"), "true") ? "SourceIp" : "DestinationIp", f);
	if (ev->event_id == 5156 && is(ev->channel, "Security"))
		return own(ev, is(named(ev, "Direction"), "%%14593") ? "SourceAddress" : is(named(ev, "Direction"), "%%14592")
			   ? "DestAddress" : "", f);
	return false;
}

bool fb_flow_of(const struct fb_event *ev, struct fb_flow *f)
{
	bool any = false;

	if (ev->time == FB_TIME_NONE || ev->flags & FB_EVENT_SECOND_HAND)
		return false;
	*f = (struct fb_flow){ .first = ev->time, .last = ev->time, .end = ev->time, .records = 1, .offset = ev->offset };
	if (ev->lane == FB_LANE_NETWORK && ev->channel) {
		if (fb_slice_eqs(ev->channel->v, "conn"))
			any = connection(ev, f);
		else if (fb_slice_eqs(ev->channel->v, "capture_loss"))
			any = loss(ev, f);
	} else if (ev->lane == FB_LANE_WEB) {
		const struct fb_field *ip = fb_event_get(ev, FB_SYM_S_IP);

		any = ip && !fb_value_is_null(ip) && own(ev, "s-ip", f);
	} else if (ev->lane == FB_LANE_EVTX && (ev->event_id == 3 || ev->event_id == 5156)) {
		any = by_connection(ev, f);
	}
	return any;
}

/* ---- packed ---- */

/* Most are of IPv4, and there are millions: the first byte says which of the two are. */
enum { KIND_BITS = 0x0F, ORIG_V4 = 0x10, RESP_V4 = 0x20 };
static const uint8_t mapped[12] = { [10] = 0xFF, [11] = 0xFF };

static bool is_v4(const uint8_t a[static 16])
{
	return memcmp(a, mapped, 12) == 0;
}

static void put_address(struct fb_buf *out, const uint8_t a[static 16])
{
	(void)fb_buf_put(out, is_v4(a) ? a + 12 : a, is_v4(a) ? 4 : 16);
}

void fb_flow_put(struct fb_buf *out, const struct fb_flow *f)
{
	const uint64_t counts[] = { (uint64_t)(f->last - f->first), (uint64_t)(f->end - f->first), f->records, f->out, f->in, f->missed,
				    f->uncounted, f->open, f->offset };

	(void)fb_buf_putc(out, (uint8_t)(f->kind | (is_v4(f->orig) ? ORIG_V4 : 0) | (is_v4(f->resp) ? RESP_V4 : 0)));
	put_address(out, f->orig);
	put_address(out, f->resp);
	(void)fb_buf_number(out, f->host.n);
	(void)fb_buf_slice(out, f->host);
	(void)fb_buf_u64(out, (uint64_t)f->first);
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		(void)fb_buf_number(out, counts[i]);
	(void)fb_buf_u64(out, f->id);
}

static bool get_address(struct fb_cur *c, bool v4, uint8_t out[static 16])
{
	struct fb_slice s;

	if (!fb_cur_take(c, v4 ? 4 : 16, &s))
		return false;
	if (v4)
		memcpy(out, mapped, 12);
	memcpy(v4 ? out + 12 : out, s.p, s.n);
	return true;
}

/* So long after first; false: beyond all times. */
static bool after(fb_time first, uint64_t span, fb_time *out)
{
	return span <= INT64_MAX && !__builtin_add_overflow(first, (fb_time)span, out);
}

bool fb_flow_get(struct fb_cur *c, struct fb_flow *out)
{
	struct fb_flow f = { 0 };
	uint64_t host, first, last, end;
	uint64_t *const counts[] = { &last, &end, &f.records, &f.out, &f.in, &f.missed, &f.uncounted, &f.open, &f.offset };
	uint8_t kind;

	if (!fb_cur_u8(c, &kind) || (kind & KIND_BITS) < FB_FLOW_BYTES || (kind & KIND_BITS) >= FB_FLOW_KINDS ||
	    kind & ~(KIND_BITS | ORIG_V4 | RESP_V4) || !get_address(c, kind & ORIG_V4, f.orig) ||
	    !get_address(c, kind & RESP_V4, f.resp) || !fb_cur_number(c, &host) || host > FB_FLOW_HOST_MAX ||
	    !fb_cur_take(c, (size_t)host, &f.host) || !fb_utf8_valid(f.host) || !fb_cur_u64(c, &first))
		return false;
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		if (!fb_cur_number(c, counts[i]))
			return false;
	f.first = (fb_time)first;
	if (!fb_cur_u64(c, &f.id) || f.first == FB_TIME_NONE || !after(f.first, last, &f.last) || !after(f.first, end, &f.end) ||
	    !f.records || f.uncounted > f.records || f.open > f.records)
		return false;
	f.kind = (enum fb_flow_kind)(kind & KIND_BITS);
	*out = f;
	return true;
}

/* ---- addresses ---- */

bool fb_flow_inside(const uint8_t a[static 16])
{
	if (!is_v4(a))
		return (a[0] & 0xFE) == 0xFC || a[0] == 0xFF || (a[0] == 0xFE && (a[1] & 0xC0) == 0x80) ||
		       (a[0] == 0 && a[1] == 0 && a[2] == 0 && a[3] == 0 && a[4] == 0 && a[5] == 0); /* ::, ::1 and kin */
	return a[12] == 10 || a[12] == 127 || a[12] == 0 || a[12] >= 224 || (a[12] == 172 && (a[13] & 0xF0) == 16) ||
	       (a[12] == 192 && a[13] == 168) || (a[12] == 169 && a[13] == 254) || (a[12] == 100 && (a[13] & 0xC0) == 64);
}

const char *fb_flow_text(const uint8_t a[static 16], char out[static FB_FLOW_TEXT])
{
	bool v4 = is_v4(a);

	if (!inet_ntop(v4 ? AF_INET : AF_INET6, v4 ? a + 12 : a, out, FB_FLOW_TEXT))
		*out = '\0';
	return out;
}
