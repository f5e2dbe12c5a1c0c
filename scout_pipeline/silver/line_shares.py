"""ops.line_shares: what the lines of each day are made of, by brand, category and so on; kept by their scan."""

from scout_pipeline.quality.rules import RuleSet
from scout_pipeline.quality.usual import distribution
from scout_pipeline.tables import Table

# no asset of its own: its rules are shown with the lines that it is computed from
TABLE = Table(
    key="silver/transaction_items",
    relation="ops.line_shares",
    description="Which part of a day's lines has each value.",
    quality=RuleSet(
        key=("measure", "date_key"),
        day="date_key",
        rules=(
            # far in the tail: there are a hundred shares a day, and a rare value may well stay away for one
            distribution(
                "share",
                entity="measure",
                by_class=False,
                limit=7,
                min_change=1,
                min_history=7,
                counted="counted",
                noise=1,
            ).but(
                name="make_up_of_the_lines_is_usual",
                question="Has each brand, category, unit and method of detection about its usual part of the lines?",
                remedy="look at that value of that day: a field, a device or a catalogue may have changed",
            ),
        ),
    ),
)
