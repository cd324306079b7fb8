/* firebreak-demo: makes evidence whose truth is known. */
#include "answers.h"
#include "evlog.h"
#include "files.h"
#include "flows.h"
#include "kept.h"
#include "web.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#define DEFAULT_SIZE (8ull << 20)
#define DAYS_MAX 365
#define LATER_MAX 3650

static const char usage[] =
	"usage: firebreak-demo --scenario NAME [--with NAME,…] [--seed N] [--days D] [--size BYTES]\n"
	"                      [--later D] -o DIR\n"
	"Makes DIR/evidence and DIR/answers.json.\n"
	"  --scenario NAME  sharepoint (a break-in) or benign (the same company without it)\n"
	"  --with NAME,…    what is different about it, see below\n"
	"  --seed N         another number, other evidence (default 1)\n"
	"  --days D         days covered, 1 to 365, ending on 15 August 2025 (default 5)\n"
	"  --size BYTES     about as many bytes of evidence; K, M, G may follow (default 8M)\n"
	"  --later D        the same story so many days later, 0 to 3650 (default 0)\n"
	"  -o DIR           where to\n";

struct options {
	const char *scenario, *with, *dir;
	bool attack;
	uint32_t variants;
	uint64_t seed, days, size, later;
};

static bool size_of(const char *text, uint64_t *out)
{
	size_t n = strlen(text);
	uint64_t unit = 1;

	if (n && strchr("KMG", text[n - 1]))
		unit = text[--n] == 'K' ? 1u << 10 : text[n] == 'M' ? 1u << 20 : 1u << 30;
	return fb_slice_u64(fb_slice(text, n), out) && *out <= (1ull << 44) / unit &&
	       (*out *= unit, true);
}

static void help(void)
{
	fputs(usage, stdout);
	fputs("--with, as many as fit together:\n", stdout);
	for (unsigned v = 0; v < VARIANTS; v++)
		printf("  %-16s %s%s\n", variants[v].name, variants[v].says,
		       variants[v].attack ? " (sharepoint)" : "");
}

static bool parse(int argc, char **argv, struct options *o)
{
	static const struct option names[] = {
		{ "scenario", required_argument, NULL, 's' }, { "seed", required_argument, NULL, 'n' },
		{ "days", required_argument, NULL, 'd' },     { "size", required_argument, NULL, 'b' },
		{ "with", required_argument, NULL, 'w' },
		{ "later", required_argument, NULL, 'l' },
		{ "output", required_argument, NULL, 'o' },   { "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	const char *bad;
	int c;

	while ((c = getopt_long(argc, argv, "o:h", names, NULL)) != -1) {
		bool ok = true;

		switch (c) {
		case 's': o->scenario = optarg; break;
		case 'n': ok = fb_slice_u64(fb_slice_str(optarg), &o->seed); break;
		case 'd': ok = fb_slice_u64(fb_slice_str(optarg), &o->days) && o->days >= 1 &&
			       o->days <= DAYS_MAX; break;
		case 'l': ok = fb_slice_u64(fb_slice_str(optarg), &o->later) && o->later <= LATER_MAX; break;
		case 'b': ok = size_of(optarg, &o->size); break;
		case 'o': o->dir = optarg; break;
		case 'w': o->with = optarg; break;
		case 'h': help(); exit(0);
		default: return false;
		}
		if (!ok) {
			fprintf(stderr, "firebreak-demo: not a usable number: %s\n", optarg);
			return false;
		}
	}
	if (optind < argc || !o->scenario || !o->dir)
		return false;
	if (strcmp(o->scenario, "sharepoint") != 0 && strcmp(o->scenario, "benign") != 0) {
		fprintf(stderr, "firebreak-demo: no scenario \"%s\"\n", o->scenario);
		return false;
	}
	o->attack = strcmp(o->scenario, "sharepoint") == 0;
	if (o->with && !variants_parse(o->with, o->attack, &o->variants, &bad)) {
		fprintf(stderr, "firebreak-demo: %s cannot be with %s\n", o->scenario, bad);
		return false;
	}
	return true;
}

/* Parts of the event logs' half; SHARES is their sum. */
#define SHARES 1100
static const unsigned shares[HOSTS][CHANNELS] = {
	/*         Security System Appl. Sysmon PowerSh. Defender */
	[SP01] = { 150, 12, 10, 130, 14, 6 },
	[SP02] = { 140, 12, 10, 0, 10, 6 },
	[DC01] = { 140, 10, 6, 70, 8, 6 },
	[FS02] = { 150, 10, 6, 60, 8, 6 },
	[WS07] = { 40, 8, 6, 55, 5, 6 },
};

static void make(struct plan *p, uint64_t size)
{
	uint64_t half = size / 2;

	web_site(p, SP01, SITE_PORTAL, half * 48 / 100);
	web_site(p, SP01, SITE_HELPDESK, half * 10 / 100);
	web_errors(p, SP01);
	if (kept_host(p, SP02)) {
		web_site(p, SP02, SITE_PORTAL, half * 42 / 100);
		web_errors(p, SP02);
	}
	if (kept_host(p, SP02) && !plan_with(p, V_DAYS_LOST))
		web_leftovers(p);
	for (unsigned h = 0; h < HOSTS; h++)
		for (unsigned c = 0; c < CHANNELS; c++)
			if (kept_host(p, h) && (c != CH_SYSMON || hosts[h].sysmon))
				evlog_write(p, h, c, half * shares[h][c] / SHARES);
	files_write(p);
	flows_write(p);
	if (plan_with(p, V_COPIES)) {
		/* As collections overlap: one host again, and of another's web logs a part. */
		out_copy("DC01", "second collection/DC01", 1000);
		if (kept_host(p, SP02))
			out_copy("SP02", "second collection/SP02", 1000);
		out_copy("SP01/inetpub/logs/LogFiles/W3SVC1652431893",
			 "second collection/SP01/inetpub/logs/LogFiles/W3SVC1652431893", 600);
	}
}

int main(int argc, char **argv)
{
	struct options o = { .seed = 1, .days = 5, .size = DEFAULT_SIZE };
	struct plan plan;
	char evidence[3000];
	size_t written = 0;

	if (!parse(argc, argv, &o)) {
		fputs(usage, stderr);
		return 2;
	}
	(void)snprintf(evidence, sizeof(evidence), "%s/evidence", o.dir);
	schemas_init();
	/* First what happened, then the records of it. */
	plan_make(&plan, o.attack, o.variants, o.seed, (unsigned)o.days);
	plan.later = (fb_time)o.later * 86400 * FB_SECOND;
	out_root(evidence);
	make(&plan, o.size);
	answers_write(&plan);
	for (size_t i = 0; i < plan.n; i++)
		written += plan.v[i].place != 0;
	printf("%s: seed %llu, %llu days; %zu planned records, %zu of them in the evidence\n", evidence,
	       (unsigned long long)o.seed, (unsigned long long)o.days, plan.n, written);
	plan_dispose(&plan);
	return 0;
}
