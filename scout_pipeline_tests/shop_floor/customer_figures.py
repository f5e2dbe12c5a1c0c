"""What each customer is worth, computed with pandas from the simulator's truth, under the pseudonym of the customer."""

import hashlib
import hmac
import uuid

from scout_pipeline_tests.gold.test_buckets import segment
from scout_pipeline_tests.gold.test_independent_figures import score
from scout_pipeline_tests.shop_floor.exact import Figures, pesos, rows
from scout_pipeline_tests.shop_floor.truth import Truth

# SCOUT_PSEUDONYM_KEY of the simulated shop floor
KEY = "the key of the simulated shop floor"


def pseudonym(identifier: str) -> uuid.UUID:
    """HMAC-SHA-256 of what the device sent."""
    return uuid.UUID(hmac.new(KEY.encode(), identifier.encode(), hashlib.sha256).hexdigest()[:32])


def customer_insights(truth: Truth) -> Figures:
    latest = truth.sales.business_date.max()
    found = truth.sales.groupby("customer_id").agg(
        first=("business_date", "min"),
        last=("business_date", "max"),
        purchases=("transaction_id", "size"),
        value=("peso_value_centavos", "sum"),
    )
    figures: Figures = {}
    for (customer,), row in rows(found):
        recency, monetary = (latest - row.last).days, pesos(row.value)
        scores = (
            score(-recency, (-180, -90, -30, -7)),
            score(row.purchases, (5, 10, 15, 20)),
            score(monetary, (1000, 2500, 5000, 10000)),
        )
        figures[(pseudonym(customer),)] = (
            row.first,
            row.last,
            recency,
            row.purchases,
            monetary,
            *scores,
            segment(*scores),
        )
    return figures
