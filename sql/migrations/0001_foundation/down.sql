-- 0001_foundation, undone. The schema ops stays: it holds the ledger of the migrator.

drop function ops.verify_migrations();

alter default privileges grant execute on functions to public;

do $$
begin
    execute format('grant temporary on database %I to public', current_database());
end
$$;

grant usage on schema public to public;

drop extension pg_stat_statements;
drop extension unaccent;
drop extension pg_trgm;

drop schema extensions;
drop schema scout;
