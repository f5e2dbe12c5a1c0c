-- scout.silver_transaction_keys: sales of a day that break a rule which sets aside, as silver holds them now.
-- reads:  silver/transactions_cleaned
-- params: rule_id, rule_version, day, keys, row_limit
-- rerun:  safe, read only
select
    failing.source_id,
    failing.transaction_id
from ops.failing_sales(:rule_id, :rule_version, :day, cast(:keys as jsonb), :row_limit) as failing;
