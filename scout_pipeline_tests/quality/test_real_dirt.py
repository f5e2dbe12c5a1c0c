"""On real sales the rules report exactly the dirt that is there, as counts that drop nothing."""

from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from scout_pipeline import flow, rule_book
from scout_pipeline.bronze import landing
from scout_pipeline.database import Database
from scout_pipeline.quality import checking
from scout_pipeline.quarantine import by_rules
from scout_pipeline.sources import mapping as mappings

DAYS = ("2010-12-01", "2010-12-02", "2010-12-03")
COUNTS = """
    select rule.severity, sum(result.failing), sum(result.failing_weight)
    from ops.v_data_quality_results as result
    inner join ops.data_quality_rules as rule using (rule_id)
    where rule_id = :rule_id
    group by rule.severity
"""
FAILING_DAYS = """
    select metric_date from ops.v_data_quality_results where rule_id = :rule_id and failing > 0 order by metric_date
"""
FINDINGS = """
    select metric_date, severity, status from ops.data_quality_issues where rule_id = :rule_id order by metric_date
"""


@pytest.mark.real_data
def test_the_dirt_of_real_days_is_counted_exactly(database: Database, online_retail_dir: Path) -> None:
    """A count that is nearly right is a rule that means something else than its words."""
    files = [online_retail_dir / f"{day}.csv.gz" for day in DAYS]
    lines = pd.concat(pd.read_csv(file, compression="gzip") for file in files)
    landing.ingest(database, files, mappings.load("online_retail"))
    flow.run_incremental(database)
    checking.prepare(database, rule_book.TABLES)
    with database.transaction() as connection:
        plan = checking.due(connection, rule_book.TABLES)
    checked = by_rules.check(database, plan)
    assert all(one.passes for one in checked)
    with database.transaction() as connection:

        def count(rule: str, column: int = 1) -> tuple[str, int]:
            asked = {"rule_id": f"scout.silver_{rule}"}
            row = connection.execute(sa.text(COUNTS), asked).one()
            days = connection.execute(sa.text(FAILING_DAYS), asked).scalars()
            findings = connection.execute(sa.text(FINDINGS), asked).all()
            assert [tuple(finding) for finding in findings] == [(day, row[0], "open") for day in days], rule
            return row[0], int(row[column] or 0)

        repeated = int(lines.duplicated().sum())
        assert count("transactions_cleaned.customer_id_null", 2) == ("info", int(lines.CustomerID.isna().sum()))
        assert count("transaction_items.quantity_negative") == ("info", int((lines.Quantity < 0).sum()))
        assert count("transaction_items.price_zero") == ("info", int((lines.UnitPrice == 0).sum()))
        assert count("transaction_items.line_is_repeated") == ("info", repeated)
        assert min(repeated, int((lines.Quantity < 0).sum()), int((lines.UnitPrice == 0).sum())) > 0
        kept = connection.execute(sa.text("select count(*) from scout.silver_transaction_items")).scalar_one()
    assert kept == len(lines)
