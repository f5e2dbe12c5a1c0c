select * from scout.get_top_products(%(from)s, %(to)s, 20, null, %(brand)s);
