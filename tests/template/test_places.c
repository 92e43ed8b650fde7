/* Each place of a page, with what a template may put there. A row is a snippet and what is said of it, NULL where it
 * is taken; what is taken is rendered with hostile values, parsed, and must keep its shape. */
#include "hostile.h"

#include <string.h>

struct row {
	const char *source, *said;
};

static const char in_name[] = "a field where an attribute's name stands; use a section around name=\"{{value}}\"";
static const char in_tag_name[] = "a field in a tag's name";
static const char bare[] = "a field in an attribute's value without quotes; put quotes around it";
static const char markup_in_value[] = "markup in an attribute's value; use a text field";
static const char in_code_value[] = "a field in an attribute that holds code (on…, style, srcdoc)";
static const char in_comment[] = "a field in a comment or declaration";
static const char in_code[] = "a field in an element that holds code or no fields (script, style, iframe …)";
static const char markup_in_text[] = "markup in an element that holds plain text; use a text field";
static const char start_of_address[] = "a text at the start of an address; it must be a field of type URL";
static const char behind_empty[] = "a text behind an address that may be empty; write /, ? or # between them";
static const char second_address[] = "an address behind the start of another";
static const char scheme[] = "an address with a scheme other than http, https, mailto or tel";
static const char reference[] = "a character reference (&…;) in an address before its first /, ? or #";
static const char equiv[] =
	"a field in the content of a meta with http-equiv, which browsers obey like a header (refresh …)";
static const char ends_elsewhere[] = "a section must end in the place where it starts";
static const char list_elsewhere[] = "a list must end in the place where it starts";
static const char stray[] = "a tag holds \", ', = or < where an attribute's name should begin";
static const char behind_value[] = "a blank, / or > must stand here, behind an attribute";
static const char behind_lt[] = "a field behind <";
static const char in_type[] = "a field in a script's type";
static const char json_bare[] = "a text in JSON outside of quotes; write \"{{name}}\"";
static const char json_markup[] = "markup in JSON; use a text field";
static const char json_backslash[] = "a field behind a backslash";
static const char foreign[] = "an element that holds plain text (style, script, textarea …) inside svg or math";

static void is_judged(const struct fixture_file *files, const char *said)
{
	char error[512];
	bool taken = hostile_holds(files, error);
	if (taken && said)
		fail_msg("%.*s\nis taken; wanted: %s", STR_ARG(files[0].source), said);
	if (!taken && (!said || !strstr(error, said)))
		fail_msg("%.*s\nsaid: %s\nwanted: %s", STR_ARG(files[0].source), error, said ? said : "nothing");
}

static void are_judged(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct fixture_file files[] = {{"main", str_from(rows[i].source)}, {0}};
		is_judged(files, rows[i].said);
	}
}
#define ARE_JUDGED(rows) are_judged((rows), sizeof(rows) / sizeof *(rows))

static void content(void **state)
{
	static const struct row rows[] = {
		{"{{t}}{{h}}{{{h}}}{{&h}}{{n}}{{u}}", NULL},
		{"<p>{{t}}</p><div>{{h}}</div>", NULL},
		{"<ul>{{#l}}<li>{{t}} {{n}}{{/l}}</ul>", NULL},
		{"<table><tr><td>{{t}}<td>{{n}}</table>", NULL},
		{"<pre>\n{{t}}</pre><select><option>{{t}}</select>", NULL},
		{"a < b {{t}} > c & d {{t}}", NULL},
		{"a << {{t}}", NULL},
		{"1 <2 {{t}} <= {{t}} <- {{t}}", NULL},
		{"</p>{{t}}</br>{{t}}", NULL},
		{"&{{t}};&#{{n}};&amp{{t}}", NULL},
		{"<br/>{{t}}<img/>{{t}}<hr / >{{t}}", NULL},
		{"<a/b/c>{{t}}<a / b = 'c'/>{{t}}", NULL},
		{"<unknown-element>{{t}}</unknown-element>", NULL},
		{"<noscript>{{t}}</noscript><template>{{t}}</template>", NULL},
		{"<button>{{t}}<p>{{h}}", NULL},
		{"<!DOCTYPE HTML PUBLIC \"-//W3C//DTD\" 'x'>{{t}}", NULL},
		{"<?xml version=\"1.0\"?>{{t}}", NULL},
		{"<p\ttitle\n=\f'a'\r\n>{{t}}", NULL},
		{"<P TITLE='a'>{{t}}</P>", NULL},
		{"<b a=1 b='2' c=\"3\" d>{{t}}", NULL},
		{"<b a=/>{{t}}</b>", NULL}, /* the value is / */
	};
	(void)state;
	ARE_JUDGED(rows);
}

static void names_of_tags_and_attributes(void **state)
{
	static const struct row rows[] = {
		{"<{{t}}", in_tag_name},
		{"<{{n}}>", in_tag_name},
		{"<h{{n}}>", in_tag_name},
		{"</h{{n}}>", in_tag_name},
		{"<b{{u}}", in_tag_name},
		{"<<{{t}}", in_tag_name},
		{"</{{h}}", in_tag_name},
		{"<b {{t}}>", in_name},
		{"<b {{n}}>", in_name},
		{"<b {{h}}>", in_name},
		{"<b/{{t}}>", in_name},
		{"<b x{{t}}>", in_name},
		{"<b x {{t}}>", in_name},
		{"<b data-{{n}}='x'>", in_name},
		{"<b x='y'{{t}}>", in_name},
		{"<b x='y' {{t}}>", in_name},
		{"<b x=y {{t}}>", in_name},
		{"<b x='y'/{{t}}>", in_name},
		{"</b {{t}}>", in_name},
		{"<b {{#t}}{{.}}{{/t}}>", in_name},
		{"<b {{#f}}{{n}}{{/f}}>", in_name},
		{"<b {{#l}}{{u}}{{/l}}>", in_name},
		{"<b {{^g}}{{n}}{{/g}}>", in_name},
		{"<b\n\t{{t}}>", in_name},
		{"<b =x>", stray},
		{"<b ==x>", stray},
		{"<b \"x\">", stray},
		{"<b 'x'>", stray},
		{"<b <b>", stray},
		{"<b x = = y>", NULL}, /* a value without quotes: = */
		{"<b x='y'z>", behind_value},
		{"<b x='y'\"z\">", behind_value},
		{"<b x=''y=''>", behind_value},
		{"<b x=>", "an attribute without a value behind ="},
		{"<b x= >", "an attribute without a value behind ="},
		{"</ b>", "</ must be followed by an element's name"},
		{"</>", "</ must be followed by an element's name"},
		{"</3>", "</ must be followed by an element's name"},
		{"</{{#f}}b{{/f}}>", ends_elsewhere},
		{"<{{#f}}b{{/f}}>", ends_elsewhere},
		{"<b{{#f}}r{{/f}}>", NULL}, /* <b> or <br>: both are known */
		{"<s{{#f}}cript{{/f}}>", ends_elsewhere},
		{"<{{#f}}{{/f}}b>{{t}}", NULL},
	};
	(void)state;
	ARE_JUDGED(rows);
}

static void values(void **state)
{
	static const struct row rows[] = {
		{"<b title=\"{{t}}\">", NULL},
		{"<b title='{{t}}'>", NULL},
		{"<b title = \"{{t}}\" >", NULL},
		{"<b title=\"a{{t}}b{{n}}c{{u}}\">{{t}}", NULL},
		{"<b title='\"{{t}}\"'>{{t}}", NULL},
		{"<b title=\"'{{t}}'>\">{{t}}", NULL},
		{"<b title='>' class='{{t}}'>", NULL},
		{"<b title='<b' class='{{t}}'>{{t}}", NULL},
		{"<b title='<script>'>{{t}}", NULL},
		{"<b title='<!--' class='{{t}}-->'>{{t}}", NULL},
		{"<b class=\"x {{#f}}y{{/f}} {{#g}}z{{/g}} {{t}}\">", NULL},
		{"<b class=\"{{#l}}{{t}} {{/l}}\" id='{{#w}}{{.}}{{/w}}'>", NULL},
		{"<b title='{{#o}}{{t}}{{n}}{{/o}}'>{{o.t}}", NULL},
		{"<b title='{{^g}}{{t}}{{/g}}'>", NULL},
		{"<input value='{{t}}' type=\"hidden\"/>", NULL},
		{"<b x=y title='{{t}}' z>{{t}}", NULL},
		{"<time datetime='{{t}}'>{{t}}</time>", NULL},
		{"<b lang='{{t}}' dir='{{t}}'/>{{t}}", NULL},
		{"<a rel=\"{{t}}\" hreflang='{{t}}' download='{{t}}'>", NULL},
		{"<b oncle='{{t}}'>", in_code_value}, /* what begins with on is taken for an event */
		{"<b data-onclick='{{t}}'>", NULL},
		{"<b title={{t}}>", bare},
		{"<b title= {{t}}>", bare},
		{"<b title=a{{t}}>", bare},
		{"<b title=a'{{t}}'>", bare},
		{"<b title=/{{n}}>", bare},
		{"<b title={{#f}}a{{/f}}>", ends_elsewhere},
		{"<b title={{n}}px>", bare},
		{"<b title='{{h}}'>", markup_in_value},
		{"<b title='{{{h}}}'>", markup_in_value},
		{"<b title=\"{{#h}}{{.}}{{/h}}\">", markup_in_value},
		{"<b title='{{#f}}' class='{{/f}}'>", NULL},
		{"<b title=\"{{#f}}\"{{/f}}>", ends_elsewhere},
		{"<b title='{{#l}}'{{/l}}>", ends_elsewhere},
		{"<b title='{{t}}", "the template ends in an attribute's value"},
		{"<b title='{{t}}\">", "the template ends in an attribute's value"},
	};
	(void)state;
	ARE_JUDGED(rows);
}

static void attributes_that_hold_code(void **state)
{
	static const struct row rows[] = {
		{"<b onclick='{{t}}'>", in_code_value},
		{"<b onclick='f({{n}})'>", in_code_value},
		{"<b ONCLICK=\"{{u}}\">", in_code_value},
		{"<b OnLoad = '{{t}}'>", in_code_value},
		{"<b x/onclick='{{t}}'>", in_code_value},
		{"<b x=y onclick='{{t}}'>", in_code_value},
		{"<b onanythingatallthatcomeslater='{{n}}'>", in_code_value},
		{"<b on='{{n}}'>", in_code_value},
		{"<b style='{{t}}'>", in_code_value},
		{"<b style=\"width: {{n}}px\">", in_code_value},
		{"<b STYLE='{{u}}'>", in_code_value},
		{"<iframe srcdoc='{{t}}'></iframe>", in_code_value},
		{"<b onclick='{{#f}}{{n}}{{/f}}'>", in_code_value},
		{"<b onclick='{{#t}}{{.}}{{/t}}'>", in_code_value},
		{"<b onclick='x'>{{t}}", NULL},
		{"<b style=\"color: red\" title='{{t}}'>", NULL},
		{"<b onclick='{{#f}}a(){{/f}}{{#g}}b(){{/g}}'>{{t}}", NULL},
		{"<b style='{{#f}}color: red{{/f}}'>{{t}}", NULL},
	};
	(void)state;
	ARE_JUDGED(rows);
}

static void addresses(void **state)
{
	static const struct row rows[] = {
		{"<a href='{{u}}'>", NULL},
		{"<a href=\"{{u}}\">{{t}}</a>", NULL},
		{"<a href='{{u}}?x={{t}}'>", NULL},
		{"<a href='{{u}}/{{t}}'>", NULL},
		{"<a href='{{u}}#{{t}}'>", NULL},
		{"<a href='{{u}}{{u}}'>", NULL},
		{"<a href='{{u}}{{n}}'>", NULL},
		{"<a href='{{u}}{{n}}{{t}}'>", NULL},
		{"<a href='{{n}}'>", NULL},
		{"<a href='/{{t}}'>", NULL},
		{"<a href='?{{t}}'>", NULL},
		{"<a href='#{{t}}'>", NULL},
		{"<a href='a/{{t}}'>", NULL},
		{"<a href='http://{{t}}'>", NULL},
		{"<a href='HTTPS:{{t}}'>", NULL},
		{"<a href='mailto:{{t}}'>", NULL},
		{"<a href='tel:{{n}}'>", NULL},
		{"<a href='/a:{{t}}'>", NULL},
		{"<a href='{{#f}}{{u}}{{/f}}'>", NULL},
		{"<a href='{{#f}}{{u}}{{/f}}{{^f}}{{u}}{{/f}}'>", NULL},
		{"<a href='{{#g}}{{u}}{{/g}}{{^g}}/x{{/g}}'>", NULL},
		{"<a href='{{#o}}{{u}}{{/o}}'>", NULL},
		{"<a href='{{#u}}{{.}}{{/u}}'>", NULL},
		{"<a href='{{o.u}}#{{o.t}}'>", NULL},
		{"<a href='{{#l}}{{u}}{{/l}}'>", list_elsewhere},
		{"<a href='/{{#l}}{{t}}/{{/l}}'>", NULL},
		{"<a href=x title='{{t}}'>", NULL},
		{"<a href=/x/y?z title='{{t}}'>", NULL},
		{"<a href='{{t}}'>", start_of_address},
		{"<a href='{{e}}'>", start_of_address},
		{"<a href='{{#t}}{{.}}{{/t}}'>", start_of_address},
		{"<a href='{{#e}}/{{/e}}{{t}}'>", start_of_address},
		{"<a href='{{^f}}/{{/f}}{{t}}'>", start_of_address},
		{"<a href='{{#l}}/{{/l}}{{t}}'>", start_of_address},
		{"<a href='{{u}}{{t}}'>", behind_empty},
		{"<a href='{{v}}{{t}}'>", behind_empty},
		{"<a href='{{#f}}{{u}}{{/f}}{{t}}'>", behind_empty},
		{"<a href='{{u}}{{#f}}/{{/f}}{{t}}'>", behind_empty},
		{"<a href='{{u}}{{#f}}{{t}}{{/f}}'>", behind_empty},
		{"<a href='{{u}}x{{t}}'>", start_of_address},
		{"<a href='{{u}}:{{t}}'>", scheme},
		{"<a href='{{#f}}{{u}}{{/f}}script:x'>", scheme},
	};
	(void)state;
	ARE_JUDGED(rows);
}

static void schemes_and_attributes_of_addresses(void **state)
{
	static const struct row rows[] = {
		{"<a href='java{{t}}'>", start_of_address},
		{"<a href='http{{t}}'>", start_of_address},
		{"<a href='x{{u}}'>", second_address},
		{"<a href=' {{u}}'>", second_address},
		{"<a href='{{#f}}x{{/f}}{{u}}'>", second_address},
		{"<a href='javascript:{{n}}'>", scheme},
		{"<a href='javascript:'>", scheme},
		{"<a href=javascript:x>", scheme},
		{"<a href='JavaScript:x'>", scheme},
		{"<a href=' javascript:x'>", scheme},
		{"<a href='java\tscript:x'>", scheme},
		{"<a href='java\nscript:x'>", scheme},
		{"<a href='\x01javascript:x'>", scheme},
		{"<a href='vbscript:x'>", scheme},
		{"<a href='data:text/html,{{t}}'>", scheme},
		{"<a href='ftp://x'>", scheme},
		{"<a href=':x'>", scheme},
		{"<a href='java{{#f}}{{/f}}script:x'>", scheme},
		{"<a href='java{{#f}}x{{/f}}script:x'>", scheme},
		{"<a href='{{#f}}http{{/f}}:x'>", scheme},
		{"<a href='&#106;avascript:{{t}}'>", reference},
		{"<a href='javascript&colon;{{t}}'>", reference},
		{"<a href='&Tab;javascript&colon;{{n}}'>", reference},
		{"<a href='/?a=1&amp;b={{t}}'>", NULL},
		{"<a href='{{u}}&amp;b={{t}}'>", reference},
		{"<a href='{{h}}'>", markup_in_value},
		{"<a\nHREF\n=\n'{{t}}'>", start_of_address},
		{"<a/href='{{t}}'>", start_of_address},
		{"<a title='x'/href='{{t}}'>", start_of_address},
		{"</a href='{{t}}'>", start_of_address},
		{"<img src='{{t}}'>", start_of_address},
		{"<form action='{{t}}'>", start_of_address},
		{"<button formaction='{{t}}'>", start_of_address},
		{"<video poster='{{t}}'>", start_of_address},
		{"<q cite='{{t}}'>", start_of_address},
		{"<object data='{{t}}'>", start_of_address},
		{"<a ping='{{t}}'>", start_of_address},
		{"<body background='{{t}}'>", start_of_address},
		{"<svg><use xlink:href='{{t}}'/></svg>", start_of_address},
		{"<html manifest='{{t}}'>", start_of_address},
		{"<img longdesc='{{t}}'>", start_of_address},
		{"<img usemap='{{t}}'>", start_of_address},
		{"<object codebase='{{t}}'>", start_of_address},
		{"<object classid='{{t}}'>", start_of_address},
		{"<iframe src='{{t}}'></iframe>", start_of_address},
		{"<link href='{{t}}'>", start_of_address},
		{"<base href='{{t}}'>", start_of_address},
		{"<form action='{{u}}' method=get><input name='q' value='{{t}}'>", NULL},
		{"<svg><use href='{{u}}'/></svg>{{t}}", NULL},
	};
	(void)state;
	ARE_JUDGED(rows);
}

static void sets_of_sources(void **state)
{
	static const struct row rows[] = {
		{"<img srcset='{{u}} 2x'>", NULL},
		{"<img srcset='{{u}} {{n}}w'>", NULL},
		{"<img srcset=\"{{u}} 1x, {{u}} 2x\">", NULL},
		{"<img srcset='{{#l}}{{u}} {{n}}w, {{/l}}/last 9w'>", NULL},
		{"<img srcset='{{#l}}{{u}} {{n}}w{{#t}}, {{/t}}{{/l}}'>", NULL},
		{"<link imagesrcset='{{u}} 2x'>", NULL},
		{"<img srcset='/a/{{t}} 2x'>", NULL},
		{"<img srcset='/a 2x, /b/{{t}} 3x'>", NULL},
		{"<img srcset='{{t}} 2x'>", start_of_address},
		{"<img srcset='/a 2x,{{t}} 2x'>", start_of_address},
		{"<img srcset='/a 2x, {{t}} 2x'>", start_of_address},
		{"<img srcset='{{u}},{{t}}'>", start_of_address},
		{"<img srcset='{{u}}{{t}}'>", behind_empty},
		{"<img srcset='/a, javascript:x'>", scheme},
		{"<img srcset='/a, x{{u}}'>", second_address},
		{"<link imagesrcset='/a, {{t}}'>", start_of_address},
	};
	(void)state;
	ARE_JUDGED(rows);
}

static void metas(void **state)
{
	static const struct row rows[] = {
		{"<meta name='description' content='{{t}}'>", NULL},
		{"<meta content=\"{{t}}\" name=\"description\">", NULL},
		{"<meta property='og:url' content='{{u}}'>{{t}}", NULL},
		{"<meta http-equiv='refresh' content='5'>{{t}}", NULL},
		{"<meta http-equiv='refresh' content='{{n}}'>", equiv},
		{"<meta http-equiv='refresh' content='0;url={{u}}'>", equiv},
		{"<meta http-equiv='refresh' content='0;url={{t}}'>", equiv},
		{"<META HTTP-EQUIV=refresh CONTENT=\"{{t}}\">", equiv},
		{"<meta content='0;url={{t}}' http-equiv='refresh'>", equiv},
		{"<meta content='{{n}}' x http-equiv = refresh>", equiv},
		{"<meta content='{{#t}}{{.}}{{/t}}' http-equiv=refresh>", equiv},
		{"<meta {{#f}}http-equiv='refresh'{{/f}} content='{{t}}'>", equiv},
		{"<meta {{#f}}http-equiv='refresh' {{/f}}{{^f}}content='{{t}}'{{/f}}>", equiv},
		{"<meta {{#f}}content='{{t}}' {{/f}}http-equiv='refresh'>", equiv},
		{"<meta content='{{#f}}{{n}}{{/f}}' http-equiv='refresh'>", equiv},
		{"<meta/content='{{t}}'/http-equiv='refresh'>", equiv},
		{"<meta http-equiv='{{t}}' content='x'>", "a field in http-equiv"},
		{"<meta http-equiv='re{{#f}}{{t}}{{/f}}' content='x'>", "a field in http-equiv"},
		{"<meta http-equiv='{{#f}}refresh{{/f}}' content='{{t}}'>", equiv},
		{"<meta content='{{h}}'>", markup_in_value},
		{"<meta http-equiv=refresh><meta content='{{t}}'>", NULL},
		{"<meta content='{{t}}'><meta http-equiv=refresh content='9'>", NULL},
		{"<b http-equiv='refresh' content='{{t}}'>", NULL},
		{"<metal http-equiv='refresh' content='{{t}}'>", NULL},
	};
	(void)state;
	ARE_JUDGED(rows);
}

static void comments_and_declarations(void **state)
{
	static const struct row rows[] = {
		{"<!-- {{t}} -->", in_comment},
		{"<!--{{n}}-->", in_comment},
		{"<!-- > {{t}} -->", in_comment},
		{"<!-- -- > {{t}} -->", in_comment},
		{"<!doctype {{t}}>", in_comment},
		{"<!DOCTYPE html \"{{t}}\">", in_comment},
		{"<?x {{t}}?>", in_comment},
		{"<!{{t}}", in_comment},
		{"<!-{{t}}", in_comment},
		{"<!-- a -->{{t}}", NULL},
		{"<!---->{{t}}", NULL},
		{"<!----->{{t}}", NULL},
		{"<!-- <b> -- ->-->{{t}}", NULL},
		{"<!-- <!-- -->{{t}}", NULL},
		{"<!-- \"-->{{t}}", NULL},
		{"<!--x>-->{{t}}", NULL},
		{"<!--->-->", "a comment cannot begin with >"},
		{"<!-->-->", "a comment cannot begin with >"},
		{"<!-- --!>{{t}}", "--! in a comment, which may end it"},
		{"<!-- {{#f}}-->{{/f}}", ends_elsewhere},
		{"{{#f}}<!--{{/f}}-->", ends_elsewhere},
		{"<!-- {{#f}}-{{/f}}-> {{t}}", ends_elsewhere},
		{"<![CDATA[{{t}}]]>", "<! must begin a comment (<!-- -->) or the doctype"},
		{"<!1>", "<! must begin a comment (<!-- -->) or the doctype"},
		{"<!>", "<! must begin a comment (<!-- -->) or the doctype"},
		{"<!-x-->", "<! must begin a comment (<!-- -->) or the doctype"},
		{"<!-- a", "the template ends in a comment or declaration"},
		{"<!doctype html", "the template ends in a comment or declaration"},
	};
	(void)state;
	ARE_JUDGED(rows);
}

static void elements_of_plain_text(void **state)
{
	static const struct row rows[] = {
		{"<title>{{t}} · {{n}}</title>{{t}}", NULL},
		{"<title>{{#f}}{{t}}{{/f}} {{#l}}{{t}}, {{/l}}</title>{{h}}", NULL},
		{"<title>{{u}}</title>", NULL},
		{"<TITLE>{{t}}</TITLE >{{h}}", NULL},
		{"<title>a < {{t}}</title>", NULL},
		{"<title><b>{{t}}</b></title>{{h}}", NULL},
		{"<title></titl>{{t}}</title/>{{h}}", NULL},
		{"<title lang='{{t}}'>{{t}}</title>", NULL},
		{"<textarea name='{{t}}'>{{t}}</textarea>{{h}}", NULL},
		{"<textarea>\n\n{{t}}</textarea x='{{t}}'>{{h}}", NULL},
		{"<textarea></textareas>{{t}}</textarea>{{h}}", NULL},
		{"<title>{{h}}</title>", markup_in_text},
		{"<textarea>{{{h}}}</textarea>", markup_in_text},
		{"<title>{{#h}}{{.}}{{/h}}</title>", markup_in_text},
		{"<title></title x={{t}}>", bare},
		{"<title></title {{t}}>", in_name},
		{"<title><{{t}}</title>", behind_lt},
		{"<title></{{t}}</title>", behind_lt},
		{"<title></title{{t}}>", behind_lt},
		{"<title><!--</title>", "<!-- in an element that holds plain text"},
		{"<title>{{#f}}</title>{{/f}}", ends_elsewhere},
		{"{{#f}}<title>{{/f}}{{t}}</title>", ends_elsewhere},
		{"<title>x", "the template ends in an element that holds plain text"},
		{"<iframe>{{t}}</iframe>", in_code},
		{"<xmp>{{t}}</xmp>", in_code},
		{"<noembed>{{t}}</noembed>", in_code},
		{"<noframes>{{n}}</noframes>", in_code},
		{"<plaintext>{{t}}", in_code},
		{"<plaintext></plaintext>", "the template ends in an element that holds plain text"},
		{"<xmp><b {{#f}}x{{/f}}></xmp>{{t}}", NULL},
		{"<style>{{n}}</style>", in_code},
		{"<style>a { width: {{n}}px }</style>", in_code},
		{"<style>{{#f}}b{}{{/f}}</style>{{t}}", NULL},
		{"<style media='{{t}}'>a > b{}</style>{{t}}", NULL},
		{"<style></sty{{#f}}le>{{/f}}", ends_elsewhere},
		{"<style>a</style title='{{t}}'>{{t}}", NULL},
	};
	(void)state;
	ARE_JUDGED(rows);
}

static void scripts(void **state)
{
	static const struct row rows[] = {
		{"<script>{{t}}</script>", in_code},
		{"<script>var a = {{n}}</script>", in_code},
		{"<script>'{{u}}'</script>", in_code},
		{"<script>\"</script>\"{{t}}", NULL},
		{"<script>a<b</script>{{t}}", NULL},
		{"<script>{{#f}}a(){{/f}}</script>{{t}}", NULL},
		{"<script src='{{u}}' defer></script>{{t}}", NULL},
		{"<script src='{{t}}'></script>", start_of_address},
		{"<script type='text/javascript'>{{n}}</script>", in_code},
		{"<script type='module'>{{n}}</script>", in_code},
		{"<script type='application/jsonx'>{{n}}</script>", in_code},
		{"<script type='json'>{{n}}</script>", in_code},
		{"<script type=''>{{n}}</script>", in_code},
		{"<script language='application/json'>{{n}}</script>", in_code},
		{"<script type='{{t}}'>x</script>", in_type},
		{"<script type='{{#f}}application/json{{/f}}'>{{n}}</script>", ends_elsewhere},
		{"<script {{#f}}type='application/json'{{/f}}>{{n}}</script>", in_code},
		{"<script {{#f}}type='module'{{/f}} type='application/json'>{{n}}</script>", in_code},
		{"<script type='module' type='application/json'>{{n}}</script>", in_code},
		{"<script></script type='application/json'>{{t}}", NULL},
		{"<script type='application/json'></script><script>{{n}}</script>", in_code},
		{"<script><!-- </script>", "<!-- in an element that holds plain text"},
		{"<script>{{#f}}<!{{/f}}--<script></script>{{t}}", ends_elsewhere},
		{"<script>{{#f}}<!-{{/f}}-</script>", ends_elsewhere},
		{"<script>{{#f}}<{{/f}}/script>", ends_elsewhere},
		{"<script type='application/json'>{{n}}</script>{{t}}", NULL},
		{"<script type='application/ld+json'>{\"a\":\"{{t}}\"}</script>{{t}}", NULL},
		{"<script TYPE=application/json>[\"{{u}}\", {{n}}]</script>{{t}}", NULL},
		{"<script type='application/json'>[{{#w}}\"{{.}}\",{{/w}}0]</script>{{t}}", NULL},
		{"<script type='application/json'>{{#t}}\"{{.}}\"{{/t}}</script>{{t}}", NULL},
		{"<script type='application/json'>\"\\\\{{t}}\\\"{{t}}\"</script>{{t}}", NULL},
		{"<script type='application/json'>{{t}}</script>", json_bare},
		{"<script type='application/json'>[{{u}}]</script>", json_bare},
		{"<script type='application/json'>'{{t}}'</script>", json_bare},
		{"<script type='application/json'>\"a\"{{t}}</script>", json_bare},
		{"<script type='application/json'>\"\\\"\"{{t}}</script>", json_bare},
		{"<script type='application/json'>\"{{h}}\"</script>", json_markup},
		{"<script type='application/json'>{{h}}</script>", json_markup},
		{"<script type='application/json'>\"\\{{t}}\"</script>", json_backslash},
		{"<script type='application/json'>\"\\u{{n}}\"</script>", NULL},
		{"<script type='application/json'>\"<{{t}}\"</script>", behind_lt},
		{"<script type='application/json'>{{#f}}\"{{/f}}x\"</script>", ends_elsewhere},
		{"<script type='application/json'>\"{{#f}}\\{{/f}}\"</script>", ends_elsewhere},
		{"<script type='application/json'>{{#l}}\"{{/l}}</script>", ends_elsewhere},
	};
	(void)state;
	ARE_JUDGED(rows);
}

/* Inside svg and math a browser reads tags where HTML has none. */
static void foreign_content(void **state)
{
	static const struct row rows[] = {
		{"<svg><title>{{t}}</title><path d='{{t}}'/></svg>{{h}}", NULL},
		{"<svg viewBox='0 0 {{n}} 9'><text>{{t}}</text></svg>{{t}}", NULL},
		{"<math><mi>{{t}}</mi></math>{{t}}", NULL},
		{"<svg/><style>a{}</style>{{h}}", NULL},
		{"<svg/ ><style>a{}</style>", foreign},
		{"<svg></svg><style>a{}</style><title>{{t}}</title>{{h}}", NULL},
		{"<SVG></SVG ><script></script>{{h}}", NULL},
		{"</svg><style>a{}</style>{{h}}", NULL},
		{"<svgs><style>a{}</style>{{h}}", NULL},
		{"<svg><style>a{}</style></svg>", foreign},
		{"<svg><script>a</script></svg>", foreign},
		{"<svg><foreignObject><textarea>{{t}}</textarea></foreignObject></svg>", foreign},
		{"<math><style></style></math>", foreign},
		{"<svg><svg></svg><style></style></svg>", foreign},
		{"<svg x=y><style></style></svg>", foreign},
		{"<svg x='/'><style></style></svg>", foreign},
		{"<svg x=/><style></style></svg>", foreign}, /* / is the value */
		{"<svg><style><a title='</style>{{h}}'></a></svg>", foreign},
		{"{{#f}}<svg>{{/f}}<style></style>", foreign},
		{"<svg>{{#g}}</svg>{{/g}}<style></style>", foreign},
		{"<svg>{{#l}}<path id='{{t}}'/>{{/l}}</svg>{{t}}", NULL},
		{"{{#l}}<svg>{{/l}}", list_elsewhere},
		{"{{#l}}<svg></svg>{{t}}{{/l}}<style></style>{{t}}", NULL},
		{"<svg>{{h}}</svg>", "markup inside svg or math"},
		{"<svg><desc>{{{h}}}</desc></svg>", "markup inside svg or math"},
		{"<svg {{#f}}x{{/f}}><style></style>", foreign},
		{"<svg{{#f}} x{{/f}}></svg><style></style>{{t}}", NULL},
		{"<svg onload='{{t}}'></svg>", in_code_value},
		{"<svg><a href='{{t}}'></a></svg>", start_of_address},
		{"<svg><![CDATA[{{t}}]]></svg>", "<! must begin a comment (<!-- -->) or the doctype"},
	};
	(void)state;
	ARE_JUDGED(rows);
}

static void sections(void **state)
{
	static const struct row rows[] = {
		{"{{#f}}<b>{{/f}}{{t}}{{#f}}</b>{{/f}}", NULL},
		{"<b{{#f}} title='{{t}}'{{/f}}>{{t}}", NULL},
		{"<b{{#f}} title='{{t}}'{{/f}}{{#g}} class='{{t}}'{{/g}} id='x'>{{t}}", NULL},
		{"<b {{#f}}title='{{t}}' {{/f}}class='{{t}}'>", NULL},
		{"<b {{#f}}title='{{t}}'{{/f}} class='{{t}}'>", NULL},
		{"<b {{#f}}title='{{t}}'{{/f}}class='{{t}}'>", behind_value},
		{"<b {{#f}}hidden{{/f}}>{{t}}", NULL},
		{"<b {{#f}}hidden{{/f}}='{{t}}'>", behind_value},
		{"<b {{#f}}hidden {{/f}}='{{t}}'>", stray},
		{"<b {{#f}}href{{/f}}{{^f}}title{{/f}}='{{t}}'>", behind_value},
		{"<b{{#f}} on{{/f}}click='{{t}}'>", behind_value},
		{"<b {{#l}}title='{{t}}' {{/l}}>", NULL},
		{"<b {{#l}}title='{{t}}'{{/l}}>", list_elsewhere},
		{"<b {{#l}} title='{{t}}'{{/l}}>", list_elsewhere},
		{"<b{{#l}} x {{/l}}>", list_elsewhere},
		{"<b title='{{#f}}a{{/f}}{{#g}}b{{/g}}{{t}}'>", NULL},
		{"<b title={{#f}}'a'{{/f}}{{^f}}'b'{{/f}}>", ends_elsewhere},
		{"<b title='{{#f}}a'{{/f}}{{^f}}b'{{/f}}>", ends_elsewhere},
		{"{{#f}}<b {{/f}}title='{{t}}'>", ends_elsewhere},
		{"{{#f}}<b{{/f}}>", ends_elsewhere},
		{"{{#f}}<{{/f}}b>", ends_elsewhere},
		{"{{#f}}</{{/f}}b>", ends_elsewhere},
		{"<b {{#f}}>{{/f}}", ends_elsewhere},
		{"<b {{#f}}><i {{/f}}>{{t}}", NULL},
		{"<b {{#f}}><b {{/f}}>{{t}}", NULL},
		{"<b {{#f}}><script {{/f}}>", ends_elsewhere},
		{"<script {{#f}}><b {{/f}}>", ends_elsewhere},
		{"<b {{#f}}></b {{/f}}>", ends_elsewhere},
		{"{{#f}}{{#g}}<b{{/g}}{{/f}}>", ends_elsewhere},
		{"{{#f}}{{#g}}<b>{{/g}}{{t}}{{/f}}", NULL},
		{"{{^f}}<script>{{/f}}{{^f}}</script>{{/f}}", ends_elsewhere},
		{"{{^f}}<script></script>{{/f}}{{t}}", NULL},
		{"{{#o}}<b title='{{/o}}x'>", ends_elsewhere},
		{"{{#t}}<b title='{{.}}'>{{/t}}", NULL},
		{"{{#n}}<b title='{{.}}'>{{/n}}", NULL},
		{"{{#u}}<b href='{{.}}'>{{/u}}", NULL},
		{"{{#t}}<b href='{{.}}'>{{/t}}", start_of_address},
		{"{{#w}}<b href='/{{.}}'>{{.}}{{/w}}", NULL},
		{"{{#w}}<b href='{{.}}'>{{/w}}", start_of_address},
	};
	(void)state;
	ARE_JUDGED(rows);
}

/* main, part (a partial or parent) → what is said. */
static void partials_in_their_places(void **state)
{
	static const struct {
		const char *main, *part, *said;
	} rows[] = {
		{"<b title='{{>part}}'>", "{{t}}", NULL},
		{"<b>{{>part}}</b>", "{{t}}{{h}}", NULL},
		{"<b title='{{>part}}'>", "{{h}}", markup_in_value},
		{"<b {{>part}}>", "{{t}}", in_name},
		{"<b {{>part}}>", "title='{{t}}'", NULL},
		{"<b {{>part}}>", "onclick='{{t}}'", in_code_value},
		{"<b onclick='{{>part}}'>", "{{n}}", in_code_value},
		{"<script>{{>part}}</script>", "{{n}}", in_code},
		{"<style>{{>part}}</style>", "a{}", NULL},
		{"<title>{{>part}}</title>", "{{t}}", NULL},
		{"<title>{{>part}}</title>", "{{h}}", markup_in_text},
		{"<a href='{{>part}}'>", "{{u}}", NULL},
		{"<a href='{{>part}}'>", "{{t}}", start_of_address},
		{"<a href='{{>part}}{{t}}'>", "{{u}}", behind_empty},
		{"<a href='{{>part}}{{t}}'>", "/x/", NULL},
		{"<!-- {{>part}} -->", "{{t}}", in_comment},
		{"<b title={{>part}}>", "{{t}}", bare},
		{"<{{>part}}>", "b", NULL},
		{"<{{>part}}>", "{{t}}", in_tag_name},
		{"{{>part}} title='{{t}}'>", "<b", NULL},
		{"{{>part}}{{t}}</title>", "<title>", NULL},
		{"{{>part}}{{h}}</title>", "<title>", markup_in_text},
		{"{{>part}}{{n}}</script>", "<script>", in_code},
		{"{{#f}}{{>part}}{{/f}}", "<b", ends_elsewhere},
		{"{{#l}}{{>part}}{{/l}}", "<b title='{{t}}'>{{u}}", NULL},
		{"{{>part}}{{>part}}", "<i>{{t}}", NULL},
		{"<i title='{{>part}}'>{{>part}}", "{{t}}", NULL},
		{"<i title='{{>part}}'>{{>part}}", "{{h}}", markup_in_value},
		{"<svg>{{>part}}</svg>", "<style></style>", foreign},
		{"<meta http-equiv=refresh content='{{>part}}'>", "{{t}}", equiv},
		{"{{<part}}{{$x}}{{t}}{{/x}}{{/part}}", "<b title='{{$x}}{{/x}}'>", NULL},
		{"{{<part}}{{$x}}{{h}}{{/x}}{{/part}}", "<b title='{{$x}}{{/x}}'>", markup_in_value},
		{"{{<part}}{{$x}}{{h}}{{/x}}{{/part}}", "<b>{{$x}}{{/x}}</b>", NULL},
		{"{{<part}}{{$x}}{{n}}{{/x}}{{/part}}", "<script>{{$x}}{{/x}}</script>", in_code},
		{"{{<part}}{{$x}}'{{t}}{{/x}}{{/part}}", "<b title={{$x}}{{/x}}'>", NULL},
		{"{{<part}}{{$x}}{{t}}{{/x}}{{/part}}", "<b title={{$x}}'{{/x}}'>", bare},
		{"{{<part}}{{$x}}'>{{t}}<b {{/x}}{{/part}}", "<b title='{{$x}}{{/x}}class='{{t}}'>", NULL},
		{"{{<part}}{{/part}}", "<a href='{{$x}}{{t}}{{/x}}'>", start_of_address},
		{"{{<part}}{{$x}}{{u}}{{/x}}{{/part}}", "<a href='{{$x}}{{t}}{{/x}}'>", NULL},
		{"{{<part}}{{$x}}<b{{/x}}{{/part}}", "{{#f}}{{$x}}{{/x}}{{/f}}>", ends_elsewhere},
		{"{{<part}}{{$x}}<title>{{/x}}{{/part}}", "{{$x}}{{/x}}{{t}}</title>", NULL},
		{"{{<part}}{{$x}}<title>{{/x}}{{/part}}", "{{$x}}{{/x}}{{h}}</title>", markup_in_text},
		{"{{<part}}{{$x}}{{t}}{{/x}}{{/part}}", "{{$x}}{{/x}}<i title='{{$x}}{{/x}}'>", NULL},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct fixture_file files[] = {{"main", str_from(rows[i].main)}, {"part", str_from(rows[i].part)}, {0}};
		is_judged(files, rows[i].said);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(content),
		cmocka_unit_test(names_of_tags_and_attributes),
		cmocka_unit_test(values),
		cmocka_unit_test(attributes_that_hold_code),
		cmocka_unit_test(addresses),
		cmocka_unit_test(schemes_and_attributes_of_addresses),
		cmocka_unit_test(sets_of_sources),
		cmocka_unit_test(metas),
		cmocka_unit_test(comments_and_declarations),
		cmocka_unit_test(elements_of_plain_text),
		cmocka_unit_test(scripts),
		cmocka_unit_test(foreign_content),
		cmocka_unit_test(sections),
		cmocka_unit_test(partials_in_their_places),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
