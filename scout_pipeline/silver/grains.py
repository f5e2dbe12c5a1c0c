"""Tells sources of reference records from sources of sales, each with its mapping."""

import collections.abc
from collections.abc import Iterable
from typing import Any

from scout_pipeline.sources import mapping as mappings
from scout_pipeline.sources.mapping import Mapping

Source = collections.abc.Mapping[str, Any]


def of_references(sources: Iterable[Source]) -> list[tuple[int, Mapping]]:
    """Sources that describe stores, products and the rest, with their mappings."""
    return [(source_id, mapping) for source_id, mapping in _loaded(sources) if mapping.grain == "reference"]


def of_sales(sources: Iterable[Source]) -> list[tuple[int, Mapping]]:
    """Sources of sales, with their mappings."""
    return [(source_id, mapping) for source_id, mapping in _loaded(sources) if mapping.grain != "reference"]


def _loaded(sources: Iterable[Source]) -> list[tuple[int, Mapping]]:
    return [(source["source_id"], mappings.load(source["source_name"])) for source in sources]
