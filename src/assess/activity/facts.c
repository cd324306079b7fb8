#include "assess/activity/activity_in.h"

#include "base/hash.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* Much at once, so that all of it can be put aside in a few calls; a text is one slice of a record, and
 * smaller. */
#define TEXTS_BLOCK ((size_t)1 << 20)
#define TEXTS_BLOCKS 768
#define OUT_MEMORY ((size_t)256 << 20)
/* What is counted up lies within that time: a number of a process may be another's later. */
#define TALLY_SPAN (600 * FB_SECOND)

bool act_push(struct act_list *to, uint32_t v)
{
	if (!fb_room32(&to->v, to->n, &to->room, sizeof *to->v))
		return false;
	to->v[to->n++] = v;
	return true;
}

static int by_number(const void *pa, const void *pb)
{
	uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;

	return a < b ? -1 : a > b;
}

void act_sort(uint32_t *v, uint32_t n)
{
	if (n)
		qsort(v, n, sizeof *v, by_number);
}

/* ---- texts ---- */

static struct act_text_slot *text_slot(struct act_texts *t, struct fb_slice s, uint32_t hash)
{
	uint32_t mask = t->nslots - 1, i = hash & mask;

	while (t->slots[i].text && (t->slots[i].hash != hash || !fb_slice_eq(t->v[t->slots[i].text - 1], s)))
		i = (i + 1) & mask;
	return &t->slots[i];
}

static bool texts_grow(struct act_texts *t)
{
	uint32_t before = t->nslots, mask;
	struct act_text_slot *old = t->slots;

	t->nslots = before ? 2 * before : 1024;
	t->slots = calloc(t->nslots, sizeof *t->slots);
	if (!t->slots) {
		t->slots = old;
		t->nslots = before;
		return false;
	}
	mask = t->nslots - 1;
	for (uint32_t i = 0; i < before; i++) {
		uint32_t at = old[i].hash & mask;

		if (!old[i].text)
			continue;
		while (t->slots[at].text)
			at = (at + 1) & mask;
		t->slots[at] = old[i];
	}
	free(old);
	return true;
}

/* With a NUL behind it. */
static const char *copied(struct act_texts *t, struct fb_slice s)
{
	uint8_t *to;

	if (s.n >= TEXTS_BLOCK)
		return NULL;
	if (!t->nblocks || s.n + 1 > TEXTS_BLOCK - t->used) {
		if (t->nblocks == TEXTS_BLOCKS || !fb_room32(&t->blocks, t->nblocks, &t->blocks_room, sizeof *t->blocks))
			return NULL;
		to = malloc(TEXTS_BLOCK);
		if (!to)
			return NULL;
		t->blocks[t->nblocks++] = to;
		t->used = 0;
	}
	to = t->blocks[t->nblocks - 1] + t->used;
	if (s.n)
		memcpy(to, s.p, s.n);
	to[s.n] = 0;
	t->used += s.n + 1;
	return (const char *)to;
}

static uint32_t text_hashed(struct act_texts *t, struct fb_slice s, uint32_t hash)
{
	uint32_t room[3] = { t->room, t->room, t->room };
	struct act_text_slot *at;
	const char *copy;

	if (2 * t->n >= t->nslots && !texts_grow(t))
		return ACT_NONE;
	at = text_slot(t, s, hash);
	if (at->text)
		return at->text - 1;
	copy = copied(t, s);
	if (!copy || !fb_room32(&t->v, t->n, &room[0], sizeof *t->v) ||
	    !fb_room32(&t->as_written, t->n, &room[1], sizeof *t->as_written) ||
	    !fb_room32(&t->base, t->n, &room[2], sizeof *t->base) ||
	    !fb_room32(&t->folded, t->n, &t->room, sizeof *t->folded))
		return ACT_NONE;
	t->v[t->n] = fb_slice(copy, s.n);
	t->folded[t->n] = t->as_written[t->n] = t->base[t->n] = 0;
	*at = (struct act_text_slot){ hash, ++t->n };
	return t->n - 1;
}

uint32_t act_text(struct act_texts *t, struct fb_slice s)
{
	return text_hashed(t, s, (uint32_t)fb_hash64(t->seed, s));
}

uint32_t act_folded(struct act_texts *t, uint32_t text)
{
	uint32_t f;

	if (!text || text == ACT_NONE || t->folded[text])
		return text && text != ACT_NONE ? t->folded[text] : text;
	fb_buf_clear(&t->fold);
	if (fb_utf8_fold(&t->fold, t->v[text]))
		return ACT_NONE;
	f = act_text(t, fb_buf_view(&t->fold));
	if (f == ACT_NONE)
		return f;
	t->folded[text] = f;
	if (!t->as_written[f])
		t->as_written[f] = text + 1;
	return f;
}

uint32_t act_base(struct act_texts *t, uint32_t path)
{
	uint32_t base = t->base[path];

	if (base)
		return base;
	base = act_text(t, fb_base_name(t->v[path]));
	if (base != ACT_NONE)
		base = act_folded(t, base);
	if (base != ACT_NONE)
		t->base[path] = base;
	return base;
}

struct fb_slice act_written(const struct fb_activity *a, uint32_t folded)
{
	uint32_t first = a->texts.as_written[folded];

	return a->texts.v[first ? first - 1 : folded];
}

struct fb_slice act_str(const struct fb_activity *a, uint32_t text)
{
	return a->texts.v[text];
}

/* ---- numbers ---- */

static uint64_t mix(uint64_t h, uint64_t w)
{
	h = (h ^ w) * 0x9E3779B97F4A7C15ull;
	return h ^ h >> 29;
}

static uint32_t map_first(const struct act_map *m, const uint32_t key[3])
{
	uint64_t h = mix(mix(0x1234567, key[0] | (uint64_t)key[1] << 32), key[2]);

	return (uint32_t)h & (m->room - 1);
}

static struct act_map_slot *map_slot(const struct act_map *m, const uint32_t key[3])
{
	uint32_t mask = m->room - 1, i = map_first(m, key);

	while (m->v[i].value && memcmp(m->v[i].key, key, sizeof m->v[i].key) != 0)
		i = (i + 1) & mask;
	return &m->v[i];
}

void act_map_soon(const struct act_map *m, uint32_t a, uint32_t b, uint32_t c)
{
	const uint32_t key[3] = { a, b, c };

	if (m->room)
		__builtin_prefetch(&m->v[map_first(m, key)], 1);
}

uint32_t act_map_get(const struct act_map *m, uint32_t a, uint32_t b, uint32_t c)
{
	const uint32_t key[3] = { a, b, c };

	return m->room ? map_slot(m, key)->value : 0;
}

uint32_t *act_map_at(struct act_map *m, uint32_t a, uint32_t b, uint32_t c)
{
	const uint32_t key[3] = { a, b, c };
	struct act_map_slot *s;

	if (2 * m->n >= m->room) {
		struct act_map more = { .room = m->room ? 2 * m->room : 1024 };

		more.v = calloc(more.room, sizeof *more.v);
		if (!more.v)
			return NULL;
		for (uint32_t i = 0; i < m->room; i++)
			if (m->v[i].value) {
				*map_slot(&more, m->v[i].key) = m->v[i];
				more.n++;
			}
		free(m->v);
		*m = more;
	}
	s = map_slot(m, key);
	if (!s->value) {
		memcpy(s->key, key, sizeof s->key);
		m->n++;
	}
	return &s->value;
}

/* ---- taking in ---- */

int fb_activity_new(struct fb_activity **out)
{
	struct fb_activity *a = calloc(1, sizeof *a);

	*out = NULL;
	if (!a)
		return FB_ENOMEM;
	fb_arena_init(&a->out, OUT_MEMORY);
	fb_buf_init(&a->texts.fold, (size_t)1 << 20);
	a->texts.seed = fb_secret();
	if (act_text(&a->texts, (struct fb_slice){ 0 }) == ACT_NONE) {
		fb_activity_free(a);
		return FB_ENOMEM;
	}
	*out = a;
	return 0;
}

void fb_activity_free(struct fb_activity *a)
{
	if (!a)
		return;
	for (uint32_t i = 0; i < a->texts.nblocks; i++)
		free(a->texts.blocks[i]);
	free(a->texts.blocks);
	fb_arena_dispose(&a->out);
	fb_buf_dispose(&a->texts.fold);
	free(a->texts.v);
	free(a->texts.folded);
	free(a->texts.as_written);
	free(a->texts.base);
	free(a->texts.slots);
	free(a->facts);
	free(a->order);
	for (unsigned i = 0; i < FB_DOES_COUNT; i++)
		free(a->of[i].v);
	free(a->told.v);
	for (unsigned i = 0; i < ACT_KINDS; i++)
		free(a->kinds[i].v);
	free(a->acting.v);
	free(a->programs.v);
	free(a->same_program.v);
	free(a->tallies.v);
	free(a->nodes);
	free(a->links);
	free(a->names.v);
	free(a->joined.v);
	free(a->observed);
	free(a->by_place.v);
	free(a->pages);
	free(a->cuts);
	free(a->said);
	free(a->requests.v);
	free(a->asked.v);
	free(a->moments);
	free(a->settings);
	free(a->skews);
	free(a->edges);
	free(a);
}

void fb_activity_aside(const struct fb_activity *a, bool away)
{
	const struct act_texts *t = &a->texts;
	const struct { void *p; size_t n; } large[] = {
		{ a->facts, a->facts_room * sizeof *a->facts }, { a->order, a->linked * sizeof *a->order },
		{ a->nodes, a->nodes_room * sizeof *a->nodes }, { a->links, a->links_room * sizeof *a->links },
		{ a->tallies.v, a->tallies.room * sizeof *a->tallies.v },
		{ a->joined.v, a->joined.room * sizeof *a->joined.v },
		{ a->names.v, a->names.room * sizeof *a->names.v },
		{ t->v, t->room * sizeof *t->v }, { t->slots, t->nslots * sizeof *t->slots },
		{ t->folded, t->room * sizeof *t->folded }, { t->base, t->room * sizeof *t->base },
		{ t->as_written, t->room * sizeof *t->as_written },
	};

	for (size_t i = 0; i < sizeof large / sizeof *large; i++)
		fb_unshared(large[i].p, large[i].n, away);
	for (uint32_t i = 0; i < t->nblocks; i++)
		fb_unshared(t->blocks[i], TEXTS_BLOCK, away);
}

static uint32_t *of_place(struct act_map *m, uint64_t source, uint64_t offset)
{
	return act_map_at(m, (uint32_t)source, (uint32_t)(source >> 32) ^ (uint32_t)(offset >> 32), (uint32_t)offset);
}

static uint32_t observed_at(const struct fb_activity *a, uint64_t source, uint64_t offset)
{
	return act_map_get(&a->by_place, (uint32_t)source, (uint32_t)(source >> 32) ^ (uint32_t)(offset >> 32),
			   (uint32_t)offset);
}

int fb_activity_observe(struct fb_activity *a, const struct fb_observation *o)
{
	uint32_t *first = of_place(&a->by_place, o->source, o->offset);
	struct act_observation *to;

	if (!first || !fb_room32(&a->observed, a->nobserved, &a->observed_room, sizeof *a->observed))
		return FB_ENOMEM;
	to = &a->observed[a->nobserved++];
	*to = (struct act_observation){ .source = o->source, .offset = o->offset, .next = *first, .rule = o->rule,
		.strong = o->strong, .id = act_text(&a->texts, fb_slice_str(o->id)),
		.title = act_text(&a->texts, fb_slice_str(o->title)),
		.techniques = act_text(&a->texts, fb_slice_str(o->techniques)) };
	*first = a->nobserved;
	return to->id == ACT_NONE || to->title == ACT_NONE || to->techniques == ACT_NONE ? FB_ENOMEM : 0;
}

int fb_activity_page(struct fb_activity *a, struct fb_slice host, struct fb_slice stem, const char *why)
{
	struct act_page_seed *p;

	if (!fb_room32(&a->pages, a->npages, &a->pages_room, sizeof *a->pages))
		return FB_ENOMEM;
	p = &a->pages[a->npages++];
	*p = (struct act_page_seed){ .host = act_folded(&a->texts, act_text(&a->texts, host)),
		.stem = act_folded(&a->texts, act_text(&a->texts, stem)),
		.why = act_text(&a->texts, fb_slice_str(why)) };
	return p->host == ACT_NONE || p->stem == ACT_NONE || p->why == ACT_NONE ? FB_ENOMEM : 0;
}

int fb_activity_cut(struct fb_activity *a, uint64_t source, uint64_t offset)
{
	if (!fb_room32(&a->cuts, a->ncuts, &a->cuts_room, sizeof *a->cuts))
		return FB_ENOMEM;
	a->cuts[a->ncuts++] = (struct act_cut){ source, offset };
	return 0;
}

int fb_activity_join(struct fb_activity *a, uint64_t source, uint64_t offset, uint64_t other_source, uint64_t other_offset)
{
	if (!fb_room32(&a->said, a->nsaid, &a->said_room, sizeof *a->said))
		return FB_ENOMEM;
	a->said[a->nsaid++] = (struct act_said){ { source, offset }, { other_source, other_offset } };
	return 0;
}

/* Kinds of which one process or session makes thousands that differ in nothing that joins. */
static bool is_tallied(const struct act_fact *f)
{
	switch (fb_act_records[f->record].does) {
	case FB_DOES_SHARE:
	case FB_DOES_SHARE_FILE:
	case FB_DOES_OBJECT:
	case FB_DOES_REGISTRY:
	case FB_DOES_DNS:
	case FB_DOES_ACCESS:
		return !f->observations;
	default:
		return false;
	}
}

static void count_up(struct act_fact *to, const struct act_fact *f)
{
	if (f->time != FB_TIME_NONE && f->time > to->last)
		to->last = f->time;
	if (f->time != FB_TIME_NONE && f->time < to->time) {
		to->time = f->time;
		to->source = f->source;
		to->offset = f->offset;
		to->name = f->name;
	}
	to->count++;
	to->bytes += f->bytes;
	to->bytes_most += f->bytes_most;
}

/* Puts a fact to the one like it, if there is one: true. *oom: no memory. */
static bool tallied(struct fb_activity *a, const struct act_fact *f, bool *oom)
{
	uint64_t h = mix(f->host, f->record);
	uint32_t *at;

	*oom = false;
	if (!is_tallied(f) || f->time == FB_TIME_NONE)
		return false;
	for (unsigned i = 0; i < FB_SLOT_COUNT; i++)
		h = mix(h, f->slot[i]);
	/* 96 bits: two that differ are taken for one in no evidence that fits on a disk. */
	at = act_map_at(&a->tallies, (uint32_t)h, (uint32_t)(h >> 32), (uint32_t)(f->time / TALLY_SPAN) ^ f->slot[FB_SLOT_OBJECT] << 8);
	*oom = !at;
	if (!at)
		return false;
	if (*at) {
		count_up(&a->facts[*at - 1], f);
		return true;
	}
	*at = a->nfacts + 1;
	return false;
}

static uint64_t number(struct fb_slice s)
{
	uint64_t v;

	return fb_slice_u64(s, &v) ? v : 0;
}

#define NUMBER_ROOM 18

/* Numbers are written in two ways: 0x3e7, 999. Empty: it is none, or 0. */
static struct fb_slice number_text(struct fb_slice s, uint8_t room[static NUMBER_ROOM])
{
	size_t at = NUMBER_ROOM;
	uint64_t v;

	if (!fb_slice_number(s, &v) || !v)
		return (struct fb_slice){ 0 };
	for (; v; v >>= 4)
		room[--at] = (uint8_t)"0123456789abcdef"[v & 15];
	room[--at] = 'x';
	room[--at] = '0';
	return fb_slice(room + at, NUMBER_ROOM - at);
}

static bool is_number(unsigned slot)
{
	return slot == FB_SLOT_PID || slot == FB_SLOT_BORN_PID || slot == FB_SLOT_SESSION || slot == FB_SLOT_BORN_SESSION;
}

static void take_bytes(struct act_fact *to, const struct fb_fact *f)
{
	struct fb_slice win32 = f->v[FB_SLOT_WIN32];

	if (!f->v[FB_SLOT_BYTES].n)
		return;
	to->bytes_known = true;
	to->bytes_most = number(f->v[FB_SLOT_BYTES]);
	/* 64, 1236: the other end had gone before all of it was handed over. */
	to->bytes = !win32.n || fb_slice_eqs(win32, "0") ? to->bytes_most : 0;
}

/* A request is asked for by its page, its client and its moment, and comes as often. */
static bool told_before(struct fb_activity *a, const struct fb_fact *f, bool *oom)
{
	uint32_t *at;

	*oom = false;
	if (fb_act_records[f->record].does != FB_DOES_REQUEST)
		return false;
	at = of_place(&a->requests, f->source, f->offset);
	*oom = !at;
	return at && (*at)++ > 0;
}

/* What most often is what it was in the record before: the last of its kind is remembered. */
static uint32_t repeated(struct fb_activity *a, uint32_t *last, struct fb_slice s)
{
	uint32_t text = *last;

	if (fb_slice_eq(act_str(a, text), s))
		return text;
	text = act_text(&a->texts, s);
	if (text != ACT_NONE)
		*last = text;
	return text;
}

/* All values of a record. Where each stands in the tables is chance, so memory is asked for all of them
 * before the first has to wait for it. */
static int take_values(struct fb_activity *a, const struct fb_fact *f, uint32_t slot[static FB_SLOT_COUNT])
{
	struct { struct fb_slice s; uint32_t hash, slot; } v[FB_SLOT_COUNT];
	uint8_t numbers[FB_SLOT_COUNT][NUMBER_ROOM];
	struct act_texts *t = &a->texts;
	unsigned n = 0;

	for (unsigned i = 0; i < FB_SLOT_COUNT; i++) {
		struct fb_slice s = f->v[i];

		if (!s.n || i == FB_SLOT_BYTES || i == FB_SLOT_WIN32 || i == FB_SLOT_FORWARDED || i == FB_SLOT_PEER)
			continue;
		if (is_number(i))
			s = number_text(s, numbers[i]);
		slot[i] = a->last[i];
		if (!s.n)
			slot[i] = 0;
		if (!s.n || fb_slice_eq(act_str(a, slot[i]), s))
			continue;
		v[n].s = s;
		v[n].slot = i;
		v[n].hash = (uint32_t)fb_hash64(t->seed, s);
		__builtin_prefetch(&t->slots[v[n++].hash & (t->nslots - 1)]);
	}
	for (unsigned k = 0; k < n; k++) {
		const struct act_text_slot *at = &t->slots[v[k].hash & (t->nslots - 1)];

		if (at->text)
			__builtin_prefetch(&t->v[at->text - 1]);
	}
	for (unsigned k = 0; k < n; k++) {
		uint32_t text = text_hashed(t, v[k].s, v[k].hash);

		if (text == ACT_NONE)
			return FB_ENOMEM;
		slot[v[k].slot] = a->last[v[k].slot] = text;
	}
	return 0;
}

int fb_activity_fact(struct fb_activity *a, const struct fb_fact *f)
{
	struct act_fact x = { .record = f->record, .time = f->time, .last = f->time, .source = f->source,
			      .offset = f->offset, .count = 1, .second_hand = f->second_hand };
	bool oom;

	x.observations = observed_at(a, f->source, f->offset);
	x.host = act_folded(&a->texts, repeated(a, &a->last_host, f->host));
	x.log = x.host == ACT_NONE ? ACT_NONE : repeated(a, &a->last_log, f->log);
	x.name = x.log == ACT_NONE ? ACT_NONE : repeated(a, &a->last_name, f->name);
	if (x.name == ACT_NONE)
		return FB_ENOMEM;
	if (take_values(a, f, x.slot))
		return FB_ENOMEM;
	/* Who asks for others says so, and is no client; whom it names counts where somebody trusts it. */
	x.proxied = f->proxied || (f->v[FB_SLOT_FORWARDED].n && !f->v[FB_SLOT_PEER].n);
	take_bytes(&x, f);
	if (a->nfacts == FB_FACTS_MAX) {
		a->beyond++;
		return 0;
	}
	if (!fb_room32(&a->facts, a->nfacts, &a->facts_room, sizeof *a->facts))
		return FB_ENOMEM;
	if (told_before(a, f, &oom) || (!oom && tallied(a, &x, &oom)))
		return 0;
	if (oom)
		return FB_ENOMEM;
	a->facts[a->nfacts++] = x;
	return 0;
}

uint64_t fb_activity_beyond(const struct fb_activity *a)
{
	return a->beyond;
}
