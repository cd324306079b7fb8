/* EvtxECmd's CSV and JSON. Its times are UTC. */
#include "decode/foreign/foreign.h"
#include "decode/formats.h"

static struct fb_slice level_of(struct fb_slice s)
{
	static const char *const words[] = { "LogAlways", "Critical", "Error", "Warning", "Info",
					     "Verbose" };
	static const char digits[] = "012345";

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (fb_slice_ieq(s, fb_slice_str(words[i])))
			return fb_slice(digits + i, 1);
	return s;
}

static struct fb_slice keywords_of(struct fb_slice s)
{
	if (fb_slice_ieq(s, FB_LIT("Audit success")))
		return FB_LIT("0x8020000000000000");
	return fb_slice_ieq(s, FB_LIT("Audit failure")) ? FB_LIT("0x8010000000000000") : s;
}

/* "Data.3.@Name" to "Data.3." */
static struct fb_slice item_of(struct fb_slice key, const char *end)
{
	size_t n = strlen(end);

	if (key.n < n || memcmp(key.p + key.n - n, end, n) != 0)
		return (struct fb_slice){ 0 };
	return fb_slice_sub(key, 0, key.n - n);
}

static struct fb_slice last(struct fb_slice s)
{
	const uint8_t *dot = s.n ? memrchr(s.p, '.', s.n) : NULL;

	return dot ? fb_slice_sub(s, (size_t)(dot - s.p) + 1, s.n) : s;
}

/* XML that was made JSON of: attributes are "@Name", text "#text". */
static void add_payload(struct fgn *x)
{
	struct fb_slice name = { 0 }, item = { 0 };
	static const struct fgn_pair none = { .type = FGN_NULL };

	for (size_t i = 0; i < x->more.n; i++) {
		const struct fgn_pair *p = &x->more.v[i];
		struct fb_slice at = item_of(p->key, "@Name"), text = item_of(p->key, "#text");

		if (name.n && !(text.n && fb_slice_eq(text, item))) {
			(void)fgn_add(x, name, &none);
			name.n = 0;
		}
		if (at.n) {
			name = p->value;
			item = at;
		} else if (text.n && name.n) {
			(void)fgn_add(x, name, p);
			name.n = 0;
		} else if (last(p->key).n && last(p->key).p[0] != '@' && p->value.n) {
			(void)fgn_add(x, text.n ? FB_LIT("Data") : last(p->key), p);
		}
	}
	if (name.n)
		(void)fgn_add(x, name, &none);
}

static const struct { const char *column, *name; } others[] = {
	{ "UserId", "Security_UserID" }, { "ProcessId", "Execution_ProcessID" },
	{ "ThreadId", "Execution_ThreadID" }, { "MapDescription", "MapDescription" },
	/* What its maps make of the payload, which is here itself. */
	{ "UserName", "Map_UserName" }, { "RemoteHost", "Map_RemoteHost" },
	{ "ExecutableInfo", "Map_ExecutableInfo" }, { "PayloadData1", "PayloadData1" },
	{ "PayloadData2", "PayloadData2" }, { "PayloadData3", "PayloadData3" },
	{ "PayloadData4", "PayloadData4" }, { "PayloadData5", "PayloadData5" },
	{ "PayloadData6", "PayloadData6" }, { "SourceFile", "SourceFile" },
};

static const char *take(struct fgn *x, const struct fgn_pairs *p, int *code)
{
	struct fb_slice payload = fgn_text(p, "Payload"), s;

	if (fgn_text(p, "EventId").n == 0 || fgn_text(p, "Channel").n == 0)
		return "neither event id nor channel in it";
	fgn_event(x, FB_LANE_EVTX);
	fgn_winlog_head(x, fgn_text(p, "Channel"), fgn_text(p, "Provider"), fgn_text(p, "EventId"),
			fgn_text(p, "EventRecordId"), fgn_text(p, "Computer"));
	fgn_time_text(x, fgn_text(p, "TimeCreated"), true);
	if ((s = fgn_text(p, "Level")).n)
		(void)fgn_add_text(x, FB_LIT("Level"), level_of(s));
	if ((s = fgn_text(p, "Keywords")).n)
		(void)fgn_add_text(x, FB_LIT("Keywords"), keywords_of(s));
	if (payload.n && fgn_json(payload, (struct fb_slice){ 0 }, true, &x->scratch, &x->more) == NULL)
		add_payload(x);
	else if (payload.n)
		(void)fgn_add_text(x, FB_LIT("Payload"), payload);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if ((s = fgn_text(p, others[i].column)).n)
			(void)fgn_add_text(x, fb_slice_str(others[i].name), s);
	if (fb_slice_ieq(fgn_text(p, "HiddenRecord"), FB_LIT("true")))
		x->ev.flags |= FB_EVENT_RECOVERED;
	*code = fgn_emit(x);
	return NULL;
}

static const struct fgn_kind kind = {
	.name = "evtxecmd",
	.columns = FGN_LIST_OF("EventRecordId", "TimeCreated", "EventId", "Channel", "Computer",
			       "MapDescription|PayloadData1|Payload"),
	.keys = FGN_LIST_OF("EventRecordId", "TimeCreated", "EventId", "Channel", "Computer",
			    "MapDescription|PayloadData1|Payload"),
	.take = take,
};
FGN_FORMAT(evtxecmd, kind, "event log of EvtxECmd");
