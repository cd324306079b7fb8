#include "show/export_sco.h"

#include "base/uuid.h"

#include <stdio.h>

/* The specification's namespace for identifiers of observables. */
#define SCO_SPACE "00abedb4-aa42-466c-9c01-fed23315a9b7"

static const char *const names[] = {
	[FB_SCO_NONE] = "",
	[FB_SCO_IPV4] = "ipv4-addr",
	[FB_SCO_IPV6] = "ipv6-addr",
	[FB_SCO_DOMAIN] = "domain-name",
	[FB_SCO_URL] = "url",
	[FB_SCO_ACCOUNT] = "user-account",
	[FB_SCO_DIRECTORY] = "directory",
	[FB_SCO_FILE] = "file",
	[FB_SCO_HASH] = "file",
};

/* A string of canonical JSON (RFC 8785): nothing is escaped that need not be, so this
 * is not base/json.h's. The text is valid UTF-8. */
static void canonical(struct fb_buf *out, struct fb_slice s)
{
	static const char shorts[] = "btn\0fr";

	(void)fb_buf_putc(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = s.p[i];

		if (c == '"' || c == '\\')
			(void)fb_buf_printf(out, "\\%c", c);
		else if (c >= 8 && c <= 13 && shorts[c - 8])
			(void)fb_buf_printf(out, "\\%c", shorts[c - 8]);
		else if (c < 0x20)
			(void)fb_buf_printf(out, "\\u%04x", c);
		else
			(void)fb_buf_putc(out, c);
	}
	(void)fb_buf_putc(out, '"');
}

static int make_id(struct fb_sco *o, struct fb_buf *content)
{
	char uuid[FB_UUID_TEXT];
	int r = fb_buf_code(content);

	if (!r && !fb_uuid5(SCO_SPACE, fb_buf_view(content), uuid))
		r = FB_ENOMEM;
	if (!r)
		(void)snprintf(o->id, sizeof o->id, "%s--%s", names[o->kind], uuid);
	fb_buf_dispose(content);
	return r;
}

/* The identifier of an object that has one property which counts. */
static int one_property(struct fb_sco *o, const char *key)
{
	struct fb_buf b;

	fb_buf_init(&b, 1u << 16);
	(void)fb_buf_printf(&b, "{\"%s\":", key);
	canonical(&b, o->value);
	(void)fb_buf_putc(&b, '}');
	return make_id(o, &b);
}

int fb_sco_directory(struct fb_sco *o, struct fb_slice path)
{
	*o = (struct fb_sco){ .kind = FB_SCO_DIRECTORY, .value = path };
	return one_property(o, "path");
}

static int file(struct fb_sco *o, struct fb_slice path)
{
	struct fb_slice name = fb_export_basename(path);
	struct fb_sco dir;
	struct fb_buf b;
	int r;

	if (name.n == 0 || fb_slice_trim(name).n == 0)
		return 0;
	*o = (struct fb_sco){ .kind = FB_SCO_FILE, .value = name };
	if (name.n == path.n)
		return one_property(o, "name");
	/* Without the last separator, unless it is all there is ("C:\", "/"). */
	o->directory = fb_slice_sub(path, 0, path.n - name.n);
	if (o->directory.n > 1 && o->directory.p[o->directory.n - 2] != ':')
		o->directory.n--;
	if ((r = fb_sco_directory(&dir, o->directory)))
		return r;
	memcpy(o->directory_id, dir.id, sizeof dir.id);
	fb_buf_init(&b, 1u << 16);
	(void)fb_buf_puts(&b, "{\"name\":");
	canonical(&b, name);
	(void)fb_buf_printf(&b, ",\"parent_directory_ref\":\"%s\"}", o->directory_id);
	return make_id(o, &b);
}

static bool all_hex(struct fb_slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = s.p[i] | 0x20;

		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f'))
			return false;
	}
	return s.n != 0;
}

/* "SHA256=…" or the digits alone. Others (IMPHASH) are hashes of something else. */
static int file_hash(struct fb_sco *o, struct fb_slice v)
{
	static const struct { struct fb_slice word; const char *name; size_t n; } known[] = {
		{ FB_LIT("MD5"), "MD5", 32 },
		{ FB_LIT("SHA1"), "SHA-1", 40 },
		{ FB_LIT("SHA256"), "SHA-256", 64 },
	};
	size_t eq = fb_slice_find(v, FB_LIT("="));
	struct fb_slice word = eq < v.n ? fb_slice_sub(v, 0, eq) : fb_slice(v.p, 0);
	struct fb_slice hex = eq < v.n ? fb_slice_sub(v, eq + 1, v.n) : v;

	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		struct fb_buf b;

		if (hex.n != known[i].n || !all_hex(hex) ||
		    (word.n && !fb_slice_ieq(word, known[i].word)))
			continue;
		*o = (struct fb_sco){ .kind = FB_SCO_HASH, .value = hex,
				      .algorithm = known[i].name };
		fb_buf_init(&b, 4096);
		(void)fb_buf_printf(&b, "{\"hashes\":{\"%s\":\"", known[i].name);
		for (size_t k = 0; k < hex.n; k++)
			(void)fb_buf_putc(&b, hex.p[k] >= 'A' && hex.p[k] <= 'F' ? hex.p[k] | 0x20
										: hex.p[k]);
		(void)fb_buf_puts(&b, "\"}}");
		return make_id(o, &b);
	}
	return 0;
}

/* A name of the DNS as hosts have them, with a dot in it. */
static bool is_domain(struct fb_slice s)
{
	size_t label = 0;
	bool dot = false;

	if (s.n == 0 || s.n > 253)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = s.p[i];

		if (c == '.') {
			if (label == 0 || label > 63 || s.p[i - 1] == '-')
				return false;
			dot = true;
			label = 0;
		} else if ((c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
			   (c == '-' && label)) {
			label++;
		} else {
			return false;
		}
	}
	return dot && label && label <= 63 && s.p[s.n - 1] != '-';
}

/* Whole, with a scheme and a host: the path of a request is none. */
static bool is_url(struct fb_slice s)
{
	size_t at = fb_slice_find(s, FB_LIT("://"));

	if (at == s.n || at == 0 || at + 4 > s.n || s.p[at + 3] == '/')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = s.p[i];

		if (i < at ? !((c | 0x20) >= 'a' && (c | 0x20) <= 'z')
			   : c <= ' ' || c >= 0x7F || strchr("\"<>\\^`{|}", c) != NULL)
			return false;
	}
	return true;
}

int fb_sco_of(struct fb_sco *o, const char *type, struct fb_slice value)
{
	*o = (struct fb_sco){ .kind = FB_SCO_NONE, .value = value };
	if (strcmp(type, "address") == 0) {
		o->kind = memchr(value.p, ':', value.n) ? FB_SCO_IPV6 : FB_SCO_IPV4;
		return one_property(o, "value");
	}
	if (strcmp(type, "domain") == 0 || strcmp(type, "host") == 0) {
		o->kind = is_domain(value) ? FB_SCO_DOMAIN : FB_SCO_NONE;
		return o->kind ? one_property(o, "value") : 0;
	}
	if (strcmp(type, "url") == 0) {
		o->kind = is_url(value) ? FB_SCO_URL : FB_SCO_NONE;
		return o->kind ? one_property(o, "value") : 0;
	}
	if (strcmp(type, "account") == 0) {
		o->kind = FB_SCO_ACCOUNT;
		return one_property(o, "account_login");
	}
	if (strcmp(type, "process") == 0 || strcmp(type, "file") == 0)
		return file(o, value);
	if (strcmp(type, "hash") == 0)
		return file_hash(o, value);
	return 0;
}

static void hashes(struct fb_json *j, const struct fb_sco *o)
{
	uint8_t lower[64];

	for (size_t i = 0; i < o->value.n && i < sizeof lower; i++)
		lower[i] = o->value.p[i] >= 'A' && o->value.p[i] <= 'F' ? o->value.p[i] | 0x20
									: o->value.p[i];
	fb_json_key(j, "hashes");
	fb_json_object(j);
	fb_export_slice(j, o->algorithm, fb_slice(lower, o->value.n));
	fb_json_object_end(j);
}

void fb_sco_write(struct fb_json *j, const struct fb_sco *o, const char *marking)
{
	fb_json_object(j);
	fb_export_text(j, "type", names[o->kind]);
	fb_export_text(j, "spec_version", "2.1");
	fb_export_text(j, "id", o->id);
	if (marking) {
		fb_json_key(j, "object_marking_refs");
		fb_json_array(j);
		fb_json_cstr(j, marking);
		fb_json_array_end(j);
	}
	switch (o->kind) {
	case FB_SCO_ACCOUNT:
		fb_export_slice(j, "account_login", o->value);
		break;
	case FB_SCO_DIRECTORY:
		fb_export_slice(j, "path", o->value);
		break;
	case FB_SCO_FILE:
		fb_export_slice(j, "name", o->value);
		fb_export_text(j, "parent_directory_ref", o->directory_id);
		break;
	case FB_SCO_HASH:
		hashes(j, o);
		break;
	default:
		fb_export_slice(j, "value", o->value);
		break;
	}
	fb_json_object_end(j);
}
