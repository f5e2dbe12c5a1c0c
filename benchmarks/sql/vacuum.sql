-- What checks wrote, as autovacuum leaves it a minute later.
vacuum (analyze)
ops.data_quality_metrics,
ops.data_quality_results,
ops.data_quality_issues,
ops.code_prices,
ops.day_shares,
ops.line_shares;
