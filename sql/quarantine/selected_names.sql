-- scout.dim_source, scout.store_registry: the keys of the names of a selection.
-- reads:  -
-- params: source, store
-- rerun:  safe, read only
select
    (
        select source.source_id
        from scout.dim_source as source
        where source.source_name = cast(:source as text)
    ) as source_id,
    (
        select store.store_id
        from scout.store_registry as store
        where store.store_code = upper(cast(:store as text))
    ) as store_id;
