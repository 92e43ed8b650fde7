"""What a migration may do beside the release before it."""
import hashlib

import pytest

import lint
import migrations

FIRST = "CREATE TABLE item (\n\tid {{id}}, -- number\n\ttitle {{text}} NOT NULL -- as shown; 'x'\n);\n"


@pytest.fixture
def problems(tmp_path):
    """What is wrong with this second file, after such releases."""
    def look(second, released="# none\n", first=FIRST):
        (tmp_path / "sql").mkdir(exist_ok=True)
        (tmp_path / "sql" / "0001_first.sql").write_text(first)
        (tmp_path / "sql" / "0002_second.sql").write_text(second)
        (tmp_path / "sql" / "released").write_text(released)
        return lint.migrations_keep_the_release_before(lint.Tree(tmp_path))
    return look


@pytest.mark.parametrize("second", [
    "",
    "-- DROP TABLE item;\n",
    "CREATE TABLE other (id {{id}} REFERENCES item (id)) {{strict}};\nCREATE UNIQUE INDEX other_id ON other (id);\n",
    "CREATE INDEX item_title ON item (title);\n",
    "ALTER TABLE item ADD COLUMN\n\tnote {{text}}; -- or null\nUPDATE item SET note = ';' || title WHERE id > 1;\n",
    "ALTER TABLE item ADD COLUMN note {{text}} NOT NULL DEFAULT '';\n",
    "CREATE TABLE other (id {{id}});\nINSERT INTO other (id) SELECT id FROM item;\nDROP TABLE other;\n",
])
def test_what_adds_is_allowed(problems, second):
    assert problems(second) == []


@pytest.mark.parametrize("second, told", [
    ("\nDROP TABLE item;\n", "0002_second.sql:2: item: the release before reads it"),
    ("DROP INDEX item_title;\n", "item_title: the release before reads it"),
    ("ALTER TABLE item DROP COLUMN title;\n", "item.title: the release before reads it"),
    ("ALTER TABLE item RENAME COLUMN title TO name;\n", "item.title: the release before reads it"),
    ("ALTER TABLE item ADD COLUMN note {{text}} NOT NULL;\n", "note is NOT NULL without a DEFAULT"),
    ("ALTER TABLE item ADD COLUMN note {{text}} UNIQUE;\n", "a rule that rows of the release before may break"),
    ("CREATE UNIQUE INDEX item_title ON item (title);\n", "a rule that rows of the release before may break"),
    ("UPDATE item SET title = 'x';\n", "item.title: it writes what it did not make"),
    ("ALTER TABLE item ADD COLUMN note {{text}};\nUPDATE item SET note = 'x', title = 'y' WHERE id = 1;\n", ":2: item.title"),
    ("INSERT INTO item (title) VALUES ('x');\n", "item: it writes where it made nothing"),
    ("DELETE FROM item;\n", "is none of what a migration may do"),
    ("CREATE TRIGGER t AFTER INSERT ON item BEGIN SELECT 1; END;\n", "is none of what a migration may do"),
])
def test_what_takes_away_is_not(problems, second, told):
    found = problems(second)
    assert found and told in found[0]


def line_of(version, name, text):
    return f"{version} {name} {hashlib.sha256(text.encode()).hexdigest()}\n"


def test_what_nobody_reads_may_go(problems):
    second = "-- unread since 0.2: item.title\nALTER TABLE item DROP COLUMN title;\n"
    assert problems(second, line_of("0.2", "0001_first", FIRST)) == []
    assert len(problems(second)) == 2  # there is no such release, so it does not count
    found = problems(second, line_of("0.2", "0002_second", FIRST + second))  # it would say so of itself
    assert "sql/released does not name that release" in found[0]
    assert len(problems("-- unread since 0.2: item.note\nALTER TABLE item DROP COLUMN title;\n", line_of("0.2", "0001_first", FIRST))) == 1


def test_what_was_released_does_not_change(problems):
    released = line_of("0.2", "0001_first", FIRST)
    assert problems("", released) == []
    found = problems("", released, first=FIRST.replace("NOT NULL", "NOT NULL DEFAULT ''"))
    assert len(found) == 1 and "what was released does not change" in found[0]
    assert "expected VERSION" in problems("", "0.2 0009_ninth 00\n")[0]


def test_statements_are_told_apart():
    assert migrations.statements("-- a; b\nSELECT ';--' -- c\n, 1;\n\nSELECT 2 - 1;") == [(2, "SELECT ';--' , 1"), (5, "SELECT 2 - 1")]
