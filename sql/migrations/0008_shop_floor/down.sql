drop table scout.silver_experiment_events;
drop table scout.silver_promotion_approvals;
drop table scout.silver_promotion_items;
drop table scout.silver_promotions;
drop function scout.metric_priority(text);
drop table scout.silver_store_metrics;
drop function scout.mask_free_text(text);
drop table scout.silver_brand_mentions;
drop table scout.silver_transcripts;
drop table scout.silver_request_behaviors;
drop table scout.silver_substitutions;

alter table scout.silver_transaction_items
drop column is_list_price,
drop column confidence,
drop column detection_method,
drop column unit,
drop column category,
drop column brand_name;

comment on column scout.silver_transactions_cleaned.deleted_at is null;
drop index scout.silver_transactions_by_device;
alter table scout.silver_transactions_cleaned
drop column unmapped,
drop column stated_basket_size,
drop column stated_value,
drop column economic_class,
drop column age_bracket,
drop column gender,
drop column customer_type,
drop column payment_method,
drop column is_campaign_influenced,
drop column campaign_id,
drop column device_sequence,
drop column device_id,
drop column sold_hour;
