"""The truth tables are what the delivered files say once everything has arrived, value by value."""

import json
from typing import Any

import pyarrow.parquet as pq
import pytest

from scout_pipeline.simulate.places import regions
from scout_pipeline.simulate.synonyms import SYNONYMS
from scout_pipeline_tests.simulate import rebuilt
from scout_pipeline_tests.simulate.delivered import Delivered

MEANINGS = {(name, word): meaning for name, word, meaning in SYNONYMS}
CANONICAL = {spelling: region.name for region in regions() for spelling in (region.name, *region.spellings)}


def rows(delivered: Delivered, table: str) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = pq.read_table(delivered.folder / "truth" / f"{table}.parquet").to_pylist()
    return read


@pytest.fixture(scope="module")
def standing(dirty: Delivered) -> list[dict[str, Any]]:
    return rebuilt.standing(dirty)


def test_transactions_are_those_of_the_files(dirty: Delivered, standing: list[dict[str, Any]]) -> None:
    """Every figure elsewhere is compared with this table: a wrong truth makes right figures fail."""
    expected = {document["id"]: rebuilt.transaction_row(dirty, document, MEANINGS, CANONICAL) for document in standing}
    found = {row["transaction_id"]: row for row in rows(dirty, "transactions")}
    assert found.keys() == expected.keys()
    for ident, row in found.items():
        assert row == expected[ident]


def test_some_shops_name_their_city_by_an_alias(dirty: Delivered) -> None:
    """If all records had the canonical name, a pipeline without aliases would pass the test above."""
    names = {row["attributes"]["place_name"] for row in dirty.reference if row["kind"] == "city"}
    written = {row["attributes"]["city"] for row in dirty.reference if row["kind"] == "store"}
    assert written - names


def test_items_are_those_of_the_files(dirty: Delivered, standing: list[dict[str, Any]]) -> None:
    """Prices of the day, brands and categories of the day: what every product figure rests on."""
    expected = {
        (row["transaction_id"], row["line_number"]): row
        for document in standing
        for row in rebuilt.item_rows(dirty, document)
    }
    found = {(row["transaction_id"], row["line_number"]): row for row in rows(dirty, "items")}
    assert found == expected


def described(kind: str, code: str, attributes: dict[str, Any]) -> dict[str, Any]:
    """What the truth must say of a member that a record describes so."""
    told = dict(attributes)
    if kind == "store":
        told["region"] = CANONICAL[told["region"]]
        assert told.pop("closed_on") is None
    elif kind == "product":
        told["list_price_centavos"] = rebuilt.centavos(told.pop("unit_price"))
    elif kind == "device":
        told["store_code"] = told.pop("store_id")
    elif kind == "brand":
        told["variants"] = sorted(told["variants"])
    elif kind in ("province", "city", "barangay"):
        name = told[f"{kind}_name"] = told.pop("place_name")
        told["spellings"] = [code, name, *told.pop("aliases", ())]
        told |= {f"{above}_code": told.pop(above) for above in ("province", "city") if above in told}
    return told


def test_dimensions_are_those_of_the_records(dirty: Delivered) -> None:
    """A version that the truth lacks, or has on another day, would be asked of a pipeline that never saw it."""
    dimensions = json.loads((dirty.folder / "truth" / "dimensions.json").read_bytes())
    for kind, members in dimensions.items():
        records = [row for row in dirty.reference if row["kind"] == kind]
        only_day = {row["code"]: row["valid_from"] for row in records}
        found = {}
        for member in members:
            code = next(iter(member.values()))
            found[code, member.get("valid_from", only_day[code])] = member
        assert len(found) == len(members) == len(records)
        for row in records:
            told, member = described(kind, row["code"], row["attributes"]), found[row["code"], row["valid_from"]]
            assert {name: member[name] for name in told} == told
        for code, day in found:
            assert found[code, day].get("valid_to") == min((d for c, d in found if c == code and d > day), default=None)


def test_lines_add_up_to_their_sales(dirty: Delivered) -> None:
    """Revenue by product and revenue by shop would differ in the truth itself."""
    sums: dict[str, int] = {}
    for row in rows(dirty, "items"):
        sums[row["transaction_id"]] = sums.get(row["transaction_id"], 0) + row["subtotal_centavos"]
    assert sums == {row["transaction_id"]: row["peso_value_centavos"] for row in rows(dirty, "transactions")}


def test_totals_are_those_of_the_tables_and_files(dirty: Delivered) -> None:
    """The first numbers that anybody looks at."""
    totals, transactions = dirty.truth["totals"], rows(dirty, "transactions")
    standing = [row for row in transactions if not row["is_voided"]]
    refused = sum(map(len, dirty.truth["refused_sequences"].values()))
    assert totals["transactions"] == len(transactions)
    assert totals["items"] == len(rows(dirty, "items"))
    assert totals["voided_transactions"] == len(transactions) - len(standing)
    assert totals["large_baskets"] == sum(row["line_count"] > 10 for row in standing) > 0
    assert totals["peso_value_centavos"] == sum(row["peso_value_centavos"] for row in standing)
    assert totals["lines_delivered"] == len(dirty.lines)
    assert totals["reference_records"] == len(dirty.reference)
    gaps = dirty.truth["planted"]["sequence_gap"]["count"]
    assert totals["sales"] == len(transactions) + refused + gaps


def test_every_delivered_file_is_listed_with_its_lines(dirty: Delivered) -> None:
    """Who delivers by the list would leave a file out, or deliver in the wrong order."""
    counted: dict[str, int] = {}
    for line in dirty.lines:
        counted[line.file] = counted.get(line.file, 0) + 1
    for path in sorted(dirty.folder.rglob("*.jsonl")):
        counted[str(path.relative_to(dirty.folder))] = path.read_bytes().count(b"\n")
    listed = dirty.truth["files"]
    assert {entry["path"]: entry["lines"] for entry in listed} == counted
    folders = [entry["path"].rsplit("/", 1)[0] for entry in listed]
    assert list(dict.fromkeys(folders)) == ["reference", "transactions", "late/reference", "late/transactions"]


@pytest.mark.parametrize(
    ("kind", "key", "attribute"), [("product", "sku", "unit_price"), ("store", "store_code", "store_name")]
)
def test_versions_matter(dirty: Delivered, kind: str, key: str, attribute: str) -> None:
    """If no sale met a changed price or a changed shop, a pipeline without history would pass."""
    last: dict[str, dict[str, Any]] = {}
    changed = []
    for row in dirty.reference:
        if row["kind"] == kind:
            before = last.get(row["code"])
            if before is not None and before["attributes"][attribute] != row["attributes"][attribute]:
                assert before["valid_from"] < row["valid_from"]
                changed.append(row)
            last[row["code"]] = row
    sold = {(row[key], str(row["business_date"])) for row in rows(dirty, "items")}
    assert any(code == row["code"] and day >= row["valid_from"] for row in changed for code, day in sold)
    assert any(code == row["code"] and day < row["valid_from"] for row in changed for code, day in sold)
