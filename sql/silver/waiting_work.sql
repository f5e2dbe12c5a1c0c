-- silver: what waits beside bronze records: sales to be computed again, and stores that landing registered and that
-- refused records wait for.
-- reads:  bronze/quarantine
-- params: -
-- rerun:  safe, read only
select
    (
        select count(*)
        from ops.recalled_transactions as recalled
        where not ops.is_sale_archived(recalled.source_id, recalled.transaction_id)
    )
    + (
        select count(*)
        from ops.registered_stores as registered
        inner join scout.store_registry as store on registered.store_id = store.store_id
        where
            exists (
                select 1
                from scout.quarantine as aside
                where
                    aside.layer = 'silver' and aside.status = 'open'
                    and aside.waits_for = 'store/' || store.store_code
            )
    ) as waiting_count;
