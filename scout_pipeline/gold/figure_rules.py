"""The rules that every sales aggregate shares: what must hold between its figures."""

from scout_pipeline.quality.rules import Rule, adds_up, completeness, in_range


def figure_rules(*figures: str) -> tuple[Rule, ...]:
    """Rules for the figures that a table shows, in the names of `sales_figures`."""
    found = [completeness(*figures).but(name="figures_are_given")]
    if "transaction_count" in figures:
        found.append(in_range("transaction_count", min=0))
    if "unique_customers" in figures:
        found.append(in_range("unique_customers", min=0, max_column="transaction_count"))
    if "line_count" in figures:
        found.append(in_range("line_count", min=0))
    if "gross_sales" in figures:
        found.append(in_range("gross_sales", min=0))
        found.append(in_range("returns_value", max=0))
        found.append(adds_up("net_revenue", "gross_sales", "returns_value", "adjustments_value"))
    return tuple(found)
