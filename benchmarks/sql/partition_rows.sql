-- About how many rows a partition has.
select greatest(reltuples, 0)::bigint
from pg_class
where oid = cast(:partition as regclass);
