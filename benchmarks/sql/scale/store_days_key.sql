create unique index store_days_grain on bench.store_days (store_id, date_key);
