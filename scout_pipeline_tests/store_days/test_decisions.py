"""People accept findings, close days and open them again; what changes after that is told."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from scout_pipeline import flow, settings
from scout_pipeline.database import Database
from scout_pipeline.migrations import runner
from scout_pipeline.migrations.loss import CONFIRMATION
from scout_pipeline.quality import issues, promises
from scout_pipeline.silver import reconcile
from scout_pipeline.silver import refresh as silver
from scout_pipeline.store_days import decisions, views
from scout_pipeline.store_days.decisions import StoreDayError
from scout_pipeline_tests.floor_files import Floor, item, reference
from scout_pipeline_tests.store_days.days import DAY, carry_and_audit, counted, open_floor, run_audit, state, till

ANA: dict[str, str] = {"by": "ana", "why": "the till was counted by hand"}
CLOSED = next(promise for promise in promises.PROMISES if promise.name == "closed_days_are_restated")
RESTATED = """
    select kpi, old_value, new_value, cause, batch_id is not null, was_closed from ops.restatements
    where date_key = :day order by restatement_id
"""


@pytest.fixture
def floor(database: Database, open_folder: Path) -> Floor:
    floor = open_floor(database, open_folder)
    floor.take_sales(counted(1), counted(2, at="11:00"))
    return floor


def is_closed(floor: Floor) -> bool:
    return bool(floor.rows("select ops.month_is_closed(:day)", day=DAY)[0][0])


def told(floor: Floor) -> list[tuple[str, str, str | None]]:
    with floor.database.transaction() as connection:
        return [(row["what"], row["detail"], row["who"]) for row in views.why(connection, "S1", DAY)]


def test_an_error_holds_a_day_back_until_somebody_accepts_it_as_it_is(floor: Floor) -> None:
    """An override that holds whatever comes later would accept what nobody has seen."""
    floor.take_reference(till(99))
    carry_and_audit(floor)
    assert state(floor) == "complete"
    with pytest.raises(StoreDayError, match="mend what"):
        decisions.close(floor.database, "S1", DAY, **ANA)
    with pytest.raises(StoreDayError, match="there is no finding"):
        decisions.override(floor.database, "S1", DAY, finding="sequence", **ANA)
    assert decisions.override(floor.database, "s1 ", DAY, finding=None, **ANA) == ["till_total_differs"]
    assert state(floor) == "audited"
    with pytest.raises(StoreDayError, match="no error stands"):
        decisions.override(floor.database, "S1", DAY, finding=None, **ANA)
    # another sale: the difference is another one
    floor.take_sales(counted(3, at="12:00"))
    floor.carry()
    assert state(floor) == "loading"
    run_audit(floor.database)
    assert state(floor) == "complete"
    assert floor.rows("select overridden_by, reason, observed from ops.store_day_overrides") == [
        ("ana", ANA["why"], "sales worth 20")
    ]


def test_a_closed_day_that_changes_says_so_and_stays_closed(floor: Floor) -> None:
    """A figure that was reported and signed would change without a trace, or without anybody noticing."""
    carry_and_audit(floor)
    assert not is_closed(floor)
    decisions.close(floor.database, "S1", DAY, **ANA)
    assert (state(floor), is_closed(floor)) == ("closed", True)
    floor.take_sales(counted(3, at="12:00"), counted(2, at="11:00", items=[item(quantity=5)]))
    silver.carry_all(floor.database)
    assert (state(floor), is_closed(floor)) == ("closed", False), "what changed is not in gold yet"
    carry_and_audit(floor)
    assert (state(floor), is_closed(floor)) == ("closed", True)
    assert floor.rows(RESTATED, day=DAY) == [
        ("avg_transaction_value", Decimal(10), Decimal("23.3333"), "received", True, True),
        ("gross_sales", Decimal(20), Decimal(70), "received", True, True),
        ("line_count", Decimal(2), Decimal(3), "received", True, True),
        ("net_revenue", Decimal(20), Decimal(70), "received", True, True),
        ("transaction_count", Decimal(2), Decimal(3), "received", True, True),
        ("units", Decimal(2), Decimal(7), "received", True, True),
    ]
    assert floor.broken_promises() == []
    flow.run_rebuild(floor.database, DAY.replace(day=1), DAY.replace(day=1))
    assert len(floor.rows(RESTATED, day=DAY)) == 6, "computing the same again restates nothing"
    what = [(line[0], line[2]) for line in told(floor)]
    assert what == [
        ("store described", None),
        ("sales received", None),
        ("audited", "audit"),
        ("closed", "ana"),
        ("sales received", None),
        ("changed", "silver"),
        *[("closed figure restated", None)] * 6,
        ("changed", "silver"),
    ]
    details = [line[1] for line in told(floor)]
    assert "net_revenue: 20 before, 70 now (received)" in details
    assert "2 sales, 1 of them replaced by a later version" in details
    assert "2 sales, 1 of them in place of an earlier version" in details


def test_a_closed_day_whose_sale_comes_with_other_lines_and_no_customer_says_so(floor: Floor) -> None:
    """Lines and customers of a signed day would change while its revenue stays, and nobody could say when."""
    floor.take_sales(counted(1, customer_id="c1", items=[item(quantity=2)]))
    carry_and_audit(floor)
    decisions.close(floor.database, "S1", DAY, **ANA)
    floor.take_sales(counted(1, items=[item(), item()]))
    carry_and_audit(floor)
    assert floor.rows(RESTATED, day=DAY) == [
        ("line_count", Decimal(2), Decimal(3), "received", True, True),
        ("unique_customers", Decimal(1), Decimal(0), "received", True, True),
    ]
    assert floor.broken_promises() == []


def test_every_figure_of_a_closed_day_is_kept_and_told(floor: Floor) -> None:
    """A figure that is added to gold and not here would change on closed days without a trace."""
    figures = {
        row[0]
        for row in floor.rows(
            "select column_name from information_schema.columns where table_schema = 'scout' "
            "and table_name = 'gold_daily_aggregates' "
            "and column_name not in ('store_id', 'date_key', 'refreshed_at')"
        )
    }
    floor.take_sales(
        counted(1, customer_id="c1", items=[item(quantity=2)]),
        counted(3, at="12:00", items=[item(quantity=-1)]),
    )
    carry_and_audit(floor)
    decisions.close(floor.database, "S1", DAY, **ANA)
    (shown,) = floor.rows("select to_jsonb(figure) from scout.gold_daily_aggregates as figure")
    (closed,) = floor.rows("select to_jsonb(store_day) from ops.store_days as store_day")
    assert {name: closed[0][f"closed_{name}"] for name in figures} == {name: shown[0][name] for name in figures}
    with floor.database.transaction() as connection:
        for name in figures:
            change = sa.update(sa.table("gold_daily_aggregates", sa.column(name), schema="scout"))
            connection.execute(change.values({name: sa.column(name) + 1}))
        assert promises.check(connection, CLOSED).violations == len(figures)
    flow.run_rebuild(floor.database, DAY.replace(day=1), DAY.replace(day=1))
    assert {row[0] for row in floor.rows(RESTATED, day=DAY)} == figures


def test_a_day_that_was_closed_before_all_figures_were_kept_keeps_its_promise(floor: Floor) -> None:
    """Every closed day of a deployment that migrates would be broken for figures that nobody wrote down."""
    carry_and_audit(floor)
    decisions.close(floor.database, "S1", DAY, **ANA)
    runner.down(floor.database, to="0033", confirm=CONFIRMATION)
    runner.up(floor.database)
    assert floor.broken_promises() == []
    floor.take_sales(counted(1, items=[item(quantity=0.5), item(quantity=0.5)]))
    floor.carry()
    assert [row[:3] for row in floor.rows(RESTATED, day=DAY)] == [("line_count", Decimal(2), Decimal(3))]
    assert floor.broken_promises() == []


def test_a_closed_day_that_loses_and_gains_all_its_sales_keeps_its_promise(floor: Floor) -> None:
    """A day whose last sale moved away has no figure left to compare with."""
    carry_and_audit(floor)
    decisions.close(floor.database, "S1", DAY, **ANA)
    other = DAY + timedelta(days=1)
    floor.take_sales(counted(1, day=other), counted(2, day=other))
    floor.carry()
    assert ("net_revenue", Decimal(20), None) in [row[:3] for row in floor.rows(RESTATED, day=DAY)]
    assert floor.broken_promises() == []
    floor.take_sales(counted(1, items=[item(quantity=3)]))
    floor.carry()
    assert ("net_revenue", None, Decimal(30)) in [row[:3] for row in floor.rows(RESTATED, day=DAY)]
    assert floor.broken_promises() == []


def test_a_day_that_is_opened_again_is_audited_anew(floor: Floor) -> None:
    """Closed figures that were wrong must be mended and closed again, and both must be told."""
    carry_and_audit(floor)
    decisions.close(floor.database, "S1", DAY, **ANA)
    with pytest.raises(StoreDayError, match="closed"):
        decisions.close(floor.database, "S1", DAY, **ANA)
    decisions.reopen(floor.database, "S1", DAY, by="ben", why="a delivery was missing")
    with pytest.raises(StoreDayError, match="loading, not closed"):
        decisions.reopen(floor.database, "S1", DAY, by="ben", why="again")
    with pytest.raises(StoreDayError, match="scout days audit"):
        decisions.close(floor.database, "S1", DAY, **ANA)
    floor.take_sales(counted(3, at="12:00"))
    carry_and_audit(floor)
    assert state(floor) == "audited"
    decisions.close(floor.database, "S1", DAY, **ANA)
    assert floor.rows("select closed_net_revenue, closed_transaction_count from ops.store_days") == [(Decimal(30), 3)]
    assert floor.broken_promises() == []
    assert [line[2] for line in told(floor) if line[0] == "reopened"] == ["ben"]
    with pytest.raises(StoreDayError, match="neither a sale nor a till total"):
        decisions.close(floor.database, "S2", DAY, **ANA)


def test_the_policy_closes_what_rests_and_nothing_else(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    """A month of five thousand stores is not closed by hand, and one that still moves not at all."""
    monkeypatch.setenv("SCOUT_CLOSE_AFTER_DAYS", "3")
    settings.current.cache_clear()
    moving, wrong = DAY + timedelta(days=1), DAY + timedelta(days=2)
    floor.take_sales(counted(3, day=moving), counted(4, day=wrong))
    floor.take_reference(till(1, day=wrong))
    carry_and_audit(floor)
    assert decisions.close_rested(floor.database) == 0
    age(floor, days=4)
    age(floor, days=0, day=moving)
    with floor.database.transaction() as connection:
        assert decisions.rested_count(connection) == 1
    assert decisions.close_rested(floor.database) == 1
    assert [state(floor, day) for day in (DAY, moving, wrong)] == ["closed", "audited", "complete"]


def age(floor: Floor, *, days: int, **only: Any) -> None:
    """Let the days have changed last so many days ago."""
    with floor.database.transaction() as connection:
        connection.execute(
            sa.text(
                "update ops.store_days set changed_at = clock_timestamp() - make_interval(days => :days) "
                "where date_key = coalesce(cast(:day as date), date_key)"
            ),
            {"days": days, "day": only.get("day")},
        )


def test_a_sale_of_the_quarantine_is_in_the_story(floor: Floor) -> None:
    """Why a figure rose by a sale that was sent weeks ago would stay a riddle."""
    floor.take_sales(counted(3, at="12:00", items=[item("NEW")]))
    carry_and_audit(floor)
    floor.take_reference(reference("product", "NEW"))
    carry_and_audit(floor)
    lines = told(floor)
    assert ("line set aside", "of sale D1-3: unknown_product", None) in lines
    assert any(what == "line replayed" for what, _, _ in lines)
    assert ("product described", "NEW from 2026-01-01 on", None) in lines


def test_a_day_whose_findings_are_due_is_not_signed_before_they_are_found(floor: Floor) -> None:
    """A person would sign what the next audit finds wrong, and a closed day stays closed."""
    carry_and_audit(floor)
    with floor.database.transaction() as connection:
        issues.label(connection, store_code="S1", first=DAY, last=DAY, kind="event", by="ana", note="a fair")
    with pytest.raises(StoreDayError, match=r"waits for the audit.*`scout days audit`"):
        decisions.close(floor.database, "S1", DAY, **ANA)
    # an earlier day that it learns from changed, and nothing of its own
    with floor.database.transaction() as connection:
        connection.execute(sa.text("update ops.store_days set is_changed = false"))
    with pytest.raises(StoreDayError, match=r"waits for the audit.*`scout days audit`"):
        decisions.close(floor.database, "S1", DAY, **ANA)
    assert state(floor) == "audited"
    run_audit(floor.database)
    decisions.close(floor.database, "S1", DAY, **ANA)
    assert state(floor) == "closed"


@pytest.mark.parametrize(("is_closed_before", "after"), [(False, "loading"), (True, "closed")])
def test_a_reconciliation_tells_what_it_does_to_settled_days(floor: Floor, is_closed_before: bool, after: str) -> None:
    """Days that were audited would be loading again, and nobody could say since when and why."""
    carry_and_audit(floor)
    if is_closed_before:
        decisions.close(floor.database, "S1", DAY, **ANA)
    before = state(floor)
    changed = "select from_state, to_state, actor, note from ops.store_day_events where event = 'changed'"
    assert floor.rows(changed) == []
    reconcile.restart(floor.database)
    assert state(floor) == after
    assert floor.rows(changed) == [(before, after, "silver", "reconciled")]
    if not is_closed_before:
        # it is loading already
        reconcile.restart(floor.database)
        assert len(floor.rows(changed)) == 1
