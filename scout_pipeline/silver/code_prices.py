"""ops.code_prices: what one unit of each code was sold for on each day; kept by the scan of the lines."""

from typing import Any

from scout_pipeline.quality.rules import RuleSet, in_range
from scout_pipeline.quality.usual import distribution
from scout_pipeline.tables import Table

ASK_WHY = "ask the sender whether the price changed, or the unit: a factor of 100 is a unit"
# prices differ from store to store by about a third, so an average of few lines says little
LIKE_BEFORE: dict[str, Any] = {
    "entity": "sku",
    "by_class": False,
    "min_change": 0.25,
    "min_history": 5,
    "counted": "line_count",
    "min_count": 4,
    "noise": 0.3,
    "limit": 4.5,
}
# no asset of its own: its rules are shown with the lines that it is computed from
TABLE = Table(
    key="silver/transaction_items",
    relation="ops.code_prices",
    description="The average price of each code and day over all stores.",
    quality=RuleSet(
        key=("sku", "date_key"),
        day="date_key",
        rules=(
            in_range("avg_price", max=10_000).but(name="code_price_is_expected", severity="warning", threshold=0.05),
            distribution("avg_price", unless="list_price", **LIKE_BEFORE).but(
                name="code_price_is_usual",
                question="Is the price of every code that no catalogue describes near its own of the last eight weeks?",
                remedy=ASK_WHY,
            ),
            distribution("avg_price", per="list_price", **LIKE_BEFORE).but(
                name="price_over_list_is_usual",
                question="Is what people pay for a code as near to its list price as in the last eight weeks?",
                remedy=ASK_WHY,
            ),
            distribution("avg_price", entity="sku", by_class=False, limit=4.5, min_change=4, min_history=5).but(
                name="code_price_is_plausible",
                question="Is no code, however rarely sold, five times as dear as in the last eight weeks, or a fifth?",
                remedy="ask the sender whether the unit of the price changed: a factor of 100 is a unit",
            ),
        ),
    ),
)
