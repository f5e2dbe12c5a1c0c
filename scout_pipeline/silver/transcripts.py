"""scout.silver_transcripts: what was said at the counter, turn by turn."""

from scout_pipeline.bronze import transactions_raw
from scout_pipeline.partitions import BUSINESS_MONTHS
from scout_pipeline.quality.rules import RuleSet, completeness, in_range, schema, validity
from scout_pipeline.tables import Table

TABLE = Table(
    key="silver/transcripts",
    relation="scout.silver_transcripts",
    description="One row per turn of what was said, with telephones, cards and e-mail addresses masked.",
    deps=(transactions_raw.TABLE,),
    partitions=BUSINESS_MONTHS,
    lineage={
        "t_seconds": [("bronze/transactions_raw", "payload")],
        "speaker": [("bronze/transactions_raw", "payload")],
        "turn_text": [("bronze/transactions_raw", "payload")],
    },
    quality=RuleSet(
        key=("store_id", "date_key", "source_id", "transaction_id", "turn_number"),
        day="date_key",
        store="store_id",
        rules=(
            completeness("turn_text"),
            in_range("t_seconds", min=0).but(severity="warning"),
            validity("speaker", ("cust", "owner", "clerk", "unknown")).but(severity="warning"),
            schema(
                "store_id integer, date_key date, source_id smallint, transaction_id text, turn_number bigint, "
                "t_seconds numeric, speaker text, turn_text text"
            ),
        ),
    ),
)
