"""A counter for every test that hands in files."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scout_pipeline.database import Database
from scout_pipeline_tests import sales_files
from scout_pipeline_tests.sales_files import Counter

OpenCounter = Callable[..., Counter]


@pytest.fixture
def counter_for(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OpenCounter:
    """Opens a counter for the tests' mapping with some keys changed."""

    def open_counter(**changes: Any) -> Counter:
        return sales_files.open_counter(database, tmp_path, monkeypatch, sales_files.mapping_with(**changes))

    return open_counter


@pytest.fixture
def counter(counter_for: OpenCounter) -> Counter:
    """A counter for plain CSV files."""
    return counter_for()
