"""Spoils what a device wrote: the dirt that only shows in the document or the line itself."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

import orjson

from scout_pipeline.simulate.defects import Kind
from scout_pipeline.simulate.documents import Document

ABSENT: Final = object()
INVALID_TIMESTAMPS: Final = (ABSENT, None, "", "now", "kahapon", "2026-13-45", "2026-06-15T25:61:00Z")
INVALID_QUANTITIES: Final = (ABSENT, None, "NaN", "1_000", "2 pcs", "isa")
QUANTITIES_OUT_OF_RANGE: Final = (0, -1, -3, 101, 250, 100_000)
PRICES_OUT_OF_RANGE: Final = (-0.25, -5, -120, 10_000.01, 250_000, 99_999_999)
MISSING: Final = (ABSENT, None, "")
CENTURY: Final = 100
EPOCH: Final = datetime(1970, 1, 1)


def line(document: Document) -> bytes:
    """The line of a document as it is."""
    return orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE)


def spoilt_line(document: Document, kind: Kind, number: int) -> bytes:
    """The line of a document with this kind of dirt; `number` chooses among its forms."""
    spoil = SPOILERS.get(kind)
    if spoil is not None:
        spoil(document, number)
    text = line(document)
    return _cut(text, number) + b"\n" if kind is Kind.MALFORMED_JSON else text


def _cut(text: bytes, number: int) -> bytes:
    """The line up to somewhere in its middle, never within a character."""
    end = len(text) // 5 + number % (len(text) * 3 // 5)
    while text[end] & 0xC0 == 0x80:
        end -= 1
    return text[:end]


def _put(target: dict[str, Any], name: str, value: object) -> None:
    if value is ABSENT:
        target.pop(name, None)
    else:
        target[name] = value


def _item(document: Document, number: int) -> dict[str, Any]:
    """One of the lines of the basket; a higher part of the number than that which chooses the form."""
    items: list[dict[str, Any]] = document["items"]
    return items[(number >> 8) % len(items)]


def _missing_transaction_id(document: Document, number: int) -> None:
    _put(document, "id", MISSING[number % len(MISSING)])


def _missing_store_id(document: Document, number: int) -> None:
    _put(document, "store_id", MISSING[number % len(MISSING)])


def _missing_sku(document: Document, number: int) -> None:
    _put(_item(document, number), "sku", MISSING[number % len(MISSING)])


def _invalid_timestamp(document: Document, number: int) -> None:
    _put(document, "timestamp", INVALID_TIMESTAMPS[number % len(INVALID_TIMESTAMPS)])


def _timestamp_out_of_range(document: Document, number: int) -> None:
    """A clock that starts at 1970 with the device, or one that is a century ahead."""
    if number % 2:
        started = EPOCH + timedelta(seconds=(number >> 8) % 86_400)
        document["timestamp"] = f"{started.isoformat()}Z"
    else:
        text: str = document["timestamp"]
        document["timestamp"] = f"{int(text[:4]) + CENTURY}{text[4:]}"


def _invalid_quantity(document: Document, number: int) -> None:
    _put(_item(document, number), "quantity", INVALID_QUANTITIES[number % len(INVALID_QUANTITIES)])


def _quantity_out_of_range(document: Document, number: int) -> None:
    _item(document, number)["quantity"] = QUANTITIES_OUT_OF_RANGE[number % len(QUANTITIES_OUT_OF_RANGE)]


def _unit_price_out_of_range(document: Document, number: int) -> None:
    _item(document, number)["unit_price"] = PRICES_OUT_OF_RANGE[number % len(PRICES_OUT_OF_RANGE)]


SPOILERS: Final[dict[Kind, Callable[[Document, int], None]]] = {
    Kind.MISSING_TRANSACTION_ID: _missing_transaction_id,
    Kind.MISSING_STORE_ID: _missing_store_id,
    Kind.MISSING_SKU: _missing_sku,
    Kind.INVALID_TIMESTAMP: _invalid_timestamp,
    Kind.TIMESTAMP_OUT_OF_RANGE: _timestamp_out_of_range,
    Kind.INVALID_QUANTITY: _invalid_quantity,
    Kind.QUANTITY_OUT_OF_RANGE: _quantity_out_of_range,
    Kind.UNIT_PRICE_OUT_OF_RANGE: _unit_price_out_of_range,
}
