-- day_sales: the sales of the audited days, voided ones too.
-- reads:  silver/transactions_cleaned
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table day_sales on commit drop as
select
    sale.store_id,
    sale.date_key,
    sale.source_id,
    sale.transaction_id,
    sale.content_hash,
    sale.batch_id,
    sale.sold_at,
    sale.deleted_at is not null as is_voided,
    sale.device_id,
    sale.device_sequence,
    sale.line_count,
    sale.units,
    sale.peso_value,
    sale.gross_sales + sale.returns_value + sale.adjustments_value as parts_value,
    sale.stated_value,
    sale.stated_basket_size
from scout.silver_transactions_cleaned as sale
inner join audited_days on sale.store_id = audited_days.store_id and sale.date_key = audited_days.date_key
where
    sale.date_key >= (select min(bounds.date_key) from audited_days as bounds)
    and sale.date_key <= (select max(bounds.date_key) from audited_days as bounds);
