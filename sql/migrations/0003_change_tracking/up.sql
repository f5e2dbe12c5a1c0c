-- What changed and how far it was carried: watermarks, dirty buckets, restatements.

create table ops.streaming_watermarks (
    stream text primary key,
    last_xid xid8 not null default '0',
    last_id bigint not null default 0,
    system_identifier bigint not null,
    last_event_at timestamptz,
    updated_at timestamptz not null default now()
);
comment on table ops.streaming_watermarks is
'How far each stream was carried downstream: rows up to (last_xid, last_id) in numeric order are done. Its row is '
'locked by the one transaction that reads the window, writes the output and moves the cursor.';
comment on column ops.streaming_watermarks.system_identifier is
'The cluster whose transaction ids these are; in a restored cluster they mean nothing and everything is read again.';
comment on column ops.streaming_watermarks.last_event_at is
'Latest event time carried, for people; never a cursor.';

create function ops.update_streaming_watermark(
    p_stream text, p_xid xid8, p_id bigint, p_event_at timestamptz default null
) returns boolean
language sql
begin atomic
    update ops.streaming_watermarks as w
    set
        last_xid = p_xid,
        last_id = p_id,
        last_event_at = greatest(w.last_event_at, p_event_at),
        updated_at = clock_timestamp()
    where w.stream = p_stream and (p_xid, p_id) > (w.last_xid, w.last_id)
    returning true;
end;
comment on function ops.update_streaming_watermark(text, xid8, bigint, timestamptz) is
'Moves a watermark forward and returns true; never back (returns null). To be called in the transaction that writes '
'what was carried.';

create table ops.bucket_layers (
    layer text primary key
);
comment on table ops.bucket_layers is
'The tables kept by dirty buckets; each gets its own mark for every bucket that changes in silver.';

create table ops.dirty_buckets (
    store_id integer not null,
    date_key date not null,
    layer text not null,
    cause text not null,
    marked_xid xid8 not null default pg_current_xact_id(),
    marked_at timestamptz not null default now(),
    primary key (store_id, date_key, layer)
);
comment on table ops.dirty_buckets is
'(store, business day) whose silver rows changed and which a layer has not rebuilt yet; written in the transaction '
'that changes silver.';
create index dirty_buckets_newest on ops.dirty_buckets (layer, date_key desc, store_id);

create table ops.dirty_customers (
    customer_id uuid primary key,
    marked_xid xid8 not null default pg_current_xact_id()
);
comment on table ops.dirty_customers is
'Customers whose purchases changed in silver and whose insights were not rebuilt yet.';

create table ops.restatements (
    restatement_id bigint generated always as identity,
    store_id integer not null,
    date_key date not null,
    kpi text not null,
    old_value numeric,
    new_value numeric,
    cause text not null,
    restated_at timestamptz not null default now(),
    primary key (store_id, restatement_id)
);
comment on table ops.restatements is
'A figure of a past business day that changed after it was first shown: what it was, what it is, and why.';
create index restatements_by_day on ops.restatements (store_id, date_key);

create table ops.deployment_facts (
    fact text primary key,
    fact_value text not null,
    recorded_at timestamptz not null default now()
);
comment on table ops.deployment_facts is
'What must never change silently in a deployment, such as the fingerprint of the pseudonym key.';
