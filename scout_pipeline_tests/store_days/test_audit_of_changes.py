"""An audit of what changed says the same as an audit of everything; killed, doubled and concurrent ones too."""

import multiprocessing
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from scout_pipeline import crash_points, rule_book
from scout_pipeline import settings as scout_settings
from scout_pipeline.database import Database
from scout_pipeline.gold import daily_aggregates
from scout_pipeline.quality import checking
from scout_pipeline.silver import dim_date
from scout_pipeline.silver import refresh as silver
from scout_pipeline_tests.floor_files import Floor, item
from scout_pipeline_tests.store_days.days import DAY, counted, found, open_floor, outcome, run_audit, state, till

WEEKS = 5
# Thursdays, the day after one, a holiday (25 February) and the two pay days before it
DAYS = [*(DAY + timedelta(weeks=week) for week in range(WEEKS)), DAY + timedelta(days=1), date(2026, 2, 25)]
# what the store showed before: two hundred sales a day, enough for a handful to be unusual
HISTORY = """
    insert into scout.gold_daily_aggregates (
        store_id, date_key, transaction_count, line_count, units, gross_sales, returns_value, adjustments_value,
        net_revenue, unique_customers, avg_transaction_value
    )
    select registry.store_id, days::date, 200, 200, 200, 2000, 0, 0, 2000, 0, 10
    from scout.store_registry as registry
    cross join generate_series(date '2026-01-22', cast(:last as date), interval '1 day') as days
    where registry.store_code = 'S1'
"""
FORGET = (
    "truncate scout.silver_transactions_cleaned, scout.silver_transaction_items, scout.silver_transaction_keys, "
    "scout.bronze_transactions_raw, scout.bronze_transaction_versions, scout.bronze_ingestion_batches, "
    "scout.silver_request_behaviors, scout.silver_substitutions, scout.silver_transcripts, "
    "scout.silver_brand_mentions, "
    "scout.quarantine, scout.silver_store_metrics, scout.gold_daily_aggregates, ops.store_days, "
    "ops.store_day_findings, ops.dirty_buckets, ops.streaming_watermarks, ops.restatements, ops.changed_days"
)


@dataclass(frozen=True)
class Sent:
    """One sale as it is sent: the same number of a sale again is another version of it."""

    name: int
    day: date
    device: str
    number: int
    sku: str
    quantity: int


sent = st.builds(
    Sent,
    name=st.integers(1, 6),
    day=st.sampled_from(DAYS),
    device=st.sampled_from(["D1", "D1", "D2"]),
    number=st.integers(1, 8),
    sku=st.sampled_from(["RICE", "RICE", "RICE", "NO SUCH CODE"]),
    quantity=st.integers(1, 5),
)
steps = st.lists(
    st.tuples(st.lists(sent, min_size=1, max_size=5, unique_by=lambda one: one.name), st.sampled_from([0, 0, 20])),
    min_size=2,
    max_size=3,
)


@pytest.fixture
def floor(database: Database, open_folder: Path) -> Floor:
    dim_date.refresh(database)
    return open_floor(database, open_folder)


def execute(floor: Floor, statement: str, **values: object) -> None:
    with floor.database.transaction() as connection:
        connection.execute(sa.text(statement), values)


def carry(floor: Floor) -> None:
    """To the only table of gold that the audit reads; the others are said to be done."""
    silver.carry_all(floor.database)
    daily_aggregates.refresh(floor.database)
    execute(floor, "delete from ops.dirty_buckets")


def test_an_audit_of_what_changed_equals_one_of_everything(floor: Floor) -> None:
    """A day would keep a finding that another day has mended, or lack one that another day has made."""
    carry(floor)

    @settings(
        max_examples=4,
        deadline=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    # a Thursday is audited, and two before it come late, from another device: now it has a history
    @example(
        arrivals=[
            ([Sent(1, DAYS[2], "D1", 5, "RICE", 1)], 0),
            ([Sent(2, DAYS[0], "D2", 2, "RICE", 1), Sent(3, DAYS[1], "D2", 3, "RICE", 1)], 0),
        ],
        step_days=1,
    )
    @given(arrivals=steps, step_days=st.sampled_from([1, 3, 1000]))
    def check(arrivals: list[tuple[list[Sent], int]], step_days: int) -> None:
        execute(floor, FORGET)
        # two Thursdays: with two more, a later one is judged
        execute(floor, HISTORY, last=DAY - timedelta(days=1))
        for place, (sales, total) in enumerate(arrivals):
            floor.take_sales(
                *(
                    counted(
                        one.number,
                        day=one.day,
                        device=one.device,
                        identifier=f"T{one.name}",
                        items=[item(one.sku, one.quantity)],
                        payment_method=str(place),
                    )
                    for one in sales
                )
            )
            if total:
                floor.take_reference(till(total + place / 100, DAYS[place]))
            carry(floor)
            run_audit(floor.database, step_days=step_days)
        incremental = outcome(floor.database)
        execute(floor, "update ops.store_days set is_due = true, is_changed = true")
        run_audit(floor.database)
        assert incremental == outcome(floor.database)

    check()


def test_the_expected_volume_is_that_of_the_rule(floor: Floor) -> None:
    """Two statistics of one thing would call a day usual on one page and unusual on the other."""
    floor.take_sales(*(counted(number, day=DAYS[4]) for number in range(1, 8)), counted(8, day=DAYS[3]))
    carry(floor)
    execute(floor, f"{HISTORY} and days::date not in ('2026-02-26', '2026-03-05')", last=DAYS[4])
    checking.prepare(floor.database, rule_book.TABLES)
    run_audit(floor.database)
    by_rule = floor.rows(
        "select days, format('%s sales (score %s)', round(figure), score), "
        "format('about %s sales', trim_scale(round(expected, 1))) "
        "from generate_series(date '2026-02-26', date '2026-03-05', interval '7 days') as days "
        "cross join ops.quality_outliers('scout.gold_daily_aggregates', days::date) "
        "where rule_id like '%.transaction_count_is_usual' and is_outlier"
    )
    ours = floor.rows(
        "select date_key, observed, expected from ops.store_day_findings where finding = 'volume_unusual' order by 1"
    )
    assert [(day.date(), *said) for day, *said in by_rule] == ours
    assert len(ours) == 2


@pytest.fixture
def due(floor: Floor) -> Floor:
    """Two days to audit, one of them with a till total that differs."""
    floor.take_sales(counted(1), counted(2, day=DAYS[5]))
    floor.take_reference(till(99))
    carry(floor)
    return floor


def audit_in_a_process(url: str, moment: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """Audit in a process of its own that is killed at that moment; forked, since a new one takes seconds to load."""
    monkeypatch.setenv("SCOUT_CRASH", moment)
    scout_settings.current.cache_clear()
    child = multiprocessing.get_context("fork").Process(target=audit_database, args=(url,))
    child.start()
    child.join(60)
    monkeypatch.delenv("SCOUT_CRASH")
    scout_settings.current.cache_clear()
    assert child.exitcode is not None
    return child.exitcode


def audit_database(url: str) -> None:
    run_audit(Database(url))


@pytest.mark.parametrize("moment", crash_points.AUDIT_POINTS)
def test_an_audit_killed_at_any_step_is_completed_by_the_next_one(
    due: Floor, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A day would be called audited whose findings nobody wrote down."""
    assert audit_in_a_process(due.database.url, moment, monkeypatch) == -signal.SIGKILL
    states = due.rows("select distinct state from ops.store_days order by 1")
    assert states == [("audited",), ("complete",)] if moment == "days.committed" else states == [("loading",)]
    run_audit(due.database)
    assert (state(due), state(due, DAYS[5])) == ("complete", "audited")
    assert found(due) == {("S1", DAY, "till_total_differs", "error", 1)}


@pytest.fixture
def paused(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[threading.Event, Callable[[], None]]]:
    """The first audit that has found something waits until it is told to go on."""
    arrived, go_on = threading.Event(), threading.Event()

    def reach(point: str) -> None:
        if point == "days.found" and not arrived.is_set():
            arrived.set()
            assert go_on.wait(20)

    monkeypatch.setattr(crash_points, "reach", reach)
    yield arrived, go_on.set
    go_on.set()


def test_two_audits_at_once_audit_each_day_once(due: Floor, paused: tuple[threading.Event, Callable[[], None]]) -> None:
    """The second would take the days that the first has not committed yet, and write every finding twice."""
    arrived, go_on = paused
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(run_audit, due.database)
        assert arrived.wait(20)
        second = pool.submit(run_audit, due.database)
        go_on()
        assert first.result(30).audited + second.result(30).audited == 2
    assert found(due) == {("S1", DAY, "till_total_differs", "error", 1)}
    assert due.rows("select count(*) from ops.store_day_events where event = 'audited'") == [(2,)]


def test_a_sale_that_comes_during_an_audit_is_audited_after_it(
    due: Floor, paused: tuple[threading.Event, Callable[[], None]]
) -> None:
    """The day would be called audited, and the sale never looked at."""
    arrived, go_on = paused
    due.take_sales(counted(3, at="12:00"))
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(run_audit, due.database)
        assert arrived.wait(20)
        carrying = pool.submit(silver.carry_all, due.database)
        go_on()
        first.result(30)
        carrying.result(30)
    assert state(due) == "loading"
    daily_aggregates.refresh(due.database)
    execute(due, "delete from ops.dirty_buckets")
    run_audit(due.database)
    assert due.rows("select sale_count, state from ops.store_days where date_key = :day", day=DAY) == [(2, "complete")]
