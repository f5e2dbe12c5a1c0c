"""The steps that the sales of one source in a window take: judge, replace older versions, write, mark."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from psycopg import sql

from scout_pipeline import crash_points, database, periods
from scout_pipeline.silver import attributes, extraction, verdicts
from scout_pipeline.sources.mapping import Mapping
from scout_pipeline.sources.watermarks import Window

# what every line of a sale takes from its record
RECORD_FIELDS = ("sold_at", "customer_id", "region")
# What stands beside a sale under the transaction contract; partitioned and keyed like it.
CONTRACT_TABLES = ("silver_substitutions", "silver_request_behaviors", "silver_transcripts", "silver_brand_mentions")


def take(
    connection: sa.Connection,
    window: Window,
    source_id: int,
    mapping: Mapping,
    *,
    cause: str,
    is_rebuild: bool = False,
) -> dict[str, Any]:
    """Carry one source's rows of the window; a rebuild takes those that `rebuild_transactions` names, and only those.

    Returns the figures of `silver/window_summary`, and the rows written into each dimension as `written_beside`.
    """
    if not is_rebuild:
        database.run(connection, "silver/rebuild_nothing")
    database.run(connection, "silver/window_settings")
    _read(connection, window, source_id, mapping, is_rebuild=is_rebuild)
    _judge(connection, mapping)
    crash_points.reach("silver.window")
    verdicts.write(connection, "window_parsed", {source_id: mapping})
    with _hashing(connection):
        database.run(connection, "silver/window_versions")
    database.run(connection, "silver/window_transactions")
    database.run(connection, "silver/window_superseded", source_id=source_id)
    database.run(connection, "silver/window_statistics")
    _remove_superseded(connection, mapping)
    crash_points.reach("silver.superseded")
    written = _write(connection, mapping)
    crash_points.reach("silver.written")
    database.run(connection, "silver/mark_buckets", cause=cause)
    database.run(connection, "silver/mark_changed_days")
    database.run(connection, "silver/tell_store_days", cause=cause)
    database.run(connection, "silver/mark_store_days", cause=cause)
    database.run(connection, "silver/mark_customers")
    crash_points.reach("silver.marked")
    summary = dict(database.run(connection, "silver/window_summary").mappings().one())
    database.run(connection, "silver/drop_window")
    database.run(connection, "silver/drop_records")
    return {**summary, "written_beside": written}


def time_form(mapping: Mapping) -> tuple[str | None, str | None]:
    """Pattern and ISO replacement of a declared time format; None for ISO itself."""
    return (None, None) if mapping.time_format == "iso" else periods.strict_pattern(mapping.time_format)


def _read(connection: sa.Connection, window: Window, source_id: int, mapping: Mapping, *, is_rebuild: bool) -> None:
    """Make `window_parsed` and `window_attributes`; where a field stands, and how it is written, the mapping says."""
    bounds = {name: sql.Literal(value) for name, value in {"source_id": source_id, **window.bounds()}.items()}
    driver = database.driver_connection(connection)
    driver.execute(database.compose("silver/chosen_records" if is_rebuild else "silver/window_records", **bounds))
    by_item, types = mapping.items is not None, mapping.transaction_types
    pattern, iso = time_form(mapping)
    literals = {
        "time_pattern": pattern,
        "time_iso": iso,
        "time_zone": mapping.time_zone,
        "returns": types.returns,
        "adjustments": types.adjustments,
        "negative_quantity": types.negative_quantity,
        "otherwise": types.otherwise,
    }
    if by_item:
        documents = database.compose(
            "silver/window_documents",
            header=extraction.header(mapping),
            items=extraction.items(mapping),
            single=extraction.single(mapping),
            item=extraction.item(mapping),
        )
        driver.execute(documents)
    item = sql.Identifier("item" if by_item else "payload")
    fields, item_attributes = mapping.fields, mapping.item_attributes
    # documents are taken apart under our own names
    taken = extraction.own if by_item else extraction.text
    parsed = database.compose(
        "silver/window_parsed",
        records=sql.Identifier("window_documents" if by_item else "window_records"),
        position=sql.Identifier("line_position" if by_item else "line_number"),
        **{name: taken(mapping, sql.Identifier("payload"), getattr(fields, name)) for name in RECORD_FIELDS},
        **{name: taken(mapping, item, getattr(fields, name)) for name in extraction.ITEM_FIELDS},
        **{
            name: taken(mapping, item, getattr(item_attributes, name))
            for name in ("brand_name", "category", "unit", "confidence", "total_price")
        },
        detection_method=extraction.detection_method(mapping, item),
        unread=extraction.unread(mapping, item),
        **{name: sql.Literal(value) for name, value in literals.items()},
    )
    driver.execute(parsed)
    driver.execute(database.compose("silver/window_attributes", **attributes.parts(mapping)))


@contextmanager
def _hashing(connection: sa.Connection) -> Iterator[None]:
    """For statements that read all lines of the window and little else."""
    database.run(connection, "silver/hash_settings")
    yield
    # not after an error: the transaction takes no more statements
    database.run(connection, "silver/free_settings")


def _judge(connection: sa.Connection, mapping: Mapping) -> None:
    """Make `window_rejected`, and `window_lines` of what is right."""
    if mapping.catalogue == "reference":
        database.run(connection, "silver/window_resolved")
        database.run(connection, "silver/drop_parsed")
        database.run(connection, "silver/take_resolved")
    limits = mapping.limits
    with _hashing(connection):
        database.run(
            connection,
            "silver/window_rejected",
            earliest=mapping.earliest,
            by_catalogue=mapping.catalogue == "reference",
            is_by_item=mapping.items is not None,
            quantity_from=limits.quantity.at_least,
            quantity_to=limits.quantity.at_most,
            unit_price_from=limits.unit_price.at_least,
            unit_price_to=limits.unit_price.at_most,
        )
    database.run(connection, "silver/window_archived")
    verdicts.hold(connection, "window_parsed")
    database.run(connection, "silver/parsed_statistics")
    database.run(connection, "silver/window_lines")


def _remove_superseded(connection: sa.Connection, mapping: Mapping) -> None:
    # descriptions are counted back only where they were counted
    is_derived = mapping.catalogue == "derived"
    database.run(connection, "silver/remove_superseded_items" if is_derived else "silver/remove_superseded_lines")
    if mapping.contract is not None:
        for table in CONTRACT_TABLES:
            statement = database.compose("silver/remove_superseded_rows", relation=sql.Identifier("scout", table))
            database.driver_connection(connection).execute(statement)
    database.run(connection, "silver/remove_superseded_transactions")
    database.run(connection, "silver/remove_superseded_keys")


def _write(connection: sa.Connection, mapping: Mapping) -> dict[str, int]:
    """Dimensions before facts, and everything of a sale in this transaction; rows by asset key of the dimension."""
    written = {}
    database.run(connection, "silver/ensure_partitions")
    if mapping.store.code is not None:
        database.run(
            connection,
            "silver/dim_store",
            store_code=mapping.store.code,
            store_name=mapping.store.name,
            currency_code=mapping.currency.code,
        )
    written["silver/dim_customer"] = database.run(connection, "silver/dim_customer").rowcount
    _read_contract(connection, mapping)
    database.run(connection, "silver/transactions_cleaned")
    database.run(connection, "silver/transaction_items")
    database.run(connection, "silver/transaction_keys")
    if mapping.catalogue == "derived":
        database.run(connection, "silver/product_descriptions")
        database.run(connection, "silver/known_codes")
        described = database.run(connection, "silver/dim_product", not_products=list(mapping.not_products) or None)
        written["silver/dim_product"] = described.rowcount
        database.run(connection, "silver/mark_products")
    if mapping.contract is not None:
        _write_contract(connection, mapping)
    return written


def _read_contract(connection: sa.Connection, mapping: Mapping) -> None:
    """Make `window_contracts`, and `window_unread` of what they say in vain; both are empty for any other source."""
    contracts = database.compose(
        "silver/window_contracts",
        is_contract=sql.Literal(mapping.contract is not None),
        payload=extraction.contract_record(mapping),
    )
    database.driver_connection(connection).execute(contracts)
    item_attributes = mapping.item_attributes
    database.run(
        connection,
        "silver/window_unread",
        reasons=extraction.words(mapping, "substitution_reason"),
        speakers=extraction.words(mapping, "speaker"),
        times_of_day=extraction.words(mapping, "time_of_day"),
        reads_items=any((item_attributes.detection_method, item_attributes.confidence, item_attributes.total_price)),
    )


def _write_contract(connection: sa.Connection, mapping: Mapping) -> None:
    """What only the transaction contract says: substitutions, requests, what was said, which brands were heard."""
    database.run(connection, "silver/ensure_floor_partitions")
    database.run(connection, "silver/substitutions", reasons=extraction.words(mapping, "substitution_reason"))
    database.run(
        connection,
        "silver/request_behaviors",
        modes=extraction.words(mapping, "request_mode"),
        types=extraction.words(mapping, "request_type"),
    )
    database.run(connection, "silver/transcripts", speakers=extraction.words(mapping, "speaker"))
    database.run(connection, "silver/brand_mentions")
