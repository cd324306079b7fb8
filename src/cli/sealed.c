#include "cli/sealed.h"

#include "show/export.h"
#include "show/text.h"

#include <stdarg.h>
#include <stdio.h>

#define HEAD "firebreak bundle 1\n"
#define SHEET_LOOKED 65536u /* the line stands near its beginning */

int fb_seal_text(struct fb_buf *out, const struct fb_seal *s, bool whole)
{
	char hex[2 * FB_SIGNATURE + 1], time[FB_TIME_TEXT];

	(void)fb_buf_printf(out, HEAD "program %s\nsigner %s\ntime %s\ntlp %s\n", s->program, s->signer,
			    fb_time_text(s->time, 0, time), s->tlp);
	fb_hex(s->manifest, FB_SHA256, hex);
	(void)fb_buf_printf(out, "manifest %s\n", hex);
	fb_hex(s->public, FB_PUBLIC_KEY, hex);
	(void)fb_buf_printf(out, "key %s\n", hex);
	if (whole) {
		fb_hex(s->signature, FB_SIGNATURE, hex);
		(void)fb_buf_printf(out, "signature %s\n", hex);
	}
	return fb_buf_code(out);
}

/* ---- reading ---- */

static bool line(struct fb_slice *rest, const char *key, struct fb_slice *value)
{
	size_t end = fb_slice_find(*rest, FB_LIT("\n")), n = strlen(key);
	struct fb_slice l = fb_slice_sub(*rest, 0, end);

	if (end == rest->n || !fb_slice_starts(l, fb_slice_str(key)) || l.n <= n || l.p[n] != ' ')
		return false;
	*value = fb_slice_sub(l, n + 1, l.n);
	*rest = fb_slice_sub(*rest, end + 1, rest->n);
	return true;
}

static bool text(struct fb_slice *rest, const char *key, char *out, size_t room)
{
	struct fb_slice v;

	if (!line(rest, key, &v) || v.n == 0 || v.n >= room || memchr(v.p, 0, v.n))
		return false;
	memcpy(out, v.p, v.n);
	out[v.n] = 0;
	return true;
}

static bool is_marking(const char *word)
{
	if (strcmp(word, "-") == 0)
		return true;
	for (const char *const *w = fb_export_tlp; *w; w++)
		if (strcmp(*w, word) == 0)
			return true;
	return false;
}

bool fb_seal_parse(struct fb_slice file, struct fb_seal *out)
{
	struct fb_slice rest = file, v;
	struct fb_buf again;
	bool same;

	*out = (struct fb_seal){ 0 };
	if (!fb_slice_starts(rest, FB_LIT(HEAD)))
		return false;
	rest = fb_slice_sub(rest, sizeof HEAD - 1, rest.n);
	if (!text(&rest, "program", out->program, sizeof out->program) ||
	    !text(&rest, "signer", out->signer, sizeof out->signer) ||
	    !line(&rest, "time", &v) || !fb_time_parse(v, &out->time, NULL) ||
	    !text(&rest, "tlp", out->tlp, sizeof out->tlp) || !is_marking(out->tlp) ||
	    !line(&rest, "manifest", &v) || !fb_unhex(v, out->manifest, FB_SHA256) ||
	    !line(&rest, "key", &v) || !fb_unhex(v, out->public, FB_PUBLIC_KEY) ||
	    !line(&rest, "signature", &v) || !fb_unhex(v, out->signature, FB_SIGNATURE) || rest.n ||
	    fb_signer_check(out->signer, NULL))
		return false;
	/* Upper-case digits, another spelling of the time: one form only. */
	fb_buf_init(&again, FB_SIGNATURE_FILE);
	same = fb_seal_text(&again, out, true) == 0 && fb_slice_eq(fb_buf_view(&again), file);
	fb_buf_dispose(&again);
	return same;
}

/* ---- checking ---- */

__attribute__((format(printf, 3, 4)))
static void set(struct fb_sealed *o, enum fb_signed_state state, const char *fmt, ...)
{
	va_list ap;

	o->there = true;
	o->state = state;
	va_start(ap, fmt);
	(void)vsnprintf(o->why, sizeof o->why, fmt, ap);
	va_end(ap);
}

static const struct fb_bundle_member *member_of(const struct fb_bundle *b, const char *name)
{
	for (size_t i = 0; i < b->n; i++)
		if (strcmp(b->v[i].name, name) == 0 && b->v[i].state != FB_BUNDLE_MISSING)
			return &b->v[i];
	return NULL;
}

static int check_text(const struct fb_bundle *b, const struct fb_signed *trust, struct fb_slice file,
		      struct fb_sealed *out, struct fb_err *err)
{
	const struct fb_bundle_member *manifest = member_of(b, FB_BUNDLE_MANIFEST);
	struct fb_buf signed_text;
	bool good = false;
	int r;

	if (!fb_seal_parse(file, &out->s)) {
		set(out, FB_SIGNED_DAMAGED, "its text is not that of a signature");
		return 0;
	}
	fb_key_fingerprint(out->s.public, out->print);
	fb_buf_init(&signed_text, FB_SIGNATURE_FILE);
	r = fb_seal_text(&signed_text, &out->s, false);
	r = r ? fb_fail(err, r, "%s", fb_code_text(r))
	      : fb_sign_check(out->s.public, fb_buf_view(&signed_text), out->s.signature, &good, err);
	fb_buf_dispose(&signed_text);
	if (r)
		return r;
	if (!good) {
		set(out, FB_SIGNED_DAMAGED, "its text or its signature was changed");
		return 0;
	}
	out->whole = true;
	for (size_t i = 0; i < trust->ntrust; i++)
		out->known |= strcmp(trust->trust[i], out->print) == 0;
	if (!manifest || memcmp(manifest->got, out->s.manifest, FB_SHA256) != 0)
		set(out, FB_SIGNED_UNFIT, "the manifest is not the one that was signed");
	else if (out->known)
		set(out, FB_SIGNED_GOOD, "%s", "");
	else
		set(out, FB_SIGNED_UNKNOWN, "%s", trust->ntrust
		    ? "fits, but by a key that --trust does not name"
		    : "fits; --trust says whose key is known");
	return 0;
}

/* The sheet says that there was one. */
static int check_gone(const struct fb_bundle *b, struct fb_sealed *out, struct fb_err *err)
{
	struct fb_buf sheet;
	int r;

	fb_buf_init(&sheet, SHEET_LOOKED + 16);
	r = fb_bundle_bytes(b, "sheet.txt", SHEET_LOOKED, &sheet, err);
	if (r == 0 && fb_slice_find(fb_buf_view(&sheet), FB_LIT("\n" FB_SEAL_SAID)) < sheet.n)
		set(out, FB_SIGNED_MISSING, "the sheet tells of it, and it is gone");
	fb_buf_dispose(&sheet);
	return r == FB_ENOTFOUND ? 0 : r;
}

int fb_sealed_check(const struct fb_bundle *b, const struct fb_signed *trust,
		    struct fb_sealed *out, struct fb_err *err)
{
	struct fb_buf file;
	int r;

	*out = (struct fb_sealed){ 0 };
	fb_buf_init(&file, FB_SIGNATURE_FILE + 16);
	r = fb_bundle_bytes(b, FB_BUNDLE_SEAL, FB_SIGNATURE_FILE, &file, err);
	if (r == FB_ENOTFOUND)
		r = check_gone(b, out, err);
	else if (r == 0)
		r = check_text(b, trust, fb_buf_view(&file), out, err);
	fb_buf_dispose(&file);
	return r;
}

bool fb_sealed_well(const struct fb_sealed *s, const struct fb_signed *trust)
{
	return !s->there || s->state == FB_SIGNED_GOOD ||
	       (s->state == FB_SIGNED_UNKNOWN && trust->ntrust == 0);
}

/* ---- shown ---- */

void fb_sealed_put(struct fb_buf *out, const struct fb_sealed *s)
{
	char time[FB_TIME_TEXT];

	if (!s->there) {
		(void)fb_buf_puts(out, "Manifest: not signed\n");
		return;
	}
	(void)fb_buf_printf(out, "Signature of the manifest: %s", fb_signed_word(s->state));
	if (s->print[0]) {
		(void)fb_buf_puts(out, ", by ");
		(void)fb_text_term(out, fb_slice_str(s->s.signer));
		(void)fb_buf_printf(out, ", %s, key %s", fb_time_text(s->s.time, 0, time), s->print);
		if (s->s.tlp[0] != '-')
			(void)fb_buf_printf(out, ", tlp:%s", s->s.tlp);
	}
	if (s->why[0])
		(void)fb_buf_printf(out, "\n  (%s)", s->why);
	(void)fb_buf_putc(out, '\n');
}

void fb_sealed_json(struct fb_json *j, const struct fb_sealed *s)
{
	bool read = s->print[0] != 0;

	if (!s->there) {
		fb_json_null(j);
		return;
	}
	fb_json_object(j);
	fb_json_key(j, "result");
	fb_json_cstr(j, fb_signed_word(s->state));
	fb_json_key(j, "why");
	fb_json_cstr(j, s->why[0] ? s->why : NULL);
	fb_json_key(j, "signer");
	fb_json_cstr(j, read ? s->s.signer : NULL);
	fb_json_key(j, "time");
	fb_json_time(j, read ? s->s.time : FB_TIME_NONE, 0);
	fb_json_key(j, "key");
	fb_json_cstr(j, read ? s->print : NULL);
	fb_json_key(j, "trusted");
	fb_json_bool(j, s->known);
	fb_json_key(j, "tlp");
	fb_json_cstr(j, read && s->s.tlp[0] != '-' ? s->s.tlp : NULL);
	fb_json_object_end(j);
}
