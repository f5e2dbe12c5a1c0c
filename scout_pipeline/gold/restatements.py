"""ops.restatements: figures of past days that changed after they were shown; `gold/daily_aggregates` writes them."""

from scout_pipeline.gold.sales_figures import SALES_FIGURES
from scout_pipeline.quality.rules import RuleSet, in_range
from scout_pipeline.tables import Table

STEADY = tuple(name for name in SALES_FIGURES if name not in ("returns_value", "adjustments_value"))
# no asset of its own: its rules are shown with the figures that it is about
TABLE = Table(
    key="gold/daily_aggregates",
    relation="ops.restatements",
    description="Every change of a figure that people may have seen.",
    quality=RuleSet(
        key=("store_id", "restatement_id"),
        day="date_key",
        store="store_id",
        rules=(
            # a single return or adjustment doubles what a day had of them
            in_range("new_value", per="old_value", when={"kpi": STEADY}, min=0.8, max=1.25).but(
                name="restatement_is_small",
                question="Is every figure that was shown, returns and adjustments aside, within a fifth of it?",
                severity="warning",
                remedy="ops.restatements has the old value and the cause; ask the sender why the day came again",
            ),
        ),
    ),
)
