"""Everything that is written keeps to the contracts, unless it was planted not to."""

from datetime import date, datetime
from typing import Any

import jsonschema
import pytest

from scout_pipeline.simulate.defects import Kind
from scout_pipeline.simulate.vocabulary import DETECTION_METHODS, ENUMERATIONS, SUBSTITUTION_REASONS
from scout_pipeline_tests.simulate.delivered import Delivered, contract

# Kinds whose lines are no documents of the contract; all others keep to it.
OUTSIDE = (
    Kind.MISSING_STORE_ID,
    Kind.MISSING_SKU,
    Kind.INVALID_TIMESTAMP,
    Kind.INVALID_QUANTITY,
    Kind.QUANTITY_OUT_OF_RANGE,
    Kind.UNIT_PRICE_OUT_OF_RANGE,
    Kind.SYNONYM,
    Kind.UNMAPPED_VALUE,
    Kind.ODD_STATUS,
)
# What the contract also accepts, and the simulator's devices do not say.
NOT_SENT = {
    *("transaction_id", "ts", "checkout_time", "checkout_seconds", "combo_basket", "qty"),
    *("sku", "product_name", "local_name", "category", "product_category", "brand_name", "quantity"),
    *("units_per_transaction", "unit", "unit_price", "total_price", "detection_method", "confidence"),
    *("asked_brand_id", "final_brand_id", "time_of_day", "is_tbwa_client"),
    *("nlp_processed", "nlp_processed_at", "nlp_confidence_score"),
    *("created_at", "updated_at", "deleted_at", "date_key", "source_file", "batch_id"),
}
NOT_SENT_OF_ITEMS = {"qty", "total_price"}
FORMATS = jsonschema.FormatChecker(formats=())


@FORMATS.checks("date-time", raises=ValueError)
def _is_moment(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@FORMATS.checks("date", raises=ValueError)
def _is_day(value: object) -> bool:
    return not isinstance(value, str) or bool(date.fromisoformat(value))


def validator(name: str) -> Any:
    schema = contract(name)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema, format_checker=FORMATS)


def test_a_line_keeps_to_the_contract_unless_it_was_spoilt(dirty: Delivered) -> None:
    """The pipeline would refuse what the simulator calls clean, or take what it calls dirty."""
    planted = dirty.truth["planted"]
    spoilt = {ident for kind in OUTSIDE for ident in planted[kind.name.lower()]["ids"]}
    # some forms of these are odd and keep to the contract all the same
    last = {ident: lines[-1].document or {} for ident, lines in dirty.sales.items()}
    spoilt |= {ident for ident in planted["implausible_value"]["ids"] if last[ident]["peso_value"] < 0}
    spoilt |= {ident for ident in planted["voided"]["ids"] if last[ident]["status"] != "voided"}
    judge = validator("transaction")
    wrong = {line.ident for line in dirty.lines if line.document is not None and not judge.is_valid(line.document)}
    assert wrong - {None} == spoilt


def test_reference_records_keep_to_the_contract(dirty: Delivered) -> None:
    """A dimension without half of its members makes every sale wait."""
    judge = validator("reference")
    for row in dirty.reference:
        record = {key: value for key, value in row.items() if key != "is_late"}
        judge.validate(record)
        assert record["id"] == f"{record['kind']}/{record['code']}/{record['valid_from']}"


def test_nothing_is_sent_that_the_contract_does_not_name(dirty: Delivered) -> None:
    """A misspelt field is silently ignored by everybody who reads it."""
    transaction, reference = contract("transaction")["properties"], contract("reference")["$defs"]
    sent = {name for line in dirty.lines if line.document for name in line.document}
    assert sent == set(transaction) - NOT_SENT
    items = {name for line in dirty.lines if line.document for item in line.document["items"] for name in item}
    assert items == set(transaction["items"]["items"]["properties"]) - NOT_SENT_OF_ITEMS
    for kind, definition in reference.items():
        named = {name for row in dirty.reference if row["kind"] == kind for name in row["attributes"]}
        assert named <= set(definition["properties"]), kind
        assert named >= set(definition["required"]), kind


@pytest.mark.parametrize("name", sorted(ENUMERATIONS))
def test_the_words_are_those_of_the_contract(name: str) -> None:
    """A word that the contract dropped would be planted as clean."""
    assert {*ENUMERATIONS[name], None} == set(contract("transaction")["properties"][name]["enum"])


def test_the_words_of_nested_fields_are_those_of_the_contract() -> None:
    """As above, one level down."""
    known = contract("transaction")["properties"]
    item = known["items"]["items"]["properties"]
    assert {*DETECTION_METHODS, None} == set(item["detection_method"]["enum"])
    assert {*SUBSTITUTION_REASONS, None} == set(known["substitution_event"]["properties"]["reason"]["enum"])
