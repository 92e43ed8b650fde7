#include "base/clock.h"
#include "main/findings.h"
#include "main/json.h"

#include <stdlib.h>

#define JSON_BYTES (4u << 20)
#define MARGIN     9 /* of what stands behind the level */

void finding_add(struct check *check, enum finding_level level, const char *subject, struct str text,
		 const char *remedy)
{
	*vec_add(&check->findings, check->arena) =
		(struct finding){.level = level,
				 .subject = str_from(subject),
				 .text = arena_str(check->arena, text),
				 .remedy = arena_str(check->arena, str_from(remedy))};
}

void finding_err(struct check *check, const char *subject, const struct err *err, const char *remedy)
{
	finding_add(check, FINDING_WRONG, subject, str_from(err->text), remedy);
}

static int print_text(const struct check *check, FILE *out)
{
	static const char *const words[] = {"fine", "warning", "WRONG"};
	int worst = 0;

	for (size_t i = 0; i < check->findings.len; i++) {
		const struct finding *finding = &check->findings.at[i];

		/* a line each, to be searched; what to do is to be read */
		fprintf(out, "%-8s %.*s: %.*s\n", words[finding->level], STR_ARG(finding->subject),
			STR_ARG(finding->text));
		if (!str_empty(finding->remedy))
			cli_put_text(finding->remedy, MARGIN, out);
		if ((int)finding->level > worst)
			worst = (int)finding->level;
	}
	return worst;
}

static int print_json(const struct check *check, FILE *out)
{
	static const char *const words[] = {"fine", "warning", "wrong"};
	BUF_SCOPED text = BUF_INIT(JSON_BYTES);
	struct json json = {&text, false};
	int worst = 0;

	json_open(&json, NULL, '[');
	for (size_t i = 0; i < check->findings.len; i++) {
		const struct finding *finding = &check->findings.at[i];

		json_open(&json, NULL, '{');
		json_text(&json, "level", str_from(words[finding->level]));
		json_text(&json, "subject", finding->subject);
		json_text(&json, "text", finding->text);
		json_text(&json, "remedy", finding->remedy);
		json_close(&json, '}');
		if ((int)finding->level > worst)
			worst = (int)finding->level;
	}
	json_close(&json, ']');
	fprintf(out, "%.*s\n", STR_ARG(buf_str(&text)));
	return worst;
}

static const struct cli_option options[] = {OPTION_NEWSROOM, OPTION_JSON, OPTIONS_END};

static int run(struct cli_call *call)
{
	static void (*const checks[])(struct check * check) = {
		check_config,  check_permissions, check_theme, check_database, check_versions,
		check_batches, check_entries,     check_files, check_server,   check_caches,
		check_disk,    check_clock,       check_backup};
	struct check check = {.arena = call->arena, .now_s = clock_now_s(clock_system())};
	struct err err = {0};
	int worst;

	if (call_newsroom(call, &check.newsroom, &err)) {
		if (!cli_flag(call, "json"))
			return cli_fail(call, &err);
		finding_err(&check, "configuration", &err, "nothing else was looked at");
		print_json(&check, call->out);
		return EXIT_FAILURE;
	}
	for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
		checks[i](&check);
	store_close(check.store);
	worst = cli_flag(call, "json") ? print_json(&check, call->out) : print_text(&check, call->out);
	return worst == FINDING_WRONG ? EXIT_FAILURE : 0;
}

const struct cli_command command_check = {
	.name = "check",
	.arguments = "",
	.title = "look whether everything is in order, and say what to do where it is not",
	.text = "Looks at the configuration, permissions, the theme, the database, unfinished imports, entries that "
		"cannot be "
		"shown,\n"
		"files, the server, the caches in front, the disk, the "
		"clock and the age of the last backup. It changes nothing and may be called while the server runs. "
		"Exit code 1 when\n"
		"something is wrong; warnings alone leave it 0.",
	.options = options,
	.run = run,
};
