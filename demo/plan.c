#include "plan.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define PLAN_MEMORY (64u << 20)

const struct who SYSTEM_ACCOUNT = { "S-1-5-18", "SYSTEM", "NT AUTHORITY", "0x3e7", "System",
				    "S-1-16-16384" };

void *plan_alloc(struct plan *p, size_t n)
{
	void *m = fb_arena_get(&p->arena, n);

	if (!m) {
		fprintf(stderr, "firebreak-demo: out of memory\n");
		exit(3);
	}
	return m;
}

char *plan_fmt(struct plan *p, const char *fmt, ...)
{
	char text[4096];
	va_list ap;
	char *s;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof(text))
		abort();
	s = plan_alloc(p, (size_t)n + 1);
	memcpy(s, text, (size_t)n + 1);
	return s;
}

fb_time plan_at(const struct plan *p, unsigned day, unsigned hour, unsigned minute, double second)
{
	fb_time t = (fb_days_from_civil(2025, 8, day) * 86400 + hour * 3600 + minute * 60) *
		    FB_SECOND;
	int64_t plan = WORLD_PLAN * FB_SECOND, window = p->to - p->from;

	t += (int64_t)(second * 10000000.0 + 0.5) * 100;
	/* A window shorter than the story: the story goes faster. */
	if (window < plan)
		t = p->to - (fb_time)((__int128)(p->to - t) * window / plan) / 100 * 100;
	return t;
}

static struct planned *add(struct plan *p, fb_time t, enum host_id host, struct label l)
{
	struct planned *e;

	if (p->n == p->cap) {
		size_t cap = p->cap ? 2 * p->cap : 256;
		struct planned *v = realloc(p->v, cap * sizeof(*v));

		if (!v) {
			fprintf(stderr, "firebreak-demo: out of memory\n");
			exit(3);
		}
		p->v = v;
		p->cap = cap;
	}
	e = &p->v[p->n];
	*e = (struct planned){ .time = t, .host = host, .act = l.act, .telling = l.telling,
			       .kind = l.kind, .technique = l.technique, .order = p->n };
	p->n++;
	return e;
}

struct planned *plan_event(struct plan *p, fb_time t, enum host_id host, enum schema_id schema,
			   struct label l, ...)
{
	struct planned *e = add(p, t, host, l);
	const char *pairs[2 * SCHEMA_FIELDS_MAX];
	va_list ap;
	const char *s;

	e->schema = schema;
	va_start(ap, l);
	while ((s = va_arg(ap, const char *))) {
		if (e->npairs == 2 * SCHEMA_FIELDS_MAX)
			abort();
		pairs[e->npairs++] = s;
	}
	va_end(ap);
	e->pairs = plan_alloc(p, (e->npairs + 1) * sizeof(*e->pairs));
	memcpy(e->pairs, pairs, e->npairs * sizeof(*pairs));
	return e;
}

void plan_web(struct plan *p, fb_time t, enum host_id host, enum site_id site, struct label l,
	      struct web_line line)
{
	struct planned *e = add(p, t, host, l);

	e->site = site;
	e->web = line;
}

struct proc plan_proc(struct plan *p, enum host_id host, const char *image, const char *command,
		      const char *user)
{
	struct rng *r = &p->rng;

	return (struct proc){
		.pid = 4 * rng_range(r, 300, 3000),
		.guid = plan_fmt(p, "%s%04x-%04x-%04x-%012x", hosts[host].guid,
				 rng_below(r, 65536), 0x6890 + rng_below(r, 8),
				 rng_below(r, 65536), rng_below(r, 0x40000000)),
		.image = image, .command = command, .user = user,
	};
}

static char *hashes(struct plan *p, const char *image)
{
	struct rng r;
	uint64_t a, b, c, d;

	/* Of the name alone: one program has the same hash on every host. */
	rng_init(&r, 1, image);
	a = rng_next(&r), b = rng_next(&r), c = rng_next(&r), d = rng_next(&r);
	return plan_fmt(p, "MD5=%016llX%016llX,SHA256=%016llX%016llX%016llX%016llX",
			(unsigned long long)a, (unsigned long long)b, (unsigned long long)a,
			(unsigned long long)c, (unsigned long long)d, (unsigned long long)b);
}

struct proc plan_spawn(struct plan *p, fb_time t, enum host_id host, const struct who *who,
		       const struct proc *parent, const char *image, const char *command,
		       struct label l)
{
	const struct host *h = &hosts[host];
	const struct program *known = program_named(image);
	char *user = plan_fmt(p, "%s\\%s", who->domain, who->name);
	struct proc child = plan_proc(p, host, image, command, user);

	/* Without the command line 4688 tells something only when the pair of programs does. */
	bool telling = l.telling && (h->command_line || strcmp(l.kind, "w3wp-shell") == 0);

	plan_event(p, t, host, SEC_4688, (struct label){ l.kind, l.technique, l.act, telling },
		   "SubjectUserSid", who->sid, "SubjectUserName", who->name, "SubjectDomainName",
		   who->domain, "SubjectLogonId", who->logon, "NewProcessId",
		   plan_fmt(p, "0x%x", child.pid), "NewProcessName", image, "TokenElevationType",
		   "%%1936", "ProcessId", plan_fmt(p, "0x%x", parent->pid), "CommandLine",
		   h->command_line ? command : "", "ParentProcessName", parent->image,
		   "MandatoryLabel", who->label, NULL);
	if (!h->sysmon)
		return child;
	plan_event(p, t + 3 * FB_SECOND / 1000, host, SM_1, l, "ProcessGuid", child.guid,
		   "ProcessId", plan_fmt(p, "%u", child.pid), "Image", image, "FileVersion",
		   known ? known->version : "-", "Description", known ? known->description : "-",
		   "Product", known ? known->product : "-", "Company", known ? known->company : "-",
		   "OriginalFileName", known ? known->original : "-", "CommandLine", command,
		   "CurrentDirectory", "C:\\Windows\\system32\\", "User", user, "LogonGuid",
		   "00000000-0000-0000-0000-000000000000", "LogonId", who->logon,
		   "IntegrityLevel", who->integrity, "Hashes", hashes(p, image),
		   "ParentProcessGuid", parent->guid, "ParentProcessId",
		   plan_fmt(p, "%u", parent->pid), "ParentImage", parent->image,
		   "ParentCommandLine", parent->command, "ParentUser", parent->user, NULL);
	return child;
}

void plan_file(struct plan *p, fb_time t, enum host_id host, const struct proc *by,
	       const char *path, struct label l)
{
	char created[FB_TIME_TEXT];

	if (!hosts[host].sysmon)
		return;
	(void)fb_time_text(t, 3, created);
	created[10] = ' ';
	created[23] = 0;
	plan_event(p, t, host, SM_11, l, "ProcessGuid", by->guid, "ProcessId",
		   plan_fmt(p, "%u", by->pid), "Image", by->image, "TargetFilename", path,
		   "CreationUtcTime", plan_fmt(p, "%s", created), "User", by->user, NULL);
}

static int by_time(const void *a, const void *b)
{
	const struct planned *x = a, *y = b;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

bool plan_entered(const struct plan *p)
{
	return p->attack && !plan_with(p, V_REFUSED) && !plan_with(p, V_ATTEMPTED);
}

bool plan_drops(const struct plan *p)
{
	return plan_entered(p) && !plan_with(p, V_MEMORY_ONLY);
}

const char *plan_leaf(const struct plan *p, enum leaf leaf)
{
	static const char *const names[LEAVES][2] = {
		[LEAF_FIRST] = { "spinstall0.aspx", "mobilenav.aspx" },
		[LEAF_SHELL] = { "healthchk.aspx", "feedsync.aspx" },
		[LEAF_KEYS] = { "debug_dev.js", "ribbonstate.js" },
		[LEAF_SECOND_HOST] = { "layoutsinfo.aspx", "wpgallery2.aspx" },
	};

	return names[leaf][plan_with(p, V_RENAMED_PAGE)];
}

void plan_make(struct plan *p, bool attack, uint32_t with, uint64_t seed, unsigned days)
{
	memset(p, 0, sizeof(*p));
	fb_arena_init(&p->arena, PLAN_MEMORY);
	rng_init(&p->rng, seed, "plan");
	p->attack = attack;
	p->with = with;
	p->seed = seed;
	p->days = days;
	p->to = WORLD_END;
	p->from = WORLD_END + 43200 * FB_SECOND - (int64_t)days * 86400 * FB_SECOND;
	plan_lookalikes(p);
	if (attack)
		plan_attack(p);
	plan_others(p);
	qsort(p->v, p->n, sizeof(*p->v), by_time);
}

void plan_dispose(struct plan *p)
{
	free(p->v);
	fb_arena_dispose(&p->arena);
}

struct planned *plan_next_web(struct plan *p, enum host_id host, enum site_id site,
			      size_t *cursor, fb_time until)
{
	for (; *cursor < p->n && p->v[*cursor].time < until; (*cursor)++) {
		struct planned *e = &p->v[*cursor];

		if (e->host == host && e->site == site) {
			(*cursor)++;
			return e;
		}
	}
	return NULL;
}

struct planned *plan_next_event(struct plan *p, enum host_id host, const char *channel,
				size_t *cursor, fb_time until)
{
	for (; *cursor < p->n && p->v[*cursor].time < until; (*cursor)++) {
		struct planned *e = &p->v[*cursor];

		if (e->host == host && e->site == SITE_NONE &&
		    strcmp(schemas[e->schema].channel, channel) == 0) {
			(*cursor)++;
			return e;
		}
	}
	return NULL;
}
