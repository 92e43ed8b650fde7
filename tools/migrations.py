"""migrations: what a step of the shared store's schema may do, so that the release before goes on working on it: several servers
are never replaced at one instant.

A file of sql/ after the first may make tables, indexes and columns that the release before can leave out (null, or with a default),
and fill what it makes. Whatever takes something away, renames, tightens or rewrites is refused, unless the file says who has done
without it, by a release that sql/released names:

    -- unread since 1.4: batch.source, old_table

sql/released has a line for each release: its version, its last file of sql/, and the SHA-256 of all up to that, which never change."""

import hashlib
import re
from pathlib import Path

NAME = r"[a-z_][a-z0-9_]*"
UNREAD = re.compile(rf"^--\s*unread since (\S+): ((?:{NAME}(?:\.{NAME})?(?:,\s*)?)+)\s*$", re.MULTILINE)
STEP = re.compile(r"sql/(\d{4}_[a-z0-9_]+)\.sql")


def statements(text):
    """(line, statement) without comments, white space folded."""
    out, current, line, start = [], "", 1, 1
    for part in re.findall(r"'(?:[^']|'')*'|--[^\n]*|;|\n|[^';\n-]+|-", text):
        if part == ";":
            out.append((start, " ".join(current.split())))
            current = ""
        elif not part.startswith("--"):
            if not current.strip() and part.strip():
                start = line
            current += part
        line += part.count("\n")
    return [each for each in [*out, (start, " ".join(current.split()))] if each[1]]


class Step:
    """What one file makes, and what it says that nobody reads."""

    def __init__(self, path, text, releases):
        self.path, self.tables, self.columns, self.unread, self.problems = path, set(), set(), set(), []
        for match in UNREAD.finditer(text):
            names = set(re.split(r",\s*", match[2]))
            if match[1] in releases:
                self.unread |= names
            else:
                self.problems.append(f"{path}: unread since {match[1]}: sql/released does not name that release")
        for line, statement in statements(text):
            problem = self.judge(statement)
            if problem:
                self.problems.append(f"{path}:{line}: {problem}; the release before works on this schema too (tools/migrations.py)")

    def judge(self, statement):
        if found := re.match(rf"CREATE TABLE ({NAME})\b", statement):
            self.tables.add(found[1])
            return None
        if found := re.match(rf"CREATE (UNIQUE )?INDEX {NAME} ON ({NAME})\b", statement):
            return self.of(found[2], "a rule that rows of the release before may break") if found[1] else None
        if found := re.match(rf"ALTER TABLE ({NAME}) ADD COLUMN ({NAME}) (.*)", statement):
            return self.add_column(*found.groups())
        if found := re.match(rf"UPDATE ({NAME}) SET (.*?)(?: FROM .*| WHERE .*|$)", statement):
            columns = re.findall(rf"(?:^|, )({NAME}) =", found[2])
            return next(filter(None, (self.of(f"{found[1]}.{column}", "it writes what it did not make") for column in columns)), None)
        if found := re.match(rf"INSERT INTO ({NAME})\b", statement):
            return self.of(found[1], "it writes where it made nothing")
        if found := re.match(rf"ALTER TABLE ({NAME}) (?:DROP|RENAME|ALTER) (?:COLUMN )?({NAME})\b", statement):
            return self.of(f"{found[1]}.{found[2]}", "the release before reads it")
        if found := re.match(rf"DROP (?:TABLE|INDEX) ({NAME})", statement):
            return self.of(found[1], "the release before reads it")
        return f"'{statement[:40]}' is none of what a migration may do"

    def add_column(self, table, column, rest):
        self.columns.add(f"{table}.{column}")
        if re.search(r"\b(UNIQUE|PRIMARY KEY)\b", rest):
            return self.of(table, "a rule that rows of the release before may break")
        if re.search(r"\bNOT NULL\b", rest) and not re.search(r"\bDEFAULT\b", rest):
            return self.of(table, f"{column} is NOT NULL without a DEFAULT")
        return None

    def of(self, name, problem):
        """None where the file made it, or says that nobody reads it."""
        table = name.partition(".")[0]
        known = self.tables | self.columns | self.unread
        return None if name in known or table in self.tables | self.unread else f"{name}: {problem}"


def released(tree):
    """{version: last file}, and what is wrong with the list."""
    path, releases, problems = "sql/released", {}, []
    steps = {STEP.fullmatch(each)[1]: tree.bytes(each) for each in tree.select(STEP.pattern)}
    for number, line in enumerate(tree.text(path).splitlines() if path in tree.paths else [], 1):
        if not line or line.startswith("#"):
            continue
        words = line.split()
        if len(words) != 3 or words[1] not in steps:
            problems.append(f"{path}:{number}: expected VERSION, the name of a file of sql/, and a SHA-256")
            continue
        found = hashlib.sha256(b"".join(steps[name] for name in sorted(steps) if name <= words[1])).hexdigest()
        if found != words[2]:
            problems.append(f"{path}:{number}: the files up to {words[1]} have the SHA-256 {found}: what was released does not change")
        releases[words[0]] = words[1]
    return releases, problems


def check(tree):
    releases, problems = released(tree)
    for path in tree.select(STEP.pattern):
        if not Path(path).name.startswith("0001_"):
            earlier = {version for version, last in releases.items() if last < Path(path).stem}
            problems += Step(path, tree.text(path), earlier).problems
    return problems
