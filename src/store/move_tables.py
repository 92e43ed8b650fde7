#!/usr/bin/python3
"""Writes what `crier move` must know of each table of the store, as a C table of struct move_table.

usage: move_tables.py OUTPUT FILE...

The migrations are carried out in an SQLite database in memory, which is then asked: so a table or a column that a
migration adds is moved without anybody having to think of it. Tables come in an order in which what they refer to stands
before them; a table that refers to itself gets its references in a second pass.
"""
import os
import sqlite3
import sys

MACROS = {'id': 'INTEGER PRIMARY KEY AUTOINCREMENT', 'i64': 'INTEGER', 'text': 'TEXT', 'blob': 'BLOB', 'strict': 'STRICT',
          'clustered': 'STRICT, WITHOUT ROWID'}
TYPES = {'INTEGER': 'DB_TYPE_I64', 'TEXT': 'DB_TYPE_TEXT', 'BLOB': 'DB_TYPE_BLOB'}
NOT_MOVED = ('store_move',)  # it is about the move
COLUMNS_MAX, KEYS_MAX = 40, 6  # as in src/store/move_inside.h


def fail(text):
    sys.exit('move_tables.py: ' + text)


def carry_out(paths):
    db = sqlite3.connect(':memory:')
    for path in sorted(paths, key=os.path.basename):
        with open(path, encoding='utf-8') as file:
            sql = file.read()
        for name, text in MACROS.items():
            sql = sql.replace('{{' + name + '}}', text)
        db.executescript(sql)
    return db


class Table:
    def __init__(self, db, name, sql):
        info = db.execute('SELECT name, type, pk FROM pragma_table_info(?)', (name,)).fetchall()
        foreign = db.execute('SELECT "from", "table", "to" FROM pragma_foreign_key_list(?)', (name,)).fetchall()
        key = sorted((pk, column) for column, _, pk in info if pk)
        self.name = name
        self.keys = [column for _, column in key]
        self.columns = self.keys + [column for column, _, pk in info if not pk]
        self.types = {column: type_ for column, type_, _ in info}
        self.others = {table for _, table, _ in foreign if table != name}
        self.counted = 'AUTOINCREMENT' in sql
        own = [column for column, table, _ in foreign if table == name]
        self.own = own[0] if own else None
        if not self.keys or len(own) > 1 or len(self.keys) > KEYS_MAX or len(self.columns) > COLUMNS_MAX:
            fail(f'{name}: it needs a primary key of at most {KEYS_MAX} columns, at most {COLUMNS_MAX} columns in all, and '
                 'at most one reference to itself')
        if own and self.keys != ['id']:
            fail(f'{name}: it refers to itself, so its key must be id')

    def statements(self):
        columns, keys = ', '.join(self.columns), ', '.join(self.keys)
        marks = [f'${i}' for i in range(1, len(self.columns) + 1)]
        count = len(self.keys)
        yield 'count', f'SELECT COUNT(*) FROM {self.name}'
        yield 'first', f'SELECT {columns} FROM {self.name} ORDER BY {keys} LIMIT $1'
        yield 'after', (f'SELECT {columns} FROM {self.name} WHERE ({keys}) > ({", ".join(marks[:count])}) '
                        f'ORDER BY {keys} LIMIT ${count + 1}')
        yield 'last', f'SELECT {keys} FROM {self.name} ORDER BY {" DESC, ".join(self.keys)} DESC LIMIT 1'
        yield 'insert', f'INSERT INTO {self.name} ({columns}) VALUES ({", ".join(marks)})'
        if self.own:
            yield 'refer', f'UPDATE {self.name} SET {self.own} = $2 WHERE id = $1'

    def text(self):
        types = ', '.join(TYPES[self.types[column]] for column in self.columns)
        out = [f'\t{{.name = "{self.name}",']
        out += [f'\t .{field} = "{sql}",' for field, sql in self.statements()]
        out += ['\t .columns = {' + ', '.join(f'"{column}"' for column in self.columns) + '},',
                f'\t .types = {{{types}}},',
                f'\t .column_count = {len(self.columns)}, .key_count = {len(self.keys)},',
                f'\t .own = {self.columns.index(self.own) if self.own else -1}, .counted = {str(self.counted).lower()}}},']
        return out


def in_order(tables):
    """What is referred to stands before what refers to it; beyond that, by name."""
    done, left = [], sorted(tables, key=lambda table: table.name)
    while left:
        names = {table.name for table in left}
        ready = [table for table in left if not table.others & names]
        if not ready:
            fail('these tables refer to each other in a circle: ' + ', '.join(sorted(names)))
        done += ready
        left = [table for table in left if table not in ready]
    return done


def main(argv):
    if len(argv) < 3:
        fail('usage: move_tables.py OUTPUT FILE...')
    db = carry_out(argv[2:])
    found = db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").fetchall()
    tables = in_order([Table(db, name, sql) for name, sql in found if name not in NOT_MOVED])
    out = ['#include "store/move_inside.h"', '', 'const struct move_table move_tables[] = {']
    for table in tables:
        out += table.text()
    out += ['};', '', 'const size_t move_table_count = sizeof move_tables / sizeof *move_tables;', '']
    with open(argv[1], 'w', encoding='utf-8') as file:
        file.write('\n'.join(out))


main(sys.argv)
