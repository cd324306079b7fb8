/* Completions for shells, written from the option tables, so that they cannot fall
 * behind them. Run once when the program is built. */
#include "cli/cmd.h"

#include "show/export.h"

#include <string.h>

static const struct fb_opt *const opts[] = { fb_opts_common, NULL };

/* Everything below comes from this program's own tables: only quotes need care. */
static void put_quoted(struct fb_buf *out, const char *s)
{
	(void)fb_buf_putc(out, '\'');
	for (; *s; s++) {
		if (*s == '\'')
			(void)fb_buf_puts(out, "'\\''");
		else
			(void)fb_buf_putc(out, (uint8_t)*s);
	}
	(void)fb_buf_putc(out, '\'');
}

static void each_option(struct fb_buf *out, const struct fb_cmd *cmd,
			void (*put)(struct fb_buf *, const struct fb_cmd *, const struct fb_opt *))
{
	for (const struct fb_opt *const *g = cmd->opts; *g; g++) {
		for (const struct fb_opt *o = *g; o->name; o++)
			put(out, cmd, o);
	}
}

static void put_commands(struct fb_buf *out)
{
	const char *sep = "";

	for (const struct fb_cmd *const *c = fb_cmds; *c; c++) {
		if ((*c)->hidden)
			continue;
		(void)fb_buf_printf(out, "%s%s", sep, (*c)->name);
		sep = " ";
	}
}

static void put_formats(struct fb_buf *out)
{
	for (size_t i = 0; fb_exports[i]; i++)
		(void)fb_buf_printf(out, "%s%s", i ? " " : "", fb_exports[i]->name);
}

#define LEVELS "informational low medium high critical"

/* ---- bash ---- */

static void bash_name(struct fb_buf *out, const struct fb_cmd *cmd, const struct fb_opt *o)
{
	(void)cmd;
	(void)fb_buf_printf(out, " --%s", o->name);
}

static void bash_value(struct fb_buf *out, const struct fb_cmd *cmd, const struct fb_opt *o)
{
	const char *how = o->kind == FB_OPT_LEVEL ? "-W '" LEVELS "'"
			  : o->kind == FB_OPT_DIR ? "-d"
						  : "-f";

	if (o->kind == FB_OPT_FLAG)
		return;
	(void)fb_buf_printf(out, "\t%s:--%s", cmd->name, o->name);
	if (o->letter)
		(void)fb_buf_printf(out, "|%s:-%c", cmd->name, o->letter);
	if (o->kind == FB_OPT_LEVEL || o->kind == FB_OPT_DIR || o->kind == FB_OPT_FILE)
		(void)fb_buf_printf(out, ") COMPREPLY=($(compgen %s -- \"$cur\")); return ;;\n", how);
	else
		(void)fb_buf_puts(out, ") COMPREPLY=(); return ;;\n");
}

static void bash(struct fb_buf *out)
{
	(void)fb_buf_puts(out, "# Completion of firebreak for bash; made by the program itself.\n"
			       "_firebreak()\n{\n"
			       "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
			       "\tlocal cmd=${COMP_WORDS[1]}\n"
			       "\tCOMPREPLY=()\n"
			       "\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n"
			       "\t\tCOMPREPLY=($(compgen -W '");
	put_commands(out);
	(void)fb_buf_puts(out, " --help --version' -- \"$cur\"))\n\t\treturn\n\tfi\n"
			       "\tcase $cmd:$prev in\n");
	for (const struct fb_cmd *const *c = fb_cmds; *c; c++) {
		if (!(*c)->hidden)
			each_option(out, *c, bash_value);
	}
	(void)fb_buf_puts(out, "\tesac\n\tif [[ $cur == -* ]]; then\n\t\tcase $cmd in\n");
	for (const struct fb_cmd *const *c = fb_cmds; *c; c++) {
		if ((*c)->hidden)
			continue;
		(void)fb_buf_printf(out, "\t\t%s) COMPREPLY=($(compgen -W '", (*c)->name);
		each_option(out, *c, bash_name);
		(void)fb_buf_puts(out, "' -- \"$cur\")) ;;\n");
	}
	(void)fb_buf_puts(out, "\t\tesac\n\t\treturn\n\tfi\n\tcase $cmd in\n"
			       "\thelp) COMPREPLY=($(compgen -W '");
	put_commands(out);
	(void)fb_buf_puts(out, "' -- \"$cur\")) ;;\n"
			       "\tdecisions) COMPREPLY=($(compgen -W 'list export import withdraw' -- \"$cur\") "
			       "$(compgen -f -- \"$cur\")) ;;\n"
			       "\tkey) COMPREPLY=($(compgen -W 'new fingerprint' -- \"$cur\") "
			       "$(compgen -f -- \"$cur\")) ;;\n"
			       "\tmark) COMPREPLY=($(compgen -W 'malicious benign unknown' -- \"$cur\") "
			       "$(compgen -d -- \"$cur\")) ;;\n"
			       "\texport) COMPREPLY=($(compgen -f -- \"$cur\") $(compgen -W '");
	put_formats(out);
	(void)fb_buf_puts(out, "' -- \"$cur\")) ;;\n"
			       "\trules) [ \"$COMP_CWORD\" -eq 2 ] &&\n"
			       "\t\tCOMPREPLY=($(compgen -W 'list check test explain diff' -- \"$cur\")) ||\n"
			       "\t\tCOMPREPLY=($(compgen -f -- \"$cur\")) ;;\n"
			       "\t*) COMPREPLY=($(compgen -f -- \"$cur\")) ;;\n\tesac\n}\n"
			       "complete -o filenames -F _firebreak firebreak\n");
}

/* ---- zsh ---- */

static void zsh_option(struct fb_buf *out, const struct fb_cmd *cmd, const struct fb_opt *o)
{
	char text[512];
	size_t n = 0;

	(void)cmd;
	/* Brackets and colons mean something inside a specification. */
	for (const char *p = o->help; *p && n + 2 < sizeof text; p++) {
		if (strchr("[]:\\", *p))
			text[n++] = '\\';
		text[n++] = *p;
	}
	text[n] = 0;
	(void)fb_buf_puts(out, " \\\n\t\t\t");
	{
		struct fb_buf spec;
		const char *action = o->kind == FB_OPT_LEVEL ? ":level:(" LEVELS ")"
				     : o->kind == FB_OPT_DIR ? ":folder:_files -/"
				     : o->kind == FB_OPT_FILE ? ":file:_files"
				     : o->kind == FB_OPT_FLAG ? ""
							      : ":value: ";

		fb_buf_init(&spec, 4096);
		(void)fb_buf_printf(&spec, "%s--%s[%s]%s", o->many ? "*" : "", o->name, text, action);
		put_quoted(out, fb_buf_cstr(&spec));
		fb_buf_dispose(&spec);
	}
}

static const char *zsh_words(const char *command)
{
	static const struct { const char *name, *words; } list[] = {
		{ "rules", "'1:what:(list check test explain diff)' '*:folder:_files'" },
		{ "decisions", "'1:case:_files -/' '2:what:(list export import withdraw)' '*:file:_files'" },
		{ "key", "'1:what:(new fingerprint)' '*:file:_files'" },
		{ "mark", "'*:case or mark:(malicious benign unknown)'" },
	};

	for (size_t i = 0; i < sizeof list / sizeof *list; i++)
		if (strcmp(list[i].name, command) == 0)
			return list[i].words;
	return "'*:file:_files'";
}

static void zsh(struct fb_buf *out)
{
	(void)fb_buf_puts(out, "#compdef firebreak\n"
			       "# Completion of firebreak for zsh; made by the program itself.\n"
			       "_firebreak() {\n\tlocal -a commands\n\tcommands=(\n");
	for (const struct fb_cmd *const *c = fb_cmds; *c; c++) {
		if ((*c)->hidden)
			continue;
		(void)fb_buf_printf(out, "\t\t'%s:%s'\n", (*c)->name, (*c)->summary);
	}
	(void)fb_buf_puts(out, "\t)\n\tif (( CURRENT == 2 )); then\n"
			       "\t\t_describe command commands\n\t\treturn\n\tfi\n"
			       "\tcase $words[2] in\n");
	for (const struct fb_cmd *const *c = fb_cmds; *c; c++) {
		if ((*c)->hidden)
			continue;
		(void)fb_buf_printf(out, "\t%s)\n\t\tshift words; (( CURRENT-- ))\n\t\t_arguments",
				    (*c)->name);
		each_option(out, *c, zsh_option);
		if (*c == &fb_cmd_export) {
			(void)fb_buf_puts(out, " \\\n\t\t\t'*:case or format:{ _files; compadd ");
			put_formats(out);
			(void)fb_buf_puts(out, " }'\n\t\t;;\n");
			continue;
		}
		(void)fb_buf_printf(out, " \\\n\t\t\t%s\n\t\t;;\n", zsh_words((*c)->name));
	}
	(void)fb_buf_puts(out, "\tesac\n}\n_firebreak \"$@\"\n");
}

/* ---- fish ---- */

static void fish_option(struct fb_buf *out, const struct fb_cmd *cmd, const struct fb_opt *o)
{
	(void)fb_buf_printf(out, "complete -c firebreak -n '__fish_seen_subcommand_from %s' -l %s",
			    cmd->name, o->name);
	if (o->letter)
		(void)fb_buf_printf(out, " -s %c", o->letter);
	if (o->kind == FB_OPT_LEVEL)
		(void)fb_buf_puts(out, " -x -a '" LEVELS "'");
	else if (o->kind == FB_OPT_DIR || o->kind == FB_OPT_FILE)
		(void)fb_buf_puts(out, " -r");
	else if (o->kind != FB_OPT_FLAG)
		(void)fb_buf_puts(out, " -x");
	(void)fb_buf_puts(out, " -d ");
	put_quoted(out, o->help);
	(void)fb_buf_putc(out, '\n');
}

static void fish(struct fb_buf *out)
{
	(void)fb_buf_puts(out, "# Completion of firebreak for fish; made by the program itself.\n"
			       "complete -c firebreak -f -n __fish_use_subcommand\n");
	for (const struct fb_cmd *const *c = fb_cmds; *c; c++) {
		if ((*c)->hidden)
			continue;
		(void)fb_buf_printf(out, "complete -c firebreak -n __fish_use_subcommand -a %s -d ",
				    (*c)->name);
		put_quoted(out, (*c)->summary);
		(void)fb_buf_putc(out, '\n');
		each_option(out, *c, fish_option);
	}
	(void)fb_buf_puts(out, "complete -c firebreak -n '__fish_seen_subcommand_from export' -a '");
	put_formats(out);
	(void)fb_buf_puts(out, "'\n");
	(void)fb_buf_puts(out, "complete -c firebreak -f -n '__fish_seen_subcommand_from rules' -a 'list "
			       "check test explain diff'\n"
			       "complete -c firebreak -n '__fish_seen_subcommand_from decisions' -a 'list export "
			       "import withdraw'\n"
			       "complete -c firebreak -n '__fish_seen_subcommand_from key' -a 'new fingerprint'\n"
			       "complete -c firebreak -n '__fish_seen_subcommand_from mark' -a 'malicious benign "
			       "unknown'\n");
}

static const struct {
	const char *name;
	void (*put)(struct fb_buf *out);
} shells[] = { { "bash", bash }, { "zsh", zsh }, { "fish", fish } };

static int run(struct fb_cli *cli)
{
	for (size_t i = 0; i < sizeof shells / sizeof *shells; i++) {
		if (strcmp(shells[i].name, cli->args.pos[0]) != 0)
			continue;
		fb_out_stdout(&cli->out);
		cli->out_open = true;
		shells[i].put(&cli->out.buf);
		return fb_cli_done(cli, fb_out_check(&cli->out));
	}
	return fb_fail(&cli->err, FB_EUSAGE, "%s: no such shell (bash, zsh, fish)", cli->args.pos[0]);
}

const struct fb_cmd fb_cmd_completion = {
	.name = "completion",
	.summary = "write the completion for a shell",
	.usage = "bash | zsh | fish",
	.about = "Writes the completion script of a shell to standard output.",
	.opts = opts,
	.least = 1,
	.most = 1,
	.hidden = true,
	.run = run,
};
