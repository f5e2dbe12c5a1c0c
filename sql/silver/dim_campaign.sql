-- scout.dim_campaign: the touched campaigns, as they stand today.
-- reads:  silver/dimension_records
-- params: -
-- rerun:  safe, the touched members were removed in the same transaction
insert into scout.dim_campaign (
    campaign_id, campaign_name, campaign_type, brand_name, starts_on, ends_on, budget
)
select
    record.code,
    record.attributes ->> 'campaign_name',
    record.attributes ->> 'campaign_type',
    record.attributes ->> 'brand_name',
    scout.parse_date(record.attributes ->> 'starts_on'),
    scout.parse_date(record.attributes ->> 'ends_on'),
    scout.parse_decimal(record.attributes ->> 'budget')
from records_in_force as record
where record.kind = 'campaign'
order by record.code;
