#include "case/pseudonym.h"

#include "base/arena.h"
#include "base/grow.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#define DIGITS 10       /* hexadecimal: 40 bits tell a trillion apart */
#define VALUE_MAX 1024  /* longer ones are cut before */
#define BUCKETS 65536u
#define ANYWHERE 6      /* values from this length on are replaced within words too */

struct entry {
	enum fb_pseudonym_kind kind;
	struct fb_slice original, folded;
	const char *pseudonym;
	uint32_t next; /* of its bucket, by what it begins with: longer ones first; + 1 */
	bool alias;    /* another spelling of the one before, for texts */
};

struct fb_pseudonyms {
	struct fb_arena arena;
	uint8_t inner[64], outer[64]; /* of HMAC */
	struct entry *v;
	uint32_t n, cap, aliases;
	uint32_t *hash, nhash;        /* by folded value and kind; + 1 */
	uint32_t bucket[BUCKETS];     /* by the first two folded bytes; + 1 */
	uint8_t scratch[3 * VALUE_MAX];
};

const char *fb_pseudonym_word(enum fb_pseudonym_kind kind)
{
	static const char *const words[FB_P_KINDS] = { "host", "domain", "account", "address", "name" };

	return words[kind];
}

struct fb_pseudonyms *fb_pseudonyms_new(struct fb_slice secret)
{
	struct fb_pseudonyms *p = calloc(1, sizeof *p);
	uint8_t key[64] = { 0 };

	if (!p)
		return NULL;
	fb_arena_init(&p->arena, FB_PSEUDONYMS_MEMORY);
	if (secret.n > sizeof key)
		fb_sha256_of(secret, key);
	else
		memcpy(key, secret.p, secret.n);
	for (size_t i = 0; i < sizeof key; i++) {
		p->inner[i] = key[i] ^ 0x36;
		p->outer[i] = key[i] ^ 0x5c;
	}
	explicit_bzero(key, sizeof key);
	return p;
}

void fb_pseudonyms_free(struct fb_pseudonyms *p)
{
	if (!p)
		return;
	explicit_bzero(p->inner, sizeof p->inner);
	explicit_bzero(p->outer, sizeof p->outer);
	fb_arena_dispose(&p->arena);
	free(p->v);
	free(p->hash);
	free(p);
}

size_t fb_pseudonyms_count(const struct fb_pseudonyms *p)
{
	return p->n - p->aliases;
}

/* HMAC-SHA-256 of the kind, a NUL and the value. */
static int keyed(const struct fb_pseudonyms *p, enum fb_pseudonym_kind kind, struct fb_slice value,
		 uint8_t out[static FB_SHA256])
{
	struct fb_sha256 *h = fb_sha256_new();

	if (!h)
		return FB_ENOMEM;
	fb_sha256_add(h, fb_slice(p->inner, sizeof p->inner));
	fb_sha256_add(h, fb_slice_str(fb_pseudonym_word(kind)));
	fb_sha256_add(h, FB_LIT("\0"));
	fb_sha256_add(h, value);
	fb_sha256_end(h, out);
	fb_sha256_reset(h);
	fb_sha256_add(h, fb_slice(p->outer, sizeof p->outer));
	fb_sha256_add(h, fb_slice(out, FB_SHA256));
	fb_sha256_end(h, out);
	fb_sha256_free(h);
	return 0;
}

int fb_pseudonym_number(const struct fb_pseudonyms *p, uint32_t number, uint32_t *out)
{
	uint8_t text[] = { '/', '/', (uint8_t)(number >> 24), (uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number };
	uint8_t sum[FB_SHA256];
	int r = keyed(p, FB_P_NAME, fb_slice(text, sizeof text), sum); /* no name has a slash in it */

	if (r)
		return r;
	*out = (uint32_t)sum[0] << 24 | (uint32_t)sum[1] << 16 | (uint32_t)sum[2] << 8 | sum[3];
	*out += *out == 0;
	return 0;
}

/* ---- what is known ---- */

static uint32_t hash_of(struct fb_slice s, unsigned kind)
{
	uint32_t h = 2166136261u ^ kind;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ s.p[i]) * 16777619u;
	return h;
}

static uint32_t bucket_of(struct fb_slice s)
{
	return (uint32_t)s.p[0] << 8 | (s.n > 1 ? s.p[1] : 0);
}

static int rehash(struct fb_pseudonyms *p)
{
	uint32_t n = p->nhash ? p->nhash * 2 : 4096, *hash = calloc(n, sizeof *hash);

	if (!hash)
		return FB_ENOMEM;
	for (uint32_t i = 0; i < p->n; i++) {
		uint32_t at = hash_of(p->v[i].folded, p->v[i].kind) & (n - 1);

		if (p->v[i].alias)
			continue;
		while (hash[at])
			at = (at + 1) & (n - 1);
		hash[at] = i + 1;
	}
	free(p->hash);
	p->hash = hash;
	p->nhash = n;
	return 0;
}

static struct entry *find(const struct fb_pseudonyms *p, enum fb_pseudonym_kind kind, struct fb_slice folded)
{
	uint32_t at = p->nhash ? hash_of(folded, kind) & (p->nhash - 1) : 0;

	while (p->nhash && p->hash[at]) {
		struct entry *e = &p->v[p->hash[at] - 1];

		if (e->kind == kind && fb_slice_eq(e->folded, folded))
			return e;
		at = (at + 1) & (p->nhash - 1);
	}
	return NULL;
}

static void enter_bucket(struct fb_pseudonyms *p, uint32_t i)
{
	uint32_t *at = &p->bucket[bucket_of(p->v[i].folded)];

	while (*at && p->v[*at - 1].folded.n >= p->v[i].folded.n)
		at = &p->v[*at - 1].next;
	p->v[i].next = *at;
	*at = i + 1;
}

static void make(char out[static 64], enum fb_pseudonym_kind kind, const uint8_t sum[static FB_SHA256])
{
	static const char *const heads[FB_P_KINDS] = { "host-", "dom-", "user-", "", "name-" };
	char hex[2 * FB_SHA256 + 1];
	unsigned g[6];

	fb_hex(sum, FB_SHA256, hex);
	for (int i = 0; i < 6; i++) /* none is 0: there is one way to write it */
		g[i] = ((unsigned)sum[2 * i] << 8 | sum[2 * i + 1]) | (sum[2 * i] + sum[2 * i + 1] == 0);
	if (kind == FB_P_ADDRESS)
		(void)snprintf(out, 64, "2001:db8:%x:%x:%x:%x:%x:%x", g[0], g[1], g[2], g[3], g[4], g[5]);
	else
		(void)snprintf(out, 64, "%s%.*s", heads[kind], DIGITS, hex);
}

/* Texts are folded as ASCII only: where that differs, the value is found as it was spelt. */
static int alias(struct fb_pseudonyms *p, uint32_t of, const struct entry **out)
{
	struct fb_slice s = p->v[of].original;
	uint8_t *lower = fb_arena_get(&p->arena, s.n + 1);

	*out = &p->v[of];
	if (!lower)
		return FB_ENOMEM;
	for (size_t i = 0; i < s.n; i++)
		lower[i] = s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] | 0x20 : s.p[i];
	if (fb_slice_eq(fb_slice(lower, s.n), p->v[of].folded) || p->n == p->cap)
		return 0;
	p->v[p->n] = p->v[of];
	p->v[p->n].folded = fb_slice(lower, s.n);
	p->v[p->n].alias = true;
	p->aliases++;
	enter_bucket(p, p->n++);
	return 0;
}

/* The entry of a value, made when it is new. names: a name of a file is told apart by case. */
static int learn(struct fb_pseudonyms *p, enum fb_pseudonym_kind kind, struct fb_slice s,
		 const struct entry **out)
{
	uint8_t sum[FB_SHA256];
	struct fb_slice folded;
	struct entry *e;
	char text[64];
	int r;

	s = fb_slice_sub(s, 0, VALUE_MAX);
	folded = fb_slice(p->scratch, fb_utf8_fold_raw(s, p->scratch));
	if (kind == FB_P_NAME)
		folded = s;
	e = find(p, kind, folded);
	if (e) {
		*out = e;
		return 0;
	}
	if (p->n == FB_PSEUDONYMS_MAX)
		return FB_ELIMIT;
	if (p->n * 2 >= p->nhash && (r = rehash(p)))
		return r;
	if (!fb_room32(&p->v, p->n + 1, &p->cap, sizeof *p->v))
		return FB_ENOMEM;
	if ((r = keyed(p, kind, folded, sum)))
		return r;
	make(text, kind, sum);
	e = &p->v[p->n];
	*e = (struct entry){ .kind = kind };
	e->original.p = (const uint8_t *)fb_arena_strn(&p->arena, s.p, s.n);
	e->original.n = s.n;
	e->folded.p = (const uint8_t *)fb_arena_strn(&p->arena, folded.p, folded.n);
	e->folded.n = folded.n;
	e->pseudonym = fb_arena_str(&p->arena, text);
	if (!e->original.p || !e->folded.p || !e->pseudonym)
		return FB_ENOMEM;
	p->n++;
	{
		uint32_t at = hash_of(e->folded, kind) & (p->nhash - 1);

		while (p->hash[at])
			at = (at + 1) & (p->nhash - 1);
		p->hash[at] = p->n;
	}
	if (kind == FB_P_NAME) {
		*out = &p->v[p->n - 1];
		return 0;
	}
	enter_bucket(p, p->n - 1);
	return alias(p, p->n - 1, out);
}

static int put(struct fb_pseudonyms *p, enum fb_pseudonym_kind kind, struct fb_slice s, struct fb_buf *out)
{
	const struct entry *e;
	int r = learn(p, kind, s, &e);

	return r ? r : fb_buf_puts(out, e->pseudonym);
}

/* ---- what everybody has ---- */

static bool one_of(struct fb_slice s, const char *const *list)
{
	for (; *list; list++)
		if (fb_slice_ieq(s, fb_slice_str(*list)))
			return true;
	return false;
}

static bool common_account(struct fb_slice s)
{
	static const char *const list[] = { "-", "SYSTEM", "LOCAL SERVICE", "NETWORK SERVICE", "ANONYMOUS LOGON",
		"Administrator", "Guest", "Everyone", "DefaultAccount", "WDAGUtilityAccount", "defaultuser0",
		"LocalSystem", "LocalService", "NetworkService", "krbtgt", "Administrators", "Users", "Guests",
		"Authenticated Users", "Backup Operators", "Account Operators", "Server Operators",
		"Print Operators", "Remote Desktop Users", "Remote Management Users", "Event Log Readers",
		"Performance Log Users", "Distributed COM Users", "IIS_IUSRS", "Domain Admins", "Domain Users",
		"Domain Guests", "Domain Computers", "Domain Controllers", "Enterprise Admins", "Schema Admins",
		"Group Policy Creator Owners", "None", "IUSR", "Public", "Default", "Default User", "All Users", "DefaultAppPool", NULL };

	if (one_of(s, list))
		return true;
	/* DWM-1, UMFD-0 */
	return s.n > 4 && s.n < 8 && (fb_slice_ieq(fb_slice_sub(s, 0, 4), FB_LIT("DWM-")) ||
				      fb_slice_ieq(fb_slice_sub(s, 0, 5), FB_LIT("UMFD-")));
}

static bool common_domain(struct fb_slice s)
{
	static const char *const list[] = { "-", "NT AUTHORITY", "BUILTIN", "NT SERVICE", "IIS APPPOOL",
		"Window Manager", "Font Driver Host", "WORKGROUP", "NT VIRTUAL MACHINE", NULL };

	return one_of(s, list);
}

static bool is_address(struct fb_slice s)
{
	size_t dots = 0, colons = 0;

	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = s.p[i];

		dots += c == '.';
		colons += c == ':';
		if (c == '%') /* the zone behind it is a name of an interface */
			break;
		if (!((c >= '0' && c <= '9') || c == '.' || c == ':' ||
		      (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')))
			return false;
	}
	return (dots == 3 && s.n >= 7) || colons >= 2;
}

int fb_pseudonym_address(struct fb_pseudonyms *p, struct fb_slice s, struct fb_buf *out)
{
	static const char *const list[] = { "-", "127.0.0.1", "::1", "0.0.0.0", "::", "", NULL };
	static const struct fb_slice mapped = FB_LIT("::ffff:");

	if (s.n > mapped.n && fb_slice_ieq(fb_slice_sub(s, 0, mapped.n), mapped))
		s = fb_slice_sub(s, mapped.n, s.n);
	return one_of(s, list) ? fb_buf_slice(out, s) : put(p, FB_P_ADDRESS, s, out);
}

/* "northmoor.example" and "NORTHMOOR" have their label in common. */
static int put_domain(struct fb_pseudonyms *p, struct fb_slice s, struct fb_buf *out)
{
	static const char *const generic[] = { "com", "co", "net", "org", "gov", "edu", "ac", "local", "lan",
					       "internal", "intra", "corp", "ad", NULL };
	size_t dot = fb_slice_find(s, FB_LIT(".")), at;
	const struct entry *e;
	int r;

	if (s.n == 0 || common_domain(s))
		return fb_buf_slice(out, s);
	if (dot == 0)
		return put(p, FB_P_NAME, s, out);
	/* Its other labels say as much, but for the last. */
	for (at = dot + 1; at < s.n;) {
		struct fb_slice rest = fb_slice_sub(s, at, s.n), label;

		label = fb_slice_sub(rest, 0, fb_slice_find(rest, FB_LIT(".")));
		if (label.n && label.n < rest.n && !one_of(label, generic) &&
		    (r = learn(p, FB_P_DOMAIN, label, &e)))
			return r;
		at += label.n + 1;
	}
	r = learn(p, FB_P_DOMAIN, fb_slice_sub(s, 0, dot), &e);
	if (r)
		return r;
	(void)fb_buf_puts(out, e->pseudonym);
	return dot < s.n ? fb_buf_puts(out, ".invalid") : fb_buf_code(out);
}

int fb_pseudonym_host(struct fb_pseudonyms *p, struct fb_slice s, struct fb_buf *out)
{
	size_t dot = fb_slice_find(s, FB_LIT("."));
	int r;

	if (s.n == 0 || fb_slice_eqs(s, "-") || fb_slice_ieq(s, FB_LIT("localhost")))
		return fb_buf_slice(out, s);
	if (is_address(s))
		return fb_pseudonym_address(p, s, out);
	r = dot ? put(p, FB_P_HOST, fb_slice_sub(s, 0, dot), out) : 0;
	if (r || dot >= s.n)
		return r;
	(void)fb_buf_putc(out, '.');
	return put_domain(p, fb_slice_sub(s, dot + 1, s.n), out);
}

static int put_user(struct fb_pseudonyms *p, struct fb_slice s, struct fb_buf *out)
{
	int r;

	if (s.n == 0 || common_account(s))
		return fb_buf_slice(out, s);
	if (s.n > 4 && fb_slice_ieq(fb_slice_sub(s, 0, 4), FB_LIT("S-1-")))
		return fb_pseudonym_text(p, s, out);
	if (s.p[s.n - 1] != '$')
		return put(p, FB_P_ACCOUNT, s, out);
	r = fb_pseudonym_host(p, fb_slice_sub(s, 0, s.n - 1), out);
	return r ? r : fb_buf_putc(out, '$');
}

int fb_pseudonym_account(struct fb_pseudonyms *p, struct fb_slice s, struct fb_buf *out)
{
	size_t slash = fb_slice_find(s, FB_LIT("\\")), at = fb_slice_find(s, FB_LIT("@"));
	struct fb_slice domain = fb_slice_sub(s, 0, slash), name = fb_slice_sub(s, slash + 1, s.n);
	uint8_t folded[3 * VALUE_MAX];
	const struct entry *host;
	int r;

	if (slash < s.n) {
		if (common_domain(domain)) {
			(void)fb_buf_slice(out, domain);
			(void)fb_buf_putc(out, '\\');
			return common_account(name) || fb_slice_ieq(domain, FB_LIT("NT SERVICE"))
			       ? fb_buf_slice(out, name) : put_user(p, name, out);
		}
		domain = fb_slice_sub(domain, 0, VALUE_MAX);
		host = find(p, FB_P_HOST, fb_slice(folded, fb_utf8_fold_raw(domain, folded)));
		r = host ? fb_buf_puts(out, host->pseudonym) : put_domain(p, domain, out);
		(void)fb_buf_putc(out, '\\');
		return r ? r : put_user(p, name, out);
	}
	if (at == 0 || at >= s.n)
		return put_user(p, s, out);
	r = put_user(p, fb_slice_sub(s, 0, at), out);
	(void)fb_buf_putc(out, '@');
	return r ? r : put_domain(p, fb_slice_sub(s, at + 1, s.n), out);
}

/* ---- text ---- */

static bool word_byte(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80 ||
	       c == '_';
}

/* The longest value that stands at `at` of the folded text. */
static const struct entry *value_at(const struct fb_pseudonyms *p, struct fb_slice text, size_t at)
{
	struct fb_slice rest = fb_slice_sub(text, at, text.n);
	bool starts = at == 0 || !word_byte(text.p[at - 1]);
	const uint32_t heads[] = { bucket_of(rest), bucket_of(fb_slice(rest.p, 1)) };

	for (size_t b = 0; b < 2; b++)
		for (uint32_t i = p->bucket[heads[b]]; i; i = p->v[i - 1].next) {
			const struct entry *e = &p->v[i - 1];
			size_t end = at + e->folded.n;
			bool ends = end == text.n || (end < text.n && !word_byte(text.p[end]));

			if (fb_slice_starts(rest, e->folded) &&
			    ((starts && ends) || (e->folded.n >= ANYWHERE && e->kind != FB_P_ADDRESS)))
				return e;
		}
	return NULL;
}

/* S-1-5-21-… of a machine or a domain. Its length, or 0. */
static size_t sid_at(struct fb_slice s, size_t at)
{
	static const struct fb_slice head = FB_LIT("S-1-5-21-");
	size_t n = head.n;

	if (!fb_slice_starts(fb_slice_sub(s, at, s.n), head))
		return 0;
	while (at + n < s.n && ((s.p[at + n] >= '0' && s.p[at + n] <= '9') || s.p[at + n] == '-'))
		n++;
	return n;
}

static int put_sid(struct fb_pseudonyms *p, struct fb_slice s, struct fb_buf *out)
{
	uint8_t sum[FB_SHA256];
	int r = keyed(p, FB_P_ACCOUNT, s, sum);

	if (r)
		return r;
	(void)fb_buf_puts(out, "S-1-5-21");
	for (int i = 0; i < 4; i++)
		(void)fb_buf_printf(out, "-%u", (unsigned)sum[4 * i] << 24 | (unsigned)sum[4 * i + 1] << 16 |
				    (unsigned)sum[4 * i + 2] << 8 | sum[4 * i + 3]);
	return fb_buf_code(out);
}

/* Folding may change lengths, so text that is not ASCII is folded byte for byte here: ASCII
 * letters only. Values with other letters are found as they were spelt first. */
int fb_pseudonym_text(struct fb_pseudonyms *p, struct fb_slice s, struct fb_buf *out)
{
	uint8_t *folded = malloc(s.n + 1);
	int r = folded ? 0 : FB_ENOMEM;

	for (size_t i = 0; folded && i < s.n; i++)
		folded[i] = s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] | 0x20 : s.p[i];
	for (size_t i = 0; r == 0 && i < s.n;) {
		const struct entry *e = value_at(p, fb_slice(folded, s.n), i);
		size_t sid = e ? 0 : sid_at(s, i);

		if (e) {
			r = fb_buf_puts(out, e->pseudonym);
			i += e->folded.n;
		} else if (sid) {
			r = put_sid(p, fb_slice_sub(s, i, sid), out);
			i += sid;
		} else {
			r = fb_buf_putc(out, s.p[i++]);
		}
	}
	free(folded);
	return r ? r : fb_buf_code(out);
}

int fb_pseudonym_value(struct fb_pseudonyms *p, struct fb_slice s, struct fb_buf *out)
{
	struct fb_buf text;
	uint64_t n;
	int r;

	if (is_address(s))
		return fb_pseudonym_address(p, s, out);
	if (s.n == 0 || fb_slice_u64(s, &n))
		return fb_buf_slice(out, s);
	/* What is known has its own; what is not could be anything. */
	fb_buf_init(&text, SIZE_MAX / 4);
	r = fb_pseudonym_text(p, s, &text);
	if (!r && fb_slice_eq(fb_buf_view(&text), s))
		r = put(p, FB_P_NAME, s, out);
	else if (!r)
		r = fb_buf_slice(out, fb_buf_view(&text));
	fb_buf_dispose(&text);
	return r;
}

/* ---- paths ---- */

static bool separator(uint8_t c)
{
	return c == '/' || c == '\\' || c == '!';
}

/* "C:\Users\alice\x.exe": the folder of a user is named after them. */
int fb_pseudonym_path(struct fb_pseudonyms *p, struct fb_slice s, struct fb_buf *out)
{
	static const char *const homes[] = { "Users", "home", "Documents and Settings", NULL };
	struct fb_slice last = { 0 };
	int r = 0;

	for (size_t i = 0; r == 0 && i < s.n;) {
		size_t n = i;
		struct fb_slice part;

		while (n < s.n && !separator(s.p[n]))
			n++;
		part = fb_slice_sub(s, i, n - i);
		if (last.n && one_of(last, homes) && n < s.n && part.n && !common_account(part))
			r = put(p, FB_P_ACCOUNT, part, out);
		else
			r = fb_pseudonym_text(p, part, out);
		if (r == 0 && n < s.n)
			r = fb_buf_putc(out, s.p[n]);
		last = part;
		i = n + 1;
	}
	return r ? r : fb_buf_code(out);
}

static bool all_of(struct fb_slice s, const char *set)
{
	for (size_t i = 0; i < s.n; i++)
		if (!s.p[i] || !strchr(set, s.p[i]))
			return false;
	return true;
}

static bool begins(struct fb_slice s, const char *head)
{
	return fb_slice_ieq(fb_slice_sub(s, 0, strlen(head)), fb_slice_str(head));
}

/* A name that says nothing about whose machine it was. */
static bool common_name(struct fb_slice s)
{
	static const char *const list[] = { "C", "D", "C:", "D:", "C%3A", "D%3A", "Windows", "System32", "winevt", "Logs",
		"inetpub", "LogFiles", "HTTPERR", "Users", "ProgramData", "Program Files", "Program Files (x86)",
		"AppData", "Local", "Roaming", "Temp", "var", "log", "httpd", "apache2", "nginx", "uploads",
		"auto", "ntfs", "results", "evtx", "Security.evtx", "System.evtx", "Application.evtx", "Setup.evtx",
		"Windows PowerShell.evtx", "ForwardedEvents.evtx", "HardwareEvents.evtx", "access.log", "access_log",
		"ssl_access_log", "error.log", "$MFT", "$J", "NTUSER.DAT", "SAM", "SECURITY", "SYSTEM", "SOFTWARE",
		"wwwroot", "", NULL };
	size_t dot = s.n;

	if (one_of(s, list))
		return true;
	while (dot && s.p[dot - 1] != '.')
		dot--;
	if (begins(s, "Microsoft-Windows-") && dot && fb_slice_ieq(fb_slice_sub(s, dot, s.n), FB_LIT("evtx")))
		return true;
	if (begins(s, "W3SVC"))
		return all_of(fb_slice_sub(s, 5, s.n), "0123456789");
	if (begins(s, "u_ex"))
		return all_of(fb_slice_sub(s, 4, s.n), "0123456789_x.logLOG");
	return begins(s, "httperr") && all_of(fb_slice_sub(s, 7, s.n), "0123456789.logLOG");
}

static int put_name(struct fb_pseudonyms *p, struct fb_slice part, struct fb_buf *out)
{
	uint8_t folded[3 * VALUE_MAX];
	struct fb_slice cut = fb_slice_sub(part, 0, VALUE_MAX), extension = { 0 };
	const struct entry *host = find(p, FB_P_HOST, fb_slice(folded, fb_utf8_fold_raw(cut, folded)));
	size_t dot = part.n;
	int r;

	if (common_name(part))
		return fb_buf_slice(out, part);
	if (host)
		return fb_buf_puts(out, host->pseudonym);
	while (dot && part.p[dot - 1] != '.')
		dot--;
	if (dot > 1 && part.n - dot <= 5 &&
	    all_of(fb_slice_sub(part, dot, part.n), "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"))
		extension = fb_slice_sub(part, dot - 1, part.n);
	r = put(p, FB_P_NAME, part, out);
	return r ? r : fb_buf_slice(out, extension);
}

int fb_pseudonym_source(struct fb_pseudonyms *p, struct fb_slice s, struct fb_buf *out)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < s.n;) {
		size_t n = i;

		while (n < s.n && !separator(s.p[n]))
			n++;
		r = put_name(p, fb_slice_sub(s, i, n - i), out);
		if (r == 0 && n < s.n)
			r = fb_buf_putc(out, s.p[n]);
		i = n + 1;
	}
	return r ? r : fb_buf_code(out);
}

/* ---- entities ---- */

int fb_pseudonym_entity(struct fb_pseudonyms *p, enum fb_entity_type type, struct fb_slice s,
			struct fb_buf *out)
{
	size_t end = s.n;

	switch (type) {
	case FB_ENTITY_ADDRESS: return fb_pseudonym_address(p, s, out);
	case FB_ENTITY_ACCOUNT: return fb_pseudonym_account(p, s, out);
	case FB_ENTITY_HOST: return fb_pseudonym_host(p, s, out);
	case FB_ENTITY_PROCESS:
	case FB_ENTITY_FILE: return fb_pseudonym_path(p, s, out);
	case FB_ENTITY_URL:
		/* What follows the path carries whatever somebody typed. */
		for (size_t i = 0; i < s.n && end == s.n; i++)
			if (s.p[i] == '?' || s.p[i] == '#')
				end = i;
		return fb_pseudonym_path(p, fb_slice_sub(s, 0, end), out);
	case FB_ENTITY_SESSION:
	case FB_ENTITY_HASH:
	case FB_ENTITY_DOMAIN:
	case FB_ENTITY_AGENT:
	case FB_ENTITY_SERVICE:
	case FB_ENTITY_TYPES: break;
	}
	return fb_pseudonym_text(p, s, out);
}

/* ---- all ---- */

static int order(const void *x, const void *y)
{
	const struct entry *a = *(const struct entry *const *)x, *b = *(const struct entry *const *)y;

	return a->kind != b->kind ? (a->kind < b->kind ? -1 : 1) : fb_slice_cmp(a->original, b->original);
}

int fb_pseudonyms_each(struct fb_pseudonyms *p,
		       int (*cb)(void *user, enum fb_pseudonym_kind kind, struct fb_slice original,
				 const char *pseudonym), void *user)
{
	const struct entry **list = calloc((size_t)p->n + 1, sizeof *list);
	int r = list ? 0 : FB_ENOMEM;
	size_t n = 0;

	for (uint32_t i = 0; list && i < p->n; i++)
		if (!p->v[i].alias)
			list[n++] = &p->v[i];
	if (list && n)
		qsort(list, n, sizeof *list, order);
	for (size_t i = 0; i < n && r == 0; i++)
		r = cb(user, list[i]->kind, list[i]->original, list[i]->pseudonym);
	free(list);
	return r;
}
