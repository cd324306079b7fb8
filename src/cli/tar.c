#include "cli/tar.h"

enum { NAME = 0, MODE = 100, UID = 108, GID = 116, SIZE = 124, MTIME = 136, SUM = 148, TYPE = 156,
       MAGIC = 257 };
#define LONG_DIGITS 11

static void octal(uint8_t *out, unsigned digits, uint64_t v)
{
	while (digits--) {
		out[digits] = (uint8_t)('0' + (v & 7));
		v >>= 3;
	}
}

void fb_tar_header(uint8_t out[static FB_TAR_BLOCK], const char *name, uint64_t size,
		   uint64_t mtime)
{
	size_t n = strlen(name);
	unsigned sum = 0;

	memset(out, 0, FB_TAR_BLOCK);
	memcpy(out + NAME, name, n < FB_TAR_NAME ? n : FB_TAR_NAME - 1);
	octal(out + MODE, 7, 0644);
	octal(out + UID, 7, 0);
	octal(out + GID, 7, 0);
	octal(out + SIZE, LONG_DIGITS, size);
	octal(out + MTIME, LONG_DIGITS, mtime);
	out[TYPE] = '0';
	memcpy(out + MAGIC, "ustar\00000", 8);
	memset(out + SUM, ' ', 8);
	for (int i = 0; i < FB_TAR_BLOCK; i++)
		sum += out[i];
	octal(out + SUM, 6, sum);
	out[SUM + 6] = 0;
}

static bool number(const uint8_t *p, uint64_t *out)
{
	*out = 0;
	for (int i = 0; i < LONG_DIGITS; i++) {
		if (p[i] < '0' || p[i] > '7')
			return false;
		*out = *out << 3 | (uint64_t)(p[i] - '0');
	}
	return true;
}

bool fb_tar_parse(const uint8_t in[static FB_TAR_BLOCK], char name[static FB_TAR_NAME],
		  uint64_t *size)
{
	uint8_t again[FB_TAR_BLOCK];
	uint64_t mtime;

	memcpy(name, in + NAME, FB_TAR_NAME);
	if (name[FB_TAR_NAME - 1] || !number(in + SIZE, size) || !number(in + MTIME, &mtime))
		return false;
	fb_tar_header(again, name, *size, mtime);
	return memcmp(again, in, FB_TAR_BLOCK) == 0;
}
