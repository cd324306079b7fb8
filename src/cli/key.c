/* Keys for signatures of cases. */
#include "cli/cmd.h"

#include "base/sign.h"
#include "show/text.h"

static const struct fb_opt *const opts[] = { fb_opts_common, NULL };

static int put(struct fb_cli *cli, const uint8_t public[static FB_PUBLIC_KEY])
{
	char print[FB_FINGERPRINT];

	fb_key_fingerprint(public, print);
	(void)fb_buf_printf(&cli->out.buf, "%s\n", print);
	return fb_cli_done(cli, fb_out_check(&cli->out));
}

static int make(struct fb_cli *cli, const char *path)
{
	struct fb_buf *out = &cli->out.buf;
	struct fb_key key;
	int r = fb_key_make(&key, &cli->err);

	if (!r)
		r = fb_key_write(&key, path, &cli->err);
	if (!r) {
		fb_out_stdout(&cli->out);
		cli->out_open = true;
		(void)fb_buf_puts(out, "Private key, for you alone: ");
		(void)fb_text_term(out, fb_slice_str(path));
		(void)fb_buf_puts(out, "\nPublic key, for those who check:  ");
		(void)fb_text_term(out, fb_slice_str(path));
		(void)fb_buf_puts(out, ".pub\nFingerprint: ");
		r = put(cli, key.public);
	}
	fb_key_forget(&key);
	return r;
}

static int print(struct fb_cli *cli, const char *path)
{
	uint8_t public[FB_PUBLIC_KEY];
	int r = fb_key_read_public(path, public, &cli->err);

	if (r)
		return r;
	fb_out_stdout(&cli->out);
	cli->out_open = true;
	return put(cli, public);
}

static int run(struct fb_cli *cli)
{
	const char *const *pos = cli->args.pos;

	if (strcmp(pos[0], "new") == 0)
		return make(cli, pos[1]);
	if (strcmp(pos[0], "fingerprint") == 0)
		return print(cli, pos[1]);
	return fb_fail(&cli->err, FB_EUSAGE, "%s: new FILE or fingerprint FILE.pub", pos[0]);
}

const struct fb_cmd fb_cmd_key = {
	.name = "key",
	.summary = "make a key for signing cases; tell a key's fingerprint",
	.usage = "new FILE | fingerprint FILE.pub",
	.about = "`new` makes a pair of Ed25519 keys: FILE, which only you may have (mode 0600) and which\n"
		 "`firebreak sign` takes, and FILE.pub for those who check with `firebreak verify\n"
		 "--trust`. Both are PEM, as openssl writes them. Hand the fingerprint over by another\n"
		 "way than the key, so that nobody can put another in its place. There is no password:\n"
		 "whoever has FILE signs as you.",
	.opts = opts,
	.least = 2,
	.most = 2,
	.run = run,
};
