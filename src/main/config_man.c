#include "main/config_man.h"

#include "base/buf.h"
#include "config/config.h"
#include "main/cli.h"

#define KEY_BYTES 4096 /* of what is said about one key */

static const char description[] =
	"One file in the folder of the newsroom, in the syntax of libconfig: groups in braces, settings that end with "
	"a "
	"semicolon, comments after #. A mistake is reported with file, line, what was found and what is accepted; a "
	"key "
	"that is not listed here is a mistake. Relative paths are taken below the newsroom's folder.";

static void put_bounds(const struct config_key *key, struct buf *out)
{
	if (key->accepted) {
		buf_put_cstr(out, " One of");
		for (const char *const *word = key->accepted; *word; word++)
			buf_printf(out, "%s \"%s\"", word == key->accepted ? "" : ",", *word);
		buf_put_byte(out, '.');
	} else if (key->type == CONFIG_INT) {
		buf_printf(out, " From %lld to %lld.", (long long)key->least, (long long)key->most);
	}
	if (key->required)
		buf_put_cstr(out, " Required.");
	else if (key->def)
		buf_printf(out, " Default: %s.", key->def);
}

/* roff: for man, otherwise to read as it is. */
static void put_keys(const struct config_key *keys, const char *group, bool roff, FILE *out)
{
	for (const struct config_key *key = keys; key->name; key++) {
		BUF_SCOPED text = BUF_INIT(KEY_BYTES);

		if (key->type == CONFIG_GROUP) {
			fprintf(out, roff ? ".SS %s\n%s\n" : "\n%s: %s\n", key->name, key->help ? key->help : "");
			put_keys(key->children, key->name, roff, out);
			continue;
		}
		buf_put_cstr(&text, key->help ? key->help : "");
		put_bounds(key, &text);
		fprintf(out, roff ? ".TP\n.B %s%s%s\n" : "\n  %s%s%s\n", group, *group ? "." : "", key->name);
		if (roff)
			fprintf(out, "%.*s\n", STR_ARG(buf_str(&text)));
		else
			cli_put_text(buf_str(&text), 6, out);
	}
}

void config_man(const char *version, FILE *out)
{
	fprintf(out,
		".TH CRIER.CONF 5 \"\" \"Crier %s\" \"Crier manual\"\n.SH NAME\ncrier.conf \\- configuration of a "
		"newsroom\n.SH DESCRIPTION\n%s\n.SH KEYS\n",
		version, description);
	put_keys(config_schema, "", true, out);
	fputs(".SH SEE ALSO\n.BR crier (1),\n.BR crier\\-check (1)\n", out);
}

void config_help(FILE *out)
{
	fputs("crier.conf: the configuration of a newsroom.\n\n", out);
	cli_put_text(str_from(description), 0, out);
	put_keys(config_schema, "", false, out);
}
