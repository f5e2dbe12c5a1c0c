refresh materialized view concurrently bench.store_days;
