"""WordPress as it is run: Debian's package, PHP-FPM with opcache, MariaDB, nginx; and the same with nginx's page cache before it.

All of it lives in one folder, listens on sockets there and on two ports of 127.0.0.1, and runs as an ordinary user. It is filled with the
generated items as corpus.py makes them for Crier: kinds are categories, topics and countries taxonomies of their own, addresses the same.
WordPress itself knows no languages, so all of them stand in one list. The page cache keeps each answer for an hour and is never emptied:
what it answers is as old as that. Fonts, pictures and scripts are not asked for.
"""
import json
import os
import shutil
import socket
import time

import corpus
from peers import Daemon, do, give, need, own
from servers import fetch, free_port

PACKAGE = "/usr/share/wordpress"
CHILDREN = 8
AT_ONCE = 200  # items a statement
INSERTED = 300  # items, to measure how fast WordPress takes them by itself
PROGRAMS = ("mariadbd", "mariadb-install-db", "mariadb", "php-fpm8.2", "php", "nginx", PACKAGE + "/wp-load.php",
            PACKAGE + "/wp-content/themes/twentytwentythree")

CONFIG = """<?php
define('DB_NAME', 'bench'); define('DB_USER', 'root'); define('DB_PASSWORD', ''); define('DB_HOST', 'localhost:{place}/db.sock');
define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', '');
foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $what) {{ define($what . '_KEY', $what); define($what . '_SALT', $what); }}
$at = 'http://' . ($_SERVER['HTTP_HOST'] ?? 'bench.example');
define('WP_HOME', $at); define('WP_SITEURL', $at);
define('DISABLE_WP_CRON', true); define('AUTOMATIC_UPDATER_DISABLED', true); define('WP_HTTP_BLOCK_EXTERNAL', true);
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""
TAXONOMIES = """<?php
add_action('init', function () {
  foreach (['topic' => 'topic', 'country' => 'place'] as $name => $slug)
    register_taxonomy($name, 'post', ['public' => true, 'label' => ucfirst($name), 'query_var' => $name,
                                      'rewrite' => ['slug' => $slug, 'with_front' => false]]);
});
"""
SET_UP = """<?php
define('WP_INSTALLING', true);
require 'wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('Bench', 'editor', 'editor@bench.example', true, '', 'bench-of-one-run');
foreach (get_posts(['post_type' => 'any', 'post_status' => 'any', 'numberposts' => -1]) as $made) wp_delete_post($made->ID, true);
update_option('posts_per_page', 24);
update_option('posts_per_rss', 30);
update_option('timezone_string', 'UTC');
update_option('default_comment_status', 'closed');
update_option('permalink_structure', '/%year%/%monthnum%/%postname%/');
switch_theme('twentytwentythree');
"""
COMPILED = "<?php $status = opcache_get_status(false); echo $status && $status['opcache_enabled'] ? 'kept' : 'compiled anew';"
RULES = "<?php require 'wp-load.php'; wp_cache_flush(); flush_rewrite_rules();"
INSERT = """<?php
require 'wp-load.php';
$begun = microtime(true);
foreach (file($argv[1]) as $count => $line) {
  $item = json_decode($line, true);
  $id = wp_insert_post(['post_title' => $item['title'], 'post_content' => $item['body'], 'post_status' => $item['status'],
                        'post_name' => $item['name'], 'post_date_gmt' => $item['stamp'], 'post_date' => $item['stamp']], true);
  if (is_wp_error($id)) { fwrite(STDERR, $id->get_error_message()); exit(1); }
  wp_set_object_terms($id, $item['topics'], 'topic');
  wp_set_object_terms($id, $item['countries'], 'country');
}
echo microtime(true) - $begun;
"""
POOL = """[global]
error_log = {place}/php-fpm-error.log
daemonize = no
[www]
listen = {place}/php.sock
listen.backlog = 1024
pm = static
pm.max_children = {children}
php_admin_value[memory_limit] = 256M
php_admin_value[opcache.enable] = 1
php_admin_value[opcache.memory_consumption] = 192
php_admin_value[opcache.max_accelerated_files] = 10000
"""
FRONT = """worker_processes auto; pid "{place}/nginx.pid"; error_log "{place}/nginx-error.log"; daemon off;
events {{ worker_connections 4096; }}
http {{
 include /etc/nginx/mime.types; access_log off; sendfile on; keepalive_requests 1000000000;
 client_body_temp_path "{place}/t1"; proxy_temp_path "{place}/t2"; fastcgi_temp_path "{place}/t3"; uwsgi_temp_path "{place}/t4";
 scgi_temp_path "{place}/t5"; fastcgi_buffers 64 16k; fastcgi_buffer_size 32k;
 fastcgi_cache_path "{place}/pages" levels=1:2 keys_zone=pages:16m max_size=2g inactive=2h use_temp_path=off;
 server {{ listen 127.0.0.1:{plain} backlog=1024; set $kept 0; {rest} }}
 server {{ listen 127.0.0.1:{cached} backlog=1024; fastcgi_cache pages; fastcgi_cache_key "$request_method $request_uri";
  fastcgi_cache_valid 200 1h; fastcgi_cache_lock on; {rest} }}
}}
"""
REST = """root "{place}/site"; index index.php;
  location / {{ try_files $uri $uri/ /index.php?$args; }}
  location ~ \\.php$ {{ try_files $uri =404; include /etc/nginx/fastcgi_params; fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
   fastcgi_param HTTP_HOST $http_host; fastcgi_read_timeout 120s; fastcgi_pass unix:{place}/php.sock; }}
"""
TAXONOMY_OF = {"kind": "category", "topic": "topic", "country": "country"}


def text(value):
    """A string in SQL."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def stamp_of(item):
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(item["when_s"]))


def terms_of(item):
    return ([("kind", item["kind"])] + [("topic", topic) for topic in item["topics"]] +
            [("country", country.lower()) for country in item["countries"]])


def statements(items):
    """The tables' rows, as SQL, some items at a time."""
    yield "SET unique_checks = 0, foreign_key_checks = 0; START TRANSACTION;\n"
    names = [("kind", kind) for kind in corpus.KINDS] + [("topic", topic) for topic in corpus.TOPICS]
    names += [("country", country.lower()) for country in corpus.COUNTRIES]
    numbers = {name: 100 + n for n, name in enumerate(names)}
    for (what, name), number in numbers.items():
        yield f"INSERT INTO wp_terms (term_id, name, slug) VALUES ({number}, {text(name.replace('-', ' ').capitalize())}, {text(name)});\n"
        yield ("INSERT INTO wp_term_taxonomy (term_taxonomy_id, term_id, taxonomy, description) VALUES "
               f"({number}, {number}, '{TAXONOMY_OF[what]}', '');\n")
    for n in range(corpus.AUTHORS):
        yield ("INSERT INTO wp_users (ID, user_login, user_nicename, display_name) VALUES "
               f"({100 + n}, 'writer{n}', 'writer{n}', 'Writer {n}');\n")
    made = corpus.Corpus(items=items)
    for first in range(1, items + 1, AT_ONCE):
        rows, filed = [], []
        for number in range(first, min(first + AT_ONCE, items + 1)):
            item = made.item(number)
            stamp = text(stamp_of(item))
            id_ = 1000 + number
            rows.append(f"({id_}, {100 + item['author']}, {stamp}, {stamp}, {text(item['body'])}, {text(item['title'])}, '', "
                        f"'{item['status']}', 'closed', 'closed', 'item-{number}', '', '', {stamp}, {stamp}, '', 'post', 'bench:{number}')")
            filed += [f"({id_}, {numbers[term]}, 0)" for term in terms_of(item)]
        yield ("INSERT INTO wp_posts (ID, post_author, post_date, post_date_gmt, post_content, post_title, post_excerpt, post_status, "
               "comment_status, ping_status, post_name, to_ping, pinged, post_modified, post_modified_gmt, post_content_filtered, post_type, "
               "guid) VALUES " + ",\n".join(rows) + ";\n")
        yield "INSERT INTO wp_term_relationships VALUES " + ",".join(filed) + ";\n"
    yield ("UPDATE wp_term_taxonomy t SET count = (SELECT COUNT(*) FROM wp_term_relationships r JOIN wp_posts p ON p.ID = r.object_id "
           "WHERE r.term_taxonomy_id = t.term_taxonomy_id AND p.post_status = 'publish');\nCOMMIT;\n"
           "ANALYZE TABLE wp_posts, wp_term_relationships, wp_term_taxonomy, wp_terms;\n")


def answers(path):
    """Whether somebody listens on that socket."""
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class WordPress:
    """Two ports that answer: plain, and cached."""

    def __init__(self, work, items):
        need("WordPress", "peers", PROGRAMS)
        self.place, self.parts = own(work / "wordpress"), []
        try:
            self.begin()
            self.insert_rate = self.insert()
            self.fill(items)
        except BaseException:
            self.stop()
            raise

    def begin(self):
        place = self.place
        self.plain, self.cached = free_port(), free_port()
        shutil.copytree(PACKAGE, place / "site", ignore_dangling_symlinks=True, ignore=shutil.ignore_patterns(".htaccess", "wp-config.php"))
        (place / "site" / "wp-config.php").write_text(CONFIG.format(place=place))
        own(place / "site" / "wp-content" / "mu-plugins")
        (place / "site" / "wp-content" / "mu-plugins" / "bench.php").write_text(TAXONOMIES)
        (place / "pool.conf").write_text(POOL.format(place=place, children=CHILDREN))
        rest = REST.format(place=place)
        (place / "nginx.conf").write_text(FRONT.format(place=place, plain=self.plain, cached=self.cached, rest=rest))
        give(place)
        do(["mariadb-install-db", "--no-defaults", f"--datadir={place}/data", "--auth-root-authentication-method=normal", "--skip-test-db"], place)
        self.start(["mariadbd", "--no-defaults", f"--datadir={place}/data", f"--socket={place}/db.sock", "--skip-networking",
                    "--skip-grant-tables", "--innodb-buffer-pool-size=512M", "--max-allowed-packet=64M", "--character-set-server=utf8mb4"],
                   lambda: answers(place / "db.sock"))
        self.sql("CREATE DATABASE bench CHARACTER SET utf8mb4;", "mysql")
        self.php(SET_UP)
        self.start(["php-fpm8.2", "-n", *self.extensions(), "-y", place / "pool.conf"], lambda: answers(place / "php.sock"))
        self.start(["nginx", "-c", place / "nginx.conf", "-p", place], lambda: listens(self.plain) and listens(self.cached))
        self.look_at_opcache()

    def look_at_opcache(self):
        """Ends the run where PHP compiles its files for each request: that would be no WordPress to measure against."""
        file = self.place / "site" / "opcache.php"
        file.write_text(COMPILED)
        status, _, body = fetch(self.plain, "/opcache.php")
        file.unlink()
        if (status, body) != (200, b"kept"):
            raise SystemExit(f"WordPress: opcache is not at work: {status}, {body[:200]}")

    @staticmethod
    def extensions():
        """Those that WordPress needs and no others: what this machine's php.ini says shall not matter."""
        return [word for name in ("zend_extension=opcache", "extension=mysqlnd", "extension=mysqli", "extension=ctype", "extension=mbstring",
                                  "extension=tokenizer", "extension=dom", "extension=xml", "extension=simplexml", "extension=iconv")
                for word in ("-d", name)]

    def start(self, words, ready):
        self.parts.append(Daemon(words, self.place, ready))

    def sql(self, statement, database="bench"):
        file = self.place / "statement.sql"
        file.write_text(statement)
        with open(file, "rb") as source:
            do(["mariadb", "--no-defaults", "-S", self.place / "db.sock", "-uroot", database], self.place, what=source)

    def php(self, script, *arguments):
        file = self.place / "site" / "bench-script.php"
        file.write_text(script)
        answer = do(["php", "-n", *self.extensions(), "-d", "memory_limit=512M", file, *arguments], self.place / "site")
        file.unlink()
        return answer

    def insert(self):
        """Items a second that WordPress's own function takes, terms included; they are removed afterwards."""
        made = corpus.Corpus(items=INSERTED)
        listed = self.place / "insert.jsonl"
        with open(listed, "w", encoding="utf-8") as out:
            for number in range(1, INSERTED + 1):
                item = made.item(number)
                out.write(json.dumps({**item, "name": f"item-{number}", "stamp": stamp_of(item)}) + "\n")
        spent = float(self.php(INSERT, listed))
        self.sql("DELETE FROM wp_posts; DELETE FROM wp_term_relationships; DELETE FROM wp_term_taxonomy; DELETE FROM wp_terms; DELETE FROM wp_postmeta;")
        return INSERTED / spent

    def fill(self, items):
        file = self.place / "items.sql"
        with open(file, "w", encoding="utf-8") as out:
            out.writelines(statements(items))
        with open(file, "rb") as source:
            do(["mariadb", "--no-defaults", "--max-allowed-packet=64M", "--default-character-set=utf8mb4", "-S", self.place / "db.sock", "-uroot",
                "bench"], self.place, what=source)
        os.unlink(file)
        self.php(RULES)

    def memory(self):
        return round(sum(part.memory() for part in self.parts), 1)

    def stop(self):
        for part in reversed(self.parts):
            part.stop()
        self.parts = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
