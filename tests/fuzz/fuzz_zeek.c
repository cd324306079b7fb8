/* Fuzzes Zeek's logs as fuzz_weblog.c does all other formats of lines, alone: that corpus chooses a format by its
 * number, and one more would have changed what each of its files means. */
#define FUZZ_ONE_FORMAT fb_format_zeek
#include "fuzz_weblog.c" /* NOLINT */
