/* What a kind of rule (Sigma, later YARA, indicators, analyses) is to the rest of
 * the program. Compiled once before the workers are forked; matched in confined
 * workers; afterwards the rest of the program sees rule infos only.
 */
#ifndef FB_EVENT_RULES_H
#define FB_EVENT_RULES_H

#include "base/hash.h"
#include "base/limits.h"
#include "event/correlation.h"
#include "event/event.h"

enum fb_level {
	FB_LEVEL_INFORMATIONAL = 0,
	FB_LEVEL_LOW,
	FB_LEVEL_MEDIUM,
	FB_LEVEL_HIGH,
	FB_LEVEL_CRITICAL,
	FB_LEVEL_COUNT
};
/* "informational" … "critical". */
const char *fb_level_word(enum fb_level level);
bool fb_level_parse(struct fb_slice s, enum fb_level *out);

/* What people and the case need to know of one rule. Strings never NULL. */
struct fb_rule_info {
	const char *id;         /* the rule's own (UUID); else made from its hash */
	const char *title;
	const char *description;
	const char *path;       /* of its file, as given */
	const char *pack;       /* "firebreak" for our own, else the folder given */
	const char *techniques; /* "T1190 T1505.003", sorted, space between */
	const char *status;     /* stable, test, experimental …; "" unknown */
	enum fb_level level;
	uint8_t hash[FB_SHA256]; /* of the rule document's bytes */
};

/* A rule that could not be used, and why. */
struct fb_rule_problem {
	const char *path;
	unsigned line; /* 0: the whole file */
	const char *why;
	bool error;    /* false: the rule can be used, but never binds here (a remark) */
};

struct fb_hit {
	uint32_t rule; /* index into the ruleset's rules */
	uint32_t sub;  /* tells several hits of one rule on one event apart; mostly 0 */
};

struct fb_hits {
	struct fb_hit v[FB_HITS_MAX];
	uint32_t n;
	uint32_t lost; /* beyond FB_HITS_MAX or a step limit */
};

/* A whole file, for kinds of rules that look at bytes. */
struct fb_file {
	struct fb_slice data; /* p == NULL where only name and hash are asked for */
	uint64_t size;
	uint8_t sha256[FB_SHA256];
	const char *path;   /* as shown, UTF-8 */
	const char *format; /* fb_format.name, "" unknown */
	struct fb_hash_sums more; /* those of fb_ruleset.hashes that were made */
};
/* What such a rule found in it. */
struct fb_file_hit {
	uint32_t rule;           /* index into the ruleset's rules */
	uint32_t sub;            /* as in struct fb_hit */
	uint64_t offset, length; /* of the first bytes that made it so; 0, 0: none did */
	struct fb_slice summary; /* one line, UTF-8, at most FB_SUMMARY_MAX bytes */
	struct fb_slice text;    /* what was found where, lines of UTF-8 */
};
struct fb_file_sink {
	int (*hit)(const struct fb_file_sink *sink, const struct fb_file_hit *hit);
	/* Something was not looked for in it to the end; text says what and why. */
	int (*problem)(const struct fb_file_sink *sink, const char *text);
	uint64_t *lost; /* added to: hits beyond a limit, not told of. NULL: nobody counts */
	void *user;
};

struct fb_ruleset;

/* A kind has match, scan, known, or several of them. */
struct fb_rulekind {
	const char *name; /* "sigma" */
	/* A worker's scratch memory, taken before it is confined. */
	int (*open)(const struct fb_ruleset *set, void **state);
	/* Adds the rules that match. Pure but for state. Returns 0 or FB_ENOMEM. */
	int (*match)(void *state, const struct fb_event *ev, struct fb_hits *hits);
	/* Tells of every rule that matches, by number. Pure but for state. Returns 0,
	 * FB_ENOMEM, or the sink's code. */
	int (*scan)(void *state, const struct fb_file *file, const struct fb_file_sink *sink);
	/* The same, but looks at the file's name and hash alone: called in the broker. */
	int (*known)(void *state, const struct fb_file *file, const struct fb_file_sink *sink);
	void (*close)(void *state);
	void (*free)(struct fb_ruleset *set);
	/* What a hit on the event that was matched last is about: stands in front of the
	 * event's own summary; UTF-8, one line. NULL, or empty: nothing to say. */
	struct fb_slice (*note)(void *state, uint32_t rule, uint32_t sub);
	/* What a correlation wants to know of the event that was matched last, for a
	 * rule that hit it (struct fb_capture); NULL, or empty: nothing. */
	struct fb_slice (*values)(void *state, uint32_t rule);
	bool always; /* it is asked for that whether or not there are correlations */
	/* Could any event of these bytes of a source be hit? NULL: always. For passes
	 * that want hits and nothing else (fb_engine_file.sift): what cannot be hit is
	 * not decoded. Bytes: one or more whole minimal units (FB_UNIT_MIN); events that
	 * are matched until the next call are all of these. as_written: as the format is
	 * (event/format.h). */
	bool (*may)(void *state, enum fb_lane lane, bool as_written, struct fb_slice bytes);
	/* And an event made of this line of them alone? Asked of formats that are
	 * as_written, line by line in order; events that are matched until the next call
	 * are of this line. NULL: of any. */
	bool (*may_line)(void *state, struct fb_slice line);
	/* Bytes beyond which scan has no interest in a file; 0: FB_YARA_FILE_MAX, and what
	 * is larger is said to be left out. */
	uint64_t scan_max;
};

struct fb_ruleset {
	const struct fb_rulekind *kind;
	const void *compiled; /* the kind's own */
	/* Sorted by (id, path, position): independent of the order of folders. */
	const struct fb_rule_info *rules;
	uint32_t nrules;
	uint32_t hashes; /* FB_HASH_… besides SHA-256 that known compares with files */
	const struct fb_rule_problem *problems; /* by path and line */
	uint32_t nproblems;
	uint32_t nfiles;         /* rule files read */
	const struct fb_correlations *correlations; /* NULL: none */
	/* By rule, what it needs to be recorded (event/needs.h); "": nothing that is read
	 * here, or a correlation. NULL: not known. */
	const char *const *needs;
	uint8_t hash[FB_SHA256]; /* of all rules and whatever else decides a match */
};

/* Several kinds in one run: a NULL-terminated list of at most FB_RULESETS_MAX sets,
 * whose rules are numbered through, in its order. Correlations are the first set's. */

/* Rules of all sets. */
uint32_t fb_rulesets_count(const struct fb_ruleset *const *sets);
/* The rule of this number and the set that it is of (set may be NULL); NULL: no such. */
const struct fb_rule_info *fb_rulesets_rule(const struct fb_ruleset *const *sets, uint32_t number,
					    const struct fb_ruleset **set);
/* What tells these sets from all others; of one set its own hash. */
void fb_rulesets_hash(const struct fb_ruleset *const *sets, uint8_t out[static FB_SHA256]);

#endif
