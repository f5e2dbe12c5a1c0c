-- window_transactions: the latest version of each transaction in the window.
-- reads:  -
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table window_transactions on commit drop as
select distinct on (window_versions.transaction_id) window_versions.*
from window_versions
order by window_versions.transaction_id asc, window_versions.version_xid desc, window_versions.version_id desc;
