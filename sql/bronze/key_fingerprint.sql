-- ops.deployment_facts: the fingerprint of the pseudonym key; returns the one that was recorded first.
-- reads:  -
-- params: fingerprint
-- rerun:  safe, the first fingerprint stays
insert into ops.deployment_facts as known (fact, fact_value)
values ('pseudonym_key_fingerprint', :fingerprint)
on conflict (fact) do update set fact = excluded.fact
returning known.fact_value;
