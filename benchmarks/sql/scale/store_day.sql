select * from scout.v_live_store_day where store_id = %(store_id)s and date_key >= %(from)s and date_key < %(to)s;
