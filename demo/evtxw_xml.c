/* BinXML of one record: elements, names, templates, substitutions.
 *
 * event_elements walks the event once for all three uses: it defines the template
 * (substitution tokens), and it writes a record without template (texts). */
#include "evtxw_in.h"

#include "base/buf.h"
#include "base/hash.h"
#include "base/text.h"

#include <stdio.h>

enum {
	TOK_EOF = 0x00, TOK_OPEN = 0x01, TOK_CLOSE_START = 0x02, TOK_CLOSE_EMPTY = 0x03,
	TOK_END = 0x04, TOK_VALUE = 0x05, TOK_ATTRIBUTE = 0x06, TOK_TEMPLATE = 0x0C,
	TOK_SUBST = 0x0D, TOK_OPTIONAL = 0x0E, TOK_FRAGMENT = 0x0F, TOK_MORE = 0x40,
};

#define NO_ID 0xFFFFu
#define XMLNS "http://schemas.microsoft.com/win/2004/08/events/event"

/* Ids of the outer template's substitutions, as Windows numbers them. */
enum {
	S_LEVEL, S_OPCODE, S_TASK, S_EVENTID, S_QUALIFIERS, S_KEYWORDS, S_TIME, S_ACTIVITY,
	S_PID, S_TID, S_RECORD, S_VERSION, S_USER, S_13, S_14, S_15, S_16, S_17, S_18, S_19,
	S_MAX
};

/* Where an element's content comes from. */
struct slot {
	const char *text;            /* spelt out; or NULL */
	uint16_t id;                 /* else a substitution */
	uint8_t type;
	bool optional;
	const struct ew_value *value; /* of a plain record */
};

static void put_utf16(struct evtxw *w, struct fb_slice s)
{
	size_t i = 0;

	while (i < s.n && !w->full) {
		uint32_t cp = s.p[i];
		int n = 1;

		if (cp >= 0x80)
			n = fb_utf8_next(fb_slice_sub(s, i, s.n), &cp);
		i += n > 0 ? (size_t)n : 1;
		if (cp >= 0x10000) {
			ew_put16(w, (uint16_t)(0xD7C0 + (cp >> 10)));
			cp = 0xDC00 | (cp & 0x3FF);
		}
		ew_put16(w, (uint16_t)cp);
	}
}

/* Most text is ASCII: room once, then bytes. */
static void put_text(struct evtxw *w, struct fb_slice s)
{
	uint8_t high = 0;
	uint8_t *p;

	for (size_t i = 0; i < s.n; i++)
		high |= s.p[i];
	if (high & 0x80) {
		put_utf16(w, s);
		return;
	}
	p = s.n < EW_CHUNK ? ew_room(w, (uint32_t)s.n * 2) : NULL;
	if (!p) {
		w->full = true;
		return;
	}
	for (size_t i = 0; i < s.n; i++) {
		p[2 * i] = s.p[i];
		p[2 * i + 1] = 0;
	}
}

static void put_fragment(struct evtxw *w)
{
	ew_put32(w, 0x0001010F);
}

static bool name_at(const struct evtxw *w, uint32_t at, const char *name, size_t n)
{
	const uint8_t *p = w->c + at;

	if ((size_t)(p[6] | p[7] << 8) != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (p[8 + 2 * i] != (uint8_t)name[i])
			return false;
	return true;
}

static uint32_t head_get(const struct evtxw *w, uint32_t at)
{
	return (uint32_t)w->c[at] | (uint32_t)w->c[at + 1] << 8 | (uint32_t)w->c[at + 2] << 16 |
	       (uint32_t)w->c[at + 3] << 24;
}

/* The offset of a name; its bytes follow when the chunk has not got it yet. Names are
 * ASCII. New ones become the head of their chain. */
static void put_name(struct evtxw *w, const char *name)
{
	size_t n = strlen(name);
	uint32_t hash = 0, head, at;

	for (size_t i = 0; i < n; i++)
		hash = hash * 65599 + (uint8_t)name[i];
	hash &= 0xFFFF;
	head = EW_NAMES + 4 * (hash % 64);
	for (at = head_get(w, head); at; at = head_get(w, at))
		if (name_at(w, at, name, n)) {
			ew_put32(w, at);
			return;
		}
	ew_put32(w, w->at + 4);
	at = w->at;
	ew_put32(w, head_get(w, head));
	ew_put16(w, (uint16_t)hash);
	ew_put16(w, (uint16_t)n);
	put_text(w, fb_slice_str(name));
	ew_put16(w, 0);
	ew_poke32(w, head, at);
}

/* Returns the position of the length that elem_end fills in. */
static uint32_t elem_open(struct evtxw *w, const char *name, uint16_t depends, bool attributes)
{
	uint32_t at;

	ew_put8(w, TOK_OPEN | (attributes ? TOK_MORE : 0));
	ew_put16(w, depends);
	at = w->at;
	ew_put32(w, 0);
	put_name(w, name);
	return at;
}

static void length_set(struct evtxw *w, uint32_t at)
{
	ew_poke32(w, at, w->at - at - 4);
}

static void elem_end(struct evtxw *w, uint32_t at)
{
	ew_put8(w, TOK_END);
	length_set(w, at);
}

static void put_literal(struct evtxw *w, struct fb_slice s)
{
	uint32_t at;

	ew_put8(w, TOK_VALUE);
	ew_put8(w, EW_STR);
	at = w->at;
	ew_put16(w, 0);
	put_text(w, s);
	if (!w->full) {
		uint32_t units = (w->at - at - 2) / 2;

		w->c[at] = (uint8_t)units;
		w->c[at + 1] = (uint8_t)(units >> 8);
	}
}

static void sid_text(struct fb_buf *b, struct fb_slice s)
{
	if (s.n < 8)
		return;
	(void)fb_buf_printf(b, "S-%u-%u", s.p[0], s.p[7]);
	for (size_t i = 8; i + 4 <= s.n; i += 4)
		(void)fb_buf_printf(b, "-%u", (unsigned)s.p[i] | (unsigned)s.p[i + 1] << 8 |
					      (unsigned)s.p[i + 2] << 16 |
					      (unsigned)s.p[i + 3] << 24);
}

static void guid_text(struct fb_buf *b, const uint8_t *p)
{
	(void)fb_buf_printf(b, "{%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-", p[3], p[2], p[1],
			    p[0], p[5], p[4], p[7], p[6], p[8], p[9]);
	for (unsigned i = 10; i < 16; i++)
		(void)fb_buf_printf(b, "%02x", p[i]);
	(void)fb_buf_puts(b, "}");
}

/* How a value reads in a record that has it as text. */
static void value_text(struct fb_buf *b, const struct ew_value *v)
{
	char hex[3];

	switch (v->type & ~EW_ARRAY) {
	case EW_NULL:
		break;
	case EW_BOOL:
		(void)fb_buf_puts(b, v->u ? "true" : "false");
		break;
	case EW_HEX32: case EW_HEX64: case EW_SIZE:
		(void)fb_buf_printf(b, "0x%llx", (unsigned long long)v->u);
		break;
	case EW_I8: case EW_I16: case EW_I32: case EW_I64:
		(void)fb_buf_printf(b, "%lld", (long long)v->u);
		break;
	case EW_U8: case EW_U16: case EW_U32: case EW_U64:
		(void)fb_buf_printf(b, "%llu", (unsigned long long)v->u);
		break;
	case EW_FILETIME: {
		char text[FB_TIME_TEXT];

		(void)fb_buf_puts(b, fb_time_text(fb_time_from_filetime(v->u), 7, text));
		break;
	}
	case EW_GUID:
		if (v->s.n == 16)
			guid_text(b, v->s.p);
		break;
	case EW_SID:
		sid_text(b, v->s);
		break;
	case EW_STR:
		(void)fb_buf_slice(b, v->s);
		break;
	default:
		for (size_t i = 0; i < v->s.n; i++) {
			fb_hex(v->s.p + i, 1, hex);
			(void)fb_buf_puts(b, hex);
		}
	}
}

static void put_slot(struct evtxw *w, const struct slot *s)
{
	struct fb_buf b;

	if (s->text) {
		put_literal(w, fb_slice_str(s->text));
	} else if (!s->value) {
		ew_put8(w, s->optional ? TOK_OPTIONAL : TOK_SUBST);
		ew_put16(w, s->id);
		ew_put8(w, s->type);
	} else {
		fb_buf_init(&b, EW_CHUNK);
		value_text(&b, s->value);
		put_literal(w, fb_buf_view(&b));
		fb_buf_dispose(&b);
	}
}

struct attribute {
	const char *name;
	struct slot slot;
};

static void put_attributes(struct evtxw *w, const struct attribute *a, size_t n)
{
	uint32_t at = w->at;

	ew_put32(w, 0);
	for (size_t i = 0; i < n; i++) {
		ew_put8(w, TOK_ATTRIBUTE | (i + 1 < n ? TOK_MORE : 0));
		put_name(w, a[i].name);
		put_slot(w, &a[i].slot);
	}
	length_set(w, at);
}

/* One element with attributes and at most one value. */
static void put_elem(struct evtxw *w, const char *name, const struct attribute *a, size_t n,
		     const struct slot *content)
{
	bool optional = content && !content->text && !content->value && content->optional;
	uint32_t at = elem_open(w, name, optional ? content->id : NO_ID, n > 0);

	if (n)
		put_attributes(w, a, n);
	if (!content) {
		ew_put8(w, TOK_CLOSE_EMPTY);
		length_set(w, at);
		return;
	}
	ew_put8(w, TOK_CLOSE_START);
	put_slot(w, content);
	elem_end(w, at);
}

/* The System element: substitutions, or with `v` (S_MAX values) their texts. */
static void put_system(struct evtxw *w, const struct ew_event *ev, const struct ew_value *v)
{
	const struct ew_schema *s = ev->schema;
	bool manifest = s->form == EW_MANIFEST;
	bool small = s->form == EW_CLASSIC;
	char guid[40];
	struct attribute a[3];
	size_t n = 0;
	uint32_t at = elem_open(w, "System", NO_ID, false);

#define SLOT(i, t) (struct slot){ NULL, (i), (t), true, v ? &v[i] : NULL }
#define TEXT(t) (struct slot){ (t), 0, EW_STR, false, NULL }
#define SIMPLE(nm, i, t) put_elem(w, nm, NULL, 0, &SLOT(i, t))
	(void)snprintf(guid, sizeof(guid), "{%s}", s->guid ? s->guid : "");
	ew_put8(w, TOK_CLOSE_START);
	a[n++] = (struct attribute){ "Name", manifest ? SLOT(S_14, EW_STR) : TEXT(s->provider) };
	if (s->guid)
		a[n++] = (struct attribute){ "Guid", manifest ? SLOT(S_15, EW_GUID) : TEXT(guid) };
	if (s->source)
		a[n++] = (struct attribute){ "EventSourceName", TEXT(s->source) };
	put_elem(w, "Provider", a, n, NULL);
	a[0] = (struct attribute){ "Qualifiers", SLOT(S_QUALIFIERS, EW_U16) };
	put_elem(w, "EventID", a, !v || v[S_QUALIFIERS].type, &SLOT(S_EVENTID, EW_U16));
	if (!small)
		SIMPLE("Version", S_VERSION, EW_U8);
	SIMPLE("Level", S_LEVEL, EW_U8);
	SIMPLE("Task", S_TASK, EW_U16);
	if (!small)
		SIMPLE("Opcode", S_OPCODE, EW_U8);
	SIMPLE("Keywords", S_KEYWORDS, EW_HEX64);
	a[0] = (struct attribute){ "SystemTime", SLOT(S_TIME, EW_FILETIME) };
	put_elem(w, "TimeCreated", a, 1, NULL);
	SIMPLE("EventRecordID", S_RECORD, EW_U64);
	if (!small) {
		a[0] = (struct attribute){ "ActivityID", SLOT(S_ACTIVITY, EW_GUID) };
		a[1] = (struct attribute){ "RelatedActivityID",
					   SLOT(manifest ? S_13 : S_18, EW_GUID) };
		put_elem(w, "Correlation", a, !v ? 2 : v[S_ACTIVITY].type != 0, NULL);
		a[0] = (struct attribute){ "ProcessID", SLOT(S_PID, EW_U32) };
		a[1] = (struct attribute){ "ThreadID", SLOT(S_TID, EW_U32) };
		put_elem(w, "Execution", a, 2, NULL);
	}
	put_elem(w, "Channel", NULL, 0, manifest ? &SLOT(S_16, EW_STR) : &TEXT(s->channel));
	put_elem(w, "Computer", NULL, 0, &TEXT(ev->computer));
	a[0] = (struct attribute){ "UserID", SLOT(S_USER, EW_SID) };
	put_elem(w, "Security", a, !v || v[S_USER].type, NULL);
	elem_end(w, at);
#undef SLOT
#undef TEXT
#undef SIMPLE
}

/* EventData or the named element of UserData: the inner template, or its texts. */
static void put_data(struct evtxw *w, const struct ew_schema *s, const struct ew_value *v)
{
	bool named = s->form == EW_MANIFEST || s->form == EW_LEGACY;
	struct attribute a = { s->form == EW_USERDATA ? "xmlns" : "Name",
			       { s->ns, 0, EW_STR, false, NULL } };
	uint32_t at = elem_open(w, s->form == EW_USERDATA ? s->root : "EventData", NO_ID,
				s->form == EW_USERDATA && s->ns);

	if (s->form == EW_USERDATA && s->ns)
		put_attributes(w, &a, 1);
	ew_put8(w, TOK_CLOSE_START);
	for (size_t i = 0; i < s->nfields; i++) {
		struct slot c = { NULL, (uint16_t)i, s->fields[i].type, false, v ? &v[i] : NULL };

		if (named) {
			a.slot.text = s->fields[i].name;
			put_elem(w, "Data", &a, 1, &c);
		} else if (s->form == EW_USERDATA) {
			put_elem(w, s->fields[i].name, NULL, 0, &c);
		} else {
			/* The second substitution of a classic record is the length. */
			c.id = i ? 2 : 0;
			c.optional = true;
			put_elem(w, i ? "Binary" : "Data", NULL, 0, &c);
		}
	}
	elem_end(w, at);
}

static uint16_t xml_slot(const struct ew_schema *s)
{
	return s->form == EW_MANIFEST ? S_17 : S_19;
}

/* The Event element. Plain records have their data as elements of their own. */
static void put_event(struct evtxw *w, const struct ew_event *ev, const struct ew_value *v)
{
	static const struct attribute xmlns = { "xmlns", { XMLNS, 0, EW_STR, false, NULL } };
	const struct ew_schema *s = ev->schema;
	struct slot data = { NULL, xml_slot(s), EW_XML, true, NULL };
	bool user = s->form == EW_USERDATA;
	uint32_t at = elem_open(w, "Event", v || user ? NO_ID : data.id, true), in = 0;

	put_attributes(w, &xmlns, 1);
	ew_put8(w, TOK_CLOSE_START);
	put_system(w, ev, v);
	if (user) {
		in = elem_open(w, "UserData", v ? NO_ID : data.id, false);
		ew_put8(w, TOK_CLOSE_START);
	}
	if (v)
		put_data(w, s, ev->values);
	else
		put_slot(w, &data);
	if (user)
		elem_end(w, in);
	elem_end(w, at);
}

/* A template's GUID need only be the same for the same content. */
static void identity(const struct ew_event *ev, bool outer, uint8_t out[static 16])
{
	const struct ew_schema *s = ev->schema;
	char text[512];
	uint8_t sum[FB_SHA256];

	if (outer)
		(void)snprintf(text, sizeof(text), "event %u %s %s %s", s->form,
			       s->form == EW_MANIFEST ? "" : s->provider,
			       s->form == EW_MANIFEST ? "" : s->channel, ev->computer);
	else
		(void)snprintf(text, sizeof(text), "data %s %s %u %u %zu", s->channel, s->provider,
			       s->id, s->version, s->nfields);
	fb_sha256_of(fb_slice_str(text), sum);
	memcpy(out, sum, 16);
}

static struct ew_made *made_find(struct evtxw *w, const struct ew_made *want)
{
	for (size_t i = w->ntemplates; i-- > 0;) {
		struct ew_made *m = &w->templates[i];

		if (m->key == want->key && m->form == want->form && m->channel == want->channel &&
		    m->computer == want->computer)
			return m;
	}
	return NULL;
}

/* Token, id and offset of a template instance, with the definition when it is the
 * first in this chunk. */
static void put_instance(struct evtxw *w, const struct ew_event *ev, bool outer)
{
	const struct ew_schema *s = ev->schema;
	bool manifest = s->form == EW_MANIFEST;
	struct ew_made want = { .key = s, .form = s->form };
	struct ew_made *m;
	uint8_t guid[16];
	uint32_t head, at;

	if (outer)
		want = (struct ew_made){ .key = manifest ? NULL : s->provider, .form = s->form,
					 .channel = manifest ? NULL : s->channel,
					 .computer = ev->computer };
	ew_put8(w, TOK_TEMPLATE);
	ew_put8(w, 1);
	m = made_find(w, &want);
	if (m) {
		ew_put32(w, m->id);
		ew_put32(w, m->offset);
		return;
	}
	if (w->ntemplates == EW_TEMPLATES_MAX) {
		w->full = true;
		return;
	}
	identity(ev, outer, guid);
	want.id = (uint32_t)guid[0] | (uint32_t)guid[1] << 8 | (uint32_t)guid[2] << 16 |
		  (uint32_t)guid[3] << 24;
	want.offset = w->at + 8;
	head = EW_TEMPLATES + 4 * (want.id % 32);
	ew_put32(w, want.id);
	ew_put32(w, want.offset);
	ew_put32(w, head_get(w, head));
	for (unsigned i = 0; i < 16; i++)
		ew_put8(w, guid[i]);
	at = w->at;
	ew_put32(w, 0);
	put_fragment(w);
	if (outer)
		put_event(w, ev, NULL);
	else
		put_data(w, s, NULL);
	ew_put8(w, TOK_EOF);
	length_set(w, at);
	if (w->full)
		return;
	ew_poke32(w, head, want.offset);
	w->templates[w->ntemplates++] = want;
}

static void put_value(struct evtxw *w, const struct ew_value *v, bool nul)
{
	static const uint8_t width[] = { [EW_I8] = 1, [EW_U8] = 1, [EW_I16] = 2, [EW_U16] = 2,
					 [EW_I32] = 4, [EW_U32] = 4, [EW_I64] = 8, [EW_U64] = 8,
					 [EW_BOOL] = 4, [EW_FILETIME] = 8, [EW_SIZE] = 8,
					 [EW_HEX32] = 4, [EW_HEX64] = 8 };
	uint8_t *p;

	if (v->type == EW_NULL)
		return;
	if (v->type == EW_STR || v->type == (EW_STR | EW_ARRAY)) {
		put_text(w, v->s);
		if (nul || v->type != EW_STR)
			ew_put16(w, 0);
	} else if (v->type < sizeof(width) && width[v->type]) {
		ew_put_le(w, v->u, width[v->type]);
	} else if (v->s.n < EW_CHUNK) {
		p = ew_room(w, (uint32_t)v->s.n);
		if (p && v->s.n)
			memcpy(p, v->s.p, v->s.n);
	} else {
		w->full = true;
	}
}

/* Size and type of value i, known once it has been written from `from` on. */
static void describe(struct evtxw *w, uint32_t table, size_t i, uint32_t from, uint8_t type)
{
	uint32_t n = w->at - from;
	uint8_t *d = w->c + table + 4 * i;

	if (n > 0xFFFF)
		w->full = true;
	if (w->full)
		return;
	/* A handle-sized number is written as its width. */
	if (type == EW_SIZE)
		type = EW_HEX64;
	d[0] = (uint8_t)n;
	d[1] = (uint8_t)(n >> 8);
	d[2] = type;
	d[3] = 0;
}

static uint32_t put_table(struct evtxw *w, size_t n)
{
	uint32_t at;

	ew_put32(w, (uint32_t)n);
	at = w->at;
	for (size_t i = 0; i < n; i++)
		ew_put32(w, 0);
	return at;
}

static void put_data_instance(struct evtxw *w, const struct ew_event *ev)
{
	const struct ew_schema *s = ev->schema;
	bool classic = s->form == EW_CLASSIC, nul = s->form == EW_MANIFEST;
	struct ew_value three[3];
	const struct ew_value *v = ev->values;
	size_t n = s->nfields;
	uint32_t table;

	if (classic) {
		three[0] = v[0];
		three[1] = (struct ew_value){ EW_U32, v[1].s.n, { NULL, 0 } };
		three[2] = v[1];
		v = three;
		n = 3;
	}
	put_fragment(w);
	put_instance(w, ev, false);
	table = put_table(w, n);
	for (size_t i = 0; i < n; i++) {
		uint32_t from = w->at;

		put_value(w, &v[i], nul);
		describe(w, table, i, from, v[i].type);
	}
	ew_put8(w, TOK_EOF);
}

static void system_values(const struct evtxw *w, const struct ew_event *ev,
			  struct ew_value v[static S_MAX], uint8_t guid[static 16])
{
	const struct ew_schema *s = ev->schema;

	memset(v, 0, S_MAX * sizeof(*v));
	v[S_LEVEL] = (struct ew_value){ EW_U8, ev->level ? ev->level : s->level, { 0 } };
	v[S_OPCODE] = (struct ew_value){ EW_U8, s->opcode, { 0 } };
	v[S_TASK] = (struct ew_value){ EW_U16, ev->task ? ev->task : s->task, { 0 } };
	v[S_EVENTID] = (struct ew_value){ EW_U16, s->id, { 0 } };
	if (s->form == EW_CLASSIC || s->source)
		v[S_QUALIFIERS] = (struct ew_value){ EW_U16, s->qualifiers, { 0 } };
	v[S_KEYWORDS] = (struct ew_value){ EW_HEX64, ev->keywords ? ev->keywords : s->keywords,
					   { 0 } };
	v[S_TIME] = (struct ew_value){ EW_FILETIME, ew_filetime(ev->time), { 0 } };
	if (ev->activity.n == 16)
		v[S_ACTIVITY] = (struct ew_value){ EW_GUID, 0, ev->activity };
	v[S_PID] = (struct ew_value){ EW_U32, ev->pid, { 0 } };
	v[S_TID] = (struct ew_value){ EW_U32, ev->tid, { 0 } };
	v[S_RECORD] = (struct ew_value){ EW_U64, w->next, { 0 } };
	v[S_VERSION] = (struct ew_value){ EW_U8, s->version, { 0 } };
	if (ev->user.n)
		v[S_USER] = (struct ew_value){ EW_SID, 0, ev->user };
	if (s->form == EW_MANIFEST) {
		v[S_14] = (struct ew_value){ EW_STR, 0, fb_slice_str(s->provider) };
		if (s->guid && ew_guid(s->guid, guid))
			v[S_15] = (struct ew_value){ EW_GUID, 0, fb_slice(guid, 16) };
		v[S_16] = (struct ew_value){ EW_STR, 0, fb_slice_str(s->channel) };
	}
}

void ew_event_template(struct evtxw *w, const struct ew_event *ev)
{
	struct ew_value v[S_MAX];
	uint8_t guid[16];
	uint16_t xml = xml_slot(ev->schema);
	uint32_t table;

	system_values(w, ev, v, guid);
	put_fragment(w);
	put_instance(w, ev, true);
	table = put_table(w, xml + 1u);
	for (uint16_t i = 0; i < xml; i++) {
		uint32_t from = w->at;

		put_value(w, &v[i], false);
		describe(w, table, i, from, v[i].type);
	}
	{
		uint32_t from = w->at;

		put_data_instance(w, ev);
		describe(w, table, xml, from, EW_XML);
	}
	ew_put8(w, TOK_EOF);
}

void ew_event_plain(struct evtxw *w, const struct ew_event *ev)
{
	struct ew_value v[S_MAX];
	uint8_t guid[16];

	system_values(w, ev, v, guid);
	put_fragment(w);
	put_event(w, ev, v);
	ew_put8(w, TOK_EOF);
}
