#include "answers.h"

#include "files.h"
#include "flows.h"
#include "kept.h"
#include "out.h"

#include "base/json.h"

#include <stdlib.h>
#include <string.h>

#define ANSWERS_MAX (64u << 20)

/* Bits of the five assessments. */
enum { CONFIRMED = 1, INDICATED = 2, POSSIBLE = 4, NOT_OBSERVED = 8, CANNOT = 16 };
#define POSITIVE (CONFIRMED | INDICATED)
#define NEGATIVE (NOT_OBSERVED | CANNOT)

static const char *const words[] = { "confirmed", "indicated", "possible", "not observed",
				     "cannot determine" };

/* A question of the attack, and the kinds of events that are it, with bars between. */
struct question {
	const char *question, *route, *kinds;
	enum host_id place;
	enum act act;
	bool decidable; /* where all that tells is there */
	uint8_t acceptable, forbidden;
	/* Without any of these, on that host, an innocent reading remains. */
	const char *link;
	enum host_id link_host;
};

#define Q(question, place, route, kinds, ...)                                              \
	{ question, route, kinds, place, ACT_ACTOR, __VA_ARGS__ }
#define FORGED "toolpane-forged-referrer|toolpane-path-info|forged-viewstate-post"
#define ALONE NULL, SP01
#define EFFECT "w3wp-shell|webshell-drop|webshell-compiled"
#define HOP "explicit-credentials"
#define PAGES "webshell-drop|webshell-compiled|webshell-page-get|webshell-page-post|page"

static const struct question attack_questions[] = {
	Q("initial access", SP01, "exploit public-facing application", FORGED, true, POSITIVE, NEGATIVE, EFFECT, SP01),
	Q("initial access", SP02, "exploit public-facing application", FORGED, true,
	  POSITIVE | POSSIBLE, NOT_OBSERVED, EFFECT, SP02),
	Q("execution", SP01, "child process of the web server", "w3wp-shell", true, POSITIVE, NEGATIVE, ALONE),
	Q("execution", SP02, "child process of the web server", "w3wp-shell", true, POSITIVE, NEGATIVE, ALONE),
	Q("execution", FS02, "service", "psexec-service", true, POSITIVE, NEGATIVE, HOP, SP01),
	Q("execution", DC01, "service", "psexec-service", true, POSITIVE, NEGATIVE, HOP, SP01),
	Q("execution", WS07, "service", "psexec-service", true, POSITIVE, NEGATIVE, HOP, SP01),
	Q("persistence", SP01, "web shell", PAGES, true, POSITIVE, NEGATIVE, ALONE),
	Q("persistence", SP02, "web shell", PAGES, false, POSITIVE | POSSIBLE | CANNOT, NOT_OBSERVED, ALONE),
	Q("persistence", DC01, "account", "account-created", true, POSITIVE, NEGATIVE, HOP, SP01),
	Q("persistence", SP01, "account", "guest-enabled|guest-made-admin", true, POSITIVE, NEGATIVE, ALONE),
	Q("privilege escalation", SP01, "driver", "driver-written|driver-service-install|driver-load",
	  true, POSITIVE | POSSIBLE, NOT_OBSERVED, ALONE),
	Q("credential access", SP01, "machine keys", "machinekey-read|machinekey-staged|machinekey-fetched",
	  true, POSITIVE, NEGATIVE, ALONE),
	Q("credential access", SP01, "LSASS memory", "lsass-access", true, POSITIVE | POSSIBLE,
	  NOT_OBSERVED, ALONE),
	Q("credential access", SP01, "registry hives", "sam-hive-save", true, POSITIVE, NEGATIVE, ALONE),
	Q("discovery", SP01, "commands", "discovery-whoami|discovery-nltest|discovery-net-group|discovery-quser",
	  true, POSITIVE, NEGATIVE, EFFECT, SP01),
	Q("lateral movement", FS02, "remote service", "psexec-service", true, POSITIVE, NEGATIVE, HOP, SP01),
	Q("lateral movement", DC01, "remote service", "psexec-service", true, POSITIVE, NEGATIVE, HOP, SP01),
	Q("lateral movement", WS07, "remote service", "psexec-service", true, POSITIVE | POSSIBLE,
	  NOT_OBSERVED, HOP, SP01),
	Q("command and control", WS07, "DNS", "c2-dns", true, POSITIVE | POSSIBLE, NOT_OBSERVED, ALONE),
	Q("command and control", SP01, "web", "c2-connection", true, POSITIVE | POSSIBLE, NOT_OBSERVED, ALONE),
	Q("collection", FS02, "shares", "share-read|file-opened|archive-staging", true, POSITIVE,
	  NOT_OBSERVED, ALONE),
	Q("exfiltration", FS02, "cloud storage", "rclone-config|rclone|rclone-connection", true, POSITIVE,
	  NEGATIVE, ALONE),
	Q("exfiltration", SP02, "web", "archive-fetched", true, POSITIVE, NEGATIVE, EFFECT, SP02),
	Q("impact", FS02, "encryption", "encrypted-file|ransom-note|encryptor-start", true, POSITIVE,
	  NEGATIVE, ALONE),
	Q("impact", WS07, "encryption", "encrypted-file|ransom-note|encryptor-start", true, POSITIVE,
	  NEGATIVE, ALONE),
	Q("impact", DC01, "encryption", "encrypted-file", false, NEGATIVE | POSSIBLE, POSITIVE, ALONE),
	Q("log destruction", WS07, "log cleared", "log-cleared", true, POSITIVE, NEGATIVE, ALONE),
	Q("log destruction", FS02, "log cleared", "log-cleared", true, POSITIVE, NEGATIVE, ALONE),
	Q("log destruction", SP01, "log cleared", "log-cleared", true, POSITIVE, NEGATIVE, ALONE),
	Q("integrity of data", FS02, "documents altered", "", false, NEGATIVE | POSSIBLE, 0, ALONE),
	Q("still active", SP01, "all", "", false, CANNOT | POSSIBLE, NOT_OBSERVED | CONFIRMED, ALONE),
	{ "execution", "PowerShell", "office-shell", WS07, ACT_SECOND, true, POSITIVE | POSSIBLE,
	  NOT_OBSERVED, ALONE },
	{ "initial access", "mail or file brought in", "document-opened", WS07, ACT_SECOND, false,
	  POSITIVE | POSSIBLE | CANNOT, NOT_OBSERVED, ALONE },
	{ "persistence", "registry", "run-key", WS07, ACT_SECOND, false, POSITIVE | POSSIBLE | CANNOT,
	  NOT_OBSERVED, ALONE },
	{ "collection", "shares", "insider-read", FS02, ACT_INSIDER, false,
	  POSITIVE | POSSIBLE | CANNOT, NOT_OBSERVED, ALONE },
};

/* What did not happen, and would be in the Security log of that host if it had: where the
 * log is whole and nobody got in, "not observed" is the answer (of a busy machine, in a
 * window that somebody stated: where records are rare their absence tells nothing). */
#define PACE (15 * 60 * FB_SECOND) /* a longer pause may be one of the recording */
static const struct absent {
	const char *question, *route;
	enum host_id place;
	enum schema_id pace; /* records of this kind show that it was recorded; SCHEMAS: any of the log do */
} absents[] = {
	{ "log destruction", "log cleared", SP01, SCHEMAS },
	{ "log destruction", "log cleared", SP02, SCHEMAS },
	{ "log destruction", "log cleared", DC01, SCHEMAS },
	{ "log destruction", "log cleared", FS02, SCHEMAS },
	{ "discovery", "commands", SP02, SEC_4688 },
	{ "discovery", "commands", FS02, SEC_4688 },
	{ "execution", "child process of the web server", SP02, SEC_4688 },
	{ "lateral movement", "other logons", SP01, SEC_4624 },
	{ "lateral movement", "other logons", SP02, SEC_4624 },
	{ "lateral movement", "other logons", FS02, SEC_4624 },
	{ "impact", "backups deleted", SP02, SEC_4688 },
	{ "impact", "backups deleted", FS02, SEC_4688 },
};

static const char *const question_words[] = {
	"initial access", "execution", "persistence", "privilege escalation", "credential access",
	"discovery", "lateral movement", "command and control", "collection", "exfiltration",
	"impact", "integrity of data", "log destruction", "still active",
};

struct claim {
	const char *by, *text, *said;
	uint8_t acceptable, forbidden; /* bits of the four below */
};

enum { SUPPORTED = 1, CONTRADICTED = 2, NOT_CONTRADICTED = 4, UNTESTABLE = 8 };

static const char *const claim_words[] = { "supported", "contradicted", "not contradicted",
					   "untestable" };

static const struct claim claims[] = {
	{ "attacker", "We hold 1,000,000 documents of Northmoor Instruments.", "2025-08-15T06:00:00Z",
	  NOT_CONTRADICTED | UNTESTABLE, SUPPORTED | CONTRADICTED },
	{ "victim", "We have no evidence of access to customer or employee data.",
	  "2025-08-15T09:30:00Z", CONTRADICTED, SUPPORTED | NOT_CONTRADICTED },
	{ "victim", "The portal was taken offline on 12 August.", "2025-08-15T09:30:00Z", CONTRADICTED,
	  SUPPORTED | NOT_CONTRADICTED },
	{ "attacker", "We had access since 11 August.", "2025-08-15T06:00:00Z",
	  NOT_CONTRADICTED | UNTESTABLE | SUPPORTED, CONTRADICTED },
	{ "victim", "The file server was not affected.", "2025-08-14T18:00:00Z", CONTRADICTED,
	  SUPPORTED | NOT_CONTRADICTED | UNTESTABLE },
};

static void bits(struct fb_json *j, const char *key, uint8_t set, const char *const *names,
		 unsigned n)
{
	fb_json_key(j, key);
	fb_json_array(j);
	for (unsigned i = 0; i < n; i++)
		if (set & 1u << i)
			fb_json_cstr(j, names[i]);
	fb_json_array_end(j);
}

static void text(struct fb_json *j, const char *key, const char *value)
{
	fb_json_key(j, key);
	fb_json_cstr(j, value);
}

static void number(struct fb_json *j, const char *key, uint64_t v)
{
	fb_json_key(j, key);
	fb_json_u64(j, v);
}

static void flag(struct fb_json *j, const char *key, bool v)
{
	fb_json_key(j, key);
	fb_json_bool(j, v);
}

/* One of the words between the bars. */
static bool among(const char *kinds, const char *kind)
{
	size_t n = strlen(kind);

	for (const char *at = kinds; (at = strstr(at, kind)); at += n)
		if ((at == kinds || at[-1] == '|') && (!at[n] || at[n] == '|'))
			return true;
	return false;
}

/* Whether this record alone shows it, as it was written down. */
static bool tells(const struct plan *p, const struct planned *e)
{
	/* Without the referrer a forged request is a request. */
	bool forged = strncmp(e->kind, "toolpane-", 9) == 0;

	return e->telling && e->place && !(forged && plan_with(p, V_FEW_COLUMNS));
}

static bool page_there(const struct plan *p, enum host_id host)
{
	for (unsigned i = 0; i < demo_pages_count; i++)
		if (demo_pages[i].dropped && demo_page_host(i) == host && demo_page_there(p, i))
			return true;
	return false;
}

static void question(struct fb_json *j, const char *name, const char *place, const char *route,
		     bool happened, bool decidable, uint8_t acceptable, uint8_t forbidden)
{
	fb_json_object(j);
	text(j, "question", name);
	text(j, "place", place);
	text(j, "route", route);
	flag(j, "happened", happened);
	flag(j, "decidable", decidable);
	bits(j, "acceptable", acceptable, words, 5);
	bits(j, "forbidden", forbidden, words, 5);
	fb_json_object_end(j);
}

static bool linked(const struct plan *p, const struct question *q)
{
	for (size_t i = 0; q->link && i < p->n; i++)
		if (p->v[i].act == q->act && p->v[i].host == q->link_host && p->v[i].place &&
		    among(q->link, p->v[i].kind))
			return true;
	return !q->link;
}

/* What of it happened, and how much of what tells is still there. */
static void judged(struct fb_json *j, const struct plan *p, const struct question *q)
{
	unsigned happened = 0, telling = 0, there = 0;
	uint8_t acceptable = q->acceptable, forbidden = q->forbidden;
	/* Behind a proxy, and without agents, nobody knows whose requests these are. */
	bool nameless = (plan_with(p, V_PROXY) || plan_with(p, V_FEW_COLUMNS)) && q->link &&
			strcmp(q->link, EFFECT) == 0;
	bool whole;

	for (size_t i = 0; i < p->n; i++) {
		const struct planned *e = &p->v[i];

		if (e->host != q->place || (e->act != q->act && e->act != ACT_SECOND) ||
		    !among(q->kinds, e->kind))
			continue;
		happened++;
		telling += e->telling;
		there += tells(p, e);
	}
	if (among(q->kinds, "page") && plan_drops(p)) {
		happened++;
		telling++;
		there += page_there(p, q->place);
	}
	/* Where nothing is planned as an event (data altered, still active) the table says it. */
	if (q->act != ACT_ACTOR && !happened)
		return;
	if (*q->kinds && !happened) {
		acceptable = NEGATIVE | POSSIBLE;
		forbidden = POSITIVE;
		if (plan_with(p, V_ATTEMPTED) && strcmp(q->question, "initial access") == 0) {
			acceptable &= (uint8_t)~NOT_OBSERVED;
			forbidden |= NOT_OBSERVED;
		}
	}
	whole = there == telling && there && linked(p, q) && !nameless;
	if (*q->kinds && happened && !whole) {
		/* Less is there than happened: less may be said, and never that it did not. */
		acceptable |= POSSIBLE | CANNOT;
		forbidden = NOT_OBSERVED;
	}
	question(j, q->question, hosts[q->place].name, q->route, happened, q->decidable && whole,
		 acceptable, forbidden);
}

/* Whether that host's Security log holds all that the host wrote. */
static bool log_whole(const struct plan *p, enum host_id host)
{
	static const struct {
		enum variant v;
		int host; /* -1: all */
	} harms[] = { { V_AUDIT_OFF, -1 }, { V_ENDS_EARLY, -1 }, { V_RESPONDERS, -1 }, { V_LOGGER_KILLED, SP01 },
		      { V_DAYS_LOST, SP01 }, { V_LOGS_CLEARED, SP01 }, { V_LOGS_CLEARED, FS02 },
		      { V_STEPPED, DC01 }, { V_RENAMED_HOST, SP02 }, { V_REVERTED, WS07 }, { V_SECOND, WS07 } };

	for (size_t i = 0; i < sizeof(harms) / sizeof(harms[0]); i++)
		if (plan_with(p, harms[i].v) && (harms[i].host < 0 || harms[i].host == (int)host))
			return false;
	return kept_host(p, host);
}

static bool steady(const struct plan *p, const struct absent *a)
{
	return a->pace == SCHEMAS || p->paces[a->place][a->pace].pause <= PACE;
}

static void questions(struct fb_json *j, const struct plan *p)
{
	fb_json_key(j, "questions");
	fb_json_array(j);
	for (size_t i = 0; i < sizeof(attack_questions) / sizeof(attack_questions[0]); i++)
		if (p->attack || attack_questions[i].act != ACT_ACTOR)
			judged(j, p, &attack_questions[i]);
	for (size_t i = 0; !p->attack && i < sizeof(question_words) / sizeof(question_words[0]); i++)
		question(j, question_words[i], "all", "all", false, false, NEGATIVE | POSSIBLE,
			 plan_with(p, V_SECOND) ? 0 : plan_with(p, V_RESPONDERS) || plan_with(p, V_INSIDER) ?
				 CONFIRMED : POSITIVE);
	for (size_t i = 0; !plan_entered(p) && i < sizeof(absents) / sizeof(absents[0]); i++)
		if (log_whole(p, absents[i].place))
			question(j, absents[i].question, hosts[absents[i].place].name, absents[i].route, false,
				 steady(p, &absents[i]), steady(p, &absents[i]) ? NOT_OBSERVED : NOT_OBSERVED | CANNOT,
				 POSITIVE);
	fb_json_array_end(j);
}

static const char *channel_or_site(const struct planned *e)
{
	return e->site == SITE_NONE ? schemas[e->schema].channel : "IIS W3C";
}

static const char *actor_of(const struct planned *e)
{
	static const char *const names[] = { [ACT_ACTOR] = "intrusion", [ACT_OTHER] = "background",
					     [ACT_SECOND] = "second", [ACT_INSIDER] = "insider" };

	return names[e->act];
}

/* Planned records, those that a cleared log took with it apart. */
static void records(struct fb_json *j, const char *key, const struct plan *p, bool innocent)
{
	fb_json_key(j, key);
	fb_json_array(j);
	for (size_t i = 0; i < p->n; i++) {
		const struct planned *e = &p->v[i];

		if ((e->act == ACT_INNOCENT) != innocent)
			continue;
		fb_json_object(j);
		text(j, "kind", e->kind);
		fb_json_key(j, "time");
		fb_json_time(j, kept_clock(p, e->host, e->time), e->site ? 0 : 7);
		text(j, "host", hosts[e->host].name);
		text(j, "telemetry", channel_or_site(e));
		if (!e->site)
			number(j, "event", schemas[e->schema].id);
		if (!innocent) {
			text(j, "technique", e->technique);
			text(j, "activity", actor_of(e));
			flag(j, "telling", tells(p, e));
		}
		flag(j, "lost", !e->place);
		if (e->place) {
			text(j, "source", e->file);
			number(j, e->where, e->place);
		}
		fb_json_object_end(j);
	}
	fb_json_array_end(j);
}

static void texts(struct fb_json *j, const char *key, const char *const *v, size_t n)
{
	fb_json_key(j, key);
	fb_json_array(j);
	for (size_t i = 0; i < n; i++)
		fb_json_cstr(j, v[i]);
	fb_json_array_end(j);
}

#define NAMES_MAX 16

static size_t name_add(const char **v, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(v[i], name) == 0)
			return n;
	if (n < NAMES_MAX)
		v[n++] = name;
	return n;
}

/* Who did it, as the evidence has it. */
static void activity(struct fb_json *j, const struct plan *p, enum act act, const char *id,
		     const char *const *accounts, size_t naccounts, const char *elsewhere)
{
	const char *addresses[NAMES_MAX], *places[NAMES_MAX];
	size_t naddresses = 0, nplaces = 0;
	fb_time first = FB_TIME_NONE, last = FB_TIME_NONE;
	uint64_t n = 0;

	for (size_t i = 0; i < p->n; i++) {
		const struct planned *e = &p->v[i];

		if (e->act != act || !e->place)
			continue;
		n++;
		if (first == FB_TIME_NONE)
			first = e->time;
		last = e->time;
		nplaces = name_add(places, nplaces, hosts[e->host].name);
		if (e->site)
			naddresses = name_add(addresses, naddresses,
					      kept_client(p, e->site, e->web.address));
	}
	if (!n)
		return;
	if (elsewhere)
		naddresses = name_add(addresses, naddresses, elsewhere);
	fb_json_object(j);
	text(j, "id", id);
	texts(j, "addresses", addresses, naddresses);
	texts(j, "accounts", accounts, naccounts);
	texts(j, "hosts", places, nplaces);
	fb_json_key(j, "first");
	fb_json_time(j, first + p->later, 7);
	fb_json_key(j, "last");
	fb_json_time(j, last + p->later, 7);
	number(j, "records", n);
	fb_json_object_end(j);
}

static void activities(struct fb_json *j, const struct plan *p)
{
	static const char *const accounts[] = { "svc-spsetup", "Guest", "adm.okafor", "svc-sppool" };
	static const char *const second[] = { "t.brennan", "svc-sppool" };

	fb_json_key(j, "activities");
	fb_json_array(j);
	activity(j, p, ACT_ACTOR, "intrusion", accounts, 4, "203.0.113.201");
	activity(j, p, ACT_SECOND, "second", second, 2, plan_with(p, V_SECOND) ? "192.0.2.250" : NULL);
	fb_json_array_end(j);
}

static void rung(struct fb_json *j, const char *key, uint64_t bytes, uint64_t objects,
		 uint64_t proven_bytes, uint64_t proven_objects, bool visible, uint64_t background,
		 const char *note)
{
	fb_json_key(j, key);
	fb_json_object(j);
	number(j, "bytes", bytes);
	number(j, "objects", objects);
	number(j, "proven_bytes", proven_bytes);
	number(j, "proven_objects", proven_objects);
	flag(j, "visible", visible);
	/* What went the same way and is not of it: an upper end may hold it as well. */
	number(j, "background_bytes", background);
	text(j, "note", note);
	fb_json_object_end(j);
}

/* Whether the requests of after the patch are known by what they started. */
static bool served(const struct plan *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->v[i].act == ACT_ACTOR && p->v[i].place && strcmp(p->v[i].kind, "w3wp-shell") == 0 &&
		    p->v[i].time >= plan_at(p, 14, 0, 0, 0))
			return true;
	return false;
}

struct counted {
	uint64_t opened, shared, left;
};

static bool packed(const struct plan *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->v[i].host == FS02 && p->v[i].place &&
		    among("archive-staging|rclone|rclone-connection", p->v[i].kind))
			return true;
	return false;
}

/* What the records that are there prove. */
static struct counted proven(const struct plan *p)
{
	struct counted c = { 0 };

	for (size_t i = 0; i < p->n; i++) {
		const struct planned *e = &p->v[i];

		if (e->act != ACT_ACTOR || !e->place)
			continue;
		/* On the file server the session is theirs by what else it did. */
		c.opened += e->site == SITE_NONE && e->schema == SEC_4663 && (e->host != FS02 || packed(p));
		/* What the proxy fetched was the intruder's only by its name. */
		if (strcmp(e->kind, "archive-fetched") == 0 && e->bytes_logged && !e->web.win32 &&
		    !plan_with(p, V_PROXY) && served(p))
			c.left += e->web.sent;
	}
	return c;
}

static void ladders(struct fb_json *j, const struct plan *p)
{
	bool a = plan_entered(p);
	struct counted c = proven(p);
	/* Of nobody there are no bounds. */
	bool sensor = a && plan_with(p, V_FLOWS) && !plan_with(p, V_PROXY) && !plan_with(p, V_ENDS_EARLY);

	fb_json_key(j, "ladders");
	fb_json_object(j);
	rung(j, "reachable", a ? 412316860416ull : 0, a ? 902114 : 0, 0, 0, false, 0,
	     a ? "all shares of FS02, for a member of Domain Admins; no inventory in the evidence" : "");
	/* Packing opens what is packed; the keys are in a file of their own. */
	rung(j, "opened", a ? p->opened_bytes : 0, a ? p->collected_objects + 1 : 0, 0, c.opened, false, 0,
	     a ? "4663 covers \\HR and web.config alone; \\Customers has 5145 only, and 7z read locally" :
		 "");
	rung(j, "collected", a ? p->collected_bytes : 0, a ? p->collected_objects : 0, 0, 0, false, 0,
	     a ? "twelve parts of an archive; their names are in Sysmon 11, their sizes nowhere" : "");
	rung(j, "left", a ? p->left_true : 0, a ? p->collected_objects : 0, c.left, 0,
	     sensor, sensor ? flows_background() : 0,
	     sensor ? "rclone to 203.0.113.201 and answers of SP02: both are in the sensor's flows" :
	     a ? "rclone to 203.0.113.201: no sensor counts it, so at most is unbounded; at least: "
		 "complete answers of SP02 (sc-bytes, with headers)" : "");
	fb_json_object_end(j);
}

static void pages(struct fb_json *j, struct plan *p)
{
	fb_json_key(j, "pages");
	fb_json_array(j);
	for (unsigned i = 0; i < demo_pages_count; i++) {
		if (!demo_page_there(p, i))
			continue;
		fb_json_object(j);
		text(j, "path", demo_page_path(p, i));
		flag(j, "dropped", demo_pages[i].dropped);
		text(j, "shape", demo_pages[i].shape);
		fb_json_object_end(j);
	}
	fb_json_array_end(j);
}

static void claim_list(struct fb_json *j, const struct plan *p)
{
	/* With less or other evidence less may be decided. */
	uint8_t open = p->with ? NOT_CONTRADICTED | UNTESTABLE : 0;

	fb_json_key(j, "claims");
	fb_json_array(j);
	for (size_t i = 0; plan_entered(p) && i < sizeof(claims) / sizeof(claims[0]); i++) {
		fb_json_object(j);
		text(j, "by", claims[i].by);
		text(j, "text", claims[i].text);
		text(j, "said", claims[i].said);
		bits(j, "acceptable", claims[i].acceptable | open, claim_words, 4);
		bits(j, "forbidden", claims[i].forbidden & (uint8_t)~open, claim_words, 4);
		fb_json_object_end(j);
	}
	fb_json_array_end(j);
}

void answers_write(struct plan *p)
{
	struct fb_buf b;
	struct fb_json j;
	struct fb_err err = { 0 };

	fb_buf_init(&b, ANSWERS_MAX);
	fb_json_init(&j, &b);
	fb_json_object(&j);
	number(&j, "version", 1);
	text(&j, "scenario", p->attack ? "sharepoint" : "benign");
	fb_json_key(&j, "with");
	fb_json_array(&j);
	for (unsigned v = 0; v < VARIANTS; v++)
		if (plan_with(p, v))
			fb_json_cstr(&j, variants[v].name);
	fb_json_array_end(&j);
	number(&j, "seed", p->seed);
	number(&j, "days", p->days);
	fb_json_key(&j, "from");
	fb_json_time(&j, p->from + p->later, 0);
	fb_json_key(&j, "to");
	fb_json_time(&j, p->to + p->later, 0);
	questions(&j, p);
	activities(&j, p);
	ladders(&j, p);
	pages(&j, p);
	claim_list(&j, p);
	fb_json_key(&j, "skew");
	fb_json_object(&j);
	for (unsigned i = 0; i < HOSTS; i++)
		number(&j, hosts[i].name, (uint64_t)kept_skew(p, i));
	fb_json_object_end(&j);
	records(&j, "events", p, false);
	records(&j, "innocent", p, true);
	fb_json_object_end(&j);
	(void)fb_buf_putc(&b, '\n');
	if (fb_buf_code(&b)) {
		(void)fb_fail(&err, fb_buf_code(&b), "the answer key does not fit into memory");
		out_die(&err);
	}
	out_file("../answers.json", fb_buf_view(&b));
	fb_buf_dispose(&b);
}
