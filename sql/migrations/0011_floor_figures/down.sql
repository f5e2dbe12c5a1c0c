drop table scout.dim_date;
