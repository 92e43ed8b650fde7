#include "config/config.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/map.h"

#define URL_MAX_BYTES 1000

static const char *const levels[] = {"debug", "info", "warn", "error", NULL};
static const char *const formats[] = {"key_value", "json", NULL};
static const char *const feed_texts[] = {"full", "summary", NULL};

static const struct config_key site_keys[] = {
	{"name", CONFIG_TEXT, .required = true, .least = 1, .most = 200,
	 .help = "Name of the newsroom, as readers see it."},
	{"url", CONFIG_TEXT, .required = true, .most = URL_MAX_BYTES,
	 .help = "Public address, without a slash at the end: https://news.example.org"},
	{"languages", CONFIG_TEXTS, .least = 1, .most = 64, .def = "en",
	 .help = "Languages as BCP 47 codes. The first has no prefix in addresses. \"en\" writes dates as June 14, "
		 "2018, "
		 "\"en-GB\" as 14 June 2018."},
	{"time_zone", CONFIG_TEXT, .least = 1, .most = 60, .def = "UTC",
	 .help = "IANA time zone in which dates are shown, such as Europe/London."},
	{"feed_text", CONFIG_TEXT, .accepted = feed_texts, .def = "full",
	 .help = "Whether feeds carry the full text or a summary."},
	{"feed_items", CONFIG_INT, .least = 1, .most = 500, .def = "50", .help = "Items in one feed."},
	{"page_items", CONFIG_INT, .least = 1, .most = 100, .def = "20", .help = "Cards on one page of a list."},
	{"excerpt_characters", CONFIG_INT, .least = 40, .most = 2000, .def = "240",
	 .help = "Length near which an excerpt is cut when none was written."},
	{"contact_email", CONFIG_TEXT, .most = 254, .help = "For security.txt; empty: none."},
	{"contact_url", CONFIG_TEXT, .most = URL_MAX_BYTES, .help = "For security.txt; empty: none."},
	{0},
};

static const struct config_key listen_keys[] = {
	{"address", CONFIG_TEXT, .least = 1, .most = 100, .def = "127.0.0.1",
	 .help = "IP address to listen on; 0.0.0.0 or :: for all."},
	{"port", CONFIG_INT, .least = 1, .most = 65535, .def = "8080", .help = "Port for readers."},
	{"metrics_port", CONFIG_INT, .least = 0, .most = 65535, .def = "0",
	 .help = "Port for /metrics and /health, never public; 0: none."},
	{0},
};

static const struct config_key database_keys[] = {
	{"url", CONFIG_TEXT, .least = 1, .most = URL_MAX_BYTES, .def = "sqlite:store.db",
	 .help = "sqlite:FILE (below this folder), or postgres://USER@HOST/NAME"},
	{"answer_seconds", CONFIG_INT, .least = 1, .most = 3600, .def = "30",
	 .help = "How long the server waits while PostgreSQL takes a question and says nothing; then it is away."},
	{0},
};

static const struct config_key log_keys[] = {
	{"level", CONFIG_TEXT, .accepted = levels, .def = "info", .help = "The least level that is written."},
	{"format", CONFIG_TEXT, .accepted = formats, .def = "key_value", .help = "Form of a line."},
	{0},
};

static const struct config_key limit_keys[] = {
	{"http_threads", CONFIG_INT, .least = 0, .most = 256, .def = "0",
	 .help = "Threads that speak HTTP; 0: one for each core."},
	{"workers", CONFIG_INT, .least = 0, .most = 1024, .def = "0",
	 .help = "Threads that render pages; 0: one more than there are cores."},
	{"page_cache_mib", CONFIG_INT, .least = 0, .most = 65536, .def = "32",
	 .help = "Memory for rendered pages, in MiB."},
	{"connections", CONFIG_INT, .least = 10, .most = 1000000, .def = "4096", .help = "Connections at one time."},
	{"drain_seconds", CONFIG_INT, .least = 0, .most = 600, .def = "10",
	 .help = "Time for running requests at the end."},
	{"backup_warn_hours", CONFIG_INT, .least = 1, .most = 8760, .def = "48",
	 .help = "crier check warns when the last backup is older."},
	{0},
};

static const char *const forwarded_fields[] = {"X-Forwarded-For", "Forwarded", NULL};

static const struct config_key http_keys[] = {
	{"trusted_proxies", CONFIG_TEXTS, .most = 100, .def = "127.0.0.1, ::1",
	 .help = "Addresses and networks (10.0.0.0/8, 2001:db8::/32) of proxies that are believed when they name the "
		 "reader, and "
		 "that are not limited themselves."},
	{"forwarded_field", CONFIG_TEXT, .accepted = forwarded_fields, .def = "X-Forwarded-For",
	 .help = "Header field in which they name the reader. They must set it anew or add to it, never hand on a "
		 "reader's own."},
	{"reader_connections", CONFIG_INT, .least = 0, .most = 1000000, .def = "512",
	 .help = "Connections of one address at one time; 0: without limit."},
	{"reader_requests", CONFIG_INT, .least = 0, .most = 100000, .def = "500",
	 .help = "Requests of one address in a second, on the average; 0: without limit."},
	{"reader_requests_burst", CONFIG_INT, .least = 1, .most = 10000000, .def = "10000",
	 .help = "Requests that it may make at once, where it was quiet before."},
	{"reader_pages", CONFIG_INT, .least = 0, .most = 100000, .def = "50",
	 .help = "Pages in a second that must be rendered for one address, since they are not cached; 0: without "
		 "limit."},
	{"reader_pages_burst", CONFIG_INT, .least = 1, .most = 10000000, .def = "1000",
	 .help = "Such pages that it may ask for at once."},
	{"reader_searches", CONFIG_INT, .least = 0, .most = 100000, .def = "5",
	 .help = "Searches, and lists by two filters and more, in a second that are rendered for one address; 0: "
		 "without limit."},
	{"reader_searches_burst", CONFIG_INT, .least = 1, .most = 10000000, .def = "200",
	 .help = "Such lists that it may ask for at once."},
	{0},
};

static const struct config_key import_keys[] = {
	{"chunk_items", CONFIG_INT, .least = 1, .most = 10000, .def = "500",
	 .help = "Items in one transaction of an import."},
	{"threads", CONFIG_INT, .least = 0, .most = 256, .def = "0",
	 .help = "Threads that read; 0: one for each core."},
	{0},
};

static const char *const purge_methods[] = {"PURGE", "POST", NULL};

static const struct config_key purge_keys[] = {
	{"urls", CONFIG_TEXTS, .most = 16,
	 .help = "Caches in front that are told at once what changed: http://127.0.0.1:6081/; empty: none."},
	{"method", CONFIG_TEXT, .accepted = purge_methods, .def = "PURGE",
	 .help = "PURGE for Varnish with deploy/varnish-purge.vcl, POST for others."},
	{"header", CONFIG_TEXT, .most = 60,
	 .help = "Field that names what an answer shows, in answers and purges: Surrogate-Key; empty: xkey, and none "
		 "without urls."},
	{"secret", CONFIG_TEXT, .most = 1000, .help = "One more field of each purge: \"Authorization: Bearer …\"."},
	{0},
};

const struct config_key config_schema[] = {
	{"site", CONFIG_GROUP, .required = true, .children = site_keys, .help = "What readers see."},
	{"listen", CONFIG_GROUP, .children = listen_keys, .help = "Where the server answers."},
	{"database", CONFIG_GROUP, .children = database_keys, .help = "Where everything is stored."},
	{"log", CONFIG_GROUP, .children = log_keys, .help = "What is written to the log."},
	{"limits", CONFIG_GROUP, .children = limit_keys, .help = "Bounds of time and memory."},
	{"http", CONFIG_GROUP, .children = http_keys, .help = "Limits for each reader, and proxies in front."},
	{"purge", CONFIG_GROUP, .children = purge_keys, .help = "Caches in front of the server."},
	{"import", CONFIG_GROUP, .children = import_keys, .help = "How imports work."},
	{0},
};

/* ---- what the schema cannot say ---- */

static bool one_of(const char *set, char c)
{
	return str_find_byte(str_from(set), c) != SIZE_MAX;
}

/* HOST, HOST:PORT or [IPV6]:PORT. */
static bool is_host(struct str host)
{
	for (size_t i = 0; i < host.len; i++)
		if (host.ptr[i] <= ' ' || host.ptr[i] >= 0x7f || one_of("/?#@\\\"<>", host.ptr[i]))
			return false;
	struct str name = host, port = STR("80");
	size_t bracket = str_rfind_byte(host, ']'), colon = str_rfind_byte(host, ':');
	if (colon != SIZE_MAX && (bracket == SIZE_MAX || bracket < colon)) {
		name = str_sub(host, 0, colon);
		port = str_skip(host, colon + 1);
	}
	int64_t number = 0;
	bool alone = bracket != SIZE_MAX || str_find_byte(name, ':') == SIZE_MAX;
	return name.len > 0 && alone && str_to_i64(port, &number) && number >= 1 && number <= 65535;
}

static int check_url(const struct config_values *site, struct err *err)
{
	struct str url = config_text(site, "url");
	struct str host = url;
	if (str_starts(url, STR("https://")))
		host = str_skip(url, 8);
	else if (str_starts(url, STR("http://")))
		host = str_skip(url, 7);
	else
		host = STR("");
	if (is_host(host))
		return 0;
	return config_mistake(site, "url", err, "site.url, which is not a public address",
			      "https://HOST or http://HOST, with a port where needed, without a path");
}

/* The form of BCP 47: subtags of 1 to 8 letters and digits, the first of 2 or 3 letters. */
static bool is_language(struct str code)
{
	struct str rest = code;
	struct str tag;
	bool first = true;
	while (str_next(&rest, '-', &tag)) {
		if (tag.len < (first ? 2u : 1u) || tag.len > (first ? 3u : 8u))
			return false;
		for (size_t i = 0; i < tag.len; i++) {
			char c = tag.ptr[i];
			bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
			if (!letter && (first || c < '0' || c > '9'))
				return false;
		}
		first = false;
	}
	return !first && code.ptr[code.len - 1] != '-';
}

static int check_languages(const struct config_values *site, struct arena *arena, struct err *err)
{
	struct str_vec codes = config_texts(site, "languages");
	struct map *seen = map_create(arena);
	for (size_t i = 0; i < codes.len; i++) {
		struct str code = codes.at[i];
		const char *found = arena_printf(arena, "site.languages with \"%.*s\"", STR_ARG(code)).ptr;
		if (!is_language(code))
			return config_mistake(site, "languages", err, found,
					      "codes such as \"en\", \"pt-BR\", \"zh-Hant\"");
		BUF_SCOPED folded = BUF_INIT(100); /* "pt-BR" and "pt-br" are one */
		for (size_t k = 0; k < code.len; k++)
			buf_put_byte(&folded,
				     code.ptr[k] >= 'A' && code.ptr[k] <= 'Z' ? code.ptr[k] - 'A' + 'a' : code.ptr[k]);
		if (map_get(seen, buf_str(&folded)))
			return config_mistake(site, "languages", err, arena_printf(arena, "%s twice", found).ptr,
					      "each language once");
		map_put(seen, buf_str(&folded), codes.at);
	}
	return 0;
}

static int check_zone(const struct config_values *site, struct err *err)
{
	struct str zone = config_text(site, "time_zone");
	for (size_t i = 0; i < zone.len; i++) {
		char c = zone.ptr[i];
		bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			    (i > 0 && one_of("/_+-", c));
		if (!good)
			return config_mistake(site, "time_zone", err, "site.time_zone, which is no name of a zone",
					      "IANA names such as \"Europe/London\" or \"UTC\"");
	}
	return 0;
}

static bool is_plain(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.ptr[i] <= ' ' || text.ptr[i] == 0x7f || one_of("<>\"", text.ptr[i]))
			return false;
	return true;
}

/* What stands there is written into security.txt and pages as it is. */
static int check_contact(const struct config_values *site, struct err *err)
{
	static const struct str starts[] = {STR_INIT("https://"), STR_INIT("http://"), STR_INIT("mailto:"),
					    STR_INIT("tel:")};
	struct str email = config_text(site, "contact_email"), url = config_text(site, "contact_url");
	size_t at = str_find_byte(email, '@');
	if (email.len &&
	    (!is_plain(email) || at == 0 || at == SIZE_MAX || at + 1 == email.len || str_rfind_byte(email, '@') != at))
		return config_mistake(site, "contact_email", err, "site.contact_email, which is not an address",
				      "NAME@HOST, or empty");
	bool known = url.len == 0;
	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
		known |= str_starts(url, starts[i]) && url.len > starts[i].len;
	return known && is_plain(url) ? 0
				      : config_mistake(site, "contact_url", err,
						       "site.contact_url, which is not an address with its scheme",
						       "https://…, mailto:… or tel:…, or empty");
}

static int check_database(const struct config_values *database, struct err *err)
{
	struct str url = config_text(database, "url");
	bool sqlite = str_starts(url, STR("sqlite:")) && url.len > 7;
	if (sqlite || str_starts(url, STR("postgres://")) || str_starts(url, STR("postgresql://")))
		return 0;
	return config_mistake(database, "url", err, "database.url of another kind",
			      "sqlite:FILE or postgres://USER@HOST/NAME");
}

static bool is_letter_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* A field's name: RFC 9110 section 5.1 allows more, and no cache has such a one. */
static bool is_field_name(struct str name)
{
	for (size_t i = 0; i < name.len; i++)
		if (!is_letter_or_digit(name.ptr[i]) && name.ptr[i] != '-')
			return false;
	return name.len > 0;
}

static bool is_field(struct str field)
{
	struct str name, value;
	bool two = str_cut(field, ':', &name, &value);
	for (size_t i = 0; i < field.len; i++)
		if ((unsigned char)field.ptr[i] < ' ' || (unsigned char)field.ptr[i] >= 0x7f)
			return false;
	return two && is_field_name(name) && !str_empty(str_trim(value));
}

static bool is_call(struct str url)
{
	struct str rest = {0};
	if (str_starts(url, STR("http://")))
		rest = str_skip(url, 7);
	else if (str_starts(url, STR("https://")))
		rest = str_skip(url, 8);
	struct str host, path;
	str_cut(rest, '/', &host, &path);
	for (size_t i = 0; i < url.len; i++)
		if ((unsigned char)url.ptr[i] >= 0x7f)
			return false;
	return is_host(host) && is_plain(path) && str_find_byte(path, '#') == SIZE_MAX;
}

static int check_purge(const struct config_values *purge, struct err *err)
{
	struct str_vec urls = config_texts(purge, "urls");
	struct str secret = config_text(purge, "secret");
	for (size_t i = 0; i < urls.len; i++)
		if (!is_call(urls.at[i]))
			return config_mistake(purge, "urls", err, "purge.urls with what is no address",
					      "http://HOST:PORT/PATH or https://HOST/PATH, in ASCII");
	if (config_text(purge, "header").len && !is_field_name(config_text(purge, "header")))
		return config_mistake(purge, "header", err, "purge.header, which is no name of a field",
				      "letters, digits and hyphens");
	return secret.len == 0 || is_field(secret)
		       ? 0
		       : config_mistake(purge, "secret", err, "purge.secret, which is no field",
					"\"Name: value\", in ASCII");
}

struct str config_database_url(struct str url, const char *dir, struct arena *arena)
{
	struct str path = str_starts(url, STR("sqlite:")) ? str_skip(url, 7) : STR("");
	if (path.len == 0 || path.ptr[0] == '/' || str_eq(path, STR(":memory:")))
		return arena_printf(arena, "%.*s", STR_ARG(url));
	return arena_printf(arena, "sqlite:%s/%.*s", dir, STR_ARG(path));
}

/* ---- the typed result ---- */

static void take_site(const struct config_values *site, struct crier_config *config)
{
	config->site.name = config_text(site, "name");
	config->site.url = config_text(site, "url");
	config->site.languages = config_texts(site, "languages");
	config->site.time_zone = config_text(site, "time_zone");
	config->site.time_zone_line = config_get(site, "time_zone")->line;
	config->site.feed_full_text = str_eq(config_text(site, "feed_text"), STR("full"));
	config->site.feed_items = config_int(site, "feed_items");
	config->site.page_items = config_int(site, "page_items");
	config->site.excerpt_characters = config_int(site, "excerpt_characters");
	config->site.contact_email = config_text(site, "contact_email");
	config->site.contact_url = config_text(site, "contact_url");
}

static void take_http(const struct config_values *http, struct crier_config *config)
{
	config->http.trusted_proxies = config_texts(http, "trusted_proxies");
	config->http.forwarded_field = config_text(http, "forwarded_field");
	config->http.reader_connections = config_int(http, "reader_connections");
	config->http.reader_requests = config_int(http, "reader_requests");
	config->http.reader_requests_burst = config_int(http, "reader_requests_burst");
	config->http.reader_pages = config_int(http, "reader_pages");
	config->http.reader_pages_burst = config_int(http, "reader_pages_burst");
	config->http.reader_searches = config_int(http, "reader_searches");
	config->http.reader_searches_burst = config_int(http, "reader_searches_burst");
}

static void take_rest(const struct config_values *root, struct crier_config *config)
{
	const struct config_values *listen = config_group(root, "listen");
	config->listen.address = config_text(listen, "address");
	config->listen.port = config_int(listen, "port");
	config->listen.metrics_port = config_int(listen, "metrics_port");
	const struct config_values *log = config_group(root, "log");
	config->log.level = config_text(log, "level");
	config->log.format = config_text(log, "format");
	const struct config_values *limits = config_group(root, "limits");
	config->limits.http_threads = config_int(limits, "http_threads");
	config->limits.workers = config_int(limits, "workers");
	config->limits.page_cache_mib = config_int(limits, "page_cache_mib");
	config->limits.connections = config_int(limits, "connections");
	config->limits.drain_seconds = config_int(limits, "drain_seconds");
	config->limits.backup_warn_hours = config_int(limits, "backup_warn_hours");
	const struct config_values *purge = config_group(root, "purge");
	config->purge.urls = config_texts(purge, "urls");
	config->purge.method = config_text(purge, "method");
	config->purge.header = config_text(purge, "header");
	config->purge.secret = config_text(purge, "secret");
	const struct config_values *import = config_group(root, "import");
	config->import.chunk_items = config_int(import, "chunk_items");
	config->import.threads = config_int(import, "threads");
}

int config_load_text(struct str content, const char *name, const char *dir, struct arena *arena,
		     struct crier_config *ret_config, struct err *err)
{
	struct config_values root;
	int rc = config_parse(content, name, config_schema, arena, &root, err);
	if (rc != 0)
		return rc;
	const struct config_values *site = config_group(&root, "site");
	rc = check_url(site, err);
	if (rc == 0)
		rc = check_languages(site, arena, err);
	if (rc == 0)
		rc = check_zone(site, err);
	if (rc == 0)
		rc = check_contact(site, err);
	if (rc == 0)
		rc = check_database(config_group(&root, "database"), err);
	if (rc == 0)
		rc = check_purge(config_group(&root, "purge"), err);
	const struct config_values *listen = config_group(&root, "listen");
	if (rc == 0 && config_int(listen, "port") == config_int(listen, "metrics_port"))
		rc = config_mistake(listen, "metrics_port", err, "listen.metrics_port equal to listen.port",
				    "another port, or 0");
	if (rc != 0)
		return rc;
	struct crier_config config = {0};
	take_site(site, &config);
	take_rest(&root, &config);
	take_http(config_group(&root, "http"), &config);
	config.database.answer_seconds = config_int(config_group(&root, "database"), "answer_seconds");
	config.database.url = config_database_url(config_text(config_group(&root, "database"), "url"), dir, arena);
	*ret_config = config;
	return 0;
}

int config_load(const char *dir, struct arena *arena, struct crier_config *ret_config, struct err *err)
{
	const char *path = arena_printf(arena, "%s/crier.conf", dir).ptr;
	struct str content;
	int rc = file_read(path, LIMIT_CONFIG_BYTES, arena, &content, err);
	if (rc == FILE_MISSING)
		return err_set(err, ERR_INPUT, "%s: there is no such file, so %s is no newsroom", path, dir);
	return rc == 0 ? config_load_text(content, path, dir, arena, ret_config, err) : rc;
}
