/* Writes Windows event logs (EVTX 3.1): for the demonstration, for tests, for fuzzing.
 *
 * The layout is the one that Windows itself writes: a file header, chunks of 64 KB with
 * their checksums and tables of names and templates, and in each record a template
 * instance for the event whose last substitution is the template instance of its data.
 * Definitions stand once per chunk; later records refer back. The file is a stream: one
 * chunk is held in memory, however long the log becomes.
 *
 * The knobs exist so that tests can have every kind of damage without a hex editor.
 */
#ifndef FB_DEMO_EVTXW_H
#define FB_DEMO_EVTXW_H

#include "base/err.h"
#include "base/time.h"

enum ew_type {
	EW_NULL = 0x00, EW_STR = 0x01, EW_ANSI = 0x02, EW_I8 = 0x03, EW_U8 = 0x04,
	EW_I16 = 0x05, EW_U16 = 0x06, EW_I32 = 0x07, EW_U32 = 0x08, EW_I64 = 0x09,
	EW_U64 = 0x0A, EW_F32 = 0x0B, EW_F64 = 0x0C, EW_BOOL = 0x0D, EW_BIN = 0x0E,
	EW_GUID = 0x0F, EW_SIZE = 0x10, EW_FILETIME = 0x11, EW_SYSTIME = 0x12,
	EW_SID = 0x13, EW_HEX32 = 0x14, EW_HEX64 = 0x15, EW_XML = 0x21, EW_ARRAY = 0x80,
};

/* One substitution. Numbers, times (as FILETIME) and booleans are in u. Text is UTF-8
 * in s, of arrays (EW_STR | EW_ARRAY) the items with a NUL between them. Binary, GUID,
 * SID, SYSTEMTIME and other arrays are their bytes in s. type EW_NULL: absent. */
struct ew_value {
	uint8_t type;
	uint64_t u;
	struct fb_slice s;
};

/* The shapes in which providers write. */
enum ew_form {
	EW_MANIFEST, /* provider by substitution, strings end in NUL, EventData with names */
	EW_LEGACY,   /* provider spelt out in the template, EventData with names */
	EW_CLASSIC,  /* no GUID; EventData is one array of strings and a Binary */
	EW_USERDATA, /* UserData with a named element */
};

struct ew_field {
	const char *name;
	uint8_t type;
};

/* What is the same in all records of one event. Compared by address: keep it alive. */
struct ew_schema {
	const char *channel, *provider, *guid, *source; /* guid "8-4-4-4-12"; or NULL */
	uint16_t id, qualifiers, task;
	uint8_t version, level, opcode, form;
	uint64_t keywords;
	const char *root, *ns; /* of EW_USERDATA */
	const struct ew_field *fields;
	size_t nfields;
};

struct ew_event {
	const struct ew_schema *schema;
	fb_time time;
	const char *computer;         /* compared by address, like the schema */
	uint32_t pid, tid;
	struct fb_slice user;         /* SID of the System element; empty: none */
	struct fb_slice activity;     /* GUID, 16 bytes; empty: none */
	uint64_t keywords;            /* 0: the schema's */
	uint16_t task;                /* 0: the schema's */
	uint8_t level;                /* 0: the schema's */
	const struct ew_value *values; /* schema->nfields of them */
	bool plain;                   /* knob: elements and text, no template at all */
};

#define EW_NO_CHUNK UINT32_MAX

/* All zero is what Windows writes, but for the chunk numbers (evtxw_defaults). */
struct ew_options {
	uint64_t first_record;       /* 0: 1 */
	uint32_t chunk_records_max;  /* 0: as many as fit */
	uint32_t bad_chunk_header;   /* number of the chunk with a wrong header checksum */
	uint32_t bad_chunk_records;  /* the same, of its records */
	uint32_t lost_names;         /* the same, its name table cleared (checksum right) */
	bool bad_file_header;
	bool dirty;                  /* flag 1, and the header as it was at the start */
	bool full;                   /* flag 2 */
	uint32_t truncate;           /* bytes cut off the end of the file */
};

struct evtxw;

struct ew_options evtxw_defaults(void);
/* fd: borrowed, writable, seekable, at its start. NULL: out of memory. */
struct evtxw *evtxw_new(int fd, const struct ew_options *o, struct fb_err *err);
/* FB_ELIMIT: the record is larger than a chunk; nothing was written. */
int evtxw_record(struct evtxw *w, const struct ew_event *ev, struct fb_err *err);
/* The number the last record got; the bytes the file has, or would have now. */
uint64_t evtxw_last(const struct evtxw *w);
uint64_t evtxw_size(const struct evtxw *w);
/* Last chunk and header. No record may follow. */
int evtxw_finish(struct evtxw *w, struct fb_err *err);
void evtxw_free(struct evtxw *w);

/* 16 bytes in their order on disk; false: not a GUID. Braces are allowed. */
bool ew_guid(const char *text, uint8_t out[static 16]);
/* A SID from "S-1-5-21-…"; returns its length (at most 68) or 0. */
size_t ew_sid(const char *text, uint8_t out[static 68]);
uint64_t ew_filetime(fb_time t);

#endif
