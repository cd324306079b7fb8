/* The files that one investigation reads, and the engine's questions about them:
 * between intake's walk, the engine and the case. */
#ifndef FB_CLI_EVIDENCE_H
#define FB_CLI_EVIDENCE_H

#include "base/arena.h"
#include "case/case.h"
#include "cli/known.h"
#include "cli/parts.h"
#include "cli/spool.h"
#include "engine/engine.h"
#include "show/progress.h"

struct fb_evidence {
	struct fb_case *c;
	struct fb_engine *engine;
	struct fb_err *err;
	struct fb_progress progress;
	const volatile int *stop;     /* set by a signal */
	void (*told)(void *user, const char *path, const struct fb_source_result *r); /* or NULL */
	void *told_user;
	struct fb_spool *spool;       /* keeps members; NULL: none does */
	struct fb_known_files *known; /* asked of every source; NULL: nobody */

	struct fb_arena names;
	struct fb_evidence_item *items; /* to be read, in this order */
	size_t nitems, room, at;
	struct fb_buf path;    /* of the member or source in hand */
	char *case_dir;        /* absolute; what lies in it is no evidence */
	uint64_t bytes;        /* to be read */
	uint64_t done, unreadable, in_case; /* files */
	struct fb_joined joined; /* parts of the file that was handed out last */
	struct fb_evidence_set *sets; /* split archives that were handed out */
	size_t nsets, sets_room;
	uint64_t unsummed;     /* changed since they were read */
	bool scan, scan_all;   /* the files are given out to be scanned */
	const uint64_t *listed; /* while hashing: only sums of these sources are kept, in order; NULL: all */
	size_t nlisted;
	unsigned keep;         /* FB_HASH_…: of further sums the case gets these */
	unsigned hashing;      /* FB_HASH_…: the files are given out to be hashed, and no more */
	bool cutting;          /* the files are given out to be decoded again, of them what is listed */
	/* Not NULL: the files are given out for the sums of their beginnings, and no more. */
	int (*begun)(void *user, const struct fb_source_result *r);
	void *begun_user;
	unsigned scan_seconds; /* of processor time for each; 0: the limit's */
};

/* Each is there, readable, not the case itself, and no link: FB_ENOTFOUND or FB_EUSAGE
 * names the first that is not. case_dir need not exist. */
int fb_evidence_check(const char *const *roots, size_t n, const char *case_dir,
		      struct fb_err *err);

void fb_evidence_init(struct fb_evidence *ev, struct fb_case *c, struct fb_err *err);
void fb_evidence_dispose(struct fb_evidence *ev);
/* Walks and tells the case of every file. */
int fb_evidence_walk(struct fb_evidence *ev, const char *const *roots, size_t n,
		     const char *case_dir);
/* To the path of its container the name of a member is appended ("a.zip!x/y.log"). */
void fb_member_path(struct fb_buf *path, const struct fb_engine_member *m);
/* After that: rules of bytes look at what no decoder took (all: at everything). FB_ESTOP
 * as below. */
int fb_evidence_scan(struct fb_evidence *ev, struct fb_engine *engine, bool all);
/* After these: of what earlier runs read, the sums (FB_HASH_…) that the case lacks. A file
 * that changed since is said (*changed) and left. */
int fb_evidence_hash(struct fb_evidence *ev, struct fb_engine *engine, unsigned which);
/* The same of single sources (listed, in order), which are files or in files. */
struct fb_evidence_file {
	uint64_t source, size;
	const char *shown, *disk;
	/* Lengths of beginnings, for fb_evidence_begin; they and the texts outlive the run. */
	const uint64_t *lengths;
	unsigned nlengths;
	/* What else is asked of a text in it; NULL: nothing. It outlives the run. */
	const struct fb_text_ask *ask;
};
int fb_evidence_hash_listed(struct fb_evidence *ev, unsigned which, const struct fb_evidence_file *files,
			    size_t nfiles, const uint64_t *listed, size_t nlisted);
/* Reads these files (and what is in them) once more for the sums of their beginnings, and for what is asked of texts. begun gets
 * those that have an answer. */
int fb_evidence_begin(struct fb_evidence *ev, const struct fb_evidence_file *files, size_t nfiles,
		      int (*begun)(void *user, const struct fb_source_result *r), void *user);
/* Decodes these sources (listed, in order), which are files or in files, once more, cut into units where is asked. */
int fb_evidence_cut(struct fb_evidence *ev, const struct fb_evidence_file *files, size_t nfiles, uint64_t *listed, size_t nlisted);
/* Reads what is to be read. FB_ESTOP: a signal came. */
int fb_evidence_run(struct fb_evidence *ev, struct fb_engine *engine);

#endif
