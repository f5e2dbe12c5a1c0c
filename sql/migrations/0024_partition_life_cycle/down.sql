-- 0024_partition_life_cycle, undone.
do $$
begin
    if exists (select 1 from ops.archived_months) then
        raise exception 'months are archived, and what knows where they are would be lost; restore them first: scout partitions restore';
    end if;
end
$$;
drop function ops.confirm_partitioned(text);
drop function ops.swap_partitioned(text);
drop function ops.copy_partition_batch(text, integer);
drop function ops.begin_partition_migration(regclass, text);
drop function ops.partition_migration_problems(regclass, text);
drop function ops.partition_facts(regclass, text[]);
drop function ops.analyze_partitions(text);
drop function ops.list_archivable_partitions(integer, timestamptz);
drop function ops.ensure_future_partitions(integer, timestamptz);
drop function ops.create_partition(regclass, integer, integer);
drop view ops.partitions;
drop function ops.is_sale_archived(smallint, text);
drop function ops.layer_open_from(text);
drop function ops.silver_open_from();
drop function ops.silver_kept_from();
drop table ops.partition_migrations;
drop table ops.partition_maintenance_log;
drop table ops.archived_batches;
drop table ops.archived_customers;
drop table ops.archived_partitions;
drop table ops.archived_months;
