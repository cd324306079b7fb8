/* The data that the script reads: one JSON document. docs/formats/report.md. */
#include "base/cursor.h"
#include "event/entity.h"
#include "show/report_in.h"

/* Entities of one detection that the page carries. */
#define ENTITIES 10

static void entities(struct fb_json *j, struct fb_slice s)
{
	struct fb_cur c = fb_cur(s);
	uint8_t type;
	uint16_t n;
	struct fb_slice value;

	fb_json_array(j);
	for (int i = 0; i < ENTITIES && fb_cur_u8(&c, &type) && fb_cur_u16(&c, &n) &&
			fb_cur_take(&c, n, &value); i++) {
		if (type == 0 || type >= FB_ENTITY_TYPES)
			continue;
		fb_json_cstr(j, fb_entity_word((enum fb_entity_type)type));
		fb_json_str(j, value);
	}
	fb_json_array_end(j);
}

static void index_or_null(struct fb_json *j, uint32_t v)
{
	if (v == REP_NONE)
		fb_json_null(j);
	else
		fb_json_u64(j, v);
}

/* [id, time, group, source, record, line, offset, summary, copies, original, flags,
 *  channel, event id, host why, entities, decided] */
static void detection(struct fb_json *j, const struct rep_det *d)
{
	fb_json_array(j);
	fb_json_cstr(j, d->id);
	fb_json_time(j, d->time, d->digits);
	fb_json_u64(j, d->group);
	fb_json_u64(j, d->source);
	fb_json_u64(j, d->record);
	fb_json_u64(j, d->line);
	fb_json_u64(j, d->offset);
	fb_json_cstr(j, d->summary);
	fb_json_u64(j, d->copies);
	index_or_null(j, d->original);
	fb_json_u64(j, (uint64_t)d->flags | (uint64_t)d->time_flags << 8);
	fb_json_cstr(j, d->channel);
	fb_json_u64(j, d->event_id);
	fb_json_cstr(j, d->host_why);
	entities(j, d->entities);
	rep_decided_json(j, d->decided);
	fb_json_array_end(j);
}

static int group(struct fb_json *j, const struct rep_group *g)
{
	struct fb_buf b64;

	fb_json_object(j);
	fb_json_key(j, "rule");
	fb_json_cstr(j, g->rule.id);
	fb_json_key(j, "title");
	fb_json_cstr(j, g->rule.title);
	fb_json_key(j, "level");
	fb_json_u64(j, g->rule.level);
	fb_json_key(j, "kind");
	fb_json_cstr(j, g->rule.kind);
	fb_json_key(j, "techniques");
	fb_json_cstr(j, g->rule.techniques);
	fb_json_key(j, "host");
	fb_json_u64(j, g->host);
	fb_json_key(j, "count");
	fb_json_u64(j, g->count);
	if (g->packed.n) {
		fb_buf_init(&b64, FB_REPORT_ORIGINALS_BYTES * 2);
		(void)rep_base64(&b64, g->packed);
		fb_json_key(j, "originals");
		fb_json_str(j, fb_buf_view(&b64));
		fb_buf_dispose(&b64);
	}
	fb_json_object_end(j);
	return fb_buf_code(j->out);
}

static void timeline(struct rep_page *p, struct fb_json *j)
{
	const struct rep_model *m = p->m;
	const struct rep_timeline *t = &m->tl;

	fb_json_key(j, "timeline");
	if (t->from == FB_TIME_NONE) {
		fb_json_null(j);
		return;
	}
	fb_json_object(j);
	fb_json_key(j, "from");
	fb_json_time(j, t->from, 3);
	fb_json_key(j, "to");
	fb_json_time(j, t->to, 3);
	fb_json_key(j, "bins");
	fb_json_u64(j, FB_REPORT_BINS);
	fb_json_key(j, "lanes"); /* host, or null for all further hosts */
	fb_json_array(j);
	for (uint32_t i = 0; i < t->nlanes; i++)
		index_or_null(j, t->lane[i].host);
	fb_json_array_end(j);
	fb_json_key(j, "cells"); /* lane, bin, level, count, detection, group */
	fb_json_array(j);
	for (uint32_t i = 0; i < t->nlanes; i++)
		for (unsigned b = 0; b < FB_REPORT_BINS; b++)
			for (unsigned l = 0; l < FB_LEVEL_COUNT; l++) {
				const struct rep_cell *c = &t->lane[i].cell[b][l];

				if (c->count == 0)
					continue;
				fb_json_array(j);
				fb_json_u64(j, i);
				fb_json_u64(j, b);
				fb_json_u64(j, l);
				fb_json_u64(j, c->count);
				index_or_null(j, c->det);
				index_or_null(j, c->group);
				fb_json_array_end(j);
				(void)rep_flush(p);
			}
	fb_json_array_end(j);
	fb_json_key(j, "strips"); /* host or null, then first and last bin of each run */
	fb_json_array(j);
	for (uint32_t i = 0; i < t->nstrips; i++) {
		fb_json_array(j);
		index_or_null(j, t->strip[i].host);
		for (unsigned b = 0; b < FB_REPORT_BINS; b++) {
			if (!t->strip[i].bin[b])
				continue;
			if (b == 0 || !t->strip[i].bin[b - 1])
				fb_json_u64(j, b);
			if (b + 1 == FB_REPORT_BINS || !t->strip[i].bin[b + 1])
				fb_json_u64(j, b);
		}
		fb_json_array_end(j);
	}
	fb_json_array_end(j);
	fb_json_object_end(j);
}

int rep_data(struct rep_page *p)
{
	const struct rep_model *m = p->m;
	struct fb_json j;
	int r = 0;

	fb_html_el(&p->h, "script");
	fb_html_attr(&p->h, "type", "application/json");
	fb_html_attr(&p->h, "id", "data");
	fb_html_json(&p->h, &j);
	fb_json_object(&j);
	fb_json_key(&j, "case");
	fb_json_cstr(&j, m->case_arg);
	fb_json_key(&j, "total");
	fb_json_u64(&j, m->stats.detections);
	fb_json_key(&j, "hosts");
	fb_json_array(&j);
	for (uint32_t i = 0; i < m->nhosts; i++)
		fb_json_cstr(&j, m->host[i].name);
	fb_json_array_end(&j);
	fb_json_key(&j, "sources");
	fb_json_array(&j);
	for (uint32_t i = 0; i < m->nsources_used; i++) {
		fb_json_array(&j);
		fb_json_cstr(&j, m->source[i].path);
		fb_json_hex(&j, m->source[i].sha256, FB_SHA256);
		fb_json_array_end(&j);
	}
	fb_json_array_end(&j);
	fb_json_key(&j, "groups");
	fb_json_array(&j);
	for (uint32_t i = 0; i < m->ngroups && r == 0; i++) {
		r = group(&j, &m->group[i]);
		if (r == 0)
			r = rep_flush(p);
	}
	fb_json_array_end(&j);
	timeline(p, &j);
	fb_json_key(&j, "detections");
	fb_json_array(&j);
	for (uint32_t i = 0; i < m->ndets && r == 0; i++) {
		detection(&j, &m->det[i]);
		r = rep_flush(p);
	}
	fb_json_array_end(&j);
	fb_json_object_end(&j);
	fb_html_end(&p->h);
	return r ? r : rep_flush(p);
}
