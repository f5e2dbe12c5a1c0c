"""scout.silver_transcripts: what was said at the counter, turn by turn."""

from scout_pipeline.bronze import transactions_raw
from scout_pipeline.partitions import BUSINESS_MONTHS
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
)
