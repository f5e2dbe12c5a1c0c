"""What silver, gold and serving say, as one hash a table: equal content gives equal hashes, however it came about.

Every table of schema scout is in it, with every column, but for what is named here with its reason. Two databases
compare only under the same pseudonym key.
"""

import sqlalchemy as sa
from psycopg import sql

from scout_pipeline import database as db
from scout_pipeline.database import Database

# Tables that tell what happened on the way; two ways to the same content differ in them.
TABLES_LEFT_OUT = {
    "bronze_ingestion_batches": "a row a file that was handed in, known ones too",
    "bronze_transactions_raw": "every version that came, superseded ones too",
    "bronze_transaction_versions": "every version that came, superseded ones too",
    "bronze_repeated_versions": "which files brought known versions again beside lines that were refused",
    "quarantine": "every refusal that ever was, with what became of it",
    "store_registry": "keys of every code that ever came; the tables are compared by the code behind the key",
    "dim_source": "keys of the sources that were used; the tables are compared by the name behind the key",
}
# Columns that say when, or by what, a row was written.
WRITTEN = ("refreshed_at", "updated_at", "registered_at", "batch_id", "version_xid", "version_id")
COLUMNS_LEFT_OUT = {
    "silver_transactions_cleaned": ("created_at",),
    "silver_transaction_items": ("created_at",),
}


def fingerprint(database: Database) -> dict[str, str]:
    """`row count/hash` by table; a table without rows is left out."""
    with database.transaction() as connection:
        return of_tables(connection)


def of_tables(connection: sa.Connection) -> dict[str, str]:
    """The fingerprint as a transaction sees it."""
    parts = [_of_table(name) for name in compared_tables(connection)]
    found = db.driver_connection(connection).execute(sql.SQL(" union all ").join(parts)).fetchall()
    return {name: f"{row_count}/{content_hash}" for name, row_count, content_hash in found if row_count}


def compared_tables(connection: sa.Connection) -> list[str]:
    """The tables that are compared, empty ones too."""
    known = [row["table_name"] for row in db.rows(connection, "quality/fingerprinted_tables")]
    return [name for name in known if name not in TABLES_LEFT_OUT]


def _of_table(name: str) -> sql.Composed:
    return db.compose(
        "quality/fingerprint_table",
        table_name=sql.Literal(f"scout.{name}"),
        relation=sql.Identifier("scout", name),
        left_out=sql.Literal([*WRITTEN, *COLUMNS_LEFT_OUT.get(name, ())]),
    )
