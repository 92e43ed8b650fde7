/* Templates by chance: each is refused, or keeps its shape with hostile values. From fixed seeds, so a failure can be
 * had again: its message holds the template. */
#include "base/random.h"
#include "hostile.h"

#include <string.h>

/* Pieces that fit nowhere in particular, so that they meet in every way. */
static const char *const loose[] = {
	"<",
	">",
	"/",
	"=",
	"\"",
	"'",
	" ",
	"\n",
	"!",
	"--",
	"<!--",
	"-->",
	"<b",
	"</b>",
	"<i>",
	"</i",
	"<br/>",
	"<a ",
	"href=",
	"title=",
	"class='",
	"id=\"",
	"onclick='",
	"style=\"",
	"src='",
	"srcset=",
	"content='",
	"<meta ",
	"http-equiv=refresh ",
	"<script",
	"</script>",
	"<title>",
	"</title>",
	"<style>",
	"</style>",
	"<svg>",
	"</svg>",
	"<textarea>",
	"</textarea>",
	"type=\"application/json\"",
	"\\",
	"&",
	"&amp;",
	"x",
	"java",
	"script:",
	"http:",
	":",
	"?",
	"#",
	",",
	"<p title=\"",
	"<a href=\"",
	"<img srcset='",
	"\">",
	"'>",
	"<script type='application/json'>",
	"{\"a\":\"",
	"\"}",
};

static const char *const fields[] = {
	"{{t}}", "{{e}}", "{{u}}", "{{v}}", "{{n}}", "{{h}}", "{{{h}}}", "{{o.t}}", "{{o.u}}", "{{o.n}}",
};

static const char *const openers[] = {"#f", "#g", "^f", "^g", "#o", "#l", "#w", "#t", "#e", "^e", "#u", "^v", "#n"};

/* Whole constructs, of which most are right where they stand. */
static const char *const whole[] = {
	"<p>{{t}}</p>",
	"<b title=\"{{t}}\">{{h}}</b>",
	"<a href='{{u}}'>{{t}}</a>",
	"<a href=\"{{u}}?q={{t}}\">x</a>",
	"<img src=\"{{u}}\" alt='{{t}}'>",
	"<img srcset='{{u}} {{n}}w, {{u}} 2x'>",
	"<title>{{t}}</title>",
	"<textarea>{{t}}</textarea>",
	"<script type=\"application/ld+json\">{\"a\":\"{{t}}\",\"n\":{{n}}}</script>",
	"<script>x()</script>",
	"<style>a{}</style>",
	"<meta name=x content='{{t}}'>",
	"<svg><path d='{{t}}'/></svg>",
	"<!-- x -->",
	"<br>",
	"text {{t}} ",
	"<ul><li>{{t}}</ul>",
	"<b{{#f}} class='{{t}}'{{/f}}>",
	"</b>",
	"<div>",
	"</div>",
};

#define PICK(random, list) ((list)[random_u64(random) % (sizeof(list) / sizeof *(list))])

struct maker {
	struct random *random;
	struct buf *out;
	unsigned left;  /* pieces */
	unsigned chaos; /* of ten pieces so many are loose */
};

static void make_pieces(struct maker *m, unsigned depth);

static void make_section(struct maker *m, unsigned depth)
{
	const char *tag = PICK(m->random, openers);
	buf_printf(m->out, "{{%s}}", tag);
	make_pieces(m, depth + 1);
	buf_printf(m->out, "{{/%s}}", tag + 1);
}

static void make_pieces(struct maker *m, unsigned depth)
{
	unsigned count = 1 + (unsigned)(random_u64(m->random) % (depth ? 3 : 9));
	while (count-- && m->left) {
		m->left--;
		unsigned kind = (unsigned)(random_u64(m->random) % 10);
		if (kind < m->chaos)
			buf_put_cstr(m->out, PICK(m->random, loose));
		else if (kind == 9 && depth < 4)
			make_section(m, depth);
		else if (kind >= 7)
			buf_put_cstr(m->out, PICK(m->random, fields));
		else
			buf_put_cstr(m->out, PICK(m->random, whole));
	}
}

static struct str make(struct random *random, struct arena *arena, unsigned chaos)
{
	BUF_SCOPED out = BUF_INIT(1u << 16);
	struct maker m = {random, &out, 14, chaos};
	make_pieces(&m, 0);
	return buf_copy(&out, arena);
}

/* How many of so many templates were taken. */
static unsigned try_many(uint64_t seed, unsigned tries, unsigned chaos, bool files_too)
{
	struct random_fixed random;
	unsigned taken = 0;
	random_fixed_init(&random, seed);
	for (unsigned i = 0; i < tries; i++) {
		ARENA_SCOPED arena = arena_create(0);
		char error[512];
		struct fixture_file files[] = {{"main", make(&random.random, arena, chaos)}, {0}, {0}};
		if (files_too) {
			struct str part = files[0].source, before = make(&random.random, arena, chaos);
			struct str after = make(&random.random, arena, chaos);
			files[1] = (struct fixture_file){"part", part};
			files[0].source = arena_concat(arena, (struct str[]){before, STR("{{>part}}"), after}, 3);
		}
		if (hostile_holds(files, error))
			taken++;
		else if (!str_starts(str_from(error), STR("main.mustache:")) &&
			 !str_starts(str_from(error), STR("part.mustache:")))
			fail_msg("%.*s\nis refused without a place: %s", STR_ARG(files[0].source), error);
	}
	return taken;
}

/* The bounds say that the grammar still makes both kinds. */
static void orderly_templates(void **state)
{
	(void)state;
	assert_int_equal(try_many(1, 700, 0, false), 700);
}

static void mixed_templates(void **state)
{
	(void)state;
	assert_in_range(try_many(2, 2500, 3, false), 500, 2300);
}

static void chaotic_templates(void **state)
{
	(void)state;
	assert_in_range(try_many(3, 12000, 7, false), 1000, 9000);
}

static void templates_with_partials(void **state)
{
	(void)state;
	assert_in_range(try_many(4, 1500, 2, true), 20, 1400);
}

/* Attributes alone: a tag of loose pieces that is always ended, where most of what is dangerous lies. */
static void tags_by_chance(void **state)
{
	static const char *const names[] = {"href", "title", "src", "srcset", "content", "http-equiv", "onx", "style"};
	static const char *const quotes[] = {"\"", "'", "", "\"", "'"};
	static const char *const starts[] = {"", "", "/", "x", "http:", "{{u}}", "{{v}}", "?", "java", "{{#f}}/{{/f}}"};
	static const char *const elements[] = {"a", "img", "meta", "form", "script", "svg", "b"};
	struct random_fixed fixed;
	struct random *random = &fixed.random;
	unsigned taken = 0;
	(void)state;
	random_fixed_init(&fixed, 5);
	for (unsigned i = 0; i < 6000; i++) {
		BUF_SCOPED out = BUF_INIT(1u << 16);
		char error[512];
		const char *element = PICK(random, elements);
		buf_printf(&out, "<%s", element);
		for (uint64_t count = 1 + random_u64(random) % 3; count > 0; count--) {
			const char *quote = PICK(random, quotes), *name = PICK(random, names);
			bool optional = random_u64(random) % 4 == 0;
			const char *start = PICK(random, starts);
			const char *field = random_u64(random) % 2 ? PICK(random, fields) : "";
			const char *more = random_u64(random) % 3 ? "" : PICK(random, fields);
			buf_printf(&out, "%s %s=%s%s%s%s%s%s", optional ? "{{#f}}" : "", name, quote, start, field,
				   more, quote, optional ? "{{/f}}" : "");
		}
		buf_printf(&out, ">x</%s>{{t}}", element);
		struct fixture_file files[] = {{"main", buf_str(&out)}, {0}};
		taken += hostile_holds(files, error);
	}
	assert_in_range(taken, 500, 5000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(orderly_templates), cmocka_unit_test(mixed_templates),
		cmocka_unit_test(chaotic_templates), cmocka_unit_test(templates_with_partials),
		cmocka_unit_test(tags_by_chance),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
