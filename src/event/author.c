#include "event/author.h"

const struct fb_authored fb_authors[] = {
	{ "date", FB_AUTHOR_SERVER, "its clock" },
	{ "time", FB_AUTHOR_SERVER, "its clock" },
	{ "s-ip", FB_AUTHOR_SERVER, "its own address" },
	{ "s-port", FB_AUTHOR_SERVER, "its own port" },
	{ "s-sitename", FB_AUTHOR_SERVER, "its configuration" },
	{ "s-computername", FB_AUTHOR_SERVER, "its own name" },
	{ "s-reason", FB_AUTHOR_SERVER, "why it gave up" },
	{ "s-queuename", FB_AUTHOR_SERVER, "its configuration" },
	{ "s-siteid", FB_AUTHOR_SERVER, "its configuration" },
	{ "sc-status", FB_AUTHOR_SERVER, "its answer; code that an attacker runs there chooses it, too" },
	{ "sc-substatus", FB_AUTHOR_SERVER, "its answer" },
	{ "sc-win32-status", FB_AUTHOR_SERVER, "its answer" },
	{ "sc-bytes", FB_AUTHOR_SERVER, "its count of what it sent" },
	{ "cs-bytes", FB_AUTHOR_SERVER, "its count of what it received" },
	{ "time-taken", FB_AUTHOR_SERVER, "its clock; a slow reader stretches it" },
	{ "request-start", FB_AUTHOR_SERVER, "made of its time and time taken" },
	{ "c-ip", FB_AUTHOR_NETWORK, "the peer; behind a trusted proxy what that proxy saw" },
	{ "peer-ip", FB_AUTHOR_NETWORK, "the peer" },
	{ "c-port", FB_AUTHOR_NETWORK, "the peer's port" },
	{ "cs-username", FB_AUTHOR_CHECKED,
	  "who authenticated; with an answer of 401 only who claimed to" },
	{ "ident", FB_AUTHOR_CLIENT, "what the client's own machine answered" },
	{ "cs-method", FB_AUTHOR_CLIENT, "the request's first word" },
	{ "cs-uri-stem", FB_AUTHOR_CLIENT, "the request" },
	{ "cs-uri-query", FB_AUTHOR_CLIENT, "the request" },
	{ "c-uri", FB_AUTHOR_CLIENT, "the request" },
	{ "cs-uri-extension", FB_AUTHOR_CLIENT, "the request" },
	{ "cs-version", FB_AUTHOR_CLIENT, "the request" },
	{ "cs-host", FB_AUTHOR_CLIENT, "a header; which site answered may depend on it" },
	{ "cs-user-agent", FB_AUTHOR_CLIENT, "a header" },
	{ "cs-referer", FB_AUTHOR_CLIENT, "a header" },
	{ "cs-cookie", FB_AUTHOR_CLIENT, "a header" },
	{ "X-Forwarded-For", FB_AUTHOR_CLIENT, "a header, to which proxies append" },
	{ NULL, FB_AUTHOR_UNKNOWN, NULL },
};

static bool begins(struct fb_slice s, const char *with)
{
	return fb_slice_ieq(fb_slice_sub(s, 0, strlen(with)), fb_slice_str(with));
}

enum fb_author fb_author_of(struct fb_slice field)
{
	static const char decoded[] = "-decoded";
	size_t n = sizeof decoded - 1;

	if (field.n > n && fb_slice_ieq(fb_slice_sub(field, field.n - n, n), FB_LIT(decoded)))
		field.n -= n;
	for (const struct fb_authored *a = fb_authors; a->field; a++)
		if (fb_slice_ieq(field, fb_slice_str(a->field)))
			return a->author;
	if (begins(field, "cs(") || begins(field, "X-") || begins(field, "rs(") || begins(field, "cs-"))
		return FB_AUTHOR_CLIENT; /* rs: of a proxy, the server that was asked */
	if (begins(field, "sc(") || begins(field, "sc-") || begins(field, "s-"))
		return FB_AUTHOR_SERVER;
	return FB_AUTHOR_UNKNOWN;
}

const char *fb_author_word(enum fb_author author)
{
	static const char *const words[] = { "unknown", "server", "network", "checked", "client" };

	return author <= FB_AUTHOR_CLIENT ? words[author] : words[0];
}
