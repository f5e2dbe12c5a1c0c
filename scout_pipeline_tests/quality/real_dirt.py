"""The dirt that the attribution of the Online Retail data lists, and what the rules report of it."""

from datetime import date

import sqlalchemy as sa

from scout_pipeline import rule_book
from scout_pipeline.database import Database
from scout_pipeline.quality import checking
from scout_pipeline.quarantine import by_rules

SALES = "scout.silver_transactions_cleaned"
LINES = "scout.silver_transaction_items"
PRODUCTS = "scout.dim_product"
# rule: how many rows, or lines where the rule asks about sales; all of them are counts, and no alarm
EXPECTED = {
    f"{SALES}.customer_id_null": 135_080,
    f"{SALES}.sale_taken_back": 9_288,
    f"{LINES}.line_taken_back": 9_288,
    f"{LINES}.quantity_negative": 10_624,
    f"{LINES}.line_adjusted": 1_336 + 3,
    f"{LINES}.money_adjusted": 3,
    f"{LINES}.price_negative": 2,
    f"{LINES}.price_zero": 2_515,
    f"{LINES}.line_is_repeated": 5_268,
    f"{PRODUCTS}.code_is_no_product": 16,
    # codes that no line ever describes
    f"{PRODUCTS}.description_is_given": 110,
    # the data has no brand, and none is invented
    f"{LINES}.brand_name_is_given": 541_909,
}
CANCELLED_INVOICES = 3_836
FOUND = """
    select rule.rule_id, sum(coalesce(result.failing_weight, result.failing))::bigint as found
    from ops.v_data_quality_results as result
    inner join ops.data_quality_rules as rule using (rule_id)
    where
        rule.severity = 'info'
        -- a count that is no finding is seen by nobody
        and exists (
            select 1
            from ops.data_quality_issues as finding
            where
                finding.rule_id = result.rule_id
                and finding.metric_date = result.metric_date
                and finding.severity = rule.severity
                and finding.status = 'open'
        )
    group by rule.rule_id
    having sum(result.failing) > 0
"""
CANCELLED = "select sum(failing)::bigint from ops.v_data_quality_results where rule_id = :rule_id"
ERRORS = "select distinct rule_id from ops.data_quality_issues where severity = 'error'"
DAYS = "select distinct date_key from scout.silver_transactions_cleaned order by 1"
# what silver evens out stands in bronze as it came: codes in lower case, blanks at the end of descriptions
AS_RECEIVED = """
    select
        count(*) filter (where payload ->> 'StockCode' ~ '[a-z]'),
        count(*) filter (where payload ->> 'Description' ~ ' $')
    from scout.bronze_transactions_raw
"""
RECEIVED = (1_977, 112_626)
EVENED_OUT = """
    select count(*) from scout.silver_transaction_items where sku <> upper(sku) or description <> btrim(description)
"""


def report(database: Database) -> tuple[dict[str, int], int, list[str]]:
    """Counts of the info rules over all days, cancelled invoices, and rules of severity error that found something."""
    checking.prepare(database, rule_book.TABLES)
    with database.transaction() as connection:
        days = list(connection.execute(sa.text(DAYS)).scalars())
    plan: list[tuple[date, list[str]]] = [(day, [SALES, LINES]) for day in days]
    by_rules.check(database, [*plan, (days[-1], [PRODUCTS])])
    with database.transaction() as connection:
        found = {row[0]: row[1] for row in connection.execute(sa.text(FOUND))}
        cancelled = connection.execute(sa.text(CANCELLED), {"rule_id": f"{SALES}.sale_taken_back"}).scalar_one()
        return found, cancelled, list(connection.execute(sa.text(ERRORS)).scalars())
