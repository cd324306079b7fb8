/* What the case holds, as JSON objects: the keys of docs/formats/output.md, which are
 * promises. No times of runs in detections and sources: they are the same for the
 * same evidence. */
#ifndef FB_SHOW_JSON_H
#define FB_SHOW_JSON_H

#include "assess/could.h"
#include "base/json.h"
#include "case/decide.h"

/* Each writes one object as the next value. */
void fb_json_detection(struct fb_json *j, const struct fb_detection_row *row);
/* The same with the original record; original NULL: why_not says why it is missing. */
void fb_json_detection_full(struct fb_json *j, const struct fb_detection_row *row,
			    const struct fb_slice *original, const char *why_not);
/* {"path","sha256","record" or "line","offset","length"} */
void fb_json_place(struct fb_json *j, const struct fb_place *p);
void fb_json_group(struct fb_json *j, const struct fb_group_row *row);
/* records: what it recorded. */
void fb_json_source(struct fb_json *j, const struct fb_source_row *row,
		    const struct fb_source_records *records);
/* Of a case (else NULL): how many detections the rule made, and where it could have.
 * noise: the entries of all lists, n of them. */
void fb_json_rule(struct fb_json *j, const struct fb_rule_info *rule, const uint64_t *detections,
		  const struct fb_could_rule *could, const struct fb_noise_entry *noise, uint32_t n);
void fb_json_rule_problem(struct fb_json *j, const struct fb_rule_problem *p);
void fb_json_stats(struct fb_json *j, const struct fb_case_stats *s);

/* What people decided about a detection, or null; one decision. */
void fb_json_decided(struct fb_json *j, const struct fb_decided *x);
void fb_json_decision(struct fb_json *j, const struct fb_decision_row *row);
void fb_json_decided_counts(struct fb_json *j, const struct fb_decided_counts *counts);
/* An entry of a noise list, or null; counts. */
void fb_json_noise(struct fb_json *j, const struct fb_noise_entry *e);
void fb_json_noise_counts(struct fb_json *j, const struct fb_noise_counts *counts);
/* "holds", "withdrawn", "replaced", "expired" */
const char *fb_decision_state(const struct fb_decision_row *row);

/* The digits of the second that t needs to be written exactly. */
unsigned fb_json_digits(fb_time t);
/* A key with a time in those digits. */
void fb_json_put_time(struct fb_json *j, const char *key, fb_time t);
/* "record 4711", "line 12", "offset 99": how people name the place. */
int fb_place_text(struct fb_buf *out, const struct fb_place *p);
/* "done", "new", "missing" */
const char *fb_source_state_word(enum fb_source_state state);
/* Takes the next entity off *list; false at its end. */
bool fb_entity_next(struct fb_slice *list, const char **type, struct fb_slice *value);

#endif
