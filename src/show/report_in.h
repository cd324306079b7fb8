/* What the files of the report share: the model that is collected from the case
 * first (report_model.c), and the parts of the page that are written from it. */
#ifndef FB_SHOW_REPORT_IN_H
#define FB_SHOW_REPORT_IN_H

#include "base/arena.h"
#include "base/io.h"
#include "case/decide.h"
#include "show/html.h"
#include "show/report.h"

#define REP_NONE UINT32_MAX

/* Bytes to small numbers, in the order of their first coming. */
struct rep_map {
	struct fb_arena *arena; /* borrowed */
	struct fb_slice *key;   /* by number */
	uint32_t *slot;         /* number + 1 */
	uint32_t n, cap, max;
};

struct rep_rule {
	const char *id, *title, *description, *techniques, *kind;
	enum fb_level level;
};

struct rep_group {
	struct rep_rule rule;
	uint32_t host;              /* index into hosts */
	uint64_t count;
	fb_time first, last;
	uint8_t digits;
	const char *summary;
	uint32_t quota, fixed;      /* detections to carry; of these, as HTML */
	uint32_t kept;
	uint32_t head, tail;        /* chain of kept detections, in order */
	struct fb_buf originals;    /* JSON array of texts, while collecting */
	uint32_t noriginals;
	struct fb_slice packed;     /* deflated and masked */
	uint64_t mark[FB_MARK_COUNT], aside; /* how many people decided so about */
	const struct fb_noise_entry *noise; /* all are of it; the case's */
	uint64_t dull[FB_NOISE_COUNT];      /* else how many of them are of any */
};

struct rep_det {
	char id[33];
	uint8_t digits, time_flags, flags;
	fb_time time;
	uint32_t group, source, next;
	uint32_t original;          /* index in the group's originals, or REP_NONE */
	uint64_t record, line, offset;
	uint32_t event_id;
	uint32_t copies;
	const char *channel, *host_why;
	const char *summary;
	struct fb_slice entities;
	bool has_original, fixed;
	const struct fb_decided *decided; /* what it points to is the case's */
};

struct rep_source {                 /* of kept detections */
	const char *path;
	uint8_t sha256[FB_SHA256];
};

struct rep_host {
	const char *name;           /* "" unknown */
	uint64_t by_level[FB_LEVEL_COUNT];
	uint64_t count;
	/* First detection: high and above, medium, below. */
	fb_time first[3];
	uint32_t lane, strip;       /* REP_NONE: none of its own */
	uint64_t events;
	uint32_t sources;
	fb_time seen_first, seen_last; /* of its sources' events */
};

struct rep_cell {
	uint32_t count;
	uint32_t det;               /* first kept detection in it, or REP_NONE */
	uint32_t group;             /* of its first detection, or REP_NONE */
};

struct rep_lane {
	uint32_t host;              /* REP_NONE: all further hosts */
	bool has[FB_LEVEL_COUNT];
	struct rep_cell cell[FB_REPORT_BINS][FB_LEVEL_COUNT];
};

struct rep_strip {
	uint32_t host;              /* REP_NONE: all further hosts */
	uint8_t bin[FB_REPORT_BINS]; /* events recorded there */
};

struct rep_timeline {
	fb_time from, to;           /* from < to; NONE: nothing to draw */
	enum fb_level level;        /* whose detections the axis covers */
	bool events_only;           /* no detection has a time */
	uint64_t outside, untimed;
	uint32_t nlanes, nstrips;
	struct rep_lane *lane;
	struct rep_strip *strip;
	uint32_t more_hosts;        /* in the last lane */
};

struct rep_unread {                 /* sources that could not be read whole */
	const char *path, *why;
	uint64_t bytes;
	bool whole_file;
};
#define REP_UNREAD 12

struct rep_model {
	struct fb_case *c;
	const char *name, *case_arg, *tlp;
	const struct fb_answers *answers; /* as in struct fb_report_opts */
	const char *no_answers;
	const struct fb_coverage *coverage;
	bool defang;
	struct fb_arena arena;
	struct fb_case_stats stats;
	struct rep_map host_map, group_map, source_map;
	struct rep_host *host;
	uint32_t nhosts;
	uint64_t dropped_hosts;     /* host names beyond FB_REPORT_HOSTS: groups */
	struct rep_group *group;
	uint32_t ngroups;
	uint64_t all_groups;        /* with those beyond FB_REPORT_GROUPS */
	struct rep_det *det;
	uint32_t ndets;
	struct rep_source *source;
	uint32_t nsources_used;
	struct rep_timeline tl;
	uint64_t nsources;
	fb_time acquired_last;
	struct rep_unread unread[REP_UNREAD];
	uint32_t nunread;
	uint64_t all_unread;
	uint8_t head[FB_SHA256];    /* of the custody record */
	uint64_t ledger_rows;
	bool ledger_ok;
	struct fb_err ledger_err;
	struct fb_decided_counts decided;
	uint64_t decisions;         /* also those that hold no more */
	uint32_t people;            /* who decided */
	struct rep_map people_map;
	uint32_t *first_det;        /* by number of a decision (below ndecided): a kept
				     * detection that it is about, or REP_NONE */
	uint64_t ndecided;
	uint64_t webshells;         /* pages that are listed as such */
	size_t packed_bytes, raw_bytes;
};

/* All that is needed of the case, but for the tables that are streamed. */
int rep_model_collect(struct rep_model *m, struct fb_err *err);
void rep_model_dispose(struct rep_model *m);
/* The number of a key, made when new; REP_NONE: full or out of memory. */
uint32_t rep_map_put(struct rep_map *map, struct fb_slice key);
uint32_t rep_map_find(const struct rep_map *map, struct fb_slice key);
/* report_pack.c: the original of row into its group, when it is kept and there is
 * room: then *index is its number there. */
int rep_pack_add(struct rep_model *m, struct rep_group *g, const struct fb_detection_row *row,
		 uint32_t *index, struct fb_err *err);
int rep_pack_end(struct rep_model *m, struct fb_err *err);
int rep_base64(struct fb_buf *out, struct fb_slice s);

/* The page being written. */
struct rep_page {
	struct fb_buf buf;
	struct fb_html h;
	struct fb_outfile out;
	struct fb_err *err;
	const struct rep_model *m;
};
/* Sends on what has gathered, when it is much. */
int rep_flush(struct rep_page *p);

/* report_words.c: small pieces of text. */
void rep_number(struct fb_html *h, uint64_t v);
void rep_count(struct fb_html *h, uint64_t v, const char *noun);
void rep_bytes(struct fb_html *h, uint64_t v);
void rep_time(struct fb_html *h, fb_time t, unsigned digits);
void rep_span(struct fb_html *h, fb_time first, fb_time last);
void rep_host_name(struct fb_html *h, const char *name);
void rep_level(struct fb_html *h, enum fb_level level);
void rep_sha256(struct fb_html *h, const uint8_t sum[static FB_SHA256]);
void rep_techniques(struct fb_html *h, const char *techniques);
/* <code>firebreak VERB CASE[ OPTION][ --rule R][ --host H]</code>, quoted for a shell. */
void rep_command(struct fb_html *h, const struct rep_model *m, const char *verb,
		 const char *option, const char *rule, const char *host);
/* What a person wrote in several lines: a paragraph for each run of them; and line by
 * line. */
void rep_paragraphs(struct fb_html *h, const char *class, const char *text);
void rep_lines(struct fb_html *h, const char *text);
/* One word for a shell; false when it has characters that are better not pasted. */
bool rep_shell_word(struct fb_buf *out, struct fb_slice s);
const char *rep_level_name(enum fb_level level);

/* report_decided.c: what people decided. */
void rep_decided_flags(struct fb_html *h, const struct fb_decided *d);
void rep_decided_lines(struct fb_html *h, const struct fb_decided *d);
void rep_group_decided(struct fb_html *h, const struct rep_group *g);
void rep_decided_numbers(struct fb_html *h, const struct rep_model *m);
void rep_decided_json(struct fb_json *j, const struct fb_decided *d);
int rep_decisions(struct rep_page *p);
int rep_decided_collect(struct rep_model *m, struct fb_err *err);
/* d, kept with the detection number at, or NULL; false: out of memory. */
bool rep_decided_keep(struct rep_model *m, const struct fb_decided *d, uint32_t at,
		      const struct fb_decided **out);

/* Parts of the page. */
void rep_first(struct rep_page *p);                       /* report_first.c */
void rep_answers(struct rep_page *p);                     /* report_answers.c */
void rep_bounds(struct rep_page *p);                      /* report_story.c */
void rep_story(struct rep_page *p);
bool rep_followed(const struct rep_model *m); /* there is a story to tell */
void rep_fetch(struct rep_page *p); /* what to fetch next */
bool rep_answers_reviewed(const struct rep_model *m); /* one at least, by a person, as it stands */
void rep_marking(struct fb_html *h, const struct rep_model *m);
void rep_shapes(struct fb_html *h);                       /* svg.c */
void rep_timeline_draw(struct fb_html *h, const struct rep_model *m);
void rep_group_head(struct fb_html *h, const struct rep_model *m, const struct rep_group *g);
void rep_detection(struct fb_html *h, const struct rep_model *m, const struct rep_det *d,
		   bool anchor);                          /* report_list.c */
int rep_list(struct rep_page *p);
bool rep_folds(const struct rep_group *g);                /* by a noise list */
int rep_tables(struct rep_page *p);                       /* report_tables.c */
/* A table that scrolls by itself; '#' in front of a column's name: numbers. NULL ends them. */
void rep_table(struct fb_html *h, const char *cls, const char *const *columns);
void rep_table_end(struct fb_html *h);
/* "3 sources not listed here: `firebreak sources CASE`"; nothing for 0. */
void rep_not_listed(struct fb_html *h, const struct rep_model *m, uint64_t n, const char *noun,
		    const char *verb);
int rep_webshells(struct rep_page *p);                    /* report_webshells.c */
int rep_data(struct rep_page *p);                         /* report_data.c */

#endif
