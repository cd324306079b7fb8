/* The Windows events that the generator writes: names, order and types of their fields,
 * channel, provider, version, level, task, opcode, keywords, as Windows Server 2019 has
 * them. */
#ifndef FB_DEMO_SCHEMAS_H
#define FB_DEMO_SCHEMAS_H

#include "evtxw.h"

#define SCHEMA_FIELDS_MAX 44

enum schema_id {
	/* Security */
	SEC_1102, SEC_4608, SEC_4616, SEC_4624, SEC_4625, SEC_4634, SEC_4648, SEC_4656,
	SEC_4663, SEC_4672, SEC_4688, SEC_4697, SEC_4698, SEC_4719, SEC_4720, SEC_4722,
	SEC_4724, SEC_4728, SEC_4732, SEC_4738, SEC_4768, SEC_4769, SEC_4776, SEC_4799,
	SEC_5136, SEC_5140, SEC_5145,
	/* System */
	SYS_104, SYS_19, SYS_37, SYS_43, SYS_1014, SYS_6005, SYS_6006, SYS_6013, SYS_7036,
	SYS_7040, SYS_7045, SYS_10016,
	/* Application */
	APP_ERROR_1000, APP_ASP_1309, APP_ASP_1316, APP_MSI_1033, APP_MSI_1040, APP_MSI_1042,
	APP_MSI_11707, APP_VSS_8224, APP_SPP_16384,
	/* Sysmon */
	SM_1, SM_2, SM_3, SM_4, SM_5, SM_6, SM_7, SM_10, SM_11, SM_12, SM_13, SM_16, SM_22,
	/* PowerShell */
	PS_4103, PS_4104, PS_40961, PS_40962, PS_53504,
	/* Defender */
	DEF_1000, DEF_1001, DEF_1116, DEF_1117, DEF_1150, DEF_2000, DEF_5001, DEF_5007,
	SCHEMAS
};

extern struct ew_schema schemas[SCHEMAS];

/* Fills the table above; once, before anything is written. */
void schemas_init(void);

/* An event under construction. Text given to it is borrowed until it is written. */
struct evb {
	struct ew_event ev;
	struct ew_value v[SCHEMA_FIELDS_MAX];
	size_t hint; /* the field after the last one set: calls come in order */
};

/* All fields empty, zero, or "-" as their type and Windows have it. */
void evb_start(struct evb *e, enum schema_id id, fb_time t, const char *computer);
/* Fields by name; a name that the event does not have ends the program: it is a
 * mistake in the generator. */
void evb_str(struct evb *e, const char *name, const char *s);
void evb_strn(struct evb *e, const char *name, struct fb_slice s);
void evb_num(struct evb *e, const char *name, uint64_t v);
void evb_bytes(struct evb *e, const char *name, struct fb_slice s);
/* By the field's own type from text: numbers decimal or 0x…, SIDs and GUIDs as usual;
 * room: 68 bytes that live as long as the text. */
void evb_text(struct evb *e, const char *name, const char *text, uint8_t room[static 68]);

#endif
