"""The figures that every sales aggregate shows, and the columns of silver that each is computed from."""

from scout_pipeline.tables import Lineage

SALES = "silver/transactions_cleaned"
SALES_FIGURES: Lineage = {
    "transaction_count": [(SALES, "transaction_id")],
    "line_count": [(SALES, "line_count")],
    "units": [(SALES, "units")],
    "gross_sales": [(SALES, "gross_sales")],
    "returns_value": [(SALES, "returns_value")],
    "adjustments_value": [(SALES, "adjustments_value")],
    "net_revenue": [(SALES, "peso_value")],
    "unique_customers": [(SALES, "customer_id")],
    "avg_transaction_value": [(SALES, "peso_value"), (SALES, "transaction_id")],
}


def sales_figures(*columns: str) -> Lineage:
    """The lineage of some of them, for a table that does not show all."""
    return {column: SALES_FIGURES[column] for column in columns}
