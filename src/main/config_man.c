#include "main/config_man.h"

#include "config/config.h"

static void put_bounds(const struct config_key *key, FILE *out)
{
	if (key->accepted) {
		fputs(" One of", out);
		for (const char *const *word = key->accepted; *word; word++)
			fprintf(out, "%s \\(lq%s\\(rq", word == key->accepted ? "" : ",", *word);
		fputc('.', out);
	} else if (key->type == CONFIG_INT) {
		fprintf(out, " From %lld to %lld.", (long long)key->least, (long long)key->most);
	}
	if (key->required)
		fputs(" Required.", out);
	else if (key->def)
		fprintf(out, " Default: %s.", key->def);
}

static void put_keys(const struct config_key *keys, const char *group, FILE *out)
{
	for (const struct config_key *key = keys; key->name; key++) {
		if (key->type == CONFIG_GROUP) {
			fprintf(out, ".SS %s\n%s\n", key->name, key->help ? key->help : "");
			put_keys(key->children, key->name, out);
			continue;
		}
		fprintf(out, ".TP\n.B %s%s%s\n%s", group, *group ? "." : "", key->name, key->help ? key->help : "");
		put_bounds(key, out);
		fputc('\n', out);
	}
}

void config_man(const char *version, FILE *out)
{
	fprintf(out,
		".TH CRIER.CONF 5 \"\" \"Crier %s\" \"Crier manual\"\n.SH NAME\ncrier.conf \\- configuration of a "
		"newsroom\n",
		version);
	fputs(".SH DESCRIPTION\nOne file in the folder of the newsroom, in the syntax of libconfig: groups in braces, "
	      "settings that end with a "
	      "semicolon, comments after #. A mistake is reported with file, line, what was found and what is "
	      "accepted; a key that is not "
	      "listed here is a mistake. Relative paths are taken below the newsroom's folder.\n.SH KEYS\n",
	      out);
	put_keys(config_schema, "", out);
	fputs(".SH SEE ALSO\n.BR crier (1),\n.BR crier\\-check (1)\n", out);
}
