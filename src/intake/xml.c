#include "intake/xml.h"

static void move(struct fb_slice *s, size_t n)
{
	*s = fb_slice_sub(*s, n, s->n);
}

static bool blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void blanks(struct fb_slice *s)
{
	while (s->n && blank(s->p[0]))
		move(s, 1);
}

static struct fb_slice take_name(struct fb_slice *s)
{
	struct fb_slice out;
	size_t n = 0;

	while (n < s->n && ((s->p[n] >= 'a' && s->p[n] <= 'z') || (s->p[n] >= 'A' && s->p[n] <= 'Z') ||
			    (s->p[n] >= '0' && s->p[n] <= '9') || s->p[n] == '_' || s->p[n] == '-' ||
			    s->p[n] == '.' || s->p[n] == ':'))
		n++;
	out = fb_slice_sub(*s, 0, n);
	move(s, n);
	return out;
}

/* name="value"; false: it is none. name->n == 0: no more follow. */
static bool take_attr(struct fb_slice *s, struct fb_slice *name, struct fb_slice *value)
{
	const uint8_t *end;

	blanks(s);
	*name = take_name(s);
	if (!name->n)
		return true;
	blanks(s);
	if (!s->n || s->p[0] != '=')
		return false;
	move(s, 1);
	blanks(s);
	if (s->n < 2 || (s->p[0] != '"' && s->p[0] != '\''))
		return false;
	end = memchr(s->p + 1, s->p[0], s->n - 1);
	if (!end)
		return false;
	*value = fb_slice(s->p + 1, (size_t)(end - s->p) - 1);
	move(s, value->n + 2);
	return true;
}

static bool take_tag(struct fb_slice *s, struct fb_xml_tag *t)
{
	const uint8_t *from;

	*t = (struct fb_xml_tag){ .name = take_name(s) };
	if (!t->name.n)
		return false;
	from = s->p;
	for (;;) {
		struct fb_slice name, value;

		if (!take_attr(s, &name, &value))
			return false;
		if (!name.n)
			break;
	}
	t->attrs = fb_slice(from, (size_t)(s->p - from));
	t->empty = s->n && s->p[0] == '/';
	move(s, t->empty);
	if (!s->n || s->p[0] != '>')
		return false;
	move(s, 1);
	return true;
}

/* What stands at the front up to `end`, which it must have; false: it has not. */
static bool pass(struct fb_slice *s, struct fb_slice end)
{
	size_t n = fb_slice_find(*s, end);

	if (n == s->n)
		return false;
	move(s, n + end.n);
	return true;
}

enum fb_xml_token fb_xml_next(struct fb_xml *x, struct fb_xml_tag *t)
{
	x->broken = false;
	for (bool first = true;; first = false) {
		size_t n = fb_slice_find(x->s, FB_LIT("<"));
		struct fb_slice text = fb_slice_sub(x->s, 0, n);

		if (first)
			x->text = text;
		x->broken = x->broken || (!first && fb_slice_trim(text).n);
		move(&x->s, n);
		if (!x->s.n)
			return FB_XML_END;
		if (fb_slice_starts(x->s, FB_LIT("<!--")) || fb_slice_starts(x->s, FB_LIT("<?"))) {
			if (!pass(&x->s, x->s.p[1] == '?' ? FB_LIT("?>") : FB_LIT("-->")))
				return FB_XML_BAD;
			continue;
		}
		move(&x->s, 1);
		if (!x->s.n || x->s.p[0] != '/')
			return take_tag(&x->s, t) ? FB_XML_OPEN : FB_XML_BAD;
		move(&x->s, 1);
		*t = (struct fb_xml_tag){ .name = take_name(&x->s) };
		blanks(&x->s);
		if (!x->s.n || x->s.p[0] != '>')
			return FB_XML_BAD;
		move(&x->s, 1);
		return FB_XML_CLOSE;
	}
}

bool fb_xml_attr(const struct fb_xml_tag *t, const char *name, struct fb_slice *value)
{
	struct fb_slice rest = t->attrs, key, v;
	bool found = false;

	*value = fb_slice(NULL, 0);
	while (take_attr(&rest, &key, &v) && key.n)
		if (fb_slice_eqs(key, name)) {
			*value = v;
			found = true;
		}
	return found;
}

bool fb_xml_begins(struct fb_slice head, const char *name)
{
	struct fb_xml x = { .s = head };
	struct fb_xml_tag t;

	return fb_xml_next(&x, &t) == FB_XML_OPEN && fb_slice_eqs(t.name, name) && !fb_slice_trim(x.text).n;
}
