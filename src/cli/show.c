/* One detection, whole: what, where, and the record itself. The case is read first
 * and closed; only then may workers be forked to read evidence again. */
#include "cli/cmd.h"

#include "cli/decide.h"
#include "cli/origin.h"
#include "cli/show_event.h"
#include "show/decided.h"
#include "cli/unpacking.h"
#include "show/json.h"
#include "show/record.h"
#include "show/summary.h"
#include "show/text.h"

#include <stdio.h>
#include <stdlib.h>

static const struct fb_opt *const opts[] = { fb_opts_json, fb_opts_zone, fb_opts_unpack, fb_opts_common,
					     NULL };

/* Texts of the detections asked for; a thousand of the largest. */
#define SHOW_MEMORY (256u << 20)

struct item {
	struct fb_detection_row row; /* its strings in the arena */
	struct fb_rule_info rule;
	struct fb_noise_entry noise;
	struct fb_buf original;
	bool has;
	char why[1024];
};

struct shown {
	struct fb_cli *cli;
	struct fb_case *c;
	struct fb_arena arena;
	struct item *items;
	size_t n;
	bool oom;
};

static const char *keep(struct shown *s, const char *text)
{
	const char *copy = fb_arena_str(&s->arena, text ? text : "");

	if (!copy)
		s->oom = true;
	return copy ? copy : "";
}

static void keep_tool(struct shown *s, struct fb_place *p)
{
	if (p->second_hand)
		p->second_hand = keep(s, p->second_hand);
}

static const struct fb_place *keep_copies(struct shown *s, const struct fb_detection_row *row)
{
	struct fb_place *copies = fb_arena_calloc(&s->arena, row->ncopies + 1, sizeof *copies);

	if (!copies) {
		s->oom = true;
		return NULL;
	}
	for (size_t i = 0; i < row->ncopies; i++) {
		copies[i] = row->copies[i];
		copies[i].path = keep(s, row->copies[i].path);
		keep_tool(s, &copies[i]);
	}
	return copies;
}

static const struct fb_cause *keep_because(struct shown *s, const struct fb_detection_row *row)
{
	struct fb_cause *list = fb_arena_calloc(&s->arena, row->nbecause + 1, sizeof *list);
	struct fb_rule_info *rules = fb_arena_calloc(&s->arena, row->nbecause + 1, sizeof *rules);

	if (!list || !rules) {
		s->oom = true;
		return NULL;
	}
	for (size_t i = 0; i < row->nbecause; i++) {
		list[i] = row->because[i];
		rules[i] = *list[i].rule;
		rules[i].id = keep(s, list[i].rule->id);
		rules[i].title = keep(s, list[i].rule->title);
		list[i].rule = &rules[i];
		list[i].summary = keep(s, list[i].summary);
		list[i].place.path = keep(s, list[i].place.path);
		keep_tool(s, &list[i].place);
	}
	return list;
}

/* A copy that outlives the case. */
static int on_detection(void *user, const struct fb_detection_row *row)
{
	struct shown *s = user;
	struct item *it = &s->items[s->n];
	char *entities;
	int r;

	it->row = *row;
	it->rule = *row->rule;
	it->rule.id = keep(s, row->rule->id);
	it->rule.title = keep(s, row->rule->title);
	it->rule.description = keep(s, row->rule->description);
	it->rule.path = keep(s, row->rule->path);
	it->rule.pack = keep(s, row->rule->pack);
	it->rule.techniques = keep(s, row->rule->techniques);
	it->rule.status = keep(s, row->rule->status);
	it->row.rule = &it->rule;
	it->row.rule_kind = keep(s, row->rule_kind);
	it->row.host = keep(s, row->host);
	it->row.host_why = keep(s, row->host_why);
	it->row.channel = keep(s, row->channel);
	it->row.provider = keep(s, row->provider);
	it->row.summary = keep(s, row->summary);
	it->row.place.path = keep(s, row->place.path);
	keep_tool(s, &it->row.place);
	it->row.copies = keep_copies(s, row);
	it->row.grouped = keep(s, row->grouped);
	it->row.because = keep_because(s, row);
	it->row.host_recorded = keep(s, row->host_recorded);
	it->row.decided = row->decided ? fb_decided_copy(&s->arena, row->decided) : NULL;
	s->oom = s->oom || (row->decided && !it->row.decided);
	if (row->noise) {
		it->noise = *row->noise;
		it->noise.rule = keep(s, row->noise->rule);
		it->noise.reason = keep(s, row->noise->reason);
		it->noise.host = keep(s, row->noise->host);
		it->noise.list = keep(s, row->noise->list);
		it->row.noise = &it->noise;
	}
	entities = fb_arena_strn(&s->arena, row->entities.p, row->entities.n);
	if (!entities || s->oom)
		return fb_fail(&s->cli->err, FB_ENOMEM, "out of memory");
	it->row.entities = fb_slice(entities, row->entities.n);
	s->n++;
	if (!row->has_original)
		return 0;
	r = fb_case_original(s->c, row, &it->original, &s->cli->err);
	if (r == FB_ENOTFOUND) {
		s->cli->err.code = 0;
		return 0;
	}
	it->has = !r;
	return r;
}

static int read_again(struct shown *s, struct fb_wanted *wanted)
{
	struct fb_wanted *list = calloc(s->n + 1, sizeof *list);
	size_t *of = calloc(s->n + 1, sizeof *of);
	size_t n = 0;
	int r = 0;

	if (!list || !of) {
		r = fb_fail(&s->cli->err, FB_ENOMEM, "out of memory");
		goto out;
	}
	for (size_t i = 0; i < s->n; i++) {
		if (s->items[i].has)
			continue;
		if (!wanted[i].disk) {
			(void)snprintf(s->items[i].why, sizeof s->items[i].why,
				       "the case does not know where its evidence lies");
			continue;
		}
		of[n] = i;
		list[n] = wanted[i];
		fb_buf_init(&list[n++].text, FB_ORIGINAL_MAX + 4096);
	}
	if (n)
		r = fb_refetch(s->cli, s->cli->formats, NULL, list, n);
	for (size_t k = 0; k < n; k++) {
		struct item *it = &s->items[of[k]];

		it->has = list[k].found && !fb_buf_slice(&it->original, fb_buf_view(&list[k].text));
		memcpy(it->why, list[k].why, sizeof it->why);
		fb_buf_dispose(&list[k].text);
	}
out:
	free(of);
	free(list);
	return r;
}

static int gather(struct shown *s, const char *dir, const char *const *ids, size_t n)
{
	struct fb_wanted *wanted = calloc(n + 1, sizeof *wanted);
	uint64_t *source = calloc(n + 1, sizeof *source);
	int r = wanted && source ? 0 : fb_fail(&s->cli->err, FB_ENOMEM, "out of memory");

	if (!r)
		r = fb_cli_open(s->cli, dir, &s->c);
	for (size_t i = 0; i < n && !r; i++)
		r = fb_case_detection(s->c, ids[i], on_detection, s, &s->cli->err);
	for (size_t i = 0; i < s->n && !r; i++) {
		source[i] = s->items[i].row.source;
		wanted[i].unit_seq = s->items[i].row.unit_seq;
		wanted[i].offset = s->items[i].row.place.offset;
		memcpy(wanted[i].sha256, s->items[i].row.place.sha256, FB_SHA256);
	}
	if (!r)
		r = fb_origins(s->c, source, wanted, s->n, &s->arena, &s->cli->err);
	r = fb_cli_unfinished(s->cli, r);
	fb_case_close(s->c);
	s->c = NULL;
	if (!r)
		r = read_again(s, wanted);
	free(wanted);
	free(source);
	return r;
}

#define LABEL_COLUMN 12

static void label(struct fb_buf *out, const char *name)
{
	size_t n = strlen(name);

	(void)fb_buf_puts(out, name);
	for (; n < LABEL_COLUMN; n++)
		(void)fb_buf_putc(out, ' ');
}

static void line(struct fb_buf *out, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	label(out, name);
	(void)fb_text_term(out, fb_slice_str(value));
	(void)fb_buf_putc(out, '\n');
}

/* A text of several lines: each under the first, empty ones left out. */
static void paragraph(struct fb_buf *out, const char *name, const char *value)
{
	struct fb_slice rest = fb_slice_str(value);

	while (rest.n) {
		size_t n = fb_slice_find(rest, FB_LIT("\n"));
		struct fb_slice text = fb_slice_trim(fb_slice_sub(rest, 0, n));

		rest = fb_slice_sub(rest, n + 1, rest.n);
		if (text.n == 0)
			continue;
		label(out, name);
		(void)fb_text_term(out, text);
		(void)fb_buf_putc(out, '\n');
		name = "";
	}
}

static void put_place(struct fb_buf *out, const char *name, const struct fb_place *p)
{
	char sum[2 * FB_SHA256 + 1];

	label(out, name);
	(void)fb_text_term(out, fb_slice_str(p->path));
	(void)fb_buf_puts(out, ", ");
	/* Of a file as a whole the offset is all there is. */
	if (p->record || p->line) {
		(void)fb_place_text(out, p);
		(void)fb_buf_puts(out, ", ");
	}
	(void)fb_buf_printf(out, "offset %llu\n", (unsigned long long)p->offset);
	fb_hex(p->sha256, FB_SHA256, sum);
	label(out, "");
	(void)fb_buf_printf(out, "sha256:%s\n", sum);
}

static void put_time(struct fb_cli *cli, const struct fb_detection_row *row)
{
	struct fb_buf *out = &cli->out.buf;

	label(out, "Time");
	if (row->time == FB_TIME_NONE)
		(void)fb_buf_puts(out, "the record has none");
	else
		(void)fb_zone_text(out, &cli->zone, row->time, row->time_digits, FB_WHEN_FULL);
	if (row->time != FB_TIME_NONE)
		(void)fb_buf_printf(out, " %s", cli->zone.name);
	if (row->time_flags & FB_TIME_LOCAL)
		(void)fb_buf_puts(out, " (local time of a zone that the record does not name)");
	(void)fb_buf_putc(out, '\n');
}

static void put_rule(struct fb_buf *out, const struct fb_detection_row *row)
{
	label(out, "Rule");
	(void)fb_text_term(out, fb_slice_str(row->rule->id));
	(void)fb_buf_printf(out, " (%s", row->rule_kind);
	if (*row->rule->status)
		(void)fb_buf_puts(out, ", ");
	(void)fb_text_term(out, fb_slice_str(row->rule->status));
	(void)fb_buf_puts(out, "), ");
	(void)fb_text_term(out, fb_slice_str(row->rule->path));
	(void)fb_buf_putc(out, '\n');
	line(out, "Techniques", row->rule->techniques);
	paragraph(out, "Meaning", row->rule->description);
}

static void put_event(struct fb_buf *out, const struct fb_detection_row *row)
{
	if (*row->channel || row->event_id) {
		label(out, "Event");
		(void)fb_text_term(out, fb_slice_str(row->channel));
		if (row->event_id)
			(void)fb_buf_printf(out, " %u", row->event_id);
		if (*row->provider) {
			(void)fb_buf_puts(out, ", ");
			(void)fb_text_term(out, fb_slice_str(row->provider));
		}
		(void)fb_buf_putc(out, '\n');
	}
	if (row->flags & FB_EVENT_RECOVERED)
		line(out, "Note", "recovered from slack space or a broken chunk");
	if (row->flags & FB_EVENT_DAMAGED)
		line(out, "Note", "part of the record could not be decoded");
	if (row->flags & FB_EVENT_CUT)
		line(out, "Note", "parts beyond a limit were left out");
	if (row->place.second_hand) {
		label(out, "Note");
		(void)fb_buf_puts(out, "second-hand: told by ");
		(void)fb_text_term(out, fb_slice_str(row->place.second_hand));
		(void)fb_buf_puts(out, "; the record itself is not among the evidence\n");
	}
}

/* The events that a correlation counted, as many as the case lists. */
static void put_because(struct fb_cli *cli, const struct fb_detection_row *row)
{
	struct fb_buf *out = &cli->out.buf;

	if (row->because_count == 0)
		return;
	label(out, "Events");
	(void)fb_text_count(out, row->because_count, "event");
	(void)fb_buf_puts(out, ", ");
	(void)fb_zone_text(out, &cli->zone, row->since, row->time_digits, FB_WHEN_FULL);
	(void)fb_buf_puts(out, " to ");
	(void)fb_zone_text(out, &cli->zone, row->until, row->time_digits, FB_WHEN_FULL);
	(void)fb_buf_printf(out, " %s\n", cli->zone.name);
	line(out, "Group", row->grouped);
	for (size_t i = 0; i < row->nbecause; i++) {
		const struct fb_cause *it = &row->because[i];

		label(out, i ? "" : "Because");
		(void)fb_zone_text(out, &cli->zone, it->time, it->time_digits, FB_WHEN_FULL);
		(void)fb_buf_puts(out, " ");
		(void)fb_text_term(out, fb_slice_str(it->rule->title));
		(void)fb_buf_puts(out, ", ");
		(void)fb_text_term(out, fb_slice_str(it->place.path));
		(void)fb_buf_puts(out, ", ");
		(void)fb_place_text(out, &it->place);
		(void)fb_buf_putc(out, '\n');
	}
	if (row->because_count > row->nbecause) {
		label(out, "");
		(void)fb_buf_printf(out, "and %llu more\n",
				    (unsigned long long)(row->because_count - row->nbecause));
	}
}

/* What people decided, each with its author and time. */
static void put_decided(struct fb_cli *cli, const struct fb_decided *d)
{
	struct fb_buf *out = &cli->out.buf;

	for (size_t i = 0; d && i < d->n; i++) {
		label(out, i ? "" : "Decided");
		if (i == 0 && d->mark == FB_MARK_CONFLICT) {
			(void)fb_buf_puts(out, "conflict: people mark it differently\n");
			label(out, "");
		}
		fb_decision_words(out, d->list[i]->d, &cli->zone);
		if (d->list[i]->expired)
			(void)fb_buf_puts(out, " (expired)");
		(void)fb_buf_puts(out, " (");
		(void)fb_text_term(out, fb_slice_str(d->list[i]->d->by));
		(void)fb_buf_puts(out, ", ");
		(void)fb_zone_text(out, &cli->zone, d->list[i]->d->at, 0, FB_WHEN_FULL);
		(void)fb_buf_printf(out, " %s)\n", cli->zone.name);
	}
}

static void put_item(struct shown *s, const struct item *it)
{
	const struct fb_detection_row *row = &it->row;
	struct fb_out *o = &s->cli->out;
	struct fb_buf *out = &o->buf;
	struct fb_slice list = row->entities, value;
	const char *type;

	fb_out_level_on(o, row->rule->level);
	(void)fb_buf_puts(out, fb_level_word(row->rule->level));
	fb_out_level_off(o, row->rule->level);
	(void)fb_buf_puts(out, "  ");
	(void)fb_text_term(out, fb_slice_str(row->rule->title));
	(void)fb_buf_puts(out, "\n\n");
	line(out, "Detection", row->id);
	put_time(s->cli, row);
	line(out, "Host", *row->host ? row->host : "unknown");
	line(out, "", row->host_why);
	put_event(out, row);
	line(out, "Summary", row->summary);
	put_rule(out, row);
	put_place(out, "Source", &row->place);
	for (size_t i = 0; i < row->ncopies; i++)
		put_place(out, "Copy", &row->copies[i]);
	put_because(s->cli, row);
	for (bool first = true; fb_entity_next(&list, &type, &value); first = false) {
		label(out, first ? "Entities" : "");
		(void)fb_buf_printf(out, "%s ", type);
		(void)fb_text_term(out, value);
		(void)fb_buf_putc(out, '\n');
	}
	put_decided(s->cli, row->decided);
	if (row->noise) {
		label(out, "Noise");
		fb_noise_words(out, row->noise, &s->cli->zone);
		(void)fb_buf_putc(out, '\n');
	}
	(void)fb_buf_puts(out, "\nOriginal record\n\n");
	if (it->has) {
		(void)fb_record_term(out, fb_buf_view(&it->original));
	} else {
		(void)fb_buf_puts(out, "not shown: ");
		(void)fb_text_term(out, fb_slice_str(it->why));
		(void)fb_buf_putc(out, '\n');
	}
}

static int put_all(struct shown *s, enum fb_output as)
{
	struct fb_buf *out = &s->cli->out.buf;
	struct fb_json j;
	int r = 0;

	fb_json_init(&j, out);
	if (as == FB_AS_JSON) {
		fb_json_object(&j);
		fb_json_key(&j, "detections");
		fb_json_array(&j);
	}
	for (size_t i = 0; i < s->n && !r; i++) {
		const struct item *it = &s->items[i];
		struct fb_slice text = fb_buf_view(&it->original);

		if (as == FB_AS_TEXT) {
			if (i)
				(void)fb_buf_puts(out, "\n\n");
			put_item(s, it);
		} else {
			if (as == FB_AS_JSONL)
				fb_json_init(&j, out);
			fb_json_detection_full(&j, &it->row, it->has ? &text : NULL, it->why);
			if (as == FB_AS_JSONL)
				(void)fb_buf_putc(out, '\n');
		}
		if (!it->has)
			s->cli->status = FB_EXIT_PART;
		r = fb_cli_row(s->cli);
	}
	if (!r && as == FB_AS_JSON) {
		fb_json_array_end(&j);
		fb_json_object_end(&j);
		(void)fb_buf_putc(out, '\n');
	}
	return r;
}

static int run(struct fb_cli *cli)
{
	bool has_dir = !fb_decide_is_id(cli->args.pos[0]);
	const char *dir = has_dir ? cli->args.pos[0] : "case";
	const char *const *ids = cli->args.pos + has_dir;
	size_t n = cli->args.npos - has_dir;
	struct shown s = { .cli = cli };
	enum fb_output as;
	int r;

	if (n == 0)
		return fb_fail(&cli->err, FB_EUSAGE, "%s: which detection? `firebreak detections %s "
			       "--all` lists their ids", dir, dir);
	if (fb_is_event_reference(ids[0])) {
		r = fb_cli_output(cli, &as);
		return r ? r : fb_show_events(cli, dir, ids, n, as);
	}
	fb_arena_init(&s.arena, SHOW_MEMORY);
	s.items = calloc(n, sizeof *s.items);
	r = s.items ? fb_cli_output(cli, &as) : fb_fail(&cli->err, FB_ENOMEM, "out of memory");
	for (size_t i = 0; i < n && s.items; i++)
		fb_buf_init(&s.items[i].original, FB_ORIGINAL_MAX + 4096);
	if (!r)
		r = gather(&s, dir, ids, n);
	if (!r)
		r = fb_cli_out(cli);
	if (!r)
		r = fb_cli_done(cli, put_all(&s, as));
	for (size_t i = 0; i < n && s.items; i++)
		fb_buf_dispose(&s.items[i].original);
	free(s.items);
	fb_arena_dispose(&s.arena);
	return r;
}

const struct fb_cmd fb_cmd_show = {
	.name = "show",
	.summary = "one detection or event with its original record",
	.usage = "[CASE] ID… [OPTION…]",
	.about = "Shows detections of a case (./case when left out) whole: what was recognised, where\n"
		 "it stands, and the original record. The beginning of an id is enough (6 digits or\n"
		 "more); events that no rule recognised are named by reference (SHA256:OFFSET, as\n"
		 "`firebreak search` shows them). A record that the case did not keep is read again from\n"
		 "the evidence, whose SHA-256 must be the recorded one.",
	.opts = opts,
	.least = 1,
	.most = SIZE_MAX,
	.run = run,
};
