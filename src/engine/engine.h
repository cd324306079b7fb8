/* The engine: reads evidence in confined readers, decodes and matches it in
 * confined matchers, survives what evidence does to them (docs/architecture.md).
 *
 *   fb_engine_start   before the case, its ledger or any key is opened: proves the
 *                     confinement and forks the zygote, which holds formats and
 *                     rules and nothing else
 *   fb_engine_run     the calling process is the broker: it opens evidence through
 *                     ops, never reads a byte of it, and hands results to ops
 *   fb_engine_stop
 */
#ifndef FB_ENGINE_ENGINE_H
#define FB_ENGINE_ENGINE_H

#include "event/collected.h"
#include "event/result.h"

struct fb_engine;

struct fb_engine_config {
	const struct fb_format *const *formats; /* NULL-terminated */
	const struct fb_ruleset *const *rules;  /* NULL-terminated; may be empty */
	const struct fb_syms *syms;
	unsigned workers; /* matchers; 0: as many as cores */
	/* Processor seconds for a unit, and for a minimal one; 0: as limits.h says. */
	unsigned cpu_seconds, cpu_seconds_minimal;
	bool proved;      /* fb_engine_prove has succeeded in this process */
	const char *const *passwords; /* of archives; NULL-terminated, or NULL */
	bool bytes;             /* ops->bytes is wanted */
	uint64_t reader_memory; /* what unpacking may take; 0: FB_WORKER_MEMORY */
	/* FB_HASH_… of every source, besides SHA-256. Those that a ruleset asks for are made
	 * too; when none is asked for here, only of what no decoder takes. */
	unsigned hashes;
};

int fb_engine_start(const struct fb_engine_config *config, struct fb_engine **out,
		    struct fb_err *err);
void fb_engine_stop(struct fb_engine *e);

/* What comes back of a record that a rule hits. */
enum fb_render {
	FB_RENDER_NONE = 0, /* all of struct fb_detection, and some originals */
	FB_RENDER_ORIGINAL, /* its place, and `original` at full length as text … */
	FB_RENDER_JSON,     /* … or as JSON */
	FB_RENDER_HIT,      /* all of struct fb_detection but `original` */
	FB_RENDER_PLACE,    /* its place, host, channel, provider and `values` */
};

/* A part of a file that lies in several. */
struct fb_engine_part {
	int fd; /* open for reading; the engine closes it */
	uint64_t size;
};

/* One file to read. */
/* What is asked of a text that is only hashed (struct fb_source_result has the answers), and where one that is decoded is cut.
 * What it points to outlives the run. */
struct fb_text_ask {
	bool heads;   /* how it begins; of a file that is no container no more is read */
	const uint64_t *anchors; /* sums of heads, FB_ANCHORS_MAX at most: where does each stand? */
	unsigned nanchors;
	/* FB_RANGES_MAX at most: sums of ranges, of the member with that number in its container (0: the file). */
	const struct fb_text_range {
		uint32_t index;
		uint64_t from, to;
	} *ranges;
	unsigned nranges;
	/* FB_RANGES_MAX at most: lines at which a unit begins, whatever else; rising for each member. */
	const struct fb_text_cut {
		uint32_t index; /* as above */
		uint64_t at;
	} *cuts;
	unsigned ncuts;
};

struct fb_engine_file {
	uint64_t source; /* id for the results */
	int fd;          /* open for reading; the engine closes it */
	uint64_t size;   /* as the file system says */
	/* The name of the format that it was recognised as before, unless it is a container:
	 * then it is not asked again. NULL or none of the table's: it is. */
	const char *format;
	bool hash_only;  /* no decoding: verify */
	bool members;    /* with hash_only: of members too, at all depths */
	/* >= 0: decode this unit alone, of the file, or of the member that is number
	 * only[0] in it, only[1] in that … */
	int64_t only_unit;
	unsigned only_depth;
	uint32_t only[FB_ARCHIVE_DEPTH];
	/* ORIGINAL and JSON: units are cut to FB_RENDER_UNIT, and with one worker they
	 * reach ops->unit in the order of the evidence. `original` empty: the text was
	 * more than FB_RENDERED_MAX. */
	enum fb_render render;
	/* Hits alone are wanted: bytes of which all rules say that they hold none are
	 * not decoded. The account of a unit is then of no use, its sum holds. */
	bool sift;
	bool unhashed; /* the sum of the source is not wanted: it comes as zeros */
	/* Nothing is decoded: kinds of rules that look at bytes see the files (members too)
	 * that no decoder takes, or all. What they find of one reaches ops->unit as unit
	 * FB_SEQ_SCAN, of no length; ops->source is not called. path: as shown; outlives
	 * the run. */
	bool scan, scan_all;
	unsigned scan_seconds; /* of processor time for each; 0: FB_SCAN_CPU_SECONDS */
	const char *path;
	/* enum fb_collected_kind of intake/collected.h, by the file's name; with ops->collected. */
	uint8_t collected;
	uint8_t hashes; /* FB_HASH_…: of this file and its members, besides those of all */
	/* Lengths, rising, at most FB_BEGINNINGS_MAX: sums of the beginnings of this file and its members
	 * (struct fb_source_result). They outlive the run. */
	const uint64_t *beginnings;
	unsigned nbeginnings;
	const struct fb_text_ask *ask; /* NULL: nothing */
	/* What follows the file's own bytes, if it is an archive: its other parts, at most
	 * FB_PARTS_MAX; copied. Size and sum of the source are those of its own bytes. */
	const struct fb_engine_part *parts;
	unsigned nparts;
};

/* A member of a container, as its reader met it. */
struct fb_engine_member {
	uint64_t parent;      /* source id of the container */
	uint32_t index;       /* number in it, from 1, in its order */
	unsigned depth;       /* 1: in a file */
	struct fb_slice name; /* below the container: validated, without ".." */
	bool single;          /* the one stream in its container; no name */
	int64_t mtime;        /* ns; 0: not known */
	bool local;           /* mtime's zone is not known */
	struct fb_slice host; /* that a collector wrote into it: letters, digits and ._-, or empty */
};

/* All are called in the broker. A non-zero return stops the run and is returned. */
struct fb_engine_ops {
	/* The next file, in the order to be read; *have = false when there is none. */
	int (*next)(void *user, struct fb_engine_file *file, bool *have);
	/* The source id of a member. */
	int (*member)(void *user, const struct fb_engine_member *m, uint64_t *source);
	/* Was this unit done in an earlier run? Then it is not decoded again. */
	bool (*unit_known)(void *user, uint64_t source, uint32_t seq, uint64_t offset,
			   uint64_t length);
	int (*unit)(void *user, const struct fb_unit_result *result);
	int (*source)(void *user, const struct fb_source_result *result);
	/* May be NULL: then nobody asks. What a collector wrote in this source, n from 0
	 * in its order, before `source`. All texts are valid UTF-8. */
	int (*collected)(void *user, uint64_t source, uint64_t n, const struct fb_collected *c);
	/* May be NULL; with config.bytes. Bytes of a member as they are cut into units, from its
	 * beginning on; from 0 again when it is read again. n of them lie at `at` of `from`, a
	 * descriptor for reading: the kernel can copy them, this process has them nowhere. */
	int (*bytes)(void *user, uint64_t source, uint64_t offset, int from, uint64_t at, size_t n);
	/* At least every 250 ms, and whenever the engine waits. */
	int (*idle)(void *user);
};

/* How far it is; for progress. */
struct fb_engine_progress {
	uint64_t bytes;      /* read */
	uint64_t events;
	uint64_t detections;
	uint64_t units, crashed; /* crashed: workers lost */
	uint64_t peak_anon_kb, peak_shared_kb; /* largest of any worker that ended */
};
void fb_engine_progress(const struct fb_engine *e, struct fb_engine_progress *out);

/* Returns 0 when all files were read (problems are in the results), a code of ops,
 * or what made going on impossible. */
int fb_engine_run(struct fb_engine *e, const struct fb_engine_ops *ops, void *user,
		  struct fb_err *err);

/* What this machine offers, and whether the locks hold, for `firebreak doctor`. */
struct fb_confinement {
	bool seccomp, no_new_privs, rlimits; /* mandatory */
	int landlock_abi;                    /* 0: the kernel has none */
	bool proved;       /* the self-test children died as they must */
	bool sanitized;    /* this build has the sanitizers' wider filter */
	struct { const char *what; bool stopped; } probe[8];
	unsigned nprobes;
};
/* Of libseccomp; "2.5.4". */
void fb_engine_library(char *out, size_t n);
int fb_engine_prove(struct fb_confinement *out, struct fb_err *err);

#endif
