/* Upper ends of what was reached, opened and gathered: when they are there, what they count, and why they are not. Coverage and
 * steps are put together here. */
#include "check.h"

#include "assess/exposure/exposure.h"

#include <stdlib.h>
#include <string.h>

#define HOUR (3600 * FB_SECOND)
#define DAY0 (1752796800ll * FB_SECOND) /* 2025-07-18, UTC */

static struct fb_cell cells[2][64];
static struct fb_track tracks[2][64];
static struct fb_cover_place place[2];
static struct fb_coverage cov;
static struct fb_step steps_v[2];
static struct fb_step_object objects[3];
static struct fb_step_opening openings[4];
static struct fb_steps steps;
static struct fb_listed listed[2];
static struct fb_may may;
static bool acts;
static fb_time altered;

static bool on_act(void *user, const char *name)
{
	(void)user;
	(void)name;
	return acts;
}

static fb_time on_altered(void *user, const char *name)
{
	(void)user;
	return strcmp(name, "FS02") == 0 ? altered : FB_TIME_NONE;
}

static void set(int p, const char *kind, enum fb_cover state)
{
	cells[p][fb_telemetry_kind(fb_slice_str(kind)) - fb_telemetry_kinds].state = state;
}

/* A web server on which they acted, and a file server of which shares are audited, whole; 10 hours, the first step in the third. */
static void begin(void)
{
	memset(&cov, 0, sizeof cov);
	for (int p = 0; p < 2; p++) {
		place[p] = (struct fb_cover_place){ .name = p ? "FS02" : "SP01", .role = "", .rostered = true, .examined = true, .tracks = tracks[p] };
		for (unsigned k = 0; k < fb_ntelemetry_kinds && k < 64; k++) {
			cells[p][k] = (struct fb_cell){ .from = DAY0, .to = DAY0 + 10 * HOUR, .state = FB_COVER_OFF, .why = "" };
			tracks[p][k] = (struct fb_track){ &fb_telemetry_kinds[k], &cells[p][k], 1, 0 };
		}
	}
	set(1, "share-5145", FB_COVER_RECORDED);
	cov.places = place;
	cov.nplaces = 2;
	cov.from = DAY0;
	cov.to = DAY0 + 10 * HOUR;
	cov.rostered = true;
	for (int i = 0; i < 2; i++)
		steps_v[i] = (struct fb_step){ .n = (uint32_t)i + 1, .activity = 1, .sure = true, .does = i ? "object" : "process", .host = i ? "FS02" : "SP01",
			.first = DAY0 + 3 * HOUR, .last = DAY0 + 3 * HOUR, .count = 1, .actor = "", .what = "", .technique = "", .join = "", .ref = "",
			.log = "", .detections = "", .rules = "", .title = "" };
	objects[0] = (struct fb_step_object){ 2, "D:\\S\\HR\\a.docx", "", DAY0 + 3 * HOUR, true };
	objects[1] = (struct fb_step_object){ 2, "D:\\S\\HR\\b.docx", "", DAY0 + 3 * HOUR, true };
	openings[0] = (struct fb_step_opening){ .host = "FS02", .share = "\\\\*\\HR", .since = 30, .ever = 40 };
	openings[1] = (struct fb_step_opening){ .host = "FS02", .share = "\\\\*\\Sales", .since = 5, .ever = 9 };
	openings[2] = (struct fb_step_opening){ .host = "SP01", .share = "", .since = 1, .ever = 1 };
	steps = (struct fb_steps){ .v = steps_v, .n = 2, .objects = objects, .nobjects = 2, .openings = openings, .nopenings = 3, .opened_kept = true,
				   .activities = 1 };
	acts = false;
	altered = FB_TIME_NONE;
	for (int p = 0; p < 2; p++)
		listed[p] = (struct fb_listed){ .place = p ? "FS02" : "SP01", .as_of = DAY0, .whole = "*", .files = p ? 1000 : 200,
			.documents = p ? 1000 : 200, .untold = "", .holders = "" };
	may = (struct fb_may){ on_act, on_altered, NULL, true, NULL, 0 };
}

static struct fb_exposures *made;

/* Of a place, over a share; NULL place: of the case. */
static const struct fb_exposure *end_of(enum fb_ladder l, const char *name, const char *share)
{
	struct fb_err err = { 0 };

	fb_exposures_free(made);
	CHECK_INT(fb_exposures_make(&steps, &cov, &may, &made, &err), 0);
	for (size_t i = 0; made && i < made->n; i++)
		if (made->v[i].ladder == l && strcmp(made->v[i].place, name) == 0 && strcmp(made->v[i].to, share) == 0)
			return &made->v[i];
	CHECK(!"a row");
	exit(1);
}

/* -1: unbounded, and says says why. */
static long long most(enum fb_ladder l, const char *name, const char *share, const char *says)
{
	const struct fb_exposure *x = end_of(l, name, share);

	CHECK(x->unbounded ? *x->why && strstr(x->why, says) : x->objects_bounded && *x->by && !*x->why);
	CHECK(x->unbounded || x->most_objects >= x->named_objects);
	if (x->unbounded && !strstr(x->why, says))
		printf("%s\n", x->why);
	return x->unbounded ? -1 : (long long)x->most_objects;
}

static void test_records(void)
{
	begin();
	CHECK_INT(most(FB_L_OPENED, "FS02", "\\\\*\\HR", ""), 30);
	CHECK_INT(most(FB_L_OPENED, "FS02", "\\\\*\\Sales", ""), 5);
	/* Nobody ran anything there: what was opened was opened over a share. */
	CHECK_INT(most(FB_L_OPENED, "FS02", "", ""), 35);
	acts = true;
	CHECK_INT(most(FB_L_OPENED, "FS02", "", "who runs something on FS02, or"), -1);
	acts = false;
	place[1].web = true;
	CHECK_INT(most(FB_L_OPENED, "FS02", "", "is served pages by it"), -1);
	place[1].web = false;
	acts = true;
	CHECK_INT(most(FB_L_OPENED, "FS02", "\\\\*\\HR", ""), 30);
	/* The window begins before the first step: all of it counts. */
	acts = false;
	cov.window_stated = true;
	CHECK_INT(most(FB_L_OPENED, "FS02", "\\\\*\\HR", ""), 40);
	CHECK_INT(most(FB_L_OPENED, "FS02", "", ""), 49);
	/* It ends before them: of the time before it nothing was looked at. */
	cov.from = DAY0 + 4 * HOUR;
	CHECK_INT(most(FB_L_OPENED, "FS02", "\\\\*\\HR", "all that time"), -1);
	/* Never below what is known to have been opened. */
	begin();
	openings[0].since = openings[1].since = 0;
	CHECK_INT(most(FB_L_OPENED, "FS02", "", ""), 2);
	/* The files' own audit alone, were it ever whole. */
	begin();
	set(0, "object-4663", FB_COVER_RECORDED);
	acts = true;
	CHECK_INT(most(FB_L_OPENED, "SP01", "", ""), 1);
	CHECK_INT(most(FB_L_OPENED, "", "", "FS02"), -1);
	set(1, "object-4663", FB_COVER_RECORDED);
	/* Of FS02's own audit nothing was kept but what they opened. */
	CHECK_INT(most(FB_L_OPENED, "", "", ""), 3);
}

static void test_unseen(void)
{
	begin();
	set(1, "share-5145", FB_COVER_LOST);
	CHECK_INT(most(FB_L_OPENED, "FS02", "\\\\*\\HR", "recorded on FS02 from 2025-07-18T03:00 (lost)"), -1);
	CHECK_INT(most(FB_L_OPENED, "FS02", "", "(off)"), -1);
	/* What is lost of the time before them does not matter. */
	begin();
	cells[1][fb_telemetry_kind(FB_LIT("share-5145")) - fb_telemetry_kinds].to = DAY0 + 3 * HOUR;
	CHECK_INT(most(FB_L_OPENED, "FS02", "\\\\*\\HR", ""), 30);
	begin();
	altered = DAY0 + 5 * HOUR;
	CHECK_INT(most(FB_L_OPENED, "FS02", "\\\\*\\HR", "from 2025-07-18T05:00 (from then on those who acted could alter"), -1);
	CHECK_INT(most(FB_L_OPENED, "FS02", "", ""), -1);
	begin();
	may.whole = false;
	CHECK_INT(most(FB_L_OPENED, "FS02", "\\\\*\\HR", "not all evidence was read"), -1);
	begin();
	steps.opened_kept = false;
	CHECK_INT(most(FB_L_OPENED, "FS02", "\\\\*\\HR", "not all evidence was read"), -1);
	begin();
	steps.openings_left_out = 1;
	CHECK_INT(most(FB_L_OPENED, "FS02", "\\\\*\\HR", "not all evidence was read"), -1);
	begin();
	openings[1].untold = true;
	CHECK_INT(most(FB_L_OPENED, "FS02", "", "too long to be told apart"), -1);
	CHECK_INT(most(FB_L_OPENED, "FS02", "\\\\*\\HR", ""), 30);
}

static void test_lists(void)
{
	const struct fb_exposure *x;

	begin();
	set(1, "share-5145", FB_COVER_LOST);
	may.listed = &listed[1];
	may.nlisted = 1;
	CHECK_INT(most(FB_L_OPENED, "FS02", "", ""), 1002);
	x = end_of(FB_L_OPENED, "FS02", "");
	CHECK(x->as_of == DAY0 && strstr(x->by, "list of 2025-07-18T00:00"));
	CHECK_INT(most(FB_L_REACHABLE, "FS02", "", ""), 1002);
	CHECK_INT(most(FB_L_OPENED, "", "", "SP01"), -1);
	/* The lesser of both. */
	set(1, "share-5145", FB_COVER_RECORDED);
	CHECK_INT(most(FB_L_OPENED, "FS02", "", ""), 35);
	CHECK(end_of(FB_L_OPENED, "FS02", "")->as_of == FB_TIME_NONE);
	/* Whole for one share. */
	set(1, "share-5145", FB_COVER_LOST);
	listed[1].whole = "D:\\Shares\\hr";
	CHECK_INT(most(FB_L_OPENED, "FS02", "", "no list"), -1);
	CHECK_INT(most(FB_L_OPENED, "FS02", "\\\\*\\HR", ""), 1000);
	CHECK_INT(most(FB_L_OPENED, "FS02", "\\\\*\\Sales", "no list"), -1);
	listed[1].whole = "";
	CHECK_INT(most(FB_L_OPENED, "FS02", "\\\\*\\HR", "no list"), -1);
	/* All machines: as long as somebody says which there are. */
	listed[1].whole = "*";
	may.listed = listed;
	may.nlisted = 2;
	CHECK_INT(most(FB_L_OPENED, "", "", ""), 1202);
	CHECK_INT(most(FB_L_REACHABLE, "", "", ""), 1202);
	cov.rostered = false;
	CHECK_INT(most(FB_L_OPENED, "", "", "nobody has said which machines there are"), -1);
}

static void test_documents(void)
{
	const struct fb_exposure *x;

	begin();
	may.listed = listed;
	may.nlisted = 2;
	x = end_of(FB_L_OPENED, "", "");
	CHECK(x->documents_bounded && x->most_documents == x->most_objects);
	/* A container that they opened. */
	objects[2] = (struct fb_step_object){ 2, "D:\\S\\HR\\Nightly.bak", "", DAY0 + 3 * HOUR, true };
	steps.nobjects = 3;
	x = end_of(FB_L_OPENED, "FS02", "");
	CHECK(!x->documents_bounded && strstr(x->documents_why, "Nightly.bak") && !x->unbounded);
	CHECK(!end_of(FB_L_OPENED, "", "")->documents_bounded);
	listed[1].holders = "9\tD:\\Other\\Nightly.bak\n70000\td:/s/hr/NIGHTLY.bak\n";
	x = end_of(FB_L_OPENED, "FS02", "");
	CHECK(x->documents_bounded && x->most_documents == 35 + 70000);
	/* By a list, one that was opened and that it does not have. */
	begin();
	set(1, "share-5145", FB_COVER_LOST);
	may.listed = listed;
	may.nlisted = 2;
	steps.nobjects = 3;
	x = end_of(FB_L_OPENED, "FS02", "");
	CHECK(!x->documents_bounded && strstr(x->documents_why, "Nightly.bak") && x->most_objects == 1003);
	/* A server of a database. */
	begin();
	place[1].role = "Database server";
	x = end_of(FB_L_OPENED, "FS02", "");
	CHECK(!x->documents_bounded && strstr(x->documents_why, "database") && x->most_objects == 35);
	/* One that somebody opened, who may have been they. */
	begin();
	openings[0].holders[0] = "Mail\\all.pst";
	openings[0].nholders = 1;
	x = end_of(FB_L_OPENED, "FS02", "\\\\*\\HR");
	CHECK(!x->documents_bounded && strstr(x->documents_why, "all.pst") && x->most_objects == 30);
	CHECK(end_of(FB_L_OPENED, "FS02", "\\\\*\\Sales")->documents_bounded);
	openings[0].nholders = 0;
	openings[0].more_holders = 1;
	CHECK(!end_of(FB_L_OPENED, "FS02", "\\\\*\\HR")->documents_bounded);
	/* One that is listed, and may have been opened. */
	begin();
	set(1, "share-5145", FB_COVER_LOST);
	may.listed = listed;
	may.nlisted = 2;
	listed[1].untold = "D:\\x.vhdx";
	x = end_of(FB_L_OPENED, "FS02", "");
	CHECK(!x->documents_bounded && strstr(x->documents_why, "x.vhdx") && x->most_objects == 1002);
}

/* What was gathered had been opened, or lay there. */
static void test_gathered(void)
{
	begin();
	objects[2] = (struct fb_step_object){ 2, "D:\\x.7z.001", "", DAY0 + 3 * HOUR, false };
	steps_v[1].does = "file";
	steps.nobjects = 3;
	may.listed = listed;
	may.nlisted = 2;
	/* SP01's end is its list, which is among the 237 already; FS02's is its records, and its list is not. */
	CHECK_INT(most(FB_L_OPENED, "", "", ""), 235);
	CHECK_INT(most(FB_L_COLLECTED, "SP01", "", ""), 235);
	CHECK_INT(most(FB_L_COLLECTED, "FS02", "", ""), 235 + 1000 + 1);
	CHECK_INT(most(FB_L_COLLECTED, "", "", ""), 235 + 1000 + 1);
	CHECK(strstr(end_of(FB_L_COLLECTED, "", "")->by, "1000 that lay there besides") && end_of(FB_L_COLLECTED, "", "")->least_objects == 1);
	/* Both by their lists. */
	set(1, "share-5145", FB_COVER_LOST);
	CHECK_INT(most(FB_L_COLLECTED, "FS02", "", ""), 200 + 1002 + 1);
	/* What lay there nobody has listed. */
	begin();
	may.listed = listed;
	may.nlisted = 1;
	CHECK_INT(most(FB_L_OPENED, "", "", ""), 235);
	CHECK_INT(most(FB_L_COLLECTED, "FS02", "", "what lay on FS02 already may be among it"), -1);
	CHECK_INT(most(FB_L_COLLECTED, "", "", "what lay on FS02"), -1);
	CHECK_INT(most(FB_L_COLLECTED, "SP01", "", ""), 235);
	/* What was opened has no end. */
	set(1, "share-5145", FB_COVER_LOST);
	CHECK_INT(most(FB_L_COLLECTED, "SP01", "", "what was opened has no upper end"), -1);
	steps_v[1].does = "object";
}

int main(void)
{
	test_gathered();
	test_records();
	test_unseen();
	test_lists();
	test_documents();
	fb_exposures_free(made);
	return check_done();
}
