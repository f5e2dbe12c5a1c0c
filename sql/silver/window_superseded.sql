-- window_superseded: where older versions of the window's transactions, and all that is rebuilt, lie in silver now.
-- reads:  -
-- params: source_id
-- rerun:  safe, the table is dropped with the transaction
create temporary table window_superseded on commit drop as
with replaced as (
    select transaction_id
    from window_transactions
    union
    select transaction_id
    from rebuild_transactions
)

select
    known.store_id,
    known.date_key,
    known.source_id,
    known.transaction_id,
    old.customer_id
from replaced
inner join scout.silver_transaction_keys as known
    on known.source_id = cast(:source_id as smallint) and replaced.transaction_id = known.transaction_id
-- left: a place whose row is damaged or gone is given up all the same, or a rebuild could not repair it
left join scout.silver_transactions_cleaned as old
    on
        known.store_id = old.store_id
        and known.date_key = old.date_key
        and known.source_id = old.source_id
        and known.transaction_id = old.transaction_id
-- what is archived gives up no place, whoever asks
where known.date_key >= (select ops.silver_open_from());
