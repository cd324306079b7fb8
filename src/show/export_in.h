/* What the formats of export share. */
#ifndef FB_SHOW_EXPORT_IN_H
#define FB_SHOW_EXPORT_IN_H

#include "base/json.h"
#include "base/limits.h"
#include "show/export.h"
#include "show/json.h"

extern const struct fb_export fb_export_csv, fb_export_timesketch, fb_export_timesketch_csv,
	fb_export_navigator, fb_export_stix, fb_export_misp, fb_export_ecs, fb_export_sarif;

/* A row's end: what has gathered is sent on. 0 or why that failed. */
int fb_export_row(struct fb_export_job *job);

/* The row with a time, for formats that demand one: its own, or of a hit on a file as a whole
 * the time at which that was modified. False: neither is known. Counts both. */
bool fb_export_dated(struct fb_export_job *job, const struct fb_detection_row *row,
		     struct fb_detection_row *out);
/* Has it such a time of a file? */
bool fb_export_filed(const struct fb_detection_row *dated);

/* A key with its text; nothing when the text is empty. */
void fb_export_text(struct fb_json *j, const char *key, const char *text);
void fb_export_slice(struct fb_json *j, const char *key, struct fb_slice text);
void fb_export_u64(struct fb_json *j, const char *key, uint64_t v);
void fb_export_hex(struct fb_json *j, const char *key, const uint8_t sum[static FB_SHA256]);

/* The next word of a list "T1190 T1505.003"; false at its end. */
bool fb_export_word(const char **list, struct fb_slice *word);
/* T and four digits, with or without a sub-technique. */
bool fb_export_technique(struct fb_slice s);

/* Strings of the array that is open: the marking, notes on the record, and what people
 * decided (mark:malicious, set-aside, their tags). */
void fb_export_tags(struct fb_json *j, const struct fb_export_job *job,
		    const struct fb_detection_row *row);

/* The nth entity of a type (from 0), or false. */
bool fb_export_entity(struct fb_slice entities, const char *type, size_t nth,
		      struct fb_slice *value);
/* All of a type as an array under key; nothing when there is none. */
void fb_export_entities(struct fb_json *j, const char *key, struct fb_slice entities,
			const char *type);

/* "2025-07-18T09:14:02.123456+00:00": always six digits, for programs that want every
 * line alike. */
#define FB_EXPORT_TIME (FB_TIME_TEXT + 8)
const char *fb_export_micros(fb_time t, char out[static FB_EXPORT_TIME]);
/* Microseconds since 1970, rounded down. */
int64_t fb_export_epoch(fb_time t);

/* The last name of a path of Windows or Unix. */
struct fb_slice fb_export_basename(struct fb_slice path);
/* "DOMAIN\name": the parts; domain may be empty. */
void fb_export_account(struct fb_slice account, struct fb_slice *domain, struct fb_slice *name);

#endif
