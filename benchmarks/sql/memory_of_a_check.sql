-- What ops.check_data_quality gives the statement when it asks it.
select set_config('work_mem', '64MB', true);
