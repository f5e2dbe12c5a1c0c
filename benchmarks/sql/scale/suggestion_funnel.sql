select * from scout.get_suggestion_funnel(%(from)s, %(to)s, %(region)s);
