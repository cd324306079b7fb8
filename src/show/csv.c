#include "show/csv.h"

#include "event/secondhand.h"
#include "show/decided.h"
#include "show/defang.h"
#include "show/json.h"
#include "show/text.h"

#include <stdio.h>

/* Joined lists (entities, techniques) of one row. */
#define LIST_MAX (256u << 10)

static bool looks_like_formula(struct fb_slice s)
{
	static const struct fb_slice full_width[] = { FB_LIT("＝"), FB_LIT("＋"), FB_LIT("－"),
						      FB_LIT("＠") };

	if (s.n == 0)
		return false;
	if (memchr("=+-@\t\r\n", s.p[0], 7))
		return true;
	for (size_t i = 0; i < sizeof full_width / sizeof *full_width; i++) {
		if (fb_slice_starts(s, full_width[i]))
			return true;
	}
	return false;
}

int fb_csv_cell(struct fb_buf *out, struct fb_slice s, bool first)
{
	struct fb_buf safe;
	struct fb_slice v;

	if (!first)
		(void)fb_buf_putc(out, ',');
	fb_buf_init(&safe, SIZE_MAX / 2);
	if (looks_like_formula(s))
		(void)fb_buf_putc(&safe, '\'');
	if (fb_text_term(&safe, s))
		out->code = safe.code;
	v = fb_buf_view(&safe);
	if (memchr(v.n ? v.p : (const uint8_t *)"", '"', v.n) ||
	    memchr(v.n ? v.p : (const uint8_t *)"", ',', v.n) ||
	    (v.n && (v.p[0] == ' ' || v.p[v.n - 1] == ' '))) {
		(void)fb_buf_putc(out, '"');
		for (size_t i = 0; i < v.n; i++) {
			if (v.p[i] == '"')
				(void)fb_buf_putc(out, '"');
			(void)fb_buf_putc(out, v.p[i]);
		}
		(void)fb_buf_putc(out, '"');
	} else {
		(void)fb_buf_slice(out, v);
	}
	fb_buf_dispose(&safe);
	return fb_buf_code(out);
}

int fb_csv_end(struct fb_buf *out)
{
	return fb_buf_puts(out, "\r\n");
}

static void cell(struct fb_buf *out, const char *s)
{
	(void)fb_csv_cell(out, fb_slice_str(s), false);
}

static void cell_u64(struct fb_buf *out, uint64_t v, bool blank_zero)
{
	char text[24];

	(void)snprintf(text, sizeof text, "%llu", (unsigned long long)v);
	cell(out, v || !blank_zero ? text : "");
}

static void cell_time(struct fb_buf *out, fb_time t, unsigned digits)
{
	char text[FB_TIME_TEXT];

	cell(out, fb_time_text(t, digits, text));
}

static void cell_sha256(struct fb_buf *out, const uint8_t *sum)
{
	char text[2 * FB_SHA256 + 1];

	fb_hex(sum, FB_SHA256, text);
	cell(out, text);
}

static void head(struct fb_buf *out, const char *names)
{
	(void)fb_buf_puts(out, names);
	(void)fb_csv_end(out);
}

void fb_csv_detection_head(struct fb_buf *out)
{
	head(out, "time,level,host,rule_title,rule_id,rule_kind,techniques,summary,channel,"
		  "provider,event_id,path,sha256,record,line,offset,copies,entities,id,mark,tags,set_aside,"
		  "notes,noise,noise_reason,second_hand");
}

void fb_csv_decided(struct fb_buf *out, const struct fb_decided *d)
{
	static const enum fb_decision_what kinds[] = { FB_DECIDED_TAG, FB_DECIDED_ASIDE, FB_DECIDED_NOTE };
	struct fb_buf joined;

	fb_buf_init(&joined, LIST_MAX);
	cell(out, d && d->mark ? fb_mark_word(d->mark) : "");
	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
		fb_buf_clear(&joined);
		for (size_t i = 0; d && i < d->n; i++) {
			const struct fb_decision *x = d->list[i]->d;

			if (x->what != kinds[k] || d->list[i]->expired)
				continue;
			(void)fb_buf_puts(&joined, joined.n ? "; " : "");
			(void)fb_buf_puts(&joined, x->what == FB_DECIDED_TAG ? x->tag : x->text);
		}
		(void)fb_csv_cell(out, fb_buf_view(&joined), false);
	}
	fb_buf_dispose(&joined);
}

/* A cell of text, defanged if asked. */
static void cell_words(struct fb_buf *out, const char *s, bool defang)
{
	struct fb_buf safe;

	if (!defang) {
		cell(out, s);
		return;
	}
	fb_buf_init(&safe, LIST_MAX);
	(void)fb_defang(&safe, fb_slice_str(s));
	(void)fb_csv_cell(out, fb_buf_view(&safe), false);
	fb_buf_dispose(&safe);
}

/* "type:value; type:value" */
static void cell_entities(struct fb_buf *out, struct fb_slice list, bool defang)
{
	struct fb_buf joined;
	struct fb_slice value;
	const char *type;

	fb_buf_init(&joined, LIST_MAX);
	while (fb_entity_next(&list, &type, &value)) {
		(void)fb_buf_printf(&joined, "%s%s:", joined.n ? "; " : "", type);
		if (defang)
			(void)fb_defang_entity(&joined, type, value);
		else
			(void)fb_buf_slice(&joined, value);
	}
	(void)fb_csv_cell(out, fb_buf_view(&joined), false);
	fb_buf_dispose(&joined);
}

static void cell_noise(struct fb_buf *out, const struct fb_noise_entry *e)
{
	cell(out, e ? fb_noise_word(e->is) : "");
	cell(out, e ? e->reason : "");
}

static void detection(struct fb_buf *out, const struct fb_detection_row *row, bool defang)
{
	char time[FB_TIME_TEXT];

	(void)fb_csv_cell(out, fb_slice_str(fb_time_text(row->time, row->time_digits, time)), true);
	cell(out, fb_level_word(row->rule->level));
	cell(out, row->host);
	cell(out, row->rule->title);
	cell(out, row->rule->id);
	cell(out, row->rule_kind);
	cell(out, row->rule->techniques);
	cell_words(out, row->summary, defang);
	cell(out, row->channel);
	cell(out, row->provider);
	cell_u64(out, row->event_id, true);
	cell(out, row->place.path);
	cell_sha256(out, row->place.sha256);
	cell_u64(out, row->place.record, true);
	cell_u64(out, row->place.line, true);
	cell_u64(out, row->place.offset, false);
	cell_u64(out, row->ncopies, false);
	cell_entities(out, row->entities, defang);
	cell(out, row->id);
	fb_csv_decided(out, row->decided);
	cell_noise(out, row->noise);
	cell(out, row->place.second_hand ? row->place.second_hand : "");
	(void)fb_csv_end(out);
}

void fb_csv_detection(struct fb_buf *out, const struct fb_detection_row *row)
{
	detection(out, row, false);
}

void fb_csv_detection_defanged(struct fb_buf *out, const struct fb_detection_row *row)
{
	detection(out, row, true);
}

void fb_csv_group_head(struct fb_buf *out)
{
	head(out, "level,host,first,last,count,rule_title,rule_id,techniques,summary,first_id,noise,noise_reason");
}

void fb_csv_group(struct fb_buf *out, const struct fb_group_row *row)
{
	(void)fb_csv_cell(out, fb_slice_str(fb_level_word(row->rule->level)), true);
	cell(out, row->host);
	cell_time(out, row->first, row->time_digits);
	cell_time(out, row->last, row->time_digits);
	cell_u64(out, row->count, false);
	cell(out, row->rule->title);
	cell(out, row->rule->id);
	cell(out, row->rule->techniques);
	cell(out, row->summary);
	cell(out, row->first_id);
	cell_noise(out, row->noise);
	(void)fb_csv_end(out);
}

void fb_csv_source_head(struct fb_buf *out)
{
	head(out, "path,sha256,size,format,state,host,acquired,first,last,events,detections,"
		  "bytes_decoded,bytes_rejected,bytes_skipped,problems,host_path,shadow,collector,"
		  "role,zone,exhibit,custodian,md5,sha1,second_hand");
}

void fb_csv_source(struct fb_buf *out, const struct fb_source_row *row)
{
	(void)fb_csv_cell(out, fb_slice_str(row->path), true);
	if (row->hashed)
		cell_sha256(out, row->sha256);
	else
		cell(out, "");
	cell_u64(out, row->size, false);
	cell(out, row->format);
	cell(out, fb_source_state_word(row->state));
	cell(out, row->host);
	cell_time(out, row->acquired, fb_json_digits(row->acquired));
	cell_time(out, row->first, fb_json_digits(row->first));
	cell_time(out, row->last, fb_json_digits(row->last));
	cell_u64(out, row->events, false);
	cell_u64(out, row->detections, false);
	cell_u64(out, row->decoded, false);
	cell_u64(out, row->rejected, false);
	cell_u64(out, row->skipped, false);
	cell_u64(out, row->nproblems, false);
	cell(out, row->host_path);
	cell(out, row->shadow);
	cell(out, row->collector);
	cell(out, row->role);
	cell(out, row->manifest_zone);
	cell(out, row->exhibit);
	cell(out, row->custodian);
	for (unsigned i = 0; i < FB_HASH_OLD; i++) {
		char text[2 * FB_SHA256 + 1] = "";
		size_t n;
		const uint8_t *sum = fb_sums_of(&row->sums, 1u << i, &n);

		if (row->sums.kinds & 1u << i)
			fb_hex(sum, n, text);
		cell(out, text);
	}
	cell(out, fb_second_hand(row->format) ? fb_second_hand(row->format) : "");
	(void)fb_csv_end(out);
}

void fb_csv_problem_head(struct fb_buf *out)
{
	head(out, "path,offset,length,why,skipped,text");
}

void fb_csv_problems(struct fb_buf *out, const struct fb_source_row *row)
{
	for (size_t i = 0; i < row->nproblems; i++) {
		const struct fb_problem_row *p = &row->problems[i];

		(void)fb_csv_cell(out, fb_slice_str(row->path), true);
		cell_u64(out, p->offset, false);
		cell_u64(out, p->length, false);
		cell(out, fb_why_word(p->why));
		cell(out, p->skipped ? "true" : "false");
		cell(out, p->text);
		(void)fb_csv_end(out);
	}
}
