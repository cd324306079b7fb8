/* What the files of case/ share. Nobody else includes this. */
#ifndef FB_CASE_INTERNAL_H
#define FB_CASE_INTERNAL_H

#include "base/arena.h"
#include "case/case.h"
#include "case/db.h"
#include "case/rows.h"
#include "case/strings.h"

#define ZLIB_CONST
#include <zlib.h>

/* Kept statements of the writer; their texts stand in statements.c. */
enum fb_case_st {
	ST_UNSEAL,
	ST_SOURCE_FIND, ST_SOURCE_ADD, ST_SOURCE_TOUCH, ST_SOURCE_RESET, ST_SOURCE_MISSING,
	ST_SOURCE_DONE, ST_SOURCE_PATH, ST_TREE_OPEN,
	ST_UNIT_KNOWN, ST_UNIT_FIND, ST_UNIT_DELETE, ST_UNIT_ADD, ST_UNITS_BEYOND,
	ST_DETECTIONS_DELETE, ST_ORIGINALS_DELETE, ST_VALUES_DELETE, ST_HOSTS_DELETE, ST_PROBLEMS_DELETE,
	ST_DETECTION_ADD, ST_ORIGINAL_ADD, ST_VALUES_ADD, ST_HOST_ADD, ST_PROBLEM_ADD,
	ST_KINDS_DELETE, ST_SERIES_DELETE, ST_NOTICES_DELETE, ST_PAGES_DELETE, ST_PAGES_ADD, ST_FLOWS_DELETE, ST_FLOWS_ADD, ST_SUMS_DELETE, ST_SUMS_ADD, ST_KIND_ADD, ST_SERIES_ADD, ST_NOTICE_ADD,
	ST_STRING_FIND, ST_STRING_ADD,
	ST_LEDGER_LAST, ST_LEDGER_ADD,
	ST_ATTR_SET, ST_ATTR_GET, ST_ATTRS_FORGET,
	ST_COLLECTED_FORGET, ST_COLLECTED_ADD, ST_COLLECTED_JUDGE,
	ST_SAVE, ST_RELEASE, ST_BACK,
	ST_COUNT
};

struct fb_case {
	struct fb_db db;
	char *dir;     /* absolute */
	char *shown;   /* DIR/case.db as given, for messages */
	bool write, decide; /* decide: of what is written, decisions only */
	int lock;      /* descriptor of CASE/lock, -1 */
	int64_t run;   /* row of runs, 0 before begin */
	bool derived;  /* what the seal derives is there and fits the rest */
	bool tallied;  /* it was derived here: temp.tally, and these two, fit it */
	uint8_t sum[FB_SHA256];
	uint64_t findings;
	sqlite3_stmt *st[ST_COUNT];
	int64_t txn_began;  /* ms of the monotonic clock */
	uint64_t txn_rows;
	bool txn_unsealed;
	bool reserve_given; /* the disk was full */
	struct fb_strings strings;
	struct fb_rows rows; /* what the seal need not read */
	z_stream deflate;
	bool deflating;
	struct fb_buf packed;
	/* Rules as read back, on first use. */
	struct fb_arena arena;
	struct fb_rule_info *rules;
	const char **rule_kinds, **rule_needs;
	uint32_t nrules;
	struct fb_rule_problem *problems;
	uint32_t nproblems;
	bool rules_read;
	struct fb_decisions *decisions; /* decisions.h; on first use */
	struct fb_branches *branches;   /* forks.h; on first use */
};

/* The kept statement, ready to be bound. */
int fb_case_st(struct fb_case *c, enum fb_case_st which, struct fb_bind *out, struct fb_err *err);

/* Everything is written inside of a transaction that fb_case_commit ends. */
int fb_case_txn(struct fb_case *c, struct fb_err *err);
int fb_case_commit(struct fb_case *c, struct fb_err *err);
void fb_case_rollback(struct fb_case *c);
void fb_case_branches_forget(struct fb_case *c);
/* Around each thing written: all of it or, when r tells of a failure, nothing. A full
 * disk gives the reserve free and is recorded. _leave returns r. unseal: what is
 * derived does not fit any more. */
int fb_case_enter(struct fb_case *c, bool unseal, struct fb_err *err);
int fb_case_leave(struct fb_case *c, int r, struct fb_err *err);
/* fb_case_ledger without its own enter and leave. */
int fb_case_ledger_row(struct fb_case *c, const char *what, const char *detail, struct fb_err *err);

/* Forgets what was found in a unit, a source's units from seq on, a source and its
 * members, everything. */
int fb_case_forget_unit(struct fb_case *c, int64_t unit, uint64_t source, uint32_t seq,
			struct fb_err *err);
int fb_case_forget_from(struct fb_case *c, uint64_t source, uint32_t seq, struct fb_err *err);
int fb_case_forget_source(struct fb_case *c, uint64_t source, struct fb_err *err);
int fb_case_forget_all(struct fb_case *c, struct fb_err *err);

int fb_case_forget_problems(struct fb_case *c, uint64_t source, int64_t seq, struct fb_err *err);

/* The number of a text; 0 for the empty one. */
int fb_case_string(struct fb_case *c, struct fb_slice s, int64_t *out, struct fb_err *err);

/* recorded.c: what a unit recorded. */
int fb_case_recorded_add(struct fb_case *c, int64_t unit, const struct fb_recorded *r,
			 struct fb_err *err);

/* sums.c: into the case; the members of a custody row about them. */
int fb_case_sums_keep(struct fb_case *c, const uint8_t sha256[static FB_SHA256],
		      const struct fb_hash_sums *sums, struct fb_err *err);
struct fb_json;
void fb_case_sums_json(struct fb_json *j, const struct fb_hash_sums *sums);
int fb_case_sums_read(struct fb_case *c, const uint8_t sha256[static FB_SHA256],
		      struct fb_hash_sums *out, struct fb_err *err);

int fb_case_problem(struct fb_case *c, uint64_t source, int64_t seq, size_t n,
		    const struct fb_problem *p, struct fb_err *err);
/* The numbers of result.h in a statement. */
#define FB_SEQ_SCAN_SQL "2147483647"
#define FB_SEQ_KNOWN_SQL "2147483646"
_Static_assert(FB_SEQ_SCAN == 2147483647u && FB_SEQ_KNOWN == 2147483646u, "as in statements");
#define FB_SEQ_SOURCE (-1)  /* problems outside of units */
#define FB_SEQ_MISSING (-2) /* why it could not be opened */
#define FB_SEQ_COLLECTED (-3) /* remarks by what its collector wrote */

/* FB_ESTATE unless what is derived is up to date; reads the rules too. */
int fb_case_need_derived(struct fb_case *c, struct fb_err *err);

/* Reads the rules of the case once. */
int fb_case_rules_read(struct fb_case *c, struct fb_err *err);
/* The rule row idx, or NULL. */
const struct fb_rule_info *fb_case_rule(const struct fb_case *c, int64_t idx, const char **kind);
void fb_case_rules_forget(struct fb_case *c);

/* * any bytes, ? one character; a host by its whole name or its first label. */
bool fb_case_glob(struct fb_slice pattern, struct fb_slice text, bool nocase);
bool fb_case_host(struct fb_slice pattern, struct fb_slice host);
/* The SQL functions fb_glob(pattern, text), fb_nglob (without ASCII case),
 * fb_host(pattern, host) and fb_fold(text). */
int fb_case_functions(struct fb_db *db, struct fb_err *err);

#endif
