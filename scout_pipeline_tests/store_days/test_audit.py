"""Each store's business day is audited once it is over and in gold, and says what is wrong with it."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from scout_pipeline.database import Database
from scout_pipeline.embedded import EmbeddedServer
from scout_pipeline_tests.conftest import fresh_database
from scout_pipeline_tests.floor_files import Floor, item
from scout_pipeline_tests.store_days.days import (
    DAY,
    carry_and_audit,
    counted,
    found,
    kinds,
    open_floor,
    outcome,
    run_audit,
    state,
    till,
)


@pytest.fixture
def floor(database: Database, open_folder: Path) -> Floor:
    return open_floor(database, open_folder)


def test_a_clean_day_is_audited_and_nothing_is_audited_twice(floor: Floor) -> None:
    """An audit that begins again with everything each time takes longer every day."""
    floor.take_sales(counted(1), counted(2, at="10:05"), counted(3, at="11:00"))
    floor.take_reference(till(30))
    assert carry_and_audit(floor).audited == 1
    assert found(floor) == set()
    assert state(floor) == "audited"
    assert run_audit(floor.database).audited == 0


def test_a_day_is_open_until_it_is_over_at_its_store(floor: Floor) -> None:
    """A day that is audited at noon is always short of half its sales."""
    now = datetime.now(timezone(timedelta(hours=8)))
    yesterday = now.date() - timedelta(days=3)
    floor.take_sales(counted(1, day=now.date(), at="00:00"), counted(2, day=yesterday))
    carry_and_audit(floor)
    assert (state(floor, now.date()), state(floor, yesterday)) == ("open", "audited")


def test_a_day_waits_for_gold(floor: Floor) -> None:
    """Figures that gold has not computed yet would be called wrong."""
    floor.take_sales(counted(1))
    floor.carry()
    with floor.database.transaction() as connection:
        connection.execute(
            sa.text(
                "insert into ops.dirty_buckets (store_id, date_key, layer, cause) "
                "select store_id, date_key, 'gold/hourly_kpis', 'received' from ops.store_days"
            )
        )
    assert run_audit(floor.database).audited == 0
    assert state(floor) == "loading"
    carry_and_audit(floor)
    assert state(floor) == "audited"


# what is planted on a day of its own -> what it is found as, and the state in which it leaves its day
Plant = Callable[[Floor, date, str], None]
DEFECTS: dict[str, tuple[str, str, Plant]] = {}


def defect(finding: str, expected_state: str, *, after_carry: bool = False) -> Callable[[Plant], Plant]:
    """Declares a defect; `after_carry` ones damage what was carried already."""

    def declare(plant: Plant) -> Plant:
        (AFTER_CARRY if after_carry else BEFORE_CARRY).append(plant.__name__)
        DEFECTS[plant.__name__] = (finding, expected_state, plant)
        return plant

    return declare


BEFORE_CARRY: list[str] = []
AFTER_CARRY: list[str] = []


@defect("till_total_differs", "complete")
def the_till_has_more(floor: Floor, day: date, device: str) -> None:
    floor.take_reference(till(30.5, day, number=1))


@defect("till_total_differs", "complete")
def a_trusted_till_contradicts_a_manual_one(floor: Floor, day: date, device: str) -> None:
    floor.take_reference(till(30, day, number=2, source="manual"), till(20, day, number=3, source="pos"))


@defect("sequence_gap", "balanced")
def a_number_is_missing(floor: Floor, day: date, device: str) -> None:
    floor.take_sales(counted(5, "12:00", day, device=device))


@defect("sequence_repeated", "balanced")
def a_sale_comes_under_two_ids(floor: Floor, day: date, device: str) -> None:
    floor.take_sales(counted(3, "11:00", day, device=device, identifier="again"))


@defect("stated_differs", "audited")
def the_device_states_more_lines(floor: Floor, day: date, device: str) -> None:
    floor.take_sales(counted(4, "12:00", day, device=device, basket_size=3))


@defect("clock_turned_back", "audited")
def the_clock_is_set_back(floor: Floor, day: date, device: str) -> None:
    floor.take_sales(counted(4, "09:00", day, device=device))


@defect("header_differs", "complete", after_carry=True)
def a_line_is_lost(floor: Floor, day: date, device: str) -> None:
    execute(floor, "delete from scout.silver_transaction_items where transaction_id = :sale", sale=f"{device}-2")


@defect("gold_differs", "complete", after_carry=True)
def gold_is_edited(floor: Floor, day: date, device: str) -> None:
    change = "update scout.gold_daily_aggregates set net_revenue = net_revenue + 1 where date_key = :day"
    execute(floor, change, day=day)


@defect("clock_ahead", "audited", after_carry=True)
def a_sale_is_sold_after_its_receipt(floor: Floor, day: date, device: str) -> None:
    change = """
        update scout.bronze_ingestion_batches set received_at = cast(:noon as timestamptz) - interval '90 minutes'
        where batch_id in (select batch_id from scout.silver_transactions_cleaned where date_key = :day)
    """
    execute(floor, change, noon=f"{day} 12:00+08", day=day)


@defect("resent_changed", "audited", after_carry=True)
def a_sale_is_corrected(floor: Floor, day: date, device: str) -> None:
    floor.take_sales(counted(3, "11:00", day, device=device, items=[item(quantity=4)]))
    floor.carry()


def execute(floor: Floor, statement: str, **values: Any) -> None:
    with floor.database.transaction() as connection:
        connection.execute(sa.text(statement), values)


def day_of(name: str) -> date:
    return DAY + timedelta(days=sorted(DEFECTS).index(name))


@pytest.fixture(scope="module")
def spoilt(server: EmbeddedServer, template_database: str) -> Iterator[Floor]:
    """A day for each defect, three sales of a device of its own on each, and one for none."""
    folder = Path(tempfile.mkdtemp(prefix="scout-t-"))
    with fresh_database(server, template=template_database) as database:
        floor = open_floor(database, folder)
        for name in DEFECTS:
            sales = ((1, "10:00"), (2, "10:05"), (3, "11:00"))
            floor.take_sales(*(counted(number, at, day_of(name), device=name) for number, at in sales))
        for name in BEFORE_CARRY:
            DEFECTS[name][2](floor, day_of(name), name)
        floor.take_sales(counted(1, day=DAY - timedelta(days=1), device="clean"))
        floor.carry()
        for name in AFTER_CARRY:
            DEFECTS[name][2](floor, day_of(name), name)
        assert run_audit(database).audited == len(DEFECTS) + 1
        yield floor
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_is_found_and_holds_its_day_back(spoilt: Floor, name: str) -> None:
    """A check that overlooks what it is there for lets a wrong day be closed."""
    finding, expected_state, _ = DEFECTS[name]
    assert kinds(spoilt, day_of(name)) == {finding}
    assert state(spoilt, day_of(name)) == expected_state


def test_a_day_without_a_defect_has_no_finding(spoilt: Floor) -> None:
    """An audit that cries about everything is read by nobody."""
    clean = DAY - timedelta(days=1)
    assert (kinds(spoilt, clean), state(spoilt, clean)) == (set(), "audited")


def test_the_steps_of_an_audit_do_not_matter(spoilt: Floor) -> None:
    """What is found would depend on how many days one transaction takes."""
    before = outcome(spoilt.database)
    execute(spoilt, "update ops.store_days set is_due = true, is_changed = true")
    assert run_audit(spoilt.database, step_days=1).steps >= len(DEFECTS)
    assert outcome(spoilt.database) == before


def test_a_till_total_without_sales_is_a_day_of_its_own(floor: Floor) -> None:
    """The day of which no sale arrived is the one that nobody would look at."""
    floor.take_reference(till(500))
    carry_and_audit(floor)
    assert state(floor) == "complete"
    # five sales of 100: what was missing came
    floor.take_sales(counted(1, items=[item(quantity=50)]))
    carry_and_audit(floor)
    assert state(floor) == "audited"


def test_a_till_total_that_is_corrected_clears_its_day(floor: Floor) -> None:
    """A typing error of a till would hold its day back for ever."""
    floor.take_sales(counted(1))
    floor.take_reference(till(99))
    carry_and_audit(floor)
    assert state(floor) == "complete"
    floor.take_reference(till(10))
    floor.carry()
    assert state(floor) == "loading"
    run_audit(floor.database)
    assert (state(floor), found(floor)) == ("audited", set())


def test_what_came_otherwise_leaves_no_gap(floor: Floor) -> None:
    """Every correction, void and refusal has a number; a gap for each would hide the sales that are lost."""
    floor.take_sales(counted(1), counted(2), counted(3, items=[item("NO SUCH CODE")]), counted(5))
    floor.carry()
    # number 2 went with an earlier version, 3 is refused, 4 is a void of 5
    floor.take_sales(counted(6, identifier="D1-2"), counted(4, identifier="void", is_deleted=True, items=[item()]))
    carry_and_audit(floor)
    assert {row for row in found(floor) if row[2] == "sequence_gap"} == set()


def test_a_gap_closes_when_the_number_comes_on_another_day(floor: Floor) -> None:
    """A device that was offline sends late; yesterday's warning would stay for ever."""
    before, after = DAY - timedelta(days=1), DAY + timedelta(days=1)
    floor.take_sales(counted(1, day=before), *(counted(number) for number in range(3, 40)))
    carry_and_audit(floor)
    assert found(floor) == {("S1", DAY, "sequence_gap", "warning", 1)}
    floor.take_sales(counted(2, day=after))
    done = carry_and_audit(floor)
    assert done.audited == 2, "the day that changed, and the one with the gap"
    assert found(floor) == set()


def test_a_gap_before_a_day_is_found_when_the_day_before_it_comes_late(floor: Floor) -> None:
    """The first day that is loaded has no number before it; what comes later must be compared with it."""
    floor.take_sales(counted(10))
    carry_and_audit(floor)
    assert found(floor) == set()
    floor.take_sales(counted(7, day=date(2026, 1, 2)))
    carry_and_audit(floor)
    assert found(floor) == {("S1", DAY, "sequence_gap", "error", 2)}


def test_a_device_that_counts_anew_lost_nothing(floor: Floor) -> None:
    """A new device at a store would be a loss of a million sales."""
    floor.take_sales(counted(1), counted(1_000_000))
    carry_and_audit(floor)
    assert found(floor) == set()


def test_a_refusal_that_comes_later_closes_its_gap(floor: Floor) -> None:
    """The number is accounted for by quarantine: asking the device for it again would bring the same refusal."""
    floor.take_sales(counted(1), counted(3))
    carry_and_audit(floor)
    assert kinds(floor) == {"sequence_gap"}
    floor.take_sales(counted(2, items=[item("NO SUCH CODE")]))
    carry_and_audit(floor)
    assert kinds(floor) == set()


def test_a_sale_is_late_three_days_after_its_day(floor: Floor) -> None:
    """Each sale that a till sends on the morning after would be called late, or none that comes in a week."""
    floor.take_sales(counted(1, at="23:59"))
    floor.carry()
    late = "select observed, expected from ops.store_day_findings where finding = 'received_late'"
    move = "update scout.bronze_ingestion_batches set received_at = cast(:at as timestamptz)"
    # the day ends at midnight in Manila
    for moment, expected in (
        ("2026-02-09T00:00:00+08:00", []),
        ("2026-02-09T00:00:01+08:00", [("1 sales received up to 4 days after the day", "received within 72 hours")]),
    ):
        execute(floor, move, at=moment)
        execute(floor, "update ops.store_days set is_due = true, is_changed = true")
        run_audit(floor.database)
        assert floor.rows(late) == expected, moment
