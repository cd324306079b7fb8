/* Why something is absent, by what collectors wrote about that very file, and by the files that lie in its place
 * (docs/formats/coverage.md). Only reasons: what is absent stays absent. */
#include "assess/coverage/coverage_in.h"

#include "case/collected.h"

#include <stdio.h>

/* What a collector said of a log; whose it is shows when the sources come. */
struct said {
	uint64_t source;
	const char *collection;
	unsigned kind;
	struct cv_absence what;
	const char *host, *by_collection; /* NULL: not known */
	bool several;                     /* of that collection */
};

struct saying {
	struct cv *v;
	struct said *v_said;
	size_t n, cap;
};

static uint8_t folded(uint8_t c)
{
	return c == '\\' ? '/' : c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
}

static bool name_char(uint8_t c)
{
	c = folded(c);
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '%';
}

/* Where the text goes on behind "logs/security.evtx", which begins at a folder's or at all of it; text.n + 1: not there. A name
 * that ends in "*" may go on as it likes. */
static size_t behind(struct fb_slice text, struct fb_slice name)
{
	bool open = name.n && name.p[name.n - 1] == '*';
	size_t n = name.n - open;

	for (size_t i = 0; i + n <= text.n; i++) {
		size_t k = 0;

		if (i && folded(text.p[i - 1]) != '/')
			continue;
		while (k < n && folded(text.p[i + k]) == folded(name.p[k]))
			k++;
		if (k == n && (open || i + n == text.n || !name_char(text.p[i + n])))
			return i + n;
	}
	return text.n + 1;
}

/* The file that a kind lies in: of event logs by their channel, as Windows names it. */
static struct fb_slice file_of(const struct fb_telemetry_kind *t, char room[static 256])
{
	size_t n = 0;

	if (t->file || t->lane != FB_LANE_EVTX)
		return fb_slice_str(t->file);
	for (const char *p = t->channel; *p && n < 200; p++)
		n += (size_t)snprintf(room + n, 256 - n, *p == '/' ? "%%4" : "%c", *p);
	n += (size_t)snprintf(room + n, 256 - n, ".evtx");
	return fb_slice(room, n);
}

/* "Security.evtx.x2anylock": an ending of letters and digits behind the file's own. */
static bool another_ending(struct fb_slice text, size_t at)
{
	static const char *const kept[] = { "bak", "old", "tmp", "gz", "zip", "7z", "txt", "csv", "json", "jsonl", "xml", "md5", "sha1", "sha256", "idx", "index" };
	struct fb_slice ending = fb_slice_sub(text, at + 1, text.n);

	if (at >= text.n || text.p[at] != '.' || !ending.n)
		return false;
	for (size_t i = 0; i < ending.n; i++)
		if (!name_char(ending.p[i]))
			return false;
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
		if (fb_slice_ieq(ending, fb_slice_str(kept[i])))
			return false;
	return true;
}

static bool says(struct fb_slice text, const char *const *words)
{
	for (; *words; words++)
		for (size_t i = 0, n = strlen(*words); i + n <= text.n; i++)
			if (fb_slice_ieq(fb_slice_sub(text, i, n), fb_slice_str(*words)))
				return true;
	return false;
}

static struct cv_absence meaning(const struct fb_collected_row *row)
{
	static const char *const encrypted[] = { "encrypt", NULL }, *const expired[] = { "expired", "retention", NULL },
		*const gone[] = { "not found", "no such file", "cannot find", "could not find", "does not exist", "not there", NULL };
	struct fb_slice text = row->said.text;

	if (row->said.what == FB_SAID_COPIED)
		return row->verdict == FB_VERDICT_NOT_HERE
		       ? (struct cv_absence){ FB_ABSENCE_NOT_COLLECTED, "its collector took it, and it is not in what was handed in" }
		       : (struct cv_absence){ 0 };
	if ((row->said.what != FB_SAID_FAILED && row->said.what != FB_SAID_SKIPPED) || row->verdict == FB_VERDICT_ELSEWHERE)
		return (struct cv_absence){ 0 };
	if (says(text, encrypted))
		return (struct cv_absence){ FB_ABSENCE_ENCRYPTED, "its collector says that it is encrypted" };
	if (says(text, expired))
		return (struct cv_absence){ FB_ABSENCE_EXPIRED, "its collector says that it had expired" };
	if (says(text, gone))
		return (struct cv_absence){ FB_ABSENCE_NOT_THERE, "its collector looked for it, and it was not there" };
	return row->said.what == FB_SAID_FAILED ? (struct cv_absence){ FB_ABSENCE_FAILED, "its collector could not take it" }
						: (struct cv_absence){ FB_ABSENCE_NOT_COLLECTED, "its collector left it out" };
}

/* Of several words of one log the one that says most. */
static void note(struct cv_absence *to, const struct cv_absence *what)
{
	if (what->reason > to->reason || !to->why)
		*to = *what;
}

static int on_said(void *user, const struct fb_collected_row *row)
{
	static const char *const shadows[] = { "shadowcopy", "vss0", "@GMT-", NULL };
	struct saying *y = user;
	struct cv *v = y->v;
	struct cv_absence what = meaning(row);
	/* What names no file stands in its message. */
	struct fb_slice text = row->said.path.n ? row->said.path : row->said.place.n ? row->said.place : row->said.text;

	/* That a shadow copy has none says nothing of the log itself. */
	if (what.reason == FB_ABSENCE_NONE || says(text, shadows))
		return 0;
	for (unsigned k = 0; k < fb_ntelemetry_kinds; k++) {
		char room[256];
		struct fb_slice file = file_of(&fb_telemetry_kinds[k], room);
		struct said *s;

		if (!file.n || behind(text, file) > text.n)
			continue;
		s = cv_more(v, (void **)&y->v_said, &y->n, &y->cap, sizeof *s);
		if (!s)
			return FB_ENOMEM;
		*s = (struct said){ .source = row->source, .collection = fb_arena_str(v->arena, row->collection), .kind = k, .what = what };
		if (!s->collection)
			v->failed = true;
	}
	return v->failed ? FB_ENOMEM : 0;
}

static bool lies_in(const char *path, const char *collection)
{
	size_t n = strlen(collection);

	return n && strncmp(path, collection, n) == 0 && (path[n] == '/' || path[n] == '!' || !path[n]);
}

static int on_source(void *user, const struct fb_source_row *row)
{
	struct saying *y = user;
	const char *host = NULL;

	for (size_t i = 0; *row->host && i < y->n; i++) {
		struct said *s = &y->v_said[i];
		bool own = s->source == row->id, in = lies_in(row->path, s->collection);

		if (!own && !in)
			continue;
		host = host ? host : fb_arena_str(y->v->arena, row->host);
		if (!host) {
			y->v->failed = true;
			return FB_ENOMEM;
		}
		s->host = own ? host : s->host;
		s->several = s->several || (in && s->by_collection && strcmp(s->by_collection, host) != 0);
		s->by_collection = in ? host : s->by_collection;
	}
	return 0;
}

int cv_absent_said(struct cv *v, struct fb_err *err)
{
	struct saying y = { .v = v };
	struct fb_filter all;
	int r = fb_case_collected(v->c, on_said, &y, err);

	fb_filter_init(&all);
	if (r == 0 && y.n)
		r = fb_case_sources(v->c, &all, on_source, &y, err);
	for (size_t i = 0; r == 0 && i < y.n; i++) {
		const struct said *s = &y.v_said[i];
		const char *host = s->host ? s->host : s->several ? NULL : s->by_collection;
		struct cv_place *p = host ? cv_place(v, host) : NULL;

		if (p)
			note(&p->absences[s->kind], &s->what);
	}
	return v->failed ? fb_fail(err, FB_ENOMEM, "out of memory") : r;
}

void cv_absent_source(struct cv_place *p, const struct fb_source_row *row)
{
	static const struct cv_absence other = { FB_ABSENCE_ENCRYPTED, "a file of its name with another ending is there, and is no log: encrypted, or renamed" };
	struct fb_slice path = fb_slice_str(*row->host_path ? row->host_path : row->path);

	if (*row->format)
		return;
	for (unsigned k = 0; k < fb_ntelemetry_kinds; k++) {
		char room[256];
		struct fb_slice file = file_of(&fb_telemetry_kinds[k], room);
		size_t at = file.n && file.p[file.n - 1] != '*' ? behind(path, file) : path.n + 1;

		if (another_ending(path, at))
			note(&p->absences[k], &other);
	}
}

void cv_absent_why(const struct cv_place *p, struct fb_track *t, struct fb_cell *cells)
{
	const struct cv_absence *said = &p->absences[t->kind - fb_telemetry_kinds];

	for (size_t i = 0; i < t->n; i++) {
		if (cells[i].state != FB_COVER_ABSENT || strcmp(cells[i].why, FB_COVER_LATER) == 0)
			continue;
		/* What is said of a log is said of one of them; which is missing is known. */
		if (strncmp(cells[i].why, FB_COVER_NO_SITE, strlen(FB_COVER_NO_SITE)) == 0) {
			cells[i].reason = FB_ABSENCE_NOT_COLLECTED;
			continue;
		}
		/* Nor is what was not taken missed where another one is there. */
		if (t->kind->proof == FB_PROOF_SITES && p->niis)
			continue;
		if (said->why) {
			cells[i].reason = said->reason;
			cells[i].why = said->why;
		} else if (t->kind->lane == FB_LANE_WEB || t->kind->lane == FB_LANE_EVTX || t->kind->proof == FB_PROOF_SITES) {
			cells[i].reason = FB_ABSENCE_NOT_COLLECTED;
		}
	}
}
