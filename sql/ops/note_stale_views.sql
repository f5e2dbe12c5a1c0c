-- ops.stale_views: since when views are behind their inputs.
-- reads:  -
-- params: -
-- rerun:  safe, what is noted stays as it was noted
select ops.note_stale_views() as noted_count;
