/* YARA rules: what a load makes of packs, and what a scan finds. The rules here look for
 * words that mean nothing. */
#include "base/io.h"
#include "check.h"
#include "detect/yara/yara.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/fb-yara-XXXXXX";

static void put(const char *name, const char *text)
{
	char path[256];
	int fd;

	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	CHECK(fd >= 0);
	CHECK_INT(fb_write_all(fd, fb_slice_str(text), NULL), 0);
	(void)close(fd);
}

static struct fb_ruleset *load(void)
{
	struct fb_yara_pack pack = { folder, "mine" };
	struct fb_ruleset *set = NULL;
	struct fb_err err = { 0 };

	CHECK_INT(fb_yara_load(&pack, 1, &set, &err), 0);
	if (!set)
		printf("%s\n", err.text);
	return set;
}

static const struct fb_rule_info *named(const struct fb_ruleset *set, const char *title)
{
	for (uint32_t i = 0; i < set->nrules; i++)
		if (strcmp(set->rules[i].title, title) == 0)
			return &set->rules[i];
	return NULL;
}

/* ---- what was found, as text ---- */

struct log {
	const struct fb_ruleset *set;
	struct fb_buf text;
	int stop;
};

static int on_hit(const struct fb_file_sink *sink, const struct fb_file_hit *h)
{
	struct log *log = sink->user;

	(void)fb_buf_printf(&log->text, "%s %llu+%llu|%.*s|%.*s;", log->set->rules[h->rule].title,
			    (unsigned long long)h->offset, (unsigned long long)h->length,
			    (int)h->summary.n, (const char *)h->summary.p, (int)h->text.n,
			    (const char *)h->text.p);
	return log->stop;
}

static int on_problem(const struct fb_file_sink *sink, const char *text)
{
	struct log *log = sink->user;

	(void)fb_buf_printf(&log->text, "problem %s;", text);
	return 0;
}

static const char *scan_as(struct log *log, struct fb_slice data, const char *path)
{
	struct fb_file_sink sink = { .hit = on_hit, .problem = on_problem, .user = log };
	struct fb_file file = { .data = data, .path = path, .format = "" };
	void *state = NULL;

	fb_buf_clear(&log->text);
	CHECK_INT(log->set->kind->open(log->set, &state), 0);
	CHECK_INT(log->set->kind->scan(state, &file, &sink), log->stop);
	log->set->kind->close(state);
	return fb_buf_cstr(&log->text);
}

/* ---- tests ---- */

static void test_meta(void)
{
	struct fb_ruleset *set;
	const struct fb_rule_info *r;

	put("a.yar",
	    "rule plain { strings: $a = \"needle-one\" condition: $a }\n"
	    "rule scored : T1505_003 attack_T1190 { meta: score = 60 description = \"says \\xff so\" "
	    "id = \"my-id\" mitre = \"T1059.001, T1190; xT1234567\" condition: filesize == 3 }\n"
	    "rule worst { meta: score = 300 condition: false }\n"
	    "rule least { meta: score = -5 condition: false }\n"
	    "rule worded { meta: severity = \"Low\" condition: false }\n"
	    "private rule hidden { condition: true }\n");
	set = load();
	CHECK_INT(set->nrules, 5);
	CHECK_INT(set->nproblems, 0);
	CHECK_INT(set->nfiles, 1);
	CHECK(!named(set, "hidden"));
	r = named(set, "scored");
	CHECK(r && r->level == FB_LEVEL_MEDIUM);
	CHECK_STR(r ? r->id : "", "my-id");
	CHECK_STR(r ? r->techniques : "", "T1059.001 T1190 T1505.003");
	CHECK_STR(r ? r->description : "", "says \xEF\xBF\xBD so");
	CHECK_STR(r ? r->pack : "", "mine");
	r = named(set, "plain");
	CHECK(r && r->level == FB_LEVEL_HIGH && strlen(r->id) == 32);
	r = named(set, "worst");
	CHECK(r && r->level == FB_LEVEL_CRITICAL);
	r = named(set, "least");
	CHECK(r && r->level == FB_LEVEL_INFORMATIONAL);
	r = named(set, "worded");
	CHECK(r && r->level == FB_LEVEL_LOW);
	for (uint32_t i = 1; i < set->nrules; i++)
		CHECK(strcmp(set->rules[i - 1].id, set->rules[i].id) < 0);
	set->kind->free(set);
}

static void test_scan(void)
{
	static const uint8_t wide[] = "....n\0e\0e\0d\0l\0e\0-\0t\0w\0o\0!!";
	struct log log = { 0 };

	fb_buf_init(&log.text, 1u << 20);
	put("a.yar",
	    "private rule small { condition: filesize < 1000 }\n"
	    "rule one { strings: $a = \"needle-one\" $b = { 00 01 ?? ff } condition: small and any of them }\n"
	    "rule two { strings: $w = \"needle-two\" wide condition: $w }\n"
	    "rule place { condition: filename == \"x.ASPX\" and extension == \".aspx\" and "
	    "filepath contains \"C\\\\inetpub\" and filetype == \"EXE\" }\n"
	    "rule tail { strings: $a = \"end\" condition: $a at filesize - 3 }\n");
	log.set = load();
	CHECK_STR(scan_as(&log, FB_LIT("ab needle-one cd needle-one"), "x"),
		  "one 3+10|one: $a at 0x3|0x3 $a needle-one\n;");
	CHECK_STR(scan_as(&log, FB_LIT("needle-one\0\1\2\xff"), "x"),
		  "one 0+10|one: $a at 0x0 and 1 more|0x0 $a needle-one\n0xa $b 00 01 02 ff\n;");
	CHECK_STR(scan_as(&log, fb_slice(wide, sizeof wide - 1), "x"),
		  "two 4+20|two: $w at 0x4|0x4 $w needle-two\n;");
	CHECK_STR(scan_as(&log, FB_LIT("the end"), "x"), "tail 4+3|tail: $a at 0x4|0x4 $a end\n;");
	CHECK_STR(scan_as(&log, FB_LIT("MZ"), "ev/C/inetpub/wwwroot/x.ASPX"), "place 0+0|place|;");
	CHECK_STR(scan_as(&log, FB_LIT("MZ"), "ev/inetpub/x.ASPX"), "");
	CHECK_STR(scan_as(&log, FB_LIT(""), "empty"), "");
	log.stop = FB_ESTOP;
	CHECK_STR(scan_as(&log, FB_LIT("the end"), "x"), "tail 4+3|tail: $a at 0x4|0x4 $a end\n;");
	((struct fb_ruleset *)(uintptr_t)log.set)->kind->free((struct fb_ruleset *)(uintptr_t)log.set);
	fb_buf_dispose(&log.text);
}

/* A fault costs its file, is named with its line, and nothing else. */
static void test_faults(void)
{
	struct log log = { 0 };
	struct fb_ruleset *set;

	fb_buf_init(&log.text, 1u << 20);
	put("a.yar", "rule good { strings: $a = \"needle\" condition: $a }\n");
	put("b.yar", "rule broken {\n condition:\n  nothing_of_this_name\n}\n");
	put("c.yara", "rule twice { condition: false }\nrule twice { condition: false }\n");
	put("d.yar", "import \"magic\"\nrule typed { condition: magic.type() contains \"x\" }\n");
	put("e.yar", "include \"a.yar\"\n");
	put("f.yar", "import \"pe\"\nimport \"hash\"\nimport \"math\"\n"
	    "rule fine { condition: pe.is_pe or hash.md5(0, filesize) == \"x\" }\n");
	put("g.txt", "not a rule");
	set = load();
	log.set = set;
	CHECK_INT(set->nrules, 2);
	CHECK_INT(set->nfiles, 6);
	CHECK_INT(set->nproblems, 4);
	if (set->nproblems == 4) {
		CHECK(strstr(set->problems[0].path, "b.yar") && set->problems[0].line == 3);
		CHECK(strstr(set->problems[0].why, "nothing_of_this_name"));
		CHECK(strstr(set->problems[1].path, "c.yara") && set->problems[1].line == 2);
		CHECK(strstr(set->problems[2].path, "d.yar") && strstr(set->problems[2].why, "magic"));
		CHECK(strstr(set->problems[3].path, "e.yar"));
	}
	CHECK_STR(scan_as(&log, FB_LIT("needle"), "x"), "good 0+6|good: $a at 0x0|0x0 $a needle\n;");
	set->kind->free(set);
	fb_buf_dispose(&log.text);
}

/* One id for two rules: both are told apart. */
static void test_same_id(void)
{
	struct log log = { 0 };

	fb_buf_init(&log.text, 1u << 20);
	put("a.yar", "rule x { meta: id = \"one\" strings: $a = \"needle\" condition: $a }\n"
	    "rule y { meta: id = \"one\" strings: $a = \"needle\" condition: $a }\n"
	    "rule z { meta: id = \"one-b\" condition: false }\n");
	log.set = load();
	CHECK_STR(named(log.set, "x")->id, "one");
	CHECK_STR(named(log.set, "y")->id, "one/y");
	CHECK_STR(named(log.set, "z")->id, "one-b");
	CHECK_STR(scan_as(&log, FB_LIT("needle"), "x"),
		  "x 0+6|x: $a at 0x0|0x0 $a needle\n;y 0+6|y: $a at 0x0|0x0 $a needle\n;");
	((struct fb_ruleset *)(uintptr_t)log.set)->kind->free((struct fb_ruleset *)(uintptr_t)log.set);
	fb_buf_dispose(&log.text);
}

/* The same rules make the same set; other rules another. */
static void test_hash(void)
{
	uint8_t first[FB_SHA256];
	struct fb_ruleset *set;
	char path[256];

	for (const char *p = "bcdefg"; *p; p++) {
		(void)snprintf(path, sizeof path, "%s/%c.%s", folder, *p,
			       *p == 'c' ? "yara" : *p == 'g' ? "txt" : "yar");
		(void)unlink(path);
	}
	put("a.yar", "rule r { condition: false }\n");
	set = load();
	memcpy(first, set->hash, sizeof first);
	set->kind->free(set);
	set = load();
	CHECK(memcmp(first, set->hash, sizeof first) == 0);
	set->kind->free(set);
	put("a.yar", "rule r { condition: true }\n");
	set = load();
	CHECK(memcmp(first, set->hash, sizeof first) != 0);
	set->kind->free(set);
}

static void test_nothing(void)
{
	struct fb_yara_pack gone = { "/nonexistent/pack", "x" };
	struct fb_ruleset *set = NULL;
	struct fb_err err = { 0 };
	char path[256];

	CHECK_INT(fb_yara_load(&gone, 1, &set, &err), FB_ENOTFOUND);
	CHECK(!set && strstr(err.text, "/nonexistent/pack"));
	(void)snprintf(path, sizeof path, "%s/a.yar", folder);
	(void)unlink(path);
	set = load();
	CHECK_INT(set->nrules, 0);
	set->kind->free(set);
}

int main(void)
{
	CHECK(mkdtemp(folder) != NULL);
	test_meta();
	test_scan();
	test_same_id();
	test_faults();
	test_hash();
	test_nothing();
	(void)rmdir(folder);
	return check_done();
}
