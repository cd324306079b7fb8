/* Records of Windows' event logs, as others write them as JSON: names as the EVTX decoder
 * has them (docs/formats/evtx.md). And Sigma's categories. */
#include "decode/foreign/foreign.h"

/* Where Sysmon records what a category is about: rules for the category look there. */
#define PLACE(text) \
	{ .type = FB_V_UTF8, .name = { (const uint8_t *)"Channel", 7 }, \
	  .v = { (const uint8_t *)(text), sizeof(text) - 1 } }
static const struct fb_field sysmon = PLACE("Microsoft-Windows-Sysmon/Operational");
static const struct fb_field powershell = PLACE("Microsoft-Windows-PowerShell/Operational");

static const struct {
	const char *category;
	const struct fb_field *channel;
	uint32_t event_id;
} categories[] = {
	{ "process_creation", &sysmon, 1 },
	{ "file_change", &sysmon, 2 },
	{ "network_connection", &sysmon, 3 },
	{ "process_termination", &sysmon, 5 },
	{ "driver_load", &sysmon, 6 },
	{ "image_load", &sysmon, 7 },
	{ "create_remote_thread", &sysmon, 8 },
	{ "process_access", &sysmon, 10 },
	{ "file_event", &sysmon, 11 },
	{ "registry_add", &sysmon, 12 },
	{ "registry_delete", &sysmon, 12 },
	{ "registry_set", &sysmon, 13 },
	{ "registry_rename", &sysmon, 14 },
	{ "create_stream_hash", &sysmon, 15 },
	{ "pipe_created", &sysmon, 17 },
	{ "wmi_event", &sysmon, 19 },
	{ "dns_query", &sysmon, 22 },
	{ "file_delete", &sysmon, 23 },
	{ "ps_script", &powershell, 4104 },
};

bool fgn_as(struct fgn *x, struct fb_slice category)
{
	for (size_t i = 0; i < sizeof categories / sizeof *categories; i++)
		if (fb_slice_eqs(category, categories[i].category)) {
			x->ev.as_channel = categories[i].channel;
			x->ev.as_event_id = categories[i].event_id;
			return true;
		}
	return false;
}

static bool small(struct fb_slice s, uint32_t *out)
{
	uint64_t v;

	if (!fb_slice_u64(s, &v) || v > UINT32_MAX)
		return false;
	*out = (uint32_t)v;
	return true;
}

void fgn_winlog_head(struct fgn *x, struct fb_slice channel, struct fb_slice provider,
		     struct fb_slice id, struct fb_slice record, struct fb_slice computer)
{
	uint64_t v;

	if (channel.n)
		x->channel = fgn_add_text(x, FB_LIT("Channel"), channel);
	if (provider.n)
		x->provider = fgn_add_text(x, FB_LIT("Provider_Name"), provider);
	if (id.n)
		(void)fgn_add_text(x, FB_LIT("EventID"), id);
	if (record.n)
		(void)fgn_add_text(x, FB_LIT("EventRecordID"), record);
	if (computer.n)
		x->computer = fgn_add_text(x, FB_LIT("Computer"), computer);
	(void)small(id, &x->ev.event_id);
	/* A record is known by its own number; that of the line says nothing then. */
	if (x->ev.lane == FB_LANE_EVTX && fb_slice_u64(record, &v) && v) {
		x->ev.record = x->ev.frame = v;
		x->ev.line = 0;
	}
}

struct fb_slice fgn_guid(struct fgn *x, struct fb_slice s)
{
	uint8_t *to;

	if (s.n != 36)
		return s;
	for (size_t i = 0; i < s.n; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? s.p[i] != '-' : !((s.p[i] >= '0' && s.p[i] <= '9') ||
					     (s.p[i] >= 'A' && s.p[i] <= 'F')))
			return s;
	}
	to = fb_arena_get(&x->scratch, s.n + 2);
	if (!to)
		return s;
	to[0] = '{';
	memcpy(to + 1, s.p, s.n);
	to[s.n + 1] = '}';
	return fb_slice(to, s.n + 2);
}

/* ---- System, EventData, UserData ---- */

static void add_value(struct fgn *x, struct fb_slice name, const struct fgn_pair *p)
{
	struct fgn_pair with = *p;

	with.value = fgn_guid(x, p->value);
	(void)fgn_add(x, name, &with);
}

static bool cut_end(struct fb_slice *s, const char *end)
{
	size_t n = strlen(end);

	if (s->n <= n || memcmp(s->p + s->n - n, end, n) != 0)
		return false;
	s->n -= n;
	return true;
}

/* "Provider.#attributes.Name" and "Provider_attributes.Name": "Provider_Name". */
static struct fb_slice flat(struct fgn *x, struct fb_slice s)
{
	static const char *const between[] = { ".#attributes.", "_attributes.", ".@", "." };
	uint8_t *to;

	(void)(cut_end(&s, ".#text") || cut_end(&s, ".#content"));
	for (size_t i = 0; i < sizeof between / sizeof *between; i++) {
		struct fb_slice mid = fb_slice_str(between[i]);
		size_t at = fb_slice_find(s, mid);

		if (at == s.n)
			continue;
		to = fb_arena_get(&x->scratch, s.n + 1);
		if (!to)
			return s;
		memcpy(to, s.p, at);
		to[at] = '_';
		memcpy(to + at + 1, s.p + at + mid.n, s.n - at - mid.n);
		return fb_slice(to, s.n - mid.n + 1);
	}
	return s;
}

static bool is_attribute(struct fb_slice s)
{
	return fb_slice_find(s, FB_LIT("#attributes.")) < s.n ||
	       fb_slice_find(s, FB_LIT("_attributes.")) < s.n || (s.n && s.p[0] == '@');
}

/* What stands behind the last dot. */
static struct fb_slice last(struct fb_slice s)
{
	const uint8_t *dot = s.n ? memrchr(s.p, '.', s.n) : NULL;

	return dot ? fb_slice_sub(s, (size_t)(dot - s.p) + 1, s.n) : s;
}

struct head {
	struct fb_slice channel, provider, id, record, computer, time;
};

static void take_system(struct fgn *x, const struct fgn_pair *p, struct fb_slice name,
			struct head *h)
{
	const struct { const char *name; struct fb_slice *to; } known[] = {
		{ "Channel", &h->channel }, { "Provider_Name", &h->provider },
		{ "EventID", &h->id }, { "EventRecordID", &h->record },
		{ "Computer", &h->computer }, { "TimeCreated_SystemTime", &h->time },
	};

	name = flat(x, name);
	if (p->type == FGN_NULL || p->value.n == 0)
		return;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (fb_slice_eqs(name, known[i].name)) {
			*known[i].to = p->value;
			if (i < 5)
				return;
		}
	add_value(x, name, p);
}

static void take_data(struct fgn *x, const struct fgn_pair *p, struct fb_slice name)
{
	(void)(cut_end(&name, ".#text") || cut_end(&name, ".#content"));
	if (!is_attribute(name) && name.n)
		add_value(x, name, p);
}

bool fgn_winlog(struct fgn *x, const struct fgn_pairs *p, const char *prefix)
{
	struct head h = { 0 };

	fgn_event(x, FB_LANE_EVTX);
	for (size_t i = 0; i < p->n; i++) {
		struct fb_slice key = fgn_below(&p->v[i], prefix), name;

		if (fb_slice_starts(key, FB_LIT("System."))) {
			take_system(x, &p->v[i], fb_slice_sub(key, 7, key.n), &h);
		} else if (fb_slice_starts(key, FB_LIT("EventData."))) {
			take_data(x, &p->v[i], fb_slice_sub(key, 10, key.n));
		} else if (fb_slice_starts(key, FB_LIT("UserData."))) {
			name = fb_slice_sub(key, 9, key.n);
			(void)(cut_end(&name, ".#text") || cut_end(&name, ".#content"));
			if (!is_attribute(name))
				take_data(x, &p->v[i], last(name));
		}
	}
	if (h.id.n == 0)
		return false;
	fgn_winlog_head(x, h.channel, h.provider, h.id, h.record, h.computer);
	fgn_time_text(x, h.time, true);
	return true;
}
