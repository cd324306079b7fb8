/* Events of the evidence that no rule need have recognised, as commands show that read
 * the evidence again: JSON, CSV, and for people. docs/formats/output.md, "Event". */
#ifndef FB_SHOW_EVENTS_H
#define FB_SHOW_EVENTS_H

#include "base/json.h"
#include "case/decide.h"
#include "show/term.h"
#include "show/zone.h"

struct fb_event_row {
	const char *reference; /* "" when its source was never read to its end */
	fb_time time;
	uint8_t time_digits, time_flags, flags;
	struct fb_slice host;
	const char *host_why;
	struct fb_slice channel, provider, summary;
	uint32_t event_id;
	struct fb_place place;
	struct fb_slice entities; /* as in struct fb_detection */
	const struct fb_decided *decided; /* about the event; NULL: nothing */
	bool around;           /* shown for the sake of another one */
};

void fb_json_event(struct fb_json *j, const struct fb_event_row *row);
/* The same with the original record. */
void fb_json_event_full(struct fb_json *j, const struct fb_event_row *row, struct fb_slice original);
void fb_csv_event_head(struct fb_buf *out);
void fb_csv_event(struct fb_buf *out, const struct fb_event_row *row);

/* One a line, under the path of their source. */
struct fb_events_view {
	struct fb_out *out;
	const struct fb_zone *zone;
	struct fb_buf line, path;
	uint64_t rows, times_local;
};
void fb_events_init(struct fb_events_view *v, struct fb_out *out, const struct fb_zone *zone);
void fb_events_dispose(struct fb_events_view *v);
/* Returns 0 or the code of out. */
int fb_events_row(struct fb_events_view *v, const struct fb_event_row *row);

#endif
