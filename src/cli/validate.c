/* A self-test on known data, and the sheet of versions and limits to attach to a report. */
#include "cli/cmd.h"

#include "base/build.h"
#include "base/io.h"
#include "base/json.h"
#include "base/sign.h"
#include "cli/confined.h"
#include "cli/packs.h"
#include "cli/validated.h"
#include "detect/libraries.h"
#include "engine/engine.h"
#include "intake/unpack.h"
#include "show/text.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>
#include <unistd.h>

#define TEXTS ((size_t)4 << 20)
#define PIECE (64u << 10)

static const struct fb_opt own[] = {
	{ "json", 0, FB_OPT_FLAG, NULL, "write one JSON document", false },
	{ "output", 'o', FB_OPT_FILE, "FILE", "write the sheet to FILE, whole or not at all", false },
	{ 0 },
};
static const struct fb_opt *const opts[] = { own, fb_opts_common, NULL };

struct sheet {
	struct fb_validated t;
	char made[FB_TIME_TEXT];
	char build[2 * FB_SHA256 + 1], executable[2 * FB_SHA256 + 1], system[512];
	char rules[2 * FB_SHA256 + 1], *rules_path;
	uint32_t nrules;
	struct fb_buf libraries;
	char locks[256];
};

void fb_validated_add(struct fb_validated *t, const char *group, const char *what,
		      const char *expected, const char *got)
{
	size_t i = t->n < FB_VALIDATE_TESTS - 1 ? t->n++ : FB_VALIDATE_TESTS - 1;
	const char *e = fb_arena_str(&t->arena, expected), *g = fb_arena_str(&t->arena, got);
	const char *w = fb_arena_str(&t->arena, what);

	t->v[i].group = group;
	t->v[i].what = w ? w : "out of memory";
	t->v[i].expected = e ? e : "";
	t->v[i].got = g ? g : "out of memory";
	t->v[i].ok = w && e && g && strcmp(e, g) == 0;
	t->failed += !t->v[i].ok;
}

void fb_validated_holds(struct fb_validated *t, const char *group, const char *what, bool holds,
			const char *got)
{
	fb_validated_add(t, group, what, "holds", holds ? "holds" : got);
}

/* ---- hashing and signatures: published examples ---- */

static void hash_of(struct fb_validated *t, const char *what, const char *text, size_t times,
		    const char *sha256, const char *sums)
{
	struct fb_sha256 *h = fb_sha256_new();
	struct fb_hashes *more = fb_hashes_new(FB_HASH_MD5 | FB_HASH_SHA1);
	char hex[2 * FB_SHA256 + 1] = "", both[160] = "", md5[2 * FB_MD5 + 1], sha1[2 * FB_SHA1 + 1];
	uint8_t sum[FB_SHA256];
	struct fb_hash_sums got;

	for (size_t i = 0; h && more && i < times; i++) {
		fb_sha256_add(h, fb_slice_str(text));
		fb_hashes_add(more, fb_slice_str(text));
	}
	if (h && more) {
		fb_sha256_end(h, sum);
		fb_hex(sum, sizeof sum, hex);
		fb_hashes_end(more, &got);
		fb_hex(got.md5, sizeof got.md5, md5);
		fb_hex(got.sha1, sizeof got.sha1, sha1);
		(void)snprintf(both, sizeof both, "%s %s", md5, sha1);
	}
	fb_sha256_free(h);
	fb_hashes_free(more);
	fb_validated_add(t, "hashing", what, sha256, hex[0] ? hex : "not there");
	fb_validated_add(t, "hashing", "the same, MD5 and SHA-1", sums, both[0] ? both : "not there");
}

static void hashing(struct fb_validated *t)
{
	hash_of(t, "SHA-256 of \"abc\" (FIPS 180-4)", "abc", 1,
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
		"900150983cd24fb0d6963f7d28e17f72 a9993e364706816aba3e25717850c26c9cd0d89d");
	hash_of(t, "SHA-256 of a million \"a\" (FIPS 180-4)", "aaaaaaaaaa", 100000,
		"cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
		"7707d6ae4e027c70eea2a935c2296f21 34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

/* RFC 8032, 7.1, test 2. */
static void signatures(struct fb_validated *t)
{
	static const char seed[] = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
	static const char public[] = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
	static const char signature[] =
		"92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
		"085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";
	struct fb_key key = { 0 };
	uint8_t made[FB_SIGNATURE] = { 0 };
	char hex[2 * FB_SIGNATURE + 1];
	struct fb_err err = { 0 };
	bool good = false, bad = true;

	(void)fb_unhex(fb_slice_str(seed), key.seed, sizeof key.seed);
	(void)fb_unhex(fb_slice_str(public), key.public, sizeof key.public);
	if (fb_sign(&key, FB_LIT("\x72"), made, &err)) {
		fb_validated_add(t, "signatures", "Ed25519 (RFC 8032, test 2)", signature, err.text);
		return;
	}
	fb_hex(made, sizeof made, hex);
	fb_validated_add(t, "signatures", "Ed25519 (RFC 8032, test 2)", signature, hex);
	(void)fb_sign_check(key.public, FB_LIT("\x72"), made, &good, &err);
	(void)fb_sign_check(key.public, FB_LIT("\x73"), made, &bad, &err);
	fb_validated_holds(t, "signatures", "it is good for its text", good, "it is not");
	fb_validated_holds(t, "signatures", "and for no other", !bad, "it is good for another");
	fb_key_forget(&key);
}

/* ---- the program around it ---- */

static void confinement(struct sheet *s)
{
	struct fb_confinement found = { 0 };
	struct fb_err err = { 0 };
	struct fb_buf locks;
	int r = fb_engine_prove(&found, &err);

	fb_buf_init(&locks, sizeof s->locks);
	fb_confinement_text(&locks, &found);
	(void)snprintf(s->locks, sizeof s->locks, "%s", fb_buf_cstr(&locks));
	fb_buf_dispose(&locks);
	fb_validated_holds(&s->t, "confinement", "the locks hold", !r && found.proved,
			   r ? err.text : "they do not");
	for (unsigned i = 0; i < found.nprobes; i++) {
		char what[160];

		(void)snprintf(what, sizeof what, "a worker that tries to %s is stopped", found.probe[i].what);
		fb_validated_holds(&s->t, "confinement", what, found.probe[i].stopped, "it is not");
	}
}

static void own_rules(struct sheet *s)
{
	struct fb_packs_want want = { .own = true };
	struct fb_packs packs = { 0 };
	struct fb_err err = { 0 };
	char got[64];
	int r = fb_packs_load(&packs, NULL, 0, &want, &err);

	if (r) {
		fb_validated_add(&s->t, "rules", "the rules that ship with the program", "all can be used",
				 err.text);
		return;
	}
	s->nrules = packs.set->nrules;
	fb_hex(packs.set->hash, FB_SHA256, s->rules);
	s->rules_path = strdup(packs.own ? packs.own : "");
	(void)snprintf(got, sizeof got, "%" PRIu32 " cannot be used", fb_packs_errors(&packs));
	fb_validated_add(&s->t, "rules", "the rules that ship with the program", "all can be used",
			 fb_packs_errors(&packs) || s->nrules == 0 ? got : "all can be used");
	fb_packs_dispose(&packs);
}

static void hash_executable(char out[static 2 * FB_SHA256 + 1])
{
	struct fb_sha256 *h = fb_sha256_new();
	uint8_t *piece = malloc(PIECE), sum[FB_SHA256];
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	ssize_t n = -1;

	while (h && piece && fd >= 0 && ((n = read(fd, piece, PIECE)) > 0 || (n < 0 && errno == EINTR)))
		if (n > 0)
			fb_sha256_add(h, fb_slice(piece, (size_t)n));
	if (n == 0) {
		fb_sha256_end(h, sum);
		fb_hex(sum, sizeof sum, out);
	} else {
		(void)snprintf(out, 2 * FB_SHA256 + 1, "unknown");
	}
	if (fd >= 0)
		close(fd);
	free(piece);
	fb_sha256_free(h);
}

static void versions(struct sheet *s)
{
	struct fb_slice id = fb_build_id();
	char seccomp[32];
	struct utsname u;

	(void)fb_time_text(fb_time_now(), 0, s->made);
	if (id.n && id.n <= FB_SHA256)
		fb_hex(id.p, id.n, s->build);
	else
		(void)snprintf(s->build, sizeof s->build, "unknown");
	hash_executable(s->executable);
	if (uname(&u) == 0)
		(void)snprintf(s->system, sizeof s->system, "%s %s %s", u.sysname, u.release, u.machine);
	(void)fb_buf_printf(&s->libraries, "%s\n", fb_hash_library());
	fb_case_libraries(&s->libraries);
	(void)fb_buf_printf(&s->libraries, "%s\n", fb_unpack_library());
	fb_detect_libraries(&s->libraries);
	fb_engine_library(seccomp, sizeof seccomp);
	(void)fb_buf_printf(&s->libraries, "libseccomp %s\n", seccomp);
}

/* ---- limits ---- */

#define LIMIT(name, says) { #name, name, says }
static const struct { const char *name; unsigned long long value; const char *says; } limits[] = {
	LIMIT(FB_LINE_MAX, "bytes of a line of a log; a longer one is rejected"),
	LIMIT(FB_FIELDS_MAX, "fields of one event"),
	LIMIT(FB_VALUE_MAX, "bytes of one value that rules see; it is cut, and the event flagged"),
	LIMIT(FB_HITS_MAX, "rules that match one event; further ones are counted as lost"),
	LIMIT(FB_UNIT_DETECTIONS_MAX, "detections of one unit of evidence; further ones are counted as lost"),
	LIMIT(FB_ORIGINALS_PER_SOURCE, "original records kept of a rule and a source; others are read again"),
	LIMIT(FB_ORIGINAL_MAX, "bytes of an original record that is kept; it is cut"),
	LIMIT(FB_ENTITIES_MAX, "entities of one detection"),
	LIMIT(FB_RULES_MAX, "rules of one run"),
	LIMIT(FB_REGEX_MATCH_LIMIT, "steps of a regular expression on one value; beyond it the rule is counted as lost"),
	LIMIT(FB_ARCHIVE_DEPTH, "archives within one another"),
	LIMIT(FB_MEMBERS_MAX, "members of one file of evidence, at all depths"),
	LIMIT(FB_WORKER_MEMORY, "bytes of memory of a process that reads evidence"),
	LIMIT(FB_UNIT_CPU_SECONDS, "seconds of processor time for one unit; then it is given up in pieces"),
	LIMIT(FB_YARA_FILE_MAX, "bytes of a file that YARA rules look at"),
	LIMIT(FB_REPORT_DETECTIONS, "detections that the report carries; all are in the case"),
};

static const char *const cannot[] = {
	"It finds what rules recognise, and nothing else. No detection does not mean that nothing happened.",
	"What is not a log in one of the formats that are decoded (README) is hashed, looked at by rules for files, and listed as not decoded.",
	"What each source could not tell is said by `firebreak sources CASE --problems` and `firebreak rules list CASE`.",
	"The README of this version says what else it cannot do.",
};

/* ---- the sheet ---- */

static void put_test(struct fb_buf *out, const struct fb_validated *t, size_t i)
{
	(void)fb_buf_printf(out, "  %-7s ", t->v[i].ok ? "ok" : "FAILED");
	(void)fb_text_term(out, fb_slice_str(t->v[i].what));
	(void)fb_buf_puts(out, strcmp(t->v[i].expected, "holds") == 0 && t->v[i].ok ? "\n" : ":\n");
	if (strcmp(t->v[i].expected, "holds") != 0) {
		(void)fb_buf_puts(out, "            expected  ");
		(void)fb_text_term(out, fb_slice_str(t->v[i].expected));
		(void)fb_buf_putc(out, '\n');
	}
	if (!t->v[i].ok) {
		(void)fb_buf_puts(out, "            got       ");
		(void)fb_text_term(out, fb_slice_str(t->v[i].got));
		(void)fb_buf_putc(out, '\n');
	}
}

/* Each group once, in the order in which they came. */
static void put_tests(struct fb_buf *out, const struct fb_validated *t)
{
	for (size_t i = 0; i < t->n; i++) {
		bool said = false;

		for (size_t k = 0; k < i && !said; k++)
			said = strcmp(t->v[k].group, t->v[i].group) == 0;
		if (said)
			continue;
		(void)fb_buf_printf(out, "\n%s\n", t->v[i].group);
		for (size_t k = i; k < t->n; k++)
			if (strcmp(t->v[k].group, t->v[i].group) == 0)
				put_test(out, t, k);
	}
}

static void put_libraries(struct fb_buf *out, struct fb_slice list)
{
	while (list.n) {
		size_t n = fb_slice_find(list, FB_LIT("\n"));

		(void)fb_buf_puts(out, "  ");
		(void)fb_text_term(out, fb_slice_sub(list, 0, n));
		(void)fb_buf_putc(out, '\n');
		list = fb_slice_sub(list, n + 1, list.n);
	}
}

static void put_text(struct fb_cli *cli, const struct sheet *s)
{
	struct fb_buf *out = &cli->out.buf;

	(void)fb_buf_printf(out, "FIREBREAK VALIDATION SHEET\n\nMade: %s\nProgram: Firebreak " FB_VERSION
			    ", build %s\nExecutable: sha256:%s\nSystem: %s\nConfinement: %s\n",
			    s->made, s->build, s->executable, s->system, s->locks);
	if (s->rules_path) {
		(void)fb_buf_printf(out, "Rules: %" PRIu32 " of the program's own, sha256:%s, ", s->nrules, s->rules);
		(void)fb_text_term(out, fb_slice_str(s->rules_path));
		(void)fb_buf_putc(out, '\n');
	}
	(void)fb_buf_puts(out, "Libraries:\n");
	put_libraries(out, fb_buf_view(&s->libraries));
	(void)fb_buf_puts(out, "\nTESTS (known data and published examples, carried by the program)\n");
	put_tests(out, &s->t);
	(void)fb_buf_puts(out, "\nKNOWN LIMITS (what is reached is always said: src/base/limits.h has all, with reasons)\n\n");
	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
		(void)fb_buf_printf(out, "  %12llu  %s (%s)\n", limits[i].value, limits[i].says, limits[i].name);
	(void)fb_buf_putc(out, '\n');
	for (size_t i = 0; i < sizeof cannot / sizeof *cannot; i++)
		(void)fb_buf_printf(out, "  %s\n", cannot[i]);
	if (s->t.failed)
		(void)fb_buf_printf(out, "\nRESULT: %zu of %zu tests FAILED. Do not rely on this program on this machine.\n",
				    s->t.failed, s->t.n);
	else
		(void)fb_buf_printf(out, "\nRESULT: all %zu tests passed.\n", s->t.n);
}

static void key_cstr(struct fb_json *j, const char *key, const char *value)
{
	fb_json_key(j, key);
	fb_json_cstr(j, value);
}

static void key_u64(struct fb_json *j, const char *key, uint64_t value)
{
	fb_json_key(j, key);
	fb_json_u64(j, value);
}

static void json_lists(struct fb_json *j, const struct sheet *s)
{
	struct fb_slice list = fb_buf_view(&s->libraries);

	fb_json_key(j, "libraries");
	fb_json_array(j);
	while (list.n) {
		size_t n = fb_slice_find(list, FB_LIT("\n"));

		fb_json_str(j, fb_slice_sub(list, 0, n));
		list = fb_slice_sub(list, n + 1, list.n);
	}
	fb_json_array_end(j);
	fb_json_key(j, "tests");
	fb_json_array(j);
	for (size_t i = 0; i < s->t.n; i++) {
		fb_json_object(j);
		key_cstr(j, "group", s->t.v[i].group);
		key_cstr(j, "what", s->t.v[i].what);
		key_cstr(j, "expected", s->t.v[i].expected);
		key_cstr(j, "got", s->t.v[i].got);
		fb_json_key(j, "ok");
		fb_json_bool(j, s->t.v[i].ok);
		fb_json_object_end(j);
	}
	fb_json_array_end(j);
	fb_json_key(j, "limits");
	fb_json_array(j);
	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
		fb_json_object(j);
		key_cstr(j, "name", limits[i].name);
		key_u64(j, "value", limits[i].value);
		key_cstr(j, "says", limits[i].says);
		fb_json_object_end(j);
	}
	fb_json_array_end(j);
}

static void put_json(struct fb_cli *cli, const struct sheet *s)
{
	struct fb_json j;

	fb_json_init(&j, &cli->out.buf);
	fb_json_object(&j);
	key_cstr(&j, "made", s->made);
	key_cstr(&j, "version", FB_VERSION);
	key_cstr(&j, "build", s->build);
	key_cstr(&j, "executable_sha256", s->executable);
	key_cstr(&j, "system", s->system);
	key_cstr(&j, "confinement", s->locks);
	fb_json_key(&j, "rules");
	fb_json_object(&j);
	key_cstr(&j, "path", s->rules_path);
	key_u64(&j, "count", s->nrules);
	key_cstr(&j, "sha256", s->rules[0] ? s->rules : NULL);
	fb_json_object_end(&j);
	json_lists(&j, s);
	key_u64(&j, "passed", s->t.n - s->t.failed);
	key_u64(&j, "failed", s->t.failed);
	fb_json_object_end(&j);
	(void)fb_buf_putc(&cli->out.buf, '\n');
}

static int run(struct fb_cli *cli)
{
	static struct sheet s;
	int r;

	fb_arena_init(&s.t.arena, TEXTS);
	fb_buf_init(&s.libraries, 16384);
	versions(&s);
	hashing(&s.t);
	signatures(&s.t);
	confinement(&s);
	own_rules(&s);
	fb_validate_known(&s.t, cli->formats);
	r = fb_cli_out(cli);
	if (!r) {
		(fb_args_has(&cli->args, "json") ? put_json : put_text)(cli, &s);
		r = fb_cli_done(cli, fb_out_check(&cli->out));
	}
	if (s.t.failed)
		cli->status = FB_EXIT_FAILED;
	fb_buf_dispose(&s.libraries);
	fb_arena_dispose(&s.t.arena);
	free(s.rules_path);
	return r;
}

const struct fb_cmd fb_cmd_validate = {
	.name = "validate",
	.summary = "test the program on known data; a sheet to attach to a report",
	.usage = "[--json] [-o FILE]",
	.about = "Reads known data that the program carries (an archive with event logs and web logs) as\n"
		 "an investigation does, and compares what it finds with what is known to be there:\n"
		 "hashes, records, lines, rules, correlations, the custody record; changes a bit and\n"
		 "looks whether that is found out; proves the confinement. Writes a sheet with the\n"
		 "versions of program, libraries and rules, each test with what was expected, and\n"
		 "known limits. Exit status 3: a test failed.",
	.opts = opts,
	.run = run,
};
