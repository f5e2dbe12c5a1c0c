"""A source is one YAML file: what is wrong in it is refused with file, key and reason, before any row is read."""

import struct
import zoneinfo
from pathlib import Path
from typing import Any

import pytest

from scout_pipeline.bronze import landing
from scout_pipeline.database import Database
from scout_pipeline.sources import mapping as mappings
from scout_pipeline.sources.mapping import MappingError
from scout_pipeline_tests import sales_files
from scout_pipeline_tests.sales_files import mapping_with, write_mapping

INVALID: dict[str, tuple[dict[str, Any], str, str]] = {
    "an unknown key": ({"colour": "red"}, "colour", "not permitted"),
    "an unknown key within": ({"fields": {"skew": "sku"}}, "fields.skew", "not permitted"),
    "no title": ({"title": None}, "title", "required"),
    "no sku": ({"fields": {"sku": None}}, "fields", "a sale needs sku"),
    "an empty field name": ({"fields": {"sku": ""}}, "fields.sku", "at least 1 character"),
    "a number for a field": ({"fields": {"sku": 5}}, "fields.sku", "valid string"),
    "a zone that is none": ({"time_zone": "Manila"}, "time_zone", "'Manila' is no IANA time zone"),
    "a folder of zones": ({"time_zone": "America"}, "time_zone", "'America' is no IANA time zone"),
    "a zone outside": ({"time_zone": "../../etc/passwd"}, "time_zone", "is no IANA time zone"),
    "a zone of the store": ({"store": {"time_zone": "Mars/One"}}, "store.time_zone", "'Mars/One' is no IANA time zone"),
    "an open parenthesis": ({"transaction_types": {"returns": "^R("}}, "transaction_types.returns", "no regular expr"),
    "a bad product pattern": ({"not_products": ["POST", "["]}, "not_products.1", "'[' is no regular expression"),
    "an unknown encoding": ({"format": {"encoding": "utf-99"}}, "format.encoding", "'utf-99' is no known encoding"),
    "a codec of bytes": ({"format": {"encoding": "base64"}}, "format.encoding", "'base64' is no known encoding"),
    "a delimiter of two bytes": ({"format": {"delimiter": "§"}}, "format.delimiter", "match pattern"),
    "the quote as delimiter": ({"format": {"delimiter": '"'}}, "format.delimiter", "match pattern"),
    "a letter as delimiter": ({"format": {"delimiter": "a"}}, "format.delimiter", "match pattern"),
    "an unknown format": ({"format": {"kind": "xml"}}, "format.kind", "'csv', 'jsonl', 'parquet' or 'excel'"),
    "a currency's name": ({"currency": {"code": "Peso"}}, "currency.code", "match pattern"),
    "a rate in words": ({"currency": {"rate": "five"}}, "currency.rate", "match pattern"),
    "a rate that is a float": ({"currency": {"rate": 1.5}}, "currency.rate", "valid string"),
    "a rate of nothing": ({"currency": {"rate": "0.00"}}, "currency.rate", "above zero"),
    "store code and field": ({"store": {"field": "shop"}}, "store", "either 'code' (one store) or 'field'"),
    "neither code nor field": ({"store": {"code": None}}, "store", "either 'code' (one store) or 'field'"),
    "a blank store code": ({"store": {"code": "  "}}, "store.code", "match pattern"),
    "an unknown grain": ({"grain": "basket"}, "grain", "'line', 'transaction' or 'reference'"),
    "no items": ({"grain": "transaction", "format": {"kind": "jsonl"}}, "mapping", "'items' is needed"),
    "items of lines": ({"items": "items"}, "mapping", "'items' is needed for the grain transaction, and only there"),
    "documents in CSV": ({"grain": "transaction", "items": "items"}, "mapping", "needs the format jsonl"),
    "a speaker without contract": ({"attributes": {"speaker": {"field": "who"}}}, "mapping", "transaction.v1 alone"),
    "other names in CSV": ({"other_names": {"sku": ["code"]}}, "mapping", "'other_names' needs the format jsonl"),
    "other names of nothing": (
        {"format": {"kind": "jsonl"}, "other_names": {"skew": ["code"]}},
        "mapping",
        "other_names: skew: no field that this mapping reads",
    ),
    "other names of who bought": (
        {"format": {"kind": "jsonl"}, "other_names": {"customer": ["buyer"]}},
        "mapping",
        "other_names: customer: no field",
    ),
    "a single item of lines": ({"single": {}}, "mapping", "'single' is for the grain transaction alone"),
    "an unknown line type": ({"transaction_types": {"otherwise": "gift"}}, "transaction_types.otherwise", "'sale'"),
    "a time without year": ({"time_format": "DD/MM HH24:MI"}, "time_format", "needs each of YYYY, MM, DD once"),
    "a time in strftime": ({"time_format": "%Y-%m-%d"}, "time_format", "needs each of YYYY, MM, DD once"),
    "a 13th month": ({"earliest": "2010-13-01"}, "earliest", "month must be in 1..12"),
    "another name": ({"name": "other"}, "name", "'other' must equal the file name 'sales'"),
    "a name with a dash": ({"name": "my-shop"}, "name", "match pattern"),
}


@pytest.mark.parametrize("case", INVALID)
def test_what_is_wrong_is_refused_with_file_key_and_reason(tmp_path: Path, case: str) -> None:
    """A mistake that passes here is met again as lost rows, or as a traceback in the middle of a load."""
    changes, key, reason = INVALID[case]
    path = write_mapping(tmp_path, mapping_with(**changes), file_name="sales.yaml")
    with pytest.raises(MappingError) as refusal:
        mappings.read(path)
    message = str(refusal.value)
    assert message.startswith(f"{path}: {key}: "), message
    assert reason in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"name: [sales\n", "not readable as YAML"),
        (b"\xff\xfe\x00", "not readable as YAML"),
        (b"earliest: 2010-13-01\n", "not readable as YAML: month must be in 1..12"),
        (b"!!python/object/apply:os.getcwd []\n", "not readable as YAML: could not determine a constructor"),
        (b"name: sales\nname: again\n", "name: given twice"),
        (b"fields:\n  sku: a\n  sku: b\n", "sku: given twice"),
        (b"- sales\n", "a mapping is a YAML object of keys and values"),
        (b"", "a mapping is a YAML object of keys and values"),
        (b"1: x\n", "name: Field required"),
    ],
)
def test_what_is_no_mapping_at_all_is_refused_in_one_line(tmp_path: Path, content: bytes, reason: str) -> None:
    """A person who saved the wrong file would read a traceback of the YAML parser; a key given twice would win."""
    path = tmp_path / "sales.yaml"
    path.write_bytes(content)
    with pytest.raises(MappingError) as refusal:
        mappings.read(path)
    assert str(refusal.value).startswith(f"{path}: ")
    assert reason in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_every_mistake_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    """One mistake a run would make the tenth run the first good one."""
    path = write_mapping(tmp_path, mapping_with(time_zone="Manila", grain="basket", currency={"code": "peso"}))
    with pytest.raises(MappingError) as refusal:
        mappings.read(path)
    assert all(f"{key}: " in str(refusal.value) for key in ("time_zone", "grain", "currency.code"))


def test_a_valid_mapping_says_what_a_record_is(tmp_path: Path) -> None:
    """Defaults that change unseen would change the meaning of every source that relies on them."""
    mapping = mappings.read(write_mapping(tmp_path, mapping_with()))
    assert mapping.columns() == set(sales_files.COLUMNS)
    assert (mapping.format.encoding, mapping.format.delimiter, mapping.format.multiline) == ("utf-8", ",", False)
    assert (mapping.time_format, mapping.earliest, mapping.currency.rate) == ("iso", "2000-01-01", "1")
    assert mapping.transaction_types.otherwise == "sale"


@pytest.mark.parametrize(
    ("kind", "path"), [("jsonl", ["a", "b"]), ("csv", ["a.b"]), ("parquet", ["a.b"]), ("excel", ["a.b"])]
)
def test_only_records_of_json_are_descended_into(tmp_path: Path, kind: str, path: list[str]) -> None:
    """A column `a.b` of a table would be looked for as `b` within `a`, and every value of it would be missing."""
    mapping = mappings.read(write_mapping(tmp_path, mapping_with(format={"kind": kind})))
    assert mapping.path_of("a.b") == path
    assert mapping.path_of("a") == ["a"]
    assert mapping.path_of(None) is None


def test_the_fingerprint_follows_the_meaning_and_not_the_file(tmp_path: Path) -> None:
    """A refused file is tried again when its mapping changed; a comment in the YAML must not count as a change."""
    path = write_mapping(tmp_path, mapping_with())
    first = mappings.read(path).sha256
    path.write_text(f"# a comment\n{path.read_text()}")
    assert mappings.read(path).sha256 == first
    assert mappings.read(write_mapping(tmp_path, mapping_with(earliest="2001-01-01"))).sha256 != first


def test_a_yaml_file_adds_a_source_without_python(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever has a new supplier would need a programmer and a release."""
    own = sales_files.use_mappings(tmp_path / "mappings", monkeypatch)
    built_in = ["online_retail", "scout", "scout_reference"]
    assert mappings.names() == built_in
    write_mapping(own, mapping_with(name="corner_shop"))
    assert mappings.names() == ["corner_shop", *built_in]
    path = tmp_path / "today.csv"
    path.write_bytes(sales_files.csv_bytes(sales_files.line()))
    (outcome,) = landing.ingest(database, [path], mappings.load("corner_shop"))
    assert (outcome.status, outcome.lines_loaded) == ("loaded", 1)


def test_a_mapping_of_ones_own_replaces_the_built_in_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A deployment that must correct a built-in source would have to change the package."""
    own = sales_files.use_mappings(tmp_path, monkeypatch)
    write_mapping(own, mapping_with(name="online_retail", title="Corrected"))
    assert mappings.load("online_retail").title == "Corrected"


@pytest.mark.parametrize("name", ["nowhere", "../sales", "Sales", ""])
def test_an_unknown_source_is_answered_with_the_known_ones(name: str) -> None:
    """A typing mistake must say what there is, and no name may lead out of the folder."""
    with pytest.raises(MappingError, match=r"there is no source .*known sources: online_retail"):
        mappings.load(name)


ONLY_PYTHON_READS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "a group with a name": (
        {"transaction_types": {"returns": "(?P<kind>R)"}},
        ["transaction_types.returns: '(?P<kind>R)' cannot be read by PostgreSQL: invalid regular expression: "],
    ),
    "a long repetition": (
        {"not_products": ["POST", "x{900}"]},
        ["not_products.1: 'x{900}' cannot be read by PostgreSQL: invalid regular expression: invalid repetition"],
    ),
    "a zone of this machine": (
        {"time_zone": "Shop/Corner"},
        ["time_zone: 'Shop/Corner' cannot be read by PostgreSQL: time zone \"Shop/Corner\" not recognized"],
    ),
    "several": (
        {"transaction_types": {"adjustments": "^(?P<kind>A)"}, "store": {"time_zone": "Shop/Corner"}},
        ["transaction_types.adjustments: '^(?P<kind>A)'", "; store.time_zone: 'Shop/Corner'"],
    ),
}
# one zone, UTC, without transitions
ZONE_FILE = struct.pack(">4s16x6lll2x4s", b"TZif", 0, 0, 0, 0, 1, 4, 0, 0, b"UTC")


@pytest.mark.parametrize("case", ONLY_PYTHON_READS)
def test_what_only_python_can_read_is_refused_before_the_load(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    """Silver would stop at such a pattern with every later window, long after the rows were taken."""
    changes, expected = ONLY_PYTHON_READS[case]
    zone = tmp_path / "zones" / "Shop" / "Corner"
    zone.parent.mkdir(parents=True)
    zone.write_bytes(ZONE_FILE)
    before = zoneinfo.TZPATH
    zoneinfo.reset_tzpath([*before, str(zone.parent.parent)])
    try:
        counter = sales_files.open_counter(database, tmp_path, monkeypatch, mapping_with(**changes))
        with pytest.raises(MappingError) as refused:
            counter.take("a.csv", sales_files.csv_bytes(sales_files.line()))
    finally:
        zoneinfo.reset_tzpath(before)
    assert str(refused.value).startswith(f"{tmp_path / 'mappings' / 'sales.yaml'}: {expected[0]}")
    assert all(part in str(refused.value) for part in expected)
    assert "\n" not in str(refused.value)
    assert counter.ledger() == []
