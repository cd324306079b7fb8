/* plaso's JSON lines (psort -o json_line), and the JSON that its storage has. */
#include "decode/foreign/foreign.h"
#include "decode/formats.h"

#include <stdio.h>

/* Microseconds since 1970, 0 for none; a FILETIME beside it has one digit more. */
static void take_time(struct fgn *x, const struct fgn_pairs *p)
{
	struct fb_slice s = fgn_text(p, "timestamp"), exact = fgn_text(p, "date_time.timestamp");
	struct fgn_when w;

	if (fb_slice_eqs(fgn_text(p, "date_time.__class_name__"), "Filetime") &&
	    fgn_when_filetime(exact, &w)) {
		x->ev.time = w.time;
		x->ev.time_digits = w.digits;
		return;
	}
	if (fb_slice_eqs(s, "0"))
		return;
	if (s.n && fgn_when_epoch(s, 6, &w)) {
		x->ev.time = w.time;
		x->ev.time_digits = w.digits;
	} else {
		fgn_time_text(x, fgn_text(p, "datetime"), true);
		if (s.n && x->ev.time == FB_TIME_NONE)
			x->remark = "its time is none that is read here";
	}
}

static bool is_inner(struct fb_slice key)
{
	return fb_slice_starts(key, FB_LIT("__")) || fb_slice_starts(key, FB_LIT("pathspec.")) ||
	       fb_slice_starts(key, FB_LIT("date_time.")) || fb_slice_starts(key, FB_LIT("xml_string")) ||
	       fb_slice_starts(key, FB_LIT("timestamp")) || fb_slice_starts(key, FB_LIT("_event"));
}

/* A record of an event log: from its XML, which has all of it. */
static bool take_evtx(struct fgn *x, const struct fgn_pairs *p)
{
	struct fb_slice xml = fgn_text(p, "xml_string");

	if (xml.n == 0 || fgn_xml(xml, &x->scratch, &x->more) || !fgn_winlog(x, &x->more, "Event."))
		return false;
	if (x->ev.time == FB_TIME_NONE)
		take_time(x, p);
	if (fb_slice_eqs(fgn_text(p, "recovered"), "true"))
		x->ev.flags |= FB_EVENT_RECOVERED;
	return true;
}

static const char *take(struct fgn *x, const struct fgn_pairs *p, int *code)
{
	struct fb_slice type = fgn_text(p, "data_type"), host = fgn_text(p, "hostname");
	bool evtx = fb_slice_eqs(type, "windows:evtx:record");

	if (type.n == 0)
		return "no data_type in it";
	if (evtx && take_evtx(x, p)) {
		if (fgn_text(p, "display_name").n)
			(void)fgn_add_text(x, FB_LIT("display_name"), fgn_text(p, "display_name"));
		*code = fgn_emit(x);
		return NULL;
	}
	fgn_event(x, FB_LANE_OTHER);
	if (evtx && fgn_text(p, "computer_name").n)
		host = fgn_text(p, "computer_name");
	x->channel = fgn_add_text(x, FB_LIT("data_type"), type);
	if (host.n && !fb_slice_eqs(host, "-"))
		x->computer = fgn_add_text(x, FB_LIT("hostname"), host);
	if (fgn_text(p, "parser").n)
		x->provider = fgn_add_text(x, FB_LIT("parser"), fgn_text(p, "parser"));
	if (fgn_text(p, "timestamp_desc").n)
		(void)fgn_add_text(x, FB_LIT("timestamp_desc"), fgn_text(p, "timestamp_desc"));
	take_time(x, p);
	for (size_t i = 0; i < p->n; i++)
		if (!is_inner(p->v[i].key) && !fb_slice_eqs(p->v[i].key, "data_type") &&
		    !fb_slice_eqs(p->v[i].key, "hostname") && !fb_slice_eqs(p->v[i].key, "parser"))
			(void)fgn_add_pair(x, &p->v[i]);
	*code = fgn_emit(x);
	return NULL;
}

static const struct fgn_kind kind = {
	.name = "plaso",
	.keys = FGN_LIST_OF("data_type", "timestamp_desc|__container_type__", "timestamp|date_time"),
	.take = take,
};
FGN_FORMAT(plaso, kind, "timeline of plaso (JSON lines)");
