#include "event/syms.h"

#include "base/arena.h"
#include "base/limits.h"

#include <stdlib.h>

#define KEY_MAX 128 /* longer names are nobody's field */

struct entry {
	const char *name;
	const uint8_t *key;
	size_t keylen;
};

struct fb_syms {
	struct fb_arena arena;
	struct entry *entries; /* by symbol */
	uint32_t count, cap;
	uint32_t *slots; /* symbol or 0, open addressing */
	uint32_t nslots;
};

static const char *const fixed[FB_SYM_FIXED_COUNT] = {
	[FB_SYM_NONE] = "",
	[FB_SYM_EVENT_ID] = "EventID",
	[FB_SYM_CHANNEL] = "Channel",
	[FB_SYM_PROVIDER] = "Provider_Name",
	[FB_SYM_COMPUTER] = "Computer",
	[FB_SYM_RECORD_ID] = "EventRecordID",
	[FB_SYM_LEVEL] = "Level",
	[FB_SYM_TASK] = "Task",
	[FB_SYM_OPCODE] = "Opcode",
	[FB_SYM_KEYWORDS] = "Keywords",
	[FB_SYM_VERSION] = "Version",
	[FB_SYM_USER_ID] = "Security_UserID",
	[FB_SYM_EXEC_PID] = "Execution_ProcessID",
	[FB_SYM_EXEC_TID] = "Execution_ThreadID",
	[FB_SYM_SYSTEM_TIME] = "TimeCreated_SystemTime",
	[FB_SYM_ACTIVITY] = "Correlation_ActivityID",
	[FB_SYM_PROVIDER_GUID] = "Provider_Guid",
	[FB_SYM_EVENT_SOURCE] = "Provider_EventSourceName",
	[FB_SYM_QUALIFIERS] = "EventID_Qualifiers",
	[FB_SYM_DATA] = "Data",
	[FB_SYM_BINARY] = "Binary",
	[FB_SYM_CS_METHOD] = "cs-method",
	[FB_SYM_CS_URI_STEM] = "cs-uri-stem",
	[FB_SYM_CS_URI_QUERY] = "cs-uri-query",
	[FB_SYM_C_URI] = "c-uri",
	[FB_SYM_CS_USERNAME] = "cs-username",
	[FB_SYM_C_IP] = "c-ip",
	[FB_SYM_S_IP] = "s-ip",
	[FB_SYM_S_PORT] = "s-port",
	[FB_SYM_USER_AGENT] = "cs-user-agent",
	[FB_SYM_REFERER] = "cs-referer",
	[FB_SYM_CS_COOKIE] = "cs-cookie",
	[FB_SYM_CS_HOST] = "cs-host",
	[FB_SYM_CS_VERSION] = "cs-version",
	[FB_SYM_SC_STATUS] = "sc-status",
	[FB_SYM_SC_SUBSTATUS] = "sc-substatus",
	[FB_SYM_SC_WIN32] = "sc-win32-status",
	[FB_SYM_SC_BYTES] = "sc-bytes",
	[FB_SYM_CS_BYTES] = "cs-bytes",
	[FB_SYM_TIME_TAKEN] = "time-taken",
	[FB_SYM_S_SITENAME] = "s-sitename",
	[FB_SYM_S_COMPUTER] = "s-computername",
};

/* Lower case, no blanks. Returns the length, 0 when empty or too long. */
static size_t make_key(struct fb_slice name, uint8_t key[static KEY_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < name.n; i++) {
		uint8_t c = name.p[i];

		if (c == ' ')
			continue;
		if (n == KEY_MAX)
			return 0;
		key[n++] = (uint8_t)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
	}
	return n;
}

static uint32_t hash_key(const uint8_t *key, size_t n)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ key[i]) * 16777619u;
	return h ^ h >> 15;
}

/* The slot that holds the key, or the empty one where it would go. */
static uint32_t find_slot(const struct fb_syms *s, const uint8_t *key, size_t n)
{
	uint32_t at = hash_key(key, n) & (s->nslots - 1);

	for (;;) {
		const struct entry *e;

		if (s->slots[at] == 0)
			return at;
		e = &s->entries[s->slots[at]];
		if (e->keylen == n && memcmp(e->key, key, n) == 0)
			return at;
		at = (at + 1) & (s->nslots - 1);
	}
}

struct fb_syms *fb_syms_new(void)
{
	struct fb_syms *s = calloc(1, sizeof *s);

	if (!s)
		return NULL;
	fb_arena_init(&s->arena, (size_t)FB_SYMS_MAX * 4 * KEY_MAX);
	s->cap = FB_SYMS_MAX;
	s->nslots = FB_SYMS_MAX * 4;
	s->entries = calloc(s->cap, sizeof *s->entries);
	s->slots = calloc(s->nslots, sizeof *s->slots);
	if (!s->entries || !s->slots)
		goto fail;
	s->entries[0].name = "";
	s->count = 1;
	for (uint32_t i = 1; i < FB_SYM_FIXED_COUNT; i++)
		if (fb_syms_intern(s, fb_slice_str(fixed[i])) != i)
			goto fail;
	return s;
fail:
	fb_syms_free(s);
	return NULL;
}

void fb_syms_free(struct fb_syms *s)
{
	if (!s)
		return;
	fb_arena_dispose(&s->arena);
	free(s->entries);
	free(s->slots);
	free(s);
}

uint32_t fb_syms_find(const struct fb_syms *s, struct fb_slice name)
{
	uint8_t key[KEY_MAX];
	size_t n = make_key(name, key);

	return n ? s->slots[find_slot(s, key, n)] : 0;
}

uint32_t fb_syms_intern(struct fb_syms *s, struct fb_slice name)
{
	uint8_t key[KEY_MAX];
	size_t n = make_key(name, key);
	struct entry *e;
	uint32_t at;

	if (n == 0)
		return 0;
	at = find_slot(s, key, n);
	if (s->slots[at])
		return s->slots[at];
	if (s->count == s->cap)
		return 0;
	e = &s->entries[s->count];
	e->name = fb_arena_strn(&s->arena, name.p, name.n);
	e->key = (const uint8_t *)fb_arena_strn(&s->arena, key, n);
	e->keylen = n;
	if (!e->name || !e->key)
		return 0;
	s->slots[at] = s->count;
	return s->count++;
}

const char *fb_syms_name(const struct fb_syms *s, uint32_t sym)
{
	return sym < s->count ? s->entries[sym].name : "";
}

uint32_t fb_syms_count(const struct fb_syms *s)
{
	return s->count;
}
