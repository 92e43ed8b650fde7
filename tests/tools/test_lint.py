"""Each check of tools/lint.py finds what it is for, and nothing in what is right."""

import shutil
import subprocess

import pytest

import layers
import lint
import source


@pytest.fixture
def tree(tmp_path):
    """write(path, text) puts a file; check(function) gives the problems of one check."""

    class Written:
        def write(self, path, text):
            place = tmp_path / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
            return place

        def check(self, function):
            return function(lint.Tree(tmp_path))

    return Written()


def git(folder, *words):
    subprocess.run(["git", "-c", "safe.directory=*", *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def clone(tmp_path):
    """Three files: one added, one that lies about, one that is ignored."""
    folder = tmp_path / "a clone"
    folder.mkdir()
    git(folder, "init", "-q")
    for name in ("added.c", "lies-about.c", "ignored.c"):
        (folder / name).write_text("x\n")
    (folder / ".gitignore").write_text("ignored.c\n")
    git(folder, "add", "added.c", ".gitignore")
    return folder


@pytest.mark.skipif(not shutil.which("git"), reason="no git here")
def test_what_git_does_not_know_is_not_looked_at(clone):
    assert lint.Tree(clone).paths == [".gitignore", "added.c"]
    (clone / "added.c").unlink()  # removed, and not yet told to git
    assert lint.Tree(clone).paths == [".gitignore"]


@pytest.mark.skipif(not shutil.which("git"), reason="no git here")
def test_a_tarball_is_looked_at_whole(clone):
    unpacked = clone / "unpacked"  # within a clone of something else
    for path in ("src/a.c", "build/b.c", "newsroom/c.c", "tools/__pycache__/d.pyc"):
        (unpacked / path).parent.mkdir(parents=True)
        (unpacked / path).write_text("x\n")
    assert lint.Tree(unpacked).paths == ["src/a.c"]


def test_a_clone_without_git_is_looked_at_whole(clone, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert lint.Tree(clone).paths == [".gitignore", "added.c", "ignored.c", "lies-about.c"]


@pytest.mark.skipif(not shutil.which("git"), reason="no git here")
def test_layers_look_at_the_same_files(clone):
    (clone / "layers.txt").write_text("base:\n")
    (clone / "src" / "nowhere").mkdir(parents=True)
    (clone / "src" / "nowhere" / "a.c").write_text("")
    assert lint.folders_are_layered(lint.Tree(clone)) == []
    git(clone, "add", "src")
    assert "the folder nowhere has no line" in lint.folders_are_layered(lint.Tree(clone))[0]


LAYERS = "base:\ntext: base\nhttp: text base\nlib expat.h: http\nlib unicode/: text\n"


@pytest.mark.parametrize("path, line, expected", [
    ("src/text/a.c", '#include "base/str.h"', None),
    ("src/text/a.c", '#include "text/own.h"', None),
    ("src/text/a.c", "#include <unicode/uchar.h>", None),
    ("src/text/a.c", "#include <string.h>", None),
    ("src/base/a.c", '#include "text/own.h"', "base may not include text"),
    ("src/text/a.c", '  #  include "http/server.h"', "text may not include http"),
    ("src/text/a.c", "#include <expat.h>", "may be included by http alone"),
    ("src/http/a.c", "#include <unicode/uchar.h>", "may be included by text alone"),
    ("src/text/a.c", '#include "own.h"', 'write "text/own.h"'),
    ("src/text/a.c", '#include "base/gone.h"', "there is no src/base/gone.h"),
    ("src/http/a.c", '#include "expat.h"', "there is no|write"),
    ("src/new/a.c", "", "the folder new has no line"),
])
def test_layers(tree, path, line, expected):
    tree.write("layers.txt", LAYERS)
    for header in ("base/str.h", "text/own.h", "http/server.h"):
        tree.write(f"src/{header}", "/* x */\n")
    tree.write(path, line + "\n")
    problems = tree.check(lint.folders_are_layered)
    assert (problems == []) if expected is None else any(part in problems[0] for part in expected.split("|"))


def test_layers_cannot_be_a_circle():
    assert layers.Layers("base: text\ntext: base\n").problems
    assert layers.Layers("base:\nbase:\n").problems
    assert layers.Layers("base\n").problems
    assert not layers.Layers(LAYERS).problems


@pytest.mark.parametrize("line, found", [
    ("strcpy(a, b);", True), ("x = atoi (s);", True), ("return rand();", True), ("system(command);", True),
    ("my_strcpy(a, b);", False), ("random->fill(random, a, 1);", False), ("clock->random(1);", False),
    ("/* strcpy(a, b) */", False), ('puts("strcpy(a)");', False), ("// gets(s)", False), ("snprintf(a, 1, b);", False),
    ("random_system();", False),
])
def test_banned_functions(tree, line, found):
    tree.write("src/base/a.c", f"void f(void)\n{{\n\t{line}\n}}\n")
    problems = tree.check(lint.no_banned_function)
    assert bool(problems) == found
    assert not found or problems[0].startswith("src/base/a.c:3: ")


def test_sleep_in_a_test(tree):
    tree.write("tests/base/test_a.c", "void f(void)\n{\n\tusleep(5);\n}\n")
    tree.write("src/base/a.c", "void f(void)\n{\n\tusleep(5);\n}\n")
    assert len(tree.check(lint.no_sleep_in_tests)) == 1


@pytest.mark.parametrize("text, found", [
    ('run("SELECT id FROM item");', True), ('run("SELECT id"\n\t" FROM item");', True),
    ('run("INSERT INTO item VALUES ($1)");', True), ('run("UPDATE item SET a = 1");', True),
    ('run("DELETE FROM item");', True), ('run("BEGIN");', True), ('run("COMMIT;");', True),
    ('run("CREATE TABLE x (a)");', True), ('run("PRAGMA user_version");', True),
    ('say("SELECT one of these");', False), ('say("Update the item set by you");', False),
    ('/* "SELECT a FROM b" */', False), ('say("BEGIN HERE, please: now");', False), ("char c = '\"';", False),
])
def test_sql_outside_the_store(tree, text, found):
    for folder in ("src/site", "src/store", "src/db"):
        tree.write(f"{folder}/a.c", f"void f(void)\n{{\n\t{text}\n}}\n")
    tree.write("src/publish/public_read.c", 'void f(void)\n{\n\trun("SELECT a FROM b");\n}\n')
    problems = tree.check(lint.sql_only_where_it_belongs)
    assert bool(problems) == found and all(problem.startswith("src/site/a.c:3") for problem in problems)


@pytest.mark.parametrize("text, found", [
    ("return (struct safe_html){text};", True), ("struct safe_html h = {text};", True),
    ("value.html.text = text;", True), ("struct safe_html h = made(text);", False), ("value.html = made;", False),
    ("struct safe_html h = {0};", False), ("return (struct safe_html){0};", False), ("h = (struct safe_html){x};", True),
])
def test_safe_html(tree, text, found):
    for folder in ("src/site", "src/text", "src/template", "src/publish"):
        tree.write(f"{folder}/a.c", text + "\n")
    assert len(tree.check(lint.safe_html_is_made_in_three_places)) == (1 if found else 0)


def function(name, lines, branches=0):
    body = ["\tif (a == %d)" % i + "\n\t\treturn;" for i in range(branches)]
    body += ["\ta++;"] * (lines - 3 - 2 * branches)
    return f"void {name}(int a)\n{{\n" + "\n".join(body) + "\n}\n"


def test_budgets_of_functions(tree):
    tree.write("src/base/a.c", function("fits", 70) + function("simple", 60, 19))
    assert tree.check(lint.functions_are_small) == []
    tree.write("src/base/a.c", function("long_one", 71))
    assert "long_one has 71 lines" in tree.check(lint.functions_are_small)[0]
    tree.write("src/base/a.c", function("tangled", 60, 20))
    assert "tangled has the complexity 21" in tree.check(lint.functions_are_small)[0]


def test_budgets_of_the_whole(tree):
    tree.write("src/base/a.c", "".join(function(f"f{i}", 20) for i in range(20)))
    assert tree.check(lint.functions_are_mostly_short) == []
    tree.write("src/base/a.c", "".join(function(f"f{i}", 21) for i in range(20)))
    assert "median" in tree.check(lint.functions_are_mostly_short)[0]
    tree.write("src/base/a.c", "".join(function(f"f{i}", 51 if i < 3 else 5) for i in range(20)))
    assert "one function in ten" in tree.check(lint.functions_are_mostly_short)[0]


def test_budgets_of_files(tree):
    tree.write("src/text/a.c", "\n" * 1000)
    assert tree.check(lint.files_are_small) == []
    tree.write("src/text/a.c", "\n" * 1001)
    assert "1001 lines" in tree.check(lint.files_are_small)[0]
    tree.write("src/base/a.c", "\n" * 2499)
    assert tree.check(lint.base_stays_small) == []
    tree.write("src/base/b.c", "\n")
    assert tree.check(lint.base_stays_small) != []


@pytest.mark.parametrize("text, found", [
    ("int count;", True), ("static int count = 5;", True), ("static const char *name = 0;", True),
    ("static struct thing things[] = {{1}, {2}};", True), ("int (*hook)(void);", True), ("char *names[4];", True),
    ("struct thing {\n\tint a;\n} made;", True), ("static _Thread_local int t;", True),
    ("void f(void)\n{\n\tstatic int calls;\n\tcalls++;\n}", True),
    ("void f(void)\n{\n\tint a;\n\tstatic struct x *last = 0;\n}", True),
    ("static const int count = 5;", False), ("static const char *const names[] = {\"a\", \"b\"};", False),
    ("static const struct thing things[] = {{1}, {f(2)}};", False), ("struct thing {\n\tint a;\n};", False),
    ("struct thing;", False), ("enum { A, B };", False), ("typedef int (*hook)(void);", False),
    ("int f(int (*each)(void *context), void *context);", False), ("extern const int count;", False),
    ("static int f(void)\n{\n\tint a = 1;\n\treturn a;\n}", False), ("int (*const hook)(void) = f;", False),
    ("_Static_assert(sizeof((struct x){0}.a) == 1, \"one\");", False), ("VEC_TYPE(str_vec, struct str);", False),
    ("void f(void)\n{\n\tstatic const int calls[] = {1};\n}", False),
    ("#define COUNT(x) \\\n\tint x;\nvoid f(void);", False),
    ("const struct clock *clock_system(void);", False),
])
def test_globals(tree, text, found):
    tree.write("src/base/a.c", text + "\n")
    problems = tree.check(lint.no_globals)
    assert bool(problems) == found, problems


def test_headers(tree):
    good = "/* a: what it is. */\n#ifndef CRIER_BASE_A_B_H\n#define CRIER_BASE_A_B_H\n#endif\n"
    tree.write("src/base/a_b.h", good)
    assert tree.check(lint.headers_open_with_what_they_are) == []
    assert tree.check(lint.headers_are_included) == ["src/base/a_b.h: nobody includes it"]
    tree.write("src/base/a_b.c", '#include "base/a_b.h"\n')
    assert tree.check(lint.headers_are_included) == []
    tree.write("src/base/a_b.h", good.replace("/* a: what it is. */\n", ""))
    assert "opens with a comment" in tree.check(lint.headers_open_with_what_they_are)[0]
    tree.write("src/base/a_b.h", good.replace("BASE", "TEXT"))
    assert "CRIER_BASE_A_B_H" in tree.check(lint.headers_open_with_what_they_are)[0]


def test_vague_names(tree):
    tree.write("src/base/string_util.c", "")
    assert tree.check(lint.no_vague_names) == []
    tree.write("src/base/util.c", "")
    assert len(tree.check(lint.no_vague_names)) == 1


MIGRATION = """-- what it is for
CREATE TABLE item (
\tid BIGINT PRIMARY KEY, -- number
\ttitle TEXT NOT NULL, -- as shown
\tstate TEXT NOT NULL -- released or not
\t\tCHECK (state IN ('a', 'b')),
\tUNIQUE (title),
\tPRIMARY KEY (id)
);
CREATE INDEX item_title ON item (title);
"""


def test_columns_have_comments(tree):
    tree.write("sql/0001_first.sql", MIGRATION)
    assert tree.check(lint.migration_columns_have_comments) == []
    tree.write("sql/0001_first.sql", MIGRATION.replace(" -- as shown", ""))
    problems = tree.check(lint.migration_columns_have_comments)
    assert len(problems) == 1 and problems[0].startswith("sql/0001_first.sql:4: the column title")
    tree.write("sql/0001_first.sql", MIGRATION.replace("-- as shown", "-- "))
    assert len(tree.check(lint.migration_columns_have_comments)) == 1


def test_migrations_are_numbered(tree):
    tree.write("sql/0001_first.sql", "")
    tree.write("sql/0002_second.sql", "")
    assert tree.check(lint.migrations_are_numbered) == []
    tree.write("sql/0004_fourth.sql", "")
    assert len(tree.check(lint.migrations_are_numbered)) == 1


def test_things_left_to_do(tree):
    tree.write("docs/a.md", "nothing to do here\n")
    assert tree.check(lint.nothing_left_to_do) == []
    tree.write("docs/a.md", "TO" + "DO: later\n")
    assert len(tree.check(lint.nothing_left_to_do)) == 1


@pytest.mark.parametrize("text, found", [
    ("see /ho" + "me/me/x", True), ("in /wo" + "rk/here", True), ("/tmp/cri" + "er/x", True), ("/ro" + "ot/x", True),
    ("mktemp in /tmp", False), ("/tmp/crier-store-XXXXXX", False), ("https://example.org/wo" + "rk/x", False), ("docs/wo" + "rk/x", False),
])
def test_machine_paths(tree, text, found):
    tree.write("docs/a.md", text + "\n")
    assert bool(tree.check(lint.no_machine_paths)) == found


@pytest.mark.parametrize("content, found", [
    ("fine é\n", None), ("", None), (b"\xff\n", "not UTF-8"), (b"\xef\xbb\xbfx\n", "byte order mark"),
    ("a\r\nb\n", "carriage return"), ("no end", "no end"), ("a \nb\n", "white space"), ("a\n\t\n", "white space"),
])
def test_clean_text(tree, content, found):
    tree.write("docs/a.md", content)
    tree.write("docs/a.png", b"\x89PNG\r\n\xff")
    problems = tree.check(lint.text_is_clean)
    assert (not problems) if found is None else found in problems[0]


def test_tests_keep_up(tree):
    tree.write("src/web/a.c", "int a;\n\nint b;\nint c;\nint d;\nint e;\n")  # five that are not blank: six are wanted
    cases = tree.write("tests/web/cases/a.txt", "%markup\n\n-- in\n-- out\n-- noted\n")
    tree.write("tests/web/test_a.c", "int a;\nint b;\n")
    tree.write("tests/web/cases.txt", "a\n" * 9)
    problem, = tree.check(lint.tests_keep_up_with_the_source)
    assert "tests: 3 lines of tests for 5 of source, fewer than 1.2" in problem
    cases.write_text("%markup\n# a\n-- in\nx\n")
    tree.write("tests/scenarios/test_a.py", "a\n\n")
    assert tree.check(lint.tests_keep_up_with_the_source) == []


def test_tests_of_what_all_stands_on(tree):
    tree.write("src/base/a.c", "int a;\nint b;\n")
    tree.write("tests/base/test_a.c", "int a;\nint b;\nint c;\n")
    tree.write("tests/scenarios/test_a.py", "a\n" * 9)
    problem, = tree.check(lint.tests_keep_up_with_the_source)
    assert "tests/base/: 3 lines of tests for 2 of source, fewer than 2" in problem
    tree.write("tests/base/cases/a.txt", "a\n-- in\n")
    assert tree.check(lint.tests_keep_up_with_the_source) == []


def test_tests_are_built(tree):
    tree.write("tests/base/test_a.c", "int a;\n")
    tree.write("tests/base/meson.build", "foreach t : ['a']\n")
    assert tree.check(lint.tests_are_built) == []
    tree.write("tests/base/test_forgotten.c", "\n")
    assert "test_forgotten" in tree.check(lint.tests_are_built)[0]
    tree.write("tests/base/meson.build", "foreach t : ['a', 'forgotten']\n")
    tree.write("tests/base/test_more.py", "\n")
    assert "test_more.py" in tree.check(lint.tests_are_built)[0]


def test_tools_and_scripts(tree):
    tool = tree.write("tools/a.py", "#!/usr/bin/python3\nimport json\nimport requests\n")
    assert "requests" in tree.check(lint.tools_use_the_standard_library)[0]
    assert "may not be executed" in tree.check(lint.scripts_can_run)[0]
    tool.chmod(0o755)
    assert tree.check(lint.scripts_can_run) == []
    tree.write("tools/a.py", "#!/usr/bin/env python3\n")
    assert "expected #!/usr/bin/python3" in tree.check(lint.scripts_can_run)[0]
    tree.write("dev", "#!/bin/bash\nif then\n").chmod(0o755)
    assert any("syntax error" in problem for problem in tree.check(lint.scripts_can_run))


def test_cppcheck(tree):
    tree.write("tools/cppcheck.cfg", '<?xml version="1.0"?>\n<def format="2"></def>\n')
    tree.write("src/base/a.c", "int f(int i)\n{\n\tint a[3] = {0};\n\treturn i ? a[2] : 0;\n}\n")
    assert tree.check(lint.cppcheck_finds_nothing) == []
    tree.write("src/base/a.c", "int f(void)\n{\n\tint a[3] = {0};\n\treturn a[3];\n}\n")
    assert "out of bounds" in tree.check(lint.cppcheck_finds_nothing)[0]


def test_literals_and_comments_are_told_apart():
    text = 'a("//x /* y */"); /* "b" */ c(\'"\'); // "d"\n"e" "f"\n"g" + "h"\n'
    assert [joined for _, joined in source.strings(text)] == ["//x /* y */", "efg", "h"]
    assert "b" not in source.code_only(text) and len(source.code_only(text)) == len(text)
