-- scout.dim_campaign: the touched campaigns, as described last.
-- reads:  silver/dimension_records
-- params: -
-- rerun:  safe, the touched members were removed in the same transaction
with latest as (
    select distinct on (record.code)
        record.code,
        record.attributes
    from scout.dimension_records as record
    inner join reference_touched as touched on record.kind = touched.kind and record.code = touched.code
    where record.kind = 'campaign'
    order by record.code asc, record.valid_from desc
)

insert into scout.dim_campaign (
    campaign_id, campaign_name, campaign_type, brand_name, starts_on, ends_on, budget
)
select
    latest.code,
    latest.attributes ->> 'campaign_name',
    latest.attributes ->> 'campaign_type',
    latest.attributes ->> 'brand_name',
    scout.parse_date(latest.attributes ->> 'starts_on'),
    scout.parse_date(latest.attributes ->> 'ends_on'),
    scout.parse_decimal(latest.attributes ->> 'budget')
from latest
order by latest.code;
