/* The stable words of the enumerations: what JSON, the case and people see. */
#include "event/collected.h"
#include "event/entity.h"
#include "event/format.h"
#include "event/rules.h"

static const char *const whys[FB_WHY_COUNT] = {
	[FB_WHY_NONE] = "none",
	[FB_WHY_UNKNOWN_FORMAT] = "unknown-format",
	[FB_WHY_SLACK] = "slack",
	[FB_WHY_EMPTY] = "empty",
	[FB_WHY_BAD_CHECKSUM] = "bad-checksum",
	[FB_WHY_BAD_HEADER] = "bad-header",
	[FB_WHY_BAD_RECORD] = "bad-record",
	[FB_WHY_BAD_LINE] = "bad-line",
	[FB_WHY_BAD_VALUE] = "bad-value",
	[FB_WHY_TRUNCATED] = "truncated",
	[FB_WHY_LINE_TOO_LONG] = "line-too-long",
	[FB_WHY_NO_FIELDS] = "no-fields",
	[FB_WHY_LIMIT] = "limit",
	[FB_WHY_CRASH] = "crash",
	[FB_WHY_CPU] = "cpu",
	[FB_WHY_LIES] = "lies",
	[FB_WHY_READ_ERROR] = "read-error",
	[FB_WHY_CONTAINER] = "container",
	[FB_WHY_BAD_CONTAINER] = "bad-container",
	[FB_WHY_BOMB] = "bomb",
	[FB_WHY_ENCRYPTED] = "encrypted",
	[FB_WHY_LINK] = "link",
	[FB_WHY_BAD_NAME] = "bad-name",
	[FB_WHY_NOT_DECODED] = "not-decoded",
	[FB_WHY_NOT_SCANNED] = "not-scanned",
	[FB_WHY_NOT_COLLECTED] = "not-collected",
	[FB_WHY_HASH_DIFFERS] = "hash-differs",
	[FB_WHY_NOT_HERE] = "not-here",
	[FB_WHY_BEGINNING] = "beginning",
	[FB_WHY_OVERLAP] = "overlap",
};

static const char *const levels[FB_LEVEL_COUNT] = {
	[FB_LEVEL_INFORMATIONAL] = "informational",
	[FB_LEVEL_LOW] = "low",
	[FB_LEVEL_MEDIUM] = "medium",
	[FB_LEVEL_HIGH] = "high",
	[FB_LEVEL_CRITICAL] = "critical",
};

static const char *const entities[FB_ENTITY_TYPES] = {
	[FB_ENTITY_ADDRESS] = "address",
	[FB_ENTITY_ACCOUNT] = "account",
	[FB_ENTITY_SESSION] = "session",
	[FB_ENTITY_HOST] = "host",
	[FB_ENTITY_PROCESS] = "process",
	[FB_ENTITY_FILE] = "file",
	[FB_ENTITY_HASH] = "hash",
	[FB_ENTITY_URL] = "url",
	[FB_ENTITY_DOMAIN] = "domain",
	[FB_ENTITY_AGENT] = "agent",
	[FB_ENTITY_SERVICE] = "service",
};

/* Values may come from messages and databases: out of range is "unknown". */
static const char *word(const char *const *table, size_t n, unsigned i)
{
	return i < n && table[i] ? table[i] : "unknown";
}

const char *fb_why_word(enum fb_why why)
{
	return word(whys, FB_WHY_COUNT, (unsigned)why);
}

const char *fb_level_word(enum fb_level level)
{
	return word(levels, FB_LEVEL_COUNT, (unsigned)level);
}

const char *fb_entity_word(enum fb_entity_type type)
{
	return word(entities, FB_ENTITY_TYPES, (unsigned)type);
}

bool fb_level_parse(struct fb_slice s, enum fb_level *out)
{
	for (unsigned i = 0; i < FB_LEVEL_COUNT; i++) {
		if (fb_slice_ieq(s, fb_slice_str(levels[i]))) {
			*out = (enum fb_level)i;
			return true;
		}
	}
	return false;
}

static const char *const statements[FB_SAID_COUNT] = {
	[FB_SAID_HOST] = "host",
	[FB_SAID_STARTED] = "started",
	[FB_SAID_ENDED] = "ended",
	[FB_SAID_ASKED] = "asked",
	[FB_SAID_COPIED] = "copied",
	[FB_SAID_HASHED] = "hashed",
	[FB_SAID_FAILED] = "failed",
	[FB_SAID_SKIPPED] = "skipped",
	[FB_SAID_CHOSEN] = "chosen",
	[FB_SAID_SITES] = "sites",
	[FB_SAID_SITE] = "site",
};

const char *fb_statement_word(enum fb_statement what)
{
	return word(statements, FB_SAID_COUNT, (unsigned)what);
}

enum fb_statement fb_statement_parse(struct fb_slice s)
{
	for (unsigned i = 1; i < FB_SAID_COUNT; i++)
		if (fb_slice_eqs(s, statements[i]))
			return (enum fb_statement)i;
	return FB_SAID_NONE;
}

static const char *const sums[FB_SUM_COUNT] = { "", "md5", "sha1", "sha256" };

const char *fb_sum_word(enum fb_sum sum)
{
	return word(sums, FB_SUM_COUNT, (unsigned)sum);
}

size_t fb_sum_size(enum fb_sum sum)
{
	static const size_t sizes[FB_SUM_COUNT] = { 0, 16, 20, FB_SHA256 };

	return (unsigned)sum < FB_SUM_COUNT ? sizes[sum] : 0;
}
