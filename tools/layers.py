#!/usr/bin/python3
"""layers: checks every #include of src/ against layers.txt.

A line `name: other other` lets src/name include itself and the folders named, which must have lines
of their own above it; so no circle can be written. A line `lib PREFIX: name name` says who may include
the library's headers that begin with PREFIX. What neither line names is a header of the C library or a mistake.
"""

import re
import sys
from pathlib import Path

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^">]+)[">]', re.MULTILINE)


class Layers:
    def __init__(self, text):
        self.allowed = {}
        self.libraries = []
        self.problems = []
        for number, line in enumerate(text.splitlines(), 1):
            line = line.split("#")[0].strip()
            if line:
                self.read_line(number, line)

    def read_line(self, number, line):
        name, colon, rest = line.partition(":")
        if not colon:
            self.problems.append(f"layers.txt:{number}: found '{line}', expected 'NAME: NAME ...'")
            return
        if name.startswith("lib "):
            self.libraries.append((name[4:].strip(), rest.split()))
            return
        for other in rest.split():
            if other not in self.allowed:
                self.problems.append(f"layers.txt:{number}: {name} names {other}, which has no line above it")
        if name in self.allowed:
            self.problems.append(f"layers.txt:{number}: {name} has a line already")
        self.allowed[name] = {name, *rest.split()}

    def library_owners(self, header):
        """Who may include the library that header belongs to; None when no line names it."""
        found = [(prefix, owners) for prefix, owners in self.libraries if header.startswith(prefix)]
        return max(found, key=lambda pair: len(pair[0]))[1] if found else None


def check_include(root, layers, path, line, kind, header):
    """The problem with one #include, or None. path is relative to src/."""
    folder = path.parts[0]
    at = f"src/{path}:{line}"
    if kind == "<":
        owners = layers.library_owners(header)
        if owners is not None and folder not in owners:
            return f"{at}: <{header}> may be included by {', '.join(owners)} alone"
        return None
    if "/" not in header:
        return f'{at}: found "{header}", write "{folder}/{header}"'
    if layers.library_owners(header) is not None:
        return f'{at}: found "{header}", write <{header}>'
    if not (root / "src" / header).is_file():
        return f'{at}: there is no src/{header}'
    other = header.split("/")[0]
    if other not in layers.allowed.get(folder, {folder}):
        return f"{at}: {folder} may not include {other} (layers.txt)"
    return None


def check(root, sources=None):
    """All problems, each a line; the names of the checks are those of lint.py. sources: paths below root; None: all."""
    layers = Layers((root / "layers.txt").read_text(encoding="utf-8"))
    problems = list(layers.problems)
    found = sorted((root / "src").rglob("*.[ch]")) if sources is None else [root / path for path in sources]
    for source in found:
        path = source.relative_to(root / "src")
        if len(path.parts) > 1 and path.parts[0] not in layers.allowed:
            problems.append(f"src/{path}: the folder {path.parts[0]} has no line in layers.txt")
            continue
        text = source.read_text(encoding="utf-8")
        for match in INCLUDE.finditer(text):
            line = text.count("\n", 0, match.start(2)) + 1
            problem = check_include(root, layers, path, line, match[1], match[2])
            if problem:
                problems.append(problem)
    return problems


def main():
    problems = check(Path(__file__).resolve().parent.parent)
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
