-- 0032_audit_log: who did what by hand, in months, each row bound to the one before it.
create table ops.audit_log (
    logged_at timestamptz not null,
    entry_number bigint not null,
    actor text not null,
    os_user text not null,
    database_user text not null,
    act text not null,
    phase text not null check (phase in ('done', 'begun', 'ended', 'failed')),
    object text not null,
    parameters jsonb not null,
    outcome jsonb not null,
    begun_number bigint,
    transaction_id xid8 not null,
    previous_hash bytea not null,
    row_hash bytea not null,
    primary key (logged_at, entry_number)
) partition by range (logged_at);
comment on table ops.audit_log is
'Administrative acts, append-only: written by ops.record_act alone, in the transaction of the act (done), or around an '
'act of several (begun, then ended or failed). No secret, no free text, no customer is in it.';
comment on column ops.audit_log.entry_number is 'Without a gap: a missing number is a removed row.';
comment on column ops.audit_log.actor is 'Whom the act names, or the user of the process, or schedule, sensor, policy.';
comment on column ops.audit_log.begun_number is 'Of ended and failed: the entry that began it.';
comment on column ops.audit_log.row_hash is 'ops.audit_digest of the row, the hash of the row before it included.';

create table ops.audit_head (
    is_only boolean primary key default true check (is_only),
    entry_number bigint not null,
    row_hash bytea not null
);
comment on table ops.audit_head is 'The newest entry of ops.audit_log, so that one removed at the end is missed.';
insert into ops.audit_head (entry_number, row_hash) values (0, '');

create function ops.audit_digest(entry ops.audit_log) returns bytea
language sql stable parallel safe
set search_path = pg_catalog, pg_temp
return sha256(
    convert_to(
        -- an instant and bytes in a form that no setting of the session changes
        jsonb_build_array(
            extract(epoch from entry.logged_at), entry.entry_number, entry.actor, entry.os_user, entry.database_user,
            entry.act, entry.phase, entry.object, entry.parameters, entry.outcome, entry.begun_number,
            entry.transaction_id::text, encode(entry.previous_hash, 'hex')
        )::text,
        'UTF8'
    )
);
comment on function ops.audit_digest(ops.audit_log) is 'sha256 of everything in an entry but its own hash.';

create function ops.record_act(
    p_act text, p_phase text, p_object text, p_actor text, p_os_user text, p_parameters jsonb, p_outcome jsonb,
    p_begun_number bigint
) returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    entry ops.audit_log;
    head ops.audit_head;
begin
    -- until commit: the next writer must see this row, or number and hash would fork
    perform pg_advisory_xact_lock(hashtextextended('scout audit log', 0));
    select * into strict head from ops.audit_head;
    entry.logged_at := clock_timestamp();
    entry.entry_number := head.entry_number + 1;
    entry.actor := p_actor;
    entry.os_user := p_os_user;
    entry.database_user := session_user;
    entry.act := p_act;
    entry.phase := p_phase;
    entry.object := p_object;
    entry.parameters := p_parameters;
    entry.outcome := p_outcome;
    entry.begun_number := p_begun_number;
    entry.transaction_id := pg_current_xact_id();
    entry.previous_hash := head.row_hash;
    entry.row_hash := ops.audit_digest(entry);
    -- nobody may have made months ahead for long, and no act must fail by that
    perform ops.ensure_month_partition('ops.audit_log', (entry.logged_at at time zone 'UTC')::date);
    insert into ops.audit_log select (entry).*;
    update ops.audit_head set entry_number = entry.entry_number, row_hash = entry.row_hash;
    return entry.entry_number;
end
$$;
comment on function ops.record_act(text, text, text, text, text, jsonb, jsonb, bigint) is
'Appends one entry to ops.audit_log and returns its number. Writers take turns from here to commit: call it last.';

create function ops.refuse_audit_change() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception 'ops.audit_log is append-only: % is refused', tg_op using errcode = 'insufficient_privilege';
end
$$;
comment on function ops.refuse_audit_change() is 'Refuses to change or remove entries of ops.audit_log.';

-- for each row: a partition inherits only such a trigger, and a statement may name the partition
create trigger audit_log_is_append_only before update or delete on ops.audit_log
for each row execute function ops.refuse_audit_change();
create trigger audit_log_is_not_emptied before truncate on ops.audit_log
for each statement execute function ops.refuse_audit_change();

revoke all on ops.audit_log, ops.audit_head from public;
revoke all on function ops.record_act(text, text, text, text, text, jsonb, jsonb, bigint) from public;

select
    ops.ensure_month_partition(
        'ops.audit_log', (date_trunc('month', now() at time zone 'UTC') + make_interval(months => ahead.months))::date
    )
from generate_series(0, 3) as ahead (months);
