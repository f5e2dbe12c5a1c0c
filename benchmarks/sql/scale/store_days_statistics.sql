analyze bench.store_days;
