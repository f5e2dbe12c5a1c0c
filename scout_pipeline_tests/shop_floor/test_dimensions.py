"""Each dimension against the simulator's truth, every version of every member; sales show only what was sold."""

import pytest

from scout_pipeline_tests.shop_floor.comparing import compared
from scout_pipeline_tests.shop_floor.dimensions import DIMENSIONS, Dimension
from scout_pipeline_tests.shop_floor.shop import Shop

every_dimension = pytest.mark.parametrize("dimension", DIMENSIONS, ids=lambda dimension: dimension.table)


@every_dimension
def test_a_dimension_is_as_it_was(shop: Shop, dimension: Dimension) -> None:
    """A version that begins a day late, or a record that came late and was lost, hides where nothing was sold."""
    expected = dimension.compute(shop.truth)
    assert expected, "a comparison of nothing proves nothing"
    wrong = compared(expected, shop.rows(dimension.query), dimension.columns, dimension.width)
    assert not wrong, "\n".join(wrong)


@every_dimension
def test_the_comparison_of_a_dimension_can_fail(shop: Shop, dimension: Dimension) -> None:
    """It would be green, too, if it left out a column or a row."""
    expected = dimension.compute(shop.truth)
    first, *others = shop.rows(dimension.query)
    width = dimension.width
    assert len(first) == width + len(dimension.columns.split())
    damaged = [others, [first, first, *others], [(*first[: width - 1], "?", *first[width:]), first, *others]]
    damaged += [[(*first[:place], "?", *first[place + 1 :]), *others] for place in range(width, len(first))]
    for rows in damaged:
        assert len(compared(expected, rows, dimension.columns, width)) == 1


def test_members_change_and_come_late(shop: Shop) -> None:
    """If nothing ever changed, a dimension without history would be right."""
    for kind, code in (("store", "store_code"), ("product", "sku")):
        versions = shop.truth.dimensions[kind]
        assert len(versions) > len({row[code] for row in versions})
    late = {path.name for path in shop.truth.files("late/reference")}
    assert late == {"store.jsonl", "device.jsonl", "product.jsonl"}


def test_every_shop_is_found_in_its_city(shop: Shop) -> None:
    """Some name their city by an alias, and two cities have the same name."""
    found = shop.rows(
        "select store.store_code, known.code from scout.dim_store as store"
        " inner join scout.dim_province as province on store.province = province.province_name"
        " inner join scout.place_aliases as known"
        " on known.place_level = 'city' and known.alias_key = scout.place_key(store.city)"
        " inner join scout.dim_city as city on known.code = city.city_code"
        " and province.province_code = city.province_code where store.is_current and store.store_id <> 0"
    )
    expected = {row["store_code"]: row["city_code"] for row in shop.truth.dimensions["store"]}
    assert sorted(found) == sorted(expected.items())
