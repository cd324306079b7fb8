#include "decode/evtx/binxml.h"

#include "base/limits.h"

#define MORE 0x40         /* the token's flag: attributes, or more data */

static bool bad(struct bx_reader *r, const char *why)
{
	r->why = why;
	return false;
}

void bx_reader_init(struct bx_reader *r, struct fb_slice chunk, struct fb_slice bytes,
		    bool dependency)
{
	*r = (struct bx_reader){ .chunk = chunk, .c = fb_cur(bytes), .dependency = dependency };
}

/* Where the cursor stands in the chunk. */
static size_t here(const struct bx_reader *r)
{
	return (size_t)(r->c.p - r->chunk.p) + r->c.at;
}

/* A name at the cursor: what it is, and whether its hash agrees. */
static bool name_at(struct fb_cur *c, struct fb_slice *name, bool *sound)
{
	uint16_t hash, n;
	uint32_t h = 0;

	if (!fb_cur_skip(c, 4) || !fb_cur_u16(c, &hash) || !fb_cur_u16(c, &n) ||
	    n > FB_BINXML_NAME_MAX || !fb_cur_take(c, (size_t)n * 2, name) ||
	    !fb_cur_skip(c, 2))
		return false;
	for (size_t i = 0; i < name->n; i += 2)
		h = h * 65599 + fb_le16(name->p + i);
	*sound = n && (h & 0xFFFF) == hash;
	return true;
}

static void note_name(struct bx_reader *r, size_t at, uint32_t name, bool inner)
{
	struct bx_names *to = r->names;

	if (!to)
		return;
	if (to->n == BX_NAMES)
		to->odd = true;
	else
		to->v[to->n++] = (struct bx_name_at){ (uint32_t)at, name, inner };
}

/* What was read hangs on more than names that are where they should be. */
static void note_odd(struct bx_reader *r)
{
	if (r->names)
		r->names->odd = true;
}

/* A name's offset, and the name itself: behind the offset where it is used for the
 * first time, else elsewhere in the chunk. When the offset leads to no sound name
 * but one stands right here, that one is taken (damaged string tables). */
static bool read_name(struct bx_reader *r, struct fb_slice *name)
{
	struct fb_cur there = fb_cur(r->chunk), inner;
	bool sound = false, sound_here = false;
	struct fb_slice got;
	size_t from = r->c.at;
	uint32_t at;

	if (!fb_cur_u32(&r->c, &at))
		return bad(r, "name offset missing");
	note_name(r, from, at, at == here(r));
	if (at == here(r)) {
		if (!name_at(&r->c, name, &sound))
			return bad(r, "name does not fit");
		return true;
	}
	if (fb_cur_seek(&there, at) && name_at(&there, name, &sound) && sound)
		return true;
	note_odd(r);
	inner = r->c;
	if (name_at(&inner, &got, &sound_here) && sound_here) {
		*name = got;
		r->c = inner;
		return true;
	}
	return bad(r, "name offset leads nowhere");
}

/* Characters counted by 16 bits. */
static bool counted_text(struct bx_reader *r, struct fb_slice *text)
{
	uint16_t n;

	if (!fb_cur_u16(&r->c, &n) || !fb_cur_take(&r->c, (size_t)n * 2, text))
		return bad(r, "text does not fit");
	return true;
}

static bool read_open(struct bx_reader *r, struct bx_token *t)
{
	struct fb_cur start = r->c;
	uint32_t size;

	/* Which of the two layouts a writer used is not always what the place lets
	 * expect, so the other one is tried before giving up. */
	for (int attempt = 0; attempt < 2; attempt++) {
		bool dependency = r->dependency != (attempt == 1);

		if (attempt == 1)
			note_odd(r);
		r->c = start;
		if ((!dependency || fb_cur_skip(&r->c, 2)) && fb_cur_u32(&r->c, &size) &&
		    size <= fb_cur_left(&r->c) + 4 && read_name(r, &t->name) && t->name.n &&
		    (!t->attrs || fb_cur_skip(&r->c, 4))) {
			r->dependency = dependency;
			return true;
		}
	}
	return bad(r, "element cannot be read");
}

/* Bytes of a value that stands in the text with its type, not as a substitution. */
static bool read_value(struct bx_reader *r, struct bx_token *t)
{
	static const uint8_t width[BX_HEX64 + 1] = {
		[BX_I8] = 1,   [BX_U8] = 1,   [BX_I16] = 2,  [BX_U16] = 2,	 [BX_I32] = 4,
		[BX_U32] = 4,  [BX_I64] = 8,  [BX_U64] = 8,  [BX_F32] = 4,	 [BX_F64] = 8,
		[BX_BOOL] = 4, [BX_GUID] = 16, [BX_SIZE] = 8, [BX_FILETIME] = 8,
		[BX_SYSTEMTIME] = 16, [BX_HEX32] = 4, [BX_HEX64] = 8,
	};
	struct fb_slice head;
	uint16_t n;

	if (!fb_cur_u8(&r->c, &t->type))
		return bad(r, "value type missing");
	if (t->type == BX_STRING)
		return counted_text(r, &t->text);
	if (t->type == BX_NULL) {
		t->text = (struct fb_slice){ 0 };
		return true;
	}
	if (t->type <= BX_HEX64 && width[t->type]) {
		if (fb_cur_take(&r->c, width[t->type], &t->text))
			return true;
	} else if (t->type == BX_SID) {
		if (fb_cur_peek(&r->c, 2, &head) &&
		    fb_cur_take(&r->c, 8 + 4 * (size_t)head.p[1], &t->text))
			return true;
	} else if (t->type == BX_ANSI || t->type == BX_BINARY) {
		if (fb_cur_u16(&r->c, &n) && fb_cur_take(&r->c, n, &t->text))
			return true;
	}
	return bad(r, "value of an unknown type in the text");
}

/* The definition at `at`: its body. */
static bool definition(struct fb_cur *c, struct bx_instance *in, uint32_t *id)
{
	struct fb_slice guid;
	uint32_t n;

	if (!fb_cur_skip(c, 4) || !fb_cur_take(c, 16, &guid) || !fb_cur_u32(c, &n) ||
	    !fb_cur_take(c, n, &in->body))
		return false;
	*id = fb_le32(guid.p);
	return true;
}

static bool read_instance(struct bx_reader *r, struct bx_instance *in)
{
	struct fb_cur there = fb_cur(r->chunk);
	uint64_t total = 0;
	uint32_t id;

	in->astray = false;
	if (!fb_cur_skip(&r->c, 1) || !fb_cur_u32(&r->c, &in->id) || !fb_cur_u32(&r->c, &in->at))
		return bad(r, "template instance does not fit");
	if (in->at == here(r)) {
		if (!definition(&r->c, in, &id))
			return bad(r, "template definition does not fit");
	} else if (!fb_cur_seek(&there, in->at) || !definition(&there, in, &id) ||
		   id != in->id) {
		/* Overwritten; the values can be read all the same. */
		in->astray = true;
		in->body = (struct fb_slice){ 0 };
	}
	if (!fb_cur_u32(&r->c, &in->count) || in->count > fb_cur_left(&r->c) / 4 ||
	    !fb_cur_take(&r->c, (size_t)in->count * 4, &in->sizes))
		return bad(r, "value descriptors do not fit");
	for (size_t i = 0; i < in->sizes.n; i += 4)
		total += fb_le16(in->sizes.p + i);
	if (total > fb_cur_left(&r->c))
		return bad(r, "values do not fit");
	(void)fb_cur_take(&r->c, (size_t)total, &in->values);
	return true;
}

bool bx_definition_at(struct fb_slice chunk, uint32_t at, struct bx_instance *inst)
{
	static const uint8_t begin[4] = { 0x0F, 1, 1, 0 };
	struct fb_cur c = fb_cur(chunk);
	struct bx_instance got;
	uint32_t id;

	if (!fb_cur_seek(&c, at) || !definition(&c, &got, &id) || id != inst->id ||
	    !fb_slice_starts(got.body, fb_slice(begin, sizeof begin)))
		return false;
	inst->at = at;
	inst->body = got.body;
	inst->astray = false;
	return true;
}

bool bx_find_definition(struct fb_slice chunk, struct bx_instance *inst)
{
	uint8_t id[4];

	for (int i = 0; i < 4; i++)
		id[i] = (uint8_t)(inst->id >> (8 * i));
	for (size_t at = 4; at < chunk.n; at++) {
		struct fb_slice rest = fb_slice_sub(chunk, at, chunk.n - at);

		at += fb_slice_find(rest, fb_slice(id, sizeof id));
		if (at < chunk.n && bx_definition_at(chunk, (uint32_t)(at - 4), inst))
			return true;
	}
	return false;
}

static bool read_subst(struct bx_reader *r, struct bx_token *t)
{
	uint16_t index;

	if (!fb_cur_u16(&r->c, &index) || !fb_cur_u8(&r->c, &t->type))
		return bad(r, "substitution does not fit");
	t->number = index;
	return true;
}

static bool read_char(struct bx_reader *r, struct bx_token *t)
{
	uint16_t c;

	if (!fb_cur_u16(&r->c, &c))
		return bad(r, "character reference does not fit");
	t->number = c;
	return true;
}

bool bx_next(struct bx_reader *r, struct bx_token *t)
{
	/* By token without its flag; the order of the file format. */
	static const uint8_t kinds[16] = {
		BX_END,	   BX_OPEN,   BX_CLOSE_START, BX_CLOSE_EMPTY, BX_CLOSE,
		BX_TEXT,   BX_ATTR,   BX_CDATA,	      BX_CHAR,	      BX_ENTITY,
		BX_PI_TARGET, BX_PI_DATA, BX_INSTANCE, BX_SUBST,      BX_SUBST, BX_HEADER,
	};
	uint8_t b, token;

	t->kind = BX_END;
	if (!fb_cur_u8(&r->c, &b))
		return true;
	token = b & (uint8_t)~MORE;
	if (token > 0x0F)
		return bad(r, "unknown token");
	t->kind = (enum bx_kind)kinds[token];
	t->attrs = (b & MORE) != 0;
	t->optional = token == 0x0E;
	switch (t->kind) {
	case BX_HEADER:
		return fb_cur_skip(&r->c, 3) || bad(r, "fragment header does not fit");
	case BX_OPEN:
		return read_open(r, t);
	case BX_ATTR:
	case BX_ENTITY:
	case BX_PI_TARGET:
		return read_name(r, &t->name);
	case BX_TEXT:
		return read_value(r, t);
	case BX_CDATA:
	case BX_PI_DATA:
		return counted_text(r, &t->text);
	case BX_CHAR:
		return read_char(r, t);
	case BX_INSTANCE:
		return read_instance(r, &t->inst);
	case BX_SUBST:
		return read_subst(r, t);
	case BX_END:
	case BX_CLOSE_START:
	case BX_CLOSE_EMPTY:
	case BX_CLOSE:
		break;
	}
	return true;
}

const uint8_t bx_plain[0x18] = {
	[BX_I8] = FB_V_I8,	 [BX_U8] = FB_V_U8,	   [BX_I16] = FB_V_I16,
	[BX_U16] = FB_V_U16,	 [BX_I32] = FB_V_I32,	   [BX_U32] = FB_V_U32,
	[BX_I64] = FB_V_I64,	 [BX_U64] = FB_V_U64,	   [BX_F32] = FB_V_F32,
	[BX_F64] = FB_V_F64,	 [BX_BOOL] = FB_V_BOOL,	   [BX_BINARY] = FB_V_BINARY,
	[BX_GUID] = FB_V_GUID,	 [BX_FILETIME] = FB_V_FILETIME,
	[BX_SYSTEMTIME] = FB_V_SYSTEMTIME, [BX_SID] = FB_V_SID,
	[BX_HEX32] = FB_V_HEX32, [BX_HEX64] = FB_V_HEX64,
};

static uint8_t item_type(uint8_t type)
{
	if (type == BX_STRING)
		return FB_V_UTF16;
	if (type == BX_ANSI)
		return FB_V_ANSI;
	if (type == BX_SIZE)
		return FB_V_HEX64;
	return type < sizeof bx_plain && bx_plain[type] ? bx_plain[type] : FB_V_BINARY;
}

uint8_t bx_value(uint8_t type, struct fb_slice *v, uint8_t *subtype)
{
	if (type == BX_STRING || type == BX_XML) {
		size_t n = v->n & ~(size_t)1;

		while (n && !(v->p[n - 2] | v->p[n - 1]))
			n -= 2;
		v->n = n;
		return FB_V_UTF16;
	}
	if (type == BX_ANSI) {
		while (v->n && v->p[v->n - 1] == 0)
			v->n--;
		return FB_V_ANSI;
	}
	if (type == BX_NULL || v->n == 0)
		return FB_V_NULL;
	if (type == BX_SIZE || type == BX_HANDLE)
		return v->n == 4 ? FB_V_HEX32 : FB_V_HEX64;
	if (type & BX_ARRAY) {
		*subtype = item_type(type & (uint8_t)~BX_ARRAY);
		return FB_V_ARRAY;
	}
	return item_type(type);
}

uint32_t bx_entity(struct fb_slice utf16)
{
	static const struct {
		const char *name;
		uint32_t c;
	} known[] = { { "amp", '&' }, { "lt", '<' }, { "gt", '>' }, { "quot", '"' }, { "apos", '\'' } };

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (bx_name_is(utf16, known[i].name))
			return known[i].c;
	return 0;
}

bool bx_name_is(struct fb_slice utf16, const char *ascii)
{
	size_t i = 0;

	for (; i < utf16.n; i += 2)
		if (!*ascii || utf16.p[i] != (uint8_t)*ascii++ || utf16.p[i + 1])
			return false;
	return !*ascii;
}
