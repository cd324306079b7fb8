#include "answers.h"

#include "files.h"
#include "out.h"

#include "base/json.h"

#include <stdlib.h>

#define ANSWERS_MAX (64u << 20)

/* Bits of the five assessments. */
enum { CONFIRMED = 1, INDICATED = 2, POSSIBLE = 4, NOT_OBSERVED = 8, CANNOT = 16 };
#define POSITIVE (CONFIRMED | INDICATED)
#define NEGATIVE (NOT_OBSERVED | CANNOT)

static const char *const words[] = { "confirmed", "indicated", "possible", "not observed",
				     "cannot determine" };

struct question {
	const char *question, *place, *route;
	bool happened, decidable;
	uint8_t acceptable, forbidden;
};

static const struct question attack_questions[] = {
	{ "initial access", "SP01", "exploit public-facing application", true, true, POSITIVE,
	  NEGATIVE },
	{ "initial access", "SP02", "exploit public-facing application", true, true,
	  POSITIVE | POSSIBLE, NOT_OBSERVED },
	{ "execution", "SP01", "child process of the web server", true, true, POSITIVE, NEGATIVE },
	{ "execution", "SP02", "child process of the web server", true, true, POSITIVE, NEGATIVE },
	{ "execution", "FS02", "service", true, true, POSITIVE, NEGATIVE },
	{ "execution", "DC01", "service", true, true, POSITIVE, NEGATIVE },
	{ "execution", "WS07", "service", true, true, POSITIVE, NEGATIVE },
	{ "persistence", "SP01", "web shell", true, true, POSITIVE, NEGATIVE },
	{ "persistence", "SP02", "web shell", true, false, POSITIVE | POSSIBLE | CANNOT,
	  NOT_OBSERVED },
	{ "persistence", "DC01", "account", true, true, POSITIVE, NEGATIVE },
	{ "persistence", "SP01", "account", true, true, POSITIVE, NEGATIVE },
	{ "privilege escalation", "SP01", "driver", true, true, POSITIVE | POSSIBLE, NOT_OBSERVED },
	{ "credential access", "SP01", "machine keys", true, true, POSITIVE, NEGATIVE },
	{ "credential access", "SP01", "LSASS memory", true, true, POSITIVE | POSSIBLE,
	  NOT_OBSERVED },
	{ "credential access", "SP01", "registry hives", true, true, POSITIVE, NEGATIVE },
	{ "discovery", "SP01", "commands", true, true, POSITIVE, NEGATIVE },
	{ "lateral movement", "FS02", "remote service", true, true, POSITIVE, NEGATIVE },
	{ "lateral movement", "DC01", "remote service", true, true, POSITIVE, NEGATIVE },
	{ "lateral movement", "WS07", "remote service", true, true, POSITIVE | POSSIBLE,
	  NOT_OBSERVED },
	{ "command and control", "WS07", "DNS", true, true, POSITIVE | POSSIBLE, NOT_OBSERVED },
	{ "command and control", "SP01", "web", true, true, POSITIVE | POSSIBLE, NOT_OBSERVED },
	{ "collection", "FS02", "shares", true, true, POSITIVE, NOT_OBSERVED },
	{ "exfiltration", "FS02", "cloud storage", true, true, POSITIVE, NEGATIVE },
	{ "exfiltration", "SP02", "web", true, true, POSITIVE, NEGATIVE },
	{ "impact", "FS02", "encryption", true, true, POSITIVE, NEGATIVE },
	{ "impact", "WS07", "encryption", true, true, POSITIVE, NEGATIVE },
	{ "impact", "DC01", "encryption", false, false, NEGATIVE | POSSIBLE, POSITIVE },
	{ "log destruction", "WS07", "log cleared", true, true, POSITIVE, NEGATIVE },
	{ "log destruction", "FS02", "log cleared", false, true, NOT_OBSERVED | CANNOT, POSITIVE },
	{ "integrity of data", "FS02", "documents altered", false, false, NEGATIVE | POSSIBLE, 0 },
	{ "still active", "SP01", "all", false, false, CANNOT | POSSIBLE, NOT_OBSERVED | CONFIRMED },
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

static void question(struct fb_json *j, const struct question *q)
{
	fb_json_object(j);
	text(j, "question", q->question);
	text(j, "place", q->place);
	text(j, "route", q->route);
	flag(j, "happened", q->happened);
	flag(j, "decidable", q->decidable);
	bits(j, "acceptable", q->acceptable, words, 5);
	bits(j, "forbidden", q->forbidden, words, 5);
	fb_json_object_end(j);
}

static void questions(struct fb_json *j, const struct plan *p)
{
	fb_json_key(j, "questions");
	fb_json_array(j);
	if (p->attack)
		for (size_t i = 0; i < sizeof(attack_questions) / sizeof(attack_questions[0]); i++)
			question(j, &attack_questions[i]);
	else
		for (size_t i = 0; i < sizeof(question_words) / sizeof(question_words[0]); i++)
			question(j, &(struct question){ question_words[i], "all", "all", false, false,
							NEGATIVE | POSSIBLE, POSITIVE });
	fb_json_array_end(j);
}

static const char *channel_or_site(const struct planned *e)
{
	return e->site == SITE_NONE ? schemas[e->schema].channel : "IIS W3C";
}

static const char *actor_of(const struct planned *e)
{
	return e->act == ACT_ACTOR ? "intrusion" : e->act == ACT_OTHER ? "background" : NULL;
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
		fb_json_time(j, e->time, e->site ? 0 : 7);
		text(j, "host", hosts[e->host].name);
		text(j, "telemetry", channel_or_site(e));
		if (!e->site)
			number(j, "event", schemas[e->schema].id);
		if (!innocent) {
			text(j, "technique", e->technique);
			text(j, "activity", actor_of(e));
			flag(j, "telling", e->telling && e->place);
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

static void list(struct fb_json *j, const char *key, const char *const *v, size_t n)
{
	fb_json_key(j, key);
	fb_json_array(j);
	for (size_t i = 0; i < n; i++)
		fb_json_cstr(j, v[i]);
	fb_json_array_end(j);
}

static void activities(struct fb_json *j, const struct plan *p)
{
	static const char *const addresses[] = { "203.0.113.77", "203.0.113.140", "203.0.113.201" };
	static const char *const accounts[] = { "svc-spsetup", "Guest", "adm.okafor", "svc-sppool" };
	static const char *const places[] = { "SP01", "SP02", "DC01", "FS02", "WS07" };
	uint64_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		n += p->v[i].act == ACT_ACTOR && p->v[i].place;
	fb_json_key(j, "activities");
	fb_json_array(j);
	if (p->attack) {
		fb_json_object(j);
		text(j, "id", "intrusion");
		list(j, "addresses", addresses, 3);
		list(j, "accounts", accounts, 4);
		list(j, "hosts", places, 5);
		fb_json_key(j, "first");
		fb_json_time(j, p->first, 7);
		fb_json_key(j, "last");
		fb_json_time(j, p->last, 7);
		number(j, "records", n);
		fb_json_object_end(j);
	}
	fb_json_array_end(j);
}

static void rung(struct fb_json *j, const char *key, uint64_t bytes, uint64_t objects,
		 uint64_t proven_bytes, uint64_t proven_objects, bool visible, const char *note)
{
	fb_json_key(j, key);
	fb_json_object(j);
	number(j, "bytes", bytes);
	number(j, "objects", objects);
	number(j, "proven_bytes", proven_bytes);
	number(j, "proven_objects", proven_objects);
	flag(j, "visible", visible);
	text(j, "note", note);
	fb_json_object_end(j);
}

static void ladders(struct fb_json *j, const struct plan *p)
{
	bool a = p->attack;

	fb_json_key(j, "ladders");
	fb_json_object(j);
	rung(j, "reachable", a ? 412316860416ull : 0, a ? 902114 : 0, 0, 0, false,
	     a ? "all shares of FS02, for a member of Domain Admins; no inventory in the evidence" : "");
	rung(j, "opened", a ? p->opened_bytes : 0, a ? p->opened_objects : 0, 0,
	     a ? p->opened_objects : 0, false,
	     a ? "4663 covers \\HR alone; \\Customers has 5145 only, and 7z read locally" : "");
	rung(j, "collected", a ? p->collected_bytes : 0, a ? p->collected_objects : 0, 0, 0, false,
	     a ? "twelve parts of an archive; their names are in Sysmon 11, their sizes nowhere" : "");
	rung(j, "left", a ? p->left_true : 0, a ? p->collected_objects : 0, a ? p->left_proven : 0, 0,
	     false,
	     a ? "rclone to 203.0.113.201: no sensor counts it, so at most is unbounded; at least: "
		 "three complete answers of SP02 (sc-bytes, with headers)" : "");
	fb_json_object_end(j);
}

static void pages(struct fb_json *j, const struct plan *p)
{
	fb_json_key(j, "pages");
	fb_json_array(j);
	for (unsigned i = 0; i < demo_pages_count; i++) {
		if (demo_pages[i].dropped && !p->attack)
			continue;
		fb_json_object(j);
		text(j, "path", demo_pages[i].path);
		flag(j, "dropped", demo_pages[i].dropped);
		text(j, "shape", demo_pages[i].shape);
		fb_json_object_end(j);
	}
	fb_json_array_end(j);
}

static void claim_list(struct fb_json *j, const struct plan *p)
{
	fb_json_key(j, "claims");
	fb_json_array(j);
	for (size_t i = 0; p->attack && i < sizeof(claims) / sizeof(claims[0]); i++) {
		fb_json_object(j);
		text(j, "by", claims[i].by);
		text(j, "text", claims[i].text);
		text(j, "said", claims[i].said);
		bits(j, "acceptable", claims[i].acceptable, claim_words, 4);
		bits(j, "forbidden", claims[i].forbidden, claim_words, 4);
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
	number(&j, "seed", p->seed);
	number(&j, "days", p->days);
	fb_json_key(&j, "from");
	fb_json_time(&j, p->from, 0);
	fb_json_key(&j, "to");
	fb_json_time(&j, p->to, 0);
	questions(&j, p);
	activities(&j, p);
	ladders(&j, p);
	pages(&j, p);
	claim_list(&j, p);
	fb_json_key(&j, "skew");
	fb_json_object(&j);
	for (unsigned i = 0; i < HOSTS; i++)
		number(&j, hosts[i].name, 0);
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
