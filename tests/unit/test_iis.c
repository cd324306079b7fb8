/* IIS's configuration: which sites there are, and why requests to one may be in no log. */
#include "check.h"

#include "intake/iis.h"

#include <stdio.h>

#define SECTIONS "<configSections><sectionGroup name=\"system.applicationHost\"><section name=\"sites\" allowDefinition=\"AppHostOnly\"/></sectionGroup>" \
	"<sectionGroup name=\"system.webServer\"><section name=\"httpLogging\" overrideModeDefault=\"Deny\" /></sectionGroup></configSections>\n"
#define SERVER "<system.webServer><globalModules><add name=\"HttpLoggingModule\" /></globalModules>" \
	"</system.webServer>"
#define RUNS "<location path=\"\" overrideMode=\"Allow\"><system.webServer><modules><add name=\"HttpLoggingModule\" lockItem=\"true\" />" \
	"</modules></system.webServer></location>"
#define ONE "<site name=\"One\" id=\"1\"><bindings><binding protocol=\"http\" bindingInformation=\"*:80:\"/></bindings></site>"

/* "1 One=off dont-log; 2 Two=" */
static const char *read(const char *text)
{
	static char out[2048];
	const struct fb_iis_site *s;
	struct fb_iis *f;
	size_t n = 0, at = 0;

	if (fb_iis_read(fb_slice_str(text), &f))
		return "not understood";
	*out = '\0';
	s = fb_iis_sites(f, &n);
	for (size_t i = 0; i < n; i++) {
		at += (size_t)snprintf(out + at, sizeof out - at, "%s%u %.*s=", i ? "; " : "", s[i].id, (int)s[i].name.n, (const char *)s[i].name.p);
		for (unsigned k = 0, sep = 0; k < FB_SITE_LACKS; k++)
			if (s[i].lacks >> k & 1)
				at += (size_t)snprintf(out + at, sizeof out - at, "%s%s", sep++ ? " " : "", fb_site_lack_word(k));
	}
	fb_iis_free(f);
	return out;
}

/* With these sites, and what else stands behind. */
static const char *of(const char *sites, const char *more)
{
	static char text[8192];

	(void)snprintf(text, sizeof text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- <sites/> -->\n<configuration>\n" SECTIONS
		       "<system.applicationHost><log centralLogFileMode=\"Site\"/><sites>%s</sites></system.applicationHost>\n" SERVER RUNS
		       "%s\n</configuration>\n", sites, more);
	return read(text);
}

static void test_sites(void)
{
	CHECK_STR(of("", ""), "");
	CHECK_STR(of(ONE "<siteDefaults><logFile logFormat=\"W3C\" directory=\"%SystemDrive%\\inetpub\\logs\\LogFiles\"/></siteDefaults>"
		     "<applicationDefaults applicationPool=\"DefaultAppPool\"/><virtualDirectoryDefaults allowSubDirConfig=\"true\"/>", ""), "1 One=");
	CHECK_STR(of(ONE "<site name='Two &amp; more' id='1652431893'><application path='/'><virtualDirectory path='/' physicalPath='D:\\x'/></application>"
		     "<logFile enabled='true' logTargetW3C='File,ETW'><customFields><add logFieldName='x'/></customFields></logFile></site>", ""),
		  "1 One=; 1652431893 Two &amp; more=");
	/* More than there is room for at first. */
	{
		char many[4096];
		size_t n = 0;

		for (unsigned i = 1; i <= 40; i++)
			n += (size_t)snprintf(many + n, sizeof many - n, "<site name='s%u' id='%u'/>", i, i);
		CHECK(strstr(of(many, ""), "1 s1=; 2 s2=") != NULL && strstr(of(many, ""), "; 40 s40=") != NULL);
	}
	/* No such number, no name, one number twice. */
	CHECK_STR(of("<site name='a' id='x'/>", ""), "not understood");
	CHECK_STR(of("<site name='a'/>", ""), "not understood");
	CHECK_STR(of("<site id='1'/>", ""), "not understood");
	CHECK_STR(of(ONE "<site name='b' id='1'/>", ""), "not understood");
	/* What is not known among sites. */
	CHECK_STR(of(ONE "<add/>", ""), "not understood");
}

static void test_logs(void)
{
	static const struct { const char *log, *defaults, *want; } cases[] = {
		{ "<logFile enabled='false'/>", "", "1 a=off" },
		{ "", "<logFile enabled='false'/>", "1 a=off" },
		{ "<logFile enabled='true'/>", "<logFile enabled='false'/>", "1 a=" },
		{ "<logFile directory='D:\\'/>", "<logFile enabled='false' logFormat='NCSA'/>", "1 a=off format" },
		{ "<logFile logFormat='IIS'/>", "", "1 a=format" },
		{ "<logFile logFormat='W3C'/>", "<logFile logFormat='Custom'/>", "1 a=" },
		{ "<logFile logTargetW3C='ETW'/>", "", "1 a=no-file" },
		{ "<logFile enabled='1'/>", "", "1 a=off" }, /* not as IIS writes it */
	};
	char text[1024];

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		(void)snprintf(text, sizeof text, "<site name='a' id='1'>%s</site><siteDefaults>%s</siteDefaults>", cases[i].log, cases[i].defaults);
		CHECK_STR(of(text, ""), cases[i].want);
	}
	CHECK_STR(read("<configuration>" SECTIONS "<system.applicationHost><log centralLogFileMode='CentralW3C'/><sites>" ONE "</sites>"
		       "</system.applicationHost>" SERVER RUNS "</configuration>"), "1 One=together");
}

static void test_dont_log(void)
{
	static const char *const two = ONE "<site name='Two' id='2'/>";

	CHECK_STR(of(two, "<system.webServer><httpLogging dontLog='false' selectiveLogging='LogAll'/></system.webServer>"), "1 One=; 2 Two=");
	CHECK_STR(of(two, "<system.webServer><httpLogging dontLog='true'/></system.webServer>"), "1 One=dont-log; 2 Two=dont-log");
	CHECK_STR(of(two, "<location path='Two'><system.webServer><httpLogging dontLog='true'/></system.webServer></location>"), "1 One=; 2 Two=dont-log");
	CHECK_STR(of(two, "<location path='two/_layouts/15'><system.webServer><httpLogging dontLog='true'/></system.webServer></location>"),
		  "1 One=; 2 Two=dont-log");
	CHECK_STR(of(two, "<location path='Two'/><system.webServer><httpLogging selectiveLogging='LogError'/></system.webServer>"),
		  "1 One=selective; 2 Two=selective");
	/* A path that is no site's may be one's by another spelling. */
	CHECK_STR(of(two, "<location path='T&#119;o'><system.webServer><httpLogging dontLog='true'/></system.webServer></location>"),
		  "1 One=dont-log; 2 Two=dont-log");
	CHECK_STR(of(two, "<location path='Twofold'><system.webServer><httpLogging dontLog='true'/></system.webServer></location>"),
		  "1 One=dont-log; 2 Two=dont-log");
	/* What a site may change in its own file. */
	CHECK_STR(of(two, "<location path='Two' overrideMode='Allow'><system.webServer><httpLogging/></system.webServer></location>"), "1 One=; 2 Two=itself");
	CHECK_STR(of(two, "<location path='Two' overrideMode='Deny'><system.webServer><httpLogging/></system.webServer></location>"), "1 One=; 2 Two=");
	CHECK_STR(read("<configuration><system.applicationHost><sites>" ONE "</sites></system.applicationHost>" SERVER RUNS "</configuration>"), "1 One=itself");
}

static void test_module(void)
{
#define HOST "<configuration>" SECTIONS "<system.applicationHost><sites>" ONE "</sites></system.applicationHost>"
	CHECK_STR(read(HOST SERVER RUNS "</configuration>"), "1 One=");
	CHECK_STR(read(HOST RUNS "</configuration>"), "1 One=no-module");
	CHECK_STR(read(HOST SERVER "</configuration>"), "1 One=itself no-module");
	CHECK_STR(read(HOST SERVER "<system.webServer><modules><add name='HttpLoggingModule'/></modules></system.webServer></configuration>"), "1 One=itself");
	CHECK_STR(of(ONE "<site name='Two' id='2'/>", "<location path='Two'><system.webServer><modules><remove name='HttpLoggingModule'/></modules>"
		     "</system.webServer></location>"), "1 One=; 2 Two=no-module");
	CHECK_STR(of(ONE "<site name='Two' id='2'/>", "<location path='Two'><system.webServer><modules><clear/></modules></system.webServer></location>"),
		  "1 One=; 2 Two=no-module");
	CHECK_STR(of(ONE, "<location path='One'><system.webServer><modules><remove name='WebDAVModule'/></modules></system.webServer></location>"), "1 One=");
}

static void test_protocols(void)
{
	static const struct { const char *application, *binding, *want; } cases[] = {
		{ "", "https", "1 a=" },
		{ "", "ftp", "1 a=protocol" },
		{ "", "net.tcp", "1 a=" }, /* no application is reached by it */
		{ " enabledProtocols='http,net.tcp'", "net.tcp", "1 a=protocol" },
		{ " enabledProtocols='http, net.pipe'", "net.tcp", "1 a=" },
		{ " enabledProtocols='net.tcp'", "http", "1 a=" },
	};
	char text[1024];

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		(void)snprintf(text, sizeof text, "<site name='a' id='1'><bindings><binding protocol='%s' bindingInformation='*:32843:'/></bindings>"
			       "<application path='/x'%s/></site>", cases[i].binding, cases[i].application);
		CHECK_STR(of(text, ""), cases[i].want);
	}
	CHECK_STR(of("<site name='a' id='1'><bindings><binding protocol='net.tcp'/></bindings></site><applicationDefaults enabledProtocols='net.tcp'/>", ""),
		  "1 a=protocol");
}

static void test_strict(void)
{
	static const char *const bad[] = { "", "<configuration/>", "x<configuration></configuration>", "<configuration><system.applicationHost/></configuration>",
		"<configuration><system.applicationHost><sites></system.applicationHost></configuration>",
		"<configuration><system.applicationHost><sites/></system.applicationHost>",
		"<configuration><system.applicationHost><sites></system.applicationHost></sites></configuration>",
		"<configuration><system.applicationHost><sites/><sites/></system.applicationHost></configuration>",
		"<configuration><system.applicationHost><sites configSource='x'/></system.applicationHost></configuration>",
		"<configuration><location path=''><system.applicationHost><sites/></system.applicationHost></location></configuration>",
		"<!DOCTYPE x><configuration><system.applicationHost><sites/></system.applicationHost></configuration>",
		"<configuration><system.applicationHost><sites/></system.applicationHost></configuration><a/>",
		"<configuration><system.applicationHost><sites/></system.applicationHost></configuration>x" };
	char deep[8 * FB_IIS_DEPTH + 256] = "<configuration><system.applicationHost><sites/></system.applicationHost>";
	size_t n = strlen(deep);
	bool elsewhere;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK_STR(read(bad[i]), "not understood");
	CHECK_STR(read("<configuration><system.applicationHost><sites/></system.applicationHost></configuration>\n"), "");
	for (int more = 0; more < 2; more++) {
		size_t at = n;

		for (int k = 1 - more; k < FB_IIS_DEPTH; k++)
			at += (size_t)snprintf(deep + at, sizeof deep - at, "<a>");
		for (int k = 1 - more; k < FB_IIS_DEPTH; k++)
			at += (size_t)snprintf(deep + at, sizeof deep - at, "</a>");
		(void)snprintf(deep + at, sizeof deep - at, "</configuration>");
		CHECK_STR(read(deep), more ? "not understood" : "");
	}
	CHECK(fb_iis_looks(FB_LIT("<?xml version=\"1.0\"?><configuration>")) && !fb_iis_looks(FB_LIT("<Sysmon>")));
#define REDIRECTION(s) fb_iis_redirection(FB_LIT("<configuration><configSections><section name=\"configurationRedirection\"/></configSections>" s \
						 "</configuration>"), &elsewhere)
	CHECK(REDIRECTION("<configurationRedirection />") && !elsewhere);
	CHECK(REDIRECTION("<configurationRedirection enabled=\"false\" path=\"\\\\s\\c\"/>") && !elsewhere);
	CHECK(REDIRECTION("<configurationRedirection enabled=\"true\" path=\"\\\\s\\c\"/>") && elsewhere);
	CHECK(!REDIRECTION(""));
	CHECK(!fb_iis_redirection(FB_LIT("<configuration><configurationRedirection>"), &elsewhere));
}

int main(void)
{
	test_sites();
	test_logs();
	test_dont_log();
	test_module();
	test_protocols();
	test_strict();
	return check_done();
}
