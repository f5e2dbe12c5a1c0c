"""A shop floor with everything that makes observed figures hard, and the ways in which it changes afterwards."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from scout_pipeline import flow
from scout_pipeline.database import Database
from scout_pipeline.silver import reconcile
from scout_pipeline_tests.fingerprint import fingerprint
from scout_pipeline_tests.floor_files import SMALL_WORLD, Document, Floor, item, reference, sale
from scout_pipeline_tests.prepared import State, Work
from scout_pipeline_tests.test_equivalence import limits

# S3 lies in the region of S1; on both sides of midnight in Manila, of a week, and of a month
SALES: tuple[Document, ...] = (
    sale(
        "1",
        at="2026-02-05T23:59:59+08:00",
        customer_id="c1",
        gender="female",
        age_bracket="18-24",
        economic_class="D",
        request_mode="verbal",
        request_type="branded",
        suggestion_offered=True,
        suggestion_accepted=True,
        duration_seconds=6.5,
    ),
    sale(
        "2",
        at="2026-02-05T16:00:00Z",
        customer_id="c1",
        gender="f",
        age_bracket="18-24",
        economic_class="D",
        request_mode="verbal",
        request_type="branded",
        suggestion_offered=True,
        suggestion_accepted=False,
        duration_seconds=7,
    ),
    sale("3", store="S3", at="2026-02-06T09:00:00+08:00", customer_id="c1", gender="female", age_bracket="18-24",
         economic_class="D", request_mode="verbal", request_type="branded", duration_seconds=601),
    sale("4", store="S2", at="2026-02-06T09:00:00+08:00", customer_id="c2", gender="male"),
    sale("5", store="S2", at="2026-02-06T10:00:00+08:00", items=[item(quantity=3), item("KOPI", unit_price=None)],
         gender="someone", request_mode="by pigeon", suggestion_offered=True, duration_seconds=0),
    sale("6", at="2026-02-08T12:00:00+08:00", age_bracket="55+", request_type="point"),
    sale("7", at="2026-02-09T12:00:00+08:00", age_bracket="55+", request_mode="pointing", duration_seconds=5.25),
    sale("8", at="2026-02-28T20:00:00+08:00", gender="male", economic_class="unknown"),
    sale("9", at="2026-03-01T08:00:00+08:00", gender="male", economic_class="unknown"),
    sale("10", store="S2", at="2026-02-06T11:00:00+08:00", gender="female", status="voided"),
    sale("11", at="2026-02-06T11:00:00+08:00", gender="unknown", request_mode="indirect", request_type="indirect"),
)  # fmt: skip
FORGET_REGION = sa.text(
    "update scout.silver_transactions_cleaned set region = null where transaction_id = :transaction_id"
)
MARK_ITS_DAY = sa.text(
    "insert into ops.dirty_buckets (store_id, date_key, layer, cause) select distinct store_id, date_key, layer, 'test'"
    " from scout.silver_transactions_cleaned, ops.bucket_layers where transaction_id = :transaction_id"
)
# what arrives later, and the business days on which it changes something
CHANGES: dict[str, tuple[Document, tuple[str, ...]]] = {
    "late": (sale("12", store="S3", at="2026-02-05T08:00:00+08:00", gender="male", request_mode="verbal"),
             ("2026-02-05",)),
    "moved": ({**SALES[0], "timestamp": "2026-02-20T09:00:00+08:00"}, ("2026-02-05", "2026-02-20")),
    "moved to a day with sales": (
        {**SALES[0], "timestamp": "2026-02-28T09:00:00+08:00"}, ("2026-02-05", "2026-02-28")
    ),
    "voided": ({**SALES[6], "status": "voided"}, ("2026-02-09",)),
    "another shop": ({**SALES[3], "store_id": "S1"}, ("2026-02-06",)),
    "seen otherwise": ({**SALES[7], "gender": "female", "request_type": "unbranded"}, ("2026-02-28",)),
    "not seen at all": (sale("8", at="2026-02-28T20:00:00+08:00"), ("2026-02-28",)),
}  # fmt: skip


def open_floor(database: Database, folder: Path, _: object = None) -> Floor:
    """The shop floor, carried."""
    floor = Floor(database, folder)
    floor.take_reference(*SMALL_WORLD, reference("store", "S3"))
    floor.take_sales(*SALES)
    floor.carry()
    return floor


def changing(document: Document) -> Work:
    """A later file, carried through all layers."""

    def work(database: Database, folder: Path, _: pytest.MonkeyPatch) -> None:
        floor = Floor(database, folder)
        floor.take_sales(document)
        floor.carry()

    return work


OBSERVED = State("observed", open_floor)
CHANGED = {name: State(name, changing(document), OBSERVED) for name, (document, _) in CHANGES.items()}


def forget_region(floor: Floor, transaction_id: str) -> None:
    """As if the source of a sale named no region; sources of receipts may, those of the contract do not."""
    with floor.database.transaction() as connection:
        connection.execute(FORGET_REGION, {"transaction_id": transaction_id})
        connection.execute(MARK_ITS_DAY, {"transaction_id": transaction_id})
    floor.carry()


def refreshed(floor: Floor, query: str) -> dict[tuple[Any, ...], Any]:
    """When each row was written, by its key; the query returns the key and then refreshed_at."""
    return {row[:-1]: row[-1] for row in floor.rows(query)}


def rebuilt(floor: Floor) -> tuple[dict[str, str], dict[str, str]]:
    """All hashes as they are, and after everything was computed again from bronze, in the smallest steps."""
    before = fingerprint(floor.database)
    reconcile.restart(floor.database)
    with limits(window_row_limit=1, bucket_limit=1):
        flow.run_incremental(floor.database)
    return before, fingerprint(floor.database)
