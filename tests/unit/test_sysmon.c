/* Sysmon's configurations against classes of records: what is recorded for sure, what never, what is left open. */
#include "check.h"

#include "intake/sysmon.h"

#include <stdio.h>

/* Of a class by a configuration whose filters these are. */
static const char *of(const char *class, const char *filters)
{
	static const char *const words[] = { "open", "recorded", "filtered" };
	const struct fb_chosen_class *c = fb_chosen_class(fb_slice_str(class));
	enum fb_chosen out[FB_CHOSEN_CLASSES_MAX];
	char text[4096];

	(void)snprintf(text, sizeof text, "<?xml version=\"1.0\"?>\n<!-- <no/> -->\n<Sysmon schemaversion=\"4.90\">\n<HashAlgorithms>*"
		       "</HashAlgorithms><CheckRevocation/>\n<EventFiltering>%s</EventFiltering>\n</Sysmon>\n", filters);
	if (!c)
		return "no such class";
	return fb_sysmon_read(fb_slice_str(text), out) ? words[out[c - fb_chosen_classes]] : "not understood";
}

#define IN(type, x) "<RuleGroup groupRelation=\"or\"><" type " onmatch=\"include\">" x "</" type "></RuleGroup>"
#define EX(type, x) "<RuleGroup groupRelation=\"or\"><" type " onmatch=\"exclude\">" x "</" type "></RuleGroup>"
#define F(field, condition, value) "<" field " condition=\"" condition "\">" value "</" field ">"

static void test_sets(void)
{
	/* Not named at all: by default, which has differed. */
	CHECK_STR(of("any-connection", ""), "open");
	CHECK_STR(of("any-connection", "<NetworkConnect onmatch=\"exclude\"/>"), "recorded");
	CHECK_STR(of("any-connection", "<NetworkConnect onmatch=\"include\"></NetworkConnect>"), "filtered");
	CHECK_STR(of("any-connection", IN("NetworkConnect", F("Image", "image", "cmd.exe"))), "open");
	CHECK_STR(of("any-connection", EX("NetworkConnect", F("Image", "image", "cmd.exe"))), "open");
	/* Both: what is excluded goes before; an empty set that includes takes nothing. */
	CHECK_STR(of("worker-child", IN("ProcessCreate", F("ParentImage", "end with", "w3wp.exe")) "<ProcessCreate onmatch=\"exclude\"/>"), "recorded");
	CHECK_STR(of("worker-child", IN("ProcessCreate", F("ParentImage", "end with", "w3wp.exe"))
		     EX("ProcessCreate", F("ParentImage", "image", "w3wp.exe"))), "filtered");
	CHECK_STR(of("worker-child", "<ProcessCreate onmatch=\"include\"/>" EX("ProcessCreate", F("ParentImage", "image", "a.exe"))), "filtered");
	/* Who is excluded by what is not known of the class may be anybody. */
	CHECK_STR(of("lsass-access", IN("ProcessAccess", F("TargetImage", "is", "C:\\Windows\\system32\\lsass.exe"))
		     EX("ProcessAccess", F("SourceImage", "is", "C:\\av.exe"))), "open");
	/* Two sets of one kind: a version may load the first alone. */
	CHECK_STR(of("worker-child", IN("ProcessCreate", F("ParentImage", "image", "w3wp.exe")) IN("ProcessCreate", F("ParentImage", "image", "a.exe"))), "open");
	CHECK_STR(of("worker-child", IN("ProcessCreate", F("ParentImage", "image", "b.exe")) IN("ProcessCreate", F("ParentImage", "image", "a.exe"))), "filtered");
	CHECK_STR(of("worker-child", "<ProcessCreate onmatch=\"none\"/>"), "open");
}

static void test_conditions(void)
{
	static const struct { const char *condition, *value, *include; } cases[] = {
		{ "end with", ".aspx", "recorded" }, { "end with", "x", "recorded" }, { "end with", ".ASPX", "recorded" },
		{ "end with", "a.aspx", "open" }, { "end with", ".exe", "filtered" }, { "begin with", "C:\\inetpub", "open" },
		{ "contains", "aspx", "recorded" }, { "contains", "inetpub", "open" }, { "is", "C:\\x.aspx", "open" },
		{ "is", "C:\\x.exe", "filtered" }, { "image", "x.aspx", "open" }, { "image", "x.exe", "filtered" },
		{ "contains any", ".exe;.aspx", "recorded" }, { "contains any", ".exe;.dll", "open" },
		{ "contains all", ".as;px", "recorded" }, { "contains all", ".aspx;inetpub", "open" },
		{ "excludes", ".aspx", "filtered" }, { "not end with", ".exe", "recorded" }, { "not end with", ".aspx", "filtered" },
		{ "not begin with", "C:\\", "open" }, { "is not", "C:\\x.exe", "recorded" }, { "is any", "a.exe;b.exe", "filtered" },
		/* What is not known, stands for something else, or has blanks or nothing. */
		{ "resembles", ".aspx", "open" }, { "end with", "&#46;aspx", "open" }, { "end with", " .aspx", "open" },
		{ "end with", "", "open" }, { "less than", "5", "open" },
	};
	char text[512];

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		(void)snprintf(text, sizeof text, IN("FileCreate", F("TargetFilename", "%s", "%s")), cases[i].condition, cases[i].value);
		CHECK_STR(of("aspx-file", text), cases[i].include);
	}
	/* Where all of it is known; upper and lower case of a whole value is left open. */
	CHECK_STR(of("lsass-access", IN("ProcessAccess", F("TargetImage", "is", "C:\\Windows\\system32\\lsass.exe"))), "recorded");
	CHECK_STR(of("lsass-access", IN("ProcessAccess", F("TargetImage", "is", "C:\\WINDOWS\\system32\\lsass.exe"))), "open");
	CHECK_STR(of("lsass-access", IN("ProcessAccess", F("TargetImage", "image", "lsass.exe"))), "recorded");
	CHECK_STR(of("lsass-access", IN("ProcessAccess", F("TargetImage", "begin with", "C:\\Windows\\"))), "recorded");
	CHECK_STR(of("lsass-access", IN("ProcessAccess", F("TargetImage", "contains", "winlogon"))), "filtered");
	CHECK_STR(of("lsass-access", IN("ProcessAccess", F("GrantedAccess", "is", "0x1010"))), "open");
	/* No condition is "is". */
	CHECK_STR(of("worker-connection", IN("NetworkConnect", "<Initiated>true</Initiated>")), "recorded");
	CHECK_STR(of("worker-connection", IN("NetworkConnect", "<Initiated>false</Initiated>")), "filtered");
	/* A file's name alone, with its backslash. */
	CHECK_STR(of("worker-file", IN("FileCreate", F("Image", "image", "3wp.exe"))), "filtered");
	CHECK_STR(of("worker-file", IN("FileCreate", F("Image", "image", "C:\\Windows\\w3wp.exe"))), "open");
}

static void test_relations(void)
{
	static const char yes[] = F("Image", "image", "w3wp.exe"), no[] = F("Initiated", "is", "false"), *const two[] = { "and", "or", "" };
	char text[1024];

	/* On two fields, one of which does not hold: by the relation; where none is said, it is open. */
	for (unsigned i = 0; i < 3; i++) {
		(void)snprintf(text, sizeof text, "<RuleGroup groupRelation=\"%s\"><NetworkConnect onmatch=\"include\">%s%s</NetworkConnect></RuleGroup>",
			       two[i], yes, no);
		CHECK_STR(of("worker-connection", text), i == 0 ? "filtered" : i == 1 ? "recorded" : "open");
		(void)snprintf(text, sizeof text, "<RuleGroup groupRelation=\"or\"><NetworkConnect onmatch=\"include\"><Rule groupRelation=\"%s\">%s%s"
			       "</Rule></NetworkConnect></RuleGroup>", two[i], yes, no);
		CHECK_STR(of("worker-connection", text), i == 0 ? "filtered" : i == 1 ? "recorded" : "open");
	}
	/* On one field it was always any of them. */
	CHECK_STR(of("worker-connection", "<NetworkConnect onmatch=\"include\">" F("Image", "image", "a.exe") F("Image", "image", "w3wp.exe")
		     "</NetworkConnect>"), "recorded");
	/* The relation of a group ends with it. */
	CHECK_STR(of("worker-connection", "<RuleGroup groupRelation=\"or\"></RuleGroup><NetworkConnect onmatch=\"include\">"
		     F("Image", "image", "w3wp.exe") F("Initiated", "is", "false") "</NetworkConnect>"), "open");
	/* A rule with a field that is not known. */
	CHECK_STR(of("worker-connection", IN("NetworkConnect", "<Rule groupRelation=\"and\">" F("Image", "image", "w3wp.exe")
		     F("DestinationPort", "is", "443") "</Rule>")), "open");
	CHECK_STR(of("worker-connection", EX("NetworkConnect", "<Rule groupRelation=\"and\">" F("Image", "image", "a.exe")
		     F("DestinationPort", "is", "443") "</Rule>")), "recorded");
	CHECK_STR(of("worker-connection", EX("NetworkConnect", "<Rule groupRelation=\"and\"></Rule>")), "open");
}

static void test_form(void)
{
	static const char *const bad[] = { "<a>", "</a>", "<a></b>", "<a b></a>", "<a b=c></a>", "<![CDATA[x]]>", "<!DOCTYPE x>",
					   "<FileCreate onmatch=\"include\"><Image>a<b/></Image></FileCreate>", "<!-- x",
					   "<RuleGroup><RuleGroup></RuleGroup></RuleGroup>", "<", "<a b='x\"></a>" };
	enum fb_chosen out[FB_CHOSEN_CLASSES_MAX];

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK_STR(of("any-file", bad[i]), "not understood");
	CHECK_STR(of("aspx-file", IN("FileCreate", "<TargetFilename condition='end with'>.as<!-- -->px</TargetFilename>")), "open");
	CHECK(!fb_sysmon_read(FB_LIT(""), out) && !fb_sysmon_read(FB_LIT("<Sysmon/>"), out) && !fb_sysmon_read(FB_LIT("x<Sysmon></Sysmon>"), out));
	CHECK(!fb_sysmon_read(FB_LIT("<Sysmon></Sysmon><a/>"), out) && fb_sysmon_read(FB_LIT("<Sysmon></Sysmon>\n"), out));
	CHECK(fb_sysmon_looks(FB_LIT("<!--\n<a>-->\n<Sysmon schemaversion=\"4.22\">")) && !fb_sysmon_looks(FB_LIT("<Task/>")) &&
	      !fb_sysmon_looks(FB_LIT("<!-- cut <Sysmon>")) && !fb_sysmon_looks(FB_LIT("Sysmon <Sysmon>")));
}

int main(void)
{
	test_sets();
	test_conditions();
	test_relations();
	test_form();
	return check_done();
}
