/* People: users of the old site, guests that the Co-Authors plugin keeps as posts, and bylines in a custom field.
 * A login and a nicename ("ann.lee", "ann-lee") are one person; which is told only when all files were read. */
#include "ingest/wpset_inside.h"

#include "text/plain.h"
#include "text/slug.h"

#define COAUTHOR_PREFIX "cap-"

/* As WordPress cleans a login: what cannot stand in a name at its edges is a slip of an export's hand. */
static struct str clean_login(struct str login)
{
	static const struct str slips = STR_INIT("<>\"'&;,");
	login = str_trim(login);
	while (login.len > 0 && str_find_byte(slips, login.ptr[0]) != SIZE_MAX)
		login = str_trim(str_skip(login, 1));
	while (login.len > 0 && str_find_byte(slips, login.ptr[login.len - 1]) != SIZE_MAX)
		login = str_trim(str_sub(login, 0, login.len - 1));
	return login;
}

static struct wp_author *author_put(struct wpset *set, struct str login)
{
	login = clean_login(login);
	struct wp_author *author = map_get(set->author_by_login, login);
	if (author || str_empty(login))
		return author;
	author = arena_new(set->arena, struct wp_author);
	author->login = arena_str(set->arena, login);
	author->name = author->login;
	map_put(set->author_by_login, author->login, author);
	*vec_add(&set->authors, set->arena) = author;
	return author;
}

/* A name that somebody wrote down for the person; a later one is newer. */
static void put_name(struct wpset *set, struct wp_author *author, struct str name)
{
	if (!author || str_empty(name))
		return;
	author->name = arena_str(set->arena, name);
	author->named = true;
}

void wpset_take_author(struct wpset *set, const struct wxr_author *from)
{
	if (str_empty(from->login))
		return;
	struct wp_author *author = author_put(set, from->login);
	if (!author)
		return;
	author->declared = true;
	ARENA_SCOPED arena = arena_create(0);
	struct str name = plain_from_html(from->display_name, arena);
	if (str_empty(name))
		name = plain_collapse(
			arena_printf(arena, "%.*s %.*s", STR_ARG(from->first_name), STR_ARG(from->last_name)), arena);
	put_name(set, author, name);
}

static struct str without_prefix(struct str nicename)
{
	return str_starts(nicename, STR(COAUTHOR_PREFIX)) ? str_skip(nicename, sizeof COAUTHOR_PREFIX - 1) : nicename;
}

void wpset_take_guest(struct wpset *set, const struct wxr_item *item)
{
	if (!str_eq(item->type, STR("guest-author")) || str_eq(item->status, STR("trash")))
		return;
	struct str login = str_trim(wxr_item_meta(item, STR("cap-user_login")));
	ARENA_SCOPED arena = arena_create(0);
	struct str name = plain_from_html(wxr_item_meta(item, STR("cap-display_name")), arena);
	put_name(set, author_put(set, str_empty(login) ? without_prefix(item->name) : login),
		 str_empty(name) ? plain_from_html(item->title, arena) : name);
}

bool wpset_is_person(const struct wpset *set, struct str taxonomy, struct str slug, struct str name)
{
	struct str ignored;
	return mapping_term_rule(set->mapping, taxonomy, slug, name, &ignored) == MAPPING_PERSON;
}

void wpset_take_person(struct wpset *set, const struct wxr_category *category)
{
	ARENA_SCOPED arena = arena_create(0);
	struct wp_author *author = author_put(set, without_prefix(category->nicename));
	if (author && !author->named)
		put_name(set, author, plain_from_html(category->name, arena));
}

void wpset_take_byline(struct wpset *set, const struct wxr_item *item)
{
	struct str creator = item->creator;
	ARENA_SCOPED arena = arena_create(0);
	if (!str_empty(creator))
		author_put(set, creator);
	struct str byline = plain_from_html(wpset_field(set, item, MAPPING_FIELD_AUTHOR), arena);
	struct wp_author *author = str_empty(byline) ? NULL : author_put(set, byline);
	if (author && !author->named)
		put_name(set, author, byline);
}

struct wp_author *wpset_author(const struct wpset *set, struct str login)
{
	struct wp_author *author = map_get(set->author_by_login, clean_login(login));
	return author && author->same ? author->same : author;
}

static void add_author(struct wp_author_vec *authors, struct arena *arena, struct wp_author *author)
{
	for (size_t i = 0; i < authors->len; i++)
		if (authors->at[i] == author)
			return;
	if (author)
		*vec_add(authors, arena) = author;
}

/* Co-authors are the whole byline, for the plugin lists the post's own author among them; he comes first then. */
void wpset_item_authors(const struct wpset *set, const struct wxr_item *item, struct arena *arena,
			struct wp_author_vec *ret_authors)
{
	struct wp_author_vec authors = {0}, coauthors = {0};
	struct wp_author *creator = wpset_author(set, item->creator);
	for (size_t i = 0; i < item->categories.len; i++) {
		const struct wxr_category *category = &item->categories.at[i];
		if (wpset_is_person(set, category->domain, category->nicename, category->name))
			add_author(&coauthors, arena, wpset_author(set, without_prefix(category->nicename)));
	}
	for (size_t i = 0; i < coauthors.len; i++)
		if (coauthors.at[i] == creator)
			add_author(&authors, arena, creator);
	for (size_t i = 0; i < coauthors.len; i++)
		add_author(&authors, arena, coauthors.at[i]);
	struct str byline = plain_from_html(wpset_field(set, item, MAPPING_FIELD_AUTHOR), arena);
	if (authors.len == 0 && !str_empty(byline))
		add_author(&authors, arena, wpset_author(set, byline));
	if (authors.len == 0)
		add_author(&authors, arena, creator);
	*ret_authors = authors;
}

/* A person met by a nicename alone is the user whose login gives it. */
static struct wp_author *user_of(const struct map *by_slug, const struct wp_author *author)
{
	struct wp_author *user = author->declared ? NULL : map_get(by_slug, author->slug);
	return user && user != author ? user : NULL;
}

void wpset_finish_people(struct wpset *set)
{
	ARENA_SCOPED arena = arena_create(0);
	struct map *by_slug = map_create(arena);
	size_t kept = 0;
	for (size_t i = 0; i < set->authors.len; i++) {
		struct wp_author *author = set->authors.at[i];
		author->slug = slug_from_title(author->login, set->arena);
		if (str_empty(author->slug))
			author->slug = arena_printf(set->arena, "author-%zu", i + 1);
		if (author->declared && !map_get(by_slug, author->slug))
			map_put(by_slug, author->slug, author);
	}
	for (size_t i = 0; i < set->authors.len; i++) {
		struct wp_author *author = set->authors.at[i];
		author->same = user_of(by_slug, author);
		if (!author->same)
			set->authors.at[kept++] = author;
	}
	set->authors.len = kept;
}
