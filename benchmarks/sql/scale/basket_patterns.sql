select * from scout.get_basket_patterns(%(from)s, %(sku)s);
