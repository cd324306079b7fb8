/* What makes an event the same event wherever it lies, as stable text: what decisions
 * of people are kept by (docs/formats/decisions.md, "Which event").
 *
 *   record HOST CHANNEL NUMBER TIME EVENTID [CONTENT]   a record of a Windows event log
 *   place SHA256 OFFSET                                 all else: the content and the place in it
 *
 * CONTENT stands there where the case knows that there are two of that number (case/forks.h).
 * It is the identity by which copies are found (docs/formats/detections.md).
 */
#ifndef FB_EVENT_IDENTITY_H
#define FB_EVENT_IDENTITY_H

#include "base/buf.h"
#include "base/hash.h"
#include "base/time.h"

struct fb_identity {
	struct fb_slice host, channel; /* as recorded */
	uint64_t record, line;
	fb_time time;
	uint32_t event_id;
	const uint8_t *sha256; /* of the source; NULL: it was not read to its end */
	uint64_t offset;
	/* Of a record: what tells it from another of its number (struct fb_detection); 0: not known, or for a text: nothing has to. */
	uint32_t content;
};

/* Whether it is the record's own; else the place stands for it. */
static inline bool fb_identity_own(const struct fb_identity *id)
{
	return id->record && id->host.n && id->line == 0 && id->time != FB_TIME_NONE;
}

/* Appended to out. FB_ENOTFOUND: it has none, because its source has no hash. */
int fb_identity_text(struct fb_buf *out, const struct fb_identity *id);

/* Whether the text is of an event. base: the event's text without content. A text without content is of every record of that
 * number, and every text is of a record of which the content is not known (0). */
bool fb_identity_is(struct fb_slice text, struct fb_slice base, uint32_t content);

/* What a text says of where the event is to be looked for. */
struct fb_identity_key {
	bool record;
	fb_time time;              /* of a record */
	uint32_t content;          /* of one; 0: it has none */
	uint8_t sha256[FB_SHA256]; /* of a place */
	uint64_t offset;
};
/* false: it is no text that fb_identity_text could have written. */
bool fb_identity_parse(struct fb_slice text, struct fb_identity_key *out);

#endif
