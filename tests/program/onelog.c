/* One event log, of the lines of its input: the second, the number of the event, and its fields, with tabs between:
 *
 *     0<TAB>16<TAB>Configuration=C:\config.xml<TAB>ConfigurationFileHash=SHA256=…
 *
 *     onelog FILE HOST CHANNEL [NUMBER OF THE FIRST RECORD]
 */
#include "schemas.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define T0 (INT64_C(1755000000) * FB_SECOND)
#define FIELDS 16

static void die(const char *what)
{
	(void)fprintf(stderr, "onelog: %s\n", what);
	exit(1);
}

static enum schema_id schema_of(const char *channel, const char *number)
{
	int id = number ? atoi(number) : 0;

	for (int i = 0; i < SCHEMAS; i++)
		if (schemas[i].id == id && strcmp(schemas[i].channel, channel) == 0)
			return (enum schema_id)i;
	die("no such event");
	return SCHEMAS;
}

int main(int argc, char **argv)
{
	struct ew_options o = evtxw_defaults();
	struct fb_err err = { 0 };
	struct evtxw *w;
	char line[8192];
	int fd;

	if (argc != 4 && argc != 5)
		die("FILE HOST CHANNEL [NUMBER]");
	o.first_record = argc == 5 ? strtoull(argv[4], NULL, 10) : 0;
	schemas_init();
	fd = open(argv[1], O_RDWR | O_CREAT | O_TRUNC, 0600);
	w = fd < 0 ? NULL : evtxw_new(fd, &o, &err);
	if (!w)
		die(argv[1]);
	while (fgets(line, sizeof line, stdin)) {
		uint8_t room[FIELDS][68];
		struct evb e;
		char *rest = line, *second = strsep(&rest, "\t\n"), *number = strsep(&rest, "\t\n"), *field;

		evb_start(&e, schema_of(argv[3], number), T0 + (fb_time)atoll(second) * FB_SECOND, argv[2]);
		for (unsigned i = 0; i < FIELDS && (field = strsep(&rest, "\t\n")); i++) {
			char *value = strchr(field, '=');

			if (!value)
				break;
			*value = '\0';
			evb_text(&e, field, value + 1, room[i]);
		}
		if (evtxw_record(w, &e.ev, &err))
			die(err.text);
	}
	if (evtxw_finish(w, &err) || close(fd))
		die(err.text);
	evtxw_free(w);
	return 0;
}
