"""Maintenance on tables that really are bloated, unanalysed, half-indexed or locked; killed, and twice at once."""

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from scout_pipeline import sql_files
from scout_pipeline.database import Database
from scout_pipeline.ops import maintenance, maintenance_plan
from scout_pipeline.ops.maintenance import MaintenanceRunning
from scout_pipeline_tests.conftest import REPOSITORY

LOOSE = "(autovacuum_enabled = false)"
NOVEMBER = datetime(2026, 11, 15, tzinfo=timezone.utc)


def do(database: Database, *statements: str) -> None:
    """Run statements by hand, and let the counters of the tables see them at once."""
    with database.autocommit() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))
            connection.execute(sa.text("select pg_stat_force_next_flush()"))


def ask(database: Database, statement: str) -> Any:
    with database.autocommit() as connection:
        return connection.execute(sa.text(statement)).scalar_one()


def due(database: Database, *, with_indexes: bool = False) -> list[tuple[str, str]]:
    """What is due of the tables that a test made."""
    return [
        (step.action, step.target)
        for step in maintenance.plan(database, with_indexes=with_indexes)
        if step.target.startswith(("scout.t_", "pg_toast"))
    ]


def run(database: Database, *, with_indexes: bool = False, minutes: float = 5) -> maintenance.Report:
    return maintenance.run(database, with_indexes=with_indexes, minutes=minutes)


@contextmanager
def other_session(database: Database) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database.url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def bloated(database: Database) -> Database:
    """A table of which nine rows in ten are dead, with an index as empty as it, and current statistics."""
    do(
        database,
        f"create table scout.t_sales (id bigint, note text) with {LOOSE}",
        "insert into scout.t_sales select n, 'sale ' || n from generate_series(1, 60000) as n",
        "create index t_sales_id on scout.t_sales (id)",
        "create index t_sales_note on scout.t_sales (note)",
        "vacuum analyze scout.t_sales",
        "delete from scout.t_sales where id % 10 <> 0",
        "analyze scout.t_sales",
    )
    return database


def test_dead_rows_are_vacuumed_and_the_log_says_what_it_was_before_and_after(bloated: Database) -> None:
    """A table would grow for ever while the one who looks sees no reason, or a reason without an effect."""
    assert due(bloated) == [("vacuum", "scout.t_sales")]
    report = run(bloated)
    assert report.count("failed") == 0
    assert due(bloated) == []
    with bloated.transaction() as connection:
        (logged,) = connection.execute(
            sa.text("select * from ops.maintenance_log where table_name = 'scout.t_sales'")
        ).mappings()
    assert (logged["action"], logged["outcome"], logged["reason"]) == ("vacuum", "done", "54,000 dead rows")
    assert (logged["state_before"]["dead_rows"], logged["state_after"]["dead_rows"]) == (54_000, 0)
    assert logged["seconds"] > 0


def test_a_bloated_index_is_built_anew_and_a_full_one_is_left_alone(
    bloated: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rebuilding all of them at every week-end wears out the disk; rebuilding none makes every query slower."""
    monkeypatch.setattr(maintenance_plan, "BLOAT_BYTES", 1024 * 1024)
    do(
        bloated,
        f"create table scout.t_full (id bigint, code text, day date) with {LOOSE}",
        "insert into scout.t_full select n, md5(n::text), '2026-01-01'::date + n % 400 "
        "from generate_series(1, 60000) as n",
        "create index t_full_id on scout.t_full (id)",
        "create index t_full_code on scout.t_full (code, day)",
        "create index t_full_day on scout.t_full (day)",
        "vacuum analyze scout.t_full",
        "vacuum analyze scout.t_sales",
    )
    assert due(bloated) == []
    wanted = [("reindex", "scout.t_sales_note"), ("reindex", "scout.t_sales_id")]
    assert due(bloated, with_indexes=True) == wanted
    size = "select pg_relation_size('scout.t_sales_note')"
    before = ask(bloated, size)
    report = run(bloated, with_indexes=True)
    assert report.count("failed") == report.count("skipped") == 0
    assert ask(bloated, size) * 5 < before
    assert due(bloated, with_indexes=True) == []


def test_what_an_interrupted_rebuild_left_is_removed_and_one_under_way_is_not(bloated: Database) -> None:
    """An invalid index slows every write and answers no question; dropping somebody's half-built one wastes a night."""
    with other_session(bloated) as reader, other_session(bloated) as builder:
        reader.execute("begin transaction isolation level repeatable read")
        reader.execute("select count(*) from scout.t_sales")
        building = threading.Thread(target=refused, args=(builder, "reindex index concurrently scout.t_sales_id"))
        building.start()
        wait_until(bloated, "exists (select from pg_class where relname = 't_sales_id_ccnew')")
        assert "drop_index" not in dict(due(bloated))
        ask(bloated, f"select pg_terminate_backend({builder.info.backend_pid}, 5000)")
        building.join(timeout=20)
    assert ("drop_index", "scout.t_sales_id_ccnew") in due(bloated)
    run(bloated)
    assert ask(bloated, "select count(*) from pg_index where not indisvalid") == 0
    assert ask(bloated, "select indisvalid from pg_index where indexrelid = 'scout.t_sales_id'::regclass")
    assert "(id)" in ask(
        bloated, "select state_before ->> 'definition' from ops.maintenance_log where action = 'drop_index'"
    )


def refused(connection: psycopg.Connection[Any], statement: str) -> None:
    with pytest.raises(psycopg.Error):
        connection.execute(statement)


def wait_until(database: Database, condition: str) -> None:
    deadline = time.monotonic() + 20
    while not ask(database, f"select {condition}"):
        assert time.monotonic() < deadline, condition
        time.sleep(0.05)


def test_an_invalid_index_that_holds_its_place_in_a_partitioned_one_is_mended(database: Database) -> None:
    """It cannot be dropped by itself: maintenance would fail at it every night."""
    make_months(database)
    do(database, "insert into scout.t_months select 1, '2026-10-05' from generate_series(1, 5)")
    with other_session(database) as session:
        session.execute("create index t_months_by_store on only scout.t_months (store_id)")
        for month in ("y2026m10", "y2026m11"):
            session.execute(f"create index t_{month}_by_store on scout.t_months_{month} (store_id)")
            session.execute(f"alter index scout.t_months_by_store attach partition scout.t_{month}_by_store")
        session.execute(
            "update pg_index set indisvalid = false where indexrelid = 'scout.t_y2026m10_by_store'::regclass"
        )
    assert ("reindex", "scout.t_y2026m10_by_store") in due(database)
    run(database)
    assert ask(database, "select bool_and(indisvalid) from pg_index")


def make_months(database: Database) -> None:
    do(
        database,
        "create table scout.t_months (store_id integer not null, date_key date not null) partition by range (date_key)",
        *(
            f"create table scout.t_months_y2026m{month} partition of scout.t_months for values "
            f"from ('2026-{month}-01') to ('2026-{month + 1}-01') with {LOOSE}"
            for month in (10, 11)
        ),
    )


def test_a_partitioned_table_is_analysed_as_a_whole_and_again_only_after_changes(database: Database) -> None:
    """Autovacuum never does it: the planner takes such a table for empty, or for what it was a year ago."""
    make_months(database)
    assert due(database) == [("settings", f"scout.t_months_y2026m{month}") for month in (10, 11)]
    do(database, "insert into scout.t_months select n, '2026-10-01'::date + n % 60 from generate_series(1, 5000) n")
    assert ("analyze_parent", "scout.t_months") in due(database)
    run(database)
    assert ask(database, "select reltuples from pg_class where oid = 'scout.t_months'::regclass") == 5000
    assert ask(database, "select count(*) from pg_stats where tablename = 't_months' and inherited") == 2
    assert due(database) == []
    do(database, "insert into scout.t_months select n, '2026-11-05' from generate_series(1, 500) n")
    assert due(database) == []
    do(database, "insert into scout.t_months select n, '2026-11-06' from generate_series(1, 1500) n")
    assert ("analyze_parent", "scout.t_months") in due(database)


def test_lost_statistics_are_seen(bloated: Database) -> None:
    """A crash of the server empties them: autovacuum then waits for changes that happened long ago."""
    run(bloated)
    do(bloated, "select pg_stat_reset()")
    assert due(bloated) == [("analyze", "scout.t_sales")]


def test_a_month_is_hot_until_the_end_of_the_next_one(database: Database) -> None:
    """Old months vacuumed like new ones never freeze; new ones treated as old ones fall behind their inserts."""
    make_months(database)
    with database.transaction() as connection:
        steps = maintenance_plan.plan(connection, at=NOVEMBER.replace(month=12), with_indexes=False)
    assert {step.target: step.reason for step in steps if step.target.startswith("scout.t_")} == {
        "scout.t_months_y2026m10": "a cold month",
        "scout.t_months_y2026m11": "a hot month",
    }
    run(database)
    options = "select array_to_string(reloptions, ',') from pg_class where relname = 't_months_y2026m11'"
    assert "autovacuum_vacuum_insert_scale_factor" in ask(database, options)
    assert due(database) == []


def test_a_table_that_is_locked_is_skipped_and_comes_the_next_time(bloated: Database) -> None:
    """A forgotten session would hold up the maintenance of everything, until the morning."""
    with other_session(bloated) as owner:
        owner.execute("begin")
        owner.execute("lock table scout.t_sales in access exclusive mode")
        began = time.monotonic()
        report = run(bloated)
        assert time.monotonic() - began < 15
        assert [each.step.target for each in report.done if each.outcome == "skipped"] == ["scout.t_sales"]
    assert due(bloated) == [("vacuum", "scout.t_sales")]


def test_a_run_without_time_leaves_the_rest(bloated: Database) -> None:
    """A window of maintenance that ends when it likes to ends in the working day."""
    report = run(bloated, minutes=1e-9)
    assert (len(report.done), report.left) == (0, len(maintenance.plan(bloated, with_indexes=False)))


def test_a_statement_that_takes_too_long_is_cut_off_and_the_session_is_left_as_it_was(
    bloated: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit of one step would cancel whatever the connection is used for next."""
    monkeypatch.setattr(maintenance, "_statement", lambda step, version: psycopg.sql.SQL("select pg_sleep(60)"))
    # time enough for a busy machine to make its plan first
    report = run(bloated, minutes=0.1)
    assert report.done[0].outcome == "skipped"
    assert "statement timeout" in (report.done[0].detail or "")
    assert ask(bloated, "select current_setting('statement_timeout')") == "0"


@pytest.mark.parametrize("moment", ["maintenance.begun", "maintenance.done:2"])
def test_a_killed_run_leaves_what_the_next_one_ends(bloated: Database, moment: str) -> None:
    """Half a night's work would be lost, or the log would say for ever that a vacuum is running."""
    killed = scout(bloated, "maintenance", "run", SCOUT_CRASH=moment)
    assert killed.returncode == -9, killed.stderr
    # the server gives the lock back when it notices that the client is gone
    wait_until(bloated, "not exists (select from pg_locks where locktype = 'advisory')")
    assert ask(bloated, "select count(*) from ops.maintenance_log where outcome = 'running'") == 1
    done = scout(bloated, "maintenance", "run")
    assert done.returncode == 0, done.stderr
    assert ask(bloated, "select count(*) from ops.maintenance_log where outcome = 'running'") == 0
    assert ask(bloated, "select count(*) from ops.maintenance_log where outcome = 'interrupted'") == 1
    assert due(bloated) == []


def test_a_second_maintainer_is_refused_and_the_first_goes_on(bloated: Database) -> None:
    """Two of them would vacuum and rebuild the same things, each waiting for the other."""
    with maintenance._only_maintainer(bloated):
        with pytest.raises(MaintenanceRunning):
            run(bloated)
        done = scout(bloated, "maintenance", "run")
        assert done.returncode == 2
        assert "another maintainer" in done.stderr
    assert run(bloated).count("done") > 0


def scout(database: Database, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "SCOUT_DATABASE_URL": database.url, **variables}
    command = [sys.executable, "-m", "scout_pipeline", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment, check=False)


def test_the_names_of_tables_are_taken_as_the_catalogue_writes_them(database: Database) -> None:
    """A quoted name would fail every night, or name another table."""
    do(
        database,
        f'create table scout."t_Odd.""name" (id int) with {LOOSE}',
        'insert into scout."t_Odd.""name" select generate_series(1, 10)',
    )
    report = run(database)
    assert [each.outcome for each in report.done if "Odd" in each.step.target] == ["done"]


def test_unused_indexes_are_told_only_once_statistics_are_old_enough(bloated: Database) -> None:
    """After a reset every index looks unused; dropping a key's index would take the key with it."""
    with bloated.transaction() as connection:
        assert maintenance_plan.unused_indexes(connection) == []
    do(bloated, "update ops.migration_history set applied_at = now() - interval '40 days'")
    do(bloated, "alter table scout.t_sales add constraint t_sales_key unique (id)")
    with bloated.transaction() as connection:
        since = connection.execute(
            sa.text("select stats_reset from pg_stat_database where datname = current_database()")
        ).scalar_one()
        found = {index["index_name"] for index in maintenance_plan.unused_indexes(connection)}
    assert since is None
    assert {"scout.t_sales_id", "scout.t_sales_note"} <= found
    assert "scout.t_sales_key" not in found
    assert not {name for name in found if re.search(r"_y\d{4}m\d\d", name)}


def test_no_statement_rewrites_a_live_table() -> None:
    """VACUUM FULL and CLUSTER lock every reader out for as long as the copy takes."""
    texts = [
        path.read_text(encoding="utf-8")
        for folder in (sql_files.root(), REPOSITORY / "scout_pipeline")
        for path in (*folder.rglob("*.sql"), *folder.rglob("*.py"))
    ]
    assert len(texts) > 300
    rewriting = re.compile(r"vacuum\s*(full|\([^)]*full)|^\s*cluster\s|reindex\s+(schema|database|system)", re.I | re.M)
    assert [found[0] for text in texts for found in rewriting.finditer(re.sub(r"--.*|#.*", "", text))] == []
