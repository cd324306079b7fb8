/* What happened, decided before a byte of evidence is written: the attack's acts and the
 * innocent acts that look like them, each with its time, its host and the records that
 * it leaves. The writers only carry it out, and note where each record came to lie. */
#ifndef FB_DEMO_PLAN_H
#define FB_DEMO_PLAN_H

#include "schemas.h"
#include "variant.h"
#include "world.h"

#include "base/arena.h"

enum site_id { SITE_NONE, SITE_PORTAL, SITE_HELPDESK, SITES };

struct web_line {
	const char *method, *stem, *query, *user, *address, *agent, *referer;
	unsigned status, substatus, win32, taken;
	uint64_t sent, received;
};

/* Who did it. */
enum act {
	ACT_ACTOR = 0,    /* the intrusion */
	ACT_OTHER = 1,    /* an attempt by somebody else, refused */
	ACT_INNOCENT = 2, /* looks alike and is not */
	ACT_SECOND = 3,   /* somebody else who got in */
	ACT_INSIDER = 4,  /* who may, and does more than is meant by it */
};

/* The pages that the intruder drops. */
enum leaf { LEAF_FIRST, LEAF_SHELL, LEAF_KEYS, LEAF_SECOND_HOST, LEAVES };

struct planned {
	fb_time time;
	enum host_id host;
	enum site_id site;      /* of a web request; else */
	enum schema_id schema;  /* a Windows event */
	enum act act;
	bool telling;           /* this record alone shows it; else only its context */
	const char *kind, *technique;
	struct web_line web;
	const char **pairs;     /* name, value … of a Windows event */
	size_t npairs;
	const char *sid;        /* of the System element, or NULL */
	size_t order;           /* in which it was planned */
	const char *file;       /* where it was written, relative to evidence/ */
	uint64_t place;         /* record number or line; 0: not in the evidence */
	bool bytes_logged;      /* the web log says how much was sent */
	const char *where;      /* "record" or "line" */
};

struct plan {
	struct fb_arena arena;
	struct rng rng;
	bool attack;
	uint32_t with; /* bits of enum variant */
	unsigned days;
	uint64_t seed;
	fb_time from, to;
	fb_time later; /* by so much all clocks are, when it is written down */
	struct planned *v;
	size_t n, cap;
	/* Decided with the attack, for the answer key. */
	uint64_t opened_bytes;
	uint64_t collected_bytes, collected_objects;
	uint64_t left_true;
	/* Of what was written down of each kind: the last, and the longest pause between two. */
	struct {
		fb_time last, pause;
	} paces[HOSTS][SCHEMAS];
};

static inline bool plan_with(const struct plan *p, enum variant v)
{
	return p->with >> v & 1;
}

/* Ends the program when memory runs out: nothing useful is left to do then. */
void plan_make(struct plan *p, bool attack, uint32_t with, uint64_t seed, unsigned days);
void plan_dispose(struct plan *p);

/* The next planned record of that host and site (or channel) at or after *cursor and
 * before `until`; moves *cursor behind it. NULL: none. */
struct planned *plan_next_web(struct plan *p, enum host_id host, enum site_id site,
			      size_t *cursor, fb_time until);
struct planned *plan_next_event(struct plan *p, enum host_id host, const char *channel,
				size_t *cursor, fb_time until);

/* ---- for the files that plan ---- */

#define TELL true
#define CONTEXT false

struct label {
	const char *kind, *technique;
	enum act act;
	bool telling;
};

struct who {
	const char *sid, *name, *domain, *logon;
	const char *integrity; /* "System", "High", "Medium" */
	const char *label;     /* mandatory label */
};

extern const struct who SYSTEM_ACCOUNT;

struct proc {
	unsigned pid;
	const char *guid, *image, *command, *user;
};

/* A moment of August 2025, UTC, moved closer to the end when the window is short. */
fb_time plan_at(const struct plan *p, unsigned day, unsigned hour, unsigned minute,
		double second);
char *plan_fmt(struct plan *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void *plan_alloc(struct plan *p, size_t n);
/* Pairs of name and value follow, then NULL. */
struct planned *plan_event(struct plan *p, fb_time t, enum host_id host, enum schema_id schema,
			   struct label l, ...) __attribute__((sentinel));
void plan_web(struct plan *p, fb_time t, enum host_id host, enum site_id site, struct label l,
	      struct web_line line);
/* A process start, as the host's auditing shows it (4688, Sysmon 1). */
struct proc plan_spawn(struct plan *p, fb_time t, enum host_id host, const struct who *who,
		       const struct proc *parent, const char *image, const char *command,
		       struct label l);
/* A process that was there before, with an id. */
struct proc plan_proc(struct plan *p, enum host_id host, const char *image,
		      const char *command, const char *user);
void plan_file(struct plan *p, fb_time t, enum host_id host, const struct proc *by,
	       const char *path, struct label l);

/* Whether the intruder got in at all, and whether pages were dropped. */
bool plan_entered(const struct plan *p);
bool plan_drops(const struct plan *p);
/* The file name of a dropped page. */
const char *plan_leaf(const struct plan *p, enum leaf leaf);

void plan_attack(struct plan *p);
void plan_lookalikes(struct plan *p);
/* Others: a second intruder, an insider, responders; by what the scenario asks for. */
void plan_others(struct plan *p);

#endif
