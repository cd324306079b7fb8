/* What a record tells of a flow or an address (event/flow.h), and how it is packed: what is packed comes back, and
 * nothing that is cut short or lies. */
#include "check.h"

#include "event/flow.h"

#define SECONDS(n) ((fb_time)(n) * FB_SECOND)
#define AT SECONDS(1752829442)

static struct fb_field fields[24];
static size_t nfields;
static struct fb_field channel;
static struct fb_event ev;

/* "name=value name=value"; "-" is no value. */
static void event(enum fb_lane lane, const char *chan, const char *text)
{
	struct fb_slice s = fb_slice_str(text);

	channel = (struct fb_field){ .type = FB_V_UTF8, .name = FB_LIT("_path"), .v = fb_slice_str(chan) };
	ev = (struct fb_event){ .lane = lane, .channel = &channel, .time = AT, .fields = fields, .raw = s, .offset = 77 };
	for (nfields = 0; s.n;) {
		size_t end = fb_slice_find(s, FB_LIT(" "));
		struct fb_slice one = fb_slice_sub(s, 0, end);
		size_t is = fb_slice_find(one, FB_LIT("="));
		struct fb_slice v = fb_slice_sub(one, is + 1, one.n);
		bool null = fb_slice_eqs(v, "-");

		fields[nfields++] = (struct fb_field){ .type = null ? FB_V_NULL : FB_V_UTF8, .name = fb_slice_sub(one, 0, is),
			.v = v, .sym = fb_slice_eqs(fb_slice_sub(one, 0, is), "s-ip") ? FB_SYM_S_IP : 0 };
		s = fb_slice_sub(s, end + 1, s.n);
	}
	ev.nfields = nfields;
}

static void test_connections(void)
{
	static const struct {
		const char *text;
		uint64_t out, in, missed, uncounted, open;
		long long lasts; /* microseconds */
	} t[] = {
		{ "uid=C1 id.orig_h=10.0.0.5 id.resp_h=192.0.2.9 orig_bytes=100 resp_bytes=7 orig_ip_bytes=180 resp_ip_bytes=3 missed_bytes=5 conn_state=SF duration=1.500000",
		  180, 7, 5, 0, 0, 1500000 },
		{ "uid=C1 id.orig_h=10.0.0.5 id.resp_h=2001:db8::1 orig_bytes=- resp_bytes=- orig_ip_bytes=60 resp_ip_bytes=0 conn_state=S0 duration=-", 60, 0, 0, 0, 0, 0 },
		{ "id.orig_h=10.0.0.5 id.resp_h=192.0.2.9 orig_bytes=- resp_bytes=4", 0, 4, 0, 1, 0, 0 },
		{ "id.orig_h=10.0.0.5 id.resp_h=192.0.2.9 orig_bytes=1 resp_bytes=1 conn_state=S1 duration=1e400", 1, 1, 0, 0, 1, 0 },
		/* What nobody can have sent is no count. */
		{ "id.orig_h=10.0.0.5 id.resp_h=192.0.2.9 orig_bytes=18446744073709551615 resp_bytes=-3 duration=x", 0, 0, 0, 1, 0, 0 },
	};
	struct fb_flow f;

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		event(FB_LANE_NETWORK, "conn", t[i].text);
		CHECK(fb_flow_of(&ev, &f) && f.kind == FB_FLOW_BYTES && f.first == AT && f.last == AT && f.offset == 77);
		CHECK_INT(f.out, t[i].out);
		CHECK_INT(f.in, t[i].in);
		CHECK_INT(f.missed, t[i].missed);
		CHECK_INT(f.uncounted, t[i].uncounted);
		CHECK_INT(f.open, t[i].open);
		CHECK_INT((f.end - AT) / 1000, t[i].lasts);
	}
	event(FB_LANE_NETWORK, "conn", t[0].text);
	ev.flags = FB_EVENT_DAMAGED;
	CHECK(fb_flow_of(&ev, &f) && f.uncounted == 1);
	ev.flags = FB_EVENT_SECOND_HAND;
	CHECK(!fb_flow_of(&ev, &f));
	event(FB_LANE_NETWORK, "http", t[0].text);
	CHECK(!fb_flow_of(&ev, &f));
	event(FB_LANE_WEB, "conn", t[0].text);
	CHECK(!fb_flow_of(&ev, &f));
	event(FB_LANE_NETWORK, "conn", "id.orig_h=soon id.resp_h=192.0.2.9 orig_bytes=1 resp_bytes=1");
	CHECK(!fb_flow_of(&ev, &f));
	event(FB_LANE_NETWORK, "conn", t[0].text);
	ev.time = FB_TIME_NONE;
	CHECK(!fb_flow_of(&ev, &f));
	event(FB_LANE_NETWORK, "capture_loss", "ts_delta=900.000000 percent_lost=1.250000");
	CHECK(fb_flow_of(&ev, &f) && f.kind == FB_FLOW_LOSS && f.out == 1250 && f.last - f.first == SECONDS(900));
	event(FB_LANE_NETWORK, "capture_loss", "ts_delta=900.000000 percent_lost=0.000000");
	CHECK(!fb_flow_of(&ev, &f));
}

static void test_own(void)
{
	static const struct {
		enum fb_lane lane;
		uint32_t id;
		const char *chan, *text, *want; /* NULL: none */
	} t[] = {
		{ FB_LANE_WEB, 0, "", "s-ip=10.0.0.5", "10.0.0.5" },
		{ FB_LANE_WEB, 0, "", "s-ip=2001:db8::5", "2001:db8::5" },
		{ FB_LANE_WEB, 0, "", "s-ip=127.0.0.1", NULL },
		{ FB_LANE_WEB, 0, "", "s-ip=::1", NULL },
		{ FB_LANE_WEB, 0, "", "s-ip=0.0.0.0", NULL },
		{ FB_LANE_WEB, 0, "", "s-ip=fe80::1%4", NULL },
		{ FB_LANE_WEB, 0, "", "s-ip=-", NULL },
		{ FB_LANE_EVTX, 3, "Microsoft-Windows-Sysmon/Operational", "Initiated=true SourceIp=10.0.0.5 DestinationIp=192.0.2.9", "10.0.0.5" },
		{ FB_LANE_EVTX, 3, "Microsoft-Windows-Sysmon/Operational", "Initiated=false SourceIp=192.0.2.9 DestinationIp=10.0.0.5", "10.0.0.5" },
		{ FB_LANE_EVTX, 3, "System", "Initiated=true SourceIp=10.0.0.5", NULL },
		{ FB_LANE_EVTX, 5156, "Security", "Direction=%%14593 SourceAddress=10.0.0.5 DestAddress=192.0.2.9", "10.0.0.5" },
		{ FB_LANE_EVTX, 5156, "Security", "Direction=%%14592 SourceAddress=192.0.2.9 DestAddress=10.0.0.5", "10.0.0.5" },
		{ FB_LANE_EVTX, 5156, "Security", "SourceAddress=192.0.2.9 DestAddress=10.0.0.5", NULL },
	};
	char text[FB_FLOW_TEXT];
	struct fb_flow f;

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		bool any;

		event(t[i].lane, t[i].chan, t[i].text);
		ev.event_id = t[i].id;
		any = fb_flow_of(&ev, &f);
		CHECK_INT(any, t[i].want != NULL);
		if (any && t[i].want) {
			CHECK_INT(f.kind, FB_FLOW_ADDRESS);
			CHECK_STR(fb_flow_text(f.orig, text), t[i].want);
		}
	}
}

static bool inside(const char *address)
{
	struct fb_flow f;
	char text[128];

	(void)snprintf(text, sizeof text, "id.orig_h=%s id.resp_h=192.0.2.9 orig_bytes=1 resp_bytes=1", address);
	event(FB_LANE_NETWORK, "conn", text);
	CHECK(fb_flow_of(&ev, &f));
	return fb_flow_inside(f.orig);
}

static void test_inside(void)
{
	static const char *const in[] = { "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.1.1", "100.64.0.1", "224.0.0.251",
		"255.255.255.255", "127.0.0.1", "fd00::1", "fe80::1", "ff02::fb", "::1" };
	static const char *const out[] = { "11.0.0.1", "172.32.0.1", "172.15.0.1", "192.169.1.1", "100.128.0.1", "203.0.113.9", "2001:db8::1", "fec0::1" };

	for (size_t i = 0; i < sizeof in / sizeof *in; i++)
		CHECK(inside(in[i]));
	for (size_t i = 0; i < sizeof out / sizeof *out; i++)
		CHECK(!inside(out[i]));
}

static void test_sums(void)
{
	uint64_t sum = 0;

	for (int i = 0; i < 1000; i++) {
		uint64_t before = sum;

		sum = fb_flow_sum(sum, ((uint64_t)1 << 56) - 1);
		CHECK(sum >= before);
	}
	CHECK(sum == FB_FLOW_MOST && fb_flow_sum(UINT64_MAX, UINT64_MAX) == FB_FLOW_MOST && fb_flow_sum(1, 2) == 3);
}

static void test_packed(void)
{
	struct fb_flow f, g;
	struct fb_buf b;
	struct fb_cur c;

	fb_buf_init(&b, 1 << 16);
	event(FB_LANE_NETWORK, "conn", "uid=C1 id.orig_h=10.0.0.5 id.resp_h=192.0.2.9 orig_bytes=72057594037927935 resp_bytes=7 missed_bytes=128 duration=3");
	CHECK(fb_flow_of(&ev, &f));
	f.host = FB_LIT("SP01");
	f.records = 300;
	fb_flow_put(&b, &f);
	c = fb_cur(fb_buf_view(&b));
	CHECK(fb_flow_get(&c, &g) && fb_cur_left(&c) == 0);
	CHECK(g.kind == f.kind && memcmp(g.orig, f.orig, 16) == 0 && memcmp(g.resp, f.resp, 16) == 0 && fb_slice_eqs(g.host, "SP01"));
	CHECK(g.first == f.first && g.last == f.last && g.end == f.end && g.records == 300 && g.out == f.out && g.in == 7 && g.missed == 128 &&
	      g.offset == 77 && g.id == f.id);
	for (size_t n = 0; n < b.n; n++) {
		c = fb_cur(fb_slice(b.p, n));
		CHECK(!fb_flow_get(&c, &g));
	}
	for (int lie = 0; lie < 6; lie++) {
		struct fb_flow l = f;

		l.kind = lie == 0 ? FB_FLOW_KINDS : lie == 1 ? (enum fb_flow_kind)0 : f.kind;
		l.first = lie == 2 ? f.last + 1 : f.first;
		l.records = lie == 3 ? 0 : f.records;
		l.uncounted = lie == 4 ? 301 : 0;
		l.host = lie == 5 ? FB_LIT("\xff") : f.host;
		fb_buf_clear(&b);
		fb_flow_put(&b, &l);
		c = fb_cur(fb_buf_view(&b));
		CHECK(!fb_flow_get(&c, &g));
	}
	fb_buf_dispose(&b);
}

int main(void)
{
	test_connections();
	test_own();
	test_inside();
	test_sums();
	test_packed();
	return check_done();
}
