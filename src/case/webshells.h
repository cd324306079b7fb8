/* Pages of web servers that somebody may have planted, and what speaks for it
 * (docs/formats/webshells.md). */
#ifndef FB_CASE_WEBSHELLS_H
#define FB_CASE_WEBSHELLS_H

#include "case/case.h"

/* Who says so; a row has one or more. */
#define FB_WITNESS_FILE 1u    /* what stands in it */
#define FB_WITNESS_LOG 2u     /* how it was asked for */
#define FB_WITNESS_PROCESS 4u /* what the server's process did meanwhile */
/* "file", "log", "process". */
const char *fb_witness_word(unsigned witness);

struct fb_webshell_reason {
	unsigned witness;
	const char *why;       /* a sentence's part */
	const char *detection; /* its id, or "" */
};
struct fb_webshell_client {
	const char *address;
	uint64_t requests;
};

struct fb_webshell_row {
	const char *host, *site;
	const char *page; /* its path as requested; "": nobody asked for it in these logs */
	const char *file; /* path of the source; "": no such file is in the evidence */
	unsigned witnesses, score;
	uint64_t requests, posts, good; /* answered 2xx */
	uint64_t sent;     /* bytes, of the `counted` requests whose bytes were logged */
	uint64_t counted;
	fb_time first, last;
	bool crowd;        /* more clients than are told apart: none is named */
	const struct fb_webshell_client *clients;
	size_t nclients;
	const struct fb_webshell_reason *reasons; /* file, log, process as they were found */
	size_t nreasons;
};

/* Those with most witnesses first. f: host, from and to (of their use), source (of the file)
 * are looked at. After fb_assess_seal. */
int fb_case_webshells(struct fb_case *c, const struct fb_filter *f,
		      int (*cb)(void *user, const struct fb_webshell_row *row), void *user,
		      struct fb_err *err);

#endif
