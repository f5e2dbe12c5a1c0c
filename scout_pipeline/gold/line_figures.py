"""The figures that aggregates of lines show for brands and categories, and the columns of silver each comes from."""

from scout_pipeline.tables import Lineage

ITEMS = "silver/transaction_items"
CUSTOMERS = [("silver/transactions_cleaned", "customer_id")]
BRAND_FIGURES: Lineage = {
    "transaction_count": [(ITEMS, "transaction_id")],
    "units": [(ITEMS, "quantity")],
    "net_revenue": [(ITEMS, "subtotal")],
    "unique_customers": CUSTOMERS,
    "avg_unit_price": [(ITEMS, "subtotal"), (ITEMS, "quantity")],
    "store_count": [(ITEMS, "store_id")],
}
CATEGORY_FIGURES: Lineage = {
    "transaction_count": [(ITEMS, "transaction_id")],
    "units": [(ITEMS, "quantity")],
    "net_revenue": [(ITEMS, "subtotal")],
    "unique_customers": CUSTOMERS,
    "brand_count": [(ITEMS, "brand_name")],
    "sku_count": [(ITEMS, "sku")],
}
