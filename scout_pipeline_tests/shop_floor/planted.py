"""Where each kind of dirt is found in the database, and how to hide one find, which must be missed then."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from scout_pipeline_tests.conftest import REPOSITORY
from scout_pipeline_tests.shop_floor.shop import Shop

CONTRACT = REPOSITORY / "scout_pipeline" / "sources" / "contracts" / "transaction.v1.json"
Found = set[Any]
Finder = Callable[[sa.Connection, Shop], Found]
SYNONYMS = """
select sale.transaction_id
from scout.silver_transactions_cleaned as sale
inner join scout.bronze_transactions_raw as record
    on
        sale.store_id = record.store_id
        and sale.source_id = record.source_id
        and sale.transaction_id = record.transaction_id
        and sale.content_hash = record.content_hash
left join scout.silver_request_behaviors as request
    on
        sale.store_id = request.store_id
        and sale.date_key = request.date_key
        and sale.source_id = request.source_id
        and sale.transaction_id = request.transaction_id
cross join
    lateral (
        values
        ('payment_method', sale.payment_method),
        ('customer_type', sale.customer_type),
        ('gender', sale.gender),
        ('age_bracket', sale.age_bracket),
        ('economic_class', sale.economic_class),
        ('request_mode', request.request_mode),
        ('request_type', request.request_type)
    ) as resolved (name, meaning)
where
    sale.unmapped is null
    and resolved.meaning is not null
    and not jsonb_exists(cast(:contract as jsonb) -> resolved.name -> 'enum', record.payload ->> resolved.name)
"""


def rows(connection: sa.Connection, query: str, **values: Any) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.execute(sa.text(query), values)]


def first_column(query: str, **values: Any) -> Finder:
    return lambda connection, shop: {row[0] for row in rows(connection, query, **values)}


def refused_lines(reason: str) -> Finder:
    """File and line of what bronze could not read or identify."""
    query = (
        "select batch_id, line_number from scout.quarantine"
        " where layer = 'bronze' and status = 'open' and reason_code = :reason"
    )
    return lambda connection, shop: {
        (shop.files[batch], line) for batch, line in rows(connection, query, reason=reason)
    }


def duplicates(connection: sa.Connection, shop: Shop) -> Found:
    """The ledger counts them and bronze keeps nothing of them: as many finds as it counts, the planted ones first.

    Which line of which file it was is compared in `test_the_ledger_counts_the_duplicates_of_each_file`.
    """
    ((count,),) = rows(connection, "select sum(lines_duplicate) from scout.bronze_ingestion_batches")
    planted = shop.truth.planted["duplicate"]
    return {*planted[: int(count)], *range(int(count) - len(planted))}


def refused_sales(reason: str) -> Finder:
    """Sales that lie in quarantine now."""
    return first_column(
        "select transaction_id from scout.quarantine"
        " where layer = 'silver' and status = 'open' and reason_code = :reason",
        reason=reason,
    )


def entered(reason: str) -> Finder:
    """Sales that waited for a reference record and are in silver now."""
    return first_column(
        "select waited.transaction_id from scout.quarantine as waited"
        " inner join scout.silver_transactions_cleaned as sale using (source_id, transaction_id)"
        " where waited.layer = 'silver' and waited.status = 'replayed' and waited.reason_code = :reason",
        reason=reason,
    )


def late(connection: sa.Connection, shop: Shop) -> Found:
    query = "select transaction_id from scout.silver_transactions_cleaned where batch_id = any(:batches)"
    return {row[0] for row in rows(connection, query, batches=sorted(shop.late_batches))}


def synonyms(connection: sa.Connection, shop: Shop) -> Found:
    """Sales with a word that is not the contract's and has a meaning all the same."""
    properties = json.loads(CONTRACT.read_bytes())["properties"]
    return {row[0] for row in rows(connection, SYNONYMS, contract=json.dumps(properties))}


def warnings(kind: str) -> Finder:
    return first_column("select transaction_id from scout.v_sale_warnings where warning = :kind", kind=kind)


def stated_values(*, are_plausible: bool) -> Finder:
    """Sales whose stated value is not that of their lines: below a million and not negative, or else."""
    return first_column(
        "select transaction_id from scout.v_sale_warnings as warned"
        " inner join scout.silver_transactions_cleaned using (source_id, transaction_id)"
        " where warned.warning = 'value_mismatch' and (stated_value >= 0 and stated_value < 1000000) = :plausible",
        plausible=are_plausible,
    )


def unmapped(*, is_status: bool) -> Finder:
    """Sales with a word that means nothing, of their status or of anything else."""
    return first_column(
        "select transaction_id from scout.v_sale_warnings"
        " where warning = 'unmapped_value' and (detail = 'status') = :is_status",
        is_status=is_status,
    )


def gaps(connection: sa.Connection, shop: Shop) -> Found:
    """Device and number."""
    return set(rows(connection, "select device_id, missing_sequence from scout.v_device_sequence_gaps"))


@dataclass(frozen=True)
class Kind:
    """How a kind is found, and a statement that hides the find of the planted `:id` (or file's `:line`, or gap)."""

    find: Finder
    hide: str


HIDE_LINE = (
    "delete from scout.quarantine where layer = 'bronze' and reason_code = '{kind}'"
    " and (batch_id, line_number) = (:batch, :line)"
)
HIDE_REFUSED = "delete from scout.quarantine where layer = 'silver' and transaction_id = :id"
HIDE_WAITING = "update scout.quarantine set status = 'open' where layer = 'silver' and transaction_id = :id"
HIDE_IN_SALE = "update scout.silver_transactions_cleaned set {change} where transaction_id = :id"
HIDE_STATED = HIDE_IN_SALE.format(change="stated_value = peso_value")
HIDE_UNMAPPED = HIDE_IN_SALE.format(change="unmapped = null")
REFUSED = (
    "missing_store_id",
    "missing_sku",
    "invalid_timestamp",
    "timestamp_out_of_range",
    "invalid_quantity",
    "quantity_out_of_range",
    "unit_price_out_of_range",
    "unknown_store",
    "unknown_product",
)
KINDS: dict[str, Kind] = {
    **{
        kind: Kind(refused_lines(kind), HIDE_LINE.format(kind=kind))
        for kind in ("malformed_json", "missing_transaction_id")
    },
    "duplicate": Kind(
        duplicates,
        "update scout.bronze_ingestion_batches set lines_duplicate = lines_duplicate - 1, lines_loaded = lines_loaded"
        " + 1 where batch_id = (select min(batch_id) from scout.bronze_ingestion_batches where lines_duplicate > 0)",
    ),
    "changed_resend": Kind(
        first_column(
            "select transaction_id from scout.bronze_transaction_versions as version"
            " inner join scout.silver_transactions_cleaned as sale using (source_id, transaction_id)"
            " where sale.deleted_at is null group by transaction_id having count(*) > 1"
        ),
        "delete from scout.bronze_transaction_versions as version using scout.silver_transactions_cleaned as sale"
        " where version.transaction_id = :id and sale.transaction_id = :id"
        " and version.content_hash = sale.content_hash",
    ),
    "voided": Kind(
        first_column("select transaction_id from scout.silver_transactions_cleaned where deleted_at is not null"),
        HIDE_IN_SALE.format(change="deleted_at = null"),
    ),
    **{kind: Kind(refused_sales(kind), HIDE_REFUSED) for kind in REFUSED},
    "late_store": Kind(entered("unknown_store"), HIDE_WAITING),
    "late_product": Kind(entered("unknown_product"), HIDE_WAITING),
    "late_sale": Kind(late, HIDE_IN_SALE.format(change="batch_id = 0")),
    "synonym": Kind(synonyms, HIDE_IN_SALE.format(change="unmapped = jsonb_build_object('gender', 'F')")),
    "unmapped_value": Kind(unmapped(is_status=False), HIDE_UNMAPPED),
    "odd_status": Kind(unmapped(is_status=True), HIDE_UNMAPPED),
    "basket_size_mismatch": Kind(
        warnings("basket_size_mismatch"), HIDE_IN_SALE.format(change="stated_basket_size = line_count")
    ),
    "value_mismatch": Kind(stated_values(are_plausible=True), HIDE_STATED),
    "implausible_value": Kind(stated_values(are_plausible=False), HIDE_STATED),
    "incomplete_substitution": Kind(
        warnings("incomplete_substitution"),
        "update scout.silver_substitutions set is_complete = true where transaction_id = :id",
    ),
    "sequence_gap": Kind(
        gaps,
        "update scout.silver_transactions_cleaned set device_sequence = :sequence where (device_id, device_sequence)"
        " = (select device_id, max(device_sequence) from scout.silver_transactions_cleaned where device_id = :device_id"
        " group by device_id)",
    ),
}
