select * from scout.get_dashboard_metrics(%(from)s, %(to)s, jsonb_build_object('region', %(region)s::text));
