#include "cli/rule_cache.h"

#include <stdio.h>
#include <stdlib.h>

static char *joined(const char *a, const char *b)
{
	char *out = NULL;

	return asprintf(&out, "%s%s", a, b) < 0 ? NULL : out;
}

char *fb_rule_cache_path(const char **why)
{
	const char *own = getenv("FIREBREAK_RULE_CACHE"), *xdg = getenv("XDG_CACHE_HOME"),
		   *home = getenv("HOME");

	*why = "out of memory";
	if (own && strcmp(own, "off") == 0) {
		*why = "";
		return NULL;
	}
	if (own && *own)
		return strdup(own);
	/* The base directory specification: relative paths are to be ignored. */
	if (xdg && *xdg == '/')
		return joined(xdg, "/firebreak");
	if (home && *home == '/')
		return joined(home, "/.cache/firebreak");
	*why = "neither HOME nor XDG_CACHE_HOME names a folder";
	return NULL;
}

static void say(struct fb_rule_cache *c, const char *why, bool plain)
{
	if (c->said[0])
		return;
	(void)snprintf(c->said, sizeof c->said, "%s", why);
	c->plain = plain;
}

static void say_unused(struct fb_rule_cache *c, const char *why)
{
	char text[1100];

	(void)snprintf(text, sizeof text, "compiled rules are not kept: %s", why);
	say(c, text, false);
}

#define NAME_SIZE (6 + 2 * FB_SHA256 + 1)

static void name_of(const uint8_t key[static FB_SHA256], char out[static NAME_SIZE])
{
	memcpy(out, "rules-", 6);
	fb_hex(key, FB_SHA256, out + 6);
}

static int get(void *user, const uint8_t key[static FB_SHA256], void **bytes, size_t *n)
{
	struct fb_rule_cache *c = user;
	struct fb_err err = { 0 };
	char name[NAME_SIZE], text[1100];
	int r;

	name_of(key, name);
	r = fb_store_get(&c->store, name, bytes, n, &err);
	if (r && r != FB_ENOTFOUND) {
		(void)snprintf(text, sizeof text, "%s: the rules were compiled again", err.text);
		say(c, text, false);
	}
	return r;
}

static void put(void *user, const uint8_t key[static FB_SHA256], struct fb_slice bytes,
		bool damaged)
{
	struct fb_rule_cache *c = user;
	struct fb_err err = { 0 };
	char name[NAME_SIZE], text[1100];

	name_of(key, name);
	if (damaged) {
		(void)snprintf(text, sizeof text, "%.900s/%s is damaged: the rules were compiled again",
			       c->store.path, name);
		say(c, text, false);
	}
	if (fb_store_put(&c->store, name, bytes, &err)) {
		say_unused(c, err.text);
		return;
	}
	(void)snprintf(text, sizeof text, "the rules were compiled; %s keeps them for the next run",
		       c->store.path);
	say(c, text, true);
}

void fb_rule_cache_open(struct fb_rule_cache *c)
{
	struct fb_err err = { 0 };
	const char *why;
	char *path = fb_rule_cache_path(&why);

	*c = (struct fb_rule_cache){ .sigma = { get, put, c } };
	if (!path) {
		if (*why)
			say_unused(c, why);
		return;
	}
	c->open = fb_store_open(&c->store, path, true, &err) == 0;
	if (!c->open)
		say_unused(c, err.text);
	free(path);
}

void fb_rule_cache_close(struct fb_rule_cache *c)
{
	if (c->open)
		fb_store_close(&c->store);
	c->open = false;
}
