/* Why a log is not among the evidence: what its collector says of it, and files that were logs. */
#include "assess/coverage/coverage_in.h"

#include "base/text.h"
#include "case/collected.h"

#include <strings.h>

#define SAID_MAX 160 /* of a collector's words, bytes */

/* Of several reasons the first counts. */
enum reason { ENCRYPTED, FAILED, LEFT_OUT, GONE_SINCE };

static struct fb_slice base_of(struct fb_slice path)
{
	size_t at = path.n;

	while (at && path.p[at - 1] != '/' && path.p[at - 1] != '\\')
		at--;
	return fb_slice_sub(path, at, path.n);
}

static bool holds(struct fb_slice text, const char *word)
{
	size_t n = strlen(word);

	for (size_t at = 0; at + n <= text.n; at++)
		if (strncasecmp((const char *)text.p + at, word, n) == 0)
			return true;
	return false;
}

/* As collectors and systems say that there was no such file. */
static bool was_not_there(struct fb_slice text)
{
	static const char *const words[] = { "not found", "no such file", "cannot find", "could not find", "does not exist",
					     "didn't exist", "doesn't exist" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (holds(text, words[i]))
			return true;
	return false;
}

static const char *put_why(struct cv *v, const char *what, struct fb_slice text)
{
	struct fb_buf b;
	const char *out;

	fb_buf_init(&b, 4096);
	(void)fb_buf_puts(&b, what);
	if (text.n) {
		(void)fb_buf_puts(&b, ": ");
		while (text.n > SAID_MAX || !fb_utf8_valid(text))
			text.n = text.n > SAID_MAX ? SAID_MAX : text.n - 1;
		(void)fb_buf_slice(&b, text);
	}
	out = fb_arena_str(v->arena, fb_buf_cstr(&b));
	v->failed = v->failed || b.code || !out;
	fb_buf_dispose(&b);
	return out ? out : "";
}

/* ---- what collectors say ---- */

static const char *reason_of(struct cv *v, const struct fb_collected_row *row, enum reason *is)
{
	const struct fb_collected *s = &row->said;

	switch (s->what) {
	case FB_SAID_FAILED:
		*is = FAILED;
		return was_not_there(s->text) ? put_why(v, "its collector looked for it, and it was not there", fb_slice(NULL, 0))
					      : put_why(v, "its collector could not take it", s->text);
	case FB_SAID_SKIPPED:
		*is = LEFT_OUT;
		/* Its content was taken under another name. */
		return row->verdict == FB_VERDICT_ELSEWHERE || row->verdict == FB_VERDICT_HERE || row->verdict == FB_VERDICT_SAME
		       ? NULL : put_why(v, "its collector left it out", s->text);
	case FB_SAID_COPIED:
		*is = GONE_SINCE;
		return row->verdict == FB_VERDICT_NOT_HERE
		       ? put_why(v, "its collector took it, and it is not among what was handed in", fb_slice(NULL, 0)) : NULL;
	default:
		return NULL;
	}
}

static int on_said(void *user, const struct fb_collected_row *row)
{
	struct cv *v = user;
	struct cv_said *s = v->nsaid ? &v->said[v->nsaid - 1] : NULL;
	struct fb_slice name = base_of(row->said.path.n ? row->said.path : row->said.place);
	struct cv_missed *m;
	enum reason is;
	const char *why;

	/* A configuration is no collector's word. */
	if (row->said.what == FB_SAID_CHOSEN)
		return 0;
	if (!s || strcmp(s->path, row->path) != 0) {
		s = cv_more(v, (void **)&v->said, &v->nsaid, &v->said_cap, sizeof *s);
		if (!s || !(s->path = fb_arena_str(v->arena, row->path)))
			v->failed = true;
	}
	if (v->failed)
		return FB_ENOMEM;
	why = name.n ? reason_of(v, row, &is) : NULL;
	if (!why)
		return v->failed ? FB_ENOMEM : 0;
	m = cv_more(v, (void **)&s->missed, &s->nmissed, &s->missed_cap, sizeof *m);
	if (m)
		*m = (struct cv_missed){ .name = fb_arena_strn(v->arena, name.p, name.n), .why = why, .rank = is };
	v->failed = v->failed || !m || !m->name;
	return v->failed ? FB_ENOMEM : 0;
}

int cv_collected(struct cv *v, struct fb_err *err)
{
	int r = fb_case_collected(v->c, on_said, v, err);

	return v->failed ? fb_fail(err, FB_ENOMEM, "out of memory: too many statements of collectors") : r;
}

/* ---- of which place ---- */

static void missed(struct cv *v, struct cv_place *p, const struct cv_missed *x)
{
	struct cv_missed *m = cv_more(v, (void **)&p->missed, &p->nmissed, &p->missed_cap, sizeof *m);

	if (m)
		*m = *x;
}

/* "Security.evtx.locked": how many bytes of the name are the log's; 0: it is no such name. */
static size_t log_in(struct fb_slice name)
{
	static const char *const ends[] = { ".evtx.", ".log." };

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		size_t n = strlen(ends[i]);

		for (size_t at = 1; at + n < name.n; at++)
			if (strncasecmp((const char *)name.p + at, ends[i], n) == 0)
				return at + n - 1;
	}
	return 0;
}

void cv_said_of(struct cv *v, struct cv_place *p, const struct fb_source_row *row)
{
	struct fb_slice name = base_of(fb_slice_str(row->path));
	size_t lo = 0, hi = v->nsaid, n = *row->format ? 0 : log_in(name);

	if (n) {
		struct cv_missed m = { .name = fb_arena_strn(v->arena, name.p, n), .rank = ENCRYPTED };

		m.why = put_why(v, "it cannot be read as a log, being encrypted or damaged", name);
		v->failed = v->failed || !m.name;
		missed(v, p, &m);
	}
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int d = strcmp(v->said[mid].path, row->path);

		if (d == 0) {
			p->collector = true;
			for (size_t i = 0; i < v->said[mid].nmissed; i++)
				missed(v, p, &v->said[mid].missed[i]);
			return;
		}
		if (d < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
}

/* ---- which log it is ---- */

/* "Microsoft-Windows-Sysmon/Operational" in "Microsoft-Windows-Sysmon%4Operational.evtx", and as collectors escape it. */
static bool is_file_of(const char *channel, const char *name)
{
	for (;;) {
		size_t n = strcspn(channel, "/");

		if (strncasecmp(channel, name, n) != 0)
			return false;
		channel += n;
		name += n;
		if (!*channel)
			return strcasecmp(name, ".evtx") == 0;
		n = strncmp(name, "%254", 4) == 0 ? 4 : strncmp(name, "%4", 2) == 0 ? 2 : 0;
		if (!n)
			return false;
		channel++;
		name += n;
	}
}

static bool is_web_log(const char *name, bool errors)
{
	size_t n = strlen(name);

	if (n < 5 || strcasecmp(name + n - 4, ".log") != 0)
		return false;
	return errors ? strncasecmp(name, "httperr", 7) == 0
		      : strncasecmp(name, "u_", 2) == 0 || strncasecmp(name, "access", 6) == 0;
}

const char *cv_absent_why(const struct cv_place *p, const struct fb_telemetry_kind *t)
{
	const struct cv_missed *best = NULL;

	for (size_t i = 0; i < p->nmissed; i++) {
		const struct cv_missed *m = &p->missed[i];

		if ((t->lane == FB_LANE_EVTX ? is_file_of(t->channel, m->name) : is_web_log(m->name, t->channel != NULL)) &&
		    (!best || m->rank < best->rank))
			best = m;
	}
	if (best)
		return best->why;
	return p->collector ? "its collector tells of no attempt to take it" : NULL;
}
