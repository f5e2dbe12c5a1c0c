select * from scout.get_store_stats(%(store_code)s, %(from)s, %(to)s);
