/* What collectors write as JSON: a row a line, or one document. Which keys mean what
 * stands in one table; all others are passed over. */
#include "intake/collected_in.h"

#include "base/jsonscan.h"
#include "intake/layout.h"

enum means { PATH, PIECE, SIZE, HASH, WHEN, WRONG, ASK, BEGAN, DONE, HOSTNAME, LEVEL, MESSAGE, OUTCOME, STATE };

static const struct {
	enum fb_collected_kind kind; /* NONE: all */
	const char *above, *key;     /* above NULL: anything */
	enum means means;
} keys[] = {
	{ FB_COLLECTED_VR_UPLOADS, NULL, "vfs_path", PATH },
	{ FB_COLLECTED_VR_UPLOADS, NULL, "_Components", PIECE },
	{ FB_COLLECTED_VR_UPLOADS, NULL, "file_size", SIZE },
	{ FB_COLLECTED_VR_UPLOADS, NULL, "Timestamp", WHEN },
	{ FB_COLLECTED_VR_UPLOADS, NULL, "started", WHEN },
	{ FB_COLLECTED_VR_UPLOADS, NULL, "error", WRONG },
	{ FB_COLLECTED_VR_UPLOADS, NULL, "sha256", HASH },
	{ FB_COLLECTED_VR_UPLOADS, NULL, "md5", HASH },
	{ FB_COLLECTED_VR_RESULTS, NULL, "SourceFile", PATH },
	{ FB_COLLECTED_VR_RESULTS, NULL, "SourceFileSha256", HASH },
	{ FB_COLLECTED_VR_RESULTS, NULL, "FileSize", SIZE },
	{ FB_COLLECTED_VR_RESULTS, NULL, "CopiedOnTimestamp", WHEN },
	{ FB_COLLECTED_VR_RESULTS, "Upload", "Path", PATH },
	{ FB_COLLECTED_VR_RESULTS, "Upload", "Size", SIZE },
	{ FB_COLLECTED_VR_RESULTS, "Upload", "Error", WRONG },
	{ FB_COLLECTED_VR_RESULTS, "Upload", "sha256", HASH },
	{ FB_COLLECTED_VR_RESULTS, "Upload", "Sha256", HASH },
	{ FB_COLLECTED_VR_RESULTS, "Upload", "md5", HASH },
	{ FB_COLLECTED_VR_RESULTS, "Upload", "Components", PIECE },
	{ FB_COLLECTED_VR_CONTEXT, NULL, "artifacts", ASK },
	{ FB_COLLECTED_VR_CONTEXT, NULL, "create_time", BEGAN },
	{ FB_COLLECTED_VR_CONTEXT, NULL, "start_time", BEGAN },
	{ FB_COLLECTED_VR_CONTEXT, NULL, "active_time", DONE },
	{ FB_COLLECTED_VR_CONTEXT, NULL, "hostname", HOSTNAME },
	{ FB_COLLECTED_VR_CONTEXT, NULL, "state", STATE },
	{ FB_COLLECTED_VR_CONTEXT, NULL, "status", WRONG },
	{ FB_COLLECTED_VR_CLIENT, NULL, "hostname", HOSTNAME },
	{ FB_COLLECTED_VR_CLIENT, NULL, "Hostname", HOSTNAME },
	{ FB_COLLECTED_VR_LOG, NULL, "level", LEVEL },
	{ FB_COLLECTED_VR_LOG, NULL, "message", MESSAGE },
	{ FB_COLLECTED_VR_LOG, NULL, "Timestamp", WHEN },
	{ FB_COLLECTED_VR_LOG, NULL, "client_time", WHEN },
	{ FB_COLLECTED_VR_LOG, NULL, "_ts", WHEN },
	{ FB_COLLECTED_ACQUIRE_REPORT, NULL, "artifact_value", PATH },
	{ FB_COLLECTED_ACQUIRE_REPORT, NULL, "path", PATH },
	{ FB_COLLECTED_ACQUIRE_REPORT, NULL, "outcome", OUTCOME },
	{ FB_COLLECTED_ACQUIRE_REPORT, NULL, "details", WRONG },
};

struct row {
	struct fb_collected_parser *p;
	struct fb_collected c;
	bool failed, missing, level_bad;
};

static void clear(struct row *w)
{
	struct fb_collected_parser *p = w->p;

	*w = (struct row){ .p = p };
	fb_collected_init(&w->c, FB_SAID_COPIED);
	fb_buf_clear(&p->a); /* path */
	fb_buf_clear(&p->b); /* place */
	fb_buf_clear(&p->c); /* why */
}

static int say_text(struct row *w, enum fb_statement what, struct fb_slice text)
{
	struct fb_collected c;

	fb_collected_init(&c, what);
	c.text = text;
	return text.n ? fb_collected_say(w->p, &c) : 0;
}

static int say_time(struct row *w, enum fb_statement what, struct fb_slice text)
{
	struct fb_collected c;

	fb_collected_init(&c, what);
	c.time = fb_collected_time(text);
	return c.time == FB_TIME_NONE ? 0 : fb_collected_say(w->p, &c);
}

/* "\\.\C:\Windows" is C:\Windows. */
static struct fb_slice without_device(struct fb_slice s)
{
	return fb_slice_starts(s, FB_LIT("\\\\.\\")) ? fb_slice_sub(s, 4, s.n) : s;
}

static bool is_bad_level(struct fb_slice s)
{
	return fb_slice_ieq(s, FB_LIT("error")) || fb_slice_ieq(s, FB_LIT("critical"));
}

static int take(struct row *w, enum means means, struct fb_slice v)
{
	struct fb_collected_parser *p = w->p;

	switch (means) {
	case PATH:
		if (p->a.n == 0)
			(void)fb_buf_slice(&p->a, without_device(v));
		return 0;
	case PIECE:
		if (p->b.n)
			(void)fb_buf_putc(&p->b, '/');
		(void)fb_buf_slice(&p->b, v);
		return 0;
	case SIZE:
		if (w->c.size == UINT64_MAX && !fb_slice_u64(v, &w->c.size))
			w->c.size = UINT64_MAX;
		return 0;
	case HASH: {
		struct fb_collected c = w->c;

		/* The strongest that is there. */
		if (fb_collected_hash(&c, v) && c.sum > w->c.sum)
			w->c = c;
		return 0;
	}
	case WHEN:
		if (w->c.time == FB_TIME_NONE)
			w->c.time = fb_collected_time(v);
		return 0;
	case WRONG:
	case MESSAGE:
		if (v.n && p->c.n == 0 && !fb_slice_eqs(v, "null"))
			(void)fb_buf_slice(&p->c, v);
		return 0;
	case LEVEL: w->level_bad = is_bad_level(v); return 0;
	case STATE: w->failed = fb_slice_eqs(v, "ERROR") || fb_slice_eqs(v, "2"); return 0;
	case OUTCOME:
		w->failed = fb_slice_find(v, FB_LIT("ail")) < v.n || fb_slice_find(v, FB_LIT("FAIL")) < v.n;
		w->missing = !w->failed && (fb_slice_find(v, FB_LIT("issing")) < v.n ||
					    fb_slice_find(v, FB_LIT("MISSING")) < v.n);
		return 0;
	case ASK: return say_text(w, FB_SAID_ASKED, v);
	case BEGAN: return say_time(w, FB_SAID_STARTED, v);
	case DONE: return say_time(w, FB_SAID_ENDED, v);
	case HOSTNAME: return fb_layout_is_host(v) ? say_text(w, FB_SAID_HOST, v) : 0;
	}
	return 0;
}

/* What the row as a whole says. */
static int finish(struct row *w)
{
	struct fb_collected_parser *p = w->p;
	struct fb_collected *c = &w->c;

	c->path = fb_buf_view(&p->a);
	c->place = fb_buf_view(&p->b);
	c->text = fb_buf_view(&p->c);
	switch (p->kind) {
	case FB_COLLECTED_VR_LOG:
		if (c->time != FB_TIME_NONE) {
			if (p->earliest == FB_TIME_NONE || c->time < p->earliest)
				p->earliest = c->time;
			if (p->latest == FB_TIME_NONE || c->time > p->latest)
				p->latest = c->time;
		}
		c->what = FB_SAID_FAILED;
		return w->level_bad && c->text.n ? fb_collected_say(p, c) : 0;
	case FB_COLLECTED_VR_CONTEXT:
		c->what = FB_SAID_FAILED;
		return w->failed && c->text.n ? fb_collected_say(p, c) : 0;
	case FB_COLLECTED_ACQUIRE_REPORT:
		if (c->path.n == 0)
			return 0;
		c->what = w->failed ? FB_SAID_FAILED : w->missing ? FB_SAID_SKIPPED : FB_SAID_ASKED;
		if (w->missing && c->text.n == 0)
			c->text = FB_LIT("not there");
		if (c->what == FB_SAID_ASKED)
			c->text = c->path;
		return fb_collected_say(p, c);
	case FB_COLLECTED_VR_CLIENT: return 0;
	default:
		if (c->path.n == 0 && c->place.n == 0)
			return 0;
		/* A row of another artifact that merely has a file's name in it. */
		if (p->kind == FB_COLLECTED_VR_RESULTS && c->place.n == 0 && c->sum == FB_SUM_NONE &&
		    c->text.n == 0)
			return 0;
		c->what = c->text.n ? FB_SAID_FAILED : FB_SAID_COPIED;
		return fb_collected_say(p, c);
	}
}

static int on_value(void *user, const struct fb_jsonscan *v)
{
	struct row *w = user;
	int r = 0;

	/* A report is a list of records: one that ends says what it is. */
	if (w->p->kind == FB_COLLECTED_ACQUIRE_REPORT && w->p->a.n && fb_slice_eqs(v->key, "module_name")) {
		r = finish(w);
		clear(w);
	}
	for (size_t i = 0; i < sizeof keys / sizeof *keys && r == 0; i++)
		if (keys[i].kind == w->p->kind && fb_slice_eqs(v->key, keys[i].key) &&
		    (!keys[i].above || fb_slice_eqs(v->above, keys[i].above)))
			r = take(w, keys[i].means, v->value);
	return r;
}

bool fb_collected_json(struct fb_collected_parser *p, struct fb_slice line, int *code)
{
	struct row w = { .p = p };

	line = fb_slice_trim(line);
	while (line.n) {
		size_t used;

		clear(&w);
		*code = fb_jsonscan(line, &used, on_value, &w);
		if (*code == 0)
			*code = finish(&w);
		if (*code == FB_EINPUT) {
			*code = 0;
			return false;
		}
		if (*code)
			return true;
		line = fb_slice_trim(fb_slice_sub(line, used, line.n));
	}
	return true;
}
