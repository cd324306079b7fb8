#include "cli/cli.h"
#include "decode/formats.h"

int main(int argc, char **argv)
{
	return fb_main(argc, argv, fb_formats);
}
