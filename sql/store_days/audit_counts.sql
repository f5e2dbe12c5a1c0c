-- How many store-days a step has taken, and how many of them it audits.
-- reads:  -
-- params: -
-- rerun:  reads only
select
    (select count(*) from due_days) as due_count,
    (select count(*) from audited_days) as audited_count;
