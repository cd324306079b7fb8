#include "intake/container.h"

#include "intake/recognise.h"

#define TAR_BLOCK 512

struct magic {
	struct fb_slice bytes;
	enum fb_container kind;
};

static const struct magic magics[] = {
	{ { (const uint8_t *)"PK\3\4", 4 }, FB_CONTAINER_ZIP },
	{ { (const uint8_t *)"PK\5\6", 4 }, FB_CONTAINER_ZIP },     /* without members */
	{ { (const uint8_t *)"PK\7\10PK\3\4", 8 }, FB_CONTAINER_ZIP }, /* the first of several */
	{ { (const uint8_t *)"PK00PK\3\4", 8 }, FB_CONTAINER_ZIP },
	{ { (const uint8_t *)"7z\xBC\xAF\x27\x1C", 6 }, FB_CONTAINER_7Z },
	{ { (const uint8_t *)"Rar!\x1A\x07\x00", 7 }, FB_CONTAINER_RAR },
	{ { (const uint8_t *)"Rar!\x1A\x07\x01\x00", 8 }, FB_CONTAINER_RAR5 },
	{ { (const uint8_t *)"MSCF\0\0\0\0", 8 }, FB_CONTAINER_CAB },
	{ { (const uint8_t *)"\xFD"
			     "7zXZ\0", 6 }, FB_CONTAINER_XZ },
	{ { (const uint8_t *)"\x28\xB5\x2F\xFD", 4 }, FB_CONTAINER_ZSTD },
	{ { (const uint8_t *)"\x04\x22\x4D\x18", 4 }, FB_CONTAINER_LZ4 },
	{ { (const uint8_t *)"\x1F\x9D", 2 }, FB_CONTAINER_COMPRESS },
};

static const struct {
	const char *name;
	struct fb_slice suffix, tar_suffix;
} kinds[FB_CONTAINER_COUNT] = {
	[FB_CONTAINER_NONE] = { "", { 0 }, { 0 } },
	[FB_CONTAINER_GZIP] = { "gzip", { (const uint8_t *)".gz", 3 }, { (const uint8_t *)".tgz", 4 } },
	[FB_CONTAINER_ZIP] = { "zip", { 0 }, { 0 } },
	[FB_CONTAINER_7Z] = { "7z", { 0 }, { 0 } },
	[FB_CONTAINER_TAR] = { "tar", { 0 }, { 0 } },
	[FB_CONTAINER_RAR] = { "rar", { 0 }, { 0 } },
	[FB_CONTAINER_RAR5] = { "rar", { 0 }, { 0 } },
	[FB_CONTAINER_CAB] = { "cab", { 0 }, { 0 } },
	[FB_CONTAINER_XZ] = { "xz", { (const uint8_t *)".xz", 3 }, { (const uint8_t *)".txz", 4 } },
	[FB_CONTAINER_BZIP2] = { "bzip2", { (const uint8_t *)".bz2", 4 }, { (const uint8_t *)".tbz", 4 } },
	[FB_CONTAINER_ZSTD] = { "zstd", { (const uint8_t *)".zst", 4 }, { (const uint8_t *)".tzst", 5 } },
	[FB_CONTAINER_LZ4] = { "lz4", { (const uint8_t *)".lz4", 4 }, { 0 } },
	[FB_CONTAINER_COMPRESS] = { "compress", { (const uint8_t *)".Z", 2 }, { 0 } },
};

/* "BZh", a level, and the digits of pi that begin a block, or those of its root that
 * end an empty file. */
static bool is_bzip2(struct fb_slice h)
{
	return h.n >= 10 && memcmp(h.p, "BZh", 3) == 0 && h.p[3] >= '1' && h.p[3] <= '9' &&
	       (memcmp(h.p + 4, "1AY&SY", 6) == 0 || memcmp(h.p + 4, "\x17\x72\x45\x38\x50\x90", 6) == 0);
}

/* The octal number of a header's field; false: there is none. */
static bool octal(const uint8_t *p, size_t n, uint32_t *out)
{
	uint32_t v = 0;
	size_t i = 0, digits = 0;

	while (i < n && p[i] == ' ')
		i++;
	for (; i < n && p[i] >= '0' && p[i] <= '7'; i++, digits++)
		v = v << 3 | (uint32_t)(p[i] - '0');
	*out = v;
	return digits > 0 && (i == n || p[i] == 0 || p[i] == ' ');
}

/* A header's sum is over its bytes with blanks in the place of the sum. */
static bool is_tar(struct fb_slice h)
{
	uint32_t want, sum = 0, mode;
	int32_t sum_signed = 0;

	if (h.n < TAR_BLOCK || h.p[0] == 0 || !octal(h.p + 148, 8, &want))
		return false;
	for (size_t i = 0; i < TAR_BLOCK; i++) {
		uint8_t c = i >= 148 && i < 156 ? ' ' : h.p[i];

		sum += c;
		sum_signed += (int8_t)c;
	}
	if (want != sum && (int32_t)want != sum_signed)
		return false;
	return memcmp(h.p + 257, "ustar", 5) == 0 || octal(h.p + 100, 8, &mode);
}

enum fb_container fb_container_of(struct fb_slice head)
{
	if (fb_is_gzip(head))
		return FB_CONTAINER_GZIP;
	for (size_t i = 0; i < sizeof magics / sizeof *magics; i++)
		if (fb_slice_starts(head, magics[i].bytes))
			return magics[i].kind;
	if (is_bzip2(head))
		return FB_CONTAINER_BZIP2;
	return is_tar(head) ? FB_CONTAINER_TAR : FB_CONTAINER_NONE;
}

const char *fb_container_name(enum fb_container c)
{
	return (unsigned)c < FB_CONTAINER_COUNT ? kinds[c].name : "";
}

bool fb_container_single(enum fb_container c)
{
	return (unsigned)c < FB_CONTAINER_COUNT && kinds[c].suffix.n > 0;
}

static bool ends(struct fb_slice name, struct fb_slice suffix)
{
	return suffix.n && name.n > suffix.n &&
	       fb_slice_ieq(fb_slice_sub(name, name.n - suffix.n, suffix.n), suffix);
}

struct fb_slice fb_container_stem(struct fb_slice name, bool *tar)
{
	for (size_t i = 0; i < FB_CONTAINER_COUNT; i++) {
		*tar = ends(name, kinds[i].tar_suffix);
		if (*tar)
			return fb_slice_sub(name, 0, name.n - kinds[i].tar_suffix.n);
		if (ends(name, kinds[i].suffix))
			return fb_slice_sub(name, 0, name.n - kinds[i].suffix.n);
	}
	return FB_LIT("");
}
