#include "flows.h"

#include "kept.h"
#include "out.h"

#include <stdio.h>
#include <stdlib.h>

#define PROXY "10.20.4.2"
#define TLS_PERMILLE 1030 /* records and handshakes, about */
#define TLS_HANDSHAKE 5200

struct flow {
	fb_time t;
	const char *peer; /* lives as long as the plan */
	uint64_t sent, received;
	uint32_t milliseconds;
	uint16_t port;
	uint8_t host;
	bool inbound;
};

static struct {
	struct flow *v;
	size_t n, cap;
	uint64_t background;
	struct rng rng;
} all;

static bool outside(const char *address)
{
	return strncmp(address, "10.", 3) != 0;
}

void flows_add(struct plan *p, fb_time t, enum host_id host, bool inbound, const char *peer,
	       uint64_t sent, uint64_t received, unsigned milliseconds, bool intruder)
{
	struct flow *f;

	if (!plan_with(p, V_FLOWS) || !outside(peer) || t < p->from || t >= p->to ||
	    (plan_with(p, V_ENDS_EARLY) && t > plan_at(p, 14, 2, 30, 0)))
		return;
	if (all.n == all.cap) {
		all.cap = all.cap ? 2 * all.cap : 4096;
		all.v = realloc(all.v, all.cap * sizeof(*all.v));
		if (!all.v) {
			fprintf(stderr, "firebreak-demo: out of memory\n");
			exit(3);
		}
		if (!all.n)
			rng_init(&all.rng, p->seed, "flows");
	}
	sent = sent * TLS_PERMILLE / 1000 + TLS_HANDSHAKE;
	received = received * TLS_PERMILLE / 1000 + TLS_HANDSHAKE;
	f = &all.v[all.n++];
	/* The text that background requests come with is written over by the next one. */
	*f = (struct flow){ t + p->later, plan_fmt(p, "%s", peer), sent, received, milliseconds,
			    (uint16_t)rng_range(&all.rng, 49200, 65000), (uint8_t)host, inbound };
	if (!intruder)
		all.background += sent;
}

uint64_t flows_background(void)
{
	return all.background;
}

/* Updates, telemetry, mail: what machines fetch and send all day. */
static void daily(struct plan *p)
{
	/* By the one protocol and by the other, so that a sensor can be seen to live on both. */
	static const char *const peers[2][3] = { { "192.0.2.10", "192.0.2.11", "192.0.2.24" },
						 { "2001:db8:feed::24", "2001:db8:feed::25",
						   "2001:db8:c0de::9" } };
	struct rng r;

	rng_init(&r, p->seed, "daily flows");
	for (unsigned h = 0; h < 2 * HOSTS; h++)
		for (fb_time t = p->from + FB_SECOND * h;
		     (t += FB_SECOND * rng_range(&r, 200, 780)) < p->to;)
			flows_add(p, t, h / 2, false, peers[h % 2][rng_below(&r, 3)],
				  rng_range(&r, 900, 24000), rng_range(&r, 3000, 900000),
				  rng_range(&r, 80, 60000), false);
}

/* What the plan says that processes of the intruders opened. */
static void planned(struct plan *p)
{
	unsigned rclone = 0;

	for (size_t i = 0; i < p->n; i++)
		rclone += strcmp(p->v[i].kind, "rclone-connection") == 0;
	for (size_t i = 0; i < p->n; i++) {
		const struct planned *e = &p->v[i];
		const char *peer = NULL;
		bool loot = strcmp(e->kind, "rclone-connection") == 0;

		if (e->site || e->schema != SM_3)
			continue;
		for (size_t k = 0; k + 1 < e->npairs; k += 2)
			if (strcmp(e->pairs[k], "DestinationIp") == 0)
				peer = e->pairs[k + 1];
		flows_add(p, e->time, e->host, false, peer, loot ? p->collected_bytes / rclone + 1 : 3100,
			  loot ? 210000 : 8800, loot ? 1500000 : 2000, e->act == ACT_ACTOR);
	}
}

static int by_time(const void *a, const void *b)
{
	const struct flow *x = a, *y = b;

	return x->t != y->t ? (x->t < y->t ? -1 : 1) : (x->port > y->port) - (x->port < y->port);
}

static void header(struct out *o, fb_time t)
{
	char when[FB_TIME_TEXT], text[1200];

	(void)fb_time_text(t, 0, when);
	when[10] = when[13] = when[16] = '-';
	when[19] = 0;
	(void)snprintf(text, sizeof(text),
		       "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n"
		       "#path\tconn\n#open\t%s\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\t"
		       "id.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\t"
		       "local_orig\tlocal_resp\tmissed_bytes\thistory\torig_pkts\torig_ip_bytes\t"
		       "resp_pkts\tresp_ip_bytes\ttunnel_parents\n#types\ttime\tstring\taddr\tport\t"
		       "addr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\tbool\tbool\tcount\t"
		       "string\tcount\tcount\tcount\tcount\tset[string]\n",
		       when);
	out_text(o, fb_slice_str(text));
}

static void line(struct plan *p, struct out *o, const struct flow *f, size_t n)
{
	bool six = strchr(f->peer, ':') != NULL;
	const char *inside = plan_with(p, V_PROXY) && f->inbound ? PROXY :
			     six ? hosts[f->host].address6 : hosts[f->host].address;
	uint64_t up = f->inbound ? f->received : f->sent, down = f->inbound ? f->sent : f->received;
	uint64_t up_packets = up / 1380 + 4, down_packets = down / 1380 + 4;
	char text[640];
	int k;

	k = snprintf(text, sizeof(text),
		     "%lld.%06lld\tC%013zxA\t%s\t%u\t%s\t443\ttcp\tssl\t%u.%03u000\t%llu\t%llu\tSF\t%c\t%c\t0\t"
		     "ShADadFf\t%llu\t%llu\t%llu\t%llu\t(empty)\n",
		     (long long)(f->t / FB_SECOND), (long long)(f->t % FB_SECOND / 1000), n,
		     f->inbound ? f->peer : inside, f->port, f->inbound ? inside : f->peer,
		     f->milliseconds / 1000, f->milliseconds % 1000, (unsigned long long)up,
		     (unsigned long long)down, f->inbound ? 'F' : 'T', f->inbound ? 'T' : 'F',
		     (unsigned long long)up_packets, (unsigned long long)(up + 52 * up_packets),
		     (unsigned long long)down_packets, (unsigned long long)(down + 52 * down_packets));
	out_text(o, fb_slice(text, (size_t)k));
}

void flows_write(struct plan *p)
{
	struct out o;
	int64_t day = -1;
	char date[FB_TIME_TEXT];

	if (!plan_with(p, V_FLOWS))
		return;
	daily(p);
	planned(p);
	qsort(all.v, all.n, sizeof(*all.v), by_time);
	for (size_t i = 0; i < all.n; i++) {
		if (all.v[i].t / FB_SECOND / 86400 != day) {
			if (day >= 0)
				out_close(&o);
			day = all.v[i].t / FB_SECOND / 86400;
			(void)fb_time_text(all.v[i].t, 0, date);
			out_open(&o, plan_fmt(p, "NSM01/opt/zeek/logs/%.10s/conn.log", date));
			header(&o, day * 86400 * FB_SECOND);
		}
		line(p, &o, &all.v[i], i + 1);
	}
	if (day >= 0)
		out_close(&o);
	free(all.v);
	all.v = NULL;
}
