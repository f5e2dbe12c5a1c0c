"""scout migrate-partitioned: a plain table becomes one in months, and nobody who uses it notices."""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from scout_pipeline import crash_points, settings
from scout_pipeline.cli.main import scout
from scout_pipeline.database import Database
from scout_pipeline.ops.partitions import migration
from scout_pipeline.ops.partitions.layers import PartitionError
from scout_pipeline_tests import months
from scout_pipeline_tests.conftest import REPOSITORY

TABLE = """
create table ops.kinds_of_event (kind text primary key);
insert into ops.kinds_of_event values ('sale'), ('void');
create table ops.events (
    event_id bigint generated always as identity primary key,
    logged_at timestamptz not null,
    kind text not null references ops.kinds_of_event (kind),
    amount numeric not null check (amount >= 0),
    twice numeric generated always as (amount * 2) stored,
    note text default 'none'
);
comment on table ops.events is 'What happened.';
comment on column ops.events.kind is 'Of what kind.';
create index events_by_kind on ops.events (kind, logged_at desc) where amount > 1;
insert into ops.events (logged_at, kind, amount)
select
    '2024-01-31 22:00:00+00'::timestamptz + n * interval '7 hours',
    case when n % 7 = 0 then 'void' else 'sale' end, n * 0.1
from generate_series(0, 400) as n;
create view ops.v_events with (security_barrier = true) as
select kind, sum(amount) as amount from ops.events group by kind;
create view ops.v_sales as select amount from ops.v_events where kind = 'sale';
comment on view ops.v_sales is 'Of sales alone.';
create function ops.note_event() returns trigger language plpgsql as $$ begin new.note := 'seen'; return new; end $$;
create trigger events_noted before insert on ops.events for each row execute function ops.note_event();
alter table ops.events enable row level security;
alter table ops.events force row level security;
create policy only_sales on ops.events for select to public using (kind = 'sale');
do $$ begin
    if to_regrole('test_reader') is null then create role test_reader; end if;
end $$;
grant select on ops.events, ops.v_sales to test_reader;
grant update (note) on ops.events to test_reader;
"""
# what people and programs see of a table
SEEN = """
select 'column', a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' '
    || a.attnotnull::text || a.attidentity::text || a.attgenerated::text
    || coalesce(' ' || col_description(a.attrelid, a.attnum), '') || coalesce(a.attacl::text, '')
from pg_attribute as a where a.attrelid = 'ops.events'::regclass and a.attnum > 0
union all select 'acl', c.relname || c.relacl::text || c.relowner::regrole::text
    || coalesce(obj_description(c.oid, 'pg_class'), '')
from pg_class as c where c.oid in ('ops.events'::regclass, 'ops.v_sales'::regclass)
union all select 'constraint', conname || ' ' || pg_get_constraintdef(oid) from pg_constraint
where conrelid = 'ops.events'::regclass and contype in ('f', 'c')
union all select 'index', replace(replace(pg_get_indexdef(indexrelid), ' ONLY ', ' '), 'logged_at)', ')') from pg_index
where indrelid = 'ops.events'::regclass and not indisprimary
union all select 'view', viewname || definition from pg_views where viewname in ('v_events', 'v_sales')
union all select 'options', relname || reloptions::text from pg_class where relname = 'v_events'
union all select 'trigger', pg_get_triggerdef(oid) from pg_trigger
where tgrelid = 'ops.events'::regclass and not tgisinternal
union all select 'policy', policyname || ' ' || cmd || qual || roles::text from pg_policies where tablename = 'events'
union all select 'rls', relrowsecurity::text || relforcerowsecurity::text from pg_class
where oid = 'ops.events'::regclass
order by 1, 2
"""
ROWS = """
select count(*), sum(amount)::text, sum(twice)::text, md5(string_agg(t::text, ',' order by event_id))
from ops.events as t
"""


@pytest.fixture
def events(database: Database) -> Iterator[Database]:
    """A table with everything that hangs on one."""
    months.execute(database, TABLE)
    yield database
    months.execute(database, "drop owned by test_reader")


def test_a_table_moves_with_all_that_hangs_on_it(events: Database) -> None:
    """Views, rights and policies that stay with the old table show old rows, or everything to everybody."""
    seen, rows = months.execute(events, SEEN), months.execute(events, ROWS)
    report = migration.migrate(events, "ops.events", "logged_at", batch_rows=100)
    assert report.row_count == 401
    assert months.scalar(events, "select relkind::text from pg_class where oid = 'ops.events'::regclass") == "p"
    assert months.execute(events, SEEN) == seen
    assert months.execute(events, ROWS) == rows
    assert months.scalar(events, "select count(*) from ops.v_sales") == 1
    assert "events_y2024m02" in {
        row[0].split(".")[1] for row in months.execute(events, "select partition_name from ops.partitions")
    }
    months.execute(events, "insert into ops.events (logged_at, kind, amount) values (now(), 'sale', 1)")
    assert months.execute(events, "select event_id, note from ops.events order by 1 desc limit 1") == [(402, "seen")]
    assert months.scalar(events, "select count(*) from ops.events_before_months") == 401
    assert migration.confirm(events, "ops.events") == "events_before_months"
    assert months.scalar(events, "select count(*) from ops.events") == 402


def test_what_is_written_while_it_moves_is_taken_over(events: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy of a table that people use misses what they wrote behind it."""
    batches: list[int] = []

    def change(copied: int) -> None:
        batches.append(copied)
        if len(batches) == 2:
            months.execute(events, "insert into ops.events (logged_at, kind, amount) values ('2023-05-05', 'void', 7)")
            months.execute(events, "update ops.events set amount = 99 where event_id = 3")
            months.execute(events, "delete from ops.events where event_id = 4")

    migration.migrate(events, "ops.events", "logged_at", batch_rows=100, on_batch=change)
    assert months.execute(events, "select amount::text from ops.events where event_id in (3, 4)") == [("99",)]
    assert months.scalar(events, "select count(*) from ops.events") == 401
    assert months.scalar(events, "select amount::text from ops.events where logged_at < '2024-01-01'") == "7"


def test_two_that_move_one_table_and_one_that_was_stopped_end_alike(events: Database) -> None:
    """Batches copied twice would double rows; a stopped copy would begin again for ever."""
    rows = months.execute(events, ROWS)

    def stop(copied: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        migration.migrate(events, "ops.events", "logged_at", batch_rows=50, on_batch=stop)
    assert migration.plan(events, "ops.events", "logged_at").copied == 50
    outcomes: list[object] = []

    def run() -> None:
        try:
            outcomes.append(migration.migrate(events, "ops.events", "logged_at", batch_rows=20))
        except Exception as error:
            outcomes.append(error)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(isinstance(outcome, migration.MigrationReport) for outcome in outcomes) == 1, outcomes
    assert months.execute(events, ROWS) == rows


@pytest.mark.parametrize(
    "spoiled",
    ["new.amount := new.amount + 1; return new", "if new.event_id = 390 then return null; end if; return new"],
    ids=["a value", "a row"],
)
def test_a_copy_that_differs_is_not_swapped(events: Database, spoiled: str) -> None:
    """People would go on with a table that has other rows than the one they had."""
    rows = months.execute(events, ROWS)
    months.execute(
        events, f"create function ops.spoil() returns trigger language plpgsql as $$ begin {spoiled}; end $$"
    )

    def spoil(copied: int) -> None:
        if copied == 100:
            months.execute(
                events,
                "create trigger spoiled before insert on ops.events_in_months "
                "for each row execute function ops.spoil()",
            )

    with pytest.raises(sa.exc.DBAPIError, match="nothing was swapped"):
        migration.migrate(events, "ops.events", "logged_at", batch_rows=100, on_batch=spoil)
    assert months.scalar(events, "select relkind::text from pg_class where oid = 'ops.events'::regclass") == "r"
    assert months.execute(events, ROWS) == rows
    months.execute(events, "drop function ops.spoil() cascade")
    assert migration.migrate(events, "ops.events", "logged_at", batch_rows=100).row_count == 401
    assert months.execute(events, ROWS) == rows


def move_and_be_killed(database: Database, point: str) -> int:
    return subprocess.run(
        [
            *(sys.executable, "-m", "scout_pipeline", "migrate-partitioned", "ops.events"),
            *("--key", "logged_at", "--batch-rows", "100"),
        ],
        env={**settings.environment(), "SCOUT_DATABASE_URL": database.url, "SCOUT_CRASH": point},
        cwd=REPOSITORY,
        timeout=120,
        check=False,
    ).returncode


def test_a_move_killed_at_every_step_ends_as_if_nobody_had(events: Database) -> None:
    """A machine that loses power at the wrong moment would leave rows out, or have them twice."""
    rows, seen = months.execute(events, ROWS), months.execute(events, SEEN)
    # each run goes on where the one before was killed
    far = {
        "migration.begun": ("copying", 0),
        "migration.copied": ("copying", 100),
        "migration.swapped": ("swapped", 401),
    }
    for point in crash_points.MIGRATION_POINTS:
        assert move_and_be_killed(events, point) == -signal.SIGKILL, f"{point} was never reached"
        left = migration.plan(events, "ops.events", "logged_at")
        assert (left.state, left.copied) == far[point]
        assert months.execute(events, ROWS) == rows
    with pytest.raises(PartitionError, match="is moved already"):
        migration.migrate(events, "ops.events", "logged_at", batch_rows=100)
    assert months.execute(events, ROWS) == rows
    assert months.execute(events, SEEN) == seen
    assert months.scalar(events, "select count(*) from ops.events_before_months") == 401
    assert migration.confirm(events, "ops.events") == "events_before_months"


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("create table ops.of_event (event_id bigint references ops.events (event_id))", "refers to it"),
        ("create materialized view ops.mv_events as select kind from ops.events", "materialized view"),
        ("create unique index events_once on ops.events (kind, amount, event_id)", "events_once"),
        ("create function ops.count_events() returns bigint return (select count(*) from ops.events)", "function"),
    ],
)
def test_what_cannot_be_kept_is_named_before_anything_moves(events: Database, statement: str, problem: str) -> None:
    """It would be found in the middle of the swap, or by a user."""
    months.execute(events, statement)
    assert any(problem in found for found in migration.plan(events, "ops.events", "logged_at").problems)
    with pytest.raises(PartitionError, match=problem):
        migration.migrate(events, "ops.events", "logged_at", batch_rows=100)
    assert months.scalar(events, "select count(*) from ops.partition_migrations") == 0


def test_the_command_shows_moves_and_confirms(events: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dry run that moves, or a drop without a swap, could not be undone."""
    monkeypatch.setenv("SCOUT_DATABASE_URL", events.url)
    settings.current.cache_clear()
    runner = CliRunner()
    arguments = ["migrate-partitioned", "ops.events", "--key", "logged_at", "--json"]
    planned = json.loads(runner.invoke(scout, [*arguments, "--dry-run"]).stdout)
    assert (planned["problems"], planned["state"]) == ([], None)
    with pytest.raises(PartitionError, match="was not moved"):
        runner.invoke(scout, [*arguments, "--drop-old"], catch_exceptions=False)
    assert json.loads(runner.invoke(scout, arguments).stdout)["row_count"] == 401
    assert json.loads(runner.invoke(scout, [*arguments, "--drop-old"]).stdout) == {"dropped": "events_before_months"}
