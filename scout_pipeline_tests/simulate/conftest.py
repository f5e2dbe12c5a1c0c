"""One small simulation with plenty of dirt, written once for all tests of a process."""

from datetime import date
from pathlib import Path

import pytest

from scout_pipeline.simulate import simulation
from scout_pipeline.simulate.arguments import Arguments
from scout_pipeline_tests.simulate.delivered import Delivered

# Fifteen is a pay day, and the 13th and 14th are a weekend.
DIRTY = Arguments(stores=20, days=5, first_day=date(2026, 6, 11), rate=50, seed=3, dirty=0.12, late=0.05)
CLEAN = Arguments(stores=3, days=2, first_day=date(2026, 6, 29), rate=40, seed=5, dirty=0, late=0)


def write(arguments: Arguments, target: Path, *, workers: int | None = 1, force: bool = False) -> Path:
    simulation.run(arguments, target, workers=workers, force=force, on_progress=lambda done, total: None)
    return target


@pytest.fixture(scope="session")
def dirty(tmp_path_factory: pytest.TempPathFactory) -> Delivered:
    """A simulation with every kind of dirt, read from its files."""
    return Delivered(write(DIRTY, tmp_path_factory.mktemp("simulate") / "dirty"))
