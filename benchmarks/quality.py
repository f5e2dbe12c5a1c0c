"""What it costs to ask every rule about one day, as a ratio to a bare sequential scan of that day.

    .venv/bin/python benchmarks/quality.py --home DIR [--day YYYY-MM-DD] [--rounds N] [--json FILE]

DIR is the home of a loaded deployment; `scout simulate`, `scout ingest` and `scout run` make one of any size. The bare
scan reads the day of the same partition in one process with every other way of access switched off, and sums one
column, so that the rows are really read. Judged is all that checking the sales and lines of a day does: the statement
of the rules, which keeps prices and shares, the rules of these, results and findings. Measured are medians; the plan
must hold one scan a table, and each row of the day must be read once. `processor` is the same in processor time of the
server's process, which other programs disturb less. First the eight weeks before the day are kept, as a deployment
that checks each day has them: figures are held against that history, and without it this part costs nothing. A measured
check is taken back, and what earlier ones left is vacuumed: else each run would have more metrics and dead rows of that
day to pass over than the one before. Ratios of time are medians of those of each round, whose two halves the machine
treats most alike.
"""

import argparse
import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from operator import truediv
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import psutil
import sqlalchemy as sa
from scratch import statement

from scout_pipeline import cluster, rule_book, settings
from scout_pipeline.database import Database, run
from scout_pipeline.quality import checking

RATIO_GOAL = 1.5
# the longest that a rule of what is kept looks back
HISTORY_DAYS = 56
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
    keep_history(database, day)
    vacuum(database)
    found = [compare(database, relation, column, day, arguments.rounds) for relation, column in TABLES]
    vacuum(database)
    whole = everything(database, day, arguments.rounds)
    for one in found:
        print(
            f"{one['table']} {day}: {one['rows']:,} of {one['partition_rows']:,} rows, "
            f"bare scan {one['bare']:.3f} s, rules {one['rules']:.3f} s ({one['ratio']:.2f}), "
            f"whole check {one['check']:.3f} s, scans in the plan: {one['scans']}"
        )
    print(f"rules alone {sum(one['rules'] for one in found) / sum(one['bare'] for one in found):.2f} times a bare scan")
    print(
        f"all checks of the day {whole['ratio']:.2f} times a bare scan (goal {RATIO_GOAL}), "
        f"{whole['processor_ratio']:.2f} in processor time; read: {whole['read']}"
    )
    if arguments.json:
        measured_at = datetime.now().astimezone().isoformat()
        arguments.json.write_text(
            json.dumps({"measured_at": measured_at, "tables": found, "whole": whole}, indent=2, default=str)
        )
    database.dispose()
    is_read_once = all(whole["read"][one["table"]] == one["rows"] for one in found)
    if whole["ratio"] > RATIO_GOAL or not is_read_once or any(one["scans"] != 1 for one in found):
        sys.exit(1)


def typical_day(database: Database) -> date:
    with database.transaction() as connection:
        day: date = connection.execute(sa.text(statement("sql/typical_day"))).scalar_one()
        return day


def keep_history(database: Database, day: date) -> None:
    """What the checks of earlier days would have kept, a transaction a day."""
    for back in range(HISTORY_DAYS, 0, -1):
        with database.transaction() as connection:
            for relation, _ in TABLES:
                run(connection, "quality/keep_tallies", relation=relation, day=day - timedelta(days=back))


def vacuum(database: Database) -> None:
    with database.autocommit() as connection:
        connection.execute(sa.text(statement("sql/vacuum")))


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
        with taken_back(database) as connection:
            connection.execute(sa.text(statement("sql/memory_of_a_check")))
            rules.append(timed(lambda c=connection: c.exec_driver_sql(asked).one()))
        with taken_back(database) as connection:
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
        "ratio": median(map(truediv, rules, bare)),
        "scans": len(re.findall(rf"on {relation.removeprefix('scout.')}_y\d{{4}}m\d{{2}} ", plan)),
        "plan": plan,
    }


def everything(database: Database, day: date, rounds: int) -> dict[str, Any]:
    """All checks of the sales and lines of a day, and of what their scans keep, in turns with the bare scans."""
    scanned = [relation for relation, _ in TABLES]
    relations = [*scanned, *(kept for kept, by in checking.KEPT_BY.items() if by in scanned)]
    bare, checks, bare_processor, processor = [], [], [], []
    for _ in range(rounds):
        with database.transaction() as connection:
            connection.execute(sa.text(statement("sql/only_sequential_scans")))
            started = processor_seconds(connection)
            bare.append(timed(lambda c=connection: bare_scans(c, day)))
            bare_processor.append(processor_seconds(connection) - started)
        with taken_back(database) as connection:
            before = {relation: rows_read(connection, relation) for relation in scanned}
            started = processor_seconds(connection)
            checks.append(timed(lambda c=connection: checking.check_day(c, day, relations)))
            processor.append(processor_seconds(connection) - started)
            read = {relation: rows_read(connection, relation) - before[relation] for relation in scanned}
    return {
        "bare": median(bare),
        "check": median(checks),
        "ratio": median(map(truediv, checks, bare)),
        "processor_ratio": median(processor) / median(bare_processor),
        "read": read,
    }


@contextmanager
def taken_back(database: Database) -> Iterator[sa.Connection]:
    """A transaction of which nothing stays."""
    with database.transaction() as connection:
        attempt = connection.begin_nested()
        try:
            yield connection
        finally:
            attempt.rollback()


def bare_scans(connection: sa.Connection, day: date) -> None:
    for relation, column in TABLES:
        connection.execute(
            sa.text(statement("sql/bare_scan").format(relation=relation, column=column)), {"day": day}
        ).one()


def rows_read(connection: sa.Connection, relation: str) -> int:
    """Rows of a table's partitions that this session read lately, however they were found."""
    found = connection.execute(
        sa.text(statement("sql/rows_read")), {"partitions": f"{relation.removeprefix('scout.')}_y%"}
    )
    return int(found.scalar_one())


def processor_seconds(connection: sa.Connection) -> float:
    """Of the server's process behind this connection, which runs on this machine."""
    pid = connection.execute(sa.text(statement("sql/backend"))).scalar_one()
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def timed(work: Any) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started


if __name__ == "__main__":
    main()
