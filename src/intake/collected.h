/* The files that collectors write about their own work: uploads, copy logs, hash lists.
 * Which they are, their names say; what they say becomes statements
 * (event/collected.h). docs/formats/collections.md has their forms. Pure; bytes of
 * evidence are read in confined processes only. */
#ifndef FB_INTAKE_COLLECTED_H
#define FB_INTAKE_COLLECTED_H

#include "event/collected.h"

/* What such a file is; its number stands in messages between processes. */
enum fb_collected_kind {
	FB_COLLECTED_NONE = 0,
	FB_COLLECTED_VR_UPLOADS,  /* uploads.json */
	FB_COLLECTED_VR_INDEX,    /* and where its lines begin */
	FB_COLLECTED_VR_CONTEXT,  /* collection_context.json */
	FB_COLLECTED_VR_CLIENT,   /* client_info.json, Generic.Client.Info */
	FB_COLLECTED_VR_LOG,      /* log.json */
	FB_COLLECTED_VR_RESULTS,  /* rows of an artifact */
	FB_COLLECTED_KAPE_COPY,
	FB_COLLECTED_KAPE_SKIP,
	FB_COLLECTED_KAPE_CONSOLE,
	FB_COLLECTED_UAC_LOG,
	FB_COLLECTED_UAC_SUMMARY, /* the acquisition log beside its archive */
	FB_COLLECTED_CYLR_LOG,
	FB_COLLECTED_ACQUIRE_LOG,
	FB_COLLECTED_ACQUIRE_REPORT,
	FB_COLLECTED_DEFENDER,    /* Forensics Collection Summary.csv */
	FB_COLLECTED_HASHES,      /* md5sum's and its like */
	FB_COLLECTED_HASH_TABLE,  /* the same as CSV (Get-FileHash) */
	FB_COLLECTED_LOCALE,      /* messages of an exported log in its language */
	FB_COLLECTED_SYSMON,      /* Sysmon's configuration: no list, but what was asked to be recorded */
	FB_COLLECTED_IIS,         /* IIS's configuration: no list either, but which sites there are, and what each logs */
	FB_COLLECTED_COUNT
};

/* By the path; NONE: it is none of them. */
enum fb_collected_kind fb_collected_of(struct fb_slice path);
/* The stable word, a format of sources ("kape-copylog"). */
const char *fb_collected_name(enum fb_collected_kind kind);
/* Is it in truth? head: the first FB_PROBE_MAX bytes, or all there is. */
bool fb_collected_looks(enum fb_collected_kind kind, struct fb_slice head);

/* What is in it, when it is known for what it is and says nothing; else NULL. */
const char *fb_collected_silent(enum fb_collected_kind kind);

struct fb_collected_parser;
/* say gets each statement; what it points to dies with the call; non-zero stops. NULL:
 * out of memory. */
struct fb_collected_parser *fb_collected_open(enum fb_collected_kind kind,
					      int (*say)(void *user, const struct fb_collected *c),
					      void *user);
void fb_collected_close(struct fb_collected_parser *p);
/* The next bytes of it. 0, what say returned, or FB_ENOMEM. */
int fb_collected_bytes(struct fb_collected_parser *p, struct fb_slice bytes);
/* No more follow. *bad: bytes that are not of its form; *first: where the first are. */
int fb_collected_end(struct fb_collected_parser *p, uint64_t *bad, uint64_t *first);

#endif
