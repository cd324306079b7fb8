/* What people say of a case: appended, replaced, taken back, and held against the
 * custody record. */
#include "check.h"

#include "casekit.h"

#include "case/stated.h"

static int state(const char *dir, const char *kind, const char *key, const char *value,
		 uint64_t *added, struct fb_err *err)
{
	struct fb_stated s = { kind, key, value, "alice", KIT_T0 };
	struct fb_case *c = kit_open(dir, FB_CASE_DECIDE);
	int r;

	*err = (struct fb_err){ 0 };
	r = fb_case_state(c, &s, 1, added, err);
	fb_case_close(c);
	return r;
}

static int put(void *user, const struct fb_stated_row *row)
{
	return fb_buf_printf(user, "%s%s/%s=%s%s", ((struct fb_buf *)user)->n ? " " : "", row->said.kind,
			     row->said.key, row->said.value, row->stands ? "!" : "");
}

static void said(const char *dir, const char *kind, const char *want)
{
	struct fb_case *c = kit_open(dir, FB_CASE_READ);
	struct fb_err err = { 0 };
	struct fb_buf out;

	fb_buf_init(&out, 65536);
	CHECK_INT(fb_case_stated(c, kind, put, &out, &err), 0);
	CHECK_STR(fb_buf_cstr(&out), want);
	fb_buf_dispose(&out);
	fb_case_close(c);
}

static int check(const char *dir, struct fb_err *err)
{
	struct fb_case *c = kit_open(dir, FB_CASE_READ);
	int r;

	*err = (struct fb_err){ 0 };
	r = fb_case_stated_check(c, err);
	fb_case_close(c);
	return r;
}

static char *empty_case(void)
{
	char *dir = kit_dir("stated");
	struct fb_case *c = kit_open(dir, FB_CASE_WRITE);
	struct fb_run run = kit_run();
	struct fb_err err = { 0 };
	bool rematch;

	CHECK_INT(fb_case_begin(c, &run, &rematch, &err), 0);
	CHECK_INT(kit_end(c, true), 0);
	fb_case_close(c);
	return dir;
}

static void test_order(void)
{
	char *dir = empty_case();
	struct fb_err err;
	uint64_t added;

	said(dir, NULL, "");
	CHECK_INT(state(dir, "asset", "SP01", "{\"role\":\"front end\"}", &added, &err), 0);
	CHECK_INT((int)added, 1);
	CHECK_INT(state(dir, "window", "", "{}", &added, &err), 0);
	CHECK_INT(state(dir, "asset", "SP01", "{\"role\":\"front end\"}", &added, &err), 0);
	CHECK_INT((int)added, 0);
	CHECK_INT(state(dir, "asset", "SP01", "{\"role\":\"other\"}", &added, &err), 0);
	said(dir, NULL, "asset/SP01={\"role\":\"front end\"} window/={}! asset/SP01={\"role\":\"other\"}!");
	said(dir, "window", "window/={}!");
	CHECK_INT(state(dir, "asset", "SP02", "", &added, &err), FB_EUSAGE);
	CHECK(strstr(err.text, "no asset SP02 to take back") != NULL);
	CHECK_INT(state(dir, "asset", "SP01", "", &added, &err), 0);
	said(dir, "asset", "asset/SP01={\"role\":\"front end\"} asset/SP01={\"role\":\"other\"} asset/SP01=!");
	CHECK_INT(state(dir, "asset", "SP01", "", &added, &err), FB_EUSAGE);
	CHECK_INT(check(dir, &err), 0);
	kit_remove(dir);
	free(dir);
}

static void test_limits(void)
{
	char *dir = empty_case(), *long_text = malloc(FB_STATED_LINE_MAX + 1);
	struct fb_stated two[2] = { { "a", "1", "{}", "alice", KIT_T0 }, { "a", "2", "", "alice", KIT_T0 } };
	struct fb_err err = { 0 };
	struct fb_case *c;
	uint64_t added;

	if (!long_text)
		abort();
	memset(long_text, 'x', FB_STATED_LINE_MAX);
	long_text[FB_STATED_LINE_MAX] = 0;
	CHECK_INT(state(dir, "a", "b", long_text, &added, &err), FB_ELIMIT);
	c = kit_open(dir, FB_CASE_DECIDE);
	CHECK_INT(fb_case_state(c, two, 2, &added, &err), FB_EUSAGE);
	fb_case_close(c);
	said(dir, NULL, "");
	kit_remove(dir);
	free(dir);
	free(long_text);
}

static void test_custody(void)
{
	static const struct { const char *sql, *says; } hands[] = {
		{ "UPDATE stated SET value = '{\"role\":\"none\"}' WHERE n = 1", "statement 1 is not as" },
		{ "UPDATE stated SET by = 'mallory' WHERE n = 2", "statement 2 is not as" },
		{ "DELETE FROM stated WHERE n = 1", "the statement of row" },
		{ "UPDATE ledger SET detail = replace(detail, 'alice', 'mallory') WHERE what = 'stated'",
		  "statement 1 is not as" },
		{ "DELETE FROM ledger WHERE what = 'stated'", "statement 1 is not as" },
	};

	for (size_t i = 0; i < sizeof hands / sizeof *hands; i++) {
		char *dir = empty_case();
		struct fb_err err;
		uint64_t added;

		CHECK_INT(state(dir, "asset", "A", "{}", &added, &err), 0);
		CHECK_INT(state(dir, "asset", "B", "{}", &added, &err), 0);
		CHECK_INT(check(dir, &err), 0);
		sql(dir, hands[i].sql);
		CHECK_INT(check(dir, &err), FB_EINPUT);
		CHECK(strstr(err.text, hands[i].says) != NULL);
		kit_remove(dir);
		free(dir);
	}
}

/* A case that is older reads as if nobody had said anything, and gets the tables when
 * somebody does. */
static void test_version(void)
{
	char *dir = empty_case();
	struct fb_err err;
	uint64_t added;

	sql(dir, "DROP TABLE stated; DROP TABLE steps; DROP TABLE step_edges; DROP TABLE step_objects; DROP TABLE unit_flows; DROP TABLE unit_sums; PRAGMA user_version = 4");
	said(dir, NULL, "");
	CHECK_INT(check(dir, &err), 0);
	CHECK_INT(state(dir, "window", "", "{}", &added, &err), 0);
	said(dir, NULL, "window/={}!");
	kit_remove(dir);
	free(dir);
}

int main(void)
{
	test_order();
	test_limits();
	test_custody();
	test_version();
	return check_done();
}
