"""Experiments: averages of measured events only, a lift where there can be one, and a warning that stops nothing."""

from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from scout_pipeline.database import Database
from scout_pipeline.quality import checks, promises
from scout_pipeline_tests.floor_files import SMALL_WORLD, Document, Floor, reference
from scout_pipeline_tests.gold.observed_floor import rebuilt, refreshed
from scout_pipeline_tests.gold.test_independent_figures import to_four
from scout_pipeline_tests.prepared import Prepared, State

KEYED = """
    select store_code, experiment, refreshed_at
    from scout.gold_experiment_results inner join scout.store_registry using (store_id)
"""
SHOWN = """
    select store_code, experiment, event_count, measured_count, avg_target, avg_actual, lift_pct
    from scout.gold_experiment_results inner join scout.store_registry using (store_id)
"""


def event(
    code: str,
    target: float,
    actual: float | None,
    experiment: str = "shelf talkers",
    store: str = "S1",
    at: str = "2026-02-05T09:00:00+08:00",
) -> Document:
    """One measurement of an experiment."""
    return reference(
        "experiment_event",
        code,
        experiment=experiment,
        store_id=store,
        occurred_at=at,
        target_value=target,
        actual_value=actual,
    )


EVENTS = (
    event("1", 10, 12),
    event("2", 20, 21, at="2026-02-06T09:00:00+08:00"),
    # not measured: neither its target nor its absence counts
    event("3", 1000, None),
    event("4", 3, 1, store="S2"),
    event("5", 0, 5, experiment="free samples"),
    event("6", 4, None, experiment="price tags"),
    event("7", 0, 0, experiment="free samples", store="S2"),
    event("8", 7, 0, experiment="price tags", store="S2"),
)
# what comes later, and the stores that it changes
CHANGES: dict[str, tuple[Document, set[str]]] = {
    "late": (event("9", 10, 10.5, at="2026-01-01T00:00:00Z"), {"S1"}),
    "measured now": (event("3", 1000, 900), {"S1"}),
    "another shop": (event("2", 20, 21, store="S2"), {"S1", "S2"}),
    "another experiment": (event("4", 3, 1, experiment="price tags", store="S2"), {"S2"}),
    "the only one of its shop's experiment": (event("6", 4, 2, experiment="tastings"), {"S1"}),
}


def _carry(database: Database, folder: Path, _: object) -> None:
    floor = Floor(database, folder)
    floor.take_reference(*SMALL_WORLD, *EVENTS)
    floor.carry()


CARRIED = State("experiment results", _carry)


@pytest.fixture
def floor(prepared: Prepared, tmp_path: Path) -> Floor:
    return Floor(prepared.copy(CARRIED), tmp_path)


def expected(floor: Floor) -> set[tuple[Any, ...]]:
    """The figures, from events that are put together here."""
    groups = defaultdict(list)
    for store, experiment, target, actual in floor.rows(
        "select store_code, experiment, target_value, actual_value"
        " from scout.silver_experiment_events inner join scout.store_registry using (store_id)"
    ):
        groups[store, experiment].append((target, actual))
    shown = set()
    for key, events in groups.items():
        measured = [(target, actual) for target, actual in events if actual is not None]
        figures: tuple[Decimal | None, ...] = (None, None, None)
        if measured:
            target = sum((target for target, _ in measured), Decimal(0)) / len(measured)
            actual = sum((actual for _, actual in measured), Decimal(0)) / len(measured)
            figures = (to_four(target), to_four(actual), to_four((actual - target) * 100 / target) if target else None)
        shown.add((*key, len(events), len(measured), *figures))
    return shown


def lift_check(floor: Floor) -> dg.AssetCheckResult:
    """What Dagster shows of the warning."""
    with floor.database.transaction() as connection:
        result = promises.check(connection, promises.WARNINGS[0])
    return checks.evaluation(result, dg.AssetKey(["gold", "experiment_results"]))


def test_results_equal_an_independent_computation(floor: Floor) -> None:
    """The target of an event that nobody measured would turn a gain into a loss."""
    assert set(floor.rows(SHOWN)) == expected(floor)
    by_key = {row[:2]: row[2:] for row in floor.rows(SHOWN)}
    assert by_key["S1", "shelf talkers"] == (3, 2, Decimal(15), Decimal("16.5"), Decimal(10))
    assert by_key["S2", "shelf talkers"] == (1, 1, Decimal(3), Decimal(1), Decimal("-66.6667"))
    assert by_key["S1", "free samples"] == (1, 1, Decimal(0), Decimal(5), None)
    assert by_key["S1", "price tags"] == (1, 0, None, None, None)
    assert by_key["S2", "price tags"][-1] == Decimal(-100)
    assert floor.broken_promises() == []


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_writes_the_experiments_of_its_shops_only(floor: Floor, change: str) -> None:
    """An event that moved to another shop would count in both."""
    document, stores = CHANGES[change]
    before = refreshed(floor, KEYED)
    floor.take_reference(document)
    floor.carry()
    after = refreshed(floor, KEYED)
    assert set(floor.rows(SHOWN)) == expected(floor)
    assert {key for key in after if after[key] != before.get(key)} == {key for key in after if key[0] in stores}
    assert floor.broken_promises() == []
    floor.take_reference(document)
    floor.carry()
    assert refreshed(floor, KEYED) == after, "the same again changes nothing"


def test_what_was_kept_by_buckets_equals_a_full_rebuild(floor: Floor) -> None:
    """Only a rebuild shows whether some path forgot an experiment."""
    for document, _ in CHANGES.values():
        floor.take_reference(document)
        floor.carry()
    as_is, again = rebuilt(floor)
    assert "scout.gold_experiment_results" in as_is
    assert as_is == again


def test_an_implausible_lift_warns_and_stops_nothing(floor: Floor) -> None:
    """A target in pieces beside results in boxes is seen by a person, or by nobody; the other figures go on."""
    found = lift_check(floor)
    assert found.passed
    floor.take_reference(event("9", 1, 11, experiment="boxes"), event("10", 1, 11.01, experiment="pieces"))
    floor.carry()
    found = lift_check(floor)
    assert not found.passed
    assert found.severity == dg.AssetCheckSeverity.WARN
    sample = found.metadata["sample"]
    assert isinstance(sample, dg.TableMetadataValue)
    assert [example.data["experiment"] for example in sample.records] == ["pieces"]
    assert floor.broken_promises() == []
