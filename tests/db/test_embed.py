"""embed_sql.py: what it writes is C that says what the files say, and what it does not take it names with its line."""

import os
import subprocess
import sys

import pytest

SCRIPT = os.environ["EMBED_SQL"]
TABLE = "CREATE TABLE a (\n\tid BIGINT, -- its number\n\tt TEXT -- its text\n);\n"


def embed(folder, files, name="store"):
    paths = []
    for path, text in files.items():
        (folder / path).write_text(text, encoding="utf-8")
        paths.append(str(folder / path))
    output = folder / "out.c"
    done = subprocess.run([sys.executable, SCRIPT, name, str(output), *paths], capture_output=True, text=True, check=False)
    return done, output.read_text(encoding="utf-8") if output.exists() else None


def texts_of(c_source):
    """The literals of the table, as the compiler would read them: name and SQL, one pair a file."""
    found = []
    for line in c_source.split("\n"):
        line = line.strip()
        if line.startswith("{") and '"' in line:
            found.append([line.split('"')[1], ""])
        elif line.startswith('"'):
            found[-1][1] += line[1:-1].encode("latin-1", "backslashreplace").decode("unicode_escape")
    return found


def test_files_come_in_the_order_of_their_numbers(tmp_path):
    done, source = embed(tmp_path, {"0002_b.sql": "SELECT 2;\n", "0001_a.sql": TABLE})
    assert done.returncode == 0, done.stderr
    assert [name for name, _ in texts_of(source)] == ["0001_a", "0002_b"]
    assert '{1, "0001_a",' in source and '{2, "0002_b",' in source
    assert "const struct db_migrations store_migrations = {" in source


def test_comments_and_empty_lines_are_left_out(tmp_path):
    done, source = embed(tmp_path, {"0001_a.sql": "-- why\n\n" + TABLE + "SELECT 1; -- and this\n"})
    assert done.returncode == 0, done.stderr
    sql = texts_of(source)[0][1]
    assert sql == "CREATE TABLE a (\n\tid BIGINT,\n\tt TEXT\n);\nSELECT 1;\n"


@pytest.mark.parametrize("line", [
    "SELECT 'a \"quoted\" word';",
    "SELECT 'back\\slash', '\\n';",
    "SELECT 'tab\there';",
    "SELECT '{{id}}', '%d', '??=';",
    "SELECT ' -';",
])
def test_texts_come_through_as_they_are(tmp_path, line):
    done, source = embed(tmp_path, {"0001_a.sql": line + "\n"})
    assert done.returncode == 0, done.stderr
    assert texts_of(source)[0][1] == line + "\n"


@pytest.mark.parametrize("files, says", [
    ({"0002_a.sql": TABLE}, "0002_a.sql: expected the name 0001_words.sql"),
    ({"0001_a.sql": TABLE, "0003_b.sql": TABLE}, "0003_b.sql: expected the name 0002_words.sql"),
    ({"0001_a.sql": TABLE, "0001_b.sql": TABLE}, "0001_b.sql: expected the name 0002_words.sql"),
    ({"1_a.sql": TABLE}, "1_a.sql: expected the name 0001_words.sql"),
    ({"0001_A.sql": TABLE}, "0001_A.sql: expected the name 0001_words.sql"),
    ({"0001_a.sql": "CREATE TABLE a (\n\tid BIGINT,\n\tt TEXT -- t\n);\n"}, "0001_a.sql:2: this column has no comment"),
    ({"0001_a.sql": "CREATE TABLE a (\n\tid BIGINT --\n);\n"}, "0001_a.sql:2: this column has no comment"),
    ({"0001_a.sql": "SELECT 'a -- b';\n"}, '0001_a.sql:1: "--" inside a text'),
])
def test_what_is_wrong_is_named(tmp_path, files, says):
    done, source = embed(tmp_path, files)
    assert done.returncode != 0
    assert says in done.stderr
    assert source is None


@pytest.mark.parametrize("line", ["PRIMARY KEY (a, b)", "UNIQUE (a)", "CHECK (a > 0)", "FOREIGN KEY (a) REFERENCES b (a)"])
def test_a_rule_of_the_table_needs_no_comment(tmp_path, line):
    done, _ = embed(tmp_path, {"0001_a.sql": f"CREATE TABLE a (\n\ta BIGINT, -- a\n\t{line}\n);\n"})
    assert done.returncode == 0, done.stderr


def test_without_files_it_says_how_it_is_called(tmp_path):
    done, source = embed(tmp_path, {})
    assert done.returncode != 0 and source is None
    assert "usage: embed_sql.py SET OUTPUT FILE..." in done.stderr
