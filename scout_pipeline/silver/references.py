"""Takes reference records of a window into the dimensions and feeds, and names the sales that they concern."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from psycopg import sql

from scout_pipeline import crash_points, database, settings
from scout_pipeline.silver import grains, verdicts, versions
from scout_pipeline.sources import vocabulary
from scout_pipeline.sources.mapping import Mapping as SourceMapping
from scout_pipeline.sources.watermarks import Window


@dataclass(frozen=True)
class Member:
    """A kind of reference record: the table it fills, the column of its code there, and the statement."""

    kind: str
    table: str
    code: str
    statement: str

    @property
    def asset(self) -> str:
        return f"silver/{self.table.removeprefix('silver_')}"


# What a store's record says in words of a vocabulary.
STORE_WORDS = ("store_type", "economic_class")
# All but stores, which come before them.
MEMBERS = (
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


def take(connection: sa.Connection, window: Window, source_id: int | None) -> dict[str, object]:
    """Describe what the window's records of one source say, and recall the sales that it concerns.

    Without a source it takes only what waited for a store that landing registered. Returns lines_read, lines_rejected,
    members_described and, as `written_beside`, the rows written into each table.
    """
    sources = database.rows(connection, "silver/all_sources")
    database.run(connection, "silver/reference_window", source_id=source_id, **window.bounds())
    database.run(connection, "silver/reference_rejected")
    verdicts.hold(connection, "reference_window")
    # records of every such source may have waited
    verdicts.write(connection, "reference_window", dict(grains.of_references(sources)))
    database.run(connection, "silver/reference_touched")
    zone = settings.current().schedule_time_zone
    written = {
        "silver/dimension_records": database.run(connection, "silver/dimension_records", time_zone=zone).rowcount
    }
    database.run(connection, "silver/register_stores")
    written |= _describe_touched(connection, sources)
    crash_points.reach("silver.described")
    summary = dict(database.run(connection, "silver/reference_summary").mappings().one())
    database.run(connection, "silver/drop_references")
    return {**summary, "written_beside": written}


def take_announced(connection: sa.Connection) -> None:
    """Describe again the members of which a record was announced for a day that has come, and turn the versions.

    The transaction must hold the lock of silver's cursor, as that of a window does.
    """
    zone = settings.current().schedule_time_zone
    database.run(connection, "silver/announced_touched", time_zone=zone)
    _describe_touched(connection, database.rows(connection, "silver/all_sources"))
    database.run(connection, "silver/announced_told", time_zone=zone)
    database.run(connection, "silver/drop_references")


def _describe_touched(connection: sa.Connection, sources: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Write `reference_touched` into the dimensions and feeds, and mark and recall what it concerns; rows written."""
    _describe_stores(connection, dict(grains.of_references(sources)))
    database.run(connection, "silver/reference_statistics")
    database.run(connection, "silver/records_in_force", time_zone=settings.current().schedule_time_zone)
    database.run(connection, "silver/known_clients")
    database.run(connection, "silver/known_products")
    database.run(connection, "silver/mark_feeds", cause="corrected")
    database.run(connection, "silver/tell_till_days", cause="corrected")
    database.run(connection, "silver/mark_till_days", cause="corrected")
    database.run(connection, "silver/mark_measured_days")
    written = {member.asset: _describe(connection, member) for member in MEMBERS}
    versions.turn(connection)
    database.run(connection, "silver/mark_clients")
    database.run(connection, "silver/mark_products")
    database.run(connection, "silver/mark_feeds", cause="received")
    database.run(connection, "silver/tell_till_days", cause="received")
    database.run(connection, "silver/mark_till_days", cause="received")
    database.run(connection, "silver/mark_measured_days")
    database.run(connection, "silver/clear_place_aliases")
    database.run(connection, "silver/place_aliases")
    by_catalogue = [source_id for source_id, mapping in grains.of_sales(sources) if mapping.catalogue == "reference"]
    database.run(connection, "silver/recall_concerned", by_catalogue=by_catalogue)
    return written


def _describe_stores(connection: sa.Connection, mappings: Mapping[int, SourceMapping]) -> None:
    """First of all: the others name stores, and a store's time zone decides the business day of its measurements."""
    database.run(connection, "silver/known_stores")
    database.run(connection, "silver/clear_described_stores")
    words = {str(source_id): _words_of_stores(mapping) for source_id, mapping in mappings.items()}
    own = {name: vocabulary.lookup(name, {}) for name in STORE_WORDS}
    database.run(
        connection,
        "silver/dim_store_history",
        currency_code=settings.current().currency,
        words=json.dumps({**words, "own": own}),
    )
    database.run(connection, "silver/dim_store_registered")
    database.run(connection, "silver/moved_measurements")


def _words_of_stores(mapping: SourceMapping) -> dict[str, dict[str, str]]:
    """What this source's words for a store's type and class mean."""
    known = {name: mapping.attribute(name) for name in STORE_WORDS}
    return {name: vocabulary.lookup(name, attribute.synonyms if attribute else {}) for name, attribute in known.items()}


def _describe(connection: sa.Connection, member: Member) -> int:
    """Compute the touched members of a kind again; the rows written."""
    statement = database.compose(
        "silver/clear_members",
        relation=sql.Identifier("scout", member.table),
        code=sql.Identifier(member.code),
        kind=sql.Literal(member.kind),
    )
    database.driver_connection(connection).execute(statement)
    return database.run(connection, member.statement).rowcount
