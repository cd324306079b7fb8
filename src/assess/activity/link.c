/* From facts to nodes (a process, a session, a file …) and what links them: host by host, in the
 * order of time, because numbers of processes and sessions are given again. */
#include "assess/activity/activity_in.h"

#include <stdlib.h>
#include <string.h>

/* The two records of one start are written that far apart at most. */
#define SAME_START (2 * FB_SECOND)
/* A service is started, and its file written, that close to its being installed. */
#define SAME_SERVICE (120 * FB_SECOND)
/* A command and what the system writes of its work; as many records between them are looked at. */
#define ORDERED (5 * FB_SECOND)
#define ORDERED_LOOK 256
#define AHEAD 8 /* facts */

/* Names of nodes in a->names: what they are known by at this moment of the scan. */
enum { BY_GUID = 1, BY_PID, BY_SESSION, BY_PATH, BY_WRITTEN, BY_SERVICE, BY_PROGRAM, BY_PAGE, BY_CLIENT,
       BY_RAN };
#define KEY(by, host) ((uint32_t)(by) << 28 | (host))

/* What facts are put in order by, in one place: they themselves lie far apart. */
struct key {
	fb_time time;
	uint64_t source, offset;
	uint32_t host;
	uint32_t fact : 24, does : 8;
};
_Static_assert(FB_FACTS_MAX < 1u << 24, "numbers of facts do not fit");

static int by_time(const void *pa, const void *pb)
{
	const struct key *a = pa, *b = pb;

	if (a->host != b->host)
		return a->host < b->host ? -1 : 1;
	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	if (a->does != b->does)
		return a->does < b->does ? -1 : 1;
	if (a->source != b->source)
		return a->source < b->source ? -1 : 1;
	return a->offset < b->offset ? -1 : a->offset > b->offset;
}

static bool is_cut(const struct fb_activity *a, uint32_t fact)
{
	for (uint32_t i = 0; fact && i < a->ncuts; i++)
		if (a->cuts[i].source == a->facts[fact - 1].source && a->cuts[i].offset == a->facts[fact - 1].offset)
			return true;
	return false;
}

uint32_t act_new_node(struct fb_activity *a, const struct act_node *n)
{
	if (!fb_room32(&a->nodes, a->nnodes, &a->nodes_room, sizeof *a->nodes) || !act_push(&a->kinds[n->kind], a->nnodes))
		return ACT_NONE;
	a->nodes[a->nnodes] = *n;
	a->nodes[a->nnodes].cut = is_cut(a, n->birth);
	return a->nnodes++;
}

static void count_asker(struct fb_activity *a, uint32_t page, enum act_join join)
{
	if (join == ACT_J_ASKED && a->nodes[page].asked_by < 2)
		a->nodes[page].asked_by++;
}

int act_add_link(struct fb_activity *a, uint32_t from, uint32_t to, enum act_join join, bool hard, uint32_t fact)
{
	struct act_link *l;
	uint32_t *at;

	if (from == to)
		return 0;
	hard = hard && !(fact && a->facts[fact - 1].second_hand);
	at = act_map_at(&a->joined, from, to, (uint32_t)join);
	if (!at)
		return FB_ENOMEM;
	if (*at) {
		if (hard && !a->links[*at - 1].hard)
			count_asker(a, to, join);
		a->links[*at - 1].hard = a->links[*at - 1].hard || hard;
		return 0;
	}
	if (!fb_room32(&a->links, a->nlinks, &a->links_room, sizeof *a->links))
		return FB_ENOMEM;
	l = &a->links[a->nlinks++];
	*l = (struct act_link){ .from = from, .to = to, .join = join, .hard = hard, .fact = fact,
				.next_out = a->nodes[from].out, .next_in = a->nodes[to].in };
	*at = a->nodes[from].out = a->nodes[to].in = a->nlinks;
	l->cut = is_cut(a, fact);
	if (hard)
		count_asker(a, to, join);
	return 0;
}

static uint32_t known(const struct fb_activity *a, unsigned by, uint32_t host, uint32_t name)
{
	uint32_t n = name ? act_map_get(&a->names, KEY(by, host), name, 0) : 0;

	return n ? n - 1 : ACT_NONE;
}

static int name_it(struct fb_activity *a, unsigned by, uint32_t host, uint32_t name, uint32_t node)
{
	uint32_t *at = name ? act_map_at(&a->names, KEY(by, host), name, 0) : NULL;

	if (name && !at)
		return FB_ENOMEM;
	if (at)
		*at = node + 1;
	return 0;
}

static bool same_image(struct fb_activity *a, uint32_t x, uint32_t y)
{
	return x && y && act_folded(&a->texts, x) == act_folded(&a->texts, y);
}

/* ---- processes ---- */

/* The same few programs come over and over. */
static bool shared_program(struct fb_activity *a, uint32_t image)
{
	struct act_shared *s = &a->shared[image % (sizeof a->shared / sizeof *a->shared)];

	if (!image)
		return fb_is_shared_program(act_str(a, image));
	if (s->image != image)
		*s = (struct act_shared){ image, fb_is_shared_program(act_str(a, image)) };
	return s->is;
}

/* The process of a record, by Sysmon's name or its number; made when nothing tells of its start. */
static int process_of(struct fb_activity *a, uint32_t f, uint32_t image, uint32_t *out)
{
	struct act_fact *x = &a->facts[f];
	uint32_t guid = x->slot[FB_SLOT_GUID], pid = x->slot[FB_SLOT_PID], n;
	struct act_node fresh = { .kind = ACT_PROCESS, .host = x->host, .label = image, .born = FB_TIME_NONE,
				  .end = FB_TIME_NONE };

	n = known(a, BY_GUID, x->host, guid);
	if (n == ACT_NONE) {
		n = known(a, BY_PID, x->host, pid);
		if (n != ACT_NONE && ((a->nodes[n].end != FB_TIME_NONE && a->nodes[n].end + SAME_START < x->time) ||
				      (image && a->nodes[n].label && !same_image(a, image, a->nodes[n].label))))
			n = ACT_NONE;
		if (n != ACT_NONE && guid && name_it(a, BY_GUID, x->host, guid, n))
			return FB_ENOMEM;
	}
	if (n == ACT_NONE && (guid || pid)) {
		/* The system's own process has that number, and in some records no name. */
		fresh.shared = shared_program(a, image) || (!image && fb_slice_eqs(act_str(a, pid), "0x4"));
		n = act_new_node(a, &fresh);
		if (n == ACT_NONE || name_it(a, BY_GUID, x->host, guid, n) || name_it(a, BY_PID, x->host, pid, n))
			return FB_ENOMEM;
	}
	if (n != ACT_NONE && !a->nodes[n].label)
		a->nodes[n].label = image;
	*out = n;
	return 0;
}

static bool twin_of(struct fb_activity *a, uint32_t n, const struct act_fact *x)
{
	const struct act_node *old = &a->nodes[n];

	return !old->twin && old->birth && old->born != FB_TIME_NONE && x->time - old->born <= SAME_START &&
	       a->facts[old->birth - 1].record != x->record && same_image(a, old->label, x->slot[FB_SLOT_IMAGE]);
}

/* What it ran is a file that somebody wrote; or a service that somebody installed. */
static int ran(struct fb_activity *a, uint32_t f, uint32_t n)
{
	struct act_fact *x = &a->facts[f];
	uint32_t image = x->slot[FB_SLOT_IMAGE], path = act_folded(&a->texts, image);
	uint32_t from = known(a, BY_PATH, x->host, path), before = known(a, BY_RAN, x->host, path);
	bool by_services = fb_slice_ieq(fb_base_name(act_str(a, x->slot[FB_SLOT_PARENT_IMAGE])), FB_LIT("services.exe"));

	if (path == ACT_NONE || (before == ACT_NONE && name_it(a, BY_RAN, x->host, path, n)))
		return FB_ENOMEM;
	/* What ran there before and was written anew may be an update that everybody runs. */
	if (from != ACT_NONE && act_add_link(a, from, n, ACT_J_RAN,
					     before == ACT_NONE || a->nodes[before].born >= a->nodes[from].born, f + 1))
		return FB_ENOMEM;
	if (!by_services)
		return 0;
	from = known(a, BY_PROGRAM, x->host, act_base(&a->texts, image));
	if (from != ACT_NONE && x->time - a->nodes[from].born <= SAME_SERVICE)
		return act_add_link(a, from, n, ACT_J_SERVICE, true, f + 1);
	return 0;
}

static int on_start(struct fb_activity *a, uint32_t f)
{
	struct act_fact *x = &a->facts[f];
	uint32_t parent, n = known(a, BY_GUID, x->host, x->slot[FB_SLOT_BORN_GUID]), session;
	int r = process_of(a, f, x->slot[FB_SLOT_PARENT_IMAGE], &parent);

	if (r)
		return r;
	x = &a->facts[f];
	if (n == ACT_NONE) {
		n = known(a, BY_PID, x->host, x->slot[FB_SLOT_BORN_PID]);
		if (n != ACT_NONE && twin_of(a, n, x))
			a->nodes[n].twin = true;
		else
			n = ACT_NONE;
	}
	if (n == ACT_NONE) {
		struct act_node fresh = { .kind = ACT_PROCESS, .host = x->host, .label = x->slot[FB_SLOT_IMAGE],
					  .account = x->slot[FB_SLOT_ACCOUNT], .born = x->time, .end = FB_TIME_NONE,
					  .birth = f + 1 };

		fresh.shared = shared_program(a, fresh.label);
		n = act_new_node(a, &fresh);
		if (n == ACT_NONE)
			return FB_ENOMEM;
	}
	if (name_it(a, BY_GUID, x->host, x->slot[FB_SLOT_BORN_GUID], n) ||
	    name_it(a, BY_PID, x->host, x->slot[FB_SLOT_BORN_PID], n))
		return FB_ENOMEM;
	x->born = n + 1;
	x->actor = parent == ACT_NONE ? 0 : parent + 1;
	if (parent != ACT_NONE && act_add_link(a, parent, n, ACT_J_PARENT, true, f + 1))
		return FB_ENOMEM;
	session = known(a, BY_SESSION, x->host, x->slot[FB_SLOT_SESSION]);
	if (session != ACT_NONE && act_add_link(a, session, n, ACT_J_SESSION, true, f + 1))
		return FB_ENOMEM;
	return ran(a, f, n);
}

/* ---- sessions ---- */

/* Accounts that are the machine's own, and what everybody shares. */
static bool is_machine(struct fb_slice account)
{
	return !account.n || account.p[account.n - 1] == '$' || fb_slice_ieq(account, FB_LIT("SYSTEM")) ||
	       fb_slice_ieq(account, FB_LIT("LOCAL SERVICE")) || fb_slice_ieq(account, FB_LIT("NETWORK SERVICE")) ||
	       fb_slice_ieq(account, FB_LIT("ANONYMOUS LOGON"));
}

static bool is_well_known(struct fb_slice session)
{
	static const char *const list[] = { "0x3e7", "0x3e6", "0x3e5", "0x3e4", "0x3e3" };

	for (size_t i = 0; i < sizeof list / sizeof *list; i++)
		if (fb_slice_eqs(session, list[i]))
			return true;
	return false;
}

/* Types of logons that come from elsewhere, or take on other credentials. */
static bool is_remote(struct fb_slice type)
{
	return fb_slice_eqs(type, "3") || fb_slice_eqs(type, "8") || fb_slice_eqs(type, "9") || fb_slice_eqs(type, "10");
}

static int on_logon(struct fb_activity *a, uint32_t f)
{
	struct act_fact *x = &a->facts[f];
	struct fb_slice account = act_str(a, x->slot[FB_SLOT_ACCOUNT]);
	struct act_node n = { .kind = ACT_SESSION, .host = x->host, .label = x->slot[FB_SLOT_BORN_SESSION],
			      .account = x->slot[FB_SLOT_ACCOUNT], .born = x->time, .end = FB_TIME_NONE, .birth = f + 1 };
	uint32_t at;

	if (!n.label || is_well_known(act_str(a, n.label)))
		return 0;
	n.shared = is_machine(account);
	n.remote = !n.shared && is_remote(act_str(a, x->slot[FB_SLOT_TYPE]));
	at = act_new_node(a, &n);
	if (at == ACT_NONE)
		return FB_ENOMEM;
	x->born = at + 1;
	return name_it(a, BY_SESSION, x->host, n.label, at);
}

static int session_of(struct fb_activity *a, uint32_t f, uint32_t *out)
{
	struct act_fact *x = &a->facts[f];
	uint32_t label = x->slot[FB_SLOT_SESSION], n = known(a, BY_SESSION, x->host, label);

	*out = ACT_NONE;
	if (!label || is_well_known(act_str(a, label)) || is_machine(act_str(a, x->slot[FB_SLOT_ACCOUNT])))
		return 0;
	if (n == ACT_NONE) {
		/* Nothing tells of its beginning: whether it came from elsewhere is not known. */
		struct act_node fresh = { .kind = ACT_SESSION, .host = x->host, .label = label,
			.account = x->slot[FB_SLOT_ACCOUNT], .born = FB_TIME_NONE, .end = FB_TIME_NONE };

		n = act_new_node(a, &fresh);
		if (n == ACT_NONE || name_it(a, BY_SESSION, x->host, label, n))
			return FB_ENOMEM;
	}
	*out = n;
	return 0;
}

/* ---- files and services ---- */

/* What ASP.NET compiles a page into carries the page's name: App_Web_NAME.aspx.HASH.dll. */
static uint32_t compiled_from(struct fb_activity *a, uint32_t host, uint32_t base)
{
	struct fb_slice s = act_str(a, base);
	size_t end = fb_slice_find(s, FB_LIT(".aspx."));
	uint32_t page;

	if (!fb_slice_starts(s, FB_LIT("app_web_")) || end >= s.n)
		return ACT_NONE;
	page = act_text(&a->texts, fb_slice_sub(s, 8, end - 3));
	return page == ACT_NONE ? page : known(a, BY_WRITTEN, host, page);
}

/* name: by which it is known; 0: by its base name alone. */
static int born_file(struct fb_activity *a, uint32_t f, uint32_t actor, uint32_t name, uint32_t label)
{
	struct act_fact *x = &a->facts[f];
	struct act_node n = { .kind = ACT_FILE, .host = x->host, .label = label, .born = x->time, .end = FB_TIME_NONE,
			      .birth = f + 1 };
	uint32_t base = act_base(&a->texts, label), before = known(a, BY_WRITTEN, x->host, base), page;
	uint32_t at = act_new_node(a, &n);

	if (at == ACT_NONE || base == ACT_NONE || name_it(a, BY_PATH, x->host, name, at))
		return FB_ENOMEM;
	x->born = at + 1;
	/* The server's own record of what came over the share. */
	if (name && before != ACT_NONE && a->facts[a->nodes[before].birth - 1].slot[FB_SLOT_OBJECT2] &&
	    x->time - a->nodes[before].born <= SAME_SERVICE && act_add_link(a, before, at, ACT_J_SAME, true, f + 1))
		return FB_ENOMEM;
	page = compiled_from(a, x->host, base);
	if (page != ACT_NONE && act_add_link(a, page, at, ACT_J_COMPILED, true, f + 1))
		return FB_ENOMEM;
	if (name_it(a, BY_WRITTEN, x->host, base, at))
		return FB_ENOMEM;
	return actor == ACT_NONE ? 0 : act_add_link(a, actor, at, ACT_J_WROTE, true, f + 1);
}

/* By its name's end: what can be run, or is run by a server. */
static bool can_run(struct fb_slice path)
{
	static const char *const ends[] = { ".exe", ".dll", ".sys", ".bat", ".cmd", ".ps1", ".vbs", ".js", ".hta", ".scr",
		".msi", ".aspx", ".ashx", ".asmx", ".asp", ".php", ".jsp", ".jspx", ".war", ".com", ".jar", ".py", ".lnk" };

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		size_t n = strlen(ends[i]);

		if (path.n > n && fb_slice_ieq(fb_slice_sub(path, path.n - n, path.n), fb_slice_str(ends[i])))
			return true;
	}
	return false;
}

/* WriteData or AppendData was asked for. */
static bool may_write(struct fb_slice mask)
{
	uint64_t v;

	return fb_slice_number(mask, &v) && v & 0x6;
}

static int on_service(struct fb_activity *a, uint32_t f, uint32_t actor)
{
	struct act_fact *x = &a->facts[f];
	uint32_t name = act_folded(&a->texts, x->slot[FB_SLOT_OBJECT]), n = known(a, BY_SERVICE, x->host, name);
	uint32_t program = act_base(&a->texts, x->slot[FB_SLOT_IMAGE]), file = known(a, BY_WRITTEN, x->host, program);

	if (name == ACT_NONE || program == ACT_NONE)
		return FB_ENOMEM;
	if (n == ACT_NONE || x->time - a->nodes[n].born > SAME_SERVICE) {
		struct act_node fresh = { .kind = ACT_SERVICE, .host = x->host, .label = x->slot[FB_SLOT_OBJECT],
					  .born = x->time, .end = FB_TIME_NONE, .birth = f + 1 };

		n = act_new_node(a, &fresh);
		if (n == ACT_NONE || name_it(a, BY_SERVICE, x->host, name, n) || name_it(a, BY_PROGRAM, x->host, program, n))
			return FB_ENOMEM;
	}
	x->born = n + 1;
	if (actor != ACT_NONE && act_add_link(a, actor, n, ACT_J_INSTALLED, true, f + 1))
		return FB_ENOMEM;
	if (file != ACT_NONE && x->time - a->nodes[file].born <= SAME_SERVICE)
		return act_add_link(a, file, n, ACT_J_SERVICE, true, f + 1);
	return 0;
}

static int on_share_file(struct fb_activity *a, uint32_t f, uint32_t session)
{
	struct act_fact *x = &a->facts[f];
	uint32_t path = x->slot[FB_SLOT_OBJECT2];

	if (session == ACT_NONE || !can_run(act_str(a, path)) || !may_write(act_str(a, x->slot[FB_SLOT_TYPE])))
		return 0;
	return born_file(a, f, session, 0, path);
}

static int on_file(struct fb_activity *a, uint32_t f, uint32_t actor)
{
	uint32_t path = a->facts[f].slot[FB_SLOT_OBJECT];

	if (!can_run(act_str(a, path)))
		return 0;
	return born_file(a, f, actor, act_folded(&a->texts, path), path);
}

/* ---- web ---- */

static int web_node(struct fb_activity *a, unsigned by, enum act_kind kind, uint32_t host, uint32_t name, fb_time t,
		    uint32_t *out)
{
	*out = known(a, by, host, name);
	if (*out == ACT_NONE && name) {
		*out = act_new_node(a, &(struct act_node){ .kind = kind, .host = host, .label = name, .born = t,
							   .end = FB_TIME_NONE });
		if (*out == ACT_NONE || name_it(a, by, host, name, *out))
			return FB_ENOMEM;
	}
	return 0;
}

bool act_is_one(const struct act_node *client)
{
	return !client->proxy && client->users < 2 && client->nagents < ACT_AGENTS;
}

static void add_agent(struct act_node *c, uint32_t agent)
{
	for (unsigned i = 0; i < c->nagents; i++)
		if (c->agents[i] == agent)
			return;
	if (agent && c->nagents < ACT_AGENTS)
		c->agents[c->nagents++] = agent;
}

/* Since when the page is answered for; FB_TIME_NONE: it never was. */
static fb_time answered_first(const struct act_node *page, const struct act_fact *x, bool refused)
{
	if (refused || x->time == FB_TIME_NONE)
		return page->born;
	return page->born == FB_TIME_NONE || x->time < page->born ? x->time : page->born;
}

static int on_request(struct fb_activity *a, uint32_t f)
{
	struct act_fact *x = &a->facts[f];
	uint32_t user = x->slot[FB_SLOT_ACCOUNT], client, page;
	struct fb_slice status;
	struct act_node *c;
	bool refused;

	if (web_node(a, BY_CLIENT, ACT_CLIENT, 0, x->slot[FB_SLOT_ADDRESS], x->time, &client) ||
	    web_node(a, BY_PAGE, ACT_PAGE, x->host, act_folded(&a->texts, x->slot[FB_SLOT_OBJECT]), FB_TIME_NONE, &page))
		return FB_ENOMEM;
	x->born = page == ACT_NONE ? 0 : page + 1;
	x->actor = client == ACT_NONE ? 0 : client + 1;
	if (client == ACT_NONE || page == ACT_NONE)
		return 0;
	c = &a->nodes[client];
	c->proxy = c->proxy || x->proxied;
	/* Hosts are scanned one after the other, and more of a page may come later. */
	if (x->time != FB_TIME_NONE && x->time < c->born)
		c->born = x->time;
	status = act_str(a, x->slot[FB_SLOT_STATUS]);
	/* What was refused may have been asked for by anybody, and before it was there. */
	refused = status.n && status.p[0] == '4';
	a->nodes[page].born = answered_first(&a->nodes[page], x, refused);
	add_agent(c, x->slot[FB_SLOT_AGENT]);
	if (user && c->users < 2 && user != c->account) {
		c->users++;
		c->account = user;
	}
	return act_add_link(a, client, page, ACT_J_ASKED, !refused, f + 1);
}

uint32_t act_page_node(const struct fb_activity *a, uint32_t host, uint32_t stem)
{
	return known(a, BY_PAGE, host, stem);
}

/* ---- what the machine itself wrote down ---- */

/* The system's own session is given as who made an account or cleared a log; a command that names it, just
 * before, is who did. */
static bool orders(const struct fb_activity *a, const struct act_fact *start, const struct act_fact *x)
{
	struct fb_slice command = act_str(a, a->texts.folded[start->slot[FB_SLOT_OBJECT]]);
	struct fb_slice object = act_str(a, a->texts.folded[x->slot[FB_SLOT_OBJECT]]);

	if (fb_act_records[x->record].does == FB_DOES_CLEAR)
		return fb_slice_find(command, FB_LIT("wevtutil")) < command.n ||
		       fb_slice_find(command, FB_LIT("clear-eventlog")) < command.n;
	return object.n > 3 && command.n && fb_slice_find(command, object) < command.n;
}

static uint32_t ordered_by(struct fb_activity *a, uint32_t at)
{
	const struct act_fact *x = &a->facts[a->order[at]];

	if (act_folded(&a->texts, x->slot[FB_SLOT_OBJECT]) == ACT_NONE)
		return ACT_NONE;
	for (uint32_t i = at, looked = 0; i-- > 0 && looked < ORDERED_LOOK; looked++) {
		const struct act_fact *start = &a->facts[a->order[i]];

		if (start->host != x->host || x->time - start->time > ORDERED)
			break;
		if (fb_act_records[start->record].does == FB_DOES_START && start->born &&
		    act_folded(&a->texts, start->slot[FB_SLOT_OBJECT]) != ACT_NONE && orders(a, start, x))
			return start->born - 1;
	}
	return ACT_NONE;
}

/* The one session from elsewhere that began just before, if it is one. */
static uint32_t begun_before(const struct fb_activity *a, uint32_t at)
{
	const struct act_fact *x = &a->facts[a->order[at]];
	uint32_t out = ACT_NONE;

	for (uint32_t i = at, looked = 0; i-- > 0 && looked < ORDERED_LOOK; looked++) {
		const struct act_fact *l = &a->facts[a->order[i]];

		if (l->host != x->host || x->time - l->time > ORDERED)
			break;
		if (fb_act_records[l->record].does != FB_DOES_LOGON || !l->born || !a->nodes[l->born - 1].remote)
			continue;
		if (out != ACT_NONE)
			return ACT_NONE;
		out = l->born - 1;
	}
	return out;
}

static bool may_be_ordered(enum fb_does does)
{
	return does == FB_DOES_ACCOUNT || does == FB_DOES_TASK || does == FB_DOES_SERVICE || does == FB_DOES_CLEAR;
}

static bool runs_scripts(struct fb_slice image)
{
	struct fb_slice base = fb_base_name(image);

	return fb_slice_ieq(base, FB_LIT("powershell.exe")) || fb_slice_ieq(base, FB_LIT("pwsh.exe")) ||
	       fb_slice_ieq(base, FB_LIT("powershell_ise.exe")) || fb_slice_ieq(base, FB_LIT("wsmprovhost.exe"));
}

/* The process of a script's record, which names no program. A number that is another program's by then was given
 * again after a start that nobody recorded. */
static int script_host_of(struct fb_activity *a, uint32_t f, uint32_t *out)
{
	struct act_fact *x = &a->facts[f];
	struct act_node n = { .kind = ACT_PROCESS, .host = x->host, .born = FB_TIME_NONE, .end = FB_TIME_NONE };

	*out = known(a, BY_PID, x->host, x->slot[FB_SLOT_PID]);
	if (!x->slot[FB_SLOT_PID] || (*out != ACT_NONE && runs_scripts(act_str(a, a->nodes[*out].label))))
		return 0;
	n.label = act_text(&a->texts, FB_LIT("powershell.exe"));
	if (n.label == ACT_NONE || (*out = act_new_node(a, &n)) == ACT_NONE)
		return FB_ENOMEM;
	return name_it(a, BY_PID, x->host, x->slot[FB_SLOT_PID], *out);
}

/* ---- the scan ---- */

/* "file:_C:\\x.aspx; file:_…": the first of what was reported, where somebody wrote it. */
static uint32_t reported(struct fb_activity *a, uint32_t f)
{
	struct fb_slice s = act_str(a, a->facts[f].slot[FB_SLOT_REPORTED]);
	uint32_t path;

	if (!fb_slice_starts(s, FB_LIT("file:_")))
		return ACT_NONE;
	s = fb_slice_sub(s, 6, s.n);
	path = act_text(&a->texts, fb_slice_sub(s, 0, fb_slice_find(s, FB_LIT(";"))));
	path = path == ACT_NONE ? ACT_NONE : act_folded(&a->texts, path);
	return path == ACT_NONE ? ACT_NONE : known(a, BY_PATH, a->facts[f].host, path);
}

static int on_other(struct fb_activity *a, uint32_t at)
{
	uint32_t f = a->order[at];
	enum fb_does does = fb_act_records[a->facts[f].record].does;
	uint32_t process = ACT_NONE, session = ACT_NONE, actor, before;
	int r = does == FB_DOES_SCRIPT ? script_host_of(a, f, &process)
				       : process_of(a, f, a->facts[f].slot[FB_SLOT_IMAGE], &process);

	if (r == 0)
		r = session_of(a, f, &session);
	if (r)
		return r;
	/* A process says more than the session that it runs in. */
	actor = process != ACT_NONE && !a->nodes[process].shared ? process : session != ACT_NONE ? session : process;
	if (may_be_ordered(does) && (actor == ACT_NONE || (actor == session && !a->nodes[session].remote))) {
		before = ordered_by(a, at);
		actor = before != ACT_NONE ? before : actor;
	}
	switch (does) {
	case FB_DOES_SERVICE:
		r = on_service(a, f, actor);
		before = begun_before(a, at);
		if (r == 0 && actor == ACT_NONE && before != ACT_NONE && a->facts[f].born)
			r = act_add_link(a, before, a->facts[f].born - 1, ACT_J_INSTALLED, false, f + 1);
		break;
	case FB_DOES_SHARE_FILE:
		actor = session;
		r = on_share_file(a, f, session);
		break;
	case FB_DOES_FILE:
		r = on_file(a, f, actor);
		break;
	case FB_DOES_ALERT:
		actor = reported(a, f);
		break;
	case FB_DOES_DRIVER:
		actor = known(a, BY_PATH, a->facts[f].host, act_folded(&a->texts, a->facts[f].slot[FB_SLOT_OBJECT]));
		break;
	default:
		break;
	}
	a->facts[f].actor = actor == ACT_NONE ? 0 : actor + 1;
	return r;
}

static int scan(struct fb_activity *a, uint32_t at)
{
	uint32_t f = a->order[at];
	struct act_fact *x = &a->facts[f];
	uint32_t process;
	int r;

	switch (fb_act_records[x->record].does) {
	case FB_DOES_START:
		return on_start(a, f);
	case FB_DOES_LOGON:
		return on_logon(a, f);
	case FB_DOES_END:
		r = process_of(a, f, x->slot[FB_SLOT_IMAGE], &process);
		if (r == 0 && process != ACT_NONE)
			a->nodes[process].end = a->facts[f].time;
		return r;
	case FB_DOES_CLOCK:
		return 0;
	case FB_DOES_REQUEST:
		return on_request(a, f);
	default:
		return on_other(a, at);
	}
}

/* Facts lie as they came, and names where chance puts them: what the scan will ask for is asked for in
 * advance, or it does little but wait for memory. */
static void look_ahead(const struct fb_activity *a, uint32_t at)
{
	static const struct { uint8_t slot, by; } names[] = {
		{ FB_SLOT_GUID, BY_GUID }, { FB_SLOT_BORN_GUID, BY_GUID }, { FB_SLOT_PID, BY_PID },
		{ FB_SLOT_BORN_PID, BY_PID }, { FB_SLOT_SESSION, BY_SESSION }, { FB_SLOT_BORN_SESSION, BY_SESSION },
	};
	const struct act_fact *x;

	if (at + 2 * AHEAD < a->nfacts) {
		const char *p = (const char *)&a->facts[a->order[at + 2 * AHEAD]];

		for (size_t i = 0; i < sizeof *x; i += 64)
			__builtin_prefetch(p + i);
	}
	if (at + AHEAD >= a->nfacts)
		return;
	x = &a->facts[a->order[at + AHEAD]];
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (x->slot[names[i].slot])
			act_map_soon(&a->names, KEY(names[i].by, x->host), x->slot[names[i].slot], 0);
}

static void chain(struct fb_activity *a, uint32_t f)
{
	struct act_node *n = &a->nodes[a->facts[f].actor - 1];

	if (n->facts_last)
		a->facts[n->facts_last - 1].next_of_actor = f + 1;
	else
		n->facts = f + 1;
	n->facts_last = f + 1;
}

static int put_in_lists(struct fb_activity *a, uint32_t f)
{
	struct act_list *of = &a->of[fb_act_records[a->facts[f].record].does];

	if (a->facts[f].actor)
		chain(a, f);
	if (!act_push(of, f))
		return FB_ENOMEM;
	/* That a clock was set is nobody's step: it says from when on times mean something else. */
	if (fb_act_records[a->facts[f].record].does == FB_DOES_CLOCK)
		return 0;
	/* Nor is an alert about a file that nobody is known to have written. */
	if (fb_act_records[a->facts[f].record].does == FB_DOES_ALERT && !a->facts[f].actor)
		return 0;
	return a->facts[f].observations && !act_push(&a->told, f) ? FB_ENOMEM : 0;
}

/* The facts from that one on, by host and time, into order. */
static int put_in_order(struct fb_activity *a, uint32_t from)
{
	uint32_t n = a->nfacts - from;
	struct key *v = calloc((size_t)n + 1, sizeof *v);

	if (!v)
		return FB_ENOMEM;
	for (uint32_t i = 0; i < n; i++) {
		const struct act_fact *f = &a->facts[from + i];

		v[i] = (struct key){ .time = f->time, .source = f->source, .offset = f->offset, .host = f->host,
				     .fact = (from + i) & 0xFFFFFF, .does = fb_act_records[f->record].does & 0xFF };
	}
	qsort(v, n, sizeof *v, by_time);
	for (uint32_t i = 0; i < n; i++)
		a->order[from + i] = v[i].fact;
	free(v);
	return 0;
}

/* Those that came since the last time: requests alone, which change nothing of what was scanned before. */
int act_link_all(struct fb_activity *a)
{
	uint32_t *order = reallocarray(a->order, (size_t)a->nfacts + 1, sizeof *order), from = a->linked;
	int r = 0;

	if (!order)
		return FB_ENOMEM;
	a->order = order;
	r = put_in_order(a, from);
	for (uint32_t i = from; i < a->nfacts && r == 0; i++) {
		look_ahead(a, i);
		if (a->facts[order[i]].time != FB_TIME_NONE)
			r = scan(a, i);
	}
	for (uint32_t i = from; i < a->nfacts && r == 0; i++)
		r = put_in_lists(a, order[i]);
	a->linked = a->nfacts;
	return r;
}
