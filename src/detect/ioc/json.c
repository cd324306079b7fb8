/* MISP events (alone, in a list, or as the API answers) and STIX 2.1 bundles. */
#include "detect/ioc/set.h"

#include "base/limits.h"

#include <jansson.h>
#include <string.h>

static struct fb_slice text_of(const json_t *object, const char *key)
{
	const json_t *v = json_object_get(object, key);

	return json_is_string(v) ? fb_slice(json_string_value(v), json_string_length(v))
				 : fb_slice(NULL, 0);
}

/* ---- MISP ---- */

/* Attributes of two values: "filename|md5", "domain|ip". */
static int misp_pair(struct ic_loader *l, struct fb_slice type, struct fb_slice value,
		     struct fb_slice note)
{
	const uint8_t *bar = memchr(type.p, '|', type.n), *cut = memchr(value.p, '|', value.n);
	size_t a, b;
	int r;

	if (!bar || !cut)
		return ic_left_out(l, 0, "an attribute of two values that has one", true);
	a = (size_t)(bar - type.p);
	b = (size_t)(cut - value.p);
	r = ic_add(l, 0, fb_slice(value.p, b), ic_type_named(fb_slice(type.p, a)), note, 0, FB_TIME_NONE);
	type = fb_slice_sub(type, a + 1, type.n);
	if (r || fb_slice_eqs(type, "port"))
		return r;
	return ic_add(l, 0, fb_slice_sub(value, b + 1, value.n), ic_type_named(type), note, 0, FB_TIME_NONE);
}

static int misp_attribute(struct ic_loader *l, const json_t *a, struct fb_slice event)
{
	struct fb_slice type = text_of(a, "type"), value = text_of(a, "value");
	struct fb_slice note = text_of(a, "comment");
	const json_t *deleted = json_object_get(a, "deleted");

	if (json_is_true(deleted))
		return ic_left_out(l, 0, "an attribute that was deleted", false);
	if (!json_is_true(json_object_get(a, "to_ids")))
		return ic_left_out(l, 0, "an attribute for context, not for detection (to_ids)", false);
	if (note.n == 0)
		note = event;
	if (memchr(type.p, '|', type.n))
		return misp_pair(l, type, value, note);
	if (ic_type_named(type) == IC_TYPES)
		return ic_left_out(l, 0, "an attribute of a type that is not looked for", false);
	return ic_add(l, 0, value, ic_type_named(type), note, 0, FB_TIME_NONE);
}

static int misp_attributes(struct ic_loader *l, const json_t *list, struct fb_slice event)
{
	const json_t *a;
	size_t i;
	int r = 0;

	json_array_foreach((json_t *)(uintptr_t)list, i, a)
		if (!r)
			r = misp_attribute(l, a, event);
	return r;
}

static int misp_event(struct ic_loader *l, const json_t *event)
{
	struct fb_slice info = text_of(event, "info");
	const json_t *object;
	size_t i;
	int r = misp_attributes(l, json_object_get(event, "Attribute"), info);

	json_array_foreach(json_object_get(event, "Object"), i, object)
		if (!r)
			r = misp_attributes(l, json_object_get(object, "Attribute"), info);
	return r;
}

/* ---- STIX ---- */

/* What a comparison of a pattern may ask: object and property to a type. */
static const struct {
	const char *path;
	enum ic_type type;
} stix_paths[] = {
	{ "ipv4-addr:value", IC_ADDRESS }, { "ipv6-addr:value", IC_ADDRESS },
	{ "domain-name:value", IC_DOMAIN }, { "url:value", IC_URL }, { "email-addr:value", IC_EMAIL },
	{ "file:name", IC_FILE }, { "email-message:from_ref.value", IC_EMAIL },
	{ "network-traffic:dst_ref.value", IC_TYPES }, { "network-traffic:src_ref.value", IC_TYPES },
};

static bool stix_type(struct fb_slice path, enum ic_type *type)
{
	for (size_t i = 0; i < sizeof stix_paths / sizeof *stix_paths; i++) {
		if (fb_slice_eqs(path, stix_paths[i].path)) {
			*type = stix_paths[i].type;
			return true;
		}
	}
	*type = IC_HASH;
	return fb_slice_starts(path, FB_LIT("file:hashes"));
}

/* A pattern being read from the front. */
struct pattern {
	struct ic_loader *l;
	struct fb_slice s;
	struct fb_slice note;
	unsigned confidence;
	fb_time until;
	unsigned found;
	uint8_t room[FB_INDICATOR_MAX];
};

static void blanks(struct pattern *p)
{
	while (p->s.n && strchr(" \t\r\n", p->s.p[0]))
		p->s = fb_slice_sub(p->s, 1, p->s.n);
}

static bool take(struct pattern *p, char c)
{
	blanks(p);
	if (p->s.n == 0 || p->s.p[0] != (uint8_t)c)
		return false;
	p->s = fb_slice_sub(p->s, 1, p->s.n);
	return true;
}

static bool take_string(struct pattern *p, struct fb_slice *out)
{
	size_t n = 0, i = 0;

	if (!take(p, '\''))
		return false;
	for (; i < p->s.n && p->s.p[i] != '\''; i++) {
		if (p->s.p[i] == '\\' && i + 1 < p->s.n)
			i++;
		if (n == sizeof p->room)
			return false;
		p->room[n++] = p->s.p[i];
	}
	if (i == p->s.n)
		return false;
	p->s = fb_slice_sub(p->s, i + 1, p->s.n);
	*out = fb_slice(p->room, n);
	return true;
}

/* A word or a path; steps of a path may stand in quotes: file:hashes.'SHA-256'. */
static struct fb_slice take_word(struct pattern *p)
{
	size_t i = 0;

	blanks(p);
	while (i < p->s.n) {
		uint8_t c = p->s.p[i];

		if (c == '\'' && i && p->s.p[i - 1] == '.') {
			size_t end = fb_slice_find(fb_slice_sub(p->s, i + 1, p->s.n), FB_LIT("'"));

			i += end + 2;
			continue;
		}
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      (c && strchr(":._-", c))))
			break;
		i++;
	}
	if (i > p->s.n)
		i = p->s.n;
	p->s = fb_slice_sub(p->s, i, p->s.n);
	return fb_slice(p->s.p - i, i);
}

static int take_value(struct pattern *p, struct fb_slice path)
{
	struct fb_slice value;
	enum ic_type type;

	if (!take_string(p, &value))
		return ic_left_out(p->l, 0, "a pattern that is not understood", true);
	p->found++;
	if (!stix_type(path, &type))
		return ic_left_out(p->l, 0, "a pattern over something that is not looked for", false);
	return ic_add(p->l, 0, value, type, p->note, p->confidence, p->until);
}

static int comparison(struct pattern *p, struct fb_slice path)
{
	struct fb_slice word;
	int r;

	if (take(p, '='))
		return take_value(p, path);
	word = take_word(p);
	if (!fb_slice_eqs(word, "IN") || !take(p, '('))
		return ic_left_out(p->l, 0, "a pattern with a comparison other than \"=\" and \"IN\"", false);
	do {
		r = take_value(p, path);
	} while (!r && take(p, ','));
	return r;
}

/* Every comparison that is enough for itself; patterns in which others have to hold too
 * say more than a list of values can. */
static int stix_pattern(struct pattern *p)
{
	static const char *const joins[] = { " AND ", "FOLLOWEDBY", " NOT " };
	int r = 0;

	for (size_t i = 0; i < sizeof joins / sizeof *joins; i++)
		if (fb_slice_find(p->s, fb_slice_str(joins[i])) < p->s.n)
			return ic_left_out(p->l, 0, "a pattern of several conditions that must hold together",
					   false);
	while (p->s.n && !r) {
		struct fb_slice word = take_word(p);

		if (word.n == 0)
			p->s = fb_slice_sub(p->s, 1, p->s.n);
		else if (memchr(word.p, ':', word.n))
			r = comparison(p, word);
	}
	return r || p->found ? r : ic_left_out(p->l, 0, "a pattern that is not understood", true);
}

static int stix_object(struct ic_loader *l, const json_t *o)
{
	struct fb_slice note = text_of(o, "name"), type = text_of(o, "pattern_type");
	struct fb_slice end = text_of(o, "valid_until");
	const json_t *confidence = json_object_get(o, "confidence");
	fb_time until = FB_TIME_NONE;
	struct pattern p;
	json_int_t c = json_is_integer(confidence) ? json_integer_value(confidence) : 0;

	if (!fb_slice_eqs(text_of(o, "type"), "indicator"))
		return 0;
	if (json_is_true(json_object_get(o, "revoked")))
		return ic_left_out(l, 0, "an indicator that was revoked", false);
	if (type.n && !fb_slice_eqs(type, "stix"))
		return ic_left_out(l, 0, "an indicator whose pattern is of another language", false);
	if (end.n && !fb_time_parse(end, &until, NULL))
		return ic_left_out(l, 0, "an end of validity that is no time", true);
	p = (struct pattern){ .l = l, .s = text_of(o, "pattern"), .note = note, .until = until,
			      .confidence = c < 0 ? 0 : c > 100 ? 100 : (unsigned)c };
	return stix_pattern(&p);
}

/* ---- which of them ---- */

static int read_value(struct ic_loader *l, const json_t *v, unsigned depth)
{
	const json_t *event = json_object_get(v, "Event"), *objects = json_object_get(v, "objects");
	const json_t *response = json_object_get(v, "response"), *item;
	const json_t *list = json_is_array(v) ? v : response;
	size_t i;
	int r = 0;

	if (event)
		return misp_event(l, event);
	if (json_is_array(objects) && fb_slice_eqs(text_of(v, "type"), "bundle")) {
		json_array_foreach((json_t *)(uintptr_t)objects, i, item)
			if (!r)
				r = stix_object(l, item);
		return r;
	}
	if (json_object_get(v, "Attribute"))
		return misp_event(l, v);
	if (!json_is_array(list) || depth > 1)
		return ic_left_out(l, 0, "neither a MISP event nor a STIX 2.1 bundle", true);
	json_array_foreach((json_t *)(uintptr_t)list, i, item)
		if (!r)
			r = read_value(l, item, depth + 1);
	return r;
}

int ic_read_json(struct ic_loader *l, struct fb_slice text)
{
	json_error_t why;
	json_t *root = json_loadb((const char *)text.p, text.n, JSON_REJECT_DUPLICATES, &why);
	int r;

	if (!root)
		return ic_left_out(l, why.line > 0 ? (unsigned)why.line : 0, "not JSON", true);
	r = read_value(l, root, 0);
	json_decref(root);
	return r;
}
