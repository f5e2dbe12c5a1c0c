select *
from scout.v_live_brand_day
where brand_name = %(brand)s and date_key >= %(from)s and date_key < %(to)s
order by date_key;
