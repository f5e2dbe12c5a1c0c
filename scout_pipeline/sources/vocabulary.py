"""The words that silver uses for a sale's attributes: their kinds, and the values that the contract allows."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

CONTRACTS = Path(__file__).parent / "contracts"
AttributeName = Literal[
    "device_id",
    "device_sequence",
    "campaign_id",
    "is_campaign_influenced",
    "payment_method",
    "customer_type",
    "gender",
    "age_bracket",
    "economic_class",
    "stated_value",
    "stated_basket_size",
    "store_type",
    "stated_region",
    "stated_units",
    "request_mode",
    "request_type",
    "time_of_day",
    "detection_method",
    "substitution_reason",
    "speaker",
]
Kind = Literal["text", "integer", "count", "decimal", "boolean", "vocabulary", "region"]
# Columns of the sale itself, in the order of the table; how a customer asked and what was said have their own.
SALE_ATTRIBUTES: dict[str, Kind] = {
    "device_id": "text",
    "device_sequence": "integer",
    "campaign_id": "text",
    "is_campaign_influenced": "boolean",
    "payment_method": "vocabulary",
    "customer_type": "vocabulary",
    "gender": "vocabulary",
    "age_bracket": "vocabulary",
    "economic_class": "vocabulary",
    "stated_value": "decimal",
    "stated_basket_size": "count",
    "store_type": "vocabulary",
    "stated_region": "region",
    "stated_units": "decimal",
}
# Where the contract's schema has the words of what is not a field of the sale itself; only a source of the contract
# says these, under these names.
OF_PARTS: dict[str, tuple[str, ...]] = {
    "detection_method": ("items", "items", "properties", "detection_method"),
    "substitution_reason": ("substitution_event", "properties", "reason"),
    "speaker": ("transcript", "items", "properties", "speaker"),
}


@lru_cache
def contract(name: str) -> dict[str, Any]:
    """A contract's JSON Schema, such as `transaction.v1`."""
    content: dict[str, Any] = json.loads((CONTRACTS / f"{name}.json").read_text(encoding="utf-8"))
    return content


def values(attribute: str) -> tuple[str, ...]:
    """The values of an attribute with a vocabulary, as the transaction contract names them; empty for any other."""
    schema = contract("transaction.v1")["properties"]
    for key in OF_PARTS.get(attribute, (attribute,)):
        schema = schema.get(key, {})
    return tuple(value for value in schema.get("enum", ()) if value is not None)


def lookup(attribute: str, synonyms: dict[str, str]) -> dict[str, str]:
    """Every known word in lower case: the value it stands for."""
    own = {value.lower(): value for value in values(attribute)}
    return {**{word.lower().strip(): value for word, value in synonyms.items()}, **own}
