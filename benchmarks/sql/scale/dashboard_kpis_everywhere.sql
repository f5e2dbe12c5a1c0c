select * from scout.get_dashboard_metrics(%(from)s, %(to)s);
