"""1,000 lines that are refused for eleven reasons, and the mended mappings under which every one of them is right."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scout_pipeline_tests.sales_files import HEADER, MAPPING, csv_bytes, line, mapping_with, write_mapping

FILES = 20
ELSEWHERE = 60
EXPECTED = {
    ("bronze", "undecodable_bytes"): 5 * FILES,
    ("bronze", "truncated_record"): FILES,
    ("bronze", "unbalanced_quote"): 10 * FILES,
    ("bronze", "blank_line"): 5 * FILES,
    ("bronze", "wrong_column_count"): 5 * FILES,
    ("bronze", "missing_transaction_id"): ELSEWHERE,
    ("silver", "quantity_out_of_range"): 5 * FILES,
    ("silver", "unit_price_out_of_range"): 5 * FILES,
    ("silver", "timestamp_out_of_range"): 5 * FILES,
    ("silver", "invalid_timestamp"): ELSEWHERE,
    ("silver", "invalid_quantity"): ELSEWHERE,
}
SOURCES = ("sales", "clock", "weights", "tills")


def write_mappings(folder: Path, *, mended: bool) -> None:
    """The four sources, each with a mistake in its mapping, or mended."""
    narrow = {"quantity": {"at_most": "10"}, "unit_price": {"at_most": "100"}}
    text = {"encoding": "cp1252", "multiline": True} if mended else {"final_newline": "required"}
    fields: dict[str, Any] = dict(MAPPING["fields"])
    contents = (
        mapping_with(format=text, **({} if mended else {"limits": narrow, "earliest": "2024-01-01"})),
        mapping_with(name="clock", **({} if mended else {"time_format": "DD/MM/YYYY HH24:MI"})),
        mapping_with(name="weights", fields={"quantity": "quantity" if mended else "description"}),
        mapping_with(
            name="tills",
            format={"kind": "jsonl"},
            fields={**fields, "transaction_id": "receipt" if mended else "number", "customer_id": None},
            transaction_types=None,
        ),
    )
    for content in contents:
        write_mapping(folder, content)


def files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Source and path of every file, written."""
    for number in range(FILES):
        yield "sales", _written(folder / f"sales-{number:02}.csv", _sales(number))
    records = [line(f"E{number}", customer="") for number in range(ELSEWHERE)]
    yield "clock", _written(folder / "clock.csv", csv_bytes(*records))
    yield "weights", _written(folder / "weights.csv", csv_bytes(*(record | {"sku": "SALT"} for record in records)))
    documents = "".join(json.dumps({key: value for key, value in record.items() if value}) + "\n" for record in records)
    yield "tills", _written(folder / "tills.jsonl", documents.encode())


def _written(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def _sales(number: int) -> bytes:
    """Good receipts between bad ones; of some receipts only one line is bad, in a way that silver sees."""
    ids = [f"{number}-{position}" for position in range(5)]
    good = [csv_bytes(line(f"G{each}"), line(f"G{each}", sku="SOAP")).removeprefix(HEADER) for each in ids]
    foreign = [csv_bytes(line(f"U{each}")).removeprefix(HEADER).replace(b"Rice", b"Caf\xe9") for each in ids]
    broken = [csv_bytes(line(f"Q{each}", description="White\n\nrice\nlong")).removeprefix(HEADER) for each in ids]
    judged = [
        csv_bytes(line(f"S{each}{name[0]}"), line(f"S{each}{name[0]}", **{name: value})).removeprefix(HEADER)
        for each in ids
        for name, value in (("quantity", "11"), ("unit_price", "100.5"), ("sold_at", "2023-12-31 23:59:59"))
    ]
    mixed = [b"".join(parts) for parts in zip(good, foreign, broken, strict=True)]
    return HEADER + b"".join([*mixed, *judged]) + csv_bytes(line(f"T{number}")).removeprefix(HEADER).rstrip(b"\n")
