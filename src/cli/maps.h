/* Mapping files (docs/formats/import.md): read from YAML, kept in the case by their text, and
 * made formats of, which stand before those of the program.
 */
#ifndef FB_CLI_MAPS_H
#define FB_CLI_MAPS_H

#include "cli/cmd.h"

/* The formats of cli get those of the file; FB_EUSAGE names its line and what is wrong. */
int fb_maps_file(struct fb_cli *cli, const char *path);
/* … and those that the case in dir has, if there is one. A name that is there is left out. */
int fb_maps_dir(struct fb_cli *cli, const char *dir);
int fb_maps_case(struct fb_cli *cli, struct fb_case *c);
/* What fb_maps_file read into the case. */
int fb_maps_keep(struct fb_cli *cli, struct fb_case *c);
void fb_maps_free(struct fb_cli *cli);

#endif
