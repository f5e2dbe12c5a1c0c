-- maintainer: is the connection that holds the lock still there?
-- reads:  -
-- params: -
-- rerun:  safe, read only
select 1 as is_alive;
