"""The shops of `store_days` as several modules look at them."""

from pathlib import Path

import pytest

from scout_pipeline_tests.floor_files import Floor
from scout_pipeline_tests.gold import store_days
from scout_pipeline_tests.prepared import Prepared
from scout_pipeline_tests.shop_files import install_mapping


@pytest.fixture
def sold(prepared: Prepared) -> Floor:
    """Everything was sold and carried; to look at only."""
    return Floor(prepared.look(store_days.SOLD), Path())


@pytest.fixture
def open_shops(prepared: Prepared, open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Floor:
    """Everything was sold and carried, and more may come."""
    install_mapping(open_folder / "mappings", monkeypatch)
    return Floor(prepared.copy(store_days.SOLD), open_folder)


@pytest.fixture
def nothing_sold(prepared: Prepared) -> Floor:
    """Shops and products are known and carried; to look at only."""
    return Floor(prepared.look(store_days.NOTHING_SOLD), Path())
