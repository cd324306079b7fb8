#include "event/entity.h"

#include "base/limits.h"
#include "base/text.h"
#include "event/value.h"

#include <arpa/inet.h>

/* Which field names what. Sorted by length, then by name without ASCII case (the test
 * holds that): most names differ in length, and are not looked at. Names are compared as
 * event/syms.h does, without case and blanks. `mate` is the field that completes the
 * value: an account's domain, an object's type. */
struct rule {
	const char *name;
	uint8_t n;
	enum fb_entity_type type;
	const char *mate;
};

#define R(name, type, mate) { name, sizeof name - 1, type, mate }
static const struct rule rules[] = {
	R("c-ip", FB_ENTITY_ADDRESS, NULL),
	R("Hash", FB_ENTITY_HASH, NULL),
	R("User", FB_ENTITY_ACCOUNT, NULL),
	R("c-uri", FB_ENTITY_URL, NULL),
	R("Image", FB_ENTITY_PROCESS, NULL),
	R("Hashes", FB_ENTITY_HASH, NULL),
	R("Address", FB_ENTITY_ADDRESS, NULL),
	R("LogonId", FB_ENTITY_SESSION, NULL),
	R("ClientIP", FB_ENTITY_ADDRESS, NULL),
	R("FileHash", FB_ENTITY_HASH, NULL),
	R("SourceIp", FB_ENTITY_ADDRESS, NULL),
	R("id.orig_h", FB_ENTITY_ADDRESS, NULL),
	R("id.resp_h", FB_ENTITY_ADDRESS, NULL),
	R("IpAddress", FB_ENTITY_ADDRESS, NULL),
	R("QueryName", FB_ENTITY_DOMAIN, NULL),
	R("ClientName", FB_ENTITY_HOST, NULL),
	R("ObjectName", FB_ENTITY_FILE, "ObjectType"),
	R("SourceUser", FB_ENTITY_ACCOUNT, NULL),
	R("TargetUser", FB_ENTITY_ACCOUNT, NULL),
	R("AccountName", FB_ENTITY_ACCOUNT, "AccountDomain"),
	R("cs-username", FB_ENTITY_ACCOUNT, NULL),
	R("DestAddress", FB_ENTITY_ADDRESS, NULL),
	R("ImageLoaded", FB_ENTITY_FILE, NULL),
	R("ParentImage", FB_ENTITY_PROCESS, NULL),
	R("ProcessName", FB_ENTITY_PROCESS, NULL),
	R("ServiceName", FB_ENTITY_SERVICE, NULL),
	R("SourceImage", FB_ENTITY_PROCESS, NULL),
	R("TargetImage", FB_ENTITY_PROCESS, NULL),
	R("Workstation", FB_ENTITY_HOST, NULL),
	R("ClientAddress", FB_ENTITY_ADDRESS, NULL),
	R("cs-user-agent", FB_ENTITY_AGENT, NULL),
	R("DestinationIp", FB_ENTITY_ADDRESS, NULL),
	R("SourceAddress", FB_ENTITY_ADDRESS, NULL),
	R("TargetLogonId", FB_ENTITY_SESSION, NULL),
	R("NewProcessName", FB_ENTITY_PROCESS, NULL),
	R("SubjectLogonId", FB_ENTITY_SESSION, NULL),
	R("TargetFilename", FB_ENTITY_FILE, NULL),
	R("TargetUserName", FB_ENTITY_ACCOUNT, "TargetDomainName"),
	R("SubjectUserName", FB_ENTITY_ACCOUNT, "SubjectDomainName"),
	R("WorkstationName", FB_ENTITY_HOST, NULL),
	R("TargetServerName", FB_ENTITY_HOST, NULL),
	R("CallerProcessName", FB_ENTITY_PROCESS, NULL),
	R("ParentProcessName", FB_ENTITY_PROCESS, NULL),
	R("RelativeTargetName", FB_ENTITY_FILE, "ShareName"),
	R("DestinationHostname", FB_ENTITY_DOMAIN, NULL),
	R("SourceNetworkAddress", FB_ENTITY_ADDRESS, NULL),
	R("TargetOutboundUserName", FB_ENTITY_ACCOUNT, "TargetOutboundDomainName"),
};
#undef R

#define AT(c) (1u << ((c) - 'a'))
/* First letters of names, by length: no other name is in the table (the test finds each of them). */
static const uint32_t firsts[] = {
	[4] = AT('c') | AT('h') | AT('u'), [5] = AT('c') | AT('i'), [6] = AT('h'), [7] = AT('a') | AT('l'),
	[8] = AT('c') | AT('f') | AT('s'), [9] = AT('i') | AT('q'), [10] = AT('c') | AT('o') | AT('s') | AT('t'),
	[11] = AT('a') | AT('c') | AT('d') | AT('i') | AT('p') | AT('s') | AT('t') | AT('w'),
	[13] = AT('c') | AT('d') | AT('s') | AT('t'), [14] = AT('n') | AT('s') | AT('t'), [15] = AT('s') | AT('w'),
	[16] = AT('t'), [17] = AT('c') | AT('p'), [18] = AT('r'), [19] = AT('d'), [20] = AT('s'), [22] = AT('t'),
};
#undef AT

#define NRULES (sizeof rules / sizeof *rules)

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
}

/* Order of a field's name and a table's, case and the field's blanks aside. */
static int name_cmp(struct fb_slice a, const char *b)
{
	size_t i = 0;

	for (;; b++) {
		int x = -1, y = *b ? lower((uint8_t)*b) : -1;

		while (i < a.n && a.p[i] == ' ')
			i++;
		if (i < a.n)
			x = lower(a.p[i++]);
		if (x != y)
			return x < y ? -1 : 1;
		if (y < 0)
			return 0;
	}
}

/* n: the name's length without blanks. */
static const struct rule *find_rule(struct fb_slice name, size_t n)
{
	size_t lo = 0, hi = NRULES;
	unsigned first = name.n ? (unsigned)lower(name.p[0]) - 'a' : 26;

	/* Where the name begins with a blank, its letter is not known. */
	if (n == name.n && (n >= sizeof firsts / sizeof *firsts || first > 25 || !(firsts[n] >> first & 1)))
		return NULL;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = n != rules[mid].n ? (n < rules[mid].n ? -1 : 1) : name_cmp(name, rules[mid].name);

		if (c == 0)
			return &rules[mid];
		if (c < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return NULL;
}

static const struct rule *rule_of(struct fb_slice name)
{
	size_t n = 0;

	if (!name.n || !memchr(name.p, ' ', name.n))
		return find_rule(name, name.n);
	for (size_t i = 0; i < name.n; i++)
		n += name.p[i] != ' ';
	return find_rule(name, n);
}

/* Web servers name their columns their own way ("cs(User-Agent)"); the symbol is the
 * taxonomy's. */
static struct fb_slice name_of(const struct fb_field *f)
{
	switch (f->sym) {
	case FB_SYM_C_URI:
		return FB_LIT("c-uri");
	case FB_SYM_USER_AGENT:
		return FB_LIT("cs-user-agent");
	case FB_SYM_CS_USERNAME:
		return FB_LIT("cs-username");
	case FB_SYM_C_IP:
		return FB_LIT("c-ip");
	default:
		return f->name;
	}
}

struct collector {
	int (*add)(void *user, enum fb_entity_type type, struct fb_slice value);
	void *user;
	struct fb_buf value; /* of the field at hand */
	struct fb_buf mate;
	struct fb_buf seen;  /* all values handed out, one after the other */
	size_t n;
	struct {
		enum fb_entity_type type;
		size_t at, len;
	} had[FB_ENTITIES_MAX];
};

static int give(struct collector *c, enum fb_entity_type type, struct fb_slice v)
{
	if (v.n > FB_ENTITY_VALUE_MAX) {
		v.n = FB_ENTITY_VALUE_MAX;
		while (v.n && (v.p[v.n] & 0xC0) == 0x80)
			v.n--;
	}
	if (v.n == 0 || c->n == FB_ENTITIES_MAX)
		return 0;
	for (size_t i = 0; i < c->n; i++) {
		struct fb_slice old = fb_slice_sub(fb_buf_view(&c->seen), c->had[i].at,
						   c->had[i].len);

		if (c->had[i].type == type && fb_slice_ieq(old, v))
			return 0;
	}
	c->had[c->n].type = type;
	c->had[c->n].at = c->seen.n;
	c->had[c->n].len = v.n;
	if (fb_buf_slice(&c->seen, v))
		return FB_ENOMEM;
	c->n++;
	return c->add(c->user, type, v);
}

static bool none(struct fb_slice v)
{
	return v.n == 0 || fb_slice_eqs(v, "-") || fb_slice_eqs(v, "N/A");
}

/* "FIRST\\LAST", or the last alone where there is no first. */
static int give_joined(struct collector *c, enum fb_entity_type type, struct fb_slice first,
		       struct fb_slice last)
{
	struct fb_buf whole;
	int rc;

	if (none(first))
		return give(c, type, last);
	fb_buf_init(&whole, 3 * (size_t)FB_VALUE_MAX);
	(void)fb_buf_slice(&whole, first);
	(void)fb_buf_putc(&whole, '\\');
	(void)fb_buf_slice(&whole, last);
	rc = fb_buf_code(&whole) ? FB_ENOMEM : give(c, type, fb_buf_view(&whole));
	fb_buf_dispose(&whole);
	return rc;
}

/* One spelling for each address: IPv4 in IPv6 as IPv4, no zone, lower case. Those
 * that name nobody (loopback, unspecified) are left out, and so is what is not an
 * address ("LOCAL"). */
static int give_address(struct collector *c, struct fb_slice v)
{
	static const uint8_t mapped[12] = { [10] = 0xFF, [11] = 0xFF };
	static const uint8_t nobody[16] = { 0 };
	char text[INET6_ADDRSTRLEN + 1], out[INET6_ADDRSTRLEN];
	const uint8_t *zone = v.n ? memchr(v.p, '%', v.n) : NULL;
	uint8_t a[16];

	if (zone)
		v.n = (size_t)(zone - v.p);
	if (v.n == 0 || v.n > INET6_ADDRSTRLEN || memchr(v.p, 0, v.n))
		return 0;
	memcpy(text, v.p, v.n);
	text[v.n] = 0;
	if (inet_pton(AF_INET, text, a + 12) == 1) {
		memcpy(a, mapped, sizeof mapped);
	} else if (inet_pton(AF_INET6, text, a) != 1) {
		return 0;
	}
	if (memcmp(a, mapped, sizeof mapped) == 0) {
		if (a[12] == 127 || memcmp(a + 12, nobody, 4) == 0)
			return 0;
		if (!inet_ntop(AF_INET, a + 12, out, sizeof out))
			return 0;
	} else {
		if (memcmp(a, nobody, 15) == 0 && a[15] <= 1)
			return 0;
		if (!inet_ntop(AF_INET6, a, out, sizeof out))
			return 0;
	}
	return give(c, FB_ENTITY_ADDRESS, fb_slice_str(out));
}

/* Accounts that every Windows has, which therefore tie nothing together. */
static bool everybody(struct fb_slice domain, struct fb_slice name)
{
	static const char *const domains[] = { "NT AUTHORITY", "Window Manager",
					       "Font Driver Host" };
	static const char *const names[] = { "SYSTEM", "LOCAL SERVICE", "NETWORK SERVICE",
					     "ANONYMOUS LOGON" };

	for (size_t i = 0; i < sizeof domains / sizeof *domains; i++)
		if (fb_slice_ieq(domain, fb_slice_str(domains[i])))
			return true;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (fb_slice_ieq(name, fb_slice_str(names[i])))
			return true;
	return false;
}

static int give_account(struct collector *c, struct fb_slice v, struct fb_slice domain)
{
	static const char claim[] = ".w|"; /* SharePoint: "i:0#.w|CONTOSO\jdoe" */
	size_t at = fb_slice_find(v, FB_LIT(claim));
	const uint8_t *slash;

	if (at < v.n && at <= 8)
		v = fb_slice_sub(v, at + sizeof claim - 1, v.n);
	v = fb_slice_trim(v);
	if (none(v))
		return 0;
	slash = memchr(v.p, '\\', v.n);
	if (slash) {
		domain = fb_slice(v.p, (size_t)(slash - v.p));
		v = fb_slice_sub(v, domain.n + 1, v.n);
	}
	if (none(v) || v.p[v.n - 1] == '$' || everybody(domain, v))
		return 0;
	return give_joined(c, FB_ENTITY_ACCOUNT, domain, v);
}

/* Logon ids that every boot has: SYSTEM, NETWORK SERVICE, LOCAL SERVICE, none. */
static int give_session(struct collector *c, const struct fb_field *f, struct fb_slice v)
{
	uint64_t id;
	bool neg;

	if (fb_value_int(f, &id, &neg) &&
	    (id == 0 || id == 0x3e7 || id == 0x3e4 || id == 0x3e5))
		return 0;
	return none(v) ? 0 : give(c, FB_ENTITY_SESSION, v);
}

/* "SHA256=…,IMPHASH=…": each of them; an all-zero one was not computed. */
static int give_hashes(struct collector *c, struct fb_slice v)
{
	while (v.n) {
		const uint8_t *comma = memchr(v.p, ',', v.n);
		size_t n = comma ? (size_t)(comma - v.p) : v.n;
		struct fb_slice one = fb_slice_trim(fb_slice(v.p, n));
		const uint8_t *eq = one.n ? memchr(one.p, '=', one.n) : NULL;
		struct fb_slice hex = eq ? fb_slice_sub(one, (size_t)(eq - one.p) + 1, one.n) : one;
		bool zero = true;
		int rc;

		for (size_t i = 0; i < hex.n; i++)
			zero = zero && hex.p[i] == '0';
		rc = zero || none(hex) ? 0 : give(c, FB_ENTITY_HASH, one);
		if (rc)
			return rc;
		v = fb_slice_sub(v, comma ? n + 1 : n, v.n);
	}
	return 0;
}

/* Objects are files only where their type says so (keys, tokens and services are
 * objects too). A name on a share is completed by the share's. */
static int give_file(struct collector *c, const struct rule *r, struct fb_slice v,
		     struct fb_slice mate)
{
	if (none(v))
		return 0;
	if (!r->mate || (name_cmp(FB_LIT("ObjectType"), r->mate) == 0 &&
			 fb_slice_ieq(mate, FB_LIT("File"))))
		return give(c, FB_ENTITY_FILE, v);
	if (name_cmp(FB_LIT("ShareName"), r->mate) != 0)
		return 0;
	return give_joined(c, FB_ENTITY_FILE, mate, v);
}

static int give_host(struct collector *c, struct fb_slice v)
{
	while (v.n && v.p[0] == '\\')
		v = fb_slice_sub(v, 1, v.n);
	if (none(v) || fb_slice_ieq(v, FB_LIT("localhost")))
		return 0;
	return give(c, FB_ENTITY_HOST, v);
}

/* Kerberos logs accounts as services: "krbtgt", "SRV01$". */
static int give_service(struct collector *c, struct fb_slice v)
{
	if (none(v) || v.p[v.n - 1] == '$' || fb_slice_ieq(v, FB_LIT("krbtgt")))
		return 0;
	return give(c, FB_ENTITY_SERVICE, v);
}

/* The text of the field named so, or empty. */
static int mate_text(struct collector *c, const struct fb_event *ev, const char *name)
{
	size_t n = name ? strlen(name) : 0;

	fb_buf_clear(&c->mate);
	for (size_t i = 0; name && i < ev->nfields; i++)
		if (ev->fields[i].name.n >= n && name_cmp(ev->fields[i].name, name) == 0)
			return fb_value_text(&ev->fields[i], &c->mate);
	return 0;
}

static int one_field(struct collector *c, const struct fb_event *ev, const struct fb_field *f)
{
	const struct rule *r = rule_of(name_of(f));
	struct fb_slice v, mate;

	if (!r || fb_value_is_null(f))
		return 0;
	fb_buf_clear(&c->value);
	if (fb_value_text(f, &c->value) || mate_text(c, ev, r->mate))
		return FB_ENOMEM;
	v = fb_slice_trim(fb_buf_view(&c->value));
	mate = fb_slice_trim(fb_buf_view(&c->mate));
	switch (r->type) {
	case FB_ENTITY_ADDRESS:
		return give_address(c, v);
	case FB_ENTITY_ACCOUNT:
		return give_account(c, v, mate);
	case FB_ENTITY_SESSION:
		return give_session(c, f, v);
	case FB_ENTITY_HASH:
		return give_hashes(c, v);
	case FB_ENTITY_FILE:
		return give_file(c, r, v, mate);
	case FB_ENTITY_HOST:
		return give_host(c, v);
	case FB_ENTITY_SERVICE:
		return give_service(c, v);
	default:
		return none(v) ? 0 : give(c, r->type, v);
	}
}

int fb_entities(const struct fb_event *ev,
		int (*add)(void *user, enum fb_entity_type type, struct fb_slice value),
		void *user)
{
	struct collector c = { .add = add, .user = user };
	int rc = 0;

	fb_buf_init(&c.value, 4 * (size_t)FB_VALUE_MAX);
	fb_buf_init(&c.mate, 4 * (size_t)FB_VALUE_MAX);
	fb_buf_init(&c.seen, (size_t)FB_ENTITIES_MAX * FB_ENTITY_VALUE_MAX);
	for (size_t i = 0; rc == 0 && i < ev->nfields && c.n < FB_ENTITIES_MAX; i++)
		rc = one_field(&c, ev, &ev->fields[i]);
	fb_buf_dispose(&c.value);
	fb_buf_dispose(&c.mate);
	fb_buf_dispose(&c.seen);
	return rc;
}

void fb_entity_put(struct fb_buf *out, enum fb_entity_type type, struct fb_slice value)
{
	if (value.n > FB_ENTITY_VALUE_MAX)
		value = fb_slice_sub(value, value.n - FB_ENTITY_VALUE_MAX, value.n);
	while (value.n && (value.p[0] & 0xC0) == 0x80)
		value = fb_slice_sub(value, 1, value.n);
	(void)fb_buf_putc(out, (uint8_t)type);
	(void)fb_buf_u16(out, (uint16_t)value.n);
	(void)fb_buf_slice(out, value);
}
