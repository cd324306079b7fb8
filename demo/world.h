/* The company whose evidence this is: Northmoor Instruments, invented. Hosts, people,
 * programs; everything here is the same in every scenario and for every seed. */
#ifndef FB_DEMO_WORLD_H
#define FB_DEMO_WORLD_H

#include "rng.h"

#include "base/time.h"

#define DOMAIN "NORTHMOOR"
#define REALM "NORTHMOOR.EXAMPLE"
#define DOMAIN_SID "S-1-5-21-2104736351-1846952604-1417001333"
#define PORTAL "https://portal.northmoor.example"

/* All evidence ends here: 15 August 2025, 12:00 UTC. The planned events lie within the
 * four and a half days before. */
#define WORLD_END (1755259200ll * FB_SECOND)
#define WORLD_PLAN (4ll * 86400 + 43200)

enum host_id { SP01, SP02, DC01, FS02, WS07, HOSTS };

struct host {
	const char *name, *fqdn, *account, *address, *address6, *sid;
	bool sysmon;        /* Sysmon runs */
	bool command_line;  /* 4688 carries the command line */
	bool share_audit;   /* 5140, 5145 and 4663 are on */
	bool cleared;       /* its Security log is cleared in the attack */
	const char *guid;   /* first half of Sysmon's process GUIDs */
};

extern const struct host hosts[HOSTS];

struct person {
	const char *name;    /* account */
	unsigned rid;
	const char *address; /* of the usual workstation */
	const char *station;
	const char *agent;
};

extern const struct person people[];
extern const unsigned people_count;
/* The first of them are administrators. */
#define ADMINS 3

/* A program as Sysmon describes it. */
struct program {
	const char *image, *command, *parent, *parent_command;
	const char *version, *description, *product, *company, *original;
	bool server_only;
};

extern const struct program programs[];
extern const unsigned programs_count;
/* What is known of a program by its file name, or NULL. */
const struct program *program_named(const char *image);

#endif
