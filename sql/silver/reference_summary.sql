-- window: what the reference records of one window brought, for the report of its materialization.
-- reads:  -
-- params: -
-- rerun:  safe, read only
select
    (select count(*) from reference_window) as lines_read,
    (select count(*) from window_rejected) as lines_rejected,
    (select count(*) from reference_touched) as members_described;
