#!/usr/bin/python3
"""Writes numbered SQL files as a C table of struct db_migration.

usage: embed_sql.py SET OUTPUT FILE...

The table is `const struct db_migrations SET_migrations`. Files are named NNNN_words.sql; the numbers run
1, 2, 3 without a gap. Comments are left out; every column must have one.
"""
import os
import re
import sys

NAME = re.compile(r'^(\d{4})_[a-z0-9_]+\.sql$')
COLUMN = re.compile(r'^\t(?!PRIMARY KEY|UNIQUE|FOREIGN KEY|CHECK|CONSTRAINT)([a-z_0-9]+) ')


def fail(text):
    sys.exit('embed_sql.py: ' + text)


def uncommented(path):
    """Lines without comments; every line that opens a column must have had one."""
    lines = []
    with open(path, encoding='utf-8') as file:
        for number, line in enumerate(file, 1):
            code, dashes, comment = line.rstrip('\n').partition('--')
            if "'" in comment and code.count("'") % 2:
                fail(f'{path}:{number}: "--" inside a text')
            if COLUMN.match(code) and not comment.strip():
                fail(f'{path}:{number}: this column has no comment')
            if code.strip():
                lines.append(code.rstrip())
    return lines


def literal(line):
    return '"' + line.replace('\\', '\\\\').replace('"', '\\"').replace('\t', '\\t') + '\\n"'


def main(argv):
    if len(argv) < 4:
        fail('usage: embed_sql.py SET OUTPUT FILE...')
    name, output, paths = argv[1], argv[2], sorted(argv[3:], key=os.path.basename)
    out = ['#include "db/db.h"', '', f'extern const struct db_migrations {name}_migrations;', '',
           'static const struct db_migration list[] = {']
    for number, path in enumerate(paths, 1):
        base = os.path.basename(path)
        match = NAME.match(base)
        if not match or int(match.group(1)) != number:
            fail(f'{base}: expected the name {number:04d}_words.sql')
        out.append(f'\t{{{number}, "{base[:-4]}",')
        out += ['\t ' + literal(line) for line in uncommented(path)]
        out.append('\t},')
    out += ['};', '',
            f'const struct db_migrations {name}_migrations = {{"{name}", list, sizeof list / sizeof *list}};', '']
    with open(output, 'w', encoding='utf-8') as file:
        file.write('\n'.join(out))


main(sys.argv)
