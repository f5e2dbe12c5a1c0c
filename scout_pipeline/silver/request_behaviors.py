"""scout.silver_request_behaviors: how customers asked, and what was suggested to them."""

from scout_pipeline.bronze import transactions_raw
from scout_pipeline.partitions import BUSINESS_MONTHS
from scout_pipeline.quality.rules import RuleSet, in_range, schema, validity
from scout_pipeline.tables import Table

TABLE = Table(
    key="silver/request_behaviors",
    relation="scout.silver_request_behaviors",
    description="One row per observed sale with how the customer asked and what was suggested.",
    deps=(transactions_raw.TABLE,),
    partitions=BUSINESS_MONTHS,
    lineage={
        "request_mode": [("bronze/transactions_raw", "payload")],
        "request_type": [("bronze/transactions_raw", "payload")],
        "suggestion_offered": [("bronze/transactions_raw", "payload")],
        "suggestion_accepted": [("bronze/transactions_raw", "payload")],
        "duration_seconds": [("bronze/transactions_raw", "payload")],
        "handshake_score": [("bronze/transactions_raw", "payload")],
        "asked_brand": [("bronze/transactions_raw", "payload")],
        "final_brand": [("bronze/transactions_raw", "payload")],
        "nlp_confidence_score": [("bronze/transactions_raw", "payload")],
    },
    quality=RuleSet(
        key=("store_id", "date_key", "source_id", "transaction_id"),
        day="date_key",
        store="store_id",
        rules=(
            validity("request_mode", ("verbal", "pointing", "indirect")).but(severity="warning"),
            validity("request_type", ("branded", "unbranded", "point", "indirect")).but(severity="warning"),
            validity("suggestion_offered", ("true",), when={"suggestion_accepted": ("true",)}).but(
                name="accepted_was_offered",
                question="Was every suggestion that was accepted also offered?",
                severity="warning",
            ),
            in_range("duration_seconds", min=0, max=600).but(severity="warning"),
            in_range("handshake_score", min=0, max=1).but(severity="warning"),
            schema(
                "store_id integer, date_key date, source_id smallint, transaction_id text, request_mode text, "
                "request_type text, suggestion_offered boolean, suggestion_accepted boolean, "
                "duration_seconds numeric, handshake_score numeric, asked_brand text, final_brand text, "
                "nlp_confidence_score numeric"
            ),
        ),
    ),
)
