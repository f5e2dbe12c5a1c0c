delete from ops.bucket_layers
where layer in ('gold/request_behavior', 'gold/demographics');
drop table scout.gold_demographics;
drop table scout.gold_request_behavior;
drop table scout.dim_date;
