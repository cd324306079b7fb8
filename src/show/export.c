#include "show/export_in.h"

#include "case/decide.h"

#include <stdio.h>

const struct fb_export *const fb_exports[] = {
	&fb_export_csv,	      &fb_export_timesketch, &fb_export_timesketch_csv,
	&fb_export_navigator, &fb_export_stix,	     &fb_export_misp,
	&fb_export_ecs,	      &fb_export_sarif,
	NULL,
};

const char *const fb_export_tlp[] = { "clear", "green", "amber", "amber+strict", "red", NULL };

const struct fb_export *fb_export_find(const char *name)
{
	for (const struct fb_export *const *e = fb_exports; *e; e++) {
		if (strcmp((*e)->name, name) == 0)
			return *e;
	}
	return NULL;
}

int fb_export_row(struct fb_export_job *job)
{
	return fb_out_check(job->out);
}

void fb_export_slice(struct fb_json *j, const char *key, struct fb_slice text)
{
	if (text.n == 0)
		return;
	fb_json_key(j, key);
	fb_json_str(j, text);
}

void fb_export_text(struct fb_json *j, const char *key, const char *text)
{
	fb_export_slice(j, key, fb_slice_str(text));
}

void fb_export_u64(struct fb_json *j, const char *key, uint64_t v)
{
	fb_json_key(j, key);
	fb_json_u64(j, v);
}

void fb_export_hex(struct fb_json *j, const char *key, const uint8_t sum[static FB_SHA256])
{
	fb_json_key(j, key);
	fb_json_hex(j, sum, FB_SHA256);
}

bool fb_export_word(const char **list, struct fb_slice *word)
{
	const char *p = *list;
	size_t n;

	while (*p == ' ')
		p++;
	n = strcspn(p, " ");
	*list = p + n;
	*word = fb_slice(p, n);
	return n != 0;
}

bool fb_export_technique(struct fb_slice s)
{
	if (s.n != 5 && s.n != 9)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (i == 0 ? s.p[i] != 'T' : i == 5 ? s.p[i] != '.' : s.p[i] < '0' || s.p[i] > '9')
			return false;
	}
	return true;
}

void fb_export_tags(struct fb_json *j, const struct fb_export_job *job,
		    const struct fb_detection_row *row)
{
	const struct fb_decided *d = row->decided;
	char text[64];

	if (job->tlp) {
		(void)snprintf(text, sizeof text, "tlp:%s", job->tlp);
		fb_json_cstr(j, text);
	}
	if (row->time_flags & FB_TIME_LOCAL)
		fb_json_cstr(j, "local-time");
	if (row->flags & FB_EVENT_RECOVERED)
		fb_json_cstr(j, "recovered");
	if (row->flags & FB_EVENT_DAMAGED)
		fb_json_cstr(j, "damaged");
	if (row->flags & FB_EVENT_CUT)
		fb_json_cstr(j, "cut");
	if (row->flags & FB_EVENT_SECOND_HAND)
		fb_json_cstr(j, "second-hand");
	if (d && d->mark) {
		(void)snprintf(text, sizeof text, "mark:%s", fb_mark_word(d->mark));
		fb_json_cstr(j, text);
	}
	if (d && d->aside)
		fb_json_cstr(j, "set-aside");
	if (row->noise) {
		(void)snprintf(text, sizeof text, "noise:%s", fb_noise_word(row->noise->is));
		fb_json_cstr(j, text);
	}
	for (size_t i = 0; d && i < d->n; i++) {
		if (d->list[i]->d->what == FB_DECIDED_TAG)
			fb_json_cstr(j, d->list[i]->d->tag);
	}
}

bool fb_export_entity(struct fb_slice entities, const char *type, size_t nth,
		      struct fb_slice *value)
{
	struct fb_slice v;
	const char *t;

	while (fb_entity_next(&entities, &t, &v)) {
		if (strcmp(t, type) == 0 && nth-- == 0) {
			*value = v;
			return true;
		}
	}
	return false;
}

void fb_export_entities(struct fb_json *j, const char *key, struct fb_slice entities,
			const char *type)
{
	struct fb_slice v;

	if (!fb_export_entity(entities, type, 0, &v))
		return;
	fb_json_key(j, key);
	fb_json_array(j);
	for (size_t i = 0; fb_export_entity(entities, type, i, &v); i++)
		fb_json_str(j, v);
	fb_json_array_end(j);
}

const char *fb_export_micros(fb_time t, char out[static FB_EXPORT_TIME])
{
	char text[FB_TIME_TEXT];
	size_t n = strlen(fb_time_text(t, 6, text));

	if (n && text[n - 1] == 'Z')
		text[n - 1] = 0;
	(void)snprintf(out, FB_EXPORT_TIME, "%s%s", text, n ? "+00:00" : "");
	return out;
}

int64_t fb_export_epoch(fb_time t)
{
	int64_t us = t / 1000;

	return us - (t % 1000 < 0);
}

struct fb_slice fb_export_basename(struct fb_slice path)
{
	for (size_t i = path.n; i > 0; i--) {
		if (path.p[i - 1] == '\\' || path.p[i - 1] == '/')
			return fb_slice_sub(path, i, path.n);
	}
	return path;
}

void fb_export_account(struct fb_slice account, struct fb_slice *domain, struct fb_slice *name)
{
	const uint8_t *slash = account.n ? memchr(account.p, '\\', account.n) : NULL;
	size_t n = slash ? (size_t)(slash - account.p) : 0;

	*domain = fb_slice_sub(account, 0, n);
	*name = slash ? fb_slice_sub(account, n + 1, account.n) : account;
}
