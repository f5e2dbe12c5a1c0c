"""What silver and gold say, as one hash a table: equal content gives equal hashes, whatever way it came about.

The statements are `sql/quality/fingerprint_*.sql`; two databases compare only under the same pseudonym key.
"""

from scout_pipeline import database as db
from scout_pipeline.database import Database

STATEMENTS = (
    "quality/fingerprint_silver",
    "quality/fingerprint_gold",
    "quality/fingerprint_products",
    "quality/fingerprint_stores",
    "quality/fingerprint_customers",
    "quality/fingerprint_floor",
    "quality/fingerprint_summaries",
)


def fingerprint(database: Database) -> dict[str, str]:
    """`row count/hash` by table; a table without rows is left out."""
    with database.transaction() as connection:
        found = [row for statement in STATEMENTS for row in db.rows(connection, statement)]
        if db.scalar(connection, "quality/segments_filled"):
            found += db.rows(connection, "quality/fingerprint_segments")
    return {row["table_name"]: f"{row['row_count']}/{row['content_hash']}" for row in found}
