-- scout.dim_source: the source of a mapping, with its currency as declared now.
-- reads:  -
-- params: source_name, grain, currency_code, currency_rate
-- rerun:  safe, upsert on source_name
insert into scout.dim_source as known (source_name, grain, currency_code, currency_rate)
values (:source_name, :grain, :currency_code, cast(:currency_rate as numeric))
on conflict (source_name) do update
    set grain = excluded.grain, currency_code = excluded.currency_code, currency_rate = excluded.currency_rate
returning known.source_id;
