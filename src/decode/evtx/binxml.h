/* Binary XML as Windows event logs hold it: one token at a time.
 *
 * Follows [MS-EVEN6] section 2.2.12 and what files in the wild do beside it
 * (docs/formats/evtx.md). Names and template definitions are found by their
 * offset in the chunk, so every cursor here lies in the chunk's bytes.
 */
#ifndef FB_DECODE_EVTX_BINXML_H
#define FB_DECODE_EVTX_BINXML_H

#include "base/buf.h"
#include "base/cursor.h"
#include "event/event.h"

/* Value types as they stand in the file; 0x80 added: an array of them. */
enum bx_type {
	BX_NULL = 0x00, BX_STRING = 0x01, BX_ANSI = 0x02, BX_I8 = 0x03, BX_U8 = 0x04,
	BX_I16 = 0x05, BX_U16 = 0x06, BX_I32 = 0x07, BX_U32 = 0x08, BX_I64 = 0x09,
	BX_U64 = 0x0A, BX_F32 = 0x0B, BX_F64 = 0x0C, BX_BOOL = 0x0D, BX_BINARY = 0x0E,
	BX_GUID = 0x0F, BX_SIZE = 0x10, BX_FILETIME = 0x11, BX_SYSTEMTIME = 0x12,
	BX_SID = 0x13, BX_HEX32 = 0x14, BX_HEX64 = 0x15, BX_HANDLE = 0x20,
	BX_BINXML = 0x21, BX_XML = 0x23,
	BX_ARRAY = 0x80
};

enum bx_kind {
	BX_END,         /* end of the fragment: its token, or its bytes */
	BX_HEADER,      /* fragment header */
	BX_OPEN,        /* <name; attributes follow when attrs */
	BX_CLOSE_START, /* > */
	BX_CLOSE_EMPTY, /* /> */
	BX_CLOSE,       /* </name> */
	BX_ATTR,        /* name= ; its value follows */
	BX_TEXT,        /* value text: type, text (the value's bytes) */
	BX_CDATA,       /* text (UTF-16) */
	BX_CHAR,        /* number: &#n; */
	BX_ENTITY,      /* &name; */
	BX_PI_TARGET,   /* <?name */
	BX_PI_DATA,     /* text ?> */
	BX_INSTANCE,    /* a template and its values: inst */
	BX_SUBST        /* number: which value; type as declared; optional */
};

/* One use of a template. */
struct bx_instance {
	uint32_t id;           /* first part of the template's GUID */
	uint32_t at;           /* of the definition in the chunk */
	struct fb_slice body;  /* the definition's BinXML */
	uint32_t count;        /* of values */
	struct fb_slice sizes; /* count descriptors of 4 bytes: size, type, 0 */
	struct fb_slice values;/* their bytes, one after the other */
	bool astray;           /* what lies at `at` is not the definition */
};

struct bx_token {
	enum bx_kind kind;
	bool attrs, optional;
	uint8_t type;          /* enum bx_type */
	uint32_t number;
	struct fb_slice name;  /* UTF-16 */
	struct fb_slice text;
	struct bx_instance inst;
};

/* Where a reader met names: what else than its bytes they hang on. */
#define BX_NAMES 128
struct bx_names {
	struct bx_name_at {
		uint32_t at;   /* of the name's offset in what is read */
		uint32_t name; /* the offset */
		bool inner;    /* the name follows its offset */
	} v[BX_NAMES];         /* in the order of at */
	uint32_t n;
	bool odd; /* more of them, or something was damaged, or lies elsewhere in the chunk */
};

struct bx_reader {
	struct fb_slice chunk;
	struct fb_cur c;       /* lies within chunk */
	bool dependency;       /* open tokens carry a dependency identifier */
	const char *why;       /* after a failure */
	struct bx_names *names; /* NULL: nobody asks */
};

/* A reader of `bytes`, which lie in `chunk`. dependency: true for records and
 * template definitions, false for XML in values (0x21). */
void bx_reader_init(struct bx_reader *r, struct fb_slice chunk, struct fb_slice bytes,
		    bool dependency);
/* The next token. false: the bytes are not BinXML; r->why says what is wrong. */
bool bx_next(struct bx_reader *r, struct bx_token *t);

/* The definition of an instance that is astray, at `at`, or wherever the chunk has
 * it by its identifier (reads the whole chunk). True: inst->at and ->body are set. */
bool bx_definition_at(struct fb_slice chunk, uint32_t at, struct bx_instance *inst);
bool bx_find_definition(struct fb_slice chunk, struct bx_instance *inst);

/* Field types of the types whose values are their bytes, 0 for the others. */
extern const uint8_t bx_plain[0x18];

/* Field type of a value of a BinXML type and size; strings lose their terminator.
 * *subtype is set for arrays. */
uint8_t bx_value(uint8_t type, struct fb_slice *v, uint8_t *subtype);

/* The character that a name stands for (amp, lt, gt, quot, apos), or 0. */
uint32_t bx_entity(struct fb_slice utf16);
/* UTF-16 equal to ASCII. */
bool bx_name_is(struct fb_slice utf16, const char *ascii);

#endif
