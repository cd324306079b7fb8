#include "evlog.h"

#include "kept.h"

#include <stdio.h>
#include <unistd.h>

/* Windows archives a log that reached its size and starts a new file. */
#define ROLL (512ull << 20)

const char *const channel_names[CHANNELS] = {
	"Security", "System", "Application", "Microsoft-Windows-Sysmon/Operational",
	"Microsoft-Windows-PowerShell/Operational", "Microsoft-Windows-Windows Defender/Operational",
};

static const struct {
	const char *file;
	uint64_t first_record;
	uint32_t pid;
} channels[CHANNELS] = {
	{ "Security", 4811203, 640 },
	{ "System", 88412, 620 },
	{ "Application", 41077, 0 },
	{ "Microsoft-Windows-Sysmon%4Operational", 1204771, 2716 },
	{ "Microsoft-Windows-PowerShell%4Operational", 9204, 6120 },
	{ "Microsoft-Windows-Windows Defender%4Operational", 3310, 3056 },
};

const uint8_t evlog_system_sid[12] = { 1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0 };

static void domain_sid(unsigned rid, uint8_t out[static 68])
{
	char text[96];

	(void)snprintf(text, sizeof(text), DOMAIN_SID "-%u", rid);
	(void)ew_sid(text, out);
}

const uint8_t *evlog_person_sid(unsigned i)
{
	static uint8_t sids[64][68];

	if (!sids[i][0])
		domain_sid(people[i].rid, sids[i]);
	return sids[i];
}

const uint8_t *evlog_host_sid(enum host_id h)
{
	static uint8_t sids[HOSTS][68];

	if (!sids[h][0])
		(void)ew_sid(hosts[h].sid, sids[h]);
	return sids[h];
}

static void open_log(struct evlog *l)
{
	struct fb_err err = { 0 };
	struct ew_options o = evtxw_defaults();

	o.first_record = l->next;
	l->path = plan_alloc(l->plan, 256);
	(void)snprintf(l->path, 256, "%s/Windows/System32/winevt/Logs/%s.evtx", hosts[l->host].name,
		       channels[l->channel].file);
	l->fd = out_fd(l->path);
	l->w = evtxw_new(l->fd, &o, &err);
	if (!l->w)
		out_die(&err);
}

static void close_log(struct evlog *l)
{
	struct fb_err err = { 0 };

	if (evtxw_finish(l->w, &err))
		out_die(&err);
	l->written += evtxw_size(l->w);
	l->next = evtxw_last(l->w) + 1;
	evtxw_free(l->w);
	l->w = NULL;
	(void)close(l->fd);
}

/* The full file gets its archive's name, here and where planned events refer to it. */
static void roll(struct evlog *l, fb_time t)
{
	char old[256], when[FB_TIME_TEXT];

	close_log(l);
	(void)snprintf(old, sizeof(old), "%s", l->path);
	(void)fb_time_text(t, 3, when);
	for (char *p = when; *p; p++)
		if (*p == 'T' || *p == ':' || *p == '.' || *p == 'Z')
			*p = *p == 'Z' ? 0 : '-';
	(void)snprintf(l->path, 256, "%s/Windows/System32/winevt/Logs/Archive-%s-%s.evtx",
		       hosts[l->host].name, channels[l->channel].file, when);
	out_rename(old, l->path);
	open_log(l);
}

static uint64_t written(const struct evlog *l)
{
	uint64_t n = l->written + l->dropped + evtxw_size(l->w);

	return n > l->planned ? n - l->planned : 0;
}

struct evb *evlog_start(struct evlog *l, enum schema_id id, fb_time t)
{
	struct evb *e = &l->e;

	l->at = t;
	l->id = id;
	evb_start(e, id, kept_clock(l->plan, l->host, t), kept_name(l->plan, l->host, t));
	e->ev.pid = channels[l->channel].pid;
	e->ev.tid = 4 * rng_range(&l->rng, 200, 2200);
	return e;
}

/* About the size of a record: so that the pace of the rest stays what it was. */
#define RECORD_BYTES 700

static bool there(struct evlog *l)
{
	return l->at >= l->silent_until && kept_event(l->plan, l->host, l->id, l->at);
}

/* Records come nearly in the order of their times. */
static void keep_pace(struct evlog *l)
{
	fb_time *last = &l->plan->paces[l->host][l->id].last, *pause = &l->plan->paces[l->host][l->id].pause;

	if (*last && l->at - *last > *pause)
		*pause = l->at - *last;
	if (l->at > *last)
		*last = l->at;
}

void evlog_put(struct evlog *l)
{
	struct fb_err err = { 0 };

	if (!there(l)) {
		l->dropped += RECORD_BYTES;
		return;
	}
	if (evtxw_record(l->w, &l->e.ev, &err))
		out_die(&err);
	keep_pace(l);
}

/* Sysmon stamps each of its events a second time, as text. */
static void utc_time(struct evlog *l, struct evb *e)
{
	char *text = l->text[7];

	(void)fb_time_text(e->ev.time, 3, text);
	text[10] = ' ';
	text[23] = 0;
	evb_str(e, "UtcTime", text);
}

static void put_planned(struct evlog *l, struct planned *p)
{
	static uint8_t rooms[SCHEMA_FIELDS_MAX + 1][68];
	static char list[8192];
	struct evb *e = evlog_start(l, p->schema, p->time);

	if (l->channel == CH_SYSMON)
		utc_time(l, e);
	for (size_t i = 0; i + 1 < p->npairs; i += 2) {
		const char *value = p->pairs[i + 1];

		if (e->ev.schema->form == EW_CLASSIC) {
			/* \1 stands for the NUL between the strings. */
			size_t n = strnlen(value, sizeof(list));

			memcpy(list, value, n);
			for (size_t k = 0; k < n; k++)
				if (list[k] == 1)
					list[k] = 0;
			evb_strn(e, p->pairs[i], fb_slice(list, n && !list[n - 1] ? n - 1 : n));
		} else {
			evb_text(e, p->pairs[i], value, rooms[i / 2]);
		}
	}
	if (p->sid)
		e->ev.user = fb_slice(rooms[SCHEMA_FIELDS_MAX],
				      ew_sid(p->sid, rooms[SCHEMA_FIELDS_MAX]));
	else if (l->channel == CH_SYSMON || l->channel == CH_POWERSHELL || l->channel == CH_DEFENDER)
		e->ev.user = fb_slice(evlog_system_sid, sizeof(evlog_system_sid));
	if (!there(l))
		return; /* planned, and gone */
	evlog_put(l);
	l->planned += RECORD_BYTES;
	p->file = l->path;
	p->where = "record";
	p->place = evtxw_last(l->w);
}

/* When the Security log of this host was cleared, if it was. */
static fb_time cleared(struct plan *p, enum host_id host)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->v[i].host == host && p->v[i].site == SITE_NONE && p->v[i].schema == SEC_1102)
			return p->v[i].time;
	return INT64_MIN;
}

void evlog_write(struct plan *p, enum host_id host, enum channel channel, uint64_t bytes)
{
	static struct evlog l;
	char name[64];
	struct pace pace;
	struct planned *e;
	fb_time t;

	memset(&l, 0, sizeof(l));
	l.plan = p;
	l.host = host;
	l.channel = channel;
	l.roll = ROLL;
	l.next = channels[channel].first_record + 1000 * (uint64_t)host;
	l.silent_until = channel == CH_SECURITY ? cleared(p, host) : INT64_MIN;
	(void)snprintf(name, sizeof(name), "evtx %s %s", hosts[host].name, channel_names[channel]);
	rng_init(&l.rng, p->seed, name);
	open_log(&l);
	pace_init(&pace, l.silent_until > p->from ? l.silent_until : p->from, p->to, bytes, false);
	while ((t = pace_next(&pace, written(&l), &l.rng)) != FB_TIME_NONE) {
		while ((e = plan_next_event(p, host, channel_names[channel], &l.cursor, t)))
			put_planned(&l, e);
		if (evtxw_size(l.w) >= l.roll)
			roll(&l, t);
		noise(&l, t);
		if (l.at > pace.last && l.at < p->to)
			pace.last = l.at;
	}
	while ((e = plan_next_event(p, host, channel_names[channel], &l.cursor, INT64_MAX)))
		put_planned(&l, e);
	close_log(&l);
}
