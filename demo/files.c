#include "files.h"

#include "kept.h"
#include "out.h"

#include <stdio.h>

#define LAYOUTS                                                                            \
	"SP01/Program Files/Common Files/Microsoft Shared/Web Server Extensions/16/TEMPLATE/LAYOUTS/"
#define LAYOUTS2                                                                           \
	"SP02/Program Files/Common Files/Microsoft Shared/Web Server Extensions/16/TEMPLATE/LAYOUTS/"
#define ROOT "SP01/inetpub/wwwroot/wss/VirtualDirectories/80/"

#define ORDINARY(title)                                                                    \
	"<%@ Page Language=\"C#\" MasterPageFile=\"~/_layouts/15/simple.master\" %>\r\n"     \
	"<asp:Content ContentPlaceHolderId=\"PlaceHolderPageTitle\" runat=\"server\">\r\n"  \
	"  " title "\r\n</asp:Content>\r\n"                                                 \
	"<asp:Content ContentPlaceHolderId=\"PlaceHolderMain\" runat=\"server\">\r\n"       \
	"  <p>" title "</p>\r\n</asp:Content>\r\n"

const struct demo_page demo_pages[] = {
	{ LAYOUTS,
	  "<%@ Page Language=\"C#\" Trace=\"false\" ValidateRequest=\"false\" %>\r\n"
	  "<script runat=\"server\">\r\n"
	  "// Inert: InertShell exists nowhere, this page cannot be compiled.\r\n"
	  "protected void Page_Load(object sender, EventArgs e)\r\n{\r\n"
	  "    string c = Request.Form[\"c\"];\r\n"
	  "    if (c != null)\r\n"
	  "        Response.Write(InertShell.Run(\"cmd.exe\", \"/c \" + c));\r\n}\r\n"
	  "</script>\r\n",
	  true, LEAF_SHELL, "command shell by form field" },
	{ LAYOUTS,
	  "9f3ac2771b04e6d85527aa90c1fe03b46e1d8870f2c95b3a44d7e6019823bb5c07d1e4f86a2b93c05d7e18"
	  "f4a6b2c3d1e09f8a7b6c5d4e3f2a1b0c9d|HMACSHA256|3c5e7f9a1b2d4c6e8f0a1c3e5d7f9b0a2c4e6f8091"
	  "a3b5c7|Auto|Framework45\r\n",
	  true, LEAF_KEYS, "key-shaped text, random" },
	{ LAYOUTS2,
	  "<%@ Page Language=\"C#\" %>\r\n<%-- Inert: everything telling stands in this comment.\r\n"
	  "System.Reflection.Assembly.Load(System.Convert.FromBase64String(Request[\"d\"]))\r\n--%>\r\n"
	  "<html><body></body></html>\r\n",
	  true, LEAF_SECOND_HOST, "loader, within a comment" },
	{ LAYOUTS "start.aspx", ORDINARY("Start"), false, 0, "ordinary" },
	{ LAYOUTS "settings.aspx", ORDINARY("Site settings"), false, 0, "ordinary" },
	{ LAYOUTS "viewlsts.aspx", ORDINARY("Site contents"), false, 0, "ordinary" },
	{ LAYOUTS "closeconnection.aspx", ORDINARY("Signed out elsewhere"), false, 0, "ordinary" },
	{ LAYOUTS "SignOut.aspx", ORDINARY("Sign out"), false, 0, "ordinary" },
	{ LAYOUTS "ToolPane.aspx", ORDINARY("Tool pane"), false, 0, "ordinary" },
	{ LAYOUTS2 "start.aspx", ORDINARY("Start"), false, 0, "ordinary" },
	{ LAYOUTS2 "ToolPane.aspx", ORDINARY("Tool pane"), false, 0, "ordinary" },
	{ ROOT "health.aspx",
	  "<%@ Page Language=\"C#\" %>\r\n<script runat=\"server\">\r\n"
	  "protected void Page_Load(object sender, EventArgs e)\r\n{\r\n"
	  "    Response.ContentType = \"text/plain\";\r\n"
	  "    Response.Write(\"OK \" + System.Environment.MachineName);\r\n}\r\n</script>\r\n",
	  false, 0, "ordinary" },
	{ ROOT "global.asax",
	  "<%@ Assembly Name=\"Microsoft.SharePoint\" %>\r\n<%@ Application Language=\"C#\" %>\r\n", false, 0,
	  "ordinary" },
	{ ROOT "App_GlobalResources/wss.en-US.resx",
	  "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<root>\r\n  <data name=\"title\"><value>Northmoor"
	  "</value></data>\r\n</root>\r\n",
	  false, 0, "ordinary" },
};
const unsigned demo_pages_count = sizeof(demo_pages) / sizeof(demo_pages[0]);

static void web_config(struct plan *p, enum host_id host)
{
	struct rng r;
	char keys[2][130];

	rng_init(&r, p->seed, hosts[host].name);
	for (unsigned k = 0; k < 2; k++)
		for (unsigned i = 0; i < 128; i++) {
			keys[k][i] = "0123456789ABCDEF"[rng_below(&r, 16)];
			keys[k][i + 1] = 0;
		}
	keys[1][48] = 0;
	out_file(plan_fmt(p, "%s/inetpub/wwwroot/wss/VirtualDirectories/80/web.config",
			  hosts[host].name),
		 fb_slice_str(plan_fmt(p,
			"<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\r\n<configuration>\r\n"
			"  <system.web>\r\n    <!-- random, of no server -->\r\n"
			"    <machineKey validationKey=\"%s\" decryptionKey=\"%s\" validation=\"HMACSHA256\" />\r\n"
			"    <customErrors mode=\"On\" />\r\n    <httpRuntime maxRequestLength=\"51200\" />\r\n"
			"  </system.web>\r\n</configuration>\r\n",
			keys[0], keys[1])));
}

/* A kind of file that nothing here knows: hashed, counted, not decoded. */
static void unknown(struct plan *p)
{
	struct rng r;
	uint8_t bytes[24576];

	rng_init(&r, p->seed, "unknown");
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)rng_next(&r);
	memcpy(bytes, "\x7FNMC\x01\x00\x02", 7);
	out_file("FS02/D/Admin/inventory.nmc", fb_slice(bytes, sizeof(bytes)));
}

enum host_id demo_page_host(unsigned i)
{
	return strncmp(demo_pages[i].path, "SP02/", 5) == 0 ? SP02 : SP01;
}

bool demo_page_there(const struct plan *p, unsigned i)
{
	return kept_host(p, demo_page_host(i)) && (!demo_pages[i].dropped || plan_drops(p));
}

const char *demo_page_path(struct plan *p, unsigned i)
{
	const struct demo_page *page = &demo_pages[i];

	return page->dropped ? plan_fmt(p, "%s%s", page->path, plan_leaf(p, page->leaf)) : page->path;
}

void files_write(struct plan *p)
{
	for (unsigned i = 0; i < demo_pages_count; i++)
		if (demo_page_there(p, i))
			out_file(demo_page_path(p, i), fb_slice_str(demo_pages[i].text));
	web_config(p, SP01);
	if (kept_host(p, SP02))
		web_config(p, SP02);
	if (kept_host(p, FS02))
		unknown(p);
}
