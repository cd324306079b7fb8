#include "cli/signed.h"

#include "show/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

const struct fb_opt fb_opts_trust[] = {
	{ "trust", 0, FB_OPT_FILE, "KEY", "a public key (FILE.pub) or its fingerprint (sha256:…) whose signatures count as good", true },
	{ 0 },
};

static const char *const words[FB_SIGNED_COUNT] = {
	"good", "unknown-key", "added-to", "does-not-fit", "damaged", "missing",
};

const char *fb_signed_word(enum fb_signed_state state)
{
	return words[state];
}

/* ---- whose keys are known ---- */

static bool is_fingerprint(const char *s)
{
	uint8_t sum[FB_SHA256];

	return strncmp(s, "sha256:", 7) == 0 && fb_unhex(fb_slice_str(s + 7), sum, sizeof sum);
}

int fb_signed_trust(struct fb_signed *g, const struct fb_args *args, struct fb_err *err)
{
	uint8_t public[FB_PUBLIC_KEY], sum[FB_SHA256];
	const char *name;
	int r = 0;

	while (fb_args_nth(args, "trust", g->ntrust))
		g->ntrust++;
	g->trust = calloc(g->ntrust + 1, sizeof *g->trust);
	if (!g->trust)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	for (size_t i = 0; i < g->ntrust && !r; i++) {
		name = fb_args_nth(args, "trust", i);
		if (is_fingerprint(name)) {
			(void)fb_unhex(fb_slice_str(name + 7), sum, sizeof sum);
			memcpy(g->trust[i], "sha256:", 7);
			fb_hex(sum, sizeof sum, g->trust[i] + 7);
			continue;
		}
		r = fb_key_read_public(name, public, err);
		if (!r)
			fb_key_fingerprint(public, g->trust[i]);
	}
	return r;
}

/* ---- each by itself ---- */

__attribute__((format(printf, 3, 4)))
static void set(struct fb_signed_one *o, enum fb_signed_state state, const char *fmt, ...)
{
	va_list ap;

	o->state = state;
	va_start(ap, fmt);
	(void)vsnprintf(o->why, sizeof o->why, fmt, ap);
	va_end(ap);
}

static int check_one(struct fb_signed *g, struct fb_signed_one *o, struct fb_slice file,
		     struct fb_err *err)
{
	struct fb_buf text;
	bool good = false;
	int r;

	fb_sha256_of(file, o->sha256);
	if (!fb_signature_parse(file, &o->s)) {
		set(o, FB_SIGNED_DAMAGED, "its text is not that of a signature");
		return 0;
	}
	fb_key_fingerprint(o->s.public, o->print);
	fb_buf_init(&text, FB_SIGNATURE_FILE);
	r = fb_signature_text(&text, &o->s, false);
	if (r)
		r = fb_fail(err, r, "%s", fb_code_text(r));
	else
		r = fb_sign_check(o->s.public, fb_buf_view(&text), o->s.signature, &good, err);
	fb_buf_dispose(&text);
	if (r)
		return r;
	if (!good) {
		set(o, FB_SIGNED_DAMAGED, "its text or its signature was changed");
		return 0;
	}
	o->whole = true;
	for (size_t i = 0; i < g->ntrust; i++)
		o->known |= strcmp(g->trust[i], o->print) == 0;
	return 0;
}

int fb_signed_read(struct fb_signed *g, const char *case_dir, struct fb_err *err)
{
	unsigned *numbers;
	size_t n;
	int dir, r = fb_signature_list(case_dir, &dir, &numbers, &n, err);

	/* And room for those that are gone. */
	g->v = calloc(FB_SIGNATURES_MAX, sizeof *g->v);
	if (!r && !g->v)
		r = fb_fail(err, FB_ENOMEM, "out of memory");
	for (size_t i = 0; i < n && !r; i++) {
		struct fb_signed_one *o = &g->v[g->n++];
		struct fb_err why = { 0 };
		struct fb_buf file;
		char name[32];

		o->number = numbers[i];
		fb_buf_init(&file, FB_SIGNATURE_FILE + 2048);
		(void)snprintf(name, sizeof name, FB_SIGNATURE_NAME, o->number);
		if (fb_signature_read(dir, name, &file, &why))
			set(o, FB_SIGNED_DAMAGED, "%s", why.text);
		else
			r = check_one(g, o, fb_buf_view(&file), err);
		fb_buf_dispose(&file);
	}
	if (dir >= 0)
		close(dir);
	free(numbers);
	return r;
}

/* ---- and the custody record ---- */

static void told_of(struct fb_signed *g, unsigned number, const uint8_t *sha256)
{
	struct fb_signed_one *o = NULL;

	for (size_t i = 0; i < g->n && !o; i++)
		if (g->v[i].number == number)
			o = &g->v[i];
	if (!o && g->n < FB_SIGNATURES_MAX) {
		o = &g->v[g->n++];
		o->number = number;
		set(o, FB_SIGNED_MISSING, "the custody record tells of it, and it is gone");
	}
	if (!o)
		return;
	o->told = true;
	if (o->whole && memcmp(o->sha256, sha256, FB_SHA256) != 0) {
		o->whole = false;
		set(o, FB_SIGNED_DAMAGED, "it is not the file that the custody record tells of");
	}
}

void fb_signed_row(struct fb_signed *g, const struct fb_ledger_row *row)
{
	uint8_t sum[FB_SHA256];
	unsigned number;
	bool of_signature = strcmp(row->what, "signed") == 0;

	for (size_t i = 0; i < g->n; i++) {
		struct fb_signed_one *o = &g->v[i];

		if (!o->whole || row->n < o->s.rows)
			continue;
		if (row->n == o->s.rows) {
			o->reached = true;
			o->fits = memcmp(row->hash, o->s.head, FB_SHA256) == 0;
		} else if (strcmp(row->what, "decision") == 0) {
			o->decisions++;
		} else if (strcmp(row->what, "run-begun") == 0) {
			o->runs++;
		} else if (!of_signature) {
			o->others++;
		}
	}
	if (fb_signature_row(row, &number, sum))
		told_of(g, number, sum);
}

/* Parts that are not as signed, joined: "sources, rules". Decisions are only ever added:
 * the first of them must be what was signed, whatever came since. */
static int differing(const struct fb_signed_one *o, struct fb_case *c, const struct fb_part_sum *now,
		     struct fb_buf *out, bool *decisions, struct fb_err *err)
{
	struct fb_part_sum sum;

	*decisions = false;
	for (int i = 0; i < FB_PART_COUNT; i++) {
		int r = 0;

		if (i == FB_PART_DECISIONS)
			r = fb_case_part(c, FB_PART_DECISIONS, o->s.part[i].n, &sum, err);
		else
			sum = now[i];
		if (r)
			return r;
		if (sum.n == o->s.part[i].n && memcmp(sum.sha256, o->s.part[i].sha256, FB_SHA256) == 0)
			continue;
		*decisions |= i == FB_PART_DECISIONS;
		(void)fb_buf_printf(out, "%s%s", out->n ? ", " : "", fb_part_word((enum fb_part)i));
	}
	return 0;
}

static void put_added(struct fb_signed_one *o)
{
	struct fb_buf out;

	fb_buf_init(&out, sizeof o->why);
	if (o->runs)
		(void)fb_text_count(&out, o->runs, "run");
	if (o->runs && o->decisions)
		(void)fb_buf_puts(&out, " and ");
	if (o->decisions)
		(void)fb_text_count(&out, o->decisions, "decision");
	if (out.n == 0)
		(void)fb_text_count(&out, o->others, "row");
	set(o, FB_SIGNED_ADDED, "added to the case since: %s", fb_buf_cstr(&out));
	fb_buf_dispose(&out);
}

static int compare_one(struct fb_signed_one *o, struct fb_case *c, bool whole,
		       const struct fb_part_sum *now, struct fb_err *err)
{
	struct fb_buf parts;
	bool decisions;
	int r;

	if (!o->reached || !o->fits) {
		const char *what = o->reached ? "was written anew before" : whole ? "ends before"
				 : "is broken before";

		set(o, FB_SIGNED_UNFIT, "the custody record %s its row %llu, up to which it was signed", what,
		    (unsigned long long)o->s.rows);
		return 0;
	}
	fb_buf_init(&parts, sizeof o->why);
	r = differing(o, c, now, &parts, &decisions, err);
	if (r)
		;
	else if (!whole)
		set(o, FB_SIGNED_UNFIT, "the custody record is broken behind what was signed");
	else if (parts.n && (o->runs == 0 || decisions))
		set(o, FB_SIGNED_UNFIT, "the case was changed since, and its custody record tells of no "
		    "reason: %s", fb_buf_cstr(&parts));
	else if (o->runs || o->decisions || o->others)
		put_added(o);
	else
		o->state = o->known ? FB_SIGNED_GOOD : FB_SIGNED_UNKNOWN;
	fb_buf_dispose(&parts);
	return r;
}

int fb_signed_compare(struct fb_signed *g, struct fb_case *c, bool whole, struct fb_err *err)
{
	struct fb_part_sum now[FB_PART_COUNT];
	int r = 0;

	for (int i = 0; i < FB_PART_DECISIONS && g->n && !r; i++)
		r = fb_case_part(c, (enum fb_part)i, UINT64_MAX, &now[i], err);
	for (size_t i = 0; i < g->n && !r; i++) {
		struct fb_signed_one *o = &g->v[i];

		if (o->whole)
			r = compare_one(o, c, whole, now, err);
		g->trusted |= o->whole && o->state == FB_SIGNED_GOOD;
		g->current |= o->whole && (o->state == FB_SIGNED_GOOD || o->state == FB_SIGNED_UNKNOWN);
		if (o->whole && o->state == FB_SIGNED_UNKNOWN)
			set(o, o->state, "%s", g->ntrust ? "fits, but by a key that --trust does not name"
			    : "fits; --trust says whose key is known");
	}
	return r;
}

bool fb_signed_well(const struct fb_signed *g)
{
	if (g->n && !g->current)
		return false;
	for (size_t i = 0; i < g->n; i++) {
		enum fb_signed_state state = g->v[i].state;

		if (state == FB_SIGNED_UNFIT || state == FB_SIGNED_DAMAGED || state == FB_SIGNED_MISSING)
			return false;
		if (state == FB_SIGNED_UNKNOWN && g->ntrust)
			return false;
	}
	return g->ntrust == 0 || g->trusted || g->otherwise;
}

void fb_signed_dispose(struct fb_signed *g)
{
	free(g->v);
	free(g->trust);
	*g = (struct fb_signed){ 0 };
}

/* ---- shown ---- */

void fb_signed_put(struct fb_buf *out, const struct fb_signed *g)
{
	char time[FB_TIME_TEXT];

	for (size_t i = 0; i < g->n; i++) {
		const struct fb_signed_one *o = &g->v[i];

		(void)fb_buf_printf(out, "Signature " FB_SIGNATURE_NAME ": %s", o->number,
				    words[o->state]);
		if (o->print[0]) {
			(void)fb_buf_puts(out, ", by ");
			(void)fb_text_term(out, fb_slice_str(o->s.signer));
			(void)fb_buf_printf(out, ", %s, key %s", fb_time_text(o->s.time, 0, time), o->print);
		}
		if (o->why[0]) {
			(void)fb_buf_puts(out, "\n  (");
			(void)fb_text_term(out, fb_slice_str(o->why));
			(void)fb_buf_putc(out, ')');
		}
		(void)fb_buf_putc(out, '\n');
	}
	if (g->ntrust && !g->trusted && !g->otherwise)
		(void)fb_buf_puts(out, "No signature by a key that --trust names covers the case as it is\n");
	else if (g->n && !g->current)
		(void)fb_buf_puts(out, "No signature covers the case as it is\n");
}

static void one_json(struct fb_json *j, const struct fb_signed_one *o)
{
	char name[32];
	bool read = o->print[0] != 0;

	(void)snprintf(name, sizeof name, FB_SIGNATURE_NAME, o->number);
	fb_json_object(j);
	fb_json_key(j, "file");
	fb_json_cstr(j, name);
	fb_json_key(j, "result");
	fb_json_cstr(j, words[o->state]);
	fb_json_key(j, "why");
	fb_json_cstr(j, o->why[0] ? o->why : NULL);
	fb_json_key(j, "signer");
	fb_json_cstr(j, read ? o->s.signer : NULL);
	fb_json_key(j, "time");
	fb_json_time(j, read ? o->s.time : FB_TIME_NONE, 0);
	fb_json_key(j, "key");
	fb_json_cstr(j, read ? o->print : NULL);
	fb_json_key(j, "trusted");
	fb_json_bool(j, o->known);
	fb_json_key(j, "row");
	if (read)
		fb_json_u64(j, o->s.rows);
	else
		fb_json_null(j);
	fb_json_key(j, "in_custody_record");
	fb_json_bool(j, o->told);
	fb_json_object_end(j);
}

void fb_signed_json(struct fb_json *j, const struct fb_signed *g)
{
	fb_json_array(j);
	for (size_t i = 0; i < g->n; i++)
		one_json(j, &g->v[i]);
	fb_json_array_end(j);
}
