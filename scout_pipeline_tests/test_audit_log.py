"""The audit log: an entry an act, in its transaction, in months, and bound so that nothing in it changes unseen."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import psutil
import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from scout_pipeline import audit_log, rule_book, settings
from scout_pipeline.cli.main import scout
from scout_pipeline.database import Database
from scout_pipeline.embedded import EmbeddedServer
from scout_pipeline.ops.partitions import maintenance
from scout_pipeline.quality import promises
from scout_pipeline.quarantine import decisions as quarantine_decisions
from scout_pipeline.quarantine import replay, retention
from scout_pipeline.quarantine.selection import Selection
from scout_pipeline.store_days import audit as store_day_audit
from scout_pipeline.store_days import decisions as day_decisions
from scout_pipeline_tests import dagster_past
from scout_pipeline_tests.conftest import fresh_database
from scout_pipeline_tests.floor_files import SMALL_WORLD, Floor, item, sale
from scout_pipeline_tests.orchestration import orchestration
from scout_pipeline_tests.store_days.days import till

ME = psutil.Process().username()


def entries(database: Database) -> list[dict[str, Any]]:
    """All entries, the oldest first."""
    with database.transaction() as connection:
        found = audit_log.entries(connection, since=None, act=None, actor=None, row_limit=1000)
    return [dict(row) for row in reversed(found)]


def write(database: Database, count: int, *, actor: str = "anna") -> None:
    for number in range(count):
        with database.transaction() as connection:
            audit_log.record(connection, "test", f"{number}", actor=actor, parameters={"n": number}, outcome={})


def broken(database: Database) -> list[dict[str, Any]]:
    with database.transaction() as connection:
        return promises.check(connection, promises.AUDITED).sample


def execute(database: Database, statement: str) -> None:
    with database.transaction() as connection:
        connection.execute(sa.text(statement))


def invoke(database: Database, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> str:
    monkeypatch.setenv("SCOUT_DATABASE_URL", database.url)
    settings.current.cache_clear()
    done = CliRunner().invoke(scout, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_what_is_decided_about_quarantine_is_told_with_who_and_how_many(database: Database, tmp_path: Path) -> None:
    """Records that were thrown away by hand would look like records that never came."""
    floor = Floor(database, tmp_path)
    floor.take_sales(sale("bad", items=[item(quantity=-5)]))
    floor.carry()
    assert quarantine_decisions.discard(database, Selection(), by="anna", why="a test") == 1
    assert quarantine_decisions.reopen(database, Selection(), by="ben", why="a mistake") == 1
    replay.replay(database, Selection(), by="carla", is_forced=True)
    replay.replay(database, Selection(), by="carla", is_dry=True)
    assert quarantine_decisions.discard(database, Selection(), by="anna", why="after all") == 1
    execute(database, "update scout.quarantine set resolved_at = resolved_at - interval '9 days'")
    assert retention.prune(database, 5) == 1
    assert [(each["actor"], each["act"], each["phase"]) for each in entries(database)] == [
        ("anna", "quarantine discard", "done"),
        ("ben", "quarantine reopen", "done"),
        ("carla", "quarantine replay", "begun"),
        ("carla", "quarantine replay", "ended"),
        ("anna", "quarantine discard", "done"),
        (ME, "quarantine prune", "done"),
    ]
    told = entries(database)
    assert told[0]["outcome"] == {"entries": 1}
    assert told[0]["parameters"] == {"status": "open"}
    assert told[3]["begun_number"] == told[2]["entry_number"]
    assert told[3]["outcome"] == {"entered": 0, "refused": 1}
    assert "a test" not in json.dumps(told, default=str)
    assert {each["os_user"] for each in told} == {ME}


def test_what_is_decided_about_a_day_is_told_and_what_is_refused_is_not(database: Database, tmp_path: Path) -> None:
    """A day that was closed, opened and closed again would be one that somebody closed once."""
    floor = Floor(database, tmp_path)
    floor.take_reference(*SMALL_WORLD, till(99, store="S2"))
    floor.take_sales(sale("1"), sale("2", store="S2"), sale("3", at="2026-02-06T10:00:00+08:00"))
    floor.carry()
    store_day_audit.audit(database, rule_book.TABLES)
    store, day = "S1", date(2026, 2, 5)
    day_decisions.close(database, store, day, by="anna", why="done")
    with pytest.raises(day_decisions.StoreDayError):
        day_decisions.close(database, store, day, by="ben", why="again")
    day_decisions.reopen(database, "s1 ", day, by="carla", why="no")
    day_decisions.override(database, "S2", day, finding=None, by="anna", why="counted by hand")
    execute(database, "update ops.store_days set changed_at = changed_at - interval '90 days'")
    assert day_decisions.close_rested(database) > 0
    assert day_decisions.close_rested(database) == 0
    assert [(each["actor"], each["act"], each["object"]) for each in entries(database)] == [
        ("anna", "days close", f"{store} {day}"),
        ("carla", "days reopen", f"{store} {day}"),
        ("anna", "days override", f"S2 {day}"),
        ("policy", "days close", "rested store-days"),
    ]
    assert entries(database)[2]["outcome"] == {"findings": ["till_total_differs"]}
    assert broken(database) == []


@pytest.mark.parametrize(
    ("arguments", "act"),
    [
        (("quality", "sweep"), "quality sweep"),
        (("run", "--reconcile"), "run reconcile"),
        (("run", "--rebuild", "2026-02..2026-02"), "run rebuild"),
        (("partitions", "maintain"), "partitions maintain"),
        (("partitions", "archive", "--yes"), "partitions archive"),
        (("partitions", "restore", "silver", "--all", "--yes"), "partitions restore"),
        (("migrate", "up"), "migrate up"),
    ],
)
def test_a_command_that_repairs_is_begun_and_ended_by_the_user_of_the_process(
    database: Database, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], act: str
) -> None:
    """Nobody would know who computed the figures again, or took a month away."""
    invoke(database, monkeypatch, *arguments)
    assert [(each["actor"], each["act"], each["phase"]) for each in entries(database)] == [
        (ME, act, "begun"),
        (ME, act, "ended"),
    ]


def test_what_a_schedule_takes_away_is_told_as_its_act(
    server: EmbeddedServer, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person would be asked about what a schedule removed, or the other way round."""
    with fresh_database(server, template="template1") as storage, dagster_past.stored_instance(storage) as instance:
        monkeypatch.setenv("SCOUT_DAGSTER_DATABASE_URL", storage.url)
        own = orchestration(instance, database, tmp_path, monkeypatch)
        assert own.run("prune_dagster_history").success
        assert own.run("maintain_partitions").success
        invoke(database, monkeypatch, "dagster", "prune", "--dry-run")
        invoke(database, monkeypatch, "dagster", "prune", "--days", "3")
    assert [(each["actor"], each["act"], each["phase"]) for each in entries(database)] == [
        ("schedule", "dagster prune", "begun"),
        ("schedule", "dagster prune", "ended"),
        ("schedule", "partitions maintain", "begun"),
        ("schedule", "partitions maintain", "ended"),
        (ME, "dagster prune", "begun"),
        (ME, "dagster prune", "ended"),
    ]
    assert entries(database)[4]["parameters"] == {"days": 3}


def test_a_look_and_a_dry_run_leave_no_entry(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """An act that never was would stand beside those that were."""
    for arguments in (("partitions", "archive"), ("migrate", "up", "--dry-run"), ("quarantine", "prune", "--dry-run")):
        invoke(database, monkeypatch, *arguments)
    assert entries(database) == []


def test_an_act_that_is_rolled_back_leaves_no_entry_and_no_hole(database: Database) -> None:
    """The log would tell of what never happened, or a number that was given up would look like a removed row."""
    write(database, 1)
    with database.transaction() as connection:
        audit_log.record(connection, "test", "undone", actor="anna", parameters={}, outcome={})
        connection.get_transaction().rollback()  # type: ignore[union-attr]
    write(database, 1)
    assert [each["entry_number"] for each in entries(database)] == [1, 2]
    assert broken(database) == []


def test_an_act_that_fails_is_told_without_the_words_of_the_error(database: Database) -> None:
    """Errors quote data; and an act that failed half way must not look as if it never began."""
    with pytest.raises(ValueError), audit_log.acting(database, "test", "it", actor="anna", parameters={}):
        raise ValueError("customer 4711")
    assert [(each["phase"], each["outcome"]) for each in entries(database)] == [
        ("begun", {}),
        ("failed", {"error": "ValueError"}),
    ]


def test_many_at_once_write_one_chain(database: Database) -> None:
    """Two that read the same last entry would both follow it: an honest log would look forged."""
    together = threading.Barrier(4)

    def work(name: str) -> None:
        together.wait(30)
        write(database, 15, actor=name)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, "abcd"))
    found = entries(database)
    assert [each["entry_number"] for each in found] == list(range(1, 61))
    assert {each["actor"] for each in found} == set("abcd")
    assert broken(database) == []


@pytest.mark.parametrize(
    "alter",
    [
        "update ops.audit_log set actor = 'ben' where entry_number = 2",
        "update ops.audit_log set os_user = 'ben' where entry_number = 2",
        "update ops.audit_log set database_user = 'ben' where entry_number = 2",
        "update ops.audit_log set act = 'other' where entry_number = 2",
        "update ops.audit_log set phase = 'failed' where entry_number = 2",
        "update ops.audit_log set object = 'other' where entry_number = 2",
        "update ops.audit_log set parameters = '[]' where entry_number = 2",
        "update ops.audit_log set outcome = '[]' where entry_number = 2",
        "update ops.audit_log set begun_number = 1 where entry_number = 2",
        "update ops.audit_log set transaction_id = '3' where entry_number = 2",
        "update ops.audit_log set logged_at = logged_at + interval '1 microsecond' where entry_number = 2",
        "update ops.audit_log set row_hash = sha256('') where entry_number = 2",
        "update ops.audit_log set entry_number = 20 where entry_number = 2",
        "delete from ops.audit_log where entry_number = 1",
        "delete from ops.audit_log where entry_number = 2",
        "delete from ops.audit_log where entry_number = 3",
        "delete from ops.audit_log",
        "delete from ops.audit_head",
        # bent to fit the one before it, which was forged
        "with forged as (update ops.audit_log as entry set actor = 'ben', row_hash = ops.audit_digest("
        """jsonb_populate_record(entry, '{"actor"\\: "ben"}')) where entry_number = 1 returning row_hash) """
        "update ops.audit_log set previous_hash = (select row_hash from forged) where entry_number = 2",
        # made fit by itself, and not for the one after it
        "update ops.audit_log as entry set actor = 'ben', row_hash = ops.audit_digest(jsonb_populate_record(entry, "
        """'{"actor"\\: "ben"}')) where entry_number = 2""",
    ],
)
def test_what_is_altered_or_removed_behind_the_guard_is_seen(database: Database, alter: str) -> None:
    """Whoever owns the database can switch the guard off; that he did must show."""
    write(database, 3)
    assert broken(database) == []
    with database.transaction() as connection:
        connection.exec_driver_sql("set local session_replication_role = replica")
        connection.execute(sa.text(alter))
    assert broken(database)


@pytest.mark.parametrize("relation", ["ops.audit_log", "partition"])
@pytest.mark.parametrize("statement", ["update {} set actor = 'ben'", "delete from {}"])
def test_an_entry_cannot_be_changed_by_a_plain_statement(database: Database, statement: str, relation: str) -> None:
    """A slip of the hand, or a partition named by itself, would change what was done."""
    write(database, 1)
    with database.transaction() as connection:
        partition = connection.execute(sa.text("select tableoid::regclass::text from ops.audit_log")).scalar_one()
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        execute(database, statement.format(partition if relation == "partition" else relation))
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        execute(database, "truncate ops.audit_log")


def test_months_are_there_ahead_and_guarded(database: Database) -> None:
    """On the first of a month nobody could do anything; and a month made later would be one without a guard."""
    assert len(months(database)) == 4
    made = maintenance.ensure(database, as_of="2031-05-20T00:00:00+00:00", months=2)
    assert {each for each in made if "audit_log" in each} == {
        f"ops.audit_log {month}" for month in ("2031-05", "2031-06", "2031-07")
    }
    with database.transaction() as connection:
        guarded = connection.execute(
            sa.text(
                "select count(*) from pg_trigger "
                "where tgname = 'audit_log_is_append_only' and tgrelid = to_regclass('ops.audit_log_y2031m06')"
            )
        ).scalar_one()
    assert guarded == 1


def test_an_act_finds_its_month_when_nobody_made_it(database: Database) -> None:
    """A pipeline that stood still for half a year could not be repaired: the first act of repair would fail."""
    for month in months(database):
        execute(database, f"drop table ops.audit_log_y{month:%Ym%m}")
    write(database, 1)
    assert len(months(database)) == 1
    assert broken(database) == []


def test_the_command_shows_what_was_done_by_whom(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A log that only psql reads is read by nobody."""
    write(database, 2)
    write(database, 1, actor="[bold]ben\x1b[2J")

    def shown(*more: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(invoke(database, monkeypatch, "audit", "list", "--json", *more))
        return found

    assert [row["entry_number"] for row in shown()] == [3, 2, 1]
    assert [row["entry_number"] for row in shown("--actor", "anna", "--limit", "1")] == [2]
    assert shown("--act", "other") == []
    assert shown("--since", "2999-01-01") == []
    assert len(shown("--since", f"{date.today():%Y}-01-01", "--act", "test")) == 3
    table = invoke(database, monkeypatch, "audit", "list")
    assert "anna" in table
    assert "\x1b[2J" not in table


def months(database: Database) -> list[date]:
    with database.transaction() as connection:
        found = connection.execute(
            sa.text("select month from ops.partitions where relation = 'ops.audit_log' order by 1")
        )
        return list(found.scalars())
