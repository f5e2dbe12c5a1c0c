-- ops.code_prices, ops.day_shares, ops.line_shares: keeps what the check of a table keeps of a day, without a check.
-- reads:  silver/transactions_cleaned, silver/transaction_items, silver/dim_product
-- params: relation, day
-- rerun:  safe, the day's rows are replaced
select ops.keep_quality_tallies(cast(:relation as regclass), :day);
