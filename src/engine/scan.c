/* In the reader: rules that look at bytes, on whole files. The bytes of a stream are
 * gathered in memory of the reader's own, and when the stream has ended every kind of
 * such rules sees them once. */
#include "engine/reader.h"

#include "event/entity.h"
#include "event/result.h"

#include <stdlib.h>

struct fb_scanner {
	const struct fb_tables *t;
	void *state[FB_RULESETS_MAX];
	uint32_t base[FB_RULESETS_MAX]; /* number of the first rule */
	struct fb_buf bytes;
	uint64_t most; /* bytes that any kind looks at */
	bool plain;    /* some kind looks at files of any size */
	/* the file in work */
	bool all;
	struct fb_buf path; /* as shown */
	uint32_t skip[FB_SCAN_RETRIES]; /* streams that killed a reader */
	unsigned nskip;
	/* the stream in work */
	struct fb_reader *r;
	const struct rstream *s;
	unsigned set;
	struct fb_buf name, entities;
};

int fb_scanner_open(const struct fb_tables *t, struct fb_scanner **out)
{
	struct fb_scanner *sc;
	uint32_t base = 0;
	bool any = false;

	for (unsigned i = 0; i < t->nrulesets; i++)
		any = any || t->rules[i]->kind->scan;
	*out = NULL;
	if (!any)
		return 0;
	sc = calloc(1, sizeof *sc);
	if (!sc)
		return FB_ENOMEM;
	sc->t = t;
	for (unsigned i = 0; i < t->nrulesets; i++) {
		sc->base[i] = base;
		base += t->rules[i]->nrules;
		if (t->rules[i]->kind->scan) {
			uint64_t most = t->rules[i]->kind->scan_max;

			sc->plain = sc->plain || !most;
			most = most ? most : FB_YARA_FILE_MAX;
			sc->most = most > sc->most ? most : sc->most;
		}
		if (t->rules[i]->kind->scan && t->rules[i]->kind->open(t->rules[i], &sc->state[i]))
			return FB_ENOMEM; /* the process ends; nothing to give back */
	}
	fb_buf_init(&sc->bytes, FB_YARA_FILE_MAX);
	fb_buf_init(&sc->path, FB_SCAN_PATH_MAX);
	fb_buf_init(&sc->name, 2 * FB_SCAN_PATH_MAX);
	fb_buf_init(&sc->entities, FB_ENTITIES_MAX * (FB_ENTITY_VALUE_MAX + 3));
	*out = sc;
	return 0;
}

int fb_scanner_file(struct fb_scanner *sc, struct fb_cur *list)
{
	struct fb_slice path;
	uint32_t n;
	uint8_t all;

	if (!fb_cur_u8(list, &all) || !fb_get_bytes(list, FB_SCAN_PATH_MAX - 1, &path) ||
	    !fb_cur_u32(list, &n) || n > FB_SCAN_RETRIES)
		return FB_EINPUT;
	sc->all = all;
	fb_buf_clear(&sc->path);
	sc->nskip = n;
	for (uint32_t i = 0; i < n; i++)
		if (!fb_cur_u32(list, &sc->skip[i]))
			return FB_EINPUT;
	return fb_buf_slice(&sc->path, path);
}

bool fb_scanner_wants(const struct fb_scanner *sc, const struct rstream *s)
{
	for (unsigned i = 0; i < sc->nskip; i++)
		if (sc->skip[i] == s->id)
			return false;
	return sc->all || !s->format;
}

void fb_scanner_bytes(struct fb_scanner *sc, struct rstream *s, struct fb_slice data)
{
	/* The stream before this one left its own. */
	if (s->size == data.n)
		fb_buf_clear(&sc->bytes);
	if (s->over || s->size > sc->most) {
		s->over = true;
		return;
	}
	/* Memory that ran out is the same to the file as one that is too large. */
	if (fb_buf_slice(&sc->bytes, data))
		s->over = true;
}

/* ---- what was found ---- */

static void put_cut(struct fb_buf *out, struct fb_slice s, size_t max)
{
	if (s.n > max) {
		s.n = max;
		while (s.n && (s.p[s.n] & 0xC0) == 0x80)
			s.n--;
	}
	fb_put_bytes(out, s);
}

/* As a matcher tells of an event that one rule hit (wire.h). */
static int on_hit(const struct fb_file_sink *sink, const struct fb_file_hit *hit)
{
	struct fb_scanner *sc = sink->user;
	struct fb_buf *out = &sc->r->out;
	size_t frame = fb_frame_begin(out, FB_R_HIT);

	(void)fb_buf_u32(out, sc->s->id);
	(void)fb_buf_u32(out, 1);
	(void)fb_buf_u32(out, sc->base[sc->set] + hit->rule);
	(void)fb_buf_u32(out, hit->sub);
	(void)fb_buf_putc(out, 1);
	(void)fb_buf_u64(out, (uint64_t)FB_TIME_NONE);
	for (unsigned i = 0; i < 3; i++) /* digits, flags of the time, of the event */
		(void)fb_buf_putc(out, 0);
	(void)fb_buf_u64(out, hit->offset);
	(void)fb_buf_u64(out, hit->length);
	for (unsigned i = 0; i < 2; i++) /* record, line */
		(void)fb_buf_u64(out, 0);
	for (unsigned i = 0; i < 2; i++) /* event id, content */
		(void)fb_buf_u32(out, 0);
	for (unsigned i = 0; i < 3; i++) /* host, channel, provider */
		(void)fb_buf_u32(out, 0);
	put_cut(out, hit->summary, FB_SUMMARY_MAX);
	fb_put_bytes(out, fb_buf_view(&sc->entities));
	put_cut(out, hit->text, FB_ORIGINAL_MAX);
	fb_frame_end(out, frame);
	return fb_reader_send(sc->r);
}

static int put_problem(struct fb_scanner *sc, const char *text)
{
	struct fb_buf *out = &sc->r->out;
	size_t frame = fb_frame_begin(out, FB_R_UNSCANNED);

	(void)fb_buf_u32(out, sc->s->id);
	(void)fb_buf_u64(out, 0);
	(void)fb_buf_u64(out, 0);
	(void)fb_buf_putc(out, FB_WHY_NOT_SCANNED);
	(void)fb_buf_putc(out, 0);
	put_cut(out, fb_slice_str(text), FB_PROBLEM_TEXT_MAX);
	fb_frame_end(out, frame);
	return fb_reader_send(sc->r);
}

static int on_problem(const struct fb_file_sink *sink, const char *text)
{
	return put_problem(sink->user, text);
}

/* The file's path with the members' names down to this stream. */
static const char *full_name(struct fb_scanner *sc)
{
	fb_buf_clear(&sc->name);
	(void)fb_buf_slice(&sc->name, fb_buf_view(&sc->path));
	for (unsigned depth = 1; depth <= sc->s->depth; depth++) {
		(void)fb_buf_putc(&sc->name, '!');
		(void)fb_buf_slice(&sc->name, fb_buf_view(&sc->r->at[depth]->name));
	}
	return fb_buf_cstr(&sc->name);
}

int fb_scanner_end(struct fb_reader *r, const struct rstream *s, const uint8_t sum[static FB_SHA256])
{
	struct fb_scanner *sc = r->scanner;
	struct fb_file file = { .format = s->format ? s->format->name : "", .size = s->size };
	struct fb_file_sink sink = { .hit = on_hit, .problem = on_problem, .user = sc };
	size_t frame = fb_frame_begin(&r->out, FB_R_SCAN);
	char hex[2 * FB_SHA256 + 1];
	int code;

	(void)fb_buf_u32(&r->out, s->id);
	(void)fb_buf_u64(&r->out, s->size);
	fb_frame_end(&r->out, frame);
	code = fb_reader_send(r);
	if (code)
		return code;
	if (s->size == 0)
		fb_buf_clear(&sc->bytes);
	sc->r = r;
	sc->s = s;
	file.path = full_name(sc);
	memcpy(file.sha256, sum, FB_SHA256);
	fb_hex(sum, FB_SHA256, hex);
	fb_buf_clear(&sc->entities);
	fb_entity_put(&sc->entities, FB_ENTITY_FILE, fb_slice_str(file.path));
	fb_entity_put(&sc->entities, FB_ENTITY_HASH, fb_slice(hex, 2 * FB_SHA256));
	if (s->over && sc->plain)
		code = put_problem(sc, "too large to be scanned as a whole (64 MB)");
	else if (!s->over)
		file.data = s->size ? fb_buf_view(&sc->bytes) : fb_slice("", 0);
	for (sc->set = 0; sc->set < sc->t->nrulesets && !code; sc->set++) {
		const struct fb_rulekind *kind = sc->t->rules[sc->set]->kind;

		if (kind->scan && file.data.p)
			code = kind->scan(sc->state[sc->set], &file, &sink);
	}
	return code;
}
