-- ops.data_quality_registry: notes the digest of the declaration that was just registered.
-- reads:  -
-- params: digest
-- rerun:  safe, upsert of the only row
insert into ops.data_quality_registry (digest, row_versions)
values (:digest, ops.data_quality_row_versions())
on conflict (is_only) do update
    set digest = excluded.digest, row_versions = excluded.row_versions, registered_at = now();
