"""Counts every kind of dirt from the delivered files alone, by rules of its own, to compare with truth.json."""

from collections import defaultdict
from typing import Any

from scout_pipeline_tests.simulate.delivered import (
    EARLIEST,
    LATEST,
    Delivered,
    Line,
    contract,
    exact,
    has_time,
    is_number,
    sold_at,
)

Document = dict[str, Any]
ENUMERATIONS = (
    "gender",
    "age_bracket",
    "customer_type",
    "economic_class",
    "payment_method",
    "request_mode",
    "request_type",
)


def foreign_words(document: Document) -> list[tuple[str, str]]:
    """Fields of the document that have a word which the contract does not know."""
    known = contract("transaction")["properties"]
    words = [(name, document[name]) for name in ENUMERATIONS if document.get(name) not in (*known[name]["enum"], None)]
    flags = ("suggestion_offered", "suggestion_accepted")
    return words + [(name, document[name]) for name in flags if document.get(name) not in (True, False, None)]


def is_taken_back(document: Document) -> bool:
    """Does the status say so, in any of the words that the contract names?"""
    said = str(document.get("status")).lower()
    return said in ("voided", "void", "cancelled", "canceled", "refunded")


def odd_statuses(document: Document) -> list[tuple[str, str]]:
    """A status that says neither that the sale stands nor that it was taken back."""
    said = document.get("status")
    return [] if said in ("completed", None) or is_taken_back(document) else [("status", said)]


def lines_without_id(delivered: Delivered, *, is_json: bool) -> set[tuple[str, int]]:
    return {
        (line.file, line.number)
        for line in delivered.lines
        if line.ident is None and (line.document is not None) == is_json
    }


def sent_again(delivered: Delivered) -> dict[str, set[str]]:
    """Ids that came more than once, and how."""
    found: dict[str, set[str]] = defaultdict(set)
    for ident, lines in delivered.sales.items():
        contents = [line.content for line in lines]
        if len(set(contents)) < len(contents):
            found["duplicate"].add(ident)
        if len(set(contents)) > 1:
            is_voided = is_taken_back(lines[-1].document or {})
            found["voided" if is_voided else "changed_resend"].add(ident)
            assert lines[-1].file != lines[0].file, "a second version comes in a later file"
    return found


def faults(delivered: Delivered, document: Document) -> set[str]:
    """What is wrong within one document."""
    found = {name for name, is_wrong in _bad_values(document).items() if is_wrong}
    found |= _memberships(delivered, document)
    substitution = document.get("substitution_event") or {}
    if substitution.get("occurred") and not (substitution.get("from_sku") and substitution.get("to_sku")):
        found.add("incomplete_substitution")
    if document.get("basket_size") not in (None, len(document["items"])):
        found.add("basket_size_mismatch")
    stated = document.get("peso_value")
    if stated is not None and not found & REFUSING and exact(stated) != delivered.value(document):
        found.add("value_mismatch" if 0 <= stated < 1_000_000 else "implausible_value")
    return found


REFUSING = {
    "missing_store_id",
    "missing_sku",
    "invalid_timestamp",
    "timestamp_out_of_range",
    "invalid_quantity",
    "quantity_out_of_range",
    "unit_price_out_of_range",
    "unknown_store",
    "unknown_product",
}


def _bad_values(document: Document) -> dict[str, bool]:
    quantities = [item.get("quantity") for item in document["items"]]
    prices = [item["unit_price"] for item in document["items"] if item.get("unit_price") is not None]
    return {
        "missing_store_id": not document.get("store_id"),
        "missing_sku": any(not item.get("sku") for item in document["items"]),
        "invalid_timestamp": not has_time(document),
        "timestamp_out_of_range": has_time(document) and not EARLIEST <= sold_at(document) < LATEST,
        "invalid_quantity": not all(is_number(quantity) for quantity in quantities),
        "quantity_out_of_range": any(is_number(quantity) and not 0 < quantity <= 100 for quantity in quantities),
        "unit_price_out_of_range": not all(0 <= price <= 10_000 for price in prices),
    }


def _memberships(delivered: Delivered, document: Document) -> set[str]:
    """Is the shop, or a product, known late or never?"""
    found = set()
    for kind, codes in (
        ("store", [document["store_id"]] if document.get("store_id") else []),
        ("product", [item["sku"] for item in document["items"] if item.get("sku")]),
    ):
        late, early = delivered.codes[kind, True], delivered.codes[kind, False]
        if any(code in late for code in codes):
            found.add(f"late_{kind}")
        if any(code not in late | early for code in codes):
            found.add(f"unknown_{kind}")
    return found


def sequence_gaps(delivered: Delivered) -> set[tuple[str, int]]:
    """Numbers between a device's first and last one that no readable line has."""
    seen: dict[str, set[int]] = defaultdict(set)
    for line in delivered.lines:
        if line.document is not None:
            seen[line.document["device_id"]].add(line.document["sequence"])
    return {
        (device, number)
        for device, numbers in seen.items()
        for number in range(min(numbers), max(numbers))
        if number not in numbers
    }


def came_late(lines: list[Line]) -> bool:
    """Did the first line of a sale come after everything else?"""
    return lines[0].file.startswith("late/")
