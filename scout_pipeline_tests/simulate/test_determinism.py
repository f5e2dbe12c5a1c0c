"""The same arguments give the same bytes, whoever does the work and in how many pieces of time."""

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from scout_pipeline.simulate import traffic
from scout_pipeline.simulate.arguments import Arguments
from scout_pipeline.simulate.randomness import Choice, Purpose, generator, places_in_group, ranges
from scout_pipeline_tests.simulate import recount
from scout_pipeline_tests.simulate.conftest import CLEAN, DIRTY, write
from scout_pipeline_tests.simulate.delivered import Delivered


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_number_of_processes_changes_no_byte(dirty: Delivered, tmp_path: Path) -> None:
    """A figure could not be reproduced on a machine with other cores."""
    assert contents(write(DIRTY, tmp_path / "again", workers=2)) == contents(dirty.folder)


def test_the_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    """A failing test could not be repeated."""
    assert contents(write(CLEAN, tmp_path / "one")) == contents(write(CLEAN, tmp_path / "two"))


@pytest.mark.parametrize(("option", "twice"), [("rate", 80.0), ("stores", 6), ("days", 4)])
def test_twice_as_much_of_an_option_gives_twice_the_sales(tmp_path: Path, option: str, twice: float) -> None:
    """An option that is not used promises what it does not do."""
    more = Delivered(write(with_option(option, twice), tmp_path / "more"))
    expected = CLEAN.expected_sales * 2
    assert more.truth["totals"]["sales"] == pytest.approx(expected, rel=0.15)


@pytest.mark.parametrize(("option", "kinds"), [("dirty", {"dirt"}), ("late", {"late_sale"}), (None, set())])
def test_nothing_is_planted_that_was_not_asked_for(tmp_path: Path, option: str | None, kinds: set[str]) -> None:
    """Clean and punctual deliveries are what a first look at a new table needs."""
    arguments = with_option(option, 0.2) if option else CLEAN
    planted = Delivered(write(arguments, tmp_path / "out")).truth["planted"]
    found = {kind if kind == "late_sale" else "dirt" for kind, entry in planted.items() if entry["count"]}
    assert found == kinds


def with_option(option: str, value: float) -> Arguments:
    return Arguments(**{**asdict(CLEAN), option: value})


def test_another_seed_gives_other_sales(tmp_path: Path) -> None:
    """A seed that is not used would make ten runs one."""
    one, two = (
        Delivered(write(replace(CLEAN, seed=seed), tmp_path / str(seed))) for seed in (CLEAN.seed, CLEAN.seed + 1)
    )
    assert one.sales.keys().isdisjoint(two.sales)
    assert one.codes["store", False].isdisjoint(two.codes["store", False])


def test_a_day_in_several_parts_is_one_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Large days are cut by shops: lines would be counted from the wrong place, and devices would leave gaps."""
    monkeypatch.setattr(traffic, "SALES_PER_SHARD", 100)
    arguments = replace(CLEAN, stores=12, dirty=0.3, late=0.1)
    parts = Delivered(write(arguments, tmp_path / "parts"))
    planted = parts.truth["planted"]
    for kind, is_json in (("malformed_json", False), ("missing_transaction_id", True)):
        listed = {(entry["file"], entry["line"]) for entry in planted[kind]["ids"]}
        assert listed == recount.lines_without_id(parts, is_json=is_json)
        assert len(listed) > 2
    gaps = {
        (entry["device_id"], entry["sequence"])
        for kind in ("sequence_gap", "malformed_json")
        for entry in planted[kind]["ids"]
    }
    assert recount.sequence_gaps(parts) == gaps
    assert not (parts.folder / "parts").exists()


def test_streams_of_numbers_are_apart() -> None:
    """Two uses of one stream move together: busy shops would also be the dirty ones."""
    drawn = {
        tuple(generator(seed, purpose, *numbers).integers(0, 2**62, 4).tolist())
        for seed in (0, 1)
        for purpose in Purpose
        for numbers in ((), (0,), (1,), (0, 1), (1, 0))
    }
    assert len(drawn) == 2 * len(Purpose) * 5


def test_a_choice_follows_its_weights_and_never_takes_a_weight_of_zero() -> None:
    """A shop would sell products that it does not keep."""
    weights = np.array([[0.0, 3.0, 1.0, 0.0], [1.0, 0.0, 0.0, 0.0]])
    rows = np.repeat([0, 1], 20_000)
    drawn = Choice(weights).draw(generator(1, Purpose.SHARD), rows)
    assert set(drawn[rows == 1].tolist()) == {0}
    assert set(drawn[rows == 0].tolist()) == {1, 2}
    assert (drawn[rows == 0] == 1).mean() == pytest.approx(0.75, abs=0.01)


def test_ranges_and_places_in_groups() -> None:
    """Lines would go to the wrong baskets."""
    assert ranges(np.array([5, 0, 9]), np.array([2, 0, 3])).tolist() == [5, 6, 9, 10, 11]
    assert places_in_group(np.array([7, 7, 3, 9, 9, 9])).tolist() == [0, 1, 0, 0, 1, 2]
    assert places_in_group(np.array([], dtype=np.int64)).tolist() == []
