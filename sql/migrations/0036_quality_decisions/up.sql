-- 0036_quality_decisions: which sales a rule sets aside.
create function ops.failing_sales(p_rule_id text, p_day date, p_keys jsonb, p_limit bigint)
returns table (source_id smallint, transaction_id text)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    rule constant ops.data_quality_rules := (
        select known
        from ops.data_quality_rules as known
        where
            known.rule_id = p_rule_id and known.is_active and known.action = 'quarantine' and known.scope = 'row'
    );
    declared constant ops.data_quality_tables := (
        select known from ops.data_quality_tables as known where known.table_name = rule.table_name
    );
    of_table constant regclass := rule.table_name::regclass;
begin
    -- retired or changed since it was asked
    if rule.rule_id is null then
        return;
    end if;
    return query execute format(
        $statement$with failing as materialized (
    select distinct t.%1$s as source_id, t.%2$s as transaction_id
    from %3$s as t%4$s
    where %5$s and %6$s
)

select failing.source_id, failing.transaction_id
from failing
where
    -- an archived sale stays as it is shown
    not ops.is_sale_archived(failing.source_id, failing.transaction_id)
    -- somebody replayed this version of the sale although this version of the rule refuses it: it counts
    and not exists (
        select from scout.quarantine as entry
        inner join scout.silver_transaction_keys as known
            on entry.source_id = known.source_id and entry.transaction_id = known.transaction_id
        inner join scout.bronze_transaction_versions as version
            on
                known.source_id = version.source_id
                and known.transaction_id = version.transaction_id
                and known.content_hash = version.content_hash
        where
            entry.source_id = failing.source_id
            and entry.transaction_id = failing.transaction_id
            and entry.layer = 'silver'
            and entry.status = 'replayed'
            and entry.rule_id = %7$L
            and entry.rule_version = %8$L
            and entry.ingest_id between version.first_id and version.last_id
    )
order by failing.source_id, failing.transaction_id
limit $2$statement$,
        ops.quality_column(of_table, 'source_id'),
        ops.quality_column(of_table, 'transaction_id'),
        of_table,
        case
            when p_keys is not null then
                E'\n    inner join jsonb_to_recordset($1) as k (store_id integer, date_key date, source_id smallint, '
                'transaction_id text)\n        on t.store_id = k.store_id and t.date_key = k.date_key and '
                't.source_id = k.source_id and t.transaction_id = k.transaction_id'
            else ''
        end,
        ops.quality_range(of_table, declared.day_grain, declared.day_column, p_day),
        ops.quality_condition(of_table, rule),
        rule.rule_id,
        rule.version
    )
    using p_keys, p_limit;
end
$$;
comment on function ops.failing_sales(text, date, jsonb, bigint) is
'Sales of a day that break a rule whose action is quarantine, as silver holds them now: only those with the keys '
'(a sample that a check took, which is then looked up and not searched for), or without keys any of the day. Archived '
'sales, and those that a person replayed under this version of the rule, are left out.';
