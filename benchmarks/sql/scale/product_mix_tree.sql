select scout.get_product_mix_tree(%(from)s);
