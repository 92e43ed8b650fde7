#include "main/commands.h"
#include "store/entry.h"
#include "store/item.h"
#include "text/url.h"

#include <stdlib.h>

static const struct cli_option options[] = {
	OPTION_NEWSROOM,
	{"note", 'n', CLI_TEXT, "TEXT", "what readers are told instead; they see it word for word"},
	{"all-languages", 'a', CLI_FLAG, NULL, "withdraw the translations too"},
	OPTIONS_END,
};

struct withdrawal {
	int64_t item_id;
	struct str language, note;
};

struct withdrawn {
	struct str path;
	struct str_vec translations; /* that were public */
};

static int withdraw(struct store_tx *tx, void *context, struct err *err)
{
	const struct withdrawal *withdrawal = context;

	return item_withdraw(tx, withdrawal->item_id, withdrawal->language, WITHDRAW_TAKEDOWN, withdrawal->note, err);
}

static struct str without_scheme(struct str url)
{
	size_t at = str_find(url, STR("://"));

	return at == SIZE_MAX ? url : str_skip(url, at + 3);
}

/* "https://site/2026/01/x/?from=mail#top", as it is taken from a browser, or "/2026/01/x/": the path as the store has
 * it. */
static struct str path_of(const struct newsroom *newsroom, struct str address, struct arena *arena)
{
	struct str site = without_scheme(newsroom->config.site.url), rest = without_scheme(address), path = address;

	if (rest.len < address.len && str_starts_nocase(rest, site) &&
	    (rest.len == site.len || rest.ptr[site.len] == '/'))
		path = str_skip(rest, site.len);
	str_cut(path, '#', &path, &rest);
	str_cut(path, '?', &path, &rest);
	return str_starts(path, STR("/")) ? url_path_normalise(path, arena) : path;
}

/* The item's other languages that readers have now. */
static struct str_vec public_translations(const struct cli_call *call, struct store *store, const struct entry *entry)
{
	struct str_vec paths = {0};

	for (size_t i = 0; i < entry->translations.len; i++) {
		const struct entry_translation *other = &entry->translations.at[i];
		struct entry_page page;

		if (entry_get(store, other->entry_id, call->arena, &page, NULL) == 0 &&
		    page.entries.at[0].state == ITEM_RELEASED)
			*vec_add(&paths, call->arena) = other->path;
	}
	return paths;
}

static int withdraw_path(struct cli_call *call, struct store *store, struct str path, struct withdrawn *ret_withdrawn,
			 struct err *err)
{
	struct withdrawal withdrawal = {.note = cli_text(call, "note", STR(""))};
	struct entry_page page;
	struct item_ids ids;
	int rc = item_find_path(store, path, &ids, err);

	if (rc == STORE_NOT_FOUND && !str_ends(path, STR("/"))) {
		path = arena_printf(call->arena, "%.*s/", STR_ARG(path));
		rc = item_find_path(store, path, &ids, err);
	}
	if (rc == STORE_NOT_FOUND)
		return err_set(err, ERR_INPUT,
			       "no item has the address %.*s; give its path as readers see it, such as /2026/01/slug/",
			       STR_ARG(path));
	if (rc)
		return rc;
	rc = entry_get(store, ids.entry_id, call->arena, &page, err);
	if (rc)
		return rc;
	withdrawal.item_id = ids.item_id;
	if (!cli_flag(call, "all-languages"))
		withdrawal.language = page.entries.at[0].language;
	*ret_withdrawn =
		(struct withdrawn){page.entries.at[0].path, public_translations(call, store, &page.entries.at[0])};
	rc = store_write(store, withdraw, &withdrawal, err);
	if (rc > 0)
		return err_set(err, ERR_INPUT, "%.*s is not public now: it was withdrawn already, or never released",
			       STR_ARG(path));
	return rc;
}

/* Who is in a hurry forgets that readers of other languages still have it. */
static void tell_translations(const struct cli_call *call, const struct withdrawn *withdrawn)
{
	if (withdrawn->translations.len > 0)
		fputs(cli_flag(call, "all-languages") ? "Its translations are withdrawn too:\n"
						      : "Its translations stay (--all-languages withdraws them too):\n",
		      call->out);
	for (size_t i = 0; i < withdrawn->translations.len; i++)
		fprintf(call->out, "  %.*s\n", STR_ARG(withdrawn->translations.at[i]));
}

static int run(struct cli_call *call)
{
	STORE_SCOPED store = NULL;
	struct newsroom newsroom;
	struct withdrawn withdrawn = {0};
	struct err err = {0};
	struct str path;
	int rc = call_newsroom(call, &newsroom, &err);

	if (rc == 0)
		rc = newsroom_store(&newsroom, NEWSROOM_READ, &store, &err);
	if (rc)
		return cli_fail(call, &err);
	path = path_of(&newsroom, call->arguments[0], call->arena);
	rc = withdraw_path(call, store, path, &withdrawn, &err);
	if (rc)
		return cli_fail(call, &err);
	fprintf(call->out,
		"%.*s is withdrawn. Readers get 410 %s; it is gone from lists, search and sitemaps, and feeds empty "
		"its entry.\n",
		STR_ARG(withdrawn.path), cli_flag(call, "note") ? "with the note" : "without a note");
	tell_translations(call, &withdrawn);
	return 0;
}

const struct cli_command command_withdraw = {
	.name = "withdraw",
	.arguments = "ADDRESS",
	.least = 1,
	.most = 1,
	.title = "take an item away from the public at once",
	.text = "ADDRESS is the item's path or whole address. Its page answers 410 with the note, for ever; it goes "
		"from every list,\n"
		"sitemap and search. Feeds carry its entry emptied for thirty days, so that feed readers let go of it. "
		"A "
		"running\n"
		"server shows the change within a moment. Copies that others keep (search engines, archives) are not "
		"in "
		"reach of\n"
		"this command.",
	.options = options,
	.run = run,
};
