/* The case on disk: CASE/case.db (SQLite). One writer; readers any time.
 *
 * Writing: open, begin a run, tell of sources, hand over units, end the run. A
 * unit's rows are written together or not at all, keyed (unit, seq); handing over a
 * unit again replaces them. Reading sees whole units only. Every call returns 0 or
 * a code of base/err.h with the message in err.
 */
#ifndef FB_CASE_CASE_H
#define FB_CASE_CASE_H

#include "case/decision.h"
#include "case/noise.h"
#include "event/result.h"

struct fb_case;

enum fb_case_mode {
	FB_CASE_READ,  /* an existing case */
	FB_CASE_WRITE, /* made if absent, locked against other writers (FB_EBUSY names the pid) */
	FB_CASE_DECIDE, /* an existing case, locked for a moment: decisions only (decide.h) */
};

/* dir is the case's folder. FB_ENOTFOUND: no case there (READ). FB_EVERSION: made by
 * a newer program; nothing was touched. FB_EINPUT: not a case, or damaged. */
int fb_case_open(const char *dir, enum fb_case_mode mode, struct fb_case **out,
		 struct fb_err *err);
/* Commits what is whole; after a run that ended, the case is one file again
 * (journal_mode=DELETE). NULL is allowed. */
void fb_case_close(struct fb_case *c);

/* A line "NAME VERSION" for each library that a case stands on, appended. */
void fb_case_libraries(struct fb_buf *out);

/* ---- writing ---- */

struct fb_run {
	const char *version;     /* of the program */
	const char *commandline;
	const char *confinement; /* for the record: "seccomp rlimits landlock:7" */
	/* For the record too; NULL: not said. */
	const char *examiner;    /* who runs it */
	const char *build;       /* of the program: its build id, hex */
	const char *zone;        /* in which times are shown; kept are they in UTC */
	const struct fb_ruleset *const *rules; /* NULL-terminated, at least one set */
	const char *logs;        /* what was said of the logs, which decides what is read; "" or NULL: nothing */
	const struct fb_noise_lists *noise; /* NULL: none */
};
/* Starts a run. When rules, limits or program are not those of the run before, all
 * units are forgotten so that everything is matched again: *rematch says so, and all
 * sources are FB_SOURCE_NEW. */
int fb_case_begin(struct fb_case *c, const struct fb_run *run, bool *rematch,
		  struct fb_err *err);

/* The mapping files that it was read with (docs/formats/import.md), by name: kept, because
 * reading again needs them. A name that is there is replaced. */
int fb_case_map(struct fb_case *c, const char *name, struct fb_slice text, struct fb_err *err);
int fb_case_maps(struct fb_case *c, int (*cb)(void *user, const char *name, struct fb_slice text),
		 void *user, struct fb_err *err);

/* Under which name a folder or file of evidence is shown, for good: base, or when
 * another root has that name already, "base~2" and so on. disk: its absolute path. A
 * root whose path is gone gives its name to one of the same base (evidence that was
 * moved or mounted elsewhere). Appended to name. */
int fb_case_root(struct fb_case *c, const char *disk, const char *base, struct fb_buf *name,
		 struct fb_err *err);

enum fb_source_state {
	FB_SOURCE_NEW = 0, /* not read to the end yet */
	FB_SOURCE_DONE,
	FB_SOURCE_MISSING, /* known, and gone or unreadable now */
	FB_SOURCE_TAKEN,   /* for a member: its path is another source's; *source untouched */
};
struct fb_source_id {
	const char *path;  /* as shown: root and names, "/" between; unique in the case */
	const char *disk;  /* how to open it again; NULL for members */
	uint64_t parent;   /* 0, or the container's source */
	uint32_t index;    /* member number in it, from 1; 0 for files */
	uint64_t size;
	int64_t mtime;     /* ns; 0: not known. Of a file, changed size or mtime: units are forgotten, unless both are 0 */
};
/* Finds or makes a source. *state DONE: nothing of it need be read (its size, mtime
 * are as when it was read, and its members are done too). */
int fb_case_source(struct fb_case *c, const struct fb_source_id *id, uint64_t *source,
		   enum fb_source_state *state, struct fb_err *err);
/* Files of earlier runs that are not read to their end (a run was interrupted, or the
 * rules have changed since): cb gets them by path; what it is handed dies when it
 * returns. Sources that could not be opened are left out. */
int fb_case_pending(struct fb_case *c,
		    int (*cb)(void *user, uint64_t source, const struct fb_source_id *id),
		    void *user, struct fb_err *err);
/* Files of which rules of bytes have not looked at everything that no decoder took (all:
 * at everything), by path; as fb_case_pending. What was not read to its end is left out. */
int fb_case_unscanned(struct fb_case *c, bool all,
		      int (*cb)(void *user, uint64_t source, const struct fb_source_id *id),
		      void *user, struct fb_err *err);
/* Is this file, by the path that opens it, a source? */
int fb_case_has_file(struct fb_case *c, const char *disk, bool *have, struct fb_err *err);
/* The path of a source, appended. */
int fb_case_path(struct fb_case *c, uint64_t source, struct fb_buf *out, struct fb_err *err);
/* What is known of a source besides its bytes. what is one of: host_path (where on the
 * host it was), shadow (the shadow copy), collector, collection (the path of it), collected (when, RFC 3339), collector_host (the host that the
 * collection's name tells), told_host (of a collector's own file: the host named in it),
 * collector_told (the same, for all of the collection), local (its time is the clock on the wall, in a zone that is
 * not known); and of a manifest: host, role, zone, acquired (a time in
 * RFC 3339), exhibit, custodian. Replaces. */
int fb_case_attr(struct fb_case *c, uint64_t source, const char *what, struct fb_slice value,
		 struct fb_err *err);
/* Appended to out; nothing where it was not set. Source 0: of the case. */
int fb_case_attr_of(struct fb_case *c, uint64_t source, const char *what, struct fb_buf *out,
		    struct fb_err *err);
/* Of all sources. */
int fb_case_attrs_forget(struct fb_case *c, const char *what, struct fb_err *err);
/* Every source, by path; between runs and in them. */
int fb_case_paths(struct fb_case *c,
		  int (*cb)(void *user, uint64_t source, const char *path, const char *told_host),
		  void *user, struct fb_err *err);
/* It could not be opened: kept as a source with this problem. */
int fb_case_unreadable(struct fb_case *c, uint64_t source, const char *why, struct fb_err *err);
bool fb_case_unit_known(struct fb_case *c, uint64_t source, uint32_t seq, uint64_t offset,
			uint64_t length);
int fb_case_unit(struct fb_case *c, const struct fb_unit_result *r, struct fb_err *err);
int fb_case_source_done(struct fb_case *c, const struct fb_source_result *r, struct fb_err *err);
/* Other sums of the content of a source: kept by its SHA-256, so that equal content has
 * them once, and no run loses them. FB_EINPUT: its recorded SHA-256 is another. */
int fb_case_sums(struct fb_case *c, uint64_t source, const uint8_t sha256[static FB_SHA256],
		 const struct fb_hash_sums *sums, struct fb_err *err);
/* Files that were read to their end, of which these sums are not known (or not of all of
 * their members), by path; as fb_case_pending. */
int fb_case_unsummed(struct fb_case *c, unsigned which,
		     int (*cb)(void *user, uint64_t source, const struct fb_source_id *id),
		     void *user, struct fb_err *err);
/* Commits when 250 ms or 2,000 detections have passed since the last time. */
int fb_case_tick(struct fb_case *c, struct fb_err *err);
/* Seals: indexes, what assess/ derived, ledger; the case is then readable as
 * one file. complete: all evidence given was read. */
int fb_case_end(struct fb_case *c, bool complete, struct fb_err *err);
/* A row of the custody record, hash-chained to the one before, in the same
 * transaction as what it is about. detail: JSON or text. */
int fb_case_ledger(struct fb_case *c, const char *what, const char *detail, struct fb_err *err);

/* ---- reading ----
 * After fb_assess_seal (assess/seal.h), which works out what the rows mean and costs
 * nothing when the case is sealed; FB_ESTATE without it. What a row points to dies
 * when the callback returns, except rule. */

struct fb_filter { /* zero and NULL: everything; FB_TIME_NONE for no bound */
	fb_time from, to;  /* from <= time < to */
	const char *host;  /* glob (* and ?), without ASCII case; also matches the short name */
	const char *rule;  /* id, or glob over the title, without ASCII case */
	const char *source; /* glob over the path */
	enum fb_level level; /* at least */
	/* By what people decided (decide.h). */
	unsigned marks;      /* a bit 1 << enum fb_mark each */
	const char *tag;
	enum { FB_ASIDE_ANY = 0, FB_ASIDE_ONLY, FB_ASIDE_WITHOUT } aside;
	unsigned noise;      /* a bit 1 << enum fb_noise each; 0: all */
};
void fb_filter_init(struct fb_filter *f);

struct fb_place { /* where a record stands */
	const char *path;
	uint8_t sha256[FB_SHA256];
	uint64_t record, line, offset, length;
	const char *second_hand; /* the program that told of it; NULL: the record itself */
};

struct fb_cause { /* an event that a correlation counted */
	const struct fb_rule_info *rule;
	fb_time time;
	uint8_t time_digits;
	const char *summary;
	struct fb_place place;
};

struct fb_detection_row {
	char id[33];           /* 128 bits, hex */
	fb_time time;
	uint8_t time_digits, time_flags, flags;
	const struct fb_rule_info *rule;
	const char *rule_kind;
	const char *host;      /* attributed; "" unknown */
	const char *host_why;  /* "" when the record names it, else why it is taken for it */
	const char *host_recorded; /* as the record spells it; "" none */
	const char *channel, *provider;
	uint32_t event_id;
	uint32_t content;      /* as in struct fb_detection */
	struct fb_place place;
	fb_time file_time;     /* when its source was modified, as far as that is known */
	const struct fb_place *copies;
	size_t ncopies;
	struct fb_slice entities; /* as in struct fb_detection */
	const char *summary;
	/* Of a correlation: how many events made it, between when, the values they share
	 * ("Computer=sp01"), and the first of them. 0: it is none. */
	uint64_t because_count;
	fb_time since, until;
	const char *grouped;
	const struct fb_cause *because;
	size_t nbecause;
	const struct fb_decided *decided; /* decide.h; NULL: nobody decided anything */
	const struct fb_noise_entry *noise; /* NULL: of no noise list */
	bool has_original;     /* kept in the case; else read again from the evidence */
	uint64_t source;       /* internal ids, for fetching the original */
	uint32_t unit_seq;
	uint64_t unit_offset;
};
/* In the stable order: time (none last), source path, offset, rule id, sub. Each
 * event once, however many copies. cb's non-zero return stops and is returned. */
int fb_case_detections(struct fb_case *c, const struct fb_filter *f,
		       int (*cb)(void *user, const struct fb_detection_row *row), void *user,
		       struct fb_err *err);

/* A walk over all of them that counts many and shows few. */
struct fb_glance {
	const struct fb_rule_info *rule;
	uint32_t rule_index;
	fb_time time;
	int64_t att;      /* a number for (host, why) */
	const char *host; /* the detection's own, as in its row */
};
/* pick sees each in the stable order and says whether its whole row is wanted; cb then
 * gets that. A non-zero return of either stops and is returned. */
int fb_case_glance(struct fb_case *c,
		   int (*pick)(void *user, const struct fb_glance *g, bool *whole),
		   int (*cb)(void *user, const struct fb_detection_row *row), void *user,
		   struct fb_err *err);
/* By id or unambiguous beginning of it (at least 6 digits). */
int fb_case_detection(struct fb_case *c, const char *id,
		      int (*cb)(void *user, const struct fb_detection_row *row), void *user,
		      struct fb_err *err);
/* The kept original, appended; FB_ENOTFOUND: not kept. */
int fb_case_original(struct fb_case *c, const struct fb_detection_row *row, struct fb_buf *out,
		     struct fb_err *err);

struct fb_group_row { /* detections by rule and host */
	const struct fb_rule_info *rule;
	const char *host;
	uint64_t count;
	fb_time first, last;
	uint8_t time_digits;
	const char *summary;   /* of the first */
	char first_id[33];
	uint64_t mark[FB_MARK_COUNT], aside; /* how many of them people decided so about */
	/* All of them are of this entry; the rest of the rule's on this host, where the entry
	 * holds for a time only, is another group. NULL: of no noise list. */
	const struct fb_noise_entry *noise;
};
/* Highest level first, then rarest first, then first seen, host, rule id. */
int fb_case_groups(struct fb_case *c, const struct fb_filter *f,
		   int (*cb)(void *user, const struct fb_group_row *row), void *user,
		   struct fb_err *err);

struct fb_problem_row {
	uint64_t offset, length;
	enum fb_why why;
	bool skipped;
	const char *text;
};
struct fb_source_row {
	uint64_t id;
	const char *path, *disk;
	uint64_t parent;
	uint32_t index;
	uint64_t size;
	bool hashed;
	uint8_t sha256[FB_SHA256];
	struct fb_hash_sums sums;   /* what is known of them */
	const char *format;    /* "" unknown */
	const char *host;      /* attributed; "" unknown */
	const char *host_why;
	fb_time acquired;      /* as the manifest says, else mtime */
	bool local;            /* acquired is in a zone that is not known */
	fb_time mtime;         /* modification time of the file, of a member as its archive has it */
	bool mtime_local;      /* … in a zone that is not known */
	const char *host_path, *shadow, *collector, *role, *manifest_zone, *exhibit, *custodian; /* "" */
	fb_time first, last;
	uint64_t events, detections;
	uint64_t decoded, rejected, skipped;
	enum fb_source_state state;
	const struct fb_problem_row *problems;
	size_t nproblems;
};
/* By path, byte order. f: host and source are looked at. */
int fb_case_sources(struct fb_case *c, const struct fb_filter *f,
		    int (*cb)(void *user, const struct fb_source_row *row), void *user,
		    struct fb_err *err);

/* ---- what was recorded (docs/formats/recorded.md) ---- */

struct fb_kind_row {
	const char *host; /* of the whole case: attributed; of a source: as recorded; "" none */
	struct fb_kind kind; /* its texts too; host as above */
	const struct fb_setting *setting; /* what kind.filled counts; NULL */
	uint64_t most; /* fb_case_kinds: at most so many of them in the interval */
	bool second_hand; /* fb_case_kinds: another program told of them */
};
struct fb_log_row {
	const char *channel;
	uint64_t first, last; /* record numbers */
	fb_time first_time, last_time;
	bool renumbered;      /* an export, or forwarded: missing numbers mean nothing */
	uint64_t gaps, missing;
};
struct fb_gap_row {
	const char *channel;
	uint64_t first, last; /* record numbers that are not there */
	fb_time after, before; /* times of the records around them */
	bool unread;          /* bytes thereabouts could not be read: it may be ours */
};
struct fb_source_records {
	const struct fb_kind_row *kinds; /* by channel or site, provider, id, host, columns */
	size_t nkinds;
	const struct fb_log_row *logs;   /* by channel */
	size_t nlogs;
	const struct fb_gap_row *gaps;   /* by channel, number; the first FB_SOURCE_GAPS_MAX */
	size_t ngaps;
	const struct fb_notice *notices;   /* by number of the record, then as they were told */
	size_t nnotices;
};
/* Of one source. What *row points to dies when cb returns. */
int fb_case_source_records(struct fb_case *c, uint64_t source,
			   int (*cb)(void *user, const struct fb_source_records *row),
			   void *user, struct fb_err *err);
/* Of the whole case, copies of a source once: by host, lane, channel, provider, id,
 * columns. f: host, source, from and to are looked at. What is kept of a unit is its first
 * and its last record of a kind: in an interval, kind.events are those that certainly lie
 * in it, first and last theirs, and `most` those that may. */
int fb_case_kinds(struct fb_case *c, const struct fb_filter *f,
		  int (*cb)(void *user, const struct fb_kind_row *row), void *user,
		  struct fb_err *err);

struct fb_unit_place { /* for reading one record again */
	uint32_t seq;
	uint64_t offset, length;
};
/* Where a unit lies, and (ctx may be NULL) the state before it. */
int fb_case_unit_at(struct fb_case *c, uint64_t source, uint32_t seq, struct fb_unit_place *out,
		    struct fb_ctx *ctx, struct fb_err *err);

/* The spans of a source that hold no event of from <= time < to (FB_TIME_NONE: no
 * bound), in the order of the bytes: what a pass over that time need not decode. */
int fb_case_quiet(struct fb_case *c, uint64_t source, fb_time from, fb_time to,
		  int (*cb)(void *user, uint64_t offset, uint64_t length), void *user,
		  struct fb_err *err);

/* Does the glob match the whole host name or its first label, as in filters? */
bool fb_case_host_matches(const char *glob, struct fb_slice host);

/* Where the units of a source lie, and from when to when their events are, in the order of the bytes. */
int fb_case_spans(struct fb_case *c, uint64_t source,
		  int (*cb)(void *user, uint64_t offset, uint64_t length, fb_time first, fb_time last), void *user,
		  struct fb_err *err);

/* * and ? stand for anything; without ASCII case. */
bool fb_case_text_matches(const char *glob, struct fb_slice text);

struct fb_case_stats {
	uint64_t told, claims; /* events that other programs told of; those that they call detections */
	uint64_t files, members, bytes, events, detections, records_detected;
	uint64_t hashes_differ; /* from what collectors gave */
	uint64_t limited_files; /* of which a limit left something unread */
	uint64_t undecoded_files, evidence_undecoded, unread_files, bytes_rejected, bytes_skipped, problems, lost;
	uint64_t unscanned_files; /* rules of bytes did not look at them to their end */
	/* Hits that no correlation can count: without a time, without a group's value. */
	uint64_t hits_untimed, hits_ungrouped;
	uint64_t webshells_unlisted; /* pages for their log alone, beyond the limit */
	uint64_t pages_beyond; /* requests' pages (rows of a unit) that were not told apart */
	uint64_t hosts, by_level[FB_LEVEL_COUNT];
	fb_time first, last;       /* of all events */
	uint32_t rules_loaded, rules_failed;
	bool complete;             /* the last run reached its end */
	const char *version;       /* program of the last run */
	char rules_hash[65];
	fb_time run_started, run_ended;
};
int fb_case_stats(struct fb_case *c, struct fb_case_stats *out, struct fb_err *err);

/* Rules of the case: infos in ruleset order, and those that failed. */
int fb_case_rules(struct fb_case *c, const struct fb_rule_info **rules, uint32_t *nrules,
		  const struct fb_rule_problem **problems, uint32_t *nproblems,
		  struct fb_err *err);

/* By the same numbers: what each needs to be recorded (event/needs.h; NULL: not known), and
 * its kind ("sigma"). */
int fb_case_rule_needs(struct fb_case *c, const char *const **needs, const char *const **kinds,
		       struct fb_err *err);

/* The correlations of the rules, read into the arena; n is 0 when there are none. */
int fb_case_correlations(struct fb_case *c, struct fb_arena *arena, struct fb_correlations *out,
			 struct fb_err *err);

struct fb_ledger_row {
	uint64_t n;
	fb_time time;
	const char *what, *detail;
	uint8_t hash[FB_SHA256];
};
/* Walks the custody record and checks its chain: FB_EINPUT names the first row that
 * does not fit. *head: hash of the last row. */
int fb_case_ledger_walk(struct fb_case *c, int (*cb)(void *user, const struct fb_ledger_row *row),
			void *user, uint8_t head[FB_SHA256], struct fb_err *err);

#endif
