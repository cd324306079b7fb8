/* Field names as small numbers, shared by the rules and the formats.
 *
 * The rule compiler interns every name that a rule asks for; formats look names up
 * (an unknown name is symbol 0: nobody asks for it). Frozen before the workers are
 * forked. Names compare without ASCII case and blanks, because Windows writes
 * "Threat Name", "ProcessGUID" and "ProcessGuid" where rules write one of them.
 */
#ifndef FB_EVENT_SYMS_H
#define FB_EVENT_SYMS_H

#include "base/slice.h"

/* Names that the program itself speaks of, interned first, in this order. */
enum fb_sym {
	FB_SYM_NONE = 0,
	FB_SYM_EVENT_ID,      /* EventID */
	FB_SYM_CHANNEL,       /* Channel */
	FB_SYM_PROVIDER,      /* Provider_Name */
	FB_SYM_COMPUTER,      /* Computer */
	FB_SYM_RECORD_ID,     /* EventRecordID */
	FB_SYM_LEVEL,         /* Level */
	FB_SYM_TASK,          /* Task */
	FB_SYM_OPCODE,        /* Opcode */
	FB_SYM_KEYWORDS,      /* Keywords */
	FB_SYM_VERSION,       /* Version */
	FB_SYM_USER_ID,       /* Security_UserID */
	FB_SYM_EXEC_PID,      /* Execution_ProcessID */
	FB_SYM_EXEC_TID,      /* Execution_ThreadID */
	FB_SYM_SYSTEM_TIME,   /* TimeCreated_SystemTime */
	FB_SYM_ACTIVITY,      /* Correlation_ActivityID */
	FB_SYM_PROVIDER_GUID, /* Provider_Guid */
	FB_SYM_EVENT_SOURCE,  /* Provider_EventSourceName */
	FB_SYM_QUALIFIERS,    /* EventID_Qualifiers */
	FB_SYM_DATA,          /* Data: the unnamed values of <EventData> */
	FB_SYM_BINARY,        /* Binary: <EventData><Binary> */
	/* Web servers: the taxonomy's names; each format maps its own to these. */
	FB_SYM_CS_METHOD,     /* cs-method */
	FB_SYM_CS_URI_STEM,   /* cs-uri-stem */
	FB_SYM_CS_URI_QUERY,  /* cs-uri-query */
	FB_SYM_C_URI,         /* c-uri: stem and query as requested */
	FB_SYM_CS_USERNAME,   /* cs-username */
	FB_SYM_C_IP,          /* c-ip */
	FB_SYM_S_IP,          /* s-ip */
	FB_SYM_S_PORT,        /* s-port */
	FB_SYM_USER_AGENT,    /* cs-user-agent */
	FB_SYM_REFERER,       /* cs-referer */
	FB_SYM_CS_COOKIE,     /* cs-cookie */
	FB_SYM_CS_HOST,       /* cs-host */
	FB_SYM_CS_VERSION,    /* cs-version */
	FB_SYM_SC_STATUS,     /* sc-status */
	FB_SYM_SC_SUBSTATUS,  /* sc-substatus */
	FB_SYM_SC_WIN32,      /* sc-win32-status */
	FB_SYM_SC_BYTES,      /* sc-bytes */
	FB_SYM_CS_BYTES,      /* cs-bytes */
	FB_SYM_TIME_TAKEN,    /* time-taken */
	FB_SYM_S_SITENAME,    /* s-sitename */
	FB_SYM_S_COMPUTER,    /* s-computername */
	FB_SYM_FIXED_COUNT
};

struct fb_syms;

/* With the fixed names interned. NULL: out of memory. */
struct fb_syms *fb_syms_new(void);
void fb_syms_free(struct fb_syms *s);

/* The symbol of a name, made if new; 0 when memory or FB_SYMS_MAX is reached. */
uint32_t fb_syms_intern(struct fb_syms *s, struct fb_slice name);
/* The symbol of a name, or 0. Pure: may be called by any process after the fork. */
uint32_t fb_syms_find(const struct fb_syms *s, struct fb_slice name);
/* As it was spelled when interned; "" for 0 and unknown. */
const char *fb_syms_name(const struct fb_syms *s, uint32_t sym);
/* One more than the largest symbol. */
uint32_t fb_syms_count(const struct fb_syms *s);
/* Of lines that a format takes as they are written (event/format.h): is the field never
 * put together or decoded, whatever the line? */
static inline bool fb_sym_as_written(uint32_t sym)
{
	return sym == FB_SYM_C_IP || sym == FB_SYM_CS_METHOD || sym == FB_SYM_CS_URI_STEM || sym == FB_SYM_CS_USERNAME;
}

#endif
