/* What Chainsaw's hunt reports as JSON (one document or a line each), and records of event
 * logs as JSON from evtx_dump and `chainsaw dump`. */
#include "decode/foreign/foreign.h"
#include "decode/formats.h"

#include <stdio.h>

static void add_claim(struct fgn *x, const struct fgn_pairs *p, struct fb_slice path)
{
	static const struct { const char *key, *name; } claim[] = {
		{ "name", "RuleTitle" }, { "level", "RuleLevel" }, { "id", "RuleID" },
		{ "group", "RuleGroup" }, { "status", "RuleStatus" }, { "authors", "RuleAuthor" },
		{ "tags", "RuleTags" }, { "source", "RuleSource" },
	};

	for (size_t i = 0; i < sizeof claim / sizeof *claim; i++) {
		const struct fgn_pair *v = fgn_get(p, claim[i].key);

		if (v && v->type != FGN_NULL)
			(void)fgn_add(x, fb_slice_str(claim[i].name), v);
	}
	if (path.n)
		(void)fgn_add_text(x, FB_LIT("EvtxFile"), path);
}

/* The document below prefix ("document."); false: there is none. */
static bool take_document(struct fgn *x, const struct fgn_pairs *p, const char *prefix, int *code)
{
	char key[64];
	bool any = false;

	(void)snprintf(key, sizeof key, "%sdata.Event.", prefix);
	if (!fgn_winlog(x, p, key)) {
		/* Of something else, a $MFT: its fields as they are. */
		fgn_event(x, FB_LANE_OTHER);
		(void)snprintf(key, sizeof key, "%sdata.", prefix);
		for (size_t i = 0; i < p->n; i++) {
			struct fb_slice name = fgn_below(&p->v[i], key);

			if (name.n)
				(void)fgn_add(x, name, &p->v[i]);
			any = any || name.n;
		}
		if (!any)
			return false;
		x->channel = fgn_add_text(x, FB_LIT("data_type"), FB_LIT("chainsaw"));
	}
	if (x->ev.time == FB_TIME_NONE)
		fgn_time_text(x, fgn_text(p, "timestamp"), true);
	(void)snprintf(key, sizeof key, "%spath", prefix);
	add_claim(x, p, fgn_text(p, key));
	*code = fgn_emit(x);
	return true;
}

static const char *take(struct fgn *x, const struct fgn_pairs *p, int *code)
{
	char prefix[40];
	unsigned n = 0;

	if (take_document(x, p, "document.", code))
		return NULL;
	do
		(void)snprintf(prefix, sizeof prefix, "documents.%u.", n++);
	while (*code == 0 && n <= FB_FIELDS_MAX && take_document(x, p, prefix, code));
	return n > 1 ? NULL : "no document in it";
}

static const struct fgn_kind kind = {
	.name = "chainsaw",
	.keys = FGN_LIST_OF("group", "kind", "document|documents", "name", "timestamp"),
	.take = take,
};
FGN_FORMAT(chainsaw, kind, "detections of Chainsaw");

static const char *take_record(struct fgn *x, const struct fgn_pairs *p, int *code)
{
	if (!fgn_winlog(x, p, "Event."))
		return "no event id in it";
	*code = fgn_emit(x);
	return NULL;
}

static const struct fgn_kind record_kind = {
	.name = "evtx-json",
	.keys = FGN_LIST_OF("Event.System.EventID", "Event.System.Channel", "Event.System.Computer"),
	.take = take_record,
};
FGN_FORMAT(evtx_json, record_kind, "event log as JSON (evtx_dump, chainsaw dump)");
