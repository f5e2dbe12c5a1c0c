-- The most frequent description of each code, ties alphabetically.
with counted as (
    select
        sku,
        description,
        count(*) as line_count
    from floor.silver_transaction_items
    group by sku, description
)

insert into floor.dim_product (sku, description, is_product)
select distinct on (sku)
    sku,
    description,
    sku !~ '^(POST|DOT|M|C2|D|S|B|PADS|CRUK|AMAZONFEE|BANK CHARGES)$|^GIFT_0001_[0-9]+$'
from counted
order by sku asc, (description is null) asc, line_count desc, description asc;
