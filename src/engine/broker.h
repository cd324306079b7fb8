/* Inside of the broker: the files being read, the units waiting or in work, and the
 * workers that do it. Nothing here is seen outside of src/engine. */
#ifndef FB_ENGINE_BROKER_H
#define FB_ENGINE_BROKER_H

#include "engine/gather.h"
#include "engine/zygote.h"

/* Units handed to a matcher ahead of the one in work, so that it need not wait. */
#define QUEUE_MAX 2

struct file;

/* What is read: a file (number 0) or a member of it, at whatever depth. It lives until
 * it is reported; a container is reported behind its members. */
struct stream {
	struct file *file;
	struct stream *parent; /* the container it is in */
	struct stream *next, **at; /* among those of the file */
	uint32_t id;
	unsigned depth;
	uint64_t source;
	uint32_t format;       /* index, FB_NO_FORMAT, FB_FORMAT_CONTAINER + … */
	uint64_t next_offset;  /* where its next unit must begin */
	uint32_t next_seq;
	uint32_t open_units;   /* cut, and not handed to ops yet */
	uint32_t open_members; /* not reported */
	uint32_t members;      /* number of the last */
	uint64_t statements;   /* of a collector, so far */
	bool ended;
	enum fb_why why;       /* its reader died: the rest is lost */
	struct fb_source_result result;
	struct fb_problem *problems;
	size_t nproblems;
	struct fb_arena arena; /* texts of problems */
	struct fb_gather *scan; /* what rules of bytes find; NULL: they do not look at it */
};

struct file {
	struct file *next;               /* in the ready list */
	struct file *all_next, **all_at; /* among all open files */
	struct fb_engine_file given;
	struct stream *streams;          /* all that are not reported */
	struct stream *root;             /* NULL: none yet, or reported */
	struct stream *top;              /* the innermost that the reader has open */
	uint32_t nstreams;     /* ever */
	uint64_t bytes;        /* read so far, for progress */
	bool rescue;           /* its reader died once: now only hashed */
	bool begun, ended;     /* its root was said, its last word was */
	uint32_t skip[FB_SCAN_RETRIES]; /* streams whose scan killed a reader */
	unsigned nskip;
};

struct unit {
	struct unit *next;
	struct stream *stream;
	uint32_t seq, slab, at, len;
	uint64_t base;
	uint8_t flags;         /* enum fb_m_flags */
	uint32_t done;         /* minimal: bytes of it that are settled */
	struct fb_ctx *ctx;    /* before the unit: kept with the result */
	struct fb_ctx *resume; /* minimal: before byte `done`; NULL: as ctx */
	struct fb_gather *gather; /* minimal: survives the matcher */
};

struct worker {
	enum fb_worker_kind kind;
	pid_t pid;
	struct fb_conn conn;
	bool alive, hello, overdue;
	uint64_t cpu_mark;     /* ns of its processor time when its task began */
	/* reader */
	struct file *files[FB_READER_FILES];
	unsigned nfiles, at_file;
	bool wants_slab;
	/* matcher */
	struct unit *queue[QUEUE_MAX];
	unsigned nqueue;
	bool piece;            /* minimal: inside a piece */
	uint32_t piece_len;
	struct fb_ctx *piece_ctx; /* behind it */
	struct fb_gather gather;
};

enum slab_state { SLAB_FREE = 0, SLAB_OPEN, SLAB_CLOSED };

struct slab {
	uint8_t state;
	struct worker *owner;  /* while open */
	uint32_t units;        /* not finished */
};

struct fb_engine {
	struct fb_tables tables;
	uint32_t nrules;
	struct fb_pool pool;
	struct fb_zygote zygote;
	struct worker *workers;
	unsigned nworkers, max_readers, max_matchers;
	unsigned cpu_seconds, cpu_seconds_minimal;
	struct slab *slabs;
	unsigned nslabs;
	struct file *ready, **ready_tail; /* opened or given back, not with a reader */
	bool no_more_files;
	struct file *all; /* every file opened and not reported yet */
	struct unit *pending, **pending_tail;
	const struct fb_engine_ops *ops;
	void *user;
	int ops_code;          /* what a callback answered when it stopped the run */
	struct fb_engine_progress progress;
};

/* units.c: from a cut to a result. */
int fb_units_frame(struct fb_engine *e, struct worker *w, struct fb_frame *f);
void fb_units_dispatch(struct fb_engine *e);
/* The matcher died: its unit in work is tried in smaller pieces, or the piece given
 * up; what only waited goes back. */
int fb_units_crashed(struct fb_engine *e, struct worker *w, enum fb_why why);
void fb_unit_free(struct unit *u);

/* files.c: from ops->next to ops->source. */
int fb_files_fill(struct fb_engine *e, struct fb_err *err);
int fb_files_frame(struct fb_engine *e, struct worker *w, struct fb_frame *f);
/* Seconds for the reader's file if it is scanned, else those given. */
unsigned fb_files_scan_limit(const struct worker *w, unsigned otherwise);
int fb_files_crashed(struct fb_engine *e, struct worker *w, enum fb_why why);
/* One of its units was handed to ops: report the stream if that was the last. */
int fb_stream_settle(struct fb_engine *e, struct stream *s);
void fb_files_drop(struct fb_engine *e);

/* scanned.c: from a scan to a result; s may be NULL (then it is a lie). */
int fb_scanned_begin(struct stream *s, struct fb_cur *c);
int fb_scanned_hit(struct fb_engine *e, struct stream *s, struct fb_cur *c);
int fb_scanned_problem(struct stream *s, struct fb_cur *c);
/* The stream has ended: what was found goes to ops. */
int fb_scanned_end(struct fb_engine *e, struct stream *s);
void fb_scanned_free(struct stream *s);
/* The reader that scanned the file died. *again: the file is to be read once more, from
 * its beginning, without what it died of. */
int fb_scanned_crashed(struct fb_engine *e, struct file *f, enum fb_why why, bool *again);

/* broker.c */
/* A callback's answer: remembered, and FB_ESTOP, so that it is never taken for the
 * fault of a worker. */
int fb_from_ops(struct fb_engine *e, int code);
struct worker *fb_worker_start(struct fb_engine *e, enum fb_worker_kind kind, const int *fds,
			       size_t nfds, struct fb_err *err);
/* Its task begins now: the CPU deadline counts from here. */
void fb_worker_mark(struct worker *w);
void fb_slab_release(struct fb_engine *e, uint32_t slab);
void fb_unit_queue(struct fb_engine *e, struct unit *u, bool front);

#endif
