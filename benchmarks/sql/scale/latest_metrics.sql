select * from scout.get_latest_store_metrics(%(store_code)s);
