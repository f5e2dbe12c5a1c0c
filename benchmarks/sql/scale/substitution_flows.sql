select * from scout.get_substitution_flows(%(from)s, %(to)s);
