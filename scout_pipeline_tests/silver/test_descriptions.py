"""Products are described by the words that most of their lines use; what is known of one is not written again."""

from pathlib import Path

import pytest

from scout_pipeline.database import Database
from scout_pipeline_tests.sales_files import csv_bytes, line, mapping_with, open_counter

PRODUCT = "select description, updated_at from scout.dim_product where sku = 'RICE'"


def test_a_product_is_written_when_its_words_change_and_only_then(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every day would write each of its products anew, in the one step that all others wait for."""
    counter = open_counter(database, tmp_path, monkeypatch, mapping_with())
    told = []
    for day, words in enumerate(["Rice", "Rice", "White rice", "White rice", "White rice"]):
        counter.take(f"{day}.csv", csv_bytes(line(f"T{day}", description=words)))
        counter.carry()
        told += [tuple(row.values()) for row in counter.rows(PRODUCT)]
    words_told, times = zip(*told, strict=True)
    assert words_told == ("Rice", "Rice", "Rice", "Rice", "White rice")
    assert times[0] == times[1] == times[2] == times[3] < times[4]
