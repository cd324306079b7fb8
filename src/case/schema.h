/* The tables of case.db, and how an older file becomes one of today
 * (docs/formats/case-db.md). */
#ifndef FB_CASE_SCHEMA_H
#define FB_CASE_SCHEMA_H

#include "case/db.h"

#define FB_CASE_APPLICATION_ID 0x46624361 /* "FbCa" */
#define FB_CASE_VERSION 8

/* What kind of file this is: FB_EVERSION, FB_EINPUT, or 0 with *empty telling that
 * no table was made yet. Writes nothing. */
int fb_schema_check(struct fb_db *db, bool *empty, struct fb_err *err);
/* Makes the tables, or brings them from an older version to this one; all or nothing. */
int fb_schema_make(struct fb_db *db, struct fb_err *err);
/* The tables are exactly those of its version: nothing missing, nothing planted. */
int fb_schema_verify(struct fb_db *db, struct fb_err *err);
/* Drops what is derived and makes it anew, empty: in the case, or (temporary) for
 * this connection alone, hiding what the case holds. */
int fb_schema_derived(struct fb_db *db, bool temporary, struct fb_err *err);
#endif
