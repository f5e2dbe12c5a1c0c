"""The catalogue as text: one entry for each object of the user's schemas, so that two states can be compared.

Schemas, tables, columns, indexes, constraints, policies, triggers, rules, statistics, views, sequences, functions,
types, operators, text search, grants, default privileges, extensions, comments, and settings of the database. Members
of extensions stand under their extension. Roles belong to the whole server and are left out; contents of tables too.
"""

from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from scout_pipeline import database, sql_files

Key = tuple[str, str]
Fingerprint = dict[Key, str]


def read(connection: sa.Connection) -> Fingerprint:
    """(kind, name) -> definition, for everything that the connection's transaction sees."""
    with connection.begin_nested() as savepoint:
        database.run(connection, "ops/catalogue_search_path")
        found = {
            (str(row["kind"]), str(row["name"])): str(row["definition"])
            for statement in sql_files.names("ops")
            if statement.startswith("ops/fingerprint_")
            for row in database.rows(connection, statement)
        }
        savepoint.rollback()
    return found


def changes(before: Mapping[Key, str], after: Mapping[Key, str]) -> list[str]:
    """What a migration touched, one line an object: `+ table scout.x`, `- index ...`, `~ column ...`."""
    lines: list[str] = []
    for key in sorted(before.keys() | after.keys()):
        sign = "+" if key not in before else "-" if key not in after else "~" if before[key] != after[key] else ""
        if sign:
            lines.append(f"{sign} {' '.join(key)}")
    return lines


def difference(before: Mapping[Key, str], after: Mapping[Key, str]) -> list[str]:
    """What is not equal, with definitions: what was left over, is missing, or came back otherwise."""
    return [
        *(f"left over: {_full(key, after)}" for key in _sorted(after.keys() - before.keys())),
        *(f"missing: {_full(key, before)}" for key in _sorted(before.keys() - after.keys())),
        *(
            f"changed: {' '.join(key)}: was {before[key]!r}, is {after[key]!r}"
            for key in _sorted(before.keys() & after.keys())
            if before[key] != after[key]
        ),
    ]


def _full(key: Key, found: Mapping[Key, str]) -> str:
    return f"{' '.join(key)}: {found[key]}"


def _sorted(keys: Iterable[Key]) -> list[Key]:
    return sorted(keys)
