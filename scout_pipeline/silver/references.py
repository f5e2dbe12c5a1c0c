"""Takes reference records of a window into the dimensions and feeds, and names the sales that they concern."""

from dataclasses import dataclass

import sqlalchemy as sa
from psycopg import sql

from scout_pipeline import crash_points, database, settings
from scout_pipeline.silver import verdicts
from scout_pipeline.sources.mapping import Mapping
from scout_pipeline.sources.watermarks import Window


@dataclass(frozen=True)
class Member:
    """A kind of reference record: the table it fills, the column of its code there, and the statement."""

    kind: str
    table: str
    code: str
    statement: str


# Stores first: the others name them.
MEMBERS = (
    Member("store", "dim_store", "store_code", "silver/dim_store_history"),
    Member("product", "dim_product", "sku", "silver/dim_product_history"),
    Member("brand", "dim_brand", "brand_name", "silver/dim_brand"),
    Member("category", "dim_category", "category", "silver/dim_category"),
    Member("province", "dim_province", "province_code", "silver/dim_province"),
    Member("city", "dim_city", "city_code", "silver/dim_city"),
    Member("barangay", "dim_barangay", "barangay_code", "silver/dim_barangay"),
    Member("device", "dim_device", "device_id", "silver/dim_device"),
    Member("campaign", "dim_campaign", "campaign_id", "silver/dim_campaign"),
    Member("promotion", "silver_promotions", "promotion_id", "silver/promotions"),
    Member("promotion_item", "silver_promotion_items", "item_id", "silver/promotion_items"),
    Member("approval", "silver_promotion_approvals", "approval_id", "silver/promotion_approvals"),
    Member("experiment_event", "silver_experiment_events", "event_id", "silver/experiment_events"),
    Member("store_metric", "silver_store_metrics", "measurement_id", "silver/store_metrics"),
)


def take(connection: sa.Connection, window: Window, source_id: int, mapping: Mapping) -> dict[str, object]:
    """Describe what the window's records of one source say; `recalled_transactions` is left for the caller.

    Returns lines_read, lines_rejected and members_described.
    """
    database.run(connection, "silver/reference_window", source_id=source_id, **window.bounds())
    database.run(connection, "silver/reference_rejected")
    verdicts.hold(connection, "reference_window")
    verdicts.write(connection, "reference_window", mapping)
    database.run(connection, "silver/reference_touched")
    database.run(connection, "silver/reference_statistics")
    database.run(connection, "silver/dimension_records")
    database.run(connection, "silver/register_stores")
    database.run(connection, "silver/known_clients")
    database.run(connection, "silver/mark_feeds", cause="corrected")
    for member in MEMBERS:
        _describe(connection, member)
    database.run(connection, "silver/mark_clients")
    database.run(connection, "silver/mark_feeds", cause="received")
    database.run(connection, "silver/clear_place_aliases")
    database.run(connection, "silver/place_aliases")
    crash_points.reach("silver.described")
    database.run(connection, "silver/recalled_transactions")
    summary = dict(database.run(connection, "silver/reference_summary").mappings().one())
    database.run(connection, "silver/drop_references")
    return summary


def _describe(connection: sa.Connection, member: Member) -> None:
    if member.kind == "store":
        database.run(connection, "silver/clear_described_stores")
        database.run(connection, member.statement, currency_code=settings.current().currency)
        database.run(connection, "silver/dim_store_registered")
        return
    statement = database.compose(
        "silver/clear_members",
        relation=sql.Identifier("scout", member.table),
        code=sql.Identifier(member.code),
        kind=sql.Literal(member.kind),
    )
    database.driver_connection(connection).execute(statement)
    database.run(connection, member.statement)
