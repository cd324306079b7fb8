/* Winlogbeat's events: Windows' records in the Elastic Common Schema, one object a line, also
 * as they come out of an index ("_source"). */
#include "decode/foreign/foreign.h"
#include "decode/formats.h"

static struct fb_slice either(const struct fgn_pairs *p, const char *key, const char *other)
{
	struct fb_slice s = fgn_text(p, key);

	return s.n ? s : fgn_text(p, other);
}

#define KEY(name) either(p, name, "_source." name)

static struct fb_slice below(const struct fgn_pair *p, const char *prefix, const char *other)
{
	struct fb_slice s = fgn_below(p, prefix);

	return s.n ? s : fgn_below(p, other);
}

#define BELOW(pair, name) below(pair, name, "_source." name)

/* Words, where Windows has numbers. */
static void add_words(struct fgn *x, struct fb_slice level, struct fb_slice keywords)
{
	static const struct { const char *word, *value; } known[] = {
		{ "critical", "1" }, { "error", "2" }, { "warning", "3" }, { "information", "4" },
		{ "verbose", "5" }, { "Audit Success", "0x8020000000000000" },
		{ "Audit Failure", "0x8010000000000000" },
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (i < 5 && fb_slice_ieq(level, fb_slice_str(known[i].word)))
			(void)fgn_add_text(x, FB_LIT("Level"), fb_slice_str(known[i].value));
		if (i >= 5 && fb_slice_ieq(keywords, fb_slice_str(known[i].word)))
			(void)fgn_add_text(x, FB_LIT("Keywords"), fb_slice_str(known[i].value));
	}
}

static void add_fields(struct fgn *x, const struct fgn_pairs *p)
{
	static const struct { const char *key, *name; } others[] = {
		{ "winlog.version", "Version" }, { "winlog.opcode", "Opcode" },
		{ "winlog.user.identifier", "Security_UserID" },
		{ "winlog.process.pid", "Execution_ProcessID" },
		{ "winlog.process.thread.id", "Execution_ThreadID" },
		{ "winlog.provider_guid", "Provider_Guid" },
		{ "winlog.activity_id", "Correlation_ActivityID" },
		{ "agent.version", "agent.version" }, { "host.name", "host.name" },
		{ "message", "message" },
	};

	for (size_t i = 0; i < p->n; i++) {
		struct fb_slice name = BELOW(&p->v[i], "winlog.event_data.");

		if (!name.n)
			name = BELOW(&p->v[i], "winlog.user_data.");
		if (name.n && name.p[0] != '@' && !fb_slice_eqs(name, "xml_name"))
			(void)fgn_add(x, name, &p->v[i]);
	}
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		for (size_t k = 0; k < p->n; k++)
			if (fb_slice_eqs(p->v[k].key, others[i].key) ||
			    fb_slice_eqs(fgn_below(&p->v[k], "_source."), others[i].key)) {
				(void)fgn_add(x, fb_slice_str(others[i].name), &p->v[k]);
				break;
			}
}

static const char *take(struct fgn *x, const struct fgn_pairs *p, int *code)
{
	struct fb_slice id = KEY("winlog.event_id"), host = KEY("winlog.computer_name");

	if (!id.n)
		id = KEY("event.code");
	if (!id.n || !KEY("winlog.channel").n)
		return "neither event id nor channel in it";
	if (!host.n)
		host = KEY("host.name");
	fgn_event(x, FB_LANE_EVTX);
	fgn_winlog_head(x, KEY("winlog.channel"), KEY("winlog.provider_name"), id,
			KEY("winlog.record_id"), host);
	fgn_time_text(x, KEY("@timestamp"), true);
	add_words(x, KEY("log.level"), KEY("winlog.keywords"));
	add_fields(x, p);
	*code = fgn_emit(x);
	return NULL;
}

static const struct fgn_kind kind = {
	.name = "winlogbeat",
	.keys = FGN_LIST_OF("winlog.channel|_source.winlog.channel",
			    "@timestamp|_source.@timestamp"),
	.take = take,
};
FGN_FORMAT(winlogbeat, kind, "event log of Winlogbeat (ECS)");
