-- scout.dim_source: the source of a mapping, with its currency as declared now.
-- reads:  -
-- params: source_name, grain, currency_code, currency_rate
-- rerun:  safe; writes only what is new or differs, so that loads of one source need not wait for each other
with declared as (
    insert into scout.dim_source as known (source_name, grain, currency_code, currency_rate)
    values (:source_name, :grain, :currency_code, cast(:currency_rate as numeric))
    on conflict (source_name) do update
        set grain = excluded.grain, currency_code = excluded.currency_code, currency_rate = excluded.currency_rate
        where
        (known.grain, known.currency_code, known.currency_rate)
        is distinct from (excluded.grain, excluded.currency_code, excluded.currency_rate)
    returning known.source_id
)

select source_id
from declared
union all
select known.source_id
from scout.dim_source as known
where known.source_name = :source_name and not exists (select 1 from declared);
