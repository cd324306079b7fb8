/* What the files of assess/activity/ share. */
#ifndef FB_ASSESS_ACTIVITY_IN_H
#define FB_ASSESS_ACTIVITY_IN_H

#include "assess/activity/activity.h"
#include "base/buf.h"
#include "base/grow.h"
#include "base/limits.h"

/* Texts, each once, by number; 0 is the empty one. */
struct act_texts {
	uint8_t **blocks;
	uint32_t nblocks, blocks_room;
	size_t used;        /* of the last of them */
	struct fb_slice *v;
	uint32_t *folded;   /* number of the text without case; 0: not asked for yet */
	uint32_t *base;     /* of its base name without case; the same */
	uint32_t n, room;
	struct act_text_slot {
		uint32_t hash, text; /* text + 1 */
	} *slots;
	uint32_t nslots;
	uint64_t seed;
	uint32_t *as_written; /* of a folded one, the first that was folded to it + 1 */
	struct fb_buf fold;
};
/* UINT32_MAX: no memory. */
uint32_t act_text(struct act_texts *t, struct fb_slice s);
uint32_t act_folded(struct act_texts *t, uint32_t text);
/* Of the base name, without case. */
uint32_t act_base(struct act_texts *t, uint32_t path);

/* From three numbers to one. */
struct act_map {
	struct act_map_slot {
		uint32_t key[3], value;
	} *v;
	uint32_t n, room;
};
/* The value's place, 0 when it is new; NULL: no memory. */
uint32_t *act_map_at(struct act_map *m, uint32_t a, uint32_t b, uint32_t c);
/* Soon it will be asked for: memory may be under way meanwhile. */
void act_map_soon(const struct act_map *m, uint32_t a, uint32_t b, uint32_t c);
/* 0: it is not there. */
uint32_t act_map_get(const struct act_map *m, uint32_t a, uint32_t b, uint32_t c);

#define ACT_NONE UINT32_MAX

struct act_fact {
	fb_time time, last;
	uint64_t source, offset, count, bytes, bytes_most;
	uint32_t record, host, log, name, slot[FB_SLOT_COUNT];
	uint32_t actor, born;    /* nodes + 1 */
	uint32_t next_of_actor;  /* fact + 1 */
	uint32_t observations;   /* the first + 1 */
	bool bytes_known, second_hand, proxied;
};

/* ACT_EVENT: a record that names no actor. */
enum act_kind { ACT_PROCESS = 1, ACT_SESSION, ACT_FILE, ACT_SERVICE, ACT_PAGE, ACT_CLIENT, ACT_EVENT, ACT_KINDS };

/* An address with so many programs is a proxy, or a crowd behind one. */
#define ACT_AGENTS 4

struct act_node {
	enum act_kind kind;
	uint32_t host, label, account; /* texts: image, path, name, number of the session … */
	fb_time born, end;
	uint32_t birth;          /* fact + 1 */
	uint32_t facts, facts_last; /* of which it is the actor: fact + 1 */
	uint32_t out, in;        /* links + 1 */
	bool remote;             /* a session from elsewhere */
	bool shared;             /* works for everybody */
	bool twin;               /* a start that both logs tell of */
	bool cut;                /* a person says that it joins nothing */
	bool observed;           /* an observation is of it */
	bool lone;               /* acting only in the records observed */
	unsigned asked_by;       /* of a page: clients that were not refused, up to 2 */
	/* Of a client: named users that it had, up to 2; programs, up to ACT_AGENTS. */
	unsigned users, nagents;
	uint32_t agents[ACT_AGENTS];
	bool proxy;              /* of a client: it asks for others, who are not known */
	bool candidate;          /* of a client: all that it asked for has to be known */
	/* Of a client: from when to when it did what makes it act, with which programs, and whether under a name. */
	fb_time deed_first, deed_last;
	uint32_t deed_agents[ACT_AGENTS];
	unsigned ndeed_agents;
	bool deed_named;
	/* follow.c */
	uint8_t acting;          /* 0; 1: perhaps; 2: for sure */
	uint32_t via;            /* the link by which it came in, + 1 */
	bool backward;           /* against its direction */
	uint32_t thread;         /* union-find */
};

enum act_join { ACT_J_PARENT = 0, ACT_J_SESSION, ACT_J_WROTE, ACT_J_RAN, ACT_J_INSTALLED, ACT_J_SERVICE,
		ACT_J_CREDENTIALS, ACT_J_CONNECTION, ACT_J_PAGE_FILE, ACT_J_ASKED, ACT_J_SERVED, ACT_J_MOMENT,
		ACT_J_ACCOUNT, ACT_J_PROGRAM, ACT_J_SERVER, ACT_J_TOOL, ACT_J_AFTER, ACT_J_ROUND, ACT_J_SAME, ACT_J_COMPILED, ACT_J_SAID, ACT_JOINS };
const char *act_join_says(enum act_join j, bool backward);

struct act_link {
	uint32_t from, to;       /* nodes */
	uint32_t next_out, next_in;
	uint32_t fact;           /* + 1: which shows it */
	enum act_join join;
	bool hard, cut;
};

/* Between two clocks that nobody has compared. */
#define ACT_APART (15 * FB_SECOND)

/* A clock was set: the times between, if it was set back, it had twice. */
struct act_setting {
	uint32_t host;
	fb_time from, to;
};

/* Two clocks, each between two settings of it. */
struct act_skew {
	uint32_t host[2], segment[2]; /* by name */
	uint32_t exchanges;      /* that agree */
	bool known;              /* they are enough */
	fb_time apart, spread;   /* of known ones: the second's less the first's, the median; no exchange is farther from it */
	fb_time from, to;        /* of the exchanges, by the clock of who began them */
};

struct act_page_seed {
	uint32_t host, stem, why;
};
struct act_observation {
	uint64_t source, offset;
	uint32_t next;           /* of the same record, + 1 */
	uint32_t rule;
	uint32_t id, title, techniques; /* texts */
	bool strong;
};
struct act_cut {
	uint64_t source, offset;
};
struct act_said { /* a person joins two records */
	struct act_cut a, b;
};

struct fb_activity {
	struct act_texts texts;
	struct act_fact *facts;
	uint32_t nfacts, facts_room, *order;
	struct act_list {
		uint32_t *v, n, room;
	} of[FB_DOES_COUNT], told; /* facts by what they say was done; those observed; in order */
	uint32_t linked;         /* facts that are in order, and in nodes and links */
	struct act_map tallies;  /* what was counted up: fact + 1 */
	struct act_map requests; /* those that were told of */
	struct act_node *nodes;
	uint32_t nnodes, nodes_room;
	/* Numbers of nodes, in order: by kind; and those that act, which are few. What is looked at again
	 * and again is looked for among these. */
	struct act_list kinds[ACT_KINDS], acting;
	/* Processes by the base name of their image without case: the last of each name + 1, and of each the
	 * one before it (by its place among kinds[ACT_PROCESS]) + 1. */
	struct act_map programs;
	struct act_list same_program;
	struct act_link *links;
	uint32_t nlinks, links_room;
	struct act_map joined;   /* two nodes and how: link + 1 */
	struct act_map names;    /* of nodes, as the scan goes: node + 1 */
	struct act_observation *observed;
	uint32_t nobserved, observed_room;
	struct act_map by_place; /* of observations: the first + 1 */
	struct act_page_seed *pages;
	uint32_t npages, pages_room;
	struct act_cut *cuts;
	uint32_t ncuts, cuts_room;
	struct act_said *said;
	uint32_t nsaid, said_room;
	struct act_map asked;    /* what web logs were asked for */
	struct {
		uint32_t host;
		fb_time time;
		uint32_t node;
	} *moments;              /* starts by web servers, by host and time */
	uint32_t nmoments, moments_room;
	struct act_setting *settings; /* by host */
	uint32_t nsettings, settings_room;
	struct act_skew *skews;  /* by hosts and segments */
	uint32_t nskews, skews_room;
	struct act_shared {
		uint32_t image;
		bool is;
	} shared[256];           /* whether a program is everybody's, by its text */
	uint32_t labelled, label; /* act_first_label: of the host that was asked for last */
	bool skew_known;         /* act_find_skew: was it found, of how many facts */
	uint64_t skew_of;
	bool skew_web;           /* requests tell of it, too */
	fb_time skew_reach;      /* as far are known clocks apart, and unknown ones allowed to be */
	uint64_t beyond;
	uint32_t last[FB_SLOT_COUNT], last_host, last_log, last_name; /* texts that came last */
	bool made;               /* the result is that of what was followed last */
	struct fb_arena out;     /* of the result */
	struct fb_step_edge *edges;
	struct fb_steps steps;
};

struct fb_slice act_str(const struct fb_activity *a, uint32_t text);
bool act_push(struct act_list *to, uint32_t v); /* false: no memory */
void act_sort(uint32_t *v, uint32_t n);
/* A folded text as it was first written. */
struct fb_slice act_written(const struct fb_activity *a, uint32_t folded);

/* link.c: from facts to nodes and links. FB_ENOMEM. */
int act_link_all(struct fb_activity *a);
int act_add_link(struct fb_activity *a, uint32_t from, uint32_t to, enum act_join join, bool hard, uint32_t fact);
uint32_t act_new_node(struct fb_activity *a, const struct act_node *n); /* ACT_NONE: no memory */
/* Is the client one actor's alone, as far as its requests tell? */
bool act_is_one(const struct act_node *client);
uint32_t act_page_node(const struct fb_activity *a, uint32_t host, uint32_t stem); /* ACT_NONE: nobody asked for it */
/* skew.c: how far clocks are apart. FB_ENOMEM. */
int act_find_skew(struct fb_activity *a);
/* Of two machines at these times, each by its own clock; NULL: no exchange tells. */
const struct act_skew *act_skew_at(const struct fb_activity *a, uint32_t x, fb_time tx, uint32_t y, fb_time ty);
/* From tx on x to ty on y, as one clock would have it, give or take *slack. */
fb_time act_elapsed(const struct fb_activity *a, uint32_t x, fb_time tx, uint32_t y, fb_time ty, fb_time *slack);
/* A machine's name without its domain; an address is no name. ACT_NONE: no memory. */
uint32_t act_first_label(struct fb_activity *a, uint32_t host);
/* cross.c: between machines, and between web logs and what servers started. */
int act_link_machines(struct fb_activity *a);
int act_link_web(struct fb_activity *a);
int act_link_said(struct fb_activity *a);
/* Once it is known what acted: to what it made and named. */
int act_link_made(struct fb_activity *a);
/* grow.c: what acts, from the observations on. */
int act_grow(struct fb_activity *a);
/* Does it lead on from one end to the other? *hard: for sure. */
bool act_leads(const struct fb_activity *a, const struct act_link *l, bool backward, bool *hard);
/* The activity of an acting node, as the number of a node that stands for it. */
uint32_t act_activity_of(struct fb_activity *a, uint32_t node);
/* steps.c */
int act_make_steps(struct fb_activity *a);
/* openings.c: what anybody opened; after the steps. FB_ENOMEM. */
int act_make_openings(struct fb_activity *a);

#endif
