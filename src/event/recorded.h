/* What a source recorded, whatever the rules say of it: kinds of records with their
 * count, runs of record numbers, and the few records that tell of the log itself
 * (cleared, stopped, the clock set). Facts for coverage; docs/formats/recorded.md.
 */
#ifndef FB_EVENT_RECORDED_H
#define FB_EVENT_RECORDED_H

#include "event/event.h"

/* … as if it were a column of its log. */
#define FB_COLUMN_LOCAL "(local-time)"
#define FB_COLUMN_TWICE "(hour-twice)"

/* Records of a kind. Where it matters when exactly they were written (fb_kind_paces) a pause
 * of FB_PAUSE_SECONDS begins another row. EVTX: one host, channel, provider and event id; web: one host and
 * site (in channel), and one set of columns. */
struct fb_kind {
	enum fb_lane lane;
	uint32_t event_id;
	struct fb_slice host, channel, provider;
	struct fb_slice columns; /* names, a blank between; of Sysmon's: "aspx-file/3/0", classes and heaps (event/chosen.h); of another clock … */
	uint64_t events;
	uint64_t filled; /* of these, with what fb_setting_of names; 0 without */
	fb_time first, last; /* FB_TIME_NONE: none has a time */
};

/* A setting that some kinds of records need before they say anything: the field that
 * it fills, and the number that the field must have (0: anything). */
struct fb_setting {
	uint32_t event_id;
	const char *provider;
	const char *field;
	uint64_t value;
};
/* NULL: that kind needs none. */
const struct fb_setting *fb_setting_of(struct fb_slice provider, uint32_t event_id);

/* Kinds that are only written while a setting is in force (all that is audited), or that are the
 * life of their log: their rows are split at pauses, and where a record first has or
 * lacks what fb_setting_of names. */
bool fb_kind_paces(enum fb_lane lane, struct fb_slice provider, uint32_t event_id);

/* Records of one log whose numbers follow one another without a pause of
 * FB_PAUSE_SECONDS, in the order of the file. */
struct fb_series {
	struct fb_slice host, channel;
	uint64_t first, last;          /* record numbers */
	fb_time first_time, last_time; /* of these two records */
	bool renumbered;               /* the file numbers them otherwise: an export, or forwarded */
	struct fb_slice sums;          /* fb_block_sum_get; empty: none were made */
};

/* What FB_BLOCK_RECORDS records of a log are, in short, by the numbers that divide alike: whether two files tell the same
 * of one number shows without a sum for each record. Of numbers that are not in the series nothing is in it. */
#define FB_BLOCK_RECORDS 16u
#define FB_BLOCK_SUM_SIZE 16u /* packed, bytes */
struct fb_block_sum {
	/* Sums over the records, so that those of parts can be added: number, time and event id; the values of their
	 * fields, however their bytes stand in the file. */
	uint32_t identity, content;
	fb_time last; /* of the last record of the series in the block; FB_TIME_NONE: it cannot be compared (damaged) */
};
/* How many a series has. */
static inline uint64_t fb_block_sums_of(uint64_t first, uint64_t last)
{
	return last / FB_BLOCK_RECORDS - first / FB_BLOCK_RECORDS + 1;
}
/* The i-th, of the block first / FB_BLOCK_RECORDS + i; false: there is none. */
bool fb_block_sum_get(struct fb_slice sums, uint64_t i, struct fb_block_sum *out);

enum fb_notice_what {
	FB_NOTICE_HEADER = 0,      /* the file's header: number of its next record, flags */
	FB_NOTICE_CLEARED,         /* 1102, 104; text: which log */
	FB_NOTICE_LOGGING_STARTED,
	FB_NOTICE_LOGGING_STOPPED, /* 1100, 6006 */
	FB_NOTICE_EVENTS_DROPPED,
	FB_NOTICE_LOG_FULL,
	FB_NOTICE_LOGGING_ERROR,
	FB_NOTICE_CLOCK_SET,       /* 4616 and the kernel's; other: the time before */
	FB_NOTICE_CLOCK_BACK,      /* earlier than the record before it; other: that one's time */
	FB_NOTICE_BOOT,
	FB_NOTICE_SHUTDOWN,
	FB_NOTICE_DIED,            /* found at the next start */
	FB_NOTICE_SLEEP,
	FB_NOTICE_RESUME,
	FB_NOTICE_POLICY,          /* what is recorded was changed: 4719; text, of Sysmon: its configuration's hash, or its state */
	FB_NOTICE_USER_POLICY,     /* 4912: … of what one user does */
	FB_NOTICE_COUNT
};
#define FB_HEADER_DIRTY 1u
#define FB_HEADER_FULL 2u

struct fb_notice {
	enum fb_notice_what what;
	uint64_t record; /* 0: none */
	fb_time time, other;
	uint32_t flags;  /* FB_NOTICE_HEADER: FB_HEADER_… */
	struct fb_slice host, text;
};
/* The stable word ("clock-back"); parse: false when it is none. */
const char *fb_notice_word(enum fb_notice_what what);
bool fb_notice_parse(struct fb_slice word, enum fb_notice_what *out);
/* What a record of this kind tells of the log itself. */
bool fb_notice_of(struct fb_slice provider, uint32_t event_id, enum fb_notice_what *out);

struct fb_recorded {
	const struct fb_kind *kinds;
	size_t nkinds;
	const struct fb_series *series;
	size_t nseries;
	const struct fb_notice *notices;
	size_t nnotices;
};

#endif
