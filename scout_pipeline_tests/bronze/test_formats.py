"""The same sales in every format, encoding and compression are the same rows; what is broken is set aside."""

import gzip
import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from scout_pipeline.silver import refresh
from scout_pipeline.sources import files
from scout_pipeline_tests import sales_files
from scout_pipeline_tests.bronze.conftest import OpenCounter
from scout_pipeline_tests.sales_files import COLUMNS, Counter, csv_bytes, csv_text, line

SALES = (
    line("T1", description="Café olé", customer="17850"),
    line("T1", sku="SOAP", quantity="1", unit_price="99.95", description="Soap, white", customer="17850"),
    line("R2", quantity="-3", unit_price="0.25", description='5" pipe', customer="", region="Cebú"),
    line("T3", sold_at="2024-02-29 23:59:59", description="Açaí", customer="12346", region=""),
)
MANILA = ZoneInfo("Asia/Manila")


def as_json(**changes: str) -> bytes:
    return b"".join(json.dumps(sale, **changes).encode() + b"\n" for sale in SALES)  # type: ignore[arg-type]


def typed_json() -> bytes:
    """Numbers as numbers, an absent customer as null, an absent region left out."""
    documents = []
    for sale in SALES:
        document: dict[str, Any] = {**sale, "quantity": int(sale["quantity"]), "unit_price": float(sale["unit_price"])}
        document["customer"] = float(sale["customer"]) if sale["customer"] else None
        documents.append({name: value for name, value in document.items() if name != "region" or value})
    return b"".join(json.dumps(document).encode() + b"\n" for document in documents)


TRANSACTIONS: dict[str, Any] = {
    "grain": "transaction",
    "format": {"kind": "jsonl"},
    "items": "basket.items",
    "fields": {
        "transaction_id": "head.number",
        "sold_at": "head.at",
        "sku": "article.code",
        "quantity": "amount",
        "unit_price": "price",
        "description": "article.name",
        "customer_id": "buyer.id",
        "region": "shop.region",
    },
}


def transactions() -> bytes:
    """One document a receipt, its lines in an array, most fields in nested objects."""
    documents: dict[str, dict[str, Any]] = {}
    for sale in SALES:
        empty: dict[str, Any] = {
            "head": {"number": sale["receipt"], "at": sale["sold_at"]},
            "buyer": {"id": sale["customer"]},
            "shop": {"region": sale["region"]},
            "basket": {"items": []},
        }
        documents.setdefault(sale["receipt"], empty)["basket"]["items"].append(
            {
                "article": {"code": sale["sku"], "name": sale["description"]},
                "amount": int(sale["quantity"]),
                "price": float(sale["unit_price"]),
            }
        )
    return b"".join(json.dumps(document).encode() + b"\n" for document in documents.values())


def parquet(table: pa.Table, **options: Any) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(table, buffer, **options)
    return buffer.getvalue()


def columns() -> dict[str, list[str]]:
    return {name: [sale[name] for sale in SALES] for name in COLUMNS}


def typed_parquet(unit: str, zone: str | None, price: pa.DataType) -> bytes:
    """Times, numbers and floats in types of their own, as data frames are written."""
    local = [datetime.fromisoformat(text).replace(tzinfo=MANILA) for text in columns()["sold_at"]]
    times = [moment.astimezone(timezone.utc) if zone else moment.replace(tzinfo=None) for moment in local]
    prices = [Decimal(text) if pa.types.is_decimal(price) else float(text) for text in columns()["unit_price"]]
    typed = {
        **columns(),
        "sold_at": pa.array(times, pa.timestamp(unit, zone)),
        "quantity": pa.array([int(text) for text in columns()["quantity"]], pa.int64()),
        "unit_price": pa.array(prices, price),
        "customer": pa.array([float(text) if text else None for text in columns()["customer"]], pa.float64()),
        "region": pa.array([text or None for text in columns()["region"]]).dictionary_encode(),
    }
    return parquet(pa.table(typed), compression="zstd")


def workbook(rows: list[list[Any]], *, sheet: str = "Sales") -> bytes:
    book = openpyxl.Workbook()
    book.active.title = sheet
    for cells in rows:
        book.active.append(cells)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def typed_workbook() -> bytes:
    rows: list[list[Any]] = [list(COLUMNS)]
    for sale in SALES:
        values: dict[str, Any] = {**sale, "sold_at": datetime.fromisoformat(sale["sold_at"])}
        values["quantity"], values["unit_price"] = int(sale["quantity"]), float(sale["unit_price"])
        values["customer"] = int(sale["customer"]) if sale["customer"] else None
        rows.append([values[name] for name in COLUMNS])
    return workbook(rows)


TEXT = csv_text(SALES)


def separated(delimiter: str) -> bytes:
    return TEXT.replace(",", delimiter).replace(f"p{delimiter} w", "p, w").encode()


FORMATS: dict[str, tuple[dict[str, Any], bytes]] = {
    "CSV": ({}, TEXT.encode()),
    "CSV in cp1252": ({"format": {"encoding": "cp1252"}}, TEXT.encode("cp1252")),
    "CSV in Latin-1": ({"format": {"encoding": "latin-1"}}, TEXT.encode("latin-1")),
    "CSV in UTF-16": ({"format": {"encoding": "utf-16"}}, TEXT.encode("utf-16")),
    "CSV in UTF-16 BE": ({"format": {"encoding": "utf-16-be"}}, TEXT.encode("utf-16-be")),
    "CSV in Mac Roman": ({"format": {"encoding": "mac-roman"}}, TEXT.encode("mac-roman")),
    "CSV with semicolons": ({"format": {"delimiter": ";"}}, separated(";")),
    "CSV with tabs": ({"format": {"delimiter": "\t"}}, separated("\t")),
    "CSV with a time of its own": (
        {"time_format": "DD/MM/YYYY HH24:MI:SS"},
        TEXT.replace("2024-03-05", "05/03/2024").replace("2024-02-29", "29/02/2024").encode(),
    ),
    "CSV with offsets": (
        {},
        TEXT.replace("03-05 10:00:00", "03-05T02:00:00Z").replace("23:59:59", "10:59:59-05:00").encode(),
    ),
    "JSON Lines": ({"format": {"kind": "jsonl"}}, as_json()),
    "JSON Lines, typed": ({"format": {"kind": "jsonl"}}, typed_json()),
    "JSON Lines in CRLF": ({"format": {"kind": "jsonl"}}, as_json().replace(b"\n", b"\r\n")),
    "JSON Lines in UTF-16": ({"format": {"kind": "jsonl", "encoding": "utf-16"}}, as_json().decode().encode("utf-16")),
    "JSON Lines of transactions": (TRANSACTIONS, transactions()),
    "Parquet of text": ({"format": {"kind": "parquet"}}, parquet(pa.table(columns()))),
    "Parquet, nanoseconds and floats": ({"format": {"kind": "parquet"}}, typed_parquet("ns", None, pa.float64())),
    "Parquet, UTC and decimals": ({"format": {"kind": "parquet"}}, typed_parquet("us", "UTC", pa.decimal128(10, 2))),
    "Parquet, Manila": ({"format": {"kind": "parquet"}}, typed_parquet("ms", "Asia/Manila", pa.float64())),
    "Excel": ({"format": {"kind": "excel"}}, typed_workbook()),
    "Excel, a sheet by name": ({"format": {"kind": "excel", "sheet": "Sales"}}, typed_workbook()),
}  # fmt: skip
PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gz": gzip.compress,
    "zst": zstandard.ZstdCompressor().compress,
}


def rows_of(counter: Counter, store: str | None = None) -> list[dict[str, Any]]:
    """Silver rows of this counter's store, without its number."""
    (known,) = counter.rows(
        "select store_id from scout.dim_store where store_code = :code", code=store or counter.mapping.store.code
    )
    found = [record for record in counter.silver() if record["store_id"] == known["store_id"]]
    return [{name: value for name, value in record.items() if name != "store_id"} for record in found]


@pytest.mark.parametrize("case", FORMATS)
def test_the_same_sales_are_the_same_rows_in_every_format(counter_for: OpenCounter, case: str) -> None:
    """A supplier who changes the export would change the figures."""
    changes, content = FORMATS[case]
    reference = counter_for(name="reference", store={"code": "REFERENCE"})
    assert reference.take("sales.csv", TEXT.encode()).lines_loaded == len(SALES)
    records = len(SALES) if changes.get("grain") is None else 3
    counters = []
    for packing, pack in PACKINGS.items():
        counter = counter_for(**{**changes, "name": f"sales_{packing}", "store": {"code": packing.upper()}})
        outcome = counter.take(f"sales.{packing}", pack(content))
        assert (outcome.status, outcome.reason, outcome.lines_loaded) == ("loaded", None, records), packing
        counters.append(counter)
    reference.carry()
    expected = rows_of(reference)
    assert len(expected) == len(SALES)
    for counter in counters:
        assert rows_of(counter) == expected
    assert {str(row["transaction_type"]) for row in expected} == {"sale", "return"}
    assert reference.quarantine() == []


DOTTED = {name: f"sale.{name}.1" for name in COLUMNS}
DOTTED_FIELDS = {field: DOTTED[name] for field, name in sales_files.MAPPING["fields"].items()}
DOTTED_FILES: dict[str, Callable[[], bytes]] = {
    "csv": lambda: csv_text([renamed(sale) for sale in SALES], [*DOTTED.values(), "shop.code"]).encode(),
    "parquet": lambda: parquet(pa.Table.from_pylist([renamed(sale) for sale in SALES])),
    "excel": lambda: workbook([[*DOTTED.values(), "shop.code"], *(list(renamed(sale).values()) for sale in SALES)]),
}


def renamed(sale: dict[str, str]) -> dict[str, str]:
    """The same line under column names with dots, and its shop."""
    return {**{dotted: sale[name] for name, dotted in DOTTED.items()}, "shop.code": "dotted"}


@pytest.mark.parametrize("kind", DOTTED_FILES)
def test_a_dot_is_a_letter_of_a_columns_name(counter_for: OpenCounter, kind: str) -> None:
    """An export that calls its columns `item.sku` could not be taken at all, or would arrive without any value."""
    reference = counter_for(name="reference", store={"code": "REFERENCE"})
    reference.take("sales.csv", TEXT.encode())
    reference.carry()
    counter = counter_for(
        name="dotted", format={"kind": kind}, fields=DOTTED_FIELDS, store={"code": None, "field": "shop.code"}
    )
    assert counter.take("dotted.bin", DOTTED_FILES[kind]()).status == "loaded"
    with counter.database.transaction() as connection:
        assert refresh.waiting_months(connection) == [date(2024, 2, 1), date(2024, 3, 1)]
    counter.carry()
    assert counter.quarantine() == []
    assert rows_of(counter, store="DOTTED") == rows_of(reference)


def document(receipt: str = "T2", **values: Any) -> bytes:
    return json.dumps({**line(receipt), **values}).encode()


BAD_DOCUMENTS: dict[str, tuple[bytes, str]] = {
    "half a document": (document()[:40], "malformed_json"),
    "a NaN": (document(quantity=float("nan")), "malformed_json"),
    "an Infinity": (document(quantity=float("-inf")), "malformed_json"),
    "single quotes": (b"{'receipt': 'T2'}", "malformed_json"),
    "a trailing comma": (b'{"receipt": "T2",}', "malformed_json"),
    "two documents": (document() + document(), "malformed_json"),
    "what COPY takes for a quote": (b'{"receipt": \x02"T2"\x02}', "malformed_json"),
    "a delimiter of COPY": (b'{"receipt": "T2\x01"}', "malformed_json"),
    "an array": (b"[" + document() + b"]", "not_a_json_object"),
    "a number": (b"5", "not_a_json_object"),
    "null": (b"null", "not_a_json_object"),
    "a key twice": (document()[:-1] + b', "quantity": 9}', "duplicate_json_key"),
    "a key twice within": (document()[:-1] + b', "more": {"a": 1, "a": 2}}', "duplicate_json_key"),
    "NUL escaped": (document(description="a\0b"), "unstorable_json"),
    "a lone surrogate": (document(description="\ud800"), "unstorable_json"),
    "a number past numeric": (document()[:-1] + b', "more": 1e200000}', "unstorable_json"),
    "100,000 arrays": (document()[:-1] + b', "more": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "too_deeply_nested"),
    "100,000 objects": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "too_deeply_nested"),
    "100,000 arrays left open": (b"[" * 100_000, "too_deeply_nested"),
    "5,000 arrays": (b"[" * 5_000 + b"]" * 5_000, "too_deeply_nested"),
    "10 MB of text": (document(description="x" * 10_000_000), "record_too_long"),
    "NUL": (document(description="_").replace(b"_", b"\0"), "nul_character"),
    "cp1252": (document(description="_").replace(b"_", b"\xe9"), "undecodable_bytes"),
    "a blank line": (b"", "blank_line"),
    "spaces": (b"  ", "blank_line"),
    "no receipt": (b'{"sku": "RICE"}', "missing_transaction_id"),
    "a receipt of 201 signs": (document("x" * 201), "text_too_long"),
}


@pytest.mark.parametrize("case", BAD_DOCUMENTS)
def test_a_bad_document_is_set_aside_and_its_neighbours_arrive(counter_for: OpenCounter, case: str) -> None:
    """One document would stop the file, crash the parser's stack, or be stored as something else than was sent."""
    bad, reason = BAD_DOCUMENTS[case]
    counter = counter_for(format={"kind": "jsonl"})
    outcome = counter.take("sales.jsonl", document("T1") + b"\n" + bad + b"\n" + document("T3") + b"\n")
    assert (outcome.lines_read, outcome.lines_loaded, outcome.lines_quarantined) == (3, 2, 1)
    assert counter.reasons() == [("bronze", 2, reason)]
    (found,) = counter.quarantine()
    kept = bad[: files.PRESERVED_BYTES] if reason == "record_too_long" else bad
    if found["raw_bytes"] is None:
        # readable, and so stored as any document: with a pseudonym in the place of the customer
        assert {**found["payload"], "customer": None} == {**json.loads(bad), "customer": None}
    else:
        assert found["raw_bytes"] == kept
    counter.carry()
    assert counter.receipts() == ["T1", "T3"]


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("quantity", "1e400", "invalid_quantity"),
        ("quantity", '"NaN"', "invalid_quantity"),
        ("quantity", "true", "invalid_quantity"),
        ("quantity", "{}", "invalid_quantity"),
        ("unit_price", "null", "invalid_unit_price"),
        ("sold_at", "20240305", "invalid_timestamp"),
        ("sku", "null", "missing_sku"),
    ],
)
def test_a_value_of_another_type_is_rejected_at_silver(
    counter_for: OpenCounter, name: str, value: str, reason: str
) -> None:
    """JSON has types: a number too large for the figures would pass as a number."""
    counter = counter_for(format={"kind": "jsonl"})
    odd = json.dumps({**line("T2"), name: "@"}).replace('"@"', value).encode()
    counter.take("sales.jsonl", document("T1") + b"\n" + odd + b"\n" + document("T3") + b"\n")
    counter.carry()
    assert counter.reasons() == [("silver", 2, reason)]
    assert counter.receipts() == ["T1", "T3"]


@pytest.mark.parametrize("customer", ["", "   ", None])
def test_a_blank_customer_is_nobody(counter_for: OpenCounter, customer: str | None) -> None:
    """Silver reads a pseudonym or nothing there: a blank text would stop it for good."""
    counter = counter_for(format={"kind": "jsonl"})
    counter.take("sales.jsonl", document("T1", customer=customer) + b"\n")
    counter.carry()
    assert [row["customer_id"] for row in counter.silver()] == [None]


def test_a_long_basket_is_no_depth_bomb(counter_for: OpenCounter) -> None:
    """A wholesaler's receipt of three thousand lines would be refused for its number of brackets."""
    counter = counter_for(**TRANSACTIONS)
    items = [{"article": {"code": f"S{n}", "name": "[{"}, "amount": 1, "price": 2} for n in range(3000)]
    sale = {"head": {"number": "T1", "at": "2024-03-05 10:00:00"}, "basket": {"items": items}}
    assert counter.take("sales.jsonl", json.dumps(sale).encode() + b"\n").status == "loaded"
    counter.carry()
    assert len(counter.silver()) == 3000


@pytest.mark.parametrize("items", [b"[]", b"null", b'"RICE"', b"{}", b"[5]"])
def test_a_receipt_without_items_is_rejected_and_kept(counter_for: OpenCounter, items: bytes) -> None:
    """A document without lines would vanish between the layers."""
    counter = counter_for(**TRANSACTIONS)
    bad = b'{"head": {"number": "T2", "at": "2024-03-05 10:00:00"}, "basket": {"items": ' + items + b"}}\n"
    counter.take("sales.jsonl", transactions() + bad)
    counter.carry()
    assert counter.reasons() == [("silver", 4, "missing_items")]
    assert counter.receipts() == ["R2", "T1", "T3"]


def test_one_bad_item_sets_its_whole_receipt_aside(counter_for: OpenCounter) -> None:
    """Half a receipt would be booked as a whole one."""
    counter = counter_for(**TRANSACTIONS)
    counter.take("sales.jsonl", transactions().replace(b'"price": 99.95', b'"price": "free"'))
    counter.carry()
    assert counter.reasons() == [("silver", 1, "invalid_unit_price")]
    assert counter.receipts() == ["R2", "T3"]


def damaged_workbook() -> bytes:
    """A good archive whose sheet is no XML."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(typed_workbook())) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content[: len(content) // 2] if "sheet1" in name else content)
    return buffer.getvalue()


def workbook_bomb() -> bytes:
    buffer = io.BytesIO(typed_workbook())
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image.bin", b"\0" * (32 * 1024 * 1024))
    return buffer.getvalue()


def climbing(name: str) -> bytes:
    buffer = io.BytesIO(typed_workbook())
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr(name, b"* * * * * root sh")
    return buffer.getvalue()


def with_receipts(receipts: pa.Array, **options: Any) -> bytes:
    """A Parquet file whose other columns are all of one value."""
    once = columns()
    others = {name: pa.array([once[name][0]] * len(receipts)) for name in COLUMNS if name != "receipt"}
    return parquet(pa.table({"receipt": receipts, **others}), compression="zstd", **options)


def many_rows() -> bytes:
    return with_receipts(pa.array(["T1"] * 600_000))


def one_long_value() -> bytes:
    """A few hundred bytes that name ten gigabytes."""
    return with_receipts(pa.DictionaryArray.from_arrays(pa.array([0] * 20_000, pa.int32()), pa.array(["x" * 500_000])))


def long_values(length: int, kind: str = "string", **options: Any) -> bytes:
    """A few hundred bytes that name gigabytes, written without the schema that would tell a reader so."""
    values = pa.array(["x" * length if kind == "string" else b"x" * length])
    receipts = pa.DictionaryArray.from_arrays(pa.array([0] * 20_000, pa.int32()), values)
    return with_receipts(receipts, store_schema=False, **options)


def alike_values() -> bytes:
    """Values that are written as their difference from the one before, which is nothing."""
    receipts = pa.array(["x" * 30_000] * 2_000)
    encodings = {"receipt": "DELTA_BYTE_ARRAY"}
    return with_receipts(receipts, store_schema=False, use_dictionary=False, column_encoding=encodings)


SHEETS = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
# what a workbook says of a text in its cell: in it before, in the table of texts after
SHARED_TEXT = {
    rb't="inlineStr"><is><t>@</t></is>': rb't="s"><v>0</v>',
    rb"</Types>": rb'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-'
    rb'officedocument.spreadsheetml.sharedStrings+xml"/></Types>',
}


def one_long_cell() -> bytes:
    """A workbook of which every row names the same long text, as spreadsheet programs write repeated ones."""
    row = [*line("T1", region="@").values()]
    small = zipfile.ZipFile(io.BytesIO(workbook([list(COLUMNS), *[row] * 6_000])))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in small.namelist():
            content = small.read(name)
            for plain, shared in SHARED_TEXT.items():
                content = re.sub(plain, shared, content)
            archive.writestr(name, content)
        archive.writestr("xl/sharedStrings.xml", b"<sst xmlns='%s'><si><t>%s</t></si></sst>" % (SHEETS, b"x" * 100_000))
    return buffer.getvalue()


def long_pages() -> bytes:
    return with_receipts(pa.array(["x" * 1_000_000 + str(number) for number in range(40)]), use_dictionary=False)


def wide_binary() -> bytes:
    return with_receipts(pa.array([b"x" * 2000] * 3, pa.binary(2000)))


PARQUET, EXCEL = parquet(pa.table(columns())), typed_workbook()
UNREADABLE: dict[str, tuple[dict[str, str], bytes, str, str]] = {
    "text for Parquet": ({"kind": "parquet"}, TEXT.encode(), "unreadable_parquet", "Parquet"),
    "Parquet cut": ({"kind": "parquet"}, PARQUET[:-20], "unreadable_parquet", "Parquet"),
    "Parquet damaged": ({"kind": "parquet"}, PARQUET[:4] + b"\xff" * 60 + PARQUET[64:], "unreadable_parquet", ""),
    "Parquet of lists": ({"kind": "parquet"}, parquet(pa.table({"a": [[1]]})), "unsupported_column", "not read: a"),
    "Parquet without columns": ({"kind": "parquet"}, parquet(pa.table({"a": [1]})), "missing_column", "it has a"),
    "Parquet in half a gzip": ({"kind": "parquet"}, gzip.compress(PARQUET)[:-9], "truncated_gzip", "ends before"),
    "an empty file for Parquet": ({"kind": "parquet"}, b"", "unreadable_parquet", ""),
    "text for Excel": ({"kind": "excel"}, TEXT.encode(), "unreadable_workbook", "zip"),
    "Excel cut": ({"kind": "excel"}, EXCEL[:-30], "unreadable_workbook", "zip"),
    "Excel damaged": ({"kind": "excel"}, damaged_workbook(), "unreadable_workbook", ""),
    "another archive": ({"kind": "excel"}, gzip.compress(damaged_workbook()[:40]), "unreadable_workbook", ""),
    "Excel without the sheet": ({"kind": "excel", "sheet": "Returns"}, EXCEL, "unreadable_workbook", "Returns"),
    "an empty sheet": ({"kind": "excel"}, workbook([]), "empty_file", "the sheet holds no cell"),
    "a column twice": ({"kind": "excel"}, workbook([[*COLUMNS, "sku"]]), "duplicate_column", "repeats 'sku'"),
    "a workbook bomb": ({"kind": "excel"}, workbook_bomb(), "compression_bomb", "grew more than 250 times"),
    "a workbook that climbs": ({"kind": "excel"}, climbing("../../cron.d/a"), "unreadable_workbook", "leads out of it"),
    "a workbook of a root": ({"kind": "excel"}, climbing("/etc/cron.d/a"), "unreadable_workbook", ": /etc/cron.d/a"),
    "a workbook of a drive": ({"kind": "excel"}, climbing("C:\\a"), "unreadable_workbook", "leads out of it"),
    "Parquet of one row, again and again": ({"kind": "parquet"}, many_rows(), "compression_bomb", "grew more than"),
    "Parquet of one long value": ({"kind": "parquet"}, one_long_value(), "compression_bomb", "grew more than"),
    "Parquet of a long value without a schema": (
        {"kind": "parquet"}, long_values(85_000), "compression_bomb", "grew more than"),
    "Parquet of long bytes": ({"kind": "parquet"}, long_values(100_000, "bytes"), "compression_bomb", "grew more than"),
    "Parquet of values alike": ({"kind": "parquet"}, alike_values(), "compression_bomb", "grew more than"),
    "Excel of one long cell": ({"kind": "excel"}, one_long_cell(), "compression_bomb", "grew more than"),
    "Parquet of zeros": ({"kind": "parquet"}, long_pages(), "compression_bomb", "grew more than"),
    "Parquet of long binary": ({"kind": "parquet"}, wide_binary(), "unsupported_column", "not read: receipt"),
}  # fmt: skip


@pytest.mark.parametrize("case", UNREADABLE)
def test_a_file_that_is_not_what_it_is_called_is_refused_in_one_line(counter_for: OpenCounter, case: str) -> None:
    """Libraries fail in their own ways: a traceback would stop the files behind it."""
    format_, content, reason, detail = UNREADABLE[case]
    outcome = counter_for(format=format_).take("sales.bin", content)
    assert outcome.status == "refused"
    assert str(outcome.reason).startswith(f"{reason}: ")
    assert detail in str(outcome.reason)
    assert "\n" not in str(outcome.reason)


def test_a_bad_row_of_a_typed_file_is_set_aside(counter_for: OpenCounter) -> None:
    """NUL is text to Parquet and to no database: one such row would refuse the file."""
    counter = counter_for(format={"kind": "parquet"})
    records = [line("T1"), line("T2", description="a\0b"), line("T3", description="a\nb")]
    content = parquet(pa.table({name: [record[name] for record in records] for name in COLUMNS}))
    assert counter.take("sales.parquet", content).lines_loaded == 2
    assert counter.reasons() == [("bronze", 2, "nul_character")]
    counter.carry()
    assert counter.receipts() == ["T1", "T3"]


def test_blank_rows_of_a_sheet_are_set_aside(counter_for: OpenCounter) -> None:
    """A total and an empty row below the table would pass for sales, or refuse the workbook."""
    counter = counter_for(format={"kind": "excel"})
    rows: list[list[Any]] = [list(COLUMNS), list(line("T1").values()), [], ["", None, None, "Total", 21]]
    assert counter.take("sales.xlsx", workbook(rows)).lines_loaded == 1
    assert {reason for _, _, reason in counter.reasons()} == {"missing_transaction_id"}
    counter.carry()
    assert counter.receipts() == ["T1"]


def test_csv_in_one_encoding_declared_as_another_is_set_aside_or_refused(counter_for: OpenCounter) -> None:
    """Bytes would be read as other letters, and nobody could tell later what the shop wrote."""
    narrow = counter_for(format={"encoding": "ascii"})
    assert "the file is not ascii" in str(narrow.take("sales.csv", csv_bytes(*SALES)).reason)
    wide = counter_for(name="wide", format={"encoding": "utf-16"})
    assert "the file is not utf-16" in str(wide.take("sales.csv", csv_bytes(*SALES)).reason)
    assert {reason for _, _, reason in wide.reasons()} == {"undecodable_bytes"}
