#include "intake/layout.h"

#include "base/limits.h"

#define PARTS_MAX 256

/* A path in its parts, "/" or "!" between them. */
struct parts {
	struct fb_slice v[PARTS_MAX];
	size_t n;
};

enum how { WINDOWS, UNIX, ENCODED, SYSTEM };

/* Folders behind which the host's own path begins. */
static const struct {
	const char *collector;
	const char *first, *second; /* parts; second NULL: only one */
	enum how how;
} copies[] = {
	{ "velociraptor", "uploads", "auto", ENCODED },
	{ "velociraptor", "uploads", "file", ENCODED },
	{ "velociraptor", "uploads", "ntfs", ENCODED },
	{ "velociraptor", "uploads", "lazy_ntfs", ENCODED },
	{ "velociraptor", "uploads", "mft", ENCODED },
	{ "uac", "[root]", NULL, UNIX },
	{ "acquire", "fs", "sysvol", SYSTEM },
	{ "acquire", "fs", "$rootfs$", UNIX },
};

/* Files that a collector leaves; parts counts how many of the last ones are named. */
static const struct {
	const char *collector;
	unsigned parts;
	const char *glob;
} markers[] = {
	{ "velociraptor", 1, "client_info.json" },
	{ "velociraptor", 1, "collection_context.json" },
	{ "velociraptor", 1, "uploads.json" },
	{ "velociraptor", 2, "Generic.Client.Info/BasicInformation.json" },
	{ "velociraptor", 2, "results/Generic.Client.Info%2FBasicInformation.json" },
	{ "kape", 1, "*_CopyLog.csv" },
	{ "kape", 1, "*_SkipLog.csv" },
	{ "kape", 1, "*_ConsoleLog.txt" },
	{ "cylr", 1, "CyLR*.log" },
	{ "uac", 1, "uac.log" },
	{ "defender", 1, "Forensics Collection Summary.csv" },
	{ FB_LAYOUT_EXPORT, 2, "LocaleMetaData/*.MTA" },
};

/* Files of JSON in which a collector names the host, and the keys. */
static const struct {
	const char *glob, *key;
} tellers[] = {
	{ "client_info.json", "hostname" },
	{ "client_info.json", "Hostname" },
	{ "*/client_info.json", "hostname" },
	{ "*/client_info.json", "Hostname" },
	{ "*Generic.Client.Info/BasicInformation.json", "Hostname" },
	{ "*Generic.Client.Info%2FBasicInformation.json", "Hostname" },
};

/* What the packages of Defender call the files that they copy. */
static const struct {
	const char *folder, *to;
} renamed[] = {
	{ "Security event log", "C:\\Windows\\System32\\winevt\\Logs" },
	{ "Prefetch files", "C:\\Windows\\Prefetch" },
};

/* How the collectors name a collection: %h the host, %w letters, %d digits and what
 * stands between them in a time. */
static const struct {
	const char *collector, *pattern;
} names[] = {
	{ "velociraptor", "Collection-%h-%d*" },
	{ "uac", "uac-%h-%w-%d*" },
	{ "acquire", "%h_%d*" },
	{ "kape", "%d_%h.*" },
	{ "cylr", "%h.zip" },
};

/* The first folders and files of a system's drive. */
static const char *const tops[] = { "Windows", "Users", "ProgramData", "Program Files",
	"Program Files (x86)", "inetpub", "$Extend", "$MFT", "$LogFile", "$Boot", "$Recycle.Bin",
	"$SECURE", "$Secure_$SDS", "Documents and Settings", "System Volume Information", "PerfLogs",
	"pagefile.sys", "hiberfil.sys", "swapfile.sys" };

bool fb_layout_glob(struct fb_slice pattern, struct fb_slice text)
{
	size_t p = 0, t = 0, star = SIZE_MAX, back = 0;

	while (t < text.n) {
		if (p < pattern.n && pattern.p[p] == '*') {
			star = p++;
			back = t;
		} else if (p < pattern.n && (pattern.p[p] == '?' || pattern.p[p] == text.p[t])) {
			p++;
			t++;
		} else if (star != SIZE_MAX) {
			p = star + 1;
			t = ++back;
		} else {
			return false;
		}
	}
	while (p < pattern.n && pattern.p[p] == '*')
		p++;
	return p == pattern.n;
}

static bool split(struct fb_slice path, struct parts *out)
{
	out->n = 0;
	while (path.n) {
		size_t n = 0;

		while (n < path.n && path.p[n] != '/' && path.p[n] != '!')
			n++;
		if (out->n == PARTS_MAX)
			return false;
		out->v[out->n++] = fb_slice_sub(path, 0, n);
		path = fb_slice_sub(path, n + 1, path.n);
	}
	return out->n > 0;
}

static size_t before(struct fb_slice path, const struct parts *p, size_t i)
{
	size_t at = (size_t)(p->v[i].p - path.p);

	return at ? at - 1 : 0;
}

/* "C", "C:", "C%3A": the letter, or 0. */
static char drive(struct fb_slice part)
{
	char c = part.n ? (char)(part.p[0] & ~0x20) : 0;

	if (c < 'A' || c > 'Z')
		return 0;
	part = fb_slice_sub(part, 1, part.n);
	return part.n == 0 || fb_slice_eqs(part, ":") || fb_slice_ieq(part, FB_LIT("%3A")) ? c : 0;
}

static bool is_top(struct fb_slice part)
{
	for (size_t i = 0; i < sizeof tops / sizeof *tops; i++)
		if (fb_slice_ieq(part, fb_slice_str(tops[i])))
			return true;
	return false;
}

/* "vss001", "vss_0", "VSC1", "HarddiskVolumeShadowCopy3", "@GMT-2025.07.18-09.14.02" */
static bool is_shadow(struct fb_slice part)
{
	static const char *const stems[] = { "vss", "vss_", "vsc", "HarddiskVolumeShadowCopy", "ShadowCopy" };
	size_t n = part.n;

	if (fb_layout_glob(FB_LIT("@GMT-*.*.*-*.*.*"), part))
		return true;
	while (n && part.p[n - 1] >= '0' && part.p[n - 1] <= '9')
		n--;
	for (size_t i = 0; n < part.n && i < sizeof stems / sizeof *stems; i++)
		if (fb_slice_ieq(fb_slice_sub(part, 0, n), fb_slice_str(stems[i])))
			return true;
	return false;
}

static int digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* %3A is a colon; what would decode to a control character stays as it is. */
static void put_part(struct fb_buf *out, struct fb_slice s, bool encoded)
{
	for (size_t i = 0; i < s.n; i++) {
		int hi = encoded && s.p[i] == '%' && s.n - i > 2 ? digit(s.p[i + 1]) : -1;
		int lo = hi >= 0 ? digit(s.p[i + 2]) : -1;
		int c = lo >= 0 ? hi * 16 + lo : -1;

		if (c >= 0x20 && c < 0x7F) {
			(void)fb_buf_putc(out, (uint8_t)c);
			i += 2;
		} else {
			(void)fb_buf_putc(out, s.p[i]);
		}
	}
}

static void put_rest(struct fb_buf *out, const struct parts *p, size_t from, enum how how)
{
	for (size_t i = from; i < p->n; i++) {
		if (how == UNIX)
			(void)fb_buf_putc(out, '/');
		else if (i > from)
			(void)fb_buf_putc(out, '\\');
		put_part(out, p->v[i], how == ENCODED);
	}
}

static void put_drive(struct fb_buf *out, char letter)
{
	(void)fb_buf_printf(out, "%c:\\", letter);
}

/* Of ENCODED: the first part may be a drive ("C%3A", "%5C%5C.%5CC%3A"), a shadow copy
 * ("%5C%5C%3F%5CGLOBALROOT%5CDevice%5CHarddiskVolumeShadowCopy1"), or the path is Unix's. */
static void put_encoded(struct fb_buf *out, const struct parts *p, size_t from, struct fb_layout *l)
{
	struct fb_slice first = from < p->n ? p->v[from] : FB_LIT("");
	static const struct fb_slice device = { (const uint8_t *)"%5C%5C.%5C", 10 };
	size_t last = first.n;
	char letter;

	while (last && fb_slice_find(fb_slice_sub(first, last, first.n), FB_LIT("%5C")) == first.n - last)
		last--;
	if (last && is_shadow(fb_slice_sub(first, last + 3, first.n))) {
		l->shadow = (const char *)first.p + last + 3;
		l->shadow_n = first.n - last - 3;
		(void)fb_buf_puts(out, "%SystemDrive%\\");
		put_rest(out, p, from + 1, ENCODED);
		return;
	}
	if (first.n > device.n && fb_slice_ieq(fb_slice_sub(first, 0, device.n), device))
		first = fb_slice_sub(first, device.n, first.n);
	letter = first.n > 1 ? drive(first) : 0;
	if (letter) {
		put_drive(out, letter);
		put_rest(out, p, from + 1, ENCODED);
		return;
	}
	for (size_t i = from; i < p->n; i++) {
		(void)fb_buf_putc(out, '/');
		put_part(out, p->v[i], true);
	}
}

static bool by_copies(struct fb_slice path, const struct parts *p, struct fb_buf *host,
		      struct fb_layout *out)
{
	for (size_t i = 0; i < p->n; i++) {
		for (size_t k = 0; k < sizeof copies / sizeof *copies; k++) {
			size_t next = i + (copies[k].second ? 2 : 1);

			if (!fb_slice_eqs(p->v[i], copies[k].first) || next >= p->n ||
			    (copies[k].second && !fb_slice_eqs(p->v[i + 1], copies[k].second)))
				continue;
			*out = (struct fb_layout){ copies[k].collector, before(path, p, i), NULL, 0 };
			if (copies[k].how == ENCODED)
				put_encoded(host, p, next, out);
			else if (copies[k].how == SYSTEM)
				(void)fb_buf_puts(host, "%SystemDrive%\\");
			if (copies[k].how != ENCODED)
				put_rest(host, p, next, copies[k].how);
			return true;
		}
	}
	return false;
}

/* A shadow copy's folder with what a drive has in it, and no drive's around it. */
static bool by_shadow(struct fb_slice path, const struct parts *p, struct fb_buf *host,
		      struct fb_layout *out)
{
	for (size_t i = 0; i + 1 < p->n; i++) {
		if (!is_shadow(p->v[i]) || !is_top(p->v[i + 1]))
			continue;
		*out = (struct fb_layout){ NULL, before(path, p, i), (const char *)p->v[i].p, p->v[i].n };
		(void)fb_buf_puts(host, "%SystemDrive%\\");
		put_rest(host, p, i + 1, WINDOWS);
		return true;
	}
	return false;
}

/* A drive's folder with what a drive has in it, a shadow copy's before or behind it. */
static bool by_drive(struct fb_slice path, const struct parts *p, struct fb_buf *host,
		     struct fb_layout *out)
{
	for (size_t i = 0; i + 1 < p->n; i++) {
		char letter = drive(p->v[i]);
		size_t next = i + 1, root = i;

		if (!letter)
			continue;
		*out = (struct fb_layout){ 0 };
		if (i && is_shadow(p->v[i - 1]))
			out->shadow = (const char *)p->v[root = i - 1].p;
		else if (is_shadow(p->v[next]) && next + 1 < p->n)
			out->shadow = (const char *)p->v[next++].p;
		if (!is_top(p->v[next]))
			continue;
		if (out->shadow)
			out->shadow_n = root < i ? p->v[root].n : p->v[i + 1].n;
		if (root && fb_slice_eqs(p->v[root - 1], "fs")) {
			out->collector = "acquire";
			root--;
		}
		out->root = before(path, p, root);
		put_drive(host, letter);
		put_rest(host, p, next, WINDOWS);
		return true;
	}
	return false;
}

static bool by_renamed(struct fb_slice path, const struct parts *p, struct fb_buf *host,
		       struct fb_layout *out)
{
	for (size_t i = 0; i + 1 < p->n; i++)
		for (size_t k = 0; k < sizeof renamed / sizeof *renamed; k++) {
			if (!fb_slice_ieq(p->v[i], fb_slice_str(renamed[k].folder)))
				continue;
			*out = (struct fb_layout){ "defender", before(path, p, i), NULL, 0 };
			(void)fb_buf_puts(host, renamed[k].to);
			(void)fb_buf_putc(host, '\\');
			put_rest(host, p, i + 1, WINDOWS);
			return true;
		}
	return false;
}

bool fb_layout_place(struct fb_slice path, struct fb_buf *host, struct fb_layout *out)
{
	struct parts p;

	return split(path, &p) && (by_copies(path, &p, host, out) || by_drive(path, &p, host, out) ||
				   by_shadow(path, &p, host, out) || by_renamed(path, &p, host, out));
}

bool fb_layout_marker(struct fb_slice path, struct fb_layout *out)
{
	struct parts p;

	if (!split(path, &p))
		return false;
	for (size_t k = 0; k < sizeof markers / sizeof *markers; k++) {
		struct fb_slice tail;

		if (p.n < markers[k].parts)
			continue;
		tail = p.v[p.n - markers[k].parts];
		tail.n = path.n - (size_t)(tail.p - path.p);
		if (!fb_layout_glob(fb_slice_str(markers[k].glob), tail))
			continue;
		*out = (struct fb_layout){ markers[k].collector,
					   before(path, &p, p.n - markers[k].parts), NULL, 0 };
		return true;
	}
	return false;
}

/* ---- the host in the name of a collection ---- */

static bool of_host(uint8_t c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '-' ||
	       c == '_' || c == '.';
}

static bool of_time(uint8_t c)
{
	return (c >= '0' && c <= '9') || c == '-' || c == '_' || c == ':' || c == 'T' || c == 'Z';
}

static bool of_word(uint8_t c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

/* The longest host wins; names are short, so trying is cheap. */
static bool match(const char *pattern, struct fb_slice s, struct fb_slice *host)
{
	while (*pattern && *pattern != '%' && *pattern != '*') {
		if (s.n == 0 || s.p[0] != (uint8_t)*pattern)
			return false;
		pattern++;
		s = fb_slice_sub(s, 1, s.n);
	}
	if (*pattern == 0)
		return s.n == 0;
	if (*pattern == '*')
		return true;
	{
		bool (*of)(uint8_t) = pattern[1] == 'h' ? of_host : pattern[1] == 'd' ? of_time : of_word;
		size_t least = pattern[1] == 'd' ? 8 : 1, n = 0;

		/* A time begins with its year. */
		if (pattern[1] == 'd' && !fb_slice_starts(s, FB_LIT("20")))
			return false;
		while (n < s.n && n < 253 && of(s.p[n]))
			n++;
		for (; n >= least && n; n--) {
			if (!match(pattern + 2, fb_slice_sub(s, n, s.n), host))
				continue;
			if (pattern[1] == 'h')
				*host = fb_slice_sub(s, 0, n);
			return true;
		}
	}
	return false;
}

bool fb_layout_is_host(struct fb_slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!of_host(s.p[i]))
			return false;
	return s.n > 0 && s.n <= FB_LAYOUT_HOST_MAX;
}

/* The text behind "key": of JSON; names of hosts need no escapes. */
static struct fb_slice json_text(struct fb_slice json, const char *key)
{
	size_t n = strlen(key);

	for (size_t at = 0; at < json.n;) {
		struct fb_slice rest = fb_slice_sub(json, at, json.n);
		size_t found = fb_slice_find(rest, fb_slice_str(key));
		struct fb_slice s;

		if (found == rest.n)
			break;
		at += found + n;
		s = fb_slice_sub(rest, found + n, rest.n);
		if (found == 0 || rest.p[found - 1] != '"' || s.n == 0 || s.p[0] != '"')
			continue;
		s = fb_slice_trim(fb_slice_sub(s, 1, 1024));
		if (s.n == 0 || s.p[0] != ':')
			continue;
		s = fb_slice_trim(fb_slice_sub(s, 1, s.n));
		if (s.n == 0 || s.p[0] != '"')
			continue;
		s = fb_slice_sub(s, 1, s.n);
		return fb_slice_sub(s, 0, fb_slice_find(s, FB_LIT("\"")));
	}
	return FB_LIT("");
}

bool fb_layout_told(struct fb_slice name, struct fb_slice head, struct fb_buf *host)
{
	for (size_t i = 0; i < sizeof tellers / sizeof *tellers; i++) {
		struct fb_slice text;

		if (!fb_layout_glob(fb_slice_str(tellers[i].glob), name))
			continue;
		text = json_text(head, tellers[i].key);
		if (fb_layout_is_host(text)) {
			(void)fb_buf_slice(host, text);
			return true;
		}
	}
	return false;
}

bool fb_layout_host(const char *collector, struct fb_slice root, struct fb_buf *host)
{
	struct fb_slice found = { 0 };
	struct parts p;

	if (!split(root, &p))
		return false;
	/* The archive or folder itself, or one around it. */
	for (size_t i = p.n; i-- > 0 && p.n - i <= 3;)
		for (size_t k = 0; k < sizeof names / sizeof *names; k++)
			if (collector && strcmp(collector, names[k].collector) == 0 &&
			    match(names[k].pattern, p.v[i], &found)) {
				(void)fb_buf_slice(host, found);
				return true;
			}
	return false;
}
