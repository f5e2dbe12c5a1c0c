-- found_findings: what the checks of this step find.
-- reads:  -
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table found_findings (
    store_id integer not null,
    date_key date not null,
    finding text not null,
    stage text not null,
    severity text not null,
    failing bigint not null,
    observed text not null,
    expected text not null,
    details jsonb not null default '{}'
) on commit drop;
