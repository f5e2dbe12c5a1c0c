"""What it costs to ask every rule about one day, as a ratio to a bare sequential scan of that day.

    .venv/bin/python benchmarks/quality.py --home DIR [--day YYYY-MM-DD] [--rounds N] [--json FILE]

DIR is the home of a loaded deployment; `scout simulate`, `scout ingest` and `scout run` make one of any size. The bare
scan reads the day of the same partition in one process with every other way of access switched off, and sums one
column, so that the rows are really read. Measured are medians; the plan of the day is shown, and must hold one scan.
"""

import argparse
import json
import os
import re
import sys
from datetime import date, datetime
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import sqlalchemy as sa
from scratch import statement

from scout_pipeline import cluster, rule_book, settings
from scout_pipeline.database import Database
from scout_pipeline.quality import checking

RATIO_GOAL = 1.5
# table, and a column that makes the bare scan read its rows
TABLES = (("scout.silver_transactions_cleaned", "peso_value"), ("scout.silver_transaction_items", "subtotal"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True, help="SCOUT_HOME of a loaded deployment")
    parser.add_argument("--day", type=date.fromisoformat, help="default: a day with as many sales as most have")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    os.environ["SCOUT_HOME"] = str(arguments.home)
    settings.current.cache_clear()
    database = cluster.data_database()
    checking.prepare(database, rule_book.TABLES)
    day = arguments.day or typical_day(database)
    found = [compare(database, relation, column, day, arguments.rounds) for relation, column in TABLES]
    for one in found:
        print(
            f"{one['table']} {day}: {one['rows']:,} of {one['partition_rows']:,} rows, "
            f"bare scan {one['bare']:.3f} s, rules {one['rules']:.3f} s ({one['ratio']:.2f}), "
            f"whole check {one['check']:.3f} s, scans in the plan: {one['scans']}"
        )
    ratio = sum(one["rules"] for one in found) / sum(one["bare"] for one in found)
    print(f"together {ratio:.2f} times a bare scan (goal {RATIO_GOAL})")
    if arguments.json:
        measured_at = datetime.now().astimezone().isoformat()
        arguments.json.write_text(json.dumps({"measured_at": measured_at, "tables": found}, indent=2, default=str))
    database.dispose()
    if ratio > RATIO_GOAL or any(one["scans"] != 1 for one in found):
        sys.exit(1)


def typical_day(database: Database) -> date:
    with database.transaction() as connection:
        day: date = connection.execute(sa.text(statement("sql/typical_day"))).scalar_one()
        return day


def compare(database: Database, relation: str, column: str, day: date, rounds: int) -> dict[str, Any]:
    """Rounds of both, in turns, so that neither has the warmer cache."""
    bare_statement = statement("sql/bare_scan").format(relation=relation, column=column)
    bare, rules, checks = [], [], []
    with database.transaction() as connection:
        asked = connection.execute(
            sa.text(statement("sql/quality_statement")), {"relation": relation, "day": day}
        ).scalar_one()
        plan = "\n".join(connection.exec_driver_sql("explain " + asked).scalars())
    for _ in range(rounds):
        with database.transaction() as connection:
            connection.execute(sa.text(statement("sql/only_sequential_scans")))
            bare.append(timed(lambda c=connection: c.execute(sa.text(bare_statement), {"day": day}).one()))
        with database.transaction() as connection:
            connection.execute(sa.text(statement("sql/memory_of_a_check")))
            rules.append(timed(lambda c=connection: c.exec_driver_sql(asked).one()))
        with database.transaction() as connection:
            checks.append(timed(lambda c=connection: checking.check_day(c, day, [relation])))
    with database.transaction() as connection:
        connection.execute(sa.text(statement("sql/only_sequential_scans")))
        rows = connection.execute(sa.text(bare_statement), {"day": day}).one()[0]
        partition = connection.execute(
            sa.text(statement("sql/partition_rows")),
            {"partition": f"{relation}_y{day:%Y}m{day:%m}"},
        ).scalar_one()
    return {
        "table": relation,
        "rows": rows,
        "partition_rows": partition,
        "bare": median(bare),
        "rules": median(rules),
        "check": median(checks),
        "ratio": median(rules) / median(bare),
        "scans": len(re.findall(rf"on {relation.removeprefix('scout.')}_y\d{{4}}m\d{{2}} ", plan)),
        "plan": plan,
    }


def timed(work: Any) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started


if __name__ == "__main__":
    main()
