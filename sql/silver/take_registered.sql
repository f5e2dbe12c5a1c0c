-- registered_stores: what landing left for silver is taken; what it leaves from now on is for the next time.
-- reads:  -
-- params: -
-- rerun:  safe, in the transaction that lets in what waits for them
with taken as (
    delete from ops.registered_stores
    returning store_id
)

insert into registered_stores (store_code)
select registry.store_code
from taken
inner join scout.store_registry as registry on taken.store_id = registry.store_id;
