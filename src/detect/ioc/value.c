/* From what people write to what is looked for. */
#include "detect/ioc/set.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

const char *const ic_type_word[IC_TYPES] = { "address", "network", "domain", "URL", "hash",
					     "file name", "e-mail address" };

static bool starts(struct fb_slice s, const char *with)
{
	size_t n = strlen(with);

	return s.n >= n && strncasecmp((const char *)s.p, with, n) == 0;
}

/* What characters a text has, so that most questions need no second look at it. */
enum { K_DIGIT = 1, K_DOT = 2, K_HEX = 4, K_COLON = 8, K_SLASH = 16, K_AT = 32, K_FANG = 64, K_OTHER = 128 };

static const uint8_t kind_of[256] = {
	['0' ... '9'] = K_DIGIT, ['a' ... 'f'] = K_HEX, ['A' ... 'F'] = K_HEX,
	['.'] = K_DOT, [':'] = K_COLON, ['/'] = K_SLASH, ['@'] = K_AT,
	['['] = K_FANG, ['('] = K_FANG, ['{'] = K_FANG, ['\\'] = K_FANG, ['*'] = K_FANG,
};

static unsigned kinds_of(struct fb_slice s)
{
	unsigned any = 0;

	for (size_t i = 0; i < s.n; i++)
		any |= kind_of[s.p[i]] ? kind_of[s.p[i]] : K_OTHER;
	return any;
}

/* How dots and schemes are written so that nobody clicks on them. */
static const struct {
	const char *from, *to;
} fangs[] = {
	{ "[.]", "." }, { "(.)", "." }, { "{.}", "." }, { "[dot]", "." }, { "(dot)", "." },
	{ "{dot}", "." }, { "\\.", "." }, { "[:]", ":" }, { "[://]", "://" }, { "[@]", "@" },
	{ "(@)", "@" }, { "[at]", "@" }, { "(at)", "@" }, { "[/]", "/" },
};

static int refang(struct fb_buf *out, struct fb_slice s)
{
	if (starts(s, "hxxp") || starts(s, "h**p") || starts(s, "hXXp")) {
		(void)fb_buf_puts(out, "http");
		s = fb_slice_sub(s, 4, s.n);
	} else if (starts(s, "fxp:") || starts(s, "fxps:")) {
		(void)fb_buf_puts(out, "ftp");
		s = fb_slice_sub(s, 3, s.n);
	}
	while (s.n) {
		size_t plain = 0, i = 0;

		while (plain < s.n && !strchr("[({\\", s.p[plain]))
			plain++;
		(void)fb_buf_put(out, s.p, plain);
		s = fb_slice_sub(s, plain, s.n);
		if (s.n == 0)
			break;
		while (i < sizeof fangs / sizeof *fangs && !starts(s, fangs[i].from))
			i++;
		if (i < sizeof fangs / sizeof *fangs) {
			(void)fb_buf_puts(out, fangs[i].to);
			s = fb_slice_sub(s, strlen(fangs[i].from), s.n);
		} else {
			(void)fb_buf_putc(out, (char)s.p[0]);
			s = fb_slice_sub(s, 1, s.n);
		}
	}
	return out->code;
}

/* Four numbers below 256, no zeros in front. */
static bool v4_address(struct fb_slice s, uint8_t out[static 4])
{
	size_t i = 0;

	for (unsigned part = 0; part < 4; part++) {
		unsigned v = 0;
		size_t from = i;

		for (; i < s.n && i - from < 3 && s.p[i] >= '0' && s.p[i] <= '9'; i++)
			v = v * 10 + s.p[i] - '0';
		if (i == from || v > 255 || (i - from > 1 && s.p[from] == '0'))
			return false;
		out[part] = (uint8_t)v;
		if (part < 3 && (i == s.n || s.p[i++] != '.'))
			return false;
	}
	return i == s.n;
}

bool ic_address(struct fb_slice s, uint8_t out[static 16])
{
	char text[INET6_ADDRSTRLEN + 1];

	if (v4_address(s, out + 12)) {
		memset(out, 0, 10);
		out[10] = out[11] = 0xFF;
		return true;
	}
	if (s.n == 0 || s.n > INET6_ADDRSTRLEN || memchr(s.p, 0, s.n) || !memchr(s.p, ':', s.n))
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = 0;
	return inet_pton(AF_INET6, text, out) == 1;
}

static bool network(struct fb_slice s, struct ic_item *out)
{
	const uint8_t *slash = memchr(s.p, '/', s.n);
	size_t at = slash ? (size_t)(slash - s.p) : 0;
	struct fb_slice digits = slash ? fb_slice_sub(s, at + 1, s.n) : s;
	uint64_t bits;
	bool v4;

	if (!slash || !ic_address(fb_slice(s.p, at), out->address) || !fb_slice_u64(digits, &bits))
		return false;
	v4 = memchr(s.p, ':', at) == NULL;
	if (bits > (v4 ? 32u : 128u))
		return false;
	out->address[16] = (uint8_t)(bits + (v4 ? 96 : 0));
	for (unsigned i = 0; i < 128; i++)
		if (i >= out->address[16])
			out->address[i / 8] &= (uint8_t)~(0x80u >> i % 8);
	return true;
}

/* Letters, digits, "-", "_", bytes beyond ASCII; labels of 1 to 63, two at least, the
 * last not a number. */
static bool is_domain(struct fb_slice s)
{
	size_t label = 0, labels = 0;
	bool digits = true;

	if (s.n > 253)
		return false;
	for (size_t i = 0; i <= s.n; i++) {
		uint8_t c = i < s.n ? s.p[i] : '.';

		if (c == '.') {
			if (label == 0 || label > 63)
				return false;
			labels++;
			if (i < s.n) {
				label = 0;
				digits = true;
			}
			continue;
		}
		if (!(c == '-' || c == '_' || c >= 0x80 || (c >= '0' && c <= '9') ||
		      (c >= 'a' && c <= 'z')))
			return false;
		digits = digits && c >= '0' && c <= '9';
		label++;
	}
	return labels >= 2 && !digits;
}

size_t ic_url(struct fb_slice s, uint8_t *out)
{
	size_t n = 0, path;
	bool https = starts(s, "https://");

	for (size_t i = 0; i + 2 < s.n && i < 12; i++) {
		if (memcmp(s.p + i, "://", 3) == 0) {
			s = fb_slice_sub(s, i + 3, s.n);
			break;
		}
	}
	for (path = 0; path < s.n && !strchr("/?#", s.p[path]); path++)
		;
	for (size_t i = path; i > 0; i--) {
		if (s.p[i - 1] == '@') {
			s = fb_slice_sub(s, i, s.n);
			path -= i;
			break;
		}
	}
	for (size_t i = 0; i < s.n && s.p[i] != '#'; i++) {
		if (i == path)
			path = n;
		out[n++] = s.p[i];
	}
	if (path > n)
		path = n;
	for (const char *port = https ? ":443" : ":80"; port; port = NULL) {
		size_t m = strlen(port);

		if (path > m && memcmp(out + path - m, port, m) == 0) {
			memmove(out + path - m, out + path, n - path);
			n -= m;
		}
	}
	while (n && out[n - 1] == '/')
		n--;
	return n;
}

static bool is_email(struct fb_slice s)
{
	const uint8_t *at = memchr(s.p, '@', s.n);
	size_t n = at ? (size_t)(at - s.p) : 0;

	if (!at || n == 0 || n > 64 || !is_domain(fb_slice_sub(s, n + 1, s.n)))
		return false;
	for (size_t i = 0; i < n; i++)
		if (s.p[i] <= ' ' || strchr("<>()[],;:\\\"", s.p[i]))
			return false;
	return true;
}

static bool is_hash(struct fb_slice s)
{
	return (s.n == 32 || s.n == 40 || s.n == 64) && !(kinds_of(s) & ~(K_DIGIT | K_HEX));
}

/* Endings that are file names far more often than domains. */
static bool file_ending(struct fb_slice s)
{
	static const char *const endings[] = { ".exe", ".dll", ".sys", ".ps1", ".bat", ".cmd", ".vbs",
		".js", ".aspx", ".ashx", ".asmx", ".asp", ".php", ".jsp", ".jspx", ".dat", ".tmp", ".bin",
		".lnk", ".hta", ".scr", ".doc", ".docx", ".docm", ".xls", ".xlsx", ".xlsm", ".pdf", ".zip",
		".rar", ".7z", ".log", ".txt", ".ini", ".cfg", ".msi", ".jar", ".vbe", ".wsf", ".ocx", ".cpl" };

	const uint8_t *dot = s.n ? memrchr(s.p, '.', s.n) : NULL;
	struct fb_slice end = dot ? fb_slice(dot, s.n - (size_t)(dot - s.p)) : s;

	if (!dot || dot == s.p || end.n > 5)
		return false;
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
		if (fb_slice_eqs(end, endings[i]))
			return true;
	return false;
}

static enum ic_type guess(struct fb_slice s, struct ic_item *out)
{
	unsigned any = kinds_of(s);

	if ((any & K_COLON || !(any & ~(K_DIGIT | K_DOT))) && ic_address(s, out->address))
		return IC_ADDRESS;
	if (any & K_SLASH && network(s, out))
		return IC_NETWORK;
	if (!(any & ~(K_DIGIT | K_HEX)) && is_hash(s))
		return IC_HASH;
	if (any & K_COLON && memmem(s.p, s.n, "://", 3))
		return IC_URL;
	if (any & K_AT && is_email(s))
		return IC_EMAIL;
	if ((any & K_FANG && memchr(s.p, '\\', s.n)) || (any & K_DOT && file_ending(s)))
		return IC_FILE;
	if (any & K_DOT && is_domain(s))
		return IC_DOMAIN;
	if (any & K_SLASH)
		return s.p[0] == '/' ? IC_FILE : IC_URL;
	return IC_TYPES;
}

/* "*.evil.example" and ".evil.example" mean what the domain alone means here. */
static struct fb_slice bare_domain(struct fb_slice s)
{
	if (s.n > 1 && s.p[0] == '*' && s.p[1] == '.')
		s = fb_slice_sub(s, 2, s.n);
	while (s.n && s.p[0] == '.')
		s = fb_slice_sub(s, 1, s.n);
	while (s.n && s.p[s.n - 1] == '.')
		s.n--;
	return s;
}

static bool check(struct fb_slice s, struct ic_item *out)
{
	switch (out->type) {
	case IC_ADDRESS: return ic_address(s, out->address);
	case IC_NETWORK: return network(s, out);
	case IC_DOMAIN: return is_domain(s);
	case IC_HASH: return is_hash(s);
	case IC_EMAIL: return is_email(s);
	default: return s.n > 0;
	}
}

/* A path's separators are "/", without one at its start; it holds no control characters. */
static bool shape_file(struct fb_buf *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++) {
		uint8_t c = b->p[i] == '\\' ? '/' : b->p[i];

		if (c < ' ')
			return false;
		if (c != '/' || (n && b->p[n - 1] != '/'))
			b->p[n++] = c;
	}
	b->n = n;
	return n > 0 && b->p[n - 1] != '/';
}

/* Refanged and folded, in b->folded. */
static int plain_form(struct ic_scratch *b, struct fb_slice s, bool file)
{
	fb_buf_clear(&b->plain);
	fb_buf_clear(&b->folded);
	if (file || !(kinds_of(s) & K_FANG || (s.n > 1 && (s.p[1] | 0x20) == 'x')))
		return fb_utf8_fold(&b->folded, s);
	if (refang(&b->plain, s))
		return FB_ENOMEM;
	return fb_utf8_fold(&b->folded, fb_buf_view(&b->plain));
}

void ic_scratch_init(struct ic_scratch *b)
{
	fb_buf_init(&b->plain, 4 * FB_INDICATOR_MAX);
	fb_buf_init(&b->folded, 16 * FB_INDICATOR_MAX);
}

void ic_scratch_dispose(struct ic_scratch *b)
{
	fb_buf_dispose(&b->plain);
	fb_buf_dispose(&b->folded);
}

bool ic_value(struct fb_slice text, enum ic_type type, struct ic_scratch *b, struct ic_item *out,
	      struct fb_slice *form, const char **why)
{
	struct fb_slice s = fb_slice_trim(text);

	*why = "it is empty or too long";
	if (s.n == 0 || s.n > FB_INDICATOR_MAX)
		return false;
	*why = NULL;
	if (plain_form(b, s, type == IC_FILE))
		return false;
	s = fb_buf_view(&b->folded);
	if (type == IC_TYPES || type == IC_DOMAIN)
		s = bare_domain(s);
	if (type == IC_TYPES) {
		*why = "it is no address, network, domain, URL, hash, file name or e-mail address";
		type = guess(s, out);
		if (type == IC_TYPES)
			return false;
	} else {
		/* Lists call networks and addresses by one word. */
		if (type == IC_ADDRESS && memchr(s.p, '/', s.n))
			type = IC_NETWORK;
		out->type = (uint8_t)type;
		*why = "it is not what its type says";
		if (!check(s, out))
			return false;
	}
	out->type = (uint8_t)(type == IC_NETWORK && out->address[16] == 128 ? IC_ADDRESS : type);
	*why = "it is not what its type says";
	if (type == IC_URL) {
		b->folded.n = ic_url(s, b->folded.p);
		s = fb_buf_view(&b->folded);
	}
	if (type == IC_FILE) {
		if (!shape_file(&b->folded))
			return false;
		s = fb_buf_view(&b->folded);
	}
	*form = s;
	return s.n > 0;
}
