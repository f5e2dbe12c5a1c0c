-- scout.dim_customer: customers of any version in the window, and of the sources that name them the first by name: the
-- first to arrive would be another one in another order of files.
-- reads:  silver/transactions_cleaned
-- params: -
-- rerun:  safe; older versions count too, or two versions in one window would leave out whom two windows name
with named as (
    select distinct on (version.customer_id)
        version.customer_id,
        version.source_id,
        source.source_name
    from window_versions as version
    inner join scout.dim_source as source on version.source_id = source.source_id
    where version.customer_id is not null
    order by version.customer_id, source.source_name
)

insert into scout.dim_customer (customer_id, source_id)
select
    named.customer_id,
    named.source_id
from named
left join scout.dim_customer as known on named.customer_id = known.customer_id
left join scout.dim_source as known_source on known.source_id = known_source.source_id
where known.customer_id is null or named.source_name < known_source.source_name
order by named.customer_id
on conflict (customer_id) do update set source_id = excluded.source_id;
