select * from scout.get_sales_timeline(%(from)s, %(to)s, %(period)s, jsonb_build_object('region', %(region)s::text));
