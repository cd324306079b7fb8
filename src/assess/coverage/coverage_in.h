/* What the files of assess/coverage/ share. */
#ifndef FB_ASSESS_COVERAGE_IN_H
#define FB_ASSESS_COVERAGE_IN_H

#include "assess/coverage/coverage.h"
#include "case/stretches.h"
#include "event/chosen.h"

#define PAUSE (FB_PAUSE_SECONDS * FB_SECOND)
#define CV_ARENA ((size_t)192 << 20)

struct cv_span { /* from <= t <= to: first and last record */
	fb_time from, to;
	uint64_t events;
};
struct cv_spans { /* by time; pauses of more than PAUSE between them */
	struct cv_span *v;
	size_t n, cap;
};

struct cv_file { /* of a log of events */
	const char *path;
	uint64_t first, last;   /* record numbers */
	fb_time from, to;       /* of these two */
};

/* One log of one place: an event log, or the log of a site. */
struct cv_log {
	const char *name;       /* channel; of a site its name, or the folder of its log */
	bool web;
	bool renumbered;        /* forwarded, or exported: its numbers say nothing */
	bool errors;            /* of web: HTTPERR */
	struct cv_spans life;
	struct cv_spans counted; /* of web: lines with the bytes of their answers */
	bool local;             /* of web: it has times of a zone that nobody named */
	struct cv_spans poor;   /* of web: lines without what rules look at */
	struct cv_spans twice;  /* of web: of an hour that its zone had twice */
	struct cv_span *missing; /* numbers that are not there, between these times */
	size_t nmissing, missing_cap;
	uint64_t first_number;
	bool numbered;
	const char **paths;
	size_t npaths, paths_cap;
	struct cv_file *files;
	size_t nfiles, files_cap;
};

struct cv_notice {
	enum fb_notice_what what;
	const char *log;        /* "" not known */
	fb_time time, other;
};

/* A record of Sysmon's that tells of its configuration. */
struct cv_config {
	fb_time time;
	bool known;             /* the file is among the evidence */
	uint32_t records, filters; /* classes that it records, and never does: a bit each */
};

struct cv_absence {
	enum fb_absence reason;
	const char *why;        /* NULL: nothing was said */
};
/* fb_cell.why of a log that began within the window: nothing was collected too little. */
#define FB_COVER_LATER "the log begins later"

struct cv_iis; /* sites.c: what a configuration of IIS says */

/* One of IIS's files at a place. */
struct cv_iis_file {
	const struct cv_iis *says; /* NULL: it is not understood */
	bool redirection;       /* redirection.config, else applicationHost.config */
	bool in_force;          /* it lies where IIS reads it */
	fb_time written, most;  /* when it was: between these; FB_TIME_NONE: not known */
	fb_time taken;          /* FB_TIME_NONE: nobody says */
	bool hashed;
	uint8_t sha256[FB_SHA256];
};

/* What is laid over a line: from <= t < to. */
struct cv_laid {
	fb_time from, to;
	enum fb_cover state;
	const char *why;
};
struct cv_lays {
	struct cv_laid *v;
	size_t n, cap;
};

struct cv_place {
	struct fb_cover_place out;
	struct cv_log *logs;
	size_t nlogs, logs_cap;
	const char *machine;     /* the name of the machine that bore this one, as somebody said; NULL: it is its own */
	struct cv_spans seen4, seen6; /* its traffic, as sensors saw it: over IPv4, over IPv6 */
	bool has4, has6;        /* it has such an address */
	struct cv_spans *proofs; /* of each telemetry kind: records that carry it */
	struct cv_spans *shown;  /* cv_shown */
	struct cv_absence *absences; /* of each telemetry kind, as collectors and files tell */
	struct cv_config *configs; /* by time */
	size_t nconfigs, configs_cap;
	struct cv_notice *notices; /* by time */
	size_t nnotices, notices_cap;
	struct fb_unread_stretch *unread;
	size_t nunread, unread_cap;
	struct cv_span *forks;  /* records of one number are two: the time that one of both branches lacks */
	size_t nforks, forks_cap;
	struct cv_iis_file *iis;
	size_t niis, iis_cap;
	struct cv_spans iis_changes; /* IIS said that its configuration was changed */
	struct cv_lays sites;   /* of "iis-sites", in this order … */
	struct cv_lays siteless; /* of the logs of sites: those that are not there */
	const char *sites_else; /* why else which sites there are is not known */
	fb_time pages;          /* as of when its pages are known, as files; FB_TIME_NONE: none are */
	fb_time collected;      /* when it was taken, as a collector or manifest says; FB_TIME_NONE */
};

struct cv_sysmon {
	uint64_t source;
	uint8_t sha256[FB_SHA256];
	bool hashed;
	uint32_t records, filters; /* classes: a bit each */
};

struct cv {
	struct fb_case *c;
	struct fb_arena *arena;
	struct cv_place *places; /* by name */
	size_t nplaces, cap;
	struct cv_log sensor;    /* the sensors' logs of connections, as one */
	struct cv_spans sensed;  /* when any of their logs has records */
	const char **paths;      /* of all their logs */
	size_t npaths, paths_cap;
	struct cv_span *lossy;   /* when a sensor lost so much that nothing can be said (events: thousandths of a percent) */
	size_t nlossy, lossy_cap;
	struct cv_spans beyond;  /* connections that were not kept */
	struct fb_cover_flow *flows;
	size_t nflows, flows_cap;
	struct fb_cover_address *addresses;
	size_t naddresses, addresses_cap;
	struct cv_sysmon *sysmon; /* configurations among the evidence */
	size_t nsysmon, sysmon_cap;
	struct cv_iis *iis;      /* by their sources' paths */
	size_t niis, iis_cap;
	uint64_t odd;            /* stretches of odd times, left out */
	bool failed;             /* memory ran out */
	struct {
		struct fb_cell *cells;
		size_t cap;
	} spare;                 /* cells.c: of a line that is no more */
};

/* One more of an array in the arena, zeroed; NULL and cv->failed: no memory. */
void *cv_more(struct cv *v, void **list, size_t *n, size_t *cap, size_t size);
/* Is it a time that can be reckoned with? */
bool cv_sane(fb_time t);
/* Adds a stretch, unless its times are odd; those that touch are one. */
/* What came out of order is put in order, and joined. */
void cv_tidy(struct cv_spans *s);
void cv_span_add(struct cv *v, struct cv_spans *s, fb_time from, fb_time to, uint64_t events);

/* The place of that name, made if need be; NULL and v->failed. It moves when another is made. */
struct cv_place *cv_place(struct cv *v, const char *name);
/* load.c: everything that was recorded, by place. */
int cv_load(struct cv *v, struct fb_err *err);
/* forks.c: where files of one log hold other records of the same numbers; after all places are known. */
int cv_forks(struct cv *v, struct fb_err *err);
/* keeps.c: a stretch of a log that is not renumbered. */
void cv_keeps_add(struct cv *v, struct cv_log *log, const struct fb_log_stretch *s);
/* How long the log (NULL: none) holds a record; 0: its files do not tell. After cv_load. */
fb_time cv_keeps(const struct cv_place *p, const struct cv_log *log);
/* chosen.c: what Sysmon's configurations among the evidence choose; before cv_load. */
int cv_chosen_load(struct cv *v, struct fb_err *err);
/* A stretch of Sysmon's records: of which classes. */
void cv_chosen_shown(struct cv *v, struct cv_place *p, const struct fb_kind *k);
/* Records of a class (event/chosen.h) by the heaps of its other field, FB_CHOSEN_HEAPS of them. */
struct cv_spans *cv_shown(const struct cv_place *p, unsigned class, unsigned other);
#define CV_SHOWN ((size_t)FB_CHOSEN_CLASSES_MAX * FB_CHOSEN_OTHERS * FB_CHOSEN_HEAPS)
/* A record of Sysmon's that its configuration or state changed; text: "SHA256=…", "Stopped", "" not known. */
void cv_chosen_config(struct cv *v, struct cv_place *p, fb_time time, struct fb_slice text);
/* sites.c: what IIS's configurations among the evidence say; before the sources. */
int cv_sites_load(struct cv *v, struct fb_err *err);
/* A source of the place that may be one of them. */
void cv_sites_source(struct cv *v, struct cv_place *p, const struct fb_source_row *row);
/* What follows of them, when all of the place is known. */
void cv_sites(struct cv *v, struct cv_place *p);
/* The columns that rules look at in a request: without one of them a line denies nothing. */
extern const char *const cv_site_columns[];
/* flows.c: what passed between machines, and whose addresses those are; after all places are known. */
int cv_flows(struct cv *v, bool rostered, struct fb_err *err);
/* A source of a sensor's: it speaks of no machine of its own. */
bool cv_is_sensor(const struct cv *v, const char *path);
/* The address of somebody's roster. */
void cv_address(struct cv *v, const uint8_t a[static 16], const char *place, bool stated);
/* absent.c: what collectors wrote of logs that they have not; after the sources. */
int cv_absent_said(struct cv *v, struct fb_err *err);
/* A file of the place that no format takes. */
void cv_absent_source(struct cv_place *p, const struct fb_source_row *row);
/* The reasons of what is absent. */
void cv_absent_why(const struct cv_place *p, struct fb_track *t, struct fb_cell *cells);
/* cells.c: the cells of a place, from <= to. */
int cv_cells(struct cv *v, struct cv_place *p, fb_time from, fb_time to, struct fb_err *err);

#endif
