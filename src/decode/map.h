/* A mapping: what a person says of how a program's JSON lines or CSV are to be read, as data
 * (docs/formats/import.md). The format that it makes is one like any other.
 */
#ifndef FB_DECODE_MAP_H
#define FB_DECODE_MAP_H

#include "event/format.h"

#define FB_MAP_NAME_MAX 60

struct fb_map_from { /* where a value comes from */
	const char *const *keys; /* NULL-terminated: their values with "\" between; or NULL */
	const char *value;       /* this one; or NULL */
};

struct fb_map_field {
	const char *name;
	struct fb_map_from from;
};

struct fb_map_when {
	const char *key;
	const char *const *values; /* NULL-terminated: it has one of these, without ASCII case */
};

struct fb_map_event { /* one kind of events in it */
	const struct fb_map_when *when; /* all hold */
	size_t nwhen;
	const char *category;    /* fb_map_category; "" : none */
	struct fb_map_from channel, provider, event_id, record;
	const struct fb_map_field *fields;
	size_t nfields;
	const char *columns;     /* names of the fields, a blank between: what a web log has */
};

enum fb_map_zone { FB_MAP_ZONE_UNKNOWN = 0, FB_MAP_ZONE_GIVEN };

struct fb_map {
	const char *name;        /* "map:NAME" */
	const char *const *match; /* keys or columns that tell the file; NULL-terminated */
	struct fb_map_from host;
	const char *time;        /* key; NULL: its events have no time */
	const char *format;      /* "iso", "epoch-s", "epoch-ms", "epoch-us", "epoch-ns",
				  * "filetime", or a pattern */
	enum fb_map_zone zone;   /* of times that name none themselves */
	int32_t east;            /* of Greenwich, seconds */
	const struct fb_map_event *events; /* the first that fits is taken */
	size_t nevents;
	bool rest;               /* other keys are fields, under their own names */
};

/* Is it a category that rules can be tried on? */
bool fb_map_category(const char *category);
/* A time's format as above: NULL, or what is wrong with it. */
const char *fb_map_time_wrong(const char *format);
/* *map lives as long as the format. */
void fb_map_format(const struct fb_map *map, struct fb_format *out);

#endif
