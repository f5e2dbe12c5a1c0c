-- ops.archived_months: the month is frozen, with what its sales were worth.
-- reads:  -
-- params: layer, month
-- rerun:  safe, in the transaction that freezes it; a month is frozen once
insert into ops.archived_months (layer, month, state, sales_value)
select
    :layer,
    cast(:month as date),
    'archiving',
    case
        when cast(:layer as text) = 'silver' then
            (
                select coalesce(sum(sale.peso_value), 0)
                from scout.silver_transactions_cleaned as sale
                where
                    sale.date_key >= cast(:month as date)
                    and sale.date_key < (cast(:month as date) + interval '1 month')::date
                    and sale.deleted_at is null
            )
    end;
