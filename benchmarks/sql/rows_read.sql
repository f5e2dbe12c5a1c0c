-- Rows of the partitions of a table that this session read since its counts were last sent.
select coalesce(sum(lately.seq_tup_read + lately.idx_tup_fetch), 0)
from pg_stat_xact_user_tables as lately
where lately.relname like :partitions;
