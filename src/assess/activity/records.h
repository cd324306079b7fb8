/* Which records tell who did what: a table, as data. It says of each kind of record which
 * field names the process, the session or the client that acted, what came of it, and on what.
 * docs/formats/activities.md has the same.
 */
#ifndef FB_ASSESS_ACTIVITY_RECORDS_H
#define FB_ASSESS_ACTIVITY_RECORDS_H

#include "event/event.h"

/* What a record says was done. */
enum fb_does {
	FB_DOES_START = 0,   /* a process was started */
	FB_DOES_LOGON,       /* a session began */
	FB_DOES_END,         /* a process ended; never a step */
	FB_DOES_CLOCK,       /* the clock was set, from OBJECT to OBJECT2; never a step */
	FB_DOES_CREDENTIALS, /* credentials were presented to another machine */
	FB_DOES_SERVICE,
	FB_DOES_TASK,
	FB_DOES_ACCOUNT,     /* made, enabled, changed, put into a group */
	FB_DOES_DIRECTORY,
	FB_DOES_POLICY,
	FB_DOES_CLEAR,
	FB_DOES_SHARE,       /* a share was opened */
	FB_DOES_SHARE_FILE,
	FB_DOES_OBJECT,      /* a file or key was opened, by its audit */
	FB_DOES_FILE,        /* a file was written */
	FB_DOES_REGISTRY,
	FB_DOES_CONNECT,
	FB_DOES_DNS,
	FB_DOES_ACCESS,      /* a process was opened */
	FB_DOES_DRIVER,
	FB_DOES_SCRIPT,
	FB_DOES_ALERT,       /* the virus scanner reported a file */
	FB_DOES_REQUEST,     /* a web page was asked for */
	FB_DOES_COUNT,
};
/* "process", "logon" …: stable, in outputs. */
const char *fb_does_word(enum fb_does does);
/* As in a sentence: "started", "opened on the share" … */
const char *fb_does_says(const char *word);

/* What its fields are. */
enum fb_slot {
	FB_SLOT_GUID = 0,     /* the process that acted, by Sysmon's name for it */
	FB_SLOT_PID,          /* … by its number */
	FB_SLOT_SESSION,      /* the session that acted */
	FB_SLOT_BORN_GUID,    /* what came of it: a process … */
	FB_SLOT_BORN_PID,
	FB_SLOT_BORN_SESSION, /* … a session */
	FB_SLOT_OBJECT,       /* on what: a path, a name, a command line */
	FB_SLOT_OBJECT2,      /* below it */
	FB_SLOT_ADDRESS,      /* the other end … */
	FB_SLOT_PORT,
	FB_SLOT_OWN_ADDRESS,  /* … and this one */
	FB_SLOT_OWN_PORT,
	FB_SLOT_ACCOUNT,
	FB_SLOT_DOMAIN,
	FB_SLOT_SERVER,       /* a machine, by name */
	FB_SLOT_IMAGE,
	FB_SLOT_PARENT_IMAGE,
	FB_SLOT_TYPE,         /* of a logon; of a request its method; else the rights asked for */
	FB_SLOT_BYTES,        /* sent to the other end */
	FB_SLOT_STATUS,
	FB_SLOT_WIN32,        /* 0: all of it was handed to the next hop */
	FB_SLOT_TAKEN,        /* milliseconds */
	FB_SLOT_AGENT,        /* the client's program, by its own word */
	FB_SLOT_FORWARDED,    /* for whom the client says that it asks, by a header that anybody can write */
	FB_SLOT_REPORTED,     /* where a scanner found what it reports, with the kind of place in front */
	FB_SLOT_PEER,         /* a proxy that is trusted, and named the client */
	FB_SLOT_COUNT,
};

struct fb_act_record {
	enum fb_does does;
	enum fb_lane lane;
	const char *channel;       /* NULL: of the lane */
	const uint32_t *event_ids; /* 0 ends; NULL: any */
	const char *technique;     /* what it is in ATT&CK, where no rule says more; "" nothing of itself */
	/* Names of fields by slot; NULL: it has none. */
	const char *fields[FB_SLOT_COUNT];
};
extern const struct fb_act_record fb_act_records[];
extern const unsigned fb_nact_records;

/* Is the program, by its path, one that works for everybody, so that what it does is nobody's
 * in particular (a server, the shell of a desktop)? */
bool fb_is_shared_program(struct fb_slice image);
/* One that serves web pages? */
bool fb_is_web_server(struct fb_slice image);
/* One that is somebody's hand: what starts through it was ordered (a shell, a script host)? */
bool fb_is_hand(struct fb_slice image);
/* The name behind the last slash or backslash. */
struct fb_slice fb_base_name(struct fb_slice path);

#endif
