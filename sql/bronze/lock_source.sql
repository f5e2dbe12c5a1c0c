-- advisory lock: loads of a source share it, a replay has it alone: neither may overtake a version of the other.
-- reads:  -
-- params: source_id, is_replay
-- rerun:  safe, held to the end of the transaction
select
    case
        when cast(:is_replay as boolean)
            then pg_advisory_xact_lock(hashtextextended('scout source', cast(:source_id as bigint)))
        else pg_advisory_xact_lock_shared(hashtextextended('scout source', cast(:source_id as bigint)))
    end;
