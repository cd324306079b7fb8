#include "cli/show_event.h"

#include "case/decide.h"
#include "cli/origin.h"
#include "event/secondhand.h"
#include "show/events.h"
#include "show/json.h"
#include "show/record.h"
#include "show/text.h"

#include <stdio.h>
#include <stdlib.h>

#define MEMORY (64u << 20)
#define LABEL_COLUMN 12

struct event {
	const char *ref, *path, *host, *host_why;
	const char *tool; /* second-hand: whose */
	uint64_t source;
	struct fb_event_row row; /* its texts in the arena */
	bool seen;
};

struct shown {
	struct fb_cli *cli;
	struct fb_arena arena;
	struct event *v;
	struct fb_wanted *wanted;
	size_t n;
	bool oom;
};

static const char *keep(struct shown *s, const char *text)
{
	const char *copy = fb_arena_str(&s->arena, text ? text : "");

	s->oom = s->oom || !copy;
	return copy ? copy : "";
}

static struct fb_slice keep_slice(struct shown *s, struct fb_slice text)
{
	char *copy = fb_arena_strn(&s->arena, text.p, text.n);

	s->oom = s->oom || !copy;
	return fb_slice(copy, copy ? text.n : 0);
}

static int on_source(void *user, const struct fb_source_row *row)
{
	struct shown *s = user;

	for (size_t i = 0; i < s->n; i++) {
		struct event *e = &s->v[i];

		if (e->source != row->id)
			continue;
		e->path = keep(s, row->path);
		e->host = keep(s, row->host);
		e->host_why = keep(s, row->host_why);
		e->tool = fb_second_hand(row->format);
		if (e->tool)
			e->tool = keep(s, e->tool);
	}
	return 0;
}

/* The record as the worker told of it. */
static void on_record(void *user, size_t at, const struct fb_detection *d)
{
	struct shown *s = user;
	struct event *e = &s->v[at];

	e->seen = true;
	e->row = (struct fb_event_row){
		.reference = e->ref, .time = d->time, .time_digits = d->time_digits,
		.time_flags = d->time_flags, .flags = d->flags,
		.host = d->host.n ? keep_slice(s, d->host) : fb_slice_str(e->host),
		.host_why = d->host.n ? "" : e->host_why, .channel = keep_slice(s, d->channel),
		.provider = keep_slice(s, d->provider), .summary = keep_slice(s, d->summary),
		.event_id = d->event_id, .entities = keep_slice(s, d->entities),
		.place = { .path = e->path, .record = d->record, .line = d->line,
			   .offset = d->offset, .length = d->length,
			   .second_hand = d->flags & FB_EVENT_SECOND_HAND ? e->tool : NULL },
	};
	memcpy(e->row.place.sha256, s->wanted[at].sha256, FB_SHA256);
}

/* Where they lie; the case is closed before evidence is read. */
static int find_all(struct shown *s, const char *dir, const char *const *refs)
{
	struct fb_err *err = &s->cli->err;
	uint64_t *source = calloc(s->n + 1, sizeof *source);
	struct fb_case *c = NULL;
	struct fb_filter all;
	struct fb_buf unused;
	int r = source ? fb_cli_open(s->cli, dir, &c) : fb_fail(err, FB_ENOMEM, "out of memory");

	fb_filter_init(&all);
	fb_buf_init(&unused, 64u << 10);
	for (size_t i = 0; i < s->n && !r; i++) {
		struct fb_event_at at;

		if (!fb_is_event_reference(refs[i])) {
			r = fb_fail(err, FB_EUSAGE, "%s: no event reference (detections and events are "
				    "shown apart)", refs[i]);
			break;
		}
		fb_buf_clear(&unused);
		r = fb_case_event_at(c, refs[i], &at, &unused, err);
		if (r)
			break;
		s->v[i].ref = refs[i];
		s->v[i].source = source[i] = at.source;
		s->wanted[i].unit_seq = at.unit_seq;
		s->wanted[i].offset = at.offset;
		memcpy(s->wanted[i].sha256, at.sha256, FB_SHA256);
	}
	if (!r)
		r = fb_case_sources(c, &all, on_source, s, err);
	if (!r)
		r = fb_origins(c, source, s->wanted, s->n, &s->arena, err);
	r = fb_cli_unfinished(s->cli, r);
	fb_case_close(c);
	fb_buf_dispose(&unused);
	free(source);
	return r;
}

static void line(struct fb_buf *out, const char *name, struct fb_slice value)
{
	size_t n = strlen(name);

	if (!value.n)
		return;
	(void)fb_buf_puts(out, name);
	for (; n < LABEL_COLUMN; n++)
		(void)fb_buf_putc(out, ' ');
	(void)fb_text_term(out, value);
	(void)fb_buf_putc(out, '\n');
}

static void put_event(struct shown *s, const struct event *e)
{
	const struct fb_event_row *row = &e->row;
	struct fb_buf *out = &s->cli->out.buf, text;
	struct fb_slice list = row->entities, value;
	const char *type;

	fb_buf_init(&text, (size_t)1 << 20);
	line(out, "Event", fb_slice_str(e->ref));
	(void)fb_zone_text(&text, &s->cli->zone, row->time, row->time_digits, FB_WHEN_FULL);
	if (text.n)
		(void)fb_buf_printf(&text, " %s%s", s->cli->zone.name, row->time_flags & FB_TIME_LOCAL
				    ? " (local time of a zone that the record does not name)" : "");
	line(out, "Time", text.n ? fb_buf_view(&text) : FB_LIT("the record has none"));
	line(out, "Host", row->host.n ? row->host : FB_LIT("unknown"));
	line(out, "", fb_slice_str(row->host_why));
	if (row->event_id) {
		fb_buf_clear(&text);
		(void)fb_buf_printf(&text, "%u ", row->event_id);
		(void)fb_buf_slice(&text, row->channel);
		line(out, "Number", fb_buf_view(&text));
	}
	line(out, "Summary", row->summary);
	if (row->place.second_hand) {
		fb_buf_clear(&text);
		(void)fb_buf_printf(&text, "second-hand: told by %s; the record itself is not shown here",
				    row->place.second_hand);
		line(out, "Note", fb_buf_view(&text));
	}
	fb_buf_clear(&text);
	(void)fb_buf_puts(&text, row->place.path);
	(void)fb_buf_puts(&text, ", ");
	(void)fb_place_text(&text, &row->place);
	line(out, "Source", fb_buf_view(&text));
	for (bool first = true; fb_entity_next(&list, &type, &value); first = false) {
		fb_buf_clear(&text);
		(void)fb_buf_printf(&text, "%s ", type);
		(void)fb_buf_slice(&text, value);
		line(out, first ? "Entities" : "", fb_buf_view(&text));
	}
	fb_buf_dispose(&text);
}

static int put_all(struct shown *s, enum fb_output as)
{
	struct fb_buf *out = &s->cli->out.buf;
	struct fb_json j;
	int r = 0;

	fb_json_init(&j, out);
	if (as == FB_AS_JSON) {
		fb_json_object(&j);
		fb_json_key(&j, "events");
		fb_json_array(&j);
	}
	for (size_t i = 0; i < s->n && !r; i++) {
		const struct fb_wanted *w = &s->wanted[i];
		struct fb_slice text = fb_buf_view(&w->text);

		if (!w->found || !s->v[i].seen) {
			fb_cli_say(s->cli, "%s: %s", s->v[i].ref, *w->why ? w->why : "no event begins "
				   "there");
			s->cli->status = FB_EXIT_PART;
			continue;
		}
		if (as == FB_AS_TEXT) {
			(void)fb_buf_puts(out, i ? "\n\n" : "");
			put_event(s, &s->v[i]);
			(void)fb_buf_puts(out, "\nOriginal record\n\n");
			(void)fb_record_term(out, text);
		} else {
			if (as == FB_AS_JSONL)
				fb_json_init(&j, out);
			fb_json_event_full(&j, &s->v[i].row, text);
			if (as == FB_AS_JSONL)
				(void)fb_buf_putc(out, '\n');
		}
		r = fb_cli_row(s->cli);
	}
	if (!r && as == FB_AS_JSON) {
		fb_json_array_end(&j);
		fb_json_object_end(&j);
		(void)fb_buf_putc(out, '\n');
	}
	return r;
}

int fb_show_events(struct fb_cli *cli, const char *dir, const char *const *refs, size_t n,
		   enum fb_output as)
{
	struct shown s = { .cli = cli, .n = n };
	int r = 0;

	fb_arena_init(&s.arena, MEMORY);
	s.v = calloc(n + 1, sizeof *s.v);
	s.wanted = calloc(n + 1, sizeof *s.wanted);
	if (!s.v || !s.wanted)
		r = fb_fail(&cli->err, FB_ENOMEM, "out of memory");
	for (size_t i = 0; i < n && s.wanted; i++)
		fb_buf_init(&s.wanted[i].text, FB_ORIGINAL_MAX + 4096);
	if (!r)
		r = find_all(&s, dir, refs);
	for (size_t i = 0; i < n && !r; i++) {
		s.wanted[i].seen = on_record;
		s.wanted[i].user = &s;
		s.wanted[i].which = i;
		if (!s.wanted[i].disk)
			(void)snprintf(s.wanted[i].why, sizeof s.wanted[i].why, "the case does not know "
				       "where its evidence lies");
	}
	if (!r)
		r = fb_refetch(cli, cli->formats, NULL, s.wanted, n);
	if (!r && s.oom)
		r = fb_fail(&cli->err, FB_ENOMEM, "out of memory");
	if (!r)
		r = fb_cli_out(cli);
	if (!r)
		r = fb_cli_done(cli, put_all(&s, as));
	for (size_t i = 0; i < n && s.wanted; i++)
		fb_buf_dispose(&s.wanted[i].text);
	free(s.wanted);
	free(s.v);
	fb_arena_dispose(&s.arena);
	return r;
}
