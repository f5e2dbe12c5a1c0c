-- The bare floor: every index of the floor that is not a primary key goes, in parents and so in their partitions.
do $$
declare
    secondary regclass;
begin
    for secondary in
        select listed.indexrelid::regclass
        from pg_index as listed
        inner join pg_class as relation on listed.indrelid = relation.oid
        where
            relation.relnamespace = 'floor'::regnamespace
            and not relation.relispartition
            and not listed.indisprimary
    loop
        execute format('drop index %s', secondary);
    end loop;
end;
$$;
