/* The analysis of web shells: what is followed to what, and what is not. Every text here
 * ends before it does anything (exit, #error, a directive that no server takes). */
#include "base/io.h"
#include "check.h"
#include "detect/webshell/webshell.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static struct fb_ruleset *set;
static void *state;

struct log {
	struct fb_buf text;
	int level;
};

static int on_hit(const struct fb_file_sink *sink, const struct fb_file_hit *h)
{
	struct log *log = sink->user;

	if ((int)set->rules[h->rule].level > log->level)
		log->level = (int)set->rules[h->rule].level;
	(void)fb_buf_printf(&log->text, "%s: %.*s\n", set->rules[h->rule].title, (int)h->summary.n, (const char *)h->summary.p);
	return 0;
}

static int on_problem(const struct fb_file_sink *sink, const char *text)
{
	struct log *log = sink->user;

	(void)fb_buf_printf(&log->text, "problem: %s\n", text);
	return 0;
}

/* The level that is found, and what is said. */
static int scan(const char *name, struct fb_slice text, struct fb_buf *said)
{
	struct log log = { .level = -1 };
	struct fb_file_sink sink = { .hit = on_hit, .problem = on_problem, .user = &log };
	struct fb_file file = { .data = text, .size = text.n, .path = name, .format = "" };

	fb_buf_init(&log.text, 1u << 20);
	fb_sha256_of(text, file.sha256);
	CHECK_INT(set->kind->scan(state, &file, &sink), 0);
	if (said)
		(void)fb_buf_slice(said, fb_buf_view(&log.text));
	fb_buf_dispose(&log.text);
	return log.level;
}

static const struct {
	const char *name, *text, *says; /* NULL: nothing at high or above */
} pages[] = {
	/* A tag whose quote is left open, and closed somewhere in the code. */
	{ "a.aspx", "<script runat=\"server\" language=\"C#\" x=\">\nvoid Page_Load(){ string s = \"a<b\"; "
	  "System.Diagnostics.Process.Start(\"cmd.exe\", Request[\"c\"]); }\n</script>", "request parameter `c`" },
	/* Not the first expression. */
	{ "a.jsp", "<% int a = 1; %>${param.a} ${ b ${\"\".getClass().forName(\"java.lang.Runtime\").getRuntime().exec(param.x)}",
	  "an expression of the page starts programs or scripts" },
	/* PHP */
	{ "a.php", "<?php exit; $x = $_POST['cmd'];\n$y = base64_decode($x);\n@eval($y);",
	  "request parameter `cmd` (line 1), decoded from base64 reaches eval in line 3" },
	{ "a.php", "<?php exit; function f($c) { return shell_exec($c); } echo f($_COOKIE['k']);", "cookie `k`" },
	{ "a.php", "<?php exit; $f = str_rot13('nffreg'); $f($_REQUEST['p']);", "request parameter `p`" },
	{ "a.php", "<?php exit; $f = chr(97).chr(115).'s'.strrev('tre'); $f($_REQUEST['p']);", "request parameter `p`" },
	{ "a.php", "<?php exit; $k='k'; $a='y'^'\x18'; $a.='ssert'; $a($_GET[1]);", "request parameter `1`" },
	{ "a.php", "<?php exit; $_GET['a']($_GET['b']);", "is the name of the function" },
	{ "a.php", "<?php exit; array_map('ass'.'ert', array($_POST['z']));", "request parameter `z`" },
	{ "a.php", "<?php exit; preg_replace('/.*/e', $_POST['x'], '');", "modifier e" },
	{ "a.php", "<?php exit; extract($_GET); system($c);", "request parameter `c`" },
	{ "a.php", "<?php exit; foreach ($_POST as $k => $v) { $$k = $v; } passthru($z);", "request parameter `z`" },
	{ "a.php", "<?php exit; include $_GET['p'];", "reaches include" },
	{ "a.php", "<?php exit; copy($_FILES['f']['tmp_name'], $_FILES['f']['name']);", "is written to" },
	{ "a.php", "<?php exit; class A { public $c; function __construct($x) { $this->c = $x; } function r() { eval($this->c); } }"
		   " $a = new A($_POST['q']); $a->r();", "request parameter `q`" },
	{ "pic.gif", "GIF89a<?php exit; eval($_POST['x']);", "another kind" },
	{ "a.php", "<?php $id = (int)$_GET['id']; system('ls ' . $id);", NULL },
	{ "a.php", "<?php require 'app.php'; exec('convert ' . escapeshellarg($_GET['f']));", NULL },
	{ "a.php", "<?php $a = $_GET['a']; if (!in_array($a, array('list', 'show'))) die(); $a();", NULL },
	{ "a.php", "<?php // eval($_POST['x']);\n echo htmlspecialchars($_GET['q']);", NULL },
	/* What is looked up by request data is its owner's. */
	{ "a.php", "<?php $t = $types->find($_GET['type']); $c = $t->base()->listClass(); $l = new $c($t);", NULL },
	{ "a.php", "<?php exit; $c = $kinds->of($_GET['a']); $l = new $c($_GET['b']);", "the name of the class that is made" },
	{ "a.php", "<?php $o = array('--filter', $_GET['f']); $c = new AppCommand('x'); $c->run($o);", NULL },
	{ "a.php", "<?php exit; $c = new COM('WScript.Shell'); $c->run($_GET['f']);", "request parameter `f`" },
	{ "a.php", "<?php $g = new Group($_REQUEST['id']); $g->save(array('Name' => $_REQUEST['n']));", NULL },
	{ "a.php", "<?php $words = array('CreateThread', 'VirtualAlloc');", NULL },
	{ "a.php", "<?php exit; $k = FFI::cdef('void *VirtualAlloc(void *, size_t, int, int); int CreateThread();');", "executable memory" },
	{ "web.config", "<configuration><system.web><compilation><buildProviders><add extension=\".master\" "
			"type=\"System.Web.Compilation.MasterPageBuildProvider\" /></buildProviders></compilation></system.web></configuration>", NULL },
	{ "web.config", "<configuration><system.web><compilation><buildProviders><add extension=\".jpg\" "
			"type=\"System.Web.Compilation.PageBuildProvider\" /></buildProviders></compilation></system.web></configuration>", "buildProvider" },
	/* C# */
	{ "a.aspx", "<%@ Page Language=\"C#\" %>\n<%\n#error inert\nstring c = Request[\"c\"];\n"
		    "System.Reflection.Assembly.Load(Convert.FromBase64String(c));%>", "request parameter `c` (line 4), decoded from base64 reaches Load in line 5" },
	{ "a.aspx", "<%@ Page Language=\"C#\" %><%#error inert\n var p = new System.Diagnostics.Process();"
		    " p.StartInfo.FileName = \"cmd.exe\"; p.StartInfo.Arguments = \"/c \" + Request.Form[\"z\"]; p.Start();%>", "the program that is started" },
	{ "a.aspx", "<%@ Page Language=\"C#\" %><% string id = Request[\"id\"]; Response.Write(Server.HtmlEncode(id)); %>", NULL },
	{ "a.cfm", "<cfabort>\n<cffile action=\"upload\" filefield=\"f\" destination=\"#expandPath('.')#\" accept=\"*/*\">", "is written to" },
	{ "a.cfm", "<cffile action=\"upload\" filefield=\"f\" destination=\"#expandPath('.')#\" accept=\"image/png\">", NULL },
	/* Compared with a list. */
	{ "a.aspx", "<%@ Page Language=\"C#\" %><%\n#error inert\nvar f = Request.Files[0]; string e = System.IO.Path.GetExtension(f.FileName).ToLower();"
		    " f.SaveAs(Server.MapPath(\"up/\") + \"1\" + e);%>", "is written to" },
	{ "a.aspx", "<%@ Page Language=\"C#\" %><% var f = Request.Files[0]; string e = System.IO.Path.GetExtension(f.FileName).ToLower();"
		    " if (Array.IndexOf(allowed, e.Substring(1).ToLower()) == -1) { Fail(); }"
		    " f.SaveAs(Server.MapPath(\"up/\") + \"1\" + e);%>", NULL },
	{ "a.jsp", "<% FileItem item = null; String n = item.getName(); String e = n.substring(n.lastIndexOf('.') + 1);"
		   " if (!Arrays.asList(ok.split(\",\")).contains(e)) { return; } item.write(new File(dir, \"1.\" + e)); %>", NULL },
	/* Java */
	/* Texts put together by methods: what they spell is what is read. */
	{ "a.asp", "<%@ Language=JScript inert %><%\neval(String.fromCharCode("
		   "101,118,97,108,40,82,101,113,117,101,115,116,46,70,111,114,109,40,39,122,39,41,41));\n%>",
	  "request parameter `z`" },
	{ "a.asp", "<%@ Language=JScript inert %><%\nvar k = 'eRF';\n"
		   "eval(k.charAt(0).concat('val(', k.charAt(1), 'equest.', k.charAt(2), 'orm(\\'z\\'))'));\n%>", "request parameter `z`" },
	{ "a.asp", "<%@ Language=JScript inert %><%\nvar k = 'eRF';\nResponse.Write(k.charAt(0).concat(String.fromCharCode(118)));\n%>", NULL },
	{ "a.jsp", "<%@ inert %><% Process p = Runtime.getRuntime().exec(request.getParameter(\"cmd\")); %>", "request parameter `cmd`" },
	{ "a.jsp", "<%@ inert %><%! class U extends ClassLoader { U(ClassLoader c){super(c);} Class g(byte[] b){ return super.defineClass(b,0,b.length);}}%>"
		   "<% byte[] d = new sun.misc.BASE64Decoder().decodeBuffer(request.getReader().readLine()); new U(null).g(d).newInstance(); %>",
	  "reaches defineClass" },
	{ "a.jsp", "<% String n = request.getParameter(\"n\"); out.println(n == null ? \"\" : n.trim()); %>", NULL },
};

static void test_pages(void)
{
	struct fb_buf said;

	fb_buf_init(&said, 1u << 20);
	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
		int level;
		bool ok;

		fb_buf_clear(&said);
		level = scan(pages[i].name, fb_slice_str(pages[i].text), &said);
		ok = pages[i].says ? level >= FB_LEVEL_HIGH && strstr(fb_buf_cstr(&said), pages[i].says) : level < FB_LEVEL_HIGH;
		CHECK(ok);
		if (!ok)
			printf("page %zu: %s\n%s", i, pages[i].text, fb_buf_cstr(&said));
	}
	fb_buf_dispose(&said);
}

static void hostile(const char *name, const char *head, const char *part, const char *tail)
{
	static char page[512u << 10];
	size_t n = (size_t)snprintf(page, sizeof page, "%s", head), size = strlen(part);

	while (n + size + 64 < 400000) {
		memcpy(page + n, part, size);
		n += size;
	}
	n += (size_t)snprintf(page + n, sizeof page - n, "%s", tail);
	CHECK(scan(name, fb_slice(page, n), NULL) < FB_LEVEL_HIGH);
}

/* Deep, long and broken pages end, and are told of when they end early. */
static void test_hostile(void)
{
	static const struct {
		const char *head, *part, *tail;
	} shapes[] = {
		{ "<?php ", "(", "" }, { "<?php ", "if(1){", "" }, { "<?php $a=", "[", ";" }, { "<?php $a=", "!", "1;" },
		{ "<?php $a=1", "+1-1", ";" }, { "<?php $a=", "$b?", ";" }, { "<?php ", "function f(){", "" },
		{ "<?php ", "{$a=\"{$b}\";", "" }, { "<?php $a='x'", ".'y'", ";" }, { "<?php $a", "->b()", ";" },
		{ "<%@ Page Language=\"C#\" %><% ", "a<b<", "%>" }, { "<% String s=(", "(String)(", "%>" }, { "<?php \"", "{$a[\"", "" },
		{ "<?php ", "$a=<<<X\n", "" }, { "<?php ", "else if(1) ", "" }, { "<?php ", "f(function(){", "" },
		{ "<?php preg_replace('[", "Te", "', $a);" },
		{ "<%@ Language=VBScript %><% With a\n", ".\n.\nWith .b\n", "%>" },
		{ "<%@ Language=VBScript %><% ", "If a Then ", "%>" }, { "<%@ Language=VBScript %><% x = ", "Not (", "%>" },
		{ "<%@ Language=VBScript %><% ", "Select Case x\nCase ", "%>" }, { "<cfset x = ", "#a#(\"", ">" },
	};

	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
		hostile(i == 11 ? "a.jsp" : i > 16 ? "a.asp" : "a.php", shapes[i].head, shapes[i].part, shapes[i].tail);
}

/* What was begun and never ends: looked for anew from each beginning, it would take minutes. */
static void test_endless(void)
{
	static const struct {
		const char *head, *part, *tail, *name;
	} shapes[] = {
		{ "<%@ Page Language=\"C#\" %><% ", "@", "%>", "a.aspx" },
		/* Words of the whole page, asked for at each call; all names of a scope, at each extract. */
		{ "<?php ", "$d->query($_GET[1]);", "", "a.php" }, { "<?php ", "extract($_GET); $a = \"x\";", "", "a.php" },
		{ "<?php class A { function __wakeup() {} } ", "unserialize($_GET[1]);", "", "a.php" }, { "<% ", "${", "%>", "a.jsp" },
		{ "<% %>", "<jsp:scriptlet ", "", "a.jsp" },
		{ "<% \"%>\"}", "b(<!--<<<A\n", "%>", "a.asp" }, { "<% %>", "<a b ", ">", "a.aspx" },
		{ "<cfset a=1>", "<cfoutput>", "", "a.cfm" }, { "<configuration>", "<!--", "<%", "web.config" },
	};

	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
		hostile(shapes[i].name, shapes[i].head, shapes[i].part, shapes[i].tail);
}

static void test_known(void)
{
	char path[] = "/tmp/fb-known-XXXXXX", line[256];
	struct fb_slice text = FB_LIT("<?php exit; eval($_POST['x']);");
	struct fb_webshell_options options = { 0 };
	const char *list = path;
	struct fb_err err = { 0 };
	uint8_t sum[FB_SHA256];
	char hex[2 * FB_SHA256 + 1];
	int fd = mkstemp(path);

	CHECK(fd >= 0);
	fb_sha256_of(text, sum);
	fb_hex(sum, FB_SHA256, hex);
	/* The MD5 of another page as a package's md5sums has it. */
	(void)snprintf(line, sizeof line, "%s  usr/share/x.php\n6496bfc6426240ed1b64e1c3c8c0f44e  usr/share/y.php\n", hex);
	CHECK_INT(fb_write_all(fd, fb_slice_str(line), NULL), 0);
	options.known_good = &list;
	options.nknown_good = 1;
	set->kind->close(state);
	set->kind->free(set);
	CHECK_INT(fb_webshell_new(&options, &set, &err), 0);
	CHECK_INT(set->kind->open(set, &state), 0);
	CHECK_INT(scan("x.php", text, NULL), -1);
	CHECK_INT(scan("y.php", FB_LIT("<?php exit; eval($_POST['y']);"), NULL), -1);
	CHECK_INT(scan("x.php", FB_LIT("<?php exit;  eval($_POST['x']);"), NULL), FB_LEVEL_CRITICAL);
	CHECK_INT(ftruncate(fd, 0), 0);
	{
		struct fb_ruleset *none = NULL;

		CHECK_INT(fb_webshell_new(&options, &none, &err), FB_EINPUT);
		CHECK(strstr(err.text, "no SHA-256 or MD5") != NULL);
	}
	(void)close(fd);
	(void)unlink(path);
}

/* Pages of the families of tests/golden/webshell, inert: how many are found. `known`
 * were there while the analysis was written, the others were written before they were
 * looked for (docs/formats/webshell.md has the figures of the first look). `missed` are
 * those of the last of them that are not found yet. */
static unsigned of_folder(const char *folder, unsigned *files)
{
	char path[512];
	unsigned found = 0;
	struct dirent *e;
	DIR *d = opendir(folder);

	CHECK(d != NULL);
	while (d && (e = readdir(d)) != NULL) {
		struct stat st;
		struct fb_buf b;

		(void)snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 || stat(path, &st))
			continue;
		if (S_ISDIR(st.st_mode)) {
			found += of_folder(path, files);
			continue;
		}
		fb_buf_init(&b, 1u << 20);
		CHECK_INT(fb_read_file(path, 1u << 20, &b, NULL), 0);
		(*files)++;
		if (scan(e->d_name, fb_buf_view(&b), NULL) >= FB_LEVEL_HIGH)
			found++;
		else
			printf("not found: %s\n", path);
		fb_buf_dispose(&b);
	}
	if (d)
		(void)closedir(d);
	return found;
}

static void test_families(void)
{
	static const char *const folders[] = { "known", "held", "later", "last", "fresh", "blind", "second", "missed" };

	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
		bool missed = strcmp(folders[i], "missed") == 0;
		char path[512];
		unsigned files = 0, found;

		(void)snprintf(path, sizeof path, "%s/tests/golden/webshell/%s", FB_SOURCE_ROOT, folders[i]);
		found = of_folder(path, &files);
		printf("%s: %u of %u pages found at high or above\n", folders[i], found, files);
		CHECK(missed ? files == 59 && !found : files >= 30 && found * 100 >= files * 99);
	}
}

int main(void)
{
	struct fb_err err = { 0 };

	CHECK_INT(fb_hash_prepare(), 0);
	CHECK_INT(fb_webshell_new(NULL, &set, &err), 0);
	CHECK_INT(set->kind->open(set, &state), 0);
	test_pages();
	test_families();
	test_hostile();
	test_endless();
	test_known();
	set->kind->close(state);
	set->kind->free(set);
	return check_done();
}
